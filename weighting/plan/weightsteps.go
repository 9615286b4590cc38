package plan

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file gives the steps of a weighting plan their meaning and makes them.
// Binding evaluates every expression and reads every file of totals, and finds
// what is wrong with them; running moves weights, and can fail only for what the
// weights themselves show: no sample, totals that disagree, bounds that leave no
// room.

// A WeightPlan is a weighting plan with its files, ready to be run.
type WeightPlan struct {
	doc   *weightDocument
	p     *Plan
	o     *opener
	steps []boundStep
}

// A boundStep is a step that is ready to be made. It changes the state, or says
// what stands in the way; a hint may say what to do.
type boundStep struct {
	spec *stepSpec
	run  func(s *weighingState) (hint string, err error)
}

// A weighingState is how far weights have come.
type weighingState struct {
	f       *file
	d       *weighting.Design
	plain   *weighting.Design  // d without replicates or steps, for models
	margins []weighting.Margin // of the step at hand
	note    string             // about it, for the report
	out     *Weighted

	uncorrected bool // the step made replicates that leave a given fpc out
}

// LoadWeighting reads a weighting plan and the files it names, as Load does an
// estimation plan's. The WeightPlan is nil if the diagnostics have an Error.
func LoadWeighting(file string, src []byte, open Open) (*WeightPlan, expr.Diagnostics) {
	var ds expr.Diagnostics
	doc := readWeightDocument(file, src, &ds)
	if doc == nil {
		return nil, ds
	}
	w := &WeightPlan{doc: doc, p: &Plan{doc: doc.document}}
	w.o = &opener{folder: filepath.Dir(file), open: open, ds: &ds, src: string(src)}
	for _, f := range doc.files {
		if f.stream {
			f.at.Fail(&ds, "leave stream out", "the steps of weights need all rows of a file at once")
		}
	}
	files, sound := w.o.load(doc.files)
	if len(files) == 0 {
		doc.syntax(&ds)
		for _, s := range doc.steps {
			s.syntax(&ds)
		}
	} else {
		w.p.sound = sound
		w.bind(files, &ds)
	}
	ds.Sort()
	if ds.Err() != nil {
		return nil, ds
	}
	w.o, w.p.warnings = nil, ds
	return w, ds
}

// bind binds files, derived variables, the design, and the steps one after the
// other.
func (w *WeightPlan) bind(files []*file, ds *expr.Diagnostics) {
	p := w.p
	b := &binder{doc: p.doc, files: files, rows: newRows(files), ds: ds, broken: map[string]bool{}, open: w.o}
	p.b = b
	b.screened()
	b.derive()
	p.top = p.topFile()
	p.design = p.unitDesign()
	at := p.top
	for _, s := range w.doc.steps {
		if at == nil {
			s.syntax(ds)
			continue
		}
		if s.kind == "to" {
			to := b.fileNamed(s.text)
			if to != nil && to.above != at {
				s.text.Fail(ds, "go down one file at a time", "%s is not within %s, whose rows have the weights", to.spec.name, at.spec.name)
				to = nil
			}
			if at = to; at != nil {
				w.steps = append(w.steps, boundStep{s, stepDown(at)})
			}
			continue
		}
		if run := w.bindStep(s, at); run != nil {
			w.steps = append(w.steps, boundStep{s, run})
		}
	}
}

// stepDown gives the rows of a file the weights of those they hang under.
func stepDown(to *file) func(*weighingState) (string, error) {
	return func(s *weighingState) (string, error) {
		weights := make([]float64, to.table.Len())
		for i, up := range to.up {
			weights[i] = s.d.Weights()[up]
		}
		d, err := s.d.Linked(to.up, weights)
		if err != nil {
			return "", err
		}
		plain, err := s.plain.Linked(to.up, weights)
		s.f, s.d, s.plain = to, d, plain
		return "", err
	}
}

// bindStep returns how a step about rows of f is made; nil after a mistake.
func (w *WeightPlan) bindStep(s *stepSpec, f *file) func(*weighingState) (string, error) {
	switch s.kind {
	case "base":
		return w.bindBase(s, f)
	case "replicates":
		return func(st *weighingState) (string, error) {
			d, err := st.d.Replicate(s.replication)
			if err == nil {
				st.d = d
				st.note = fmt.Sprintf("%d", d.Replicates())
				st.uncorrected = len(w.doc.design.fpc) > 0 && !s.replication.Scheme.FinitePopulation()
			}
			hint := ""
			if errors.Is(err, weighting.ErrLonely) {
				hint = "single_psu: collapse joins such strata before replicates are made"
			}
			return hint, err
		}
	case "eligibility":
		return w.bindEligibility(s, f)
	case "nonresponse":
		return w.bindNonresponse(s, f)
	case "select":
		return w.bindSelect(s, f)
	case "calibrate":
		return w.bindCalibrate(s, f)
	case "trim":
		return w.bindTrim(s, f)
	case "write":
		return w.bindWrite(s, f)
	}
	return nil // what no step is called was told
}

