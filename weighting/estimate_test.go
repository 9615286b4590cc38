package weighting_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"cifra/weighting"
)

func ExampleDesign_Total() {
	stratum := []int{1, 1, 2, 2}
	psu := []int{1, 2, 3, 4}
	weight := []float64{100, 100, 50, 50}
	robbed := []float64{1, 0, 1, 1}

	d, err := weighting.NewDesign(stratum, psu, weight, weighting.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Total(robbed)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.0f households robbed, standard error %.0f\n", e.Value, e.SE)
	// Output:
	// 200 households robbed, standard error 100
}

// ExampleDesign_Sums asks for two things at once: a rate by sex and the
// difference of the rates, with one pass over the rows.
func ExampleDesign_Sums() {
	stratum := []int{1, 1, 1, 1, 2, 2, 2, 2}
	psu := []int{1, 1, 2, 2, 3, 3, 4, 4}
	weight := []float64{10, 10, 10, 10, 20, 20, 20, 20}
	victim := []float64{1, 0, 0, 0, 1, 1, 1, 0}
	sex := weighting.Domains{Of: []int32{0, 1, 0, 1, 0, 1, 0, 1}, N: 2}

	d, err := weighting.NewDesign(stratum, psu, weight, weighting.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	sums := d.Sums([][]float64{victim}, sex)
	women, men := sums.Mean(0, 0), sums.Mean(1, 0)
	for _, s := range []weighting.Statistic{women, men, weighting.Linear([]float64{1, -1}, women, men)} {
		e, err := d.Estimate(s, weighting.Interval{})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.3f ± %.3f (%d df)\n", e.Value, e.SE, e.DF)
	}
	// Output:
	// 0.833 ± 0.167 (2 df)
	// 0.333 ± 0.333 (2 df)
	// 0.500 ± 0.373 (2 df)
}

// Two strata, worked by hand.
//
//	stratum 1  PSU 1: w 2, y 3 and 1 → 8    PSU 2: w 2, y 5 → 10
//	stratum 2  PSU 3: w 4, y 2 → 8          PSU 4: w 4, y 0 and 1 → 4    PSU 5: w 4, y 3 → 12
//
// T = 42. Stratum 1: 2/1 · ((8-9)² + (10-9)²) = 4; stratum 2: mean 8,
// 3/2 · (0 + 16 + 16) = 48. v = 52.
// W = 22; mean = 42/22 = 21/11. Residuals times w by PSU, y - 21/11:
// stratum 1: 8 - 4·21/11 = 4/11, 10 - 2·21/11 = 68/11; mean 36/11;
// 2 · 2 · (32/11)² = 4096/121. Stratum 2: 8 - 84/11 = 4/11, 4 - 168/11 =
// -124/11, 12 - 84/11 = 48/11; mean -24/11; deviations 28, -100, 72 over 11;
// 3/2 · (784 + 10000 + 5184)/121 = 23952/121. v = 28048/121/22².
func TestByHand(t *testing.T) {
	d := mustDesign(t, []int{1, 1, 1, 2, 2, 2, 2}, []int{1, 1, 2, 3, 4, 4, 5}, []float64{2, 2, 2, 4, 4, 4, 4}, weighting.Options{})
	y := []float64{3, 1, 5, 2, 0, 1, 3}
	total, err := d.Total(y)
	if err != nil {
		t.Fatal(err)
	}
	if total.Value != 42 || !near(total.SE, math.Sqrt(52), 1e-14) || total.DF != 3 || total.N != 7 {
		t.Errorf("total = %+v, want 42, SE √52, 3 df, 7 rows", total)
	}
	// qt(0.975, 3) in R 4.2.2
	const q = 3.18244630528371
	if !near(total.High, 42+q*math.Sqrt(52), 1e-13) || !near(total.CV, math.Sqrt(52)/42, 1e-14) {
		t.Errorf("total = %+v, want high %g and CV %g", total, 42+q*math.Sqrt(52), math.Sqrt(52)/42)
	}
	mean, err := d.Mean(y)
	if err != nil {
		t.Fatal(err)
	}
	if want := math.Sqrt(28048./121) / 22; !near(mean.Value, 21./11, 1e-14) || !near(mean.SE, want, 1e-13) {
		t.Errorf("mean = %.15g, SE %.15g, want %.15g, %.15g", mean.Value, mean.SE, 21./11, want)
	}
	// The domain of rows with y > 1 keeps n_2 = 3 though PSU 4 has none:
	// T = 6+10+8+12 = 36; stratum 1: 2·((6-8)²+(10-8)²) = 16; stratum 2: PSUs 8,
	// 0, 12, mean 20/3: 3/2 · (16 + 400 + 256)/9 = 112. v = 128, df 4-2.
	domain := weighting.Domains{}.Where(func(i int) bool { return y[i] > 1 }, len(y))
	e, err := d.Estimate(d.Sums([][]float64{y}, domain).Total(0, 0), weighting.Interval{})
	if err != nil {
		t.Fatal(err)
	}
	if e.Value != 36 || !near(e.SE, math.Sqrt(128), 1e-13) || e.DF != 2 || e.PSUs != 4 || e.N != 4 {
		t.Errorf("domain = %+v, want 36, SE √128, 2 df, 4 PSUs, 4 rows", e)
	}
}

// The weight of incidents is not that of persons: the incidence is Σ w_inc over
// Σ w_per. Worked by hand: persons of PSUs 1, 2 | 3, 4 with weights 10, 10, 20,
// 20; incidents under persons 0, 0, 2 with weights 5, 7, 30.
// T = 42, P = 60, R = 0.7. z·P by PSU: 12-7 = 5, -7, 30-14 = 16, -14.
// v·P² = 2·(6²+6²) + 2·(15²+15²) = 144 + 900.
func TestQuotientAcrossFiles(t *testing.T) {
	d := mustDesign(t, []int{0, 0, 1, 1}, []int{1, 2, 3, 4}, []float64{10, 10, 20, 20}, weighting.Options{})
	incidents, err := d.Linked([]int{0, 0, 2}, []float64{5, 7, 30})
	if err != nil {
		t.Fatal(err)
	}
	rate := weighting.Quotient(incidents.Sums(nil, weighting.Domains{}).Population(0), d.Sums(nil, weighting.Domains{}).Population(0))
	e, err := d.Estimate(rate, weighting.Interval{})
	if err != nil {
		t.Fatal(err)
	}
	if !near(e.Value, 0.7, 1e-15) || !near(e.SE, math.Sqrt(1044)/60, 1e-13) || e.DF != 2 || e.N != 4 {
		t.Errorf("incidence = %+v, want 0.7, SE √1044/60, 2 df, 4 persons", e)
	}
	// The same from the persons' row totals, as R would be told: Σ w_inc on
	// each person.
	y := []float64{12. / 10, 0, 30. / 20, 0}
	same, err := d.Mean(y)
	if err != nil {
		t.Fatal(err)
	}
	if !near(same.SE, e.SE, 1e-13) {
		t.Errorf("SE across files %.16g, on one file %.16g", e.SE, same.SE)
	}
}

func TestMissingValueIsNeverANumber(t *testing.T) {
	d := mustDesign(t, nil, []int{1, 2, 3}, []float64{1, 1, 1}, weighting.Options{})
	y := []float64{1, math.NaN(), 3}
	e, err := d.Mean(y)
	if err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(e.Value) || !math.IsNaN(e.SE) || !math.IsNaN(e.Low) {
		t.Errorf("mean with a missing value = %+v, want NaN", e)
	}
	m := d.Sums([][]float64{y}, weighting.Domains{}.Complete(y)).Mean(0, 0)
	if m.Value != 2 || m.N != 2 {
		t.Errorf("mean of the complete rows = %g of %d rows, want 2 of 2", m.Value, m.N)
	}
}

func TestNoDegreesOfFreedomNoInterval(t *testing.T) {
	d := mustDesign(t, []int{1, 2}, []int{1, 2}, []float64{1, 1}, weighting.Options{Lonely: weighting.LonelyAdjust})
	e, err := d.Total([]float64{3, 5})
	if err != nil {
		t.Fatal(err)
	}
	if e.DF != 0 || !math.IsNaN(e.Low) || !math.IsNaN(e.High) {
		t.Errorf("interval with %d df = %g to %g, want NaN", e.DF, e.Low, e.High)
	}
}

func TestDesignRefuses(t *testing.T) {
	nan := math.NaN()
	tests := []struct {
		name         string
		stratum, psu []int
		w            []float64
		opt          weighting.Options
		want         string
	}{
		{"PSU code in two strata", []int{1, 2}, []int{7, 7}, []float64{1, 1}, weighting.Options{}, "PSU 7 is in stratum 1 and in stratum 2"},
		{"no stratum", []int{1, -1}, []int{1, 2}, []float64{1, 1}, weighting.Options{}, "row 2 has no stratum"},
		{"no PSU", nil, []int{-1, 2}, []float64{1, 1}, weighting.Options{}, "row 1 has no stratum or no PSU"},
		{"no weight", nil, nil, []float64{1, nan}, weighting.Options{}, "row 2 has no weight"},
		{"negative weight", nil, nil, []float64{-1, 1}, weighting.Options{}, "row 1 has no weight, or one that is negative"},
		{"no rows", nil, nil, []float64{}, weighting.Options{}, "no rows"},
		{"no weights at all", nil, []int{1, 2}, nil, weighting.Options{}, "no weights"},
		{"population below sample", nil, nil, []float64{1, 1, 1}, weighting.Options{FPC: []float64{2, 2, 2}}, "2 units of stage 1 in the population and 3 in the sample"},
		{"population changes", nil, nil, []float64{1, 1}, weighting.Options{FPC: []float64{5, 6}}, "changes within stratum 0"},
		{"fraction among sizes", nil, nil, []float64{1, 1}, weighting.Options{FPC: []float64{0.5, 6}}, "no population size"},
		{"missing population", nil, nil, []float64{1, 1}, weighting.Options{FPC: []float64{nan, 6}}, "no population size"},
		{"no second-stage unit", nil, []int{1, 2}, []float64{1, 1}, weighting.Options{FPC: []float64{5, 5},
			Later: []weighting.Stage{{Unit: []int{1, -1}}}}, "row 2 has no unit of stage 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := weighting.NewDesign(tt.stratum, tt.psu, tt.w, tt.opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("NewDesign = %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestLonelyFailNamesTheStratum(t *testing.T) {
	name := func(code int) string { return "region " + string(rune('A'+code)) }
	d := mustDesign(t, []int{0, 0, 1}, []int{1, 2, 3}, []float64{1, 1, 1}, weighting.Options{StratumName: name})
	_, err := d.Total([]float64{1, 2, 3})
	if !errors.Is(err, weighting.ErrLonely) || !strings.Contains(err.Error(), "region B") {
		t.Errorf("Total = %v, want ErrLonely that names region B", err)
	}
	if got := d.Lonely(); len(got) != 1 || got[0] != "region B" {
		t.Errorf("Lonely() = %q, want region B", got)
	}
	// A domain that does not touch the stratum has a variance.
	domain := weighting.Domains{Of: []int32{0, 0, -1}}
	if _, err := d.Estimate(d.Sums([][]float64{{1, 2, 3}}, domain).Total(0, 0), weighting.Interval{}); err != nil {
		t.Errorf("a domain outside of the stratum: %v", err)
	}
}

func TestINEGI(t *testing.T) {
	for _, tt := range []struct {
		cv   float64
		want weighting.Quality
	}{{0, "high"}, {0.1499, "high"}, {0.15, "moderate"}, {0.2999, "moderate"}, {0.3, "low"}, {math.NaN(), "low"}} {
		if got := weighting.INEGI(weighting.Estimate{CV: tt.cv}); got != tt.want {
			t.Errorf("INEGI of a CV of %g = %s, want %s", tt.cv, got, tt.want)
		}
	}
}

func mustDesign(t testing.TB, stratum, psu []int, w []float64, opt weighting.Options) *weighting.Design {
	t.Helper()
	d, err := weighting.NewDesign(stratum, psu, w, opt)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
