//go:build !js

package questionnaire

import (
	"fmt"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file turns the steps of a scenario into what a person does.

// A binder reads a scenario's steps for one questionnaire: the names in them
// are resolved, so that every mistake is told before the interview begins.
type binder struct {
	q     *Questionnaire
	ds    expr.Diagnostics
	given map[string]Value
	steps []func(*conductor)
	draws bool // a step says when the draw takes place

	visits []*source.Node // made before the interview starts
	export *exportNames   // made when an expectation first needs it
}

// aaporCode says what a disposition is written as.
const aaporCode = "an AAPOR code, such as 110"

// newest is the number of the row that was added last.
const newest = -1

func bindScenario(s *Scenario, q *Questionnaire) *binder {
	b := &binder{q: q, given: map[string]Value{}}
	if s.Instrument.Text != q.Name {
		b.ds.Add(s.Instrument.Mistake("", "this is a scenario of %s, not of %s", s.Instrument.Text, q.Name))
		return b
	}
	b.parameters(s)
	began := false
	for _, m := range s.interview {
		for k, v := range m.All() {
			if began = began || k.Raw() != "attempt"; !began {
				b.visit(v)
				continue
			}
			b.step(k, v)
		}
	}
	return b
}

// add adds a step.
func (b *binder) add(step func(*conductor)) { b.steps = append(b.steps, step) }

// parameters reads what is given when the interview starts.
func (b *binder) parameters(s *Scenario) {
	var known []string
	for _, v := range b.q.Levels[0].variables {
		if v.Kind == varParameter {
			known = append(known, v.ID)
		}
	}
	m := s.given.Map(&b.ds, "parameters by name", append(known, "given")...)
	m.Key("given").Fail(&b.ds, "", "unknown key given")
	for _, v := range b.q.Levels[0].variables {
		if v.Kind != varParameter {
			continue
		}
		n := m.Get(v.ID)
		switch {
		case n != nil:
			val := b.value(v, n)
			if val == nil {
				break
			}
			if err := b.q.fits(v, val); err != nil {
				n.Fail(&b.ds, "", "%v", err)
			}
			b.given[v.ID] = val
		case v.Default == nil:
			b.ds.Add(s.Name.Mistake("write given: {"+v.ID+": …}", "parameter %s is not given", v.ID))
		}
	}
}

// step reads one step: a key and what stands behind it.
func (b *binder) step(k, v *source.Node) {
	switch k.Raw() {
	case "roster", "add":
		b.rosters(v, k.Raw() == "roster")
	case "consent":
		b.consent(k, v)
	case "gate":
		b.gate(k, v)
	case "select":
		b.selection(k, v)
	case "confirm":
		for check, reason := range v.Map(&b.ds, "checks with the reasons, such as {many: counted one by one}").All() {
			b.confirm(check, b.reason(reason))
		}
	case "remove":
		for row, reason := range v.Map(&b.ds, "rows with the reasons, such as {incident[2]: it did not happen}").All() {
			b.remove(row, b.reason(reason))
		}
	case "clear":
		for _, n := range b.oneOrMore(v) {
			b.clear(n)
		}
	case "language":
		if l := v.Word(&b.ds, b.q.Languages...); l != "" {
			b.add(func(c *conductor) { c.try(v, Act{Kind: KindLanguage, Language: l}) })
		}
	case "status":
		if d := v.Int(&b.ds, aaporCode, 100, 499); d != 0 {
			b.add(func(c *conductor) { c.try(v, Act{Kind: KindStatus, Disposition: d}) })
		}
	case "attempt":
		if d := v.Int(&b.ds, aaporCode, 100, 499); d != 0 {
			b.add(func(c *conductor) { c.try(v, Act{Kind: KindAttempt, Case: "1", Disposition: d}) })
		}
	case "comment":
		b.comment(v)
	case "household":
		b.household(v)
	case "expect":
		b.expectations(v)
	default:
		b.answers(k, v)
	}
}

// answers reads an answer to an item, or those of a row.
func (b *binder) answers(k, v *source.Node) {
	if steps, err := splitPath(k.Raw()); err == nil {
		last := steps[len(steps)-1]
		if l := b.q.byLevel[last.name]; last.keyed && l != nil && l.Kind.named() {
			if a := b.address(k, soughtRow, nil); a != nil {
				b.block(v, a.rows)
			}
			return
		}
	}
	if near := expr.Nearest(k.Raw(), scenarioKeys["step"]); near != "" && b.q.byName[k.Raw()] == nil && expr.Nearest(k.Raw(), b.names(soughtItem)) == "" {
		k.Fail(&b.ds, "did you mean "+near+"?", "%s is no step and no item", k.Raw())
		return
	}
	b.one(k, v, nil)
}

// block reads the answers of one row.
func (b *binder) block(n *source.Node, within []rowStep) {
	for k, v := range n.Map(&b.ds, "answers, such as {P3_4: woman, P3_5: 34}").All() {
		b.one(k, v, within)
	}
}

// insteadOfAnswer says how a scenario does, or looks at, what is no question.
func insteadOfAnswer(v *variable) string {
	switch v.Kind {
	case varConsent:
		return "write consent: given, or consent: refused"
	case varGate:
		return "write gate: open, gate: postponed or gate: skipped"
	case varSelected:
		return "the draw takes place by itself; expect: {selected: …} says who it must be"
	case varParameter:
		return "write given: {" + v.ID + ": …} above the interview"
	case varEnd:
		return "it follows from its condition; expect: {final: …} says how the interview must end"
	}
	return "expect: {value: …} says what it must be"
}

// one reads the answer to one item.
func (b *binder) one(k, n *source.Node, within []rowStep) {
	a := b.address(k, soughtItem, within)
	if a == nil {
		return
	}
	v := a.variable
	if !v.asked() {
		k.Fail(&b.ds, insteadOfAnswer(v), "%s is not answered by people", v.ID)
		return
	}
	val := b.value(v, n)
	if val == nil {
		return
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, false)
		if r == nil {
			c.stop(k, "", "%s", why)
			return
		}
		c.answer(k, n, v, r, val)
	})
}

