package weighting

import (
	"math"
	"slices"
)

// This file says how unequally a count, such as the incidents that persons
// suffered, is spread over them. The rules:
//
//   - the share of the top part p is what the p of the population with the highest
//     counts have of the total. Where the part ends among rows with the same count,
//     those rows have part in it by halves or whatever share is left: so the order
//     of the file decides nothing, and the shares of all parts make a curve, one
//     less Lorenz's from the other end;
//   - with c the count at the end of the part, that is
//
//     S(p) = Σ w ((y-c)⁺ + c p) / Σ w y
//
//     and a small change of c changes nothing, since the weight above it is p. So
//     the influence is that of a ratio in which c is a constant;
//   - Gini's coefficient is half of the mean absolute difference over the mean. Each
//     row moves it by its own mean difference from all others;
//   - who counts as the population is the caller's to say, by the domain: among
//     victims the share of the top tenth says how far crimes repeat, among all
//     persons it says that too and how few were victims at all.
//
// Sources: Kovačević and Binder, Journal of Official Statistics 13 (1997), for the
// Lorenz ordinates; Langel and Tillé, Journal of the Royal Statistical Society A 176
// (2013), for Gini's. Both are worked by hand in the tests.

// TopShares returns for each part p, in [0, 1], the share of the total of y that the
// p of the population with the highest y have.
//
// y has one value a row and none below 0; of the domains in, all rows in any count.
// A missing value in the domain makes all NaN: see Domains.Complete. So does a total
// of 0, of which nobody has a share. TopShares panics if len(y) is not d.Len() or a
// part is outside of [0, 1].
func (d *Design) TopShares(y, parts []float64, in Domains) []Statistic {
	if len(y) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	in = in.merged(d.Len())
	s := d.ordered(y, in)
	columns := [][]float64{y}
	for _, p := range parts {
		if !(p >= 0 && p <= 1) {
			panic("weighting: part outside of [0, 1]")
		}
		c := s.from(p)
		top := make([]float64, len(y))
		for i, v := range y {
			top[i] = max(v-c, 0) + c*p // NaN stays NaN
		}
		columns = append(columns, top)
	}
	sums := d.Sums(columns, in)
	out := make([]Statistic, len(parts))
	for k := range parts {
		out[k] = sums.Ratio(0, k+1, 0)
	}
	return out
}

// from returns the least value above which lies at most a share p of the weight;
// NaN without values.
func (s ordered) from(p float64) float64 {
	n := len(s.x)
	if n == 0 {
		return math.NaN()
	}
	total := s.c[n-1]
	for k := range n {
		last := k
		for last+1 < n && s.x[last+1] == s.x[k] {
			last++
		}
		// Sums of weights that are equal on paper may differ in the last digit;
		// either of two neighbouring values then gives the same share.
		if total-s.c[last] <= p*total {
			return s.x[k]
		}
	}
	return s.x[n-1]
}

// Gini returns Gini's coefficient of y in the domain: 0 if all have the same, near 1
// if one of many has all.
//
// y has one value a row and none below 0; of the domains in, all rows in any count.
// It is NaN with a missing value in the domain or a total of 0. On replicates it is
// linear in them. Gini panics if len(y) is not d.Len().
func (d *Design) Gini(y []float64, in Domains) Statistic {
	if len(y) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	in = in.merged(d.Len())
	s := d.ordered(y, in)
	w, t := 0.0, 0.0
	for k, x := range s.x {
		w += s.w[k]
		t += s.w[k] * x
	}
	// apart is a row's weighted sum of differences from all others. Rows of the same
	// value add nothing, so it does not matter on which side of it they are counted.
	apart := slices.Repeat([]float64{math.NaN()}, len(y))
	below, belowT, difference := 0.0, 0.0, 0.0
	for k, i := range s.rows {
		x := s.x[k]
		apart[i] = x*below - belowT + (t - belowT) - x*(w-below)
		below += s.w[k]
		belowT += s.w[k] * x
		difference += s.w[k] * apart[i]
	}
	for i, v := range d.weight {
		if v == 0 || !in.has(i) {
			apart[i] = 0 // counts nowhere
		}
	}
	sums := d.Sums([][]float64{apart, y}, in)
	g := difference / (2 * w * t)
	return Compose(g, []float64{1 / (w * t), -g / w, -g / t}, sums.Total(0, 0), sums.Population(0), sums.Total(0, 1))
}

// A Repeated says how a population of victims divides by how often something
// happened to them.
type Repeated struct {
	// Victims are their shares by times: once, twice, … and the last one as often
	// as that or more. They add up to 1.
	Victims []Statistic

	// Incidents are the shares of what happened that happened to those victims.
	Incidents []Statistic
}

// Repeats divides the victims of a domain, the rows with a y above 0, by how often
// they were: y up to 1 is once, above it up to 2 is twice, and the last of times
// classes is open.
//
// y has one value a row; of the domains in, all rows in any count. A missing value in
// the domain makes all NaN: see Domains.Complete. Repeats panics if len(y) is not
// d.Len() or times is not positive.
func (d *Design) Repeats(y []float64, times int, in Domains) Repeated {
	if len(y) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	if times < 1 {
		panic("weighting: repeats without classes")
	}
	in = in.merged(d.Len())
	victims := in.Where(func(i int) bool { return y[i] > 0 || math.IsNaN(y[i]) }, d.Len())
	columns := [][]float64{y}
	squares := [][2]int{}
	for k := range times {
		is, has := make([]float64, len(y)), make([]float64, len(y))
		for i, v := range y {
			class := min(max(int(math.Ceil(v)), 1), times) - 1
			switch {
			case math.IsNaN(v):
				is[i], has[i] = v, v
			case class == k:
				is[i], has[i] = 1, v
			}
		}
		at := len(columns)
		columns = append(columns, is, has)
		squares = append(squares, [2]int{at, at})
	}
	sums := d.Sums(columns, victims, squares...)
	var out Repeated
	for k := range times {
		out.Victims = append(out.Victims, sums.Mean(0, 1+2*k))
		out.Incidents = append(out.Incidents, sums.Ratio(0, 2+2*k, 0))
	}
	return out
}
