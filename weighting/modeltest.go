package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// This file tests terms of a model. The rules:
//
//   - Wald's test asks whether the coefficients of the terms are 0 by their
//     covariance, as an F of the residual degrees of freedom;
//   - the likelihood-ratio test asks what the deviance loses without them. Its
//     distribution is that of Σ λ_i χ²_i, with λ the eigenvalues of what the
//     design makes of the covariance over what the model alone would: the design
//     effects of the coefficients. Rao and Scott's working test takes their mean
//     and spread;
//   - both tests are of the rows of the larger model, also where the smaller one
//     could use more.
//
// Sources: Rao and Scott (1984); Lumley and Scott, Australian & New Zealand
// Journal of Statistics 56 (2014), for the working likelihood ratio; Kuonen,
// Biometrika 86 (1999), for the saddlepoint. Checked against regTermTest of R's
// survey: see the tests.

// WaldTest tests that all coefficients of the named terms are 0. The error names
// a term that the model does not have, or is ErrSingular or ErrLonely.
func (f *Fit) WaldTest(terms ...string) (Test, error) {
	places, err := f.places(terms)
	if err != nil {
		return Test{}, err
	}
	of := make([]Statistic, len(places))
	for i, j := range places {
		of[i] = f.Coef[j]
	}
	stat, err := f.d.waldF(of)
	if err != nil {
		return Test{}, err
	}
	return fisher(stat, float64(len(of)), float64(f.DF)), nil
}

// places returns the coefficients of terms.
func (f *Fit) places(terms []string) ([]int, error) {
	if len(terms) == 0 {
		return nil, errors.New("the test names no term")
	}
	var places []int
	for _, name := range terms {
		own := f.columnsOf(name)
		if own == nil {
			return nil, fmt.Errorf("the model has no term %s", name)
		}
		places = append(places, own...)
	}
	return places, nil
}

// A LikelihoodRatio is the outcome of a likelihood-ratio test.
type LikelihoodRatio struct {
	// Loss is by how much the deviance grows without the terms, with weights
	// that average 1; DesignEffects are the λ that it is a sum of chi-squares by.
	Loss          float64
	DesignEffects []float64

	// RaoScott is the F test of Loss over the sum of the design effects, whose
	// numerator's degrees of freedom need not be whole.
	RaoScott Test

	// Saddlepoint has the same statistic and the probability of the sum itself,
	// by an approximation that is good to a few parts in a thousand: R's default.
	Saddlepoint Test
}

// LikelihoodRatioTest tests that all coefficients of the named terms are 0. The
// error is one of WaldTest or of Regress.
func (f *Fit) LikelihoodRatioTest(terms ...string) (LikelihoodRatio, error) {
	var out LikelihoodRatio
	if f.ordered {
		return out, errOrdered
	}
	places, err := f.places(terms)
	if err != nil {
		return out, err
	}
	without := f.model
	without.Terms = slices.DeleteFunc(slices.Clone(f.model.Terms), func(t Term) bool { return slices.Contains(terms, t.Name) })
	if out.Loss, err = f.lossOf(without); err != nil {
		return out, err
	}
	l, bad := f.data.cholesky(f.info)
	if bad >= 0 {
		return out, ErrSingular
	}
	naive := l.inverse()
	of := make([]Statistic, len(places))
	block := mat.NewDense(len(places), len(places), nil)
	for i, j := range places {
		of[i] = f.Coef[j]
		for k, m := range places {
			block.Set(i, k, naive[j][m])
		}
	}
	v, err := f.d.Covariances(of)
	if err != nil {
		return out, err
	}
	var effects mat.Dense
	if err := effects.Solve(block, dense(v)); err != nil {
		return out, ErrSingular
	}
	var eigen mat.Eigen
	if !eigen.Factorize(&effects, mat.EigenNone) {
		return out, ErrSingular
	}
	for _, e := range eigen.Values(nil) { // of a product of two positive matrices: real
		out.DesignEffects = append(out.DesignEffects, real(e))
	}
	slices.SortFunc(out.DesignEffects, func(a, b float64) int {
		if a > b {
			return -1
		}
		return 1
	})
	sum, squares := 0.0, 0.0
	for _, e := range out.DesignEffects {
		sum += e
		squares += e * e
	}
	out.RaoScott = fisher(out.Loss/sum, sum*sum/squares, float64(f.DF))
	out.Saddlepoint = out.RaoScott
	out.Saddlepoint.P = saddlepoint(out.Loss, out.DesignEffects, float64(f.DF))
	return out, nil
}

// errOrdered means that a method is for models with a mean.
var errOrdered = errors.New("not for a model of ordered answers: use WaldTest")

// lossOf returns the deviance of a smaller model of the same rows, less that of f.
func (f *Fit) lossOf(without Regression) (float64, error) {
	x := *f.data
	if len(without.Terms) == 0 && without.NoIntercept {
		none := make([]float64, len(x.names))
		mean := 0.0
		for _, w := range x.w {
			mean += w / float64(len(x.w))
		}
		return x.deviance(x.centred(none), x.w)/mean - f.Deviance, nil
	}
	fit, err := f.d.Regress(without, f.in)
	if err != nil {
		return 0, err
	}
	return fit.Deviance - f.Deviance, nil
}

// saddlepoint returns the probability that Σ λ_i χ²_i exceeds x times a
// chi-square over its degrees of freedom df; an infinite df leaves that out.
func saddlepoint(x float64, lambda []float64, df float64) float64 {
	if !(df > 0) {
		return math.NaN()
	}
	// It is the probability that Σ λ χ²_1 - x/df χ²_df, a sum of chi-squares with
	// coefficients c and n degrees of freedom, exceeds 0.
	c, n := slices.Clone(lambda), constant(1, len(lambda))
	target := x
	if !math.IsInf(df, 1) {
		c, n, target = append(c, -x/df), append(n, df), 0
	}
	high := 1 / (2 * slices.Max(c)) // the cumulant function ends here
	low := math.Inf(-1)
	if least := slices.Min(c); least < 0 {
		low = 1 / (2 * least)
	}
	cumulant := func(t float64) (k, k1, k2 float64) {
		for i, v := range c {
			u := 1 - 2*t*v
			k -= n[i] * math.Log(u) / 2
			k1 += n[i] * v / u
			k2 += 2 * n[i] * v * v / (u * u)
		}
		return k, k1, k2
	}
	if math.IsInf(low, -1) {
		low = -1
		for {
			if _, k1, _ := cumulant(low); k1 < target {
				break
			}
			low *= 2
		}
	}
	for range 200 { // the derivative rises from below the target to above it
		mid := (low + high) / 2
		if _, k1, _ := cumulant(mid); k1 < target {
			low = mid
		} else {
			high = mid
		}
	}
	t := (low + high) / 2
	k, _, k2 := cumulant(t)
	w := math.Copysign(math.Sqrt(max(2*(t*target-k), 0)), t)
	v := t * math.Sqrt(k2)
	if math.Abs(w) < 1e-5 { // at the mean the formula is 0/0
		return 0.5
	}
	return distuv.UnitNormal.Survival(w + math.Log(v/w)/w)
}
