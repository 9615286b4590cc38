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

// This file reads sample plans: from a frame of PSUs to a sample of dwellings.
//
//	sample: victimization-2025
//	seed: 20250611
//	frame: {read: psus.csv, psu: upm, strata: [region, urban], size: dwellings, keep: [municipality]}
//	list:  {read: dwellings.csv, psu: upm, dwelling: id, keep: [address]}
//	cases: {proportion: 0.24, cv: 0.03, deff: 1.8, response: 0.75}
//	allocate: {method: neyman, read: strata.csv, sd: sd_victims, at_least: 2}
//	psus: {method: systematic, order: [municipality], dwellings_each: 12}
//	dwellings: {method: systematic}
//
// The rules:
//
//   - frame has one row a PSU; strata are one or more of its columns, size is
//     its dwellings. Without a list of dwellings the sample has their numbers,
//     from 1 to the size, for who lists them in the field;
//   - cases is how many dwellings: a number, what a proportion needs, or what a
//     change needs; what responds is of them a share;
//   - allocate reads what it knows of strata from a file with the same strata
//     columns, or from the frame;
//   - the sample is a function of the plan and of the rows of its files, whatever
//     their order.

// A sampleDocument is a sample plan as written.
type sampleDocument struct {
	name  string
	seed  uint64
	frame frameSpec
	list  *listSpec // nil if dwellings are numbers
	cases casesSpec

	allocate  allocateSpec
	psus      drawSpec
	each      int // dwellings a PSU
	dwellings drawSpec
}

// A frameSpec is the list of PSUs.
type frameSpec struct {
	at, read, psu, size *source.Node
	strata, keep        []*source.Node
}

// A listSpec is the list of dwellings.
type listSpec struct {
	at, read, psu, dwelling *source.Node
	keep                    []*source.Node
}

// A casesSpec says how many dwellings.
type casesSpec struct {
	at                         *source.Node
	count                      float64 // 0 if it follows from what is below
	p, cv, margin, level       float64
	p2, alpha, power           float64 // of a change, from p to p2
	deff, response, population float64
}

// An allocateSpec says how strata share the dwellings.
type allocateSpec struct {
	at                *source.Node
	bethel            bool
	method            weighting.AllocationMethod
	read              *source.Node // nil takes the frame
	sd, cost          *source.Node
	power, importance float64
	atLeast           int // PSUs
	precise           []preciseSpec
}

// A preciseSpec is a precision that Bethel's allocation has to meet.
type preciseSpec struct {
	at, mean, sd, by *source.Node
	cv               float64
}

// A drawSpec says how units of a stage are drawn.
type drawSpec struct {
	method weighting.SelectionMethod
	order  []*source.Node
}

// The keys of each section of a sample plan.
var (
	sampleKeys   = []string{"sample", "seed", "frame", "list", "cases", "allocate", "psus", "dwellings"}
	frameKeys    = []string{"read", "psu", "strata", "size", "keep"}
	listKeys     = []string{"read", "psu", "dwelling", "keep"}
	casesKeys    = []string{"proportion", "cv", "margin", "level", "change_to", "alpha", "power", "deff", "response", "population"}
	allocateKeys = []string{"method", "read", "sd", "cost", "power", "importance", "at_least", "precisions"}
	preciseKeys  = []string{"mean", "sd", "cv", "by"}
)

// readSampleDocument reads the YAML of a sample plan.
func readSampleDocument(file string, src []byte, ds *expr.Diagnostics) *sampleDocument {
	root, wrong := source.Read(file, src)
	*ds = append(*ds, wrong...)
	if root == nil {
		return nil
	}
	m := root.Map(ds, "a sample plan", sampleKeys...)
	d := &sampleDocument{name: m.Need(ds, "sample").Text(ds, "the name of the sample")}
	d.seed = uint64(m.Need(ds, "seed").Int(ds, "a seed: a whole number that you choose", 0, math.MaxInt))
	d.readFrame(m.Need(ds, "frame"), ds)
	d.readList(m.Get("list"), ds)
	d.readAllocate(m.Get("allocate"), ds)
	if d.allocate.bethel {
		d.readLosses(m.Get("cases"), ds)
	} else {
		d.readCases(m.Need(ds, "cases"), ds)
	}
	d.readDraws(m, ds)
	return d
}

func (d *sampleDocument) readFrame(n *source.Node, ds *expr.Diagnostics) {
	m := n.Map(ds, "the frame: {read: …}", frameKeys...)
	d.frame = frameSpec{
		at: n, read: m.Need(ds, "read"), psu: m.Need(ds, "psu"), size: m.Need(ds, "size"),
		strata: words(m.Get("strata"), ds, "a column"), keep: words(m.Get("keep"), ds, "a column"),
	}
	d.frame.read.Text(ds, "a file name")
	d.frame.psu.Text(ds, "a column")
	d.frame.size.Text(ds, "a column")
}

