//go:build !js

package questionnaire

import (
	"cifra/questionnaire/expr"
)

// This file finds where somebody who fills a questionnaire in on paper goes on.
// An engine decides each item by its condition when it comes to it; a person is
// told at the question before. The rules:
//
//   - a stop is what the person does at one place: a question, a statement, a
//     table, a list of persons. Stops of one row make a scope, in their order;
//   - an answer leads to the next stop that is not certainly passed over. If that
//     one is certainly asked, nothing more has to be said; if it is not, a filter
//     stands above it, with where to go if it is not met;
//   - who follows both comes to what the engine asks and to nothing else.

// A stop is one place of the route.
type stop struct {
	element *element
	whens   []*expr.Expr // beside the module's, which hold in the whole scope
	some    bool         // asked if whens hold and something else does
	items   *scopeRoute  // of a roster: what is asked of each row; of a block at random: its elements

	filter bool // some who come here are not asked
	away   int  // filter: where they go
	ways   []way
	in     *world // what is known of those who come
}

// A way is where an answer leads.
type way struct {
	option  int     // of a code, or an outcome of a gate or consent; -1 for any other value
	missing Missing // or the special answer: Answered if it is none
	to      int     // stop of the scope; its number of stops is the end of it
	end     bool    // the interview ends
}

// A scopeRoute is a run of stops walked in one row.
type scopeRoute struct {
	q      *Questionnaire
	module *module
	level  int
	alone  bool // the stops change places: each is looked at by itself
	stops  []*stop
}

// route returns the scope of module m.
func (q *Questionnaire) route(m *module) *scopeRoute {
	s := &scopeRoute{q: q, module: m, level: m.Level}
	w := q.nothingKnown(-1)
	for _, e := range m.When {
		w = w.assume(e.Root(), canHold)
	}
	s.add(m.Elements)
	s.follow(w)
	return s
}

// add appends the stops of elements. What is calculated or checked is no stop,
// and a block is its elements unless these change places.
func (s *scopeRoute) add(elements []int) {
	for _, n := range elements {
		e := s.q.Elements[n]
		switch {
		case e.Kind == ElementReview || e.inside:
		case e.Kind == ElementItem && s.q.Variables[e.Variables[0]].Kind != varQuestion:
		case e.Kind == ElementBlock && !e.Random:
			s.add(e.Items)
		default:
			s.stops = append(s.stops, s.stopOf(e))
		}
	}
}

func (s *scopeRoute) stopOf(e *element) *stop {
	st := &stop{element: e, whens: e.When}
	modules := len(s.module.When)
	switch e.Kind {
	case ElementItem, ElementConsent, ElementGate:
		st.whens = s.q.Variables[e.Variables[0]].When[modules:]
	case ElementEnd:
		v := s.q.Variables[e.Variables[0]]
		st.whens = append(append([]*expr.Expr{}, v.When[modules:]...), v.Value)
	case ElementGrid:
		st.some = len(s.q.Variables[e.Variables[0]].When) > modules+len(e.When)
	case ElementScreen:
		st.some = len(s.q.Variables[e.Screen.Ask].When) > modules+len(e.When)
	}
	return st
}

// asked returns whether those in w are asked at st.
func (s *scopeRoute) asked(st *stop, w *world) uint8 {
	out := kleene(w.all(st.whens), st.behind(s.q, w), false)
	if st.some && out&canHold != 0 {
		out |= canFail
	}
	return out
}

// class is the data class by which the gate looks at st.
func (st *stop) class(q *Questionnaire) DataClass {
	if st.element.Class == Sensitive {
		return Sensitive
	}
	switch st.element.Kind {
	case ElementItem:
		return q.Variables[st.element.Variables[0]].Class
	case ElementGrid:
		if c := q.Variables[st.element.Variables[0]].Class; c == Sensitive {
			return c
		}
	}
	return Ordinary
}

func (st *stop) behind(q *Questionnaire, w *world) uint8 {
	return w.behind(st.element.gate, st.class(q), st.element.Level)
}

