package weighting

import "slices"

// This file adds up the sums of a file that is read in blocks and never held as a
// whole. The rules:
//
//   - a block has a design of its own rows alone; what becomes of it is its sums,
//     and nothing of the block is kept;
//   - cells of one unit and domain are added in the order of the blocks, so that
//     the same file in the same blocks gives the same bits;
//   - sums of squares of two blocks are about different values. They are moved to
//     the value of the first block, which is exact but for rounding.
//
// What needs rows in order, such as a quantile, or rows again, such as a
// calibrated variance, cannot be had this way.

// A Tally holds the sums of the blocks added so far. The zero Tally has none.
type Tally struct {
	cell   map[[2]int32]int32 // by domain and unit
	domain []int32            // of each cell
	sums   Sums               // by cell, in the order they were met; sq by domain
}

// Add adds the sums of a block. unit and domain say which unit and domain of the
// whole those of the block are. All blocks have the same variables and squares.
//
// Add panics if the block's design is calibrated or has replicates.
func (t *Tally) Add(s *Sums, unit, domain []int32) {
	if s.d.steps != nil || s.d.rep != nil {
		panic("weighting: sums of a block whose weights are not plain")
	}
	if t.cell == nil {
		t.cell = map[[2]int32]int32{}
		t.sums.t, t.sums.sq = make([][]float64, len(s.t)), make([][]float64, len(s.pair))
		t.sums.pair, t.sums.shift = s.pair, slices.Clone(s.shift)
	}
	t.addSquares(s, domain)
	for g := range s.Domains() {
		for c := s.start[g]; c < s.start[g+1]; c++ {
			k := t.at(domain[g], unit[s.unit[c]])
			t.sums.rows[k] += s.rows[c]
			t.sums.used[k] += s.used[c]
			t.sums.w[k] += s.w[c]
			for j := range s.t {
				t.sums.t[j][k] += s.t[j][c]
			}
		}
	}
}

// at returns the cell of a unit and domain.
func (t *Tally) at(domain, unit int32) int32 {
	key := [2]int32{domain, unit}
	k, ok := t.cell[key]
	if ok {
		return k
	}
	k = int32(len(t.domain))
	t.cell[key] = k
	t.domain = append(t.domain, domain)
	s := &t.sums
	s.unit, s.rows, s.used, s.w = append(s.unit, unit), append(s.rows, 0), append(s.used, 0), append(s.w, 0)
	for j := range s.t {
		s.t[j] = append(s.t[j], 0)
	}
	return k
}

// addSquares adds the sums of squares of a block.
func (t *Tally) addSquares(s *Sums, domain []int32) {
	for p, jk := range s.pair {
		j, k := jk[0], jk[1]
		// Σ w (y-c')(x-d'), c' = c-a and d' = d-b, is
		// Σ w (y-c)(x-d) + a Σ w (x-d) + b Σ w (y-c) + a b Σ w.
		a, b := s.shift[j]-t.sums.shift[j], s.shift[k]-t.sums.shift[k]
		for g, q := range s.sq[p] {
			if a != 0 || b != 0 {
				var w, y, x float64
				for c := s.start[g]; c < s.start[g+1]; c++ {
					w, y, x = w+s.w[c], y+s.t[j][c], x+s.t[k][c]
				}
				q += a*(x-s.shift[k]*w) + b*(y-s.shift[j]*w) + a*b*w
			}
			for int(domain[g]) >= len(t.sums.sq[p]) {
				t.sums.sq[p] = append(t.sums.sq[p], 0)
			}
			t.sums.sq[p][domain[g]] += q
		}
	}
}

// Sums returns the sums of all blocks under d, whose row i is of unit i: a file of
// units rather than of rows. There are that many domains.
func (t *Tally) Sums(d *Design, domains int) *Sums {
	order := make([]int32, len(t.domain))
	for i := range order {
		order[i] = int32(i)
	}
	place := func(k int32) int { return int(t.domain[k])*d.Len() + int(d.unit[t.sums.unit[k]]) }
	slices.SortFunc(order, func(a, b int32) int { return place(a) - place(b) })
	out := &Sums{
		d: d, start: make([]int32, domains+1), t: make([][]float64, len(t.sums.t)),
		sq: make([][]float64, len(t.sums.sq)), pair: t.sums.pair, shift: t.sums.shift,
	}
	for _, k := range order {
		out.start[t.domain[k]+1]++
		out.unit = append(out.unit, d.unit[t.sums.unit[k]])
		out.rows, out.used, out.w = append(out.rows, t.sums.rows[k]), append(out.used, t.sums.used[k]), append(out.w, t.sums.w[k])
		for j := range out.t {
			out.t[j] = append(out.t[j], t.sums.t[j][k])
		}
	}
	for g := range domains {
		out.start[g+1] += out.start[g]
	}
	for p := range out.sq {
		out.sq[p] = slices.Grow(slices.Clone(t.sums.sq[p]), domains)[:domains]
	}
	return out
}

// UnitCodes returns the codes of the stratum and PSU of each unit of a design
// of one stage, as they were given to NewDesign.
func (d *Design) UnitCodes() (stratum, psu []int) {
	first := d.stages[0]
	stratum = make([]int, len(first.group))
	for u, g := range first.group {
		stratum[u] = first.code[g]
	}
	return stratum, d.psu
}

// UnitRows returns a row of each unit, the first one it has; -1 for a unit
// without rows.
func (d *Design) UnitRows() []int {
	row := slices.Repeat([]int{-1}, len(d.stages[len(d.stages)-1].group))
	for _, r := range d.runs {
		if row[r.unit] < 0 {
			row[r.unit] = int(r.lo)
		}
	}
	return row
}
