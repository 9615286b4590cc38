package parquet_test

import (
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	pq "github.com/parquet-go/parquet-go"

	"cifra/questionnaire/expr"
	"cifra/weighting"
	"cifra/weighting/parquet"
)

type row struct {
	Whole  int64     `parquet:"whole"`
	Small  uint8     `parquet:"small"`
	Float  float32   `parquet:"float"`
	Real   *float64  `parquet:"real,optional"`
	Flag   bool      `parquet:"flag"`
	Text   string    `parquet:"text"`
	Code   *string   `parquet:"code,optional,dict"`
	Day    time.Time `parquet:"day,timestamp"`
	Nested []int32   `parquet:"nested,list"`
}

func write[T any](t testing.TB, rows []T, group int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := pq.NewGenericWriter[T](&b, pq.MaxRowsPerRowGroup(int64(group)))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func rows() []row {
	real, code, blank := 2.5, "7", ""
	nan := math.NaN()
	return []row{
		{Whole: -3, Small: 200, Float: 0.5, Real: &real, Flag: true, Text: "b", Code: &code},
		{Whole: 1 << 40, Text: "", Code: &blank, Real: &nan},
		{Whole: 0, Text: "á", Code: nil},
	}
}

func open(t *testing.T, b []byte, opt weighting.CSVOptions, columns string) (*parquet.File, error) {
	t.Helper()
	return parquet.Open(bytes.NewReader(b), int64(len(b)), "f.parquet", opt, func(c string) bool { return strings.Contains(columns, c) })
}

const readable = "whole small float real flag text code"

// Values of all types that are read, whole and by row group.
func TestRead(t *testing.T) {
	want := map[string][]string{
		"whole": {"-3", "1099511627776", "0"}, "small": {"200", "0", "0"}, "float": {"0.5", "0", "0"}, "real": {"2.5", "", ""},
		"flag": {"1", "0", "0"}, "text": {"b", "", "á"}, "code": {"7", "", ""},
	}
	for group := 1; group <= 3; group++ {
		f, err := open(t, write(t, rows(), group), weighting.CSVOptions{}, readable)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := f.Read()
		if err != nil || whole.Len() != 3 || whole.Line(1) != 2 {
			t.Fatalf("%v, %v", whole, err)
		}
		first := 0
		for block, err := range f.Blocks() {
			if err != nil {
				t.Fatal(err)
			}
			part, err := block()
			if err != nil {
				t.Fatal(err)
			}
			for name, texts := range want {
				for i := range part.Len() {
					if got := part.Column(name).Text(i); got != texts[first+i] || part.Line(i) != first+i+1 {
						t.Errorf("row groups of %d: column %s, row %d is %q, want %q", group, name, first+i, got, texts[first+i])
					}
				}
			}
			first += part.Len()
		}
		for name, texts := range want {
			for i, text := range texts {
				if got := whole.Column(name).Text(i); got != text {
					t.Errorf("column %s, row %d is %q, want %q", name, i, got, text)
				}
			}
		}
		if first != 3 {
			t.Errorf("blocks have %d rows", first)
		}
	}
}

// A codebook says what the values of a Parquet file mean, as it does for CSV.
func TestReadWithACodebook(t *testing.T) {
	book := &weighting.BookTable{Columns: []weighting.BookColumn{
		{Name: "code", Type: "code", Codes: []weighting.BookCode{{Code: "7", Name: "seven"}}},
		{Name: "small", Type: "integer", Missing: []weighting.BookMissing{{Code: "200", Kind: expr.Refused}}},
	}}
	f, err := open(t, write(t, rows(), 2), weighting.CSVOptions{Book: book}, readable)
	if err != nil {
		t.Fatal(err)
	}
	table, err := f.Read()
	if err != nil {
		t.Fatal(err)
	}
	if c := table.Column("code"); c.Type.Kind != expr.Code || c.Type.List.Codes[c.Codes[0]] != "seven" {
		t.Errorf("code is %+v", c)
	}
	if c := table.Column("small"); c.Missing(0) != expr.Refused || c.Missing(1) != expr.Answered {
		t.Errorf("small is %+v", c)
	}
	book.Columns[1].Missing = nil
	book.Columns[0].Codes[0].Code = "8"
	if _, err = f.Read(); err == nil || err.Error() != `f.parquet:1: error: column code: "7" is not one of its codes` {
		t.Errorf("error %v", err)
	}
	book.Columns = append(book.Columns, weighting.BookColumn{Name: "sex", Type: "text"})
	if _, err := open(t, write(t, rows(), 2), weighting.CSVOptions{Book: book}, readable); err == nil || !strings.Contains(err.Error(), `there is no column "sex", which the codebook describes`) {
		t.Errorf("error %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	good := write(t, rows(), 2)
	long := rows()
	long[2].Whole = 1<<53 + 1
	odd := rows()
	odd[1].Text = "\xff"
	tests := []struct {
		name, columns, want string
		src                 []byte
	}{
		{"a moment", "day", "column day holds values of type TIMESTAMP", good},
		{"a list", "nested", "column nested holds nested values, which are not read", good},
		{"a long code", readable, "f.parquet:3: error: column whole: the number is too large", write(t, long, 2)},
		{"no text", readable, `the text "\xff" is not UTF-8`, write(t, odd, 2)},
		{"the first half", readable, "f.parquet is no Parquet file, or is cut off", good[:len(good)/2]},
		{"nothing", readable, "f.parquet is no Parquet file, or is cut off", nil},
		{"CSV", readable, "f.parquet is no Parquet file, or is cut off", []byte("a,b\n1,2\n3,4\n5,6\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := open(t, tt.src, weighting.CSVOptions{}, tt.columns)
			if err == nil {
				_, err = f.Read()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// A file with a byte changed is refused or read, and never stops the program.
func FuzzRead(f *testing.F) {
	good := write(f, rows(), 2)
	f.Add(good, uint16(8), byte(1))
	f.Fuzz(func(t *testing.T, src []byte, at uint16, change byte) {
		src = bytes.Clone(src)
		if len(src) > 0 {
			src[int(at)%len(src)] ^= change
		}
		file, err := open(t, src, weighting.CSVOptions{}, readable)
		if err != nil || file.Rows() > 1000 {
			return
		}
		if table, err := file.Read(); err == nil && table.Len() != file.Rows() {
			t.Errorf("%d rows of %d", table.Len(), file.Rows())
		}
	})
}

// All single bytes of a small file, changed.
func TestDamagedFilesAreRefusedOrRead(t *testing.T) {
	good := write(t, rows(), 2)
	for at := range good {
		src := bytes.Clone(good)
		src[at] ^= 0x41
		file, err := open(t, src, weighting.CSVOptions{}, readable)
		if err != nil || file.Rows() != 3 {
			continue
		}
		if table, err := file.Read(); err == nil && table.Len() != 3 {
			t.Errorf("byte %d: %s", at, fmt.Sprint(table))
		}
	}
}

// A file cut off at any byte is refused by name: its footer is at its end, so no row
// of what is left is read, whole or by row group.
func TestAFileCutOffAnywhereIsRefused(t *testing.T) {
	good := write(t, rows(), 2)
	for end := range good {
		_, err := open(t, good[:end], weighting.CSVOptions{}, readable)
		if err == nil || !strings.HasPrefix(err.Error(), "f.parquet is ") {
			t.Errorf("the first %d of %d bytes: %v", end, len(good), err)
		}
	}
}
