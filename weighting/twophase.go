package weighting

import (
	"errors"
	"fmt"
)

// This file is the variance of a sample drawn in two phases: of the units of a
// first sample, of which little was learned, some are drawn again by what was
// learned, such as the non-respondents to be visited once more. The rules:
//
//   - the second phase is a simple random sample of first-phase units in each of
//     its strata, which are known for all of these;
//   - a unit is in the second phase as a whole or not at all;
//   - the variance is that of the first phase, estimated from what the second
//     leaves of it, and that of the second.
//
// Source: Särndal, Swensson and Wretman (1992), result 9.3.1 and section 9.4.

// twoPhase is what a variance needs of the second phase.
type twoPhase struct {
	stratum []int32   // of each unit
	n, of   []float64 // units drawn and units there, by stratum
}

// SecondPhase returns d, a sample of one stage, after a second draw: stratum is
// the second phase's stratum of each row, from 0, and in says which rows were
// drawn again. Their weights are multiplied by the units of their stratum over
// those drawn; the others have weight 0.
//
//	v = Σ_h (1-f_h) (Σ_k π_k z_k² - 1/(n_h-1) Σ_{k≠l} z_k z_l π_k π_l/π_kl)
//	  + Σ_g (1-f_g) n_g/(n_g-1) Σ_k (z_k - z̄_g)²
//
// with z_k the influence of unit k with its final weight, π_k = n_g/n'_g the share
// of the n'_g units of second-phase stratum g that was drawn, and π_kl that of
// pairs.
//
// The error names a unit that is drawn in part or lies in two strata, a stratum
// of which fewer than two units were drawn though it has more, and says so if d
// is no sample of one stage. SecondPhase panics if a slice is not as long as d.
func (d *Design) SecondPhase(stratum []int, in []bool) (*Design, error) {
	if len(stratum) != d.Len() || len(in) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	if len(d.stages) > 1 || d.steps != nil || d.rep != nil || d.pps != nil || d.two != nil || d.sequence != nil {
		return nil, errors.New("a second phase follows a sample of one stage, before any other step")
	}
	for h, n := range d.stages[0].n {
		if n == 1 {
			return nil, d.lonelyError([]int32{int32(h)})
		}
	}
	t := &twoPhase{stratum: make([]int32, len(d.stages[0].group))}
	drawn := make([]bool, len(t.stratum))
	for u := range t.stratum {
		t.stratum[u] = -1
	}
	for k, u := range d.unit {
		g := stratum[k]
		switch {
		case g < 0:
			return nil, fmt.Errorf("row %d has no stratum of the second phase", k+1)
		case t.stratum[u] < 0:
			t.stratum[u], drawn[u] = int32(g), in[k]
			for len(t.n) <= g {
				t.n, t.of = append(t.n, 0), append(t.of, 0)
			}
			if t.of[g]++; in[k] {
				t.n[g]++
			}
		case t.stratum[u] != int32(g):
			return nil, fmt.Errorf("row %d lies in another stratum of the second phase than its unit", k+1)
		case drawn[u] != in[k]:
			return nil, fmt.Errorf("row %d was not drawn again as its unit was", k+1)
		}
	}
	for g, n := range t.n {
		if of := t.of[g]; of > 0 && n < 2 && n < of {
			return nil, fmt.Errorf("%w: %g of the %g units of stratum %d of the second phase were drawn", ErrLonely, n, of, g)
		}
	}
	own := *d.units
	own.two = t
	out := &Design{units: &own, unit: d.unit, runs: d.runs}
	w := make([]float64, d.Len())
	for k, g := range stratum {
		if in[k] {
			w[k] = d.weight[k] * t.of[g] / t.n[g]
		}
	}
	return out, out.setWeights(w)
}

// covariance returns that of influences a and b on the units named, which ascend.
func (t *twoPhase) covariance(st *stage, unit []int32, a, b []float64) float64 {
	v := 0.0
	for lo := 0; lo < len(unit); {
		h, hi := st.group[unit[lo]], lo
		for hi < len(unit) && st.group[unit[hi]] == h {
			hi++
		}
		v += st.open[h] * t.first(float64(st.n[h]), unit[lo:hi], a[lo:hi], b[lo:hi])
		lo = hi
	}
	sumA, sumB, ab := make([]float64, len(t.n)), make([]float64, len(t.n)), make([]float64, len(t.n))
	for k, u := range unit {
		g := t.stratum[u]
		sumA[g] += a[k]
		sumB[g] += b[k]
		ab[g] += a[k] * b[k]
	}
	for g, n := range t.n {
		if n > 1 {
			v += (1 - n/t.of[g]) * n / (n - 1) * (ab[g] - sumA[g]*sumB[g]/n)
		}
	}
	return v
}

// first is the part of a first-phase stratum of n units.
func (t *twoPhase) first(n float64, unit []int32, a, b []float64) float64 {
	own, allA, allB := 0.0, 0.0, 0.0
	sumA, sumB, ab := make([]float64, len(t.n)), make([]float64, len(t.n)), make([]float64, len(t.n))
	for k, u := range unit {
		g := t.stratum[u]
		own += t.n[g] / t.of[g] * a[k] * b[k]
		allA += a[k]
		allB += b[k]
		sumA[g] += a[k]
		sumB[g] += b[k]
		ab[g] += a[k] * b[k]
	}
	pairs := allA * allB
	for g := range t.n {
		pairs -= sumA[g] * sumB[g] // pairs of different strata: π_k π_l = π_kl
		if t.n[g] > 1 {
			pairs += (sumA[g]*sumB[g] - ab[g]) * t.n[g] * (t.of[g] - 1) / (t.of[g] * (t.n[g] - 1))
		}
	}
	return own - pairs/(n-1)
}
