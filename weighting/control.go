package weighting

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// A Control is what is known of the population: the total of a variable, in
// each category of a classification or over all rows.
//
//	persons by sex     Code the sex, Value nil, Totals two
//	all persons        Code nil, Value nil, Totals one
//	income             Code nil, Value the income, Totals one
//	income by region   Code the region, Value the income, Totals one a region
type Control struct {
	// Name and Levels name the control and its categories in messages; without
	// Levels a category is named by its number.
	Name   string
	Levels []string

	// Code is the category of each row, -1 if it is in none. Nil puts all rows in
	// category 0.
	Code []int

	// Value is the variable, one value a row, in the unit of Totals. Nil is 1
	// everywhere: Totals are then counts.
	Value []float64

	// Totals are the population's, one a category.
	Totals []float64
}

// level names category c.
func (c *Control) level(code int) string {
	switch {
	case code < len(c.Levels):
		return c.Name + " " + c.Levels[code]
	case c.Code == nil:
		return c.Name
	}
	return c.Name + " " + strconv.Itoa(code)
}

// complete reports whether each row is in one category, so that the totals add
// up to the population.
func (c *Control) complete(w []float64) bool {
	if c.Value != nil {
		return false
	}
	for k, code := range c.Code {
		if code < 0 && w[k] > 0 {
			return false
		}
	}
	return true
}

// ErrTotals means that the totals of two controls do not add up to the same
// population. Compare with errors.Is: the error names them.
var ErrTotals = errors.New("the totals disagree")

// ErrNoSample means that a category has people in the population and no row in
// the sample. Compare with errors.Is: the error names the category.
var ErrNoSample = errors.New("a category has no sample")

// A ConvergenceError means that no weights were found that meet all totals
// within the bounds. It tells the total that is missed by most.
type ConvergenceError struct {
	Constraint string  // the control and its category
	Want, Got  float64 // its total in the population, and with the last weights
	Gap        float64 // |Want-Got| / (1+|Want|)
	Iterations int
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("no weights meet the totals after %d iterations: %s should be %g and is %g, a gap of %.3g",
		e.Iterations, e.Constraint, e.Want, e.Got, e.Gap)
}

// worst returns the error for the total that est misses by most.
func (x columns) worst(est []float64, iterations int) *ConvergenceError {
	e := &ConvergenceError{Gap: -1, Iterations: iterations}
	for j := range x.control {
		c := &x.control[j]
		for code, want := range c.Totals {
			got := est[x.start[j]+code]
			gap := math.Abs(want-got) / (1 + math.Abs(want))
			if gap > e.Gap || math.IsNaN(gap) {
				e.Constraint, e.Want, e.Got, e.Gap = c.level(code), want, got, gap
			}
		}
	}
	return e
}

// lengths panics unless controls are of so many rows.
func lengths(control []Control, rows int) {
	for _, c := range control {
		if c.Code != nil && len(c.Code) != rows || c.Value != nil && len(c.Value) != rows {
			panic("weighting: slice length mismatch")
		}
	}
}

// checkControls returns what is wrong with controls for rows of weights w. It
// panics if lengths differ or a code has no total.
func checkControls(control []Control, w []float64) error {
	var whole *Control
	size := 0.0
	lengths(control, len(w))
	for j := range control {
		c := &control[j]
		met := make([]bool, len(c.Totals))
		for k, v := range w {
			code := 0
			if c.Code != nil {
				code = c.Code[k]
			}
			if code < 0 || v == 0 {
				continue
			}
			if c.Value != nil && (math.IsNaN(c.Value[k]) || math.IsInf(c.Value[k], 0)) {
				return fmt.Errorf("row %d has no value of %s, which has a total to meet", k+1, c.Name)
			}
			met[code] = true
		}
		sum := 0.0
		for code, t := range c.Totals {
			if math.IsNaN(t) || math.IsInf(t, 0) {
				return fmt.Errorf("the total of %s is %g", c.level(code), t)
			}
			if t < 0 && c.Value == nil {
				return fmt.Errorf("the total of %s is %g, and a count is not negative", c.level(code), t)
			}
			if t != 0 && !met[code] {
				return fmt.Errorf("%w: %s has %g in the population", ErrNoSample, c.level(code), t)
			}
			sum += t
		}
		if !c.complete(w) {
			continue
		}
		if whole == nil {
			whole, size = c, sum
		} else if math.Abs(sum-size) > 1e-6*math.Abs(size) {
			return fmt.Errorf("%w: %s adds up to %g and %s to %g", ErrTotals, whole.Name, size, c.Name, sum)
		}
	}
	return nil
}
