//go:build !js

package expr_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// A generator makes expressions that are right: what Check says of one is a
// fault of Check.
type generator struct {
	*rand.Rand
	nested int // aggregates around
}

func (g *generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// make returns an expression of kind k, at most depth terms deep.
func (g *generator) make(k expr.Kind, depth int) string {
	if depth > 0 && g.IntN(8) == 0 {
		return fmt.Sprintf("(if %s then %s else %s)", g.make(expr.Bool, depth-1), g.make(k, depth-1), g.make(k, depth-1))
	}
	if depth > 0 && g.IntN(8) == 0 {
		return fmt.Sprintf("coalesce(%s, %s)", g.make(k, depth-1), g.make(k, depth-1))
	}
	switch k {
	case expr.Bool:
		return g.bool(depth)
	case expr.Number:
		return g.number(depth)
	case expr.Real:
		if depth == 0 {
			return "w_hh"
		}
		return fmt.Sprintf("(%s / %s)", g.make(expr.Number, depth-1), g.make(expr.Real, depth-1))
	case expr.Date:
		if depth > 0 && g.IntN(3) == 0 {
			return fmt.Sprintf("%s(%s, %s)", g.pick("min", "max"), g.make(k, depth-1), g.make(k, depth-1))
		}
		return g.pick("when", "born", "visit", `date("2025-03")`, `date("2024-02-29")`, "date(2025, age, n)")
	case expr.Text:
		return g.pick("name", "notes", `"Ana"`, `"aaaaaaaaaaaaaaaaaaa!"`, "crime.text")
	case expr.Set:
		return g.pick("arms", "authorities")
	}
	return g.pick("place", `P7_3[street_robbery]`, "armed")
}

func (g *generator) bool(depth int) string {
	if depth == 0 {
		return g.pick("owned", "place = home", "reported is not yes", "firearm in arms", "sex in {man, woman}", `name = "Ana"`, "P7_3[crime] is yes", "true", "city in {city_aa, city_cs}")
	}
	d := depth - 1
	switch g.IntN(11) {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", g.make(expr.Bool, d), g.pick("and", "or"), g.make(expr.Bool, d))
	case 2:
		return fmt.Sprintf("(not %s)", g.make(expr.Bool, d))
	case 3:
		return fmt.Sprintf("surely(%s)", g.make(expr.Bool, d))
	case 4:
		k := []expr.Kind{expr.Number, expr.Real, expr.Date, expr.Text, expr.Set, expr.Bool}[g.IntN(6)]
		return fmt.Sprintf("%s(%s)", g.pick("answered", "dont_know", "refused", "does_not_apply"), g.make(k, d))
	case 5:
		return fmt.Sprintf("(%s %s %s)", g.make(expr.Date, d), g.pick("=", "!=", "<", "<=", ">", ">=", "is", "is not"), g.make(expr.Date, d))
	case 6:
		return fmt.Sprintf("(%s %s %s)", g.make(expr.Text, d), g.pick("=", "!=", "is", "is not"), g.make(expr.Text, d))
	case 7:
		return fmt.Sprintf("%s(%s, %s)", g.pick("contains", "starts_with"), g.make(expr.Text, d), g.make(expr.Text, d))
	case 8:
		return fmt.Sprintf(`matches(%s, "%s")`, g.make(expr.Text, d), g.pick("(a+)+!?", "A..", `\w*`, "(a|aa){2,30}"))
	case 9:
		return g.over(func(d int) string { return g.pick("any", "all") + "(%s, " + g.make(expr.Bool, d) + ")" }, expr.Bool, d)
	}
	k := []expr.Kind{expr.Number, expr.Real}[g.IntN(2)]
	return fmt.Sprintf("(%s %s %s)", g.make(expr.Number, d), g.pick("=", "!=", "<", "<=", ">", ">=", "is", "is not"), g.make(k, d))
}

func (g *generator) number(depth int) string {
	if depth == 0 {
		return g.pick("age", "n", "income", "rent", "loss", "rooms", "3", "0.25", "-2", "reference.year", "crime.weight", "P7_4[vandalism]")
	}
	d := depth - 1
	switch g.IntN(8) {
	case 0, 1:
		return fmt.Sprintf("(%s %s %s)", g.make(expr.Number, d), g.pick("+", "-"), g.make(expr.Number, d))
	case 2:
		return fmt.Sprintf("(round(%s, 2) * round(%s, 1))", g.make(expr.Number, d), g.make(expr.Real, d))
	case 3:
		return fmt.Sprintf("%s(%s)", g.pick("-", "abs", "floor", "round"), g.make(expr.Number, d))
	case 4:
		return fmt.Sprintf("%s(%s, %s)", g.pick("min", "max"), g.make(expr.Number, d), g.make(expr.Number, d))
	case 5:
		return fmt.Sprintf("%s(%s, %s)", g.pick("days_between", "years_between"), g.make(expr.Date, d), g.make(expr.Date, d))
	case 6:
		return g.pick("length("+g.make(expr.Text, d)+")", "count("+g.make(expr.Set, d)+")", "month("+g.make(expr.Date, d)+")")
	}
	return g.over(func(d int) string {
		if f := g.pick("count", "sum", "sum_known", "count_unknown", "min", "max"); f != "count" {
			return f + "(%s, " + g.make(expr.Number, d) + ")"
		}
		return "count(%s, " + g.make(expr.Bool, d) + ")"
	}, expr.Number, d)
}

// over makes an aggregate of incidents, which leaves all names as they are, or,
// where no more may be nested, something else of kind k.
func (g *generator) over(aggregate func(depth int) string, k expr.Kind, depth int) string {
	if g.nested == 4 {
		return g.make(k, depth)
	}
	g.nested++
	defer func() { g.nested-- }()
	return fmt.Sprintf(strings.ReplaceAll(aggregate(depth), "%s,", "%[1]s,"), "incidents")
}

func TestGeneratedExpressions(t *testing.T) {
	g := &generator{Rand: rand.New(rand.NewPCG(7, 7))}
	n := 3000
	if testing.Short() {
		n = 300
	}
	for range n {
		src := g.make([]expr.Kind{expr.Bool, expr.Number, expr.Real, expr.Date, expr.Text, expr.Set}[g.IntN(6)], 1+g.IntN(5))
		if len(src) > 4096 {
			continue
		}
		e, ds := expr.Check(src, expr.Position{Line: 1, Col: 1}, at(incident), expr.Want{})
		if e == nil {
			if s := ds.Error(); strings.Contains(s, "decimals: 9 are the most") || strings.Contains(s, "list yes_no here") || strings.Contains(s, "2000 terms") {
				continue // scales multiply; code lists are not tracked by the generator
			}
			t.Fatalf("refused: %s\n%v", src, ds)
		}
		sameEverywhere(t, src, incident, e)
	}
}
