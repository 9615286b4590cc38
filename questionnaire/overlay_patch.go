//go:build !js

package questionnaire

import (
	"reflect"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file puts what an overlay says into the files of the instrument that it
// is of, before they are read. Names are looked for where they are given: an
// element by the key that begins it, a module by its name, a parameter, a
// period and a list in the mapping of its section. Each finding is noted, so
// that what found nothing can be told when all files were seen.

// A patch is an overlay as it is applied.
type patch struct {
	over  *Overlay
	files Files
	file  string

	of, include, translations *source.Node
	lists                     *source.Map // of the overlay's file
	owned                     []string    // lists of its own

	lowest, highest int // codes it may give
	edits           []*edit
	adds            []*addition
	options         []*optionEdit

	names []string // all that was seen, for suggestions
}

// An edit changes or takes away one thing.
type edit struct {
	kind   ChangeKind
	change *Change
	key    *source.Node
	parts  []*source.Node // of the key, at its dots
	value  *source.Node
	found  bool
	same   bool
	lacks  *source.Node // a part that is not there
	nested bool         // an item that is a part of another element
}

// An addition puts elements beside another.
type addition struct {
	anchor *source.Node
	before bool
	items  []*source.Node
	found  bool
}

// An optionEdit changes which options a list has.
type optionEdit struct {
	section string
	list    *source.Node
	drop    []*source.Node
	add     []*addedOption
	found   bool
	codes   []string // as they were
	numbers []string // their codes
}

type addedOption struct {
	node, maps, after, name *source.Node
}

// apply returns the root of a file as the overlay changes it.
func (p *patch) apply(root *source.Node) *source.Node {
	if root == nil {
		return nil
	}
	root = root.Rewrite(func(n *source.Node) *source.Node {
		switch n.Kind() {
		case source.Sequence:
			return p.elements(n)
		case source.Mapping:
			return p.mapping(n)
		}
		return n
	})
	if root.Entry("instrument") != nil {
		root = p.named(root, "instrument")
	}
	for _, section := range []string{"parameters", "periods", "codes", "catalogues"} {
		s := root.Entry(section)
		if s.Kind() != source.Mapping || s == nil {
			continue
		}
		out := s
		var ds expr.Diagnostics // said by the loader
		for k, v := range s.Map(&ds, "").All() {
			changed := v
			switch section {
			case "codes":
				changed = p.optionsOf(section, k, v)
			case "catalogues":
				if rows := v.Entry("rows"); rows != nil {
					if r := p.optionsOf(section, k, rows); r != rows {
						changed = v.With(k.Part("rows", 0), r)
					}
				}
			default:
				changed = p.named(v, k.Raw())
			}
			if changed != v {
				out = out.With(k, changed)
			}
		}
		if out != s {
			root = root.With(s.Part(section, 0), out)
		}
	}
	return root
}

// mapping applies the edits of what n is: an element, an item of one, a module.
func (p *patch) mapping(n *source.Node) *source.Node {
	names := []*source.Node{n.Entry("module"), n.Entry("label")}
	if e := elementName(n); e != nil {
		names = append(names, e)
	}
	for _, name := range names {
		if name != nil && name.Kind() == source.Scalar {
			n = p.named(n, name.Raw())
		}
	}
	return n
}

// named applies the edits of the fields of what is called name.
func (p *patch) named(n *source.Node, name string) *source.Node {
	p.names = append(p.names, name)
	for _, e := range p.edits {
		if e.parts[0].Raw() != name || e.found {
			continue
		}
		if len(e.parts) == 1 {
			e.nested = e.nested || n.Entry("module") == nil
			continue // elements are dropped from the list that they stand in
		}
		e.found = true
		n = e.field(n, e.parts[1:])
	}
	return n
}

// field returns n with what parts lead to changed or taken away.
func (e *edit) field(n *source.Node, parts []*source.Node) *source.Node {
	key := parts[0]
	old := n.Entry(key.Raw())
	switch {
	case n.Kind() != source.Mapping, old == nil && (len(parts) > 1 || e.kind == Dropped):
		e.lacks = key
		return n
	case len(parts) > 1:
		return n.With(key, e.field(old, parts[1:]))
	case e.kind == Dropped:
		return n.Without(key.Raw())
	}
	e.same = reflect.DeepEqual(old.Value(), e.value.Value())
	return n.With(key, e.value)
}

// elements applies what is dropped from a list of elements and added to it.
func (p *patch) elements(n *source.Node) *source.Node {
	out := make([]*source.Node, 0, len(n.Entries()))
	for _, c := range n.Entries() {
		name := elementName(c)
		if name == nil {
			out = append(out, c)
			continue
		}
		var before, after []*source.Node
		for _, a := range p.adds {
			if a.anchor.Raw() != name.Raw() || a.found {
				continue
			}
			if a.found = true; a.before {
				before = append(before, a.items...)
			} else {
				after = append(after, a.items...)
			}
		}
		out = append(out, before...)
		dropped := false
		for _, e := range p.edits {
			if e.kind == Dropped && len(e.parts) == 1 && e.parts[0].Raw() == name.Raw() {
				dropped, e.found = true, true
				e.change.names = namesIn(c)
			}
		}
		if !dropped {
			out = append(out, c)
		}
		out = append(out, after...)
	}
	if slices.Equal(out, n.Entries()) {
		return n
	}
	return n.WithItems(out)
}

// namesIn returns the ids and labels that an element gives, its own and those
// of what is in it.
func namesIn(n *source.Node) (names []string) {
	n.Rewrite(func(n *source.Node) *source.Node {
		for _, name := range []*source.Node{elementName(n), n.Entry("label")} {
			if name != nil {
				names = append(names, name.Raw())
			}
		}
		return n
	})
	return names
}

// optionsOf applies what the overlay says of a list's options.
func (p *patch) optionsOf(section string, key, n *source.Node) *source.Node {
	p.names = append(p.names, key.Raw())
	var items []*source.Node
	for _, c := range n.Entries() {
		changed := c
		for _, e := range p.edits {
			if len(e.parts) == 3 && !e.found && e.parts[0].Raw() == key.Raw() && e.parts[1].Raw() == c.Entry("name").Raw() {
				e.found = true
				changed = e.field(changed, e.parts[2:])
			}
		}
		items = append(items, changed)
	}
	for _, o := range p.options {
		if o.list.Raw() != key.Raw() || o.found {
			continue
		}
		o.found = true
		for _, c := range items {
			o.codes, o.numbers = append(o.codes, c.Entry("name").Raw()), append(o.numbers, c.Entry("code").Raw())
		}
		items = slices.DeleteFunc(items, func(c *source.Node) bool {
			return slices.ContainsFunc(o.drop, func(d *source.Node) bool { return d.Raw() == c.Entry("name").Raw() })
		})
		for _, a := range o.add {
			at := len(items)
			if i := slices.IndexFunc(items, func(c *source.Node) bool { return a.after != nil && c.Entry("name").Raw() == a.after.Raw() }); i >= 0 {
				at = i + 1
			}
			items = slices.Insert(items, at, a.node)
		}
	}
	if slices.Equal(items, n.Entries()) {
		return n
	}
	return n.WithItems(items)
}

// finish tells what found nothing or changed nothing, once all files were seen,
// and notes what added options stand for.
func (p *patch) finish(ds *expr.Diagnostics, in *Instrument) {
	slices.Sort(p.names)
	names := slices.Compact(p.names)
	for _, e := range p.edits {
		name := e.parts[0]
		switch {
		case !e.found && e.nested:
			e.key.Fail(ds, "a part is dropped from its element, as SCREEN.before", "%s is a part of another element and cannot be dropped by itself", e.key.Raw())
		case !e.found:
			name.Fail(ds, source.DidYouMean(name.Raw(), names), "there is nothing called %s to change", name.Raw())
		case e.lacks != nil && e.kind == Dropped:
			e.lacks.Fail(ds, "", "%s has no %s to drop", before(e.key.Raw(), e.lacks.Raw()), e.lacks.Raw())
		case e.lacks != nil:
			e.lacks.Fail(ds, "", "%s has no %s", before(e.key.Raw(), e.lacks.Raw()), e.lacks.Raw())
		case e.same:
			warn(ds, e.key, "", "this changes nothing: %s is that already", e.key.Raw())
		}
	}
	for _, a := range p.adds {
		if !a.found {
			a.anchor.Fail(ds, source.DidYouMean(a.anchor.Raw(), names), "there is no element %s to stand beside", a.anchor.Raw())
		}
	}
	for _, o := range p.options {
		p.finishOptions(ds, o, in, names)
	}
}

// before returns what of an address stands before its part.
func before(address, part string) string {
	head, _, _ := strings.Cut(address, "."+part)
	return head
}

// finishOptions checks what happened to a list against what it was.
func (p *patch) finishOptions(ds *expr.Diagnostics, o *optionEdit, in *Instrument, names []string) {
	if !o.found {
		o.list.Fail(ds, source.DidYouMean(o.list.Raw(), names), "there is no list %s to change", o.list.Raw())
		return
	}
	for _, d := range o.drop {
		if !slices.Contains(o.codes, d.Raw()) {
			d.Fail(ds, source.DidYouMean(d.Raw(), o.codes), "list %s has no option %s to drop", o.list.Raw(), d.Raw())
		}
	}
	left := slices.DeleteFunc(slices.Clone(o.codes), func(c string) bool {
		return slices.ContainsFunc(o.drop, func(d *source.Node) bool { return d.Raw() == c })
	})
	var list *ChoiceList
	for _, l := range in.Lists {
		if l.Name.Text == o.list.Raw() {
			list = l
		}
	}
	for _, a := range o.add {
		if code := a.node.Entry("code"); code != nil && slices.Contains(o.numbers, code.Raw()) {
			code.Fail(ds, "codes are never used for two things, not after one was dropped either", "code %s is one of the core's in list %s", code.Raw(), o.list.Raw())
		}
		if a.name != nil && slices.Contains(o.codes, a.name.Raw()) {
			a.name.Fail(ds, "", "%s is an option of the core in list %s", a.name.Raw(), o.list.Raw())
		}
		if a.after != nil && !slices.Contains(left, a.after.Raw()) {
			a.after.Fail(ds, source.DidYouMean(a.after.Raw(), left), "list %s has no option %s to stand after", o.list.Raw(), a.after.Raw())
		}
		if a.maps == nil {
			continue
		}
		if !slices.Contains(left, a.maps.Raw()) {
			a.maps.Fail(ds, source.DidYouMean(a.maps.Raw(), left), "list %s has no option %s that this could stand for", o.list.Raw(), a.maps.Raw())
			continue
		}
		if list != nil {
			for _, c := range list.Choices {
				if c.Name.Text == a.name.Raw() {
					c.Maps = at(a.maps, a.maps.Raw())
				}
			}
		}
	}
}

// warn adds a warning at n.
func warn(ds *expr.Diagnostics, n *source.Node, hint, format string, a ...any) {
	var one expr.Diagnostics
	n.Fail(&one, hint, format, a...)
	for _, d := range one {
		d.Severity = expr.Warning
		ds.Add(d)
	}
}
