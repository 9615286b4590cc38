package tabular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"slices"
)

// A Set is a microdata set in a directory.
type Set struct {
	Codebook *Codebook

	files fs.FS
}

// Open reads the codebook of a set. os.DirFS gives the files of a directory.
func Open(files fs.FS) (*Set, error) {
	f, err := files.Open(CodebookFile)
	if err != nil {
		return nil, fmt.Errorf("open microdata set: %w", err)
	}
	defer f.Close()
	book, err := ReadCodebook(f)
	if err != nil {
		return nil, fmt.Errorf("open microdata set: %w", err)
	}
	return &Set{book, files}, nil
}

// Rows yields the rows of a table as they were before they were guarded. A row
// is overwritten by the next. The first error, a *SyntaxError where the file is
// at fault, ends them.
func (s *Set) Rows(table string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		t := s.Codebook.Table(table)
		if t == nil {
			yield(nil, fmt.Errorf("the set has no table %s", table))
			return
		}
		f, err := s.files.Open(t.File)
		if err != nil {
			yield(nil, fmt.Errorf("table %s: %w", table, err))
			return
		}
		defer f.Close()
		for row, err := range Read(f, t) {
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// Read yields the rows of a table's file, see [Set.Rows].
func Read(r io.Reader, t *Table) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		in := newCSVReader(r, t.File)
		header, _, err := in.read()
		if errors.Is(err, io.EOF) {
			err = in.fail(1, 1, "the file is empty: its first line names the columns")
		}
		if err == nil && !slices.EqualFunc(header, t.Columns, func(name string, c Column) bool { return name == c.Name }) {
			err = in.fail(1, 1, "the columns are not those of the codebook")
		}
		for err == nil {
			var row []string
			var line int
			if row, line, err = in.read(); err != nil {
				break
			}
			if len(row) != len(t.Columns) {
				err = in.fail(line, 1, "%d fields, the header has %d", len(row), len(t.Columns))
				break
			}
			for i := range row {
				row[i] = Unguard(row[i])
			}
			if !yield(row, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(nil, err)
		}
	}
}
