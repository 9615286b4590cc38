package weighting

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
	"slices"
)

// This file draws samples. The rules:
//
//   - a draw is a function of its arguments: the same frame in the same order,
//     the same probabilities and the same start or generator give the same units,
//     on any machine, for as long as the file format lives;
//   - inclusion probabilities come first and the method meets them exactly, so a
//     weight is 1/π whatever the method;
//   - units whose share of the size is more than their part of the sample are
//     certain, and the others share what is left;
//   - units are given and returned by their place in the frame, ascending. The
//     order of the frame is the implicit stratification of a systematic draw.
//
// Sources: Brewer, Australian Journal of Statistics 17 (1975); Deville and
// Tillé, Biometrika 85 (1998), for elimination; Tillé, Sampling Algorithms
// (2006); Madow, Annals of Mathematical Statistics 20 (1949), for systematic
// draws. Checked in TestOracle.

// A SelectionMethod is a way to draw units with given probabilities.
type SelectionMethod uint8

const (
	// Systematic takes every k-th unit of the cumulated probabilities from a
	// random start.
	Systematic SelectionMethod = iota

	// BrewerSelection draws one unit after the other.
	BrewerSelection

	// TilleElimination leaves out one unit after the other.
	TilleElimination

	// SimpleRandom gives all units the same probability, and all samples.
	SimpleRandom
)

var selectionNames = [...]string{"systematic", "brewer", "tille", "simple"}

// String returns the name of m in plans.
func (m SelectionMethod) String() string {
	if int(m) < len(selectionNames) {
		return selectionNames[m]
	}
	return fmt.Sprintf("SelectionMethod(%d)", uint8(m))
}

// ParseSelectionMethod is the inverse of String; false if no method has that
// name.
func ParseSelectionMethod(s string) (SelectionMethod, bool) {
	i := slices.Index(selectionNames[:], s)
	return SelectionMethod(max(i, 0)), i >= 0
}

