package collector

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	q "cifra/questionnaire"
)

// This file folds entries into cases. The rules:
//
//   - an entry may be applied twice and in any order: what came first in the
//     order of commits wins where there can be one, what came last where it can
//     change, so servers that saw the same entries agree;
//   - only kinds that say how a case stands are read, and of these only what is
//     needed; a payload that does not say it is passed over, for the events are
//     what counts and a person can look at them.

// A fold is the survey as the entries applied so far tell it.
type fold struct {
	mu          sync.RWMutex
	cases       map[q.CaseID]*Case
	sampled     []*Case // those of the samples, in the order of import
	interviews  map[q.InterviewID]*Interview
	views       map[q.CaseID]json.RawMessage // encoded, until the case changes
	instruments map[q.Hash]Published
	survey      q.SurveyID // of the first entry of the organisation
	surveyAt    Cursor
	through     Cursor // every entry up to here was applied
}

// A Published instrument may be used for interviews.
type Published struct {
	Hash       q.Hash
	Name       string   // "lacsi 2026.1"
	Languages  []string // the source language first
	Parameters []Parameter
	Given      map[string]json.RawMessage // what all interviews are given
	Tables     []q.Hash                   // the big code lists it looks things up in

	cursor Cursor
	places map[string]func(code string) (q.Entry, bool) // by table; see place.go
}

func newFold() *fold {
	return &fold{
		cases: make(map[q.CaseID]*Case), interviews: make(map[q.InterviewID]*Interview),
		views: make(map[q.CaseID]json.RawMessage), instruments: make(map[q.Hash]Published),
	}
}

// add applies entries that were just committed.
func (f *fold) add(entries []Entry, blob func(q.Hash) ([]byte, error)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range entries {
		if err := f.apply(&entries[i], blob); err != nil {
			return err
		}
	}
	return nil
}

// catchUp applies everything that was committed and returns with f.mu locked:
// until it is unlocked, f is the fold of exactly the entries up to f.through.
// It is not locked if there is an error.
func (f *fold) catchUp(ctx context.Context, log Log) (err error) {
	blob := func(hash q.Hash) ([]byte, error) { return log.Blob(ctx, hash) }
	f.mu.Lock()
	defer func() {
		if err != nil {
			f.mu.Unlock()
		}
	}()
	for e, err := range log.Since(ctx, f.through) {
		if err == nil {
			err = f.apply(&e, blob)
		}
		if err != nil {
			return err
		}
		f.through = e.Cursor
	}
	return nil
}

// apply adds one entry; f.mu is locked. blob fetches what the entry names.
func (f *fold) apply(e *Entry, blob func(q.Hash) ([]byte, error)) error {
	if e.Aside || e.Reason != "" {
		return nil
	}
	if e.Stream == Org {
		if err := f.applyOrg(e, blob); err != nil {
			return fmt.Errorf("event %d of the organisation, %s: %w", e.Seq, e.Kind, err)
		}
		return nil
	}
	switch e.Kind {
	case q.KindStart, q.KindStatus, q.KindAttempt, q.KindLease, q.KindMigrate, q.KindUnmigrate:
	default:
		return nil
	}
	h, err := q.ParseHeader(e.Event.Header)
	if err != nil {
		return fmt.Errorf("event %d of %s: %w", e.Seq, e.Stream, err)
	}
	f.applyInterview(e, &h)
	return nil
}

// What the payloads of the folded kinds say, as far as it is needed here.
type (
	startPayload struct {
		Instrument q.Hash `json:"instrument"`
		Household  int    `json:"household"`
	}
	outcomePayload struct {
		Disposition Disposition `json:"disposition"`
	}
	migratePayload struct {
		To q.Hash `json:"to"`
	}
	leasePayload struct {
		Lease  int        `json:"lease"`
		Device q.DeviceID `json:"device"`
	}
)

