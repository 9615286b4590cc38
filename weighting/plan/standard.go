package plan

import (
	"fmt"
	"maps"
	"slices"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file is direct standardisation: what a proportion or mean would be if every
// domain had the same composition, by age for example. The rules:
//
//   - the sizes are of a standard population; only their proportions count;
//   - every level that rows have needs a size, and every size rows in every domain: to
//     leave a class out in one domain would be another standard there;
//   - it is of the rows' own values: a sum of rows below, such as count(incidents), is
//     one of the row's.

// A standardSpec is the standard population.
type standardSpec struct {
	by    *source.Node
	names []*source.Node // the levels
	sizes []float64
}

func (in *indicatorSpec) readStandard(n *source.Node, ds *expr.Diagnostics) {
	if n == nil {
		return
	}
	m := n.Map(ds, "a standard population: {by: age_group, to: {18_29: 31, 30_59: 52, 60: 17}}", "by", "to")
	in.standard = &standardSpec{by: m.Need(ds, "by")}
	in.standard.by.Text(ds, "a variable")
	for name, value := range m.Need(ds, "to").Map(ds, "sizes by level").All() {
		before := len(*ds)
		v := value.Float(ds, "a size")
		if len(*ds) == before && v <= 0 {
			value.Fail(ds, "leave the level out by where, if it is to count nothing", "a size is above 0")
		}
		in.standard.names, in.standard.sizes = append(in.standard.names, name), append(in.standard.sizes, max(v, 1e-300))
	}
	if in.kind != "proportion" && in.kind != "mean" && in.kind != "" {
		n.Fail(ds, "proportion or mean", "a %s is not standardised", in.kind)
	}
}

// bindStandard finds the variable of the classes.
func (p *Plan) bindStandard(in *indicator) {
	spec := in.spec.standard
	if spec == nil {
		return
	}
	in.standard = p.modelVariable(spec.by, spec.by.Raw(), in)
	if in.standard == nil || in.standard.v.typ.Kind != expr.Code {
		return
	}
	for _, n := range spec.names {
		if codes := in.standard.v.typ.List.Codes; !slices.Contains(codes, n.Raw()) {
			n.Fail(p.b.ds, source.DidYouMean(n.Raw(), codes), "%s has no level %s", spec.by.Raw(), n.Raw())
		}
	}
}

// standardised computes a breakdown.
func (c *computation) standardised(axes []*levels, units map[Unit]int) ([]Figure, error) {
	spec, d, y := c.in.spec.standard, c.in.base, c.of.y
	l, up := c.levelsOf(c.in.standard), c.in.f.rowsAbove(c.in.standard.f)
	place := make([]int, len(l.parts))
	for code, part := range l.parts {
		place[code] = slices.IndexFunc(spec.names, func(n *source.Node) bool { return n.Raw() == part.Level })
	}
	class := make([]int, len(up))
	for i, r := range up {
		class[i] = -1
		if code := l.code[r]; code >= 0 {
			if class[i] = place[code]; class[i] < 0 && (c.of.inRange == nil || c.of.inRange[i]) {
				return nil, fmt.Errorf("standardise: %s has the level %s, which has no size", spec.by.Raw(), l.parts[code].Level)
			}
		}
	}
	of, div := c.partition(c.of, axes)
	var out []Figure
	for _, key := range slices.Sorted(maps.Keys(div.domain)) {
		g := int32(div.domain[key])
		rows := weighting.Domains{}.Where(func(i int) bool { return of[i] == g && class[i] >= 0 }, len(of))
		f := Figure{Domain: make([]Part, len(axes))}
		for k, rest := len(axes)-1, key; k >= 0; k-- {
			f.Domain[k] = axes[k].parts[rest%len(axes[k].parts)]
			rest /= len(axes[k].parts)
		}
		if k := without(class, len(spec.sizes), rows, d.Weights()); k >= 0 {
			return nil, fmt.Errorf("standardise: %s has no row of %s %s: join levels, or leave the domain out", f.name(), spec.by.Raw(), spec.names[k].Raw())
		}
		s, err := d.Standardised(y, class, spec.sizes, rows)
		if err != nil {
			return nil, err
		}
		computed, err := c.figure(s[0], -1, units)
		if err != nil {
			return nil, err
		}
		computed.Domain, computed.Missing = f.Domain, div.whole[g]-s[0].N
		out = append(out, computed)
	}
	return out, nil
}

// without returns a class of n that no row of the domain has, -1 if all have one.
func without(class []int, n int, in weighting.Domains, w []float64) int {
	met := make([]bool, n)
	for i, k := range class {
		if in.Of[i] >= 0 && w[i] != 0 && k >= 0 {
			met[k] = true
		}
	}
	return slices.Index(met, false)
}
