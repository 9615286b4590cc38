package weighting

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/floats"

	"cifra/questionnaire/expr"
)

// A Table holds the columns of one file. Its columns have one value a row, in
// the order of the file.
type Table struct {
	// File is the name of the file, for messages.
	File string

	// Columns are in the order of the file.
	Columns []*Column

	rows   int
	lines  []int32 // line of each row; nil if row i is line first+i
	first  int     // 0 stands for 2: the header is line 1
	byName map[string]int
}

// Len returns the number of rows.
func (t *Table) Len() int { return t.rows }

// Column returns the column of that name, nil if there is none.
func (t *Table) Column(name string) *Column {
	if i, ok := t.byName[name]; ok {
		return t.Columns[i]
	}
	return nil
}

// Line returns the line of the file where row i begins, from 1; of a file that has
// no lines, the number of the row.
func (t *Table) Line(i int) int {
	switch {
	case t.lines == nil && t.first > 0:
		return t.first + i
	case t.lines == nil:
		return i + 2
	}
	return int(t.lines[i])
}

// Header returns a table with the columns of t and no rows: it says what could
// be read from the file.
func (t *Table) Header() *Table {
	h := &Table{File: t.File, byName: t.byName}
	for _, c := range t.Columns {
		empty := *c
		empty.missing, empty.exact = nil, nil
		empty.Numbers, empty.Codes, empty.Packed = c.Numbers[:0], c.Codes[:0], c.Packed[:0]
		h.Columns = append(h.Columns, &empty)
	}
	return h
}

// A Column is one variable of a table. A column has Numbers or Codes, never
// both.
type Column struct {
	Name  string
	Label map[string]string // by language; nil without a codebook

	// Type says what the values mean. A Real, Number, Bool or Time is in
	// Numbers; a Text or Code in Codes; a Set or Date in Packed.
	Type expr.Type

	// Numbers has one value a row, NaN where it is missing.
	Numbers []float64

	// Codes has one number a row, -1 where it is missing: the place of the
	// value in Levels, and for a Code also in Type.List.
	Codes []int32

	// Levels are the texts of the file that Codes number: for a Text the
	// distinct ones by code point, for a Code those of the codebook.
	Levels []string

	// Packed has one value a row as an expr.Cell holds it.
	Packed []int64

	codes   []BookCode             // of a Code's or Set's Levels
	missing map[int32]expr.Missing // why; a missing row that is not here was not asked
	exact   map[int32]string       // the text of a number that does not print as it stood
	odd     *NotNumber             // what made it a column of texts; nil if nothing did
	odder   []NotNumber            // the next fields like it
}

// Len returns the number of rows.
func (c *Column) Len() int { return max(len(c.Numbers), len(c.Codes), len(c.Packed)) }

// Missing returns why row i has no value, expr.Answered if it has one.
func (c *Column) Missing(i int) expr.Missing {
	if m, ok := c.missing[int32(i)]; ok {
		return m
	}
	if c.Numbers != nil && math.IsNaN(c.Numbers[i]) || c.Codes != nil && c.Codes[i] < 0 {
		return expr.NotAsked
	}
	return expr.Answered
}

// Blank reports whether the item of c was not asked in some row.
func (c *Column) Blank() bool {
	if c.missing == nil {
		return c.Numbers != nil && floats.HasNaN(c.Numbers) || slices.Contains(c.Codes, -1)
	}
	for i := range c.Len() {
		if c.Missing(i) == expr.NotAsked {
			return true
		}
	}
	return false
}

// Cell returns row i as an expression reads it.
func (c *Column) Cell(i int) expr.Cell {
	m := c.Missing(i)
	if m != expr.Answered {
		return expr.Cell{Missing: m}
	}
	switch c.Type.Kind {
	case expr.Text:
		return expr.Cell{Text: c.Levels[c.Codes[i]], Missing: m}
	case expr.Code:
		return expr.Cell{N: int64(c.Codes[i]), Missing: m}
	case expr.Real:
		return expr.Cell{N: int64(math.Float64bits(c.Numbers[i])), Missing: m}
	case expr.Number:
		return expr.Cell{N: int64(math.Round(c.Numbers[i] * math.Pow10(c.Type.Scale))), Missing: m}
	case expr.Set, expr.Date:
		return expr.Cell{N: c.Packed[i], Missing: m}
	}
	return expr.Cell{N: int64(c.Numbers[i]), Missing: m}
}

