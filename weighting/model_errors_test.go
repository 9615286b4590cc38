package weighting_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"cifra/weighting"
)

// This file gives models what they cannot do: each is a typed error, and none a
// NaN without a reason.

// flat is a design of n rows with weight 1, two strata of rows as PSUs.
func flat(t *testing.T, n int) *weighting.Design {
	t.Helper()
	stratum := make([]int, n)
	for i := range stratum {
		stratum[i] = i % 2
	}
	return mustDesign(t, stratum, nil, slices.Repeat([]float64{1}, n), weighting.Options{})
}

func TestAliasedColumnIsNamed(t *testing.T) {
	d := flat(t, 8)
	x := []float64{1, 2, 3, 4, 5, 6, 7, 9}
	y := []float64{2, 1, 4, 3, 6, 5, 8, 7}
	twice, constant := make([]float64, 8), slices.Repeat([]float64{2024}, 8)
	for i := range twice {
		twice[i] = 3 - 2*x[i]
	}
	for _, c := range []struct {
		name  string
		terms []weighting.Term
	}{
		{"twice", []weighting.Term{weighting.Slope("x", x), weighting.Slope("twice", twice)}},
		{"year", []weighting.Term{weighting.Slope("year", constant), weighting.Slope("x", x)}},
	} {
		_, err := d.Regress(weighting.Regression{Y: y, Terms: c.terms}, weighting.Domains{})
		var alias *weighting.AliasedError
		if !errors.As(err, &alias) || alias.Column != c.name || !errors.Is(err, weighting.ErrSingular) || !strings.Contains(alias.Hint(), c.name) {
			t.Errorf("%s: error %v, want it named as aliased", c.name, err)
		}
	}
	// What centring leaves of a constant is rounding, with weights like these, and no
	// column of its own.
	w := []float64{0.1, 0.7, 1.3, 0.3, 2.9, 0.9, 1.1, 0.37}
	uneven := mustDesign(t, []int{0, 1, 0, 1, 0, 1, 0, 1}, nil, w, weighting.Options{})
	for k := range 40 {
		v := 2024.1 + float64(k)/7
		_, err := uneven.Regress(weighting.Regression{Y: y, Terms: []weighting.Term{
			weighting.Slope("x", x), weighting.Slope("same", slices.Repeat([]float64{v}, 8)),
		}}, weighting.Domains{})
		var alias *weighting.AliasedError
		if !errors.As(err, &alias) || alias.Column != "same" {
			t.Errorf("a column of %g: error %v, want it aliased", v, err)
		}
		// The cuts of an ordered answer are the intercepts that it repeats.
		_, err = uneven.OrdinalRegression([]int{0, 1, 0, 1, 0, 1, 0, 1}, []string{"a", "b"}, []weighting.Term{
			weighting.Slope("same", slices.Repeat([]float64{v}, 8)), weighting.Slope("x", x),
		}, weighting.Domains{})
		if !errors.As(err, &alias) || alias.Column != "same" {
			t.Errorf("a column of %g in an ordinal model: error %v, want it aliased", v, err)
		}
	}
	// A year that varies by one is no constant, though it is as good as one to a sum
	// of squares.
	years := []float64{2023, 2024, 2023, 2024, 2024, 2023, 2024, 2024}
	f, err := d.Regress(weighting.Regression{Y: y, Terms: []weighting.Term{weighting.Slope("year", years)}}, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	// By hand: 1, 3, 6, 8, 7 in 2024 and 2, 4, 5 in 2023.
	if got := f.Coef[1].Value; !near(got, 5-11./3, 1e-9) {
		t.Errorf("the year's coefficient is %g, want 4/3", got)
	}
}

func TestSeparationIsNamed(t *testing.T) {
	d := flat(t, 8)
	victim := []float64{0, 1, 0, 1, 1, 1, 1, 1}
	south := []float64{0, 0, 0, 0, 1, 1, 1, 1} // where all are victims
	for _, family := range []weighting.Family{weighting.Binomial, weighting.Poisson} {
		y := victim
		if family == weighting.Poisson {
			y = []float64{2, 1, 3, 1, 0, 0, 0, 0} // where nothing happened
		}
		_, err := d.Regress(weighting.Regression{Y: y, Family: family, Terms: []weighting.Term{weighting.Slope("south", south)}}, weighting.Domains{})
		var apart *weighting.SeparationError
		if !errors.As(err, &apart) || apart.Column != "south" || !strings.Contains(apart.Hint(), "south") {
			t.Errorf("%s: error %v, want south named", family, err)
		}
	}
	all := slices.Repeat([]float64{1}, 8)
	var apart *weighting.SeparationError
	if _, err := d.Regress(weighting.Regression{Y: all, Family: weighting.Binomial}, weighting.Domains{}); !errors.As(err, &apart) {
		t.Errorf("a share of 1: error %v", err)
	}
	code := []int{0, 1, 0, 1, 2, 2, 2, 2}
	_, err := d.OrdinalRegression(code, []string{"a", "b", "c"}, []weighting.Term{weighting.Slope("south", south)}, weighting.Domains{})
	if !errors.As(err, &apart) || apart.Column != "south" {
		t.Errorf("ordinal: error %v, want south named", err)
	}
}

func TestModelsRefuse(t *testing.T) {
	d := flat(t, 4)
	y := []float64{0, 1, 1, 0}
	none := weighting.Domains{Of: []int32{-1, -1, -1, -1}}
	missing := slices.Repeat([]float64{math.NaN()}, 4)
	x := weighting.Slope("x", []float64{1, 2, 4, 3})
	for _, c := range []struct {
		name string
		m    weighting.Regression
		in   weighting.Domains
		want error
	}{
		{"empty domain", weighting.Regression{Y: y}, none, weighting.ErrEmpty},
		{"nothing answered", weighting.Regression{Y: missing}, weighting.Domains{}, weighting.ErrEmpty},
		{"no column at all", weighting.Regression{Y: y, NoIntercept: true}, weighting.Domains{}, weighting.ErrEmpty},
	} {
		if _, err := d.Regress(c.m, c.in); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
	}
	for _, m := range []weighting.Regression{
		{Y: []float64{0, 1, 2, 0}, Family: weighting.Binomial},
		{Y: []float64{0, -1, 2, 0}, Family: weighting.Poisson},
	} {
		if _, err := d.Regress(m, weighting.Domains{}); err == nil || !strings.Contains(err.Error(), "row ") {
			t.Errorf("%s: error %v, want the row named", m.Family, err)
		}
	}
	f := regress(t, d, weighting.Regression{Y: []float64{1, 2, 2, 4}, Terms: []weighting.Term{x}})
	if _, err := f.WaldTest("z"); err == nil || !strings.Contains(err.Error(), "z") {
		t.Errorf("a test of a term that is not there: %v", err)
	}
	if _, err := f.LikelihoodRatioTest(); err == nil {
		t.Error("a test of no term has no error")
	}
	if _, err := f.PredictiveMargins(weighting.Setting{Term: "x", Values: []float64{1, 2}}); err == nil {
		t.Error("two values for one column have no error")
	}
}

// An interaction is made of the term: to set one and leave the other would be a
// margin of nobody.
func TestMarginsRefuseInteractions(t *testing.T) {
	s := readStudy(t)
	sex, age := s.term(t, "sex"), s.term(t, "age")
	f, err := s.d.Regress(weighting.Regression{Y: s.numbers("income"), Terms: []weighting.Term{sex, age, weighting.Interaction(sex, age)}}, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.PredictiveMargins(weighting.Settings("sex", s.factor(t, "sex"), 0)...); err == nil || !strings.Contains(err.Error(), "sex:age") {
		t.Errorf("error %v, want the interaction named", err)
	}
}

// Fewer degrees of freedom than coefficients leave no interval, and never a normal
// one.
func TestModelWithoutDegreesHasNoInterval(t *testing.T) {
	w := slices.Repeat([]float64{1}, 6)
	d := mustDesign(t, nil, []int{0, 0, 0, 1, 1, 1}, w, weighting.Options{})
	f := regress(t, d, weighting.Regression{
		Y:     []float64{1, 3, 2, 5, 4, 7},
		Terms: []weighting.Term{weighting.Slope("x", []float64{1, 2, 3, 4, 6, 5}), weighting.Slope("z", []float64{1, 0, 0, 1, 0, 1})},
	})
	c, err := f.Coefficients(0)
	if err != nil {
		t.Fatal(err)
	}
	if f.DF != -1 || !math.IsNaN(c[1].Low) || !math.IsNaN(c[1].P) || math.IsNaN(c[1].SE) {
		t.Errorf("DF %d, interval from %g, P %g, SE %g", f.DF, c[1].Low, c[1].P, c[1].SE)
	}
}

func TestChangeRefuses(t *testing.T) {
	one := weighting.Edition{Value: 1, PSUs: []weighting.PSUSum{{Stratum: "a", PSU: "1", Sum: 1}, {Stratum: "a", PSU: "2", Sum: -1}}}
	moved := weighting.Edition{Value: 2, PSUs: []weighting.PSUSum{{Stratum: "b", PSU: "1", Sum: 1}, {Stratum: "b", PSU: "3", Sum: -1}}}
	if _, err := weighting.Change(one, moved, weighting.LonelyFail, 0); err == nil || !strings.Contains(err.Error(), "PSU 1 is in stratum a") {
		t.Errorf("a PSU that moved: %v", err)
	}
	twice := weighting.Edition{PSUs: append(slices.Clone(one.PSUs), one.PSUs[0])}
	if _, err := weighting.Change(one, twice, weighting.LonelyFail, 0); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a PSU twice: %v", err)
	}
	if _, err := weighting.Change(weighting.Edition{}, weighting.Edition{}, weighting.LonelyFail, 0); !errors.Is(err, weighting.ErrEmpty) {
		t.Errorf("no PSU at all: %v", err)
	}
}