// Seeded returns the random numbers of a part of a draw, such as one stratum:
// those of the seed and of the part's name alone, so that a change elsewhere does
// not change them.
func Seeded(seed uint64, part ...string) *rand.Rand {
	h := fnv.New64a()
	for _, p := range part {
		io.WriteString(h, p+"\x00") // a hash does not fail
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// certain is the distance from 1 within which a probability is a certainty.
const certain = 1e-12

// InclusionProbabilities returns the probabilities, proportional to size, with
// which n units are drawn without replacement: n size_k / Σ size, and 1 where
// that is above 1, with the rest shared among the others until none is. A nil
// size cannot be shared: give ones for equal probabilities.
//
// The error names a unit whose size is negative, missing or infinite, or says
// that there are fewer units with a size than n.
func InclusionProbabilities(size []float64, n int) ([]float64, error) {
	positive := 0
	for k, s := range size {
		if !(s >= 0) || math.IsInf(s, 1) {
			return nil, fmt.Errorf("unit %d has a size of %g", k+1, s)
		}
		if s > 0 {
			positive++
		}
	}
	if n < 1 || n > positive {
		return nil, fmt.Errorf("%d units cannot be drawn from %d that have a size", n, positive)
	}
	pi := make([]float64, len(size))
	sure := make([]bool, len(size))
	for {
		left, sum := float64(n), 0.0
		for k, s := range size {
			if sure[k] {
				left--
			} else {
				sum += s
			}
		}
		again := false
		for k, s := range size {
			switch {
			case sure[k] || s == 0:
			case left*s >= sum*(1-certain):
				pi[k], sure[k], again = 1, true, true
			default:
				pi[k] = left * s / sum
			}
		}
		if !again {
			return pi, nil
		}
	}
}

// SelectSystematic returns the units k for which an integer j has
// start + j in (C_k-1, C_k], C the cumulated probabilities and start in [0, 1).
// The error says so if start or a probability is out of range.
func SelectSystematic(pi []float64, start float64) ([]int, error) {
	if err := checkProbabilities(pi); err != nil {
		return nil, err
	}
	if !(start >= 0 && start < 1) {
		return nil, fmt.Errorf("a start of %g is not in [0, 1)", start)
	}
	return systematic(pi, start), nil
}

// checkProbabilities reports a probability out of range, and a sum that is no
// whole number: then no method draws a sample of fixed size.
func checkProbabilities(pi []float64) error {
	sum := 0.0
	for k, p := range pi {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("unit %d has a probability of %g", k+1, p)
		}
		sum += p
	}
	if whole := math.Round(sum); whole < 1 || math.Abs(sum-whole) > 1e-6 {
		return fmt.Errorf("the probabilities add up to %g, not to a whole number of units", sum)
	}
	return nil
}

// systematic takes units as SelectSystematic says. A sum that is a rounding
// error below an integer counts as the integer, so that certainties are never
// passed over.
func systematic(pi []float64, start float64) []int {
	var out []int
	sum, before := 0.0, math.Floor(-start+certain)
	for k, p := range pi {
		sum += p
		if at := math.Floor(sum - start + certain); at > before {
			out = append(out, k)
			before = at
		}
	}
	return out
}

// Select draws a sample with the given inclusion probabilities, which add up to
// its size. SimpleRandom takes the size from them and gives all units the same.
// The draw uses rng alone.
func Select(m SelectionMethod, pi []float64, rng *rand.Rand) ([]int, error) {
	if err := checkProbabilities(pi); err != nil {
		return nil, err
	}
	switch m {
	case Systematic:
		return systematic(pi, rng.Float64()), nil
	case BrewerSelection:
		return drawBrewer(pi, rng), nil
	case TilleElimination:
		return eliminate(pi, rng)
	case SimpleRandom:
		return drawSimple(pi, rng)
	}
	return nil, fmt.Errorf("samples are not drawn by %s", m)
}

// drawBrewer draws units one by one. With a the probabilities drawn so far and r
// units still to draw, unit k is next in proportion to
//
//	π_k (n-a-π_k) / (n-a-r π_k)
func drawBrewer(pi []float64, rng *rand.Rand) []int {
	taken := make([]bool, len(pi))
	left := 0.0
	for k, p := range pi {
		if p > 1-certain {
			taken[k] = true
		} else {
			left += p
		}
	}
	chance := make([]float64, len(pi))
	for r := int(math.Round(left)); r > 0; r-- {
		sum := 0.0
		for k, p := range pi {
			chance[k] = 0
			if !taken[k] && p > 0 {
				// The last unit's own share: rounding must not turn it negative.
				chance[k] = p * (left - p) / max(left-float64(r)*p, 1e-300)
				if r == 1 {
					chance[k] = p
				}
			}
			sum += chance[k]
		}
		at := draw(chance, sum, rng)
		taken[at] = true
		left -= pi[at]
	}
	return places(taken)
}

// draw returns a place in proportion to chance, which adds up to sum.
func draw(chance []float64, sum float64, rng *rand.Rand) int {
	at, last := rng.Float64()*sum, -1
	for k, c := range chance {
		if c > 0 {
			last = k
			if at -= c; at < 0 {
				return k
			}
		}
	}
	return last
}

func places(taken []bool) []int {
	var out []int
	for k, t := range taken {
		if t {
			out = append(out, k)
		}
	}
	return out
}

// eliminate leaves out one unit after the other until the size is reached. With
// π(k|m) the probabilities of a sample of m units, unit k goes out of m+1 with
// probability 1 - π(k|m)/π(k|m+1).
func eliminate(pi []float64, rng *rand.Rand) ([]int, error) {
	open, err := openUnits(pi)
	if err != nil {
		return nil, err
	}
	taken := make([]bool, len(pi))
	for k, p := range pi {
		taken[k] = p > 1-certain
	}
	for _, k := range open.at {
		taken[k] = true
	}
	err = open.each(func(leave []float64) {
		sum := 0.0
		for i, k := range open.at {
			if !taken[k] {
				leave[i] = 0
			}
			sum += leave[i]
		}
		taken[open.at[draw(leave, sum, rng)]] = false
	})
	return places(taken), err
}

// openUnits are those neither certain nor impossible, of which n are drawn.
type open struct {
	at []int
	pi []float64
	n  int
}

func openUnits(pi []float64) (open, error) {
	var o open
	sum := 0.0
	for k, p := range pi {
		if p > certain && p <= 1-certain {
			o.at = append(o.at, k)
			o.pi = append(o.pi, p)
			sum += p
		}
	}
	if o.n = int(math.Round(sum)); math.Abs(sum-float64(o.n)) > 1e-6 {
		return open{}, fmt.Errorf("the probabilities add up to %g, not to a whole number of units", sum)
	}
	return o, nil
}

// each calls step with the probabilities to be left out at each step of an
// elimination, from all units down to n.
func (o open) each(step func(leave []float64)) error {
	if len(o.at) == 0 {
		return nil
	}
	above := constant(1, len(o.at))
	for m := len(o.at) - 1; m >= o.n; m-- {
		own := o.pi
		if m > o.n {
			var err error
			if own, err = InclusionProbabilities(o.pi, m); err != nil {
				return err
			}
		}
		leave := make([]float64, len(own))
		for i := range own {
			leave[i] = max(0, 1-own[i]/above[i])
		}
		above = own
		step(leave)
	}
	return nil
}

// drawSimple draws by the order of random keys, so that a frame that grows at
// its end keeps the keys of the units before.
func drawSimple(pi []float64, rng *rand.Rand) ([]int, error) {
	n := 0.0
	for _, p := range pi {
		n += p
	}
	for k, p := range pi {
		if math.Abs(p-pi[0]) > 1e-9 {
			return nil, fmt.Errorf("unit %d has another probability than the first, and a simple sample has one for all", k+1)
		}
	}
	key := make([]float64, len(pi))
	order := make([]int, len(pi))
	for k := range key {
		key[k], order[k] = rng.Float64(), k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case key[a] < key[b]:
			return -1
		case key[a] > key[b]:
			return 1
		}
		return 0
	})
	order = order[:int(math.Round(n))]
	slices.Sort(order)
	return order, nil
}

