package plan

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"cifra/weighting"
)

// This file writes estimates for people: a table an indicator, in the language
// of the person. A number that does not exist is –. All numbers of a column have
// the same decimals: as many as show two digits of the least standard error.

// A column is one of a table's: its head, and its cells as text.
type column struct {
	head  string
	left  bool // set flush left
	cells []string
}

func (c *column) add(s string) { c.cells = append(c.cells, s) }

// width is that of its widest cell.
func (c *column) width() int {
	w := utf8.RuneCountInString(c.head)
	for _, s := range c.cells {
		w = max(w, utf8.RuneCountInString(s))
	}
	return w
}

// WriteTable writes e for a person at a terminal, in a language of es, en, pt,
// fr; any other is en.
func (e *Estimates) WriteTable(w io.Writer, language string) error {
	words := wordsIn(language)
	var b strings.Builder
	for _, in := range e.Indicators {
		b.WriteString(e.heading(in, words) + "\n\n")
		if len(in.Figures) > 0 {
			e.table(&b, in, words)
		}
		for _, t := range in.Tests {
			b.WriteString(t.line(words) + "\n")
		}
		if in.SmallAreas != nil {
			b.WriteByte('\n')
			in.SmallAreas.table(&b, words)
		}
		b.WriteByte('\n')
	}
	for _, n := range e.notesIn(words) {
		b.WriteString(n + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// heading is the line above an indicator's table.
func (e *Estimates) heading(in Indicator, words *wordTable) string {
	title := in.Label
	if title == "" {
		title = strings.ReplaceAll(in.Name, "_", " ")
	}
	parts := []string{title}
	if in.Per != 1 {
		parts = append(parts, words.per+" "+grouped(in.Per, 0))
	}
	if in.Universe != "" {
		parts = append(parts, in.Universe)
	}
	parts = append(parts, fmt.Sprintf(words.intervals, strconv.FormatFloat(100*e.Level, 'g', 4, 64)))
	if scheme, _ := weighting.ParseQualityScheme(e.Quality); scheme != weighting.NoQuality && in.classed() {
		parts = append(parts, schemeWords[words.language][scheme])
	}
	return strings.Join(parts, " · ")
}

// table writes the figures of an indicator.
func (e *Estimates) table(b *strings.Builder, in Indicator, words *wordTable) {
	domain, class := &column{left: true}, &column{head: words.class, left: true}
	value, se, cv := &column{head: words.estimate}, &column{head: words.se}, &column{head: "CV %"}
	low, high, interval := &column{}, &column{}, &column{head: words.interval}
	n, psus, df := &column{head: "n"}, &column{head: words.psus}, &column{head: words.df}
	p := &column{head: "p"}
	digits := decimals(in.Figures)
	for _, f := range in.Figures {
		domain.add(f.label(words))
		value.add(grouped(f.Value, digits))
		se.add(grouped(f.SE, digits))
		cv.add(grouped(100*f.CV, 1))
		low.add(grouped(f.Low, digits))
		high.add(grouped(f.High, digits))
		n.add(grouped(float64(f.N), 0))
		if e.Design.Replicates > 0 {
			psus.add(none) // replicates do not say
		} else {
			psus.add(grouped(float64(f.PSUs), 0))
		}
		df.add(grouped(float64(f.DF), 0))
		class.add(words.mark(f))
		p.add(probability(f.P))
	}
	interval.between(low, high)
	columns := []*column{domain, value, se, cv, interval, n, psus, df}
	if slices.ContainsFunc(in.Figures, func(f Figure) bool { return !math.IsNaN(f.P) }) {
		columns = append(columns, p)
	}
	if in.classed() {
		columns = append(columns, class)
	}
	writeColumns(b, columns)
	if changed := in.changes(); len(changed) > 0 {
		b.WriteByte('\n')
		writeColumns(b, changeTable(changed, words))
	}
}

// between makes c the interval of the ends in two columns.
func (c *column) between(low, high *column) {
	for row := range low.cells {
		if low.cells[row] == none && high.cells[row] == none {
			c.add(none)
			continue
		}
		c.add(padded(low, row) + " – " + padded(high, row))
	}
}

// writeColumns writes columns of the same length beside each other.
func writeColumns(b *strings.Builder, columns []*column) {
	for row := -1; row < len(columns[0].cells); row++ {
		cells := make([]string, len(columns))
		for k, c := range columns {
			cells[k] = padded(c, row)
		}
		b.WriteString(strings.TrimRight(strings.Join(cells, "   "), " ") + "\n")
	}
}

// padded is a cell as wide as its column; row -1 is the head.
func padded(c *column, row int) string {
	s := c.head
	if row >= 0 {
		s = c.cells[row]
	}
	pad := strings.Repeat(" ", c.width()-utf8.RuneCountInString(s))
	if c.left {
		return s + pad
	}
	return pad + s
}

// label is the domain as people read it.
func (f Figure) label(words *wordTable) string {
	if len(f.Domain) == 0 {
		return words.all
	}
	parts := make([]string, len(f.Domain))
	for k, p := range f.Domain {
		parts[k] = p.read(words)
		if p.term && p.Level != "" {
			parts[k] = strings.Replace(p.Variable, "margin(", words.margin+"(", 1) + ": " + parts[k]
		}
	}
	return "  " + strings.Join(parts, ", ")
}

// read is a value as people read it.
func (p Part) read(words *wordTable) string {
	label := p.label(words.language)
	switch {
	case p.computed:
		return p.readComputed(words)
	case p.Variable == "(Intercept)":
		return words.intercept
	case p.Variable == "quantile":
		return words.quantile + " " + p.Level
	case p.Level == "":
		return p.Variable
	case label != "":
		return label
	case strings.Trim(p.Level, "0123456789") == "_": // a class of cut
		return strings.Replace(p.Level, "_", "–", 1)
	case !p.term && (strings.Trim(p.Level, "0123456789.-") == "" || p.Level == "true" || p.Level == "false"):
		return p.Variable + " " + p.Level // a bare number says nothing
	}
	return strings.ReplaceAll(p.Level, "_", " ")
}

// decimals returns how many decimals show two digits of the least standard
// error, and three of an estimate without one; of a proportion of 0 or 1, two of a
// quarter of its interval, which is what is known of it.
func decimals(figures []Figure) int {
	least := math.Inf(1)
	for _, f := range figures {
		v := f.SE
		if !(v > 0) || math.IsInf(v, 1) {
			v = math.Abs(f.Value) / 10
			if width := f.High - f.Low; width > 0 && !math.IsInf(width, 1) {
				v = width / 4
			}
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

// none stands for a number that does not exist.
const none = "–"

// grouped writes a number with its thousands apart.
func grouped(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return none
	}
	whole, rest, _ := strings.Cut(strconv.FormatFloat(math.Abs(v), 'f', digits, 64), ".")
	var b strings.Builder
	if v < 0 && strings.Trim(whole+rest, "0") != "" {
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

// mark is a class as a table shows it, with what the figure is short of.
func (w *wordTable) mark(f Figure) string {
	text := classWords[w.language][f.Class]
	var short []string
	for _, s := range f.Short {
		short = append(short, shortWords[w.language][s])
	}
	if len(short) > 0 && len(f.Class) > 0 && f.Class != weighting.ModeratePrecision && f.Class != weighting.LowPrecision {
		text += " (" + strings.Join(short, ", ") + ")" // INEGI's classes are of the CV alone
	}
	return text
}

// classed reports whether figures have classes.
func (in Indicator) classed() bool {
	return slices.ContainsFunc(in.Figures, func(f Figure) bool { return f.Class != "" })
}

// line is a test as a table shows it.
func (t TestResult) line(words *wordTable) string {
	name := strings.Replace(t.Name, " by ", " "+words.by+" ", 1)
	if len(t.Domain) > 0 {
		name = strings.TrimSpace(Figure{Domain: t.Domain}.label(words)) + ", " + name
	}
	if t.Method == "likelihood" {
		name += " (" + words.likelihood + ")"
	}
	df := trimmed(t.DF)
	if t.Denominator != 0 {
		df += ", " + trimmed(t.Denominator)
	}
	return fmt.Sprintf("%s: %s(%s) = %s, p %s", name, t.Kind, df, grouped(t.Statistic, 3), equals(t.P))
}

// trimmed writes degrees of freedom, which need not be whole.
func trimmed(v float64) string { return strings.TrimSuffix(grouped(v, 1), ".0") }

// probability writes a p-value with as many digits as anybody reads.
func probability(p float64) string {
	if p < 0.0001 {
		return "<0.0001"
	}
	return grouped(p, 4)
}

// equals writes what a p-value is, or what it is below.
func equals(p float64) string {
	if text := probability(p); strings.HasPrefix(text, "<") {
		return "< " + text[1:]
	}
	return "= " + probability(p)
}

// notesIn says what a reader of the figures has to know.
func (e *Estimates) notesIn(words *wordTable) []string {
	var notes []string
	rule := e.Design.SinglePSU
	switch n := len(e.Design.Lonely); {
	case n == 1:
		notes = append(notes, words.lonelyOne+": "+words.rules[rule]+" (single_psu: "+rule+").")
	case n > 1:
		notes = append(notes, fmt.Sprintf(words.lonelyMany, n)+": "+words.rules[rule]+" (single_psu: "+rule+").")
	}
	if e.Design.Partial {
		notes = append(notes, words.partial)
	}
	if e.Design.Simple {
		notes = append(notes, words.simple)
	}
	missing := 0
	for _, in := range e.Indicators {
		for _, f := range in.Figures {
			missing = max(missing, f.Missing)
		}
	}
	if missing > 0 {
		notes = append(notes, fmt.Sprintf(words.missing, grouped(float64(missing), 0)))
	}
	for _, in := range e.Indicators {
		if in.Lost > 0 {
			notes = append(notes, fmt.Sprintf(words.lost, in.Name, in.Lost))
		}
	}
	for _, in := range e.Indicators {
		notes = append(notes, in.areaNotes(words)...)
	}
	notes = append(notes, e.without(words)...)
	if c := e.Compared; c != nil {
		note := fmt.Sprintf(words.compared[c.Test], c.Plan)
		if c.Simplified {
			note += " " + words.simplified
		}
		if c.Without > 0 {
			note += " " + fmt.Sprintf(words.without, c.Without)
		}
		notes = append(notes, note)
	}
	return notes
}
