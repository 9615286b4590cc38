package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// This file divides a sample among strata. The rules:
//
//   - a stratum never gets more units than it has, nor fewer than AtLeast: what
//     does not fit goes to the others by the same rule;
//   - allocations are not rounded, since what they are multiplied with later (a
//     response rate, a take per PSU) is not either: RoundAllocation rounds once;
//   - Bethel's allocation meets every precision that is asked, exactly, with the
//     least cost up to a part in 10¹⁰. A stratum that was set to its size or to the
//     least is let go again if what the others have come to asks for it.
//
// Sources: Cochran, Sampling Techniques, 3rd ed. (1977), chapter 5; Bankier, The
// American Statistician 42 (1988), for the power; Kish, Journal of the Royal
// Statistical Society A 139 (1976), for the compromise; Bethel, Survey
// Methodology 15 (1989), and Chromy, ASA Proceedings (1987), for many
// precisions. Checked in TestOracle.

// An AllocationMethod is a rule by which strata share a sample.
type AllocationMethod uint8

const (
	// Proportional gives n_h ∝ N_h, the same sampling fraction everywhere.
	Proportional AllocationMethod = iota

	// Neyman gives n_h ∝ N_h S_h: the least variance of the whole for n units.
	Neyman

	// CostOptimal gives n_h ∝ N_h S_h / √c_h: the least variance for the money.
	CostOptimal

	// PowerAllocation gives n_h ∝ N_h^q S_h: between Neyman (q = 1) and equal
	// precision of strata of any size (q = 0).
	PowerAllocation

	// KishCompromise gives n_h ∝ √(W_h² + I²/H²), W_h the stratum's share of the
	// population: between proportional (I = 0) and equal.
	KishCompromise
)

var allocationNames = [...]string{"proportional", "neyman", "optimal_cost", "power", "kish"}

// String returns the name of m in plans.
func (m AllocationMethod) String() string {
	if int(m) < len(allocationNames) {
		return allocationNames[m]
	}
	return fmt.Sprintf("AllocationMethod(%d)", uint8(m))
}

// ParseAllocationMethod is the inverse of String; false if no method has that
// name.
func ParseAllocationMethod(s string) (AllocationMethod, bool) {
	i := slices.Index(allocationNames[:], s)
	return AllocationMethod(max(i, 0)), i >= 0
}

// An Allocation says how strata share a sample. Slices have one value a stratum.
type Allocation struct {
	Method AllocationMethod

	Size []float64 // N_h, units in the population, above 0
	SD   []float64 // S_h, for Neyman, CostOptimal and PowerAllocation
	Cost []float64 // c_h, of a unit, for CostOptimal: in any currency

	Power      float64 // q of PowerAllocation, in [0, 1]
	Importance float64 // I of KishCompromise, 0 or more

	// AtLeast is the least that any stratum gets, as far as it has so many; a
	// variance needs 2. Zero asks for nothing.
	AtLeast float64
}

// Of returns how many of n units each stratum gets; they add up to n and are not
// whole numbers. The error says which stratum has no size, deviation or cost, or
// that n is more than the population or less than AtLeast asks for.
//
// Of panics if a slice that the method reads is not as long as Size.
func (a Allocation) Of(n float64) ([]float64, error) {
	key, err := a.key()
	if err != nil {
		return nil, err
	}
	least, most := 0.0, 0.0
	for _, size := range a.Size {
		least += min(a.AtLeast, size)
		most += size
	}
	if !(n > 0 && n <= most) {
		return nil, fmt.Errorf("%g units cannot be drawn from a population of %g", n, most)
	}
	if n < least {
		return nil, fmt.Errorf("%g units are too few for %g in each of %d strata", n, a.AtLeast, len(a.Size))
	}
	return share(n, key, a.Size, a.AtLeast), nil
}

// key returns what the strata's shares are proportional to.
func (a Allocation) key() ([]float64, error) {
	all := 0.0
	for h, size := range a.Size {
		if !(size > 0) || math.IsInf(size, 1) {
			return nil, fmt.Errorf("stratum %d has a population of %g", h+1, size)
		}
		all += size
	}
	if all == 0 {
		return nil, errors.New("there are no strata")
	}
	needed := func(what string, v []float64) error {
		if len(v) != len(a.Size) {
			panic("weighting: slice length mismatch")
		}
		for h, s := range v {
			if !(s > 0) || math.IsInf(s, 1) {
				return fmt.Errorf("stratum %d has a %s of %g", h+1, what, s)
			}
		}
		return nil
	}
	var err error
	switch a.Method {
	case Neyman:
		err = needed("standard deviation", a.SD)
	case CostOptimal:
		err = errors.Join(needed("standard deviation", a.SD), needed("cost", a.Cost))
	case PowerAllocation:
		if !(a.Power >= 0 && a.Power <= 1) {
			return nil, fmt.Errorf("the power of an allocation is from 0 to 1, not %g", a.Power)
		}
		err = needed("standard deviation", a.SD)
	case KishCompromise:
		if !(a.Importance >= 0) {
			return nil, fmt.Errorf("the importance of equal strata is 0 or more, not %g", a.Importance)
		}
	}
	if err != nil {
		return nil, err
	}
	key := make([]float64, len(a.Size))
	for h, size := range a.Size {
		switch a.Method {
		case Proportional:
			key[h] = size
		case Neyman:
			key[h] = size * a.SD[h]
		case CostOptimal:
			key[h] = size * a.SD[h] / math.Sqrt(a.Cost[h])
		case PowerAllocation:
			key[h] = math.Pow(size, a.Power) * a.SD[h]
		case KishCompromise:
			key[h] = math.Hypot(size/all, a.Importance/float64(len(a.Size)))
		}
	}
	return key, nil
}

