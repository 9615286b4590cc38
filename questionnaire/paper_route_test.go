//go:build !js

package questionnaire

import (
	"slices"
	"testing"

	"cifra/questionnaire/expr"
)

// stopAt says where an element stands on paper.
type stopAt struct {
	scope *scopeRoute
	i     int
}

// stopsOf lists the stops of scopes and of those in them.
func stopsOf(into map[*element]stopAt, s *scopeRoute) {
	for i, st := range s.stops {
		into[st.element] = stopAt{s, i}
		if st.items != nil {
			stopsOf(into, st.items)
		}
	}
}

// a pencil follows the paper through an interview that the engine has conducted.
type pencil struct {
	t     *testing.T
	c     *conduct
	stops map[*element]stopAt
	asked map[*element]map[*row]bool // what the engine asks
}

// wayFrom returns the way that the answer of st in r leads.
func (p *pencil) wayFrom(st *stop, r *row) (way, bool) {
	if len(st.ways) == 1 && st.ways[0].option < 0 && st.ways[0].missing == expr.Answered && st.element.Kind != ElementItem {
		return st.ways[0], true
	}
	v := p.c.iv.q.Variables[st.element.Variables[0]]
	c := r.Cells[v.index]
	option := -1
	switch {
	case c.Missing != expr.Answered:
	case st.element.Kind == ElementConsent:
		option = int(1 - c.N)
	case v.Type.Kind == expr.Code || v.Type.Kind == expr.Bool:
		option = int(c.N)
	}
	for _, x := range st.ways {
		if x.option == option && x.missing == c.Missing {
			return x, true
		}
	}
	return way{}, false
}

// next follows the paper from stop i in r to the element that it says is asked
// next, nil at the end of the scope or of the interview.
func (p *pencil) next(s *scopeRoute, i int, r *row) *element {
	x, ok := p.wayFrom(s.stops[i], r)
	if !ok {
		p.t.Fatalf("%s: the paper has no way for the answer %+v", s.stops[i].element.ID, r.Cells[p.c.iv.q.Variables[s.stops[i].element.Variables[0]].index])
	}
	if x.end {
		return nil
	}
	k := x.to
	for k < len(s.stops) {
		st := s.stops[k]
		if p.asked[st.element][r] {
			return st.element
		}
		if st.element.Kind == ElementItem {
			v := p.c.iv.q.Variables[st.element.Variables[0]]
			if r.states[v.index].forced { // written without asking
				y, ok := p.wayFrom(st, r)
				if !ok {
					p.t.Fatalf("%s: the paper has no way for the forced answer", st.element.ID)
				}
				k = y.to
				continue
			}
		}
		if !st.filter {
			return st.element // the paper would ask it
		}
		k = st.away
	}
	return nil
}

// TestPaperLeadsWhereTheEngineGoes: whoever follows the instructions of the
// paper through an interview comes, in each row, to what the engine asks and to
// nothing else.
func TestPaperLeadsWhereTheEngineGoes(t *testing.T) {
	followed, skipped := 0, 0
	for _, dir := range append(instruments, "maze") {
		q := questionnaireOf(t, dir)
		stops := map[*element]stopAt{}
		for _, m := range q.Modules {
			stopsOf(stops, q.route(m))
		}
		for seed := range uint64(100) {
			c := wander(t, q, seed, 120)
			p := &pencil{t, c, stops, map[*element]map[*row]bool{}}
			var walk []place
			complete := true
			for x := range c.iv.walk() {
				if complete = c.iv.settled(x); !complete && x.element.Kind != ElementRoster {
					walk = append(walk, x)
					break
				}
				walk = append(walk, x)
			}
			for _, x := range walk {
				e := x.element
				if p.asked[e] == nil {
					p.asked[e] = map[*row]bool{}
				}
				p.asked[e][x.row] = true
			}
			for i, x := range walk {
				at, ok := stops[x.element]
				again := func(y place) bool { return y.element == x.element && y.row == x.row } // a screener has a screen a crime
				if !ok || at.scope.alone || i == len(walk)-1 || slices.ContainsFunc(walk[i+1:], again) {
					continue
				}
				var want *element
				known := complete
				for _, y := range walk[i+1:] {
					if other, ok := stops[y.element]; ok && other.scope == at.scope && y.row == x.row {
						want, known = y.element, true
						break
					}
				}
				if !known {
					continue
				}
				got := p.next(at.scope, at.i, x.row)
				if got != want {
					t.Fatalf("%s, seed %d: after %s (%+v) the paper goes to %s, the engine to %s", dir, seed, x.path(), at.scope.stops[at.i].ways, name(got), name(want))
				}
				followed++
				if want != nil && stops[want].i > at.i+1 {
					skipped++
				}
			}
		}
	}
	if followed < 5000 || skipped < 800 {
		t.Errorf("%d steps were followed, %d of them past something: too few", followed, skipped)
	}
}

func name(e *element) string {
	if e == nil {
		return "the end"
	}
	return e.ID
}
