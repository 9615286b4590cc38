package weighting

import (
	"fmt"
	"math"
	"slices"
)

// An Estimate is a statistic with what its sampling design says of it.
type Estimate struct {
	Value float64 // NaN if a value was missing
	SE    float64 // standard error, in the unit of Value
	CV    float64 // SE/|Value|; infinite for a value of 0 that has an error

	// Low and High bound the interval of Level; NaN if DF is not positive.
	Low, High, Level float64

	// DF are the PSUs less the strata in the domain; with replicates, the rank of
	// their weights less 1, and PSUs and Strata are 0.
	DF, PSUs, Strata int

	// N is the number of rows with weight behind the value.
	N int

	// Deff is the design effect against simple random sampling without
	// replacement, DeffReplace with. NaN unless the squares were summed.
	Deff, DeffReplace float64
}

// An Interval says how an estimate's interval is made. The zero Interval is a t
// interval of 95 %.
type Interval struct {
	// Level is the confidence level, in (0, 1). Zero means 0.95.
	Level float64

	// Method is symmetric for any estimate; the others are for proportions.
	Method Method

	// DF and Rows, if not zero, stand in for the estimate's own degrees of
	// freedom and, for Beta, number of rows: R takes both from the domain before
	// it leaves out rows with missing values.
	DF, Rows int

	// Normal takes the normal quantile in place of Student's, as R's confint of a
	// mean or total does unless it is given degrees of freedom. There is an interval
	// then without any, too. Beta compares two t quantiles and does not know it.
	Normal bool

	// Dispersion, if not zero, stands in for N/(N-1) in Likelihood: R divides the
	// sum of weights, which average 1 over the rows before those with missing
	// values leave, by N-1.
	Dispersion float64
}

// Estimate gives a statistic of d, or of a design linked to it, its standard
// error and interval. The error is ErrLonely: see LonelyRule.
func (d *Design) Estimate(s Statistic, iv Interval) (Estimate, error) {
	v, err := d.Covariance(s, s)
	if err != nil {
		return Estimate{}, err
	}
	e := Estimate{Value: s.Value, SE: root(v), N: s.N, Level: iv.level()}
	if math.IsNaN(e.Value) {
		e.SE = math.NaN() // of nothing there is no error: see Estimate.Reason
	}
	e.CV = e.SE / math.Abs(e.Value)
	if d.rep == nil {
		e.PSUs, e.Strata = d.degrees(s.unit, s.used)
		e.DF = e.PSUs - e.Strata
	} else if iv.DF == 0 {
		e.DF = d.rep.degrees(s.unit, s.used)
	}
	if iv.DF != 0 {
		e.DF = iv.DF
	}
	e.Low, e.High = iv.limits(e)
	e.DeffReplace = v / s.srs.v
	e.Deff = e.DeffReplace / s.srs.share
	if s.srs.share < 0 {
		e.Deff = math.NaN() // weights that sum to less than the rows
	}
	return e, nil
}

// Covariances returns the covariance matrix of statistics of d, row by row.
func (d *Design) Covariances(of []Statistic) ([][]float64, error) {
	m := make([][]float64, len(of))
	for i := range m {
		m[i] = make([]float64, len(of))
	}
	for i, a := range of {
		for j, b := range of[:i+1] {
			v, err := d.Covariance(a, b)
			if err != nil {
				return nil, err
			}
			m[i][j], m[j][i] = v, v
		}
	}
	return m, nil
}

// Total estimates the population total of y.
//
// y has one value a row, in the unit of the question (pesos, incidents); a row
// outside of the domain is 0. A missing value, NaN, makes the estimate NaN.
// Total panics if len(y) is not d.Len(). The standard error is in y's unit. For
// several variables or domains, Design.Sums passes over the rows once.
func (d *Design) Total(y []float64) (Estimate, error) {
	return d.Estimate(d.Sums([][]float64{y}, Domains{}, [2]int{0, 0}).Total(0, 0), Interval{})
}

// Mean estimates the population mean of y; of a variable that is 0 or 1, a
// proportion. It is to y as Total is.
func (d *Design) Mean(y []float64) (Estimate, error) {
	return d.Estimate(d.Sums([][]float64{y}, Domains{}, [2]int{0, 0}).Mean(0, 0), Interval{})
}

// Ratio estimates the total of y over the total of x. It is to both as Total
// is.
func (d *Design) Ratio(y, x []float64) (Estimate, error) {
	sums := d.Sums([][]float64{y, x}, Domains{}, [2]int{0, 0}, [2]int{1, 1}, [2]int{0, 1})
	return d.Estimate(sums.Ratio(0, 0, 1), Interval{})
}

// A Method is a way to make an interval.
type Method uint8

const (
	// Symmetric is Value ± t SE: R's method "mean" of a proportion.
	Symmetric Method = iota

	// Logit is symmetric on the scale of log(p/(1-p)) and stays within 0 and
	// 1: R's method "xlogit".
	Logit

	// ArcSine is symmetric on the scale of asin √p: R's method "asin".
	ArcSine

	// Wilson is Wilson's score interval for the effective sample size: R's
	// method "wilson".
	Wilson

	// Beta is the interval of Korn and Graubard (1998), Clopper and Pearson's
	// for the effective sample size: R's method "beta".
	Beta

	// Likelihood holds the proportions that the likelihood, its chi-square scaled
	// by the design effect, does not reject: R's method "likelihood", which
	// interpolates and agrees to 1e-4.
	Likelihood
)

var methodNames = [...]string{"mean", "logit", "asin", "wilson", "beta", "likelihood"}

// String returns the name of m in plans.
func (m Method) String() string {
	if int(m) < len(methodNames) {
		return methodNames[m]
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}

// ParseMethod is the inverse of String; false if no method has that name.
func ParseMethod(s string) (Method, bool) {
	i := slices.Index(methodNames[:], s)
	return Method(max(i, 0)), i >= 0
}
