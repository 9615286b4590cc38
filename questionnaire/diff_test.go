//go:build !js

package questionnaire

import (
	"os"
	"slices"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

func authoredHouse(t testing.TB, changes ...string) *Instrument {
	t.Helper()
	in, ds := LoadInstrument(changedHouse(t, changes...), ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	if _, ds := Compile(in); ds.Err() != nil {
		t.Fatal(ds)
	}
	return in
}

// Each kind of change is told as what it is, in its section, and nothing else is.
func TestDiffTellsEachKindOfChange(t *testing.T) {
	old := authoredHouse(t)
	for _, tt := range []struct {
		name    string
		changes []string
		want    []string // section what name field old new
	}{
		{"nothing", nil, nil},
		{"a text", []string{"incident.yaml", `"¿Denunció?"`, `"¿Fue a denunciar?"`}, []string{"texts changed I1_20 es"}},
		{"a condition", []string{"incident.yaml", "when: place is street", "when: place is home"}, []string{"logic changed I1_16 when place is street|place is home"}},
		{"a type", []string{"incident.yaml", "I1_34, text: \"¿Cuánto perdió?\", type: money, zero: {text: Nada}", "I1_34, text: \"¿Cuánto perdió?\", type: decimal(2)"}, []string{"logic changed I1_34 type money|decimal(2)"}},
		{"a check", []string{"household.yaml", "cost <= 5000", "cost <= 9000"}, []string{"logic changed cost checks.high soft cost <= 5000|soft cost <= 9000"}},
		{"a cap", []string{"personal.yaml", "up_to: 5", "up_to: 3"}, []string{"logic changed personal_crimes forms.up_to 5|3"}},
		{"an option added", []string{"instrument.yaml", "    - {code: 8, name: other", "    - {code: 7, name: work, text: Trabajo}\n    - {code: 8, name: other"}, []string{"options added places.work"}},
		{"an option renamed", []string{"instrument.yaml", "name: firearm", "name: gun"}, []string{"options renamed weapons.gun"}},
		{"a code changed", []string{"instrument.yaml", "code: 2, name: blade", "code: 5, name: blade"}, []string{"options changed weapons.blade code 2|5"}},
		{"an attribute", []string{"instrument.yaml", `iccs: "0401"`, `iccs: "04011"`}, []string{"options changed crimes.street_robbery values"}},
		{"an item added", []string{"incident.yaml", "  - {id: loss,", "  - {id: I1_40, text: ¿Algo más?, type: one of yes_no}\n  - {id: loss,"}, []string{"parts added I1_40"}},
		{"an item removed", []string{"incident.yaml", "  - {id: loss, value: \"sum(incident, I1_34)\"}\n", ""}, []string{"parts removed loss"}},
		{"an item renamed", []string{"incident.yaml", "id: loss,", "id: damage,"}, []string{"parts renamed damage"}},
		{"an order", []string{"incident.yaml", "  - {id: I1_20, text: \"¿Denunció?\", type: one of yes_no}\n", "", "incident.yaml", "  - {id: loss,", "  - {id: I1_20, text: \"¿Denunció?\", type: one of yes_no}\n  - {id: loss,"}, []string{"order moved I1_20"}},
		{"an order of options", []string{"instrument.yaml", "    - {code: 1, name: street, text: La calle}\n    - {code: 2, name: home, text: Su casa}\n", "    - {code: 2, name: home, text: Su casa}\n    - {code: 1, name: street, text: La calle}\n"}, []string{"order moved places."}},
		{"a parameter", []string{"instrument.yaml", "{type: year}", "{type: integer}"}, []string{"logic changed reference_year type year|integer"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Diff(old, authoredHouse(t, tt.changes...))
			if len(got) != len(tt.want) {
				t.Fatalf("%d differences, want %d: %+v", len(got), len(tt.want), got)
			}
			for i, d := range got {
				line := strings.Join([]string{d.In, d.What, d.Name, d.Field + d.Language, d.Old + "|" + d.New}, " ")
				if !strings.HasPrefix(line, tt.want[i]) {
					t.Errorf("told as %q, want %q", line, tt.want[i])
				}
			}
		})
	}
}

// What stayed is a longest run in order: compared with trying all of them.
func TestLongestRiseIsLongest(t *testing.T) {
	for _, xs := range [][]int{{}, {0}, {1, 0}, {2, 0, 1}, {3, 1, 2, 0, 4}, {5, 4, 3, 0, 1, 2}, {0, 4, 1, 5, 2, 3}} {
		best := 0
		for set := range 1 << len(xs) {
			var run []int
			for i, x := range xs {
				if set>>i&1 == 1 {
					run = append(run, x)
				}
			}
			if slices.IsSorted(run) {
				best = max(best, len(run))
			}
		}
		got := longestRise(xs)
		for i := 1; i < len(got); i++ {
			if xs[got[i]] < xs[got[i-1]] {
				t.Errorf("%v: %v does not rise", xs, got)
			}
		}
		if len(got) != best {
			t.Errorf("%v: a run of %d, want %d", xs, len(got), best)
		}
	}
}

const houseIndicators = `indicators: house
of: house
list:
  - {name: robbed, title: Asaltos, population: [adult], domain: 18 and over, reads: [P7_3], codes: [crimes.street_robbery]}
  - {name: places, title: Lugares, reads: [I1_5]}
  - {name: reported, title: Denuncias, reads: [I1_20]}
  - {name: forms, title: Incidentes descritos, reads: [personal_crimes.forms.up_to]}
`

// A change takes from comparison exactly the indicators that read it, or whose
// questions it decides about.
func TestConformKeepsWhatIsComparable(t *testing.T) {
	core := authoredHouse(t)
	list, ds := ReadIndicators("indicators.yaml", []byte(houseIndicators), core)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	head := "overlay: town\nversion: 1\nof: house@2026.1\nbecause: a town\nrange: {from: 31, to: 39}\n"
	for _, tt := range []struct{ name, over, lost string }{
		{"nothing", "", ""},
		{"other words", "texts: {I1_20: ¿Fue a denunciar?}\n", ""},
		{"the population", "change: {adult.value: age >= 15}\n", "robbed for 18 and over"},
		{"what an adult is asked from", "change: {age.special: [dont_know, refused]}\n", "robbed for 18 and over"},
		{"an option that stands for another", "codes: {places: {add: [{code: 31, name: market, text: Mercado, maps: street}]}}\n", ""},
		{"an option dropped", "codes: {places: {drop: [other]}}\n", "places"},
		{"a cap", "change: {personal_crimes.forms.up_to: 2}\n", "forms"},
		{"a condition of the module", "change: {personal_screening.when: selected and age > 20}\n", "robbed"},
		{"an item", "change: {I1_20.special: [refused]}\n", "reported"},
		{"an item dropped", "drop: {victim: never used}\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in, q, ds := overHouse(t, head+tt.over)
			if q == nil {
				t.Fatal(ds)
			}
			c := Conform(core, in, list)
			var lost []string
			for _, f := range c.Indicators {
				if f.Comparable != (len(f.Why) == 0) {
					t.Errorf("%s: comparable %v, why %v", f.Name, f.Comparable, f.Why)
				}
				if !f.Comparable {
					name := f.Name
					if f.Domain != "" {
						name += " for " + f.Domain
					}
					lost = append(lost, name)
				}
			}
			if got := strings.Join(lost, ", "); got != tt.lost {
				t.Errorf("not comparable: %q, want %q\n%+v", got, tt.lost, c.Indicators)
			}
		})
	}
}

// Items are kept, changed, dropped or added, with the overlay's reasons.
func TestConformTellsItemByItem(t *testing.T) {
	in, _, _ := overHouse(t, peru)
	c := Conform(authoredHouse(t), in, nil)
	got := map[string]string{}
	for _, it := range append(c.Items, c.Options...) {
		got[it.Name] = it.Status + ": " + it.Because
	}
	for name, want := range map[string]string{
		"loss": "dropped: not published", "T1": "added: a town with a market", "I1_5": "changed: a town with a market", "I1_20": "changed: a town with a market",
		"personal_crimes": "changed: shorter interviews", "I1_21": "kept: ", "weapons.none": "dropped: never said here", "places.market": "added: a town with a market",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
}

func TestIndicatorsReportEveryMistake(t *testing.T) {
	b, err := os.ReadFile("testdata/indicators.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, ds := ReadIndicators("indicators.yaml", b, authoredHouse(t))
	want := annotations("indicators.yaml", b)
	for _, d := range ds {
		i := slices.IndexFunc(want, func(w wanted) bool { return w.line == d.Line && strings.Contains(d.Message+" ("+d.Hint+")", w.text) })
		if i < 0 {
			t.Errorf("not expected: %s", expr.Diagnostics{d})
			continue
		}
		want = slices.Delete(want, i, i+1)
	}
	for _, w := range want {
		t.Errorf("line %d: not reported: %s", w.line, w.text)
	}
}

// authoredScreens is the instrument with screeners, changed.
func authoredScreens(t testing.TB, changes ...string) *Instrument {
	t.Helper()
	in, ds := LoadInstrument(changedFiles(t, "testdata/screens", changes...), ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	if _, ds := Compile(in); ds.Err() != nil {
		t.Fatal(ds)
	}
	return in
}

// Every question of a screener is an item in a comparison, those of `ever:` and
// of a series too, and an indicator that reads one is not comparable when it
// changed. It turns red if the questions of an element are listed by hand and one
// is left out.
func TestDiffSeesEveryQuestionOfAScreener(t *testing.T) {
	core := authoredScreens(t)
	questions := []string{"H_before", "P_before", "P_after", "P_ever", "P_ask", "P_times", "P_series"}
	for _, id := range questions {
		now := authoredScreens(t, "screening.yaml", "{id: "+id+",", "{id: "+id+", tags: [fresh],")
		if list := Diff(core, now); len(list) != 1 || list[0].Name != id || list[0].Field != "tags" {
			t.Errorf("%s: %+v", id, list)
		}
		c := Conform(core, now, nil)
		if i := slices.IndexFunc(c.Items, func(it ConformingItem) bool { return it.Name == id }); i < 0 || c.Items[i].Status != "changed" {
			t.Errorf("%s is not told as changed: %+v", id, c.Items)
		}
	}
	list, ds := ReadIndicators("indicators.yaml", []byte("indicators: screens\nof: screens\nlist:\n  - {name: ever, title: Alguna vez, reads: [P_ever]}\n"), core)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	now := authoredScreens(t, "screening.yaml", "{crime.text}\", type: one of yes_no, special: [dont_know]}\n    ask: {id: P_ask", "{crime.text}\", type: one of yes_no}\n    ask: {id: P_ask")
	if c := Conform(core, now, list); c.Comparable() != 0 {
		t.Errorf("an answer less at ever: and comparable: %+v", c.Indicators)
	}
}

// A period that is another is told, and who asks about it counts something else;
// what makes an interview complete is told too. It turns red if only items and
// options are told, or if the words of a question are not looked at for periods.
func TestConformTellsPeriodsAndWhatIsComplete(t *testing.T) {
	core := authoredScreens(t)
	list, ds := ReadIndicators("indicators.yaml", []byte("indicators: screens\nof: screens\nlist:\n  - {name: ever, title: Alguna vez, reads: [P_ever]}\n  - {name: fear, title: Temor, reads: [worst]}\n"), core)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	now := authoredScreens(t, "instrument.yaml", "memory: {years: 3", "memory: {years: 5", "instrument.yaml", "complete: [roster, screening]", "complete: [screening]")
	c := Conform(core, now, list)
	told := map[string]string{}
	for _, p := range c.Parts {
		for _, d := range p.Changes {
			told[p.Name+"."+d.Field] = p.Status + " " + d.Old + "|" + d.New
		}
	}
	if told["memory.years"] != "changed 3|5" || told["instrument.complete"] != "changed roster, screening|screening" || len(c.Parts) != 2 {
		t.Errorf("told %v of %+v", told, c.Parts)
	}
	if c.Indicators[0].Comparable || !strings.Contains(strings.Join(c.Indicators[0].Why, " "), "memory.years") || !c.Indicators[1].Comparable {
		t.Errorf("%+v", c.Indicators)
	}
}
