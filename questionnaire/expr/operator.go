//go:build !js

package expr

import (
	"fmt"
	"slices"
	"strings"
)

// This file checks operators: conditions, comparisons, arithmetic, if.

func (c *checker) binary(t *term) *node {
	switch t.text {
	case "and", "or":
		return c.connective(t)
	case "in", "is in", "is not in":
		return c.membership(t)
	case "+", "-", "*", "/":
		return c.arithmetic(t)
	}
	return c.comparison(t)
}

// condition checks a term that has to be a Bool; what says of what.
func (c *checker) condition(t *term, what string) *node {
	n := c.check(t, nil)
	if n == nil || n.Kind == Bool {
		return n
	}
	c.wrong(t.pos, t.end, fmt.Sprintf("%s needs a condition, this is %s", what, describe(n.typ())), c.asCondition(t, n, []Kind{Bool}))
	return nil
}

func (c *checker) not(t *term) *node {
	c.neg = !c.neg
	n := c.condition(t.args[0], `"not"`)
	c.neg = !c.neg
	if n == nil {
		return nil
	}
	return not(n)
}

// not negates a condition; twice is none, also of unknown.
func not(n *node) *node {
	if n.Op == opNot {
		return n.Args[0]
	}
	return &node{Op: opNot, Kind: Bool, Args: []*node{n}}
}

func (c *checker) connective(t *term) *node {
	sure := c.sure
	for _, a := range t.args {
		if name := answeredBy(a, t.text == "or"); name != "" {
			c.sure = append(slices.Clip(c.sure), name)
		}
	}
	n := &node{Op: op(t.text), Kind: Bool}
	ok := true
	for _, a := range t.args {
		x := c.condition(a, quote(t.text))
		ok = ok && x != nil
		n.Args = append(n.Args, x)
	}
	c.sure = sure
	if !ok {
		return nil
	}
	return n
}

// answeredBy is the name of the variable that has an answer where t is true
// (or, if not, where t is false), whatever else is unknown; "" if there is
// none. Beside such a term in an and (or an or), no other term's doubt about
// the variable can matter.
func answeredBy(t *term, not bool) string {
	if t.kind == termUnary && t.text == "not" {
		return answeredBy(t.args[0], !not)
	}
	var by bool
	switch {
	case t.kind == termCall && t.text == "answered":
		by = !not
	case t.kind == termCall && (t.text == "dont_know" || t.text == "refused" || t.text == "does_not_apply"):
		by = false
	case t.kind == termBinary && (t.text == "is" || t.text == "is in"):
		by = !not
	case t.kind == termBinary && (t.text == "is not" || t.text == "is not in"):
		by = not
	}
	if by && len(t.args) > 0 && t.args[0].kind == termName {
		return t.args[0].text
	}
	return ""
}

// floats reports whether the meaning of t depends on the list that is expected
// of it: names that are no variables, and literals.
func (c *checker) floats(t *term) bool {
	switch t.kind {
	case termName:
		_, variable := c.scope.Lookup(t.text)
		return !variable
	case termNumber, termText, termSet:
		return true
	case termIf:
		return c.floats(t.args[1]) && c.floats(t.args[2])
	case termCall:
		return t.text == "coalesce" && !slices.ContainsFunc(t.args, func(a *term) bool { return !c.floats(a) })
	}
	return false
}

// operands checks two terms, each in the light of the other's list.
func (c *checker) operands(t *term) (x, y *node) {
	a, b := t.args[0], t.args[1]
	if c.floats(a) && !c.floats(b) {
		if y = c.check(b, nil); y != nil {
			x = c.check(a, y.list)
		}
		return x, y
	}
	if x = c.check(a, nil); x != nil {
		y = c.check(b, x.list)
	} else if !c.floats(b) {
		c.check(b, nil)
	}
	return x, y
}

// comparison checks = != < <= > >= is, is not.
func (c *checker) comparison(t *term) *node {
	doubts := len(c.doubt)
	x, y := c.operands(t)
	if x == nil || y == nil {
		return nil
	}
	x, y, ok := c.alike(t, x, y)
	if !ok {
		return nil
	}
	n := &node{Kind: Bool, Args: []*node{x, y}}
	two := strings.HasPrefix(t.text, "is")
	switch t.text {
	case "=", "!=", "is", "is not":
		n.Op = opEq
	case "<", ">=":
		n.Op = opLess
	case "<=", ">":
		n.Op = opLessEq
	}
	if ordered := n.Op != opEq; ordered && (x.Kind == Bool || x.Kind == Text || x.Kind == Code || x.Kind == Set) {
		what := map[Kind]string{Bool: "conditions", Text: "texts", Code: "codes", Set: "sets"}[x.Kind]
		hint := "write = or !="
		if x.Kind == Code {
			hint = "write = or in {…}"
		}
		c.wrong(t.pos, t.end, fmt.Sprintf("%s have no order: %s cannot compare them", what, t.text), hint)
		return nil
	}
	if two {
		n = &node{Op: opSurely, Kind: Bool, Args: []*node{n}}
	} else {
		c.judge(t, doubts)
	}
	c.doubt = c.doubt[:doubts]
	if t.text == "!=" || t.text == ">" || t.text == ">=" || t.text == "is not" {
		return not(n)
	}
	return n
}

