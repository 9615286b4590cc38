package weighting

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"cifra/questionnaire/expr"
)

// This file reads a file in blocks, for what needs no more than one at a time.

// A Block reads a part of a file: rows that follow each other. Blocks may be read
// in any order and by several goroutines.
type Block func() (*Table, error)

// blockSize is how many bytes of CSV make a block.
const blockSize = 4 << 20

// CSVBlocks returns the blocks of a file in order. Errors are those of ReadCSV, of
// the block they are in.
//
// What a column holds is told from its block alone: see Table.Agree.
func CSVBlocks(r io.Reader, file string, opt CSVOptions) iter.Seq2[Block, error] {
	return func(yield func(Block, error) bool) {
		in, err := newChunked(r, file, opt, blockSize)
		if err != nil {
			yield(nil, err)
			return
		}
		for first := true; ; first = false {
			chunk, line := in.next()
			if len(chunk) == 0 && in.failed != nil {
				yield(nil, readError(file, in.failed))
				return
			}
			if len(chunk) == 0 && !first { // a file without rows is one block
				return
			}
			block := func() (*Table, error) {
				p := in.read(string(chunk), line)
				if p.err != nil {
					return nil, p.err
				}
				var wrong mistakes
				return in.join([]*part{p}, &wrong), wrong.err()
			}
			if !yield(block, nil) {
				return
			}
		}
	}
}

// Agree makes the columns of a block hold what those of the first block of its
// file hold: numbers become texts where they are texts there. A text where there
// are numbers is an error with its place.
func (t *Table) Agree(first *Table) error {
	var wrong mistakes
	for k, c := range t.Columns {
		was := first.Columns[k].Type.Kind
		switch {
		case c.Type.Kind == was:
		case was == expr.Text:
			b := &builder{col: c, index: map[string]int32{}}
			b.becomeText()
			b.finish()
		default:
			wrong.add(c.Name, c.odd.Position, fmt.Sprintf("%q is not a number, as the column %s holds in the rows before", c.odd.Text, c.Name))
		}
	}
	return wrong.err()
}

// A RawColumn is a column of a file that keeps its types, one value a row: numbers,
// NaN where there is none, or texts by their place in Levels, -1 where there is
// none.
type RawColumn struct {
	Name    string
	Numbers []float64
	Codes   []int32
	Levels  []string
}

// NewTable makes a table of columns that were read from a file of types. A column
// without a codebook is one of numbers or of texts, as it is; with one, each value
// is what the codebook says of its text, as ReadCSV has it. The columns are used
// up. Their first row is row number of the file, from 1: rows have numbers where
// a CSV file has lines.
//
// unread are columns that are in the file and have not been read: the table knows
// their names.
func NewTable(file string, number int, columns []RawColumn, unread []string, opt CSVOptions) (*Table, error) {
	t := &Table{File: file, byName: map[string]int{}, first: number}
	var wrong mistakes
	for k, raw := range columns {
		rows := max(len(raw.Numbers), len(raw.Codes))
		if k == 0 {
			t.rows = rows
		}
		if rows != t.rows {
			panic("weighting: columns of different lengths")
		}
		t.byName[raw.Name] = len(t.Columns)
		t.Columns = append(t.Columns, raw.column(opt, func(row int, message string) {
			wrong.add("column "+raw.Name, expr.Position{File: file, Line: number + row}, "column "+raw.Name+": "+message)
		}))
	}
	for _, name := range unread {
		t.byName[name] = len(t.Columns)
		t.Columns = append(t.Columns, &Column{Name: name, Type: expr.Type{Kind: expr.Real}})
	}
	return t, wrong.err()
}

// column types a raw column.
func (raw *RawColumn) column(opt CSVOptions, fail func(row int, message string)) *Column {
	book := opt.Book.column(raw.Name)
	if book == nil || book.kind() == 0 && book.Missing == nil {
		b := newBuilder(raw.Name, book, raw.Numbers == nil && raw.Codes != nil)
		if raw.Numbers != nil || raw.Codes == nil {
			b.col.Numbers = raw.Numbers
			return b.col
		}
		b.take(&Column{Codes: raw.Codes, Levels: raw.Levels})
		b.finish()
		return b.col
	}
	b := newBuilder(raw.Name, book, slices.Contains(opt.Text, raw.Name))
	plain := Column{Type: expr.Type{Kind: expr.Real}, Numbers: raw.Numbers}
	if raw.Codes != nil {
		plain = Column{Type: expr.Type{Kind: expr.Text}, Codes: raw.Codes, Levels: raw.Levels}
	}
	b.grow(plain.Len())
	for row := range plain.Len() {
		if message := b.add(plain.Text(row)); message != "" {
			fail(row, message)
		}
	}
	b.finish()
	return b.col
}
