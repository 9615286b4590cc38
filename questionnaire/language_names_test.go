//go:build !js

package questionnaire

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// This file writes the reference's table of names. What the compiler declares
// for the instruments of this repository is brought to forms: LEVEL.number,
// PERIOD.start. A form that the table does not describe fails the test, and so
// does one that is described and that no instrument has: a name that the engine
// learns appears in the reference, or nothing passes.

// A nameForm is a kind of name that an expression or a text may use.
type nameForm struct{ form, where, means string }

// manualNames says what the forms are, in the order of the table.
var manualNames = []nameForm{
	{"today", "everywhere", "the date of what is being done, in the survey’s zone"},
	{"interview_date", "everywhere", "the date on which the interview started"},
	{"PARAMETER", "everywhere", "a value given from outside"},
	{"PERIOD.start", "everywhere", "the first day of a period"},
	{"PERIOD.end", "everywhere", "its last day"},
	{"PERIOD.year", "everywhere", "the year of a calendar year"},
	{"PERIOD.next_year", "everywhere", "the one after it"},
	{"PERIOD.previous_year", "everywhere", "the one before it"},
	{"ITEM", "in its row and the rows under it", "the answer, by id or label; in a grid or a screener ITEM[CODE] from outside its row"},
	{"VALUE", "in its row and the rows under it", "a calculated value"},
	{"ITEM.text", "where ITEM can be read", "in a text: the words of a chosen option, place or entry"},
	{"ITEM.parent", "where ITEM can be read", "of a place: the code of the place around it"},
	{"ITEM.depth", "where ITEM can be read", "of a place: how many levels are known"},
	{"ITEM.PLACE_LEVEL", "where ITEM can be read", "of a place: its code, or its name in the level’s list, at a level"},
	{"ITEM.COLUMN", "where ITEM can be read", "of an entry or a place: what a further column of its table says"},
	{"ITEM.lat", "where ITEM can be read", "of a point: its latitude"},
	{"ITEM.lon", "where ITEM can be read", "of a point: its longitude"},
	{"ITEM.accuracy", "where ITEM can be read", "of a point: within how many metres"},
	{"ITEM.media", "where ITEM can be read", "of a photo or a recording: what kind of file it is"},
	{"ITEM.size", "where ITEM can be read", "of a photo or a recording: how many bytes it has"},
	{"CODE.ATTRIBUTE", "where CODE can be read", "of an answer, a row or option whose codes are of a catalogue: what the catalogue says of it"},
	{"LEVEL", "in any, all, count, sum and their like", "the rows of a level"},
	{"GRID", "in any, all, count, sum and their like", "the rows of a grid or of a screener, by its name"},
	{"interviews", "in case_checks", "the interviews of a case, as rows"},
	{"LEVEL.number", "in a row of LEVEL", "which of the rows it is, counted from 1"},
	{"LEVEL.count", "in a row of LEVEL", "how many rows there are"},
	{"row", "in a row of a grid, or of a roster that comes from a list", "the code of the row; row.text are its words"},
	{"SINGULAR", "in a row of a screener, and in the forms that it opens", "the catalogue entry: the catalogue’s name without its last s, so crime of crimes; crime.text are its words"},
	{"LEVEL.row", "in a row of LEVEL", "row, by its full name"},
	{"LEVEL.SINGULAR", "in a row of LEVEL", "the catalogue entry, by its full name"},
	{"LEVEL.event", "in a row of LEVEL", "of forms drawn at random: which of the events this one tells"},
	{"LEVEL.series", "in a row of LEVEL", "of forms under a series rule: whether it stands for a series"},
	{"SELECT", "in a row of the level drawn from", "whether this row was drawn"},
	{"CONSENT", "after it", "as a condition: whether consent was given"},
	{"GATE", "after it", "the outcome of a privacy gate: open, postponed or skipped"},
	{"END", "after it", "whether it has ended the interview"},
	{"ROSTER_DONE", "where the roster stands", "whether the list of rows was said to be complete"},
	{"option", "in offer", "the option that is looked at; option.ATTRIBUTE is what its catalogue says of it"},
}

// TestNamesAreDescribed is a part of the reference's test: it runs alone while a
// name is being added.
func TestNamesAreDescribed(t *testing.T) { (&manual{t: t}).names(&strings.Builder{}) }

