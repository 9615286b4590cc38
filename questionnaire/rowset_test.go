//go:build !js

package questionnaire

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"cifra/questionnaire/expr"
)

// keptTerms are the values that the rows of an interview keep for aggregates.
func (iv *Interview) keptTerms() []expr.Cell {
	var all []expr.Cell
	iv.digestRow(iv.root, func(r *row) { all = append(all, r.Terms...) })
	return all
}

// TestLongListsFromScratch: lists of two hundred rows and more, added to, removed
// from, shortened, lengthened and answered at random, have after every event the
// state, and what aggregates keep of each row, that computing everything gives.
// It fails if what a row keeps is not computed again, if a row is not found by its
// key, if an aggregate goes on from rows that are no longer what they were, and if
// a row that was removed counts among the first of those that are listed.
func TestLongListsFromScratch(t *testing.T) {
	lists := lengthenings(t)
	hand, count, places := lists["hand"], lists["count"], lists["list"]
	c := hand.listOf(t, 200)
	c.do(count.add(205))
	for n := 1; n <= 200; n++ {
		c.do(places.add(n))
	}
	rng := rand.New(rand.NewPCG(4, 4))
	acts := []func() error{
		func() error { return c.try(Act{Kind: KindAddRow, Roster: "person"}) },
		func() error {
			return c.try(Act{Kind: KindRemoveRow, Path: fmt.Sprintf("person[d1.%d]", 1+rng.IntN(200)), Reason: "Vive en otra casa"})
		},
		func() error {
			return c.try(Act{Kind: KindAnswer, Path: fmt.Sprintf("person[d1.%d].age", 1+rng.IntN(200)), Value: Number(rng.Int64N(120))})
		},
		func() error {
			return c.try(Act{Kind: KindAnswer, Path: fmt.Sprintf("person[d1.%d].name", 1+rng.IntN(200)), Value: Text(fmt.Sprintf("persona  %d", 1+rng.IntN(200)))})
		},
		func() error {
			return c.try(Act{Kind: KindAnswer, Path: "rooms", Value: Number(150 + rng.Int64N(100))})
		},
		func() error {
			return c.try(Act{Kind: KindRemoveRow, Path: fmt.Sprintf("room[%d]", 1+rng.IntN(250)), Reason: "Es de otra casa"})
		},
		func() error {
			return c.try(Act{Kind: KindAnswer, Path: fmt.Sprintf("room[%d].size", 1+rng.IntN(250)), Value: Number(rng.Int64N(90))})
		},
		func() error {
			return c.try(Act{Kind: KindAnswer, Path: fmt.Sprintf("goes[place_%d]", 1+rng.IntN(longest)), Value: Code{Name: []string{"yes", "no"}[rng.IntN(2)]}})
		},
		func() error {
			return c.try(Act{Kind: KindAnswer, Path: fmt.Sprintf("visit[place_%d].times", 1+rng.IntN(longest)), Value: Number(rng.Int64N(20))})
		},
		func() error {
			return c.try(Act{Kind: KindAnswer, Path: "person_complete", Value: Code{Name: []string{"yes", "no"}[rng.IntN(2)]}})
		},
	}
	done := 0
	for range 250 {
		err := acts[rng.IntN(len(acts))]()
		switch {
		case err == nil:
			done++
		case !errors.Is(err, ErrNotAsked) && !errors.Is(err, ErrPath) && !errors.Is(err, ErrAct):
			t.Fatal(err)
		}
		got, kept := c.iv.Digest(), c.iv.keptTerms()
		c.iv.everything(c.iv.root)
		c.iv.settle()
		if got != c.iv.Digest() || !slices.Equal(kept, c.iv.keptTerms()) {
			t.Fatalf("after %d acts: computing everything gives another state", done)
		}
	}
	if done < 150 || len(c.iv.keptTerms()) < 600 {
		t.Errorf("%d acts done, %d values kept: too few to tell", done, len(c.iv.keptTerms()))
	}
	if replay(t, hand.q, c.log).Digest() != c.iv.Digest() {
		t.Error("replay gives another state")
	}
}

