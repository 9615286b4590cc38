//go:build !js

package expr_test

import (
	"fmt"
	"os"
	"slices"

	"cifra/questionnaire/expr"
)

// A form is the simplest Scope: the variables of one level, in order.
type form []expr.Symbol

func (f form) Lookup(name string) (expr.Symbol, bool) {
	i := slices.IndexFunc(f, func(s expr.Symbol) bool { return s.Name == name })
	if i < 0 {
		return expr.Symbol{}, false
	}
	s := f[i]
	s.Slot, s.Bound = expr.Slot{Level: 0, Index: i}, true
	return s, true
}

func (f form) Enter(string) (expr.Scope, bool) { return nil, false }

func (f form) Names() (names []string) {
	for _, s := range f {
		names = append(names, s.Name)
	}
	return names
}

func ExampleCheck() {
	places := &expr.List{Name: "places", Codes: []string{"street", "home", "public_transport"}}
	scope := form{
		{Name: "place", Type: expr.Type{Kind: expr.Code, List: places}},
		{Name: "age", Type: expr.Type{Kind: expr.Number}},
	}
	condition := expr.Want{Kinds: []expr.Kind{expr.Bool}}

	// A mistake is told with its place in the file the expression comes from.
	file := []byte("    when: place = stret\n")
	_, mistakes := expr.Check("place = stret", expr.Position{File: "incident.yaml", Line: 1, Col: 11}, scope, condition)
	mistakes.Format(os.Stdout, func(string) []byte { return file })

	e, mistakes := expr.Check("place = street and age >= 18", expr.Position{}, scope, condition)
	if err := mistakes.Err(); err != nil {
		fmt.Println(err)
		return
	}
	// In the street; the age was refused.
	row := &expr.Row{Cells: []expr.Cell{{N: 0, Missing: expr.Answered}, {Missing: expr.Refused}}}
	holds, why := e.Bool(&expr.Frame{Rows: []*expr.Row{row}})
	fmt.Println(e, "reads", e.Reads(), "and is", holds, why)
	// Output:
	// incident.yaml:1:19: error: "stret" is not one of the codes of list places
	//     1 |     when: place = stret
	//       |                   ^^^^^ did you mean street?
	// place = street and age >= 18 reads [{0 0} {0 1}] and is false refused
}
