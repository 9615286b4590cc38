//go:build !js

package expr

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// This file gives every term of an expression its meaning and type. The rules:
//
//   - a bare name is a code where a list is expected, that is beside a Code or
//     Set or where the context wants one; elsewhere it is a variable;
//   - a term that is wrong is reported where it stands and its node is nil;
//     what is above it keeps silent about it, so each mistake is told once;
//   - kinds never mix, but for Number and Real, and Numbers of different scale.

// Check reads an expression, resolves its names in scope and gives it the type
// that want needs. at is where src begins in its file, if it stands there as it
// is; [CheckAt] is for what a file writes in another way.
//
// The Diagnostics are all that is wrong, in order; the Expr is nil if one of
// them is an Error.
func Check(src string, at Position, scope Scope, want Want) (*Expr, Diagnostics) {
	return CheckAt(src, verbatim{at, src}, scope, want)
}

// CheckAt is [Check] of an expression whose bytes stand where at says.
func CheckAt(src string, at Locator, scope Scope, want Want) (*Expr, Diagnostics) {
	r := &report{src: src, at: at}
	root := parse(src, r)
	c := &checker{report: r, scope: scope}
	n := c.root(root, want)
	r.found.Sort()
	if n == nil || r.found.Err() != nil {
		return nil, r.found
	}
	tree := Tree{root}
	e, err := newExpr(n, n.list, tree.String())
	if err != nil {
		panic("expr: checked form of " + tree.String() + ": " + err.Error())
	}
	return e, r.found
}

// A checker checks one expression.
type checker struct {
	*report
	scope  Scope
	nested int      // aggregates around
	neg    bool     // under an odd number of negations
	surely bool     // inside surely: the author has thought of unknown
	sure   []string // variables that are answered wherever the present term decides
	doubt  []*term  // reads of variables that can be off path, not yet judged
	hints  int      // searches made for what was meant
}

// maxHints bounds the searches for what was meant. Where more names are wrong,
// the first hints say why, and a list may have a hundred thousand codes.
const maxHints = 20

// didYouMean is the hint of Nearest, "" if there is none.
func (c *checker) didYouMean(name string, candidates []string) string {
	if c.hints++; c.hints > maxHints {
		return ""
	}
	if n := Nearest(name, candidates); n != "" {
		return "did you mean " + n + "?"
	}
	return ""
}

// root checks the whole expression against what its context wants.
func (c *checker) root(t *term, want Want) *node {
	n := c.check(t, want.List)
	if n == nil {
		return nil
	}
	takes := func(k Kind) bool { return len(want.Kinds) == 0 || slices.Contains(want.Kinds, k) }
	switch {
	case takes(n.Kind) && n.list != nil && want.List != nil && !sameList(n.list, want.List):
		c.wrong(t.pos, t.end, fmt.Sprintf("%s is wanted, this is %s", describe(Type{Kind: n.Kind, List: want.List}), describe(n.typ())), "")
		return nil
	case n.Kind == Number && len(want.Kinds) > 0 && takes(Number) && !takes(Real):
		return c.scaled(t, n, want.Scale)
	case takes(n.Kind):
		return n
	case n.Kind == Number && takes(Real):
		return real(n)
	case n.Kind == Real && takes(Number):
		c.wrong(t.pos, t.end, "a quotient has no fixed number of decimals", fmt.Sprintf("write round(%s, %d)", c.text(t), want.Scale))
		return nil
	}
	wanted := make([]string, len(want.Kinds))
	for i, k := range want.Kinds {
		wanted[i] = describe(Type{Kind: k, List: want.List})
	}
	hint := c.asCondition(t, n, want.Kinds)
	if takes(Date) && isNumber(n.Kind) {
		hint = cmp.Or(asDate(c.text(t)), hint)
	}
	c.wrong(t.pos, t.end, fmt.Sprintf("%s is wanted, this is %s", strings.Join(wanted, " or "), describe(n.typ())), hint)
	return nil
}

// scaled is n with the decimals that the context declares.
func (c *checker) scaled(t *term, n *node, scale int) *node {
	if n.Scale > scale {
		c.wrong(t.pos, t.end, fmt.Sprintf("a number with %s is wanted, this one has %d", decimals(scale), n.Scale),
			fmt.Sprintf("write round(%s, %d)", c.text(t), scale))
		return nil
	}
	return rescale(n, scale)
}

