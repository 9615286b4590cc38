//go:build !js

package questionnaire

import (
	"errors"
	"strings"
	"testing"
)

// The rules of meaning of the instrument language, each with a test that names
// it.

const (
	ana     = "person[d1.1]."
	robbery = ana + "incident[street_robbery.1]."
)

// victim is an interview in which Ana was robbed in the street n times.
func victim(t *testing.T, n any) *conduct {
	t.Helper()
	return start(t, compileHouse(t), 0).family().
		say(ana+"P7_3[street_robbery]", "yes").say(ana+"P7_4[street_robbery]", n)
}

func TestRule1ThreeValuedAndTwoValued(t *testing.T) {
	t.Run("two-valued is not holds for an item off path", func(t *testing.T) {
		// I1_21 is asked for household crimes only; I1_23 reads it with is not.
		victim(t, 1).say(robbery+"I1_20", "no").
			is(robbery+"I1_21", NotAsked).asked(robbery+"I1_21", false).
			asked(robbery+"I1_23", true)
	})
	t.Run("Kleene or is decided by one side", func(t *testing.T) {
		c := start(t, compileHouse(t), 0).family()
		c.is(ana+"victim", NotReached) // nothing screened: unknown, not false
		c.say(ana+"P7_3[injuries]", "yes").is(ana+"victim", true)
	})
	t.Run("an unknown check does not fire, an unknown condition does not hold", func(t *testing.T) {
		c := start(t, compileHouse(t), 0).family().say("cost", DontKnow)
		if checks := c.iv.View("cost", "").Screen.Checks; len(checks) != 0 {
			t.Errorf("checks %+v on an amount that is not known", checks)
		}
		c.say("P6_4[car_theft]", DontKnow).asked("household_crimes[car_theft]", true)
		if qs := c.iv.View("household_crimes[car_theft]", "").Screen.Questions; len(qs) != 1 {
			t.Errorf("%d questions after don't know, want the first one alone", len(qs))
		}
	})
}

func TestRule2MissingKinds(t *testing.T) {
	c := victim(t, 1)
	c.is("cost", NotReached).say("cost", DontKnow).is("cost", DontKnow)
	c.is(robbery+"I1_16", NotAsked)
	if err := c.try(Act{Kind: KindAnswer, Path: robbery + "I1_20", Value: Special(DontKnow)}); !errors.Is(err, ErrValue) {
		t.Errorf("don't know where it is not offered: %v, want ErrValue", err)
	}
	if _, err := DecodeValue([]byte(`{"missing":"not_asked"}`)); !errors.Is(err, ErrValue) {
		t.Errorf("not asked as an answer: %v, want ErrValue", err)
	}
	c.say("cost", 0).is("cost", 0) // zero pesos is an answer
	// A payload that is gone folds as withheld.
	last := len(c.log) - 1
	again := c.iv.q.Open(Self{"s", "0197", "d1", 1})
	for i, e := range c.log {
		if i == last {
			e.Payload = nil
		}
		if err := again.Admit(e); err != nil {
			t.Fatal(err)
		}
		again.Apply(e)
	}
	if got := (&conduct{t: t, iv: again}).cell("cost").Missing; got != Withheld {
		t.Errorf("a destroyed payload folds as %s, want withheld", got)
	}
}

func TestRule3OffPathIsKeptAndReturns(t *testing.T) {
	c := victim(t, 2).say(robbery+"I1_5", "street").say(robbery+"I1_16", []string{"firearm"})
	c.say(ana+"P7_3[street_robbery]", "no") // the person corrects herself
	c.is(robbery+"I1_16", NotAsked).asked(robbery+"I1_5", false)
	c.say(ana+"P7_3[street_robbery]", "yes").is(robbery+"I1_16", []string{"firearm"}).is(robbery+"I1_5", "street")
	c.say(robbery+"I1_5", DontKnow).is(robbery+"I1_16", NotAsked)
	c.say(robbery+"I1_5", "street").is(robbery+"I1_16", []string{"firearm"})
}

