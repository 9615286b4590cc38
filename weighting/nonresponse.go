package weighting

import (
	"fmt"
	"math"
	"slices"
)

// This file makes up for sampled units that did not answer. The rules:
//
//   - what those who did not answer weigh goes to those who did, within a class or
//     by an estimated probability to answer; the sum of the weights of the
//     eligible stays;
//   - a class with too few respondents, or too large a factor, joins the class
//     whose factor is nearest, and the result says so;
//   - the factor is taken as known by the variance. Replicates that redo the step
//     show what it adds.
//
// Sources: Valliant, Dever and Kreuter, Practical Tools for Designing and
// Weighting Survey Samples, 2nd ed. (2018), chapter 13. Checked in TestOracle.

// ClassLimits say when a class of an adjustment is too small. The zero
// ClassLimits join nothing.
type ClassLimits struct {
	// MinRespondents is how many rows that answered a class needs.
	MinRespondents int

	// MaxFactor, if not 0, is the largest factor.
	MaxFactor float64
}

// A ClassFactor is the factor of one class.
type ClassFactor struct {
	// Factor is the weight of the eligible over that of the respondents; of a
	// joined class, that of all classes in it. NaN for a class with neither.
	Factor float64

	// Eligible and Respondents are rows of the class alone.
	Eligible, Respondents int

	// With are the classes that it was joined with, itself among them; nil if it
	// stands alone.
	With []int
}

// ResponseFactors returns the factor of each class by which the weights of its
// respondents are multiplied so that they stand for all its eligible units.
//
// w has one weight a row, class a code from 0 to classes-1 or -1 for none. A
// respondent is eligible. ResponseFactors panics if lengths differ or a class is
// out of range; the error names a class that has eligible rows and no
// respondents, and nothing to be joined with.
func ResponseFactors(w []float64, class []int, classes int, eligible, respondent []bool, limits ClassLimits) ([]ClassFactor, error) {
	if len(class) != len(w) || len(eligible) != len(w) || len(respondent) != len(w) {
		panic("weighting: slice length mismatch")
	}
	out := make([]ClassFactor, classes)
	own := make([]pool, classes)
	for k, c := range class {
		if c < 0 || !eligible[k] && !respondent[k] {
			continue
		}
		own[c].eligible += w[k]
		out[c].Eligible++
		if respondent[k] {
			own[c].respondent += w[k]
			own[c].rows++
			out[c].Respondents++
		}
	}
	var pools []pool
	for c := range own {
		if out[c].Eligible > 0 {
			own[c].classes = []int{c}
			pools = append(pools, own[c])
		}
	}
	pools, err := joined(pools, limits)
	if err != nil {
		return nil, err
	}
	for c := range out {
		out[c].Factor = math.NaN()
	}
	for _, p := range pools {
		for _, c := range p.classes {
			out[c].Factor = p.factor()
			if len(p.classes) > 1 {
				out[c].With = p.classes
			}
		}
	}
	return out, nil
}

// A pool is one class or several that were joined.
type pool struct {
	eligible, respondent float64 // sums of weights
	rows                 int     // that answered
	classes              []int
}

func (p pool) factor() float64 { return p.eligible / p.respondent } // infinite without respondents

// joined joins pools that break the limits, the worst first, each with the one
// whose factor is nearest; equal ones go by their classes.
func joined(pools []pool, limits ClassLimits) ([]pool, error) {
	bad := func(p pool) bool {
		return p.respondent == 0 || p.rows < limits.MinRespondents || limits.MaxFactor != 0 && p.factor() > limits.MaxFactor
	}
	for {
		worst := -1
		for i, p := range pools {
			if bad(p) && (worst < 0 || p.rows < pools[worst].rows || p.rows == pools[worst].rows && p.factor() > pools[worst].factor()) {
				worst = i
			}
		}
		if worst < 0 {
			return pools, nil
		}
		p := pools[worst]
		if limits == (ClassLimits{}) || len(pools) == 1 {
			if p.respondent == 0 {
				return nil, fmt.Errorf("%w: class %d has eligible units and no respondent", ErrNoSample, p.classes[0])
			}
			return nil, fmt.Errorf("all classes together have %d respondents and a factor of %.3g, beyond the limits", p.rows, p.factor())
		}
		pools = slices.Delete(pools, worst, worst+1)
		near := 0
		for i := range pools {
			if math.Abs(logFactor(pools[i])-logFactor(p)) < math.Abs(logFactor(pools[near])-logFactor(p)) {
				near = i
			}
		}
		q := &pools[near]
		q.eligible += p.eligible
		q.respondent += p.respondent
		q.rows += p.rows
		q.classes = slices.Sorted(slices.Values(append(slices.Clone(q.classes), p.classes...)))
	}
}

// logFactor is where a pool stands among others; one without respondents stands
// beyond all.
func logFactor(p pool) float64 { return math.Log(min(p.factor(), 1e300)) }

// Propensities estimates each eligible row's probability to answer, by a
// logistic model with the rows' weights; NaN for rows that are not eligible or
// lack a variable of the model. The fit has the model's coefficients.
//
// The error is one of Design.Regress: an *AliasedError, a *SeparationError, ….
func (d *Design) Propensities(terms []Term, eligible, respondent []bool) ([]float64, *Fit, error) {
	if len(eligible) != d.Len() || len(respondent) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	y := make([]float64, d.Len())
	for k, r := range respondent {
		if r {
			y[k] = 1
		}
	}
	in := Domains{}.Where(func(k int) bool { return eligible[k] || respondent[k] }, d.Len())
	f, err := d.Regress(Regression{Y: y, Terms: terms, Family: Binomial}, in)
	if err != nil {
		return nil, nil, err
	}
	return f.Means(), f, nil
}

// PropensityClasses divides rows into count classes of about the same weight by
// their propensities, the least likely to answer first: class codes from 0, -1
// for rows whose propensity is NaN. Rows with the same propensity are in one
// class, so there may be fewer. It panics if lengths differ or count is below 1.
func PropensityClasses(propensity, w []float64, count int) []int {
	if len(w) != len(propensity) || count < 1 {
		panic("weighting: slice length mismatch")
	}
	var rows []int
	total := 0.0
	for k, p := range propensity {
		if !math.IsNaN(p) {
			rows = append(rows, k)
			total += w[k]
		}
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		switch {
		case propensity[a] < propensity[b]:
			return -1
		case propensity[a] > propensity[b]:
			return 1
		}
		return 0
	})
	class := make([]int, len(propensity))
	for k := range class {
		class[k] = -1
	}
	sum, current, used := 0.0, 0, -1
	for i, k := range rows {
		if i == 0 || propensity[k] != propensity[rows[i-1]] {
			if at := min(int(sum/total*float64(count)), count-1); at > current || used < 0 {
				used++
				current = at
			}
		}
		class[k] = used
		sum += w[k]
	}
	return class
}
