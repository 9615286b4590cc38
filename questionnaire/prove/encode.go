//go:build !js

package prove

import (
	"slices"

	"github.com/go-air/gini/z"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file turns expressions into circuits. The rules:
//
//   - a condition, a code, a set, a number and a time are followed exactly, with
//     the reason why they are unknown, as package expr evaluates them;
//   - of a text only its length and what is tested of it are kept, each as
//     something unknown; of dates, quotients and products of two unknowns only
//     whether there is a value;
//   - an operation that is not known here may give anything. So a circuit
//     allows all that can be, and may allow more: what it forbids cannot be.

// A term is the value of an expression: whether there is one, why not, and
// what it is.
type term struct {
	known z.Lit
	why   [3]z.Lit // the bits of the Missing, if there is none
	v     vec      // Number, Time, Code, Set; of a Bool v[0] alone
}

// numberWidth is enough for every number that is stored, sign included.
const numberWidth = 55

// maxFit is the least number that does not fit, see package expr.
const maxFit = 1 << 53

// why is a reason as bits.
func (c *circuit) why(m expr.Missing) [3]z.Lit {
	return [3]z.Lit{c.truth(m&1 != 0), c.truth(m&2 != 0), c.truth(m&4 != 0)}
}

// is says whether t is missing for a reason.
func (c *circuit) is(t term, m expr.Missing) z.Lit {
	if m == expr.Answered {
		return t.known
	}
	w := c.why(m)
	out := t.known.Not()
	for i := range w {
		out = c.And(out, c.Xor(w[i], t.why[i]).Not())
	}
	return out
}

func (c *circuit) knownTerm(v vec) term { return term{c.T, c.why(expr.Answered), v} }

func (c *circuit) missingTerm(m expr.Missing) term {
	return term{c.F, c.why(m), vec{c.F, c.F}}
}

// bool is a condition that is known.
func (c *circuit) boolTerm(l z.Lit) term { return c.knownTerm(vec{l}) }

// sure says that a condition is known and holds.
func (c *circuit) sure(t term) z.Lit { return c.And(t.known, t.v[0]) }

// either is a if cond, else b.
func (c *circuit) either(cond z.Lit, a, b term) term {
	out := term{known: c.Choice(cond, a.known, b.known), v: c.choose(cond, a.v, b.v)}
	for i := range out.why {
		out.why[i] = c.Choice(cond, a.why[i], b.why[i])
	}
	return out
}

// anything is a term of which nothing is known. Codes and sets may be of any
// list.
func (c *circuit) anything(k expr.Kind) term {
	t := term{known: c.Lit(), why: [3]z.Lit{c.Lit(), c.Lit(), c.Lit()}}
	switch k {
	case expr.Bool:
		t.v = vec{c.Lit()}
	case expr.Set:
		t.v = c.natural(64)
	case expr.Number, expr.Time:
		t.v = c.unknown(numberWidth)
	case expr.Code:
		t.v = c.natural(24)
	default:
		t.v = vec{c.F, c.F}
	}
	return t
}

// strict makes t missing where an operand is, for the reason of the first.
func (c *circuit) strict(t term, operands ...term) term {
	for _, o := range slices.Backward(operands) {
		lost := t
		lost.known, lost.why = c.F, o.why
		t = c.either(o.known, t, lost)
	}
	return t
}

// fit makes a number that does not fit missing.
func (c *circuit) fit(t term) term {
	if len(t.v) < numberWidth-1 {
		return t
	}
	fits := c.And(c.less(t.v, c.number(maxFit)), c.less(c.number(-maxFit), t.v))
	none := c.missingTerm(expr.DoesNotApply)
	none.v = t.v
	return c.either(c.Or(t.known.Not(), fits), t, none)
}

// A place is an expression in a frame.
type place struct {
	form string
	f    *frame
}

// eval returns the value of n in f.
func (m *model) eval(n expr.Node, f *frame) term {
	if f.base != nil && !m.touched(n, f.changed) {
		return m.eval(n, f.base)
	}
	key := place{n.Form(), f}
	if t, ok := m.seen[key]; ok {
		return t
	}
	t := m.compute(n, f)
	m.seen[key] = t
	return t
}

func (m *model) args(n expr.Node, f *frame) []term {
	ts := make([]term, n.Args())
	for i := range ts {
		ts[i] = m.eval(n.Arg(i), f)
	}
	return ts
}

// compute is eval the first time.
func (m *model) compute(n expr.Node, f *frame) term {
	switch n.Op() {
	case "const":
		switch n.Kind() {
		case expr.Bool:
			return m.boolTerm(m.truth(n.N() != 0))
		case expr.Set:
			return m.knownTerm(append(m.setBits(uint64(n.N())), m.F))
		case expr.Number, expr.Code, expr.Time:
			return m.knownTerm(m.number(n.N()))
		}
		return m.knownTerm(vec{m.F, m.F})
	case "missing":
		t := m.missingTerm(expr.Missing(min(uint64(n.N()), uint64(expr.Withheld))))
		if n.Kind() == expr.Bool {
			t.v = vec{m.F}
		}
		return t
	case "var":
		return m.read(n.Slot(), f)
	case "attr":
		return m.attribute(n, f)
	case "at":
		return m.gridCell(n, f)
	case "and", "or":
		return m.connective(m.args(n, f), n.Op() == "or")
	case "=", "lt", "le", "in", "has":
		return m.comparison(n, f)
	}
	if n.Ranges() {
		return m.aggregate(n, f)
	}
	return m.function(n, f)
}

// function computes what has nothing but operands.
func (m *model) function(n expr.Node, f *frame) term {
	ts := m.args(n, f)
	switch n.Op() {
	case "not":
		t := ts[0]
		t.v = vec{t.v[0].Not()}
		return t
	case "surely":
		return m.boolTerm(m.sure(ts[0]))
	case "answered":
		return m.boolTerm(ts[0].known)
	case "is_missing":
		return m.boolTerm(m.is(ts[0], expr.Missing(n.N())))
	case "if":
		out := m.either(m.sure(ts[0]), ts[1], ts[2])
		return m.strict(out, ts[0])
	case "coalesce":
		return m.coalesce(ts)
	}
	if n.Kind() != expr.Number && n.Kind() != expr.Code {
		return m.loose(n, ts)
	}
	for i := range ts {
		if k := n.Arg(i).Kind(); k != expr.Number && k != expr.Set && k != expr.Bool {
			return m.loose(n, ts)
		}
	}
	return m.arithmetic(n, ts)
}

// coalesce is the first that has a value, or the first.
func (m *model) coalesce(ts []term) term {
	if len(ts) == 1 {
		return ts[0]
	}
	rest := m.coalesce(ts[1:])
	return m.either(m.Or(ts[0].known, rest.known.Not()), ts[0], rest)
}

// arithmetic computes numbers from numbers.
func (m *model) arithmetic(n expr.Node, ts []term) term {
	x := m.wide(ts[0], n.Arg(0))
	switch n.Op() {
	case "+":
		return m.fit(m.strict(m.knownTerm(m.add(x, m.wide(ts[1], n.Arg(1)))), ts...))
	case "-":
		return m.fit(m.strict(m.knownTerm(m.add(x, m.minus(m.wide(ts[1], n.Arg(1))))), ts...))
	case "*":
		for i, other := range []int{1, 0} {
			if n.Arg(i).Op() == "const" && n.Arg(i).N() < maxFit && n.Arg(i).N() > -maxFit {
				return m.fit(m.strict(m.knownTerm(m.times(m.wide(ts[other], n.Arg(other)), n.Arg(i).N())), ts...))
			}
		}
	case "neg":
		return m.strict(m.knownTerm(m.minus(x)), ts...)
	case "abs":
		return m.strict(m.knownTerm(m.choose(x[len(x)-1], m.minus(x), x)), ts...)
	case "rescale", "round", "floor":
		if by := n.Scale() - n.Arg(0).Scale(); by >= 0 {
			k := int64(1)
			for range by {
				k *= 10
			}
			return m.fit(m.strict(m.knownTerm(m.times(x, k)), ts...))
		}
	case "size":
		if n.Arg(0).Kind() == expr.Set {
			return m.strict(m.knownTerm(m.count(ts[0].v)), ts...)
		}
	case "min", "max":
		out := x
		for i, t := range ts[1:] {
			y := m.wide(t, n.Arg(i+1))
			out = m.choose(m.Xor(m.less(out, y), m.truth(n.Op() == "max")), out, y)
		}
		return m.strict(m.knownTerm(out), ts...)
	case "cut":
		var reached []z.Lit
		for i := 1; i < n.Args(); i++ {
			reached = append(reached, m.less(x, m.number(n.Arg(i).N())).Not())
		}
		return m.strict(m.knownTerm(m.circuit.count(reached)), ts[0])
	}
	return m.loose(n, ts)
}

// wide is the number in t; a condition counts 0 or 1.
func (m *model) wide(t term, n expr.Node) vec {
	if n.Kind() == expr.Bool {
		return vec{t.v[0], m.F}
	}
	return t.v
}

// loose is what is known of an operation that is not followed: those listed
// have no value where an operand has none; of others nothing is known.
func (m *model) loose(n expr.Node, ts []term) term {
	out := m.anything(n.Kind())
	switch n.Op() {
	case "length":
		out.v = m.natural(16)
		return m.strict(out, ts...)
	case "contains", "starts_with", "matches", "year", "month", "day", "date", "days_between", "years_between",
		"+", "-", "*", "/", "neg", "abs", "round", "floor", "rescale", "real", "min", "max", "cut":
		return m.strict(out, ts...)
	}
	return out
}

// connective is a Kleene and, or an or.
func (m *model) connective(ts []term, or bool) term {
	decided, known := m.F, m.T
	why := ts[len(ts)-1].why
	for _, t := range slices.Backward(ts) {
		decided = m.Or(decided, m.And(t.known, m.Xor(t.v[0], m.truth(or)).Not()))
		known = m.And(known, t.known)
		for i := range why {
			why[i] = m.Choice(t.known, why[i], t.why[i])
		}
	}
	return term{m.Or(decided, known), why, vec{m.Xor(decided, m.truth(or)).Not()}}
}

// comparison compares two values, or one with constants.
func (m *model) comparison(n expr.Node, f *frame) term {
	ts := m.args(n, f)
	if n.Op() == "has" {
		in := m.F
		for i := range len(ts[1].v) - 1 {
			in = m.Or(in, m.And(m.equal(ts[0].v, m.number(int64(i))), ts[1].v[i]))
		}
		return m.strict(m.boolTerm(in), ts...)
	}
	switch n.Arg(0).Kind() {
	case expr.Text:
		return m.strict(m.boolTerm(m.Lit()), ts...)
	case expr.Number, expr.Code, expr.Time, expr.Set, expr.Bool:
	default: // dates are intervals: the comparison may be unknown
		return m.strict(m.anything(expr.Bool), ts[0])
	}
	x := m.wide(ts[0], n.Arg(0))
	if n.Op() == "in" {
		in := m.F
		for i, t := range ts[1:] {
			in = m.Or(in, m.equal(x, m.wide(t, n.Arg(i+1))))
		}
		return m.strict(m.boolTerm(in), ts[0])
	}
	y := m.wide(ts[1], n.Arg(1))
	switch n.Op() {
	case "lt":
		return m.strict(m.boolTerm(m.less(x, y)), ts...)
	case "le":
		return m.strict(m.boolTerm(m.less(y, x).Not()), ts...)
	}
	return m.strict(m.boolTerm(m.equal(x, y)), ts...)
}

// setBits is a set of constants.
func (m *model) setBits(set uint64) vec {
	var v vec
	for ; set > 0; set >>= 1 {
		v = append(v, m.truth(set&1 != 0))
	}
	return v
}

// attribute is a column of a catalogue by the code in a variable.
func (m *model) attribute(n expr.Node, f *frame) term {
	code := m.read(n.Slot(), f)
	out := m.missingTerm(expr.DoesNotApply)
	if n.Kind() == expr.Bool {
		out.v = vec{m.F}
	}
	if n.Args() > maxColumn {
		return m.strict(m.anything(n.Kind()), code)
	}
	for i := range n.Args() {
		out = m.either(m.equal(code.v, m.number(int64(i))), m.eval(n.Arg(i), f), out)
	}
	return m.strict(out, code)
}

// maxColumn bounds the columns and the lists of options that are followed code
// by code.
const maxColumn = 400

// gridCell is a variable of the row of a grid, by its code.
func (m *model) gridCell(n expr.Node, f *frame) term {
	if n.Arg(0).Op() != "const" || f.base != nil { // in a shadow it may be the row whose answer is tried
		return m.anything(n.Kind())
	}
	slot, l := n.Slot(), m.Levels[n.Slot().Level]
	parent := m.nearest(f, l.Parent)
	if l.Rows != questionnaire.RowsGrid || parent == nil || parent.level != l.Parent {
		return m.anything(n.Kind())
	}
	if !slices.Contains(l.Codes, int(n.Arg(0).N())) {
		return m.missingOf(n.Kind(), expr.NotAsked)
	}
	return m.cell(l.Variables[slot.Index], m.gridRow(parent, slot.Level, int(n.Arg(0).N())))
}

func (m *model) missingOf(k expr.Kind, why expr.Missing) term {
	t := m.missingTerm(why)
	if k == expr.Bool {
		t.v = vec{m.F}
	}
	return t
}
