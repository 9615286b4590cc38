package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
)

func TestLog(t *testing.T) {
	for name, set := range map[string]func(*DB){
		"AsServed":         nil,
		"ForgetsAndMerges": func(db *DB) { db.mergeEvery, db.maxCached = time.Millisecond, 4 },
		"ForgetsNoMerging": func(db *DB) { db.mergeEvery, db.maxCached = time.Hour, 1 },
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Run(t, func(t testing.TB, dir string) (collector.Log, func()) {
				db := mustOpen(t, dir, set)
				return db, func() {
					if err := db.Close(); err != nil {
						t.Errorf("close: %v", err)
					}
				}
			})
		})
	}
}

// mustOpen opens a store and closes it when the test ends, if it is still open.
func mustOpen(t testing.TB, dir string, set func(*DB)) *DB {
	t.Helper()
	db, err := open(dir, set)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// fill appends n interviews of five events, one commit an event, and a clone's
// event, and returns what the store then tells.
func fill(t testing.TB, db *DB, n int) string {
	t.Helper()
	for i := range n {
		line := &storetest.Line{Stream: collector.StreamID(fmt.Sprint("interview-", i)), Device: "d-1"}
		clone := line.At(1, q.Hash{}, "clone")
		for range 5 {
			if _, err := db.Append(t.Context(), []collector.Entry{line.Next("answer")}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := db.Append(t.Context(), []collector.Entry{clone}); err != nil {
			t.Fatal(err)
		}
	}
	return tell(t, db)
}

// tell prints all that can be read.
func tell(t testing.TB, db *DB) string {
	t.Helper()
	var b strings.Builder
	print := func(e collector.Entry, err error) {
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%s %s %d %v %q %d %s %s\n", e.Stream, e.Device, e.Seq, e.Aside, e.Reason, e.Cursor, e.Event.Header, e.Event.Payload)
	}
	streams := make(map[collector.StreamID]bool)
	for e, err := range db.Since(t.Context(), 0) {
		print(e, err)
		streams[e.Stream] = true
	}
	for e, err := range db.Aside(t.Context()) {
		print(e, err)
	}
	for i := range len(streams) {
		stream := collector.StreamID(fmt.Sprint("interview-", i))
		for e, err := range db.Read(t.Context(), stream) {
			print(e, err)
		}
		heads, err := db.Heads(t.Context(), stream)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, stream, heads)
	}
	return b.String()
}

// TestIndexIsRebuilt takes the index away or spoils it in every way that the
// next Open must notice, and compares all that can be read.
func TestIndexIsRebuilt(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, dir, older string) // older: a copy from before the last events
		made  bool                                  // from nothing
	}{
		{"as it was", func(*testing.T, string, string) {}, false},
		{"deleted", func(t *testing.T, dir, _ string) { must(t, os.Remove(filepath.Join(dir, indexFile))) }, true},
		{"deleted with its state", func(t *testing.T, dir, _ string) {
			must(t, errors.Join(os.Remove(filepath.Join(dir, indexFile)), os.Remove(filepath.Join(dir, stateFile))))
		}, true},
		{"empty", func(t *testing.T, dir, _ string) { must(t, os.WriteFile(filepath.Join(dir, indexFile), nil, 0o600)) }, true},
		{"not an index", func(t *testing.T, dir, _ string) {
			must(t, os.WriteFile(filepath.Join(dir, indexFile), bytes.Repeat([]byte("x"), 1<<16), 0o600))
		}, true},
		{"written before a power cut", func(t *testing.T, dir, _ string) {
			var s indexState
			s.Boot, s.Epoch = "another boot", readEpoch(t, dir)
			must(t, writeState(dir, s))
			must(t, os.Truncate(filepath.Join(dir, indexFile), 8192)) // pages that never came to disk
		}, true},
		{"of a killed process", func(t *testing.T, dir, _ string) {
			must(t, writeState(dir, indexState{Boot: bootID(), Epoch: readEpoch(t, dir)}))
		}, false},
		{"of another store", func(t *testing.T, dir, _ string) {
			must(t, writeState(dir, indexState{Clean: true, Epoch: "another"}))
		}, true},
		{"ahead of a restored journal", func(t *testing.T, dir, older string) {
			b, err := os.ReadFile(older)
			must(t, err)
			must(t, os.WriteFile(filepath.Join(dir, journalFile), b, 0o600))
		}, true},
		{"state cut short", func(t *testing.T, dir, _ string) {
			must(t, os.WriteFile(filepath.Join(dir, stateFile), []byte(`{"epo`), 0o600))
		}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			db := mustOpen(t, dir, func(db *DB) { db.mergeEvery = time.Millisecond })
			old := fill(t, db, 3)
			must(t, db.Close())
			older := filepath.Join(t.TempDir(), journalFile)
			b, err := os.ReadFile(filepath.Join(dir, journalFile))
			must(t, err)
			must(t, os.WriteFile(older, b, 0o600))
			db = mustOpen(t, dir, nil)
			want := fill(t, db, 6) // the first three are there already
			must(t, db.Close())
			if tt.name == "ahead of a restored journal" {
				want = old
			}
			mark(t, dir)
			tt.spoil(t, dir, older)
			db = mustOpen(t, dir, nil)
			if got := tell(t, db); got != want {
				t.Errorf("after opening\n%s, want\n%s", got, want)
			}
			if made := !marked(t, db); made != tt.made {
				t.Errorf("made anew: %v, want %v", made, tt.made)
			}
			if got := fill(t, db, 6); tt.name != "ahead of a restored journal" && got != want {
				t.Errorf("the same events again changed\n%s to\n%s", want, got)
			}
		})
	}
}

