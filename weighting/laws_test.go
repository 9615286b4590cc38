package weighting_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"cifra/weighting"
)

// A world is a random design with variables: unequal strata, PSUs and weights,
// in no order.
type world struct {
	stratum, psu []int
	w, y, x      []float64
	sex          []int32
	opt          weighting.Options
}

func randomWorld(rng *rand.Rand) world {
	var v world
	strata := 1 + rng.IntN(5)
	psu := 0
	for h := range strata {
		for range 2 + rng.IntN(5) {
			psu++
			level := rng.NormFloat64()
			for range 1 + rng.IntN(6) {
				v.stratum = append(v.stratum, h)
				v.psu = append(v.psu, psu)
				v.w = append(v.w, 1+9*rng.Float64())
				v.y = append(v.y, 5+level+rng.NormFloat64())
				v.x = append(v.x, 2+rng.Float64())
				v.sex = append(v.sex, int32(rng.IntN(2)))
			}
		}
	}
	return v
}

// shuffled returns v with its rows in another order.
func (v world) shuffled(rng *rand.Rand) world {
	order := rng.Perm(len(v.y))
	return world{
		stratum: pick(v.stratum, order), psu: pick(v.psu, order), w: pick(v.w, order),
		y: pick(v.y, order), x: pick(v.x, order), sex: pick(v.sex, order), opt: v.opt,
	}
}

func pick[T any](s []T, order []int) []T {
	out := make([]T, len(order))
	for i, k := range order {
		out[i] = s[k]
	}
	return out
}

func (v world) design(t testing.TB) *weighting.Design {
	t.Helper()
	return mustDesign(t, v.stratum, v.psu, v.w, v.opt)
}

func estimate(t *testing.T, d *weighting.Design, s weighting.Statistic) weighting.Estimate {
	t.Helper()
	e, err := d.Estimate(s, weighting.Interval{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// eachWorld runs a law on many random worlds.
func eachWorld(t *testing.T, law func(t *testing.T, v world, rng *rand.Rand)) {
	t.Helper()
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 1))
		law(t, randomWorld(rng), rng)
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

// The sums that the kernel makes are those of a loop over the rows, and the
// variance is that of the textbook formula on residuals, row by row.
func TestKernelAgreesWithTheTextbook(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		r := d.Sums([][]float64{v.y, v.x}, weighting.Domains{}).Ratio(0, 0, 1)
		var ty, tx float64
		for i := range v.y {
			ty += v.w[i] * v.y[i]
			tx += v.w[i] * v.x[i]
		}
		psu, of := map[int]float64{}, map[int]int{}
		for i := range v.y {
			psu[v.psu[i]] += v.w[i] * (v.y[i] - ty/tx*v.x[i]) / tx
			of[v.psu[i]] = v.stratum[i]
		}
		n, sum := map[int]float64{}, map[int]float64{}
		for i, z := range psu {
			n[of[i]]++
			sum[of[i]] += z
		}
		want := 0.0
		for i, z := range psu {
			h := of[i]
			want += n[h] / (n[h] - 1) * (z - sum[h]/n[h]) * (z - sum[h]/n[h])
		}
		e := estimate(t, d, r)
		if !near(e.Value, ty/tx, 1e-12) || !near(e.SE, math.Sqrt(want), 1e-10) {
			t.Errorf("ratio %.15g, SE %.15g, want %.15g, %.15g", e.Value, e.SE, ty/tx, math.Sqrt(want))
		}
	})
}

// The delete-one-PSU jackknife of a total is its linearised variance, whatever
// the data: a total is linear in the weights.
func TestJackknifeAgreesForTotals(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		n := map[int]map[int]bool{}
		for i, h := range v.stratum {
			if n[h] == nil {
				n[h] = map[int]bool{}
			}
			n[h][v.psu[i]] = true
		}
		full := 0.0
		for i := range v.y {
			full += v.w[i] * v.y[i]
		}
		want := 0.0
		for h, psus := range n {
			nh := float64(len(psus))
			for out := range psus {
				replicate := 0.0
				for i := range v.y {
					switch {
					case v.psu[i] == out:
					case v.stratum[i] == h:
						replicate += nh / (nh - 1) * v.w[i] * v.y[i]
					default:
						replicate += v.w[i] * v.y[i]
					}
				}
				want += (nh - 1) / nh * (replicate - full) * (replicate - full)
			}
		}
		e, err := v.design(t).Total(v.y)
		if err != nil {
			t.Fatal(err)
		}
		if !near(e.SE, math.Sqrt(want), 1e-9) {
			t.Errorf("jackknife %.15g, linearised %.15g", math.Sqrt(want), e.SE)
		}
	})
}

