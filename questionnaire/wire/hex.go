package wire

import "errors"

// This file writes and reads bytes in hexadecimal: encoding/hex words its
// errors by package fmt, which a browser is spared. Letters are small in what
// is written and may be either in what is read, as there.

const hexDigits = "0123456789abcdef"

// Hex returns b in hexadecimal.
func Hex(b []byte) string { return string(AppendHex(nil, b)) }

// AppendHex appends b in hexadecimal to dst.
func AppendHex(dst, b []byte) []byte {
	for _, c := range b {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
	}
	return dst
}

var errHex = errors.New("not bytes in hexadecimal")

// Unhex returns the bytes that s is in hexadecimal.
func Unhex(s string) ([]byte, error) {
	if len(s)%2 != 0 {
		return nil, errHex
	}
	b := make([]byte, len(s)/2)
	for i := range b {
		high, low := digit(s[2*i]), digit(s[2*i+1])
		if high > 15 || low > 15 {
			return nil, errHex
		}
		b[i] = high<<4 | low
	}
	return b, nil
}

// digit is the value of a digit, 255 if it is none.
func digit(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
