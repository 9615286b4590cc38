package plan

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file reads totals and calibrates to them. The rules:
//
//   - a file of totals has a row for each cell of the population, with columns
//     called as the variables, and a column that counts: one file serves many
//     margins, which then agree;
//   - values are those of the files or the names of their codes; numbers are
//     compared as numbers;
//   - a row with weight in no category, or in one without a total, is an error:
//     people who are left out of a margin are left out of the population.

// A boundMargin is a margin with what the population has of it.
type boundMargin struct {
	spec    *marginSpec
	control weighting.Control
	text    []string           // the category of each row, "" for none
	totals  map[string]float64 // by category
	file    string             // of the totals
}

// bindCalibrate reads the totals of a calibration.
func (w *WeightPlan) bindCalibrate(s *stepSpec, f *file) func(*weighingState) (string, error) {
	var margins []*boundMargin
	sound := true
	for i := range s.margins {
		m := w.bindMargin(&s.margins[i], s, f)
		sound = sound && m != nil
		margins = append(margins, m)
	}
	var part, household weighting.Factor
	if s.within != nil {
		cells, ok := w.cellsOf([]*source.Node{s.within}, f)
		part, sound = cells, sound && ok
	}
	if s.household != nil {
		cells, ok := w.cellsOf(s.household, f)
		household, sound = cells, sound && ok
	}
	if !sound {
		return nil
	}
	if s.within != nil {
		for _, m := range margins {
			m.cross(part)
		}
	}
	return func(st *weighingState) (string, error) {
		if err := covered(st, margins, part); err != nil {
			return "", err
		}
		var controls []weighting.Control
		for _, m := range margins {
			controls = append(controls, m.control)
		}
		if s.within == nil {
			list, err := weighting.Margins(controls, st.d.Weights())
			st.margins = list
			if err != nil && s.method != "ridge" {
				return "the totals of the population and the categories of the sample have to be the same", err
			}
		}
		d, err := w.doc.calibrated(st.d, s, margins, controls, part, household)
		if err != nil {
			return tightest(st.d, s, controls, err), err
		}
		st.d = d
		return "", nil
	}
}

// calibrated makes the step.
func (doc *weightDocument) calibrated(d *weighting.Design, s *stepSpec, margins []*boundMargin, controls []weighting.Control, part, household weighting.Factor) (*weighting.Design, error) {
	c := weighting.Calibration{Controls: controls, Bounds: s.bounds, Tolerance: doc.calibrationTolerance()}
	switch s.method {
	case "rake":
		return d.Rake(controls, doc.rakeOptions())
	case "poststratify":
		return d.PostStratify(controls[0])
	case "ridge":
		var cost []float64
		for _, m := range margins {
			cost = append(cost, slices.Repeat([]float64{m.spec.cost}, len(m.control.Totals))...)
		}
		return d.CalibrateRidge(controls, cost)
	case "raking":
		c.Distance = weighting.RakingDistance
	case "logit":
		c.Distance = weighting.LogitDistance
	}
	switch {
	case part.Code != nil:
		return d.CalibrateWithin(part, c)
	case household.Code != nil:
		return d.CalibrateHouseholds(c, household.Code)
	}
	return d.Calibrate(c)
}

// tightest says which bounds could be kept where those of s could not.
func tightest(d *weighting.Design, s *stepSpec, controls []weighting.Control, err error) string {
	if _, missed := errors.AsType[*weighting.ConvergenceError](err); !missed || s.within != nil || s.household != nil || s.bounds == (weighting.Bounds{}) {
		return "join small categories, or leave a margin out"
	}
	b, wrong := d.FeasibleBounds(weighting.Calibration{Controls: controls})
	if wrong != nil {
		return "no bounds help: join small categories, or leave a margin out"
	}
	return fmt.Sprintf("bounds: [%.3f, %.3f] are about the nearest that can be kept", math.Floor(1000*b.Low)/1000, math.Ceil(1000*b.High)/1000)
}

// bindMargin reads what the population has of a margin; nil after a mistake.
func (w *WeightPlan) bindMargin(spec *marginSpec, s *stepSpec, f *file) *boundMargin {
	m := &boundMargin{spec: spec}
	if spec.sum != nil {
		v, ok := w.quantity(spec.sum, f)
		if !ok {
			return nil
		}
		m.control = weighting.Control{Name: spec.sum.Raw(), Value: v, Totals: []float64{spec.to}}
		if s.within != nil {
			spec.at.Fail(w.p.b.ds, "", "the sum of an expression has one total, and parts need one each")
			return nil
		}
		if s.method == "rake" || s.method == "poststratify" {
			spec.at.Fail(w.p.b.ds, "use raking or linear", "%s is to counts of rows, not to sums of an expression", s.method)
			return nil
		}
		return m
	}
	if spec.totals.Raw() == "" || spec.count.Raw() == "" {
		return nil // told
	}
	names := spec.by
	if s.within != nil && s.within.Raw() != "" {
		names = append([]string{s.within.Raw()}, names...)
	}
	var vars []*variable
	for _, name := range names {
		v, _ := w.variable(name, spec.at, f)
		if v == nil {
			return nil
		}
		vars = append(vars, v)
	}
	t, ok := w.totalsFile(spec, names)
	if !ok {
		return nil
	}
	m.file, m.totals = t.File, map[string]float64{}
	count := t.Column(spec.count.Raw())
	for row := range t.Len() {
		var parts []string
		for k, name := range names {
			parts = append(parts, sameText(vars[k], t.Column(name).Text(row)))
		}
		m.totals[strings.Join(parts, between)] += count.Numbers[row]
	}
	m.control.Name = strings.Join(spec.by, " by ")
	if len(spec.by) == 0 {
		m.control.Name = "all"
		if s.within == nil {
			m.control.Totals = []float64{m.totals[""]}
			return m
		}
	}
	if m.text, ok = w.levelTexts(names, spec.at, f); !ok {
		return nil
	}
	m.control.Levels = slices.Sorted(maps.Keys(m.totals))
	m.control.Code = make([]int, len(m.text))
	for i, text := range m.text {
		k, found := slices.BinarySearch(m.control.Levels, text)
		if m.control.Code[i] = k; !found {
			m.control.Code[i] = -1
		}
	}
	for _, level := range m.control.Levels {
		m.control.Totals = append(m.control.Totals, m.totals[level])
	}
	return m
}

