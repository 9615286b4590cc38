//go:build !js

package questionnaire

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file lays out one place of the paper: its words, its answers, what is
// offered when, and what has to be checked there.

func sprintf(s string, a ...any) string {
	if len(a) == 0 {
		return s
	}
	return fmt.Sprintf(s, a...)
}

// stop lays element e out, but for where it leads.
func (p *printer) stop(e *element) PaperStop {
	s := PaperStop{
		Kind: screenKinds[e.Kind], ID: e.ID, Number: p.labels[e], Text: p.text(e.Text), Instruction: p.text(e.Instruction),
		Sensitive: e.Class == Sensitive, Read: true,
	}
	switch e.Kind {
	case ElementItem:
		v := p.q.Variables[e.Variables[0]]
		if v.Kind == varValue {
			s.Kind, s.Number, s.Text = "value", p.numbers[v.number], p.calculated(v)
			return s
		}
		q := p.question(v)
		q.Kind, q.ID, q.Number = s.Kind, s.ID, s.Number
		q.Checks = p.checks(e)
		p.show(&q, e.Card)
		return q
	case ElementGrid:
		p.table(&s, e, e.Variables)
	case ElementScreen:
		s.Kind = "screen"
		columns := []int{e.Screen.Ask, e.Screen.Own, e.Screen.Times}
		p.table(&s, e, slices.DeleteFunc(columns, func(v int) bool { return v < 0 }))
		p.screener(&s, e)
	case ElementRoster:
		p.roster(&s, e)
	case ElementConsent:
		s.Answer = []PaperOption{{Code: "1", Text: p.text(e.Given)}, {Code: "2", Text: p.text(e.Refused)}}
		s.Notes = append(s.Notes, p.word("consent"))
	case ElementGate:
		for i, n := range e.Outcomes {
			s.Answer = append(s.Answer, PaperOption{Code: number(i + 1), Text: p.text(n)})
		}
		if e.inside {
			s.Notes = append(s.Notes, p.word("gate_inside"))
		}
		s.Notes = append(s.Notes, p.word("gate"))
	case ElementSelect:
		p.selection(&s, e)
	case ElementEnd:
		s.Kind = "end"
		s.Go = upperFirst(p.word("stop", number(e.Disposition))) + "."
	case ElementBlock:
		s.Kind = "block"
		s.Notes = append(s.Notes, p.word("random_block"))
	}
	s.Label = p.word("kind_" + s.Kind)
	if e.Kind == ElementRoster && p.q.Levels[e.Rows].Selected >= 0 {
		s.Label = p.word("kind_persons")
	}
	s.Checks = p.checks(e)
	p.show(&s, e.Card)
	return s
}

// question lays out one question.
func (p *printer) question(v *variable) PaperStop {
	s := PaperStop{
		Kind: "question", ID: v.ID, Number: v.ID, Text: p.text(v.Text), Instruction: p.text(v.Instruction), Read: true, Sensitive: v.Class == Sensitive,
	}
	switch {
	case v.list != nil:
		p.options(&s, v)
	case v.Type.Kind == expr.Bool:
		s.Answer = []PaperOption{{Code: "0", Text: yesNo(p.language, false)}, {Code: "1", Text: yesNo(p.language, true)}}
	default:
		s.Blank = p.blank(v)
	}
	if v.Zero >= 0 {
		s.Answer = append(s.Answer, PaperOption{Code: "0", Text: p.text(v.Zero)})
	}
	for _, sp := range v.Special {
		s.Answer = append(s.Answer, PaperOption{Code: p.noAnswer(v, sp.Missing), Text: p.text(sp.Text), Special: true})
	}
	for _, f := range v.Force {
		s.Forced = append(s.Forced, p.word("forced", p.condition(f.When.Root(), true), p.cell(v, f.To)))
	}
	for _, w := range v.Within {
		part := p.q.Variables[v.Parts[w.Part]]
		s.Notes = append(s.Notes, p.word("within", cmp.Or(bookWord(p.language, "part."+part.Part), part.Part), p.value(w.Is.Root())))
	}
	if v.Optional {
		s.Notes = append(s.Notes, p.word("optional"))
	}
	if v.Random {
		s.Notes = append(s.Notes, p.word("random_options"))
	}
	if v.Card >= 0 {
		p.show(&s, v.Card)
	}
	return s
}