// narrowed is w where st is asked, or is not.
func (s *scopeRoute) narrowed(st *stop, w *world, is bool) *world {
	if is {
		for _, e := range st.whens {
			w = w.assume(e.Root(), canHold)
		}
		return w.pass(st.element.gate, st.class(s.q), st.element.Level, true)
	}
	if st.some {
		return w
	}
	out := w.pass(st.element.gate, st.class(s.q), st.element.Level, false)
	for _, e := range st.whens {
		out = out.join(w.assume(e.Root(), canFail|canBeUnknown))
	}
	return out
}

// follow finds where everybody goes who comes into the scope knowing w.
func (s *scopeRoute) follow(w *world) {
	if s.alone {
		for i, st := range s.stops {
			st.in = w
			st.filter = s.asked(st, w.at(st.element.order))&canFail != 0
			st.away = i + 1
			s.leave(i)
		}
		return
	}
	s.land(-1, w)
	for i, st := range s.stops {
		if st.in == nil {
			st.in = s.q.nothingKnown(st.element.order) // nobody comes: said elsewhere; here it has no instruction
			st.away = i + 1
			continue
		}
		if st.filter {
			out := s.narrowed(st, st.in, false)
			if st.away = i + 1; out != nil {
				st.away = s.land(i, out)
			}
		}
		s.leave(i)
	}
}

// leave follows each answer at stop i.
func (s *scopeRoute) leave(i int) {
	st := s.stops[i]
	w := s.narrowed(st, st.in, true)
	if w == nil {
		w = st.in
	}
	e := st.element
	go_ := func(option int, m Missing, w *world) {
		x := way{option: option, missing: m, to: i + 1}
		switch {
		case e.Kind == ElementEnd || e.Kind == ElementConsent && option == 1:
			x.end = true
		case w != nil && !s.alone:
			x.to = s.land(i, w)
		case w == nil:
			return // the answer cannot be given
		}
		st.ways = append(st.ways, x)
	}
	after := w.at(e.order + 1)
	switch e.Kind {
	case ElementItem:
		v := s.q.Variables[e.Variables[0]]
		as := func(p possible) *world { return after.learn(v.number, p) }
		switch p := s.q.anything(v); {
		case p.other:
			go_(-1, expr.Answered, as(possible{other: true}))
		default:
			for option := 0; p.codes>>option != 0; option++ {
				go_(option, expr.Answered, as(possible{codes: 1 << option}))
			}
		}
		for _, sp := range v.Special {
			go_(-1, sp.Missing, as(possible{missing: 1 << sp.Missing}))
		}
		if v.Optional {
			go_(-1, NotReached, as(possible{missing: 1 << NotReached}))
		}
	case ElementConsent:
		go_(0, expr.Answered, after.with(e.Variables[0], possible{codes: 2}))
		go_(1, expr.Answered, nil)
	case ElementGate:
		for option := range gateOutcomes {
			go_(option, expr.Answered, after.with(e.Variables[0], possible{codes: 1 << option}))
		}
	case ElementRoster:
		st.items = &scopeRoute{q: s.q, module: s.module, level: e.Rows}
		st.items.add(e.Items)
		st.items.follow(w.at(e.order + 1))
		go_(-1, expr.Answered, s.after(e, w))
	case ElementBlock:
		st.items = &scopeRoute{q: s.q, module: s.module, level: e.Level, alone: true}
		st.items.add(e.Items)
		st.items.follow(w)
		go_(-1, expr.Answered, s.after(e, w))
	default:
		go_(-1, expr.Answered, after)
	}
}

// after is w behind all that stands in e.
func (s *scopeRoute) after(e *element, w *world) *world {
	last := e.order
	for _, n := range e.Items {
		last = max(last, n)
	}
	return w.at(last + 1)
}

// land returns the stop behind stop i at which those in w go on, and tells it
// that they come.
func (s *scopeRoute) land(i int, w *world) int {
	for k := i + 1; k < len(s.stops); k++ {
		st := s.stops[k]
		here := w.at(st.element.order)
		b := s.asked(st, here)
		if b&canHold == 0 {
			continue
		}
		if b&canFail != 0 {
			st.filter = true
		}
		st.in = st.in.join(here)
		return k
	}
	return len(s.stops)
}
