package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// This file says how the rows of a file were sampled. The rules:
//
//   - a stratum's PSUs are counted once, over the whole file; no domain and no
//     missing value changes the count;
//   - a unit is the lowest sampling unit whose variance counts: the PSU, or a
//     unit of a later stage if all stages above it were drawn without
//     replacement. Sums are kept by unit and no finer;
//   - units are numbered in the order of their strata and codes, so that the
//     order of the rows does not decide in which order sums are added up;
//   - a stratum with a single PSU shows no variance between PSUs; what is put
//     in its place is said by a LonelyRule, never silently.

// A LonelyRule says what a stratum with a single sampled PSU adds to a
// variance. The names are those of R's option survey.lonely.psu.
type LonelyRule uint8

const (
	// LonelyFail refuses to estimate where such a stratum is met.
	LonelyFail LonelyRule = iota

	// LonelyRemove leaves the stratum out of the variance.
	LonelyRemove

	// LonelyCertainty takes the PSU as one that was certain to be in the
	// sample, so that it adds nothing.
	LonelyCertainty

	// LonelyAdjust centres the PSU at the mean over the PSUs of all strata.
	LonelyAdjust

	// LonelyAverage gives the stratum the average variance of the others.
	LonelyAverage

	// LonelyCollapse joins the stratum with the one after it in the order of the
	// codes, the last with the one before: see collapse.go. It is not R's.
	LonelyCollapse
)

var lonelyNames = [...]string{"fail", "remove", "certainty", "adjust", "average", "collapse"}

// String returns the name of r in plans and in R.
func (r LonelyRule) String() string {
	if int(r) < len(lonelyNames) {
		return lonelyNames[r]
	}
	return fmt.Sprintf("LonelyRule(%d)", uint8(r))
}

// ParseLonelyRule is the inverse of String; false if no rule has that name.
func ParseLonelyRule(s string) (LonelyRule, bool) {
	i := slices.Index(lonelyNames[:], s)
	return LonelyRule(max(i, 0)), i >= 0
}

// ErrLonely means that a stratum has a single PSU and the rule is LonelyFail.
// Compare with errors.Is: the error names the strata.
var ErrLonely = errors.New("a stratum has a single PSU")

// Options says what strata, PSUs and weights alone do not. The zero Options is
// a design of one stage, drawn with replacement or as good as.
type Options struct {
	// FPC corrects for a finite population: for each row the number of PSUs in
	// its stratum's population, or, if no value is above 1, the share of them
	// that was sampled. Nil means with replacement.
	FPC []float64

	// Later are the stages below the PSU, in order. A stage counts only if all
	// those above it have an FPC.
	Later []Stage

	// Nest says that PSU codes repeat between strata and are different PSUs.
	// Without it a code in two strata is an error.
	Nest bool

	// UltimateCluster leaves the variance of the later stages out.
	UltimateCluster bool

	// Lonely is the rule for strata with a single PSU.
	Lonely LonelyRule

	// LonelyInDomain applies LonelyAdjust and LonelyAverage also to a stratum
	// of which a domain has rows in one PSU only.
	LonelyInDomain bool

	// StratumName and PSUName name a stratum and a PSU in messages. Nil prints
	// the code.
	StratumName, PSUName func(code int) string
}

// A Stage is a stage of sampling below the first.
type Stage struct {
	Unit []int     // one code a row; codes may repeat between the units above
	FPC  []float64 // as Options.FPC, within the unit above; nil if there is none
}

// A Design is a sample: the units its rows were drawn in and their weights.
// It never changes and may be shared by goroutines.
type Design struct {
	*units
	unit   []int32     // of each row
	weight []float64   // of each row
	zero   bool        // some weight is 0
	runs   []run       // maximal stretches of rows of one unit
	steps  *calibrated // what made the weights, if their variance knows; else nil
	rep    *replicates // replicate weights; nil if the variance is linearised
}

// units are the sampling units of a design, shared by all its files and weight
// sets. Units of a later stage are numbered in the order of their parents, so
// the children of a unit are a stretch.
type units struct {
	stages []stage
	up     [][]int32 // up[s][u] is the unit of stage s above or at lowest unit u
	rule   LonelyRule
	psu    []int // code of each PSU, as the caller gave it
	domain bool  // Options.LonelyInDomain
	pps    *pps  // unequal probabilities; nil if the PSUs of a stratum have the same
	name   func(code int) string

	two       *twoPhase // a second phase; nil if there is none
	sequence  *sequence // the order of a systematic draw; nil if it does not count
	collapsed []string  // strata that were joined with another
}

