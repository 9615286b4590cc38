package questionnaire

import "slices"

// This file folds what is said by tablets that do not know how an interview was
// moved. The rules:
//
//   - which version a device is in follows from its events: one that has taken a
//     move names it, or an event after it, in the header of what it does next
//     (after), and from then on it is where that event is;
//   - what was said in a version is folded in that version, before the move,
//     whenever it comes. So whoever folds the events, tablet or office, has the
//     same state, in whatever order they heard of them;
//   - what was said in a version that the office has gone back from is read back
//     first, as what the office itself held then was.

// A station is a version at one moment of an interview's way through them.
// Moves go on to a new station, a move back returns to the one before.
type station struct {
	before int // the station that it was moved from
	q      *Questionnaire
	rules  []Rule // by which it was
}

// stationOf returns where the device that made an event was when it did.
func (iv *Interview) stationOf(h Header) int {
	if iv.stations == nil || h.Device == Office {
		return iv.station
	}
	if h.After != nil {
		if s, ok := iv.heard[*h.After]; ok {
			return s
		}
	}
	return iv.knows[h.Device]
}

// hear notes where an event, applied or passed over, was made.
func (iv *Interview) hear(h Header, link Hash) {
	if iv.stations == nil {
		return
	}
	s := iv.stationOf(h)
	iv.heard[link] = s
	if h.Device != Office {
		iv.knows[h.Device] = s
	}
}

// late reports that an event says something in another version than the one that
// iv is in: at which number of moves that is, and the stations to come back from
// before.
func (iv *Interview) late(h Header) (moves int, back []station, is bool) {
	at := iv.stationOf(h)
	if at == iv.station || !slices.Contains(says, h.Kind) {
		return 0, nil, false
	}
	for {
		moves = slices.IndexFunc(iv.pasts, func(p *past) bool { return p.station == at })
		if at == iv.station {
			moves = len(iv.pasts)
		}
		if moves >= 0 {
			return moves, back, true
		}
		back = append(back, iv.stations[at])
		at = iv.stations[at].before
	}
}

// admitLate says whether an event may be folded in the version it was made in.
// What was said in one that was gone back from can be held against it no more:
// it finds its place or is kept aside.
func (iv *Interview) admitLate(moves int, back []station, h Header, payload []byte) error {
	if len(back) > 0 {
		return nil
	}
	then := *iv
	then.restore(iv.pasts[moves])
	if err := then.admitPath(h); err != nil || payload == nil {
		return err
	}
	return then.admitPayload(h, payload)
}

// applyLate folds an event in the version it was made in, and moves what
// follows from it as iv was moved.
func (iv *Interview) applyLate(moves int, back []station, h Header, payload []byte) {
	again := slices.Clone(iv.pasts[moves:])
	to := iv.station
	if len(again) > 0 {
		iv.restore(again[0])
		iv.pasts = iv.pasts[:moves:moves]
	}
	today := iv.root.Cells[iv.q.byName["today"].index]
	s, ok := statement{h, payload}, true
	for _, from := range back {
		if s, ok = iv.sayBack(from.q, s, reversed(from.rules)); !ok {
			iv.asides = append(iv.asides, Aside{Path: h.Path, Item: h.Path})
			break
		}
	}
	if ok {
		iv.say(s)
	}
	if len(again) == 0 { // it came before what was said since
		iv.set(iv.q.byName["today"], iv.root, today)
		iv.settle()
		return
	}
	for i, p := range again {
		iv.setDate("today", p.wall)
		next := to
		if i+1 < len(again) {
			next = again[i+1].station
		}
		iv.move(p.migration, p.wall, next)
		for _, s := range p.since {
			iv.say(s)
		}
	}
}

// say folds one statement in the version that iv is in.
func (iv *Interview) say(s statement) {
	iv.setDate("today", s.h.Wall)
	iv.remember(s.h, s.payload)
	iv.fold(s.h, s.payload)
	iv.settle()
}

// remember keeps what is said after a move, for the way back and for what comes
// late.
func (iv *Interview) remember(h Header, payload []byte) {
	if n := len(iv.pasts); n > 0 && slices.Contains(says, h.Kind) {
		iv.pasts[n-1].since = append(iv.pasts[n-1].since, statement{h, payload})
	}
}

// restore gives iv the state that it was moved from.
func (iv *Interview) restore(p *past) {
	iv.q, iv.root, iv.rows, iv.ended, iv.dirty, iv.station = p.q, p.root, p.rows, p.ended, p.dirty, p.station
	iv.confirmed, iv.selections, iv.orders, iv.asides, iv.carried, iv.lost = p.confirmed, p.selections, p.orders, p.asides, nil, 0
}
