//go:build !js

package questionnaire

import (
	"iter"

	"cifra/questionnaire/expr"
)

// This file lets somebody look over the shoulder of an interview: screen by
// screen and row by row, with the numbers that an Anatomy uses. It is what
// explorers walk by; they act through Decide and Apply like everybody else.

// A Stop is one screen on the path of an interview, as it was when asked for:
// after an event ask again.
type Stop struct {
	iv *Interview
	at place
}

// Stops yields the screens on the path in their order, without the last, which
// is the end of every interview.
func (iv *Interview) Stops() iter.Seq[Stop] {
	return func(yield func(Stop) bool) {
		for p := range iv.walk() {
			if !yield(Stop{iv, p}) {
				return
			}
		}
	}
}

// Path names the screen.
func (s Stop) Path() string { return s.at.path() }

// Element is the number of the element shown.
func (s Stop) Element() int { return s.at.element.number }

// Row is the row that the element is walked in; Crime that of the crime asked
// about on a screener, the same row elsewhere.
func (s Stop) Row() RowState { return RowState{s.iv, s.at.row} }

// Crime is the row of the crime on a screener's screen, and Row elsewhere.
func (s Stop) Crime() RowState {
	if s.at.crime != nil {
		return RowState{s.iv, s.at.crime}
	}
	return s.Row()
}

// Settled says whether the screen lets the interview go on.
func (s Stop) Settled() bool { return s.iv.settled(s.at) }

// Stale says whether a draw is wanted here.
func (s Stop) Stale() bool {
	return s.at.element.Kind == ElementSelect && !s.iv.drawStands(s.at.element, s.at.row)
}

// Eligible is how many rows a draw here would draw from.
func (s Stop) Eligible() int {
	if s.at.element.Kind != ElementSelect {
		return 0
	}
	return len(s.iv.frame(s.at.element, s.at.row))
}

// Rows are the rows of the roster shown that are on path.
func (s Stop) Rows() []RowState {
	var rows []RowState
	if s.at.element.Kind == ElementRoster {
		for _, r := range onPath(s.at.row.children[s.at.element.Rows]) {
			rows = append(rows, RowState{s.iv, r})
		}
	}
	return rows
}

// Ends says whether the interview ends at this screen.
func (s Stop) Ends() bool {
	e := s.at.element
	return e.Kind == ElementEnd || e.Kind == ElementConsent && s.iv.ended[e.Variables[0]] > 0
}

// Questions are the questions of the screen that are asked now.
func (s Stop) Questions() []Asked {
	var asked []Asked
	for _, q := range s.iv.questions(s.at) {
		asked = append(asked, Asked{s.iv, q})
	}
	return asked
}

// Firing yields the checks shown here that are unmet, with the rows they stand
// in.
func (s Stop) Firing() iter.Seq2[int, RowState] {
	return func(yield func(int, RowState) bool) {
		for c, r := range s.iv.checksAt(s.at) {
			if r.fires[c.index] && !yield(c.number, RowState{s.iv, r}) {
				return
			}
		}
	}
}

// An Asked is a question in the row it stands in.
type Asked struct {
	iv *Interview
	q  question
}

// Variable is the number of the question.
func (a Asked) Variable() int { return a.q.variable.number }

// Path names the question for an act.
func (a Asked) Path() string { return itemPath(a.q.variable.ID, a.q.row) }

// Row is the row it stands in.
func (a Asked) Row() RowState { return RowState{a.iv, a.q.row} }

// Open says whether it still wants an answer.
func (a Asked) Open() bool { return a.q.open() }

// Forced says whether its answer is fixed, so that nobody is asked.
func (a Asked) Forced() bool { return a.q.row.states[a.q.variable.index].forced }

// Cell is its answer so far.
func (a Asked) Cell() expr.Cell { return a.q.row.Cells[a.q.variable.index] }

// Offered says whether an option may be chosen.
func (a Asked) Offered(option int) bool { return a.iv.offered(a.q.variable, a.q.row, option) }

// Written is what a cell of the question's type is in a scenario.
func (a Asked) Written(c expr.Cell) string { return a.iv.q.written(a.q.variable, c) }

// A RowState is a row of an interview.
type RowState struct {
	iv *Interview
	r  *row
}

// EachRow visits the rows of a level that are on path, in their order.
func (iv *Interview) EachRow(level int, visit func(RowState)) {
	iv.eachUnder(iv.root, level, func(r *row) {
		if r.on {
			visit(RowState{iv, r})
		}
	})
}

// Path names the row; "" where there is one only.
func (s RowState) Path() string { return s.r.path }

// ItemPath names a variable of the row.
func (s RowState) ItemPath(variable int) string { return itemPath(s.iv.q.Variables[variable].ID, s.r) }

// Frame is where expressions of the row are evaluated.
func (s RowState) Frame() *expr.Frame { return &s.r.frame }

// Level is the number of its level.
func (s RowState) Level() int { return s.r.level.index }

// Cell is the value of a variable of the row's level.
func (s RowState) Cell(variable int) expr.Cell { return s.r.Cells[s.iv.q.Variables[variable].index] }

// Relevant says whether a variable of the row's level is on path.
func (s RowState) Relevant(variable int) bool {
	return s.r.states[s.iv.q.Variables[variable].index].relevant
}

// Forced says whether the answer to a question of the row's level is fixed.
func (s RowState) Forced(variable int) bool {
	return s.r.states[s.iv.q.Variables[variable].index].forced
}

// Reached says whether no end or refusal before v took place.
func (s RowState) Reached(variable int) bool {
	for _, g := range s.iv.q.Variables[variable].guards {
		if s.iv.ended[g] > 0 {
			return false
		}
	}
	return true
}

// CheckKey names a check of the row's level, as the act of confirming it does.
func (s RowState) CheckKey(check int) string { return s.iv.checkKey(s.iv.q.Checks[check], s.r) }

// Confirmed says whether a check of the row was passed with a reason that
// still holds.
func (s RowState) Confirmed(check int) bool { return s.iv.isConfirmed(s.iv.q.Checks[check], s.r) }

// Offered says whether an option of a question may be chosen in the row.
func (s RowState) Offered(variable, option int) bool {
	return s.iv.offered(s.iv.q.Variables[variable], s.r, option)
}

// Finished says whether nothing on the path is open and no check blocks.
func (iv *Interview) Finished() bool { return iv.finished() }

// onPath returns those of rows that are on path.
func onPath(rows []*row) []*row {
	var on []*row
	for _, r := range rows {
		if r.on {
			on = append(on, r)
		}
	}
	return on
}
