package weighting

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// This file takes out of a variance what calibration has made certain. The
// rules:
//
//   - calibrated weights hit totals T of x whatever the sample, so only what x
//     does not explain of a variable varies from sample to sample: its influence
//     z_k becomes z_k - w_k x_k'B, with B the coefficients of z_k/g_k on x_k;
//   - each weighting step takes its own residual of what the steps before it
//     left, in the order in which they were made;
//   - a residual is linear in z and B needs sums over the rows alone. So a
//     statistic of a calibrated design is, like any other, influence sums by
//     unit, and the variance knows nothing of calibration;
//   - a residual reaches rows outside of the domain, whose z is 0: the statistic
//     has all units of the file, as R has such rows at weight 0.
//
// Source: Deville and Särndal, Calibration Estimators in Survey Sampling, JASA
// 87 (1992); Särndal, Swensson and Wretman (1992), section 6.6.

// calibrated are the weighting steps a design went through. What the residuals
// need of the rows is computed when the first variance asks for it: weights are
// often all that is wanted.
type calibrated struct {
	block []block
	order []int // the blocks whose residuals are taken, in order

	once    sync.Once
	prepare func()
	gram    [][]*mat.Dense // gram[b][m] = Σ_k v_bk u_mk x_bk x_mk'
	solve   []*mat.Dense   // generalised inverse of gram[b][b]
	unit    []int32        // units with rows in the file, ascending
}

// ready returns st with what residuals need.
func (st *calibrated) ready() *calibrated {
	st.once.Do(st.prepare)
	return st
}

// A block is one projection z - u x'B, with B = (Σ v u x x')⁻¹ Σ v x z.
type block struct {
	x   columns
	of  []int32   // cell of each row; nil if each row is its own
	v   []float64 // of each cell
	u   []float64 // of each row
	sum []sparse  // Σ u x over the rows of each unit of calibrated.unit

	// ridge, if not nil, is added to the diagonal of Σ v u x x'.
	ridge []float64
}

// at returns v of row k.
func (b *block) at(k int) float64 {
	if b.of == nil {
		return b.v[k]
	}
	return b.v[b.of[k]]
}

// A sparse is the part of a vector that is not 0.
type sparse struct {
	at []int32
	v  []float64
}

// columns are the columns of a matrix with one row a row of the file, by
// control: control j has those from start[j] to start[j+1], of which a row has
// at most one that is not 0.
type columns struct {
	control []Control
	start   []int
}

func columnsOf(control []Control) columns {
	x := columns{control: control, start: make([]int, len(control)+1)}
	for j, c := range control {
		x.start[j+1] = x.start[j] + len(c.Totals)
	}
	return x
}

// width returns the number of columns.
func (x columns) width() int { return x.start[len(x.control)] }

// at returns the column in which control j is not 0 in row k, and its value;
// -1 if it is 0 everywhere.
func (x columns) at(j, k int) (column int, v float64) {
	c := &x.control[j]
	code := 0
	if c.Code != nil {
		if code = c.Code[k]; code < 0 {
			return -1, 0
		}
	}
	if c.Value == nil {
		return x.start[j] + code, 1
	}
	return x.start[j] + code, c.Value[k]
}

// add adds scale times row k to sum.
func (x columns) add(sum []float64, k int, scale float64) {
	for j := range x.control {
		if c, v := x.at(j, k); c >= 0 {
			sum[c] += scale * v
		}
	}
}

// dot returns the product of row k with a vector.
func (x columns) dot(b []float64, k int) (s float64) {
	for j := range x.control {
		if c, v := x.at(j, k); c >= 0 {
			s += v * b[c]
		}
	}
	return s
}

// pick returns the rows named.
func (x columns) pick(rows []int) columns {
	out := slices.Clone(x.control)
	for j := range out {
		c := &out[j]
		if c.Code != nil {
			c.Code = pickRows(c.Code, rows)
		}
		if c.Value != nil {
			c.Value = pickRows(c.Value, rows)
		}
	}
	return columns{control: out, start: x.start}
}

func pickRows[T any](s []T, rows []int) []T {
	out := make([]T, len(rows))
	for i, k := range rows {
		out[i] = s[k]
	}
	return out
}

