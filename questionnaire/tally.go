package questionnaire

import "cifra/questionnaire/expr"

// This file keeps how far aggregates have come over the rows under one row, so
// that adding row 200 does not add the other 199 up again. What a tally has
// passed must be as it was: it is forgotten when a row that it has passed comes
// or goes, or has another value of what it takes. Rows that come at the end are
// past it, whatever happens in them.

// forget forgets the tallies that have passed the row at a place.
func (s *rowSet) forget(place int) {
	for i := range s.tallies {
		if s.tallies[i].Passed(place) {
			s.tallies[i].Forget()
		}
	}
}

// forgetTallies forgets the tallies that have passed r.
func (r *row) forgetTallies() {
	if r.parent != nil {
		r.parent.sets[r.level.index].forget(r.place)
	}
}

// forgetTally forgets one tally, if it has passed r.
func (r *row) forgetTally(tally int) {
	if r.parent == nil {
		return
	}
	if ts := r.parent.sets[r.level.index].tallies; tally < len(ts) && ts[tally].Passed(r.place) {
		ts[tally].Forget()
	}
}

// Tally implements expr.Keeper.
func (iv *Interview) Tally(f *expr.Frame, level, place int) *expr.Tally {
	above := iv.q.Levels[level].Parent
	if above < 0 || f.Rows[above] == nil {
		return nil
	}
	set := &iv.rows[f.Rows[above].ID].sets[level]
	if set.tallies == nil {
		set.tallies = make([]expr.Tally, iv.q.graph.tallies[level])
	}
	return &set.tallies[place]
}

// After implements expr.Keeper.
func (iv *Interview) After(f *expr.Frame, level, passed int, visit func(*expr.Row) bool) (int, expr.Missing) {
	l := iv.q.Levels[level]
	from := iv.rows[f.Rows[l.Parent].ID]
	why := expr.Answered
	if from.on && l.Kind != levelSingle {
		why = from.complete[level]
	}
	rows := from.children[level]
	for _, r := range rows[passed:] {
		if r.on && !visit(&r.Row) {
			break
		}
	}
	return len(rows), why
}
