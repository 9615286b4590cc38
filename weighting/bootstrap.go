package weighting

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
)

// This file makes the replicates that know a finite population or an order. The
// rules:
//
//   - a factor is 1 plus a rescaled deviation, so that the spread of a total is
//     its linearised variance, the shares sampled included;
//   - a unit that was certain to be in the sample keeps its factor of 1 at its
//     stage;
//   - Preston's factors may be negative where a large part of the PSUs and a small
//     one of what is in them was sampled; others are not.
//
// Sources: Rao, Wu and Yue, Survey Methodology 18 (1992); Beaumont and Émond,
// Stats 5 (2022); Preston, Survey Methodology 35 (2009); Ash, Survey Methodology
// 40 (2014).

// rescaled draws n-1 of the n units of a stratum with replacement:
//
//	a_i = 1 + √(1-f_i) (n/(n-1) m_i - 1)
//
// with m_i how often unit i was drawn and f_i its sampled share or probability.
// Its variance is that of Brewer, n/(n-1) Σ (x_i - x̄)² of x_i = √(1-f_i) z_i.
func (d *Design) rescaled(r Replication) (factorTable, error) {
	if r.Count < 2 {
		return factorTable{}, fmt.Errorf("%d replicates do not make a variance", r.Count)
	}
	st := &d.stages[0]
	t := factorTable{drawn: st.draw(r.Seed, r.Count, 1, false), line: make([][2]float64, len(st.group))}
	for u, h := range st.group {
		open := st.open[h]
		if d.pps != nil {
			open = 1 - d.pps.pi[u]
		}
		n, share := float64(st.n[h]), math.Sqrt(max(open, 0))
		t.line[u] = [2]float64{1 - share, share * n / (n - 1)}
		if n == 1 {
			t.line[u] = [2]float64{1, 0}
		}
	}
	return t, nil
}

// multistage takes n* = ⌊n/2⌋ of the n units of a group at each stage, without
// replacement. With δ 1 for what is taken and f the sampled shares,
//
//	a = 1 + Σ_s λ_s (Π_{t<s} √(n_t/n*_t) δ_t) (n_s/n*_s δ_s - 1)
//	λ_s = √(n*_s (Π_{t<s} f_t) (1-f_s) / (n_s - n*_s))
func (d *Design) multistage(r Replication) ([][]float64, error) {
	if r.Count < 2 {
		return nil, fmt.Errorf("%d replicates do not make a variance", r.Count)
	}
	low := len(d.stages) - 1
	factor := make([][]float64, len(d.stages[low].group))
	for u := range factor {
		factor[u] = constant(1, r.Count)
	}
	rng := rand.New(rand.NewPCG(r.Seed, 0))
	for rep := range r.Count {
		// of the units of the stage above: Π √(n/n*) δ, and Π f
		above, shares := []float64{1}, []float64{1}
		for s := range d.stages {
			st := &d.stages[s]
			taken := st.halve(rng)
			next, share := make([]float64, len(st.group)), make([]float64, len(st.group))
			step := make([]float64, len(st.group))
			for u, g := range st.group {
				parent := 0
				if s > 0 {
					parent = st.code[g]
				}
				n, half := float64(st.n[g]), float64(st.n[g]/2)
				share[u] = shares[parent] * (1 - st.open[g])
				if half == 0 { // one unit: nothing to take a part of
					next[u] = above[parent]
					continue
				}
				lambda := math.Sqrt(max(0, half*shares[parent]*st.open[g]/(n-half)))
				delta := 0.0
				if taken[u] {
					delta = 1
				}
				step[u] = lambda * above[parent] * (n/half*delta - 1)
				next[u] = above[parent] * math.Sqrt(n/half) * delta
			}
			for u := range factor {
				factor[u][rep] += step[d.up[s][u]]
			}
			above, shares = next, share
		}
	}
	return factor, nil
}

// halve draws half of the units of each group.
func (st *stage) halve(rng *rand.Rand) []bool {
	taken := make([]bool, len(st.group))
	for lo := 0; lo < len(taken); {
		n := st.n[st.group[lo]]
		for _, i := range rng.Perm(n)[:n/2] {
			taken[lo+i] = true
		}
		lo += n
	}
	return taken
}

// successive gives the PSUs of a stratum the rows of a Hadamard matrix, so that
// each shares one with either neighbour:
//
//	a_i = 1 + 2^(-3/2) (h_i - h_{i+1})
//
// Rows are taken from the second on, since the first is constant, and again from
// there when there are no more.
func (d *Design) successive(r Replication) ([][]float64, error) {
	st := &d.stages[0]
	count := r.Count
	if count == 0 {
		count = 1 << bits.Len(uint(len(st.group)))
	}
	if count < 4 || count&(count-1) != 0 {
		return nil, fmt.Errorf("replicates of successive differences are a power of two, 4 or more, not %d", r.Count)
	}
	seq := d.sequence
	if seq == nil {
		var err error
		if seq, err = d.sequenceOf(nil); err != nil {
			return nil, err
		}
	}
	sign := func(row, rep int) float64 {
		if bits.OnesCount(uint(row%(count-1)+1)&uint(rep))%2 == 0 {
			return 1
		}
		return -1
	}
	factor := make([][]float64, len(st.group))
	for lo := 0; lo < len(seq.unit); {
		n := st.n[st.group[seq.unit[lo]]]
		for i, u := range seq.unit[lo : lo+n] {
			factor[u] = make([]float64, count)
			for rep := range count {
				factor[u][rep] = 1 + (sign(lo+i, rep)-sign(lo+(i+1)%n, rep))/(2*math.Sqrt2)
			}
		}
		lo += n
	}
	return factor, nil
}
