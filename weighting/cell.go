package weighting

import (
	"math"
	"slices"
)

// This file finds the rows that a step of weighting cannot tell apart, so that
// the step is computed on their cells and not on the rows. The rules:
//
//   - rows with the same categories of all controls are one cell: they get the
//     same factor, and only the sum of their weights matters;
//   - categories are crossed in one table, as there are few; values are looked up
//     by their bits;
//   - a step that looks at single weights divides cells by them, one that moves
//     each row by itself has a cell a row;
//   - cells are numbered in the order in which the rows meet them.

// cells are a division of the rows of a file.
type cells struct {
	of    []int32   // cell of each row; nil if each row is its own
	row   []int     // first row of each cell; nil likewise
	w     []float64 // sum of the weights of each cell
	count int
}

// at returns the cell of row k.
func (c *cells) at(k int) int {
	if c.of == nil {
		return k
	}
	return int(c.of[k])
}

// pick returns the controls of the cells.
func (c *cells) pick(control []Control) []Control {
	if c.row == nil {
		return control
	}
	return columns{control: control}.pick(c.row).control
}

// A classKey says which rows a step cannot tell apart: those with the same x,
// and, if it looks at them, weights.
type classKey struct {
	x      columns
	weight bool
	row    bool // every row is its own class
	known  *cells
}

// classified checks controls against the weights and returns the key of a step
// that looks at nothing else. It panics as checkControls does.
func (d *Design) classified(control []Control) (classKey, error) {
	lengths(control, d.Len())
	key := classKey{x: columnsOf(control), known: crossed(control, d.weight)}
	if key.known == nil {
		return key, checkControls(control, d.weight)
	}
	return key, checkControls(key.known.pick(control), key.known.w)
}

// cells divides the rows of d for a step; rows are divided only if that leaves
// less to do.
func (d *Design) cells(key classKey) *cells {
	if key.known != nil {
		return key.known
	}
	if !key.row && !key.weight {
		if c := crossed(key.x.control, d.weight); c != nil {
			return c
		}
	}
	return &cells{w: d.weight, count: d.Len()}
}

// crossLimit bounds the table in which categories are crossed.
const crossLimit = 1 << 16

// crossed returns the cells of a cross-classification; nil if a control has
// values, if there are too many categories to cross, or too few rows to gain.
func crossed(control []Control, w []float64) *cells {
	size := 1
	for _, c := range control {
		if c.Value != nil {
			return nil
		}
		if c.Code != nil {
			size *= len(c.Totals) + 1 // and a place for rows in no category
		}
		if size > crossLimit || size > len(w) {
			return nil
		}
	}
	out := &cells{of: make([]int32, len(w))}
	number := make([]int32, size) // 1 + the cell
	sum := make([]float64, size)
	for lo := 0; lo < len(w); lo += stretch {
		hi := min(lo+stretch, len(w))
		of := out.of[lo:hi]
		for _, c := range control {
			if c.Code != nil {
				place(of, c.Code[lo:hi], len(c.Totals))
			}
		}
		for i, v := range w[lo:hi] {
			p := of[i]
			sum[p] += v
			n := number[p]
			if n == 0 {
				out.row = append(out.row, lo+i)
				n = int32(len(out.row))
				number[p] = n
			}
			of[i] = n - 1
		}
	}
	out.count = len(out.row)
	out.w = make([]float64, out.count)
	for p, n := range number {
		if n > 0 {
			out.w[n-1] = sum[p]
		}
	}
	return out
}

// place moves each row on to where its code puts it in a table with one more
// dimension.
func place(of []int32, code []int, categories int) {
	for i, c := range code {
		if c >= categories {
			panic("weighting: a code has no total")
		}
		of[i] = of[i]*int32(categories+1) + int32(max(c, -1)+1)
	}
}

// classes divides the rows of d by their units and what the step looks at: all
// that replicates can tell apart.
func (d *Design) classes(key classKey) (class []int32, rows []int) {
	class = make([]int32, d.Len())
	copy(class, d.unit)
	if key.row {
		for k := range class {
			class[k] = int32(k)
		}
	}
	split := func(by func(k int) uint64) {
		type pair struct {
			class int32
			by    uint64
		}
		seen := map[pair]int32{}
		rows = rows[:0]
		last, lastClass := pair{class: -1}, int32(0)
		for k := range class {
			p := pair{class[k], by(k)}
			if p != last {
				c, ok := seen[p]
				if !ok {
					c = int32(len(seen))
					seen[p] = c
					rows = append(rows, k)
				}
				last, lastClass = p, c
			}
			class[k] = lastClass
		}
	}
	if own := d.cells(key); own.of != nil {
		split(func(k int) uint64 { return uint64(own.of[k]) })
		return class, rows
	}
	split(func(int) uint64 { return 0 })
	for _, c := range key.x.control {
		if c.Code != nil {
			split(func(k int) uint64 { return uint64(c.Code[k]) })
		}
		if c.Value != nil {
			split(func(k int) uint64 { return math.Float64bits(c.Value[k]) })
		}
	}
	if key.weight {
		split(func(k int) uint64 { return math.Float64bits(d.weight[k]) })
	}
	return class, slices.Clip(rows)
}
