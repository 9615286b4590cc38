package expr

import (
	"errors"
	"strconv"
	"strings"

	"cifra/questionnaire/wire"
)

// This file writes and reads the checked form, in which compiled instruments
// hold their expressions. A node is a JSON array: what it does, kind and
// decimals, then where, then the constant, then its arguments.
//
//	age >= 18 and place = home
//	["and",["not",["lt",["var number",1,0],["const number","18"]]],["=",["var code",2,0],["const code","1"]]]
//
//	"op", "op kind" or "op kind scale"; the kind is left out where it is bool
//	1,0     level and index of a variable; the level alone, of the rows of an aggregate
//	"18"    N, a string since JavaScript would round a number; or Text
//	"a+", "61-61/c0,1;a0,2;m"     a pattern and its program, see program.go
//	[…]     an argument
//
// It is read by hand: a browser reads some thousand before its first question.

// hasIndex and hasLevel say which operations have a place.
func (o op) hasIndex() bool { return o == opVar || o == opAttr || o == opAt }

func (o op) hasLevel() bool {
	switch o {
	case opAny, opAll, opCount, opSum, opSumKnown, opUnknowns, opMinRows, opMaxRows, opDistinct:
		return true
	}
	return o.hasIndex()
}

// hasText says that the constant of n is Text, hasN that it is N.
func (n *node) hasText() bool { return n.Op == opMatches || n.Op == opConst && n.Kind == Text }

func (n *node) hasN() bool {
	return n.Op == opMissing || n.Op == opIs || n.Op == opConst && n.Kind != Text
}

func (n *node) append(b []byte) []byte {
	b = append(b, '[', '"')
	b = append(b, n.Op...)
	if n.Kind != Bool || n.Scale != 0 {
		b = append(b, ' ')
		b = append(b, n.Kind.String()...)
	}
	if n.Scale != 0 {
		b = append(b, ' ')
		b = strconv.AppendInt(b, int64(n.Scale), 10)
	}
	b = append(b, '"')
	if n.Op.hasLevel() {
		b = strconv.AppendInt(append(b, ','), int64(n.Level), 10)
	}
	if n.Op.hasIndex() {
		b = strconv.AppendInt(append(b, ','), int64(n.Index), 10)
	}
	switch {
	case n.hasText():
		b = wire.AppendText(append(b, ','), n.Text)
		if n.Program != "" {
			b = wire.AppendText(append(b, ','), n.Program)
		}
	case n.hasN():
		b = append(strconv.AppendInt(append(b, ',', '"'), n.N, 10), '"')
	}
	for _, a := range n.Args {
		b = a.append(append(b, ','))
	}
	return append(b, ']')
}

var errForm = errors.New("not the form of a checked expression")

// readNode reads the checked form that data begins with and returns how long it
// is there.
func readNode(data []byte) (*node, int, error) {
	r := &formReader{data: data}
	n := r.node(0)
	return n, r.pos, r.err
}

// A formReader reads nodes. After an error it reads nothing more.
type formReader struct {
	data []byte
	pos  int
	err  error
}

func (r *formReader) fail() { r.err, r.pos = errForm, len(r.data) }

func (r *formReader) blank() {
	for r.pos < len(r.data) && strings.IndexByte(" \t\r\n", r.data[r.pos]) >= 0 {
		r.pos++
	}
}

// next is the next byte that is not blank, 0 at the end; it is not consumed.
func (r *formReader) next() byte {
	if r.blank(); r.pos < len(r.data) {
		return r.data[r.pos]
	}
	return 0
}

// take consumes c, if it is next.
func (r *formReader) take(c byte) bool {
	if r.next() == c && r.pos < len(r.data) {
		r.pos++
		return true
	}
	return false
}

func (r *formReader) node(depth int) *node {
	n := new(node)
	if depth > maxTree || !r.take('[') {
		r.fail()
		return n
	}
	n.head(r)
	numbers, constants := 0, 0
	for r.take(',') {
		switch c := r.next(); {
		case c == '[':
			n.Args = append(n.Args, r.node(depth+1))
		case c == '"':
			if constants++; constants == 2 && n.Op == opMatches {
				n.Program = r.string()
				continue
			}
			n.constant(r, r.string())
		default:
			numbers++
			n.Level, n.Index = n.Index, r.int()
		}
	}
	// A lone number is the level; of two, the first.
	if n.Op.hasLevel() && !n.Op.hasIndex() {
		n.Level, n.Index = n.Index, n.Level
	}
	wanted := 0
	for _, has := range []bool{n.Op.hasLevel(), n.Op.hasIndex()} {
		if has {
			wanted++
		}
	}
	if !r.take(']') || numbers != wanted || (constants > 0) != (n.hasN() || n.hasText()) || constants > 1 && (n.Program == "" || constants > 2) {
		r.fail()
	}
	return n
}

// head reads "op kind scale".
func (n *node) head(r *formReader) {
	o, rest, more := strings.Cut(r.string(), " ")
	n.Op, n.Kind = op(o), Bool
	if !more {
		return
	}
	kind, scale, more := strings.Cut(rest, " ")
	if n.Kind.UnmarshalText([]byte(kind)) != nil {
		r.fail()
	}
	if more {
		s, err := strconv.Atoi(scale)
		if err != nil {
			r.fail()
		}
		n.Scale = s
	}
}

// constant takes the constant of a node.
func (n *node) constant(r *formReader, s string) {
	switch {
	case n.hasText():
		n.Text = s
	case n.hasN():
		v, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			r.fail()
		}
		n.N = v
	default:
		r.fail()
	}
}

// string reads a JSON string.
func (r *formReader) string() string {
	r.blank()
	s, n, err := wire.ReadText(r.data[r.pos:])
	if r.pos += n; err != nil {
		r.fail()
	}
	return s
}

// int reads a number that is an int of at most nine digits and not negative.
func (r *formReader) int() int {
	n, start := 0, r.pos
	for r.pos < len(r.data) && '0' <= r.data[r.pos] && r.data[r.pos] <= '9' && r.pos-start < 9 {
		n = n*10 + int(r.data[r.pos]-'0')
		r.pos++
	}
	if r.pos == start {
		r.fail()
	}
	return n
}
