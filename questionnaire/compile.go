//go:build !js

package questionnaire

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file and its neighbours turn an instrument into a questionnaire, in
// three passes:
//
//   - declare gives every list, level, variable, element and text its number,
//     in source order (declare.go, items.go). An expression may name what
//     stands further down, so none is looked at yet: each is put aside by
//     later;
//   - resolve compiles what was put aside, against the scope it was written in
//     (scope.go). A calculated value gets its type when the first expression
//     that names it needs it;
//   - translate splits the texts of every language at their fills (texts.go).
//
// A mistake never stops a pass: what is wrong is reported and left out, and
// what follows only from it is not reported again. The result goes through JSON
// and Load even here, so that a tablet gets exactly what was checked.

// Compile checks an instrument and returns the questionnaire to be asked:
// every name resolved, every expression typed, every dependency without a
// cycle, so what runs later has no error to return for them. All mistakes are
// reported at once, in source order; the Questionnaire is nil if any is an
// Error, and may come with warnings. It is nil without a word if all that is
// wrong is something absent, which LoadInstrument has reported.
func Compile(in *Instrument) (*Questionnaire, expr.Diagnostics) {
	return compile(in, 0)
}

// compile is Compile, blind to one kind of edge of the flow of information: a
// test shows that each is needed. 0 is blind to none.
func compile(in *Instrument, without edgeKind) (*Questionnaire, expr.Diagnostics) {
	c := newCompiler(in)
	c.without = without
	c.declare()
	c.resolve()
	c.translate()
	c.replacedWords()
	c.namesWhatWasDropped()
	if c.diags.Err() == nil {
		c.diags = append(c.diags, c.echoes...)
	}
	c.q.connect()
	if !c.absent && c.diags.Err() == nil {
		c.flows()
	}
	c.circles()
	c.diags.Sort()
	if c.absent || c.diags.Err() != nil {
		return nil, c.diags
	}
	q, err := Load(wire.Write(c.q))
	if err != nil {
		panic("questionnaire: compiled form cannot be read: " + err.Error())
	}
	q.tables = c.tableFiles
	q.places = c.placesOf(q)
	return q, c.diags
}

func newCompiler(in *Instrument) *compiler {
	return &compiler{
		in: in, q: &Questionnaire{Format: irFormat, Title: -1, PublicTitle: -1, Texts: map[string][]text{}},
		written: map[*expr.Expr]Source{}, worded: map[*expr.Expr]bool{}, unclassed: map[int]bool{},
		names: map[string]int{}, placed: map[string]Source{}, lists: map[string]int{}, levels: map[string]int{},
		astray: map[int]string{}, tables: map[string]int{}, local: map[[2]any]int{}, keys: map[string]int{}, replaced: map[string]Source{},
	}
}

// compiler holds what Compile knows so far.
type compiler struct {
	in    *Instrument
	q     *Questionnaire
	diags expr.Diagnostics

	// echoes are mistakes of what the engine words from an author's expressions,
	// which are checked where they stand: told only if nothing else is wrong.
	echoes expr.Diagnostics

	absent bool // a mistake had no place: the loader has reported what is not there

	// What names mean. local holds the names that only the rows of one level
	// know, such as crime in an incident.
	lists  map[string]int    // choice lists and catalogues by name
	tables map[string]int    // tables by name
	levels map[string]int    // levels, grids and screens by name
	names  map[string]int    // variables by id and label
	local  map[[2]any]int    // variables by {level, name}: row, crime
	placed map[string]Source // where each name was first defined
	keys   map[string]int    // texts by key

	astray map[int]string // levels that stand for one that is not known, with its name: see declare_astray.go

	tableFiles []TableFile
	replaced   map[string]Source // texts that stood where an overlay has others, by key
	// What flow.go has to know of how it was written.
	without   edgeKind
	written   map[*expr.Expr]Source // where each expression stands
	unclassed map[int]bool          // calculated values whose author gave no class

	texts   []textSource
	pending []func()              // what waits until every name is declared
	values  map[int]*pendingValue // calculated values by variable
	worded  map[*expr.Expr]bool   // checks that the engine made of a range
}

