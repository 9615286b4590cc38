//go:build !js

package questionnaire

import (
	"slices"
	"strings"

	"cifra/schemas/source"
)

// This file tries the order in which a scenario expects things to stand: the
// options of an item as they are shown, or the elements of a block as they are
// walked. Both follow from the seed of the interview, which the file can say.

// expectOrder reads the order of options, or of what stands in a block. What is
// not shown now is in neither list.
func (b *binder) expectOrder(n, sequence *source.Node) {
	a := b.address(n, soughtPlace, nil)
	if a == nil {
		return
	}
	var known []string
	switch {
	case a.variable != nil && a.variable.list != nil:
		for _, c := range a.variable.list.Choices {
			known = append(known, c.Name)
		}
	case a.element != nil && a.element.Kind == ElementBlock:
		for _, i := range a.element.Items {
			known = append(known, b.q.Elements[i].ID)
		}
	default:
		n.Fail(&b.ds, "name an item with options, or a block", "%s has nothing that could stand in an order", n.Raw())
		return
	}
	var want []string
	for _, x := range sequence.List(&b.ds, "a list, in the order expected") {
		if name := x.Word(&b.ds, known...); name != "" {
			want = append(want, name)
		}
	}
	if len(want) == 0 {
		return
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, false)
		if r == nil {
			n.Fail(&c.ds, why, "expected an order at %s, it is not asked", n.Raw())
			return
		}
		if got := c.shown(a, r); !slices.Equal(got, want) {
			sequence.Fail(&c.ds, "", "expected %s in the order %s, it is %s", n.Raw(), strings.Join(want, ", "), strings.Join(got, ", "))
		}
	})
}

// shown are the options that are offered at a in r, or the elements of a block,
// in their order.
func (c *conductor) shown(a *address, r *row) []string {
	var names []string
	if a.variable != nil {
		for _, i := range c.iv.optionOrder(a.variable) {
			if c.iv.offered(a.variable, r, i) {
				names = append(names, a.variable.list.Choices[i].Name)
			}
		}
		return names
	}
	for _, i := range c.iv.blockOrder(a.element) {
		if e := c.q.Elements[i]; c.iv.allHold(e.When, r) {
			names = append(names, e.ID)
		}
	}
	return names
}
