//go:build !js

package questionnaire

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// The eight tables, enumerated: for every number of adults the probability of
// each is the share of the twelfths whose table chooses it, the event says so,
// and the probabilities add up to one. They are equal but for five adults,
// where numbers 3 and 5 have 1/4 and the others 1/6.
func TestKishProbabilitiesByEnumeration(t *testing.T) {
	e := &element{ID: "s", Scale: 6, Draw: &draw{Method: methodKish}}
	for n := 1; n <= 9; n++ {
		frame := strings.Split("abcdefghi", "")[:n]
		twelfths, says := make([]int64, n), make([]string, n)
		for t12 := range int64(12) {
			p := &selectPayload{Method: methodKish, Frame: frame, Table: kishTable((t12*1_000_000+500_000)/12, 6)}
			if err := p.decide(e); err != nil {
				t.Fatal(err)
			}
			at := strings.Index("abcdefghi", p.Chosen)
			twelfths[at]++
			says[at] = p.Probability
		}
		var sum big.Rat
		for i, k := range twelfths {
			want := big.NewRat(k, 12)
			if got, _ := new(big.Rat).SetString(says[i] + map[bool]string{true: "0"}[says[i] == ""]); got.Cmp(want) != 0 {
				t.Errorf("%d adults, number %d: the event says %s, enumeration %s", n, i+1, says[i], want)
			}
			sum.Add(&sum, want)
			equal := big.NewRat(1, int64(min(n, 6)))
			if n == 5 {
				equal = big.NewRat([]int64{2, 2, 3, 2, 3}[i], 12)
			} else if i >= 6 {
				equal = new(big.Rat) // the tables end at six or more
			}
			if want.Cmp(equal) != 0 {
				t.Errorf("%d adults, number %d has %s, want %s", n, i+1, want, equal)
			}
		}
		if sum.Cmp(big.NewRat(1, 1)) != 0 {
			t.Errorf("%d adults: probabilities add up to %s", n, &sum)
		}
	}
	if kishTable(0, 6) != "A" || kishTable(166_666, 6) != "A" || kishTable(166_667, 6) != "B1" || kishTable(999_999, 6) != "F" {
		t.Error("the twelfths of the tables have moved")
	}
}

// Birthdays by the rules at the head of selection.go, the interview on 2026-03-02.
func TestBirthdays(t *testing.T) {
	tests := []struct {
		name, marks, next, last string // of a, b, c
	}{
		{"later in the year, earlier in the year", "03-03 01-10 12-31", "a", "b"},
		{"none later: the first of the year", "01-10 02-28 01-09", "c", "b"},
		{"none earlier: the last of the year", "05-01 12-31 11-30", "a", "b"},
		{"today is the last birthday and the furthest next", "03-02 03-01 03-03", "c", "a"},
		{"an unknown day is the 15th", "03 03-16 03-14", "c", "b"},
		{"no known month: passed over", " 12-01 ", "b", "b"},
		{"no known month at all: the first listed", "  ", "a", "a"},
		{"29 February is between the 28th and March", "02-29 02-28 03-02", "b", "c"},
	}
	for _, tt := range tests {
		for method, want := range map[string]string{methodNext: tt.next, methodLast: tt.last} {
			p := &selectPayload{
				Method: method, Date: "2026-03-02", Seed: "00112233445566ff", Frame: []string{"a", "b", "c"}, Marks: strings.Split(tt.marks, " "),
			}
			if err := p.decide(&element{ID: "s", Draw: &draw{Method: method}}); err != nil {
				t.Fatal(err)
			}
			if p.Chosen != want || p.Probability != "1/3" {
				t.Errorf("%s, %s: %s with %s, want %s", tt.name, method, p.Chosen, p.Probability, want)
			}
		}
	}
}

// Of two with the same birthday each is drawn by about half of the seeds.
func TestBirthdayTies(t *testing.T) {
	first := 0
	for i := range 1000 {
		p := &selectPayload{
			Method: methodNext, Date: "2026-03-02", Seed: newSeed([SaltLen]byte{byte(i), byte(i >> 8)}),
			Frame: []string{"a", "b", "c"}, Marks: []string{"04-15", "12-01", "04"},
		}
		if err := p.decide(&element{ID: "s", Draw: &draw{Method: methodNext}}); err != nil {
			t.Fatal(err)
		}
		switch p.Chosen {
		case "a":
			first++
		case "b":
			t.Fatal("December comes before April")
		}
	}
	if first < 450 || first > 550 { // more than three standard deviations of 15.8
		t.Errorf("the first of two was drawn %d times in 1000", first)
	}
}

