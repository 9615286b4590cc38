package plan

import (
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file reads the form of a plan: keys, words and numbers. What
// expressions mean is for bind.go, which has the columns.

// A document is a plan as written.
type document struct {
	name, title, language string

	likeR       bool // R's results where the two differ: see compat.go
	methodNamed bool // the report names the method of proportions

	files      []*fileSpec
	design     designSpec
	derive     []deriveSpec
	indicators []*indicatorSpec
	interval   weighting.Interval
	quality    weighting.QualityScheme
	compare    *compareSpec // nil without one
}

// A fileSpec is an entry of files.
type fileSpec struct {
	name             string
	at               *source.Node // of the name
	read             *source.Node
	codebook         *source.Node // nil if there is none
	key, by          []*source.Node
	within, screened *source.Node
	stream           bool // read in blocks
	formless         bool // what stands there is no file
}

// A designSpec is the design section.
type designSpec struct {
	at               *source.Node
	file             *source.Node
	strata, clusters []*source.Node
	fpc              []*source.Node
	nest, partial    bool
	single           weighting.LonelyRule
	domains          bool
	weights          []weightSpec
	drawn            drawnSpec
}

// A weightSpec is a weight set of a file: a column or an expression.
type weightSpec struct {
	file *source.Node
	set  string // "" if the file has one set without a name
	text *source.Node
}

// A deriveSpec is a derived variable.
type deriveSpec struct {
	name *source.Node
	file *source.Node // nil if the plan leaves it to the expression
	text *source.Node
}

// An indicatorSpec is an entry of indicators.
type indicatorSpec struct {
	at              *source.Node
	name            string
	label, universe string
	kind            string       // one of kinds
	of, to          *source.Node // to of a ratio only
	among, where    *source.Node
	weights         *source.Node
	per             float64
	by              []breakdownSpec
	base            []expr.Missing

	// Of the kinds that are not sums; else nil.
	quantile      *quantileSpec
	concentration *concentrationSpec
	regression    *regressionSpec
	test          *testSpec

	standard *standardSpec // of proportions and means; else nil
	areas    *areaSpec     // nil without small areas
}

// A breakdownSpec is an entry of by: no names for all.
type breakdownSpec struct {
	at    *source.Node
	names []string
}

// The kinds of indicators, and the keys that each section knows.
var (
	kinds      = []string{"proportion", "mean", "total", "ratio", "quantile", "concentration", "regression", "test"}
	planKeys   = []string{"plan", "title", "language", "files", "design", "derive", "indicators", "report", "compat"}
	fileKeys   = []string{"read", "codebook", "key", "within", "by", "screened", "stream"}
	designKeys = []string{"file", "strata", "clusters", "nest", "fpc", "single_psu", "systematic", "second_phase", "unequal", "replicates", "partial", "weights"}
	itemKeys   = append([]string{"name", "label", "universe"}, append(kinds, "standardise", "small_areas", "among", "where", "weights", "per", "by", "base")...)
	reportKeys = []string{"interval", "quality", "compare"}
	// baseKinds are the kinds of missing that a base may keep.
	baseKinds = []string{"dont_know", "refused", "does_not_apply", "not_asked", "not_reached", "withheld"}
)

// readDocument reads the YAML of a plan.
func readDocument(file string, src []byte, ds *expr.Diagnostics) *document {
	root, wrong := source.Read(file, src)
	*ds = append(*ds, wrong...)
	if root == nil {
		return nil
	}
	m := root.Map(ds, "a plan", planKeys...)
	d := &document{
		name:     m.Need(ds, "plan").Text(ds, "the name of the plan"),
		title:    m.Get("title").Text(ds, "a title"),
		language: m.Get("language").Text(ds, "a language, such as es"),
	}
	d.readCompat(m.Get("compat"), ds)
	d.readFiles(m.Need(ds, "files"), ds)
	d.readDesign(m.Need(ds, "design"), ds)
	d.readDerive(m.Get("derive"), ds)
	d.readIndicators(m.Need(ds, "indicators"), ds)
	d.readReport(m.Get("report"), ds)
	return d
}

func (d *document) readFiles(n *source.Node, ds *expr.Diagnostics) {
	m := n.Map(ds, "the files by their names")
	for name, value := range m.All() {
		f := value.Map(ds, "a file: {read: …}", fileKeys...)
		spec := &fileSpec{
			name: name.Raw(), at: name,
			read: f.Need(ds, "read"), codebook: f.Get("codebook"),
			key: words(f.Get("key"), ds, "a column"), by: words(f.Get("by"), ds, "a column"),
			within: f.Get("within"), screened: f.Get("screened"), formless: value.Kind() != source.Mapping,
		}
		spec.stream = f.Get("stream").Bool(ds)
		spec.read.Text(ds, "a file name")
		spec.codebook.Text(ds, "a file name")
		spec.within.Text(ds, "the name of a file of this plan")
		spec.screened.Text(ds, "a condition")
		if spec.within == nil && (spec.by != nil || spec.screened != nil) {
			name.Fail(ds, "say within: and the file above", "%s is within no file, so by and screened mean nothing", spec.name)
		}
		d.files = append(d.files, spec)
	}
	if n.Kind() == source.Mapping && len(d.files) == 0 {
		n.Fail(ds, "", "a plan reads one file at least")
	}
}

// words reads one word or a list of them.
func words(n *source.Node, ds *expr.Diagnostics, what string) []*source.Node {
	if n == nil {
		return nil
	}
	list := []*source.Node{n}
	if n.Kind() == source.Sequence {
		list = n.List(ds, what)
	}
	for _, w := range list {
		w.Text(ds, what)
	}
	return list
}

func (d *document) readDesign(n *source.Node, ds *expr.Diagnostics) {
	m := n.Map(ds, "the design", designKeys...)
	s := &d.design
	d.readUnits(n, m, ds)
	w := m.Get("weights")
	if w == nil && m.Node().Kind() == source.Mapping {
		n.Fail(ds, "weights: {persons: w_per}", "weights is missing")
	}
	for file, value := range w.Map(ds, "weights by file").All() {
		if value.Kind() != source.Mapping {
			value.Text(ds, "a column or an expression")
			s.weights = append(s.weights, weightSpec{file, "", value})
			continue
		}
		for set, text := range value.Map(ds, "weight sets by their names").All() {
			text.Text(ds, "a column or an expression")
			s.weights = append(s.weights, weightSpec{file, set.Raw(), text})
		}
	}
}

// readUnits reads what a design says of the sampled units.
func (d *document) readUnits(n *source.Node, m *source.Map, ds *expr.Diagnostics) {
	s := &d.design
	s.at, s.file = n, m.Get("file")
	s.file.Text(ds, "the name of a file of this plan")
	s.strata = words(m.Get("strata"), ds, "a column")
	s.clusters = words(m.Get("clusters"), ds, "a column")
	s.fpc = words(m.Get("fpc"), ds, "a column")
	s.nest = m.Get("nest").Bool(ds)
	s.partial = m.Get("partial").Bool(ds)
	if len(s.fpc) > max(1, len(s.clusters)) {
		m.Key("fpc").Fail(ds, "one for each stage of clusters", "more population sizes than stages")
	}
	d.readSingle(m.Get("single_psu"), ds)
	s.readDrawn(m, ds)
}

// readSingle reads "adjust" or {rule: adjust, domains: true}.
func (d *document) readSingle(n *source.Node, ds *expr.Diagnostics) {
	if n.Kind() == source.Mapping {
		m := n.Map(ds, "a rule", "rule", "domains")
		d.design.domains = m.Get("domains").Bool(ds)
		n = m.Need(ds, "rule")
	}
	word := n.Word(ds, "fail", "remove", "certainty", "adjust", "average", "collapse")
	d.design.single, _ = weighting.ParseLonelyRule(word)
}

func (d *document) readDerive(n *source.Node, ds *expr.Diagnostics) {
	for name, value := range n.Map(ds, "expressions by name").All() {
		if value.Kind() != source.Mapping {
			value.Text(ds, "an expression")
			d.derive = append(d.derive, deriveSpec{name: name, text: value})
			continue
		}
		for inner, text := range value.Map(ds, "expressions by name").All() {
			text.Text(ds, "an expression")
			d.derive = append(d.derive, deriveSpec{name: inner, file: name, text: text})
		}
	}
}

func (d *document) readIndicators(n *source.Node, ds *expr.Diagnostics) {
	seen := map[string]*source.Node{}
	for _, item := range n.List(ds, "a list of indicators") {
		m := item.Map(ds, "an indicator: {name: …}", itemKeys...)
		in := &indicatorSpec{
			at: item, name: m.Need(ds, "name").Text(ds, "a name"),
			label: m.Get("label").Text(ds, "a text"), universe: m.Get("universe").Text(ds, "a text"),
			among: m.Get("among"), where: m.Get("where"), weights: m.Get("weights"), per: 1,
		}
		if first := seen[in.name]; first != nil && in.name != "" {
			m.Get("name").Fail(ds, "", "indicator %s is on line %d already", in.name, first.At().Line)
		}
		seen[in.name] = m.Get("name")
		in.among.Text(ds, "the name of a file of this plan")
		in.where.Text(ds, "a condition")
		in.weights.Text(ds, "the name of a weight set")
		in.readMeasure(m, ds)
		in.readPer(m.Get("per"), ds)
		if in.per != 1 && (in.kind == "regression" || in.kind == "test") {
			m.Key("per").Fail(ds, "", "per means nothing for a %s", in.kind)
		}
		in.readStandard(m.Get("standardise"), ds)
		in.readAreas(m.Get("small_areas"), ds)
		in.readBy(m.Get("by"), ds)
		in.readBase(m.Get("base"), ds)
		d.indicators = append(d.indicators, in)
	}
}

// readMeasure reads what is estimated.
func (in *indicatorSpec) readMeasure(m *source.Map, ds *expr.Diagnostics) {
	for _, kind := range kinds {
		n := m.Get(kind)
		switch {
		case n == nil:
			continue
		case in.kind != "":
			m.Key(kind).Fail(ds, "write two indicators", "an indicator estimates one thing, this one has %s already", in.kind)
			continue
		}
		in.kind = kind
		if special(kind) {
			in.readSpecial(kind, n, ds)
			continue
		}
		if kind != "ratio" {
			in.of = n
			n.Text(ds, "an expression")
			continue
		}
		r := n.Map(ds, "a ratio: {of: …, to: …}", "of", "to")
		in.of, in.to = r.Need(ds, "of"), r.Need(ds, "to")
		in.of.Text(ds, "an expression")
		in.to.Text(ds, "an expression")
	}
	if in.kind == "" && m.Node().Kind() == source.Mapping {
		m.Node().Fail(ds, "one of "+strings.Join(kinds, ", "), "the indicator does not say what it estimates")
	}
}

func (in *indicatorSpec) readPer(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		return
	}
	before := len(*ds)
	if in.per = n.Float(ds, "a number, such as 100000"); in.per <= 0 && len(*ds) == before {
		n.Fail(ds, "", "per has to be above 0")
	}
}

