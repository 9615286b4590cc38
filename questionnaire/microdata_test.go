//go:build !js

package questionnaire

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// rows is a Sink that keeps what it is given as lines, cells between commas.
type rows map[string][]string

func (r rows) Row(table string, cells []string) error {
	r[table] = append(r[table], strings.Join(cells, ","))
	return nil
}

// exported returns the rows of one case with these interviews, each table's
// column names first.
func exported(t testing.TB, m *Microdata, c SampledCase, interviews ...*Interview) rows {
	t.Helper()
	out := rows{}
	for _, b := range m.Codebook().Tables {
		var names []string
		for _, col := range b.Columns {
			names = append(names, col.Name)
		}
		out.Row(b.Name, names)
	}
	for _, iv := range interviews {
		c.Households = append(c.Households, SampledHousehold{iv, Outcome{iv.Final(), "P"}})
	}
	if err := m.Write(&c, out); err != nil {
		t.Fatal(err)
	}
	return out
}

// compare fails unless a table is what was written by hand.
func compare(t *testing.T, table string, got []string, want string) {
	t.Helper()
	lines := strings.FieldsFunc(want, func(r rune) bool { return r == '\n' })
	if len(got) != len(lines) {
		t.Errorf("table %s has %d lines, want %d:\n%s", table, len(got), len(lines), strings.Join(got, "\n"))
		return
	}
	for i := range lines {
		if got[i] != lines[i] {
			t.Errorf("table %s, line %d is\n%s\nwant\n%s", table, i+1, got[i], lines[i])
		}
	}
}

// household is an interview with a bit of everything: three persons, the second
// drawn, four incidents of three crimes.
func household(t testing.TB) *conduct {
	t.Helper()
	const (
		luis   = "person[d1.2]."
		theft  = luis + "incident[car_theft.1]."
		break1 = luis + "incident[burglary.1]."
		rob1   = luis + "incident[street_robbery.1]."
		rob2   = luis + "incident[street_robbery.2]."
	)
	c := start(t, compileHouse(t), 750_000).member("Ana", 34).member("Luis", 36).member("Eva", 5).say("person_complete", "yes")
	c.do(Act{Kind: KindConsent, Outcome: "given"}).do(Act{Kind: KindSelect})
	c.say("cost", 150_000).say("P6_2", "no")
	// The personal crimes first: the order of the rows is not that of the answers.
	c.say(luis+"P7_3[street_robbery]", "yes").say(luis+"P7_4[street_robbery]", 2).say(luis+"P7_3[injuries]", DontKnow)
	c.say("P6_4[car_theft]", "yes").say("P6_5[car_theft]", "yes").say("P6_6[car_theft]", DontKnow)
	c.say("P6_4[burglary]", "yes").say("P6_6[burglary]", 1)
	c.say(theft+"I1_5", DontKnow).say(theft+"I1_20", "yes").say(theft+"I1_34", 1_234_567)
	c.say(break1+"I1_20", "no").say(break1+"I1_21", "yes").say(break1+"I1_34", 50_000)
	c.say(rob1+"I1_5", "street").say(rob1+"I1_16", []string{"firearm", "blade"}).say(rob1+"I1_20", "no").say(rob1+"I1_23", Text("=por miedo")).say(rob1+"I1_34", 8_050)
	c.say(rob2+"I1_5", Code{Name: "other", Specify: "la feria"}).say(rob2+"I1_20", "no").say(rob2+"I1_23", Text("6")).say(rob2+"I1_34", 0)
	return c
}

