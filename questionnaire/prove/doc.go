//go:build !js

// Package prove finds out what an instrument can and cannot do, before anybody
// is asked.
//
// [Questionnaire] takes a compiled questionnaire and returns a [Report]: for
// every item and every option an interview in which it comes about, or a proof
// that there is none; conditions that always or never hold, checks that can
// never fire or contradict each other, screens that nobody can leave, questions
// read before they are asked, fills without a value; and how long interviews
// are. It looks in two ways that check each other.
//
// # Walks
//
// Interviews are conducted by the engine itself, by the thousand and from a
// seed, by walkers that prefer what nobody has done yet. What comes about in
// one is a [Witness], which can be written as a scenario. A witness of an item
// or an option is conducted a second time from its beginning before it counts.
//
// # Proofs
//
// What no walk meets is asked of a solver: can the conditions, forces, hidden
// options, hard checks, ends and calculated values that lie before a screen hold
// at once in such a way that it happens? They are written as a circuit of gates
// (encode.go, state.go, aggregate.go), in the three-valued logic of package expr
// with the reasons why a value is missing. The circuit allows all that the engine
// allows and sometimes more, so that a refutation is a proof: for any number of
// rows, since one row stands for all and nothing is said of the others; for all
// whole numbers; for every text. If the solver finds a state, walks are sent
// after it. What is neither met nor refuted is *not proved*, and listed.
//
// A state is one in which the interview stands at a screen and every screen
// before it is settled: answered, its hard checks met, its soft ones confirmed.
// That is where an interviewer gets by going on. But a check never stops an
// answer, and an interview may be broken off anywhere, so what is refuted so is
// asked once more of states in which anything before is left open or unmet. Only
// what is impossible there too is *refuted*; the rest is impossible *if settled*,
// and its words say what would have to be left open. Answers that were sealed or
// destroyed are left out, since that happens to interviews that were conducted;
// so is an expression that gives up because it took more than its bounded number
// of steps, which takes thousands of rows.
//
// # Dead ends
//
// A question keeps somebody if in some state no answer to it is both offered and
// let pass by the hard checks of its screen: every option hidden or withheld, a
// smallest number of options above those offered, checks that refuse every
// value. The solver is asked for such a state (deadend.go). That there is none
// is proved, for questions of every type; that there is one is told when a walk
// stands in it and has tried every answer, which it can where they are finitely
// many: codes, sets of few, numbers within limits. The rest is *not proved*. Not
// looked at are the number of rows that the checks of a roster want, and reviews,
// which send back to earlier answers by design.
//
// # Why a SAT solver
//
// Conditions over codes, sets and bounded numbers are finite, but their product
// is not small: the built-in instrument has some 10^60 combinations. A diagram
// (BDD) would have to find an order of the variables that keeps sums and
// comparisons small; a solver of clauses does not care, answers under
// assumptions, and names those that a refutation rests on, which is what an
// author needs to read. gini is one in plain Go, with circuits and assumptions,
// under the MIT licence. It is stable rather than busy, and stands behind four
// calls in vector.go.
package prove