// A stage holds the groups in which units of one stage were drawn: strata at
// the first, the unit above at the later ones.
type stage struct {
	group []int32   // of each unit; ascending
	code  []int     // of each group, as the caller gave it
	n     []int     // units sampled in each group
	open  []float64 // share of each group's units that was not sampled: 1 if with replacement
}

// A run is a stretch of rows of one unit.
type run struct {
	unit   int32
	lo, hi int32
}

// NewDesign returns the design of a file whose row i lies in stratum[i] and
// psu[i] with weight w[i]. Codes may be any numbers but negative ones, which
// stand for missing and are an error. A nil stratum is a single one, with a nil
// psu each row is a PSU; nil weights follow from the FPCs of all stages. The
// design keeps w; do not change it.
//
// NewDesign panics if the slices differ in length.
func NewDesign(stratum, psu []int, w []float64, opt Options) (*Design, error) {
	n, err := rowsOf(stratum, psu, w, opt)
	if err != nil {
		return nil, err
	}
	if opt.StratumName == nil {
		opt.StratumName = strconv.Itoa
	}
	if opt.PSUName == nil {
		opt.PSUName = strconv.Itoa
	}
	if stratum == nil {
		stratum = make([]int, n)
	}
	if psu == nil {
		psu = make([]int, n)
		for i := range psu {
			psu[i] = i
		}
	}
	first, err := firstStage(stratum, psu, opt)
	if err != nil {
		return nil, err
	}
	d := &Design{units: &units{psu: first.own, rule: opt.Lonely, domain: opt.LonelyInDomain, name: opt.StratumName}}
	weight := w
	if w == nil {
		weight = slices.Repeat([]float64{1}, n)
	}
	at := first
	for s := 0; ; s++ {
		if err := d.addStage(at, fpcOf(opt, s), w == nil, weight); err != nil {
			return nil, err
		}
		if s == len(opt.Later) || (w != nil && (opt.UltimateCluster || fpcOf(opt, s) == nil)) {
			break
		}
		if at, err = below(at, opt.Later[s].Unit, s+2); err != nil {
			return nil, err
		}
	}
	if opt.Lonely == LonelyCollapse {
		d.joinStrata()
	}
	d.settle(at.unit, opt.UltimateCluster)
	return d, d.setWeights(weight)
}

// rowsOf returns the number of rows that all slices agree on.
func rowsOf(stratum, psu []int, w []float64, opt Options) (int, error) {
	n := max(len(stratum), len(psu), len(w), len(opt.FPC))
	same := func(length int, given bool) {
		if given && length != n {
			panic("weighting: slice length mismatch")
		}
	}
	same(len(stratum), stratum != nil)
	same(len(psu), psu != nil)
	same(len(w), w != nil)
	same(len(opt.FPC), opt.FPC != nil)
	complete := opt.FPC != nil
	for _, l := range opt.Later {
		same(len(l.Unit), true)
		same(len(l.FPC), l.FPC != nil)
		complete = complete && l.FPC != nil
	}
	if n == 0 {
		return 0, errors.New("the file of sampled units has no rows")
	}
	if w == nil && !complete {
		return 0, errors.New("there are no weights, nor population sizes of every stage to make them from")
	}
	return n, nil
}

// fpcOf returns the FPC of stage s, from 0.
func fpcOf(opt Options, s int) []float64 {
	if s == 0 {
		return opt.FPC
	}
	return opt.Later[s-1].FPC
}

// A sampled is one stage while a design is made: the group and unit of each
// row, numbered densely in their final order, and the codes of the groups.
type sampled struct {
	group, unit []int32
	of          []int32 // group of each unit
	own         []int   // code of each unit
	code        []int   // of each group
}

