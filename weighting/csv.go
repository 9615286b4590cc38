package weighting

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file reads comma-separated values as RFC 4180 has them: UTF-8, a header
// line, quotes where they are needed, the same number of fields in each row.
//
//   - a blank field is missing: the item was not asked;
//   - without a codebook a column holds numbers if every field that is not
//     blank is one, else texts: "NA" makes a column of texts;
//   - with one, a field that is not what the codebook says is an error;
//   - a number is digits with at most a sign, a point and an exponent: "Inf",
//     "0x10", "1_000" and " 1" are texts;
//   - an empty line is no row, so a file of a single column has no blanks;
//   - a file is read in chunks of whole records, two at a time. Chunks are cut by
//     size and joined in order, so what is read and what is said of it depend on
//     the file alone.

// CSVOptions says what is known of a file before it is read. The zero value is
// a file of which nothing is known.
type CSVOptions struct {
	// Book describes the columns; nil, or a column that is not in it, means
	// that numbers are told from texts by looking.
	Book *BookTable

	// Only names the columns to keep. Nil keeps all; the others are not
	// looked at.
	Only []string

	// Text names columns that hold texts even if all of them are numbers, such
	// as codes with leading zeros.
	Text []string
}

// ReadCSV reads a table; file is its name in messages. What is wrong with the
// fields is told as expr.Diagnostics with line and column: the first twenty, of
// one column the first five, and how many more there are. The table then still
// says what the columns are.
//
// A byte order mark is skipped. A quote out of place, a file that ends within
// quotes and one without a header give no table.
func ReadCSV(r io.Reader, file string, opt CSVOptions) (*Table, error) {
	return readCSV(r, file, opt, chunkSize)
}

// readCSV is ReadCSV in chunks of a size in bytes.
func readCSV(r io.Reader, file string, opt CSVOptions, size int) (*Table, error) {
	in, err := newChunked(r, file, opt, size)
	if err != nil {
		return nil, err
	}
	var parts []*part
	for p := range in.parts() {
		if p.err != nil {
			return nil, p.err
		}
		parts = append(parts, p)
	}
	var wrong mistakes
	return in.join(parts, &wrong), wrong.err()
}

// readError gives an error of reading records the form of ours.
func readError(file string, err error) error {
	if err == io.EOF {
		return fmt.Errorf("%s: the file is empty: it has no header", file)
	}
	if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
		return expr.Diagnostics{{
			Position: expr.Position{File: file, Line: wrong.Line, Col: wrong.Column},
			Message:  wrong.Err.Error(),
		}}
	}
	return fmt.Errorf("%s: %w", file, err)
}

// otherSeparator reports a header whose columns do not have commas between them.
func otherSeparator(file string, header []string) error {
	if len(header) != 1 {
		return nil
	}
	for sep, name := range map[string]string{";": "semicolons", "\t": "tabs"} {
		if i := strings.Index(header[0], sep); i >= 0 {
			return expr.Diagnostics{{
				Position: expr.Position{File: file, Line: 1, Col: i + 1},
				Message:  "the fields have " + name + " between them, not commas",
				Hint:     "save it as CSV with commas, and with a point for decimals",
			}}
		}
	}
	return nil
}

// startRow counts a row and keeps its line if it is not the one expected of a
// table whose first row is on line first.
func (t *Table) startRow(line, first int) {
	if t.lines == nil && line != t.rows+first {
		t.lines = make([]int32, t.rows, t.rows+1024)
		for i := range t.lines {
			t.lines[i] = int32(i + first)
		}
	}
	if t.lines != nil {
		t.lines = append(t.lines, int32(line))
	}
	t.rows++
}

// columns makes the columns of t from the header, and a builder for each.
func (t *Table) columns(header []string, places []expr.Position, opt CSVOptions) ([]*builder, error) {
	var builders []*builder
	seen := map[string]bool{}
	for field, name := range header {
		if seen[name] {
			first := places[slices.Index(header, name)]
			return nil, expr.Diagnostics{{
				Position: places[field], Message: fmt.Sprintf("two columns are called %q", name),
				Hint: fmt.Sprintf("the first is at %s: give one of them another name", first),
			}}
		}
		seen[name] = true
		if opt.Only != nil && !slices.Contains(opt.Only, name) {
			continue
		}
		name = strings.Clone(name)
		b := newBuilder(name, opt.Book.column(name), slices.Contains(opt.Text, name))
		b.field = field
		t.byName[name] = len(t.Columns)
		t.Columns = append(t.Columns, b.col)
		builders = append(builders, b)
	}
	if opt.Book == nil {
		return builders, nil
	}
	for _, c := range opt.Book.Columns {
		if !seen[c.Name] {
			return nil, fmt.Errorf("%s has no column %q, which the codebook describes", t.File, c.Name)
		}
	}
	return builders, nil
}
