//go:build !js

package questionnaire

import (
	"slices"

	"cifra/schemas/source"
)

// This file tries what the microdata have of an interview: the codes that stand
// in the columns of a row, as files write them. The rules:
//
//   - a row is addressed as an answer's is: person[2], incident[robbery.1]; a level
//     with one row by its name: household;
//   - columns have the names of the codebook, values are the raw cells: "01",
//     not 1, where the code is so, and "" for what was not asked;
//   - the outcome group of a case and what follows from it are decided where the
//     whole case is known, so they are no part of an interview.

// exportNames are the tables of the microdata of one questionnaire.
type exportNames struct {
	m *Microdata
	p *plan
}

// exportOf lays the microdata out, once.
func (b *binder) exportOf() *exportNames {
	if b.export == nil {
		m := NewMicrodata("scenario", nil, b.q)
		b.export = &exportNames{m, m.plans[b.q.hash]}
	}
	return b.export
}

// outcomeParts are what an interview alone cannot say.
var outcomeParts = []part{partClass, partInterviewed}

// expectExported reads the cells that a row must have.
func (b *binder) expectExported(n, columns *source.Node) {
	x := b.exportOf()
	a := b.exportedRow(n)
	if a == nil {
		return
	}
	t := x.p.tables[a.level.index]
	if t == nil {
		n.Fail(&b.ds, "", "the microdata have no table of %s", a.level.Name)
		return
	}
	var known []string
	for _, c := range t.columns {
		known = append(known, c.Name)
	}
	for name, cell := range columns.Map(&b.ds, "codes by column, such as {I1_5: 3}").All() {
		i := slices.Index(known, name.Raw())
		if i < 0 {
			name.Fail(&b.ds, source.DidYouMean(name.Raw(), known), "table %s has no column %s", t.Name, name.Raw())
			continue
		}
		for _, f := range x.p.fields[a.level.index] {
			if f.column == t.columns[i] && slices.Contains(outcomeParts, f.part) {
				name.Fail(&b.ds, "", "%s follows from the whole case, which a scenario does not know", name.Raw())
				i = -1
				break
			}
		}
		if i < 0 {
			continue
		}
		want := cell.Raw()
		if cell.Kind() != source.Scalar {
			cell.Fail(&b.ds, `such as 3, "01", or "" for nothing`, "expected a code as the file has it")
			continue
		}
		b.add(func(c *conductor) {
			r, why := c.row(a, false)
			if r == nil {
				n.Fail(&c.ds, why, "expected a row %s in the microdata, there is none", n.Raw())
				return
			}
			if got := x.cells(c.iv, r)[i]; got != want {
				cell.Fail(&c.ds, "", "expected %s to be exported as %q, it is %q", name.Raw(), want, got)
			}
		})
	}
}

// exportedRow reads the address of a row: of a level with one row its name.
func (b *binder) exportedRow(n *source.Node) *address {
	if l := b.q.byLevel[n.Raw()]; l != nil && l.Kind != levelGrid {
		return &address{node: n, level: l} // the only one, or that of the person drawn
	}
	return b.address(n, soughtRow, nil)
}

// cells are those of r as the microdata have them.
func (x *exportNames) cells(iv *Interview, r *row) []string {
	var kept keptRow
	outcome := Outcome{Disposition: iv.Final()}
	w := rowWriter{m: x.m, p: x.p, iv: iv, household: SampledHousehold{iv, outcome}, first: true, to: &kept}
	keys := []string{"1"}
	for _, l := range r.level.ancestors {
		if u := r.up[l]; u != nil && x.p.tables[l] != nil && !x.p.perCase(l) {
			keys = append(keys, keys[len(keys)-1]+w.keyPart(u))
		}
	}
	_ = w.row(x.p.tables[r.level.index], r, keys) // keptRow takes all
	return kept
}

// A keptRow is a Sink for one row.
type keptRow []string

// Row implements Sink.
func (k *keptRow) Row(_ string, cells []string) error {
	*k = slices.Clone(cells)
	return nil
}
