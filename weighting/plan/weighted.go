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

	strata, psu string // names of columns; "" if the design has none
	fpc         string // of the first stage
	scheme      weighting.Scheme
	d           *weighting.Design
	keys        []string
	columns     []func(row int) string
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
	out := &WeightFile{Name: s.file, Weight: s.weight, Prefix: s.prefix}
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
	design := &w.doc.design
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
		out.psu = design.clusters[0].Raw()
		column(out.psu, w.p.top)
	}
	if w.p.top != nil && len(design.fpc) > 0 {
		if v, _ := w.variable(design.fpc[0].Raw(), design.fpc[0], w.p.top); v != nil {
			out.fpc = design.fpc[0].Raw()
			column(out.fpc, w.p.top)
		}
	}
	for _, n := range s.keep {
		v, g := w.variable(n.Raw(), n, f)
		if v == nil {
			return nil
		}
		column(n.Raw(), g)
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
			if step.kind == "replicates" {
				out.scheme = step.replication.Scheme
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

// Code returns how R's survey, Stata and Python's svy are told of the file.
func (f *WeightFile) Code() string {
	var b strings.Builder
	strata, psu, fpc := "", "~1", ""
	if f.fpc != "" {
		fpc = ", fpc = ~" + f.fpc
	}
	if f.strata != "" {
		strata = ", strata = ~" + f.strata
	}
	if f.psu != "" {
		psu = "~" + f.psu
	}
	fmt.Fprintf(&b, "# R\nlibrary(survey)\nw <- read.csv(%q, colClasses = c(%s))\n", f.Name, f.rClasses())
	if f.Replicates == 0 {
		fmt.Fprintf(&b, "d <- svydesign(ids = %s%s, weights = ~%s%s, nest = TRUE, data = w)\n", psu, strata, f.Weight, fpc)
		fmt.Fprintf(&b, "# calibration is not known to this design: its standard errors are too large, or make replicates\n")
		fmt.Fprintf(&b, "\n* Stata\nimport delimited %q, clear\nsvyset %s [pweight=%s]%s\n", f.Name, orElse(f.psu, "_n"), f.Weight,
			stataOptions("strata", f.strata, "fpc", f.fpc))
		fmt.Fprintf(&b, "\n# Python\nimport polars as pl, svy\nd = svy.Sample(pl.read_csv(%q), svy.Design(wgt=%q%s%s%s))\n",
			f.Name, f.Weight, pythonColumn("stratum", f.strata), pythonColumn("psu", f.psu), pythonColumn("pop_size", f.fpc))
		return b.String()
	}
	scale, rscales, about := f.d.ReplicateScales()
	r := "1"
	if same(rscales) {
		scale *= rscales[0]
	} else {
		r = "c(" + numbersText(rscales, ", ") + ")"
	}
	fmt.Fprintf(&b, "d <- svrepdesign(data = w, weights = ~%s, repweights = \"^%s[0-9]+$\", type = \"other\",\n  combined.weights = TRUE, scale = %s, rscales = %s, mse = %s)\n",
		f.Weight, f.Prefix, strconv.FormatFloat(scale, 'g', -1, 64), orElse(rRepeat(r, f.Replicates), r), strings.ToUpper(strconv.FormatBool(about)))
	all := make([]float64, len(rscales))
	for i, v := range rscales {
		all[i] = scale * v
	}
	if same(rscales) {
		all = slices.Repeat([]float64{scale}, len(rscales))
	}
	mse := ""
	if about {
		mse = " mse"
	}
	list := numbersText(all, " ")
	if same(all) {
		list = strconv.FormatFloat(all[0], 'g', -1, 64)
	}
	fmt.Fprintf(&b, "\n* Stata\nimport delimited %q, clear\nsvyset [pweight=%s], jkrweight(%s*, multiplier(%s)) vce(jackknife)%s\n", f.Name, f.Weight, f.Prefix, list, mse)
	list = "[" + numbersText(all, ", ") + "]"
	if same(all) {
		list = strconv.FormatFloat(all[0], 'g', -1, 64)
	}
	kind := "BootstrapWgts"
	if f.scheme == weighting.JK1 || f.scheme == weighting.JKn {
		kind = "JackknifeWgts"
	}
	fmt.Fprintf(&b, "\n# Python\nimport polars as pl, svy\nd = svy.Sample(pl.read_csv(%q), svy.Design(wgt=%q,\n  rep_wgts=svy.%s(prefix=%q, n_reps=%d, scale=%s)))\n",
		f.Name, f.Weight, kind, f.Prefix, f.Replicates, list)
	return b.String()
}

// rClasses tells R which columns are texts: codes with zeros in front stay whole.
func (f *WeightFile) rClasses() string {
	var list []string
	for _, k := range f.keys {
		list = append(list, k+` = "character"`)
	}
	return strings.Join(list, ", ")
}

// rRepeat is R's word for n times the same.
func rRepeat(v string, n int) string {
	if strings.HasPrefix(v, "c(") {
		return ""
	}
	return fmt.Sprintf("rep(%s, %d)", v, n)
}

func orElse(text, otherwise string) string { return cmpText(text, otherwise) }

// stataOptions are the options of svyset that name columns.
func stataOptions(pairs ...string) string {
	var list []string
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			list = append(list, pairs[i]+"("+pairs[i+1]+")")
		}
	}
	if list == nil {
		return ""
	}
	return ", " + strings.Join(list, " ")
}

func pythonColumn(key, name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(", %s=%q", key, name)
}

func same(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return x != v[0] })
}

func numbersText(v []float64, with string) string {
	var list []string
	for _, x := range v {
		list = append(list, strconv.FormatFloat(x, 'g', -1, 64))
	}
	return strings.Join(list, with)
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
