package source

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"

	"cifra/questionnaire/expr"
)

// This file finds where a byte of a scalar's text stands in the file. What an
// author wrote and what it says differ in every style but the plain one of one
// line, so a mistake in a text is looked for the way YAML 1.2 reads it, rule by
// rule (sections 7.3 and 8.1):
//
//   - in all flow styles a line break and the blanks around it become one
//     blank, and each empty line after it a line feed;
//   - 'single' quotes write a quote twice, "double" quotes have escapes, and one
//     at the end of a line takes the break away;
//   - a block begins below its | or >, loses its indentation, and in > single
//     breaks between lines that begin with no blank become blanks.
//
// The text is known, YAML's parser has read it: it says which line is the last
// and how far a block is indented. Nothing of this is kept. It is done again for
// each mistake, and a text is no longer than maxText.

// A content is the bytes of one file and where its lines begin.
type content struct {
	name   string
	bytes  []byte
	starts []int32 // of each line
}

// newContent finds the lines of b.
func newContent(name string, b []byte) *content {
	f := &content{name: name, bytes: b, starts: make([]int32, 1, 1+bytes.Count(b, []byte("\n")))}
	for i, c := range b {
		if c == '\n' {
			f.starts = append(f.starts, int32(i+1))
		}
	}
	return f
}

// line returns line n, counted from 1, without its break; false outside the
// file.
func (f *content) line(n int) ([]byte, bool) {
	if n < 1 || n > len(f.starts) {
		return nil, false
	}
	end := len(f.bytes)
	if n < len(f.starts) {
		end = int(f.starts[n]) - 1
	}
	return bytes.TrimSuffix(f.bytes[f.starts[n-1]:end], []byte("\r")), true
}

// A style is how a scalar is written.
type style uint8

const (
	plain style = iota
	singleQuoted
	doubleQuoted
	literal
	folded
)

// A run is a piece of a text that stands in one line of the file: bytes from to
// to of the text are what columns col to col+width say. If they are as many,
// each stands in a column of its own, else they are one escape. A break of
// lines has no width and stands where its line ends.
type run struct {
	from, to         int
	line, col, width int
}

// column returns the column of byte i of the text, the one after the run if i
// is its end.
func (r run) column(i int) int {
	switch {
	case r.width == r.to-r.from:
		return r.col + i - r.from
	case i == r.to:
		return r.col + r.width
	}
	return r.col
}

// Span returns where bytes from to to of a scalar's text stand: the place of
// the first, and the column after the last, or after the last of them on that
// line. from may be the text's length: that is the place after it. It makes a
// Node the [expr.Locator] of an expression that it says.
func (n *Node) Span(from, to int) (at expr.Position, end int) {
	at, end = n.At(), n.End()
	if n == nil || n.kind != Scalar || n.broken {
		return at, end
	}
	found := false
	for r := range n.runs() {
		if !found && (from < r.to || r.to == len(n.text)) {
			found = true
			at.Line, at.Col = r.line, r.column(min(from, r.to))
			end = at.Col + 1
		}
		if !found {
			continue
		}
		if r.line != at.Line || r.from >= to {
			break
		}
		if r.width > 0 {
			end = max(at.Col+1, r.column(min(to, r.to)))
		}
		if r.width != r.to-r.from {
			end = max(end, r.col+r.width) // an escape is marked whole
		}
	}
	return at, end
}

// runs yields the runs of a scalar's text, in order.
func (n *Node) runs() iter.Seq[run] {
	return func(yield func(run) bool) {
		p := &placer{file: n.file, text: n.text, line: n.place.line, col: n.place.col - 1, yield: yield}
		switch n.style {
		case literal, folded:
			p.block(n.style == folded)
		default:
			p.flow(n.style)
		}
	}
}

// A placer goes through a scalar's text and its place in the file side by side.
type placer struct {
	file      *content
	text      string
	done      int // bytes of text that are placed
	line, col int // col from 0
	yield     func(run) bool
}

// say places the next n bytes of the text at columns col to col+width of line;
// false when that was all.
func (p *placer) say(n, line, col, width int) bool {
	n = min(n, len(p.text)-p.done)
	r := run{from: p.done, to: p.done + n, line: line, col: col + 1, width: width}
	p.done += n
	return n == 0 || p.yield(r) && p.done < len(p.text)
}

