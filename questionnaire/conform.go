//go:build !js

package questionnaire

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// This file says what of a core an instrument keeps, and which indicators stay
// comparable. The rules, from the strictest:
//
//   - an indicator is comparable if everything that it reads, and everything
//     that decides whether that is asked, is decided as in the core;
//   - what asks about a period that is not the core's counts something else;
//   - other words are not other logic: they are told, and the figure stays
//     comparable;
//   - an added option that stands for one of the core counts as that one; one
//     that stands for none, and one that was dropped, do not;
//   - where only the population is another, the figure stays comparable for the
//     part of it that is the core's.

// What became of an item of the core.
const (
	kept    = "kept"
	changed = "changed"
	dropped = "dropped"
	added   = "added"
)

// A Conformance is an instrument seen from its core.
type Conformance struct {
	Core       string             `json:"core"` // name and version
	Instrument string             `json:"instrument"`
	Items      []ConformingItem   `json:"items"`
	Indicators []ConformingFigure `json:"indicators"`
	Options    []ConformingItem   `json:"options"` // of lists: those that were added, changed or dropped
	Parts      []ConformingItem   `json:"parts"`   // what else is not the core's: periods, parameters, modules, what makes complete
	Counts     map[string]int     `json:"counts"`  // items by what became of them
}

// A ConformingItem is an item or element, and what became of it.
type ConformingItem struct {
	Name    string       `json:"name"`
	Was     string       `json:"was,omitempty"` // its name in the core, if it was renamed
	Status  string       `json:"status"`        // kept, changed, dropped, added
	Because string       `json:"because,omitempty"`
	Changes []Difference `json:"changes,omitempty"`
}

// A ConformingFigure is an indicator of the core.
type ConformingFigure struct {
	Name       string   `json:"name"`
	Title      string   `json:"title"`
	Comparable bool     `json:"comparable"`
	Domain     string   `json:"domain,omitempty"` // the part of the population for which it still is
	Why        []string `json:"why,omitempty"`    // why it is not, or what else to know
}

// Conform compares an instrument with its core. indicators may be nil. Both
// instruments must compile.
func Conform(core, in *Instrument, indicators *Indicators) *Conformance {
	c := &conforming{was: core.pieces(), is: in.pieces(), over: in.Overlays, changes: map[string][]Difference{}}
	c.byName = byName(c.was)
	out := &Conformance{
		Core: core.Name.Text + " " + core.Version.Text, Instrument: in.Name.Text + " " + in.Version.Text,
		Counts: map[string]int{}, Items: []ConformingItem{}, Options: []ConformingItem{}, Parts: []ConformingItem{}, Indicators: []ConformingFigure{},
	}
	renamed := map[string]string{}
	for _, d := range Diff(core, in) {
		name := d.Name
		if d.In == "texts" || d.In == "options" && d.Kind == "" {
			name = strings.TrimPrefix(name, "codes.")
			if d.In == "texts" && name == d.Name {
				name, _, _ = strings.Cut(name, ".")
			}
		}
		if d.What == "renamed" {
			renamed[d.New] = d.Old
		}
		if d.In == "options" {
			status := map[string]string{"added": added, "removed": dropped}[d.What]
			out.Options = append(out.Options, ConformingItem{Name: d.Name, Status: cmp.Or(status, changed), Because: c.reason(d.Name), Changes: []Difference{d}})
		}
		c.changes[name] = append(c.changes[name], d)
	}
	for _, p := range c.is {
		if family(p.kind) != "item" {
			continue
		}
		it := ConformingItem{Name: p.name, Was: renamed[p.name], Status: kept, Changes: c.changes[p.name]}
		if len(it.Changes) > 0 {
			it.Status, it.Because = changed, c.reason(p.name)
		}
		if it.Was == "" && c.byName["item "+p.name] == nil {
			it.Status = added
		}
		out.Items = append(out.Items, it)
	}
	for _, p := range c.was {
		if family(p.kind) == "item" && !slices.ContainsFunc(out.Items, func(it ConformingItem) bool { return it.Name == p.name || it.Was == p.name }) {
			out.Items = append(out.Items, ConformingItem{Name: p.name, Status: dropped, Because: c.reason(p.name)})
		}
	}
	out.Parts = append(out.Parts, c.parts()...)
	for _, it := range out.Items {
		out.Counts[it.Status]++
	}
	if indicators != nil {
		for _, i := range indicators.List {
			out.Indicators = append(out.Indicators, c.figure(i))
		}
	}
	return out
}

