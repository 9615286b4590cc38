//go:build !js

package questionnaire

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A twoSides is one interview as its tablet and the office hold it: the tablet's
// events reach the office late, the office's moves reach the tablet late.
type twoSides struct {
	t      *testing.T
	tablet *conduct
	office *Interview
	sent   int     // events of the tablet that the office has
	moves  []Event // of the office
	taken  int     // moves that the tablet has
}

// send brings the office what the tablet did, n events at most.
func (f *twoSides) send(n int) {
	f.t.Helper()
	for _, e := range f.tablet.log[f.sent:min(f.sent+n, len(f.tablet.log))] {
		if err := f.office.Replay(e); err != nil {
			f.t.Fatalf("the office parks number %d of the tablet: %v", f.sent+1, err)
		}
		f.sent++
	}
}

// move makes an event of the office.
func (f *twoSides) move(e Event, err error) {
	f.t.Helper()
	if err == nil {
		err = f.office.Replay(e)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	f.moves = append(f.moves, e)
}

// take brings the tablet the moves that it lacks.
func (f *twoSides) take() {
	f.t.Helper()
	for _, e := range f.moves[f.taken:] {
		if err := f.tablet.iv.Replay(e); err != nil {
			f.t.Fatalf("the tablet does not take the move: %v", err)
		}
	}
	f.taken = len(f.moves)
}

// goOn does something on n screens.
func (f *twoSides) goOn(rng *rand.Rand, n int) {
	f.t.Helper()
	c := f.tablet
	at := c.iv.FirstOpen()
	for range n {
		v := c.iv.View(at, "")
		if v.Screen.Kind != "end" {
			c.wanderOn(v, rng)
		}
		if next, err := c.iv.Next(v.Screen.Path); err == nil && rng.IntN(6) > 0 {
			at = next
		} else {
			at = c.iv.Back(v.Screen.Path)
		}
	}
}

// same fails if tablet and office, who have heard the same, differ.
func (f *twoSides) same(when string) {
	f.t.Helper()
	f.send(len(f.tablet.log))
	f.take()
	if f.tablet.iv.Digest() != f.office.Digest() {
		f.t.Fatalf("%s: tablet and office are in different states", when)
	}
	if len(f.tablet.iv.Asides()) != len(f.office.Asides()) {
		f.t.Fatalf("%s: %d answers are aside at the tablet, %d at the office", when, len(f.tablet.iv.Asides()), len(f.office.Asides()))
	}
}

// Whenever a tablet hears of a move and whenever the office hears of what the
// tablet did, both come to the same state, there and back; and no event of the
// tablet is parked. Sabotage: to fold late events where they arrive.
func TestTabletAndOfficeComeToTheSameState(t *testing.T) {
	from := compileHouse(t)
	to, rules := movedHouse(t)
	n := uint64(200)
	if testing.Short() {
		n = 60
	}
	late := 0
	for seed := range n {
		rng := rand.New(rand.NewPCG(seed, 7))
		f := &twoSides{t: t, tablet: wander(t, from, seed, 5+rng.IntN(40)), office: from.Open(Self{"s", "0197", Office, 0})}
		f.office.Know(to)
		f.tablet.iv.Know(to)
		f.send(1 + rng.IntN(len(f.tablet.log)))
		wall := func() Stamp {
			return Stamp{Wall: f.tablet.now.Add(time.Duration(rng.IntN(9)) * time.Hour), Salt: [16]byte{8}}
		}
		for round := range 1 + rng.IntN(3) {
			f.move(f.office.Migrate(to, rules, because, wall()))
			before := f.sent
			f.send(rng.IntN(20))
			late += f.sent - before
			f.goOn(rng, rng.IntN(6))
			f.same("after a move")
			f.goOn(rng, 1+rng.IntN(6))
			f.send(rng.IntN(10))
			if round > 0 || rng.IntN(2) == 0 {
				f.same("a while after a move")
			}
			f.move(f.office.Unmigrate(because, wall()))
			f.send(len(f.tablet.log)) // some of it was said in the version that was left
			f.same2()
			f.goOn(rng, rng.IntN(4))
			f.same2()
		}
	}
	if late == 0 {
		t.Error("no event came late")
	}
}

// same2 is same after a way back: what the tablet said between two moves may
// stand before or after it in the office, and the day is then another.
func (f *twoSides) same2() {
	f.t.Helper()
	f.send(len(f.tablet.log))
	f.take()
	for _, iv := range []*Interview{f.tablet.iv, f.office} {
		iv.setDate("today", noon)
		iv.settle()
	}
	f.same("after the way back")
}

// What a tablet says in the version before is read as that version has it, even
// if the new one has the same words for something else. Sabotage: to take an
// answer as it stands wherever it fits.
func TestLateAnswersMeanWhatTheyMeant(t *testing.T) {
	from := compileHouse(t)
	to, _ := movedHouse(t)
	rules := []Rule{
		{Item: "I1_5", Codes: map[string]string{"street": "other", "other": "street", "home": "dwelling"}, To: "I1_5"},
		{Item: "I1_16"}, {Item: "I1_34"}, {Item: "I1_20", To: "I1_20b"},
	}
	f := &twoSides{t: t, tablet: start(t, from, 0).family(), office: from.Open(Self{"s", "0197", Office, 0})}
	f.office.Know(to)
	f.tablet.iv.Know(to)
	at := "person[d1.1]."
	form := at + "incident[street_robbery.1]."
	f.tablet.say(at+"P7_3[street_robbery]", "yes").say(at+"P7_4[street_robbery]", 1)
	f.send(len(f.tablet.log))
	f.move(f.office.Migrate(to, rules, because, Stamp{Wall: noon}))
	f.tablet.say(form+"I1_5", Code{Name: "street"}).say(form+"I1_34", 5000)
	f.send(len(f.tablet.log))
	if _, v, err := f.office.find(form + "I1_5"); err != nil {
		t.Fatal(err)
	} else if r, _, _ := f.office.find(form + "I1_5"); to.valueOf(v, r.answers[v.index].cell, "") != (Code{Name: "other"}) {
		t.Errorf("street, said before the move, is %v after it, want other", to.valueOf(v, r.answers[v.index].cell, ""))
	}
	if got := f.office.Asides(); !slices.Equal(got, []Aside{{form + "I1_34", "I1_34"}}) {
		t.Errorf("aside: %v, want the amount that came late", got)
	}
	f.same("after the move")
	f.move(f.office.Unmigrate(because, Stamp{Wall: noon}))
	f.same("after the way back")
	f.tablet.is(form+"I1_5", "street").is(form+"I1_34", 5000)
}

// An item that took some options of another answers for those only on the way
// back. Sabotage: to let the answer of the part replace the whole.
func TestPartsOfASplitComeBackTogether(t *testing.T) {
	from := compileHouse(t)
	to, rules := movedHouse(t)
	c := start(t, from, 0).family()
	c.iv.Know(to)
	at := "person[d1.1]."
	form := at + "incident[street_robbery.1]."
	c.say(at+"P7_3[street_robbery]", "yes").say(at+"P7_4[street_robbery]", 1).say(form+"I1_5", "street").say(form+"I1_16", []string{"firearm"})
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Migrate(to, rules, because, st) })
	c.say(form+"I1_18", []string{"blade"})
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Unmigrate(because, st) })
	if got := c.cell(form + "I1_16"); got.N != 3 {
		t.Errorf("firearm, and blade said after the move, come back as %b, want 11", got.N)
	}
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Migrate(to, rules, because, st) })
	c.do(Act{Kind: KindClear, Path: form + "I1_17"})
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Unmigrate(because, st) })
	if got := c.cell(form + "I1_16"); got.N != 2 {
		t.Errorf("without the firearm it comes back as %b, want 10", got.N)
	}
}

// What of an answer has no place is aside and counted: options that no part
// takes, the text beside an option, a second answer for the same place.
func TestMigrateLosesNoPartOfAnAnswer(t *testing.T) {
	from := compileHouse(t)
	to, _ := movedHouse(t)
	c := start(t, from, 0).family()
	c.iv.Know(to)
	at := "person[d1.1]."
	form := at + "incident[street_robbery.1]."
	c.say(at+"P7_3[street_robbery]", "yes").say(at+"P7_4[street_robbery]", 1).say(form+"I1_5", "street").say(form+"I1_16", []string{"firearm", "blade"})
	rules := []Rule{{Item: "I1_16", To: "I1_17", Codes: map[string]string{"firearm": "firearm"}}}
	c.office(func(o *Interview, st Stamp) (Event, error) { return o.Migrate(to, rules, because, st) })
	if got := c.iv.Asides(); !slices.Contains(got, Aside{form + "I1_16", "I1_16"}) {
		t.Errorf("the blade, which no rule takes, is lost: %v", got)
	}
}
