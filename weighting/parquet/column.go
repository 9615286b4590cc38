package parquet

import (
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/format"

	"cifra/weighting"
)

// This file takes the pages of a column apart. A page has its values without the
// nulls, and for each row a level that says whether there is one. Values of a
// dictionary are looked up once a page, not once a row.

// A column is a column that is wanted.
type column struct {
	name     string
	leaf     int // among the columns of the file that hold values
	kind     parquet.Kind
	text     bool
	unsigned bool
	level    byte // definition level of a value that is there
}

// columnOf describes a column of the root; why says what it holds if that is
// nothing that is read.
func columnOf(c *parquet.Column, leaf int) (col column, why string) {
	col = column{name: c.Name(), leaf: leaf}
	if !c.Leaf() || c.Repeated() {
		return col, "nested values"
	}
	if c.Optional() {
		col.level = 1
	}
	col.kind = c.Type().Kind()
	col.text = col.kind == parquet.ByteArray
	logical := c.Type().LogicalType()
	switch {
	case col.kind == parquet.Int96:
		return col, "moments"
	case col.kind == parquet.FixedLenByteArray:
		return col, "bytes"
	case logical == nil:
		return col, ""
	}
	switch l := logical.Value.(type) {
	case *format.IntType:
		col.unsigned = !l.IsSigned
	case *format.StringType, *format.EnumType, *format.NullType:
	default:
		return col, fmt.Sprintf("values of type %v", logical)
	}
	return col, ""
}

// leaves returns how many columns with values are at or below c.
func leaves(c *parquet.Column) int {
	if c.Leaf() {
		return 1
	}
	n := 0
	for _, below := range c.Columns() {
		n += leaves(below)
	}
	return n
}

// A reader reads a column of a row group.
type reader struct {
	column
	raw   *weighting.RawColumn
	index map[string]int32 // of raw.Levels
	large int              // first row with a number too large, -1 if none has

	checked int // of raw.Levels

	floats []float64 // of the dictionary, or of the page
	codes  []int32
}

func (r *reader) rows() int { return max(len(r.raw.Numbers), len(r.raw.Codes)) }

// chunk reads all pages.
func (r *reader) chunk(c parquet.ColumnChunk) error {
	r.large = -1
	pages := c.Pages()
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if r.text {
			if err := r.texts(page); err != nil {
				return err
			}
		} else {
			r.numbers(page)
		}
		parquet.Release(page)
	}
}

// numbers adds the rows of a page of numbers.
func (r *reader) numbers(page parquet.Page) {
	data, dictionary := page.Data(), page.Dictionary()
	if dictionary == nil {
		r.floats = r.convert(r.floats[:0], data, int(page.NumValues()-page.NumNulls()))
		r.spread(page, len(r.floats), func(to []float64) []float64 { return append(to, r.floats...) },
			func(i int) float64 { return r.floats[i] })
		return
	}
	values := r.convert(nil, dictionary.Page().Data(), dictionary.Len())
	index := data.Int32()
	r.spread(page, len(index), func(to []float64) []float64 {
		for _, i := range index {
			to = append(to, values[i])
		}
		return to
	}, func(i int) float64 { return values[index[i]] })
}

// spread adds the rows of a page of n values: all at once, or one by one where
// nulls are between them.
func (r *reader) spread(page parquet.Page, n int, all func([]float64) []float64, one func(i int) float64) {
	before := len(r.raw.Numbers)
	if r.level == 0 || page.NumNulls() == 0 {
		r.raw.Numbers = all(r.raw.Numbers)
	} else {
		i := 0
		for _, l := range page.DefinitionLevels() {
			v := missing
			if l == r.level {
				v = one(i)
				i++
			}
			r.raw.Numbers = append(r.raw.Numbers, v)
		}
	}
	if r.large < 0 && (r.kind == parquet.Int64) {
		for i, v := range r.raw.Numbers[before:] {
			if math.Abs(v) >= 1<<53 {
				r.large = before + i
				break
			}
		}
	}
}

// convert appends n numbers of a page or dictionary.
func (r *reader) convert(to []float64, data encoding.Values, n int) []float64 {
	switch r.kind {
	case parquet.Boolean:
		bits := data.Boolean()
		for i := range n {
			to = append(to, float64(bits[i/8]>>(i%8)&1))
		}
	case parquet.Int32:
		for _, v := range data.Int32() {
			if r.unsigned {
				to = append(to, float64(uint32(v)))
			} else {
				to = append(to, float64(v))
			}
		}
	case parquet.Int64:
		for _, v := range data.Int64() {
			if r.unsigned {
				to = append(to, float64(uint64(v)))
			} else {
				to = append(to, float64(v))
			}
		}
	case parquet.Float:
		for _, v := range data.Float() {
			to = append(to, float64(v))
		}
	case parquet.Double:
		to = append(to, data.Double()...)
	}
	return to
}

// texts adds the rows of a page of texts.
func (r *reader) texts(page parquet.Page) error {
	if r.index == nil {
		r.index = map[string]int32{}
	}
	data := page.Data()
	r.codes = r.codes[:0]
	if dictionary := page.Dictionary(); dictionary != nil {
		code := r.levels(dictionary.Page().Data())
		for _, i := range data.Int32() {
			r.codes = append(r.codes, code[i])
		}
	} else {
		r.codes = append(r.codes, r.levels(data)...)
	}
	if r.level == 0 || page.NumNulls() == 0 {
		r.raw.Codes = append(r.raw.Codes, r.codes...)
		return r.encoded()
	}
	i := 0
	for _, l := range page.DefinitionLevels() {
		code := int32(-1)
		if l == r.level {
			code = r.codes[i]
			i++
		}
		r.raw.Codes = append(r.raw.Codes, code)
	}
	return r.encoded()
}

// encoded returns an error if a text met is not UTF-8.
func (r *reader) encoded() error {
	for ; r.checked < len(r.raw.Levels); r.checked++ {
		if s := r.raw.Levels[r.checked]; !utf8.ValidString(s) {
			return fmt.Errorf("the text %q is not UTF-8", s)
		}
	}
	return nil
}

// levels returns the number of each text; a blank one is missing, as in CSV.
func (r *reader) levels(data encoding.Values) []int32 {
	bytes, offsets := data.ByteArray()
	codes := make([]int32, max(0, len(offsets)-1))
	for i := range codes {
		text := bytes[offsets[i]:offsets[i+1]]
		if len(text) == 0 {
			codes[i] = -1
			continue
		}
		code, ok := r.index[string(text)]
		if !ok {
			code = int32(len(r.raw.Levels))
			r.index[string(text)] = code
			r.raw.Levels = append(r.raw.Levels, string(text))
		}
		codes[i] = code
	}
	return codes
}
