package questionnaire

import (
	"crypto/sha256"
	"errors"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file is the compiled form: what Compile writes, tablets are sent and
// interviews run on. Everything refers to everything else by number, its place
// in one of Questionnaire's slices; -1 is none. Fields with a JSON name are the
// format; those without are computed by link when it is read.

// irFormat is the version of the compiled form. Engines read every version
// ever written; this one writes 1.
const irFormat = 1

// A Questionnaire is an instrument that was compiled: every name resolved,
// every expression checked, every text split into its parts. It never changes,
// may be shared by goroutines, and travels as JSON; its hash is its identity.
type Questionnaire struct {
	Format      int               `json:"format"`
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Language    string            `json:"language"`
	Languages   []string          `json:"languages"`
	Title       int               `json:"title"`
	PublicTitle int               `json:"public_title"`
	Currency    currency          `json:"currency"`
	Lists       []*list           `json:"lists"`
	Special     []special         `json:"special"`
	Levels      []*level          `json:"levels"`
	Variables   []*variable       `json:"variables"`
	Checks      []*check          `json:"checks"`
	Elements    []*element        `json:"elements"`
	Tables      []*tableRef       `json:"tables,omitempty"`
	Modules     []*module         `json:"modules"`
	Complete    []int             `json:"complete"` // modules
	Partial     []int             `json:"partial"`
	CaseChecks  []*caseCheck      `json:"case_checks,omitempty"`
	Releases    []Released        `json:"releases,omitempty"`
	Texts       map[string][]text `json:"texts"` // by language; a text's number is its index

	hash    Hash
	logic   Hash
	source  []byte
	byName  map[string]*variable // by id and by label
	byLevel map[string]*level
	graph   *graph
	enders  []*variable // ends and consents, in their order
	tables  []TableFile // with their rows, where it was compiled
	chance  bool        // something is decided by the interview's seed
	places  places      // where its parts were written
}

// places are where the parts of a questionnaire stand in its files. They are
// known to whoever compiled it and do not travel.
type places struct {
	of    map[*expr.Expr]Source
	made  map[*expr.Expr]bool // checks that follow from a range, at its place
	names map[string]Source   // items, elements, and options as codes.LIST.NAME
}

// currency is the unit of money items.
type currency struct {
	Code     string `json:"code"`
	Symbol   string `json:"symbol"`
	Decimals int    `json:"decimals"`
}

// list is a choice list, or a catalogue with attributes.
type list struct {
	Name       string      `json:"name"`
	Choices    []choice    `json:"choices"`
	Attributes []attribute `json:"attributes,omitempty"`
	names      *expr.List
}

type choice struct {
	Code      string    `json:"code"`
	Name      string    `json:"name"`
	Text      int       `json:"text"`
	Specify   bool      `json:"specify,omitempty"`
	Exclusive bool      `json:"exclusive,omitempty"`
	Class     DataClass `json:"class,omitempty"`
}

type attribute struct {
	Name  string      `json:"name"`
	Type  valueType   `json:"type"`
	Cells []expr.Cell `json:"cells"` // by choice
}

// special is a reason for no answer and its words.
type special struct {
	Missing Missing `json:"missing"`
	Text    int     `json:"text"`
}

// levelKind says where the rows of a level come from.
type levelKind uint8

const (
	levelSingle levelKind = iota // one row: the interview itself, dwelling, household
	levelHand                    // rows added by hand
	levelForms                   // rows opened by screens
	levelGrid                    // the codes of a list; no file of its own
	levelCount                   // as many rows as a count says
	levelCodes                   // codes of a list that are called for
)

// named says whether rows of a level of this kind have identities of their own:
// they come and go, and stand in paths.
func (k levelKind) named() bool { return k != levelSingle && k != levelGrid }

// level is a kind of row. Level 0 is the interview: parameters, periods, dates.
type level struct {
	Name     string    `json:"name"`
	Parent   int       `json:"parent"` // -1 for the interview
	Kind     levelKind `json:"kind"`
	List     int       `json:"list"`            // grid and forms: the list of its codes, else -1
	Codes    []int     `json:"codes,omitempty"` // grid: the rows
	Row      int       `json:"row"`             // variable with the row's code, else -1
	Number   int       `json:"number"`          // variables: place in its group, size of the group, else -1
	Count    int       `json:"count"`
	Done     int       `json:"done"`     // hand: variable that says the list is complete, else -1
	Selected int       `json:"selected"` // variable that says the row was drawn, else -1
	Screens  []int     `json:"screens,omitempty"`
	Event    int       `json:"event,omitempty"`  // forms: 1 + variable with the number of the event
	Series   int       `json:"series,omitempty"` // forms: 1 + variable that says it is one of a series

	// Sensitive says that there is a row at all is: a roster of class sensitive.
	Sensitive bool `json:"sensitive,omitempty"`

	index     int
	depth     int
	ancestors []int // from the interview down to the level itself
	variables []*variable
	checks    []*check
	children  []int
	roster    *element // hand: the roster that the rows are added in
}

// valueType is the type of a variable.
type valueType struct {
	Kind  expr.Kind `json:"kind"`
	Scale int       `json:"scale,omitempty"`
	List  int       `json:"list"` // -1 without one
	Money bool      `json:"money,omitempty"`
	Form  string    `json:"form,omitempty"`  // how it is asked, where the kind does not say
	Table int       `json:"table,omitempty"` // 1 + the table of its entries, 0 without
	Depth int       `json:"depth,omitempty"` // places: how many levels are asked
}

// variableKind says where a variable's value comes from.
type variableKind uint8

const (
	varQuestion  variableKind = iota // people
	varValue                         // an expression
	varParameter                     // whoever starts the interview
	varDerived                       // the engine: dates, row numbers, codes
	varPeriod                        // a period's year
	varSelected                      // a select event
	varConsent                       // a consent event
	varEnd                           // an end's condition
	varDone                          // people, about a roster as a whole
	varPart                          // a part of another variable's answer
	varGate                          // a gate event: an outcome of gateOutcomes
)

// variable is a named value of a row: a question, a calculated value, or one
// of the engine's own.
type variable struct {
	ID          string       `json:"id"`
	Label       string       `json:"label,omitempty"`
	Level       int          `json:"level"`
	Kind        variableKind `json:"kind"`
	Type        valueType    `json:"type"`
	Class       DataClass    `json:"class"`
	Module      int          `json:"module"` // -1 for the engine's own
	Order       int          `json:"order"`  // place in the instrument
	Text        int          `json:"text"`   // texts: -1 without one
	Instruction int          `json:"instruction"`
	Card        int          `json:"card"`
	Zero        int          `json:"zero"`
	Unit        int          `json:"unit"`
	When        []*expr.Expr `json:"when,omitempty"`
	Force       []force      `json:"force,omitempty"`
	Hide        []hide       `json:"hide,omitempty"`
	Offer       *expr.Expr   `json:"offer,omitempty"`
	Option      int          `json:"option"` // variable that holds the option Offer looks at, else -1
	Special     []special    `json:"special,omitempty"`
	Min         *expr.Expr   `json:"min,omitempty"` // also checks; here so that a page can say them
	Max         *expr.Expr   `json:"max,omitempty"`
	AtLeast     int          `json:"at_least,omitempty"`
	AtMost      int          `json:"at_most,omitempty"`
	Optional    bool         `json:"optional,omitempty"`
	Value       *expr.Expr   `json:"value,omitempty"`
	Part        string       `json:"part,omitempty"` // period: year, start, end, next_year, previous_year; or of an answer
	Of          int          `json:"of,omitempty"`   // part: the variable whose answer it is of
	Parts       []int        `json:"parts,omitempty"`
	Within      []within     `json:"within,omitempty"` // entries: which are offered
	Months      int          `json:"months,omitempty"` // period: how long it is, counted back from Value
	Whole       bool         `json:"whole,omitempty"`  // period: in whole months of the calendar
	Random      bool         `json:"random,omitempty"` // the options change places
	Keep        []int        `json:"keep,omitempty"`   // but these
	Default     *expr.Cell   `json:"default,omitempty"`
	Entry       *wireEntry   `json:"default_entry,omitempty"` // what Default stands for in a table
	Tags        []string     `json:"tags,omitempty"`
	Universe    string       `json:"universe,omitempty"` // its conditions as written

	index  int // in its level
	number int // in Questionnaire.Variables
	guards []int
	gate   int   // gate variable that it is asked behind where it is sensitive, else -1
	list   *list // of Type.List, nil without one
}

type force struct {
	When *expr.Expr `json:"when"`
	To   expr.Cell  `json:"to"`
}

type hide struct {
	Option int        `json:"option"`
	When   *expr.Expr `json:"when"`
}

// check is a condition on a row, and where it is shown.
type check struct {
	ID       string       `json:"id"`
	Level    int          `json:"level"`
	Severity Severity     `json:"severity"`
	When     []*expr.Expr `json:"when,omitempty"` // conditions of its element, if it stands at no question
	Holds    *expr.Expr   `json:"holds"`
	Say      int          `json:"say"`
	Element  int          `json:"element"`
	Variable int          `json:"variable"` // the question it stands at, else -1

	index  int // in its level
	number int
	guards []int // ends and consents before it, if it stands at no question
	gate   int   // gate variable before its element, else -1
}

// element is one step of the walk through a module.
type element struct {
	ID          string       `json:"id"`
	Kind        ElementKind  `json:"kind"`
	Module      int          `json:"module"`
	Level       int          `json:"level"` // of the rows it is walked in
	Rows        int          `json:"rows"`  // level it holds or opens, else -1
	Variables   []int        `json:"variables,omitempty"`
	When        []*expr.Expr `json:"when,omitempty"`
	Text        int          `json:"text"`
	Instruction int          `json:"instruction"`
	Card        int          `json:"card"`
	Items       []int        `json:"items,omitempty"` // roster: elements asked of each row
	Add         int          `json:"add"`
	Given       int          `json:"given"`
	Refused     int          `json:"refused"`
	First       int          `json:"first"` // roster: variable shown in the list, else -1
	Max         int          `json:"max"`
	From        *expr.Expr   `json:"from,omitempty"` // select: who is eligible; roster: how many rows
	Of          int          `json:"of,omitempty"`   // roster over codes: 1 + the variable that calls for them
	OfYes       int          `json:"of_yes,omitempty"`
	Number      *expr.Expr   `json:"number,omitempty"`
	Scale       int          `json:"scale"`
	Draw        *draw        `json:"draw,omitempty"` // select: how, if not by Number from the list as it is
	Disposition int          `json:"disposition"`
	Screen      *screen      `json:"screen,omitempty"`
	Nested      bool         `json:"nested,omitempty"` // stands in a roster's items
	Random      bool         `json:"random,omitempty"` // block: the elements change places
	Class       DataClass    `json:"class,omitempty"`
	Outcomes    []int        `json:"outcomes,omitempty"` // gate: texts, in the order of gateOutcomes

	number int
	checks []*check
	order  int
	gate   int  // gate variable before it in its module, else -1
	inside bool // gate: its screen is walked inside the screener after it
}

// module is a run of elements asked for each row of a level.
type module struct {
	Name       string       `json:"name"`
	Level      int          `json:"level"`
	Title      int          `json:"title"`
	Heading    int          `json:"heading"`
	Respondent string       `json:"respondent"`
	When       []*expr.Expr `json:"when,omitempty"`
	Elements   []int        `json:"elements"`

	number int
}

// text is a sentence with its fills.
type text []segment

// segment is a piece of text or a value.
type segment struct {
	Literal string     `json:"s,omitempty"`
	Fill    *expr.Expr `json:"x,omitempty"`
	List    int        `json:"l,omitempty"` // 1 + the list whose words a code prints as
	Money   bool       `json:"m,omitempty"`
}

// ErrFormat means that a compiled questionnaire was written by a newer engine.
var ErrFormat = errors.New("compiled questionnaire of an unknown format")

// Load reads the JSON of a compiled questionnaire. It trusts what Compile
// wrote; the hash tells whether it is that.
func Load(ir []byte) (*Questionnaire, error) {
	var q Questionnaire
	if err := wire.Read(ir, &q); err != nil {
		return nil, wire.Errorf("read compiled questionnaire: %w", err)
	}
	if q.Format != irFormat {
		return nil, wire.Errorf("%w: %d, this engine reads %d", ErrFormat, q.Format, irFormat)
	}
	q.source = ir
	return &q, q.link()
}

// IR returns the compiled form as JSON. Do not change it.
func (q *Questionnaire) IR() []byte { return q.source }

// Hash is the identity of the compiled form, texts included.
func (q *Questionnaire) Hash() Hash { return q.hash }

// LogicHash is the identity of everything but the texts: two questionnaires
// with the same one ask the same things under the same conditions.
func (q *Questionnaire) LogicHash() Hash { return q.logic }

// link computes everything that the JSON does not carry.
func (q *Questionnaire) link() error {
	q.hash = sha256.Sum256(q.source)
	q.connect()
	q.chance = q.byChance()
	texts := q.Texts
	q.Texts = nil
	logic := wire.Write(q)
	q.Texts = texts
	q.logic = sha256.Sum256(logic)
	q.graph = newGraph(q)
	return nil
}

// connect gives everything its place among the others.
func (q *Questionnaire) connect() {
	q.byName, q.byLevel = map[string]*variable{}, map[string]*level{}
	for _, l := range q.Lists {
		l.names = &expr.List{Name: l.Name}
		for _, c := range l.Choices {
			l.names.Codes = append(l.names.Codes, c.Name)
		}
	}
	for i, l := range q.Levels {
		l.index = i
		q.byLevel[l.Name] = l
		if l.Parent >= 0 {
			p := q.Levels[l.Parent]
			p.children = append(p.children, i)
			l.ancestors = append(append([]int{}, p.ancestors...), i)
			l.depth = p.depth + 1
		} else {
			l.ancestors = []int{i}
		}
	}
	for i, v := range q.Variables {
		l := q.Levels[v.Level]
		v.number, v.index = i, len(l.variables)
		l.variables = append(l.variables, v)
		if v.Type.List >= 0 {
			v.list = q.Lists[v.Type.List]
		}
		q.byName[v.ID] = v
		if v.Label != "" {
			q.byName[v.Label] = v
		}
	}
	for i, m := range q.Modules {
		m.number = i
	}
	for i, e := range q.Elements {
		e.number = i
		e.order = i
		if e.Kind == ElementRoster && e.Rows >= 0 {
			q.Levels[e.Rows].roster = e
		}
	}
	for i, c := range q.Checks {
		l := q.Levels[c.Level]
		c.number, c.index = i, len(l.checks)
		l.checks = append(l.checks, c)
		q.Elements[c.Element].checks = append(q.Elements[c.Element].checks, c)
	}
	q.linkGuards()
	q.linkGates()
}

// linkGuards gives every question, and every check that stands at none, the
// ends and consents before it: once one of them has ended the interview, it is
// not reached.
func (q *Questionnaire) linkGuards() {
	for _, v := range q.Variables {
		if v.Kind == varEnd || v.Kind == varConsent {
			q.enders = append(q.enders, v)
		}
	}
	before := func(order int) (guards []int) {
		for _, g := range q.enders {
			if g.Order < order {
				guards = append(guards, g.number)
			}
		}
		return guards
	}
	for _, v := range q.Variables {
		if v.Module >= 0 && v.Kind != varValue {
			v.guards = before(v.Order)
		}
	}
	for _, c := range q.Checks {
		if c.Variable < 0 {
			c.guards = before(c.Element)
		}
	}
}

// special returns the special answer m of v, nil if it may not be given.
func (v *variable) special(m Missing) *special {
	for i := range v.Special {
		if v.Special[i].Missing == m {
			return &v.Special[i]
		}
	}
	return nil
}

// asked says whether people answer v: whether it is a question or the closing
// question of a roster.
func (v *variable) asked() bool { return v.Kind == varQuestion || v.Kind == varDone }

// under says whether rows of level l lie under rows of level anc, or are them.
func (q *Questionnaire) under(l, anc int) bool {
	a := q.Levels[l].ancestors
	d := q.Levels[anc].depth
	return d < len(a) && a[d] == anc
}

// common returns the innermost level above or at both a and b.
func (q *Questionnaire) common(a, b int) int {
	x, y := q.Levels[a].ancestors, q.Levels[b].ancestors
	c := 0
	for i := 0; i < len(x) && i < len(y) && x[i] == y[i]; i++ {
		c = x[i]
	}
	return c
}

// unitLevel is the level with one row an interview: the innermost one that is
// reached without a roster. Where several stand side by side it is the one with
// most levels under it.
func (q *Questionnaire) unitLevel() int {
	at := 0
	for {
		next := -1
		for _, c := range q.Levels[at].children {
			if q.Levels[c].Kind == levelSingle && (next < 0 || q.size(c) >= q.size(next)) {
				next = c
			}
		}
		if next < 0 {
			return at
		}
		at = next
	}
}

// size is how many levels stand under level l, itself among them.
func (q *Questionnaire) size(l int) int {
	n := 1
	for _, c := range q.Levels[l].children {
		n += q.size(c)
	}
	return n
}
