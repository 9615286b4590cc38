//go:build !js

package questionnaire

import (
	"os"
	"testing"
)

// loadLacsi reads the built-in instrument and fails the test if it is not
// clean.
func loadLacsi(t testing.TB) *Instrument {
	t.Helper()
	in, ds := LoadInstrument(os.DirFS("../schemas"), "lacsi")
	if len(ds) > 0 {
		t.Fatalf("load:\n%v", ds)
	}
	return in
}

func TestLacsiCompiles(t *testing.T) {
	_, ds := Compile(loadLacsi(t))
	if len(ds) > 0 {
		t.Errorf("compile:\n%v", ds)
	}
}
