package questionnaire

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"cifra/questionnaire/expr"
)

// This file holds the state of an interview and keeps it computed. The rows form
// a tree; each row has a cell for every variable of its level. A change marks
// what reads it, by the edges of the graph, and settle computes what is marked
// in the order of ranks, so that each node is computed once, after all it
// reads. Between two events nothing waits.

// An Interview is a questionnaire started and the fold of its events: one
// household of a case with its selected person. Decide makes an event and
// changes nothing, Apply changes and cannot fail, Admit decides about events
// made elsewhere. It serves one goroutine.
type Interview struct {
	q    *Questionnaire
	self Self

	root  *row
	rows  []*row   // by the number that expressions know them by
	dirty [][]*row // what waits to be computed, by rank
	ended []int    // rows in which each variable ends the interview
	evals int      // nodes computed so far, for tests and benchmarks

	heads      map[DeviceID]head
	last       head // the newest event, of any device
	lastDevice DeviceID
	seen       map[Hash]bool // links of all events, parked ones too: what others may build on
	lease      int
	owner      DeviceID            // who holds the lease, "" before the start
	held       map[DeviceID]uint64 // at the newest lease: what the server held
	events     int

	instrument  Hash
	caseID      CaseID
	household   int
	started     bool
	seed        string           // of all that is decided by chance: see lot.go
	orders      map[string][]int // what was put in order by it, by purpose
	language    string
	at          string // the place last moved to or answered
	confirmed   map[string]confirmation
	comments    []Comment
	attempts    []Attempt
	disposition int
	selections  map[string]selectPayload
	times       map[string]time.Duration // seconds spent before each answer, by path
	lastMono    int64
	lastMonoOf  DeviceID

	known   map[Hash]*Questionnaire // versions that it may be moved to
	pasts   []*past                 // states before it was moved, the newest last
	asides  []Aside
	carried []Carried
	lost    int // answers that the last move did not carry

	stations []station        // the versions it has been through, by number; nil if it was never moved
	station  int              // where it is
	knows    map[DeviceID]int // where each device is
	heard    map[Hash]int     // and was, at each event since the first move
}

// Self says who conducts an interview and where.
type Self struct {
	Survey    SurveyID
	Interview InterviewID
	Device    DeviceID
	Lease     int
}

// head is the newest event of a device: its number and its link.
type head struct {
	seq  uint64
	hash Hash
}

// confirmation is a soft check passed with a reason, bound to what it read.
type confirmation struct {
	reads  Hash
	way    int // in which reads was made
	reason string
}

// A Comment is a note left at a place.
type Comment struct {
	Path string
	Text string
	Wall time.Time
}

// An Attempt is a visit that brought no interview.
type Attempt struct {
	Disposition int
	Wall        time.Time
}

// row is one row of a level. Its cells are what expressions see.
type row struct {
	expr.Row
	frame    expr.Frame
	level    *level
	parent   *row
	up       []*row // itself and the rows above it, by level
	key      string // its identity among its siblings
	path     string
	place    int  // among its siblings
	listed   bool // said or counted to exist
	on       bool // listed, and the rows above too
	removed  bool // a person said that it does not exist
	answers  []answer
	states   []state
	fires    []bool
	children [][]*row       // by level, in the order they are met
	sets     []rowSet       // by level, nil where none lie under it: what is known of its children
	complete []expr.Missing // by level: Answered when no more rows can come
	dirty    []bool         // by node of the level
}

// answer is what a person said, on path or not.
type answer struct {
	given   bool
	cell    expr.Cell
	specify string
	parts   []expr.Cell // of an entry, a point, an attachment
	whole   Value       // which that was, to be shown again; nil for other answers
	wall    time.Time
}

// state is what was found about a variable in a row.
type state struct {
	relevant bool
	forced   bool
}

// Open returns the interview that self conducts, before its first event.
func (q *Questionnaire) Open(self Self) *Interview {
	iv := &Interview{
		q: q, self: self, lease: 1, language: q.Language,
		dirty: make([][]*row, len(q.graph.nodes)), ended: make([]int, len(q.Variables)),
		heads: map[DeviceID]head{}, seen: map[Hash]bool{}, held: map[DeviceID]uint64{},
		confirmed: map[string]confirmation{}, selections: map[string]selectPayload{}, times: map[string]time.Duration{},
	}
	iv.root = iv.newRow(q.Levels[0], nil, "")
	iv.root.listed, iv.root.on = true, true
	iv.everything(iv.root)
	iv.settle()
	return iv
}

// Questionnaire returns what iv asks.
func (iv *Interview) Questionnaire() *Questionnaire { return iv.q }

// Case returns the sampled dwelling, "" before the start event.
func (iv *Interview) Case() CaseID { return iv.caseID }

// Household returns the household's number in its dwelling, from 1.
func (iv *Interview) Household() int { return iv.household }

// Language returns the language the questions are asked in.
func (iv *Interview) Language() string { return iv.language }

