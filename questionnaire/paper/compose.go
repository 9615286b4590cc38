//go:build !js

package paper

import (
	"fmt"
	"strings"

	"cifra/questionnaire"
)

// This file lays a form out as a run of parts, each with a style and words. It
// is what both writers draw: one knows how a style looks in HTML, the other how
// it looks in print.

// A style is what a part is to its reader.
type style string

const (
	styleTitle       style = "title"
	styleMeta        style = "meta"
	styleGuide       style = "guide"
	styleSection     style = "section"
	styleUniverse    style = "universe" // of a section
	styleBegin       style = "begin"    // of a stop; what follows up to styleEnd belongs together
	styleEnd         style = "end"
	styleFilter      style = "filter"
	styleAsk         style = "ask" // read aloud, with its number
	styleInstruction style = "instruction"
	styleCard        style = "card"
	styleOptions     style = "options"
	styleBlank       style = "blank"
	styleTable       style = "table"
	styleSheet       style = "sheet"
	styleColumns     style = "columns"
	styleCheck       style = "check"
	styleGo          style = "go"
	styleValue       style = "value"
	styleItems       style = "items" // what is asked of each row begins
	styleItemsEnd    style = "items_end"
	styleCards       style = "cards"
	styleCardTitle   style = "card_title"
)

// A part is a piece of a form.
type part struct {
	style   style
	number  string
	label   string
	text    string
	kind    string
	options []questionnaire.PaperOption
	head    []string
	rows    [][]string
	private bool
}

// words returns all that a part says, in the order it is read.
func (p part) words() []string {
	out := []string{p.number, p.label, p.text}
	for _, o := range p.options {
		out = append(out, o.Code, o.Text, o.Only, o.Go)
	}
	out = append(out, p.head...)
	for _, r := range p.rows {
		out = append(out, r...)
	}
	var said []string
	for _, s := range out {
		if s != "" {
			said = append(said, s)
		}
	}
	return said
}

// compose lays p out.
func compose(p *questionnaire.Paper) []part {
	c := &composer{words: p.Words}
	c.add(part{style: styleTitle, text: p.Title})
	c.add(part{style: styleMeta, text: fmt.Sprintf("%s · %s %s · %s: %.12s", p.Name, p.Words.Version, p.Version, p.Words.Source, p.Hash.String())})
	for _, g := range p.Guide {
		c.add(part{style: styleGuide, text: g})
	}
	for _, s := range p.Sections {
		c.add(part{style: styleSection, number: s.Letter, text: s.Title, label: s.Respondent})
		for _, u := range []string{s.Universe, s.Per, s.Heading} {
			if u != "" {
				c.add(part{style: styleUniverse, text: u})
			}
		}
		for _, st := range s.Stops {
			c.stop(st)
		}
	}
	if len(p.CaseChecks) > 0 {
		c.add(part{style: styleSection, text: p.CaseTitle})
		for _, k := range p.CaseChecks {
			c.add(part{style: styleCheck, text: k})
		}
	}
	if len(p.Cards) > 0 {
		c.add(part{style: styleCards, text: p.CardsTitle})
		for _, card := range p.Cards {
			c.add(part{style: styleCardTitle, text: card.Title, label: strings.Join(card.Used, ", "), options: card.Lines})
		}
	}
	return c.parts
}

// A composer collects parts.
type composer struct {
	words questionnaire.PaperWords
	parts []part
}

func (c *composer) add(p part) { c.parts = append(c.parts, p) }

// each adds a part for each text that is not empty.
func (c *composer) each(s style, texts ...string) {
	for _, t := range texts {
		if t != "" {
			c.add(part{style: s, text: t})
		}
	}
}

// stop adds the parts of a stop.
func (c *composer) stop(s questionnaire.PaperStop) {
	if s.Kind == "value" {
		c.add(part{style: styleValue, number: s.Number, text: s.Text})
		return
	}
	begin := part{style: styleBegin, kind: s.Kind, number: s.Number, private: s.Sensitive}
	if s.Sensitive {
		begin.label = c.words.Private
	}
	c.add(begin)
	c.each(styleFilter, strings.TrimSpace(s.Universe+" "+s.Otherwise))
	c.add(part{style: styleAsk, number: s.Number, label: s.Label, text: s.Text})
	c.each(styleInstruction, s.Instruction)
	if s.Card != "" {
		c.add(part{style: styleCard, text: fmt.Sprintf(c.words.ShowCard, s.Card)})
	}
	c.each(styleInstruction, s.Forced...)
	c.each(styleInstruction, s.Notes...)
	c.each(styleBlank, s.Blank)
	if len(s.Answer) > 0 {
		c.add(part{style: styleOptions, options: s.Answer})
	}
	c.table(s)
	c.each(styleCheck, s.Checks...)
	c.each(styleGo, s.Go)
	c.add(part{style: styleEnd})
	if len(s.Items) > 0 {
		c.add(part{style: styleItems})
		for _, x := range s.Items {
			c.stop(x)
		}
		if s.Kind == "roster" {
			c.sheet(s)
		}
		c.add(part{style: styleItemsEnd})
	}
}

// table adds the questions asked of each row, and the rows with what to circle.
func (c *composer) table(s questionnaire.PaperStop) {
	if len(s.Columns) == 0 {
		return
	}
	if len(s.Rows) > 0 {
		c.add(part{style: styleColumns, text: c.words.Columns})
	}
	head, cells := []string{c.words.Code, c.words.Row}, []string{}
	for _, col := range s.Columns {
		c.each(styleFilter, col.Universe)
		c.add(part{style: styleAsk, number: col.Number, label: col.Label, text: col.Text})
		c.each(styleInstruction, append([]string{col.Instruction}, append(col.Forced, col.Notes...)...)...)
		c.each(styleBlank, col.Blank)
		if len(col.Answer) > 0 {
			c.add(part{style: styleOptions, options: col.Answer})
		}
		head = append(head, col.Number)
		cells = append(cells, mark(col))
	}
	var rows [][]string
	for _, r := range s.Rows {
		text := r.Text
		if r.Only != "" {
			text += " (" + r.Only + ")"
		}
		rows = append(rows, append([]string{r.Code, text}, cells...))
	}
	if len(rows) > 0 {
		c.add(part{style: styleTable, head: head, rows: rows})
	}
}

// mark is what an interviewer circles or writes on in a cell.
func mark(s questionnaire.PaperStop) string {
	var codes []string
	for _, o := range s.Answer {
		if o.Code != "" {
			codes = append(codes, o.Code)
		}
	}
	if s.Blank != "" {
		codes = append([]string{"____"}, codes...)
	}
	if len(codes) > 7 {
		return "____"
	}
	return strings.Join(codes, "  ")
}

// sheetColumns is how many questions fit on a sheet beside each other.
const sheetColumns = 11

// sheet adds the lines of a roster to be filled in.
func (c *composer) sheet(s questionnaire.PaperStop) {
	var numbers []string
	for _, x := range append(append([]questionnaire.PaperStop{}, s.Columns...), s.Items...) {
		if x.Kind == "question" || x.Kind == "value" {
			numbers = append(numbers, x.Number)
		}
	}
	for len(numbers) > 0 {
		n := min(sheetColumns, len(numbers))
		p := part{style: styleSheet, text: c.words.Sheet, head: append([]string{"N.º"}, numbers[:n]...)}
		for i := range s.Lines {
			p.rows = append(p.rows, append([]string{fmt.Sprint(i + 1)}, make([]string, n)...))
		}
		c.add(p)
		numbers = numbers[n:]
	}
}
