package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// This file estimates variances from replicate weights. The rules:
//
//   - a replicate multiplies the weights of whole units. Rows with the same
//     factors on all replicates are one unit, so a total is summed by unit once
//     and its replicates are products of factors and sums: rows are read once,
//     whatever the number of replicates;
//   - a statistic on replicates is computed on each, not linearised: a ratio is
//     the ratio of the replicates' totals;
//   - all variances of replicates come from spreadOf.
//
// Sources: Wolter (2007), chapters 3 to 5; Rust and Rao, Statistical Methods in
// Medical Research 5 (1996). Checked against R's survey 4.5 in TestOracle.

// A Scheme is how replicate weights were made, and so how the replicates of an
// estimate spread about it.
type Scheme uint8

const (
	// OtherScheme takes the scales that are given.
	OtherScheme Scheme = iota

	// JK1 leaves out one PSU at a time of a sample without strata.
	JK1

	// JKn leaves out one PSU at a time; the others of its stratum stand in for it.
	JKn

	// BRR takes one PSU of every pair: balanced half-samples. A stratum of two is a
	// pair.
	BRR

	// Fay takes parts of 2-ρ and ρ of the PSUs of a pair in place of 2 and 0.
	Fay

	// RaoWu draws n-1 of the n PSUs of a stratum with replacement: R's
	// subbootstrap.
	RaoWu

	// CantyDavison draws n of them with replacement, or, of a population that is
	// known, without from one made of copies of them, and corrects with one scale:
	// R's bootstrap, whose draws from N copies spread N/(N-1) times as much. The
	// scale is exact where all strata have the same number of PSUs.
	CantyDavison

	// RaoWuYueBeaumont draws as RaoWu does and rescales by the share of units not
	// sampled, unit by unit: it has the finite population correction, and serves
	// unequal probabilities.
	RaoWuYueBeaumont

	// Preston takes half of the units at every stage without replacement, and
	// rescales by stage: R's mrb.
	Preston

	// SuccessiveDifference moves neighbours in the order of the draw in opposite
	// directions: R's successive-difference, as of the American Community Survey.
	SuccessiveDifference
)

var schemeNames = [...]string{"other", "JK1", "JKn", "BRR", "Fay", "subbootstrap", "bootstrap", "rwyb", "mrb", "successive-difference"}

// String returns the name of s in plans and in R.
func (s Scheme) String() string {
	if int(s) < len(schemeNames) {
		return schemeNames[s]
	}
	return fmt.Sprintf("Scheme(%d)", uint8(s))
}

// FinitePopulation reports whether the replicates that Design.Replicate makes know
// what share of the PSUs was sampled. Those of BRR, Fay, RaoWu and
// SuccessiveDifference do not: their variances are those of PSUs drawn with
// replacement, which are too large by 1/(1-f) where a share f was sampled.
func (s Scheme) FinitePopulation() bool {
	switch s {
	case JK1, JKn, CantyDavison, RaoWuYueBeaumont, Preston:
		return true
	}
	return false
}

// ParseScheme is the inverse of String; false if no scheme has that name.
func ParseScheme(s string) (Scheme, bool) {
	i := slices.Index(schemeNames[:], s)
	return Scheme(max(i, 0)), i >= 0
}

// ReplicateOptions say how the replicates of an estimate spread about it:
//
//	v = Scale Σ_r RScales_r (t_r - c)²
//
// with c the mean of the replicates whose RScales is positive, or the estimate
// itself.
type ReplicateOptions struct {
	Scheme Scheme

	// Combined says that the columns are weights, not factors on the weights.
	Combined bool

	// Scale is the factor on the sum; 0 takes that of Scheme: 1/R for BRR,
	// 1/(R(1-Rho)²) for Fay, 1/(R-1) for RaoWu, RaoWuYueBeaumont and Preston, 4/R
	// for SuccessiveDifference, 1 for JKn and OtherScheme, and (R-1)/R for JK1. CantyDavison has none: give it.
	Scale float64

	// RScales has a factor for each replicate, or one for all; nil is 1.
	RScales []float64

	// Rho is Fay's, in [0, 1).
	Rho float64

	// AboutEstimate takes the full-sample estimate as c: R's mse.
	AboutEstimate bool

	// DF, if not 0, stands in for the rank of the weights less 1.
	DF int
}

