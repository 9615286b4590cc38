package questionnaire

import (
	"fmt"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
)

// This file decides which rows there are. The rules (row identity):
//
//   - a row added by hand is device.counter, a row of a grid its code, an
//     incident crime.k; none is ever used again for something else;
//   - a screen opens one form for each counted event up to its cap; a count of
//     don't know opens one;
//   - when a count falls, the highest k goes off path, unless a person has said
//     which event did not happen; when it rises, the lowest comes back;
//   - no row is not zero: until a list is said to be complete, or a screening
//     answered, more rows may come.

// computeRows finds which rows of l there are under r.
func (iv *Interview) computeRows(l *level, r *row) {
	was := r.complete[l.index]
	before := len(iv.rows)
	switch l.Kind {
	case levelHand:
		asked := iv.allHold(iv.q.rosterWhen(l), r) && iv.elementBehindOpenGate(l.roster, r)
		for _, c := range r.children[l.index] {
			iv.setListed(c, asked && !c.removed)
		}
		r.complete[l.index] = NotAsked
		if asked {
			r.complete[l.index] = iv.handComplete(l, r)
		}
	case levelForms:
		r.complete[l.index] = iv.openForms(l, r)
	}
	moved := iv.number(l, r)
	if moved || was != r.complete[l.index] || before != len(iv.rows) {
		iv.changed(iv.q.graph.rows[l.index], r)
	}
}

// handComplete says whether the list of hand-made rows is said to be complete.
func (iv *Interview) handComplete(l *level, r *row) expr.Missing {
	if l.Done < 0 {
		return expr.Answered
	}
	done := iv.q.Variables[l.Done]
	holder := r.up[done.Level]
	if holder == nil {
		return NotReached
	}
	c := holder.Cells[done.index]
	if isTrue(c) {
		return expr.Answered
	}
	if c.Missing == expr.Answered {
		return NotReached // said to be incomplete
	}
	return c.Missing
}

// openForms opens the forms of l under r that the screens call for.
func (iv *Interview) openForms(l *level, r *row) expr.Missing {
	complete := expr.Answered
	if p := iv.q.Levels[l.Parent]; p.Selected >= 0 {
		if drawn := r.Cells[iv.q.Variables[p.Selected].index]; !isTrue(drawn) {
			iv.list(l, r, "", 0)
			return drawn.Missing // not the respondent: nothing happens under this row; before the draw, nobody knows
		}
	}
	for _, s := range l.Screens {
		sc := iv.q.Elements[s].Screen
		grid := iv.q.Levels[iv.q.Variables[sc.Ask].Level]
		for _, g := range r.up[grid.Parent].children[grid.index] {
			n, why := iv.counted(sc, g)
			if why != expr.Answered && complete == expr.Answered {
				complete = why
			}
			iv.openCounted(l, r, g, min(n, sc.UpTo))
		}
	}
	return complete
}

// counted returns how many events row g of a screen counts, and whether that
// is settled: Answered, or why it is not. A number of times that is not known
// counts one, the form that will be flagged.
func (iv *Interview) counted(sc *screen, g *row) (int, Missing) {
	value := func(i int) expr.Cell { return g.Cells[iv.q.Variables[i].index] }
	ask := value(sc.Ask)
	switch {
	case ask.Missing == NotAsked:
		return 0, expr.Answered
	case ask.Missing != expr.Answered:
		return 0, ask.Missing
	case ask.N != int64(sc.Yes):
		return 0, expr.Answered
	}
	if sc.Own >= 0 {
		own := value(sc.Own)
		switch {
		case own.Missing == NotAsked:
		case own.Missing != expr.Answered:
			return 0, own.Missing
		case own.N != int64(sc.OwnOK):
			return 0, expr.Answered
		}
	}
	times := value(sc.Times)
	switch times.Missing {
	case expr.Answered:
		return int(times.N), expr.Answered
	case DontKnow, Refused, Withheld:
		return 1, expr.Answered
	}
	return 0, times.Missing
}

