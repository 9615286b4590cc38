//go:build !js

package questionnaire

import (
	"regexp"
	"slices"
	"strings"

	"cifra/schemas/source"
)

// elementKeys says which key begins an element of each kind.
var elementKeys = []struct {
	key  string
	kind ElementKind
}{
	{"id", ElementItem}, {"say", ElementSay}, {"grid", ElementGrid}, {"roster", ElementRoster}, {"consent", ElementConsent},
	{"select", ElementSelect}, {"end", ElementEnd}, {"screen", ElementScreen}, {"block", ElementBlock}, {"gate", ElementGate},
}

// kindOf finds what n is by the key that begins it; it is not ok if none does,
// or more than one.
func (l *loader) kindOf(n *source.Node) (key string, kind ElementKind, ok bool) {
	if n.Kind() != source.Mapping {
		n.Map(&l.ds, "an element, such as - id: P1_1") // complains
		return "", 0, false
	}
	var first []string
	m, found := n.Map(&l.ds, "an element"), 0
	for _, e := range elementKeys {
		first = append(first, e.key)
		if !m.Has(e.key) {
			continue
		}
		if found++; found > 1 {
			m.Key(e.key).Fail(&l.ds, "make two elements of it", "an element is one thing, and this has both %s and %s", key, e.key)
			continue
		}
		key, kind = e.key, e.kind
	}
	if found == 0 {
		hint := ""
		for k := range m.All() {
			if hint = source.DidYouMean(k.Raw(), first); hint != "" {
				break
			}
		}
		n.Fail(&l.ds, hint, "no element: it has none of the keys %s", strings.Join(first, ", "))
	}
	return key, kind, found == 1
}

// element reads one entry of a module's or, nested, a roster's items.
func (l *loader) element(n *source.Node, nested bool) *Element {
	key, kind, ok := l.kindOf(n)
	if !ok {
		return nil
	}
	e := &Element{Kind: kind, At: n.At()}
	if kind == ElementItem {
		e.Item = l.item(n, true)
		e.ID = e.Item.ID
		return e
	}
	m := l.open(n, key, "an element")
	if nested && kind != ElementSay && kind != ElementBlock && kind != ElementRoster {
		m.Key(key).Fail(&l.ds, "put it after the roster, or in a module of the roster's level", "a roster's items are questions, values, statements, blocks and rosters, not a %s", key)
	}
	e.ID = l.name(m.Get(key), "an element's name")
	e.When = l.text(m.Get("when"), "a condition")
	e.Text = l.text(m.Get("text"), "the words to read")
	e.Instruction = l.text(m.Get("instruction"), "what the interviewer has to know")
	e.Card = l.text(m.Get("card"), "a show card")
	e.Class = l.class(m.Get("class"))
	e.Checks = l.checks(m.Get("checks"))
	switch kind {
	case ElementSay:
		m.Need(&l.ds, "text")
	case ElementGrid:
		e.Over = l.text(m.Need(&l.ds, "over"), "a list's name")
		e.Ask = l.item(m.Need(&l.ds, "ask"), false)
		e.Item = e.Ask
	case ElementRoster:
		l.roster(e, m)
	case ElementConsent:
		m.Need(&l.ds, "text")
		e.Given = l.text(m.Need(&l.ds, "given"), "the words of agreeing")
		e.Refused = l.text(m.Need(&l.ds, "refused"), "the words of refusing")
		e.Disposition = l.disposition(m)
	case ElementGate:
		l.gate(e, m)
	case ElementSelect:
		m.Need(&l.ds, "text")
		e.From = l.text(m.Need(&l.ds, "from"), "LEVEL where CONDITION")
		l.draw(e, m)
	case ElementEnd:
		m.Need(&l.ds, "when")
		m.Need(&l.ds, "text")
		e.Disposition = l.disposition(m)
	case ElementScreen:
		l.screen(e, m)
	case ElementBlock:
		e.Order = l.word(m.Get("order"), "random")
		for _, c := range m.Need(&l.ds, "items").List(&l.ds, "a list of elements, one after - each") {
			if x := l.element(c, nested); x != nil {
				e.Elements = append(e.Elements, x)
			}
		}
	}
	return e
}