// rosters reads the rows that are added to a list, the only one or by level.
func (b *binder) rosters(n *source.Node, complete bool) {
	if n.Kind() == source.Mapping {
		for k, rows := range n.Map(&b.ds, "rows by level").All() {
			if a := b.address(k, soughtRows, nil); a != nil {
				b.roster(k, rows, a, complete)
			}
		}
		return
	}
	var hand []*level
	for _, l := range b.q.Levels {
		if l.Kind == levelHand {
			hand = append(hand, l)
		}
	}
	if len(hand) != 1 {
		n.Fail(&b.ds, "write {LEVEL: […]}", "this instrument has %d kinds of rows that are added by hand", len(hand))
		return
	}
	b.roster(n, n, &address{node: n, level: hand[0]}, complete)
}

// roster reads the rows added to one list, and with complete that it has all.
func (b *binder) roster(at, n *source.Node, a *address, complete bool) {
	if a.level.Kind != levelHand {
		at.Fail(&b.ds, "", "rows of %s are opened by answers, not added", a.level.Name)
		return
	}
	for _, entry := range n.List(&b.ds, "a list of rows, such as [{name: Ana, age: 34}]") {
		b.add(func(c *conductor) {
			c.addRow(entry, a)
		})
		b.block(entry, []rowStep{{level: a.level, number: newest}})
	}
	if complete && a.level.Done >= 0 {
		done := b.q.Variables[a.level.Done]
		b.add(func(c *conductor) {
			holder := *a
			holder.variable, holder.level = done, b.q.Levels[done.Level]
			r, why := c.row(&holder, false)
			if r == nil {
				c.stop(at, "", "%s", why)
				return
			}
			c.answer(at, at, done, r, Code{Name: "yes"})
		})
	}
}

// addRow adds a row to the list that a names.
func (c *conductor) addRow(n *source.Node, a *address) {
	act := Act{Kind: KindAddRow, Roster: a.level.Name}
	if len(a.rows) > 0 {
		parent, why := c.row(&address{rows: a.rows, level: a.rows[len(a.rows)-1].level}, false)
		if parent == nil {
			c.stop(n, "", "%s", why)
			return
		}
		act.Path = parent.path
	}
	if c.try(n, act); c.stopped {
		return
	}
	for _, r := range c.rowsUnder(c.iv.root, a.level, true) {
		if c.newest == nil || r.ID > c.newest.ID {
			c.newest = r
		}
	}
}

