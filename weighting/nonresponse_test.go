package weighting_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cifra/weighting"
)

// By hand: class 0 has 4 eligible rows of weight 1 and 2 respondents, class 1 has 3
// of weight 2 and 1 respondent, class 2 nobody.
func TestResponseFactorsByHand(t *testing.T) {
	w := []float64{1, 1, 1, 1, 2, 2, 2, 5}
	class := []int{0, 0, 0, 0, 1, 1, 1, -1}
	eligible := []bool{true, true, true, true, true, true, true, true}
	respondent := []bool{true, true, false, false, true, false, false, true}
	got, err := weighting.ResponseFactors(w, class, 3, eligible, respondent, weighting.ClassLimits{})
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Factor != 2 || got[1].Factor != 3 || !math.IsNaN(got[2].Factor) || got[1].Eligible != 3 || got[1].Respondents != 1 || got[0].With != nil {
		t.Errorf("factors %+v", got)
	}
	// Class 1 is too small, and joins class 0: 10 over 4.
	got, err = weighting.ResponseFactors(w, class, 3, eligible, respondent, weighting.ClassLimits{MinRespondents: 2})
	if err != nil || got[0].Factor != 2.5 || got[1].Factor != 2.5 || !slices.Equal(got[1].With, []int{0, 1}) {
		t.Errorf("joined: %+v, %v", got, err)
	}
	// A factor of 3 is too large, one of 2.5 is not.
	got, err = weighting.ResponseFactors(w, class, 3, eligible, respondent, weighting.ClassLimits{MaxFactor: 2.6})
	if err != nil || got[1].Factor != 2.5 {
		t.Errorf("bounded: %+v, %v", got, err)
	}
	if _, err = weighting.ResponseFactors(w, class, 3, eligible, respondent, weighting.ClassLimits{MaxFactor: 2}); err == nil || !strings.Contains(err.Error(), "beyond the limits") {
		t.Errorf("a limit that nothing meets: %v", err)
	}
	if _, err = weighting.ResponseFactors(w, class, 3, eligible, make([]bool, 8), weighting.ClassLimits{}); err == nil || !strings.Contains(err.Error(), "class 0") {
		t.Errorf("no respondents: %v", err)
	}
}

// A class that is too small joins the one whose factor is nearest: class 2 has a
// factor of 4, class 1 one of 3 and class 0 one of 1, so that 2 and 1 are 10 over 3.
func TestTheNearestClassIsJoined(t *testing.T) {
	var class []int
	var respondent []bool
	for c, rows := range [][2]int{{3, 3}, {6, 2}, {4, 1}} { // eligible and answered
		for k := range rows[0] {
			class, respondent = append(class, c), append(respondent, k < rows[1])
		}
	}
	w, eligible := make([]float64, len(class)), make([]bool, len(class))
	for k := range w {
		w[k], eligible[k] = 1, true
	}
	got, err := weighting.ResponseFactors(w, class, 3, eligible, respondent, weighting.ClassLimits{MinRespondents: 2})
	if err != nil {
		t.Fatal(err)
	}
	if want := 10. / 3; got[0].Factor != 1 || got[1].Factor != want || got[2].Factor != want {
		t.Errorf("factors %+v, want 1, 10/3, 10/3", got)
	}
}

// Eight rows of one weight in four classes are two and two, the least likely to
// answer first; the same propensity is never divided, and a missing one is in none.
func TestPropensityClassesByHand(t *testing.T) {
	ones := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	got := weighting.PropensityClasses([]float64{0.8, 0.1, 0.3, 0.2, 0.7, 0.4, 0.5, 0.6}, ones, 4)
	if want := []int{3, 0, 1, 0, 3, 1, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("classes %v, want %v", got, want)
	}
	got = weighting.PropensityClasses([]float64{0.5, 0.5, 0.5, math.NaN(), 0.9, 0.9, 0.9, 0.9}, ones, 4)
	if got[0] != got[2] || got[3] != -1 || got[4] != got[7] || got[0] >= got[4] {
		t.Errorf("tied classes %v", got)
	}
}

// The weights of the respondents times the factors add up to those of the eligible,
// whatever is joined. Red if a joined pool leaves a class behind.
func TestResponseFactorsKeepTheSum(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, _ *rand.Rand) {
		eligible, respondent := make([]bool, len(v.w)), make([]bool, len(v.w))
		want := 0.0
		for i := range v.w {
			eligible[i] = v.x[i] > 2.1
			respondent[i] = eligible[i] && v.y[i] > 4.5
			if eligible[i] {
				want += v.w[i]
			}
		}
		f, err := weighting.ResponseFactors(v.w, v.stratum, 5, eligible, respondent, weighting.ClassLimits{MinRespondents: 3, MaxFactor: 4})
		if err != nil {
			return // too few in all
		}
		got := 0.0
		for i, w := range v.w {
			if respondent[i] {
				got += w * f[v.stratum[i]].Factor
			}
		}
		if !near(got, want, 1e-12) {
			t.Errorf("respondents stand for %g, want %g", got, want)
		}
	})
}

// Propensities with one factor are its classes' response rates. By hand: 2 of 4 and
// 1 of 3.
func TestPropensitiesOfOneFactorAreRates(t *testing.T) {
	w := []float64{1, 1, 1, 1, 2, 2, 2, 5}
	d := mustDesign(t, nil, nil, w, weighting.Options{})
	f := weighting.Factor{Code: []int{0, 0, 0, 0, 1, 1, 1, 1}, Levels: []string{"a", "b"}}
	eligible := []bool{true, true, true, true, true, true, true, false}
	respondent := []bool{true, true, false, false, true, false, false, false}
	p, _, err := d.Propensities([]weighting.Term{weighting.Contrasts("f", f, 0)}, eligible, respondent)
	if err != nil {
		t.Fatal(err)
	}
	if !near(p[0], 0.5, 1e-12) || !near(p[5], 1./3, 1e-12) || !math.IsNaN(p[7]) {
		t.Errorf("propensities %v", p)
	}
	if got := weighting.PropensityClasses(p, w, 2); !slices.Equal(got, []int{1, 1, 1, 1, 0, 0, 0, -1}) {
		t.Errorf("classes %v", got)
	}
}
