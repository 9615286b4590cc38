package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file brings an interview back from a move. The rules:
//
//   - the state is that before the move, to the last bit, if nothing was said
//     since;
//   - what was said since is read by the rules the other way, answer by answer;
//     an item that took some of the options of another answers for those only;
//   - an item that came with the move has no place before it, though one of its
//     name may be there: what it was answered is kept aside.

// foldUnmigrate brings back the version before, with what was said since.
func (iv *Interview) foldUnmigrate(h Header) {
	n := len(iv.pasts)
	if n == 0 {
		return
	}
	p, from := iv.pasts[n-1], iv.q
	iv.pasts = iv.pasts[:n-1]
	iv.restore(p)
	back := reversed(p.migration.Rules)
	for _, s := range p.since {
		was, ok := iv.sayBack(from, s, back)
		if !ok {
			iv.asides = append(slices.Clip(iv.asides), Aside{Path: s.h.Path, Item: s.h.Path})
			continue
		}
		iv.say(was)
	}
	iv.setDate("today", h.Wall)
}

// reversed reads rules the other way.
func reversed(rules []Rule) (back []Rule) {
	for _, r := range rules {
		if !slices.ContainsFunc(rules, func(o Rule) bool { return o.To == r.Item }) {
			back = append(back, Rule{Item: r.Item}) // what has its name now is another
		}
		if r.To == "" {
			continue
		}
		b := Rule{Item: r.To, To: r.Item}
		for old, now := range r.Codes {
			if b.Codes == nil {
				b.Codes = map[string]string{}
			}
			b.scope = append(b.scope, old)
			if first, taken := b.Codes[now]; !taken || old < first {
				b.Codes[now] = old // of several that became one, the same always
			}
		}
		back = append(back, b)
	}
	return back
}

// sayBack returns what was said in version from as it would have been said in
// that of iv; it is not ok if it has no place here.
func (iv *Interview) sayBack(from *Questionnaire, s statement, back []Rule) (statement, bool) {
	h := s.h
	switch h.Kind {
	case KindAnswer, KindClear, KindConsent, KindGate:
	default:
		return s, iv.fits(s)
	}
	steps, err := splitPath(h.Path)
	if err != nil {
		return s, false
	}
	last := steps[len(steps)-1]
	v := from.byName[last.name]
	if v == nil {
		return s, false
	}
	at := len(h.Path) - len(last.name)
	if last.keyed {
		at -= len(last.key) + 2
	}
	rule := Rule{Item: v.ID, To: v.ID}
	for _, r := range back {
		if n := from.byName[r.Item]; n == v {
			rule = r
			break
		}
	}
	if rule.To == "" {
		return s, false
	}
	s.h.Path = h.Path[:at] + rule.To + h.Path[at+len(last.name):]
	if h.Kind == KindAnswer || h.Kind == KindClear {
		if !iv.readBack(from, v, &s, rule) {
			return s, false
		}
	}
	return s, iv.fits(s)
}

// readBack writes an answer, or that there is none, as the item it goes back to
// has it.
func (iv *Interview) readBack(from *Questionnaire, v *variable, s *statement, rule Rule) bool {
	r, to, err := iv.find(s.h.Path)
	if err != nil {
		return false
	}
	stands := r.answers[to.index]
	partly := rule.scope != nil && to.Type.Kind == expr.Set && to.list != nil && stands.given && stands.cell.Missing == expr.Answered
	rest := int64(0) // options of which v does not speak
	if partly {
		for i, c := range to.list.Choices {
			if stands.cell.N>>i&1 == 1 && !slices.Contains(rule.scope, c.Name) {
				rest |= 1 << i
			}
		}
	}
	var p answerPayload
	var a answer
	switch {
	case s.h.Kind == KindClear && rest == 0:
		return true
	case s.h.Kind == KindClear:
		s.h.Kind, a = KindAnswer, answer{given: true, cell: known(rest), specify: stands.specify}
	case s.payload == nil: // withheld, whatever it is
		return rest == 0
	default:
		if decode(s.payload, &p) != nil {
			return false
		}
		val, err := DecodeValue(p.Value)
		if err != nil {
			return false
		}
		was, err := from.answer(v, val)
		if err != nil {
			return false
		}
		var ok bool
		if a, _, ok = iv.q.recoded(v, to, was, rule.Codes); !ok || rest != 0 && a.cell.Missing != expr.Answered {
			return false
		}
		a.cell.N |= rest
	}
	val := a.whole
	if val == nil {
		val = iv.q.valueOf(to, a.cell, a.specify)
	}
	if val == nil {
		return false
	}
	s.payload = wire.Write(&answerPayload{Value: EncodeValue(val)})
	return true
}

// fits reports whether a statement may be folded in the version that iv is in.
func (iv *Interview) fits(s statement) bool {
	return iv.admitPath(s.h) == nil && (s.payload == nil || iv.admitPayload(s.h, s.payload) == nil)
}
