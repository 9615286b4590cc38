package plan

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// This file computes a plan. The rules:
//
//   - each measure of an indicator is summed in one pass, by unit and by the
//     cells of a breakdown;
//   - a measure whose rows know nothing of an attribute is not divided by it;
//   - a total of rows below has the degrees of freedom of the rows it is among:
//     a PSU without incidents has no incidents, it is not missing.

// Estimates are what a plan computes.
type Estimates struct {
	Version int     `json:"version"` // of this format: 1
	Plan    string  `json:"plan"`
	Title   string  `json:"title,omitempty"`
	Level   float64 `json:"level"`             // of the intervals
	Method  string  `json:"method"`            // of the intervals of proportions
	Quality string  `json:"quality,omitempty"` // the scheme of the classes
	Design  Design  `json:"design"`

	Indicators []Indicator `json:"indicators"`

	// Notes are what a reader of the figures has to know.
	Notes []string `json:"notes,omitempty"`

	// Compared says what the changes of figures are against; nil without any.
	Compared *Compared `json:"compared,omitempty"`

	// Units name the PSUs that influence sums belong to; nil unless they were
	// asked for.
	Units []Unit `json:"units,omitempty"`
}

// Count returns the number of figures.
func (e *Estimates) Count() int {
	n := 0
	for _, in := range e.Indicators {
		n += len(in.Figures)
	}
	return n
}

// A Design sums up the sample.
type Design struct {
	Strata    int      `json:"strata"`
	PSUs      int      `json:"psus"`
	SinglePSU string   `json:"single_psu"`
	Lonely    []string `json:"lonely,omitempty"` // strata with a single PSU

	// Partial says that the file is not that of all sampled units: PSUs without
	// rows in it are missing, and no standard error is that of the survey.
	Partial bool `json:"partial,omitempty"`

	// Replicates is how many the variances are of; 0 if they are linearised.
	Replicates int `json:"replicates,omitempty"`

	// Simple says that there are neither strata nor clusters.
	Simple bool `json:"simple,omitempty"`
}

// A Unit is a PSU.
type Unit struct {
	Stratum string `json:"stratum,omitempty"`
	PSU     string `json:"psu"`

	// Sampled is the share of the stratum's PSUs that were sampled; 0 with replacement.
	Sampled float64 `json:"sampled,omitempty"`
}

// An Indicator is one indicator with all its figures.
type Indicator struct {
	Name     string   `json:"name"`
	Label    string   `json:"label,omitempty"`
	Universe string   `json:"universe,omitempty"`
	Kind     string   `json:"kind"`
	Per      float64  `json:"per"`
	Figures  []Figure `json:"figures"`

	// Tests are those of the terms of a regression, or the comparison of groups.
	Tests []TestResult `json:"tests,omitempty"`

	// SmallAreas are predictions by area; nil without any.
	SmallAreas *SmallAreas `json:"small_areas,omitempty"`

	// Lost is the number of replicates on which a model could not be fitted, the
	// most of any cell.
	Lost int `json:"lost_replicates,omitempty"`
}

// A Figure is an estimate in a domain.
type Figure struct {
	// Domain says which rows; none is all of them.
	Domain []Part `json:"domain"`

	// Estimate is in the unit of the indicator: per has been multiplied.
	weighting.Estimate

	// Missing is the number of rows with weight that left the base because a
	// value is missing.
	Missing int

	// Class is the class of the quality scheme, "" without one.
	Class weighting.Quality

	// Short says why it is not the best class of the scheme.
	Short []weighting.Shortfall

	// P is that of the test that a coefficient is 0; NaN for other figures.
	P float64

	// Change is the difference to an earlier edition; nil without one.
	Change *Change

	// Influence has a sum for each unit of Estimates.Units, if asked for.
	Influence []float64
}

// A Part is a value of one of the variables that a figure is divided by.
type Part struct {
	Variable string `json:"variable"`
	Level    string `json:"level"`           // as expressions name it
	Label    string `json:"label,omitempty"` // as people read it, in the plan's language

	term     bool              // of a model: the variable is said beside the level
	computed bool              // no variable of the plan: a part, a number of times
	labels   map[string]string // by language; nil if the plan has a language
}

