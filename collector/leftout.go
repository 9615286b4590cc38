package collector

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"

	q "cifra/questionnaire"
)

// LeftOutFile is the last file of the stream that a server gives, if there are
// interviews without rows: the columns case, household and why. It is no part of
// the microdata set before it.
const LeftOutFile = "left_out.csv"

// maxLeftOut bounds the bytes of a LeftOutFile that are read.
const maxLeftOut = 64 << 20

// Microdata writes the microdata of the survey as of now; it is what
// [Server.Export] is set to. What is left out is logged, and follows the set as
// LeftOutFile. [SplitExport] reads both.
func (s *Server) Microdata(ctx context.Context, w io.Writer) error {
	snap, err := s.Snapshot(ctx)
	if err != nil {
		return err
	}
	var done Exported
	from, to := io.Pipe()
	exported := make(chan error, 1)
	go func() {
		var err error
		done, err = snap.Export(ctx, to, nil)
		to.CloseWithError(err)
		exported <- err
	}()
	out := tar.NewWriter(w)
	_, err = copySet(out, from)
	from.CloseWithError(err)
	if failed := <-exported; failed != nil {
		return failed
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for _, l := range done.LeftOut {
		s.logger().WarnContext(ctx, "not exported", "case", l.Case, "household", l.Household, "why", l.Why)
	}
	if err := writeLeftOut(out, done.LeftOut); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// SplitExport copies the microdata set in the stream that a server gives to w,
// byte by byte as [Snapshot.Export] writes it, and returns what the server left
// out. The set's end is written after the stream has come to its own.
func SplitExport(r io.Reader, w io.Writer) ([]LeftOut, error) {
	out := tar.NewWriter(w)
	leftOut, err := copySet(out, r)
	if err != nil {
		return nil, err
	}
	return leftOut, out.Close()
}

// copySet copies the files of a stream without its end, but for a LeftOutFile,
// which it reads.
func copySet(out *tar.Writer, r io.Reader) (leftOut []LeftOut, err error) {
	in := tar.NewReader(r)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			_, err := io.Copy(io.Discard, r) // a connection that broke says so at its end only
			return leftOut, err
		}
		if err != nil {
			return nil, err
		}
		if leftOut != nil {
			return nil, fmt.Errorf("%s follows %s, which is the last file", h.Name, LeftOutFile)
		}
		if h.Name == LeftOutFile {
			if leftOut, err = readLeftOut(io.LimitReader(in, maxLeftOut)); err != nil {
				return nil, fmt.Errorf("%s: %w", LeftOutFile, err)
			}
			continue
		}
		if err := out.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := io.Copy(out, in); err != nil {
			return nil, err
		}
	}
}

// writeLeftOut writes a LeftOutFile, if there is anything to say, and the end of
// the stream.
func writeLeftOut(out *tar.Writer, list []LeftOut) error {
	if len(list) == 0 {
		return out.Close()
	}
	var b bytes.Buffer
	rows := csv.NewWriter(&b)
	rows.UseCRLF = true // as in the set's own files
	rows.Write([]string{"case", "household", "why"})
	for _, l := range list {
		rows.Write([]string{string(l.Case), strconv.Itoa(l.Household), l.Why})
	}
	rows.Flush() // a bytes.Buffer does not fail
	if err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: LeftOutFile, Size: int64(b.Len()), Mode: 0o600}); err != nil {
		return err
	}
	if _, err := out.Write(b.Bytes()); err != nil {
		return err
	}
	return out.Close()
}

// readLeftOut reads what writeLeftOut wrote. The list is not nil.
func readLeftOut(r io.Reader) ([]LeftOut, error) {
	rows, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	list := make([]LeftOut, 0, len(rows))
	for i, row := range rows {
		if len(row) != 3 {
			return nil, fmt.Errorf("line %d has %d columns, want 3", i+1, len(row))
		}
		if i == 0 {
			continue // the header
		}
		household, err := strconv.Atoi(row[1])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		list = append(list, LeftOut{q.CaseID(row[0]), household, row[2]})
	}
	return list, nil
}
