//go:build !js

package expr_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// evaluate checks src at level, and evaluates it, also after its checked form
// has travelled as JSON; both must give the same.
func evaluate(t testing.TB, src string, level int, f *expr.Frame) expr.Cell {
	t.Helper()
	e := check(t, src, level)
	got := e.Eval(f)
	data, err := json.Marshal(e)
	if err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	var far expr.Expr
	if err := json.Unmarshal(data, &far); err != nil {
		t.Fatalf("%s: %v\n%s", src, err, data)
	}
	if again := far.Eval(f); again != got {
		t.Errorf("%s = %+v, after its JSON has travelled %+v", src, got, again)
	}
	if e.Type().Kind == expr.Bool {
		holds, why := e.Bool(f)
		if want := got.Missing == expr.Answered && got.N == 1; holds != want || why != got.Missing {
			t.Errorf("Bool(%s) = %t, %v; Eval gives %+v", src, holds, why, got)
		}
	}
	return got
}

// show writes a value for comparison: "true", "3.50", a code, a date, or why it
// is missing.
func show(c expr.Cell, typ expr.Type) string {
	if c.Missing != expr.Answered {
		if c.N != 0 || c.Text != "" {
			return "a missing cell that is not empty"
		}
		return c.Missing.String()
	}
	switch typ.Kind {
	case expr.Bool:
		return fmt.Sprint(c.N == 1)
	case expr.Number:
		return fmt.Sprintf("%.*f", typ.Scale, float64(c.N)/math.Pow10(typ.Scale))
	case expr.Real:
		return fmt.Sprintf("%g real", math.Float64frombits(uint64(c.N)))
	case expr.Text:
		return c.Text
	case expr.Date:
		return expr.FormatDate(c.N)
	case expr.Time:
		return expr.FormatTime(c.N)
	case expr.Code:
		return typ.List.Codes[c.N]
	}
	var codes []string
	for i, name := range typ.List.Codes {
		if c.N>>i&1 == 1 {
			codes = append(codes, name)
		}
	}
	return "{" + strings.Join(codes, ", ") + "}"
}

// value is evaluate and show.
func value(t testing.TB, src string, level int, f *expr.Frame) string {
	t.Helper()
	return show(evaluate(t, src, level, f), check(t, src, level).Type())
}

// one is a frame with one row of each level and those values in it; all other
// variables are not reached.
func one(values map[string]expr.Cell) *expr.Frame {
	m := newMemory()
	by := [levels]map[string]expr.Cell{}
	for l := range by {
		by[l] = map[string]expr.Cell{}
	}
	for name, c := range values {
		by[at(household).slot(name).Level][name] = c
	}
	f := &expr.Frame{Rows: make([]*expr.Row, levels), Source: m}
	f.Rows[household] = m.add(household, nil, by[household])
	f.Rows[person] = m.add(person, f.Rows[household], by[person])
	f.Rows[incident] = m.add(incident, f.Rows[person], by[incident])
	return f
}

// unknowns are all the ways in which a value can be missing.
var unknowns = []expr.Missing{expr.NotReached, expr.NotAsked, expr.DontKnow, expr.Refused, expr.DoesNotApply, expr.Withheld}

func TestRule1KleeneAndTwoValued(t *testing.T) {
	t.Run("connectives", testConnectives)
	t.Run("comparisons", testComparisons)
	t.Run("item 1.23 is asked where 1.21 is off path", func(t *testing.T) {
		// LACSI 1.23 is asked unless the answer to 1.21 was yes; for crime 05
		// item 1.21 itself is not asked.
		f := one(map[string]expr.Cell{"reported": no(expr.NotAsked)})
		for src, want := range map[string]string{
			"reported is not yes":        "true",
			"not reported is yes":        "true",
			"reported != yes":            "not_asked",
			"not reported = yes":         "not_asked",
			"not surely(reported = yes)": "true",
		} {
			if got := value(t, src, incident, f); got != want {
				t.Errorf("%s = %s, want %s", src, got, want)
			}
		}
	})
}

// operand is a condition with a known truth: the variable of household that
// makes it, and the cell.
type operand struct {
	truth string
	cell  expr.Cell
}

