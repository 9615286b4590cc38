//go:build !js

package questionnaire

import (
	"cmp"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file compares two instruments, part by part and text by text. The rules:
//
//   - a part is the same if it has the same name; one that is gone and one that
//     came, of one kind, with the same words or the same code, is one renamed;
//   - what is said and what is decided are told apart: words by language,
//     options, logic (conditions, types, checks), order;
//   - order is what did not stay in sequence: of the names that both have, the
//     longest run that kept its order stayed, the others moved.

// A Difference is one thing that is not the same in two instruments.
type Difference struct {
	In       string        `json:"in"`                 // texts, options, logic, order, parts
	What     string        `json:"what"`               // added, removed, renamed, changed, moved
	Name     string        `json:"name"`               // of the part or the text
	Field    string        `json:"field,omitempty"`    // logic: what of it
	Language string        `json:"language,omitempty"` // texts
	Kind     string        `json:"kind,omitempty"`     // parts: item, element, module, …
	Old      string        `json:"old,omitempty"`
	New      string        `json:"new,omitempty"`
	At       expr.Position `json:"at"` // in the new instrument; in the old what was removed
}

// Sections are what a Difference can be in, in the order in which they are told.
var Sections = []string{"parts", "options", "logic", "order", "texts"}

// Diff returns what is not the same in two instruments, by sections, and in
// each by the order of the new one. Both must compile.
func Diff(old, now *Instrument) []Difference {
	d := &differ{was: old.pieces(), is: now.pieces(), renamed: map[string]string{}}
	d.parts()
	d.order()
	d.texts(old, now)
	slices.SortStableFunc(d.list, func(a, b Difference) int {
		return cmp.Compare(slices.Index(Sections, a.In), slices.Index(Sections, b.In))
	})
	return d.list
}

type differ struct {
	was, is []*piece
	renamed map[string]string // new names by old ones, of items and elements
	list    []Difference
}

// byName finds parts by kind and name.
func byName(parts []*piece) map[string]*piece {
	m := map[string]*piece{}
	for _, p := range parts {
		m[family(p.kind)+" "+p.name] = p
	}
	return m
}

// family is what a part may not share its name with: an item may become an
// element of another kind, which is a change of it.
func family(kind string) string {
	if kind == "element" {
		return "item"
	}
	return kind
}

// parts compares which parts there are and what they say.
func (d *differ) parts() {
	was, is := byName(d.was), byName(d.is)
	taken := map[*piece]bool{}
	var gone []*piece
	for _, p := range d.was {
		if is[family(p.kind)+" "+p.name] == nil {
			gone = append(gone, p)
		}
	}
	for _, p := range d.is {
		old := was[family(p.kind)+" "+p.name]
		if old == nil {
			i := slices.IndexFunc(gone, func(g *piece) bool { return !taken[g] && sameThing(g, p) })
			if i < 0 {
				d.add(p, Difference{What: "added", New: recognised(p)})
				continue
			}
			old = gone[i]
			taken[old] = true
			if family(p.kind) == "item" {
				d.renamed[old.name] = p.name
			}
			d.add(p, Difference{What: "renamed", Old: old.name, New: p.name})
		}
		d.clauses(old, p)
	}
	for _, p := range gone {
		if !taken[p] {
			d.add(p, Difference{What: "removed", Old: recognised(p)})
		}
	}
}

// add notes a difference of p as a whole.
func (d *differ) add(p *piece, diff Difference) {
	diff.In, diff.Name, diff.Kind, diff.At = "parts", p.name, p.kind, p.at
	if p.kind == "option" || p.kind == "list" {
		diff.In = "options"
	}
	d.list = append(d.list, diff)
}

// recognised is what a part that came or went is recognised by beside its name.
func recognised(p *piece) string {
	if p.kind == "option" {
		return p.value("code")
	}
	return p.text
}

// sameThing says whether a part that went is the one that came under another
// name: an option by its list and code, others by their words and type.
func sameThing(old, now *piece) bool {
	if old.kind != now.kind {
		return false
	}
	if old.kind == "option" {
		a, _, _ := cutLast(old.name)
		b, _, _ := cutLast(now.name)
		return a == b && old.value("code") == now.value("code")
	}
	if old.text == "" {
		return old.value("value") != "" && old.value("value") == now.value("value")
	}
	return old.text == now.text && old.value("type") == now.value("type")
}

// clauses compares what a part says.
func (d *differ) clauses(old, now *piece) {
	in := "logic"
	if now.kind == "option" || now.kind == "list" {
		in = "options"
	}
	note := func(name, a, b string, at expr.Position) {
		if name == "id" || name == "kind" && a == b {
			return
		}
		d.list = append(d.list, Difference{In: in, What: "changed", Name: now.name, Field: name, Old: a, New: b, At: at})
	}
	for _, f := range now.clauses {
		if was := old.value(f.name); was != f.value {
			note(f.name, was, f.value, f.at)
		}
	}
	for _, f := range old.clauses {
		if now.value(f.name) == "" {
			note(f.name, f.value, "", now.at)
		}
	}
}

// order finds which parts moved among those that both have, kind by kind:
// elements and items within all modules, options within their list.
func (d *differ) order() {
	groups := map[string]bool{}
	var names []string
	for _, p := range d.is {
		if g := sequence(p); !groups[g] {
			groups[g] = true
			names = append(names, g)
		}
	}
	for _, g := range names {
		before, after := d.sequenceOf(d.was, g, true), d.sequenceOf(d.is, g, false)
		at := map[string]int{}
		for i, n := range before {
			at[n] = i
		}
		var both []string
		var places []int
		for _, n := range after {
			if i, ok := at[n]; ok {
				both, places = append(both, n), append(places, i)
			}
		}
		stayed := longestRise(places)
		for i, n := range both {
			if slices.Contains(stayed, i) {
				continue
			}
			follows := "" // what it now stands after
			if k := slices.Index(after, n); k > 0 {
				follows = after[k-1]
			}
			old := ""
			if k := at[n]; k > 0 {
				old = before[k-1]
			}
			p := byName(d.is)[family(kindOf(g))+" "+n]
			d.list = append(d.list, Difference{In: "order", What: "moved", Name: n, Old: old, New: follows, At: p.at})
		}
	}
}

// sequence is the run that a part stands in.
func sequence(p *piece) string {
	if p.kind == "option" {
		list, _, _ := cutLast(p.name)
		return "option " + list
	}
	return family(p.kind)
}

func kindOf(sequence string) string {
	kind, _, _ := strings.Cut(sequence, " ")
	return kind
}

func (d *differ) sequenceOf(parts []*piece, group string, old bool) (names []string) {
	for _, p := range parts {
		if sequence(p) != group {
			continue
		}
		name := p.name
		if now, ok := d.renamed[name]; ok && old {
			name = now
		}
		names = append(names, name)
	}
	return names
}

// longestRise returns the places of a longest rising run in xs, which are all
// different.
func longestRise(xs []int) []int {
	ends := []int{} // of the best run of each length, a place in xs
	from := make([]int, len(xs))
	for i, x := range xs {
		k, _ := slices.BinarySearchFunc(ends, x, func(e, x int) int { return cmp.Compare(xs[e], x) })
		if from[i] = -1; k > 0 {
			from[i] = ends[k-1]
		}
		if k == len(ends) {
			ends = append(ends, i)
		} else {
			ends[k] = i
		}
	}
	var run []int
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = from[i] {
			run = append(run, i)
		}
	}
	slices.Reverse(run)
	return run
}

