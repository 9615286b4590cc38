package plan

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// A Plan is ready to compute: its files are read, its expressions checked. It
// never changes, and serves one goroutine at a time.
type Plan struct {
	doc        *document
	b          *binder
	sound      bool  // the files have their rows; else they only have columns
	top        *file // of sampled units
	strata     weighting.Factor
	psus       weighting.Factor
	design     *weighting.Design
	sets       []*weightSet
	failed     map[*file]bool // files with a weight set that is wrong
	indicators []*indicator
	again      []bool   // rows of top drawn in the second phase; nil without one
	earlier    *edition // nil unless figures are compared
	warnings   expr.Diagnostics

	part     bool      // a block of a file: its design says nothing of the whole
	streamed *streamed // what is left of a file that was read in blocks; else nil
	open     *opener   // of its files, to look a place up

	everyone map[*file][]float64            // 1 for each row
	bases    map[*weighting.Design]division // all rows in one cell, of what every one of them counts as 1
}

// A weightSet is a weight for each row of a file, as a design.
type weightSet struct {
	f      *file
	name   string
	design *weighting.Design
}

// An indicator is one entry of the plan's list, checked.
type indicator struct {
	spec   *indicatorSpec
	f      *file // whose rows it is among
	where  *expr.Expr
	of, to *measure // to is nil but for a ratio
	base   *weighting.Design
	by     [][]*axis

	// terms are the variables of a model, several for a product; of a test, the
	// groups. exposure is nil without one.
	terms    [][]*axis
	exposure *expr.Expr

	standard *axis     // nil unless means are standardised
	areas    *areaFile // nil without small areas
}

// A measure is a value for each row of a file.
type measure struct {
	f      *file
	design *weighting.Design
	e      *expr.Expr // nil: each row counts 1
	zero   bool       // what is unknown counts 0
}

// An axis is a variable that divides rows.
type axis struct {
	f *file
	v *variable
}

// Load reads a plan and the files it names. file is its name in messages, and
// its folder is where the names in it begin.
//
// The Plan is nil if the diagnostics have an Error. They may also be warnings,
// and places in the files that were read.
func Load(file string, src []byte, open Open) (*Plan, expr.Diagnostics) {
	var ds expr.Diagnostics
	p := &Plan{doc: readDocument(file, src, &ds)}
	if p.doc == nil {
		return nil, ds
	}
	o := &opener{folder: filepath.Dir(file), open: open, ds: &ds, src: string(src)}
	if r := p.doc.design.drawn.replicates; r != nil {
		o.prefix = r.prefix.Raw()
	}
	if slices.ContainsFunc(p.doc.files, func(f *fileSpec) bool { return f.stream }) {
		p.stream(o)
	} else if files, sound := o.load(p.doc.files); len(files) == 0 {
		p.doc.syntax(&ds)
	} else {
		p.sound = sound
		p.open = o
		p.bind(files, &ds)
	}
	p.readEarlier(o)
	ds.Sort()
	if ds.Err() != nil {
		return nil, ds
	}
	p.warnings = ds
	return p, ds
}

// Check reads a plan without its files: the form of it, and how its expressions
// are written.
func Check(file string, src []byte) expr.Diagnostics {
	var ds expr.Diagnostics
	if doc := readDocument(file, src, &ds); doc != nil {
		doc.syntax(&ds)
	}
	ds.Sort()
	return ds
}

// syntax checks how all expressions of d are written.
func (d *document) syntax(ds *expr.Diagnostics) {
	for _, s := range d.files {
		syntax(s.screened, ds)
	}
	for _, s := range d.derive {
		syntax(s.text, ds)
	}
	for _, in := range d.indicators {
		syntax(in.of, ds)
		syntax(in.to, ds)
		syntax(in.where, ds)
	}
}

// bind gives p's document its meaning.
func (p *Plan) bind(files []*file, ds *expr.Diagnostics) {
	b := &binder{doc: p.doc, files: files, rows: newRows(files), ds: ds, broken: map[string]bool{}, open: p.open}
	p.b = b
	b.screened()
	b.derive()
	p.bindDesign()
	for _, spec := range p.doc.indicators {
		if in := p.bindIndicator(spec); in != nil {
			p.indicators = append(p.indicators, in)
		}
	}
}

