package expr

import "strings"

// This file says whether the rows of a roster differ in a value: two persons of
// one name in a list are a slip more often than they are two persons. The rules:
//
//   - distinct is false if two rows have the same known value, which is decided
//     whatever the others say; else unknown as other aggregates are; else true;
//   - texts are the same if they are so without regard to case and to space
//     before, after and between the words.

// folded is a text as distinct compares it.
func folded(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// meet takes the value of one row into account; false if it was met before.
func (w *walk) meet(c Cell) bool {
	if !w.term(c.Missing) {
		return true
	}
	c.Text = folded(c.Text)
	if w.seen[c] {
		w.done = true
		return false
	}
	if w.seen == nil {
		w.seen = map[Cell]bool{}
	}
	w.seen[c] = true
	return true
}

func (b *builder) distinct(n *node) boolean {
	setup := b.walker(n)
	setup.cell, setup.cost = b.cell(n.Args[0]), 1+n.Args[0].size()
	return func(f *Frame) truth {
		w := setup.start()
		defer w.stop()
		more := w.over(f)
		if w.done {
			return no
		}
		if m := w.finish(more); m != Answered {
			return truth(m)
		}
		return yes
	}
}
