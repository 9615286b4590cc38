package expr

// This file lets whoever holds the rows keep how far an aggregate has come, so
// that one more row at the end of a long list is one more step and not a pass
// over all of them. The rules:
//
//   - a tally is a pass over rows that stopped after some of them. To go on with
//     it is the same pass: the rows in the same order, the same first reason for a
//     missing value, the same rounding of a sum;
//   - what the rows already passed hold must be what it was: the holder forgets
//     the tallies that passed a row in which something has changed;
//   - only an aggregate that takes nothing of a row but what stands in it has one:
//     a variable, a term that is kept, or that the row is there;
//   - a pass that goes on costs the steps of the whole pass, so that an expression
//     runs out of them where it would without tallies; one that did is not kept.

// An Aggregate is one place in an expression where rows are ranged over.
type Aggregate struct {
	level int
	place int // among the tallies of rows of the level, -1 if none is kept
	term  *Term
}

// Level returns the level whose rows are ranged over.
func (a *Aggregate) Level() int { return a.level }

// Term returns what is taken of each row, nil where rows are counted as they are.
func (a *Aggregate) Term() *Term { return a.term }

// Keep says that a Keeper has a tally of the aggregate at a place from now on.
func (a *Aggregate) Keep(place int) { a.place = place }

// Aggregates returns all places where e ranges over rows. Do not change the slice.
func (e *Expr) Aggregates() []*Aggregate { return e.aggregates }

// A Tally is how far an aggregate has come over some rows. The zero Tally has
// passed none.
type Tally struct {
	passed int // rows of the holder, those off path among them
	spent  int // steps
	rows   int64
	n      int64
	x      float64
	first  Missing
	done   bool
	met    meeting
}

// Passed says whether t has taken the row at a place into account.
func (t *Tally) Passed(place int) bool { return place < t.passed }

// Forget makes t one that has passed no rows.
func (t *Tally) Forget() {
	t.met.clear()
	*t = Tally{met: t.met}
}

// A Keeper is a Source that keeps tallies.
type Keeper interface {
	Source

	// Tally returns the tally at a place, of the rows of level under f's current
	// row of the level right above it; nil if there is no such row.
	Tally(f *Frame, level, place int) *Tally

	// After visits rows as Each does, but for the first passed of them, counted
	// with those off path. It returns how many there are, counted so, and whether
	// the set of rows is complete, as Each does.
	After(f *Frame, level, passed int, visit func(*Row) bool) (int, Missing)
}

// tallied returns where f keeps what w came to, nil if it does not.
func (w *walk) tallied(f *Frame) (Keeper, *Tally) {
	if w.of == nil || w.of.place < 0 {
		return nil, nil
	}
	k, ok := f.Source.(Keeper)
	if !ok {
		return nil, nil
	}
	t := k.Tally(f, w.level, w.of.place)
	if t == nil {
		return nil, nil
	}
	return k, t
}

// goOn is over, from where t stopped.
func (w *walk) goOn(f *Frame, k Keeper, t *Tally) Missing {
	began := f.spent
	f.spent += t.spent
	if t.passed > 0 {
		w.rows, w.n, w.x, w.first, w.done = t.rows, t.n, t.x, t.first, t.done
	}
	if w.done {
		return Answered // whatever the other rows say, and whether there are more
	}
	w.met, t.met = t.met, w.met
	passed, more := k.After(f, w.level, t.passed, w.visit)
	w.met, t.met = t.met, w.met
	if f.spent > maxSteps {
		t.Forget()
		return more
	}
	*t = Tally{passed: passed, spent: f.spent - began, rows: w.rows, n: w.n, x: w.x, first: w.first, done: w.done, met: t.met}
	return more
}
