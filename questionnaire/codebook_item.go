//go:build !js

package questionnaire

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file says which columns an item becomes. The rules:
//
//   - one column a variable, one an option where several may be chosen, one a row
//     in grids and screens;
//   - the text beside an option has a column of its own, and so has whether the
//     answer was asked or forced, where it can be forced;
//   - for each row of a screen, and for all of them, a flag says whether the
//     screening is settled there: without it no incident is not zero incidents.

// part says what of an interview a column holds.
type part uint8

const (
	partValue     part = iota // of a variable
	partOption                // whether an option was chosen
	partSpecify               // the text beside an option
	partSource                // asked or forced
	partScreened              // whether a row of a screen, or all rows, are settled
	partSelected              // whether the row was drawn
	partChance                // with which probability
	partEligible              // how many rows it was drawn from
	partDrawn                 // the number of the row drawn
	partK                     // a form's number among those of its crime
	partTimes                 // the count it was opened from
	partAttribute             // what the catalogue says of its crime
	partHousehold
	partVersion
	partDate
	partDisposition
	partClass
	partInterviewed
	partReached
	partMethod     // how a row was drawn
	partFormChance // with which probability the event got a form
	partLot        // by which number, table, date or seed
	partSeed       // of the interview
)

// field says where the value of a column lies in an interview.
type field struct {
	column  *column
	part    part
	v       *variable
	element *element // draws and screens
	row     int      // among the codes of v's grid, or of the element's
	option  int      // of several, or the attribute
}

// columnsOf yields the columns of v, in a row of its grid unless row is -1.
func (m *Microdata) columnsOf(q *Questionnaire, v *variable, row int) iter.Seq2[column, field] {
	return func(yield func(column, field) bool) {
		if v.Class == Identifier {
			return
		}
		switch v.Kind {
		case varPeriod:
			calendar := v.Value != nil && v.Value.Type().Kind == expr.Number
			if calendar != (v.Part == "year") {
				return // a calendar year says all; any other period its two ends
			}
		case varSelected:
			drawn := column{id: "drawn:" + v.ID, CodebookColumn: CodebookColumn{Name: v.ID, Type: "boolean", Label: m.say("selected")}}
			chance := column{id: "chance:" + v.ID, CodebookColumn: CodebookColumn{Name: "p_" + v.ID, Type: "decimal", Label: m.say("p_selected")}}
			_ = yield(drawn, field{part: partSelected, v: v, row: row}) && yield(chance, field{part: partChance, v: v, row: row})
			return
		case varQuestion, varValue, varConsent, varPart, varGate:
		default:
			return
		}
		c := m.columnOf(q, v, row)
		if v.Type.Kind != expr.Set {
			if !yield(c, field{part: partValue, v: v, row: row}) {
				return
			}
		} else {
			for i, option := range v.list.Choices {
				o := c
				o.id += "#" + option.Code
				o.Name, o.Option = joinName(c.Name, option.Code), option.Name
				o.Label = each(m.book.Languages, func(l string) string { return c.Label[l] + ": " + q.choiceWords(option, l) })
				if option.Class == Sensitive {
					o.Class = Sensitive
				}
				if !yield(o, field{part: partOption, v: v, row: row, option: i}) {
					return
				}
			}
		}
		m.companions(v, c, row, yield)
	}
}

// companions yields the columns that stand beside c, the column of v.
func (m *Microdata) companions(v *variable, c column, row int, yield func(column, field) bool) {
	beside := func(what, kind string) column {
		return column{id: what + ":" + c.id, CodebookColumn: CodebookColumn{
			Name: joinName(c.Name, what), Type: kind, Item: c.Item, Row: c.Row, Class: c.Class, Universe: c.Universe,
			Label: each(m.book.Languages, func(l string) string { return c.Label[l] + " (" + bookWord(l, what) + ")" }),
		}}
	}
	if v.specifies() && !yield(beside("specify", "text"), field{part: partSpecify, v: v, row: row}) {
		return
	}
	if len(v.Force) > 0 {
		s := beside("source", "code")
		s.Codes = m.ownCodes("source")
		yield(s, field{part: partSource, v: v, row: row})
	}
}

