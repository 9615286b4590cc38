package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"iter"
	"maps"
	"slices"

	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
	q "cifra/questionnaire"
)

// Heads obeys [collector.Log.Heads].
func (db *DB) Heads(ctx context.Context, stream collector.StreamID) (map[q.DeviceID]collector.Head, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	found, err := db.heads(stream)
	if err != nil {
		return nil, err
	}
	heads := make(map[q.DeviceID]collector.Head, len(found))
	for device, h := range found {
		heads[device] = h.Head
	}
	return heads, nil
}

// Read obeys [collector.Log.Read]. It visits only the chunks in which the
// stream has entries, and in them only these.
func (db *DB) Read(ctx context.Context, stream collector.StreamID) iter.Seq2[collector.Entry, error] {
	return func(yield func(collector.Entry, error) bool) {
		refs, err := db.refs(stream)
		if err != nil {
			yield(collector.Entry{}, err)
			return
		}
		for len(refs) > 0 {
			n := 1
			for n < len(refs) && refs[n].chunk == refs[0].chunk {
				n++
			}
			entries, err := db.entriesAt(ctx, refs[:n])
			refs = refs[n:]
			if err != nil {
				yield(collector.Entry{}, err)
				return
			}
			for _, e := range entries {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// refs returns where a stream's entries lie, in the order of commits.
func (db *DB) refs(stream collector.StreamID) ([]ref, error) {
	var late []ref
	db.mu.RLock()
	for _, t := range []*tail{db.merging, db.tail} {
		if t != nil {
			late = append(late, t.refs[stream]...)
		}
	}
	db.mu.RUnlock()
	var refs []ref
	err := db.index.db.View(func(tx *bbolt.Tx) error {
		c, p := tx.Bucket(streamBucket).Cursor(), prefix(stream)
		for k, v := c.Seek(p); bytes.HasPrefix(k, p); k, v = c.Next() {
			if len(k) == len(p)+8 {
				refs = append(refs, decodeRefs(binary.BigEndian.Uint64(k[len(p):]), v)...)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	// What moved from the tail into the index meanwhile stands in both.
	var last uint64
	if len(refs) > 0 {
		last = refs[len(refs)-1].chunk
	}
	for _, r := range late {
		if r.chunk > last {
			refs = append(refs, r)
		}
	}
	return refs, nil
}

// entriesAt decodes entries of one chunk.
func (db *DB) entriesAt(ctx context.Context, refs []ref) ([]collector.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	entries, number := make([]collector.Entry, 0, len(refs)), refs[0].chunk
	err := db.journal.View(func(tx *bbolt.Tx) error {
		chunk := tx.Bucket(chunkBucket).Get(key8(number))
		for _, r := range refs {
			e, _, err := entryAt(chunk, r.off)
			if err != nil {
				return &CorruptError{db.journal.Path(), number, r.off, err.Error()}
			}
			e.Cursor = cursorOf(number, r.place)
			entries = append(entries, e)
		}
		return nil
	})
	return entries, err
}

// Since obeys [collector.Log.Since].
func (db *DB) Since(ctx context.Context, after collector.Cursor) iter.Seq2[collector.Entry, error] {
	return func(yield func(collector.Entry, error) bool) {
		end, err := db.End(ctx)
		if err != nil {
			yield(collector.Entry{}, err)
			return
		}
		if after >= end {
			return
		}
		for number := max(1, uint64(after)>>placeBits); number <= uint64(end)>>placeBits; number++ {
			entries, err := db.decode(ctx, number)
			if err != nil {
				yield(collector.Entry{}, err)
				return
			}
			for _, e := range entries {
				if e.Cursor > after && !e.Aside && !yield(e, nil) {
					return
				}
			}
		}
	}
}

// Aside obeys [collector.Log.Aside].
func (db *DB) Aside(ctx context.Context) iter.Seq2[collector.Entry, error] {
	return func(yield func(collector.Entry, error) bool) {
		chunks := make(map[uint64]bool)
		db.mu.RLock()
		for _, t := range []*tail{db.merging, db.tail} {
			if t != nil {
				for _, number := range t.asides {
					chunks[number] = true
				}
			}
		}
		db.mu.RUnlock()
		err := db.index.db.View(func(tx *bbolt.Tx) error {
			return tx.Bucket(asideBucket).ForEach(func(_, v []byte) error {
				if len(v) == 8 {
					chunks[binary.BigEndian.Uint64(v)] = true
				}
				return nil
			})
		})
		if err != nil {
			yield(collector.Entry{}, err)
			return
		}
		for _, number := range slices.Sorted(maps.Keys(chunks)) {
			entries, err := db.decode(ctx, number)
			if err != nil {
				yield(collector.Entry{}, err)
				return
			}
			for _, e := range entries {
				if e.Aside && !yield(e, nil) {
					return
				}
			}
		}
	}
}

// decode returns all entries of a chunk.
func (db *DB) decode(ctx context.Context, number uint64) ([]collector.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	chunk, err := db.chunk(number)
	if err != nil {
		return nil, err
	}
	if err := checkHead(chunk); err != nil {
		return nil, &CorruptError{db.journal.Path(), number, 0, err.Error()}
	}
	var entries []collector.Entry
	for off := chunkHead; off < len(chunk); {
		e, next, err := entryAt(chunk, off)
		if err != nil {
			return nil, &CorruptError{db.journal.Path(), number, off, err.Error()}
		}
		e.Cursor = cursorOf(number, len(entries))
		entries, off = append(entries, e), next
	}
	return entries, nil
}

// chunk copies a chunk out of the journal, so that no reader holds pages while
// it works.
func (db *DB) chunk(number uint64) (chunk []byte, err error) {
	err = db.journal.View(func(tx *bbolt.Tx) error {
		stored := tx.Bucket(chunkBucket).Get(key8(number))
		if stored == nil {
			return &CorruptError{Path: db.journal.Path(), Chunk: number, What: "the chunk is missing"}
		}
		chunk = append(make([]byte, 0, len(stored)), stored...)
		return nil
	})
	return chunk, err
}

// lastChunk returns the number of the last chunk, 0 if there is none.
func (db *DB) lastChunk() (last uint64, err error) {
	err = db.journal.View(func(tx *bbolt.Tx) error {
		if k, _ := tx.Bucket(chunkBucket).Cursor().Last(); k != nil {
			if len(k) != 8 {
				return &CorruptError{Path: db.journal.Path(), What: "a chunk's number is not one"}
			}
			last = binary.BigEndian.Uint64(k)
		}
		return nil
	})
	return last, err
}

func hashOf(chunk []byte) q.Hash { return sha256.Sum256(chunk) }
