package weighting

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// This file says how many interviews a survey needs. The rules:
//
//   - sizes are not rounded: round up once, at the end;
//   - a design effect multiplies a size, a response rate divides it, and a finite
//     population takes from it, in the order in which they are called.
//
//   - outside of what a function says it takes there is no size and no power: the
//     result is then NaN, an infinity or 0 as the formula has it, and no error. A
//     proportion of 0 or 1 has no variance, so that its margin asks for nobody.
//
// Source: Cochran, Sampling Techniques, 3rd ed. (1977); Fleiss, Levin and Paik,
// Statistical Methods for Rates and Proportions, 3rd ed. (2003), for powers.
// Checked in TestOracle.

// SizeForMargin returns the respondents with which an interval of the level for
// a proportion p is p ± margin, in an infinite population. All are shares in
// (0, 1), not percentages; deff is the design effect. It is 0 for p of 0 or 1, +Inf
// for a margin of 0 or a level of 1.
func SizeForMargin(p, margin, level, deff float64) float64 {
	z := distuv.UnitNormal.Quantile(0.5 + level/2)
	return deff * z * z * p * (1 - p) / (margin * margin)
}

// SizeForCV returns the respondents with which a proportion p has a coefficient
// of variation cv, a share of p, in an infinite population. It is +Inf for a p or cv
// of 0, and 0 for p = 1.
func SizeForCV(p, cv, deff float64) float64 {
	return deff * (1 - p) / (p * cv * cv)
}

// InFinite returns what a size for an infinite population is in one of N units.
func InFinite(size, population float64) float64 {
	return size / (1 + size/population)
}

// SizeForDifference returns the respondents of each of two independent samples
// with which a two-sided test of level alpha finds the difference between the
// proportions p1 and p2 with probability power. p1 and p2 are in (0, 1) and differ: it
// is +Inf if they are equal. alpha and power are in (0, 1).
func SizeForDifference(p1, p2, alpha, power float64) float64 {
	pooled, own := differenceSDs(p1, p2)
	z, y := distuv.UnitNormal.Quantile(1-alpha/2), distuv.UnitNormal.Quantile(power)
	return square((z*pooled + y*own) / (p1 - p2))
}

// PowerOfDifference returns the probability with which SizeForDifference's test
// finds the difference in two samples of n. A rejection in the wrong direction
// does not count. It is NaN for n below 0 and for two proportions that are each 0 or 1,
// which have no variance, if they are equal.
func PowerOfDifference(n, p1, p2, alpha float64) float64 {
	pooled, own := differenceSDs(p1, p2)
	z := distuv.UnitNormal.Quantile(1 - alpha/2)
	return distuv.UnitNormal.CDF((math.Sqrt(n)*math.Abs(p1-p2) - z*pooled) / own)
}

// differenceSDs returns √n times the standard deviation of a difference of two
// proportions, if they are equal and as they are.
func differenceSDs(p1, p2 float64) (pooled, own float64) {
	mean := (p1 + p2) / 2
	return math.Sqrt(2 * mean * (1 - mean)), math.Sqrt(p1*(1-p1) + p2*(1-p2))
}