func TestDomainAndComplementAreTheWhole(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		sums := d.Sums([][]float64{v.y}, weighting.Domains{Of: v.sex, N: 2})
		whole := estimate(t, d, d.Sums([][]float64{v.y}, weighting.Domains{}).Total(0, 0))
		parts := estimate(t, d, weighting.Linear([]float64{1, 1}, sums.Total(0, 0), sums.Total(1, 0)))
		if !near(parts.Value, whole.Value, 1e-12) || !near(parts.SE, whole.SE, 1e-9) || parts.DF != whole.DF {
			t.Errorf("domain plus complement %+v, whole %+v", parts, whole)
		}
	})
}

// A domain total is the total of the variable set to 0 outside of it.
func TestDomainTotalIsTheTotalOfZeros(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		zeros := slices.Clone(v.y)
		for i, s := range v.sex {
			if s != 0 {
				zeros[i] = 0
			}
		}
		want, err := d.Total(zeros)
		if err != nil {
			t.Fatal(err)
		}
		got := estimate(t, d, d.Sums([][]float64{v.y}, weighting.Domains{Of: v.sex, N: 2}).Total(0, 0))
		if !near(got.Value, want.Value, 1e-12) || !near(got.SE, want.SE, 1e-9) {
			t.Errorf("domain %g ± %g, zeros %g ± %g", got.Value, got.SE, want.Value, want.SE)
		}
	})
}

func TestScalingAndShifting(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		mean, err := d.Mean(v.y)
		if err != nil {
			t.Fatal(err)
		}
		moved := slices.Clone(v.y)
		for i := range moved {
			moved[i] = 1000 - 3*moved[i]
		}
		got, err := d.Mean(moved)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.Value, 1000-3*mean.Value, 1e-12) || !near(got.SE, 3*mean.SE, 1e-9) || !near(got.Deff, mean.Deff, 1e-8) {
			t.Errorf("mean of 1000-3y = %+v, mean of y = %+v", got, mean)
		}
		ratio, err := d.Ratio(v.y, slices.Repeat([]float64{1}, len(v.y)))
		if err != nil {
			t.Fatal(err)
		}
		if !near(ratio.SE, mean.SE, 1e-9) || !near(ratio.DeffReplace, mean.DeffReplace, 1e-8) {
			t.Errorf("ratio to 1 = %+v, mean = %+v", ratio, mean)
		}
	})
}

func TestOrderOfRowsDoesNotMatter(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		other := v.shuffled(rng)
		for _, by := range []bool{false, true} {
			a, b := weighting.Domains{}, weighting.Domains{}
			if by {
				a, b = weighting.Domains{Of: v.sex, N: 2}, weighting.Domains{Of: other.sex, N: 2}
			}
			d, e := v.design(t), other.design(t)
			want := estimate(t, d, d.Sums([][]float64{v.y, v.x}, a).Ratio(0, 0, 1))
			got := estimate(t, e, e.Sums([][]float64{other.y, other.x}, b).Ratio(0, 0, 1))
			if want.N == 0 && got.N == 0 && math.IsNaN(got.Value) && math.IsNaN(got.SE) {
				continue // an empty domain has no ratio, and says so
			}
			if !near(got.Value, want.Value, 1e-12) || !near(got.SE, want.SE, 1e-9) && math.Abs(got.SE-want.SE) > 1e-12 || got.PSUs != want.PSUs || got.N != want.N {
				t.Errorf("shuffled %+v, in order %+v", got, want)
			}
		}
	})
}

// Sampling all units leaves no variance; a finite population shrinks it by the
// part that was sampled.
func TestFinitePopulation(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		free, err := v.design(t).Total(v.y)
		if err != nil {
			t.Fatal(err)
		}
		v.opt.FPC = slices.Repeat([]float64{0.25}, len(v.y))
		quarter, err := v.design(t).Total(v.y)
		if err != nil {
			t.Fatal(err)
		}
		v.opt.FPC = slices.Repeat([]float64{1}, len(v.y))
		all, err := v.design(t).Total(v.y)
		if err != nil {
			t.Fatal(err)
		}
		if all.SE != 0 || !near(quarter.SE, free.SE*math.Sqrt(0.75), 1e-9) {
			t.Errorf("SE %g with replacement, %g of a quarter, %g of all", free.SE, quarter.SE, all.SE)
		}
	})
}

