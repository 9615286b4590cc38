package weighting

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// This file estimates quantiles. The rules:
//
//   - the definition of a quantile is named, never implied: with few or tied
//     values two definitions differ by more than the standard error;
//   - ties decide: whether the cumulated weight reaches p times the total is an
//     exact comparison, so weights are summed without rounding errors and only
//     the sums are rounded;
//   - intervals are Woodruff's: one for the share of the population at or below
//     the quantile, its ends mapped back through the same definition.
//
// Sources: Hyndman and Fan, The American Statistician 50 (1996), for the nine
// definitions; Woodruff, JASA 47 (1952), and Francisco and Fuller, Annals of
// Statistics 19 (1991), for the intervals; Shah and Vaish (2006) for theirs.
// Conventions are those of R's survey 4.5; checked in TestOracle.

// A QuantileRule is a definition of the p-quantile of a weighted sample. HF1 to
// HF9 are Hyndman and Fan's types, with weights in the place of counts.
type QuantileRule uint8

const (
	// HF1 is the inverse of the distribution function: R's "math".
	HF1 QuantileRule = iota

	// HF2 takes the mean of two values where the distribution function equals
	// p exactly: R's "school", so that the median of 1, 2, 3, 4 is 2.5.
	HF2

	// HF3 takes of the two values then the one with the even rank among the
	// distinct values.
	HF3

	// HF4 is linear between the values of the distribution function.
	HF4

	// HF5 is linear between the middles of the steps, as HF6 to HF9 are between
	// plotting positions of their own.
	HF5
	HF6 // positions of a sample of n+1
	HF7 // positions of the mode
	HF8 // positions about the median
	HF9 // positions for normal values

	// ShahVaish is the step function of Shah and Vaish.
	ShahVaish
)

var quantileNames = [...]string{"hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9", "shahvaish"}

// String returns the name of r in plans and in R.
func (r QuantileRule) String() string {
	if int(r) < len(quantileNames) {
		return quantileNames[r]
	}
	return fmt.Sprintf("QuantileRule(%d)", uint8(r))
}

// ParseQuantileRule is the inverse of String and also knows "math" and
// "school"; false if no rule has that name.
func ParseQuantileRule(s string) (QuantileRule, bool) {
	switch s {
	case "math":
		return HF1, true
	case "school":
		return HF2, true
	}
	i := slices.Index(quantileNames[:], s)
	return QuantileRule(max(i, 0)), i >= 0
}

// QuantileOptions say which quantile and which interval. The zero value is HF1
// with a symmetric 95 % interval for the share.
type QuantileOptions struct {
	Rule QuantileRule

	// Interval is that of the share of the population at or below the quantile.
	Interval Interval

	// Score inverts the score test of every value instead: the interval holds
	// the values at which the test of "the p-quantile is here" does not reject.
	// Interval.Method does not count then.
	Score bool

	// Replicated takes the spread of the replicates' quantiles as the error, and a
	// symmetric interval, for a design with replicates: R's interval "quantile".
	// Not for a jackknife, whose replicates differ too little for their quantiles
	// to tell.
	Replicated bool
}