func TestRule4ForcedAnswersAreDerived(t *testing.T) {
	c := start(t, compileHouse(t), 0).family().say("P6_4[burglary]", "yes").say("P6_6[burglary]", 1)
	place := ana + "incident[burglary.1].I1_5"
	events := len(c.log)
	c.is(place, "home").asked(place, false)
	if err := c.try(Act{Kind: KindAnswer, Path: place, Value: Code{Name: "street"}}); !errors.Is(err, ErrNotAsked) {
		t.Errorf("answering a forced item: %v, want ErrNotAsked", err)
	}
	if len(c.log) != events {
		t.Error("a forced answer left an event")
	}
	// Hidden options are not offered and not taken.
	c = victim(t, 1)
	for _, o := range c.iv.View(robbery+"I1_5", "").Screen.Questions[0].Options {
		if o.Code == "home" {
			t.Error("a hidden option is offered")
		}
	}
	if err := c.try(Act{Kind: KindAnswer, Path: robbery + "I1_5", Value: Code{Name: "home"}}); !errors.Is(err, ErrValue) {
		t.Errorf("a hidden option is taken: %v", err)
	}
}

func TestRule5Aggregates(t *testing.T) {
	c := start(t, compileHouse(t), 0)
	c.is("nobody", NotReached) // no row is not zero: the list is not complete
	c.member("Eva", 12).is("nobody", NotReached)
	c.say("person_complete", "yes").is("nobody", true)
	c.say("person_complete", "no").member("Ana", 34).is("nobody", false) // one adult decides
	// Rows two levels down come with the rows between, and before anybody is
	// drawn nobody knows how many there are.
	c = start(t, maze(t), 0).say("lived_in", "yes").member("Ana", 34).say("person_complete", "yes").is("incidents", NotReached)
	c.do(Act{Kind: KindConsent, Outcome: "given"}).do(Act{Kind: KindSelect})
	c.say("P6_4[car_theft]", "no").say("P6_4[burglary]", "no").say(ana+"P7_3[street_robbery]", "no").is("incidents", NotReached)
	c.say(ana+"P7_3[injuries]", "no").is("incidents", 0).is("at_home", false)
	c = victim(t, 2)
	one, two := robbery+"I1_34", ana+"incident[street_robbery.2].I1_34"
	c.say(ana+"P7_3[injuries]", "no").say("P6_4[car_theft]", "no").say("P6_4[burglary]", "no")
	c.say(one, 10_000).is(robbery+"loss", NotReached)
	c.say(two, DontKnow).is(robbery+"loss", DontKnow)
	c.say(two, 2_550).is(robbery+"loss", 12_550)
	c.say(ana+"P7_4[street_robbery]", 1).is(robbery+"loss", 10_000) // rows off path do not count
}

func TestRule6NumbersAreExact(t *testing.T) {
	c := start(t, compileHouse(t), 0).family()
	if err := c.try(Act{Kind: KindAnswer, Path: "cost", Value: Number(1 << 53)}); !errors.Is(err, ErrValue) {
		t.Errorf("2^53 is taken: %v", err)
	}
	c.say("cost", 10).is("cost", 10) // ten cents
	c.say("cost", 500_001)           // 5,000.01 is above 5,000
	v := c.iv.View("cost", "")
	if len(v.Screen.Checks) != 1 || !strings.Contains(v.Screen.Checks[0].Message, "$5000,01") {
		t.Errorf("checks %+v, want one that reads $5000,01", v.Screen.Checks)
	}
	c.say("cost", 500_000)
	if v := c.iv.View("cost", ""); len(v.Screen.Checks) != 0 {
		t.Errorf("checks %+v at 5,000.00 exactly", v.Screen.Checks)
	}
}

func TestRule7Dates(t *testing.T) {
	c := start(t, compileHouse(t), 0)
	read := func(name string) string {
		v := c.iv.q.byName[name]
		d, ok := c.iv.q.valueOf(v, c.iv.root.Cells[v.index], "").(Date)
		if !ok {
			t.Fatalf("%s has no date", name)
		}
		return string(d)
	}
	if got := read("interview_date"); got != "2026-03-02" {
		t.Errorf("interview date %s", got)
	}
	// 23:50 in the survey's zone is the same local day; in UTC it is the next.
	c.now = noon.Add(11*60*60e9 + 50*60e9)
	c.member("Ana", 34)
	if got := read("today"); got != "2026-03-02" {
		t.Errorf("today is %s at 23:50 local time", got)
	}
	c.now = c.now.Add(20 * 60e9)
	c.member("Luis", 36)
	if got, pinned := read("today"), read("interview_date"); got != "2026-03-03" || pinned != "2026-03-02" {
		t.Errorf("after midnight today is %s and the interview date %s", got, pinned)
	}
	if got := read("reference.end"); got != "2025-12-31" {
		t.Errorf("the reference period ends on %s", got)
	}
}

