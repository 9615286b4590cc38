package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"cifra/questionnaire/expr"
)

// Bounds of a file. A file that a person wrote comes nowhere near them; one that
// was made to exhaust a server is refused before YAML's parser has used a second
// or 64 MB on it.
const (
	MaxBytes = 2 << 20 // more is not looked at: a caller need not read further
	maxDepth = 64
	maxMarks = 100_000 // of the signs that begin keys and entries
	maxText  = 64 << 10
)

// Read returns the tree of the YAML document b. file is the name under which
// the diagnostics show it.
//
// The Node is nil if the file cannot be walked at all: it is too large, not
// UTF-8, empty, or not YAML. Lesser mistakes are diagnostics beside the tree,
// so that the caller can go on and report its own together with them.
func Read(file string, b []byte) (*Node, expr.Diagnostics) {
	r := &reader{file: newContent(file, nil)}
	if !r.readable(b) {
		return nil, r.ds
	}
	r.file = newContent(file, b)
	if !r.small(b) {
		return nil, r.ds
	}
	doc, ok := r.parse(b)
	if !ok {
		return nil, r.ds
	}
	n := r.node(doc, 1)
	r.ds.Sort()
	return n, r.ds
}

// A reader holds one file while its tree is made.
type reader struct {
	file *content
	ds   expr.Diagnostics
}

func (r *reader) fail(line, col, end int, hint, format string, a ...any) {
	r.ds.Add(expr.Diagnostic{
		Position: expr.Position{File: r.file.name, Line: line, Col: col},
		End:      end,
		Message:  fmt.Sprintf(format, a...),
		Hint:     hint,
	})
}

// readable says whether b is text whose lines can be counted.
func (r *reader) readable(b []byte) bool {
	if len(b) > MaxBytes {
		r.fail(0, 0, 0, "split it: a main file can include others",
			"the file has more than the %d bytes that are read", MaxBytes)
		return false
	}
	line, start := 1, 0
	for i := 0; i < len(b); {
		c, size := utf8.DecodeRune(b[i:])
		if c == '\n' {
			line, start = line+1, i+1
		}
		if what := unreadable(c, size, i == 0, bytes.HasPrefix(b[i:], []byte("\r\n"))); what != "" {
			r.fail(line, i-start+1, i-start+1+size, "save the file as plain UTF-8 text", "this character %s", what)
			return false
		}
		i += size
	}
	return true
}

// small says whether b has so few entries, and those nested so little, that its
// tree can be made: the parser makes all of it before anybody can look at its
// size. Every key and entry has a sign of its own, so their number bounds the
// tree's; brackets are counted as they stand, those in texts too, and a list of
// lists may also be nested on one line: - - - - a.
func (r *reader) small(b []byte) bool {
	marks, depth := 0, 0
	for i, c := range b {
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		case '-', '?', ':', ',', '\n':
			if c != '\n' && i+1 < len(b) && c != ',' && b[i+1] > ' ' {
				continue
			}
		default:
			continue
		}
		if c == '\n' && (i == 0 || b[i-1] == '\n') {
			continue
		}
		if marks++; marks > maxMarks {
			r.fail(0, 0, 0, "split it: a main file can include others, and a long list of codes is a table of its own",
				"the file has more than %d keys and entries", maxMarks)
			return false
		}
		if depth > 20*maxDepth {
			line := bytes.Count(b[:i], []byte("\n")) + 1
			col := i - bytes.LastIndexByte(b[:i], '\n')
			r.fail(line, col, col+1, "", "nested more than %d deep", maxDepth)
			return false
		}
	}
	return true
}

// parse returns the one document of b.
func (r *reader) parse(b []byte) (*yaml.Node, bool) {
	loader, err := yaml.NewLoader(bytes.NewReader(b))
	if err != nil {
		r.fail(0, 0, 0, "", "%v", err)
		return nil, false
	}
	var doc, more yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		r.fail(1, 1, 0, "it begins with a key, as in instrument: NAME, module: NAME or plan: NAME", "the file is empty")
		return nil, false
	case err != nil:
		r.syntax(err)
		return nil, false
	}
	switch err := loader.Load(&more); {
	case err == nil:
		r.fail(more.Line, 1, 1, "", "a second document begins here; a file holds one")
		return nil, false
	case !errors.Is(err, io.EOF):
		r.syntax(err)
		return nil, false
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.fail(1, 1, 0, "it begins with a key, as in instrument: NAME, module: NAME or plan: NAME", "the file is empty")
		return nil, false
	}
	return doc.Content[0], true
}

// syntax reports an error of the YAML parser, which stops at its first.
func (r *reader) syntax(err error) {
	var le *yaml.LoadError
	if !errors.As(err, &le) {
		r.fail(0, 0, 0, "", "%v", err)
		return
	}
	line, col := le.Mark.Line, r.column(le.Mark.Line, le.Mark.Column)
	msg, hint := le.Message, ""
	switch {
	case strings.Contains(msg, "mapping values are not allowed"):
		hint = `a text with ": " in it needs quotes around it`
	case r.at(line, col) == '\t':
		hint = "indent with blanks, not with tabs"
	case strings.Contains(msg, "end of stream") && strings.Contains(le.ContextMsg, "quoted scalar"):
		// The parser tells the end of the file; what has to be mended is here.
		line, col = le.ContextMark.Line, r.column(le.ContextMark.Line, le.ContextMark.Column)
		r.fail(line, col, col+1, "close it; a quote of the same kind inside is doubled between ' and written \\\" between \"", "this quote is never closed")
		return
	case strings.Contains(msg, "cannot start any token"):
		hint = "a text that begins with this character needs quotes around it"
	}
	if c := le.ContextMsg; c != "" {
		msg = fmt.Sprintf("%s, %s that begins on line %d", msg, strings.TrimPrefix(c, "while "), le.ContextMark.Line)
	}
	end := col + 1
	if r.at(line, col) == 0 {
		end = 0
	}
	r.fail(line, col, end, hint, "not YAML: %s", msg)
}

