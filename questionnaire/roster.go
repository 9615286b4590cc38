package questionnaire

import (
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file decides which rows there are. The rules (row identity):
//
//   - a row added by hand is device.counter, a row of a grid its code, an
//     incident crime.k; none is ever used again for something else;
//   - which forms a screen opens is said in screener.go; when a count falls, the
//     highest k goes off path, unless a person has said which event did not
//     happen; when it rises, the lowest comes back;
//   - a roster by count has rows 1 to n, and its rows go and come in the same way;
//     a count that is not known has none, and is not complete;
//   - a roster over codes has a row for each code of a list, for each code of a
//     grid whose answer is yes, or for each option that was chosen, always in
//     the order of the list; an exclusive option (none of these) has no row;
//   - no row is not zero: until a list is said to be complete, or a screening
//     answered, more rows may come.

// computeRows finds which rows of l there are under r.
func (iv *Interview) computeRows(l *level, r *row) {
	was := r.complete[l.index]
	before := len(iv.rows)
	switch l.Kind {
	case levelHand:
		r.complete[l.index] = iv.handRows(l, r)
	case levelForms:
		r.complete[l.index] = iv.openForms(l, r)
	case levelCount:
		r.complete[l.index] = iv.countRows(l, r)
	case levelCodes:
		r.complete[l.index] = iv.codeRows(l, r)
	}
	moved := iv.number(l, r)
	if moved || was != r.complete[l.index] || before != len(iv.rows) {
		iv.changed(iv.q.graph.rows[l.index], r)
	}
}

// handRows lists the rows of l under r that were added by hand, all or none of
// them. While the roster is asked, or is not, as it was before, only rows that
// have been added since have to be looked at: whoever removes one takes it off
// the list himself.
func (iv *Interview) handRows(l *level, r *row) Missing {
	asked := iv.allHold(iv.q.rosterWhen(l), r) && iv.elementBehindOpenGate(l.roster, r)
	set, rows := &r.sets[l.index], r.children[l.index]
	if asked != set.asked {
		set.seen = 0
	}
	for _, c := range rows[set.seen:] {
		iv.setListed(c, asked && !c.removed)
	}
	set.asked, set.seen = asked, len(rows)
	if !asked {
		return NotAsked
	}
	return iv.handComplete(l, r)
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

// countRows lists as many rows of l under r as its count says. Those at the
// beginning that are listed and stay so are not looked at.
func (iv *Interview) countRows(l *level, r *row) Missing {
	n, complete := int64(0), NotAsked
	if iv.allHold(iv.q.rosterWhen(l), r) {
		c := l.roster.From.Eval(&r.frame)
		if complete = c.Missing; complete == expr.Answered {
			n = min(max(c.N, 0), int64(l.roster.Max))
		}
	}
	set, rows := &r.sets[l.index], r.children[l.index]
	first := int(min(n, int64(set.seen)))
	n -= int64(first)
	set.seen = first
	list := func(at int) { // the first ones of those listed are known as far as none is left out
		if n--; set.seen == at {
			set.seen++
		}
	}
	for i, c := range rows[first:] {
		listed := n > 0 && !c.removed
		if listed {
			list(first + i)
		}
		iv.setListed(c, listed)
	}
	for at := len(rows); n > 0; at++ {
		c := iv.newRow(l, r, strconv.Itoa(at+1))
		iv.join(c, at)
		list(at)
		c.listed = true
		iv.drawnWithout(l, c)
		iv.everything(c)
	}
	return complete
}

// codeRows lists the rows of l under r whose code is called for.
func (iv *Interview) codeRows(l *level, r *row) Missing {
	complete := expr.Answered
	if !iv.allHold(iv.q.rosterWhen(l), r) {
		complete = NotAsked
	}
	of, at := l.roster.Of-1, 0
	for _, c := range r.children[l.index] {
		listed := complete != NotAsked
		code := c.Cells[iv.q.Variables[l.Row].index].N
		if listed && of >= 0 {
			v := iv.q.Variables[of]
			holder := r.up[v.Level]
			if holder == nil { // the rows of a grid
				grid := r.up[iv.q.Levels[v.Level].Parent].children[v.Level]
				for grid[at].key != c.key { // both are in the order of the list
					at++
				}
				holder = grid[at]
			}
			answer := holder.Cells[v.index]
			switch {
			case answer.Missing != expr.Answered:
				listed = false
				if answer.Missing != NotAsked && complete == expr.Answered {
					complete = answer.Missing
				}
			case v.Type.Kind == expr.Set:
				listed = uint64(answer.N)&(1<<code) != 0
			default:
				listed = answer.N == int64(l.roster.OfYes)
			}
		}
		iv.setListed(c, listed)
	}
	return complete
}

// drawnWithout says of a row that comes after a draw that it was not drawn.
func (iv *Interview) drawnWithout(l *level, r *row) {
	if l.Selected < 0 {
		return
	}
	drawn := iv.q.Variables[l.Selected]
	if _, ok := iv.selections[drawn.ID]; ok {
		iv.set(drawn, r, truth(false))
	}
}

// crimeOf returns the crime in the identity of a form, formNumber its k.
func crimeOf(f *row) string { return f.key[:strings.LastIndexByte(f.key, '.')] }

func formNumber(f *row) int {
	k, err := strconv.Atoi(f.key[strings.LastIndexByte(f.key, '.')+1:])
	if err != nil {
		panic(wire.Sprintf("questionnaire: form %q has no number", f.key))
	}
	return k
}

// number gives the rows of l on path their place and the size of their group:
// the crime of a form, the whole list otherwise. It says whether any changed.
func (iv *Interview) number(l *level, r *row) bool {
	if l.Number < 0 {
		return false
	}
	if l.Kind == levelForms {
		return iv.numberByCrime(l, r)
	}
	rows, size := r.children[l.index], int64(0)
	for _, c := range rows {
		if c.on {
			size++
		}
	}
	r.sets[l.index].on = int(size)
	n, k := iv.q.Variables[l.Number].index, iv.q.Variables[l.Count].index
	// Where a row was added or removed, most others keep their number, and seldom
	// does anything read how many there are: then that is all there is to write.
	unread := iv.q.graph.unread(iv.q.graph.variable[l.Count])
	at, changed := int64(0), false
	for _, c := range rows {
		if c.on {
			at++
			if x, y := &c.Cells[n], &c.Cells[k]; x.N == at && x.Missing == expr.Answered && y.Missing == expr.Answered && (unread || y.N == size) {
				changed = changed || y.N != size
				y.N = size
				continue
			}
		}
		changed = iv.numbered(l, c, at, size) || changed
	}
	return changed
}

// numberByCrime is number of forms, which are counted within their crime.
func (iv *Interview) numberByCrime(l *level, r *row) bool {
	size, at, changed := map[string]int64{}, map[string]int64{}, false
	for _, c := range r.children[l.index] {
		if c.on {
			size[crimeOf(c)]++
		}
	}
	for _, c := range r.children[l.index] {
		if c.on {
			at[crimeOf(c)]++
		}
		changed = iv.numbered(l, c, at[crimeOf(c)], size[crimeOf(c)]) || changed
	}
	return changed
}

// numbered gives a row its place and the size of its group, none if it is off
// path, and says whether that is new.
func (iv *Interview) numbered(l *level, c *row, at, size int64) bool {
	number, count := missing(NotAsked), missing(NotAsked)
	if c.on {
		number, count = known(at), known(size)
	}
	n, k := iv.q.Variables[l.Number], iv.q.Variables[l.Count]
	if c.Cells[n.index] == number && c.Cells[k.index] == count {
		return false
	}
	iv.set(n, c, number)
	iv.set(k, c, count)
	return true
}

// addHand adds a row made by hand. The key is the device's own counter.
func (iv *Interview) addHand(l *level, parent *row, key string) {
	r := iv.newRow(l, parent, key)
	iv.join(r, len(parent.children[l.index]))
	iv.drawnWithout(l, r)
	iv.everything(r)
	iv.mark(iv.q.graph.rows[l.index], parent)
}

// nextHand returns the key of the next row that this device adds to l under
// parent: above every number of its own, since a row of an event that was parked
// leaves a gap.
func (iv *Interview) nextHand(l *level, parent *row) string {
	return string(iv.self.Device) + "." + strconv.Itoa(parent.sets[l.index].own+1)
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
