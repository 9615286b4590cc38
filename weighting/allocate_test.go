package weighting_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cifra/weighting"
)

// By hand, sizes 100, 300 and 600 with deviations 3, 2 and 1: proportional
// shares of 100 are 10, 30 and 60; N S is 300, 600 and 600, so Neyman's are 20,
// 40 and 40; with costs of 9, 4 and 1, N S/√c is 100, 300 and 600 again; √N S
// with q = 0 is S alone: 50, 33⅓ and 16⅔.
func TestAllocationByHand(t *testing.T) {
	size, sd := []float64{100, 300, 600}, []float64{3, 2, 1}
	tests := []struct {
		name string
		a    weighting.Allocation
		n    float64
		want []float64
	}{
		{"proportional", weighting.Allocation{}, 100, []float64{10, 30, 60}},
		{"Neyman", weighting.Allocation{Method: weighting.Neyman}, 100, []float64{20, 40, 40}},
		{"cost", weighting.Allocation{Method: weighting.CostOptimal, Cost: []float64{9, 4, 1}}, 100, []float64{10, 30, 60}},
		{"power 0", weighting.Allocation{Method: weighting.PowerAllocation}, 60, []float64{30, 20, 10}},
		{"Kish without importance", weighting.Allocation{Method: weighting.KishCompromise}, 100, []float64{10, 30, 60}},
		// Neyman of 700 is 140, 280, 280: the first stratum has 100, and the other
		// 600 are shared as 600 to 600, so 300 each: the second is just full.
		{"a stratum that is full", weighting.Allocation{Method: weighting.Neyman}, 700, []float64{100, 300, 300}},
		// 90 of 100 remain for two strata as 300 to 600, or 30 and 60, once the
		// first has its least of 10.
		{"at least", weighting.Allocation{AtLeast: 20}, 110, []float64{20, 30, 60}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.a.Size, tt.a.SD = size, sd
			got, err := tt.a.Of(tt.n)
			if err != nil {
				t.Fatal(err)
			}
			for h, want := range tt.want {
				if !near(got[h], want, 1e-12) {
					t.Errorf("Of(%g) = %v, want %v", tt.n, got, tt.want)
					break
				}
			}
		})
	}
}

func TestAllocationRefuses(t *testing.T) {
	nan := math.NaN()
	for name, a := range map[string]weighting.Allocation{
		"more than there are": {Size: []float64{4, 5}},
		"a size of nothing":   {Size: []float64{40, 0}},
		"a size unknown":      {Size: []float64{40, nan}},
		"no strata":           {},
		"no deviation":        {Method: weighting.Neyman, Size: []float64{40, 50}, SD: []float64{1, 0}},
		"no cost":             {Method: weighting.CostOptimal, Size: []float64{40, 50}, SD: []float64{1, 1}, Cost: []float64{1, -1}},
		"too few for all":     {Size: []float64{40, 50}, AtLeast: 6},
		"a power above 1":     {Method: weighting.PowerAllocation, Size: []float64{40}, SD: []float64{1}, Power: 2},
	} {
		if n, err := a.Of(10); err == nil {
			t.Errorf("%s: Of(10) = %v, want an error", name, n)
		}
	}
}

// Rounding keeps the sum and moves no stratum by one or more.
func TestRoundAllocation(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 2))
		n, most := make([]float64, 1+rng.IntN(8)), []int(nil)
		sum := 0.0
		for h := range n {
			n[h] = 20 * rng.Float64()
			most = append(most, int(math.Ceil(n[h])))
			sum += n[h]
		}
		total := 0
		for h, v := range weighting.RoundAllocation(n, most) {
			total += v
			if math.Abs(float64(v)-n[h]) >= 1 || v > most[h] {
				t.Fatalf("seed %d: %g became %d, at most %d", seed, n[h], v, most[h])
			}
		}
		if total != int(math.Round(sum)) {
			t.Fatalf("seed %d: %g became %d", seed, sum, total)
		}
	}
}

// One stratum and one variable, by hand: CV² = S²(1/n-1/N)/M², so with S = M,
// N = 100 and a CV of 0.1 it is 1/n = 0.01 + 0.01: 50. With the CV of 0.0001 all
// but a part in a million are needed.
func TestBethelByHand(t *testing.T) {
	for cv, want := range map[float64]float64{0.1: 50, 0.0001: 100 / 1.000001} {
		n, err := weighting.Bethel([]float64{100}, nil, []weighting.Precision{{Mean: []float64{2}, SD: []float64{2}, CV: cv}}, 0)
		if err != nil || !near(n[0], want, 1e-9) {
			t.Errorf("CV %g: %v, %v, want %g", cv, n, err, want)
		}
	}
}

