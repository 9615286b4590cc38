package expr

import (
	"cmp"
	"math"
	"slices"

	"cifra/questionnaire/wire"
)

// This file turns the checked form into closures, one for each node, typed by
// what they return, so that evaluation decides nothing but what the values
// decide and allocates nothing:
//
//   - a condition is one byte, an unknown one carries its reason;
//   - Number, Date, Time, Code and Set are int64, beside a Missing;
//   - a comparison of a variable with a constant, most of what instruments say,
//     is no closure but a test, see connective.go;
//   - floating-point products are rounded before they are added, so that no
//     machine fuses the two and gets another result.

// A truth is true, false, or unknown for a reason: the Missing itself.
type truth uint8

const (
	no  = truth(Answered)
	yes = no + 1
)

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
}

func (t truth) known() bool { return t >= no }

// missing is why t is unknown, Answered if it is not.
func (t truth) missing() Missing {
	if t >= no {
		return Answered
	}
	return Missing(t)
}

// cell is t as Eval returns it.
func (t truth) cell() Cell {
	if t.known() {
		return Cell{N: int64(t & 1), Missing: Answered}
	}
	return Cell{Missing: Missing(t)}
}

type (
	// boolean evaluates a condition.
	boolean func(*Frame) truth

	// A value evaluates a number, date, code, set, real or text. If the Missing
	// is not Answered, the T means nothing.
	value[T any] func(*Frame) (T, Missing)
)

// noCell is what a row that does not exist holds.
var noCell = Cell{Missing: NotAsked}

// at returns the cell of a variable, noCell if its row does not exist.
func (f *Frame) at(level, index int) *Cell {
	if uint(level) < uint(len(f.Rows)) {
		if r := f.Rows[level]; r != nil && uint(index) < uint(len(r.Cells)) {
			return &r.Cells[index]
		}
	}
	return &noCell
}

// maxSteps bounds the evaluation of one expression, in nodes evaluated. An
// evaluation that needs more stops and is unknown, "does not apply".
const maxSteps = 100_000

// spend counts steps, false if there are none left.
func (f *Frame) spend(steps int) bool {
	f.spent += steps
	return f.spent <= maxSteps
}

// A builder compiles nodes and collects what they read. It keeps the first
// error; what it returns after that is not to be run.
type builder struct {
	expr  *Expr
	depth int
	err   error
}

// wrong reports a node that Check does not make.
func (b *builder) wrong(n *node) {
	if b.err == nil {
		b.err = wire.Errorf("%s of %d arguments is no %s", n.Op, len(n.Args), n.Kind)
	}
}

// compile makes the closures of the whole expression and puts in order what they
// read.
func (b *builder) compile() {
	e := b.expr
	if e.root.Kind == Bool {
		e.truth = b.bool(e.root)
		e.cell = func(f *Frame) Cell { return e.truth(f).cell() }
	} else {
		e.cell = b.cell(e.root)
	}
	if of := e.cell; e.folds {
		e.cell = func(f *Frame) Cell {
			c := of(f)
			c.Text = folded(c.Text)
			return c
		}
	}
	slices.SortFunc(e.reads, func(a, b Slot) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Index, b.Index))
	})
	e.reads = slices.Compact(e.reads)
	slices.Sort(e.rosters)
	e.rosters = slices.Compact(e.rosters)
}

// enter is called with each node before it is compiled; false if it may not be.
func (b *builder) enter(n *node, args int) bool {
	b.depth++
	if n == nil {
		b.wrong(&node{})
		return false
	}
	ok := b.depth <= 2*maxTree && len(n.Args) >= args && n.Scale >= 0 && n.Scale <= maxScale &&
		n.Level >= 0 && n.Index >= 0
	for _, a := range n.Args {
		ok = ok && a != nil
	}
	if !ok {
		b.wrong(n)
	}
	return ok && b.err == nil
}

// maxTree bounds the depth of a checked tree. Checking adds to a term of the
// source a conversion or two.
const maxTree = 500

