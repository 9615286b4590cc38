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

// varianceOf returns that of a total.
func varianceOf(t *testing.T, d *weighting.Design, y []float64) float64 {
	t.Helper()
	e, err := d.Total(y)
	if err != nil {
		t.Fatal(err)
	}
	return e.SE * e.SE
}

func ones(n int) []float64 { return slices.Repeat([]float64{1}, n) }

// Four PSUs with 1, 3, 2 and 6 have squared differences of 4, 1 and 16, and 25
// from the last to the first: SD1 is 4/(2·3)·21 = 14, SD2 (21+25)/2 = 23; in the
// order 1, 2, 3, 6 of the draw 4/6·(1+1+9) and (11+25)/2. A half sampled halves
// it.
func TestSuccessiveDifferencesByHand(t *testing.T) {
	y := []float64{1, 3, 2, 6}
	d := mustDesign(t, nil, nil, ones(4), weighting.Options{})
	half := mustDesign(t, nil, nil, ones(4), weighting.Options{FPC: []float64{0.5, 0.5, 0.5, 0.5}})
	for _, tt := range []struct {
		name  string
		d     *weighting.Design
		rule  weighting.SystematicRule
		order []float64
		want  float64
	}{
		{"open", d, weighting.SuccessiveOpen, nil, 14},
		{"closed", d, weighting.SuccessiveClosed, nil, 23},
		{"open, in another order", d, weighting.SuccessiveOpen, []float64{1, 3, 2, 4}, 22. / 3},
		{"closed, in another order", d, weighting.SuccessiveClosed, []float64{1, 3, 2, 4}, 18},
		{"half of the population", half, weighting.SuccessiveClosed, nil, 11.5},
		{"at random", d, weighting.AsRandom, nil, 4. / 3 * 14},
	} {
		s, err := tt.d.Successive(tt.rule, tt.order)
		if err != nil {
			t.Fatal(err)
		}
		if got := varianceOf(t, s, y); !near(got, tt.want, 1e-12) {
			t.Errorf("%s: variance %g, want %g", tt.name, got, tt.want)
		}
	}
	if _, err := d.Successive(weighting.SuccessiveOpen, []float64{1, math.NaN(), 3, 4}); err == nil || !strings.Contains(err.Error(), "row 2") {
		t.Errorf("a row without a place: %v", err)
	}
}

// What neighbours have in common is no variance; a domain keeps the places of
// PSUs without rows in it; and replicates of successive differences are SD2.
func TestSuccessiveDifferenceLaws(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 20))
		v := randomWorld(rng)
		for _, rule := range []weighting.SystematicRule{weighting.SuccessiveOpen, weighting.SuccessiveClosed} {
			d, err := v.design(t).Successive(rule, nil)
			if err != nil {
				t.Fatal(err)
			}
			// A variable whose total is the same in all PSUs of a stratum.
			level := make([]float64, len(v.y))
			first := map[int]bool{}
			for k, p := range v.psu {
				if !first[p] {
					first[p], level[k] = true, float64(7+v.stratum[k])/v.w[k]
				}
			}
			if got := varianceOf(t, d, level); got > 1e-18 {
				t.Fatalf("seed %d, %s: variance %g of what does not differ", seed, rule, got)
			}
			zeros := slices.Clone(v.y)
			for k, s := range v.sex {
				if s != 0 {
					zeros[k] = 0
				}
			}
			e := estimate(t, d, d.Sums([][]float64{v.y}, weighting.Domains{Of: v.sex, N: 2}).Total(0, 0))
			if want := varianceOf(t, d, zeros); !near(e.SE*e.SE, want, 1e-9) {
				t.Fatalf("seed %d, %s: variance %g in the domain, %g with zeros", seed, rule, e.SE*e.SE, want)
			}
		}
		d, err := v.design(t).Successive(weighting.SuccessiveClosed, nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := v.design(t).Replicate(weighting.Replication{Scheme: weighting.SuccessiveDifference})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := varianceOf(t, d, v.y), varianceOf(t, r, v.y); !near(a, b, 1e-9) {
			t.Fatalf("seed %d: SD2 %g, replicates %g", seed, a, b)
		}
	}
}

