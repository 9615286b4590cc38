package tabular

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// book is the codebook of these tests: one table of persons and one of what
// happened to them.
const book = `{
  "version": 1,
  "survey": "s",
  "languages": ["es", "en"],
  "tables": [
    {
      "name": "person", "file": "person.csv", "label": {"es": "Personas"}, "key": ["person"],
      "columns": [
        {"name": "person", "label": {}, "type": "key"},
        {"name": "age", "label": {"es": "Edad"}, "type": "integer", "missing": [{"code": "999", "kind": "dont_know"}]},
        {"name": "remark", "label": {}, "type": "text"}
      ]
    },
    {
      "name": "incident", "file": "incident.csv", "label": {}, "key": ["incident"], "parent": {"table": "person", "by": ["person"]},
      "columns": [
        {"name": "person", "label": {}, "type": "key"},
        {"name": "incident", "label": {}, "type": "key"},
        {"name": "stratum", "label": {}, "type": "design"}
      ]
    }
  ]
}`

// set is a set of two tables as a stream.
func set(t testing.TB, persons, incidents [][]string) []byte {
	t.Helper()
	w, err := NewWriter([]byte(book))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	for _, r := range persons {
		if err := w.Row("person", r); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range incidents {
		if err := w.Row("incident", r); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := w.WriteTar(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var (
	somePersons   = [][]string{{"0001.1.1", "34", `dijo "no", y se fue`}, {"0001.1.2", "999", "=1+1"}}
	someIncidents = [][]string{{"0001.1.1", "0001.1.1.05.1", "-3"}}
)

func TestSetInADirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	if _, err := Unpack(bytes.NewReader(set(t, somePersons, someIncidents)), dir, false); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"codebook.json": book,
		"person.csv":    "person,age,remark\r\n0001.1.1,34,\"dijo \"\"no\"\", y se fue\"\r\n0001.1.2,999,'=1+1\r\n",
		"incident.csv":  "person,incident,stratum\r\n0001.1.1,0001.1.1.05.1,-3\r\n",
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		got, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want[e.Name()] {
			t.Errorf("%s is\n%q, want\n%q", e.Name(), got, want[e.Name()])
		}
		info, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o: microdata are for their owner", e.Name(), mode)
		}
	}
	if len(entries) != len(want) {
		t.Errorf("%d files in the directory, want %d", len(entries), len(want))
	}

	s, err := Open(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for row, err := range s.Rows("person") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, slices.Clone(row))
	}
	if !slices.EqualFunc(got, somePersons, slices.Equal) {
		t.Errorf("read back %q, want %q", got, somePersons)
	}
	if kind := s.Codebook.Table("person").Column("age").Missing[0].Kind; kind != "dont_know" {
		t.Errorf("999 means %q, want dont_know", kind)
	}
}

func TestSameRowsGiveTheSameBytes(t *testing.T) {
	if !bytes.Equal(set(t, somePersons, someIncidents), set(t, somePersons, someIncidents)) {
		t.Error("two streams of the same rows differ")
	}
}

func TestCodebookSurvives(t *testing.T) {
	b, err := ParseCodebook([]byte(book))
	if err != nil {
		t.Fatal(err)
	}
	again, err := ParseCodebook(b.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.JSON(), again.JSON()) {
		t.Errorf("written again it is\n%s, was\n%s", again.JSON(), b.JSON())
	}
}

func TestCodebookRefused(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"a newer version", `"version": 1`, `"version": 2`, "unknown version"},
		{"a file outside the set", `"person.csv"`, `"../person.csv"`, "cannot be the name"},
		{"a hidden file", `"person.csv"`, `".csv"`, "cannot be the name"},
		{"the codebook's own name", `"person.csv"`, `"codebook.json"`, "cannot be the name"},
		{"two tables in one file", `"incident.csv"`, `"Person.csv"`, "is another's"},
		{"two tables of a name", `"name": "incident", "file"`, `"name": "person", "file"`, "stands twice"},
		{"a column twice", `"age"`, `"person"`, "stands twice"},
		{"a type of no program", `"integer"`, `"colour"`, "not known"},
		{"a key that is no column", `"key": ["person"]`, `"key": ["id"]`, "no column id"},
		{"a parent that is no table", `"table": "person"`, `"table": "household"`, "no table household"},
		{"a link that is no column", `"by": ["person"]`, `"by": ["id"]`, "no column id"},
		{"no JSON", `"tables"`, `tables`, "invalid character"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(book, tt.old) {
				t.Fatalf("the codebook has no %s", tt.old)
			}
			_, err := ParseCodebook([]byte(strings.Replace(book, tt.old, tt.new, 1)))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestUnpackRefusesAFullDirectory(t *testing.T) {
	dir := t.TempDir()
	note := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(note, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	stream := set(t, somePersons, someIncidents)
	_, err := Unpack(bytes.NewReader(stream), dir, false)
	if full := (*NotEmptyError)(nil); !errors.As(err, &full) || full.Hint() == "" {
		t.Fatalf("error %v, want a NotEmptyError", err)
	}
	if _, err := Unpack(bytes.NewReader(stream), dir, true); err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack(bytes.NewReader(set(t, somePersons[:1], nil)), dir, true); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(note); err != nil || string(got) != "mine" {
		t.Errorf("a file that is no part of the set reads %q, %v", got, err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "person.csv"))
	if err != nil || strings.Count(string(got), "\r\n") != 2 {
		t.Errorf("person.csv is %q, %v: want the header and one row", got, err)
	}
}

func TestUnpackTakesAwayTablesThatAreNoMore(t *testing.T) {
	dir := t.TempDir()
	if _, err := Unpack(bytes.NewReader(set(t, somePersons, someIncidents)), dir, false); err != nil {
		t.Fatal(err)
	}
	smaller := book[:strings.Index(book, ",\n    {\n      \"name\": \"incident\"")] + "\n  ]\n}"
	w, err := NewWriter([]byte(smaller))
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	var out bytes.Buffer
	if err := w.WriteTar(&out); err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack(&out, dir, true); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "incident.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("incident.csv of the set before: %v, want it gone", err)
	}
}

// A stream that was cut anywhere leaves the directory as it was.
func TestUnpackLeavesNothingHalf(t *testing.T) {
	stream := set(t, somePersons, someIncidents)
	for _, tt := range []struct {
		name   string
		stream io.Reader
	}{
		{"nothing", strings.NewReader("")},
		{"no tar", strings.NewReader(strings.Repeat("gone\n", 400))},
		{"cut in the codebook", bytes.NewReader(stream[:700])},
		{"cut in a table", bytes.NewReader(stream[:bytes.Index(stream, []byte("0001.1.1,34"))])},
		{"cut before a table", bytes.NewReader(stream[:bytes.Index(stream, []byte("incident.csv\x00"))])},
		{"a connection that breaks at the end", io.MultiReader(bytes.NewReader(stream), broken{})},
		{"more behind it", bytes.NewReader(append(slices.Clone(stream[:len(stream)-1024]), stream...))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			_, err := Unpack(tt.stream, dir, false)
			if err == nil {
				t.Fatal("no error")
			}
			entries, err := os.ReadDir(dir)
			if err != nil || len(entries) > 0 {
				t.Errorf("%d files are left, %v", len(entries), err)
			}
		})
	}
}

// broken is a connection that was lost.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
