//go:build !js

package expr_test

import (
	"testing"

	"cifra/questionnaire/expr"
)

// The rules at the head of distinct.go, on ages and on words.
func TestDistinct(t *testing.T) {
	u := no(expr.DontKnow)
	for _, tt := range []struct {
		more expr.Missing
		ages []expr.Cell
		want string
	}{
		{expr.Answered, []expr.Cell{num(3), num(4)}, "true"},
		{expr.Answered, []expr.Cell{num(3), num(4), num(3)}, "false"},
		{expr.NotReached, []expr.Cell{num(3), num(3)}, "false"}, // decided, whoever comes
		{expr.NotReached, []expr.Cell{num(3), num(4)}, "not_reached"},
		{expr.Answered, []expr.Cell{u, num(3), num(3)}, "false"},
		{expr.Answered, []expr.Cell{u, u, num(3)}, "dont_know"}, // two unknown ages are not the same age
	} {
		got := value(t, "distinct(persons, age)", household, people(tt.more, tt.ages...))
		if got != tt.want {
			t.Errorf("distinct of %v, more: %v: %s, want %s", tt.ages, tt.more, got, tt.want)
		}
	}
}