func TestRule8ChecksNeverStopAnAnswer(t *testing.T) {
	c := start(t, compileHouse(t), 0).family().say("cost", 900_000).is("cost", 900_000)
	if _, err := c.iv.Next("cost"); !errors.Is(err, ErrBlocked) {
		t.Fatalf("leaving a soft check without a reason: %v", err)
	}
	check := c.iv.View("cost", "").Screen.Checks[0].ID
	if err := c.try(Act{Kind: KindConfirm, Check: check, Reason: "sí"}); !errors.Is(err, ErrAct) {
		t.Errorf("a reason of two letters: %v", err)
	}
	c.do(Act{Kind: KindConfirm, Check: check, Reason: "Compró una alarma y rejas"})
	if next, err := c.iv.Next("cost"); err != nil || next != "P6_2" {
		t.Errorf("after the reason: %q, %v", next, err)
	}
	c.say("cost", 900_001) // what was confirmed is no longer what stands
	if _, err := c.iv.Next("cost"); !errors.Is(err, ErrBlocked) {
		t.Errorf("a confirmation outlived the value it was given for: %v", err)
	}
	// A hard check on the rows fires when an age changes, far from its screen.
	c.say(ana+"age", 91).say("person[d1.2].age", 92)
	if _, err := c.iv.Next("person"); !errors.Is(err, ErrBlocked) {
		t.Errorf("leaving a hard check: %v", err)
	}
	if err := c.try(Act{Kind: KindStatus, Disposition: Complete}); !errors.Is(err, ErrBlocked) {
		t.Errorf("completed against a hard check: %v", err)
	}
	c.say("person[d1.2].age", 121)
	if v := c.iv.View("person[d1.2].age", ""); len(v.Screen.Checks) != 1 || v.Screen.Checks[0].Message != "Debe ser 120 o menos." {
		t.Errorf("checks %+v for an age of 121", v.Screen.Checks)
	}
}

func TestRule9RowIdentity(t *testing.T) {
	third := ana + "incident[street_robbery.3]."
	c := victim(t, 3)
	for k, place := range []string{"street", "other", "street"} {
		v := Code{Name: place}
		if place == "other" {
			v.Specify = "Un baldío"
		}
		c.say(ana+"incident[street_robbery."+number(k+1)+"].I1_5", v)
	}
	c.say(ana+"P7_4[street_robbery]", 2).is(third+"I1_5", NotAsked) // the highest goes
	c.say(ana+"P7_4[street_robbery]", 3).is(third+"I1_5", "street") // and comes back
	// The interviewer says which event did not happen: numbers are never reused.
	c.say(ana+"P7_4[street_robbery]", 2)
	c.do(Act{Kind: KindRemoveRow, Path: ana + "incident[street_robbery.1]", Reason: "Fue el mismo hecho"})
	c.is(robbery+"I1_5", NotAsked).is(third+"I1_5", "street")
	if h := c.iv.View(third+"I1_5", "").Screen.Heading; h != "Incidente 2 de 2: Asalto en la calle" {
		t.Errorf("heading of the third when the first is gone: %q", h)
	}
	c.say(ana+"P7_4[street_robbery]", 3).asked(ana+"incident[street_robbery.4].I1_5", true)
	// Rows by hand are numbered by device.
	c.do(Act{Kind: KindRemoveRow, Path: "person[d1.2]", Reason: "Vive en otra casa"})
	c.member("Eva", 12)
	if h, _ := c.log[len(c.log)-1].Parse(); h.Path != "person[d1.3].age" {
		t.Errorf("a new person after a removed one is %s", h.Path)
	}
	// A count of don't know opens one form; the cap holds.
	c = victim(t, DontKnow).asked(robbery+"I1_5", true).asked(ana+"incident[street_robbery.2].I1_5", false)
	c.say(ana+"P7_4[street_robbery]", 40).asked(ana+"incident[street_robbery.5].I1_5", true).asked(ana+"incident[street_robbery.6].I1_5", false)
	if h := c.iv.View(ana+"incident[street_robbery.2].I1_5", "").Screen.Heading; h != "Incidente 2 de 5: Asalto en la calle" {
		t.Errorf("heading %q", h)
	}
}
