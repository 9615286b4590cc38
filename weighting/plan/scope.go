package plan

import (
	"math"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// This file lets expressions read the rows of a plan's files. The rules:
//
//   - an expression about a file reads its columns and those of the files it is
//     within; of two columns with one name the nearer one is meant;
//   - the files below it are rosters: any(incidents, …) ranges over the rows
//     that hang under the current one;
//   - a column that some row was not asked for can be off path.

// A scope is the names that an expression about file f knows.
type scope struct {
	files []*file
	f     *file
	as    map[*weighting.Column]bool // texts to take for numbers
}

// Lookup finds a variable of f or of a file above it, a file below it, or a
// variable of such a file, which has a value in each of its rows.
func (s scope) Lookup(name string) (expr.Symbol, bool) {
	for g := s.f; g != nil; g = g.above {
		if sym, ok := g.lookup(name, true); ok {
			return s.taken(g, sym), true
		}
	}
	for _, g := range s.files {
		if g == s.f || !g.isWithin(s.f) {
			continue
		}
		if g.spec.name == name {
			return expr.Symbol{Name: name, Type: expr.Type{Kind: expr.Rows}, Level: g.level}, true
		}
	}
	for _, g := range s.files {
		if g == s.f || !g.isWithin(s.f) {
			continue
		}
		if sym, ok := g.lookup(name, false); ok {
			return s.taken(g, sym), true
		}
	}
	return expr.Symbol{}, false
}

// taken returns sym, a variable of g, as s takes it.
func (s scope) taken(g *file, sym expr.Symbol) expr.Symbol {
	if sym.Type.Kind == expr.Text && s.as[g.vars[sym.Slot.Index].col] {
		sym.Type = expr.Type{Kind: expr.Real}
	}
	return sym
}

// lookup finds a variable of f, or an attribute of the codes of one: crime.level.
func (f *file) lookup(name string, bound bool) (expr.Symbol, bool) {
	if i, ok := f.name[name]; ok {
		return f.symbol(i, bound), true
	}
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return expr.Symbol{}, false
	}
	i, ok := f.name[name[:dot]]
	if !ok || f.vars[i].col == nil || f.vars[i].typ.Kind != expr.Code {
		return expr.Symbol{}, false
	}
	values := f.vars[i].col.Attribute(name[dot+1:])
	if values == nil {
		return expr.Symbol{}, false
	}
	sym := f.symbol(i, bound)
	list := &expr.List{Name: name}
	for _, v := range values {
		if v != "" && !slices.Contains(list.Codes, v) {
			list.Codes = append(list.Codes, v)
		}
	}
	sym.Name, sym.Type = name, expr.Type{Kind: expr.Code, List: list}
	for _, v := range values {
		cell := expr.Cell{Missing: expr.DoesNotApply}
		if v != "" {
			cell = expr.Cell{N: int64(list.Index(v)), Missing: expr.Answered}
		}
		sym.Attr = append(sym.Attr, cell)
	}
	return sym, true
}

// symbol describes variable i of f.
func (f *file) symbol(i int, bound bool) expr.Symbol {
	v := f.vars[i]
	return expr.Symbol{
		Name: v.name, Type: v.typ, Slot: expr.Slot{Level: f.level, Index: i},
		OffPath: v.offPath(f.table.Len()), Bound: bound,
	}
}

// offPath reports whether a row was not asked for v.
func (v *variable) offPath(rows int) bool {
	if v.off == nil {
		off := v.col != nil && v.col.Blank()
		for i := 0; i < rows && !off && v.col == nil; i++ {
			off = v.cell(i).Missing == expr.NotAsked
		}
		v.off = &off
	}
	return *v.off
}

// Enter returns the scope of a file below s.
func (s scope) Enter(roster string) (expr.Scope, bool) {
	for _, g := range s.files {
		if g.spec.name == roster && g != s.f && g.isWithin(s.f) {
			return scope{s.files, g, s.as}, true
		}
	}
	return nil, false
}

