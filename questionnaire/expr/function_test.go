//go:build !js

package expr

import (
	"strconv"
	"testing"
)

// nothing is a scope without names.
type nothing struct{}

func (nothing) Lookup(string) (Symbol, bool) { return Symbol{}, false }
func (nothing) Enter(string) (Scope, bool)   { return nil, false }
func (nothing) Names() []string              { return nil }

// What the manual says of functions and operators is so: each function has a
// meaning and an example, none is described that does not exist, and examples
// without names give what is said.
func TestManualOfFunctions(t *testing.T) {
	for name := range functionMeans {
		if _, ok := functions[name]; !ok {
			t.Errorf("there is no function %s", name)
		}
	}
	for _, f := range append(Functions(), Operators()...) {
		if f.Means == "" || f.Example == "" {
			t.Errorf("%s is not described: add it to functionMeans", f.Name)
			continue
		}
		if _, ds := Parse(f.Example); ds.Err() != nil {
			t.Errorf("example of %s: %v", f.Name, ds)
		}
		if f.Gives == "" {
			continue
		}
		e, ds := Check(f.Example, Position{}, nothing{}, Want{})
		if e == nil {
			t.Errorf("example of %s: %v", f.Name, ds)
			continue
		}
		if got := printed(e); got != f.Gives {
			t.Errorf("%s gives %s, not %s", f.Example, got, f.Gives)
		}
	}
}

// printed is the value of an expression without names.
func printed(e *Expr) string {
	c := e.Eval(&Frame{})
	switch {
	case c.Missing != Answered:
		return c.Missing.String()
	case e.Type().Kind == Bool:
		return strconv.FormatBool(c.N != 0)
	case e.Type().Scale > 0:
		return strconv.FormatFloat(float64(c.N)/10, 'f', e.Type().Scale, 64)
	}
	return strconv.FormatInt(c.N, 10)
}
