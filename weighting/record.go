package weighting

import (
	"encoding/csv"
	"fmt"
	"strings"

	"cifra/questionnaire/expr"
)

// This file takes text apart into records and fields. What a record is, and what
// is told of a quote out of place, is what the package encoding/csv has it be,
// and a test compares the two:
//
//   - "\r\n" ends a line as "\n" does, also within quotes, and a "\r" before
//     the end of the text belongs to no field;
//   - a line with nothing on it is no record;
//   - lines and columns count from 1, columns in bytes.

// A field is a field of a record and where it begins.
type field struct {
	text      string
	line, col int32
}

// at returns the place of f.
func (f *field) at(file string) expr.Position {
	return expr.Position{File: file, Line: int(f.line), Col: int(f.col)}
}

// records takes a text apart.
type records struct {
	text   string
	at     int // where the next record begins
	line   int // its line
	fields []field
	err    *csv.ParseError
	opened field // with the quote that err is about; its line is 0 if that is another kind
}

// mistake returns r.err as it is told: a quote that closes nowhere, or on another
// line and out of place, is told where it opens, since that is where to look.
func (r *records) mistake(file string) error {
	d := expr.Diagnostic{
		Position: expr.Position{File: file, Line: r.err.Line, Col: r.err.Column}, Message: r.err.Err.Error(),
		Hint: `a quote inside a field is written twice (""), and the field stands in quotes`,
	}
	switch {
	case r.opened.line == 0:
	case r.opened.text == "":
		d.Position, d.Message = r.opened.at(file), "the quote that opens here is never closed"
		d.Hint = `close it, or take it away; a quote inside a field is written twice ("")`
	case int(r.opened.line) < r.err.Line:
		d.Position = r.opened.at(file)
		d.Message = fmt.Sprintf("the quote that opens here closes in the middle of a field, at %d:%d", r.err.Line, r.err.Column)
		d.Hint = `close it on its own line, or take it away; a quote inside a field is written twice ("")`
	}
	return expr.Diagnostics{d}
}

// next returns the fields of the next record, which are good until the one
// after; false at the end, or after an error.
func (r *records) next() ([]field, bool) {
	for r.at < len(r.text) && r.err == nil {
		switch n := lineBreak(r.text[r.at:]); {
		case n > 0:
			r.at += n
			r.line++
		case r.plain() || r.quoted():
			return r.fields, true
		}
	}
	return nil, false
}

// lineBreak returns the length of the end of a line that s begins with, 0 if it
// begins with something else.
func lineBreak(s string) int {
	switch {
	case s == "" || s[0] != '\n' && s[0] != '\r':
		return 0
	case s[0] == '\n', s == "\r":
		return 1
	case s[1] == '\n':
		return 2
	}
	return 0
}

// plain reads a record without quotes; false if there is one.
func (r *records) plain() bool {
	r.fields = r.fields[:0]
	line, begin := int32(r.line), r.at
	for i := r.at; i < len(r.text); i++ {
		c := r.text[i]
		if c > ',' {
			continue
		}
		switch c {
		case ',':
			r.fields = append(r.fields, field{r.text[begin:i], line, int32(begin - r.at + 1)})
			begin = i + 1
		case '"':
			return false
		case '\n':
			end := i
			if end > begin && r.text[end-1] == '\r' {
				end--
			}
			r.fields = append(r.fields, field{r.text[begin:end], line, int32(begin - r.at + 1)})
			r.at = i + 1
			r.line++
			return true
		}
	}
	r.fields = append(r.fields, field{strings.TrimSuffix(r.text[begin:], "\r"), line, int32(begin - r.at + 1)})
	r.at = len(r.text)
	r.line++
	return true
}

// quoted reads a record that has quotes. It returns false and sets err if one is
// out of place.
func (r *records) quoted() bool {
	r.fields = r.fields[:0]
	start, lineStart, line, at := r.line, r.at, r.line, r.at
	for {
		f := field{line: int32(line), col: int32(at - lineStart + 1)}
		var end int
		if at == len(r.text) || r.text[at] != '"' {
			end = at + strings.IndexAny(r.text[at:]+",", ",\n")
			if i := strings.IndexByte(r.text[at:end], '"'); i >= 0 {
				return r.wrong(start, line, at+i-lineStart+1, csv.ErrBareQuote)
			}
			f.text = r.text[at:end]
			if end == len(r.text) || r.text[end] == '\n' {
				f.text = strings.TrimSuffix(f.text, "\r")
			}
		} else {
			closing := at + 1
			for {
				i := strings.IndexByte(r.text[closing:], '"')
				if i < 0 {
					r.opened = f
					return r.unclosed(start, line, lineStart, closing)
				}
				for k := closing; k < closing+i; k++ {
					if r.text[k] == '\n' {
						line, lineStart = line+1, k+1
					}
				}
				closing += i
				if closing+1 == len(r.text) || r.text[closing+1] != '"' {
					break
				}
				closing += 2
			}
			f.text = strings.ReplaceAll(strings.ReplaceAll(r.text[at+1:closing], `""`, `"`), "\r\n", "\n")
			end = closing + 1
			if n := lineBreak(r.text[end:]); n > 0 {
				end += n - 1
			} else if end < len(r.text) && r.text[end] != ',' {
				r.opened = f
				r.opened.text = r.text[at:end]
				return r.wrong(start, line, closing-lineStart+1, csv.ErrQuote)
			}
		}
		r.fields = append(r.fields, f)
		if end < len(r.text) && r.text[end] == ',' {
			at = end + 1
			continue
		}
		r.at, r.line = min(end+1, len(r.text)), line+1
		return true
	}
}

// wrong notes a quote out of place.
func (r *records) wrong(start, line, col int, err error) bool {
	r.err = &csv.ParseError{StartLine: start, Line: line, Column: col, Err: err}
	return false
}

// unclosed notes a text that ends within quotes: at the end of the last line with
// something on it, whose line break counts as one byte.
func (r *records) unclosed(start, line, lineStart, from int) bool {
	rest := strings.TrimSuffix(r.text, "\r")
	for k := from; k < len(rest)-1; k++ {
		if rest[k] == '\n' {
			line, lineStart = line+1, k+1
		}
	}
	col := len(rest) - lineStart + 1
	if strings.HasSuffix(rest, "\r\n") {
		col--
	}
	return r.wrong(start, line, col, csv.ErrQuote)
}
