package bolt

import (
	"errors"
	"os"
	"path/filepath"

	bbolt "go.etcd.io/bbolt"
)

// This file opens a store for whoever only reads. No byte of its directory
// changes: an index that is behind the journal is made anew elsewhere and thrown
// away, and several readers may have the store at once, though no server.

// ErrReadOnly is what a store that was opened for reading says to whoever wants
// to add to it.
var ErrReadOnly = errors.New("the store was opened for reading only")

// OpenReadOnly opens the store in dir, which must be there, and leaves its files
// as they are. What it found may not be synced: it is for reading, not for
// acknowledging. Its errors are those of [Open].
func OpenReadOnly(dir string) (_ *DB, err error) {
	path := filepath.Join(dir, journalFile)
	if err := lost(dir); err != nil {
		return nil, err
	}
	journal, err := bbolt.Open(path, 0, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	if err != nil {
		if damage := checkPages(path); damage != nil && !isLocked(err) {
			err = damage
		}
		return nil, openError(dir, path, err)
	}
	defer func() {
		if err != nil {
			journal.Close()
		}
	}()
	if err := checkPages(path); err != nil {
		return nil, openError(dir, path, err)
	}
	db := &DB{
		dir: dir, journal: journal, readOnly: true, failed: ErrReadOnly, tail: newTail(),
		closing: make(chan struct{}), stopped: make(chan struct{}), failure: make(chan struct{}),
	}
	err = journal.View(func(tx *bbolt.Tx) error {
		found, err := db.readMeta(tx)
		if err == nil && !found {
			err = errors.New("nothing was ever stored in it")
		}
		return err
	})
	if err != nil {
		return nil, openError(dir, path, err)
	}
	db.index, err = readIndex(db)
	return db, err
}

// readIndex returns an index that has all of the journal: that of the store, or
// one that Close removes.
func readIndex(db *DB) (*index, error) {
	last, err := db.lastChunk()
	if err != nil {
		return nil, err
	}
	ix := &index{path: filepath.Join(db.dir, indexFile)}
	if trusted(db.dir, db.epoch) && ix.openWhole(last) {
		if err := ix.complete(db, last); err != nil {
			ix.db.Close()
			return nil, err
		}
		return ix, nil
	}
	scratch, err := os.MkdirTemp("", "cifra-index-")
	if err != nil {
		return nil, &OpenError{os.TempDir(), err}
	}
	ix = &index{path: filepath.Join(scratch, indexFile), scratch: scratch}
	if err = ix.open(last); err != nil {
		err = &OpenError{ix.path, err}
	} else if err = ix.complete(db, last); err != nil {
		ix.db.Close()
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	return ix, nil
}

// openWhole opens the store's own index for reading, if nothing is missing in
// it.
func (ix *index) openWhole(last uint64) bool {
	if checkPages(ix.path) != nil {
		return false
	}
	file, err := bbolt.Open(ix.path, 0, &bbolt.Options{Timeout: lockWait, ReadOnly: true})
	if err != nil {
		return false
	}
	whole := false
	err = file.View(func(tx *bbolt.Tx) error {
		for _, name := range [][]byte{metaBucket, streamBucket, headBucket, asideBucket, forkBucket} {
			if tx.Bucket(name) == nil {
				return nil
			}
		}
		ix.merged, err = mergedOf(tx.Bucket(metaBucket), ix.path, last)
		whole = err == nil && ix.merged == last
		return nil
	})
	if err != nil || !whole {
		file.Close()
		return false
	}
	ix.db = file
	return true
}

// closeReadOnly is Close of a store that was only read.
func (db *DB) closeReadOnly() error {
	err := errors.Join(db.index.db.Close(), db.journal.Close())
	if db.index.scratch != "" {
		err = errors.Join(err, os.RemoveAll(db.index.scratch))
	}
	return err
}
