//go:build !js

package prove

import (
	"github.com/go-air/gini/z"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file says what is known of any, all, count and the like over rows of
// which there may be any number. The value is open; but what it is has a row to
// show for it: a row in which an any holds, or an all does not, or that a count
// counts. And the row that the screen stands in counts itself.

// aggregate is the value of an operation over rows.
func (m *model) aggregate(n expr.Node, f *frame) term {
	out := m.anything(n.Kind())
	level := n.Slot().Level
	switch n.Op() {
	case "any", "all":
		wanted := m.truth(n.Op() == "any")
		m.witness(n, f, level, m.And(out.known, m.Xor(out.v[0], wanted).Not()), wanted)
		m.own(n, f, level, func(e term) {
			decided := m.And(e.known, m.Xor(e.v[0], wanted).Not())
			m.fact(decided.Not(), out.known)
			m.fact(decided.Not(), m.Xor(out.v[0], wanted).Not())
		})
	case "count":
		out.v = m.natural(30)
		m.witness(n, f, level, m.And(out.known, m.equal(out.v, m.number(0)).Not()), m.T)
		m.own(n, f, level, func(e term) {
			m.fact(m.And(out.known, m.sure(e)).Not(), m.equal(out.v, m.number(0)).Not())
		})
	case "count_unknown":
		out.v = m.natural(30)
	}
	return out
}

// witness says that where shown holds there is a row in which n's operand is
// wanted, or a row at all if it has none.
func (m *model) witness(n expr.Node, f *frame, level int, shown, wanted z.Lit) {
	from := m.nearest(f, m.Levels[level].Parent)
	if from == nil {
		return
	}
	for _, r := range f.rows {
		if r.depth > 0 {
			return // rows called up by rows would never come to an end
		}
	}
	m.later(func() {
		r, in := m.called(from, f, level, shown)
		if n.Args() == 0 {
			return
		}
		e := m.eval(n.Arg(0), in)
		m.fact(shown.Not(), m.And(e.known, m.Xor(e.v[0], wanted).Not()))
		if r.passed {
			m.pass(r)
		}
	})
}

// called calls up a row of level under from, as an expression in f sees it.
func (m *model) called(from *mrow, f *frame, level int, exists z.Lit) (*mrow, *frame) {
	var between []int
	for l := level; l != from.level; l = m.Levels[l].Parent {
		between = append(between, l)
	}
	in := &frame{rows: map[int]*mrow{}, option: f.option}
	for l, r := range f.rows {
		in.rows[l] = r
	}
	r := from
	rosters := 0
	for i := len(between) - 1; i >= 0; i-- {
		l := m.Levels[between[i]]
		if l.Rows == questionnaire.RowsSingle && r == m.rows[r.level] && m.rows[between[i]] != nil {
			r = m.rows[between[i]]
		} else {
			r = m.newRow(between[i], r, -1)
			r.depth, r.exists = 1, exists
		}
		if l.Rows != questionnaire.RowsSingle {
			rosters++
		}
		in.rows[between[i]] = r
	}
	// Its own screens before were passed if the row lies right under one that
	// the screen stands in, and the screen does not stand in such a row itself:
	// then all rows of its kind were walked through.
	r.passed = from.main && rosters == 1 && m.rows[level] == nil
	return r, in
}

// own gives the operand's value in the row that the screen stands in, where
// that is one of those ranged over.
func (m *model) own(n expr.Node, f *frame, level int, say func(term)) {
	from := m.nearest(f, m.Levels[level].Parent)
	r := m.rows[level]
	if x := f.rows[level]; x != nil && x.base != nil {
		r = x
	}
	if r == nil || from == nil || !from.main && (from.base == nil || !from.base.main) {
		return
	}
	m.later(func() {
		in := &frame{rows: map[int]*mrow{}, option: f.option}
		for l, x := range f.rows {
			in.rows[l] = x
		}
		for x := r; x != nil && x != from; x = x.parent {
			in.rows[x.level] = x
		}
		if n.Args() == 0 {
			say(m.boolTerm(m.T))
			return
		}
		say(m.eval(n.Arg(0), in))
	})
}
