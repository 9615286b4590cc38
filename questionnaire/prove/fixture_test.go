//go:build !js

package prove

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire"
)

// annotation is a comment that says what must be reported on its line.
var annotation = regexp.MustCompile(`# ERROR ([^#]*)`)

// compiled compiles the module in src with the instrument of the fixtures.
func compiled(t testing.TB, src []byte) *questionnaire.Questionnaire {
	t.Helper()
	q, ok := tryCompile(t, src)
	if !ok {
		t.Fatalf("not an instrument:\n%s", src)
	}
	return q
}

// tryCompile is compiled of what need not be right.
func tryCompile(t testing.TB, src []byte) (*questionnaire.Questionnaire, bool) {
	t.Helper()
	main, err := os.ReadFile("testdata/instrument.yaml")
	if err != nil {
		t.Fatal(err)
	}
	fsys := fstest.MapFS{"instrument.yaml": {Data: main}, "module.yaml": {Data: src}}
	in, ds := questionnaire.LoadInstrument(fsys, ".")
	if in == nil || ds.Err() != nil {
		t.Fatalf("load: %v\n%s", ds, src)
	}
	q, ds := questionnaire.Compile(in)
	if q == nil {
		t.Logf("compile: %v", ds)
	}
	return q, q != nil
}

// TestFixtures: of each bad instrument every mistake is told at its line, and
// nothing else is. It turns red if a goal is refuted that can come about, if
// one is told that only follows from another, or if a place is lost.
func TestFixtures(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d fixtures: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			r := Questionnaire(compiled(t, src), Options{Seed: 1, Burden: 1})
			var want []string
			lines := strings.Split(string(src), "\n")
			for i, line := range lines {
				for _, m := range annotation.FindAllStringSubmatch(line, -1) {
					want = append(want, strings.TrimSpace(m[1]))
					found := false
					for _, d := range r.Diagnostics {
						found = found || d.Line == i+1 && strings.HasPrefix(d.Message, strings.TrimSpace(m[1]))
					}
					if !found {
						t.Errorf("%d: nothing says %q", i+1, m[1])
					}
				}
			}
			for _, d := range r.Diagnostics {
				said := false
				for _, m := range annotation.FindAllStringSubmatch(lines[d.Line-1], -1) {
					said = said || strings.HasPrefix(d.Message, strings.TrimSpace(m[1]))
				}
				if !said {
					t.Errorf("not expected: %s: %s", d.Position, d.Message)
				}
			}
			if len(want) == 0 && r.Diagnostics.Err() != nil {
				t.Errorf("%v", r.Diagnostics)
			}
			for _, o := range r.Open {
				t.Errorf("not proved: %+v", o)
			}
		})
	}
}
