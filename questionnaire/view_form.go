package questionnaire

import "cifra/questionnaire/wire"

// This file is what a page is told of a screen: the keys of view.go.

// Fields lists the keys of the JSON.
func (v *View) Fields(w *wire.Coder) {
	wire.Own(w, "screen", &v.Screen)
	wire.Own(w, "progress", &v.Progress)
	wire.Text(w, "language", &v.Language)
	wire.List(w, "languages", &v.Languages, wire.TextValue)
	wire.Text(w, "public_title", &v.PublicTitle)
	wire.Bool(w, "sensitive", &v.Sensitive)
	wire.Bool(w, "complete", &v.Complete)
	wire.Int(w.Omit(), "disposition", &v.Disposition)
}

// Fields lists the keys of the JSON.
func (p *Progress) Fields(w *wire.Coder) {
	wire.Int(w, "answered", &p.Answered)
	wire.Int(w, "total", &p.Total)
}

// Fields lists the keys of the JSON.
func (s *Screen) Fields(w *wire.Coder) {
	wire.Text(w, "path", &s.Path)
	wire.Text(w, "kind", &s.Kind)
	wire.Text(w.Omit(), "title", &s.Title)
	wire.Text(w.Omit(), "heading", &s.Heading)
	wire.Text(w.Omit(), "number", &s.Number)
	wire.Text(w, "text", &s.Text)
	wire.Text(w.Omit(), "instruction", &s.Instruction)
	wire.Text(w.Omit(), "card", &s.Card)
	wire.List(w, "questions", &s.Questions, wire.OwnValue)
	wire.List(w.Omit(), "rows", &s.Rows, wire.OwnValue)
	wire.Text(w.Omit(), "roster", &s.Roster)
	wire.Text(w.Omit(), "add", &s.Add)
	wire.Maybe(w.Omit(), "selection", &s.Selection)
	wire.Maybe(w.Omit(), "consent", &s.Consent)
	wire.Maybe(w.Omit(), "gate", &s.Gate)
	wire.List(w, "checks", &s.Checks, wire.OwnValue)
	wire.Bool(w, "can_back", &s.CanBack)
	wire.Bool(w, "can_next", &s.CanNext)
	wire.Text(w.Omit(), "row", &s.Row)
	wire.Int(w.Omit(), "disposition", &s.Disposition)
	wire.List(w.Omit(), "open", &s.Open, wire.OwnValue)
}

// Fields lists the keys of the JSON.
func (q *QuestionView) Fields(w *wire.Coder) {
	wire.Text(w, "path", &q.Path)
	wire.Text(w.Omit(), "label", &q.Label)
	wire.Text(w, "number", &q.Number)
	wire.Text(w, "text", &q.Text)
	wire.Text(w.Omit(), "instruction", &q.Instruction)
	wire.Text(w.Omit(), "card", &q.Card)
	wire.Text(w, "kind", &q.Kind)
	wire.List(w.Omit(), "options", &q.Options, wire.OwnValue)
	wire.Option(w.Omit(), "min", &q.Min, wire.IntValue)
	wire.Option(w.Omit(), "max", &q.Max, wire.IntValue)
	wire.Int(w.Omit(), "scale", &q.Scale)
	wire.Text(w.Omit(), "unit", &q.Unit)
	wire.Int(w.Omit(), "at_least", &q.AtLeast)
	wire.Int(w.Omit(), "max_choices", &q.AtMost)
	wire.List(w.Omit(), "special", &q.Special, wire.OwnValue)
	wire.Text(w.Omit(), "zero", &q.Zero)
	wire.Verbatim(w.Omit(), "value", &q.Value)
	wire.Bool(w.Omit(), "forced", &q.Forced)
	wire.Bool(w, "required", &q.Required)
	wire.Maybe(w.Omit(), "table", &q.Table)
	wire.List(w.Omit(), "within", &q.Within, wire.OwnValue)
}

// Fields lists the keys of the JSON.
func (t *TableView) Fields(w *wire.Coder) {
	wire.Text(w, "name", &t.Name)
	wire.Named(w, "hash", &t.Hash)
	wire.Int(w, "rows", &t.Rows)
	wire.List(w.Omit(), "levels", &t.Levels, wire.OwnValue)
}

// Fields lists the keys of the JSON.
func (l *LevelView) Fields(w *wire.Coder) {
	wire.Text(w, "name", &l.Name)
	wire.Text(w, "text", &l.Text)
}

// Fields lists the keys of the JSON.
func (i *WithinView) Fields(w *wire.Coder) {
	wire.Text(w, "part", &i.Part)
	wire.Text(w, "is", &i.Is)
}

// Fields lists the keys of the JSON.
func (o *OptionView) Fields(w *wire.Coder) {
	wire.Text(w, "code", &o.Code)
	wire.Text(w, "text", &o.Text)
	wire.Bool(w.Omit(), "specify", &o.Specify)
	wire.Bool(w.Omit(), "exclusive", &o.Exclusive)
}

// Fields lists the keys of the JSON.
func (s *SpecialView) Fields(w *wire.Coder) {
	wire.Text(w, "missing", &s.Missing)
	wire.Text(w, "text", &s.Text)
}

// Fields lists the keys of the JSON.
func (r *RowView) Fields(w *wire.Coder) {
	wire.Text(w, "id", &r.ID)
	wire.Text(w, "path", &r.Path)
	wire.Text(w, "label", &r.Label)
	wire.Text(w.Omit(), "mark", &r.Mark)
}

// Fields lists the keys of the JSON.
func (s *SelectionView) Fields(w *wire.Coder) {
	wire.List(w, "frame", &s.Frame, wire.OwnValue)
	wire.Text(w, "method", &s.Method)
	wire.Text(w, "number", &s.Number)
	wire.Text(w.Omit(), "table", &s.Table)
	wire.Text(w.Omit(), "chosen", &s.Chosen)
	wire.Bool(w.Omit(), "stale", &s.Stale)
}

// Fields lists the keys of the JSON.
func (c *ConsentView) Fields(w *wire.Coder) {
	wire.List(w, "outcomes", &c.Outcomes, wire.OwnValue)
	wire.Text(w.Omit(), "outcome", &c.Outcome)
}

// Fields lists the keys of the JSON.
func (o *OutcomeView) Fields(w *wire.Coder) {
	wire.Text(w, "outcome", &o.Outcome)
	wire.Text(w, "text", &o.Text)
}

// Fields lists the keys of the JSON.
func (c *CheckView) Fields(w *wire.Coder) {
	wire.Text(w, "id", &c.ID)
	wire.Text(w, "severity", &c.Severity)
	wire.Text(w, "message", &c.Message)
	wire.Bool(w, "confirmed", &c.Confirmed)
	wire.Text(w.Omit(), "reason", &c.Reason)
	wire.Text(w, "path", &c.Path)
	wire.List(w.Omit(), "reads", &c.Reads, wire.OwnValue)
}

// Fields lists the keys of the JSON.
func (r *ReadView) Fields(w *wire.Coder) {
	wire.Text(w, "screen", &r.Screen)
	wire.Text(w, "label", &r.Label)
}

// Fields lists the keys of the JSON.
func (o *OverviewEntry) Fields(w *wire.Coder) {
	wire.Text(w, "path", &o.Path)
	wire.Text(w, "label", &o.Label)
	wire.Text(w.Omit(), "title", &o.Title)
	wire.Text(w, "state", &o.State)
	wire.Bool(w.Omit(), "sensitive", &o.Sensitive)
}