// pendingValue is a calculated value whose type is found when first needed.
type pendingValue struct {
	source Source
	busy   bool // being compiled
	circle bool // found to depend on itself
	done   bool
}

// errorf reports a mistake at src.
func (c *compiler) errorf(src Source, hint, format string, a ...any) {
	c.report(src, expr.Error, hint, format, a...)
}

func (c *compiler) report(src Source, severity expr.Severity, hint, format string, a ...any) {
	if src.At.Line == 0 {
		c.absent = c.absent || severity == expr.Error
		return
	}
	d := src.Mistake(hint, format, a...)
	d.Severity = severity
	c.diags.Add(d)
}

// later runs f when every name is declared.
func (c *compiler) later(f func()) { c.pending = append(c.pending, f) }

// resolve compiles the expressions, once every name is known.
func (c *compiler) resolve() {
	for len(c.pending) > 0 {
		f := c.pending[0]
		c.pending = c.pending[1:]
		f()
	}
}

// declare gives every list, level, variable, element and text its number.
func (c *compiler) declare() {
	in, q := c.in, c.q
	c.values = map[int]*pendingValue{}
	q.Name, q.Version, q.Language = in.Name.Text, in.Version.Text, in.Language.Text
	q.Languages = []string{q.Language}
	for _, l := range in.Languages {
		if l.Text != q.Language {
			q.Languages = append(q.Languages, l.Text)
		}
	}
	q.Currency = currency{in.Currency.Code.Text, in.Currency.Symbol.Text, in.Currency.Decimals}
	q.Title = c.text("instrument.title", in.Title, 0)
	q.PublicTitle = c.text("instrument.public_title", in.PublicTitle, 0)
	q.Levels = []*level{{Name: "interview", Parent: -1, List: -1, Row: -1, Number: -1, Count: -1, Done: -1, Selected: -1}}
	c.declareLists()
	c.declareTables()
	for _, s := range in.Special {
		m, ok := expr.ParseMissing(s.Name.Text)
		if !ok || m != DontKnow && m != Refused && m != DoesNotApply {
			c.errorf(s.Name, "use dont_know, refused or does_not_apply", "%q is not a reason that can be given for no answer", s.Name.Text)
			continue
		}
		q.Special = append(q.Special, special{m, c.text("special."+s.Name.Text, s.Text, 0)})
	}
	for _, l := range in.Levels {
		c.declareLevel(l)
	}
	c.derived("today", 0, expr.Date)
	c.derived("interview_date", 0, expr.Date)
	for _, p := range in.Parameters {
		c.declareParameter(p)
	}
	for _, p := range in.Periods {
		c.declarePeriod(p)
	}
	for _, m := range in.Modules {
		c.declareModule(m)
	}
	c.declareInterviewChecks()
	c.declareCaseChecks()
	q.Complete, q.Partial = c.modules(in.Complete), c.modules(in.Partial)
}

// modules returns the numbers of modules by name.
func (c *compiler) modules(names []Source) []int {
	out := []int{}
	for _, n := range names {
		i := slices.IndexFunc(c.q.Modules, func(m *module) bool { return m.Name == n.Text })
		if i < 0 {
			c.errorf(n, "", "there is no module %s", n.Text)
			continue
		}
		out = append(out, i)
	}
	return out
}

// reserved are the names that mean something in every instrument.
var reserved = map[string]string{
	"today": "the date of what is being done", "interview_date": "the date of the interview's start", "interview": "the interview itself",
	"option": "the option that offer: is about", endPath: "the last screen",
}

// define claims a name for good; a second claim is a mistake.
func (c *compiler) define(name Source, what string) bool {
	if means, taken := reserved[name.Text]; taken {
		c.errorf(name, "choose another name", "%s %s: this name is %s", what, name.Text, means)
		return false
	}
	if first, taken := c.placed[name.Text]; taken {
		c.errorf(name, "", "%s %s is defined twice, first at %s", what, name.Text, first.At)
		return false
	}
	c.placed[name.Text] = name
	return true
}