// screened finds the rows above whose rows below are complete.
func (b *binder) screened() {
	for _, f := range b.files {
		if f.spec.screened == nil || f.above == nil {
			continue
		}
		e := b.check(f.spec.screened, f.above, expr.Want{Kinds: []expr.Kind{expr.Bool}})
		if e == nil {
			continue
		}
		full := make([]bool, f.above.table.Len())
		for i, c := range b.evaluate(e, f.above) {
			full[i] = c.Missing == expr.Answered && c.N == 1
		}
		f.full = full
	}
}

// bindDesign makes the design of the sampled units and the weight sets.
func (p *Plan) bindDesign() {
	s, b := &p.doc.design, p.b
	p.failed = map[*file]bool{}
	p.top = p.topFile()
	p.design = p.unitDesign()
	for _, w := range s.weights {
		if f := b.fileNamed(w.file); f != nil && (w.text.Raw() == "" || !p.bindWeights(w, f)) {
			p.failed[f] = true
		}
	}
}

// unitDesign makes the design of the sampled units; nil after a mistake, or if the
// files have no rows.
func (p *Plan) unitDesign() *weighting.Design {
	s, b := &p.doc.design, p.b
	if p.top == nil || p.top.lost || slices.ContainsFunc(b.files, func(f *file) bool { return f.adrift }) {
		return nil
	}
	switch {
	case s.drawn.replicates != nil:
		return p.replicatedDesign(s.drawn.replicates)
	case s.drawn.pps != nil:
		return p.unequalDesign(s.drawn.pps)
	}
	strata, ok1 := p.factor(s.strata, "stratum")
	psus, ok2 := p.factor(s.clusters[:min(1, len(s.clusters))], "cluster")
	sound := ok1 && ok2
	p.strata, p.psus = strata, psus
	opt := weighting.Options{Nest: s.nest, Lonely: s.single, LonelyInDomain: s.domains}
	if strata.Levels != nil {
		opt.StratumName = func(code int) string { return strata.Levels[code] }
	}
	if psus.Levels != nil {
		opt.PSUName = func(code int) string { return psus.Levels[code] }
	}
	fpc := make([][]float64, max(1, len(s.clusters)))
	for i, n := range s.fpc {
		if i < len(fpc) {
			fpc[i] = p.numbers(n)
		}
	}
	opt.FPC = fpc[0]
	for i, n := range s.clusters {
		if i == 0 {
			continue
		}
		f, ok := p.factor([]*source.Node{n}, "cluster")
		sound = sound && ok
		opt.Later = append(opt.Later, weighting.Stage{Unit: f.Code, FPC: fpc[i]})
	}
	if !sound || !p.sound {
		return nil
	}
	if p.part {
		opt.Lonely = weighting.LonelyRemove // what to do is for the whole
	}
	ones := slices.Repeat([]float64{1}, p.top.table.Len())
	d, err := weighting.NewDesign(strata.Code, psus.Code, ones, opt)
	if err != nil {
		hint := ""
		if strings.Contains(err.Error(), "say nest") {
			hint = "nest: true, if they are different PSUs"
		}
		s.at.Fail(b.ds, hint, "%v", err)
		return nil
	}
	if lonely := d.Lonely(); len(lonely) > 0 && !p.part && s.single == weighting.LonelyFail {
		s.at.Fail(b.ds, "single_psu: adjust, average, certainty or remove says what to put in its place",
			"%d of %d strata have a single PSU and show no variance: %s", len(lonely), d.Strata(), first(lonely, 5))
	}
	return p.drawnAgain(d)
}

// first lists some names of many.
func first(names []string, n int) string {
	if len(names) > n {
		return strings.Join(names[:n], ", ") + ", …"
	}
	return strings.Join(names, ", ")
}

