package weighting_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"cifra/weighting"
)

// This file holds what neither the order of a file nor the names in it may change,
// through every kind of step: a result that depends on either depends on how an
// office happened to sort its file.

// renamed returns v with other codes of strata and PSUs, so that both also come in
// another order.
func (v world) renamed(rng *rand.Rand) world {
	name := rng.Perm(1000)
	v.stratum, v.psu = slices.Clone(v.stratum), slices.Clone(v.psu)
	for k := range v.psu {
		v.stratum[k], v.psu[k] = name[v.stratum[k]], name[100+v.psu[k]]
	}
	return v
}

// figuresOfSteps are values and standard errors of a world's ratio and total
// after each kind of step, linearised and by jackknife. The error is that of a step that
// cannot be taken.
func figuresOfSteps(t *testing.T, v world, sex []float64) ([]float64, error) {
	t.Helper()
	code := make([]int, len(v.sex))
	for k, s := range v.sex {
		code[k] = int(s)
	}
	control := weighting.Control{Name: "sex", Code: code, Totals: sex}
	plain := v.design(t)
	jackknife, err := plain.Replicate(weighting.Replication{Scheme: weighting.JKn})
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, d := range []*weighting.Design{plain, jackknife} {
		post, err := d.PostStratify(control)
		if err != nil {
			return nil, err
		}
		linear, err := d.Calibrate(weighting.Calibration{Controls: []weighting.Control{control}, Bounds: weighting.Bounds{Low: 0.1, High: 8}})
		if err != nil {
			return nil, err
		}
		trimmed, err := linear.Trim(1, 9, false)
		if err != nil {
			return nil, err
		}
		for _, own := range []*weighting.Design{d, post, linear, trimmed} {
			sums := own.Sums([][]float64{v.y, v.x}, weighting.Domains{})
			for _, s := range []weighting.Statistic{sums.Ratio(0, 0, 1), sums.Total(0, 0)} {
				e := estimate(t, own, s)
				out = append(out, e.Value, e.SE, float64(e.DF), float64(e.N))
			}
		}
	}
	return out, nil
}

// Red if units are numbered as the rows meet them and a step takes a row's number for
// its unit's, or if residuals are kept by row and read by another order.
func TestOrderAndNamesDoNotMatterToSteps(t *testing.T) {
	tried := 0
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		size := []float64{0, 0}
		for k, s := range v.sex {
			size[s] += v.w[k] * (1 + 0.2*rng.Float64())
		}
		want, err := figuresOfSteps(t, v, size)
		got, err2 := figuresOfSteps(t, v.shuffled(rng).renamed(rng), size)
		if (err == nil) != (err2 == nil) {
			t.Fatalf("in order %v, shuffled and renamed %v", err, err2)
		}
		if err != nil {
			return // a sex, or a replicate, has no row, or too few for its total
		}
		tried++
		for k := range want {
			if !near(got[k], want[k], 1e-8) {
				t.Errorf("figure %d: %.15g, in order %.15g", k, got[k], want[k])
			}
		}
	})
	if tried < int(weighting.Seeds())/3 {
		t.Errorf("only %d worlds of %d could take the steps", tried, weighting.Seeds())
	}
}

// Weights in another unit, thousands of persons for persons: totals and their errors
// follow, means and ratios and what a design effect with replacement says stay. Red if
// a variance forgets a weight, or a stop is absolute.
func TestWeightsInAnotherUnit(t *testing.T) {
	eachWorld(t, func(t *testing.T, v world, rng *rand.Rand) {
		other := v
		c := 0.001 + 1000*rng.Float64()
		other.w = slices.Clone(v.w)
		for k := range other.w {
			other.w[k] *= c
		}
		d, e := v.design(t), other.design(t)
		a, b := d.Sums([][]float64{v.y, v.x}, weighting.Domains{}, [2]int{0, 0}), e.Sums([][]float64{v.y, v.x}, weighting.Domains{}, [2]int{0, 0})
		for name, pair := range map[string]struct {
			was, is weighting.Statistic
			factor  float64
		}{
			"total": {a.Total(0, 0), b.Total(0, 0), c},
			"mean":  {a.Mean(0, 0), b.Mean(0, 0), 1},
			"ratio": {a.Ratio(0, 0, 1), b.Ratio(0, 0, 1), 1},
		} {
			was, is := estimate(t, d, pair.was), estimate(t, e, pair.is)
			if !near(is.Value, pair.factor*was.Value, 1e-12) || !near(is.SE, pair.factor*was.SE, 1e-9) || is.DF != was.DF {
				t.Errorf("%s with weights times %g: %g ± %g, before %g ± %g", name, c, is.Value, is.SE, was.Value, was.SE)
			}
			if name == "mean" && !near(is.DeffReplace, was.DeffReplace, 1e-8) {
				t.Errorf("design effect %g, before %g", is.DeffReplace, was.DeffReplace)
			}
		}
	})
}
