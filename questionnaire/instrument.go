package questionnaire

import "cifra/questionnaire/expr"

// An Instrument is a questionnaire as its author wrote it: texts, types and
// expressions with the places they stand at, nothing resolved. Load reads one
// from YAML; Compile checks it and returns what can be asked.
type Instrument struct {
	Name        Source // instrument: lacsi
	Version     Source
	Language    Source   // of the texts in these files
	Languages   []Source // every language offered, the source language first
	Title       Source
	PublicTitle Source // all that a respondent, a screen or a letter ever shows
	Currency    Currency
	Parameters  []*Parameter
	Periods     []*Period
	Lists       []*ChoiceList
	Tables      []*Table
	Special     []*SpecialAnswer
	Levels      []*Level
	Modules     []*Module
	Complete    []Source // modules that make an interview complete
	Partial     []Source // modules that make it a partial one
	Checks      []*Check // of the interview: on a screen at its end, if one is unmet
	CaseChecks  []*Check // of all interviews of a case together
	Releases    []*Release

	Translations []*Translation
	Overlays     []*Overlay // what was changed by whom, the innermost first
}

// A Source is a piece of what the author wrote and where it stands. An empty
// Text with a zero At was not written.
type Source struct {
	Text string
	At   expr.Position

	in   expr.Locator // the text in the file that Text is a part of; nil if the engine made it, and in a table
	from int          // the byte of that where Text begins
	end  int          // without in: the column after what Text is about, 0 if it is about a place
}

// Currency names the unit of money items. Amounts are whole minor units.
type Currency struct {
	Code     Source // ISO 4217
	Symbol   Source
	Decimals int
}

// A Parameter is given from outside when an interview starts: by the survey
// (the reference year) or by the case (a pre-drawn number).
type Parameter struct {
	Name    Source
	Type    Source // "year", "integer", "decimal(4)", "text", "one of LIST"
	Default Source // empty: must be given
}

// A Period is a named stretch of time that texts, expressions and exports
// share, as NAME.start and NAME.end, and for a calendar year also NAME.year,
// NAME.next_year and NAME.previous_year. It is a calendar year, or a number of
// months or years until or before a day, or a window from one day until another.
type Period struct {
	Name         Source
	CalendarYear Source // the expression that gives the year
	Months       Source // how long: a number of months
	Years        Source // or of years
	From         Source // the first day of a fixed window
	Until        Source // the last day
	Before       Source // whole months of the calendar that end before this day's month
}

// A ChoiceList is a named list of answer options, or a catalogue: a list whose
// codes carry attributes.
type ChoiceList struct {
	Name       Source
	Attributes []*Attribute
	Choices    []*Choice
}

// An Attribute is a column of a catalogue: "text", "integer" or "one of LIST".
type Attribute struct {
	Name Source
	Type Source
}

// A Choice is one option. Code is what exports show, Name what expressions
// and events say; neither is ever reused for something else.
type Choice struct {
	Code      Source
	Name      Source
	Text      Source
	Specify   bool // a text is asked beside it
	Exclusive bool // goes with no other option
	Class     Source
	Values    map[string]Source // by attribute
	Maps      Source            // added by an overlay: the code that it stands for in what it was added to
}

// A Table is a code list too big for a screen: places in their hierarchy, or
// what is looked up by typing. Its rows stand in a CSV file beside the
// instrument, or few of them in the instrument itself.
type Table struct {
	Name       Source
	File       Source // of the rows, empty if they stand in the instrument
	Attributes []*Attribute
	Levels     []*PlaceLevel // of places, the outermost first
	Rows       []TableRow

	unread bool // the file has mistakes: what is not in Rows may be in it
}

// A TableRow is an entry: its code, its words, the code of the place around it
// (empty without levels, or where codes begin with it), then its attributes in
// the table's order; a blank one has no text.
type TableRow struct {
	Code, Text, Parent Source
	Values             []Source
}

// A PlaceLevel is a level of places, such as states. A Prefix is how many bytes
// of a code are the code at this level; List is a list with the same codes,
// whose names expressions can then say.
type PlaceLevel struct {
	Name   Source
	Text   Source
	Prefix Source
	List   Source
}

