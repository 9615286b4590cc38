//go:build !js

package expr_test

import (
	"testing"

	"cifra/questionnaire/expr"
)

// people is a household whose persons have those ages; more says why further
// persons may come.
func people(more expr.Missing, ages ...expr.Cell) *expr.Frame {
	m := newMemory()
	m.more[person] = more
	f := &expr.Frame{Rows: make([]*expr.Row, levels), Source: m}
	f.Rows[household] = m.add(household, nil, nil)
	for _, a := range ages {
		m.add(person, f.Rows[household], map[string]expr.Cell{"age": a, "n": num(1), "born": dayAfter(a)})
	}
	return f
}

// dayAfter is as many days after 2000-01-01 as the age, missing as the age is.
func dayAfter(a expr.Cell) expr.Cell {
	if a.Missing == expr.Answered {
		n, _ := expr.ParseDate("2000-01-01")
		lo, _ := expr.UnpackDate(n)
		a.N = expr.PackDate(lo+int32(a.N), lo+int32(a.N))
	}
	return a
}

func TestRule5Aggregates(t *testing.T) {
	const complete = expr.Answered
	u, r := no(expr.DontKnow), no(expr.Refused)
	tests := []struct {
		name string
		more expr.Missing
		ages []expr.Cell
		want map[string]string
	}{
		{"no row, and none will come", complete, nil, map[string]string{
			"any(persons, age > 3)": "false", "all(persons, age > 3)": "true", "count(persons)": "0", "count(persons, age > 3)": "0",
			"sum(persons, age)": "0", "sum_known(persons, age)": "0", "count_unknown(persons, age)": "0",
			"min(persons, age)": "does_not_apply", "max(persons, born)": "does_not_apply", "sum(persons, age / 2)": "0 real",
			"distinct(persons, age)": "true",
		}},
		{"no row yet is not zero", expr.NotReached, nil, map[string]string{
			"any(persons, age > 3)": "not_reached", "all(persons, age > 3)": "not_reached", "distinct(persons, age)": "not_reached", "count(persons)": "not_reached", "count(persons, age > 3)": "not_reached",
			"sum(persons, age)": "not_reached", "sum_known(persons, age)": "not_reached", "count_unknown(persons, age)": "not_reached", "min(persons, age)": "not_reached",
			"max(persons, age / 2)": "not_reached", "count(persons) > 0": "not_reached", "answered(count(persons))": "false",
		}},
		{"all known", complete, []expr.Cell{num(10), num(40), num(25)}, map[string]string{
			"any(persons, age > 30)": "true", "any(persons, age > 50)": "false", "all(persons, age > 5)": "true", "all(persons, age > 10)": "false",
			"count(persons)": "3", "count(persons, age > 20)": "2", "sum(persons, age)": "75", "sum(persons, age * 0.5)": "37.5", "sum(persons, age > 20)": "2",
			"sum_known(persons, age)": "75", "sum_known(persons, age > 20)": "2", "count_unknown(persons, age)": "0", "min(persons, age)": "10", "max(persons, age)": "40",
			"min(persons, -age)": "-40", "max(persons, age / 2)": "20 real", "min(persons, age / 2)": "5 real", "sum(persons, age / 2)": "37.5 real", "sum_known(persons, age / 2)": "37.5 real",
			"min(persons, born)": "2000-01-11", "max(persons, born)": "2000-02-10", "count(persons, any(persons, age > 30))": "3",
			"count(persons, age = max(persons, age))":               "1",
			"any(persons, age = 25) and not any(persons, age = 26)": "true",
		}},
		{"all known, more may come", expr.DontKnow, []expr.Cell{num(10), num(40)}, map[string]string{
			"any(persons, age > 30)": "true", "any(persons, age > 50)": "dont_know", "all(persons, age > 5)": "dont_know", "all(persons, age > 10)": "false",
			"count(persons)": "dont_know", "count(persons, age > 20)": "dont_know", "sum(persons, age)": "dont_know", "sum_known(persons, age)": "dont_know",
			"count_unknown(persons, age)": "dont_know", "min(persons, age)": "dont_know", "max(persons, age / 2)": "dont_know",
		}},
		{"some unknown", complete, []expr.Cell{u, num(40), r}, map[string]string{
			"any(persons, age > 30)": "true", "any(persons, age > 50)": "dont_know", "all(persons, age > 5)": "dont_know", "all(persons, age > 50)": "false",
			"count(persons)": "3", "count(persons, age > 20)": "1", "count(persons, age is not 40)": "2", "count(persons, not age = 40)": "0",
			"sum(persons, age)": "dont_know", "sum(persons, age > 20)": "dont_know", "sum(persons, age / 2)": "dont_know",
			"sum_known(persons, age)": "40", "sum_known(persons, age > 20)": "1", "sum_known(persons, age / 2)": "20 real",
			"count_unknown(persons, age)": "2", "count_unknown(persons, age > 3)": "2", "count_unknown(persons, age / 2)": "2", "count_unknown(persons, answered(age))": "0", "count_unknown(persons, name)": "3",
			"min(persons, age)": "dont_know", "max(persons, age)": "dont_know", "max(persons, age / 2)": "dont_know", "min(persons, born)": "dont_know",
			"min(persons, coalesce(age, 5))": "5",
		}},
		{"what a row says comes before what may come", expr.NotReached, []expr.Cell{r}, map[string]string{
			"any(persons, age > 30)": "refused", "sum(persons, age)": "refused", "max(persons, age)": "refused", "count(persons, age > 3)": "not_reached",
		}},
		{"too big", complete, []expr.Cell{num(1<<53 - 1), num(1), num(-2)}, map[string]string{
			"sum(persons, age)": "does_not_apply", "sum_known(persons, age)": "does_not_apply", "max(persons, age)": "9007199254740991",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := people(tt.more, tt.ages...)
			for src, want := range tt.want {
				if got := value(t, src, household, f); got != want {
					t.Errorf("%s = %s, want %s", src, got, want)
				}
			}
			if f.Rows[person] != nil {
				t.Error("evaluation left a current person behind")
			}
		})
	}
}

