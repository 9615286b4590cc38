package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file knows what depends on what. Every expression of an instrument
// (conditions, options, forced answers, checks, calculations) is an edge of
// one graph, so an answer re-evaluates exactly what reads it. The nodes are
// the variables, the row sets of the levels whose rows come and go, and the
// checks; each stands once for all rows of its level.

// nodeKind says what a node computes.
type nodeKind uint8

const (
	nodeVariable nodeKind = iota
	nodeRows
	nodeCheck
)

// node is one thing that is computed for each row of a level.
type node struct {
	kind  nodeKind
	level int // of the rows it is computed in
	of    int // variable, level of the rows, or check
	rank  int // every node it depends on has a lower one
	local int // among the nodes of its level
	feeds []feed
}

// feed is an edge: node to is computed again in the rows under the row of
// level over that holds the one which changed. If over is orderOnly it is not
// computed again, it only comes later.
type feed struct {
	to, over int
}

const orderOnly = -1

// graph is the dependency graph of a questionnaire.
type graph struct {
	nodes    []node
	variable []int // node of each variable
	rows     []int // node of each level's row set, -1 where rows are fixed
	check    []int
	ranked   []int // nodes by rank
	perLevel []int // how many nodes a level has
	cycle    []int // nodes of a cycle, nil if there is none
}

// newGraph draws the graph of q. If there is a cycle, cycle names its nodes and
// ranked is incomplete.
func newGraph(q *Questionnaire) *graph {
	g := &graph{
		variable: make([]int, len(q.Variables)), rows: make([]int, len(q.Levels)),
		check: make([]int, len(q.Checks)), perLevel: make([]int, len(q.Levels)),
	}
	add := func(kind nodeKind, level, of int) int {
		g.nodes = append(g.nodes, node{kind: kind, level: level, of: of, local: g.perLevel[level]})
		g.perLevel[level]++
		return len(g.nodes) - 1
	}
	for i, l := range q.Levels {
		g.rows[i] = -1
		if l.Kind.named() {
			g.rows[i] = add(nodeRows, l.Parent, i)
		}
	}
	for i, v := range q.Variables {
		g.variable[i] = add(nodeVariable, v.Level, i)
	}
	for i, c := range q.Checks {
		g.check[i] = add(nodeCheck, c.Level, i)
	}
	g.connect(q)
	g.rank()
	return g
}

// connect adds the edges.
func (g *graph) connect(q *Questionnaire) {
	// edge adds one; where there is one already, its reach grows to cover both.
	edge := func(from, to, over int) {
		if from < 0 {
			return
		}
		feeds := g.nodes[from].feeds
		if i := slices.IndexFunc(feeds, func(f feed) bool { return f.to == to }); i >= 0 {
			switch was := feeds[i].over; {
			case was == orderOnly:
				feeds[i].over = over
			case over != orderOnly:
				feeds[i].over = q.common(was, over)
			}
			return
		}
		g.nodes[from].feeds = append(feeds, feed{to, over})
	}
	// near is an edge within the rows that the two nodes have in common: from a
	// person's age to the same person's incidents.
	near := func(from, to int) {
		if from >= 0 {
			edge(from, to, q.common(g.nodes[from].level, g.nodes[to].level))
		}
	}
	// read adds the edges of an expression: from each variable it names, and from
	// the sets of rows it ranges over.
	read := func(to int, e *expr.Expr) {
		if e == nil {
			return
		}
		at := g.nodes[to].level
		for _, s := range e.Reads() {
			over := q.common(at, s.Level)
			for _, l := range e.Rosters() {
				if q.under(s.Level, l) { // read in rows beside the reader's own
					over = q.common(over, q.common(at, q.Levels[l].Parent))
				}
			}
			edge(g.variable[q.Levels[s.Level].variables[s.Index].number], to, over)
		}
		for _, l := range e.Rosters() {
			from := q.rangedFrom(e, at, l)
			// An incident comes with its person too; but the list of persons matters
			// only to who ranges over it, not to each of them.
			for _, a := range q.Levels[l].ancestors {
				if q.Levels[a].depth > q.Levels[from].depth {
					edge(g.rows[a], to, from)
				}
			}
		}
	}
	for _, v := range q.Variables {
		n := g.variable[v.number]
		q.eachExpr(v, func(e *expr.Expr) { read(n, e) })
		for _, guard := range v.guards {
			near(g.variable[guard], n)
		}
		if v.Kind == varPart {
			near(g.variable[v.Of], n)
		}
		if v.gate >= 0 {
			near(g.variable[v.gate], n)
		}
	}
	for _, c := range q.Checks {
		n := g.check[c.number]
		read(n, c.Holds)
		for _, w := range c.When {
			read(n, w)
		}
		for _, guard := range c.guards {
			near(g.variable[guard], n)
		}
		if c.Variable >= 0 {
			near(g.variable[c.Variable], n)
		}
		if c.gate >= 0 {
			near(g.variable[c.gate], n)
		}
	}
	for i, l := range q.Levels {
		if g.rows[i] < 0 {
			continue
		}
		if l.Done >= 0 {
			near(g.variable[l.Done], g.rows[i])
		}
		for _, w := range q.rosterWhen(l) {
			read(g.rows[i], w)
		}
		if l.roster != nil && l.roster.gate >= 0 {
			near(g.variable[l.roster.gate], g.rows[i])
		}
		if l.roster != nil {
			read(g.rows[i], l.roster.From)
			if l.roster.Of > 0 {
				near(g.variable[l.roster.Of-1], g.rows[i])
			}
		}
		for _, s := range l.Screens {
			for _, v := range q.Elements[s].Screen.asks() {
				near(g.variable[v], g.rows[i])
			}
		}
		if p := q.Levels[l.Parent]; len(l.Screens) > 0 && p.Selected >= 0 {
			near(g.variable[p.Selected], g.rows[i])
		}
	}
	// A row that comes, or goes off path, has everything in it and in the rows
	// under it computed: all of that stands after what decides on the row.
	for n := range g.nodes {
		for _, a := range q.Levels[g.nodes[n].level].ancestors {
			edge(g.rows[a], n, orderOnly)
		}
	}
}