// TestLawLengthIsNoMatter: an answer, and one more row, compute as many nodes in
// a list of 200 rows as in one of 3. It fails if an aggregate is computed again
// although what it takes of the row is what it was.
func TestLawLengthIsNoMatter(t *testing.T) {
	l := lengthenings(t)["hand"]
	short, long := l.listOf(t, 3), l.listOf(t, 200)
	for name, act := range map[string]Act{
		"answer": {Kind: KindAnswer, Path: ana + "works", Value: Code{Name: "yes"}},
		"row":    {Kind: KindAddRow, Roster: "person"},
	} {
		n := map[*conduct]int{}
		for _, c := range []*conduct{short, long} {
			before := c.iv.evals
			c.do(act)
			n[c] = c.iv.evals - before
		}
		if n[short] != n[long] {
			t.Errorf("%s: %d nodes of 3 rows, %d of 200", name, n[short], n[long])
		}
	}
	// The age is added up, which it has to be again; that it is below 90, and that
	// the names differ, is as it was.
	before := long.iv.evals
	long.say(ana+"age", 25)
	if n := long.iv.evals - before; n > 6 {
		t.Errorf("an age that changes from 21 to 25 computes %d nodes", n)
	}
}

// TestOfferLooksAtRows: what an offer asks of the rows is asked anew of every
// option. It fails if rows keep a value that was computed for another option.
func TestOfferLooksAtRows(t *testing.T) {
	q := houseWith(t, "roster.yaml", "      - {id: adult, value: age >= 18}\n", `      - {id: adult, value: age >= 18}
      - {id: spot, text: ¿Dónde duerme?, type: one of places}
`, "roster.yaml", "  - end: nobody\n", `  - {id: free, text: ¿Qué lugar queda?, type: one of places, offer: "not any(person, spot = option)"}
  - end: nobody
`)
	c := start(t, q, 0).member("Ana", 34)
	all := q.byName["spot"].list.Choices
	c.say(ana+"spot", all[0].Name).say("person_complete", "yes")
	var offered []string
	for _, o := range c.iv.View("free", "").Screen.Questions[0].Options {
		offered = append(offered, o.Code)
	}
	if len(offered) != len(all)-1 || slices.Contains(offered, all[0].Name) {
		t.Errorf("%s is taken, offered are %v of %d", all[0].Name, offered, len(all))
	}
}

// TestRowsByKey: a row is found by its key in a list of any length, and what is
// not there is not found.
func TestRowsByKey(t *testing.T) {
	c := lengthenings(t)["bare"].listOf(t, 30)
	home := c.iv.reach(c.iv.root, c.iv.q.byLevel["household"].index)
	l := c.iv.q.byLevel["person"].index
	for _, n := range []int{1, fewRows, fewRows + 1, 30} {
		key := fmt.Sprintf("d1.%d", n)
		if r := home.child(l, key); r == nil || r.key != key {
			t.Errorf("%s: found %v", key, r)
		}
	}
	if r := home.child(l, "d1.31"); r != nil {
		t.Errorf("row 31 of 30 is %s", r.path)
	}
	if r := home.children[l][0].child(l, "d1.1"); r != nil {
		t.Errorf("a row without lists has %s", r.path)
	}
}

// TestRemovedRowHasNoNumber: those after a row that is removed move up, and it has
// no number itself.
func TestRemovedRowHasNoNumber(t *testing.T) {
	c := lengthenings(t)["hand"].listOf(t, 3)
	c.do(Act{Kind: KindRemoveRow, Path: "person[d1.1]", Reason: "Vive en otra casa"})
	home := c.iv.reach(c.iv.root, c.iv.q.byLevel["household"].index)
	l := c.iv.q.byLevel["person"]
	number, count := c.iv.q.Variables[l.Number].index, c.iv.q.Variables[l.Count].index
	for i, want := range []expr.Cell{missing(NotAsked), known(1), known(2)} {
		size := known(2)
		if want.Missing != expr.Answered {
			size = want
		}
		if r := home.children[l.index][i]; r.Cells[number] != want || r.Cells[count] != size {
			t.Errorf("row %s is %+v of %+v, want %+v of %+v", r.key, r.Cells[number], r.Cells[count], want, size)
		}
	}
}

// TestSameNameInOtherLetters: distinct takes a name in other letters, or with
// more space, for the same.
func TestSameNameInOtherLetters(t *testing.T) {
	c := lengthenings(t)["hand"].listOf(t, 2)
	c.say(ana+"name", Text("Ana María")).say("person[d1.2].name", Text("  ANA  maría"))
	if v := c.iv.View("person", ""); len(v.Screen.Checks) != 1 {
		t.Errorf("checks %+v of two persons of one name", v.Screen.Checks)
	}
	c.say("person[d1.2].name", Text("Ana Marta"))
	if v := c.iv.View("person", ""); len(v.Screen.Checks) != 0 {
		t.Errorf("checks %+v of two names", v.Screen.Checks)
	}
}
