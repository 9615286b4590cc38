//go:build !js

package questionnaire

import (
	"errors"
	"testing"
)

// TestFirstItemIsCheckedOnTheRoster: the item that names the rows of a roster
// is asked on the roster's screen, and what is wrong with it is said there.
func TestFirstItemIsCheckedOnTheRoster(t *testing.T) {
	c := start(t, houseWith(t, "roster.yaml", "first: name", "first: age"), 0)
	c.do(Act{Kind: KindAddRow, Roster: "person"}).say(ana+"age", 130).say("person_complete", "yes")
	checks := c.iv.View("person", "").Screen.Checks
	if len(checks) != 1 || checks[0].Path != ana+"age" {
		t.Errorf("checks %+v for an age of 130", checks)
	}
	if _, err := c.iv.Next("person"); !errors.Is(err, ErrBlocked) {
		t.Errorf("leaving it: %v, want ErrBlocked", err)
	}
}

// TestRosterOffPath: a roster whose condition fails takes its rows, what was
// said of them and its checks off path, and brings them back.
func TestRosterOffPath(t *testing.T) {
	c := start(t, maze(t), 0).say("dogs", 0).say("lived_in", "yes").member("Ana", 91).member("Luis", 95).say("person_complete", "yes")
	if _, err := c.iv.Next("person"); !errors.Is(err, ErrBlocked) {
		t.Errorf("two persons above 90: %v, want ErrBlocked", err)
	}
	c.say("lived_in", "no").is(ana+"age", NotAsked).is(ana+"adult", NotAsked).asked("person", false).asked(ana+"sick", false)
	for _, k := range c.iv.q.Checks {
		c.iv.eachUnder(c.iv.root, k.Level, func(r *row) {
			if r.fires[k.index] {
				t.Errorf("check %s fires off path", c.iv.checkKey(k, r))
			}
		})
	}
	if err := c.try(Act{Kind: KindAddRow, Roster: "person"}); !errors.Is(err, ErrNotAsked) {
		t.Errorf("a row of a roster off path: %v, want ErrNotAsked", err)
	}
	c.say("lived_in", "yes").is(ana+"age", 91)
}

// TestRosterIsFull: a roster takes no more rows than its max, and takes one
// again when one was removed.
func TestRosterIsFull(t *testing.T) {
	c := start(t, houseWith(t, "roster.yaml", "first: name", "first: name\n    max: 2"), 0).member("Ana", 34).member("Luis", 36)
	if err := c.try(Act{Kind: KindAddRow, Roster: "person"}); !errors.Is(err, ErrAct) {
		t.Errorf("a third of two: %v, want ErrAct", err)
	}
	c.do(Act{Kind: KindRemoveRow, Path: "person[d1.1]", Reason: "Vive en otra casa"}).member("Eva", 12)
}

// TestAfterTheEnd: once the interview has ended, what lies behind cannot be
// answered nor added to, it is not complete, and the way back is open.
func TestAfterTheEnd(t *testing.T) {
	q := houseWith(t, "household.yaml", "items:\n", `items:
  - grid: pets
    over: places
    text: ¿Dónde?
    ask: {id: pet, text: ¿Hay?, type: one of yes_no}
    checks: [{hard: "count(person) < 2", say: Son muchas.}]
`)
	c := start(t, q, 0).family()
	blocked := func() bool { v := c.iv.View("pets", ""); return len(v.Screen.Checks) > 0 }
	if !blocked() {
		t.Error("the check of the grid does not fire")
	}
	c.do(Act{Kind: KindConsent, Outcome: "refused"}).is("cost", NotReached)
	if last := c.iv.Back(endPath); last != "consent" {
		t.Errorf("back from the end is %q", last)
	}
	if err := c.try(Act{Kind: KindAnswer, Path: "cost", Value: Number(1)}); !errors.Is(err, ErrNotAsked) {
		t.Errorf("an answer after a refusal: %v, want ErrNotAsked", err)
	}
	if err := c.try(Act{Kind: KindStatus, Disposition: Complete}); !errors.Is(err, ErrBlocked) {
		t.Errorf("a refusal that is complete: %v, want ErrBlocked", err)
	}
	if !c.iv.finished() {
		t.Error("a check behind the refusal keeps the interview open")
	}
	c.do(Act{Kind: KindStatus, Disposition: c.iv.View(endPath, "").Screen.Disposition})
	if got := c.iv.Disposition(); got != 211 {
		t.Errorf("disposition %d, want 211", got)
	}
	c.do(Act{Kind: KindConsent, Outcome: "given"}).asked("cost", true)
}

// TestSelectedPersonLeaves: when the person drawn does not live there after
// all, the draw is stale, nobody is asked in her stead before another, and what
// she said goes off path.
func TestSelectedPersonLeaves(t *testing.T) {
	c := victim(t, 1).say(robbery+"I1_20", "no")
	c.do(Act{Kind: KindRemoveRow, Path: "person[d1.1]", Reason: "Vive en otra casa"})
	c.is(robbery+"I1_20", NotAsked).asked("person[d1.2].personal_crimes[injuries]", false)
	if v := c.iv.View("selected", ""); !v.Screen.Selection.Stale || v.Screen.CanNext {
		t.Errorf("selection %+v, can go on: %v", v.Screen.Selection, v.Screen.CanNext)
	}
	c.do(Act{Kind: KindSelect}).is(robbery+"I1_20", NotAsked).asked("person[d1.2].personal_crimes[injuries]", true)
	// A household crime opens its form for the one who answers now.
	c.say("P6_4[burglary]", "yes").say("P6_6[burglary]", 1)
	c.asked("person[d1.2].incident[burglary.1].I1_20", true).asked(ana+"incident[burglary.1].I1_20", false)
}

// TestClassesReadAloud: the classes that cut makes print as their names.
func TestClassesReadAloud(t *testing.T) {
	q := houseWith(t, "roster.yaml", "      - {id: adult, value: age >= 18}\n", `      - {id: adult, value: age >= 18}
      - {id: band, value: "cut(age, 18, 30)"}
      - {id: really, text: "{name}: ¿{band}?", type: one of yes_no}
`)
	c := start(t, q, 0).member("Ana", 34)
	if text := c.iv.View(ana+"really", "").Screen.Text; text != "Ana: ¿30_or_more?" {
		t.Errorf("%q is read aloud", text)
	}
}
