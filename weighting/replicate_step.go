package weighting

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// This file repeats a step of weighting on replicates. The rules:
//
//   - a step is computed once on the weights and once on each replicate, from the
//     replicate's own weights: never linearised, never copied;
//   - it sees cells, not rows: their weights on a replicate are products of unit
//     sums and factors, so that the work is replicates times pairs of unit and
//     cell;
//   - the units afterwards are those pairs; what the step did is kept by cell.

// reweightedReplicates makes a step on the weights and again on each replicate.
func (d *Design) reweightedReplicates(key classKey, solve solver) (*Design, error) {
	own := d.stepCells(key)
	p := newPairs(d, own)
	each := pickRows(d.weight, own.row)
	base, err := solve(own.w, each, own.row)
	if err != nil {
		return nil, err
	}
	rep := *d.rep
	p.combine(&rep, own.count)
	for lo := 0; lo < len(rep.rscale); lo += stepBlock {
		hi := min(lo+stepBlock, len(rep.rscale))
		w := p.weights(d.rep, own.count, lo, hi)
		for r := lo; r < hi; r++ {
			one := w[r-lo]
			if key.row || key.weight {
				for c := range each { // a cell is of one unit, so its rows have its factor
					each[c] = 0
					if own.w[c] != 0 {
						each[c] = d.weight[own.row[c]] * one[c] / own.w[c]
					}
				}
			}
			g, err := solve(one, each, own.row)
			if err != nil {
				return nil, fmt.Errorf("replicate %d: %w", r+1, err)
			}
			for c, k := range own.row {
				switch {
				case base[c] != 0:
					g[c] /= base[c]
				case g[c] != 0 && one[c] != 0:
					return nil, fmt.Errorf("row %d has no weight, but some on replicate %d", k+1, r+1)
				default:
					g[c] = 0
				}
			}
			for s, c := range p.made {
				rep.step[s][r] = g[c]
				if d.rep.step != nil {
					rep.step[s][r] *= d.rep.step[p.from[s]][r]
				}
			}
		}
	}
	out := &Design{unit: p.unit}
	out.setReplicates(&rep)
	weight := make([]float64, d.Len())
	for k := range weight {
		weight[k] = base[own.at(k)] * d.weight[k]
	}
	out.weight, out.zero = weight, slices.Contains(weight, 0)
	return out, nil
}

// stepBlock is how many replicates have the weights of their cells summed in one
// pass over the units.
const stepBlock = 64

// stepCells divides the rows of d for a step. One that looks at single weights
// has cells within the units, as a replicate changes weights by unit.
func (d *Design) stepCells(key classKey) *cells {
	if !key.row && !key.weight {
		if own := d.cells(key); own.of != nil {
			return own
		}
	}
	within := d
	if !key.row && !key.weight {
		within = &Design{unit: make([]int32, d.Len()), weight: d.weight}
	}
	own := &cells{}
	own.of, own.row = within.classes(key)
	own.count = len(own.row)
	own.w = make([]float64, own.count)
	for k, c := range own.of {
		own.w[c] += d.weight[k]
	}
	return own
}

// pairs are the units of a design divided by the cells of a step.
type pairs struct {
	unit []int32   // pair of each row
	old  []int32   // unit of each pair
	cell []int32   // cell of each pair
	w    []float64 // sum of the weights of each pair

	made, from []int32 // by row of the step: its cell, and the row of the steps before
}

func newPairs(d *Design, own *cells) *pairs {
	type pair struct{ unit, cell int32 }
	p := &pairs{unit: make([]int32, d.Len())}
	seen := map[pair]int32{}
	for k, u := range d.unit {
		q := pair{u, int32(own.at(k))}
		n, ok := seen[q]
		if !ok {
			n = int32(len(p.old))
			seen[q] = n
			p.old, p.cell, p.w = append(p.old, u), append(p.cell, q.cell), append(p.w, 0)
		}
		p.unit[k] = n
		p.w[n] += d.weight[k]
	}
	return p
}

// combine gives rep the units of p, and room for the step: one row for each cell
// and row of the steps before that meet.
func (p *pairs) combine(rep *replicates, count int) {
	of, cell := make([]int32, len(p.old)), make([]int32, len(p.old))
	type both struct{ before, cell int32 }
	seen := map[both]int32{}
	for n, u := range p.old {
		of[n] = rep.baseOf(u)
		b := both{cell: p.cell[n]}
		if rep.step != nil {
			b.before = rep.cell[u]
		}
		s, ok := seen[b]
		if !ok {
			s = int32(len(p.made))
			seen[b] = s
			p.made, p.from = append(p.made, b.cell), append(p.from, b.before)
		}
		cell[n] = s
	}
	rep.of, rep.cell = of, cell
	rep.step = make([][]float64, len(p.made))
	all := make([]float64, len(p.made)*len(rep.rscale))
	for s := range rep.step {
		rep.step[s], all = all[:len(rep.rscale)], all[len(rep.rscale):]
	}
}

// weights returns the sums of the weights by cell on the replicates from lo to hi.
func (p *pairs) weights(rep *replicates, count, lo, hi int) [][]float64 {
	width := hi - lo
	sum, factors := make([]float64, count*width), rep.window(lo, hi)
	for n, u := range p.old {
		c := int(p.cell[n])
		floats.AddScaled(sum[c*width:(c+1)*width], p.w[n], factors.factors(u))
	}
	out := make([][]float64, width)
	for r := range out {
		out[r] = make([]float64, count)
		for c := range out[r] {
			out[r][c] = sum[c*width+r]
		}
	}
	return out
}
