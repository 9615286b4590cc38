//go:build !js

package questionnaire

import (
	"os"
	"strings"
	"testing"
)

// This file conducts scenarios of what lies around questions and answers: the
// order that chance gives, draws, visits, households of one case. Each was seen
// to fail with the line of the engine that it is about turned off.

// The seed that a file says decides the order, and another one decides another.
func TestScenarioSeedDecidesTheOrder(t *testing.T) {
	q := shuffledHouse(t)
	steps := "- worst: dark\n- T3: yes\n- expect: {order: {worst: [%], topics: [$]}}\n"
	orders := map[string]bool{}
	for _, seed := range []string{"1", "2", "3", "4", "5", "6"} {
		src := strings.Replace(houseScenario, "interview:", "seed: "+seed+"\ninterview:", 1)
		found := runScenario(t, q, "s.yaml", src+strings.NewReplacer("%", "noise", "$", "T1").Replace(steps), nil)
		if len(found) != 2 {
			t.Fatal(found)
		}
		_, options, _ := strings.Cut(found[0].Message, "it is ")
		_, block, _ := strings.Cut(found[1].Message, "it is ")
		orders[options+"/"+block] = true
		if ds := runScenario(t, q, "s.yaml", src+strings.NewReplacer("%", options, "$", block).Replace(steps), nil); len(ds) > 0 {
			t.Errorf("the order told is not the order found: %v", ds)
		}
	}
	if len(orders) < 3 {
		t.Errorf("six seeds give %d orders: %v", len(orders), orders)
	}
}

// Whatever the way to draw, the person drawn and how are in the microdata.
func TestScenariosOfDraws(t *testing.T) {
	family := "- roster: [{name: Ana, age: 34, born: 1991-11-20}, {name: Luis, age: 36, born: 1989-04-02}, {name: Niño, age: 5}]\n- select: selected\n"
	for way, expect := range map[string]string{
		// From 2 March: April comes before November, and November was the last.
		"next": "selected: Luis, exported: {household: {selected_method: next_birthday, selected_by: 2026-03-02, selected_person: 2}, 'person[2]': {p_selected: 0.5}}",
		"last": "selected: Ana",
		// Descending by age Luis is first, and 0.75 of two the second.
		"number sorted": "selected: Ana, exported: {household: {eligible: 2, selected_person: 1}}",
	} {
		t.Run(way, func(t *testing.T) {
			if ds := runScenario(t, drawing(t, ways[way]), "s.yaml", houseScenario+family+"- expect: {"+expect+"}\n", nil); len(ds) > 0 {
				t.Error(ds)
			}
		})
	}
}

const typesScenario = "scenario: s\ninstrument: types\ninterview:\n"

// Checks of a case see all households gone through so far, and coverage sees
// them met and unmet.
func TestScenariosOfSeveralHouseholds(t *testing.T) {
	q := compileDir(t, "testdata/types")
	reached := NewCoverage(q)
	steps := "- rooms_total: 5\n- born: PER\n- expect: {case_not_raised: [rooms, abroad]}\n" +
		"- household: 2\n- expect: {missing: {rooms_total: not_reached}}\n- rooms_total: 4\n- born: ESP\n- expect: {case_raised: {rooms: hard, abroad: info}}\n"
	if ds := runScenario(t, q, "s.yaml", typesScenario+steps, reached); len(ds) > 0 {
		t.Error(ds)
	}
	for _, n := range reached.Never() {
		if strings.HasPrefix(n.Name, "case#") {
			t.Errorf("not seen: %+v", n)
		}
	}
	const shipped = "testdata/types/scenarios/households.yaml"
	src, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	if ds := runScenario(t, q, shipped, string(src), nil); len(ds) > 0 {
		t.Error(ds)
	}
	ds := runScenario(t, q, "s.yaml", typesScenario+"- rooms_total: 9\n- expect: {case_raised: {rooms: soft}, case_not_raised: rooms}\n- expect: {case_raised: abroad}\n", nil)
	want := []string{"expected check rooms of the case to be soft, it is hard", "expected check rooms of the case not to be raised, it is: Los hogares suman", "expected check abroad of the case to be raised, it is not"}
	for i, w := range want {
		if len(ds) != len(want) || !strings.Contains(ds[i].Message, w) {
			t.Fatalf("got %v, want %q", ds, want)
		}
	}
}

// Visits before the interview were made before its day, and later ones decide
// its outcome as long as nothing is asked after them.
func TestScenariosOfVisits(t *testing.T) {
	steps := "- attempt: 220\n- attempt: 211\n- expect: {final: 211, value: {interview_date: 2026-03-02}}\n- P6_2: no\n- expect: {final: 212, disposition: 212}\n- attempt: 220\n- expect: {final: 220}\n"
	if ds := runScenario(t, compileHouse(t), "s.yaml", houseScenario+steps, nil); len(ds) > 0 {
		t.Error(ds)
	}
}

// A condition that decides which options are offered is covered when one was and
// another was not; a check when it was unmet and met.
func TestCoverageOfOffersAndChecks(t *testing.T) {
	q := compileDir(t, "testdata/types")
	never := func(steps string) string {
		reached := NewCoverage(q)
		if ds := runScenario(t, q, "s.yaml", typesScenario+steps, reached); len(ds) > 0 {
			t.Fatal(ds)
		}
		var b strings.Builder
		for _, n := range reached.Never() {
			b.WriteString(n.What + " " + n.Name + " " + n.Never + "\n")
		}
		return b.String()
	}
	// Of three programmes one is of another state from the start.
	got := never("- rooms_total: 50\n")
	for _, not := range []string{"condition Q6: option.state", "check Q10#max fired"} {
		if strings.Contains(got, not) {
			t.Errorf("%q was reached:\n%s", not, got)
		}
	}
	for _, want := range []string{"check Q10#max met", "check Q10#min fired", "check case#rooms met"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not among what was never reached:\n%s", want, got)
		}
	}
	if got := never("- rooms_total: 50\n- rooms_total: 5\n"); strings.Contains(got, "Q10#max") || strings.Contains(got, "case#rooms") {
		t.Errorf("met and unmet, and never reached:\n%s", got)
	}
}
