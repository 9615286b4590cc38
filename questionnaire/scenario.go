//go:build !js

package questionnaire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file and its neighbours scenario_*.go conduct interviews that are
// written down as tests. The rules:
//
//   - a step answers, or does another of the things that an interviewer does,
//     in whatever order the file says; an expectation is tried where it stands;
//   - a name, an option or a value that cannot be is a mistake of the file, and
//     all of them are told before anything is conducted;
//   - an expectation that is not met is told with what is, and the interview
//     goes on; after a step that cannot be done the rest is left;
//   - places are addressed as in a log, with the number of a row on the path for
//     its key: person[2].P3_4, incident[1].I1_5, incident[injuries.2].I1_5,
//     P7_3[injuries]. Rows that are left out are the only ones there are, or
//     those of the person drawn;
//   - the draw takes place by itself where something first depends on it,
//     unless the file says where;
//   - visits that come before anything else were made on the days before, and the
//     interview starts behind them; chance follows from the seed that the file
//     says, so an order or a draw can be expected;
//   - a household that is gone on to is another interview of the same case.

// A Scenario is an interview written down as a test: what is answered, and what
// must follow. It knows no questionnaire yet; Check and Run are given one.
type Scenario struct {
	Name       Source
	Instrument Source // the name of the instrument it is conducted with

	given     *source.Node
	on        time.Time
	seed      int
	interview []*source.Map
}

// scenarioKeys lists the keys of each kind of mapping in a scenario. The JSON
// Schema has a definition for each, with the same keys.
var scenarioKeys = map[string][]string{
	"scenario": {"scenario", "instrument", "given", "on", "seed", "interview"},
	"step": {"roster", "add", "consent", "gate", "select", "confirm", "remove", "clear", "language", "status",
		"attempt", "comment", "household", "expect"},
	"expect": {"asked", "not_asked", "offered", "not_offered", "value", "missing", "rows", "heading", "text", "says",
		"instruction", "card", "order", "route", "raised", "not_raised", "case_raised", "case_not_raised", "selected", "disposition", "final",
		"complete", "kept", "exported", "comments"},
}

// usualDay is when a scenario takes place that does not say.
const usualDay = "2026-03-02"

// ReadScenario reads the YAML of a scenario. file is its name in diagnostics.
// The Scenario is nil if it cannot be read at all, and fit for use only
// without errors.
func ReadScenario(file string, src []byte) (*Scenario, expr.Diagnostics) {
	root, ds := source.Read(file, src)
	if root == nil {
		return nil, ds
	}
	m := root.Map(&ds, "a scenario", scenarioKeys["scenario"]...)
	name, instrument := m.Need(&ds, "scenario"), m.Need(&ds, "instrument")
	s := &Scenario{
		Name:       at(name, name.Text(&ds, "what the scenario shows, in a few words")),
		Instrument: at(instrument, instrument.Text(&ds, "the name of an instrument")),
		given:      m.Get("given"),
	}
	day := usualDay
	if on := m.Get("on"); on != nil {
		day = on.Text(&ds, "a date, such as 2026-03-02")
	}
	noon, err := time.Parse(time.DateOnly+" 15", day+" 12")
	if err != nil && day != "" {
		m.Get("on").Fail(&ds, "year-month-day, such as 2026-03-02", "expected a date, not %q", day)
	}
	s.on = noon
	if seed := m.Get("seed"); seed != nil {
		s.seed = seed.Int(&ds, "a whole number", 0, 1<<31-1)
	}
	for _, n := range m.Need(&ds, "interview").List(&ds, "a list of steps, one after - each") {
		s.interview = append(s.interview, n.Map(&ds, "a step, such as P1_1: house"))
	}
	ds.Sort()
	return s, ds
}

// Check says what s says that q does not know: nothing is conducted.
func (s *Scenario) Check(q *Questionnaire) expr.Diagnostics {
	b := bindScenario(s, q)
	b.ds.Sort()
	return b.ds
}

// Run conducts s with q and returns the mistakes of the file, or else what was
// expected and is not so. What was reached is added to reached, which may be
// nil.
func (s *Scenario) Run(q *Questionnaire, reached *Coverage) expr.Diagnostics {
	b := bindScenario(s, q)
	if len(b.ds) > 0 {
		b.ds.Sort()
		return b.ds
	}
	c := &conductor{q: q, reached: reached, now: s.on, draws: b.draws, given: b.given, seed: uint64(s.seed)}
	c.open(1)
	for i, d := range b.visits {
		c.now = s.on.AddDate(0, 0, i-len(b.visits))
		c.try(d, Act{Kind: KindAttempt, Case: "1", Disposition: d.Int(&c.ds, "", 100, 499)})
	}
	c.now = s.on
	if err := c.start(1); err != nil {
		c.ds.Add(s.Name.Mistake("", "%v", err))
		return c.ds
	}
	for _, step := range b.steps {
		if step(c); c.stopped {
			break
		}
	}
	return c.ds
}

