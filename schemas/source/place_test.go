package source

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// In each file the text of a has one x, which stands where the file has its X,
// and one y, where the file has its Y. The fixture gives both their line and
// column by the mark alone, so none is copied from what Span says.
func TestSpanIsExactInEveryStyle(t *testing.T) {
	tests := []struct{ name, src string }{
		{"plain", "a: b X c Y\n"},
		{"plain over lines", "a: b X\n   c\n\n\n  d Y\n"},
		{"plain with blanks at the ends of lines", "a: b X  \n  \t \n   c Y\t\nb: 1\n"},
		{"plain in a flow list", "{b: [1, 2], a: b X\n  c Y, d: 1}\n"},
		{"plain before a comment", "a: b X\n  Y # X Y\n"},
		{"plain after accents", "{ñandú: é, a: é X é\n ü Y}\n"},
		{"plain with Windows line ends", "b: 1\r\na: b X\r\n\r\n  c Y\r\n"},
		{"plain after a byte order mark", "\ufeffa: é X Y\n"},
		{"single quotes", "a: 'b X Y'\n"},
		{"single quotes, quotes in them", "a: 'it''s '' X ''''Y'\n"},
		{"single quotes over lines", "a: '  b X  \n\n   c ''\n  Y  '\n"},
		{"single quotes that begin with a break", "a: '\n  X\n\n\n  Y'\n"},
		{"double quotes", "a: \"b X Y\"\n"},
		{"double quotes, escapes", `a: "\"\\\/\t\n\e\0\a\b\v\f\r\ \N\_\L\P X \x41\u00e9\U0001F600 Y"` + "\n"},
		{"double quotes over lines", "a: \"b X  \n\n   c \\\"\n  \\\\ Y  \"\n"},
		{"double quotes, a break taken away", "a: \"b \\\n   X\\\n  \\  c\\\n\n  Y\"\n"},
		{"double quotes, a backslash before a break", "a: \"b \\\\\n   X\\\\\n\n  Y\"\n"},
		{"double quotes, an escaped blank at the end of a line", "a: \"b X\\ \n   Y\"\n"},
		{"double quotes with Windows line ends", "a: \"b X \\\r\n   c\r\n\r\n Y\"\r\n"},
		{"literal", "a: |\n  b X\n  c\n\n  d Y\n"},
		{"literal, kept and stripped", "b: |+\n  q\n\na: |-\n    b X\n   \n      d Y\n\n\nc: 1\n"},
		{"literal, indentation given", "a: |2\n     b X\n  c\n    Y\n"},
		{"literal, indentation given, in a list", "b:\n- c:\n  - 1\na: |1-  # text\n  \n   b X\n  Y\n"},
		{"literal with tabs", "a: |\n  b\tX\n  \t\tY\n"},
		{"literal with Windows line ends", "a: |\r\n  b X\r\n\r\n  Y\r\n"},
		{"literal to the end of the file", "a: |+\n  b X\n  Y\n\n   "},
		{"folded", "a: >\n  b X\n  c\n\n  d Y\n"},
		{"folded and stripped", "a: >-\n\n\n    b X\n    d Y\n\n"},
		{"folded, deeper lines", "a: >\n  b\n    c\n    X\n\n  d\n\n\n    e\n  Y\n"},
		{"folded, indentation given", "a: >+2\n     \n    b X\n  c\n\n  Y\n\n"},
		{"folded with tabs", "a: >\n  b\n  \tc X\n  d\n  Y\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// The last marks count: those in comments and decoys come after none.
			src := strings.Replace(strings.Replace(tt.src, "X", "x", 1), "Y", "y", 1)
			n, ds := Read("f", []byte(src))
			if len(ds) > 0 {
				t.Fatal(ds)
			}
			a := n.Map(&ds, "a test").Get("a")
			for mark, in := range map[string]string{"x": "X", "y": "Y"} {
				before := tt.src[:strings.Index(tt.src, in)]
				want := fmt.Sprintf("f:%d:%d", strings.Count(before, "\n")+1, len(before)-strings.LastIndex(before, "\n"))
				i := strings.Index(a.Raw(), mark)
				if i < 0 {
					t.Fatalf("no %s in %q", mark, a.Raw())
				}
				at, end := a.Span(i, i+1)
				if got := at.String(); got != want || end != at.Col+1 {
					t.Errorf("%s of %q is at %s to %d, want %s", mark, a.Raw(), got, end, want)
				}
			}
		})
	}
}

