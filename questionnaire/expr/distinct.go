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

// A meeting is the values met so far. They are found again by a hash, in a table
// that is kept from one pass to the next: a map would be made anew in each, and
// cost more than all the rest.
type meeting struct {
	values []Cell
	table  []int32 // at a hash, or behind it: 1 + the place in values; 0 is free
}

// add takes a value in; false if it was met before.
func (m *meeting) add(c Cell) bool {
	if 2*len(m.values) >= len(m.table) {
		m.grow()
	}
	at := m.find(c)
	if m.table[at] != 0 {
		return false
	}
	m.values = append(m.values, c)
	m.table[at] = int32(len(m.values))
	return true
}

// find returns where c is in the table, or the free place where it belongs.
func (m *meeting) find(c Cell) int {
	mask := len(m.table) - 1
	at := int(hashed(c)) & mask
	for m.table[at] != 0 && m.values[m.table[at]-1] != c {
		at = (at + 1) & mask
	}
	return at
}

// grow doubles the table and puts the values where they belong in it.
func (m *meeting) grow() {
	m.table = make([]int32, max(2*len(m.table), 64))
	for i, c := range m.values {
		m.table[m.find(c)] = int32(i + 1)
	}
}

// clear forgets all values and keeps the room for as many.
func (m *meeting) clear() {
	if len(m.values) > 0 {
		clear(m.values)
		clear(m.table)
		m.values = m.values[:0]
	}
}

// hashed spreads values over a table: FNV-1a of the text, mixed with the number.
//
// Source: Fowler, Noll, Vo, Eastlake, The FNV Non-Cryptographic Hash Algorithm.
func hashed(c Cell) uint32 {
	const prime = 16777619
	h := uint32(2166136261)
	for i := range len(c.Text) {
		h = (h ^ uint32(c.Text[i])) * prime
	}
	h = (h ^ uint32(c.N)) * prime
	h = (h ^ uint32(c.N>>32)) * prime
	return h ^ h>>15
}

// meet takes the value of one row into account; false if it was met before.
func (w *walk) meet(c Cell) bool {
	if w.known(c.Missing) {
		w.done = !w.met.add(c)
	}
	return !w.done
}

func (b *builder) distinct(n *node) boolean {
	setup := b.walker(n)
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
