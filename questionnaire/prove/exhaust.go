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
	if stop.Settled() || kind != questionnaire.ElementItem && kind != questionnaire.ElementGrid && kind != questionnaire.ElementScreen {
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
		return w.leaves(path), left
	}
	q := asked[from]
	v := w.s.a.Variables[q.Variable()]
	cells, finite := w.every(q, v)
	if !finite {
		return false, 0
	}
	tried := false
	if v.Optional && w.do(questionnaire.Act{Kind: questionnaire.KindClear, Path: q.Path()}) {
		if settled, left = w.tryAll(path, from+1, left); settled || left == 0 {
			return settled, left
		}
	}
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

// leaves says whether the screen at path can be left as it stands, soft checks
// passed with a reason.
func (w *walker) leaves(path string) bool {
	for stop := range w.iv.Stops() {
		if stop.Path() != path {
			continue
		}
		if !stop.Settled() {
			w.confirm(stop, maxTry)
		}
		break
	}
	for stop := range w.iv.Stops() {
		if stop.Path() == path {
			return stop.Settled()
		}
	}
	return true // it is not there any more
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
	return w.numbersFrom(q, v, cells)
}

// numbersFrom adds every number between the limits of a range: what lies beyond
// them its checks refuse.
func (w *walker) numbersFrom(q questionnaire.Asked, v questionnaire.VariablePart, cells []expr.Cell) ([]expr.Cell, bool) {
	if v.Kind != expr.Number || v.Min == nil || v.Max == nil {
		return nil, false
	}
	low, high := v.Min.Eval(q.Row().Frame()), v.Max.Eval(q.Row().Frame())
	if low.Missing != expr.Answered || high.Missing != expr.Answered || high.N-low.N >= maxFinite {
		return nil, false
	}
	for n := low.N; n <= high.N; n++ {
		cells = append(cells, expr.Cell{N: n, Missing: expr.Answered})
	}
	return cells, true
}
