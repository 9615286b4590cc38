package collector

import (
	"context"
	"fmt"
	"iter"

	q "cifra/questionnaire"
)

// A Snapshot is a survey as it stood at one commit: what comes in afterwards
// does not show. It stays good while its Log is open, and several goroutines
// may read it.
type Snapshot struct {
	Survey      q.SurveyID
	At          Cursor
	Cases       []Case      // every sampled case, visited or not, in the order of import
	Instruments []Published // the current first

	log Log
}

// ReadSnapshot reads the survey of a store that no server has open.
func ReadSnapshot(ctx context.Context, log Log) (*Snapshot, error) {
	f := newFold()
	return f.snapshot(ctx, log)
}

// Snapshot returns the survey as of now.
func (s *Server) Snapshot(ctx context.Context) (*Snapshot, error) {
	return s.fold.snapshot(ctx, s.Log)
}

// snapshot brings the fold up to date and copies it.
func (f *fold) snapshot(ctx context.Context, log Log) (*Snapshot, error) {
	if err := f.catchUp(ctx, log); err != nil {
		return nil, fmt.Errorf("read survey: %w", err)
	}
	defer f.mu.Unlock()
	s := &Snapshot{Survey: f.survey, At: f.through, Instruments: f.published(), log: log}
	for _, c := range f.sampled {
		s.Cases = append(s.Cases, c.clone())
	}
	return s, nil
}

// Events yields an interview's events up to the snapshot, in the order of
// commits. An entry with a Reason has its place in the chain and is not to be
// folded.
func (s *Snapshot) Events(ctx context.Context, id q.InterviewID) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for e, err := range s.log.Read(ctx, StreamID(id)) {
			if err == nil && e.Cursor > s.At {
				return
			}
			if !yield(e, err) {
				return
			}
		}
	}
}

// Instrument returns a published instrument as browsers load it.
func (s *Snapshot) Instrument(ctx context.Context, hash q.Hash) ([]byte, error) {
	return s.log.Blob(ctx, hash)
}
