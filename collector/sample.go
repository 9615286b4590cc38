package collector

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	q "cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file turns a sample file into cases. The rules:
//
//   - a row is a sampled dwelling; its design variables are taken once and never
//     change, whatever a later file says, because weights depend on how it was
//     drawn and not on what is written about it afterwards;
//   - columns that identify (address, contact, phone, latitude, longitude, gps,
//     and any that begins with one of these and an underscore) go their own way
//     and may be corrected by importing again;
//   - a file with a mistake is refused with all its mistakes.

// identifying are the columns that say where or who.
var identifying = []string{"address", "contact", "phone", "latitude", "longitude", "gps"}

// required are the columns without which a case has no weight or no
// respondent, in the order a file usually has them.
var required = []string{ColumnCase, ColumnStratum, ColumnPSU, ColumnPPSU, ColumnPDwelling, ColumnSelectionNumber}

// maxMistakes bounds what is said of one file.
const maxMistakes = 100

// A Sample is a sample file that was read and found sound.
type Sample struct {
	File   string
	design table
	where  table // the case and its identifying columns; no columns if there are none
}

// A table is a CSV file: the columns, and the rows' values. The case's column is
// the first.
type table struct {
	columns []string
	rows    [][]string
}

func (t *table) id(row int) q.CaseID { return q.CaseID(t.rows[row][0]) }

// variables returns a row without its case.
func (t *table) variables(row int) []Variable {
	list := make([]Variable, 0, len(t.columns)-1)
	for i, name := range t.columns[1:] {
		list = append(list, Variable{name, t.rows[row][i+1]})
	}
	return list
}

// encode writes the table in the one way it is stored.
func (t *table) encode() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(t.columns)
	w.WriteAll(t.rows) // a bytes.Buffer does not fail
	return b.Bytes()
}

// readTable reads what encode wrote.
func readTable(hash q.Hash, blob func(q.Hash) ([]byte, error)) (*table, error) {
	b, err := blob(hash)
	if err != nil {
		return nil, err
	}
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil || len(rows) == 0 || len(rows[0]) == 0 {
		return nil, fmt.Errorf("blob %s is not a table: %w", hash, ErrCorrupt)
	}
	return &table{rows[0], rows[1:]}, nil
}

// Len returns the number of cases.
func (s *Sample) Len() int { return len(s.design.rows) }

// ReadSample reads a sample file: CSV in UTF-8 with the columns case, stratum,
// psu, p_psu, p_dwelling and selection_number, and any further design variables
// and identifying columns. Probabilities lie in (0, 1], the selection number in
// [0, 1). name is how messages call the file. What is wrong with the file is
// an [expr.Diagnostics].
func ReadSample(name string, r io.Reader) (*Sample, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	p := sampleReader{file: name}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		p.add(expr.Position{}, 0, "the file is not UTF-8", "save it as CSV UTF-8")
		return nil, p.mistakes.Err()
	}
	p.csv = csv.NewReader(bytes.NewReader(text))
	sample := p.read()
	if err := p.mistakes.Err(); err != nil {
		return nil, err
	}
	return sample, nil
}

// A sampleReader collects what is wrong.
type sampleReader struct {
	file     string
	csv      *csv.Reader
	mistakes expr.Diagnostics
	columns  []string
	at       map[string]int // column by name
	seen     map[string]int // line by case
}

func (p *sampleReader) add(at expr.Position, width int, message, hint string) {
	at.File = p.file
	end := 0
	if width > 0 {
		end = at.Col + width
	}
	p.mistakes.Add(expr.Diagnostic{Position: at, End: end, Message: message, Hint: hint})
}

// field adds a mistake about a field of the row read last.
func (p *sampleReader) field(row []string, i int, message, hint string) {
	line, col := p.csv.FieldPos(i)
	p.add(expr.Position{Line: line, Col: col}, max(1, len(row[i])), message, hint)
}

