package weighting

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// This file holds the weighting steps other than calibration, and how a step
// reaches replicate weights. The rules:
//
//   - post-stratification and raking meet totals exactly, or fail;
//   - cutting off extreme weights keeps the sum of the weights and leaves the
//     variance as it was: what it did to totals is not known to it;
//   - with replicates a step is made on the weights and again on each replicate,
//     by classes of rows that cannot differ in it.

// PostStratify returns d with weights that add up to the total of each cell. It
// is the calibration to a single classification, without iterations.
//
// The error is ErrNoSample if a cell has people and no rows, and names a row
// with weight that is in no cell.
func (d *Design) PostStratify(cell Control) (*Design, error) {
	if cell.Value != nil {
		return nil, errors.New("post-stratification is to counts of rows, not to totals of a variable")
	}
	key, err := d.classified([]Control{cell})
	if err != nil {
		return nil, err
	}
	for k, c := range cell.Code {
		if c < 0 && d.weight[k] > 0 {
			return nil, fmt.Errorf("row %d is in no cell of %s", k+1, cell.Name)
		}
	}
	x := key.x
	solve := func(w, _ []float64, rows []int) ([]float64, error) {
		g := constant(1, len(w))
		own := x
		if rows != nil {
			own = x.pick(rows)
		}
		if err := fit(own, 0, w, g); err != nil {
			return nil, err
		}
		return g, nil
	}
	return d.reweighted(key, solve, func(s stepped) ([]block, []int) {
		return []block{s.projection(x)}, []int{0}
	})
}

// projection is the residual of a step on its controls.
func (s stepped) projection(x columns) block {
	b := block{x: x, of: s.cells.of, v: make([]float64, len(s.g)), u: s.after}
	for c, g := range s.g {
		if g != 0 {
			b.v[c] = 1 / g
		}
	}
	return b
}

func constant(v float64, n int) []float64 {
	s := make([]float64, n)
	for i := range s {
		s[i] = v
	}
	return s
}

// fit multiplies g so that g w adds up to the totals of control j.
func fit(x columns, j int, w, g []float64) error {
	c := &x.control[j]
	sum := make([]float64, len(c.Totals))
	for k := range w {
		if col, _ := x.at(j, k); col >= 0 {
			sum[col-x.start[j]] += g[k] * w[k]
		}
	}
	for code, t := range c.Totals {
		if sum[code] == 0 && t != 0 {
			return fmt.Errorf("%w: %s has %g in the population", ErrNoSample, c.level(code), t)
		}
	}
	for k := range g {
		if col, _ := x.at(j, k); col >= 0 && sum[col-x.start[j]] > 0 {
			g[k] *= c.Totals[col-x.start[j]] / sum[col-x.start[j]]
		}
	}
	return nil
}

// RakeOptions say how to rake. The zero RakeOptions are the recommended ones.
type RakeOptions struct {
	// Tolerance is how far a total T may be missed, relative to 1+|T|; 0 is 1e-10.
	Tolerance float64

	// Change, if not 0, stops by R's rule in place of Tolerance: when no cell of all
	// margins crossed moves by as much in a pass, in the unit of the weights; below 1
	// it is a part of the sum of the weights. R's default is 1, in 10 Iterations, and
	// leaves totals missed by about as much.
	Change float64

	// Iterations bounds the passes over all margins; 0 is 1,000.
	Iterations int

	// Sweeps, if not 0, takes residuals on one margin after the other, unweighted,
	// and as many times over: 10 is the variance that R's rake has. It is not that
	// of calibration, which the zero Sweeps gives, and differs from it by a part
	// in a thousand or so.
	Sweeps int
}

// Rake returns d with weights that meet the totals of several classifications,
// by fitting each in turn until none changes (iterative proportional fitting).
// Margins have no Value.
//
// The error is ErrTotals, ErrNoSample or a *ConvergenceError.
//
// Source: Deming and Stephan, Annals of Mathematical Statistics 11 (1940).
func (d *Design) Rake(margins []Control, opt RakeOptions) (*Design, error) {
	for _, m := range margins {
		if m.Value != nil {
			return nil, fmt.Errorf("raking is to counts of rows, not to totals of a variable: %s", m.Name)
		}
	}
	if len(margins) == 0 {
		return nil, errors.New("raking needs margins")
	}
	key, err := d.classified(margins)
	if err != nil {
		return nil, err
	}
	x := key.x
	// The factors after each margin of the last pass, for R's variance.
	last := make([][]float64, len(margins))
	solve := func(w, _ []float64, rows []int) ([]float64, error) {
		own := x
		if rows != nil {
			own = x.pick(rows)
		}
		return rake(own, w, opt, last)
	}
	return d.reweighted(key, solve, func(s stepped) ([]block, []int) {
		if opt.Sweeps == 0 {
			return []block{s.projection(x)}, []int{0}
		}
		var blocks []block
		var order []int
		for j := range margins {
			b := block{x: columnsOf(margins[j : j+1]), v: make([]float64, d.Len()), u: make([]float64, d.Len())}
			for k, w := range s.before {
				b.u[k] = last[j][s.cells.at(k)] * w
				if b.u[k] != 0 {
					b.v[k] = 1 / b.u[k]
				}
			}
			blocks = append(blocks, b)
		}
		for range opt.Sweeps {
			for j := range margins {
				order = append(order, j)
			}
		}
		return blocks, order
	})
}

