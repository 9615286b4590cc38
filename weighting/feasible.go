package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// This file cuts off weights without losing totals, and says which bounds a
// calibration can keep. The rules:
//
//   - bounds are feasible if the search of Calibrate finds weights within them;
//   - the bounds that are proposed lie as near to 1 as that search goes, to a part
//     in a thousand, and are then tried;
//   - totals are compared with the sample before they are used, all at once.

// TrimKeeping returns d with weights between low and high that add up to the same
// totals of the controls as before, and change as little as that allows: what
// Trim loses on the controls, this does not. The Totals of the controls are not
// read. In each replicate its own totals are kept.
//
// The error is a *ConvergenceError if no such weights are found. TrimKeeping
// panics if a slice of a control is not as long as d.
func (d *Design) TrimKeeping(low, high float64, keep []Control) (*Design, error) {
	c := Calibration{Controls: slices.Clone(keep), WeightBounds: Bounds{low, high}}
	for j := range c.Controls {
		// Counts of rows of weight 0 have no total to be met.
		c.Controls[j].Totals = make([]float64, len(keep[j].Totals))
	}
	if err := c.check(d); err != nil {
		return nil, err
	}
	x := columnsOf(c.Controls)
	solve := func(w, each []float64, rows []int) ([]float64, error) {
		own := x
		if rows != nil {
			own = x.pick(rows)
		}
		own.control = slices.Clone(own.control)
		est := make([]float64, own.width())
		for k := range w {
			own.add(est, k, w[k])
		}
		for j := range own.control {
			own.control[j].Totals = est[own.start[j]:own.start[j+1]]
		}
		return c.solve(own, w, each)
	}
	return d.reweighted(classKey{x: x, weight: true}, solve, func(s stepped) ([]block, []int) {
		return []block{s.projection(x)}, []int{0}
	})
}

// FeasibleBounds returns bounds on g, as near to 1 as a calibration to the
// totals of c allows: first both moved in together from the factors that it has
// without bounds, then each by itself. The bounds of c are not read.
//
// The error is that of Calibrate without bounds: then no bounds help.
func (d *Design) FeasibleBounds(c Calibration) (Bounds, error) {
	c.Bounds, c.WeightBounds, c.Trim, c.ByPSU = Bounds{}, Bounds{}, Bounds{}, false
	c.Distance = LinearDistance
	if err := c.check(d); err != nil {
		return Bounds{}, err
	}
	// Rows with the same controls are one: the search is over classes.
	class, rows := (&Design{unit: make([]int32, d.Len())}).classes(classKey{x: columnsOf(c.Controls)})
	w := make([]float64, len(rows))
	for k, i := range class {
		w[i] += d.weight[k]
	}
	x := columnsOf(c.Controls).pick(rows)
	free, err := c.solve(x, w, w)
	if err != nil {
		return Bounds{}, err
	}
	lo, hi := 1.0, 1.0
	for k, g := range free {
		if w[k] > 0 {
			lo, hi = min(lo, g), max(hi, g)
		}
	}
	holds := func(b Bounds) bool {
		try := c
		try.Bounds = b
		g, err := try.solve(x, w, w)
		return err == nil && slices.IndexFunc(g, math.IsNaN) < 0
	}
	// The least share of the way from 1 at which the bounds hold.
	nearest := func(at func(share float64) Bounds) Bounds {
		no, yes := 0.0, 1.0
		for yes-no > 1e-3 {
			if mid := (no + yes) / 2; holds(at(mid)) {
				yes = mid
			} else {
				no = mid
			}
		}
		return at(yes)
	}
	const least = 1e-9 // bounds have to leave something between them
	b := nearest(func(s float64) Bounds { return Bounds{1 + s*(lo-1) - least, 1 + s*(hi-1) + least} })
	b = nearest(func(s float64) Bounds { return Bounds{b.Low, 1 + s*(b.High-1)} })
	return nearest(func(s float64) Bounds { return Bounds{1 + s*(b.Low-1), b.High} }), nil
}

// A Margin compares a total with the sample before it is calibrated to.
type Margin struct {
	Name       string  // the control and its category
	Rows       int     // rows with weight
	Sample     float64 // their weighted total
	Population float64 // the total to be met
}