// Text returns row i as it stood in the file, "" where it is missing.
func (c *Column) Text(i int) string {
	switch {
	case c.Missing(i) != expr.Answered:
		return ""
	case c.Codes != nil:
		return c.Levels[c.Codes[i]]
	case c.Type.Kind == expr.Date:
		return expr.FormatDate(c.Packed[i])
	case c.Packed != nil:
		return strconv.FormatInt(c.Packed[i], 10)
	}
	if s, ok := c.exact[int32(i)]; ok {
		return s
	}
	return strconv.FormatFloat(c.Numbers[i], 'f', -1, 64)
}

// LevelLabel returns what people read for the code of a Code column in a
// language; the code's name if the codebook has no label in it.
func (c *Column) LevelLabel(code int, language string) string {
	if code < len(c.codes) {
		if s := c.codes[code].Label[language]; s != "" {
			return s
		}
	}
	if c.Type.List != nil {
		return c.Type.List.Codes[code]
	}
	return c.Levels[code]
}

// LevelLabels returns what people read for the code of a Code column, by
// language; nil without a codebook. It is the codebook's own: do not change it.
func (c *Column) LevelLabels(code int) map[string]string {
	if code >= len(c.codes) {
		return nil
	}
	return c.codes[code].Label
}

// Attribute returns what the catalogue of a Code column says of each of its
// codes under a name, "" where it says nothing; nil if it never does.
func (c *Column) Attribute(name string) []string {
	var values []string
	for i, code := range c.codes {
		if s, ok := code.Attributes[name]; ok {
			if values == nil {
				values = make([]string, len(c.codes))
			}
			values[i] = s
		}
	}
	return values
}

// A Factor numbers the distinct values of one or more columns. Numbers go up
// with the values: as numbers where the column holds numbers, in the order of
// its list where it holds codes, else by code point; the first column counts
// most. Only values that occur are numbered.
type Factor struct {
	Code   []int    // one a row, -1 where a column is missing
	Levels []string // by code; several columns are joined by "."
}

// Factor numbers the rows of t by the named columns. Without names there is no
// factor and the result is the zero Factor.
func (t *Table) Factor(names ...string) (Factor, error) {
	var f Factor
	for k, name := range names {
		c := t.Column(name)
		if c == nil {
			return Factor{}, t.NoColumn(name)
		}
		if k == 0 {
			f = c.factor()
		} else {
			f = f.cross(c.factor())
		}
	}
	return f, nil
}

// NoColumn returns the error that t has no column of that name.
func (t *Table) NoColumn(name string) error {
	return fmt.Errorf("%s has no column %q", t.File, name)
}

// factor numbers the rows of one column. Numbers that float64 cannot tell from
// their neighbours, such as long codes, go by their texts.
func (c *Column) factor() Factor {
	long := func(v float64) bool { return math.Abs(v) >= 1<<53 }
	if c.Numbers != nil && !slices.ContainsFunc(c.Numbers, long) {
		return numberFactor(c)
	}
	if c.Codes == nil {
		return textFactor(c)
	}
	used := make([]int, len(c.Levels))
	for _, code := range c.Codes {
		if code >= 0 {
			used[code] = 1
		}
	}
	var f Factor
	for code, u := range used {
		used[code] = len(f.Levels)
		if u == 1 {
			f.Levels = append(f.Levels, c.Levels[code])
		}
	}
	f.Code = make([]int, len(c.Codes))
	for i, code := range c.Codes {
		f.Code[i] = -1
		if code >= 0 {
			f.Code[i] = used[code]
		}
	}
	return f
}