// Strata 1 (1 and 3) and 2 (5, alone) are together 1, 3 and 5: 3/2·8 = 12 with
// 3-1 degrees of freedom. A quarter sampled of the first (8 PSUs) and a half of
// the second (2) is 3 of 10: 0.7·12.
func TestCollapsedStrataByHand(t *testing.T) {
	y, stratum := []float64{1, 3, 5}, []int{1, 1, 2}
	opt := weighting.Options{Lonely: weighting.LonelyCollapse}
	d := mustDesign(t, stratum, nil, ones(3), opt)
	e, err := d.Total(y)
	if err != nil || !near(e.SE*e.SE, 12, 1e-12) || e.DF != 2 || !slices.Equal(d.Lonely(), []string{"2"}) {
		t.Errorf("%+v, %v, joined %v", e, err, d.Lonely())
	}
	opt.FPC = []float64{8, 8, 2}
	if got := varianceOf(t, mustDesign(t, stratum, nil, ones(3), opt), y); !near(got, 0.7*12, 1e-12) {
		t.Errorf("variance %g, want 8.4", got)
	}
	// Nothing to be joined with: one PSU in all, or one between certain strata.
	opt.FPC = nil
	if _, err := mustDesign(t, []int{1}, nil, ones(1), opt).Total([]float64{1}); !errors.Is(err, weighting.ErrLonely) {
		t.Errorf("a single PSU: %v", err)
	}
	opt.FPC = []float64{1.5, 2, 2} // 1 of 1.5 PSUs; the certain stratum 2 of 2
	if _, err := mustDesign(t, []int{1, 2, 2}, nil, ones(3), opt).Total(y); !errors.Is(err, weighting.ErrLonely) {
		t.Errorf("a certain stratum beside: %v", err)
	}
}

// Joining is what recoding the strata by hand would do.
func TestCollapsedStrataAreRecodedStrata(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 21))
		v := randomWorld(rng)
		count := map[int]map[int]bool{}
		last := 0
		for k, h := range v.stratum {
			// Some strata keep one PSU: the others go to stratum 0, which stays.
			if count[h] == nil {
				count[h] = map[int]bool{}
			}
			if seed%2 == 0 && h > 0 && h%2 == 1 && len(count[h]) == 1 && !count[h][v.psu[k]] {
				h = 0
				v.stratum[k] = 0
			}
			count[h][v.psu[k]] = true
			last = max(last, h)
		}
		by := slices.Clone(v.stratum)
		for k, h := range by {
			switch {
			case len(count[h]) > 1:
			case h < last:
				by[k] = h + 1
			default:
				by[k] = h - 1
			}
		}
		v.opt.Lonely = weighting.LonelyCollapse
		got, err := v.design(t).Mean(v.y)
		if err != nil {
			t.Fatal(err)
		}
		want, err := mustDesign(t, by, v.psu, v.w, weighting.Options{}).Mean(v.y)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.SE, want.SE, 1e-9) || got.DF != want.DF {
			t.Fatalf("seed %d: joined %g, df %d, recoded %g, df %d", seed, got.SE, got.DF, want.SE, want.DF)
		}
	}
}

// Four units of weight 10, two of them drawn again, with 1 and 3: weights 20, z
// 20 and 60. The first phase is ½(400+3600) - ⅓·2·20·60·(2·3)/(4·1) = 800, the
// second ½·2·(20²+20²) = 800: together that of a simple sample of two.
func TestTwoPhasesByHand(t *testing.T) {
	d, err := mustDesign(t, nil, nil, []float64{10, 10, 10, 10}, weighting.Options{}).
		SecondPhase([]int{0, 0, 0, 0}, []bool{true, false, true, false})
	if err != nil {
		t.Fatal(err)
	}
	weightsNear(t, d, 20, 0, 20, 0)
	if got := varianceOf(t, d, []float64{1, 0, 3, 0}); !near(got, 1600, 1e-12) {
		t.Errorf("variance %g, want 1600", got)
	}
}

// A second phase of all units is none; and a simple sample of a simple sample is
// a simple sample, with the finite population of the first.
func TestTwoPhasesLaws(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 22))
		v := randomWorld(rng)
		d := v.design(t)
		stratum, in := make([]int, len(v.y)), make([]bool, len(v.y))
		for k := range in {
			stratum[k], in[k] = v.psu[k]%3, true
		}
		all, err := d.SecondPhase(stratum, in)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := varianceOf(t, all, v.y), varianceOf(t, d, v.y); !near(a, b, 1e-9) {
			t.Fatalf("seed %d: all drawn again %g, one phase %g", seed, a, b)
		}
		n, again := 6+rng.IntN(10), 0
		w, fpc := slices.Repeat([]float64{5}, n), slices.Repeat([]float64{5 * float64(n)}, n)
		y, second, one := make([]float64, n), make([]bool, n), make([]int, n)
		var z, f []float64
		for k := range y {
			if second[k] = k < 2 || rng.IntN(2) == 0; second[k] {
				again++
				y[k] = rng.NormFloat64()
				z = append(z, y[k])
			}
		}
		two, err := mustDesign(t, nil, nil, w, weighting.Options{FPC: fpc}).SecondPhase(one, second)
		if err != nil {
			t.Fatal(err)
		}
		f = slices.Repeat([]float64{5 * float64(n)}, again)
		simple := mustDesign(t, nil, nil, nil, weighting.Options{FPC: f})
		if a, b := varianceOf(t, two, y), varianceOf(t, simple, z); !near(a, b, 1e-9) {
			t.Fatalf("seed %d: two phases %g, simple %g", seed, a, b)
		}
	}
}

