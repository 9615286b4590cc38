package plan

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file reads the frame of a sample plan into strata, PSUs and dwellings,
// and tells what is wrong with it. After it nothing about the files can fail:
// what is left are sizes that do not fit.

// A SamplePlan is a sample plan with its frame, ready to be drawn.
type SamplePlan struct {
	doc    *sampleDocument
	kept   []string // columns that the sample carries beside those of the design
	strata []*frameStratum
	units  []*framePSU
}

// A frameStratum is a stratum of the frame. What an allocation reads is of its
// dwellings: sd and cost have one value, the precisions one each.
type frameStratum struct {
	name     string
	psus     []*framePSU // in the order of the draw
	size     float64     // dwellings
	sd, cost float64
	mean     []float64 // by precision
	dev      []float64
	domain   []string
}

// A framePSU is a PSU of the frame.
type framePSU struct {
	code  string
	size  int
	keep  []string
	homes []frameDwelling // nil if they are numbers
}

// A frameDwelling is a row of the list of dwellings.
type frameDwelling struct {
	code string
	keep []string
}

// A frameReader reads the files of a sample plan.
type frameReader struct {
	o *opener
	p *SamplePlan
}

// designColumns are those that a sample file has whatever the frame has.
var designColumns = []string{"case", "stratum", "psu", "p_psu", "p_dwelling", "selection_number"}

func (b frameReader) read() {
	doc := b.p.doc
	sound := b.o.ds.Err() == nil
	table := b.table(doc.frame.read)
	if table == nil {
		return
	}
	named := slices.Concat([]*source.Node{doc.frame.psu, doc.frame.size}, doc.frame.strata, doc.frame.keep, doc.psus.order)
	a := &doc.allocate
	facts := []*source.Node{a.sd, a.cost}
	for _, p := range a.precise {
		facts = append(facts, p.mean, p.sd, p.by)
	}
	if a.read == nil {
		named = append(named, facts...)
	}
	if !b.columns(table, named) || !sound {
		return // rows can be read once it is known what they are
	}
	b.keep(doc.frame.keep)
	of := b.frame(table)
	if of == nil {
		return
	}
	if a.read != nil {
		if known := b.table(a.read); known != nil && b.columns(known, append(facts, doc.frame.strata...)) {
			b.facts(known, true)
		}
	} else {
		b.facts(table, false)
	}
	if doc.list != nil {
		b.list(of)
	}
}

// table reads a file; nil after a mistake, which is told.
func (b frameReader) table(n *source.Node) *weighting.Table {
	in, ok := b.o.stream(n)
	if !ok {
		return nil
	}
	defer in.Close()
	table, err := weighting.ReadCSV(in, n.Raw(), weighting.CSVOptions{})
	if err != nil {
		b.o.fail(n, err)
		return nil
	}
	if table.Len() == 0 {
		n.Fail(b.o.ds, "", "%s has no rows", n.Raw())
		return nil
	}
	return table
}

// columns reports columns that a table does not have.
func (b frameReader) columns(t *weighting.Table, named []*source.Node) bool {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
	}
	sound := true
	for _, n := range named {
		if n != nil && n.Raw() != "" && t.Column(n.Raw()) == nil {
			n.Fail(b.o.ds, source.DidYouMean(n.Raw(), names), "%s has no column %s", t.File, n.Raw())
			sound = false
		}
	}
	return sound
}

// keep notes columns that the sample carries.
func (b frameReader) keep(nodes []*source.Node) {
	for _, n := range nodes {
		name := n.Raw()
		switch {
		case slices.Contains(designColumns, name) || name == "dwelling" && b.p.doc.list == nil:
			n.Fail(b.o.ds, "call it otherwise in the file", "the sample has a column %s of its own", name)
		case slices.Contains(b.p.kept, name):
			n.Fail(b.o.ds, "", "column %s is kept twice", name)
		case !columnName(name):
			n.Fail(b.o.ds, "a letter, then letters, digits and underscores, 32 at most", "%s cannot name a column of a sample", name)
		default:
			b.p.kept = append(b.p.kept, name)
		}
	}
}

// columnName reports whether the collection service takes a column of that name.
func columnName(s string) bool {
	for i, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c != '_' && (c < '0' || c > '9')) {
			return false
		}
	}
	return s != "" && len(s) <= 32
}

// rowMistakes adds mistakes of rows, the first few of each kind and how many
// more there are.
type rowMistakes struct {
	ds    *expr.Diagnostics
	count map[string]int
}

