//go:build !js

package prove

import (
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"

	"github.com/go-air/gini/z"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file searches: walks first, in rounds that run side by side and are
// looked at in their order, so that nothing depends on how many cores there
// are; then the solver, for what no walk has met; then walks that follow what
// the solver found.

// search is what is known of an instrument while it is looked at.
type search struct {
	q        *questionnaire.Questionnaire
	a        *questionnaire.Anatomy
	goals    *goals
	numbers  map[int][]int64  // by variable: what it is compared with
	texts    map[int][]string // likewise
	fills    [][]*expr.Expr   // by text
	screener map[int]int      // element of the screen that a variable belongs to
	years    map[int]bool     // parameters that give a period its year
	models   map[int]*model
	entries  [][]questionnaire.Value // by table: some of its entries
	options  Options

	walks    int
	lengths  []length
	deadEnds map[int]*Witness // by element
	stuck    map[int]int      // by element: walks that could not go on, nothing proved
	refused  error            // why a walk could not be started, nil if all were
}

func newSearch(q *questionnaire.Questionnaire, o Options) *search {
	a := q.Anatomy()
	s := &search{
		q: q, a: a, goals: newGoals(q, a), screener: map[int]int{}, years: map[int]bool{}, models: map[int]*model{}, options: o,
		deadEnds: map[int]*Witness{}, stuck: map[int]int{},
	}
	for _, f := range q.TableFiles() {
		s.entries = append(s.entries, entriesOf(f))
	}
	var exprs []*expr.Expr
	for _, v := range a.Variables {
		exprs = append(exprs, v.When...)
		for _, f := range v.Force {
			exprs = append(exprs, f.When)
		}
		for _, h := range v.Hide {
			exprs = append(exprs, h.When)
		}
		for _, e := range []*expr.Expr{v.Offer, v.Value, v.Min, v.Max} {
			if e != nil {
				exprs = append(exprs, e)
			}
		}
		if v.Source == questionnaire.FromPeriod {
			for _, slot := range v.Value.Reads() {
				s.years[a.Levels[slot.Level].Variables[slot.Index]] = true
			}
		}
	}
	for _, c := range a.Checks {
		exprs = append(append(exprs, c.When...), c.Holds)
	}
	s.numbers, s.texts = edges(a, exprs)
	for number, e := range a.Elements {
		exprs = append(exprs, e.When...)
		if e.Asks {
			s.screener[e.Ask], s.screener[e.Times] = number, number
		}
	}
	for t := range q.Texts[q.Language] {
		s.fills = append(s.fills, q.Fills(t))
	}
	return s
}

// fresh says whether nobody has met a goal yet.
func (s *search) fresh(g *goal) bool { return g.witness == nil }

// walker prepares the walk with a seed.
func (s *search) walker(seed uint64, h *hint) *walker {
	rng := rand.New(rand.NewPCG(s.options.Seed, seed))
	w := &walker{s: s, rng: rng, hint: h, forms: -1, seen: func(*goal) {}}
	w.yes = []float64{0, 0.05, 0.15, 0.4}[rng.IntN(4)]
	w.rows = []int{1, 1, 2, 2, 3, 0, maxRows}[rng.IntN(7)]
	if h.incidents >= 0 {
		w.forms, w.rows = h.incidents, 1+rng.IntN(3)
	}
	return w
}

// met is a goal that a walk met, after so many acts.
type met struct {
	goal *goal
	acts int
	at   string
}

// A result is what came of one walk.
type result struct {
	met    []met
	w      *walker
	length length
	whole  bool // a finished interview with a length
}

// round walks with seeds from..from+n side by side and takes what they met in
// their order. It says whether there was anything new.
func (s *search) round(from uint64, n int, h *hint) bool {
	results := make([]result, n)
	var wg sync.WaitGroup
	slots := make(chan struct{}, max(1, runtime.GOMAXPROCS(0)))
	for i := range n {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer func() { <-slots; wg.Done() }()
			results[i] = s.one(from+uint64(i), h)
		}()
	}
	wg.Wait()
	news := false
	for _, r := range results {
		if r.w.refused != nil {
			s.refused = r.w.refused
			continue
		}
		s.walks++
		for _, x := range r.met {
			if x.goal.witness == nil {
				x.goal.witness = &Witness{Acts: slices.Clip(r.w.acts[:x.acts]), at: x.at}
				news = true
			}
		}
		if r.w.stuck != "" {
			if r.w.dead && s.deadEnds[r.w.deadAt] == nil {
				s.deadEnds[r.w.deadAt] = &Witness{Acts: slices.Clip(r.w.acts), Path: r.w.stuck}
				s.keptAt(r.w.deadAt)
				news = true
			} else if !r.w.dead {
				s.stuck[r.w.deadAt]++
			}
		}
		if r.whole {
			s.lengths = append(s.lengths, r.length)
		}
	}
	return news
}