// arity is the least number of arguments of each operation.
var arity = map[op]int{
	opAttr: 0, opAt: 1, opAnd: 2, opOr: 2, opNot: 1, opSurely: 1, opEq: 2, opLess: 2, opLessEq: 2, opIn: 2, opHas: 2,
	opIf: 3, opAnswer: 1, opIs: 1, opCoalesce: 2, opAdd: 2, opSub: 2, opMul: 2, opDiv: 2, opNeg: 1, opAbs: 1, opRound: 1,
	opFloor: 1, opRescale: 1, opReal: 1, opMin: 2, opMax: 2, opCut: 2, opYear: 1, opMonth: 1, opDay: 1, opDate: 3,
	opDays: 2, opYears: 2, opLength: 1, opMatches: 1, opHolds: 2, opStarts: 2, opSize: 1, opAny: 1, opAll: 1,
	opSum: 1, opSumKnown: 1, opUnknowns: 1, opMinRows: 1, opMaxRows: 1, opDistinct: 1,
}

// cell compiles a node that is no Bool to what Eval returns.
func (b *builder) cell(n *node) func(*Frame) Cell {
	switch n.Kind {
	case Text:
		x := b.text(n)
		return func(f *Frame) Cell {
			v, m := x(f)
			if m != Answered {
				return Cell{Missing: m}
			}
			return Cell{Text: v, Missing: Answered}
		}
	case Real:
		x := b.real(n)
		return func(f *Frame) Cell {
			v, m := x(f)
			if m != Answered {
				return Cell{Missing: m}
			}
			return Cell{N: int64(math.Float64bits(v)), Missing: Answered}
		}
	}
	x := b.int(n)
	return func(f *Frame) Cell {
		v, m := x(f)
		if m != Answered {
			return Cell{Missing: m}
		}
		return Cell{N: v, Missing: Answered}
	}
}

// missing compiles a node of any kind to the reason it has no value.
func (b *builder) missing(n *node) func(*Frame) Missing {
	switch {
	case n.Op == opVar:
		b.read(n)
		level, index := n.Level, n.Index
		return func(f *Frame) Missing { return f.at(level, index).Missing }
	case n.Kind == Bool:
		x := b.bool(n)
		return func(f *Frame) Missing { return x(f).missing() }
	case n.Kind == Real:
		return missingOf(b.real(n))
	case n.Kind == Text:
		return missingOf(b.text(n))
	}
	return missingOf(b.int(n))
}

func missingOf[T any](x value[T]) func(*Frame) Missing {
	return func(f *Frame) Missing {
		_, m := x(f)
		return m
	}
}

// read notes that the expression reads the variable of n.
func (b *builder) read(n *node) {
	s := Slot{n.Level, n.Index}
	b.expr.reads, b.expr.direct = append(b.expr.reads, s), append(b.expr.direct, s)
}

// bool compiles a condition.
func (b *builder) bool(n *node) boolean {
	defer func() { b.depth-- }()
	if !b.enter(n, arity[n.Op]) {
		return nil
	}
	if n.Kind != Bool {
		b.wrong(n)
		return nil
	}
	if t, ok := b.test(n); ok {
		return t.closure()
	}
	switch n.Op {
	case opConst:
		t := truthOf(n.N != 0)
		return func(*Frame) truth { return t }
	case opMissing, opAttr, opAt, opIf, opCoalesce:
		x := b.shared(n)
		return func(f *Frame) truth {
			v, m := x(f)
			if m != Answered {
				return truth(m)
			}
			return truthOf(v != 0)
		}
	case opAnd, opOr:
		c := b.connective(n)
		if n == b.expr.root {
			b.expr.joined = c
		}
		return c.of
	case opNot:
		if a := n.Args[0]; a.Op == opEq || a.Op == opLess || a.Op == opLessEq || a.Op == opIn || a.Op == opHas {
			return b.comparison(a, true)
		}
		return negate(b.bool(n.Args[0]))
	case opEq, opLess, opLessEq, opIn, opHas:
		return b.comparison(n, false)
	case opSurely:
		x := b.bool(n.Args[0])
		return func(f *Frame) truth { return truthOf(x(f) == yes) }
	case opAnswer, opIs:
		x, want, neg := b.missing(n.Args[0]), Answered, n.Op == opIs
		if neg {
			want = Missing(n.N)
		}
		return func(f *Frame) truth { return truthOf(x(f) == want) }
	case opAny, opAll:
		return b.quantifier(n)
	case opDistinct:
		return b.distinct(n)
	case opMatches, opHolds, opStarts:
		return b.textTest(n)
	}
	b.wrong(n)
	return nil
}

