// Package bolt keeps the collector's log in one directory with bbolt.
//
// Two files: journal.db is the truth, index.db is a convenience.
//
//	Append ──▶ queue ──▶ writer: takes all that waits ──▶ one chunk, one commit,
//	                     one sync ──▶ every Append of it returns
//	                          │
//	                          └──▶ tail (memory) ──▶ merged into the index
//
// A chunk is the value of one group commit, under an ascending number, so the
// hot path only ever appends to the right edge of a B+tree: storing events by
// interview instead rewrites about a page an event and is some twenty times
// slower once thousands of interviews are open. What such a journal cannot do,
// find an interview, the index does: it is merged in the background without
// syncs, completed from the journal at Open, and made anew when it is missing
// or cannot be trusted.
//
// A commit that fails may or may not be on disk. The DB then takes nothing
// more, and the process should end: the next Open syncs what it finds before
// anything is acknowledged.
//
// The package does not know what events mean, and does not encrypt.
package bolt

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"
	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
	q "cifra/questionnaire"
)

// Files of a directory.
const (
	journalFile = "journal.db"
	indexFile   = "index.db"
)

// Buckets and keys of the journal.
var (
	chunkBucket = []byte("chunk") // number, 8 bytes big-endian -> chunk
	blobBucket  = []byte("blob")  // SHA-256 -> content
	metaBucket  = []byte("meta")
	formatKey   = []byte("format")
	epochKey    = []byte("epoch")
)

// journalFormat is the version of the buckets; the chunks have their own.
const journalFormat = "1"

// lockWait is how long Open waits for another process to let go: long enough
// for a server that is being restarted.
const lockWait = 2 * time.Second

// mapSize is reserved as address space at once, so that growing never has to
// wait for readers. It costs no memory and no disk.
const mapSize = 8 << 30

// growth is how much the journal grows at a time, so that few commits pay for
// a change of the file's size.
const growth = 16 << 20

// A DB is a collector.Log in a directory. It may be used by several goroutines.
type DB struct {
	dir     string
	journal *bbolt.DB
	index   *index
	epoch   string

	readOnly bool // see OpenReadOnly; nothing below moves then

	queue   chan *request
	closing chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer has ended

	// mu guards what readers need of commits that the index may not have yet.
	mu      sync.RWMutex
	end     collector.Cursor
	tail    *tail // committed since the last merge began
	merging *tail // being merged, or nil
	failed  error // why nothing more is taken, or nil

	failure   chan struct{} // closed when failed is set by a failing commit
	closeOnce sync.Once
	closeErr  error

	writer writer // the writer goroutine's own

	// Seams of tests: commit and sync stand in for the journal's Update and Sync,
	// ackFirst breaks the promise on purpose, the others make rare things happen
	// often.
	commit     func(func(*bbolt.Tx) error) error
	sync       func() error
	ackFirst   bool
	mergeEvery time.Duration
	maxCached  int
}

var _ collector.Log = (*DB)(nil)

// Open opens the store in dir, which it creates if it is missing. Before it
// returns, everything found is synced: a process killed in a commit may have
// left events that are readable but would not survive a power cut, and these
// will be acknowledged when they are sent again.
//
// It is a [LockedError] if another process has the store, a [DamagedError] if
// the journal's pages are not what was written, a [LostError] if there is none
// and was, and an [OpenError] if the files cannot be used for another reason.
func Open(dir string) (*DB, error) { return open(dir, nil) }

// Holds reports whether dir holds a store. Where there is none, Open makes one,
// unless something is left of one that was there.
func Holds(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, journalFile))
	return err == nil && info.Mode().IsRegular() && info.Size() > 0
}

// open is Open with seams: set changes the DB before it reads the files.
func open(dir string, set func(*DB)) (_ *DB, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &OpenError{dir, err}
	}
	path := filepath.Join(dir, journalFile)
	if err := lost(dir); err != nil {
		return nil, err
	}
	if Holds(dir) {
		if err := checkFile(path); err != nil {
			return nil, openError(dir, path, err)
		}
	}
	journal, err := bbolt.Open(path, 0o600, &bbolt.Options{
		Timeout:         lockWait,
		NoFreelistSync:  true,
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: mapSize,
	})
	if err != nil {
		return nil, openError(dir, path, err)
	}
	journal.AllocSize = growth
	db := &DB{
		dir:     dir,
		journal: journal,
		queue:   make(chan *request, 1024),
		closing: make(chan struct{}),
		stopped: make(chan struct{}),
		failure: make(chan struct{}),
		tail:    newTail(),

		commit: journal.Update, sync: journal.Sync, mergeEvery: mergeEvery, maxCached: maxCached,
	}
	if set != nil {
		set(db)
	}
	defer func() {
		if err != nil {
			journal.Close()
		}
	}()
	if err := writeLockNote(dir); err != nil {
		return nil, &OpenError{dir, err}
	}
	if err := db.openJournal(); err != nil {
		return nil, openError(dir, path, err)
	}
	if db.index, err = openIndex(db); err != nil {
		return nil, err
	}
	go db.write()
	go db.index.mergeForever(db)
	return db, nil
}

