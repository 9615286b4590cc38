package weighting_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// reference reads src with the package encoding/csv: every row of the right
// length with the lines they are on, and what is wrong.
func reference(src string) (header []string, rows [][]string, lines []int, wrong string) {
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(src, "\ufeff")))
	header, err := in.Read()
	if err != nil {
		return nil, nil, nil, err.Error()
	}
	for {
		row, err := in.Read()
		switch {
		case err == io.EOF:
			return header, rows, lines, wrong
		case errors.Is(err, csv.ErrFieldCount):
			line, _ := in.FieldPos(0)
			wrong += fmt.Sprintf("%d: %d fields\n", line, len(row))
			continue
		case err != nil:
			parse, _ := errors.AsType[*csv.ParseError](err)
			return header, nil, nil, fmt.Sprintf("f.csv:%d:%d: error: %v", parse.Line, parse.Column, parse.Err)
		}
		line, _ := in.FieldPos(0)
		rows, lines = append(rows, row), append(lines, line)
	}
}

// compareCSV reads src with ReadCSV, in chunks of a few bytes and of many, and
// compares with the reference: fields, lines, places of mistakes.
func compareCSV(t *testing.T, src string) {
	t.Helper()
	header, rows, lines, wrong := reference(src)
	seen := map[string]bool{}
	for _, name := range header {
		if seen[name] {
			return // refused, for a reason the csv package does not know
		}
		seen[name] = true
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return
	}
	texts := weighting.CSVOptions{Text: header}
	for _, size := range []int{1, 7, 64, 1 << 20} {
		table, err := weighting.ReadCSVInChunks(strings.NewReader(src), "f.csv", texts, size)
		if header == nil || rows == nil && strings.HasPrefix(wrong, "f.csv") {
			if err == nil || table != nil {
				t.Fatalf("chunks of %d: %q is read, want %s", size, src, wrong)
			}
			if strings.HasPrefix(wrong, "f.csv") && !strings.HasPrefix(err.Error(), wrong) && !strings.Contains(err.Error(), "the quote that opens here") {
				t.Fatalf("chunks of %d: %q\nerror %v\nwant  %s", size, src, err, wrong)
			}
			continue
		}
		if table == nil {
			t.Fatalf("chunks of %d: %q is not read: %v", size, src, err)
		}
		if table.Len() != len(rows) {
			t.Fatalf("chunks of %d: %q has %d rows, want %d", size, src, table.Len(), len(rows))
		}
		for i, row := range rows {
			if table.Line(i) != lines[i] {
				t.Errorf("chunks of %d: %q: row %d is on line %d, want %d", size, src, i, table.Line(i), lines[i])
			}
			for k, want := range row {
				if got := table.Columns[k].Text(i); got != want && strings.ToValidUTF8(want, "") == want {
					t.Fatalf("chunks of %d: %q: row %d, column %d is %q, want %q", size, src, i, k, got, want)
				}
			}
		}
		for line := range strings.Lines(wrong) {
			at, _, _ := strings.Cut(line, ":")
			if err == nil || strings.Count(wrong, "\n") <= 5 && !strings.Contains(err.Error(), "f.csv:"+at+":") {
				t.Fatalf("chunks of %d: %q: error %v, want one on line %s", size, src, err, at)
			}
		}
		compareKinds(t, src, size)
	}
}

