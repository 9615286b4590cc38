package weighting_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"cifra/weighting"
)

// four is a sample of four PSUs of one row each, of weight 1.
func four(t *testing.T) *weighting.Design {
	t.Helper()
	return mustDesign(t, nil, nil, []float64{1, 1, 1, 1}, weighting.Options{})
}

func weightsNear(t *testing.T, d *weighting.Design, want ...float64) {
	t.Helper()
	for k, w := range d.Weights() {
		if !near(w, want[k], 1e-9) {
			t.Errorf("weights %v, want %v", d.Weights(), want)
			return
		}
	}
}

// Two cells of two rows: the new weights are 5 and 3, the residuals about the
// cell means -1, 1, -2, 2, so v = 4/3 (5² + 5² + 6² + 6²).
func TestPostStratifyByHand(t *testing.T) {
	d, err := four(t).PostStratify(weighting.Control{Name: "cell", Code: []int{0, 0, 1, 1}, Totals: []float64{10, 6}})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, d, 5, 5, 3, 3)
	e, err := d.Total([]float64{1, 3, 2, 6})
	if err != nil {
		t.Fatal(err)
	}
	if e.Value != 44 || !near(e.SE, math.Sqrt(4./3*122), 1e-12) {
		t.Errorf("total %g, SE %g", e.Value, e.SE)
	}
}

