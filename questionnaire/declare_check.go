//go:build !js

package questionnaire

import (
	"strings"

	"cifra/questionnaire/expr"
)

// This file declares the checks that stand at no question: of a block, of the
// interview, of a case. The rules:
//
//   - a block's checks see what its rows see and are told on a screen of their own
//     at the block's end, which is there only while one of them is unmet: that
//     is the first moment at which all they compare can have been said;
//   - the interview's checks are those of a block behind all others, at the level
//     with one row an interview;
//   - a case's checks range over its interviews; see CheckCase.

// declareReview adds the screen with the checks of a block.
func (c *compiler) declareReview(name string, m, l int, checks []*Check, whens ...Source) {
	if len(checks) == 0 {
		return
	}
	id := checks[0].Holds.worded(name + "_checks")
	if !c.define(id, "screen of checks") {
		return
	}
	out := c.newElement(ElementReview, id.Text, m, l)
	s := c.at(l)
	s.module = m
	out.Text = c.generated(s, func(language string) Source { return id.worded(word(language, "review")) })
	c.later(func() { out.When = c.conditions(s, whens...) })
	c.declareChecks(checks, out, -1, l, id.Text, whens...)
	c.q.Modules[m].Elements = append(c.q.Modules[m].Elements, out.number)
}

// declareInterviewChecks adds the block of the interview's own checks.
func (c *compiler) declareInterviewChecks() {
	if len(c.in.Checks) == 0 {
		return
	}
	m := len(c.q.Modules)
	c.q.Modules = append(c.q.Modules, &module{Name: "interview", Level: c.unit(), Title: -1, Heading: -1, Elements: []int{}})
	c.declareReview("interview", m, c.unit(), c.in.Checks)
}

// unit is the level with one row an interview, as far as declarations go.
func (c *compiler) unit() int {
	at := 0
	for i, l := range c.q.Levels { // a parent stands before its children
		if l.Kind == levelSingle && i > 0 && l.Parent == at {
			at = i
		}
	}
	return at
}

// declareCaseChecks compiles the checks over the interviews of a case.
func (c *compiler) declareCaseChecks() {
	ids := map[string]bool{}
	for i, k := range c.in.CaseChecks {
		id := k.ID.Text
		if id == "" {
			id = number(i + 1)
		}
		if ids[id] {
			c.errorf(k.ID, "", "check %s of the case stands twice", id)
		}
		ids[id] = true
		if strings.ContainsAny(k.Say.Text, "{}") {
			c.errorf(k.Say, "say what does not change", "a check of the case speaks of several interviews: its words take no {…}")
			continue
		}
		ck := &caseCheck{ID: id, Severity: k.Severity, Say: c.text("case.check."+id, k.Say, 0)}
		c.q.CaseChecks = append(c.q.CaseChecks, ck)
		c.later(func() { ck.Holds = c.check(k.Holds, caseScope{c}, expr.Want{Kinds: []expr.Kind{expr.Bool}}) })
	}
}

// caseScope says what names mean in a check of a case: its parameters, which are
// facts of the sampled dwelling, and interviews, its interviews as rows.
type caseScope struct{ c *compiler }

// interviewRows is what expressions call the interviews of a case.
const interviewRows = "interviews"

// Lookup implements expr.Scope.
func (s caseScope) Lookup(name string) (expr.Symbol, bool) {
	if name == interviewRows {
		return expr.Symbol{Name: name, Type: expr.Type{Kind: expr.Rows}, Level: s.c.unit(), Bound: true}, true
	}
	sym, ok := s.c.at(s.c.unit()).Lookup(name)
	if ok && sym.Type.Kind != expr.Rows {
		v := s.c.names[name]
		of := s.c.q.Variables[v]
		sym.Bound = of.Kind == varParameter || of.Kind == varPart && s.c.q.Variables[of.Of].Kind == varParameter
		return sym, true
	}
	return expr.Symbol{}, false
}

// Enter implements expr.Scope.
func (s caseScope) Enter(roster string) (expr.Scope, bool) {
	if roster != interviewRows {
		return nil, false
	}
	return s.c.at(s.c.unit()), true
}

// Names implements expr.Scope.
func (s caseScope) Names() []string {
	names := []string{interviewRows}
	for _, p := range s.c.in.Parameters {
		names = append(names, p.Name.Text)
	}
	return names
}
