//go:build !js

package questionnaire

import (
	"slices"

	"cifra/schemas/source"
)

// This file tries the way that an interview takes: which screen follows which.
// A question that a condition should have left out, or a screen that moved, is
// seen here without being named.

// expectRoute reads screens, or questions on them, that follow each other on
// the path with none between them. Questions of one screen may stand one after
// the other; a screener's name stands for the words before its crimes, and end for
// what lies behind the last screen.
func (b *binder) expectRoute(v *source.Node) {
	type station struct {
		node *source.Node
		at   *address
		over *element // a screener; neither for the end
	}
	var want []station
	for _, n := range v.List(&b.ds, "a list of screens, in the order expected") {
		if n.Raw() == endPath {
			want = append(want, station{node: n})
		} else if i := slices.IndexFunc(b.q.Elements, func(e *element) bool { return e.Screen != nil && e.ID == n.Raw() }); i >= 0 {
			want = append(want, station{node: n, over: b.q.Elements[i]})
		} else if a := b.address(n, soughtPlace, nil); a != nil {
			want = append(want, station{node: n, at: a})
		}
	}
	b.add(func(c *conductor) {
		var walked []string
		before := map[*element]string{} // the words before a screener's crimes
		for p := range c.iv.walk() {
			walked = append(walked, p.path())
			if p.crime == nil && p.element.Screen != nil {
				before[p.element] = p.path()
			}
		}
		walked = append(walked, endPath)
		at := -1
		for _, w := range want {
			path := endPath
			if w.over != nil {
				path = before[w.over]
			} else if w.at != nil {
				path = ""
				if r, _ := c.row(w.at, false); r != nil {
					path = c.iv.screenOf(w.at.path(r))
				}
			}
			switch i := slices.Index(walked, path); {
			case i < 0:
				w.node.Fail(&c.ds, "", "expected %s on the path, it is not", w.node.Raw())
				return
			case at < 0, i == at:
				at = i
			case at+1 < len(walked) && i != at+1:
				w.node.Fail(&c.ds, "", "expected %s after %s, it is %s", w.node.Raw(), walked[at], walked[at+1])
				return
			case i != at+1:
				w.node.Fail(&c.ds, "", "expected %s after %s, which is the last", w.node.Raw(), walked[at])
				return
			default:
				at = i
			}
		}
	})
}