// marker is a key that only an index has that was not made anew.
var marker = []byte("marker of a test")

func mark(t *testing.T, dir string) {
	t.Helper()
	file, err := bbolt.Open(filepath.Join(dir, indexFile), 0o600, nil)
	must(t, err)
	must(t, file.Update(func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put(marker, marker) }))
	must(t, file.Close())
}

func marked(t *testing.T, db *DB) (found bool) {
	t.Helper()
	must(t, db.index.db.View(func(tx *bbolt.Tx) error {
		found = tx.Bucket(metaBucket).Get(marker) != nil
		return nil
	}))
	return found
}

func readEpoch(t *testing.T, dir string) string {
	t.Helper()
	db := mustOpen(t, dir, nil)
	defer db.Close()
	return db.Epoch()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestDamageIsNoticed flips bits of stored chunks: what is then read is an error
// or the bytes that were written, never others.
func TestDamageIsNoticed(t *testing.T) {
	dir := t.TempDir()
	db := mustOpen(t, dir, func(db *DB) { db.mergeEvery = time.Millisecond })
	want := fill(t, db, 2)
	must(t, db.Close())
	silent, noticed := 0, 0
	for bit := range 8 * 300 {
		if bit%7 != 0 {
			continue
		}
		db := mustOpen(t, dir, nil)
		number := uint64(1 + bit%5)
		var stored []byte
		must(t, db.journal.Update(func(tx *bbolt.Tx) error {
			b := tx.Bucket(chunkBucket)
			stored = bytes.Clone(b.Get(key8(number)))
			spoiled := bytes.Clone(stored)
			spoiled[(bit/8)%len(spoiled)] ^= 1 << (bit % 8)
			return b.Put(key8(number), spoiled)
		}))
		got, err := tellOrFail(db)
		switch {
		case err != nil && !errors.Is(err, collector.ErrCorrupt):
			t.Errorf("bit %d of chunk %d: %v, want ErrCorrupt", bit, number, err)
		case err != nil:
			noticed++
		case got != want && (bit/8)%len(stored) >= chunkHead:
			silent++
		}
		must(t, db.journal.Update(func(tx *bbolt.Tx) error { return tx.Bucket(chunkBucket).Put(key8(number), stored) }))
		must(t, db.Close())
	}
	if silent > 0 || noticed < 100 {
		t.Errorf("%d flips noticed, %d silent", noticed, silent)
	}
}

// tellOrFail reads everything in the order of commits.
func tellOrFail(db *DB) (string, error) {
	var b strings.Builder
	for e, err := range db.Since(context.Background(), 0) {
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s %s %d %v %q %d %s %s\n", e.Stream, e.Device, e.Seq, e.Aside, e.Reason, e.Cursor, e.Event.Header, e.Event.Payload)
	}
	for i := range 2 {
		for _, err := range db.Read(context.Background(), collector.StreamID(fmt.Sprint("interview-", i))) {
			if err != nil {
				return "", err
			}
		}
	}
	return b.String(), nil
}

// TestDamagedLastChunk opens a journal whose end is damaged: it is refused, with
// the place and a hint, since what follows would be chained to it.
func TestDamagedLastChunk(t *testing.T) {
	dir := t.TempDir()
	db := mustOpen(t, dir, nil)
	fill(t, db, 1)
	must(t, db.journal.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(chunkBucket)
		k, v := b.Cursor().Last()
		v = bytes.Clone(v)
		v[len(v)-10] ^= 1
		return b.Put(bytes.Clone(k), v)
	}))
	must(t, db.Close())
	_, err := Open(dir)
	if !errors.Is(err, collector.ErrCorrupt) || hint(err) == "" || !strings.Contains(err.Error(), journalFile+": chunk 6, byte ") {
		t.Errorf("Open = %v (hint %q), want the damaged chunk and a hint", err, hint(err))
	}
}

