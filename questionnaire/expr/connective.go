package expr

import (
	"math"
	"slices"
)

// This file evaluates what most conditions of instruments are made of: and, or,
// and questions to one variable. They are data rather than closures, and one
// loop runs them: a call of a closure costs a browser more than all that a
// comparison does, since WebAssembly keeps Go's stack in memory. The rules:
//
//   - a test asks whether one variable's N lies in a range or in a set of small
//     numbers; not and surely around it only change what it answers with;
//   - and inside and (or inside or) is one list: the deciding truth wins over an
//     unknown one wherever it stands, and of unknown ones the first;
//   - an operand that is anything else is a closure in the same list.

// A test is a question to one variable.
type test struct {
	level, index int
	lo           int64
	width        uint64 // it asks whether N lies from lo to lo+width
	bits         uint64 // and whether bit N is set: all of them, or of a set, with lo 0 and width 63
	out          truth  // what it answers where that is not so; else the other
	keeps, doubt truth  // without a value it answers the reason, 7 and 0; or doubt, 0 and that
}

// of answers t for the cell of its variable. It is small enough to be copied
// into its callers and has no branch that an answered variable would take: Go's
// WebAssembly turns each into a jump by table.
func (t *test) of(c *Cell) truth {
	if c.Missing != Answered {
		return truth(c.Missing)&t.keeps | t.doubt
	}
	in := truth(0)
	if uint64(c.N-t.lo) <= t.width {
		in = 1
	}
	return t.out ^ in&truth(t.bits>>(uint64(c.N)&63))
}

// closure is t where a condition is wanted.
func (t test) closure() boolean { return func(f *Frame) truth { return t.of(f.at(t.level, t.index)) } }

// test compiles n, if it is a question to one variable; false if it is not, or
// is nothing that Check makes.
func (b *builder) test(n *node) (t test, ok bool) {
	if n == nil || n.Kind != Bool || n.Scale != 0 || len(n.Args) < arity[n.Op] || slices.Contains(n.Args, nil) {
		return t, false
	}
	switch n.Op {
	case opNot:
		t, ok = b.test(n.Args[0])
		if t.out ^= 1; t.doubt.known() {
			t.doubt ^= 1
		}
		return t, ok
	case opSurely:
		t, ok = b.test(n.Args[0])
		if !t.doubt.known() {
			t.keeps, t.doubt = 0, no
		}
		return t, ok
	case opVar: // N is not 0: it lies from 1 round to -1
		t = test{lo: 1, width: math.MaxUint64 - 1, bits: math.MaxUint64}
		return b.testOf(n, t)
	case opEq, opLess, opLessEq, opIn:
	default:
		return t, false
	}
	x := n.Args[0]
	if x.Op != opVar || x.Kind != Number && x.Kind != Code && x.Kind != Time && x.Kind != Set {
		return t, false
	}
	if n.Op == opIn {
		for _, c := range n.Args[1:] {
			if c.Op != opConst || c.Kind != x.Kind || uint64(c.N) >= 64 {
				return t, false
			}
			t.bits |= 1 << uint64(c.N)
		}
		t.width = 63
		return b.testOf(x, t)
	}
	y := n.Args[1]
	if y.Op != opConst || y.Kind == Text {
		return t, false
	}
	t.bits = math.MaxUint64
	if t.lo, t.width, ok = rangeOf(n.Op, y.N); !ok {
		return t, false
	}
	return b.testOf(x, t)
}

// testOf is t asked of the variable x.
func (b *builder) testOf(x *node, t test) (test, bool) {
	if x.Level < 0 || x.Index < 0 {
		return t, false
	}
	b.read(x)
	t.level, t.index, t.out, t.keeps = x.Level, x.Index, no, 7
	return t, true
}

// rangeOf is the range from lo to lo+width of what compares with c as o says;
// false where it is empty.
func rangeOf(o op, c int64) (lo int64, width uint64, ok bool) {
	lo = math.MinInt64
	switch o {
	case opEq:
		return c, 0, true
	case opLess:
		return lo, uint64(c-1) - uint64(lo), c > lo
	}
	return lo, uint64(c) - uint64(lo), true
}

// An operand of and, or is a test, or whatever its closure evaluates.
type operand struct {
	test
	other boolean // nil: the test
}

// A connective is and, or. Both are the same with true and false swapped.
type connective struct {
	operands []operand
	decides  truth // false of and, true of or
}

func (c *connective) of(f *Frame) truth {
	first := c.decides ^ 1
	for i := range c.operands {
		o := &c.operands[i]
		var t truth
		if o.other == nil {
			t = o.test.of(f.at(o.level, o.index))
		} else {
			t = o.other(f)
		}
		if t == c.decides {
			return t
		}
		if first.known() {
			first = t
		}
	}
	return first
}

// connective compiles and, or.
func (b *builder) connective(n *node) connective {
	c := connective{decides: no}
	if n.Op == opOr {
		c.decides = yes
	}
	for _, a := range n.Args {
		if t, ok := b.test(a); ok {
			c.operands = append(c.operands, operand{test: t})
			continue
		}
		if a.Op == n.Op && a.Kind == Bool {
			if !b.enter(a, arity[a.Op]) {
				return c
			}
			c.operands = append(c.operands, b.connective(a).operands...)
			b.depth--
			continue
		}
		c.operands = append(c.operands, operand{other: b.bool(a)})
	}
	return c
}
