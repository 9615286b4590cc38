package plan_test

import (
	"os"
	"path/filepath"
	"testing"

	"cifra/questionnaire/expr"
	"cifra/schemas"
	"cifra/schemas/source"
	"cifra/weighting/plan"
)

// The JSON Schema, by which editors complete a plan, and the reader agree on
// its form: a plan that is read is valid, one with a mistake of form is not.
func TestSchema(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "*.yaml"))
	if err != nil || len(names) < 2 {
		t.Fatalf("plans %v: %v", names, err)
	}
	for _, name := range append(names, filepath.Join("testdata", "linked", "plan.yaml")) {
		if err := validate(t, name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if ds := plan.Check(name, src); len(ds) > 0 {
			t.Errorf("%s: %v", name, ds)
		}
	}
	if err := validate(t, filepath.Join("testdata", "bad", "form.yaml")); err == nil {
		t.Error("form.yaml, which the reader refuses, is valid by the schema")
	}
}

func validate(t *testing.T, name string) error {
	t.Helper()
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := source.Read(name, src)
	return schemas.Validate("plan", root.Value())
}

// Check, which sees no file, finds what is wrong with the form.
func TestCheckWithoutFiles(t *testing.T) {
	src := "plan: x\nfiles: {p: {read: p.csv}}\ndesign: {weights: {p: w}}\nindicators: [{name: n, totl: 1, where: 'a ='}]\n"
	ds := plan.Check("x.yaml", []byte(src))
	want := []string{
		"the indicator does not say what it estimates",
		"unknown key totl",
		"the expression ends too early",
	}
	if len(ds) != len(want) {
		t.Fatalf("diagnostics\n%v\nwant %q", ds, want)
	}
	for i, d := range ds {
		if d.Severity != expr.Error || d.Message != want[i] || d.Line != 4 {
			t.Errorf("diagnostic %v, want %q on line 4", d, want[i])
		}
	}
}
