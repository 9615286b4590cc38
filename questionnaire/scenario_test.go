//go:build !js

package questionnaire

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cifra/questionnaire/expr"
)

// What a scenario is read with is what its schema says.
func TestScenarioAndSchemaKnowTheSameKeys(t *testing.T) {
	want, got := definitions(t, "scenario"), map[string][]string{}
	for name, keys := range scenarioKeys {
		got[name] = slices.Sorted(slices.Values(keys))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("keys (-schema +reader):\n%s", d)
	}
}

// complaint is what a fixture says is reported on its line, at a column.
var complaint = regexp.MustCompile(`# ERROR (\d+) ([^#]*(?:#[^ ][^#]*)*)`)

// Every fixture says beside each mistake, and each expectation that is not met,
// what is reported of it; nothing else is.
func TestScenariosReportEveryMistake(t *testing.T) {
	files, err := filepath.Glob("testdata/scenario/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatal("too few fixtures", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := map[string]string{}
			for i, line := range strings.Split(string(src), "\n") {
				for _, m := range complaint.FindAllStringSubmatch(line, -1) {
					want[strconv.Itoa(i+1)+":"+m[1]] = strings.TrimSpace(m[2])
				}
			}
			for _, d := range runScenario(t, compileHouse(t), file, string(src), nil) {
				at := strconv.Itoa(d.Line) + ":" + strconv.Itoa(d.Col)
				said := d.Message
				if d.Hint != "" {
					said += " (" + d.Hint + ")"
				}
				if w, ok := want[at]; !ok || !strings.Contains(said, w) {
					t.Errorf("%s: %s\nwant %q", at, said, w)
				}
				delete(want, at)
			}
			for _, at := range slices.Sorted(maps.Keys(want)) {
				t.Errorf("%s: not reported: %s", at, want[at])
			}
		})
	}
}

func runScenario(t *testing.T, q *Questionnaire, file, src string, reached *Coverage) expr.Diagnostics {
	t.Helper()
	s, ds := ReadScenario(file, []byte(src))
	if len(ds) > 0 {
		return ds
	}
	if ds := s.Check(q); len(ds) > 0 {
		if again := s.Run(q, reached); again.Error() != ds.Error() {
			t.Errorf("Run says %v, Check %v", again, ds)
		}
		return ds
	}
	return s.Run(q, reached)
}

const houseScenario = "scenario: s\ninstrument: house\ngiven: {reference_year: 2025, selection_number: 0.75}\ninterview:\n"

// Each of these interviews goes as it says.
func TestScenariosThatHold(t *testing.T) {
	family := "- roster: [{name: Ana, age: 34}, {name: Luis, age: 36}]\n"
	tests := []struct{ name, steps string }{
		{"numbers and names of options are the same", "- P6_2: 2\n- expect: {value: {P6_2: no}}\n"},
		{"money as it is written", "- cost: 12.5\n- expect: {value: {cost: 12.50}}\n- cost: 0\n- expect: {value: {cost: 0}}\n"},
		{"an answer taken back", "- cost: 3\n- clear: cost\n- expect: {missing: {cost: not_reached}}\n"},
		{"the draw takes place where it is needed", family + "- P7_3[injuries]: no\n- expect: {selected: Luis, value: {'person[2].P7_3[injuries]': no, 'person[1].selected': no}}\n"},
		{"the draw takes place where the file says", family + "- select:\n- expect: {selected: 'person[2]'}\n"},
		{"before a draw that the file makes later", family + "- expect: {selected: none}\n- select: selected\n"},
		{"a text beside an option", family + "- P6_4[car_theft]: yes\n- P6_5[car_theft]: yes\n- P6_6[car_theft]: 1\n- consent: {consent: given}\n- select:\n- incident[1].I1_5: {other: un puente}\n- expect: {value: {'incident[1].I1_5': other}}\n"},
		{"a forced answer may be stated", family + "- select:\n- P6_4[burglary]: yes\n- P6_6[burglary]: 1\n- incident[burglary.1]: {I1_5: home}\n"},
		{"rows removed, counted and numbered anew", family + "- add: [{name: Eva, age: 4}]\n- remove: {'person[1]': she lives elsewhere}\n- expect: {rows: {person: 2}, value: {'person[2].name': Eva}}\n"},
		{"a place under a person", family + "- select:\n- P7_3[injuries]: yes\n- P7_4[injuries]: 2\n- expect: {rows: {'person[2].incident': 2, 'person[1].incident': 0}, asked: 'person[2].incident[1].I1_5', kept: []}\n"},
		{"periods and dates", "- expect: {value: {reference.year: 2025, reference.end: 2025-12-31, interview_date: 2026-03-02}}\n"},
		{"a language", "- language: en\n- expect: {not_raised: high}\n"},
		{"a confirmation that lapses", "- cost: 6000\n- confirm: {cost#high: he showed the bills}\n- expect: {raised: {high: confirmed}}\n- cost: 7000\n- expect: {raised: {high: soft}}\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if ds := runScenario(t, compileHouse(t), "s.yaml", houseScenario+tt.steps, nil); len(ds) > 0 {
				t.Error(ds)
			}
		})
	}
}

func TestScenarioOfAnotherInstrument(t *testing.T) {
	ds := runScenario(t, compileHouse(t), "s.yaml", strings.Replace(houseScenario, "house", "lacsi", 1)+"- P6_2: no\n", nil)
	if len(ds) != 1 || !strings.Contains(ds.Error(), "s.yaml:2:13: error: this is a scenario of lacsi, not of house") {
		t.Error(ds)
	}
}

// What was reached, counted by hand on an interview of three answers.
func TestCoverage(t *testing.T) {
	q := compileHouse(t)
	reached := NewCoverage(q)
	if ds := runScenario(t, q, "s.yaml", houseScenario+"- cost: 6000\n- P6_2: yes\n- roster: [{name: Eva, age: 4}]\n", reached); len(ds) > 0 {
		t.Fatal(ds)
	}
	never := map[string]bool{}
	for _, n := range reached.Never() {
		never[n.What+" "+n.Name+" "+n.Never] = true
	}
	for _, want := range []string{"option P6_2: no ", "item P7_3 ", "item I1_5 ", "condition personal_screening: selected held", "check age#max fired", "check cost#high met"} {
		if !never[want] {
			t.Errorf("%q is not among what was never reached", want)
		}
	}
	for _, not := range []string{"item cost ", "item P6_2 ", "item age ", "check cost#high fired", "condition nobody: not any(person, adult) held", "condition nobody: not any(person, adult) failed"} {
		if never[not] {
			t.Errorf("%q was reached", not)
		}
	}
	summary := reached.Summary()
	if items := summary[0]; items.What != "items" || items.Reached == 0 || items.Reached >= items.Of {
		t.Errorf("items: %+v", items)
	}
	// The cost too high, the age within its two bounds, and nobody of 90.
	if seen := summary[3].Reached; seen != 4 {
		t.Errorf("checks were seen from %d sides, want 4", seen)
	}
}

// Whatever the bytes, a scenario is read or refused, and conducted to an end.
func FuzzReadScenario(f *testing.F) {
	files, err := filepath.Glob("testdata/scenario/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	q := compileHouse(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		s, ds := ReadScenario("f.yaml", src)
		if s == nil && len(ds) == 0 {
			t.Error("neither a scenario nor a reason")
		}
		if s != nil && ds.Err() == nil {
			s.Run(q, nil)
		}
	})
}
