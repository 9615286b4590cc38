package weighting

import (
	"io"
	"testing"
)

// ReadCSVInChunks is ReadCSV with chunks of a size.
func ReadCSVInChunks(r io.Reader, file string, opt CSVOptions, size int) (*Table, error) {
	return readCSV(r, file, opt, size)
}

// ReplicateWork returns how many products of a factor and a sum a total is made of
// on all replicates.
func ReplicateWork(d *Design) int { return d.rep.units() * len(d.rep.rscale) }

// Seeds is how many random samples a law is tried on: 1,000, or 100 with -short. The
// samples of laws are small, so that 1,000 of them take a second or so.
func Seeds() uint64 {
	if testing.Short() {
		return 100
	}
	return 1000
}
