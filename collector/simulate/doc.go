// Package simulate makes up a country and interviews a sample of it, so that a
// whole survey can be seen, measured and tested against a truth that is known.
//
//	Population ── Draw ──▶ Sample ── Field.Work ──▶ a collector's sockets
//	     │                    │
//	     └─▶ Truth            └─▶ sample.csv, strata.csv
//
// A [Population] has strata, primary sampling units (PSUs) of unequal sizes in
// them, dwellings, households, persons, and the crimes each suffered in a year.
// Risk differs by stratum, by PSU within it and by household, so that a sample
// of clusters has design effects like a real one. Everything follows from one
// seed. [Population.Truth] are the indicators counted over everybody.
//
// [Population.Draw] draws a stratified sample in two stages: PSUs with
// probability proportional to the size the frame has for them, systematically,
// then dwellings with equal probability. A [Field] conducts it: its enumerators
// hold each interview over a socket of its own against a running collector,
// with the engine that tablets have. They do what the screen asks: what matters
// to the indicators is answered with the simulated person's truth, the rest
// with something plausible: any instrument can be conducted, with entries of its
// tables, points and the names of photos. What a hard check refuses is asked
// again. Some doors stay closed.
//
// Whether a dwelling answers depends on its stratum only, so an adjustment for
// non-response by stratum is right here; in a real survey that is an assumption.
// No respondent lies or forgets, and nobody moves.
//
// The package computes no estimate, and nothing in it is a real person.
package simulate
