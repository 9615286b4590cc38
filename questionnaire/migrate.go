package questionnaire

import (
	"errors"
	"maps"
	"slices"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file moves an interview that runs to another version of its
// questionnaire, and back. The rules:
//
//   - events before a migrate fold under their version; then what people said is
//     carried over by the rules in the event: an item that no rule names goes to
//     the item of its name;
//   - nothing is lost: what has no place in the new version is kept aside, and
//     the events stay as they are;
//   - a migrate back (unmigrate) is the state before, and what was said since
//     then carried over by the rules read the other way;
//   - a tablet that has not heard of the move goes on in its version: what it
//     says is carried over as it comes.

// ErrMigration means that an interview cannot be moved so.
var ErrMigration = errors.New("the interview cannot be moved so")

// A Migration says how what was said in one version is said in another.
type Migration struct {
	From  Hash   `json:"from"`
	To    Hash   `json:"to"`
	Rules []Rule `json:"rules"`
}

// A Rule carries an item's answers over. Several rules of one item split it: each
// takes the codes that it names. An item with a rule without To is kept aside.
type Rule struct {
	Item  string            `json:"item"`
	To    string            `json:"to,omitempty"`
	Codes map[string]string `json:"codes,omitempty"` // by the old name; nil takes all under their names
}

type migratePayload struct {
	Migration
	Reason string `json:"reason"`
}

// past is an interview's state before it was moved, to come back to.
type past struct {
	q          *Questionnaire
	root       *row
	rows       []*row
	ended      []int
	dirty      [][]*row
	confirmed  map[string]confirmation
	selections map[string]selectPayload
	orders     map[string][]int
	asides     []Aside
	migration  Migration
	since      []statement
}

// A statement is an event that says something about the household, as the
// version it was folded in has it.
type statement struct {
	h       Header
	payload []byte
}

// says are the kinds of events whose effect a version holds; what others do is
// the interview's, whatever its version.
var says = []Kind{KindAnswer, KindClear, KindAddRow, KindRemoveRow, KindSelect, KindConsent, KindGate, KindConfirm}

// An Aside is an answer that has no place in the version an interview was moved
// to. Its event is in the log.
type Aside struct {
	Path string `json:"path"` // in the version it was given in
	Item string `json:"item"`
}

// A Carried counts what a migration did to one item's answers in an interview.
type Carried struct {
	Item    string `json:"item"`
	To      string `json:"to,omitempty"` // "" was kept aside
	Answers int    `json:"answers"`
}

// Know tells iv of other versions of its questionnaire that events may move it
// to.
func (iv *Interview) Know(versions ...*Questionnaire) {
	if iv.known == nil {
		iv.known = map[Hash]*Questionnaire{}
	}
	for _, q := range versions {
		iv.known[q.hash] = q
	}
}

// Asides returns the answers that have no place in the version that iv was moved
// to, in the order of its rows.
func (iv *Interview) Asides() []Aside { return iv.asides }

// Carried returns what the last migration did, item by item in the order of the
// version before.
func (iv *Interview) Carried() []Carried { return iv.carried }

// Migrate returns the event that moving iv to the version to would be.
func (iv *Interview) Migrate(to *Questionnaire, rules []Rule, why string, st Stamp) (Event, error) {
	if !iv.started {
		return Event{}, wire.Errorf("migrate: %w", ErrNotStarted)
	}
	if err := reason(why); err != nil {
		return Event{}, err
	}
	p := &migratePayload{Migration{iv.q.hash, to.hash, rules}, why}
	if p.Rules == nil {
		p.Rules = []Rule{}
	}
	if err := p.check(iv.q, to); err != nil {
		return Event{}, err
	}
	return iv.event(Header{Kind: KindMigrate, Class: Paradata}, p, st), nil
}

// Unmigrate returns the event that moving iv back would be.
func (iv *Interview) Unmigrate(why string, st Stamp) (Event, error) {
	if len(iv.pasts) == 0 {
		return Event{}, wire.Errorf("unmigrate: %w: it was not moved", ErrMigration)
	}
	m := iv.pasts[len(iv.pasts)-1].migration
	return iv.event(Header{Kind: KindUnmigrate, Class: Paradata}, &migratePayload{Migration{m.To, m.From, []Rule{}}, why}, st), reason(why)
}

// check refuses rules that name what is not there.
func (m *Migration) check(from, to *Questionnaire) error {
	for _, r := range m.Rules {
		old, ok := from.byName[r.Item]
		if !ok || !said(old) {
			return wire.Errorf("%w: there is no item %s to move from", ErrMigration, r.Item)
		}
		if r.To == "" {
			continue
		}
		now, ok := to.byName[r.To]
		if !ok || !said(now) {
			return wire.Errorf("%w: there is no item %s to move %s to", ErrMigration, r.To, r.Item)
		}
		if from.Levels[old.Level].Name != to.Levels[now.Level].Name {
			return wire.Errorf("%w: %s is asked in rows of %s, %s in rows of %s", ErrMigration, r.Item, from.Levels[old.Level].Name, r.To, to.Levels[now.Level].Name)
		}
		for a, b := range r.Codes {
			if old.list == nil || old.list.names.Index(a) < 0 || now.list == nil || now.list.names.Index(b) < 0 {
				return wire.Errorf("%w: %s has no code %s, or %s none called %s", ErrMigration, r.Item, a, r.To, b)
			}
		}
	}
	return nil
}

// said says whether events carry v's value.
func said(v *variable) bool { return v.asked() || v.Kind == varConsent || v.Kind == varGate }

// admitMigrate refuses a move from or to a version that is not the one meant.
func (iv *Interview) admitMigrate(h Header, payload []byte) error {
	var p migratePayload
	if err := decode(payload, &p); err != nil {
		return err
	}
	switch {
	case h.Device != Office:
		return wire.Errorf("%w: by %s, which is for the office", ErrMigration, h.Device)
	case p.From != iv.q.hash:
		return wire.Errorf("%w: it is not in version %s", ErrMigration, p.From)
	case h.Kind == KindUnmigrate:
		if n := len(iv.pasts); n == 0 || iv.pasts[n-1].migration.From != p.To {
			return wire.Errorf("%w: it was not moved from %s", ErrMigration, p.To)
		}
		return nil
	case iv.known[p.To] == nil:
		return wire.Errorf("%w: version %s is not here", ErrMigration, p.To)
	}
	return p.check(iv.q, iv.known[p.To])
}

// foldMigrate moves iv to another version.
func (iv *Interview) foldMigrate(payload []byte) {
	var p migratePayload
	if wire.Read(payload, &p) != nil || iv.known[p.To] == nil {
		return
	}
	old := &past{iv.q, iv.root, iv.rows, iv.ended, iv.dirty, iv.confirmed, iv.selections, iv.orders, iv.asides, p.Migration, nil}
	iv.pasts = append(iv.pasts, old)
	iv.Know(iv.q)
	q := iv.known[p.To]
	iv.q, iv.rows = q, nil
	iv.dirty, iv.ended = make([][]*row, len(q.graph.nodes)), make([]int, len(q.Variables))
	iv.confirmed, iv.selections, iv.orders = maps.Clone(old.confirmed), map[string]selectPayload{}, map[string][]int{}
	iv.asides = nil
	iv.root = iv.newRow(q.Levels[0], nil, "")
	iv.root.listed, iv.root.on = true, true
	iv.everything(iv.root)
	c := &carrier{iv: iv, from: old.q, rules: p.Rules, counts: map[[2]string]int{}}
	c.parameters(old.root)
	c.selections(old.selections)
	c.row(old.root, iv.root)
	iv.carried = c.list()
	iv.settle()
}

// foldUnmigrate brings back the version before, with what was said since.
func (iv *Interview) foldUnmigrate(h Header) {
	n := len(iv.pasts)
	if n == 0 {
		return
	}
	p := iv.pasts[n-1]
	iv.pasts = iv.pasts[:n-1]
	iv.q, iv.root, iv.rows, iv.ended, iv.dirty = p.q, p.root, p.rows, p.ended, p.dirty
	iv.confirmed, iv.selections, iv.orders, iv.asides, iv.carried = p.confirmed, p.selections, p.orders, p.asides, nil
	back := reversed(p.migration.Rules)
	for _, e := range p.since {
		was, payload, ok := iv.carryEvent(e.h, e.payload, back)
		if !ok {
			iv.asides = append(iv.asides, Aside{Path: e.h.Path, Item: e.h.Path})
			continue
		}
		iv.setDate("today", was.Wall)
		iv.remember(was, payload)
		iv.fold(was, payload)
		iv.settle()
	}
	iv.setDate("today", h.Wall)
}

// unaware returns an event of a tablet that goes on in the version before the
// last move, as it is in this one; it is not ok if the event fits as it stands,
// or has no place in either way.
func (iv *Interview) unaware(h Header, payload []byte) (Header, []byte, bool) {
	n := len(iv.pasts)
	if n == 0 || h.Device == Office || h.Kind != KindAnswer && h.Kind != KindClear {
		return h, payload, false
	}
	rules := iv.pasts[n-1].migration.Rules
	if !slices.ContainsFunc(rules, func(r Rule) bool { return r.Item != r.To || r.Codes != nil }) {
		return h, payload, false
	}
	if iv.admitPath(h) == nil && (payload == nil || iv.admitPayload(h, payload) == nil) {
		return h, payload, false
	}
	return iv.carryEvent(h, payload, rules)
}

// remember keeps what is said after a move, for the way back.
func (iv *Interview) remember(h Header, payload []byte) {
	if n := len(iv.pasts); n > 0 && slices.Contains(says, h.Kind) {
		iv.pasts[n-1].since = append(iv.pasts[n-1].since, statement{h, payload})
	}
}

// reversed reads rules the other way.
func reversed(rules []Rule) (back []Rule) {
	for _, r := range rules {
		if r.To == "" {
			continue
		}
		b := Rule{Item: r.To, To: r.Item}
		for old, now := range r.Codes {
			if b.Codes == nil {
				b.Codes = map[string]string{}
			}
			if first, taken := b.Codes[now]; !taken || old < first {
				b.Codes[now] = old // of several that became one, the same always
			}
		}
		back = append(back, b)
	}
	return back
}

// carryEvent returns an event of another version as it would be in that of iv;
// it is not ok if it has no place here.
func (iv *Interview) carryEvent(h Header, payload []byte, rules []Rule) (Header, []byte, bool) {
	switch h.Kind {
	case KindAnswer, KindClear, KindConsent, KindGate:
	default:
		return h, payload, iv.admitPath(h) == nil && (payload == nil || iv.admitPayload(h, payload) == nil)
	}
	steps, err := splitPath(h.Path)
	if err != nil {
		return h, nil, false
	}
	last := steps[len(steps)-1]
	at := len(h.Path) - len(last.name)
	if last.keyed {
		at -= len(last.key) + 2
	}
	named := false
	for _, r := range rules {
		if r.Item != last.name {
			continue
		}
		named = true
		moved := h
		moved.Path = h.Path[:at] + r.To + h.Path[at+len(last.name):]
		p, ok := recodePayload(payload, r)
		if r.To != "" && ok && iv.admitPath(moved) == nil && (p == nil || iv.admitPayload(moved, p) == nil) {
			return moved, p, true
		}
	}
	return h, payload, !named && iv.admitPath(h) == nil && (payload == nil || iv.admitPayload(h, payload) == nil)
}

// recodePayload writes the codes of an answer as a rule has them; it is not ok
// if the rule takes none of them.
func recodePayload(payload []byte, r Rule) ([]byte, bool) {
	var p answerPayload
	if r.Codes == nil || payload == nil || wire.Read(payload, &p) != nil || p.Value == nil {
		return payload, true
	}
	v, err := DecodeValue(p.Value)
	if err != nil {
		return nil, false
	}
	switch was := v.(type) {
	case Code:
		now, ok := r.Codes[was.Name]
		if !ok {
			return nil, false
		}
		v = Code{now, was.Specify}
	case Codes:
		now := Codes{Specify: was.Specify}
		for _, name := range was.Names {
			if n, ok := r.Codes[name]; ok && !slices.Contains(now.Names, n) {
				now.Names = append(now.Names, n)
			}
		}
		if len(now.Names) == 0 && len(was.Names) > 0 {
			return nil, false
		}
		v = now
	}
	p.Value = EncodeValue(v)
	return wire.Write(&p), true
}

// A carrier brings the state of one version into another.
type carrier struct {
	iv     *Interview
	from   *Questionnaire
	rules  []Rule
	counts map[[2]string]int
	order  [][2]string
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
				if moved, fits := recode(was, v, old.Cells[was.index], nil); fits {
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

// answer carries one answer to where the rules say.
func (c *carrier) answer(v *variable, old, now *row, a answer) {
	placed, named := false, false
	for _, r := range c.rules {
		if r.Item != v.ID && r.Item != v.Label {
			continue
		}
		named = true
		if r.To != "" {
			placed = c.place(v, now, a, r) || placed
		}
	}
	if !named {
		placed = c.place(v, now, a, Rule{Item: v.ID, To: v.ID})
	}
	if !placed {
		c.iv.asides = append(c.iv.asides, Aside{Path: itemPath(v.ID, old), Item: v.ID})
		c.count(v.ID, "")
	}
}

// place puts an answer in the new version, if it fits there.
func (c *carrier) place(v *variable, now *row, a answer, r Rule) bool {
	to := c.iv.q.byName[r.To]
	if to == nil || !said(to) || to.Level != now.level.index {
		return false
	}
	cell, ok := recode(v, to, a.cell, r.Codes)
	if !ok {
		return false
	}
	a.cell = cell
	now.answers[to.index] = a
	c.iv.mark(c.iv.q.graph.variable[to.number], now)
	c.count(v.ID, to.ID)
	return true
}

// aside keeps everything under a row that has no place.
func (c *carrier) aside(r *row) {
	for _, v := range r.level.variables {
		if r.answers[v.index].given && said(v) {
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

// recode returns a value of one variable as one of another; false if it is none
// there.
func recode(from, to *variable, c expr.Cell, codes map[string]string) (expr.Cell, bool) {
	if c.Missing != expr.Answered {
		return c, c.Missing == Withheld || to.special(c.Missing) != nil || from.Kind == varParameter
	}
	if from.Type.Kind != to.Type.Kind || (from.list == nil) != (to.list == nil) || from.Kind != to.Kind {
		return c, false
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
			return c, false
		}
		c.N /= p
	case to.Type.Kind == expr.Number:
		c.N *= pow10(to.Type.Scale - from.Type.Scale)
		return c, c.N < maxNumber && c.N > -maxNumber
	case to.Type.Kind == expr.Code && to.list != nil:
		i := name(int(c.N))
		c.N = int64(i)
		return c, i >= 0
	case to.Type.Kind == expr.Set && to.list != nil:
		set, lost := int64(0), false
		for i := range from.list.Choices {
			if c.N>>i&1 == 1 {
				if k := name(i); k >= 0 {
					set |= 1 << k
				} else {
					lost = lost || codes == nil
				}
			}
		}
		lost = lost || set == 0 && c.N != 0
		c.N = set
		return c, !lost
	}
	return c, true
}
