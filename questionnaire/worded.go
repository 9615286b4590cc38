//go:build !js

package questionnaire

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file says conditions in words, as an interviewer reads them on paper and
// a reader of the data in a codebook. The rules:
//
//   - it is the checked tree that is read, never what the author typed: what is
//     said is what the engine does;
//   - an answer is called by its words, or by its code where these are long;
//   - what a catalogue says of its entries is said as the list of entries;
//   - "is not" holds too of what was not asked, and says so where that can be.

// A teller says conditions of a questionnaire in one language.
type teller struct {
	q        *Questionnaire
	language string
	numbers  map[int]string // what printed things are called, by variable
}

// say returns one of the sentences of conditionWords.
func (t *teller) say(key string, a ...any) string {
	return joined(t.language, fmt.Sprintf(cmp.Or(conditionWords[t.language][key], conditionWords["en"][key], key), a...))
}

// contractions are the prepositions that are one word with the article behind
// them, by language. Our own sentences put one before the name of something.
var contractions = map[string]*strings.Replacer{
	"es": strings.NewReplacer(" a el ", " al ", " de el ", " del "),
	"pt": strings.NewReplacer(" a o ", " ao ", " a a ", " à ", " de o ", " do ", " de a ", " da ", " em o ", " no ", " em a ", " na "),
	"fr": strings.NewReplacer(" à le ", " au ", " de le ", " du "),
}

// joined is a sentence of a language with its prepositions joined to the articles.
func joined(language, s string) string {
	if c := contractions[language]; c != nil {
		return c.Replace(s)
	}
	return s
}

// quote puts words between the marks of the language.
func (t *teller) quote(s string) string {
	switch t.language {
	case "es":
		return "«" + s + "»"
	case "fr":
		return "«\u00a0" + s + "\u00a0»"
	}
	return "“" + s + "”"
}

// long is the length from which an option is called by its code.
const long = 40

// join lists words, the last one behind key: "and", "or", "nor".
func (t *teller) join(words []string, key string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := words[len(words)-1]
	return strings.Join(words[:len(words)-1], ", ") + " " + t.say(key) + " " + last
}

// conditions says several conditions that hold together.
func (t *teller) conditions(whens []*expr.Expr) string {
	var parts []string
	for _, e := range whens {
		s := t.condition(e.Root(), true)
		if len(whens) > 1 && e.Root().Op() == "or" {
			s = "(" + s + ")"
		}
		parts = append(parts, s)
	}
	return t.join(parts, "and")
}

// condition says that n holds, or that it does not.
func (t *teller) condition(n expr.Node, holds bool) string {
	switch n.Op() {
	case "const":
		return t.say(map[bool]string{true: "always", false: "never"}[(n.N() == 1) == holds])
	case "not":
		return t.condition(n.Arg(0), !holds)
	case "surely":
		return t.condition(n.Arg(0), holds) + t.alsoUnasked(n.Arg(0), holds)
	case "and", "or":
		key := n.Op()
		if !holds {
			key = map[string]string{"and": "or", "or": "and"}[key]
		}
		var parts []string
		for i := range n.Args() {
			s := t.condition(n.Arg(i), holds)
			if k := n.Arg(i).Op(); (k == "or" || k == "and") && k != n.Op() || k == "if" {
				s = "(" + s + ")"
			}
			parts = append(parts, s)
		}
		return t.join(parts, key)
	case "answered":
		return t.say(pick(holds, "answered", "unanswered"), t.value(n.Arg(0)))
	case "is_missing":
		return t.say(pick(holds, "is", "is_not"), t.value(n.Arg(0)), t.quote(t.special(Missing(n.N()))))
	case "=":
		return t.equal(n, holds)
	case "in":
		return t.within(n, holds)
	case "has":
		return t.say(pick(holds, "has", "has_not"), t.value(n.Arg(1)), t.constant(n.Arg(0), t.listOf(n.Arg(1))))
	case "lt", "le":
		return t.ordered(n, holds)
	case "any", "all":
		key := pick(holds, n.Op(), "not_"+n.Op())
		return t.say(key, t.rows(n), t.condition(n.Arg(0), true))
	case "if":
		if last := n.Arg(2); holds && last.Op() == "const" && last.N() == 1 { // nothing is asked of the others
			return t.say("if_only", t.condition(n.Arg(0), true), t.condition(n.Arg(1), true))
		}
		return t.say("if", t.condition(n.Arg(0), true), t.condition(n.Arg(1), holds), t.condition(n.Arg(2), holds))
	case "contains", "starts_with":
		return t.say(pick(holds, n.Op(), "not_"+n.Op()), t.value(n.Arg(0)), t.value(n.Arg(1)))
	case "matches":
		return t.say(pick(holds, "matches", "not_matches"), t.value(n.Arg(0)), n.Text())
	case "var":
		v := t.q.Variables[t.q.slot(n)]
		switch v.Kind {
		case varSelected:
			return t.say(pick(holds, "selected", "not_selected"))
		case varQuestion, varDone:
			return t.say("is", t.variable(v), t.quote(yesNo(t.language, holds)))
		}
		return t.say(pick(holds, "met", "not_met"), t.variable(v))
	}
	return t.say(pick(holds, "met", "not_met"), t.value(n))
}

