//go:build !js

package expr_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

func TestDiagnosticsFormat(t *testing.T) {
	file := "items:\n\t- año: «ñandú»\n    when: place = stret\r\n"
	p := func(line, col int) expr.Position { return expr.Position{File: "a.yaml", Line: line, Col: col} }
	tests := []struct {
		name string
		d    expr.Diagnostic
		want string
	}{
		{"carets and hint", expr.Diagnostic{Position: p(3, 19), End: 24, Message: `"stret" is not a code`, Hint: "did you mean street?"},
			"a.yaml:3:19: error: \"stret\" is not a code\n    3 |     when: place = stret\n      |                   ^^^^^ did you mean street?\n"},
		{"a tab stays a tab, a letter is one caret", expr.Diagnostic{Position: p(2, 10), End: 21, Message: "what?", Severity: expr.Warning},
			"a.yaml:2:10: warning: what?\n    2 | \t- año: «ñandú»\n      | \t       ^^^^^^^\n"},
		{"a point shows no line", expr.Diagnostic{Position: p(3, 5), Message: "can never be asked\nline 1 contradicts\nline 2", Hint: "drop it"},
			"a.yaml:3:5: error: can never be asked\n      line 1 contradicts\n      line 2\n      drop it\n"},
		{"the end of a line", expr.Diagnostic{Position: p(1, 7), End: 8, Message: "ends too early"}, "a.yaml:1:7: error: ends too early\n    1 | items:\n      |       ^\n"},
		{"a line that is not there", expr.Diagnostic{Position: p(9, 1), End: 2, Message: "lost", Severity: expr.Note}, "a.yaml:9:1: note: lost\n"},
		{"no place", expr.Diagnostic{Message: "nowhere"}, "error: nowhere\n"},
		{"a whole file", expr.Diagnostic{Position: expr.Position{File: "a.yaml"}, Message: "empty"}, "a.yaml: error: empty\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			expr.Diagnostics{tt.d}.Format(&b, func(string) []byte { return []byte(file) })
			if b.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), tt.want)
			}
		})
	}
	var b strings.Builder
	expr.Diagnostics{tests[0].d}.Format(&b, nil)
	if want := "a.yaml:3:19: error: \"stret\" is not a code\n      did you mean street?\n"; b.String() != want {
		t.Errorf("without sources\n%s", b.String())
	}
}

// A refusal fits a screen however long the line is, and its carets stay under
// what is wrong. Without the window the whole line is written.
func TestDiagnosticsCutLongLines(t *testing.T) {
	const word = "stret"
	for _, at := range []int{0, 30, 500, 99_990} {
		line := strings.Repeat("ñ", at) + word + strings.Repeat("ñ", 100_000-at)
		col := 1 + 2*at
		d := expr.Diagnostic{Position: expr.Position{File: "a", Line: 1, Col: col}, End: col + len(word), Message: "what?"}
		var b strings.Builder
		expr.Diagnostics{d}.Format(&b, func(string) []byte { return []byte(line) })
		if b.Len() > 2000 {
			t.Errorf("%d: %d bytes", at, b.Len())
		}
		lines := strings.Split(b.String(), "\n")
		shown, under := []rune(lines[1]), []rune(lines[2])
		first := strings.IndexRune(string(under), '^')
		if got := string(shown[first : first+len(word)]); got != word || len(under) != first+len(word) {
			t.Errorf("%d: carets stand under %q:\n%s", at, got, b.String())
		}
	}
	all := expr.Diagnostic{Position: expr.Position{File: "a", Line: 1, Col: 1}, End: 100_000, Message: "all of it"}
	var b strings.Builder
	expr.Diagnostics{all}.Format(&b, func(string) []byte { return []byte(strings.Repeat("x", 100_000)) })
	if b.Len() > 1000 {
		t.Errorf("all of a line: %d bytes", b.Len())
	}
}

