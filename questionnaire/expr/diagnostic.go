package expr

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cifra/questionnaire/wire"
)

// A Position is a place in a file. Line and Col count from 1, Col in bytes.
// Line 0 means the file as a whole.
type Position struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Col  int    `json:"col"`
}

// String returns file:line:col without the parts that are not known.
func (p Position) String() string {
	s := p.File
	if p.Line > 0 {
		if s != "" {
			s += ":"
		}
		s += strconv.Itoa(p.Line)
		if p.Col > 0 {
			s += ":" + strconv.Itoa(p.Col)
		}
	}
	return s
}

// A Locator knows where the bytes of a text stand in the file that says it. An
// author's text and its source differ: a YAML file escapes, quotes and folds.
type Locator interface {
	// Span returns the place of byte from of the text, and the column after
	// byte to-1, or after the last byte before it that stands on the same line.
	// from may be the length of the text: that is the place after it.
	Span(from, to int) (at Position, end int)
}

// A Severity says how bad a Diagnostic is. The zero Severity is Error.
type Severity uint8

// The severities. Only an Error keeps a file from being used.
const (
	Error Severity = iota
	Warning
	Note
)

// String returns the severity as a message shows it.
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	case Note:
		return "note"
	}
	return wire.Sprintf("Severity(%d)", uint8(s))
}

// MarshalText writes the name of s.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// A Diagnostic is one thing wrong with a file that somebody wrote, and where.
type Diagnostic struct {
	Position

	// End is the column after what is wrong, on the same line. Zero means
	// that the place is a point and the line is not shown.
	End int `json:"end,omitempty"`

	Severity Severity `json:"severity"`

	// Message says what is wrong: lower case, no full stop. Further lines, if
	// any, are details.
	Message string `json:"message"`

	// Hint says what would be right: "did you mean street?". May be empty.
	Hint string `json:"hint,omitempty"`
}

// headline is the first line of d, details not included.
func (d Diagnostic) headline() (line, details string) {
	line, details, _ = strings.Cut(d.Message, "\n")
	if p := d.Position.String(); p != "" {
		return fmt.Sprintf("%s: %s: %s", p, d.Severity, line), details
	}
	return fmt.Sprintf("%s: %s", d.Severity, line), details
}

// Diagnostics are all that is wrong: the error of every reader of files here.
// The zero Diagnostics is empty and ready to use.
type Diagnostics []Diagnostic

// maxDiagnostics is how many mistakes are told of one file or set of files. A
// person corrects a few and asks again; a file of nothing but mistakes must not
// take minutes to refuse.
const maxDiagnostics = 1000

// Add appends d, unless the same has been said of the same place. After many it
// says once that there are more errors, and drops the rest.
func (ds *Diagnostics) Add(d Diagnostic) {
	if n := len(*ds); n >= maxDiagnostics {
		if n > maxDiagnostics || d.Severity != Error {
			return
		}
		d = Diagnostic{Position: Position{File: d.File}, Message: fmt.Sprintf("more than %d mistakes: the rest is not listed", maxDiagnostics)}
	}
	if !slices.Contains(*ds, d) {
		*ds = append(*ds, d)
	}
}

// Err returns ds as an error if one of them is an Error, else nil.
func (ds Diagnostics) Err() error {
	for _, d := range ds {
		if d.Severity == Error {
			return ds
		}
	}
	return nil
}

// Error returns one line for each diagnostic, with its hint.
func (ds Diagnostics) Error() string {
	var b strings.Builder
	for i, d := range ds {
		if i > 0 {
			b.WriteByte('\n')
		}
		head, _ := d.headline()
		b.WriteString(head)
		if d.Hint != "" {
			b.WriteString(" (" + d.Hint + ")")
		}
	}
	return b.String()
}

// Sort puts ds in the order of the files: by name, line and column. What stands
// at one place keeps its order.
func (ds Diagnostics) Sort() {
	slices.SortStableFunc(ds, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
}

// Format writes ds as a person reads them: the headline, the line of the file
// with carets under what is wrong, and the hint.
//
//	incident.yaml:31:17: error: "stret" is not one of the codes of list places
//	   31 |     when: place = stret
//	      |                   ^^^^^ did you mean street?
//
// Of a long line it shows the part around what is wrong. What a terminal would
// obey instead of showing it stands as �: a file may hold anything, and its name
// too.
//
// source returns the content of a file, nil if there is none to show; it may
// be nil itself.
func (ds Diagnostics) Format(w io.Writer, source func(file string) []byte) {
	for _, d := range ds {
		head, details := d.headline()
		fmt.Fprintln(w, harmless(head))
		for line := range strings.Lines(details) {
			fmt.Fprintf(w, "      %s\n", harmless(strings.TrimSuffix(line, "\n")))
		}
		hint := harmless(d.Hint)
		if line, ok := d.line(source); ok {
			shown, carets := d.window(line)
			fmt.Fprintf(w, "%5d | %s\n", d.Line, shown)
			fmt.Fprintln(w, strings.TrimRight("      | "+carets+" "+hint, " "))
		} else if hint != "" {
			fmt.Fprintf(w, "      %s\n", hint)
		}
	}
}

// harmless is s with every byte that is no UTF-8, and every character that
// moves the cursor, the colours or the direction of writing, shown as �. A tab
// stays.
func harmless(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return r
		case r < ' ', r >= 0x7f && r < 0xa0, r >= 0x2028 && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0xfeff:
			return utf8.RuneError
		}
		return r
	}, s)
}

// A line is shown whole up to wide characters. A longer one is cut to as many,
// of which up to before stand before what is wrong.
const (
	wide   = 200
	before = 60
)

// window returns what is shown of a line, and the blanks and carets under it:
// the line as it is, or the part of it where d is, between two ….
func (d Diagnostic) window(line string) (shown, carets string) {
	at := utf8.RuneCountInString(line[:d.Col-1])
	end := max(min(d.End-1, len(line)), d.Col-1)
	marked := max(utf8.RuneCountInString(line[d.Col-1:end]), 1)
	letters := []rune(harmless(line))
	from, to := 0, len(letters)
	if to > wide {
		from = max(0, min(at-before, to-wide))
		to = from + wide
	}
	shown = string(letters[from:to])
	blanks := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r // so that the carets stand below
		}
		return ' '
	}, string(letters[from:at]))
	if from > 0 {
		shown, blanks = "…"+shown, " "+blanks
	}
	if to < len(letters) {
		shown += "…"
	}
	return shown, blanks + strings.Repeat("^", max(min(marked, to-at), 1))
}

// line returns the line of the file that d points at, false if it is not to be
// shown.
func (d Diagnostic) line(source func(file string) []byte) (string, bool) {
	if source == nil || d.Line < 1 || d.Col < 1 || d.End <= d.Col {
		return "", false
	}
	src := source(d.File)
	for range d.Line - 1 {
		_, rest, ok := bytes.Cut(src, []byte("\n"))
		if !ok {
			return "", false
		}
		src = rest
	}
	line, _, _ := bytes.Cut(src, []byte("\n"))
	line = bytes.TrimSuffix(line, []byte("\r"))
	return string(line), d.Col <= len(line)+1
}