// Disposition returns the AAPOR code that a person gave the interview, 0
// before that.
func (iv *Interview) Disposition() int { return iv.disposition }

// Attempts returns the visits that brought no interview, in order.
func (iv *Interview) Attempts() []Attempt { return iv.attempts }

// Comments returns the notes left, in order.
func (iv *Interview) Comments() []Comment { return iv.comments }

// Events returns how many events were applied.
func (iv *Interview) Events() int { return iv.events }

// newRow makes a row of l under parent, with its grids and single rows, none
// of it computed.
func (iv *Interview) newRow(l *level, parent *row, key string) *row {
	q := iv.q
	r := &row{
		level: l, parent: parent, key: key, path: rowPath(parent, l, key),
		answers: make([]answer, len(l.variables)), states: make([]state, len(l.variables)), fires: make([]bool, len(l.checks)),
		children: make([][]*row, len(q.Levels)), complete: make([]expr.Missing, len(q.Levels)),
		dirty: make([]bool, len(q.graph.levels[l.index])), up: make([]*row, len(q.Levels)),
	}
	cells, n := make([]expr.Cell, len(l.variables)+q.graph.keeps[l.index]), len(l.variables)
	r.Cells, r.Terms = cells[:n:n], cells[n:]
	r.ID = int64(len(iv.rows))
	iv.rows = append(iv.rows, r)
	if parent != nil {
		copy(r.up, parent.up)
	}
	r.up[l.index] = r
	r.frame = expr.Frame{Rows: make([]*expr.Row, len(q.Levels)), Source: iv}
	for i, u := range r.up {
		if u != nil {
			r.frame.Rows[i] = &u.Row
		}
	}
	if len(l.children) > 0 {
		r.sets = make([]rowSet, len(q.Levels))
	}
	for _, c := range l.children {
		child := q.Levels[c]
		switch child.Kind {
		case levelSingle:
			s := iv.newRow(child, r, "")
			s.listed = true
			iv.join(s, 0)
		case levelGrid, levelCodes:
			for i, code := range child.Codes {
				g := iv.newRow(child, r, q.Lists[child.List].Choices[code].Name)
				g.listed = child.Kind == levelGrid
				g.Cells[q.Variables[child.Row].index] = known(int64(code))
				iv.join(g, i)
			}
			if child.Kind == levelGrid {
				r.complete[c] = expr.Answered
			}
		}
	}
	return r
}

// setListed says whether r exists, and whether it and the rows under it are on
// path; those that change are computed again.
func (iv *Interview) setListed(r *row, listed bool) {
	r.listed = listed
	on := listed && (r.parent == nil || r.parent.on)
	if on == r.on {
		return
	}
	r.on = on
	r.forgetTallies()
	iv.everythingOf(r)
	for _, children := range r.children {
		for _, c := range children {
			iv.setListed(c, c.listed)
		}
	}
}

// everything marks all nodes of r and of the rows under it.
func (iv *Interview) everything(r *row) {
	r.on = r.listed && (r.parent == nil || r.parent.on)
	r.forgetTallies()
	iv.everythingOf(r)
	for i, children := range r.children {
		for _, c := range children {
			iv.everything(c)
		}
		if len(children) > 0 {
			r.sets[i].seen = 0
			r.sets[i].forget(0)
		}
	}
}

// everythingOf marks all nodes of r itself.
func (iv *Interview) everythingOf(r *row) {
	for _, n := range iv.q.graph.levels[r.level.index] {
		iv.mark(n, r)
	}
}

// mark puts node n of row r among what waits to be computed.
func (iv *Interview) mark(n int, r *row) {
	nd := &iv.q.graph.nodes[n]
	if r.dirty[nd.local] {
		return
	}
	r.dirty[nd.local] = true
	iv.dirty[nd.rank] = append(iv.dirty[nd.rank], r)
}

// changed marks what reads node n, after its value in r has changed.
func (iv *Interview) changed(n int, r *row) {
	g := iv.q.graph
	for _, t := range g.nodes[n].tallies {
		r.forgetTally(t)
	}
	for _, f := range g.nodes[n].feeds {
		if f.over == orderOnly {
			continue
		}
		iv.eachUnder(r.up[f.over], g.nodes[f.to].level, func(x *row) { iv.mark(f.to, x) })
	}
}

// eachUnder calls f with the rows of level l at or under r.
func (iv *Interview) eachUnder(r *row, l int, f func(*row)) {
	if r.level.index == l {
		f(r)
		return
	}
	next := iv.q.Levels[l].ancestors[r.level.depth+1]
	for _, c := range r.children[next] {
		iv.eachUnder(c, l, f)
	}
}

// settle computes what waits, each node after those it reads. Computing a node
// may mark others, also in rows that it brings about: all of a higher rank, so
// one pass is enough.
func (iv *Interview) settle() {
	g := iv.q.graph
	for rank := range iv.dirty {
		waiting := iv.dirty[rank] // nothing marks its own rank
		nd := &g.nodes[g.ranked[rank]]
		for _, r := range waiting {
			r.dirty[nd.local] = false
			iv.evals++
			iv.compute(nd, r)
		}
		iv.dirty[rank] = waiting[:0]
	}
}

