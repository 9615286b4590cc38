//go:build !js

package expr

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// This file reads the grammar of doc.go by precedence climbing. It goes on
// after a mistake, so that the checker can report what it finds in the rest.

// The bounds of one expression. The browser's stack is smaller than the
// server's, and what compiles on one must evaluate on the other.
const (
	maxSource = 4096 // bytes
	maxDepth  = 100  // of the tree
	maxNodes  = 2000 // terms

	// maxCalls bounds the parser itself, needless brackets included. A level
	// of a tree in canonical form takes three calls at most.
	maxCalls = 4 * maxDepth
)

// How tightly operators bind, loosest first.
const (
	bindIf = iota
	bindOr
	bindAnd
	bindNot
	bindCompare
	bindAdd
	bindMul
	bindMinus
	bindPrimary
)

var binding = map[string]int{
	"or": bindOr, "and": bindAnd,
	"=": bindCompare, "!=": bindCompare, "<": bindCompare, "<=": bindCompare, ">": bindCompare, ">=": bindCompare,
	"in": bindCompare, "is": bindCompare, "is not": bindCompare, "is in": bindCompare, "is not in": bindCompare,
	"+": bindAdd, "-": bindAdd, "*": bindMul, "/": bindMul,
}

// Parse reads the syntax of an expression and knows no names. The Tree is nil
// if there is an Error; positions count from line 1, column 1 of src.
func Parse(src string) (*Tree, Diagnostics) {
	return ParseAt(src, verbatim{Position{Line: 1, Col: 1}, src})
}

// ParseAt is [Parse] of an expression whose bytes stand where at says.
func ParseAt(src string, at Locator) (*Tree, Diagnostics) {
	r := &report{src: src, at: at}
	root := parse(src, r)
	r.found.Sort()
	if r.found.Err() != nil {
		return nil, r.found
	}
	return &Tree{root}, r.found
}

// A report collects what is wrong with one expression and knows where the
// expression stands in its file.
type report struct {
	src   string
	at    Locator
	found Diagnostics

	// broken is where the syntax is first wrong, plus one; 0 if it is not.
	// What is said of the source from there on would be an echo.
	broken int

	// mended is where a foreign sign was last read as ours, plus one.
	mended int
}

// add reports a diagnostic about the bytes pos to end of the source.
func (r *report) add(s Severity, pos, end int, message, hint string) {
	if r.broken > 0 && end >= r.broken {
		return
	}
	at, after := r.at.Span(pos, end)
	r.found.Add(Diagnostic{Position: at, End: after, Severity: s, Message: message, Hint: hint})
}

// A verbatim is a text that stands in a file as it is, from at on, its further
// lines at the beginning of the file's.
type verbatim struct {
	at  Position
	src string
}

// Span implements [Locator].
func (v verbatim) Span(from, to int) (at Position, end int) {
	at = v.at
	if i := strings.LastIndexByte(v.src[:from], '\n'); i >= 0 {
		at.Line += strings.Count(v.src[:from], "\n")
		at.Col = from - i
	} else {
		at.Col += from
	}
	if i := strings.IndexByte(v.src[from:to], '\n'); i >= 0 {
		to = from + i
	}
	return at, at.Col + max(to-from, 1)
}

// wrong reports an Error.
func (r *report) wrong(pos, end int, message, hint string) {
	r.add(Error, pos, end, message, hint)
}

// mend reports an Error of the lexer that is read as meant.
func (r *report) mend(pos, end int, message, hint string) {
	r.wrong(pos, end, message, hint)
	r.mended = pos + 1
}

// stop reports a syntax error, the first one only; none if the place has been
// mended in vain.
func (r *report) stop(pos, end int, message, hint string) {
	if r.broken == 0 {
		if r.mended != pos+1 {
			r.add(Error, pos, end, message, hint)
		}
		r.broken = pos + 1
	}
}

