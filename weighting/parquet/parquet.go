// Package parquet reads Parquet files into tables of the package weighting.
//
// [Open] reads what a file says of itself. [File.Read] then reads the columns that
// are wanted as one table, [File.Blocks] row group by row group. Columns that are
// not wanted are not looked at. The parts of a file are read side by side, and what
// is read does not depend on how many processors there are.
//
// # Types
//
//   - whole numbers and floats of any width are numbers, booleans are 0 and 1;
//   - strings are texts; in a dictionary or not makes no difference;
//   - null, and a float that is not a number, is missing;
//   - a codebook applies as it does to CSV: to the text of a value.
//
// Dates, times, decimals, lists and other nested columns are not read, and are
// refused by name if they are wanted. A whole number that float64 cannot hold is
// refused with its row. Nothing is written.
package parquet

import (
	"fmt"
	"io"
	"iter"
	"math"
	"sync"

	"github.com/parquet-go/parquet-go"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// A File is a Parquet file with the columns that are wanted of it. It never
// changes and may be shared by goroutines.
type File struct {
	name   string
	opt    weighting.CSVOptions
	file   *parquet.File
	want   []column
	unread []string
}

// Open reads the footer of a file of size bytes; name is its name in messages.
// Columns for which want is false are left unread; nil wants all. It is an error if
// the file is none or is cut off, if a wanted column is of a type that is not read,
// or if the codebook of opt describes a column that is not there.
func Open(r io.ReaderAt, size int64, name string, opt weighting.CSVOptions, want func(column string) bool) (f *File, err error) {
	defer broken(name, &err)
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true), parquet.ReadBufferSize(1<<18))
	if err != nil {
		return nil, fmt.Errorf("%s is no Parquet file, or is cut off: %w", name, err)
	}
	f = &File{name: name, opt: opt, file: file}
	var wrong expr.Diagnostics
	there := map[string]bool{}
	leaf := 0
	for _, c := range file.Root().Columns() {
		there[c.Name()] = true
		switch {
		case want != nil && !want(c.Name()):
			f.unread = append(f.unread, c.Name())
		default:
			col, why := columnOf(c, leaf)
			if why != "" {
				wrong = append(wrong, expr.Diagnostic{Position: expr.Position{File: name}, Message: fmt.Sprintf("column %s holds %s, which are not read", c.Name(), why), Hint: "write it as texts, whole numbers or doubles"})
			}
			f.want = append(f.want, col)
		}
		leaf += leaves(c)
	}
	if opt.Book != nil {
		for _, c := range opt.Book.Columns {
			if !there[c.Name] {
				wrong = append(wrong, expr.Diagnostic{Position: expr.Position{File: name}, Message: fmt.Sprintf("there is no column %q, which the codebook describes", c.Name)})
			}
		}
	}
	return f, wrong.Err()
}

// broken makes an error of a panic: a file whose bytes are damaged can lead the
// library anywhere.
func broken(name string, err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%s is damaged: %v", name, r)
	}
}

// Rows returns the number of rows.
func (f *File) Rows() int { return int(f.file.NumRows()) }

// Read reads all rows. What is wrong with values is told as expr.Diagnostics, and
// the table then still says what the columns are.
func (f *File) Read() (*weighting.Table, error) {
	groups := f.file.RowGroups()
	parts := make([][]weighting.RawColumn, len(groups))
	errs := make([]error, len(groups))
	rows := f.Rows()
	whole := make([]weighting.RawColumn, len(f.want))
	for k, c := range f.want {
		whole[k].Name = c.name
		if !c.text {
			whole[k].Numbers = make([]float64, rows)
		}
	}
	var readers sync.WaitGroup
	free := make(chan struct{}, groupReaders)
	first := 0
	for g, group := range groups {
		free <- struct{}{}
		at := first
		readers.Go(func() {
			parts[g], errs[g] = f.group(group, at, whole)
			<-free
		})
		first += int(group.NumRows())
	}
	readers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	for k, c := range f.want {
		if c.text {
			joinTexts(&whole[k], parts, k)
		}
	}
	return weighting.NewTable(f.name, 1, whole, f.unread, f.opt)
}

// groupReaders is how many row groups are read at the same time.
const groupReaders = 2

// Blocks returns the row groups in order.
func (f *File) Blocks() iter.Seq2[weighting.Block, error] {
	return func(yield func(weighting.Block, error) bool) {
		first := 0
		groups := f.file.RowGroups()
		if len(groups) == 0 {
			yield(f.Read, nil)
			return
		}
		for _, group := range groups {
			at := first
			block := func() (*weighting.Table, error) {
				columns, err := f.group(group, at, nil)
				if err != nil {
					return nil, err
				}
				return weighting.NewTable(f.name, at+1, columns, f.unread, f.opt)
			}
			if !yield(block, nil) {
				return
			}
			first += int(group.NumRows())
		}
	}
}

// group reads the columns of a row group whose first row is row at of the file.
// Numbers go to their place in whole, if there is one.
func (f *File) group(group parquet.RowGroup, at int, whole []weighting.RawColumn) (columns []weighting.RawColumn, err error) {
	defer broken(f.name, &err)
	chunks := group.ColumnChunks()
	rows := int(group.NumRows())
	for k, c := range f.want {
		raw := weighting.RawColumn{Name: c.name}
		switch {
		case c.text:
			raw.Codes = make([]int32, 0, rows)
		case whole != nil:
			raw.Numbers = whole[k].Numbers[at : at : at+rows]
		default:
			raw.Numbers = make([]float64, 0, rows)
		}
		r := reader{column: c, raw: &raw}
		if err := r.chunk(chunks[c.leaf]); err != nil {
			return nil, fmt.Errorf("%s is damaged or cut off: column %s, after row %d: %w", f.name, c.name, at+r.rows(), err)
		}
		if r.rows() != rows {
			return nil, fmt.Errorf("%s is damaged: column %s has %d rows of %d from row %d on", f.name, c.name, r.rows(), rows, at+1)
		}
		if r.large >= 0 {
			return nil, expr.Diagnostics{{
				Position: expr.Position{File: f.name, Line: at + r.large + 1},
				Message:  fmt.Sprintf("column %s: the number is too large to be told from its neighbours", c.name),
				Hint:     "write codes of that length as texts",
			}}
		}
		columns = append(columns, raw)
	}
	return columns, nil
}

// joinTexts joins the texts of column k of all row groups.
func joinTexts(whole *weighting.RawColumn, parts [][]weighting.RawColumn, k int) {
	index := map[string]int32{}
	whole.Codes = []int32{}
	for _, part := range parts {
		code := make([]int32, len(part[k].Levels))
		for i, s := range part[k].Levels {
			c, ok := index[s]
			if !ok {
				c = int32(len(whole.Levels))
				index[s] = c
				whole.Levels = append(whole.Levels, s)
			}
			code[i] = c
		}
		for _, c := range part[k].Codes {
			if c >= 0 {
				c = code[c]
			}
			whole.Codes = append(whole.Codes, c)
		}
	}
}

// missing is the number that stands for none.
var missing = math.NaN()
