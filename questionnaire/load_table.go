//go:build !js

package questionnaire

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file reads tables: big code lists from CSV files. The rules:
//
//   - the first line names the columns; which of them is the code, the words and
//     the place around is said by columns:, their own names by default;
//   - commas or semicolons, whichever the first line has more of; UTF-8, with or
//     without a byte order mark;
//   - every mistake is told with its line and column, up to maxTableMistakes a
//     file: an export of the wrong kind has as many as it has rows.

// Bounds of a table.
const (
	maxTableBytes    = 64 << 20
	maxTableRows     = 1_000_000
	maxTableMistakes = 20
	maxLevels        = 8
)

// tables reads the tables of a file.
func (l *loader) tables(n *source.Node) {
	for k, v := range n.Map(&l.ds, "tables by name").All() {
		m := l.open(v, "table", "a table, such as {file: occupations.csv}")
		t := &Table{Name: l.name(k, "a table's name")}
		for c, what := range m.Get("attributes").Map(&l.ds, "attributes by name").All() {
			if slices.Contains([]string{"code", partText, partParent, partDepth}, c.Raw()) {
				c.Fail(&l.ds, "", "an attribute cannot be called %s: every entry has that", c.Raw())
				continue
			}
			t.Attributes = append(t.Attributes, &Attribute{Name: l.name(c, "an attribute's name"), Type: l.text(what, "a type: text, integer or one of LIST")})
		}
		for _, c := range m.Get("levels").List(&l.ds, "a list of levels, the outermost first") {
			lm := l.open(c, "place_level", "a level, such as {name: state, text: Estado, prefix: 2}")
			t.Levels = append(t.Levels, &PlaceLevel{
				Name: l.name(lm.Need(&l.ds, "name"), "a level's name"), Text: l.text(lm.Need(&l.ds, "text"), "what is chosen at this level"),
				Prefix: l.number(lm.Get("prefix"), "how many bytes of a code", 1, 64), List: l.name(lm.Get("list"), "a list's name"),
			})
		}
		if len(t.Levels) > maxLevels {
			m.Key("levels").Fail(&l.ds, "", "table %s has %d levels, at most %d", k.Raw(), len(t.Levels), maxLevels)
		}
		file, rows := m.Get("file"), m.Get("rows")
		switch {
		case file != nil && rows != nil:
			m.Key("rows").Fail(&l.ds, "keep one of them", "table %s has both a file and rows", k.Raw())
		case file != nil:
			l.tableFile(t, file, m)
		default:
			m.Key("columns").Fail(&l.ds, "", "columns are those of a file, and table %s has none", k.Raw())
			for _, r := range m.Need(&l.ds, "rows").List(&l.ds, "a list of rows, one after - each") {
				l.tableRow(t, r)
			}
		}
		t.unread = t.unread || len(t.Rows) == 0
		l.checkTable(t, k)
		l.in.Tables = append(l.in.Tables, t)
	}
}

// tableRow reads a row that stands in the instrument.
func (l *loader) tableRow(t *Table, n *source.Node) {
	keys := []string{"code", partText, partParent}
	for _, a := range t.Attributes {
		keys = append(keys, a.Name.Text)
	}
	m := n.Map(&l.ds, "a row, such as {code: \"09\", text: Ciudad de México}", keys...)
	row := TableRow{
		Code: l.text(m.Need(&l.ds, "code"), "a code"), Text: l.text(m.Need(&l.ds, partText), "the words of the entry"),
		Parent: l.text(m.Get(partParent), "the code of the place around it"),
	}
	for _, a := range t.Attributes {
		row.Values = append(row.Values, l.text(m.Get(a.Name.Text), a.Type.Text))
	}
	t.Rows = append(t.Rows, row)
}

// A tableReader reads one CSV file.
type tableReader struct {
	l        *loader
	t        *Table
	name     string // of the file, as diagnostics show it
	mistakes int
	csv      *csv.Reader
	at       []expr.Position // of the fields of this row
}