// draw reads how a row is drawn.
func (l *loader) draw(e *Element, m *source.Map) {
	e.Method = l.word(m.Need(&l.ds, "method"), methods...)
	e.Number = l.text(m.Get("number"), "an expression that gives a number from 0 up to 1")
	e.Table = l.text(m.Get("table"), "an expression that gives a table: A, B1, B2, C, D, E1, E2 or F")
	e.Birthday = l.text(m.Get("birthday"), "an expression that gives a date of birth")
	e.Month = l.text(m.Get("month"), "an expression that gives the month of birth")
	e.Day = l.text(m.Get("day"), "an expression that gives the day of birth")
	e.Seed = l.text(m.Get("seed"), "an expression that gives a seed")
	for _, c := range m.Get("sort").List(&l.ds, "a list of expressions, such as [sex is woman, -age]") {
		if s := l.text(c, "an expression"); s.Text != "" {
			e.Sort = append(e.Sort, s)
		}
	}
}

// disposition reads an AAPOR final code without its dot.
func (l *loader) disposition(m *source.Map) Source {
	return l.number(m.Need(&l.ds, "disposition"), "an AAPOR disposition without its dot, such as 211", 100, 499)
}

// rowsFrom is how a roster says where its rows come from.
var rowsFrom = regexp.MustCompile(`^(by hand|count .+|each of .+|yes in .+|chosen in .+)$`)

// roster reads the rest of a roster. A list that people make has words for it,
// one that follows from answers has none.
func (l *loader) roster(e *Element, m *source.Map) {
	rows := m.Need(&l.ds, "rows")
	e.Rows = l.text(rows, "by hand, count …, each of …, yes in … or chosen in …")
	if e.Rows.Text != "" && !rowsFrom.MatchString(e.Rows.Text) {
		rows.Fail(&l.ds, "by hand, count EXPRESSION, each of LIST, yes in ITEM or chosen in ITEM", "rows cannot come from %q", e.Rows.Text)
	}
	if e.Rows.Text == "by hand" || !rowsFrom.MatchString(e.Rows.Text) {
		m.Need(&l.ds, "text")
		e.Add = l.text(m.Need(&l.ds, "add"), "the words on the button that adds a row")
		e.Done = l.text(m.Need(&l.ds, "done"), "the question whether the list is complete")
		e.First = l.name(m.Need(&l.ds, "first"), "the id of an item of the roster")
	} else {
		for _, k := range []string{"add", "done", "first"} {
			m.Key(k).Fail(&l.ds, "take it away", "%s belongs to a list that is made by hand", k)
		}
	}
	e.Max = l.number(m.Get("max"), "the most rows there may be", 1, 1000)
	var ids []string
	for _, c := range m.Need(&l.ds, "items").List(&l.ds, "a list of elements, one after - each") {
		if x := l.element(c, true); x != nil {
			e.Elements = append(e.Elements, x)
			ids = append(ids, x.ID.Text)
		}
	}
	if f := e.First.Text; f != "" && !slices.Contains(ids, f) {
		m.Get("first").Fail(&l.ds, source.DidYouMean(f, ids), "%s is not an item of this roster", f)
	}
}

// screen reads the rest of an incident screener.
func (l *loader) screen(e *Element, m *source.Map) {
	e.Over = l.text(m.Need(&l.ds, "over"), "a catalogue's name")
	e.Before = l.item(m.Get("before"), false)
	e.After = l.item(m.Get("after"), false)
	e.Ever = l.item(m.Get("ever"), false)
	e.Ask = l.item(m.Need(&l.ds, "ask"), false)
	e.Own = l.item(m.Get("own"), false)
	e.Times = l.item(m.Get("times"), false)
	n := m.Get("forms")
	if n == nil {
		return
	}
	f := l.open(n, "forms", "the forms to open, such as {level: incident, up_to: 5, which: latest}")
	e.Forms = &Forms{
		Level: l.name(f.Need(&l.ds, "level"), "a level's name"),
		UpTo:  l.number(f.Need(&l.ds, "up_to"), "how many forms at most", 1, 100),
		Which: l.word(f.Need(&l.ds, "which"), whichLatest, whichAll, whichSerious, whichRandom),
		Total: l.number(f.Get("total"), "how many forms of all crimes", 1, 1000),
		Rank:  l.name(f.Get("rank"), "an attribute of the catalogue"),
	}
	if n := f.Get("series"); n != nil {
		m := l.open(n, "series", "a series, such as {from: 6, ask: {…}}")
		e.Forms.Series = &Series{From: l.number(m.Need(&l.ds, "from"), "from how many events", 2, 98), Ask: l.item(m.Get("ask"), false)}
	}
}

