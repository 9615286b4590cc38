//go:build !js

package questionnaire

import (
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file says what a name in an expression means, seen from the level that
// the expression stands at:
//
//   - the row itself and the rows above it are read by name;
//   - the rows of a roster are reached through any, all, count, sum, which
//     enter it; a row of a grid also by its code, grid[code];
//   - a code has the columns of its catalogue: crime.level.

// scope says what names mean at a level of the instrument.
type scope struct {
	c       *compiler
	level   int
	entered []int // levels of the rosters that aggregates range over
	option  int   // variable that option means, -1 outside an offer
	module  int   // module the expression stands in, -1 outside any
	self    int   // question whose own check it is, -1 elsewhere: there it is on path
	layer   int   // overlay that the expression was written in: codes added later stand for others
	words   bool  // a fill: a code is read aloud as itself
}

// at returns the scope of level, outside any module.
func (c *compiler) at(level int) scope {
	return scope{c: c, level: level, option: -1, module: -1, self: -1, layer: len(c.in.Overlays)}
}

// bound says whether rows of level l are current here.
func (s scope) bound(l int) bool {
	if s.c.above(s.level, l) || s.c.isAstray(l) || s.c.isAstray(s.level) {
		return true
	}
	return slices.ContainsFunc(s.entered, func(e int) bool { return s.c.above(e, l) })
}

// above says whether anc is l or a level above it.
func (c *compiler) above(l, anc int) bool {
	for ; l >= 0; l = c.q.Levels[l].Parent {
		if l == anc {
			return true
		}
	}
	return false
}

// variable returns the variable that name means here.
func (s scope) variable(name string) (int, bool) {
	if name == "option" && s.option >= 0 {
		return s.option, true
	}
	for _, from := range append([]int{s.level}, s.entered...) {
		for l := from; l >= 0; l = s.c.q.Levels[l].Parent {
			if v, ok := s.c.local[[2]any{l, name}]; ok {
				return v, true
			}
		}
	}
	if v, ok := s.c.astrayName(s.level, name); ok {
		return v, true
	}
	v, ok := s.c.names[name]
	return v, ok
}

// Lookup implements expr.Scope.
func (s scope) Lookup(name string) (expr.Symbol, bool) {
	if v, ok := s.variable(name); ok {
		return s.symbol(name, v), true
	}
	if l, ok := s.c.levels[name]; ok && s.c.q.Levels[l].Kind != levelSingle {
		return expr.Symbol{Name: name, Type: expr.Type{Kind: expr.Rows}, Level: l, Bound: true}, true
	}
	base, attr, ok := cutLast(name)
	if !ok {
		return expr.Symbol{}, false
	}
	v, ok := s.variable(base)
	if !ok || s.c.q.Variables[v].Type.List < 0 {
		return expr.Symbol{}, false
	}
	list := s.c.q.Lists[s.c.q.Variables[v].Type.List]
	for _, a := range list.Attributes {
		if a.Name == attr {
			sym := s.symbol(name, v)
			sym.Type, sym.Attr, sym.Stands = s.c.exprType(a.Type), a.Cells, nil
			return sym, true
		}
	}
	return expr.Symbol{}, false
}

// symbol describes variable v as it is seen from here.
func (s scope) symbol(name string, number int) expr.Symbol {
	v := s.c.q.Variables[number]
	sym := expr.Symbol{
		Name: name, Type: s.c.exprType(v.Type), Slot: expr.Slot{Level: v.Level, Index: s.c.indexOf(number)}, Bound: s.bound(v.Level),
		OffPath: v.Universe != "" && number != s.self,
	}
	if v.Kind == varPart {
		of := s.c.q.Variables[v.Of]
		sym.OffPath = of.Universe != "" && v.Of != s.self
	}
	if l := s.c.q.Levels[v.Level]; l.Kind == levelGrid && s.bound(l.Parent) {
		sym.Grid = s.c.q.Lists[l.List].names
	}
	if v.Type.List >= 0 && sym.Bound {
		sym.Stands = s.c.stands(v.Type.List, s.layer)
	}
	return sym
}

// indexOf returns the place of a variable in its level.
func (c *compiler) indexOf(number int) int {
	i := 0
	for _, v := range c.q.Variables[:number] {
		if v.Level == c.q.Variables[number].Level {
			i++
		}
	}
	return i
}

// Enter implements expr.Scope.
func (s scope) Enter(roster string) (expr.Scope, bool) {
	l, ok := s.c.levels[roster]
	if !ok || s.c.q.Levels[l].Kind == levelSingle {
		return nil, false
	}
	s.entered = append(slices.Clone(s.entered), l)
	return s, true
}

// Names implements expr.Scope.
func (s scope) Names() []string {
	names := mapNames(s.c.names)
	for k := range s.c.local {
		if s.bound(k[0].(int)) {
			names = append(names, k[1].(string))
		}
	}
	for n, l := range s.c.levels {
		if s.c.q.Levels[l].Kind != levelSingle {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// check compiles an expression of an author; nil after a mistake, or if src
// was not written.
func (c *compiler) check(src Source, s expr.Scope, want expr.Want) *expr.Expr {
	if strings.TrimSpace(src.Text) == "" {
		return nil
	}
	if own, ok := s.(scope); ok {
		if !c.readable(src, own) {
			return nil
		}
		if !own.words {
			own.layer = c.in.layer(src.At.File)
		}
		s = own
	}
	e, diags := expr.CheckAt(src.Text, src, s, want)
	into := &c.diags
	switch {
	case src.At.Line == 0: // made from what is not there: the loader has reported that
		c.absent = c.absent || diags.Err() != nil
		return e
	case src.in == nil:
		into = &c.echoes
	}
	for _, d := range diags {
		into.Add(d)
	}
	if e != nil {
		c.written[e] = src
	}
	return e
}

// readable finds the types of the calculated values that an expression names.
// It is false if one of them depends on this very expression, or if a type is
// not known: then a mistake has been reported, and what follows from it is none.
func (c *compiler) readable(src Source, s scope) bool {
	tree, diags := expr.Parse(src.Text)
	if diags.Err() != nil {
		return true // reported by Check
	}
	for _, name := range tree.Names() {
		v, ok := s.variable(name)
		if base, _, dotted := cutLast(name); !ok && dotted {
			v, ok = s.variable(base)
		}
		if !ok {
			continue
		}
		if p := c.values[v]; p != nil && p.busy {
			if !p.circle {
				p.circle = true
				c.errorf(p.source, "", "the value of %s depends on itself", c.q.Variables[v].ID)
			}
			return false
		}
		if c.typeOf(v); c.q.Variables[v].Type.unread() {
			return false
		}
	}
	return true
}

// condition compiles a boolean.
func (c *compiler) condition(src Source, s scope) *expr.Expr {
	return c.check(src, s, expr.Want{Kinds: []expr.Kind{expr.Bool}})
}

// conditions compiles those that were written, the outermost first.
func (c *compiler) conditions(s scope, srcs ...Source) []*expr.Expr {
	var out []*expr.Expr
	for _, src := range srcs {
		if e := c.condition(src, s); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// typeOf finds the type of a calculated value, compiling it if need be.
func (c *compiler) typeOf(number int) {
	p := c.values[number]
	if p == nil || p.done {
		return
	}
	v := c.q.Variables[number]
	p.busy = true
	s := c.at(v.Level)
	s.module = v.Module
	e := c.check(p.source, s, expr.Want{})
	p.busy, p.done = false, true
	if e == nil {
		return // of no type: what reads it is not looked at
	}
	t := e.Type()
	v.Value = e
	v.Type = valueType{Kind: t.Kind, Scale: t.Scale, List: -1}
	switch {
	case t.Kind == expr.Real:
		c.errorf(p.source, "write round(…, decimals)", "the value of %s is not an exact number", v.ID)
	case t.List != nil:
		if v.Type.List = c.listNumber(t.List); v.Type.List < 0 { // a list that the expression made, by cut
			v.Type.List = c.madeList(t.List)
		}
	}
}

// listNumber returns the number of the list that expressions know as l, -1 if
// it is none of the instrument's. Lists that cut made all have one name.
func (c *compiler) listNumber(l *expr.List) int {
	return slices.IndexFunc(c.q.Lists, func(x *list) bool { return x.names == l })
}

// madeList adds a list that an expression made.
func (c *compiler) madeList(l *expr.List) int {
	out := &list{Name: l.Name, names: l}
	for i, code := range l.Codes {
		out.Choices = append(out.Choices, choice{Code: number(i + 1), Name: code, Text: c.text("", Source{Text: code}, 0)})
	}
	c.q.Lists = append(c.q.Lists, out)
	return len(c.q.Lists) - 1
}
