//go:build !js

package questionnaire

import (
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file refuses questions that no answer, or no forced one, can satisfy by
// what they say of themselves. The rules:
//
//   - only what is the same in every interview is looked at: limits that are
//     numbers, and conditions that read no answer;
//   - the check that a limit makes is hard, so an interview in which no answer
//     passes it could never be completed.

// bounds refuses what contradicts itself in one question.
func (c *compiler) bounds(it *Item, v *variable) {
	if v.Type.unread() {
		return
	}
	low, someLow := constantOf(v.Min)
	high, someHigh := constantOf(v.Max)
	if someLow && someHigh && low > high {
		c.errorf(it.Max, "min is the lowest answer, max the highest", "no answer of %s is from %s up to %s", v.ID, it.Min.Text, it.Max.Text)
	}
	for i, f := range v.Force {
		if v.Type.Kind != expr.Number || len(v.Force) != len(it.Force) {
			break
		}
		switch to := it.Force[i].To; {
		case someLow && f.To.N < low:
			c.errorf(to, "force a value that min: allows, or lower min", "%s is forced to %s, and min: at line %d refuses less than %s", v.ID, to.Text, it.Min.At.Line, it.Min.Text)
		case someHigh && f.To.N > high:
			c.errorf(to, "force a value that max: allows, or raise max", "%s is forced to %s, and max: at line %d refuses more than %s", v.ID, to.Text, it.Max.At.Line, it.Max.Text)
		}
	}
	if v.Type.List >= 0 {
		c.counts(it, v)
		c.nothingOffered(it, v)
	}
}

// constantOf returns the number or date that an expression is in every
// interview, false if it reads anything.
func constantOf(e *expr.Expr) (int64, bool) {
	if e == nil || len(e.Reads()) > 0 || len(e.Rosters()) > 0 {
		return 0, false
	}
	cell := e.Eval(&expr.Frame{})
	return cell.N, cell.Missing == expr.Answered
}

// counts refuses limits of how many options are marked that the list cannot meet.
func (c *compiler) counts(it *Item, v *variable) {
	l := c.q.Lists[v.Type.List]
	together := 0 // as many as can be marked at once
	for _, ch := range l.Choices {
		if !ch.Exclusive {
			together++
		}
	}
	together = max(together, min(1, len(l.Choices)))
	has := "list " + l.Name + " has " + strconv.Itoa(together)
	if together < len(l.Choices) {
		has += " that can be marked together"
	}
	switch {
	case v.AtMost > 0 && v.AtLeast > v.AtMost:
		c.errorf(it.AtLeast, "", "%s wants %d options at least and %d at most", v.ID, v.AtLeast, v.AtMost)
	case v.AtLeast > together:
		c.errorf(it.AtLeast, "", "%s wants %d options at least, and %s", v.ID, v.AtLeast, has)
	case v.AtMost > len(l.Choices):
		c.errorf(it.AtMost, "take at_most away if all may be marked", "%s allows %d options at most, and list %s has %d", v.ID, v.AtMost, l.Name, len(l.Choices))
	}
	if v.AtLeast > 1 && len(it.Force) > 0 && v.Type.Kind == expr.Set {
		c.errorf(it.Force[0].To, "", "%s is forced to one option, and at_least: at line %d wants %d", v.ID, it.AtLeast.At.Line, v.AtLeast)
	}
}

// nothingOffered refuses a question whose options are hidden, or not offered,
// whatever was answered.
func (c *compiler) nothingOffered(it *Item, v *variable) {
	l := c.q.Lists[v.Type.List]
	gone := make([]bool, len(l.Choices))
	last := Source{}
	for i, h := range v.Hide {
		if b, always := constantOf(h.When); always && b != 0 {
			gone[h.Option] = true
			if len(v.Hide) == len(it.Hide) {
				last = it.Hide[i].Option
			}
		}
	}
	if v.Offer != nil {
		own := expr.Slot{Level: v.Level, Index: c.indexOf(v.Option)}
		for i := range l.Choices {
			fixed := map[expr.Slot]expr.Cell{own: known(int64(i))}
			if some, proved := c.search([]*expr.Expr{v.Offer}, fixed, func(f *expr.Frame) bool { return surely(v.Offer, f) }); proved && !some {
				gone[i], last = true, it.Offer
			}
		}
	}
	if last.Text == "" {
		return
	}
	for _, g := range gone {
		if !g {
			return
		}
	}
	c.errorf(last, "say when an option is hidden, or ask the question under a condition: when: …", "%s never has an option to choose", v.ID)
}

// codesHint says which codes a list has, or the nearest to a name.
func codesHint(name string, l *list) string {
	if s := suggestion(name, l.names.Codes); s != "" {
		return s
	}
	if n := len(l.names.Codes); n > 12 {
		return "one of its " + strconv.Itoa(n) + " codes: " + strings.Join(l.names.Codes[:12], ", ") + ", …"
	}
	return "its codes are " + strings.Join(l.names.Codes, ", ")
}
