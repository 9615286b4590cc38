package weighting_test

import (
	"math"
	"slices"
	"testing"

	"cifra/weighting"
)

// By hand, at and around every threshold of every scheme.
func TestQualityThresholds(t *testing.T) {
	// A share of 0.2 of 1,000 rows: p^(2/3)/9 is 0.0380, a log-CV of 17.5 % an SE
	// of 0.0563.
	share := func(change func(e *weighting.Estimate)) weighting.Estimate {
		e := weighting.Estimate{Value: 0.2, SE: 0.02, CV: 0.1, N: 1000, DF: 50, Deff: 1.5}
		change(&e)
		e.CV = e.SE / e.Value
		return e
	}
	proportion := weighting.Evidence{Proportion: true, Cases: 200}
	cases := func(n int) weighting.Evidence { return weighting.Evidence{Proportion: true, Cases: n} }
	mean := weighting.Evidence{Cases: -1}
	for _, c := range []struct {
		name   string
		scheme weighting.QualityScheme
		e      weighting.Estimate
		ev     weighting.Evidence
		want   weighting.Quality
		why    []weighting.Shortfall
	}{
		{"all well", weighting.ChileQuality, share(func(*weighting.Estimate) {}), proportion, weighting.Reliable, nil},
		{"59 rows", weighting.ChileQuality, share(func(e *weighting.Estimate) { e.N = 59 }), proportion, weighting.NotReliable, []weighting.Shortfall{weighting.FewRows}},
		{"8 degrees", weighting.ChileQuality, share(func(e *weighting.Estimate) { e.DF = 8 }), proportion, weighting.NotReliable, []weighting.Shortfall{weighting.FewDegrees}},
		{"below the limit", weighting.ChileQuality, share(func(e *weighting.Estimate) { e.SE = 0.0379 }), proportion, weighting.Reliable, nil},
		{"above the limit", weighting.ChileQuality, share(func(e *weighting.Estimate) { e.SE = 0.0381 }), proportion, weighting.WeaklyReliable, []weighting.Shortfall{weighting.LargeSE}},
		{"mean of CV 16 %", weighting.ChileQuality, share(func(e *weighting.Estimate) { e.SE = 0.032 }), mean, weighting.WeaklyReliable, []weighting.Shortfall{weighting.LargeCV}},
		{"mean of CV 31 %", weighting.ChileQuality, share(func(e *weighting.Estimate) { e.SE = 0.062 }), mean, weighting.NotReliable, []weighting.Shortfall{weighting.LargeCV}},

		{"all well", weighting.ECLAC2020, share(func(*weighting.Estimate) {}), proportion, weighting.Publish, nil},
		{"139 effective rows", weighting.ECLAC2020, share(func(e *weighting.Estimate) { e.N, e.Deff = 208, 1.5 }), proportion, weighting.Suppress, []weighting.Shortfall{weighting.FewEffective}},
		{"49 cases", weighting.ECLAC2020, share(func(*weighting.Estimate) {}), cases(49), weighting.Suppress, []weighting.Shortfall{weighting.FewCases}},
		{"CV 20 %", weighting.ECLAC2020, share(func(e *weighting.Estimate) { e.SE = 0.0401 }), proportion, weighting.Review, []weighting.Shortfall{weighting.LargeCV}},
		{"log-CV 18 %", weighting.ECLAC2020, share(func(e *weighting.Estimate) { e.SE = 0.058 }), proportion, weighting.Suppress, []weighting.Shortfall{weighting.LargeLogCV}},
		{"no design effect", weighting.ECLAC2020, share(func(e *weighting.Estimate) { e.Deff = math.NaN() }), proportion, weighting.Suppress, []weighting.Shortfall{weighting.NoDesignError}},

		{"all well", weighting.ECLAC2023, share(func(*weighting.Estimate) {}), proportion, weighting.Reliable, nil},
		{"59 effective rows", weighting.ECLAC2023, share(func(e *weighting.Estimate) { e.N = 89 }), proportion, weighting.NotReliable, []weighting.Shortfall{weighting.FewEffective}},
		{"60 effective rows", weighting.ECLAC2023, share(func(e *weighting.Estimate) { e.N = 90 }), proportion, weighting.Reliable, nil},
		{"log-CV 18 % below one half", weighting.ECLAC2023, share(func(e *weighting.Estimate) { e.SE = 0.058 }), proportion, weighting.NotReliable, []weighting.Shortfall{weighting.LargeLogCV}},
		{"log-CV 18 % above one half", weighting.ECLAC2023, share(func(e *weighting.Estimate) { e.Value, e.SE = 0.8, 0.058 }), proportion, weighting.WeaklyReliable, []weighting.Shortfall{weighting.LargeLogCV}},
		{"30 cases", weighting.ECLAC2023, share(func(*weighting.Estimate) {}), cases(30), weighting.WeaklyReliable, []weighting.Shortfall{weighting.FewCases}},
		{"29 cases", weighting.ECLAC2023, share(func(*weighting.Estimate) {}), cases(29), weighting.NotReliable, []weighting.Shortfall{weighting.FewCases}},
		{"deff 0.9", weighting.ECLAC2023, share(func(e *weighting.Estimate) { e.Deff = 0.9 }), proportion, weighting.NotReliable, []weighting.Shortfall{weighting.SmallDeff}},
		{"deff 0.9 of a known domain", weighting.ECLAC2023, share(func(e *weighting.Estimate) { e.Deff = 0.9 }), weighting.Evidence{Proportion: true, Known: true, Cases: 200}, weighting.Reliable, nil},
		{"mean of CV 25 %", weighting.ECLAC2023, share(func(e *weighting.Estimate) { e.SE = 0.05 }), mean, weighting.WeaklyReliable, []weighting.Shortfall{weighting.LargeCV}},

		{"CV 14.9 %", weighting.INEGIQuality, share(func(e *weighting.Estimate) { e.SE = 0.0298 }), proportion, weighting.HighPrecision, nil},
		{"CV 15 %", weighting.INEGIQuality, weighting.Estimate{Value: 1, CV: 0.15}, proportion, weighting.ModeratePrecision, []weighting.Shortfall{weighting.LargeCV}},
		{"CV 30 %", weighting.INEGIQuality, weighting.Estimate{Value: 1, CV: 0.30}, proportion, weighting.LowPrecision, []weighting.Shortfall{weighting.LargeCV}},

		{"11 cases", weighting.NCVSQuality, share(func(*weighting.Estimate) {}), cases(11), weighting.Plain, nil},
		{"10 cases", weighting.NCVSQuality, share(func(*weighting.Estimate) {}), cases(10), weighting.Caution, []weighting.Shortfall{weighting.FewCases}},
		{"CV 51 %", weighting.NCVSQuality, share(func(e *weighting.Estimate) { e.SE = 0.102 }), cases(11), weighting.Caution, []weighting.Shortfall{weighting.LargeCV}},
		{"no scheme", weighting.NoQuality, share(func(*weighting.Estimate) {}), proportion, "", nil},
	} {
		got, why := c.scheme.Class(c.e, c.ev)
		if got != c.want || !slices.Equal(why, c.why) {
			t.Errorf("%s, %s: %q %q, want %q %q", c.scheme, c.name, got, why, c.want, c.why)
		}
	}
}

