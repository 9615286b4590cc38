//go:build !js

package expr

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// This file checks calls of functions.

// maxNested bounds aggregates in aggregates: there are four levels from the
// dwelling to the incident.
const maxNested = 4

// A signature says how a function is called.
type signature struct {
	usage    string
	min, max int // arguments
}

const anyNumber = maxNodes

// functions are those of the language.
var functions = map[string]signature{
	"answered":       {"answered(x)", 1, 1},
	"dont_know":      {"dont_know(x)", 1, 1},
	"refused":        {"refused(x)", 1, 1},
	"does_not_apply": {"does_not_apply(x)", 1, 1},
	"surely":         {"surely(condition)", 1, 1},
	"coalesce":       {"coalesce(x, y, …)", 2, anyNumber},

	"any":           {"any(roster, condition)", 2, 2},
	"all":           {"all(roster, condition)", 2, 2},
	"count":         {"count(roster), count(roster, condition) or count(set)", 1, 2},
	"sum":           {"sum(roster, x)", 2, 2},
	"sum_known":     {"sum_known(roster, x)", 2, 2},
	"count_unknown": {"count_unknown(roster, x)", 2, 2},
	"distinct":      {"distinct(roster, x)", 2, 2},
	"min":           {"min(roster, x) or min(x, y, …)", 2, anyNumber},
	"max":           {"max(roster, x) or max(x, y, …)", 2, anyNumber},

	"abs":   {"abs(x)", 1, 1},
	"round": {"round(x, decimals)", 1, 2},
	"floor": {"floor(x)", 1, 1},
	"cut":   {"cut(x, 18, 30, …)", 2, anyNumber},

	"year":          {"year(date)", 1, 1},
	"month":         {"month(date)", 1, 1},
	"day":           {"day(date)", 1, 1},
	"date":          {`date("2025-03-14") or date(year, month, day)`, 1, 3},
	"time":          {`time("14:30")`, 1, 1},
	"days_between":  {"days_between(from, to)", 2, 2},
	"years_between": {"years_between(from, to)", 2, 2},

	"length":      {"length(text)", 1, 1},
	"matches":     {`matches(text, "pattern")`, 2, 2},
	"contains":    {"contains(text, part)", 2, 2},
	"starts_with": {"starts_with(text, part)", 2, 2},
}

// call checks a call of a function.
func (c *checker) call(t *term, list *List) *node {
	end := t.pos + len(t.text)
	f, ok := functions[t.text]
	switch {
	case !ok:
		hint := c.didYouMean(t.text, slices.Collect(maps.Keys(functions)))
		if _, variable := c.scope.Lookup(t.text); variable {
			hint = t.text + " is a variable: write it without (…)"
		}
		c.wrong(t.pos, end, fmt.Sprintf("there is no function %s", t.text), hint)
		return nil
	case len(t.args) < f.min || len(t.args) > f.max || t.text == "date" && len(t.args) == 2:
		c.wrong(t.pos, t.end, fmt.Sprintf("%s cannot take %s", t.text, plural(len(t.args), "argument")), "write "+f.usage)
		return nil
	}
	switch t.text {
	case "answered", "dont_know", "refused", "does_not_apply", "surely":
		return c.certainty(t)
	case "coalesce":
		return c.coalesce(t, list)
	case "any", "all", "count", "sum", "sum_known", "count_unknown", "distinct":
		return c.aggregate(t)
	case "min", "max":
		if c.isRoster(t.args[0]) {
			return c.aggregate(t)
		}
		return c.extreme(t)
	case "abs", "round", "floor":
		return c.rounding(t)
	case "cut":
		return c.cut(t)
	case "length", "contains", "starts_with", "matches":
		return c.onTexts(t)
	}
	return c.onDates(t)
}

