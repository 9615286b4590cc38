package weighting

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
)

// This file is the kernel: it passes over the rows once, for all variables and
// all domains, and leaves sums by unit. The rules:
//
//   - a cell is a unit with a domain that has rows in it; sums are kept by
//     cell, so many small domains cost their rows and no more;
//   - within a cell rows are added in the order of the file, cells in the order
//     of the units: the same file gives the same bits;
//   - a missing value, NaN, makes the sums of its cell NaN, and so every
//     estimate that uses them. To leave such rows out is a decision about the
//     domain: see Domains.Complete.

// Domains divide rows into parts that do not overlap. The zero Domains is one
// domain with all rows.
type Domains struct {
	// Of is the domain of each row, -1 for a row in none. Nil puts all rows in
	// domain 0.
	Of []int32

	// N is how many there are; 0 means 1.
	N int
}

// Count returns the number of domains.
func (g Domains) Count() int { return max(g.N, 1) }

// Where returns g without the rows for which keep is false.
func (g Domains) Where(keep func(row int) bool, rows int) Domains {
	of := make([]int32, rows)
	for i := range of {
		switch {
		case !keep(i):
			of[i] = -1
		case g.Of != nil:
			of[i] = g.Of[i]
		}
	}
	return Domains{Of: of, N: g.N}
}

// Complete returns g without the rows in which any of the variables is missing,
// as R's na.rm has it: they leave the domain, and their PSUs stay.
func (g Domains) Complete(vars ...[]float64) Domains {
	if !slices.ContainsFunc(vars, floats.HasNaN) {
		return g
	}
	return g.Where(func(i int) bool {
		return !slices.ContainsFunc(vars, func(y []float64) bool { return math.IsNaN(y[i]) })
	}, len(vars[0]))
}

// Sums are weighted sums of variables by unit and domain: all that a variance
// needs of the rows. Make them with Design.Sums.
type Sums struct {
	d     *Design
	start []int32         // cells of domain g are start[g] to start[g+1]
	unit  []int32         // of each cell, ascending within a domain
	rows  []int32         // rows of each cell
	used  []int32         // those of them with a weight that is not 0
	w     []float64       // Σ w of each cell
	t     [][]float64     // Σ w y of each variable and cell
	sq    [][]float64     // Σ w (y-shift)(x-shift), one for each pair of Squares, by domain
	pair  [][2]int        // the variables of sq; -1 is the constant 1
	shift []float64       // of each variable
	xz    [][][][]float64 // Σ w v x y of each block, domain and variable of a calibrated design

	mu  sync.Mutex
	rep [][][]float64 // by domain, once asked for: Σ w and each Σ w y on each replicate
}

// replicated returns the sums over domain g on each replicate: of the weights,
// and of each variable. All variables share one pass over the factors.
func (s *Sums) replicated(g int) [][]float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rep == nil {
		s.rep = make([][][]float64, s.Domains())
	}
	if s.rep[g] == nil {
		lo, hi := s.start[g], s.start[g+1]
		z := [][]float64{s.w[lo:hi]}
		for _, t := range s.t {
			z = append(z, t[lo:hi])
		}
		s.rep[g] = s.d.rep.totals(s.unit[lo:hi], z)
	}
	return s.rep[g]
}

// Sums passes over the rows and adds up vars, each with one value a row, by
// unit and domain. squares names pairs of variables, by their place in vars,
// whose products are summed too: a design effect of the mean or total of
// variable j needs {j, j}, one of the ratio j/k also {k, k} and {j, k}.
//
// Sums panics if a variable's length or that of by.Of is not d.Len().
func (d *Design) Sums(vars [][]float64, by Domains, squares ...[2]int) *Sums {
	if by.Of != nil && len(by.Of) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	for _, y := range vars {
		if len(y) != d.Len() {
			panic("weighting: slice length mismatch")
		}
	}
	s := &Sums{d: d, t: make([][]float64, len(vars)), pair: squares}
	if by.Of == nil && by.Count() == 1 {
		s.whole(vars)
	} else {
		s.divided(vars, by)
	}
	s.squares(vars, by)
	if d.steps != nil && d.rep == nil {
		s.cross(vars, by)
	}
	return s
}

// whole adds up all rows, a run at a time: a cell is a unit that has rows.
func (s *Sums) whole(vars [][]float64) {
	d := s.d
	cell := make([]int32, len(d.stages[len(d.stages)-1].group))
	for i := range cell {
		cell[i] = -1
	}
	for _, r := range d.runs {
		cell[r.unit] = 0
	}
	for u, c := range cell {
		if c == 0 {
			cell[u] = int32(len(s.unit))
			s.unit = append(s.unit, int32(u))
		}
	}
	s.start = []int32{0, int32(len(s.unit))}
	s.allocate()
	for runs := d.runs; len(runs) > 0; {
		// A stretch of weights that stays near serves all variables, and each
		// variable is read on for as long.
		n := 1
		for n < len(runs) && runs[n].hi-runs[0].lo <= stretch {
			n++
		}
		for _, r := range runs[:n] {
			c := cell[r.unit]
			s.w[c] += floats.Sum(d.weight[r.lo:r.hi])
			s.rows[c] += r.hi - r.lo
			s.used[c] += r.hi - r.lo - int32(d.zeros(r))
		}
		for j := 0; j < len(vars); {
			j += s.together(runs[:n], cell, vars, j)
		}
		runs = runs[n:]
	}
}

