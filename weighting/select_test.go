package weighting_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"cifra/weighting"
)

// By hand: sizes 1, 2, 3 and 4 with two units give 0.2, 0.4, 0.6 and 0.8,
// cumulated 0.2, 0.6, 1.2 and 2. From 0.1 the draws at 0.1 and 1.1 are the first
// and third, from 0.5 at 0.5 and 1.5 the second and fourth, from 0 the integers
// 1 and 2: the third and fourth.
func TestSystematicByHand(t *testing.T) {
	pi, err := weighting.InclusionProbabilities([]float64{1, 2, 3, 4}, 2)
	if err != nil {
		t.Fatal(err)
	}
	for start, want := range map[float64][]int{0.1: {0, 2}, 0.5: {1, 3}, 0: {2, 3}} {
		if got, err := weighting.SelectSystematic(pi, start); err != nil || !slices.Equal(got, want) {
			t.Errorf("from %g: %v, %v, want %v", start, got, err, want)
		}
	}
}

// A unit of more than its share is certain, and the rest is shared anew until
// none is: sizes 10, 4, 1 and 1 with three units make the first certain (3·10/16
// is above 1), then the second (2·4/6), and 1·1/2 is left for the others.
func TestCertaintiesByHand(t *testing.T) {
	pi, err := weighting.InclusionProbabilities([]float64{10, 4, 1, 1, 0}, 3)
	if want := []float64{1, 1, 0.5, 0.5, 0}; err != nil || !slices.Equal(pi, want) {
		t.Errorf("%v, %v, want %v", pi, err, want)
	}
	for name, size := range map[string][]float64{
		"negative": {1, -1, 3, 4}, "missing": {1, math.NaN(), 3, 4}, "too few with a size": {1, 1, 0, 0},
	} {
		if pi, err := weighting.InclusionProbabilities(size, 3); err == nil {
			t.Errorf("%s: %v, want an error", name, pi)
		}
	}
}

// Each method takes as many units as the probabilities add up to, each as often
// as its probability says, and the same ones from the same seed.
func TestSelectionMeetsItsProbabilities(t *testing.T) {
	sizes := []float64{5, 1, 2, 9, 3, 0, 4, 30, 6}
	for _, m := range []weighting.SelectionMethod{weighting.Systematic, weighting.BrewerSelection, weighting.TilleElimination, weighting.SimpleRandom} {
		t.Run(m.String(), func(t *testing.T) {
			size := sizes
			if m == weighting.SimpleRandom {
				size = slices.Repeat([]float64{1}, len(sizes))
			}
			pi, err := weighting.InclusionProbabilities(size, 4)
			if err != nil {
				t.Fatal(err)
			}
			const draws = 20000
			count := make([]float64, len(pi))
			rng, again := rand.New(rand.NewPCG(7, 7)), rand.New(rand.NewPCG(7, 7))
			for range draws {
				units, err := weighting.Select(m, pi, rng)
				if err != nil || len(units) != 4 || !slices.IsSorted(units) {
					t.Fatalf("Select = %v, %v", units, err)
				}
				same, err := weighting.Select(m, pi, again)
				if err != nil || !slices.Equal(units, same) {
					t.Fatalf("the same seed drew %v and %v", units, same)
				}
				for _, k := range units {
					count[k]++
				}
			}
			for k, p := range pi {
				// Five standard errors of a share of 20,000 draws: a chance of one
				// in two million a unit.
				if math.Abs(count[k]/draws-p) > 5*math.Sqrt(p*(1-p)/draws) {
					t.Errorf("unit %d was drawn in %g of the samples, its probability is %g", k, count[k]/draws, p)
				}
			}
		})
	}
}

// Joint probabilities are those of a pair: over all pairs of a unit they add up
// to (n-1) π, as in any sample of fixed size.
func TestJointProbabilitiesAddUp(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 4))
		size := make([]float64, 3+rng.IntN(9))
		for k := range size {
			size[k] = 1 + math.Exp(2*rng.NormFloat64())
		}
		n := 2 + rng.IntN(len(size)-2)
		for _, m := range []weighting.SelectionMethod{weighting.Systematic, weighting.TilleElimination, weighting.SimpleRandom} {
			own := size
			if m == weighting.SimpleRandom {
				own = slices.Repeat([]float64{1}, len(size))
			}
			pi, err := weighting.InclusionProbabilities(own, n)
			if err != nil {
				t.Fatal(err)
			}
			joint, err := weighting.JointProbabilities(m, pi)
			if err != nil {
				t.Fatal(err)
			}
			for k, row := range joint {
				sum := 0.0
				for l, v := range row {
					sum += v
					if v < 0 || v > min(pi[k], pi[l])+1e-9 || math.Abs(v-joint[l][k]) > 1e-12 {
						t.Fatalf("seed %d, %s: pair %d, %d has %g of %g and %g", seed, m, k, l, v, pi[k], pi[l])
					}
				}
				if !near(sum, float64(n)*pi[k], 1e-6) {
					t.Fatalf("seed %d, %s: the pairs of unit %d add up to %g, want %g", seed, m, k, sum, float64(n)*pi[k])
				}
			}
		}
	}
}

// The joint probabilities of an elimination are how often pairs are drawn.
func TestEliminationDrawsItsPairs(t *testing.T) {
	pi, err := weighting.InclusionProbabilities([]float64{1, 2, 3, 4, 5}, 2)
	if err != nil {
		t.Fatal(err)
	}
	joint, err := weighting.JointProbabilities(weighting.TilleElimination, pi)
	if err != nil {
		t.Fatal(err)
	}
	const draws = 40000
	count := map[[2]int]float64{}
	rng := rand.New(rand.NewPCG(3, 3))
	for range draws {
		units, err := weighting.Select(weighting.TilleElimination, pi, rng)
		if err != nil {
			t.Fatal(err)
		}
		count[[2]int(units)]++
	}
	for pair, n := range count {
		if p := joint[pair[0]][pair[1]]; math.Abs(n/draws-p) > 5*math.Sqrt(p*(1-p)/draws) {
			t.Errorf("pair %v was drawn in %g of the samples, want %g", pair, n/draws, p)
		}
	}
}

func TestSelectRefuses(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for name, pi := range map[string][]float64{
		"above 1": {1.2, 0.8}, "missing": {math.NaN(), 1}, "no whole size": {0.5, 0.7}, "nothing": {0, 0},
	} {
		if units, err := weighting.Select(weighting.Systematic, pi, rng); err == nil {
			t.Errorf("%s: %v, want an error", name, units)
		}
	}
	if _, err := weighting.Select(weighting.SimpleRandom, []float64{0.4, 0.6}, rng); err == nil {
		t.Error("a simple sample of unequal probabilities: want an error")
	}
	if _, err := weighting.SelectSystematic([]float64{0.5, 0.5}, 1); err == nil {
		t.Error("a start of 1: want an error")
	}
	if _, err := weighting.JointProbabilities(weighting.BrewerSelection, []float64{0.5, 0.5}); err == nil {
		t.Error("joint probabilities of Brewer: want an error")
	}
}
