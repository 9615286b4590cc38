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
// Rows form a tree of levels: the interview, then what the instrument declares
// (dwelling, household, person, incident), then the grids and screens, whose
// rows are the codes of a list. An expression in a row sees that row and those
// above it, and ranges over those below.
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
