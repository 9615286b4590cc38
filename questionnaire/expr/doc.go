// Package expr is the expression language of instruments, scenarios and plans.
//
// [Check] reads an expression and gives an [Expr]: every name resolved to a
// [Slot] by a [Scope], every type known, and otherwise [Diagnostics]: every
// mistake with its place and what to write instead. An Expr evaluates over a
// [Frame] of current rows to a [Cell], and says which variables it reads. It
// travels as JSON, so that the browser evaluates what the server has checked
// and contains no parser.
//
// The package knows nothing of items, interviews or files, has no clock, and
// its language has no loops: what an expression costs is bounded.
//
// # Grammar
//
//	expr     = "if" expr "then" expr "else" expr | or
//	or       = and { "or" and }
//	and      = not { "and" not }
//	not      = "not" not | compare
//	compare  = sum [ op sum ]
//	op       = "=" | "!=" | "<" | "<=" | ">" | ">=" | "in"
//	         | "is" | "is not" | "is in" | "is not in"
//	sum      = product { ("+" | "-") product }
//	product  = minus { ("*" | "/") minus }
//	minus    = "-" minus | primary
//	primary  = number | text | "true" | "false" | set | "(" expr ")"
//	         | name | name "[" expr "]" | name "(" [ expr { "," expr } ] ")"
//	set      = "{" [ expr { "," expr } ] "}"
//	number   = 12 | 3.5
//	text     = "…", in which \" is a quote, \\ a backslash
//	name     = word { "." word }; a word is of letters a to z, digits and _
//
// So "not x in {a, b}" is the negation of "x in {a, b}". A bare name is a code
// where a code is expected: beside a variable with a list of codes, in a set
// that is compared with one, in the branches of if and coalesce there. Elsewhere
// it is a variable. A code that is no name, or is also a variable, is written
// as a text: place = "01". A variable of a grid is read from outside as
// name[code].
//
// # Unknown
//
// A value may be missing, for one of the reasons of [Missing]. What is computed
// from it is unknown for the reason of the first operand that is missing. With
// u for unknown:
//
//	and │ true   u     false      or │ true   u     false     not
//	true│ true   u     false      true│ true  true  true      false
//	u   │ u      u     false      u   │ true  u     u         u
//	false│false  false false      false│true  u     false     true
//
// = != < <= > >= and in are unknown if an operand is. Their counterparts are
// two-valued: "x is c" holds if x is answered and equal to c, "x is not c" is
// its exact negation, true for any missing x; so with "is in", "is not in".
// "surely(e)" is e with unknown as false. An "if" whose condition is unknown is
// unknown. An unknown condition does not hold, see [Expr.Bool].
//
// # Functions
//
//	answered(x) dont_know(x) refused(x) does_not_apply(x)   two-valued, of any x
//	surely(e)                    e, unknown is false
//	coalesce(x, y, …)            the first that is answered
//	any(roster, e) all(roster, e)     Kleene or, and, over the rows on path
//	count(roster) count(roster, e)    rows; rows where e is true
//	sum(roster, x)               unknown if one x is; of conditions: how many are true
//	sum_known(roster, x)         of those x that are answered
//	count_unknown(roster, x)     rows where x is not answered
//	distinct(roster, x)          no two rows have the same known x
//	min(roster, x) max(roster, x)     numbers, dates, times; unknown if one x is
//	min(x, y, …) max(x, y, …)    the same of several values
//	count(set)                   codes in it
//	abs(x) round(x, decimals) floor(x)     half is rounded away from zero
//	cut(x, 18, 30)               below_18, 18_29 or 30_or_more
//	date("2025-03") date(y, m, d) time("14:30")
//	year(d) month(d) day(d)
//	days_between(a, b) years_between(a, b)     from a to b; completed years
//	length(text)                 characters
//	contains(text, part) starts_with(text, part)
//	matches(text, "pattern")     the whole text matches; patterns are RE2
//
// Aggregates are unknown as long as more rows may come, unless the rows there
// are decide: one that is true decides any, one that is false decides all.
//
// Numbers are integers scaled by a declared number of decimals, below 2^53. What
// does not fit, a division by zero, a date that no calendar has and the smallest
// of no rows are unknown, "does not apply". A quotient is a Real, and so is what
// is computed from a Real; round makes it a number again. Partial dates are
// intervals of days: what does not hold of all their days alike is unknown,
// "don't know".
package expr
