package weighting

import (
	"errors"
	"math"
)

// This file holds the one linearised variance. Every estimator ends here with
// the sums of its influence values by unit. The rules:
//
//   - units of a stratum without rows in the domain enter as zeros; a stratum
//     without any is not there at all, for no rule and no count;
//   - a stratum of which all units were sampled adds nothing;
//   - the variance within a unit adds with the share of units sampled at the
//     stages above it, and with none if they were drawn with replacement.

// allSampled is the share of units not sampled below which R takes a group to
// be sampled as a whole.
const allSampled = 1e-7

// Covariance returns the estimated covariance of two statistics; of a with
// itself, its variance:
//
//	v = Σ_h (1-f_h) n_h/(n_h-1) Σ_i (a_hi - ā_h)(b_hi - b̄_h)  +  Σ_i f_h v_i
//
// where a_hi is the influence of PSU i in stratum h, f_h the sampled share of
// its n_h PSUs' population, and v_i the same expression for the next stage
// within PSU i. Both must come from d or from designs linked to it.
//
// With replicate weights it is their spread in place of v: see ReplicateOptions;
// for a sample of unequal probabilities see PPS.
//
// The error is ErrLonely, if a stratum has a single PSU and the rule is
// LonelyFail. The result is NaN if a value was missing.
//
// Source: Särndal, Swensson and Wretman (1992) for several stages, Wolter (2007)
// for the ultimate cluster. Checked against R's survey 4.5 in TestOracle.
func (d *Design) Covariance(a, b Statistic) (float64, error) {
	if d.rep != nil {
		return d.rep.spreadOf(a, b), nil
	}
	unit, x, y := align(a, b)
	if d.pps != nil {
		return d.pps.covariance(unit, x, y), nil
	}
	if d.two != nil {
		return d.two.covariance(&d.stages[0], unit, x, y), nil
	}
	return d.core(0, unit, x, y)
}

// align returns the influences of a and b on all units that either has.
func align(a, b Statistic) (unit []int32, x, y []float64) {
	if len(a.unit) == len(b.unit) && (len(a.unit) == 0 || &a.unit[0] == &b.unit[0]) {
		return a.unit, a.z, b.z
	}
	i, j := 0, 0
	for i < len(a.unit) || j < len(b.unit) {
		var u int32
		var p, q float64
		switch {
		case j == len(b.unit) || i < len(a.unit) && a.unit[i] < b.unit[j]:
			u, p = a.unit[i], a.z[i]
			i++
		case i == len(a.unit) || b.unit[j] < a.unit[i]:
			u, q = b.unit[j], b.z[j]
			j++
		default:
			u, p, q = a.unit[i], a.z[i], b.z[j]
			i++
			j++
		}
		unit, x, y = append(unit, u), append(x, p), append(y, q)
	}
	return unit, x, y
}

// core is the covariance from stage s down of influences x and y on the lowest
// units named, which ascend and lie in one unit of the stage above s.
func (d *units) core(s int, unit []int32, x, y []float64) (float64, error) {
	st := d.stages[s]
	own, a, b := unit, x, y
	if s < len(d.stages)-1 {
		own, a, b = d.collapse(s, unit, x, y)
	}
	v, err := d.between(s, own, a, b)
	if err != nil || s == len(d.stages)-1 {
		return v, err
	}
	for lo := 0; lo < len(unit); {
		u := d.up[s][unit[lo]]
		hi := lo + 1
		for hi < len(unit) && d.up[s][unit[hi]] == u {
			hi++
		}
		if sampled := 1 - st.open[st.group[u]]; sampled > 0 {
			within, err := d.core(s+1, unit[lo:hi], x[lo:hi], y[lo:hi])
			if err != nil {
				return 0, err
			}
			v += sampled * within
		}
		lo = hi
	}
	return v, nil
}