func plural(n int, noun string) string {
	switch n {
	case 0:
		return "no " + noun
	case 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// certainty checks what turns unknown into true or false. Nothing in it is
// doubtful to what stands outside.
func (c *checker) certainty(t *term) *node {
	neg, surely, doubts := c.neg, c.surely, len(c.doubt)
	c.neg, c.surely = false, true
	defer func() { c.neg, c.surely, c.doubt = neg, surely, c.doubt[:doubts] }()
	if t.text == "surely" {
		n := c.condition(t.args[0], "surely")
		if n == nil {
			return nil
		}
		return &node{Op: opSurely, Kind: Bool, Args: []*node{n}}
	}
	x := c.check(t.args[0], nil)
	if x == nil {
		return nil
	}
	n := &node{Op: opIs, Kind: Bool, Args: []*node{x}}
	if t.text == "answered" {
		n.Op = opAnswer
	} else {
		m, _ := ParseMissing(t.text)
		n.N = int64(m)
	}
	return n
}

// coalesce is as doubtful as its last argument.
func (c *checker) coalesce(t *term, list *List) *node {
	doubts := len(c.doubt)
	ns, ok := c.unify(t.args, list)
	last := t.args[len(t.args)-1]
	c.doubt = append(c.doubt[:doubts], slices.DeleteFunc(slices.Clone(c.doubt[doubts:]), func(d *term) bool { return d.pos < last.pos })...)
	if !ok {
		return nil
	}
	return &node{Op: opCoalesce, Kind: ns[0].Kind, Scale: ns[0].Scale, Args: ns, list: ns[0].list}
}

func (c *checker) isRoster(t *term) bool {
	s, ok := c.scope.Lookup(t.text)
	return ok && t.kind == termName && s.Type.Kind == Rows
}

// aggregate checks a function over the rows of a roster, and count(set).
func (c *checker) aggregate(t *term) *node {
	rows := t.args[0]
	if t.text == "count" && len(t.args) == 1 && !c.isRoster(rows) {
		return c.size(t)
	}
	s, ok := c.scope.Lookup(rows.text)
	switch {
	case rows.kind == termName && !ok:
		c.wrong(rows.pos, rows.end, fmt.Sprintf("there is no roster %q here", rows.text), c.didYouMean(rows.text, c.rosters()))
		return nil
	case !c.isRoster(rows):
		hint := "write " + functions[t.text].usage
		if names := c.rosters(); len(names) > 0 {
			hint += "; the rosters are " + some(names)
		}
		c.wrong(rows.pos, rows.end, fmt.Sprintf("%s is not a roster", c.text(rows)), hint)
		return nil
	case c.nested == maxNested:
		c.wrong(t.pos, t.end, fmt.Sprintf("more than %d aggregates inside one another", maxNested), "")
		return nil
	}
	inner, ok := c.scope.Enter(rows.text)
	if !ok {
		c.wrong(rows.pos, rows.end, fmt.Sprintf("the rows of %s cannot be reached from here", rows.text), "")
		return nil
	}
	n := &node{Op: op(t.text), Kind: Number, Level: s.Level}
	if len(t.args) == 1 {
		return n
	}
	x := c.inside(t, inner)
	if x == nil {
		return nil
	}
	n.Args = []*node{x}
	return c.overRows(t, n, x)
}

// inside checks what is evaluated in each row.
func (c *checker) inside(t *term, scope Scope) *node {
	outer, neg, sure := c.scope, c.neg, c.sure
	defer func() { c.scope, c.neg, c.sure = outer, neg, sure; c.nested-- }()
	c.scope = scope
	c.nested++
	c.sure = nil // the rows have variables of the same names
	if t.text != "any" && t.text != "all" {
		c.neg = false
	}
	if t.text == "any" || t.text == "all" || t.text == "count" {
		return c.condition(t.args[1], quote(t.text))
	}
	return c.check(t.args[1], nil)
}

// overRows gives an aggregate its type.
func (c *checker) overRows(t *term, n, x *node) *node {
	switch t.text {
	case "any", "all":
		n.Kind = Bool
	case "distinct":
		if x.Kind == Bool || x.Kind == Set {
			c.needs(t, 1, "texts, codes, numbers, dates or times", x)
			return nil
		}
		n.Kind = Bool
	case "sum", "sum_known":
		if x.Kind == Bool { // the number of rows where it is true, unknown if it is in one
			return n
		}
		if !isNumber(x.Kind) {
			c.needs(t, 1, "numbers", x)
			return nil
		}
		n.Kind, n.Scale = x.Kind, x.Scale
	case "min", "max":
		if !ordered(x.Kind) {
			c.needs(t, 1, "numbers, dates or times", x)
			return nil
		}
		n.Op, n.Kind, n.Scale = n.Op+"_rows", x.Kind, x.Scale
	}
	return n
}

func ordered(k Kind) bool { return k == Number || k == Real || k == Date || k == Time }

// needs reports that argument i of a call is of the wrong kind.
func (c *checker) needs(t *term, i int, what string, got *node) {
	a := t.args[i]
	c.wrong(a.pos, a.end, fmt.Sprintf("%s needs %s, this is %s", t.text, what, describe(got.typ())), "write "+functions[t.text].usage)
}

func (c *checker) rosters() []string {
	var names []string
	for _, name := range c.scope.Names() {
		if s, _ := c.scope.Lookup(name); s.Type.Kind == Rows {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (c *checker) size(t *term) *node {
	x := c.check(t.args[0], nil)
	if x == nil {
		return nil
	}
	if x.Kind != Set {
		c.needs(t, 0, "a roster or a set", x)
		return nil
	}
	return &node{Op: opSize, Kind: Number, Args: []*node{x}}
}

func (c *checker) extreme(t *term) *node {
	ns, ok := c.unify(t.args, nil)
	if !ok {
		return nil
	}
	if !ordered(ns[0].Kind) {
		c.needs(t, 0, "numbers, dates or times", ns[0])
		return nil
	}
	return &node{Op: op(t.text), Kind: ns[0].Kind, Scale: ns[0].Scale, Args: ns}
}

// each checks all arguments, which have to be of kind k.
func (c *checker) each(t *term, k Kind, what string) ([]*node, bool) {
	ns, ok := make([]*node, len(t.args)), true
	for i, a := range t.args {
		n := c.check(a, nil)
		if n != nil && n.Kind != k && !(k == Number && n.Kind == Real) {
			c.needs(t, i, what, n)
			n = nil
		}
		ns[i], ok = n, ok && n != nil
	}
	return ns, ok
}

func (c *checker) rounding(t *term) *node {
	places := 0
	if len(t.args) == 2 {
		d := t.args[1]
		n, err := strconv.Atoi(d.text)
		if d.kind != termNumber || err != nil || n > maxScale {
			c.wrong(d.pos, d.end, fmt.Sprintf("the decimals of round are a number from 0 to %d", maxScale), "")
			c.check(t.args[0], nil)
			return nil
		}
		places = n
	}
	x := c.check(t.args[0], nil)
	if x == nil {
		return nil
	}
	if !isNumber(x.Kind) {
		c.needs(t, 0, "a number", x)
		return nil
	}
	n := &node{Op: op(t.text), Kind: Number, Scale: places, Args: []*node{x}}
	switch {
	case n.Op == opAbs:
		n.Kind, n.Scale = x.Kind, x.Scale
	case n.Op == opRound && x.Kind == Number && places >= x.Scale:
		return rescale(x, places)
	}
	return n
}

// cut checks cut(x, 18, 30, 45): the class of x as a code of a list made for
// it, with classes named below_18, 18_29, 30_44, 45_or_more.
func (c *checker) cut(t *term) *node {
	ns, ok := c.each(t, Number, "numbers")
	if !ok {
		return nil
	}
	list := &List{Name: "cut"}
	for i, n := range ns[1:] {
		a, name := t.args[i+1], strconv.FormatInt(n.N, 10)
		switch {
		case n.Op != opConst || n.Kind != Number || n.Scale != 0 || n.N < 0:
			c.wrong(a.pos, a.end, "the bounds of cut are whole numbers, written as such", "write "+functions["cut"].usage)
			return nil
		case i == 0:
			list.Codes = append(list.Codes, "below_"+name)
		case n.N <= ns[i].N:
			c.wrong(a.pos, a.end, "the bounds of cut have to ascend", "")
			return nil
		case n.N == ns[i].N+1:
			list.Codes = append(list.Codes, strconv.FormatInt(ns[i].N, 10))
		default:
			list.Codes = append(list.Codes, fmt.Sprintf("%d_%d", ns[i].N, n.N-1))
		}
		list.Name += "_" + name
	}
	list.Codes = append(list.Codes, fmt.Sprintf("%d_or_more", ns[len(ns)-1].N))
	for i, n := range ns {
		if ns[0].Kind == Real {
			ns[i] = real(n)
		} else {
			ns[i] = rescale(n, ns[0].Scale)
		}
		if i > 0 && ns[i].Op != opConst {
			c.wrong(t.args[i].pos, t.args[i].end, "bound too big", "")
			return nil
		}
	}
	return &node{Op: opCut, Kind: Code, Args: ns, list: list}
}

func (c *checker) onTexts(t *term) *node {
	ns, ok := c.each(t, Text, "texts")
	if !ok {
		return nil
	}
	n := &node{Op: op(t.text), Kind: Bool, Args: ns}
	switch n.Op {
	case opLength:
		n.Kind = Number
	case opMatches:
		p := t.args[1]
		if p.kind != termText {
			c.wrong(p.pos, p.end, "a pattern has to be written as a text", "write "+functions["matches"].usage)
			return nil
		}
		compiled, err := compilePattern(p.text)
		if err != nil {
			c.wrong(p.pos, p.end, err.Error(), "")
			return nil
		}
		n.Text, n.Program, n.Args = p.text, compiled.String(), ns[:1]
	}
	return n
}

// onDates checks the functions on dates, and the literals of dates and times.
func (c *checker) onDates(t *term) *node {
	a := t.args[0]
	switch {
	case t.text == "time" || t.text == "date" && len(t.args) == 1:
		return c.moment(t, a)
	case t.text == "date":
		ns, ok := c.each(t, Number, "whole numbers")
		if !ok {
			return nil
		}
		for i, n := range ns {
			if n.Kind != Number || n.Scale != 0 {
				c.wrong(t.args[i].pos, t.args[i].end, "date needs whole numbers", "write round("+c.text(t.args[i])+", 0)")
				return nil
			}
		}
		return &node{Op: opDate, Kind: Date, Args: ns}
	}
	ns, ok := c.each(t, Date, "dates")
	if !ok {
		return nil
	}
	return &node{Op: op(t.text), Kind: Number, Args: ns}
}

// moment is a literal date or time of day.
func (c *checker) moment(t, a *term) *node {
	if a.kind != termText {
		if n := c.check(a, nil); n != nil {
			c.wrong(a.pos, a.end, t.text+" needs its value written as a text", "write "+functions[t.text].usage)
		}
		return nil
	}
	n, kind, ok := int64(0), Date, false
	if t.text == "time" {
		kind = Time
		n, ok = ParseTime(a.text)
	} else {
		n, ok = ParseDate(a.text)
	}
	if !ok {
		c.wrong(a.pos, a.end, fmt.Sprintf("%q is no %s", a.text, t.text), "write "+functions[t.text].usage)
		return nil
	}
	return &node{Op: opConst, Kind: kind, N: n}
}
