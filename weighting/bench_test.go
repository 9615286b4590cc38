package weighting_test

import (
	"math/rand/v2"
	"testing"

	"cifra/weighting"
)

// bigWorld is a file the size of a large national survey: rows sorted by PSU, 20
// PSUs a stratum.
func bigWorld(b *testing.B, rows, psus, items int) (*weighting.Design, [][]float64, []int32) {
	b.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	stratum, psu := make([]int, rows), make([]int, rows)
	w := make([]float64, rows)
	domain := make([]int32, rows)
	vars := make([][]float64, items)
	for j := range vars {
		vars[j] = make([]float64, rows)
	}
	for i := range rows {
		psu[i] = i * psus / rows
		stratum[i] = psu[i] / 20
		w[i] = 100 + 100*rng.Float64()
		domain[i] = int32(rng.IntN(64))
		for j := range vars {
			if rng.IntN(j+3) == 0 {
				vars[j][i] = 1
			}
		}
	}
	return mustDesign(b, stratum, psu, w, weighting.Options{}), vars, domain
}

// BenchmarkMeans estimates 10 means with standard errors on a million rows in
// 10,000 PSUs and 500 strata, in one thread.
func BenchmarkMeans(b *testing.B) {
	d, vars, _ := bigWorld(b, 1_000_000, 10_000, 10)
	b.ReportAllocs()
	for b.Loop() {
		sums := d.Sums(vars, weighting.Domains{})
		for j := range vars {
			if _, err := d.Estimate(sums.Mean(0, j), weighting.Interval{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*d.Len())/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkDomains estimates one mean in each of 64 domains on a million rows.
func BenchmarkDomains(b *testing.B) {
	d, vars, domain := bigWorld(b, 1_000_000, 10_000, 1)
	by := weighting.Domains{Of: domain, N: 64}
	b.ReportAllocs()
	for b.Loop() {
		sums := d.Sums(vars, by)
		for g := range sums.Domains() {
			if _, err := d.Estimate(sums.Mean(g, 0), weighting.Interval{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*d.Len())/b.Elapsed().Seconds(), "rows/s")
}