// label is what people read in a language, "" if the value has no label: in the
// plan's language if it has one, else in the reader's, else in any that there is.
func (p Part) label(language string) string {
	if p.labels[language] != "" {
		return p.labels[language]
	}
	return p.Label
}

// Estimate computes the plan. With influence, each figure carries its influence
// sums by PSU, from which a later edition can compute the error of a change.
func (p *Plan) Estimate(influence bool) (*Estimates, error) {
	out := &Estimates{
		Version: 1, Plan: p.doc.name, Title: p.doc.title, Level: p.doc.interval.Level, Method: p.doc.interval.Method.String(),
		Design: Design{
			Strata: p.design.Strata(), PSUs: p.design.PSUs(),
			SinglePSU: p.doc.design.single.String(), Lonely: p.design.Lonely(),
			Partial: p.doc.design.partial || p.top.above == nil && p.top.book != nil && p.top.book.Parent != nil,
			Simple:  p.doc.design.strata == nil && p.doc.design.clusters == nil && p.doc.design.drawn == drawnSpec{},

			Replicates: p.design.Replicates(),
		},
	}
	if p.doc.quality != weighting.NoQuality {
		out.Quality = p.doc.quality.String()
	}
	if influence && !p.carries() {
		return nil, errNoInfluence
	}
	units := map[Unit]int{}
	if influence || p.earlier != nil {
		out.Units = p.units(units)
	}
	for i, in := range p.indicators {
		r := Indicator{Name: in.spec.name, Label: in.spec.label, Universe: in.spec.universe, Kind: in.spec.kind, Per: in.spec.per}
		c := &computation{p: p, in: in, axes: map[*variable]*levels{}}
		c.prepare()
		if p.streamed != nil {
			c.share = p.streamed.share[i]
		}
		for k, by := range in.by {
			var g *gathering
			if p.streamed != nil {
				g = p.streamed.by[i][k]
			}
			compute := func() ([]Figure, []TestResult, error) { return c.specials(by, units) }
			if !special(in.spec.kind) {
				compute = func() ([]Figure, []TestResult, error) {
					figures, err := c.figures(by, g, units)
					return figures, nil, err
				}
			}
			figures, tests, err := compute()
			if err != nil {
				return nil, fmt.Errorf("indicator %s: %w", in.spec.name, err)
			}
			r.Figures, r.Tests = append(r.Figures, figures...), append(r.Tests, tests...)
		}
		var err error
		if r.SmallAreas, err = c.areas(); err != nil {
			return nil, fmt.Errorf("indicator %s: %w", in.spec.name, err)
		}
		r.Lost = c.lost
		out.Indicators = append(out.Indicators, r)
	}
	if p.earlier != nil {
		if err := p.compareWith(out); err != nil {
			return nil, err
		}
	}
	if !influence {
		out.dropInfluence()
	}
	out.Notes = out.notesIn(wordsIn("en"))
	return out, nil
}

// errNoInfluence means that influence sums were asked of replicates.
var errNoInfluence = errors.New("a design of replicates has no influence sums by PSU: leave --influence out")

// dropInfluence leaves out what was needed for changes only.
func (e *Estimates) dropInfluence() {
	e.Units = nil
	for _, in := range e.Indicators {
		for k := range in.Figures {
			in.Figures[k].Influence = nil
		}
	}
}

// units lists the PSUs and numbers them in index.
func (p *Plan) units(index map[Unit]int) []Unit {
	sums := p.design.Sums(nil, weighting.Domains{})
	var units []Unit
	for _, in := range p.design.Influence(sums.Population(0)) {
		u := p.unit(in)
		index[u] = len(units)
		units = append(units, u)
	}
	return units
}

func (p *Plan) unit(in weighting.Influence) Unit {
	u := Unit{PSU: strconv.Itoa(in.PSU), Sampled: in.Sampled}
	if p.psus.Levels != nil {
		u.PSU = p.psus.Levels[in.PSU]
	}
	if p.strata.Levels != nil {
		u.Stratum = p.strata.Levels[in.Stratum]
	}
	return u
}

