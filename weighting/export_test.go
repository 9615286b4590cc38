package weighting

import "io"

// ReadCSVInChunks is ReadCSV with chunks of a size.
func ReadCSVInChunks(r io.Reader, file string, opt CSVOptions, size int) (*Table, error) {
	return readCSV(r, file, opt, size)
}

// ReplicateWork returns how many products of a factor and a sum a total is made of
// on all replicates.
func ReplicateWork(d *Design) int { return d.rep.units() * len(d.rep.rscale) }
