package simulate

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// This file decides what happened to whom. The rules:
//
//   - how often a crime happens is a Poisson count whose mean is the crime's
//     rate times the risks of stratum, PSU, household and person: so victims
//     cluster, and some suffer the same crime again and again;
//   - an indicator counts at most maxForms events of a crime, the latest, since
//     that is what the survey asks about.

// maxForms is how many events of a crime are asked about in full.
const maxForms = 5

// OfHousehold is Crime.Person of a crime against the household as a whole.
const OfHousehold = -1

// A Crime is all that one victim suffered of one kind in the year.
type Crime struct {
	Code      Code
	Person    int8 // place in Household.Persons, or OfHousehold
	Times     uint8
	Incidents []Incident // the latest first, maxForms at most
}

// An Incident is one event.
type Incident struct {
	Month    uint8 // 1 to 12
	Reported bool  // to the prosecutor, by anybody of the household
	File     File
	seed     uint32
}

// A File is what became of a report.
type File uint8

// Whether an investigation file was opened.
const (
	NotOpened File = iota
	Opened
	NotKnown
)

// A Code is a crime, 1 to 15 as in the catalogue.
type Code uint8

// Crimes that are treated by themselves.
const (
	vehicleTheft  Code = 1
	vehicleParts  Code = 2
	vandalism     Code = 3
	burglary      Code = 4
	streetRobbery Code = 5
	harassment    Code = 13
	rape          Code = 14
)

// kind is how often a crime happens and is reported: events a year and
// household or adult of average risk, the factor for women, and the share
// reported.
type kind struct {
	name    string
	rate    float64
	women   float64
	reports float64
}

var kinds = [...]kind{
	vehicleTheft:  {"vehicle_theft", 0.035, 1, 0.75},
	vehicleParts:  {"vehicle_parts", 0.12, 1, 0.10},
	vandalism:     {"vandalism", 0.09, 1, 0.05},
	burglary:      {"home_burglary", 0.075, 1, 0.16},
	streetRobbery: {"street_robbery", 0.075, 0.8, 0.09},
	6:             {"other_theft", 0.045, 1.1, 0.06},
	7:             {"bank_fraud", 0.055, 0.9, 0.08},
	8:             {"consumer_fraud", 0.03, 0.9, 0.04},
	9:             {"extortion", 0.05, 0.9, 0.03},
	10:            {"threats", 0.035, 0.9, 0.08},
	11:            {"injuries", 0.011, 0.8, 0.14},
	12:            {"kidnapping", 0.001, 1, 0.12},
	harassment:    {"harassment", 0.009, 4.5, 0.04},
	rape:          {"rape", 0.0004, 4, 0.10},
	15:            {"other_crime", 0.004, 1, 0.10},
}

// codeOf returns the crime of a name in the catalogue, 0 if there is none.
func codeOf(name string) Code {
	for c, k := range kinds {
		if k.name == name && c > 0 {
			return Code(c)
		}
	}
	return 0
}

// String returns the crime's name in the catalogue.
func (c Code) String() string { return kinds[c].name }

// suffer draws the crimes of a household and its adults.
func (hh *Household) suffer(rng *rand.Rand, s *Stratum, risk float64) {
	for c := vehicleTheft; c <= burglary; c++ {
		k := &kinds[c]
		if rate := k.rate * risk; c > vehicleParts || hh.Vehicles > 0 {
			hh.happens(rng, s, c, OfHousehold, rate)
		}
	}
	for i, p := range hh.Persons {
		if !p.Adult() {
			continue
		}
		own := risk * lognormal(rng, 0.6)
		if p.Age > 60 {
			own *= 0.6
		}
		for c := streetRobbery; int(c) < len(kinds); c++ {
			rate := kinds[c].rate * own
			if p.Woman {
				rate *= kinds[c].women
			}
			hh.happens(rng, s, c, i, rate)
		}
	}
}

// happens draws how often a crime of that yearly rate happened to a victim.
func (hh *Household) happens(rng *rand.Rand, s *Stratum, c Code, person int, rate float64) {
	n := min(poisson(rng, rate), 40)
	if n == 0 {
		return
	}
	if rng.Float64() < 0.08 {
		n += 1 + rng.IntN(4) // a series of the same
	}
	crime := Crime{Code: c, Person: int8(person), Times: uint8(n), Incidents: make([]Incident, min(n, maxForms))}
	for k := range crime.Incidents {
		in := &crime.Incidents[k]
		in.Month, in.seed = uint8(1+rng.IntN(12)), rng.Uint32()
		if in.Reported = rng.Float64() < min(kinds[c].reports*s.reports, 0.95); in.Reported {
			switch x := rng.Float64(); {
			case x < 0.66:
				in.File = Opened
			case x < 0.70:
				in.File = NotKnown
			}
		}
	}
	slices.SortFunc(crime.Incidents, func(a, b Incident) int { return cmp.Compare(b.Month, a.Month) })
	hh.Crimes = append(hh.Crimes, crime)
}

// crime returns what a victim suffered of one kind, nil if nothing.
func (hh *Household) crime(c Code, person int) *Crime {
	for i := range hh.Crimes {
		if k := &hh.Crimes[i]; k.Code == c && int(k.Person) == person {
			return k
		}
	}
	return nil
}
