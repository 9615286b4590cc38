package expr

import (
	"math"
	"slices"
)

// This file compiles = < <= in and has, each with its negation, since
// != > >= are stored as the negation of one of them.

// comparison compiles n; if neg, its negation.
func (b *builder) comparison(n *node, neg bool) boolean {
	if len(n.Args) < arity[n.Op] || slices.Contains(n.Args, nil) || n.Kind != Bool {
		b.wrong(n)
		return nil
	}
	x, y := n.Args[0], n.Args[1]
	switch {
	case n.Op == opIn:
		return b.membership(n, neg)
	case n.Op == opHas:
		return has(b.int(x), b.int(y), neg)
	case x.Kind == Text && n.Op == opEq:
		return equalTexts(b.text(x), b.text(y), neg)
	case x.Kind == Real:
		return compareNumbers(n.Op, b.real(x), b.real(y), neg)
	case x.Kind == Date:
		return compareDates(n.Op, b.int(x), b.int(y), neg)
	case y.Op == opConst && y.Kind != Text:
		if lo, width, ok := rangeOf(n.Op, y.N); ok {
			return lies(b.int(x), lo, width, neg)
		}
	}
	return compareNumbers(n.Op, b.int(x), b.int(y), neg)
}

// lies compiles the comparison of x with a constant as the question whether
// x lies from lo to lo+width. That is one closure for all operators.
func lies(x value[int64], lo int64, width uint64, neg bool) boolean {
	out, in := truthOf(neg), truthOf(!neg)
	return func(f *Frame) truth {
		n, m := x(f)
		if m != Answered {
			return truth(m)
		}
		if uint64(n-lo) <= width {
			return in
		}
		return out
	}
}

// pair evaluates two operands: unknown, for the reason of the first that is
// missing, or Answered.
func pair[T any](f *Frame, x, y value[T]) (T, T, Missing) {
	v, m := x(f)
	w, m2 := y(f)
	if m == Answered {
		m = m2
	}
	return v, w, m
}

func compareNumbers[T int64 | float64](o op, x, y value[T], neg bool) boolean {
	return func(f *Frame) truth {
		v, w, m := pair(f, x, y)
		if m != Answered {
			return truth(m)
		}
		return truthOf((o == opEq && v == w || o == opLess && v < w || o == opLessEq && v <= w) != neg)
	}
}

// compareDates compares intervals of days. It is known only if every day of one
// compares with every day of the other in the same way; else the reason is
// "don't know", since somebody gave the month and not the day.
func compareDates(o op, x, y value[int64], neg bool) boolean {
	return func(f *Frame) truth {
		v, w, m := pair(f, x, y)
		if m != Answered {
			return truth(m)
		}
		t := dates(o, v, w)
		if neg && t.known() {
			t ^= 1
		}
		return t
	}
}

func dates(o op, v, w int64) truth {
	vlo, vhi := UnpackDate(v)
	wlo, whi := UnpackDate(w)
	var always, never bool
	switch o {
	case opEq:
		always, never = vlo == whi && vhi == wlo, vhi < wlo || whi < vlo
	case opLess:
		always, never = vhi < wlo, vlo >= whi
	case opLessEq:
		always, never = vhi <= wlo, vlo > whi
	}
	switch {
	case always:
		return yes
	case never:
		return no
	}
	return truth(DontKnow)
}

func equalTexts(x, y value[string], neg bool) boolean {
	return func(f *Frame) truth {
		v, w, m := pair(f, x, y)
		if m != Answered {
			return truth(m)
		}
		return truthOf((v == w) != neg)
	}
}

// has compiles "code in set variable".
func has(code, set value[int64], neg bool) boolean {
	return func(f *Frame) truth {
		c, s, m := pair(f, code, set)
		if m != Answered {
			return truth(m)
		}
		return truthOf((uint64(c) < maxSet && s>>uint64(c)&1 == 1) != neg)
	}
}

// membership compiles "x in {constants}".
func (b *builder) membership(n *node, neg bool) boolean {
	x, cs := n.Args[0], n.Args[1:]
	small := true
	for _, c := range cs {
		if c.Op != opConst || c.Kind != x.Kind {
			b.wrong(n)
			return nil
		}
		small = small && uint64(c.N) < 64
	}
	switch {
	case x.Kind == Text:
		return inTexts(b.text(x), cs, neg)
	case x.Kind == Real:
		return inReals(b.real(x), cs, neg)
	case x.Kind == Date:
		return inDates(b.int(x), cs, neg)
	case small:
		return b.inBits(x, cs, neg)
	}
	ns := make([]int64, len(cs))
	for i, c := range cs {
		ns[i] = c.N
	}
	slices.Sort(ns)
	v := b.int(x)
	return func(f *Frame) truth {
		n, m := v(f)
		if m != Answered {
			return truth(m)
		}
		_, found := slices.BinarySearch(ns, n)
		return truthOf(found != neg)
	}
}

// inBits compiles membership where all constants are from 0 to 63, as the codes
// of most lists are.
func (b *builder) inBits(x *node, cs []*node, neg bool) boolean {
	var bits uint64
	for _, c := range cs {
		bits |= 1 << uint64(c.N)
	}
	v := b.int(x)
	return func(f *Frame) truth {
		n, m := v(f)
		if m != Answered {
			return truth(m)
		}
		return truthOf((uint64(n) < 64 && bits>>uint64(n)&1 == 1) != neg)
	}
}

func inTexts(x value[string], cs []*node, neg bool) boolean {
	set := make(map[string]bool, len(cs))
	for _, c := range cs {
		set[c.Text] = true
	}
	return func(f *Frame) truth {
		v, m := x(f)
		if m != Answered {
			return truth(m)
		}
		return truthOf(set[v] != neg)
	}
}

func inReals(x value[float64], cs []*node, neg bool) boolean {
	set := make([]float64, len(cs))
	for i, c := range cs {
		set[i] = math.Float64frombits(uint64(c.N))
	}
	return func(f *Frame) truth {
		v, m := x(f)
		if m != Answered {
			return truth(m)
		}
		return truthOf(slices.Contains(set, v) != neg)
	}
}

// inDates is the Kleene or of the comparisons with each date.
func inDates(x value[int64], cs []*node, neg bool) boolean {
	return func(f *Frame) truth {
		v, m := x(f)
		if m != Answered {
			return truth(m)
		}
		all := no
		for _, c := range cs {
			t := dates(opEq, v, c.N)
			if t == yes {
				return truthOf(!neg)
			}
			if all.known() {
				all = t
			}
		}
		if neg && all.known() {
			return yes
		}
		return all
	}
}
