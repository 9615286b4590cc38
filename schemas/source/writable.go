package source

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// This file says which texts a file may have. What a program writes for an author
// is held to the same rule as what the author wrote, or the next reading would
// refuse it.

// unreadable says what is wrong with a character, decoded from size bytes, "" if
// nothing is: YAML takes more characters for a line break than an editor does,
// and those would shift the place of everything after them. first says that it
// stands at the beginning of the file, crlf that a line feed follows.
func unreadable(c rune, size int, first, crlf bool) string {
	switch {
	case c == utf8.RuneError && size == 1:
		return "is not UTF-8"
	case c == '\r' && !crlf:
		return "is a carriage return without a line feed"
	case c < ' ' && c != '\t' && c != '\r' && c != '\n', c >= 0x7f && c < 0xa0:
		return "is a control character"
	case c == '\u2028', c == '\u2029':
		return "is a line separator that editors do not count"
	case c == '\ufeff' && !first:
		return "is a byte order mark inside the text"
	}
	return ""
}

// Unwritable says why a text cannot stand in a file that [Read] takes, "" if it
// can: the character that is refused, or that it is too long.
func Unwritable(text string) string {
	for i := 0; i < len(text); {
		c, size := utf8.DecodeRuneInString(text[i:])
		if what := unreadable(c, size, false, strings.HasPrefix(text[i:], "\r\n")); what != "" {
			return fmt.Sprintf("the character U+%04X after %q %s", c, lastRunes(text[:i], 12), what)
		}
		i += size
	}
	if len(text) > maxText {
		return fmt.Sprintf("it has %d bytes: %d are the most", len(text), maxText)
	}
	return ""
}

// lastRunes returns the last n characters of a text, to find a place in it.
func lastRunes(text string, n int) string {
	r := []rune(text)
	return string(r[max(0, len(r)-n):])
}
