package expr

// This file compiles what picks values up rather than computing them:
// variables, attributes of codes, rows of a grid, if and coalesce.

// shared compiles what is done alike for every kind that lives in an int64.
func (b *builder) shared(n *node) value[int64] {
	switch n.Op {
	case opVar:
		b.read(n)
		level, index := n.Level, n.Index
		return func(f *Frame) (int64, Missing) {
			c := f.at(level, index)
			return c.N, c.Missing
		}
	case opIf:
		return conditional(b.bool(n.Args[0]), b.int(n.Args[1]), b.int(n.Args[2]))
	case opCoalesce:
		return coalesce(b.ints(n.Args))
	}
	x := b.place(n)
	return func(f *Frame) (int64, Missing) {
		c := x(f)
		return c.N, c.Missing
	}
}

// place compiles a node that is somewhere rather than computed: the closure
// returns its cell.
func (b *builder) place(n *node) func(*Frame) *Cell {
	level, index := n.Level, n.Index
	switch n.Op {
	case opVar:
		b.read(n)
		return func(f *Frame) *Cell { return f.at(level, index) }
	case opAttr:
		b.read(n)
		table := b.table(n)
		return func(f *Frame) *Cell {
			c := f.at(level, index)
			switch {
			case c.Missing != Answered:
				return &noCells[c.Missing&7]
			case uint64(c.N) >= uint64(len(table)):
				return &noCells[DoesNotApply]
			}
			return &table[c.N]
		}
	case opAt:
		b.read(n)
		b.expr.rosters = append(b.expr.rosters, level)
		code := b.int(n.Args[0])
		return func(f *Frame) *Cell {
			c, m := code(f)
			if m != Answered {
				return &noCells[m&7]
			}
			if f.Source == nil {
				return &noCell
			}
			if r := f.Source.At(f, level, c); r != nil && uint(index) < uint(len(r.Cells)) {
				return &r.Cells[index]
			}
			return &noCell
		}
	}
	m := min(uint64(n.N), uint64(Withheld))
	return func(*Frame) *Cell { return &noCells[m] }
}

// noCells are the cells without a value, by reason.
var noCells = [8]Cell{
	NotReached: {Missing: NotReached}, NotAsked: {Missing: NotAsked}, DontKnow: {Missing: DontKnow},
	Refused: {Missing: Refused}, DoesNotApply: {Missing: DoesNotApply}, Withheld: {Missing: Withheld},
}

// table is the constants of an attribute as cells.
func (b *builder) table(n *node) []Cell {
	cells := make([]Cell, len(n.Args))
	for i, a := range n.Args {
		switch {
		case a.Op == opConst && a.Kind == n.Kind:
			cells[i] = Cell{N: a.N, Text: a.Text, Missing: Answered}
		case a.Op == opMissing && a.N >= 0 && a.N < int64(Answered):
			cells[i] = Cell{Missing: Missing(a.N)}
		default:
			b.wrong(n)
		}
	}
	return cells
}

// conditional compiles if. A condition that is unknown makes the whole unknown
// for the same reason: neither branch is known to be right.
func conditional[T any](cond boolean, a, c value[T]) value[T] {
	return func(f *Frame) (T, Missing) {
		switch t := cond(f); t {
		case yes:
			return a(f)
		case no:
			return c(f)
		default:
			var zero T
			return zero, t.missing()
		}
	}
}

// coalesce is the first value there is; if none, why the first is missing.
func coalesce[T any](xs []value[T]) value[T] {
	return func(f *Frame) (T, Missing) {
		v, first := xs[0](f)
		if first == Answered {
			return v, Answered
		}
		for _, x := range xs[1:] {
			if v, m := x(f); m == Answered {
				return v, m
			}
		}
		return v, first
	}
}
