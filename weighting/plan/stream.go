package plan

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"iter"
	"runtime/debug"
	"slices"

	"cifra/questionnaire/expr"
	"cifra/weighting"
)

// This file computes a plan of a file that is read in blocks and never held as a
// whole. The rules:
//
//   - each block is a plan of its own: the same expressions, weights and sums over
//     its rows. What is left of it are sums by PSU and cell, and the first row of
//     each PSU;
//   - the whole is a plan too, of a file with one row a PSU. It checks the design
//     and makes the figures, from the sums instead of from rows;
//   - blocks are computed side by side and added in the order of the file;
//   - what a column holds is told by the first block, and the others must agree;
//   - what needs rows in order, or twice, cannot be had: quantiles, models, tests,
//     later stages, links to other files. The plan is refused, each with its place.

// blocksUnderWay is how many blocks are computed at the same time: memory is that
// of so many, time that of two processors.
const blocksUnderWay = 2

// streamable reports what keeps a plan from being computed in blocks.
func (d *document) streamable(ds *expr.Diagnostics) bool {
	before := len(*ds)
	if len(d.files) > 1 {
		d.files[0].at.Fail(ds, "leave stream out", "a file that is read in blocks stands alone in its plan: rows of others cannot hang under it")
	}
	switch s := d.design; {
	case s.at == nil:
	case len(s.clusters) == 0:
		s.at.Fail(ds, "clusters: and the column of PSUs, or leave stream out", "without clusters each row is a PSU, and nothing is saved by reading in blocks")
	case len(s.clusters) > 1:
		s.clusters[1].Fail(ds, "leave stream out, or the later stages", "a file that is read in blocks has one stage of clusters")
	}
	if d.design.drawn != (drawnSpec{}) {
		d.design.at.Fail(ds, "leave stream out", "systematic, second_phase, unequal and replicates need all rows at once, and the file is read in blocks")
	}
	for _, in := range d.indicators {
		if special(in.kind) {
			in.at.Fail(ds, "leave stream out", "a %s needs all rows at once, and the file is read in blocks", in.kind)
		}
		if in.areas != nil {
			in.areas.at.Fail(ds, "leave stream out", "small areas need all rows at once, and the file is read in blocks")
		}
		if in.standard != nil {
			in.at.Fail(ds, "leave stream out", "a standardised %s needs all rows at once, and the file is read in blocks", in.kind)
		}
	}
	return len(*ds) == before
}

// A streamed is what is left of the blocks.
type streamed struct {
	first   *weighting.Table // the first block, without rows
	units   map[[2]string]int32
	rows    [][]string     // texts of the first row of each unit
	sizes   []unitSize     // of the population that each unit was drawn from
	by      [][]*gathering // of each indicator and breakdown
	share   []bool         // of each indicator: still a share
	told    map[expr.Diagnostic]bool
	columns []string
}

// A unitSize is the population size that a unit says of its stratum, and on which row of
// the file: a unit may come in several blocks, and each sees only its own.
type unitSize struct {
	n         float64
	row, line int
}

// A gathering adds up the divisions of one breakdown.
type gathering struct {
	axes      []gatheredAxis
	divisions [3]gatheredDivision // of, to, base
}

// A gatheredAxis numbers the values of an axis as they are met.
type gatheredAxis struct {
	code  map[expr.Cell]int32
	cells []expr.Cell
}

// A gatheredDivision adds up one measure. Its domains are numbered as they are met.
type gatheredDivision struct {
	there        bool
	domain       map[string]int32 // by the numbers of their values
	values       [][]int32
	whole, cases []int
	tally        weighting.Tally
}

// A streamPart is a block computed.
type streamPart struct {
	table *weighting.Table
	ds    expr.Diagnostics
	err   error
	p     *Plan
	rows  [][]string // the first row of each unit
	sizes []unitSize // of each unit; nil without a finite population
	by    [][]partCell
	share []bool
}

// A partCell is a breakdown of one block.
type partCell struct {
	axes      []*levels
	divisions [3]division
}

// stream reads the file of the plan in blocks and binds p to what is left.
func (p *Plan) stream(o *opener) {
	ds := o.ds
	if !p.doc.streamable(ds) {
		p.doc.syntax(ds)
		return
	}
	f := o.arrange(p.doc.files)[0]
	opt, blocks, done := o.blocks(f)
	if blocks == nil {
		p.doc.syntax(ds)
		return
	}
	defer done()
	defer collectOften()()
	s := &streamed{units: map[[2]string]int32{}, told: map[expr.Diagnostic]bool{}}
	for part := range s.computed(p.doc, f, blocks) {
		switch {
		case part.err != nil:
			o.fail(f.spec.read, part.err)
		case part.ds.Err() != nil:
			*ds = append(*ds, part.ds...)
		default:
			s.add(part, o)
			continue
		}
		return
	}
	table, err := s.table(f.spec.read.Raw(), opt)
	if err != nil {
		o.fail(f.spec.read, err)
		return
	}
	var wrong expr.Diagnostics
	f.take(table)
	p.sound = true
	p.bind([]*file{f}, &wrong)
	for _, d := range wrong { // warnings were told of the blocks
		if d.Severity == expr.Error {
			ds.Add(d)
		}
	}
	p.streamed = s
}

