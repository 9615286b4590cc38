package expr

import (
	"slices"
	"sync"

	"cifra/questionnaire/wire"
)

// A Missing says why there is no value. The zero Missing is NotReached, so a
// cell that nobody has filled is a question the interview did not come to.
type Missing uint8

// Why a value is missing. The numbers order nothing and are never stored; the
// names are, see String.
const (
	NotReached   Missing = 0 // the interview ended, or stands, before it
	NotAsked     Missing = 1 // off path
	DontKnow     Missing = 2
	Refused      Missing = 3
	DoesNotApply Missing = 4 // said by the respondent, or a result that does not exist
	Withheld     Missing = 5 // sealed or destroyed
	Answered     Missing = 6 // nothing is missing
)

var missingNames = [...]string{
	NotReached:   "not_reached",
	NotAsked:     "not_asked",
	DontKnow:     "dont_know",
	Refused:      "refused",
	DoesNotApply: "does_not_apply",
	Withheld:     "withheld",
	Answered:     "answered",
}

// String returns the name of m as events and files store it.
func (m Missing) String() string {
	if int(m) < len(missingNames) {
		return missingNames[m]
	}
	return wire.Sprintf("Missing(%d)", uint8(m))
}

// ParseMissing is the inverse of String; false if no kind has that name.
func ParseMissing(s string) (Missing, bool) {
	i := slices.Index(missingNames[:], s)
	return Missing(max(i, 0)), i >= 0
}

// MarshalText writes the stored name.
func (m Missing) MarshalText() ([]byte, error) {
	if int(m) >= len(missingNames) {
		return nil, wire.Errorf("no missing kind %d", uint8(m))
	}
	return []byte(missingNames[m]), nil
}

// UnmarshalText reads a stored name.
func (m *Missing) UnmarshalText(b []byte) error {
	v, ok := ParseMissing(string(b))
	if !ok {
		return wire.Errorf("%q is not a missing kind", b)
	}
	*m = v
	return nil
}

// A Kind is what sort of value an expression has. The zero Kind is none.
type Kind uint8

// The kinds. Files hold their names, see String.
const (
	Bool   Kind = iota + 1 // 0 or 1
	Number                 // int64 scaled by a declared power of ten
	Real                   // float64: columns of plans, and what / gives
	Text
	Date // an interval of days; a full date is an interval of one day
	Time // minutes of the day
	Code // one code of a list
	Set  // some codes of a list, of 64 at most
	Rows // a roster
)

var kindNames = [...]string{
	Bool: "bool", Number: "number", Real: "real", Text: "text", Date: "date",
	Time: "time", Code: "code", Set: "set", Rows: "rows",
}

// String returns the name of k as files store it.
func (k Kind) String() string {
	if k != 0 && int(k) < len(kindNames) {
		return kindNames[k]
	}
	return wire.Sprintf("Kind(%d)", uint8(k))
}

// MarshalText writes the stored name.
func (k Kind) MarshalText() ([]byte, error) {
	if k == 0 || int(k) >= len(kindNames) {
		return nil, wire.Errorf("no kind %d", uint8(k))
	}
	return []byte(kindNames[k]), nil
}

// UnmarshalText reads a stored name.
func (k *Kind) UnmarshalText(b []byte) error {
	i := slices.Index(kindNames[1:], string(b))
	if i < 0 {
		return wire.Errorf("%q is not a kind", b)
	}
	*k = Kind(i + 1)
	return nil
}

// A List is a named list of codes in order. The number of a code is its place
// in Codes. Do not change a List, or copy it, once it is in use; it may be
// shared by goroutines.
type List struct {
	Name  string   `json:"name"`
	Codes []string `json:"codes"`

	once  sync.Once
	index map[string]int
}

// Fields lists the keys of the JSON.
func (l *List) Fields(w *wire.Coder) {
	wire.Text(w, "name", &l.Name)
	wire.List(w, "codes", &l.Codes, wire.TextValue)
}

// Index returns the number of the code called name, -1 if there is none.
func (l *List) Index(name string) int {
	l.once.Do(func() {
		l.index = make(map[string]int, len(l.Codes))
		for i, c := range l.Codes {
			if _, twice := l.index[c]; !twice {
				l.index[c] = i
			}
		}
	})
	if i, ok := l.index[name]; ok {
		return i
	}
	return -1
}

// maxSet is how many codes the list of a Set may have: one bit each.
const maxSet = 64

// A Type is a kind with what belongs to it.
type Type struct {
	Kind  Kind  `json:"kind"`
	Scale int   `json:"scale,omitempty"` // decimals of a Number: 2 for money in cents
	List  *List `json:"list,omitempty"`  // the codes of a Code or Set
}

// A Cell is the value of one variable in one row. What N means depends on the
// variable's kind:
//
//	Bool    0 or 1
//	Number  the scaled integer
//	Real    math.Float64bits
//	Date    PackDate
//	Time    minutes of the day
//	Code    number of the code in its list
//	Set     bit i for the list's code i
//
// A Text is in Text. Both are zero unless Missing is Answered, so two cells
// with the same value are ==. The zero Cell is "not reached".
type Cell struct {
	N       int64
	Text    string
	Missing Missing
}

// Fields lists the keys of the JSON.
func (c *Cell) Fields(w *wire.Coder) {
	wire.Int(w, "N", &c.N)
	wire.Text(w, "Text", &c.Text)
	wire.Named(w, "Missing", &c.Missing)
}

// A Row is one row of a level: the values of its variables, and a number that
// its Source knows it by.
type Row struct {
	Cells []Cell
	Terms []Cell // of aggregates over this row, as far as its Source keeps them: see Term
	ID    int64
}

// A Slot is where a variable lies: the level of its row and the place there.
type Slot struct {
	Level, Index int
}

// A Frame is where an expression is evaluated. Rows[level] is the current row
// of that level, nil if there is none: what is read of such a row is "not
// asked". Evaluation moves Rows while it ranges over a roster and puts it back,
// so a Frame serves one goroutine at a time.
type Frame struct {
	Rows   []*Row
	Source Source

	spent int // steps of the evaluation under way, see maxSteps
}

// A Source reaches rows that are not current. Its methods change nothing a
// caller can see.
type Source interface {
	// Each visits the rows of level that are on path and lie under f's current
	// rows of the levels above, in order, until visit returns false. The row
	// that f has at level itself says nothing. If other levels lie between,
	// Each sets their rows in f as it goes and puts them back.
	//
	// It returns Answered if the set of rows is complete, else why more rows
	// may come: NotReached where the screening has not been asked, DontKnow
	// where it was not known, and so on.
	Each(f *Frame, level int, visit func(*Row) bool) Missing

	// At returns the row of a grid by the number of its code, nil if there is
	// none under f's current rows.
	At(f *Frame, level int, code int64) *Row
}
