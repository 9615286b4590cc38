package plan

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"cifra/weighting"
)

// This file writes estimates for programs, as JSON and CSV, and for people, as
// a table. A number that does not exist, such as an interval without degrees of
// freedom, is null in JSON, blank in CSV and – in a table.

// A real is a number as JSON has it: null if it is none.
type real float64

func (r real) MarshalJSON() ([]byte, error) {
	if v := float64(r); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(r))
}

// MarshalJSON writes a figure.
func (f Figure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Domain    []Part            `json:"domain"`
		Value     real              `json:"estimate"`
		SE        real              `json:"se"`
		CV        real              `json:"cv"`
		Low       real              `json:"low"`
		High      real              `json:"high"`
		DF        int               `json:"df"`
		N         int               `json:"n"`
		PSUs      int               `json:"psus"`
		Strata    int               `json:"strata"`
		Missing   int               `json:"missing"`
		Deff      real              `json:"deff"`
		Replace   real              `json:"deff_replace"`
		Class     weighting.Quality `json:"class,omitempty"`
		Influence []float64         `json:"influence,omitempty"`
	}{
		f.Domain, real(f.Value), real(f.SE), real(f.CV), real(f.Low), real(f.High),
		f.DF, f.N, f.PSUs, f.Strata, f.Missing, real(f.Deff), real(f.DeffReplace), f.Class, f.Influence,
	})
}

// WriteJSON writes e as one JSON object.
func (e *Estimates) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if len(e.Units) == 0 { // with influence sums, indenting would double the file
		enc.SetIndent("", " ")
	}
	return enc.Encode(e)
}

// WriteCSV writes one line a figure, with a header.
func (e *Estimates) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"indicator", "kind", "per", "domain", "estimate", "se", "cv", "low", "high", "level",
		"df", "n", "psus", "strata", "missing", "deff", "deff_replace", "class"})
	for _, in := range e.Indicators {
		for _, f := range in.Figures {
			out.Write([]string{
				in.Name, in.Kind, field(in.Per), f.name(), field(f.Value), field(f.SE), field(f.CV), field(f.Low), field(f.High),
				field(e.Level), strconv.Itoa(f.DF), strconv.Itoa(f.N), strconv.Itoa(f.PSUs), strconv.Itoa(f.Strata),
				strconv.Itoa(f.Missing), field(f.Deff), field(f.DeffReplace), string(f.Class),
			})
		}
	}
	out.Flush()
	return out.Error()
}

