//go:build !js

package questionnaire

import (
	"encoding/json"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file says what the columns of a microdata set are. The rules:
//
//   - one table for the cases and one for each level that is not a grid; grids
//     and screens become columns of the level they stand in;
//   - the outermost levels have one row a case, the innermost level without a
//     roster one row an interview, the others as many as there are on path;
//   - what identifies people has no column; neither have devices, and no time is
//     finer than the day;
//   - a column is the same as long as its item, row, option and type are, so
//     interviews held with several versions of an instrument share a set.

// CodebookVersion is the version of codebook.json that this program writes.
const CodebookVersion = 1

// A Codebook describes the tables of a microdata set. Its JSON is
// codebook.json, which is all that estimation knows of a questionnaire.
type Codebook struct {
	Version     int                  `json:"version"`
	Survey      SurveyID             `json:"survey,omitempty"`
	Title       map[string]string    `json:"title,omitempty"` // by language
	Languages   []string             `json:"languages,omitempty"`
	Instruments []CodebookInstrument `json:"instruments,omitempty"` // the current first
	Tables      []CodebookTable      `json:"tables"`
}

// A CodebookInstrument is a version that interviews were held with.
type CodebookInstrument struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Hash    Hash   `json:"hash"`
	Logic   Hash   `json:"logic"` // of everything but the texts
}

// A CodebookTable describes one file. Rows are sorted by Key.
type CodebookTable struct {
	Name    string            `json:"name"`
	File    string            `json:"file"`
	Label   map[string]string `json:"label"`
	Key     []string          `json:"key"`
	Parent  *CodebookParent   `json:"parent,omitempty"`
	Columns []CodebookColumn  `json:"columns"`
}

// A CodebookParent says under which table rows hang, and by which columns.
type CodebookParent struct {
	Table string   `json:"table"`
	By    []string `json:"by"`
}

// A CodebookColumn describes one column. Type is one of code, integer,
// decimal, money, text, date, time, boolean, key and design.
type CodebookColumn struct {
	Name     string            `json:"name"`
	Label    map[string]string `json:"label"` // by language
	Type     string            `json:"type"`
	Scale    int               `json:"scale,omitempty"` // decimals of a decimal or money; a decimal without has any
	Unit     string            `json:"unit,omitempty"`  // of money: the currency
	Codes    []CodebookCode    `json:"codes,omitempty"`
	Missing  []CodebookMissing `json:"missing,omitempty"`
	Item     string            `json:"item,omitempty"`     // of the instrument
	Row      *CodebookCode     `json:"row,omitempty"`      // of a grid or screen
	Option   string            `json:"option,omitempty"`   // of several choices: the one this is
	Universe string            `json:"universe,omitempty"` // who was asked
	Tags     []string          `json:"tags,omitempty"`
	Class    DataClass         `json:"class,omitempty"`
	Table    *CodebookLookUp   `json:"table,omitempty"` // of a code that was looked up
}

// A CodebookLookUp names the table that a column's codes are of, which is too
// big for the codebook: the instrument's file, as [TableFile] describes it.
type CodebookLookUp struct {
	Name string `json:"name"`
	Hash Hash   `json:"hash"`
	Rows int    `json:"rows"`
}

