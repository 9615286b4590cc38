package tabular

import "strings"

// This file keeps spreadsheets from running what people said. The rules:
//
//   - a cell that begins with = + - @, a tab, a line break or NUL, behind any
//     number of apostrophes, gets one more apostrophe in front;
//   - numbers in columns that are not texts stay numbers: -5 is no formula there.
//
// So a cell tells whether an apostrophe is ours: Unguard is the exact inverse.

// formulaStarts are the characters by which a spreadsheet knows a formula, or
// that it drops before it looks for one. The wide forms are those of Japanese
// and Chinese keyboards.
const formulaStarts = "=+-@\t\r\n\x00＝＋－＠"

// Guard returns a cell of a column as the file has it.
func Guard(c *Column, cell string) string {
	if needsGuard(c, cell) {
		return "'" + cell
	}
	return cell
}

// Unguard returns the cell that Guard made one of a file from.
func Unguard(c *Column, cell string) string {
	if rest, quoted := strings.CutPrefix(cell, "'"); quoted && needsGuard(c, rest) {
		return rest
	}
	return cell
}

// needsGuard says whether a cell could be run.
func needsGuard(c *Column, cell string) bool {
	inner := strings.TrimLeft(cell, "'")
	if inner == "" {
		return false
	}
	if !strings.ContainsAny(firstRune(inner), formulaStarts) {
		return false
	}
	return c.Type == Text || c.Type == Key || !isNumber(cell)
}

func firstRune(s string) string {
	for i := range s {
		if i > 0 {
			return s[:i]
		}
	}
	return s
}

// isNumber says whether s is digits with at most a sign, a point and an
// exponent.
func isNumber(s string) bool {
	if s[0] == '-' || s[0] == '+' {
		s = s[1:]
	}
	mantissa, exponent, hasExponent := strings.Cut(strings.ToLower(s), "e")
	whole, fraction, hasPoint := strings.Cut(mantissa, ".")
	if whole == "" && fraction == "" || !allDigits(whole) || hasPoint && !allDigits(fraction) {
		return false
	}
	if hasExponent {
		exponent = strings.TrimPrefix(strings.TrimPrefix(exponent, "-"), "+")
		return exponent != "" && allDigits(exponent)
	}
	return true
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }
