package weighting

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

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
//   - an empty line is no row, so a file of a single column has no blanks.

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
func ReadCSV(r io.Reader, file string, opt CSVOptions) (*Table, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if mark, _ := buffered.Peek(3); string(mark) == "\ufeff" {
		buffered.Discard(3)
	}
	in := csv.NewReader(buffered)
	in.ReuseRecord = true
	t := &Table{File: file, byName: map[string]int{}}
	header, err := in.Read()
	if err != nil {
		return nil, readError(file, err)
	}
	if err := otherSeparator(file, header); err != nil {
		return nil, err
	}
	header = slices.Clone(header)
	builders, err := t.columns(header, opt)
	if err != nil {
		return nil, err
	}
	var wrong mistakes
	for {
		record, err := in.Read()
		if err == io.EOF {
			break
		}
		if errors.Is(err, csv.ErrFieldCount) {
			line, col := in.FieldPos(0)
			wrong.add("fields", expr.Position{File: file, Line: line, Col: col},
				fmt.Sprintf("wrong number of fields: %d, the header has %d", len(record), len(header)))
			continue
		}
		if err != nil {
			return nil, readError(file, err)
		}
		t.startRow(in)
		for _, b := range builders {
			open := b.open
			msg := b.add(record[b.field])
			if msg == "" && open == b.open {
				continue
			}
			line, col := in.FieldPos(b.field)
			at := expr.Position{File: file, Line: line, Col: col}
			if open != b.open {
				b.col.odd = &NotNumber{Position: at, Column: b.col.Name, Text: strings.Clone(record[b.field])}
			}
			if msg != "" {
				wrong.add("column "+b.col.Name, at, "column "+b.col.Name+": "+msg)
			}
		}
	}
	for _, b := range builders {
		b.finish()
	}
	return t, wrong.err()
}

// readError gives an error of the csv package the form of ours.
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

// startRow counts a row and keeps its line if it is not the one expected.
func (t *Table) startRow(in *csv.Reader) {
	line, _ := in.FieldPos(0)
	if t.lines == nil && line != t.rows+2 {
		t.lines = make([]int32, t.rows, t.rows+1024)
		for i := range t.lines {
			t.lines[i] = int32(i + 2)
		}
	}
	if t.lines != nil {
		t.lines = append(t.lines, int32(line))
	}
	t.rows++
}