// replicates are the replicate weights of a design, as factors on its weights by
// unit: that of unit u on replicate r is base[of[u]][r] * step[cell[u]][r]. A
// bootstrap has a base row for each PSU, raking it a step row for each cell of
// the margins; their product, one row for each PSU and cell, is never stored.
type replicates struct {
	base factorTable
	of   []int32     // row of base of each unit; nil if it is the unit's number
	step [][]float64 // what steps of weighting made of them; nil without steps
	cell []int32     // row of step of each unit

	scale   float64
	rscale  []float64
	about   bool // the full-sample estimate
	df      int
	ranking *ranking
}

// units returns how many units there are.
func (p *replicates) units() int {
	if p.of == nil {
		return p.base.units()
	}
	return len(p.of)
}

// baseOf returns the row of base of a unit.
func (p *replicates) baseOf(unit int32) int32 {
	if p.of == nil {
		return unit
	}
	return p.of[unit]
}

// NewReplicated returns the design of a file whose row i has weight w[i] and
// replicate weights column[r][i]: those of a survey published with them. The
// rows need no strata and no PSUs. The design keeps w; do not change it.
//
// NewReplicated panics if the slices differ in length.
func NewReplicated(w []float64, column [][]float64, opt ReplicateOptions) (*Design, error) {
	if len(column) < 2 {
		return nil, fmt.Errorf("%d replicates do not make a variance", len(column))
	}
	for r, c := range column {
		if len(c) != len(w) {
			panic("weighting: slice length mismatch")
		}
		for k, v := range c {
			if !(v >= 0) || math.IsInf(v, 1) {
				return nil, fmt.Errorf("row %d has no weight on replicate %d, or one that is negative: %g", k+1, r+1, v)
			}
			if opt.Combined && w[k] == 0 && v != 0 {
				return nil, fmt.Errorf("row %d has no weight, but one of %g on replicate %d", k+1, v, r+1)
			}
		}
	}
	if len(w) == 0 {
		return nil, errors.New("the file of sampled units has no rows")
	}
	rep, err := newReplicates(len(column), opt)
	if err != nil {
		return nil, err
	}
	d := &Design{rep: rep, unit: make([]int32, len(w))}
	seen := map[uint64][]int32{}
	row := make([]float64, len(column))
	for k := range w {
		hash := uint64(14695981039346656037) // FNV-1a over the bits
		for r := range row {
			row[r] = column[r][k]
			if opt.Combined && w[k] != 0 {
				row[r] /= w[k]
			}
			hash = (hash ^ math.Float64bits(row[r])) * 1099511628211
		}
		d.unit[k] = -1
		for _, u := range seen[hash] {
			if slices.Equal(rep.base.row[u], row) {
				d.unit[k] = u
			}
		}
		if d.unit[k] < 0 {
			d.unit[k] = int32(rep.base.units())
			seen[hash] = append(seen[hash], d.unit[k])
			rep.base.row = append(rep.base.row, slices.Clone(row))
		}
	}
	d.setReplicates(rep)
	return d, d.setWeights(w)
}

// setReplicates gives d the units of rep; d.unit has them already, and d.runs if it
// is not nil.
func (d *Design) setReplicates(rep *replicates) {
	n := rep.units()
	psu := make([]int, n)
	up := make([]int32, n)
	for u := range psu {
		psu[u], up[u] = u, int32(u)
	}
	d.units = &units{
		stages: []stage{{group: make([]int32, n), code: []int{0}, n: []int{n}, open: []float64{1}}},
		up:     [][]int32{up}, psu: psu, name: func(int) string { return "" },
	}
	rep.ranking = &ranking{}
	d.rep = rep
	if d.runs == nil {
		d.runs = runsOf(d.unit)
	}
}

