//go:build !js

package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file shows a compiled questionnaire to whoever reasons about it instead
// of asking it. Everything is named by its number, as in the compiled form;
// expressions are those that interviews evaluate. Nothing of it may be changed.

// An Anatomy is a questionnaire laid open.
type Anatomy struct {
	Levels    []LevelPart
	Variables []VariablePart
	Checks    []CheckPart
	Elements  []ElementPart
	Modules   []ModulePart

	// Untranslated counts, by language, the texts that would be read in the
	// source language.
	Untranslated map[string]int
}

// RowSource says where the rows of a level come from.
type RowSource uint8

// Where rows come from.
const (
	RowsSingle RowSource = RowSource(levelSingle) // there is one
	RowsByHand RowSource = RowSource(levelHand)   // added by people
	RowsForms  RowSource = RowSource(levelForms)  // opened by screens
	RowsGrid   RowSource = RowSource(levelGrid)   // one a code
)

// A LevelPart is a kind of row.
type LevelPart struct {
	Name      string
	Parent    int // -1 for the interview
	Rows      RowSource
	Codes     []int // of a grid: its rows
	Row       int   // variable with the row's code, -1 without one
	Number    int   // variables: place in its group and the group's size, -1 without
	Count     int
	Selected  int   // variable that says the row was drawn, -1 without
	Variables []int // by the Index of a slot
	Checks    []int
	Screens   []int // elements that open its forms
}

// VariableSource says where a value comes from.
type VariableSource uint8

// Where values come from.
const (
	FromQuestion  VariableSource = VariableSource(varQuestion)  // people
	FromValue     VariableSource = VariableSource(varValue)     // an expression
	FromParameter VariableSource = VariableSource(varParameter) // the sample
	FromEngine    VariableSource = VariableSource(varDerived)   // dates, row numbers, codes
	FromPeriod    VariableSource = VariableSource(varPeriod)    // the year of a period
	FromSelection VariableSource = VariableSource(varSelected)  // the draw
	FromConsent   VariableSource = VariableSource(varConsent)
	FromEnd       VariableSource = VariableSource(varEnd)  // whether the interview ends here
	FromDone      VariableSource = VariableSource(varDone) // whether a list is complete
	FromPart      VariableSource = VariableSource(varPart) // a part of an answer
)

// A VariablePart is a named value of a row.
type VariablePart struct {
	ID       string
	At       Source // where it is defined; zero for the engine's own
	Level    int
	Source   VariableSource
	Kind     expr.Kind
	Scale    int
	Form     string       // how it is asked where the kind does not say: month, entry, place, point, photo, audio
	Table    int          // of its entries, in TableFiles, -1 without
	Options  []OptionPart // of a code or set
	Element  int          // where it is defined in the order of the instrument
	Screen   int          // the element whose screen asks it: not its own where a roster asks it first
	When     []*expr.Expr // the outermost first; the last is its own, if it has one
	Force    []ForcePart
	Hide     []HidePart
	Offer    *expr.Expr
	Option   int // variable that Offer reads the option from, -1 without
	Special  []Missing
	Optional bool
	Value    *expr.Expr
	Part     string // of a period: year, start, end, next_year, previous_year
	Default  *expr.Cell
	Min, Max *expr.Expr
	Narrowed bool  // only those entries of its table are offered that other answers allow
	Texts    []int // question, instruction, card, words of zero, unit
	Asked    bool  // people answer it
	Gated    bool  // it stands behind a privacy gate: where it is sensitive and that is not open, it is not reached
	guards   []int
}

// Guards returns the ends and consents before v: once one has ended the
// interview, v is not reached.
func (v VariablePart) Guards() []int { return v.guards }

// An OptionPart is one option of a question.
type OptionPart struct {
	Name    string
	Specify bool
	Text    int
	At      Source

	Exclusive bool // goes with no other option
}

// A ForcePart fixes an answer while its condition holds.
type ForcePart struct {
	When *expr.Expr
	To   expr.Cell
}

// A HidePart takes an option away while its condition holds.
type HidePart struct {
	Option int
	When   *expr.Expr
}

// A CheckPart is a condition on answers.
type CheckPart struct {
	ID       string
	Level    int
	Severity Severity
	When     []*expr.Expr
	Holds    *expr.Expr
	Say      int
	Element  int  // on whose screen it is shown
	Variable int  // the question it stands at, -1 without
	Made     bool // follows from min, max, at_least, at_most or exclusive
	Guards   []int
	Gated    bool // it stands behind a privacy gate
}

// An ElementPart is one step of the walk through a module.
type ElementPart struct {
	ID        string
	At        Source
	Kind      ElementKind
	Module    int
	Level     int
	Rows      int // level it holds, grids and rosters, -1 without
	Variables []int
	When      []*expr.Expr // its own, at its level
	Items     []int
	Random    bool // the items of a block change places
	First     int  // roster: variable asked in its list, -1 without
	Texts     []int
	Asks      bool // a screener: Ask, Yes, Times and Opens tell which
	Ask, Yes  int
	Times     int
	Opens     int // level of the forms, -1 without
	UpTo      int
}

// A ModulePart is a run of elements.
type ModulePart struct {
	Name     string
	Level    int
	When     []*expr.Expr
	Elements []int
	Texts    []int // title and heading, above every screen
}

