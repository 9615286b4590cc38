package main

import (
	"strconv"

	"cifra/questionnaire"
	"cifra/questionnaire/wire"
)

// This file is engine.d.ts as Go sees it: what a page says, and what it is told.

// reply is what every function returns.
type reply struct {
	value wire.Object // nil without one
	err   string
	code  string
}

func (r *reply) Fields(w *wire.Coder) {
	if r.value != nil {
		wire.Own(w, "value", r.value)
	}
	wire.Text(w.Omit(), "error", &r.err)
	wire.Text(w.Omit(), "code", &r.code)
}

// self is questionnaire.Self with keys.
type self questionnaire.Self

func (s *self) Fields(w *wire.Coder) {
	wire.Text(w, "survey", &s.Survey)
	wire.Text(w, "interview", &s.Interview)
	wire.Text(w, "device", &s.Device)
	wire.Int(w, "lease", &s.Lease)
}

// opening is the argument of open.
type opening struct {
	ir       string
	events   []questionnaire.Event
	self     self
	language string
}

func (o *opening) Fields(w *wire.Coder) {
	wire.Text(w, "ir", &o.ir)
	wire.List(w, "events", &o.events, wire.WholeValue)
	wire.Own(w, "self", &o.self)
	wire.Text(w, "language", &o.language)
}

// deciding is the argument of decide: an act and its moment.
type deciding struct {
	act   questionnaire.Act
	row   string
	value wire.Raw
	given map[string]wire.Raw
	now   string
	mono  float64
	salt  string
}

func (d *deciding) Fields(w *wire.Coder) {
	wire.Text(w, "act", &d.act.Kind)
	wire.Text(w, "path", &d.act.Path)
	wire.Verbatim(w, "value", &d.value)
	wire.Text(w, "roster", &d.act.Roster)
	wire.Text(w, "row", &d.row)
	wire.Text(w, "reason", &d.act.Reason)
	wire.Text(w, "check", &d.act.Check)
	wire.Text(w, "text", &d.act.Text)
	wire.Text(w, "outcome", &d.act.Outcome)
	wire.Text(w, "language", &d.act.Language)
	wire.Int(w, "disposition", &d.act.Disposition)
	wire.Text(w, "case", &d.act.Case)
	wire.Int(w, "household", &d.act.Household)
	wire.Map(w, "given", &d.given, wire.VerbatimValue)
	wire.Text(w, "now", &d.now)
	wire.Part(w, "mono", false, nil, func(b []byte) (n int, err error) {
		for n < len(b) && b[n] != ',' && b[n] != '}' && b[n] > ' ' {
			n++
		}
		d.mono, err = strconv.ParseFloat(string(b[:n]), 64)
		return n, err
	})
	wire.Text(w, "salt", &d.salt)
}

// decided is an event with its bytes as text, to be stored and sent as they
// are.
type decided struct {
	event questionnaire.Event
	salt  string
}

func (d *decided) Fields(w *wire.Coder) {
	header, payload := string(d.event.Header), string(d.event.Payload)
	wire.Verbatim(w, "header", &d.event.Header)
	wire.Text(w, "salt", &d.salt)
	wire.Verbatim(w, "payload", &d.event.Payload)
	wire.Text(w, "headerText", &header)
	wire.Text(w, "payloadText", &payload)
}

// applying is the argument of apply.
type applying struct {
	event    questionnaire.Event
	language string
}

func (a *applying) Fields(w *wire.Coder) {
	wire.Whole(w, "event", &a.event)
	wire.Text(w, "language", &a.language)
}

// going is the argument of go.
type going struct{ to, path, language string }

func (g *going) Fields(w *wire.Coder) {
	wire.Text(w, "to", &g.to)
	wire.Text(w, "path", &g.path)
	wire.Text(w, "language", &g.language)
}

// looking is the argument of view and overview.
type looking struct{ language string }

func (l *looking) Fields(w *wire.Coder) { wire.Text(w, "language", &l.language) }

// overview is what the function of that name returns.
type overview struct{ screens []questionnaire.OverviewEntry }

func (o *overview) Fields(w *wire.Coder) { wire.List(w, "screens", &o.screens, wire.OwnValue) }
