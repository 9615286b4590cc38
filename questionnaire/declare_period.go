//go:build !js

package questionnaire

import (
	"strconv"

	"cifra/questionnaire/expr"
)

// This file declares reference periods, each as a handful of variables of the
// interview: what they are, is in period.go.

// periodParts are the names that a period brings: all of them in a calendar
// year, the last two in any other.
var periodParts = []struct {
	name string
	kind expr.Kind
}{
	{"year", expr.Number}, {"start", expr.Date}, {"end", expr.Date}, {"next_year", expr.Number}, {"previous_year", expr.Number},
}

func (c *compiler) declarePeriod(p *Period) {
	if !c.define(p.Name, "period") {
		return
	}
	length, ok := c.periodLength(p)
	if !ok {
		return
	}
	for _, part := range periodParts {
		v := &variable{
			ID: p.Name.Text + "." + part.name, Kind: varPeriod, Type: valueType{Kind: part.kind, List: -1},
			Class: Ordinary, Module: -1, Option: -1, Part: part.name,
		}
		from, want := p.CalendarYear, expr.Number
		if p.CalendarYear.Text == "" {
			if part.kind != expr.Date {
				continue
			}
			v.Months, v.Whole = length, p.Before.Text != ""
			from, want = p.Until, expr.Date
			switch {
			case v.Whole:
				from = p.Before
			case part.name == "start" && p.From.Text != "":
				from, v.Months = p.From, 0
			}
		}
		c.add(v)
		c.later(func() { v.Value = c.check(from, c.at(0), expr.Want{Kinds: []expr.Kind{want}}) })
	}
}

// periodLength refuses periods that say too much or too little, and returns how
// many months one has that is counted from a day.
func (c *compiler) periodLength(p *Period) (int, bool) {
	const hint = "write calendar_year: …; months: … or years: … with until: … or before: …; or from: … with until: …"
	written := func(sources ...Source) (n int) {
		for _, s := range sources {
			if s.At.Line > 0 {
				n++
			}
		}
		return n
	}
	length, ends := written(p.Months, p.Years), written(p.Until, p.Before)
	kinds := written(p.CalendarYear, p.From) + length
	switch {
	case kinds == 0:
		c.errorf(p.Name, hint, "period %s has no length", p.Name.Text)
	case kinds > 1 || p.CalendarYear.Text != "" && ends > 0:
		c.errorf(p.Name, hint, "period %s is said in two ways", p.Name.Text)
	case p.CalendarYear.Text == "" && ends != 1, p.From.Text != "" && p.Until.Text == "":
		c.errorf(p.Name, hint, "period %s has no end", p.Name.Text)
	default:
		n := 0
		if p.Months.Text != "" {
			n, _ = strconv.Atoi(p.Months.Text)
		} else if p.Years.Text != "" {
			n, _ = strconv.Atoi(p.Years.Text)
			n *= 12
		}
		return n, true
	}
	return 0, false
}
