package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file is the privacy gate: an element that asks whether what comes next
// can be talked about here and now. The rules:
//
//   - what is sensitive is asked behind the nearest gate before it in its module,
//     in its own row or one above: unless that gate is open, it is not reached.
//     Whatever else stands in the module is asked either way;
//   - a gate can be answered again at any time while it is on the path. Closing
//     it takes what stands behind it off the path, opening it brings that back;
//   - skipped settles the gate: the interview can be complete, and the data say
//     why the part is missing. Postponed lets the interview go on and keeps it
//     from being complete;
//   - a gate behind which a screener comes first of which only some rows are
//     sensitive is asked inside that, just before the first of those.

// gateOutcomes are the outcomes of a gate by their codes. They are stored: add
// at the end, never rename.
var gateOutcomes = []string{"open", "postponed", "skipped"}

// gateWords are what codebooks call the outcomes, in their order.
var gateWords = map[string][]string{
	"es": {"Se pudo hablar en privado", "Se dejó para otro momento", "No se preguntó por falta de privacidad"},
	"en": {"It could be talked about in private", "Put off to another moment", "Not asked for lack of privacy"},
	"pt": {"Foi possível conversar em particular", "Adiado para outro momento", "Não perguntado por falta de privacidade"},
	"fr": {"L’entretien a pu avoir lieu en privé", "Remis à un autre moment", "Non demandé faute d’intimité"},
}

// gateOpen is the outcome that lets pass.
const gateOpen = 0

// Released is a release as the compiled questionnaire keeps it: that it was
// made, of what, and why.
type Released struct {
	Name    string `json:"name"`
	What    string `json:"what"`
	Because string `json:"because"`
}

// linkGates gives everything that may be sensitive the gate before it.
func (q *Questionnaire) linkGates() {
	before := func(module, level, order int) int {
		gate := -1
		for _, e := range q.Elements[:order] {
			if e.Kind == ElementGate && e.Module == module && q.under(level, e.Level) {
				gate = e.Variables[0]
			}
		}
		return gate
	}
	for _, e := range q.Elements {
		e.gate = -1
		if e.Kind != ElementGate {
			e.gate = before(e.Module, e.Level, e.number)
		}
	}
	for _, v := range q.Variables {
		v.gate = -1
		if v.Module >= 0 && (v.asked() || v.Kind == varConsent) {
			v.gate = before(v.Module, v.Level, v.Order)
		}
	}
	for _, c := range q.Checks {
		c.gate = q.Elements[c.Element].gate
	}
	for _, m := range q.Modules {
		for i, n := range m.Elements {
			if e := q.Elements[n]; e.Kind == ElementGate {
				e.inside = q.firstBehind(m.Elements[i+1:])
			}
		}
	}
}

// firstBehind says whether the first of some elements that may be sensitive is a
// screener of which only some rows are.
func (q *Questionnaire) firstBehind(elements []int) bool {
	for _, n := range elements {
		e := q.Elements[n]
		for l := e.Level; l >= 0; l = q.Levels[l].Parent {
			if some, _ := q.sensitiveRows(q.Levels[l]); some || q.Levels[l].Sensitive {
				return false
			}
		}
		switch {
		case e.Class == Sensitive || e.Kind == ElementGate:
			return false
		case e.Screen != nil && q.divided(q.Levels[e.Rows]):
			return true
		case slices.ContainsFunc(e.Variables, func(v int) bool { return q.Variables[v].Class == Sensitive }):
			return false
		}
	}
	return false
}

// divided says whether some rows of l are opened from sensitive entries of its
// list, and others are not.
func (q *Questionnaire) divided(l *level) bool {
	some, all := q.sensitiveRows(l)
	return some && !all
}