// product returns Σ_k weight(k) x_k y_k'.
func product(x, y columns, rows int, weight func(k int) float64) *mat.Dense {
	p, q := x.width(), y.width()
	m := make([]float64, p*q)
	for k := range rows {
		w := weight(k)
		for i := range x.control {
			c, v := x.at(i, k)
			if c < 0 {
				continue
			}
			for j := range y.control {
				if e, u := y.at(j, k); e >= 0 {
					m[c*q+e] += w * v * u
				}
			}
		}
	}
	return mat.NewDense(p, q, m)
}

// followed returns d with other weights, after steps that project on blocks in
// the order given, which counts them from 0. No block leaves the variance as it
// was.
func (d *Design) followed(w []float64, blocks []block, order []int) (*Design, error) {
	out := *d
	odd := 0.0
	out.zero = false
	for _, v := range w {
		odd += v - v // not 0 if v is no number or infinite
		out.zero = out.zero || v == 0
	}
	if odd != 0 {
		k := slices.IndexFunc(w, func(v float64) bool { return v-v != 0 })
		return nil, fmt.Errorf("row %d gets a weight of %g", k+1, w[k])
	}
	out.weight = w
	if len(blocks) == 0 {
		return &out, nil
	}
	old := d.steps
	if old == nil {
		old = &calibrated{prepare: func() {}}
	}
	first := len(old.block)
	st := &calibrated{block: slices.Concat(old.block, blocks), order: slices.Clone(old.order)}
	for _, b := range order {
		st.order = append(st.order, first+b)
	}
	st.prepare = func() { st.follow(d, old.ready()) }
	out.steps = st
	return &out, nil
}

// follow computes what residuals need; old has it for the steps before.
func (st *calibrated) follow(d *Design, old *calibrated) {
	first := len(old.block)
	copy(st.block, old.block) // with their sums
	st.solve = slices.Clone(old.solve)
	st.gram = make([][]*mat.Dense, len(st.block))
	for b := range st.block {
		st.gram[b] = make([]*mat.Dense, len(st.block))
		for m := range st.block {
			if b < first && m < first {
				st.gram[b][m] = old.gram[b][m]
				continue
			}
			at, u := st.block[b].at, st.block[m].u
			st.gram[b][m] = product(st.block[b].x, st.block[m].x, d.Len(), func(k int) float64 { return at(k) * u[k] })
		}
		if b >= first {
			st.solve = append(st.solve, ridgeInverse(st.gram[b][b], st.block[b].ridge))
		}
	}
	st.unit = old.unit
	by := d.rowsByUnit()
	if st.unit == nil {
		for u := range len(by.start) - 1 {
			if by.start[u] < by.start[u+1] {
				st.unit = append(st.unit, int32(u))
			}
		}
	}
	for b := first; b < len(st.block); b++ {
		st.block[b].sum = st.block[b].unitSums(st.unit, by)
	}
}

// byUnit lists rows by unit: those of u are row[start[u]:start[u+1]].
type byUnit struct {
	start, row []int32
}

func (d *Design) rowsByUnit() byUnit {
	units := len(d.stages[len(d.stages)-1].group)
	by := byUnit{start: make([]int32, units+2), row: make([]int32, d.Len())}
	for _, u := range d.unit {
		by.start[u+2]++
	}
	for u := range units {
		by.start[u+2] += by.start[u+1]
	}
	for k, u := range d.unit {
		by.row[by.start[u+1]] = int32(k)
		by.start[u+1]++
	}
	by.start = by.start[:units+1]
	return by
}

// unitSums adds u x up by unit.
func (b *block) unitSums(units []int32, by byUnit) []sparse {
	sums := make([]sparse, len(units))
	dense := make([]float64, b.x.width())
	for i, u := range units {
		clear(dense)
		for _, k := range by.row[by.start[u]:by.start[u+1]] {
			b.x.add(dense, int(k), b.u[k])
		}
		for c, v := range dense {
			if v != 0 {
				sums[i].at = append(sums[i].at, int32(c))
				sums[i].v = append(sums[i].v, v)
			}
		}
	}
	return sums
}

