package weighting

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
)

// This file holds what replicates multiply the weights of units by. The rules:
//
//   - a bootstrap's factor is a line in how often the unit was drawn, so a byte is
//     kept of each unit and replicate, not a number of eight: the bytes that a
//     variance passes over are what it takes;
//   - factors are made of them for one unit and a stretch of replicates at a time,
//     in a buffer that stays in the first-level cache;
//   - draws are exactly uniform, and follow from the seed and the strata alone.

// A factorTable has a row of factors, one a replicate, for each unit.
type factorTable struct {
	row   [][]float64
	drawn [][]uint8    // in place of row: how often the unit was drawn
	line  [][2]float64 // of drawn: the factor is line[0] + line[1] times that
}

// units returns the number of rows.
func (t *factorTable) units() int { return max(len(t.row), len(t.drawn)) }

// count returns the number of replicates.
func (t *factorTable) count() int {
	if t.drawn != nil {
		return len(t.drawn[0])
	}
	return len(t.row[0])
}

// at returns the factor of a row on replicate r.
func (t *factorTable) at(row int32, r int) float64 {
	if t.drawn == nil {
		return t.row[row][r]
	}
	return t.line[row][0] + t.line[row][1]*float64(t.drawn[row][r])
}

// between returns the factors of a row on the replicates from lo to hi. They are
// in buffer, which has room for them, or in t: do not change them.
func (t *factorTable) between(row int32, lo, hi int, buffer []float64) []float64 {
	if t.drawn == nil {
		return t.row[row][lo:hi]
	}
	from, slope := t.line[row][0], t.line[row][1]
	buffer = buffer[:hi-lo]
	for i, times := range t.drawn[row][lo:hi] {
		buffer[i] = from + slope*float64(times)
	}
	return buffer
}

// A window gives the factors of units on the replicates from lo to hi.
type window struct {
	p            *replicates
	lo, hi       int
	base         []float64 // of the row asked for last
	row          int32
	made, buffer []float64
}

func (p *replicates) window(lo, hi int) *window {
	return &window{p: p, lo: lo, hi: hi, row: -1, made: make([]float64, hi-lo), buffer: make([]float64, hi-lo)}
}

// factors returns those of a unit, until the next call. Do not change them. Units
// of one PSU follow each other, and its factors are made once.
func (w *window) factors(unit int32) []float64 {
	if row := w.p.baseOf(unit); row != w.row {
		w.base, w.row = w.p.base.between(row, w.lo, w.hi, w.made), row
	}
	if w.p.step == nil {
		return w.base
	}
	return floats.MulTo(w.buffer, w.base, w.p.step[w.p.cell[unit]][w.lo:w.hi])
}

// batchBits bounds how much of a random word a batch of draws uses: what is left
// keeps the words that have to be thrown away below one in 2^(64-batchBits).
const batchBits = 48

// drawCopies draws, on each of count replicates, size units without replacement from a
// population made of k copies of each, and adds to drawn how often each was. Draws from
// k copies spread v_k = (k-1)n/(kn-1) times as much as those with replacement, whatever
// the size of the population; so that it is the share open that was not sampled, k is
// chosen anew on each replicate, of the two whole numbers between which it lies, at the
// odds that make it so. Source: Booth, Butler and Hall, JASA 89 (1994), and Canty and
// Davison (1999) for populations of copies; the odds are ours. The draw is Floyd's,
// Communications of the ACM 30 (1987), which takes the time of the sample and not of
// the population.
//
// As R does it there are as many copies as the population has units, N/n of each and one
// more of the first: the spread is then N/(N-1) times too large, and only nearly that
// where N/n is not whole.
func drawCopies(rng *rand.PCG, size int, open float64, likeR bool, count int, drawn []uint8) {
	n := float64(size)
	copies := max(1, int((n-open)/(n*(1-open))))
	spread := func(k int) float64 { return float64(k-1) * n / (float64(k)*n - 1) }
	odds := (open - spread(copies)) / (spread(copies+1) - spread(copies))
	r := rand.New(rng)
	taken := make(map[int]bool, size)
	for rep := range count {
		population := copies * size
		switch {
		case likeR:
			population = int(math.Round(n / (1 - open)))
		case r.Float64() < odds:
			population += size
		}
		clear(taken)
		for last := population - size; last < population; last++ {
			one := r.IntN(last + 1)
			if taken[one] {
				one = last
			}
			taken[one] = true
			drawn[one%size*count+rep]++
		}
	}
}

// draw draws, on each of count replicates, less units fewer than a stratum has of
// its units with replacement (all of them, of a stratum whose population is known,
// without: see drawCopies), and returns how often each unit was drawn. A byte is
// enough: that n draws take one of n units 256 times has a probability below
// 1/256!.
//
// A word is a fraction in [0, 1). Times n its whole part is a unit, and its
// fraction serves the next draw. That is uniform if the words whose product with
// n^k has a low part below 2⁶⁴ mod n^k are passed over. Source: Lemire, ACM
// Transactions on Modeling and Computer Simulation 29 (2019), for k = 1; the whole
// parts are the digits, to the base n, of one draw from n^k.
func (st *stage) draw(seed uint64, count, less int, likeR bool) [][]uint8 {
	all := make([]uint8, len(st.group)*count)
	drawn := make([][]uint8, len(st.group))
	for u := range drawn {
		drawn[u] = all[u*count : (u+1)*count : (u+1)*count]
	}
	rng := rand.NewPCG(seed, 0)
	for h, size := range st.n {
		if size == 1 { // nothing to choose from; the power below would not grow
			all = all[count:]
			continue
		}
		if less == 0 && st.open[h] < 1 {
			drawCopies(rng, size, st.open[h], likeR, count, all)
			all = all[size*count:]
			continue
		}
		n, batch := uint64(size), 1
		power := n
		for power <= 1<<batchBits/n {
			power *= n
			batch++
		}
		uneven := -power % power
		for r := range count {
			for left := size - less; left > 0; {
				word := rng.Uint64()
				if word*power < uneven {
					continue
				}
				for range min(batch, left) {
					var unit uint64
					unit, word = bits.Mul64(word, n)
					all[int(unit)*count+r]++
				}
				left -= batch
			}
		}
		all = all[size*count:]
	}
	return drawn
}
