//go:build !js

package expr_test

import (
	"maps"
	"math"
	"slices"
	"testing"

	"cifra/questionnaire/expr"
)

// The levels of the small world that the tests ask about: a household with
// persons, incidents under persons, and a grid of crimes under each person.
const (
	household = iota
	person
	incident
	crimes
	levels
)

var (
	yesNo   = &expr.List{Name: "yes_no", Codes: []string{"yes", "no"}}
	sexes   = &expr.List{Name: "sexes", Codes: []string{"man", "woman", "other"}}
	places  = &expr.List{Name: "places", Codes: []string{"street", "home", "public_transport", "other", "01"}}
	weapons = &expr.List{Name: "weapons", Codes: []string{"firearm", "knife", "stick"}}
	offence = &expr.List{Name: "crimes", Codes: []string{"vandalism", "bank_fraud", "street_robbery"}}
	cities  = bigList()
)

// bigList has more codes than a set can hold.
func bigList() *expr.List {
	l := &expr.List{Name: "cities"}
	for i := range 100 {
		l.Codes = append(l.Codes, "city_"+string(rune('a'+i/26))+string(rune('a'+i%26)))
	}
	return l
}

// A world is a Scope: what the names of the tests mean at one level.
type world struct {
	level   int
	entered map[int]bool
	symbols map[string]expr.Symbol
}

// parents are the levels above each level.
var parents = [levels][]int{household: nil, person: {household}, incident: {person, household}, crimes: {person, household}}

func at(level int) world {
	return world{level, map[int]bool{}, symbols}
}

var symbols = declare()

// declare makes the variables of the tests, and the rosters.
func declare() map[string]expr.Symbol {
	w := world{symbols: map[string]expr.Symbol{}}
	next := [levels]int{}
	add := func(level int, name string, t expr.Type) *expr.Symbol {
		s := expr.Symbol{Name: name, Type: t, Slot: expr.Slot{Level: level, Index: next[level]}}
		next[level]++
		w.symbols[name] = s
		return &s
	}
	add(household, "rooms", number(0))
	add(household, "rent", number(2))
	add(household, "visit", expr.Type{Kind: expr.Date})
	add(household, "begun", expr.Type{Kind: expr.Time})
	add(household, "city", expr.Type{Kind: expr.Code, List: cities})
	add(household, "w_hh", expr.Type{Kind: expr.Real})
	add(household, "notes", expr.Type{Kind: expr.Text})
	add(household, "owned", expr.Type{Kind: expr.Bool})
	add(person, "age", number(0))
	add(person, "sex", expr.Type{Kind: expr.Code, List: sexes})
	add(person, "n", number(0))
	add(person, "income", number(2))
	add(person, "name", expr.Type{Kind: expr.Text})
	add(person, "born", expr.Type{Kind: expr.Date})
	add(person, "reference.year", number(0))
	add(incident, "place", expr.Type{Kind: expr.Code, List: places})
	add(incident, "arms", expr.Type{Kind: expr.Set, List: weapons})
	add(incident, "loss", number(2))
	add(incident, "armed", expr.Type{Kind: expr.Code, List: yesNo})
	add(incident, "crime", expr.Type{Kind: expr.Code, List: offence})
	add(incident, "when", expr.Type{Kind: expr.Date})
	add(crimes, "P7_3", expr.Type{Kind: expr.Code, List: yesNo})
	add(crimes, "P7_4", number(0))

	// Reported can be off path; the crime's level is an attribute of its code.
	s := add(incident, "reported", expr.Type{Kind: expr.Code, List: yesNo})
	s.OffPath = true
	w.symbols["reported"] = *s
	s = add(incident, "authorities", expr.Type{Kind: expr.Set, List: weapons})
	s.OffPath = true
	w.symbols["authorities"] = *s
	c := w.symbols["crime"]
	c.Name, c.Type = "crime.weight", number(0)
	c.Attr = []expr.Cell{{N: 3, Missing: expr.Answered}, {N: 7, Missing: expr.Answered}, {Missing: expr.DoesNotApply}}
	w.symbols["crime.weight"] = c
	c.Name, c.Type = "crime.text", expr.Type{Kind: expr.Text}
	c.Attr = []expr.Cell{{Text: "Vandalism", Missing: expr.Answered}, {Text: "Bank fraud", Missing: expr.Answered}, {Text: "Robbery", Missing: expr.Answered}}
	w.symbols["crime.text"] = c

	for name, s := range w.symbols {
		if s.Slot.Level == crimes {
			s.Grid = offence
			w.symbols[name] = s
		}
	}
	rows := expr.Type{Kind: expr.Rows}
	w.symbols["persons"] = expr.Symbol{Name: "persons", Type: rows, Level: person}
	w.symbols["incidents"] = expr.Symbol{Name: "incidents", Type: rows, Level: incident}
	w.symbols["crimes"] = expr.Symbol{Name: "crimes", Type: rows, Level: crimes}
	return w.symbols
}

