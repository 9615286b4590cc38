package weighting_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cifra/weighting"
)

// Classes a and b. In a the takers weigh 30 and the giver 10, so takers are
// multiplied by 4/3; the bystander stays. In b nobody gives.
func TestTransferByHand(t *testing.T) {
	d := mustDesign(t, nil, nil, []float64{10, 10, 20, 10, 7}, weighting.Options{})
	got, err := d.Transferred(weighting.Transfer{
		Name: "non-response", Class: []int{0, 0, 0, -1, 1}, Levels: []string{"a", "b"},
		Role: []weighting.Role{weighting.Taker, weighting.Giver, weighting.Taker, weighting.Bystander, weighting.Taker},
	})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, got, 40./3, 0, 80./3, 10, 7)
}

func TestTransferRefuses(t *testing.T) {
	d := mustDesign(t, nil, nil, []float64{10, 10, 20}, weighting.Options{})
	_, err := d.Transferred(weighting.Transfer{
		Name: "non-response", Class: []int{0, 1, 1}, Levels: []string{"north", "south"},
		Role: []weighting.Role{weighting.Giver, weighting.Taker, weighting.Taker},
	})
	if !errors.Is(err, weighting.ErrNoSample) || !strings.Contains(err.Error(), "non-response gives away 10 in class north") {
		t.Errorf("error %v", err)
	}
	if _, err = d.Transferred(weighting.Transfer{Name: "x", Class: []int{0, -1, 0}, Levels: []string{"a"}, Role: make([]weighting.Role, 3)}); err != nil {
		t.Errorf("a bystander in no class: %v", err)
	}
	role := []weighting.Role{0, weighting.Taker, 0}
	if _, err = d.Transferred(weighting.Transfer{Name: "x", Class: []int{0, -1, 0}, Levels: []string{"a"}, Role: role}); err == nil {
		t.Error("a taker in no class: want an error")
	}
}

// In every replicate, weight moves by that replicate's own factors: what each
// class weighs stays, and givers have nothing.
func TestTransferIsRedoneOnReplicates(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 7))
		v := randomWorld(rng)
		class, role := make([]int, len(v.y)), make([]weighting.Role, len(v.y))
		for k := range role {
			class[k] = rng.IntN(2)
			role[k] = weighting.Role(rng.IntN(3))
		}
		d, err := v.design(t).Replicate(weighting.Replication{Scheme: weighting.JKn})
		if err != nil {
			continue // a stratum with one PSU
		}
		e, err := d.Transferred(weighting.Transfer{Name: "x", Class: class, Levels: []string{"0", "1"}, Role: role})
		if err != nil {
			if !errors.Is(err, weighting.ErrNoSample) {
				t.Fatalf("seed %d: %v", seed, err)
			}
			continue
		}
		for r := range d.Replicates() {
			before, after := d.ReplicateWeights(r), e.ReplicateWeights(r)
			sum := map[int]float64{}
			for k := range before {
				if role[k] != weighting.Bystander {
					sum[class[k]] += after[k] - before[k]
				} else if !near(after[k], before[k], 1e-9) {
					t.Fatalf("seed %d: a bystander went from %g to %g", seed, before[k], after[k])
				}
				if role[k] == weighting.Giver && after[k] != 0 {
					t.Fatalf("seed %d: a giver has %g", seed, after[k])
				}
			}
			for c, off := range sum {
				if math.Abs(off) > 1e-8 {
					t.Fatalf("seed %d: class %d changed by %g on replicate %d", seed, c, off, r)
				}
			}
		}
	}
}

func TestMultiplied(t *testing.T) {
	d := mustDesign(t, nil, nil, []float64{10, 0, 20}, weighting.Options{})
	got, err := d.Multiplied([]float64{3, math.NaN(), 0.5})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, got, 30, 0, 10)
	for _, f := range []float64{math.NaN(), -1, math.Inf(1)} {
		if _, err := d.Multiplied([]float64{f, 1, 1}); err == nil || !strings.Contains(err.Error(), "row 1") {
			t.Errorf("a factor of %g: %v", f, err)
		}
	}
}

