package questionnaire

import (
	"errors"
	"fmt"
	"strings"
)

// This file names places in an interview. A path is the rows from the outside
// in and the item: "P1_1", "person[d1.2].P3_4",
// "person[d1.1].incident[street_robbery.1].I1_5". Levels of which there is one
// row (dwelling, household) are left out. The rows of grids stand behind the
// item: "person[d1.1].P7_3[street_robbery]". A row alone is its path without
// an item: "person[d1.2]".

// ErrPath means that a path names nothing in this interview.
var ErrPath = errors.New("no such place in the interview")

// step is one part of a path: a name and the key in brackets, if any.
type step struct {
	name, key string
	keyed     bool
}

// splitPath cuts a path at the dots outside brackets.
func splitPath(path string) ([]step, error) {
	var steps []step
	for rest := path; ; {
		var s step
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		s.name = rest[:end]
		rest = rest[end:]
		if strings.HasPrefix(rest, "[") {
			close := strings.IndexByte(rest, ']')
			if close < 0 {
				return nil, fmt.Errorf("%w: %q has an open bracket", ErrPath, path)
			}
			s.key, s.keyed = rest[1:close], true
			rest = rest[close+1:]
		}
		if s.name == "" || s.keyed && s.key == "" {
			return nil, fmt.Errorf("%w: %q", ErrPath, path)
		}
		steps = append(steps, s)
		if rest == "" {
			return steps, nil
		}
		if !strings.HasPrefix(rest, ".") {
			return nil, fmt.Errorf("%w: %q", ErrPath, path)
		}
		rest = rest[1:]
	}
}

// itemPath returns the path of v in r.
func itemPath(v string, r *row) string {
	if r.level.Kind == levelGrid {
		if p := r.parent.path; p != "" {
			return p + "." + v + "[" + r.key + "]"
		}
		return v + "[" + r.key + "]"
	}
	if r.path != "" {
		return r.path + "." + v
	}
	return v
}

// rowPath returns the path of a new row of level l with key, under parent.
func rowPath(parent *row, l *level, key string) string {
	if l.Kind == levelSingle {
		return ""
	}
	p := l.Name + "[" + key + "]"
	if parent != nil && parent.path != "" {
		p = parent.path + "." + p
	}
	return p
}

// findRow returns the row that steps name, on path or not.
func (iv *Interview) findRow(path string, steps []step) (*row, error) {
	at := iv.inner(iv.root)
	for _, s := range steps {
		l, ok := iv.q.byLevel[s.name]
		if !ok || !s.keyed || l.Kind == levelSingle || l.Kind == levelGrid {
			return nil, fmt.Errorf("%w: %q", ErrPath, path)
		}
		next := iv.childByKey(at, l, s.key)
		if next == nil {
			return nil, fmt.Errorf("%w: there is no row %s[%s]", ErrPath, s.name, s.key)
		}
		at = next
	}
	return at, nil
}

// inner goes down from r while there is exactly one way: the single rows.
func (iv *Interview) inner(r *row) *row {
	for {
		next := (*row)(nil)
		for _, c := range r.level.children {
			if iv.q.Levels[c].Kind == levelSingle {
				next = r.children[c][0]
			}
		}
		if next == nil {
			return r
		}
		r = next
	}
}

// childByKey finds a row of l by key under r, or under the row above r that
// holds l.
func (iv *Interview) childByKey(r *row, l *level, key string) *row {
	if l.Parent >= len(r.up) || r.up[l.Parent] == nil {
		return nil
	}
	for _, c := range r.up[l.Parent].children[l.index] {
		if c.key == key {
			return c
		}
	}
	return nil
}

// find returns the row and the variable that a path names.
func (iv *Interview) find(path string) (*row, *variable, error) {
	steps, err := splitPath(path)
	if err != nil {
		return nil, nil, err
	}
	last := steps[len(steps)-1]
	r, err := iv.findRow(path, steps[:len(steps)-1])
	if err != nil {
		return nil, nil, err
	}
	v, ok := iv.q.byName[last.name]
	if !ok {
		return nil, nil, fmt.Errorf("%w: there is no item %s", ErrPath, last.name)
	}
	l := iv.q.Levels[v.Level]
	if (l.Kind == levelGrid) != last.keyed {
		return nil, nil, fmt.Errorf("%w: %q", ErrPath, path)
	}
	switch {
	case last.keyed:
		r = iv.childByKey(r, l, last.key)
	case v.Level < len(r.up):
		r = r.up[v.Level]
	default:
		r = nil
	}
	if r == nil {
		return nil, nil, fmt.Errorf("%w: %q", ErrPath, path)
	}
	return r, v, nil
}