// streamGarbage is how much may be dead before memory is collected, in percent of
// what is in use. A block is tens of megabytes that die together: at Go's 100, two
// blocks under way hold the memory of four.
const streamGarbage = 50

// collectOften collects memory by streamGarbage until the function it returns is
// called. Who set less, or turned collecting off for a limit of their own, knows
// better.
func collectOften() (restore func()) {
	before := debug.SetGCPercent(streamGarbage)
	if before < streamGarbage {
		debug.SetGCPercent(before)
	}
	return func() { debug.SetGCPercent(before) }
}

// computed computes the blocks and returns them in the order of the file. After one
// with an error there are no more.
func (s *streamed) computed(doc *document, f *file, blocks iter.Seq2[weighting.Block, error]) iter.Seq[*streamPart] {
	return func(yield func(*streamPart) bool) {
		var under []chan *streamPart
		take := func() bool {
			part := <-under[0]
			under = under[1:]
			return yield(part) && part.err == nil
		}
		for block, err := range blocks {
			if err != nil {
				block = func() (*weighting.Table, error) { return nil, err }
			}
			done := make(chan *streamPart, 1)
			under = append(under, done)
			first := s.first
			go func() { done <- compute(doc, f, first, block) }()
			if (first == nil || len(under) == blocksUnderWay) && !take() {
				break
			}
		}
		for len(under) > 0 && take() {
		}
		for _, done := range under { // nothing reads the file once it is closed
			<-done
		}
	}
}

// compute reads and computes a block.
func compute(doc *document, f *file, first *weighting.Table, block weighting.Block) *streamPart {
	part := &streamPart{}
	part.table, part.err = block()
	if part.err == nil && first != nil {
		part.err = part.table.Agree(first)
	}
	if part.err != nil {
		return part
	}
	rows := &file{spec: f.spec, book: f.book}
	rows.take(part.table)
	p := &Plan{doc: doc, sound: true, part: true}
	part.p = p
	p.bind([]*file{rows}, &part.ds)
	if part.ds.Err() != nil {
		return part
	}
	for _, row := range p.design.UnitRows() {
		if n := doc.design.fpc; len(n) > 0 {
			size := part.table.Column(n[0].Raw()).Numbers[row]
			part.sizes = append(part.sizes, unitSize{size, row, part.table.Line(row)})
		}
		var texts []string
		for _, c := range part.table.Columns {
			text := ""
			if row < c.Len() && c.Packed == nil {
				text = c.Text(row)
			}
			texts = append(texts, text)
		}
		part.rows = append(part.rows, texts)
	}
	for _, in := range p.indicators {
		c := &computation{p: p, in: in, axes: map[*variable]*levels{}}
		c.prepare()
		part.share = append(part.share, c.share)
		var cells []partCell
		for _, by := range in.by {
			var cell partCell
			for _, a := range by {
				cell.axes = append(cell.axes, c.levelsOf(a))
			}
			e := c.estimator(cell.axes)
			cell.divisions = [3]division{e.of, e.to, e.base}
			cells = append(cells, cell)
		}
		part.by = append(part.by, cells)
	}
	return part
}

// add adds a block to s, and its warnings to what o tells. A unit that says another
// population size than in a block before is an error: the sums of the whole know one.
func (s *streamed) add(part *streamPart, o *opener) {
	ds := o.ds
	for _, d := range part.ds {
		if !s.told[d] {
			s.told[d] = true
			ds.Add(d)
		}
	}
	p := part.p
	if s.first == nil {
		s.first = part.table.Header()
		for _, c := range part.table.Columns {
			s.columns = append(s.columns, c.Name)
		}
		s.share = part.share
		for _, cells := range part.by {
			var by []*gathering
			for _, cell := range cells {
				g := &gathering{axes: make([]gatheredAxis, len(cell.axes))}
				by = append(by, g)
			}
			s.by = append(s.by, by)
		}
	}
	strata, psus := p.design.UnitCodes()
	units := make([]int32, len(psus))
	part.p.b.open = o
	places, wrong := part.p.b.placesIn(part.p.top, first(raws(p.doc.design.fpc), 1)), 0
	for u := range psus {
		key := [2]string{"", p.psus.Levels[psus[u]]}
		if p.strata.Levels != nil {
			key[0] = p.strata.Levels[strata[u]]
		}
		unit, ok := s.units[key]
		if !ok {
			unit = int32(len(s.rows))
			s.units[key] = unit
			s.rows = append(s.rows, part.rows[u])
			if part.sizes != nil {
				s.sizes = append(s.sizes, part.sizes[u])
			}
		} else if part.sizes != nil {
			if was, is := s.sizes[unit], part.sizes[u]; was.n != is.n {
				if wrong++; wrong <= maxTold {
					places.add(ds, is.row, fmt.Sprintf("PSU %s has a population size of %g here and of %g on line %d", key[1], is.n, was.n, was.line),
						"all rows of a stratum say the same")
				}
			}
		}
		units[u] = unit
	}
	places.find()
	p.b.countRest(wrong)
	for i, cells := range part.by {
		s.share[i] = s.share[i] && part.share[i]
		for k, cell := range cells {
			s.by[i][k].add(cell, units)
		}
	}
}

