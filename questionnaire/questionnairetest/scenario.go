//go:build !js

// Package questionnairetest conducts the scenarios of an instrument in a Go
// test: interviews that are written down with what must follow from them.
//
//	q := …                                        // the compiled instrument
//	reached := questionnairetest.Run(t, q, os.DirFS("."), "scenarios/*.yaml")
//
// Each file is a subtest. What is wrong with it, or is not as it expects, is
// shown with its line. The language of scenarios is that of package
// questionnaire; this package knows files and tests, and nothing else.
package questionnairetest

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"testing"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// Run conducts with q the scenarios that match pattern in fsys, each as a
// subtest, and returns what they reached together. It fails if none matches.
func Run(t *testing.T, q *questionnaire.Questionnaire, fsys fs.FS, pattern string) *questionnaire.Coverage {
	t.Helper()
	files, err := fs.Glob(fsys, pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenario is called %s: %v", pattern, err)
	}
	reached := questionnaire.NewCoverage(q)
	for _, file := range files {
		t.Run(strings.TrimSuffix(path.Base(file), path.Ext(file)), func(t *testing.T) {
			src, err := fs.ReadFile(fsys, file)
			if err != nil {
				t.Fatal(err)
			}
			if ds := conduct(file, src, q, reached); len(ds) > 0 {
				var b bytes.Buffer
				ds.Format(&b, func(string) []byte { return src })
				t.Errorf("\n%s", b.String())
			}
		})
	}
	return reached
}

// conduct reads and runs one scenario.
func conduct(file string, src []byte, q *questionnaire.Questionnaire, reached *questionnaire.Coverage) expr.Diagnostics {
	s, ds := questionnaire.ReadScenario(file, src)
	if len(ds) > 0 {
		return ds
	}
	return s.Run(q, reached)
}
