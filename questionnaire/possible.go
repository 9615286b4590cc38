//go:build !js

package questionnaire

import (
	"maps"
	"math/bits"
	"slices"

	"cifra/questionnaire/expr"
)

// This file says what can still be the case when only some of an interview is
// known: that a question was asked, that it was answered with no. The paper
// questionnaire is printed from it, since an interviewer with a pencil has to be
// told where to go on. The rules:
//
//   - what is left open is left open: a possible has every value that may come
//     about and perhaps more, never fewer, so that what it excludes is excluded;
//   - an item whose condition cannot hold is not asked, and one that was answered
//     was asked: knowledge goes both ways along conditions;
//   - what stands before the place looked at is settled, as it is on paper: a
//     question that was come to has an answer or one of its special answers;
//   - rows other than the current one, sums and texts are not followed: of them
//     anything is possible.

// possible is what a variable may be: some codes, some reasons for no answer,
// or, if other, a value that is no code.
type possible struct {
	codes   uint64
	other   bool
	missing uint8 // bit m: no value for reason m
}

// Outcomes of a condition, as bits.
const (
	canHold uint8 = 1 << iota
	canFail
	canBeUnknown
)

const anyOutcome = canHold | canFail | canBeUnknown

// everyReason are all the reasons for no value.
const everyReason = 1<<expr.Answered - 1

func (p possible) empty() bool  { return p.codes == 0 && !p.other && p.missing == 0 }
func (p possible) valued() bool { return p.codes != 0 || p.other }

func (p possible) or(q possible) possible {
	return possible{p.codes | q.codes, p.other || q.other, p.missing | q.missing}
}

func (p possible) and(q possible) possible {
	return possible{p.codes & q.codes, p.other && q.other, p.missing & q.missing}
}

// outcomes reads p as the values of a condition.
func (p possible) outcomes() (b uint8) {
	if p.codes&2 != 0 {
		b |= canHold
	}
	if p.codes&1 != 0 {
		b |= canFail
	}
	if p.missing != 0 {
		b |= canBeUnknown
	}
	return b
}

// fromOutcomes is the inverse, of a value that may be missing for any reason.
func fromOutcomes(b uint8) (p possible) {
	if b&canHold != 0 {
		p.codes |= 2
	}
	if b&canFail != 0 {
		p.codes |= 1
	}
	if b&canBeUnknown != 0 {
		p.missing = everyReason
	}
	return p
}

// each calls f with every single case of p.
func (p possible) each(f func(possible)) {
	for c := p.codes; c != 0; c &= c - 1 {
		f(possible{codes: c & -c})
	}
	if p.other {
		f(possible{other: true})
	}
	for m := p.missing; m != 0; m &= m - 1 {
		f(possible{missing: m & -m})
	}
}

// A world is what is known of an interview at a place of the instrument: for
// some variables, what they can be. The nil world cannot come about.
type world struct {
	q     *Questionnaire
	order int // what stands from here on may not have been come to
	facts map[int]possible
	memo  map[int]possible
	busy  map[int]bool
}

// nothingKnown is the world of someone who stands at an element.
func (q *Questionnaire) nothingKnown(order int) *world {
	return &world{q: q, order: order, facts: map[int]possible{}, memo: map[int]possible{}, busy: map[int]bool{}}
}

// at is w seen from a later place.
func (w *world) at(order int) *world {
	if w == nil || order <= w.order {
		return w
	}
	out := w.q.nothingKnown(order)
	out.facts = w.facts
	return out
}

// with is w where variable v is no more than p.
func (w *world) with(v int, p possible) *world {
	if w == nil {
		return nil
	}
	before := w.of(v)
	p = before.and(p)
	if p.empty() {
		return nil
	}
	if p == before {
		return w
	}
	out := w.q.nothingKnown(w.order)
	out.facts = maps.Clone(w.facts)
	out.facts[v] = p
	return out
}

// join is the world that is one of two.
func (w *world) join(x *world) *world {
	switch {
	case w == nil:
		return x
	case x == nil || w == x:
		return w
	}
	out := w.q.nothingKnown(max(w.order, x.order))
	for v, p := range w.facts {
		out.facts[v] = p.or(x.of(v))
	}
	for v, p := range x.facts {
		if _, done := w.facts[v]; !done {
			out.facts[v] = p.or(w.of(v))
		}
	}
	return out
}

