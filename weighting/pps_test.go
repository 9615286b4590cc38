package weighting_test

import (
	"math"
	"testing"

	"cifra/weighting"
)

// Three units of π = 0.5, 0.4 and 0.6 with y = 3, 2 and 6, so y/π is 6, 5 and 10, and their
// squares times 1-π are 18, 15 and 40, 73 in all. D of the pairs 12, 13 and 23 is
//
//	Overton      -1/2 + (π_i+π_j)/4:  -0.275, -0.225, -0.25
//	Hartley-Rao  -3/4 + (π_i+π_j)/2:  -0.3,   -0.2,   -0.25   (mean of π 0.5)
//
// and the variance of Horvitz and Thompson 73 + 2 (30 D_12 + 60 D_13 + 50 D_23), that of
// Yates and Grundy -(1 D_12 + 16 D_13 + 25 D_23). Brewer's is 3/2 (0.5·1 + 0.6·4 + 0.4·9)
// about the mean of 7. Red if a pair is counted once, or π in place of 1-π.
func TestUnequalProbabilitiesByHand(t *testing.T) {
	pi, y := []float64{0.5, 0.4, 0.6}, []float64{3, 2, 6}
	joint := [][]float64{{0.5, 0.2 / 1.275, 0.3 / 1.225}, {0.2 / 1.275, 0.4, 0.24 / 1.25}, {0.3 / 1.225, 0.24 / 1.25, 0.6}} // Overton's
	for _, c := range []struct {
		method weighting.PPSMethod
		yates  bool
		want   float64
	}{
		{weighting.BrewerPPS, false, 9.75},
		{weighting.OvertonPPS, false, 4.5}, {weighting.OvertonPPS, true, 10.125},
		{weighting.HartleyRaoPPS, false, 6}, {weighting.HartleyRaoPPS, true, 9.75},
		{weighting.JointPPS, false, 4.5}, {weighting.JointPPS, true, 10.125},
	} {
		d, err := weighting.NewPPSDesign(weighting.PPS{Method: c.method, Probability: pi, YatesGrundy: c.yates, Joint: joint})
		if err != nil {
			t.Fatal(err)
		}
		e, err := d.Total(y)
		if err != nil || e.Value != 21 || !near(e.SE, math.Sqrt(c.want), 1e-12) {
			t.Errorf("%s, Yates-Grundy %t: %g ± √%g, want 21 ± √%g: %v", c.method, c.yates, e.Value, e.SE*e.SE, c.want, err)
		}
	}
}
