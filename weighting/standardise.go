package weighting

import (
	"errors"
	"fmt"
	"math"
)

// This file compares domains as if they had the same composition. The rules:
//
//   - direct standardisation takes the means of classes and averages them with the
//     shares of a standard population: Σ_c s_c ȳ_c. It is what post-stratifying
//     each domain to the standard would give, and has the same variance;
//   - rows with the variable missing leave first, so that the shares are those of
//     the rows that are averaged;
//   - a domain in which a class with a share has no rows has no standardised mean:
//     an error, since to leave the class out would be another standard.
//
// Source: Korn and Graubard, Analysis of Health Surveys (1999), section 3.4.
// Checked against svystandardize of R's survey 4.5 in TestOracle.

// Standardised returns the mean of y in each domain, directly standardised to a
// population with the given sizes of the classes; only their proportions count.
//
// y and class have one value a row, NaN and -1 where they are missing; rows
// with one missing leave the domains. The error is ErrNoSample with the class
// and the domain, from 0. Standardised panics if a length is not d.Len(), a class
// is out of range, or a size is not positive.
func (d *Design) Standardised(y []float64, class []int, size []float64, by Domains) ([]Statistic, error) {
	if len(y) != d.Len() || len(class) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	total := 0.0
	for _, s := range size {
		if !(s > 0) {
			panic("weighting: a class of the standard population that is not positive")
		}
		total += s
	}
	if total == 0 {
		return nil, errors.New("the standard population has no classes")
	}
	of := make([]int32, d.Len())
	for k := range of {
		g := int32(0)
		if by.Of != nil {
			g = by.Of[k]
		}
		of[k] = -1
		if g >= 0 && class[k] >= 0 && !math.IsNaN(y[k]) {
			if class[k] >= len(size) {
				panic("weighting: class outside of the standard population")
			}
			of[k] = g*int32(len(size)) + int32(class[k])
		}
	}
	sums := d.Sums([][]float64{y}, Domains{Of: of, N: by.Count() * len(size)})
	out := make([]Statistic, by.Count())
	for g := range out {
		means, shares := make([]Statistic, len(size)), make([]float64, len(size))
		n := 0
		for c, s := range size {
			at := g*len(size) + c
			if w, _ := sums.weight(at); w == 0 {
				return nil, fmt.Errorf("%w: class %d in domain %d", ErrNoSample, c, g)
			}
			means[c], shares[c] = sums.Mean(at, 0), s/total
			n += means[c].N
		}
		out[g] = Linear(shares, means...)
		out[g].N = n
	}
	return out, nil
}
