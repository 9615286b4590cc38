package questionnaire

import (
	"errors"
	"time"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file makes events: what a person wants to do becomes a header, a salt
// and a payload, or an error that says why it cannot be done. Nothing here
// changes an interview.

// Errors of acts that cannot be done now.
var (
	// ErrNotAsked means that the item is not on the path.
	ErrNotAsked = errors.New("not asked here")
	// ErrNotStarted means that the interview has no start event yet, or has one.
	ErrNotStarted = errors.New("the interview has not been started")
	// ErrBlocked means that a check, or an answer that is wanted, keeps the
	// interview where it is.
	ErrBlocked = errors.New("something on this screen must be settled first")
	// ErrAct means that the act itself is not one that can be done.
	ErrAct = errors.New("no such act")
)

// A Stamp is what an event takes from the world outside: the clocks and
// randomness. Wall carries the offset of the survey's zone.
type Stamp struct {
	Wall time.Time
	Mono int64 // milliseconds of a clock that never jumps
	Salt [SaltLen]byte
}

// An Act is what a person wants to do. Kind decides which fields count.
type Act struct {
	Kind        Kind
	Path        string           // answer, clear, comment, move, remove_row; add_row: the row it stands under
	Value       Value            // answer
	Roster      string           // add_row: the level
	Reason      string           // remove_row, confirm, correct
	Check       string           // confirm: the key of the check
	Text        string           // comment
	Outcome     string           // consent: "given" or "refused"; gate: "open", "postponed" or "skipped"
	Language    string           // language
	Disposition int              // status, attempt
	Case        CaseID           // start
	Household   int              // start
	Given       map[string]Value // start: the parameters
}

// Payloads, by kind.
type (
	startPayload struct {
		Instrument Hash                `json:"instrument"`
		Case       CaseID              `json:"case"`
		Household  int                 `json:"household"`
		Given      map[string]wire.Raw `json:"given"`
		Seed       string              `json:"seed,omitempty"` // where something is decided by chance: see lot.go
	}
	answerPayload struct {
		Value wire.Raw `json:"value"`
	}
	reasonPayload struct {
		Reason string `json:"reason"`
	}
	consentPayload struct {
		Outcome  string `json:"outcome"`
		Language string `json:"language"`
		TextHash Hash   `json:"text_hash"`
	}
	confirmPayload struct {
		Check  string `json:"check"`
		Reads  Hash   `json:"reads"`
		Way    int    `json:"way,omitempty"` // how Reads was made: see check.go
		Reason string `json:"reason"`
	}
	textPayload struct {
		Text string `json:"text"`
	}
	languagePayload struct {
		Language string `json:"language"`
	}
	dispositionPayload struct {
		Disposition int `json:"disposition"`
	}
	nothing      struct{}
	leasePayload struct {
		Lease  int                 `json:"lease"`
		Device DeviceID            `json:"device"`
		Held   map[DeviceID]uint64 `json:"held"`
	}
)

// minReason is the length of a written reason, in characters.
const minReason = 10

// Answer returns the event that answering the item at path would be.
func (iv *Interview) Answer(path string, v Value, st Stamp) (Event, error) {
	return iv.Decide(Act{Kind: KindAnswer, Path: path, Value: v}, st)
}

// Decide returns the event that act would be. It changes nothing: the caller
// stores the event, then applies it.
func (iv *Interview) Decide(act Act, st Stamp) (Event, error) {
	if iv.started == (act.Kind == KindStart) && act.Kind != KindAttempt {
		return Event{}, wire.Errorf("%s: %w", act.Kind, ErrNotStarted)
	}
	h := Header{Kind: act.Kind, Path: act.Path, Class: Paradata}
	payload, err := iv.decide(act, &h, st)
	if err != nil {
		return Event{}, err
	}
	return iv.event(h, payload, st), nil
}

// event completes the header and fixes the bytes.
func (iv *Interview) event(h Header, payload wire.Object, st Stamp) Event {
	p := wire.Write(payload)
	own := iv.heads[iv.self.Device]
	h.Version, h.Survey, h.Interview, h.Device = FormatVersion, iv.self.Survey, iv.self.Interview, iv.self.Device
	h.Seq, h.Prev, h.Lease = own.seq+1, own.hash, iv.self.Lease
	if iv.owner == iv.self.Device {
		h.Lease = max(h.Lease, iv.lease)
	}
	h.Wall, h.Mono, h.Hash = st.Wall.Truncate(time.Millisecond), st.Mono, PayloadHash(st.Salt[:], p)
	// Within a device the chain gives the order; where the newest event is of
	// another device, this one was made in knowledge of it.
	if iv.lastDevice != "" && iv.lastDevice != iv.self.Device {
		after := iv.last.hash
		h.After = &after
	}
	return Event{Header: wire.Write(&h), Salt: st.Salt[:], Payload: p}
}

// decide returns the payload of act and completes the header's path and class.
func (iv *Interview) decide(act Act, h *Header, st Stamp) (wire.Object, error) {
	switch act.Kind {
	case KindStart:
		return iv.decideStart(act, h, st)
	case KindAnswer, KindClear:
		return iv.decideAnswer(act, h)
	case KindAddRow, KindRemoveRow:
		return iv.decideRow(act, h)
	case KindSelect:
		return iv.decideSelect(act, h)
	case KindConsent:
		return iv.decideConsent(act, h)
	case KindConfirm:
		c, r := iv.findCheck(act.Check)
		if c == nil || !r.fires[c.index] || c.Severity != Soft {
			return nil, wire.Errorf("confirm %q: %w: no such check is open", act.Check, ErrAct)
		}
		if err := reason(act.Reason); err != nil {
			return nil, err
		}
		h.Path = ""
		return &confirmPayload{act.Check, iv.reads(c, r, readsLengths), readsLengths, act.Reason}, nil
	case KindComment:
		h.Class = Identifier
		return &textPayload{act.Text}, checkText(act.Text)
	case KindMove:
		return nothing{}, nil
	case KindGate:
		return iv.decideGate(act, h)
	case KindLanguage:
		for _, l := range iv.q.Languages {
			if l == act.Language {
				return &languagePayload{l}, nil
			}
		}
		return nil, wire.Errorf("language %q: %w", act.Language, ErrAct)
	case KindStatus:
		if act.Disposition == Complete && iv.proposed() != Complete {
			return nil, wire.Errorf("complete the interview: %w", ErrBlocked)
		}
		return &dispositionPayload{act.Disposition}, disposition(act.Disposition)
	case KindAttempt:
		h.Case = act.Case
		return &dispositionPayload{act.Disposition}, disposition(act.Disposition)
	}
	return nil, wire.Errorf("%s: %w", act.Kind, ErrAct)
}

// Complete and Partial are the AAPOR codes of interviews, without their dot.
const (
	Complete = 110
	Partial  = 120
)

// disposition refuses what is not an AAPOR code.
func disposition(d int) error {
	if d < 100 || d > 499 {
		return wire.Errorf("disposition %d: %w", d, ErrAct)
	}
	return nil
}

// reason refuses what explains nothing.
func reason(s string) error {
	if len([]rune(s)) < minReason {
		return wire.Errorf("a reason of %d characters at least: %w", minReason, ErrAct)
	}
	return checkText(s)
}

func (iv *Interview) decideStart(act Act, h *Header, st Stamp) (wire.Object, error) {
	p := &startPayload{Instrument: iv.q.hash, Case: act.Case, Household: max(act.Household, 1), Given: map[string]wire.Raw{}}
	if iv.q.chance {
		p.Seed = newSeed(st.Salt)
	}
	for name, v := range act.Given {
		param := iv.q.parameter(name)
		if param == nil {
			continue // a column of the sample that the instrument does not use
		}
		if _, err := iv.q.cell(param, v); err != nil {
			return nil, err
		}
		if err := iv.q.fits(param, v); err != nil {
			return nil, err
		}
		p.Given[name] = EncodeValue(v)
	}
	for _, v := range iv.q.Levels[0].variables {
		if v.Kind == varParameter && v.Default == nil && p.Given[v.ID] == nil {
			return nil, wire.Errorf("start: %w: parameter %s is not given", ErrAct, v.ID)
		}
	}
	if act.Case == "" {
		return nil, wire.Errorf("start: %w: no case", ErrAct)
	}
	h.Case = act.Case
	return p, nil
}

// parameter returns the parameter called name, nil if there is none.
func (q *Questionnaire) parameter(name string) *variable {
	if v, ok := q.byName[name]; ok && v.Kind == varParameter {
		return v
	}
	return nil
}

func (iv *Interview) decideAnswer(act Act, h *Header) (wire.Object, error) {
	r, v, err := iv.find(act.Path)
	if err != nil {
		return nil, err
	}
	st := r.states[v.index]
	if !v.asked() || !st.relevant || st.forced {
		return nil, wire.Errorf("%s %s: %w", act.Kind, act.Path, ErrNotAsked)
	}
	h.Class = iv.class(v, r)
	if act.Kind == KindClear {
		return nothing{}, nil
	}
	a, err := iv.q.answer(v, act.Value)
	if err != nil {
		return nil, err
	}
	if a.cell.Missing == expr.Answered && !iv.stillOffered(v, r, a) {
		return nil, wire.Errorf("%w: %s: this option is not offered here", ErrValue, act.Path)
	}
	return &answerPayload{EncodeValue(act.Value)}, nil
}

// class returns the data class of v in r: its own, or that of the crime the
// row was opened from if that is more guarded.
func (iv *Interview) class(v *variable, r *row) DataClass {
	if v.Class == Identifier || v.Class == Sensitive {
		return v.Class
	}
	if iv.opened(r) == Sensitive {
		return Sensitive
	}
	return v.Class
}

// opened returns the class of the code that r, or a row above it, was opened
// from: "" if it says nothing.
func (iv *Interview) opened(r *row) DataClass {
	for _, u := range r.up {
		if u != nil && u.level.Sensitive {
			return Sensitive
		}
		if u == nil || u.level.List < 0 || u.level.Row < 0 {
			continue
		}
		code := u.Cells[iv.q.Variables[u.level.Row].index]
		if code.Missing == expr.Answered && iv.q.Lists[u.level.List].Choices[code.N].Class == Sensitive {
			return Sensitive
		}
	}
	return ""
}

func (iv *Interview) decideRow(act Act, h *Header) (wire.Object, error) {
	if act.Kind == KindAddRow {
		l, ok := iv.q.byLevel[act.Roster]
		if !ok || l.Kind != levelHand {
			return nil, wire.Errorf("add a row to %q: %w", act.Roster, ErrAct)
		}
		parent := iv.root
		if act.Path != "" {
			steps, err := splitPath(act.Path)
			if err != nil {
				return nil, err
			}
			if parent, err = iv.findRow(act.Path, steps); err != nil {
				return nil, err
			}
		}
		parent = iv.reach(parent, l.Parent)
		if parent == nil || !parent.on || !iv.allHold(iv.q.rosterWhen(l), parent) || iv.endedBefore(l.roster) || !iv.elementBehindOpenGate(l.roster, parent) {
			return nil, wire.Errorf("add a row to %s: %w", act.Roster, ErrNotAsked)
		}
		if most := l.roster.Max; most > 0 && parent.sets[l.index].on >= most {
			return nil, wire.Errorf("add a row to %s, which has %d already: %w", act.Roster, most, ErrAct)
		}
		h.Path = rowPath(parent, l, iv.nextHand(l, parent))
		return nothing{}, nil
	}
	steps, err := splitPath(act.Path)
	if err != nil {
		return nil, err
	}
	r, err := iv.findRow(act.Path, steps)
	if err != nil {
		return nil, err
	}
	if !r.on || !r.level.Kind.named() || r.level.Kind == levelCodes {
		return nil, wire.Errorf("remove %s: %w", act.Path, ErrNotAsked)
	}
	return &reasonPayload{act.Reason}, reason(act.Reason)
}

func (iv *Interview) decideConsent(act Act, h *Header) (wire.Object, error) {
	e, r, err := iv.elementAt(act.Path, ElementConsent)
	if err != nil {
		return nil, err
	}
	h.Path = itemPath(e.ID, r)
	if act.Outcome != "given" && act.Outcome != "refused" {
		return nil, wire.Errorf("consent %q: %w", act.Outcome, ErrAct)
	}
	shown := iv.text(e.Text, r, iv.language)
	return &consentPayload{act.Outcome, iv.language, PayloadHash(nil, []byte(shown))}, nil
}

// elementAt returns the element of a kind that path names and its row, if it
// is on the path of the interview.
func (iv *Interview) elementAt(path string, kind ElementKind) (*element, *row, error) {
	for s := range iv.walk() {
		if s.element.Kind == kind && (path == "" || s.path() == path) {
			return s.element, s.row, nil
		}
	}
	return nil, nil, wire.Errorf("%q: %w", path, ErrNotAsked)
}
