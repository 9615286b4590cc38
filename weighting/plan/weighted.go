package plan

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// This file runs a weighting plan and writes what it makes: files of weights, the
// report of what each step did, and how other programs are told of the design.

// Weighted is what a weighting plan makes.
type Weighted struct {
	Name  string
	Steps []StepReport
	Files []*WeightFile
}

// A StepReport says what a step did to the weights.
type StepReport struct {
	weighting.WeightChange
	File    string // whose rows it is about
	Note    string
	Margins []weighting.Margin // before the step, of a calibration

	// Negative is the number of rows with a negative weight after a calibration, which
	// no estimate takes: bounds keep weights above 0.
	Negative int

	// Uncorrected says that the design has population sizes and the replicates made are
	// of a scheme that knows none, so that their variances are too large.
	Uncorrected bool
}

// A WeightFile is a file of weights.
type WeightFile struct {
	Name       string
	Weight     string // the name of its column
	Prefix     string // of the names of replicate weights
	Replicates int

	strata     string   // the name of a column; "" if the design has none
	clusters   []string // those of the units of each stage; nil if the rows are PSUs
	fpc        []string // those of the population sizes of the stages, from the first
	single     weighting.LonelyRule
	domains    bool // single is also for domains
	calibrated bool // a step before it calibrated
	scheme     weighting.Scheme
	d          *weighting.Design
	keys       []string
	numbers    map[string]bool // which of keys hold numbers and nothing else
	columns    []func(row int) string
}

// Run makes the steps. done, if not nil, is told before each step how many are
// done of how many. The error is of the step that could not be made, with its
// line.
func (w *WeightPlan) Run(done func(steps, of int)) (*Weighted, error) {
	st := &weighingState{f: w.p.top, d: w.p.design, plain: w.p.design, out: &Weighted{Name: w.doc.name}}
	for i, step := range w.steps {
		if done != nil {
			done(i, len(w.steps))
		}
		before := st.d.Weights()
		rows := st.f
		st.margins, st.note, st.uncorrected = nil, "", false
		hint, err := step.run(st)
		if err != nil {
			var ds expr.Diagnostics
			step.spec.at.Fail(&ds, hint, "%s: %s", step.spec.kind, strings.ReplaceAll(err.Error(), "\n", "; "))
			return nil, ds.Err()
		}
		if step.spec.kind == "write" {
			continue
		}
		if rows != st.f || step.spec.kind == "base" {
			before = st.d.Weights() // other rows, or the first weights
		}
		name := step.spec.kind
		if step.spec.method != "" {
			name += " " + step.spec.method
		}
		report := StepReport{
			WeightChange: weighting.ChangeOf(name, before, st.d.Weights()), File: st.f.spec.name, Note: st.note, Margins: st.margins,
			Uncorrected: st.uncorrected,
		}
		if step.spec.kind == "calibrate" {
			for _, v := range st.d.Weights() {
				if v < 0 {
					report.Negative++
				}
			}
		}
		st.out.Steps = append(st.out.Steps, report)
	}
	if done != nil {
		done(len(w.steps), len(w.steps))
	}
	return st.out, nil
}

// bindWrite finds the columns of a file of weights: the keys of its rows, strata
// and PSUs, and what is kept.
func (w *WeightPlan) bindWrite(s *stepSpec, f *file) func(*weighingState) (string, error) {
	design := &w.doc.design
	out := &WeightFile{
		Name: s.file, Weight: s.weight, Prefix: s.prefix, single: design.single, domains: design.domains, numbers: map[string]bool{},
	}
	add := func(name string, value func(row int) string) {
		out.keys = append(out.keys, name)
		out.columns = append(out.columns, value)
	}
	column := func(name string, g *file) {
		if slices.Contains(out.keys, name) {
			return
		}
		v := g.vars[g.name[name]]
		up := f.rowsAbove(g)
		add(name, func(row int) string {
			if v.col != nil {
				return v.col.Text(up[row])
			}
			return levelText(v, v.cell(up[row]))
		})
	}
	for g := f; g != nil; g = g.above {
		for _, k := range keyOf(g) {
			if _, ok := f.name[k]; ok {
				column(k, f)
			} else if _, ok := g.name[k]; ok {
				column(k, g)
			}
		}
	}
	joined := func(name string, f0 weighting.Factor) string {
		up := f.rowsAbove(w.p.top)
		add(name, func(row int) string { return f0.Levels[f0.Code[up[row]]] })
		return name
	}
	if w.p.top != nil && w.p.strata.Levels != nil {
		if out.strata = "stratum"; len(design.strata) == 1 {
			out.strata = design.strata[0].Raw()
			column(out.strata, w.p.top)
		} else {
			out.strata = joined(out.strata, w.p.strata)
		}
	}
	if w.p.top != nil && w.p.psus.Levels != nil {
		for _, n := range design.clusters {
			out.clusters = append(out.clusters, n.Raw())
			column(n.Raw(), w.p.top)
		}
	}
	codes := len(out.keys) // names of units: texts, whatever they look like
	if w.p.top != nil {
		for _, n := range design.fpc {
			v, _ := w.variable(n.Raw(), n, w.p.top)
			if v == nil {
				break
			}
			out.fpc = append(out.fpc, n.Raw())
			column(n.Raw(), w.p.top)
			out.numbers[n.Raw()] = true
		}
	}
	for _, n := range s.keep {
		v, g := w.variable(n.Raw(), n, f)
		if v == nil {
			return nil
		}
		column(n.Raw(), g)
		if !slices.Contains(out.keys[:codes], n.Raw()) && v.countable() {
			out.numbers[n.Raw()] = true
		}
	}
	if slices.Contains(out.keys, s.weight) {
		s.at.Fail(w.p.b.ds, "", "the file has a column %s already", s.weight)
		return nil
	}
	return func(st *weighingState) (string, error) {
		out.d, out.Replicates = st.d, st.d.Replicates()
		for _, other := range st.out.Files {
			if other.Name == out.Name {
				return "", fmt.Errorf("%s is written by an earlier step", out.Name)
			}
		}
		for _, step := range w.doc.steps {
			if step.at == s.at {
				break
			}
			switch step.kind {
			case "replicates":
				out.scheme = step.replication.Scheme
			case "calibrate":
				out.calibrated = true
			}
		}
		st.out.Files = append(st.out.Files, out)
		return "", nil
	}
}

