//go:build !js

package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// Uses tells one row from all, and which row of a grid.
func TestUses(t *testing.T) {
	tests := []struct {
		src   string
		level int
		want  string
	}{
		{"age > 3", person, "age"},
		{"age > 3 and age < 9", person, "age age"},
		{"crime.weight > 3", incident, "crime"},
		{"any(persons, age > 3)", person, fmt.Sprintf("rows(%d) age/1", person)},
		{"P7_3[street_robbery] = yes", person, "P7_3[2]"},
		{"P7_3[crime] = yes", incident, "P7_3[by crime] crime"},
	}
	for _, tt := range tests {
		e, ds := expr.Check(tt.src, expr.Position{}, at(tt.level), expr.Want{})
		if e == nil {
			t.Fatalf("%s: %v", tt.src, ds)
		}
		var got []string
		for _, u := range e.Uses() {
			name := slotName(u.Slot)
			switch {
			case u.Rows:
				name = fmt.Sprintf("rows(%d)", u.Slot.Level)
			case u.Grid && u.By != nil:
				name += "[by " + slotName(*u.By) + "]"
			case u.Grid:
				name += fmt.Sprintf("[%d]", u.Code)
			}
			if len(u.Over) > 0 {
				name += fmt.Sprintf("/%d", len(u.Over))
			}
			got = append(got, name)
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%s uses %s, want %s", tt.src, s, tt.want)
		}
	}
}

// slotName is the name of a variable of the tests' world.
func slotName(s expr.Slot) string {
	for name, x := range symbols {
		if x.Slot == s && x.Type.Kind != expr.Rows && x.Attr == nil {
			return name
		}
	}
	return "?"
}