func negate(x boolean) boolean {
	return func(f *Frame) truth {
		t := x(f)
		if t.known() {
			return t ^ 1
		}
		return t
	}
}

// int compiles a Number, Date, Time, Code or Set, or a Bool as 0 or 1.
func (b *builder) int(n *node) value[int64] {
	if n != nil && n.Kind == Bool {
		x := b.bool(n)
		return func(f *Frame) (int64, Missing) {
			t := x(f)
			return int64(t & 1), t.missing()
		}
	}
	defer func() { b.depth-- }()
	if !b.enter(n, arity[n.Op]) {
		return nil
	}
	if n.Kind != Number && n.Kind != Date && n.Kind != Time && n.Kind != Code && n.Kind != Set {
		b.wrong(n)
		return nil
	}
	switch n.Op {
	case opConst:
		return constant(n.N)
	case opVar, opMissing, opAttr, opAt, opIf, opCoalesce:
		return b.shared(n)
	case opAdd, opSub, opMul, opNeg, opAbs, opRound, opFloor, opRescale:
		return b.arithmetic(n)
	case opMin, opMax:
		return b.extreme(n)
	case opCut:
		return b.cut(n)
	case opYear, opMonth, opDay, opDate, opDays, opYears:
		return b.calendar(n)
	case opLength, opSize:
		return b.length(n)
	case opCount, opSum, opSumKnown, opUnknowns, opMinRows, opMaxRows:
		return b.aggregate(n)
	}
	b.wrong(n)
	return nil
}

func (b *builder) ints(ns []*node) []value[int64] { return all(ns, b.int) }

// all compiles each of ns.
func all[T any](ns []*node, compile func(*node) value[T]) []value[T] {
	xs := make([]value[T], len(ns))
	for i, n := range ns {
		xs[i] = compile(n)
	}
	return xs
}

// real compiles a Real.
func (b *builder) real(n *node) value[float64] {
	defer func() { b.depth-- }()
	if !b.enter(n, arity[n.Op]) {
		return nil
	}
	if n.Kind != Real {
		b.wrong(n)
		return nil
	}
	switch n.Op {
	case opConst:
		return constant(math.Float64frombits(uint64(n.N)))
	case opVar:
		b.read(n)
		level, index := n.Level, n.Index
		return func(f *Frame) (float64, Missing) {
			c := f.at(level, index)
			return math.Float64frombits(uint64(c.N)), c.Missing
		}
	case opMissing, opAttr, opAt:
		x := b.shared(n)
		return func(f *Frame) (float64, Missing) {
			v, m := x(f)
			return math.Float64frombits(uint64(v)), m
		}
	case opIf:
		return conditional(b.bool(n.Args[0]), b.real(n.Args[1]), b.real(n.Args[2]))
	case opCoalesce:
		return coalesce(all(n.Args, b.real))
	case opAdd, opSub, opMul, opDiv, opNeg, opAbs, opReal, opMin, opMax:
		return b.realArithmetic(n)
	case opSum, opSumKnown, opMinRows, opMaxRows:
		return b.realAggregate(n)
	}
	b.wrong(n)
	return nil
}

// text compiles a Text.
func (b *builder) text(n *node) value[string] {
	defer func() { b.depth-- }()
	if !b.enter(n, arity[n.Op]) {
		return nil
	}
	if n.Kind != Text {
		b.wrong(n)
		return nil
	}
	switch n.Op {
	case opConst:
		return constant(n.Text)
	case opMissing, opVar, opAttr, opAt:
		x := b.place(n)
		return func(f *Frame) (string, Missing) {
			c := x(f)
			return c.Text, c.Missing
		}
	case opIf:
		return conditional(b.bool(n.Args[0]), b.text(n.Args[1]), b.text(n.Args[2]))
	case opCoalesce:
		return coalesce(all(n.Args, b.text))
	}
	b.wrong(n)
	return nil
}

func constant[T any](v T) value[T] {
	return func(*Frame) (T, Missing) { return v, Answered }
}