func TestMicrodataOfAHousehold(t *testing.T) {
	c := household(t)
	m := NewMicrodata("s", []string{"stratum", "p_psu"}, c.iv.q)
	got := exported(t, m, SampledCase{
		ID: "0001", Design: []string{"07", "0.125"}, Outcome: Outcome{120, "P"}, Visits: 2, Interviews: 1,
	}, c.iv)

	compare(t, "case", got["case"], `
case,stratum,p_psu,disposition,aapor,interviewed,visits,interviews,households_reached,persons_reached
0001,07,0.125,120,P,1,2,1,1,1`)
	compare(t, "household", got["household"], `
case,household,household_number,instrument_version,interview_date,disposition,aapor,interviewed,person_reached,eligible,selected_person,reference_year,consent,cost,P6_2,P6_4_01,P6_4_04,P6_5_01,P6_5_04,P6_6_01,P6_6_04,screened_01,screened_04,screened
0001,0001.1,1,2026.1,2026-03-02,110,P,1,1,2,2,2025,1,1500.00,2,1,1,1,,999,1,1,1,1`)
	compare(t, "person", got["person"], `
case,household,person,person_number,age,adult,selected,p_selected,P7_3_05,P7_3_11,P7_4_05,P7_4_11,victim,robbed,screened_05,screened_11,screened
0001,0001.1,0001.1.1,1,34,1,0,,,,,,,,0,0,0
0001,0001.1,0001.1.2,2,36,1,1,0.5,1,9,2,,1,1,1,0,0
0001,0001.1,0001.1.3,3,5,0,0,,,,,,,,0,0,0`)
	// Whether Luis was injured is not known, so neither is what all crimes cost.
	compare(t, "incident", got["incident"], `
case,household,person,incident,crime,k,times,forms,crime_level,crime_iccs,I1_5,I1_5_specify,I1_5_source,I1_16_1,I1_16_2,I1_16_9,I1_20,I1_21,I1_23,I1_34,loss
0001,0001.1,0001.1.2,0001.1.2.01.1,01,1,999,1,1,050211,9,,1,,,,1,,,12345.67,99999999999999
0001,0001.1,0001.1.2,0001.1.2.04.1,04,1,1,1,1,05012,2,,2,,,,2,1,,500.00,99999999999999
0001,0001.1,0001.1.2,0001.1.2.05.1,05,1,2,2,2,0401,1,,1,1,1,0,2,,=por miedo,80.50,99999999999999
0001,0001.1,0001.1.2,0001.1.2.05.2,05,2,2,2,2,0401,8,la feria,1,,,,2,,'6,0.00,99999999999999`)
}

// An interview that stopped early: blank is what was not asked, other reasons
// have their codes, and no screening is not no crime.
func TestMicrodataOfABrokenInterview(t *testing.T) {
	c := start(t, compileHouse(t), 0).member("Ana", DontKnow).member("Luis", 36).say("person_complete", "yes")
	c.do(Act{Kind: KindConsent, Outcome: "given"}).do(Act{Kind: KindSelect}).say("cost", DontKnow)
	m := NewMicrodata("s", nil, c.iv.q)
	got := exported(t, m, SampledCase{ID: "0002", Outcome: Outcome{212, "R"}, Interviews: 1}, c.iv)
	compare(t, "case", got["case"][1:], "0002,212,R,0,0,1,1,1")
	compare(t, "household", got["household"][1:],
		"0002,0002.1,1,2026.1,2026-03-02,212,P,1,1,1,2,2025,1,99999999999999,6,6,6,,,,,0,0,0")
	compare(t, "person", got["person"][1:], `
0002,0002.1,0002.1.1,1,999,9,0,,,,,,,,0,0,0
0002,0002.1,0002.1.2,2,36,1,1,1,6,6,,,6,0,0,0,0`)
	compare(t, "incident", got["incident"][1:], "")
}

// A refusal leaves the household's list and nothing else.
func TestMicrodataOfARefusal(t *testing.T) {
	c := start(t, compileHouse(t), 0).member("Ana", 34).say("person_complete", "yes").do(Act{Kind: KindConsent, Outcome: "refused"})
	m := NewMicrodata("s", nil, c.iv.q)
	got := exported(t, m, SampledCase{ID: "0003", Outcome: Outcome{211, "R"}, Interviews: 1}, c.iv)
	compare(t, "household", got["household"][1:],
		"0003,0003.1,1,2026.1,2026-03-02,211,P,1,0,,,2025,0,99999999999996,6,6,6,,,,,0,0,0")
	compare(t, "person", got["person"][1:], "0003,0003.1,0003.1.1,1,34,1,0,,,,,,,,0,0,0")
}

// A payload that was destroyed is withheld, whatever it said.
func TestMicrodataOfAWithheldAnswer(t *testing.T) {
	c := household(t)
	for i, e := range c.log {
		if h, err := e.Parse(); err == nil && h.Path == "cost" {
			c.log[i].Payload = nil
		}
	}
	got := exported(t, NewMicrodata("s", nil, c.iv.q), SampledCase{ID: "0001"}, replay(t, c.iv.q, c.log))
	if cells := strings.Split(got["household"][1], ","); cells[13] != "99999999999995" {
		t.Errorf("cost is %s, want the code of withheld", cells[13])
	}
}

