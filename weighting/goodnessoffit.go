package weighting

import "gonum.org/v1/gonum/mat"

// This file tests a table against given shares. X² = n Σ (p̂ - p)²/p is a sum of
// chi-squares with the eigenvalues of n D⁻¹ V as weights, V being the design's
// covariance of the estimated shares; Rao and Scott's second correction takes their
// mean and spread.
//
// Sources: Rao and Scott, JASA 76 (1981) and Annals of Statistics 12 (1984).

// GoodnessOfFit tests that the cells of t have the given shares of the
// population, by Pearson's statistic with Rao and Scott's second correction:
// Statistic is the uncorrected X², DF that of X² over scale, and P its
// probability. shares need not sum to 1.
//
// GoodnessOfFit panics if there is not one positive share for each cell. The
// error is ErrLonely.
func (t *Frequencies) GoodnessOfFit(shares []float64) (test Test, scale float64, err error) {
	return t.goodness(shares, 1, float64(t.N))
}

// GoodnessOfFitLikeR is GoodnessOfFit as R's svygofchisq computes it: the
// covariance is taken half-way between the estimated and the given shares, and the
// sample size is the sum of the weights, which is in Statistic and scale and
// cancels in P.
func (t *Frequencies) GoodnessOfFitLikeR(shares []float64) (test Test, scale float64, err error) {
	total := 0.0
	for _, c := range t.Cells {
		total += c.Value
	}
	return t.goodness(shares, 0.5, total)
}

// goodness tests shares with a sample size n. The covariance is that of counts
// about a part of the estimated shares and the rest of the given ones.
func (t *Frequencies) goodness(shares []float64, part, n float64) (test Test, scale float64, err error) {
	if len(shares) != len(t.Cells) {
		panic("weighting: slice length mismatch")
	}
	given, total := 0.0, 0.0
	for k, s := range shares {
		if !(s > 0) {
			panic("weighting: share that is not positive")
		}
		given += s
		total += t.Cells[k].Value
	}
	of := make([]Statistic, len(shares))
	x2 := 0.0
	for k, s := range shares {
		got, want := t.Cells[k].Value/total, s/given
		x2 += n * square(got-want) / want
		gradient := constant(-(part*got+(1-part)*want)/total, len(shares))
		gradient[k] += 1 / total
		of[k] = Compose(got, gradient, t.Cells...)
	}
	v, err := t.d.Covariances(of)
	if err != nil {
		return Test{}, 0, err
	}
	delta := mat.NewDense(len(of), len(of), nil)
	for i, s := range shares {
		for j := range of {
			delta.Set(i, j, n*v[i][j]/(s/given))
		}
	}
	trace, trace2 := traces(delta)
	scale = trace2 / trace
	df := trace / scale
	return Test{Statistic: x2, DF: df, P: chiSquareP(x2/scale, df), Estimate: noEstimate}, scale, nil
}
