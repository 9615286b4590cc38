package plan

import (
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file computes derived variables. The rules:
//
//   - a derived variable may use others, in any order, but not itself;
//   - it belongs to the file under whose name it stands. Without one, it belongs
//     to the highest file that has all the columns it reads; if it ranges over
//     rows below and more than one file could be meant, the plan has to say;
//   - while a file cannot be read, one that the columns of another explain is computed
//     as ever; only what may need the missing columns is put off;
//   - one that is wrong is reported once: what uses it is then not checked.

// A binder gives the expressions of a document their meaning.
type binder struct {
	doc    *document
	files  []*file
	rows   *rows
	ds     *expr.Diagnostics
	broken map[string]bool // derived variables that are wrong
	open   *opener         // of the files, to look a place up; nil if that cannot be done
}

// syntax checks how an expression is written, and no more.
func syntax(n *source.Node, ds *expr.Diagnostics) *expr.Tree {
	if n.Raw() == "" {
		return nil
	}
	tree, wrong := expr.ParseAt(n.Raw(), n)
	for _, d := range wrong {
		ds.Add(d)
	}
	return tree
}

// check checks the expression at n about rows of f. It returns nil if it is
// wrong, or uses something that is. If a file could not be read whose columns
// it may name, only how it is written is checked.
func (b *binder) check(n *source.Node, f *file, want expr.Want) *expr.Expr {
	if n.Raw() == "" || b.usesBroken(n.Raw()) {
		return nil
	}
	if b.unsureOf(n, f) {
		syntax(n, b.ds)
		return nil
	}
	e, ds := expr.CheckAt(n.Raw(), n, scope{files: b.files, f: f}, want)
	if e == nil {
		ds = b.explain(n, f, want, ds)
	}
	for _, d := range ds {
		b.ds.Add(d)
	}
	return e
}

// unsure reports whether columns are not known that an expression about f may
// name: of a file that could not be read, or that hangs nobody knows where.
func (b *binder) unsure(f *file) bool {
	return slices.ContainsFunc(b.files, func(g *file) bool {
		return g.adrift || f.lost || g.lost && (g.isWithin(f) || f.isWithin(g))
	})
}

// unsureOf is unsure for the expression at n: where f and all above it were read,
// a file below that was not matters only to what names it, since its columns are
// reached through its name.
func (b *binder) unsureOf(n *source.Node, f *file) bool {
	tree, _ := expr.Parse(n.Raw())
	if tree == nil {
		return b.unsure(f)
	}
	names := tree.Names()
	return slices.ContainsFunc(b.files, func(g *file) bool {
		return g.adrift || f.lost || g.lost && (f.isWithin(g) || g.isWithin(f) && slices.Contains(names, g.spec.name))
	})
}

func (b *binder) usesBroken(src string) bool {
	tree, _ := expr.Parse(src)
	return tree != nil && slices.ContainsFunc(tree.Names(), func(name string) bool { return b.broken[name] })
}

// derive computes all derived variables.
func (b *binder) derive() {
	specs := map[string]deriveSpec{}
	var names []string
	for _, s := range b.doc.derive {
		name := s.name.Raw()
		if first, twice := specs[name]; twice {
			s.name.Fail(b.ds, "", "%s is derived on line %d already", name, first.name.At().Line)
			continue
		}
		specs[name] = s
		names = append(names, name)
	}
	const underWay, done = 1, 2
	state := map[string]int{}
	var visit func(name string)
	visit = func(name string) {
		s := specs[name]
		switch state[name] {
		case done:
			return
		case underWay:
			s.name.Fail(b.ds, "", "%s is derived from itself", name)
			b.broken[name] = true
			return
		}
		state[name] = underWay
		if tree, _ := expr.Parse(s.text.Raw()); tree != nil {
			for _, other := range tree.Names() {
				if _, ok := specs[other]; ok {
					visit(other)
				}
			}
		}
		if !b.broken[name] && !b.deriveOne(s) && !b.isColumn(name) {
			b.broken[name] = true
		}
		state[name] = done
	}
	for _, name := range names {
		visit(name)
	}
}

// isColumn reports whether some file has a variable of that name.
func (b *binder) isColumn(name string) bool {
	return slices.ContainsFunc(b.files, func(f *file) bool { _, ok := f.name[name]; return ok })
}

// deriveOne computes a derived variable; false if it is wrong.
func (b *binder) deriveOne(s deriveSpec) bool {
	name := s.name.Raw()
	if tree, ds := expr.Parse(name); ds.Err() != nil || len(tree.Names()) != 1 || tree.String() != name || strings.Contains(name, ".") {
		s.name.Fail(b.ds, "letters a to z, digits and _", "%q cannot be the name of a variable", name)
		return false
	}
	f := b.fileOf(s)
	if f == nil {
		return false
	}
	if _, ok := f.name[name]; ok {
		s.name.Fail(b.ds, "choose another name", "%s is a column of %s", name, f.spec.name)
		return false
	}
	e := b.check(s.text, f, expr.Want{})
	if e == nil {
		return false
	}
	f.name[name] = len(f.vars)
	f.vars = append(f.vars, &variable{name: name, typ: e.Type(), cells: b.evaluate(e, f)})
	return true
}

// fileOf returns the file that a derived variable belongs to.
func (b *binder) fileOf(s deriveSpec) *file {
	if s.file != nil {
		return b.fileNamed(s.file)
	}
	if len(b.files) == 1 {
		return b.files[0]
	}
	if b.usesBroken(s.text.Raw()) {
		return nil
	}
	var could []*file
	var least expr.Diagnostics
	ranges, hidden := false, false
	for _, f := range b.files {
		if b.unsureOf(s.text, f) {
			hidden = true
			continue
		}
		e, ds := expr.CheckAt(s.text.Raw(), s.text, scope{files: b.files, f: f}, expr.Want{})
		if e == nil {
			ds = b.explain(s.text, f, expr.Want{}, ds)
		}
		if e != nil {
			could = append(could, f)
			ranges = ranges || len(e.Rosters()) > 0
		} else if least == nil || len(ds) < len(least) {
			least = ds
		}
	}
	switch {
	case len(could) == 0 && hidden: // what it reads may be where nothing could be read
		syntax(s.text, b.ds)
		return nil
	case len(could) == 0:
		for _, d := range least {
			b.ds.Add(d)
		}
		return nil
	case len(could) == 1, !ranges && !slices.ContainsFunc(could, func(f *file) bool { return !f.isWithin(could[0]) }):
		return could[0]
	}
	var names []string
	for _, f := range could {
		names = append(names, f.spec.name)
	}
	s.name.Fail(b.ds, "write derive: {"+names[0]+": {"+s.name.Raw()+": …}}",
		"%s can be a variable of %s", s.name.Raw(), strings.Join(names, " or of "))
	return nil
}

// fileNamed returns the file that n names, nil after a mistake.
func (b *binder) fileNamed(n *source.Node) *file {
	var names []string
	for _, f := range b.files {
		if f.spec.name == n.Raw() {
			return f
		}
		names = append(names, f.spec.name)
	}
	if n.Raw() != "" {
		unknownFile(n, names, b.ds)
	}
	return nil
}

// evaluate computes e for each row of f.
func (b *binder) evaluate(e *expr.Expr, f *file) []expr.Cell {
	cells := make([]expr.Cell, f.table.Len())
	b.rows.prepare(e)
	for i := range cells {
		b.rows.move(f, i)
		cells[i] = e.Eval(&b.rows.frame)
	}
	return cells
}