// breaks places line feeds at the ends of lines from to to.
func (p *placer) breaks(from, to int) bool {
	for l := from; l < to; l++ {
		line, _ := p.file.line(l)
		if !p.say(1, l, len(line), 0) {
			return false
		}
	}
	return true
}

// flow places a plain or quoted text.
func (p *placer) flow(s style) {
	special := map[style]string{plain: "", singleQuoted: "'", doubleQuoted: `\`}[s]
	for p.done < len(p.text) {
		line, ok := p.file.line(p.line)
		if !ok || p.col > len(line) {
			return
		}
		words, taken := len(bytes.TrimRight(line, " \t")), false
		for p.col < words {
			rest := line[p.col:words]
			switch i := bytes.IndexAny(rest, special); {
			case i != 0:
				if i < 0 {
					i = len(rest)
				}
				i = min(i, len(p.text)-p.done)
				if !p.say(i, p.line, p.col, i) {
					return
				}
				p.col += i
			case s == doubleQuoted && p.col+1 == len(line):
				p.col, taken = p.col+1, true
			default:
				n, width := 1, 2
				if s == doubleQuoted && p.col+1 < len(line) {
					n, width = escape(line[p.col+1], p.text[p.done:])
				}
				if !p.say(n, p.line, p.col, width) {
					return
				}
				p.col += width
			}
		}
		if !p.fold(taken) {
			return
		}
	}
}

// escape returns how many bytes at the beginning of text a double-quoted escape
// stands for, and how many it is written with. c is what follows its \.
func escape(c byte, text string) (n, width int) {
	_, n = utf8.DecodeRuneInString(text)
	switch c {
	case 'x':
		return n, 4
	case 'u':
		return n, 6
	case 'U':
		return n, 10
	}
	return n, 2
}

// fold goes to the next line with words on it and places what the breaks on the
// way become. taken says that the first was taken away.
func (p *placer) fold(taken bool) bool {
	first := p.line
	for {
		p.line++
		line, ok := p.file.line(p.line)
		if !ok {
			return false
		}
		if words := bytes.TrimLeft(line, " \t"); len(words) > 0 {
			from := p.col
			p.col = len(line) - len(words)
			if p.line == first+1 && !taken {
				return p.say(1, first, from, 0)
			}
			return p.breaks(first+1, p.line)
		}
	}
}

// block places a literal or folded text, whose indicator stands on p.line.
func (p *placer) block(folded bool) {
	indent, ok := p.indent()
	if !ok {
		return
	}
	broken, blank := 0, false // the line whose break waits, and whether it begins with a blank
	empty := p.line + 1       // the first of the empty lines that wait
	for p.line++; ; p.line++ {
		line, ok := p.file.line(p.line)
		words := bytes.TrimLeft(line, " ")
		if ok && len(words) == 0 && len(line) <= indent {
			continue // an empty line
		}
		if !ok || len(line)-len(words) < indent {
			break // the block has ended
		}
		begins := line[indent] == ' ' || line[indent] == '\t'
		if broken > 0 && (!folded || blank || begins || empty == p.line) {
			ok = p.breaks(broken, broken+1)
		}
		if !ok || !p.breaks(empty, p.line) || !p.say(len(line)-indent, p.line, indent, len(line)-indent) {
			return
		}
		broken, empty, blank = p.line, p.line+1, begins
	}
	if broken > 0 {
		p.breaks(broken, p.line)
	}
}

// indent returns how far a block is indented: its first line with a word on it
// and that of the text tell. A block of nothing but blanks has no places.
func (p *placer) indent() (int, bool) {
	word := strings.IndexFunc(p.text, func(c rune) bool { return c != ' ' && c != '\n' })
	if word < 0 {
		return 0, false
	}
	for l := p.line + 1; ; l++ {
		line, ok := p.file.line(l)
		if words := bytes.TrimLeft(line, " "); !ok || len(words) > 0 {
			return len(line) - len(words) - (word - 1 - strings.LastIndexByte(p.text[:word], '\n')), ok
		}
	}
}
