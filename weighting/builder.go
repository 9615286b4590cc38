package weighting

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cifra/questionnaire/expr"
)

// This file decides what the fields of a column mean. The rules:
//
//   - a column of which nothing is known holds numbers until a field is none,
//     and then texts from its first row on;
//   - parts of a column that were read apart, each from the fields of its own
//     rows, are joined to what one reader of all fields would have made;
//   - texts are put in order once, when the last part is there.

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

// addShort takes the field of the next row if it is a short number of a column
// that says nothing else of numbers; false if it has to be given to add.
func (b *builder) addShort(s string) bool {
	if b.why != nil || b.col.Type.Kind != expr.Real {
		return false
	}
	v, ok := shortNumber(s)
	if ok {
		b.col.Numbers = append(b.col.Numbers, v)
		b.row++
	}
	return ok
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
		c.keep(row, strings.Clone(s))
	}
	return ""
}

// odd notes a field that made a column one of texts, or would have.
func (b *builder) odd(f *field, file string) {
	b.addOdd(NotNumber{Position: f.at(file), Column: b.col.Name, Text: strings.Clone(f.text)})
}

// addOdd notes one more such field, while there are fewer than are told.
func (b *builder) addOdd(n NotNumber) {
	switch {
	case b.col.odd == nil:
		b.col.odd = &n
	case len(b.col.odder) < maxAlike-1:
		b.col.odder = append(b.col.odder, n)
	}
}

// oddToo says whether a field of a column that became one of texts is to be noted
// as well: it is no number, and few were.
func (b *builder) oddToo(s string) bool {
	if b.col.odd == nil || len(b.col.odder) >= maxAlike-1 || s == "" {
		return false
	}
	_, _, number := parseNumber(s)
	return !number
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

// join appends the rows of parts, which were read after those of b and under the
// same option, in their order. The parts are used up.
func (b *builder) join(parts []*builder) {
	rows := int(b.row)
	for _, p := range parts {
		rows += int(p.row)
		if b.open && !p.open { // a text was met there: all rows are texts
			b.becomeText()
		}
		for _, n := range p.col.NotNumbers() {
			b.addOdd(n)
		}
	}
	c := b.col
	b.grow(rows - c.Len())
	for _, p := range parts {
		if p.open && !b.open {
			p.becomeText()
		}
		b.take(p.col)
		b.row += p.row
		p.col = nil
	}
}

// grow makes room for more rows.
func (b *builder) grow(more int) {
	switch c := b.col; {
	case more == 0:
	case c.Type.Kind == expr.Text || c.Type.Kind == expr.Code:
		c.Codes = slices.Grow(c.Codes, more)
	case c.Type.Kind == expr.Set || c.Type.Kind == expr.Date:
		c.Packed = slices.Grow(c.Packed, more)
	default:
		c.Numbers = slices.Grow(c.Numbers, more)
	}
}

// take appends the rows of a part of b's column.
func (b *builder) take(part *Column) {
	c := b.col
	for row, m := range part.missing {
		b.note(b.row+row, m)
	}
	for row, s := range part.exact {
		c.keep(b.row+row, s)
	}
	c.Numbers = append(c.Numbers, part.Numbers...)
	c.Packed = append(c.Packed, part.Packed...)
	if c.Type.Kind != expr.Text {
		c.Codes = append(c.Codes, part.Codes...)
		return
	}
	code := make([]int32, len(part.Levels))
	for k, s := range part.Levels {
		code[k] = b.level(s)
	}
	for _, k := range part.Codes {
		if k >= 0 {
			k = code[k]
		}
		c.Codes = append(c.Codes, k)
	}
}

// keep notes the text of a number that would not print as it stood.
func (c *Column) keep(row int32, s string) {
	if c.exact == nil {
		c.exact = map[int32]string{}
	}
	c.exact[row] = s
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

// shortNumber reads the numbers that most fields hold: a few digits, at most
// with a point among them, written as FormatFloat writes them. It is parseNumber
// for these and decides nothing else.
func shortNumber(s string) (v float64, ok bool) {
	if len(s) == 1 {
		d := s[0] - '0'
		return float64(d), d <= 9
	}
	if len(s) == 0 || len(s) > 15 || s[0] == '0' && s[1] != '.' || s[0] == '.' {
		return 0, false
	}
	whole, point := uint64(0), -1
	for i := range len(s) {
		d := s[i] - '0'
		if d > 9 {
			if s[i] != '.' || point >= 0 {
				return 0, false
			}
			point = i
			continue
		}
		whole = whole*10 + uint64(d)
	}
	if point < 0 {
		return float64(whole), true
	}
	if last := s[len(s)-1]; last == '.' || last == '0' {
		return 0, false
	}
	return float64(whole) / powersOfTen[len(s)-1-point], true
}

// powersOfTen are exact in float64, and so one division by them rounds
// correctly.
var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14}

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