// Σ x (1 + x η) = 10 + 30 η is to be 16, so η = 1/5 and g = 1 + x/5.
func TestLinearCalibrationByHand(t *testing.T) {
	d, err := four(t).Calibrate(weighting.Calibration{Controls: []weighting.Control{
		{Name: "rooms", Value: []float64{1, 2, 3, 4}, Totals: []float64{16}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, d, 1.2, 1.4, 1.6, 1.8)
	// With σ² = x the ratio estimator: all weights are multiplied by 1.6.
	d, err = four(t).Calibrate(weighting.Calibration{Lambda: []float64{1}, Controls: []weighting.Control{
		{Name: "rooms", Value: []float64{1, 2, 3, 4}, Totals: []float64{16}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, d, 1.6, 1.6, 1.6, 1.6)
}

// One row in each cell of a 2 × 2 table: the fitted counts are products of
// margins.
func TestRakeByHand(t *testing.T) {
	margins := []weighting.Control{
		{Name: "sex", Code: []int{0, 0, 1, 1}, Totals: []float64{30, 10}},
		{Name: "area", Code: []int{0, 1, 0, 1}, Totals: []float64{24, 16}},
	}
	d, err := four(t).Rake(margins, weighting.RakeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, d, 18, 12, 6, 4)
}

// What is cut off, 2 above and -1 below, goes to the two others.
func TestTrimByHand(t *testing.T) {
	d := mustDesign(t, nil, nil, []float64{1, 5, 10, 4}, weighting.Options{})
	got, err := d.Trim(2, 8, false)
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, got, 2, 5.5, 8, 4.5)
	// Here what is added lifts a weight of 7.9 over 8; strict cuts it, too.
	d = mustDesign(t, nil, nil, []float64{3, 7.9, 12}, weighting.Options{})
	if got, err = d.Trim(2, 8, true); err != nil {
		t.Fatal(err)
	}
	weightsNear(t, got, 6.9, 8, 8)
}

func TestCalibrationRefuses(t *testing.T) {
	sex := weighting.Control{Name: "sex", Levels: []string{"women", "men"}, Code: []int{0, 0, 1, 1}, Totals: []float64{30, 10}}
	_, err := four(t).Calibrate(weighting.Calibration{Controls: []weighting.Control{sex}, Bounds: weighting.Bounds{Low: 1, High: 10}})
	var miss *weighting.ConvergenceError
	if !errors.As(err, &miss) || miss.Constraint != "sex women" || !near(miss.Gap, 10./31, 1e-9) {
		t.Errorf("bounds of 10 on weights that need 15: %v", err)
	}
	area := weighting.Control{Name: "area", Code: []int{0, 1, 0, 1}, Totals: []float64{24, 17}}
	if _, err := four(t).Rake([]weighting.Control{sex, area}, weighting.RakeOptions{}); !errors.Is(err, weighting.ErrTotals) {
		t.Errorf("margins of 40 and 41: %v", err)
	}
	area = weighting.Control{Name: "area", Code: []int{0, 1, 0, 1}, Totals: []float64{20, 15, 5}}
	if _, err := four(t).PostStratify(area); !errors.Is(err, weighting.ErrNoSample) || !strings.Contains(err.Error(), "area 2") {
		t.Errorf("a cell without rows: %v", err)
	}
	income := weighting.Control{Name: "income", Value: []float64{1, math.NaN(), 2, 3}, Totals: []float64{20}}
	if _, err := four(t).Calibrate(weighting.Calibration{Controls: []weighting.Control{income}}); err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("a missing value of a control: %v", err)
	}
	if _, err := four(t).Trim(3, 8, true); err == nil {
		t.Error("all weights are below the limits and were cut")
	}
}

// controls are totals that weights near those of v meet: by sex, and of x.
func (v world) controls(rng *rand.Rand) []weighting.Control {
	code := make([]int, len(v.sex))
	sex, x := make([]float64, 2), 0.0
	for k, s := range v.sex {
		w := v.w[k] * (0.9 + 0.2*rng.Float64())
		code[k] = int(s)
		sex[s] += w
		x += w * v.x[k]
	}
	return []weighting.Control{{Name: "sex", Code: code, Totals: sex}, {Name: "x", Value: v.x, Totals: []float64{x}}}
}

// bothSexes reports whether the controls of v are not singular.
func (v world) bothSexes() bool {
	n := [2]int{}
	for _, s := range v.sex {
		n[s]++
	}
	return n[0] > 3 && n[1] > 3
}

// Calibrated weights hit the totals whatever the distance, and a total that they
// hit has no variance.
func TestCalibratedWeightsHitTotals(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		if !v.bothSexes() {
			return
		}
		controls := v.controls(rng)
		for _, c := range []weighting.Calibration{
			{Distance: weighting.LinearDistance},
			{Distance: weighting.RakingDistance},
			{Distance: weighting.LogitDistance, Bounds: weighting.Bounds{Low: 0.2, High: 4}},
			{Distance: weighting.LinearDistance, Bounds: weighting.Bounds{Low: 0.2, High: 4}},
		} {
			c.Controls = controls
			d, err := v.design(t).Calibrate(c)
			if err != nil {
				t.Errorf("%s: %v", c.Distance, err)
				return
			}
			sums := d.Sums([][]float64{v.x}, weighting.Domains{Of: v.sex, N: 2})
			for g, want := range controls[0].Totals {
				if e := estimate(t, d, sums.Population(g)); !near(e.Value, want, 1e-8) || e.SE > 1e-7*want {
					t.Errorf("%s: %d of sex %d, want %g", c.Distance, g, g, want)
				}
			}
			e, err := d.Total(v.x)
			if err != nil || !near(e.Value, controls[1].Totals[0], 1e-8) || e.SE > 1e-7*e.Value {
				t.Errorf("%s: total of x %+v, want %g: %v", c.Distance, e, controls[1].Totals[0], err)
			}
		}
	})
}

// Post-stratification is calibration to counts; raking is the calibration with
// the raking distance; doing it twice changes nothing.
func TestWaysToCalibrateAgree(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		if !v.bothSexes() {
			return
		}
		sex := v.controls(rng)[0]
		area := weighting.Control{Name: "area", Code: make([]int, len(v.w)), Totals: make([]float64, 2)}
		for k, w := range v.w {
			area.Code[k] = k % 2
			area.Totals[k%2] += w
		}
		scale := (sex.Totals[0] + sex.Totals[1]) / (area.Totals[0] + area.Totals[1])
		area.Totals[0], area.Totals[1] = area.Totals[0]*scale, area.Totals[1]*scale
		same := func(what string, a, b *weighting.Design) {
			p, err := a.Mean(v.y)
			q, err2 := b.Mean(v.y)
			if err != nil || err2 != nil || !near(p.Value, q.Value, 1e-8) || !near(p.SE, q.SE, 1e-6) {
				t.Errorf("%s: %.12g ± %.12g and %.12g ± %.12g", what, p.Value, p.SE, q.Value, q.SE)
			}
		}
		must := func(d *weighting.Design, err error) *weighting.Design {
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		post := must(v.design(t).PostStratify(sex))
		same("cells", post, must(v.design(t).Calibrate(weighting.Calibration{Controls: []weighting.Control{sex}})))
		same("twice", post, must(post.PostStratify(sex)))
		both := []weighting.Control{sex, area}
		same("margins", must(v.design(t).Rake(both, weighting.RakeOptions{})),
			must(v.design(t).Calibrate(weighting.Calibration{Controls: both, Distance: weighting.RakingDistance})))
	})
}

// On a calibrated design, too, a domain and its complement are the whole, and a
// file linked to itself is itself.
func TestCalibratedDomains(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		if !v.bothSexes() {
			return
		}
		d, err := v.design(t).Calibrate(weighting.Calibration{Controls: v.controls(rng), Distance: weighting.RakingDistance})
		if err != nil {
			t.Fatal(err)
		}
		halves := weighting.Domains{Of: make([]int32, len(v.y)), N: 2}
		row := make([]int, len(v.y))
		for k := range row {
			row[k] = k
			halves.Of[k] = int32(rng.IntN(2))
		}
		whole, err := d.Total(v.y)
		if err != nil {
			t.Fatal(err)
		}
		sums := d.Sums([][]float64{v.y}, halves)
		parts := estimate(t, d, weighting.Linear([]float64{1, 1}, sums.Total(0, 0), sums.Total(1, 0)))
		if !near(parts.Value, whole.Value, 1e-12) || !near(parts.SE, whole.SE, 1e-8) || parts.DF != whole.DF {
			t.Errorf("domain plus complement %+v, whole %+v", parts, whole)
		}
		other, err := d.Linked(row, d.Weights())
		if err != nil {
			t.Fatal(err)
		}
		if linked, err := other.Total(v.y); err != nil || !near(linked.SE, whole.SE, 1e-10) {
			t.Errorf("linked to itself %+v, itself %+v: %v", linked, whole, err)
		}
	})
}

