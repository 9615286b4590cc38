//go:build !js

package prove

import (
	"math/rand/v2"
	"time"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file conducts interviews on a computer, one after another, by the engine
// itself. The rules:
//
//   - a walker stands at the first screen that is not settled, as an
//     interviewer does who goes on, and does there what may be done;
//   - what it does is drawn from a seed: the same seed walks the same way;
//   - it prefers what nobody has done yet, or what it is told to try;
//   - where a check keeps it, it answers again; where nothing helps it stops.

// walkDay is when walks take place: noon of a working day.
var walkDay = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// self is who walks. Scenarios use the same name, so rows have the same keys.
var self = questionnaire.Self{Survey: "scenario", Interview: "scenario", Device: "scenario", Lease: 1}

// limits of one walk.
const (
	maxActs  = 3000 // acts
	maxTry   = 40   // acts on one screen
	maxRows  = 4    // rows added to a roster,
	mostRows = 8    // and if the solver wants so many
)

// A hint is what a walk should try: answers by variable and row of a grid,
// found by the solver, and how many incidents there should be.
type hint struct {
	cells     map[[2]int]expr.Cell // by variable and code, -1 for any row
	number    map[int]int64        // by level: the row that the answers are meant for
	count     map[int]int64        // by level: how many rows
	crime     map[int]int64        // by level of forms: the crime
	incidents int                  // forms to be opened; -1 for any number
	exhaust   int                  // 1 + the element on whose screen every answer is tried, 0 for none
}

// walker conducts one interview.
type walker struct {
	s     *search
	rng   *rand.Rand
	iv    *questionnaire.Interview
	acts  []questionnaire.Act
	now   time.Time
	hint  *hint
	yes   float64 // how readily a crime is said to have happened
	rows  int     // rows in each roster
	forms int     // still to be opened, -1 for any number

	stuck   string // path of the screen where nothing helped
	dead    bool   // and every answer was tried
	deadAt  int    // its element
	ended   bool
	lastEl  int
	seen    func(*goal) // called with each goal that comes about
	where   string      // the question that it came about at
	visited map[string]bool
	due     map[string]bool // screens stood at and not yet seen settled: an answer may open a screen before its own
	pending string
	refused error // why the interview could not be started, nil if it was
}

// do does an act, false if it cannot be done.
func (w *walker) do(act questionnaire.Act) bool {
	w.now = w.now.Add(5 * time.Second)
	e, err := w.iv.Decide(act, questionnaire.Stamp{Wall: w.now, Mono: w.now.UnixMilli()})
	if err != nil {
		return false
	}
	w.iv.Apply(e)
	w.acts = append(w.acts, act)
	return true
}

// walk conducts the interview until it is finished, ended or stuck.
func (w *walker) walk() {
	if w.begin(); w.refused != nil {
		return
	}
	tries, last := 0, ""
	for len(w.acts) < maxActs {
		stop, open := w.next()
		if !open {
			w.ended = true
			break
		}
		if stop.Path() != last {
			tries, last = 0, stop.Path()
		}
		w.arrive(stop)
		if w.hint.exhaust == stop.Element()+1 && tries == 0 {
			if w.exhaust(stop); w.dead {
				w.stuck = last
				break
			}
			tries++
			continue
		}
		if tries++; tries > maxTry {
			w.stuck = last
			if w.s.goals.orderly(stop.Element()) {
				w.lookAtConditions(stop.Element())
			}
			w.exhaust(stop)
			break
		}
		w.pending = last
		w.act(stop, tries)
	}
	if w.ended {
		w.close()
	}
}

// begin starts the interview.
func (w *walker) begin() {
	w.iv = w.s.q.Open(self)
	w.now, w.visited, w.due = walkDay, map[string]bool{}, map[string]bool{}
	given := map[string]questionnaire.Value{}
	for number, v := range w.s.a.Variables {
		if v.Source != questionnaire.FromParameter {
			continue
		}
		_, told := w.hint.cells[[2]int{number, -1}]
		if v.Default != nil && !told && w.rng.IntN(2) == 0 {
			continue
		}
		given[v.ID] = w.parameter(number, v)
	}
	w.start(questionnaire.Act{Kind: questionnaire.KindStart, Case: "1", Household: 1, Given: given})
}

// start does the start. That it is refused says something of what was made up
// here, and nothing of the instrument: such a walk is no interview.
func (w *walker) start(act questionnaire.Act) {
	e, err := w.iv.Decide(act, questionnaire.Stamp{Wall: w.now, Mono: w.now.UnixMilli()})
	if err != nil {
		w.refused = err
		return
	}
	w.iv.Apply(e)
	w.acts = append(w.acts, act)
}

// firstYear and lastYear bound the years that a survey is about. A solver takes
// any number for one, and three years until the year 2 are no period.
const (
	firstYear = 1900
	lastYear  = 2200
)

// parameter makes up what the sample gives. Of a table that is one of its
// entries: a circuit knows nothing of which.
func (w *walker) parameter(number int, v questionnaire.VariablePart) questionnaire.Value {
	if v.Table >= 0 && len(w.s.entries[v.Table]) > 0 {
		entries := w.s.entries[v.Table]
		return entries[w.rng.IntN(len(entries))]
	}
	if c, ok := w.hint.cells[[2]int{number, -1}]; ok && (!w.s.years[number] || c.N >= firstYear && c.N <= lastYear) {
		if val := valueOf(v, c); val != nil {
			return val
		}
	}
	switch {
	case w.s.years[number]:
		return questionnaire.Number(2025)
	case v.Kind == expr.Number && v.Scale > 0:
		n := int64(1)
		for range v.Scale {
			n *= 10
		}
		return questionnaire.Number(w.rng.Int64N(n))
	}
	return valueOf(v, w.anyCell(number, v, func(int) bool { return true }))
}

// next is the first screen that is not settled; false if there is none. What
// lies before it was passed.
func (w *walker) next() (questionnaire.Stop, bool) {
	for stop := range w.iv.Stops() {
		w.lastEl = stop.Element()
		settled := stop.Settled()
		if stop.Path() == w.pending || !w.visited[stop.Path()] || settled && w.due[stop.Path()] {
			w.look(stop, settled)
		}
		if settled {
			delete(w.due, stop.Path())
		}
		if !settled || !w.visited[stop.Path()] && w.mayBePassed(stop) {
			return stop, true
		}
		w.visited[stop.Path()] = true
	}
	return questionnaire.Stop{}, false
}

// mayBePassed says whether a screen has a question that wants no answer, and
// has none: it is given one all the same now and then.
func (w *walker) mayBePassed(stop questionnaire.Stop) bool {
	for _, q := range stop.Questions() {
		if w.s.a.Variables[q.Variable()].Optional && !q.Forced() && q.Cell().Missing == expr.NotReached && w.rng.IntN(2) == 0 {
			return true
		}
	}
	return false
}

// arrive notes a screen that is not settled.
func (w *walker) arrive(stop questionnaire.Stop) {
	w.visited[stop.Path()], w.due[stop.Path()] = true, true
}

// act does one thing, or answers all that is open, on a screen.
func (w *walker) act(stop questionnaire.Stop, tries int) {
	switch w.s.a.Elements[stop.Element()].Kind {
	case questionnaire.ElementConsent:
		outcome := "given"
		if w.rng.IntN(16) == 0 && w.hint.incidents < 0 {
			outcome = "refused"
		}
		if c, ok := w.hint.cells[[2]int{w.s.a.Elements[stop.Element()].Variables[0], -1}]; ok && c.Missing == expr.Answered && c.N == 0 {
			outcome = "refused"
		}
		w.do(questionnaire.Act{Kind: questionnaire.KindConsent, Path: stop.Path(), Outcome: outcome})
	case questionnaire.ElementGate:
		outcome := "open"
		if w.rng.IntN(16) == 0 && w.hint.incidents < 0 {
			outcome = "skipped"
		}
		w.do(questionnaire.Act{Kind: questionnaire.KindGate, Path: stop.Path(), Outcome: outcome})
	case questionnaire.ElementSelect:
		w.do(questionnaire.Act{Kind: questionnaire.KindSelect, Path: stop.Path()})
	case questionnaire.ElementRoster:
		w.addRows(stop, tries)
	}
	w.confirm(stop, tries)
	if tries > 12 && w.rng.IntN(2) == 0 {
		w.correct()
	}
	again := tries > 1
	for _, q := range w.questions(stop.Path()) {
		if q.Forced() || !q.Open() && !w.s.a.Variables[q.Variable()].Optional && !(again && w.rng.IntN(2) == 0) {
			continue
		}
		w.answer(q, tries)
	}
}

// correct answers any question once more: what keeps the walk may be of another
// screen.
func (w *walker) correct() {
	var asked []questionnaire.Asked
	for stop := range w.iv.Stops() {
		for _, q := range stop.Questions() {
			if !q.Forced() && w.s.a.Variables[q.Variable()].Source == questionnaire.FromQuestion {
				asked = append(asked, q)
			}
		}
	}
	if len(asked) > 0 {
		w.answer(asked[w.rng.IntN(len(asked))], maxTry)
	}
}

// questions are those of the screen at path as it is now.
func (w *walker) questions(path string) []questionnaire.Asked {
	for stop := range w.iv.Stops() {
		if stop.Path() == path {
			return stop.Questions()
		}
	}
	return nil
}

// confirm passes soft checks with a reason, or leaves them to be met by another
// answer.
func (w *walker) confirm(stop questionnaire.Stop, tries int) {
	var keys []string
	for c, r := range stop.Firing() {
		if w.s.a.Checks[c].Severity == questionnaire.Soft && !r.Confirmed(c) && (tries > 4 || w.rng.IntN(3) > 0) {
			keys = append(keys, r.CheckKey(c))
		}
	}
	for _, key := range keys {
		w.do(questionnaire.Act{Kind: questionnaire.KindConfirm, Check: key, Reason: "confirmado con la persona"})
	}
}

// addRows adds rows to a roster up to the number that this walk wants; when it
// is kept there, another number.
func (w *walker) addRows(stop questionnaire.Stop, tries int) {
	level := w.s.a.Levels[w.s.a.Elements[stop.Element()].Rows]
	want := w.rows
	if n, ok := w.hint.count[w.s.a.Elements[stop.Element()].Rows]; ok && n <= mostRows {
		want = int(n)
	}
	if tries > 6 {
		want = w.rng.IntN(maxRows + 1)
	}
	rows := stop.Rows()
	for have := len(rows); have < want; have++ {
		if !w.do(questionnaire.Act{Kind: questionnaire.KindAddRow, Path: stop.Row().Path(), Roster: level.Name}) {
			break
		}
	}
	if tries > 6 && len(rows) > want {
		w.do(questionnaire.Act{Kind: questionnaire.KindRemoveRow, Path: rows[len(rows)-1].Path(), Reason: "no vive en esta casa"})
	}
}

// answer answers a question.
func (w *walker) answer(q questionnaire.Asked, tries int) bool {
	number := q.Variable()
	v := w.s.a.Variables[number]
	if v.Form != "" && v.Kind == expr.Text {
		return w.answerWhole(q, v)
	}
	cell := w.choose(q, number, v, tries)
	val := valueOf(v, cell)
	if val == nil {
		return false
	}
	return w.do(questionnaire.Act{Kind: questionnaire.KindAnswer, Path: q.Path(), Value: val})
}

// close notes what held at the end of a finished interview.
func (w *walker) close() {
	for stop := range w.iv.Stops() {
		if stop.Ends() {
			w.lookAtConditions(stop.Element())
			return
		}
	}
	w.lookAtConditions(len(w.s.a.Elements))
}