// parse returns the syntax of src, never nil; what is wrong is in r.
func parse(src string, r *report) *term {
	switch {
	case len(src) > maxSource:
		r.wrong(0, 0, fmt.Sprintf("expression of %d bytes: %d are the most", len(src), maxSource), "split it into calculated values")
		return &term{}
	case !utf8.ValidString(src):
		r.wrong(0, 0, "expression is not valid UTF-8", "")
		return &term{}
	case strings.TrimSpace(src) == "":
		r.wrong(0, 0, "the expression is empty", "")
		return &term{}
	}
	p := &parser{report: r}
	p.tokens = (&lexer{src: src, wrong: r.mend, stop: r.stop}).lex()
	t := p.expression(bindIf)
	if k := p.peek(); k.kind != tokenEnd && p.broken == 0 {
		p.unexpected(k)
	}
	return t
}

type parser struct {
	*report
	tokens []token
	next   int
	depth  int
	nodes  int
}

func (p *parser) peek() token { return p.tokens[p.next] }

// take moves past a token, except the end.
func (p *parser) take() token {
	k := p.tokens[p.next]
	if k.kind != tokenEnd {
		p.next++
	}
	return k
}

// have moves past the word or sign text if it is next.
func (p *parser) have(text string) bool {
	k := p.peek()
	if k.text != text || k.kind != tokenWord && k.kind != tokenSign {
		return false
	}
	p.next++
	return true
}

func (p *parser) unexpected(k token) {
	switch {
	case k.kind == tokenEnd:
		p.stop(k.pos, k.end, "the expression ends too early", "")
	case k.kind == tokenWord && k.text == "not":
		p.stop(k.pos, k.end, `"not" stands before a condition`, "write not x in {…}, or x is not in {…}")
	case k.kind == tokenName || k.kind == tokenNumber || k.kind == tokenText:
		p.stop(k.pos, k.end, fmt.Sprintf("%s does not follow from what stands before it", p.src[k.pos:k.end]), "is an operator missing?")
	default:
		p.stop(k.pos, k.end, fmt.Sprintf("unexpected %q", k.text), "")
	}
}

// expect moves past the word or sign text, or reports that it is missing.
func (p *parser) expect(text string, opened token) {
	if p.have(text) {
		return
	}
	k := p.peek()
	switch {
	case k.kind == tokenEnd:
		p.stop(opened.pos, opened.end, fmt.Sprintf("%q without its %q", opened.text, text), p.cutOff(opened))
	case text == "then" || text == "else":
		p.stop(k.pos, k.end, fmt.Sprintf("expected %q", text), "write if condition then value else value")
	default:
		p.unexpected(k)
	}
}

// cutOff says what has most likely happened to a call that never closes: its
// author wrote it between the braces of a file where a comma begins the next
// entry. That file's reader cannot tell, since what it was left with is a text.
func (p *parser) cutOff(opened token) string {
	if call := opened.pos > 0 && (isLetter(p.src[opened.pos-1]) || isDigit(p.src[opened.pos-1])); !call || opened.text != "(" {
		return ""
	}
	return "between { and } a comma ends the text: put an expression with a comma in quotes"
}

// node makes a term and counts it.
func (p *parser) node(kind termKind, text string, pos, end int, args ...*term) *term {
	p.nodes++
	if p.nodes == maxNodes+1 {
		p.stop(0, 0, fmt.Sprintf("expression of more than %d terms", maxNodes), "split it into calculated values")
	}
	depth := 0
	for _, a := range args {
		depth = max(depth, a.depth)
	}
	if depth == maxDepth {
		p.tooDeep(pos, end)
	}
	return &term{kind, text, args, depth + 1, pos, end}
}

func (p *parser) tooDeep(pos, end int) {
	p.stop(pos, end, fmt.Sprintf("more than %d levels of nesting", maxDepth), "split it into calculated values")
}

// expression reads operators that bind at least as tightly as least.
func (p *parser) expression(least int) *term {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxCalls {
		k := p.peek()
		p.tooDeep(k.pos, k.end)
		p.next = len(p.tokens) - 1
		return p.node(termBad, "", k.pos, k.end)
	}
	left := p.operand()
	compared := false
	for {
		op, n := p.operator()
		bind := binding[op]
		if n == 0 || bind < least || p.broken > 0 {
			return left
		}
		at := p.peek()
		if bind == bindCompare && compared {
			p.stop(at.pos, at.end, "comparisons do not chain", "write a < b and b < c")
		}
		compared = compared || bind == bindCompare
		p.next += n
		left = p.join(op, left, p.expression(bind+1))
	}
}