// fail reports a mistake, unless there were too many.
func (r *tableReader) fail(at expr.Position, width int, hint, format string, a ...any) {
	r.t.unread = true
	r.mistakes++
	if r.mistakes == maxTableMistakes+1 {
		r.l.ds.Add(expr.Diagnostic{Position: at, Severity: expr.Note, Message: "the rest of this file was not looked at"})
	}
	if r.mistakes > maxTableMistakes {
		return
	}
	r.l.ds.Add(expr.Diagnostic{Position: at, End: at.Col + width, Message: fmt.Sprintf(format, a...), Hint: hint})
}

// tableFile reads the rows of t from the file that n names.
func (l *loader) tableFile(t *Table, n *source.Node, m *source.Map) {
	t.File = l.text(n, "the name of a CSV file")
	columns := m.Get("columns").Map(&l.ds, "the columns of the file, such as {code: clave, text: nombre}", keysOf["table_columns"]...)
	if t.File.Text == "" {
		return
	}
	if !fs.ValidPath(t.File.Text) || strings.Contains(t.File.Text, `\`) {
		n.Fail(&l.ds, "a path below the instrument's directory, with /", "%q is no file of the instrument", t.File.Text)
		return
	}
	full := l.called(t.File.Text)
	b, err := fs.ReadFile(l.fsys, path.Join(l.dir, t.File.Text))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		n.Fail(&l.ds, source.DidYouMean(t.File.Text, l.beside(t.File.Text, ".csv")), "there is no file %s", full)
		return
	case err != nil:
		n.Fail(&l.ds, "", "cannot read %s: %v", full, err)
		return
	case len(b) > maxTableBytes:
		n.Fail(&l.ds, "", "%s has %d bytes, more than the %d that are read", full, len(b), maxTableBytes)
		return
	}
	r := &tableReader{l: l, t: t, name: full}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !r.readable(b) {
		return
	}
	r.csv = csv.NewReader(bytes.NewReader(b))
	r.csv.FieldsPerRecord, r.csv.ReuseRecord = -1, true
	first, _, _ := bytes.Cut(b, []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.csv.Comma = ';'
	}
	r.rows(columns)
}

// readable says whether b is UTF-8 text, and where it is not.
func (r *tableReader) readable(b []byte) bool {
	line, start := 1, 0
	for i := 0; i < len(b); {
		c, size := utf8.DecodeRune(b[i:])
		at := expr.Position{File: r.name, Line: line, Col: i - start + 1}
		switch {
		case c == '\n':
			line, start = line+1, i+1
		case c == utf8.RuneError && size == 1:
			r.fail(at, 1, "save the file as CSV UTF-8", "this character is not UTF-8")
			return false
		case c < ' ' && c != '\r' && c != '\t':
			r.fail(at, 1, "save the file as plain CSV text", "this character is a control character")
			return false
		}
		i += size
	}
	return true
}

// next reads a row, nil at the end or where no more can be read.
func (r *tableReader) next() []string {
	fields, err := r.csv.Read()
	var wrong *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil
	case errors.As(err, &wrong):
		hint := `inside quotes a quote is written twice: ""`
		if wrong.Err == csv.ErrBareQuote {
			hint = "put the whole cell into quotes, and write its own quotes twice"
		}
		r.fail(expr.Position{File: r.name, Line: wrong.Line, Col: wrong.Column}, 1, hint, "this is not CSV: %v", wrong.Err)
		return nil
	case err != nil:
		r.fail(expr.Position{File: r.name}, 0, "", "cannot read: %v", err)
		return nil
	}
	r.at = r.at[:0]
	for i := range fields {
		line, col := r.csv.FieldPos(i)
		r.at = append(r.at, expr.Position{File: r.name, Line: line, Col: col})
	}
	return fields
}

// rows reads the names of the columns and then the entries.
func (r *tableReader) rows(columns *source.Map) {
	names := slices.Clone(r.next())
	if names == nil {
		if r.mistakes == 0 {
			r.fail(expr.Position{File: r.name}, 0, "the first line names the columns: code,text", "the file is empty")
		}
		return
	}
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
		if names[i] != "" && slices.Index(names, names[i]) < i {
			r.fail(r.at[i], len(name), "", "column %s stands twice", names[i])
		}
	}
	// column finds the place of a column; it may be missing if it is not needed.
	column := func(role string, needed bool) int {
		name, said := role, (*source.Node)(nil)
		if said = columns.Get(role); said != nil {
			name = said.Text(&r.l.ds, "the name of a column")
		}
		i := slices.Index(names, name)
		switch {
		case i >= 0 || name == "":
		case said != nil:
			said.Fail(&r.l.ds, source.DidYouMean(name, names), "%s has no column %q", r.name, name)
		case needed:
			hint := source.DidYouMean(name, names)
			if hint == "" {
				hint = "its columns: " + strings.Join(names, ", ")
			}
			r.fail(expr.Position{File: r.name, Line: 1, Col: 1}, 0, hint, "there is no column %s", name)
		}
		return i
	}
	code, text := column("code", true), column(partText, true)
	parent := -1
	if len(r.t.Levels) > 0 && r.t.Levels[0].Prefix.Text == "" {
		parent = column(partParent, true)
	}
	var attributes []int
	for _, a := range r.t.Attributes {
		attributes = append(attributes, column(a.Name.Text, true))
	}
	if code < 0 || text < 0 || r.mistakes > 0 {
		return
	}
	for fields := r.next(); fields != nil && r.mistakes <= maxTableMistakes; fields = r.next() {
		if len(fields) == 1 && strings.TrimSpace(fields[0]) == "" {
			continue // an empty line
		}
		if len(fields) != len(names) {
			r.fail(r.at[0], 0, "a cell with a comma in it stands in quotes", "this row has %d cells, the first line names %d columns", len(fields), len(names))
			continue
		}
		if len(r.t.Rows) == maxTableRows {
			r.fail(r.at[0], 0, "", "the table has more than %d rows", maxTableRows)
			return
		}
		cell := func(i int) Source {
			if i < 0 {
				return Source{}
			}
			s := strings.TrimSpace(fields[i])
			if strings.ContainsAny(s, "\t\n\r") {
				r.fail(r.at[i], len(s), "", "a cell cannot have tabs or line ends in it")
			}
			return Source{Text: strings.Clone(s), At: r.at[i], end: r.at[i].Col + len(s)}
		}
		row := TableRow{Code: cell(code), Text: cell(text), Parent: cell(parent)}
		for _, a := range attributes {
			row.Values = append(row.Values, cell(a))
		}
		r.t.Rows = append(r.t.Rows, row)
	}
}

// checkTable refuses entries without a code or words, and codes that stand
// twice.
func (l *loader) checkTable(t *Table, key *source.Node) {
	r := &tableReader{l: l, t: t}
	seen := make(map[string]int, len(t.Rows))
	for i, row := range t.Rows {
		for _, cell := range []struct {
			what string
			Source
		}{{"code", row.Code}, {"text", row.Text}} {
			if cell.Text == "" && cell.At.Line > 0 {
				r.fail(cell.At, 1, "", "an entry without a %s", cell.what)
			}
		}
		if row.Code.Text == "" {
			continue
		}
		if first, twice := seen[row.Code.Text]; twice {
			r.fail(row.Code.At, len(row.Code.Text), "codes are never used for two things", "code %s stands twice in table %s, first at line %d", row.Code.Text, t.Name.Text, t.Rows[first].Code.At.Line)
			continue
		}
		seen[row.Code.Text] = i
	}
	if len(t.Rows) == 0 && l.ds.Err() == nil {
		key.Fail(&l.ds, "", "table %s has no rows", key.Raw())
	}
}
