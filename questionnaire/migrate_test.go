//go:build !js

package questionnaire

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// moved is the house in its next version: an item renamed, one recoded, one
// split, one gone, one new, another order.
func movedHouse(t testing.TB) (*Questionnaire, []Rule) {
	t.Helper()
	q := houseWith(t,
		"instrument.yaml", "version: 2026.1", "version: 2026.2",
		"instrument.yaml", "    - {code: 2, name: home, text: Su casa}\n", "    - {code: 3, name: dwelling, text: Su vivienda}\n",
		"incident.yaml", "to: home}", "to: dwelling}", "incident.yaml", "option: home", "option: dwelling",
		"incident.yaml", "  - id: I1_16\n    text: ¿Con qué arma?\n    type: several of weapons\n    when: place is street\n    special: [dont_know]\n    at_most: 2\n",
		"  - {id: I1_17, text: ¿Con un arma de fuego?, type: several of weapons, when: place is street, special: [dont_know]}\n  - {id: I1_18, text: ¿Con otra?, type: several of weapons, when: place is street, special: [dont_know]}\n",
		"incident.yaml", "{id: I1_20,", "{id: I1_20b,", "incident.yaml", "household and I1_20 is no", "household and I1_20b is no", "incident.yaml", "when: I1_20 is not yes", "when: I1_20b is not yes",
		"incident.yaml", "  - {id: I1_34, text: \"¿Cuánto perdió?\", type: money, zero: {text: Nada}, special: [dont_know]}\n  - {id: loss, value: \"sum(incident, I1_34)\"}\n", "  - {id: I1_50, text: ¿Algo más?, type: one of yes_no}\n",
	)
	return q, []Rule{
		{Item: "I1_20", To: "I1_20b"},
		{Item: "I1_5", To: "I1_5", Codes: map[string]string{"street": "street", "home": "dwelling", "other": "other"}},
		{Item: "I1_16", To: "I1_17", Codes: map[string]string{"firearm": "firearm"}},
		{Item: "I1_16", To: "I1_18", Codes: map[string]string{"blade": "blade", "none": "none"}},
		{Item: "I1_34"},
	}
}

// office folds an event of the office after what c did.
func (c *conduct) office(make func(office *Interview, st Stamp) (Event, error)) {
	c.t.Helper()
	office := *c.iv
	office.self.Device = Office
	e, err := make(&office, Stamp{Wall: c.now, Salt: [16]byte{9, byte(len(c.log))}})
	if err != nil {
		c.t.Fatal(err)
	}
	if err := c.iv.Replay(e); err != nil {
		c.t.Fatal(err)
	}
	c.log = append(c.log, e)
}

const because = "the second version corrects the first"

// Moving an interview and moving it back leaves it as it was, to the last cell;
// in between every answer is in the new version or aside; and a replay of the
// log gives the same at both ends.
func TestMigrateThereAndBack(t *testing.T) {
	from := compileHouse(t)
	to, rules := movedHouse(t)
	n := uint64(300)
	if testing.Short() {
		n = 100
	}
	moved, kept := 0, 0
	for seed := range n {
		c := wander(t, from, seed, 60)
		c.iv.Know(to)
		before, answers := c.iv.Digest(), answersUnder(c.iv.root)
		c.office(func(o *Interview, st Stamp) (Event, error) { return o.Migrate(to, rules, because, st) })
		if c.iv.Questionnaire() != to {
			t.Fatal("it is still in its old version")
		}
		placed, asides, split := 0, len(c.iv.Asides()), 0
		for _, x := range c.iv.Carried() {
			switch {
			case x.To == "":
				kept += x.Answers
				asides -= x.Answers
			case x.To == "I1_18": // the part that may hold an answer twice
				split += x.Answers
				fallthrough
			default:
				placed += x.Answers
			}
		}
		all := placed + len(c.iv.Asides())
		if asides != 0 || c.iv.Lost() != 0 || placed != answersUnder(c.iv.root) || all < answers || all > answers+split {
			t.Fatalf("seed %d: of %d answers %d are in the new version and %d aside: %+v", seed, answers, answersUnder(c.iv.root), len(c.iv.Asides()), c.iv.Carried())
		}
		moved += placed
		c.iv.View("", "es") // whatever place it was left at
		replayed := replayOf(t, c, from, to)
		if replayed.Digest() != c.iv.Digest() {
			t.Fatalf("seed %d: a replay gives another state after the move", seed)
		}
		c.office(func(o *Interview, st Stamp) (Event, error) { return o.Unmigrate(because, st) })
		if c.iv.Digest() != before || answersUnder(c.iv.root) != answers {
			t.Fatalf("seed %d: it did not come back as it was", seed)
		}
		if replayOf(t, c, from, to).Digest() != before {
			t.Fatalf("seed %d: a replay gives another state after the way back", seed)
		}
	}
	if moved == 0 || kept == 0 {
		t.Errorf("%d answers carried, %d kept aside: the walks say nothing", moved, kept)
	}
}

