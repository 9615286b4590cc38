package questionnaire

import (
	"errors"
	"math/bits"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file says what an answer can be. The rules:
//
//   - missing is a value with a reason, and zero is not missing;
//   - numbers are whole numbers of the item's smallest unit: no float64 is
//     ever part of an interview;
//   - a value prints and reads as JSON the same way in every program.

// Missing says why there is no answer; see package expr.
type Missing = expr.Missing

// Why an answer is missing. NotReached and NotAsked are derived, Withheld is
// what a sealed or destroyed payload folds to, the others are answers.
const (
	NotReached   = expr.NotReached
	NotAsked     = expr.NotAsked
	DontKnow     = expr.DontKnow
	Refused      = expr.Refused
	DoesNotApply = expr.DoesNotApply
	Withheld     = expr.Withheld
)

// A Value is an answer: Code, Codes, Number, Text, Date, Time, Entry, Point,
// Attachment or Special.
// No other type can be one.
type Value interface{ value() }

type (
	// A Code is one option by name, with the text of "other, specify".
	Code struct {
		Name    string
		Specify string
	}
	// Codes are several options by name, in the order of their list.
	Codes struct {
		Names   []string
		Specify string
	}
	// A Number counts the smallest units of its item: cents, tenths, persons.
	Number int64
	// A Text is what was typed.
	Text string
	// A Date is "2025-03-14", or "2025-03" or "2025" when the rest is not known.
	Date string
	// A Time is "14:30".
	Time string
	// Special is one of the reasons a respondent may give: DontKnow, Refused,
	// DoesNotApply.
	Special expr.Missing
)

func (Code) value()    {}
func (Codes) value()   {}
func (Number) value()  {}
func (Text) value()    {}
func (Date) value()    {}
func (Time) value()    {}
func (Special) value() {}

// wireValue is a Value in an event's payload: exactly one field is set.
type wireValue struct {
	Code    *string   `json:"code,omitempty"`
	Codes   *[]string `json:"codes,omitempty"`
	Specify string    `json:"specify,omitempty"`
	Number  *int64    `json:"number,omitempty"`
	Text    *string   `json:"text,omitempty"`
	Date    *string   `json:"date,omitempty"`
	Time    *string   `json:"time,omitempty"`

	Entry      *wireEntry      `json:"entry,omitempty"`
	Point      *wirePoint      `json:"point,omitempty"`
	Attachment *wireAttachment `json:"attachment,omitempty"`

	Missing *string `json:"missing,omitempty"`
}

// ErrValue means that a value is not one that its item can have.
var ErrValue = errors.New("not a possible answer")

// maxNumber bounds numbers, so that a browser's own arithmetic holds them.
const maxNumber = 1 << 53

// maxText bounds a text answer, in bytes: 4,000 characters of any script.
const maxText = 16000

// EncodeValue returns the JSON of v, and "null" for nil.
func EncodeValue(v Value) []byte {
	var w wireValue
	switch v := v.(type) {
	case nil:
		return []byte("null")
	case Code:
		w.Code, w.Specify = &v.Name, v.Specify
	case Codes:
		if v.Names == nil {
			v.Names = []string{}
		}
		w.Codes, w.Specify = &v.Names, v.Specify
	case Number:
		n := int64(v)
		w.Number = &n
	case Text:
		s := string(v)
		w.Text = &s
	case Date:
		s := string(v)
		w.Date = &s
	case Time:
		s := string(v)
		w.Time = &s
	case Entry:
		w.Entry = &wireEntry{v.Code, v.Text, v.With.Map()}
	case Point:
		w.Point = &wirePoint{v.Lat, v.Lon, v.Accuracy}
	case Attachment:
		w.Attachment = &wireAttachment{v.Hash, v.Media, v.Size}
	case Special:
		s := Missing(v).String()
		w.Missing = &s
	}
	return wire.Write(&w)
}

// DecodeValue reads what EncodeValue wrote; anything else is ErrValue.
func DecodeValue(b []byte) (Value, error) {
	var w wireValue
	if err := strictJSON(b, &w); err != nil {
		return nil, wire.Errorf("%w: %v", ErrValue, err)
	}
	var found []Value
	if w.Code != nil {
		found = append(found, Code{*w.Code, w.Specify})
	}
	if w.Codes != nil {
		found = append(found, Codes{*w.Codes, w.Specify})
	}
	if w.Number != nil {
		found = append(found, Number(*w.Number))
	}
	if w.Text != nil {
		found = append(found, Text(*w.Text))
	}
	if w.Date != nil {
		found = append(found, Date(*w.Date))
	}
	if w.Time != nil {
		found = append(found, Time(*w.Time))
	}
	if w.Entry != nil {
		for k, s := range w.Entry.With {
			if strings.ContainsAny(k+s, "\t\n") {
				return nil, wire.Errorf("%w: a tab or a line's end in %q", ErrValue, k)
			}
		}
		found = append(found, w.Entry.value())
	}
	if w.Point != nil {
		found = append(found, Point{w.Point.Lat, w.Point.Lon, w.Point.Accuracy})
	}
	if w.Attachment != nil {
		found = append(found, Attachment{w.Attachment.Hash, w.Attachment.Media, w.Attachment.Size})
	}
	if w.Missing != nil {
		m, ok := expr.ParseMissing(*w.Missing)
		if !ok || m != DontKnow && m != Refused && m != DoesNotApply {
			return nil, wire.Errorf("%w: %q is not a reason that can be given", ErrValue, *w.Missing)
		}
		found = append(found, Special(m))
	}
	if w.Specify != "" && w.Code == nil && w.Codes == nil {
		return nil, wire.Errorf("%w: a text to specify no option", ErrValue)
	}
	if len(found) != 1 {
		return nil, wire.Errorf("%w: %d values where one is wanted", ErrValue, len(found))
	}
	return found[0], nil
}

// known is a cell that holds n.
func known(n int64) expr.Cell { return expr.Cell{N: n, Missing: expr.Answered} }

// missing is a cell without a value.
func missing(m Missing) expr.Cell { return expr.Cell{Missing: m} }

// truth is a boolean cell.
func truth(b bool) expr.Cell {
	if b {
		return known(1)
	}
	return known(0)
}

// isTrue says whether c holds the boolean true.
func isTrue(c expr.Cell) bool { return c.Missing == expr.Answered && c.N != 0 }

// cell returns v as the cell of a variable, or ErrValue if the variable cannot
// have it. Ranges and offered options are checks, not types: they never keep
// an answer from being stored.
func (q *Questionnaire) cell(v *variable, val Value) (expr.Cell, error) {
	bad := func(format string, a ...any) (expr.Cell, error) {
		return expr.Cell{}, wire.Errorf("%w: %s: %s", ErrValue, v.ID, wire.Sprintf(format, a...))
	}
	switch val := val.(type) {
	case Special:
		if v.special(Missing(val)) == nil {
			return bad("%s is not offered", Missing(val))
		}
		return missing(Missing(val)), nil
	case Code:
		if v.Type.Kind == expr.Bool {
			switch val.Name {
			case "yes":
				return truth(true), nil
			case "no":
				return truth(false), nil
			}
		}
		if v.Type.Kind != expr.Code {
			return bad("takes no option")
		}
		i := q.Lists[v.Type.List].names.Index(val.Name)
		if i < 0 {
			return bad("%q is not an option", val.Name)
		}
		if val.Specify != "" && !q.Lists[v.Type.List].Choices[i].Specify {
			return bad("%q takes no text", val.Name)
		}
		return known(int64(i)), checkText(val.Specify)
	case Codes:
		if v.Type.Kind != expr.Set {
			return bad("does not take several options")
		}
		return q.setCell(v, val)
	case Number:
		if v.Type.Kind != expr.Number {
			return bad("takes no number")
		}
		if val <= -maxNumber || val >= maxNumber {
			return bad("%d is out of bounds", val)
		}
		return known(int64(val)), nil
	case Text:
		if v.Type.Kind != expr.Text || v.Type.Form != "" {
			return bad("takes no text")
		}
		return expr.Cell{Text: string(val), Missing: expr.Answered}, checkText(string(val))
	case Date:
		n, ok := expr.ParseDate(string(val))
		if v.Type.Kind != expr.Date || !ok {
			return bad("%q is not a date", string(val))
		}
		if v.Type.Form == formMonth && len(val) > len("2025-03") {
			return bad("%q has a day, and only month and year are asked", string(val))
		}
		return known(n), nil
	case Entry, Point, Attachment:
		return q.partCell(v, val)
	case Time:
		n, ok := expr.ParseTime(string(val))
		if v.Type.Kind != expr.Time || !ok {
			return bad("%q is not a time", string(val))
		}
		return known(n), nil
	}
	return bad("no value")
}

// setCell returns the bits of several options.
func (q *Questionnaire) setCell(v *variable, val Codes) (expr.Cell, error) {
	l := q.Lists[v.Type.List]
	var set uint64
	specify := false
	for _, name := range val.Names {
		i := l.names.Index(name)
		if i < 0 || set&(1<<i) != 0 {
			return expr.Cell{}, wire.Errorf("%w: %s: %q is not an option, or stands twice", ErrValue, v.ID, name)
		}
		set |= 1 << i
		specify = specify || l.Choices[i].Specify
	}
	if val.Specify != "" && !specify {
		return expr.Cell{}, wire.Errorf("%w: %s: no chosen option takes a text", ErrValue, v.ID)
	}
	return known(int64(set)), checkText(val.Specify)
}

// checkText refuses what no store or screen should have to bear.
func checkText(s string) error {
	switch {
	case len(s) > maxText:
		return wire.Errorf("%w: a text of %d bytes, at most %d", ErrValue, len(s), maxText)
	case strings.ContainsRune(s, 0), strings.ToValidUTF8(s, "") != s:
		return wire.Errorf("%w: the text holds a character that is none", ErrValue)
	}
	return nil
}

// setNames returns the names of the options in a set, in the list's order.
func (l *list) setNames(set int64) []string {
	names := make([]string, 0, bits.OnesCount64(uint64(set)))
	for i, c := range l.Choices {
		if uint64(set)&(1<<i) != 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

// valueOf returns the value that a cell of v holds, nil if nothing was
// answered. specify is the text that stood beside an option.
func (q *Questionnaire) valueOf(v *variable, c expr.Cell, specify string) Value {
	switch c.Missing {
	case expr.Answered:
	case DontKnow, Refused, DoesNotApply:
		return Special(c.Missing)
	default:
		return nil
	}
	switch v.Type.Kind {
	case expr.Bool:
		if c.N != 0 {
			return Code{Name: "yes"}
		}
		return Code{Name: "no"}
	case expr.Code:
		return Code{q.Lists[v.Type.List].Choices[c.N].Name, specify}
	case expr.Set:
		return Codes{q.Lists[v.Type.List].setNames(c.N), specify}
	case expr.Text:
		return Text(c.Text) // of answers with parts, see Interview.answerOf
	case expr.Date:
		return Date(expr.FormatDate(c.N))
	case expr.Time:
		return Time(expr.FormatTime(c.N))
	}
	return Number(c.N)
}

// fileText is what files have for a cell of type t, "" for a missing one.
func (q *Questionnaire) fileText(t valueType, c expr.Cell) string {
	if c.Missing != expr.Answered {
		return ""
	}
	switch t.Kind {
	case expr.Bool:
		return flag(c.N != 0)
	case expr.Code:
		return q.Lists[t.List].Choices[c.N].Code
	case expr.Text:
		return c.Text
	case expr.Date:
		return expr.FormatDate(c.N)
	case expr.Time:
		return expr.FormatTime(c.N)
	}
	return locale{decimal: "."}.number(c.N, t.Scale)
}

// flag is how files write a truth.
func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