// condition evaluates a condition for each row of f; what is unknown does not
// hold. False after a mistake.
func (w *WeightPlan) condition(n *source.Node, f *file) ([]bool, bool) {
	holds := make([]bool, f.table.Len())
	if n == nil {
		return holds, true
	}
	e := w.p.b.check(n, f, expr.Want{Kinds: []expr.Kind{expr.Bool}})
	if e == nil {
		return nil, false
	}
	for i, c := range w.p.b.evaluate(e, f) {
		holds[i] = c.Missing == expr.Answered && c.N == 1
	}
	return holds, true
}

// quantity evaluates an expression for each row of f, NaN where it is missing.
// False after a mistake.
func (w *WeightPlan) quantity(n *source.Node, f *file) ([]float64, bool) {
	e := w.p.b.check(n, f, expr.Want{Kinds: []expr.Kind{expr.Real}})
	if e == nil {
		return nil, false
	}
	v := make([]float64, f.table.Len())
	for i, c := range w.p.b.evaluate(e, f) {
		v[i] = number(c, e.Type())
	}
	return v, true
}

// rowsWrong tells of rows of f, the first few and how many more there are; at their
// field, where n is there and nothing but the name of a column.
func (w *WeightPlan) rowsWrong(n *source.Node, f *file, wrong func(row int) string) bool {
	count := 0
	places := w.p.b.placesIn(f, n.Raw())
	for i := range f.table.Len() {
		msg := wrong(i)
		if msg == "" {
			continue
		}
		if count++; count <= maxTold {
			places.add(w.p.b.ds, i, msg, "")
		}
	}
	places.find()
	w.p.b.countRest(count)
	return count > 0
}

func (w *WeightPlan) bindBase(s *stepSpec, f *file) func(*weighingState) (string, error) {
	base, ok := w.quantity(s.text, f)
	if !ok {
		return nil
	}
	if w.rowsWrong(s.text, f, func(i int) string {
		switch v := base[i]; {
		case math.IsNaN(v):
			return fmt.Sprintf("no base weight: %s is missing", s.text.Raw())
		case !(v > 0) || math.IsInf(v, 1):
			return fmt.Sprintf("a base weight of %g: every sampled unit stands for some", v)
		}
		return ""
	}) {
		return nil
	}
	return func(st *weighingState) (string, error) {
		d, err := st.d.Weighted(base)
		st.d = d
		return "", err
	}
}

// cellsOf numbers the rows of f by variables of it or of files above it; false
// after a mistake.
func (w *WeightPlan) cellsOf(names []*source.Node, f *file) (weighting.Factor, bool) {
	cells := weighting.Factor{Code: make([]int, f.table.Len()), Levels: []string{""}}
	if len(names) == 0 {
		return cells, true
	}
	text, ok := w.levelTexts(raws(names), names[0], f)
	if !ok {
		return cells, false
	}
	index := map[string]int{}
	for _, t := range text {
		if t != "" {
			index[t] = 0
		}
	}
	cells.Levels = nil
	for t := range index {
		cells.Levels = append(cells.Levels, t)
	}
	slices.Sort(cells.Levels)
	for i, t := range cells.Levels {
		index[t] = i
	}
	for i, t := range text {
		if cells.Code[i] = -1; t != "" {
			cells.Code[i] = index[t]
		}
	}
	return cells, true
}

// levelTexts returns for each row of f the values of variables, joined by " · ";
// "" where one is missing.
func (w *WeightPlan) levelTexts(names []string, at *source.Node, f *file) ([]string, bool) {
	out := make([]string, f.table.Len())
	for k, name := range names {
		v, g := w.variable(name, at, f)
		if v == nil {
			return nil, false
		}
		up := f.rowsAbove(g)
		for i := range out {
			t := levelText(v, v.cell(up[i]))
			switch {
			case t == "" || k > 0 && out[i] == "":
				out[i] = ""
			case k > 0:
				out[i] += between + t
			default:
				out[i] = t
			}
		}
	}
	return out, true
}

// between stands between the values of a cell, and in no file.
const between = " · "

// variable finds a variable of f or of a file above it; nil after a mistake.
func (w *WeightPlan) variable(name string, at *source.Node, f *file) (*variable, *file) {
	var names []string
	for g := f; g != nil; g = g.above {
		if i, ok := g.name[name]; ok {
			return g.vars[i], g
		}
		names = append(names, columnNames(g)...)
	}
	if !w.p.b.broken[name] && !w.p.b.unsure(f) && name != "" {
		at.Fail(w.p.b.ds, source.DidYouMean(name, names), "%s has no variable %s", f.spec.name, name)
	}
	return nil, nil
}

