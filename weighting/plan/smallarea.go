package plan

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file predicts an indicator for areas whose own sample is too small, from what
// is known of every area:
//
//	{name: victims, proportion: robbed, among: persons,
//	 small_areas: {area: municipality, read: areas.csv, covariates: [poverty, density]}}
//
// The rules:
//
//   - area is a variable of the rows the indicator is among, or of those above; the
//     file has a column of that name and a row for every area: also for areas that
//     were not drawn, which are predicted too;
//   - the direct estimates and their variances are the indicator's own by area, with
//     the whole design in them, so that the two never disagree;
//   - an area that no row is in, or whose direct estimate has no variance or one of 0,
//     tells the model nothing: it is predicted by its covariates alone, its share of
//     the direct estimate is 0, and a note says so. A share of 0 or 1 in a handful of
//     rows has a variance of 0, and would else be taken for certain;
//   - a row without an area is in none, and a note counts such rows;
//   - by keeps its meaning: the figures of the indicator stand beside those by area.
//
// The model is weighting.FayHerriot, which names its sources.

// An areaSpec is that entry.
type areaSpec struct {
	at, area, read *source.Node
	covariates     []*source.Node
	method         weighting.AreaMethod
}

// areaKinds are the indicators that have a direct estimate by area.
var areaKinds = []string{"proportion", "mean", "total", "ratio"}

// readAreas reads the entry of an indicator.
func (in *indicatorSpec) readAreas(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		return
	}
	m := n.Map(ds, "small areas: {area: municipality, read: areas.csv, covariates: [poverty]}", "area", "read", "covariates", "method")
	s := &areaSpec{at: n, area: m.Need(ds, "area"), read: m.Need(ds, "read")}
	s.area.Text(ds, "a variable")
	s.read.Text(ds, "a file name")
	s.covariates = words(m.Need(ds, "covariates"), ds, "a column of the file of areas")
	for i, c := range s.covariates {
		if slices.ContainsFunc(s.covariates[:i], func(o *source.Node) bool { return o.Raw() == c.Raw() }) {
			c.Fail(ds, "name each once", "%s is named twice", c.Raw())
		}
	}
	if word := m.Get("method").Word(ds, "REML", "ML", "FH"); word != "" {
		s.method, _ = weighting.ParseAreaMethod(word)
	}
	if in.kind != "" && !slices.Contains(areaKinds, in.kind) {
		n.Fail(ds, strings.Join(areaKinds, ", "), "a %s has no small areas", in.kind)
	}
	in.areas = s
}

// An areaFile is the file of areas, read.
type areaFile struct {
	axis  *axis
	names []string // in the order of the file
	x     [][]float64
}

// bindAreas reads the file of areas of an indicator.
func (p *Plan) bindAreas(in *indicator) {
	s := in.spec.areas
	if s == nil {
		return
	}
	a := p.modelVariable(s.area, s.area.Raw(), in)
	if a == nil || p.b.open == nil || s.read.Raw() == "" || slices.ContainsFunc(s.covariates, func(n *source.Node) bool { return n.Raw() == "" }) {
		return // told
	}
	reader := frameReader{o: p.b.open}
	t := reader.table(s.read)
	if t == nil || !reader.columns(t, append([]*source.Node{s.area}, s.covariates...)) {
		return
	}
	f := &areaFile{axis: a, x: make([][]float64, t.Len())}
	if !p.namedAreas(f, s, t) || !p.covariates(f, s, t) || p.top == nil || !p.sound {
		return
	}
	c := &computation{p: p, in: in, axes: map[*variable]*levels{}}
	var missing []string
	parts := c.levelsOf(a).parts
	for _, part := range parts {
		if !slices.Contains(f.names, part.Level) {
			missing = append(missing, part.Level)
		}
	}
	if len(missing) > 0 {
		s.read.Fail(p.b.ds, "a row for each area, with its covariates", "%s has no row for %s", s.read.Raw(), first(missing, 5))
		return
	}
	if need := len(s.covariates) + 3; len(parts) < need {
		s.at.Fail(p.b.ds, "leave covariates out, or take larger samples by area", "the sample is in %d areas, and a model of %d covariates needs %d", len(parts), len(s.covariates), need)
		return
	}
	in.areas = f
}

