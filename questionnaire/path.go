package questionnaire

import (
	"errors"
	"strings"

	"cifra/questionnaire/wire"
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
	pos       int // the byte of the path where the name begins
}

// splitPath cuts a path at the dots outside brackets.
func splitPath(path string) ([]step, error) {
	var steps []step
	for rest := path; ; {
		s := step{pos: len(path) - len(rest)}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		s.name = rest[:end]
		rest = rest[end:]
		if strings.HasPrefix(rest, "[") {
			close := strings.IndexByte(rest, ']')
			if close < 0 {
				return nil, wire.Errorf("%w: %q has an open bracket", ErrPath, path)
			}
			s.key, s.keyed = rest[1:close], true
			rest = rest[close+1:]
		}
		if s.name == "" || s.keyed && s.key == "" {
			return nil, wire.Errorf("%w: %q", ErrPath, path)
		}
		steps = append(steps, s)
		if rest == "" {
			return steps, nil
		}
		if !strings.HasPrefix(rest, ".") {
			return nil, wire.Errorf("%w: %q", ErrPath, path)
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

// rowPath returns the path of a new row of level l with key, under parent: that
// of parent where there is one row only.
func rowPath(parent *row, l *level, key string) string {
	if l.Kind == levelSingle {
		if parent == nil {
			return ""
		}
		return parent.path
	}
	p := l.Name + "[" + key + "]"
	if parent != nil && parent.path != "" {
		p = parent.path + "." + p
	}
	return p
}

// findRow returns the row that steps name, on path or not. Each step lies under
// the one before it, so that a row has one path only.
func (iv *Interview) findRow(path string, steps []step) (*row, error) {
	at := iv.root
	for _, s := range steps {
		l, ok := iv.q.byLevel[s.name]
		if !ok || !s.keyed || l.Kind == levelSingle || l.Kind == levelGrid || l == at.level || !iv.q.under(l.index, at.level.index) {
			return nil, wire.Errorf("%w: %q", ErrPath, path)
		}
		next := iv.childByKey(at, l, s.key)
		if next == nil {
			return nil, wire.Errorf("%w: there is no row %s[%s]", ErrPath, s.name, s.key)
		}
		at = next
	}
	return at, nil
}

// reach returns the row of level l that is r, stands above r, or lies under one
// of these by way of levels with a single row; nil if there is none.
func (iv *Interview) reach(r *row, l int) *row {
	var at *row
	for _, a := range iv.q.Levels[l].ancestors {
		switch {
		case r.up[a] != nil:
			at = r.up[a]
		case iv.q.Levels[a].Kind == levelSingle:
			at = at.children[a][0]
		default:
			return nil
		}
	}
	return at
}

// childByKey finds a row of l by key under the row that r reaches and that
// holds l.
func (iv *Interview) childByKey(r *row, l *level, key string) *row {
	parent := iv.reach(r, l.Parent)
	if parent == nil {
		return nil
	}
	return parent.child(l.index, key)
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
		return nil, nil, wire.Errorf("%w: there is no item %s", ErrPath, last.name)
	}
	l := iv.q.Levels[v.Level]
	if (l.Kind == levelGrid) != last.keyed {
		return nil, nil, wire.Errorf("%w: %q", ErrPath, path)
	}
	if last.keyed {
		r = iv.childByKey(r, l, last.key)
	} else {
		r = iv.reach(r, v.Level)
	}
	if r == nil || itemPath(last.name, r) != path {
		return nil, nil, wire.Errorf("%w: %q", ErrPath, path)
	}
	return r, v, nil
}
