package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file knows the rows of one level under a row as a set, so that one more
// row of a long list costs what the second one did: it is found by its key, and
// nobody walks over the others to learn how many there are or which number
// comes next.

// rowSet is what is known of the rows of one level under a row.
type rowSet struct {
	asked bool            // by hand: whether the roster was asked when they were last looked at
	seen  int             // by hand: how many were there then; by count: how many of the first are all listed
	on    int             // how many are on path, where they are numbered
	own   int             // by hand: the highest number that this device gave
	byKey map[string]*row // nil while there are few

	tallies []expr.Tally // how far the aggregates over these rows have come
}

// fewRows is up to how many rows looking at each is quicker than a map.
const fewRows = 12

// join puts c among the rows of its level under its parent, at a place.
func (iv *Interview) join(c *row, at int) {
	p, l := c.parent, c.level
	p.children[l.index] = slices.Insert(p.children[l.index], at, c)
	rows, set := p.children[l.index], &p.sets[l.index]
	for i, x := range rows[at:] {
		x.place = at + i
	}
	set.forget(at)
	switch {
	case set.byKey != nil:
		set.byKey[c.key] = c
	case len(rows) > fewRows:
		set.byKey = make(map[string]*row, 2*len(rows))
		for _, x := range rows {
			set.byKey[x.key] = x
		}
	}
	if l.Kind == levelHand {
		if n, own := handNumber(c.key, iv.self.Device); own {
			set.own = max(set.own, n)
		}
	}
}

// child returns the row of level l under r that has a key, nil if there is none.
func (r *row) child(l int, key string) *row {
	if r.sets == nil {
		return nil
	}
	if by := r.sets[l].byKey; by != nil {
		return by[key]
	}
	for _, c := range r.children[l] {
		if c.key == key {
			return c
		}
	}
	return nil
}