// parts returns what is not the core's among what is no item and no option.
func (c *conforming) parts() (list []ConformingItem) {
	is := byName(c.is)
	other := func(p *piece) bool { return !slices.Contains([]string{"item", "option", "list"}, family(p.kind)) }
	for _, p := range c.is {
		if !other(p) {
			continue
		}
		it := ConformingItem{Name: p.name, Status: changed}
		for _, d := range c.changes[p.name] {
			if d.In == "logic" || d.Kind == p.kind {
				it.Changes = append(it.Changes, d)
			}
		}
		if c.byName[p.kind+" "+p.name] == nil && !slices.ContainsFunc(it.Changes, func(d Difference) bool { return d.What == "renamed" }) {
			it.Status = added
		}
		if it.Status == added || len(it.Changes) > 0 {
			it.Because = c.reason(p.name)
			list = append(list, it)
		}
	}
	for _, p := range c.was {
		gone := func(d Difference) bool { return d.What == "removed" && d.Kind == p.kind }
		if other(p) && is[p.kind+" "+p.name] == nil && slices.ContainsFunc(c.changes[p.name], gone) {
			list = append(list, ConformingItem{Name: p.name, Status: dropped, Because: c.reason(p.name)})
		}
	}
	return list
}

// Comparable counts the indicators that stay comparable.
func (c *Conformance) Comparable() int {
	n := 0
	for _, f := range c.Indicators {
		if f.Comparable {
			n++
		}
	}
	return n
}

type conforming struct {
	was, is []*piece
	byName  map[string]*piece // of the core
	over    []*Overlay
	changes map[string][]Difference // by item, option
}

// reason is why an overlay changed something, "" if none says.
func (c *conforming) reason(name string) string {
	for i := len(c.over) - 1; i >= 0; i-- {
		for _, ch := range c.over[i].Changes {
			if base, _, _ := strings.Cut(ch.Address.Text, "."); base == name || ch.Address.Text == name {
				return ch.Because
			}
		}
		for _, w := range c.over[i].Words {
			if base, _, _ := strings.Cut(w.Key.Text, "."); base == name {
				return w.Because
			}
		}
	}
	return ""
}

// figure judges one indicator.
func (c *conforming) figure(i *Indicator) ConformingFigure {
	f := ConformingFigure{Name: i.Name.Text, Title: i.Title.Text, Comparable: true}
	seen := map[string]bool{}
	population := c.broken(i.Population, seen, nil)
	for _, s := range i.Reads {
		base, key, _ := strings.Cut(s.Text, ".")
		var only []string
		if key != "" {
			only = []string{key}
		}
		f.Why = append(f.Why, c.broken([]Source{{Text: base}}, seen, only)...)
	}
	for _, s := range i.Codes {
		for _, d := range c.changes[s.Text] {
			if d.In == "options" {
				f.Why = append(f.Why, c.told(d, s.Text))
			}
		}
	}
	f.Comparable = len(f.Why)+len(population) == 0
	if len(f.Why) == 0 && len(population) > 0 {
		f.Domain = i.Domain.Text
	}
	f.Why = append(population, f.Why...)
	return f
}

// identifiers are the names in an expression, codes and functions too.
var identifiers = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// deciding are the clauses that decide whether something is asked and what may
// be answered: what they name is read too.
var deciding = []string{"when", "value", "offer", "hide", "force", "from", "number", "over"}

