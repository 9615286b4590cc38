package collector

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	q "cifra/questionnaire"
)

// This file moves interviews that run from one published version of an
// instrument to another, or back. The rules:
//
//   - an interview that a person has closed stays in its version;
//   - each move is an event of the office in the interview, so that whoever folds
//     it sees the same, and a move back is another;
//   - a rehearsal folds the real events and does everything but store;
//   - each interview is moved by one commit, so whatever ends the work in between,
//     every interview is in one version or the other, and doing it again goes on;
//   - a tablet goes on in the version it began with. What it says is folded
//     there and carried over, whenever it comes, so nobody need wait for it.

// A Move says which interviews move, and how.
type Move struct {
	From    q.Hash
	To      *q.Questionnaire
	Rules   []q.Rule
	Because string
	Back    bool // undo: from To to From
	DryRun  bool
}

// A Moved is what a move did, or would do.
type Moved struct {
	Interviews int         `json:"interviews"` // moved
	Closed     int         `json:"closed"`     // left in their version, since they are done
	Tablets    int         `json:"tablets"`    // that hold those that are moved
	Unmoved    []Unmoved   `json:"unmoved"`    // that could not be
	Carried    []q.Carried `json:"carried"`    // over all interviews, in the order of the instrument

	holders map[q.DeviceID]bool
}

// An Unmoved is an interview that could not be moved, and why.
type Unmoved struct {
	Interview q.InterviewID `json:"interview"`
	Why       string        `json:"why"`
}

// Migrate moves the interviews of a survey; the version to move to was
// published. progress, if it is not nil, is called after each interview.
func (s *Server) Migrate(ctx context.Context, m Move, progress func(done, all int)) (*Moved, error) {
	s.office.Lock()
	defer s.office.Unlock()
	snapshot, err := s.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	x := exporter{s: snapshot, questionnaires: map[q.Hash]*q.Questionnaire{m.To.Hash(): m.To}}
	for _, p := range snapshot.Instruments {
		if x.questionnaires[p.Hash], err = x.loaded(ctx, p.Hash); err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
	}
	leaves := m.From
	if m.Back {
		leaves = m.To.Hash()
	}
	done := &Moved{Unmoved: []Unmoved{}, Carried: []q.Carried{}, holders: map[q.DeviceID]bool{}}
	var all []Interview
	for i := range snapshot.Cases {
		for _, iv := range snapshot.Cases[i].Interviews {
			if iv.started != 0 && (iv.Instrument == leaves || slices.Contains(iv.Versions, leaves)) {
				all = append(all, iv)
			}
		}
	}
	for i := range all {
		if err := s.move(ctx, &x, &all[i], &m, done); err != nil {
			return nil, fmt.Errorf("migrate interview %s: %w", all[i].ID, err)
		}
		if progress != nil {
			progress(i+1, len(all))
		}
	}
	return done, nil
}

// move moves one interview.
func (s *Server) move(ctx context.Context, x *exporter, iv *Interview, m *Move, done *Moved) error {
	live, why, err := x.interview(ctx, iv)
	if err != nil {
		return err
	}
	leaves := m.From
	if m.Back {
		leaves = m.To.Hash()
	}
	switch {
	case why == "" && live.Questionnaire().Hash() != leaves:
		return nil // it was moved on already, or back
	case iv.Disposition != 0 && !m.Back:
		done.Closed++
		return nil
	case why != "":
		done.Unmoved = append(done.Unmoved, Unmoved{iv.ID, why})
		return nil
	}
	st := q.Stamp{Wall: s.now().UTC(), Mono: s.now().Sub(s.started).Milliseconds()}
	rand.Read(st.Salt[:])
	var e q.Event
	if m.Back {
		e, err = live.Unmigrate(m.Because, st)
	} else {
		e, err = live.Migrate(m.To, m.Rules, m.Because, st)
	}
	if err == nil {
		err = live.Replay(e)
	}
	if err == nil && live.Lost() > 0 {
		err = fmt.Errorf("%d of its answers would be lost: tell whoever makes cifra", live.Lost())
	}
	if err != nil {
		done.Unmoved = append(done.Unmoved, Unmoved{iv.ID, err.Error()})
		return nil
	}
	done.Interviews++
	done.holders[iv.holder()] = true
	done.Tablets = len(done.holders)
	for _, c := range live.Carried() {
		done.add(c)
	}
	if m.Back { // what was said since and has no place
		for _, a := range live.Asides() {
			done.add(q.Carried{Item: a.Item, Answers: 1})
		}
	}
	if m.DryRun {
		return nil
	}
	return s.recordIn(ctx, e)
}

// add counts what was carried in one interview.
func (d *Moved) add(c q.Carried) {
	i := slices.IndexFunc(d.Carried, func(o q.Carried) bool { return o.Item == c.Item && o.To == c.To })
	if i < 0 {
		d.Carried = append(d.Carried, c)
		return
	}
	d.Carried[i].Answers += c.Answers
}

// recordIn stores an event of the office in an interview.
func (s *Server) recordIn(ctx context.Context, e q.Event) error {
	h, err := q.ParseHeader(e.Header)
	if err != nil {
		return err
	}
	entries := []Entry{{
		Stream: StreamID(h.Interview), Device: h.Device, Seq: h.Seq, Kind: h.Kind, Prev: h.Prev, Received: s.now(), Event: e,
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
