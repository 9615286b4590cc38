//go:build !js

package questionnaire

import (
	"fmt"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file keeps what authors wrote together with where they wrote it. A
// mistake is told at the character it is about, however far inside a text that
// is and whatever way of quoting the file has, so no other file computes a
// place: each passes on a Source, or a part of one.

// at puts text, which n says, at its place; nothing is nowhere.
func at(n *source.Node, text string) Source {
	if text == "" {
		return Source{}
	}
	return Source{Text: text, At: n.At(), in: n}
}

// part returns bytes from to to of s.
func (s Source) part(from, to int) Source {
	p := Source{Text: s.Text[from:to], in: s.in, from: s.from + from, end: s.end}
	p.At, _ = s.Span(from, to)
	return p
}

// trimmed returns s without the blanks around it.
func (s Source) trimmed() Source {
	from := len(s.Text) - len(strings.TrimLeft(s.Text, " \t\n"))
	return s.part(from, max(from, len(strings.TrimRight(s.Text, " \t\n"))))
}

// cut cuts s around the first sep. Without one, after is empty and stands where
// s ends.
func (s Source) cut(sep string) (before, after Source, found bool) {
	i := strings.Index(s.Text, sep)
	if i < 0 {
		return s, s.part(len(s.Text), len(s.Text)), false
	}
	return s.part(0, i), s.part(i+len(sep), len(s.Text)), true
}

// worded returns text, which the engine made because of s. Whatever is wrong
// with it is wrong with s as a whole.
func (s Source) worded(text string) Source {
	at, end := s.marked()
	return Source{Text: text, At: at, end: end}
}

// Span implements [expr.Locator].
func (s Source) Span(from, to int) (at expr.Position, end int) {
	if s.in == nil {
		return s.At, s.end
	}
	return s.in.Span(s.from+from, s.from+to)
}

// Mistake returns the error that something is wrong with s as a whole. The hint
// says what would be right and may be empty.
func (s Source) Mistake(hint, format string, a ...any) expr.Diagnostic {
	at, end := s.marked()
	return expr.Diagnostic{Position: at, End: end, Message: fmt.Sprintf(format, a...), Hint: hint}
}

// marked returns what a message about s as a whole underlines.
func (s Source) marked() (at expr.Position, end int) {
	if s.in == nil || strings.TrimSpace(s.Text) == "" {
		return s.At, s.end
	}
	t := s.trimmed()
	return t.Span(0, len(t.Text))
}
