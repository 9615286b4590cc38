//go:build !js

package questionnairetest_test

import (
	"os"
	"testing"

	"cifra/questionnaire"
	"cifra/questionnaire/questionnairetest"
)

// The scenarios that are shipped with the built-in instrument hold, ask every
// item, see every condition true and false and every check unmet and met. A new
// question without a scenario fails here.
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
	for _, n := range reached.Never() {
		if n.What != "option" {
			t.Errorf("no scenario reaches %s %s %s", n.What, n.Name, n.Never)
		}
	}
}