// rangedFrom returns the level of the row under which e, read at level at,
// ranges over rows of l: where l is ranged over in each of other rows, that
// which holds all of them.
func (q *Questionnaire) rangedFrom(e *expr.Expr, at, l int) int {
	from := q.common(at, q.Levels[l].Parent)
	for _, around := range e.Rosters() {
		if q.under(l, around) {
			from = q.common(from, q.Levels[around].Parent)
		}
	}
	return from
}

// rosterWhen returns the conditions under which the rows of l, made by hand,
// are asked for.
func (q *Questionnaire) rosterWhen(l *level) []*expr.Expr {
	if l.roster == nil {
		return nil
	}
	return append(slices.Clone(q.Modules[l.roster.Module].When), l.roster.When...)
}

// eachExpr calls f with every expression that decides v's value.
func (q *Questionnaire) eachExpr(v *variable, f func(*expr.Expr)) {
	for _, e := range v.When {
		f(e)
	}
	for _, x := range v.Force {
		f(x.When)
	}
	for _, h := range v.Hide {
		f(h.When)
	}
	for _, w := range v.Within {
		f(w.Is)
	}
	f(v.Offer)
	f(v.Value)
}

// rank orders the nodes so that each comes after those it depends on, ties in
// the order of their numbers, or finds a cycle.
func (g *graph) rank() {
	waits := make([]int, len(g.nodes))
	for _, n := range g.nodes {
		for _, f := range n.feeds {
			waits[f.to]++
		}
	}
	var ready []int
	for i := range g.nodes {
		if waits[i] == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		i := ready[0]
		ready = ready[1:]
		g.nodes[i].rank = len(g.ranked)
		g.ranked = append(g.ranked, i)
		for _, f := range g.nodes[i].feeds {
			if waits[f.to]--; waits[f.to] == 0 {
				ready = append(ready, f.to)
			}
		}
	}
	if len(g.ranked) < len(g.nodes) {
		g.cycle = g.findCycle(waits)
	}
}

// findCycle returns the nodes of one cycle among those that still wait, in the
// order of dependence.
func (g *graph) findCycle(waits []int) []int {
	reads := make([][]int, len(g.nodes))
	for i, n := range g.nodes {
		for _, f := range n.feeds {
			reads[f.to] = append(reads[f.to], i)
		}
	}
	at := slices.IndexFunc(waits, func(w int) bool { return w > 0 })
	var path []int
	for {
		if i := slices.Index(path, at); i >= 0 {
			cycle := path[i:]
			slices.Reverse(cycle)
			return cycle
		}
		path = append(path, at)
		for _, from := range reads[at] {
			if waits[from] > 0 {
				at = from
				break
			}
		}
	}
}
