package questionnaire

import "cifra/questionnaire/expr"

// This file carries what was said in one version of a questionnaire into another,
// from state to state. The rules:
//
//   - an answer goes where the rules of its item say, else to the item of its
//     name; a place takes one answer, the first that comes;
//   - whatever of an answer has no place there is put aside and counted: the
//     whole of it, options that no rule takes, the text beside an option;
//   - rows by hand and forms are made as they were, rows of catalogues are there
//     by themselves; draws come along by the name of their element.

// A carrier brings the state of one version into another.
type carrier struct {
	iv     *Interview
	from   *Questionnaire
	rules  []Rule
	counts map[[2]string]int
	order  [][2]string
	met    int // answers looked at: each is carried or aside
}

func (c *carrier) count(item, to string) {
	k := [2]string{item, to}
	if c.counts[k] == 0 {
		c.order = append(c.order, k)
	}
	c.counts[k]++
}

func (c *carrier) list() (list []Carried) {
	for _, k := range c.order {
		list = append(list, Carried{k[0], k[1], c.counts[k]})
	}
	return list
}

// parameters carries what was given at the start, and the engine's dates.
func (c *carrier) parameters(old *row) {
	iv := c.iv
	for _, v := range iv.q.Levels[0].variables {
		was, ok := c.from.byName[v.ID]
		switch {
		case v.Kind == varParameter:
			cell := missing(NotReached)
			if v.Default != nil {
				cell = *v.Default
			}
			if ok && was.Kind == varParameter {
				if moved, _, fits := recode(was, v, old.Cells[was.index], nil); fits {
					cell = moved
				}
			}
			iv.set(v, iv.root, cell)
		case v.Kind == varDerived && ok && was.Level == 0 && (v.ID == "today" || v.ID == "interview_date"):
			iv.set(v, iv.root, old.Cells[was.index])
		}
	}
}

// selections carries draws by the name of their element.
func (c *carrier) selections(drawn map[string]selectPayload) {
	for _, e := range c.iv.q.Elements {
		if p, ok := drawn[e.ID]; ok && e.Kind == ElementSelect {
			c.iv.selections[e.ID] = p
		}
	}
}

// row carries what was said in a row, and the rows under it.
func (c *carrier) row(old, now *row) {
	for _, v := range old.level.variables {
		if v.Kind == varSelected {
			if n := c.iv.q.byName[v.ID]; n != nil && n.Kind == varSelected && n.Level == now.level.index {
				c.iv.set(n, now, old.Cells[v.index])
			}
		}
		if a := old.answers[v.index]; a.given && said(v) {
			c.answer(v, old, now, a)
		}
	}
	for i, children := range old.children {
		if len(children) == 0 {
			continue
		}
		to := c.iv.q.byLevel[c.from.Levels[i].Name]
		fits := to != nil && to.Parent >= 0 && to.Kind == c.from.Levels[i].Kind && c.iv.q.Levels[to.Parent].Name == old.level.Name
		for _, child := range children {
			if next := c.child(to, fits, child, now); next != nil {
				c.row(child, next)
			} else {
				c.aside(child)
			}
		}
	}
}

// child returns the row that stands for an old one under now, nil if none does.
func (c *carrier) child(l *level, fits bool, old, now *row) *row {
	if !fits {
		return nil
	}
	iv := c.iv
	if r := now.child(l.index, old.key); r != nil {
		return r
	}
	if l.Kind != levelHand && l.Kind != levelForms {
		return nil
	}
	var code expr.Cell
	if l.Kind == levelForms {
		i := iv.q.Lists[l.List].names.Index(crimeOf(old))
		if i < 0 {
			return nil
		}
		code = known(int64(i))
	}
	r := iv.newRow(l, now, old.key)
	if l.Kind == levelForms {
		r.Cells[iv.q.Variables[l.Row].index] = code
	}
	iv.join(r, len(now.children[l.index]))
	r.removed = old.removed
	if l.Kind == levelHand && l.Selected >= 0 {
		if _, drawn := iv.selections[iv.q.Variables[l.Selected].ID]; drawn {
			iv.set(iv.q.Variables[l.Selected], r, truth(false))
		}
	}
	iv.everything(r)
	iv.mark(iv.q.graph.rows[l.index], now)
	return r
}