// specifies says whether an option of v has a text beside it.
func (v *variable) specifies() bool {
	if v.list == nil || v.Kind != varQuestion {
		return false
	}
	for _, c := range v.list.Choices {
		if c.Specify {
			return true
		}
	}
	return false
}

// columnOf returns the column that holds v, or from which its options' differ.
func (m *Microdata) columnOf(q *Questionnaire, v *variable, row int) column {
	c := column{
		id: fmt.Sprintf("item:%s %d.%d", v.ID, v.Type.Kind, v.Type.Scale), kinds: kindsOf(v),
		CodebookColumn: CodebookColumn{Name: joinName(v.ID), Item: v.ID, Universe: universe(v), Tags: v.Tags, Class: v.Class},
	}
	if v.Kind == varQuestion {
		c.ranges = []ranged{{q, v}}
	}
	l := q.Levels[v.Level]
	code := -1
	if row >= 0 {
		code = l.Codes[row]
		choice := q.Lists[l.List].Choices[code]
		c.id += "[" + choice.Code + "]"
		c.Name = joinName(c.Name, choice.Code)
		c.Row = &m.codes(q, q.Lists[l.List])[code]
		if choice.Class == Sensitive && c.Class == Ordinary {
			c.Class = Sensitive
		}
	}
	c.Label = each(m.book.Languages, func(language string) string { return q.label(v, code, language) })
	switch v.Kind {
	case varConsent:
		c.Label = m.say("consent")
	case varGate:
		c.Label = q.words(q.Elements[v.Order].Text)
	case varPeriod:
		c.Label = m.sayOf("period", c.Name)
	}
	m.typed(q, &c.CodebookColumn, v.Type)
	if v.Kind == varPart {
		of := q.Variables[v.Of]
		c.Item, c.Universe = of.ID, universe(of)
		c.Label = each(m.book.Languages, func(language string) string {
			return q.label(of, code, language) + " (" + q.partWords(of, v.Part, language) + ")"
		})
	}
	if v.Type.Table > 0 {
		t := q.Tables[v.Type.Table-1]
		c.Table, c.least = &CodebookLookUp{t.Name, t.Hash, t.Rows}, t.Width+1
	}
	return c
}

// partWords names a part of v's answer.
func (q *Questionnaire) partWords(v *variable, part, language string) string {
	if v.Type.Table > 0 {
		t := q.Tables[v.Type.Table-1]
		if l := t.level(part); l >= 0 {
			return q.plain(t.Levels[l].Text, language)
		}
	}
	if w := bookWord(language, "part."+part); w != "" {
		return w
	}
	return part
}

// typed gives c the type that values of t have in files. The options of a set
// are booleans.
func (m *Microdata) typed(q *Questionnaire, c *CodebookColumn, t valueType) {
	switch t.Kind {
	case expr.Code:
		c.Type, c.Codes = "code", m.codes(q, q.Lists[t.List])
	case expr.Text:
		c.Type = "text"
	case expr.Date:
		c.Type = "date"
		if t.Form == formMonth {
			c.Type = "month"
		}
	case expr.Time:
		c.Type = "time"
	case expr.Number:
		switch c.Scale = t.Scale; {
		case t.Money:
			c.Type, c.Unit = "money", q.Currency.Code
		case t.Scale > 0:
			c.Type = "decimal"
		default:
			c.Type = "integer"
		}
	default:
		c.Type = "boolean"
	}
}

// codes returns the codes of a list with their words and attributes.
func (m *Microdata) codes(q *Questionnaire, l *list) []CodebookCode {
	codes := make([]CodebookCode, len(l.Choices))
	for i, ch := range l.Choices {
		codes[i] = CodebookCode{Code: ch.Code, Name: ch.Name, Label: each(m.book.Languages, func(lang string) string { return q.choiceWords(ch, lang) })}
		for _, a := range l.Attributes {
			if s := q.attribute(a, i); s != "" {
				if codes[i].Attributes == nil {
					codes[i].Attributes = map[string]string{}
				}
				codes[i].Attributes[a.Name] = s
			}
		}
	}
	return codes
}