// A computation is one indicator under way.
type computation struct {
	p    *Plan
	in   *indicator
	keep []bool // rows of in.f that meet where; nil keeps all
	axes map[*variable]*levels
	of   values
	to   values
	base values // rows of in.f, each counting 1

	// share says that the indicator is a share of rows: a proportion, or a ratio
	// whose rows count 0 or 1 and only where they count below too. Its interval
	// is made by the method for proportions.
	share bool

	// before is the population of the domain at hand with the rows that have no value,
	// weightBehind the sum of the weights without them.
	before       weighting.Statistic
	weightBehind float64

	lost int // replicates without a fit, the most of a cell
}

// values are a measure computed: a number and whether it counts, for each row.
type values struct {
	m       *measure
	y       []float64 // NaN where the row left the base; may be the column's own
	inRange []bool    // the row's row of in.f meets where; nil if all do
}

// prepare computes the measures of the indicator.
func (c *computation) prepare() {
	in := c.in
	if in.where != nil {
		c.keep = make([]bool, in.f.table.Len())
		for i, cell := range c.p.b.evaluate(in.where, in.f) {
			c.keep[i] = cell.Missing == expr.Answered && cell.N == 1
		}
	}
	c.base = c.values(&measure{f: in.f, design: in.base})
	c.of = c.values(in.of)
	c.share = in.spec.kind == "proportion"
	if in.to == nil {
		return
	}
	c.to = c.values(in.to)
	if in.to.f == in.of.f {
		c.of.y, c.to.y = slices.Clone(c.of.y), slices.Clone(c.to.y)
		c.share = in.to.design == in.of.design
		for i := range c.of.y { // a row counts in both or in neither
			if math.IsNaN(c.of.y[i]) || math.IsNaN(c.to.y[i]) {
				c.of.y[i], c.to.y[i] = math.NaN(), math.NaN()
				continue
			}
			part, whole := c.of.y[i], c.to.y[i]
			c.share = c.share && (whole == 0 || whole == 1) && (part == 0 || part == whole)
		}
	}
}

// values computes m for each row of its file.
func (c *computation) values(m *measure) values {
	n := m.f.table.Len()
	v := values{m: m}
	if c.keep != nil {
		v.inRange = make([]bool, n)
		for i, up := range m.f.rowsAbove(c.in.f) {
			v.inRange[i] = c.keep[up]
		}
	}
	if m.e == nil {
		v.y = c.p.ones(m.f)
		return v
	}
	if numbers := m.column(); numbers != nil && !m.zero && len(c.in.spec.base) == 0 {
		v.y = numbers
		return v
	}
	v.y = make([]float64, n)
	for i, cell := range c.p.b.evaluate(m.e, m.f) {
		switch {
		case cell.Missing == expr.Answered:
			v.y[i] = number(cell, m.e.Type())
		case !m.zero && !slices.Contains(c.in.spec.base, cell.Missing):
			v.y[i] = math.NaN()
		}
	}
	return v
}

// column returns the numbers that m's expression stands for, if it is nothing but
// the name of a column of them; else nil. They are what evaluating it gives.
func (m *measure) column() []float64 {
	i, ok := m.f.name[m.e.String()]
	if !ok || m.f.vars[i].col == nil || m.f.vars[i].typ.Kind != expr.Real {
		return nil
	}
	return m.f.vars[i].col.Numbers
}

// levels are the values of an axis.
type levels struct {
	f     *file
	code  []int32 // of each row of f, -1 where it is missing
	cells []expr.Cell
	parts []Part
}

// levelsOf numbers the values of an axis.
func (c *computation) levelsOf(a *axis) *levels {
	if l := c.axes[a.v]; l != nil {
		return l
	}
	l := &levels{f: a.f, code: make([]int32, a.f.table.Len())}
	index := map[expr.Cell]int32{}
	var cells []expr.Cell
	for i := range l.code {
		cell := a.v.cell(i)
		if cell.Missing != expr.Answered {
			l.code[i] = -1
			continue
		}
		code, ok := index[cell]
		if !ok {
			code = int32(len(cells))
			index[cell] = code
			cells = append(cells, cell)
		}
		l.code[i] = code
	}
	slices.SortFunc(cells, cellOrder(a.v.typ))
	l.cells = cells
	place := make([]int32, len(cells))
	for k, cell := range cells {
		place[index[cell]] = int32(k)
		l.parts = append(l.parts, c.part(a.v, cell))
	}
	for i, code := range l.code {
		if code >= 0 {
			l.code[i] = place[code]
		}
	}
	c.axes[a.v] = l
	return l
}

