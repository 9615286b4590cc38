package weighting_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"cifra/weighting"
)

// This file holds what is true of models whatever the data: 1,000 random designs a
// law, 100 with -short. Sabotage that turns each red is named at it.

// modelWorlds runs a law on random designs with a binary response that both sexes
// have.
func modelWorlds(t *testing.T, law func(t *testing.T, v world, victim []float64, rng *rand.Rand)) {
	t.Helper()
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 7))
		v := randomWorld(rng)
		victim := make([]float64, len(v.y))
		met := [2][2]bool{}
		for i := range victim {
			if v.y[i] > 5 {
				victim[i] = 1
			}
			met[v.sex[i]][int(victim[i])] = true
		}
		if met != [2][2]bool{{true, true}, {true, true}} {
			continue // a cell without rows separates
		}
		law(t, v, victim, rng)
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

// sexes is the factor of a world's two groups.
func (v world) sexes() weighting.Factor {
	f := weighting.Factor{Levels: []string{"woman", "man"}}
	for _, s := range v.sex {
		f.Code = append(f.Code, int(s))
	}
	return f
}

func (v world) bySex() weighting.Domains { return weighting.Domains{Of: v.sex, N: 2} }

func regress(t *testing.T, d *weighting.Design, m weighting.Regression) *weighting.Fit {
	t.Helper()
	f, err := d.Regress(m, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Red if the influence leaves the score's weight out, or if A⁻¹ is not that of
// the same weights.
func TestWeightsMayBeScaled(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, victim []float64, _ *rand.Rand) {
		w := slices.Clone(v.w)
		for i := range w {
			w[i] *= 1234.5
		}
		for _, family := range []weighting.Family{weighting.Gaussian, weighting.Binomial, weighting.Poisson} {
			m := weighting.Regression{Y: victim, Family: family, Terms: []weighting.Term{weighting.Contrasts("sex", v.sexes(), 0), weighting.Slope("x", v.x)}}
			a, b := v.design(t), mustDesign(t, v.stratum, v.psu, w, v.opt)
			f, err := a.Regress(m, weighting.Domains{})
			if err != nil {
				continue // small worlds separate by x
			}
			g := regress(t, b, m)
			av, as := standardErrors(t, f)
			bv, bs := standardErrors(t, g)
			compare(t, family.String(), append(av, as...), append(bv, bs...), 1e-6)
		}
	})
}

// A model with a column for every group has nothing left to explain: it gives the
// groups' means and their standard errors, on the logit, log and linear scale.
// Red if a link's derivative is wrong, or the score of a row.
func TestSaturatedModelGivesDomainMeans(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, victim []float64, _ *rand.Rand) {
		d := v.design(t)
		sums := d.Sums([][]float64{victim}, v.bySex())
		for _, c := range []struct {
			family weighting.Family
			slope  func(p float64) float64 // of the inverse link, by the mean
			mean   func(eta float64) float64
		}{
			{weighting.Gaussian, func(float64) float64 { return 1 }, func(eta float64) float64 { return eta }},
			{weighting.Binomial, func(p float64) float64 { return p * (1 - p) }, func(eta float64) float64 { return 1 / (1 + math.Exp(-eta)) }},
			{weighting.Poisson, func(p float64) float64 { return p }, math.Exp},
		} {
			f := regress(t, d, weighting.Regression{Y: victim, Family: c.family, Terms: []weighting.Term{weighting.Contrasts("sex", v.sexes(), 0)}})
			group := []weighting.Statistic{f.Coef[0], weighting.Linear([]float64{1, 1}, f.Coef...)}
			for g, s := range group {
				want := estimate(t, d, sums.Mean(g, 0))
				got := estimate(t, d, s)
				compare(t, c.family.String(), []float64{c.mean(got.Value), got.SE * c.slope(want.Value)}, []float64{want.Value, want.SE}, 1e-8)
			}
		}
	})
}