// birthdays are the items of a date of birth, for houses that draw by it.
const birthdays = "      - {id: born, text: ¿Cuándo nació?, type: date, class: identifier, special: [dont_know]}\n      - {id: adult, value: age >= 18}\n"

// drawing returns a house that draws in another way.
func drawing(t testing.TB, how string) *Questionnaire {
	t.Helper()
	return houseWith(t, "roster.yaml", "    method: number\n    number: selection_number\n", how,
		"roster.yaml", "      - {id: adult, value: age >= 18}\n", birthdays,
		"instrument.yaml", "  selection_number: {type: decimal(6)}\n", "  selection_number: {type: decimal(6)}\n  kish: {type: text, default: F}\n  sample_seed: {type: integer, default: 77}\n")
}

// ways are all methods, each with what it is given.
var ways = map[string]string{
	"number sorted": "    method: number\n    number: selection_number\n    sort: [-age]\n",
	"kish number":   "    method: kish\n    number: selection_number\n    sort: [-age]\n",
	"kish table":    "    method: kish\n    table: kish\n    sort: [-age]\n",
	"next":          "    method: next_birthday\n    birthday: born\n",
	"last":          "    method: last_birthday\n    birthday: born\n    seed: sample_seed\n",
	"month":         "    method: next_birthday\n    month: age\n    day: age\n",
	"seeded":        "    method: seeded\n",
	"sample seed":   "    method: seeded\n    seed: sample_seed\n",
}

// Whatever the method, the event that was decided is admitted, folds to the row
// it names in another engine, and is refused with anything in it changed.
func TestEveryDrawIsCheckedAgain(t *testing.T) {
	for name, how := range ways {
		t.Run(name, func(t *testing.T) {
			q := drawing(t, how)
			c := start(t, q, 700_000).member("Ana", 34).member("Luis", 36).member("Eva", 70).member("Niño", 5)
			for i, born := range []string{"1991-11-20", "1989-04", "1955-02-10"} {
				c.say(fmt.Sprintf("person[d1.%d].born", i+1), Date(born))
			}
			c.say("person_complete", "yes").do(Act{Kind: KindConsent, Outcome: "given"}).do(Act{Kind: KindSelect})
			last := c.log[len(c.log)-1]
			var p selectPayload
			if err := json.Unmarshal(last.Payload, &p); err != nil {
				t.Fatal(err)
			}
			if len(p.Frame) != 3 || !strings.Contains(strings.Join(p.Frame, " "), p.Chosen) {
				t.Fatalf("draw %+v", p)
			}
			again := replay(t, q, c.log)
			if again.Digest() != c.iv.Digest() {
				t.Error("another engine draws another row")
			}
			for what, change := range map[string]func(*selectPayload){
				"another row":         func(p *selectPayload) { p.Chosen = p.Frame[(slices.Index(p.Frame, p.Chosen)+1)%3] },
				"another probability": func(p *selectPayload) { p.Probability = "1/2" },
				"a row left out":      func(p *selectPayload) { p.Frame = []string{"d1.4"} },
				"another method":      func(p *selectPayload) { p.Method = "fate" },
				"another number":      func(p *selectPayload) { p.Number += "1" },
				"another seed":        func(p *selectPayload) { p.Seed += "1" },
				"another table":       func(p *selectPayload) { p.Table += "1" },
				"another date":        func(p *selectPayload) { p.Date = "2026-07-01" },
				"marks that are none": func(p *selectPayload) { p.Marks = []string{"13-32x", "", ""} },
			} {
				bad := p
				bad.Frame = append([]string{}, p.Frame...)
				change(&bad)
				b, err := json.Marshal(bad)
				if err != nil {
					t.Fatal(err)
				}
				iv := replay(t, q, c.log[:len(c.log)-1])
				if err := iv.Admit(withPayload(t, last, b)); !errors.Is(err, ErrPayload) {
					t.Errorf("%s is admitted: %v", what, err)
				}
			}
			// A list that changes asks for another draw.
			if v := c.iv.View("selected", ""); v.Screen.Selection.Stale || v.Screen.Selection.Chosen != p.Chosen {
				t.Errorf("selection %+v", v.Screen.Selection)
			}
			c.say("person[d1.4].age", 19)
			if v := c.iv.View("selected", ""); !v.Screen.Selection.Stale || v.Screen.CanNext {
				t.Error("a new adult does not make the draw stale")
			}
		})
	}
}

