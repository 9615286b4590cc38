package simulate

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"testing"

	"cifra/collector"
	"cifra/schemas/tabular"
)

// What respondents told is in the microdata: every household, person and
// incident of those interviewed, no other, with what they said of themselves.
// So the share of victims in the sample is exactly the one that was simulated.
func TestMicrodataAreWhatWasTold(t *testing.T) {
	o := open(t, thirty(t))
	brought := o.conduct(t, o.sample.Spread(3))
	set := o.export(t)
	var households, persons, incidents []string
	victims := 0
	for _, out := range brought {
		if out.Household < 0 {
			continue
		}
		hh := &out.Case.Dwelling.Households[out.Household]
		answered := out.Disposition == collector.Complete
		households = append(households, householdRow(out, hh, answered))
		for i := range hh.Persons {
			persons = append(persons, personRow(out, hh, i, answered))
		}
		if !answered {
			continue
		}
		told := incidentRows(out, hh)
		incidents = append(incidents, told...)
		victims += b2i(len(told) > 0)
	}
	same(t, "household", households, rowsOf(t, set, "household", func(cell func(string) string) string {
		row := cell("case") + " " + cell("household_number") + " " + cell("interviewed") + " " + cell("vehicles")
		for c := vehicleTheft; c <= burglary; c++ {
			row += " " + cell(fmt.Sprintf("P6_4_%02d", c)) + ":" + cell(fmt.Sprintf("P6_6_%02d", c))
		}
		return row
	}))
	same(t, "person", persons, rowsOf(t, set, "person", func(cell func(string) string) string {
		age := cell("P3_5")
		if age == "dont_know" {
			age = cell("P3_5a")
		}
		row := cell("household") + " " + cell("person_number") + " " + cell("P3_3") + " " + cell("P3_4") + " " + age + " " + cell("selected")
		for c := streetRobbery; int(c) < len(kinds); c++ {
			row += " " + cell(fmt.Sprintf("P7_3_%02d", c)) + ":" + cell(fmt.Sprintf("P7_4_%02d", c))
		}
		return row + " " + cell("P4_4a")
	}))
	withIncident := map[string]bool{}
	same(t, "incident", incidents, rowsOf(t, set, "incident", func(cell func(string) string) string {
		withIncident[cell("person")] = true
		reported := "no"
		if cell("I1_20") == "yes" || cell("I1_21") == "yes" {
			reported = "yes"
		}
		return cell("person") + " " + cell("crime") + " " + cell("k") + " " + cell("times") + " " + cell("I1_1") + " reported:" + reported + " opened:" + fmt.Sprint(cell("I1_24") == "yes")
	}))
	if len(withIncident) != victims || victims == 0 {
		t.Errorf("%d victims in the microdata, %d told of a crime", len(withIncident), victims)
	}
	cases := rowsOf(t, set, "case", func(cell func(string) string) string { return cell("case") + " " + cell("disposition") })
	var want []string
	for i := range o.sample.Cases {
		c := &o.sample.Cases[i]
		d := collector.NotAttempted
		for _, out := range brought {
			if out.Case == c {
				d = out.Disposition
			}
		}
		want = append(want, fmt.Sprintf("%s %d", c.ID, d))
	}
	same(t, "case", want, cases)
}

// export reads the office's microdata back.
func (o *office) export(t testing.TB) *tabular.Set {
	t.Helper()
	var stream bytes.Buffer
	set := must(must(o.Snapshot(t.Context())).Export(t.Context(), &stream, nil))
	if len(set.LeftOut) > 0 {
		t.Errorf("left out of the microdata: %v", set.LeftOut)
	}
	dir := t.TempDir()
	must(tabular.Unpack(&stream, dir, false))
	return must(tabular.Open(os.DirFS(dir)))
}

// rowsOf writes each row of a table as line has it. Cells are names where the
// codebook has some, and the kind of missing where the code is one.
func rowsOf(t testing.TB, set *tabular.Set, table string, line func(cell func(column string) string) string) []string {
	t.Helper()
	columns := set.Codebook.Table(table)
	var lines []string
	for row, err := range set.Rows(table) {
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line(func(name string) string {
			i := slices.IndexFunc(columns.Columns, func(c tabular.Column) bool { return c.Name == name })
			if i < 0 {
				t.Fatalf("table %s has no column %s", table, name)
			}
			for _, m := range columns.Columns[i].Missing {
				if m.Code == row[i] {
					return fmt.Sprint(m.Kind)
				}
			}
			for _, c := range columns.Columns[i].Codes {
				if c.Code == row[i] && c.Name != "" {
					return c.Name
				}
			}
			return row[i]
		}))
	}
	return lines
}

// same fails unless two lists hold the same lines, in any order.
func same(t *testing.T, what string, want, got []string) {
	t.Helper()
	slices.Sort(want)
	slices.Sort(got)
	if len(want) != len(got) {
		t.Errorf("%d rows of table %s, want %d", len(got), what, len(want))
	}
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Errorf("table %s has\n%s\nwhere was told\n%s", what, got[i], want[i])
		}
	}
}

// asked is a crime as a screening has it: whether, and how often.
func asked(c *Crime, answered bool) string {
	switch {
	case !answered:
		return " not_reached:"
	case c == nil:
		return " no:"
	}
	return fmt.Sprintf(" yes:%d", c.Times)
}

func householdRow(out Outcome, hh *Household, answered bool) string {
	row := fmt.Sprintf("%s %d %d ", out.Case.ID, out.Household+1, b2i(answered))
	if answered {
		row += fmt.Sprint(hh.Vehicles)
	} else {
		row += "not_reached"
	}
	for c := vehicleTheft; c <= burglary; c++ {
		row += asked(hh.crime(c, OfHousehold), answered)
	}
	return row
}

func personRow(out Outcome, hh *Household, i int, answered bool) string {
	p := hh.Persons[i]
	age := fmt.Sprint(p.Age)
	if !hh.knowsAge(i) {
		age = "of_age" // all that is known of a lodger
	}
	row := fmt.Sprintf("%s.%d %d %s %s %s %d", out.Case.ID, out.Household+1, i+1, relationNames[p.Relation], sexOf(p), age, b2i(i == out.Selected))
	night := nightNames[p.Night]
	if p.Night == NeverOut {
		night = "does_not_apply"
	}
	for c := streetRobbery; int(c) < len(kinds); c++ {
		if i != out.Selected {
			row += " :"
		} else {
			row += asked(hh.crime(c, i), answered)
		}
	}
	switch {
	case i != out.Selected:
		night = ""
	case !answered:
		night = "not_reached"
	}
	return row + " " + night
}

func incidentRows(out Outcome, hh *Household) []string {
	months := [...]string{
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
	}
	var rows []string
	for _, c := range hh.Crimes {
		if c.Person != OfHousehold && int(c.Person) != out.Selected {
			continue
		}
		for k, in := range c.Incidents {
			reported := "no"
			if in.Reported {
				reported = "yes"
			}
			rows = append(rows, fmt.Sprintf("%s.%d.%d %s %d %d %s reported:%s opened:%v", out.Case.ID, out.Household+1, out.Selected+1,
				c.Code, k+1, c.Times, months[in.Month-1], reported, in.File == Opened))
		}
	}
	return rows
}
