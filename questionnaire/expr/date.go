package expr

import "cifra/questionnaire/wire"

// This file holds dates and times of day as numbers. A date is an interval of
// days, since a respondent may know the month and no more:
//
//   - "2025-03-14" is one day, "2025-03" the days of March, "2025" of the year;
//   - days are counted from 1970-01-01 in the Gregorian calendar, extended to
//     years before it was used; there is no clock and no zone here.

// PackDate returns the date that lies somewhere from day lo to day hi, both
// included and counted from 1970-01-01.
func PackDate(lo, hi int32) int64 {
	return int64(hi)<<32 | int64(uint32(lo))
}

// UnpackDate returns the first and the last day of a date; for a full date
// they are the same.
func UnpackDate(n int64) (lo, hi int32) {
	return int32(uint32(n)), int32(n >> 32)
}

// ParseDate reads "2025-03-14", "2025-03" or "2025". False if s is none of
// them or no day of the calendar.
func ParseDate(s string) (int64, bool) {
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return 0, false
	}
	y, ok := digits(s[:4])
	if !ok || y == 0 {
		return 0, false
	}
	if len(s) == 4 {
		return PackDate(dayOf(y, 1, 1), dayOf(y, 12, 31)), true
	}
	m, ok := digits(s[5:7])
	if !ok || s[4] != '-' || m < 1 || m > 12 {
		return 0, false
	}
	if len(s) == 7 {
		return PackDate(dayOf(y, m, 1), dayOf(y, m, monthDays(y, m))), true
	}
	d, ok := digits(s[8:])
	if !ok || s[7] != '-' || d < 1 || d > monthDays(y, m) {
		return 0, false
	}
	return PackDate(dayOf(y, m, d), dayOf(y, m, d)), true
}

// FormatDate is the inverse of ParseDate. An interval that is no day, month or
// year is written as its ends, "2025-03-14/2025-04-02".
func FormatDate(n int64) string {
	lo, hi := UnpackDate(n)
	y, m, d := civil(lo)
	y2, m2, d2 := civil(hi)
	switch {
	case lo == hi:
		return wire.Sprintf("%04d-%02d-%02d", y, m, d)
	case y == y2 && m == m2 && d == 1 && d2 == monthDays(y, m):
		return wire.Sprintf("%04d-%02d", y, m)
	case y == y2 && m == 1 && d == 1 && m2 == 12 && d2 == 31:
		return wire.Sprintf("%04d", y)
	}
	return wire.Sprintf("%04d-%02d-%02d/%04d-%02d-%02d", y, m, d, y2, m2, d2)
}

// ParseTime reads a time of day, "14:30", as minutes since midnight.
func ParseTime(s string) (int64, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	h, ok := digits(s[:2])
	m, ok2 := digits(s[3:])
	return int64(h*60 + m), ok && ok2 && h < 24 && m < 60
}

// FormatTime is the inverse of ParseTime.
func FormatTime(n int64) string {
	return wire.Sprintf("%02d:%02d", n/60, n%60)
}

// digits reads a number of at most four decimal digits and nothing else.
func digits(s string) (n int, ok bool) {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func monthDays(y, m int) int {
	switch {
	case m == 2 && leap(y):
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	}
	return 31
}

// dayOf counts the days from 1970-01-01 to a day of the calendar. The year is
// taken to begin in March, so that the leap day is its last: then the days
// before month i (March is 0) are (153 i + 2) / 5.
func dayOf(y, m, d int) int32 {
	if m <= 2 {
		y--
		m += 12
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return int32(era*146097 + doe - 719468)
}

// civil is the inverse of dayOf.
func civil(day int32) (y, m, d int) {
	z := int(day) + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	y, m = yoe+era*400, mp+3
	if m > 12 {
		y, m = y+1, m-12
	}
	return y, m, d
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
