//go:build !js

package questionnaire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file declares what an instrument is made of, from the outside in:
// levels, parameters, periods, modules, and the elements of a module. The
// rules:
//
//   - a level has one row until a roster or a screen makes its rows come from
//     people: what depends on which it is, waits for all declarations;
//   - an element's conditions are its own and those of all that surrounds it,
//     handed down as outer, the module's first;
//   - what the engine itself knows of a row (its number, its crime, whether it
//     was drawn) is a variable like any other, so expressions need no second
//     way to read it.

// number is a small number as text.
func number(n int) string { return strconv.Itoa(n) }

// declareLevel adds a level that an author named.
func (c *compiler) declareLevel(l *Level) {
	parent := 0
	if l.Parent.Text != "" {
		p, ok := c.levels[l.Parent.Text]
		if !ok {
			c.errorf(l.Parent, suggestion(l.Parent.Text, mapNames(c.levels)), "there is no level %s above this one", l.Parent.Text)
			l.within = l.Parent.Text
		}
		parent = p
	}
	if c.define(l.Name, "level") {
		i := c.addLevel(l.Name.Text, parent)
		if l.within != "" {
			c.lose(i, l.within)
		}
	}
}

func (c *compiler) addLevel(name string, parent int) int {
	i := len(c.q.Levels)
	c.q.Levels = append(c.q.Levels, &level{Name: name, Parent: parent, List: -1, Row: -1, Number: -1, Count: -1, Done: -1, Selected: -1})
	c.levels[name] = i
	return i
}

// add appends a variable and makes its id known.
func (c *compiler) add(v *variable) int {
	for _, t := range []*int{&v.Text, &v.Instruction, &v.Card, &v.Zero, &v.Unit} {
		if *t == 0 {
			*t = -1
		}
	}
	i := len(c.q.Variables)
	c.q.Variables = append(c.q.Variables, v)
	if _, taken := c.names[v.ID]; !taken { // the second of two was reported, the first is meant
		c.names[v.ID] = i
	}
	return i
}

// derived adds one of the engine's own variables.
func (c *compiler) derived(id string, level int, kind expr.Kind) int {
	return c.add(&variable{
		ID: id, Level: level, Kind: varDerived, Type: valueType{Kind: kind, List: -1}, Class: Ordinary, Module: -1, Option: -1,
	})
}

// code adds a derived variable that holds a code, under a name that only the
// rows of its level know.
func (c *compiler) code(id, local string, level, list int) int {
	v := c.derived(id, level, expr.Code)
	c.q.Variables[v].Type.List = list
	c.local[[2]any{level, local}] = v
	return v
}

func (c *compiler) declareParameter(p *Parameter) {
	t, ok := c.valueType(p.Type)
	if !c.define(p.Name, "parameter") {
		return
	}
	if !ok {
		t = valueType{List: -1} // of no type: what reads it is not looked at
	}
	v := &variable{ID: p.Name.Text, Kind: varParameter, Type: t, Class: Ordinary, Module: -1, Option: -1}
	if p.Default.At.Line > 0 {
		cell, err := c.constant(t, p.Default.Text)
		if err != nil {
			c.errorf(p.Default, "", "default of %s: %v", p.Name.Text, err)
		}
		v.Default = &cell
		if t.Table > 0 {
			c.defaultEntry(p, v)
		}
	}
	switch {
	case t.Table > 0 && c.q.Tables[t.Table-1].prefixed() == 0:
		c.errorf(p.Type, "give the levels a prefix", "only the code of a parameter is given, and the codes of table %s do not say where they lie", c.q.Tables[t.Table-1].Name)
	case t.Form != "" && t.Table == 0 && t.Form != formMonth:
		c.errorf(p.Type, "", "a parameter cannot be a %s", t.Form)
	}
	c.declareParts(c.add(v))
}

func (c *compiler) declareModule(m *Module) {
	l, ok := c.levels[m.Level.Text]
	if !ok {
		if !m.astray {
			c.errorf(m.Level, suggestion(m.Level.Text, mapNames(c.levels)), "there is no level %s", m.Level.Text)
		}
		l = c.astrayLevel(0, m.Level.Text)
	}
	c.define(m.Name.worded("module "+m.Name.Text), "module") // a second one is read too: its items have mistakes of their own
	out := &module{Name: m.Name.Text, Level: l, Respondent: m.Respondent.Text, Elements: []int{}}
	i := len(c.q.Modules)
	c.q.Modules = append(c.q.Modules, out)
	out.Title = c.text("modules."+m.Name.Text+".title", m.Title, l)
	out.Heading = c.text("modules."+m.Name.Text+".heading", m.Heading, l)
	s := c.at(l)
	s.module = i
	c.later(func() { out.When = c.conditions(s, m.When) })
	for _, e := range m.Elements {
		out.Elements = append(out.Elements, c.declareElement(e, i, l, []Source{m.When}, false)...)
	}
	c.declareReview(m.Name.Text, i, l, m.Checks, m.When)
}