// alike gives two operands of one kind the same form, or reports that they
// cannot be compared.
func (c *checker) alike(t *term, x, y *node) (*node, *node, bool) {
	switch {
	case x.Kind == Number && y.Kind == Number:
		x, y = aligned(x, y)
		return x, y, true
	case isNumber(x.Kind) && isNumber(y.Kind):
		return real(x), real(y), true
	case x.Kind == y.Kind && x.list != nil && y.list != nil && !sameList(x.list, y.list):
		c.wrong(t.pos, t.end, fmt.Sprintf("%s has codes of list %s, %s of list %s", c.text(t.args[0]), x.list.Name, c.text(t.args[1]), y.list.Name), "")
		return nil, nil, false
	case x.Kind == y.Kind:
		return x, y, true
	}
	c.wrong(t.pos, t.end, fmt.Sprintf("cannot compare %s with %s", describe(x.typ()), describe(y.typ())), c.mixHint(t, x, y))
	return nil, nil, false
}

// mixHint says what may have been meant by comparing different kinds.
func (c *checker) mixHint(t *term, x, y *node) string {
	a, b := t.args[0], t.args[1]
	if hint := c.mixHintFor(x, y, a, b); hint != "" {
		return hint
	}
	return c.mixHintFor(y, x, b, a)
}

// mixHintFor is mixHint where b, rather than a, is what should be otherwise.
func (c *checker) mixHintFor(x, y *node, a, b *term) string {
	switch {
	case isNumber(x.Kind) && b.kind == termText && numeric(b.text):
		return "write " + b.text + " without quotes"
	case x.Kind == Date && b.kind == termText:
		return "write date(" + quote(b.text) + ")"
	case x.Kind == Date && isNumber(y.Kind) && asDate(c.text(b)) != "":
		return asDate(c.text(b))
	case isNumber(x.Kind) && b.kind == termText:
		return "a number is written in digits and without quotes"
	case x.Kind == Text && isNumber(y.Kind) && numeric(c.text(b)):
		return "write " + quote(c.text(b)) + " in quotes"
	case x.Kind == Time && b.kind == termText:
		return "write time(" + quote(b.text) + ")"
	case x.Kind == Code && b.kind == termBool && x.list.Index("yes") >= 0 && x.list.Index("no") >= 0:
		return "write " + map[string]string{"true": "yes", "false": "no"}[b.text]
	case x.Kind == Set && y.Kind == Code:
		return "write " + c.text(b) + " in " + c.text(a)
	case x.Kind == Code && y.Kind != Set && len(x.list.Codes) > 0:
		return "the codes of list " + x.list.Name + " are " + some(x.list.Codes)
	}
	return ""
}

// asDate is a hint for a date that was written bare, which is a difference of
// numbers; "" if src does not look like one.
func asDate(src string) string {
	src = strings.ReplaceAll(src, " ", "")
	digits := strings.Split(src, "-")
	if len(digits) != 3 || len(digits[0]) != 4 || strings.Trim(src, "0123456789-") != "" {
		return ""
	}
	if _, ok := ParseDate(src); !ok {
		return "there is no such day; a date is written " + `date("2025-12-31")`
	}
	return "write date(" + quote(src) + ")"
}

func numeric(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == "" || strings.Count(s, ".") == 1 && strings.Trim(s, "0123456789.") == "" && len(s) > 2
}

// aligned gives two Numbers the same scale.
func aligned(x, y *node) (*node, *node) {
	for _, n := range []*node{x, y} { // 3.50 is as good as 3.5
		for n.Op == opConst && n.Scale > 0 && n.N%10 == 0 {
			n.Scale, n.N = n.Scale-1, n.N/10
		}
	}
	scale := max(x.Scale, y.Scale)
	return rescale(x, scale), rescale(y, scale)
}