func (d *sampleDocument) readList(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		return
	}
	m := n.Map(ds, "the dwellings: {read: …}", listKeys...)
	d.list = &listSpec{
		at: n, read: m.Need(ds, "read"), psu: m.Need(ds, "psu"), dwelling: m.Need(ds, "dwelling"),
		keep: words(m.Get("keep"), ds, "a column"),
	}
	d.list.read.Text(ds, "a file name")
	d.list.psu.Text(ds, "a column")
	d.list.dwelling.Text(ds, "a column")
}

// within reads a number between two limits, which it may not touch; otherwise if
// it was not written.
func within(n *source.Node, ds *expr.Diagnostics, what string, lo, hi, otherwise float64) float64 {
	if n == nil {
		return otherwise
	}
	before := len(*ds)
	v := n.Float(ds, what)
	if len(*ds) == before && !(v > lo && v < hi) {
		n.Fail(ds, "expected "+what, "%s is out of range", n.Raw())
	}
	return v
}

const aShare = "a share between 0 and 1, such as 0.05 for 5 %"

// readCases reads a number, or what the size has to be good for.
func (d *sampleDocument) readCases(n *source.Node, ds *expr.Diagnostics) {
	c := &d.cases
	c.at = n
	if n.Kind() == source.Scalar {
		if n != nil {
			c.count = float64(n.Int(ds, "how many dwellings", 2, 1<<31))
		}
		return
	}
	m := n.Map(ds, "a number of dwellings, or {proportion: …, cv: …}", casesKeys...)
	c.p = within(m.Need(ds, "proportion"), ds, aShare, 0, 1, 0.5)
	c.cv = within(m.Get("cv"), ds, aShare, 0, math.Inf(1), 0)
	c.margin = within(m.Get("margin"), ds, aShare, 0, 1, 0)
	c.level = within(m.Get("level"), ds, aShare, 0, 1, 0.95)
	c.p2 = within(m.Get("change_to"), ds, aShare, 0, 1, 0)
	c.alpha = within(m.Get("alpha"), ds, aShare, 0, 1, 0.05)
	c.power = within(m.Get("power"), ds, aShare, 0, 1, 0.8)
	c.readLosses(m, ds)
	c.population = within(m.Get("population"), ds, "a number of people or households", 1, math.Inf(1), math.Inf(1))
	given := 0
	for _, key := range []string{"cv", "margin", "change_to"} {
		if m.Has(key) {
			given++
		}
	}
	if given != 1 && n.Kind() == source.Mapping {
		n.Fail(ds, "cv, margin or change_to", "a size follows from one precision, and there are %d here", given)
	}
	if m.Has("change_to") && c.p2 == c.p {
		m.Get("change_to").Fail(ds, "", "a change from %g to %g is none", c.p, c.p2)
	}
	for key, with := range map[string]string{"level": "margin", "alpha": "change_to", "power": "change_to"} {
		if m.Has(key) && !m.Has(with) {
			m.Key(key).Fail(ds, "", "%s is for %s", key, with)
		}
	}
}

// readLosses reads what clusters and silence cost beyond a simple random sample
// in which everybody answers.
func (c *casesSpec) readLosses(m *source.Map, ds *expr.Diagnostics) {
	c.deff = within(m.Get("deff"), ds, "a design effect above 0", 0, math.Inf(1), 1)
	c.response = 1
	if r := m.Get("response"); r != nil && r.Raw() != "1" {
		c.response = within(r, ds, aShare, 0, 1, 1)
	}
}

// readLosses reads the cases of a plan whose precisions say how many there are,
// so that only the losses are left to be said.
func (d *sampleDocument) readLosses(n *source.Node, ds *expr.Diagnostics) {
	const ours = "with the method bethel the precisions decide how many: write cases: {deff: …, response: …}, or leave cases out"
	d.cases.at, d.cases.deff, d.cases.response = n, 1, 1
	switch {
	case n == nil:
		return
	case n.Kind() != source.Mapping:
		n.Fail(ds, ours, "a number of dwellings means nothing to the method bethel")
		return
	}
	m := n.Map(ds, "what clusters and silence cost: {deff: …, response: …}", casesKeys...)
	d.cases.readLosses(m, ds)
	for _, key := range casesKeys {
		if key != "deff" && key != "response" && m.Has(key) {
			m.Key(key).Fail(ds, ours, "%s means nothing to the method bethel", key)
		}
	}
}