// newReplicates checks opt for count replicates.
func newReplicates(count int, opt ReplicateOptions) (*replicates, error) {
	rep := &replicates{scale: opt.Scale, about: opt.AboutEstimate, df: opt.DF, rscale: opt.RScales}
	n := float64(count)
	if rep.scale == 0 {
		switch opt.Scheme {
		case BRR:
			rep.scale = 1 / n
		case Fay:
			if !(opt.Rho >= 0 && opt.Rho < 1) {
				return nil, fmt.Errorf("rho of Fay's method is from 0 to below 1, not %g", opt.Rho)
			}
			rep.scale = 1 / (n * (1 - opt.Rho) * (1 - opt.Rho))
		case RaoWu, RaoWuYueBeaumont, Preston:
			rep.scale = 1 / (n - 1)
		case SuccessiveDifference:
			rep.scale = 4 / n
		case JK1:
			rep.scale = (n - 1) / n
		case CantyDavison:
			return nil, errors.New("the scale of Canty and Davison's bootstrap depends on the sample: give it")
		default:
			rep.scale = 1
		}
	}
	switch len(opt.RScales) {
	case 0:
		rep.rscale = constant(1, count)
	case 1:
		rep.rscale = constant(opt.RScales[0], count)
	case count:
	default:
		return nil, fmt.Errorf("%d scales for %d replicates", len(opt.RScales), count)
	}
	return rep, nil
}

// replicateBlock is how many replicates are summed at once: with ten variables
// their sums stay in a first-level cache.
const replicateBlock = 256

// totals returns the sums of each of z, which are by unit, on each replicate.
func (p *replicates) totals(unit []int32, z [][]float64) [][]float64 {
	t := make([][]float64, len(z))
	for j := range t {
		t[j] = make([]float64, len(p.rscale))
	}
	for lo := 0; lo < len(p.rscale); lo += replicateBlock {
		hi := min(lo+replicateBlock, len(p.rscale))
		w := p.window(lo, hi)
		for k, u := range unit {
			f := w.factors(u)
			for j := range z {
				floats.AddScaled(t[j][lo:hi], z[j][k], f)
			}
		}
	}
	return t
}

// spreadOf is the covariance of two statistics by their replicates. Replicates
// on which one of them has no value, such as a ratio whose domain lost all its
// rows, are left out; the result is NaN if none is left or a statistic itself
// has no value.
func (p *replicates) spreadOf(a, b Statistic) float64 {
	if math.IsNaN(a.Value) || math.IsNaN(b.Value) {
		return math.NaN()
	}
	n, meanA, meanB := 0.0, 0.0, 0.0
	known := func(r int) bool { return !math.IsNaN(a.rep[r]) && !math.IsNaN(b.rep[r]) }
	for r, c := range p.rscale {
		if c > 0 && known(r) {
			n++
			meanA += a.rep[r]
			meanB += b.rep[r]
		}
	}
	if n == 0 {
		return math.NaN()
	}
	meanA, meanB = meanA/n, meanB/n
	if p.about {
		meanA, meanB = a.Value, b.Value
	}
	v := 0.0
	for r, c := range p.rscale {
		if known(r) {
			v += c * (a.rep[r] - meanA) * (b.rep[r] - meanB)
		}
	}
	return p.scale * v
}

// A ranking remembers the degrees of freedom of the units last asked for.
type ranking struct {
	mu   sync.Mutex
	unit []int32
	df   int
}

