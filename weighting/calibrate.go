package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// This file changes weights so that the sample's totals are the population's.
// The new weight of row k is g_k w_k with
//
//	g_k = F(x_k'η / σ²_k),   Σ_k w_k g_k x_k = T
//
// which is the change that is least in the distance that F stands for. Newton's
// method finds η; the rules:
//
//   - it starts from η = 0, the weights as they are;
//   - controls that say the same twice are no mistake: the generalised inverse
//     drops what is redundant;
//   - a step is halved while it leads out of the numbers or further away;
//   - weights that miss a total are an error, never a result.
//
// Source: Deville and Särndal, JASA 87 (1992); Deville, Särndal and Sautory,
// JASA 88 (1993). Checked against R's survey 4.5 in TestOracle.

// A Distance is how the change of weights is measured, and so how g depends on
// x.
type Distance uint8

const (
	// LinearDistance is g = 1+u, the generalised regression estimator. Without
	// bounds weights may become negative, as in R.
	LinearDistance Distance = iota

	// RakingDistance is g = exp(u): the limit of iterative proportional fitting, for any
	// controls.
	RakingDistance

	// LogitDistance keeps g within bounds smoothly. It needs Bounds or WeightBounds.
	LogitDistance
)

var distanceNames = [...]string{"linear", "raking", "logit"}

// String returns the name of f in plans and in R.
func (f Distance) String() string {
	if int(f) < len(distanceNames) {
		return distanceNames[f]
	}
	return fmt.Sprintf("Distance(%d)", uint8(f))
}

// ParseDistance is the inverse of String; false if no distance has that name.
func ParseDistance(s string) (Distance, bool) {
	i := slices.Index(distanceNames[:], s)
	return Distance(max(i, 0)), i >= 0
}

// A Bounds is a closed interval; the zero Bounds is none.
type Bounds struct {
	Low, High float64
}

// A Calibration says which totals weights have to meet, and how.
type Calibration struct {
	Controls []Control
	Distance Distance

	// Bounds hold for g. The linear and the raking distance are cut off at them.
	Bounds Bounds

	// WeightBounds hold for the weights themselves, in place of Bounds.
	WeightBounds Bounds

	// Lambda makes σ²_k = Σ_c Lambda_c x_kc, one coefficient a total in the order
	// of the controls: how much a row may change. Nil is 1 for all rows.
	Lambda []float64

	// ByPSU gives all rows of a PSU the same g: weights and controls enter as
	// their means over the PSU's rows, R's aggregate.stage=1.
	ByPSU bool

	// Trim cuts g off at bounds after the totals are met, and adds the weight that
	// is lost evenly to the g of the other rows. The totals are then missed.
	Trim Bounds

	// Tolerance is how far a total T may be missed, relative to 1+|T|; 0 is 1e-10.
	// R has 1e-7.
	Tolerance float64

	// Iterations bounds Newton's steps; 0 is 50.
	Iterations int
}

// Calibrate returns d with weights that meet the totals of c. The variances of
// its estimates are those of residuals: see residual.go. With replicates each
// one is calibrated anew, from its own weights to the same totals.
//
// The error is ErrTotals, ErrNoSample or a *ConvergenceError if no such weights
// are found; bounds that leave no room are seen in this way. Calibrate panics if
// a slice has not one entry a row or a code has no total.
func (d *Design) Calibrate(c Calibration) (*Design, error) {
	if err := c.sound(); err != nil {
		return nil, err
	}
	key, err := d.classified(c.Controls)
	if err != nil {
		return nil, err
	}
	x := key.x
	if c.ByPSU {
		return d.calibrateByPSU(c, x)
	}
	if c.WeightBounds != (Bounds{}) {
		key = classKey{x: x, weight: true}
	}
	solve := func(w, each []float64, rows []int) ([]float64, error) {
		own := x
		if rows != nil {
			own = x.pick(rows)
		}
		return c.solve(own, w, each)
	}
	return d.reweighted(key, solve, func(s stepped) ([]block, []int) {
		b := s.projection(x)
		for cell := range b.v {
			k := cell
			if s.cells.row != nil {
				k = s.cells.row[cell]
			}
			b.v[cell] /= c.sigma(x, k)
		}
		return []block{b}, []int{0}
	})
}

// check returns what is wrong with c as a calibration of d.
func (c *Calibration) check(d *Design) error {
	if err := c.sound(); err != nil {
		return err
	}
	return checkControls(c.Controls, d.weight)
}

