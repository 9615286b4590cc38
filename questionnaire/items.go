//go:build !js

package questionnaire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file declares questions and calculated values, and the checks that
// follow from what a question says of itself: its range, how many options may
// be marked, which exclude the others. It also refuses forced answers that
// contradict each other or what is offered, by trying every combination of the
// answers that their conditions read.

// declareItem adds an item with a screen of its own.
func (c *compiler) declareItem(e *Element, it *Item, m, l int, whens []Source, nested bool) int {
	out := c.newElement(ElementItem, it.ID.Text, m, l)
	out.Nested = nested
	whens = append(slices.Clone(whens), it.When)
	if it.Value.Text != "" {
		out.Variables = []int{c.value(it, out, l, whens)}
		return out.number
	}
	out.Variables = []int{c.variableOf(it, out, l, whens)}
	return out.number
}

// question adds the question of a grid or screen.
func (c *compiler) question(it *Item, out *element, l int, whens ...Source) int {
	return c.variableOf(it, out, l, append(slices.Clone(whens), it.When))
}

// value adds a calculated value.
func (c *compiler) value(it *Item, out *element, l int, whens []Source) int {
	v := &variable{ID: it.ID.Text, Label: it.Label.Text, Level: l, Kind: varValue, Class: c.class(it, c.inherited(it, out, l, valueType{List: -1})), Module: out.Module, Order: out.number, Option: -1, Type: valueType{List: -1}, Tags: texts(it.Tags)}
	c.claim(it)
	n := c.add(v)
	c.label(it, n)
	c.unclassed[n] = it.Class.Text == ""
	c.values[n] = &pendingValue{source: it.Value}
	c.later(func() { c.typeOf(n) })
	c.whens(v, whens...)
	return n
}

// claim takes an item's id.
func (c *compiler) claim(it *Item) { c.define(it.ID, "item") }

// label takes an item's readable second name.
func (c *compiler) label(it *Item, n int) {
	if it.Label.Text != "" && c.define(it.Label, "label") {
		c.names[it.Label.Text] = n
	}
}

// variableOf adds a question.
func (c *compiler) variableOf(it *Item, out *element, l int, whens []Source) int {
	t, _ := c.valueType(it.Type)
	v := &variable{
		ID: it.ID.Text, Label: it.Label.Text, Level: l, Kind: varQuestion, Type: t, Module: out.Module, Order: out.number, Option: -1,
		Optional: it.Optional, Tags: texts(it.Tags),
	}
	v.Class = c.class(it, c.inherited(it, out, l, t))
	switch {
	case t.Kind != expr.Text || t.Table > 0 || it.Class.Text != "":
	case t.Form != "":
		c.errorf(it.ID, "write class: identifier, or sensitive", "a point, a photo and a recording tell who it is: %s needs a data class", it.ID.Text)
	default:
		c.errorf(it.ID, "write class: identifier, sensitive or ordinary", "a text may say anything: %s needs a data class", it.ID.Text)
	}
	if it.Zero.Text != "" && !t.unread() && t.Kind != expr.Number {
		c.errorf(it.Zero, "", "%s is no number: it has no zero", it.ID.Text)
	}
	c.claim(it)
	key := it.ID.Text
	v.Text, v.Instruction = c.text(key, it.Text, l), c.text(key+".instruction", it.Instruction, l)
	v.Card, v.Zero, v.Unit = c.text(key+".card", it.Card, l), c.text(key+".zero", it.Zero, l), c.text(key+".unit", it.Unit, l)
	if it.Text.Text == "" {
		c.errorf(it.ID, "write text: what is read aloud", "%s asks nothing", it.ID.Text)
	}
	for _, s := range it.Special {
		m, ok := expr.ParseMissing(s.Text)
		i := slices.IndexFunc(c.q.Special, func(x special) bool { return ok && x.Missing == m })
		if i < 0 {
			c.errorf(s, "declare it under special", "%q is not a special answer of this instrument", s.Text)
			continue
		}
		v.Special = append(v.Special, c.q.Special[i])
	}
	n := c.add(v)
	c.label(it, n)
	c.whens(v, whens...)
	s := c.at(l)
	s.module = out.Module
	c.declareParts(n)
	c.options(it, v, n, s)
	c.later(func() { c.withins(it, v, s) })
	s.self = n
	c.ranges(it, v, out, s)
	c.declareChecks(it.Checks, out, n, l, key)
	return n
}

func (c *compiler) class(it *Item, otherwise DataClass) DataClass {
	switch d := DataClass(it.Class.Text); d {
	case "":
		return otherwise
	case Identifier, Sensitive, Ordinary:
		return d
	}
	c.errorf(it.Class, "use identifier, sensitive or ordinary", "%q is not a data class", it.Class.Text)
	return otherwise
}

func texts(srcs []Source) []string {
	var out []string
	for _, s := range srcs {
		out = append(out, s.Text)
	}
	return out
}

