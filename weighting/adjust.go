package weighting

import (
	"errors"
	"fmt"
	"math"
)

// This file holds the steps that come before calibration: what unknown,
// non-responding and unselected units weigh goes to those who stand for them.
// The rules:
//
//   - weight moves within a class and keeps its sum there: a step invents no
//     people and loses none;
//   - rows that gave their weight away stay in the design at weight 0, since
//     their PSUs still say how much PSUs differ;
//   - a linearised variance takes the factors as known. Replicates made before
//     the step have it redone, each with its own factors, and show what it adds;
//   - classes are those of the whole sample in every replicate.
//
// Sources: Valliant, Dever and Kreuter, Practical Tools for Designing and
// Weighting Survey Samples, 2nd ed. (2018), chapter 13; AAPOR, Standard
// Definitions, for unknown eligibility; Kish, JASA 44 (1949), for the respondent.

// A Role is what a row is to a transfer of weight.
type Role uint8

const (
	// Bystander keeps its weight.
	Bystander Role = iota

	// Taker gets the weight of the givers of its class, in proportion to its own.
	Taker

	// Giver loses its weight.
	Giver
)

// A Transfer moves weight from some rows to others of their class.
//
//	unknown eligibility   Giver where it is unknown, Taker where it is known,
//	                      the ineligible among them
//	non-response          Giver the eligible who did not answer, Taker those who
//	                      did, Bystander the ineligible
type Transfer struct {
	Name string // in messages

	// Class is the class of each row, a code of Levels, or -1 for a row that is a
	// Bystander. Nil is one class.
	Class  []int
	Levels []string

	// Role has one value a row.
	Role []Role
}

// Transferred returns d after t:
//
//	g_k = Σ_class w (takers and givers) / Σ_class w (takers)   for a taker
//	g_k = 0                                                   for a giver
//
// The error is ErrNoSample if a class has givers and no takers with weight; with
// replicates it names the replicate that lost them: such a class is too small,
// join it with another. Transferred panics if Role or Class are not as long as
// d, or a class has no level.
func (d *Design) Transferred(t Transfer) (*Design, error) {
	if len(t.Role) != d.Len() || t.Class != nil && len(t.Class) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	// A column of the pair of class and role tells rows apart.
	const roles = int(Giver) + 1
	code := make([]int, d.Len())
	for k, r := range t.Role {
		code[k] = -1
		if r == Bystander {
			continue
		}
		class := 0
		if t.Class != nil {
			class = t.Class[k]
		}
		if class < 0 {
			return nil, fmt.Errorf("%s: row %d is in no class", t.Name, k+1)
		}
		code[k] = class*roles + int(r)
	}
	levels := max(len(t.Levels), 1)
	key := Control{Code: code, Totals: make([]float64, levels*roles)}
	solve := func(w, _ []float64, rows []int) ([]float64, error) {
		own := code
		if rows != nil {
			own = pickRows(code, rows)
		}
		sum := make([]float64, levels*roles)
		for k, c := range own {
			if c >= 0 {
				sum[c] += w[k]
			}
		}
		for class := range levels {
			if given := sum[class*roles+int(Giver)]; given > 0 && sum[class*roles+int(Taker)] == 0 {
				return nil, fmt.Errorf("%w: %s gives away %g in %s, and nobody is there to take it", ErrNoSample, t.Name, given, t.level(class))
			}
		}
		g := constant(1, len(w))
		for k, c := range own {
			switch {
			case c < 0:
			case Role(c%roles) == Giver:
				g[k] = 0
			default:
				if taken := sum[c]; taken > 0 {
					g[k] = (taken + sum[c+1]) / taken
				}
			}
		}
		return g, nil
	}
	return d.reweighted(classKey{x: columnsOf([]Control{key})}, solve, nil)
}

// level names a class.
func (t *Transfer) level(class int) string {
	if class < len(t.Levels) {
		return "class " + t.Levels[class]
	}
	return "the file"
}

// Multiplied returns d with each weight multiplied by a known factor: 1 over a
// probability of selection, the same in every replicate. The error names a row
// with weight whose factor is negative, missing or infinite. Multiplied panics
// if factor is not as long as d.
func (d *Design) Multiplied(factor []float64) (*Design, error) {
	if len(factor) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	for k, f := range factor {
		if d.weight[k] > 0 && (!(f >= 0) || math.IsInf(f, 1)) {
			return nil, fmt.Errorf("row %d has weight and a factor of %g", k+1, f)
		}
	}
	known := make([]float64, len(factor))
	for k, f := range factor {
		if d.weight[k] > 0 {
			known[k] = f
		}
	}
	solve := func(w, _ []float64, rows []int) ([]float64, error) {
		if rows == nil {
			return known, nil
		}
		return pickRows(known, rows), nil
	}
	key := Control{Value: known, Totals: []float64{0}}
	return d.reweighted(classKey{x: columnsOf([]Control{key})}, solve, nil)
}

// kishTables are the eight selection tables of Kish with their shares in
// twelfths: the person to take, in the order of the list, by the number of
// eligible persons from 1 to 6 or more.
var kishTables = [...]struct {
	twelfths int
	person   [6]int
}{
	{2, [6]int{1, 1, 1, 1, 1, 1}}, // A
	{1, [6]int{1, 1, 1, 1, 2, 2}}, // B1
	{1, [6]int{1, 1, 1, 2, 2, 2}}, // B2
	{2, [6]int{1, 1, 2, 2, 3, 3}}, // C
	{2, [6]int{1, 2, 2, 3, 4, 4}}, // D
	{1, [6]int{1, 2, 3, 3, 3, 5}}, // E1
	{1, [6]int{1, 2, 3, 4, 5, 5}}, // E2
	{2, [6]int{1, 2, 3, 4, 5, 6}}, // F
}

// KishProbability returns the exact probability with which Kish's eight tables
// take person number (from 1, in the order of the list) of eligible persons. It
// is not 1/eligible for five persons: two of them have 1/4, three 1/6. Beyond
// the sixth person it is 0, which no weight makes up for; the error says so, and
// if number is not in the household.
func KishProbability(eligible, number int) (float64, error) {
	if eligible < 1 || number < 1 || number > eligible {
		return 0, fmt.Errorf("person %d of %d eligible", number, eligible)
	}
	if number > 6 {
		return 0, fmt.Errorf("person %d of %d: Kish's tables take none beyond the sixth", number, eligible)
	}
	twelfths := 0
	for _, t := range kishTables {
		if t.person[min(eligible, 6)-1] == number {
			twelfths += t.twelfths
		}
	}
	return float64(twelfths) / 12, nil
}

// KishDeff returns Kish's design effect of unequal weights, n Σw²/(Σw)², over the
// rows with weight: by how much the variance of a mean is larger than with equal
// weights, if they have nothing to do with the variable. NaN without weight.
func KishDeff(w []float64) float64 {
	n, sum, squares := 0.0, 0.0, 0.0
	for _, v := range w {
		if v != 0 {
			n++
			sum += v
			squares += v * v
		}
	}
	return n * squares / (sum * sum)
}

// errNoHouseholds is told where persons of one household weigh differently.
var errNoHouseholds = errors.New("persons of a household have different weights")
