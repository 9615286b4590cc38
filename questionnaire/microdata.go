//go:build !js

package questionnaire

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"cifra/questionnaire/expr"
)

// This file turns interviews into rows. The rules:
//
//   - rows are those on path, and their order depends on nothing but what was
//     answered: households and persons by number, incidents by crime and k;
//   - what was not asked is blank, any other reason for no answer is the column's
//     code for it;
//   - keys are made of the case, the household's number, the person's, the
//     incident's crime and k: nothing in them tells a device or a time;
//   - the levels with one row a case come from the household of the least number.

// A Sink takes the rows of a microdata set. The cells are raw values in the
// order of the table's columns; they are overwritten after Row returns.
type Sink interface {
	Row(table string, cells []string) error
}

// A SampledCase is a dwelling of the sample and what happened to it.
type SampledCase struct {
	ID         CaseID
	Design     []string // values of the design variables that NewMicrodata was given
	Outcome    Outcome
	Visits     int // attempts without an interview
	Interviews int // begun, those included that Households leaves out
	Households []SampledHousehold
}

// A SampledHousehold is an interview that was begun. There is one a household.
type SampledHousehold struct {
	Interview *Interview
	Outcome   Outcome
}

// An Outcome is an AAPOR disposition without its dot, and the group that
// response rates count it in: I, P, R, NC, O, UH, UO or NE.
type Outcome struct {
	Disposition int
	Group       string
}

// interviewed says whether an interview was given, in whole or in part.
func (o Outcome) interviewed() bool { return o.Group == "I" || o.Group == "P" }

// ErrForeignInterview means that an interview was held with a questionnaire
// that the microdata were not laid out for.
var ErrForeignInterview = errors.New("interview of another questionnaire")

// Final returns the AAPOR code of the interview: the one a person gave it, that
// of the last visit if nothing was asked since, or the one that it deserves as
// it stands.
func (iv *Interview) Final() int {
	if iv.disposition != 0 {
		return iv.disposition
	}
	if n := len(iv.attempts); n > 0 && !iv.askedSince(iv.attempts[n-1].Wall) {
		return iv.attempts[n-1].Disposition
	}
	return iv.proposed()
}

// Conducted says whether anything was asked, on path or not. An interview that
// was opened and left, or only says that nobody was at home, has no rows.
func (iv *Interview) Conducted() bool { return iv.askedSince(time.Time{}) }

// askedSince says whether an answer was written down after a moment, by the
// device's clock.
func (iv *Interview) askedSince(t time.Time) bool {
	for _, r := range iv.rows {
		if t.IsZero() && r.level.Kind == levelHand {
			return true
		}
		for _, a := range r.answers {
			if a.given && a.wall.After(t) {
				return true
			}
		}
	}
	return false
}

// reached says whether a row was drawn and agreed to answer.
func (iv *Interview) reached() bool {
	if len(iv.selections) == 0 {
		return false
	}
	for _, v := range iv.q.Variables {
		given := v.Kind != varConsent
		iv.eachUnder(iv.root, v.Level, func(r *row) { given = given || isTrue(r.Cells[v.index]) })
		if !given {
			return false
		}
	}
	return true
}