// answer carries one answer to where the rules say, and puts aside what of it
// has no place.
func (c *carrier) answer(v *variable, old, now *row, a answer) {
	c.met++
	var to []Rule
	named := false
	for _, r := range c.rules {
		if r.Item == v.ID || r.Item == v.Label {
			named = true
			if r.To != "" {
				to = append(to, r)
			}
		}
	}
	if !named {
		to = []Rule{{Item: v.ID, To: v.ID}}
	}
	taken, placed, text := int64(0), false, a.specify == ""
	for _, r := range to {
		b, options, ok := c.place(v, now, a, r)
		if ok {
			placed, taken, text = true, taken|options, text || b.specify != ""
		}
	}
	several := v.Type.Kind == expr.Set && v.list != nil && a.cell.Missing == expr.Answered
	if !placed || !text || several && taken != a.cell.N {
		c.iv.asides = append(c.iv.asides, Aside{Path: itemPath(v.ID, old), Item: v.ID})
		c.count(v.ID, "")
	}
}

// place puts an answer in the new version, if it fits there and nothing else was
// put there: as it is now, and the options of the old answer that are in it.
func (c *carrier) place(v *variable, now *row, a answer, r Rule) (b answer, options int64, ok bool) {
	to := c.iv.q.byName[r.To]
	if to == nil || !said(to) || to.Level != now.level.index || now.answers[to.index].given {
		return answer{}, 0, false
	}
	if b, options, ok = c.iv.q.recoded(v, to, a, r.Codes); !ok {
		return answer{}, 0, false
	}
	now.answers[to.index] = b
	c.iv.mark(c.iv.q.graph.variable[to.number], now)
	for _, part := range to.Parts {
		c.iv.mark(c.iv.q.graph.variable[part], now)
	}
	c.count(v.ID, to.ID)
	return b, options, true
}

// aside keeps everything under a row that has no place.
func (c *carrier) aside(r *row) {
	for _, v := range r.level.variables {
		if r.answers[v.index].given && said(v) {
			c.met++
			c.iv.asides = append(c.iv.asides, Aside{Path: itemPath(v.ID, r), Item: v.ID})
			c.count(v.ID, "")
		}
	}
	for _, children := range r.children {
		for _, child := range children {
			c.aside(child)
		}
	}
}

// recoded returns an answer to one variable as one to another, a variable of q,
// and the options of the old one that are in it; it is not ok if it is none
// there.
func (q *Questionnaire) recoded(from, to *variable, a answer, codes map[string]string) (b answer, options int64, ok bool) {
	b = a
	if a.whole != nil { // what may be read of an entry is what the new table's columns say
		b, err := q.answer(to, a.whole)
		b.wall = a.wall
		return b, 0, err == nil && from.Type.Kind == to.Type.Kind
	}
	if b.cell, options, ok = recode(from, to, a.cell, codes); !ok {
		return answer{}, 0, false
	}
	if b.specify != "" && !to.specified(b.cell) {
		b.specify = ""
	}
	return b, options, true
}

// specified reports whether a text stands beside one of the options in a cell.
func (v *variable) specified(c expr.Cell) bool {
	if v.list == nil || c.Missing != expr.Answered {
		return false
	}
	for i, choice := range v.list.Choices {
		if choice.Specify && (v.Type.Kind == expr.Set && c.N>>i&1 == 1 || v.Type.Kind == expr.Code && c.N == int64(i)) {
			return true
		}
	}
	return false
}

// recode returns a value of one variable as one of another, and the options of
// the old one that are in it; it is not ok if it is none there.
func recode(from, to *variable, c expr.Cell, codes map[string]string) (now expr.Cell, options int64, ok bool) {
	if c.Missing != expr.Answered {
		return c, 0, c.Missing == Withheld || to.special(c.Missing) != nil || from.Kind == varParameter
	}
	if from.Type.Kind != to.Type.Kind || (from.list == nil) != (to.list == nil) || from.Kind != to.Kind {
		return c, 0, false
	}
	name := func(i int) int {
		n := from.list.Choices[i].Name
		if codes != nil {
			n = codes[n]
		}
		return to.list.names.Index(n)
	}
	switch {
	case to.Type.Kind == expr.Number && from.Type.Scale > to.Type.Scale:
		p := pow10(from.Type.Scale - to.Type.Scale)
		if c.N%p != 0 {
			return c, 0, false
		}
		c.N /= p
	case to.Type.Kind == expr.Number:
		c.N *= pow10(to.Type.Scale - from.Type.Scale)
		return c, 0, c.N < maxNumber && c.N > -maxNumber
	case to.Type.Kind == expr.Code && to.list != nil:
		i := name(int(c.N))
		c.N = int64(i)
		return c, 0, i >= 0
	case to.Type.Kind == expr.Set && to.list != nil:
		set := int64(0)
		for i := range from.list.Choices {
			if c.N>>i&1 == 1 {
				if k := name(i); k >= 0 {
					set |= 1 << k
					options |= 1 << i
				}
			}
		}
		ok = set != 0 || c.N == 0
		c.N = set
		return c, options, ok
	}
	return c, 0, true
}
