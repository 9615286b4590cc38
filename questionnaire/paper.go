//go:build !js

package questionnaire

import (
	"cmp"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file lays a questionnaire out for paper: everything that a person with a
// pencil reads, in one language, in plain values that any page can draw. The
// rules:
//
//   - nothing is typed twice: what is skipped, who is asked, what has to be
//     checked is said from the conditions that the engine evaluates;
//   - each place has a number to be sent to: that of its question, or a number of
//     its own with a §; what has to be calculated has one with a C;
//   - where a text has a value filled in there is a blank with the name of what
//     belongs there.

// A Paper is a questionnaire as it is printed.
type Paper struct {
	Name, Version string
	Language      string
	Title         string
	Hash          Hash
	Guide         []string // how to read it
	Sections      []PaperSection
	Cards         []PaperCard
	CaseChecks    []string
	CaseTitle     string // above them
	CardsTitle    string
	Words         PaperWords
}

// PaperWords are the few words that a page adds around what a Paper says.
type PaperWords struct {
	Version, Code, Row, Contents, Card, ShowCard, Private, Columns, Sheet, Source string
}

// A PaperSection is a module.
type PaperSection struct {
	Letter     string // what it is called: A, B, C
	Name       string // of the module
	Title      string
	Heading    string // above each form of it, "" if there is one form
	Respondent string
	Universe   string // who or what it is for, "" if for all
	Per        string // that it is filled in once for each row of something
	Stops      []PaperStop
}

// A PaperStop is one place: a question, words to read, a table, a draw.
type PaperStop struct {
	Kind        string // question, statement, grid, screen, roster, consent, gate, selection, end, block, value, review
	ID          string
	Number      string // what instructions call it
	Label       string // what kind of place it is, where it is no question
	Text        string
	Instruction string
	Card        string
	Universe    string // filter: who is asked, in words
	Otherwise   string // filter: where the others go
	Read        bool   // Text is read aloud, or what an observer notes
	Answer      []PaperOption
	Blank       string // how to write an answer that has no options
	Forced      []string
	Notes       []string // on options, order, dates
	Go          string   // where to go on, if not at the next stop
	Checks      []string
	Rows        []PaperOption // of a grid or screen
	Columns     []PaperStop   // of a grid or screen: the questions asked of each row
	Lines       int           // of a roster's sheet
	Items       []PaperStop   // of a roster or block
	Sensitive   bool
	Leads       []PaperLead // where the answers lead that do not lead to the next stop
	Away        string      // filter: number of the stop where the others go
	Through     bool        // some of those who are asked go on to the next stop
}

// A PaperLead is where some answers lead: the number of a stop, or what comes
// behind the section.
type PaperLead struct {
	Answers string
	To      string
	End     bool // the interview ends
}

// A PaperOption is an answer, or a row of a table.
type PaperOption struct {
	Code    string
	Text    string
	Special bool   // a reason for no answer
	Specify bool   // a line to write on
	Only    string // when it may be chosen, "" always
	Go      string // where it leads, if not to the next stop
}

// A PaperCard is a show card: what it is called, and what stands on it.
type PaperCard struct {
	Title string
	Used  []string // numbers of the stops that show it
	Lines []PaperOption
}

// A printer makes a Paper.
type printer struct {
	teller
	out     *Paper
	labels  map[*element]string // numbers of stops
	letters map[*module]string
	cards   map[string]*PaperCard
	order   []string        // of cards
	rows    map[string]bool // cards that have the rows of a table
}

// Paper lays q out in a language, in that of its source if it is not offered.
func (q *Questionnaire) Paper(language string) *Paper {
	if !slices.Contains(q.Languages, language) {
		language = q.Language
	}
	p := &printer{
		teller: teller{q, language, map[int]string{}}, labels: map[*element]string{}, letters: map[*module]string{}, cards: map[string]*PaperCard{}, rows: map[string]bool{},
		out: &Paper{Name: q.Name, Version: q.Version, Language: language, Title: q.plain(q.Title, language), Hash: q.hash},
	}
	p.out.Words = PaperWords{
		p.word("version"), p.word("code"), p.word("row"), p.word("contents"), p.word("card"), p.word("show_card"), p.word("private"),
		p.word("columns"), p.word("sheet"), p.word("source"),
	}
	p.out.CaseTitle, p.out.CardsTitle = p.word("case_checks"), p.word("cards")
	p.number()
	for i, m := range q.Modules {
		if s := p.section(i, m); len(s.Stops) > 0 {
			p.out.Sections = append(p.out.Sections, s)
		}
	}
	for _, c := range q.CaseChecks {
		p.out.CaseChecks = append(p.out.CaseChecks, p.check(c.Holds, c.Severity, p.text(c.Say)))
	}
	for _, k := range p.order {
		p.out.Cards = append(p.out.Cards, *p.cards[k])
	}
	p.out.Guide = strings.Split(p.word("guide"), "\n")
	return p.out
}

// number gives every stop and every calculated value what it is called.
func (p *printer) number() {
	places, values := 0, 0
	for i, m := range p.q.Modules {
		p.letters[m] = letter(i)
	}
	for _, e := range p.q.Elements {
		switch {
		case e.Kind == ElementItem && p.q.Variables[e.Variables[0]].Kind == varValue:
			values++
			p.numbers[e.Variables[0]] = "C" + number(values)
		case e.Kind == ElementItem:
			p.labels[e] = e.ID
		case e.Kind == ElementGrid:
			p.labels[e] = p.q.Variables[e.Variables[0]].ID
		case e.Screen != nil:
			p.labels[e] = p.q.Variables[e.Screen.Ask].ID
		case e.Kind == ElementBlock && !e.Random || e.Kind == ElementReview:
		default:
			places++
			p.labels[e] = "§" + number(places)
			for _, v := range e.Variables {
				p.numbers[v] = p.labels[e]
			}
		}
	}
	for _, l := range p.q.Levels {
		if l.Done >= 0 && l.roster != nil {
			p.numbers[l.Done] = p.labels[l.roster]
		}
	}
}

func letter(i int) string {
	if i >= 26 {
		return string(rune('A'+i/26-1)) + string(rune('A'+i%26))
	}
	return string(rune('A' + i))
}

// section lays out module m, the i-th.
func (p *printer) section(i int, m *module) PaperSection {
	s := PaperSection{Letter: letter(i), Name: m.Name, Title: p.text(m.Title), Heading: p.text(m.Heading)}
	if s.Title == "" {
		s.Title = p.word("checks") // of the interview as a whole, which no author has named
	}
	if len(m.When) > 0 {
		s.Universe = p.word("only_if", p.conditions(m.When))
	}
	if m.Respondent != "" {
		s.Respondent = p.word("respondent_" + m.Respondent)
	}
	l := p.q.Levels[m.Level]
	end := p.word("finish")
	if i+1 < len(p.q.Modules) {
		end = p.word("section", letter(i+1))
	}
	if !p.q.single(m.Level) && !p.ofTheSelected(m) {
		s.Per = p.word("per", p.levelName(l), end)
		end = p.word("next_form")
	}
	r := p.q.route(m)
	s.Stops = p.stops(r, m.Elements, end)
	return s
}

// ofTheSelected says whether m is asked of the one row that was drawn.
func (p *printer) ofTheSelected(m *module) bool {
	l := p.q.Levels[m.Level]
	return l.Selected >= 0 && slices.ContainsFunc(m.When, func(e *expr.Expr) bool {
		n := e.Root()
		return n.Op() == "var" && p.q.slot(n) == l.Selected
	})
}

// single says whether l and all levels above it have one row.
func (q *Questionnaire) single(l int) bool {
	for ; l >= 0; l = q.Levels[l].Parent {
		if q.Levels[l].Kind != levelSingle {
			return false
		}
	}
	return true
}

// stops lays out elements, whose route is r; end says where it leads.
func (p *printer) stops(r *scopeRoute, elements []int, end string) []PaperStop {
	var out []PaperStop
	for _, n := range elements {
		e := p.q.Elements[n]
		if e.Kind == ElementBlock && !e.Random {
			if e.Text >= 0 {
				out = append(out, PaperStop{Kind: "block", ID: e.ID, Text: p.text(e.Text), Instruction: p.text(e.Instruction)})
			}
			out = append(out, p.stops(r, e.Items, end)...)
			continue
		}
		i := slices.IndexFunc(r.stops, func(st *stop) bool { return st.element == e })
		s := p.stop(e)
		s.Through = true
		if i >= 0 {
			p.lead(&s, r, i, end)
		}
		if s.Kind == "review" && len(s.Checks) == 0 {
			continue
		}
		out = append(out, s)
	}
	return out
}

// lead says where stop i of r goes on, and for whom it is.
func (p *printer) lead(s *PaperStop, r *scopeRoute, i int, end string) {
	st := r.stops[i]
	name := func(to int) string {
		if to < len(r.stops) {
			return p.labels[r.stops[to].element]
		}
		return end
	}
	if st.filter {
		s.Universe = p.word("only_if", p.universe(st))
		s.Away = name(st.away)
		s.Otherwise = p.word("otherwise", name(st.away))
		if r.alone {
			s.Otherwise = p.word("skip_it")
		}
	}
	s.Leads = p.leads(st, i, name)
	s.Through = slices.ContainsFunc(st.ways, func(x way) bool { return !x.end && x.to == i+1 })
	if st.items != nil {
		inner := p.word("next_of_block")
		if st.element.Kind == ElementRoster {
			inner = p.word("next_row")
			s.Notes = append(s.Notes, p.word("each_row", name(i+1)))
		}
		s.Items = p.stops(st.items, st.element.Items, inner)
	}
	if st.element.Kind == ElementEnd || r.alone {
		return
	}
	p.goes(s, st, i, name)
}

// universe says who is asked at a stop with a filter.
func (p *printer) universe(st *stop) string {
	var parts []string
	if len(st.whens) > 0 {
		var open []*expr.Expr // the conditions that those who come here may not meet
		for _, e := range st.whens {
			if st.in.outcomes(e.Root()) != canHold {
				open = append(open, e)
			}
		}
		parts = append(parts, p.conditions(open))
	}
	if b := st.behind(p.q, st.in); b != canHold {
		parts = append(parts, p.word("behind_gate", p.numbers[st.element.gate]))
	}
	if st.some {
		parts = append(parts, p.word("some_row"))
	}
	return p.join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "and")
}

