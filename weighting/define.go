package weighting

import "errors"

// Define returns a statistic that a function computes from the weights of the
// rows, one a row: an index, a model of another package, anything that scales with
// nothing but the weights. in says which rows it looks at, for its degrees of
// freedom; f reads the others at its own risk.
//
// On replicates f is computed on each. Otherwise the influence of a unit is the
// derivative of f by a factor on its weights, the infinitesimal jackknife, taken
// by differences: f is called four times a unit and has to be smooth in the
// weights, as quantiles are not. f must not keep or change the slice.
//
// The error says that the design was calibrated: its residuals need what each row
// contributes, which f does not tell. Make replicates and calibrate those.
//
// Source: Jaeckel, The infinitesimal jackknife, Bell Laboratories (1972). Checked
// against withReplicates of R's survey in TestDefineMatchesR.
func (d *Design) Define(f func(w []float64) float64, in Domains) (Statistic, error) {
	if d.rep == nil && d.steps != nil {
		return Statistic{}, errors.New("a calibrated design needs replicates for a function of its weights")
	}
	s := d.Sums(nil, in.merged(d.Len())).Population(0)
	w := append([]float64(nil), d.weight...)
	out := Scale(s, 0)
	out.Value, out.srs = f(w), srs{v: s.srs.v}
	for r := range out.rep {
		out.rep[r] = f(d.ReplicateWeights(r))
	}
	if d.rep != nil {
		return out, nil
	}
	by := d.rowsByUnit()
	for k, u := range s.unit {
		rows := by.row[by.start[u]:by.start[u+1]]
		at := func(factor float64) float64 {
			for _, i := range rows {
				w[i] = d.weight[i] * factor
			}
			return f(w)
		}
		// Central differences of two widths, extrapolated: the error is of the
		// fourth order, and the widths are exact in binary.
		const h = 1.0 / 1024
		wide, near := (at(1+h)-at(1-h))/(2*h), (at(1+h/2)-at(1-h/2))/h
		out.z[k] = (4*near - wide) / 3
		at(1)
	}
	return out, nil
}
