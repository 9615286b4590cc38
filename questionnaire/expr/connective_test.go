//go:build !js

package expr_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// TestConnectivesOfTests holds the loop over tests to what and, or mean: every
// pair of comparisons, plain, negated and made sure, beside each other and one
// connective inside the other, for each way a variable can be there or missing.
func TestConnectivesOfTests(t *testing.T) {
	questions := []struct {
		src   string
		holds func(n int64) bool
		sure  bool
	}{
		{"%s < 3", func(n int64) bool { return n < 3 }, false},
		{"%s >= 3", func(n int64) bool { return n >= 3 }, false},
		{"%s in {0, 3, 63}", func(n int64) bool { return n == 0 || n == 3 || n == 63 }, false},
		{"%s in {3, 67}", func(n int64) bool { return n == 3 || n == 67 }, false},
		{"not (%s in {1, 2})", func(n int64) bool { return n != 1 && n != 2 }, false},
		{"%s is 3", func(n int64) bool { return n == 3 }, true},
		{"surely(%s > 3)", func(n int64) bool { return n > 3 }, true},
		{"%s is not 2", func(n int64) bool { return n != 2 }, true},
		{"coalesce(%s, 3) = 3", func(n int64) bool { return n == 3 }, true},
	}
	// meaning is what a question comes to: 0 no, 1 yes, else unknown for a reason.
	type meaning struct {
		truth  int
		reason expr.Missing
	}
	of := func(i int, c expr.Cell) meaning {
		q := questions[i]
		switch {
		case c.Missing == expr.Answered && q.holds(c.N):
			return meaning{1, expr.Answered}
		case c.Missing == expr.Answered:
			return meaning{0, expr.Answered}
		case !q.sure:
			return meaning{2, c.Missing}
		case strings.Contains(q.src, "is not") || strings.HasPrefix(q.src, "coalesce"):
			return meaning{1, expr.Answered}
		}
		return meaning{0, expr.Answered}
	}
	join := func(decides int, ms ...meaning) meaning {
		for _, m := range ms {
			if m.truth == decides {
				return m
			}
		}
		for _, m := range ms {
			if m.truth == 2 {
				return m
			}
		}
		return ms[0]
	}
	cells := []expr.Cell{{Missing: expr.NotReached}, {Missing: expr.DontKnow}, {Missing: expr.Refused}}
	for _, n := range []int64{math.MinInt64, -61, -1, 0, 1, 2, 3, 4, 63, 64, 67, math.MaxInt64} {
		cells = append(cells, expr.Cell{N: n, Missing: expr.Answered})
	}
	for i, p := range questions {
		for j, q := range questions {
			for word, decides := range map[string]int{"and": 0, "or": 1} {
				first, second := fmt.Sprintf(p.src, "n"), fmt.Sprintf(q.src, "age")
				e := check(t, fmt.Sprintf("(%s) %s (%s) %[2]s (%[1]s)", first, word, second), person)
				other := map[string]string{"and": "or", "or": "and"}[word]
				nested := check(t, fmt.Sprintf("(%s) %s ((%s) %s (%[1]s))", first, word, second, other), person)
				for _, a := range cells {
					for _, b := range cells {
						f := one(map[string]expr.Cell{"n": a, "age": b})
						want := join(decides, of(i, a), of(j, b))
						holds, why := e.Bool(f)
						if holds != (want.truth == 1) || why != want.reason {
							t.Fatalf("%s with n %v, age %v: %v %v, want %v", e, a, b, holds, why, want)
						}
						inner := join(decides, of(i, a), join(1-decides, of(j, b), of(i, a)))
						if holds, why := nested.Bool(f); holds != (inner.truth == 1) || why != inner.reason {
							t.Fatalf("%s with n %v, age %v: %v %v, want %v", nested, a, b, holds, why, inner)
						}
						if c := e.Eval(f); (c.N == 1) != holds || c.Missing != why {
							t.Fatalf("%s with n %v, age %v: Bool says %v %v, Eval %v", e, a, b, holds, why, c)
						}
					}
				}
			}
		}
	}
}
