//go:build !js

package prove

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"cifra/questionnaire"
)

// instrument compiles the instrument in a directory.
func instrument(t testing.TB, dir string) *questionnaire.Questionnaire {
	t.Helper()
	in, ds := questionnaire.LoadInstrument(os.DirFS(dir), ".")
	if in == nil {
		t.Fatal(ds)
	}
	q, ds := questionnaire.Compile(in)
	if q == nil {
		t.Fatal(ds)
	}
	return q
}

// TestBuiltInIsProved: of the built-in instrument everything is met or proved
// impossible, nothing is impossible, every witness of an item or option passes as
// a scenario, and it takes no time to speak of. It turns red if an item is put
// out of reach, if the walks lose their way, or if a witness is written wrongly.
func TestBuiltInIsProved(t *testing.T) {
	q := instrument(t, "../../schemas/lacsi")
	begin := time.Now()
	r := Questionnaire(q, Options{Seed: 1})
	if took := time.Since(begin); took > 3*time.Minute { // 2 s where the machine is not shared
		t.Errorf("took %v", took)
	}
	for _, d := range r.Diagnostics {
		t.Errorf("%s: %s", d.Position, d.Message)
	}
	for _, o := range r.Open {
		t.Errorf("not proved: %s %s", o.What, o.Name)
	}
	if len(r.Witnesses) < 300 {
		t.Errorf("%d witnesses", len(r.Witnesses))
	}
	for _, w := range r.Witnesses {
		src := w.Scenario(q)
		s, ds := questionnaire.ReadScenario(w.Name, src)
		if ds.Err() == nil {
			ds = s.Run(q, nil)
		}
		if len(ds) > 0 {
			t.Fatalf("witness of %s: %v\n%s", w.Name, ds, src)
		}
	}
}

// TestSameSeedSameReport: walks run side by side, and nothing depends on which
// of them is done first. It turns red if a round takes what its walks met in
// the order in which they end.
func TestSameSeedSameReport(t *testing.T) {
	q := instrument(t, "../testdata/house")
	var first []byte
	for range 2 {
		b, err := json.Marshal(Questionnaire(q, Options{Seed: 3, Burden: 2}))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = b
		}
		if !bytes.Equal(b, first) {
			t.Fatalf("two reports of one seed:\n%s\n%s", first, b)
		}
	}
}

// BenchmarkBuiltIn is the whole of cifra check --prove lacsi.
func BenchmarkBuiltIn(b *testing.B) {
	q := instrument(b, "../../schemas/lacsi")
	for b.Loop() {
		Questionnaire(q, Options{Seed: 1})
	}
}