// field writes a number so that it is read back as the same.
func field(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// name is the domain as programs read it: "sex=woman,age=18_29", or "all".
func (f Figure) name() string {
	if len(f.Domain) == 0 {
		return "all"
	}
	parts := make([]string, len(f.Domain))
	for k, p := range f.Domain {
		parts[k] = p.Variable + "=" + p.Level
	}
	return strings.Join(parts, ",")
}

// label is the domain as people read it.
func (f Figure) label() string {
	if len(f.Domain) == 0 {
		return "All"
	}
	parts := make([]string, len(f.Domain))
	for k, p := range f.Domain {
		switch {
		case p.Label != "":
			parts[k] = p.Label
		case strings.Trim(p.Level, "0123456789.-") == "" || p.Level == "true" || p.Level == "false":
			parts[k] = p.Variable + " " + p.Level // a bare number says nothing
		default:
			parts[k] = strings.ReplaceAll(p.Level, "_", " ")
		}
	}
	return "  " + strings.Join(parts, ", ")
}

// A column is one of the table's: its head, and its cells as text.
type column struct {
	head  string
	left  bool
	cells []string
}

func (c *column) add(s string) { c.cells = append(c.cells, s) }

func (c *column) width() int {
	w := utf8.RuneCountInString(c.head)
	for _, s := range c.cells {
		w = max(w, utf8.RuneCountInString(s))
	}
	return w
}

// WriteTable writes e for a person at a terminal.
func (e *Estimates) WriteTable(w io.Writer) error {
	var b strings.Builder
	figures := 0
	for _, in := range e.Indicators {
		b.WriteString(e.heading(in) + "\n\n")
		e.table(&b, in)
		b.WriteByte('\n')
		figures += len(in.Figures)
	}
	for _, n := range e.Notes {
		b.WriteString(n + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// heading is the line above an indicator's table.
func (e *Estimates) heading(in Indicator) string {
	title := in.Label
	if title == "" {
		title = strings.ReplaceAll(in.Name, "_", " ")
	}
	parts := []string{title}
	if in.Per != 1 {
		parts = append(parts, "per "+grouped(in.Per, 0))
	}
	if in.Universe != "" {
		parts = append(parts, in.Universe)
	}
	parts = append(parts, strconv.FormatFloat(100*e.Level, 'g', 4, 64)+" % intervals")
	if e.Quality == "inegi" {
		parts = append(parts, "INEGI classes")
	}
	return strings.Join(parts, " · ")
}

// table writes the figures of an indicator.
func (e *Estimates) table(b *strings.Builder, in Indicator) {
	domain, class := &column{left: true}, &column{head: "class", left: true}
	value, se, cv := &column{head: "estimate"}, &column{head: "SE"}, &column{head: "CV %"}
	low, dash, high := &column{head: "inter"}, &column{left: true}, &column{head: "val", left: true}
	n, psus, df := &column{head: "n"}, &column{head: "PSUs"}, &column{head: "df"}
	digits := decimals(in.Figures)
	for _, f := range in.Figures {
		domain.add(f.label())
		value.add(grouped(f.Value, digits))
		se.add(grouped(f.SE, digits))
		cv.add(grouped(100*f.CV, 1))
		low.add(grouped(f.Low, digits))
		dash.add("–")
		high.add(grouped(f.High, digits))
		n.add(grouped(float64(f.N), 0))
		psus.add(grouped(float64(f.PSUs), 0))
		df.add(grouped(float64(f.DF), 0))
		class.add(mark(f.Class))
	}
	line := func(row int) {
		var l strings.Builder
		put := func(c *column, gap int) {
			s := c.head
			if row >= 0 {
				s = c.cells[row]
			}
			pad := strings.Repeat(" ", c.width()-utf8.RuneCountInString(s))
			l.WriteString(strings.Repeat(" ", gap))
			if c.left {
				l.WriteString(s + pad)
			} else {
				l.WriteString(pad + s)
			}
		}
		put(domain, 0)
		for _, c := range []*column{value, se, cv, low} {
			put(c, 3)
		}
		if row < 0 { // the head of both ends stands across the dash
			l.WriteString("val" + strings.Repeat(" ", high.width()))
		} else {
			put(dash, 1)
			put(high, 1)
		}
		for _, c := range []*column{n, psus, df, class} {
			if c != class || e.Quality == "inegi" {
				put(c, 3)
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	for row := range len(in.Figures) + 1 {
		line(row - 1)
	}
}

// decimals returns how many decimals show two digits of the least standard
// error, and three of an estimate without one.
func decimals(figures []Figure) int {
	least := math.Inf(1)
	for _, f := range figures {
		v := f.SE
		if !(v > 0) || math.IsInf(v, 1) {
			v = math.Abs(f.Value) / 10
		}
		if v > 0 {
			least = min(least, v)
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return max(0, min(8, 1-int(math.Floor(math.Log10(least)))))
}

// grouped writes a number with its thousands apart, – if it is none.
func grouped(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', digits, 64)
	whole, rest, _ := strings.Cut(s, ".")
	var b strings.Builder
	if v < 0 && strings.Trim(s, "0.") != "" {
		b.WriteByte('-')
	}
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	if rest != "" {
		b.WriteString("." + rest)
	}
	return b.String()
}

// mark is a class as a table shows it.
func mark(q weighting.Quality) string {
	switch q {
	case weighting.HighPrecision:
		return "● high"
	case weighting.ModeratePrecision:
		return "◐ moderate"
	case weighting.LowPrecision:
		return "○ low: use with caution"
	}
	return ""
}

// Count returns the number of figures.
func (e *Estimates) Count() int {
	n := 0
	for _, in := range e.Indicators {
		n += len(in.Figures)
	}
	return n
}

// String sums e up in a line.
func (e *Estimates) String() string {
	return fmt.Sprintf("%d figures of %d indicators", e.Count(), len(e.Indicators))
}
