//go:build !js

package questionnaire

import (
	"fmt"
	"strings"
)

// This file words what flow.go refuses: where it shows, the path it came, and
// the ways out. It also refuses what is sensitive and stands behind no gate.

// named is what a label is called.
func (l label) named() string {
	if l == labelIdentifier {
		return "that identifies a person"
	}
	return "sensitive"
}

// refuse reports that a label has come along e to where it must not. One place
// is reported once, however many things stand under it.
func (f *flow) refuse(e *flowEdge, bit label) {
	at := e.at
	if at.At.Line == 0 {
		at = f.placeOf(e.to)
	}
	if f.refused[at.At] {
		return
	}
	f.refused[at.At] = true
	what, hint := e.sink, ""
	switch {
	case e.to == nil:
		hint = "say it without that, or release a calculated value with its reason and use it here"
	case e.kind == edgeTotal:
		what, hint = f.nameOf(e.to), "take total: away, so that each crime has a cap of its own, or write class: sensitive at all entries of the catalogue"
	case e.to.rows >= 0:
		what = f.nameOf(e.to)
		hint = "write class: sensitive at the entries of the catalogue, or at the roster"
	case e.kind == edgeEnd:
		what, hint = f.nameOf(e.to), "ask it before the rows are opened, or make it a gate"
	case f.public(e.to):
		// Everybody at the door goes through it: it cannot have a class itself.
		what = f.nameOf(e.to)
		hint = "release a calculated value that says only what may be known, with its reason, and read that here"
	default:
		what = f.nameOf(e.to)
		hint = fmt.Sprintf("write class: %s at %s, or release %s or a value that it reads, with its reason", f.classFor(bit), what, what)
	}
	f.c.errorf(at, hint, "%s would give away something %s: %s", what, bit.named(), f.path(e, bit))
}

// public says whether x is an end, a consent or who was drawn. None of the
// three can be classed (elementClass), and only the last can be released itself.
func (f *flow) public(x *fact) bool {
	if x.variable < 0 {
		return false
	}
	k := f.q.Variables[x.variable].Kind
	return k == varEnd || k == varConsent || k == varSelected
}

// classFor is the class whose things may depend on a label.
func (f *flow) classFor(bit label) DataClass {
	if bit == labelIdentifier {
		return Identifier
	}
	return Sensitive
}

// path says which way a label came to e's end, from there to where it began.
func (f *flow) path(e *flowEdge, bit label) string {
	var steps []string
	for e != nil {
		steps = append(steps, f.step(e))
		if e.from.own&bit != 0 {
			break
		}
		e = e.from.came[bit]
	}
	last := steps[len(steps)-1]
	if e != nil && e.from.secret < 0 {
		last += ", which is " + string(f.classFor(bit))
		if bit == labelSensitive && labelOf(f.q.Variables[e.from.variable].Class)&bit == 0 {
			last += " in all its rows"
		}
	}
	steps[len(steps)-1] = last
	return strings.Join(steps, "; ")
}

// step says what one edge is.
func (f *flow) step(e *flowEdge) string {
	to, from := e.sink, f.nameOf(e.from)
	if e.to != nil {
		to = f.nameOf(e.to)
	}
	switch e.kind {
	case edgeRead:
		return fmt.Sprintf("%s is calculated from %s", to, from)
	case edgeWhen:
		if e.to == nil {
			return fmt.Sprintf("%s depends on %s", to, from)
		}
		return fmt.Sprintf("whether %s is asked depends on %s", to, from)
	case edgeForce:
		return fmt.Sprintf("%s is forced by %s", to, from)
	case edgeOffer:
		return fmt.Sprintf("the options of %s depend on %s", to, from)
	case edgeRows:
		return fmt.Sprintf("which rows of %s there are depends on %s", f.q.Levels[e.to.rows].Name, from)
	case edgeTotal:
		return fmt.Sprintf("%s share a total with those of %s, %s", to, f.q.Levels[e.from.secret].Name, from)
	case edgeRange:
		return fmt.Sprintf("%s sees all rows of %s, %s", to, f.q.Levels[e.from.secret].Name, from)
	case edgeIndex:
		return fmt.Sprintf("%s reads a row of %s, %s", to, f.q.Levels[e.from.secret].Name, from)
	case edgeDraw:
		return fmt.Sprintf("who is drawn by %s depends on %s", to, from)
	case edgeEnd:
		return fmt.Sprintf("%s can end the interview from a row of %s, %s", to, f.q.Levels[e.from.secret].Name, from)
	case edgeWords:
		return fmt.Sprintf("%s contain %s", to, from)
	case edgeList:
		return fmt.Sprintf("%s shows %s", to, from)
	}
	return fmt.Sprintf("%s depends on %s", to, from)
}

// nameOf is what authors call a fact.
func (f *flow) nameOf(x *fact) string {
	switch {
	case x.variable >= 0:
		return f.q.Variables[x.variable].ID
	case x.rows >= 0:
		return "the rows of " + f.q.Levels[x.rows].Name
	}
	l := f.q.Levels[x.secret]
	if l.Sensitive {
		return "which are sensitive"
	}
	var names []string
	for _, ch := range f.q.Lists[l.List].Choices {
		if ch.Class == Sensitive {
			names = append(names, ch.Name)
		}
	}
	be := " are sensitive"
	if len(names) == 1 {
		be = " is sensitive"
	}
	return "of which " + strings.Join(names, ", ") + be
}

// placeOf is where a fact was defined.
func (f *flow) placeOf(x *fact) Source {
	if x != nil && x.variable >= 0 {
		if src, ok := f.c.placed[f.q.Variables[x.variable].ID]; ok {
			return src
		}
	}
	return f.c.in.Name
}

// gates refuses what may be sensitive and stands behind no gate, once a module
// and level.
func (c *compiler) gates(f *flow) {
	told := map[[2]int]bool{}
	refuse := func(id string, module, l int, why string) {
		if told[[2]int{module, l}] {
			return
		}
		told[[2]int{module, l}] = true
		at, ok := c.placed[id]
		if !ok {
			at = c.in.Name
		}
		c.errorf(at, fmt.Sprintf("put - gate: NAME with text, open, postpone and skip before it in module %s", c.q.Modules[module].Name),
			"%s %s and stands behind no privacy gate", id, why)
	}
	for _, e := range c.q.Elements {
		if e.gate >= 0 || e.Kind == ElementGate {
			continue
		}
		if e.Class == Sensitive {
			refuse(e.ID, e.Module, e.Level, "is sensitive")
			continue
		}
		for _, v := range e.Variables {
			x := c.q.Variables[v]
			if x.gate >= 0 || !x.asked() {
				continue
			}
			if x.Class == Sensitive {
				refuse(x.ID, e.Module, x.Level, "is sensitive")
				continue
			}
			for _, l := range c.q.Levels[x.Level].ancestors {
				if s := f.secrets[l]; s != nil {
					refuse(x.ID, e.Module, x.Level, "is asked of rows of "+c.q.Levels[l].Name+", "+f.nameOf(s)+",")
					break
				}
			}
		}
	}
}