func testConnectives(t *testing.T) {
	// The truth table of doc.go, with two different reasons so that it shows
	// which one is carried on.
	operands := []operand{{"true", num(1)}, {"false", num(0)}, {"dont_know", no(expr.DontKnow)}, {"refused", no(expr.Refused)}}
	kleene := func(op string, xs ...string) string {
		decides, other := "false", "true"
		if op == "or" {
			decides, other = other, decides
		}
		unknown := ""
		for _, x := range xs {
			if x == decides {
				return decides
			}
			if x != other && unknown == "" {
				unknown = x
			}
		}
		if unknown != "" {
			return unknown
		}
		return other
	}
	not := map[string]string{"true": "false", "false": "true", "dont_know": "dont_know", "refused": "refused"}
	for _, a := range operands {
		for _, b := range operands {
			for _, c := range operands {
				f := one(map[string]expr.Cell{"owned": a.cell, "age": b.cell, "n": c.cell})
				for _, op := range []string{"and", "or"} {
					three := kleene(op, a.truth, b.truth, c.truth)
					for src, want := range map[string]string{
						fmt.Sprintf("owned %s age = 1", op):                         kleene(op, a.truth, b.truth),
						fmt.Sprintf("not (owned %s age = 1)", op):                   not[kleene(op, a.truth, b.truth)],
						fmt.Sprintf("owned %s age = 1 %[1]s n = 1", op):             three,
						fmt.Sprintf("owned %s (age = 1 %[1]s n = 1)", op):           three,
						fmt.Sprintf("n = 1 %s n = 1 %[1]s age = 1 %[1]s owned", op): kleene(op, c.truth, b.truth, a.truth),
						fmt.Sprintf("surely(owned %s age = 1)", op):                 fmt.Sprint(kleene(op, a.truth, b.truth) == "true"),
					} {
						if got := value(t, src, person, f); got != want {
							t.Errorf("owned %s, age=1 %s, n=1 %s: %s = %s, want %s", a.truth, b.truth, c.truth, src, got, want)
						}
					}
				}
			}
		}
	}
}

