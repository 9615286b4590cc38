package collector

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	q "cifra/questionnaire"
)

// Kinds of the organisation's stream, stored by name. They stand in no
// interview, so the questionnaire does not know them.
const (
	KindPublish q.Kind = "publish" // an instrument may be used
	KindSample  q.Kind = "sample"  // cases were added
	KindAssign  q.Kind = "assign"  // a case is a device's
)

// Payloads of the organisation's events.
type (
	publishPayload struct {
		Instrument q.Hash                     `json:"instrument"` // a blob: the compiled questionnaire
		Name       string                     `json:"name"`
		Languages  []string                   `json:"languages"`
		Parameters []Parameter                `json:"parameters,omitempty"`
		Given      map[string]json.RawMessage `json:"given,omitempty"`
		Tables     []q.Hash                   `json:"tables,omitempty"` // blobs
	}

	// A sample is two blobs, so that addresses can be destroyed and the design
	// stays.
	samplePayload struct {
		File      string `json:"file"`      // its name, for people
		Design    q.Hash `json:"design"`    // a blob: CSV, the case and its design variables
		Addresses q.Hash `json:"addresses"` // a blob: CSV, the case and its identifiers; may be none
		Cases     int    `json:"cases"`
	}

	assignPayload struct {
		Case   q.CaseID   `json:"case"`
		Device q.DeviceID `json:"device"` // "" gives it back
	}
)

func (f *fold) applyOrg(e *Entry, blob func(q.Hash) ([]byte, error)) error {
	switch e.Kind {
	case KindPublish:
		var p publishPayload
		if err := json.Unmarshal(e.Event.Payload, &p); err != nil {
			return err
		}
		if f.instruments[p.Instrument].cursor < e.Cursor {
			next := Published{
				Hash: p.Instrument, Name: p.Name, Languages: p.Languages, Parameters: p.Parameters, Given: p.Given, Tables: p.Tables, cursor: e.Cursor,
			}
			if next.hasPlaces() {
				ir, err := blob(p.Instrument)
				if err != nil {
					return err
				}
				if err := next.findPlaces(ir, blob); err != nil {
					return err
				}
			}
			f.instruments[p.Instrument] = next
			f.touchAll(e.Cursor)
		}
	case KindSample:
		var p samplePayload
		if err := json.Unmarshal(e.Event.Payload, &p); err != nil {
			return err
		}
		if err := f.applySample(e, &p, blob); err != nil {
			return err
		}
	case KindAssign:
		var p assignPayload
		if err := json.Unmarshal(e.Event.Payload, &p); err != nil {
			return err
		}
		if c := f.at(p.Case); e.Cursor > c.assigned {
			c.Assigned, c.assigned = p.Device, e.Cursor
			f.touch(c, e.Cursor)
		}
	default:
		return nil // of a later version; the entry is kept
	}
	return f.ofSurvey(e)
}

// ofSurvey notes whose survey the store holds.
func (f *fold) ofSurvey(e *Entry) error {
	var h struct {
		Survey q.SurveyID `json:"survey"`
	}
	if err := json.Unmarshal(e.Event.Header, &h); err != nil {
		return err
	}
	if f.surveyAt == 0 || e.Cursor < f.surveyAt {
		f.survey, f.surveyAt = h.Survey, e.Cursor
	}
	return nil
}

// applySample adds cases that are new and takes the addresses it brings.
func (f *fold) applySample(e *Entry, p *samplePayload, blob func(q.Hash) ([]byte, error)) error {
	design, err := readTable(p.Design, blob)
	if err != nil {
		return err
	}
	var addresses *table
	if p.Addresses != (q.Hash{}) {
		if addresses, err = readTable(p.Addresses, blob); err != nil && !errors.Is(err, ErrNoBlob) {
			return err
		}
	}
	for row := range design.rows {
		c := f.at(design.id(row))
		if c.sampled == 0 || e.Cursor < c.sampled {
			c.Design, c.sampled, c.row = design.variables(row), e.Cursor, row
			f.touch(c, e.Cursor)
		}
	}
	f.sort()
	if addresses == nil {
		return nil
	}
	for row := range addresses.rows {
		c := f.at(addresses.id(row))
		if e.Cursor > c.addressed {
			if v := addresses.variables(row); !slices.Equal(v, c.Address) {
				c.Address = v
				f.touch(c, e.Cursor)
			}
			c.addressed = e.Cursor
		}
	}
	return nil
}