// one is one walk.
func (s *search) one(seed uint64, h *hint) result {
	w := s.walker(seed, h)
	r := result{w: w}
	had := map[*goal]bool{}
	w.seen = func(g *goal) {
		if !had[g] && s.fresh(g) {
			had[g] = true
			r.met = append(r.met, met{g, len(w.acts), w.where})
		}
	}
	if w.walk(); w.refused != nil {
		return result{w: w}
	}
	if w.ended {
		r.length, r.whole = s.measure(w.iv)
	}
	return r
}

// run searches until nothing new comes.
func (s *search) run() {
	const size = 16
	seed, quiet := uint64(1), 0
	any := &hint{incidents: -1}
	for n := 0; n < s.options.Rounds && quiet < 3; n++ {
		if s.round(seed, size, any) {
			quiet = 0
		} else {
			quiet++
		}
		seed += size
		s.progress("walk")
		if s.refused != nil {
			return // what the others meet is no proof of anything
		}
	}
	for i, g := range s.goals.list {
		if g.witness != nil {
			continue
		}
		h := s.look(g)
		s.options.Progress("decide", i+1, len(s.goals.list))
		if h == nil {
			continue
		}
		for try := 0; try < 2 && g.witness == nil; try++ {
			s.round(seed, 8, h)
			seed += 8
		}
	}
	s.follow()
	for n := range s.options.Incidents + 1 {
		s.round(seed, s.options.Burden, &hint{incidents: n})
		seed += uint64(s.options.Burden)
		s.progress("burden")
	}
}

// look asks the solver about a goal.
func (s *search) look(g *goal) *hint {
	if g.kind == goalStuck {
		return s.decideStuck(g)
	}
	return s.decide(g)
}

// follow settles the dead ends that are proved elsewhere: screens that nobody can
// leave whatever was answered before.
func (s *search) follow() {
	for number, g := range s.goals.stuck {
		item, leaves := s.goals.item[number], s.goals.leaves[s.a.Variables[number].Screen]
		if leaves != nil && leaves.refuted && !g.refuted && g.witness == nil {
			g.witness = item.witness
		}
	}
}

// keptAt notes a dead end as a witness for the questions of its screen.
func (s *search) keptAt(element int) {
	for number, g := range s.goals.stuck {
		if s.a.Variables[number].Screen == element && g.witness == nil {
			g.witness = s.deadEnds[element]
		}
	}
}

func (s *search) progress(stage string) {
	n := 0
	for _, g := range s.goals.list {
		if g.witness != nil {
			n++
		}
	}
	s.options.Progress(stage, n, len(s.goals.list))
}

// decide asks the solver whether a goal can come about. If none of its usages
// can it is refuted, else the answer is a hint for walks.
//
// A check never stops an answer, and questions may be passed over: the engine
// goes to screens behind those that are not settled too. So what is refuted is
// asked a second time with nothing assumed of the screens before. Where only the
// first is refuted, the goal says what it takes to come about all the same.
func (s *search) decide(g *goal) *hint {
	g.tried = true
	settled := reasons{}
	for _, u := range g.uses {
		if m, can := s.can(g, u, true, settled); can {
			return s.hintOf(m, u)
		}
	}
	g.refuted, g.unless = true, ""
	g.reason = settled.words()
	always := reasons{}
	for _, u := range g.uses {
		if _, can := s.can(g, u, false, always); can {
			g.unless = settled.unless()
			return nil
		}
	}
	g.reason = always.words()
	return nil
}