// topFile returns the file of sampled units.
func (p *Plan) topFile() *file {
	s, b := &p.doc.design, p.b
	if s.file != nil {
		return b.fileNamed(s.file)
	}
	var tops []*file
	var names []string
	for _, f := range b.files {
		if f.above == nil {
			tops = append(tops, f)
			names = append(names, f.spec.name)
		}
	}
	if slices.ContainsFunc(b.files, func(f *file) bool { return f.adrift }) {
		return nil
	}
	if len(tops) > 1 {
		s.at.Fail(b.ds, "say file:, or what the others are within", "which file has the sampled units, %s?", strings.Join(names, " or "))
		return nil
	}
	return tops[0]
}

// factor numbers the sampled units by columns of their file.
func (p *Plan) factor(nodes []*source.Node, what string) (weighting.Factor, bool) {
	known := true
	for _, n := range nodes {
		if p.top.table.Column(n.Raw()) == nil {
			n.Fail(p.b.ds, source.DidYouMean(n.Raw(), columnNames(p.top)), "%s has no column %s", p.top.spec.name, n.Raw())
			known = false
		}
	}
	if !known {
		return weighting.Factor{}, false
	}
	f, err := p.top.table.Factor(raws(nodes)...)
	if err != nil {
		nodes[0].Fail(p.b.ds, "", "%v", err)
		return f, false
	}
	wrong := 0
	places := p.b.placesIn(p.top, strings.Join(raws(nodes), ", "))
	for i, code := range f.Code {
		if code >= 0 {
			continue
		}
		if wrong++; wrong <= maxTold {
			places.add(p.b.ds, i, fmt.Sprintf("no %s: column %s is blank", what, strings.Join(raws(nodes), ", ")),
				"every sampled unit has one: write which, or take the row out")
		}
	}
	places.find()
	p.b.countRest(wrong)
	return f, wrong == 0
}

// maxTold bounds how many rows of one file are told of.
const maxTold = 20

// countRest says, with the last row told of, how many more rows of wrong ones
// there are.
func (b *binder) countRest(wrong int) {
	if wrong <= maxTold {
		return
	}
	last := &(*b.ds)[len(*b.ds)-1]
	more := fmt.Sprintf("and %d more rows", wrong-maxTold)
	if last.Hint != "" {
		more = last.Hint + "; " + more
	}
	last.Hint = more
}

// numbers returns a column of population sizes.
func (p *Plan) numbers(n *source.Node) []float64 {
	c := p.top.table.Column(n.Raw())
	switch {
	case c == nil:
		n.Fail(p.b.ds, source.DidYouMean(n.Raw(), columnNames(p.top)), "%s has no column %s", p.top.spec.name, n.Raw())
		return nil
	case c.Type.Kind != expr.Real && c.Type.Kind != expr.Number:
		d := expr.Diagnostic{Position: n.At(), End: n.End(), Message: "column " + n.Raw() + " holds no numbers"}
		if odd := c.NotNumbers(); odd != nil {
			*p.b.ds = append(*p.b.ds, blame(odd, d)...)
			return nil
		}
		p.b.ds.Add(d)
		return nil
	}
	return c.Numbers
}

