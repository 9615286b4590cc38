//go:build !js

package questionnaire

import (
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// Indicators say what the published figures of an instrument are computed from,
// so that it can be told which of them a change leaves comparable. How they are
// computed is a plan's business.
type Indicators struct {
	Name Source
	Of   Source // the instrument
	List []*Indicator
}

// An Indicator is one figure and what it reads.
type Indicator struct {
	Name       Source
	Title      Source
	Population []Source // items that decide who is in it
	Domain     Source   // the same in words: "18 and over"
	Reads      []Source // items, elements, or keys of elements as ELEMENT.KEY
	Codes      []Source // LIST.OPTION
}

// ReadIndicators reads a file of indicators, which file names in messages, and
// checks its names against the instrument that they are of. The result is nil if
// the file cannot be read.
func ReadIndicators(file string, b []byte, of *Instrument) (*Indicators, expr.Diagnostics) {
	l := &loader{}
	root, ds := source.Read(file, b)
	if l.ds = ds; root == nil {
		return nil, l.ds
	}
	m := l.open(root, "indicators", "indicators")
	in := &Indicators{
		Name: l.name(m.Need(&l.ds, "indicators"), "a name"),
		Of:   l.name(m.Need(&l.ds, "of"), "an instrument's name"),
	}
	if in.Of.Text != "" && of != nil && in.Of.Text != of.Name.Text {
		m.Get("of").Fail(&l.ds, "", "these are indicators of %s, not of %s", in.Of.Text, of.Name.Text)
	}
	k := knownNames(of)
	for _, c := range m.Need(&l.ds, "list").List(&l.ds, "a list of indicators, one after - each") {
		n := l.open(c, "indicator", "an indicator, such as {name: …, title: …, reads: [P7_3]}")
		x := &Indicator{
			Name:       l.name(n.Need(&l.ds, "name"), "an indicator's name"),
			Title:      l.text(n.Need(&l.ds, "title"), "a title"),
			Domain:     l.text(n.Get("domain"), "the population in words"),
			Population: l.itemNames(n.Get("population"), k.items),
			Reads:      l.itemNames(n.Need(&l.ds, "reads"), k.items),
		}
		for _, o := range n.Get("codes").List(&l.ds, "a list of options, LIST.OPTION") {
			s := l.text(o, "an option, LIST.OPTION")
			if s.Text != "" && !slices.Contains(k.options, s.Text) {
				o.Fail(&l.ds, source.DidYouMean(s.Text, k.options), "there is no option %s", s.Text)
				continue
			}
			x.Codes = append(x.Codes, s)
		}
		if slices.ContainsFunc(in.List, func(o *Indicator) bool { return o.Name.Text == x.Name.Text }) {
			n.Get("name").Fail(&l.ds, "", "indicator %s is defined twice", x.Name.Text)
		}
		in.List = append(in.List, x)
	}
	l.ds.Sort()
	return in, l.ds
}

// itemNames reads names of items, with a key or without.
func (l *loader) itemNames(n *source.Node, items []string) (names []Source) {
	for _, c := range n.List(&l.ds, "a list of items, such as [P7_3]") {
		s := l.text(c, "an item's name")
		if base, _, _ := strings.Cut(s.Text, "."); base != "" && !slices.Contains(items, base) {
			c.Fail(&l.ds, source.DidYouMean(base, items), "there is no item %s", base)
			continue
		}
		names = append(names, s)
	}
	return names
}

// nameable are the names that indicators may say.
type nameable struct{ items, options []string }

func knownNames(in *Instrument) (k nameable) {
	for _, p := range in.pieces() {
		switch family(p.kind) {
		case "item", "module":
			k.items = append(k.items, p.name)
		case "option":
			k.options = append(k.options, p.name)
		}
	}
	return k
}
