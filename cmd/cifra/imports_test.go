package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// may lists what each package may import beside the standard library: first of
// this module, then of others. It is a policy: if this test fails, move the
// code, not the line. A line that is relaxed needs a decision in
// ARCHITECTURE.md.
var may = map[string]struct{ ours, others []string }{
	"questionnaire/wire":              {},
	"questionnaire/expr":              {ours: []string{"questionnaire/wire"}},
	"questionnaire":                   {ours: []string{"questionnaire/expr", "questionnaire/wire", "schemas/source"}},
	"questionnaire/prove":             {ours: []string{"questionnaire", "questionnaire/expr"}, others: []string{"github.com/go-air/gini"}},
	"questionnaire/questionnairetest": {ours: []string{"questionnaire", "questionnaire/expr"}},
	"questionnaire/paper":             {ours: []string{"questionnaire"}, others: []string{"codeberg.org/go-pdf/fpdf", "codeberg.org/go-fonts/liberation"}},
	"questionnaire/wasm":              {ours: []string{"questionnaire", "questionnaire/expr", "questionnaire/wire"}},
	"schemas":                         {others: []string{"github.com/santhosh-tekuri/jsonschema/v6"}},
	"schemas/source":                  {ours: []string{"questionnaire/expr"}, others: []string{"go.yaml.in/yaml/v4"}},
	"schemas/tabular":                 {},
	"weighting":                       {ours: []string{"questionnaire/expr"}, others: []string{"gonum.org/v1/gonum"}},
	"weighting/parquet":               {ours: []string{"weighting", "questionnaire/expr"}, others: []string{"github.com/parquet-go/parquet-go"}},
	"weighting/peers":                 {ours: []string{"weighting"}},
	"weighting/plan":                  {ours: []string{"weighting", "weighting/parquet", "questionnaire/expr", "schemas/source"}},
	"collector":                       {ours: []string{"questionnaire", "questionnaire/expr", "schemas", "schemas/tabular"}, others: []string{"github.com/gorilla/websocket", "github.com/google/uuid"}},
	"collector/bolt":                  {ours: []string{"collector", "questionnaire"}, others: []string{"go.etcd.io/bbolt", "github.com/google/uuid"}},
	"collector/storetest":             {ours: []string{"collector", "questionnaire"}, others: []string{"github.com/google/go-cmp", "github.com/gorilla/websocket"}},
	"collector/simulate":              {ours: []string{"collector", "questionnaire", "questionnaire/expr"}, others: []string{"github.com/gorilla/websocket", "github.com/google/uuid"}},
	"collector/web":                   {},
	"collector/web/build":             {ours: []string{"collector/web"}, others: []string{"github.com/evanw/esbuild", "github.com/andybalholm/brotli"}},
}

// command is the package that joins the others and may import all of them.
const command = "cmd/cifra"

// A listed package is one line of go list.
type listed struct {
	name    string // without the module's
	imports []string
}

// goList runs go list in the module's directory, for the browser's target if js.
func goList(t *testing.T, js bool, args ...string) []listed {
	t.Helper()
	list := exec.Command("go", append([]string{"list", "-f", `{{.ImportPath}} {{join .Imports " "}}`}, args...)...)
	list.Dir = root
	list.Stderr = os.Stderr
	if js {
		list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	}
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		packages = append(packages, listed{strings.TrimPrefix(f[0], "cifra/"), f[1:]})
	}
	return packages
}

// root is the module's directory as tests of this package see it.
const root = "../.."

// ofOthers says whether an import is neither ours nor the standard library's.
func ofOthers(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}

func TestImports(t *testing.T) {
	seen := map[string]bool{command: true}
	for _, p := range append(goList(t, false, "./..."), goList(t, true, "./questionnaire/...")...) {
		if p.name == command {
			continue
		}
		seen[p.name] = true
		policy, ok := may[p.name]
		if !ok {
			t.Errorf("%s has no line in the policy", p.name)
			continue
		}
		for _, path := range p.imports {
			if ours, is := strings.CutPrefix(path, "cifra/"); is && !slices.Contains(policy.ours, ours) {
				t.Errorf("%s imports %s", p.name, ours)
			}
			within := func(module string) bool { return path == module || strings.HasPrefix(path, module+"/") }
			if ofOthers(path) && !slices.ContainsFunc(policy.others, within) {
				t.Errorf("%s imports %s", p.name, path)
			}
		}
	}
	for name := range may {
		if !seen[name] {
			t.Errorf("the policy has a line for %s, which is not there", name)
		}
	}
}

// A dependency is taken for a reason, which ARCHITECTURE.md says in a line.
func TestEveryDependencyHasAReason(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "ARCHITECTURE.md"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	direct := 0
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) != 2 || !strings.HasPrefix(f[1], "v") {
			continue // not a module, or one that others need
		}
		direct++
		if !strings.Contains(string(page), "| "+f[0]+" |") {
			t.Errorf("%s has no line in ARCHITECTURE.md", f[0])
		}
	}
	if direct < 5 {
		t.Errorf("go.mod has %d direct dependencies: the search finds too few", direct)
	}
}

// The engine that browsers load reads compiled questionnaires only. What reads
// and checks YAML would double its size.
func TestBrowserEngineIsSmall(t *testing.T) {
	for _, p := range goList(t, true, "-deps", "./questionnaire/wasm") {
		if ofOthers(p.name) || strings.HasPrefix(p.name, "schemas") || p.name == "net" || strings.HasPrefix(p.name, "net/") {
			t.Errorf("questionnaire/wasm depends on %s under GOOS=js", p.name)
		}
	}
}

// pure are the rooms that compute: what they return depends on their arguments
// alone, so that a tablet, a server and a test get the same.
var pure = []string{"questionnaire", "questionnaire/expr", "weighting", "weighting/plan", "schemas/source", "schemas/tabular"}

// TestPureRooms keeps the clock, the network, logs, contexts and chance out of
// the rooms that compute, and the disk out of all but those that write files.
func TestPureRooms(t *testing.T) {
	forbidden := []string{"context", "log", "log/slog", "net", "net/http", "os/exec", "math/rand", "math/rand/v2", "crypto/rand", "syscall"}
	mayUseDisk := []string{"schemas/tabular"}
	maySeed := []string{"weighting"} // replicates are drawn from a seed that the caller gives
	for _, p := range goList(t, false, "./...") {
		if !slices.Contains(pure, p.name) {
			continue
		}
		for _, path := range p.imports {
			if path == "math/rand/v2" && slices.Contains(maySeed, p.name) {
				continue
			}
			if slices.Contains(forbidden, path) || path == "os" && !slices.Contains(mayUseDisk, p.name) {
				t.Errorf("%s imports %s", p.name, path)
			}
		}
		for _, name := range goFiles(t, p.name) {
			for _, call := range clockCalls(t, name) {
				t.Errorf("%s: %s reads the clock", name, call)
			}
		}
	}
}

// goFiles returns the paths of a package's files, tests not included.
func goFiles(t *testing.T, name string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, name, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
}

// clockCalls returns the names of package time in a file whose result depends
// on when they are called.
func clockCalls(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var calls []string
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" &&
			slices.Contains([]string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"}, s.Sel.Name) {
			calls = append(calls, "time."+s.Sel.Name)
		}
		return true
	})
	return calls
}