// widestOnPaper is how many digits a code has at most that somebody writes by
// hand. An amount without bounds has longer ones: there the box is ticked.
const widestOnPaper = 6

// noAnswer is the code of a special answer: that of v's column in the data, so that
// what is written on paper can be typed in as it stands. Where each option has a
// column, and none of them has the others' codes, it is the first that is no option.
func (p *printer) noAnswer(v *variable, m Missing) string {
	if v.Type.Kind != expr.Set {
		row := -1
		if p.q.Levels[v.Level].Kind == levelGrid {
			row = 0 // the columns of all its rows have the same codes
		}
		c := (&Microdata{}).columnOf(p.q, v, row)
		c.codeMissing()
		if v.list == nil && len(c.coded[m]) > widestOnPaper {
			return ""
		}
		return c.coded[m]
	}
	width := 1
	taken := func() bool {
		return v.list != nil && slices.ContainsFunc(v.list.Choices, func(c choice) bool {
			return slices.ContainsFunc(v.Special, func(sp special) bool { return c.Code == fmt.Sprint(missingCode(sp.Missing, width)) })
		})
	}
	if v.list != nil {
		for _, c := range v.list.Choices {
			width = max(width, len(c.Code))
		}
	}
	for taken() {
		width++
	}
	return fmt.Sprint(missingCode(m, width))
}

// options lists the answers of a closed question.
func (p *printer) options(s *PaperStop, v *variable) {
	for i, c := range v.list.Choices {
		o := PaperOption{Code: c.Code, Text: p.text(c.Text), Specify: c.Specify}
		for _, h := range v.Hide {
			if h.Option == i {
				o.Only = p.word("unless", p.condition(h.When.Root(), true))
			}
		}
		if c.Exclusive && v.Type.Kind == expr.Set {
			o.Only = strings.TrimSpace(o.Only + " " + p.word("exclusive"))
		}
		s.Answer = append(s.Answer, o)
	}
	if v.Offer != nil {
		s.Notes = append(s.Notes, p.word("offer", p.condition(v.Offer.Root(), true)))
	}
	if v.Type.Kind == expr.Set {
		switch {
		case v.AtLeast > 0 && v.AtMost > 0:
			s.Notes = append(s.Notes, p.word("several_between", number(v.AtLeast), number(v.AtMost)))
		case v.AtMost > 0:
			s.Notes = append(s.Notes, p.word("several_most", number(v.AtMost)))
		case v.AtLeast > 0:
			s.Notes = append(s.Notes, p.word("several_least", number(v.AtLeast)))
		default:
			s.Notes = append(s.Notes, p.word("several"))
		}
	}
}

// blank says how an answer is written.
func (p *printer) blank(v *variable) string {
	kind := questionKinds[v.Type.Kind]
	switch {
	case v.Type.Form != "":
		kind = v.Type.Form
	case v.Type.Money:
		kind = "money"
	case v.Type.Scale > 0:
		kind = "decimal"
	}
	var parts []string
	switch kind {
	case "money":
		parts = append(parts, p.word("blank_money", p.q.Currency.Symbol))
	case "decimal":
		if v.Type.Scale == 1 {
			parts = append(parts, p.word("blank_decimal_one"))
			break
		}
		parts = append(parts, p.word("blank_decimal", number(v.Type.Scale)))
	case "entry", "place":
		t := p.q.Tables[v.Type.Table-1]
		var levels []string
		for _, l := range t.Levels[:min(v.Type.Depth, len(t.Levels))] {
			levels = append(levels, p.text(l.Text))
		}
		parts = append(parts, p.word("blank_"+kind, t.Name))
		if len(levels) > 0 {
			parts = append(parts, strings.Join(levels, " → "))
		}
	default:
		parts = append(parts, p.word("blank_"+kind))
	}
	switch {
	case v.Min != nil && v.Max != nil:
		parts = append(parts, p.word("range", p.value(v.Min.Root()), p.value(v.Max.Root())))
	case v.Min != nil:
		parts = append(parts, p.word("range_least", p.value(v.Min.Root())))
	case v.Max != nil:
		parts = append(parts, p.word("range_most", p.value(v.Max.Root())))
	}
	if u := p.text(v.Unit); u != "" {
		parts = append(parts, p.word("unit", u))
	}
	return strings.Join(parts, "; ")
}

