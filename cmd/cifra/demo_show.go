package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"cifra/collector/simulate"
	"cifra/weighting/plan"
)

// This file is what cifra demo shows: how far it is, and the figures beside the
// truth.

// terminal reports whether a stream is one that a person looks at.
func terminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// A progress tells on which step a long work is: on a terminal with a line that
// moves, else with a line when a step ends and one every two seconds of a long one.
type progress struct {
	w       io.Writer
	moving  bool
	step    string
	started time.Time
	shown   time.Time
}

func newProgress(w io.Writer) *progress { return &progress{w: w, moving: terminal(w)} }

// begin says which step begins.
func (p *progress) begin(step string) {
	p.step, p.started, p.shown = step, time.Now(), time.Now()
	if p.moving {
		fmt.Fprintf(p.w, "\r\x1b[K%s …", step)
	}
}

// at says how far the step is.
func (p *progress) at(n, of int) {
	switch {
	case p.moving && (time.Since(p.shown) > 100*time.Millisecond || n == of):
		p.shown = time.Now()
		const width = 30
		done := width * n / of
		fmt.Fprintf(p.w, "\r\x1b[K%s %s%s %s / %s", p.step, strings.Repeat("█", done), strings.Repeat("░", width-done), thousands(n), thousands(of))
	case !p.moving && time.Since(p.shown) > 2*time.Second && n < of:
		p.shown = time.Now()
		fmt.Fprintf(p.w, "%s: %s / %s\n", p.step, thousands(n), thousands(of))
	}
}

// done says what the step has made, and in how long.
func (p *progress) done(format string, a ...any) {
	clear := ""
	if p.moving {
		clear = "\r\x1b[K"
	}
	fmt.Fprintf(p.w, "%s%s: %s  (%s)\n", clear, p.step, fmt.Sprintf(format, a...), since(p.started))
}

// A shown is a figure beside the truth, as text.
type shown struct {
	domain, truth, value, se, low, high, covers string
}

// printFigures prints estimates beside the truth, and how many intervals cover
// it.
func (d *demo) printFigures(estimates *plan.Estimates, truth []simulate.Figure) error {
	type key struct{ indicator, by, category string }
	known := make(map[key]float64, len(truth))
	for _, f := range truth {
		known[key{f.Indicator, f.By, f.Category}] = f.Value
	}
	var b strings.Builder
	covered, all := 0, 0
	for _, in := range estimates.Indicators {
		digits := 1
		if in.Per > 100 {
			digits = 0
		}
		var rows []shown
		for _, f := range in.Figures {
			k := key{indicator: in.Name}
			domain := d.words.all
			if len(f.Domain) == 1 {
				k.by, k.category = f.Domain[0].Variable, f.Domain[0].Level
				domain = "  " + d.words.category[k.category]
			}
			value, ok := known[k]
			if !ok {
				return fmt.Errorf("the plan's figure %s %s %s has no true value", in.Name, k.by, k.category)
			}
			number := func(x float64) string { return fixed(x, digits) }
			r := shown{domain, number(value), number(f.Value), number(f.SE), number(f.Low), number(f.High), "✗"}
			if all++; f.Low <= value && value <= f.High {
				r.covers = "✓"
				covered++
			}
			rows = append(rows, r)
		}
		d.table(&b, fmt.Sprintf("%s (%s)", d.words.indicator[in.Name], d.words.per[in.Per]), estimates.Level, rows)
	}
	fmt.Fprintf(&b, d.words.covered+"\n", covered, all, 100*estimates.Level)
	_, err := io.WriteString(d.out, b.String())
	return err
}

// table writes the figures of one indicator.
func (d *demo) table(b *strings.Builder, title string, level float64, rows []shown) {
	b.WriteString(title + "\n")
	head := fmt.Sprintf(d.words.interval, 100*level)
	high := 0
	for _, r := range rows {
		high = max(high, utf8.RuneCountInString(r.high))
	}
	fmt.Fprintf(b, "%s%s%s%s%s\n", padRight("", 18), padLeft(d.words.truth, 10), padLeft(d.words.value, 11), padLeft(d.words.se, 9), padLeft(head, 22))
	for _, r := range rows {
		fmt.Fprintf(b, "%s%s%s%s%s  %s\n", padRight(r.domain, 18), padLeft(r.truth, 10), padLeft(r.value, 11), padLeft(r.se, 9),
			padLeft(r.low+" – "+padLeft(r.high, high), 22), r.covers)
	}
	b.WriteString("\n")
}

// fixed writes a number with its thousands apart and so many decimals.
func fixed(x float64, digits int) string {
	whole, rest, decimals := strings.Cut(fmt.Sprintf("%.*f", digits, x), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if decimals {
		return whole + "." + rest
	}
	return whole
}

func padLeft(s string, width int) string {
	return strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s))) + s
}

func padRight(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}