func pick(holds bool, yes, no string) string {
	if holds {
		return yes
	}
	return no
}

// alsoUnasked is what "is not" adds where it reads a question that may have been
// passed over.
func (t *teller) alsoUnasked(n expr.Node, holds bool) string {
	if holds || n.Op() != "=" && n.Op() != "in" || n.Arg(0).Op() != "var" {
		return ""
	}
	if v := t.q.Variables[t.q.slot(n.Arg(0))]; v.Kind != varQuestion || len(v.When) == 0 {
		return ""
	}
	return " " + t.say("or_not_asked")
}

// equal says x = c.
func (t *teller) equal(n expr.Node, holds bool) string {
	x, y := n.Arg(0), n.Arg(1)
	if x.Op() == "const" {
		x, y = y, x
	}
	if codes := t.entries(x, func(a expr.Node) bool { return y.Op() == "const" && a.N() == y.N() && a.Text() == y.Text() }); codes != "" {
		return t.say(pick(holds, "is", "is_not"), t.code(x), codes)
	}
	if x.Kind() == expr.Bool && y.Op() == "const" {
		return t.condition(x, (y.N() == 1) == holds)
	}
	return t.say(pick(holds, "is", "is_not"), t.value(x), t.constant(y, t.listOf(x)))
}

// within says x in {c, …}.
func (t *teller) within(n expr.Node, holds bool) string {
	x := n.Arg(0)
	if codes := t.entries(x, func(a expr.Node) bool {
		for i := 1; i < n.Args(); i++ {
			if c := n.Arg(i); a.N() == c.N() && a.Text() == c.Text() {
				return true
			}
		}
		return false
	}); codes != "" {
		return t.say(pick(holds, "is", "is_not"), t.code(x), codes)
	}
	var words []string
	for i := 1; i < n.Args(); i++ {
		words = append(words, t.constant(n.Arg(i), t.listOf(x)))
	}
	return t.say(pick(holds, "is", "is_not"), t.value(x), t.join(words, pick(holds, "or", "nor")))
}

// entries lists the entries of a catalogue whose attribute n meets a condition;
// "" if n is no attribute.
func (t *teller) entries(n expr.Node, meets func(expr.Node) bool) string {
	if n.Op() != "attr" {
		return ""
	}
	l := t.q.Variables[t.q.slot(n)].list
	if l == nil {
		return ""
	}
	possible, some := t.q.rowCodes(t.q.Variables[t.q.slot(n)])
	var codes []string
	for i := range min(n.Args(), len(l.Choices)) {
		if meets(n.Arg(i)) && (!some || possible>>i&1 == 1) {
			codes = append(codes, t.option(l, i))
		}
	}
	if len(codes) > 8 {
		return ""
	}
	return t.join(codes, "or")
}

// ordered says x < y and x <= y.
func (t *teller) ordered(n expr.Node, holds bool) string {
	x, y := n.Arg(0), n.Arg(1)
	less, strict := true, n.Op() == "lt"
	if x.Op() == "const" { // 18 <= age
		x, y, less = y, x, false
	}
	if !holds {
		less, strict = !less, !strict
	}
	key := map[[2]bool]string{{true, true}: "less", {true, false}: "at_most", {false, true}: "more", {false, false}: "at_least"}[[2]bool{less, strict}]
	return t.say(key, t.value(x), t.value(y))
}

