//go:build !js

package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// Coverage is what interviews have reached of a questionnaire: items asked,
// options chosen, conditions that held and that did not, checks that fired and
// that were met. It is looked at after every event.
type Coverage struct {
	q       *Questionnaire
	began   bool     // an interview was looked at
	asked   []bool   // by variable
	chosen  [][]bool // by variable and option
	checks  []tried  // by check
	ofCase  []tried  // by check of the case
	tests   []*condition
	of      map[*expr.Expr]*condition
	byWords map[string]*condition
}

// A condition is an expression that decides something, however often it was
// written at one level.
type condition struct {
	owner, words string
	held, missed bool
}

// tried says whether a check was seen unmet, and met with all that it reads
// known: a check that never was met would hold everything up.
type tried struct{ fired, met bool }

// NewCoverage returns a Coverage of q with nothing reached.
func NewCoverage(q *Questionnaire) *Coverage {
	c := &Coverage{
		q: q, asked: make([]bool, len(q.Variables)), chosen: make([][]bool, len(q.Variables)), checks: make([]tried, len(q.Checks)), ofCase: make([]tried, len(q.CaseChecks)),
		of: map[*expr.Expr]*condition{}, byWords: map[string]*condition{},
	}
	for _, m := range q.Modules {
		c.conditions(m.Name, m.Level, m.When...)
	}
	for _, e := range q.Elements {
		c.conditions(e.ID, e.Level, e.When...)
	}
	for i, v := range q.Variables {
		if v.list != nil {
			c.chosen[i] = make([]bool, len(v.list.Choices))
		}
		c.conditions(v.ID, v.Level, v.When...)
		for _, f := range v.Force {
			c.conditions(v.ID, v.Level, f.When)
		}
		for _, h := range v.Hide {
			c.conditions(v.ID, v.Level, h.When)
		}
		if v.Kind == varEnd {
			c.conditions(v.ID, v.Level, v.Value)
		}
		if v.Offer != nil {
			c.conditions(v.ID, v.Level, v.Offer)
		}
	}
	return c
}

// conditions adds expressions of a level; what is written the same is the same
// condition.
func (c *Coverage) conditions(owner string, level int, es ...*expr.Expr) {
	for _, e := range es {
		key := fmt.Sprint(level, " ", e)
		t := c.byWords[key]
		if t == nil {
			t = &condition{owner: owner, words: e.String()}
			c.byWords[key] = t
			c.tests = append(c.tests, t)
		}
		c.of[e] = t
	}
}

// Began says whether any interview was looked at. Where scenarios could not be
// read there is nothing to say of the instrument: not that it was never reached.
func (c *Coverage) Began() bool { return c != nil && c.began }

// see adds what an interview has reached.
func (c *Coverage) see(iv *Interview) {
	if c == nil {
		return
	}
	c.began = true
	for p := range iv.walk() {
		for _, q := range iv.questions(p) {
			if !q.row.states[q.variable.index].forced {
				c.asked[q.variable.number] = true
			}
		}
	}
	c.seeRow(iv, iv.root)
}

// seeRow looks at r and the rows under it that are on the path.
func (c *Coverage) seeRow(iv *Interview, r *row) {
	if !r.on {
		return
	}
	for _, m := range c.q.Modules {
		if m.Level == r.level.index {
			c.try(r, m.When)
		}
	}
	for _, e := range c.q.Elements {
		if e.Level == r.level.index {
			c.try(r, e.When)
		}
	}
	for _, v := range r.level.variables {
		c.seeVariable(iv, v, r)
	}
	for _, k := range r.level.checks {
		c.seeCheck(iv, k, r)
	}
	for _, children := range r.children {
		for _, x := range children {
			c.seeRow(iv, x)
		}
	}
}

// seeCheck notes whether k is unmet in r, or met with nothing unknown. A check
// of an item that is not asked, or not answered, was not tried.
func (c *Coverage) seeCheck(iv *Interview, k *check, r *row) {
	t := &c.checks[k.number]
	t.fired = t.fired || r.fires[k.index]
	if t.met || r.fires[k.index] || !iv.allHold(k.When, r) {
		return
	}
	if k.Variable >= 0 {
		v := iv.q.Variables[k.Variable]
		if !r.states[v.index].relevant || r.Cells[v.index].Missing != expr.Answered {
			return
		}
	}
	holds, m := k.Holds.Bool(&r.frame)
	t.met = holds && m == expr.Answered
}

// seeCase adds what the interviews of one case say of the checks of the case.
func (c *Coverage) seeCase(interviews []*Interview) {
	if c == nil || len(c.ofCase) == 0 {
		return
	}
	i := 0
	c.q.tryCase(interviews, func(_ *caseCheck, holds bool, m expr.Missing) {
		t := &c.ofCase[i]
		t.fired, t.met = t.fired || !holds && m == expr.Answered, t.met || holds && m == expr.Answered
		i++
	})
}

