package weighting

import (
	"fmt"
	"math"
)

// This file compares two editions of a survey. The rules:
//
//   - an edition is known by its value and its influence sums by PSU, which its
//     estimates file carries: nobody needs the other year's rows;
//   - a PSU with the same name in both is the same PSU, and makes the two
//     estimates move together: the change is then more precise than two samples
//     drawn apart would tell. A PSU that was drawn anew needs a new name;
//   - the variance is that of the two editions stacked: strata of the same name are
//     one, with the PSUs of both years;
//   - the share of PSUs that a year sampled takes its part off the year's variance,
//     and off what the years have in common 1 - n₁n₂/(mN) is left, with m the PSUs
//     in both: samples that meet as often as two drawn apart have nothing in common;
//   - later stages, the order of a systematic draw and unequal probabilities are not
//     in influence sums by PSU, and so not in the error of an overlapping change;
//   - editions drawn apart need no influence sums: see ChangeApart.
//
// Source: Kish, Survey Sampling (1965), section 12.4; Tam, The American Statistician
// 38 (1984); Berger, Journal of Official Statistics 20 (2004). Checked against the
// stacked file of the panel in TestChangeIsThatOfTheStackedFile, and by hand.

// A PSUSum is the influence of one PSU on an estimate.
type PSUSum struct {
	Stratum, PSU string
	Sum          float64

	// Sampled is the share of the stratum's PSUs that were sampled in the edition,
	// the same in all of them; 0 is with replacement.
	Sampled float64
}

// An Edition is an estimate of one year.
type Edition struct {
	// Value is the estimate, in the unit of the other edition.
	Value float64

	// PSUs are all PSUs of the year's design, those without rows in the domain
	// with a Sum of 0. Influence leaves such PSUs out; a PSU that is not named here
	// is taken as not sampled.
	PSUs []PSUSum
}

// A Changed is the difference between two editions.
type Changed struct {
	// Difference is the later value less the earlier, with a t interval.
	Difference Estimate

	// T and P are those of the test that nothing changed.
	T, P float64

	// Shared is the number of PSUs in both, and Correlation that of the two
	// estimates; 0 without shared PSUs and strata.
	Shared      int
	Correlation float64
}

// A common is what the strata of two editions have in common.
type common struct {
	name    string
	n       [2]float64 // PSUs of each edition
	sampled [2]float64
	both    float64 // PSUs in both editions
}

// covaried is the part of the products of the editions that is covariance, if they
// were sampled without replacement: 1 - n₁n₂/(mN), of the smaller N they tell, and
// not below 0.
func (c common) covaried() float64 {
	population := math.Inf(1)
	for year, f := range c.sampled {
		if f > 0 {
			population = min(population, c.n[year]/f)
		}
	}
	if math.IsInf(population, 1) {
		return 1
	}
	if c.both == 0 {
		return 0
	}
	return max(0, 1-c.n[0]*c.n[1]/(c.both*population))
}

// certain reports whether every PSU of the stratum was sampled in every edition
// that has it: it adds nothing to the error.
func (c common) certain() bool {
	for year, n := range c.n {
		if n > 0 && 1-c.sampled[year] >= allSampled {
			return false
		}
	}
	return true
}

// stacked are two editions, PSU by PSU.
type stacked struct {
	strata  []common
	psu     []string
	stratum []int        // of each PSU
	sum     [2][]float64 // of each PSU; 0 where it is not of the edition
	shared  int
}