// compareKinds reads src with nothing known of it, whole and in chunks: kinds,
// values, and what is told have to be the same.
func compareKinds(t *testing.T, src string, size int) {
	t.Helper()
	want, wantErr := weighting.ReadCSV(strings.NewReader(src), "f.csv", weighting.CSVOptions{})
	got, err := weighting.ReadCSVInChunks(strings.NewReader(src), "f.csv", weighting.CSVOptions{}, size)
	if fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("chunks of %d: %q\nerror %v\nwant  %v", size, src, err, wantErr)
	}
	if want == nil {
		return
	}
	for k, c := range want.Columns {
		g := got.Columns[k]
		a, oddA := c.NotNumber()
		b, oddB := g.NotNumber()
		if g.Type.Kind != c.Type.Kind || !slices.Equal(g.Levels, c.Levels) || !slices.Equal(g.Codes, c.Codes) || a != b || oddA != oddB || !slices.Equal(c.NotNumbers(), g.NotNumbers()) {
			t.Fatalf("chunks of %d: %q: column %q\n%+v\nwant\n%+v", size, src, c.Name, g, c)
		}
		for i := range want.Len() {
			if g.Text(i) != c.Text(i) || g.Missing(i) != c.Missing(i) {
				t.Fatalf("chunks of %d: %q: row %d of %q is %q, want %q", size, src, i, c.Name, g.Text(i), c.Text(i))
			}
		}
	}
}

// The reader takes text apart as the csv package does, however it is cut.
func TestReadCSVAgreesWithReference(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	bits := []string{",", ",", ",", "\n", "\n", "\r\n", "\r", `"`, `""`, `",`, `,"`, "\"\n", "1", "2.50", "007", "-0", "a", "é", "\xff", ";", "", "x\"y", "1e3"}
	for range 3000 {
		var b strings.Builder
		if rng.IntN(8) == 0 {
			b.WriteString("\ufeff")
		}
		b.WriteString([]string{"a,b,c\n", "a,b\r\n", "a\n", "\"a\",\"b\n\"\n", ""}[rng.IntN(5)])
		for range rng.IntN(40) {
			b.WriteString(bits[rng.IntN(len(bits))])
		}
		compareCSV(t, b.String())
	}
}

func FuzzReadCSVAgainstReference(f *testing.F) {
	f.Add("a,b\n1,\"x\r\ny\"\n\r\n,\"\"\"\"\n")
	f.Add("\ufeffa\n1\n\"\n\"\nx\r")
	f.Add("a,b\n\"1\" ,2\n")
	f.Add("a,b\nx\"y,2\n\"\n")
	f.Fuzz(compareCSV)
}

// A file that fails while it is read is no shorter file.
func TestReadCSVPassesReadErrorsOn(t *testing.T) {
	lost := errors.New("the disk is gone")
	for _, src := range []string{"", "a,b\n", "a,b\n1,2\n", "a,b\n1,2\n3,\"4"} {
		table, err := weighting.ReadCSV(io.MultiReader(strings.NewReader(src), failing{lost}), "f.csv", weighting.CSVOptions{})
		if table != nil || !errors.Is(err, lost) {
			t.Errorf("after %q: %v, %v, want the error of reading", src, table, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// Mistakes are counted over the whole file, not by chunk.
func TestReadCSVCountsMistakesAcrossChunks(t *testing.T) {
	book := &weighting.BookTable{}
	var head, row []string
	for k := range 30 {
		name := fmt.Sprintf("c%d", k)
		book.Columns = append(book.Columns, weighting.BookColumn{Name: name, Type: "integer"})
		head, row = append(head, name), append(row, "x")
	}
	src := strings.Join(head, ",") + "\n" + strings.Repeat(strings.Join(row, ",")+"\n", 50)
	opt := weighting.CSVOptions{Book: book}
	_, want := weighting.ReadCSV(strings.NewReader(src), "f.csv", opt)
	for _, size := range []int{1, 200, 1000} {
		_, err := weighting.ReadCSVInChunks(strings.NewReader(src), "f.csv", opt, size)
		if fmt.Sprint(err) != fmt.Sprint(want) {
			t.Errorf("chunks of %d: %v\nwant %v", size, err, want)
		}
	}
	ds, _ := errors.AsType[expr.Diagnostics](want)
	if len(ds) != 20 || ds[19].Hint != "and 49 more like this; and 500 more of other kinds in this file" {
		t.Errorf("%d mistakes told, the last %+v", len(ds), ds[len(ds)-1])
	}
}