// of returns what variable v may be in w.
func (w *world) of(v int) possible {
	if p, ok := w.memo[v]; ok {
		return p
	}
	if w.busy[v] {
		if v < 0 {
			return possible{codes: 3}
		}
		return w.q.anything(w.q.Variables[v])
	}
	w.busy[v] = true
	var p possible
	if v < 0 {
		p = w.reached(v)
	} else {
		p = w.derive(w.q.Variables[v])
	}
	delete(w.busy, v)
	if known, ok := w.facts[v]; ok {
		p = p.and(known)
	}
	w.memo[v] = p
	return p
}

// anything is every value that v can have at all.
func (q *Questionnaire) anything(v *variable) possible {
	p := possible{missing: everyReason}
	switch {
	case v.Type.Kind == expr.Bool:
		p.codes = 3
	case v.Type.Kind == expr.Code && v.list != nil && len(v.list.Choices) <= 64:
		p.codes = ^uint64(0) >> (64 - len(v.list.Choices))
	default:
		p.other = true
	}
	return p
}

// derive computes what v may be from what else is known.
func (w *world) derive(v *variable) possible {
	p := w.q.anything(v)
	switch v.Kind {
	case varParameter, varPeriod:
		if v.Kind == varParameter {
			p.missing = 0
		}
		return p
	case varDerived:
		if codes, ok := w.q.rowCodes(v); ok {
			return possible{codes: codes}
		}
		return p
	case varPart, varSelected, varEnd, varDone:
		return p
	}
	asked := w.all(v.When)
	if asked&canHold == 0 {
		return possible{missing: 1 << NotAsked}
	}
	if v.Kind == varValue {
		p = w.value(v.Value.Root())
	} else {
		settled := v.Order < w.order && !v.Optional && w.behind(v.gate, v.Class, v.Level) == canHold
		if settled {
			p.missing = 0
			for _, s := range v.Special {
				p.missing |= 1 << s.Missing
			}
		}
		p = w.forced(v, p)
	}
	if asked != canHold {
		p.missing |= 1 << NotAsked
	} else if v.Kind != varValue {
		p.missing &^= 1 << NotAsked
	}
	return p
}

// Whether a gate lets pass what is asked in the rows of a level is a fact of its
// own, with a number below those of the variables: that a row is sensitive and
// that its gate is open are known together or not at all.
func (q *Questionnaire) passage(gate, level int) int { return -1 - gate*len(q.Levels) - level }

// reached derives that fact.
func (w *world) reached(passage int) possible {
	n := -1 - passage
	gate, level := n/len(w.q.Levels), n%len(w.q.Levels)
	open := w.open(gate)
	out := fromOutcomes(open)
	all := true // every row of the level is sensitive
	for l := level; l >= 0; l = w.q.Levels[l].Parent {
		of := w.q.Levels[l]
		if of.Sensitive {
			return out
		}
		if of.List < 0 || of.Row < 0 || len(w.q.Lists[of.List].Choices) > 64 {
			continue
		}
		var private uint64
		for i, c := range w.q.Lists[of.List].Choices {
			if c.Class == Sensitive {
				private |= 1 << i
			}
		}
		if codes := w.of(of.Row).codes; private != 0 && codes&^private == 0 {
			return out
		} else if codes&private != 0 {
			all = false
			out.codes |= 2
		}
	}
	if all {
		return possible{codes: 2}
	}
	return out
}

// open returns whether a gate lets pass.
func (w *world) open(gate int) uint8 {
	p := w.of(gate)
	return choose(p.codes&(1<<gateOpen) != 0, p.codes&^(1<<gateOpen) != 0 || p.missing != 0)
}

// behind returns whether something of a class in the rows of a level is asked as
// far as the gate before it goes; gate is -1 without one.
func (w *world) behind(gate int, class DataClass, level int) uint8 {
	switch {
	case gate < 0 || class == Identifier:
		return canHold
	case class == Sensitive:
		return w.open(gate)
	}
	return w.of(w.q.passage(gate, level)).outcomes()
}

// pass is w where that is so, or is not.
func (w *world) pass(gate int, class DataClass, level int, is bool) *world {
	switch {
	case w == nil || gate < 0 || class == Identifier:
		if is {
			return w
		}
		return nil
	case class == Sensitive && is:
		return w.with(gate, possible{codes: 1 << gateOpen})
	case class == Sensitive:
		p := w.of(gate)
		p.codes &^= 1 << gateOpen
		return w.with(gate, p)
	}
	p := possible{codes: 1}
	if is {
		p.codes = 2
	}
	return w.with(w.q.passage(gate, level), p)
}

