package questionnaire

import "cifra/questionnaire/wire"

// This file is the format of the compiled form: the keys of questionnaire.go, in
// the order in which they are written. The order is part of the identity of every
// questionnaire: a new key comes where its field stands, and is left out where
// it is empty, or all hashes change.

// Fields lists the keys of the JSON.
func (q *Questionnaire) Fields(w *wire.Coder) {
	wire.Int(w, "format", &q.Format)
	wire.Text(w, "name", &q.Name)
	wire.Text(w, "version", &q.Version)
	wire.Text(w, "language", &q.Language)
	wire.List(w, "languages", &q.Languages, wire.TextValue)
	wire.Int(w, "title", &q.Title)
	wire.Int(w, "public_title", &q.PublicTitle)
	wire.Own(w, "currency", &q.Currency)
	wire.List(w, "lists", &q.Lists, wire.MaybeValue)
	wire.List(w, "special", &q.Special, wire.OwnValue)
	wire.List(w, "levels", &q.Levels, wire.MaybeValue)
	wire.List(w, "variables", &q.Variables, wire.MaybeValue)
	wire.List(w, "checks", &q.Checks, wire.MaybeValue)
	wire.List(w, "elements", &q.Elements, wire.MaybeValue)
	wire.List(w.Omit(), "tables", &q.Tables, wire.MaybeValue)
	wire.List(w, "modules", &q.Modules, wire.MaybeValue)
	wire.List(w, "complete", &q.Complete, wire.IntValue)
	wire.List(w, "partial", &q.Partial, wire.IntValue)
	wire.List(w.Omit(), "case_checks", &q.CaseChecks, wire.MaybeValue)
	wire.List(w.Omit(), "releases", &q.Releases, wire.OwnValue)
	wire.Map(w, "texts", &q.Texts, func(w *wire.Coder, l *[]text) {
		wire.ListValue(w, l, func(w *wire.Coder, t *text) { wire.ListValue(w, (*[]segment)(t), wire.OwnValue) })
	})
}

func (c *currency) Fields(w *wire.Coder) {
	wire.Text(w, "code", &c.Code)
	wire.Text(w, "symbol", &c.Symbol)
	wire.Int(w, "decimals", &c.Decimals)
}

func (l *list) Fields(w *wire.Coder) {
	wire.Text(w, "name", &l.Name)
	wire.List(w, "choices", &l.Choices, wire.OwnValue)
	wire.List(w.Omit(), "attributes", &l.Attributes, wire.OwnValue)
}

func (c *choice) Fields(w *wire.Coder) {
	wire.Text(w, "code", &c.Code)
	wire.Text(w, "name", &c.Name)
	wire.Int(w, "text", &c.Text)
	wire.Bool(w.Omit(), "specify", &c.Specify)
	wire.Bool(w.Omit(), "exclusive", &c.Exclusive)
	wire.Text(w.Omit(), "class", &c.Class)
}

func (a *attribute) Fields(w *wire.Coder) {
	wire.Text(w, "name", &a.Name)
	wire.Own(w, "type", &a.Type)
	wire.List(w, "cells", &a.Cells, wire.OwnValue)
}

func (s *special) Fields(w *wire.Coder) {
	wire.Named(w, "missing", &s.Missing)
	wire.Int(w, "text", &s.Text)
}

func (l *level) Fields(w *wire.Coder) {
	wire.Text(w, "name", &l.Name)
	wire.Int(w, "parent", &l.Parent)
	wire.Int(w, "kind", &l.Kind)
	wire.Int(w, "list", &l.List)
	wire.List(w.Omit(), "codes", &l.Codes, wire.IntValue)
	wire.Int(w, "row", &l.Row)
	wire.Int(w, "number", &l.Number)
	wire.Int(w, "count", &l.Count)
	wire.Int(w, "done", &l.Done)
	wire.Int(w, "selected", &l.Selected)
	wire.List(w.Omit(), "screens", &l.Screens, wire.IntValue)
	wire.Int(w.Omit(), "event", &l.Event)
	wire.Int(w.Omit(), "series", &l.Series)
	wire.Bool(w.Omit(), "sensitive", &l.Sensitive)
}

func (v *valueType) Fields(w *wire.Coder) {
	wire.Named(w, "kind", &v.Kind)
	wire.Int(w.Omit(), "scale", &v.Scale)
	wire.Int(w, "list", &v.List)
	wire.Bool(w.Omit(), "money", &v.Money)
	wire.Text(w.Omit(), "form", &v.Form)
	wire.Int(w.Omit(), "table", &v.Table)
	wire.Int(w.Omit(), "depth", &v.Depth)
}

