//go:build !js

package questionnaire

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"cifra/schemas/source"
)

// This file finds the places that scenarios address.

// An address is a place that a scenario names: an item, an element, a row, or
// all rows of a level. What it means is known when the interview is there.
type address struct {
	node     *source.Node
	rows     []rowStep // those that are said, from the outside in
	level    *level    // of the row it is in, or of the rows themselves
	key      string    // of a row of a grid
	variable *variable // what is there: one of these, or neither for rows
	element  *element
}

// A rowStep is one row in an address: by its number from 1, or by its key.
type rowStep struct {
	level  *level
	number int
	key    string
}

// sought says what an address may name.
type sought uint8

const (
	soughtItem  sought = iota // a variable: a question or a calculated value
	soughtPlace               // a question or an element
	soughtRow
	soughtRows // a level
)

// address reads an address at n. Rows that surround it are in within.
func (b *binder) address(n *source.Node, what sought, within []rowStep) *address {
	return b.addressOf(n, n.Text(&b.ds, "an item, such as P1_1"), what, within)
}

func (b *binder) addressOf(n *source.Node, text string, what sought, within []rowStep) *address {
	if text == "" {
		return nil
	}
	steps, err := splitPath(text)
	if err != nil {
		n.Fail(&b.ds, "", "%v", err)
		return nil
	}
	if i := len(steps) - 2; i >= 0 && !steps[i].keyed && b.q.byName[steps[i].name+"."+steps[i+1].name] != nil {
		steps = append(steps[:i], step{name: steps[i].name + "." + steps[i+1].name, pos: steps[i].pos}) // reference.year
	}
	a := &address{node: n, rows: slices.Clone(within)}
	last := len(steps) - 1
	if what == soughtRow {
		last++
	}
	for _, s := range steps[:last] {
		r, ok := b.rowStep(n, s)
		if !ok {
			return nil
		}
		if k := len(a.rows) - 1; k >= 0 && !b.q.under(r.level.index, a.rows[k].level.index) {
			b.failName(n, s, "", "rows of %s do not stand in a row of %s", r.level.Name, a.rows[k].level.Name)
			return nil
		}
		a.rows = append(a.rows, r)
	}
	if what == soughtRow {
		a.level = a.rows[len(a.rows)-1].level
		return a
	}
	if !b.target(a, steps[last], what) || !b.reaches(a) {
		return nil
	}
	return a
}

// failName says what is wrong with the name of a step of the path that n is.
func (b *binder) failName(n *source.Node, s step, hint, format string, a ...any) {
	n.FailPart(&b.ds, s.pos, s.pos+len(s.name), hint, format, a...)
}

// failKey says what is wrong with what stands in the step's brackets.
func (b *binder) failKey(n *source.Node, s step, hint, format string, a ...any) {
	from := s.pos + len(s.name) + 1
	n.FailPart(&b.ds, from, from+len(s.key), hint, format, a...)
}

// rowStep reads one row.
func (b *binder) rowStep(n *source.Node, s step) (rowStep, bool) {
	l := b.q.byLevel[s.name]
	if l == nil || !l.Kind.named() {
		b.failName(n, s, source.DidYouMean(s.name, b.levels()), "there are no rows called %s", s.name)
		return rowStep{}, false
	}
	if !s.keyed {
		b.failName(n, s, fmt.Sprintf("write %s[1] for the first", s.name), "which row of %s", s.name)
		return rowStep{}, false
	}
	k, err := strconv.Atoi(s.key)
	if err == nil && k < 1 {
		b.failKey(n, s, "the first row is 1", "there is no row %s[%s]", s.name, s.key)
		return rowStep{}, false
	}
	if err == nil && l.Kind != levelCount { // there the number is the key
		return rowStep{level: l, number: k}, true
	}
	if l.Kind == levelForms {
		crime, number, _ := cutLast(s.key)
		list := b.q.Lists[l.List].names
		if list.Index(crime) < 0 {
			b.failKey(n, s, source.DidYouMean(crime, list.Codes), "%q is not one of %s", crime, list.Name)
			return rowStep{}, false
		}
		if k, err := strconv.Atoi(number); err != nil || k < 1 {
			b.failKey(n, s, fmt.Sprintf("write %s[%s.1] for the first", s.name, crime), "which row of %s", crime)
			return rowStep{}, false
		}
	}
	return rowStep{level: l, key: s.key}, true
}

// target finds what the last part of an address names.
func (b *binder) target(a *address, s step, what sought) bool {
	v := b.q.byName[s.name]
	e := b.element(s.name)
	switch {
	case what == soughtRows:
		l := b.q.byLevel[s.name]
		if l == nil || s.keyed || !l.Kind.named() {
			b.failName(a.node, s, source.DidYouMean(s.name, b.levels()), "there are no rows called %s", s.name)
			return false
		}
		a.level = l
		return true
	case what == soughtPlace && e != nil && (v == nil || !v.asked() && v.Kind != varValue):
		a.element, a.level = e, b.q.Levels[e.Level]
		if e.Screen != nil {
			a.level = b.q.Levels[e.Rows]
		}
	case v != nil:
		a.variable, a.level = v, b.q.Levels[v.Level]
	default:
		b.failName(a.node, s, source.DidYouMean(s.name, b.names(what)), "there is no item %s", s.name)
		return false
	}
	return b.gridRow(a, s)
}

