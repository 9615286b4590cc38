package weighting_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cifra/weighting"
)

// By hand: a simple random sample of eight, 2x2 table 3 1 / 1 3. Pearson's X² is
// 8 (9-1)²/(4·4·4·4) = 2, and the design makes of the covariance of the shares
// 8/7 of the multinomial one, so that F is 2·7/8 on 1 and 7.
func TestIndependenceByHand(t *testing.T) {
	w := []float64{1, 1, 1, 1, 1, 1, 1, 1}
	d, err := weighting.NewDesign(nil, nil, w, weighting.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := []int{0, 0, 0, 0, 1, 1, 1, 1}
	b := []int{0, 0, 0, 1, 0, 1, 1, 1}
	table, err := d.Frequencies(a, b, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := table.Independence()
	if err != nil {
		t.Fatal(err)
	}
	f := got.RaoScott
	if !near(got.Pearson.Statistic, 2, 1e-12) || !near(f.Statistic, 1.75, 1e-12) || !near(f.DF, 1, 1e-12) || !near(f.Denominator, 7, 1e-12) {
		t.Errorf("X² = %g, F = %+v, want 2 and 1.75 on 1 and 7", got.Pearson.Statistic, f)
	}
	// Shares of one half in each row: 4 and 4 fit exactly.
	one, err := d.Frequencies(a, nil, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	fit, scale, err := one.GoodnessOfFit([]float64{1, 1})
	if err != nil || fit.Statistic != 0 || fit.P != 1 || !near(scale, 8./7, 1e-12) || !near(fit.DF, 1, 1e-12) {
		t.Errorf("fit %+v, scale %g, %v", fit, scale, err)
	}
	// Shares 1:3: X² = 4/2 + 4/6 = 8/3; the eigenvalue is 8/7 (1/4)/(1/4·3/4).
	fit, scale, err = one.GoodnessOfFit([]float64{1, 3})
	if err != nil || !near(fit.Statistic, 8./3, 1e-12) || !near(scale, 8./7*4/3, 1e-12) {
		t.Errorf("fit %+v, scale %g, %v", fit, scale, err)
	}
}

// Rows and columns may be exchanged; an
// interval of a test excludes zero where the test rejects; ranks do not move
// with an increasing transformation.
func TestTestLaws(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 2))
		v := randomWorld(rng)
		d := v.design(t)
		a, b, group := make([]int, len(v.y)), make([]int, len(v.y)), make([]int, len(v.y))
		for i := range a {
			a[i], b[i], group[i] = rng.IntN(2), rng.IntN(2), int(v.sex[i])
		}
		x, errX := d.Frequencies(a, b, weighting.Domains{})
		y, errY := d.Frequencies(b, a, weighting.Domains{})
		if errX != nil || errY != nil {
			t.Fatal(errX, errY)
		}
		if len(x.Rows) == 2 && len(x.Columns) == 2 {
			p, errX := x.Independence()
			q, errY := y.Independence()
			if errX == nil && errY == nil && math.Abs(p.RaoScott.Statistic-q.RaoScott.Statistic) > 1e-8*p.RaoScott.Statistic+1e-20 {
				t.Fatalf("seed %d: F %g, transposed %g", seed, p.RaoScott.Statistic, q.RaoScott.Statistic)
			}
		}
		test, err := d.GroupTest(v.y, group, weighting.Domains{}, 0)
		if err != nil {
			continue // all rows of one sex
		}
		e := test.Estimate
		if e.DF > 0 && (test.P < 0.05) != (e.Low > 0 || e.High < 0) {
			t.Fatalf("seed %d: p = %g and interval %g to %g", seed, test.P, e.Low, e.High)
		}
		risen := make([]float64, len(v.y))
		for i, y := range v.y {
			risen[i] = math.Exp(y)
		}
		for score := weighting.Wilcoxon; score <= weighting.MedianAbove; score++ {
			p, errP := d.RankTest(v.y, group, weighting.Domains{}, weighting.RankOptions{Score: score}, 0)
			q, errQ := d.RankTest(risen, group, weighting.Domains{}, weighting.RankOptions{Score: score}, 0)
			if errP != nil || errQ != nil || !alike(p.Statistic, q.Statistic) {
				t.Fatalf("seed %d: rank test %g, of exp(y) %g, %v %v", seed, p.Statistic, q.Statistic, errP, errQ)
			}
		}
		m := d.Moments([][]float64{v.y, risen, v.y}, weighting.Domains{})
		if r := m.Correlation(0, 2); !near(r.Value, 1, 1e-12) {
			t.Fatalf("seed %d: correlation of y with itself %g", seed, r.Value)
		}
		if r := m.Correlation(0, 1).Value; !(r > 0 && r < 1) {
			t.Fatalf("seed %d: correlation with exp(y) %g", seed, r)
		}
	}
}