// Anatomy lays q open.
func (q *Questionnaire) Anatomy() *Anatomy {
	a := &Anatomy{Untranslated: map[string]int{}}
	for _, l := range q.Levels {
		p := LevelPart{Name: l.Name, Parent: l.Parent, Rows: RowSource(l.Kind), Codes: l.Codes, Row: l.Row, Number: l.Number, Count: l.Count, Selected: l.Selected, Screens: l.Screens}
		for _, v := range l.variables {
			p.Variables = append(p.Variables, v.number)
		}
		for _, c := range l.checks {
			p.Checks = append(p.Checks, c.number)
		}
		a.Levels = append(a.Levels, p)
	}
	for _, v := range q.Variables {
		a.Variables = append(a.Variables, q.variablePart(v))
	}
	for _, c := range q.Checks {
		p := CheckPart{ID: c.ID, Level: c.Level, Severity: c.Severity, When: c.When, Holds: c.Holds, Say: c.Say, Element: c.Element, Variable: c.Variable, Guards: c.guards, Gated: c.gate >= 0}
		p.Made = q.places.made[c.Holds]
		a.Checks = append(a.Checks, p)
	}
	for _, e := range q.Elements {
		p := ElementPart{ID: e.ID, At: q.places.names[e.ID], Kind: e.Kind, Module: e.Module, Level: e.Level, Rows: e.Rows, Variables: e.Variables, When: e.When, Items: e.Items, Random: e.Random, First: e.First, Opens: -1}
		p.Texts = present(e.Text, e.Instruction, e.Card, e.Add, e.Given, e.Refused)
		if s := e.Screen; s != nil {
			p.Asks, p.Ask, p.Yes, p.Times, p.Opens, p.UpTo = true, s.Ask, s.Yes, s.Times, s.Opens, s.UpTo
		}
		a.Elements = append(a.Elements, p)
		if e.Kind == ElementRoster && e.First >= 0 {
			a.Variables[e.First].Screen = e.number
		}
	}
	for _, m := range q.Modules {
		a.Modules = append(a.Modules, ModulePart{Name: m.Name, Level: m.Level, When: m.When, Elements: m.Elements, Texts: present(m.Title, m.Heading)})
	}
	for _, l := range q.Languages {
		for _, t := range q.Texts[l] {
			if t == nil {
				a.Untranslated[l]++
			}
		}
	}
	return a
}

func (q *Questionnaire) variablePart(v *variable) VariablePart {
	p := VariablePart{
		ID: v.ID, At: q.places.names[v.ID], Level: v.Level, Source: VariableSource(v.Kind), Kind: v.Type.Kind, Scale: v.Type.Scale,
		Form: v.Type.Form, Table: v.Type.Table - 1,
		Element: v.Order, Screen: v.Order, When: v.When, Offer: v.Offer, Option: v.Option, Optional: v.Optional, Value: v.Value,
		Part: v.Part, Default: v.Default, Min: v.Min, Max: v.Max, Asked: v.asked(), Narrowed: len(v.Within) > 0, Gated: v.gate >= 0, guards: v.guards,
		Texts: present(v.Text, v.Instruction, v.Card, v.Zero, v.Unit),
	}
	if v.list != nil {
		for _, c := range v.list.Choices {
			p.Options = append(p.Options, OptionPart{c.Name, c.Specify, c.Text, q.places.names["codes."+v.list.Name+"."+c.Name], c.Exclusive})
		}
	}
	for _, f := range v.Force {
		p.Force = append(p.Force, ForcePart(f))
	}
	for _, h := range v.Hide {
		p.Hide = append(p.Hide, HidePart(h))
	}
	for _, s := range v.Special {
		p.Special = append(p.Special, s.Missing)
	}
	return p
}

// present leaves out the texts that are not there.
func present(texts ...int) []int {
	return slices.DeleteFunc(texts, func(t int) bool { return t < 0 })
}

// Fills returns the expressions in text t, in the source language.
func (q *Questionnaire) Fills(t int) []*expr.Expr {
	var fills []*expr.Expr
	for _, s := range q.sentence(t, q.Language) {
		if s.Fill != nil {
			fills = append(fills, s.Fill)
		}
	}
	return fills
}

// Words returns text t in the source language, a fill as {…}.
func (q *Questionnaire) Words(t int) string { return q.plain(t, q.Language) }

// Place returns where an author wrote e; the zero Source for an expression
// that the engine made, and in a questionnaire that was read as JSON.
func (q *Questionnaire) Place(e *expr.Expr) Source { return q.places.of[e] }

// placesOf carries the places that the compiler knows over to q, which is its
// questionnaire after a journey through JSON: the same parts in the same order.
func (c *compiler) placesOf(q *Questionnaire) places {
	p := places{of: map[*expr.Expr]Source{}, made: map[*expr.Expr]bool{}, names: c.placed}
	for _, l := range c.in.Lists {
		for _, ch := range l.Choices {
			p.names["codes."+l.Name.Text+"."+ch.Name.Text] = ch.Name
		}
	}
	was, is := c.q.exprs(), q.exprs()
	for i, e := range was {
		if src, ok := c.written[e]; ok {
			p.of[is[i]], p.made[is[i]] = src, c.worded[e]
		}
	}
	return p
}

// exprs returns every expression of q in a fixed order.
func (q *Questionnaire) exprs() []*expr.Expr {
	var all []*expr.Expr
	add := func(es ...*expr.Expr) { all = append(all, es...) }
	for _, m := range q.Modules {
		add(m.When...)
	}
	for _, e := range q.Elements {
		add(e.When...)
		add(e.From, e.Number)
	}
	for _, v := range q.Variables {
		add(v.When...)
		for _, f := range v.Force {
			add(f.When)
		}
		for _, h := range v.Hide {
			add(h.When)
		}
		for _, w := range v.Within {
			add(w.Is)
		}
		add(v.Offer, v.Value, v.Min, v.Max)
	}
	for _, c := range q.Checks {
		add(c.When...)
		add(c.Holds)
	}
	for _, l := range q.Languages {
		for _, t := range q.Texts[l] {
			for _, s := range t {
				add(s.Fill)
			}
		}
	}
	return all
}
