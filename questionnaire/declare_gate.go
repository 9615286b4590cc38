//go:build !js

package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file declares privacy gates, and gives what stands in a sensitive part
// its class. What may then depend on what is flow.go's business.

// gateList is the list of a gate's outcomes, as expressions and codebooks know
// them: privacy = skipped.
const gateList = "gate_outcomes"

// declareGate makes a gate: a variable that holds its outcome.
func (c *compiler) declareGate(out *element, e *Element, outer []Source) {
	for i, words := range []Source{e.Open, e.Postpone, e.Skip} {
		out.Outcomes = append(out.Outcomes, c.text(e.ID.Text+"."+gateKeys[i], words, out.Level))
	}
	v := &variable{
		ID: e.ID.Text, Level: out.Level, Kind: varGate, Type: valueType{Kind: expr.Code, List: c.outcomes()}, Class: Ordinary,
		Module: out.Module, Order: out.number, Option: -1,
	}
	out.Variables = []int{c.add(v)}
	c.whens(v, append(slices.Clone(outer), e.When)...)
}

// outcomes returns the number of the list of outcomes, which the first gate
// makes.
func (c *compiler) outcomes() int {
	if i, ok := c.lists[gateList]; ok {
		if c.q.Lists[i].names.Index(gateOutcomes[gateOpen]) != gateOpen || len(c.q.Lists[i].Choices) != len(gateOutcomes) {
			for _, l := range c.in.Lists {
				if l.Name.Text == gateList {
					c.errorf(l.Name, "choose another name", "list %s: this name is the list of a gate's outcomes", gateList)
				}
			}
		}
		return i
	}
	out := &list{Name: gateList, names: &expr.List{Name: gateList, Codes: gateOutcomes}}
	for i, name := range gateOutcomes {
		out.Choices = append(out.Choices, choice{Code: number(i + 1), Name: name, Text: c.generated(c.at(0), func(language string) Source {
			words, ok := gateWords[language]
			if !ok {
				words = gateWords["en"]
			}
			return Source{Text: words[i]}
		})})
	}
	c.lists[gateList] = len(c.q.Lists)
	c.q.Lists = append(c.q.Lists, out)
	return c.lists[gateList]
}

// elementClass gives an element the class that was written on it. What
// everybody at the door goes through cannot have one.
func (c *compiler) elementClass(out *element, e *Element) {
	if DataClass(e.Class.Text) != Sensitive {
		return
	}
	switch e.Kind {
	case ElementConsent, ElementSelect, ElementEnd:
		c.errorf(e.Class, "leave class out; ask behind a gate what is sensitive", "%s is seen by everybody: it cannot be sensitive", e.ID.Text)
		return
	case ElementRoster:
		if i, ok := c.levels[e.ID.Text]; ok {
			c.q.Levels[i].Sensitive = true
		}
	}
	out.Class = Sensitive
}

// inherited is the class of a question whose author wrote none: sensitive in
// what is sensitive as a whole, and where an answer may name a sensitive option.
func (c *compiler) inherited(it *Item, out *element, l int, t valueType) DataClass {
	inherits := func(format string, a ...any) DataClass {
		if DataClass(it.Class.Text) == Ordinary {
			c.errorf(it.Class, "write class: sensitive, or leave it out", format, a...)
		}
		return Sensitive
	}
	if out.Class == Sensitive {
		return inherits("%s stands in %s, which is sensitive", it.ID.Text, out.ID)
	}
	for ; l >= 0; l = c.q.Levels[l].Parent {
		if c.q.Levels[l].Sensitive {
			return inherits("%s is asked of rows of %s, which are sensitive", it.ID.Text, c.q.Levels[l].Name)
		}
	}
	if t.List >= 0 {
		for _, ch := range c.q.Lists[t.List].Choices {
			if ch.Class == Sensitive {
				return inherits("%s can be answered with %s, which is sensitive", it.ID.Text, ch.Name)
			}
		}
	}
	return Ordinary
}