// stack joins the PSUs of the same names.
func stack(editions ...Edition) (stacked, error) {
	var s stacked
	at, strata := map[string]int{}, map[string]int{}
	for year, e := range editions {
		seen := map[string]bool{}
		for _, u := range e.PSUs {
			if seen[u.PSU] {
				return s, fmt.Errorf("PSU %s is twice in an edition", u.PSU)
			}
			seen[u.PSU] = true
			h, ok := strata[u.Stratum]
			if !ok {
				h = len(s.strata)
				strata[u.Stratum] = h
				s.strata = append(s.strata, common{name: u.Stratum})
			}
			of := &s.strata[h]
			if !(u.Sampled >= 0 && u.Sampled <= 1) || of.n[year] > 0 && of.sampled[year] != u.Sampled {
				return s, fmt.Errorf("the sampled share of stratum %s is %g at PSU %s: it is from 0 to 1, and one in all PSUs of a stratum", u.Stratum, u.Sampled, u.PSU)
			}
			of.n[year]++
			of.sampled[year] = u.Sampled
			k, met := at[u.PSU]
			switch {
			case !met:
				k = len(s.psu)
				at[u.PSU] = k
				s.psu, s.stratum = append(s.psu, u.PSU), append(s.stratum, h)
				s.sum[0], s.sum[1] = append(s.sum[0], 0), append(s.sum[1], 0)
			case s.stratum[k] != h:
				return s, fmt.Errorf("PSU %s is in stratum %s and in stratum %s: if it was drawn anew it needs a new name",
					u.PSU, s.strata[s.stratum[k]].name, u.Stratum)
			default:
				s.shared++
				of.both++
			}
			s.sum[year][k] = u.Sum
		}
	}
	return s, nil
}

// Change compares a later edition with an earlier one whose sample shares PSUs with
// it, or may. Strata with a single PSU in both together are treated by rule, but for
// those of which all PSUs were sampled.
//
// The error names a PSU that is twice in an edition or in another stratum in the
// later one, or a stratum whose sampled share is not one number, or is ErrLonely or
// ErrEmpty.
func Change(earlier, later Edition, rule LonelyRule, level float64) (Changed, error) {
	s, err := stack(earlier, later)
	if err != nil {
		return Changed{}, err
	}
	if len(s.psu) == 0 {
		return Changed{}, ErrEmpty
	}
	// Four columns: each year's own deviations, and those they have in common.
	var columns [4][]float64
	var stratum, psu []int
	df, out := 0, Changed{Shared: s.shared}
	for _, of := range s.strata {
		if of.certain() {
			df--
		}
	}
	for k, h := range s.stratum {
		of := s.strata[h]
		if of.certain() {
			df++
			continue
		}
		stratum, psu = append(stratum, h), append(psu, k)
		a, b := s.sum[0][k], s.sum[1][k]
		for j, v := range [4]float64{a * math.Sqrt(1-of.sampled[0]), b * math.Sqrt(1-of.sampled[1]), a * of.covaried(), b} {
			columns[j] = append(columns[j], v)
		}
	}
	first, second, both := 0.0, 0.0, 0.0
	if psu != nil {
		d, err := NewDesign(stratum, psu, constant(1, len(psu)), Options{
			Lonely:      rule,
			StratumName: func(code int) string { return s.strata[code].name },
			PSUName:     func(code int) string { return s.psu[code] },
		})
		if err != nil {
			return Changed{}, err
		}
		sums := d.Sums(columns[:], Domains{})
		for _, v := range []struct {
			to   *float64
			a, b int
		}{{&first, 0, 0}, {&second, 1, 1}, {&both, 2, 3}} {
			if *v.to, err = d.Covariance(sums.Total(0, v.a), sums.Total(0, v.b)); err != nil {
				return Changed{}, err
			}
		}
		df += d.PSUs() - d.Strata()
	}
	if first > 0 && second > 0 {
		out.Correlation = both / math.Sqrt(first*second)
	}
	out.settle(later.Value-earlier.Value, first+second-2*both, df, level)
	return out, nil
}

// ChangeApart compares two estimates of samples that were drawn apart: its variance
// is the sum of theirs, however each was found, and its degrees of freedom are those
// of both together. It is NaN where one of the SEs is.
func ChangeApart(earlier, later Estimate, level float64) Changed {
	var out Changed
	out.settle(later.Value-earlier.Value, earlier.SE*earlier.SE+later.SE*later.SE, earlier.DF+later.DF, level)
	return out
}

// settle gives c a difference of a variance, its interval and its test.
func (c *Changed) settle(difference, variance float64, df int, level float64) {
	iv := Interval{Level: level}
	e := Estimate{Value: difference, SE: root(variance), DF: df, Level: iv.level(), Deff: math.NaN(), DeffReplace: math.NaN()}
	e.CV = e.SE / math.Abs(e.Value)
	e.Low, e.High = iv.limits(e)
	c.Difference, c.T = e, e.Value/e.SE
	c.P = studentP(c.T, float64(df))
}