// columns makes the columns of t from the header, and a builder for each.
func (t *Table) columns(header []string, opt CSVOptions) ([]*builder, error) {
	var builders []*builder
	seen := map[string]bool{}
	for field, name := range header {
		if seen[name] {
			return nil, fmt.Errorf("%s:1: two columns are called %q", t.File, name)
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

// A builder takes the fields of one column.
type builder struct {
	col   *Column
	field int  // of the record
	open  bool // a text would make it a column of texts
	index map[string]int32
	why   map[string]expr.Missing
	row   int32
}

// newBuilder returns a builder for a column that book describes, if not nil.
func newBuilder(name string, book *BookColumn, text bool) *builder {
	b := &builder{col: &Column{Name: name}, index: map[string]int32{}}
	kind := expr.Kind(0)
	if book != nil {
		kind = book.kind()
		b.col.Label = book.Label
		b.why = map[string]expr.Missing{}
		for _, m := range book.Missing {
			b.why[m.Code] = m.Kind
		}
	}
	switch {
	case text:
		kind = expr.Text
	case kind == 0:
		kind, b.open = expr.Real, true
	}
	b.col.Type.Kind = kind
	switch kind {
	case expr.Number:
		b.col.Type.Scale = book.Scale
	case expr.Code, expr.Set:
		b.col.Type.List = book.list()
		for i, c := range book.Codes {
			b.index[c.Code] = int32(i)
			b.col.Levels = append(b.col.Levels, c.Code)
			b.col.codes = append(b.col.codes, c)
		}
	}
	return b
}

// add takes the field of the next row. It returns what is wrong with it, ""
// if nothing is.
func (b *builder) add(s string) string {
	row := b.row
	b.row++
	if m, ok := b.why[s]; ok {
		b.miss(row, m)
		return ""
	}
	c := b.col
	if s == "" {
		b.blank()
		if c.Type.Kind == expr.Set || c.Type.Kind == expr.Date {
			b.note(row, expr.NotAsked)
		}
		return ""
	}
	switch c.Type.Kind {
	case expr.Text:
		if !utf8.ValidString(s) {
			b.blank()
			return "the text is not UTF-8"
		}
		c.Codes = append(c.Codes, b.level(s))
	case expr.Code:
		code, ok := b.index[s]
		if !ok {
			b.blank()
			return fmt.Sprintf("%q is not one of its codes", s)
		}
		c.Codes = append(c.Codes, code)
	case expr.Set:
		return b.addSet(s)
	case expr.Date:
		n, ok := expr.ParseDate(s)
		c.Packed = append(c.Packed, n)
		if !ok {
			return fmt.Sprintf("%q is not a date", s)
		}
	case expr.Time:
		n, ok := expr.ParseTime(s)
		c.Numbers = append(c.Numbers, float64(n))
		if !ok {
			return fmt.Sprintf("%q is not a time of day", s)
		}
	case expr.Bool:
		return b.addBool(s)
	default:
		return b.addNumber(row, s)
	}
	return ""
}

// blank adds a row without a value.
func (b *builder) blank() {
	c := b.col
	switch c.Type.Kind {
	case expr.Text, expr.Code:
		c.Codes = append(c.Codes, -1)
	case expr.Set, expr.Date:
		c.Packed = append(c.Packed, 0)
	default:
		c.Numbers = append(c.Numbers, math.NaN())
	}
}

// miss adds a row without a value and says why.
func (b *builder) miss(row int32, m expr.Missing) {
	b.blank()
	b.note(row, m)
}

func (b *builder) note(row int32, m expr.Missing) {
	if b.col.missing == nil {
		b.col.missing = map[int32]expr.Missing{}
	}
	b.col.missing[row] = m
}

// level returns the number of a text in the order of the file; finish sorts.
func (b *builder) level(s string) int32 {
	code, ok := b.index[s]
	if !ok {
		s = strings.Clone(s) // s is a part of its record
		code = int32(len(b.col.Levels))
		b.index[s] = code
		b.col.Levels = append(b.col.Levels, s)
	}
	return code
}

func (b *builder) addSet(s string) string {
	var set int64
	for _, code := range strings.Fields(s) {
		i, ok := b.index[code]
		if !ok || i >= 64 {
			b.blank()
			return fmt.Sprintf("%q is not one of its codes", code)
		}
		set |= 1 << i
	}
	b.col.Packed = append(b.col.Packed, set)
	return ""
}

func (b *builder) addBool(s string) string {
	switch s {
	case "1", "true":
		b.col.Numbers = append(b.col.Numbers, 1)
	case "0", "false":
		b.col.Numbers = append(b.col.Numbers, 0)
	default:
		b.blank()
		return fmt.Sprintf("%q is neither 0 nor 1", s)
	}
	return ""
}

// addNumber adds a number; a column that may be one of texts becomes it if s
// is no number.
func (b *builder) addNumber(row int32, s string) string {
	c := b.col
	v, plain, ok := parseNumber(s)
	if !ok && b.open {
		b.becomeText()
		return b.again(s)
	}
	if !ok {
		b.blank()
		return fmt.Sprintf("%q is not a number", s)
	}
	if c.Type.Kind == expr.Number {
		if scaled := v * math.Pow10(c.Type.Scale); math.Abs(scaled-math.Round(scaled)) > 1e-6 || math.Abs(scaled) >= 1<<53 {
			b.blank()
			return fmt.Sprintf("%q has more than %d decimals or is too large", s, c.Type.Scale)
		}
	}
	c.Numbers = append(c.Numbers, v)
	if !plain {
		if c.exact == nil {
			c.exact = map[int32]string{}
		}
		c.exact[row] = strings.Clone(s)
	}
	return ""
}

// again takes the field that made a column one of texts.
func (b *builder) again(s string) string {
	b.row--
	return b.add(s)
}

// becomeText turns the numbers read so far back into the texts they were.
func (b *builder) becomeText() {
	c := b.col
	numbers := *c
	c.Type.Kind, c.Numbers, c.exact, b.open = expr.Text, nil, nil, false
	c.Codes = make([]int32, 0, len(numbers.Numbers)+1)
	for i := range numbers.Numbers {
		if numbers.Missing(i) != expr.Answered {
			c.Codes = append(c.Codes, -1)
			continue
		}
		c.Codes = append(c.Codes, b.level(numbers.Text(i)))
	}
}

// finish puts the texts of a column in order. A column that is blank in every
// row is one of numbers.
func (b *builder) finish() {
	c := b.col
	if c.Type.Kind != expr.Text || c.Levels == nil {
		return
	}
	sorted := slices.Sorted(maps.Keys(b.index))
	place := make([]int32, len(sorted))
	for i, s := range sorted {
		place[b.index[s]] = int32(i)
	}
	for i, code := range c.Codes {
		if code >= 0 {
			c.Codes[i] = place[code]
		}
	}
	c.Levels = sorted
	c.countOdd()
}

// parseNumber reads a decimal number. plain says that formatting v gives s
// again, so that s need not be kept.
func parseNumber(s string) (v float64, plain, ok bool) {
	rest, negative := strings.CutPrefix(s, "-")
	whole, digits, point := uint64(0), 0, -1
	i := 0
	for ; i < len(rest); i++ {
		switch c := rest[i]; {
		case c >= '0' && c <= '9':
			if digits < 18 {
				whole = whole*10 + uint64(c-'0')
			}
			digits++
			continue
		case c == '.' && point < 0:
			point = digits
			continue
		}
		break
	}
	if i == len(rest) && digits > 0 && digits <= 15 {
		// Both the digits and the power of ten are exact in float64, so one
		// division rounds correctly.
		v = float64(whole)
		decimals := 0
		if point >= 0 {
			decimals = digits - point
			v /= math.Pow10(decimals)
		}
		if negative {
			v = -v
		}
		return v, plainText(rest, point, decimals, negative && whole == 0), true
	}
	return parseLongNumber(s)
}

// plainText reports whether digits are written the way FormatFloat writes them.
func plainText(s string, point, decimals int, negativeZero bool) bool {
	switch {
	case negativeZero, s[0] == '.', len(s) > 1 && s[0] == '0' && s[1] != '.':
		return false
	case point >= 0:
		return decimals > 0 && s[len(s)-1] != '0'
	}
	return true
}

// parseLongNumber reads what has many digits, a plus sign or an exponent.
func parseLongNumber(s string) (v float64, plain, ok bool) {
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			return 0, false, false // ParseFloat would take inf, nan, hexadecimals and _
		}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false, false
	}
	var buf [32]byte
	return v, string(strconv.AppendFloat(buf[:0], v, 'f', -1, 64)) == s, true
}
