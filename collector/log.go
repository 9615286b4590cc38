package collector

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	q "cifra/questionnaire"
)

// This file is what the collector needs of a store. The rules:
//
//   - everything durable is an entry of a stream or a content-addressed blob;
//   - what Append reports is on disk, synced, when it returns; an error means
//     that the outcome is unknown, and appending the same again is safe;
//   - nothing that arrived is thrown away: what cannot stand in its line is
//     kept aside and listed;
//   - cursors follow the order of commits, never a clock.

// A StreamID names a log of its own: an interview, or [Org].
type StreamID string

// Org is the stream of the organisation: instruments published, samples
// imported, cases assigned.
const Org StreamID = "org"

// A Cursor is a place in the order of commits. The zero Cursor is before
// everything; a later commit has a greater one.
type Cursor uint64

// UnmarshalJSON accepts a number, the same in quotes, and null or an empty
// text for the beginning: clients keep a cursor, they do not read it.
func (c *Cursor) UnmarshalJSON(b []byte) error {
	text := string(b)
	if len(text) >= 2 && text[0] == '"' {
		text = text[1 : len(text)-1]
	}
	if text == "" || text == "null" {
		*c = 0
		return nil
	}
	n, err := strconv.ParseUint(text, 10, 53)
	if err != nil {
		return fmt.Errorf("cursor %s is not one of this server's", b)
	}
	*c = Cursor(n)
	return nil
}

// An Entry is one event as the store keeps it, with what was known of it when
// it came in. An entry that was read belongs to the reader.
type Entry struct {
	Stream   StreamID
	Device   q.DeviceID
	Seq      uint64 // from 1, gap-free in its line: one stream, one device
	Kind     q.Kind
	Prev     q.Hash    // the hash of the line's previous header; given to Append, not read back
	Received time.Time // when the server had it, to the millisecond
	Event    q.Event

	// Reason is why a person must look at the event, or "". With Aside unset the
	// event has its place in the line and is skipped by the fold.
	Reason Reason

	// Aside means that the event stands outside every line: whoever appends sets
	// it for an event that has no right there, the store for one that diverges.
	Aside bool

	// Cursor is set by the store.
	Cursor Cursor
}

// Digest returns the hash of all that the device wrote, by which a repetition
// is told from other content under the same number.
func (e *Entry) Digest() q.Hash {
	h := sha256.New()
	var n [17]byte
	binary.BigEndian.PutUint64(n[0:], uint64(len(e.Event.Header)))
	binary.BigEndian.PutUint64(n[8:], uint64(len(e.Event.Salt)))
	if e.Event.Payload != nil {
		n[16] = 1
	}
	h.Write(n[:])
	h.Write(e.Event.Header)
	h.Write(e.Event.Salt)
	h.Write(e.Event.Payload)
	return q.Hash(h.Sum(nil))
}

// A Head is the last event of a line.
type Head struct {
	Seq  uint64
	Hash q.Hash // of its header
}

// A Result says what Append did with one entry. The zero Result is Gap, which
// promises nothing.
type Result uint8

// Results of [Log.Append].
const (
	Gap       Result = iota // not kept: events before it are missing
	Stored                  // now the last of its line
	Duplicate               // the same stands there already
	KeptAside               // kept outside the line, now or before
)

// An Outcome is the result for one entry and, for [Stored], where it stands.
type Outcome struct {
	Result Result
	Reason Reason // for KeptAside
	Cursor Cursor // for Stored
}

// A Log keeps streams of events and blobs. The server needs no more of a store
// than this; see collector/bolt. All methods may be called at once.
type Log interface {
	// Epoch identifies this store's history. A store restored from a backup has
	// another one, so devices know that they must offer again what they hold.
	Epoch() string

	// Append takes all entries in order, in one commit, and returns an outcome
	// each after that commit is synced to disk:
	//
	//   - an entry marked Aside is kept aside;
	//   - a number that is taken is a Duplicate if the digests agree, and is
	//     else kept aside as ReasonDivergent;
	//   - the next number of the line is Stored if Prev is the line's head, and
	//     is else kept aside as ReasonDivergent;
	//   - a later number is kept aside if Prev is the header of an entry kept
	//     aside, so that a branch stays whole, and is else a Gap.
	//
	// What is already aside is not kept twice. Append keeps no reference to the
	// entries' bytes after it has returned without an error.
	Append(ctx context.Context, entries []Entry) ([]Outcome, error)

	// Read yields a stream's lines in the order of commits. A stream without
	// entries is empty, not an error.
	Read(ctx context.Context, stream StreamID) iter.Seq2[Entry, error]

	// Since yields the lines of every stream that were committed after a cursor.
	Since(ctx context.Context, after Cursor) iter.Seq2[Entry, error]

	// End is the cursor of the last commit.
	End(ctx context.Context) (Cursor, error)

	// Heads returns the last committed event of each device in a stream.
	Heads(ctx context.Context, stream StreamID) (map[q.DeviceID]Head, error)

	// Aside yields what is kept aside, in the order it came.
	Aside(ctx context.Context) iter.Seq2[Entry, error]

	// PutBlob keeps content under its hash and returns after it is synced.
	PutBlob(ctx context.Context, content []byte) (q.Hash, error)

	// Blob returns the content of a hash, or ErrNoBlob.
	Blob(ctx context.Context, hash q.Hash) ([]byte, error)
}

// Errors of a [Log]. Compare with errors.Is: stores wrap them.
var (
	// ErrNoBlob means that no content with that hash has arrived.
	ErrNoBlob = errors.New("no such blob")

	// ErrStopped means that the store takes nothing more: it was closed, or a
	// commit failed and what is on disk must be verified first.
	ErrStopped = errors.New("the store has stopped")

	// ErrLocked means that another process has the store open.
	ErrLocked = errors.New("the store is in use")

	// ErrCorrupt means that bytes read are not the bytes written.
	ErrCorrupt = errors.New("the store is damaged")
)