// levelText returns a value as files and expressions have it, "" if it is
// missing.
func levelText(v *variable, c expr.Cell) string {
	if c.Missing != expr.Answered {
		return ""
	}
	c0 := computation{}
	if v.typ.Kind == expr.Code {
		return v.typ.List.Codes[c.N]
	}
	return c0.part(v, c).Level
}

func (w *WeightPlan) bindEligibility(s *stepSpec, f *file) func(*weighingState) (string, error) {
	unknown, ok1 := w.condition(s.unknown, f)
	ineligible, ok2 := w.condition(s.ineligible, f)
	cells, ok3 := w.cellsOf(s.cells, f)
	if !ok1 || !ok2 || !ok3 {
		return nil
	}
	return func(st *weighingState) (string, error) {
		role := make([]weighting.Role, len(unknown))
		leave := make([]float64, len(unknown))
		for i := range role {
			leave[i] = 1
			switch {
			case st.d.Weights()[i] == 0:
			case unknown[i]:
				role[i] = weighting.Giver
			default:
				role[i] = weighting.Taker
				if ineligible[i] {
					leave[i] = 0
				}
			}
		}
		if err := withCell(st, cells, role); err != nil {
			return "", err
		}
		d, err := st.d.Transferred(weighting.Transfer{Name: s.kind, Class: cells.Code, Levels: cells.Levels, Role: role})
		if err == nil {
			st.d, err = d.Multiplied(leave) // the ineligible go, with what they stand for
		}
		return "join the cell with another", err
	}
}

// withCell reports rows that give or take weight and are in no cell.
func withCell(st *weighingState, cells weighting.Factor, role []weighting.Role) error {
	var lines []string
	count := 0
	for i, r := range role {
		if r != weighting.Bystander && cells.Code[i] < 0 {
			if count++; count <= 5 {
				lines = append(lines, fmt.Sprint(st.f.table.Line(i)))
			}
		}
	}
	if count == 0 {
		return nil
	}
	return fmt.Errorf("%d rows of %s are in no cell, on line %s", count, st.f.table.File, first(lines, 5))
}

func (w *WeightPlan) bindNonresponse(s *stepSpec, f *file) func(*weighingState) (string, error) {
	answered, ok1 := w.condition(s.respondent, f)
	cells, ok2 := w.cellsOf(s.cells, f)
	terms, ok3 := w.terms(s.model, f)
	if !ok1 || !ok2 || !ok3 {
		return nil
	}
	return func(st *weighingState) (string, error) {
		n := len(answered)
		eligible, respondent, role := make([]bool, n), make([]bool, n), make([]weighting.Role, n)
		for i, v := range st.d.Weights() {
			if v == 0 {
				continue
			}
			if eligible[i], respondent[i], role[i] = true, answered[i], weighting.Giver; answered[i] {
				role[i] = weighting.Taker
			}
		}
		own := cells
		if terms != nil {
			var err error
			if own, err = propensityCells(st, s, terms, eligible, respondent); err != nil {
				return "leave a variable out of the model", err
			}
		}
		if err := withCell(st, own, role); err != nil {
			return "", err
		}
		factors, err := weighting.ResponseFactors(st.d.Weights(), own.Code, len(own.Levels), eligible, respondent, s.limits)
		if err != nil {
			return "min_cases: 1 joins cells without respondents with others", named(err, own.Levels)
		}
		joined := slices.Clone(own.Code)
		groups := 0
		for c, fc := range factors {
			if fc.With == nil {
				continue
			}
			if fc.With[0] == c {
				groups++
			}
			for i, code := range own.Code {
				if code == c {
					joined[i] = fc.With[0]
				}
			}
		}
		if groups > 0 {
			st.note = fmt.Sprintf("%d groups of joined cells", groups)
		}
		d, err := st.d.Transferred(weighting.Transfer{Name: s.kind, Class: joined, Levels: own.Levels, Role: role})
		if err == nil {
			st.d = d
		}
		return "a larger min_cases joins small cells", err
	}
}

// named replaces the number of a class in an error by its name.
func named(err error, levels []string) error {
	for c := len(levels) - 1; c >= 0; c-- {
		if old := fmt.Sprintf("class %d ", c); strings.Contains(err.Error(), old) {
			return fmt.Errorf("%s: %w", levels[c], err)
		}
	}
	return err
}

