package collector

import (
	"context"
	"math/rand/v2"
	"time"

	q "cifra/questionnaire"
)

// SetTiming makes a server impatient, for tests. Call it before Start.
func (s *Server) SetTiming(ping, pong, write, hello time.Duration) {
	s.times = &timing{ping, pong, write, hello}
}

// Seams of fuzz targets.
var (
	Decode      = decode
	DecodeEvent = decodeEvent
)

// FoldShuffled folds a log as a server does that hears of commits in another
// order, some of them twice.
func FoldShuffled(ctx context.Context, log Log, rng *rand.Rand) (*Snapshot, error) {
	var entries []Entry
	for e, err := range log.Since(ctx, 0) {
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	entries = append(entries, entries[len(entries)/2:]...)
	rng.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	f := newFold()
	if err := f.add(entries, func(hash q.Hash) ([]byte, error) { return log.Blob(ctx, hash) }); err != nil {
		return nil, err
	}
	return f.snapshot(ctx, log)
}
