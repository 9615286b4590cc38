//go:build !js

package expr_test

import (
	"encoding/json"
	"testing"

	"cifra/questionnaire/expr"
)

// Expressions as instruments have them; the first is the measure of the others.
var benchmarks = []struct{ name, src string }{
	{"three_comparisons", "age >= 15 and sex = woman and n > 0"},
	{"relevance", "not crime in {vandalism, bank_fraud}"},
	{"two_valued", "armed is not yes or place is in {street, public_transport}"},
	{"money", "loss * 0.5 > income + 10"},
	{"any_of_five", "any(incidents, loss > 100)"},
	{"sum_of_five", "sum(incidents, loss) > 100"},
}

// world5 is a woman with five incidents, none of which cost more than a peso.
func world5() *expr.Frame {
	f := one(map[string]expr.Cell{"age": num(34), "sex": num(1), "n": num(2), "income": num(100_000),
		"crime": num(2), "armed": num(1), "place": num(1), "loss": num(5)})
	for range 4 {
		f.Source.(*memory).add(incident, f.Rows[person], map[string]expr.Cell{"loss": num(5)})
	}
	return f
}

func BenchmarkExpr_Bool(b *testing.B) {
	for _, bm := range benchmarks {
		b.Run(bm.name, func(b *testing.B) {
			e, f := check(b, bm.src, incident), world5()
			b.ReportAllocs()
			for b.Loop() {
				e.Bool(f)
			}
		})
	}
}

func BenchmarkCheck(b *testing.B) {
	scope := at(incident)
	b.ReportAllocs()
	for b.Loop() {
		expr.Check(benchmarks[0].src, expr.Position{}, scope, expr.Want{})
	}
}

func BenchmarkExpr_UnmarshalJSON(b *testing.B) {
	data, err := json.Marshal(check(b, benchmarks[0].src, incident))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		var e expr.Expr
		if err := json.Unmarshal(data, &e); err != nil {
			b.Fatal(err)
		}
	}
}