// collapse adds influences on lowest units up to those of stage s.
func (d *units) collapse(s int, unit []int32, x, y []float64) (own []int32, a, b []float64) {
	for k, low := range unit {
		u := d.up[s][low]
		if len(own) == 0 || own[len(own)-1] != u {
			own, a, b = append(own, u), append(a, 0), append(b, 0)
		}
		a[len(a)-1] += x[k]
		b[len(b)-1] += y[k]
	}
	return own, a, b
}

// between is the part of a covariance that lies between the units of stage s:
// a and b are influences on the units named, which ascend.
func (d *units) between(s int, unit []int32, a, b []float64) (float64, error) {
	st := d.stages[s]
	var meanA, meanB float64 // over all units of the groups that are there
	if d.rule == LonelyAdjust {
		meanA, meanB = st.grandMeans(unit, a, b)
	}
	v, groups, unknown := 0.0, 0, 0
	var failed []int32
	for lo := 0; lo < len(unit); {
		g := st.group[unit[lo]]
		hi, sumA, sumB := lo, 0.0, 0.0
		for ; hi < len(unit) && st.group[unit[hi]] == g; hi++ {
			sumA += a[hi]
			sumB += b[hi]
		}
		n, open, present := float64(st.n[g]), st.open[g], hi-lo
		groups++
		lonely := st.n[g] == 1
		alone := present == 1 && !lonely && d.domain
		switch {
		case open < allSampled:
		case lonely && (d.rule == LonelyFail || d.rule == LonelyCollapse):
			failed = append(failed, g)
		case lonely && (d.rule == LonelyRemove || d.rule == LonelyCertainty):
		case (lonely || alone) && d.rule == LonelyAverage:
			unknown++
		case lonely:
			v += open * (sumA - meanA) * (sumB - meanB)
		case s == 0 && d.sequence != nil && d.sequence.rule != AsRandom:
			v += open * d.sequence.differences(unit[lo:hi], a[lo:hi], b[lo:hi], st.n[g])
		case alone && d.rule == LonelyAdjust:
			v += open * n / (n - 1) * spread(a[lo:hi], b[lo:hi], n, meanA, meanB)
		default:
			v += open * n / (n - 1) * spread(a[lo:hi], b[lo:hi], n, sumA/n, sumB/n)
		}
		lo = hi
	}
	switch {
	case failed != nil && s == 0:
		return 0, d.lonelyError(failed)
	case failed != nil:
		return 0, errors.Join(ErrLonely, errors.New("at a stage below the first"))
	case unknown > 0:
		v *= float64(groups) / float64(groups-unknown) // NaN if no group is known
	}
	return v, nil
}

// grandMeans returns the means over all units of the groups that unit touches.
func (st stage) grandMeans(unit []int32, a, b []float64) (meanA, meanB float64) {
	n, last := 0, int32(-1)
	for k, u := range unit {
		if g := st.group[u]; g != last {
			n += st.n[g]
			last = g
		}
		meanA += a[k]
		meanB += b[k]
	}
	return meanA / float64(n), meanB / float64(n)
}

// spread is the sum of products about the means of n units, of which those not
// given have the value zero.
func spread(a, b []float64, n, meanA, meanB float64) float64 {
	v := (n - float64(len(a))) * meanA * meanB
	for k := range a {
		v += (a[k] - meanA) * (b[k] - meanB)
	}
	return v
}

// degrees returns the PSUs and strata with weight among the units named.
func (d *units) degrees(unit []int32, used []bool) (psus, strata int) {
	lastPSU, lastStratum := int32(-1), int32(-1)
	for k, low := range unit {
		if !used[k] {
			continue
		}
		if u := d.up[0][low]; u != lastPSU {
			psus++
			lastPSU = u
			if h := d.stages[0].group[u]; h != lastStratum {
				strata++
				lastStratum = h
			}
		}
	}
	return psus, strata
}

// root is the square root of a variance; rounding may leave a zero negative.
func root(v float64) float64 {
	return math.Sqrt(max(v, 0))
}