// forced is p, the answers that people may give to v, with those that follow
// from others.
func (w *world) forced(v *variable, p possible) possible {
	var out possible
	for _, f := range v.Force {
		b := w.outcomes(f.When.Root())
		if b&canHold == 0 {
			continue
		}
		to := possible{other: true}
		if p.codes != 0 {
			to = possible{codes: 1 << f.To.N}
		}
		out = out.or(to)
		if b == canHold {
			return out
		}
	}
	return out.or(p)
}

// rowCodes returns the codes that v can have if it says which entry of a list
// its row is of.
func (q *Questionnaire) rowCodes(v *variable) (codes uint64, ok bool) {
	l := q.Levels[v.Level]
	if l.Row != v.number || v.list == nil || len(v.list.Choices) > 64 {
		return 0, false
	}
	list := l.Codes
	for _, s := range l.Screens {
		list = append(slices.Clip(list), q.Levels[q.Elements[s].Rows].Codes...)
	}
	for _, c := range list {
		codes |= 1 << c
	}
	return codes, true
}

// all returns the outcomes of several conditions together: that one may fail or
// be unknown is the same to them.
func (w *world) all(whens []*expr.Expr) uint8 {
	out := canHold
	for _, e := range whens {
		b := w.outcomes(e.Root())
		if b&^canHold != 0 {
			out |= canFail
		}
		if b&canHold == 0 {
			return canFail
		}
	}
	return out
}

// variable returns the number of the variable that n reads in the current row,
// -1 if it reads none.
func (q *Questionnaire) slot(n expr.Node) int {
	if n.Op() != "var" && n.Op() != "attr" {
		return -1
	}
	s := n.Slot()
	return q.Levels[s.Level].variables[s.Index].number
}

// outcomes returns what condition n may come to.
func (w *world) outcomes(n expr.Node) uint8 {
	switch n.Op() {
	case "and", "or":
		out := w.outcomes(n.Arg(0))
		for i := 1; i < n.Args(); i++ {
			out = kleene(out, w.outcomes(n.Arg(i)), n.Op() == "or")
		}
		return out
	case "not":
		return swap(w.outcomes(n.Arg(0)))
	case "surely":
		b := w.outcomes(n.Arg(0))
		if b&canBeUnknown != 0 {
			b = b&^canBeUnknown | canFail
		}
		return b
	case "answered":
		p := w.value(n.Arg(0))
		return choose(p.valued(), p.missing != 0)
	case "is_missing":
		p, m := w.value(n.Arg(0)), uint8(1)<<n.N()
		return choose(p.missing&m != 0, p.valued() || p.missing&^m != 0)
	case "=", "lt", "le", "in", "has":
		return w.compared(n)
	}
	return w.value(n).outcomes()
}

func choose(holds, fails bool) (b uint8) {
	if holds {
		b |= canHold
	}
	if fails {
		b |= canFail
	}
	return b
}

func swap(b uint8) uint8 {
	return b&canBeUnknown | b&canHold<<1 | b&canFail>>1
}

// kleene combines the outcomes of two conditions that are independent as far as
// is known, by or, else by and.
func kleene(x, y uint8, or bool) (out uint8) {
	if or {
		return swap(kleene(swap(x), swap(y), false))
	}
	if (x|y)&canFail != 0 {
		out |= canFail
	}
	if x&y&canHold != 0 {
		out |= canHold
	}
	if x&canBeUnknown != 0 && y&(canHold|canBeUnknown) != 0 || y&canBeUnknown != 0 && x&canHold != 0 {
		out |= canBeUnknown
	}
	return out
}

// compared returns the outcomes of a comparison.
func (w *world) compared(n expr.Node) (out uint8) {
	x := w.value(n.Arg(0))
	var y possible
	for i := 1; i < n.Args(); i++ {
		a := w.value(n.Arg(i))
		y = y.or(a)
	}
	if x.missing != 0 || y.missing != 0 {
		out |= canBeUnknown
	}
	switch {
	case !x.valued() || !y.valued():
	case n.Op() == "lt" || n.Op() == "le" || n.Op() == "has" || x.other || y.other:
		out |= canHold | canFail
	default:
		if x.codes&y.codes != 0 {
			out |= canHold
		}
		one := bits.OnesCount64(y.codes) == 1
		if x.codes&^y.codes != 0 || n.Op() == "=" && (!one || x.codes != y.codes) {
			out |= canFail
		}
	}
	return out
}