// operator looks at the next binary operator and says how many tokens it has,
// 0 if there is none.
func (p *parser) operator() (string, int) {
	k := p.peek()
	if k.kind != tokenWord && k.kind != tokenSign {
		return "", 0
	}
	op, n := k.text, 1
	if op == "is" {
		for _, more := range []string{"not", "in"} {
			if k := p.tokens[min(p.next+n, len(p.tokens)-1)]; k.kind == tokenWord && k.text == more {
				op, n = op+" "+more, n+1
			}
		}
	}
	if _, ok := binding[op]; !ok {
		return "", 0
	}
	return op, n
}

// join makes the term of a binary operator. A run of and, or of or, is one
// term: however it is bracketed, it means the same, and so it is as deep as
// one.
func (p *parser) join(op string, left, right *term) *term {
	if op != "and" && op != "or" {
		return p.node(termBinary, op, left.pos, right.end, left, right)
	}
	var args []*term
	for _, t := range []*term{left, right} {
		if t.kind == termBinary && t.text == op {
			args = append(args, t.args...)
		} else {
			args = append(args, t)
		}
	}
	return p.node(termBinary, op, left.pos, right.end, args...)
}

// operand reads what stands between binary operators.
func (p *parser) operand() *term {
	k := p.take()
	switch {
	case k.kind == tokenNumber:
		return p.node(termNumber, k.text, k.pos, k.end)
	case k.kind == tokenText:
		return p.node(termText, k.text, k.pos, k.end)
	case k.kind == tokenName:
		return p.name(k)
	case k.kind == tokenEnd:
		p.unexpected(k)
		return p.node(termBad, "", k.pos, k.end)
	}
	switch k.text {
	case "true", "false":
		return p.node(termBool, k.text, k.pos, k.end)
	case "not":
		x := p.expression(bindNot)
		return p.node(termUnary, "not", k.pos, x.end, x)
	case "-":
		x := p.expression(bindMinus)
		return p.node(termUnary, "-", k.pos, x.end, x)
	case "if":
		return p.conditional(k)
	case "(":
		x := p.expression(bindIf)
		p.expect(")", k)
		x.pos, x.end = k.pos, max(x.end, p.tokens[p.next-1].end)
		return x
	case "{":
		elems, end := p.list("}", k)
		return p.node(termSet, "", k.pos, end, elems...)
	}
	p.next--
	p.unexpected(k)
	p.next++
	return p.node(termBad, "", k.pos, k.end)
}

// name reads a bare name, name[code] or a call.
func (p *parser) name(k token) *term {
	open := p.peek()
	switch {
	case p.have("("):
		args, end := p.list(")", open)
		return p.node(termCall, k.text, k.pos, end, args...)
	case p.have("["):
		x := p.expression(bindIf)
		p.expect("]", open)
		return p.node(termIndex, k.text, k.pos, p.tokens[p.next-1].end, x)
	}
	return p.node(termName, k.text, k.pos, k.end)
}

// list reads expressions separated by commas up to the closing sign.
func (p *parser) list(closing string, open token) (elems []*term, end int) {
	for !p.have(closing) {
		if len(elems) > 0 {
			p.expect(",", open)
		}
		if p.broken > 0 {
			break
		}
		elems = append(elems, p.expression(bindIf))
		if p.peek().kind == tokenEnd {
			p.expect(closing, open)
			break
		}
	}
	return elems, p.tokens[max(p.next-1, 0)].end
}

func (p *parser) conditional(k token) *term {
	c := p.expression(bindIf)
	p.expect("then", k)
	a := p.expression(bindIf)
	p.expect("else", k)
	b := p.expression(bindIf)
	return p.node(termIf, "", k.pos, b.end, c, a, b)
}

// text is the term as a message quotes it, cut if it is long.
func (r *report) text(t *term) string {
	s := r.src[t.pos:t.end]
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:37]) + "…"
	}
	return s
}
