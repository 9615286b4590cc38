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
// be marked, which exclude the others. Forced answers that contradict each other
// or what is offered are refused in declare_force.go.

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
	c.absent = c.absent || it.Text.Text == "" // the loader has told it, where it is missing
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
				c.errorf(h.Option, codesHint(h.Option.Text, l), "%s", expr.NotACode(h.Option.Text, l.Name))
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
					hint = codesHint(f.To.Text, c.q.Lists[v.Type.List])
				}
				c.errorf(f.To, hint, "%s cannot be forced: %v", v.ID, err)
				continue
			}
			if e != nil {
				v.Force = append(v.Force, force{e, cell})
			}
		}
		c.later(func() { // once the limits of what conditions read are known
			c.contradictions(it, v)
			c.bounds(it, v)
		})
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
			hint := ""
			if v.Type.Kind == expr.Set {
				hint = "write at_" + map[string]string{"min": "least", "max": "most"}[what] + ": " + src.Text + " if so many options are meant"
			}
			c.errorf(src, hint, "%s: only numbers and dates have a range", v.ID)
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
			hint := ""
			if v.Type.Kind == expr.Number {
				hint = "write " + map[string]string{"at_least": "min", "at_most": "max"}[what] + ": " + src.Text + " for a range"
			}
			c.errorf(src, hint, "%s: %s counts the options of a question of type several of", v.ID, what)
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

// isMoney says whether an expression is just the name of a money item.
func (c *compiler) isMoney(src string) bool {
	v, ok := c.names[strings.TrimSpace(src)]
	return ok && c.q.Variables[v].Type.Money
}
