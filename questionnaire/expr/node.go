package expr

import "cifra/questionnaire/wire"

// An op is what a node of the checked form does. Compiled instruments store
// these names: add, never change the meaning of one.
type op string

const (
	opConst   op = "const"   // N or Text, as in a Cell
	opMissing op = "missing" // no value; N is the Missing
	opVar     op = "var"     // the variable in Level, Index
	opAttr    op = "attr"    // args[code in Level, Index]
	opAt      op = "at"      // variable Index of the row of grid Level with code args[0]

	opAnd      op = "and"
	opOr       op = "or"
	opNot      op = "not"
	opSurely   op = "surely"
	opEq       op = "="
	opLess     op = "lt"
	opLessEq   op = "le"
	opIn       op = "in"  // args[0] is one of the constants args[1:]
	opHas      op = "has" // code args[0] is in set args[1]
	opIf       op = "if"
	opAnswer   op = "answered"
	opIs       op = "is_missing" // args[0] is missing for reason N
	opCoalesce op = "coalesce"

	opAdd     op = "+"
	opSub     op = "-"
	opMul     op = "*"
	opDiv     op = "/"
	opNeg     op = "neg"
	opAbs     op = "abs"
	opRound   op = "round" // to Scale decimals
	opFloor   op = "floor"
	opRescale op = "rescale" // the same number with Scale decimals, more than it has
	opReal    op = "real"    // a Number as a Real
	opMin     op = "min"
	opMax     op = "max"
	opCut     op = "cut" // how many of the constants args[1:] are <= args[0]

	opYear    op = "year"
	opMonth   op = "month"
	opDay     op = "day"
	opDate    op = "date" // of year, month, day
	opDays    op = "days_between"
	opYears   op = "years_between"
	opLength  op = "length"
	opMatches op = "matches" // Text is the pattern, Program what it compiles to
	opHolds   op = "contains"
	opStarts  op = "starts_with"
	opSize    op = "size" // of a set

	// Over the rows of Level.
	opAny      op = "any"
	opAll      op = "all"
	opCount    op = "count"
	opSum      op = "sum"
	opSumKnown op = "sum_known"
	opUnknowns op = "count_unknown"
	opMinRows  op = "min_rows"
	opMaxRows  op = "max_rows"
	opDistinct op = "distinct"
)

// A node is one operation of a checked expression. Names are slots, codes are
// numbers, decimals are aligned: what remains is to do it.
type node struct {
	Op           op
	Kind         Kind
	Scale        int
	N            int64
	Text         string
	Program      string
	Level, Index int
	Args         []*node

	list   *List // of a Code or Set, while checking; only the root's is stored
	stands []int // of a Set, while checking: Symbol.Stands
}

// typ is the type of n while it is checked.
func (n *node) typ() Type { return Type{n.Kind, n.Scale, n.list} }

// size counts the nodes of n: the steps of evaluating it once.
func (n *node) size() int {
	s := 1
	for _, a := range n.Args {
		s += a.size()
	}
	return s
}

// An Expr is a checked expression, ready to evaluate. It never changes, except
// by UnmarshalJSON, and may be shared by goroutines.
type Expr struct {
	typ        Type
	text       string
	root       *node
	reads      []Slot
	direct     []Slot // of these, what is read outside of terms
	rosters    []int
	terms      []*Term
	aggregates []*Aggregate
	folds      bool // a text is taken as distinct compares it
	metered    bool // evaluation may take more steps than the tree has nodes
	truth      boolean
	joined     connective // of a condition that is and, or; then truth evaluates it
	cell       func(*Frame) Cell
}

// newExpr compiles a checked tree. An error means that the tree is not one that
// Check makes.
func newExpr(root *node, list *List, text string) (*Expr, error) {
	b := &builder{expr: &Expr{typ: Type{root.Kind, root.Scale, list}, text: text, root: root}}
	b.compile()
	return b.expr, b.err
}

// Type returns the type of e's value. After UnmarshalJSON its list is a copy
// of the one that was checked against: compare lists by name.
func (e *Expr) Type() Type { return e.typ }

// Reads returns the variables that e may read, sorted, each once, those inside
// aggregates and indexing included. Do not change the slice.
func (e *Expr) Reads() []Slot { return e.reads }

// Rosters returns the levels whose rows e ranges over or indexes, sorted, each
// once: it depends on which rows there are. Do not change the slice.
func (e *Expr) Rosters() []int { return e.rosters }

// String returns the canonical source.
func (e *Expr) String() string { return e.text }

// Fields lists the keys of the checked form, which needs nothing beside it to
// be evaluated. Lists are not repeated in it: of all that the tree mentions only
// numbers are left, and the result has its list.
func (e *Expr) Fields(w *wire.Coder) {
	wire.Text(w, "text", &e.text)
	wire.Maybe(w.Omit(), "list", &e.typ.List)
	wire.Part(w, "root", false, func(b []byte) []byte { return e.root.append(b) }, func(b []byte) (n int, err error) {
		e.root, n, err = readNode(b)
		return n, err
	})
}

// Finish compiles what was read. It is an error if that is not a form that
// Check makes.
func (e *Expr) Finish() error {
	if e.root == nil {
		return wire.Errorf("checked expression %q has no root", e.text)
	}
	read, err := newExpr(e.root, e.typ.List, e.text)
	if err != nil {
		return wire.Errorf("checked expression %q: %w", e.text, err)
	}
	*e = *read
	return nil
}

// MarshalJSON writes the checked form.
func (e *Expr) MarshalJSON() ([]byte, error) { return wire.Write(e), nil }

// UnmarshalJSON reads the checked form and compiles it.
func (e *Expr) UnmarshalJSON(data []byte) error {
	var read Expr
	if err := wire.Read(data, &read); err != nil {
		return err
	}
	if read.root == nil { // null
		return errForm
	}
	*e = read
	return nil
}

// Bool evaluates a condition: whether it holds, and why that is unknown, which
// is Answered if it is known. An unknown condition is false. Bool panics if e is
// no Bool.
func (e *Expr) Bool(f *Frame) (bool, Missing) {
	if e.truth == nil {
		panic("expr: Bool of " + e.text + ", which is no condition")
	}
	if e.metered {
		c := e.Eval(f)
		return c.N != 0, c.Missing
	}
	var t truth
	if len(e.joined.operands) > 0 {
		t = e.joined.of(f) // a call less than through the closure
	} else {
		t = e.truth(f)
	}
	return t == yes, t.missing()
}

// Eval evaluates e. The cell is that of e's kind; where it is missing, Missing
// is the reason of the first operand without a value.
func (e *Expr) Eval(f *Frame) Cell {
	if !e.metered {
		return e.cell(f)
	}
	before := f.spent
	f.spent = 0
	c := e.cell(f)
	over := f.spent > maxSteps
	f.spent += before
	if over {
		return Cell{Missing: DoesNotApply}
	}
	return c
}