// goes says where the answers at a stop lead that do not lead to the next.
func (p *printer) goes(s *PaperStop, st *stop, i int, name func(int) string) {
	said := func(x way) string {
		if x.end {
			return p.word("stop", number(st.element.Disposition))
		}
		return p.word("go_to", name(x.to))
	}
	away := func(x way) bool { return x.end || x.to != i+1 }
	if !slices.ContainsFunc(st.ways, away) {
		return
	}
	all := true
	for _, x := range st.ways {
		all = all && x.to == st.ways[0].to && x.end == st.ways[0].end
	}
	if all {
		s.Go = upperFirst(said(st.ways[0])) + "."
		return
	}
	for _, x := range st.ways {
		if k := p.answerOf(s, st, x); away(x) && k >= 0 {
			s.Answer[k].Go = said(x)
		}
	}
	var clauses []string
	var done []way
	for _, x := range st.ways {
		same := func(y way) bool { return y.to == x.to && y.end == x.end }
		if !away(x) || slices.ContainsFunc(done, same) {
			continue
		}
		done = append(done, x)
		var answers []string
		for _, y := range st.ways {
			if same(y) {
				answers = append(answers, p.answer(st, y))
			}
		}
		clauses = append(clauses, p.word("if_go", s.Number, p.join(answers, "or"), said(x)))
	}
	rest := slices.IndexFunc(st.ways, func(x way) bool { return !away(x) })
	s.Go = strings.Join(clauses, "; ")
	if rest >= 0 {
		s.Go += "; " + p.word("else_go", name(i+1))
	}
	s.Go = upperFirst(s.Go) + "."
}

