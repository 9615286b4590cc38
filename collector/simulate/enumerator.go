package simulate

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"cifra/collector"
	q "cifra/questionnaire"
)

// This file conducts one interview with the engine. The enumerator knows the
// screens and nothing else: she asks the first one that is open, writes down
// what she hears, confirms what the engine doubts, and stops at the end.

// A visit is one household's interview on its way.
type visit struct {
	iv     *q.Interview
	r      *respondent // nil if nobody answers the door
	refuse bool        // the selected person does not consent
	rng    *rand.Rand  // of clocks and salts
	now    time.Time
	mono   int64
	events []q.Event      // made and not yet taken
	asked  map[string]int // how often, by check
	swept  bool           // what may be left open was looked at
}

// do decides an act and applies it.
func (v *visit) do(act q.Act) error {
	took := 3000 + v.rng.Int64N(9000)
	v.now, v.mono = v.now.Add(time.Duration(took)*time.Millisecond), v.mono+took
	st := q.Stamp{Wall: v.now, Mono: v.mono}
	binary.LittleEndian.PutUint64(st.Salt[:8], v.rng.Uint64())
	binary.LittleEndian.PutUint64(st.Salt[8:], v.rng.Uint64())
	e, err := v.iv.Decide(act, st)
	if err != nil {
		return fmt.Errorf("%s %s: %w", act.Kind, act.Path, err)
	}
	v.iv.Apply(e)
	v.events = append(v.events, e)
	return nil
}

// begin starts the interview with what the case brings.
func (v *visit) begin(c *Case, household int, given map[string]json.RawMessage) error {
	act := q.Act{Kind: q.KindStart, Case: c.ID, Household: household, Given: make(map[string]q.Value, len(given))}
	for name, raw := range given {
		value, err := q.DecodeValue(raw)
		if err != nil {
			return fmt.Errorf("start: given %s: %w", name, err)
		}
		act.Given[name] = value
	}
	return v.do(act)
}

// attempt notes a visit that brought no interview, and comes back another day.
func (v *visit) attempt(d collector.Disposition) error {
	err := v.do(q.Act{Kind: q.KindAttempt, Disposition: int(d)})
	v.now = v.now.Add(22 * time.Hour)
	return err
}

// conduct asks everything that is open and completes the interview. took is
// called after each screen, with what was written since. It returns the
// outcome.
func (v *visit) conduct(took func() error) (collector.Disposition, error) {
	asked := ""
	for {
		path := v.iv.FirstOpen()
		if path == asked {
			return 0, fmt.Errorf("screen %s does not let the interview go on", path)
		}
		view := v.iv.View(path, "")
		if view.Screen.Kind == "end" && !v.swept {
			if err := v.sweep(); err != nil {
				return 0, err
			}
			continue
		}
		if view.Screen.Kind == "end" {
			d := view.Screen.Disposition
			if err := v.do(q.Act{Kind: q.KindStatus, Disposition: d}); err != nil {
				return 0, err
			}
			return collector.Disposition(d), took()
		}
		before := v.iv.Events()
		if err := v.ask(&view.Screen); err != nil {
			return 0, fmt.Errorf("screen %s: %w", path, err)
		}
		if v.iv.Events() == before {
			asked = path
		}
		if err := took(); err != nil {
			return 0, err
		}
	}
}

