//go:build !js

package expr

// This file shows the checked form to whoever reasons about expressions
// instead of evaluating them. It can only be looked at: an Expr never changes.
// What an operation means is said where it is evaluated; a reader that meets
// one it does not know must take its result to be anything of its kind.

// A Node is one operation of a checked expression.
type Node struct{ n *node }

// Root returns the outermost operation of e.
func (e *Expr) Root() Node { return Node{e.root} }

// Op returns the stored name of the operation: "and", "var", "const". Names
// are added, never changed.
func (n Node) Op() string { return string(n.n.Op) }

// Kind returns the kind of the result.
func (n Node) Kind() Kind { return n.n.Kind }

// Scale returns the decimals of the result, if it is a Number.
func (n Node) Scale() int { return n.n.Scale }

// N returns the constant of "const" and the Missing of "missing" and
// "is_missing", as a Cell holds it.
func (n Node) N() int64 { return n.n.N }

// Text returns the text of a constant, or the pattern of "matches".
func (n Node) Text() string { return n.n.Text }

// Slot returns the variable of "var", "attr" and "at", and the Level that an
// aggregate ranges over.
func (n Node) Slot() Slot { return Slot{n.n.Level, n.n.Index} }

// Args returns the number of operands. Those of "attr" are the constants of a
// column, one a code.
func (n Node) Args() int { return len(n.n.Args) }

// Arg returns operand i, from 0.
func (n Node) Arg(i int) Node { return Node{n.n.Args[i]} }

// Ranges says whether the operation ranges over the rows of a level.
func (n Node) Ranges() bool { return n.n.Op.hasLevel() && !n.n.Op.hasIndex() }

// Form returns the stored form of n: two operations with the same one compute
// the same over the same frame.
func (n Node) Form() string { return string(n.n.append(nil)) }

// Visit calls f for n and every operation below it, operands in their order.
func (n Node) Visit(f func(Node)) {
	f(n)
	for _, a := range n.n.Args {
		Node{a}.Visit(f)
	}
}
