package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// This file estimates the variance of samples drawn with unequal probabilities
// and without replacement, in one stage. The rules:
//
//   - the influence of a unit is its expanded value y_i/π_i, as anywhere else;
//   - units outside of a domain count with an influence of 0;
//   - Hartley-Rao and Overton need no matrix: their joint probabilities are sums
//     of a term of each unit, so the double sum is products of single ones.
//
// Sources: Särndal, Swensson and Wretman (1992), sections 2.8 and 3.6; Brewer,
// Combined Survey Sampling Inference (2002); Hartley and Rao, Annals of
// Mathematical Statistics 33 (1962); Overton, EPA report (1985). Checked against
// R's survey 4.5 in TestOracle.

// A PPSMethod is a way to the joint probabilities of two units.
type PPSMethod uint8

const (
	// BrewerPPS needs no joint probabilities: v = Σ (1-π_i) n/(n-1) (t_i - t̄)².
	BrewerPPS PPSMethod = iota

	// OvertonPPS approximates them from the probabilities of the two units.
	OvertonPPS

	// HartleyRaoPPS approximates them for systematic sampling in random order.
	HartleyRaoPPS

	// JointPPS has them given.
	JointPPS
)

var ppsNames = [...]string{"brewer", "overton", "hartley_rao", "joint"}

// String returns the name of m in plans.
func (m PPSMethod) String() string {
	if int(m) < len(ppsNames) {
		return ppsNames[m]
	}
	return fmt.Sprintf("PPSMethod(%d)", uint8(m))
}

// PPS says how a sample of unequal probabilities was drawn.
type PPS struct {
	Method PPSMethod

	// Probability is the inclusion probability of each row, in (0, 1].
	Probability []float64

	// Joint, for JointPPS, is the matrix of joint inclusion probabilities of the
	// rows, with Probability on its diagonal.
	Joint [][]float64

	// MeanSquare, for HartleyRaoPPS, is Σ π² / n over the population; 0 takes the
	// mean of π over the sample for it.
	MeanSquare float64

	// YatesGrundy takes the variance of Yates and Grundy (and Sen) in place of
	// Horvitz and Thompson's; BrewerPPS has one only.
	YatesGrundy bool
}

// pps is what a variance needs of PPS, by unit.
type pps struct {
	method PPSMethod
	pi     []float64
	d      [][]float64 // (π_ij - π_i π_j)/π_ij, 1-π_i on the diagonal; nil without Joint
	mean   float64     // Σ π²/n
	yates  bool
}

// joinedNone is the part of a joint probability below which R takes two units to
// have been drawn independently.
const joinedNone = 1e-4

// NewPPSDesign returns the design of a file each row of which is a unit drawn
// with unequal probability, and whose weight is 1 over it.
//
// NewPPSDesign panics if Joint is not as long or as wide as Probability.
func NewPPSDesign(p PPS) (*Design, error) {
	n := len(p.Probability)
	w := make([]float64, n)
	for k, v := range p.Probability {
		if !(v > 0 && v <= 1) {
			return nil, fmt.Errorf("row %d: %g is no probability of a unit in the sample", k+1, v)
		}
		w[k] = 1 / v
	}
	if n < 2 {
		return nil, errors.New("a variance needs two units")
	}
	d, err := NewDesign(nil, nil, w, Options{})
	if err != nil {
		return nil, err
	}
	own := &pps{method: p.Method, pi: slices.Clone(p.Probability), mean: p.MeanSquare, yates: p.YatesGrundy}
	if own.mean == 0 {
		for _, v := range own.pi {
			own.mean += v / float64(n)
		}
	}
	if p.Method == JointPPS {
		if own.d, err = p.joined(); err != nil {
			return nil, err
		}
	}
	d.pps = own
	return d, nil
}

// joined returns the matrix of (π_ij - π_i π_j)/π_ij.
func (p *PPS) joined() ([][]float64, error) {
	if len(p.Joint) != len(p.Probability) {
		panic("weighting: slice length mismatch")
	}
	m := make([][]float64, len(p.Joint))
	for i, row := range p.Joint {
		if len(row) != len(p.Joint) {
			panic("weighting: slice length mismatch")
		}
		m[i] = make([]float64, len(row))
		for j, v := range row {
			both := p.Probability[i] * p.Probability[j]
			switch {
			case i == j:
				both = v * v
			case !(v > 0 && v <= 1):
				return nil, fmt.Errorf("rows %d and %d: %g is no probability of both in the sample", i+1, j+1, v)
			}
			if m[i][j] = (v - both) / v; math.Abs(m[i][j]) < joinedNone {
				m[i][j] = 0
			}
		}
		if math.Abs(row[i]-p.Probability[i]) > 1e-6*p.Probability[i] {
			return nil, fmt.Errorf("row %d: a probability of %g, and %g on the diagonal of the joint ones", i+1, p.Probability[i], row[i])
		}
	}
	return m, nil
}

// covariance returns Σ_ij D_ij a_i b_j, less Σ_ij D_ij (a_i b_i + a_j b_j)/2 for
// Yates and Grundy; a and b are influences on the units named, which ascend.
func (p *pps) covariance(unit []int32, a, b []float64) float64 {
	switch p.method {
	case BrewerPPS:
		return p.brewer(unit, a, b)
	case JointPPS:
		v := 0.0
		for i, u := range unit {
			for j, o := range unit {
				v += p.d[u][o] * a[i] * b[j]
			}
			if p.yates {
				for _, d := range p.d[u] {
					v -= d * a[i] * b[i]
				}
			}
		}
		return v
	}
	// D_ij = c + e (π_i + π_j) for two units.
	n := float64(len(p.pi))
	c, e := 1-(n+p.mean)/(n-1), 1/(n-1)
	if p.method == OvertonPPS {
		c, e = 1-n/(n-1), 1/(2*(n-1))
	}
	var all, sumA, sumB, piA, piB, ab, piAB float64
	for _, v := range p.pi {
		all += v
	}
	for i, u := range unit {
		pi := p.pi[u]
		sumA += a[i]
		sumB += b[i]
		piA += pi * a[i]
		piB += pi * b[i]
		ab += a[i] * b[i]
		piAB += pi * a[i] * b[i]
	}
	v := ab - piAB + c*(sumA*sumB-ab) + e*(piA*sumB+sumA*piB-2*piAB)
	if p.yates {
		// Σ_j D_ij = 1-π_i + c(n-1) + e((n-1)π_i + Σπ - π_i)
		v -= (1+c*(n-1)+e*all)*ab + (e*(n-2)-1)*piAB
	}
	return v
}

// brewer returns n/(n-1) Σ (1-π_i)(a_i - ā)(b_i - b̄).
func (p *pps) brewer(unit []int32, a, b []float64) float64 {
	n, meanA, meanB := float64(len(p.pi)), 0.0, 0.0
	for i := range unit {
		meanA += a[i]
		meanB += b[i]
	}
	meanA, meanB = meanA/n, meanB/n
	v := 0.0
	for _, pi := range p.pi {
		v += (1 - pi) * meanA * meanB
	}
	for i, u := range unit {
		v += (1 - p.pi[u]) * ((a[i]-meanA)*(b[i]-meanB) - meanA*meanB)
	}
	return n / (n - 1) * v
}
