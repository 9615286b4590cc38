package expr

import (
	"math/bits"
	"strings"
	"unicode/utf8"
)

// This file is what the functions on dates, texts and sets do.

// calendar compiles the functions on dates. Of a partial date they are known if
// all its days give the same.
func (b *builder) calendar(n *node) value[int64] {
	for _, a := range n.Args {
		if n.Op == opDate && a.Kind != Number || n.Op != opDate && a.Kind != Date {
			b.wrong(n)
			return nil
		}
	}
	xs := b.ints(n.Args)
	switch n.Op {
	case opDate:
		return dateOf(xs[0], xs[1], xs[2])
	case opDays:
		return span(xs[0], xs[1], func(a, b int32) int64 { return int64(b) - int64(a) })
	case opYears:
		return span(xs[0], xs[1], completedYears)
	}
	o := n.Op
	part := func(day int32) int64 {
		y, m, d := civil(day)
		switch o {
		case opYear:
			return int64(y)
		case opMonth:
			return int64(m)
		}
		return int64(d)
	}
	x := xs[0]
	return func(f *Frame) (int64, Missing) {
		v, m := x(f)
		if m != Answered {
			return 0, m
		}
		lo, hi := UnpackDate(v)
		first := part(lo)
		// A month that begins and ends alike may still be another year's.
		alike := lo == hi || o == opYear && part(hi) == first || o == opMonth && hi-lo < 31 && part(hi) == first
		if !alike {
			return 0, DontKnow
		}
		return first, Answered
	}
}

// dateOf is the day with that year, month and day; none, if the calendar has
// none.
func dateOf(year, month, day value[int64]) value[int64] {
	return func(f *Frame) (int64, Missing) {
		y, m, why := pair(f, year, month)
		d, why2 := day(f)
		if why == Answered {
			why = why2
		}
		switch {
		case why != Answered:
			return 0, why
		case y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > int64(monthDays(int(y), int(m))):
			return 0, DoesNotApply
		}
		n := dayOf(int(y), int(m), int(d))
		return PackDate(n, n), Answered
	}
}

// span is what lies from one date to another. Spans grow with the second date
// and shrink with the first, so the two extremes say whether all agree.
func span(from, to value[int64], between func(a, b int32) int64) value[int64] {
	return func(f *Frame) (int64, Missing) {
		v, w, m := pair(f, from, to)
		if m != Answered {
			return 0, m
		}
		vlo, vhi := UnpackDate(v)
		wlo, whi := UnpackDate(w)
		least, most := between(vhi, wlo), between(vlo, whi)
		if least != most {
			return 0, DontKnow
		}
		return least, Answered
	}
}

// completedYears is age: birthdays passed from a to b, negative if b is before
// a. Who was born on 29 February completes a year on 1 March.
func completedYears(a, b int32) int64 {
	if b < a {
		return -completedYears(b, a)
	}
	ya, ma, da := civil(a)
	yb, mb, db := civil(b)
	years := yb - ya
	if mb < ma || mb == ma && db < da {
		years--
	}
	return int64(years)
}

// length compiles the length of a text in characters and the size of a set.
func (b *builder) length(n *node) value[int64] {
	a := n.Args[0]
	if n.Op == opSize {
		if a.Kind != Set {
			b.wrong(n)
			return nil
		}
		x := b.int(a)
		return func(f *Frame) (int64, Missing) {
			v, m := x(f)
			return int64(bits.OnesCount64(uint64(v))), m
		}
	}
	x := b.text(a)
	b.expr.metered = true
	return func(f *Frame) (int64, Missing) {
		v, m := x(f)
		if m != Answered {
			return 0, m
		}
		if !f.spend(steps(len(v))) {
			return 0, DoesNotApply
		}
		return int64(utf8.RuneCountInString(v)), Answered
	}
}

// steps is what looking at n bytes costs.
func steps(n int) int { return 1 + n/64 }

// textTest compiles matches, contains and starts_with.
func (b *builder) textTest(n *node) boolean {
	b.expr.metered = true
	x := b.text(n.Args[0])
	if n.Op == opMatches {
		return b.matches(n, x)
	}
	if len(n.Args) < 2 {
		b.wrong(n)
		return nil
	}
	y, test := b.text(n.Args[1]), strings.Contains
	if n.Op == opStarts {
		test = strings.HasPrefix
	}
	return func(f *Frame) truth {
		v, w, m := pair(f, x, y)
		if m != Answered {
			return truth(m)
		}
		if !f.spend(steps(len(v))) {
			return truth(DoesNotApply)
		}
		return truthOf(test(v, w))
	}
}

func (b *builder) matches(n *node, x value[string]) boolean {
	p, err := n.program()
	if err != nil {
		if b.err == nil {
			b.err = err
		}
		return nil
	}
	weight := p.weight()
	return func(f *Frame) truth {
		v, m := x(f)
		if m != Answered {
			return truth(m)
		}
		if !f.spend(1 + len(v)*weight/8) {
			return truth(DoesNotApply)
		}
		return truthOf(p.match(v))
	}
}

// program is the program of a pattern. Forms written before patterns were
// compiled have none: whoever can compile patterns does it then.
func (n *node) program() (*program, error) {
	if n.Program == "" {
		return compilePattern(n.Text)
	}
	return readProgram(n.Program)
}
