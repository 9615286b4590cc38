package weighting

import (
	"fmt"
	"math"
	"slices"
)

// This file is the variance of samples drawn systematically, whose PSUs are not
// alike by chance: neighbours in the order of the draw are. The rules:
//
//   - the PSUs of a stratum stand in the order in which they were drawn; a PSU
//     without rows in the domain stays in its place, as 0;
//   - what neighbours have in common is no variance, so only differences of
//     neighbours count;
//   - SD1 is the open chain, SD2 closes it from the last PSU to the first, and
//     replicates of successive differences give SD2 for totals.
//
// Sources: Wolter (2007), chapter 8; Fay and Train, ASA Proceedings (1995), and
// Ash, Survey Methodology 40 (2014), for replicates.

// A SystematicRule says how the variance of a systematic sample is estimated.
type SystematicRule uint8

const (
	// AsRandom takes the PSUs of a stratum as drawn in random order.
	AsRandom SystematicRule = iota

	// SuccessiveOpen is SD1: (1-f) n/(2(n-1)) Σ_{i>1} (z_i - z_{i-1})².
	SuccessiveOpen

	// SuccessiveClosed is SD2: (1-f)/2 (Σ_{i>1} (z_i - z_{i-1})² + (z_n - z_1)²).
	SuccessiveClosed
)

var systematicNames = [...]string{"random", "sd1", "sd2"}

// String returns the name of r in plans.
func (r SystematicRule) String() string {
	if int(r) < len(systematicNames) {
		return systematicNames[r]
	}
	return fmt.Sprintf("SystematicRule(%d)", uint8(r))
}

// ParseSystematicRule is the inverse of String; false if no rule has that name.
func ParseSystematicRule(s string) (SystematicRule, bool) {
	i := slices.Index(systematicNames[:], s)
	return SystematicRule(max(i, 0)), i >= 0
}

// sequence is the order of the draw: units by stratum, in order.
type sequence struct {
	rule SystematicRule
	unit []int32 // the PSUs of stratum h are those from first[h] to first[h+1]
	at   []int32 // place of each PSU in unit, within its stratum
}

// Successive returns d with the variance between PSUs taken from differences of
// neighbours. order has a number for each row, the same in all rows of a PSU, by
// which PSUs were sorted when they were drawn; nil is the order of their codes.
//
// The error names a row whose order is missing or not that of its PSU, and says
// so if d has replicates or unequal probabilities. Successive panics if order is
// not as long as d.
func (d *Design) Successive(rule SystematicRule, order []float64) (*Design, error) {
	if d.rep != nil || d.pps != nil || d.two != nil {
		return nil, fmt.Errorf("differences of neighbours are for strata and PSUs, not for replicates, two phases or unequal probabilities without an order")
	}
	seq, err := d.sequenceOf(order)
	if err != nil {
		return nil, err
	}
	seq.rule = rule
	own := *d.units
	own.sequence = seq
	out := *d
	out.units = &own
	return &out, nil
}

// sequenceOf sorts the PSUs of each stratum.
func (d *Design) sequenceOf(order []float64) (*sequence, error) {
	st := &d.stages[0]
	seq := &sequence{unit: make([]int32, len(st.group)), at: make([]int32, len(st.group))}
	for u := range seq.unit {
		seq.unit[u] = int32(u)
	}
	if order != nil {
		if len(order) != d.Len() {
			panic("weighting: slice length mismatch")
		}
		value := constant(math.NaN(), len(st.group))
		for k, v := range order {
			u := d.up[0][d.unit[k]]
			switch {
			case math.IsNaN(v):
				return nil, fmt.Errorf("row %d has no place in the order of the draw", k+1)
			case math.IsNaN(value[u]):
				value[u] = v
			case value[u] != v:
				return nil, fmt.Errorf("row %d has place %g in the order of the draw, and its PSU %g", k+1, v, value[u])
			}
		}
		slices.SortStableFunc(seq.unit, func(a, b int32) int {
			switch {
			case st.group[a] != st.group[b]:
				return int(st.group[a] - st.group[b])
			case value[a] < value[b]:
				return -1
			case value[a] > value[b]:
				return 1
			}
			return 0
		})
	}
	first := int32(0)
	for i, u := range seq.unit {
		if i > 0 && st.group[u] != st.group[seq.unit[i-1]] {
			first = int32(i)
		}
		seq.at[u] = int32(i) - first
	}
	return seq, nil
}

// differences returns the sum of products of successive differences of a and b on
// the units named, of a stratum of n, times what makes it a variance.
func (q *sequence) differences(unit []int32, a, b []float64, n int) float64 {
	x, y := make([]float64, n), make([]float64, n)
	for k, u := range unit {
		x[q.at[u]], y[q.at[u]] = a[k], b[k]
	}
	sum := 0.0
	for i := 1; i < n; i++ {
		sum += (x[i] - x[i-1]) * (y[i] - y[i-1])
	}
	if q.rule == SuccessiveOpen {
		return float64(n) / float64(2*(n-1)) * sum
	}
	return (sum + (x[n-1]-x[0])*(y[n-1]-y[0])) / 2
}
