package weighting_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"cifra/weighting"
)

// This file compares matrices of moments, and runs the cases that this project made
// with R itself: those of several variables at once, which the published cases have
// one at a time only.

// covariances compares the covariance matrix of several variables, column by column
// as R lays it out, and the covariances of its entries; or its diagonal alone, if the
// case has no more.
func (m *modelCase) covariances(want expected) error {
	p := len(m.op.Vars)
	columns := make([][]float64, p)
	for j, name := range m.op.Vars {
		var err error
		if columns[j], err = m.s.numeric(name); err != nil {
			return err
		}
	}
	in := m.s.by
	if m.op.NARm {
		in = in.Complete(columns...)
	}
	moments := m.s.d.Moments(columns, in)
	var names []string
	var stats []weighting.Statistic
	for k := range p {
		for j := range p {
			if len(want.Est) == p && j != k {
				continue
			}
			names = append(names, m.op.Vars[j]+":"+m.op.Vars[k])
			stats = append(stats, moments.Covariance(j, k))
		}
	}
	if len(want.Est) != len(stats) {
		return fmt.Errorf("%d numbers, want the %d of a matrix of %d variables", len(want.Est), len(stats), p)
	}
	m.Expect = want
	m.Expect.Names = names // R names the rows and columns of the matrix, not its entries
	return m.compareAll(m.s, names, stats)
}

// TestMatricesMatchR runs testdata/cases, whose numbers are those of R 4.2.2 with
// survey 4.1-1; its file says how they were made. Red if an off-diagonal entry is
// taken from its mirror's variables, or domains and variables change places.
func TestMatricesMatchR(t *testing.T) {
	dir := filepath.Join("testdata", "cases")
	cases := readCases(t, dir)
	if len(cases) != 4 {
		t.Fatalf("%d cases, want 4", len(cases))
	}
	for _, c := range cases {
		if err := c.check(dir); err != nil {
			t.Errorf("%s: %v", c.Case, err)
		}
	}
}