// numberFactor numbers the distinct numbers of c from the least.
func numberFactor(c *Column) Factor {
	index := map[float64]int{}
	var values []float64
	code := make([]int, len(c.Numbers))
	last, lastCode := math.NaN(), -1
	for i, v := range c.Numbers {
		if v == last { // files are mostly sorted by what is a factor
			code[i] = lastCode
			continue
		}
		if math.IsNaN(v) {
			code[i] = -1
			continue
		}
		k, ok := index[v]
		if !ok {
			k = len(values)
			index[v] = k
			values = append(values, v)
		}
		code[i], last, lastCode = k, v, k
	}
	levels := make([]string, len(values))
	for k, v := range values {
		levels[k] = strconv.FormatFloat(v, 'f', -1, 64)
	}
	return renumber(code, levels, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
}

// textFactor numbers the distinct texts of a column.
func textFactor(c *Column) Factor {
	index := map[string]int{}
	var levels []string
	code := make([]int, c.Len())
	for i := range code {
		if c.Missing(i) != expr.Answered {
			code[i] = -1
			continue
		}
		s := c.Text(i)
		k, ok := index[s]
		if !ok {
			k = len(levels)
			index[s] = k
			levels = append(levels, s)
		}
		code[i] = k
	}
	return renumber(code, levels, func(a, b int) int { return cmp.Compare(levels[a], levels[b]) })
}

// cross numbers the pairs of values of f and g that occur.
func (f Factor) cross(g Factor) Factor {
	type pair struct{ a, b int }
	index := map[pair]int{}
	var pairs []pair
	code := make([]int, len(f.Code))
	for i := range code {
		p := pair{f.Code[i], g.Code[i]}
		if p.a < 0 || p.b < 0 {
			code[i] = -1
			continue
		}
		k, ok := index[p]
		if !ok {
			k = len(pairs)
			index[p] = k
			pairs = append(pairs, p)
		}
		code[i] = k
	}
	levels := make([]string, len(pairs))
	for k, p := range pairs {
		levels[k] = f.Levels[p.a] + "." + g.Levels[p.b]
	}
	return renumber(code, levels, func(x, y int) int {
		return cmp.Or(cmp.Compare(pairs[x].a, pairs[y].a), cmp.Compare(pairs[x].b, pairs[y].b))
	})
}

// renumber puts levels in order and changes code, in place, to match.
func renumber(code []int, levels []string, order func(a, b int) int) Factor {
	by := make([]int, len(levels))
	for k := range by {
		by[k] = k
	}
	slices.SortFunc(by, order)
	place := make([]int, len(levels))
	sorted := make([]string, len(levels))
	for k, old := range by {
		place[old], sorted[k] = k, levels[old]
	}
	for i, c := range code {
		if c >= 0 {
			code[i] = place[c]
		}
	}
	return Factor{Code: code, Levels: sorted}
}

// Link returns for each row of child the row of parent with the same key. The
// keys are compared as texts, as they stand in the files: "07" is not "7".
//
// A key that two parents share, a blank key and a child without a parent are
// errors, with file and line; the first few of each are named.
func Link(child *Table, childKey []string, parent *Table, parentKey []string) ([]int, error) {
	if len(childKey) != len(parentKey) || len(childKey) == 0 {
		panic("weighting: keys of different lengths")
	}
	up, err := keyTexts(parent, parentKey)
	if err != nil {
		return nil, err
	}
	down, err := keyTexts(child, childKey)
	if err != nil {
		return nil, err
	}
	var wrong mistakes
	row := make(map[string]int, parent.rows)
	for i := range parent.rows {
		key := up(i)
		first, twice := row[key]
		switch {
		case key == "":
			parent.mistake(&wrong, i, "blank", fmt.Sprintf("the key %s is blank", strings.Join(parentKey, ", ")))
		case twice:
			parent.mistake(&wrong, i, "twice", fmt.Sprintf("key %s is already on line %d", key, parent.Line(first)))
		default:
			row[key] = i
		}
	}
	at := make([]int, child.rows)
	for i := range at {
		key := down(i)
		p, ok := row[key]
		switch {
		case key == "":
			child.mistake(&wrong, i, "blank", fmt.Sprintf("the key %s is blank", strings.Join(childKey, ", ")))
		case !ok:
			child.mistake(&wrong, i, "orphan", fmt.Sprintf("key %s is not in %s", key, parent.File))
		}
		at[i] = p
	}
	return at, wrong.err()
}

// mistake notes what is wrong with a row of t.
func (t *Table) mistake(wrong *mistakes, row int, kind, message string) {
	wrong.add(t.File+kind, expr.Position{File: t.File, Line: t.Line(row)}, message)
}

// keyTexts returns a function that gives the key of a row, "" if a part of it
// is missing.
func keyTexts(t *Table, names []string) (func(row int) string, error) {
	cols := make([]*Column, len(names))
	for k, name := range names {
		if cols[k] = t.Column(name); cols[k] == nil {
			return nil, t.NoColumn(name)
		}
	}
	if len(cols) == 1 {
		return cols[0].Text, nil
	}
	return func(row int) string {
		parts := make([]string, len(cols))
		for k, c := range cols {
			if parts[k] = c.Text(row); parts[k] == "" {
				return ""
			}
		}
		return strings.Join(parts, "\x1f") // no file has the unit separator in a key
	}, nil
}