// A figure without an error is never in the best class.
func TestNothingIsPublishedForWantOfEvidence(t *testing.T) {
	nan := math.NaN()
	e := weighting.Estimate{Value: 0.5, SE: nan, CV: nan, N: 1000, DF: 50, Deff: nan}
	best := []weighting.Quality{weighting.HighPrecision, weighting.Reliable, weighting.Publish, weighting.Plain}
	for q := weighting.INEGIQuality; q <= weighting.NCVSQuality; q++ {
		if got, why := q.Class(e, weighting.Evidence{Proportion: true, Cases: 100}); slices.Contains(best, got) || len(why) == 0 {
			t.Errorf("%s: %q with reasons %q", q, got, why)
		}
		if name, ok := weighting.ParseQualityScheme(q.String()); !ok || name != q {
			t.Errorf("scheme %d does not come back from %q", q, q)
		}
	}
}

// A share and its complement are equally precise to the definition of the log-CV,
// and not to calidad's. By hand at 0.8 and 0.2 with an SE of 0.02.
func TestLogCV(t *testing.T) {
	high, low := weighting.Estimate{Value: 0.8, SE: 0.02, CV: 0.025}, weighting.Estimate{Value: 0.2, SE: 0.02, CV: 0.1}
	if a, b := weighting.LogCV(high), weighting.LogCV(low); !near(a, b, 1e-15) || !near(b, 0.1/math.Log(5), 1e-14) {
		t.Errorf("log-CV %g and %g", a, b)
	}
	if got := weighting.LogCVOfCalidad(high); !near(got, 0.025/math.Log(5), 1e-14) {
		t.Errorf("calidad's is %g", got)
	}
}