func replayOf(t *testing.T, c *conduct, from, to *Questionnaire) *Interview {
	t.Helper()
	iv := from.Open(Self{"s", "0197", "office", 1})
	iv.Know(to)
	for _, e := range c.log {
		if err := iv.Replay(e); err != nil {
			t.Fatal(err)
		}
	}
	return iv
}

// Each rule does what it says, and what is said after the move comes back too.
func TestMigrateCarriesByRule(t *testing.T) {
	from := compileHouse(t)
	to, rules := movedHouse(t)
	c := start(t, from, 0).family()
	at := "person[d1.1]."
	form := at + "incident[street_robbery.1]."
	c.say(at+"P7_3[street_robbery]", "yes").say(at+"P7_4[street_robbery]", 2).say(form+"I1_5", "street").say(form+"I1_16", []string{"firearm", "blade"})
	c.say(form+"I1_20", "no").say(form+"I1_34", 5000).say(at+"P7_3[injuries]", "no")
	c.do(Act{Kind: KindRemoveRow, Path: at + "incident[street_robbery.2]", Reason: "it was the year before"})
	c.iv.Know(to)
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Migrate(to, rules, because, st) })
	if steps, err := splitPath(at + "incident[street_robbery.2]"); err != nil {
		t.Fatal(err)
	} else if r, err := c.iv.findRow("", steps); err != nil || r.on {
		t.Errorf("a form that was removed is on path again after the move: %v", err)
	}
	c.is(form+"I1_20b", "no").is(form+"I1_5", "street").is(at+"P7_4[street_robbery]", 2)
	if a, b := c.cell(form+"I1_17"), c.cell(form+"I1_18"); a.N != 1 || b.N != 2 {
		t.Errorf("firearm and blade were split into %b and %b", a.N, b.N)
	}
	if got := c.iv.Asides(); len(got) != 1 || got[0].Path != form+"I1_34" {
		t.Errorf("aside: %+v, want the amount", got)
	}
	if !c.iv.Conducted() || c.iv.Case() != "0001" {
		t.Error("the case did not come along")
	}
	// The tablet has not heard of it, and says what it would have said.
	c.now = c.now.Add(time.Minute)
	old := from.Open(Self{"s", "0197", "d1", 1})
	for _, e := range c.log[:len(c.log)-1] {
		if err := old.Replay(e); err != nil {
			t.Fatal(err)
		}
	}
	e, err := old.Answer(form+"I1_20", Code{Name: "yes"}, Stamp{Wall: c.now, Mono: c.now.UnixMilli()})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.iv.Replay(e); err != nil {
		t.Fatalf("an answer of a tablet in the version before: %v", err)
	}
	c.is(form+"I1_20b", "yes")
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Unmigrate(because, st) })
	c.is(form+"I1_20", "yes").is(form+"I1_34", 5000)
}

// A move that cannot be made is refused before it is an event, and one that was
// made elsewhere is parked.
func TestMigrateRefuses(t *testing.T) {
	from := compileHouse(t)
	to, _ := movedHouse(t)
	c := start(t, from, 0).family()
	for name, rules := range map[string][]Rule{
		"an item that is not there": {{Item: "I1_99", To: "I1_5"}}, "a target that is not there": {{Item: "I1_5", To: "I1_99"}},
		"rows of another level": {{Item: "cost", To: "I1_20b"}}, "a code that is not there": {{Item: "I1_5", To: "I1_5", Codes: map[string]string{"attic": "street"}}},
	} {
		if _, err := c.iv.Migrate(to, rules, because, Stamp{Wall: noon}); !errors.Is(err, ErrMigration) {
			t.Errorf("%s: %v, want ErrMigration", name, err)
		}
	}
	if _, err := c.iv.Migrate(to, nil, "short", Stamp{Wall: noon}); !errors.Is(err, ErrAct) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err := c.iv.Unmigrate(because, Stamp{Wall: noon}); !errors.Is(err, ErrMigration) {
		t.Errorf("a way back from nowhere: %v", err)
	}
	e, err := c.iv.Migrate(to, nil, because, Stamp{Wall: noon})
	if err != nil {
		t.Fatal(err)
	}
	c.iv.Know(to)
	if err := c.iv.Admit(e); !errors.Is(err, ErrMigration) {
		t.Errorf("a tablet moves the interview by itself: %v", err)
	}
}