// Quantiles estimates for each p the value that a share p of the population in
// the domain is at or below.
//
// y has one value a row; of the domains in, all rows in any count. Rows without
// weight are left out. A missing value in the domain makes all NaN: see
// Domains.Complete. Low and High are in y's unit; they are NaN where the
// interval of the share reaches beyond 0 or 1, or has no degrees of freedom. SE
// is (High-Low)/2t and N the rows with weight. Deff is that of the share at or
// below the value: an error of the quantile is one of that share divided by the
// density there, which is the same in every design and leaves the quotient of the
// two variances. With Replicated it is NaN.
//
// Quantiles panics if len(y) is not d.Len(), a p is outside of [0, 1], or
// Replicated is asked of a design without replicates. The error is ErrLonely.
func (d *Design) Quantiles(y, p []float64, in Domains, opt QuantileOptions) ([]Estimate, error) {
	if len(y) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	for _, v := range p {
		if !(v >= 0 && v <= 1) {
			panic("weighting: quantile outside of [0, 1]")
		}
	}
	in = in.merged(d.Len())
	if opt.Replicated {
		return d.replicatedQuantiles(y, p, in, opt)
	}
	s := d.ordered(y, in)
	out := make([]Estimate, len(p))
	below, squares := make([][]float64, len(p)), make([][2]int, len(p))
	for k, v := range p {
		out[k].Value = s.quantile(v, opt.Rule)
		below[k], squares[k] = atMost(y, out[k].Value), [2]int{k, k}
	}
	sums := d.Sums(below, in, squares...)
	for k := range p {
		e, err := d.Estimate(sums.Mean(0, k), opt.Interval)
		if err != nil {
			return nil, err
		}
		lo, hi := math.NaN(), math.NaN()
		switch {
		case math.IsNaN(out[k].Value) || e.DF <= 0:
		case opt.Score:
			if lo, hi, err = d.scoreLimits(y, in, s, p[k], e); err != nil {
				return nil, err
			}
		default:
			lo, hi = s.quantile(e.Low, opt.Rule), s.quantile(e.High, opt.Rule)
		}
		t := StudentQuantile(0.5+e.Level/2, float64(e.DF))
		e.Value, e.Low, e.High = out[k].Value, lo, hi
		e.SE = (hi - lo) / (2 * t)
		e.CV = e.SE / math.Abs(e.Value)
		out[k] = e
	}
	return out, nil
}

// replicatedQuantiles computes the quantiles on each replicate. The values are
// sorted once; a replicate cumulates its own weights.
func (d *Design) replicatedQuantiles(y, p []float64, in Domains, opt QuantileOptions) ([]Estimate, error) {
	if d.rep == nil {
		panic("weighting: quantiles of replicates without replicates")
	}
	s := d.ordered(y, in)
	population := d.Sums(nil, in).Population(0)
	out := make([]Statistic, len(p))
	for k, v := range p {
		out[k] = population
		out[k].Value, out[k].rep = s.quantile(v, opt.Rule), make([]float64, len(d.rep.rscale))
	}
	for r := range d.rep.rscale {
		own := ordered{}
		for i, k := range s.rows {
			if w := s.w[i] * d.rep.factor(d.unit[k], r); w != 0 {
				own.x, own.w = append(own.x, s.x[i]), append(own.w, w)
			}
		}
		own.c = cumulated(own.w)
		for k, v := range p {
			out[k].rep[r] = own.quantile(v, opt.Rule)
		}
	}
	estimates := make([]Estimate, len(p))
	for k, q := range out {
		q.srs.v = math.NaN()
		iv := opt.Interval
		iv.Method = Symmetric
		var err error
		if estimates[k], err = d.Estimate(q, iv); err != nil {
			return nil, err
		}
	}
	return estimates, nil
}

// merged returns one domain with the rows that are in any of g.
func (g Domains) merged(rows int) Domains {
	if g.Of == nil || g.Count() == 1 {
		return Domains{Of: g.Of}
	}
	of := make([]int32, rows)
	for i, k := range g.Of {
		of[i] = min(k, 0)
	}
	return Domains{Of: of}
}

// has reports whether row i is in a domain.
func (g Domains) has(i int) bool { return g.Of == nil || g.Of[i] >= 0 }

// atMost is 1 where y is at most limit, NaN where y is missing.
func atMost(y []float64, limit float64) []float64 {
	out := make([]float64, len(y))
	for i, v := range y {
		switch {
		case math.IsNaN(v):
			out[i] = v
		case v <= limit:
			out[i] = 1
		}
	}
	return out
}

// An ordered is a sample in the order of its values.
type ordered struct {
	x, w, c []float64 // values, weights and cumulated weights
	rows    []int     // of the file; nil once values are made one
}

// ordered sorts the rows of the domain that have a weight. It has no values if
// one is missing.
func (d *Design) ordered(y []float64, in Domains) ordered {
	var rows []int
	for i, w := range d.weight {
		if in.has(i) && w != 0 {
			if math.IsNaN(y[i]) {
				return ordered{}
			}
			rows = append(rows, i)
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		switch {
		case y[a] < y[b]:
			return -1
		case y[a] > y[b]:
			return 1
		}
		return 0
	})
	s := ordered{x: make([]float64, len(rows)), w: make([]float64, len(rows)), rows: rows}
	for k, i := range rows {
		s.x[k], s.w[k] = y[i], d.weight[i]
	}
	s.c = cumulated(s.w)
	return s
}