// The weights 1 + x η cut off at 1.7 add up to 16 with η = 3.2/14; g cut off at
// 1.7 afterwards leaves 0.1 for the three others.
func TestBoundsByHand(t *testing.T) {
	rooms := []weighting.Control{{Name: "rooms", Value: []float64{1, 2, 3, 4}, Totals: []float64{16}}}
	d, err := four(t).Calibrate(weighting.Calibration{Controls: rooms, WeightBounds: weighting.Bounds{Low: 1, High: 1.7}})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, d, 1+3.2/14, 1+6.4/14, 1+9.6/14, 1.7)
	d, err = four(t).Calibrate(weighting.Calibration{Controls: rooms, Trim: weighting.Bounds{Low: 0.5, High: 1.7}})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, d, 1.2+0.1/3, 1.4+0.1/3, 1.6+0.1/3, 1.7)
	if _, err := four(t).Calibrate(weighting.Calibration{Controls: rooms, Distance: weighting.LogitDistance}); err == nil {
		t.Error("the logit distance did without bounds")
	}
}

// A category that nobody of the population is in has no weight, exactly: an
// exponential that only comes near zero would leave rows that are still counted.
func TestEmptyCategoryHasNoWeight(t *testing.T) {
	sex := weighting.Control{Name: "sex", Code: []int{0, 0, 1, 1}, Totals: []float64{0, 10}}
	for name, weigh := range map[string]func(*weighting.Design) (*weighting.Design, error){
		"raking": func(d *weighting.Design) (*weighting.Design, error) {
			return d.Calibrate(weighting.Calibration{Distance: weighting.RakingDistance, Controls: []weighting.Control{sex}})
		},
		"linear": func(d *weighting.Design) (*weighting.Design, error) {
			return d.Calibrate(weighting.Calibration{Controls: []weighting.Control{sex}})
		},
		"rake": func(d *weighting.Design) (*weighting.Design, error) {
			return d.Rake([]weighting.Control{sex}, weighting.RakeOptions{})
		},
		"poststratify": func(d *weighting.Design) (*weighting.Design, error) { return d.PostStratify(sex) },
	} {
		d, err := weigh(four(t))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if w := d.Weights(); w[0] != 0 || w[1] != 0 || !near(w[2], 5, 1e-9) || !near(w[3], 5, 1e-9) {
			t.Errorf("%s: weights %v, want 0, 0, 5, 5", name, w)
		}
	}
}

// A count below zero is refused by name, not met by weights below zero; the total
// of a variable may be.
func TestNegativeCount(t *testing.T) {
	counts := weighting.Control{Name: "sex", Levels: []string{"man", "woman"}, Code: []int{0, 0, 1, 1}, Totals: []float64{-1, 6}}
	_, post := four(t).PostStratify(counts)
	_, linear := four(t).Calibrate(weighting.Calibration{Controls: []weighting.Control{counts}})
	for _, err := range []error{post, linear} {
		if err == nil || !strings.Contains(err.Error(), "sex man is -1") {
			t.Errorf("error %v", err)
		}
	}
	balance := weighting.Control{Name: "balance", Value: []float64{1, -2, -3, 1}, Totals: []float64{-4}}
	if _, err := four(t).Calibrate(weighting.Calibration{Controls: []weighting.Control{balance}}); err != nil {
		t.Errorf("a balance of -4: %v", err)
	}
}