// cell says a fixed answer of v.
func (p *printer) cell(v *variable, c expr.Cell) string {
	switch {
	case v.list != nil && v.Type.Kind == expr.Code:
		o := v.list.Choices[c.N]
		return p.quote(o.Code + " " + p.text(o.Text))
	case v.list != nil && v.Type.Kind == expr.Set:
		var words []string
		for i, o := range v.list.Choices {
			if uint64(c.N)>>i&1 == 1 {
				words = append(words, p.text(o.Text))
			}
		}
		return p.quote(strings.Join(words, ", "))
	case v.Type.Kind == expr.Bool:
		return p.quote(yesNo(p.language, c.N == 1))
	case v.Type.Kind == expr.Number:
		return localeOf(p.language).number(c.N, v.Type.Scale)
	case v.Type.Kind == expr.Date:
		return localeOf(p.language).day(c.N)
	}
	return p.quote(c.Text)
}

// calculated says what a calculated value is.
func (p *printer) calculated(v *variable) string {
	name := v.ID
	if v.Label != "" {
		name = v.Label
	}
	key := "calculate"
	if v.Type.Kind == expr.Bool {
		key = "calculate_condition"
	}
	return p.word(key, p.quote(name), p.value(v.Value.Root()))
}

// table lays out a grid or screen: its rows, and the questions asked of each.
func (p *printer) table(s *PaperStop, e *element, columns []int) {
	l := p.q.Levels[e.Rows]
	for _, code := range l.Codes {
		c := p.q.Lists[l.List].Choices[code]
		o := PaperOption{Code: c.Code, Text: p.text(c.Text)}
		s.Rows = append(s.Rows, o)
	}
	for _, n := range columns {
		v := p.q.Variables[n]
		col := p.question(v)
		if own := v.When[min(len(v.When), len(p.q.Modules[e.Module].When)+len(e.When)):]; len(own) > 0 {
			col.Universe = p.word("only_if", p.conditions(own))
		}
		s.Columns = append(s.Columns, col)
	}
}

// screener adds how incident forms are opened.
func (p *printer) screener(s *PaperStop, e *element) {
	if e.gate >= 0 {
		for i, code := range p.q.Levels[e.Rows].Codes {
			if p.q.Lists[p.q.Levels[e.Rows].List].Choices[code].Class == Sensitive {
				s.Rows[i].Only = p.word("behind_gate", p.numbers[e.gate])
			}
		}
	}
	if e.Screen.Opens < 0 {
		return
	}
	letters := []string{}
	for _, m := range p.q.Modules {
		if m.Level == e.Screen.Opens {
			letters = append(letters, p.word("section", p.letters[m]))
		}
	}
	key := "forms"
	if e.Screen.Which == "latest" {
		key = "forms_latest"
	}
	s.Notes = append(s.Notes, p.word(key, number(e.Screen.UpTo), p.join(letters, "and")))
}

// roster lays out the sheet of a roster.
func (p *printer) roster(s *PaperStop, e *element) {
	l := p.q.Levels[e.Rows]
	if e.First >= 0 {
		first := p.question(p.q.Variables[e.First])
		first.Label = p.word(pick(l.Selected >= 0, "first", "each"))
		s.Columns = []PaperStop{first}
	}
	s.Lines = 10
	p.whichRows(s, e, l)
	if l.Kind == levelCodes {
		s.Lines = len(l.Codes)
	} else if e.Max > 0 && !(l.Kind == levelCount && e.Max == maxCounted) {
		s.Lines = min(e.Max, 10)
		s.Notes = append(s.Notes, p.word("roster_max", number(e.Max)))
	}
	if l.Done >= 0 {
		s.Notes = append(s.Notes, p.word("done", p.text(p.q.Variables[l.Done].Text)))
	}
}