// consent reads the outcome of the consent that is asked next, or of one by
// its name.
func (b *binder) consent(k, v *source.Node) {
	say := func(n *source.Node, id, outcome string) {
		if outcome == "" {
			return
		}
		b.add(func(c *conductor) {
			c.draw()
			path := ""
			for _, p := range c.screensOf(ElementConsent) {
				if path == "" || c.iv.View(path, "").Screen.Consent.Outcome != "" {
					path = p
				}
				if id != "" && p == id {
					path = p
					break
				}
			}
			c.try(n, Act{Kind: KindConsent, Path: path, Outcome: outcome})
		})
	}
	if v.Kind() != source.Mapping {
		say(k, "", v.Word(&b.ds, "given", "refused"))
		return
	}
	for id, outcome := range v.Map(&b.ds, "consents by name", b.elements(ElementConsent)...).All() {
		say(id, id.Raw(), outcome.Word(&b.ds, "given", "refused"))
	}
}

// gate reads the outcome of the gates that are asked now, or of one by its
// name: in every row that asks it.
func (b *binder) gate(k, v *source.Node) {
	say := func(n *source.Node, id, outcome string) {
		if outcome == "" {
			return
		}
		b.add(func(c *conductor) {
			c.draw()
			paths := c.screensOf(ElementGate)
			if id == "" {
				paths = slices.DeleteFunc(paths, func(p string) bool { return c.iv.View(p, "").Screen.Gate.Outcome != "" })
			} else {
				paths = slices.DeleteFunc(paths, func(p string) bool { return c.iv.View(p, "").Screen.Number != id })
			}
			if len(paths) == 0 {
				paths = []string{id} // which says that there is none
			}
			for _, p := range paths {
				c.try(n, Act{Kind: KindGate, Path: p, Outcome: outcome})
			}
		})
	}
	if v.Kind() != source.Mapping {
		say(k, "", v.Word(&b.ds, gateOutcomes...))
		return
	}
	for id, outcome := range v.Map(&b.ds, "gates by name", b.elements(ElementGate)...).All() {
		say(id, id.Raw(), outcome.Word(&b.ds, gateOutcomes...))
	}
}

// selection reads where the draw takes place.
func (b *binder) selection(k, v *source.Node) {
	b.draws = true
	path := ""
	if !v.Empty() {
		path = v.Word(&b.ds, b.elements(ElementSelect)...)
	}
	b.add(func(c *conductor) { c.try(k, Act{Kind: KindSelect, Path: path}) })
}