// labels returns what people read for a code: of a derived variable, what they read
// where its codes come from. Without a language of the plan it is also given by
// language, and label is in the first one that the codebook has.
func (c *computation) labels(v *variable, code int) (label string, byLanguage map[string]string) {
	col := v.col
	for _, f := range c.p.b.files {
		for _, other := range f.vars {
			if col == nil && other.col != nil && other.typ.List == v.typ.List {
				col = other.col
			}
		}
	}
	if col == nil {
		return "", nil
	}
	if language := c.p.doc.language; language != "" {
		return col.LevelLabel(code, language), nil
	}
	byLanguage = col.LevelLabels(code)
	for _, language := range slices.Sorted(maps.Keys(byLanguage)) {
		if label == "" {
			label = byLanguage[language]
		}
	}
	return label, byLanguage
}

// part names a value.
func (c *computation) part(v *variable, cell expr.Cell) Part {
	p := Part{Variable: v.name}
	switch v.typ.Kind {
	case expr.Text:
		p.Level = cell.Text
	case expr.Code:
		p.Level = v.typ.List.Codes[cell.N]
		p.Label, p.labels = c.labels(v, int(cell.N))
	case expr.Bool:
		p.Level = strconv.FormatBool(cell.N != 0)
	case expr.Date:
		p.Level = expr.FormatDate(cell.N)
	case expr.Time:
		p.Level = expr.FormatTime(cell.N)
	default:
		p.Level = strconv.FormatFloat(number(cell, v.typ), 'f', -1, 64)
	}
	if p.Label == p.Level {
		p.Label = ""
	}
	return p
}

// A division is a measure divided by the axes that its rows know.
type division struct {
	sums   *weighting.Sums
	whole  []int       // rows with weight in each domain, before any left the base
	cases  []int       // of them, those whose value is not 0
	domain map[int]int // domain of each key
	knows  []bool      // the axes
}

// divide sums v by unit and domain. A key is a cell of all axes as one number,
// the first axis counting most; an axis that v does not know counts as 0.
func (c *computation) divide(v values, axes []*levels, with [][]float64, squares ...[2]int) division {
	if v.inRange == nil && len(axes) == 0 && len(v.y) > 0 {
		d := division{domain: map[int]int{}}
		of := d.undivided(v)
		d.sums = v.m.design.Sums(append([][]float64{v.y}, with...), weighting.Domains{Of: of, N: 1}, squares...)
		return d
	}
	of, d := c.partition(v, axes)
	d.sums = v.m.design.Sums(append([][]float64{v.y}, with...), weighting.Domains{Of: of, N: len(d.domain)}, squares...)
	return d
}

// partition numbers the cells of v's rows as divide does, and sums nothing: the
// domain of each row, -1 for one that left the base.
func (c *computation) partition(v values, axes []*levels) ([]int32, division) {
	d := division{domain: map[int]int{}, knows: make([]bool, len(axes))}
	n := v.m.f.table.Len()
	key := make([]int, n)
	for i := range key {
		if v.inRange != nil && !v.inRange[i] {
			key[i] = -1
		}
	}
	for k, l := range axes {
		d.knows[k] = v.m.f.isWithin(l.f)
		var up []int
		if d.knows[k] {
			up = v.m.f.rowsAbove(l.f)
		}
		for i := range key {
			code := int32(0)
			if up != nil {
				code = l.code[up[i]]
			}
			if key[i] < 0 || code < 0 {
				key[i] = -1
				continue
			}
			key[i] = key[i]*len(l.parts) + int(code)
		}
	}
	cells := 1
	for _, l := range axes {
		cells = min(cells*max(1, len(l.parts)), 1<<12)
	}
	near := make([]int, cells) // domain of the first keys, plus 1: quicker than a map
	of := make([]int32, n)
	weights := v.m.design.Weights()
	for i, k := range key {
		of[i] = -1
		if k < 0 {
			continue
		}
		g := -1
		if k < len(near) {
			g = near[k] - 1
		} else if far, ok := d.domain[k]; ok {
			g = far
		}
		if g < 0 {
			g = len(d.domain)
			d.domain[k] = g
			if k < len(near) {
				near[k] = g + 1
			}
			d.whole, d.cases = append(d.whole, 0), append(d.cases, 0)
		}
		if weights[i] != 0 {
			d.whole[g]++
		}
		if !math.IsNaN(v.y[i]) {
			of[i] = int32(g)
			if v.y[i] != 0 && weights[i] != 0 {
				d.cases[g]++
			}
		}
	}
	return of, d
}