// whichRows says how many rows of a roster there are, or which, where answers or
// a list decide it: whoever holds a pencil has to know before the first one.
func (p *printer) whichRows(s *PaperStop, e *element, l *level) {
	switch {
	case e.From != nil:
		s.Notes = append(s.Notes, p.word("rows_count", p.value(e.From.Root())))
	case l.Kind == levelCodes && e.Of == 0:
		var words []string
		for _, code := range l.Codes {
			c := p.q.Lists[l.List].Choices[code]
			words = append(words, c.Code+" "+p.text(c.Text))
		}
		s.Notes = append(s.Notes, p.word("rows_each", strings.Join(words, "; ")))
	case l.Kind == levelCodes:
		of := p.q.Variables[e.Of-1]
		if p.q.Levels[of.Level].Kind != levelGrid {
			s.Notes = append(s.Notes, p.word("rows_chosen", p.variable(of)))
			break
		}
		s.Notes = append(s.Notes, p.word("rows_yes", p.variable(of), p.option(of.list, e.OfYes)))
	}
}

// selection says how the respondent is drawn.
func (p *printer) selection(s *PaperStop, e *element) {
	s.Notes = append(s.Notes, p.word("from", p.levelName(p.q.Levels[e.Rows]), p.condition(e.From.Root(), true)))
	number := ""
	if e.Number != nil {
		number = p.value(e.Number.Root())
	}
	switch e.method() {
	case methodNumber:
		s.Notes = append(s.Notes, p.word("draw_number", number))
	case methodKish:
		if e.Draw != nil && e.Draw.Table != nil {
			number = p.value(e.Draw.Table.Root())
		}
		s.Notes = append(s.Notes, p.word("draw_kish", number))
	default:
		s.Notes = append(s.Notes, p.word("draw_"+e.method()))
	}
}

// checks says what has to be verified at e. What the answer's blank and options
// say of themselves is not said again.
func (p *printer) checks(e *element) []string {
	var out []string
	for _, c := range e.checks {
		if c.Variable >= 0 && slices.Contains([]string{"min", "max", "at_least", "at_most"}, c.ID) || p.exclusive(c) {
			continue
		}
		out = append(out, p.check(c.Holds, c.Severity, p.text(c.Say)))
	}
	return out
}

// exclusive says whether c was made because an option goes with no other.
func (p *printer) exclusive(c *check) bool {
	if c.Variable < 0 {
		return false
	}
	v := p.q.Variables[c.Variable]
	if v.list == nil || v.Type.Kind != expr.Set {
		return false
	}
	i := v.list.names.Index(c.ID)
	return i >= 0 && v.list.Choices[i].Exclusive
}

func (p *printer) check(holds *expr.Expr, s Severity, say string) string {
	return p.word("check", p.condition(holds.Root(), true), p.quote(say), p.word("check_"+s.String()))
}

// show notes that a stop shows a card, and puts on the card what the stop
// offers: the rows of its table, or its answers. A card is called by what stands
// before the first comma; behind that a stop says which part of it is meant.
func (p *printer) show(s *PaperStop, card int) {
	if card < 0 {
		return
	}
	s.Card = p.text(card)
	title, _, _ := strings.Cut(s.Card, ",")
	c := p.cards[title]
	if c == nil {
		c = &PaperCard{Title: title}
		p.cards[title] = c
		p.order = append(p.order, title)
	}
	if !slices.Contains(c.Used, s.Number) {
		c.Used = append(c.Used, s.Number)
	}
	lines := s.Rows
	if lines == nil {
		if p.rows[title] {
			return
		}
		lines = s.Answer
	} else if !p.rows[title] {
		p.rows[title], c.Lines = true, nil
	}
	for _, o := range lines {
		o.Go, o.Only = "", ""
		if !o.Special && !slices.ContainsFunc(c.Lines, func(x PaperOption) bool { return x.Code == o.Code }) {
			c.Lines = append(c.Lines, o)
		}
	}
}