// Kish's tables by hand: with five eligible persons the shares in twelfths of
// the tables that take each are A; B1+B2; C+... = 2, 2, 3, 2, 3. With one to
// four and six persons all have the same.
func TestKishProbabilities(t *testing.T) {
	for eligible, want := range map[int][]float64{
		1: {12}, 2: {6, 6}, 3: {4, 4, 4}, 4: {3, 3, 3, 3}, 5: {2, 2, 3, 2, 3}, 6: {2, 2, 2, 2, 2, 2},
	} {
		for i, twelfths := range want {
			if got, err := weighting.KishProbability(eligible, i+1); err != nil || got != twelfths/12 {
				t.Errorf("person %d of %d: %g, %v, want %g", i+1, eligible, got, err, twelfths/12)
			}
		}
	}
	for _, p := range [][2]int{{7, 7}, {3, 4}, {0, 1}, {2, 0}} {
		if got, err := weighting.KishProbability(p[0], p[1]); err == nil {
			t.Errorf("person %d of %d: %g, want an error", p[1], p[0], got)
		}
	}
}

// Household A has a man and a woman, B a woman, each of weight 10. Means are
// (1/2, 1/2) and (0, 1), so 12 men need g_A = 1.2, and 20 women g_B = 0.8.
func TestCalibrateHouseholdsByHand(t *testing.T) {
	d := mustDesign(t, nil, []int{0, 0, 1}, []float64{10, 10, 10}, weighting.Options{})
	sex := weighting.Control{Name: "sex", Code: []int{0, 1, 1}, Totals: []float64{12, 20}}
	got, err := d.CalibrateHouseholds(weighting.Calibration{Controls: []weighting.Control{sex}}, []int{0, 0, 1})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, got, 12, 12, 8)
	uneven := mustDesign(t, nil, []int{0, 0, 1}, []float64{10, 11, 10}, weighting.Options{})
	if _, err := uneven.CalibrateHouseholds(weighting.Calibration{Controls: []weighting.Control{sex}}, []int{0, 0, 1}); err == nil {
		t.Error("persons of one household with two weights: want an error")
	}
	if _, err := d.CalibrateHouseholds(weighting.Calibration{Controls: []weighting.Control{sex}}, []int{0, 1, 0}); err == nil {
		t.Error("a household in two PSUs: want an error")
	}
}

// Households keep one weight, and both persons' and households' totals are met.
func TestCalibrateHouseholdsMeetsBoth(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 8))
		var household, sex, psu []int
		var share, w []float64
		for h := range 12 {
			n, own := 1+rng.IntN(4), 5+5*rng.Float64()
			for range n {
				household, sex, psu = append(household, h), append(sex, rng.IntN(2)), append(psu, h/3)
				share, w = append(share, 1/float64(n)), append(w, own)
			}
		}
		men, women, homes := 0.0, 0.0, 0.0
		for k, v := range w {
			if sex[k] == 0 {
				men += v
			} else {
				women += v
			}
			homes += v * share[k]
		}
		if men == 0 || women == 0 {
			continue
		}
		controls := []weighting.Control{
			{Name: "sex", Code: sex, Totals: []float64{1.1 * men, 0.95 * women}},
			{Name: "households", Value: share, Totals: []float64{1.03 * homes}},
		}
		d := mustDesign(t, nil, psu, w, weighting.Options{})
		got, err := d.CalibrateHouseholds(weighting.Calibration{Controls: controls}, household)
		if errors.As(err, new(*weighting.ConvergenceError)) {
			continue // composition of households may leave no room
		}
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		margins, err := weighting.Margins(controls, got.Weights())
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for _, m := range margins {
			if !near(m.Sample, m.Population, 1e-8) {
				t.Fatalf("seed %d: %+v", seed, m)
			}
		}
		for k := range w {
			if k > 0 && household[k] == household[k-1] && !near(got.Weights()[k], got.Weights()[k-1], 1e-12) {
				t.Fatalf("seed %d: household %d has weights %g and %g", seed, household[k], got.Weights()[k-1], got.Weights()[k])
			}
		}
	}
}