// rescale is n with at least as many decimals as it has.
func rescale(n *node, scale int) *node {
	switch {
	case n.Scale == scale:
		return n
	case n.Op == opConst:
		if v, m := times(n.N, pow10[scale-n.Scale]); m == Answered {
			return &node{Op: opConst, Kind: Number, Scale: scale, N: v}
		}
	}
	return &node{Op: opRescale, Kind: Number, Scale: scale, Args: []*node{n}}
}

// real is a Number as a Real; a Real is itself.
func real(n *node) *node {
	if n.Kind == Real {
		return n
	}
	return fold(&node{Op: opReal, Kind: Real, Args: []*node{n}})
}

// fold evaluates an operation on constants.
func fold(n *node) *node {
	for _, a := range n.Args {
		if a.Op != opConst {
			return n
		}
	}
	if e, err := newExpr(n, n.list, ""); err == nil {
		if v := e.Eval(&Frame{}); v.Missing == Answered {
			return &node{Op: opConst, Kind: n.Kind, Scale: n.Scale, N: v.N, Text: v.Text, list: n.list}
		}
	}
	return n
}

// membership checks in, is in, is not in.
func (c *checker) membership(t *term) *node {
	doubts := len(c.doubt)
	var n *node
	if t.args[1].kind == termSet {
		n = c.inLiteral(t)
	} else {
		n = c.inSet(t)
	}
	if n == nil {
		return nil
	}
	if t.text == "in" {
		c.judge(t, doubts)
	} else {
		n = &node{Op: opSurely, Kind: Bool, Args: []*node{n}}
	}
	c.doubt = c.doubt[:doubts]
	if t.text == "is not in" {
		return not(n)
	}
	return n
}

func (c *checker) inLiteral(t *term) *node {
	a, set := t.args[0], t.args[1]
	x := c.check(a, nil)
	switch {
	case x == nil:
		return nil
	case len(set.args) == 0:
		c.wrong(set.pos, set.end, "nothing is in an empty set", "")
		return nil
	case x.Kind == Set:
		c.wrong(t.pos, t.end, fmt.Sprintf("%s is a set itself", c.text(a)), "write "+c.text(set.args[0])+" in "+c.text(a))
		return nil
	case x.Kind == Bool:
		c.wrong(t.pos, t.end, "a condition is compared with =, not with in", "")
		return nil
	}
	elems, ok := c.elements(set, x.typ())
	if !ok {
		return nil
	}
	args := append([]*node{x}, elems...)
	alignAll(args, x.Kind)
	return &node{Op: opIn, Kind: Bool, Args: args}
}

// inSet checks code in set, where the set is a variable.
func (c *checker) inSet(t *term) *node {
	a, b := t.args[0], t.args[1]
	y := c.check(b, nil)
	if y == nil {
		return nil
	}
	if y.Kind != Set {
		hint := "a set is {a, b}, or a variable with several choices"
		if y.Kind == Text {
			hint = fmt.Sprintf("write contains(%s, %s)", c.text(b), c.text(a))
		}
		c.wrong(b.pos, b.end, fmt.Sprintf("in needs a set, this is %s", describe(y.typ())), hint)
		return nil
	}
	x := c.check(a, y.list)
	if x == nil {
		return nil
	}
	if x.Kind != Code || !sameList(x.list, y.list) {
		c.wrong(t.pos, t.end, fmt.Sprintf("%s holds codes of list %s, %s is %s", c.text(b), y.list.Name, c.text(a), describe(x.typ())), "")
		return nil
	}
	if y.stands == nil || x.Op != opConst {
		return &node{Op: opHas, Kind: Bool, Args: []*node{x, y}}
	}
	// Any of the codes that stand for x is x here.
	any := &node{Op: opOr, Kind: Bool}
	for code, as := range y.stands {
		if int64(as) == x.N {
			one := &node{Op: opConst, Kind: Code, N: int64(code), list: x.list}
			any.Args = append(any.Args, &node{Op: opHas, Kind: Bool, Args: []*node{one, y}})
		}
	}
	switch len(any.Args) {
	case 0: // no code stands for an added one but itself, where it is not seen
		return &node{Op: opHas, Kind: Bool, Args: []*node{x, y}}
	case 1:
		return any.Args[0]
	}
	return any
}

