package questionnaire

import "cifra/questionnaire/expr"

// This file decides what is asked and what an item's value is. The rules:
//
//   - an item is relevant if its row is on path and its own condition and
//     those of all that surrounds it surely hold; unknown counts as not
//     satisfied;
//   - after an end whose condition holds, or a refused consent, nothing is
//     reached;
//   - what is sensitive and stands behind a gate that is not open is not reached;
//   - a forced answer is derived, never an event; the human answer under it is
//     kept and returns;
//   - an item off path keeps its answer in the log, evaluates as not asked, and
//     comes back with the path;
//   - an answer whose option is no longer offered evaluates as not reached: the
//     question is open again.

// evaluate finds the value of v in r.
func (iv *Interview) evaluate(v *variable, r *row) {
	switch v.Kind {
	case varParameter, varDerived, varSelected:
		return // set by whoever knows it
	case varPart:
		iv.set(v, r, iv.q.part(v, r))
		return
	case varPeriod:
		iv.set(v, r, period(v, v.Value.Eval(&r.frame)))
		return
	}
	st := &r.states[v.index]
	*st = state{}
	if !r.on || !iv.allHold(v.When, r) {
		iv.set(v, r, missing(NotAsked))
		return
	}
	for _, g := range v.guards {
		if iv.ended[g] > 0 {
			iv.set(v, r, missing(NotReached))
			return
		}
	}
	if !iv.behindOpenGate(v, r) {
		iv.set(v, r, missing(NotReached))
		return
	}
	st.relevant = true
	if v.Kind == varValue || v.Kind == varEnd {
		iv.set(v, r, v.Value.Eval(&r.frame))
		return
	}
	for _, f := range v.Force {
		if holds(f.When, r) {
			st.forced = true
			iv.set(v, r, f.To)
			return
		}
	}
	a := &r.answers[v.index]
	if !a.given || a.cell.Missing == expr.Answered && !iv.stillOffered(v, r, *a) {
		iv.set(v, r, missing(NotReached))
		return
	}
	iv.set(v, r, a.cell)
}

// allHold says whether every condition surely holds in r.
func (iv *Interview) allHold(when []*expr.Expr, r *row) bool {
	for _, w := range when {
		if !holds(w, r) {
			return false
		}
	}
	return true
}

// holds says whether a condition is known and true.
func holds(e *expr.Expr, r *row) bool {
	b, m := e.Bool(&r.frame)
	return b && m == expr.Answered
}

// offered says whether option i of v may be chosen in r.
func (iv *Interview) offered(v *variable, r *row, i int) bool {
	for _, h := range v.Hide {
		if h.Option == i && holds(h.When, r) {
			return false
		}
	}
	if v.Offer == nil {
		return true
	}
	option := &r.Cells[iv.q.Variables[v.Option].index]
	*option = known(int64(i))
	ok := holds(v.Offer, r)
	*option = expr.Cell{}
	return ok
}

// stillOffered says whether what was chosen may still be.
func (iv *Interview) stillOffered(v *variable, r *row, a answer) bool {
	c := a.cell
	if v.Within != nil {
		return iv.within(v, r, a.parts)
	}
	if v.Hide == nil && v.Offer == nil {
		return true
	}
	switch v.Type.Kind {
	case expr.Code:
		return iv.offered(v, r, int(c.N))
	case expr.Set:
		for i := range iv.q.Lists[v.Type.List].Choices {
			if uint64(c.N)&(1<<i) != 0 && !iv.offered(v, r, i) {
				return false
			}
		}
	}
	return true
}