// leads lists where answers lead that do not lead to the next stop.
func (p *printer) leads(st *stop, i int, name func(int) string) []PaperLead {
	var out []PaperLead
	for _, x := range st.ways {
		if !x.end && x.to == i+1 {
			continue
		}
		to := name(x.to)
		k := slices.IndexFunc(out, func(l PaperLead) bool { return l.To == to && l.End == x.end })
		if k < 0 {
			out = append(out, PaperLead{p.answer(st, x), to, x.end})
			continue
		}
		out[k].Answers += ", " + p.answer(st, x)
	}
	if len(out) == 1 && len(st.ways) > 1 && !slices.ContainsFunc(st.ways, func(x way) bool { return !x.end && x.to == i+1 }) {
		out[0].Answers = ""
	}
	return out
}

// UniverseInWords says in a language which rows an item or calculated value is
// asked of, "" if of all or if there is no such item.
func (q *Questionnaire) UniverseInWords(item, language string) string {
	v, ok := q.byName[item]
	if !ok {
		return ""
	}
	t := teller{q, language, map[int]string{}}
	return t.conditions(v.When)
}

// answerOf returns which of the printed answers leads a way, -1 if none is
// printed.
func (p *printer) answerOf(s *PaperStop, st *stop, x way) int {
	if x.option >= 0 {
		return x.option
	}
	if x.missing == expr.Answered || st.element.Kind != ElementItem {
		return -1
	}
	k := slices.IndexFunc(p.q.Variables[st.element.Variables[0]].Special, func(sp special) bool { return sp.Missing == x.missing })
	first := slices.IndexFunc(s.Answer, func(o PaperOption) bool { return o.Special })
	if k < 0 {
		return -1
	}
	return first + k
}

