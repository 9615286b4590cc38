package weighting_test

import (
	"encoding/json"
	"fmt"
	"math"

	"cifra/weighting"
)

// This file runs the oracle's cases of allocation and selection.

// An allocationOp is the operation of a case about strata.
type allocationOp struct {
	Method string
	Sizes  []float64 `json:"Nh"`
	SDs    []float64 `json:"Sh"`
	N      float64   `json:"n"`
	Cost   []float64
	Power  float64
	I      float64
}

func init() {
	samplingOps["allocate"] = allocateCase
	samplingOps["pps_pi"] = func(s *samplingCase) error {
		pi, err := weighting.InclusionProbabilities(s.op.Size, int(s.op.N))
		if err != nil {
			return err
		}
		return s.values(pi...)
	}
	samplingOps["pps_systematic"] = func(s *samplingCase) error {
		pi, err := weighting.InclusionProbabilities(s.op.Size, int(s.op.N))
		if err != nil {
			return err
		}
		var start struct{ Start float64 }
		if err := json.Unmarshal(s.raw, &start); err != nil {
			return err
		}
		units, err := weighting.SelectSystematic(pi, start.Start)
		if err != nil {
			return err
		}
		got := make([]float64, len(units))
		for i, k := range units {
			got[i] = float64(k + 1)
		}
		return s.values(got...)
	}
	samplingOps["pps_joint"] = jointCase
}

func allocateCase(s *samplingCase) error {
	if s.op.Method == "bethel" {
		return bethelCase(s)
	}
	var op allocationOp
	if err := json.Unmarshal(s.raw, &op); err != nil {
		return err
	}
	method, ok := weighting.ParseAllocationMethod(op.Method)
	if !ok {
		return pending("allocation %s", op.Method)
	}
	n, err := weighting.Allocation{
		Method: method, Size: op.Sizes, SD: op.SDs, Cost: op.Cost, Power: op.Power, Importance: op.I,
	}.Of(op.N)
	if err != nil {
		return err
	}
	return s.values(n...)
}

func bethelCase(s *samplingCase) error {
	var op struct {
		N        []float64
		Mean, SD [][]float64
		CV       []float64
	}
	if err := json.Unmarshal(s.raw, &op); err != nil {
		return err
	}
	var want []weighting.Precision
	for j, cv := range op.CV {
		want = append(want, weighting.Precision{Name: fmt.Sprint("variable ", j+1), Mean: op.Mean[j], SD: op.SD[j], CV: cv})
	}
	got, err := weighting.Bethel(op.N, nil, want, 0)
	if err != nil {
		return err
	}
	total := 0.0
	for _, n := range got {
		total += n
	}
	got = append(got, total)
	for _, p := range want {
		got = append(got, cvOf(p, op.N, got))
	}
	return s.values(got...)
}

// cvOf returns the coefficient of variation that an allocation n gives.
func cvOf(p weighting.Precision, size, n []float64) float64 {
	v, total := 0.0, 0.0
	for h, big := range size {
		if p.SD[h] > 0 {
			v += big * big * p.SD[h] * p.SD[h] * (1/n[h] - 1/big)
		}
		total += big * p.Mean[h]
	}
	return math.Sqrt(max(v, 0)) / total
}

// The joint cases do not repeat the sizes: they are those of the other pps
// cases, so the matrix's diagonal is taken for the probabilities. R's
// UPtillepi2 leaves rows and columns of units with probability 1 at zero, which
// is no probability; ours has the other unit's there, and the test sees to it.
func jointCase(s *samplingCase) error {
	method, ok := weighting.ParseSelectionMethod(s.op.Method)
	if !ok {
		return pending("joint probabilities of %s", s.op.Method)
	}
	want := s.expect.Matrix
	pi := make([]float64, len(want))
	for k := range want {
		if pi[k] = float64(want[k][k]); pi[k] == 0 {
			pi[k] = 1
		}
	}
	// The diagonal is rounded to 15 digits, and a systematic draw tells breaks
	// that lie closer than that: the sizes themselves are the input.
	pi, err := weighting.InclusionProbabilities(pi, int(math.Round(sumOf(pi))))
	if err != nil {
		return err
	}
	got, err := weighting.JointProbabilities(method, pi)
	if err != nil {
		return err
	}
	if len(got) != len(want) {
		return fmt.Errorf("a matrix of %d rows, want %d", len(got), len(want))
	}
	for k := range got {
		for l, v := range got[k] {
			if method == weighting.TilleElimination && (pi[k] == 1 || pi[l] == 1) {
				s.number(fmt.Sprint("certain ", k+1, ",", l+1), v, num(pi[k]*pi[l]), s.tol)
				continue
			}
			if math.Abs(v-float64(want[k][l])) < 1e-12 {
				continue // sums of lengths leave rounding where R has 0
			}
			s.number(fmt.Sprint("pair ", k+1, ",", l+1), v, want[k][l], s.tol)
		}
	}
	return nil
}

func sumOf(v []float64) (sum float64) {
	for _, x := range v {
		sum += x
	}
	return sum
}
