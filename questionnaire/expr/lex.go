//go:build !js

package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word of an expression. Its kind is what the parser switches on.
type token struct {
	kind     tokenKind
	text     string // name, number or operator as written; a text's content
	pos, end int    // bytes of the source
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber
	tokenText
	tokenWord // a word of the language: and, or, if, …
	tokenSign // an operator or a bracket
)

// words are the names that no variable and no code can have bare.
var words = map[string]bool{
	"or": true, "and": true, "not": true, "in": true, "is": true,
	"if": true, "then": true, "else": true, "true": true, "false": true,
}

// foreign are signs of other languages and what they are here. They are
// reported and read as meant, so that one slip gives one error.
var foreign = []struct{ sign, ours string }{
	{"==", "="}, {"<>", "!="}, {"&&", "and"}, {"||", "or"},
	{"≤", "<="}, {"≥", ">="}, {"≠", "!="}, {"×", "*"}, {"÷", "/"}, {"−", "-"},
	{"!", "not"}, {";", ","},
}

// A lexer cuts an expression into tokens. What it cannot read it reports and
// leaves out.
type lexer struct {
	src    string
	pos    int
	tokens []token

	wrong func(pos, end int, message, hint string) // reports what is read as meant
	stop  func(pos, end int, message, hint string) // reports what is left out
}

// lex cuts l.src; the last token is a tokenEnd.
func (l *lexer) lex() []token {
	for {
		for l.pos < len(l.src) && strings.IndexByte(" \t\r\n", l.src[l.pos]) >= 0 {
			l.pos++
		}
		if l.pos == len(l.src) {
			l.pos = len(strings.TrimRight(l.src, " \t\r\n")) // where a person sees the end
			l.emit(tokenEnd, l.pos, "")
			return l.tokens
		}
		l.next()
	}
}

// emit appends the token from start to the lexer's place.
func (l *lexer) emit(kind tokenKind, start int, text string) {
	l.tokens = append(l.tokens, token{kind, text, start, l.pos})
}

func (l *lexer) next() {
	start := l.pos
	switch c := l.src[start]; {
	case isLetter(c):
		l.name(start)
	case isDigit(c):
		l.number(start)
	case c == '"':
		l.text(start)
	default:
		l.sign(start)
	}
}

// name reads a name with its dotted parts, or a word of the language.
func (l *lexer) name(start int) {
	l.pos = start + wordLen(l.src[start:])
	for l.pos+1 < len(l.src) && l.src[l.pos] == '.' && isLetter(l.src[l.pos+1]) {
		l.pos += 1 + wordLen(l.src[l.pos+1:])
	}
	if l.foreignWord(start) {
		return
	}
	text := l.src[start:l.pos]
	kind := tokenName
	if words[text] {
		kind = tokenWord
	}
	l.emit(kind, start, text)
}

// number reads 12 or 3.5. A word that begins with digits, such as the code
// 18_29, is a name.
func (l *lexer) number(start int) {
	l.pos = start + digitLen(l.src[start:])
	if n := wordLen(l.src[start:]); start+n > l.pos {
		l.pos = start + n
		l.emit(tokenName, start, l.src[start:l.pos])
		return
	}
	if l.pos < len(l.src) && l.src[l.pos] == '.' {
		l.pos++
		n := digitLen(l.src[l.pos:])
		if rest := wordLen(l.src[l.pos:]); n == 0 || rest > n {
			l.pos += rest
			l.wrong(start, l.pos, "malformed number "+l.src[start:l.pos], "a number is written 12 or 3.5")
			l.emit(tokenNumber, start, "0")
			return
		}
		l.pos += n
	}
	l.emit(tokenNumber, start, l.src[start:l.pos])
}

