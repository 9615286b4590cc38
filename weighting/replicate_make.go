package weighting

import (
	"errors"
	"fmt"
	"math/bits"
)

// This file makes replicate weights from a design. The rules:
//
//   - replicates are of the first stage: PSUs come and go as a whole, which is
//     the ultimate cluster; Preston's alone are of all stages;
//   - what a replicate takes from a PSU it gives to the others of the stratum, so
//     that the weights of a stratum keep their sum over equal PSUs;
//   - the finite population correction is in the scales of a jackknife and in the
//     factors that bootstrap.go makes; the other schemes ignore it, which
//     overstates the variance;
//   - the same seed makes the same replicates.
//
// Sources: Wolter (2007), chapters 3 to 5; Rao and Wu, JASA 83 (1988); Canty and
// Davison, The Statistician 48 (1999); Fay, in Dippo, Fay and Morganstein, ASA
// (1984).

// A Replication says which replicates to make.
type Replication struct {
	Scheme Scheme

	// Count is how many, for the bootstraps. The jackknife makes one a PSU, the
	// half-samples the least power of two above the number of strata. For
	// SuccessiveDifference it is a power of two, 0 the least above the number of
	// PSUs: then they give SuccessiveClosed exactly for totals.
	Count int

	// Seed is that of the bootstraps' draws.
	Seed uint64

	// Rho is Fay's, in [0, 1).
	Rho float64

	// AboutEstimate is as in ReplicateOptions.
	AboutEstimate bool
}

// Replicate returns d with replicate weights in place of linearised variances.
// Steps of weighting that are to be repeated on the replicates follow it; those
// before it are not repeated.
//
// The error is ErrLonely if a stratum has a single PSU, and says so if a stratum
// has not the two PSUs that half-samples need.
func (d *Design) Replicate(r Replication) (*Design, error) {
	if d.rep != nil || d.two != nil || d.pps != nil && r.Scheme != RaoWuYueBeaumont {
		return nil, errors.New("replicates are made from strata and PSUs, not from replicates, two phases or, but by rwyb, unequal probabilities")
	}
	first := &d.stages[0]
	var lonely []int32
	for h, n := range first.n {
		if n == 1 {
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
		factor.row = first.jackknife(&opt)
	case BRR, Fay:
		factor.row, err = first.halves(d.units, r)
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

// jackknife leaves out one PSU at a time.
func (st *stage) jackknife(opt *ReplicateOptions) [][]float64 {
	opt.Scale = 1
	factor := make([][]float64, len(st.group))
	for u, h := range st.group {
		factor[u] = constant(1, len(st.group))
		n := float64(st.n[h])
		opt.RScales = append(opt.RScales, st.open[h]*(n-1)/n)
		for out, other := range st.group {
			switch {
			case out == u:
				factor[u][out] = 0
			case other == h:
				factor[u][out] = n / (n - 1)
			}
		}
	}
	return factor
}

// halves takes one of the two PSUs of each stratum. Which one is a column of
// Sylvester's Hadamard matrix, whose columns other than the first are balanced
// and orthogonal.
func (st *stage) halves(d *units, r Replication) ([][]float64, error) {
	if !(r.Rho >= 0 && r.Rho < 1) {
		return nil, fmt.Errorf("rho of Fay's method is from 0 to below 1, not %g", r.Rho)
	}
	rho := r.Rho
	if r.Scheme == BRR {
		rho = 0
	}
	count := 1 << bits.Len(uint(len(st.n)))
	factor := make([][]float64, len(st.group))
	for u, h := range st.group {
		if st.n[h] != 2 {
			return nil, fmt.Errorf("stratum %s has %d PSUs, and half-samples need 2", d.name(st.code[h]), st.n[h])
		}
		second := u > 0 && st.group[u-1] == h
		factor[u] = make([]float64, count)
		for i := range count {
			taken := bits.OnesCount(uint(i)&uint(h+1))%2 == 0
			if taken != second {
				factor[u][i] = 2 - rho
			} else {
				factor[u][i] = rho
			}
		}
	}
	return factor, nil
}

// draws takes PSUs with replacement.
func (st *stage) draws(r Replication, opt *ReplicateOptions) (factorTable, error) {
	if r.Count < 2 {
		return factorTable{}, fmt.Errorf("%d replicates do not make a variance", r.Count)
	}
	less := 1
	if r.Scheme == CantyDavison {
		less = 0
	}
	t := factorTable{drawn: st.draw(r.Seed, r.Count, less), line: make([][2]float64, len(st.group))}
	inverse := 0.0
	for _, n := range st.n {
		inverse += 1 / float64(n)
	}
	for u, h := range st.group {
		n := float64(st.n[h])
		t.line[u] = [2]float64{0, n / (n - float64(less))}
	}
	opt.Scale = 1 / float64(r.Count-1)
	if r.Scheme == CantyDavison {
		nbar := float64(len(st.n)) / inverse // harmonic mean
		opt.Scale *= nbar / (nbar - 1)
	}
	return t, nil
}
