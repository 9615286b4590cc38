package plan

import (
	"math"
	"path/filepath"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file reads weighting plans: from the probabilities of a sample to files of
// weights.
//
//	weighting: victimization-2025
//	files:
//	  cases:   {read: case.csv, key: case}
//	  persons: {read: person.csv, key: [case, person], within: cases}
//	design: {strata: stratum, clusters: psu, single_psu: collapse}
//	derive: {age_group: "cut(age, 18, 30, 45, 60)"}
//	steps:
//	  - base: 1 / (p_psu * p_dwelling)
//	  - replicates: {method: subbootstrap, count: 500, seed: 20250611}
//	  - eligibility: {unknown: "disposition is never_reached", ineligible: "disposition is empty", cells: [region, urban]}
//	  - nonresponse: {respondent: "disposition is complete", cells: [region, urban], min_cases: 30, max_factor: 2.5}
//	  - to: persons
//	  - select: {where: selected, probability: p_selected}
//	  - calibrate: {method: raking, totals: population.csv, count: persons, margins: [region, sex by age_group], bounds: [0.3, 3]}
//	  - trim: {high: 4000, keep: [region]}
//	  - write: {file: weights.csv, weight: w_per, keep: [sex, age]}
//
// The rules:
//
//   - steps are made in the order in which they stand, on the rows of one file:
//     first of the sampled units, after to of a file below, whose rows begin with
//     the weight of the row they hang under;
//   - every step after replicates is redone on each replicate;
//   - a condition that is unknown does not hold: whoever is not known to have
//     answered has not;
//   - rows that lose their weight stay in the files that are written, at 0;
//   - all files and expressions are checked before the first step is made.

// A weightDocument is a weighting plan as written. Files, design and derived
// variables are those of an estimation plan.
type weightDocument struct {
	*document
	steps []*stepSpec
}

// A stepSpec is an entry of steps.
type stepSpec struct {
	kind string
	at   *source.Node // of the word that names it

	text         *source.Node // of base, an expression; of to, a file
	unknown      *source.Node // of eligibility
	ineligible   *source.Node
	respondent   *source.Node // of nonresponse
	where        *source.Node // of select
	probability  *source.Node
	kishOf, kish *source.Node
	cells        []*source.Node
	limits       weighting.ClassLimits
	model        []*source.Node // of a propensity to answer
	classes      int            // of it

	replication weighting.Replication

	method    string // of calibrate
	margins   []marginSpec
	bounds    weighting.Bounds
	within    *source.Node
	household []*source.Node

	low, high float64 // of trim
	strict    bool
	keep      []*source.Node // and of write

	file           string // of write
	weight, prefix string
}

// A marginSpec is a total to be met, or several: by the categories of variables,
// or of an expression over all rows.
type marginSpec struct {
	at     *source.Node
	by     []string     // no names for all rows
	totals *source.Node // a file
	count  *source.Node // its column
	sum    *source.Node // an expression
	to     float64
	cost   float64 // of missing it, for ridge
}

// The steps and their keys.
var (
	stepKinds    = []string{"base", "replicates", "eligibility", "nonresponse", "to", "select", "calibrate", "trim", "write"}
	weightKeys   = []string{"weighting", "files", "design", "derive", "steps", "compat"}
	unitKeys     = []string{"file", "strata", "clusters", "nest", "fpc", "single_psu"}
	methods      = []string{"linear", "raking", "logit", "rake", "poststratify", "ridge"}
	schemesKnown = []string{"JK1", "JKn", "BRR", "Fay", "subbootstrap", "bootstrap", "rwyb", "mrb", "successive-difference"}
)

// readWeightDocument reads the YAML of a weighting plan.
func readWeightDocument(file string, src []byte, ds *expr.Diagnostics) *weightDocument {
	root, wrong := source.Read(file, src)
	*ds = append(*ds, wrong...)
	if root == nil {
		return nil
	}
	m := root.Map(ds, "a weighting plan", weightKeys...)
	d := &weightDocument{document: &document{name: m.Need(ds, "weighting").Text(ds, "the name of the weighting")}}
	d.readCompat(m.Get("compat"), ds)
	d.readFiles(m.Need(ds, "files"), ds)
	design := m.Need(ds, "design")
	d.readUnits(design, design.Map(ds, "the design", unitKeys...), ds)
	d.readDerive(m.Get("derive"), ds)
	steps := m.Need(ds, "steps")
	for _, n := range steps.List(ds, "a list of steps") {
		s := n.Map(ds, "a step: {base: …}", stepKinds...)
		count := 0
		for key, value := range s.All() {
			if count++; count > 1 {
				key.Fail(ds, "write it as a step of its own, with a dash", "a step does one thing")
				continue
			}
			d.steps = append(d.steps, d.readStep(key, value, ds))
		}
		if count == 0 && n.Kind() == source.Mapping && len(n.Raw()) == 0 {
			n.Fail(ds, "one of "+strings.Join(stepKinds, ", "), "the step does not say what it does")
		}
	}
	d.checkOrder(steps, ds)
	return d
}

// checkOrder reports steps that cannot stand where they do.
func (d *weightDocument) checkOrder(steps *source.Node, ds *expr.Diagnostics) {
	seen := map[string]bool{}
	for i, s := range d.steps {
		switch {
		case i == 0 && s.kind != "base":
			s.at.Fail(ds, "begin with base: and the weight that the probabilities give", "the first step is %s, and there is no weight yet", s.kind)
		case i > 0 && s.kind == "base":
			s.at.Fail(ds, "", "base is the first step, and there is one already")
		case s.kind == "replicates" && seen["replicates"]:
			s.at.Fail(ds, "", "replicates are made once")
		}
		seen[s.kind] = true
	}
	if len(d.steps) > 0 && !seen["write"] {
		steps.Fail(ds, "- write: {file: weights.csv, weight: w}", "no step writes the weights")
	}
}

func (d *weightDocument) readStep(key, n *source.Node, ds *expr.Diagnostics) *stepSpec {
	s := &stepSpec{kind: key.Raw(), at: key, high: math.Inf(1)}
	switch s.kind {
	case "base":
		s.text = n
		n.Text(ds, "an expression")
	case "to":
		s.text = n
		n.Text(ds, "the name of a file of this plan")
	case "replicates":
		s.readReplicates(n, d.likeR, ds)
	case "eligibility":
		m := n.Map(ds, "who is unknown: {unknown: …, cells: …}", "unknown", "ineligible", "cells")
		s.unknown, s.ineligible = m.Need(ds, "unknown"), m.Get("ineligible")
		s.unknown.Text(ds, "a condition")
		s.ineligible.Text(ds, "a condition")
		s.cells = words(m.Get("cells"), ds, "a variable")
	case "nonresponse":
		s.readNonresponse(n, ds)
	case "select":
		s.readSelect(n, ds)
	case "calibrate":
		s.readCalibrate(n, ds)
	case "trim":
		m := n.Map(ds, "limits of the weights: {high: …}", "low", "high", "strict", "keep")
		s.low = within(m.Get("low"), ds, "a weight, 0 or more", -1e-300, math.Inf(1), 0)
		s.high = within(m.Get("high"), ds, "a weight above 0", 0, math.Inf(1), math.Inf(1))
		s.strict = m.Get("strict").Bool(ds)
		s.keep = words(m.Get("keep"), ds, `a variable, "a by b", or all`)
		if !(s.low < s.high) {
			n.Fail(ds, "", "limits of %g and %g leave nothing between them", s.low, s.high)
		}
		if m.Has("strict") && m.Has("keep") {
			m.Key("strict").Fail(ds, "", "limits that keep totals are strict already")
		}
	case "write":
		m := n.Map(ds, "a file: {file: weights.csv, weight: w}", "file", "weight", "replicates", "keep")
		s.file = m.Need(ds, "file").Text(ds, "a file name")
		s.weight = m.Need(ds, "weight").Text(ds, "the name of the column of weights")
		s.prefix = "rep_"
		if p := m.Get("replicates"); p != nil {
			s.prefix = p.Text(ds, "what the names of the replicate weights begin with")
		}
		s.keep = words(m.Get("keep"), ds, "a variable")
		for _, name := range []string{s.weight, s.prefix + "1"} {
			if name != "" && !columnName(name) {
				n.Fail(ds, "a letter, then letters, digits and underscores, 32 at most", "%s cannot name a column", name)
			}
		}
		if strings.ContainsAny(s.file, `/\`) || s.file != "" && filepath.Ext(s.file) != ".csv" {
			m.Get("file").Fail(ds, "a name without a folder, such as weights.csv", "%s is no name of a CSV file", s.file)
		}
	}
	return s
}

func (s *stepSpec) readNonresponse(n *source.Node, ds *expr.Diagnostics) {
	m := n.Map(ds, "who answered: {respondent: …, cells: …}", "respondent", "cells", "min_cases", "max_factor", "propensity")
	s.respondent = m.Need(ds, "respondent")
	s.respondent.Text(ds, "a condition")
	s.cells = words(m.Get("cells"), ds, "a variable")
	if c := m.Get("min_cases"); c != nil {
		s.limits.MinRespondents = c.Int(ds, "how many respondents a cell needs", 1, 1<<31)
	}
	s.limits.MaxFactor = within(m.Get("max_factor"), ds, "a factor above 1", 1, math.Inf(1), 0)
	if p := m.Get("propensity"); p != nil {
		o := p.Map(ds, "a model: {by: […], cells: 5}", "by", "cells")
		s.model = words(o.Need(ds, "by"), ds, "a variable")
		s.classes = 5
		if c := o.Get("cells"); c != nil {
			s.classes = c.Int(ds, "how many cells", 2, 1000)
		}
		if m.Has("cells") {
			m.Key("cells").Fail(ds, "put the variables into the model", "cells come from the propensity, or are given: one of them")
		}
	}
}

func (s *stepSpec) readReplicates(n *source.Node, likeR bool, ds *expr.Diagnostics) {
	m := n.Map(ds, "replicates: {method: JKn}", "method", "count", "rho", "seed", "about_estimate")
	r := &s.replication
	if w := m.Need(ds, "method").Word(ds, schemesKnown...); w != "" {
		r.Scheme, _ = weighting.ParseScheme(w)
	}
	drawn := slices.Contains([]weighting.Scheme{weighting.RaoWu, weighting.CantyDavison, weighting.RaoWuYueBeaumont, weighting.Preston}, r.Scheme)
	if c := m.Get("count"); c != nil {
		r.Count = c.Int(ds, "how many replicates", 2, 100000)
		if !drawn && r.Scheme != weighting.SuccessiveDifference && r.Scheme != weighting.OtherScheme {
			m.Key("count").Fail(ds, "", "%s makes as many replicates as the sample has units for", r.Scheme)
		}
	} else if drawn {
		n.Fail(ds, "count: 500", "a bootstrap needs a count of replicates")
	}
	if seed := m.Get("seed"); seed != nil {
		r.Seed = uint64(seed.Int(ds, "a seed: a whole number that you choose", 0, math.MaxInt))
	} else if drawn {
		n.Fail(ds, "seed: 20250611", "a draw needs a seed")
	}
	if rho := m.Get("rho"); rho != nil {
		r.Rho = within(rho, ds, "Fay's rho, from 0 to below 1", -1e-300, 1, 0)
		if r.Scheme != weighting.Fay {
			m.Key("rho").Fail(ds, "", "rho is for Fay's method")
		}
	}
	r.AboutEstimate = m.Get("about_estimate").Bool(ds) || !m.Has("about_estimate") && !likeR
	r.CopiesLikeR = likeR
}

func (s *stepSpec) readSelect(n *source.Node, ds *expr.Diagnostics) {
	m := n.Map(ds, "who was selected: {where: …, probability: …}", "where", "probability", "kish")
	s.where = m.Need(ds, "where")
	s.where.Text(ds, "a condition")
	s.probability = m.Get("probability")
	s.probability.Text(ds, "an expression")
	if k := m.Get("kish"); k != nil {
		o := k.Map(ds, "{eligible: …, number: …}", "eligible", "number")
		s.kishOf, s.kish = o.Need(ds, "eligible"), o.Need(ds, "number")
		s.kishOf.Text(ds, "an expression")
		s.kish.Text(ds, "an expression")
	}
	if (s.probability == nil) == (s.kishOf == nil) && n.Kind() == source.Mapping {
		n.Fail(ds, "", "a selection has a probability, or Kish's tables: one of them")
	}
}

func (s *stepSpec) readCalibrate(n *source.Node, ds *expr.Diagnostics) {
	m := n.Map(ds, "a calibration: {method: raking, …}", "method", "totals", "count", "margins", "bounds", "within", "household")
	s.method = m.Need(ds, "method").Word(ds, methods...)
	totals, count := m.Get("totals"), m.Get("count")
	totals.Text(ds, "a file name")
	count.Text(ds, "a column of totals")
	s.within = m.Get("within")
	s.within.Text(ds, "a variable")
	s.household = words(m.Get("household"), ds, "a column")
	if b := m.Get("bounds"); b != nil {
		list := b.List(ds, "two bounds on the factors, such as [0.3, 3]")
		if len(list) == 2 {
			s.bounds.Low, s.bounds.High = list[0].Float(ds, "a factor"), list[1].Float(ds, "a factor")
		}
		if b.Kind() == source.Sequence && (len(list) != 2 || !(s.bounds.Low < 1 && s.bounds.High > 1)) {
			b.Fail(ds, "[0.3, 3]", "bounds are two factors, one below 1 and one above")
		}
	}
	for _, item := range m.Need(ds, "margins").List(ds, "a list of margins") {
		s.margins = append(s.margins, readMargin(item, totals, count, ds))
	}
	can := map[string][]string{
		"bounds": {"linear", "raking", "logit"}, "within": {"linear", "raking", "logit"}, "household": {"linear", "raking", "logit"},
	}
	for key, of := range can {
		if m.Has(key) && s.method != "" && !slices.Contains(of, s.method) {
			m.Key(key).Fail(ds, "it is for "+strings.Join(of, ", "), "%s means nothing to the method %s", key, s.method)
		}
	}
	if s.method == "logit" && s.bounds == (weighting.Bounds{}) {
		m.Get("method").Fail(ds, "bounds: [0.3, 3]", "the method logit needs bounds")
	}
	if s.method == "poststratify" && len(s.margins) != 1 {
		m.Get("margins").Fail(ds, "join them: a by b, or use raking", "post-stratification has one margin, its cells")
	}
	if s.within != nil && s.household != nil {
		m.Key("within").Fail(ds, "put it into the margins: region by sex", "households and parts cannot be calibrated in one step")
	}
}

// readMargin reads "a by b", all, or a mapping.
func readMargin(n, totals, count *source.Node, ds *expr.Diagnostics) marginSpec {
	s := marginSpec{at: n, totals: totals, count: count, cost: math.Inf(1)}
	by := n
	if n.Kind() == source.Mapping {
		m := n.Map(ds, "a margin: {by: …}", "by", "totals", "count", "sum", "to", "cost")
		by = m.Get("by")
		s.sum = m.Get("sum")
		s.sum.Text(ds, "an expression")
		if m.Has("totals") {
			s.totals = m.Get("totals")
			s.totals.Text(ds, "a file name")
		}
		if m.Has("count") {
			s.count = m.Get("count")
			s.count.Text(ds, "a column of totals")
		}
		s.cost = within(m.Get("cost"), ds, "a cost, 0 or more", -1e-300, math.Inf(1), math.Inf(1))
		if s.sum != nil {
			s.to = m.Need(ds, "to").Float(ds, "the total of the population")
		}
		if (by == nil) == (s.sum == nil) {
			n.Fail(ds, "", "a margin is by variables, or the sum of an expression: one of them")
		}
	}
	if s.sum != nil || by == nil {
		return s
	}
	if text := by.Text(ds, `a variable, "a by b", or all`); text != "all" && text != "" {
		for _, name := range strings.Split(text, " by ") {
			s.by = append(s.by, strings.TrimSpace(name))
		}
	}
	if s.totals == nil || s.count == nil {
		n.Fail(ds, "totals: population.csv, count: persons", "the margin has no file of totals, or no column of it")
	}
	return s
}

// CheckWeighting returns what is wrong with the form of a weighting plan and how
// its expressions are written, without opening a file.
func CheckWeighting(file string, src []byte) expr.Diagnostics {
	var ds expr.Diagnostics
	if d := readWeightDocument(file, src, &ds); d != nil {
		d.syntax(&ds)
		for _, s := range d.steps {
			s.syntax(&ds)
		}
	}
	ds.Sort()
	return ds
}

// syntax checks how the expressions of a step are written.
func (s *stepSpec) syntax(ds *expr.Diagnostics) {
	list := []*source.Node{s.unknown, s.ineligible, s.respondent, s.where, s.probability, s.kishOf, s.kish}
	if s.kind == "base" {
		list = append(list, s.text)
	}
	for _, m := range s.margins {
		list = append(list, m.sum)
	}
	for _, n := range list {
		syntax(n, ds)
	}
}