// Factor returns Population/Sample: what calibration has to do. NaN if both are
// 0, infinite if only the sample is.
func (m Margin) Factor() float64 { return m.Population / m.Sample }

// Margins compares the totals of controls with rows of weights w, and returns
// all that is wrong with them, joined: categories with a total and no sample
// (ErrNoSample), controls that do not add up to the same population (ErrTotals),
// totals and values that are no numbers. Calibrate tells the first of these.
// Margins panics if lengths differ or a code has no total.
func Margins(controls []Control, w []float64) ([]Margin, error) {
	x := columnsOf(controls)
	est, rows := make([]float64, x.width()), make([]int, x.width())
	var wrong []error
	for k, v := range w {
		if v == 0 {
			continue
		}
		for j := range controls {
			if c, y := x.at(j, k); c >= 0 {
				est[c] += v * y
				rows[c]++
			}
		}
	}
	var list []Margin
	whole, size := "", 0.0
	for j := range controls {
		c := &controls[j]
		sum, sound := 0.0, true
		for code, t := range c.Totals {
			at := x.start[j] + code
			list = append(list, Margin{c.level(code), rows[at], est[at], t})
			switch {
			case math.IsNaN(t) || math.IsInf(t, 0):
				wrong, sound = append(wrong, fmt.Errorf("the total of %s is %g", c.level(code), t)), false
			case math.IsNaN(est[at]) || math.IsInf(est[at], 0):
				wrong = append(wrong, fmt.Errorf("%s has rows without a value", c.level(code)))
			case t != 0 && rows[at] == 0:
				wrong = append(wrong, fmt.Errorf("%w: %s has %g in the population", ErrNoSample, c.level(code), t))
			}
			sum += t
		}
		if !sound || !c.complete(w) {
			continue
		}
		if whole == "" {
			whole, size = c.Name, sum
		} else if math.Abs(sum-size) > 1e-6*math.Abs(size) {
			wrong = append(wrong, fmt.Errorf("%w: %s adds up to %g and %s to %g", ErrTotals, whole, size, c.Name, sum))
		}
	}
	return list, errors.Join(wrong...)
}

// A WeightChange says what a step did to weights.
type WeightChange struct {
	Step string

	Rows, Lost    int     // with weight after it, and those that had some before
	Before, After float64 // sums

	// LeastG, MeanG and TopG are of the factors on the rows that kept weight.
	LeastG, MeanG, TopG float64

	// Least, Median and Top are of the weights after it.
	Least, Median, Top float64

	// DeffBefore and DeffAfter are Kish's design effects of unequal weights.
	DeffBefore, DeffAfter float64

	// Extreme are rows that weigh more than ExtremeTimes the median.
	Extreme int
}

// ExtremeTimes is how many times the median a weight is that reports call
// extreme.
const ExtremeTimes = 5

// ChangeOf compares the weights before and after a step, row by row. It panics
// if lengths differ. Without weights after it, what is of them is NaN.
func ChangeOf(step string, before, after []float64) WeightChange {
	if len(before) != len(after) {
		panic("weighting: slice length mismatch")
	}
	nan := math.NaN()
	c := WeightChange{Step: step, LeastG: nan, TopG: nan, Least: nan, Median: nan, Top: nan, DeffBefore: KishDeff(before), DeffAfter: KishDeff(after)}
	var left []float64
	sumG, kept := 0.0, 0
	for k, w := range after {
		c.Before += before[k]
		c.After += w
		if w == 0 {
			if before[k] != 0 {
				c.Lost++
			}
			continue
		}
		left = append(left, w)
		if before[k] != 0 {
			g := w / before[k]
			if kept == 0 {
				c.LeastG, c.TopG = g, g
			}
			c.LeastG, c.TopG = min(c.LeastG, g), max(c.TopG, g)
			sumG += g
			kept++
		}
	}
	c.MeanG = sumG / float64(kept)
	if c.Rows = len(left); c.Rows == 0 {
		return c
	}
	slices.Sort(left)
	c.Least, c.Top = left[0], left[len(left)-1]
	c.Median = (left[(len(left)-1)/2] + left[len(left)/2]) / 2
	for _, w := range left {
		if w > ExtremeTimes*c.Median {
			c.Extreme++
		}
	}
	return c
}