// openJournal makes the buckets of a new journal, reads those of an old one,
// and syncs.
func (db *DB) openJournal() error {
	err := db.journal.Update(func(tx *bbolt.Tx) error {
		if found, err := db.readMeta(tx); found || err != nil {
			return err
		}
		meta, err := tx.CreateBucket(metaBucket)
		if err != nil {
			return err
		}
		for _, name := range [][]byte{chunkBucket, blobBucket} {
			if _, err := tx.CreateBucket(name); err != nil {
				return err
			}
		}
		db.epoch = uuid.NewString()
		return errors.Join(meta.Put(formatKey, []byte(journalFormat)), meta.Put(epochKey, []byte(db.epoch)))
	})
	if err != nil {
		return err
	}
	if err := db.sync(); err != nil {
		return err
	}
	return syncDir(db.dir)
}

// readMeta reads what a journal says of itself, if it was ever written to.
func (db *DB) readMeta(tx *bbolt.Tx) (found bool, err error) {
	meta := tx.Bucket(metaBucket)
	for _, name := range [][]byte{chunkBucket, blobBucket} {
		if there := tx.Bucket(name) != nil; there != (meta != nil) {
			return false, &DamagedError{Path: db.journal.Path(), What: "some of its buckets are missing"}
		}
	}
	if meta == nil {
		return false, nil
	}
	if format := string(meta.Get(formatKey)); format != journalFormat {
		return false, &FormatError{Path: db.journal.Path(), Got: format, Want: journalFormat}
	}
	db.epoch = string(meta.Get(epochKey))
	return true, nil
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Close waits for what is being committed, completes the index and lets the
// files go. What was queued and not begun is refused.
func (db *DB) Close() error {
	db.closeOnce.Do(func() {
		if db.readOnly {
			db.closeErr = db.closeReadOnly()
			return
		}
		db.stop(fmt.Errorf("closed: %w", collector.ErrStopped))
		close(db.closing)
		<-db.stopped
		db.closeErr = errors.Join(db.index.close(db), db.journal.Close(), removeLockNote(db.dir))
	})
	return db.closeErr
}

// Failed is closed when a commit has failed. The DB then refuses everything,
// and the process should end with an error.
func (db *DB) Failed() <-chan struct{} { return db.failure }

// Err returns why the DB takes nothing more, or nil while it does.
func (db *DB) Err() error {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.failed
}

// stop makes the DB refuse with err from now on. The first reason stays.
func (db *DB) stop(err error) (first bool) {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.failed != nil {
		return false
	}
	db.failed = err
	return true
}

// fail stops the DB because a commit failed.
func (db *DB) fail(cause error) error {
	err := &StoppedError{Path: db.journal.Path(), Cause: cause}
	if db.stop(err) {
		close(db.failure)
	}
	return err
}

// Epoch obeys [collector.Log.Epoch].
func (db *DB) Epoch() string { return db.epoch }

// PutBlob obeys [collector.Log.PutBlob].
func (db *DB) PutBlob(ctx context.Context, content []byte) (q.Hash, error) {
	hash := q.Hash(sha256.Sum256(content))
	if err := errors.Join(ctx.Err(), db.Err()); err != nil {
		return q.Hash{}, fmt.Errorf("put blob %s: %w", hash, err)
	}
	known := false
	err := db.journal.View(func(tx *bbolt.Tx) error {
		known = tx.Bucket(blobBucket).Get(hash[:]) != nil
		return nil
	})
	if err != nil || known {
		return hash, err
	}
	err = db.commit(func(tx *bbolt.Tx) error { return tx.Bucket(blobBucket).Put(hash[:], content) })
	if err != nil {
		return q.Hash{}, fmt.Errorf("put blob %s: %w", hash, db.fail(err))
	}
	return hash, nil
}

// Blob obeys [collector.Log.Blob]. Content that no longer has its hash is a
// [CorruptError].
func (db *DB) Blob(ctx context.Context, hash q.Hash) (content []byte, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err = db.journal.View(func(tx *bbolt.Tx) error {
		stored := tx.Bucket(blobBucket).Get(hash[:])
		if stored == nil {
			return fmt.Errorf("blob %s: %w", hash, collector.ErrNoBlob)
		}
		content = append(make([]byte, 0, len(stored)), stored...)
		return nil
	})
	if err == nil && q.Hash(sha256.Sum256(content)) != hash {
		return nil, &CorruptError{Path: db.journal.Path(), What: "blob " + hash.String() + " has another hash"}
	}
	return content, err
}

// End obeys [collector.Log.End].
func (db *DB) End(context.Context) (collector.Cursor, error) {
	db.mu.RLock()
	defer db.mu.RUnlock()
	return db.end, nil
}

// A cursor is the chunk's number and the entry's place in it, from 1.
const placeBits = 20

func cursorOf(chunk uint64, place int) collector.Cursor {
	return collector.Cursor(chunk<<placeBits | uint64(place+1))
}

func key8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