// TestDamagedLink opens a journal of which one chunk does not follow the one
// before it: making the index anew verifies the whole chain.
func TestDamagedLink(t *testing.T) {
	dir := t.TempDir()
	db := mustOpen(t, dir, nil)
	fill(t, db, 1)
	must(t, db.journal.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket(chunkBucket)
		v := bytes.Clone(b.Get(key8(3)))
		v[5] ^= 1
		return b.Put(key8(3), v)
	}))
	must(t, db.Close())
	must(t, os.Remove(filepath.Join(dir, indexFile)))
	if _, err := Open(dir); !errors.Is(err, collector.ErrCorrupt) || !strings.Contains(err.Error(), "chunk 3, byte 1: ") {
		t.Errorf("Open = %v, want chunk 3 named as damaged", err)
	}
}

func hint(err error) string {
	var hinted interface{ Hint() string }
	if !errors.As(err, &hinted) {
		return ""
	}
	return hinted.Hint()
}

// TestFailedCommit lets commits fail: whether or not the data came to disk,
// nothing is acked any more, and after opening again the outcome is known.
func TestFailedCommit(t *testing.T) {
	for name, reached := range map[string]bool{"nothing came to disk": false, "all came to disk": true} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			var db *DB
			broken := false
			db = mustOpen(t, dir, func(db *DB) {
				db.commit = func(f func(*bbolt.Tx) error) error {
					if !broken {
						return db.journal.Update(f)
					}
					if reached {
						must(t, db.journal.Update(f))
					}
					return syscall.EIO
				}
			})
			line := &storetest.Line{Stream: "interview-0", Device: "d-1"}
			_, err := db.Append(t.Context(), []collector.Entry{line.Next("good")})
			must(t, err)
			broken = true
			event := line.Next("unknown")
			var failures sync.WaitGroup
			for range 3 {
				failures.Go(func() {
					_, err := db.Append(context.Background(), []collector.Entry{event})
					if !errors.Is(err, collector.ErrStopped) || !errors.Is(err, syscall.EIO) || hint(err) == "" {
						t.Errorf("Append = %v, want ErrStopped with its cause and a hint", err)
					}
				})
			}
			failures.Wait()
			broken = false // the disk is well again, but what it holds is not known
			if _, err := db.Append(t.Context(), []collector.Entry{event}); !errors.Is(err, collector.ErrStopped) {
				t.Errorf("Append after a failed commit = %v, want ErrStopped", err)
			}
			if _, err := db.PutBlob(t.Context(), []byte("x")); !errors.Is(err, collector.ErrStopped) {
				t.Errorf("PutBlob after a failed commit = %v, want ErrStopped", err)
			}
			select {
			case <-db.Failed():
			default:
				t.Error("Failed is not closed")
			}
			if heads, err := db.Heads(t.Context(), "interview-0"); err != nil || heads["d-1"].Seq != 1 {
				t.Errorf("Heads tells of what was not acked: %v, %v", heads, err)
			}
			must(t, db.Close())
			db = mustOpen(t, dir, nil)
			outcomes, err := db.Append(t.Context(), []collector.Entry{event})
			must(t, err)
			if want := map[bool]collector.Result{true: collector.Duplicate, false: collector.Stored}[reached]; outcomes[0].Result != want {
				t.Errorf("sent again after opening: result %d, want %d", outcomes[0].Result, want)
			}
		})
	}
}

// TestFailedBlob stops the store too: it shares the journal.
func TestFailedBlob(t *testing.T) {
	db := mustOpen(t, t.TempDir(), func(db *DB) { db.commit = func(func(*bbolt.Tx) error) error { return syscall.ENOSPC } })
	_, err := db.PutBlob(t.Context(), []byte("x"))
	if !errors.Is(err, collector.ErrStopped) || !strings.Contains(hint(err), "disk is full") {
		t.Errorf("PutBlob = %v (hint %q)", err, hint(err))
	}
}

func TestHolds(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if Holds(dir) {
		t.Error("a directory that is not there holds a store")
	}
	mustOpen(t, dir, nil)
	if !Holds(dir) {
		t.Error("an open store is not found")
	}
	if Holds(filepath.Dir(dir)) {
		t.Error("the directory above holds a store")
	}
}

