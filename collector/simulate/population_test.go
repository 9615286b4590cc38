package simulate

import (
	"math"
	"reflect"
	"runtime"
	"testing"
)

// small is a country that is made in a moment.
var small = Size{Strata: 4, PSUs: 10, Dwellings: 30}

func TestSamePopulationFromTheSameSeed(t *testing.T) {
	a := NewPopulation(7, small)
	procs := runtime.GOMAXPROCS(1)
	b := NewPopulation(7, small)
	runtime.GOMAXPROCS(procs)
	if !reflect.DeepEqual(a, b) {
		t.Error("one processor makes another population than several")
	}
	if reflect.DeepEqual(a, NewPopulation(8, small)) {
		t.Error("two seeds make the same population")
	}
}

// What the engine would refuse must not be made: the first person is the head
// and of age, a spouse is one, crimes of vehicles need one, and events have
// months.
func TestPopulationIsSound(t *testing.T) {
	p := NewPopulation(3, small)
	for _, u := range p.PSUs {
		for _, d := range u.Dwellings {
			for _, hh := range d.Households {
				checkHousehold(t, &hh)
			}
		}
	}
}

func checkHousehold(t *testing.T, hh *Household) {
	t.Helper()
	for i, m := range hh.Persons {
		if (i == 0) != (m.Relation == Head) {
			t.Errorf("person %d is %s", i, relationNames[m.Relation])
		}
	}
	if !hh.Persons[0].Adult() {
		t.Errorf("a head of %d years", hh.Persons[0].Age)
	}
	seen := map[Code]map[int8]bool{}
	for _, c := range hh.Crimes {
		switch {
		case (c.Person == OfHousehold) != (c.Code <= burglary):
			t.Errorf("%s suffered by %d", c.Code, c.Person)
		case c.Person != OfHousehold && !hh.Persons[c.Person].Adult():
			t.Errorf("%s suffered by a person of %d years", c.Code, hh.Persons[c.Person].Age)
		case c.Code <= vehicleParts && hh.Vehicles == 0:
			t.Errorf("%s and no vehicle", c.Code)
		case len(c.Incidents) != min(int(c.Times), maxForms) || c.Times == 0:
			t.Errorf("%s: %d times and %d events", c.Code, c.Times, len(c.Incidents))
		case seen[c.Code][c.Person]:
			t.Errorf("%s of %d stands twice", c.Code, c.Person)
		}
		if seen[c.Code] == nil {
			seen[c.Code] = map[int8]bool{}
		}
		seen[c.Code][c.Person] = true
		for k, in := range c.Incidents {
			if in.Month < 1 || in.Month > 12 || k > 0 && in.Month > c.Incidents[k-1].Month {
				t.Errorf("%s: event %d in month %d is not after those below it", c.Code, k+1, in.Month)
			}
			if in.File == Opened && !in.Reported {
				t.Errorf("%s: a file and no report", c.Code)
			}
		}
	}
}

// A country of two households, counted by hand.
func TestTruthOfTwoHouseholds(t *testing.T) {
	reported := Incident{Month: 3, Reported: true, File: Opened}
	unopened := Incident{Month: 2, Reported: true}
	silent := Incident{Month: 1}
	p := &Population{
		Strata: []Stratum{{Urban: true}, {}},
		PSUs: []PSU{
			{Stratum: 0, Dwellings: []Dwelling{{}, {Households: []Household{{
				Persons: []Person{{Age: 40, Relation: Head, Night: Unsafe}, {Age: 38, Woman: true, Relation: Spouse, Night: Safe}, {Age: 9}},
				Crimes: []Crime{
					{Code: burglary, Person: OfHousehold, Times: 2, Incidents: []Incident{reported, silent}},
					{Code: vandalism, Person: OfHousehold, Times: 1, Incidents: []Incident{silent}},
					{Code: streetRobbery, Person: 1, Times: 7, Incidents: []Incident{unopened, silent, silent, silent, silent}},
				},
			}}}}},
			{Stratum: 1, Dwellings: []Dwelling{{Households: []Household{{
				Persons: []Person{{Age: 70, Woman: true, Relation: Head}},
				Crimes:  []Crime{{Code: vandalism, Person: OfHousehold, Times: 1, Incidents: []Incident{silent}}},
			}}}}},
		},
	}
	want := map[Figure]float64{
		{Indicator: "household_prevalence"}:                                50,
		{Indicator: "household_prevalence", By: "area", Category: "urban"}: 100,
		{Indicator: "household_prevalence", By: "area", Category: "rural"}: 0,
		{Indicator: "prevalence"}:                                          100000 * 2. / 3,
		{Indicator: "prevalence", By: "sex", Category: "man"}:              100000,
		{Indicator: "prevalence", By: "sex", Category: "woman"}:            50000,
		{Indicator: "incidence"}:                                           100000 * 7. / 3, // two burglaries, five robberies, three adults
		{Indicator: "incidence", By: "sex", Category: "man"}:               100000,          // his half of the burglaries
		{Indicator: "incidence", By: "sex", Category: "woman"}:             100000 * 6. / 2,
		{Indicator: "reporting_rate"}:                                      100 * 2. / 7,
		{Indicator: "reporting_rate", By: "level", Category: "household"}:  50,
		{Indicator: "reporting_rate", By: "level", Category: "person"}:     20,
		{Indicator: "dark_figure"}:                                         100 * 6. / 7,
		{Indicator: "dark_figure", By: "level", Category: "household"}:     50,
		{Indicator: "dark_figure", By: "level", Category: "person"}:        100,
		{Indicator: "safe_at_night"}:                                       50, // she of 70 never goes out
		{Indicator: "safe_at_night", By: "sex", Category: "man"}:           0,
		{Indicator: "safe_at_night", By: "sex", Category: "woman"}:         100,
	}
	for _, f := range p.Truth() {
		key := f
		key.Value = 0
		if w, ok := want[key]; !ok || math.Abs(f.Value-w) > 1e-9*w {
			t.Errorf("%s %s %s is %g, want %g", f.Indicator, f.By, f.Category, f.Value, w)
		}
		delete(want, key)
	}
	for f := range want {
		t.Errorf("%s %s %s is not counted", f.Indicator, f.By, f.Category)
	}
}