func decimals(n int) string {
	switch n {
	case 0:
		return "no decimals"
	case 1:
		return "1 decimal"
	}
	return fmt.Sprintf("%d decimals", n)
}

// asCondition is the hint for a value where a condition is wanted.
func (c *checker) asCondition(t *term, n *node, wanted []Kind) string {
	switch {
	case !slices.Contains(wanted, Bool):
		return ""
	case n.Kind == Code && n.list.Index("yes") >= 0:
		return "write " + c.text(t) + " is yes"
	case n.Kind == Code && len(n.list.Codes) > 0:
		return "compare it with one of its codes: " + some(n.list.Codes)
	case n.Kind == Number:
		return "write " + c.text(t) + " > 0"
	case n.Kind == Set:
		return "write count(" + c.text(t) + ") > 0"
	}
	return ""
}

// describe names a type as messages do.
func describe(t Type) string {
	of := ""
	if t.List != nil {
		of = " of list " + t.List.Name
	}
	switch t.Kind {
	case Bool:
		return "a condition"
	case Number, Real:
		return "a number"
	case Text:
		return "a text"
	case Date:
		return "a date"
	case Time:
		return "a time of day"
	case Code:
		return "a code" + of
	case Set:
		return "a set of codes" + of
	}
	return "a roster"
}