// share divides n in proportion to key between least and the sizes. Strata that
// are past a limit are set to it and the rest is divided again; those above
// first, since what they give back may lift others over their least.
func share(n float64, key, size []float64, least float64) []float64 {
	out := make([]float64, len(key))
	fixed := make([]bool, len(key))
	for {
		left, sum := n, 0.0
		for h := range key {
			if fixed[h] {
				left -= out[h]
			} else {
				sum += key[h]
			}
		}
		over, under := false, false
		for h := range key {
			if !fixed[h] {
				out[h] = left * key[h] / sum
				over = over || out[h] > size[h]
				under = under || out[h] < min(least, size[h])
			}
		}
		if !over && !under {
			return out
		}
		for h := range key {
			switch {
			case fixed[h]:
			case over && out[h] > size[h]:
				out[h], fixed[h] = size[h], true
			case !over && out[h] < min(least, size[h]):
				out[h], fixed[h] = min(least, size[h]), true
			}
		}
	}
}

// RoundAllocation returns whole numbers that add up to the rounded sum of n:
// each is rounded down, and the largest remainders get one more, the first of
// equals first. None passes most, one limit a stratum; a nil most is no limit.
func RoundAllocation(n []float64, most []int) []int {
	out, rest := make([]int, len(n)), make([]int, len(n))
	sum, whole := 0.0, 0
	for h, v := range n {
		out[h] = int(math.Floor(v + 1e-9)) // 3 less a rounding error is 3
		if most != nil {
			out[h] = min(out[h], most[h])
		}
		rest[h] = h
		sum += v
		whole += out[h]
	}
	slices.SortStableFunc(rest, func(a, b int) int {
		x, y := n[a]-float64(out[a]), n[b]-float64(out[b])
		switch {
		case x > y+1e-12:
			return -1
		case y > x+1e-12:
			return 1
		}
		return 0
	})
	for left := int(math.Round(sum)) - whole; left > 0; {
		before := left
		for _, h := range rest {
			if left > 0 && (most == nil || out[h] < most[h]) {
				out[h]++
				left--
			}
		}
		if left == before {
			break // all strata are full
		}
	}
	return out
}

// A Precision is a coefficient of variation that an estimated total has to have,
// of one variable in one domain.
type Precision struct {
	Name string // in messages

	// Mean and SD are the variable's in each stratum. A stratum outside of the
	// domain has 0 in both.
	Mean, SD []float64

	CV float64 // at most, a share: 0.05 is 5 %
}

// Bethel returns the allocation of least cost with which the totals of all
// variables in all domains have their precision, for simple random samples
// within strata of size units; cost is that of a unit in each stratum, nil if
// they cost the same. No stratum gets fewer than atLeast units, as far as it has
// them, nor more than it has.
//
//	CV_j² = Σ_h N_h² S_jh² (1/n_h - 1/N_h) / (Σ_h N_h M_jh)²
//
// The error names a precision that cannot be asked for. Bethel panics if a slice
// has not one value a stratum.
func Bethel(size, cost []float64, want []Precision, atLeast float64) ([]float64, error) {
	if cost == nil {
		cost = constant(1, len(size))
	}
	if err := checkBethel(size, cost, want); err != nil {
		return nil, err
	}
	n := make([]float64, len(size))
	fixed := make([]bool, len(size)) // at a limit
	for h := range fixed {
		// A stratum in which nothing varies needs no sample but the least.
		varies := slices.ContainsFunc(want, func(p Precision) bool { return p.SD[h] > 0 })
		n[h], fixed[h] = min(atLeast, size[h]), !varies
	}
	varies := slices.Clone(fixed)
	for h, v := range fixed {
		varies[h] = !v
	}
	for let := 0; ; {
		ideal, err := bethelFree(size, cost, want, n, fixed)
		if err != nil {
			return nil, err
		}
		over := false
		for h := range n {
			if !fixed[h] && n[h] > size[h] {
				n[h], fixed[h], over = size[h], true, true
			}
		}
		if over {
			continue
		}
		under := false
		for h := range n {
			if least := min(atLeast, size[h]); !fixed[h] && n[h] < least {
				n[h], fixed[h], under = least, true, true
			}
		}
		if under {
			continue
		}
		h := farthest(n, ideal, size, atLeast, fixed, varies)
		if h < 0 || let == 20*len(n) {
			return n, nil
		}
		fixed[h] = false
		let++
	}
}