// compute finds the value of one node in one row.
func (iv *Interview) compute(nd *node, r *row) {
	switch nd.kind {
	case nodeVariable:
		iv.evaluate(iv.q.Variables[nd.of], r)
	case nodeRows:
		iv.computeRows(iv.q.Levels[nd.of], r)
	case nodeCheck:
		c := iv.q.Checks[nd.of]
		r.fires[c.index] = iv.checkFires(c, r)
	case nodeTerm:
		k := &iv.q.graph.terms[nd.of]
		if c := k.term.Eval(&r.frame); c != r.Terms[k.place] {
			r.Terms[k.place] = c
			iv.changed(k.node, r)
		}
	}
}

// set gives v its value in r and marks what reads it if that is a new one.
func (iv *Interview) set(v *variable, r *row, c expr.Cell) {
	if r.Cells[v.index] == c {
		return
	}
	if v.Kind == varEnd || v.Kind == varConsent {
		iv.ended[v.number] += ends(v, c) - ends(v, r.Cells[v.index])
	}
	r.Cells[v.index] = c
	iv.changed(iv.q.graph.variable[v.number], r)
}

// ends is 1 if value c of v ends the interview: a condition that holds, a
// consent that was refused.
func ends(v *variable, c expr.Cell) int {
	if c.Missing == expr.Answered && (c.N != 0) == (v.Kind == varEnd) {
		return 1
	}
	return 0
}

// Each implements expr.Source: the rows of level on path under f's current
// rows. While one is visited, the rows between it and those are current too.
func (iv *Interview) Each(f *expr.Frame, level int, visit func(*expr.Row) bool) expr.Missing {
	l := iv.q.Levels[level]
	why := expr.Answered
	from := iv.nearest(f, l.Parent)
	// The set is as complete as the least complete of those that hold it: where
	// more persons may come, so may more incidents.
	for _, a := range l.ancestors[from.level.depth+1:] {
		if iv.q.Levels[a].Kind == levelSingle {
			continue
		}
		iv.eachUnder(from, iv.q.Levels[a].Parent, func(parent *row) {
			if why == expr.Answered && parent.on {
				why = parent.complete[a]
			}
		})
	}
	stopped := false
	iv.eachUnder(from, level, func(r *row) {
		if !r.on || stopped {
			return
		}
		for x := r.parent; x != from && x != nil; x = x.parent {
			f.Rows[x.level.index] = &x.Row
		}
		stopped = !visit(&r.Row)
	})
	for x := iv.q.Levels[level].Parent; x != from.level.index; x = iv.q.Levels[x].Parent {
		f.Rows[x] = nil
	}
	return why
}

// At implements expr.Source: the row of a grid by its code.
func (iv *Interview) At(f *expr.Frame, level int, code int64) *expr.Row {
	l := iv.q.Levels[level]
	parent := iv.nearest(f, l.Parent)
	if parent.level.index != l.Parent {
		return nil
	}
	for i, c := range l.Codes {
		if int64(c) == code {
			return &parent.children[level][i].Row
		}
	}
	return nil
}

// nearest returns f's current row at level, or the innermost one above it.
func (iv *Interview) nearest(f *expr.Frame, level int) *row {
	a := iv.q.Levels[level].ancestors
	for i := len(a) - 1; ; i-- {
		if cur := f.Rows[a[i]]; cur != nil {
			return iv.rows[cur.ID]
		}
	}
}

// Digest returns a hash of everything that was computed: two engines that
// folded the same events have the same one.
func (iv *Interview) Digest() Hash {
	h := sha256.New()
	var b []byte
	iv.digestRow(iv.root, func(r *row) {
		b = append(b[:0], r.path...)
		b = append(b, 0, flags(r.on))
		for _, c := range r.Cells {
			b = append(b, byte(c.Missing))
			b = binary.BigEndian.AppendUint64(b, uint64(c.N))
			b = binary.BigEndian.AppendUint32(b, uint32(len(c.Text)))
			b = append(b, c.Text...)
		}
		for _, s := range r.states {
			b = append(b, flags(s.relevant, s.forced))
		}
		for _, f := range r.fires {
			b = append(b, flags(f))
		}
		for _, m := range r.complete {
			b = append(b, byte(m))
		}
		h.Write(b)
	})
	return Hash(h.Sum(nil))
}

// flags packs truths into a byte.
func flags(truths ...bool) (b byte) {
	for i, t := range truths {
		if t {
			b |= 1 << i
		}
	}
	return b
}

// digestRow visits r and the rows under it, levels and rows in their order.
func (iv *Interview) digestRow(r *row, f func(*row)) {
	f(r)
	for _, children := range r.children {
		for _, c := range children {
			iv.digestRow(c, f)
		}
	}
}