func (c *compiler) declareLists() {
	for _, l := range c.in.Lists {
		if _, twice := c.lists[l.Name.Text]; twice {
			c.errorf(l.Name, "", "list %s is defined twice", l.Name.Text)
			continue
		}
		out := &list{Name: l.Name.Text, names: &expr.List{Name: l.Name.Text}}
		c.lists[l.Name.Text] = len(c.q.Lists)
		c.q.Lists = append(c.q.Lists, out)
		codes, names := map[string]bool{}, map[string]bool{}
		for _, ch := range l.Choices {
			if codes[ch.Code.Text] {
				c.errorf(ch.Code, "codes are never used for two things", "code %s stands twice in list %s", ch.Code.Text, l.Name.Text)
			}
			if names[ch.Name.Text] {
				c.errorf(ch.Name, "", "%s stands twice in list %s", ch.Name.Text, l.Name.Text)
			}
			codes[ch.Code.Text], names[ch.Name.Text] = true, true
			if strings.ContainsAny(ch.Text.Text, "{}") {
				c.errorf(ch.Text, "put what changes into the question", "the words of an option are the same in every interview: they take no {…}")
			}
			out.names.Codes = append(out.names.Codes, ch.Name.Text)
			out.Choices = append(out.Choices, choice{
				Code: ch.Code.Text, Name: ch.Name.Text, Specify: ch.Specify, Exclusive: ch.Exclusive, Class: DataClass(ch.Class.Text),
				Text: c.text("codes."+l.Name.Text+"."+ch.Name.Text, ch.Text, 0),
			})
		}
	}
	for _, l := range c.in.Lists {
		for _, a := range l.Attributes {
			c.declareAttribute(l, a)
		}
	}
}

func (c *compiler) declareAttribute(l *ChoiceList, a *Attribute) {
	t, ok := c.valueType(a.Type)
	if !ok {
		return
	}
	out := attribute{Name: a.Name.Text, Type: t}
	for _, ch := range l.Choices {
		src, given := ch.Values[a.Name.Text]
		if !given {
			out.Cells = append(out.Cells, missing(NotAsked))
			continue
		}
		cell, err := c.constant(t, src.Text)
		if err != nil {
			c.errorf(src, "", "%s of %s: %v", a.Name.Text, ch.Name.Text, err)
		}
		out.Cells = append(out.Cells, cell)
	}
	i := c.lists[l.Name.Text]
	c.q.Lists[i].Attributes = append(c.q.Lists[i].Attributes, out)
}

// constant reads a value written in an instrument.
func (c *compiler) constant(t valueType, s string) (expr.Cell, error) {
	if t.unread() {
		return expr.Cell{}, nil
	}
	switch t.Kind {
	case expr.Text:
		return expr.Cell{Text: s, Missing: expr.Answered}, nil
	case expr.Code:
		if i := c.q.Lists[t.List].names.Index(s); i >= 0 {
			return known(int64(i)), nil
		}
		return expr.Cell{}, errors.New(expr.NotACode(s, c.q.Lists[t.List].Name))
	case expr.Number:
		whole, rest, _ := strings.Cut(s, ".")
		if len(rest) > t.Scale {
			return expr.Cell{}, fmt.Errorf("%s has more than %d decimals", s, t.Scale)
		}
		n, err := strconv.ParseInt(whole+rest+strings.Repeat("0", t.Scale-len(rest)), 10, 64)
		if err != nil {
			return expr.Cell{}, fmt.Errorf("%q is not a number", s)
		}
		if n <= -maxNumber || n >= maxNumber {
			return expr.Cell{}, fmt.Errorf("%s is out of bounds", s)
		}
		return known(n), nil
	}
	return expr.Cell{}, fmt.Errorf("a value of kind %s cannot be written here", t.Kind)
}

// maxScale is the most decimals a number can have.
const maxScale = 9

