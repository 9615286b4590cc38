//go:build !js

package questionnaire

import (
	"slices"
	"strconv"
	"strings"
)

// This file names columns. The rules:
//
//   - a name is a letter, then letters, digits and underscores, 32 at most, the
//     last no underscore: valid in Stata, in SPSS and in every database;
//   - no name is a word that one of them keeps for itself;
//   - no two names of a table differ by case alone;
//   - a name that is too long loses the end of its item, not the code of its row
//     or option; one that is taken gets a number.

// maxName is the longest name that Stata takes.
const maxName = 32

// reservedNames are words of Stata (U 11.3) and SPSS that name no variable.
var reservedNames = strings.Fields("_all _b _coef _cons _n _pi _pred _rc _skip byte double float if in int long strl using with " +
	"all and by eq ge gt le lt ne not or to")

// isReserved says whether a name is one of them, or a type str1 to str2045 of
// Stata.
func isReserved(name string) bool {
	name = strings.ToLower(name)
	digits, str := strings.CutPrefix(name, "str")
	return slices.Contains(reservedNames, name) || str && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// joinName joins an item's id and the codes of its row and option. Names are
// cut to length by nameColumns.
func joinName(parts ...string) string { return strings.Join(parts, "_") }

// nameColumns gives columns of one table valid names, all different, the first
// come with the plainest.
func nameColumns(columns []*column) {
	taken := map[string]bool{}
	for _, c := range columns {
		name := validName(c.Name, c.stem(), maxName)
		for n := 2; taken[strings.ToLower(name)]; n++ {
			number := "_" + strconv.Itoa(n)
			name = validName(c.Name, c.stem(), maxName-len(number)) + number
		}
		taken[strings.ToLower(name)] = true
		c.Name = name
	}
}

// stem is how many bytes of a column's name are its item's id.
func (c *column) stem() int {
	if strings.HasPrefix(c.Name, c.Item) {
		return len(c.Item)
	}
	return len(c.Name)
}

// validName returns name in most bytes at most; stem says how many of its first
// bytes may be shortened before the rest is.
func validName(name string, stem, most int) string {
	b := []byte(name)
	for i, c := range b {
		if !isNameByte(c) {
			b[i] = '_'
		}
	}
	if len(b) == 0 || !isLetter(b[0]) {
		b = append([]byte("v"), b...)
		stem++
	}
	if over := len(b) - most; over > 0 {
		keep := max(stem-over, 1)
		b = slices.Delete(b, keep, min(keep+over, stem))
		b = b[:min(len(b), most)]
	}
	s := strings.TrimRight(string(b), "_")
	if isReserved(s) {
		s += "_v"
	}
	return s
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isNameByte(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }
