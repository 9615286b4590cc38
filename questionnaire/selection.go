package questionnaire

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file draws the respondent. The rules:
//
//   - a draw is a function of its evidence: the frame, which is the rows that are
//     eligible in the order of the list or of what sort says, and what was given
//     beforehand: a number, a table, a seed, the interview's date. All of it
//     travels in the event, with the row chosen and its probability, and whoever
//     admits the event computes both again;
//   - what was given beforehand must be what the interview itself has; a frame
//     that is not the list of now is let in, and the screen asks for a new draw;
//   - number: with N eligible and r in [0,1), row floor(r·N)+1; probability 1/N;
//   - kish: one of eight tables says which row of N is drawn, six standing for six
//     or more. The table is given, or is found by a number in [0,1): twelfth by
//     twelfth A A B1 B2 C C D D E1 E2 F F. The probability is the share of the
//     tables that choose the row, which is not 1/N for five;
//   - next_birthday: the smallest month and day after the interview's date, or, if
//     there is none, the first of the year; last_birthday: the greatest on or
//     before it, or the last of the year. A day that is not known is taken as 15;
//     who has no known month is passed over; if nobody has one, the first of the
//     frame is taken. Of rows with the same birthday one is drawn by the seed;
//     the probability is taken as 1/N;
//   - seeded: every row alike, by the seed of the interview or one that is given.

// Methods of selection, as instruments and events name them.
const (
	methodNumber = "number"
	methodKish   = "kish"
	methodNext   = "next_birthday"
	methodLast   = "last_birthday"
	methodSeeded = "seeded"
)

var methods = []string{methodNumber, methodKish, methodNext, methodLast, methodSeeded}

// draw is how an element draws, where that is not by a number from the list as
// it stands.
type draw struct {
	Method   string       `json:"method"`
	Table    *expr.Expr   `json:"table,omitempty"`    // kish
	Birthday *expr.Expr   `json:"birthday,omitempty"` // a date of birth, whole or in part
	Month    *expr.Expr   `json:"month,omitempty"`    // or month and day
	Day      *expr.Expr   `json:"day,omitempty"`
	Seed     *expr.Expr   `json:"seed,omitempty"` // instead of the interview's
	Sort     []*expr.Expr `json:"sort,omitempty"`
}

// selectPayload is a draw as its event holds it. Which fields there are
// depends on the method.
type selectPayload struct {
	Frame       []string `json:"frame"`
	Number      string   `json:"number,omitempty"`
	Table       string   `json:"table,omitempty"`
	Seed        string   `json:"seed,omitempty"`
	Date        string   `json:"date,omitempty"`  // birthdays: of the interview
	Marks       []string `json:"marks,omitempty"` // birthdays of the frame: "06-14", "06" or ""
	Probability string   `json:"probability"`
	Chosen      string   `json:"chosen"`
	Method      string   `json:"method"`
}

// kishTables are the tables of selection: the number of the row chosen of 1, 2,
// 3, 4, 5, and 6 or more eligible ones, and for how many dwellings in twelve the
// table stands.
//
// Source: Kish, A procedure for objective respondent selection within the
// household, Journal of the American Statistical Association 44 (1949).
var kishTables = []struct {
	name     string
	twelfths int
	chosen   [6]int
}{
	{"A", 2, [6]int{1, 1, 1, 1, 1, 1}},
	{"B1", 1, [6]int{1, 1, 1, 1, 2, 2}},
	{"B2", 1, [6]int{1, 1, 1, 2, 2, 2}},
	{"C", 2, [6]int{1, 1, 2, 2, 3, 3}},
	{"D", 2, [6]int{1, 2, 2, 3, 4, 4}},
	{"E1", 1, [6]int{1, 2, 3, 3, 3, 5}},
	{"E2", 1, [6]int{1, 2, 3, 4, 5, 5}},
	{"F", 2, [6]int{1, 2, 3, 4, 5, 6}},
}

// kishChoice returns the place, from 0, of the row that a table chooses of n.
func kishChoice(table string, n int) (int, bool) {
	for _, t := range kishTables {
		if t.name == table {
			return t.chosen[min(n, 6)-1] - 1, true
		}
	}
	return 0, false
}

// kishTwelfths returns for how many dwellings in twelve the row at place i of n
// is chosen.
func kishTwelfths(i, n int) int {
	twelfths := 0
	for _, t := range kishTables {
		if t.chosen[min(n, 6)-1]-1 == i {
			twelfths += t.twelfths
		}
	}
	return twelfths
}

// kishTable returns the table that a number from 0 up to 1, of a scale, stands
// for.
func kishTable(number int64, scale int) string {
	at := drawn(number, scale, 12)
	for _, t := range kishTables {
		if at -= t.twelfths; at < 0 {
			return t.name
		}
	}
	return kishTables[len(kishTables)-1].name
}

// method returns how e draws.
func (e *element) method() string {
	if e.Draw == nil {
		return methodNumber
	}
	return e.Draw.Method
}

// decideSelect draws the respondent.
func (iv *Interview) decideSelect(act Act, h *Header) (wire.Object, error) {
	e, r, err := iv.elementAt(act.Path, ElementSelect)
	if err != nil {
		return nil, err
	}
	h.Path = itemPath(e.ID, r)
	p, err := iv.given(e, r)
	if err != nil {
		return nil, err
	}
	p.Frame, p.Marks = iv.evidence(e, r)
	if len(p.Frame) == 0 {
		return nil, wire.Errorf("select: %w: nobody is eligible", ErrNotAsked)
	}
	return p, p.decide(e)
}

// given returns what a draw of e takes that was settled before it: all but its
// frame.
func (iv *Interview) given(e *element, r *row) (*selectPayload, error) {
	p := &selectPayload{Method: e.method()}
	absent := func(what string) error { return wire.Errorf("select: %w: %s is missing", ErrAct, what) }
	if e.Number != nil {
		n := e.Number.Eval(&r.frame)
		if n.Missing != expr.Answered {
			return nil, absent("the number drawn beforehand")
		}
		p.Number = locale{decimal: "."}.number(n.N, e.Scale)
		if !isShare(n.N, e.Scale) {
			return nil, wire.Errorf("select: %w: the number drawn beforehand is %s, and not from 0 up to 1", ErrAct, p.Number)
		}
		if p.Method == methodKish {
			p.Table = kishTable(n.N, e.Scale)
		}
	}
	if e.Draw == nil {
		return p, nil
	}
	if t := e.Draw.Table; t != nil {
		c := t.Eval(&r.frame)
		if c.Missing != expr.Answered {
			return nil, absent("the table of selection")
		}
		p.Table = iv.q.tableName(t, c)
	}
	if p.Method != methodKish && p.Method != methodNumber {
		if p.Seed = iv.seed; e.Draw.Seed != nil {
			p.Seed = ""
			switch c := e.Draw.Seed.Eval(&r.frame); {
			case c.Missing != expr.Answered:
			case e.Draw.Seed.Type().Kind == expr.Text:
				p.Seed = c.Text
			default:
				p.Seed = strconv.FormatInt(c.N, 10)
			}
		}
		if p.Seed == "" {
			return nil, absent("the seed")
		}
	}
	if p.Method == methodNext || p.Method == methodLast {
		d := iv.q.byName["interview_date"]
		p.Date = expr.FormatDate(iv.root.Cells[d.index].N)
	}
	return p, nil
}

// tableName is a table of Kish as an expression gives it: in a text, or as the
// name of a code.
func (q *Questionnaire) tableName(e *expr.Expr, c expr.Cell) string {
	if e.Type().Kind == expr.Code {
		return strings.ToUpper(e.Type().List.Codes[c.N])
	}
	return strings.ToUpper(strings.TrimSpace(c.Text))
}

// evidence returns the keys of the rows that e may draw under r, and their
// birthdays if it draws by these.
func (iv *Interview) evidence(e *element, r *row) (keys, marks []string) {
	for _, x := range iv.frame(e, r) {
		keys = append(keys, x.key)
		if m := e.method(); m == methodNext || m == methodLast {
			marks = append(marks, e.Draw.birthday(x))
		}
	}
	return keys, marks
}

// birthday returns the month and day of birth in row x as marks have it.
func (d *draw) birthday(x *row) string {
	if d.Birthday != nil {
		c := d.Birthday.Eval(&x.frame)
		if c.Missing != expr.Answered {
			return ""
		}
		switch s := expr.FormatDate(c.N); len(s) {
		case len("2025-03"), len("2025-03-14"):
			return s[len("2025-"):]
		}
		return "" // a year, or an interval of some days
	}
	m := d.Month.Eval(&x.frame)
	if m.Missing != expr.Answered || m.N < 1 || m.N > 12 {
		return ""
	}
	mark := wire.Sprintf("%02d", m.N)
	if d.Day == nil {
		return mark
	}
	if c := d.Day.Eval(&x.frame); c.Missing == expr.Answered && c.N >= 1 && c.N <= 31 {
		mark += wire.Sprintf("-%02d", c.N)
	}
	return mark
}

// decide finds who is chosen from the rest of p, and how probable that was. It
// looks at nothing but p and e's scale.
func (p *selectPayload) decide(e *element) error {
	n := len(p.Frame)
	at, chance := 0, wire.Sprintf("1/%d", n)
	switch p.Method {
	case methodKish:
		i, ok := kishChoice(p.Table, n)
		if !ok {
			return wire.Errorf("select: %w: there is no table %q; they are A, B1, B2, C, D, E1, E2 and F", ErrAct, p.Table)
		}
		at, chance = i, inTwelve(kishTwelfths(i, n))
	case methodNext, methodLast:
		if len(p.Marks) != n {
			return wire.Errorf("%w: %d birthdays of %d rows", ErrPayload, len(p.Marks), n)
		}
		i, err := p.nearest(e.ID)
		if err != nil {
			return err
		}
		at = i
	case methodSeeded:
		at = lotBelow(p.Seed, "select "+e.ID, n)
	default:
		number, ok := unscaled(p.Number, e.Scale)
		if !ok || !isShare(number, e.Scale) {
			return wire.Errorf("%w: %q is not a number drawn beforehand", ErrPayload, p.Number)
		}
		at = drawn(number, e.Scale, n)
	}
	p.Chosen, p.Probability = p.Frame[at], chance
	return nil
}

// inTwelve writes a number of twelfths as a fraction in lowest terms.
func inTwelve(n int) string {
	a, b := n, 12
	for b != 0 {
		a, b = b, a%b
	}
	return wire.Sprintf("%d/%d", n/a, 12/a)
}

// nearest returns the place of the row whose birthday is the next or the last.
func (p *selectPayload) nearest(id string) (int, error) {
	date, err := time.Parse(time.DateOnly, p.Date)
	if err != nil {
		return 0, wire.Errorf("%w: %q is not the date of an interview", ErrPayload, p.Date)
	}
	today := monthDay(date.Format("01-02"))
	best, among := 0, []int(nil)
	for i, m := range p.Marks {
		if m == "" {
			continue
		}
		// The distance in a year of months of 31 days: only its order matters.
		away := monthDay(m) - today
		if p.Method == methodLast {
			away = -away
		}
		if away < 0 || away == 0 && p.Method == methodNext {
			away += 12 * 31
		}
		switch {
		case among == nil || away < best:
			best, among = away, []int{i}
		case away == best:
			among = append(among, i)
		}
	}
	switch len(among) {
	case 0:
		return 0, nil
	case 1:
		return among[0], nil
	}
	return among[lotBelow(p.Seed, "select "+id, len(among))], nil
}

// monthDay numbers the days of a year from "06-14", and the 15th from "06"; what
// is neither comes last.
func monthDay(mark string) int {
	month, day, whole := strings.Cut(mark, "-")
	if !whole {
		day = "15"
	}
	m, errM := strconv.Atoi(month)
	d, errD := strconv.Atoi(day)
	if errM != nil || errD != nil {
		return 12 * 31
	}
	return (m-1)*31 + d - 1
}

// drawn returns floor(n/10^scale · size), in whole numbers, of a number in [0,1).
func drawn(n int64, scale, size int) int { return int(n * int64(size) / pow10(scale)) }

// isShare says whether a number of a scale lies in [0,1). One that does not was
// written as something else, such as a percentage: taking the nearest end would
// draw the last person everywhere, and nobody would know.
func isShare(n int64, scale int) bool { return n >= 0 && n < pow10(scale) }

// DrawsWith says whether a parameter is the number of a draw, which lies in
// [0,1).
func (q *Questionnaire) DrawsWith(parameter string) bool {
	v := q.parameter(parameter)
	return v != nil && slices.ContainsFunc(q.Elements, func(e *element) bool {
		return e.Number != nil && strings.TrimSpace(e.Number.String()) == v.ID
	})
}

// fits refuses what a parameter is given that no draw can be made with.
func (q *Questionnaire) fits(v *variable, val Value) error {
	if n, ok := val.(Number); ok && q.DrawsWith(v.ID) && !isShare(int64(n), v.Type.Scale) {
		return wire.Errorf("%w: %s draws a person with a number from 0 up to 1, and is %s", ErrValue, v.ID, locale{decimal: "."}.number(int64(n), v.Type.Scale))
	}
	return nil
}

