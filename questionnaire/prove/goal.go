//go:build !js

package prove

import (
	"math/bits"
	"slices"

	"github.com/go-air/gini/z"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file lists what is to be shown of an instrument. Each goal asks whether
// something can come about at a screen, all screens before it settled: that a
// question is asked, an option chosen, a condition holds or fails, a check
// fires, a fill has no value, a screen is left.

// goalKind says what is to come about.
type goalKind uint8

const (
	goalItem     goalKind = iota // the question is asked
	goalOption                   // the option is chosen and its screen left
	goalHolds                    // the condition holds where it is looked at
	goalFails                    // it does not
	goalFires                    // the check is unmet
	goalLeaves                   // the screen can be left
	goalAnswer                   // it can be left with an answer that is no special one
	goalEmpty                    // the fill has no value
	goalStuck                    // no answer to the question lets one go on
	goalWithheld                 // the answer is forced to an option that is not offered
)

// usage is one place at which a condition, or a fill, is looked at: the same
// words count once, however many questions they decide.
type usage struct {
	level   int
	screen  int          // screens of elements before it were passed
	through bool         // and its own
	outer   []*expr.Expr // what holds already
	of      *expr.Expr
	v       int // the question, -1 at an element
	option  int
	element int
	check   int
	full    bool    // every answer is tried, not a few
	near    edgesOf // what the question is compared with
}

// A goal is one thing to be shown.
type goal struct {
	kind goalKind
	name string // P3_5, P3_5: option, the condition's words
	at   questionnaire.Source
	uses []usage
	pair *goal // of a condition: that it fails, or holds

	witness *Witness
	refuted bool
	reason  []string // what a refutation rests on
	unless  string   // words for what must be left unsettled for it to come about all the same, "" if it never does
	tried   bool     // the solver was asked
}

// goals are all goals of an instrument, with what finds them again.
type goals struct {
	q    *questionnaire.Questionnaire
	a    *questionnaire.Anatomy
	list []*goal

	item    map[int]*goal    // by variable
	answer  map[int]*goal    // by variable
	option  map[[2]int]*goal // by variable and option
	holds   map[*expr.Expr]*goal
	fires   map[int]*goal // by check
	leaves  map[int]*goal // by element
	empty   map[*expr.Expr]*goal
	stuck   map[int]*goal    // by variable
	forced  map[[2]int]*goal // by variable and option: that it is withheld
	byPlace map[string]*goal
	random  [][2]int // the elements of blocks that change places, first and last
}

func newGoals(q *questionnaire.Questionnaire, a *questionnaire.Anatomy) *goals {
	g := &goals{
		q: q, a: a, item: map[int]*goal{}, answer: map[int]*goal{}, option: map[[2]int]*goal{}, holds: map[*expr.Expr]*goal{},
		fires: map[int]*goal{}, leaves: map[int]*goal{}, empty: map[*expr.Expr]*goal{}, byPlace: map[string]*goal{},
		stuck: map[int]*goal{}, forced: map[[2]int]*goal{},
	}
	for number, e := range a.Elements {
		if e.Random {
			g.random = append(g.random, [2]int{number, g.last(number)})
		}
	}
	for number, v := range a.Variables {
		g.variable(number, v)
	}
	for number, c := range a.Checks {
		g.check(number, c)
	}
	for number, e := range a.Elements {
		g.element(number, e)
	}
	return g
}

// last is the number of the last element that stands in another.
func (g *goals) last(number int) int {
	last := number
	for _, i := range g.a.Elements[number].Items {
		last = max(last, g.last(i))
	}
	return last
}

func (g *goals) add(x *goal) *goal {
	g.list = append(g.list, x)
	return x
}

// condition adds that an expression holds and that it fails.
func (g *goals) condition(e *expr.Expr, u usage) {
	at := g.q.Place(e)
	key := at.At.String() + e.String()
	x := g.byPlace[key]
	if x == nil {
		x = g.add(&goal{kind: goalHolds, name: e.String(), at: at})
		x.pair = g.add(&goal{kind: goalFails, name: e.String(), at: at, pair: x})
		g.byPlace[key] = x
	}
	u.of = e
	x.uses, x.pair.uses = append(x.uses, u), append(x.pair.uses, u)
	g.holds[e] = x
}

func (g *goals) variable(number int, v questionnaire.VariablePart) {
	u := usage{level: v.Level, screen: v.Screen, v: number, option: -1, element: -1, check: -1}
	if v.Source == questionnaire.FromQuestion || v.Source == questionnaire.FromDone || v.Source == questionnaire.FromConsent || v.Source == questionnaire.FromEnd {
		for i, w := range v.When {
			u.outer = v.When[:i]
			g.condition(w, u)
		}
	}
	u.outer = v.When
	if v.Source == questionnaire.FromEnd {
		g.condition(v.Value, u)
	}
	if v.Source != questionnaire.FromQuestion {
		return
	}
	g.item[number] = g.add(&goal{kind: goalItem, name: v.ID, at: v.At, uses: []usage{u}})
	for _, f := range v.Force {
		g.condition(f.When, u)
	}
	for _, h := range v.Hide {
		g.condition(h.When, u)
	}
	if v.Asked {
		g.stuck[number] = g.add(&goal{kind: goalStuck, name: v.ID, at: v.At, uses: []usage{u}})
	}
	g.withheld(number, v, u)
	for i, o := range v.Options {
		with := u
		with.option, with.through = i, true
		g.option[[2]int{number, i}] = g.add(&goal{kind: goalOption, name: v.ID + ": " + o.Name, at: v.At, uses: []usage{with}})
	}
	for _, t := range v.Texts {
		for _, f := range g.q.Fills(t) {
			g.fill(f, u)
		}
	}
	for _, c := range g.a.Checks {
		if c.Variable == number && c.Severity == questionnaire.Hard {
			with := u
			with.through = true
			g.answer[number] = g.add(&goal{kind: goalAnswer, name: v.ID, at: v.At, uses: []usage{with}})
			break
		}
	}
}

// withheld adds that an answer is forced to an option that is not offered: what
// the compiler could not tell by trying.
func (g *goals) withheld(number int, v questionnaire.VariablePart, u usage) {
	for _, f := range v.Force {
		option := int(f.To.N)
		if v.Kind == expr.Set {
			option = bits.TrailingZeros64(uint64(f.To.N))
		}
		hidden := slices.ContainsFunc(v.Hide, func(h questionnaire.HidePart) bool { return h.Option == option })
		key := [2]int{number, option}
		if v.Kind != expr.Code && v.Kind != expr.Set || option >= len(v.Options) || !hidden && v.Offer == nil || g.forced[key] != nil {
			continue
		}
		u.option = option
		g.forced[key] = g.add(&goal{kind: goalWithheld, name: v.ID + ": " + v.Options[option].Name, at: v.At, uses: []usage{u}})
	}
}

// fill adds that a fill may be without a value.
func (g *goals) fill(f *expr.Expr, u usage) {
	at := g.q.Place(f)
	key := "fill " + at.At.String() + f.String()
	x := g.byPlace[key]
	if x == nil {
		x = g.add(&goal{kind: goalEmpty, name: f.String(), at: at})
		g.byPlace[key] = x
	}
	u.of = f
	x.uses = append(x.uses, u)
	g.empty[f] = x
}

func (g *goals) check(number int, c questionnaire.CheckPart) {
	u := usage{level: c.Level, screen: c.Element, v: c.Variable, option: -1, element: c.Element, check: number, of: c.Holds}
	if c.Variable >= 0 {
		u.screen = g.a.Variables[c.Variable].Screen
	}
	if !c.Made {
		g.fires[number] = g.add(&goal{kind: goalFires, name: c.Holds.String(), at: g.q.Place(c.Holds), uses: []usage{u}})
	}
	if c.Say >= 0 && !c.Made {
		for _, f := range g.q.Fills(c.Say) {
			g.fill(f, u)
		}
	}
}

func (g *goals) element(number int, e questionnaire.ElementPart) {
	u := usage{level: e.Level, screen: number, v: -1, option: -1, element: number, check: -1}
	if e.Kind == questionnaire.ElementItem {
		u.v = e.Variables[0]
		if !g.a.Variables[u.v].Asked || g.a.Variables[u.v].Screen != number {
			return
		}
	} else {
		for i, w := range e.When {
			u.outer = append(g.a.Modules[e.Module].When[:len(g.a.Modules[e.Module].When):len(g.a.Modules[e.Module].When)], e.When[:i]...)
			g.condition(w, u)
		}
		u.outer = append(g.a.Modules[e.Module].When[:len(g.a.Modules[e.Module].When):len(g.a.Modules[e.Module].When)], e.When...)
		for _, t := range e.Texts {
			for _, f := range g.q.Fills(t) {
				g.fill(f, u)
			}
		}
	}
	for _, c := range g.a.Checks {
		if c.Element == number && c.Severity == questionnaire.Hard && c.Level == e.Level {
			with := u
			with.through = true
			g.leaves[number] = g.add(&goal{kind: goalLeaves, name: e.ID, at: e.At, uses: []usage{with}})
			return
		}
	}
}

// An assumption is a literal and what it stands for.
type assumption struct {
	lit  z.Lit
	what string
	own  bool // of the goal itself: no reason for anything
	past *past
}

// assume returns what would have to hold at once for a usage to come about.
func (g *goals) assume(m *model, k goalKind, u usage) []assumption {
	r := m.row(u.level)
	var as []assumption
	add := func(l z.Lit, what string) { as = append(as, assumption{lit: l, what: what}) }
	own := func(l z.Lit) { as = append(as, assumption{lit: l, own: true}) }
	for _, w := range u.outer {
		add(m.sure(m.eval(w.Root(), r.frame)), "when "+w.String())
	}
	switch {
	case u.v >= 0:
		v := m.Variables[u.v]
		for _, guard := range v.Guards() {
			add(m.ended([]int{guard}, r).Not(), "the interview goes on after "+m.Variables[guard].ID)
		}
		if k == goalFires || k == goalEmpty && u.check >= 0 {
			for _, w := range v.When {
				add(m.sure(m.eval(w.Root(), r.frame)), "when "+w.String())
			}
		}
		if k == goalLeaves {
			for _, w := range v.When {
				add(m.sure(m.eval(w.Root(), r.frame)), "when "+w.String())
			}
		}
		if k == goalItem || k == goalAnswer || k == goalLeaves || k == goalStuck { // an option may also be what is forced
			for _, f := range v.Force {
				add(m.sure(m.eval(f.When.Root(), r.frame)).Not(), "it is forced when "+f.When.String())
			}
		}
	case u.check < 0:
		for _, v := range m.Variables {
			if guards := v.Guards(); v.Element == u.element && len(guards) > 0 {
				add(m.ended(guards, r).Not(), "the interview goes on")
				break
			}
		}
	}
	if u.check >= 0 {
		c := m.Checks[u.check]
		for _, w := range c.When {
			add(m.sure(m.eval(w.Root(), r.frame)), "when "+w.String())
		}
		add(m.ended(c.Guards, r).Not(), "the interview goes on")
	}
	switch k {
	case goalHolds:
		own(m.sure(m.eval(u.of.Root(), r.frame)))
	case goalFails:
		own(m.sure(m.eval(u.of.Root(), r.frame)).Not())
	case goalFires:
		own(m.fires(u.check, r))
	case goalEmpty:
		if u.check >= 0 {
			add(m.fires(u.check, r), "the check fires")
		}
		own(m.eval(u.of.Root(), r.frame).known.Not())
	case goalOption:
		v, t := m.Variables[u.v], m.cell(u.v, r)
		own(m.And(t.known, m.chosen(v, t, u.option)))
		if len(v.Options) <= maxColumn {
			add(m.Or(m.forced(u.v, r), m.offered(u.v, r, u.option)), "the option is offered")
		}
	case goalAnswer:
		own(m.cell(u.v, r).known)
	case goalStuck:
		own(m.open(m.Variables[u.v].Gated, u.v, r))
		own(m.keeps(u.v, r, u.near, u.full))
	case goalWithheld:
		own(m.open(m.Variables[u.v].Gated, u.v, r))
		own(m.forcedTo(u.v, r, u.option))
		own(m.offered(u.v, r, u.option).Not())
	}
	m.settle()
	for _, p := range m.past {
		if p.screen < u.screen && !g.mixed(p.screen, u.screen) || u.through && p.screen == u.screen {
			as = append(as, assumption{lit: p.lit, what: g.pastWords(p), past: &p})
		}
	}
	return as
}

// orderly says whether everything with a lower number than a screen's comes
// before it.
func (g *goals) orderly(screen int) bool { return !g.mixed(screen, screen) }

// mixed says whether two screens stand in a block whose elements change places,
// so that either may come first.
func (g *goals) mixed(a, b int) bool {
	for _, block := range g.random {
		if block[0] <= a && a <= block[1] && block[0] <= b && b <= block[1] {
			return true
		}
	}
	return false
}

// pastWords says what it means that a screen was passed.
func (g *goals) pastWords(p past) string {
	if p.asked >= 0 {
		return g.a.Variables[p.asked].ID + " is answered"
	}
	c := g.a.Checks[p.check]
	at := g.a.Elements[c.Element].ID
	if c.Variable >= 0 {
		at = g.a.Variables[c.Variable].ID
	}
	return at + " is checked: " + c.Holds.String()
}
