package weighting

import (
	"io"
	"slices"

	"cifra/questionnaire/expr"
)

// This file finds fields again. A table keeps the line of each row and not the
// place of each field, which a file without mistakes never needs and one of ten
// million rows would pay for.

// FieldPlaces reads a CSV file again and returns the places of a column's fields
// in the rows that begin on some lines. file is its name in the places. What
// cannot be read, or is not there, has none.
func FieldPlaces(r io.Reader, file, column string, lines []int) map[int]expr.Position {
	found := map[int]expr.Position{}
	c, err := newChunked(r, file, CSVOptions{}, chunkSize)
	if err != nil {
		return found
	}
	k := slices.Index(c.header, column)
	wanted := map[int]bool{}
	for _, line := range lines {
		wanted[line] = true
	}
	for k >= 0 && len(found) < len(wanted) {
		chunk, line := c.next()
		if len(chunk) == 0 {
			break
		}
		s := records{text: string(chunk), line: line}
		for fields, ok := s.next(); ok; fields, ok = s.next() {
			if k < len(fields) && wanted[int(fields[0].line)] {
				found[int(fields[0].line)] = fields[k].at(file)
			}
		}
	}
	return found
}
