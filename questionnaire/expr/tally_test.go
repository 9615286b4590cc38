//go:build !js

package expr_test

import (
	"math/rand/v2"
	"testing"

	"cifra/questionnaire/expr"
)

// A keeper keeps the tallies of the persons in memory, and counts whom it shows.
type keeper struct {
	*memory
	tallies []expr.Tally
	shown   int
}

func (k *keeper) Tally(_ *expr.Frame, _, place int) *expr.Tally { return &k.tallies[place] }

func (k *keeper) After(f *expr.Frame, level, passed int, visit func(*expr.Row) bool) (int, expr.Missing) {
	current := f.Rows[level]
	defer func() { f.Rows[level] = current }()
	for _, r := range k.rows[level][passed:] {
		k.shown++
		if !visit(r) {
			break
		}
	}
	return len(k.rows[level]), k.more[level]
}

// keeping is an expression whose aggregates keep tallies, and where it is kept.
func keeping(t *testing.T, src string, f *expr.Frame) (*expr.Expr, *keeper, *expr.Frame) {
	t.Helper()
	e := check(t, src, household)
	for i, a := range e.Aggregates() {
		a.Keep(i)
	}
	k := &keeper{memory: f.Source.(*memory), tallies: make([]expr.Tally, len(e.Aggregates()))}
	return e, k, &expr.Frame{Rows: f.Rows, Source: k}
}

var tallied = []string{
	"any(persons, age > 88)", "all(persons, age < 88)", "count(persons)", "count(persons, age > 40)", "sum(persons, age)", "sum_known(persons, age)",
	"count_unknown(persons, age)", "min(persons, age)", "max(persons, age)", "min(persons, born)", "max(persons, born)", "sum(persons, age / 7)",
	"min(persons, age / 7)", "sum(persons, age) + count(persons, age > 3)", "distinct(persons, age)",
}

// TestTallyGoesOn: after each of many rows, known and unknown ones, an aggregate
// that goes on where it stopped comes to what one made anew does, and looks at
// one row for each of its passes.
func TestTallyGoesOn(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, src := range tallied {
		for _, unknown := range []int{0, 10, 2} {
			f := people(expr.NotReached)
			kept, k, in := keeping(t, src, f)
			anew := check(t, src, household)
			for n := range 60 {
				age := num(rng.Int64N(90))
				if unknown > 0 && rng.IntN(unknown) == 0 {
					age = no([]expr.Missing{expr.DontKnow, expr.Refused}[rng.IntN(2)])
				}
				k.add(person, f.Rows[household], map[string]expr.Cell{"age": age, "n": num(1), "born": dayAfter(age)})
				if k.more[person] = expr.NotReached; rng.IntN(2) == 0 {
					k.more[person] = expr.Answered
				}
				k.shown = 0
				if got, want := kept.Eval(in), anew.Eval(f); got != want {
					t.Fatalf("%s: %+v after row %d, anew %+v", src, got, n+1, want)
				}
				if passes := len(kept.Aggregates()); k.shown > passes {
					t.Fatalf("%s: row %d makes it look at %d rows", src, n+1, k.shown)
				}
			}
		}
	}
}

// TestForgottenTally: a tally that passed a row in which something has changed
// comes to what it should once it is forgotten, and says which rows it passed.
func TestForgottenTally(t *testing.T) {
	for _, src := range tallied {
		f := people(expr.Answered, num(10), num(20), num(30))
		kept, k, in := keeping(t, src, f)
		kept.Eval(in)
		for i := range k.tallies {
			if !k.tallies[i].Passed(0) || k.tallies[i].Passed(3) {
				t.Errorf("%s: passed the first of three rows: %t, a fourth: %t", src, k.tallies[i].Passed(0), k.tallies[i].Passed(3))
			}
		}
		r := k.rows[person][0]
		r.Cells[at(household).slot("age").Index] = num(89)
		for i := range k.tallies {
			k.tallies[i].Forget()
		}
		if got, want := kept.Eval(in), check(t, src, household).Eval(f); got != want {
			t.Errorf("%s: %+v, anew %+v", src, got, want)
		}
	}
}

// TestTallySpends: an expression runs out of steps after as many rows whether its
// passes are kept or not, and a pass that did is not kept.
func TestTallySpends(t *testing.T) {
	for _, n := range []int{20_000, 30_000, 60_000} {
		f := people(expr.Answered)
		for range n {
			f.Source.(*memory).add(person, f.Rows[household], map[string]expr.Cell{"age": num(1)})
		}
		const src = "sum(persons, age) + sum(persons, age + 1)"
		kept, _, in := keeping(t, src, f)
		want := check(t, src, household).Eval(f)
		for range 3 {
			if got := kept.Eval(in); got != want {
				t.Errorf("%d rows: %+v, anew %+v", n, got, want)
			}
		}
	}
	// The first pass is left out at first, so that the second one is kept.
	f := people(expr.Answered)
	for range 20_000 {
		f.Source.(*memory).add(person, f.Rows[household], map[string]expr.Cell{"age": num(1)})
	}
	rooms := &f.Rows[household].Cells[at(household).slot("rooms").Index]
	const src = "(if rooms > 1 then sum(persons, age) else 0) + sum(persons, age + 1)"
	kept, _, in := keeping(t, src, f)
	for _, n := range []int64{1, 2, 1} {
		*rooms = num(n)
		got, want := kept.Eval(in), check(t, src, household).Eval(f)
		if known := got.Missing == expr.Answered; got != want || known != (n == 1) {
			t.Errorf("%d rooms: %+v, anew %+v", n, got, want)
		}
	}
}