// undivided is partition of rows that are in one cell; nil if none left the base.
func (d *division) undivided(v values) (of []int32) {
	d.domain[0], d.whole, d.cases = 0, []int{0}, []int{0}
	// Answers come in no order that a processor could foresee: no branch on them.
	whole, cases, left := 0, 0, 0
	y := v.y
	for i, w := range v.m.design.Weights() {
		counts, blank := one(w != 0), one(y[i] != y[i])
		whole += counts
		left += blank
		cases += counts & (one(y[i] != 0) - blank) // NaN is not 0
	}
	d.whole[0], d.cases[0] = whole, cases
	if left == 0 {
		return nil
	}
	of = make([]int32, len(v.y))
	for i, y := range v.y {
		if math.IsNaN(y) {
			of[i] = -1
		}
	}
	return of
}

// one is 1 for true.
func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// at returns the domain of d that a key of all axes falls in, -1 if there are
// no such rows.
func (d division) at(key int, axes []*levels) int {
	own, scale := 0, 1
	for k := len(axes) - 1; k >= 0; k-- {
		if d.knows[k] {
			own += key % len(axes[k].parts) * scale
		}
		key /= len(axes[k].parts)
		scale *= len(axes[k].parts)
	}
	if g, ok := d.domain[own]; ok {
		return g
	}
	return -1
}

// knowsAll reports whether the rows of d know every axis.
func (d division) knowsAll() bool { return !slices.Contains(d.knows, false) }

// figures computes a breakdown, from what was gathered of it if the rows are gone.
func (c *computation) figures(by []*axis, g *gathering, units map[Unit]int) ([]Figure, error) {
	var e estimator
	if g != nil {
		e = g.estimator(c, by)
	} else {
		var axes []*levels
		for _, a := range by {
			axes = append(axes, c.levelsOf(a))
		}
		if c.in.standard != nil {
			return c.standardised(axes, units)
		}
		e = c.estimator(axes)
	}
	axes := e.axes
	keys := map[int]bool{}
	for _, d := range e.all() {
		if d.knowsAll() {
			for k := range d.domain {
				keys[k] = true
			}
		}
	}
	if len(keys) == 0 && len(axes) == 0 {
		return c.nobody(e, units)
	}
	var out []Figure
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		s, missing := e.at(key)
		cases := -1
		if in := c.in.spec.kind; in != "mean" { // the rows of a mean are no cases of anything
			cases = 0
			if g := e.of.at(key, axes); g >= 0 {
				cases = e.of.cases[g]
			}
		}
		c.before, c.weightBehind = weighting.Statistic{}, 0
		if b, g := e.base.at(key, axes), e.of.at(key, axes); b >= 0 && g >= 0 {
			c.before, c.weightBehind = e.base.sums.Population(b), e.of.sums.Population(g).Value
		}
		f, err := c.figure(s, cases, units)
		if err != nil {
			return nil, err
		}
		f.Missing = missing
		f.Domain = make([]Part, len(axes))
		for k, rest := len(axes)-1, key; k >= 0; k-- {
			f.Domain[k] = axes[k].parts[rest%len(axes[k].parts)]
			rest /= len(axes[k].parts)
		}
		out = append(out, f)
	}
	return out, nil
}

// nobody is the figure of all rows when there are none: a total is 0, anything else is
// no number, and neither is left out as if it had not been asked for.
func (c *computation) nobody(e estimator, units map[Unit]int) ([]Figure, error) {
	s := e.none(0)
	if c.in.spec.kind != "total" {
		s = weighting.Quotient(s, s)
	}
	f, err := c.figure(s, 0, units)
	f.Domain = []Part{}
	return []Figure{f}, err
}

// scale multiplies an estimate and its interval.
func (f *Figure) scale(per float64) {
	f.Value, f.SE, f.Low, f.High = f.Value*per, f.SE*per, f.Low*per, f.High*per
}