// firstStage numbers strata and PSUs.
func firstStage(stratum, psu []int, opt Options) (sampled, error) {
	type pair struct{ h, i int }
	seen := map[pair]int32{}
	var pairs []pair
	unit := make([]int32, len(psu))
	last, lastUnit := pair{-1, -1}, int32(-1)
	for r := range psu {
		p := pair{stratum[r], psu[r]}
		if p != last {
			if p.h < 0 || p.i < 0 {
				return sampled{}, fmt.Errorf("row %d has no stratum or no PSU", r+1)
			}
			u, ok := seen[p]
			if !ok {
				u = int32(len(pairs))
				seen[p] = u
				pairs = append(pairs, p)
			}
			last, lastUnit = p, u
		}
		unit[r] = lastUnit
	}
	order := make([]int32, len(pairs))
	for k := range order {
		order[k] = int32(k)
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, y := pairs[a], pairs[b]
		if x.h != y.h {
			return x.h - y.h
		}
		return x.i - y.i
	})
	s := sampled{unit: unit, group: make([]int32, len(psu)), of: make([]int32, len(pairs))}
	place := make([]int32, len(pairs))
	for k, u := range order {
		place[u] = int32(k)
		s.own = append(s.own, pairs[u].i)
		h := pairs[u].h
		if len(s.code) == 0 || s.code[len(s.code)-1] != h {
			s.code = append(s.code, h)
		}
		s.of[k] = int32(len(s.code) - 1)
	}
	for r, u := range unit {
		unit[r] = place[u]
		s.group[r] = s.of[place[u]]
	}
	if opt.Nest {
		return s, nil
	}
	home := make(map[int]int, len(pairs))
	for _, p := range pairs {
		if h, ok := home[p.i]; ok {
			return sampled{}, fmt.Errorf("PSU %s is in stratum %s and in stratum %s: say nest if codes repeat between strata",
				opt.PSUName(p.i), opt.StratumName(h), opt.StratumName(p.h))
		}
		home[p.i] = p.h
	}
	return s, nil
}

// below numbers the units of the stage under at; number counts stages from 1.
func below(at sampled, code []int, number int) (sampled, error) {
	for r, c := range code {
		if c < 0 {
			return sampled{}, fmt.Errorf("row %d has no unit of stage %d", r+1, number)
		}
	}
	parent := make([]int, len(at.unit))
	for r, u := range at.unit {
		parent[r] = int(u)
	}
	return firstStage(parent, code, Options{Nest: true})
}

// addStage appends a stage. If scale, it multiplies w by N/n of the stage.
func (d *Design) addStage(at sampled, fpc []float64, scale bool, w []float64) error {
	st := stage{group: at.of, code: at.code, n: make([]int, len(at.code)), open: make([]float64, len(at.code))}
	for _, g := range at.of {
		st.n[g]++
	}
	for g := range st.open {
		st.open[g] = 1
	}
	if fpc == nil {
		d.stages = append(d.stages, st)
		return nil
	}
	stageNumber := len(d.stages) + 1
	fraction := slices.Max(fpc) <= 1
	size := make([]float64, len(st.n))
	for r, v := range fpc {
		g := at.group[r]
		if !(v > 0) || math.IsInf(v, 1) || (!fraction && v <= 1 && st.n[g] > 1) {
			return fmt.Errorf("row %d: %g is no population size or fraction of stage %d like the others", r+1, v, stageNumber)
		}
		pop := v
		if fraction {
			pop = float64(st.n[g]) / v
		}
		if size[g] != 0 && math.Abs(size[g]-pop) > 1e-9*pop {
			return fmt.Errorf("row %d: the population size of stage %d changes within %s", r+1, stageNumber, d.groupName(stageNumber, st.code[g]))
		}
		size[g] = pop
	}
	for g, pop := range size {
		n := float64(st.n[g])
		if pop < n*(1-1e-12) {
			return fmt.Errorf("%s has %g units of stage %d in the population and %g in the sample",
				d.groupName(stageNumber, st.code[g]), pop, stageNumber, n)
		}
		st.open[g] = max(0, (pop-n)/pop)
	}
	if scale {
		for r := range w {
			g := at.group[r]
			w[r] *= size[g] / float64(st.n[g])
		}
	}
	d.stages = append(d.stages, st)
	return nil
}

func (d *Design) groupName(stageNumber, code int) string {
	if stageNumber == 1 {
		return "stratum " + d.name(code)
	}
	return fmt.Sprintf("unit %d of stage %d", code, stageNumber-1)
}

