package wire

import (
	"unicode/utf16"
	"unicode/utf8"
)

// This file is the grammar of JSON: blanks, strings, numbers, and values that
// are passed over. Strings are written as encoding/json writes them: what a
// page could mistake for markup is escaped, and bytes that are no character
// become U+FFFD, in both directions.

// maxDepth bounds nesting, and with it the stack.
const maxDepth = 1000

func (c *Coder) blank() {
	for c.pos < len(c.in) {
		switch c.in[c.pos] {
		case ' ', '\t', '\r', '\n':
			c.pos++
		default:
			return
		}
	}
}

// take consumes b, if it is the next byte that is not blank.
func (c *Coder) take(b byte) bool {
	if c.pos < len(c.in) && c.in[c.pos] == b { // most of what is read has no blanks
		c.pos++
		return true
	}
	if c.blank(); c.pos < len(c.in) && c.in[c.pos] == b {
		c.pos++
		return true
	}
	return false
}

// bool reads true or false.
func (c *Coder) bool() bool {
	switch string(c.word()) {
	case "true":
		return true
	case "false":
	default:
		c.unexpected()
	}
	return false
}

// word reads the letters that are next.
func (c *Coder) word() []byte {
	c.blank()
	start := c.pos
	for c.pos < len(c.in) && 'a' <= c.in[c.pos] && c.in[c.pos] <= 'z' {
		c.pos++
	}
	return c.in[start:c.pos]
}

// digits passes over digits and says whether there were any.
func (c *Coder) digits() bool {
	start := c.pos
	for c.pos < len(c.in) && '0' <= c.in[c.pos] && c.in[c.pos] <= '9' {
		c.pos++
	}
	return c.pos > start
}

// at says whether the next byte, without blanks before it, is one of set.
func (c *Coder) at(set string) bool {
	if c.pos >= len(c.in) {
		return false
	}
	for i := range len(set) {
		if c.in[c.pos] == set[i] {
			return true
		}
	}
	return false
}

// whole reads a whole number: how far it is from zero, on which side, and
// whether it is one and fits.
func (c *Coder) whole() (n uint64, negative, ok bool) {
	c.blank()
	start := c.pos
	if !c.number() {
		return 0, false, true // told already
	}
	text := c.in[start:c.pos]
	if negative = text[0] == '-'; negative {
		text = text[1:]
	}
	for _, d := range text {
		if d < '0' || d > '9' || n > (1<<64-1-uint64(d-'0'))/10 {
			return 0, false, false
		}
		n = n*10 + uint64(d-'0')
	}
	return n, negative, true
}

// number passes over a number and says whether it was one.
func (c *Coder) number() bool {
	if c.at("-") {
		c.pos++
	}
	zero := c.at("0")
	start := c.pos
	ok := c.digits() && (!zero || c.pos == start+1)
	if ok && c.at(".") {
		c.pos++
		ok = c.digits()
	}
	if ok && c.at("eE") {
		if c.pos++; c.at("+-") {
			c.pos++
		}
		ok = c.digits()
	}
	if !ok {
		c.unexpected()
	}
	return ok
}

// skip passes over a value and returns it.
func (c *Coder) skip() []byte {
	c.blank()
	start := c.pos
	c.skipValue()
	if c.err != nil {
		return nil
	}
	return c.in[start:c.pos]
}

func (c *Coder) skipValue() {
	c.blank()
	switch {
	case c.at("\""):
		c.pass()
	case c.at("{"):
		c.skipAll('{', '}')
	case c.at("["):
		c.skipAll('[', ']')
	case c.at("-0123456789"):
		c.number()
	default:
		start := c.pos
		switch string(c.word()) {
		case "true", "false", "null":
		default:
			c.pos = start
			c.unexpected()
		}
	}
}

