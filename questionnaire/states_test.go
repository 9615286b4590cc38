package questionnaire

import (
	"crypto/sha256"
	"encoding/json"
	"os"
	"testing"
)

// states is what the two builds are compared by: interviews as they were
// conducted, each with a hash over its digests after every event.
type states struct {
	IR         [][]byte
	Interviews []recorded
}

type recorded struct {
	Of     int // questionnaire
	Events []Event
	State  Hash
}

// fold returns the hash over the states after each event.
func fold(q *Questionnaire, events []Event) Hash {
	iv := q.Open(Self{"s", "0197", "d2", 1})
	h := sha256.New()
	for _, e := range events {
		if err := iv.Admit(e); err != nil {
			h.Write([]byte(err.Error()))
			continue
		}
		iv.Apply(e)
		d := iv.Digest()
		h.Write(d[:])
	}
	v := iv.View("", "")
	for _, e := range iv.Overview("") {
		h.Write([]byte(e.Path + e.Label + e.State))
	}
	h.Write([]byte(v.Screen.Text))
	return Hash(h.Sum(nil))
}

// TestStatesAsRecorded folds the interviews in the file that CIFRA_STATES names
// and compares. TestBothBuildsAgree runs it in WebAssembly; without a file there
// is nothing to compare.
func TestStatesAsRecorded(t *testing.T) {
	path := os.Getenv("CIFRA_STATES")
	if path == "" {
		t.Skip("CIFRA_STATES names no file: TestBothBuildsAgree gives this one its work")
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var s states
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	var qs []*Questionnaire
	for _, ir := range s.IR {
		q, err := Load(ir)
		if err != nil {
			t.Fatal(err)
		}
		qs = append(qs, q)
	}
	for i, r := range s.Interviews {
		if got := fold(qs[r.Of], r.Events); got != r.State {
			t.Errorf("interview %d of %s: state %s, recorded %s", i, qs[r.Of].Name, got, r.State)
		}
	}
	t.Logf("%d interviews folded to the same states", len(s.Interviews))
}
