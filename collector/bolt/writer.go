package bolt

import (
	"context"
	"crypto/sha256"
	"fmt"

	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
	q "cifra/questionnaire"
)

// This file decides what an entry becomes and writes it. The rules:
//
//   - one goroutine writes; it takes all that waits, up to a size, commits it as
//     one chunk and only then answers, so a busy disk makes larger commits;
//   - a request lies in one chunk, so a crash leaves it whole or not at all;
//   - nothing a commit has not finished is visible to a reader.

// Bounds of one group commit. A larger request has a chunk of its own.
const (
	maxChunkBytes   = 4 << 20
	maxChunkEntries = 20_000
	maxRequest      = 1<<placeBits - 1 - maxChunkEntries
)

// maxCached bounds the digests that the writer remembers, of 32 bytes each.
// Beyond it streams are forgotten and read again when they are needed.
const maxCached = 1 << 20

// A request is one Append on its way through the writer.
type request struct {
	entries  []collector.Entry
	outcomes []collector.Outcome
	err      error
	done     chan struct{}
}

// A writer is what the writing goroutine knows: the state of the lines that it
// touched lately, tentative while a commit runs.
type writer struct {
	chunk   uint64 // number of the last chunk
	link    q.Hash // SHA-256 of the last chunk
	streams map[collector.StreamID]map[q.DeviceID]*line
	cached  int
	buf     []byte
	scratch []byte
	fresh   *tail // what the commit in hand adds
}

// A line is one device's events in one stream.
type line struct {
	collector.Head
	digests []q.Hash // of the events after number base
	base    uint64
}

// Append obeys [collector.Log.Append]. A canceled context leaves the outcome
// unknown: the commit may have begun.
func (db *DB) Append(ctx context.Context, entries []collector.Entry) ([]collector.Outcome, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	if len(entries) > maxRequest {
		return nil, fmt.Errorf("append %d entries: the most at once is %d", len(entries), maxRequest)
	}
	for i := range entries {
		if err := checkNames(&entries[i]); err != nil {
			return nil, err
		}
	}
	if err := db.Err(); err != nil {
		return nil, err
	}
	r := &request{entries: entries, done: make(chan struct{})}
	select {
	case db.queue <- r:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-db.stopped:
		return nil, db.Err()
	}
	select {
	case <-r.done:
		return r.outcomes, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-db.stopped:
	}
	select {
	case <-r.done: // answered in the writer's last round
		return r.outcomes, r.err
	default:
		return nil, db.Err()
	}
}

// checkNames refuses names that the index could not tell apart.
func checkNames(e *collector.Entry) error {
	for _, name := range []string{string(e.Stream), string(e.Device)} {
		for i := range len(name) {
			if name[i] == 0 {
				return fmt.Errorf("append: a name with a zero byte in stream %q, device %q", e.Stream, e.Device)
			}
		}
	}
	return nil
}

// write is the writer goroutine.
func (db *DB) write() {
	defer close(db.stopped)
	for {
		var first *request
		select {
		case first = <-db.queue:
		case <-db.closing:
			return
		}
		batch, size, count := []*request{first}, sizeOf(first), len(first.entries)
	gather:
		for size < maxChunkBytes && count < maxChunkEntries {
			select {
			case r := <-db.queue:
				batch, size, count = append(batch, r), size+sizeOf(r), count+len(r.entries)
			default:
				break gather
			}
		}
		db.commitBatch(batch)
	}
}

func sizeOf(r *request) (n int) {
	for i := range r.entries {
		e := &r.entries[i].Event
		n += len(e.Header) + len(e.Salt) + len(e.Payload) + 64
	}
	return n
}

// commitBatch answers every request of the batch, after the commit.
func (db *DB) commitBatch(batch []*request) {
	err := db.Err()
	if err == nil {
		err = db.storeBatch(batch)
	}
	for _, r := range batch {
		select {
		case <-r.done: // answered before, by the seam
			continue
		default:
		}
		if err != nil {
			r.err = err
		}
		if r.err != nil {
			r.outcomes = nil
		}
		close(r.done)
	}
}

func (db *DB) storeBatch(batch []*request) error {
	w := &db.writer
	w.fresh = newTail()
	w.buf = startChunk(w.buf[:0], w.link)
	for _, r := range batch {
		r.outcomes = make([]collector.Outcome, len(r.entries))
		for i := range r.entries {
			// Reading what stands there can fail; that is this stream's trouble
			// and not that of the others in the commit.
			if r.outcomes[i], r.err = db.take(&r.entries[i]); r.err != nil {
				break
			}
		}
	}
	if db.ackFirst {
		for _, r := range batch {
			close(r.done)
		}
	}
	if w.fresh.places == 0 {
		return nil
	}
	err := db.commit(func(tx *bbolt.Tx) error {
		chunks := tx.Bucket(chunkBucket)
		chunks.FillPercent = 1 // keys only ascend
		return chunks.Put(key8(w.chunk+1), w.buf)
	})
	if err != nil {
		return db.fail(err)
	}
	w.chunk++
	w.link = sha256.Sum256(w.buf)
	db.mu.Lock()
	db.tail.add(w.fresh)
	db.tail.last = w.chunk
	db.end = cursorOf(w.chunk, w.fresh.places-1)
	db.mu.Unlock()
	w.forget(db.maxCached)
	return nil
}