// The covariance is what the variance of a sum is made of.
func TestCovarianceIsBilinear(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		sums := d.Sums([][]float64{v.y, v.x}, weighting.Domains{Of: v.sex, N: 2})
		a, b := sums.Mean(0, 0), sums.Total(1, 1)
		if a.N == 0 || b.N == 0 {
			return // nobody of that sex in this world
		}
		m, err := d.Covariances([]weighting.Statistic{a, b})
		if err != nil {
			t.Fatal(err)
		}
		e := estimate(t, d, weighting.Linear([]float64{2, -0.5}, a, b))
		want := 4*m[0][0] - 2*m[0][1] + 0.25*m[1][1]
		if !near(e.SE*e.SE, want, 1e-9) {
			t.Errorf("variance of 2a - b/2 = %g, from covariances %g", e.SE*e.SE, want)
		}
	})
}

// Influence sums add to nothing for a ratio, and to the estimate for a total.
func TestInfluenceSums(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		sums := d.Sums([][]float64{v.y}, weighting.Domains{})
		var total, mean float64
		for _, in := range d.Influence(sums.Total(0, 0)) {
			total += in.Sum
		}
		for _, in := range d.Influence(sums.Mean(0, 0)) {
			mean += in.Sum
		}
		if !near(total, sums.Total(0, 0).Value, 1e-12) || math.Abs(mean) > 1e-12 {
			t.Errorf("influence of the total adds to %g, of the mean to %g", total, mean)
		}
		if n := len(d.Influence(sums.Total(0, 0))); n != d.PSUs() {
			t.Errorf("%d influence sums of %d PSUs", n, d.PSUs())
		}
	})
}

// Each single-PSU rule by its definition, on a design with one such stratum.
func TestLonelyRules(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		rest := v.design(t)
		lone := world{
			stratum: append(slices.Clone(v.stratum), 99), psu: append(slices.Clone(v.psu), 999),
			w: append(slices.Clone(v.w), 3), y: append(slices.Clone(v.y), 7),
		}
		without, err := rest.Total(v.y)
		if err != nil {
			t.Fatal(err)
		}
		strata, base := float64(rest.Strata()), without.SE*without.SE
		grand := (without.Value + 21) / float64(rest.PSUs()+1)
		for rule, want := range map[weighting.LonelyRule]float64{
			weighting.LonelyRemove:    base,
			weighting.LonelyCertainty: base,
			weighting.LonelyAverage:   base * (strata + 1) / strata,
			weighting.LonelyAdjust:    base + (21-grand)*(21-grand),
		} {
			lone.opt.Lonely = rule
			e, err := lone.design(t).Total(lone.y)
			if err != nil {
				t.Fatal(err)
			}
			if !near(e.SE*e.SE, want, 1e-9) {
				t.Errorf("%s: variance %g, want %g", rule, e.SE*e.SE, want)
			}
		}
	})
}

// A proportion's interval by any method has its estimate inside and stays
// within 0 and 1 where the method promises it.
func TestIntervalsHoldTheirProportion(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		d := v.design(t)
		y := make([]float64, len(v.y))
		for i := range y {
			if v.y[i] > 5 {
				y[i] = 1
			}
		}
		m := d.Sums([][]float64{y}, weighting.Domains{}).Mean(0, 0)
		if m.Value == 0 || m.Value == 1 || estimate(t, d, m).DF == 0 {
			return
		}
		for _, method := range []weighting.Method{weighting.Symmetric, weighting.Logit, weighting.Wilson, weighting.Beta} {
			e, err := d.Estimate(m, weighting.Interval{Level: 0.9, Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if !(e.Low <= e.Value && e.Value <= e.High) {
				t.Errorf("%s: %g to %g does not hold %g", method, e.Low, e.High, e.Value)
			}
			if method != weighting.Symmetric && (e.Low < 0 || e.High > 1) {
				t.Errorf("%s: %g to %g leaves 0 to 1", method, e.Low, e.High)
			}
		}
	})
}