// Two regions with their own totals of sex are four cells that post-stratify: 2
// and 6, 9 and 3 over two rows of weight 1 each, and the variance is that of the
// cells' calibration.
func TestCalibrateWithinIsEachPart(t *testing.T) {
	region := weighting.Factor{Code: []int{0, 0, 0, 0, 1, 1, 1, 1}, Levels: []string{"north", "south"}}
	sex := []int{0, 0, 1, 1, 0, 0, 1, 1}
	d := mustDesign(t, nil, nil, slices.Repeat([]float64{1}, 8), weighting.Options{})
	c := weighting.Calibration{Distance: weighting.RakingDistance, Controls: []weighting.Control{
		{Name: "sex", Levels: []string{"women", "men"}, Code: sex, Totals: []float64{2, 6, 9, 3}},
	}}
	got, err := d.CalibrateWithin(region, c)
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, got, 1, 1, 3, 3, 4.5, 4.5, 1.5, 1.5)
	cell := []int{0, 0, 1, 1, 2, 2, 3, 3}
	want, err := d.PostStratify(weighting.Control{Name: "cell", Code: cell, Totals: []float64{2, 6, 9, 3}})
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{1, 2, 3, 5, 8, 13, 21, 34}
	a, err1 := got.Total(y)
	b, err2 := want.Total(y)
	if err1 != nil || err2 != nil || !near(a.SE, b.SE, 1e-9) {
		t.Errorf("SE %g, %v; by cells %g, %v", a.SE, err1, b.SE, err2)
	}
	// What is wrong with each part is told.
	c.Controls = append(c.Controls, weighting.Control{Name: "all", Totals: []float64{9, 13}})
	_, err = d.CalibrateWithin(region, c)
	if !errors.Is(err, weighting.ErrTotals) || !strings.Contains(err.Error(), "north") || !strings.Contains(err.Error(), "south") {
		t.Errorf("error %v, want one of north and one of south", err)
	}
}

// Four rows of weight 1 are to be 6: (4 + 1/cost) η = 2, so with a cost of 1/2 η
// is 1/3; with an infinite one the total is met, with none nothing changes.
func TestRidgeByHand(t *testing.T) {
	all := []weighting.Control{{Name: "all", Totals: []float64{6}}}
	for cost, want := range map[float64]float64{0.5: 4. / 3, math.Inf(1): 1.5, 0: 1} {
		d, err := four(t).CalibrateRidge(all, []float64{cost})
		if err != nil {
			t.Fatal(err)
		}
		weightsNear(t, d, want, want, want, want)
	}
	if _, err := four(t).CalibrateRidge(all, []float64{-1}); err == nil {
		t.Error("a negative cost: want an error")
	}
	empty := []weighting.Control{{Name: "cell", Code: []int{0, 0, 0, 0}, Totals: []float64{4, 3}}}
	if _, err := four(t).CalibrateRidge(empty, []float64{1, 1}); err != nil {
		t.Errorf("a total that may be missed and has no sample: %v", err)
	}
	if _, err := four(t).CalibrateRidge(empty, []float64{1, math.Inf(1)}); !errors.Is(err, weighting.ErrNoSample) {
		t.Errorf("a total that has to be met and has no sample: %v", err)
	}
}

// With infinite costs ridge is linear calibration, the variance included; and
// between none and infinite the gap falls as the cost rises.
func TestRidgeIsBetweenNothingAndCalibration(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 9))
		v := randomWorld(rng)
		d := v.design(t)
		total := 0.0
		for k := range v.w {
			total += v.w[k] * v.x[k]
		}
		control := []weighting.Control{{Name: "x", Value: v.x, Totals: []float64{1.2 * total}}}
		linear, err := d.Calibrate(weighting.Calibration{Controls: control})
		if err != nil {
			t.Fatal(err)
		}
		exact, err := d.CalibrateRidge(control, []float64{math.Inf(1)})
		if err != nil {
			t.Fatal(err)
		}
		a, err1 := linear.Total(v.y)
		b, err2 := exact.Total(v.y)
		if err1 != nil || err2 != nil || !near(a.Value, b.Value, 1e-9) || !near(a.SE, b.SE, 1e-8) {
			t.Fatalf("seed %d: ridge %g ± %g, linear %g ± %g", seed, b.Value, b.SE, a.Value, a.SE)
		}
		gap := math.Inf(1)
		for _, cost := range []float64{0, 0.01 / total, 1 / total, 100 / total} {
			soft, err := d.CalibrateRidge(control, []float64{cost})
			if err != nil {
				t.Fatal(err)
			}
			m, err := weighting.Margins(control, soft.Weights())
			if err != nil {
				t.Fatal(err)
			}
			now := m[0].Population - m[0].Sample
			if !(now < gap && now > 0) {
				t.Fatalf("seed %d: with cost %g the gap is %g, before %g", seed, cost, now, gap)
			}
			gap = now
		}
	}
}

// Weights 1, 1, 1 and 5 add up to 8; with none above 3 the others share 5.
func TestTrimKeepingByHand(t *testing.T) {
	d := mustDesign(t, nil, nil, []float64{1, 1, 1, 5}, weighting.Options{})
	got, err := d.TrimKeeping(0.5, 3, []weighting.Control{{Name: "all", Totals: []float64{0}}})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, got, 5./3, 5./3, 5./3, 3)
	_, err = d.TrimKeeping(0.5, 1.9, []weighting.Control{{Name: "all", Totals: []float64{0}}})
	if !errors.As(err, new(*weighting.ConvergenceError)) {
		t.Errorf("limits that leave no room: %v", err)
	}
}

