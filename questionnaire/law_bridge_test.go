//go:build !js

package questionnaire

import "testing"

// This file lends the interviews at random to tests that stand outside the
// package because they write files.

// Five, Many are five and many.
func Five(t *testing.T) []*Questionnaire            { return five(t) }
func Many(t *testing.T, name string, usual int) int { return many(t, name, usual) }

// WithoutOffPath conducts an interview at random and gives it twice: as it is,
// and as if nothing had been answered of what is off its path.
func WithoutOffPath(t *testing.T, q *Questionnaire, seed uint64) (iv, pruned *Interview, dropped int) {
	c := wander(t, q, seed, 150)
	pruned = replay(t, q, c.log)
	for _, r := range pruned.rows {
		for _, v := range r.level.variables {
			if a := &r.answers[v.index]; v.asked() && a.given && !(r.on && r.states[v.index].relevant) {
				*a = answer{}
				dropped++
			}
		}
	}
	pruned.everything(pruned.root)
	pruned.settle()
	return c.iv, pruned, dropped
}

// Conducted answers by path and value; "+" adds a row of a roster.
func Conducted(t testing.TB, q *Questionnaire, said ...any) *Interview {
	t.Helper()
	c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
	c.do(Act{Kind: KindStart, Case: "0001", Household: 1})
	for i := 0; i < len(said); i += 2 {
		if said[i] == "+" {
			c.do(Act{Kind: KindAddRow, Roster: said[i+1].(string)})
			continue
		}
		c.do(Act{Kind: KindAnswer, Path: said[i].(string), Value: said[i+1].(Value)})
	}
	return c.iv
}
