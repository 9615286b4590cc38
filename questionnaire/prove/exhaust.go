//go:build !js

package prove

import (
	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file tries everything on a screen that a walk could not leave. Where the
// answers are codes, sets of few and reasons for no answer, they can all be
// tried, and a screen that none of them settles is a dead end: proved, with the
// walk as its witness. Numbers and texts are too many: then nothing is said.

// maxCombinations bounds how many answers are tried together.
const maxCombinations = 4096

// exhaust tries every combination of answers on a screen.
func (w *walker) exhaust(stop questionnaire.Stop) {
	w.deadAt = stop.Element()
	path := stop.Path()
	kind := w.s.a.Elements[stop.Element()].Kind
	if kind != questionnaire.ElementItem && kind != questionnaire.ElementGrid {
		return
	}
	settled, all := w.tryAll(path, 0, maxCombinations)
	w.dead = !settled && all > 0
}

// tryAll answers the questions of a screen from number from on in every way
// and says whether one way settled it. left is how many ways may be tried; what
// remains is returned, 0 if there were too many.
func (w *walker) tryAll(path string, from, left int) (settled bool, remain int) {
	var asked []questionnaire.Asked
	for _, q := range w.questions(path) {
		if !q.Forced() {
			asked = append(asked, q)
		}
	}
	if from >= len(asked) {
		for stop := range w.iv.Stops() {
			if stop.Path() == path {
				return stop.Settled(), left
			}
		}
		return true, left // it is not there any more
	}
	q := asked[from]
	v := w.s.a.Variables[q.Variable()]
	cells, finite := w.every(q, v)
	if !finite {
		return false, 0
	}
	tried := false
	for _, c := range cells {
		if left--; left <= 0 {
			return false, 0
		}
		val := valueOf(v, c)
		if val == nil || !w.do(questionnaire.Act{Kind: questionnaire.KindAnswer, Path: q.Path(), Value: val}) {
			continue
		}
		tried = true
		if settled, left = w.tryAll(path, from+1, left); settled || left == 0 {
			return settled, left
		}
	}
	if !tried && q.Open() {
		return false, left
	}
	return false, left
}

// every returns all answers to a question, false if they cannot be listed.
func (w *walker) every(q questionnaire.Asked, v questionnaire.VariablePart) (cells []expr.Cell, finite bool) {
	for _, s := range v.Special {
		cells = append(cells, expr.Cell{Missing: s})
	}
	switch v.Kind {
	case expr.Code:
		for i := range v.Options {
			if q.Offered(i) {
				cells = append(cells, expr.Cell{N: int64(i), Missing: expr.Answered})
			}
		}
		return cells, true
	case expr.Set:
		if len(v.Options) > 10 {
			return nil, false
		}
		for set := range int64(1) << len(v.Options) {
			cells = append(cells, expr.Cell{N: set, Missing: expr.Answered})
		}
		return cells, true
	}
	return nil, false
}