func (r *rowMistakes) add(t *weighting.Table, row int, hint, format string, a ...any) {
	const told = 5
	if r.count[format]++; r.count[format] > told {
		return
	}
	r.ds.Add(expr.Diagnostic{
		Position: expr.Position{File: t.File, Line: t.Line(row)}, Message: fmt.Sprintf(format, a...), Hint: hint,
	})
}

// done says how many mistakes were not told.
func (r *rowMistakes) done(t *weighting.Table) {
	more := 0
	for _, n := range r.count {
		more += max(0, n-5)
	}
	if more > 0 {
		r.ds.Add(expr.Diagnostic{Position: expr.Position{File: t.File}, Message: fmt.Sprintf("and %d more mistakes like these", more)})
	}
}

// frame makes strata and PSUs of the rows, and returns the PSUs by their codes;
// nil after a mistake.
func (b frameReader) frame(t *weighting.Table) map[string]*framePSU {
	doc := b.p.doc
	wrong := &rowMistakes{ds: b.o.ds, count: map[string]int{}}
	before := len(*b.o.ds)
	size := t.Column(doc.frame.size.Raw())
	if size.Numbers == nil {
		doc.frame.size.Fail(b.o.ds, "", "%s", notNumbers(size))
		return nil
	}
	psu := t.Column(doc.frame.psu.Raw())
	order := orderOf(t, raws(doc.psus.order), psu.Name)
	of, strata := map[string]*framePSU{}, map[string]*frameStratum{}
	for _, row := range order {
		u := &framePSU{code: psu.Text(row), keep: texts(t, raws(doc.frame.keep), row)}
		v := size.Numbers[row]
		switch {
		case !plainName(u.code):
			wrong.add(t, row, "letters, digits, dots, dashes and underscores, 40 at most", "%q cannot be the code of a PSU", u.code)
			continue
		case of[u.code] != nil:
			wrong.add(t, row, "the frame has one row a PSU", "PSU %s stands twice", u.code)
			continue
		case !(v >= 1) || v != math.Floor(v) || v > 1<<31:
			wrong.add(t, row, "a whole number of dwellings, 1 or more", "PSU %s has a size of %g", u.code, v)
			continue
		}
		u.size = int(v)
		name := strings.Join(texts(t, raws(doc.frame.strata), row), ".")
		if slices.Contains(texts(t, raws(doc.frame.strata), row), "") {
			wrong.add(t, row, "", "PSU %s has no stratum", u.code)
			continue
		}
		if name == "" {
			name = "1" // one stratum
		}
		if strata[name] == nil {
			strata[name] = &frameStratum{name: name}
		}
		of[u.code] = u
		strata[name].psus = append(strata[name].psus, u)
		strata[name].size += v
		b.p.units = append(b.p.units, u)
	}
	for _, name := range slices.Sorted(maps.Keys(strata)) {
		b.p.strata = append(b.p.strata, strata[name])
	}
	wrong.done(t)
	if len(*b.o.ds) > before {
		return nil
	}
	return of
}

// notNumbers says why a column is none of numbers.
func notNumbers(c *weighting.Column) string {
	if odd, ok := c.NotNumber(); ok {
		return fmt.Sprintf("%s: %s", odd.Position, odd)
	}
	return fmt.Sprintf("column %s does not hold numbers", c.Name)
}

// plainName reports whether a code can begin the name of a case.
func plainName(s string) bool {
	return s != "" && len(s) <= 40 && s[0] != '.' &&
		strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") == ""
}

// orderOf returns the rows of t by the columns named and then by their key, as
// numbers where a column holds numbers: the order of the file decides nothing.
func orderOf(t *weighting.Table, names []string, key string) []int {
	order := make([]int, t.Len())
	for i := range order {
		order[i] = i
	}
	for _, name := range slices.Backward(append(slices.Clone(names), key)) {
		f, err := t.Factor(name)
		if err != nil {
			panic("plan: " + err.Error()) // the columns were looked up
		}
		slices.SortStableFunc(order, func(a, b int) int { return f.Code[a] - f.Code[b] })
	}
	return order
}

// texts returns a row of the columns named.
func texts(t *weighting.Table, names []string, row int) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = t.Column(name).Text(row)
	}
	return out
}

