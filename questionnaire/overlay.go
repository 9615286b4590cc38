//go:build !js

package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file is what the compiler knows of overlays. The rules:
//
//   - an expression sees a code that was added after it was written as the code
//     which that one maps to, one written in the overlay or later as itself;
//   - words in place of others are found by the key of the text, and one that
//     no text has is refused;
//   - what the core's conditions name cannot be dropped: what the compiler says
//     of the missing name is told at the overlay, with all the places.

// stands returns the code that each code of a list stands for in expressions
// of a layer, nil if all stand for themselves.
func (c *compiler) stands(list, layer int) []int {
	if layer == len(c.in.Overlays) || list >= len(c.in.Lists) {
		return nil
	}
	var table []int
	names := c.q.Lists[list].names
	for i, code := range c.authored(list) {
		as := code
		for range len(c.in.Overlays) { // an overlay's option may stand for another overlay's
			if as == nil || as.Maps.Text == "" || c.in.layer(as.Name.At.File) <= layer {
				break
			}
			as = c.choice(list, as.Maps.Text)
		}
		if as == nil || as == code {
			continue
		}
		if table == nil {
			for k := range names.Codes {
				table = append(table, k)
			}
		}
		table[i] = names.Index(as.Name.Text)
	}
	return table
}

// authored returns the options of a list as they were written; a list that an
// expression made has none.
func (c *compiler) authored(list int) []*Choice {
	for _, l := range c.in.Lists {
		if l.Name.Text == c.q.Lists[list].Name {
			return l.Choices
		}
	}
	return nil
}

func (c *compiler) choice(list int, name string) *Choice {
	for _, ch := range c.authored(list) {
		if ch.Name.Text == name {
			return ch
		}
	}
	return nil
}

// replacedWords tells of words that no text is replaced by, or that were there
// already.
func (c *compiler) replacedWords() {
	for _, o := range c.in.Overlays {
		for _, w := range o.Words {
			was, ok := c.replaced[w.Key.Text]
			switch {
			case !ok:
				c.errorf(w.Key, suggestion(w.Key.Text, mapNames(c.keys)), "there is no text %s", w.Key.Text)
			case was.Text == w.Text.Text:
				c.report(w.Text, expr.Warning, "", "this changes nothing: %s has these words already", w.Key.Text)
			}
		}
	}
}

// namesWhatWasDropped gathers what was said of names that an overlay dropped,
// and says it once, where the overlay drops them.
func (c *compiler) namesWhatWasDropped() {
	for _, o := range c.in.Overlays {
		for _, ch := range o.Changes {
			says := dropsName(ch)
			if says == nil {
				continue
			}
			var places []string
			c.diags = slices.DeleteFunc(c.diags, func(d expr.Diagnostic) bool {
				about := d.Severity == expr.Error && says(d.Message) && !slices.Contains(o.Files, d.File)
				if about {
					places = append(places, d.Position.String())
				}
				return about
			})
			if len(places) == 0 {
				continue
			}
			c.errorf(ch.Address, "keep it, or change what names it too",
				"%s cannot be dropped: the core names it\n%s", lastName(ch.Address.Text), strings.Join(places, "\n"))
		}
	}
}

// lastName is the option in LIST.OPTION, and any other name itself.
func lastName(address string) string {
	_, last, ok := cutLast(address)
	if !ok {
		return address
	}
	return last
}

// dropsName returns what tells a message about the name that ch dropped, nil if
// it dropped none.
func dropsName(ch *Change) func(message string) bool {
	switch name := ch.Address.Text; {
	case ch.Kind == OptionDropped:
		list, option, _ := cutLast(name)
		other := fmt.Sprintf("%q is a code of list", option)
		return func(m string) bool {
			return strings.HasSuffix(m, expr.NotACode(option, list)) || strings.HasPrefix(m, other) && strings.HasSuffix(m, "not of list "+list)
		}
	case ch.Kind == Dropped && !strings.Contains(name, "."):
		return func(m string) bool {
			return slices.ContainsFunc(ch.names, func(n string) bool { return m == expr.NotHere(n) })
		}
	}
	return nil
}
