package weighting_test

import (
	"math"
	"strings"
	"testing"

	"cifra/weighting"
)

// proportionOf is the proportion of y by one method, of rows that are PSUs of
// weight 1 in strata.
func proportionOf(t *testing.T, stratum []int, y []float64, opt weighting.Options, method weighting.Method) weighting.Estimate {
	t.Helper()
	w := make([]float64, len(y))
	for k := range w {
		w[k] = 1
	}
	d := mustDesign(t, stratum, nil, w, opt)
	e, err := d.Estimate(d.Sums([][]float64{y}, weighting.Domains{}).Mean(0, 0), weighting.Interval{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Of four rows of a simple random sample, df n-1, none or all have it. Beta's ends
// are then those of Clopper and Pearson: with no case the most p under which none
// of n is still seen with 2.5 %, (1-p)^n = 0.025. The other methods have no
// standard error to work with, and say so.
func TestIntervalsAtZeroAndOne(t *testing.T) {
	end := 1 - math.Pow(0.025, 1./4)
	none := proportionOf(t, nil, []float64{0, 0, 0, 0}, weighting.Options{}, weighting.Beta)
	if none.Low != 0 || !near(none.High, end, 1e-9) {
		t.Errorf("none of four: %g to %g, want 0 to %g", none.Low, none.High, end)
	}
	all := proportionOf(t, nil, []float64{1, 1, 1, 1}, weighting.Options{}, weighting.Beta)
	if all.High != 1 || !near(all.Low, 1-end, 1e-9) {
		t.Errorf("all of four: %g to %g, want %g to 1", all.Low, all.High, 1-end)
	}
	for _, method := range []weighting.Method{weighting.Logit, weighting.Wilson, weighting.ArcSine, weighting.Likelihood} {
		for _, v := range []float64{0, 1} {
			e := proportionOf(t, nil, []float64{v, v, v, v}, weighting.Options{}, method)
			if !math.IsNaN(e.Low) || !math.IsNaN(e.High) || !strings.HasPrefix(e.Reason(), "no interval") {
				t.Errorf("%s at %g: %g to %g, reason %q", method, v, e.Low, e.High, e.Reason())
			}
		}
	}
}

// A census has no sampling error, and every method says p to p.
func TestIntervalsOfACensus(t *testing.T) {
	opt := weighting.Options{FPC: []float64{3, 3, 3, 3, 3, 3}}
	for _, method := range []weighting.Method{weighting.Symmetric, weighting.Logit, weighting.Wilson, weighting.ArcSine, weighting.Beta} {
		e := proportionOf(t, []int{0, 0, 0, 1, 1, 1}, []float64{1, 0, 0, 1, 1, 0}, opt, method)
		if e.SE != 0 || !near(e.Low, 0.5, 1e-12) || !near(e.High, 0.5, 1e-12) {
			t.Errorf("%s: SE %g, %g to %g, want 0, 0.5 to 0.5", method, e.SE, e.Low, e.High)
		}
	}
}