// some quotes the first of many.
func some(names []string) string {
	if len(names) > 6 {
		return strings.Join(names[:6], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

func sameList(a, b *List) bool { return a == b || a.Name == b.Name }

// check gives a term its node. list is the list of which a bare name may be a
// code, nil if none is expected. The node is nil if something was wrong, which
// has been reported; it is never a roster.
func (c *checker) check(t *term, list *List) *node {
	switch t.kind {
	case termName:
		return c.name(t, list)
	case termNumber:
		return c.number(t, list)
	case termText:
		if list != nil {
			return c.code(t, t.text, list)
		}
		return &node{Op: opConst, Kind: Text, Text: t.text}
	case termBool:
		n := int64(0)
		if t.text == "true" {
			n = 1
		}
		return &node{Op: opConst, Kind: Bool, N: n}
	case termSet:
		return c.set(t, list)
	case termIndex:
		return c.index(t)
	case termCall:
		return c.call(t, list)
	case termUnary:
		if t.text == "not" {
			return c.not(t)
		}
		return c.negative(t)
	case termBinary:
		return c.binary(t)
	case termIf:
		return c.conditional(t, list)
	}
	return nil
}

// name checks a bare name: a code of list, or a variable.
func (c *checker) name(t *term, list *List) *node {
	s, variable := c.scope.Lookup(t.text)
	if list != nil {
		code := list.Index(t.text)
		switch {
		case code >= 0 && variable && s.Bound && s.Type.List != nil && sameList(s.Type.List, list):
			c.wrong(t.pos, t.end, fmt.Sprintf("%s is a code of list %s and a variable with such codes", t.text, list.Name),
				"write "+quote(t.text)+" for the code")
			return nil
		case code >= 0:
			return &node{Op: opConst, Kind: Code, N: int64(code), list: list}
		case !variable:
			return c.code(t, t.text, list)
		}
	}
	if !variable {
		c.unknown(t)
		return nil
	}
	return c.variable(t, s)
}

// code checks that name is a code of list.
func (c *checker) code(t *term, name string, list *List) *node {
	if i := list.Index(name); i >= 0 {
		return &node{Op: opConst, Kind: Code, N: int64(i), list: list}
	}
	for _, other := range c.lists() {
		if other.Index(name) >= 0 && !sameList(other, list) {
			c.wrong(t.pos, t.end, fmt.Sprintf("%q is a code of list %s, not of list %s", name, other.Name, list.Name), c.didYouMean(name, list.Codes))
			return nil
		}
	}
	hint := c.didYouMean(name, list.Codes)
	if hint == "" && t.kind == termName {
		hint = c.didYouMean(name, c.scope.Names())
	}
	if hint == "" {
		hint = "its codes are " + some(list.Codes)
	}
	c.wrong(t.pos, t.end, NotACode(name, list.Name), hint)
	return nil
}

// NotACode is what is said of a name that is no code of a list. Whoever knows
// why it is none, since an overlay dropped it, finds what was said by it.
func NotACode(name, list string) string {
	return fmt.Sprintf("%q is not one of the codes of list %s", name, list)
}

// NotHere is what is said of a name that nothing has, found likewise.
func NotHere(name string) string { return fmt.Sprintf("there is no %q here", name) }

// lists are those that any name in scope has codes of; none once maxHints
// searches have been made.
func (c *checker) lists() []*List {
	if c.hints > maxHints {
		return nil
	}
	var found []*List
	for _, name := range c.scope.Names() {
		s, _ := c.scope.Lookup(name)
		for _, l := range []*List{s.Type.List, s.Grid} {
			if l != nil && !slices.Contains(found, l) {
				found = append(found, l)
			}
		}
	}
	return found
}

// unknown reports a name that is no variable, where no list is expected.
func (c *checker) unknown(t *term) {
	if _, ok := functions[t.text]; ok {
		c.wrong(t.pos, t.end, t.text+" is a function", "write "+functions[t.text].usage)
		return
	}
	for _, l := range c.lists() {
		if l.Index(t.text) >= 0 {
			c.wrong(t.pos, t.end, fmt.Sprintf("%q is a code of list %s; here it stands beside no variable with such codes", t.text, l.Name), "")
			return
		}
	}
	c.wrong(t.pos, t.end, NotHere(t.text), c.didYouMean(t.text, c.scope.Names()))
}

// variable is the node that reads s, which must be readable without a row being
// named.
func (c *checker) variable(t *term, s Symbol) *node {
	switch {
	case s.Type.Kind == Rows:
		c.wrong(t.pos, t.end, fmt.Sprintf("%s is a roster: it has rows, and no value of its own", t.text), fmt.Sprintf("write count(%s), or any(%s, …)", t.text, t.text))
		return nil
	case !s.Bound && s.Grid != nil:
		c.wrong(t.pos, t.end, fmt.Sprintf("%s has a value in each row of a grid: which one is meant?", t.text),
			fmt.Sprintf("write %s[%s]", t.text, first(s.Grid.Codes)))
		return nil
	case !s.Bound:
		roster := c.rosterOf(s.Slot.Level)
		c.wrong(t.pos, t.end, fmt.Sprintf("%s has a value in each row of %s, and none here", t.text, roster),
			fmt.Sprintf("range over the rows: any(%s, …)", roster))
		return nil
	}
	if !c.setFits(t, s.Type) {
		return nil
	}
	n := &node{Op: opVar, Kind: s.Type.Kind, Scale: s.Type.Scale, Level: s.Slot.Level, Index: s.Slot.Index, list: s.Type.List}
	n.stand(s.Stands)
	if s.Attr != nil {
		n.Op = opAttr
		for _, cell := range s.Attr {
			a := &node{Op: opConst, Kind: s.Type.Kind, N: cell.N, Text: cell.Text}
			if cell.Missing != Answered {
				a = &node{Op: opMissing, Kind: s.Type.Kind, N: int64(cell.Missing)}
			}
			n.Args = append(n.Args, a)
		}
	}
	if s.OffPath && !slices.Contains(c.sure, t.text) {
		c.doubt = append(c.doubt, t)
	}
	return n
}

// stand makes n, which reads a variable, give what its codes stand for. A code
// is looked up as an attribute of itself would be, so engines need no more for
// it; a set keeps the table for inSet.
func (n *node) stand(stands []int) {
	switch {
	case stands == nil:
	case n.Kind == Set:
		n.stands = stands
	case n.Kind == Code:
		n.Op = opAttr
		for _, code := range stands {
			n.Args = append(n.Args, &node{Op: opConst, Kind: Code, N: int64(code)})
		}
	}
}

func first(names []string) string {
	if len(names) == 0 {
		return "code"
	}
	return names[0]
}

// rosterOf is the name of the roster with that level.
func (c *checker) rosterOf(level int) string {
	for _, name := range c.scope.Names() {
		if s, _ := c.scope.Lookup(name); s.Type.Kind == Rows && s.Level == level {
			return name
		}
	}
	return "a roster"
}

// setFits checks that a Set has a bit for each code.
func (c *checker) setFits(t *term, typ Type) bool {
	if typ.Kind == Set && len(typ.List.Codes) > maxSet {
		c.wrong(t.pos, t.end, fmt.Sprintf("list %s has %d codes: a set is of %d at most", typ.List.Name, len(typ.List.Codes), maxSet), "")
		return false
	}
	return true
}

// number checks a number as written, or a code that looks like one.
func (c *checker) number(t *term, list *List) *node {
	if list != nil && list.Index(t.text) >= 0 {
		return c.code(t, t.text, list)
	}
	whole, frac, _ := strings.Cut(t.text, ".")
	v, err := strconv.ParseInt(whole+frac, 10, 64)
	switch {
	case len(frac) > maxScale:
		c.wrong(t.pos, t.end, fmt.Sprintf("number with more than %s", decimals(maxScale)), "")
		return nil
	case err != nil || v >= maxNumber:
		c.wrong(t.pos, t.end, "number too big: all its digits have to be below 2^53 = 9007199254740992", "")
		return nil
	}
	return &node{Op: opConst, Kind: Number, Scale: len(frac), N: v}
}

// set checks a literal set that is a value: codes of the expected list.
func (c *checker) set(t *term, list *List) *node {
	if list == nil {
		c.wrong(t.pos, t.end, "nothing here says of which list this set is", "a set stands after in, or beside a variable with several choices")
		return nil
	}
	n := &node{Op: opConst, Kind: Set, list: list}
	if !c.setFits(t, n.typ()) {
		return nil
	}
	codes, ok := c.elements(t, Type{Kind: Code, List: list})
	for _, code := range codes {
		n.N |= 1 << code.N
	}
	if !ok {
		return nil
	}
	return n
}

// elements checks the constants of a literal set, which are of type of.
func (c *checker) elements(t *term, of Type) (ns []*node, ok bool) {
	ok = true
	for i, a := range t.args {
		n := c.check(a, of.List)
		switch {
		case n == nil:
			ok = false
			continue
		case n.Op != opConst:
			c.wrong(a.pos, a.end, fmt.Sprintf("%s is not a constant: a set holds codes, numbers, texts or dates", c.text(a)), "compare with =, joined by or")
			ok = false
			continue
		case n.Kind != of.Kind && !(isNumber(n.Kind) && isNumber(of.Kind)):
			c.wrong(a.pos, a.end, fmt.Sprintf("%s in a set that is compared with %s", describe(n.typ()), describe(of)), "")
			ok = false
			continue
		}
		if slices.ContainsFunc(t.args[:i], func(b *term) bool { return b.kind == a.kind && b.text == a.text && len(b.args)+len(a.args) == 0 }) {
			c.add(Warning, a.pos, a.end, fmt.Sprintf("%s is in the set twice", c.text(a)), "")
		}
		ns = append(ns, n)
	}
	return ns, ok
}

func isNumber(k Kind) bool { return k == Number || k == Real }

// index checks name[code]: a variable of a grid, read from outside.
func (c *checker) index(t *term) *node {
	end := t.pos + len(t.text)
	s, ok := c.scope.Lookup(t.text)
	if !ok {
		c.unknown(&term{kind: termName, text: t.text, pos: t.pos, end: end})
		return nil
	}
	if s.Grid == nil || s.Attr != nil {
		c.wrong(t.pos, end, fmt.Sprintf("%s is not in the rows of a grid: no code can pick one", t.text), "")
		return nil
	}
	code := c.check(t.args[0], s.Grid)
	if code == nil || !c.setFits(t, s.Type) {
		return nil
	}
	if code.Kind != Code || !sameList(code.list, s.Grid) {
		a := t.args[0]
		c.wrong(a.pos, a.end, fmt.Sprintf("the rows of %s are codes of list %s, this is %s", t.text, s.Grid.Name, describe(code.typ())), "")
		return nil
	}
	if s.OffPath {
		c.doubt = append(c.doubt, t)
	}
	return &node{Op: opAt, Kind: s.Type.Kind, Scale: s.Type.Scale, Level: s.Slot.Level, Index: s.Slot.Index, Args: []*node{code}, list: s.Type.List}
}
