package weighting

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Six persons, each a PSU, in one stratum: counts 0, 1, 1, 2, 4 and 0 with weights
// 1, 2, 2, 1, 1 and 3. The four victims with weight 6 suffered 2+2+2+4 = 10.
var (
	counts  = []float64{0, 1, 1, 2, 4, 0}
	weights = []float64{1, 2, 2, 1, 1, 3}
)

func ofCounts(t *testing.T) *Design {
	t.Helper()
	psu := []int{0, 1, 2, 3, 4, 5}
	d, err := NewDesign(make([]int, 6), psu, weights, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func victimsOf(d *Design, y []float64) Domains {
	return Domains{}.Where(func(i int) bool { return y[i] > 0 }, d.Len())
}

// The sixth of the victims with the most, weight 1, has the 4 of 10; a third, weight
// 2, has 4+2; a half, weight 3, also one of the four of weight who were victims once;
// all have all. A twelfth has half of the worst off. Red if a part that ends among
// equals takes all or none of them.
func TestTopSharesByHand(t *testing.T) {
	d := ofCounts(t)
	parts := []float64{0, 1. / 12, 1. / 6, 1. / 3, 0.5, 1}
	for k, s := range d.TopShares(counts, parts, victimsOf(d, counts)) {
		if want := []float64{0, 0.2, 0.4, 0.6, 0.7, 1}[k]; math.Abs(s.Value-want) > 1e-12 {
			t.Errorf("the top %.3f of the victims have %.12g, want %g", parts[k], s.Value, want)
		}
	}
	// Among all ten of weight the top tenth has 4 of 10, the top half 9 of 10 of
	// them: 4 + 2 + 3 of those hit once.
	for k, s := range d.TopShares(counts, []float64{0.1, 0.5}, Domains{}) {
		if want := []float64{0.4, 0.9}[k]; math.Abs(s.Value-want) > 1e-12 {
			t.Errorf("the top of all have %.12g, want %g", s.Value, want)
		}
	}
}

// Of the half of the victims, c is 1 and S = 0.7: z = w ((y-1)⁺ + 0.5 - 0.7 y)/10 is
// 2(0.5-0.7), the same, 1.5-1.4, 3.5-2.8 over 10, and 0 for those who were none. One
// stratum of 6 PSUs: v = 6/5 Σ z², since the z add up to 0.
func TestTopShareErrorByHand(t *testing.T) {
	d := ofCounts(t)
	s := d.TopShares(counts, []float64{0.5}, victimsOf(d, counts))[0]
	v, err := d.Covariance(s, s)
	if err != nil {
		t.Fatal(err)
	}
	want := 6. / 5 * (0.16 + 0.16 + 0.01 + 0.49) / 100
	if math.Abs(v-want) > 1e-14 {
		t.Errorf("variance %.12g, want %.12g", v, want)
	}
}

// Differences of all pairs, of persons as if weights repeated them: Σ_kl w w |y-y'|
// by definition, over twice W T.
func TestGiniByHand(t *testing.T) {
	d := ofCounts(t)
	twice := 0.0
	for i := range counts {
		for j := range counts {
			twice += weights[i] * weights[j] * math.Abs(counts[i]-counts[j])
		}
	}
	if got, want := d.Gini(counts, Domains{}).Value, twice/(2*10*10); math.Abs(got-want) > 1e-12 {
		t.Errorf("Gini = %.12g, want %.12g", got, want)
	}
	if got := d.Gini([]float64{3, 3, 3, 3, 3, 3}, Domains{}).Value; math.Abs(got) > 1e-15 {
		t.Errorf("all alike: Gini = %g, want 0", got)
	}
	if got := d.Gini(make([]float64, 6), Domains{}).Value; !math.IsNaN(got) {
		t.Errorf("nothing to share: Gini = %g, want NaN", got)
	}
}

// The influence is what a weight moves: the same sums as those of Define, which
// differentiates numerically what it is given. Red if a term of the gradient is lost.
func TestConcentrationMovesAsItsWeightsDo(t *testing.T) {
	for seed := range Seeds() {
		rng := rand.New(rand.NewPCG(seed, 4))
		n := 5 + rng.IntN(30)
		y, w, h, psu := make([]float64, n), make([]float64, n), make([]int, n), make([]int, n)
		for i := range y {
			y[i], w[i] = float64(rng.IntN(5))*(1+float64(i)/1000), 1+9*rng.Float64()
			h[i], psu[i] = i%2, i
		}
		y[0] = 2
		d, err := NewDesign(h, psu, w, Options{})
		if err != nil {
			t.Fatal(err)
		}
		gini := func(w []float64) float64 {
			all, total, twice := 0.0, 0.0, 0.0
			for i := range y {
				all += w[i]
				total += w[i] * y[i]
				for j := range y {
					twice += w[i] * w[j] * math.Abs(y[i]-y[j])
				}
			}
			return twice / (2 * all * total)
		}
		numeric, err := d.Define(gini, Domains{})
		if err != nil {
			t.Fatal(err)
		}
		exact := d.Gini(y, Domains{})
		a, err1 := d.Covariance(numeric, numeric)
		b, err2 := d.Covariance(exact, exact)
		if err1 != nil || err2 != nil || math.Abs(numeric.Value-exact.Value) > 1e-12 || math.Abs(a-b) > 1e-6*b {
			t.Fatalf("seed %d: Gini %g ± %g, by its definition %g ± %g (%v, %v)", seed, exact.Value, math.Sqrt(b), numeric.Value, math.Sqrt(a), err1, err2)
		}
		// The curve of top shares rises, and bends the right way: no later part has
		// more than an earlier one of the same size.
		last, step := 0.0, math.Inf(1)
		for k, s := range d.TopShares(y, []float64{0.2, 0.4, 0.6, 0.8, 1}, Domains{}) {
			if s.Value-last > step+1e-12 || s.Value < last-1e-12 {
				t.Fatalf("seed %d: fifth %d has %g after %g", seed, k, s.Value-last, step)
			}
			last, step = s.Value, s.Value-last
		}
		if math.Abs(last-1) > 1e-12 {
			t.Fatalf("seed %d: all have %g", seed, last)
		}
	}
}

// Of the weight 6 of victims 4 were hit once, 1 twice, 1 more often; they suffered 4,
// 2 and 4 of the 10.
func TestRepeatsByHand(t *testing.T) {
	d := ofCounts(t)
	r := d.Repeats(counts, 3, Domains{})
	for k := range r.Victims {
		victims, incidents := []float64{4. / 6, 1. / 6, 1. / 6}[k], []float64{0.4, 0.2, 0.4}[k]
		if math.Abs(r.Victims[k].Value-victims) > 1e-12 || math.Abs(r.Incidents[k].Value-incidents) > 1e-12 {
			t.Errorf("%d times: %.12g of the victims with %.12g of the incidents, want %g and %g",
				k+1, r.Victims[k].Value, r.Incidents[k].Value, victims, incidents)
		}
	}
	if n := r.Victims[0].N; n != 4 {
		t.Errorf("%d victims, want 4", n)
	}
}

func ExampleDesign_TopShares() {
	// Ten persons drawn alike; one was robbed six times, two once.
	robberies := []float64{6, 1, 1, 0, 0, 0, 0, 0, 0, 0}
	psu := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	d, err := NewDesign(make([]int, 10), psu, constant(100, 10), Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Estimate(d.TopShares(robberies, []float64{0.1}, Domains{})[0], Interval{})
	fmt.Printf("a tenth of the persons suffered %.0f %% of the robberies, standard error %.0f: %v\n", 100*e.Value, 100*e.SE, err)
	// Output:
	// a tenth of the persons suffered 75 % of the robberies, standard error 15: <nil>
}
