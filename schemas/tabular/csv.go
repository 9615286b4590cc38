package tabular

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// This file is CSV as RFC 4180 has it. The reader takes what the writer makes
// and is otherwise strict: a quote in the middle of a field, a row of another
// length or a text that is not UTF-8 is an error, since whoever reads on past it
// reads the wrong columns. It also takes lines that end in LF alone, and a byte
// order mark in front.

// maxField bounds a field, so that a missing quote is not read to the end.
const maxField = 1 << 20

// A SyntaxError says where a file is not what it should be.
type SyntaxError struct {
	File      string
	Line, Col int // from 1, in bytes
	Msg       string
}

// Error is file:line:column and what is wrong.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// appendRow appends a row of a file.
func appendRow(dst []byte, cells []string) []byte {
	for i, c := range cells {
		if i > 0 {
			dst = append(dst, ',')
		}
		if !needsQuotes(c) {
			dst = append(dst, c...)
			continue
		}
		dst = append(dst, '"')
		for {
			before, after, quote := strings.Cut(c, `"`)
			dst = append(dst, before...)
			if !quote {
				break
			}
			dst = append(dst, `""`...)
			c = after
		}
		dst = append(dst, '"')
	}
	return append(dst, "\r\n"...)
}

// needsQuotes says whether a field means something else without them. Where a
// spreadsheet is set to other separators it cuts at semicolons and tabs.
func needsQuotes(c string) bool {
	if strings.ContainsAny(c, ",\";\t\r\n\x00") || strings.HasPrefix(c, "\ufeff") {
		return true
	}
	return c != "" && (c[0] == ' ' || c[len(c)-1] == ' ')
}

// A csvReader reads the rows of a file.
type csvReader struct {
	file      string
	in        *bufio.Reader
	line, col int // of the byte read next
	field     bytes.Buffer
	cells     []string
}

func newCSVReader(r io.Reader, file string) *csvReader {
	in := bufio.NewReaderSize(r, 1<<16)
	if mark, err := in.Peek(3); err == nil && string(mark) == "\ufeff" {
		in.Discard(3)
	}
	return &csvReader{file: file, in: in, line: 1, col: 1}
}

func (r *csvReader) fail(line, col int, format string, a ...any) error {
	return &SyntaxError{r.file, line, col, fmt.Sprintf(format, a...)}
}

// next reads a byte; io.EOF at the end.
func (r *csvReader) next() (byte, error) {
	c, err := r.in.ReadByte()
	switch {
	case errors.Is(err, io.EOF):
		return 0, io.EOF
	case err != nil:
		return 0, fmt.Errorf("%s: %w", r.file, err)
	case c == '\n':
		r.line, r.col = r.line+1, 1
	default:
		r.col++
	}
	return c, nil
}

// read returns the next row, which is overwritten by the one after it, and the
// line it begins at; io.EOF after the last.
func (r *csvReader) read() ([]string, int, error) {
	if _, err := r.in.Peek(1); errors.Is(err, io.EOF) {
		return nil, r.line, io.EOF
	}
	r.cells = r.cells[:0]
	begins := r.line
	for {
		more, err := r.readField()
		if err != nil {
			return nil, begins, err
		}
		r.cells = append(r.cells, r.field.String())
		if !more {
			return r.cells, begins, nil
		}
	}
}

// readField reads a field and what ends it; more says that it was a comma.
func (r *csvReader) readField() (more bool, err error) {
	r.field.Reset()
	line, col := r.line, r.col
	read := r.readPlain
	if first, err := r.in.Peek(1); err == nil && first[0] == '"' {
		read = r.readQuoted
	}
	more, err = read()
	if err == nil && !utf8.Valid(r.field.Bytes()) {
		err = r.fail(line, col, "the field is not UTF-8")
	}
	return more, err
}

func (r *csvReader) readPlain() (more bool, err error) {
	for {
		c, err := r.next()
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case err != nil:
			return false, err
		case c == ',':
			return true, nil
		case c == '\n':
			return false, nil
		case c == '\r':
			return false, r.lineFeed()
		case c == '"':
			return false, r.fail(r.line, r.col-1, "a quote in a field that does not begin with one")
		}
		if err := r.keep(c); err != nil {
			return false, err
		}
	}
}

func (r *csvReader) readQuoted() (more bool, err error) {
	line, col := r.line, r.col
	r.next()
	for {
		c, err := r.next()
		if errors.Is(err, io.EOF) {
			return false, r.fail(line, col, "the quote that opens here is never closed")
		}
		if err != nil {
			return false, err
		}
		if c != '"' {
			if err := r.keep(c); err != nil {
				return false, err
			}
			continue
		}
		c, err = r.next()
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case err != nil:
			return false, err
		case c == '"':
			if err := r.keep(c); err != nil {
				return false, err
			}
		case c == ',':
			return true, nil
		case c == '\n':
			return false, nil
		case c == '\r':
			return false, r.lineFeed()
		default:
			return false, r.fail(r.line, r.col-1, "a quoted field goes on behind its closing quote")
		}
	}
}

// lineFeed reads the LF after a CR.
func (r *csvReader) lineFeed() error {
	line, col := r.line, r.col-1
	if c, err := r.next(); err != nil && !errors.Is(err, io.EOF) {
		return err
	} else if c != '\n' {
		return r.fail(line, col, "a carriage return outside quotes")
	}
	return nil
}

// keep adds a byte to the field.
func (r *csvReader) keep(c byte) error {
	if r.field.Len() >= maxField {
		return r.fail(r.line, r.col-1, "a field of more than %d bytes", maxField)
	}
	r.field.WriteByte(c)
	return nil
}