func TestSecondPhaseRefuses(t *testing.T) {
	psu := []int{1, 1, 2, 3}
	d := mustDesign(t, nil, psu, ones(4), weighting.Options{})
	for name, tt := range map[string]struct {
		stratum []int
		in      []bool
		want    string
	}{
		"a unit in part":       {[]int{0, 0, 0, 0}, []bool{true, false, true, true}, "row 2 was not drawn again"},
		"a unit in two strata": {[]int{0, 1, 0, 0}, []bool{true, true, true, true}, "row 2 lies in another stratum"},
		"no stratum":           {[]int{0, 0, -1, 0}, []bool{true, true, true, true}, "row 3 has no stratum"},
		"one of three":         {[]int{0, 0, 0, 0}, []bool{true, true, false, false}, "1 of the 3 units"},
	} {
		if _, err := d.SecondPhase(tt.stratum, tt.in); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// Two of 4 PSUs, two of 4 units in each, two of 8 in each of these, of weight 1:
// 1, 3 | 2, 6 and 5, 5 | 4, 8. Totals are 4, 8 and 10, 12, then 12 and 22.
// Between PSUs ½·2·(5²+5²) = 50; within them ½·2·8 = 8 and ½·2·2 = 2, of which
// the sampled half counts; within units ¾·2·(2, 8, 0, 8) = 3, 12, 0 and 12, of
// which ½·½: 50 + 5 + 6.75.
func TestThreeStagesByHand(t *testing.T) {
	d := mustDesign(t, nil, []int{1, 1, 1, 1, 2, 2, 2, 2}, ones(8), weighting.Options{
		FPC: slices.Repeat([]float64{4}, 8),
		Later: []weighting.Stage{
			{Unit: []int{1, 1, 2, 2, 1, 1, 2, 2}, FPC: slices.Repeat([]float64{4}, 8)},
			{Unit: []int{1, 2, 1, 2, 1, 2, 1, 2}, FPC: slices.Repeat([]float64{8}, 8)},
		},
	})
	if got := varianceOf(t, d, []float64{1, 3, 2, 6, 5, 5, 4, 8}); !near(got, 61.75, 1e-12) {
		t.Errorf("variance %g, want 61.75", got)
	}
}

// A stage at which every unit was taken adds nothing, whatever stands above it: three
// stages with a census at the last are two stages, and with one at the last two, one.
// Red if a stage counts that was not sampled, or is weighted by the wrong fractions.
func TestAStageTakenWholeAddsNothing(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 31))
		var stratum, psu, second, third []int
		var w, y, all, two, some2, whole2, some3, whole3 []float64
		for h := range 1 + rng.IntN(3) {
			psus := 2 + rng.IntN(3)
			for i := range psus {
				units := 2 + rng.IntN(2)
				for j := range units {
					rows := 2 + rng.IntN(3)
					for k := range rows {
						stratum, psu, second, third = append(stratum, h), append(psu, 10*h+i), append(second, j), append(third, k)
						w, y = append(w, 1+rng.Float64()), append(y, rng.NormFloat64())
						all, two = append(all, float64(2*psus)), append(two, float64(psus))
						some2, whole2 = append(some2, float64(3*units)), append(whole2, float64(units))
						some3, whole3 = append(some3, float64(2*rows)), append(whole3, float64(rows))
					}
				}
			}
		}
		of := func(first []float64, later ...weighting.Stage) float64 {
			return varianceOf(t, mustDesign(t, stratum, psu, w, weighting.Options{FPC: first, Later: later}), y)
		}
		stage := func(unit []int, fpc []float64) weighting.Stage { return weighting.Stage{Unit: unit, FPC: fpc} }
		one, both := of(all), of(all, stage(second, some2))
		if got := of(all, stage(second, some2), stage(third, whole3)); !near(got, both, 1e-12) {
			t.Fatalf("seed %d: a census at the third stage gives %g, two stages %g", seed, got, both)
		}
		if got := of(all, stage(second, whole2), stage(third, whole3)); !near(got, one, 1e-12) {
			t.Fatalf("seed %d: censuses below the first stage give %g, one stage %g", seed, got, one)
		}
		if got := of(two, stage(second, whole2), stage(third, whole3)); got > 1e-12 {
			t.Fatalf("seed %d: a census has a variance of %g", seed, got)
		}
		if three := of(all, stage(second, some2), stage(third, some3)); !(three > both && both > one) {
			t.Fatalf("seed %d: one stage %g, two %g, three %g do not grow", seed, one, both, three)
		}
	}
}

