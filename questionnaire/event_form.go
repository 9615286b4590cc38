package questionnaire

import "cifra/questionnaire/wire"

// This file is the format of events: headers, the payloads of each kind and the
// values in them, with their keys in the order in which this engine writes them.
// What devices wrote is never written again: other engines may order them as
// they like.

// hashValue is a hash in a list.
func hashValue(w *wire.Coder, h *Hash) { wire.NamedValue(w, h) }

// Fields lists the keys of the JSON.
func (h *Header) Fields(w *wire.Coder) {
	wire.Int(w, "v", &h.Version)
	wire.Text(w, "survey", &h.Survey)
	wire.Text(w, "interview", &h.Interview)
	wire.Text(w, "device", &h.Device)
	wire.Int(w, "seq", &h.Seq)
	wire.Named(w, "prev", &h.Prev)
	wire.Option(w.Omit(), "after", &h.After, hashValue)
	wire.Int(w, "lease", &h.Lease)
	wire.Named(w, "wall", &h.Wall)
	wire.Int(w, "mono", &h.Mono)
	wire.Text(w, "kind", &h.Kind)
	wire.Text(w.Omit(), "path", &h.Path)
	wire.Text(w.Omit(), "class", &h.Class)
	wire.Named(w, "hash", &h.Hash)
	wire.Text(w.Omit(), "case", &h.Case)
}

func (e *wireEvent) Fields(w *wire.Coder) {
	wire.Verbatim(w, "header", &e.Header)
	wire.Text(w.Omit(), "salt", &e.Salt)
	wire.Verbatim(w.Omit(), "payload", &e.Payload)
}

func (s *startPayload) Fields(w *wire.Coder) {
	wire.Named(w, "instrument", &s.Instrument)
	wire.Text(w, "case", &s.Case)
	wire.Int(w, "household", &s.Household)
	wire.Map(w, "given", &s.Given, wire.VerbatimValue)
	wire.Text(w.Omit(), "seed", &s.Seed)
}

// nothing is the payload of acts that their header says all of.
func (nothing) Fields(*wire.Coder) {}

func (a *answerPayload) Fields(w *wire.Coder) {
	wire.Verbatim(w, "value", &a.Value)
}

func (r *reasonPayload) Fields(w *wire.Coder) {
	wire.Text(w, "reason", &r.Reason)
}

func (c *consentPayload) Fields(w *wire.Coder) {
	wire.Text(w, "outcome", &c.Outcome)
	wire.Text(w, "language", &c.Language)
	wire.Named(w, "text_hash", &c.TextHash)
}

func (c *confirmPayload) Fields(w *wire.Coder) {
	wire.Text(w, "check", &c.Check)
	wire.Named(w, "reads", &c.Reads)
	wire.Int(w.Omit(), "way", &c.Way)
	wire.Text(w, "reason", &c.Reason)
}

func (t *textPayload) Fields(w *wire.Coder) {
	wire.Text(w, "text", &t.Text)
}

func (l *languagePayload) Fields(w *wire.Coder) {
	wire.Text(w, "language", &l.Language)
}

func (d *dispositionPayload) Fields(w *wire.Coder) {
	wire.Int(w, "disposition", &d.Disposition)
}

func (l *leasePayload) Fields(w *wire.Coder) {
	wire.Int(w, "lease", &l.Lease)
	wire.Text(w, "device", &l.Device)
	wire.Map(w, "held", &l.Held, wire.IntValue)
}

func (s *selectPayload) Fields(w *wire.Coder) {
	wire.List(w, "frame", &s.Frame, wire.TextValue)
	wire.Text(w.Omit(), "number", &s.Number)
	wire.Text(w.Omit(), "table", &s.Table)
	wire.Text(w.Omit(), "seed", &s.Seed)
	wire.Text(w.Omit(), "date", &s.Date)
	wire.List(w.Omit(), "marks", &s.Marks, wire.TextValue)
	wire.Text(w, "probability", &s.Probability)
	wire.Text(w, "chosen", &s.Chosen)
	wire.Text(w, "method", &s.Method)
}

// Fields lists the keys of the JSON.
func (m *Migration) Fields(w *wire.Coder) {
	wire.Named(w, "from", &m.From)
	wire.Named(w, "to", &m.To)
	wire.List(w, "rules", &m.Rules, wire.OwnValue)
}

// Fields lists the keys of the JSON.
func (r *Rule) Fields(w *wire.Coder) {
	wire.Text(w, "item", &r.Item)
	wire.Text(w.Omit(), "to", &r.To)
	wire.Map(w.Omit(), "codes", &r.Codes, wire.TextValue)
}

func (m *migratePayload) Fields(w *wire.Coder) {
	m.Migration.Fields(w)
	wire.Text(w, "reason", &m.Reason)
}

func (v *wireValue) Fields(w *wire.Coder) {
	wire.Option(w.Omit(), "code", &v.Code, wire.TextValue)
	wire.Option(w.Omit(), "codes", &v.Codes, func(w *wire.Coder, l *[]string) { wire.ListValue(w, l, wire.TextValue) })
	wire.Text(w.Omit(), "specify", &v.Specify)
	wire.Option(w.Omit(), "number", &v.Number, wire.IntValue)
	wire.Option(w.Omit(), "text", &v.Text, wire.TextValue)
	wire.Option(w.Omit(), "date", &v.Date, wire.TextValue)
	wire.Option(w.Omit(), "time", &v.Time, wire.TextValue)
	wire.Maybe(w.Omit(), "entry", &v.Entry)
	wire.Maybe(w.Omit(), "point", &v.Point)
	wire.Maybe(w.Omit(), "attachment", &v.Attachment)
	wire.Option(w.Omit(), "missing", &v.Missing, wire.TextValue)
}

func (e *wireEntry) Fields(w *wire.Coder) {
	wire.Text(w, "code", &e.Code)
	wire.Text(w.Omit(), "text", &e.Text)
	wire.Map(w.Omit(), "with", &e.With, wire.TextValue)
}

func (p *wirePoint) Fields(w *wire.Coder) {
	wire.Int(w, "lat", &p.Lat)
	wire.Int(w, "lon", &p.Lon)
	wire.Int(w.Omit(), "accuracy", &p.Accuracy)
}

func (a *wireAttachment) Fields(w *wire.Coder) {
	wire.Named(w, "hash", &a.Hash)
	wire.Text(w, "media", &a.Media)
	wire.Int(w, "size", &a.Size)
}