// Cells of two rows of weight 1 that have to be 4 and 1 leave no choice: g is 2
// and 1/2. The bounds found are these, and hold.
func TestFeasibleBoundsByHand(t *testing.T) {
	c := weighting.Calibration{Controls: []weighting.Control{{Name: "cell", Code: []int{0, 0, 1, 1}, Totals: []float64{4, 1}}}}
	b, err := four(t).FeasibleBounds(c)
	if err != nil || math.Abs(b.Low-0.5) > 2e-3 || math.Abs(b.High-2) > 2e-3 {
		t.Fatalf("bounds %v, %v, want 0.5 and 2", b, err)
	}
	c.Bounds = b
	if _, err := four(t).Calibrate(c); err != nil {
		t.Errorf("the bounds do not hold: %v", err)
	}
}

// Bounds found always hold, and much narrower ones do not.
func TestFeasibleBoundsHold(t *testing.T) {
	for seed := range weighting.Seeds() / 20 { // a search of bounds is hundreds of calibrations
		rng := rand.New(rand.NewPCG(seed, 10))
		v := randomWorld(rng)
		code := make([]int, len(v.sex))
		size := []float64{0, 0}
		total := 0.0
		for k, s := range v.sex {
			code[k] = int(s)
			size[s] += v.w[k]
			total += v.w[k] * v.x[k]
		}
		if size[0] == 0 || size[1] == 0 {
			continue
		}
		c := weighting.Calibration{Controls: []weighting.Control{
			{Name: "sex", Code: code, Totals: []float64{1.3 * size[0], 0.8 * size[1]}},
			{Name: "x", Value: v.x, Totals: []float64{1.05 * total}},
		}}
		d := v.design(t)
		b, err := d.FeasibleBounds(c)
		if err != nil {
			continue // the composition leaves no room at all
		}
		c.Bounds = b
		if _, err := d.Calibrate(c); err != nil {
			t.Fatalf("seed %d: bounds %v: %v", seed, b, err)
		}
		c.Bounds = weighting.Bounds{Low: 1 + 0.9*(b.Low-1), High: 1 + 0.9*(b.High-1)}
		if _, err := d.Calibrate(c); !errors.As(err, new(*weighting.ConvergenceError)) {
			t.Fatalf("seed %d: bounds %v hold, and %v were the nearest: %v", seed, c.Bounds, b, err)
		}
	}
}

// All that is wrong with totals is told in one go.
func TestMarginsTellAll(t *testing.T) {
	w := []float64{1, 1, 1, 0}
	margins, err := weighting.Margins([]weighting.Control{
		{Name: "sex", Code: []int{0, 0, 1, 2}, Totals: []float64{10, 20, 5}},
		{Name: "age", Code: []int{0, 1, 1, 1}, Totals: []float64{10, 21}},
		{Name: "income", Value: []float64{1, math.NaN(), 1, 1}, Totals: []float64{7}},
		{Name: "rooms", Value: w, Totals: []float64{math.NaN()}},
	}, w)
	for _, want := range []string{"sex 2 has 5 in the population", "sex adds up to 35 and age to 31", "income has rows without a value", "the total of rooms is NaN"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q in it", err, want)
		}
	}
	if !errors.Is(err, weighting.ErrNoSample) || !errors.Is(err, weighting.ErrTotals) {
		t.Errorf("error %v is not of its kinds", err)
	}
	if m := margins[0]; m.Rows != 2 || m.Sample != 2 || m.Factor() != 5 {
		t.Errorf("first margin %+v", m)
	}
}

// Weights 1, 2, 3 and 4 become 2, 2, 0 and 12: g is 2, 1 and 3; the sum goes from
// 10 to 16; Kish's deffs are 4·30/100 and 3·152/256; the median is 2, so only a
// weight above 10 is extreme.
func TestWeightChangeByHand(t *testing.T) {
	c := weighting.ChangeOf("step", []float64{1, 2, 3, 4}, []float64{2, 2, 0, 12})
	want := weighting.WeightChange{
		Step: "step", Rows: 3, Lost: 1, Before: 10, After: 16, LeastG: 1, MeanG: 2, TopG: 3,
		Least: 2, Median: 2, Top: 12, DeffBefore: 1.2, DeffAfter: 3 * 152. / 256, Extreme: 1,
	}
	if c != want {
		t.Errorf("%+v\nwant %+v", c, want)
	}
}