// Every mistake of a move is told where it stands, and nothing else is.
func TestMigrationFilesReportEveryMistake(t *testing.T) {
	from := compileHouse(t)
	to, _ := movedHouse(t)
	for _, name := range []string{"good", "parts", "bad", "worse"} {
		b, err := os.ReadFile("testdata/migration/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		f, ds := ReadMigration(name+".yaml", b)
		ds = append(ds, f.Bind(from, to)...)
		want := annotations(name+".yaml", b)
		for _, d := range ds {
			i := slices.IndexFunc(want, func(w wanted) bool { return w.line == d.Line && strings.Contains(d.Message+" ("+d.Hint+")", w.text) })
			if i < 0 {
				t.Errorf("not expected: %s: %s (%s)", d.Position, d.Message, d.Hint)
				continue
			}
			want = slices.Delete(want, i, i+1)
		}
		for _, w := range want {
			t.Errorf("%s line %d: not reported: %s", name, w.line, w.text)
		}
		if name == "good" {
			c := start(t, from, 0).family()
			if _, err := c.iv.Migrate(to, f.Rules, f.Because.Text, Stamp{Wall: noon}); err != nil || len(f.Rules) != 5 {
				t.Errorf("%d rules, %v", len(f.Rules), err)
			}
		}
	}
}

// What a place can no longer hold is told, named in the file or not: a special
// answer, decimals, sensitivity, rows of a catalogue; and the file can say that
// it is meant.
func TestMigrationFilesTellOfWhatAPlaceCannotHold(t *testing.T) {
	const head = "migrate: second\nfrom: %s@2026.1\nto: %s@2026.2\nbecause: it is corrected\n"
	house := func(changes ...string) *Questionnaire {
		return houseWith(t, append([]string{"instrument.yaml", "version: 2026.1", "version: 2026.2"}, changes...)...)
	}
	types, next := compileDir(t, "testdata/types"), changedDir(t, "testdata/types", "instrument.yaml", "version: 2026.1", "version: 2026.2", "home.yaml", "decimal(1)", "integer")
	for _, tt := range []struct {
		from, to *Questionnaire
		items    string
		want     []string
	}{
		{compileHouse(t), house(), "", nil},
		{compileHouse(t), house("roster.yaml", "max: 120, special: [dont_know]", "max: 120"), "",
			[]string{"3:5 age cannot be answered dont_know in house@2026.2 (under items, write age: {to: age, aside: [dont_know]}, or let age have it)"}},
		{compileHouse(t), house("roster.yaml", "max: 120, special: [dont_know]", "max: 120"), "items:\n  age: {aside: [dont_know]}\n", nil},
		{compileHouse(t), house("roster.yaml", "class: identifier", "class: ordinary"), "",
			[]string{"3:5 name is identifier, and name in house@2026.2 is ordinary: what was said under that promise would no longer be kept (give name class: identifier, or keep the item aside)"}},
		{compileHouse(t), house("roster.yaml", "class: identifier", "class: ordinary"), "items:\n  name: aside\n", nil},
		{types, next, "", []string{"3:5 Q11 has 0 decimals in types@2026.2, and Q11 1 in types@2026.1 (let it have as many, or keep the item aside)"}},
		{compileHouse(t), house("instrument.yaml", "      - {code: \"11\", name: injuries, text: Lesiones, level: person, iccs: \"02011\"}\n", ""), "",
			[]string{"3:5 injuries, a row of incident, is not in house@2026.2: what is answered in its rows is kept aside ()"}},
	} {
		f, ds := ReadMigration("m.yaml", []byte(strings.ReplaceAll(head, "%s", tt.from.Name)+tt.items))
		ds = append(ds, f.Bind(tt.from, tt.to)...)
		var got []string
		for _, d := range ds {
			got = append(got, fmt.Sprintf("%d:%d %s (%s)", d.Line, d.Col, d.Message, d.Hint))
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q:\ngot  %q\nwant %q", tt.items, got, tt.want)
		}
	}
}

// An item of the version before that is kept aside keeps its answer when the
// interview comes back, though the new version asked something by its name.
func TestWhatCameWithAMoveIsNotReadBack(t *testing.T) {
	from := compileHouse(t)
	to, _ := movedHouse(t)
	c := start(t, from, 0).family()
	c.iv.Know(to)
	form := "person[d1.1].incident[street_robbery.1]."
	c.say("person[d1.1].P7_3[street_robbery]", "yes").say("person[d1.1].P7_4[street_robbery]", 1).say(form+"I1_5", "street")
	rules := []Rule{{Item: "I1_5"}, {Item: "I1_16"}, {Item: "I1_20", To: "I1_20b"}, {Item: "I1_34"}}
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Migrate(to, rules, because, st) })
	c.say(form+"I1_5", "other")
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Unmigrate(because, st) })
	c.is(form+"I1_5", "street")
	if got := c.iv.Asides(); len(got) != 1 || got[0].Path != form+"I1_5" {
		t.Errorf("aside: %v, want what was said since", got)
	}
}
