//go:build !js

package questionnaire

import (
	"fmt"
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

// A scenario says whom Kish's tables draw, from which frame and with which
// probability. It turns red with one number of a table changed, with a frame in
// another order, and with another divisor than the twelve tables.
func TestShippedScenarioOfKish(t *testing.T) {
	q := compileDir(t, "testdata/screens")
	const shipped = "testdata/screens/scenarios/kish.yaml"
	src, err := os.ReadFile(shipped)
	if err != nil {
		t.Fatal(err)
	}
	if ds := runScenario(t, q, shipped, string(src), nil); len(ds) > 0 {
		t.Error(ds)
	}
	// The first table draws the first, whoever is there: two of the twelve.
	first := strings.NewReplacer("{kish: C}", "{kish: A}", "selected: Dora", "selected: Ciro", "drawn_by: C, drawn_person: 4", "drawn_by: A, drawn_person: 3",
		"'person[4]': {p_drawn: 0.25}", "'person[3]': {p_drawn: 0.16666666666666666}").Replace(string(src))
	if ds := runScenario(t, q, "s.yaml", first, nil); len(ds) > 0 {
		t.Error(ds)
	}
	if ds := runScenario(t, q, "s.yaml", strings.Replace(string(src), "Dora\n", "Eva\n", 1), nil); len(ds) != 1 {
		t.Errorf("another person is expected, and what is said is %v", ds)
	}
}

// A draw by a seed takes one person, always the same for a seed, each in turn as
// the seeds go on, and its frame, seed and probability are in the file.
func TestScenariosOfSeeds(t *testing.T) {
	q := drawing(t, ways["sample seed"])
	drawn := map[string]int{}
	for seed := range 12 {
		found := ""
		for i, name := range []string{"Ana", "Luis", "Eva"} {
			src := strings.Replace(houseScenario, "given: {", fmt.Sprintf("given: {sample_seed: %d, ", seed), 1) +
				"- roster: [{name: Ana, age: 34}, {name: Luis, age: 36}, {name: Eva, age: 50}, {name: Niño, age: 5}]\n- consent: given\n- select: selected\n" +
				fmt.Sprintf("- expect: {selected: %s, exported: {household: {eligible: 3, selected_method: seeded, selected_by: \"%d\", selected_person: %d}, 'person[%d]': {p_selected: 0.3333333333333333}}}\n", name, seed, i+1, i+1)
			if ds := runScenario(t, q, "s.yaml", src, nil); len(ds) == 0 {
				found += name
			} else if !strings.Contains(ds[0].Message, "selected person") {
				t.Fatal(ds)
			}
		}
		drawn[found]++
	}
	if len(drawn) != 3 || drawn["Ana"]+drawn["Luis"]+drawn["Eva"] != 12 {
		t.Errorf("twelve seeds draw %v", drawn)
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