// value returns what n may be.
func (w *world) value(n expr.Node) possible {
	finite := n.Kind() == expr.Code || n.Kind() == expr.Bool
	switch n.Op() {
	case "const":
		if finite && n.N() < 64 {
			return possible{codes: 1 << n.N()}
		}
		return possible{other: true}
	case "missing":
		return possible{missing: 1 << n.N()}
	case "var":
		return w.of(w.q.slot(n))
	case "attr":
		return w.attribute(n)
	case "if":
		b := w.outcomes(n.Arg(0))
		var p possible
		if b&canHold != 0 {
			p = p.or(w.value(n.Arg(1)))
		}
		if b&canFail != 0 {
			p = p.or(w.value(n.Arg(2)))
		}
		if b&canBeUnknown != 0 {
			p.missing = everyReason
		}
		return p
	case "coalesce":
		var p possible
		for i := range n.Args() {
			a := w.value(n.Arg(i))
			p = p.or(a)
			if a.missing == 0 {
				p.missing = 0
				return p
			}
		}
		return p
	case "and", "or", "not", "surely", "answered", "is_missing", "=", "lt", "le", "in", "has":
		return fromOutcomes(w.outcomes(n))
	}
	if n.Kind() == expr.Bool {
		return fromOutcomes(anyOutcome)
	}
	if n.Kind() == expr.Code {
		return possible{codes: ^uint64(0), missing: everyReason}
	}
	return possible{other: true, missing: everyReason}
}

// attribute is a column of a list, of the codes that are possible.
func (w *world) attribute(n expr.Node) (p possible) {
	code := w.of(w.q.slot(n))
	p.missing = code.missing
	if code.other {
		return possible{codes: ^uint64(0), other: true, missing: everyReason}
	}
	for c := code.codes; c != 0; c &= c - 1 {
		if i := bits.TrailingZeros64(c); i < n.Args() {
			p = p.or(w.value(n.Arg(i)))
		}
	}
	return p
}

// assume is w where condition n comes to one of some outcomes.
func (w *world) assume(n expr.Node, allowed uint8) *world {
	if w == nil || allowed == anyOutcome {
		return w
	}
	if w.outcomes(n)&allowed == 0 {
		return nil
	}
	or := n.Op() == "or"
	switch n.Op() {
	case "and", "or":
		if or {
			allowed = swap(allowed)
		}
		side := func(b uint8) uint8 { // of the operands, seen as those of an and
			if or {
				return swap(b)
			}
			return b
		}
		if allowed&canFail == 0 { // none fails
			each := allowed | canHold
			for i := range n.Args() {
				w = w.assume(n.Arg(i), side(each))
			}
			return w
		}
		if allowed&canHold != 0 {
			return w
		}
		var out *world // one of them does not hold
		for i := range n.Args() {
			if x := w.assume(n.Arg(i), side(allowed)); x != nil {
				out = x.join(out)
			}
		}
		return out
	case "not":
		return w.assume(n.Arg(0), swap(allowed))
	case "surely":
		if allowed&canFail != 0 {
			allowed |= canBeUnknown
		} else {
			allowed &^= canBeUnknown
		}
		return w.assume(n.Arg(0), allowed)
	case "any", "all":
		return w
	}
	return w.narrow(n, allowed)
}

// narrow takes from each variable that n reads the cases in which n cannot come
// to an allowed outcome.
func (w *world) narrow(n expr.Node, allowed uint8) *world {
	var reads []int
	var visit func(n expr.Node)
	visit = func(n expr.Node) {
		if n.Ranges() || n.Op() == "at" {
			return
		}
		if v := w.q.slot(n); v >= 0 && !slices.Contains(reads, v) {
			reads = append(reads, v)
		}
		for i := range n.Args() {
			visit(n.Arg(i))
		}
	}
	visit(n)
	for _, v := range reads {
		if w == nil {
			return nil
		}
		var keep possible
		before := w.of(v)
		before.each(func(one possible) {
			if x := w.with(v, one); x != nil && x.outcomes(n)&allowed != 0 {
				keep = keep.or(one)
			}
		})
		if keep == before {
			continue
		}
		w = w.learn(v, keep)
	}
	return w
}

// learn is w where v is one of p, and what follows from that: what was answered
// was asked, and what is calculated was calculated from something.
func (w *world) learn(v int, p possible) *world {
	before := w.of(v)
	w = w.with(v, p)
	if w == nil {
		return nil
	}
	of := w.q.Variables[v]
	if of.Kind != varQuestion && of.Kind != varValue {
		return w
	}
	off := uint8(1 << NotAsked)
	if before.missing&off != 0 && p.missing&off == 0 {
		for _, when := range of.When {
			w = w.assume(when.Root(), canHold)
		}
	}
	if w != nil && of.Kind == varValue && of.Type.Kind == expr.Bool && p.missing&off == 0 {
		w = w.assume(of.Value.Root(), p.outcomes())
	}
	return w
}