// WriteCSV writes the file: keys, stratum and PSU, columns kept, the weight, and
// the replicate weights, with all their digits.
func (f *WeightFile) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	row := append(slices.Clone(f.keys), f.Weight)
	replicate := make([][]float64, f.Replicates)
	for r := range replicate {
		row = append(row, f.Prefix+strconv.Itoa(r+1))
		replicate[r] = f.d.ReplicateWeights(r)
	}
	out.Write(row)
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for i, v := range f.d.Weights() {
		row = row[:0]
		for _, c := range f.columns {
			row = append(row, c(i))
		}
		row = append(row, number(v))
		for r := range replicate {
			row = append(row, number(replicate[r][i]))
		}
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// errNoSteps is told where a report has nothing to say.
var errNoSteps = errors.New("the plan has no steps")

// WriteReport writes what each step did, for people.
func (w *Weighted) WriteReport(out io.Writer, language string) error {
	if len(w.Steps) == 0 {
		return errNoSteps
	}
	words, ok := weightedWords[language]
	if !ok {
		words = weightedWords["en"]
	}
	var b strings.Builder
	head := words[:11]
	fmt.Fprintf(&b, "%-22s %-12s", head[0], head[1])
	for _, h := range head[2:] {
		fmt.Fprintf(&b, " %12s", h)
	}
	b.WriteByte('\n')
	for _, s := range w.Steps {
		fmt.Fprintf(&b, "%-22s %-12s %12d %12.0f %12.3f %12.3f %12.3f %12.4g %12.4g %12.3f %12d", s.Step, s.File,
			s.Rows, s.After, s.LeastG, s.MeanG, s.TopG, s.Median, s.Top, s.DeffAfter, s.Extreme)
		if s.Note != "" {
			fmt.Fprintf(&b, "  %s", s.Note)
		}
		b.WriteByte('\n')
	}
	for _, s := range w.Steps {
		for _, warning := range s.warnings(language) {
			fmt.Fprintf(&b, "\n%s: %s\n", s.Step, warning)
		}
	}
	for _, s := range w.Steps {
		if len(s.Margins) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s: "+words[11]+"\n", s.Step)
		for _, m := range s.Margins {
			fmt.Fprintf(&b, "  %-32s %8d %14.0f %14.0f %8.3f\n", m.Name, m.Rows, m.Sample, m.Population, m.Factor())
		}
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// weightedWords are the headings of the report: step, file, rows with weight, the
// sum of weights, least, mean and largest factor, median and largest weight,
// Kish's design effect, extreme weights; and what a list of margins has.
var weightedWords = map[string][12]string{
	"en": {"step", "file", "rows", "sum", "least g", "mean g", "largest g", "median w", "largest w", "Kish deff", "extreme", "rows, sample, population, factor"},
	"es": {"paso", "archivo", "filas", "suma", "g mínimo", "g medio", "g máximo", "w mediano", "w máximo", "deff Kish", "extremos", "filas, muestra, población, factor"},
	"pt": {"passo", "arquivo", "linhas", "soma", "g mínimo", "g médio", "g máximo", "w mediano", "w máximo", "deff Kish", "extremos", "linhas, amostra, população, fator"},
	"fr": {"étape", "fichier", "lignes", "somme", "g minimal", "g moyen", "g maximal", "w médian", "w maximal", "deff Kish", "extrêmes", "lignes, échantillon, population, facteur"},
}