// A SpecialAnswer is a reason for having no answer that may be given instead
// of one: dont_know, refused, does_not_apply.
type SpecialAnswer struct {
	Name Source
	Text Source
}

// A Level is a kind of row with a file of its own: dwelling, household,
// person, incident.
type Level struct {
	Name   Source
	Parent Source // empty for the outermost

	within string // what the author called the level around it, which is not there
}

// A Module is a run of elements asked of one respondent at one level.
type Module struct {
	Name       Source
	Level      Source
	Title      Source
	Heading    Source // above every screen of a row, with fills
	Respondent Source
	When       Source
	Elements   []*Element
	Checks     []*Check // of the block: on a screen at its end, if one is unmet

	// astray says that this is no module of the author's, but holds what an
	// overlay adds where nothing is: it is read for its own mistakes.
	astray bool
}

// ElementKind says what an Element is.
type ElementKind uint8

// The elements of a module.
const (
	ElementItem    ElementKind = iota // id: a question, or a calculated value
	ElementSay                        // say: a statement, read and passed
	ElementGrid                       // grid: one question over the codes of a list
	ElementRoster                     // roster: rows of a level, added by hand
	ElementScreen                     // screen: the incident screener
	ElementConsent                    // consent: asked and recorded with the hash of its text
	ElementSelect                     // select: one row is drawn
	ElementEnd                        // end: the interview ends here when its condition holds
	ElementReview                     // made by the compiler: the unmet checks of a block
	ElementBlock                      // block: elements under one condition, in order or at random
	ElementGate                       // gate: whether what is sensitive can be asked here and now
)

// An Element is one entry of a module's items. Which fields may be set depends
// on the kind; Load refuses the others.
type Element struct {
	Kind        ElementKind
	ID          Source
	At          expr.Position // of the whole entry
	When        Source
	Text        Source
	Instruction Source
	Card        Source
	Class       Source

	Item *Item // item; the question of a grid

	// grid, screen
	Over   Source // the list, or "LIST where CONDITION on its attributes"
	Before *Item  // screen: the buffer question before the period
	After  *Item  // screen: the buffer question after it
	Ever   *Item  // screen: whether it ever happened, asked before Ask
	Ask    *Item  // screen: whether it happened
	Own    *Item  // screen: whether it counts for this household
	Times  *Item  // screen: how often
	Forms  *Forms // screen: the rows it opens
	Checks []*Check

	// roster
	Rows     Source // "by hand", "count EXPRESSION", "each of LIST where CONDITION", "yes in ITEM", "chosen in ITEM"
	Add      Source // the words on the button
	Done     Source // the question whether the list is complete
	Max      Source
	Elements []*Element // items asked of each row; the elements of a block
	Order    Source     // block: "random"
	First    Source     // the item asked when a row is added, shown in the list

	// consent
	Given   Source // the words of agreeing
	Refused Source // and of refusing

	// gate: the words of its outcomes
	Open     Source
	Postpone Source
	Skip     Source

	// select, end
	From        Source // "LEVEL where CONDITION"
	Method      Source // "number", "kish", "next_birthday", "last_birthday", "seeded"
	Number      Source // number, kish: the pre-drawn number in [0,1)
	Table       Source // kish: the table, given beforehand
	Birthday    Source // birthdays: the date of birth of a row
	Month, Day  Source // or its month and day
	Seed        Source // seeded, birthdays: instead of the interview's own
	Sort        []Source
	Disposition Source // AAPOR code of an end or a refusal
}

// An Item is a question with its type, or a calculated value.
type Item struct {
	ID          Source
	Label       Source // a readable second name for expressions
	At          expr.Position
	Text        Source
	Instruction Source
	Card        Source
	Type        Source // "one of LIST", "several of LIST", "integer", "decimal(2)", "money", "text", "date", "month", "time", "entry of TABLE", "place of TABLE", "place of TABLE to LEVEL", "point", "photo", "audio"
	Special     []Source
	Min, Max    Source // expressions
	AtLeast     Source // several: how many options
	AtMost      Source
	Zero        Source // the words for an amount of nothing
	Unit        Source
	When        Source
	Offer       Source   // which options are offered: a condition on option and its attributes
	Order       Source   // "random": the options change places
	Keep        []Source // options that keep theirs
	Hide        []*Hide
	Within      []*Within // which entries of a table are offered
	Force       []*Force
	Checks      []*Check
	Value       Source // calculated: never asked
	Class       Source
	Tags        []Source
	Optional    bool // may be passed without an answer
}

