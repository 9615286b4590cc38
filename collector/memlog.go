package collector

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"slices"
	"sync"

	q "cifra/questionnaire"
)

// MemLog is a Log in memory, for tests. The zero MemLog is empty and ready to
// use; it lasts as long as the process.
type MemLog struct {
	mu      sync.Mutex
	entries []Entry // lines and asides, in the order of commits
	lines   map[lineID]*memLine
	digests map[q.Hash]bool // of what is aside
	forks   map[q.Hash]bool // headers of what is aside
	blobs   map[q.Hash][]byte
}

var _ Log = (*MemLog)(nil)

// A lineID names one device's events in one stream.
type lineID struct {
	stream StreamID
	device q.DeviceID
}

// A memLine is a line's digests by number, and its head.
type memLine struct {
	digests []q.Hash
	head    q.Hash
}

// Epoch is the same for every MemLog.
func (m *MemLog) Epoch() string { return "memory" }

// Append obeys [Log.Append], without a disk.
func (m *MemLog) Append(ctx context.Context, entries []Entry) ([]Outcome, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.lines == nil {
		m.lines = make(map[lineID]*memLine)
		m.digests, m.forks = make(map[q.Hash]bool), make(map[q.Hash]bool)
	}
	outcomes := make([]Outcome, len(entries))
	for i, e := range entries {
		outcomes[i] = m.append(e)
	}
	return outcomes, nil
}

func (m *MemLog) append(e Entry) Outcome {
	if e.Aside {
		return m.keepAside(e)
	}
	id := lineID{e.Stream, e.Device}
	line := m.lines[id]
	if line == nil {
		line = new(memLine)
	}
	digest, last := e.Digest(), uint64(len(line.digests))
	switch {
	case e.Seq >= 1 && e.Seq <= last && line.digests[e.Seq-1] == digest:
		return Outcome{Result: Duplicate}
	case e.Seq > last+1 && !m.forks[e.Prev]:
		return Outcome{Result: Gap}
	case e.Seq != last+1 || e.Prev != line.head:
		e.Reason = ReasonDivergent
		return m.keepAside(e)
	}
	m.lines[id] = line
	line.digests = append(line.digests, digest)
	line.head = q.HeaderHash(e.Event.Header)
	return Outcome{Result: Stored, Cursor: m.keep(e)}
}

func (m *MemLog) keepAside(e Entry) Outcome {
	if digest := e.Digest(); !m.digests[digest] {
		m.digests[digest] = true
		m.forks[q.HeaderHash(e.Event.Header)] = true
		e.Aside = true
		m.keep(e)
	}
	return Outcome{Result: KeptAside, Reason: e.Reason}
}

func (m *MemLog) keep(e Entry) Cursor {
	e.Cursor = Cursor(len(m.entries) + 1)
	e.Prev = q.Hash{}
	e.Event.Header, e.Event.Salt, e.Event.Payload = bytes.Clone(e.Event.Header), bytes.Clone(e.Event.Salt), bytes.Clone(e.Event.Payload)
	m.entries = append(m.entries, e)
	return e.Cursor
}

// Read obeys [Log.Read].
func (m *MemLog) Read(ctx context.Context, stream StreamID) iter.Seq2[Entry, error] {
	return m.filter(ctx, 0, func(e *Entry) bool { return !e.Aside && e.Stream == stream })
}

// Since obeys [Log.Since].
func (m *MemLog) Since(ctx context.Context, after Cursor) iter.Seq2[Entry, error] {
	return m.filter(ctx, after, func(e *Entry) bool { return !e.Aside })
}

// Aside obeys [Log.Aside].
func (m *MemLog) Aside(ctx context.Context) iter.Seq2[Entry, error] {
	return m.filter(ctx, 0, func(e *Entry) bool { return e.Aside })
}

func (m *MemLog) filter(ctx context.Context, after Cursor, want func(*Entry) bool) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		m.mu.Lock()
		entries := m.entries[min(int(after), len(m.entries)):]
		m.mu.Unlock()
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				yield(Entry{}, err)
				return
			}
			if want(&e) && !yield(e, nil) {
				return
			}
		}
	}
}

// End obeys [Log.End].
func (m *MemLog) End(context.Context) (Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Cursor(len(m.entries)), nil
}

// Heads obeys [Log.Heads].
func (m *MemLog) Heads(_ context.Context, stream StreamID) (map[q.DeviceID]Head, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	heads := make(map[q.DeviceID]Head)
	for id, line := range m.lines {
		if id.stream == stream {
			heads[id.device] = Head{uint64(len(line.digests)), line.head}
		}
	}
	return heads, nil
}

// PutBlob obeys [Log.PutBlob].
func (m *MemLog) PutBlob(_ context.Context, content []byte) (q.Hash, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.blobs == nil {
		m.blobs = make(map[q.Hash][]byte)
	}
	hash := q.Hash(sha256.Sum256(content))
	m.blobs[hash] = slices.Clone(content)
	return hash, nil
}

// Blob obeys [Log.Blob].
func (m *MemLog) Blob(_ context.Context, hash q.Hash) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	content, ok := m.blobs[hash]
	if !ok {
		return nil, fmt.Errorf("blob %s: %w", hash, ErrNoBlob)
	}
	return slices.Clone(content), nil
}
