package source

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

func TestReadRefuses(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
	}{
		{"nothing", "", []string{"f.yaml:1:1: error: the file is empty", "it begins with a key"}},
		{"only a comment", "# later\n", []string{"f.yaml:1:1: error: the file is empty"}},
		{"a quote that stays open", "a: b\nñ: \"c\nd: e\n", []string{"f.yaml:2:5: error: this quote is never closed", "close it"}},
		{"a tab in a text that goes on", "a: b\n\tc: d\n", []string{"f.yaml:2:1: error: not YAML", "indent with blanks, not with tabs"}},
		{"not UTF-8", "a: 1\nb: \xff\n", []string{"f.yaml:2:4: error: this character is not UTF-8"}},
		{"a control character", "a: \x01\n", []string{"f.yaml:1:4: error: this character is a control character"}},
		{"an old Macintosh line", "a: 1\rb: 2\n", []string{"f.yaml:1:5: error: this character is a carriage return without a line feed"}},
		{"a line that editors do not count", "a: x\u2028y\n", []string{"f.yaml:1:5: error: this character is a line separator"}},
		{"a colon in a text", "text: Note: this\n", []string{`f.yaml:1:11: error: not YAML: mapping values are not allowed`, `a text with ": " in it needs quotes`}},
		{"columns count bytes", "é: año: x\n", []string{"f.yaml:1:9: error: not YAML"}},
		{"a tab for indentation", "a:\n\t- b\n", []string{"f.yaml:2:1: error: not YAML", "indent with blanks, not with tabs"}},
		{"a bracket that stays open", "a: [1, 2\nb: 3\n", []string{"parsing a flow sequence that begins on line 1"}},
		{"two documents", "a: 1\n---\nb: 2\n", []string{"f.yaml:2:1: error: a second document begins here"}},
		{"an alias", "a: &x 1\nb: *x\n", []string{"f.yaml:1:4: error: anchors (&x)", "f.yaml:2:4: error: aliases (*x)"}},
		{"a tag", "a: !!str 1\n", []string{"f.yaml:1:4: error: tags (!!str)"}},
		{"a tag of no kind", "a: ! 1\n", []string{"f.yaml:1:4: error: tags (!)"}},
		{"a merge key", "<<: {a: 1}\n", []string{"f.yaml:1:1: error: merge keys (<<)"}},
		{"a mapping for a key", "{a: 1}: b\n", []string{"f.yaml:1:1: error: a key is a word, not a mapping"}},
		{"a key twice", "a: 1\nb: {c: 1, c: 2}\na: 2\n", []string{"f.yaml:2:11: error: c is written twice, first on line 2", "f.yaml:3:1: error: a is written twice, first on line 1"}},
		{"too deep", strings.Repeat("[", 70) + strings.Repeat("]", 70), []string{"f.yaml:1:65: error: nested more than 64 deep"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, ds := Read("f.yaml", []byte(tt.src))
			got := ds.Error()
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("Read(%q):\n%s\nwant: %s", tt.src, got, want)
				}
			}
			if ds.Err() == nil {
				t.Errorf("Read(%q): no error", tt.src)
			}
		})
	}
}

func TestReadRefusesALargeFile(t *testing.T) {
	n, ds := Read("f.yaml", bytes.Repeat([]byte("#\n"), MaxBytes/2+1))
	if n != nil || ds.Err() == nil || !strings.Contains(ds.Error(), "more than") {
		t.Errorf("Read of %d bytes = %v, %v", MaxBytes+2, n, ds)
	}
}

// The place of a scalar is where its first character stands, so that an
// expression's own columns can be added to it.
func TestPositionIsThatOfTheContent(t *testing.T) {
	tests := []struct {
		name, src string
		line, col int
		end       int
		text      string
	}{
		{"plain", "a: b c\n", 1, 4, 7, "b c"},
		{"before a comment", "a: b # c\n", 1, 4, 5, "b"},
		{"double quotes", "a: \"b c\"  # d\n", 1, 5, 8, "b c"},
		{"single quotes", "a: 'it''s'\n", 1, 5, 10, "it's"},
		{"an escaped quote", `a: "x\"y"` + "\n", 1, 5, 9, `x"y`},
		{"after accents", "{ñ: 1, a: é}\n", 1, 12, 14, "é"},
		{"after a byte order mark", "\ufeffa: b\n", 1, 7, 8, "b"},
		{"literal", "a: |\n  b\n  c\n", 2, 3, 4, "b\nc\n"},
		{"folded and stripped", "a: >-\n\n    b c\n    d\n", 3, 5, 8, "\nb c d"},
		{"in a flow mapping", "{x: 1, a: b}\n", 1, 11, 12, "b"},
		{"windows line ends", "x: 1\r\na: b\r\n", 2, 4, 5, "b"},
		{"over two lines", "a: b\n  c\n", 1, 4, 5, "b c"},
		{"nothing", "a:\nb: 1\n", 1, 3, 3, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n, ds := Read("f", []byte(tt.src))
			if len(ds) > 0 {
				t.Fatal(ds)
			}
			v := n.Map(&ds, "a test").Get("a")
			got := fmt.Sprintf("%d:%d-%d %q", v.At().Line, v.At().Col, v.End(), v.Raw())
			want := fmt.Sprintf("%d:%d-%d %q", tt.line, tt.col, tt.end, tt.text)
			if got != want {
				t.Errorf("%q: a is %s, want %s", tt.src, got, want)
			}
		})
	}
}

func TestScalarsStayAsWritten(t *testing.T) {
	for _, raw := range []string{"01", "no", "on", "yes", "~", "null", "1_000", "0x1f", "1e3", "2025-03", "12:30", "1.10", ".5"} {
		n, ds := Read("f", []byte("a: "+raw+"\n"))
		if got := n.Map(&ds, "a test").Get("a").Text(&ds, "a word"); got != raw || len(ds) > 0 {
			t.Errorf("a: %s reads as %q, %v", raw, got, ds)
		}
	}
}

// FuzzRead: whatever the bytes, no panic, every place lies inside the file, and
// what is read without complaint has no key twice.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "a: 1\n", "a: &x [*x]\n", "- |2\n    é\n", "? a\n: b\n", "{a: 'b''c', d: \"\\u00e9\"}", "\ufeff- ñ: >+\n\n   x\n", "a: b\n---\n", "[[[{", "a:\r\n  - b\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		n, ds := Read("f", b)
		lines := bytes.Split(b, []byte("\n"))
		inside := func(p expr.Position, end int) {
			if p.Line == 0 {
				return
			}
			if p.Line < 0 || p.Line > len(lines)+1 || p.Col < 1 {
				t.Fatalf("%q: place %v", b, p)
			}
			if p.Line <= len(lines) && (p.Col > len(lines[p.Line-1])+2 || end > len(lines[p.Line-1])+2) {
				t.Fatalf("%q: place %v-%d in a line of %d", b, p, end, len(lines[p.Line-1]))
			}
		}
		for _, d := range ds {
			inside(d.Position, d.End)
		}
		var walk func(n *Node)
		walk = func(n *Node) {
			inside(n.At(), n.End())
			seen := map[string]bool{}
			for _, k := range n.keys {
				if seen[k.Raw()] {
					t.Fatalf("%q: key %q twice", b, k.Raw())
				}
				seen[k.Raw()] = true
				walk(k)
			}
			for _, c := range n.items {
				walk(c)
			}
		}
		if n != nil {
			walk(n)
		} else if ds.Err() == nil {
			t.Fatalf("%q: no tree and no error", b)
		}
		ds.Format(&bytes.Buffer{}, func(string) []byte { return b })
	})
}
