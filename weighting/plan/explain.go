package plan

import (
	"fmt"
	"maps"
	"slices"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file finds the field that is to blame when an expression wants a number
// and the column it names was read as texts: one letter in a million rows makes
// a column of texts.

// explain returns ds, the mistakes of the expression at n about rows of f, with
// those that a bad number causes told where it stands. Such are the ones that
// are gone if the column is taken for numbers and that bring no other mistake.
func (b *binder) explain(n *source.Node, f *file, want expr.Want, ds expr.Diagnostics) expr.Diagnostics {
	tree, _ := expr.Parse(n.Raw())
	if tree == nil {
		return ds
	}
	as := map[*weighting.Column]bool{}
	plain := scope{files: b.files, f: f}
	var told expr.Diagnostics
	for _, name := range tree.Names() {
		sym, ok := plain.Lookup(name)
		if !ok || sym.Type.Kind != expr.Text {
			continue
		}
		col := b.files[sym.Slot.Level].vars[sym.Slot.Index].col
		if col == nil {
			continue
		}
		odd := col.NotNumbers()
		if odd == nil {
			continue
		}
		as[col] = true
		_, now := expr.CheckAt(n.Raw(), n, scope{b.files, f, as}, want)
		gone := slices.IndexFunc(ds, func(d expr.Diagnostic) bool { return !slices.Contains(now, d) })
		if gone < 0 || len(now) > len(ds) {
			delete(as, col)
			continue
		}
		told = append(told, blame(odd, ds[gone])...)
		ds = now
	}
	return append(told, ds...)
}

// blame tells a mistake of a plan where its causes are. The fields are wrong if
// most of their column are numbers, else the column is not the one that is meant.
func blame(odd []weighting.NotNumber, d expr.Diagnostic) expr.Diagnostics {
	if odd[0].Numbers < odd[0].Others {
		if d.Hint == "" {
			d.Hint = fmt.Sprintf("%s: %s", odd[0].Position, odd[0])
		}
		return expr.Diagnostics{d}
	}
	var ds expr.Diagnostics
	for _, f := range odd {
		ds = append(ds, expr.Diagnostic{Position: f.Position, Message: f.String(), Hint: fmt.Sprintf("%s wants a number", d.Position)})
	}
	if more := odd[0].Others - len(ds); more > 0 {
		ds[len(ds)-1].Hint += fmt.Sprintf("; and %d more fields of the column are none", more)
	}
	return ds
}

// partlyNumbers says whether n is the name of a column of f that holds numbers
// but for some fields, and which those are: the numbers can then be looked at too.
func (b *binder) partlyNumbers(n *source.Node, f *file) ([]weighting.NotNumber, bool) {
	i, ok := f.name[n.Raw()]
	if !ok || f.vars[i].col == nil {
		return nil, false
	}
	odd := f.vars[i].col.NotNumbers()
	return odd, odd != nil && odd[0].Numbers >= odd[0].Others
}

// A places adds mistakes of rows and finds, once all are known, where in its line
// each stands: a table knows the lines of its rows and no more, so the file is
// opened again.
type places struct {
	b      *binder
	f      *file
	column string
	ds     *expr.Diagnostics
	lines  map[int]int // in ds: the mistakes, by line
}

// placesIn returns the places of mistakes of a column of f; of something else,
// such as an expression, the line is all that is told.
func (b *binder) placesIn(f *file, column string) *places {
	return &places{b: b, f: f, column: column, lines: map[int]int{}}
}

// add adds a mistake of a row.
func (p *places) add(ds *expr.Diagnostics, row int, message, hint string) {
	p.ds = ds
	line := p.f.table.Line(row)
	p.lines[line] = len(*ds)
	ds.Add(expr.Diagnostic{Position: expr.Position{File: p.f.table.File, Line: line}, Message: message, Hint: hint})
}

// find gives the mistakes added their columns.
func (p *places) find() {
	if len(p.lines) == 0 || p.b.open == nil || p.f.table.Column(p.column) == nil {
		return
	}
	quiet := *p.b.open
	quiet.ds = &expr.Diagnostics{} // it was readable a moment ago
	in, ok := quiet.stream(p.f.spec.read)
	if !ok {
		return
	}
	defer in.Close()
	lines := slices.Collect(maps.Keys(p.lines))
	for line, at := range weighting.FieldPlaces(in, p.f.table.File, p.column, lines) {
		if i := p.lines[line]; i < len(*p.ds) && (*p.ds)[i].Line == line {
			(*p.ds)[i].Position = at
		}
	}
}
