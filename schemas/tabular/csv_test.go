package tabular

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// readAll reads a file of the person table.
func readAll(t testing.TB, file string) ([][]string, error) {
	t.Helper()
	var rows [][]string
	for row, err := range Read(strings.NewReader(file), tableOf(t, "person")) {
		if err != nil {
			return rows, err
		}
		rows = append(rows, slices.Clone(row))
	}
	return rows, nil
}

func TestReadCSV(t *testing.T) {
	const header = "person,age,remark\r\n"
	for _, tt := range []struct {
		name, file string
		want       [][]string
	}{
		{"no rows", header, nil},
		{"a header without an end", "person,age,remark", nil},
		{"lines that end in LF", "person,age,remark\n1,2,3\n", [][]string{{"1", "2", "3"}}},
		{"a last line without an end", header + "1,2,3", [][]string{{"1", "2", "3"}}},
		{"a byte order mark", "\ufeff" + header + "1,2,3\r\n", [][]string{{"1", "2", "3"}}},
		{"blanks", header + ",,\r\n", [][]string{{"", "", ""}}},
		{"quotes", header + "\"a,b\",\"\",\"say \"\"no\"\"\"\r\n", [][]string{{"a,b", "", `say "no"`}}},
		{"a break in a field", header + "1,2,\"a\r\nb\nc\"\r\n", [][]string{{"1", "2", "a\r\nb\nc"}}},
		{"a field quoted at the end of the file", header + "1,2,\"a\"", [][]string{{"1", "2", "a"}}},
		{"a guarded text", header + "1,2,'=1\r\n", [][]string{{"1", "2", "=1"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := readAll(t, tt.file)
			if err != nil || !slices.EqualFunc(got, tt.want, slices.Equal) {
				t.Errorf("%q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestReadCSVRefuses(t *testing.T) {
	const header = "person,age,remark\r\n"
	for _, tt := range []struct{ name, file, want string }{
		{"an empty file", "", "person.csv:1:1: the file is empty: its first line names the columns"},
		{"another header", "person,age\r\n", "person.csv:1:1: the columns are not those of the codebook"},
		{"a short row", header + "1,2,3\r\n1,2\r\n", "person.csv:3:1: 2 fields, the header has 3"},
		{"an empty line", header + "\r\n", "person.csv:2:1: 1 fields, the header has 3"},
		{"a quote inside", header + "1,2,a\"b\r\n", "person.csv:2:6: a quote in a field that does not begin with one"},
		{"text behind a quote", header + "1,2,\"a\"b\r\n", "person.csv:2:8: a quoted field goes on behind its closing quote"},
		{"a quote left open", header + "1,2,\"a\r\nb", "person.csv:2:5: the quote that opens here is never closed"},
		{"a lone CR", header + "1,2\r3,4\r\n", "person.csv:2:4: a carriage return outside quotes"},
		{"no UTF-8", header + "1,2,\xff\r\n", "person.csv:2:5: the field is not UTF-8"},
		{"the line after a break", header + "1,2,\"a\nb\"\r\n1\r\n", "person.csv:4:1: 1 fields, the header has 3"},
		{"a field without end", header + "1,2,\"" + strings.Repeat("x", maxField+1) + "\"\r\n", "person.csv:2:1048582: a field of more than 1048576 bytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readAll(t, tt.file)
			if err == nil || err.Error() != tt.want {
				t.Errorf("error %v, want %s", err, tt.want)
			}
		})
	}
}

// What is written reads back, here and by another reader.
func FuzzWriteRead(f *testing.F) {
	for _, p := range payloads {
		f.Add(p, p)
	}
	f.Add("a,b", "c;d")
	f.Add(" a ", "\"\"")
	f.Add("a\r\nb", "\ufeffa")
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?")
		if len(a) > maxField/2 || len(b) > maxField/2 {
			return
		}
		table := tableOf(t, "person")
		row := []string{a, "1", b}
		guarded := []string{Guard(&table.Columns[0], a), "1", Guard(&table.Columns[2], b)}
		file := appendRow([]byte("person,age,remark\r\n"), guarded)
		got, err := readAll(t, string(file))
		if err != nil || len(got) != 1 || !slices.Equal(got[0], row) {
			t.Errorf("%q reads back %q, %v", row, got, err)
		}
		theirs, err := csv.NewReader(bytes.NewReader(file)).ReadAll() // it turns CR LF into LF
		if err != nil || len(theirs) != 2 || theirs[1][2] != strings.ReplaceAll(guarded[2], "\r\n", "\n") {
			t.Errorf("encoding/csv reads %q, %v, of %q", theirs, err, file)
		}
	})
}

// Any bytes: an error or rows, and rows that were read write to what reads the
// same.
func FuzzRead(f *testing.F) {
	f.Add("person,age,remark\r\n1,2,3\r\n")
	f.Add("person,age,remark\n\"1\",\"2\"\"\",'=3")
	f.Add("person,age,remark\r\n1,2,\"a\rb\"")
	f.Add("\ufeffperson,age,remark\r\n,,")
	f.Add("person,age,remark\r\n1,2,\"")
	f.Fuzz(func(t *testing.T, file string) {
		table := tableOf(t, "person")
		rows, err := readAll(t, file)
		if err != nil {
			return
		}
		again := []byte("person,age,remark\r\n")
		for _, row := range rows {
			cells := make([]string, len(row))
			for i := range row {
				cells[i] = Guard(&table.Columns[i], row[i])
			}
			again = appendRow(again, cells)
		}
		got, err := readAll(t, string(again))
		if err != nil || !slices.EqualFunc(got, rows, slices.Equal) {
			t.Errorf("%q reads as %q; written again it reads %q, %v", file, rows, got, err)
		}
	})
}
