package weighting_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"cifra/weighting"
)

// Sums of the parts of a file that is cut anywhere, added up, are those of the
// whole: 1,000 files.
func TestTallyOfPartsEqualsWhole(t *testing.T) {
	for seed := range weighting.Seeds() {
		rng := rand.New(rand.NewPCG(seed, 3))
		n, domains := 4+rng.IntN(60), 1+rng.IntN(3)
		stratum, psu, w := make([]int, n), make([]int, n), make([]float64, n)
		y, x, of := make([]float64, n), make([]float64, n), make([]int32, n)
		for i := range n {
			psu[i] = rng.IntN(9)
			stratum[i] = psu[i] / 3
			w[i] = float64(rng.IntN(5))
			y[i], x[i] = 100+rng.NormFloat64(), 1+rng.Float64()
			of[i] = int32(rng.IntN(domains+1) - 1)
		}
		squares := [][2]int{{0, 0}, {1, 1}, {0, 1}}
		opt := weighting.Options{Lonely: weighting.LonelyAdjust}
		d := mustDesign(t, stratum, psu, w, opt)
		whole := d.Sums([][]float64{y, x}, weighting.Domains{Of: of, N: domains}, squares...)

		var tally weighting.Tally
		units := map[int]int32{} // PSUs as they are met
		var unitStratum, unitPSU []int
		for lo := 0; lo < n; {
			hi := min(n, lo+1+rng.IntN(n))
			block := mustDesign(t, stratum[lo:hi], psu[lo:hi], w[lo:hi], opt)
			h, p := block.UnitCodes()
			unit := make([]int32, len(p))
			for u := range p {
				k, ok := units[p[u]]
				if !ok {
					k = int32(len(unitPSU))
					units[p[u]] = k
					unitStratum, unitPSU = append(unitStratum, h[u]), append(unitPSU, p[u])
				}
				unit[u] = k
			}
			domain := make([]int32, domains)
			for g := range domain {
				domain[g] = int32(g)
			}
			tally.Add(block.Sums([][]float64{y[lo:hi], x[lo:hi]}, weighting.Domains{Of: of[lo:hi], N: domains}, squares...), unit, domain)
			lo = hi
		}
		of1 := mustDesign(t, unitStratum, unitPSU, slices.Repeat([]float64{1}, len(unitPSU)), opt)
		sum := tally.Sums(of1, domains)
		for g := range domains {
			if sum.Rows(g) != whole.Rows(g) {
				t.Fatalf("seed %d: domain %d has %d rows, want %d", seed, g, sum.Rows(g), whole.Rows(g))
			}
			for k, pair := range [][2]weighting.Statistic{
				{sum.Total(g, 0), whole.Total(g, 0)}, {sum.Mean(g, 0), whole.Mean(g, 0)}, {sum.Ratio(g, 0, 1), whole.Ratio(g, 0, 1)},
			} {
				got, err1 := of1.Estimate(pair[0], weighting.Interval{})
				want, err2 := d.Estimate(pair[1], weighting.Interval{})
				near := func(a, b float64) bool {
					return math.Abs(a-b) <= 1e-8*(1+math.Abs(b)) || fmt.Sprint(a) == fmt.Sprint(b)
				}
				if fmt.Sprint(err1) != fmt.Sprint(err2) || got.N != want.N || got.DF != want.DF || !near(got.Value, want.Value) || !near(got.SE, want.SE) || !near(got.Deff, want.Deff) {
					t.Fatalf("seed %d: domain %d, statistic %d: %+v, %v\nwant %+v, %v", seed, g, k, got, err1, want, err2)
				}
			}
		}
	}
}
