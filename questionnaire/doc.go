// Package questionnaire turns what a methodologist wrote into interviews, and
// interviews into rows of data.
//
// The life of an interview, in the order things happen:
//
//	in, diags := LoadInstrument(files, ".")   // YAML, strict, every line known
//	q, diags := Compile(in)                   // a Questionnaire, or all mistakes
//	iv := q.Open(self)                        // an Interview before its first event
//
//	e, err := iv.Decide(act, stamp)           // what a person does, as an event
//	...                                       // the caller stores e
//	iv.Apply(e)                               // and only then the state moves
//	view := iv.View("", "es")                 // the screen to draw
//
// An [Instrument] is text with positions. A [Questionnaire] is compiled: names
// resolved, expressions checked, one graph of what depends on what; it travels
// to tablets as JSON and never changes. An [Interview] is a Questionnaire and
// the fold of its events: only what people did is stored, and relevance,
// forced and calculated values, rows and checks follow from it, in the browser
// as on the server, because it is this code that runs in both. An [Event] made
// elsewhere is let in by Admit or parked by whoever keeps it.
//
// # From a file to a figure
//
//	instrument, overlays, translations   what authors write      load*.go, overlay*.go
//	Instrument                           text with positions     instrument.go
//	Questionnaire                        compiled, sent as JSON   compile.go, questionnaire.go
//	events                               what people did          event.go, decide.go
//	Interview                            their fold               apply.go, interview.go
//	Microdata                            rows and a codebook      microdata.go, codebook.go
//
// # Levels and rows
//
// Rows form a tree of levels: the interview, then what the instrument declares
// (dwelling, household, person, incident), then the grids and screens, whose
// rows are the codes of a list. A level has one row until a roster lists its
// rows or a screener opens them, one for each event that is counted. An
// expression in a row sees that row and those above it by name, ranges over
// those below with any, all, count and sum, and reads a row of a grid by its
// code. Rows are never renumbered: a row that leaves the path keeps what was
// said of it and brings it back.
//
// # No answer
//
// Missing is a value with a reason. NotAsked (off path) and NotReached (the
// interview ended before, or a gate is not open) are derived; DontKnow, Refused
// and DoesNotApply are answers; Withheld is a payload that was sealed or
// destroyed. An unknown condition asks nothing and an unknown check does not
// fire; see package expr for what is computed from unknown.
//
// # What an answer may give away
//
// Every item has a data class, and rows opened from a sensitive entry of a
// catalogue are sensitive as a whole. The compiler follows each class along
// values, conditions, rows, draws and words, and refuses an instrument in which
// something ordinary depends on something that is not: flow.go says what that
// means and what it proves. A [Release] is the only way out. What is sensitive
// stands behind a privacy gate (gate.go).
//
// # Scenarios
//
// A scenario is an interview as a test file: answers, and what must then be
// asked, offered in which order, calculated, read aloud, shown on a card,
// contradicted or exported. It begins with the visits that brought nothing, says
// the seed that chance follows from, and may go on to the next household of the
// dwelling, since some checks compare them. [ReadScenario] reads one, Run binds it
// to a questionnaire, all its mistakes at once, and conducts it through the same
// Decide and Apply as a tablet; a [Coverage] tells what a set of them has reached:
// items, options, conditions both ways, checks unmet and met.
//
// # Proofs
//
// Compile proves as well as checks: that nothing depends on itself, that no two
// forced answers contradict each other where their conditions can be tried out,
// that nothing sensitive shows. Where it cannot tell it says so, as a warning.
//
// # On paper
//
// Questionnaire.Paper lays an interview out for a pencil: every place with its
// words, and instructions that nobody typed, since they follow from the conditions
// (paper_route.go, worded.go). Package paper draws it.
//
// # Writing instruments
//
// docs/authoring.md builds a survey in ten steps, docs/language.md lists the
// language. That file is written from the schemas, the tables of the checker and
// instruments of this repository by go generate.
//
// # Finding things
//
// Where each question is decided: what is asked in route.go, in which order in
// walk.go, which rows there are in roster.go, what contradicts what in
// check.go and casecheck.go, what is read aloud in fill.go, what an answer can
// be in value.go and entry.go, how events are made in decide.go and folded in
// apply.go, what a page draws in view.go. The compiler stands in compile.go,
// declare*.go, items.go, scope.go and texts.go, and knows YAML and CSV only
// through load*.go.
//
// The package computes. It reads no clock, disk, network or randomness, logs
// nothing and takes no context: time and salt are passed in. An Interview
// serves one goroutine; a Questionnaire any number.
package questionnaire

//go:generate go test -run TestLanguageReference -update .