// Names lists all names that Lookup knows.
func (s scope) Names() []string {
	var names []string
	for _, g := range s.files {
		switch {
		case g != s.f && g.isWithin(s.f):
			names = append(names, g.spec.name)
		case !s.f.isWithin(g):
			continue
		}
		names = append(names, columnNames(g)...)
	}
	return names
}

// rows lets an evaluation reach the rows of all files. It serves one goroutine.
type rows struct {
	files []*file
	frame expr.Frame
	at    []expr.Row // the current row of each file, or the one being visited
	reads [][]int    // variables of each file that the expression at hand reads
}

func newRows(files []*file) *rows {
	r := &rows{files: files, at: make([]expr.Row, len(files)), reads: make([][]int, len(files))}
	for _, f := range files {
		r.at[f.level].Cells = make([]expr.Cell, len(f.vars))
	}
	r.frame = expr.Frame{Rows: make([]*expr.Row, len(files)), Source: r}
	return r
}

// prepare makes r ready to evaluate e about rows of f.
func (r *rows) prepare(e *expr.Expr) {
	for l := range r.reads {
		r.reads[l] = r.reads[l][:0]
		if n := len(r.files[l].vars); n > len(r.at[l].Cells) { // variables were derived
			r.at[l].Cells = make([]expr.Cell, n)
		}
		r.at[l].ID = -1
		r.frame.Rows[l] = nil
	}
	for _, s := range e.Reads() {
		r.reads[s.Level] = append(r.reads[s.Level], s.Index)
	}
}

// move makes row i of f, and those it hangs under, current.
func (r *rows) move(f *file, i int) {
	for g := f; g != nil; g = g.above {
		r.fill(g, i)
		r.frame.Rows[g.level] = &r.at[g.level]
		if g.above != nil {
			i = g.up[i]
		}
	}
}

// fill puts the cells that are read of row i of f in place.
func (r *rows) fill(f *file, i int) {
	at := &r.at[f.level]
	if at.ID == int64(i) {
		return
	}
	at.ID = int64(i)
	for _, v := range r.reads[f.level] {
		at.Cells[v] = f.vars[v].cell(i)
	}
}

// Each visits the rows of a file that hang under the current row of the nearest
// file above it that has one.
func (r *rows) Each(f *expr.Frame, level int, visit func(*expr.Row) bool) expr.Missing {
	target := r.files[level]
	top := target.above
	for top != nil && f.Rows[top.level] == nil {
		top = top.above
	}
	if top == nil {
		return expr.NotReached
	}
	_, more := r.under(f, target.path(top), int(f.Rows[top.level].ID), visit)
	return more
}

// under visits the rows of the last file of path below row i of the file above
// the first. It returns false if visit did.
func (r *rows) under(f *expr.Frame, path []*file, i int, visit func(*expr.Row) bool) (goOn bool, more expr.Missing) {
	g := path[0]
	more = expr.Answered
	if g.full != nil && !g.full[i] {
		more = expr.NotReached
	}
	for _, row := range g.order[g.first[i]:g.first[i+1]] {
		r.fill(g, int(row))
		at := &r.at[g.level]
		if len(path) == 1 {
			if !visit(at) {
				return false, more
			}
			continue
		}
		f.Rows[g.level] = at
		ok, m := r.under(f, path[1:], int(row), visit)
		f.Rows[g.level] = nil
		if m != expr.Answered {
			more = m
		}
		if !ok {
			return false, more
		}
	}
	return true, more
}

// At finds no row: files have no grids.
func (r *rows) At(*expr.Frame, int, int64) *expr.Row { return nil }

// number returns a cell of type t as a number, NaN if it is missing. A
// condition is 0 or 1.
func number(c expr.Cell, t expr.Type) float64 {
	if c.Missing != expr.Answered {
		return math.NaN()
	}
	switch t.Kind {
	case expr.Real:
		return math.Float64frombits(uint64(c.N))
	case expr.Number:
		return float64(c.N) / math.Pow10(t.Scale)
	}
	return float64(c.N)
}
