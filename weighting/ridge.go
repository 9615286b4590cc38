package weighting

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// This file calibrates to more totals than a sample can meet, or to totals that
// are not sure: some may be missed, at a price. The rules:
//
//   - each total has a cost of missing it; an infinite one is met exactly, a cost
//     of 0 leaves the total out;
//   - weights are found in one step, and are those of Calibrate's linear distance
//     if all costs are infinite;
//   - what totals that are missed leave of a variable stays in its variance.
//
// Source: Chambers, Journal of Official Statistics 12 (1996); Rao and Singh, ASA
// Proceedings (1997).

// CalibrateRidge returns d with the weights that are least in
//
//	Σ_k (w_k' - w_k)²/w_k + Σ_j cost_j (T_j - Σ_k w_k' x_kj)²
//
// so that g_k = 1 + x_k'η with (X'WX + diag(1/cost)) η = T - Σ w x. cost has one
// value a total in the order of the controls, in units of 1 over the total's:
// with cost 1/T a total that is missed by all of itself costs as much as a row
// of weight T whose weight doubles.
//
// The error is ErrNoSample as in Calibrate for totals of infinite cost, and
// names a cost that is negative or missing. CalibrateRidge panics if a slice has
// not the length it should.
func (d *Design) CalibrateRidge(controls []Control, cost []float64) (*Design, error) {
	x := columnsOf(controls)
	if len(cost) != x.width() {
		panic("weighting: slice length mismatch")
	}
	if len(controls) == 0 {
		return nil, errors.New("a calibration needs totals")
	}
	var totals []float64
	exact := make([]Control, len(controls))
	for j, c := range controls {
		exact[j] = c
		exact[j].Totals = append([]float64(nil), c.Totals...)
		for code, t := range c.Totals {
			price := cost[x.start[j]+code]
			if !(price >= 0) {
				return nil, fmt.Errorf("the cost of missing %s is %g", c.level(code), price)
			}
			if math.IsNaN(t) || math.IsInf(t, 0) {
				return nil, fmt.Errorf("the total of %s is %g", c.level(code), t)
			}
			if !math.IsInf(price, 1) {
				exact[j].Totals[code] = 0 // no sample is then no mistake
			}
			totals = append(totals, t)
		}
		if err := checkControls(exact[j:j+1], d.weight); err != nil {
			return nil, err
		}
	}
	give := make([]float64, len(cost))
	for j, price := range cost {
		give[j] = 1 / price // infinite for cost 0: the row and column vanish
	}
	solve := func(w, _ []float64, rows []int) ([]float64, error) {
		own := x
		if rows != nil {
			own = x.pick(rows)
		}
		est := make([]float64, len(totals))
		for k := range w {
			own.add(est, k, w[k])
		}
		m := product(own, own, len(w), func(k int) float64 { return w[k] })
		miss := mat.NewVecDense(len(est), nil)
		for j, t := range totals {
			miss.SetVec(j, t-est[j])
		}
		var eta mat.VecDense
		eta.MulVec(ridgeInverse(m, give), miss)
		g := make([]float64, len(w))
		for k := range g {
			if g[k] = 1; w[k] != 0 {
				g[k] += own.dot(eta.RawVector().Data, k)
			}
		}
		return g, nil
	}
	return d.reweighted(classKey{x: x}, solve, func(s stepped) ([]block, []int) {
		b := s.projection(x)
		b.ridge = give
		return []block{b}, []int{0}
	})
}

// ridgeInverse returns the generalised inverse of m with give added to its
// diagonal. Where give is infinite the row and column are 0.
func ridgeInverse(m *mat.Dense, give []float64) *mat.Dense {
	if give == nil {
		return inverse(m)
	}
	sum := mat.DenseCopyOf(m)
	for j, v := range give {
		if !math.IsInf(v, 1) {
			sum.Set(j, j, sum.At(j, j)+v)
			continue
		}
		for i := range give {
			sum.Set(i, j, 0)
			sum.Set(j, i, 0)
		}
	}
	return inverse(sum)
}
