//go:build !race

package plan_test

import (
	"runtime"
	"testing"
)

// The race detector lets pools forget what they hold, so that bytes are counted
// without it.

// What a block of a file takes is its columns, and not as much again for each
// indicator: 13 columns of eight bytes and as much for the
// design and for reading. That is what bounds the memory of a file of any length.
func TestABlockTakesItsColumnsAndLittleMore(t *testing.T) {
	taken := func(rows int) float64 {
		file := itemFile(t, rows)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		tenMeans(t, file)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	const few, many = 100_000, 300_000
	taken(few) // what the libraries keep for later is not counted
	perRow := (taken(many) - taken(few)) / (many - few)
	t.Logf("%.0f bytes a row", perRow)
	if limit := 13 * 8 * 2.1; perRow > limit {
		t.Errorf("%.0f bytes a row, want %v at most", perRow, limit)
	}
}