// texts compares the words of every language that both offer; those of a text
// that came or went are told with its part.
func (d *differ) texts(old, now *Instrument) {
	was, is := old.Texts(), now.Texts()
	before := map[string]SourceText{}
	for _, t := range was {
		key := t.Key
		base, rest, dotted := strings.Cut(key, ".")
		if renamed, ok := d.renamed[base]; ok {
			if key = renamed; dotted {
				key += "." + rest
			}
		}
		before[key] = t
	}
	for _, t := range is {
		b, ok := before[t.Key]
		if !ok {
			continue
		}
		if b.Source.Text != t.Source.Text {
			d.list = append(d.list, Difference{In: "texts", What: "changed", Name: t.Key, Language: now.Language.Text, Old: b.Source.Text, New: t.Source.Text, At: t.Source.At})
		}
	}
	for _, l := range now.Languages {
		if l.Text == now.Language.Text {
			continue
		}
		a, b := old.translated(l.Text), now.translated(l.Text)
		for _, t := range is {
			x, y := a[before[t.Key].Key], b[t.Key]
			if x == nil || y == nil || x.Text.Text == y.Text.Text {
				continue
			}
			d.list = append(d.list, Difference{In: "texts", What: "changed", Name: t.Key, Language: l.Text, Old: x.Text.Text, New: y.Text.Text, At: y.Text.At})
		}
	}
}