// farthest returns the stratum at a limit that least belongs there: by what the others
// have come to it would be within its limits. -1 if all belong, and then, the cost
// being convex, no allocation is cheaper.
func farthest(n, ideal, size []float64, atLeast float64, fixed, varies []bool) int {
	worst, at := 1e-9, -1
	for h, v := range ideal {
		if !fixed[h] || !varies[h] {
			continue
		}
		off := 0.0
		if least := min(atLeast, size[h]); n[h] == size[h] && size[h] > least {
			off = 1 - v/n[h]
		} else if n[h] == least && size[h] > least {
			off = v/n[h] - 1
		}
		if off > worst {
			worst, at = off, h
		}
	}
	return at
}

func checkBethel(size, cost []float64, want []Precision) error {
	if len(cost) != len(size) {
		panic("weighting: slice length mismatch")
	}
	if len(want) == 0 || len(size) == 0 {
		return errors.New("an allocation by precision needs strata and precisions")
	}
	for h := range size {
		if !(size[h] > 0) || math.IsInf(size[h], 1) || !(cost[h] > 0) || math.IsInf(cost[h], 1) {
			return fmt.Errorf("stratum %d has a population of %g and a cost of %g", h+1, size[h], cost[h])
		}
	}
	for _, p := range want {
		if len(p.Mean) != len(size) || len(p.SD) != len(size) {
			panic("weighting: slice length mismatch")
		}
		total := 0.0
		for h, sd := range p.SD {
			if !(sd >= 0) || math.IsInf(sd, 1) {
				return fmt.Errorf("%s: stratum %d has a standard deviation of %g", p.Name, h+1, sd)
			}
			total += size[h] * p.Mean[h]
		}
		if total == 0 || math.IsNaN(total) || math.IsInf(total, 0) {
			return fmt.Errorf("%s: a total of %g has no coefficient of variation", p.Name, total)
		}
		if !(p.CV > 0) {
			return fmt.Errorf("%s: a coefficient of variation of %g cannot be asked for", p.Name, p.CV)
		}
	}
	return nil
}

// bethelFree sets n of the strata that are not fixed. With x_h = 1/n_h each
// precision is linear, Σ_h a_jh x_h ≤ 1, and for one combination of them with
// weights λ the best x is known in closed form: n_h ∝ √(α_h/c_h) with
// α_h = Σ_j λ_j a_jh. The cost of that is no more than what all of them
// together need, so it tells how far from the best an allocation still is. λ
// moves towards the precisions that are missed by most. It returns what the fixed
// strata would have by the same λ, were they free; nil if none is.
func bethelFree(size, cost []float64, want []Precision, n []float64, fixed []bool) ([]float64, error) {
	a, whole, err := bethelRows(size, want, n, fixed)
	if err != nil || len(a) == 0 {
		return nil, err
	}
	scale := 0.0
	lambda := constant(1/float64(len(a)), len(a))
	used, alpha := make([]float64, len(a)), make([]float64, len(size))
	for range 100000 {
		clear(alpha)
		for j, row := range a {
			for h, v := range row {
				alpha[h] += lambda[j] * v
			}
		}
		sum := 0.0
		for h, v := range alpha {
			sum += math.Sqrt(v * cost[h])
		}
		worst, norm := 0.0, 0.0
		for j, row := range a {
			used[j] = 0
			for h, v := range row {
				if v > 0 {
					used[j] += v * math.Sqrt(cost[h]/alpha[h]) / sum
				}
			}
			worst = max(worst, used[j])
		}
		for h, v := range alpha {
			if !fixed[h] {
				n[h] = worst * sum * math.Sqrt(v/cost[h]) // scaled so that the worst is just met
			}
		}
		scale = worst * sum
		if worst-1 < 1e-11 {
			break
		}
		for j := range lambda {
			lambda[j] *= used[j] * used[j]
			norm += lambda[j]
		}
		for j := range lambda {
			lambda[j] /= norm
		}
	}
	ideal := make([]float64, len(size))
	for h := range ideal {
		for j, row := range whole {
			ideal[h] += lambda[j] * row[h]
		}
		ideal[h] = scale * math.Sqrt(ideal[h]/cost[h])
	}
	return ideal, nil
}

// bethelRows returns a_jh of the precisions that free strata decide: a with 0 in the
// fixed ones, whole with what they have too.
func bethelRows(size []float64, want []Precision, n []float64, fixed []bool) (a, whole [][]float64, err error) {
	for _, p := range want {
		total, room := 0.0, 0.0
		row, all := make([]float64, len(size)), make([]float64, len(size))
		free := false
		for h, sd := range p.SD {
			total += size[h] * p.Mean[h]
			v := size[h] * sd * sd
			all[h] = v * size[h]
			if fixed[h] {
				room -= v * (size[h]/n[h] - 1)
				continue
			}
			room += v
			row[h] = v * size[h]
			free = free || v > 0
		}
		if room += square(p.CV * total); !(room > 0) {
			return nil, nil, fmt.Errorf("%s: a coefficient of variation of %g is out of reach", p.Name, p.CV)
		}
		for h := range row {
			row[h] /= room
			all[h] /= room
		}
		if free {
			a, whole = append(a, row), append(whole, all)
		}
	}
	return a, whole, nil
}
