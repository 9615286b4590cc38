package wire

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// This file writes messages as package fmt does, as far as the engine needs it:
// %s %d %v %q of texts, whole numbers, errors and what has a String; %02d of
// numbers that are not negative; %w in Errorf. A browser loads 60 KB less for
// it, since fmt can print whatever a program can hold. A test holds it to fmt,
// and vet checks its callers as it checks those of fmt.

// Sprintf is fmt.Sprintf for the verbs and values above. What it does not know
// is written as "?".
func Sprintf(format string, a ...any) string {
	if false {
		_ = fmt.Sprintf(format, a...) // never runs: by this vet knows what the arguments are
	}
	said, _ := sprint(format, a)
	return said
}

// Errorf is fmt.Errorf for the verbs and values above.
func Errorf(format string, a ...any) error {
	if false {
		_ = fmt.Errorf(format, a...) // as in Sprintf
	}
	said, causes := sprint(format, a)
	if len(causes) == 0 {
		return errors.New(said)
	}
	return &worded{said, causes}
}

// A worded error says how others came about.
type worded struct {
	said   string
	causes []error
}

func (e *worded) Error() string { return e.said }

// Unwrap is what errors.Is and errors.As go on with.
func (e *worded) Unwrap() []error { return e.causes }

// sprint writes a message and returns what stands under %w.
func sprint(format string, a []any) (said string, causes []error) {
	var b strings.Builder
	for {
		text, rest, more := strings.Cut(format, "%")
		b.WriteString(text)
		if !more {
			return b.String(), causes
		}
		width := 0
		for rest != "" && '0' <= rest[0] && rest[0] <= '9' {
			width, rest = 10*width+int(rest[0]-'0'), rest[1:]
		}
		if rest == "" || rest[0] == '%' || len(a) == 0 {
			b.WriteByte('%')
			format = strings.TrimPrefix(rest, "%")
			continue
		}
		s := inWords(a[0])
		switch err, ok := a[0].(error); {
		case rest[0] == 'q':
			s = strconv.Quote(s)
		case rest[0] == 'w' && ok:
			causes = append(causes, err)
		}
		for range width - len(s) {
			b.WriteByte('0')
		}
		b.WriteString(s)
		format, a = rest[1:], a[1:]
	}
}

// inWords is a value as it stands in a message.
func inWords(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case []byte:
		return string(x)
	case error:
		return x.Error()
	case fmt.Stringer:
		return x.String()
	}
	switch v := reflect.ValueOf(x); {
	case v.Kind() == reflect.String:
		return v.String()
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	}
	return "?"
}
