//go:build !js

package prove

import (
	"slices"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file finds what is read before it can be answered: a condition, a force,
// a fill or an option of a screen that reads a question of a later screen. On
// the way forward it is unknown there; it speaks only to those who go back.

// A reading is an expression that reads a later question.
type reading struct {
	at    questionnaire.Source
	reads string
	by    string
}

// early lists what is read too early, each place once.
func (s *search) early() []reading {
	var list []reading
	seen := map[string]bool{}
	look := func(e *expr.Expr, screen int, by string) {
		if e == nil {
			return
		}
		at := s.q.Place(e)
		if at.At.Line == 0 || seen[at.At.String()] {
			return
		}
		for _, v := range s.questionsOf(e) {
			if s.a.Variables[v].Screen > screen {
				seen[at.At.String()] = true
				list = append(list, reading{at, s.a.Variables[v].ID, by})
				return
			}
		}
	}
	for _, v := range s.a.Variables {
		if v.Source == questionnaire.FromValue || v.Element < 0 {
			continue
		}
		for _, w := range v.When {
			look(w, v.Screen, v.ID)
		}
		for _, f := range v.Force {
			look(f.When, v.Screen, v.ID)
		}
		for _, h := range v.Hide {
			look(h.When, v.Screen, v.ID)
		}
		look(v.Offer, v.Screen, v.ID)
		if v.Source == questionnaire.FromEnd {
			look(v.Value, v.Screen, v.ID)
		}
		for _, t := range v.Texts {
			for _, f := range s.fills[t] {
				look(f, v.Screen, v.ID)
			}
		}
	}
	for number, e := range s.a.Elements {
		for _, w := range e.When {
			look(w, number, e.ID)
		}
		if e.Kind == questionnaire.ElementItem {
			continue
		}
		for _, t := range e.Texts {
			for _, f := range s.fills[t] {
				look(f, number, e.ID)
			}
		}
	}
	for _, c := range s.a.Checks {
		if c.Made {
			continue
		}
		// A check on a roster's screen may speak of its rows, which are asked
		// behind it: it speaks when they have been.
		if c.Variable >= 0 {
			look(c.Holds, s.a.Variables[c.Variable].Screen, s.a.Variables[c.Variable].ID)
		} else if s.a.Elements[c.Element].Kind != questionnaire.ElementRoster {
			look(c.Holds, c.Element, s.a.Elements[c.Element].ID)
		}
	}
	return list
}

// questionsOf returns the questions that an expression reads, through
// calculated values too.
func (s *search) questionsOf(e *expr.Expr) []int {
	var out []int
	seen := map[int]bool{}
	var add func(e *expr.Expr)
	add = func(e *expr.Expr) {
		for _, slot := range e.Reads() {
			number := s.a.Levels[slot.Level].Variables[slot.Index]
			v := s.a.Variables[number]
			if seen[number] {
				continue
			}
			seen[number] = true
			switch {
			case v.Source == questionnaire.FromQuestion:
				out = append(out, number)
			case v.Source == questionnaire.FromValue:
				add(v.Value)
			}
		}
	}
	add(e)
	slices.Sort(out)
	return out
}