func (d *sampleDocument) readAllocate(n *source.Node, ds *expr.Diagnostics) {
	a := &d.allocate
	a.at, a.atLeast = n, 2
	if n == nil {
		return
	}
	m := n.Map(ds, "an allocation: {method: …}", allocateKeys...)
	names := []string{"proportional", "neyman", "optimal_cost", "power", "kish", "bethel"}
	method := m.Need(ds, "method").Word(ds, names...)
	a.method, _ = weighting.ParseAllocationMethod(method)
	a.bethel = method == "bethel"
	a.read, a.sd, a.cost = m.Get("read"), m.Get("sd"), m.Get("cost")
	a.read.Text(ds, "a file name")
	a.sd.Text(ds, "a column")
	a.cost.Text(ds, "a column")
	a.power = 0.5
	if p := m.Get("power"); p != nil {
		a.power = within(p, ds, "a power from 0 to 1", -1e-300, 1+1e-12, 0.5)
	}
	a.importance = within(m.Get("importance"), ds, "0 or more", -1e-300, math.Inf(1), 1)
	if l := m.Get("at_least"); l != nil {
		a.atLeast = l.Int(ds, "how many PSUs", 1, 1<<31)
	}
	for _, item := range m.Get("precisions").List(ds, "a list of precisions") {
		p := item.Map(ds, "a precision: {mean: …, sd: …, cv: …}", preciseKeys...)
		s := preciseSpec{at: item, mean: p.Need(ds, "mean"), sd: p.Need(ds, "sd"), by: p.Get("by")}
		s.cv = within(p.Need(ds, "cv"), ds, aShare, 0, math.Inf(1), 0.1)
		s.mean.Text(ds, "a column")
		s.sd.Text(ds, "a column")
		s.by.Text(ds, "a column")
		a.precise = append(a.precise, s)
	}
	a.complete(m, method, ds)
}

// complete reports keys that a method needs, and those that mean nothing to it.
func (a *allocateSpec) complete(m *source.Map, method string, ds *expr.Diagnostics) {
	means := map[string][]string{
		"sd": {"neyman", "optimal_cost", "power"}, "cost": {"optimal_cost", "bethel"},
		"power": {"power"}, "importance": {"kish"}, "precisions": {"bethel"},
	}
	needs := map[string][]string{"sd": means["sd"], "cost": {"optimal_cost"}, "precisions": {"bethel"}}
	if method == "" {
		return
	}
	for _, key := range []string{"sd", "cost", "power", "importance", "precisions"} {
		if m.Has(key) && !slices.Contains(means[key], method) {
			m.Key(key).Fail(ds, "it is for "+strings.Join(means[key], ", "), "%s means nothing to the method %s", key, method)
		}
		if !m.Has(key) && slices.Contains(needs[key], method) {
			m.Get("method").Fail(ds, "", "the method %s needs %s", method, key)
		}
	}
}

func (d *sampleDocument) readDraws(m *source.Map, ds *expr.Diagnostics) {
	p := m.Need(ds, "psus").Map(ds, "how PSUs are drawn: {dwellings_each: …}", "method", "order", "dwellings_each")
	d.each = p.Need(ds, "dwellings_each").Int(ds, "how many dwellings in each PSU", 1, 1<<31)
	d.psus.order = words(p.Get("order"), ds, "a column")
	if w := p.Get("method").Word(ds, "systematic", "brewer", "tille", "simple"); w != "" {
		d.psus.method, _ = weighting.ParseSelectionMethod(w)
	}
	l := m.Get("dwellings").Map(ds, "how dwellings are drawn: {method: …}", "method", "order")
	d.dwellings.order = words(l.Get("order"), ds, "a column")
	if w := l.Get("method").Word(ds, "systematic", "simple"); w != "" {
		d.dwellings.method, _ = weighting.ParseSelectionMethod(w)
	}
	if d.list == nil && d.dwellings.order != nil {
		l.Key("order").Fail(ds, "name the file of dwellings as list", "dwellings that are only numbers have no columns to be ordered by")
	}
}

// CheckSample returns what is wrong with the form of a sample plan, without
// opening a file.
func CheckSample(file string, src []byte) expr.Diagnostics {
	var ds expr.Diagnostics
	readSampleDocument(file, src, &ds)
	ds.Sort()
	return ds
}

// LoadSample reads a sample plan and the files it names, as Load does an
// estimation plan's. The SamplePlan is nil if the diagnostics have an Error.
func LoadSample(file string, src []byte, open Open) (*SamplePlan, expr.Diagnostics) {
	var ds expr.Diagnostics
	doc := readSampleDocument(file, src, &ds)
	if doc == nil {
		return nil, ds
	}
	p := &SamplePlan{doc: doc}
	b := frameReader{o: &opener{folder: filepath.Dir(file), open: open, ds: &ds}, p: p}
	b.read()
	ds.Sort()
	if ds.Err() != nil {
		return nil, ds
	}
	return p, ds
}