// sound returns what is wrong with c for any design.
func (c *Calibration) sound() error {
	if len(c.Controls) == 0 {
		return errors.New("a calibration needs totals")
	}
	if c.Lambda != nil && len(c.Lambda) != columnsOf(c.Controls).width() {
		panic("weighting: slice length mismatch")
	}
	none := Bounds{}
	for _, b := range []Bounds{c.Bounds, c.WeightBounds, c.Trim} {
		if b != none && !(b.Low < b.High) {
			return fmt.Errorf("bounds of %g and %g leave nothing between them", b.Low, b.High)
		}
	}
	if c.Distance == LogitDistance {
		if c.Bounds == none && c.WeightBounds == none {
			return errors.New("the logit distance needs bounds")
		}
		if c.Bounds != none && !(c.Bounds.Low < 1 && c.Bounds.High > 1) || math.IsInf(c.Bounds.High, 0) || math.IsInf(c.WeightBounds.High, 0) {
			return fmt.Errorf("the logit distance needs finite bounds on both sides of 1, not %g and %g", c.Bounds.Low, c.Bounds.High)
		}
	}
	return nil
}

// sigma returns σ² of row k.
func (c *Calibration) sigma(x columns, k int) float64 {
	if c.Lambda == nil {
		return 1
	}
	return x.dot(c.Lambda, k)
}

// calibrateByPSU calibrates means over PSUs.
func (d *Design) calibrateByPSU(c Calibration, x columns) (*Design, error) {
	if d.rep != nil {
		return nil, errors.New("a calibration with one factor a PSU is made before the replicates")
	}
	psus := d.PSUs()
	n, mean := make([]float64, psus), make([]float64, psus)
	sum := make([][]float64, psus)
	for k, u := range d.unit {
		i := d.up[0][u]
		if sum[i] == nil {
			sum[i] = make([]float64, x.width())
		}
		n[i]++
		mean[i] += d.weight[k]
		x.add(sum[i], k, 1)
	}
	var means []Control
	w := make([]float64, d.Len())
	for j := range x.control {
		for code, total := range x.control[j].Totals {
			m := Control{Name: x.control[j].level(code), Value: make([]float64, d.Len()), Totals: []float64{total}}
			for k, u := range d.unit {
				i := d.up[0][u]
				m.Value[k] = sum[i][x.start[j]+code] / n[i]
				w[k] = mean[i] / n[i]
			}
			means = append(means, m)
		}
	}
	flat := columnsOf(means)
	g, err := c.solve(flat, w, w)
	if err != nil {
		return nil, err
	}
	b := block{x: flat, v: make([]float64, len(g)), u: make([]float64, len(g))}
	weight := make([]float64, len(g))
	for k := range g {
		if g[k] != 0 {
			b.v[k] = 1 / (g[k] * c.sigma(flat, k))
		}
		b.u[k] = g[k] * w[k]
		weight[k] = g[k] * d.weight[k]
	}
	return d.followed(weight, []block{b}, []int{0})
}

// solve returns g for rows of x with weights w; each are those that
// WeightBounds hold for. It is called for classes of rows, too.
func (c *Calibration) solve(x columns, w, each []float64) ([]float64, error) {
	p := x.width()
	totals := make([]float64, 0, p)
	for _, ctl := range x.control {
		totals = append(totals, ctl.Totals...)
	}
	start := 1.0
	est := make([]float64, p)
	for k := range w {
		x.add(est, k, w[k])
	}
	if ratio := least(totals, est); ratio > 20 {
		// Weights of another order than the population's, such as all 1, are
		// brought near first; bounds then hold from there.
		start = 0
		for i, t := range totals {
			start += t / est[i] / float64(p)
		}
	}
	s := search{c: c, x: x, w: w, each: each, start: start, totals: totals, sigma: make([]float64, len(w)), g: make([]float64, len(w)), slope: make([]float64, len(w))}
	for k := range w {
		s.sigma[k] = c.sigma(x, k)
		if !(s.sigma[k] > 0) && w[k] > 0 {
			return nil, fmt.Errorf("the variance that Lambda gives a row is %g", s.sigma[k])
		}
	}
	if err := s.run(); err != nil {
		return nil, err
	}
	for k := range s.g {
		s.g[k] *= start
	}
	if c.Distance == RakingDistance && c.Bounds == (Bounds{}) && c.WeightBounds == (Bounds{}) {
		vanish(x, s.g)
	}
	c.trim(s.g, w)
	return s.g, nil
}

// vanish sets g to 0 in categories that nobody of the population is in. An
// exponential only comes near it, and rows of no weight must not be counted.
func vanish(x columns, g []float64) {
	for j := range x.control {
		ctl := &x.control[j]
		if ctl.Value != nil || !slices.Contains(ctl.Totals, 0) {
			continue
		}
		for k := range g {
			if col, v := x.at(j, k); v != 0 && ctl.Totals[col-x.start[j]] == 0 {
				g[k] = 0
			}
		}
	}
}