// withPayload is e with another payload, as a device that cheats would write it.
func withPayload(t *testing.T, e Event, payload []byte) Event {
	t.Helper()
	h, err := ParseHeader(e.Header)
	if err != nil {
		t.Fatal(err)
	}
	h.Hash = PayloadHash(e.Salt, payload)
	header, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	return Event{Header: header, Salt: e.Salt, Payload: payload}
}

// A birthday that is corrected after the draw asks for another, and so does an
// age that changes the order of a list that is sorted.
func TestWhatADrawReadsMakesItStale(t *testing.T) {
	for how, change := range map[string]func(*conduct){
		ways["next"]:       func(c *conduct) { c.say("person[d1.1].born", Date("1991-12")) },
		ways["kish table"]: func(c *conduct) { c.say("person[d1.1].age", 90) },
	} {
		c := start(t, drawing(t, how), 0).member("Ana", 34).member("Luis", 36).say("person[d1.1].born", Date("1991-11-20"))
		c.say("person_complete", "yes").do(Act{Kind: KindConsent, Outcome: "given"}).do(Act{Kind: KindSelect})
		if change(c); !c.iv.View("selected", "").Screen.Selection.Stale {
			t.Errorf("still stands: %s", how)
		}
	}
}

// The seed is made at the start of interviews that need one, and of no others.
func TestSeedIsRecordedWhereChanceDecides(t *testing.T) {
	for how, want := range map[string]bool{ways["seeded"]: true, ways["next"]: true, ways["sample seed"]: false, ways["kish number"]: false} {
		c := start(t, drawing(t, how), 0)
		if has := c.iv.seed != ""; has != want {
			t.Errorf("seed %q for %s", c.iv.seed, how)
		}
		if strings.Contains(string(c.log[0].Payload), `"seed"`) != want {
			t.Errorf("start %s", c.log[0].Payload)
		}
	}
}

// A number that draws lies in [0,1): one that does not, such as a percentage, is
// refused where it is given, in a scenario, and in an event that draws with it.
// It turns red if the nearest end is taken instead: then 75 draws the last person
// of every household.
func TestANumberThatDrawsIsFromNoughtUpToOne(t *testing.T) {
	q := compileHouse(t)
	for number, fine := range map[int64]bool{0: true, 999_999: true, 1_000_000: false, 1_500_000: false, 75_000_000: false, -1: false, -1_500_000: false} {
		iv := q.Open(Self{Survey: "s", Interview: "i", Device: "d", Lease: 1})
		given := map[string]Value{"reference_year": Number(2025), "selection_number": Number(number)}
		_, err := iv.Decide(Act{Kind: KindStart, Case: "1", Household: 1, Given: given}, Stamp{})
		if (err == nil) != fine || err != nil && !errors.Is(err, ErrValue) {
			t.Errorf("a start with %d millionths: %v", number, err)
		}
		written := locale{decimal: "."}.number(number, 6)
		src := strings.Replace(houseScenario, "0.75", written, 1)
		if ds := runScenario(t, q, "s.yaml", src+"- expect: {missing: {cost: not_reached}}\n", nil); (len(ds) == 0) != fine {
			t.Errorf("a scenario with %s: %v", written, ds)
		}
		p := &selectPayload{Method: methodNumber, Frame: []string{"1", "2"}, Number: written}
		if err := p.decide(&element{ID: "s", Scale: 6}); (err == nil) != fine || err != nil && !errors.Is(err, ErrPayload) {
			t.Errorf("a draw with %s: %v", written, err)
		}
	}
	// One that is computed is known when the draw takes place.
	twice := houseWith(t, "roster.yaml", "number: selection_number", "number: selection_number * 2")
	steps := "- roster: [{name: Ana, age: 34}, {name: Luis, age: 36}]\n- select:\n"
	if ds := runScenario(t, twice, "s.yaml", houseScenario+steps, nil); !strings.Contains(ds.Error(), "is 1.500000, and not from 0 up to 1") {
		t.Errorf("a draw with twice 0.75: %v", ds)
	}
	if !q.DrawsWith("selection_number") || q.DrawsWith("reference_year") || q.DrawsWith("nothing") {
		t.Error("which parameter draws is not known")
	}
}
