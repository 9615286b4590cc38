//go:build !js

package questionnaire

import (
	"io/fs"
	"testing"

	"cifra/questionnaire/expr"
)

func TestCompileReportsEveryMistake(t *testing.T) {
	reportsEveryMistake(t, "testdata/compile", func(fsys fs.FS) expr.Diagnostics {
		in, ds := LoadInstrument(fsys, "demo")
		if in == nil {
			t.Fatalf("does not load: %v", ds)
		}
		_, more := Compile(in)
		return append(ds, more...)
	})
}
