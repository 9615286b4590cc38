//go:build !js

package prove

import (
	"slices"

	"github.com/go-air/gini/z"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file models an interview as it stands at a screen, all screens before
// it settled. The rules:
//
//   - one row stands for each level from the interview down to that of the
//     screen: any row of it, since nothing is said of which. Levels with one row
//     beside them are there too;
//   - a value is what the engine would compute of the others; an answer is any
//     that the question takes and offers, or none yet;
//   - a screen that was passed has its questions answered and its hard checks
//     met. Each of these is a literal that is assumed when a screen behind it is
//     looked at, and that a refutation can name;
//   - of the other rows nothing is known but this: an any that holds, an all that
//     does not, a count that is not zero have a row to show for it. There may be
//     any number of rows.

// model is the state of an interview for screens of one level.
type model struct {
	*circuit
	*questionnaire.Anatomy
	q     *questionnaire.Questionnaire
	rows  map[int]*mrow // the rows that stand for their levels
	seen  map[place]term
	past  []past        // what may be assumed of the screens before
	overs map[int]z.Lit // ends and consents in rows that nobody looks at
	gates map[gateOf]z.Lit
	todo  []func()

	changed map[int]map[int]bool // by question: what its answer may change, see deadend.go
}

// past is something that holds once the screen of an element was passed.
type past struct {
	screen int
	lit    z.Lit
	check  int // the hard check that is met, or -1
	asked  int // the question that is answered, or -1
}

// mrow is a row that stands for those of its level.
type mrow struct {
	level  int
	parent *mrow
	code   int // of a grid: which row, -1 for any
	main   bool
	passed bool // the screens before were passed in it too
	depth  int  // how many aggregates it was called up by
	cells  map[int]term
	frame  *frame
	grids  map[[2]int]*mrow
	exists z.Lit // whether there is such a row: what is said of it holds only then

	base    *mrow        // of a shadow: the row as it is
	changed map[int]bool // and the variables that are not as there
}

// frame is where an expression is read: the current row of each level.
type frame struct {
	rows   map[int]*mrow
	option map[int]term // what an offer is tried with

	base    *frame // of a shadow, as of its rows
	changed map[int]bool
}

func newModel(q *questionnaire.Questionnaire, a *questionnaire.Anatomy, level int) *model {
	m := &model{circuit: newCircuit(), Anatomy: a, q: q, rows: map[int]*mrow{}, seen: map[place]term{}, overs: map[int]z.Lit{}, gates: map[gateOf]z.Lit{}, changed: map[int]map[int]bool{}}
	m.row(level)
	for l, part := range a.Levels {
		if part.Rows == questionnaire.RowsSingle && m.singleUnder(l) {
			m.row(l)
		}
	}
	for l := range a.Levels {
		if r := m.rows[l]; r != nil {
			m.pass(r)
		}
	}
	m.settle()
	return m
}

// singleUnder says whether l has one row in each row that stands for a level.
func (m *model) singleUnder(l int) bool {
	p := m.Levels[l].Parent
	return p < 0 || m.rows[p] != nil || m.Levels[p].Rows == questionnaire.RowsSingle && m.singleUnder(p)
}

// row returns the row that stands for a level.
func (m *model) row(level int) *mrow {
	if r := m.rows[level]; r != nil {
		return r
	}
	var parent *mrow
	if p := m.Levels[level].Parent; p >= 0 {
		parent = m.row(p)
	}
	r := m.newRow(level, parent, -1)
	r.main, r.passed = true, true
	m.rows[level] = r
	return r
}

func (m *model) newRow(level int, parent *mrow, code int) *mrow {
	r := &mrow{level: level, parent: parent, code: code, cells: map[int]term{}, grids: map[[2]int]*mrow{}, exists: m.T}
	if parent != nil {
		r.exists = parent.exists
	}
	r.frame = &frame{rows: map[int]*mrow{}}
	for x := r; x != nil; x = x.parent {
		r.frame.rows[x.level] = x
	}
	return r
}

// gridRow is the row of a grid with a code under parent.
func (m *model) gridRow(parent *mrow, level, code int) *mrow {
	key := [2]int{level, code}
	if g := parent.grids[key]; g != nil {
		return g
	}
	g := m.newRow(level, parent, code)
	g.passed, g.depth = parent.passed, parent.depth
	parent.grids[key] = g
	if g.passed {
		m.later(func() { m.pass(g) })
	}
	return g
}

// nearest is f's current row at level, or the innermost one above it.
func (m *model) nearest(f *frame, level int) *mrow {
	for l := level; l >= 0; l = m.Levels[l].Parent {
		if r := f.rows[l]; r != nil {
			return r
		}
	}
	return nil
}

// later does f when no value is being computed.
func (m *model) later(f func()) { m.todo = append(m.todo, f) }

func (m *model) settle() {
	for len(m.todo) > 0 {
		f := m.todo[0]
		m.todo = m.todo[1:]
		f()
	}
}

// read is the value of the variable in a slot.
func (m *model) read(s expr.Slot, f *frame) term {
	if s.Level >= len(m.Levels) || s.Index >= len(m.Levels[s.Level].Variables) {
		return m.anything(expr.Set)
	}
	v := m.Levels[s.Level].Variables[s.Index]
	if t, ok := f.option[v]; ok {
		return t
	}
	r := f.rows[s.Level]
	if r == nil {
		return m.missingOf(m.Variables[v].Kind, expr.NotAsked)
	}
	return m.cell(v, r)
}

// cell is the value of a variable in a row that is on path.
func (m *model) cell(v int, r *mrow) term {
	if r.base != nil && !r.changed[v] {
		return m.cell(v, r.base)
	}
	if t, ok := r.cells[v]; ok {
		return t
	}
	t := m.valueOf(v, r)
	r.cells[v] = t
	return t
}

func (m *model) valueOf(number int, r *mrow) term {
	v := m.Variables[number]
	switch v.Source {
	case questionnaire.FromParameter:
		t := m.answerOf(v)
		t.known = m.T
		return t
	case questionnaire.FromEngine:
		return m.engineValue(number, r)
	case questionnaire.FromPeriod:
		t := m.eval(v.Value.Root(), r.frame)
		if v.Value.Type().Kind == expr.Number && v.Kind == expr.Number {
			switch v.Part {
			case "year":
				return t
			case "next_year":
				t.v = m.add(t.v, m.number(1))
				return t
			case "previous_year":
				t.v = m.add(t.v, m.number(-1))
				return t
			}
		}
		return m.strict(m.anything(v.Kind), t)
	case questionnaire.FromSelection:
		t := m.missingOf(v.Kind, expr.NotReached)
		t.known, t.v = m.Lit(), vec{m.Lit()}
		return t
	case questionnaire.FromValue:
		on := m.allHold(v.When, r.frame)
		return m.either(on, m.eval(v.Value.Root(), r.frame), m.missingOf(v.Kind, expr.NotAsked))
	case questionnaire.FromEnd:
		on, ended := m.allHold(v.When, r.frame), m.ended(v.Guards(), r)
		t := m.either(ended, m.missingOf(v.Kind, expr.NotReached), m.eval(v.Value.Root(), r.frame))
		return m.either(on, t, m.missingOf(v.Kind, expr.NotAsked))
	case questionnaire.FromQuestion, questionnaire.FromConsent, questionnaire.FromDone:
		return m.question(number, r)
	}
	return m.anything(v.Kind)
}

// engineValue is what the engine itself knows of a row.
func (m *model) engineValue(number int, r *mrow) term {
	v, l := m.Variables[number], m.Levels[r.level]
	switch {
	case number == l.Row && l.Rows == questionnaire.RowsGrid:
		if r.code >= 0 {
			return m.knownTerm(m.number(int64(r.code)))
		}
		return m.oneOf(l.Codes)
	case number == l.Row && l.Rows == questionnaire.RowsForms:
		var codes []int
		for _, s := range l.Screens {
			if e := m.Elements[s]; e.Rows >= 0 {
				codes = append(codes, m.Levels[e.Rows].Codes...)
			}
		}
		return m.oneOf(codes)
	case number == l.Count:
		n := m.natural(20)
		m.fact(m.less(n, m.number(1)).Not())
		return m.knownTerm(n)
	case number == l.Number && l.Count >= 0:
		n := m.natural(20)
		m.fact(m.less(n, m.number(1)).Not())
		m.fact(m.less(m.cell(l.Count, r).v, n).Not())
		return m.knownTerm(n)
	case v.ID == "today" || v.ID == "interview_date":
		return m.knownTerm(vec{m.F, m.F})
	}
	return m.anything(v.Kind)
}

// oneOf is a code that is one of codes.
func (m *model) oneOf(codes []int) term {
	if len(codes) == 0 {
		return m.anything(expr.Code)
	}
	most := 0
	for _, code := range codes {
		most = max(most, code)
	}
	t := m.knownTerm(m.natural(width(most + 1)))
	is := []z.Lit{m.F}
	for _, code := range codes {
		is = append(is, m.equal(t.v, m.number(int64(code))))
	}
	m.fact(is...)
	return t
}

// allHold says whether every condition surely holds.
func (m *model) allHold(when []*expr.Expr, f *frame) z.Lit {
	out := m.T
	for _, w := range when {
		out = m.And(out, m.sure(m.eval(w.Root(), f)))
	}
	return out
}

// ended says whether one of the ends and consents has ended the interview. One
// that stands for many rows may have, in any of them.
func (m *model) ended(guards []int, r *mrow) z.Lit {
	out := m.F
	for _, g := range guards {
		v := m.Variables[g]
		row := m.rows[v.Level]
		if row == nil {
			row = r.frame.rows[v.Level]
		}
		if s := r.frame.rows[v.Level]; s != nil && s.base != nil {
			row = s
		}
		if r.changed[g] && (row == nil || row.base == nil) {
			out = m.Or(out, m.Lit())
			continue
		}
		if row == nil || !m.single(v.Level) {
			if _, ok := m.overs[g]; !ok {
				m.overs[g] = m.Lit()
			}
			out = m.Or(out, m.overs[g])
			continue
		}
		t := m.cell(g, row)
		holds := t.v[0]
		if v.Source == questionnaire.FromConsent {
			holds = holds.Not()
		}
		out = m.Or(out, m.And(t.known, holds))
	}
	return out
}

// single says whether a level and all above it have one row.
func (m *model) single(l int) bool {
	for ; l >= 0; l = m.Levels[l].Parent {
		if m.Levels[l].Rows != questionnaire.RowsSingle {
			return false
		}
	}
	return true
}

// answerOf is any answer of v's type, given or not; its reason is not set.
func (m *model) answerOf(v questionnaire.VariablePart) term {
	t := m.missingOf(v.Kind, expr.NotReached)
	t.known = m.Lit()
	switch v.Kind {
	case expr.Bool:
		t.v = vec{m.Lit()}
	case expr.Code:
		if len(v.Options) == 0 {
			t.v = m.natural(24)
			break
		}
		t.v = m.natural(width(len(v.Options)))
		m.fact(m.less(t.v, m.number(int64(len(v.Options)))))
	case expr.Set:
		t.v = m.natural(len(v.Options))
	case expr.Number:
		t.v = m.unknown(numberWidth - 1)
	case expr.Time:
		t.v = m.natural(11)
		m.fact(m.less(t.v, m.number(24*60)))
	}
	return t
}

// relevant says whether v is on path in r and reached.
func (m *model) relevant(number int, r *mrow) z.Lit {
	v := m.Variables[number]
	return m.all(m.allHold(v.When, r.frame), m.ended(v.Guards(), r).Not(), m.open(v.Gated, number, r))
}

// open says whether the gate that a question or check of a row may stand behind
// lets it be reached. Nothing is known of that but that it is one way or the
// other: what is sensitive depends on the row too.
func (m *model) open(gated bool, number int, r *mrow) z.Lit {
	if !gated {
		return m.T
	}
	for r.base != nil { // an answer opens no gate
		r = r.base
	}
	key := gateOf{number, r}
	if _, ok := m.gates[key]; !ok {
		m.gates[key] = m.Lit()
	}
	return m.gates[key]
}

// gateOf is the gate before a question, or before a check, -1-number, in a row.
type gateOf struct {
	number int
	r      *mrow
}

// forced says whether v's answer is fixed.
func (m *model) forced(number int, r *mrow) z.Lit {
	out := m.F
	for _, f := range m.Variables[number].Force {
		out = m.Or(out, m.sure(m.eval(f.When.Root(), r.frame)))
	}
	return out
}

// question is what people answer, or what it is forced to.
func (m *model) question(number int, r *mrow) term {
	v := m.Variables[number]
	t := m.answerOf(v)
	given := []z.Lit{t.known}
	for _, s := range v.Special {
		l, w := m.Lit(), m.why(s)
		for _, g := range given {
			m.fact(g.Not(), l.Not())
		}
		given = append(given, l)
		for i := range t.why {
			t.why[i] = m.Or(t.why[i], m.And(l, w[i]))
		}
	}
	if v.Hide != nil || v.Offer != nil {
		answer := t
		m.later(func() { m.offers(number, r, answer) })
	}
	for _, f := range slices.Backward(v.Force) {
		to := m.knownTerm(m.number(f.To.N))
		switch v.Kind {
		case expr.Bool:
			to = m.boolTerm(m.truth(f.To.N != 0))
		case expr.Set:
			to = m.knownTerm(append(m.setBits(uint64(f.To.N)), m.F))
		case expr.Text, expr.Date:
			to = m.knownTerm(vec{m.F, m.F})
		}
		t = m.either(m.sure(m.eval(f.When.Root(), r.frame)), to, t)
	}
	t = m.either(m.ended(v.Guards(), r), m.missingOf(v.Kind, expr.NotReached), t)
	t = m.either(m.open(v.Gated, number, r), t, m.missingOf(v.Kind, expr.NotReached))
	return m.either(m.allHold(v.When, r.frame), t, m.missingOf(v.Kind, expr.NotAsked))
}

// offers says that an answer has nothing in it that is not offered.
func (m *model) offers(number int, r *mrow, answer term) {
	v := m.Variables[number]
	if len(v.Options) > maxColumn {
		return
	}
	for i := range v.Options {
		chosen := m.chosen(v, answer, i)
		m.fact(m.And(answer.known, chosen).Not(), m.offered(number, r, i))
	}
}

// chosen says whether option i is in an answer.
func (m *model) chosen(v questionnaire.VariablePart, t term, i int) z.Lit {
	if v.Kind == expr.Set {
		return t.v.bit(i)
	}
	return m.equal(t.v, m.number(int64(i)))
}

// offered says whether option i of v may be chosen.
func (m *model) offered(number int, r *mrow, i int) z.Lit {
	v := m.Variables[number]
	out := m.T
	for _, h := range v.Hide {
		if h.Option == i {
			out = m.And(out, m.sure(m.eval(h.When.Root(), r.frame)).Not())
		}
	}
	if v.Offer == nil {
		return out
	}
	with := &frame{rows: r.frame.rows, option: map[int]term{v.Option: m.knownTerm(m.number(int64(i)))}}
	return m.And(out, m.sure(m.eval(v.Offer.Root(), with)))
}

// pass says what holds in r once the screens of its level were passed.
func (m *model) pass(r *mrow) {
	for _, number := range m.Levels[r.level].Variables {
		if v := m.Variables[number]; v.Asked || v.Source == questionnaire.FromConsent {
			m.passQuestion(number, r)
		}
	}
	for _, number := range m.Levels[r.level].Checks {
		if c := m.Checks[number]; c.Severity == questionnaire.Hard {
			if holds := m.met(number, r); holds != m.T {
				m.assumable(past{screen: c.Element, check: number, asked: -1}, m.Or(r.exists.Not(), holds))
			}
		}
	}
}

// assumable adds something that may be assumed.
func (m *model) assumable(p past, holds z.Lit) {
	p.lit = m.Lit()
	m.fact(p.lit.Not(), holds)
	m.past = append(m.past, p)
}

// passQuestion: a question on path that nobody may pass over has its answer.
func (m *model) passQuestion(number int, r *mrow) {
	v := m.Variables[number]
	t, rel := m.cell(number, r), m.relevant(number, r)
	closed := m.T
	switch {
	case v.Source == questionnaire.FromDone:
		closed = m.sure(t)
	case v.Source == questionnaire.FromConsent:
		closed = t.known
	case !v.Optional:
		closed = m.Or(m.forced(number, r), m.is(t, expr.NotReached).Not())
	}
	m.assumable(past{screen: v.Screen, check: -1, asked: number}, m.any(r.exists.Not(), rel.Not(), closed))
}

// met says whether a check that is shown on a screen lets it be passed: true
// where it is not sure that it is shown whenever its condition stands.
func (m *model) met(number int, r *mrow) z.Lit {
	c := m.Checks[number]
	e := m.Elements[c.Element]
	shown := m.T
	switch {
	case c.Variable >= 0:
		shown = m.relevant(c.Variable, r)
		if e.Kind == questionnaire.ElementItem {
			shown = m.And(shown, m.forced(c.Variable, r).Not())
		}
	case e.Kind == questionnaire.ElementSay || e.Kind == questionnaire.ElementRoster || e.Kind == questionnaire.ElementConsent ||
		e.Kind == questionnaire.ElementReview: // which is shown while one of its checks is unmet
	default:
		return m.T
	}
	shown = m.And(shown, m.open(c.Gated, -1-number, r))
	shown = m.And(shown, m.And(m.allHold(c.When, r.frame), m.ended(c.Guards, r).Not()))
	return m.Or(shown.Not(), m.fires(number, r).Not())
}

// fires says whether what a check demands is known not to hold.
func (m *model) fires(number int, r *mrow) z.Lit {
	t := m.eval(m.Checks[number].Holds.Root(), r.frame)
	return m.And(t.known, t.v[0].Not())
}
