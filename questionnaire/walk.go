package questionnaire

import (
	"iter"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file puts the questions in order: which screen comes next, which one
// before. The order is that of the instrument: module after module, row after
// row; what is off path is not there.

// place is one screen: an element in a row. For the screener it is the row of
// one crime.
type place struct {
	element *element
	row     *row // the row that the element is walked in
	crime   *row // screener: the row of the grid, nil for the words before it
}

// path names the screen.
func (p place) path() string {
	if p.crime != nil {
		return itemPath(p.element.ID, p.crime)
	}
	if p.row == nil {
		return p.element.ID
	}
	return itemPath(p.element.ID, p.row)
}

// is says whether path names the screen. Of thousands of screens few can be it,
// so that most need not write their path to be told apart.
func (p place) is(path string) bool {
	return strings.Contains(path, p.element.ID) && p.path() == path
}

// endPath is the path of the last screen.
const endPath = "end"

// walk yields the screens on path, in order, the last one left out: it is the
// end of every interview. An end whose condition holds closes the walk.
func (iv *Interview) walk() iter.Seq[place] {
	return func(yield func(place) bool) {
		for _, m := range iv.q.Modules {
			go_on := true
			iv.eachUnder(iv.root, m.Level, func(r *row) {
				if go_on && r.on && iv.allHold(m.When, r) {
					go_on = iv.walkElements(m.Elements, r, yield)
				}
			})
			if !go_on {
				return
			}
		}
	}
}

// walkElements yields the screens of elements in r; false ends the walk.
func (iv *Interview) walkElements(elements []int, r *row, yield func(place) bool) bool {
	for _, i := range elements {
		e := iv.q.Elements[i]
		// An end in another row counts as well: there is one interview to end.
		if iv.endedBefore(e) {
			return false
		}
		if !iv.shown(e, r) || e.inside || !iv.elementBehindOpenGate(e, r) {
			continue
		}
		if e.Kind == ElementBlock {
			if !iv.walkElements(iv.blockOrder(e), r, yield) {
				return false
			}
			continue
		}
		if e.Screen != nil {
			if !iv.walkScreener(e, r, yield) {
				return false
			}
			continue
		}
		silent := e.Kind == ElementRoster && e.Text < 0 // its rows speak for themselves
		if !silent && !yield(place{element: e, row: r}) {
			return false
		}
		if e.Kind == ElementEnd || e.Kind == ElementConsent && iv.ended[e.Variables[0]] > 0 {
			return false
		}
		if e.Kind != ElementRoster {
			continue
		}
		for _, c := range r.children[e.Rows] {
			if c.on && !iv.walkElements(e.Items, c, yield) {
				return false
			}
		}
	}
	return true
}

// walkScreener yields the words that introduce a screener, then the screen of
// each crime that is asked; false ends the walk.
func (iv *Interview) walkScreener(e *element, r *row, yield func(place) bool) bool {
	introduced, gated := e.Text < 0, false
	for _, g := range r.children[e.Rows] {
		if !gated && iv.opened(g) == Sensitive {
			gated = true
			if gate := iv.q.gateInside(e); gate != nil && iv.shown(gate, r) && !yield(place{element: gate, row: r}) {
				return false
			}
		}
		if !g.states[iv.q.Variables[e.Screen.asks()[0]].index].relevant {
			continue
		}
		if !introduced && !yield(place{element: e, row: r}) {
			return false
		}
		introduced = true
		if !yield(place{e, r, g}) {
			return false
		}
	}
	return true
}

// endedBefore says whether an end or a refusal that stands before e took
// place.
func (iv *Interview) endedBefore(e *element) bool {
	for _, v := range iv.q.enders {
		if v.Order < e.order && iv.ended[v.number] > 0 {
			return true
		}
	}
	return false
}

// shown says whether e has anything to show in r.
func (iv *Interview) shown(e *element, r *row) bool {
	switch e.Kind {
	case ElementItem:
		st := r.states[iv.q.Variables[e.Variables[0]].index]
		return st.relevant && !st.forced && iv.q.Variables[e.Variables[0]].Kind == varQuestion
	case ElementGrid:
		return iv.allHold(e.When, r) && slices.ContainsFunc(r.children[e.Rows], func(g *row) bool {
			return g.states[iv.q.Variables[e.Variables[0]].index].relevant
		})
	case ElementConsent, ElementGate:
		return r.states[iv.q.Variables[e.Variables[0]].index].relevant
	case ElementReview:
		return slices.ContainsFunc(e.checks, func(c *check) bool { return r.fires[c.index] })
	case ElementEnd:
		return isTrue(r.Cells[iv.q.Variables[e.Variables[0]].index])
	}
	return iv.allHold(e.When, r)
}

// questions returns the questions of a screen with the rows they stand in.
func (iv *Interview) questions(p place) []question { return iv.appendQuestions(nil, p) }

// appendQuestions appends them to qs: whoever asks it of every screen after
// every answer has room for them.
func (iv *Interview) appendQuestions(qs []question, p place) []question {
	add := func(v int, r *row) {
		if v >= 0 && r.states[iv.q.Variables[v].index].relevant {
			qs = append(qs, question{iv.q.Variables[v], r})
		}
	}
	e := p.element
	switch e.Kind {
	case ElementItem:
		add(e.Variables[0], p.row)
	case ElementGrid:
		for _, g := range p.row.children[e.Rows] {
			add(e.Variables[0], g)
		}
	case ElementScreen:
		if p.crime == nil {
			break // the introduction asks nothing
		}
		for _, v := range e.Screen.asks() {
			add(v, p.crime)
		}
	case ElementRoster:
		if e.First >= 0 {
			for _, c := range p.row.children[e.Rows] {
				if c.on {
					add(e.First, c)
				}
			}
		}
		if done := iv.q.Levels[e.Rows].Done; done >= 0 {
			add(done, p.row)
		}
	}
	return qs
}

// question is a variable in the row it is asked in.
type question struct {
	variable *variable
	row      *row
}

// open says whether q still wants an answer.
func (q question) open() bool {
	st := q.row.states[q.variable.index]
	c := q.row.Cells[q.variable.index]
	if q.variable.Kind == varDone && !isTrue(c) {
		return true
	}
	if q.unspecified(c) {
		return true
	}
	return st.relevant && !st.forced && !q.variable.Optional && c.Missing == NotReached
}

// unspecified says whether an option was chosen that asks for a text, and none
// was written.
func (q question) unspecified(c expr.Cell) bool {
	a, l := q.row.answers[q.variable.index], q.variable.list
	if c.Missing != expr.Answered || l == nil || a.specify != "" || !a.given || a.cell != c {
		return false
	}
	if q.variable.Type.Kind == expr.Code {
		return l.Choices[c.N].Specify
	}
	return slices.ContainsFunc(l.setNames(c.N), func(name string) bool { return l.Choices[l.names.Index(name)].Specify })
}

// settled says whether a screen lets the interview go on: every answer that is
// wanted is there, no check blocks.
func (iv *Interview) settled(p place) bool {
	var room [4]question
	for _, q := range iv.appendQuestions(room[:0], p) {
		if q.open() {
			return false
		}
	}
	switch p.element.Kind {
	case ElementConsent, ElementGate:
		if p.row.Cells[iv.q.Variables[p.element.Variables[0]].index].Missing == NotReached {
			return false
		}
	case ElementSelect:
		if !iv.drawStands(p.element, p.row) {
			return false
		}
	}
	for c, r := range iv.checksAt(p) {
		if iv.blocks(c, r) {
			return false
		}
	}
	return true
}

// checksAt yields the checks shown on a screen with the rows they stand in.
func (iv *Interview) checksAt(p place) iter.Seq2[*check, *row] {
	return func(yield func(*check, *row) bool) {
		if p.element.Screen != nil && p.crime == nil {
			return // they stand at the crimes
		}
		for _, c := range p.element.checks {
			stopped := false
			visit := func(r *row) {
				if !stopped && (p.crime == nil || r.level != p.crime.level || r == p.crime) {
					stopped = !yield(c, r)
				}
			}
			if c.Level == p.row.level.index || iv.q.under(c.Level, p.row.level.index) {
				iv.eachUnder(p.row, c.Level, visit)
			}
			if stopped {
				return
			}
		}
	}
}

// finished says whether nothing on the path is open and no check blocks.
func (iv *Interview) finished() bool {
	if !iv.started {
		return false
	}
	for p := range iv.walk() {
		if !iv.settled(p) || iv.postponed(p) {
			return false
		}
	}
	return !iv.contradicted()
}

// contradicted says whether any check, on whatever screen, keeps the interview
// from being complete.
func (iv *Interview) contradicted() bool {
	blocked := false
	for _, c := range iv.q.Checks {
		iv.eachUnder(iv.root, c.Level, func(r *row) { blocked = blocked || r.on && iv.blocks(c, r) })
	}
	return blocked
}

// proposed returns the AAPOR code that the interview as it stands deserves.
func (iv *Interview) proposed() int {
	for p := range iv.walk() {
		e := p.element
		if e.Kind == ElementEnd || e.Kind == ElementConsent && iv.ended[e.Variables[0]] > 0 {
			return e.Disposition
		}
	}
	switch {
	case iv.modulesSettled(iv.q.Complete) && !iv.contradicted():
		return Complete
	case len(iv.q.Partial) > 0 && iv.modulesSettled(iv.q.Partial):
		return Partial
	}
	return breakOff
}

// breakOff is AAPOR 2.12: an interview begun and left too early.
const breakOff = 212

// modulesSettled says whether every screen of the modules is settled.
func (iv *Interview) modulesSettled(modules []int) bool {
	for p := range iv.walk() {
		if (len(modules) == 0 || slices.Contains(modules, p.element.Module)) && (!iv.settled(p) || iv.postponed(p)) {
			return false
		}
	}
	return true
}
