package weighting_test

import (
	"math"
	"testing"

	"cifra/weighting"
)

// pairsFile has a stratum of four PSUs, whose rows are not in the order of their
// codes, and one of two.
var pairsFile = struct {
	stratum, psu []int
	w, y, x, n   []float64
}{
	[]int{1, 1, 1, 1, 2, 2, 9}, []int{4, 2, 1, 3, 6, 5, 7},
	[]float64{1, 2, 1, 3, 1, 2, 1}, []float64{1, 3, 6, 10, 2, 5, 8}, []float64{1, 2, 2, 3, 1, 2, 3},
	[]float64{8, 8, 8, 8, 5, 5, 1},
}

// In the order of the rows the pairs have 1 and 6, 6 and 30, 2 and 10: 25 + 576 + 64 =
// 665, which is what R's as.svrepdesign(type = "BRR") gives, and Fay's parts too. Red
// if pairs are in the order of the codes, which gives 905.
func TestHalfSamplesOfEvenStrata(t *testing.T) {
	f := pairsFile
	d := mustDesign(t, f.stratum[:6], f.psu[:6], f.w[:6], weighting.Options{})
	for scheme, rho := range map[weighting.Scheme]float64{weighting.BRR: 0, weighting.Fay: 0.3} {
		r := replicate(t, d, weighting.Replication{Scheme: scheme, Rho: rho})
		if got := varianceOf(t, r, f.y[:6]); !near(got, 665, 1e-12) {
			t.Errorf("%s: variance %g, want 665", scheme, got)
		}
		if r.Replicates() != 4 {
			t.Errorf("%s: %d replicates of three pairs, want 4", scheme, r.Replicates())
		}
	}
}

// A stratum of one PSU of one adds nothing and its weights stay: by R the jackknife
// has six replicates, 378.9 for the total and 0.111216213514 for the ratio, and the
// total's is the linearised variance. Red if such a stratum is refused, or gets a
// replicate of its own.
func TestCertainPSUsDoNotBlockReplicates(t *testing.T) {
	f := pairsFile
	d := mustDesign(t, f.stratum, f.psu, f.w, weighting.Options{FPC: f.n})
	if v := varianceOf(t, d, f.y); !near(v, 378.9, 1e-12) {
		t.Fatalf("linearised variance %g, want 378.9", v)
	}
	r := replicate(t, d, weighting.Replication{Scheme: weighting.JKn})
	sums := r.Sums([][]float64{f.y, f.x}, weighting.Domains{})
	ratio := estimate(t, r, sums.Ratio(0, 0, 1))
	if got := varianceOf(t, r, f.y); r.Replicates() != 6 || !near(got, 378.9, 1e-12) || !near(ratio.SE*ratio.SE, 0.111216213514, 1e-10) {
		t.Errorf("%d replicates, variances %g and %g", r.Replicates(), got, ratio.SE*ratio.SE)
	}
	for _, scheme := range []weighting.Scheme{
		weighting.BRR, weighting.Fay, weighting.RaoWu, weighting.CantyDavison, weighting.RaoWuYueBeaumont, weighting.Preston, weighting.SuccessiveDifference,
	} {
		count := 20
		if scheme == weighting.SuccessiveDifference {
			count = 0
		}
		r := replicate(t, d, weighting.Replication{Scheme: scheme, Count: count, Seed: 3})
		for i := range r.Replicates() {
			if w := r.ReplicateWeights(i)[6]; w != 1 {
				t.Fatalf("%s: the certain PSU has weight %g on replicate %d", scheme, w, i+1)
			}
		}
		if v := varianceOf(t, r, f.y); !(v > 0) || math.IsInf(v, 1) {
			t.Errorf("%s: variance %g", scheme, v)
		}
	}
}

// A stratum that is left out of the variance by rule is left out of that of replicates.
func TestReplicatesFollowTheRuleOfSinglePSUs(t *testing.T) {
	f := pairsFile
	for _, rule := range []weighting.LonelyRule{weighting.LonelyRemove, weighting.LonelyCertainty} {
		d := mustDesign(t, f.stratum, f.psu, f.w, weighting.Options{Lonely: rule})
		r := replicate(t, d, weighting.Replication{Scheme: weighting.JKn})
		if got, want := varianceOf(t, r, f.y), varianceOf(t, d, f.y); !near(got, want, 1e-12) {
			t.Errorf("%s: variance %g, linearised %g", rule, got, want)
		}
	}
}

