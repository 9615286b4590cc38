package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
	q "cifra/questionnaire"
)

// This file keeps the index. The rules:
//
//   - it holds nothing that the journal does not; deleting it loses time only;
//   - it is written without syncs, so after a power cut it may be any mixture of
//     old and new pages: it is then made anew. After a mere kill the kernel still
//     has what was written. The boot's id in a small synced file beside it tells
//     the two apart;
//   - a merge never delays a commit: another file, another lock.

// Buckets of the index. A name ends with a zero byte, so that no stream's keys
// lie among those of another.
var (
	streamBucket = []byte("stream") // stream 0 chunk -> (place, offset) of its entries
	headBucket   = []byte("head")   // stream 0 device -> sequence, header hash, digest
	asideBucket  = []byte("aside")  // digest -> chunk
	forkBucket   = []byte("fork")   // header hash -> nothing
	mergedKey    = []byte("merged") // in meta: the last chunk that is in
)

// indexFormat is the version of the buckets; another one is made anew.
const indexFormat = "1"

// mergeEvery is how often the tail goes into the index.
const mergeEvery = 500 * time.Millisecond

// rebuildStep bounds the tail while an index is made anew.
const rebuildStep = 200_000

// stateFile says whether the index can be trusted.
const stateFile = "index.state"

// An indexState is what stateFile holds.
type indexState struct {
	Epoch string `json:"epoch"` // of the journal it belongs to
	Boot  string `json:"boot"`  // the boot in which it was written
	Clean bool   `json:"clean"` // it was synced and closed after that
}

// An index is the rebuildable half of a DB.
type index struct {
	db     *bbolt.DB
	path   string
	merged uint64        // the last chunk that is in; the merger's own after Open
	ended  chan struct{} // closed when the merger has ended

	scratch string // the directory of an index that Close removes, or ""
}

// openIndex opens the index or makes it anew, and completes it from the journal.
func openIndex(db *DB) (*index, error) {
	ix := &index{path: filepath.Join(db.dir, indexFile), ended: make(chan struct{})}
	if !trusted(db.dir, db.epoch) {
		if err := os.Remove(ix.path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, &OpenError{ix.path, err}
		}
	}
	if err := writeState(db.dir, indexState{Epoch: db.epoch, Boot: bootID()}); err != nil {
		return nil, &OpenError{ix.path, err}
	}
	last, err := db.lastChunk()
	if err != nil {
		return nil, err
	}
	if err := ix.open(last); err != nil {
		// Whatever is wrong with it, the journal can replace it.
		if err := os.Remove(ix.path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, &OpenError{ix.path, err}
		}
		if err := ix.open(last); err != nil {
			return nil, &OpenError{ix.path, err}
		}
	}
	if err := ix.complete(db, last); err != nil {
		ix.db.Close()
		return nil, err
	}
	return ix, nil
}

// open opens the file and refuses one that is not an index of this journal.
func (ix *index) open(last uint64) error {
	if err := checkPages(ix.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	file, err := bbolt.Open(ix.path, 0o600, &bbolt.Options{
		Timeout: lockWait, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType, NoSync: true,
	})
	if err != nil {
		return err
	}
	err = file.Update(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{metaBucket, streamBucket, headBucket, asideBucket, forkBucket} {
			if _, err := tx.CreateBucketIfNotExists(name); err != nil {
				return err
			}
		}
		meta := tx.Bucket(metaBucket)
		if meta.Get(mergedKey) != nil {
			ix.merged, err = mergedOf(meta, ix.path, last)
			return err
		}
		return errors.Join(meta.Put(formatKey, []byte(indexFormat)), meta.Put(mergedKey, key8(0)))
	})
	if err != nil {
		file.Close()
		return err
	}
	ix.db = file
	return nil
}

// mergedOf returns the last chunk that is in an index, which is one of the
// journal's up to last.
func mergedOf(meta *bbolt.Bucket, path string, last uint64) (uint64, error) {
	merged := meta.Get(mergedKey)
	if string(meta.Get(formatKey)) != indexFormat || len(merged) != 8 || binary.BigEndian.Uint64(merged) > last {
		return 0, fmt.Errorf("%s is not an index of this journal", path)
	}
	return binary.BigEndian.Uint64(merged), nil
}