// openCounted lists n forms of g's crime under r: the lowest k that no person
// has removed, new ones where there are too few.
func (iv *Interview) openCounted(l *level, r *row, g *row, n int) {
	iv.list(l, r, g.key, n)
	// highest counts removed forms and those off path too: a k is used once.
	listed, highest := 0, 0
	for _, f := range r.children[l.index] {
		if crimeOf(f) == g.key {
			highest = max(highest, formNumber(f))
			if f.listed {
				listed++
			}
		}
	}
	for ; listed < n; listed++ {
		highest++
		f := iv.newRow(l, r, g.key+"."+strconv.Itoa(highest))
		f.Cells[iv.q.Variables[l.Row].index] = g.Cells[iv.q.Variables[g.level.Row].index]
		r.children[l.index] = append(r.children[l.index], f)
		f.listed = true
		iv.everything(f)
	}
}

// list puts the first n forms of a crime on path that no person removed, and
// the others off; crime "" means all crimes.
func (iv *Interview) list(l *level, r *row, crime string, n int) {
	for _, f := range r.children[l.index] {
		if crime != "" && crimeOf(f) != crime {
			continue
		}
		listed := n > 0 && !f.removed
		if listed {
			n--
		}
		iv.setListed(f, listed)
	}
}

// crimeOf returns the crime in the identity of a form, formNumber its k.
func crimeOf(f *row) string { return f.key[:strings.LastIndexByte(f.key, '.')] }

func formNumber(f *row) int {
	k, err := strconv.Atoi(f.key[strings.LastIndexByte(f.key, '.')+1:])
	if err != nil {
		panic(fmt.Sprintf("questionnaire: form %q has no number", f.key))
	}
	return k
}

// number gives the rows of l on path their place and the size of their group:
// the crime of a form, the whole list otherwise. It says whether any changed.
func (iv *Interview) number(l *level, r *row) bool {
	if l.Number < 0 {
		return false
	}
	group := func(c *row) string {
		if l.Kind == levelForms {
			return crimeOf(c)
		}
		return ""
	}
	size := map[string]int64{}
	for _, c := range r.children[l.index] {
		if c.on {
			size[group(c)]++
		}
	}
	place, changed := map[string]int64{}, false
	for _, c := range r.children[l.index] {
		number, count := missing(NotAsked), missing(NotAsked)
		if c.on {
			place[group(c)]++
			number, count = known(place[group(c)]), known(size[group(c)])
		}
		changed = changed || c.Cells[iv.q.Variables[l.Number].index] != number || c.Cells[iv.q.Variables[l.Count].index] != count
		iv.set(iv.q.Variables[l.Number], c, number)
		iv.set(iv.q.Variables[l.Count], c, count)
	}
	return changed
}

// addHand adds a row made by hand. The key is the device's own counter.
func (iv *Interview) addHand(l *level, parent *row, key string) {
	r := iv.newRow(l, parent, key)
	parent.children[l.index] = append(parent.children[l.index], r)
	if l.Selected >= 0 {
		drawn := iv.q.Variables[l.Selected]
		if _, ok := iv.selections[drawn.ID]; ok {
			iv.set(drawn, r, truth(false)) // the draw was made without this row
		}
	}
	iv.everything(r)
	iv.mark(iv.q.graph.rows[l.index], parent)
}

// onPath returns those of rows that are on path.
func onPath(rows []*row) []*row {
	var on []*row
	for _, r := range rows {
		if r.on {
			on = append(on, r)
		}
	}
	return on
}

// nextHand returns the key of the next row that device adds to l under parent:
// above every number of its own, since a row of an event that was parked leaves
// a gap.
func nextHand(l *level, parent *row, device DeviceID) string {
	highest := 0
	for _, r := range parent.children[l.index] {
		if n, ok := handNumber(r.key, device); ok {
			highest = max(highest, n)
		}
	}
	return string(device) + "." + strconv.Itoa(highest+1)
}

// handNumber returns the number in a key that device gave, false if the key is
// not one of its own.
func handNumber(key string, device DeviceID) (int, bool) {
	dev, number, ok := cutLast(key)
	n, err := strconv.Atoi(number)
	return n, ok && err == nil && dev == string(device) && n > 0 && strconv.Itoa(n) == number
}

// cutLast cuts s at its last dot.
func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}
