package simulate

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"

	q "cifra/questionnaire"
)

// This file draws samples. The rules:
//
//   - the first stage draws PSUs within each stratum with probability
//     proportional to the dwellings that the frame has listed, systematically
//     from a random start;
//   - the second draws a fixed number of dwellings of a PSU, all with the same
//     probability, from those that are there now: the list is made again before
//     the field work, so the weights of a stratum are not all the same;
//   - who answers in a household is decided by a number drawn here.

// A Case is a sampled dwelling, with how it was drawn.
type Case struct {
	ID        q.CaseID
	PSU       int
	PPSU      float64 // probability of its PSU
	PDwelling float64 // of the dwelling, given the PSU
	Number    int64   // millionths, from 0 up to 1: who answers
	Dwelling  *Dwelling
	Fate      Fate
}

// A Sample is what was drawn from a population, in the order of the PSUs.
type Sample struct {
	Population *Population
	Cases      []Case
}

// Draw draws psus PSUs, as evenly as may be over the strata and two at least in
// each, and take dwellings in each PSU. An error means that there are not
// enough of them.
func (p *Population) Draw(rng *rand.Rand, psus, take int) (*Sample, error) {
	if psus < 2*len(p.Strata) {
		return nil, fmt.Errorf("draw %d PSUs: two in each of %d strata are needed for a variance", psus, len(p.Strata))
	}
	s := &Sample{Population: p}
	for h, stratum := range p.Strata {
		n := psus / len(p.Strata)
		if h < psus%len(p.Strata) {
			n++
		}
		drawn, err := p.firstStage(rng, stratum, n)
		if err != nil {
			return nil, fmt.Errorf("draw stratum %s: %w", stratum.Name, err)
		}
		for _, u := range drawn {
			if err := s.secondStage(rng, u, take); err != nil {
				return nil, fmt.Errorf("draw PSU %s: %w", p.PSUs[u.psu].Name, err)
			}
		}
	}
	width := len(strconv.Itoa(len(s.Cases)))
	for i := range s.Cases {
		s.Cases[i].ID = q.CaseID(fmt.Sprintf("%0*d", max(width, 4), i+1))
	}
	return s, nil
}

// A drawn PSU has the probability with which it was.
type drawn struct {
	psu int
	p   float64
}

// firstStage draws n PSUs of a stratum. PSU i with M_i of the stratum's M
// dwellings listed has probability
//
//	π_i = n M_i / M
//
// Sizes are laid end to end and a point taken every M/n from a random start, so
// a PSU larger than that step would be hit twice: that is an error.
//
// Source: Särndal, Swensson and Wretman, Model Assisted Survey Sampling (1992),
// section 3.6.2; TestInclusionProbabilities.
func (p *Population) firstStage(rng *rand.Rand, s Stratum, n int) ([]drawn, error) {
	total := 0
	for _, u := range p.PSUs[s.First:s.End] {
		total += u.Listed
	}
	step := float64(total) / float64(n)
	next := step * rng.Float64()
	var list []drawn
	end := 0.0
	for i := s.First; i < s.End; i++ {
		size := float64(p.PSUs[i].Listed)
		if size > step {
			return nil, fmt.Errorf("PSU %s with %d of %d dwellings is too large for a draw of %d", p.PSUs[i].Name, p.PSUs[i].Listed, total, n)
		}
		if end += size; next < end && len(list) < n {
			list = append(list, drawn{i, size / step})
			next += step
		}
	}
	return list, nil
}

// secondStage draws take dwellings of a PSU and adds them as cases.
func (s *Sample) secondStage(rng *rand.Rand, u drawn, take int) error {
	psu := &s.Population.PSUs[u.psu]
	if take > len(psu.Dwellings) {
		return fmt.Errorf("%d dwellings of %d", take, len(psu.Dwellings))
	}
	at := rng.Perm(len(psu.Dwellings))[:take]
	slices.Sort(at)
	stratum := &s.Population.Strata[psu.Stratum]
	for _, i := range at {
		d := &psu.Dwellings[i]
		s.Cases = append(s.Cases, Case{
			PSU: u.psu, PPSU: u.p, PDwelling: float64(take) / float64(len(psu.Dwellings)),
			Number: rng.Int64N(1_000_000), Dwelling: d, Fate: fate(rng, stratum, d),
		})
	}
	return nil
}

// Stratum returns the stratum of a case.
func (s *Sample) Stratum(c *Case) *Stratum {
	return &s.Population.Strata[s.Population.PSUs[c.PSU].Stratum]
}

// Spread returns a rule that holds for n cases, as far from each other as may
// be: for [Field.Skip], to leave some for people.
func (s *Sample) Spread(n int) func(c *Case) bool {
	chosen := make(map[q.CaseID]bool, n)
	for i := range min(n, len(s.Cases)) {
		chosen[s.Cases[i*len(s.Cases)/n].ID] = true
	}
	return func(c *Case) bool { return chosen[c.ID] }
}

// WriteCases writes the sample file that a collector imports: one row a case.
func (s *Sample) WriteCases(w io.Writer) error {
	b := bufio.NewWriter(w)
	out := csv.NewWriter(b)
	out.Write([]string{
		"case", "stratum", "psu", "p_psu", "p_dwelling", "selection_number", "area", "state", "municipality", "address",
	})
	for i := range s.Cases {
		c := &s.Cases[i]
		st := s.Stratum(c)
		out.Write([]string{
			string(c.ID), st.Name, s.Population.PSUs[c.PSU].Name, float(c.PPSU), float(c.PDwelling),
			fmt.Sprintf("0.%06d", c.Number), st.Area(), st.StateName, st.CapitalName,
			fmt.Sprintf("Calle %s %d", streets[c.Dwelling.Street], c.Dwelling.Number),
		})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return b.Flush()
}

// WriteStrata writes what the frame has of each stratum.
func (p *Population) WriteStrata(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"stratum", "area", "psus", "dwellings_listed"})
	for _, s := range p.Strata {
		listed := 0
		for _, u := range p.PSUs[s.First:s.End] {
			listed += u.Listed
		}
		out.Write([]string{s.Name, s.Area(), strconv.Itoa(s.End - s.First), strconv.Itoa(listed)})
	}
	out.Flush()
	return out.Error()
}

// Area is "urban" or "rural".
func (s *Stratum) Area() string {
	if s.Urban {
		return "urban"
	}
	return "rural"
}

func float(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
