package weighting

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
)

// This file makes replicate weights from a design. The rules:
//
//   - replicates are of the first stage: PSUs come and go as a whole, which is
//     the ultimate cluster; Preston's alone are of all stages;
//   - what a replicate takes from a PSU it gives to the others of the stratum, so
//     that the weights of a stratum keep their sum over equal PSUs;
//   - the finite population correction is in the scales of a jackknife, in the draws
//     of Canty and Davison's bootstrap, and in the factors that bootstrap.go makes;
//     the other schemes ignore it, which overstates the variance: see
//     Scheme.FinitePopulation;
//   - a PSU that adds nothing to the variance, since it was certain to be in the
//     sample or its stratum is left out by rule, has a factor of 1 throughout;
//   - the same seed makes the same replicates.
//
// Sources: Wolter (2007), chapters 3 to 5; Rao and Wu, JASA 83 (1988); Canty and
// Davison, The Statistician 48 (1999); Booth, Butler and Hall, JASA 89 (1994); Fay,
// in Dippo, Fay and Morganstein, ASA (1984).

// A Replication says which replicates to make. Those of all schemes but Preston are
// of the first stage alone, and leave the variance of later ones out. Whether the
// shares that were sampled are in them is what Scheme.FinitePopulation says.
type Replication struct {
	Scheme Scheme

	// Count is how many, for the bootstraps. The jackknife makes one a PSU, the
	// half-samples the least power of two above the number of pairs. For
	// SuccessiveDifference it is a power of two, 0 the least above the number of
	// PSUs: then they give SuccessiveClosed exactly for totals.
	Count int

	// Seed is that of the bootstraps' draws.
	Seed uint64

	// Rho is Fay's, in [0, 1).
	Rho float64

	// AboutEstimate is as in ReplicateOptions.
	AboutEstimate bool

	// CopiesLikeR draws CantyDavison's samples of a known population from N/n copies,
	// as R's bootstrap does: its variance is N/(N-1) times the linearised one.
	CopiesLikeR bool
}

// Replicate returns d with replicate weights in place of linearised variances.
// Steps of weighting that are to be repeated on the replicates follow it; those
// before it are not repeated.
//
// A stratum with a single PSU that was certain to be in the sample adds nothing: its
// weights are the same in all replicates. So are those of any other such stratum if
// the rule is LonelyRemove or LonelyCertainty; by the other rules it is ErrLonely.
//
// Half-samples take pairs of PSUs: a stratum of four or more is split into pairs in
// the order of the rows, and one of an odd number is an error.
func (d *Design) Replicate(r Replication) (*Design, error) {
	if d.rep != nil || d.two != nil || d.pps != nil && r.Scheme != RaoWuYueBeaumont {
		return nil, errors.New("replicates are made from strata and PSUs, not from replicates, two phases or, but by rwyb, unequal probabilities")
	}
	first := &d.stages[0]
	var lonely []int32
	for h, n := range first.n {
		if n == 1 && !d.still(int32(h)) {
			lonely = append(lonely, int32(h))
		}
	}
	if lonely != nil {
		return nil, d.lonelyError(lonely)
	}
	if r.Scheme == JK1 && len(first.n) > 1 {
		return nil, errors.New("JK1 is for a sample without strata: use JKn")
	}
	opt := ReplicateOptions{Scheme: r.Scheme, Rho: r.Rho, AboutEstimate: r.AboutEstimate}
	var factor factorTable
	var err error
	switch r.Scheme {
	case JK1, JKn:
		factor.row, err = first.jackknife(&opt)
	case BRR, Fay:
		factor.row, err = d.halves(r)
	case RaoWu, CantyDavison:
		factor, err = first.draws(r, &opt)
	case RaoWuYueBeaumont:
		factor, err = d.rescaled(r)
	case Preston:
		factor.row, err = d.multistage(r)
	case SuccessiveDifference:
		factor.row, err = d.successive(r)
	default:
		err = fmt.Errorf("replicates of scheme %s cannot be made", r.Scheme)
	}
	if err != nil {
		return nil, err
	}
	rep, err := newReplicates(factor.count(), opt)
	if err != nil {
		return nil, err
	}
	rep.base = factor
	out := &Design{unit: d.unit, runs: d.runs, weight: d.weight, zero: d.zero}
	if len(d.stages) > 1 && r.Scheme != Preston {
		out.unit, out.runs = make([]int32, d.Len()), nil
		for k, u := range d.unit {
			out.unit[k] = d.up[0][u]
		}
	}
	out.setReplicates(rep)
	return out, nil
}

