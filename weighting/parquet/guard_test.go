package parquet

import (
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
)

// A lying row group leads its reader out of bounds, as damaged bytes can the library's.
type lying struct{ parquet.RowGroup }

func (lying) NumRows() int64                      { return 1 }
func (lying) ColumnChunks() []parquet.ColumnChunk { return make([]parquet.ColumnChunk, 1)[2:] }

// What the library panics at is an error that names the file: a program that reads
// many files goes on. Red, and the end of all tests of the package, without the guard
// of group; no changed byte that was found leads there, so the row group is made up.
func TestAPanicOfARowGroupIsAnError(t *testing.T) {
	f := &File{name: "f.parquet"}
	columns, err := f.group(lying{}, 0, nil)
	if columns != nil || err == nil || !strings.HasPrefix(err.Error(), "f.parquet is damaged: ") {
		t.Errorf("columns %v, error %v, want one that f.parquet is damaged", columns, err)
	}
}