// item reads a question; where values may stand, also a calculated value.
func (l *loader) item(n *source.Node, values bool) *Item {
	if n == nil {
		return nil
	}
	it := &Item{At: n.At()}
	kind := "item"
	if values && n.Map(&l.ds, "a question").Has("value") {
		kind = "value"
	}
	m := l.open(n, kind, "a question, such as {id: P1_1, text: …, type: integer}")
	it.ID = l.name(m.Need(&l.ds, "id"), "an item's id")
	it.Label = l.name(m.Get("label"), "a label")
	it.When = l.text(m.Get("when"), "a condition")
	it.Class = l.class(m.Get("class"))
	for _, c := range m.Get("tags").List(&l.ds, "a list of tags") {
		it.Tags = append(it.Tags, l.text(c, "a tag"))
	}
	if kind == "value" {
		it.Value = l.text(m.Get("value"), "an expression")
		return it
	}
	it.Text = l.text(m.Need(&l.ds, "text"), "the words to read")
	it.Type = l.text(m.Need(&l.ds, "type"), "a type, such as one of yes_no, integer, text or date")
	it.Instruction = l.text(m.Get("instruction"), "what the interviewer has to know")
	it.Card = l.text(m.Get("card"), "a show card")
	it.Unit = l.text(m.Get("unit"), "a unit")
	it.Min = l.text(m.Get("min"), "an expression")
	it.Max = l.text(m.Get("max"), "an expression")
	it.AtLeast = l.number(m.Get("at_least"), "how many options at least", 1, 64)
	it.AtMost = l.number(m.Get("at_most"), "how many options at most", 1, 64)
	it.Offer = l.text(m.Get("offer"), "a condition on option")
	it.Order = l.word(m.Get("order"), "random")
	for _, c := range m.Get("keep").List(&l.ds, "a list of options, such as [other, none]") {
		if s := l.name(c, "an option's name"); s.Text != "" {
			it.Keep = append(it.Keep, s)
		}
	}
	it.Optional = m.Get("optional").Bool(&l.ds)
	if z := m.Get("zero"); z != nil {
		it.Zero = l.text(l.open(z, "zero", "the words for nothing, such as {text: No perdió nada}").Need(&l.ds, "text"), "the words for nothing")
	}
	for _, c := range m.Get("special").List(&l.ds, "a list, such as [dont_know, refused]") {
		if s := l.word(c, missingNames...); s.Text != "" {
			it.Special = append(it.Special, s)
		}
	}
	for k, is := range m.Get("within").Map(&l.ds, "columns or levels and what they must be, such as {state: territory.state}").All() {
		it.Within = append(it.Within, &Within{Part: l.name(k, "a column's name"), Is: l.text(is, "an expression")})
	}
	it.Hide, it.Force, it.Checks = l.hides(m.Get("hide")), l.forces(m.Get("force")), l.checks(m.Get("checks"))
	return it
}

// hides reads which options are taken away.
func (l *loader) hides(n *source.Node) []*Hide {
	var hides []*Hide
	for _, c := range n.List(&l.ds, "a list, such as - {option: home, when: …}") {
		m := l.open(c, "hide", "an option and when it is hidden")
		hides = append(hides, &Hide{
			Option: l.name(m.Need(&l.ds, "option"), "an option's name"),
			When:   l.text(m.Need(&l.ds, "when"), "a condition"),
		})
	}
	return hides
}

// forces reads which answers are fixed.
func (l *loader) forces(n *source.Node) []*Force {
	var forces []*Force
	for _, c := range n.List(&l.ds, "a list, such as - {when: …, to: home}") {
		m := l.open(c, "force", "an answer and when it is fixed")
		forces = append(forces, &Force{
			When: l.text(m.Need(&l.ds, "when"), "a condition"),
			To:   l.text(m.Need(&l.ds, "to"), "the answer"),
		})
	}
	return forces
}

// checks reads consistency rules. Each has one of hard, soft and info.
func (l *loader) checks(n *source.Node) []*Check {
	var checks []*Check
	for _, c := range n.List(&l.ds, `a list, such as - {hard: P2_3 <= P2_1, say: "…"}`) {
		m := l.open(c, "check", "a check")
		check := &Check{ID: l.name(m.Get("id"), "a check's name"), Say: l.text(m.Need(&l.ds, "say"), "what is said when it does not hold")}
		written := ""
		for _, s := range []Severity{Hard, Soft, Info} {
			v := m.Get(s.String())
			switch {
			case v == nil:
			case written != "":
				m.Key(s.String()).Fail(&l.ds, "make two checks of it", "a check is one thing, and this has both %s and %s", written, s)
			default:
				written = s.String()
				check.Severity, check.Holds = s, l.text(v, "what must hold")
			}
		}
		if written == "" && c.Kind() == source.Mapping {
			c.Fail(&l.ds, "", "a check begins with hard, soft or info and what must hold")
			continue
		}
		checks = append(checks, check)
	}
	return checks
}