// bindWeights makes a weight set; false if it is wrong.
func (p *Plan) bindWeights(w weightSpec, f *file) bool {
	b := p.b
	if p.top != nil && !f.isWithin(p.top) {
		w.file.Fail(b.ds, "", "%s is not within %s, the file of sampled units", f.spec.name, p.top.spec.name)
		return false
	}
	var weights []float64
	why := make([]expr.Missing, f.table.Len())
	if i, ok := f.name[w.text.Raw()]; ok && f.vars[i].col != nil && f.vars[i].col.Numbers != nil {
		weights = f.vars[i].col.Numbers
		for r := range weights {
			why[r] = f.vars[i].col.Missing(r)
		}
	} else if odd, partly := b.partlyNumbers(w.text, f); partly {
		*b.ds = append(*b.ds, blame(odd, expr.Diagnostic{Position: w.text.At()})...)
		col := f.vars[f.name[w.text.Raw()]].col
		weights = make([]float64, len(why))
		for r := range weights {
			weights[r], why[r] = col.Parsed(r), col.Missing(r)
		}
	} else {
		e := b.check(w.text, f, expr.Want{Kinds: []expr.Kind{expr.Real}})
		if e == nil {
			return false
		}
		weights = make([]float64, len(why))
		for r, c := range b.evaluate(e, f) {
			weights[r], why[r] = number(c, e.Type()), c.Missing
		}
	}
	wrong := 0
	var top []int
	if p.design != nil {
		top = f.rowsAbove(p.top)
	}
	places := b.placesIn(f, w.text.Raw())
	for r, v := range weights {
		msg, hint := "", ""
		if p.design != nil {
			msg = p.undrawn(top[r], v)
		}
		switch {
		case msg != "":
		case why[r] != expr.Answered:
			msg = fmt.Sprintf("no weight: %s is %s", w.text.Raw(), strings.ReplaceAll(why[r].String(), "_", " "))
			hint = "write coalesce(" + w.text.Raw() + ", 0) if such rows stand for nobody"
		case v < 0 || math.IsInf(v, 1):
			msg = fmt.Sprintf("the weight %s is %g", w.text.Raw(), v)
			hint = "a weight is how many a row stands for, 0 or more: correct the file, or the expression"
		default:
			continue
		}
		if wrong++; wrong <= maxTold {
			places.add(b.ds, r, msg, hint)
		}
	}
	places.find()
	b.countRest(wrong)
	if wrong > 0 || p.design == nil || slices.ContainsFunc(weights, math.IsNaN) {
		return false
	}
	d, err := p.design.Linked(f.rowsAbove(p.top), weights)
	if err != nil {
		w.text.Fail(b.ds, "", "%v", err)
		return false
	}
	p.sets = append(p.sets, &weightSet{f, w.set, d})
	return true
}

// weightsOf returns the design of f with the set that an indicator names. A
// file without weights has those of the file above it.
func (p *Plan) weightsOf(f *file, spec *indicatorSpec) *weighting.Design {
	var mine []*weightSet
	var names []string
	for _, s := range p.sets {
		if s.f == f {
			mine = append(mine, s)
			names = append(names, s.name)
		}
	}
	name := spec.weights.Raw()
	for _, s := range mine {
		if name != "" && s.name == name || len(mine) == 1 && (name == "" || s.name == "") {
			return s.design
		}
	}
	switch {
	case p.failed[f]:
		return nil // reported
	case len(mine) > 0 && name == "":
		spec.at.Fail(p.b.ds, "weights: "+names[0], "%s has several weight sets: say which, %s", f.spec.name, strings.Join(names, " or "))
		return nil
	case len(mine) > 0:
		spec.weights.Fail(p.b.ds, source.DidYouMean(name, names), "%s has no weight set %s", f.spec.name, name)
		return nil
	case f != p.top:
		above := p.weightsOf(f.above, spec)
		if above == nil {
			return nil
		}
		w := make([]float64, f.table.Len())
		for i, up := range f.up {
			w[i] = above.Weights()[up]
		}
		d, err := above.Linked(f.up, w)
		if err != nil {
			panic(err) // the weights above were checked
		}
		return d
	}
	spec.at.Fail(p.b.ds, "", "%s has no weights in the design", f.spec.name)
	return nil
}

// bindIndicator checks an indicator; nil after a mistake.
func (p *Plan) bindIndicator(spec *indicatorSpec) *indicator {
	b := p.b
	in := &indicator{spec: spec}
	switch {
	case spec.among != nil:
		in.f = b.fileNamed(spec.among)
	case len(b.files) == 1:
		in.f = b.files[0]
	case spec.of != nil: // else it is no indicator
		spec.at.Fail(b.ds, "among: and the file whose rows are counted", "among is missing, and the plan has several files")
	}
	if in.f == nil {
		for _, n := range []*source.Node{spec.of, spec.to, spec.where} {
			syntax(n, b.ds)
		}
		return nil
	}
	if spec.where != nil {
		in.where = b.check(spec.where, in.f, expr.Want{Kinds: []expr.Kind{expr.Bool}})
	}
	in.of = p.measure(spec.of, in)
	if spec.to != nil {
		in.to = p.measure(spec.to, in)
	}
	if p.design != nil {
		if !in.f.isWithin(p.top) {
			spec.at.Fail(b.ds, "", "%s is not within %s, the file of sampled units", in.f.spec.name, p.top.spec.name)
			return nil
		}
		in.base = p.weightsOf(in.f, spec)
	}
	if special(spec.kind) {
		p.bindSpecial(in)
	}
	p.bindStandard(in)
	p.bindAreas(in)
	for _, by := range spec.by {
		in.by = append(in.by, p.breakdown(by, in))
	}
	if in.of == nil || spec.to != nil && in.to == nil {
		return nil
	}
	return in
}

