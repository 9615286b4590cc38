package tabular

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A NotEmptyError says that a directory holds files already.
type NotEmptyError struct{ Dir string }

// Error names the directory.
func (e *NotEmptyError) Error() string { return e.Dir + " is not empty" }

// Hint tells the person what to do.
func (e *NotEmptyError) Hint() string {
	return "name a new directory, or use --force to write over the set that is there; other files stay"
}

// ErrIncomplete means that a stream ended before the set did, or holds what is
// no part of it.
var ErrIncomplete = errors.New("the microdata set is not whole")

// scratchPrefix begins the names of directories in which sets come about.
const scratchPrefix = ".microdata-"

// Unpack reads a set as [Writer.WriteTar] writes it and puts its files into dir,
// which it makes if need be. If dir holds anything it is a [NotEmptyError],
// unless force is true. Nothing changes in dir before the whole set was read and
// is on disk; of a set that was there, the codebook goes first and comes last,
// so what has a codebook is whole.
func Unpack(r io.Reader, dir string, force bool) (*Codebook, error) {
	if err := CheckDir(dir, force); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp(dir, scratchPrefix)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(scratch)
	book, err := unpack(r, scratch)
	if err != nil {
		return nil, err
	}
	return book, replace(scratch, dir, book)
}

// CheckDir says whether Unpack would refuse dir, so that nothing long is begun
// in vain.
func CheckDir(dir string, force bool) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !force && !strings.HasPrefix(e.Name(), scratchPrefix) {
			return &NotEmptyError{dir}
		}
	}
	return nil
}

// unpack writes the files of a stream into an empty directory.
func unpack(r io.Reader, dir string) (*Codebook, error) {
	in := tar.NewReader(r)
	h, err := in.Next()
	if err != nil || h.Name != CodebookFile || h.Typeflag != tar.TypeReg {
		return nil, fmt.Errorf("%w: it does not begin with %s%s", ErrIncomplete, CodebookFile, because(err))
	}
	text, err := io.ReadAll(io.LimitReader(in, maxCodebook+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %s%s", ErrIncomplete, CodebookFile, because(err))
	}
	book, err := ParseCodebook(text)
	if err != nil {
		return nil, err
	}
	if err := writeSynced(filepath.Join(dir, CodebookFile), strings.NewReader(string(text))); err != nil {
		return nil, err
	}
	for _, t := range book.Tables {
		h, err := in.Next()
		if err != nil || h.Name != t.File || h.Typeflag != tar.TypeReg {
			return nil, fmt.Errorf("%w: %s is not where it should be%s", ErrIncomplete, t.File, because(err))
		}
		if err := writeSynced(filepath.Join(dir, t.File), in); err != nil {
			return nil, fmt.Errorf("%s: %w", t.File, err)
		}
	}
	if _, err := in.Next(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows its last table%s", ErrIncomplete, because(err))
	}
	if _, err := io.Copy(io.Discard, r); err != nil { // a connection that broke says so at its end only
		return nil, fmt.Errorf("%w%s", ErrIncomplete, because(err))
	}
	return book, nil
}

// because is err behind a colon, or nothing.
func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

// writeSynced writes a file and returns after it is on disk.
func writeSynced(path string, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// replace moves the files of a set from one directory to another and takes away
// the tables of the set that was there.
func replace(from, to string, book *Codebook) error {
	at := func(file string) string { return filepath.Join(to, file) }
	var stale []Table
	if old, err := os.ReadFile(at(CodebookFile)); err == nil {
		if b, err := ParseCodebook(old); err == nil {
			stale = b.Tables
		}
		if err := os.Remove(at(CodebookFile)); err != nil {
			return err
		}
	}
	for _, t := range stale {
		if err := os.Remove(at(t.File)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	for _, t := range book.Tables {
		if err := os.Rename(filepath.Join(from, t.File), at(t.File)); err != nil {
			return err
		}
	}
	return os.Rename(filepath.Join(from, CodebookFile), at(CodebookFile))
}