// The slope of a line on two groups is the difference of their means, and its test
// the t test. Red if the residual degrees of freedom are off by one.
func TestRegressionOnAGroupIsTheTTest(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, _ []float64, _ *rand.Rand) {
		d := v.design(t)
		test, err := d.GroupTest(v.y, v.sexes().Code, weighting.Domains{}, 0)
		if err != nil {
			t.Fatal(err)
		}
		f := regress(t, d, weighting.Regression{Y: v.y, Terms: []weighting.Term{weighting.Contrasts("sex", v.sexes(), 0)}})
		c, err := f.Coefficients(0)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "slope", []float64{c[1].Value, c[1].SE, c[1].T}, []float64{test.Estimate.Value, test.Estimate.SE, test.Statistic}, 1e-8)
		if float64(f.DF) != test.DF || f.DF > 0 && !near(c[1].P, test.P, 1e-7) {
			t.Errorf("df %d, P %g; want %g, %g", f.DF, c[1].P, test.DF, test.P)
		}
	})
}

// An answer with two levels is a logistic regression: its cut is minus the
// intercept. Red if a sign of the second derivatives is wrong.
func TestOrdinalOfTwoLevelsIsLogistic(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, victim []float64, _ *rand.Rand) {
		d := v.design(t)
		terms := []weighting.Term{weighting.Contrasts("sex", v.sexes(), 0)}
		f := regress(t, d, weighting.Regression{Y: victim, Family: weighting.Binomial, Terms: terms})
		code := make([]int, len(victim))
		for i, y := range victim {
			code[i] = int(y)
		}
		g, err := d.OrdinalRegression(code, []string{"no", "yes"}, terms, weighting.Domains{})
		if err != nil {
			t.Fatal(err)
		}
		fv, fs := standardErrors(t, f)
		gv, gs := standardErrors(t, g)
		compare(t, "ordinal", []float64{gv[0], -gv[1], gs[0], gs[1]}, []float64{fv[1], fv[0], fs[1], fs[0]}, 1e-7)
	})
}

// In a model of the group alone the margin of a group is its mean. Red if settings
// put a level in the wrong column, or the composition's influence is left out.
func TestMarginOfASaturatedModelIsTheMean(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, victim []float64, _ *rand.Rand) {
		d := v.design(t)
		f := regress(t, d, weighting.Regression{Y: victim, Family: weighting.Binomial, Terms: []weighting.Term{weighting.Contrasts("sex", v.sexes(), 1)}})
		m, err := f.PredictiveMargins(weighting.Settings("sex", v.sexes(), 1)...)
		if err != nil {
			t.Fatal(err)
		}
		sums := d.Sums([][]float64{victim}, v.bySex())
		for g, k := range m {
			want, got := estimate(t, d, sums.Mean(g, 0)), estimate(t, d, k.Statistic)
			compare(t, "margin", []float64{got.Value, got.SE}, []float64{want.Value, want.SE}, 1e-8)
		}
	})
}

// Leaving all terms out is the model of the mean: the test of one group by
// likelihood has the design effect of its coefficient, and the score is what it
// loses. Red if the information is not scaled to weights of 1.
func TestLikelihoodRatioOfOneCoefficient(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, _ []float64, _ *rand.Rand) {
		d := v.design(t)
		f := regress(t, d, weighting.Regression{Y: v.y, Terms: []weighting.Term{weighting.Contrasts("sex", v.sexes(), 0)}})
		lr, err := f.LikelihoodRatioTest("sex")
		if err != nil {
			t.Fatal(err)
		}
		wald, err := f.WaldTest("sex")
		if err != nil {
			t.Fatal(err)
		}
		// Of a line with one coefficient the loss is its Wald statistic times the
		// design effect, exactly.
		compare(t, "F", []float64{lr.RaoScott.Statistic}, []float64{wald.Statistic}, 1e-7)
	})
}

// Standardising to the domain's own composition changes nothing; doubling the
// standard population does not either. Red if shares are not normalised.
func TestStandardisingToItself(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, _ []float64, _ *rand.Rand) {
		d := v.design(t)
		sums := d.Sums([][]float64{v.y}, v.bySex())
		own := []float64{2 * sums.Population(0).Value, 2 * sums.Population(1).Value}
		s, err := d.Standardised(v.y, v.sexes().Code, own, weighting.Domains{})
		if err != nil {
			t.Fatal(err)
		}
		mean, err := d.Mean(v.y)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "standardised", []float64{s[0].Value}, []float64{mean.Value}, 1e-11)
	})
}