// attribute returns what a catalogue's column says of choice i, a code by its
// name, "" if nothing.
func (q *Questionnaire) attribute(a attribute, i int) string {
	c := a.Cells[i]
	if c.Missing == expr.Answered && a.Type.Kind == expr.Code {
		return q.Lists[a.Type.List].Choices[c.N].Name
	}
	return q.fileText(a.Type, c)
}

// choiceWords returns the words of an option, its name if it has none.
func (q *Questionnaire) choiceWords(ch choice, language string) string {
	if w := q.plain(ch.Text, language); w != "" {
		return w
	}
	return ch.Name
}

// label returns the words of v's question, with those of the row of its grid
// in them. A calculated value has its name.
func (q *Questionnaire) label(v *variable, code int, language string) string {
	if v.Text < 0 {
		if v.Label != "" {
			return v.Label
		}
		return v.ID
	}
	if code < 0 {
		return q.plain(v.Text, language)
	}
	l := q.Levels[v.Level]
	row := q.choiceWords(q.Lists[l.List].Choices[code], language)
	words, said := "", false
	for _, s := range q.sentence(v.Text, language) {
		switch {
		case s.Fill == nil:
			words += s.Literal
		case s.List > 0 && l.Row >= 0 && readsOnly(s.Fill, q.Variables[l.Row]) && q.Lists[s.List-1] == q.Lists[l.List]:
			words, said = words+row, true
		default:
			words += "{" + s.Fill.String() + "}"
		}
	}
	if !said {
		words += " [" + row + "]"
	}
	return words
}

// readsOnly says whether v is all that e reads.
func readsOnly(e *expr.Expr, v *variable) bool {
	reads := e.Reads()
	return len(reads) == 1 && reads[0] == expr.Slot{Level: v.Level, Index: v.index}
}

// universe returns who is asked v: all its conditions, the outermost first.
func universe(v *variable) string {
	var all []string
	for _, w := range v.When {
		s := w.String()
		if len(v.When) > 1 && (strings.Contains(s, " or ") || strings.HasPrefix(s, "if ")) {
			s = "(" + s + ")"
		}
		all = append(all, s)
	}
	return strings.Join(all, " and ")
}

// words returns a text of q by language.
func (q *Questionnaire) words(t int) map[string]string {
	return each(q.Languages, func(l string) string { return q.plain(t, l) })
}

// each returns f of every language.
func each(languages []string, f func(language string) string) map[string]string {
	words := make(map[string]string, len(languages))
	for _, l := range languages {
		words[l] = f(l)
	}
	return words
}

// numberColumn adds the column with the place of a row among its siblings.
func (m *Microdata) numberColumn(t *table) *column {
	return t.add(column{id: "own:number", CodebookColumn: CodebookColumn{
		Name: t.Name + "_number", Type: "integer", Label: m.sayOf("number", t.Name),
	}})
}

// layDraw adds what the row that a draw stands in says of it.
func (m *Microdata) layDraw(p *plan, e *element) {
	home := p.home(e.Level)
	t := p.tables[home]
	drawn := p.q.Levels[e.Rows].Name
	p.put(home, t.add(column{id: "eligible:" + e.ID, CodebookColumn: CodebookColumn{
		Name: "eligible", Type: "integer", Label: m.say("eligible"),
	}}), field{part: partEligible, element: e})
	p.put(home, t.add(column{id: "drawn:" + e.ID, CodebookColumn: CodebookColumn{
		Name: e.ID + "_" + drawn, Type: "integer", Label: m.say("drawn"),
	}}), field{part: partDrawn, element: e})
	if e.method() == methodNumber {
		return
	}
	p.put(home, t.add(column{id: "method:" + e.ID, CodebookColumn: CodebookColumn{
		Name: joinName(e.ID, "method"), Type: "text", Label: m.say("method"),
	}}), field{part: partMethod, element: e})
	p.put(home, t.add(column{id: "lot:" + e.ID, CodebookColumn: CodebookColumn{
		Name: joinName(e.ID, "by"), Type: "text", Label: m.say("lot"),
	}}), field{part: partLot, element: e})
}

