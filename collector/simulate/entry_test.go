package simulate

import (
	"os"
	"testing"

	"cifra/collector"
	q "cifra/questionnaire"
)

// Interviews with an instrument of every type of answer are conducted to their
// end, over sockets, with entries that the tables have and that were offered.
// With offers always true an entry of another state is refused by the engine.
func TestEveryKindOfQuestionIsAnswered(t *testing.T) {
	in, ds := q.LoadInstrument(os.DirFS("../../questionnaire/testdata/types"), ".")
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	types, ds := q.Compile(in)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	parameters := []collector.Parameter{{Name: "territory", Type: "place of places"}}
	o := openWith(t, thirty(t), types, parameters, map[string]string{"territory": "14"})
	complete, kinds := 0, map[string]int{}
	for _, out := range o.conduct(t, nil) {
		if out.Disposition != q.Complete {
			continue
		}
		complete++
		iv := types.Open(q.Self{Survey: o.Survey, Interview: out.Interview, Device: out.Device, Lease: 1})
		for _, e := range out.Events {
			if err := iv.Replay(e); err != nil {
				t.Fatal(err)
			}
		}
		for _, entry := range iv.Overview("") {
			for _, question := range iv.View(entry.Path, "").Screen.Questions {
				if question.Value != nil {
					kinds[question.Kind]++
				}
			}
		}
	}
	if complete < 10 {
		t.Errorf("%d interviews are complete", complete)
	}
	for _, kind := range []string{"one", "many", "integer", "decimal", "money", "text", "date", "month", "time", "entry", "place", "point", "photo", "audio"} {
		if kinds[kind] == 0 {
			t.Errorf("no question of kind %s was answered in %d interviews", kind, complete)
		}
	}
}
