package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file draws the edges of the graph: what is computed again when something
// else has changed. The rules:
//
//   - an expression is computed again when a variable that it names changes, in
//     the rows which the two have in common: from a person's age to the same
//     person's incidents;
//   - what ranges over rows is computed again when rows come or go, and when what
//     it takes of one of them changes. The latter is a node of its own wherever it
//     follows from the row and what is above it, so that a change of age from 34
//     to 35 ends where all that is asked is whether it is 18;
//   - what stands behind an end, a consent or a gate reads it;
//   - whatever is in a row comes after what decides that the row is there.

// edges draws the edges of a graph.
type edges struct {
	*graph
	q       *Questionnaire
	shared  map[termOf]int           // terms that are kept: what they compute, and the number
	options map[int]bool             // variables that hold an option only while it is looked at
	tallied map[*expr.Aggregate]bool // aggregates that were looked at: an expression may stand at several nodes
}

// termOf is what a term computes, and in the rows of which level.
type termOf struct {
	level int
	form  string
}

// draw adds all edges.
func (g *edges) draw() {
	for _, v := range g.q.Variables {
		g.options[v.Option] = true
	}
	for _, v := range g.q.Variables {
		g.ofVariable(v)
	}
	for _, c := range g.q.Checks {
		g.ofCheck(c)
	}
	for i, l := range g.q.Levels {
		if g.rows[i] >= 0 {
			g.ofRows(l)
		}
	}
	// A row that comes, or goes off path, has everything in it and in the rows
	// under it computed: all of that stands after what decides on the row.
	for n := range g.nodes {
		for _, a := range g.q.Levels[g.nodes[n].level].ancestors {
			g.edge(g.rows[a], n, orderOnly)
		}
	}
}

// ofVariable adds the edges to a variable.
func (g *edges) ofVariable(v *variable) {
	n := g.variable[v.number]
	g.q.eachExpr(v, func(e *expr.Expr) { g.read(n, e) })
	g.near(n, v.guards...)
	if v.Kind == varPart {
		g.near(n, v.Of)
	}
	g.near(n, v.gate)
}

// ofCheck adds the edges to a check.
func (g *edges) ofCheck(c *check) {
	n := g.check[c.number]
	g.read(n, c.Holds)
	g.read(n, c.When...)
	g.near(n, c.guards...)
	g.near(n, c.Variable, c.gate)
}

// ofRows adds the edges to the rows of a level.
func (g *edges) ofRows(l *level) {
	n := g.rows[l.index]
	g.near(n, l.Done)
	g.read(n, g.q.rosterWhen(l)...)
	if l.roster != nil {
		g.near(n, l.roster.gate, l.roster.Of-1)
		g.read(n, l.roster.From)
	}
	for _, s := range l.Screens {
		g.near(n, g.q.Elements[s].Screen.asks()...)
		g.near(n, g.q.Levels[l.Parent].Selected) // forms are opened for who was drawn
	}
}

// edge adds one; where there is one already, its reach grows to cover both.
func (g *edges) edge(from, to, over int) {
	if from < 0 {
		return
	}
	feeds := g.nodes[from].feeds
	i := slices.IndexFunc(feeds, func(f feed) bool { return f.to == to })
	switch {
	case i < 0:
		g.nodes[from].feeds = append(feeds, feed{to, over})
	case feeds[i].over == orderOnly:
		feeds[i].over = over
	case over != orderOnly:
		feeds[i].over = g.q.common(feeds[i].over, over)
	}
}

// near adds edges to a node from variables, -1 for none, within the rows that
// they have in common with it.
func (g *edges) near(to int, variables ...int) {
	for _, v := range variables {
		if v >= 0 {
			g.edge(g.variable[v], to, g.q.common(g.q.Variables[v].Level, g.nodes[to].level))
		}
	}
}

// read adds the edges to a node from all that some expressions look at; those
// that were not written are nil.
func (g *edges) read(to int, es ...*expr.Expr) {
	at := g.nodes[to].level
	for _, e := range es {
		if e == nil {
			continue
		}
		for _, t := range e.Terms() {
			if n := g.keep(t); n >= 0 {
				g.edge(n, to, g.q.readFrom(e, at, t.Level()))
			}
		}
		for _, a := range e.Aggregates() {
			g.tally(a)
		}
		for _, s := range e.Direct() {
			g.edge(g.variable[g.q.variableAt(s).number], to, g.q.readFrom(e, at, s.Level))
		}
		for _, l := range e.Rosters() {
			from := g.q.rangedFrom(e, at, l)
			// An incident comes with its person too; but the list of persons matters
			// only to who ranges over it, not to each of them.
			for _, a := range g.q.Levels[l].ancestors {
				if g.q.Levels[a].depth > g.q.Levels[from].depth {
					g.edge(g.rows[a], to, from)
				}
			}
		}
	}
}

// keep has the rows of t's level keep its value, and returns the node that
// computes it: -1 for a term that is a variable as it is, and for one that
// follows from more than its row and the rows above, or from the option that is
// being looked at.
func (g *edges) keep(t *expr.Term) int {
	l := t.Level()
	if t.Bare() {
		return -1
	}
	for _, s := range t.Reads() {
		if !g.q.under(l, s.Level) || g.options[g.q.variableAt(s).number] {
			return -1
		}
	}
	what := termOf{l, t.Form()}
	i, ok := g.shared[what]
	if !ok {
		i = len(g.terms)
		g.shared[what] = i
		g.terms = append(g.terms, keptTerm{t, g.keeps[l], g.add(nodeTerm, l, i)})
		g.keeps[l]++
		for _, s := range t.Reads() {
			g.near(g.terms[i].node, g.q.variableAt(s).number)
		}
	}
	t.Keep(g.terms[i].place)
	return g.terms[i].node
}

// tally has what a comes to over the rows under one row kept, where all that it
// takes of them stands in them.
func (g *edges) tally(a *expr.Aggregate) {
	l, t := a.Level(), a.Term()
	if g.tallied[a] || t != nil && !t.Kept() {
		return
	}
	g.tallied[a] = true
	place := g.tallies[l]
	if t != nil {
		var n int
		if t.Bare() {
			v := g.q.variableAt(t.Reads()[0]).number
			if g.options[v] {
				return
			}
			n = g.variable[v]
		} else {
			n = g.terms[g.shared[termOf{l, t.Form()}]].node
		}
		g.nodes[n].tallies = append(g.nodes[n].tallies, place)
	}
	a.Keep(place)
	g.tallies[l]++
}

// variableAt returns the variable that lies at s.
func (q *Questionnaire) variableAt(s expr.Slot) *variable {
	return q.Levels[s.Level].variables[s.Index]
}

// readFrom returns the level of the row under which e, read at level at, is to
// be computed again after a change in a row of level l: where e ranges over rows
// in which it lies, that which holds all of these.
func (q *Questionnaire) readFrom(e *expr.Expr, at, l int) int {
	over := q.common(at, l)
	for _, r := range e.Rosters() {
		if q.under(l, r) {
			over = q.common(over, q.common(at, q.Levels[r].Parent))
		}
	}
	return over
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