func pow10(scale int) int64 {
	p := int64(1)
	for range scale {
		p *= 10
	}
	return p
}

// unscaled reads a number of that many decimals, as selectPayload writes it.
func unscaled(s string, scale int) (int64, bool) {
	whole, rest, _ := strings.Cut(s, ".")
	n, err := strconv.ParseInt(whole+rest, 10, 64)
	return n, err == nil && len(rest) == scale && whole != ""
}

// frame returns the rows that e may draw under r, in the order of the list or
// of what sort says.
func (iv *Interview) frame(e *element, r *row) []*row {
	var rows []*row
	iv.eachUnder(r, e.Rows, func(x *row) {
		if x.on && holds(e.From, x) {
			rows = append(rows, x)
		}
	})
	if e.Draw != nil && len(e.Draw.Sort) > 0 {
		slices.SortStableFunc(rows, func(a, b *row) int { return e.Draw.compare(a, b) })
	}
	return rows
}

// compare orders two rows of a frame: by each of Sort in turn, the smaller
// first, false before true, what is not known last.
func (d *draw) compare(a, b *row) int {
	for _, s := range d.Sort {
		x, y := s.Eval(&a.frame), s.Eval(&b.frame)
		known := cmp.Compare(flags(x.Missing != expr.Answered), flags(y.Missing != expr.Answered))
		if c := cmp.Or(known, cmp.Compare(x.N, y.N)); c != 0 && (known != 0 || x.Missing == expr.Answered) {
			return c
		}
	}
	return 0
}

// drawStands says whether e has drawn a row and would draw it again from the
// list as it is now.
func (iv *Interview) drawStands(e *element, r *row) bool {
	s, ok := iv.selections[e.ID]
	if !ok {
		return false
	}
	keys, marks := iv.evidence(e, r)
	return slices.Equal(keys, s.Frame) && slices.Equal(marks, s.Marks)
}

// drawAt returns the draw that path names and its row, nil if there is none.
func (iv *Interview) drawAt(path string) (*element, *row) {
	for _, e := range iv.q.Elements {
		if e.Kind == ElementSelect && e.ID == path {
			return e, iv.reach(iv.root, e.Level)
		}
	}
	return nil, nil
}

// admitDraw refuses a draw that is not the one its own frame and what was given
// beforehand result in.
func (iv *Interview) admitDraw(path string, payload []byte) error {
	var p selectPayload
	if err := decode(payload, &p); err != nil {
		return err
	}
	if len(p.Frame) == 0 {
		return wire.Errorf("%w: a draw from nobody", ErrPayload)
	}
	e, r := iv.drawAt(path)
	want, err := iv.given(e, r)
	if err != nil {
		return err
	}
	want.Frame, want.Marks = p.Frame, p.Marks
	if len(p.Marks) > 0 && p.Date == "" || slices.ContainsFunc(p.Marks, func(m string) bool { return m != "" && monthDay(m) >= 12*31 }) {
		return wire.Errorf("%w: birthdays that are none", ErrPayload)
	}
	if err := want.decide(e); err != nil {
		return err
	}
	if p.Method != want.Method || p.Number != want.Number || p.Table != want.Table || p.Seed != want.Seed || p.Date != want.Date {
		return wire.Errorf("%w: not the draw of this interview, which is by %s", ErrPayload, want.by())
	}
	if p.Chosen != want.Chosen || p.Probability != want.Probability {
		return wire.Errorf("%w: %s draws %s of %d with probability %s, not %s with %s",
			ErrPayload, want.by(), want.Chosen, len(p.Frame), want.Probability, p.Chosen, p.Probability)
	}
	return nil
}

// by says in a few words what decides a draw.
func (p *selectPayload) by() string {
	s := p.Method
	for _, v := range []string{p.Number, p.Table, p.Date, p.Seed} {
		if v != "" && v != p.Method {
			s += " " + v
		}
	}
	return s
}

// foldSelect freezes who was drawn: later changes of the list do not change it.
func (iv *Interview) foldSelect(h Header, payload []byte) {
	e, _ := iv.drawAt(h.Path)
	if e == nil {
		return
	}
	var p selectPayload
	if payload != nil && wire.Read(payload, &p) != nil {
		return
	}
	iv.selections[e.ID] = p
	iv.eachUnder(iv.root, e.Rows, func(x *row) {
		c := missing(Withheld)
		if payload != nil {
			c = truth(x.key == p.Chosen)
		}
		iv.set(iv.q.Variables[iv.q.Levels[e.Rows].Selected], x, c)
	})
}
