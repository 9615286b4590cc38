package plan

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// This file computes the indicators that are not sums: quantiles, regressions and
// tests. The rules:
//
//   - they are of rows, never of rows summed below: each row of the file they are
//     among has one value, which may be a sum over its own rows;
//   - each cell of a breakdown is a computation of its own, with the design's PSUs
//     all there;
//   - a variable that is a code, a text or a condition enters a model as its levels,
//     a number as itself. Levels that no row of the cell has are left out, or the
//     model could not tell them apart.

// special reports whether a kind of indicator is computed here.
func special(kind string) bool {
	return kind == "quantile" || kind == "concentration" || kind == "regression" || kind == "test"
}

// A TestResult is the outcome of a test, for one cell of a breakdown.
type TestResult struct {
	Domain []Part `json:"domain"`

	// Name is the term of a model, or the two variables compared.
	Name string `json:"name"`

	// Kind is F, t or chi-square; Denominator is 0 but for F.
	Kind        string  `json:"kind"`
	Method      string  `json:"method"` // wald or likelihood, or as the plan names it
	Statistic   float64 `json:"statistic"`
	DF          float64 `json:"df"`
	Denominator float64 `json:"denominator,omitempty"`
	P           float64 `json:"p"`
}

// specials computes a breakdown of such an indicator.
func (c *computation) specials(by []*axis, units map[Unit]int) (figures []Figure, tests []TestResult, err error) {
	var axes []*levels
	for _, a := range by {
		axes = append(axes, c.levelsOf(a))
	}
	of, d := c.partition(c.of, axes)
	for _, key := range slices.Sorted(maps.Keys(d.domain)) {
		g := int32(d.domain[key])
		cell := cell{rows: weighting.Domains{}.Where(func(i int) bool { return of[i] == g }, len(of)), parts: []Part{}}
		for k, rest := len(axes)-1, key; k >= 0; k-- {
			cell.parts = append([]Part{axes[k].parts[rest%len(axes[k].parts)]}, cell.parts...)
			rest /= len(axes[k].parts)
		}
		cell.whole = d.whole[g]
		var own []Figure
		var ownTests []TestResult
		switch c.in.spec.kind {
		case "quantile":
			own, err = c.quantiles(cell)
		case "concentration":
			own, err = c.concentration(cell, units)
		case "regression":
			own, ownTests, err = c.regression(cell)
		default:
			own, ownTests, err = c.test(cell)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", cell.name(), err)
		}
		figures, tests = append(figures, own...), append(tests, ownTests...)
	}
	return figures, tests, nil
}

// A cell is a cell of a breakdown: its rows with a value.
type cell struct {
	rows  weighting.Domains
	parts []Part
	whole int // rows with weight, also those without a value
}

func (c cell) name() string { return Figure{Domain: c.parts}.name() }

// with returns the domain of a figure of the cell that another part names.
func (c cell) with(p Part) []Part { return append(slices.Clone(c.parts), p) }

func (c *computation) quantiles(cl cell) ([]Figure, error) {
	spec, iv := c.in.spec.quantile, c.p.doc.interval
	in := cl.rows.Complete(c.of.y)
	got, err := c.in.base.Quantiles(c.of.y, spec.at, in, weighting.QuantileOptions{Rule: spec.rule, Interval: iv})
	if err != nil {
		return nil, err
	}
	var out []Figure
	for k, e := range got {
		f := Figure{Estimate: e, P: math.NaN(), Missing: cl.whole - e.N}
		f.Class, f.Short = c.p.doc.quality.Class(e, weighting.Evidence{Cases: -1})
		f.scale(c.in.spec.per)
		f.Domain = cl.with(Part{Variable: "quantile", Level: strconv.FormatFloat(spec.at[k], 'g', -1, 64)})
		out = append(out, f)
	}
	return out, nil
}

// A modelTerm is a term with the parts that name its columns.
type modelTerm struct {
	weighting.Term
	parts []Part

	// levels are all of a variable, the reference among them; margins set each.
	factor    weighting.Factor
	reference int
	levels    []Part
}

