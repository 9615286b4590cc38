package expr

import "strings"

// Nearest returns which of the candidates a person who wrote name may have
// meant: the one with the fewest slips between them, if they are few for a word
// of that length. A slip is a letter too many, missing, wrong, or swapped with
// its neighbour. It is "" if none is near.
func Nearest(name string, candidates []string) string {
	best, least := "", 1+max(1, len(name)/3)
	for _, c := range candidates {
		if c == "" || c == name {
			continue
		}
		if d := distance(name, c, least+1); d < least || d == least && best != "" && c < best {
			best, least = c, d
		}
	}
	return best
}

// distance counts the slips from a to b, at most limit. Case does not count
// beyond the first slip.
//
// Source: optimal string alignment, Damerau (1964), in three rows of the table.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	if strings.EqualFold(a, b) {
		return min(1, limit)
	}
	var before, above, row [65]int
	if len(b) >= len(row) {
		return limit
	}
	for j := range len(b) + 1 {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			same := a[i-1] == b[j-1]
			row[j] = above[j-1]
			if !same {
				row[j] = 1 + min(above[j-1], above[j], row[j-1])
			}
			if i > 1 && j > 1 && !same && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above = above, row
	}
	return min(above[len(b)], limit)
}
