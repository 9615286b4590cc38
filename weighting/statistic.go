package weighting

import (
	"math"
	"slices"
)

// A Statistic is a number computed from a sample together with how much each
// sampling unit moves it. What is done to statistics is done to both, so the
// variance of a difference, a ratio, or any smooth function needs no formula of
// its own.
//
// A Statistic knows the design its sums came from; statistics of one design and
// of those linked to it may be combined. It never changes.
type Statistic struct {
	// Value is the estimate; NaN if a value was missing.
	Value float64

	// N is the number of rows with weight behind it; of a quotient, those of
	// its denominator.
	N int

	unit []int32   // lowest units with rows in the domain, ascending
	z    []float64 // influence sum of each
	used []bool    // units that have a row with weight
	rep  []float64 // value on each replicate; nil without replicates
	srs  srs
}

// srs says what the statistic's variance would be in a simple random sample of
// as many rows: with replacement it is v, and share is the part of the estimated
// population that was not sampled. v is NaN unless the squares were summed.
type srs struct {
	v, share float64
}

// Total returns the total of variable j in domain g.
func (s *Sums) Total(g, j int) Statistic {
	t := s.statistic(g, j)
	w, n := s.weight(g)
	// Σ w (y - ȳ)² = Σ w (y-c)² - W (ȳ - c)²
	if sq, c, ok := s.square(g, j, j); ok {
		d := t.Value/w - c
		t.srs = simple(sq-w*d*d, w, n, w)
	}
	return t
}

// Population returns the sum of the weights in domain g.
func (s *Sums) Population(g int) Statistic { return s.statistic(g, -1) }

// Mean returns the mean of variable j in domain g, whose population is
// estimated from the same rows.
func (s *Sums) Mean(g, j int) Statistic {
	m := Quotient(s.Total(g, j), s.Population(g))
	w, n := s.weight(g)
	if sq, c, ok := s.square(g, j, j); ok {
		d := m.Value - c
		m.srs = simple(sq-w*d*d, w, n, 1)
	}
	return m
}

// Ratio returns the total of variable j over that of variable k in domain g.
func (s *Sums) Ratio(g, j, k int) Statistic {
	y, x := s.Total(g, j), s.Total(g, k)
	r := Quotient(y, x)
	yy, cy, ok := s.square(g, j, j)
	xx, cx, ok2 := s.square(g, k, k)
	xy, _, ok3 := s.square(g, j, k)
	if ok && ok2 && ok3 {
		// e = y - R x has mean 0. With y = y'+cy and x = x'+cx it is e' + c,
		// where c = cy - R cx and Σ w e' = -W c.
		w, n := s.weight(g)
		c := cy - r.Value*cx
		ee := yy - 2*r.Value*xy + r.Value*r.Value*xx
		r.srs = simple(ee-w*c*c, w, n, w/x.Value)
	}
	return r
}

// statistic returns the sum over domain g of variable j, -1 for the constant 1.
func (s *Sums) statistic(g, j int) Statistic {
	t := s.w
	if j >= 0 {
		t = s.t[j]
	}
	lo, hi := s.start[g], s.start[g+1]
	st := Statistic{unit: s.unit[lo:hi:hi], z: t[lo:hi:hi], used: make([]bool, hi-lo), srs: srs{v: math.NaN()}}
	for k, v := range st.z {
		st.Value += v
		n := s.used[int(lo)+k]
		st.used[k] = n > 0
		st.N += int(n)
	}
	switch {
	case s.d.rep != nil:
		st.rep = s.replicated(g)[j+1]
	case s.d.steps != nil:
		st.z = s.residual(g, j, st.unit, st.z)
		st.used = spreadOut(st.used, st.unit, s.d.steps.ready().unit)
		st.unit = s.d.steps.unit
	}
	return st
}

// spreadOut returns used on more units; both ascend.
func spreadOut(used []bool, unit, all []int32) []bool {
	out := make([]bool, len(all))
	at := 0
	for i, u := range all {
		if at < len(unit) && unit[at] == u {
			out[i] = used[at]
			at++
		}
	}
	return out
}

// weight returns the sum of the weights in domain g and the rows that have one.
func (s *Sums) weight(g int) (w float64, n int) {
	for c := s.start[g]; c < s.start[g+1]; c++ {
		w += s.w[c]
		n += int(s.used[c])
	}
	return w, n
}

// square returns Σ w (y_j-c)(y_k-c') in domain g and the c of variable j; false
// if it was not summed.
func (s *Sums) square(g, j, k int) (sq, c float64, ok bool) {
	for p, jk := range s.pair {
		if jk == [2]int{j, k} || jk == [2]int{k, j} {
			return s.sq[p][g], s.shift[j], true
		}
	}
	return 0, 0, false
}

// simple returns the simple-random-sampling variance of a mean that is scaled:
// ss is the weighted sum of squares about it.
func simple(ss, w float64, n int, scale float64) srs {
	if n < 2 {
		return srs{v: math.NaN(), share: (w - float64(n)) / w} // whatever rounding left of ss
	}
	s2 := ss / w * float64(n) / float64(n-1)
	return srs{v: scale * scale * s2 / float64(n), share: (w - float64(n)) / w}
}

