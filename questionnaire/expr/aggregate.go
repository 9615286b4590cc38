package expr

import (
	"math"
	"slices"
	"sync"
)

// This file ranges over rows. The rules, where e is the expression evaluated in
// each row that the Source visits:
//
//   - any is true if e is true in one row, all is false if e is false in one;
//     that is decided whatever the other rows say;
//   - else what is unknown in a row makes the whole unknown for that reason,
//     except in count, which counts the rows where e is true, sum_known and
//     count_unknown;
//   - else, if the Source says that more rows may come, the whole is unknown
//     for the Source's reason: no row yet is not zero;
//   - of no rows at all there is no min and no max: "does not apply".

// A walk is one pass over rows. It is a struct with a method, and pooled, since
// a closure handed to a Source would be allocated in each evaluation.
type walk struct {
	op    op
	of    *Aggregate // whose pass it is
	term  *Term      // what is taken of each row, nil to count rows
	kind  Kind       // of the term
	level int
	cost  int

	frame *Frame
	rows  int64
	n     int64
	x     float64
	first Missing // of a row without a value; Answered if there is none
	done  bool    // decided
	met   meeting // distinct: the values met

	visit func(*Row) bool // row, bound once
}

var walks = sync.Pool{New: func() any {
	w := new(walk)
	w.visit = w.row
	return w
}}

// over visits the rows and returns why the result is unknown, before what the
// rows themselves said.
func (w *walk) over(f *Frame) Missing {
	if f.Source == nil || uint(w.level) >= uint(len(f.Rows)) {
		return NotReached
	}
	w.frame = f
	if k, t := w.tallied(f); t != nil {
		return w.goOn(f, k, t)
	}
	current := f.Rows[w.level]
	more := f.Source.Each(f, w.level, w.visit)
	f.Rows[w.level] = current
	return more
}

// row takes one row into account; false if no other row can matter.
func (w *walk) row(r *Row) bool {
	f := w.frame
	if !f.spend(w.cost) {
		w.first = DoesNotApply
		return false
	}
	if w.term == nil {
		w.n++
		return true
	}
	switch c := w.term.of(f, r); w.op {
	case opAny, opAll:
		return w.decide(c)
	case opCount:
		w.n += c.N // of a condition that does not hold, or is unknown, it is zero
	case opUnknowns:
		if c.Missing != Answered {
			w.n++
		}
	case opDistinct:
		return w.meet(c)
	default:
		w.take(c)
	}
	return true
}

func (w *walk) decide(c Cell) bool {
	if w.known(c.Missing) {
		w.done = (c.N != 0) == (w.op == opAny)
	}
	return !w.done
}

// known says whether a row's value counts, and remembers the first that is
// missing.
func (w *walk) known(m Missing) bool {
	if m != Answered && w.op != opSumKnown && w.first == Answered {
		w.first = m
	}
	return m == Answered
}

// take adds a row's value to the sum, or compares it with the extreme so far.
func (w *walk) take(c Cell) {
	if !w.known(c.Missing) {
		return
	}
	w.rows++
	if w.kind == Real {
		w.takeReal(math.Float64frombits(uint64(c.N)))
		return
	}
	v := c.N
	switch {
	case w.op == opSum || w.op == opSumKnown:
		var fits Missing
		if w.n, fits = fit(w.n + v); fits != Answered && w.first == Answered {
			w.first = fits
		}
	case w.rows == 1:
		w.n = v
	case w.kind == Date && w.op == opMinRows:
		w.n = earlier(w.n, v)
	case w.kind == Date:
		w.n = later(w.n, v)
	case w.op == opMinRows:
		w.n = min(w.n, v)
	default:
		w.n = max(w.n, v)
	}
}

func (w *walk) takeReal(v float64) {
	switch {
	case w.op == opSum || w.op == opSumKnown:
		w.x = float64(w.x + v)
	case w.rows == 1:
		w.x = v
	case w.op == opMinRows:
		w.x = min(w.x, v)
	default:
		w.x = max(w.x, v)
	}
}

// finish is the reason the result is unknown: what a row said, else what the
// Source said of the set of rows, else that there was nothing to take the
// extreme of.
func (w *walk) finish(more Missing) Missing {
	switch {
	case w.first != Answered:
		return w.first
	case more != Answered:
		return more
	case (w.op == opMinRows || w.op == opMaxRows) && w.rows == 0:
		return DoesNotApply
	}
	return Answered
}

// walker prepares the passes of the aggregate n, which takes of each row what is
// of one of some kinds, or of any kind if none is said.
func (b *builder) walker(n *node, kinds ...Kind) walk {
	b.expr.metered = true
	b.expr.rosters = append(b.expr.rosters, n.Level)
	w := walk{of: &Aggregate{level: n.Level, place: -1}, op: n.Op, level: n.Level, cost: 1, first: Answered}
	defer func() { b.expr.aggregates = append(b.expr.aggregates, w.of) }()
	if len(n.Args) == 0 {
		return w
	}
	a := n.Args[0]
	if len(kinds) > 0 && !slices.Contains(kinds, a.Kind) {
		b.wrong(a)
	}
	w.term, w.kind = b.term(n), a.Kind
	w.of.term = w.term
	w.cost += a.size()
	return w
}

// start takes a walk from the pool and sets it up as w says.
func (w walk) start() *walk {
	p := walks.Get().(*walk)
	w.visit, w.met = p.visit, p.met
	*p = w
	return p
}

// stop gives the walk back and keeps nothing of the frame alive.
func (w *walk) stop() {
	w.met.clear()
	*w = walk{visit: w.visit, met: w.met}
	walks.Put(w)
}

func (b *builder) quantifier(n *node) boolean {
	setup := b.walker(n, Bool)
	decided := truthOf(n.Op == opAny)
	return func(f *Frame) truth {
		w := setup.start()
		defer w.stop()
		more := w.over(f)
		if w.done {
			return decided
		}
		if m := w.finish(more); m != Answered {
			return truth(m)
		}
		return decided ^ 1
	}
}

// aggregate compiles count, count_unknown, and sum, min, max of what is an
// int64.
func (b *builder) aggregate(n *node) value[int64] {
	kinds := []Kind{Number, Date, Time, Code, Set, Bool}
	switch n.Op {
	case opCount:
		kinds = []Kind{Bool}
	case opUnknowns:
		kinds = nil
	}
	setup := b.walker(n, kinds...)
	return func(f *Frame) (int64, Missing) {
		w := setup.start()
		defer w.stop()
		m := w.finish(w.over(f))
		return w.n, m
	}
}

func (b *builder) realAggregate(n *node) value[float64] {
	setup := b.walker(n, Real)
	return func(f *Frame) (float64, Missing) {
		w := setup.start()
		defer w.stop()
		m := w.finish(w.over(f))
		if m == Answered {
			return finite(w.x)
		}
		return w.x, m
	}
}