func (f *fold) applyInterview(e *Entry, h *q.Header) {
	iv := f.interviews[h.Interview]
	if iv == nil {
		iv = &Interview{ID: h.Interview, leases: make(map[int]q.DeviceID)}
		f.interviews[h.Interview] = iv
	}
	switch e.Kind {
	case q.KindStart:
		var p startPayload
		json.Unmarshal(e.Event.Payload, &p) // a payload that is sealed or odd leaves zeros
		if iv.started != 0 && iv.started <= e.Cursor {
			return
		}
		iv.started, iv.Case, iv.Device, iv.Household, iv.Instrument = e.Cursor, h.Case, h.Device, p.Household, p.Instrument
		iv.leases[h.Lease] = h.Device
	case q.KindLease:
		var p leasePayload
		if json.Unmarshal(e.Event.Payload, &p) == nil && p.Device != "" && h.Device == q.Office {
			iv.leases[p.Lease] = p.Device
		}
	case q.KindMigrate:
		var p migratePayload
		if json.Unmarshal(e.Event.Payload, &p) == nil && h.Device == q.Office && !slices.Contains(iv.Versions, p.To) {
			iv.Versions = append(slices.Clone(iv.Versions), p.To)
		}
	case q.KindStatus:
		var p outcomePayload
		if json.Unmarshal(e.Event.Payload, &p) == nil && e.Cursor > iv.status {
			iv.Disposition, iv.status = p.Disposition, e.Cursor
		}
	case q.KindAttempt:
		var p outcomePayload
		if json.Unmarshal(e.Event.Payload, &p) == nil {
			iv.visit(Visit{h.Wall, p.Disposition, e.Cursor})
		}
	}
	if iv.Case != "" {
		f.refresh(iv, e.Cursor)
	}
}

// visit adds v in the order of commits, once.
func (iv *Interview) visit(v Visit) {
	i, known := slices.BinarySearchFunc(iv.Visits, v, func(a, b Visit) int { return cmp.Compare(a.cursor, b.cursor) })
	if !known {
		iv.Visits = slices.Insert(slices.Clone(iv.Visits), i, v)
	}
}

// refresh puts the interview as it now stands into its case.
func (f *fold) refresh(iv *Interview, at Cursor) {
	c := f.at(iv.Case)
	i := slices.IndexFunc(c.Interviews, func(other Interview) bool { return other.ID == iv.ID })
	if i < 0 {
		c.Interviews = append(c.Interviews, *iv)
	} else {
		c.Interviews[i] = *iv
	}
	slices.SortFunc(c.Interviews, func(a, b Interview) int { return cmp.Compare(a.started, b.started) })
	f.touch(c, at)
}

// at returns a case, which it makes if nothing was heard of it.
func (f *fold) at(id q.CaseID) *Case {
	c := f.cases[id]
	if c == nil {
		c = &Case{ID: id}
		f.cases[id] = c
	}
	return c
}

// touch notes that a case changed.
func (f *fold) touch(c *Case, at Cursor) {
	c.changed = max(c.changed, at)
	delete(f.views, c.ID)
}

// touchAll notes that what all cases are given may have changed.
func (f *fold) touchAll(at Cursor) {
	for _, c := range f.cases {
		f.touch(c, at)
	}
}

// sort puts the cases of the samples in the order of import.
func (f *fold) sort() {
	f.sampled = make([]*Case, 0, len(f.cases))
	for _, c := range f.cases {
		if c.sampled != 0 {
			f.sampled = append(f.sampled, c)
		}
	}
	slices.SortFunc(f.sampled, func(a, b *Case) int {
		return cmp.Or(cmp.Compare(a.sampled, b.sampled), cmp.Compare(a.row, b.row), cmp.Compare(a.ID, b.ID))
	})
}

// published returns the instruments, the last published first.
func (f *fold) published() []Published {
	return slices.SortedFunc(maps.Values(f.instruments), func(a, b Published) int { return cmp.Compare(b.cursor, a.cursor) })
}

// hashes returns the published instruments' hashes, the current first.
func (f *fold) hashes() []q.Hash {
	list := make([]q.Hash, 0, len(f.instruments))
	for _, p := range f.published() {
		list = append(list, p.Hash)
	}
	return list
}

// mayStart says why a device may not begin an interview of a case, or "".
func (f *fold) mayStart(id q.CaseID, device q.DeviceID) string {
	c := f.cases[id]
	switch {
	case c == nil || c.sampled == 0:
		return fmt.Sprintf("case %.64q is not in the sample", id)
	case c.Holder() != "" && c.Holder() != device:
		return fmt.Sprintf("case %.64q is another device's", id)
	}
	return ""
}

// mayWrite says why a device may not write into an interview under a lease, or
// "". begun is false if the office has no start of it.
func (f *fold) mayWrite(id q.InterviewID, device q.DeviceID, lease int) (why string, begun bool) {
	iv := f.interviews[id]
	switch {
	case iv == nil || iv.started == 0:
		return "", false
	case iv.leases[lease] != device:
		return fmt.Sprintf("device %s has no lease %d of interview %s", device, lease, id), true
	}
	return "", true
}