// A conductor holds the interview of a scenario while it goes on.
type conductor struct {
	q       *Questionnaire
	iv      *Interview
	others  []*Interview // of the households before
	given   map[string]Value
	seed    uint64
	reached *Coverage
	now     time.Time
	events  uint64
	newest  *row // the row that was added last
	draws   bool // the file says when the draw takes place
	stopped bool
	ds      expr.Diagnostics
}

// open makes the interview of a household. It has not started.
func (c *conductor) open(household int) {
	c.iv = c.q.Open(Self{"scenario", InterviewID("household " + strconv.Itoa(household)), "scenario", 1})
	c.newest = nil
}

// start starts the interview of a household.
func (c *conductor) start(household int) error {
	return c.do(Act{Kind: KindStart, Case: "1", Household: household, Given: c.given})
}

// do does what a person does, ten seconds after the last.
func (c *conductor) do(act Act) error {
	c.now = c.now.Add(10 * time.Second)
	st := Stamp{Wall: c.now, Mono: c.now.UnixMilli()}
	c.events++
	binary.BigEndian.PutUint64(st.Salt[:], c.events)
	if act.Kind == KindStart {
		binary.BigEndian.PutUint64(st.Salt[8:], c.seed) // whatever went before, chance is the file's
		binary.BigEndian.PutUint64(st.Salt[:], uint64(act.Household))
	}
	e, err := c.iv.Decide(act, st)
	if err == nil {
		err = c.iv.Admit(e)
	}
	if err != nil {
		return err
	}
	c.iv.Apply(e)
	c.reached.see(c.iv)
	c.reached.seeCase(c.interviews())
	return nil
}

// interviews are those of the case so far.
func (c *conductor) interviews() []*Interview { return append(slices.Clip(c.others), c.iv) }

// stop says at n why the interview cannot go on.
func (c *conductor) stop(n *source.Node, hint, format string, a ...any) {
	c.stopped = true
	n.Fail(&c.ds, hint, format, a...)
}

// try does an act, or stops at n with the reason why it cannot be done.
func (c *conductor) try(n *source.Node, act Act) {
	if err := c.do(act); err != nil {
		c.stop(n, "", "%v", err)
	}
}

// draw draws the respondent if that can be done and has not been, and the file
// leaves it to us.
func (c *conductor) draw() {
	if c.draws {
		return
	}
	for _, path := range c.screensOf(ElementSelect) {
		if c.iv.View(path, "").Screen.Selection.Chosen == "" {
			// Without anybody to draw, what needs a person says that there is none.
			_ = c.do(Act{Kind: KindSelect, Path: path})
		}
	}
}

// screensOf returns the paths of the screens of a kind.
func (c *conductor) screensOf(kind ElementKind) []string {
	var paths []string
	for p := range c.iv.walk() {
		if p.element.Kind == kind {
			paths = append(paths, p.path())
		}
	}
	return paths
}

// answer answers v in r with val, or stops at key or value with the reason.
func (c *conductor) answer(key, value *source.Node, v *variable, r *row, val Value) {
	st := r.states[v.index]
	switch {
	case st.forced:
		want, err := c.q.cell(v, val)
		if err != nil || want != r.Cells[v.index] {
			c.stop(value, "", "%s is forced to %s here", key.Raw(), c.q.written(v, r.Cells[v.index]))
		}
		return
	case !st.relevant:
		c.stop(key, c.whyNotAsked(v, r), "%s is not asked here", key.Raw())
		return
	}
	err := c.do(Act{Kind: KindAnswer, Path: itemPath(v.ID, r), Value: val})
	switch {
	case errors.Is(err, ErrValue):
		c.stop(value, "", "%s is not offered here", value.Raw())
	case err != nil:
		c.stop(key, "", "%v", err)
	}
}

// whyNotAsked says which condition keeps v from being asked in r.
func (c *conductor) whyNotAsked(v *variable, r *row) string {
	if !r.on {
		return "its row is off the path"
	}
	for _, w := range v.When {
		if b, m := w.Bool(&r.frame); m != expr.Answered {
			return fmt.Sprintf("it is not known whether %s: %s", w, m)
		} else if !b {
			return fmt.Sprintf("it is asked when %s", w)
		}
	}
	for _, g := range v.guards {
		if c.iv.ended[g] > 0 {
			return "the interview has ended before, at " + c.q.Variables[g].ID
		}
	}
	if v.gate >= 0 {
		return c.whyBehindGate(c.q.Variables[v.gate], r)
	}
	return ""
}

// whyBehindGate says why what stands behind gate g is not reached in r.
func (c *conductor) whyBehindGate(g *variable, r *row) string {
	at := r.up[g.Level]
	cell := at.Cells[g.index]
	switch {
	case cell.Missing == expr.Answered:
		return fmt.Sprintf("it is sensitive, and gate %s before it is %s", g.ID, gateOutcomes[cell.N])
	case at.states[g.index].relevant:
		return fmt.Sprintf("it is sensitive, and gate %s before it has no outcome yet; a step gate: open gives it one", g.ID)
	}
	why := fmt.Sprintf("it is sensitive, and gate %s before it is not asked", g.ID)
	if more := c.whyNotAsked(g, at); more != "" {
		why += ": " + more
	}
	return why
}