// complete replays the chunks that the index does not have, verifying every
// byte, and sets where the writer goes on.
func (ix *index) complete(db *DB, last uint64) error {
	t, link := newTail(), q.Hash{}
	if ix.merged > 0 {
		chunk, err := db.chunk(ix.merged)
		if err != nil {
			return err
		}
		link = hashOf(chunk)
	}
	for number := ix.merged + 1; number <= last; number++ {
		chunk, err := db.chunk(number)
		if err != nil {
			return err
		}
		if _, off, err := t.replay(number, chunk); err != nil {
			return &CorruptError{db.journal.Path(), number, off, err.Error()}
		}
		if !bytes.Equal(chunk[1:chunkHead], link[:]) {
			return &CorruptError{db.journal.Path(), number, 1, "it does not follow the chunk before it"}
		}
		link = hashOf(chunk)
		if t.entries >= rebuildStep {
			if err := ix.merge(t); err != nil {
				return &OpenError{ix.path, err}
			}
			t = newTail()
		}
	}
	db.tail = t
	if last == 0 {
		return nil
	}
	chunk, err := db.chunk(last)
	if err != nil {
		return err
	}
	places, off, err := newTail().replay(last, chunk)
	if err != nil {
		return &CorruptError{db.journal.Path(), last, off, err.Error()}
	}
	db.end = cursorOf(last, places-1)
	db.writer.chunk, db.writer.link = last, hashOf(chunk)
	return nil
}

// mergeForever is the merger goroutine.
func (ix *index) mergeForever(db *DB) {
	defer close(ix.ended)
	tick := time.NewTicker(db.mergeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-db.closing:
			return
		}
		if err := ix.mergeTail(db); err != nil {
			// The tail stays in memory and readable; the next tick tries again.
			continue
		}
	}
}

// mergeTail moves the tail into the index. Readers find its entries in the one
// or the other at every moment.
func (ix *index) mergeTail(db *DB) error {
	db.mu.Lock()
	if db.merging == nil {
		if db.tail.entries == 0 {
			db.mu.Unlock()
			return nil
		}
		db.merging, db.tail = db.tail, newTail()
	}
	merging := db.merging
	db.mu.Unlock()
	if err := ix.merge(merging); err != nil {
		return err
	}
	db.mu.Lock()
	db.merging = nil
	db.mu.Unlock()
	return nil
}

// merge writes a tail in one transaction, in the order of keys.
func (ix *index) merge(t *tail) error {
	err := ix.db.Update(func(tx *bbolt.Tx) error {
		for _, stream := range slices.Sorted(maps.Keys(t.refs)) {
			if err := putRefs(tx.Bucket(streamBucket), stream, t.refs[stream]); err != nil {
				return err
			}
		}
		for _, stream := range slices.Sorted(maps.Keys(t.heads)) {
			for device, h := range t.heads[stream] {
				if err := tx.Bucket(headBucket).Put(append(prefix(stream), device...), encodeHead(h)); err != nil {
					return err
				}
			}
		}
		for digest, chunk := range t.asides {
			if err := tx.Bucket(asideBucket).Put(digest[:], key8(chunk)); err != nil {
				return err
			}
		}
		for header := range t.forks {
			if err := tx.Bucket(forkBucket).Put(header[:], nil); err != nil {
				return err
			}
		}
		return tx.Bucket(metaBucket).Put(mergedKey, key8(t.last))
	})
	if err == nil {
		ix.merged = t.last
	}
	return err
}

// putRefs writes a stream's entries, one key a chunk.
func putRefs(b *bbolt.Bucket, stream collector.StreamID, refs []ref) error {
	for len(refs) > 0 {
		number := refs[0].chunk
		var value []byte
		for len(refs) > 0 && refs[0].chunk == number {
			value = binary.AppendUvarint(value, uint64(refs[0].place))
			value = binary.AppendUvarint(value, uint64(refs[0].off))
			refs = refs[1:]
		}
		if err := b.Put(append(prefix(stream), key8(number)...), value); err != nil {
			return err
		}
	}
	return nil
}

