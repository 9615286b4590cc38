package expr

import "sync"

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
	cond  boolean
	num   value[int64]
	real  value[float64]
	why   func(*Frame) Missing
	cell  func(*Frame) Cell
	date  bool
	level int
	cost  int

	frame *Frame
	rows  int64
	n     int64
	x     float64
	first Missing       // of a row without a value; Answered if there is none
	done  bool          // decided
	seen  map[Cell]bool // distinct: the values met

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
	current := f.Rows[w.level]
	more := f.Source.Each(f, w.level, w.visit)
	f.Rows[w.level] = current
	return more
}

// row takes one row into account; false if no other row can matter.
func (w *walk) row(r *Row) bool {
	f := w.frame
	f.Rows[w.level] = r
	if !f.spend(w.cost) {
		w.first = DoesNotApply
		return false
	}
	switch w.op {
	case opAny, opAll:
		return w.decide(w.cond(f))
	case opCount:
		if w.cond == nil || w.cond(f) == yes {
			w.n++
		}
	case opDistinct:
		return w.meet(w.cell(f))
	case opUnknowns:
		if w.why(f) != Answered {
			w.n++
		}
	default:
		if w.real != nil {
			w.takeReal(w.real(f))
		} else {
			w.take(w.num(f))
		}
	}
	return true
}

func (w *walk) decide(t truth) bool {
	w.done = t == yes && w.op == opAny || t == no && w.op == opAll
	if !t.known() && w.first == Answered {
		w.first = t.missing()
	}
	return !w.done
}

// term says whether a row's value counts, and remembers the first that is
// missing.
func (w *walk) term(m Missing) bool {
	if m != Answered && w.op != opSumKnown && w.first == Answered {
		w.first = m
	}
	return m == Answered
}

func (w *walk) take(v int64, m Missing) {
	if !w.term(m) {
		return
	}
	w.rows++
	switch {
	case w.op == opSum || w.op == opSumKnown:
		var fits Missing
		if w.n, fits = fit(w.n + v); fits != Answered && w.first == Answered {
			w.first = fits
		}
	case w.rows == 1:
		w.n = v
	case w.date && w.op == opMinRows:
		w.n = earlier(w.n, v)
	case w.date:
		w.n = later(w.n, v)
	case w.op == opMinRows:
		w.n = min(w.n, v)
	default:
		w.n = max(w.n, v)
	}
}

func (w *walk) takeReal(v float64, m Missing) {
	if !w.term(m) {
		return
	}
	w.rows++
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

// walker prepares the passes of one aggregate.
func (b *builder) walker(n *node) walk {
	b.expr.metered = true
	b.expr.rosters = append(b.expr.rosters, n.Level)
	return walk{op: n.Op, level: n.Level, cost: 1, first: Answered}
}

// start takes a walk from the pool and sets it up as w says.
func (w walk) start() *walk {
	p := walks.Get().(*walk)
	w.visit = p.visit
	*p = w
	return p
}

// stop gives the walk back and keeps nothing of the frame alive.
func (w *walk) stop() {
	*w = walk{visit: w.visit}
	walks.Put(w)
}

func (b *builder) quantifier(n *node) boolean {
	setup := b.walker(n)
	setup.cond, setup.cost = b.bool(n.Args[0]), 1+n.Args[0].size()
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
	setup := b.walker(n)
	if len(n.Args) > 0 {
		a := n.Args[0]
		setup.cost += a.size()
		switch n.Op {
		case opCount:
			setup.cond = b.bool(a)
		case opUnknowns:
			setup.why = b.missing(a)
		default:
			setup.num, setup.date = b.int(a), a.Kind == Date
		}
	}
	return func(f *Frame) (int64, Missing) {
		w := setup.start()
		defer w.stop()
		m := w.finish(w.over(f))
		return w.n, m
	}
}

func (b *builder) realAggregate(n *node) value[float64] {
	setup := b.walker(n)
	setup.real, setup.cost = b.real(n.Args[0]), 1+n.Args[0].size()
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