func TestClosed(t *testing.T) {
	db := mustOpen(t, t.TempDir(), nil)
	line := &storetest.Line{Stream: "interview-0", Device: "d-1"}
	var appends sync.WaitGroup
	for range 20 {
		e := line.Next("x")
		appends.Go(func() {
			if _, err := db.Append(context.Background(), []collector.Entry{e}); err != nil && !errors.Is(err, collector.ErrStopped) {
				t.Errorf("Append while closing = %v", err)
			}
		})
	}
	must(t, db.Close())
	appends.Wait()
	if _, err := db.Append(t.Context(), []collector.Entry{line.Next("x")}); !errors.Is(err, collector.ErrStopped) {
		t.Errorf("Append after Close = %v, want ErrStopped", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("Close twice = %v", err)
	}
}

// TestUnopenable opens what is no store; each error says where, and what to do.
func TestUnopenable(t *testing.T) {
	tests := []struct {
		name string
		make func(t *testing.T) string
		hint string
	}{
		{"a file instead of a directory", func(t *testing.T) string {
			path := filepath.Join(t.TempDir(), "file")
			must(t, os.WriteFile(path, nil, 0o600))
			return path
		}, "must name a directory"},
		{"a journal that is none", func(t *testing.T) string {
			dir := t.TempDir()
			must(t, os.WriteFile(filepath.Join(dir, journalFile), bytes.Repeat([]byte("garbage "), 4096), 0o600))
			return dir
		}, "restore the last backup"},
		{"a directory instead of the journal", func(t *testing.T) string {
			dir := t.TempDir()
			must(t, os.Mkdir(filepath.Join(dir, journalFile), 0o700))
			return dir
		}, "must name a directory"},
		{"of a later version", func(t *testing.T) string {
			dir := t.TempDir()
			db := mustOpen(t, dir, nil)
			must(t, db.journal.Update(func(tx *bbolt.Tx) error { return tx.Bucket(metaBucket).Put(formatKey, []byte("9")) }))
			must(t, db.Close())
			return dir
		}, "the cifra that wrote this file"},
		{"not permitted", func(t *testing.T) string {
			if os.Geteuid() == 0 {
				t.Skip("root may write everywhere")
			}
			dir := t.TempDir()
			must(t, os.Chmod(dir, 0o500))
			return dir
		}, "may not write there"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := tt.make(t)
			db, err := Open(dir)
			if err == nil {
				db.Close()
				t.Fatal("it was opened")
			}
			if !strings.Contains(hint(err), tt.hint) || !strings.Contains(err.Error(), dir) {
				t.Errorf("Open = %v (hint %q), want the path and a hint with %q", err, hint(err), tt.hint)
			}
		})
	}
}

// TestHints says what to do for each cause that an operator can meet.
func TestHints(t *testing.T) {
	var all []string
	for _, cause := range []error{os.ErrPermission, syscall.ENOSPC, syscall.EROFS, syscall.EIO} {
		h := (&OpenError{"x", fmt.Errorf("open: %w", cause)}).Hint()
		if h == "" || slices.Contains(all, h) {
			t.Errorf("hint of %v is %q, want one of its own", cause, h)
		}
		all = append(all, h)
	}
}

// FuzzChunk decodes bytes as a chunk: no panic, and what is decoded is written
// and read back the same.
func FuzzChunk(f *testing.F) {
	line := &storetest.Line{Stream: "interview", Device: "d-1"}
	chunk, body := startChunk(nil, q.Hash{1}), []byte(nil)
	for i := range 3 {
		e := line.Next(fmt.Sprint("answer ", i))
		if e.Aside = i == 1; e.Aside {
			e.Reason, e.Event.Payload = collector.ReasonDivergent, nil
		}
		chunk, body = appendEntry(chunk, body, &e)
	}
	f.Add(chunk, body)
	f.Add([]byte{chunkFormat}, []byte{0})
	f.Add(startChunk(nil, q.Hash{}), []byte{flagPayload, 1, 'a'})
	f.Fuzz(func(t *testing.T, data, body []byte) {
		newTail().replay(1, data)
		e, err := decodeBody(body)
		if err != nil {
			return
		}
		again, _ := appendEntry(startChunk(nil, q.Hash{}), nil, &e)
		read, next, err := entryAt(again, chunkHead)
		if err != nil || next != len(again) {
			t.Fatalf("%q is written as %q, which reads as %v", body, again, err)
		}
		if fmt.Sprintf("%+v", read) != fmt.Sprintf("%+v", e) {
			t.Fatalf("%q reads as %+v and, written again, as %+v", body, e, read)
		}
	})
}