// add adds a breakdown of a block, whose units are those of the whole.
func (g *gathering) add(cell partCell, units []int32) {
	code := make([][]int32, len(cell.axes))
	for k, l := range cell.axes {
		code[k] = g.axes[k].number(l.cells)
	}
	for i, d := range cell.divisions {
		if d.sums == nil {
			continue
		}
		to := &g.divisions[i]
		if !to.there {
			to.there, to.domain = true, map[string]int32{}
		}
		domains := make([]int32, len(d.whole))
		for key, own := range d.domain {
			values := make([]int32, len(cell.axes))
			for k := len(cell.axes) - 1; k >= 0; k-- {
				values[k] = code[k][key%len(cell.axes[k].parts)]
				key /= len(cell.axes[k].parts)
			}
			domains[own] = to.at(values)
		}
		for own, domain := range domains {
			to.whole[domain] += d.whole[own]
			to.cases[domain] += d.cases[own]
		}
		to.tally.Add(d.sums, units, domains)
	}
}

// number returns the numbers of cells, new ones for those that were not met.
func (a *gatheredAxis) number(cells []expr.Cell) []int32 {
	if a.code == nil {
		a.code = map[expr.Cell]int32{}
	}
	numbers := make([]int32, len(cells))
	for i, cell := range cells {
		n, ok := a.code[cell]
		if !ok {
			n = int32(len(a.cells))
			a.code[cell] = n
			a.cells = append(a.cells, cell)
		}
		numbers[i] = n
	}
	return numbers
}

// at returns the domain of some values.
func (d *gatheredDivision) at(values []int32) int32 {
	var key []byte
	for _, v := range values {
		key = binary.LittleEndian.AppendUint32(key, uint32(v))
	}
	domain, ok := d.domain[string(key)]
	if !ok {
		domain = int32(len(d.values))
		d.domain[string(key)] = domain
		d.values = append(d.values, values)
		d.whole, d.cases = append(d.whole, 0), append(d.cases, 0)
	}
	return domain
}

// table returns the file of one row a unit.
func (s *streamed) table(name string, opt weighting.CSVOptions) (*weighting.Table, error) {
	if s.first != nil {
		for _, c := range s.first.Columns {
			if c.Type.Kind == expr.Text {
				opt.Text = append(opt.Text, c.Name)
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(s.columns)
	w.WriteAll(s.rows)
	return weighting.ReadCSV(&b, name, opt)
}

// estimator returns the sums of a breakdown as if they had been made from rows.
func (g *gathering) estimator(c *computation, by []*axis) estimator {
	in := c.in
	e := estimator{c: c}
	place := make([][]int32, len(by))
	for k, a := range by {
		cells := slices.Clone(g.axes[k].cells)
		slices.SortFunc(cells, cellOrder(a.v.typ))
		l := &levels{f: a.f, cells: cells}
		place[k] = make([]int32, len(cells))
		for at, cell := range cells {
			place[k][g.axes[k].code[cell]] = int32(at)
			l.parts = append(l.parts, c.part(a.v, cell))
		}
		e.axes = append(e.axes, l)
	}
	divide := func(d *gatheredDivision, design *weighting.Design) division {
		if !d.there {
			return division{}
		}
		out := division{whole: d.whole, cases: d.cases, domain: map[int]int{}, knows: slices.Repeat([]bool{true}, len(by))}
		for domain, values := range d.values {
			key := 0
			for k, v := range values {
				key = key*len(e.axes[k].parts) + int(place[k][v])
			}
			out.domain[key] = domain
		}
		out.sums = d.tally.Sums(design, len(d.values))
		return out
	}
	e.of = divide(&g.divisions[0], in.of.design)
	e.base = divide(&g.divisions[2], in.base)
	e.same = in.to != nil && in.to.design == in.of.design
	if in.to != nil && !e.same {
		e.to = divide(&g.divisions[1], in.to.design)
	}
	return e
}

// cellOrder orders the values of an axis: texts by code point, all others as
// numbers.
func cellOrder(t expr.Type) func(x, y expr.Cell) int {
	return func(x, y expr.Cell) int {
		if t.Kind == expr.Text {
			return cmp.Compare(x.Text, y.Text)
		}
		return cmp.Compare(number(x, t), number(y, t))
	}
}
