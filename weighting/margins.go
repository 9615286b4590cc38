package weighting

import (
	"fmt"

	"gonum.org/v1/gonum/floats"
)

// This file answers what a model says of groups: what the population's mean would
// be if everybody belonged to one of them and nothing else changed. The rules:
//
//   - a predictive margin is the mean, over the rows that were fitted, of the
//     model's means with the group's columns set to its own: a difference of
//     margins is on the scale of the question, where an odds ratio is not;
//   - its error has two sources: the coefficients, and the sample's composition.
//     Both are influences of the same rows, so their covariance is in it.
//
// Source: Graubard and Korn, Biometrics 55 (1999).

// A PredictiveMargin is the predictive margin of one group.
type PredictiveMargin struct {
	// Statistic is the margin with all of its error.
	Statistic

	// Coefficients and Composition are its two sources of error apart, each with
	// the margin's value. R's svypredmeans adds their variances and leaves their
	// covariance out.
	Coefficients, Composition Statistic
}

// A Setting says which values the columns of a term take for all rows: those of
// one group. Slope's term has one column, that of Contrasts one for each level but
// the reference.
type Setting struct {
	Term   string
	Values []float64
}

// Settings returns those of a factor: for each of its levels the values of the
// columns that Contrasts gives it.
func Settings(name string, f Factor, reference int) []Setting {
	out := make([]Setting, len(f.Levels))
	for level := range f.Levels {
		out[level] = Setting{Term: name, Values: make([]float64, len(f.Levels)-1)}
		switch {
		case level < reference:
			out[level].Values[level] = 1
		case level > reference:
			out[level].Values[level-1] = 1
		}
	}
	return out
}

// PredictiveMargins returns the predictive margin of each setting, in the response's unit.
// A model with an interaction of the term has columns of more than one term to
// set: refuse it here rather than set half of them.
//
// The error names a term that the model does not have, a wrong number of values,
// or an interaction.
func (f *Fit) PredictiveMargins(settings ...Setting) ([]PredictiveMargin, error) {
	if f.ordered {
		return nil, errOrdered
	}
	out := make([]PredictiveMargin, len(settings))
	for k, s := range settings {
		places := f.columnsOf(s.Term)
		switch {
		case places == nil:
			return nil, fmt.Errorf("the model has no term %s", s.Term)
		case len(places) != len(s.Values):
			return nil, fmt.Errorf("term %s has %d columns, not %d", s.Term, len(places), len(s.Values))
		}
		for _, t := range f.model.Terms {
			if t.Name != s.Term && interacts(t.Name, s.Term) {
				return nil, fmt.Errorf("term %s sets what %s is made of: fit the groups apart", s.Term, t.Name)
			}
		}
		out[k] = f.margin(places, s.Values)
	}
	return out, nil
}

// interacts reports whether a term is one of Interaction with another.
func interacts(product, term string) bool {
	for rest := product; ; {
		at := -1
		for i, c := range rest {
			if c == ':' {
				at = i
				break
			}
		}
		if at < 0 {
			return product != rest && rest == term
		}
		if rest[:at] == term {
			return true
		}
		rest = rest[at+1:]
	}
}

// margin returns that of some columns set to values.
func (f *Fit) margin(places []int, values []float64) PredictiveMargin {
	beta := make([]float64, len(f.Coef))
	for j, s := range f.Coef {
		beta[j] = s.Value
	}
	mu := constant(0, f.d.Len())
	gradient := make([]float64, len(beta))
	total := floats.Sum(f.data.w)
	f.data.each(beta, places, values, func(i, k int, row []float64, mean, slope float64) {
		mu[k] = mean
		floats.AddScaled(gradient, f.data.w[i]*slope/total, row)
	})
	composition := f.d.Sums([][]float64{mu}, f.in).Mean(0, 0)
	coefficients := Linear(gradient, f.Coef...)
	coefficients.Value, coefficients.N = composition.Value, composition.N
	m := PredictiveMargin{Coefficients: coefficients, Composition: composition}
	m.Statistic = Compose(composition.Value, []float64{1, 1}, composition, coefficients)
	for r := range m.rep { // on replicates the margin is computed anew
		for j, s := range f.Coef {
			beta[j] = s.rep[r]
		}
		sum, weight := 0.0, 0.0
		f.data.each(beta, places, values, func(i, k int, _ []float64, mean, _ float64) {
			w := f.data.w[i] * f.d.rep.factor(f.d.unit[k], r)
			sum += w * mean
			weight += w
		})
		m.rep[r] = sum / weight
	}
	return m
}

// each calls do with every row, uncentred and with some columns set, and its mean.
func (x *predictors) each(beta []float64, places []int, values []float64, do func(i, k int, row []float64, mean, slope float64)) {
	row := make([]float64, len(beta))
	for i, k := range x.rows {
		copy(row, x.row(i))
		floats.Add(row, x.centre)
		for c, j := range places {
			row[j] = values[c]
		}
		eta := floats.Dot(beta, row)
		if x.offset != nil {
			eta += x.offset[i]
		}
		mean, slope := x.link.mean(eta)
		do(i, k, row, mean, slope)
	}
}
