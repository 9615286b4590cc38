//go:build !js

package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file declares the incident screener: its buffers, its steps, and the
// forms that it opens. What it counts, and which events get a form, is in
// screener.go; the rules that need the whole instrument are here:
//
//   - each step is asked where the one before it says yes, so an author writes no
//     condition for that;
//   - screens that open forms of one level share their catalogue, and the cap over
//     all crimes with the way it is kept;
//   - a cap over all crimes needs a way to choose between crimes: nobody knows
//     which of two is later before their forms are filled in.

// declareScreen makes the incident screener.
func (c *compiler) declareScreen(e *Element, m, l int, outer []Source) []int {
	if !c.define(e.ID, "screen") {
		return nil
	}
	whens := append(slices.Clone(outer), e.When)
	var numbers []int
	for _, buffer := range []*Item{e.Before, e.After} {
		if buffer != nil {
			numbers = append(numbers, c.declareItem(e, buffer, m, l, whens, false))
		}
	}
	out := c.newElement(ElementScreen, e.ID.Text, m, l)
	c.elementClass(out, e)
	c.stem(out, e, append(slices.Clone(outer[1:]), e.When)...)
	grid, ok := c.gridLevel(out, e.ID.Text, e.Over)
	if !ok || e.Ask == nil {
		if ok {
			c.errorf(e.ID, "write ask: {…}", "screen %s must ask whether it happened", e.ID.Text)
		}
		return numbers
	}
	out.Rows = grid
	listName := c.q.Lists[c.q.Levels[grid].List].Name
	singular := strings.TrimSuffix(listName, "s")
	c.q.Levels[grid].Row = c.code(e.ID.Text+"."+singular, singular, grid, c.q.Levels[grid].List)
	c.steps(out, e, grid, whens)
	c.declareForms(out, e, singular)
	return append(numbers, out.number)
}

// steps declares the questions of a screen, each under the yes of those before.
func (c *compiler) steps(out *element, e *Element, grid int, whens []Source) {
	s := &screen{Own: -1, Opens: -1, Yes: -1, OwnOK: -1, Times: -1}
	out.Screen = s
	if e.Ever != nil {
		s.Ever = 1 + c.question(e.Ever, out, grid, whens...)
		s.EverYes = c.yes(e.Ever, s.Ever-1)
		whens = append(slices.Clone(whens), e.Ever.ID.worded(e.Ever.ID.Text+" is yes"))
	}
	s.Ask = c.question(e.Ask, out, grid, whens...)
	yes := e.Ask.ID.worded(e.Ask.ID.Text + " is yes")
	counts := yes
	if e.Own != nil {
		s.Own = c.question(e.Own, out, grid, append(slices.Clone(whens), yes)...)
		owned := e.Own.ID.Text + " is yes"
		if e.Own.When.Text != "" {
			owned = "(" + owned + " or not surely(" + e.Own.When.Text + "))"
		}
		counts = e.Own.ID.worded(yes.Text + " and " + owned)
	}
	whens = append(slices.Clone(whens), counts)
	if e.Times != nil {
		s.Times = c.question(e.Times, out, grid, whens...)
		if t := c.q.Variables[s.Times].Type; !t.unread() && (t.Kind != expr.Number || t.Scale > 0 || t.Money) {
			c.errorf(e.Times.Type, "use integer", "%s counts how many times: it must be a whole number", e.Times.ID.Text)
		}
	}
	out.Variables = []int{s.Ask}
	if s.Times >= 0 {
		out.Variables = append(out.Variables, s.Times)
	}
	s.Yes = c.yes(e.Ask, s.Ask)
	if s.Own >= 0 {
		s.OwnOK = c.yes(e.Own, s.Own)
		out.Variables = append(out.Variables, s.Own)
	}
	c.series(out, e, grid, whens)
	at := s.Times
	if at < 0 {
		at = s.Ask
	}
	c.declareChecks(e.Checks, out, at, grid, e.ID.Text)
}

// series declares from how many events a screen takes them for a series, and
// the question whether they are one.
func (c *compiler) series(out *element, e *Element, grid int, whens []Source) {
	if e.Forms == nil || e.Forms.Series == nil {
		return
	}
	f, s := e.Forms.Series, out.Screen
	from, err := strconv.Atoi(f.From.Text)
	switch {
	case err != nil || from < 2 || from > 98:
		c.errorf(f.From, "write from: 6", "%q events are no series", f.From.Text)
		return
	case e.Times == nil:
		c.errorf(f.From, "write times: {…}", "screen %s does not ask how often, so it cannot find a series", e.ID.Text)
		return
	}
	s.SeriesFrom = from
	if f.Ask == nil {
		return
	}
	many := f.Ask.ID.worded(e.Times.ID.Text + " >= " + f.From.Text)
	s.Series = 1 + c.question(f.Ask, out, grid, append(slices.Clone(whens), many)...)
	s.SeriesYes = c.yes(f.Ask, s.Series-1)
}

