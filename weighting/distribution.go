package weighting

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// This file gives the tails that tests need: each to 1e-10 relative, also where
// it is small.

// studentP returns the probability that |T| exceeds |t| for Student's t.
func studentP(t, df float64) float64 {
	switch {
	case math.IsNaN(t) || !(df > 0):
		return math.NaN()
	case t == 0:
		return 1
	case math.IsInf(df, 1):
		return math.Erfc(math.Abs(t) / math.Sqrt2)
	}
	return 2 * studentTail(math.Abs(t), df, logStudentConstant(df))
}

// fisherP returns the probability that an F-distributed number with d1 and d2
// degrees of freedom exceeds f: the incomplete beta function of d2/(d2 + d1 f),
// by its continued fraction on the side where that converges fast.
func fisherP(f, d1, d2 float64) float64 {
	switch {
	case math.IsNaN(f) || !(d1 > 0) || !(d2 > 0):
		return math.NaN()
	case f <= 0:
		return 1
	case math.IsInf(d2, 1):
		return chiSquareP(f*d1, d1)
	}
	a, b := d2/2, d1/2
	x, y := d2/(d2+d1*f), d1*f/(d2+d1*f)
	// -log1p(d1 f/d2) is log x without the loss near 1.
	front := math.Exp(-a*math.Log1p(d1*f/d2) + b*math.Log(y) - mathext.Lbeta(a, b))
	if x < (a+1)/(a+b+2) {
		return front * betaFraction(a, b, x) / a
	}
	return 1 - front*betaFraction(b, a, y)/b
}

// chiSquareP returns the probability that a chi-square number exceeds x.
func chiSquareP(x, df float64) float64 {
	switch {
	case math.IsNaN(x) || !(df > 0):
		return math.NaN()
	case x <= 0:
		return 1
	}
	return mathext.GammaIncRegComp(df/2, x/2)
}