// facts reads what the allocation knows of strata: from a file with a row each,
// or from the frame, where all PSUs of a stratum say the same.
func (b frameReader) facts(t *weighting.Table, own bool) {
	doc := b.p.doc
	a := &doc.allocate
	if a.sd == nil && a.cost == nil && a.precise == nil {
		return
	}
	number := func(n *source.Node) *weighting.Column {
		if n == nil {
			return nil
		}
		c := t.Column(n.Raw())
		if c.Numbers == nil {
			n.Fail(b.o.ds, "", "%s", notNumbers(c))
		}
		return c
	}
	before := len(*b.o.ds)
	sd, cost := number(a.sd), number(a.cost)
	var mean, dev, by []*weighting.Column
	for _, p := range a.precise {
		mean, dev = append(mean, number(p.mean)), append(dev, number(p.sd))
		if p.by == nil {
			by = append(by, nil)
		} else {
			by = append(by, t.Column(p.by.Raw()))
		}
	}
	if len(*b.o.ds) > before {
		return
	}
	at := func(c *weighting.Column, row int) float64 {
		if c == nil {
			return 1
		}
		return c.Numbers[row]
	}
	rows := map[string]int{}
	wrong := &rowMistakes{ds: b.o.ds, count: map[string]int{}}
	for row := range t.Len() {
		name := "1"
		if parts := texts(t, raws(doc.frame.strata), row); len(parts) > 0 {
			name = strings.Join(parts, ".")
		}
		first, twice := rows[name]
		if twice && own {
			wrong.add(t, row, fmt.Sprintf("the first is on line %d", t.Line(first)), "stratum %s stands twice", name)
			continue
		}
		if !twice {
			rows[name] = row
			continue
		}
		for _, c := range slices.Concat([]*weighting.Column{sd, cost}, mean, dev) {
			if c != nil && c.Numbers[row] != c.Numbers[first] {
				wrong.add(t, row, fmt.Sprintf("line %d has %s", t.Line(first), c.Text(first)), "%s is not the same in all of stratum %s", c.Name, name)
			}
		}
	}
	wrong.done(t)
	for _, s := range b.p.strata {
		row, ok := rows[s.name]
		if !ok {
			a.read.Fail(b.o.ds, "", "%s has no row of stratum %s", t.File, s.name)
			continue
		}
		s.sd, s.cost = at(sd, row), at(cost, row)
		for j := range a.precise {
			s.mean, s.dev = append(s.mean, at(mean[j], row)), append(s.dev, at(dev[j], row))
			domain := ""
			if by[j] != nil {
				domain = by[j].Text(row)
			}
			s.domain = append(s.domain, domain)
		}
		for _, v := range slices.Concat([]float64{s.sd, s.cost}, s.mean, s.dev) {
			if math.IsNaN(v) {
				b.o.ds.Add(expr.Diagnostic{
					Position: expr.Position{File: t.File, Line: t.Line(row)},
					Message:  fmt.Sprintf("stratum %s lacks a number that the allocation reads", s.name),
				})
				break
			}
		}
	}
}

// list hangs the dwellings under their PSUs.
func (b frameReader) list(of map[string]*framePSU) {
	l := b.p.doc.list
	t := b.table(l.read)
	if t == nil || !b.columns(t, slices.Concat([]*source.Node{l.psu, l.dwelling}, l.keep, b.p.doc.dwellings.order)) {
		return
	}
	b.keep(l.keep)
	wrong := &rowMistakes{ds: b.o.ds, count: map[string]int{}}
	psu, code := t.Column(l.psu.Raw()), t.Column(l.dwelling.Raw())
	seen := map[string]int{}
	for _, row := range orderOf(t, raws(b.p.doc.dwellings.order), code.Name) {
		u := of[psu.Text(row)]
		d := frameDwelling{code: code.Text(row), keep: texts(t, raws(l.keep), row)}
		first, twice := seen[d.code]
		switch {
		case u == nil:
			wrong.add(t, row, "", "PSU %q is not in %s", psu.Text(row), b.p.doc.frame.read.Raw())
		case !plainName(d.code):
			wrong.add(t, row, "letters, digits, dots, dashes and underscores, 40 at most", "%q cannot be the code of a dwelling", d.code)
		case twice:
			wrong.add(t, row, fmt.Sprintf("the first is on line %d", t.Line(first)), "dwelling %s stands twice", d.code)
		default:
			seen[d.code] = row
			u.homes = append(u.homes, d)
		}
	}
	wrong.done(t)
	for _, u := range b.p.units {
		if len(u.homes) == 0 {
			l.at.Fail(b.o.ds, "", "%s has no dwelling of PSU %s", t.File, u.code)
		}
	}
}
