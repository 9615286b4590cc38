package weighting_test

import (
	"testing"

	"cifra/weighting"
)

// By hand: p = 0.5 and a CV of 10 % need 100 respondents, 50 in a population of
// 100; the size for a power has that power, either way round.
func TestSampleSizes(t *testing.T) {
	n := weighting.SizeForCV(0.5, 0.1, 1)
	if !near(n, 100, 1e-12) || !near(weighting.InFinite(n, 100), 50, 1e-12) {
		t.Errorf("size %g, finite %g, want 100 and 50", n, weighting.InFinite(n, 100))
	}
	// z at 95.45 % is 2.0000: 4·0.25/0.05² = 400.
	if n := weighting.SizeForMargin(0.5, 0.05, 0.9544997361036416, 1); !near(n, 400, 1e-9) {
		t.Errorf("size %g, want 400", n)
	}
	for _, power := range []float64{0.5, 0.8, 0.9} {
		n := weighting.SizeForDifference(0.2, 0.25, 0.05, power)
		if got := weighting.PowerOfDifference(n, 0.25, 0.2, 0.05); !near(got, power, 1e-12) {
			t.Errorf("power %g, want %g", got, power)
		}
	}
}