// yes returns the option called yes of a screening question.
func (c *compiler) yes(it *Item, v int) int {
	t := c.q.Variables[v].Type
	if t.unread() {
		return -1
	}
	if t.Kind == expr.Code {
		if i := c.q.Lists[t.List].names.Index("yes"); i >= 0 {
			return i
		}
	}
	c.errorf(it.Type, "use a list with an option named yes", "%s must be answered with yes or no", it.ID.Text)
	return -1
}

// declareForms makes a level's rows come from a screen.
func (c *compiler) declareForms(out *element, e *Element, singular string) {
	f := e.Forms
	if f == nil {
		return
	}
	i, ok := c.levels[f.Level.Text]
	if !ok || c.q.Levels[i].Kind != levelSingle && c.q.Levels[i].Kind != levelForms {
		c.errorf(f.Level, suggestion(f.Level.Text, mapNames(c.levels)), "forms cannot be rows of %s", f.Level.Text)
		return
	}
	l := c.q.Levels[i]
	grid := c.q.Levels[out.Rows]
	if l.Kind == levelForms && l.List != grid.List {
		c.errorf(f.Level, "", "forms of %s come from another catalogue already", f.Level.Text)
		return
	}
	if !c.above(l.Parent, out.Level) && !c.isAstray(out.Level) && !c.isAstray(i) {
		c.errorf(f.Level, "", "forms of %s would not lie under this screen", f.Level.Text)
		return
	}
	if l.Kind == levelSingle {
		l.Kind, l.List = levelForms, grid.List
		l.Row = c.code(l.Name+"."+singular, singular, i, grid.List)
		c.numbers(i)
	}
	l.Screens = append(l.Screens, out.number)
	up, err := strconv.Atoi(f.UpTo.Text)
	if err != nil || up < 1 || up > 98 {
		c.errorf(f.UpTo, "write up_to: 5", "%q is not a number of forms", f.UpTo.Text)
		up = 1
	}
	s := out.Screen
	s.Opens, s.UpTo, s.Which = i, up, f.Which.Text
	c.whichEvents(l, out, f)
	if s.Which == whichRandom && l.Event == 0 {
		l.Event = 1 + c.derived(l.Name+".event", i, expr.Number)
	}
	if s.SeriesFrom > 0 && l.Series == 0 {
		l.Series = 1 + c.derived(l.Name+".series", i, expr.Bool)
	}
}

// whichEvents reads which events get a form where they are too many.
func (c *compiler) whichEvents(l *level, out *element, f *Forms) {
	s := out.Screen
	switch f.Which.Text {
	case "", whichAll, whichLatest, whichSerious, whichRandom:
	default:
		c.errorf(f.Which, "use all, latest, most_serious or random", "forms cannot be %q", f.Which.Text)
	}
	if f.Total.Text != "" {
		s.Total, _ = strconv.Atoi(f.Total.Text)
		if s.Which != whichSerious && s.Which != whichRandom {
			c.errorf(f.Total, "write which: most_serious with rank: ATTRIBUTE, or which: random",
				"a total needs a way to choose between crimes, and %s is none", f.Which.Text)
		}
	}
	if first := c.q.Elements[l.Screens[0]].Screen; first.Total != s.Total || s.Total > 0 && first.Which != s.Which {
		at := f.Total
		if at.Text == "" {
			at = f.Level
		}
		c.errorf(at, "write the same total: and which: in all of them", "screens that open forms of %s have one total between them", l.Name)
	}
	switch {
	case f.Rank.Text != "" && (s.Which != whichSerious || s.Total == 0):
		c.errorf(f.Rank, "write total: and which: most_serious, or take rank away", "nothing is ranked here")
	case f.Rank.Text != "":
		attributes := c.q.Lists[l.List].Attributes
		at := slices.IndexFunc(attributes, func(a attribute) bool { return a.Name == f.Rank.Text && a.Type.Kind == expr.Number })
		if at < 0 {
			c.errorf(f.Rank, "an attribute of type integer, the higher the more serious", "%s is no number of catalogue %s", f.Rank.Text, c.q.Lists[l.List].Name)
		}
		s.Rank = at + 1
	case s.Which == whichSerious && s.Total > 0:
		c.errorf(f.Which, "write rank: ATTRIBUTE", "a total of the most serious needs the rank of each crime")
	}
}