// at returns the byte at a place, 0 outside the file.
func (r *reader) at(line, col int) byte {
	text, _ := r.file.line(line)
	if col < 1 || col > len(text) {
		return 0
	}
	return text[col-1]
}

// column turns YAML's column, which counts characters, into one that counts
// bytes.
func (r *reader) column(line, col int) int {
	text, ok := r.file.line(line)
	if !ok {
		return max(col, 1)
	}
	bytesBefore := 0
	if line == 1 {
		bom := []byte("\ufeff") // not counted as a character
		bytesBefore = len(text) - len(bytes.TrimPrefix(text, bom))
	}
	for range col - 1 {
		_, size := utf8.DecodeRune(text[bytesBefore:])
		bytesBefore += size
	}
	return bytesBefore + 1
}

// node copies y into a Node and reports what a file may not have.
func (r *reader) node(y *yaml.Node, depth int) *Node {
	n := &Node{file: r.file, line: y.Line, col: r.column(y.Line, y.Column)}
	n.end = n.col + 1
	if depth > maxDepth {
		r.fail(n.line, n.col, n.end, "", "nested more than %d deep", maxDepth)
		n.broken = true
		return n
	}
	r.refuse(y, n)
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = Mapping
		r.mapping(y, n, depth)
	case yaml.SequenceNode:
		n.kind = Sequence
		for _, c := range y.Content {
			n.items = append(n.items, r.node(c, depth+1))
		}
	case yaml.ScalarNode:
		r.scalar(y, n)
	default:
		n.broken = true
	}
	return n
}

// refuse reports anchors, aliases and tags.
func (r *reader) refuse(y *yaml.Node, n *Node) {
	line, _ := r.file.line(n.line)
	rest := line[min(n.col-1, len(line)):]
	word := bytes.IndexAny(rest, " \t,]}")
	if word < 0 {
		word = max(len(rest), 1)
	}
	switch {
	case y.Kind == yaml.AliasNode:
		r.fail(n.line, n.col, n.col+word, "write the content out", "aliases (*%s) are not allowed here", y.Value)
	case y.Anchor != "":
		r.fail(n.line, n.col, n.col+word, "write the content out where it is needed", "anchors (&%s) are not allowed here", y.Anchor)
		n.broken = true
	case y.Style&yaml.TaggedStyle != 0, bytes.HasPrefix(rest, []byte("!")):
		r.fail(n.line, n.col, n.col+word, "", "tags (%s) are not allowed here", rest[:min(word, len(rest))])
		n.broken = true
	}
}

// mapping copies the entries of y and reports keys that are no plain text or
// stand twice.
func (r *reader) mapping(y *yaml.Node, n *Node, depth int) {
	first := map[string]*Node{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := r.node(y.Content[i], depth+1), r.node(y.Content[i+1], depth+1)
		if key.broken {
			continue
		}
		switch was := first[key.text]; {
		case key.kind != Scalar:
			r.fail(key.line, key.col, key.end, "", "a key is a word, not a %s", key.kind)
		case key.text == "<<" && key.style == plain:
			r.fail(key.line, key.col, key.end, "write the content out", "merge keys (<<) are not allowed here")
		case was != nil:
			r.fail(key.line, key.col, key.end, "", "%s is written twice, first on line %d", key.text, was.line)
		default:
			first[key.text] = key
			n.keys, n.items = append(n.keys, key), append(n.items, value)
		}
	}
	if len(n.keys) > 0 && n.keys[0].line == n.line {
		n.end = n.keys[0].end // what a message about the mapping underlines
	}
}

// scalar copies a scalar's text and finds where its content begins and, on that
// line, ends.
func (r *reader) scalar(y *yaml.Node, n *Node) {
	n.kind, n.text = Scalar, y.Value
	switch {
	case y.Style&yaml.SingleQuotedStyle != 0:
		n.style = singleQuoted
	case y.Style&yaml.DoubleQuotedStyle != 0:
		n.style = doubleQuoted
	case y.Style&yaml.LiteralStyle != 0:
		n.style = literal
	case y.Style&yaml.FoldedStyle != 0:
		n.style = folded
	}
	first := 0
	switch n.style {
	case plain:
		n.end = n.col // until a run says more
	case singleQuoted, doubleQuoted:
		n.col++
		n.end = n.col
	default:
		first = len(n.text) - len(strings.TrimLeft(n.text, " \n"))
	}
	n.place.line, n.place.col = n.line, n.col
	at, end := n.Span(first, len(n.text))
	n.line, n.col, n.end = at.Line, at.Col, end
	if len(n.text) > maxText {
		r.fail(n.line, n.col, n.end, "", "a text of %d bytes: %d are the most", len(n.text), maxText)
		n.text, n.broken = "", true
	}
}
