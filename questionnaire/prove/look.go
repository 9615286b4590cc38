//go:build !js

package prove

import (
	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file notes what comes about in a walk. All of it is said of an interview
// that stands at a screen with everything before it settled, so that it is a
// witness of the goal it is noted for.

// look notes what a screen shows. If it is settled it was passed.
func (w *walker) look(stop questionnaire.Stop, settled bool) {
	g := w.s.goals
	row := stop.Row()
	e := w.s.a.Elements[stop.Element()]
	texts := e.Texts
	w.fills(texts, row)
	w.fills(w.s.a.Modules[e.Module].Texts, row)
	for c, r := range stop.Firing() {
		if x := g.fires[c]; x != nil {
			w.seen(x)
		}
		if say := w.s.a.Checks[c].Say; say >= 0 {
			w.fills([]int{say}, r)
		}
	}
	for _, q := range stop.Questions() {
		if q.Forced() {
			continue
		}
		number := q.Variable()
		v := w.s.a.Variables[number]
		w.where = q.Path()
		if x := g.item[number]; x != nil {
			w.seen(x)
		}
		w.fills(v.Texts, q.Row())
		if settled {
			w.chosen(q, number, v)
		}
	}
	w.where = ""
	if x := g.leaves[stop.Element()]; x != nil && settled {
		w.seen(x)
	}
}

// chosen notes the answer with which a screen was passed.
func (w *walker) chosen(q questionnaire.Asked, number int, v questionnaire.VariablePart) {
	c := q.Cell()
	if c.Missing != expr.Answered {
		return
	}
	if x := w.s.goals.answer[number]; x != nil {
		w.seen(x)
	}
	w.options(number, v, c)
}

// options notes the options in an answer.
func (w *walker) options(number int, v questionnaire.VariablePart, c expr.Cell) {
	for i := range v.Options {
		if v.Kind == expr.Code && c.N == int64(i) || v.Kind == expr.Set && uint64(c.N)>>i&1 == 1 {
			w.seen(w.s.goals.option[[2]int{number, i}])
		}
	}
}

// fills notes fills without a value.
func (w *walker) fills(texts []int, r questionnaire.RowState) {
	for _, t := range texts {
		for _, f := range w.s.fills[t] {
			if x := w.s.goals.empty[f]; x != nil && f.Eval(r.Frame()).Missing != expr.Answered {
				w.seen(x)
			}
		}
	}
}

// lookAtConditions notes which conditions hold and which do not, up to element
// last: what stands before it was passed.
func (w *walker) lookAtConditions(last int) {
	for level := range w.s.a.Levels {
		w.iv.EachRow(level, func(r questionnaire.RowState) {
			for _, number := range w.s.a.Levels[level].Variables {
				if v := w.s.a.Variables[number]; v.Screen <= last {
					w.lookAtVariable(number, v, r)
				}
			}
			for number, e := range w.s.a.Elements {
				if e.Level == level && number <= last && e.Kind != questionnaire.ElementItem && w.hold(w.s.a.Modules[e.Module].When, r) {
					w.conditions(e.When, r)
				}
			}
		})
	}
}

func (w *walker) lookAtVariable(number int, v questionnaire.VariablePart, r questionnaire.RowState) {
	if !r.Reached(number) {
		return
	}
	switch v.Source {
	case questionnaire.FromQuestion, questionnaire.FromDone, questionnaire.FromConsent, questionnaire.FromEnd:
	default:
		return
	}
	if !w.conditions(v.When, r) {
		return
	}
	if v.Source == questionnaire.FromEnd {
		w.conditions([]*expr.Expr{v.Value}, r)
	}
	for _, f := range v.Force {
		w.conditions([]*expr.Expr{f.When}, r)
	}
	if c := r.Cell(number); r.Forced(number) && c.Missing == expr.Answered {
		w.where = r.ItemPath(number)
		w.options(number, v, c)
		w.where = ""
		w.withheld(number, v, r)
	}
	for _, h := range v.Hide {
		w.conditions([]*expr.Expr{h.When}, r)
	}
}

// withheld notes that an answer is forced to an option that is not offered.
func (w *walker) withheld(number int, v questionnaire.VariablePart, r questionnaire.RowState) {
	for i := range v.Options {
		c := r.Cell(number)
		chosen := v.Kind == expr.Code && c.N == int64(i) || v.Kind == expr.Set && c.N == 1<<i
		if x := w.s.goals.forced[[2]int{number, i}]; x != nil && chosen && !r.Offered(number, i) {
			w.seen(x)
		}
	}
}

// hold says whether all conditions surely hold.
func (w *walker) hold(es []*expr.Expr, r questionnaire.RowState) bool {
	for _, e := range es {
		if b, m := e.Bool(r.Frame()); !b || m != expr.Answered {
			return false
		}
	}
	return true
}

// conditions notes each condition up to the first that does not hold, and says
// whether all do.
func (w *walker) conditions(es []*expr.Expr, r questionnaire.RowState) bool {
	for _, e := range es {
		x := w.s.goals.holds[e]
		b, m := e.Bool(r.Frame())
		holds := b && m == expr.Answered
		if x != nil && holds {
			w.seen(x)
		} else if x != nil {
			w.seen(x.pair)
		}
		if !holds {
			return false
		}
	}
	return true
}
