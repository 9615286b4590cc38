package bolt

import (
	"testing"

	"cifra/collector"
	"cifra/collector/storetest"
)

func TestLog(t *testing.T) {
	storetest.Run(t, func(t testing.TB, dir string) (collector.Log, func()) {
		db := mustOpen(t, dir, nil)
		return db, func() {
			if err := db.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		}
	})
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