// A CodebookCode is a code as the file has it, as expressions name it, as
// people read it, with the attributes its catalogue gives it.
type CodebookCode struct {
	Code       string            `json:"code"`
	Name       string            `json:"name,omitempty"`
	Label      map[string]string `json:"label,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// A CodebookMissing is a code that stands for no answer, and why. Not asked
// has none: it is blank.
type CodebookMissing struct {
	Code string  `json:"code"`
	Kind Missing `json:"kind"`
}

// A Microdata turns interviews into rows: NewMicrodata lays the tables out,
// Write gives the rows of a case. It serves one goroutine.
type Microdata struct {
	book   Codebook
	tables []*table
	plans  map[Hash]*plan
	cells  []string // of the row being made

	caseChecks bool // the table of cases has a column for them
}

// table is a table with how its columns are filled.
type table struct {
	CodebookTable
	columns []*column
	byID    map[string]*column
}

// column is a column while the versions of the instrument are laid together.
type column struct {
	CodebookColumn
	index int
	id    string // what it is, whatever it is called

	kinds  [expr.Answered]bool // why its values may be missing
	ranges []ranged            // the questions it holds answers of
	coded  [expr.Answered]string
	taken  map[string]bool // its missing codes
	least  int             // digits that its missing codes have at least
}

// ranged is a question whose checks say which numbers it allows.
type ranged struct {
	q *Questionnaire
	v *variable
}

// plan says how interviews of one questionnaire fill the tables.
type plan struct {
	q      *Questionnaire
	unit   int            // level with one row an interview
	tables map[int]*table // by level
	fields map[int][]field
}

// NewMicrodata lays out the microdata of a survey whose sample has the design
// variables named and whose interviews were held with these questionnaires,
// the current one first.
func NewMicrodata(survey SurveyID, design []string, qs ...*Questionnaire) *Microdata {
	m := &Microdata{plans: map[Hash]*plan{}}
	m.book = Codebook{Version: CodebookVersion, Survey: survey}
	for i, q := range qs {
		if m.plans[q.hash] != nil {
			continue
		}
		m.book.Instruments = append(m.book.Instruments, CodebookInstrument{q.Name, q.Version, q.hash, q.logic})
		if i == 0 {
			m.book.Title, m.book.Languages = q.words(q.Title), q.Languages
		}
		m.plans[q.hash] = nil
	}
	if m.book.Languages == nil {
		m.book.Languages = []string{"en"}
	}
	m.layCases(design)
	for _, q := range qs {
		if len(q.CaseChecks) > 0 {
			m.caseChecks = true
			m.own(m.tables[0], "case_checks", "text")
		}
	}
	for _, q := range qs {
		if m.plans[q.hash] == nil {
			m.plans[q.hash] = m.lay(q)
		}
	}
	for _, t := range m.tables {
		nameColumns(t.columns)
		for _, c := range t.columns {
			c.codeMissing()
			t.Columns = append(t.Columns, c.CodebookColumn)
		}
		m.book.Tables = append(m.book.Tables, t.CodebookTable)
	}
	return m
}

// Codebook returns the description of the rows that Write gives. Do not change
// it.
func (m *Microdata) Codebook() *Codebook { return &m.book }

// JSON returns the codebook as codebook.json holds it.
func (b *Codebook) JSON() []byte {
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		panic("questionnaire: codebook cannot be encoded: " + err.Error())
	}
	return append(text, '\n')
}

// table returns the table of that name, which it makes if it is missing.
func (m *Microdata) table(name string, key []string, parent *CodebookParent) *table {
	for _, t := range m.tables {
		if t.Name == name {
			return t
		}
	}
	t := &table{byID: map[string]*column{}, CodebookTable: CodebookTable{
		Name: name, File: name + ".csv", Key: key, Parent: parent, Label: m.labelOf("table."+name, name),
	}}
	m.tables = append(m.tables, t)
	return t
}

// add returns t's column with c's identity: c if it is new, else the one there
// is, with what c adds to it.
func (t *table) add(c column) *column {
	old := t.byID[c.id]
	if old == nil {
		c.index = len(t.columns)
		t.columns = append(t.columns, &c)
		t.byID[c.id] = &c
		return &c
	}
	for i, k := range c.kinds {
		old.kinds[i] = old.kinds[i] || k
	}
	old.ranges = append(old.ranges, c.ranges...)
	for _, code := range c.Codes {
		if !hasCode(old.Codes, code.Code) {
			old.Codes = append(old.Codes, code)
		}
	}
	return old
}

func hasCode(codes []CodebookCode, code string) bool {
	for _, c := range codes {
		if c.Code == code {
			return true
		}
	}
	return false
}

// own adds one of the engine's own columns, whose words are its own.
func (m *Microdata) own(t *table, name, kind string) *column {
	return t.add(column{id: "own:" + name, CodebookColumn: CodebookColumn{
		Name: name, Type: kind, Label: m.labelOf(name, name), Codes: m.ownCodes(name),
	}})
}

// layCases makes the table of sampled cases.
func (m *Microdata) layCases(design []string) {
	t := m.table(caseTable, []string{caseTable}, nil)
	m.own(t, caseTable, "key")
	for _, name := range design {
		t.add(column{id: "design:" + name, CodebookColumn: CodebookColumn{Name: name, Type: designType(name), Label: m.labelOf(name, name)}})
	}
	for _, c := range caseColumns {
		m.own(t, c.name, c.kind)
	}
}

// designType is the type of a design variable: a number where the sample's
// rules or its name say so, else a number or a text, as the file has it.
func designType(name string) string {
	if strings.HasPrefix(name, "p_") || name == "selection_number" {
		return "decimal"
	}
	return "design"
}

// caseTable is the name of the table of cases, and of its key.
const caseTable = "case"

// caseColumns are the columns of the case table behind the design's, unitColumns
// those that the table with a row an interview has of its own.
var (
	caseColumns = []struct{ name, kind string }{
		{"disposition", "integer"}, {"aapor", "code"}, {"interviewed", "boolean"}, {"visits", "integer"}, {"interviews", "integer"},
		{"households_reached", "integer"}, {"persons_reached", "integer"},
	}
	unitColumns = []struct {
		name, kind string
		part       part
	}{
		{"instrument_version", "text", partVersion}, {"interview_date", "date", partDate},
		{"disposition", "integer", partDisposition}, {"aapor", "code", partClass},
		{"interviewed", "boolean", partInterviewed}, {"person_reached", "boolean", partReached},
	}
)

// lay adds the tables and columns of q.
func (m *Microdata) lay(q *Questionnaire) *plan {
	p := &plan{q: q, unit: q.unitLevel(), tables: map[int]*table{}, fields: map[int][]field{}}
	for _, hanging := range []bool{false, true} { // those under a level beside the unit hang at its table
		for i, l := range q.Levels {
			if l.Kind == levelGrid || i == 0 && p.unit != 0 || p.beside(i) || slices.ContainsFunc(l.ancestors, p.beside) != hanging {
				continue
			}
			p.tables[i] = m.layLevel(p, i)
		}
	}
	if t := p.tables[p.unit]; q.chance {
		p.put(p.unit, m.own(t, "order_seed", "text"), field{part: partSeed})
	}
	for _, e := range q.Elements {
		if e.Kind == ElementSelect {
			m.layDraw(p, e)
		}
	}
	for _, v := range q.Variables {
		rows := []int{-1}
		if l := q.Levels[v.Level]; l.Kind == levelGrid {
			rows = rows[:0]
			for row := range l.Codes {
				rows = append(rows, row)
			}
		}
		home := p.home(v.Level)
		for _, row := range rows {
			for c, f := range m.columnsOf(q, v, row) {
				p.put(home, p.tables[home].add(c), f)
			}
		}
	}
	for _, e := range q.Elements {
		if e.Screen != nil {
			m.layScreened(p, e)
		}
	}
	return p
}

// put notes that column c of level l's table is filled by f.
func (p *plan) put(l int, c *column, f field) {
	f.column = c
	p.fields[l] = append(p.fields[l], f)
}

// home is the level in whose table the variables of level l stand: their own,
// that around a grid, and that of the unit for what is the interview's, or a level's
// that has one row an interview too.
func (p *plan) home(l int) int {
	for p.q.Levels[l].Kind == levelGrid {
		l = p.q.Levels[l].Parent
	}
	if l == 0 || p.beside(l) {
		return p.unit
	}
	return l
}

// beside says whether level l has one row an interview and is neither the unit
// nor around it.
func (p *plan) beside(l int) bool {
	if l == 0 || l == p.unit || p.q.under(p.unit, l) {
		return false
	}
	for ; l > 0; l = p.q.Levels[l].Parent {
		if p.q.Levels[l].Kind != levelSingle {
			return false
		}
	}
	return true
}

// perCase says whether level l has one row a case.
func (p *plan) perCase(l int) bool { return l != p.unit && l != 0 && p.q.under(p.unit, l) }

// layLevel makes the table of level i with its keys.
func (m *Microdata) layLevel(p *plan, i int) *table {
	l := p.q.Levels[i]
	name := l.Name
	if name == caseTable {
		name = "case_level"
	}
	key := []string{name}
	parent := &CodebookParent{caseTable, []string{caseTable}}
	switch {
	case p.perCase(i):
		key = []string{caseTable}
	case i != p.unit:
		above := p.tables[p.home(l.Parent)]
		parent = &CodebookParent{above.Name, above.Key}
	}
	if (p.perCase(i) || i == p.unit) && l.Parent > 0 {
		parent.Table = p.tables[l.Parent].Name
	}
	t := m.table(name, key, parent)
	for _, k := range p.keys(i) {
		m.own(t, k, "key")
	}
	switch {
	case i == p.unit:
		p.put(i, m.numberColumn(t), field{part: partHousehold})
		for _, c := range unitColumns {
			p.put(i, m.own(t, c.name, c.kind), field{part: c.part})
		}
	case l.Kind == levelCodes:
		row := p.q.Variables[l.Row]
		p.put(i, t.add(column{id: "row:" + row.ID, CodebookColumn: CodebookColumn{
			Name: joinName(l.Name, "row"), Type: "code", Label: m.labelOf(l.Name, l.Name), Codes: m.codes(p.q, p.q.Lists[l.List]),
		}}), field{part: partValue, v: row})
	case (l.Kind == levelHand || l.Kind == levelCount) && l.Number >= 0:
		p.put(i, m.numberColumn(t), field{part: partValue, v: p.q.Variables[l.Number]})
	case l.Kind == levelForms:
		m.layForms(p, i, t)
	}
	return t
}

// keys are the key columns of level i's table, the case's first.
func (p *plan) keys(i int) []string {
	keys := []string{caseTable}
	for _, a := range p.q.Levels[i].ancestors {
		if p.beside(a) {
			a = p.unit
		}
		if t := p.tables[a]; t != nil && !p.perCase(a) && keys[len(keys)-1] != t.Name { // levels beside the unit bring its name, once
			keys = append(keys, t.Name)
		}
	}
	if !p.perCase(i) {
		name := p.q.Levels[i].Name
		if name == caseTable {
			name = "case_level"
		}
		keys = append(keys, name)
	}
	return keys
}