// Nothing that a file or its name says is obeyed by a terminal.
func TestDiagnosticsAreHarmless(t *testing.T) {
	file := "a\x1b[31mb\xff\u009bc\u202ed\te\x00"
	d := expr.Diagnostic{Position: expr.Position{File: "\x1b.yaml", Line: 1, Col: 7}, End: 8, Message: "\x1b[2J\nmore \x07", Hint: "\x1b]0;"}
	var b strings.Builder
	expr.Diagnostics{d}.Format(&b, func(string) []byte { return []byte(file) })
	want := "�.yaml:1:7: error: �[2J\n      more �\n    1 | a�[31mb��c�d\te�\n      |       ^ �]0;\n"
	if b.String() != want {
		t.Errorf("got\n%q\nwant\n%q", b.String(), want)
	}
}

func TestDiagnosticsOrderAndError(t *testing.T) {
	var ds expr.Diagnostics
	add := func(file string, line, col int, s expr.Severity, m string) {
		ds.Add(expr.Diagnostic{Position: expr.Position{File: file, Line: line, Col: col}, Severity: s, Message: m})
	}
	add("b", 1, 1, expr.Warning, "w")
	if err := ds.Err(); err != nil {
		t.Errorf("a warning is an error: %v", err)
	}
	add("a", 10, 2, expr.Error, "late")
	add("a", 2, 9, expr.Error, "early")
	add("a", 2, 3, expr.Note, "earlier")
	add("a", 10, 2, expr.Error, "late") // again
	ds.Sort()
	want := "a:2:3: note: earlier\na:2:9: error: early\na:10:2: error: late\nb:1:1: warning: w"
	if got := ds.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	wrapped := fmt.Errorf("load: %w", ds.Err())
	if got, ok := errors.AsType[expr.Diagnostics](wrapped); !ok || len(got) != 4 {
		t.Errorf("got %v, %t out of a wrapped error", got, ok)
	}
}

// Diagnostics of an expression lie where the expression begins in its file.
func TestCheckPositions(t *testing.T) {
	at0 := expr.Position{File: "f.yaml", Line: 31, Col: 17}
	_, ds := expr.Check("agee > 3 and\n  sexx = woman", at0, at(person), expr.Want{})
	want := "f.yaml:31:17: error: there is no \"agee\" here (did you mean age?)\nf.yaml:32:3: error: there is no \"sexx\" here (did you mean sex?)"
	if got := ds.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if ds[0].End != 21 || ds[1].End != 7 {
		t.Errorf("ends %d, %d", ds[0].End, ds[1].End)
	}
}

// The end of an expression is where a person sees it, not behind the blanks.
func TestEndPosition(t *testing.T) {
	_, ds := expr.Check("age > 3 and \n \n", expr.Position{Line: 1, Col: 1}, at(person), expr.Want{})
	if want := "1:12: error: the expression ends too early"; ds.Error() != want {
		t.Errorf("got %q, want %q", ds.Error(), want)
	}
}

// Every mistake of an expression is told in one go.
func TestAllMistakesAtOnce(t *testing.T) {
	_, ds := expr.Check(`place = stret and agee > 3 or armed == ys and name > 3 and sum(person, los) > 1`, expr.Position{Line: 1, Col: 1}, at(incident), expr.Want{})
	if len(ds) != 6 {
		t.Errorf("%d mistakes, want 6:\n%v", len(ds), ds)
	}
}

func TestCodeAndVariableOfOneName(t *testing.T) {
	list := &expr.List{Name: "places", Codes: []string{"street", "home"}}
	code := expr.Type{Kind: expr.Code, List: list}
	scope := form{{Name: "place", Type: code}, {Name: "home", Type: code}, {Name: "street", Type: number(0)}}
	for src, want := range map[string]string{
		"place = home":    `1:9: error: home is a code of list places and a variable with such codes (write "home" for the code)`,
		`place = "home"`:  "",
		"home = place":    "",
		"place = street":  "", // the variable street cannot be meant
		"street = 3":      "",
		"place in {home}": `1:11: error: home is a code of list places and a variable with such codes (write "home" for the code)`,
	} {
		_, ds := expr.Check(src, expr.Position{Line: 1, Col: 1}, scope, expr.Want{})
		if got := ds.Error(); got != want {
			t.Errorf("%s: %q, want %q", src, got, want)
		}
	}
}

