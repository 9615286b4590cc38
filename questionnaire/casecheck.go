package questionnaire

import (
	"cifra/questionnaire/expr"
)

// This file checks the interviews of a case against each other. The rules:
//
//   - an interview is one household, and no device need hold the others: so a
//     check of the case keeps no interview from going on or being complete,
//     whatever its severity. It is told to whoever looks at the whole case, and
//     the microdata have the unmet ones in the row of the case;
//   - it reads the parameters, which are facts of the sampled dwelling, and
//     aggregates over "interviews", inside which every name of an interview
//     means what it means there;
//   - it ranges over the interviews that there are. Unknown does not fire.

// caseCheck is a condition on the interviews of a case.
type caseCheck struct {
	ID       string     `json:"id"`
	Severity Severity   `json:"severity"`
	Holds    *expr.Expr `json:"holds"`
	Say      int        `json:"say"`
}

// A CaseFinding is a check of a case that is unmet.
type CaseFinding struct {
	ID       string
	Severity Severity
	Message  string
}

// CheckCase returns the checks of q's cases that the interviews of one case do
// not meet, in the order of the instrument. Interviews of another
// questionnaire, and those not begun, are passed over; the parameters are
// those of the first that is left.
func (q *Questionnaire) CheckCase(interviews []*Interview, language string) []CaseFinding {
	var found []CaseFinding
	q.tryCase(interviews, func(c *caseCheck, holds bool, m expr.Missing) {
		if !holds && m == expr.Answered {
			found = append(found, CaseFinding{c.ID, c.Severity, q.plain(c.Say, language)})
		}
	})
	return found
}

// tryCase calls told with each check of the case and what it comes to.
func (q *Questionnaire) tryCase(interviews []*Interview, told func(c *caseCheck, holds bool, m expr.Missing)) {
	var own []*Interview
	for _, iv := range interviews {
		if iv.q.hash == q.hash && iv.started {
			own = append(own, iv)
		}
	}
	if len(own) == 0 {
		return
	}
	src := caseSource{q.unitLevel(), own}
	f := &expr.Frame{Rows: make([]*expr.Row, len(q.Levels)), Source: src}
	if src.unit > 0 {
		f.Rows[0] = &own[0].root.Row
	}
	for _, c := range q.CaseChecks {
		holds, m := c.Holds.Bool(f)
		told(c, holds, m)
	}
}

// caseSource reaches the rows of several interviews. Outside an interview the
// only rows are the interviews; inside one its own source serves.
type caseSource struct {
	unit       int // level with one row an interview
	interviews []*Interview
}

// Each implements expr.Source.
func (s caseSource) Each(f *expr.Frame, level int, visit func(*expr.Row) bool) expr.Missing {
	if iv := s.inside(f); iv != nil {
		return iv.Each(f, level, visit)
	}
	before := append([]*expr.Row(nil), f.Rows...)
	for _, iv := range s.interviews {
		r := iv.reach(iv.root, s.unit)
		for i, u := range r.up {
			if u != nil {
				f.Rows[i] = &u.Row
			}
		}
		if !visit(&r.Row) {
			break
		}
	}
	copy(f.Rows, before)
	return expr.Answered
}

// At implements expr.Source.
func (s caseSource) At(f *expr.Frame, level int, code int64) *expr.Row {
	if iv := s.inside(f); iv != nil {
		return iv.At(f, level, code)
	}
	return nil
}

// inside returns the interview that f stands in, nil outside any.
func (s caseSource) inside(f *expr.Frame) *Interview {
	for _, iv := range s.interviews {
		if f.Rows[s.unit] == &iv.reach(iv.root, s.unit).Row {
			return iv
		}
	}
	return nil
}
