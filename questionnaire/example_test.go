//go:build !js

package questionnaire_test

import (
	"fmt"
	"os"
	"time"

	"cifra/questionnaire"
)

// An interview is started, answered and shown; only what the person did is
// kept.
func Example() {
	in, diags := questionnaire.LoadInstrument(os.DirFS("testdata/house"), ".")
	if diags.Err() != nil {
		fmt.Println(diags)
		return
	}
	q, diags := questionnaire.Compile(in)
	if diags.Err() != nil {
		fmt.Println(diags)
		return
	}
	iv := q.Open(questionnaire.Self{Survey: "demo", Interview: "0197", Device: "tablet-1", Lease: 1})
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	var log []questionnaire.Event
	for _, act := range []questionnaire.Act{
		{Kind: questionnaire.KindStart, Case: "0001", Household: 1, Given: map[string]questionnaire.Value{
			"reference_year": questionnaire.Number(2025), "selection_number": questionnaire.Number(420_000),
		}},
		{Kind: questionnaire.KindAddRow, Roster: "person"},
		{Kind: questionnaire.KindAnswer, Path: "person[tablet-1.1].name", Value: questionnaire.Text("Ana")},
	} {
		e, err := iv.Decide(act, questionnaire.Stamp{Wall: now})
		if err != nil {
			fmt.Println(err)
			return
		}
		log = append(log, e) // a tablet writes it to disk here
		iv.Apply(e)
	}
	fmt.Println(len(log), "events")
	fmt.Println(iv.View("person[tablet-1.1].age", "es").Screen.Text)
	// Output:
	// 3 events
	// ¿Cuántos años tiene Ana?
}
