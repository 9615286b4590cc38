package weighting_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cifra/weighting"
)

// By hand: four rows 10, 20, 30, 40 of weight 1, as in Hyndman and Fan's table
// of the nine definitions with n = 4.
func TestQuantileRules(t *testing.T) {
	d, err := weighting.NewDesign(nil, nil, []float64{1, 1, 1, 1}, weighting.Options{})
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{30, 10, 40, 20}
	for _, c := range []struct {
		rule string
		p    float64
		want float64
	}{
		{"hf1", 0.5, 20}, {"hf2", 0.5, 25}, {"hf3", 0.5, 20}, {"hf3", 0.25, 20}, {"hf4", 0.5, 20}, {"hf4", 0.6, 24},
		{"hf5", 0.5, 25}, {"hf6", 0.5, 25}, {"hf7", 0.5, 25}, {"hf8", 0.5, 25}, {"hf9", 0.5, 25},
		{"hf5", 0.3, 17}, {"hf6", 0.3, 15}, {"hf7", 0.3, 19}, {"hf8", 0.3, 10 + 10*(0.3*(4+1./3)+1./3-1)},
		{"hf9", 0.3, 10 + 10*(0.3*(4+1./4)+3./8-1)},
		{"math", 0.3, 20}, {"school", 0.75, 35}, {"shahvaish", 0.5, 20},
		{"hf1", 0, 10}, {"hf1", 1, 40}, {"hf4", 0, 10}, {"hf4", 1, 40}, {"hf7", 0, 10}, {"hf7", 1, 40}, {"hf5", 0.01, 10}, {"hf5", 0.99, 40},
	} {
		rule, ok := weighting.ParseQuantileRule(c.rule)
		if !ok {
			t.Fatalf("no rule %s", c.rule)
		}
		got, err := d.Quantiles(y, []float64{c.p}, weighting.Domains{}, weighting.QuantileOptions{Rule: rule})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got[0].Value-c.want) > 1e-12 {
			t.Errorf("%s(%g) = %g, want %g", c.rule, c.p, got[0].Value, c.want)
		}
	}
}

// Two hundred rows of weight 30.97: a quarter of the weight is that of fifty
// rows exactly, but not if the weights are added up in float64.
func TestQuantileTies(t *testing.T) {
	y, w := make([]float64, 200), make([]float64, 200)
	plain := 0.0
	for i := range y {
		y[i], w[i] = float64(i+1), 30.97
		plain += w[i]
	}
	if plain == 200*30.97 {
		t.Fatal("this weight sums without error and shows nothing")
	}
	d, err := weighting.NewDesign(nil, nil, w, weighting.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := []float64{0.125, 0.25, 0.5, 0.75}
	for rule, half := range map[weighting.QuantileRule]float64{weighting.HF1: 0, weighting.HF2: 0.5} {
		got, err := d.Quantiles(y, p, weighting.Domains{}, weighting.QuantileOptions{Rule: rule})
		if err != nil {
			t.Fatal(err)
		}
		for k, e := range got {
			if e.Value != 200*p[k]+half {
				t.Errorf("%v(%g) = %g, want %g", rule, p[k], e.Value, 200*p[k]+half)
			}
		}
	}
}

// A shift of the values shifts quantile and limits; a quantile lies in its
// interval, and at least the share p of the population is at or below it.
func TestQuantileLaws(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 1))
		v := randomWorld(rng)
		d := v.design(t)
		p := []float64{0.1, 0.5, 0.9}
		shift := make([]float64, len(v.y))
		for i, y := range v.y {
			shift[i] = y + 8
		}
		a, err := d.Quantiles(v.y, p, weighting.Domains{}, weighting.QuantileOptions{Score: seed%2 == 0})
		if err != nil {
			t.Fatal(err)
		}
		b, err := d.Quantiles(shift, p, weighting.Domains{}, weighting.QuantileOptions{Score: seed%2 == 0})
		if err != nil {
			t.Fatal(err)
		}
		below := make([]float64, len(v.y))
		for k := range p {
			if !alike(a[k].Value+8, b[k].Value) || !alike(a[k].Low+8, b[k].Low) || !alike(a[k].High+8, b[k].High) {
				t.Fatalf("seed %d: %+v shifted is %+v", seed, a[k], b[k])
			}
			if a[k].Low > a[k].Value || a[k].High < a[k].Value {
				t.Fatalf("seed %d: %g is outside of its interval %g to %g", seed, a[k].Value, a[k].Low, a[k].High)
			}
			for i, y := range v.y {
				below[i] = 0
				if y <= a[k].Value {
					below[i] = 1
				}
			}
			if m, err := d.Mean(below); err != nil || m.Value < p[k] {
				t.Fatalf("seed %d: a share %g is at or below the %g-quantile", seed, m.Value, p[k])
			}
		}
	}
}

// alike reports that two numbers agree to rounding, or are both missing.
func alike(a, b float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b))
}
