package weighting

import (
	"fmt"
	"math"
)

// This file estimates variances, covariances and correlations in the
// population. The rules:
//
//   - the divisor is W(n-1)/n, with n the rows that have a weight: with equal
//     weights it is n-1;
//   - the mean is taken as if it were known: its own error adds nothing of the
//     first order, since deviations from the mean sum to zero.
//
// Source: Särndal, Swensson and Wretman (1992) for the linearisation; the
// divisor is that of svyvar in R's survey 4.5, checked in TestOracle.

// Moments are means of products of deviations of some variables.
type Moments struct {
	cov [][]Statistic // lower triangle
}

// Moments computes the population variances and covariances of vars in the
// domain, each variable with one value a row; of the domains in, all rows in
// any count. A missing value makes those of its variable NaN: see
// Domains.Complete. Moments panics if a variable's length is not d.Len().
func (d *Design) Moments(vars [][]float64, in Domains) Moments {
	in = in.merged(d.Len())
	sums := d.Sums(vars, in)
	var columns [][]float64
	_, n := sums.weight(0)
	factor := float64(n) / float64(n-1)
	for j, y := range vars {
		my := sums.Mean(0, j).Value
		for k, x := range vars[:j+1] {
			mx := sums.Mean(0, k).Value
			product := make([]float64, len(y))
			for i := range product {
				product[i] = (y[i] - my) * (x[i] - mx) * factor
			}
			columns = append(columns, product)
		}
	}
	products := d.Sums(columns, in)
	var m Moments
	at := 0
	for j := range vars {
		row := make([]Statistic, j+1)
		for k := range row {
			row[k] = products.Mean(0, at)
			at++
		}
		m.cov = append(m.cov, row)
	}
	return m
}

// Covariance returns the population covariance of variables j and k, in the
// product of their units; of a variable with itself, its variance.
func (m Moments) Covariance(j, k int) Statistic {
	if j < k {
		j, k = k, j
	}
	return m.cov[j][k]
}

// Correlation returns the population correlation of variables j and k, between
// -1 and 1. It is NaN if one of them does not vary.
func (m Moments) Correlation(j, k int) Statistic {
	xy, xx, yy := m.Covariance(j, k), m.Covariance(j, j), m.Covariance(k, k)
	root := math.Sqrt(xx.Value * yy.Value)
	r := xy.Value / root
	return Compose(r, []float64{1 / root, -r / (2 * xx.Value), -r / (2 * yy.Value)}, xy, xx, yy)
}

// A Frequencies is a table of two factors with its sampling errors.
type Frequencies struct {
	// Rows and Columns are the codes of the two factors that occur, ascending.
	Rows, Columns []int

	// Cells are population totals, row by row.
	Cells []Statistic

	// N is the number of rows of the file in the domain, those included in
	// which a factor is missing; DF the degrees of freedom of all of them.
	N, DF int

	d *Design
}

// Frequencies tabulates two factors, each with a code a row, -1 where it is
// missing, in the domain; of the domains in, all rows in any count. A nil column
// is a single one. The error is ErrLonely or that nothing is left to count.
//
// Frequencies panics if a factor's length is not d.Len().
func (d *Design) Frequencies(row, column []int, in Domains) (*Frequencies, error) {
	if column == nil {
		column = make([]int, d.Len())
	}
	if len(row) != d.Len() || len(column) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	in = in.merged(d.Len())
	t := &Frequencies{d: d}
	present := in.Where(func(i int) bool { return row[i] >= 0 && column[i] >= 0 && d.weight[i] != 0 }, d.Len())
	t.Rows, t.Columns = occurring(row, present), occurring(column, present)
	if len(t.Rows) == 0 {
		return nil, fmt.Errorf("no row of the domain has both factors")
	}
	of := present.Of
	place := func(codes []int) map[int]int32 {
		m := make(map[int]int32, len(codes))
		for k, c := range codes {
			m[c] = int32(k)
		}
		return m
	}
	r, c := place(t.Rows), place(t.Columns)
	for i := range of {
		if of[i] >= 0 {
			of[i] = r[row[i]]*int32(len(t.Columns)) + c[column[i]]
		}
	}
	sums := d.Sums(nil, Domains{Of: of, N: len(t.Rows) * len(t.Columns)})
	for g := range sums.Domains() {
		t.Cells = append(t.Cells, sums.Population(g))
	}
	var err error
	t.N, t.DF, err = d.extent(in)
	return t, err
}

// extent returns the rows of a domain and its degrees of freedom.
func (d *Design) extent(in Domains) (rows, df int, err error) {
	sums := d.Sums(nil, in)
	e, err := d.Estimate(sums.Population(0), Interval{})
	return sums.Rows(0), e.DF, err
}

// occurring returns the codes that rows of the domain have, ascending.
func occurring(code []int, in Domains) []int {
	seen := []bool{}
	for i, c := range code {
		if !in.has(i) {
			continue
		}
		for c >= len(seen) {
			seen = append(seen, false)
		}
		seen[c] = true
	}
	var codes []int
	for c, met := range seen {
		if met {
			codes = append(codes, c)
		}
	}
	return codes
}

// Shares returns the cells as shares of the population of the table.
func (t *Frequencies) Shares() []Statistic {
	ones := make([]float64, len(t.Cells))
	for k := range ones {
		ones[k] = 1
	}
	all := Linear(ones, t.Cells...)
	shares := make([]Statistic, len(t.Cells))
	for k, c := range t.Cells {
		shares[k] = Quotient(c, all)
	}
	return shares
}
