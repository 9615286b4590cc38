//go:build !js

package questionnaire

import (
	"errors"
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

// given counts the answers that stand in an interview, on path or not.
func (iv *Interview) givenAnswers() (n int) {
	iv.digestRow(iv.root, func(r *row) {
		for i, a := range r.answers {
			if a.given && said(r.level.variables[i]) {
				n++
			}
		}
	})
	return n
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
		before, answers := c.iv.Digest(), c.iv.givenAnswers()
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
		if asides != 0 || placed != c.iv.givenAnswers() || all < answers || all > answers+split {
			t.Fatalf("seed %d: of %d answers %d are in the new version and %d aside: %+v", seed, answers, c.iv.givenAnswers(), len(c.iv.Asides()), c.iv.Carried())
		}
		moved += placed
		c.iv.View("", "es") // whatever place it was left at
		replayed := replayOf(t, c, from, to)
		if replayed.Digest() != c.iv.Digest() {
			t.Fatalf("seed %d: a replay gives another state after the move", seed)
		}
		c.office(func(o *Interview, st Stamp) (Event, error) { return o.Unmigrate(because, st) })
		if c.iv.Digest() != before || c.iv.givenAnswers() != answers {
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
	for _, name := range []string{"good", "bad"} {
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