// record makes an event of the office, stores it and applies it.
func (s *Server) record(ctx context.Context, kind q.Kind, payload any) error {
	s.office.Lock()
	defer s.office.Unlock()
	body, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	heads, err := s.Log.Heads(ctx, Org)
	if err != nil {
		return err
	}
	salt := make([]byte, q.SaltLen)
	rand.Read(salt)
	head, now := heads[q.Office], s.now()
	header, err := json.Marshal(q.Header{
		Version: q.FormatVersion, Survey: s.Survey, Interview: q.InterviewID(Org), Device: q.Office,
		Seq: head.Seq + 1, Prev: head.Hash, Lease: 1, Wall: now.UTC(), Mono: now.Sub(s.started).Milliseconds(),
		Kind: kind, Hash: q.PayloadHash(salt, body),
	})
	if err != nil {
		return err
	}
	entries := []Entry{{
		Stream: Org, Device: q.Office, Seq: head.Seq + 1, Kind: kind, Prev: head.Hash, Received: now,
		Event: q.Event{Header: header, Salt: salt, Payload: body},
	}}
	outcomes, err := s.Log.Append(ctx, entries)
	if err != nil {
		return err
	}
	if outcomes[0].Result != Stored {
		return errors.New("another server wrote for the office at the same moment; do it again")
	}
	entries[0].Cursor = outcomes[0].Cursor
	return s.fold.add(entries, s.blob(ctx))
}

// A Publication puts an instrument into the field.
type Publication struct {
	Name          string   // "lacsi 2026.1"
	Languages     []string // the source language first
	Questionnaire []byte   // the compiled form, as browsers load it
	Parameters    []Parameter
	Given         map[string]json.RawMessage // what all interviews are given; see [Given]
	Tables        [][]byte                   // the content of the tables it looks things up in
}

// Publish makes an instrument the current one and returns its hash. Publishing
// the current one again with the same values does nothing. It is a [GivenError]
// if the interviews of a sampled case could not start.
func (s *Server) Publish(ctx context.Context, p Publication) (q.Hash, error) {
	hash, err := s.Log.PutBlob(ctx, p.Questionnaire)
	if err != nil {
		return q.Hash{}, fmt.Errorf("publish %s: %w", p.Name, err)
	}
	next := Published{Hash: hash, Name: p.Name, Languages: p.Languages, Parameters: p.Parameters, Given: p.Given}
	// Tables are there before the event that says so: a device that hears of the
	// instrument can fetch all of it.
	for _, content := range p.Tables {
		table, err := s.Log.PutBlob(ctx, content)
		if err != nil {
			return q.Hash{}, fmt.Errorf("publish %s: %w", p.Name, err)
		}
		next.Tables = append(next.Tables, table)
	}
	if err := next.findPlaces(p.Questionnaire, s.blob(ctx)); err != nil {
		return q.Hash{}, fmt.Errorf("publish %s: %w", p.Name, err)
	}
	s.fold.mu.RLock()
	same := false
	if list := s.fold.published(); len(list) > 0 {
		same = list[0].same(&next)
	}
	err = startable(&next, s.fold.sampled)
	s.fold.mu.RUnlock()
	if err != nil || same {
		return hash, err
	}
	if err := s.record(ctx, KindPublish, publishPayload{hash, p.Name, p.Languages, p.Parameters, p.Given, next.Tables}); err != nil {
		return q.Hash{}, fmt.Errorf("publish %s: %w", p.Name, err)
	}
	return hash, nil
}

// same reports whether publishing next would change nothing.
func (p *Published) same(next *Published) bool {
	return p.Hash == next.Hash && p.Name == next.Name && slices.Equal(p.Languages, next.Languages) && slices.Equal(p.Parameters, next.Parameters) && slices.Equal(p.Tables, next.Tables) &&
		maps.EqualFunc(p.Given, next.Given, func(a, b json.RawMessage) bool { return string(a) == string(b) })
}

// Assign gives cases to a device, or back to whoever comes first if device is
// "".
func (s *Server) Assign(ctx context.Context, device q.DeviceID, cases ...q.CaseID) error {
	for _, id := range cases {
		s.fold.mu.RLock()
		c := s.fold.cases[id]
		known := c != nil && c.sampled != 0
		s.fold.mu.RUnlock()
		if !known {
			return fmt.Errorf("assign case %s: it is not in the sample", id)
		}
		if err := s.record(ctx, KindAssign, assignPayload{id, device}); err != nil {
			return fmt.Errorf("assign case %s: %w", id, err)
		}
	}
	return nil
}

// Instruments returns the published instruments, the current first.
func (s *Server) Instruments() []Published {
	s.fold.mu.RLock()
	defer s.fold.mu.RUnlock()
	return s.fold.published()
}

// Dispositions counts the sampled cases by disposition; a case that nobody
// visited counts as [NotAttempted].
func (s *Server) Dispositions() map[Disposition]int {
	s.fold.mu.RLock()
	defer s.fold.mu.RUnlock()
	n := make(map[Disposition]int)
	for _, c := range s.fold.sampled {
		d := c.Disposition()
		if d == 0 {
			d = NotAttempted
		}
		n[d]++
	}
	return n
}