// Bethel's allocation is feasible, and no cheaper one is: moving cost between
// any two strata without raising it breaks a precision.
func TestBethelIsFeasibleAndBest(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 3))
		strata, vars := 2+rng.IntN(5), 1+rng.IntN(4)
		size, cost := make([]float64, strata), make([]float64, strata)
		for h := range size {
			size[h], cost[h] = 500+5000*rng.Float64(), 1+3*rng.Float64()
		}
		want := make([]weighting.Precision, vars)
		for j := range want {
			want[j] = weighting.Precision{Name: "v", CV: 0.03 + 0.1*rng.Float64()}
			for h := range size {
				in := 1.0
				if j > 0 && rng.IntN(3) == 0 && h > 0 {
					in = 0 // outside of the domain
				}
				want[j].Mean = append(want[j].Mean, in*(1+rng.Float64()))
				want[j].SD = append(want[j].SD, in*(0.5+2*rng.Float64()))
			}
		}
		n, err := weighting.Bethel(size, cost, want, 2)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		broken := func(n []float64) bool {
			for _, p := range want {
				if cvOf(p, size, n) > p.CV*(1+1e-9) {
					return true
				}
			}
			return false
		}
		if broken(n) {
			t.Fatalf("seed %d: %v misses a precision", seed, n)
		}
		for a := range n {
			for b := range n {
				if a == b {
					continue
				}
				for _, part := range []float64{0.2, 0.02} {
					moved := append([]float64(nil), n...)
					less := part * n[a]
					moved[a] -= less
					moved[b] = min(size[b], moved[b]+less*cost[a]/cost[b]*0.999)
					if moved[a] >= 2 && !broken(moved) {
						t.Fatalf("seed %d: %v is dearer than %v", seed, n, moved)
					}
				}
			}
		}
	}
}

// Small strata reach their sizes and the least that is asked for, and a stratum that was
// set to one of them may have to leave it again, as in seed 974. No allocation of a grid
// of the three strata is cheaper. Red if what is set stays set.
func TestBethelLeavesLimits(t *testing.T) {
	for k := range weighting.Seeds() / 2 {
		seed := 974 + k
		rng := rand.New(rand.NewPCG(seed, 5))
		size, cost := make([]float64, 3), make([]float64, 3)
		for h := range size {
			size[h], cost[h] = 60+200*rng.Float64(), 1+3*rng.Float64()
		}
		want := make([]weighting.Precision, 1+rng.IntN(2))
		for j := range want {
			want[j].CV = 0.04 + 0.06*rng.Float64()
			for range size {
				want[j].Mean, want[j].SD = append(want[j].Mean, 1+rng.Float64()), append(want[j].SD, 0.3+2*rng.Float64())
			}
		}
		const least = 43
		n, err := weighting.Bethel(size, cost, want, least)
		if err != nil {
			t.Fatal(err)
		}
		price := func(n []float64) float64 { return n[0]*cost[0] + n[1]*cost[1] + n[2]*cost[2] }
		meets := func(n []float64) bool {
			for _, p := range want {
				if cvOf(p, size, n) > p.CV*(1+1e-9) {
					return false
				}
			}
			return true
		}
		if !meets(n) {
			t.Fatalf("seed %d: %v misses a precision", seed, n)
		}
		const steps = 24
		at := func(h, k int) float64 { return least + (size[h]-least)*float64(k)/steps }
		for k := range (steps + 1) * (steps + 1) * (steps + 1) {
			other := []float64{at(0, k%(steps+1)), at(1, k/(steps+1)%(steps+1)), at(2, k/(steps+1)/(steps+1))}
			if price(other) < price(n)*(1-1e-7) && meets(other) {
				t.Fatalf("seed %d: sizes %v at %v: %v for %g, and %v for %g", seed, size, cost, n, price(n), other, price(other))
			}
		}
	}
}

// Outside of what they say they take, sizes and powers are what their comments say, and
// are told at once: a deviation of 0 made a power that was never found.
func TestSizesOutsideTheirDomain(t *testing.T) {
	inf := math.Inf(1)
	for name, pair := range map[string][2]float64{
		"margin of a share of 0":   {weighting.SizeForMargin(0, 0.1, 0.95, 1), 0},
		"margin of 0":              {weighting.SizeForMargin(0.5, 0, 0.95, 1), inf},
		"level of 1":               {weighting.SizeForMargin(0.5, 0.1, 1, 1), inf},
		"CV of a share of 0":       {weighting.SizeForCV(0, 0.1, 1), inf},
		"CV of 0":                  {weighting.SizeForCV(0.5, 0, 1), inf},
		"CV of a share of 1":       {weighting.SizeForCV(1, 0.1, 1), 0},
		"no difference":            {weighting.SizeForDifference(0.3, 0.3, 0.05, 0.8), inf},
		"power of one row":         {weighting.PowerOfMeans(1, 0.3, 1, 0.05), math.NaN()},
		"power with no deviation":  {weighting.PowerOfMeans(10, 0.3, 0, 0.05), math.NaN()},
		"power of fewer than none": {weighting.PowerOfDifference(-1, 0.3, 0.4, 0.05), math.NaN()},
		"power without variance":   {weighting.PowerOfDifference(10, 0, 0, 0.05), math.NaN()},
	} {
		if got, want := pair[0], pair[1]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%s: %g, want %g", name, got, want)
		}
	}
}

func TestBethelRefuses(t *testing.T) {
	size := []float64{100, 200}
	one := []float64{1, 1}
	for name, p := range map[string]weighting.Precision{
		"a total of nothing":    {Mean: []float64{0, 0}, SD: one, CV: 0.1},
		"a CV of nothing":       {Mean: one, SD: one},
		"a deviation unknown":   {Mean: one, SD: []float64{math.NaN(), 1}, CV: 0.1},
		"a mean that is no sum": {Mean: []float64{math.Inf(1), 1}, SD: one, CV: 0.1},
	} {
		if n, err := weighting.Bethel(size, nil, []weighting.Precision{p}, 2); err == nil {
			t.Errorf("%s: %v, want an error", name, n)
		}
	}
}