// What is underlined ends where it ends on its first line; an escape is
// underlined whole; the end of a text is the place after it.
func TestSpanEnds(t *testing.T) {
	tests := []struct {
		src  string
		part string // of the text; "" for its end
		want string
	}{
		{"a: bcd\n", "cd", "1:5-7"},
		{"a: bcd\n", "", "1:7-8"},
		{"a: 'b''cd'\n", "b'c", "1:5-9"},
		{"a: 'b''cd'\n", "'", "1:6-8"},
		{"a: 'b''cd'\n", "", "1:10-11"},
		{`a: "b\u00e9d"` + "\n", "é", "1:6-12"},
		{`a: "b\u00e9d"` + "\n", "éd", "1:6-13"},
		{`a: "b\u00e9d"` + "\n", "b\xc3", "1:5-12"},
		{"a: bc\n  de\n", "c d", "1:5-6"},
		{"a: bc\n  de\n", " d", "1:6-7"},
		{"a: >-\n  bc\n  de\n", "c d", "2:4-5"},
		{"a: >-\n  bc\n  de\n", "de", "3:3-5"},
		{"a: |\n  bc\n  de\n", "bc\nd", "2:3-5"},
		{"a: |\n  bc\n  de\n", "de\n", "3:3-5"},
		{"a: |\n  bc\n  de\n", "", "3:5-6"},
		{"a: \"bc\\\n  de\"\n", "cd", "1:6-7"},
	}
	for _, tt := range tests {
		n, ds := Read("f", []byte(tt.src))
		a := n.Map(&ds, "a test").Get("a")
		from := strings.Index(a.Raw(), tt.part)
		if tt.part == "" {
			from = len(a.Raw())
		}
		at, end := a.Span(from, from+len(tt.part))
		if got := fmt.Sprintf("%d:%d-%d", at.Line, at.Col, end); got != tt.want || len(ds) > 0 {
			t.Errorf("%q in %q is at %s, want %s %v", tt.part, tt.src, got, tt.want, ds)
		}
	}
}

// What stands nowhere is told at its node.
func TestSpanOfNoText(t *testing.T) {
	n, ds := Read("f", []byte("a:\nb: ''\nc: [1]\nd: |\n\n  \ne: 1\n"))
	m := n.Map(&ds, "a test")
	for key, want := range map[string]string{"a": "f:1:3", "b": "f:2:5", "c": "f:3:4", "d": "f:4:4", "z": ""} {
		v := m.Get(key)
		if at, end := v.Span(0, 0); at.String() != want || at != v.At() || end != v.End() {
			t.Errorf("%s is at %v to %d, want %s", key, at, end, want)
		}
	}
	m.Get("z").FailPart(&ds, 0, 1, "", "nothing")
	if len(ds) > 0 {
		t.Error(ds)
	}
}

// checkPlaces says what is wrong with the places of all that n says in b: each
// byte of a text must have one, one line after the other; what is as long in
// the file as in the text must be the same there; what is not must be an escape
// or a doubled quote.
func checkPlaces(n *Node, b []byte) error {
	if n.broken {
		return nil
	}
	for _, c := range append(append([]*Node{}, n.keys...), n.items...) {
		if err := checkPlaces(c, b); err != nil {
			return err
		}
	}
	if n.kind != Scalar || strings.Trim(n.text, " \n") == "" {
		return nil
	}
	lines := bytes.Split(b, []byte("\n"))
	done, at := 0, expr.Position{}
	for r := range n.runs() {
		p := expr.Position{Line: r.line, Col: r.col}
		if r.from != done || r.to <= r.from || r.line < at.Line || r.line == at.Line && r.col < at.Col || r.line > len(lines) || r.col-1+r.width > len(lines[r.line-1]) {
			return fmt.Errorf("run %+v after byte %d of %q, placed up to %v", r, done, n.text, at)
		}
		text, file := n.text[r.from:r.to], string(lines[r.line-1][r.col-1:r.col-1+r.width])
		switch {
		case text == file:
		case r.width == 0 && (text == "\n" || text == " " && n.style != literal):
		case n.style == singleQuoted && text == "'" && file == "''":
		case n.style == doubleQuoted && strings.HasPrefix(file, `\`):
		default:
			return fmt.Errorf("%q of the text %q is placed at %q", text, n.text, file)
		}
		done, at = r.to, p
	}
	if done != len(n.text) {
		return fmt.Errorf("%d of %d bytes of %q are placed", done, len(n.text), n.text)
	}
	return nil
}

// FuzzSpan: whatever is written, and in whatever style, every byte of a text is
// placed where the file says it.
func FuzzSpan(f *testing.F) {
	for _, s := range []string{
		"b X\n  c\n\n  d", "'it''s\n\n  x '", `"a\tb\u00e9\` + "\n  c \\\" \n\n d\"", "|\n  a\n\n    b\n  c\n", ">-\n  a\n  b\n\n   c\n  d\n",
		"|2\n     a\n  b", ">+1\n  \n  a\n\n\n", "|-\r\n  a\r\n  b", "[a, 'b\n c', \"d\"]", "{a: b\n c, 'd': e}", "- >\n  \ta\n  b\n- c", "? |\n  a\n: b",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = append([]byte("a: "), b...)
		n, _ := Read("f", b)
		if n == nil {
			return
		}
		if err := checkPlaces(n, b); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
	})
}
