//go:build !js

package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file declares rosters: where the rows of a level come from. The rules:
//
//   - by hand: people add them, and say when the list is complete;
//   - count EXPRESSION: as many as it says, numbered;
//   - each of LIST, or of LIST where CONDITION on its attributes: its codes;
//   - yes in ITEM: the codes of a grid's list whose answer is yes;
//   - chosen in ITEM: the options chosen in a question of type several of;
//   - the item that calls for rows stands before them, in the roster's own row or
//     above it; in a row that stands for a code, row is the code.

// declareRoster gives a level its rows.
func (c *compiler) declareRoster(out *element, e *Element, outer []Source) {
	i, ok := c.levels[e.ID.Text]
	astray := c.isAstray(out.Level) || ok && c.isAstray(i)
	switch {
	case !ok && astray:
		c.errorf(e.ID, suggestion(e.ID.Text, mapNames(c.levels)), "there is no level %s", e.ID.Text)
	case !ok, c.q.Levels[i].Parent != out.Level && !astray, c.q.Levels[i].Kind != levelSingle:
		c.errorf(e.ID, suggestion(e.ID.Text, mapNames(c.levels)), "roster %s must be a level right under %s, and stand once", e.ID.Text, c.q.Levels[out.Level].Name)
		ok = false
	}
	if j := c.levels[expr.Nearest(e.ID.Text, mapNames(c.levels))]; !ok && j > 0 && c.q.Levels[j].Parent == out.Level && c.q.Levels[j].Kind == levelSingle {
		i, ok = j, true // surely meant: others name its rows
	}
	if !ok { // what stands in it has mistakes of its own
		lost := c.astrayLevel(out.Level, e.ID.Text)
		for _, n := range e.Elements {
			c.declareElement(n, out.Module, lost, append(slices.Clone(outer), e.When), true)
		}
		return
	}
	l := c.q.Levels[i]
	out.Rows = i
	c.rowsFrom(out, e, l, i)
	c.numbers(i)
	out.Add = c.text(e.ID.Text+".add", e.Add, out.Level)
	if done := e.ID.worded(e.ID.Text + "_complete"); e.Done.Text != "" && c.define(done, "question") {
		v := &variable{
			ID: done.Text, Level: out.Level, Kind: varDone, Type: valueType{Kind: expr.Bool, List: -1}, Class: Paradata,
			Module: out.Module, Order: out.number, Option: -1, Text: c.text(e.ID.Text+".done", e.Done, out.Level),
		}
		if out.Class == Sensitive {
			v.Class = Sensitive
		}
		l.Done = c.add(v)
		c.whens(v, append(slices.Clone(outer), e.When)...)
	}
	if e.Max.Text != "" {
		out.Max, _ = strconv.Atoi(e.Max.Text)
	}
	for _, n := range e.Elements {
		out.Items = append(out.Items, c.declareElement(n, out.Module, i, append(slices.Clone(outer), e.When), true)...)
	}
	if e.First.Text != "" {
		c.first(out, e, i)
	}
}

// maxCounted bounds the rows of a roster by count that says no other maximum.
const maxCounted = 100

// rowsFrom finds where the rows of l, which is level i, come from.
func (c *compiler) rowsFrom(out *element, e *Element, l *level, i int) {
	source := func(prefix string) (Source, bool) {
		_, rest, _ := e.Rows.cut(prefix)
		return rest, strings.HasPrefix(e.Rows.Text, prefix)
	}
	l.Kind = levelHand
	if e.Rows.Text == "by hand" {
		return
	}
	if src, ok := source("count "); ok {
		l.Kind, out.Max = levelCount, maxCounted
		c.later(func() {
			out.From = c.check(src, c.at(out.Level), expr.Want{Kinds: []expr.Kind{expr.Number}})
			if out.From != nil && out.From.Type().Scale > 0 {
				c.errorf(src, "write floor(…) or use an integer", "%s does not count: it has decimals", src.Text)
			}
		})
		return
	}
	list, codes := -1, []int(nil)
	if over, ok := source("each of "); ok {
		list, codes, _ = c.codesOf(over)
	} else if src, ok := source("yes in "); ok {
		list, codes = c.calledBy(src, out, levelGrid)
	} else if src, ok := source("chosen in "); ok {
		list, codes = c.calledBy(src, out, levelSingle)
	} else {
		c.errorf(e.Rows, "write by hand, count …, each of …, yes in … or chosen in …", "rows cannot come from %q", e.Rows.Text)
		return
	}
	if list < 0 {
		return
	}
	l.Kind, l.List, l.Codes = levelCodes, list, codes
	l.Row = c.code(l.Name+".row", "row", i, list)
}

// calledBy finds the item that calls for the rows of a roster: of a grid, or a
// question of several choices.
func (c *compiler) calledBy(src Source, out *element, kind levelKind) (list int, codes []int) {
	v, ok := c.names[strings.TrimSpace(src.Text)]
	if !ok || c.q.Variables[v].Kind != varQuestion {
		c.errorf(src, suggestion(src.Text, mapNames(c.names)), "there is no question %s before this roster", src.Text)
		return -1, nil
	}
	q, l := c.q.Variables[v], c.q.Levels[c.q.Variables[v].Level]
	if q.Type.unread() {
		return -1, nil
	}
	out.Of = v + 1
	if kind == levelGrid {
		yes := -1
		if q.Type.Kind == expr.Code {
			yes = c.q.Lists[q.Type.List].names.Index("yes")
		}
		if l.Kind != levelGrid || yes < 0 || !c.above(out.Level, l.Parent) {
			c.errorf(src, "name the question of a grid above, whose list has an option named yes", "%s has no yes for each row of a grid", src.Text)
			return -1, nil
		}
		out.OfYes = yes
		return l.List, l.Codes
	}
	if q.Type.Kind != expr.Set || !c.above(out.Level, q.Level) {
		c.errorf(src, "name a question of type several of, in this row or above it", "%s chooses no options here", src.Text)
		return -1, nil
	}
	for i, ch := range c.q.Lists[q.Type.List].Choices {
		if !ch.Exclusive {
			codes = append(codes, i)
		}
	}
	return q.Type.List, codes
}

// first makes one item of a roster be asked in the list itself.
func (c *compiler) first(out *element, e *Element, i int) {
	v, ok := c.names[e.First.Text]
	if !ok || c.q.Variables[v].Level != i {
		c.errorf(e.First, "", "%s is not an item of this roster", e.First.Text)
		return
	}
	if c.q.Variables[v].Kind != varQuestion {
		c.errorf(e.First, "", "%s is not asked: the list shows its rows by the answer to a question", e.First.Text)
		return
	}
	out.First = v
	own := slices.IndexFunc(out.Items, func(n int) bool { return slices.Contains(c.q.Elements[n].Variables, v) })
	if own < 0 {
		return
	}
	moved := out.Items[own] // asked on the roster's screen: its checks are shown there too
	out.Items = slices.Delete(out.Items, own, own+1)
	c.later(func() {
		for _, ck := range c.q.Checks {
			if ck.Element == moved {
				ck.Element = out.number
			}
		}
	})
}
