package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	berrors "go.etcd.io/bbolt/errors"

	"cifra/collector"
)

// lockFile says who has the store open. It locks nothing, the journal's own
// lock does; it only tells the person who meets that lock.
const lockFile = "lock"

// A LockedError says that another process has the store open.
type LockedError struct {
	Dir    string
	Holder string // "process 4711 on host mesa since 2026-03-02 10:11:12", or "" if unknown
}

// Error names the directory and who holds it.
func (e *LockedError) Error() string {
	holder := e.Holder
	if holder == "" {
		holder = "another process"
	}
	return fmt.Sprintf("%s is in use by %s", e.Dir, holder)
}

// Hint tells the person running the server what to do.
func (e *LockedError) Hint() string {
	return "stop that process, or give this one another directory with --data; to read a survey while it is served, use --server with its address"
}

// Unwrap is collector.ErrLocked.
func (e *LockedError) Unwrap() error { return collector.ErrLocked }

// An OpenError says why the files of a store cannot be used.
type OpenError struct {
	Path  string
	Cause error
}

// Error names the file and the cause.
func (e *OpenError) Error() string { return fmt.Sprintf("open store %s: %v", e.Path, e.Cause) }

// Unwrap is the cause.
func (e *OpenError) Unwrap() error { return e.Cause }

// Hint tells the person running the server what to do.
func (e *OpenError) Hint() string {
	switch {
	case errors.Is(e.Cause, fs.ErrPermission):
		return "this user may not write there: change the owner of the directory, or give another one with --data"
	case errors.Is(e.Cause, syscall.ENOSPC):
		return "the disk is full: free some space and start again, nothing was lost"
	case errors.Is(e.Cause, syscall.EROFS):
		return "the disk is mounted for reading only: find out why (a failing disk does this) before writing to it again"
	case errors.Is(e.Cause, berrors.ErrInvalid), errors.Is(e.Cause, berrors.ErrChecksum), errors.Is(e.Cause, berrors.ErrVersionMismatch):
		return "this file is not a store, or its first pages are damaged: keep it, restore the last backup into an empty directory, and let the tablets send again what they hold"
	case errors.Is(e.Cause, syscall.ENOTDIR), errors.Is(e.Cause, syscall.EISDIR):
		return "--data must name a directory, and what lies in it must be a store's files"
	}
	return "check that the disk is there and sound, then start again"
}

// A FormatError says that a store was written by another version.
type FormatError struct {
	Path      string
	Got, Want string
}

// Error names both formats.
func (e *FormatError) Error() string {
	return fmt.Sprintf("%s has format %q, this program reads %q", e.Path, e.Got, e.Want)
}

// Hint tells the person running the server what to do.
func (e *FormatError) Hint() string { return "open it with the cifra that wrote this file" }

// A StoppedError says that a commit failed: what was in it may or may not be
// on disk, so nothing is acknowledged any more.
type StoppedError struct {
	Path  string
	Cause error
}

// Error names the file and the cause.
func (e *StoppedError) Error() string {
	return fmt.Sprintf("%s: a commit failed, nothing more is taken: %v", e.Path, e.Cause)
}

// Unwrap is collector.ErrStopped and the cause.
func (e *StoppedError) Unwrap() []error { return []error{collector.ErrStopped, e.Cause} }

// Hint tells the person running the server what to do.
func (e *StoppedError) Hint() string {
	if errors.Is(e.Cause, syscall.ENOSPC) {
		return "the disk is full: free some space and start the server again; the tablets keep what was not acknowledged"
	}
	return "check the disk (dmesg tells of its errors), then start the server again: it verifies what it finds; the tablets keep what was not acknowledged"
}

// A LostError says that a journal is gone while something else of its store is
// still there. To begin a new one would bury that.
type LostError struct {
	Path string // of the journal
	Left string // the name of what is there
}

// Error names the journal and what is left of its store.
func (e *LostError) Error() string {
	return fmt.Sprintf("%s is empty or gone, while %s is there", e.Path, e.Left)
}

// Hint tells the person running the server what to do.
func (e *LostError) Hint() string {
	return "all interviews are in that file: restore it from the last backup, and let the tablets send again what they hold; a new survey is begun in an empty directory"
}

// Unwrap is collector.ErrCorrupt.
func (e *LostError) Unwrap() error { return collector.ErrCorrupt }

// lost is a LostError if dir has an index without a journal.
func lost(dir string) error {
	for _, left := range []string{indexFile, stateFile} {
		if err := Lost(dir, left); err != nil {
			return err
		}
	}
	return nil
}

// Lost is a [LostError] if dir holds no store but, under the name left, what
// only a store's directory has; whoever keeps files of his own beside a store
// asks with their names before he opens it.
func Lost(dir, left string) error {
	path := filepath.Join(dir, journalFile)
	if _, err := os.Stat(filepath.Join(dir, left)); err != nil {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.Size() > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil // it is there, or that is for Open to say
	}
	return &LostError{path, left}
}

// isLocked says whether bbolt waited for the lock in vain.
func isLocked(err error) bool { return errors.Is(err, berrors.ErrTimeout) }

// openError turns what bbolt says into what a person can act on.
func openError(dir, path string, err error) error {
	if isLocked(err) {
		return &LockedError{Dir: dir, Holder: readLockNote(dir)}
	}
	for _, said := range []any{new(*FormatError), new(*DamagedError)} {
		if errors.As(err, said) {
			return err
		}
	}
	return &OpenError{path, err}
}

func writeLockNote(dir string) error {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	note := fmt.Sprintf("process %d on host %s since %s\n", os.Getpid(), host, time.Now().Format(time.DateTime))
	return os.WriteFile(filepath.Join(dir, lockFile), []byte(note), 0o600)
}

// readLockNote returns who holds the store, or "" if nothing says so: the note
// is written a moment after the lock is taken.
func readLockNote(dir string) string {
	note, err := os.ReadFile(filepath.Join(dir, lockFile))
	if err != nil || len(note) > 300 {
		return ""
	}
	return strings.TrimSpace(string(note))
}

func removeLockNote(dir string) error {
	err := os.Remove(filepath.Join(dir, lockFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