// answer names the answer that leads somewhere.
func (p *printer) answer(st *stop, x way) string {
	e := st.element
	switch {
	case x.missing == NotReached:
		return p.word("blank_answer")
	case x.missing != expr.Answered:
		return p.quote(p.special(x.missing))
	case e.Kind == ElementConsent:
		return p.quote(p.text([]int{e.Given, e.Refused}[x.option]))
	case e.Kind == ElementGate:
		return p.quote(p.text(e.Outcomes[x.option]))
	case x.option < 0:
		return p.word("any_value")
	}
	v := p.q.Variables[e.Variables[0]]
	if v.list == nil {
		return p.quote(yesNo(p.language, x.option == 1))
	}
	if name := p.option(v.list, x.option); name != v.list.Choices[x.option].Code {
		return name
	}
	return v.list.Choices[x.option].Code
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// text returns text n with blanks where values belong.
func (p *printer) text(n int) string {
	if n < 0 {
		return ""
	}
	var b strings.Builder
	for _, s := range p.q.sentence(n, p.language) {
		if s.Fill == nil {
			b.WriteString(s.Literal)
			continue
		}
		b.WriteString(p.fill(s.Fill.Root()))
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// fill is the blank for a value, with its name.
func (p *printer) fill(n expr.Node) string {
	var names []string
	var visit func(n expr.Node)
	visit = func(n expr.Node) {
		switch n.Op() {
		case "if":
			visit(n.Arg(1))
			visit(n.Arg(2))
		case "const":
		default:
			if s := p.value(n); !slices.Contains(names, s) {
				names = append(names, s)
			}
		}
	}
	visit(n)
	return "____ [" + strings.Join(names, " / ") + "]"
}

// word returns one of the sentences of paperWords.
func (p *printer) word(key string, a ...any) string {
	s := cmp.Or(paperWords[p.language][key], paperWords["en"][key], key)
	return joined(p.language, sprintf(s, a...))
}
