package plan_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

const jointPlan = `plan: joint
files: {p: {read: p.csv}}
design: {unequal: {probability: pi, method: joint, joint: {read: j.csv, unit: id, other: with, probability: both}}, weights: {p: 1 / pi}}
indicators: [{name: sum, total: y}]
`

// jointly computes the total of y of a plan of joint probabilities.
func jointly(t *testing.T, src, units, pairs string) (plan.Figure, error) {
	t.Helper()
	p, err := load(t, src, map[string]string{"p.csv": units, "j.csv": pairs})
	if err != nil {
		return plan.Figure{}, err
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	return e.Indicators[0].Figures[0], nil
}

// Two units of π = 0.5 and 0.4, both in the sample with 0.18; y is 3 and 2, so y/π is 6
// and 5 and their total 11. D = (0.18 - 0.2)/0.18 = -1/9:
//
//	Horvitz-Thompson  0.5·36 + 0.6·25 - 2/9·30 = 79/3
//	Yates-Grundy      1/9 (6 - 5)²             = 1/9
//
// Pairs may be named in either order, with units that are not in the sample among them.
func TestJointProbabilitiesByHand(t *testing.T) {
	const units = "id,pi,y\na,0.5,3\nb,0.4,2\n"
	for _, pairs := range []string{"id,with,both\na,b,0.18\n", "id,with,both\nz,a,0.1\nb,a,0.18\nb,b,0.4\n"} {
		for yates, want := range map[string]float64{"": 79. / 3, "yates_grundy: true, ": 1. / 9} {
			got, err := jointly(t, strings.Replace(jointPlan, "method: joint", yates+"method: joint", 1), units, pairs)
			if err != nil {
				t.Fatal(err)
			}
			if !near(got.Value, 11, 1e-12) || !near(got.SE, math.Sqrt(want), 1e-12) {
				t.Errorf("%q: %g ± %g, want 11 ± %g", yates, got.Value, got.SE, math.Sqrt(want))
			}
		}
	}
}

// The probabilities that Hartley and Rao's approximation stands for, written as a file,
// give its variance: π_ij = π_i π_j (n-1)/(n - π_i - π_j + mean of π). Red if the pairs
// reach the wrong rows.
func TestJointProbabilitiesOfHartleyAndRao(t *testing.T) {
	pi, y := []float64{0.2, 0.7, 0.45, 0.3, 0.35}, []float64{3, 11, 4, 9, 5}
	units, pairs, mean := "id,pi,y\n", "", 0.0
	for _, v := range pi {
		mean += v / 5
	}
	for i, v := range pi {
		units += fmt.Sprintf("u%d,%g,%g\n", 9-i, v, y[i]) // names and rows in other orders
		for o := range i {
			both := v * pi[o] * 4 / (5 - v - pi[o] + mean)
			pairs = fmt.Sprintf("u%d,u%d,%.17g\n", 9-o, 9-i, both) + pairs
		}
	}
	for _, yates := range []string{"", "yates_grundy: true, "} {
		src := strings.Replace(jointPlan, "method: joint", yates+"method: joint", 1)
		got, err := jointly(t, src, units, "id,with,both\n"+pairs)
		if err != nil {
			t.Fatal(err)
		}
		a, b := strings.Index(src, "method: joint"), strings.Index(src, "}, weights")
		want, err := jointly(t, src[:a]+"method: hartley_rao"+src[b:], units, "")
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.Value, want.Value, 1e-12) || !near(got.SE, want.SE, 1e-10) {
			t.Errorf("%q: %g ± %g, by the formula %g ± %g", yates, got.Value, got.SE, want.Value, want.SE)
		}
	}
}

// What joint probabilities cannot be is told at its place.
func TestJointProbabilitiesRefuse(t *testing.T) {
	const units = "id,pi,y\na,0.5,3\nb,0.4,2\nc,0.4,2\n"
	const all = "id,with,both\na,b,0.18\na,c,0.18\nb,c,0.1\n"
	for _, c := range []struct{ name, was, is, units, pairs, want string }{
		{"a pair left out", "", "", units, "id,with,both\na,b,0.18\n", "plan.yaml:3:66: error: j.csv has no row for a and c, b and c (a row for each pair of the sample, in either order)"},
		{"more than one alone", "", "", units, strings.Replace(all, "a,c,0.18", "a,c,0.45", 1), "j.csv:3:5: error: the joint probability of a and c is 0.45, and that of one alone 0.4"},
		{"none", "", "", units, strings.Replace(all, "a,c,0.18", "a,c,0", 1), "j.csv:3:5: error: the joint probability of a and c is 0 (a probability is above 0, and 1 at most)"},
		{"blank", "", "", units, strings.Replace(all, "a,c,0.18", "a,c,", 1), "j.csv:3:5: error: the joint probability of a and c is blank"},
		{"twice", "", "", units, all + "b,a,0.18\n", "j.csv:5:5: error: the pair b and a is there twice (a pair has one row, in either order)"},
		{"the diagonal", "", "", units, all + "c,c,0.5\n", "j.csv:5:5: error: c with itself has 0.5, and 0.4 in p.csv"},
		{"a unit twice", "", "", units + "a,0.5,1\n", all, "a is on line 2 and on line 5 of p.csv (a column that names each row once)"},
		{"no such column", "other: with", "other: wit", units, all, "j.csv has no column wit (did you mean with?)"},
		{"no such file", "read: j.csv", "read: jj.csv", units, all, "there is no file jj.csv"},
		{"no file named", "joint: {read: j.csv, unit: id, other: with, probability: both}", "yates_grundy: true", units, all, "the method joint needs the probabilities of pairs (joint: {read"},
		{"another method", "method: joint", "method: overton", units, all, "joint probabilities are for the method joint (method: joint)"},
		{"half of it", ", probability: both", "", units, all, "probability is missing"},
		{"no probability", "", "", strings.Replace(units, "0.5", "1.5", 1), all, "line 2: 1.5 is no probability of a unit in the sample"},
		{"texts", "", "", units, all + "b,b,many\n", "j.csv"},
	} {
		_, err := jointly(t, strings.Replace(jointPlan, c.was, c.is, 1), c.units, c.pairs)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error\n%v\nwant %q", c.name, err, c.want)
		}
	}
}