// cumulated returns the partial sums of w, each rounded once from a sum with
// twice the digits.
func cumulated(w []float64) []float64 {
	c := make([]float64, len(w))
	hi, lo := 0.0, 0.0
	for k, v := range w {
		sum := hi + v
		part := sum - hi
		lo += (hi - (sum - part)) + (v - part) // what the sum lost
		hi = sum
		c[k] = hi + lo
	}
	return c
}

// distinct returns s with equal values made one.
func (s ordered) distinct() ordered {
	var t ordered
	for k, x := range s.x {
		if k > 0 && x == s.x[k-1] {
			t.c[len(t.c)-1] = s.c[k]
			continue
		}
		t.x, t.c = append(t.x, x), append(t.c, s.c[k])
	}
	return t
}

// quantile returns the p-quantile of s, NaN if p is outside of [0, 1] or s has
// no values.
func (s ordered) quantile(p float64, rule QuantileRule) float64 {
	if !(p >= 0 && p <= 1) || len(s.x) == 0 {
		return math.NaN()
	}
	switch rule {
	case HF3:
		s = s.distinct()
	case HF5, HF6, HF7, HF8, HF9, ShahVaish:
		return s.plotted(p, rule)
	}
	n := len(s.x)
	total := s.c[n-1]
	at := max(sort.Search(n, func(k int) bool { return s.c[k] > p*total })-1, 0)
	next := min(at+1, n-1)
	over := p - s.c[at]/total
	switch {
	case over < 0 || rule == HF1 && over == 0 || rule == HF3 && over == 0 && (at+1)%2 == 0:
		return s.x[at]
	case rule == HF2 && over == 0:
		return (s.x[at] + s.x[next]) / 2
	case rule == HF4 && next > at:
		share := over / (s.c[next]/total - s.c[at]/total)
		return s.x[at] + share*(s.x[next]-s.x[at])
	}
	return s.x[next]
}

// plotted returns the p-quantile by plotting positions.
func (s ordered) plotted(p float64, rule QuantileRule) float64 {
	n := len(s.x)
	pos := make([]float64, n)
	total, last := s.c[n-1], s.w[n-1]
	for k, c := range s.c {
		before := 0.0
		if k > 0 {
			before = s.c[k-1]
		}
		switch rule {
		case HF5:
			pos[k] = (c - s.w[k]/2) / total
		case HF6:
			pos[k] = c / (total + last)
		case HF7:
			pos[k] = before / s.c[max(n-2, 0)]
		case HF8:
			pos[k] = (before/3 + 2*c/3) / (total + last/3)
		case HF9:
			pos[k] = (3*before/8 + 5*c/8) / (total + last/4)
		case ShahVaish:
			mean := total / float64(n)
			pos[k] = (c/mean + 0.5 - s.w[k]/mean/2) / float64(n+1)
		}
	}
	at := sort.Search(n, func(k int) bool { return pos[k] > p }) - 1
	switch {
	case n == 1 || at < 0:
		return s.x[0]
	case at == n-1 || rule == ShahVaish || pos[at] == p:
		return s.x[at]
	}
	return s.x[at] + (p-pos[at])/(pos[at+1]-pos[at])*(s.x[at+1]-s.x[at])
}

// scoreLimits returns the least and the greatest value at which the test that
// the share at or below it is p does not reject. e has the level and degrees of
// freedom.
func (d *Design) scoreLimits(y []float64, in Domains, s ordered, p float64, e Estimate) (lo, hi float64, err error) {
	limit := StudentQuantile(0.5+e.Level/2, float64(e.DF))
	x := s.distinct().x
	// The score rises with the value; search for where it passes a bound.
	search := func(bound float64) int {
		return sort.Search(len(x), func(k int) bool {
			if err != nil {
				return true
			}
			m := d.Sums([][]float64{atMost(y, x[k])}, in).Mean(0, 0)
			var v float64
			if v, err = d.Covariance(m, m); err != nil {
				return true
			}
			return (m.Value-p)/root(v) > bound
		})
	}
	from, to := search(-limit), search(limit)
	if err != nil {
		return 0, 0, err
	}
	lo, hi = math.NaN(), math.NaN()
	if from < len(x) {
		lo = x[from]
	}
	if to < len(x) {
		hi = x[to]
	}
	return lo, hi, nil
}