// Copies of PSUs spread as much as the linearised variance says, whether they go whole
// into the population or not: two of four with totals of 1 and 3, (1-½)·2·2 = 2, and six
// with a spread of 56.8; R's 20,000 replicates give 2.69, 13.5, 31.1 and 29.1, with its
// N/(N-1) and its rounding. Red if the draw is with replacement: then they are 4 and 56.8.
func TestCantyDavisonKnowsThePopulation(t *testing.T) {
	six := []float64{1, 3, 2, 7, 4, 9}
	for _, c := range []struct {
		y             []float64
		n, want, near float64
	}{
		{[]float64{1, 3}, 4, 2, 0.04},
		{six, 12, 28.4, 0.04},
		{six, 8, 14.2, 0.04},
		{six, 11, 56.8 * 5 / 11, 0.04},
		{six, 100.5, 56.8 * 94.5 / 100.5, 0.04},
		{six, 6, 0, 0},
	} {
		fpc := make([]float64, len(c.y))
		for k := range fpc {
			fpc[k] = c.n
		}
		d := mustDesign(t, nil, nil, ones(len(c.y)), weighting.Options{FPC: fpc})
		r := replicate(t, d, weighting.Replication{Scheme: weighting.CantyDavison, Count: 20000, Seed: 8})
		got := varianceOf(t, r, c.y)
		if math.Abs(got-c.want) > c.near*c.want {
			t.Errorf("%d PSUs of %g: variance %g, want about %g", len(c.y), c.n, got, c.want)
		}
	}
}

// R's copies, by name, spread N/(N-1) times as much as the linearised variance says:
// 2·4/3 and 28.4·12/11, for which R's 20,000 replicates give 2.69 and 31.1. Red if
// CopiesLikeR is not heard.
func TestCopiesLikeR(t *testing.T) {
	for _, c := range []struct {
		y       []float64
		n, want float64
	}{{[]float64{1, 3}, 4, 2 * 4. / 3}, {[]float64{1, 3, 2, 7, 4, 9}, 12, 28.4 * 12 / 11}} {
		fpc := make([]float64, len(c.y))
		for k := range fpc {
			fpc[k] = c.n
		}
		d := mustDesign(t, nil, nil, ones(len(c.y)), weighting.Options{FPC: fpc})
		how := weighting.Replication{Scheme: weighting.CantyDavison, Count: 20000, Seed: 8, CopiesLikeR: true}
		if got := varianceOf(t, replicate(t, d, how), c.y); math.Abs(got-c.want) > 0.03*c.want {
			t.Errorf("%d PSUs of %g: variance %g, want about %g", len(c.y), c.n, got, c.want)
		}
	}
}

// What a scheme says of the population is what its variance does: with half of the
// PSUs sampled it is half, or all, of that with replacement.
func TestFinitePopulationIsAsSaid(t *testing.T) {
	fpc := make([]float64, 8)
	for k := range fpc {
		fpc[k] = 16
	}
	y := []float64{1, 3, 2, 7, 4, 9, 5, 5}
	finite, free := mustDesign(t, nil, nil, ones(8), weighting.Options{FPC: fpc}), mustDesign(t, nil, nil, ones(8), weighting.Options{})
	for scheme := weighting.JK1; scheme <= weighting.SuccessiveDifference; scheme++ {
		how := weighting.Replication{Scheme: scheme, Count: 4096, Seed: 4, Rho: 0.3}
		share := varianceOf(t, replicate(t, finite, how), y) / varianceOf(t, replicate(t, free, how), y)
		want := 1.0
		if scheme.FinitePopulation() {
			want = 0.5
		}
		if math.Abs(share-want) > 0.1*want {
			t.Errorf("%s: half of the PSUs sampled leave %g of the variance, said is %g", scheme, share, want)
		}
	}
}