// readBy reads all, a, "a by b" or a list of them.
func (in *indicatorSpec) readBy(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		in.by = []breakdownSpec{{}}
		return
	}
	for _, w := range words(n, ds, `all, a variable, or "a by b"`) {
		text := w.Raw()
		b := breakdownSpec{at: w}
		if text != "all" {
			for _, name := range strings.Split(text, " by ") {
				name = strings.TrimSpace(name)
				if slices.Contains(b.names, name) {
					w.Fail(ds, "", "%s is named twice", name)
				}
				b.names = append(b.names, name)
			}
		}
		in.by = append(in.by, b)
	}
}

// readBase reads answered, all, or the kinds of missing that stay.
func (in *indicatorSpec) readBase(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		return
	}
	if n.Kind() == source.Scalar {
		if n.Word(ds, "answered", "all") == "all" {
			for _, k := range baseKinds {
				in.base = append(in.base, missingKind(k))
			}
		}
		return
	}
	for _, w := range n.List(ds, "answered, all, or a list of kinds") {
		if word := w.Word(ds, baseKinds...); word != "" {
			in.base = append(in.base, missingKind(word))
		}
	}
}

func missingKind(name string) expr.Missing {
	m, ok := expr.ParseMissing(name)
	if !ok {
		panic("plan: " + name + " is no missing kind")
	}
	return m
}

func (d *document) readReport(n *source.Node, ds *expr.Diagnostics) {
	m := n.Map(ds, "the report", reportKeys...)
	iv := m.Get("interval").Map(ds, "an interval: {level: 0.90, method: logit}", "level", "method")
	d.interval.Level = 0.95
	if level := iv.Get("level"); level != nil {
		if v := level.Float(ds, "a level, such as 0.90"); v > 0 && v < 1 {
			d.interval.Level = v
		} else if v != 0 || level.Raw() == "0" {
			level.Fail(ds, "write 0.90 for 90 %", "a level lies between 0 and 1")
		}
	}
	if word := iv.Get("method").Word(ds, "mean", "logit", "asin", "wilson", "beta", "likelihood"); word != "" {
		d.interval.Method, _ = weighting.ParseMethod(word)
		d.methodNamed = true
	}
	d.quality, _ = weighting.ParseQualityScheme(m.Get("quality").Word(ds, "none", "inegi", "ine", "eclac2020", "eclac2023", "ncvs"))
	d.readCompare(m.Get("compare"), ds)
}
