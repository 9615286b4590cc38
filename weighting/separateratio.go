package weighting

import "fmt"

// SeparateRatio estimates the total of y from known totals of x by class, each
// with a ratio of its own: Σ_c T_xc R_c. It is better than one ratio for all where
// the ratios differ between classes and every class has a fair number of rows, for
// the biases of the ratios add up.
//
// class has a code a row, from 0 to len(totals)-1, or -1 for a row in none. The
// error is ErrNoSample if a class with a total has no x in the sample.
// SeparateRatio panics if a length is not d.Len() or a class is out of range.
//
// Source: Cochran, Sampling Techniques, 3rd ed. (1977), section 6.10. Checked
// against svyratio(separate=TRUE) of R's survey in TestSeparateRatioMatchesR.
func (d *Design) SeparateRatio(y, x []float64, class []int, totals []float64) (Statistic, error) {
	if len(class) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	of := make([]int32, d.Len())
	for k, c := range class {
		if c >= len(totals) {
			panic("weighting: class without a total")
		}
		of[k] = int32(max(c, -1))
	}
	sums := d.Sums([][]float64{y, x}, Domains{Of: of, N: len(totals)})
	ratios := make([]Statistic, len(totals))
	for c, t := range totals {
		if sums.Total(c, 1).Value == 0 && t != 0 {
			return Statistic{}, fmt.Errorf("%w: class %d has a total of %g", ErrNoSample, c, t)
		}
		ratios[c] = sums.Ratio(c, 0, 1)
	}
	out := Linear(totals, ratios...)
	n := 0
	for _, r := range ratios {
		n += r.N
	}
	out.N = n
	return out, nil
}
