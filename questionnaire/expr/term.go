package expr

// This file lets whoever holds the rows keep what aggregates take of each of
// them. An aggregate over many rows evaluates one expression in every row, and
// after an answer all of these but one come to what they came to before. The
// rules:
//
//   - a term is the expression that an aggregate evaluates in each row; one that
//     ranges over rows itself is looked through: its own terms count;
//   - the holder of the rows decides which terms it keeps, gives each a place, and
//     has its value in Row.Terms before anything reads it;
//   - a row that holds no value at a term's place has it evaluated: an expression
//     means the same wherever its rows come from.

// A Term is what an aggregate takes of each row that it ranges over.
type Term struct {
	level int
	place int // in Row.Terms, -1 if it is not kept
	bare  int // in Row.Cells, where it is a variable of the row as it is, else -1
	expr  *Expr
}

// Level returns the level whose rows the term is taken of.
func (t *Term) Level() int { return t.level }

// Bare says that the term is a variable of the row as it is: its value stands
// in the row already.
func (t *Term) Bare() bool { return t.bare >= 0 }

// Reads returns the variables that the term reads, sorted, each once.
func (t *Term) Reads() []Slot { return t.expr.reads }

// Form returns the stored form of what is computed: two terms of a level with
// the same one have the same value.
func (t *Term) Form() string {
	form := string(t.expr.root.append(nil))
	if t.expr.folds {
		form = "folded " + form
	}
	return form
}

// Kept says whether rows hold the term's value, as a variable or at a place.
func (t *Term) Kept() bool { return t.bare >= 0 || t.place >= 0 }

// Keep says that rows have the term's value at a place of Terms from now on. It
// is called before the expression is first evaluated, or not at all.
func (t *Term) Keep(place int) { t.place = place }

// Eval evaluates the term in f, whose row of the term's level is the one that it
// is taken of.
func (t *Term) Eval(f *Frame) Cell { return t.expr.Eval(f) }

// of returns the term of row r, which becomes f's row of the level if it has to be
// evaluated.
func (t *Term) of(f *Frame, r *Row) Cell {
	if uint(t.place) < uint(len(r.Terms)) {
		return r.Terms[t.place]
	}
	if uint(t.bare) < uint(len(r.Cells)) {
		return r.Cells[t.bare]
	}
	f.Rows[t.level] = r
	return t.expr.cell(f)
}

// Terms returns the terms of all aggregates in e. Do not change the slice.
func (e *Expr) Terms() []*Term { return e.terms }

// Direct returns the variables that e reads otherwise than through terms that
// are kept, in no order, some of them several times.
func (e *Expr) Direct() []Slot {
	direct := e.direct[:len(e.direct):len(e.direct)]
	for _, t := range e.terms {
		if t.place < 0 {
			direct = append(direct, t.Reads()...)
		}
	}
	return direct
}

// term compiles what the aggregate n takes of each row, and adds what that reads
// to what the expression around it does.
func (b *builder) term(n *node) *Term {
	a := n.Args[0]
	inner := &builder{expr: &Expr{text: b.expr.text, root: a, folds: n.Op == opDistinct}, depth: b.depth}
	inner.compile()
	if b.err == nil {
		b.err = inner.err
	}
	around, e := b.expr, inner.expr
	around.reads = append(around.reads, e.reads...)
	around.rosters = append(around.rosters, e.rosters...)
	around.aggregates = append(around.aggregates, e.aggregates...)
	t := &Term{level: n.Level, place: -1, bare: -1, expr: e}
	if a.Op == opVar && a.Level == n.Level && !e.folds {
		t.bare = a.Index
	}
	if len(e.rosters) > 0 {
		around.direct = append(around.direct, e.direct...)
		around.terms = append(around.terms, e.terms...)
	} else {
		around.terms = append(around.terms, t)
	}
	return t
}
