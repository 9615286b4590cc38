//go:build !js

package questionnaire

import (
	"math/bits"
	"slices"

	"cifra/questionnaire/expr"
)

// This file refuses forced answers that contradict each other or what is
// offered. The rules:
//
//   - what conditions read of codes, sets of few codes, truths, and whole numbers
//     between a min and a max that are numbers is finite: every combination is
//     tried, which is proof;
//   - two conditions that say the same hold together, whatever they read;
//   - two forces that are shown to hold together, and one to an option that is
//     shown to be hidden or not offered, are errors;
//   - where nothing can be shown (numbers, texts, rows), a force beside another or
//     beside hide is warned of, one beside offer refused: offer speaks of every
//     option, so the author can only have meant it to agree.

// maxCases bounds how many combinations of answers contradictions tries.
const maxCases = 200_000

// maxRange bounds how many values of a number contradictions tries.
const maxRange = 4_000

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
		option, ok := forcedOption(v, f)
		if !ok {
			continue
		}
		for j, h := range v.Hide {
			if h.Option != option {
				continue
			}
			switch both, proved := c.together(f.When, h.When); {
			case both:
				c.errorf(it.Force[i].To, "", "%s can be forced to %s while line %d hides it", v.ID, it.Force[i].To.Text, it.Hide[j].When.At.Line)
			case !proved:
				c.report(it.Force[i].To, expr.Warning, "", "cannot show that %s is offered whenever it is forced", it.Force[i].To.Text)
			}
		}
		if v.Offer == nil {
			continue
		}
		switch withheld, proved := c.withheld(v, f, option); {
		case withheld:
			c.errorf(it.Force[i].To, "", "%s can be forced to %s while offer: at line %d withholds it", v.ID, it.Force[i].To.Text, it.Offer.At.Line)
		case !proved:
			c.errorf(it.Force[i].To, "let offer: or the condition of the force read only answers with codes",
				"cannot show that offer: at line %d offers %s whenever it is forced", it.Offer.At.Line, it.Force[i].To.Text)
		}
	}
}

// forcedOption returns the option that a force fixes, false if it is of no list.
func forcedOption(v *variable, f force) (int, bool) {
	switch v.Type.Kind {
	case expr.Code:
		return int(f.To.N), true
	case expr.Set:
		return bits.TrailingZeros64(uint64(f.To.N)), true
	}
	return 0, false
}

// together says whether two conditions can hold at once, and whether that was
// proved.
func (c *compiler) together(a, b *expr.Expr) (both, proved bool) {
	both, proved = c.search([]*expr.Expr{a, b}, nil, func(f *expr.Frame) bool { return surely(a, f) && surely(b, f) })
	if !proved && a.String() == b.String() {
		return true, true
	}
	return both, proved
}

// withheld says whether v can be forced to an option that it does not offer, and
// whether that was proved.
func (c *compiler) withheld(v *variable, f force, option int) (withheld, proved bool) {
	at := expr.Slot{Level: v.Level, Index: c.indexOf(v.Option)}
	fixed := map[expr.Slot]expr.Cell{at: known(int64(option))}
	return c.search([]*expr.Expr{f.When, v.Offer}, fixed, func(x *expr.Frame) bool { return surely(f.When, x) && !surely(v.Offer, x) })
}

// surely says whether a condition is known and true.
func surely(e *expr.Expr, f *expr.Frame) bool {
	b, m := e.Bool(f)
	return b && m == expr.Answered
}

// search looks for a combination of the answers that conditions read for which
// found holds, and says whether there is surely one or surely none. What is in
// fixed has one value only.
func (c *compiler) search(conditions []*expr.Expr, fixed map[expr.Slot]expr.Cell, found func(*expr.Frame) bool) (hit, proved bool) {
	var slots []expr.Slot
	for _, e := range conditions {
		if len(e.Rosters()) > 0 {
			return false, false
		}
		slots = append(slots, e.Reads()...)
	}
	slices.SortFunc(slots, func(x, y expr.Slot) int { return (x.Level-y.Level)*10_000 + x.Index - y.Index })
	slots = slices.Compact(slots)
	values, cases, independent := make([][]expr.Cell, len(slots)), 1, true
	for i, s := range slots {
		if cell, ok := fixed[s]; ok {
			values[i] = []expr.Cell{cell}
			continue
		}
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
		if found(f) {
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
	case expr.Number:
		low, some := constantOf(v.Min)
		high, both := constantOf(v.Max)
		if v.Kind != varQuestion || !some || !both || high-low >= maxRange {
			return nil
		}
		for n := low; n <= high; n++ {
			out = append(out, known(n))
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