func (p *sampleReader) read() *Sample {
	header, err := p.csv.Read()
	if err != nil {
		p.add(expr.Position{Line: 1, Col: 1}, 0, "no header: the first line names the columns", strings.Join(required, ","))
		return nil
	}
	if !p.header(header) {
		return nil
	}
	s := &Sample{File: p.file}
	var design, where []int
	for i, name := range p.columns {
		switch {
		case name == ColumnCase:
		case isIdentifying(name):
			where = append(where, i)
		default:
			design = append(design, i)
		}
	}
	s.design.columns = p.pick(p.columns, design)
	if len(where) > 0 {
		s.where.columns = p.pick(p.columns, where)
	}
	for {
		row, err := p.csv.Read()
		if err == io.EOF {
			break
		}
		if wrong := (*csv.ParseError)(nil); errors.As(err, &wrong) {
			p.add(expr.Position{Line: wrong.Line, Col: wrong.Column}, 0, wrong.Err.Error(), fmt.Sprintf("the header has %d columns", len(p.columns)))
		} else if err != nil {
			p.add(expr.Position{}, 0, err.Error(), "")
			break
		} else {
			p.row(row)
		}
		if len(p.mistakes) >= maxMistakes {
			p.add(expr.Position{}, 0, fmt.Sprintf("more than %d mistakes: reading stopped here", maxMistakes), "")
			return nil
		}
		if len(p.mistakes) > 0 {
			continue // go on for the mistakes only
		}
		s.design.rows = append(s.design.rows, p.pick(row, design))
		if len(where) > 0 {
			s.where.rows = append(s.where.rows, p.pick(row, where))
		}
	}
	if len(p.mistakes) == 0 && s.Len() == 0 {
		p.add(expr.Position{Line: 2, Col: 1}, 0, "the file has no cases", "")
	}
	return s
}

// pick returns the case and the columns of a row.
func (p *sampleReader) pick(row []string, columns []int) []string {
	picked := make([]string, 0, len(columns)+1)
	picked = append(picked, row[p.at[ColumnCase]])
	for _, i := range columns {
		picked = append(picked, row[i])
	}
	return picked
}

// header checks the columns and reports whether rows can be read.
func (p *sampleReader) header(header []string) bool {
	p.columns = slices.Clone(header)
	p.at, p.seen = make(map[string]int), make(map[string]int)
	for i, name := range p.columns {
		if !isColumn(name) {
			p.field(header, i, fmt.Sprintf("%.40q cannot name a column", name), "a letter, then letters, digits and underscores, 32 at most")
			continue
		}
		if first, twice := p.at[name]; twice {
			p.field(header, i, fmt.Sprintf("column %s stands twice", name), fmt.Sprintf("the first is number %d", first+1))
			continue
		}
		p.at[name] = i
	}
	for _, name := range required {
		if _, ok := p.at[name]; !ok {
			p.add(expr.Position{Line: 1, Col: 1}, 0, "column "+name+" is missing", "a sample has "+strings.Join(required, ", "))
		}
	}
	return len(p.mistakes) == 0
}

// row checks one case.
func (p *sampleReader) row(row []string) {
	line, _ := p.csv.FieldPos(0)
	for _, name := range required {
		i := p.at[name]
		value := row[i]
		switch name {
		case ColumnCase:
			if !plainName(value) {
				p.field(row, i, fmt.Sprintf("%.40q cannot name a case", value), "letters, digits, dots, dashes and underscores, 64 at most, and nothing of the address")
			} else if first := p.seen[value]; first > 0 {
				p.field(row, i, fmt.Sprintf("case %s stands twice", value), fmt.Sprintf("the first is in line %d", first))
			} else {
				p.seen[value] = line
			}
		case ColumnStratum, ColumnPSU:
			if strings.TrimSpace(value) == "" {
				p.field(row, i, name+" is empty", "")
			}
		case ColumnSelectionNumber:
			p.number(row, i, name, "at least 0 and less than 1", func(x float64) bool { return x >= 0 && x < 1 })
		default:
			p.number(row, i, name, "more than 0 and at most 1", func(x float64) bool { return x > 0 && x <= 1 })
		}
	}
}

// number checks that a field is a number in range, written with a point.
func (p *sampleReader) number(row []string, i int, name, allowed string, in func(float64) bool) {
	x, err := strconv.ParseFloat(row[i], 64)
	switch {
	case err != nil || strings.ContainsAny(row[i], "xXpPnN_"): // hexadecimal, infinity, not a number
		hint := name + " is " + allowed
		if strings.Contains(row[i], ",") {
			hint = "decimals are written with a point"
		}
		p.field(row, i, fmt.Sprintf("%s %.40q is not a number", name, row[i]), hint)
	case !in(x):
		p.field(row, i, fmt.Sprintf("%s %s is out of range", name, row[i]), name+" is "+allowed)
	}
}