// value says what n is.
func (t *teller) value(n expr.Node) string {
	switch n.Op() {
	case "const":
		return t.constant(n, t.listOf(n))
	case "missing":
		return t.say("nothing")
	case "var":
		return t.variable(t.q.Variables[t.q.slot(n)])
	case "attr":
		if a := t.attribute(n); a != nil {
			return t.say("part", t.quote(a.Name), t.code(n))
		}
		return t.say("of_entry", t.code(n))
	case "at":
		s := n.Slot()
		v := t.q.Levels[s.Level].variables[s.Index]
		l := t.q.Levels[s.Level]
		return t.say("in_row", t.variable(v), t.constant(n.Arg(0), t.q.Lists[l.List]))
	case "if":
		return "(" + t.say("if", t.condition(n.Arg(0), true), t.value(n.Arg(1)), t.value(n.Arg(2))) + ")"
	case "rescale", "real":
		return t.value(n.Arg(0))
	case "+", "-", "*", "/":
		sign := map[string]string{"+": "+", "-": "−", "*": "×", "/": "÷"}[n.Op()]
		return t.operand(n.Arg(0)) + " " + sign + " " + t.operand(n.Arg(1))
	case "neg":
		return "−" + t.operand(n.Arg(0))
	case "count", "sum", "sum_known", "count_unknown", "min_rows", "max_rows":
		return t.aggregate(n)
	}
	if n.Kind() == expr.Bool {
		return t.condition(n, true)
	}
	var args []string
	for i := range n.Args() {
		if n.Op() == "cut" && i > 0 {
			break
		}
		args = append(args, t.value(n.Arg(i)))
	}
	switch n.Op() {
	case "days_between", "years_between":
		return t.say(n.Op(), args[0], args[1])
	case "min", "max", "date", "coalesce":
		return t.say(n.Op(), strings.Join(args, ", "))
	}
	return t.say(n.Op(), args[0])
}

func (t *teller) operand(n expr.Node) string {
	s := t.value(n)
	if k := n.Op(); k == "+" || k == "-" {
		return "(" + s + ")"
	}
	return s
}

func (t *teller) aggregate(n expr.Node) string {
	key := n.Op()
	if n.Args() == 0 {
		return t.say("count_rows", t.rows(n))
	}
	if n.Arg(0).Kind() == expr.Bool {
		return t.say("count", t.rows(n), t.condition(n.Arg(0), true))
	}
	return t.say(key, t.value(n.Arg(0)), t.rows(n))
}

// rows names the rows that an aggregate ranges over.
func (t *teller) rows(n expr.Node) string { return t.levelName(t.q.Levels[n.Slot().Level]) }

// levelName is what the rows of a level are called, in the plural.
func (t *teller) levelName(l *level) string {
	if s := bookWord(t.language, "table."+l.Name); s != "" {
		return t.quote(s)
	}
	for _, e := range t.q.Elements {
		if e.Rows == l.index && len(e.Variables) > 0 && l.Kind == levelGrid {
			return t.variable(t.q.Variables[e.Variables[0]])
		}
	}
	return t.quote(l.Name)
}

// code names the variable that an attribute is of.
func (t *teller) code(n expr.Node) string { return t.variable(t.q.Variables[t.q.slot(n)]) }

// variable names v as it is printed.
func (t *teller) variable(v *variable) string {
	if s, ok := t.numbers[v.number]; ok {
		return s
	}
	l := t.q.Levels[v.Level]
	switch v.Kind {
	case varParameter:
		return t.say("parameter", v.ID)
	case varPeriod:
		name := t.say("period_" + v.Part)
		if base, _, _ := cutLast(v.ID); t.several(v) {
			name += " " + t.quote(base)
		}
		return name
	case varPart:
		return t.say("part", cmp.Or(bookWord(t.language, "part."+v.Part), v.Part), t.variable(t.q.Variables[v.Of]))
	case varDerived:
		switch v.number {
		case l.Row:
			if l.Kind == levelCodes {
				return t.say("in_row", t.say("row"), t.levelName(l))
			}
			return t.say(pick(l.Kind == levelForms || len(t.screenOf(l)) > 0, "crime", "row"))
		case l.Number:
			return t.say("number")
		case l.Count:
			return t.say("total")
		}
		if v.ID == "today" || v.ID == "interview_date" {
			return t.say(v.ID)
		}
		if strings.HasSuffix(v.ID, ".option") {
			return t.say("option")
		}
	}
	return v.ID
}