// sensitiveRows says whether some of the entries that rows of l are opened from
// are sensitive, and whether all are.
func (q *Questionnaire) sensitiveRows(l *level) (some, all bool) {
	if l.List < 0 {
		return false, false
	}
	codes := l.Codes
	for _, s := range l.Screens { // forms: of what the screens ask about
		codes = append(slices.Clip(codes), q.Levels[q.Elements[s].Rows].Codes...)
	}
	all = len(codes) > 0
	for _, code := range codes {
		sensitive := q.Lists[l.List].Choices[code].Class == Sensitive
		some, all = some || sensitive, all && sensitive
	}
	return some, all
}

// gateInside returns the gate that is asked inside the screener e, nil if there
// is none.
func (q *Questionnaire) gateInside(e *element) *element {
	if e.gate >= 0 {
		if gate := q.Elements[q.Variables[e.gate].Order]; gate.inside {
			return gate
		}
	}
	return nil
}

// behindOpenGate says whether v in r needs no gate, or stands behind an open
// one.
func (iv *Interview) behindOpenGate(v *variable, r *row) bool {
	return v.gate < 0 || iv.class(v, r) != Sensitive || iv.gateIsOpen(v.gate, r)
}

// elementBehindOpenGate says the same of an element that is walked in r, or
// in whose rows r lies.
func (iv *Interview) elementBehindOpenGate(e *element, r *row) bool {
	return e.gate < 0 || e.Class != Sensitive && iv.opened(r) != Sensitive || iv.gateIsOpen(e.gate, r)
}

// gateIsOpen says whether a gate lets pass what is asked in r.
func (iv *Interview) gateIsOpen(gate int, r *row) bool {
	g := iv.q.Variables[gate]
	return r.up[g.Level].Cells[g.index] == known(gateOpen)
}

// postponed says whether p is a gate that was put off: what stands behind it is
// still to be asked.
func (iv *Interview) postponed(p place) bool {
	if p.element.Kind != ElementGate {
		return false
	}
	c := p.row.Cells[iv.q.Variables[p.element.Variables[0]].index]
	return c.Missing == expr.Answered && gateOutcomes[c.N] == "postponed"
}

// decideGate returns the payload of a gate's outcome, with the hash of the
// words that were read.
func (iv *Interview) decideGate(act Act, h *Header) (wire.Object, error) {
	e, r, err := iv.elementAt(act.Path, ElementGate)
	if err != nil {
		return nil, err
	}
	h.Path = itemPath(e.ID, r)
	if !slices.Contains(gateOutcomes, act.Outcome) {
		return nil, wire.Errorf("gate %q: %w", act.Outcome, ErrAct)
	}
	h.Class = iv.class(iv.q.Variables[e.Variables[0]], r)
	shown := iv.text(e.Text, r, iv.language)
	return &consentPayload{act.Outcome, iv.language, PayloadHash(nil, []byte(shown))}, nil
}

// admitGatePath refuses what is no gate.
func (iv *Interview) admitGatePath(path string) error {
	_, v, err := iv.find(path)
	if err == nil && v.Kind != varGate {
		err = wire.Errorf("%s: %w", path, ErrNotAsked)
	}
	return err
}

// admitGate refuses a payload that is no outcome.
func admitGate(payload []byte) error {
	var p consentPayload
	if err := decode(payload, &p); err != nil {
		return err
	}
	if !slices.Contains(gateOutcomes, p.Outcome) {
		return wire.Errorf("%w: gate: no outcome is %q", ErrPayload, p.Outcome)
	}
	return nil
}

// gateView shows the outcomes of a gate in their words, and the one it has.
func (iv *Interview) gateView(e *element, r *row, language string) *ConsentView {
	out := &ConsentView{}
	for i, name := range gateOutcomes {
		out.Outcomes = append(out.Outcomes, OutcomeView{name, iv.text(e.Outcomes[i], r, language)})
	}
	if c := r.Cells[iv.q.Variables[e.Variables[0]].index]; c.Missing == expr.Answered {
		out.Outcome = gateOutcomes[c.N]
	}
	return out
}