// take decides about one entry and adds it to the chunk if it is new. The rules
// stand at [collector.Log.Append].
func (db *DB) take(e *collector.Entry) (collector.Outcome, error) {
	if e.Aside {
		return db.keepAside(e, e.Reason)
	}
	l, err := db.line(e.Stream, e.Device)
	if err != nil {
		return collector.Outcome{}, err
	}
	switch {
	case e.Seq == 0:
		return collector.Outcome{Result: collector.Gap}, nil
	case e.Seq <= l.Seq:
		same, err := db.stands(l, e)
		if err != nil {
			return collector.Outcome{}, err
		}
		if same {
			return collector.Outcome{Result: collector.Duplicate}, nil
		}
		return db.keepAside(e, collector.ReasonDivergent)
	case e.Seq > l.Seq+1:
		follows, err := db.forked(e.Prev)
		if err != nil || !follows {
			return collector.Outcome{Result: collector.Gap}, err
		}
		return db.keepAside(e, collector.ReasonDivergent)
	case e.Prev != l.Hash:
		return db.keepAside(e, collector.ReasonDivergent)
	}
	l.Seq, l.Hash = e.Seq, q.HeaderHash(e.Event.Header)
	l.digests = append(l.digests, e.Digest())
	db.writer.cached++
	place := db.writer.add(e)
	db.writer.fresh.setHead(e.Stream, e.Device, l)
	return collector.Outcome{Result: collector.Stored, Cursor: cursorOf(db.writer.chunk+1, place)}, nil
}

// keepAside adds an entry outside its line, unless it is there already.
func (db *DB) keepAside(e *collector.Entry, reason collector.Reason) (collector.Outcome, error) {
	outcome := collector.Outcome{Result: collector.KeptAside, Reason: reason}
	digest := e.Digest()
	known, err := db.asideKnown(digest)
	if err != nil || known {
		return outcome, err
	}
	aside := *e
	aside.Aside, aside.Reason = true, reason
	db.writer.add(&aside)
	db.writer.fresh.asides[digest] = db.writer.chunk + 1
	db.writer.fresh.forks[q.HeaderHash(e.Event.Header)] = true
	return outcome, nil
}

// add encodes an entry into the chunk in hand and returns its place.
func (w *writer) add(e *collector.Entry) int {
	place, off := w.fresh.places, len(w.buf)
	w.buf, w.scratch = appendEntry(w.buf, w.scratch, e)
	w.fresh.places++
	if !e.Aside {
		w.fresh.refs[e.Stream] = append(w.fresh.refs[e.Stream], ref{w.chunk + 1, place, off})
	}
	return place
}

// line returns the state of a line, from memory or from the index.
func (db *DB) line(stream collector.StreamID, device q.DeviceID) (*line, error) {
	w := &db.writer
	if w.streams == nil {
		w.streams = make(map[collector.StreamID]map[q.DeviceID]*line)
	}
	lines, ok := w.streams[stream]
	if !ok {
		heads, err := db.heads(stream)
		if err != nil {
			return nil, err
		}
		lines = make(map[q.DeviceID]*line, len(heads)+1)
		for device, h := range heads {
			lines[device] = &line{Head: h.Head, base: h.Seq - 1, digests: []q.Hash{h.digest}}
		}
		w.streams[stream] = lines
		w.cached += len(lines) + 1
	}
	l, ok := lines[device]
	if !ok {
		l = new(line)
		lines[device] = l
	}
	return l, nil
}

// stands reports whether the line holds exactly e under e's number.
func (db *DB) stands(l *line, e *collector.Entry) (bool, error) {
	if e.Seq <= l.base {
		var older []q.Hash
		for stored, err := range db.Read(context.Background(), e.Stream) {
			if err != nil {
				return false, err
			}
			if stored.Device == e.Device && stored.Seq <= l.base {
				older = append(older, stored.Digest())
			}
		}
		if uint64(len(older)) != l.base {
			return false, &CorruptError{Path: db.journal.Path(), What: fmt.Sprintf("stream %s has %d events of device %s before number %d", e.Stream, len(older), e.Device, l.base+1)}
		}
		db.writer.cached += len(older)
		l.base, l.digests = 0, append(older, l.digests...)
	}
	return l.digests[e.Seq-l.base-1] == e.Digest(), nil
}

// forget drops streams when too much is remembered. What is dropped is
// committed, so the index and the tail have it.
func (w *writer) forget(most int) {
	if w.cached <= most {
		return
	}
	for stream, lines := range w.streams {
		for _, l := range lines {
			w.cached -= len(l.digests)
		}
		w.cached = max(0, w.cached-1)
		delete(w.streams, stream)
		if w.cached <= most/2 {
			return
		}
	}
}