// valueType reads a type as authors write it.
func (c *compiler) valueType(src Source) (valueType, bool) {
	name := strings.TrimSpace(src.Text)
	t := valueType{List: -1}
	switch {
	case strings.HasPrefix(name, "one of "), strings.HasPrefix(name, "several of "):
		t.Kind = expr.Code
		if strings.HasPrefix(name, "several") {
			t.Kind = expr.Set
		}
		_, rest, _ := src.cut(" of ")
		list := strings.TrimSpace(rest.Text)
		i, ok := c.lists[list]
		if !ok {
			c.errorf(rest, suggestion(list, mapNames(c.lists)), "there is no list %s", list)
			return t, false
		}
		if t.Kind == expr.Set && len(c.q.Lists[i].Choices) > 64 {
			c.errorf(src, "", "list %s has %d codes: several can be chosen of 64 at most", list, len(c.q.Lists[i].Choices))
			return t, false
		}
		t.List = i
	case name == "integer", name == "year":
		t.Kind = expr.Number
	case name == "money":
		t.Kind, t.Money, t.Scale = expr.Number, true, c.q.Currency.Decimals
		if c.q.Currency.Code == "" {
			c.errorf(src, "write currency: {code: …, symbol: …, decimals: …} in the instrument", "money without a currency")
		}
	case name == "text":
		t.Kind = expr.Text
	case name == "date":
		t.Kind = expr.Date
	case name == formMonth:
		t.Kind, t.Form = expr.Date, formMonth
	case name == formPoint, name == formPhoto, name == formAudio:
		t.Kind, t.Form = expr.Text, name
	case strings.HasPrefix(name, "entry of "), strings.HasPrefix(name, "place of "):
		return c.tableType(src, name[:len("entry")])
	case name == "time":
		t.Kind = expr.Time
	case strings.HasPrefix(name, "decimal(") && strings.HasSuffix(name, ")"):
		n, err := strconv.Atoi(name[len("decimal(") : len(name)-1])
		if err != nil || n < 1 || n > maxScale {
			c.errorf(src, "", "%s: a decimal has 1 to %d places", name, maxScale)
			return t, false
		}
		t.Kind, t.Scale = expr.Number, n
	default:
		c.errorf(src, "use one of LIST, several of LIST, entry of TABLE, place of TABLE, integer, decimal(n), money, text, date, month, time, point, photo or audio", "%q is not a type", name)
		return t, false
	}
	return t, true
}

// unread says whether the type could not be read: that was reported where it
// stands, and whatever uses it has no more to say.
func (t valueType) unread() bool {
	return t.Kind == 0 || t.List < 0 && (t.Kind == expr.Code || t.Kind == expr.Set)
}

// exprType is t as expressions see it.
func (c *compiler) exprType(t valueType) expr.Type {
	out := expr.Type{Kind: t.Kind, Scale: t.Scale}
	if t.List >= 0 {
		out.List = c.q.Lists[t.List].names
	}
	return out
}

// suggestion is a hint for a name that is not one of names.
func suggestion(name string, names []string) string {
	if s := expr.Nearest(name, names); s != "" {
		return "did you mean " + s + "?"
	}
	return ""
}

func mapNames(m map[string]int) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// circles reports what depends on itself, among what could be compiled: one
// circle after the other, each of parts that stand in none before it.
func (c *compiler) circles() {
	for g := newGraph(c.q); g.cycle != nil; g.rank() {
		c.reportCycle(g)
		cycle := g.cycle
		g.cycle, g.ranked = nil, nil
		for i := range g.nodes {
			n := &g.nodes[i]
			n.feeds = slices.DeleteFunc(n.feeds, func(f feed) bool { return slices.Contains(cycle, i) || slices.Contains(cycle, f.to) })
		}
	}
}

// reportCycle names the path of g's cycle and where it begins.
func (c *compiler) reportCycle(g *graph) {
	q, cycle := c.q, g.cycle
	var names []string
	at := Source{}
	for _, n := range cycle {
		name, place := "", ""
		switch nd := g.nodes[n]; nd.kind {
		case nodeVariable:
			name = q.Variables[nd.of].ID
			place = name
			if _, ok := c.placed[place]; !ok { // one of the engine's own: period.year, person.number
				place, _, _ = cutLast(name)
			}
		case nodeRows:
			place = q.Levels[nd.of].Name
			name = "rows of " + place
		case nodeTerm:
			continue // a part of what reads it, which comes next
		}
		if src, ok := c.placed[place]; ok && (at.At.Line == 0 || src.At.Line < at.At.Line) {
			at = src
		}
		names = append(names, name)
	}
	if at.At.Line == 0 {
		at = c.in.Name
	}
	names = append(names, names[0])
	c.errorf(at, "one of them has to be decided without the others", "these depend on each other in a circle: %s", strings.Join(names, " → "))
}