// Write gives the rows of a case: the case's own, then those of each household
// in the order of their numbers. The error is the sink's, or ErrForeignInterview
// before any row.
func (m *Microdata) Write(c *SampledCase, to Sink) error {
	households := slices.Clone(c.Households)
	slices.SortStableFunc(households, func(a, b SampledHousehold) int {
		return cmp.Compare(a.Interview.household, b.Interview.household)
	})
	persons := 0
	for _, h := range households {
		if m.plans[h.Interview.q.hash] == nil {
			return fmt.Errorf("case %s: %w", c.ID, ErrForeignInterview)
		}
		if h.Interview.reached() {
			persons++
		}
	}
	cells := append(m.cells[:0], string(c.ID))
	behind := len(caseColumns)
	if m.caseChecks {
		behind++
	}
	for i := range m.tables[0].columns[1 : len(m.tables[0].columns)-behind] {
		value := ""
		if i < len(c.Design) {
			value = c.Design[i]
		}
		cells = append(cells, value)
	}
	cells = append(cells, strconv.Itoa(c.Outcome.Disposition), c.Outcome.Group, flag(c.Outcome.interviewed()),
		strconv.Itoa(c.Visits), strconv.Itoa(c.Interviews), strconv.Itoa(len(households)), strconv.Itoa(persons))
	if m.caseChecks {
		cells = append(cells, unmet(households))
	}
	m.cells = cells
	if err := to.Row(caseTable, cells); err != nil {
		return err
	}
	for i, h := range households {
		w := rowWriter{m: m, p: m.plans[h.Interview.q.hash], iv: h.Interview, household: h, first: i == 0, to: to}
		if err := w.write(h.Interview.root, []string{string(c.ID)}); err != nil {
			return err
		}
	}
	return nil
}

// unmet returns the checks of the case that its interviews do not meet, each
// with how grave it is: "hard:rooms soft:phones".
func unmet(households []SampledHousehold) string {
	var ivs []*Interview
	for _, h := range households {
		ivs = append(ivs, h.Interview)
	}
	var found []string
	for i, iv := range ivs {
		if slices.ContainsFunc(ivs[:i], func(x *Interview) bool { return x.q.hash == iv.q.hash }) {
			continue // its questionnaire has been asked
		}
		for _, f := range iv.q.CheckCase(ivs, "") {
			found = append(found, f.Severity.String()+":"+f.ID)
		}
	}
	return strings.Join(found, " ")
}

// rowWriter gives the rows of one interview.
type rowWriter struct {
	m         *Microdata
	p         *plan
	iv        *Interview
	household SampledHousehold
	first     bool // of its case: it gives the rows of which there is one a case
	to        Sink
}