// Of two PSUs sampled from a population of which they are
// three quarters, √(1-f) is a half: factors are 1.5 and 0.5, so the totals of 1
// and 3 are 3 or 5, by either bootstrap; their variance is (1-f)·2·2 = 1.
func TestRescaledBootstrapsByHand(t *testing.T) {
	d := mustDesign(t, nil, nil, ones(2), weighting.Options{FPC: []float64{0.75, 0.75}})
	for _, scheme := range []weighting.Scheme{weighting.RaoWuYueBeaumont, weighting.Preston} {
		r, err := d.Replicate(weighting.Replication{Scheme: scheme, Count: 200, Seed: 1, AboutEstimate: true})
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Replicates() {
			w := r.ReplicateWeights(i)
			if total := w[0] + 3*w[1]; !near(total, 3, 1e-12) && !near(total, 5, 1e-12) {
				t.Errorf("%s: weights %v", scheme, w)
			}
		}
		if got := varianceOf(t, r, []float64{1, 3}); !near(got, 200./199, 1e-12) {
			t.Errorf("%s: variance %g, want 200/199", scheme, got)
		}
	}
}

// Two of 4 PSUs, two of 4 units in each: λ is √½ and ½. Of the PSU that is taken
// the factors are 1 + √½ ± √½, of the other 1 - √½.
func TestPrestonsFactorsByHand(t *testing.T) {
	d := mustDesign(t, nil, []int{1, 1, 2, 2}, ones(4), weighting.Options{
		FPC:   slices.Repeat([]float64{4}, 4),
		Later: []weighting.Stage{{Unit: []int{1, 2, 1, 2}, FPC: slices.Repeat([]float64{4}, 4)}},
	})
	r, err := d.Replicate(weighting.Replication{Scheme: weighting.Preston, Count: 50, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Replicates() {
		got := r.ReplicateWeights(i)
		slices.Sort(got)
		for k, want := range []float64{1 - math.Sqrt(0.5), 1 - math.Sqrt(0.5), 1, 1 + math.Sqrt2} {
			if !near(got[k], want, 1e-12) {
				t.Fatalf("replicate %d: %v", i, got)
			}
		}
	}
}

// Many replicates of a total spread as its variance does: within five standard
// errors of a variance of 4,000 draws, some 11 %.
func TestRescaledBootstrapsSpreadAsTheVariance(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 23))
	var stratum, psu, unit []int
	var w, y, fpc, later []float64
	for h := range 3 {
		for i := range 4 + h {
			for u := range 4 {
				level := 3 * rng.NormFloat64()
				for range 2 {
					stratum, psu, unit = append(stratum, h), append(psu, 10*h+i), append(unit, u)
					w, y = append(w, 2+rng.Float64()), append(y, level+rng.NormFloat64())
					fpc, later = append(fpc, 10), append(later, 10)
				}
			}
		}
	}
	d := mustDesign(t, stratum, psu, w, weighting.Options{FPC: fpc, Later: []weighting.Stage{{Unit: unit, FPC: later}}})
	one := mustDesign(t, stratum, psu, w, weighting.Options{FPC: fpc})
	for scheme, want := range map[weighting.Scheme]float64{
		weighting.Preston: varianceOf(t, d, y), weighting.RaoWuYueBeaumont: varianceOf(t, one, y),
	} {
		r, err := d.Replicate(weighting.Replication{Scheme: scheme, Count: 4000, Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		if got := varianceOf(t, r, y); math.Abs(got/want-1) > 0.11 {
			t.Errorf("%s: variance %g, linearised %g", scheme, got, want)
		}
	}
	// Unequal probabilities: Brewer's variance of x = √(1-π) z.
	pi := []float64{0.2, 0.5, 0.9, 0.4, 0.3, 0.7}
	pps, err := weighting.NewPPSDesign(weighting.PPS{Probability: pi})
	if err != nil {
		t.Fatal(err)
	}
	value := []float64{1, 2, 4, 3, 1, 5}
	r, err := pps.Replicate(weighting.Replication{Scheme: weighting.RaoWuYueBeaumont, Count: 4000, Seed: 6})
	if err != nil {
		t.Fatal(err)
	}
	mean, want := 0.0, 0.0
	for k, p := range pi {
		mean += math.Sqrt(1-p) * value[k] / p / 6
	}
	for k, p := range pi {
		x := math.Sqrt(1-p) * value[k] / p
		want += 6. / 5 * (x - mean) * (x - mean)
	}
	if got := varianceOf(t, r, value); math.Abs(got/want-1) > 0.11 {
		t.Errorf("unequal probabilities: variance %g, want %g", got, want)
	}
}