// testComparisons evaluates every operator on every kind, known and missing.
func testComparisons(t *testing.T) {
	full := map[string]expr.Cell{
		"age": num(20), "income": num(2050), "n": num(20), "sex": num(1), "place": num(1), "armed": num(0), "arms": num(0b101),
		"name": str("Ana"), "notes": str("Ana"), "when": day(t, "2025-03-14"), "born": day(t, "1990-01-01"), "begun": num(870), "owned": num(1), "w_hh": float(20.5),
		"city": num(70),
	}
	tests := []struct{ src, reads, want string }{
		{"age = 20", "age", "true"}, {"age = 21", "age", "false"}, {"20 = age", "age", "true"},
		{"age < 21", "age", "true"}, {"age < 20", "age", "false"}, {"21 > age", "age", "true"},
		{"age <= 20", "age", "true"}, {"age <= 19", "age", "false"},
		{"age > 19", "age", "true"}, {"age > 20", "age", "false"},
		{"age >= 20", "age", "true"}, {"age >= 21", "age", "false"},
		{"age != 21", "age", "true"}, {"age != 20", "age", "false"}, {"not age = 20", "age", "false"}, {"not age <= 19", "age", "true"},
		{"age = n", "age n", "true"}, {"age < n", "age n", "false"}, {"age <= n", "age n", "true"}, {"age != n", "age n", "false"},
		{"age > n", "age n", "false"}, {"age >= n", "age n", "true"},
		{"income = 20.5", "income", "true"}, {"income = 20.500", "income", "true"}, {"income < 20.501", "income", "true"},
		{"income >= 20.501", "income", "false"}, {"income = age", "income age", "false"}, {"income > age", "income age", "true"},
		{"w_hh = income", "w_hh income", "true"}, {"w_hh = 20.5", "w_hh", "true"}, {"w_hh < 20.5", "w_hh", "false"}, {"w_hh <= 20.5", "w_hh", "true"},
		{"w_hh > age", "w_hh age", "true"}, {"age < w_hh", "age w_hh", "true"}, {"w_hh in {1, 20.5}", "w_hh", "true"}, {"w_hh != 3", "w_hh", "true"},
		{"sex = woman", "sex", "true"}, {"sex = man", "sex", "false"}, {"sex != man", "sex", "true"}, {"man != sex", "sex", "true"},
		{"sex in {man, woman}", "sex", "true"}, {"sex in {man}", "sex", "false"}, {"not sex in {man}", "sex", "true"},
		{`place = "home"`, "place", "true"}, {"place = 01", "place", "false"}, {"place in {01, home}", "place", "true"},
		{"city = city_cs", "city", "true"}, {"city in {city_aa, city_cs}", "city", "true"}, {"city in {city_aa}", "city", "false"}, {"not city in {city_aa, city_cs}", "city", "false"},
		{"firearm in arms", "arms", "true"}, {"knife in arms", "arms", "false"}, {"not knife in arms", "arms", "true"},
		{"arms = {firearm, stick}", "arms", "true"}, {"arms = {firearm}", "arms", "false"}, {"arms != {}", "arms", "true"},
		{`name = "Ana"`, "name", "true"}, {`name = "ana"`, "name", "false"}, {"name = notes", "name notes", "true"}, {`name != "Luis"`, "name", "true"},
		{`name in {"Luis", "Ana"}`, "name", "true"}, {`name in {"Luis"}`, "name", "false"}, {`not name in {"Luis"}`, "name", "true"},
		{"age in {1, 20}", "age", "true"}, {"age in {-1, 20, 100}", "age", "true"}, {"age in {1, 2}", "age", "false"}, {"not age in {1, -2}", "age", "true"},
		{"income in {20.5, 3}", "income", "true"}, {"age in {20.0, 3.5}", "age", "true"}, {"age + 1 in {21}", "age", "true"}, {"age + 1 in {100, 21}", "age", "true"},
		{`when = date("2025-03-14")`, "when", "true"}, {`when < date("2025-03-15")`, "when", "true"}, {`when >= date("2025-03-15")`, "when", "false"},
		{`when <= date("2025-03-14")`, "when", "true"}, {`when > date("2025-03-14")`, "when", "false"}, {`when != date("2025-03-14")`, "when", "false"},
		{`born < when`, "born when", "true"}, {`when in {date("2025"), date("2026")}`, "when", "dont_know"}, {`when in {date("2024"), date("2025-03-14")}`, "when", "true"},
		{`not when in {date("2024"), date("2026")}`, "when", "true"},
		{`begun = time("14:30")`, "begun", "true"}, {`begun < time("14:31")`, "begun", "true"}, {`begun in {time("00:00"), time("14:30")}`, "begun", "true"},
		{"owned = true", "owned", "true"}, {"owned != true", "owned", "false"}, {"owned = (age > 3)", "owned age", "true"}, {"(age > 3) = false", "age", "false"},
		{"age is 20", "age", "true"}, {"age is 21", "age", "false"}, {"age is not 21", "age", "true"}, {"age is not 20", "age", "false"},
		{"sex is in {man, woman}", "sex", "true"}, {"sex is not in {man, woman}", "sex", "false"}, {"sex is not in {man}", "sex", "true"},
		{"firearm is in arms", "arms", "true"}, {"firearm is not in arms", "arms", "false"}, {"knife is in arms", "arms", "false"}, {"knife is not in arms", "arms", "true"},
		{"age is n", "age n", "true"}, {"arms is {firearm, stick}", "arms", "true"}, {`name is not "Luis"`, "name", "true"},
	}
	for _, tt := range tests {
		t.Run(tt.src, func(t *testing.T) {
			if got := value(t, tt.src, incident, one(full)); got != tt.want {
				t.Errorf("%s = %s, want %s", tt.src, got, tt.want)
			}
			// Take away one operand after the other: unknown for its reason, or,
			// if the operator is two-valued, false and its negation true.
			for _, name := range strings.Fields(tt.reads) {
				for _, why := range unknowns {
					want := why.String()
					if strings.Contains(tt.src, " is ") {
						want = fmt.Sprint(strings.Contains(tt.src, " is not "))
					}
					cells := map[string]expr.Cell{name: no(why)}
					for other, c := range full {
						if other != name {
							cells[other] = c
						}
					}
					if got := value(t, tt.src, incident, one(cells)); got != want {
						t.Errorf("%s with %s %s = %s, want %s", tt.src, name, why, got, want)
					}
				}
			}
		})
	}
}

