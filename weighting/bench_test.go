package weighting_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"cifra/weighting"
)

// A survey is a file the size of a large national survey: rows sorted by PSU,
// 20 PSUs a stratum, 16 strata a region, items that are 0 or 1 and vary between
// PSUs.
type survey struct {
	stratum, psu []int
	w            []float64
	items        [][]float64

	region, sex, age, educ []int // from 0: 32, 2, 6 and 4 of them
}

func bigSurvey(rows, items int) *survey {
	const psus = 10_000
	rng := rand.New(rand.NewPCG(1, 1))
	s := &survey{items: make([][]float64, items)}
	effect := make([]float64, psus)
	for p := range effect {
		effect[p] = 0.35 * rng.NormFloat64()
	}
	for j := range s.items {
		s.items[j] = make([]float64, rows)
	}
	for i := range rows {
		p := int(int64(i) * psus / int64(rows))
		s.psu, s.stratum = append(s.psu, p), append(s.stratum, p/20)
		s.region = append(s.region, min(p/320, 31))
		s.sex, s.age, s.educ = append(s.sex, rng.IntN(2)), append(s.age, rng.IntN(6)), append(s.educ, rng.IntN(4))
		s.w = append(s.w, 100+100*rng.Float64())
		for j := range s.items {
			if rng.Float64() < 1/(1+math.Exp(1.1+0.3*float64(j)-effect[p])) {
				s.items[j][i] = 1
			}
		}
	}
	return s
}

func (s *survey) design(b *testing.B) *weighting.Design {
	b.Helper()
	return mustDesign(b, s.stratum, s.psu, s.w, weighting.Options{})
}

// margins are totals of four classifications, near those of the sample.
func (s *survey) margins() []weighting.Control {
	rng := rand.New(rand.NewPCG(99, 0))
	var out []weighting.Control
	population := 0.0
	for _, m := range []struct {
		name  string
		code  []int
		count int
	}{{"region", s.region, 32}, {"sex", s.sex, 2}, {"age", s.age, 6}, {"educ", s.educ, 4}} {
		total, sum := make([]float64, m.count), 0.0
		for i, c := range m.code {
			total[c] += s.w[i]
		}
		for c := range total {
			total[c] *= math.Exp(0.06 * rng.NormFloat64())
			sum += total[c]
		}
		if population == 0 {
			population = sum
		}
		for c := range total {
			total[c] *= population / sum
		}
		out = append(out, weighting.Control{Name: m.name, Code: m.code, Totals: total})
	}
	return out
}

// means estimates every item with its standard error.
func means(b *testing.B, d *weighting.Design, items [][]float64) {
	sums := d.Sums(items, weighting.Domains{})
	for j := range items {
		m := sums.Mean(0, j)
		if _, err := d.Covariance(m, m); err != nil {
			b.Fatal(err)
		}
	}
}

func perRow(b *testing.B, rows int) {
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkDesign makes the design of a million rows in 10,000 PSUs and 500
// strata.
func BenchmarkDesign(b *testing.B) {
	s := bigSurvey(1_000_000, 0)
	b.ReportAllocs()
	for b.Loop() {
		s.design(b)
	}
	perRow(b, len(s.w))
}

// BenchmarkMeans estimates 10 means with their intervals, in one thread, on
// files of three sizes: time grows with the rows.
func BenchmarkMeans(b *testing.B) {
	for _, rows := range []int{100_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			s := bigSurvey(rows, 10)
			d := s.design(b)
			b.ReportAllocs()
			for b.Loop() {
				sums := d.Sums(s.items, weighting.Domains{})
				for j := range s.items {
					if _, err := d.Estimate(sums.Mean(0, j), weighting.Interval{}); err != nil {
						b.Fatal(err)
					}
				}
			}
			perRow(b, rows)
		})
	}
}

// BenchmarkDomains estimates one mean in each region and sex.
func BenchmarkDomains(b *testing.B) {
	s := bigSurvey(1_000_000, 1)
	d := s.design(b)
	by := weighting.Domains{Of: make([]int32, len(s.w)), N: 64}
	for i := range by.Of {
		by.Of[i] = int32(2*s.region[i] + s.sex[i])
	}
	b.ReportAllocs()
	for b.Loop() {
		sums := d.Sums(s.items, by)
		for g := range sums.Domains() {
			if _, err := d.Estimate(sums.Mean(g, 0), weighting.Interval{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	perRow(b, len(s.w))
}

// BenchmarkRake meets four margins.
func BenchmarkRake(b *testing.B) {
	s := bigSurvey(1_000_000, 0)
	d, margins := s.design(b), s.margins()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Rake(margins, weighting.RakeOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	perRow(b, len(s.w))
}

// BenchmarkBootstrap makes 500 replicates and 10 means with their errors, on
// files of three sizes.
func BenchmarkBootstrap(b *testing.B) {
	for _, rows := range []int{100_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			s := bigSurvey(rows, 10)
			d := s.design(b)
			b.ReportAllocs()
			for b.Loop() {
				rep, err := d.Replicate(weighting.Replication{Scheme: weighting.RaoWu, Count: 500, Seed: 1})
				if err != nil {
					b.Fatal(err)
				}
				means(b, rep, s.items)
			}
			perRow(b, rows)
		})
	}
}

// BenchmarkBootstrapRaked rakes every one of 500 replicates anew.
func BenchmarkBootstrapRaked(b *testing.B) {
	s := bigSurvey(1_000_000, 10)
	d, margins := s.design(b), s.margins()
	b.ReportAllocs()
	for b.Loop() {
		rep, err := d.Replicate(weighting.Replication{Scheme: weighting.RaoWu, Count: 500, Seed: 1})
		if err != nil {
			b.Fatal(err)
		}
		if rep, err = rep.Rake(margins, weighting.RakeOptions{}); err != nil {
			b.Fatal(err)
		}
		means(b, rep, s.items)
	}
}
