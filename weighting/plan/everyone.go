package plan

import (
	"slices"

	"cifra/weighting"
)

// This file computes what all indicators of a file count from: every row as 1. It is
// the same for each of them, so it is made once and shared.

// ones returns 1 for each row of f. All measures share it: do not change it.
func (p *Plan) ones(f *file) []float64 {
	if p.everyone == nil {
		p.everyone = map[*file][]float64{}
	}
	y, ok := p.everyone[f]
	if !ok {
		y = slices.Repeat([]float64{1}, f.table.Len())
		p.everyone[f] = y
	}
	return y
}

// divideBase sums the base. That of all rows is the same for every indicator of a
// design, and is summed once.
func (c *computation) divideBase(axes []*levels) division {
	if c.in.where != nil || len(axes) > 0 {
		return c.divide(c.base, axes, nil)
	}
	d, ok := c.p.bases[c.in.base]
	if !ok {
		d = c.divide(c.base, axes, nil)
		if c.p.bases == nil {
			c.p.bases = map[*weighting.Design]division{}
		}
		c.p.bases[c.in.base] = d
	}
	return d
}
