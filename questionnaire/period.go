package questionnaire

import (
	"time"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file finds where a reference period begins and ends. The rules:
//
//   - a calendar year has year, next_year, previous_year, start and end; every
//     other period has start and end, both days included;
//   - so many months (a year has twelve) until a day end on it and begin on the
//     day after the same day of the month that many months earlier, or after the
//     last day of that month if it is shorter: 12 months until 2026-03-02 begin
//     on 2025-03-03;
//   - so many months before a day are whole months of the calendar, the last of
//     them the one before that day's;
//   - a fixed window begins and ends as written; a memory window is so many years
//     until the end of another period;
//   - a date that is known only in part gives no period: "don't know".

// period returns the part of its period that v is, from the value that its
// expression has.
func period(v *variable, c expr.Cell) expr.Cell {
	if c.Missing != expr.Answered {
		return c
	}
	if v.Value.Type().Kind == expr.Date {
		return window(v, c)
	}
	switch v.Part {
	case "next_year":
		return known(c.N + 1)
	case "previous_year":
		return known(c.N - 1)
	case "start":
		return dateCell(wire.Sprintf("%04d-01-01", c.N))
	case "end":
		return dateCell(wire.Sprintf("%04d-12-31", c.N))
	}
	return c
}

// window returns an end of a period that is counted from a day.
func window(v *variable, c expr.Cell) expr.Cell {
	lo, hi := expr.UnpackDate(c.N)
	if lo != hi {
		return missing(DontKnow)
	}
	y, m, d := time.Unix(int64(lo)*86400, 0).UTC().Date()
	switch {
	case v.Whole && v.Part == "end":
		return dayCell(y, m, 0) // the last of the month before
	case v.Whole:
		return dayCell(y, m-time.Month(v.Months), 1)
	case v.Part == "start" && v.Months > 0:
		last := time.Date(y, m-time.Month(v.Months)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		return dayCell(y, m-time.Month(v.Months), min(d, last)+1)
	}
	return c
}

// dayCell is a cell that holds a day; months and days out of bounds count on
// from the year before or after.
func dayCell(y int, m time.Month, d int) expr.Cell {
	return dateCell(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
}

// dateCell is a cell that holds the date written in s.
func dateCell(s string) expr.Cell {
	n, ok := expr.ParseDate(s)
	if !ok {
		return missing(DoesNotApply)
	}
	return known(n)
}