// cross adds up Σ w v x y for every block, domain and variable; before the
// variables comes the constant 1.
func (s *Sums) cross(vars [][]float64, by Domains) {
	d := s.d
	steps := d.steps.ready()
	s.xz = make([][][][]float64, len(steps.block))
	for b := range steps.block {
		blk := &steps.block[b]
		s.xz[b] = make([][][]float64, by.Count())
		for g := range s.xz[b] {
			s.xz[b][g] = make([][]float64, len(vars)+1)
			for j := range s.xz[b][g] {
				s.xz[b][g][j] = make([]float64, blk.x.width())
			}
		}
		for k, w := range d.weight {
			g := int32(0)
			if by.Of != nil {
				if g = by.Of[k]; g < 0 {
					continue
				}
			}
			for i := range blk.x.control {
				c, x := blk.x.at(i, k)
				if c < 0 {
					continue
				}
				wx := w * blk.at(k) * x
				s.xz[b][g][0][c] += wx
				for j, y := range vars {
					s.xz[b][g][j+1][c] += wx * y[k]
				}
			}
		}
	}
}

// residual returns the influence on all units of the file of variable j, -1 for
// the constant 1, in domain g, of which z are the sums on the units named.
func (s *Sums) residual(g, j int, unit []int32, z []float64) []float64 {
	st := s.d.steps.ready()
	left := make([]*mat.VecDense, len(st.block))
	beta := make([][]float64, len(st.block))
	for b := range st.block {
		left[b] = mat.NewVecDense(len(s.xz[b][g][j+1]), slices.Clone(s.xz[b][g][j+1]))
		beta[b] = make([]float64, left[b].Len())
	}
	var step, part mat.VecDense
	for _, m := range st.order {
		step.Reset()
		step.MulVec(st.solve[m], left[m])
		floats.Add(beta[m], step.RawVector().Data)
		for b := range left {
			part.Reset()
			part.MulVec(st.gram[b][m], &step)
			left[b].SubVec(left[b], &part)
		}
	}
	out := make([]float64, len(st.unit))
	at := 0
	for i, u := range st.unit {
		if at < len(unit) && unit[at] == u {
			out[i] = z[at]
			at++
		}
		for b := range st.block {
			sum := &st.block[b].sum[i]
			for e, c := range sum.at {
				out[i] -= sum.v[e] * beta[b][c]
			}
		}
	}
	return out
}

// linked returns the steps for a file whose rows hang under rows of this one.
func (st *calibrated) linked(parent []int) *calibrated {
	if st == nil {
		return nil
	}
	st.ready()
	out := &calibrated{block: slices.Clone(st.block), order: st.order, gram: st.gram, solve: st.solve, unit: st.unit, prepare: func() {}}
	for b := range out.block {
		blk := &out.block[b]
		blk.x, blk.u = blk.x.pick(parent), pickRows(blk.u, parent)
		if blk.of == nil {
			blk.v = pickRows(blk.v, parent)
		} else {
			blk.of = pickRows(blk.of, parent)
		}
	}
	return out
}

// inverse returns the generalised inverse of a symmetric matrix of which no
// diagonal entry is negative. Directions whose share of the scaled matrix is
// below 1e-12 are taken to be redundant.
func inverse(m *mat.Dense) *mat.Dense {
	p, _ := m.Dims()
	scale := make([]float64, p)
	for i := range scale {
		if v := m.At(i, i); v > 0 {
			scale[i] = 1 / root(v)
		}
	}
	sym := mat.NewSymDense(p, nil)
	for i := range p {
		for j := i; j < p; j++ {
			sym.SetSym(i, j, (m.At(i, j)+m.At(j, i))/2*scale[i]*scale[j])
		}
	}
	out := mat.NewDense(p, p, nil)
	var eigen mat.EigenSym
	if !eigen.Factorize(sym, true) {
		for i := range p {
			for j := range p {
				out.Set(i, j, math.NaN())
			}
		}
		return out
	}
	values := eigen.Values(nil)
	var q mat.Dense
	eigen.VectorsTo(&q)
	least := 1e-12 * max(values[p-1], 0)
	for e, v := range values {
		if v <= least {
			continue
		}
		for i := range p {
			for j := range p {
				out.Set(i, j, out.At(i, j)+q.At(i, e)*q.At(j, e)/v*scale[i]*scale[j])
			}
		}
	}
	return out
}
