package tabular

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// A Writer takes the rows of a set and gives the set as a tar stream. The rows
// wait in files without a name until all are there, because a stream says how
// long a file is before it comes. Close must be called. A Writer serves one
// goroutine.
type Writer struct {
	book   []byte
	tables map[string]*tableWriter
	order  []*tableWriter
	line   []byte
}

// tableWriter holds the rows of one table.
type tableWriter struct {
	*Table
	file  *os.File
	out   *bufio.Writer
	size  int64
	cells []string
}

// NewWriter begins a set with this codebook.json.
func NewWriter(book []byte) (*Writer, error) {
	b, err := ParseCodebook(book)
	if err != nil {
		return nil, err
	}
	w := &Writer{book: book, tables: map[string]*tableWriter{}}
	for i := range b.Tables {
		t := &tableWriter{Table: &b.Tables[i]}
		if t.file, err = os.CreateTemp("", "microdata-*"); err != nil {
			w.Close()
			return nil, fmt.Errorf("write table %s: %w", t.Name, err)
		}
		os.Remove(t.file.Name()) // what people said must not lie about if the process is killed
		t.out = bufio.NewWriterSize(t.file, 1<<16)
		w.tables[t.Name], w.order = t, append(w.order, t)
		header := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			header[i] = c.Name
		}
		if err := w.write(t, header); err != nil {
			w.Close()
			return nil, err
		}
	}
	return w, nil
}

// Row adds a row to a table: raw values, one a column.
func (w *Writer) Row(table string, cells []string) error {
	t := w.tables[table]
	if t == nil || len(cells) != len(t.Columns) {
		panic("tabular: a row that is of no table")
	}
	t.cells = t.cells[:0]
	for i, c := range cells {
		t.cells = append(t.cells, Guard(&t.Columns[i], strings.ToValidUTF8(c, "\ufffd")))
	}
	return w.write(t, t.cells)
}

func (w *Writer) write(t *tableWriter, cells []string) error {
	w.line = appendRow(w.line[:0], cells)
	t.size += int64(len(w.line))
	if _, err := t.out.Write(w.line); err != nil {
		return fmt.Errorf("write table %s: %w", t.Name, err)
	}
	return nil
}

// WriteTar writes the set: the codebook, then the tables in its order. The same
// rows give the same bytes.
func (w *Writer) WriteTar(out io.Writer) error {
	to := tar.NewWriter(out)
	if err := writeFile(to, CodebookFile, int64(len(w.book)), strings.NewReader(string(w.book))); err != nil {
		return err
	}
	for _, t := range w.order {
		err := t.out.Flush()
		if err == nil {
			_, err = t.file.Seek(0, io.SeekStart)
		}
		if err == nil {
			err = writeFile(to, t.File, t.size, t.file)
		}
		if err != nil {
			return fmt.Errorf("write table %s: %w", t.Name, err)
		}
	}
	return to.Close()
}

func writeFile(to *tar.Writer, name string, size int64, from io.Reader) error {
	if err := to.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600}); err != nil {
		return err
	}
	_, err := io.Copy(to, from)
	return err
}

// Close lets go of the rows.
func (w *Writer) Close() error {
	var errs []error
	for _, t := range w.tables {
		errs = append(errs, t.file.Close())
		if err := os.Remove(t.file.Name()); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err) // a system that keeps the name of an open file
		}
	}
	w.tables, w.order = nil, nil
	return errors.Join(errs...)
}
