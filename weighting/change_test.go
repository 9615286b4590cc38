package weighting_test

import (
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"cifra/weighting"
)

// edition makes an edition of PSUs "stratum psu" with their sums, of whose strata a
// share was sampled.
func edition(sampled float64, sums map[string]float64) (e weighting.Edition) {
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		stratum, psu, _ := strings.Cut(name, " ")
		e.PSUs = append(e.PSUs, weighting.PSUSum{Stratum: stratum, PSU: psu, Sum: sums[name], Sampled: sampled})
		e.Value += sums[name]
	}
	return e
}

// Stratum a is a panel whose changes are 6 and 2, 16 with replacement; in b the first
// PSU of 5 and 5 was replaced by one of 9: 25 and 61 for the years, -32.5 between them.
// Two of 8 are a quarter: three quarters of the panel's 16, of 25 and of 61, and
// 1 - 2·2/8 of what the years have in common. Two of 4 that share one PSU have in
// common what two samples drawn apart have: nothing. Red if the sampled share is left
// out, or if what is in common is scaled as the variances are.
func TestChangeOfFinitePopulationsByHand(t *testing.T) {
	for _, c := range []struct{ sampled, variance float64 }{
		{0, 16 + 25 + 61 + 65},
		{1. / 4, 0.75*(16+25+61) + 0.5*65},
		{1. / 2, 0.5 * (16 + 25 + 61)},
		{1, 0}, // nothing is left to chance
	} {
		e := edition(c.sampled, map[string]float64{"a a1": 10, "a a2": 20, "b b1": 5, "b b2": 5})
		l := edition(c.sampled, map[string]float64{"a a1": 16, "a a2": 22, "b b2": 5, "b b3": 9})
		got, err := weighting.Change(e, l, weighting.LonelyFail, 0.95)
		if err != nil {
			t.Fatal(err)
		}
		if got.Difference.Value != 12 || !near(got.Difference.SE, math.Sqrt(c.variance), 1e-12) || got.Shared != 3 || got.Difference.DF != 3 {
			t.Errorf("%g sampled: %+v, want 12 ± %g with 3 shared and 3 df", c.sampled, got, math.Sqrt(c.variance))
		}
	}
}

// A stratum of one PSU of one adds nothing and is not lonely; one that was sampled is.
func TestChangeWithACertainPSU(t *testing.T) {
	e := edition(0, map[string]float64{"a a1": 10, "a a2": 20})
	l := edition(0, map[string]float64{"a a1": 16, "a a2": 22})
	for share, want := range map[float64]error{1: nil, 0.5: weighting.ErrLonely} {
		e, l := e, l
		e.PSUs = append(e.PSUs[:2:2], weighting.PSUSum{Stratum: "c", PSU: "c1", Sum: 7, Sampled: share})
		l.PSUs = append(l.PSUs[:2:2], weighting.PSUSum{Stratum: "c", PSU: "c1", Sum: 3, Sampled: share})
		got, err := weighting.Change(e, l, weighting.LonelyFail, 0.95)
		if !errors.Is(err, want) || err == nil && (!near(got.Difference.SE, 4, 1e-12) || got.Difference.DF != 1) {
			t.Errorf("%g of the PSUs sampled: %+v, %v", share, got, err)
		}
	}
	e.PSUs[1].Sampled = 0.5
	if _, err := weighting.Change(e, l, weighting.LonelyFail, 0); err == nil || !strings.Contains(err.Error(), "the sampled share of stratum a is 0.5 at PSU a2") {
		t.Errorf("two shares in a stratum: %v", err)
	}
}

// Two proportions of four strata of 6 of 8 PSUs, with R's svymean their SEs: apart,
// the SE of the change is the root of the sum of their squares.
func TestChangeApart(t *testing.T) {
	e := weighting.Estimate{Value: 0.775341819896, SE: 0.0104301461062, DF: 20}
	l := weighting.Estimate{Value: 0.726720886374, SE: 0.0144046005722, DF: 20}
	got := weighting.ChangeApart(e, l, 0.95)
	se := math.Hypot(e.SE, l.SE) // 0.01778
	if !near(got.Difference.SE, se, 1e-12) || math.Abs(got.Difference.SE-0.017784) > 1e-6 || got.Difference.DF != 40 || got.Shared != 0 || got.Correlation != 0 {
		t.Errorf("%+v, want an SE of %g and 40 df", got, se)
	}
	if half := (got.Difference.High - got.Difference.Low) / 2; !near(half, weighting.StudentQuantile(0.975, 40)*se, 1e-12) {
		t.Errorf("the interval is ± %g", half)
	}
	if e.SE = math.NaN(); !math.IsNaN(weighting.ChangeApart(e, l, 0).Difference.SE) {
		t.Error("without an SE of the one the change has one")
	}
}