// still reports whether the PSU of a stratum with a single one adds nothing to the
// variance.
func (d *Design) still(h int32) bool {
	if d.rule == LonelyRemove || d.rule == LonelyCertainty {
		return true
	}
	first := &d.stages[0]
	if d.pps != nil {
		u := slices.Index(first.group, h)
		return 1-d.pps.pi[u] < allSampled
	}
	return first.open[h] < allSampled
}

// jackknife leaves out one PSU at a time, of the strata that have others.
func (st *stage) jackknife(opt *ReplicateOptions) ([][]float64, error) {
	var outs []int
	for u, h := range st.group {
		if n := float64(st.n[h]); n > 1 {
			outs = append(outs, u)
			opt.RScales = append(opt.RScales, st.open[h]*(n-1)/n)
		}
	}
	if len(outs) == 0 {
		return nil, errors.New("no stratum has two PSUs: there is no variance to make replicates of")
	}
	opt.Scale = 1
	factor := make([][]float64, len(st.group))
	for u, h := range st.group {
		factor[u] = constant(1, len(outs))
		n := float64(st.n[h])
		for r, out := range outs {
			switch {
			case out == u:
				factor[u][r] = 0
			case st.group[out] == h:
				factor[u][r] = n / (n - 1)
			}
		}
	}
	return factor, nil
}

// halves takes one PSU of each pair. Which one is a column of Sylvester's Hadamard
// matrix, whose columns other than the first are balanced and orthogonal.
func (d *Design) halves(r Replication) ([][]float64, error) {
	if !(r.Rho >= 0 && r.Rho < 1) {
		return nil, fmt.Errorf("rho of Fay's method is from 0 to below 1, not %g", r.Rho)
	}
	rho := r.Rho
	if r.Scheme == BRR {
		rho = 0
	}
	st := &d.stages[0]
	for h, n := range st.n {
		if n > 1 && n%2 != 0 {
			return nil, fmt.Errorf("stratum %s has %d PSUs, and half-samples need pairs of them", d.name(st.code[h]), n)
		}
	}
	pairs := d.pairs()
	count := 1 << bits.Len(uint(len(pairs)))
	factor := make([][]float64, len(st.group))
	for u := range factor {
		factor[u] = constant(1, count)
	}
	for k, pair := range pairs {
		for i := range count {
			taken, left := pair[0], pair[1]
			if bits.OnesCount(uint(i)&uint(k+1))%2 != 0 {
				taken, left = left, taken
			}
			factor[taken][i], factor[left][i] = 2-rho, rho
		}
	}
	return factor, nil
}

// pairs are the PSUs of each stratum by twos, in the order in which rows of them come.
func (d *Design) pairs() (pairs [][2]int32) {
	st := &d.stages[0]
	met := make([]bool, len(st.group))
	order := make([]int32, 0, len(st.group))
	for _, r := range d.runs {
		if u := d.up[0][r.unit]; !met[u] {
			met[u] = true
			order = append(order, u)
		}
	}
	for u := range st.group { // PSUs without rows in this file
		if !met[u] {
			order = append(order, int32(u))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return int(st.group[a] - st.group[b]) })
	for lo := 0; lo < len(order); {
		n := st.n[st.group[order[lo]]]
		for k := lo; k+1 < lo+n; k += 2 {
			pairs = append(pairs, [2]int32{min(order[k], order[k+1]), max(order[k], order[k+1])})
		}
		lo += n
	}
	return pairs
}

// draws takes PSUs with replacement, and for Canty and Davison without it from a
// population made of copies where one is known.
func (st *stage) draws(r Replication, opt *ReplicateOptions) (factorTable, error) {
	if r.Count < 2 {
		return factorTable{}, fmt.Errorf("%d replicates do not make a variance", r.Count)
	}
	less := 1
	if r.Scheme == CantyDavison {
		less = 0
	}
	t := factorTable{drawn: st.draw(r.Seed, r.Count, less, r.CopiesLikeR), line: make([][2]float64, len(st.group))}
	inverse, strata := 0.0, 0.0
	for _, n := range st.n {
		if n > 1 {
			inverse += 1 / float64(n)
			strata++
		}
	}
	for u, h := range st.group {
		n := float64(st.n[h])
		t.line[u] = [2]float64{0, n / (n - float64(less))}
		if n == 1 {
			t.line[u] = [2]float64{1, 0}
		}
	}
	opt.Scale = 1 / float64(r.Count-1)
	if r.Scheme == CantyDavison && strata > 0 {
		nbar := strata / inverse // harmonic mean
		opt.Scale *= nbar / (nbar - 1)
	}
	return t, nil
}
