//go:build !js

package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file gives the reasons for no answer their numbers. The rules:
//
//   - the last digit says why, in every column of every survey; the digits
//     before it are nines;
//   - a column's codes have one width, the least at which none of them is a code
//     of its list or a number that the item's hard checks let stand;
//   - where no check bounds a number the codes are larger than any amount an
//     interview can hold, or have fifteen digits, the most that are exact in a
//     float64;
//   - not asked has no code: it is blank.

// lastDigit is what the code of each kind ends with.
var lastDigit = [expr.Answered]int64{DontKnow: 9, Refused: 8, DoesNotApply: 7, NotReached: 6, Withheld: 5}

// kinds in the order in which a codebook lists them.
var listedKinds = []Missing{DontKnow, Refused, DoesNotApply, NotReached, Withheld}

// widest is the most digits a code has.
const widest = 15

// kindsOf returns why a value of v may be missing, other than by not being
// asked.
func kindsOf(v *variable) (kinds [expr.Answered]bool) {
	switch v.Kind {
	case varQuestion:
		kinds[NotReached], kinds[Withheld] = true, true
		for _, s := range v.Special {
			kinds[s.Missing] = true
		}
	case varConsent, varGate:
		kinds[NotReached], kinds[Withheld] = true, true
	case varValue, varPart:
		for _, k := range listedKinds {
			kinds[k] = true
		}
	}
	return kinds
}

// codeMissing gives c its missing codes.
func (c *column) codeMissing() {
	var kinds []Missing
	for _, k := range listedKinds {
		if c.kinds[k] {
			kinds = append(kinds, k)
		}
	}
	width := c.width()
	for width < widest && slices.ContainsFunc(kinds, func(k Missing) bool { return c.possible(missingCode(k, width)) }) {
		width++
	}
	c.taken = map[string]bool{}
	for _, k := range kinds {
		code := strconv.FormatInt(missingCode(k, width), 10)
		c.coded[k], c.taken[code] = code, true
		c.Missing = append(c.Missing, CodebookMissing{code, k})
	}
}

// missingCode is 9, 99, 999… for don't know.
func missingCode(k Missing, width int) int64 {
	return pow10(width) - 10 + lastDigit[k]
}

// width is where the search for codes starts: at the digits of the list's
// codes, so that 99 stands beside 01.
func (c *column) width() int {
	width := max(1, c.least)
	for _, code := range c.Codes {
		if _, ok := codeNumber(code.Code); ok {
			width = max(width, len(code.Code))
		}
	}
	return min(width, widest)
}

// codeNumber reads a list's code as a program would that takes it for a number.
func codeNumber(code string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(code), 10, 64)
	return n, err == nil
}

// possible says whether n can be a value of c.
func (c *column) possible(n int64) bool {
	switch c.Type {
	case "boolean":
		return n <= 1
	case "code":
		return slices.ContainsFunc(c.Codes, func(code CodebookCode) bool {
			listed, ok := codeNumber(code.Code)
			return ok && listed == n
		})
	case "integer", "decimal", "money":
		if n *= pow10(c.Scale); n >= maxNumber {
			return false
		}
		return len(c.ranges) == 0 || slices.ContainsFunc(c.ranges, func(r ranged) bool { return r.allows(n) })
	}
	return false // n is no date and no time; a text that reads like it is marked by whoever writes the file
}

// allows says whether the hard checks at a question may let the number n stand.
// A check that reads more than can be tried is taken to let it.
func (r ranged) allows(n int64) bool {
	for _, c := range r.q.Checks {
		if c.Severity == Hard && r.q.Variables[max(c.Variable, 0)] == r.v && c.Variable >= 0 && r.forbids(c, n) {
			return false
		}
	}
	return true
}

// forbids says whether check c is unmet with n whatever else was answered. What
// it reads beside the question must be codes or truths, few enough to try all.
func (r ranged) forbids(c *check, n int64) bool {
	if len(c.Holds.Rosters()) > 0 {
		return false
	}
	f := &expr.Frame{Rows: make([]*expr.Row, len(r.q.Levels))}
	for i, l := range r.q.Levels {
		f.Rows[i] = &expr.Row{Cells: make([]expr.Cell, len(l.variables))}
	}
	var others []*expr.Cell
	var values [][]expr.Cell
	cases := 1
	for _, s := range c.Holds.Reads() {
		v := r.q.Levels[s.Level].variables[s.Index]
		if v == r.v {
			f.Rows[s.Level].Cells[s.Index] = known(n)
			continue
		}
		all := r.q.answersOf(v)
		if cases *= len(all); all == nil || cases > maxTried {
			return false
		}
		others, values = append(others, &f.Rows[s.Level].Cells[s.Index]), append(values, all)
	}
	for i := range cases {
		for j, cell := range others {
			*cell = values[j][i%len(values[j])]
			i /= len(values[j])
		}
		if b, m := c.Holds.Bool(f); b && m == expr.Answered {
			return false
		}
	}
	return true
}

// maxTried bounds how many combinations of answers forbids tries.
const maxTried = 10_000

// answersOf returns every answer that v can have, nil if they are too many.
func (q *Questionnaire) answersOf(v *variable) []expr.Cell {
	var all []expr.Cell
	switch v.Type.Kind {
	case expr.Bool:
		return []expr.Cell{truth(false), truth(true)}
	case expr.Code:
		for i := range v.list.Choices {
			all = append(all, known(int64(i)))
		}
	}
	return all
}
