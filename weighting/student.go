package weighting

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// StudentQuantile returns the p-quantile of Student's t with df degrees of
// freedom, which need not be whole: the t that a t-distributed number stays
// below with probability p. It is good to 1e-12 relative, in the tails and for
// any df too. It is NaN unless 0 < p < 1 and df > 0; an infinite df is the
// normal distribution.
func StudentQuantile(p, df float64) float64 {
	switch {
	case !(p > 0 && p < 1) || !(df > 0):
		return math.NaN()
	case p == 0.5:
		return 0
	case p < 0.5:
		return -upperStudent(p, df)
	}
	return upperStudent(1-p, df)
}

// largeDF is where the expansion about the normal quantile is exact in float64
// for all tails down to 1e-15: its next term is below z^11/df^5.
const largeDF = 1e5

// upperStudent returns the t that is exceeded with probability q < 1/2.
func upperStudent(q, df float64) float64 {
	z := -distuv.UnitNormal.Quantile(q)
	if df >= largeDF {
		return nearNormal(z, df)
	}
	t := nearNormal(z, df)
	if df < 30 { // distuv is a good start where tails are heavy, and only there
		if start := (distuv.StudentsT{Mu: 0, Sigma: 1, Nu: df}).Quantile(1 - q); start > 0 && !math.IsInf(start, 1) {
			t = start
		}
	}
	logConstant := logStudentConstant(df)
	for range 20 {
		tail := studentTail(t, df, logConstant)
		density := math.Exp(logConstant - (df+1)/2*math.Log1p(t*t/df))
		// Newton on log tail: the tail falls by orders of magnitude where its
		// logarithm is nearly straight.
		step := tail / density * math.Log(tail/q)
		t = math.Max(t+step, t/2)
		if math.Abs(step) <= 1e-15*t {
			break
		}
	}
	return t
}

// nearNormal is the Cornish-Fisher expansion of the t quantile about the normal
// quantile z. Source: Abramowitz and Stegun, Handbook of Mathematical Functions
// (1964); checked in TestStudentQuantile.
func nearNormal(z, df float64) float64 {
	z2 := z * z
	g1 := z * (z2 + 1) / 4
	g2 := z * ((5*z2+16)*z2 + 3) / 96
	g3 := z * (((3*z2+19)*z2+17)*z2 - 15) / 384
	g4 := z * ((((79*z2+776)*z2+1482)*z2-1920)*z2 - 945) / 92160
	return z + (g1+(g2+(g3+g4/df)/df)/df)/df
}

// logStudentConstant returns log Γ((ν+1)/2) - log Γ(ν/2) - log(νπ)/2, the
// logarithm of the density at 0. For large ν the two gammas are nearly equal
// and their difference comes from its own series instead:
//
//	Γ(x+1/2)/Γ(x) = √x (1 - 1/(8x) + 1/(128x²) + 5/(1024x³) - 21/(32768x⁴) - …)
func logStudentConstant(df float64) float64 {
	x := df / 2
	if x < 50 {
		a, _ := math.Lgamma(x + 0.5)
		b, _ := math.Lgamma(x)
		return a - b - math.Log(df*math.Pi)/2
	}
	u := 1 / x
	series := u * (-1./8 + u*(1./128+u*(5./1024+u*(-21./32768+u*(-399./262144+u*869./4194304)))))
	return math.Log1p(series) - math.Log(2*math.Pi)/2
}

// studentTail returns the probability of more than t > 0. It is half the
// regularised incomplete beta function of x = ν/(ν+t²), a = ν/2, b = 1/2, by
// its continued fraction where that converges fast, else by its mirror.
// Checked in TestStudentQuantile.
func studentTail(t, df, logConstant float64) float64 {
	a, b := df/2, 0.5
	x := df / (df + t*t)
	y := t * t / (df + t*t)
	// x^a y^b / B(a,b), with B from the constant: 1/B = √ν × density at 0.
	front := math.Exp(logConstant+math.Log(df)/2-a*math.Log1p(t*t/df)) * math.Sqrt(y)
	if x < (a+1)/(a+b+2) {
		return front / a * betaFraction(a, b, x) / 2
	}
	return 0.5 - front/b*betaFraction(b, a, y)/2
}

// betaFraction is the continued fraction of the incomplete beta function, by
// the method of Lentz.
func betaFraction(a, b, x float64) float64 {
	const tiny = 1e-300
	c, d := 1.0, 1-(a+b)*x/(a+1)
	if math.Abs(d) < tiny {
		d = tiny
	}
	d = 1 / d
	f := d
	for m := 1.0; m < 1e5; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		change := 1.0
		for _, k := range [2]float64{even, odd} {
			if d = 1 + k*d; math.Abs(d) < tiny {
				d = tiny
			}
			if c = 1 + k/c; math.Abs(c) < tiny {
				c = tiny
			}
			d = 1 / d
			change = c * d
			f *= change
		}
		if math.Abs(change-1) < 1e-16 {
			break
		}
	}
	return f
}