func isIdentifying(column string) bool {
	for _, name := range identifying {
		if column == name || strings.HasPrefix(column, name+"_") {
			return true
		}
	}
	return false
}

// isColumn reports whether a name is valid in every file that data go to.
func isColumn(name string) bool {
	if name == "" || len(name) > 32 {
		return false
	}
	for i, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return true
}

// An Import says what importing a sample did.
type Import struct {
	Added       int      // cases that are new
	Known       int      // cases that were there
	Readdressed int      // of these, with another address now
	Kept        []Change // design variables of known cases that the file has otherwise: they stay
	Absent      int      // cases that are there and not in the file: they stay
}

// A Change is a design variable that did not change.
type Change struct {
	Case      q.CaseID
	Column    string
	Kept, New string
}

// WriteTo tells a person what the import did.
func (im *Import) WriteTo(w io.Writer) (int64, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d %s added, %d known", im.Added, plural(im.Added, "case", "cases"), im.Known)
	if im.Readdressed > 0 {
		fmt.Fprintf(&b, ", %d of them with another address now", im.Readdressed)
	}
	if im.Absent > 0 {
		fmt.Fprintf(&b, "; %d %s", im.Absent, plural(im.Absent, "case that is not in the file stays", "cases that are not in the file stay"))
	}
	b.WriteByte('\n')
	if len(im.Kept) > 0 {
		fmt.Fprintf(&b, "%d %s:\n", len(im.Kept),
			plural(len(im.Kept), "design variable differs and stays as it was drawn", "design variables differ and stay as they were drawn"))
	}
	const shown = 20
	for i, c := range im.Kept {
		if i == shown {
			fmt.Fprintf(&b, "  … and %d more\n", len(im.Kept)-shown)
			break
		}
		fmt.Fprintf(&b, "  case %s: %s is %q, the file says %q\n", c.Case, c.Column, c.Kept, c.New)
	}
	return b.WriteTo(w)
}

// plural returns the word for one or for several.
func plural(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// Import makes cases of a sample. Importing again adds what is new, takes
// corrected addresses and changes no design variable. It is a [GivenError] if
// the interviews of a new case could not start.
func (s *Server) Import(ctx context.Context, sample *Sample) (*Import, error) {
	im, err := s.compare(sample)
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", sample.File, err)
	}
	if im.Added == 0 && im.Readdressed == 0 {
		return im, nil
	}
	p := samplePayload{File: sample.File, Cases: sample.Len()}
	if p.Design, err = s.Log.PutBlob(ctx, sample.design.encode()); err == nil && len(sample.where.columns) > 0 {
		p.Addresses, err = s.Log.PutBlob(ctx, sample.where.encode())
	}
	if err == nil {
		err = s.record(ctx, KindSample, p)
	}
	if err != nil {
		return nil, fmt.Errorf("import %s: %w", sample.File, err)
	}
	return im, nil
}

// newCase is the case that a row of the sample makes.
func (s *Sample) newCase(row int) *Case {
	c := &Case{ID: s.design.id(row), Design: s.design.variables(row)}
	if len(s.where.columns) > 0 {
		c.Address = s.where.variables(row)
	}
	return c
}

// compare says what a sample would do. It is a [GivenError] if the interviews of
// a new case could not start.
func (s *Server) compare(sample *Sample) (*Import, error) {
	s.fold.mu.RLock()
	defer s.fold.mu.RUnlock()
	im := new(Import)
	var added []*Case
	for row := range sample.design.rows {
		c := s.fold.cases[sample.design.id(row)]
		if c == nil || c.sampled == 0 {
			im.Added++
			added = append(added, sample.newCase(row))
			continue
		}
		im.Known++
		for _, v := range sample.design.variables(row) {
			if kept := c.Value(v.Name); kept != v.Value {
				im.Kept = append(im.Kept, Change{c.ID, v.Name, kept, v.Value})
			}
		}
		if len(sample.where.columns) > 0 && !slices.Equal(sample.where.variables(row), c.Address) {
			im.Readdressed++
		}
	}
	im.Absent = len(s.fold.sampled) - im.Known
	if list := s.fold.published(); len(list) > 0 {
		return im, startable(&list[0], added)
	}
	return im, nil
}
