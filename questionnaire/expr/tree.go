//go:build !js

package expr

import (
	"slices"
	"strings"
)

// This file is the syntax of an expression, and prints it.

// A Tree is an expression that has been read but not checked.
type Tree struct {
	root *term
}

// A term is a node of a Tree, with the bytes of the source it stands in.
type term struct {
	kind     termKind
	text     string // name, number as written, content of a text, operator, function
	args     []*term
	depth    int
	pos, end int
}

type termKind uint8

const (
	termBad  termKind = iota // a mistake that has been reported
	termName                 // a variable, or a code where a list is expected
	termNumber
	termText
	termBool   // true, false
	termSet    // {args}
	termIndex  // text[args[0]]
	termCall   // text(args)
	termUnary  // - args[0], not args[0]
	termBinary // args[0] text args[1]; and, or have two or more
	termIf     // if args[0] then args[1] else args[2]
)

// String returns the canonical form: one blank around operators, no needless
// parentheses. Parse reads it back as the same tree.
func (t *Tree) String() string {
	var b strings.Builder
	t.root.print(&b, bindIf)
	return b.String()
}

// Names returns the names that the tree mentions, each once, in order of
// appearance. They may be variables, rosters or codes; functions are left out.
func (t *Tree) Names() []string {
	var names []string
	t.root.walk(func(t *term) {
		if (t.kind == termName || t.kind == termIndex) && !slices.Contains(names, t.text) {
			names = append(names, t.text)
		}
	})
	return names
}

// walk calls f for t and all below it, in the order of the source.
func (t *term) walk(f func(*term)) {
	f(t)
	for _, a := range t.args {
		a.walk(f)
	}
}

// binds is how tightly t itself binds, when it stands as an operand.
func (t *term) binds() int {
	switch {
	case t.kind == termIf:
		return bindIf
	case t.kind == termUnary && t.text == "not":
		return bindNot
	case t.kind == termUnary:
		return bindMinus
	case t.kind == termBinary:
		return binding[t.text]
	}
	return bindPrimary
}

// print writes t where an operand has to bind at least as tightly as least.
func (t *term) print(b *strings.Builder, least int) {
	if t.binds() < least {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch t.kind {
	case termName, termNumber, termBool:
		b.WriteString(t.text)
	case termText:
		b.WriteString(quote(t.text))
	case termSet:
		b.WriteByte('{')
		t.printArgs(b)
		b.WriteByte('}')
	case termIndex:
		b.WriteString(t.text + "[")
		t.printArgs(b)
		b.WriteByte(']')
	case termCall:
		b.WriteString(t.text + "(")
		t.printArgs(b)
		b.WriteByte(')')
	case termUnary:
		b.WriteString(t.text)
		if t.text == "not" {
			b.WriteByte(' ')
		}
		t.args[0].print(b, t.binds())
	case termBinary:
		t.args[0].print(b, t.leftBinds())
		for _, a := range t.args[1:] {
			b.WriteString(" " + t.text + " ")
			a.print(b, t.binds()+1)
		}
	case termIf:
		for i, word := range []string{"if ", " then ", " else "} {
			b.WriteString(word)
			t.args[i].print(b, bindIf)
		}
	}
}

// leftBinds is how tightly the left operand of a binary operator has to bind.
// Sums and products may stand left of their like; comparisons may not, and of
// and and or the parser has made one term.
func (t *term) leftBinds() int {
	if b := t.binds(); b >= bindAdd {
		return b
	}
	return t.binds() + 1
}

func (t *term) printArgs(b *strings.Builder) {
	for i, a := range t.args {
		if i > 0 {
			b.WriteString(", ")
		}
		a.print(b, bindIf)
	}
}
