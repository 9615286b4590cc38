package questionnaire

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
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
		return fmt.Errorf("%w: %s of survey %s", ErrForeign, h.Interview, h.Survey)
	}
	if own := iv.heads[h.Device]; h.Seq != own.seq+1 || h.Prev != own.hash {
		return fmt.Errorf("%w: number %d of %s after %d", ErrChain, h.Seq, h.Device, own.seq)
	}
	if h.Device != Office && h.Lease < iv.lease && h.Seq > iv.held[h.Device] {
		return fmt.Errorf("%w: lease %d, now %d", ErrSideBranch, h.Lease, iv.lease)
	}
	if !iv.started && h.Kind != KindStart && h.Kind != KindAttempt && h.Device != Office {
		return fmt.Errorf("%s: %w", h.Kind, ErrNotStarted)
	}
	if e.Payload == nil {
		return iv.admitPath(h)
	}
	return iv.admitPayload(h, e.Payload)
}

// admitPath refuses places that do not exist.
func (iv *Interview) admitPath(h Header) error {
	switch h.Kind {
	case KindAnswer, KindClear:
		_, _, err := iv.find(h.Path)
		return err
	case KindRemoveRow:
		steps, err := splitPath(h.Path)
		if err == nil {
			_, err = iv.findRow(h.Path, steps)
		}
		return err
	case KindAddRow:
		_, _, _, err := iv.newHand(h.Path)
		return err
	}
	return nil
}

// admitPayload refuses payloads that cannot be folded.
func (iv *Interview) admitPayload(h Header, payload []byte) error {
	if err := iv.admitPath(h); err != nil {
		return err
	}
	var err error
	switch h.Kind {
	case KindStart:
		var p startPayload
		err = decode(payload, &p)
		if err == nil && iv.started {
			err = fmt.Errorf("start: %w", ErrNotStarted)
		}
		if err == nil && p.Instrument != iv.q.hash {
			err = fmt.Errorf("%w: %s", ErrVersion, p.Instrument)
		}
	case KindAnswer:
		_, err = iv.answered(h.Path, payload)
	case KindSelect:
		var p selectPayload
		err = decode(payload, &p)
	case KindConsent, KindGate:
		var p consentPayload
		err = decode(payload, &p)
	case KindConfirm:
		var p confirmPayload
		err = decode(payload, &p)
	case KindRemoveRow:
		var p reasonPayload
		err = decode(payload, &p)
	case KindComment:
		var p textPayload
		err = decode(payload, &p)
	case KindLanguage:
		var p languagePayload
		err = decode(payload, &p)
	case KindStatus, KindAttempt:
		var p dispositionPayload
		err = decode(payload, &p)
	case KindLease:
		var p leasePayload
		err = decode(payload, &p)
	}
	return err
}

func decode(b []byte, v any) error {
	if err := strictJSON(b, v); err != nil {
		return fmt.Errorf("%w: %v", ErrPayload, err)
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
		return answer{}, fmt.Errorf("%s: %w", path, ErrNotAsked)
	}
	var p answerPayload
	if err := decode(payload, &p); err != nil {
		return answer{}, err
	}
	val, err := DecodeValue(p.Value)
	if err != nil {
		return answer{}, err
	}
	a := answer{given: true}
	switch val := val.(type) {
	case Code:
		a.specify = val.Specify
	case Codes:
		a.specify = val.Specify
	}
	a.cell, err = iv.q.cell(v, val)
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
	iv.heads[h.Device] = head{h.Seq, HeaderHash(e.Header)}
	iv.last, iv.lastDevice = iv.heads[h.Device], h.Device
	iv.keepTime(h)
	iv.setDate("today", h.Wall)
	iv.fold(h, e.Payload)
	iv.settle()
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
		iv.foldConsent(h, payload)
	case KindConfirm:
		var p confirmPayload
		if json.Unmarshal(payload, &p) == nil {
			iv.confirmed[p.Check] = confirmation{p.Reads, p.Reason}
		}
	case KindComment:
		var p textPayload
		if json.Unmarshal(payload, &p) == nil {
			iv.comments = append(iv.comments, Comment{h.Path, p.Text, h.Wall})
		}
	case KindMove:
		iv.at = h.Path
	case KindLanguage:
		var p languagePayload
		if json.Unmarshal(payload, &p) == nil {
			iv.language = p.Language
		}
	case KindStatus:
		var p dispositionPayload
		if json.Unmarshal(payload, &p) == nil {
			iv.disposition = p.Disposition
		}
	case KindAttempt:
		var p dispositionPayload
		if json.Unmarshal(payload, &p) == nil {
			iv.attempts = append(iv.attempts, Attempt{p.Disposition, h.Wall})
		}
		if iv.caseID == "" {
			iv.caseID = h.Case
		}
	case KindLease:
		var p leasePayload
		if json.Unmarshal(payload, &p) == nil {
			iv.lease, iv.held = p.Lease, p.Held
		}
	}
}

