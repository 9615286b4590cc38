//go:build !js

package expr

// This file says in which way an expression looks at what it reads. Reads and
// Rosters are enough to know when to compute it again; whoever follows what an
// answer may give away has to know more: whether one row was meant or all.

// A Use is one look at a variable, or at which rows a level has.
type Use struct {
	Slot Slot

	// Rows says that the use is of the set of rows of Slot.Level itself, which
	// an aggregate ranges over; Slot.Index means nothing then.
	Rows bool

	// Over are the levels whose rows the aggregates around range over, the
	// outermost first: nil where the current row is read.
	Over []int

	// Grid says that the row of a grid is read by its code, as name[code]. Code
	// is the code's number in its list, -1 if it is itself read or computed; By
	// is then the variable it is read from, nil if it is more than that.
	Grid bool
	Code int64
	By   *Slot
}

// Uses returns every look of e at a variable or at a level's rows, in the order
// they are written. A variable may stand in it several times.
func (e *Expr) Uses() []Use { return e.root.uses(nil, nil) }

// uses appends those of n, which stands inside aggregates over some levels.
func (n *node) uses(list []Use, over []int) []Use {
	at := Use{Slot: Slot{Level: n.Level, Index: n.Index}, Over: over}
	switch {
	case n.Op == opVar || n.Op == opAttr:
		return append(list, at)
	case n.Op == opAt:
		at.Grid, at.Code = true, -1
		switch code := n.Args[0]; code.Op {
		case opConst:
			at.Code = code.N
		case opVar:
			at.By = &Slot{Level: code.Level, Index: code.Index}
		}
		list = append(list, at)
	case n.Op.hasLevel():
		at.Rows = true
		list = append(list, at)
		over = append(over[:len(over):len(over)], n.Level)
	}
	for _, a := range n.Args {
		list = a.uses(list, over)
	}
	return list
}