// broken returns why what names name is not as in the core: what they say, what
// lists they take their options from, and the same of what decides about them.
// only, if not nil, are the clauses that matter.
func (c *conforming) broken(names []Source, seen map[string]bool, only []string) (why []string) {
	for _, n := range names {
		if seen[n.Text] && only == nil {
			continue
		}
		seen[n.Text] = only == nil
		p := c.piece(n.Text)
		if p == nil {
			continue
		}
		for _, d := range c.changes[p.name] {
			counts := d.In == "logic" && (only == nil || slices.Contains(only, d.Field)) || d.In == "parts" && d.What == "removed"
			if only == nil && (strings.HasPrefix(d.Field, "checks.") || d.Field == "class" || d.Field == "tags" || strings.HasPrefix(d.Field, "forms")) {
				counts = false // what is said or guarded, or how many are described: not what is counted
			}
			if counts {
				why = append(why, c.told(d, p.name))
			}
		}
		if only != nil {
			continue
		}
		var further []Source
		for _, cl := range p.clauses {
			switch {
			case cl.name == "type", cl.name == "over":
				why = append(why, c.optionsOf(cl.value)...)
			}
			if slices.Contains(deciding, cl.name) {
				for _, name := range identifiers.FindAllString(cl.value, -1) {
					if x := c.piece(name); x != nil && family(x.kind) == "item" {
						further = append(further, Source{Text: x.name})
					}
				}
			}
		}
		why = append(why, c.periodsOf(p, seen)...)
		if p.within != "" {
			further = append(further, Source{Text: p.within})
		}
		why = append(why, c.broken(further, seen, nil)...)
	}
	return why
}

// periodsOf returns why the periods that a piece asks about, in its words or in
// what decides about it, are not the core's: three years are not five.
func (c *conforming) periodsOf(p *piece, seen map[string]bool) (why []string) {
	said := []string{p.text}
	for _, cl := range p.clauses {
		if slices.Contains(deciding, cl.name) {
			said = append(said, cl.value)
		}
	}
	for _, name := range identifiers.FindAllString(strings.Join(fills.FindAllString(said[0], -1), " ")+" "+strings.Join(said[1:], " "), -1) {
		if c.byName["period "+name] == nil || seen["period "+name] {
			continue
		}
		seen["period "+name] = true
		for _, d := range c.changes[name] {
			if d.In == "logic" || d.In == "parts" && d.Kind == "period" {
				why = append(why, c.told(d, name))
			}
		}
	}
	return why
}

// fills are what texts are filled with.
var fills = regexp.MustCompile(`\{[^{}]*\}`)

// piece finds an item, an element or a module of the core by name or label.
func (c *conforming) piece(name string) *piece {
	for _, kind := range []string{"item", "module"} {
		if p := c.byName[kind+" "+name]; p != nil {
			return p
		}
	}
	for _, p := range c.was {
		if p.label == name {
			return p
		}
	}
	return nil
}

// optionsOf returns why the options of a type, or the rows over a list, are not
// the core's.
func (c *conforming) optionsOf(of string) (why []string) {
	head, _, _ := strings.Cut(of, " where ")
	list := head[strings.LastIndexByte(head, ' ')+1:]
	for _, p := range c.is {
		if p.kind != "option" || !strings.HasPrefix(p.name, list+".") || c.byName["option "+p.name] != nil {
			continue
		}
		if p.value("maps") == "" && !slices.ContainsFunc(c.changes[p.name], func(d Difference) bool { return d.What == "renamed" }) {
			why = append(why, fmt.Sprintf("%s was added and stands for no option of the core", p.name))
		}
	}
	for _, p := range c.was {
		if p.kind != "option" || !strings.HasPrefix(p.name, list+".") {
			continue
		}
		for _, d := range c.changes[p.name] {
			if d.In == "options" && (d.What == "removed" || d.Field == "code") {
				why = append(why, c.told(d, p.name))
			}
		}
	}
	return why
}

// told is a difference in one line.
func (c *conforming) told(d Difference, name string) string {
	line := ""
	switch {
	case d.What == "removed":
		line = name + " is dropped"
	case d.Field != "":
		line = fmt.Sprintf("%s.%s is %s, core %s", name, d.Field, quoted(d.New), quoted(d.Old))
	default:
		line = fmt.Sprintf("%s is %s", name, d.What)
	}
	if why := c.reason(name); why != "" {
		line += ": " + why
	}
	return line
}

// quoted is a value in a sentence.
func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
