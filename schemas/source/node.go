package source

import (
	"bytes"
	"fmt"
	"iter"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// A Kind says what a Node is.
type Kind uint8

// The kinds of nodes.
const (
	Scalar   Kind = iota // a word, a number, a text
	Sequence             // - one entry a line, or [a, b]
	Mapping              // key: value
)

// String names k as messages do.
func (k Kind) String() string {
	switch k {
	case Scalar:
		return "single value"
	case Sequence:
		return "list"
	case Mapping:
		return "mapping"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// A Node is a piece of a file. It never changes and may be shared.
//
// The methods that read a node take the Diagnostics to add to and what is
// expected there, in words that end the sentence "expected …": "a year". On
// the nil Node, which stands for what was not written, they return zero and
// add nothing; so they do on a node that [Read] has complained of.
type Node struct {
	file           *content
	line, col, end int
	kind           Kind
	text           string
	style          style
	place          struct{ line, col int } // where a placer begins
	broken         bool                    // reported already
	keys           []*Node
	items          []*Node // of a sequence, or beside keys
}

// Kind returns what n is. An absent node is a Scalar.
func (n *Node) Kind() Kind {
	if n == nil {
		return Scalar
	}
	return n.kind
}

// At returns where n's content begins: in a quoted text after the quote, in a
// block text at its first line.
func (n *Node) At() expr.Position {
	if n == nil {
		return expr.Position{}
	}
	return expr.Position{File: n.file.name, Line: n.line, Col: n.col}
}

// End returns the column after n's content, on the line where it begins.
func (n *Node) End() int {
	if n == nil {
		return 0
	}
	return n.end
}

// Raw returns a scalar's text as it was written, "" for anything else.
func (n *Node) Raw() string {
	if n == nil {
		return ""
	}
	return n.text
}

// Empty says that n is absent or a key without a value.
func (n *Node) Empty() bool {
	return n == nil || n.kind == Scalar && n.text == "" && n.style == plain
}

// Fail adds an error at n. A hint says what would be right and may be empty.
func (n *Node) Fail(ds *expr.Diagnostics, hint, format string, a ...any) {
	if n == nil || n.broken {
		return
	}
	ds.Add(expr.Diagnostic{Position: n.At(), End: n.end, Message: fmt.Sprintf(format, a...), Hint: hint})
}

// FailPart adds an error at bytes from to to of a scalar's text.
func (n *Node) FailPart(ds *expr.Diagnostics, from, to int, hint, format string, a ...any) {
	if n == nil || n.broken {
		return
	}
	at, end := n.Span(from, to)
	ds.Add(expr.Diagnostic{Position: at, End: end, Message: fmt.Sprintf(format, a...), Hint: hint})
}

// expected adds the error that n is not what it should be.
func (n *Node) expected(ds *expr.Diagnostics, what string) {
	if n.Empty() && n.end <= n.col {
		point := *n
		point.end = n.col + 1 // a caret where something ought to be
		n = &point
	}
	switch {
	case n.Empty():
		n.Fail(ds, "", "nothing is written here; expected %s", what)
	case n.kind == Scalar && strings.Contains(n.text, "\n"):
		n.Fail(ds, "", "expected %s, not a text of several lines", what)
	case n.kind == Scalar:
		n.Fail(ds, "", "expected %s, not %q", what, n.text)
	default:
		n.Fail(ds, "", "expected %s, not a %s", what, n.kind)
	}
}

// List returns the entries of a sequence.
func (n *Node) List(ds *expr.Diagnostics, what string) []*Node {
	if n == nil || n.broken {
		return nil
	}
	if n.kind != Sequence {
		n.expected(ds, what)
		return nil
	}
	return n.items
}

// Text returns a scalar's text, which may not be empty.
func (n *Node) Text(ds *expr.Diagnostics, what string) string {
	if n == nil || n.broken {
		return ""
	}
	if n.kind != Scalar || n.text == "" {
		n.expected(ds, what)
		return ""
	}
	return n.text
}

// Word returns a scalar that must be one of words.
func (n *Node) Word(ds *expr.Diagnostics, words ...string) string {
	what := oneOf(words)
	s := n.Text(ds, what)
	if s == "" || slices.Contains(words, s) {
		return s
	}
	n.Fail(ds, DidYouMean(s, words), "expected %s, not %q", what, s)
	return ""
}

// oneOf lists words for a message.
func oneOf(words []string) string {
	if len(words) == 1 {
		return words[0]
	}
	return "one of " + strings.Join(words, ", ")
}

// Bool returns true or false, the only two words for it: yes and no are codes.
func (n *Node) Bool(ds *expr.Diagnostics) bool {
	return n.Word(ds, "true", "false") == "true"
}

// Int returns a whole number of lo to hi.
func (n *Node) Int(ds *expr.Diagnostics, what string, lo, hi int) int {
	s := n.Text(ds, what)
	if s == "" {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < lo || v > hi || !decimal.MatchString(s) {
		n.Fail(ds, fmt.Sprintf("a whole number from %d to %d", lo, hi), "expected %s, not %q", what, s)
		return 0
	}
	return v
}

// Float returns a decimal number such as 12, -0.5 or 1e-3, never an infinity.
func (n *Node) Float(ds *expr.Diagnostics, what string) float64 {
	s := n.Text(ds, what)
	if s == "" {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || !decimal.MatchString(s) {
		n.Fail(ds, "a number with a point for decimals, such as 0.95", "expected %s, not %q", what, s)
		return 0
	}
	return v
}

// decimal is what a person writes for a number: no hexadecimals, underscores,
// infinities.
var decimal = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

// A Map is an opened mapping. Its order is the file's.
type Map struct {
	node *Node
	at   map[string]int
}

// Map opens a mapping whose keys may be known, and no others; without any, it
// takes every key. It returns a Map without keys if n is no mapping.
func (n *Node) Map(ds *expr.Diagnostics, what string, known ...string) *Map {
	m := &Map{node: n, at: map[string]int{}}
	if n == nil || n.broken {
		return m
	}
	if n.kind != Mapping {
		n.expected(ds, what)
		return m
	}
	for i, k := range n.keys {
		if len(known) > 0 && !slices.Contains(known, k.text) {
			hint := DidYouMean(k.text, known)
			switch {
			case hint == "" && n.alone(i):
				hint = "between { and } a comma ends the text before it: put a text with a comma in quotes"
			case hint == "":
				hint = "known here: " + strings.Join(known, ", ")
			}
			k.Fail(ds, hint, "unknown key %s", k.text)
			continue
		}
		m.at[k.text] = i
	}
	return m
}

// alone says whether key i has nothing behind it, not even a colon, which only
// braces allow: the rest of a text that a comma has cut, more often than not.
func (n *Node) alone(i int) bool {
	k, v := n.keys[i], n.items[i]
	line, ok := k.file.line(k.line)
	if !ok || v == nil || v.kind != Scalar || v.text != "" || k.end < 1 || k.end-1 > len(line) {
		return false
	}
	rest := bytes.TrimLeft(line[k.end-1:], " \t\"'")
	return len(rest) > 0 && (rest[0] == ',' || rest[0] == '}')
}

// Node returns the mapping itself, to place a message at.
func (m *Map) Node() *Node { return m.node }

// Has says whether key was written.
func (m *Map) Has(key string) bool {
	_, ok := m.at[key]
	return ok
}

// Get returns the value of key, nil if it was not written.
func (m *Map) Get(key string) *Node {
	if i, ok := m.at[key]; ok {
		return m.node.items[i]
	}
	return nil
}

// Key returns the node of the key itself, nil if it was not written.
func (m *Map) Key(key string) *Node {
	if i, ok := m.at[key]; ok {
		return m.node.keys[i]
	}
	return nil
}

// Need returns the value of key and adds an error if it was not written.
func (m *Map) Need(ds *expr.Diagnostics, key string) *Node {
	v := m.Get(key)
	if v == nil && m.node.Kind() == Mapping {
		m.node.Fail(ds, "", "%s is missing", key)
	}
	return v
}

// All yields the keys that are known with their values, in the file's order.
func (m *Map) All() iter.Seq2[*Node, *Node] {
	return func(yield func(key, value *Node) bool) {
		if m.node == nil || m.node.kind != Mapping {
			return
		}
		for i, k := range m.node.keys {
			if j, ok := m.at[k.text]; ok && j == i && !yield(k, m.node.items[i]) {
				return
			}
		}
	}
}

// DidYouMean returns the hint "did you mean street?" for a word that is near
// one of words, "" if none is.
func DidYouMean(word string, words []string) string {
	if w := expr.Nearest(word, words); w != "" {
		return "did you mean " + w + "?"
	}
	return ""
}
