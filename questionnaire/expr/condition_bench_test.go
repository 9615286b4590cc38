package expr_test

import (
	"encoding/json"
	"testing"

	"cifra/questionnaire/expr"
)

// condition is the checked form of "age >= 15 and sex = woman and n > 0", so
// that a browser's build, which has no parser, can measure it too.
const condition = `{"text":"age >= 15 and sex = woman and n > 0","root":["and",["and",["not",["lt",["var number",0,0],["const number","15"]]],["=",["var code",0,1],["const code","1"]]],["lt",["const number","0"],["var number",0,2]]]}`

// BenchmarkCondition is a typical condition that holds, in whatever build.
func BenchmarkCondition(b *testing.B) {
	var e expr.Expr
	if err := json.Unmarshal([]byte(condition), &e); err != nil {
		b.Fatal(err)
	}
	f := &expr.Frame{Rows: []*expr.Row{{Cells: []expr.Cell{{N: 34, Missing: expr.Answered}, {N: 1, Missing: expr.Answered}, {N: 2, Missing: expr.Answered}}}}}
	if holds, _ := e.Bool(f); !holds {
		b.Fatal("the condition does not hold")
	}
	if n := testing.AllocsPerRun(100, func() { e.Bool(f) }); n != 0 {
		b.Errorf("%v allocations", n)
	}
	b.ReportAllocs()
	for b.Loop() {
		e.Bool(f)
	}
}
