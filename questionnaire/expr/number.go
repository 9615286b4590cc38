package expr

import (
	"math"
	"math/bits"
	"slices"
)

// This file is arithmetic. The rules:
//
//   - a Number is an int64 with a declared number of decimals; what does not
//     fit below 2^53, so that every language holds it exactly, has no value:
//     "does not apply";
//   - so has a quotient by zero, and any Real that is not finite;
//   - rounding is half away from zero.

const (
	maxNumber = 1 << 53 // |x| of a scaled Number is less
	maxScale  = 9       // decimals
)

var pow10 = [maxScale + 1]int64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// fit is n, or that n is no value.
func fit(n int64) (int64, Missing) {
	if n <= -maxNumber || n >= maxNumber {
		return 0, DoesNotApply
	}
	return n, Answered
}

// times is the product, if it fits.
func times(x, y int64) (int64, Missing) {
	hi, lo := bits.Mul64(magnitude(x), magnitude(y))
	if hi != 0 || lo >= maxNumber {
		return 0, DoesNotApply
	}
	if (x < 0) != (y < 0) {
		return -int64(lo), Answered
	}
	return int64(lo), Answered
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// divide is n/d rounded half away from zero; d is positive.
func divide(n, d int64) int64 {
	q, r := n/d, n%d
	if magnitude(r) >= uint64(d)-magnitude(r) {
		if n < 0 {
			return q - 1
		}
		return q + 1
	}
	return q
}

// arithmetic compiles operations on Numbers, whose scales Check has aligned.
func (b *builder) arithmetic(n *node) value[int64] {
	a := n.Args[0]
	switch {
	case n.Kind != Number:
		b.wrong(n)
		return nil
	case a.Kind == Real:
		return b.fromReal(n)
	case a.Kind != Number || (n.Op == opAdd || n.Op == opSub || n.Op == opMul) && n.Args[1].Kind != Number:
		b.wrong(n)
		return nil
	}
	x := b.int(a)
	switch n.Op {
	case opAdd, opSub:
		return add(x, b.int(n.Args[1]), n.Op == opSub)
	case opMul:
		y := b.int(n.Args[1])
		return func(f *Frame) (int64, Missing) {
			v, w, m := pair(f, x, y)
			if m != Answered {
				return 0, m
			}
			return times(v, w)
		}
	case opNeg, opAbs:
		neg := n.Op == opNeg
		return func(f *Frame) (int64, Missing) {
			v, m := x(f)
			if neg || v < 0 {
				v = -v
			}
			return v, m
		}
	}
	return b.rescale(n, x)
}

func add(x, y value[int64], sub bool) value[int64] {
	return func(f *Frame) (int64, Missing) {
		v, w, m := pair(f, x, y)
		if m != Answered {
			return 0, m
		}
		if sub {
			w = -w
		}
		return fit(v + w)
	}
}

// rescale compiles what changes the decimals of a Number: rescale, round,
// floor.
func (b *builder) rescale(n *node, x value[int64]) value[int64] {
	if a := n.Args[0]; a.Scale > maxScale {
		b.wrong(n)
		return nil
	}
	by := n.Scale - n.Args[0].Scale
	if by >= 0 {
		p := pow10[by]
		return func(f *Frame) (int64, Missing) {
			v, m := x(f)
			if m != Answered {
				return 0, m
			}
			return times(v, p)
		}
	}
	p, floor := pow10[-by], n.Op == opFloor
	return func(f *Frame) (int64, Missing) {
		v, m := x(f)
		if m != Answered {
			return 0, m
		}
		if !floor {
			return divide(v, p), Answered
		}
		q := v / p
		if v%p < 0 {
			q--
		}
		return q, Answered
	}
}

// fromReal compiles round and floor of a Real: its nearest Number.
func (b *builder) fromReal(n *node) value[int64] {
	if n.Op != opRound && n.Op != opFloor {
		b.wrong(n)
		return nil
	}
	x, p, floor := b.real(n.Args[0]), float64(pow10[n.Scale]), n.Op == opFloor
	return func(f *Frame) (int64, Missing) {
		v, m := x(f)
		if m != Answered {
			return 0, m
		}
		if floor {
			v = math.Floor(v)
		} else {
			v = math.Round(float64(v * p))
		}
		if !(math.Abs(v) < maxNumber) {
			return 0, DoesNotApply
		}
		return int64(v), Answered
	}
}

// finite is x, or that x is no value.
func finite(x float64) (float64, Missing) {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return 0, DoesNotApply
	}
	return x, Answered
}

