package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file knows what depends on what. Every expression of an instrument
// (conditions, options, forced answers, checks, calculations) is an edge of
// one graph, so an answer re-evaluates exactly what reads it. The nodes are
// the variables, the row sets of the levels whose rows come and go, the checks,
// and what aggregates take of each row; each stands once for all rows of its
// level. Where the edges run is said in graph_edges.go.

// nodeKind says what a node computes.
type nodeKind uint8

const (
	nodeVariable nodeKind = iota
	nodeRows
	nodeCheck
	nodeTerm
)

// node is one thing that is computed for each row of a level.
type node struct {
	kind    nodeKind
	level   int // of the rows it is computed in
	of      int // variable, level of the rows, check, or term
	rank    int // every node it depends on has a lower one
	local   int // its place among the nodes of its level
	feeds   []feed
	tallies []int // tallies that take its value of each row, by their place: see tally.go
}

// feed is an edge: node to is computed again in the rows under the row of
// level over that holds the one which changed. If over is orderOnly it is not
// computed again, it only comes later.
type feed struct {
	to, over int
}

const orderOnly = -1

// keptTerm is what some aggregates take of each row of a level, computed once for
// all of them and kept in the row: the aggregate of a list of which one row has
// changed evaluates nothing in the others.
type keptTerm struct {
	term  *expr.Term
	place int // in the Terms of a row
	node  int
}

// graph is the dependency graph of a questionnaire.
type graph struct {
	nodes    []node
	variable []int // node of each variable
	rows     []int // node of each level's row set, -1 where rows are fixed
	check    []int
	terms    []keptTerm
	ranked   []int   // nodes by rank
	levels   [][]int // nodes of each level
	keeps    []int   // how many terms a row of each level keeps
	tallies  []int   // how many tallies are kept of the rows of each level
	cycle    []int   // nodes of a cycle, nil if there is none
}

// newGraph draws the graph of q. If there is a cycle, cycle names its nodes and
// ranked is incomplete.
func newGraph(q *Questionnaire) *graph {
	g := &graph{
		variable: make([]int, len(q.Variables)), rows: make([]int, len(q.Levels)), check: make([]int, len(q.Checks)),
		levels: make([][]int, len(q.Levels)), keeps: make([]int, len(q.Levels)), tallies: make([]int, len(q.Levels)),
	}
	for i, l := range q.Levels {
		g.rows[i] = -1
		if l.Kind.named() {
			g.rows[i] = g.add(nodeRows, l.Parent, i)
		}
	}
	for i, v := range q.Variables {
		g.variable[i] = g.add(nodeVariable, v.Level, i)
	}
	for i, c := range q.Checks {
		g.check[i] = g.add(nodeCheck, c.Level, i)
	}
	(&edges{graph: g, q: q, shared: map[termOf]int{}, options: map[int]bool{}, tallied: map[*expr.Aggregate]bool{}}).draw()
	g.rank()
	return g
}

// add makes a node of something that is computed in the rows of a level.
func (g *graph) add(kind nodeKind, level, of int) int {
	n := len(g.nodes)
	g.nodes = append(g.nodes, node{kind: kind, level: level, of: of, local: len(g.levels[level])})
	g.levels[level] = append(g.levels[level], n)
	return n
}

// unread says whether nothing is computed from node n.
func (g *graph) unread(n int) bool {
	return len(g.nodes[n].tallies) == 0 && !slices.ContainsFunc(g.nodes[n].feeds, func(f feed) bool { return f.over != orderOnly })
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
