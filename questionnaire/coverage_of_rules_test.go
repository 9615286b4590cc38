//go:build !js

package questionnaire

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// reporters are the calls that report a mistake to an author, with the place of
// the words among their arguments.
var reporters = map[string]int{"errorf": 2, "report": 3, "Fail": 2, "Mistake": 1, "fail": 3}

// rule is a mistake that the checker knows, by its words.
type rule struct {
	at    string
	words string
	match *regexp.Regexp
}

// verb is a place of a format.
var verb = regexp.MustCompile(`%[-+# 0]*[0-9.]*[a-zA-Z%]`)

// rulesOf reads the mistakes that the package reports from its source.
func rulesOf(t *testing.T) []rule {
	t.Helper()
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var rules []rule
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "scenario") {
			continue // what scenarios find stands in testdata/scenario
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			s, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			at, ok := reporters[s.Sel.Name]
			if !ok || at >= len(call.Args) {
				return true
			}
			lit, ok := call.Args[at].(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			words, err := strconv.Unquote(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			from := 0
			for _, v := range verb.FindAllStringIndex(words, -1) {
				b.WriteString(regexp.QuoteMeta(words[from:v[0]]) + "(?s:.*)")
				from = v[1]
			}
			b.WriteString(regexp.QuoteMeta(words[from:]))
			p := set.Position(lit.Pos())
			rules = append(rules, rule{p.Filename + ":" + strconv.Itoa(p.Line), words, regexp.MustCompile(b.String())})
			return true
		})
	}
	return rules
}

// TestEveryRuleHasABadFixture: each mistake of an instrument that the loader and
// the compiler report is reported of a bad fixture (whose own tests hold both
// ways), or its words stand in a test. It turns red with a rule that nobody
// tried, and with one in untried that somebody has.
func TestEveryRuleHasABadFixture(t *testing.T) {
	var told []string
	for _, dir := range []string{"testdata/load", "testdata/compile", "testdata/gate"} {
		files, err := filepath.Glob(dir + "/*.txtar")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			a, err := txtar.ParseFile(f)
			if err != nil {
				t.Fatal(err)
			}
			in, ds := LoadInstrument(fixture(a), "demo")
			if in != nil {
				_, more := Compile(in)
				ds = append(ds, more...)
			}
			for _, d := range ds {
				told = append(told, d.Message)
			}
		}
	}
	var tests strings.Builder
	for _, pattern := range []string{"*_test.go", "testdata/*/*.txtar", "testdata/*/*.yaml", "../cmd/cifra/testdata/script/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if f != "coverage_of_rules_test.go" {
				tests.Write(src)
			}
		}
	}
	lines := strings.Split(tests.String(), "\n")
	rules := rulesOf(t)
	if len(rules) < 150 {
		t.Fatalf("only %d rules were found in the source", len(rules))
	}
	left := map[string]bool{}
	for _, words := range untried {
		left[words] = true
	}
	for _, r := range rules {
		tried := slices.ContainsFunc(told, r.match.MatchString) || slices.ContainsFunc(lines, r.match.MatchString)
		if !tried && !left[r.words] {
			t.Errorf("%s: %q has no bad fixture", r.at, r.words)
		}
		if tried && left[r.words] {
			t.Errorf("%s: %q has a bad fixture now: take it out of untried", r.at, r.words)
		}
	}
}

// untried are the rules without a bad fixture. Some cannot be met in a file: the
// loader refuses the key or the value before the compiler sees it, and they hold
// what was not read from one. The list may only become shorter.
var untried = []string{
	"%q events are no series",
	"%q is not a data class",
	"%q is not a disposition",
	"%q is not a number of forms",
	"%q is not a reason that can be given for no answer",
	"%s begins with instrument: NAME; modules stand in files that it includes",
	"%s belongs to a list that is made by hand",
	"%s cannot be dropped: the core names it\n%s",
	"%s does not count: it has decimals",
	"%s has %d bytes, more than the %d that are read",
	"%s is a part of another element and cannot be dropped by itself",
	"%s is translated twice",
	"a cell cannot have tabs or line ends in it",
	"a value of kind %s has no words",
	"cannot read %s: %v",
	"cannot read: %v",
	"code %s is one of the core's in list %s",
	"grid %s asks nothing",
	"indicator %s is defined twice",
	"it is not said of which version",
	"list %s has %d codes: several can be chosen of 64 at most",
	"list %s is defined twice",
	"maps is missing: conditions of the core must see one of its own codes",
	"screen %s must ask whether it happened",
	"table %s has %d levels, at most %d",
	"table %s has no rows",
	"table %s has two things called %s",
	"table %s is defined twice",
	"the range ends before it begins",
	"the table has more than %d rows",
	"the value of %s is not an exact number",
	"there is no level %s above this one",
	"there is no method of selection %q",
	"there is no option %s",
	"these are indicators of %s, not of %s",
	"this character is a control character",
	"this character is not UTF-8",
	"this is the %dth overlay of an overlay",
}
