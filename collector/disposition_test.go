package collector_test

import (
	"math"
	"testing"

	"cifra/collector"
)

func TestDispositionClass(t *testing.T) {
	tests := []struct {
		d    collector.Disposition
		want string
	}{
		{0, "UH"}, {collector.Complete, "I"}, {collector.Partial, "P"}, {collector.Refusal, "R"}, {collector.BreakOff, "R"},
		{collector.NonContact, "NC"}, {collector.NoOneHome, "NC"}, {collector.Language, "O"}, {collector.NotAttempted, "UH"},
		{collector.NoScreener, "UO"}, {collector.Vacant, "NE"}, {999, "UH"},
	}
	for _, tt := range tests {
		if got := tt.d.Class().String(); got != tt.want {
			t.Errorf("Disposition(%d).Class() = %s, want %s", tt.d, got, tt.want)
		}
	}
}

// The counts are chosen so that each rate can be done by hand:
// I 40, P 10, R 20, NC 10, O 5, UH 10, UO 5; not eligible 100.
func TestResponseRates(t *testing.T) {
	n := map[collector.Disposition]int{
		collector.Complete: 40, collector.Partial: 10, collector.Refusal: 12, collector.BreakOff: 8, collector.NoOneHome: 10,
		collector.Language: 5, collector.NotAttempted: 10, collector.NoScreener: 5, collector.Vacant: 60, collector.NotHousing: 40,
	}
	for _, tt := range []struct {
		name      string
		got, want float64
	}{
		{"RR1", collector.RR1(n), 40.0 / 100},
		{"RR2", collector.RR2(n), 50.0 / 100},
		{"RR3 with e = 0.6", collector.RR3(n, 0.6), 40.0 / 94},
		{"RR3 with e = 1 is RR1", collector.RR3(n, 1), 40.0 / 100},
	} {
		if math.Abs(tt.got-tt.want) > 1e-15 {
			t.Errorf("%s = %v, want %v", tt.name, tt.got, tt.want)
		}
	}
	if got := collector.RR1(map[collector.Disposition]int{collector.Vacant: 3}); !math.IsNaN(got) {
		t.Errorf("RR1 of no eligible case = %v, want NaN", got)
	}
}
