package simulate

// This file counts over everybody what a survey estimates from a sample. The
// definitions are those of the plan that estimates them:
//
//   - vandalism is asked about and counts in no indicator;
//   - an adult is a victim who suffered a crime, or whose household did;
//   - at most maxForms events of a crime and victim count;
//   - a crime is dark if no investigation file is known to have been opened.

// A Figure is the true value of an indicator, for all or for one category.
type Figure struct {
	Indicator string // "prevalence"
	By        string // "sex", or "" for all
	Category  string // "woman", or ""
	Value     float64
}

// share is a ratio of two counts over the population.
type share struct{ of, to float64 }

func (s *share) add(of, to float64) { s.of, s.to = s.of+of, s.to+to }

// sexOf names a person's sex as the instrument does.
func sexOf(p Person) string {
	if p.Woman {
		return "woman"
	}
	return "man"
}

// Truth returns the indicators of the whole population: prevalence and
// incidence per 100,000, the others in percent.
func (p *Population) Truth() []Figure {
	t := tally{}
	for i := range p.PSUs {
		u := &p.PSUs[i]
		area := p.Strata[u.Stratum].Area()
		for j := range u.Dwellings {
			for k := range u.Dwellings[j].Households {
				t.household(&u.Dwellings[j].Households[k], area)
			}
		}
	}
	figures := make([]Figure, 0, len(t.order))
	for _, f := range t.order {
		s := t.shares[f]
		f.Value = 100 * s.of / s.to
		if f.Indicator == "prevalence" || f.Indicator == "incidence" {
			f.Value *= 1000
		}
		figures = append(figures, f)
	}
	return figures
}

// A tally collects shares, in the order in which they are first met.
type tally struct {
	shares map[Figure]*share
	order  []Figure
}

// add counts for all and for one category.
func (t *tally) add(indicator, by, category string, of, to float64) {
	if t.shares == nil {
		t.shares = make(map[Figure]*share)
	}
	for _, f := range []Figure{{Indicator: indicator}, {Indicator: indicator, By: by, Category: category}} {
		s := t.shares[f]
		if s == nil {
			s = new(share)
			t.shares[f] = s
			t.order = append(t.order, f)
		}
		s.add(of, to)
	}
}

// household counts one household and its adults.
func (t *tally) household(hh *Household, area string) {
	var ofHousehold float64
	own := make([]float64, len(hh.Persons))
	for _, c := range hh.Crimes {
		if c.Code == vandalism {
			continue
		}
		level := "person"
		if n := float64(len(c.Incidents)); c.Person == OfHousehold {
			ofHousehold += n
			level = "household"
		} else {
			own[c.Person] += n
		}
		for _, in := range c.Incidents {
			t.add("reporting_rate", "level", level, truth(in.Reported), 1)
			t.add("dark_figure", "level", level, truth(in.File != Opened), 1)
		}
	}
	t.add("household_prevalence", "area", area, truth(ofHousehold > 0), 1)
	adults := hh.Adults()
	for _, i := range adults {
		p := hh.Persons[i]
		t.add("prevalence", "sex", sexOf(p), truth(ofHousehold > 0 || own[i] > 0), 1)
		// One adult of the household is drawn, and its crimes are then that
		// person's: over all draws each adult has an equal part of them.
		t.add("incidence", "sex", sexOf(p), own[i]+ofHousehold/float64(len(adults)), 1)
		if p.Night != NeverOut {
			t.add("safe_at_night", "sex", sexOf(p), truth(p.Night == VerySafe || p.Night == Safe), 1)
		}
	}
}

// truth is 1 for true.
func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
