package weighting_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cifra/weighting"
)

// What has no number says why: an empty domain, one PSU, a missing value, a total
// of 0.
func TestEstimatesSayWhyTheyAreNone(t *testing.T) {
	d := mustDesign(t, []int{1, 1, 2, 2}, nil, []float64{1, 2, 3, 0}, weighting.Options{})
	nan := math.NaN()
	of := func(g int32, y ...float64) weighting.Estimate {
		by := weighting.Domains{Of: []int32{0, 0, 1, 2}, N: 4}
		return estimate(t, d, d.Sums([][]float64{y}, by).Mean(int(g), 0))
	}
	for name, tt := range map[string]struct {
		e    weighting.Estimate
		want string
	}{
		"sound":            {of(0, 1, 2, 3, 4), ""},
		"one PSU":          {of(1, 1, 2, 3, 4), "no degrees of freedom: 1 PSUs in 1 strata"},
		"no weight":        {of(2, 1, 2, 3, 4), "no cases"},
		"no rows":          {of(3, 1, 2, 3, 4), "no cases"},
		"a missing value":  {of(0, 1, nan, 3, 4), "a value is missing"},
		"a value of 0":     {of(0, 0, 0, 3, 4), "a value of 0"},
		"all of it beside": {of(0, 1, 2, nan, nan), ""},
	} {
		if got := tt.e.Reason(); !strings.HasPrefix(got, tt.want) || tt.want == "" && got != "" {
			t.Errorf("%s: reason %q of %+v, want %q", name, got, tt.e, tt.want)
		}
	}
}

// Whatever the world and the domain, a NaN has a reason.
func TestNoNaNWithoutAReason(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 30))
		v := randomWorld(rng)
		for k := range v.w {
			if rng.IntN(3) == 0 {
				v.w[k] = 0
			}
			if rng.IntN(20) == 0 {
				v.y[k] = math.NaN()
			}
			v.sex[k] = int32(rng.IntN(8))
		}
		d := v.design(t)
		sums := d.Sums([][]float64{v.y, v.x}, weighting.Domains{Of: v.sex, N: 9})
		for g := range 9 {
			for _, s := range []weighting.Statistic{sums.Total(g, 0), sums.Mean(g, 0), sums.Ratio(g, 0, 1)} {
				e := estimate(t, d, s)
				if (math.IsNaN(e.Value) || math.IsNaN(e.SE) || math.IsNaN(e.Low)) && e.Reason() == "" {
					t.Fatalf("seed %d: %+v has no reason", seed, e)
				}
			}
		}
	}
}