// A roster that its scope does not let one enter.
func TestUnreachableRoster(t *testing.T) {
	scope := form{{Name: "visits", Type: expr.Type{Kind: expr.Rows}, Level: 1}}
	_, ds := expr.Check("count(visits) > 1", expr.Position{Line: 1, Col: 1}, scope, expr.Want{})
	if want := "1:7: error: the rows of visits cannot be reached from here"; ds.Error() != want {
		t.Errorf("got %q, want %q", ds.Error(), want)
	}
}

func TestWantedForm(t *testing.T) {
	f := one(map[string]expr.Cell{"age": num(20), "loss": num(150), "place": num(1)})
	tests := []struct {
		src  string
		want expr.Want
		show string
	}{
		{"age", expr.Want{Kinds: []expr.Kind{expr.Number}, Scale: 2}, "20.00"},
		{"5", expr.Want{Kinds: []expr.Kind{expr.Number}, Scale: 2}, "5.00"},
		{"loss", expr.Want{Kinds: []expr.Kind{expr.Real}}, "1.5 real"},
		{"loss", expr.Want{Kinds: []expr.Kind{expr.Number, expr.Real}}, "1.50"},
		{"street", expr.Want{Kinds: []expr.Kind{expr.Code}, List: places}, "street"},
		{"{street, home}", expr.Want{Kinds: []expr.Kind{expr.Set}, List: places}, "{street, home}"},
		{"if age > 3 then home else street", expr.Want{List: places}, "home"},
	}
	for _, tt := range tests {
		e, ds := expr.Check(tt.src, expr.Position{}, at(incident), tt.want)
		if e == nil {
			t.Errorf("%s: %v", tt.src, ds)
			continue
		}
		if got := show(e.Eval(f), e.Type()); got != tt.show {
			t.Errorf("%s = %s, want %s", tt.src, got, tt.show)
		}
	}
}

func TestNearest(t *testing.T) {
	codes := []string{"street", "home", "public_transport", "other", "bank_fraud"}
	for name, want := range map[string]string{
		"stret": "street", "streets": "street", "srteet": "street", "STREET": "street", "hme": "home", "bankfraud": "bank_fraud",
		"publik_trasnport": "public_transport", "zebra": "", "x": "", "": "", "street": "",
	} {
		if got := expr.Nearest(name, codes); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
	if got := expr.Nearest("age3", []string{"age2", "age1"}); got != "age1" {
		t.Errorf("of two as near, %q", got)
	}
	long := strings.Repeat("x", 200)
	if got := expr.Nearest(long, []string{long + "y"}); got != "" {
		t.Errorf("a very long name is near %q", got)
	}
}

func TestTree(t *testing.T) {
	for src, want := range map[string]string{
		"a+b*c":                          "a + b * c",
		"((a)) = (b)":                    "a = b",
		"not(a=b)":                       "not a = b",
		"not x in {a,b}":                 "not x in {a, b}",
		"x  is\tnot  in {a}":             "x is not in {a}",
		"(a and b) and (c or d)":         "a and b and (c or d)",
		"a - (b - c)":                    "a - (b - c)",
		"(a - b) - c":                    "a - b - c",
		"-(a + b)":                       "-(a + b)",
		"(if a then b else c) + 1":       "(if a then b else c) + 1",
		"if a then b else (c + 1)":       "if a then b else c + 1",
		"(a = b) = c":                    "(a = b) = c",
		"f(x , y)[z]":                    "",
		`x = "a\"b\\"`:                   `x = "a\"b\\"`,
		"P7_3 [ street_robbery ] = yes":  "P7_3[street_robbery] = yes",
		"any(persons,age>=18 and sex=f)": "any(persons, age >= 18 and sex = f)",
	} {
		tree, ds := expr.Parse(src)
		if tree == nil {
			if want != "" {
				t.Errorf("%s: %v", src, ds)
			}
			continue
		}
		if got := tree.String(); got != want {
			t.Errorf("%s prints as %s, want %s", src, got, want)
		}
	}
	tree, _ := expr.Parse("any(persons, age > n) and P7_3[crime] = yes and age < reference.year")
	if got, want := strings.Join(tree.Names(), " "), "persons age n P7_3 crime yes reference.year"; got != want {
		t.Errorf("names %s, want %s", got, want)
	}
}