// reasons are what refutations rest on, by their words.
type reasons map[string]assumption

// words lists them in order.
func (r reasons) words() []string { return slices.Sorted(maps.Keys(r)) }

// unless says what of the screens before is taken to be settled.
func (r reasons) unless() string {
	open, unmet := false, false
	for _, a := range r {
		open = open || a.past != nil && a.past.asked >= 0
		unmet = unmet || a.past != nil && a.past.check >= 0
	}
	switch {
	case open && unmet:
		return " unless a question before is left open or a hard check unmet"
	case open:
		return " unless a question before is left open"
	}
	return " unless a hard check is left unmet"
}

// can asks the solver whether a goal can come about by one usage; settled takes
// the screens before for passed. If it cannot, why is added to because.
func (s *search) can(g *goal, u usage, settled bool, because reasons) (*model, bool) {
	m := s.models[u.level]
	if m == nil {
		m = newModel(s.q, s.a, u.level)
		s.models[u.level] = m
	}
	as := s.goals.assume(m, g.kind, u)
	if !settled {
		as = slices.DeleteFunc(as, func(a assumption) bool { return a.past != nil })
	}
	var lits []z.Lit
	for _, a := range as {
		lits = append(lits, a.lit)
	}
	can, core := m.solve(lits)
	for _, c := range core {
		for _, a := range as {
			if a.lit == c && !a.own {
				because[a.what] = a
			}
		}
	}
	return m, can
}

// hintOf reads what the solver found as advice for walks.
func (s *search) hintOf(m *model, u usage) *hint {
	h := &hint{cells: map[[2]int]expr.Cell{}, number: map[int]int64{}, count: map[int]int64{}, crime: map[int]int64{}, incidents: -1}
	var add func(r *mrow)
	add = func(r *mrow) {
		l := s.a.Levels[r.level]
		for _, number := range l.Variables {
			t, ok := r.cells[number]
			v := s.a.Variables[number]
			if !ok {
				continue
			}
			c := s.cellOf(m, v, t)
			switch {
			case number == l.Number:
				h.number[r.level] = c.N
			case number == l.Count:
				h.count[r.level] = c.N
			case number == l.Row && l.Rows == questionnaire.RowsForms:
				h.crime[r.level] = c.N
			case v.Kind != expr.Text || c.Missing != expr.Answered:
				h.cells[[2]int{number, r.code}] = c
			}
		}
		for _, g := range r.grids {
			add(g)
		}
	}
	for level := range s.a.Levels {
		if r := m.rows[level]; r != nil {
			add(r)
		}
	}
	if u.option >= 0 {
		delete(h.cells, [2]int{u.v, -1})
		c := expr.Cell{N: int64(u.option), Missing: expr.Answered}
		if s.a.Variables[u.v].Kind == expr.Set {
			c.N = 1 << u.option
		}
		h.cells[[2]int{u.v, -1}] = c
	}
	return h
}

// cellOf is a term as the solver found it.
func (s *search) cellOf(m *model, v questionnaire.VariablePart, t term) expr.Cell {
	if !m.holds(t.known) {
		why := expr.NotReached
		for i, l := range t.why {
			if m.circuit.holds(l) {
				why |= 1 << i
			}
		}
		return expr.Cell{Missing: why}
	}
	c := expr.Cell{Missing: expr.Answered}
	switch v.Kind {
	case expr.Bool:
		if m.holds(t.v[0]) {
			c.N = 1
		}
	case expr.Number, expr.Code, expr.Set, expr.Time:
		c.N = m.value(t.v)
	}
	return c
}
