package weighting_test

import (
	"math"
	"testing"

	"cifra/weighting"
)

// This file holds R's defaults, by the names they have here, to R's numbers. All are from
// R 4.2.2 with survey 4.1-1 on testdata/models.csv, whose design d is that of
// model_reference_test.go, with
//
//	ps <- data.frame(sex = c("F", "M"), Freq = c(5000, 4800))
//	pg <- data.frame(group = c("centre", "north", "south"), Freq = c(3000, 3400, 3400))

// rake(d, list(~sex, ~group), list(ps, pg)): epsilon is 1, a change of 1 in a cell of sex
// by group; with epsilon = 1e-6 it is that part of the 15,598.6 that the weights add up to.
// svytotal(~incidents, …) has the variance of ten sweeps. Red if the change is of a
// margin's total, or relative to each cell.
func TestRakeStopsAsRDoes(t *testing.T) {
	s := readStudy(t)
	sex, group := s.factor(t, "sex"), s.factor(t, "group")
	margins := []weighting.Control{
		{Name: "sex", Code: sex.Code, Totals: []float64{5000, 4800}},
		{Name: "group", Code: group.Code, Totals: []float64{3000, 3400, 3400}},
	}
	for _, c := range []struct {
		change float64
		want   []float64
	}{
		{1, []float64{47.209380239081497, 46.296310942939648, 28.850229657753584, 30.283759532050112, 23.991287706192637}},
		{1e-6, []float64{47.209316333726818, 46.296258447794685, 28.850196944628991, 30.283796062729444, 23.991324997285854}},
	} {
		d, err := s.d.Rake(margins, weighting.RakeOptions{Change: c.change, Iterations: 10, Sweeps: 10})
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "weights", d.Weights()[:5], c.want, 1e-13)
		if c.change != 1 {
			continue
		}
		e, err := d.Total(s.numbers("incidents"))
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "total of incidents", []float64{e.Value, e.SE}, []float64{6844.97568236657389, 790.60154488010221}, 1e-10)
	}
	// In two passes the cells still move by 15, and no weights are better than those.
	if _, err := s.d.Rake(margins, weighting.RakeOptions{Change: 1, Iterations: 2}); err == nil {
		t.Error("two passes: want an error")
	}
	// Rows that are no cells, since a control divides them further, move with their cell.
	margins = append(margins, weighting.Control{Name: "row", Code: make([]int, s.Len()), Totals: []float64{9800}})
	many, err := s.d.Rake(margins, weighting.RakeOptions{Change: 1, Iterations: 10})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "with a margin of all", many.Weights()[:1], []float64{47.209380239081497}, 1e-13)
}

// confint(svymean(~income, d)) is the normal's; with df = degf(d) it is t's. A stratum
// of one PSU each leaves no degrees of freedom, and R's interval all the same.
func TestNormalIntervals(t *testing.T) {
	s := readStudy(t)
	m := s.d.Sums([][]float64{s.numbers("income")}, weighting.Domains{}).Mean(0, 0)
	e, err := s.d.Estimate(m, weighting.Interval{Normal: true})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "interval", []float64{e.Low, e.High}, []float64{658.48596353717767, 718.21990750253099}, 1e-12)
	d := mustDesign(t, []int{0, 1}, []int{0, 1}, []float64{1, 1}, weighting.Options{Lonely: weighting.LonelyAdjust})
	total := d.Sums([][]float64{{1, 3}}, weighting.Domains{}).Total(0, 0)
	for normal, want := range map[bool]float64{false: math.NaN(), true: 4 - 1.959963984540054*math.Sqrt2} {
		e, err := d.Estimate(total, weighting.Interval{Normal: normal})
		if err != nil {
			t.Fatal(err)
		}
		if !near(e.Low, want, 1e-12) && !(math.IsNaN(e.Low) && math.IsNaN(want)) {
			t.Errorf("normal %t, without degrees of freedom: from %g, want %g", normal, e.Low, want)
		}
		if (e.Reason() == "") != normal {
			t.Errorf("normal %t: reason %q", normal, e.Reason())
		}
	}
}