// terms makes a model of variables: slopes of numbers, contrasts of the others.
func (w *WeightPlan) terms(names []*source.Node, f *file) ([]weighting.Term, bool) {
	var terms []weighting.Term
	for _, n := range names {
		v, g := w.variable(n.Raw(), n, f)
		if v == nil {
			return nil, false
		}
		up := f.rowsAbove(g)
		if v.typ.Kind == expr.Real || v.typ.Kind == expr.Number {
			x := make([]float64, len(up))
			for i, u := range up {
				x[i] = number(v.cell(u), v.typ)
			}
			terms = append(terms, weighting.Slope(n.Raw(), x))
			continue
		}
		factor, ok := w.cellsOf([]*source.Node{n}, f)
		if !ok {
			return nil, false
		}
		terms = append(terms, weighting.Contrasts(n.Raw(), factor, 0))
	}
	return terms, true
}

// propensityCells divides rows by their estimated propensity to answer. The cells
// are those of the whole sample, also on replicates.
func propensityCells(st *weighingState, s *stepSpec, terms []weighting.Term, eligible, respondent []bool) (weighting.Factor, error) {
	plain, err := st.plain.Weighted(st.d.Weights())
	if err != nil {
		return weighting.Factor{}, err
	}
	p, _, err := plain.Propensities(terms, eligible, respondent)
	if err != nil {
		return weighting.Factor{}, err
	}
	class := weighting.PropensityClasses(p, st.d.Weights(), s.classes)
	cells := weighting.Factor{Code: class}
	for c := range slices.Max(class) + 1 {
		cells.Levels = append(cells.Levels, fmt.Sprintf("propensity %d", c+1))
	}
	return cells, nil
}

func (w *WeightPlan) bindSelect(s *stepSpec, f *file) func(*weighingState) (string, error) {
	where, ok := w.condition(s.where, f)
	if !ok {
		return nil
	}
	factor := make([]float64, len(where))
	var wrong func(row int) string
	if s.probability != nil {
		p, ok := w.quantity(s.probability, f)
		if !ok {
			return nil
		}
		wrong = func(i int) string {
			if factor[i] = 1 / p[i]; where[i] && !(p[i] > 0 && p[i] <= 1) {
				return fmt.Sprintf("a selected row with a probability of %g", p[i])
			}
			return ""
		}
	} else {
		of, ok1 := w.quantity(s.kishOf, f)
		number, ok2 := w.quantity(s.kish, f)
		if !ok1 || !ok2 {
			return nil
		}
		wrong = func(i int) string {
			if !where[i] {
				return ""
			}
			if !(of[i] >= 1 && number[i] >= 1) {
				return "a selected row without the number of eligible persons, or its own"
			}
			p, err := weighting.KishProbability(int(of[i]), int(number[i]))
			if err != nil {
				return err.Error()
			}
			factor[i] = 1 / p
			return ""
		}
	}
	if w.rowsWrong(s.probability, f, wrong) {
		return nil
	}
	for i, selected := range where {
		if !selected {
			factor[i] = 0
		}
	}
	return func(st *weighingState) (string, error) {
		d, err := st.d.Multiplied(factor)
		if err == nil {
			st.d = d
		}
		return "", err
	}
}

func (w *WeightPlan) bindTrim(s *stepSpec, f *file) func(*weighingState) (string, error) {
	var keep []weighting.Control
	for _, n := range s.keep {
		var names []string
		if n.Raw() != "all" {
			for _, name := range strings.Split(n.Raw(), " by ") {
				names = append(names, strings.TrimSpace(name))
			}
		}
		c, ok := w.controlOf(names, n, f)
		if !ok {
			return nil
		}
		keep = append(keep, c)
	}
	return func(st *weighingState) (string, error) {
		var d *weighting.Design
		var err error
		if keep == nil {
			d, err = st.d.Trim(s.low, s.high, s.strict)
		} else {
			d, err = st.d.TrimKeeping(s.low, s.high, keep)
		}
		if err == nil {
			st.d = d
		}
		return "wider limits, or fewer totals to keep", err
	}
}

// controlOf makes a control of variables, without totals.
func (w *WeightPlan) controlOf(names []string, at *source.Node, f *file) (weighting.Control, bool) {
	c := weighting.Control{Name: "all", Totals: []float64{0}}
	if len(names) == 0 {
		return c, true
	}
	text, ok := w.levelTexts(names, at, f)
	if !ok {
		return c, false
	}
	c = weighting.Control{Name: strings.Join(names, " by "), Code: make([]int, len(text))}
	index := map[string]int{}
	for i, t := range text {
		c.Code[i] = -1
		if t == "" {
			continue
		}
		k, seen := index[t]
		if !seen {
			k = len(c.Levels)
			index[t] = k
			c.Levels = append(c.Levels, t)
		}
		c.Code[i] = k
	}
	c.Totals = make([]float64, max(1, len(c.Levels)))
	return c, true
}