// least returns the least quotient of totals, 0 if one is not positive.
func least(a, b []float64) float64 {
	m := math.Inf(1)
	for i := range a {
		if !(a[i] > 0 && b[i] > 0) {
			return 0
		}
		m = min(m, a[i]/b[i])
	}
	return m
}

// trim applies Trim to g.
func (c *Calibration) trim(g, w []float64) {
	if c.Trim == (Bounds{}) {
		return
	}
	lost, others := 0.0, 0.0
	kept := make([]bool, len(g))
	for k, v := range g {
		t := min(max(v, c.Trim.Low), c.Trim.High)
		lost += (v - t) * w[k]
		if kept[k] = t == v; kept[k] {
			others += w[k]
		}
		g[k] = t
	}
	if others == 0 {
		return
	}
	for k := range g {
		if kept[k] {
			g[k] += lost / others
		}
	}
}

// A search is Newton's method under way.
type search struct {
	c       *Calibration
	x       columns
	w, each []float64
	start   float64
	totals  []float64
	sigma   []float64
	g       []float64 // at the last η tried
	slope   []float64 // dF/du there
}

func (s *search) run() error {
	tol, limit := s.c.Tolerance, s.c.Iterations
	if tol == 0 {
		tol = 1e-10
	}
	if limit == 0 {
		limit = 50
	}
	eta := make([]float64, len(s.totals))
	est, gap := s.at(eta)
	for i := 0; gap > tol; i++ {
		if i == limit || math.IsInf(gap, 1) {
			return s.x.worst(est, i)
		}
		m := product(s.x, s.x, len(s.w), func(k int) float64 { return s.start * s.w[k] * s.slope[k] / s.sigma[k] })
		miss := mat.NewVecDense(len(est), nil)
		for j, t := range s.totals {
			miss.SetVec(j, t-est[j])
		}
		var step mat.VecDense
		step.MulVec(inverse(m), miss)
		try := make([]float64, len(eta))
		next, nextGap := est, math.Inf(1)
		for half, scale := 0, 1.0; half < 40; half, scale = half+1, scale/2 {
			for j := range try {
				try[j] = eta[j] + scale*step.AtVec(j)
			}
			next, nextGap = s.at(try)
			if nextGap < gap || half >= 8 && !math.IsInf(nextGap, 1) {
				break
			}
		}
		eta, est, gap = try, next, nextGap
	}
	return nil
}

// at sets g and its slope for η and returns the totals that g gives and by how
// much they are missed at most; infinite if g is no number.
func (s *search) at(eta []float64) (est []float64, gap float64) {
	est = make([]float64, len(eta))
	for k := range s.w {
		if s.w[k] == 0 {
			s.g[k], s.slope[k] = 1, 0
			continue
		}
		u := s.x.dot(eta, k) / s.sigma[k]
		s.g[k], s.slope[k] = s.c.factor(u, s.start*s.each[k])
		if v := s.g[k] + s.slope[k]; math.IsNaN(v) || math.IsInf(v, 0) {
			return est, math.Inf(1)
		}
		s.x.add(est, k, s.start*s.w[k]*s.g[k])
	}
	for j, t := range s.totals {
		gap = max(gap, math.Abs(t-est[j])/(1+math.Abs(t)))
	}
	return est, gap
}

// factor returns F(u) and its derivative for a row of weight w.
func (c *Calibration) factor(u, w float64) (g, slope float64) {
	lo, hi := math.Inf(-1), math.Inf(1)
	switch {
	case c.WeightBounds != Bounds{}:
		lo, hi = c.WeightBounds.Low/w, c.WeightBounds.High/w
	case c.Bounds != Bounds{}:
		lo, hi = c.Bounds.Low, c.Bounds.High
	}
	switch c.Distance {
	case LinearDistance:
		g, slope = 1+u, 1
	case RakingDistance:
		g = math.Exp(u)
		slope = g
	case LogitDistance:
		return logit(u, lo, hi)
	}
	if g < lo || g > hi {
		return min(max(g, lo), hi), 0
	}
	return g, slope
}

// logit is F(u) = (L(U-1) + U(1-L)e) / (U-1 + (1-L)e) with e = exp(A u) and
// A = (U-L)/((U-1)(1-L)), and its derivative.
func logit(u, lo, hi float64) (g, slope float64) {
	below, above := 1-lo, hi-1
	a := (hi - lo) / (above * below)
	if a*u > 0 { // with 1/e, which does not overflow
		e := math.Exp(-a * u)
		den := above*e + below
		return (lo*above*e + hi*below) / den, a * below * above * (hi - lo) * e / (den * den)
	}
	e := math.Exp(a * u)
	den := above + below*e
	return (lo*above + hi*below*e) / den, a * below * above * (hi - lo) * e / (den * den)
}