// judge warns of a comparison that is unknown where an item is off path, if it
// stands negated: its author thinks of all other answers, and an item that was
// not asked is none of them.
func (c *checker) judge(t *term, doubts int) {
	if c.surely || c.neg == (t.text == "!=") {
		return
	}
	for _, read := range c.doubt[doubts:] {
		a, b := c.text(t.args[0]), c.text(t.args[1])
		hint := ""
		switch t.text {
		case "!=":
			hint = fmt.Sprintf("write %s is not %s", a, b)
		case "=":
			hint = fmt.Sprintf("write %s is %s, which is never unknown", a, b)
		case "in":
			hint = fmt.Sprintf("write %s is in %s, which is never unknown", a, b)
		default:
			hint = fmt.Sprintf("write not surely(%s)", c.text(t))
		}
		c.add(Warning, t.pos, t.end, fmt.Sprintf("%s can be off path here; then this is unknown and its negation does not hold", c.text(read)), hint)
	}
}

// arithmetic checks + - * /.
func (c *checker) arithmetic(t *term) *node {
	x, y := c.check(t.args[0], nil), c.check(t.args[1], nil)
	if x == nil || y == nil {
		return nil
	}
	for i, n := range []*node{x, y} {
		if !isNumber(n.Kind) {
			a, hint := t.args[i], ""
			if n.Kind == Date {
				hint = "write days_between(from, to)"
			}
			c.wrong(a.pos, a.end, fmt.Sprintf("%q works on numbers, this is %s", t.text, describe(n.typ())), hint)
			return nil
		}
	}
	n := &node{Op: op(t.text), Kind: Number}
	switch {
	case n.Op == opDiv && y.Op == opConst && y.N == 0:
		c.wrong(t.pos, t.end, "division by zero", "")
		return nil
	case n.Op == opDiv || x.Kind == Real || y.Kind == Real:
		n.Kind = Real
		x, y = real(x), real(y)
	case n.Op == opMul:
		n.Scale = x.Scale + y.Scale
		if n.Scale > maxScale {
			c.wrong(t.pos, t.end, fmt.Sprintf("product with %s: %d are the most", decimals(n.Scale), maxScale), "round one of the factors")
			return nil
		}
	default:
		x, y = aligned(x, y)
		n.Scale = x.Scale
	}
	n.Args = []*node{x, y}
	return n
}

func (c *checker) negative(t *term) *node {
	x := c.check(t.args[0], nil)
	if x == nil {
		return nil
	}
	if !isNumber(x.Kind) {
		c.wrong(t.pos, t.end, fmt.Sprintf(`"-" works on numbers, this is %s`, describe(x.typ())), "")
		return nil
	}
	return fold(&node{Op: opNeg, Kind: x.Kind, Scale: x.Scale, Args: []*node{x}})
}

func (c *checker) conditional(t *term, list *List) *node {
	neg := c.neg
	c.neg = false
	cond := c.condition(t.args[0], `"if"`)
	c.neg = neg
	branches, ok := c.unify(t.args[1:], list)
	if cond == nil || !ok {
		return nil
	}
	b := branches[0]
	return &node{Op: opIf, Kind: b.Kind, Scale: b.Scale, Args: append([]*node{cond}, branches...), list: b.list}
}

// unify checks terms of which the value of one will be taken, and gives them
// all the same type. A list that one of them has is expected of the others.
func (c *checker) unify(ts []*term, list *List) ([]*node, bool) {
	ns := make([]*node, len(ts))
	ok := true
	for _, floating := range []bool{false, true} {
		for i, t := range ts {
			if c.floats(t) != floating {
				continue
			}
			ns[i] = c.check(t, list)
			if ns[i] == nil {
				ok = false
			} else if list == nil {
				list = ns[i].list
			}
		}
	}
	if !ok {
		return nil, false
	}
	first := ns[0]
	kind := first.Kind
	for i, n := range ns {
		switch {
		case n.Kind != first.Kind && !(isNumber(n.Kind) && isNumber(first.Kind)):
			c.wrong(ts[i].pos, ts[i].end, fmt.Sprintf("%s here, but %s is %s", describe(n.typ()), c.text(ts[0]), describe(first.typ())), "all have to be of one kind")
			return nil, false
		case n.list != nil && !sameList(n.list, first.list):
			c.wrong(ts[i].pos, ts[i].end, fmt.Sprintf("%s here, but %s is %s", describe(n.typ()), c.text(ts[0]), describe(first.typ())), "")
			return nil, false
		}
		if n.Kind == Real {
			kind = Real
		}
	}
	alignAll(ns, kind)
	return ns, true
}

// alignAll makes Reals of ns, or Numbers of one scale, if that is their kind.
func alignAll(ns []*node, kind Kind) {
	scale := 0
	for _, n := range ns {
		scale = max(scale, n.Scale)
	}
	for i, n := range ns {
		switch kind {
		case Real:
			ns[i] = real(n)
		case Number:
			ns[i] = rescale(n, scale)
		}
	}
}