// measure checks what is estimated of the rows of in.f: an expression about
// them, or a sum or count of rows below.
func (p *Plan) measure(n *source.Node, in *indicator) *measure {
	want := expr.Want{Kinds: []expr.Kind{expr.Real, expr.Bool}} // a Number becomes Real
	switch {
	case in.spec.kind == "proportion":
		want.Kinds = want.Kinds[1:]
	case in.spec.regression != nil && in.spec.regression.ordinal:
		want.Kinds = append(want.Kinds, expr.Code) // in the order of its list
	}
	e := p.b.check(n, in.f, want)
	if e == nil {
		return nil
	}
	m := &measure{f: in.f, e: e}
	if fn, roster, inner, ok := wholeAggregate(e.String()); ok && !special(in.spec.kind) && in.spec.standard == nil {
		sc, below := scope{files: p.b.files, f: in.f}.Enter(roster)
		if below {
			m.f, m.e, m.zero = sc.(scope).f, nil, fn != "sum"
			if inner != "" {
				m.e, _ = expr.Check(inner, n.At(), sc, want)
			}
			if inner != "" && m.e == nil {
				m = &measure{f: in.f, e: e} // it reads what only the rows above can name
			}
		}
	}
	if p.design == nil {
		return m // something is wrong with the plan, and nothing is computed
	}
	if !m.f.isWithin(p.top) {
		return nil // told by bindIndicator
	}
	if m.design = p.weightsOf(m.f, in.spec); m.design == nil {
		return nil
	}
	return m
}

// wholeAggregate takes apart an expression, in canonical form, that is nothing
// but a sum or count of rows: sum(incidents, loss).
func wholeAggregate(src string) (fn, roster, inner string, ok bool) {
	fn, rest, found := strings.Cut(src, "(")
	if !found || !slices.Contains([]string{"sum", "sum_known", "count"}, fn) || !strings.HasSuffix(rest, ")") {
		return "", "", "", false
	}
	depth, quoted := 1, false
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			if depth--; depth == 0 && i < len(rest)-1 {
				return "", "", "", false // the sum ends before the expression does
			}
		}
	}
	roster, inner, _ = strings.Cut(strings.TrimSuffix(rest, ")"), ", ")
	return fn, roster, inner, true
}

// breakdown finds the variables of an entry of by.
func (p *Plan) breakdown(by breakdownSpec, in *indicator) []*axis {
	var axes []*axis
	for _, name := range by.names {
		a := p.axis(name, in)
		switch {
		case a != nil && a.v.typ.Kind == expr.Set:
			by.at.Fail(p.b.ds, "derive a condition for each code", "%s can have several codes in a row and cannot divide rows", name)
		case a != nil:
			axes = append(axes, a)
		case !p.b.broken[name] && !p.b.unsure(in.f) && (in.of != nil || !p.b.isColumn(name)):
			var names []string
			for _, f := range in.seen() {
				names = append(names, columnNames(f)...)
			}
			by.at.Fail(p.b.ds, source.DidYouMean(name, names), "no file of this indicator has a variable %s", name)
		}
	}
	return axes
}

// axis finds a variable that an indicator can be divided by: one of the rows it
// is among, or above them, or else of the rows that it sums.
func (p *Plan) axis(name string, in *indicator) *axis {
	for _, f := range in.seen() {
		if i, ok := f.name[name]; ok {
			return &axis{f, f.vars[i]}
		}
	}
	return nil
}

// seen lists the files whose variables can divide an indicator.
func (in *indicator) seen() []*file {
	var files []*file
	start := []*file{in.f}
	for _, m := range []*measure{in.of, in.to} {
		if m != nil {
			start = append(start, m.f)
		}
	}
	for _, f := range start {
		for ; f != nil; f = f.above {
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
	}
	return files
}