// elements returns the names of the elements of a kind.
func (b *binder) elements(kind ElementKind) []string {
	var ids []string
	for _, e := range b.q.Elements {
		if e.Kind == kind {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

// reason reads a reason, which must be long enough to be one.
func (b *binder) reason(n *source.Node) string {
	s := n.Text(&b.ds, "a reason")
	if s != "" && len([]rune(s)) < minReason {
		n.Fail(&b.ds, "", "a reason has %d characters at least", minReason)
	}
	return s
}

func (b *binder) confirm(n *source.Node, reason string) {
	k := b.check(n)
	if k == nil {
		return
	}
	b.add(func(c *conductor) {
		raised := c.raised(k)
		switch {
		case len(raised) == 0:
			c.stop(n, "raised: "+c.allRaised(), "check %s is not raised", n.Raw())
		case len(raised) > 1:
			c.stop(n, "raised: "+c.allRaised(), "check %s is raised in %d places: say which", n.Raw(), len(raised))
		case raised[0].check.Severity != Soft:
			c.stop(n, "", "check %s is %s: no reason passes it", n.Raw(), raised[0].check.Severity)
		default:
			c.try(n, Act{Kind: KindConfirm, Check: c.iv.checkKey(raised[0].check, raised[0].row), Reason: reason})
		}
	})
}

func (b *binder) remove(n *source.Node, reason string) {
	a := b.address(n, soughtRow, nil)
	if a == nil {
		return
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, false)
		if r == nil {
			c.stop(n, "", "%s", why)
			return
		}
		c.try(n, Act{Kind: KindRemoveRow, Path: r.path, Reason: reason})
	})
}

func (b *binder) clear(n *source.Node) {
	a := b.address(n, soughtItem, nil)
	if a == nil {
		return
	}
	b.add(func(c *conductor) {
		r, why := c.row(a, false)
		if r == nil {
			c.stop(n, "", "%s", why)
			return
		}
		c.try(n, Act{Kind: KindClear, Path: itemPath(a.variable.ID, r)})
	})
}

// oneOrMore returns the entries of a list, or what stands there alone.
func (b *binder) oneOrMore(n *source.Node) []*source.Node {
	if n.Kind() == source.Sequence {
		return n.List(&b.ds, "a list")
	}
	if n.Empty() {
		n.Text(&b.ds, "one or a list of them")
		return nil
	}
	return []*source.Node{n}
}

// A checkName is a check as a scenario names it: its id, or PLACE#ID.
type checkName struct {
	id string
	at *address
}

// check reads the name of a check, nil if there is none of that name.
func (b *binder) check(n *source.Node) *checkName {
	text := n.Text(&b.ds, "a check, such as everyone or P3_2#1")
	if text == "" {
		return nil
	}
	k := &checkName{id: text}
	place, id, placed := cutCheck(text)
	if placed {
		k.id = id
		if k.at = b.addressOf(n, place, soughtPlace, nil); k.at == nil {
			return nil
		}
	}
	var ids []string
	for _, ck := range b.q.Checks {
		if k.at != nil && !k.at.holds(b.q, ck) {
			continue
		}
		if ck.ID == k.id {
			return k
		}
		if _, numbered := scaled(ck.ID, 0); !numbered || placed {
			ids = append(ids, ck.ID)
		}
	}
	hint := source.DidYouMean(k.id, ids)
	if hint == "" && placed {
		hint = "checks there: " + strings.Join(ids, ", ")
	}
	n.FailPart(&b.ds, len(text)-len(k.id), len(text), hint, "there is no check %s", text)
	return nil
}

// cutCheck cuts PLACE#ID.
func cutCheck(s string) (place, id string, ok bool) {
	i := strings.LastIndexByte(s, '#')
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+1:], true
}

// holds says whether a check stands at a.
func (a *address) holds(q *Questionnaire, c *check) bool {
	if c.Variable >= 0 {
		return q.Variables[c.Variable] == a.variable
	}
	return q.Elements[c.Element] == a.element
}

// A raisedCheck is a check that fires in a row.
type raisedCheck struct {
	check *check
	row   *row
}

// raised returns where a check fires, in the order of the instrument; nil
// stands for every check.
func (c *conductor) raised(k *checkName) []raisedCheck {
	var in *row
	if k != nil && k.at != nil {
		if in, _ = c.row(k.at, false); in == nil {
			return nil
		}
	}
	var list []raisedCheck
	for _, ck := range c.q.Checks {
		if k != nil && (ck.ID != k.id || k.at != nil && !k.at.holds(c.q, ck)) {
			continue
		}
		c.iv.eachUnder(c.iv.root, ck.Level, func(r *row) {
			if r.on && r.fires[ck.index] && (in == nil || r.up[in.level.index] == in) {
				list = append(list, raisedCheck{ck, r})
			}
		})
	}
	return list
}

// allRaised lists the checks that fire.
func (c *conductor) allRaised() string {
	var keys []string
	for _, k := range c.raised(nil) {
		at := c.q.Elements[k.check.Element].ID
		if k.check.Variable >= 0 {
			at = c.q.Variables[k.check.Variable].ID
		}
		keys = append(keys, c.name(at, k.row)+"#"+k.check.ID)
	}
	if len(keys) == 0 {
		return "none"
	}
	return strings.Join(keys, ", ")
}

// name addresses an item or element in r as a scenario does.
func (c *conductor) name(id string, r *row) string {
	if r.level.Kind == levelGrid {
		return c.name(id, r.parent) + "[" + r.key + "]"
	}
	for ; r != nil; r = r.parent {
		switch r.level.Kind {
		case levelForms, levelCount, levelCodes:
			id = r.level.Name + "[" + r.key + "]." + id
		case levelHand:
			siblings := c.rowsUnder(r.parent, r.level, false)
			id = fmt.Sprintf("%s[%d].%s", r.level.Name, slices.Index(siblings, r)+1, id)
		}
	}
	return id
}
