//go:build !js

package prove

import (
	"github.com/go-air/gini"
	"github.com/go-air/gini/logic"
	"github.com/go-air/gini/z"
)

// This file computes with whole numbers of unknown value, as circuits of gates.
// A vec is a number in two's complement, the lowest bit first and the sign
// last; sums are one bit wider than their operands, so that nothing wraps
// round.

// circuit is a growing formula and the solver that is asked about it.
type circuit struct {
	*logic.C
	sat   *gini.Gini
	marks []int8
	facts []z.Lit // asserted, not yet told to the solver
}

func newCircuit() *circuit { return &circuit{C: logic.NewC(), sat: gini.New()} }

// fact asserts that one of the literals holds.
func (c *circuit) fact(any ...z.Lit) { c.facts = append(c.facts, c.Ors(any...)) }

// solve says whether the facts and the assumptions can hold together. If not,
// core are assumptions that already cannot.
func (c *circuit) solve(assume []z.Lit) (can bool, core []z.Lit) {
	roots := append(append([]z.Lit{c.T}, c.facts...), assume...)
	c.marks, _ = c.CnfSince(c.sat, c.marks, roots...)
	for _, f := range append(c.facts, c.T) {
		c.sat.Add(f)
		c.sat.Add(z.LitNull)
	}
	c.facts = nil
	c.sat.Assume(assume...)
	if c.sat.Solve() == 1 {
		return true, nil
	}
	return false, c.sat.Why(nil)
}

// truth is a constant.
func (c *circuit) truth(b bool) z.Lit {
	if b {
		return c.T
	}
	return c.F
}

// all is the conjunction, any the disjunction.
func (c *circuit) all(ls ...z.Lit) z.Lit {
	out := c.T
	for _, l := range ls {
		out = c.And(out, l)
	}
	return out
}

func (c *circuit) any(ls ...z.Lit) z.Lit {
	out := c.F
	for _, l := range ls {
		out = c.Or(out, l)
	}
	return out
}

type vec []z.Lit

// number is a constant.
func (c *circuit) number(n int64) vec {
	var v vec
	for {
		v = append(v, c.truth(n&1 != 0))
		if n == 0 && len(v) > 0 && v[len(v)-1] == c.F || n == -1 && v[len(v)-1] == c.T {
			return v
		}
		n >>= 1
	}
}

// unknown is a number of which nothing is known but its width, sign included.
func (c *circuit) unknown(width int) vec {
	v := make(vec, width)
	for i := range v {
		v[i] = c.Lit()
	}
	return v
}

// natural is an unknown number of so many bits that is not negative.
func (c *circuit) natural(bits int) vec { return append(c.unknown(bits), c.F) }

// bit is v's bit i, the sign beyond its width.
func (v vec) bit(i int) z.Lit { return v[min(i, len(v)-1)] }

func (c *circuit) add(a, b vec) vec {
	out, carry := make(vec, max(len(a), len(b))+1), c.F
	for i := range out {
		x, y := a.bit(i), b.bit(i)
		half := c.Xor(x, y)
		out[i] = c.Xor(half, carry)
		carry = c.Or(c.And(x, y), c.And(half, carry))
	}
	return out
}

// minus is -a.
func (c *circuit) minus(a vec) vec {
	not := make(vec, len(a))
	for i, l := range a {
		not[i] = l.Not()
	}
	return c.add(not, c.number(1))
}

// times is a·k.
func (c *circuit) times(a vec, k int64) vec {
	if k < 0 {
		return c.minus(c.times(a, -k))
	}
	out := c.number(0)
	for shift := 0; k>>shift > 0; shift++ {
		if k>>shift&1 == 0 {
			continue
		}
		moved := make(vec, 0, len(a)+shift)
		for range shift {
			moved = append(moved, c.F)
		}
		out = c.add(out, append(moved, a...))
	}
	return out
}

func (c *circuit) equal(a, b vec) z.Lit {
	out := c.T
	for i := range max(len(a), len(b)) {
		out = c.And(out, c.Xor(a.bit(i), b.bit(i)).Not())
	}
	return out
}

// less is a < b: the sign of a-b.
func (c *circuit) less(a, b vec) z.Lit {
	d := c.add(a, c.minus(b))
	return d[len(d)-1]
}

// choose is a if cond, else b.
func (c *circuit) choose(cond z.Lit, a, b vec) vec {
	out := make(vec, max(len(a), len(b)))
	for i := range out {
		out[i] = c.Choice(cond, a.bit(i), b.bit(i))
	}
	return out
}

// count is how many of ls hold.
func (c *circuit) count(ls []z.Lit) vec {
	out := c.number(0)
	for _, l := range ls {
		out = c.add(out, vec{l, c.F})
	}
	return out
}

// width is how many bits the numbers below n take.
func width(n int) int {
	w := 0
	for n--; n > 0; n >>= 1 {
		w++
	}
	return w
}

// value reads a number from the solver's answer.
func (c *circuit) value(v vec) int64 {
	var n int64
	for i := range 64 {
		if c.holds(v.bit(i)) {
			n |= 1 << i
		}
	}
	return n
}

// holds reads a literal from the solver's answer. A gate that no question has
// reached yet has no value there: it counts as false.
func (c *circuit) holds(l z.Lit) bool {
	if l == c.T || l == c.F {
		return l == c.T
	}
	if l.Var() > c.sat.MaxVar() {
		return false
	}
	return c.sat.Value(l)
}