// newElement adds an element; its number is its place in the instrument.
func (c *compiler) newElement(kind ElementKind, id string, module, l int) *element {
	out := &element{
		ID: id, Kind: kind, Module: module, Level: l, Rows: -1, First: -1, Add: -1, Given: -1, Refused: -1, number: len(c.q.Elements),
		Text: -1, Instruction: -1, Card: -1,
	}
	c.q.Elements = append(c.q.Elements, out)
	return out
}

// stem gives an element its texts and conditions.
func (c *compiler) stem(out *element, e *Element, whens ...Source) {
	out.Text = c.text(e.ID.Text, e.Text, out.Level)
	out.Instruction = c.text(e.ID.Text+".instruction", e.Instruction, out.Level)
	out.Card = c.text(e.ID.Text+".card", e.Card, out.Level)
	s := c.at(out.Level)
	s.module = out.Module
	c.later(func() { out.When = c.conditions(s, whens...) })
}

// declareElement adds an element of a module, or of a roster's items, and
// returns the numbers of what it became. outer are the conditions of what
// surrounds it, the module's first.
func (c *compiler) declareElement(e *Element, m, l int, outer []Source, nested bool) []int {
	switch e.Kind {
	case ElementItem:
		return []int{c.declareItem(e, e.Item, m, l, append(slices.Clone(outer), e.When), nested)}
	case ElementScreen:
		return c.declareScreen(e, m, l, outer)
	case ElementBlock:
		return c.declareBlock(e, m, l, outer, nested)
	}
	if e.Kind != ElementRoster {
		c.define(e.ID, "element") // a second one is read too: its parts have mistakes of their own
	}
	out := c.newElement(e.Kind, e.ID.Text, m, l)
	out.Nested = nested
	c.elementClass(out, e)
	c.stem(out, e, append(slices.Clone(outer[1:]), e.When)...)
	numbers := []int{out.number}
	switch e.Kind {
	case ElementGrid:
		c.declareGrid(out, e, outer)
	case ElementRoster:
		c.declareRoster(out, e, outer)
	case ElementConsent:
		out.Given = c.text(e.ID.Text+".given", e.Given, l)
		out.Refused = c.text(e.ID.Text+".refused", e.Refused, l)
		out.Disposition = c.disposition(e.Disposition, 211)
		v := &variable{ID: e.ID.Text, Level: l, Kind: varConsent, Type: valueType{Kind: expr.Bool, List: -1}, Class: Ordinary, Module: m, Order: out.number, Option: -1}
		out.Variables = []int{c.add(v)}
		c.whens(v, append(slices.Clone(outer), e.When)...)
	case ElementSelect:
		c.declareSelect(out, e)
	case ElementEnd:
		c.declareEnd(out, e, outer)
	case ElementGate:
		c.declareGate(out, e, outer)
	}
	c.declareChecks(e.Checks, out, -1, l, e.ID.Text, append(slices.Clone(outer), e.When)...)
	return numbers
}

// whens gives v its conditions once names are known, the outermost first, and
// its universe in words of the instrument.
func (c *compiler) whens(v *variable, whens ...Source) {
	var own []string
	for i, w := range whens {
		if w.Text != "" && i > 0 { // the module's own condition holds for all of it
			own = append(own, w.Text)
		}
	}
	v.Universe = strings.Join(own, " and ")
	s := c.at(v.Level)
	s.module = v.Module
	c.later(func() { v.When = c.conditions(s, whens...) })
}

func (c *compiler) disposition(src Source, otherwise int) int {
	if src.Text == "" {
		return otherwise
	}
	d, err := strconv.Atoi(src.Text)
	if err != nil || disposition(d) != nil {
		c.errorf(src, "AAPOR codes without their dot: 211 is 2.11, refusal", "%q is not a disposition", src.Text)
		return otherwise
	}
	return d
}

func (c *compiler) declareEnd(out *element, e *Element, outer []Source) {
	if e.When.Text == "" {
		c.errorf(e.ID, "write when: …", "end %s has no condition", e.ID.Text)
	}
	out.Disposition = c.disposition(e.Disposition, breakOff)
	v := &variable{ID: e.ID.Text, Level: out.Level, Kind: varEnd, Type: valueType{Kind: expr.Bool, List: -1}, Class: Ordinary, Module: out.Module, Order: out.number, Option: -1}
	out.Variables = []int{c.add(v)}
	c.later(func() {
		if !c.single(out.Level) && !c.isAstray(out.Level) {
			c.errorf(e.ID, "put it in a module of the household", "an end must stand at a level with one row")
			v.Kind = varValue // it ends nothing, so nothing waits for it
		}
	})
	c.whens(v, outer...)
	s := c.at(out.Level)
	c.later(func() { v.Value = c.condition(e.When, s) })
}