// layScreened adds the flags of a screen: one a row, and one for all screens of
// its level.
func (m *Microdata) layScreened(p *plan, e *element) {
	home := p.home(e.Level)
	t := p.tables[home]
	list := p.q.Lists[p.q.Levels[e.Rows].List]
	for row, code := range p.q.Levels[e.Rows].Codes {
		entry := m.codes(p.q, list)[code]
		class := DataClass("")
		if list.Choices[code].Class == Sensitive {
			class = Sensitive // that it was not answered tells, too
		}
		p.put(home, t.add(column{id: "screened:" + e.ID + "[" + entry.Code + "]", CodebookColumn: CodebookColumn{
			Name: joinName("screened", entry.Code), Type: "boolean", Item: p.q.Variables[e.Screen.Ask].ID, Row: &entry, Class: class,
			Label: each(m.book.Languages, func(l string) string { return bookWord(l, "screened") + " [" + entry.Label[l] + "]" }),
		}}), field{part: partScreened, element: e, row: row})
	}
	all := m.own(t, "screened", "boolean")
	if some, _ := p.q.sensitiveRows(p.q.Levels[e.Rows]); some {
		all.Class = Sensitive
	}
	for _, f := range p.fields[home] {
		if f.column == all {
			return
		}
	}
	p.put(home, all, field{part: partScreened})
}

// layForms adds what a form says of the count it was opened from.
func (m *Microdata) layForms(p *plan, i int, t *table) {
	q, l := p.q, p.q.Levels[i]
	row := q.Variables[l.Row]
	_, crime, _ := cutLast(row.ID)
	list := q.Lists[l.List]
	p.put(i, t.add(column{id: "row:" + crime, CodebookColumn: CodebookColumn{
		Name: crime, Type: "code", Label: m.say("row"), Codes: m.codes(q, list),
	}}), field{part: partValue, v: row})
	p.put(i, m.own(t, "k", "integer"), field{part: partK})
	times := column{id: "own:times", CodebookColumn: CodebookColumn{Name: "times", Type: "integer", Label: m.say("times")}}
	for _, s := range l.Screens {
		at := q.Elements[s].Screen.Times
		if at < 0 {
			continue
		}
		v := q.Variables[at]
		times.ranges = append(times.ranges, ranged{q, v})
		for k, may := range kindsOf(v) {
			times.kinds[k] = times.kinds[k] || may
		}
	}
	p.put(i, t.add(times), field{part: partTimes})
	if l.Series > 0 {
		p.put(i, m.own(t, "series", "boolean"), field{part: partValue, v: q.Variables[l.Series-1]})
	}
	if slices.ContainsFunc(l.Screens, func(s int) bool { return q.Elements[s].Screen.Which == whichRandom }) {
		p.put(i, t.add(column{id: "own:p_form", CodebookColumn: CodebookColumn{
			Name: joinName("p", l.Name), Type: "decimal", Label: m.say("p_form"),
		}}), field{part: partFormChance})
	}
	p.put(i, m.own(t, "forms", "integer"), field{part: partValue, v: q.Variables[l.Count]})
	for a, attr := range list.Attributes {
		c := column{id: fmt.Sprintf("attribute:%s %d.%d", attr.Name, attr.Type.Kind, attr.Type.Scale), CodebookColumn: CodebookColumn{
			Name: joinName(crime, attr.Name), Label: m.sayOf("attribute", attr.Name),
		}}
		m.typed(q, &c.CodebookColumn, attr.Type)
		p.put(i, t.add(c), field{part: partAttribute, option: a})
	}
}