func (c *computation) regression(cl cell) ([]Figure, []TestResult, error) {
	spec := c.in.spec.regression
	in := cl.rows.Complete(c.of.y)
	m := weighting.Regression{Y: c.of.y, Family: spec.family, Link: spec.link}
	if c.p.doc.likeR {
		m.Epsilon = epsilonOfGLM
	}
	if c.in.exposure != nil {
		m.Offset = c.values(&measure{f: c.in.f, e: c.in.exposure, design: c.in.base}).y
		for i, v := range m.Offset {
			m.Offset[i] = math.NaN()
			if v > 0 {
				m.Offset[i] = math.Log(v)
			}
		}
	}
	parts := []Part{{Variable: "(Intercept)"}}
	if spec.ordinal {
		parts = nil
	}
	alone := map[string]modelTerm{}
	for _, factors := range c.in.terms {
		var term modelTerm
		for k, a := range factors {
			next := c.term(a, in)
			if k == 0 {
				term = next
			} else {
				term = product(term, next)
			}
		}
		m.Terms, parts = append(m.Terms, term.Term), append(parts, term.parts...)
		alone[term.Name] = term
	}
	var fit *weighting.Fit
	var err error
	slopes := len(parts)
	if spec.ordinal {
		fit, err = c.ordinal(m, in)
	} else {
		fit, err = c.in.base.Regress(m, in)
	}
	if err != nil {
		return nil, nil, err
	}
	c.lost = max(c.lost, fit.Lost)
	for _, cut := range fit.Names[slopes:] {
		parts = append(parts, Part{Variable: cut})
	}
	coefficients, err := fit.Coefficients(c.p.doc.interval.Level)
	if err != nil {
		return nil, nil, err
	}
	var out []Figure
	for j, k := range coefficients {
		e := k.Estimate
		if spec.ratios {
			if j == 0 && !spec.ordinal || j >= slopes {
				continue // exp of an intercept or a cut is no ratio
			}
			e = k.Exp()
		}
		e.Deff, e.DeffReplace = math.NaN(), math.NaN()
		parts[j].term = true
		out = append(out, Figure{Estimate: e, P: k.P, Missing: cl.whole - fit.N, Domain: cl.with(parts[j])})
	}
	margins, err := c.margins(cl, fit, alone)
	if err != nil {
		return nil, nil, err
	}
	out = append(out, margins...)
	var tests []TestResult
	for _, t := range m.Terms {
		var w weighting.Test
		method := "wald"
		if spec.likelihood {
			method = "likelihood"
			var lr weighting.LikelihoodRatio
			lr, err = fit.LikelihoodRatioTest(t.Name)
			if w = lr.RaoScott; c.p.doc.likeR {
				w = lr.Saddlepoint
			}
		} else {
			w, err = fit.WaldTest(t.Name)
		}
		if err != nil {
			return nil, nil, err
		}
		tests = append(tests, result(cl, t.Name, method, w))
	}
	return out, tests, nil
}