// Of two missing operands the first one gives the reason, in the order in which
// they are written.
func TestRule1FirstReason(t *testing.T) {
	f := one(map[string]expr.Cell{
		"age": no(expr.Refused), "n": no(expr.DontKnow), "w_hh": no(expr.Withheld), "name": no(expr.NotAsked), "notes": no(expr.DoesNotApply),
		"born": no(expr.Refused), "when": no(expr.DontKnow), "place": no(expr.Refused), "arms": no(expr.Withheld), "armed": no(expr.NotAsked),
	})
	for src, want := range map[string]string{
		"age = n": "refused", "n = age": "dont_know", "age > n": "refused", "age <= n": "refused", "n >= age": "dont_know", "n != age": "dont_know",
		"age + n": "refused", "n - age": "dont_know", "n * age": "dont_know", "age / n": "refused", "w_hh / n": "withheld", "n * w_hh": "dont_know",
		"name = notes": "not_asked", "notes = name": "does_not_apply", "contains(notes, name)": "does_not_apply", "starts_with(name, notes)": "not_asked",
		"born < when": "refused", "when > born": "dont_know", "days_between(when, born)": "dont_know", "years_between(born, when)": "refused",
		"min(age, n)": "refused", "max(n, age, 3)": "dont_know", "min(3, n, age)": "dont_know", "max(w_hh, n)": "withheld",
		"coalesce(age, n)": "refused", "coalesce(n, age)": "dont_know", "date(n, age, 3)": "dont_know", "date(2025, 3, n)": "dont_know",
		"if age > 3 then n else 1": "refused", "if true then n else age": "dont_know",
		"armed = yes and age > 3": "not_asked", "age > 3 or armed = yes": "refused",
		"-age": "refused", "abs(n)": "dont_know", "round(w_hh, 2)": "withheld", "floor(w_hh)": "withheld", "round(loss, 1)": "not_reached",
		"count(arms)": "withheld", "cut(age, 18)": "refused", "cut(w_hh, 18)": "withheld", "length(name)": "not_asked", `matches(name, "A")`: "not_asked",
		"year(born)": "refused", "crime.weight": "not_reached", "P7_3[crime]": "not_reached",
	} {
		if got := value(t, src, incident, f); got != want {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
	}
}

func TestRule6Numbers(t *testing.T) {
	f := one(map[string]expr.Cell{
		"age": num(7), "n": num(-7), "income": num(1050), "rent": num(-250), "rooms": num(0), "w_hh": float(2.5), "loss": num(1<<53 - 1), "reference.year": num(1<<53 - 1),
	})
	for src, want := range map[string]string{
		"age + 3": "10", "age - 10": "-3", "income + 1": "11.50", "1 - income": "-9.50", "income + 0.005": "10.505", "income - 0.5": "10.00",
		"age * 3": "21", "income * 2": "21.00", "income * 0.1": "1.050", "income * rent": "-26.2500",
		"-income": "-10.50", "--age": "7", "-n": "7", "-3": "-3", "1 + 2 * 3 - 4": "3", "(1 + 2) * 3": "9", "-age * 2": "-14",
		"age / 2": "3.5 real", "income / 3": "3.5 real", "age / rooms": "does_not_apply", "w_hh / rooms": "does_not_apply",
		"w_hh + 1": "3.5 real", "w_hh - income": "-8 real", "w_hh * w_hh": "6.25 real", "-w_hh": "-2.5 real", "w_hh * rent": "-6.25 real",
		"abs(n)": "7", "abs(rent)": "2.50", "abs(w_hh - 5)": "2.5 real", "abs(age)": "7",
		"round(income, 0)": "11", "round(income, 1)": "10.5", "round(rent, 0)": "-3", "round(0.125, 2)": "0.13", "round(-0.125, 2)": "-0.13", "round(0.124, 2)": "0.12",
		"round(income, 4)": "10.5000", "round(age / 2)": "4", "round(n / 2, 0)": "-4", "round(age / 3, 2)": "2.33", "round(w_hh, 1)": "2.5", "round(1.4)": "1",
		"floor(income)": "10", "floor(rent)": "-3", "floor(n / 2)": "-4", "floor(age)": "7", "floor(w_hh)": "2",
		// Below 2^53 or not at all.
		"reference.year + 1": "does_not_apply", "reference.year - 1": "9007199254740990", "-reference.year - 1": "does_not_apply", "reference.year * 2": "does_not_apply",
		"reference.year * -1": "-9007199254740991", "reference.year * 0": "0", "reference.year * reference.year": "does_not_apply",
		"loss + 0.001": "does_not_apply", "round(loss, 3)": "does_not_apply", "reference.year = loss": "does_not_apply", "round(reference.year / 1 * 1000, 2)": "does_not_apply",
		"floor(reference.year / 0.001)": "does_not_apply",
		"min(age, n, 3)":                "-7", "max(age, n, 3)": "7", "max(age, income)": "10.50", "min(age, w_hh)": "2.5 real", "max(1, w_hh)": "2.5 real",
		"cut(age, 7, 30)": "7_29", "cut(n, 7, 30)": "below_7", "cut(30, 7, 30)": "30_or_more", "cut(income, 10, 11)": "10", "cut(w_hh, 2, 3, 4)": "2", "cut(29.9, 7, 30)": "7_29",
		"cut(age, 8)": "below_8", "cut(age, 18, 30, 45) = below_18": "true", "cut(income, 1, 5, 20) = 5_19": "true", "cut(age, 0, 30) in {0_29, below_0}": "true",
		"if age > 3 then 1 else 2.5": "1.0", "if age > 9 then income else 2": "2.00", "if w_hh > 3 then w_hh else 2": "2 real", "if owned then 1 else 2": "not_reached",
		"coalesce(reference.year, 1)": "9007199254740991", "if n > 0 then n else -n": "7",
	} {
		if got := value(t, src, incident, f); got != want {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
	}
}

func TestRule7PartialDates(t *testing.T) {
	f := one(map[string]expr.Cell{
		"when": day(t, "2025-03"), "born": day(t, "1990-02-28"), "visit": day(t, "2025-03-14"), "age": num(2024), "n": num(2),
	})
	for src, want := range map[string]string{
		// A comparison is known only if it comes out alike for every day.
		`when < date("2025-04-01")`: "true", `when < date("2025-03-31")`: "dont_know", `when < date("2025-03-01")`: "false",
		`when <= date("2025-03-31")`: "true", `when <= date("2025-03-30")`: "dont_know", `when <= date("2025-02-28")`: "false",
		`when > date("2025-02-28")`: "true", `when > date("2025-03-01")`: "dont_know", `when > date("2025-03-31")`: "false",
		`when >= date("2025-03-01")`: "true", `when >= date("2025-03-02")`: "dont_know", `when >= date("2025-04-01")`: "false",
		`when = visit`: "dont_know", `when = date("2025-04-14")`: "false", `when != date("2025-04-14")`: "true", `when = date("2025-03")`: "dont_know", `visit = date("2025-03-14")`: "true",
		`when is date("2025-03")`: "false", `when is not date("2025-03")`: "true", `visit is date("2025-03-14")`: "true",
		`date("2025") > date("2024")`: "true", `date("2025") >= date("2025-01-01")`: "true",
		`year(when)`: "2025", `month(when)`: "3", `day(when)`: "dont_know", `year(visit)`: "2025", `month(visit)`: "3", `day(visit)`: "14",
		`month(date("2025"))`: "dont_know", `year(date("2025"))`: "2025", `day(born)`: "28",
		`days_between(born, date("1990-03-01"))`: "1", `days_between(visit, date("2025-03-14"))`: "0", `days_between(visit, date("2025-03-01"))`: "-13",
		`days_between(date("2023-12-31"), date("2024-12-31"))`: "366", `days_between(when, visit)`: "dont_know",
		`years_between(born, visit)`: "35", `years_between(born, date("2025-02-27"))`: "34", `years_between(born, date("2025-02-28"))`: "35",
		`years_between(visit, born)`: "-35", `years_between(date("2000-02-29"), date("2001-02-28"))`: "0", `years_between(date("2000-02-29"), date("2001-03-01"))`: "1",
		`years_between(date("1990-02"), when)`: "35", `years_between(date("1990-03"), when)`: "dont_know", `years_between(date("1990"), date("2025"))`: "dont_know",
		`date(age, n, 29)`: "2024-02-29", `date(age - 1, n, 29)`: "does_not_apply", `date(age, 13, 1)`: "does_not_apply", `date(0, 1, 1)`: "does_not_apply", `date(age, n, 0)`: "does_not_apply",
		`date("2025-03-14")`: "2025-03-14", `date("2025-03")`: "2025-03", `date("2025")`: "2025", `time("09:05")`: "09:05",
		`min(when, visit)`: "2025-03-01/2025-03-14", `max(when, visit)`: "2025-03-14/2025-03-31", `min(born, visit)`: "1990-02-28", `max(born, when)`: "2025-03",
		`coalesce(when, visit)`: "2025-03", `if age > 3 then when else visit`: "2025-03", `max(time("09:05"), time("10:00"))`: "10:00",
	} {
		if got := value(t, src, incident, f); got != want {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
	}
}

func TestFunctions(t *testing.T) {
	f := one(map[string]expr.Cell{
		"name": str("José 1"), "notes": str(""), "arms": num(0b101), "place": num(1), "sex": no(expr.Refused), "age": num(40), "n": no(expr.DontKnow),
		"income": no(expr.DoesNotApply), "crime": num(1), "owned": num(1), "reported": no(expr.NotAsked), "loss": num(150),
	})
	for src, want := range map[string]string{
		"answered(age)": "true", "answered(n)": "false", "answered(sex)": "false", "answered(born)": "false", "answered(reported)": "false",
		"dont_know(n)": "true", "dont_know(sex)": "false", "dont_know(age)": "false", "refused(sex)": "true", "answered(name)": "true", "answered(w_hh)": "false", "answered(w_hh + 1)": "false", "answered(arms)": "true",
		"does_not_apply(1 / (age - 40))": "true", "answered(1 / age)": "true", "refused(n)": "false",
		"does_not_apply(income)": "true", "does_not_apply(age)": "false", "answered(age > n)": "false", "dont_know(age > n)": "true",
		"surely(age > n)": "false", "surely(age > 3)": "true", "surely(age < 3)": "false", "not surely(n > 3)": "true",
		"coalesce(n, age)": "40", "coalesce(n, income, 3)": "3.00", "coalesce(sex, woman)": "woman", "coalesce(place, street)": "home", "coalesce(other, sex)": "other",
		"coalesce(born, date(\"2025\"))": "2025", "coalesce(owned, false)": "true", "coalesce(n > 3, owned)": "true", `coalesce(name, "x")`: "José 1", "coalesce(w_hh, 1.5)": "1.5 real",
		"coalesce(arms, {knife})": "{firearm, stick}", "coalesce(authorities, {knife})": "{knife}", "coalesce(n, n + 1)": "dont_know",
		"if age > 3 then place else street": "home", "if age < 3 then place else street": "street", "if owned then \"a\" else name": "a", "if not owned then \"a\" else name": "José 1",
		"if owned then arms else {}": "{firearm, stick}", "if owned then age > 3 else owned": "true", "if n > 3 then owned else owned": "dont_know",
		"place = if owned then home else street": "true", "(if owned then street else home) = place": "false",
		"count(arms)": "2", "count(authorities)": "not_reached",
		"length(name)": "6", "length(notes)": "0", "contains(name, \"sé\")": "true", "contains(name, \"SÉ\")": "false", "starts_with(name, \"Jo\")": "true", "starts_with(name, \"o\")": "false",
		`matches(name, "José \d")`: "true", `matches(name, "José")`: "false", `matches(name, ".*")`: "true", `matches(notes, "")`: "true", `matches(name, "A|José 1")`: "true", `matches(name, "José [a-z]|x")`: "false",
		"crime.weight": "7", "crime.weight > 3": "true", "crime.text": "Bank fraud", `crime.text = "Robbery"`: "false", "crime = bank_fraud": "true",
		"P7_4[vandalism]": "not_asked", "loss * crime.weight": "10.50",
		"true": "true", "not false": "true", `"a\"b\\c\d"`: `a"b\c\d`, "2.50": "2.50",
	} {
		if got := value(t, src, incident, f); got != want {
			t.Errorf("%s = %s, want %s", src, got, want)
		}
	}
}