// figure gives a statistic its error, interval and class; cases are the rows that
// have what it counts, -1 if there is no such number.
func (c *computation) figure(s weighting.Statistic, cases int, units map[Unit]int) (Figure, error) {
	per := c.in.spec.per
	iv, err := c.intervalOf(s, c.before)
	if err != nil {
		return Figure{}, err
	}
	e, err := c.in.base.Estimate(s, iv)
	if err != nil {
		return Figure{}, err
	}
	f := Figure{Estimate: e, P: math.NaN()}
	f.Class, f.Short = c.p.doc.quality.Class(e, weighting.Evidence{Proportion: c.share, Cases: cases, Calidad: c.p.doc.likeR})
	f.scale(per)
	if len(units) > 0 {
		f.Influence = make([]float64, len(units))
		for _, in := range c.in.base.Influence(s) {
			f.Influence[units[c.p.unit(in)]] = in.Sum * per
		}
	}
	return f, nil
}

// An estimator gives the statistic of each cell of a breakdown.
type estimator struct {
	c            *computation
	axes         []*levels
	of, to, base division
	same         bool // of and to are of the same rows and weights
}

// estimator sums what the indicator needs.
func (c *computation) estimator(axes []*levels) estimator {
	in := c.in
	e := estimator{c: c, axes: axes}
	e.same = in.to != nil && in.to.f == in.of.f && in.to.design == in.of.design
	if e.same {
		e.of = c.divide(c.of, axes, [][]float64{c.to.y}, [2]int{0, 0}, [2]int{1, 1}, [2]int{0, 1})
	} else {
		e.of = c.divide(c.of, axes, nil, [2]int{0, 0})
	}
	if in.to != nil && !e.same {
		e.to = c.divide(c.to, axes, nil)
	}
	e.base = c.divideBase(axes)
	return e
}

// all are the divisions whose cells are figures.
func (e estimator) all() []division {
	all := []division{e.of}
	if e.to.sums != nil {
		all = append(all, e.to)
	}
	if e.c.in.of.f != e.c.in.f { // cells without rows below are zeros, not absent
		all = append(all, e.base)
	}
	return all
}

// at returns the statistic of a cell, and the rows that left its base.
func (e estimator) at(key int) (s weighting.Statistic, missing int) {
	in := e.c.in
	g := e.of.at(key, e.axes)
	if g >= 0 {
		missing = e.of.whole[g] - e.of.sums.Population(g).N
	}
	direct := in.of.f == in.f // the rows are those of in.f themselves
	switch {
	case e.same && g >= 0 && direct:
		return e.of.sums.Ratio(g, 0, 1), missing
	case e.same && g >= 0:
		return e.among(key, e.of.sums.Ratio(g, 0, 1)), missing
	case e.same:
		return weighting.Quotient(e.none(key), e.none(key)), missing
	case in.to != nil:
		return e.quotient(key, g), missing
	case in.spec.kind == "total":
		return e.total(key, g), missing
	case direct && g >= 0:
		return e.of.sums.Mean(g, 0), missing
	}
	b := e.base.at(key, e.axes)
	return weighting.Quotient(e.total(key, g), e.base.sums.Population(b)), missing
}

// quotient is of over to, of different rows or weights.
func (e estimator) quotient(key, g int) weighting.Statistic {
	to := e.none(key)
	if h := e.to.at(key, e.axes); h >= 0 {
		to = e.to.sums.Total(h, 0)
		if e.c.in.to.f != e.c.in.f {
			to = e.among(key, to)
		}
	}
	return weighting.Quotient(e.total(key, g), to)
}

// total is the total of domain g of the measure, 0 if it has no rows.
func (e estimator) total(key, g int) weighting.Statistic {
	if g < 0 {
		return e.none(key)
	}
	t := e.of.sums.Total(g, 0)
	if e.c.in.of.f == e.c.in.f {
		return t
	}
	return e.among(key, t)
}

// among gives a statistic of rows below the units of the rows it is among.
func (e estimator) among(key int, s weighting.Statistic) weighting.Statistic {
	b := e.base.at(key, e.axes)
	if b < 0 {
		return s
	}
	return weighting.Within(s, e.base.sums.Population(b))
}

// none is 0, in a domain of the rows that the indicator is among.
func (e estimator) none(key int) weighting.Statistic {
	s := weighting.Scale(e.base.sums.Population(max(0, e.base.at(key, e.axes))), 0)
	s.N = 0
	return s
}