func (iv *Interview) foldStart(h Header, payload []byte) {
	var p startPayload
	if json.Unmarshal(payload, &p) != nil {
		return
	}
	iv.started, iv.instrument, iv.caseID, iv.household = true, p.Instrument, p.Case, p.Household
	for _, v := range iv.q.Levels[0].variables {
		if v.Kind != varParameter {
			continue
		}
		c := missing(NotReached)
		if v.Default != nil {
			c = *v.Default
		}
		if b, ok := p.Given[v.ID]; ok {
			if val, err := DecodeValue(b); err == nil {
				if given, err := iv.q.cell(v, val); err == nil {
					c = given
				}
			}
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
	iv.at = h.Path
	iv.mark(iv.q.graph.variable[v.number], r)
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
		return nil, nil, "", fmt.Errorf("%w: %q", ErrPath, path)
	}
	parent, err := iv.findRow(path, steps[:len(steps)-1])
	if err != nil {
		return nil, nil, "", err
	}
	if l.Parent >= len(parent.up) || parent.up[l.Parent] == nil {
		return nil, nil, "", fmt.Errorf("%w: %q", ErrPath, path)
	}
	if iv.childByKey(parent, l, last.key) != nil {
		return nil, nil, "", fmt.Errorf("%w: row %q is there already", ErrPath, path)
	}
	return parent.up[l.Parent], l, last.key, nil
}

// foldSelect freezes who was drawn: later changes of the list do not change it.
func (iv *Interview) foldSelect(h Header, payload []byte) {
	var p selectPayload
	if json.Unmarshal(payload, &p) != nil {
		return
	}
	for _, e := range iv.q.Elements {
		if e.Kind != ElementSelect || h.Path != "" && h.Path != e.ID {
			continue
		}
		iv.selections[e.ID] = p
		drawn := iv.q.Variables[iv.q.Levels[e.Rows].Selected]
		iv.eachUnder(iv.root, e.Rows, func(x *row) {
			iv.set(drawn, x, truth(x.key == p.Chosen))
		})
	}
}

func (iv *Interview) foldConsent(h Header, payload []byte) {
	var p consentPayload
	if json.Unmarshal(payload, &p) != nil {
		return
	}
	r, v, err := iv.find(h.Path)
	if err != nil || v.Kind != varConsent {
		return
	}
	r.answers[v.index] = answer{given: true, cell: truth(p.Outcome == "given"), wall: h.Wall}
	iv.at = h.Path
	iv.mark(iv.q.graph.variable[v.number], r)
}

// keepTime adds the time since the device's previous event to the event's
// place: paradata are computed from the events, never stored.
func (iv *Interview) keepTime(h Header) {
	if iv.lastMonoOf == h.Device && h.Mono > iv.lastMono && h.Path != "" {
		iv.times[h.Path] += time.Duration(h.Mono-iv.lastMono) * time.Millisecond
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
