//go:build !js

package questionnairetest_test

import (
	"os"
	"testing"

	"cifra/questionnaire"
	"cifra/questionnaire/questionnairetest"
)

// The scenarios that are shipped with the built-in instrument hold, and reach
// most of what a household and a person are asked.
func TestShippedScenarios(t *testing.T) {
	fsys := os.DirFS("../../schemas/lacsi")
	in, ds := questionnaire.LoadInstrument(fsys, ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	q, ds := questionnaire.Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	reached := questionnairetest.Run(t, q, fsys, "scenarios/*.yaml")
	for _, r := range reached.Summary() {
		if r.What == "items" && 2*r.Reached < r.Of {
			t.Errorf("%d of %d items are asked", r.Reached, r.Of)
		}
	}
}