// text reads a text in double quotes. \" is a quote and \\ a backslash; any
// other backslash stands for itself, so that patterns are written plainly.
func (l *lexer) text(start int) {
	var b strings.Builder
	control := false
	for i := start + 1; i < len(l.src) && l.src[i] != '\n'; i++ {
		switch c := l.src[i]; {
		case c == '"':
			l.pos = i + 1
			l.emit(tokenText, start, b.String())
			return
		case c == '\\' && i+1 < len(l.src) && (l.src[i+1] == '"' || l.src[i+1] == '\\'):
			i++
			b.WriteByte(l.src[i])
		case c < ' ' && c != '\t' || c == 0x7f:
			if !control { // a thousand of them are one mistake
				l.wrong(i, i+1, "control character in a text", "write the text again: what was pasted has characters that cannot be seen")
			}
			control = true
		default:
			b.WriteByte(c)
		}
	}
	l.pos = len(l.src)
	if n := strings.IndexByte(l.src[start:], '\n'); n >= 0 {
		l.pos = start + n
	}
	l.wrong(start, l.pos, "text without a closing quote", `a text is written "…" on one line`)
	l.emit(tokenText, start, b.String())
}

// quote is the inverse of what text reads.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		last := i+1 == len(s)
		if s[i] == '"' || s[i] == '\\' && (last || s[i+1] == '\\' || s[i+1] == '"') {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('"')
	return b.String()
}

// sign reads an operator or bracket, ours or another language's.
func (l *lexer) sign(start int) {
	rest := l.src[start:]
	for _, f := range foreign {
		if strings.HasPrefix(rest, f.sign) && !strings.HasPrefix(rest, "!=") {
			l.pos += len(f.sign)
			l.wrong(start, l.pos, f.sign+" is not used here", "write "+f.ours)
			kind := tokenSign
			if words[f.ours] {
				kind = tokenWord
			}
			l.emit(kind, start, f.ours)
			return
		}
	}
	for _, s := range []string{"!=", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "(", ")", "[", "]", "{", "}", ","} {
		if strings.HasPrefix(rest, s) {
			l.pos += len(s)
			l.emit(tokenSign, start, s)
			return
		}
	}
	l.stray(start)
}

// stray reports a character that begins nothing, together with what clearly
// belongs to it, and leaves it out.
func (l *lexer) stray(start int) {
	r, n := utf8.DecodeRuneInString(l.src[start:])
	l.pos += n
	hint := ""
	switch {
	case strings.ContainsRune("'‘’“”«»`", r):
		if i := strings.IndexAny(l.src[l.pos:], "'‘’“”«»`"); i >= 0 {
			_, n := utf8.DecodeRuneInString(l.src[l.pos+i:])
			content := l.src[l.pos : l.pos+i]
			l.pos += i + n
			l.wrong(start, l.pos, "a text stands in double quotes", "write "+quote(content))
			l.emit(tokenText, start, content)
			return
		}
		hint = `a text is written "…"`
	case r == '.' && l.pos < len(l.src) && isDigit(l.src[l.pos]):
		l.pos += digitLen(l.src[l.pos:])
		l.wrong(start, l.pos, "malformed number "+l.src[start:l.pos], "write 0"+l.src[start:l.pos])
		l.emit(tokenNumber, start, "0"+l.src[start:l.pos])
		return
	case r == '$':
		hint = "a variable is its bare name"
	case r == '%' || r == '^':
		hint = "the arithmetic operators are + - * /"
	}
	if l.pos = start; l.foreignWord(start) {
		return
	}
	l.pos += n
	l.stop(start, l.pos, quote(l.src[start:l.pos])+" has no meaning here", hint)
}

// foreignWord reports a word with letters that no name has, if the lexer stands
// at such a letter.
func (l *lexer) foreignWord(start int) bool {
	if r, _ := utf8.DecodeRuneInString(l.src[l.pos:]); r < 0x80 || !unicode.IsLetter(r) {
		return false
	}
	for l.pos < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[l.pos:])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		l.pos += n
	}
	l.stop(start, l.pos, quote(l.src[start:l.pos])+" is no name", "names consist of the letters a to z, digits and _")
	return true
}

func isLetter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// wordLen is how many letters and digits s begins with.
func wordLen(s string) int {
	n := 0
	for n < len(s) && (isLetter(s[n]) || isDigit(s[n])) {
		n++
	}
	return n
}

// digitLen is how many digits s begins with.
func digitLen(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}
