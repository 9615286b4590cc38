//go:build !js

package questionnaire

import (
	"fmt"
	"strings"

	"cifra/questionnaire/expr"
)

// Coverage is what interviews have reached of a questionnaire: items asked,
// options chosen, conditions that held and that did not, checks that fired. It
// is looked at after every event.
type Coverage struct {
	q       *Questionnaire
	asked   []bool   // by variable
	chosen  [][]bool // by variable and option
	fired   []bool   // by check
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

// NewCoverage returns a Coverage of q with nothing reached.
func NewCoverage(q *Questionnaire) *Coverage {
	c := &Coverage{
		q: q, asked: make([]bool, len(q.Variables)), chosen: make([][]bool, len(q.Variables)), fired: make([]bool, len(q.Checks)),
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

// see adds what an interview has reached.
func (c *Coverage) see(iv *Interview) {
	if c == nil {
		return
	}
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
		c.seeVariable(v, r)
	}
	for _, k := range r.level.checks {
		c.fired[k.number] = c.fired[k.number] || r.fires[k.index]
	}
	for _, children := range r.children {
		for _, x := range children {
			c.seeRow(iv, x)
		}
	}
}

// seeVariable looks at the conditions and the value of v in r.
func (c *Coverage) seeVariable(v *variable, r *row) {
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
	Never string `json:"never,omitempty"` // condition: held, or failed
}

// Summary returns how much was reached. A condition counts twice: it can hold
// and not hold.
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
	for _, fired := range c.fired {
		add(&checks, fired)
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
	for i, k := range c.q.Checks {
		if c.fired[i] {
			continue
		}
		at := c.q.Elements[k.Element].ID
		if k.Variable >= 0 {
			at = c.q.Variables[k.Variable].ID
		}
		list = append(list, Unreached{What: "check", Name: at + "#" + k.ID})
	}
	return list
}