// options compiles what decides which options are offered or forced.
func (c *compiler) options(it *Item, v *variable, n int, s scope) {
	if it.Offer.Text != "" {
		if v.Type.unread() {
			return
		}
		if v.Type.List < 0 {
			c.errorf(it.Offer, "", "%s has no options to offer", v.ID)
			return
		}
		v.Option = c.derived(v.ID+".option", v.Level, expr.Code)
		c.q.Variables[v.Option].Type.List = v.Type.List
		with := s
		with.option = v.Option
		c.later(func() { v.Offer = c.condition(it.Offer, with) })
	}
	c.order(it, v)
	c.later(func() {
		for _, h := range it.Hide {
			if v.Type.unread() {
				continue
			}
			if v.Type.List < 0 {
				c.errorf(h.Option, "", "%s has no options to hide", v.ID)
				continue
			}
			l := c.q.Lists[v.Type.List]
			i := l.names.Index(h.Option.Text)
			if i < 0 {
				c.errorf(h.Option, suggestion(h.Option.Text, l.names.Codes), "%s", expr.NotACode(h.Option.Text, l.Name))
			}
			if e := c.condition(h.When, s); e != nil && i >= 0 {
				v.Hide = append(v.Hide, hide{i, e})
			}
		}
		for _, f := range it.Force {
			e := c.condition(f.When, s)
			cell, err := c.forced(v, f.To.Text)
			if err != nil {
				hint := ""
				if v.Type.List >= 0 {
					hint = suggestion(f.To.Text, c.q.Lists[v.Type.List].names.Codes)
				}
				c.errorf(f.To, hint, "%s cannot be forced: %v", v.ID, err)
				continue
			}
			if e != nil {
				v.Force = append(v.Force, force{e, cell})
			}
		}
		c.contradictions(it, v)
	})
}

// forced reads the value that an answer is forced to.
func (c *compiler) forced(v *variable, s string) (expr.Cell, error) {
	if v.Type.Form != "" && v.Type.Form != formMonth {
		return expr.Cell{}, fmt.Errorf("an answer with parts cannot be written here")
	}
	if v.Type.Kind != expr.Set {
		return c.constant(v.Type, s)
	}
	one := v.Type
	one.Kind = expr.Code
	cell, err := c.constant(one, s)
	if err == nil {
		cell.N = 1 << cell.N
	}
	return cell, err
}

// ranges turns min, max, at_least, at_most and exclusive options into checks,
// said in every language by words of the engine.
func (c *compiler) ranges(it *Item, v *variable, out *element, s scope) {
	numeric := func(src Source, what, op string, into **expr.Expr) {
		if src.Text == "" || v.Type.unread() {
			return
		}
		if v.Type.Kind != expr.Number && v.Type.Kind != expr.Date {
			c.errorf(src, "", "%s: only numbers and dates have a range", v.ID)
			return
		}
		c.later(func() {
			e := c.check(src, s, expr.Want{Kinds: []expr.Kind{v.Type.Kind}, Scale: v.Type.Scale})
			if e == nil {
				return
			}
			*into = e
			c.made(v, out, what, src.worded(v.ID+" "+op+" ("+src.Text+")"), s, "{"+src.Text+"}")
		})
	}
	numeric(it.Min, "min", ">=", &v.Min)
	numeric(it.Max, "max", "<=", &v.Max)
	counted := func(src Source, what, op string, into *int) {
		if src.Text == "" || v.Type.unread() {
			return
		}
		n, err := strconv.Atoi(src.Text)
		if err != nil || n < 1 || v.Type.Kind != expr.Set {
			c.errorf(src, "", "%s: %s counts the options of a question of type several of", v.ID, what)
			return
		}
		*into = n
		c.later(func() {
			c.made(v, out, what, src.worded("count("+v.ID+") "+op+" "+src.Text), s, src.Text)
		})
	}
	counted(it.AtLeast, "at_least", ">=", &v.AtLeast)
	counted(it.AtMost, "at_most", "<=", &v.AtMost)
	if v.Type.Kind != expr.Set || v.Type.List < 0 {
		return
	}
	for _, ch := range c.q.Lists[v.Type.List].Choices {
		if !ch.Exclusive {
			continue
		}
		option := "codes." + c.q.Lists[v.Type.List].Name + "." + ch.Name
		c.later(func() {
			holds := it.ID.worded("not (" + ch.Name + " in " + v.ID + " and count(" + v.ID + ") > 1)")
			c.madeOf(v, out, "exclusive", ch.Name, holds, s, func(language string) Source {
				return c.sourceOf(option, language)
			})
		})
	}
}

// made adds a hard check that the engine words itself.
func (c *compiler) made(v *variable, out *element, what string, holds Source, s scope, limit string) {
	c.madeOf(v, out, what, what, holds, s, func(string) Source { return holds.worded(limit) })
}

