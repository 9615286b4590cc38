package weighting

import (
	"errors"
	"fmt"
)

// This file calibrates for more than one population at a time: persons and
// their households with one weight, and parts of a country that each have
// totals of their own. The rules:
//
//   - all members of a household get the same factor, so a household has one
//     weight, and totals of persons and of households are met together;
//   - a part is calibrated by its own rows alone: one that cannot be is named,
//     and does not keep the others from being named too;
//   - the residuals are those of one calibration on all totals.
//
// Source: Lemaître and Dufour, Survey Methodology 13 (1987).

// CalibrateHouseholds returns d, a file of persons, calibrated so that all rows
// of a household have the same weight: the controls enter as their means over
// the household's rows. household is a code of each row, from 0.
//
// A total of households is a control with the Value 1 over the number of rows
// of the household, since its members together then count as one.
//
// The errors are those of Calibrate, and one that names a row which does not
// weigh as the others of its household do before. CalibrateHouseholds panics as
// Calibrate does, and if household is not as long as d.
func (d *Design) CalibrateHouseholds(c Calibration, household []int) (*Design, error) {
	if len(household) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	if c.ByPSU || c.Lambda != nil {
		return nil, errors.New("a household has one factor: neither one by PSU nor a variance by row goes with it")
	}
	if err := c.check(d); err != nil {
		return nil, err
	}
	count := 0
	for _, h := range household {
		count = max(count, h+1)
	}
	first, size := make([]int, count), make([]float64, count)
	for k, h := range household {
		if size[h]++; size[h] == 1 {
			first[h] = k
		} else if o := first[h]; d.weight[k] != d.weight[o] {
			return nil, fmt.Errorf("%w: rows %d and %d have %g and %g", errNoHouseholds, o+1, k+1, d.weight[o], d.weight[k])
		} else if d.up[0][d.unit[k]] != d.up[0][d.unit[o]] && d.rep == nil {
			return nil, fmt.Errorf("rows %d and %d are one household in two PSUs", o+1, k+1)
		}
	}
	x := columnsOf(c.Controls)
	var means []Control
	for j := range c.Controls {
		ctl := &c.Controls[j]
		for code, total := range ctl.Totals {
			sum := make([]float64, count)
			for k, h := range household {
				if at, v := x.at(j, k); at == x.start[j]+code {
					sum[h] += v
				}
			}
			mean := Control{Name: ctl.level(code), Value: make([]float64, d.Len()), Totals: []float64{total}}
			for k, h := range household {
				mean.Value[k] = sum[h] / size[h]
			}
			means = append(means, mean)
		}
	}
	c.Controls = means
	return d.Calibrate(c)
}

// CalibrateWithin returns d calibrated in each part of a partition by itself, in
// one call: for regions that publish their own totals. part is the part of each
// row, a code of its levels. The totals of a control stand part after part: in
// control j, category c of part p has Totals[p*K+c], with K categories in the
// rows' Code.
//
// The error joins those of all parts that have one, each with the part's name.
// CalibrateWithin panics as Calibrate does, and if a number of totals is no
// multiple of the parts.
func (d *Design) CalibrateWithin(part Factor, c Calibration) (*Design, error) {
	if len(part.Code) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	if c.ByPSU || c.Lambda != nil {
		return nil, errors.New("parts are calibrated row by row: neither one factor a PSU nor a variance by row goes with it")
	}
	parts := len(part.Levels)
	all := c
	all.Controls = nil
	own := make([]Calibration, parts)
	for p := range own {
		own[p] = c
		own[p].Controls = nil
	}
	var wrong []error
	for _, ctl := range c.Controls {
		crossed, within := split(ctl, part)
		all.Controls = append(all.Controls, crossed)
		for p := range within {
			own[p].Controls = append(own[p].Controls, within[p])
		}
	}
	inside := make([]float64, d.Len())
	for p := range own {
		for k, w := range d.weight {
			if inside[k] = 0; part.Code[k] == p {
				inside[k] = w
			}
		}
		if err := checkControls(own[p].Controls, inside); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", part.Levels[p], err))
		}
	}
	if wrong != nil {
		return nil, errors.Join(wrong...)
	}
	if err := all.check(d); err != nil {
		return nil, err
	}
	x := columnsOf(all.Controls)
	key := classKey{x: x, weight: c.WeightBounds != Bounds{}}
	solve := func(w, each []float64, rows []int) ([]float64, error) {
		if rows == nil {
			rows = make([]int, len(w))
			for k := range rows {
				rows[k] = k
			}
		}
		at := make([][]int, parts) // places in w by part
		for i, k := range rows {
			if p := part.Code[k]; p >= 0 {
				at[p] = append(at[p], i)
			}
		}
		g := constant(1, len(w))
		var wrong []error
		for p := range at {
			xp := columnsOf(own[p].Controls).pick(pickRows(rows, at[p]))
			gp, err := own[p].solve(xp, pickRows(w, at[p]), pickRows(each, at[p]))
			if err != nil {
				wrong = append(wrong, fmt.Errorf("%s: %w", part.Levels[p], err))
				continue
			}
			for i, k := range at[p] {
				g[k] = gp[i]
			}
		}
		return g, errors.Join(wrong...)
	}
	return d.reweighted(key, solve, func(s stepped) ([]block, []int) {
		return []block{s.projection(x)}, []int{0}
	})
}

// split returns a control over all parts as one control with a category a part
// and category, and as one control for each part.
func split(c Control, part Factor) (crossed Control, within []Control) {
	parts := len(part.Levels)
	if len(c.Totals)%parts != 0 {
		panic("weighting: totals are not so many for each part")
	}
	categories := len(c.Totals) / parts
	crossed = Control{Name: c.Name, Code: make([]int, len(part.Code)), Value: c.Value, Totals: c.Totals}
	for p, name := range part.Levels {
		own := Control{Name: c.Name, Levels: c.Levels, Code: make([]int, len(part.Code)), Value: c.Value, Totals: c.Totals[p*categories : (p+1)*categories]}
		for k, of := range part.Code {
			own.Code[k] = -1
			if of != p {
				continue
			}
			own.Code[k] = 0
			if c.Code != nil {
				own.Code[k] = c.Code[k]
			}
		}
		within = append(within, own)
		for code := range categories {
			crossed.Levels = append(crossed.Levels, own.level(code)+" of "+name)
		}
	}
	for k, p := range part.Code {
		crossed.Code[k] = -1
		if code := within[max(p, 0)].Code[k]; p >= 0 && code >= 0 {
			crossed.Code[k] = p*categories + code
		}
	}
	return crossed, within
}
