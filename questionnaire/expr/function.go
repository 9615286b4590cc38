//go:build !js

package expr

import (
	"maps"
	"slices"
)

// This file says in words what functions and operators mean. The language
// reference is written from it; what they do is in check.go and eval.go.

// A Function is a function of the language as its manual shows it.
type Function struct {
	Name    string
	Usage   string // how it is called: years_between(from, to)
	Means   string
	Example string
	Gives   string // what the example gives, "" where that depends on answers
}

// functionMeans has meaning, example and what that gives, for every function.
var functionMeans = map[string][3]string{
	"answered":       {"whether x has an answer that is no special one; never unknown", "answered(loss)", ""},
	"dont_know":      {"whether the answer is don’t know; never unknown", "dont_know(age)", ""},
	"refused":        {"whether the answer was refused; never unknown", "refused(loss)", ""},
	"does_not_apply": {"whether the answer is that it does not apply; never unknown", "does_not_apply(walks_at_night)", ""},
	"surely":         {"the condition, false where it is unknown", "surely(age >= 18)", ""},
	"coalesce":       {"the first of its arguments that is answered", "coalesce(age, guessed_age)", ""},

	"any":           {"whether the condition holds in a row of the roster", "any(person, age >= 65)", ""},
	"all":           {"whether it holds in every row", "all(person, answered(age))", ""},
	"count":         {"how many rows there are, or in how many the condition holds; of several choices, how many were chosen", "count(person, age >= 18)", ""},
	"sum":           {"the sum over the rows; unknown if one is", "sum(incident, loss)", ""},
	"sum_known":     {"the sum over the rows in which x is answered", "sum_known(incident, loss)", ""},
	"count_unknown": {"in how many rows x is not answered", "count_unknown(incident, loss)", ""},
	"distinct":      {"whether no two rows have the same known x; texts without regard to case and blanks", "distinct(incident, loss)", ""},
	"min":           {"the smallest: over the rows, or of its arguments; of numbers, dates or times", "min(3, 1, 2)", "1"},
	"max":           {"the greatest, likewise", "max(3, 1, 2)", "3"},

	"abs":   {"the number without its sign", "abs(3 - 10)", "7"},
	"round": {"the number with so many decimals, 0 if none are said; half is rounded away from zero", "round(10 / 4)", "3"},
	"floor": {"the greatest whole number that is not more", "floor(10 / 4)", "2"},
	"cut":   {"the class of a number: below_18, 18_29 or 30_or_more", "cut(age, 18, 30)", ""},

	"year":          {"the year of a date; unknown if a partial date leaves it open", `year(date("2025-03"))`, "2025"},
	"month":         {"its month, 1 to 12", `month(date("2025-03"))`, "3"},
	"day":           {"its day, 1 to 31", `day(date("2025-03-14"))`, "14"},
	"date":          {"a date written out, whole or in part, or made of numbers", "day(date(2025, 3, 14))", "14"},
	"time":          {"a time of day written out", `time("14:30") > time("09:00")`, "true"},
	"days_between":  {"days from one date to another, negative if that is earlier", `days_between(date("2025-03-01"), date("2025-03-14"))`, "13"},
	"years_between": {"completed years from one date to another: an age", `years_between(date("2000-03-14"), date("2025-03-13"))`, "24"},

	"length":      {"how many characters a text has", `length("Año")`, "3"},
	"matches":     {"whether the whole text matches a pattern, in RE2’s language", `matches("A-12", "[A-Z]-[0-9]+")`, "true"},
	"contains":    {"whether the text has the part in it", `contains("Avenida Juárez", "Juárez")`, "true"},
	"starts_with": {"whether it begins with the part", `starts_with("Avenida Juárez", "Calle")`, "false"},
}

// Functions returns the functions of the language, by name.
func Functions() []Function {
	var list []Function
	for _, name := range slices.Sorted(maps.Keys(functions)) {
		m := functionMeans[name]
		list = append(list, Function{name, functions[name].usage, m[0], m[1], m[2]})
	}
	return list
}

// Operators returns the operators from the loosest to the tightest. Name is the
// operator, Usage how it is written.
func Operators() []Function {
	return []Function{
		{"if", "if c then x else y", "x where c holds, y where it does not; unknown where c is", "if 2 > 1 then 10 else 20", "10"},
		{"or", "c or d", "true if one is, even if the other is unknown", "2 > 1 or 1 > 2", "true"},
		{"and", "c and d", "false if one is, even if the other is unknown", "2 > 1 and 1 > 2", "false"},
		{"not", "not c", "the opposite; unknown stays unknown", "not 1 > 2", "true"},
		{"=", "x = y, x != y", "equal, not equal; unknown if one side is", "1 + 1 = 2", "true"},
		{"<", "x < y, <=, >, >=", "of numbers, dates and times; unknown if one side is", "2 <= 2", "true"},
		{"in", "x in {a, b}, a in xs", "x is one of these; option a was chosen among several", "2 in {1, 2, 3}", "true"},
		{"is", "x is c, x is not c, x is in {a, b}, x is not in {a, b}", "two-valued: a missing x is not c", "2 is not 3", "true"},
		{"+", "x + y, x - y", "of numbers", "2 - 3 + 4", "3"},
		{"*", "x * y, x / y", "of numbers; a quotient is exact only once it is rounded", "round(7 / 2, 1) * 2", "7.0"},
		{"-", "-x", "the number with the other sign", "-(2 - 3)", "1"},
		{"[…]", "name[code]", "the answer in a row of a grid or screen, from outside", "happened[robbery] is yes", ""},
	}
}
