package weighting

import "io"

// ReadCSVInChunks is ReadCSV with chunks of a size.
func ReadCSVInChunks(r io.Reader, file string, opt CSVOptions, size int) (*Table, error) {
	return readCSV(r, file, opt, size)
}