// Hide takes one option away while its condition holds.
type Hide struct {
	Option Source
	When   Source
}

// Within offers only those entries of a table of which a column, or a level, is
// what an expression gives. While that is unknown all are offered.
type Within struct {
	Part Source
	Is   Source
}

// Force fixes an answer while its condition holds; the question is not asked.
type Force struct {
	When Source
	To   Source
}

// A Check is a condition that answers should meet, and what is said when they
// do not. Unknown does not fire.
type Check struct {
	ID       Source
	Severity Severity
	Holds    Source // what must hold
	Say      Source
}

// Severity says what an unmet check does.
type Severity uint8

// What a check that fires does: nothing more than say so, ask for a written
// reason, or keep the interview from leaving the screen.
const (
	Info Severity = iota + 1
	Soft
	Hard
)

// String is the word authors write.
func (s Severity) String() string {
	switch s {
	case Info:
		return "info"
	case Soft:
		return "soft"
	case Hard:
		return "hard"
	}
	return "none"
}

// Forms says which rows a screen opens.
type Forms struct {
	Level  Source // the level of the rows
	UpTo   Source // at most so many a crime
	Which  Source // "all", "latest", "most_serious" or "random"
	Total  Source // at most so many of all crimes
	Rank   Source // the attribute of the catalogue that says how serious a crime is
	Series *Series
}

// Series says from how many events on they may be told in one form.
type Series struct {
	From Source
	Ask  *Item // whether they are too alike to be told apart; nil: they are
}

// A Release lets something be known that follows from sensitive or identifying
// answers: What names the one item or calculated value that may be, Because
// says why that is right. Flow has no other way out.
type Release struct {
	Name    Source
	What    Source
	Because Source
}

// A Translation is one language's texts by key, each with the hash of the
// source text it translates.
type Translation struct {
	Language Source
	File     string
	Texts    []*TranslatedText
}

// A TranslatedText is one entry of a translation: Of is the first eight hex
// digits of the SHA-256 of the source text.
type TranslatedText struct {
	Key  Source
	Of   Source
	Text Source
}

// An Overlay is what a country or a city changes of an instrument, each change
// by its name and with a reason. LoadOverlay applies it; what remains here is
// the record, for whoever compares.
type Overlay struct {
	Name    Source // overlay: peru
	Version Source
	Of      Source // NAME@VERSION of what it changes
	Because Source // the reason of changes that give none of their own
	Files   []string
	Changes []*Change
	Words   []*Words
}

// A Change is one thing that an overlay does to what it is of.
type Change struct {
	Kind    ChangeKind
	Address Source // "I1_5.when", an element's name, "LIST.CODE"
	Because string

	names []string // dropped: the ids and labels that are gone with it
}

// ChangeKind says what a Change does.
type ChangeKind string

// The kinds of change.
const (
	Changed       ChangeKind = "changed"
	Dropped       ChangeKind = "dropped"
	Added         ChangeKind = "added"
	OptionDropped ChangeKind = "option dropped"
	OptionAdded   ChangeKind = "option added"
)

// Words are what an overlay says in place of a text, by the text's key.
type Words struct {
	Key     Source
	Text    Source
	Because string
}

// layer returns which overlay a file belongs to, counted from 1; 0 is what all
// of them are of.
func (in *Instrument) layer(file string) int {
	for i, o := range in.Overlays {
		for _, f := range o.Files {
			if f == file {
				return i + 1
			}
		}
	}
	return 0
}

// worded returns what the outermost overlay that says so puts in place of the
// text key.
func (in *Instrument) worded(key string) (Source, bool) {
	for i := len(in.Overlays) - 1; i >= 0; i-- {
		for _, w := range in.Overlays[i].Words {
			if key != "" && w.Key.Text == key {
				return w.Text, true
			}
		}
	}
	return Source{}, false
}
