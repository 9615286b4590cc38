package plan

import (
	"bytes"
	"io"
	"iter"
	"strings"

	"cifra/weighting"
	"cifra/weighting/parquet"
)

// This file reads the files of a plan by their form: Parquet if the name ends in
// .parquet, else CSV; whole, or in blocks.

// table reads the table of f.
func (o *opener) table(f *file, in io.Reader, opt weighting.CSVOptions) (*weighting.Table, error) {
	name := f.spec.read.Raw()
	if !strings.HasSuffix(name, ".parquet") {
		return weighting.ReadCSV(in, name, opt)
	}
	file, err := o.parquet(f, in, opt)
	if err != nil {
		return nil, err
	}
	return file.Read()
}

// parquet opens a Parquet file and picks the columns that the plan can mean: those
// whose name stands anywhere in it, and what the codebook links files by.
func (o *opener) parquet(f *file, in io.Reader, opt weighting.CSVOptions) (*parquet.File, error) {
	var at io.ReaderAt
	var size int64
	if file, ok := in.(interface {
		io.ReaderAt
		io.Seeker
	}); ok {
		end, err := file.Seek(0, io.SeekEnd)
		if err != nil {
			return nil, err
		}
		at, size = file, end
	} else {
		b, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		at, size = bytes.NewReader(b), int64(len(b))
	}
	words := o.src
	if f.book != nil {
		words += " " + strings.Join(f.book.Key, " ")
		if f.book.Parent != nil {
			words += " " + strings.Join(f.book.Parent.By, " ")
		}
	}
	want := func(column string) bool {
		return o.src == "" || strings.Contains(words, column) || o.prefix != "" && strings.HasPrefix(column, o.prefix)
	}
	return parquet.Open(at, size, f.spec.read.Raw(), opt, want)
}

// blocks opens f to be read in blocks; nil after a mistake. done closes it.
func (o *opener) blocks(f *file) (opt weighting.CSVOptions, blocks iter.Seq2[weighting.Block, error], done func() error) {
	if f.spec.codebook != nil {
		if f.book = o.codebook(f); f.book == nil {
			return opt, nil, nil
		}
		opt.Book = f.book
	}
	in, ok := o.stream(f.spec.read)
	if !ok {
		return opt, nil, nil
	}
	name := f.spec.read.Raw()
	if !strings.HasSuffix(name, ".parquet") {
		return opt, weighting.CSVBlocks(in, name, opt), in.Close
	}
	file, err := o.parquet(f, in, opt)
	if err != nil {
		o.fail(f.spec.read, err)
		in.Close()
		return opt, nil, nil
	}
	return opt, file.Blocks(), in.Close
}