// JointProbabilities returns the probability of each pair of units to be in the
// sample together, with the units' own on the diagonal: what JointPPS takes. It
// is exact for Systematic in the given order, where a pair may have 0,
// TilleElimination and SimpleRandom; Brewer's method has no closed form.
func JointProbabilities(m SelectionMethod, pi []float64) ([][]float64, error) {
	if err := checkProbabilities(pi); err != nil {
		return nil, err
	}
	switch m {
	case Systematic:
		return jointSystematic(pi), nil
	case TilleElimination:
		return jointElimination(pi)
	case SimpleRandom:
		return jointSimple(pi), nil
	}
	return nil, errors.New("the joint probabilities of Brewer's draws have no closed form: their variance needs none")
}

// jointSystematic adds up the lengths of the starts that take each pair. The
// sample changes only where the start passes the fraction of a cumulated sum.
func jointSystematic(pi []float64) [][]float64 {
	joint := squareMatrix(len(pi))
	at := []float64{0, 1}
	sum := 0.0
	for _, p := range pi {
		sum += p
		at = append(at, sum-math.Floor(sum))
	}
	slices.Sort(at)
	for i := range at[1:] {
		length := at[i+1] - at[i]
		if length < certain {
			continue
		}
		units := systematic(pi, at[i]+length/2)
		for _, k := range units {
			for _, l := range units {
				joint[k][l] += length
			}
		}
	}
	return joint
}

// jointElimination multiplies the chances that neither of two units is left out.
func jointElimination(pi []float64) ([][]float64, error) {
	open, err := openUnits(pi)
	if err != nil {
		return nil, err
	}
	joint := squareMatrix(len(pi))
	for k := range pi {
		for l := range pi {
			switch {
			case k == l:
				joint[k][l] = pi[k]
			case pi[k] > 1-certain || pi[l] > 1-certain:
				joint[k][l] = pi[k] * pi[l] // one of them is certain
			case pi[k] > certain && pi[l] > certain:
				joint[k][l] = 1
			}
		}
	}
	err = open.each(func(leave []float64) {
		for i, k := range open.at {
			for j, l := range open.at {
				if i != j {
					joint[k][l] *= max(0, 1-leave[i]-leave[j])
				}
			}
		}
	})
	return joint, err
}

func jointSimple(pi []float64) [][]float64 {
	joint := squareMatrix(len(pi))
	size := float64(len(pi))
	for k, p := range pi {
		for l := range pi {
			joint[k][l] = p * (size*p - 1) / max(size-1, 1)
		}
		joint[k][k] = p
	}
	return joint
}

func squareMatrix(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}