// skipAll passes over an object or a list.
func (c *Coder) skipAll(open, shut byte) {
	if !c.enter(open) {
		return
	}
	for more := !c.take(shut); more && c.err == nil; {
		if open == '{' {
			if c.blank(); !c.at("\"") {
				c.unexpected()
				return
			}
			if c.pass(); !c.take(':') {
				c.unexpected()
			}
		}
		c.skipValue()
		more = c.more(shut)
	}
	c.depth--
}

// pass passes over a string, whose quote is next, and says whether it stands
// for itself: ASCII without an escape. The content is what was passed, without
// its quotes.
func (c *Coder) pass() (content []byte, plain bool) {
	c.pos++
	start := c.pos
	plain = true
	for c.pos < len(c.in) {
		switch b := c.in[c.pos]; {
		case b == '"':
			c.pos++
			return c.in[start : c.pos-1], plain
		case b == '\\':
			if plain = false; !c.escape() {
				c.unexpected()
				return nil, false
			}
		case b < ' ':
			c.unexpected()
			return nil, false
		case b >= utf8.RuneSelf:
			plain = false
			c.pos++
		default:
			c.pos++
		}
	}
	c.unexpected()
	return nil, false
}

// escape passes over an escape and says whether it was one.
func (c *Coder) escape() bool {
	if c.pos++; c.at(`"\/bfnrt`) {
		c.pos++
		return true
	}
	if !c.at("u") {
		return false
	}
	c.pos++
	for range 4 {
		if !c.at("0123456789abcdefABCDEF") {
			return false
		}
		c.pos++
	}
	return true
}

// string reads a string.
func (c *Coder) string() string {
	if c.blank(); !c.at("\"") {
		c.unexpected()
		return ""
	}
	content, plain := c.pass()
	if plain {
		return string(content)
	}
	return unescaped(content)
}

// unescaped returns the text of a string's content, which pass found well
// formed.
func unescaped(b []byte) string {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		if b[i] != '\\' {
			r, n := utf8.DecodeRune(b[i:])
			out = utf8.AppendRune(out, r)
			i += n
			continue
		}
		if b[i+1] != 'u' {
			out = append(out, unescape(b[i+1]))
			i += 2
			continue
		}
		r := hex4(b[i+2:])
		i += 6
		if utf16.IsSurrogate(r) {
			low := rune(utf8.RuneError)
			if i+1 < len(b) && b[i] == '\\' && b[i+1] == 'u' {
				low = hex4(b[i+2:])
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				i += 6
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// unescape is the character that a letter after a backslash stands for.
func unescape(b byte) byte {
	switch b {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return b // a quote or a slash of either kind
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (r rune) {
	for _, d := range b[:4] {
		switch {
		case d <= '9':
			d -= '0'
		case d <= 'F':
			d -= 'A' - 10
		default:
			d -= 'a' - 10
		}
		r = r<<4 | rune(d)
	}
	return r
}

// ReadText reads the JSON string that b begins with and returns how long it is
// there; an error if b begins with none.
func ReadText(b []byte) (string, int, error) {
	c := Coder{in: b}
	s := c.string()
	return s, c.pos, c.err
}

const digits = "0123456789abcdef"

// AppendText appends s as a JSON string, as encoding/json writes it.
func AppendText(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b < utf8.RuneSelf {
			if b >= ' ' && b != '"' && b != '\\' && b != '<' && b != '>' && b != '&' {
				i++
				continue
			}
			dst = append(dst, s[start:i]...)
			dst = appendEscaped(dst, b)
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			dst = append(append(dst, s[start:i]...), `\ufffd`...)
			start = i + n
		}
		if r == '\u2028' || r == '\u2029' { // ends of lines for JavaScript
			dst = append(append(dst, s[start:i]...), `\u202`...)
			dst = append(dst, digits[r&0xf])
			start = i + n
		}
		i += n
	}
	return append(append(dst, s[start:]...), '"')
}

// appendEscaped appends a character that cannot stand for itself.
func appendEscaped(dst []byte, b byte) []byte {
	switch b {
	case '"', '\\':
		return append(dst, '\\', b)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	return append(append(dst, `\u00`...), digits[b>>4], digits[b&0xf])
}