// ordinal fits the model of an ordered answer: its values in their order, those that
// rows of the cell with all terms have.
func (c *computation) ordinal(m weighting.Regression, in weighting.Domains) (*weighting.Fit, error) {
	columns := [][]float64{c.of.y}
	for _, t := range m.Terms {
		for _, x := range t.Columns {
			columns = append(columns, x.Value)
		}
	}
	in = in.Complete(columns...)
	weights := c.in.base.Weights()
	var values []float64
	for i, v := range c.of.y {
		if weights[i] != 0 && (in.Of == nil || in.Of[i] >= 0) {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	if len(values) > maxLevels {
		return nil, fmt.Errorf("%s has %d values: an ordered answer has %d at most, cut it", c.in.spec.of.Raw(), len(values), maxLevels)
	}
	names := make([]string, len(values))
	for k, v := range values {
		names[k] = strconv.FormatFloat(v, 'g', -1, 64)
		if typ := c.of.m.e.Type(); typ.Kind == expr.Code {
			names[k] = typ.List.Codes[int(v)]
		}
	}
	code := make([]int, len(c.of.y))
	for i, v := range c.of.y {
		code[i] = -1
		if k, ok := slices.BinarySearch(values, v); ok {
			code[i] = k
		}
	}
	return c.in.base.OrdinalRegression(code, names, m.Terms, in)
}

// maxLevels bounds the values of an ordered answer.
const maxLevels = 50

// margins computes the predictive margins that a regression shows: what the mean
// would be if all rows were of one level, and otherwise as they are.
func (c *computation) margins(cl cell, fit *weighting.Fit, terms map[string]modelTerm) ([]Figure, error) {
	var out []Figure
	for _, n := range c.in.spec.regression.margins {
		t := terms[n.Raw()]
		if t.levels == nil {
			return nil, fmt.Errorf("margins: no row has a level of %s", n.Raw())
		}
		got, err := fit.PredictiveMargins(weighting.Settings(t.Name, t.factor, t.reference)...)
		if err != nil {
			return nil, err
		}
		for k, m := range got {
			e, err := c.in.base.Estimate(m.Statistic, weighting.Interval{Level: c.p.doc.interval.Level, DF: fit.DF})
			if err != nil {
				return nil, err
			}
			e.N, e.Deff, e.DeffReplace = fit.N, math.NaN(), math.NaN()
			part := t.levels[k]
			part.Variable, part.term = "margin("+part.Variable+")", true
			out = append(out, Figure{Estimate: e, P: math.NaN(), Missing: cl.whole - fit.N, Domain: cl.with(part)})
		}
	}
	return out, nil
}

// result names the outcome of a test.
func result(cl cell, name, method string, t weighting.Test) TestResult {
	kind := "t"
	if t.Denominator != 0 {
		kind = "F"
	}
	return TestResult{cl.parts, name, kind, method, t.Statistic, t.DF, t.Denominator, t.P}
}

// term makes the term of a variable for the rows of a cell.
func (c *computation) term(a *axis, in weighting.Domains) modelTerm {
	up := c.in.f.rowsAbove(a.f)
	if !categorical(a.v) {
		v := make([]float64, len(up))
		for i, r := range up {
			v[i] = math.NaN()
			if x := a.v.cell(r); x.Missing == expr.Answered {
				v[i] = number(x, a.v.typ)
			}
		}
		return modelTerm{Term: weighting.Slope(a.v.name, v), parts: []Part{{Variable: a.v.name}}}
	}
	l := c.levelsOf(a)
	place := make([]int, len(l.parts))
	weights := c.in.base.Weights()
	for i, r := range up {
		if code := l.code[r]; code >= 0 && weights[i] != 0 && (in.Of == nil || in.Of[i] >= 0) {
			place[code] = 1
		}
	}
	var f weighting.Factor
	var parts []Part
	reference := 0
	for code, used := range place {
		place[code] = -1
		if used == 0 {
			continue
		}
		if l.parts[code].Level == c.in.spec.regression.reference[a.v.name] {
			reference = len(f.Levels)
		}
		place[code] = len(f.Levels)
		f.Levels = append(f.Levels, l.parts[code].Level)
		parts = append(parts, l.parts[code])
	}
	f.Code = make([]int, len(up))
	for i, r := range up {
		f.Code[i] = -1
		if code := l.code[r]; code >= 0 {
			f.Code[i] = place[code]
		}
	}
	if len(f.Levels) == 0 { // the fit says that no row has it
		return modelTerm{Term: weighting.Slope(a.v.name, slices.Repeat([]float64{math.NaN()}, len(up))), parts: []Part{{Variable: a.v.name}}}
	}
	return modelTerm{
		Term: weighting.Contrasts(a.v.name, f, reference), parts: slices.Delete(slices.Clone(parts), reference, reference+1),
		factor: f, reference: reference, levels: parts,
	}
}

// categorical reports whether a variable enters a model as its levels.
func categorical(v *variable) bool {
	return v.typ.Kind == expr.Code || v.typ.Kind == expr.Text || v.typ.Kind == expr.Bool
}

// product is the interaction of two terms.
func product(a, b modelTerm) modelTerm {
	t := modelTerm{Term: weighting.Interaction(a.Term, b.Term)}
	for _, y := range b.parts {
		for _, x := range a.parts {
			p := Part{Variable: x.Variable + ":" + y.Variable, Level: joined(x.Level, y.Level)}
			if x.Label != "" || y.Label != "" {
				p.Label = joined(x.text(), y.text())
			}
			t.parts = append(t.parts, p)
		}
	}
	return t
}

// joined joins the levels that there are.
func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ":" + b
}

// text is the label, or the level without one.
func (p Part) text() string {
	if p.Label != "" {
		return p.Label
	}
	return p.Level
}

// test compares the groups of a cell, or its mean with a value. A t test also has
// the difference that it tests, as a figure.
func (c *computation) test(cl cell) ([]Figure, []TestResult, error) {
	spec, d := c.in.spec.test, c.in.base
	if spec.groups == nil {
		value := strconv.FormatFloat(spec.value, 'g', -1, 64)
		t, err := d.MeanTest(c.of.y, spec.value, cl.rows, c.p.doc.interval.Level)
		if err != nil {
			return nil, nil, err
		}
		name := c.in.spec.of.Raw() + " - " + value
		f := c.difference(cl, Part{Level: name}, t)
		return []Figure{f}, []TestResult{result(cl, name, spec.method, t)}, nil
	}
	a := c.in.terms[0][0]
	l, up := c.levelsOf(a), c.in.f.rowsAbove(a.f)
	group := make([]int, len(up))
	for i, r := range up {
		group[i] = int(l.code[r])
	}
	name := c.in.spec.of.Raw() + " by " + a.v.name
	var t weighting.Test
	var err error
	switch spec.method {
	case "t":
		t, err = d.GroupTest(c.of.y, group, cl.rows, c.p.doc.interval.Level)
	case "chisq":
		t, err = independence(d, c.of.y, group, cl.rows)
	default:
		score := map[string]weighting.RankScore{"wilcoxon": weighting.Wilcoxon, "vanderwaerden": weighting.VanDerWaerden, "median": weighting.MedianAbove}
		t, err = d.RankTest(c.of.y, group, cl.rows, weighting.RankOptions{Score: score[spec.method], TiesLikeR: c.p.doc.likeR}, c.p.doc.interval.Level)
	}
	if err != nil {
		return nil, nil, err
	}
	tests := []TestResult{result(cl, name, spec.method, t)}
	if spec.method != "t" {
		return nil, tests, nil
	}
	// The two codes that the test found: those of the rows that it compares.
	low, high := -1, -1
	for i, g := range group {
		if g < 0 || math.IsNaN(c.of.y[i]) || cl.rows.Of != nil && cl.rows.Of[i] < 0 {
			continue
		}
		if low < 0 || g < low {
			low = g
		}
		high = max(high, g)
	}
	return []Figure{c.difference(cl, less(l.parts[high], l.parts[low]), t)}, tests, nil
}

// less names the difference of two levels, in every language that either is read in.
func less(a, b Part) Part {
	p := Part{Level: a.Level + " - " + b.Level, labels: map[string]string{}}
	if a.Label != "" || b.Label != "" {
		p.Label = a.text() + " - " + b.text()
	}
	for _, of := range []map[string]string{a.labels, b.labels} {
		for language := range of {
			p.labels[language] = cmp.Or(a.label(language), a.Level) + " - " + cmp.Or(b.label(language), b.Level)
		}
	}
	return p
}

// difference is the figure of what a t test tests, named by the part.
func (c *computation) difference(cl cell, p Part, t weighting.Test) Figure {
	p.Variable, p.computed = "difference", true
	f := Figure{Estimate: t.Estimate, P: t.P, Missing: cl.whole - t.Estimate.N}
	f.Domain = cl.with(p)
	return f
}

// independence tests a table of the values of y and the groups.
func independence(d *weighting.Design, y []float64, group []int, in weighting.Domains) (weighting.Test, error) {
	var values []float64
	for _, v := range y {
		if !math.IsNaN(v) {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	row := make([]int, len(y))
	for i, v := range y {
		row[i] = -1
		if k, ok := slices.BinarySearch(values, v); ok {
			row[i] = k
		}
	}
	t, err := d.Frequencies(row, group, in)
	if err != nil {
		return weighting.Test{}, err
	}
	test, err := t.Independence()
	if err != nil && !math.IsNaN(test.RaoScott.P) && test.RaoScott.DF > 0 {
		err = nil // only Wald's statistic, which is not shown, cannot be computed
	}
	return test.RaoScott, err
}
