package weighting

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// This file makes intervals. The rules:
//
//   - all use Student's t with the estimate's own degrees of freedom; without
//     any there is no interval, and never the normal one instead, unless the caller
//     asks for R's by Normal;
//   - the methods for proportions give no interval at 0 and at 1, where they
//     have no standard error to work with; Beta has one.
//
// Sources: Korn and Graubard, Survey Methodology 24 (1998), for Beta; Lumley's
// survey 4.5, svyciprop, for the choice of scale and of t; checked in
// TestOracle.

func (iv Interval) level() float64 {
	if iv.Level == 0 {
		return 0.95
	}
	return iv.Level
}

// limits returns the ends of the interval of e.
func (iv Interval) limits(e Estimate) (lo, hi float64) {
	alpha := 1 - iv.level()
	t := distuv.UnitNormal.Quantile(1 - alpha/2)
	if !iv.Normal || iv.Method == Beta {
		if e.DF <= 0 {
			return math.NaN(), math.NaN()
		}
		t = StudentQuantile(1-alpha/2, float64(e.DF))
	}
	p, se := e.Value, e.SE
	switch iv.Method {
	case Logit:
		centre, half := math.Log(p/(1-p)), t*se/(p*(1-p))
		return expit(centre - half), expit(centre + half)
	case ArcSine:
		centre, half := math.Asin(math.Sqrt(p)), t*se/(2*math.Sqrt(p*(1-p)))
		return square(math.Sin(centre - half)), square(math.Sin(centre + half))
	case Wilson:
		ne := p * (1 - p) / (se * se)
		centre := (p + t*t/(2*ne)) / (1 + t*t/ne)
		half := t / (1 + t*t/ne) * math.Sqrt(p*(1-p)/ne+t*t/(4*ne*ne))
		return centre - half, centre + half
	case Beta:
		return iv.kornGraubard(e, alpha, t)
	case Likelihood:
		phi := iv.Dispersion
		if phi == 0 {
			phi = float64(e.N) / float64(e.N-1)
		}
		return likelihoodLimits(p, se*math.Sqrt(phi), t)
	}
	return p - t*se, p + t*se
}

// kornGraubard returns the Beta interval. The effective sample size at 0 and 1
// is the number of rows.
func (iv Interval) kornGraubard(e Estimate, alpha, t float64) (lo, hi float64) {
	p, n := e.Value, float64(e.N)
	if iv.Rows != 0 {
		n = float64(iv.Rows)
	}
	ne := n
	if p > 0 && p < 1 {
		if e.SE == 0 {
			return p, p // a census: as many cases as one likes say so
		}
		ne = p * (1 - p) / (e.SE * e.SE)
	}
	ne *= square(StudentQuantile(1-alpha/2, n-1) / t)
	lo, hi = 0, 1
	if p > 0 {
		lo = betaQuantile(alpha/2, ne*p, ne*(1-p)+1)
	}
	if p < 1 {
		hi = betaQuantile(1-alpha/2, ne*p+1, ne*(1-p))
	}
	return lo, hi
}

// likelihoodLimits returns the proportions at which the deviance of p, over the
// design effect, reaches that of the interval's level:
//
//	2 (p log p/q + (1-p) log (1-p)/(1-q)) = t² φ v / (p(1-p))
//
// with φ = n/(n-1) the dispersion of 0 and 1 about their mean, given with the
// standard error. It is a profile likelihood with a chi-square of one degree of freedom whose
// quantile is that of t².
func likelihoodLimits(p, se, t float64) (lo, hi float64) {
	if !(p > 0 && p < 1) || math.IsNaN(se) {
		return math.NaN(), math.NaN()
	}
	bound := square(t*se) / (p * (1 - p))
	// The deviance falls from one end of the range to p and rises to the other.
	limit := func(end float64) float64 {
		near, far := p, end
		for range 200 {
			mid := (near + far) / 2
			if mid == near || mid == far {
				break
			}
			if 2*(entropy(p, mid)+entropy(1-p, 1-mid)) < bound {
				near = mid
			} else {
				far = mid
			}
		}
		return near
	}
	return limit(0), limit(1)
}

func expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func square(x float64) float64 { return x * x }

// betaQuantile returns the p-quantile of the beta distribution. The inverse of
// mathext is good to about 1e-8 where a and b are large; Newton steps on the
// distribution function do the rest.
func betaQuantile(p, a, b float64) float64 {
	x := mathext.InvRegIncBeta(a, b, p)
	for range 3 {
		logDensity := (a-1)*math.Log(x) + (b-1)*math.Log1p(-x) - mathext.Lbeta(a, b)
		step := (mathext.RegIncBeta(a, b, x) - p) / math.Exp(logDensity)
		if next := x - step; next > 0 && next < 1 {
			x = next
		}
	}
	return x
}