// several says whether another period has the same part: then its name tells
// which one is meant.
func (t *teller) several(v *variable) bool {
	return slices.ContainsFunc(t.q.Variables, func(o *variable) bool { return o != v && o.Kind == varPeriod && o.Part == v.Part })
}

// screenOf returns the screeners whose rows l has.
func (t *teller) screenOf(l *level) (es []*element) {
	for _, e := range t.q.Elements {
		if e.Screen != nil && e.Rows == l.index {
			es = append(es, e)
		}
	}
	return es
}

// special returns the words of a special answer.
func (t *teller) special(m Missing) string {
	for _, s := range t.q.Special {
		if s.Missing == m {
			return t.q.plain(s.Text, t.language)
		}
	}
	return t.say("missing_" + m.String())
}

// listOf returns the list whose codes n gives, nil if it is not known: the
// compiled form keeps codes as numbers.
func (t *teller) listOf(n expr.Node) *list {
	switch n.Op() {
	case "var":
		return t.q.Variables[t.q.slot(n)].list
	case "at":
		s := n.Slot()
		return t.q.Levels[s.Level].variables[s.Index].list
	case "attr":
		return t.attributeList(n)
	case "if":
		return cmp.Or(t.listOf(n.Arg(1)), t.listOf(n.Arg(2)))
	case "coalesce":
		return t.listOf(n.Arg(0))
	}
	return nil
}

// attribute returns the column that n reads, nil if it is not known: the compiled
// form keeps its cells.
func (t *teller) attribute(n expr.Node) *attribute {
	l := t.q.Variables[t.q.slot(n)].list
	if l == nil {
		return nil
	}
	for k, a := range l.Attributes {
		same := len(a.Cells) == n.Args() && a.Type.Kind == n.Kind()
		for i := 0; same && i < n.Args(); i++ {
			c, m := n.Arg(i), a.Cells[i].Missing != expr.Answered
			same = (c.Op() == "missing") == m && (m || a.Cells[i].N == c.N() && a.Cells[i].Text == c.Text())
		}
		if same {
			return &l.Attributes[k]
		}
	}
	return nil
}

// attributeList returns the list whose codes the column that n reads has.
func (t *teller) attributeList(n expr.Node) *list {
	if a := t.attribute(n); a != nil {
		if a.Type.Kind != expr.Code {
			return nil
		}
		return t.q.Lists[a.Type.List]
	}
	if n.Kind() == expr.Code {
		return t.q.Variables[t.q.slot(n)].list // a code that stands for another of its list
	}
	return nil
}

// option names an option: by its words, or by its code if these are long.
func (t *teller) option(l *list, i int) string {
	if i < 0 || i >= len(l.Choices) {
		return "?"
	}
	c := l.Choices[i]
	words := strings.TrimRight(t.q.plain(c.Text, t.language), ".")
	if len([]rune(words)) > long {
		return c.Code
	}
	return t.quote(words)
}

// constant says a constant, which is a code of l if it is one.
func (t *teller) constant(n expr.Node, l *list) string {
	if n.Op() != "const" {
		return t.value(n)
	}
	loc := localeOf(t.language)
	switch n.Kind() {
	case expr.Code:
		if l != nil {
			return t.option(l, int(n.N()))
		}
	case expr.Set:
		var words []string
		for i := range 64 {
			if uint64(n.N())>>i&1 == 1 && l != nil {
				words = append(words, t.option(l, i))
			}
		}
		return t.join(words, "and")
	case expr.Number:
		return loc.number(n.N(), n.Scale())
	case expr.Date:
		return loc.day(n.N())
	case expr.Time:
		return expr.FormatTime(n.N())
	case expr.Text:
		return t.quote(n.Text())
	case expr.Bool:
		return yesNo(t.language, n.N() == 1)
	}
	return fmt.Sprint(n.N())
}