func decodeRefs(number uint64, value []byte) (refs []ref) {
	r := reader{rest: value}
	for len(r.rest) > 0 {
		refs = append(refs, ref{number, int(r.uvarint()), int(r.uvarint())})
	}
	return refs
}

func prefix(stream collector.StreamID) []byte { return append([]byte(stream), 0) }

func encodeHead(h lineHead) []byte {
	return append(append(key8(h.Seq), h.Hash[:]...), h.digest[:]...)
}

func decodeHead(b []byte) (h lineHead, ok bool) {
	if len(b) != 8+2*len(h.Hash) {
		return lineHead{}, false
	}
	h.Seq = binary.BigEndian.Uint64(b)
	copy(h.Hash[:], b[8:])
	copy(h.digest[:], b[8+len(h.Hash):])
	return h, true
}

// heads returns the committed heads of a stream.
func (db *DB) heads(stream collector.StreamID) (map[q.DeviceID]lineHead, error) {
	heads := make(map[q.DeviceID]lineHead)
	// The tails first: what moves into the index meanwhile is then seen twice,
	// never not at all.
	db.mu.RLock()
	for _, t := range []*tail{db.merging, db.tail} {
		if t != nil {
			maps.Copy(heads, t.heads[stream])
		}
	}
	db.mu.RUnlock()
	err := db.index.db.View(func(tx *bbolt.Tx) error {
		c, p := tx.Bucket(headBucket).Cursor(), prefix(stream)
		for k, v := c.Seek(p); bytes.HasPrefix(k, p); k, v = c.Next() {
			h, ok := decodeHead(v)
			if !ok {
				return &CorruptError{Path: db.index.path, What: "a head of stream " + string(stream) + " is not one"}
			}
			if device := q.DeviceID(k[len(p):]); h.Seq > heads[device].Seq {
				heads[device] = h
			}
		}
		return nil
	})
	return heads, err
}

// asideKnown reports whether an entry is kept aside, or about to be.
func (db *DB) asideKnown(digest q.Hash) (known bool, err error) {
	return db.known(asideBucket, digest, func(t *tail) bool { return t.asides[digest] != 0 })
}

// forked reports whether an entry kept aside has this header.
func (db *DB) forked(header q.Hash) (known bool, err error) {
	return db.known(forkBucket, header, func(t *tail) bool { return t.forks[header] })
}

// known asks the chunk in hand, the tails and the index. Only the writer may.
func (db *DB) known(bucket []byte, key q.Hash, in func(*tail) bool) (known bool, err error) {
	db.mu.RLock()
	for _, t := range []*tail{db.writer.fresh, db.merging, db.tail} {
		known = known || t != nil && in(t)
	}
	db.mu.RUnlock()
	if known {
		return true, nil
	}
	err = db.index.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(bucket).Cursor()
		k, _ := c.Seek(key[:])
		known = bytes.Equal(k, key[:])
		return nil
	})
	return known, err
}

// close ends the merger, merges the rest, syncs and says so.
func (ix *index) close(db *DB) error {
	<-ix.ended
	err := ix.mergeTail(db)
	if err == nil {
		err = ix.mergeTail(db) // a merge that had failed came first
	}
	if err == nil {
		err = ix.db.Sync()
	}
	if closeErr := ix.db.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		// An index that is behind is completed at the next Open.
		return nil
	}
	return writeState(db.dir, indexState{Epoch: db.epoch, Boot: bootID(), Clean: true})
}

// trusted reports whether the index was written in this boot, or closed.
func trusted(dir, epoch string) bool {
	var s indexState
	b, err := os.ReadFile(filepath.Join(dir, stateFile))
	if err != nil || json.Unmarshal(b, &s) != nil {
		return false
	}
	return s.Epoch == epoch && (s.Clean || s.Boot != "" && s.Boot == bootID())
}

// writeState replaces the state durably.
func writeState(dir string, s indexState) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, stateFile)
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncDir(dir)
}

// bootID identifies the machine's run since it was switched on, or is "" where
// the system does not tell.
func bootID() string {
	b, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