// seeVariable looks at the conditions and the value of v in r.
func (c *Coverage) seeVariable(iv *Interview, v *variable, r *row) {
	if !c.try(r, v.When) || !r.states[v.index].relevant {
		return
	}
	if v.Kind == varEnd {
		c.try(r, []*expr.Expr{v.Value})
	}
	for _, f := range v.Force {
		c.try(r, []*expr.Expr{f.When})
	}
	for _, h := range v.Hide {
		c.try(r, []*expr.Expr{h.When})
	}
	if v.Offer != nil {
		c.seeOffer(iv, v, r)
	}
	cell := r.Cells[v.index]
	if cell.Missing != expr.Answered {
		return
	}
	for i := range c.chosen[v.number] {
		if v.Type.Kind == expr.Code && cell.N == int64(i) || v.Type.Kind == expr.Set && uint64(cell.N)&(1<<i) != 0 {
			c.chosen[v.number][i] = true
		}
	}
}

// seeOffer notes that an option was offered, and that one was not: the condition
// is asked once for each.
func (c *Coverage) seeOffer(iv *Interview, v *variable, r *row) {
	t := c.of[v.Offer]
	for i := range v.list.Choices {
		if t.held && t.missed {
			return
		}
		hidden := slices.ContainsFunc(v.Hide, func(h hide) bool { return h.Option == i && holds(h.When, r) })
		switch offered := iv.offered(v, r, i); {
		case offered:
			t.held = true
		case !hidden:
			t.missed = true
		}
	}
}

// try notes what conditions say in r, up to the first that does not hold: the
// engine looks no further either.
func (c *Coverage) try(r *row, es []*expr.Expr) bool {
	for _, e := range es {
		if !holds(e, r) {
			c.of[e].missed = true
			return false
		}
		c.of[e].held = true
	}
	return true
}

// A Reach says how much of one kind of thing was reached.
type Reach struct {
	What    string `json:"what"` // items, options, conditions, checks
	Reached int    `json:"reached"`
	Of      int    `json:"of"`
}

// An Unreached is one thing that was not.
type Unreached struct {
	What  string `json:"what"`            // item, option, condition, check
	Name  string `json:"name"`            // P1_1; P1_1: flat, tenement; P2_3: P2_2 is no; person#everyone
	Never string `json:"never,omitempty"` // condition: held, or failed; check: fired, or met
}

// Summary returns how much was reached. Conditions and checks count twice: they
// can hold and not hold.
func (c *Coverage) Summary() []Reach {
	items, options, conditions, checks := Reach{What: "items"}, Reach{What: "options"}, Reach{What: "conditions"}, Reach{What: "checks"}
	add := func(r *Reach, reached bool) {
		r.Of++
		if reached {
			r.Reached++
		}
	}
	for i, v := range c.q.Variables {
		if v.Kind != varQuestion {
			continue
		}
		add(&items, c.asked[i])
		for _, chosen := range c.chosen[i] {
			add(&options, chosen)
		}
	}
	for _, t := range c.tests {
		add(&conditions, t.held)
		add(&conditions, t.missed)
	}
	for _, t := range slices.Concat(c.checks, c.ofCase) {
		add(&checks, t.fired)
		add(&checks, t.met)
	}
	return []Reach{items, options, conditions, checks}
}

// Never lists what was not reached, in the order of the instrument. Options of
// an item that was not asked are left out: the item says it.
func (c *Coverage) Never() []Unreached {
	var list []Unreached
	for i, v := range c.q.Variables {
		if v.Kind == varQuestion && !c.asked[i] {
			list = append(list, Unreached{What: "item", Name: v.ID})
		}
	}
	for i, v := range c.q.Variables {
		var options []string
		for j, chosen := range c.chosen[i] {
			if v.Kind == varQuestion && c.asked[i] && !chosen {
				options = append(options, v.list.Choices[j].Name)
			}
		}
		if len(options) > 0 {
			list = append(list, Unreached{What: "option", Name: v.ID + ": " + strings.Join(options, ", ")})
		}
	}
	for _, t := range c.tests {
		if !t.held {
			list = append(list, Unreached{What: "condition", Name: t.owner + ": " + t.words, Never: "held"})
		}
		if !t.missed {
			list = append(list, Unreached{What: "condition", Name: t.owner + ": " + t.words, Never: "failed"})
		}
	}
	check := func(name string, t tried) {
		if !t.fired {
			list = append(list, Unreached{What: "check", Name: name, Never: "fired"})
		}
		if !t.met {
			list = append(list, Unreached{What: "check", Name: name, Never: "met"})
		}
	}
	for i, k := range c.q.Checks {
		at := c.q.Elements[k.Element].ID
		if k.Variable >= 0 {
			at = c.q.Variables[k.Variable].ID
		}
		check(at+"#"+k.ID, c.checks[i])
	}
	for i, k := range c.q.CaseChecks {
		check("case#"+k.ID, c.ofCase[i])
	}
	return list
}