// write gives r and the rows under it, with the keys of the rows above it.
func (w *rowWriter) write(r *row, keys []string) error {
	l := r.level
	if t := w.p.tables[l.index]; t != nil {
		perCase := w.p.perCase(l.index)
		if !perCase {
			keys = append(slices.Clip(keys), keys[len(keys)-1]+w.keyPart(r))
		}
		if !perCase || w.first {
			if err := w.row(t, r, keys); err != nil {
				return err
			}
		}
	}
	for _, c := range l.children {
		child := w.iv.q.Levels[c]
		if child.Kind == levelGrid {
			continue
		}
		rows := r.children[c]
		below := keys
		if w.p.beside(c) && !w.p.beside(l.index) && l.index != w.p.unit && !w.p.q.under(l.index, w.p.unit) { // its rosters hang under the unit's row
			below = append(slices.Clip(keys), keys[len(keys)-1]+w.keyPart(w.rowAt(w.iv.root, w.p.unit)))
		}
		if child.Kind == levelForms {
			rows = w.inOrder(child, rows)
		}
		for _, x := range rows {
			if x.on {
				if err := w.write(x, below); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// rowAt is the row of a level that r lies in, or that stands once an interview.
func (w *rowWriter) rowAt(r *row, level int) *row {
	if r.up[level] != nil {
		return r.up[level]
	}
	at := w.iv.root
	for _, a := range w.iv.q.Levels[level].ancestors {
		if a > 0 {
			at = at.children[a][0]
		}
	}
	return at
}

// keyPart is what the key of r has behind that of the row above it.
func (w *rowWriter) keyPart(r *row) string {
	l := r.level
	switch {
	case l.index == w.p.unit:
		return "." + strconv.Itoa(w.iv.household)
	case l.Kind == levelCodes:
		return "." + w.iv.q.Lists[l.List].Choices[r.Cells[w.iv.q.Variables[l.Row].index].N].Code
	case l.Kind == levelCount:
		return "." + r.key
	case l.Kind == levelHand:
		return "." + strconv.FormatInt(r.Cells[w.iv.q.Variables[l.Number].index].N, 10)
	case l.Kind == levelForms:
		crime := w.iv.q.Lists[l.List].names.Index(crimeOf(r))
		return "." + w.iv.q.Lists[l.List].Choices[crime].Code + "." + strconv.Itoa(formNumber(r))
	}
	return ".1"
}

// inOrder returns forms by the order of their crimes, then by number.
func (w *rowWriter) inOrder(l *level, forms []*row) []*row {
	names := w.iv.q.Lists[l.List].names
	return slices.SortedFunc(slices.Values(forms), func(a, b *row) int {
		return cmp.Or(cmp.Compare(names.Index(crimeOf(a)), names.Index(crimeOf(b))), cmp.Compare(formNumber(a), formNumber(b)))
	})
}

// row gives the row of t that r is.
func (w *rowWriter) row(t *table, r *row, keys []string) error {
	cells := slices.Grow(w.m.cells[:0], len(t.columns))[:len(t.columns)]
	clear(cells)
	copy(cells, keys)
	for i := range w.p.fields[r.level.index] {
		f := &w.p.fields[r.level.index][i]
		cells[f.column.index] = w.cell(f, r)
	}
	w.m.cells = cells
	return w.to.Row(t.Name, cells)
}

// cell is the value of a field in r as the file has it.
func (w *rowWriter) cell(f *field, r *row) string {
	iv, q := w.iv, w.iv.q
	switch f.part {
	case partValue, partOption, partSpecify, partSource:
		return w.answer(f, r)
	case partScreened:
		return flag(w.screened(f, r))
	case partSelected:
		return flag(isTrue(r.Cells[f.v.index]))
	case partChance:
		return w.chance(f, r)
	case partEligible:
		if s, ok := iv.selections[f.element.ID]; ok {
			return strconv.Itoa(len(s.Frame))
		}
	case partDrawn:
		return w.drawn(f.element, r)
	case partK:
		return strconv.Itoa(formNumber(r))
	case partTimes:
		switch v, g := iv.countOf(r); {
		case v != nil:
			return w.value(f.column, v, g.Cells[v.index])
		case g != nil:
			return "1" // a yes counts one
		}
	case partFormChance:
		if p := iv.formChance(r); p.in > 0 {
			return strconv.FormatFloat(float64(p.of)/float64(p.in), 'f', -1, 64)
		}
	case partAttribute:
		attr := q.Lists[r.level.List].Attributes[f.option]
		return q.fileText(attr.Type, attr.Cells[r.Cells[q.Variables[r.level.Row].index].N])
	case partHousehold:
		return strconv.Itoa(iv.household)
	case partVersion:
		return q.Version
	case partDate:
		return q.fileText(q.byName["interview_date"].Type, iv.root.Cells[q.byName["interview_date"].index])
	case partDisposition:
		return strconv.Itoa(w.household.Outcome.Disposition)
	case partClass:
		return w.household.Outcome.Group
	case partInterviewed:
		return flag(w.household.Outcome.interviewed())
	case partReached:
		return flag(iv.reached())
	case partSeed:
		return iv.seed
	case partMethod, partLot:
		s, ok := iv.selections[f.element.ID]
		switch {
		case !ok:
			return ""
		case f.part == partMethod:
			return s.Method
		}
		return cmp.Or(s.Table, s.Date, s.Seed, s.Number)
	}
	return ""
}

// answer is the value of a variable, of one of its options, or what stands
// beside it.
func (w *rowWriter) answer(f *field, r *row) string {
	v := f.v
	if l := w.iv.q.Levels[v.Level]; l.Kind == levelGrid {
		r = w.rowAt(r, l.Parent).children[v.Level][f.row]
	} else {
		r = w.rowAt(r, v.Level)
	}
	c := r.Cells[v.index]
	switch f.part {
	case partOption:
		if c.Missing == expr.Answered {
			return flag(uint64(c.N)&(1<<f.option) != 0)
		}
	case partSpecify:
		if a := r.answers[v.index]; c.Missing == expr.Answered && a.given && a.cell == c && !r.states[v.index].forced {
			return a.specify
		}
		return ""
	case partSource:
		switch {
		case r.states[v.index].forced:
			return sourceForced
		case c.Missing == NotAsked || c.Missing == NotReached:
			return ""
		}
		return sourceAnswered
	}
	return w.value(f.column, v, c)
}

// value is a cell of v in column c of the file. A number that the item's checks
// forbid and that stands for a reason in the file is exported as not reached: a
// hard check holds the interview at that question. A text that reads like a
// reason gets an apostrophe in front.
func (w *rowWriter) value(c *column, v *variable, cell expr.Cell) string {
	if cell.Missing != expr.Answered {
		return c.coded[cell.Missing]
	}
	s := w.iv.q.fileText(v.Type, cell)
	switch v.Type.Kind {
	case expr.Number:
		if whole, _, _ := strings.Cut(s, "."); c.taken[whole] && cell.N%pow10(v.Type.Scale) == 0 {
			return c.coded[NotReached]
		}
	case expr.Text:
		if c.taken[strings.TrimLeft(s, "'")] {
			return "'" + s
		}
	}
	return s
}

// screened says whether it is settled which events a row of a screen counts,
// or, without a screen, all rows of all screens that stand in r's level.
func (w *rowWriter) screened(f *field, r *row) bool {
	if f.element != nil {
		return w.iv.screened(f.element, w.rowAt(r, f.element.Level).children[f.element.Rows][f.row])
	}
	for _, e := range w.iv.q.Elements {
		if e.Screen == nil || w.p.home(e.Level) != r.level.index {
			continue
		}
		for _, g := range w.rowAt(r, e.Level).children[e.Rows] {
			if !w.iv.screened(e, g) {
				return false
			}
		}
	}
	return true
}

// screened says whether row g of screen e was asked and answered, and how often
// too where that is asked.
func (iv *Interview) screened(e *element, g *row) bool {
	if _, why := iv.step(g, e.Screen.asks()[0], e.Screen.Yes); why != expr.Answered {
		return false
	}
	_, why := iv.counted(e.Screen, g)
	return why == expr.Answered
}

// chance is the probability with which the selected row was drawn, "" in the
// others.
func (w *rowWriter) chance(f *field, r *row) string {
	if !isTrue(r.Cells[f.v.index]) {
		return ""
	}
	for _, e := range w.iv.q.Elements {
		s, ok := w.iv.selections[e.ID]
		if !ok || e.Kind != ElementSelect || w.iv.q.Levels[e.Rows].Selected != f.v.number {
			continue
		}
		of, per, _ := strings.Cut(s.Probability, "/")
		a, errA := strconv.ParseFloat(of, 64)
		b, errB := strconv.ParseFloat(cmp.Or(per, "1"), 64)
		if errA == nil && errB == nil && a > 0 && a <= b {
			return strconv.FormatFloat(a/b, 'f', -1, 64)
		}
	}
	return ""
}

// drawn is the number of the row that e has drawn under r, "" if there is none.
func (w *rowWriter) drawn(e *element, r *row) string {
	l := w.iv.q.Levels[e.Rows]
	number := ""
	w.iv.eachUnder(w.rowAt(r, e.Level), e.Rows, func(x *row) {
		if x.on && isTrue(x.Cells[w.iv.q.Variables[l.Selected].index]) {
			number = strconv.FormatInt(x.Cells[w.iv.q.Variables[l.Number].index].N, 10)
		}
	})
	return number
}

// countOf returns the row of a screen that opened form r, and the variable that
// says how often, nil where that is not asked.
func (iv *Interview) countOf(r *row) (*variable, *row) {
	for _, s := range r.level.Screens {
		sc := iv.q.Elements[s].Screen
		grid := iv.q.Levels[iv.q.Variables[sc.Ask].Level]
		for _, g := range r.up[grid.Parent].children[grid.index] {
			if g.key == crimeOf(r) {
				if sc.Times < 0 {
					return nil, g
				}
				return iv.q.Variables[sc.Times], g
			}
		}
	}
	return nil, nil
}
