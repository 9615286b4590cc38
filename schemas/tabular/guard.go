package tabular

import (
	"strings"
	"unicode/utf8"
)

// This file keeps spreadsheets from running what people said. The rules:
//
//   - a cell that begins with = + - @, a tab, a line break or NUL, behind any
//     number of apostrophes, gets one more apostrophe in front;
//   - so does what stands behind a semicolon, a tab or a line break in it: where a
//     spreadsheet is set to other separators it cuts the cell there and does not
//     know its quotes;
//   - numbers in columns that are not texts stay numbers: -5 is no formula there.
//
// So a cell tells which apostrophes are ours: Unguard is the exact inverse.

// formulaStarts are the characters by which a spreadsheet knows a formula. The
// wide forms are those of Japanese and Chinese keyboards.
const formulaStarts = "=+-@\x00＝＋－＠"

// Guard returns a cell of a column as the file has it.
func Guard(c *Column, cell string) string {
	if harmless(cell) || c.Type != Text && c.Type != Key && isNumber(cell) {
		return cell
	}
	var b strings.Builder
	for i := range cell {
		if begins(cell, i) && runs(cell, i) {
			b.WriteByte('\'')
		}
		b.WriteString(cell[i : i+size(cell, i)])
	}
	return b.String()
}

// Unguard returns the cell that Guard made one of a file from.
func Unguard(cell string) string {
	if harmless(cell) {
		return cell
	}
	var b strings.Builder
	for i := range cell {
		if cell[i] == '\'' && begins(cell, i) && runs(cell, i) {
			continue
		}
		b.WriteString(cell[i : i+size(cell, i)])
	}
	return b.String()
}

// harmless says whether a cell has nothing that could begin a formula: most have
// not.
func harmless(cell string) bool {
	for i := range len(cell) {
		switch c := cell[i]; {
		case c >= 0x80, c < ' ', c == '=', c == '+', c == '-', c == '@':
			return false
		}
	}
	return true
}

// begins says whether a spreadsheet could take position i for the beginning of a
// cell.
func begins(cell string, i int) bool {
	return i == 0 || strings.IndexByte(";\t\r\n", cell[i-1]) >= 0
}

// runs says whether a cell that begins at i could be run.
func runs(cell string, i int) bool {
	inner := strings.TrimLeft(cell[i:], "'")
	if inner == "" {
		return false
	}
	first := inner[:size(inner, 0)]
	return strings.Contains(formulaStarts, first) || i == 0 && strings.Contains("\t\r\n", first)
}

// size is the number of bytes of the character at i.
func size(s string, i int) int {
	_, n := utf8.DecodeRuneInString(s[i:])
	return n
}

// isNumber says whether s is digits with at most a sign, a point and an
// exponent.
func isNumber(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
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