// namedAreas reads the areas' names, as levels of the variable are written.
func (p *Plan) namedAreas(f *areaFile, s *areaSpec, t *weighting.Table) bool {
	col, wrong := t.Column(s.area.Raw()), 0
	places := p.b.placesIn(&file{spec: &fileSpec{read: s.read}, table: t}, s.area.Raw())
	line := map[string]int{}
	for i := range t.Len() {
		name := col.Text(i)
		if kind := f.axis.v.typ.Kind; kind == expr.Real || kind == expr.Number {
			if v, err := strconv.ParseFloat(name, 64); err == nil { // 7 and 7.0 are one area
				name = strconv.FormatFloat(v, 'f', -1, 64)
			}
		}
		f.names = append(f.names, name)
		msg := ""
		if was, twice := line[name]; twice {
			msg = fmt.Sprintf("area %s is on line %d already", name, was)
		} else if col.Missing(i) != expr.Answered || name == "" {
			msg = "a row without an area"
		}
		line[name] = t.Line(i)
		if msg == "" {
			continue
		}
		if wrong++; wrong <= maxTold {
			places.add(p.b.ds, i, msg, "each area has one row")
		}
	}
	places.find()
	p.b.countRest(wrong)
	return wrong == 0
}

// covariates reads the numbers of each area.
func (p *Plan) covariates(f *areaFile, s *areaSpec, t *weighting.Table) bool {
	sound := true
	for _, n := range s.covariates {
		col := t.Column(n.Raw())
		if col.Numbers == nil {
			n.Fail(p.b.ds, "a covariate is a number: write 0 and 1 for a condition", "%s", notNumbers(col))
			sound = false
			continue
		}
		places, wrong := p.b.placesIn(&file{spec: &fileSpec{read: s.read}, table: t}, n.Raw()), 0
		for i, v := range col.Numbers {
			f.x[i] = append(f.x[i], v)
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				continue
			}
			if wrong++; wrong <= maxTold {
				places.add(p.b.ds, i, fmt.Sprintf("area %s has no %s", f.names[i], n.Raw()), "the model needs every covariate of every area: write it, or leave the covariate out")
			}
		}
		places.find()
		p.b.countRest(wrong)
		sound = sound && wrong == 0
	}
	return sound
}

// SmallAreas are the areas of an indicator and the model that predicts them.
type SmallAreas struct {
	Method string `json:"method"` // REML, ML or FH

	// Between is the variance between areas that the covariates do not explain, in
	// the unit of the indicator squared.
	Between float64 `json:"between"`

	Coefficients []Coefficient `json:"coefficients"`
	Areas        []Area        `json:"areas"`

	// Outside is the number of rows with weight that are in no area.
	Outside int `json:"rows_without_area,omitempty"`
}

// A Coefficient is that of a covariate, (Intercept) first.
type Coefficient struct {
	Covariate string  `json:"covariate"`
	Value     float64 `json:"value"`
}

// An Area is an area's prediction, in the order of the file of areas.
type Area struct {
	// Direct is the indicator's own figure there; its numbers are NaN without rows.
	Direct Figure

	Synthetic float64 // what the covariates alone say
	EBLUP     float64 // the prediction
	MSE       float64 // its mean squared error, in the unit squared

	// Gamma is the share of the direct estimate in the prediction, 0 if it tells
	// the model nothing: see Alone.
	Gamma float64

	// Alone says that the area was predicted by its covariates alone.
	Alone bool
}

// MarshalJSON writes an area.
func (a Area) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Direct    Figure `json:"direct"`
		Synthetic real   `json:"synthetic"`
		EBLUP     real   `json:"eblup"`
		MSE       real   `json:"mse"`
		Gamma     real   `json:"gamma"`
		Alone     bool   `json:"covariates_alone,omitempty"`
	}{a.Direct, real(a.Synthetic), real(a.EBLUP), real(a.MSE), real(a.Gamma), a.Alone})
}

// roundingOfSE is the part of an estimate below which an error is one of rounding: equal
// values have no variance, though their mean may not be them to the last digit.
const roundingOfSE = 1e-9