// realArithmetic compiles operations on Reals. Each rounds its result to a
// float64 before anything is done with it.
func (b *builder) realArithmetic(n *node) value[float64] {
	if n.Op == opReal {
		if n.Args[0].Kind != Number {
			b.wrong(n)
			return nil
		}
		return toReal(b.int(n.Args[0]), n.Args[0].Scale)
	}
	xs := all(n.Args, b.real)
	x, y := xs[0], xs[len(xs)-1]
	switch n.Op {
	case opNeg:
		return func(f *Frame) (float64, Missing) {
			v, m := x(f)
			return -v, m
		}
	case opAbs:
		return func(f *Frame) (float64, Missing) {
			v, m := x(f)
			return math.Abs(v), m
		}
	case opMin:
		return extremeOf(xs, func(v, w float64) float64 { return min(v, w) })
	case opMax:
		return extremeOf(xs, func(v, w float64) float64 { return max(v, w) })
	}
	o := n.Op
	return func(f *Frame) (float64, Missing) {
		v, w, m := pair(f, x, y)
		if m != Answered {
			return 0, m
		}
		switch o {
		case opAdd:
			return finite(float64(v + w))
		case opSub:
			return finite(float64(v - w))
		case opMul:
			return finite(float64(v * w))
		}
		if w == 0 {
			return 0, DoesNotApply
		}
		return finite(float64(v / w))
	}
}

// toReal is exact up to the one rounding of the quotient: both the scaled
// number and the power of ten are float64s.
func toReal(x value[int64], scale int) value[float64] {
	p := float64(pow10[scale])
	return func(f *Frame) (float64, Missing) {
		v, m := x(f)
		return float64(v) / p, m
	}
}

// extreme compiles min and max of several Numbers, Times or Dates. Of partial
// dates it is the interval in which the first, or last, one lies.
func (b *builder) extreme(n *node) value[int64] {
	pick := func(v, w int64) int64 { return min(v, w) }
	switch {
	case n.Kind == Date && n.Op == opMin:
		pick = func(v, w int64) int64 { return earlier(v, w) }
	case n.Kind == Date:
		pick = func(v, w int64) int64 { return later(v, w) }
	case n.Op == opMax:
		pick = func(v, w int64) int64 { return max(v, w) }
	}
	return extremeOf(b.ints(n.Args), pick)
}

func earlier(v, w int64) int64 {
	vlo, vhi := UnpackDate(v)
	wlo, whi := UnpackDate(w)
	return PackDate(min(vlo, wlo), min(vhi, whi))
}

func later(v, w int64) int64 {
	vlo, vhi := UnpackDate(v)
	wlo, whi := UnpackDate(w)
	return PackDate(max(vlo, wlo), max(vhi, whi))
}

// extremeOf is unknown if one of xs is: the missing one might be it.
func extremeOf[T any](xs []value[T], pick func(v, w T) T) value[T] {
	return func(f *Frame) (T, Missing) {
		best, why := xs[0](f)
		for _, x := range xs[1:] {
			v, m := x(f)
			switch {
			case why != Answered:
			case m != Answered:
				why = m
			default:
				best = pick(best, v)
			}
		}
		return best, why
	}
}

// cut compiles the class of a number among ascending bounds: how many of them
// it has reached.
func (b *builder) cut(n *node) value[int64] {
	x, cs := n.Args[0], n.Args[1:]
	for _, c := range cs {
		if c.Op != opConst || c.Kind != x.Kind {
			b.wrong(n)
			return nil
		}
	}
	if x.Kind == Real {
		return class(b.real(x), cs, func(c int64) float64 { return math.Float64frombits(uint64(c)) })
	}
	return class(b.int(x), cs, func(c int64) int64 { return c })
}

func class[T int64 | float64](x value[T], cs []*node, bound func(int64) T) value[int64] {
	bounds := make([]T, len(cs))
	for i, c := range cs {
		bounds[i] = bound(c.N)
	}
	return func(f *Frame) (int64, Missing) {
		v, m := x(f)
		if m != Answered {
			return 0, m
		}
		i, reached := slices.BinarySearch(bounds, v)
		if reached {
			i++
		}
		return int64(i), Answered
	}
}