// settle keeps the stages whose variance counts and finds the unit of each row
// and of each lowest unit at every stage. unit has the units of the last stage;
// those of stage s+1 are grouped by the unit of stage s above them.
func (d *Design) settle(unit []int32, ultimate bool) {
	full := len(d.stages)
	lowest := full
	for s := range d.stages[:full-1] {
		if slices.Min(d.stages[s].open) == 1 { // with replacement: nothing below counts
			lowest = s + 1
			break
		}
	}
	if ultimate {
		lowest = 1
	}
	for s := full - 1; s >= lowest; s-- {
		for r, u := range unit {
			unit[r] = d.stages[s].group[u]
		}
	}
	d.stages = d.stages[:lowest]
	count := len(d.stages[lowest-1].group)
	d.up = make([][]int32, lowest)
	d.up[lowest-1] = make([]int32, count)
	for u := range d.up[lowest-1] {
		d.up[lowest-1][u] = int32(u)
	}
	for s := lowest - 2; s >= 0; s-- {
		d.up[s] = make([]int32, count)
		for u := range d.up[s] {
			d.up[s][u] = d.stages[s+1].group[d.up[s+1][u]]
		}
	}
	d.unit = unit
	d.runs = runsOf(unit)
}

func runsOf(unit []int32) []run {
	var runs []run
	for r := 0; r < len(unit); {
		end := r + 1
		for end < len(unit) && unit[end] == unit[r] {
			end++
		}
		runs = append(runs, run{unit[r], int32(r), int32(end)})
		r = end
	}
	return runs
}

// setWeights checks w and keeps it.
func (d *Design) setWeights(w []float64) error {
	for i, v := range w {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("row %d has no weight, or one that is negative: %g", i+1, v)
		}
	}
	d.weight, d.zero = w, slices.Contains(w, 0)
	return nil
}

// zeros counts the rows of r without weight.
func (d *Design) zeros(r run) (n int) {
	if !d.zero {
		return 0
	}
	for _, v := range d.weight[r.lo:r.hi] {
		if v == 0 {
			n++
		}
	}
	return n
}

// Len returns the number of rows.
func (d *Design) Len() int { return len(d.unit) }

// Weights returns the weights, one a row. Do not change them.
func (d *Design) Weights() []float64 { return d.weight }

// Strata returns the number of strata.
func (d *Design) Strata() int { return len(d.stages[0].n) }

// PSUs returns the number of PSUs.
func (d *Design) PSUs() int { return len(d.stages[0].group) }

// Lonely returns the names of the strata with a single PSU that was not
// certain to be in the sample, in order; those that were joined with another
// among them.
func (d *Design) Lonely() []string {
	names := slices.Clone(d.collapsed)
	first := d.stages[0]
	for h, n := range first.n {
		if n == 1 && first.open[h] >= allSampled {
			names = append(names, d.name(first.code[h]))
		}
	}
	return names
}

// Weighted returns the design of the same rows with other weights, which went
// through none of the steps that made those of d. Its statistics may be combined
// with those of d. It is an error if d has replicates: other weights need their
// own.
func (d *Design) Weighted(w []float64) (*Design, error) {
	if len(w) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	if d.rep != nil {
		return nil, errors.New("other weights need replicates of their own")
	}
	other := *d
	other.steps = nil
	return &other, other.setWeights(w)
}

// Linked returns the design of a file whose row i hangs under row parent[i] of
// d and has weight w[i]: persons under households, incidents under persons. It
// has the strata and PSUs of d, those without rows in the file included, and
// its statistics may be combined with those of d. The steps that calibrated d
// are those of the file, and so are its replicates: a weight that is the row's
// above, or a multiple of it, has both in its variance.
//
// Linked panics if parent and w differ in length or parent is no row of d.
func (d *Design) Linked(parent []int, w []float64) (*Design, error) {
	if len(w) != len(parent) {
		panic("weighting: slice length mismatch")
	}
	unit := make([]int32, len(parent))
	for i, p := range parent {
		unit[i] = d.unit[p]
	}
	other := &Design{units: d.units, unit: unit, runs: runsOf(unit), steps: d.steps.linked(parent), rep: d.rep}
	return other, other.setWeights(w)
}

// lonelyError says which strata stand in the way of a variance.
func (d *units) lonelyError(groups []int32) error {
	names := make([]string, len(groups))
	for k, g := range groups {
		names[k] = d.name(d.stages[0].code[g])
	}
	more := ""
	if len(names) > 5 {
		more = fmt.Sprintf(" and %d more", len(names)-5)
		names = names[:5]
	}
	return fmt.Errorf("%w: stratum %s%s", ErrLonely, strings.Join(names, ", "), more)
}
