package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"cifra/collector"
	"cifra/collector/storetest"
)

// TestOpenSyncs opens a store in which a killed process may have left what is
// not on disk: Open syncs it, and is no use if that fails.
func TestOpenSyncs(t *testing.T) {
	dir := t.TempDir()
	for _, which := range []string{"a new store", "a store that is there"} {
		syncs := 0
		db := mustOpen(t, dir, func(db *DB) {
			sync := db.sync
			db.sync = func() error {
				syncs++
				if db.epoch == "" {
					t.Errorf("%s: synced before it was read", which)
				}
				return sync()
			}
		})
		if syncs != 1 {
			t.Errorf("%s: Open synced %d times, want once", which, syncs)
		}
		if db.journal.NoSync || db.journal.NoGrowSync {
			t.Errorf("%s: commits do not sync: NoSync %t, NoGrowSync %t", which, db.journal.NoSync, db.journal.NoGrowSync)
		}
		must(t, db.Close())
	}
	_, err := open(dir, func(db *DB) { db.sync = func() error { return syscall.EIO } })
	if unopened, ok := errors.AsType[*OpenError](err); !ok || !errors.Is(err, syscall.EIO) || !strings.HasPrefix(unopened.Path, dir) {
		t.Errorf("Open with a disk that does not sync = %v, want an OpenError of EIO", err)
	}
}

// ackMarks is how many appends appendAndTell makes.
const ackMarks = 3

// appendAndTell opens a store and says each thing that a server would answer
// for once it is done.
func appendAndTell(dir string) error {
	db, err := Open(dir)
	if err != nil {
		return err
	}
	fmt.Println("opened")
	line := &storetest.Line{Stream: "interview", Device: "d-1"}
	for range ackMarks {
		if _, err := db.Append(context.Background(), []collector.Entry{line.Next("answer")}); err != nil {
			return err
		}
		fmt.Println("acked")
	}
	if _, err := db.PutBlob(context.Background(), []byte("blob")); err != nil {
		return err
	}
	fmt.Println("put")
	return db.Close()
}

// TestSyncBeforeAck watches the system calls of a store: whatever it answers
// for, the journal was synced since the last answer.
func TestSyncBeforeAck(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	dir := t.TempDir()
	trace := filepath.Join(dir, "trace")
	data := filepath.Join(dir, "survey")
	cmd := exec.CommandContext(t.Context(), strace, "-f", "-y", "-e", "trace=write,fdatasync,fsync", "-o", trace, os.Args[0])
	cmd.Env = append(os.Environ(), childSyncs+"="+data)
	if out, err := cmd.CombinedOutput(); err != nil {
		if strings.Contains(string(out), "PTRACE") || strings.Contains(string(out), "ptrace") {
			t.Skipf("processes may not be watched here: %s", out)
		}
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(trace)
	must(t, err)
	syncs, marks := 0, 0
	for _, call := range strings.Split(string(b), "\n") {
		switch {
		case strings.Contains(call, "sync(") && strings.Contains(call, "/"+journalFile+">"):
			syncs++
		case strings.Contains(call, `"opened\n"`), strings.Contains(call, `"acked\n"`), strings.Contains(call, `"put\n"`):
			if syncs == 0 {
				t.Errorf("no sync of the journal before: %s", call)
			}
			syncs = 0
			marks++
		}
	}
	if marks != ackMarks+2 {
		t.Errorf("%d answers in the trace, want %d:\n%s", marks, ackMarks+2, b)
	}
}
