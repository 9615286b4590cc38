package plan

import (
	"fmt"
	"slices"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file finds the field that is to blame when an expression wants a number
// and the column it names was read as texts: one letter in a million rows makes
// a column of texts.

// explain returns ds, the mistakes of the expression at n about rows of f, with
// those that a bad number causes told where it stands. Such are the ones that
// are gone if the column is taken for numbers and that bring no other mistake.
func (b *binder) explain(n *source.Node, f *file, want expr.Want, ds expr.Diagnostics) expr.Diagnostics {
	tree, _ := expr.Parse(n.Raw())
	if tree == nil {
		return ds
	}
	as := map[*weighting.Column]bool{}
	plain := scope{files: b.files, f: f}
	var told expr.Diagnostics
	for _, name := range tree.Names() {
		sym, ok := plain.Lookup(name)
		if !ok || sym.Type.Kind != expr.Text {
			continue
		}
		col := b.files[sym.Slot.Level].vars[sym.Slot.Index].col
		if col == nil {
			continue
		}
		odd, ok := col.NotNumber()
		if !ok {
			continue
		}
		as[col] = true
		_, now := expr.CheckAt(n.Raw(), n, scope{b.files, f, as}, want)
		gone := slices.IndexFunc(ds, func(d expr.Diagnostic) bool { return !slices.Contains(now, d) })
		if gone < 0 || len(now) > len(ds) {
			delete(as, col)
			continue
		}
		told = append(told, blame(odd, ds[gone]))
		ds = now
	}
	return append(told, ds...)
}

// blame tells a mistake of a plan where its cause is. The field is wrong if
// most of its column are numbers, else the column is not the one that is meant.
func blame(odd weighting.NotNumber, d expr.Diagnostic) expr.Diagnostic {
	if odd.Numbers < odd.Others {
		if d.Hint == "" {
			d.Hint = fmt.Sprintf("%s: %s", odd.Position, odd)
		}
		return d
	}
	hint := fmt.Sprintf("%s wants a number", d.Position)
	if odd.Others > 1 {
		hint += fmt.Sprintf("; and %d more fields of the column are none", odd.Others-1)
	}
	return expr.Diagnostic{Position: odd.Position, Message: odd.String(), Hint: hint}
}
