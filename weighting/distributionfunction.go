package weighting

// A Step is one of an estimated distribution function.
type Step struct {
	// At is a value that occurs, and Below the share of the population at or below
	// it.
	At, Below float64
}

// Distribution returns the estimated distribution function of y in the domain, as
// its steps from the least value; of the domains in, all rows in any count. The
// last step is at 1. It is nil if a value is missing: see Domains.Complete.
//
// Distribution panics if len(y) is not d.Len().
func (d *Design) Distribution(y []float64, in Domains) []Step {
	if len(y) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	s := d.ordered(y, in.merged(d.Len())).distinct()
	steps := make([]Step, len(s.x))
	for k, x := range s.x {
		steps[k] = Step{x, s.c[k] / s.c[len(s.c)-1]}
	}
	return steps
}

// SharesBelow returns for each limit the share of the population in the domain at
// or below it, as Statistics, so that the distribution function can be compared
// between domains and years. A missing value makes them NaN.
//
// SharesBelow panics if len(y) is not d.Len().
func (d *Design) SharesBelow(y, limits []float64, in Domains) []Statistic {
	below := make([][]float64, len(limits))
	for k, limit := range limits {
		below[k] = atMost(y, limit)
	}
	sums := d.Sums(below, in.merged(d.Len()))
	out := make([]Statistic, len(limits))
	for k := range out {
		out[k] = sums.Mean(0, k)
	}
	return out
}