// stretch is how many rows are summed for some variables before the next: their
// weights stay in a second-level cache, and each variable is read on long enough
// for the processor to read ahead.
const stretch = 1 << 15

// together adds up the runs for the variables from j on, four at a time if there are
// as many, and returns how many it did. A weight that is read once serves the four,
// whose sums wait for each other's additions no longer than for memory.
func (s *Sums) together(runs []run, cell []int32, vars [][]float64, j int) int {
	if len(vars)-j < 4 {
		y, t := vars[j], s.t[j]
		for _, r := range runs {
			t[cell[r.unit]] += floats.Dot(s.d.weight[r.lo:r.hi], y[r.lo:r.hi])
		}
		return 1
	}
	for _, r := range runs {
		w := s.d.weight[r.lo:r.hi]
		y0, y1, y2, y3 := vars[j][r.lo:r.hi][:len(w)], vars[j+1][r.lo:r.hi][:len(w)], vars[j+2][r.lo:r.hi][:len(w)], vars[j+3][r.lo:r.hi][:len(w)]
		var t0, t1, t2, t3 float64
		for i, v := range w {
			t0 += v * y0[i]
			t1 += v * y1[i]
			t2 += v * y2[i]
			t3 += v * y3[i]
		}
		c := cell[r.unit]
		s.t[j][c] += t0
		s.t[j+1][c] += t1
		s.t[j+2][c] += t2
		s.t[j+3][c] += t3
	}
	return 4
}

func (s *Sums) allocate() {
	n := len(s.unit)
	s.rows, s.used, s.w = make([]int32, n), make([]int32, n), make([]float64, n)
	for j := range s.t {
		s.t[j] = make([]float64, n)
	}
}

// divided adds up the rows of each domain.
func (s *Sums) divided(vars [][]float64, by Domains) {
	d := s.d
	cell := s.cells(by)
	s.allocate()
	for i, c := range cell {
		if c < 0 {
			continue
		}
		s.rows[c]++
		s.w[c] += d.weight[i]
		if d.weight[i] != 0 {
			s.used[c]++
		}
	}
	for j, y := range vars {
		t := s.t[j]
		for i, c := range cell {
			if c >= 0 {
				t[c] += d.weight[i] * y[i]
			}
		}
	}
}

// tableSize bounds the table in which cells are found, in entries: what a
// processor keeps near. More domains than fit are done in several passes.
const tableSize = 1 << 22

// cells numbers the cells that have rows, by domain and unit, and returns the
// cell of each row, -1 for a row in no domain.
func (s *Sums) cells(by Domains) []int32 {
	d, domains := s.d, by.Count()
	units := len(d.stages[len(d.stages)-1].group)
	of := by.Of
	if of == nil {
		of = make([]int32, d.Len())
	}
	cell := make([]int32, d.Len())
	for i := range cell {
		cell[i] = -1
	}
	s.start = make([]int32, 1, domains+1)
	block := max(1, tableSize/units)
	table := make([]int32, min(block, domains)*units)
	for first := 0; first < domains; first += block {
		count := min(block, domains-first)
		clear(table)
		for i, g := range of {
			if g -= int32(first); g >= 0 && int(g) < count {
				table[int(g)*units+int(d.unit[i])] = 1
			}
		}
		for g := range count {
			for u, met := range table[g*units : (g+1)*units] {
				if met != 0 {
					table[g*units+u] = int32(len(s.unit))
					s.unit = append(s.unit, int32(u))
				}
			}
			s.start = append(s.start, int32(len(s.unit)))
		}
		for i, g := range of {
			if g -= int32(first); g >= 0 && int(g) < count {
				cell[i] = table[int(g)*units+int(d.unit[i])]
			}
		}
	}
	return cell
}

// squares adds up the products of the pairs, about a value of each variable, so
// that subtracting the mean later loses no digits.
func (s *Sums) squares(vars [][]float64, by Domains) {
	if len(s.pair) == 0 {
		return
	}
	s.shift = make([]float64, len(vars))
	for j, y := range vars {
		i := slices.IndexFunc(y, func(v float64) bool { return !math.IsNaN(v) })
		if i >= 0 {
			s.shift[j] = y[i]
		}
	}
	s.sq = make([][]float64, len(s.pair))
	for p, jk := range s.pair {
		y, x, cy, cx := vars[jk[0]], vars[jk[1]], s.shift[jk[0]], s.shift[jk[1]]
		sq := make([]float64, by.Count())
		if by.Of == nil {
			y, x := y[:len(s.d.weight)], x[:len(s.d.weight)]
			var even, odd float64 // two sums do not wait for each other
			i := 0
			for ; i+1 < len(y); i += 2 {
				even += s.d.weight[i] * (y[i] - cy) * (x[i] - cx)
				odd += s.d.weight[i+1] * (y[i+1] - cy) * (x[i+1] - cx)
			}
			if i < len(y) {
				even += s.d.weight[i] * (y[i] - cy) * (x[i] - cx)
			}
			sq[0] = even + odd
			s.sq[p] = sq
			continue
		}
		for i, w := range s.d.weight {
			if g := by.Of[i]; g >= 0 {
				sq[g] += w * (y[i] - cy) * (x[i] - cx)
			}
		}
		s.sq[p] = sq
	}
}

// Domains returns the number of domains that s has sums of.
func (s *Sums) Domains() int { return len(s.start) - 1 }

// Rows returns the number of rows in domain g.
func (s *Sums) Rows(g int) int {
	n := 0
	for _, r := range s.rows[s.start[g]:s.start[g+1]] {
		n += int(r)
	}
	return n
}
