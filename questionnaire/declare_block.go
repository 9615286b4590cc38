//go:build !js

package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file declares blocks, and what changes places. The rules:
//
//   - a block's condition is handed down to all that stands in it, as a module's
//     is;
//   - in a block whose elements change places none may depend on another: the one
//     could come before the other. What must stay in order stands in a block of
//     its own inside;
//   - nor may the interview end in one, be consented to or draw its respondent,
//     nor a privacy gate stand in one: it could come after what it guards.

// declareBlock adds a block and what stands in it.
func (c *compiler) declareBlock(e *Element, m, l int, outer []Source, nested bool) []int {
	c.define(e.ID, "block") // a second one is read too
	out := c.newElement(ElementBlock, e.ID.Text, m, l)
	out.Nested, out.Random = nested, e.Order.Text == "random"
	within := append(slices.Clone(outer), e.When)
	c.stem(out, e, within[1:]...)
	from := len(c.q.Elements)
	var starts []int // of the elements that change places
	for _, x := range e.Elements {
		starts = append(starts, len(c.q.Elements))
		out.Items = append(out.Items, c.declareElement(x, m, l, within, nested)...)
		if out.Random {
			c.fixed(x)
		}
	}
	if len(e.Elements) == 0 {
		c.errorf(e.ID, "", "block %s has nothing in it", e.ID.Text)
	}
	if out.Random {
		to := len(c.q.Elements)
		c.later(func() { c.later(func() { c.apart(e, starts, from, to) }) }) // after the expressions
	}
	return []int{out.number}
}

// fixed refuses what cannot change places.
func (c *compiler) fixed(e *Element) {
	switch e.Kind {
	case ElementEnd, ElementConsent, ElementSelect, ElementGate:
		c.errorf(e.ID, "put it before or after the block", "%s cannot stand in a block whose elements change places", e.ID.Text)
	case ElementBlock:
		for _, x := range e.Elements {
			c.fixed(x)
		}
	}
}

// apart refuses elements of a block that read each other. Those of the block are
// numbered from from up to to, each child's from its start.
func (c *compiler) apart(e *Element, starts []int, from, to int) {
	child := func(order int) int {
		if order < from || order >= to {
			return -1
		}
		i, found := slices.BinarySearch(starts, order)
		if !found {
			i--
		}
		return i
	}
	for _, v := range c.q.Variables {
		own := child(v.Order)
		if v.Module < 0 || own < 0 {
			continue
		}
		c.q.eachExpr(v, func(x *expr.Expr) {
			if x == nil {
				return
			}
			for _, s := range x.Reads() {
				read := c.inSlot(s)
				if read == nil || read.Module < 0 {
					continue
				}
				if other := child(read.Order); other >= 0 && other != own {
					c.errorf(c.placed[v.ID], "put both in a block of their own, in order", "%s depends on %s, and block %s may put it first", v.ID, read.ID, e.ID.Text)
					return
				}
			}
		})
	}
}

// order reads how the options of a question change places.
func (c *compiler) order(it *Item, v *variable) {
	if it.Order.Text == "" && len(it.Keep) == 0 || v.Type.unread() {
		return
	}
	switch {
	case it.Order.Text == "":
		c.errorf(it.Keep[0], "write order: random, or take keep away", "%s keeps options in a place that none leaves", v.ID)
		return
	case v.Type.List < 0:
		c.errorf(it.Order, "", "%s has no options that could change places", v.ID)
		return
	}
	v.Random = true
	l := c.q.Lists[v.Type.List]
	for _, k := range it.Keep {
		i := l.names.Index(k.Text)
		if i < 0 {
			c.errorf(k, suggestion(k.Text, l.names.Codes), "%q is not one of the codes of list %s", k.Text, l.Name)
			continue
		}
		v.Keep = append(v.Keep, i)
	}
}