// gridRow reads the row of a grid, which its items must have and no others may.
func (b *binder) gridRow(a *address, s step) bool {
	if a.level.Kind != levelGrid {
		if s.keyed {
			b.failKey(a.node, s, "write "+s.name, "%s is asked once, not for each of several rows", s.name)
		}
		return !s.keyed
	}
	var codes []string
	for _, c := range a.level.Codes {
		codes = append(codes, b.q.Lists[a.level.List].Choices[c].Name)
	}
	a.key = s.key
	switch {
	case !s.keyed:
		b.failName(a.node, s, fmt.Sprintf("such as %s[%s]", s.name, codes[0]), "%s is asked for each of several rows: say which", s.name)
	case !slices.Contains(codes, s.key):
		b.failKey(a.node, s, source.DidYouMean(s.key, codes), "%s is not asked of %q", s.name, s.key)
	default:
		return true
	}
	return false
}

// reaches says whether what a names can stand in the rows it says.
func (b *binder) reaches(a *address) bool {
	if len(a.rows) == 0 {
		return true
	}
	outer := a.rows[len(a.rows)-1].level
	if b.q.under(a.level.index, outer.index) || b.q.under(outer.index, a.level.index) || a.level.Kind == levelGrid && b.q.under(outer.index, a.level.Parent) {
		return true
	}
	a.node.Fail(&b.ds, "", "%s does not stand in a row of %s", a.node.Raw(), outer.Name)
	return false
}

// element returns an element by its id.
func (b *binder) element(id string) *element {
	for _, e := range b.q.Elements {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// levels are the names of rows that can be addressed.
func (b *binder) levels() []string {
	var names []string
	for _, l := range b.q.Levels {
		if l.Kind.named() {
			names = append(names, l.Name)
		}
	}
	return names
}

// names are what an address may mean, for a suggestion.
func (b *binder) names(what sought) []string {
	names := slices.Sorted(maps.Keys(b.q.byName))
	if what == soughtPlace {
		for _, e := range b.q.Elements {
			names = append(names, e.ID)
		}
	}
	return names
}

// row returns the row that a stands in, nil and why there is none. With ever,
// rows count that are off the path too.
func (c *conductor) row(a *address, ever bool) (*row, string) {
	at := c.iv.root
	for _, s := range a.rows {
		next, why := c.step(at, s, ever)
		if next == nil {
			return nil, why
		}
		at = next
	}
	target := a.level
	if target.Kind == levelGrid {
		target = c.q.Levels[target.Parent]
	}
	if c.q.under(at.level.index, target.index) {
		at = at.up[target.index]
	} else {
		next, why := c.only(at, target, ever)
		if next == nil {
			return nil, why
		}
		at = next
	}
	if a.level.Kind == levelGrid {
		at = c.iv.childByKey(at, a.level, a.key)
	}
	return at, ""
}

// step returns the row under r that s says.
func (c *conductor) step(r *row, s rowStep, ever bool) (*row, string) {
	if s.number == newest {
		return c.newest, ""
	}
	rows := c.rowsUnder(r, s.level, ever)
	if s.key != "" {
		same := slices.DeleteFunc(slices.Clone(rows), func(x *row) bool { return x.key != s.key })
		if i := slices.IndexFunc(same, c.isDrawn); i >= 0 {
			return same[i], "" // rows over codes are there for every person, those of the drawn one are meant
		}
		if len(same) > 0 {
			return same[0], ""
		}
		return nil, fmt.Sprintf("there is no row %s[%s]: %s", s.level.Name, s.key, c.list(rows))
	}
	if s.number > len(rows) {
		return nil, fmt.Sprintf("there is no row %s[%d]: %s", s.level.Name, s.number, c.list(rows))
	}
	return rows[s.number-1], ""
}

// only returns the row of l under r if there is one, or if it is that of the
// person drawn.
func (c *conductor) only(r *row, l *level, ever bool) (*row, string) {
	rows := c.rowsUnder(r, l, ever)
	if len(rows) > 1 {
		c.draw()
		rows = c.rowsUnder(r, l, ever)
		if drawn := slices.DeleteFunc(slices.Clone(rows), func(x *row) bool { return !c.isDrawn(x) }); len(drawn) > 0 {
			rows = drawn
		}
	}
	switch len(rows) {
	case 0:
		return nil, "there is no row of " + l.Name
	case 1:
		return rows[0], ""
	}
	return nil, fmt.Sprintf("say which row of %s: %s", l.Name, c.list(rows))
}

// isDrawn says whether r is of a person who was drawn.
func (c *conductor) isDrawn(r *row) bool {
	return slices.ContainsFunc(r.up, func(u *row) bool {
		return u != nil && u.level.Selected >= 0 && isTrue(u.Cells[c.q.Variables[u.level.Selected].index])
	})
}

// rowsUnder returns the rows of l under r: those on the path, or all that ever
// were.
func (c *conductor) rowsUnder(r *row, l *level, ever bool) []*row {
	var rows []*row
	c.iv.eachUnder(r, l.index, func(x *row) {
		if ever || x.on {
			rows = append(rows, x)
		}
	})
	return rows
}

// list says in a few words which rows there are.
func (c *conductor) list(rows []*row) string {
	if len(rows) == 0 {
		return "there is none"
	}
	var keys []string
	for i, r := range rows {
		key := r.level.Name + "[" + r.key + "]"
		if r.level.Kind == levelHand {
			key = fmt.Sprintf("%s[%d]", r.level.Name, i+1)
			if label := c.iv.rowView(r).Label; label != "" {
				key += " " + label
			}
		}
		keys = append(keys, key)
	}
	if len(keys) > 6 {
		keys = append(keys[:6], "…")
	}
	return strings.Join(keys, ", ")
}

// path returns the path of what a names in r.
func (a *address) path(r *row) string {
	if a.variable != nil {
		return itemPath(a.variable.ID, r)
	}
	return itemPath(a.element.ID, r)
}
