package questionnaire

import (
	"errors"
	"slices"
	"time"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file folds events into an interview. The rules:
//
//   - only Apply changes state, and it cannot fail for an event that Decide
//     made or Admit let in;
//   - an event that is not admitted is parked by whoever keeps it: stored,
//     acknowledged, skipped by the fold, shown to a person;
//   - a payload that is absent folds as withheld;
//   - today is the local date of the event being applied, the interview date
//     that of its start.

// Errors of events that are parked.
var (
	// ErrChain means that an event is not the next of its device.
	ErrChain = errors.New("not the next event of its device")
	// ErrForeign means that an event belongs to another interview or survey.
	ErrForeign = errors.New("event of another interview")
	// ErrSideBranch means that an event came late under a lease that was passed
	// on: it stands aside until a merge names what is taken of it.
	ErrSideBranch = errors.New("late event of a lease that was passed on")
	// ErrLease means that a device wrote under a lease that it does not hold.
	ErrLease = errors.New("event under a lease that its device does not hold")
	// ErrVersion means that an interview was started with another questionnaire.
	ErrVersion = errors.New("started with another questionnaire")
)

// Admit says whether e, made elsewhere, may be applied next. The error wraps
// one of this package's and is the reason to park the event.
func (iv *Interview) Admit(e Event) error {
	h, err := e.Parse()
	if err != nil {
		return err
	}
	if h.Survey != iv.self.Survey || h.Interview != iv.self.Interview {
		return wire.Errorf("%w: %s of survey %s", ErrForeign, h.Interview, h.Survey)
	}
	if own := iv.heads[h.Device]; h.Seq != own.seq+1 || h.Prev != own.hash {
		return wire.Errorf("%w: number %d of %s after %d", ErrChain, h.Seq, h.Device, own.seq)
	}
	if h.After != nil && !iv.seen[*h.After] {
		return wire.Errorf("%w: number %d of %s builds on an event that is not here", ErrChain, h.Seq, h.Device)
	}
	if err := iv.admitDevice(h); err != nil {
		return err
	}
	if h.Kind == KindMigrate || h.Kind == KindUnmigrate {
		return iv.admitMigrate(h, e.Payload)
	}
	if moves, back, late := iv.late(h); late {
		return iv.admitLate(moves, back, h, e.Payload)
	}
	if err := iv.admitPath(h); err != nil {
		return err
	}
	if e.Payload == nil {
		return nil
	}
	return iv.admitPayload(h, e.Payload)
}

// admitDevice refuses what a device may not do: write under a lease that is
// not its own, before the start, or at the office what only a visit can bring.
func (iv *Interview) admitDevice(h Header) error {
	// The office holds no lease: its acts come between those of the tablets.
	if h.Device == Office {
		switch h.Kind {
		case KindAnswer, KindClear, KindConsent, KindGate, KindSelect:
			return wire.Errorf("%s of the office, which corrects with a reason: %w", h.Kind, ErrAct)
		}
		return nil
	}
	switch {
	case h.Kind == KindLease:
		return wire.Errorf("a lease that %s gives itself: %w", h.Device, ErrAct)
	case h.Lease < iv.lease && h.Seq > iv.held[h.Device]:
		return wire.Errorf("%w: lease %d, now %d", ErrSideBranch, h.Lease, iv.lease)
	case iv.owner != "" && (h.Lease > iv.lease || h.Lease == iv.lease && h.Device != iv.owner):
		return wire.Errorf("%w: lease %d of %s, now %d of %s", ErrLease, h.Lease, h.Device, iv.lease, iv.owner)
	case !iv.started && h.Kind != KindStart && h.Kind != KindAttempt:
		return wire.Errorf("%s: %w", h.Kind, ErrNotStarted)
	case iv.started && h.Kind == KindStart:
		return wire.Errorf("start: %w", ErrNotStarted)
	}
	return nil
}

// admitPath refuses places that do not exist.
func (iv *Interview) admitPath(h Header) error {
	switch h.Kind {
	case KindAnswer, KindClear:
		_, v, err := iv.find(h.Path)
		if err == nil && !v.asked() {
			err = wire.Errorf("%s: %w", h.Path, ErrNotAsked)
		}
		return err
	case KindConsent:
		_, v, err := iv.find(h.Path)
		if err == nil && v.Kind != varConsent {
			err = wire.Errorf("%s: %w", h.Path, ErrNotAsked)
		}
		return err
	case KindGate:
		return iv.admitGatePath(h.Path)
	case KindSelect:
		if e, _ := iv.drawAt(h.Path); e == nil {
			return wire.Errorf("%w: %q", ErrPath, h.Path)
		}
	case KindRemoveRow:
		steps, err := splitPath(h.Path)
		if err == nil {
			_, err = iv.findRow(h.Path, steps)
		}
		return err
	case KindAddRow:
		_, _, key, err := iv.newHand(h.Path)
		if _, own := handNumber(key, h.Device); err == nil && !own {
			err = wire.Errorf("%w: %q is not a number of device %s", ErrPath, key, h.Device)
		}
		return err
	}
	return nil
}

// admitPayload refuses payloads that cannot be folded.
func (iv *Interview) admitPayload(h Header, payload []byte) error {
	bad := func(format string, a ...any) error {
		return wire.Errorf("%w: %s: %s", ErrPayload, h.Kind, wire.Sprintf(format, a...))
	}
	switch h.Kind {
	case KindStart:
		var p startPayload
		if err := decode(payload, &p); err != nil {
			return err
		}
		if p.Instrument != iv.q.hash {
			return wire.Errorf("%w: %s", ErrVersion, p.Instrument)
		}
		if p.Seed != "" && !isSeed(p.Seed) {
			return bad("%q is not a seed", p.Seed)
		}
		_, err := iv.q.given(p)
		return err
	case KindAnswer:
		_, err := iv.answered(h.Path, payload)
		return err
	case KindSelect:
		return iv.admitDraw(h.Path, payload)
	case KindConsent:
		var p consentPayload
		if err := decode(payload, &p); err != nil {
			return err
		}
		if p.Outcome != "given" && p.Outcome != "refused" {
			return bad("no outcome is %q", p.Outcome)
		}
	case KindGate:
		return admitGate(payload)
	case KindConfirm:
		var p confirmPayload
		if err := decode(payload, &p); err != nil {
			return err
		}
		if p.Way != readsBare && p.Way != readsLengths {
			return bad("what a confirmation read is not hashed in way %d", p.Way)
		}
	case KindRemoveRow:
		return decode(payload, &reasonPayload{})
	case KindComment:
		return decode(payload, &textPayload{})
	case KindLanguage:
		var p languagePayload
		if err := decode(payload, &p); err != nil {
			return err
		}
		if !slices.Contains(iv.q.Languages, p.Language) {
			return bad("the questionnaire is not in %q", p.Language)
		}
	case KindStatus, KindAttempt:
		var p dispositionPayload
		if err := decode(payload, &p); err != nil {
			return err
		}
		return disposition(p.Disposition)
	case KindLease:
		var p leasePayload
		if err := decode(payload, &p); err != nil {
			return err
		}
		if p.Lease <= iv.lease || p.Device == "" {
			return bad("lease %d of %q after lease %d", p.Lease, p.Device, iv.lease)
		}
	}
	return nil
}

// given reads the parameters in a start.
func (q *Questionnaire) given(p startPayload) (map[*variable]answer, error) {
	answers := map[*variable]answer{}
	for name, b := range p.Given {
		v := q.parameter(name)
		if v == nil {
			continue
		}
		val, err := DecodeValue(b)
		if err == nil {
			answers[v], err = q.answer(v, val)
		}
		if err != nil {
			return nil, wire.Errorf("given %s: %w", name, err)
		}
	}
	return answers, nil
}

func decode(b []byte, o wire.Object) error {
	if err := strictJSON(b, o); err != nil {
		return wire.Errorf("%w: %v", ErrPayload, err)
	}
	return nil
}

// answered reads the answer in a payload for the item at path.
func (iv *Interview) answered(path string, payload []byte) (answer, error) {
	_, v, err := iv.find(path)
	if err != nil {
		return answer{}, err
	}
	if !v.asked() {
		return answer{}, wire.Errorf("%s: %w", path, ErrNotAsked)
	}
	var p answerPayload
	if err := decode(payload, &p); err != nil {
		return answer{}, err
	}
	val, err := DecodeValue(p.Value)
	if err != nil {
		return answer{}, err
	}
	return iv.q.answer(v, val)
}

// answer returns what val says of v, ErrValue if v cannot have it.
func (q *Questionnaire) answer(v *variable, val Value) (a answer, err error) {
	a.given = true
	switch val := val.(type) {
	case Code:
		a.specify = val.Specify
	case Codes:
		a.specify = val.Specify
	}
	if a.cell, err = q.cell(v, val); err == nil {
		a.parts, err = q.parts(v, val)
	}
	if a.parts != nil {
		a.whole = val
	}
	return a, err
}

// Apply moves the interview past e and computes again what depends on it. e
// was made by Decide or let in by Admit.
func (iv *Interview) Apply(e Event) {
	h, err := ParseHeader(e.Header)
	if err != nil {
		return
	}
	iv.events++
	link := HeaderHash(e.Header)
	iv.heads[h.Device], iv.seen[link] = head{h.Seq, link}, true
	iv.last, iv.lastDevice = iv.heads[h.Device], h.Device
	iv.keepTime(h)
	if moves, back, late := iv.late(h); late {
		iv.applyLate(moves, back, h, e.Payload)
	} else {
		iv.say(statement{h, e.Payload})
	}
	iv.hear(h, link)
}

// fold gives the event's kind its work. Kinds without a case here are acts of
// elements that a questionnaire of this format does not have.
func (iv *Interview) fold(h Header, payload []byte) {
	switch h.Kind {
	case KindStart:
		iv.foldStart(h, payload)
	case KindAnswer:
		iv.foldAnswer(h, payload)
	case KindClear:
		if r, v, err := iv.find(h.Path); err == nil {
			r.answers[v.index] = answer{}
			iv.mark(iv.q.graph.variable[v.number], r)
		}
	case KindAddRow:
		if parent, l, key, err := iv.newHand(h.Path); err == nil {
			iv.addHand(l, parent, key)
			iv.at = h.Path
		}
	case KindRemoveRow:
		iv.foldRemove(h)
	case KindSelect:
		iv.foldSelect(h, payload)
	case KindConsent:
		iv.foldOutcome(h, payload, varConsent, func(outcome string) expr.Cell { return truth(outcome == "given") })
	case KindGate:
		iv.foldOutcome(h, payload, varGate, func(outcome string) expr.Cell { return known(int64(slices.Index(gateOutcomes, outcome))) })
	case KindConfirm:
		var p confirmPayload
		if wire.Read(payload, &p) == nil {
			iv.confirmed[p.Check] = confirmation{p.Reads, p.Way, p.Reason}
		}
	case KindComment:
		var p textPayload
		if wire.Read(payload, &p) == nil {
			iv.comments = append(iv.comments, Comment{h.Path, p.Text, h.Wall})
		}
	case KindMove:
		iv.at = h.Path
	case KindLanguage:
		var p languagePayload
		if wire.Read(payload, &p) == nil {
			iv.language = p.Language
		}
	case KindStatus:
		var p dispositionPayload
		if wire.Read(payload, &p) == nil {
			iv.disposition = p.Disposition
		}
	case KindAttempt:
		var p dispositionPayload
		if wire.Read(payload, &p) == nil {
			iv.attempts = append(iv.attempts, Attempt{p.Disposition, h.Wall})
		}
		if iv.caseID == "" {
			iv.caseID = h.Case
		}
	case KindMigrate:
		iv.foldMigrate(payload, h.Wall)
	case KindUnmigrate:
		iv.foldUnmigrate(h)
	case KindLease:
		var p leasePayload
		if wire.Read(payload, &p) == nil {
			iv.lease, iv.owner, iv.held = p.Lease, p.Device, p.Held
		}
	}
}

func (iv *Interview) foldStart(h Header, payload []byte) {
	var p startPayload
	if wire.Read(payload, &p) != nil {
		return
	}
	iv.started, iv.instrument, iv.caseID, iv.household = true, p.Instrument, p.Case, p.Household
	iv.seed, iv.orders = p.Seed, nil
	iv.lease, iv.owner = max(h.Lease, iv.lease), h.Device // whoever starts an interview holds it
	given, _ := iv.q.given(p)
	for _, v := range iv.q.Levels[0].variables {
		if v.Kind != varParameter {
			continue
		}
		c := missing(NotReached)
		if v.Default != nil {
			c = *v.Default
		}
		if v.Entry != nil {
			iv.root.answers[v.index].parts, _ = iv.q.parts(v, v.Entry.value())
		}
		if g, ok := given[v]; ok {
			c = g.cell
			iv.root.answers[v.index].parts = g.parts
		}
		iv.set(v, iv.root, c)
	}
	iv.setDate("interview_date", h.Wall)
}

// setDate gives one of the engine's dates its value: the local date of wall.
func (iv *Interview) setDate(name string, wall time.Time) {
	if v, ok := iv.q.byName[name]; ok {
		iv.set(v, iv.root, dateCell(wall.Format("2006-01-02")))
	}
}

func (iv *Interview) foldAnswer(h Header, payload []byte) {
	r, v, err := iv.find(h.Path)
	if err != nil {
		return
	}
	a := answer{given: true, cell: missing(Withheld)}
	if payload != nil {
		if a, err = iv.answered(h.Path, payload); err != nil {
			return
		}
	}
	a.wall = h.Wall
	r.answers[v.index] = a
	iv.at = itemPath(v.ID, r) // an item may be named by its label
	iv.mark(iv.q.graph.variable[v.number], r)
	for _, p := range v.Parts { // the same code may come with other parts
		iv.mark(iv.q.graph.variable[p], r)
	}
}

func (iv *Interview) foldRemove(h Header) {
	steps, err := splitPath(h.Path)
	if err != nil {
		return
	}
	r, err := iv.findRow(h.Path, steps)
	if err != nil {
		return
	}
	r.removed = true
	if set := &r.parent.sets[r.level.index]; r.level.Kind == levelCount {
		set.seen = min(set.seen, r.place)
	}
	iv.setListed(r, false)
	iv.mark(iv.q.graph.rows[r.level.index], r.parent)
}

// newHand returns where the row that path names would be added: it must be the
// key of no row yet.
func (iv *Interview) newHand(path string) (*row, *level, string, error) {
	steps, err := splitPath(path)
	if err != nil {
		return nil, nil, "", err
	}
	last := steps[len(steps)-1]
	l, ok := iv.q.byLevel[last.name]
	if !ok || l.Kind != levelHand || !last.keyed {
		return nil, nil, "", wire.Errorf("%w: %q", ErrPath, path)
	}
	above, err := iv.findRow(path, steps[:len(steps)-1])
	if err != nil {
		return nil, nil, "", err
	}
	parent := iv.reach(above, l.Parent)
	if parent == nil || rowPath(parent, l, last.key) != path {
		return nil, nil, "", wire.Errorf("%w: %q", ErrPath, path)
	}
	if iv.childByKey(parent, l, last.key) != nil {
		return nil, nil, "", wire.Errorf("%w: row %q is there already", ErrPath, path)
	}
	return parent, l, last.key, nil
}

// foldOutcome folds what became of a consent or a gate: kind is that of its
// variable, value what an outcome is for expressions.
func (iv *Interview) foldOutcome(h Header, payload []byte, kind variableKind, value func(outcome string) expr.Cell) {
	r, v, err := iv.find(h.Path)
	if err != nil || v.Kind != kind {
		return
	}
	a := answer{given: true, cell: missing(Withheld), wall: h.Wall}
	if payload != nil {
		var p consentPayload
		if wire.Read(payload, &p) != nil {
			return
		}
		a.cell = value(p.Outcome)
	}
	r.answers[v.index] = a
	iv.at = h.Path
	iv.mark(iv.q.graph.variable[v.number], r)
}

// keepTime adds the time since the device's previous event to the event's
// place: paradata are computed from the events, never stored.
func (iv *Interview) keepTime(h Header) {
	if h.Device == Office {
		return // its acts come between two of a tablet, and take none of that time
	}
	const long = 1 << 40 // milliseconds: more is no time but a clock gone wrong
	if d := h.Mono - iv.lastMono; iv.lastMonoOf == h.Device && d > 0 && d < long && h.Path != "" {
		iv.times[h.Path] += time.Duration(d) * time.Millisecond
	}
	iv.lastMono, iv.lastMonoOf = h.Mono, h.Device
}

// Seconds returns the time spent before the answers at each path, in seconds.
func (iv *Interview) Seconds() map[string]float64 {
	s := make(map[string]float64, len(iv.times))
	for p, d := range iv.times {
		s[p] = d.Seconds()
	}
	return s
}