// areas predicts the areas of the indicator; nil if it has none.
func (c *computation) areas() (*SmallAreas, error) {
	f := c.in.areas
	if f == nil {
		return nil, nil
	}
	figures, err := c.figures([]*axis{f.axis}, nil, nil)
	if err != nil {
		return nil, err
	}
	direct := map[string]Figure{}
	for _, g := range figures {
		direct[g.Domain[0].Level] = g
	}
	var y, variance []float64
	var x [][]float64
	row := make([]int, len(f.names)) // of the model, -1 for an area that is not in it
	out := &SmallAreas{Method: c.in.spec.areas.method.String(), Outside: c.outside(f.axis)}
	for i, name := range f.names {
		g, drawn := direct[name]
		if !drawn {
			g = nowhere(Part{Variable: f.axis.v.name, Level: name})
		}
		row[i] = -1
		if g.SE > roundingOfSE*math.Abs(g.Value) && !math.IsInf(g.SE, 1) && !math.IsNaN(g.Value) {
			row[i] = len(y)
			y, variance, x = append(y, g.Value), append(variance, g.SE*g.SE), append(x, f.x[i])
		}
		out.Areas = append(out.Areas, Area{Direct: g, Alone: row[i] < 0})
	}
	if need := len(c.in.spec.areas.covariates) + 3; len(y) < need {
		return nil, fmt.Errorf("small areas: %d areas have a direct estimate with a variance, and the model needs %d: leave covariates out", len(y), need)
	}
	fit, err := weighting.FayHerriot(y, variance, x, c.in.spec.areas.method)
	if err != nil {
		return nil, fmt.Errorf("small areas: %w", err)
	}
	out.Between = fit.Between
	out.Coefficients = []Coefficient{{"(Intercept)", fit.Beta[0]}}
	for k, n := range c.in.spec.areas.covariates {
		out.Coefficients = append(out.Coefficients, Coefficient{n.Raw(), fit.Beta[k+1]})
	}
	for i := range out.Areas {
		a := &out.Areas[i]
		a.Synthetic, a.MSE = fit.Synthetic(f.x[i])
		a.EBLUP = a.Synthetic
		if k := row[i]; k >= 0 {
			a.EBLUP, a.MSE, a.Gamma = fit.Value[k], fit.MSE[k], fit.Share(variance[k])
		}
	}
	return out, nil
}

// nowhere is the direct figure of an area without rows.
func nowhere(p Part) Figure {
	nan := math.NaN()
	f := Figure{Domain: []Part{p}, P: nan}
	f.Value, f.SE, f.CV, f.Low, f.High, f.Deff, f.DeffReplace = nan, nan, nan, nan, nan, nan, nan
	return f
}

// outside counts the rows with weight that are in no area.
func (c *computation) outside(a *axis) int {
	l, up := c.levelsOf(a), c.in.f.rowsAbove(a.f)
	n := 0
	for i, w := range c.in.base.Weights() {
		if w != 0 && l.code[up[i]] < 0 && (c.keep == nil || c.keep[i]) {
			n++
		}
	}
	return n
}

// table writes the table of an indicator's areas, and the model under it.
func (s *SmallAreas) table(b *strings.Builder, words *wordTable) {
	name := &column{left: true}
	n, direct, se := &column{head: "n"}, &column{head: words.direct}, &column{head: words.se}
	synthetic, eblup := &column{head: words.synthetic}, &column{head: "EBLUP"}
	mse, root, gamma := &column{head: words.mse}, &column{head: "√" + words.mse}, &column{head: "γ"}
	var figures, squares []Figure
	for _, a := range s.Areas {
		f := Figure{}
		f.Value, f.SE = a.EBLUP, math.Sqrt(a.MSE)
		figures = append(figures, f)
		f.Value, f.SE = a.MSE, 0
		squares = append(squares, f)
	}
	digits, fine := decimals(figures), decimals(squares)
	for _, a := range s.Areas {
		name.add(a.Direct.label(words))
		n.add(grouped(float64(a.Direct.N), 0))
		direct.add(grouped(a.Direct.Value, digits))
		se.add(grouped(a.Direct.SE, digits))
		synthetic.add(grouped(a.Synthetic, digits))
		eblup.add(grouped(a.EBLUP, digits))
		mse.add(grouped(a.MSE, fine))
		root.add(grouped(math.Sqrt(a.MSE), digits))
		gamma.add(grouped(a.Gamma, 3))
	}
	writeColumns(b, []*column{name, n, direct, se, synthetic, eblup, mse, root, gamma})
	var terms []string
	for _, c := range s.Coefficients {
		name := c.Covariate
		if name == "(Intercept)" {
			name = words.intercept
		}
		terms = append(terms, name+" "+strconv.FormatFloat(c.Value, 'g', 4, 64))
	}
	fmt.Fprintf(b, words.areaModel+"\n", s.Method, strconv.FormatFloat(s.Between, 'g', 4, 64), strings.Join(terms, ", "))
}

// areaNotes says which areas have nothing but their covariates, and which rows no area.
func (in Indicator) areaNotes(words *wordTable) []string {
	if in.SmallAreas == nil {
		return nil
	}
	var notes, alone []string
	for _, a := range in.SmallAreas.Areas {
		if a.Alone {
			alone = append(alone, strings.TrimSpace(a.Direct.label(words)))
		}
	}
	if len(alone) > 0 {
		notes = append(notes, fmt.Sprintf(words.alone, in.Name, len(alone), len(in.SmallAreas.Areas), first(alone, 5)))
	}
	if n := in.SmallAreas.Outside; n > 0 {
		notes = append(notes, fmt.Sprintf(words.outside, in.Name, n))
	}
	return notes
}