// degrees returns the rank of the replicate weights of the units named, less 1.
//
// The rank counts the replicates, in order, of which more than a part of 1e-5
// is not a combination of those before: R's rule, on distinct rows. Steps of
// weighting add no degrees of freedom: it is the rank before them.
func (p *replicates) degrees(unit []int32, used []bool) int {
	if p.df != 0 {
		return p.df
	}
	seen := make([]bool, p.base.units())
	for k, u := range unit {
		if used[k] {
			seen[p.baseOf(u)] = true
		}
	}
	var own []int32
	for b, s := range seen {
		if s {
			own = append(own, int32(b))
		}
	}
	p.ranking.mu.Lock()
	defer p.ranking.mu.Unlock()
	if own == nil || !slices.Equal(own, p.ranking.unit) {
		p.ranking.unit, p.ranking.df = own, p.rank(own)-1
	}
	return p.ranking.df
}

// factor returns that of a unit on replicate r.
func (p *replicates) factor(unit int32, r int) float64 {
	f := p.base.at(p.baseOf(unit), r)
	if p.step != nil {
		f *= p.step[p.cell[unit]][r]
	}
	return f
}

// newPart is the part of a replicate that must be new for it to count.
const newPart = 1e-5

// rank returns how many columns of the rows of base count.
func (p *replicates) rank(own []int32) int {
	columns := len(p.rscale)
	if p.independent(own) {
		return columns
	}
	var basis [][]float64
	for r := range columns {
		x := make([]float64, len(own))
		for i, b := range own {
			x[i] = p.base.at(b, r)
		}
		norm := floats.Norm(x, 2)
		for range 2 { // twice, as once leaves rounding of the size of what is left
			for _, q := range basis {
				floats.AddScaled(x, -floats.Dot(q, x), q)
			}
		}
		if left := floats.Norm(x, 2); left > newPart*norm {
			floats.Scale(1/left, x)
			basis = append(basis, x)
		}
	}
	return len(basis)
}

// independent reports that all columns count, if that can be seen from a part of
// the rows: what is new of a column in them is at most what is new of it in all.
// It is how the many PSUs of a bootstrap are spared.
//
// What is new of a column is a diagonal entry of the Cholesky factor of the products
// of the columns. Products lose half of the digits, and the part asked for is
// larger than newPart by as much; columns that are near to it are left to rank.
func (p *replicates) independent(own []int32) bool {
	columns := len(p.rscale)
	rows := columns + columns/8
	if len(own) < 2*rows {
		return false
	}
	part := mat.NewDense(rows, columns, nil)
	buffer := make([]float64, columns)
	for i := range rows {
		part.SetRow(i, p.base.between(own[i*len(own)/rows], 0, columns, buffer))
	}
	var products mat.SymDense
	products.SymOuterK(1, part.T())
	var cholesky mat.Cholesky
	if !cholesky.Factorize(&products) {
		return false
	}
	squares := make([]float64, columns)
	for _, b := range own {
		f := p.base.between(b, 0, columns, buffer)
		for c, v := range f {
			squares[c] += v * v
		}
	}
	factor := cholesky.RawU()
	for c, s := range squares {
		if !(factor.At(c, c) > math.Sqrt(newPart*s)) {
			return false
		}
	}
	return true
}

// Replicates returns the number of replicates, 0 if the variance of d is
// linearised.
func (d *Design) Replicates() int {
	if d.rep == nil {
		return 0
	}
	return len(d.rep.rscale)
}

// ReplicateScales returns how the replicates of an estimate spread about it, as in
// ReplicateOptions: the scale of the sum, one factor a replicate, and whether it is
// about the full-sample estimate. Nil factors without replicates; do not change
// them.
func (d *Design) ReplicateScales() (scale float64, rscales []float64, aboutEstimate bool) {
	if d.rep == nil {
		return 0, nil, false
	}
	return d.rep.scale, d.rep.rscale, d.rep.about
}

// ReplicateWeights returns the weights of the rows on replicate r, from 0.
func (d *Design) ReplicateWeights(r int) []float64 {
	w := make([]float64, d.Len())
	for k, u := range d.unit {
		w[k] = d.weight[k] * d.rep.factor(u, r)
	}
	return w
}
