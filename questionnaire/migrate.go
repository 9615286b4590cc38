package questionnaire

import (
	"errors"
	"maps"
	"slices"
	"time"

	"cifra/questionnaire/wire"
)

// This file moves an interview that runs to another version of its
// questionnaire, and back. The rules:
//
//   - events before a migrate fold under their version; then what people said is
//     carried over by the rules in the event (migrate_carry.go);
//   - nothing is lost: what has no place in the new version is kept aside, and
//     the events stay as they are;
//   - a migrate back (unmigrate) is the state before, and what was said since
//     then carried over by the rules read the other way (migrate_back.go);
//   - a tablet that has not heard of the move goes on in its version; what it
//     says is folded where it was said, before the move (migrate_late.go).

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

	scope []string // read the other way: the options of To that this rule speaks of; nil is all
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
	wall       time.Time // of the event that moved it
	station    int       // where it was
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

// Lost returns how many answers the last migration neither carried nor kept
// aside. It is counted from the state before, not from what was carried, so that
// whoever says that nothing is lost has looked.
func (iv *Interview) Lost() int { return iv.lost }

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
func (iv *Interview) foldMigrate(payload []byte, wall time.Time) {
	var p migratePayload
	if wire.Read(payload, &p) != nil || iv.known[p.To] == nil {
		return
	}
	if iv.stations == nil {
		iv.stations, iv.knows, iv.heard = []station{{q: iv.q}}, map[DeviceID]int{}, map[Hash]int{}
	}
	iv.stations = append(iv.stations, station{iv.station, iv.known[p.To], p.Rules})
	iv.move(p.Migration, wall, len(iv.stations)-1)
}

// move carries iv over by a migration, to a station.
func (iv *Interview) move(m Migration, wall time.Time, to int) {
	old := &past{iv.q, iv.root, iv.rows, iv.ended, iv.dirty, iv.confirmed, iv.selections, iv.orders, iv.asides, m, wall, iv.station, nil}
	iv.pasts = append(iv.pasts, old)
	iv.station = to
	iv.Know(iv.q)
	q := iv.known[m.To]
	iv.q, iv.rows = q, nil
	iv.dirty, iv.ended = make([][]*row, len(q.graph.nodes)), make([]int, len(q.Variables))
	iv.confirmed, iv.selections, iv.orders = maps.Clone(old.confirmed), map[string]selectPayload{}, map[string][]int{}
	iv.asides = slices.Clone(old.asides)
	iv.root = iv.newRow(q.Levels[0], nil, "")
	iv.root.listed, iv.root.on = true, true
	iv.everything(iv.root)
	c := &carrier{iv: iv, from: old.q, rules: m.Rules, counts: map[[2]string]int{}}
	c.parameters(old.root)
	c.selections(old.selections)
	c.row(old.root, iv.root)
	iv.carried, iv.lost = c.list(), answersUnder(old.root)-c.met
	iv.settle()
}

// answersUnder counts what people said in a row and in the rows under it.
func answersUnder(r *row) (n int) {
	for i, a := range r.answers {
		if a.given && said(r.level.variables[i]) {
			n++
		}
	}
	for _, children := range r.children {
		for _, c := range children {
			n += answersUnder(c)
		}
	}
	return n
}
