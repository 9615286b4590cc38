package weighting

import "errors"

// Kappa returns Cohen's kappa of the two factors of t, which have the same codes:
// the agreement beyond what the shares of the codes alone would give, over the
// most that there could be. 1 is full agreement, 0 none beyond chance. It is a
// smooth function of the cells, so its error is theirs.
//
// The error says that the codes differ: a code that only one factor has cannot be
// agreed on, and has to be joined with another or left out first.
//
// Source: Cohen, Educational and Psychological Measurement 20 (1960). Checked
// against svykappa of R's survey in TestKappaMatchesR.
func (t *Frequencies) Kappa() (Statistic, error) {
	n := len(t.Rows)
	if n != len(t.Columns) {
		return Statistic{}, errors.New("the two factors have not the same codes")
	}
	for k, c := range t.Rows {
		if t.Columns[k] != c {
			return Statistic{}, errors.New("the two factors have not the same codes")
		}
	}
	return Apply(func(x []float64) (float64, []float64) {
		total, agreed := 0.0, 0.0
		row, column := make([]float64, n), make([]float64, n)
		for k, v := range x {
			total += v
			row[k/n] += v
			column[k%n] += v
			if k/n == k%n {
				agreed += v
			}
		}
		chance := 0.0
		for k := range n {
			chance += row[k] * column[k]
		}
		po, pe := agreed/total, chance/(total*total)
		gradient := make([]float64, len(x))
		for k := range x {
			dpo := -po / total
			if k/n == k%n {
				dpo += 1 / total
			}
			dpe := (row[k%n]+column[k/n])/(total*total) - 2*pe/total
			gradient[k] = dpo/(1-pe) - dpe*(1-po)/((1-pe)*(1-pe))
		}
		return (po - pe) / (1 - pe), gradient
	}, t.Cells...), nil
}
