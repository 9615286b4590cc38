package weighting_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"cifra/weighting"
)

// drawnTimes returns how often each of the PSUs of one stratum was drawn on each
// replicate, told from the replicate weights.
func drawnTimes(t *testing.T, psus, count int, scheme weighting.Scheme) [][]int {
	t.Helper()
	w := make([]float64, psus)
	for i := range w {
		w[i] = 1
	}
	d := replicate(t, mustDesign(t, nil, nil, w, weighting.Options{}), weighting.Replication{Scheme: scheme, Count: count, Seed: 9})
	share := 1.0
	if scheme == weighting.RaoWu {
		share = float64(psus) / float64(psus-1)
	}
	times := make([][]int, count)
	for r := range times {
		times[r] = make([]int, psus)
		for i, v := range d.ReplicateWeights(r) {
			n := math.Round(v / share)
			if !near(v, n*share, 1e-12) {
				t.Fatalf("replicate %d, PSU %d: a weight of %v is no multiple of %v", r, i, v, share)
			}
			times[r][i] = int(n)
		}
	}
	return times
}

// A replicate draws n-1 of n PSUs, or n of them: no more, no less, for sizes whose
// powers fit a random word once, a few times and many times.
func TestReplicatesDrawAsManyAsTheyShould(t *testing.T) {
	for _, psus := range []int{2, 3, 7, 20, 255, 256, 257, 70_000} {
		for scheme, want := range map[weighting.Scheme]int{weighting.RaoWu: psus - 1, weighting.CantyDavison: psus} {
			for r, times := range drawnTimes(t, psus, 3, scheme) {
				got := 0
				for _, n := range times {
					got += n
				}
				if got != want {
					t.Errorf("%s of %d PSUs, replicate %d: %d draws, want %d", scheme, psus, r, got, want)
				}
			}
		}
	}
}

// Draws are uniform and do not know of each other: of three PSUs drawn twice, each
// of the nine outcomes is as likely. Those that share a random word included, so a
// word that serves twice unchanged would show.
func TestDrawsAreIndependent(t *testing.T) {
	const count = 90_000
	seen := map[[3]int]int{}
	for _, times := range drawnTimes(t, 3, count, weighting.RaoWu) {
		seen[[3]int(times)]++
	}
	for outcome, p := range map[[3]int]float64{
		{2, 0, 0}: 1. / 9, {0, 2, 0}: 1. / 9, {0, 0, 2}: 1. / 9, {1, 1, 0}: 2. / 9, {1, 0, 1}: 2. / 9, {0, 1, 1}: 2. / 9,
	} {
		sd := math.Sqrt(count * p * (1 - p))
		if got := float64(seen[outcome]); math.Abs(got-count*p) > 5*sd {
			t.Errorf("%v came %v times, want %v ± %v", outcome, got, count*p, sd)
		}
	}
}

// The work of replicates is replicates times PSUs, and where a step reweights them,
// replicates times the pairs of PSU and cell that occur. Ten times the rows of the
// same PSUs and cells are the same work.
func TestWorkOfReplicatesDoesNotGrowWithRows(t *testing.T) {
	const strata, perStratum, cells, count = 10, 4, 6, 20
	for _, rows := range []int{2_000, 20_000} {
		rng := rand.New(rand.NewPCG(4, 4))
		var stratum, psu, cell []int
		w, totals := []float64{}, make([]float64, cells)
		pairs := map[[2]int]bool{}
		for i := range rows {
			p := i * strata * perStratum / rows
			c := (p + rng.IntN(3)) % cells // three of the cells in each PSU
			stratum, psu, cell, w = append(stratum, p/perStratum), append(psu, p), append(cell, c), append(w, 1+rng.Float64())
			pairs[[2]int{p, c}] = true
			totals[c] += 2
		}
		d := replicate(t, mustDesign(t, stratum, psu, w, weighting.Options{}), weighting.Replication{Scheme: weighting.RaoWu, Count: count, Seed: 1})
		if got := weighting.ReplicateWork(d); got != count*strata*perStratum {
			t.Errorf("%d rows: %d products, want replicates times PSUs, %d", rows, got, count*strata*perStratum)
		}
		raked, err := d.Rake([]weighting.Control{{Name: "cell", Code: cell, Totals: totals}}, weighting.RakeOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if got := weighting.ReplicateWork(raked); got != count*len(pairs) || len(pairs) != strata*perStratum*3 {
			t.Errorf("%d rows: %d products after raking, want replicates times pairs, %d of %d", rows, got, count*len(pairs), len(pairs))
		}
	}
}

// What replicates keep are bytes for each PSU, however many rows there are.
func TestReplicatesKeepAByteAPSU(t *testing.T) {
	const psus, count = 1_000, 400
	kept := func(rows int) float64 {
		psu, w := make([]int, rows), make([]float64, rows)
		for i := range psu {
			psu[i], w[i] = i*psus/rows, 1
		}
		d := mustDesign(t, nil, psu, w, weighting.Options{})
		r := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Replicate(weighting.Replication{Scheme: weighting.RaoWu, Count: count, Seed: 1}); err != nil {
					b.Fatal(err)
				}
			}
		})
		return float64(r.AllocedBytesPerOp())
	}
	few, many := kept(psus), kept(100*psus)
	if few > 1.5*psus*count || many > 1.01*few {
		t.Errorf("%v bytes for a row a PSU, %v for a hundred; %d PSUs times replicates", few, many, psus*count)
	}
}
