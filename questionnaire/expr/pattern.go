//go:build !js

package expr

import (
	"errors"
	"math/bits"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// This file makes programs of patterns. Patterns are RE2 as package
// regexp/syntax reads it; what a program means is said in program.go, and a
// test holds both to package regexp. Only who checks expressions needs it: a
// browser gets the program.

// The bounds of a pattern. RE2 matches in time proportional to the length of
// the text and to the pattern's weight, which is its size with repetitions
// written out.
const (
	maxPattern = 256 // bytes
	maxRepeat  = 100 // in x{n,m}
)

// A patternError says what is wrong with a pattern.
type patternError string

func (e patternError) Error() string { return string(e) }

// compilePattern makes the program of a pattern.
func compilePattern(src string) (*program, error) {
	if len(src) > maxPattern {
		return nil, patternError("pattern of more than 256 bytes")
	}
	tree, err := syntax.Parse(src, syntax.Perl)
	if wrong, ok := errors.AsType[*syntax.Error](err); ok && wrong.Code == syntax.ErrInvalidRepeatSize {
		return nil, patternError("pattern is too big: it repeats something more than 1000 times, or its repetitions multiply to that")
	}
	if err != nil {
		return nil, patternError("pattern is not RE2: " + strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	w := weigh(tree)
	if w < 0 {
		return nil, patternError("pattern repeats something more than 100 times")
	}
	if w > maxWeight {
		return nil, patternError("pattern is too big: its repetitions multiply")
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, patternError("pattern is not RE2: " + err.Error())
	}
	t := &translator{prog: prog, numbers: map[uint32]int{}}
	t.number(uint32(prog.Start))
	if len(t.program.code) > maxCode {
		return nil, patternError("pattern is too big: its repetitions multiply")
	}
	return &t.program, nil
}

// weigh is the size of a pattern with repetitions written out, -1 if one
// repeats too often.
func weigh(re *syntax.Regexp) int {
	subs := 0
	for _, sub := range re.Sub {
		w := weigh(sub)
		if w < 0 {
			return -1
		}
		subs += w
	}
	if re.Op == syntax.OpRepeat {
		n := max(re.Min, re.Max, 1)
		if n > maxRepeat {
			return -1
		}
		subs *= n
	}
	own := max(len(re.Rune), 1) // letters written out
	if re.Op == syntax.OpCharClass {
		own = 1 + bits.Len(uint(len(re.Rune))) // ranges, which are searched
	}
	return min(own+subs, 2*maxWeight)
}

// A translator turns a program of regexp/syntax into ours. Ours says only
// whether, not where: there are no groups, and it is the same whether a
// repetition takes much or little.
type translator struct {
	prog    *syntax.Prog
	numbers map[uint32]int // ours of theirs
	program program
}

// number returns ours of their instruction pc, which is translated if need be.
func (t *translator) number(pc uint32) int {
	for t.prog.Inst[pc].Op == syntax.InstCapture || t.prog.Inst[pc].Op == syntax.InstNop {
		pc = t.prog.Inst[pc].Out
	}
	if n, ok := t.numbers[pc]; ok {
		return n
	}
	n := len(t.program.code)
	t.numbers[pc] = n
	t.program.code = append(t.program.code, instruction{})
	t.program.code[n] = t.translate(t.prog.Inst[pc])
	return n
}

func (t *translator) translate(in syntax.Inst) instruction {
	switch in.Op {
	case syntax.InstMatch:
		return instruction{op: 'm'}
	case syntax.InstAlt, syntax.InstAltMatch:
		out := t.number(in.Out)
		return instruction{'a', t.number(in.Arg), out}
	case syntax.InstEmptyWidth:
		return instruction{'e', assertions(syntax.EmptyOp(in.Arg)), t.number(in.Out)}
	}
	ranges := characters(in)
	if in.Op == syntax.InstFail || len(ranges) == 0 {
		return instruction{op: 'f'}
	}
	return instruction{'c', t.class(ranges), t.number(in.Out)}
}

// assertions are ours of theirs.
func assertions(theirs syntax.EmptyOp) int {
	ours := 0
	for _, a := range []struct {
		theirs syntax.EmptyOp
		ours   int
	}{
		{syntax.EmptyBeginLine, lineBegins}, {syntax.EmptyEndLine, lineEnds}, {syntax.EmptyBeginText, textBegins},
		{syntax.EmptyEndText, textEnds}, {syntax.EmptyWordBoundary, wordBorder}, {syntax.EmptyNoWordBoundary, noWordBorder},
	} {
		if theirs&a.theirs != 0 {
			ours |= a.ours
		}
	}
	return ours
}

// characters are those that an instruction takes, as ranges. Classes are
// folded already if case does not matter; a lone character is not.
func characters(in syntax.Inst) []rune {
	switch {
	case in.Op == syntax.InstRuneAny:
		return []rune{0, unicode.MaxRune}
	case in.Op == syntax.InstRuneAnyNotNL:
		return []rune{0, '\n' - 1, '\n' + 1, unicode.MaxRune}
	case len(in.Rune) != 1:
		return in.Rune
	}
	same := []rune{in.Rune[0]}
	if syntax.Flags(in.Arg)&syntax.FoldCase != 0 {
		for r := unicode.SimpleFold(in.Rune[0]); r != in.Rune[0]; r = unicode.SimpleFold(r) {
			same = append(same, r)
		}
	}
	slices.Sort(same)
	var ranges []rune
	for _, r := range same {
		ranges = append(ranges, r, r)
	}
	return ranges
}

// class is the number of a class, which is added if it is not there.
func (t *translator) class(ranges []rune) int {
	for i, c := range t.program.classes {
		if slices.Equal(c, ranges) {
			return i
		}
	}
	t.program.classes = append(t.program.classes, ranges)
	return len(t.program.classes) - 1
}

// String writes p as it travels.
func (p *program) String() string {
	var b []byte
	for i, class := range p.classes {
		if i > 0 {
			b = append(b, ';')
		}
		for j := 0; j < len(class); j += 2 {
			if j > 0 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, int64(class[j]), 16)
			b = strconv.AppendInt(append(b, '-'), int64(class[j+1]), 16)
		}
	}
	b = append(b, '/')
	for i, in := range p.code {
		if i > 0 {
			b = append(b, ';')
		}
		b = append(b, in.op)
		if in.op != 'm' && in.op != 'f' {
			b = strconv.AppendInt(b, int64(in.arg), 10)
			b = strconv.AppendInt(append(b, ','), int64(in.out), 10)
		}
	}
	return string(b)
}
