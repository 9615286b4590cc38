package weighting

// This file joins strata of a single PSU with a neighbour. The rules:
//
//   - neighbours are strata whose codes follow each other: give strata codes in
//     the order of what makes them alike. They are joined by their codes, never
//     by what was answered, which would understate the variance;
//   - a stratum takes the one after it until it has two PSUs; the last takes the
//     one before;
//   - a stratum that was certain to be in the sample has no variance, joins none,
//     and nothing is joined across it: a single PSU between two of these fails as
//     with LonelyFail;
//   - the sampled share of what is joined is that of all its PSUs together;
//   - joined strata are one for the degrees of freedom, too. The variance is then
//     too large, by what the strata differ, rather than too small.
//
// Source: Wolter (2007), section 2.5.

// joinStrata joins strata of d, which has its stages and no units yet.
func (d *Design) joinStrata() {
	st := &d.stages[0]
	strata := len(st.n)
	into := make([]int, strata) // the first stratum of what each is joined to
	n := make([]int, strata)
	sizes := make([]float64, strata) // PSUs in the population; infinite with replacement
	for h := range into {
		into[h], n[h], sizes[h] = h, st.n[h], float64(st.n[h])/(1-st.open[h])
	}
	certain := func(h int) bool { return st.open[h] < allSampled }
	join := func(a, b int) { // b's stratum to a's
		n[a] += n[b]
		sizes[a] += sizes[b]
		for h, to := range into {
			if to == b {
				into[h] = a
			}
		}
	}
	for h := 0; h < strata; h++ {
		first := into[h]
		switch {
		case n[first] > 1 || certain(h):
		case h+1 < strata && !certain(h+1):
			d.collapsed = append(d.collapsed, d.name(st.code[h]))
			join(first, h+1)
		case first > 0 && !certain(first-1):
			d.collapsed = append(d.collapsed, d.name(st.code[h]))
			join(into[first-1], first)
		}
	}
	out := stage{group: st.group}
	place := make([]int32, strata)
	for h, to := range into {
		if to == h {
			place[h] = int32(len(out.n))
			out.code = append(out.code, st.code[h])
			out.n = append(out.n, n[h])
			out.open = append(out.open, 1-float64(n[h])/sizes[h])
		} else {
			place[h] = place[to]
		}
	}
	for u, g := range out.group {
		out.group[u] = place[g]
	}
	d.stages[0] = out
}