// names writes the table.
func (m *manual) names(b *strings.Builder) {
	found := map[string]string{interviewRows: interviewRows}
	for _, dir := range shipped {
		in, _ := LoadInstrument(os.DirFS(dir), ".")
		if in == nil {
			m.t.Fatalf("%s does not load", dir)
		}
		c := newCompiler(in)
		c.declare()
		c.resolve()
		for _, x := range c.nameForms() {
			if _, have := found[x[0]]; !have {
				found[x[0]] = x[1]
			}
		}
	}
	b.WriteString("\n## Names\n\nWhat an expression, and a text between braces, may name. Capitals stand for a name of yours: of an item, a\nperiod, a level. A code that is filled into a text is read in its words, so `{crime}` and `{crime.text}`\nsay the same.\n\n" +
		"| name | where | what it is | such as |\n|---|---|---|---|\n")
	described := map[string]bool{}
	for _, x := range manualNames {
		described[x.form] = true
		if found[x.form] == "" {
			m.t.Errorf("name %s is described, and no instrument here has one", x.form)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | `%s` |\n", x.form, x.where, cell(x.means), found[x.form])
	}
	for _, form := range slices.Sorted(maps.Keys(found)) {
		if !described[form] {
			m.t.Errorf("name %s, such as %s, is not described", form, found[form])
		}
	}
}

// nameForms returns the form of every name that c knows, with the name.
func (c *compiler) nameForms() (forms [][2]string) {
	add := func(form, name string) { forms = append(forms, [2]string{form, name}) }
	for k, n := range c.local {
		if k[1] == "row" {
			add("row", "row")
			continue
		}
		add("SINGULAR", k[1].(string))
		for _, a := range c.q.Lists[c.q.Variables[n].Type.List].Attributes {
			add("CODE.ATTRIBUTE", k[1].(string)+"."+a.Name)
		}
	}
	slices.SortFunc(forms, func(a, b [2]string) int { return strings.Compare(a[0]+" "+a[1], b[0]+" "+b[1]) })
	for _, name := range mapNames(c.names) {
		v := c.q.Variables[c.names[name]]
		_, last, _ := cutLast(name)
		switch v.Kind {
		case varQuestion:
			add("ITEM", name)
		case varValue:
			add("VALUE", name)
		case varParameter:
			add("PARAMETER", name)
		case varPeriod:
			add("PERIOD."+last, name)
		case varPart:
			add(c.partForm(v), name)
		case varDerived:
			add(c.derivedForm(name, last), derivedExample(name))
		case varSelected:
			add("SELECT", name)
		case varConsent:
			add("CONSENT", name)
		case varGate:
			add("GATE", name)
		case varEnd:
			add("END", name)
		case varDone:
			add("ROSTER_DONE", name)
		default:
			add(fmt.Sprintf("a variable of kind %d", v.Kind), name)
		}
		if v.Type.List < 0 {
			continue
		}
		if v.Kind == varQuestion {
			add("ITEM.text", name+".text")
		}
		for _, a := range c.q.Lists[v.Type.List].Attributes {
			add("CODE.ATTRIBUTE", derivedExample(name)+"."+a.Name)
		}
	}
	for _, name := range mapNames(c.levels) {
		switch c.q.Levels[c.levels[name]].Kind {
		case levelSingle:
		case levelGrid:
			add("GRID", name)
		default:
			add("LEVEL", name)
		}
	}
	return forms
}

// partForm is the form of the name of a part of an answer.
func (c *compiler) partForm(v *variable) string {
	of := c.q.Variables[v.Of].Type
	if of.Form == formEntry || of.Form == formPlace {
		t := c.q.Tables[of.Table-1]
		switch {
		case v.Part == partText, v.Part == partParent, v.Part == partDepth:
		case t.level(v.Part) >= 0:
			return "ITEM.PLACE_LEVEL"
		default:
			return "ITEM.COLUMN"
		}
	}
	return "ITEM." + v.Part
}

// derivedForm is the form of the name of something of the engine's own.
func (c *compiler) derivedForm(name, last string) string {
	switch {
	case last == "":
		return name
	case last == "option":
		return last
	}
	for k := range c.local {
		if k[1] == last && last != "row" {
			return "LEVEL.SINGULAR"
		}
	}
	return "LEVEL." + last
}

// derivedExample is how an author writes such a name: option has no owner.
func derivedExample(name string) string {
	if strings.HasSuffix(name, ".option") {
		return "option"
	}
	return name
}