func (v *variable) Fields(w *wire.Coder) {
	wire.Text(w, "id", &v.ID)
	wire.Text(w.Omit(), "label", &v.Label)
	wire.Int(w, "level", &v.Level)
	wire.Int(w, "kind", &v.Kind)
	wire.Own(w, "type", &v.Type)
	wire.Text(w, "class", &v.Class)
	wire.Int(w, "module", &v.Module)
	wire.Int(w, "order", &v.Order)
	wire.Int(w, "text", &v.Text)
	wire.Int(w, "instruction", &v.Instruction)
	wire.Int(w, "card", &v.Card)
	wire.Int(w, "zero", &v.Zero)
	wire.Int(w, "unit", &v.Unit)
	wire.List(w.Omit(), "when", &v.When, wire.MaybeValue)
	wire.List(w.Omit(), "force", &v.Force, wire.OwnValue)
	wire.List(w.Omit(), "hide", &v.Hide, wire.OwnValue)
	wire.Maybe(w.Omit(), "offer", &v.Offer)
	wire.Int(w, "option", &v.Option)
	wire.List(w.Omit(), "special", &v.Special, wire.OwnValue)
	wire.Maybe(w.Omit(), "min", &v.Min)
	wire.Maybe(w.Omit(), "max", &v.Max)
	wire.Int(w.Omit(), "at_least", &v.AtLeast)
	wire.Int(w.Omit(), "at_most", &v.AtMost)
	wire.Bool(w.Omit(), "optional", &v.Optional)
	wire.Maybe(w.Omit(), "value", &v.Value)
	wire.Text(w.Omit(), "part", &v.Part)
	wire.Int(w.Omit(), "of", &v.Of)
	wire.List(w.Omit(), "parts", &v.Parts, wire.IntValue)
	wire.List(w.Omit(), "within", &v.Within, wire.OwnValue)
	wire.Int(w.Omit(), "months", &v.Months)
	wire.Bool(w.Omit(), "whole", &v.Whole)
	wire.Bool(w.Omit(), "random", &v.Random)
	wire.List(w.Omit(), "keep", &v.Keep, wire.IntValue)
	wire.Maybe(w.Omit(), "default", &v.Default)
	wire.Maybe(w.Omit(), "default_entry", &v.Entry)
	wire.List(w.Omit(), "tags", &v.Tags, wire.TextValue)
	wire.Text(w.Omit(), "universe", &v.Universe)
}

func (f *force) Fields(w *wire.Coder) {
	wire.Maybe(w, "when", &f.When)
	wire.Own(w, "to", &f.To)
}

func (h *hide) Fields(w *wire.Coder) {
	wire.Int(w, "option", &h.Option)
	wire.Maybe(w, "when", &h.When)
}

func (c *check) Fields(w *wire.Coder) {
	wire.Text(w, "id", &c.ID)
	wire.Int(w, "level", &c.Level)
	wire.Int(w, "severity", &c.Severity)
	wire.List(w.Omit(), "when", &c.When, wire.MaybeValue)
	wire.Maybe(w, "holds", &c.Holds)
	wire.Int(w, "say", &c.Say)
	wire.Int(w, "element", &c.Element)
	wire.Int(w, "variable", &c.Variable)
}

func (e *element) Fields(w *wire.Coder) {
	wire.Text(w, "id", &e.ID)
	wire.Int(w, "kind", &e.Kind)
	wire.Int(w, "module", &e.Module)
	wire.Int(w, "level", &e.Level)
	wire.Int(w, "rows", &e.Rows)
	wire.List(w.Omit(), "variables", &e.Variables, wire.IntValue)
	wire.List(w.Omit(), "when", &e.When, wire.MaybeValue)
	wire.Int(w, "text", &e.Text)
	wire.Int(w, "instruction", &e.Instruction)
	wire.Int(w, "card", &e.Card)
	wire.List(w.Omit(), "items", &e.Items, wire.IntValue)
	wire.Int(w, "add", &e.Add)
	wire.Int(w, "given", &e.Given)
	wire.Int(w, "refused", &e.Refused)
	wire.Int(w, "first", &e.First)
	wire.Int(w, "max", &e.Max)
	wire.Maybe(w.Omit(), "from", &e.From)
	wire.Int(w.Omit(), "of", &e.Of)
	wire.Int(w.Omit(), "of_yes", &e.OfYes)
	wire.Maybe(w.Omit(), "number", &e.Number)
	wire.Int(w, "scale", &e.Scale)
	wire.Maybe(w.Omit(), "draw", &e.Draw)
	wire.Int(w, "disposition", &e.Disposition)
	wire.Maybe(w.Omit(), "screen", &e.Screen)
	wire.Bool(w.Omit(), "nested", &e.Nested)
	wire.Bool(w.Omit(), "random", &e.Random)
	wire.Text(w.Omit(), "class", &e.Class)
	wire.List(w.Omit(), "outcomes", &e.Outcomes, wire.IntValue)
}

