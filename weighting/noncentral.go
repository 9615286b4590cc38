package weighting

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// PowerOfMeans returns the probability to find a difference between the means of
// two groups of n rows each, by a two-sided t test of level alpha; sd is the
// standard deviation within a group, in the unit of delta. Divide n by the design
// effect first. As in R's power.t.test a significant difference of the wrong sign
// does not count. It is NaN for n of 1 or less, which leaves no degrees of freedom, and
// for an sd that is not above 0; alpha is in (0, 1).
//
// Source: Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed.
// (1988), section 2. Checked in TestOracle.
func PowerOfMeans(n, delta, sd, alpha float64) float64 {
	df := 2 * (n - 1)
	if !(df > 0 && sd > 0) {
		return math.NaN()
	}
	return 1 - noncentralT(StudentQuantile(1-alpha/2, df), df, math.Sqrt(n/2)*math.Abs(delta)/sd)
}

// noncentralT returns the probability that a noncentral t with the noncentrality
// given is at most t, for t of 0 and more:
//
//	Φ(-δ) + ½ Σ_j [ p_j I_x(j+½, ν/2) + q_j I_x(j+1, ν/2) ],  x = t²/(ν+t²)
//
// with p_j = e^(-δ²/2) (δ²/2)^j / j! and q_j = δ e^(-δ²/2) (δ²/2)^j / (√2 Γ(j+3/2)).
//
// Source: Lenth, Applied Statistics 38 (1989).
func noncentralT(t, df, delta float64) float64 {
	x := t * t / (df + t*t)
	half := delta * delta / 2
	sum := 0.0
	for j := 0.0; ; j++ {
		lp, _ := math.Lgamma(j + 1)
		lq, _ := math.Lgamma(j + 1.5)
		p := math.Exp(-half + j*math.Log(half) - lp)
		q := delta / math.Sqrt2 * math.Exp(-half+j*math.Log(half)-lq)
		if half == 0 { // log 0 times 0
			p, q = 0, 0
			if j == 0 {
				p = 1
			}
		}
		term := p*mathext.RegIncBeta(j+0.5, df/2, x) + q*mathext.RegIncBeta(j+1, df/2, x)
		sum += term
		if j > half && term < 1e-17 || j > half+1e6 {
			break
		}
	}
	return math.Min(distuv.UnitNormal.CDF(-delta)+sum/2, 1)
}