// sweep goes through the screens once more, for the questions that may be left
// open: half of them are answered.
func (v *visit) sweep() error {
	v.swept = true
	for _, entry := range v.iv.Overview("") {
		for _, question := range v.iv.View(entry.Path, "").Screen.Questions {
			if question.Required || question.Forced || question.Value != nil || v.r.rng.IntN(2) == 0 {
				continue
			}
			if err := v.answer(&question); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask settles one screen as far as it can be seen now.
func (v *visit) ask(s *q.Screen) error {
	switch s.Kind {
	case "consent":
		outcome := "given"
		if v.refuse {
			outcome = "refused"
		}
		return v.do(q.Act{Kind: q.KindConsent, Path: s.Path, Outcome: outcome})
	case "gate":
		return v.do(q.Act{Kind: q.KindGate, Path: s.Path, Outcome: "open"})
	case "selection":
		return v.draw(s)
	case "roster":
		if len(s.Rows) < len(v.r.hh.Persons) {
			return v.list(s)
		}
	}
	before := v.iv.Events()
	for i := range s.Questions {
		question := &s.Questions[i]
		if question.Value != nil || question.Forced {
			continue
		}
		if err := v.answer(question); err != nil {
			return err
		}
	}
	if v.iv.Events() > before {
		return nil // what was said may change what the screen shows
	}
	for _, c := range s.Checks {
		switch {
		case c.Confirmed || c.Severity == "info":
		case c.Severity == "soft":
			if err := v.do(q.Act{Kind: q.KindConfirm, Check: c.ID, Reason: "Se confirmó con la persona entrevistada."}); err != nil {
				return err
			}
		default:
			return v.again(s, &c)
		}
	}
	return nil
}

// answer writes down what the household says. Where nothing can be said an
// optional question is passed over.
func (v *visit) answer(question *q.QuestionView) error {
	value := v.r.answer(question)
	switch {
	case value == nil && question.Required:
		return fmt.Errorf("%s: nothing can be answered", question.Path)
	case value == nil:
		return nil
	}
	return v.do(q.Act{Kind: q.KindAnswer, Path: question.Path, Value: value})
}

// patience is how often one contradiction is asked about.
const patience = 40

// again asks once more what a hard check compares: the questions of the screen,
// or those that the check leads back to. What is true stays as it is told.
func (v *visit) again(s *q.Screen, c *q.CheckView) error {
	if v.asked == nil {
		v.asked = map[string]int{}
	}
	if v.asked[c.ID]++; v.asked[c.ID] > patience {
		return fmt.Errorf("check %s: %s", c.ID, c.Message)
	}
	questions := slices.Clip(s.Questions)
	for _, read := range c.Reads {
		questions = append(questions, v.iv.View(read.Screen, "").Screen.Questions...)
	}
	before := v.iv.Events()
	for i := range questions {
		question := &questions[i]
		if question.Forced || told[question.Number] != nil || strings.HasSuffix(question.Number, "_complete") {
			continue
		}
		if err := v.answer(question); err != nil {
			return err
		}
	}
	if v.iv.Events() == before {
		return fmt.Errorf("check %s: %s", c.ID, c.Message)
	}
	return nil
}

// draw selects the respondent, who answers from here on.
func (v *visit) draw(s *q.Screen) error {
	if err := v.do(q.Act{Kind: q.KindSelect, Path: s.Path}); err != nil {
		return err
	}
	chosen := v.iv.View(s.Path, "").Screen.Selection.Chosen
	at, err := memberOf(chosen)
	v.r.selected = at
	return err
}

// memberOf returns the place in the household of a row's id, which is a device
// and a counter.
func memberOf(row string) (int, error) {
	n, err := strconv.Atoi(row[strings.LastIndexByte(row, '.')+1:])
	if err != nil {
		return 0, fmt.Errorf("row %q is not a person's", row)
	}
	return n - 1, nil
}

// list adds everybody who lives in the household, with their names.
func (v *visit) list(s *q.Screen) error {
	for len(s.Rows) < len(v.r.hh.Persons) {
		if err := v.do(q.Act{Kind: q.KindAddRow, Roster: s.Roster}); err != nil {
			return err
		}
		again := v.iv.View(s.Path, "").Screen
		if len(again.Rows) == len(s.Rows) {
			return errors.New("a row that was added is not there")
		}
		s = &again
		for i := range s.Questions {
			question := &s.Questions[i]
			if question.Value != nil || locate(question.Path).person < 0 {
				continue
			}
			if err := v.answer(question); err != nil {
				return err
			}
		}
	}
	return nil
}

// interviewID makes the identity of an interview begun at a time: a UUID of
// version 7, as tablets do, from the simulation's own generator.
func interviewID(at time.Time, rng *rand.Rand) q.InterviewID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|rng.Uint64()&0xfff|0x7000)
	binary.BigEndian.PutUint64(id[8:], rng.Uint64()&(1<<62-1)|1<<63)
	return q.InterviewID(id.String())
}