func (m *module) Fields(w *wire.Coder) {
	wire.Text(w, "name", &m.Name)
	wire.Int(w, "level", &m.Level)
	wire.Int(w, "title", &m.Title)
	wire.Int(w, "heading", &m.Heading)
	wire.Text(w, "respondent", &m.Respondent)
	wire.List(w.Omit(), "when", &m.When, wire.MaybeValue)
	wire.List(w, "elements", &m.Elements, wire.IntValue)
}

func (s *segment) Fields(w *wire.Coder) {
	wire.Text(w.Omit(), "s", &s.Literal)
	wire.Maybe(w.Omit(), "x", &s.Fill)
	wire.Int(w.Omit(), "l", &s.List)
	wire.Bool(w.Omit(), "m", &s.Money)
}

func (d *draw) Fields(w *wire.Coder) {
	wire.Text(w, "method", &d.Method)
	wire.Maybe(w.Omit(), "table", &d.Table)
	wire.Maybe(w.Omit(), "birthday", &d.Birthday)
	wire.Maybe(w.Omit(), "month", &d.Month)
	wire.Maybe(w.Omit(), "day", &d.Day)
	wire.Maybe(w.Omit(), "seed", &d.Seed)
	wire.List(w.Omit(), "sort", &d.Sort, wire.MaybeValue)
}

func (c *caseCheck) Fields(w *wire.Coder) {
	wire.Text(w, "id", &c.ID)
	wire.Int(w, "severity", &c.Severity)
	wire.Maybe(w, "holds", &c.Holds)
	wire.Int(w, "say", &c.Say)
}

func (t *tableRef) Fields(w *wire.Coder) {
	wire.Text(w, "name", &t.Name)
	wire.Named(w, "hash", &t.Hash)
	wire.Int(w, "rows", &t.Rows)
	wire.Int(w, "width", &t.Width)
	wire.List(w.Omit(), "columns", &t.Columns, wire.OwnValue)
	wire.List(w.Omit(), "levels", &t.Levels, wire.OwnValue)
}

func (t *tableColumn) Fields(w *wire.Coder) {
	wire.Text(w, "name", &t.Name)
	wire.Own(w, "type", &t.Type)
}

func (p *placeLevel) Fields(w *wire.Coder) {
	wire.Text(w, "name", &p.Name)
	wire.Int(w, "text", &p.Text)
	wire.Int(w.Omit(), "prefix", &p.Prefix)
	wire.Int(w, "list", &p.List)
}

func (i *within) Fields(w *wire.Coder) {
	wire.Int(w, "part", &i.Part)
	wire.Maybe(w, "is", &i.Is)
}

// Fields lists the keys of the JSON.
func (r *Released) Fields(w *wire.Coder) {
	wire.Text(w, "name", &r.Name)
	wire.Text(w, "what", &r.What)
	wire.Text(w, "because", &r.Because)
}

func (s *screen) Fields(w *wire.Coder) {
	wire.Int(w, "ask", &s.Ask)
	wire.Int(w, "own", &s.Own)
	wire.Int(w, "times", &s.Times)
	wire.Int(w, "yes", &s.Yes)
	wire.Int(w, "own_yes", &s.OwnOK)
	wire.Int(w, "opens", &s.Opens)
	wire.Int(w, "up_to", &s.UpTo)
	wire.Text(w, "which", &s.Which)
	wire.Int(w.Omit(), "ever", &s.Ever)
	wire.Int(w.Omit(), "ever_yes", &s.EverYes)
	wire.Int(w.Omit(), "total", &s.Total)
	wire.Int(w.Omit(), "rank", &s.Rank)
	wire.Int(w.Omit(), "series_from", &s.SeriesFrom)
	wire.Int(w.Omit(), "series", &s.Series)
	wire.Int(w.Omit(), "series_yes", &s.SeriesYes)
}
