//go:build !js

package prove

import (
	"slices"

	"github.com/go-air/gini/z"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file asks whether a question can keep somebody who came to it: whether
// there is a state, everything before it settled, in which no answer to it is
// both offered and let pass by the hard checks of its screen. The rules:
//
//   - answers are tried side by side in one state. Each has a shadow of the rows
//     in which the question has that answer; what does not depend on the question
//     is shared, what does is computed again, so that the solver must find one
//     state in which all of them fail;
//   - an answer may be the value of something in the state: the limit of a range,
//     the number that a check compares with, all options that are offered. To find
//     one answer that passes is enough, so few are tried first, and every one only
//     where they are finitely many and the few did not do;
//   - a refutation is a proof that the question can always be answered. A state
//     that the solver finds is followed by walks, which try every answer there
//     (exhaust.go): if none settles the screen it is a dead end for certain, with
//     the walk as its witness. What is neither is not proved;
//   - questions of one screen are taken one by one, the others answered in any
//     way: if each can be answered whatever the others are, all can, one after
//     another;
//   - nobody is asked on the screens of a review or a statement: a check that is
//     unmet there sends back to earlier answers, which is what it is for.

// maxFinite bounds how many answers to a number are tried one by one.
const maxFinite = 300

// maxSets bounds the sets that are tried one by one, as a number of options.
const maxSets = 6

// dependents returns, for a question, the variables whose value may change with
// its answer, itself among them.
func (m *model) dependents(number int) map[int]bool {
	if d, ok := m.changed[number]; ok {
		return d
	}
	d := map[int]bool{number: true}
	id := m.Variables[number].ID
	for n, v := range m.Variables {
		if v.Source == questionnaire.FromPart && len(v.ID) > len(id) && v.ID[:len(id)+1] == id+"." || v.Source == questionnaire.FromSelection {
			d[n] = true
		}
	}
	for more := true; more; {
		more = false
		for n, v := range m.Variables {
			if !d[n] && m.variableReads(v, d) {
				d[n], more = true, true
			}
		}
	}
	m.changed[number] = d
	return d
}

// variableReads says whether a variable's value may change with those in d.
func (m *model) variableReads(v questionnaire.VariablePart, d map[int]bool) bool {
	reads := func(e *expr.Expr) bool { return e != nil && m.touched(e.Root(), d) }
	if slices.ContainsFunc(v.When, reads) || reads(v.Value) || reads(v.Offer) {
		return true
	}
	for _, f := range v.Force {
		if reads(f.When) {
			return true
		}
	}
	for _, h := range v.Hide {
		if reads(h.When) {
			return true
		}
	}
	for _, g := range v.Guards() {
		if d[g] {
			return true
		}
	}
	return false
}

// touched says whether an operation may change with the variables in d. Rows
// that answers open may come and go with any of them.
func (m *model) touched(n expr.Node, d map[int]bool) bool {
	found := false
	n.Visit(func(x expr.Node) {
		switch {
		case found:
		case x.Ranges():
			found = m.rowsTouched(x.Slot().Level, d)
		case x.Op() == "var" || x.Op() == "attr" || x.Op() == "at":
			l := m.Levels[x.Slot().Level]
			found = x.Slot().Index < len(l.Variables) && d[l.Variables[x.Slot().Index]]
		}
	})
	return found
}

// rowsTouched says whether the rows of a level may come and go with the
// variables in d: where people add them, or a grid has them, only with what the
// roster or grid stands under.
func (m *model) rowsTouched(level int, d map[int]bool) bool {
	for ; level > 0; level = m.Levels[level].Parent {
		switch m.Levels[level].Rows {
		case questionnaire.RowsSingle:
			continue
		case questionnaire.RowsByHand, questionnaire.RowsGrid:
		default:
			return true
		}
		reads := func(e *expr.Expr) bool { return m.touched(e.Root(), d) }
		for _, e := range m.Elements {
			if e.Rows == level && (slices.ContainsFunc(e.When, reads) || slices.ContainsFunc(m.Modules[e.Module].When, reads)) {
				return true
			}
		}
	}
	return false
}

// shadow is the row of r in a world in which variable number has another value.
func (m *model) shadow(r *mrow, number int, answer term) *mrow {
	var outer *mrow
	if r.parent != nil {
		outer = m.shadow(r.parent, -1, term{})
	}
	s := m.newRow(r.level, outer, r.code)
	s.base = r
	if number < 0 {
		return s
	}
	d := m.dependents(number)
	for x := s; x != nil; x = x.parent {
		x.changed, x.frame.changed, x.frame.base = d, d, x.base.frame
	}
	s.cells[number] = answer
	return s
}

// keeps holds where no answer that is tried lets one go on from a question that
// is asked in r; full tries all of those that finitely found.
func (m *model) keeps(number int, r *mrow, near edgesOf, full bool) z.Lit {
	v := m.Variables[number]
	offered := make([]z.Lit, len(v.Options))
	for i := range offered {
		offered[i] = m.T
		if (v.Hide != nil || v.Offer != nil) && len(v.Options) <= maxColumn {
			offered[i] = m.offered(number, r, i)
		} else if v.Offer != nil {
			offered[i] = m.Lit()
		}
	}
	answers := m.answers(number, r, offered, near, full)
	checks, standing := m.checksOf(number, r)
	keeps := m.T
	for _, a := range answers {
		passes := m.all(a.takes, standing.Not())
		if len(checks) > 0 && passes != m.F {
			s := m.shadow(r, number, a.term)
			for _, c := range checks {
				if met, alone := m.metAlone(c, number, a.cell); alone && met {
					continue
				}
				passes = m.And(passes, m.blocked(c, m.rowAt(m.Checks[c].Level, s)).Not())
			}
		}
		keeps = m.And(keeps, passes.Not())
	}
	m.settle()
	return keeps
}

// checksOf returns the hard checks of a question's screen that its answer may
// meet, and whether one fires that no answer on the screen can change.
func (m *model) checksOf(number int, r *mrow) (checks []int, standing z.Lit) {
	standing = m.F
	screen, d := m.Variables[number].Screen, m.dependents(number)
	for n, c := range m.Checks {
		if c.Element != screen || c.Severity != questionnaire.Hard {
			continue
		}
		if m.checkReads(c, d) {
			checks = append(checks, n)
			continue
		}
		other := m.Elements[screen].Kind == questionnaire.ElementRoster // rows are added and removed there
		for q, v := range m.Variables {
			other = other || q != number && v.Asked && v.Screen == screen && m.checkReads(c, m.dependents(q))
		}
		if !other {
			standing = m.Or(standing, m.blocked(n, m.rowAt(c.Level, r)))
		}
	}
	return checks, standing
}

// checkReads says whether a check may change with the variables in d.
func (m *model) checkReads(c questionnaire.CheckPart, d map[int]bool) bool {
	return m.touched(c.Holds.Root(), d) || slices.ContainsFunc(c.When, func(e *expr.Expr) bool { return m.touched(e.Root(), d) }) ||
		c.Variable >= 0 && m.variableReads(m.Variables[c.Variable], d)
}

// rowAt is the row of a level that r lies in, nil if it lies in none.
func (m *model) rowAt(level int, r *mrow) *mrow { return r.frame.rows[level] }

// blocked holds at least where a check keeps its screen. In a row that is none
// of those that the question stands in, nothing is known of it.
func (m *model) blocked(number int, r *mrow) z.Lit {
	if r == nil {
		return m.Lit()
	}
	c := m.Checks[number]
	shown := m.And(m.allHold(c.When, r.frame), m.ended(c.Guards, r).Not())
	if c.Variable >= 0 {
		shown = m.And(shown, m.relevant(c.Variable, r))
	}
	return m.all(shown, m.open(c.Gated, -1-number, r), m.fires(number, r))
}

// A trial is an answer and where the question takes it.
type trial struct {
	term  term
	takes z.Lit
	cell  *expr.Cell // a text or a date, which no circuit holds
}

// metAlone says whether a check that reads nothing but the answer is met by a
// cell, as the engine evaluates it.
func (m *model) metAlone(check, number int, cell *expr.Cell) (met, alone bool) {
	c := m.Checks[check]
	slot := expr.Slot{Level: m.Variables[number].Level}
	slot.Index = slices.Index(m.Levels[slot.Level].Variables, number)
	if reads := c.Holds.Reads(); cell == nil || len(reads) != 1 || reads[0] != slot || len(c.Holds.Rosters()) > 0 {
		return false, false
	}
	f := &expr.Frame{Rows: make([]*expr.Row, len(m.Levels))}
	for l := range f.Rows {
		f.Rows[l] = &expr.Row{Cells: make([]expr.Cell, len(m.Levels[l].Variables))}
	}
	f.Rows[slot.Level].Cells[slot.Index] = *cell
	b, missing := c.Holds.Bool(f)
	return b || missing != expr.Answered, true
}

// opaque lists texts and dates to try: those at the edges of what conditions
// compare with, and a usual one.
func opaque(v questionnaire.VariablePart, e edgesOf) (cells []expr.Cell) {
	if v.Kind == expr.Date {
		for _, n := range e.numbers {
			cells = append(cells, expr.Cell{N: n, Missing: expr.Answered})
		}
		return cells
	}
	if v.Form != "" {
		return nil // a place, an entry, a point, a photo: no text that anybody writes
	}
	for _, text := range append([]string{"Ana", "algo que se escribe"}, e.texts...) {
		cells = append(cells, expr.Cell{Text: text, Missing: expr.Answered})
	}
	return cells
}

// edgesOf is what a question is compared with anywhere.
type edgesOf struct {
	numbers []int64
	texts   []string
}

// answers lists answers to try: a few that mostly do, or all.
func (m *model) answers(number int, r *mrow, offered []z.Lit, near edgesOf, full bool) (list []trial) {
	v := m.Variables[number]
	for _, s := range v.Special {
		list = append(list, trial{m.missingOf(v.Kind, s), m.T, nil})
	}
	if v.Optional {
		list = append(list, trial{m.missingOf(v.Kind, expr.NotReached), m.T, nil})
	}
	known := func(n int64) { list = append(list, trial{m.knownTerm(m.number(n)), m.T, nil}) }
	switch v.Kind {
	case expr.Bool:
		for _, b := range []bool{false, true} {
			list = append(list, trial{m.boolTerm(m.truth(b)), m.T, nil})
		}
	case expr.Code:
		for i := range v.Options {
			list = append(list, trial{m.knownTerm(m.number(int64(i))), offered[i], nil})
		}
	case expr.Set:
		list = append(list, m.sets(v, offered, full)...)
	case expr.Number:
		if low, high, _ := limits(v); full {
			for n := low; n <= high; n++ {
				known(n)
			}
			break
		}
		list = append(list, m.meant(number, r)...)
		for _, n := range append([]int64{0, 1}, near.numbers...) {
			known(n)
		}
	case expr.Time:
		for _, n := range append([]int64{0, 24*60 - 1}, near.numbers...) {
			if n >= 0 && n < 24*60 {
				known(n)
			}
		}
	default:
		// Which text or date it is cannot be said, only that it is one; of a table
		// that is narrowed there may be none.
		if !v.Narrowed {
			list = append(list, trial{m.knownTerm(vec{m.F, m.F}), m.T, nil})
			for _, c := range opaque(v, near) {
				list = append(list, trial{m.knownTerm(vec{m.F, m.F}), m.T, &c})
			}
		}
	}
	return list
}

// sets lists sets of options: none, one, all that are offered, as many of them
// as the smallest number that a limit may want; or every one.
func (m *model) sets(v questionnaire.VariablePart, offered []z.Lit, full bool) (list []trial) {
	n := len(v.Options)
	constant := func(set uint64) {
		takes := m.T
		for i := range n {
			if set>>i&1 == 1 {
				takes = m.And(takes, offered[i])
			}
		}
		list = append(list, trial{m.knownTerm(append(m.setBits(set), m.F)), takes, nil})
	}
	if full {
		for set := range uint64(1) << n {
			constant(set)
		}
		return list
	}
	constant(0)
	for i := range n {
		constant(1 << i)
	}
	for _, apart := range []bool{false, true} { // with those that stand alone, and without
		all := make(vec, 0, n+1)
		for i := range n {
			bit := offered[i]
			if apart && v.Options[i].Exclusive {
				bit = m.F
			}
			all = append(all, bit)
		}
		for most := 2; most <= min(n, 5); most++ { // the first so many of them
			some := make(vec, 0, n+1)
			for i, bit := range all {
				some = append(some, m.And(bit, m.less(m.circuit.count(all[:i]), m.number(int64(most)))))
			}
			list = append(list, trial{m.knownTerm(append(some, m.F)), m.T, nil})
		}
		list = append(list, trial{m.knownTerm(append(slices.Clone(all), m.F)), m.T, nil})
	}
	return list
}

// limits are the numbers that a range lets pass, if it is the same everywhere.
func limits(v questionnaire.VariablePart) (low, high int64, bounded bool) {
	fixed := func(e *expr.Expr) (int64, bool) {
		if e == nil || len(e.Reads()) > 0 || len(e.Rosters()) > 0 {
			return 0, false
		}
		c := e.Eval(&expr.Frame{})
		return c.N, c.Missing == expr.Answered
	}
	low, some := fixed(v.Min)
	high, both := fixed(v.Max)
	return low, high, some && both && low <= high
}

// meant lists numbers that the state holds: the limits of the range, and those
// of the same scale that the checks of the screen read beside the answer.
func (m *model) meant(number int, r *mrow) (list []trial) {
	v, d := m.Variables[number], m.dependents(number)
	add := func(t term) {
		fits := m.And(m.less(t.v, m.number(maxFit)), m.less(m.number(-maxFit), t.v))
		list = append(list, trial{m.knownTerm(t.v), m.And(t.known, fits), nil})
	}
	for _, e := range []*expr.Expr{v.Min, v.Max} {
		if e != nil && e.Type().Kind == expr.Number && e.Type().Scale == v.Scale && !m.touched(e.Root(), d) {
			add(m.eval(e.Root(), r.frame))
		}
	}
	seen := map[int]bool{}
	for _, c := range m.Checks {
		if c.Element != v.Screen || c.Severity != questionnaire.Hard {
			continue
		}
		for _, s := range c.Holds.Reads() {
			w := m.Levels[s.Level].Variables[s.Index]
			if x := m.Variables[w]; !seen[w] && !d[w] && x.Kind == expr.Number && x.Scale == v.Scale && r.frame.rows[s.Level] != nil {
				seen[w] = true
				add(m.read(s, r.frame))
			}
		}
	}
	return list
}

// forcedTo says whether a question's answer is fixed to an option.
func (m *model) forcedTo(number int, r *mrow, option int) z.Lit {
	v := m.Variables[number]
	out := m.F
	for _, f := range slices.Backward(v.Force) {
		to := f.To.N == int64(option)
		if v.Kind == expr.Set {
			to = f.To.N == 1<<option
		}
		out = m.Choice(m.sure(m.eval(f.When.Root(), r.frame)), m.truth(to), out)
	}
	return out
}

// finitely says whether every answer to a question can be tried, and is not
// among the few already.
func finitely(v questionnaire.VariablePart) bool {
	low, high, bounded := limits(v)
	return v.Kind == expr.Set && len(v.Options) <= maxSets || v.Kind == expr.Number && bounded && high-low < maxFinite
}

// decideStuck asks the solver whether a question can keep somebody: with a few
// answers, then with all if they are finitely many. What it finds is a hint for
// walks, which are to try every answer there.
func (s *search) decideStuck(g *goal) *hint {
	u := &g.uses[0]
	u.near = edgesOf{s.numbers[u.v], s.texts[u.v]}
	h := s.decide(g)
	if h != nil && finitely(s.a.Variables[u.v]) {
		u.full = true
		h = s.decide(g)
	}
	if h != nil {
		h.exhaust = u.screen + 1
	}
	return h
}