// single says whether l and all levels above it have one row.
func (c *compiler) single(l int) bool {
	for ; l >= 0; l = c.q.Levels[l].Parent {
		if c.q.Levels[l].Kind != levelSingle {
			return false
		}
	}
	return true
}

// declareGrid makes one question over the codes of a list.
func (c *compiler) declareGrid(out *element, e *Element, outer []Source) {
	l, ok := c.gridLevel(out, e.ID.Text, e.Over)
	if !ok {
		return
	}
	c.code(e.ID.Text+".row", "row", l, c.q.Levels[l].List)
	c.q.Levels[l].Row = c.local[[2]any{l, "row"}]
	if e.Ask == nil {
		c.errorf(e.ID, "write ask: {id: …, text: …, type: …}", "grid %s asks nothing", e.ID.Text)
		return
	}
	out.Variables = []int{c.question(e.Ask, out, l, append(slices.Clone(outer), e.When)...)}
	out.Rows = l
}

// gridLevel makes the level of a grid or screen: the codes of "LIST" or of
// "LIST where CONDITION on its attributes".
func (c *compiler) gridLevel(out *element, name string, over Source) (int, bool) {
	li, codes, ok := c.codesOf(over)
	if !ok {
		return 0, false
	}
	i := c.addLevel(name, out.Level)
	l := c.q.Levels[i]
	l.Kind, l.List, l.Codes = levelGrid, li, codes
	return i, true
}

// codesOf returns a list and those of its codes that "LIST where CONDITION on
// its attributes" means.
func (c *compiler) codesOf(over Source) (li int, codes []int, ok bool) {
	from, where, some := over.cut(" where ")
	listName := strings.TrimSpace(from.Text)
	li, ok = c.lists[listName]
	if !ok {
		c.errorf(from, suggestion(listName, mapNames(c.lists)), "there is no list %s", listName)
		return 0, nil, false
	}
	var cond *expr.Expr
	if some {
		if cond = c.check(where, attributes{c, c.q.Lists[li]}, expr.Want{Kinds: []expr.Kind{expr.Bool}}); cond == nil {
			return li, nil, true
		}
	}
	for code := range c.q.Lists[li].Choices {
		row := &expr.Row{}
		for _, a := range c.q.Lists[li].Attributes {
			row.Cells = append(row.Cells, a.Cells[code])
		}
		if cond != nil {
			if b, m := cond.Bool(&expr.Frame{Rows: []*expr.Row{row}}); !b || m != expr.Answered {
				continue
			}
		}
		codes = append(codes, code)
	}
	if len(codes) == 0 {
		c.errorf(over, "", "no code of %s meets this condition", listName)
	}
	return li, codes, true
}

// attributes is the scope of a condition on a catalogue's columns.
type attributes struct {
	c *compiler
	l *list
}

// Lookup implements expr.Scope.
func (s attributes) Lookup(name string) (expr.Symbol, bool) {
	for i, a := range s.l.Attributes {
		if a.Name == name {
			return expr.Symbol{Name: name, Type: s.c.exprType(a.Type), Slot: expr.Slot{Index: i}, Bound: true}, true
		}
	}
	return expr.Symbol{}, false
}

// Enter implements expr.Scope: a catalogue has no rosters.
func (s attributes) Enter(string) (expr.Scope, bool) { return nil, false }

// Names implements expr.Scope.
func (s attributes) Names() []string {
	var names []string
	for _, a := range s.l.Attributes {
		names = append(names, a.Name)
	}
	return names
}

// numbers gives a level its place and count.
func (c *compiler) numbers(i int) {
	l := c.q.Levels[i]
	if l.Number < 0 {
		l.Number = c.derived(l.Name+".number", i, expr.Number)
		l.Count = c.derived(l.Name+".count", i, expr.Number)
	}
}

// declareChecks adds checks that stand at one of an element's questions, or if
// v is -1 at the element itself, under its conditions.
func (c *compiler) declareChecks(checks []*Check, out *element, v, l int, key string, whens ...Source) {
	for i, k := range checks {
		id := k.ID.Text
		if id == "" {
			id = number(i + 1)
		}
		ck := &check{ID: id, Level: l, Severity: k.Severity, Element: out.number, Variable: v}
		ck.Say = c.text(fmt.Sprintf("%s.check.%s", key, id), k.Say, l)
		c.absent = c.absent || k.Say.Text == ""
		c.q.Checks = append(c.q.Checks, ck)
		s := c.at(l)
		s.module, s.self = out.Module, v
		c.later(func() { ck.When, ck.Holds = c.conditions(s, whens...), c.condition(k.Holds, s) })
	}
}