func number(scale int) expr.Type { return expr.Type{Kind: expr.Number, Scale: scale} }

func (w world) Lookup(name string) (expr.Symbol, bool) {
	s, ok := w.symbols[name]
	l := s.Slot.Level
	s.Bound = l == w.level || slices.Contains(parents[w.level], l) || w.entered[l]
	return s, ok
}

func (w world) Enter(roster string) (expr.Scope, bool) {
	s, ok := w.symbols[roster]
	if !ok || s.Type.Kind != expr.Rows {
		return nil, false
	}
	w.entered = maps.Clone(w.entered)
	w.entered[s.Level] = true
	for _, l := range parents[s.Level] {
		w.entered[l] = true
	}
	return w, true
}

func (w world) Names() []string { return slices.Sorted(maps.Keys(w.symbols)) }

// slot is where the variable called name lies.
func (w world) slot(name string) expr.Slot { return w.symbols[name].Slot }

// A memory is a Source: rows by level, each with its parent.
type memory struct {
	rows   [levels][]*expr.Row
	parent map[*expr.Row]*expr.Row
	more   [levels]expr.Missing // why more rows of a level may come; Answered if none will
}

func newMemory() *memory {
	return &memory{
		parent: map[*expr.Row]*expr.Row{},
		more:   [levels]expr.Missing{expr.Answered, expr.Answered, expr.Answered, expr.Answered},
	}
}

// add makes a row of level under parent; names and cells alternate in values.
func (m *memory) add(level int, parent *expr.Row, values map[string]expr.Cell) *expr.Row {
	w := at(level)
	n := 0
	for _, s := range w.symbols {
		if s.Slot.Level == level && s.Type.Kind != expr.Rows {
			n = max(n, s.Slot.Index+1)
		}
	}
	r := &expr.Row{Cells: make([]expr.Cell, n), ID: int64(len(m.rows[level]))}
	for name, c := range values {
		if s := w.slot(name); s.Level != level {
			panic(name + " is of another level")
		}
		r.Cells[w.slot(name).Index] = c
	}
	m.rows[level] = append(m.rows[level], r)
	m.parent[r] = parent
	return r
}

func (m *memory) Each(f *expr.Frame, level int, visit func(*expr.Row) bool) expr.Missing {
	saved := f.Rows[person]
	defer func() { f.Rows[person] = saved }()
	for _, r := range m.rows[level] {
		p := m.parent[r]
		switch {
		case level == person:
		case saved != nil && p != saved:
			continue
		default:
			f.Rows[person] = p
		}
		if !visit(r) {
			break
		}
	}
	return m.more[level]
}

func (m *memory) At(f *expr.Frame, level int, code int64) *expr.Row {
	for _, r := range m.rows[level] {
		if m.parent[r] == f.Rows[person] && r.ID == code {
			return r
		}
	}
	return nil
}

// num, real, str and no make cells.
func num(n int64) expr.Cell { return expr.Cell{N: n, Missing: expr.Answered} }

func float(x float64) expr.Cell { return num(int64(math.Float64bits(x))) }

func str(s string) expr.Cell { return expr.Cell{Text: s, Missing: expr.Answered} }

func no(m expr.Missing) expr.Cell { return expr.Cell{Missing: m} }

func day(t testing.TB, s string) expr.Cell {
	t.Helper()
	n, ok := expr.ParseDate(s)
	if !ok {
		t.Fatalf("%q is no date", s)
	}
	return num(n)
}

// check checks src at level and fails the test on any diagnostic.
func check(t testing.TB, src string, level int) *expr.Expr {
	t.Helper()
	e, ds := expr.Check(src, expr.Position{Line: 1, Col: 1}, at(level), expr.Want{})
	if err := ds.Err(); err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	return e
}
