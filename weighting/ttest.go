package weighting

import (
	"errors"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// This file compares means and ranks. The rules:
//
//   - a test of groups is one of the coefficients of a linear model of the
//     groups, so the covariance of groups that share PSUs is in it;
//   - degrees of freedom are the design's less the number of groups but one;
//     of a test of one mean they are the design's less one, as in R.
//
// Source: Lumley and Scott, Biometrika 100 (2013), for ranks; svyttest and
// svyranktest of R's survey 4.5 for the degrees of freedom; the t tests are
// checked in TestOracle.

// MeanTest tests that the mean of y in the domain is mu, in y's unit; of the
// domains in, all rows in any count, and those with y missing leave. It panics
// if len(y) is not d.Len(). The error is ErrLonely.
func (d *Design) MeanTest(y []float64, mu float64, in Domains, level float64) (Test, error) {
	in = in.merged(d.Len()).Complete(y)
	m := d.Sums([][]float64{y}, in).Mean(0, 0)
	m = Compose(m.Value-mu, []float64{1}, m)
	_, df, err := d.extent(in)
	if err != nil {
		return Test{}, err
	}
	return d.student(m, df-1, level)
}

// GroupTest tests that the means of y in the second and the first of two groups
// are equal; its estimate is the second less the first. group has a code a row,
// -1 where it is missing. Rows with y or the group missing leave the domain.
//
// GroupTest panics if a length is not d.Len(). The error is ErrLonely, or that
// there are not two groups.
func (d *Design) GroupTest(y []float64, group []int, in Domains, level float64) (Test, error) {
	means, df, err := d.groupMeans(y, group, in)
	if err != nil {
		return Test{}, err
	}
	if len(means) != 2 {
		return Test{}, errors.New("the test needs two groups")
	}
	s := Linear([]float64{-1, 1}, means...)
	s.N = means[0].N + means[1].N // a difference is of the rows of both
	return d.student(s, df-1, level)
}

// student returns the t test that a statistic is zero.
func (d *Design) student(s Statistic, df int, level float64) (Test, error) {
	e, err := d.Estimate(s, Interval{Level: level})
	if err != nil {
		return Test{}, err
	}
	e.DF = df
	e.Low, e.High = Interval{Level: level}.limits(e)
	t := e.Value / e.SE
	return Test{Statistic: t, DF: float64(df), P: studentP(t, float64(df)), Estimate: e}, nil
}

// groupMeans returns the means of the groups that occur, in the order of their
// codes, and the degrees of freedom of all together.
func (d *Design) groupMeans(y []float64, group []int, in Domains) ([]Statistic, int, error) {
	if len(y) != d.Len() || len(group) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	in = in.merged(d.Len()).Where(func(i int) bool { return group[i] >= 0 && !math.IsNaN(y[i]) }, d.Len())
	codes := occurring(group, in)
	of := make([]int32, d.Len())
	for i := range of {
		of[i] = -1
		if in.has(i) {
			of[i] = int32(slices.Index(codes, group[i]))
		}
	}
	sums := d.Sums([][]float64{y}, Domains{Of: of, N: len(codes)})
	means := make([]Statistic, len(codes))
	for g := range means {
		means[g] = sums.Mean(g, 0)
	}
	_, df, err := d.extent(in)
	return means, df, err
}

// A RankScore turns a rank, as a share of the population between 0 and 1, into
// what is compared.
type RankScore uint8

const (
	Wilcoxon      RankScore = iota // the rank itself: Mann-Whitney, Kruskal-Wallis
	VanDerWaerden                  // its normal quantile
	MedianAbove                    // whether it is above one half: Mood's test
)

// RankOptions say what is compared. The zero RankOptions are Wilcoxon's.
type RankOptions struct {
	Score RankScore

	// TiesLikeR gives equal values the plain mean of the places that they take in
	// the order of the file, as R does, in place of the middle of their step. With
	// unequal weights the two differ, and R's changes with the order of the rows.
	TiesLikeR bool
}

// RankTest tests that y has the same distribution in all groups, by its
// estimated population ranks, equal values at the middle of their step: a t
// test of two groups, whose estimate is the difference of mean scores, an F test
// of more. Its arguments are those of GroupTest.
func (d *Design) RankTest(y []float64, group []int, in Domains, opt RankOptions, level float64) (Test, error) {
	in = in.merged(d.Len()).Where(func(i int) bool { return group[i] >= 0 && !math.IsNaN(y[i]) }, d.Len())
	means, df, err := d.groupMeans(d.ranks(y, in, opt), group, in)
	if err != nil {
		return Test{}, err
	}
	switch len(means) {
	case 0, 1:
		return Test{}, errors.New("the test needs two groups")
	case 2:
		return d.student(Linear([]float64{-1, 1}, means...), df-1, level)
	}
	k := len(means) - 1
	differences := make([]Statistic, k)
	for g := range differences {
		differences[g] = Linear([]float64{-1, 1}, means[0], means[g+1])
	}
	f, err := d.waldF(differences)
	if err != nil {
		return Test{}, err
	}
	return fisher(f, float64(k), float64(df-k)), nil
}

// ranks returns the score of each row of the domain, NaN elsewhere.
func (d *Design) ranks(y []float64, in Domains, opt RankOptions) []float64 {
	s := d.ordered(y, in)
	out := constant(math.NaN(), len(y))
	for lo := 0; lo < len(s.x); {
		hi := lo + 1
		for hi < len(s.x) && s.x[hi] == s.x[lo] {
			hi++
		}
		before, total := s.c[lo]-s.w[lo], s.c[len(s.c)-1]
		r := (before + s.c[hi-1]) / 2 / total
		if opt.TiesLikeR {
			r = 0
			for k := lo; k < hi; k++ {
				r += (s.c[k] - s.w[k]/2) / total / float64(hi-lo)
			}
		}
		for _, i := range s.rows[lo:hi] {
			out[i] = opt.Score.of(r)
		}
		lo = hi
	}
	return out
}

// of returns the score of a rank between 0 and 1.
func (score RankScore) of(r float64) float64 {
	switch score {
	case VanDerWaerden:
		return distuv.UnitNormal.Quantile(r)
	case MedianAbove:
		if r > 0.5 {
			return 1
		}
		return 0
	}
	return r
}

// waldF returns Wald's statistic that all of some statistics are zero, over
// their number.
func (d *Design) waldF(of []Statistic) (float64, error) {
	v, err := d.Covariances(of)
	if err != nil {
		return 0, err
	}
	y := mat.NewVecDense(len(of), nil)
	for i, s := range of {
		y.SetVec(i, s.Value)
	}
	w, err := quadratic(y, dense(v))
	return w / float64(len(of)), err
}
