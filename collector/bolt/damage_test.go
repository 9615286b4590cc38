package bolt

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
)

// filled is a closed store with enough in it that its trees have branches, and
// what it tells.
func filled(t *testing.T) (dir, told string) {
	t.Helper()
	dir = t.TempDir()
	db := mustOpen(t, dir, nil)
	told = fill(t, db, 40)
	must(t, db.Close())
	return dir, told
}

// files are the contents of a directory.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	must(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		found[path] = string(b)
		return err
	}))
	return found
}

// A journal that was cut is told of in a sentence, wherever the cut is: bbolt
// alone would end the process with a bus error.
func TestCutJournal(t *testing.T) {
	dir, _ := filled(t)
	path := filepath.Join(dir, journalFile)
	whole, err := os.ReadFile(path)
	must(t, err)
	m, ok := newestMeta(strings.NewReader(string(whole)))
	if !ok {
		t.Fatal("the journal has no meta page")
	}
	for _, size := range []int64{5000, 3 * m.pageSize, int64(m.end)*m.pageSize - 1} {
		for name, open := range map[string]func(string) (*DB, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
			must(t, os.WriteFile(path, whole[:size], 0o600))
			db, err := open(dir)
			if err == nil {
				db.Close()
			}
			if damaged, ok := errors.AsType[*DamagedError](err); !ok || damaged.Offset != size || !strings.Contains(damaged.Hint(), "backup") {
				t.Errorf("%s of %d bytes: %v, want damage there", name, size, err)
			}
		}
	}
	must(t, os.WriteFile(path, whole[:int64(m.end)*m.pageSize], 0o600))
	mustOpen(t, dir, nil) // nothing of it is missing
}

// Whatever bytes a disk returns, opening and reading say so, or tell what was
// written: no panic, which in bbolt's goroutine nothing could catch. Without
// the look at the pages the first of these journals end the process.
func TestFlippedBytesNeverPanic(t *testing.T) {
	dir, _ := filled(t)
	whole := files(t, dir)
	for damaged, times := range map[string]uint64{journalFile: 200, indexFile: 40} {
		refused := 0
		for seed := range times {
			rng := rand.New(rand.NewPCG(seed, 2))
			copied := t.TempDir()
			for path, content := range whole {
				name := filepath.Base(path)
				b := []byte(content)
				if m, ok := newestMeta(strings.NewReader(content)); ok {
					b = b[:int64(m.end)*m.pageSize] // the rest was never written
				}
				if name == damaged {
					for range 1 << rng.IntN(9) {
						b[8192+rng.IntN(len(b)-8192)] ^= byte(1 + rng.IntN(255))
					}
				}
				must(t, os.WriteFile(filepath.Join(copied, name), b, 0o600))
			}
			open := Open
			if seed%2 == 1 {
				open = OpenReadOnly
			}
			db, err := open(copied)
			if err == nil {
				_, err = tellOrFail(db)
				db.Close()
			}
			if err != nil {
				refused++
			}
			if _, format := errors.AsType[*FormatError](err); err != nil && !format && !errors.Is(err, collector.ErrCorrupt) && !errors.Is(err, collector.ErrNoBlob) {
				t.Errorf("%s, seed %d: %v, which says nothing of damage", damaged, seed, err)
			}
		}
		if damaged == journalFile && refused < 100 {
			t.Errorf("%d of 200 damaged journals were refused", refused)
		}
	}
}

// Each page of a sound journal is found sound: what bbolt itself accepts, with
// its own check, is no damage here, after much was written and removed too.
func TestSoundPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.db")
	for _, options := range []*bbolt.Options{{NoFreelistSync: true, NoSync: true}, {NoSync: true}} {
		file, err := bbolt.Open(path, 0o600, options)
		must(t, err)
		rng := rand.New(rand.NewPCG(1, 1))
		for round := range 30 {
			must(t, file.Update(func(tx *bbolt.Tx) error {
				for _, name := range []string{"large", "small"} {
					b, err := tx.CreateBucketIfNotExists([]byte(name))
					must(t, err)
					for range 60 {
						if name == "small" && round > 1 {
							break
						}
						must(t, b.Put(key8(rng.Uint64N(5000)), make([]byte, rng.IntN(1+200*round))))
						must(t, b.Delete(key8(rng.Uint64N(5000))))
					}
				}
				return nil
			}))
			if err := checkPages(path); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
		must(t, file.Close())
	}
}

// A journal that is gone is not begun anew over what is left of its store.
func TestLostJournal(t *testing.T) {
	for _, gone := range []string{"removed", "emptied"} {
		t.Run(gone, func(t *testing.T) {
			dir, _ := filled(t)
			path := filepath.Join(dir, journalFile)
			must(t, os.Remove(path))
			if gone == "emptied" {
				must(t, os.WriteFile(path, nil, 0o600))
			}
			before := files(t, dir)
			for name, open := range map[string]func(string) (*DB, error){"Open": Open, "OpenReadOnly": OpenReadOnly} {
				db, err := open(dir)
				if err == nil {
					db.Close()
				}
				if lost, ok := errors.AsType[*LostError](err); !ok || !strings.Contains(lost.Hint(), "backup") {
					t.Errorf("%s: %v, want the loss", name, err)
				}
			}
			same(t, before, files(t, dir))
			if Holds(dir) {
				t.Error("Holds a store without a journal")
			}
		})
	}
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "sample.csv"), nil, 0o600))
	mustOpen(t, dir, nil) // what lies there was never a store's
}

// same fails if two sets of files differ.
func same(t *testing.T, want, got map[string]string) {
	t.Helper()
	for path := range want {
		if got[path] != want[path] {
			t.Errorf("%s has changed", path)
		}
	}
	for path := range got {
		if _, ok := want[path]; !ok {
			t.Errorf("%s was not there", path)
		}
	}
}

// Whoever only reads changes no byte, whether the index is whole, behind or
// gone, and reads all the same.
func TestReadOnly(t *testing.T) {
	for _, index := range []string{"whole", "behind", "gone"} {
		t.Run(index, func(t *testing.T) {
			dir := t.TempDir()
			db := mustOpen(t, dir, nil)
			fill(t, db, 2)
			must(t, db.Close())
			old := files(t, dir)[filepath.Join(dir, indexFile)]
			db = mustOpen(t, dir, nil)
			told := fill(t, db, 5)
			must(t, db.Close())
			switch index {
			case "behind":
				must(t, os.WriteFile(filepath.Join(dir, indexFile), []byte(old), 0o600))
			case "gone":
				must(t, os.Remove(filepath.Join(dir, indexFile)))
			}
			temp := t.TempDir()
			t.Setenv("TMPDIR", temp)
			before := files(t, dir)
			reader, err := OpenReadOnly(dir)
			must(t, err)
			second, err := OpenReadOnly(dir)
			must(t, err)
			if got := tell(t, reader); got != told || tell(t, second) != told {
				t.Errorf("read\n%s\nwant\n%s", got, told)
			}
			if _, err := reader.Append(t.Context(), []collector.Entry{{Stream: "s", Device: "d"}}); !errors.Is(err, ErrReadOnly) {
				t.Errorf("Append: %v", err)
			}
			if _, err := reader.PutBlob(t.Context(), []byte("x")); !errors.Is(err, ErrReadOnly) {
				t.Errorf("PutBlob: %v", err)
			}
			must(t, errors.Join(reader.Close(), second.Close()))
			same(t, before, files(t, dir))
			if left := files(t, temp); len(left) != 0 {
				t.Errorf("%d files are left behind", len(left))
			}
		})
	}
}