// rake returns the factors that meet all margins. It leaves in last those after
// each margin of the last pass.
func rake(x columns, w []float64, opt RakeOptions, last [][]float64) ([]float64, error) {
	tol, limit := opt.Tolerance, opt.Iterations
	if tol == 0 {
		tol = 1e-10
	}
	if limit == 0 {
		limit = 1000
	}
	g := constant(1, len(w))
	var still func(g []float64) bool
	if opt.Change > 0 {
		still = settling(x, w, opt.Change)
	}
	for i := 1; ; i++ {
		for j := range x.control {
			if err := fit(x, j, w, g); err != nil {
				return nil, err
			}
			last[j] = append(last[j][:0], g...)
		}
		if still != nil && still(g) {
			return g, nil
		}
		est := make([]float64, x.width())
		for k := range w {
			x.add(est, k, g[k]*w[k])
		}
		e := x.worst(est, i)
		if still == nil && e.Gap <= tol {
			return g, nil
		}
		if i == limit || math.IsNaN(e.Gap) {
			return nil, e
		}
	}
}

// settling returns a function that, called after each pass with its factors, reports
// whether no cell of the crossed margins moved by change or more since it was called
// last.
func settling(x columns, w []float64, change float64) func(g []float64) bool {
	cell, count := make([]int, len(w)), 0
	seen := map[string]int{}
	for k := range w {
		var key []byte
		for j := range x.control {
			col, _ := x.at(j, k)
			key = binary.AppendVarint(key, int64(col))
		}
		c, ok := seen[string(key)]
		if !ok {
			c = count
			seen[string(key)] = c
			count++
		}
		cell[k] = c
	}
	sums := func(g []float64) []float64 {
		t := make([]float64, count)
		for k, v := range w {
			t[cell[k]] += g[k] * v
		}
		return t
	}
	before := sums(constant(1, len(w)))
	if change < 1 {
		change *= floats.Sum(before)
	}
	return func(g []float64) bool {
		now := sums(g)
		most := floats.Distance(before, now, math.Inf(1))
		before = now
		return most < change
	}
}

// Trim returns d with weights cut off at low and high. What is cut off is added
// evenly to the weights of the other rows, so the sum stays; these may then pass
// the limits, unless strict: then the same is done again with the rows that were
// never cut, until none has to be. Rows of weight 0 stay so. The variance is
// that of the weights before: it takes the cutting as given.
//
// The error says when strict limits leave no row to take the weight.
func (d *Design) Trim(low, high float64, strict bool) (*Design, error) {
	if !(low < high) {
		return nil, fmt.Errorf("limits of %g and %g leave nothing between them", low, high)
	}
	solve := func(_, each []float64, _ []int) ([]float64, error) {
		w, err := trim(each, low, high, strict)
		if err != nil {
			return nil, err
		}
		for k := range w {
			if each[k] != 0 {
				w[k] /= each[k]
			}
		}
		return w, nil
	}
	return d.reweighted(classKey{row: true}, solve, nil)
}

func trim(w []float64, low, high float64, strict bool) ([]float64, error) {
	out := append([]float64(nil), w...)
	cut := make([]bool, len(w))
	for {
		lost, others, again := 0.0, 0, false
		for k, v := range out {
			t := min(max(v, low), high)
			switch {
			case v == 0 || cut[k]:
			case t == v:
				others++
			default:
				lost += v - t
				out[k], cut[k], again = t, true, true
			}
		}
		if !again {
			return out, nil
		}
		if others == 0 {
			return nil, errors.New("no row is left between the limits to take the weight that was cut off")
		}
		for k, v := range out {
			if v != 0 && !cut[k] {
				out[k] += lost / float64(others)
			}
		}
		if !strict {
			return out, nil
		}
	}
}

// A solver returns the factors g for cells of rows whose weights add up to w;
// each is the weight of a single row of the cell. rows are one row of each cell;
// nil if the cells are the rows.
type solver func(w, each []float64, rows []int) ([]float64, error)

// A stepped is a step of weighting that was made.
type stepped struct {
	cells         *cells
	g             []float64 // of each cell
	before, after []float64 // weights of the rows
}

// reweighted returns d after a step, and the replicates after it, too. project
// gives the residuals of the step; nil if there are none.
func (d *Design) reweighted(key classKey, solve solver, project func(s stepped) ([]block, []int)) (*Design, error) {
	if d.rep != nil {
		return d.reweightedReplicates(key, solve)
	}
	own := d.cells(key)
	each := d.weight
	if own.row != nil {
		each = pickRows(d.weight, own.row)
	}
	g, err := solve(own.w, each, own.row)
	if err != nil {
		return nil, err
	}
	w := make([]float64, d.Len())
	for k, v := range d.weight {
		w[k] = g[own.at(k)] * v
	}
	if project == nil {
		return d.followed(w, nil, nil)
	}
	blocks, order := project(stepped{own, g, d.weight, w})
	return d.followed(w, blocks, order)
}
