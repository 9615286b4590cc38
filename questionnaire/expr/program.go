package expr

import (
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file matches a text against a pattern that was compiled before. The
// rules:
//
//   - a pattern is compiled once, by whoever checks the expression (pattern.go),
//     and travels as a program beside its source. So its meaning does not hang
//     on the release of Go or of Unicode that a browser's engine was built with,
//     and the engine holds neither a parser of patterns nor the tables of letters;
//   - every build runs this same matcher. It follows all ways through the
//     program at once, so a text is read once whatever the pattern: time grows
//     with the text times the program, and never doubles with a letter;
//   - the whole text has to match, or it does not match;
//   - a byte that is no UTF-8 is U+FFFD, as everywhere in Go.
//
// A program is written as classes of characters, a slash, and instructions:
//
//	[A-Z]-[0-9]+     41-5a;2d-2d;30-39/c0,1;c1,2;c2,3;a2,4;m
//
//	41-5a,61-7a   class: ranges of code points, both ends in, ascending, hexadecimal
//	c0,1          one character of class 0, on with instruction 1
//	a2,4          on with instruction 2 and with instruction 4
//	e4,3          on with instruction 3, if all assertions of set 4 hold here
//	m             a match, if the text ends here
//	f             no match
//
// The first instruction is where it begins.

// An instruction is one step of a program.
type instruction struct {
	op       byte // 'c', 'a', 'e', 'm' or 'f'
	arg, out int  // as written: the class, the assertions or the other way; and where to go on
}

// A program is a compiled pattern. It never changes and may be shared.
type program struct {
	classes [][]rune // pairs: first and last of a range
	code    []instruction
}

// The bounds of a program: what a pattern may weigh, its repetitions written
// out, and the instructions that this comes to at most.
const (
	maxWeight = 2000
	maxCode   = 4 * maxWeight
)

// weight is what a character costs at most: every instruction may look at it,
// and search its class.
func (p *program) weight() int {
	w := 0
	for _, in := range p.code {
		w++
		if in.op == 'c' {
			w += bits.Len(uint(len(p.classes[in.arg]) / 2))
		}
	}
	return w
}

// Assertions about a place in a text, with the numbers that programs hold.
const (
	lineBegins = 1 << iota
	lineEnds
	textBegins
	textEnds
	wordBorder
	noWordBorder
	allAssertions = 1<<iota - 1
)

// outside stands before the first character of a text and after its last.
const outside rune = -1

// between is what holds between two characters.
func between(before, after rune) int {
	holds := noWordBorder
	if inWord(before) != inWord(after) {
		holds = wordBorder
	}
	if before == outside {
		holds |= textBegins
	}
	if before == outside || before == '\n' {
		holds |= lineBegins
	}
	if after == outside {
		holds |= textEnds
	}
	if after == outside || after == '\n' {
		holds |= lineEnds
	}
	return holds
}

func inWord(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_'
}

// A places is the set of instructions that a text can have led to.
type places []uint64

func (s places) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }

// match says whether the whole of s matches.
func (p *program) match(s string) bool {
	var small [2][4]uint64 // most programs are short: no allocation
	here, next := places(small[0][:]), places(small[1][:])
	if words := (len(p.code) + 63) / 64; words > len(here) {
		here, next = make(places, words), make(places, words)
	}
	r, size := outside, 0
	if s != "" {
		r, size = utf8.DecodeRuneInString(s)
	}
	p.enter(here, 0, between(outside, r))
	for s != "" {
		s = s[size:]
		after, width := outside, 0
		if s != "" {
			after, width = utf8.DecodeRuneInString(s)
		}
		holds, alive := between(r, after), false
		clear(next)
		for w, set := range here {
			for ; set != 0; set &= set - 1 {
				in := &p.code[w<<6|bits.TrailingZeros64(set)]
				if in.op == 'c' && within(r, p.classes[in.arg]) {
					p.enter(next, in.out, holds)
					alive = true
				}
			}
		}
		if !alive {
			return false
		}
		here, next, r, size = next, here, after, width
	}
	for i, in := range p.code {
		if in.op == 'm' && here.has(i) {
			return true
		}
	}
	return false
}

// enter adds instruction i to a set and all that it leads to without a
// character. An instruction is entered once: what holds here does not change.
func (p *program) enter(set places, i, holds int) {
	for !set.has(i) {
		set[i>>6] |= 1 << (i & 63)
		in := &p.code[i]
		switch {
		case in.op == 'a':
			p.enter(set, in.out, holds)
			i = in.arg
		case in.op == 'e' && in.arg&^holds == 0:
			i = in.out
		}
	}
}

// within says whether r is in a class.
func within(r rune, class []rune) bool {
	lo, hi := 0, len(class)/2
	for lo < hi {
		mid := (lo + hi) / 2
		switch {
		case r < class[2*mid]:
			hi = mid
		case r > class[2*mid+1]:
			lo = mid + 1
		default:
			return true
		}
	}
	return false
}

// readProgram reads what program.String writes.
func readProgram(s string) (*program, error) {
	classes, code, ok := strings.Cut(s, "/")
	p := &program{}
	if classes != "" {
		for class := range strings.SplitSeq(classes, ";") {
			c, good := readClass(class)
			p.classes, ok = append(p.classes, c), ok && good
		}
	}
	for step := range strings.SplitSeq(code, ";") {
		in, good := readInstruction(step)
		p.code, ok = append(p.code, in), ok && good && len(p.code) < maxCode
		if !ok {
			return nil, errForm
		}
	}
	for _, in := range p.code {
		if !p.possible(in) {
			return nil, errForm
		}
	}
	return p, nil
}

// possible says whether an instruction leads to others of p and no further.
func (p *program) possible(in instruction) bool {
	switch in.op {
	case 'm', 'f':
		return true
	case 'c':
		return in.out < len(p.code) && in.arg < len(p.classes)
	case 'a':
		return in.out < len(p.code) && in.arg < len(p.code)
	}
	return in.op == 'e' && in.out < len(p.code) && in.arg <= allAssertions
}

func readInstruction(s string) (in instruction, ok bool) {
	if s == "m" || s == "f" {
		return instruction{op: s[0]}, true
	}
	if s == "" {
		return in, false
	}
	arg, out, _ := strings.Cut(s[1:], ",")
	a, err := strconv.ParseUint(arg, 10, 16)
	o, err2 := strconv.ParseUint(out, 10, 16)
	return instruction{s[0], int(a), int(o)}, err == nil && err2 == nil
}

func readClass(s string) (class []rune, ok bool) {
	last := outside
	for r := range strings.SplitSeq(s, ",") {
		from, to, _ := strings.Cut(r, "-")
		a, err := strconv.ParseUint(from, 16, 21)
		b, err2 := strconv.ParseUint(to, 16, 21)
		if err != nil || err2 != nil || rune(a) <= last || b < a || b > utf8.MaxRune {
			return nil, false
		}
		class, last = append(class, rune(a), rune(b)), rune(b)
	}
	return class, true
}
