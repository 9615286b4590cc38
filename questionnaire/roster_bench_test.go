//go:build !js

package questionnaire

import (
	"fmt"
	"testing"
)

// listOf is an interview of testdata/screens with so many persons in the list.
func listOf(t testing.TB, persons int) *conduct {
	t.Helper()
	c := screeningOf(t, compileDir(t, "testdata/screens"), 0)
	for i := 1; i < persons; i++ {
		c.member(fmt.Sprintf("Persona %d", i), 40)
	}
	return c
}

// BenchmarkAddRow is what adding one more person to a list costs, decided and
// applied: row 200 is to stay within one and a half times row 2 where no
// expression ranges over the list. With those of the house (two) and of screens
// (three, one of them distinct) it is the ranging that grows.
func BenchmarkAddRow(b *testing.B) {
	bare := houseWith(b, "roster.yaml", `    checks:
      - {hard: "count(person, age >= 90) <= 1", say: Hay más de una persona de 90 años o más.}
`, "", "roster.yaml", "when: not any(person, adult)", "when: interview_date > today")
	for name, q := range map[string]*Questionnaire{"bare": bare, "house": compileHouse(b), "screens": compileDir(b, "testdata/screens")} {
		for _, n := range []int{2, 30, 200} {
			b.Run(fmt.Sprintf("%s/row=%d", name, n), func(b *testing.B) {
				c := &conduct{t: b, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
				c.do(Act{Kind: KindStart, Case: "1", Given: map[string]Value{"reference_year": Number(2025), "selection_number": Number(0)}})
				for i := 1; i < n; i++ {
					c.member(fmt.Sprintf("Persona %d", i), 40)
				}
				for b.Loop() {
					b.StopTimer()
					iv := replay(b, q, c.log)
					b.StartTimer()
					e, err := iv.Decide(Act{Kind: KindAddRow, Roster: "person"}, Stamp{Wall: noon})
					if err != nil {
						b.Fatal(err)
					}
					iv.Apply(e)
				}
			})
		}
	}
}

// BenchmarkAnswerInList is an answer on which no other row depends, in lists of
// different length.
func BenchmarkAnswerInList(b *testing.B) {
	for _, n := range []int{2, 200} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			c := listOf(b, n)
			value := []Value{Code{Name: "yes"}, Code{Name: "no"}}
			for i := 0; b.Loop(); i++ {
				e, err := c.iv.Decide(Act{Kind: KindAnswer, Path: ana + "water", Value: value[i%2]}, Stamp{Wall: noon})
				if err != nil {
					b.Fatal(err)
				}
				c.iv.Apply(e)
			}
		})
	}
}
