package weighting

import (
	"fmt"
	"math"
	"slices"
)

// This file compares two editions of a survey. The rules:
//
//   - an edition is known by its value and its influence sums by PSU, which its
//     estimates file carries: nobody needs the other year's rows;
//   - a PSU with the same name in both is the same PSU, and makes the two
//     estimates move together: the change is then more precise than two samples
//     drawn apart would tell. A PSU that was drawn anew needs a new name;
//   - the variance is that of the two editions stacked: strata of the same name are
//     one, with the PSUs of both years, all of them with replacement.
//
// Source: Kish, Survey Sampling (1965), section 12.4; Berger, Journal of Official
// Statistics 20 (2004). Checked against the stacked file of the panel in
// TestChangeIsThatOfTheStackedFile.

// A PSUSum is the influence of one PSU on an estimate.
type PSUSum struct {
	Stratum, PSU string
	Sum          float64
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

// Change compares a later edition with an earlier one. Strata with a single PSU
// in both together are treated by rule.
//
// The error names a PSU that is twice in an edition or in another stratum in the
// later one, or is ErrLonely or ErrEmpty.
func Change(earlier, later Edition, rule LonelyRule, level float64) (Changed, error) {
	type place struct{ stratum, row int }
	at := map[string]place{}
	var strata, psus []string
	var stratum, psu []int
	var columns [2][]float64
	shared := 0
	for year, e := range []Edition{earlier, later} {
		seen := map[string]bool{}
		for _, u := range e.PSUs {
			if seen[u.PSU] {
				return Changed{}, fmt.Errorf("PSU %s is twice in an edition", u.PSU)
			}
			seen[u.PSU] = true
			h := slices.Index(strata, u.Stratum)
			if h < 0 {
				h = len(strata)
				strata = append(strata, u.Stratum)
			}
			p, met := at[u.PSU]
			switch {
			case !met:
				p = place{h, len(psus)}
				at[u.PSU] = p
				psus = append(psus, u.PSU)
				stratum, psu = append(stratum, h), append(psu, p.row)
				columns[0], columns[1] = append(columns[0], 0), append(columns[1], 0)
			case p.stratum != h:
				return Changed{}, fmt.Errorf("PSU %s is in stratum %s and in stratum %s: if it was drawn anew it needs a new name",
					u.PSU, strata[p.stratum], u.Stratum)
			default:
				shared++
			}
			columns[year][p.row] = u.Sum
		}
	}
	if len(psus) == 0 {
		return Changed{}, ErrEmpty
	}
	d, err := NewDesign(stratum, psu, constant(1, len(psus)), Options{
		Lonely:      rule,
		StratumName: func(code int) string { return strata[code] },
		PSUName:     func(code int) string { return psus[code] },
	})
	if err != nil {
		return Changed{}, err
	}
	sums := d.Sums(columns[:], Domains{})
	a, b := sums.Total(0, 0), sums.Total(0, 1)
	a.Value, b.Value = earlier.Value, later.Value
	v, err := d.Covariances([]Statistic{a, b})
	if err != nil {
		return Changed{}, err
	}
	out := Changed{Shared: shared}
	if v[0][0] > 0 && v[1][1] > 0 {
		out.Correlation = v[0][1] / math.Sqrt(v[0][0]*v[1][1])
	}
	t, err := d.student(Linear([]float64{-1, 1}, a, b), d.PSUs()-d.Strata(), level)
	out.Difference, out.T, out.P = t.Estimate, t.Statistic, t.P
	return out, err
}
