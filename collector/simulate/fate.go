package simulate

import (
	"math/rand/v2"

	"cifra/collector"
)

// A Fate is what happens at a sampled door.
type Fate uint8

// Fates of dwellings.
const (
	Opens          Fate = iota
	OpensLater          // nobody is home at the first visit
	Vacant              // nobody lives there
	NobodyHome          // at none of three visits
	RefusesDoor         // whoever opens
	RefusesConsent      // the selected person, after the household was listed
)

// fate draws what happens at a door. It depends on the stratum and on nobody
// who lives there.
func fate(rng *rand.Rand, s *Stratum, d *Dwelling) Fate {
	x, later := rng.Float64(), rng.Float64() < 0.15
	switch {
	case len(d.Households) == 0:
		return Vacant
	case x < s.absent:
		return NobodyHome
	case x < s.absent+s.refuses*0.7:
		return RefusesDoor
	case x < s.absent+s.refuses:
		return RefusesConsent
	case later:
		return OpensLater
	}
	return Opens
}

// visits returns the outcomes of the visits before an interview begins, or
// until the enumerator gives up.
func (f Fate) visits() []collector.Disposition {
	switch f {
	case OpensLater:
		return []collector.Disposition{collector.NoOneHome}
	case Vacant:
		return []collector.Disposition{collector.Vacant}
	case NobodyHome:
		return []collector.Disposition{collector.NoOneHome, collector.NoOneHome, collector.NoOneHome}
	case RefusesDoor:
		return []collector.Disposition{collector.Refusal}
	}
	return nil
}

// begins reports whether somebody answers the first question.
func (f Fate) begins() bool { return f == Opens || f == OpensLater || f == RefusesConsent }