// A number that its item forbids can be stored, and must not be taken for a
// reason.
func TestMicrodataOfANumberThatIsACode(t *testing.T) {
	c := start(t, compileHouse(t), 0).member("Ana", 999).member("Luis", 995).member("Eva", 998)
	got := exported(t, NewMicrodata("s", nil, c.iv.q), SampledCase{ID: "1"}, c.iv)
	for i, want := range []string{"996", "996", "998"} { // 998 is no code: refusing is not offered
		if cells := strings.Split(got["person"][i+1], ","); cells[4] != want {
			t.Errorf("age of person %d is %s, want %s", i+1, cells[4], want)
		}
	}
}

// Rows removed and rows off path have none; what is left keeps its number and
// its k.
func TestMicrodataHasRowsOnPath(t *testing.T) {
	c := household(t)
	c.do(Act{Kind: KindRemoveRow, Path: "person[d1.2].incident[street_robbery.1]", Reason: "fue otra persona"})
	c.do(Act{Kind: KindRemoveRow, Path: "person[d1.3]", Reason: "no vive en la casa"})
	c.say("P6_4[burglary]", "no")
	got := exported(t, NewMicrodata("s", nil, c.iv.q), SampledCase{ID: "0001"}, c.iv)
	keys := func(table string, column int) (keys []string) {
		for _, line := range got[table][1:] {
			keys = append(keys, strings.Split(line, ",")[column])
		}
		return keys
	}
	if got, want := keys("person", 2), []string{"0001.1.1", "0001.1.2"}; !slices.Equal(got, want) {
		t.Errorf("persons %v, want %v", got, want)
	}
	// A count of two wants two forms still: the one that did not happen is
	// replaced by the next number.
	if got, want := keys("incident", 3), []string{"0001.1.2.01.1", "0001.1.2.05.2", "0001.1.2.05.3"}; !slices.Equal(got, want) {
		t.Errorf("incidents %v, want %v", got, want)
	}
}

// The households of a dwelling have a row each; the dwelling has one, which the
// first of them gives.
func TestMicrodataOfTwoHouseholds(t *testing.T) {
	q := compileDir(t, "../schemas/lacsi")
	household := func(number int, residents int) *conduct {
		c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
		return c.do(Act{Kind: KindStart, Case: "A-7", Household: number, Given: map[string]Value{
			"reference_year": Number(2025), "selection_number": Number(0),
		}}).say("P2_1", residents)
	}
	first, second := household(1, 3), household(2, 4)
	m := NewMicrodata("s", nil, q)
	var names []string
	for _, b := range m.Codebook().Tables {
		names = append(names, b.Name)
	}
	if want := []string{"case", "dwelling", "household", "person", "incident"}; !slices.Equal(names, want) {
		t.Fatalf("tables %v, want %v", names, want)
	}
	got := exported(t, m, SampledCase{ID: "A-7", Interviews: 2}, second.iv, first.iv)
	if len(got["dwelling"]) != 2 || !strings.Contains(got["dwelling"][1], ",3,") {
		t.Errorf("dwellings %q, want the one of household 1, with 3 residents", got["dwelling"][1:])
	}
	if len(got["household"]) != 3 || !strings.HasPrefix(got["household"][1], "A-7,A-7.1,1,") || !strings.HasPrefix(got["household"][2], "A-7,A-7.2,2,") {
		t.Errorf("households %q", got["household"][1:])
	}
}

func TestMicrodataRefusesAForeignInterview(t *testing.T) {
	m := NewMicrodata("s", nil, compileHouse(t))
	iv := lacsiHousehold(t).iv
	out := rows{}
	err := m.Write(&SampledCase{ID: "1", Households: []SampledHousehold{{Interview: iv}}}, out)
	if !errors.Is(err, ErrForeignInterview) || len(out) > 0 {
		t.Errorf("error %v and %d tables, want ErrForeignInterview and no row", err, len(out))
	}
}

// A log that is replayed, by an engine that read the compiled form, gives the
// rows of the interview as it was held.
func TestMicrodataOfAReplay(t *testing.T) {
	for seed := range uint64(12) {
		q := compileHouse(t)
		if seed%3 == 2 {
			q = compileDir(t, "../schemas/lacsi")
		}
		c := wander(t, q, seed, 120)
		live := exported(t, NewMicrodata("s", nil, q), SampledCase{ID: "1"}, c.iv)
		again, err := Load(q.IR())
		if err != nil {
			t.Fatal(err)
		}
		replayed := exported(t, NewMicrodata("s", nil, again), SampledCase{ID: "1"}, replay(t, again, c.log))
		for table := range live {
			if !slices.Equal(live[table], replayed[table]) {
				t.Errorf("seed %d, table %s was\n%s\nreplayed\n%s", seed, table, strings.Join(live[table], "\n"), strings.Join(replayed[table], "\n"))
			}
		}
	}
}