func (c *compiler) madeOf(v *variable, out *element, what, id string, holds Source, s scope, limit func(language string) Source) {
	e := c.condition(holds, s)
	if e == nil {
		return
	}
	c.worded[e] = true
	ck := &check{ID: id, Level: v.Level, Severity: Hard, Holds: e, Element: out.number, Variable: c.names[v.ID]}
	ck.Say = c.generated(s, func(language string) Source {
		l := limit(language)
		return l.worded(word(language, what, l.Text))
	})
	c.q.Checks = append(c.q.Checks, ck)
}

// maxCases bounds how many combinations of answers contradictions tries.
const maxCases = 200_000

// contradictions refuses two forces that can both hold with different values,
// and a force to an option that is hidden at the same time. It tries every
// combination of the answers that the conditions read, which is proof when
// all of them are codes or truths; it warns where it cannot.
func (c *compiler) contradictions(it *Item, v *variable) {
	if len(v.Force) != len(it.Force) {
		return // mistakes already reported
	}
	for i, f := range v.Force {
		for j, g := range v.Force[:i] {
			if f.To == g.To {
				continue
			}
			switch both, proved := c.together(f.When, g.When); {
			case both:
				c.errorf(it.Force[i].When, "", "%s can be forced to %s here and to %s at line %d at the same time", v.ID, it.Force[i].To.Text, it.Force[j].To.Text, it.Force[j].When.At.Line)
			case !proved:
				c.report(it.Force[i].When, expr.Warning, "", "cannot show that this never holds together with the condition of line %d", it.Force[j].When.At.Line)
			}
		}
		for j, h := range v.Hide {
			if v.Type.Kind != expr.Code || int64(h.Option) != f.To.N {
				continue
			}
			switch both, proved := c.together(f.When, h.When); {
			case both:
				c.errorf(it.Force[i].To, "", "%s can be forced to %s while line %d hides it", v.ID, it.Force[i].To.Text, it.Hide[j].When.At.Line)
			case !proved:
				c.report(it.Force[i].To, expr.Warning, "", "cannot show that %s is offered whenever it is forced", it.Force[i].To.Text)
			}
		}
	}
}

// together says whether two conditions can hold at once, and whether that was
// proved.
func (c *compiler) together(a, b *expr.Expr) (both, proved bool) {
	var slots []expr.Slot
	for _, e := range []*expr.Expr{a, b} {
		if len(e.Rosters()) > 0 {
			return false, false
		}
		slots = append(slots, e.Reads()...)
	}
	slices.SortFunc(slots, func(x, y expr.Slot) int { return (x.Level-y.Level)*10_000 + x.Index - y.Index })
	slots = slices.Compact(slots)
	values, cases, independent := make([][]expr.Cell, len(slots)), 1, true
	for i, s := range slots {
		values[i] = c.cases(s)
		if v := c.inSlot(s); v != nil && v.Kind == varValue && len(slots) > 1 {
			independent = false // it follows from others: not every combination can come about
		}
		cases *= len(values[i])
		if values[i] == nil || cases > maxCases {
			return false, false
		}
	}
	f := &expr.Frame{Rows: make([]*expr.Row, len(c.q.Levels))}
	for i := range f.Rows {
		f.Rows[i] = &expr.Row{Cells: make([]expr.Cell, len(c.q.Variables))}
	}
	for n := range cases {
		for i, s := range slots {
			f.Rows[s.Level].Cells[s.Index] = values[i][n%len(values[i])]
			n /= len(values[i])
		}
		x, mx := a.Bool(f)
		y, my := b.Bool(f)
		if x && y && mx == expr.Answered && my == expr.Answered {
			return independent, independent
		}
	}
	return false, true
}

// inSlot returns the variable in a slot, nil if there is none.
func (c *compiler) inSlot(s expr.Slot) *variable {
	at := 0
	for _, v := range c.q.Variables {
		if v.Level != s.Level {
			continue
		}
		if at == s.Index {
			return v
		}
		at++
	}
	return nil
}

// cases returns every value that the variable in a slot can have, nil if they
// are too many.
func (c *compiler) cases(s expr.Slot) []expr.Cell {
	v := c.inSlot(s)
	if v == nil || v.Type.unread() {
		return nil
	}
	out := []expr.Cell{missing(NotAsked), missing(DontKnow)}
	switch v.Type.Kind {
	case expr.Bool:
		return append(out, truth(false), truth(true))
	case expr.Code:
		for i := range c.q.Lists[v.Type.List].Choices {
			out = append(out, known(int64(i)))
		}
		return out
	case expr.Set:
		if n := len(c.q.Lists[v.Type.List].Choices); n <= 10 {
			for set := range int64(1) << n {
				out = append(out, known(set))
			}
			return out
		}
	}
	return nil
}

// isMoney says whether an expression is just the name of a money item.
func (c *compiler) isMoney(src string) bool {
	v, ok := c.names[strings.TrimSpace(src)]
	return ok && c.q.Variables[v].Type.Money
}