// totalsFile reads a file of totals and looks up its columns.
func (w *WeightPlan) totalsFile(spec *marginSpec, names []string) (*weighting.Table, bool) {
	b := frameReader{o: w.o}
	t := b.table(spec.totals)
	if t == nil {
		return nil, false
	}
	sound := b.columns(t, []*source.Node{spec.count})
	for _, name := range names {
		if t.Column(name) == nil {
			spec.at.Fail(w.p.b.ds, "", "%s has no column %s", t.File, name)
			sound = false
		}
	}
	if !sound {
		return nil, false
	}
	c := t.Column(spec.count.Raw())
	if c.Numbers == nil {
		spec.count.Fail(w.p.b.ds, "", "%s", notNumbers(c))
		return nil, false
	}
	wrong := 0
	for row, v := range c.Numbers {
		if v >= 0 {
			continue
		}
		if wrong++; wrong <= maxTold {
			w.p.b.ds.Add(expr.Diagnostic{
				Position: expr.Position{File: t.File, Line: t.Line(row)},
				Message:  fmt.Sprintf("a total of %s in column %s", cmpText(c.Text(row), "nothing"), c.Name),
			})
		}
	}
	w.p.b.countRest(wrong)
	return t, wrong == 0
}

// cmpText returns text, or otherwise if it is blank.
func cmpText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// sameText returns a value of a file of totals as levelText has that of v.
func sameText(v *variable, text string) string {
	switch v.typ.Kind {
	case expr.Code:
		if v.col != nil {
			if i := slices.Index(v.col.Levels, text); i >= 0 && !slices.Contains(v.typ.List.Codes, text) {
				return v.typ.List.Codes[i]
			}
		}
	case expr.Real, expr.Number:
		if x, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(x, 'f', -1, 64)
		}
	case expr.Bool:
		switch text {
		case "1":
			return "true"
		case "0":
			return "false"
		}
	}
	return text
}

// cross makes the control one within parts: its categories are those that any
// part has.
func (m *boundMargin) cross(part weighting.Factor) {
	var levels []string
	own := func(text string) (of, level string) {
		of, level, _ = strings.Cut(text, between)
		return of, level
	}
	for text := range m.totals {
		if _, level := own(text); !slices.Contains(levels, level) {
			levels = append(levels, level)
		}
	}
	slices.Sort(levels)
	totals := make([]float64, len(levels)*len(part.Levels))
	for text, v := range m.totals {
		of, level := own(text)
		if p := slices.Index(part.Levels, of); p >= 0 {
			totals[p*len(levels)+slices.Index(levels, level)] = v
		}
	}
	code := make([]int, len(m.text))
	for i, text := range m.text {
		code[i] = -1
		if _, known := m.totals[text]; known {
			_, level := own(text)
			code[i] = slices.Index(levels, level)
		}
	}
	m.control = weighting.Control{Name: m.control.Name, Levels: levels, Code: code, Totals: totals}
}

// covered reports rows with weight that are in no category of a margin, by
// category, all margins at once.
func covered(st *weighingState, margins []*boundMargin, part weighting.Factor) error {
	var wrong []error
	for _, m := range margins {
		if m.control.Code == nil {
			continue
		}
		rows, line := map[string]int{}, map[string]int{}
		for i, v := range st.d.Weights() {
			if v > 0 && m.control.Code[i] < 0 {
				if rows[m.text[i]]++; rows[m.text[i]] == 1 {
					line[m.text[i]] = st.f.table.Line(i)
				}
			}
		}
		for _, text := range slices.Sorted(maps.Keys(rows)) {
			if text == "" {
				wrong = append(wrong, fmt.Errorf("%s is missing in %d rows of %s, first on line %d", m.control.Name, rows[text], st.f.table.File, line[text]))
			} else {
				wrong = append(wrong, fmt.Errorf("%s %s has %d rows and no total in %s", m.control.Name, text, rows[text], m.file))
			}
		}
	}
	for i, v := range st.d.Weights() {
		if v > 0 && part.Code != nil && part.Code[i] < 0 {
			wrong = append(wrong, fmt.Errorf("line %d of %s is in no part", st.f.table.Line(i), st.f.table.File))
			break
		}
	}
	return errors.Join(wrong...)
}