// Rows of lower levels lie under the current rows of those above.
func TestRule5NestedRows(t *testing.T) {
	m := newMemory()
	f := &expr.Frame{Rows: make([]*expr.Row, levels), Source: m}
	f.Rows[household] = m.add(household, nil, map[string]expr.Cell{"rooms": num(2)})
	ana := m.add(person, f.Rows[household], map[string]expr.Cell{"age": num(34), "sex": num(1)})
	luis := m.add(person, f.Rows[household], map[string]expr.Cell{"age": num(36), "sex": num(0)})
	m.add(incident, ana, map[string]expr.Cell{"loss": num(1000), "place": num(0)})
	m.add(incident, ana, map[string]expr.Cell{"loss": num(50), "place": num(1)})
	m.add(incident, luis, map[string]expr.Cell{"loss": num(7), "place": num(0)})
	for range offence.Codes {
		m.add(crimes, ana, map[string]expr.Cell{"P7_3": num(1), "P7_4": num(0)})
	}
	m.rows[crimes][2].Cells[at(person).slot("P7_3").Index] = num(0)
	m.rows[crimes][2].Cells[at(person).slot("P7_4").Index] = num(6)

	tests := []struct {
		src   string
		level int
		want  string
	}{
		{"count(incidents)", household, "3"},
		{"sum(incidents, loss)", household, "10.57"},
		{"any(incidents, sex = woman and place = home)", household, "true"},
		{"any(incidents, sex = man and place = home)", household, "false"},
		{"count(persons, any(incidents, place = street))", household, "2"},
		{"sum(persons, count(incidents))", household, "3"},
		{"all(persons, all(incidents, loss < age))", household, "true"},
		{"max(persons, sum(incidents, loss))", household, "10.50"},
		{"count(incidents)", person, "2"},
		{"count(incidents, rooms = 2 and age = 34)", person, "2"},
		{"P7_3[street_robbery] = yes", person, "true"},
		{"P7_3[vandalism] = yes", person, "false"},
		{"P7_4[street_robbery] + P7_4[vandalism]", person, "6"},
		{"count(crimes, P7_3 = yes)", person, "1"},
		{"sum(crimes, P7_4)", person, "6"},
		{"any(crimes, P7_3 = yes and P7_4[vandalism] = 0)", person, "true"},
	}
	for _, tt := range tests {
		f.Rows[person] = nil
		if tt.level == person {
			f.Rows[person] = ana
		}
		if got := value(t, tt.src, tt.level, f); got != tt.want {
			t.Errorf("%s at level %d = %s, want %s", tt.src, tt.level, got, tt.want)
		}
	}
	// Of Luis nobody has asked the grid: its rows do not exist.
	f.Rows[person] = luis
	if got := value(t, "P7_3[street_robbery] = yes", person, f); got != "not_asked" {
		t.Errorf("a row that does not exist: %s", got)
	}
}

// Without a Source, or without a place for the row, nothing can be said.
func TestAggregateWithoutSource(t *testing.T) {
	for _, f := range []*expr.Frame{{}, {Rows: make([]*expr.Row, levels)}, {Rows: make([]*expr.Row, 1), Source: newMemory()}} {
		if got := value(t, "count(persons)", household, f); got != "not_reached" {
			t.Errorf("count(persons) = %s", got)
		}
	}
	if got := value(t, "P7_3[vandalism]", person, &expr.Frame{Rows: make([]*expr.Row, levels)}); got != "not_asked" {
		t.Errorf("P7_3[vandalism] = %s", got)
	}
	if got := value(t, "rooms", household, &expr.Frame{}); got != "not_asked" {
		t.Errorf("rooms = %s", got)
	}
}
