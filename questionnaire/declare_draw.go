//go:build !js

package questionnaire

import (
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file declares draws: which rows a draw is from, and what its method
// needs. A method that is given what it does not look at is refused, since the
// author means something by it.

// declareSelect makes a draw: a boolean for each row of the level drawn from.
func (c *compiler) declareSelect(out *element, e *Element) {
	from, where, _ := e.From.cut(" where ")
	name := strings.TrimSpace(from.Text)
	l, ok := c.levels[name]
	if !ok || c.q.Levels[l].Kind != levelHand && c.q.Levels[l].Kind != levelCount {
		c.errorf(from, "write from: LEVEL where CONDITION with a roster's level", "a draw is from the rows of a roster, not from %q", name)
		return
	}
	out.Rows = l
	if c.q.Levels[l].Selected >= 0 {
		c.errorf(from, "", "one of each %s is drawn already, by %s", name, c.q.Variables[c.q.Levels[l].Selected].ID)
		return
	}
	if !slices.Contains(methods, e.Method.Text) {
		c.errorf(e.Method, "write method: number", "there is no method of selection %q", e.Method.Text)
		return
	}
	v := c.derived(e.ID.Text, l, expr.Bool)
	c.q.Variables[v].Kind = varSelected
	c.q.Levels[l].Selected = v
	if strings.TrimSpace(where.Text) == "" {
		where = e.From.worded("true")
	}
	c.later(func() {
		switch {
		case c.isAstray(out.Level) || c.isAstray(l): // where they lie is not known
		case !c.above(l, out.Level):
			c.errorf(from, "", "the rows of %s do not lie under %s", name, c.q.Levels[out.Level].Name)
			return
		case !c.single(out.Level) || !c.single(c.q.Levels[l].Parent):
			c.errorf(e.ID, "put it in a module of the household", "a draw must stand at a level with one row, and so must its roster")
			return
		}
		out.From = c.condition(where, c.at(l))
		c.method(out, e, l)
	})
}

// needs says what each method of selection looks at: the first of each list
// that is written, and one of each must be.
var needs = map[string][][]string{
	methodNumber: {{"number"}},
	methodKish:   {{"table", "number"}},
	methodNext:   {{"birthday", "month"}},
	methodLast:   {{"birthday", "month"}},
	methodSeeded: {},
}

// may says what else a method may be given.
var may = map[string][]string{methodNext: {"day", "seed"}, methodLast: {"day", "seed"}, methodSeeded: {"seed"}}

// method compiles what a draw from the rows of l looks at.
func (c *compiler) method(out *element, e *Element, l int) {
	method := e.Method.Text
	written := map[string]Source{
		"number": e.Number, "table": e.Table, "birthday": e.Birthday, "month": e.Month, "day": e.Day, "seed": e.Seed,
	}
	wanted := may[method]
	for _, one := range needs[method] {
		i := slices.IndexFunc(one, func(k string) bool { return written[k].Text != "" })
		if i < 0 {
			c.errorf(e.Method, "write "+strings.Join(one, ": … or ")+": …", "a draw by %s needs %s", method, strings.Join(one, " or "))
			return
		}
		wanted = append(slices.Clone(wanted), one[i])
	}
	for _, k := range []string{"number", "table", "birthday", "month", "day", "seed"} {
		if src := written[k]; src.Text != "" && (!slices.Contains(wanted, k) || k == "day" && e.Month.Text == "") {
			c.errorf(src, "take it away", "a draw by %s does not look at %s here", method, k)
		}
	}
	here, there := c.at(out.Level), c.at(l)
	if method == methodNumber || method == methodKish && e.Number.Text != "" && e.Table.Text == "" {
		c.drawnBefore(out, e, here)
	}
	if method == methodNumber && len(e.Sort) == 0 {
		return
	}
	d := &draw{Method: method}
	out.Draw = d
	d.Table = c.check(e.Table, here, expr.Want{Kinds: []expr.Kind{expr.Text, expr.Code}})
	d.Birthday = c.check(e.Birthday, there, expr.Want{Kinds: []expr.Kind{expr.Date}})
	d.Month = c.check(e.Month, there, expr.Want{Kinds: []expr.Kind{expr.Number}})
	d.Day = c.check(e.Day, there, expr.Want{Kinds: []expr.Kind{expr.Number}})
	d.Seed = c.check(e.Seed, here, expr.Want{Kinds: []expr.Kind{expr.Number, expr.Text}})
	for _, s := range e.Sort {
		if by := c.check(s, there, expr.Want{Kinds: []expr.Kind{expr.Number, expr.Bool, expr.Date, expr.Code}}); by != nil {
			d.Sort = append(d.Sort, by)
		}
	}
	if t := d.Table; t != nil && t.Type().Kind == expr.Code {
		for _, code := range t.Type().List.Codes {
			if _, ok := kishChoice(strings.ToUpper(code), 1); !ok {
				c.errorf(e.Table, "name them a, b1, b2, c, d, e1, e2 and f", "%s of list %s is no table of selection", code, t.Type().List.Name)
			}
		}
	}
}

// drawnBefore compiles the number in [0,1) that decides a draw.
func (c *compiler) drawnBefore(out *element, e *Element, s scope) {
	out.Number = c.check(e.Number, s, expr.Want{})
	if out.Number == nil {
		return
	}
	out.Scale = out.Number.Type().Scale
	if out.Number.Type().Kind != expr.Number || out.Scale < 1 || out.Scale > maxScale {
		c.errorf(e.Number, "use a parameter of type decimal(6)", "a draw needs a number from 0 up to 1 with 1 to %d decimals", maxScale)
	}
}