// A function of the weights that is a mean has the mean's error. Red if a unit's
// weights are not put back.
func TestDefinedMeanIsTheMean(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, _ []float64, _ *rand.Rand) {
		d := v.design(t)
		s, err := d.Define(func(w []float64) float64 {
			a, b := 0.0, 0.0
			for i, y := range v.y {
				a += w[i] * y
				b += w[i]
			}
			return a / b
		}, weighting.Domains{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := d.Mean(v.y)
		if err != nil {
			t.Fatal(err)
		}
		got := estimate(t, d, s)
		compare(t, "mean", []float64{got.Value, got.SE}, []float64{want.Value, want.SE}, 1e-8)
	})
}

// Quantiles rise with p, and move with the values: of a + b y they are a + b times
// those of y. Red if a rule or the ends of an interval swap.
func TestQuantilesRiseAndFollow(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, _ []float64, _ *rand.Rand) {
		d := v.design(t)
		p := []float64{0.1, 0.25, 0.5, 0.75, 0.9}
		moved := make([]float64, len(v.y))
		for i, y := range v.y {
			moved[i] = 3 + 2*y
		}
		for _, rule := range []weighting.QuantileRule{weighting.HF1, weighting.HF2, weighting.HF4, weighting.HF7} {
			a, err := d.Quantiles(v.y, p, weighting.Domains{}, weighting.QuantileOptions{Rule: rule})
			if err != nil {
				t.Fatal(err)
			}
			b, err := d.Quantiles(moved, p, weighting.Domains{}, weighting.QuantileOptions{Rule: rule})
			if err != nil {
				t.Fatal(err)
			}
			for k := range p {
				if k > 0 && a[k].Value < a[k-1].Value {
					t.Errorf("%s: quantile %g is below quantile %g", rule, p[k], p[k-1])
				}
				compare(t, rule.String(), []float64{b[k].Value}, []float64{3 + 2*a[k].Value}, 1e-12)
				if !math.IsNaN(a[k].SE) {
					compare(t, rule.String()+" SE", []float64{b[k].SE}, []float64{2 * a[k].SE}, 1e-9)
				}
			}
		}
	})
}

// The order of the rows decides nothing. Red if ties or classes go by it.
func TestModelsForgetTheOrderOfRows(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, _ []float64, rng *rand.Rand) {
		u := v.shuffled(rng)
		fit := func(v world) (value, se []float64) {
			return standardErrors(t, regress(t, v.design(t), weighting.Regression{
				Y: v.y, Terms: []weighting.Term{weighting.Contrasts("sex", v.sexes(), 0)},
			}))
		}
		av, as := fit(v)
		bv, bs := fit(u)
		compare(t, "fit", append(av, as...), append(bv, bs...), 1e-8)
	})
}

// The influences of two years' means, taken from each year's own file, give the
// error of the change that the stacked file gives. Red if a PSU of both years is
// counted twice, or the strata of the years are kept apart.
func TestChangeIsThatOfTheStackedFile(t *testing.T) {
	modelWorlds(t, func(t *testing.T, v world, _ []float64, rng *rand.Rand) {
		year := make([]int32, len(v.y))
		for i := range year {
			year[i] = int32(rng.IntN(2))
		}
		d := v.design(t)
		sums := d.Sums([][]float64{v.y}, weighting.Domains{Of: year, N: 2})
		if sums.Rows(0) == 0 || sums.Rows(1) == 0 {
			return
		}
		want := estimate(t, d, weighting.Linear([]float64{-1, 1}, sums.Mean(0, 0), sums.Mean(1, 0)))
		var edition [2]weighting.Edition
		name := func(prefix string, code int) string { return prefix + string(rune('A'+code)) }
		for g := range edition {
			edition[g].Value = sums.Mean(g, 0).Value
			// Every year names all PSUs, those without rows with 0.
			for _, u := range d.Influence(weighting.Within(sums.Mean(g, 0), d.Sums(nil, weighting.Domains{}).Population(0))) {
				edition[g].PSUs = append(edition[g].PSUs, weighting.PSUSum{Stratum: name("h", u.Stratum), PSU: name("p", u.PSU), Sum: u.Sum})
			}
		}
		got, err := weighting.Change(edition[0], edition[1], weighting.LonelyFail, 0)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "change", []float64{got.Difference.Value, got.Difference.SE}, []float64{want.Value, want.SE}, 1e-9)
		if got.Shared != d.PSUs() {
			t.Errorf("%d shared PSUs, want %d", got.Shared, d.PSUs())
		}
	})
}
