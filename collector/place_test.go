package collector_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"cifra/collector"
	q "cifra/questionnaire"
)

// TestAPlaceOfTheSampleHasItsWords: a code in the sample, or one given to all, is
// read aloud on a tablet that holds no table. Without findPlaces in Publish or in
// the fold of a server that starts again it reads "…".
func TestAPlaceOfTheSampleHasItsWords(t *testing.T) {
	in, ds := q.LoadInstrument(os.DirFS("../questionnaire/testdata/types"), ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	compiled, ds := q.Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	p := collector.Publication{
		Name: "types", Questionnaire: compiled.IR(), Parameters: []collector.Parameter{{Name: "territory", Type: "place of places"}},
	}
	for _, f := range compiled.TableFiles() {
		p.Tables = append(p.Tables, f.Content)
	}
	var err error
	if p.Given, err = collector.Given(p.Parameters, map[string]string{"territory": "31"}); err != nil {
		t.Fatal(err)
	}
	const head = "case,stratum,psu,p_psu,p_dwelling,selection_number,territory\n"
	wrong := sample(t, head+"0007,1,11,0.1,0.1,0.5,99\n")
	if err := p.CheckSample(wrong); err == nil || !strings.Contains(err.Error(), `case 0007: the instrument's parameter territory is place of places, not "99"`) {
		t.Errorf("a place that the table has not: %v", err)
	}
	if err := p.CheckSample(sample(t, head+"0007,1,11,0.1,0.1,0.5,14\n")); err != nil {
		t.Errorf("a place that it has: %v", err)
	}

	log := new(collector.MemLog)
	on := func(s *collector.Server) { s.Log = log }
	s := serve(t, on)
	if _, err := s.Publish(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), wrong); err == nil {
		t.Error("a place that the table has not was imported")
	}
	if _, err := s.Import(t.Context(), sample(t, head+"0010,1,11,0.1,0.1,0.5,09007\n0011,1,11,0.1,0.1,0.5,\n")); err != nil {
		t.Fatal(err)
	}
	for name, server := range map[string]*service{"that published": s, "started again": serve(t, on)} {
		tab := connect(t, server, q.DeviceID("d-"+name[:4]))
		r, err := tab.Pull(0)
		reply(t, r, err, "cases")
		want := map[string]string{"0010": "Hablemos de Iztapalapa, Ciudad de México.", "0011": "Hablemos de Yucatán, Yucatán."}
		for _, raw := range r.Cases {
			var c struct {
				Case  q.CaseID
				Given map[string]json.RawMessage
			}
			if err := json.Unmarshal(raw, &c); err != nil {
				t.Fatal(err)
			}
			if want[string(c.Case)] == "" {
				continue
			}
			if got := hello(t, compiled.IR(), c.Case, c.Given); got != want[string(c.Case)] {
				t.Errorf("server %s, case %s: %q, want %q", name, c.Case, got, want[string(c.Case)])
			}
			delete(want, string(c.Case))
		}
		if len(want) > 0 {
			t.Errorf("server %s: no case for %v", name, want)
		}
	}
}

// hello starts an interview as a tablet does, with the compiled form alone, and
// returns its first words.
func hello(t *testing.T, ir []byte, id q.CaseID, given map[string]json.RawMessage) string {
	t.Helper()
	loaded, err := q.Load(ir)
	if err != nil {
		t.Fatal(err)
	}
	act := q.Act{Kind: q.KindStart, Case: id, Household: 1, Given: map[string]q.Value{}}
	for name, raw := range given {
		if act.Given[name], err = q.DecodeValue(raw); err != nil {
			t.Fatal(err)
		}
	}
	iv := loaded.Open(q.Self{Survey: "s", Interview: "1", Device: "d", Lease: 1})
	e, err := iv.Decide(act, q.Stamp{Wall: time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	iv.Apply(e)
	return iv.View("hello", "").Screen.Text
}
