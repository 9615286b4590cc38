package plan

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
	"cifra/weighting"
)

// This file is the indicator of concentration: how the incidents that persons suffered
// are spread over them. The rules:
//
//   - top: the share of all incidents that the part of the rows with the most of them
//     suffered. Rows with the same number share what is left of the part;
//   - gini: Gini's coefficient, 0 if all suffered the same number;
//   - times: what share of the victims suffered 1, 2, … times, the last one and more,
//     and what share of all incidents is theirs: repeat victimization;
//   - all are over the victims, the rows whose number is above 0, unless over says all:
//     then they also say how few were victims at all. times is of victims always.
//
// The definitions are those of weighting's TopShares, Gini and Repeats.

// A concentrationSpec says which figures.
type concentrationSpec struct {
	top   []float64
	gini  bool
	times int // 0 for none
	all   bool
}

func readConcentration(m *source.Map, ds *expr.Diagnostics) *concentrationSpec {
	s := &concentrationSpec{gini: m.Get("gini").Bool(ds), all: m.Get("over").Word(ds, "victims", "all") == "all"}
	if n := m.Get("top"); n != nil {
		var q quantileSpec
		q.readAt(n, ds)
		s.top = q.at
	}
	if n := m.Get("times"); n != nil {
		before := len(*ds)
		v := n.Float(ds, "a number, such as 3")
		if len(*ds) == before && (v != math.Trunc(v) || v < 1 || v > maxLevels) {
			n.Fail(ds, "times: 3 tells once, twice, and three times or more", "times is a whole number from 1 to %d", maxLevels)
		}
		s.times = int(min(max(v, 0), maxLevels))
	}
	if m.Node().Kind() == source.Mapping && m.Get("top") == nil && m.Get("times") == nil && !s.gini {
		m.Node().Fail(ds, "top: 0.1, times: 3 or gini: true", "the concentration does not say which figures to show")
	}
	return s
}

// concentration computes the figures of one cell.
func (c *computation) concentration(cl cell, units map[Unit]int) ([]Figure, error) {
	spec, d, y := c.in.spec.concentration, c.in.base, c.of.y
	known := cl.rows.Complete(y)
	missing := cl.whole - d.Sums(nil, known).Population(0).N
	over := known
	if !spec.all {
		over = known.Where(func(i int) bool { return y[i] > 0 }, len(y))
	}
	var out []Figure
	var failed error
	add := func(variable, level string, s weighting.Statistic) {
		f, err := c.figure(s, -1, units)
		if err != nil {
			failed = err
			return
		}
		f.Missing = missing
		f.Domain = cl.with(Part{Variable: variable, Level: level, computed: true})
		out = append(out, f)
	}
	for k, s := range d.TopShares(y, spec.top, over) {
		add("top", strconv.FormatFloat(spec.top[k], 'g', -1, 64), s)
	}
	if spec.gini {
		add("gini", "", d.Gini(y, over))
	}
	if spec.times > 0 {
		r := d.Repeats(y, spec.times, known)
		for k, s := range r.Victims {
			add("victims", timesLevel(k+1, spec.times), s)
		}
		for k, s := range r.Incidents {
			add("incidents", timesLevel(k+1, spec.times), s)
		}
	}
	return out, failed
}

// timesLevel names how often: the last one is open.
func timesLevel(k, of int) string {
	if k == of {
		return strconv.Itoa(k) + "+"
	}
	return strconv.Itoa(k)
}

// readComputed is a part of such a figure as people read it.
func (p Part) readComputed(words *wordTable) string {
	switch p.Variable {
	case "difference":
		return words.difference + ": " + strings.ReplaceAll(cmp.Or(p.label(words.language), p.Level), " - ", " − ")
	case "gini":
		return words.gini
	case "top":
		if v, err := strconv.ParseFloat(p.Level, 64); err == nil {
			return fmt.Sprintf(words.top, strconv.FormatFloat(100*v, 'g', 4, 64))
		}
	case "victims":
		return words.victims + ": " + p.Level
	}
	return words.incidents + ": " + p.Level
}
