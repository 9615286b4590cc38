package weighting

import (
	"fmt"
	"math"

	"cifra/questionnaire/expr"
)

// maxWrong bounds how many mistakes of one file are told, maxAlike how many of
// one kind: a column of the wrong kind would make one a row.
const (
	maxWrong = 20
	maxAlike = 5
)

// mistakes collects what is wrong with a file. Those past the bounds are
// counted, and the count is told with the last one of their kind.
type mistakes struct {
	told  expr.Diagnostics
	kinds map[string]*alike
	more  int // of kinds of which none was told
}

// alike are the mistakes of one kind.
type alike struct {
	told, more int
	last       int // in told: the latest
}

// add notes a mistake of some kind.
func (m *mistakes) add(kind string, at expr.Position, message string) {
	k := m.kinds[kind]
	switch {
	case k == nil && len(m.told) >= maxWrong:
		m.more++
		return
	case k == nil:
		k = &alike{}
		if m.kinds == nil {
			m.kinds = map[string]*alike{}
		}
		m.kinds[kind] = k
	}
	if k.told >= maxAlike || len(m.told) >= maxWrong {
		k.more++
		return
	}
	k.told, k.last = k.told+1, len(m.told)
	m.told = append(m.told, expr.Diagnostic{Position: at, Message: message})
}

// hear notes n more mistakes of a kind of which maxAlike were added.
func (m *mistakes) hear(kind string, n int) {
	if k := m.kinds[kind]; k != nil {
		k.more += n
		return
	}
	m.more += n
}

// err returns what was told with the counts of what was not, nil if nothing is
// wrong.
func (m *mistakes) err() error {
	for _, k := range m.kinds {
		if k.more > 0 {
			m.told[k.last].Hint = fmt.Sprintf("and %d more like this", k.more)
		}
	}
	if m.more > 0 {
		last := &m.told[len(m.told)-1]
		if last.Hint != "" {
			last.Hint += "; "
		}
		last.Hint += fmt.Sprintf("and %d more of other kinds in this file", m.more)
	}
	return m.told.Err()
}

// A NotNumber is the first field of a column that kept it from being one of
// numbers.
type NotNumber struct {
	expr.Position        // of the field
	Column, Text  string // its column, and what stands there
	Numbers       int    // fields of the column that are numbers
	Others        int    // fields that are neither numbers nor blank
}

// String says what is wrong with the field if the column ought to hold numbers.
func (n NotNumber) String() string {
	return fmt.Sprintf("%q is not a number (column %s)", n.Text, n.Column)
}

// NotNumber returns the first field of c that is no number, if c was read
// without a codebook's word and could have been a column of numbers.
func (c *Column) NotNumber() (NotNumber, bool) {
	if c.odd == nil {
		return NotNumber{}, false
	}
	return *c.odd, true
}

// Parsed returns the number in a row of a column of texts, NaN if there is none.
func (c *Column) Parsed(row int) float64 {
	if code := c.Codes[row]; code >= 0 {
		if v, _, ok := parseNumber(c.Levels[code]); ok {
			return v
		}
	}
	return math.NaN()
}

// NotNumbers returns the first fields of c that are no numbers, five at most, in
// the order of the file; none where NotNumber has none. Only the first says how
// many there are.
func (c *Column) NotNumbers() []NotNumber {
	if c.odd == nil {
		return nil
	}
	return append([]NotNumber{*c.odd}, c.odder...)
}

// countOdd counts the fields of a column that became one of texts.
func (c *Column) countOdd() {
	if c.odd == nil {
		return
	}
	numeric := make([]bool, len(c.Levels))
	for i, s := range c.Levels {
		_, _, numeric[i] = parseNumber(s)
	}
	for _, code := range c.Codes {
		switch {
		case code < 0:
		case numeric[code]:
			c.odd.Numbers++
		default:
			c.odd.Others++
		}
	}
}