// Quotient returns a/b, whose influence is (z_a - (a/b) z_b) / b. The two may
// come from different files and weight sets of one design.
func Quotient(a, b Statistic) Statistic {
	r := a.Value / b.Value
	q := Compose(r, []float64{1 / b.Value, -r / b.Value}, a, b)
	q.N = b.N
	for i := range q.rep {
		q.rep[i] = a.rep[i] / b.rep[i]
	}
	return q
}

// Scale returns c times s: 100,000 times a mean is a rate per 100,000.
func Scale(s Statistic, c float64) Statistic {
	t := Compose(c*s.Value, []float64{c}, s)
	t.srs = srs{v: c * c * s.srs.v, share: s.srs.share}
	return t
}

// Linear returns Σ coef_i s_i. It panics if the lengths differ.
func Linear(coef []float64, of ...Statistic) Statistic {
	v := 0.0
	for i, s := range of {
		v += coef[i] * s.Value
	}
	return Compose(v, coef, of...)
}

// Within returns s as a statistic of the domain of another, whose units without
// rows behind s count in its degrees of freedom: a total of incidents is one of
// all persons, most of whom had none.
func Within(s, domain Statistic) Statistic {
	t := Compose(s.Value, []float64{1, 0}, s, domain)
	t.srs = s.srs
	return t
}

// Compose returns a smooth function of statistics, given its value and its
// gradient there: the delta method. N is that of the first. With replicates the
// function is taken to be linear between them; Apply takes it as it is. Compose
// panics if the lengths differ, if there is nothing to compose, or if some of
// the statistics have replicates and others not.
func Compose(value float64, gradient []float64, of ...Statistic) Statistic {
	if len(gradient) != len(of) {
		panic("weighting: slice length mismatch")
	}
	out := Statistic{Value: value, N: of[0].N, srs: srs{v: math.NaN()}}
	out.unit, out.used = of[0].unit, of[0].used
	out.z = make([]float64, len(out.unit))
	for k, v := range of[0].z {
		out.z[k] = gradient[0] * v
	}
	for i, s := range of[1:] {
		out = out.plus(s, gradient[i+1])
	}
	out.rep = alongGradient(value, gradient, of)
	return out
}

// alongGradient returns the values on replicates of a function that is as good
// as linear; nil if there are no replicates.
func alongGradient(value float64, gradient []float64, of []Statistic) []float64 {
	n := len(of[0].rep)
	for _, s := range of {
		if len(s.rep) != n {
			panic("weighting: statistics with and without replicates")
		}
	}
	if n == 0 {
		return nil
	}
	rep := make([]float64, n)
	for r := range rep {
		rep[r] = value
		for i, s := range of {
			if gradient[i] != 0 {
				rep[r] += gradient[i] * (s.rep[r] - s.Value)
			}
		}
	}
	return rep
}

// Apply returns f of statistics, which gives the value and the gradient at the
// values of its arguments. Without replicates it is Compose; with them f is
// computed anew on each, so that no linearisation is left.
func Apply(f func(x []float64) (value float64, gradient []float64), of ...Statistic) Statistic {
	x := make([]float64, len(of))
	for i, s := range of {
		x[i] = s.Value
	}
	value, gradient := f(slices.Clone(x))
	out := Compose(value, gradient, of...)
	for r := range out.rep {
		for i, s := range of {
			x[i] = s.rep[r]
		}
		out.rep[r], _ = f(slices.Clone(x))
	}
	return out
}

// plus adds c times the influence of t to that of s; s is not used again.
func (s Statistic) plus(t Statistic, c float64) Statistic {
	if len(s.unit) == len(t.unit) && (len(s.unit) == 0 || &s.unit[0] == &t.unit[0]) {
		for k, v := range t.z {
			s.z[k] += c * v
		}
		for k, more := range t.used { // domains of a calibrated design share all units
			if more && !s.used[k] {
				s.used = slices.Clone(s.used)
				for ; k < len(s.used); k++ {
					s.used[k] = s.used[k] || t.used[k]
				}
				break
			}
		}
		return s
	}
	unit, x, y := align(s, t)
	used := make([]bool, len(unit))
	i, j := 0, 0
	for k, u := range unit {
		x[k] += c * y[k]
		if i < len(s.unit) && s.unit[i] == u {
			used[k] = s.used[i]
			i++
		}
		if j < len(t.unit) && t.unit[j] == u {
			used[k] = used[k] || t.used[j]
			j++
		}
	}
	s.unit, s.z, s.used = unit, x, used
	return s
}

// Influence is one entry of a statistic's influence sums. Stratum and PSU are
// the codes given to NewDesign.
type Influence struct {
	Stratum, PSU int
	Sum          float64 // Σ z over the rows of the PSU
	Sampled      float64 // the share of the stratum's PSUs that were sampled; 0 with replacement
}

// Influence returns the influence sums of s by PSU, in the order of the
// design. PSUs without rows in the domain are left out: their sum is 0.
func (d *Design) Influence(s Statistic) []Influence {
	own, sum, _ := d.collapse(0, s.unit, s.z, s.z)
	out := make([]Influence, len(own))
	for k, u := range own {
		h := d.stages[0].group[u]
		out[k] = Influence{Stratum: d.stages[0].code[h], PSU: d.psu[u], Sum: sum[k], Sampled: 1 - d.stages[0].open[h]}
	}
	return out
}
