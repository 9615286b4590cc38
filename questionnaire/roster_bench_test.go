//go:build !js

package questionnaire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// longest is how many rows the lists of these benchmarks have at most.
const longest = 210

// listing is an instrument with every way in which one more row comes about: by
// hand, by a count, from a list, in a row of another list. Over each of them it
// ranges: with a count, a sum, a quantifier and a look for doubles, as the
// built-in instrument does.
func listing(t testing.TB) *Questionnaire {
	t.Helper()
	var places strings.Builder
	for i := 1; i <= longest; i++ {
		fmt.Fprintf(&places, "    - {code: %d, name: place_%d, text: Lugar %d}\n", i, i, i)
	}
	in, diags := LoadInstrument(fstest.MapFS{
		"instrument.yaml": {Data: []byte(`instrument: listing
version: 2026.1
language: es
title: Listas
public_title: Listas
special:
  dont_know: {text: No sabe}
levels:
  household: {}
  person: {parent: household}
  room: {parent: household}
  visit: {parent: household}
  thing: {parent: person}
codes:
  yes_no:
    - {code: 1, name: yes, text: Sí}
    - {code: 2, name: no, text: "No"}
  places:
` + places.String() + `include: [all.yaml]
`)},
		"all.yaml": {Data: []byte(`module: all
level: household
title: Todo
items:
  - roster: person
    rows: by hand
    text: ¿Quiénes viven aquí?
    add: Agregar
    done: ¿Están todas?
    first: name
    max: 250
    checks:
      - {id: twins, hard: "distinct(person, name)", say: Hay dos personas con el mismo nombre.}
      - {id: old, hard: "count(person, age >= 90) <= 1", say: Hay más de una persona de 90 años.}
    items:
      - {id: name, text: Nombre, type: text, class: ordinary}
      - {id: age, text: "¿Cuántos años?", type: integer, min: 0, max: 120, special: [dont_know]}
      - {id: adult, value: age >= 18}
      - {id: works, text: "¿Trabaja?", type: one of yes_no, when: adult}
      - roster: thing
        rows: by hand
        text: ¿Qué tiene?
        add: Agregar
        done: ¿Es todo?
        first: worth
        items:
          - {id: worth, text: "¿Cuánto vale?", type: integer, min: 0}
      - {id: dear, value: "any(thing, worth > 1000)"}
  - {id: adults, value: "count(person, adult)"}
  - {id: years, value: "sum(person, age)"}
  - {id: rooms, text: "¿Cuántos cuartos hay?", type: integer, min: 0, max: 250}
  - roster: room
    rows: count rooms
    max: 250
    items:
      - {id: size, text: "Cuarto {room.number} de {room.count}: ¿cuántos metros?", type: integer, min: 0}
  - {id: area, value: "sum(room, size)"}
  - {id: halls, value: "count(room, size > 40)"}
  - {id: found, value: "count(room)"}
  - {grid: going, over: places, text: ¿A dónde va?, ask: {id: goes, text: "¿Va a {row}?", type: one of yes_no, special: [dont_know]}}
  - roster: visit
    rows: yes in goes
    items:
      - {id: times, text: "¿Cuántas veces va a {row}?", type: integer, min: 0}
  - {id: often, value: "count(visit, times > 10)"}
  - {id: seldom, text: "¿Por qué tan poco?", type: text, class: ordinary, when: "not any(visit, times > 3)"}
`)},
	}, ".")
	if diags.Err() != nil {
		t.Fatalf("load:\n%v", diags)
	}
	q, diags := Compile(in)
	if diags.Err() != nil {
		t.Fatalf("compile:\n%v", diags)
	}
	return q
}

// A lengthening is one way in which a list gets longer: what is done before, and
// the act that adds row n, for n from 1. What each row is asked is answered.
type lengthening struct {
	q      *Questionnaire
	before func(c *conduct)
	add    func(n int) Act
	fill   func(c *conduct, n int)
}

func lengthenings(t testing.TB) map[string]lengthening {
	t.Helper()
	q := listing(t)
	person := func(c *conduct, n int) {
		at := fmt.Sprintf("person[d1.%d].", n)
		c.say(at+"name", Text(fmt.Sprintf("Persona %d", n))).say(at+"age", 20+n%60)
	}
	byHand := func(int) Act { return Act{Kind: KindAddRow, Roster: "person"} }
	return map[string]lengthening{
		"hand": {q, nil, byHand, person},
		"bare": {houseWith(t, "roster.yaml", `    checks:
      - {hard: "count(person, age >= 90) <= 1", say: Hay más de una persona de 90 años o más.}
`, "", "roster.yaml", "when: not any(person, adult)", "when: interview_date > today"), nil, byHand, person},
		"count": {q, nil, func(n int) Act { return Act{Kind: KindAnswer, Path: "rooms", Value: Number(n)} },
			func(c *conduct, n int) { c.say(fmt.Sprintf("room[%d].size", n), 10+n%50) }},
		"list": {q, nil, func(n int) Act {
			return Act{Kind: KindAnswer, Path: fmt.Sprintf("goes[place_%d]", n), Value: Code{Name: "yes"}}
		}, func(c *conduct, n int) { c.say(fmt.Sprintf("visit[place_%d].times", n), n%20) }},
		"nested": {q, func(c *conduct) { c.member("Ana", 34) }, func(int) Act { return Act{Kind: KindAddRow, Roster: "thing", Path: "person[d1.1]"} },
			func(c *conduct, n int) { c.say(fmt.Sprintf("person[d1.1].thing[d1.%d].worth", n), n) }},
	}
}

// listOf is an interview in which a list has so many rows.
func (l lengthening) listOf(t testing.TB, rows int) *conduct {
	t.Helper()
	c := &conduct{t: t, iv: l.q.Open(Self{"s", "0197", "d1", 1}), now: noon}
	c.do(Act{Kind: KindStart, Case: "1", Given: map[string]Value{"reference_year": Number(2025), "selection_number": Number(0)}})
	if l.before != nil {
		l.before(c)
	}
	for n := 1; n <= rows; n++ {
		c.do(l.add(n))
		l.fill(c, n)
	}
	return c
}

// timed is how long deciding and applying an act takes.
func (c *conduct) timed(act Act) time.Duration {
	began := time.Now()
	e, err := c.iv.Decide(act, Stamp{Wall: noon})
	if err != nil {
		c.t.Fatal(err)
	}
	c.iv.Apply(e)
	return time.Since(began)
}

// median reports the middle of some times, which another program on the same
// processor does not move as it does their mean.
func median(b *testing.B, times []time.Duration) {
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds()), "ns/median")
}

// BenchmarkAddRow is what one more row costs, decided and applied: row 200 is to
// stay within one and a half times row 2. The kinds of list are those of
// listing; bare is a list by hand that no expression ranges over.
func BenchmarkAddRow(b *testing.B) {
	for name, l := range lengthenings(b) {
		for _, n := range []int{2, 30, 200} {
			b.Run(fmt.Sprintf("%s/row=%d", name, n), func(b *testing.B) {
				c := l.listOf(b, n-1)
				var times []time.Duration
				for b.Loop() {
					again := &conduct{t: b, iv: replay(b, l.q, c.log)}
					times = append(times, again.timed(l.add(n)))
				}
				median(b, times)
			})
		}
	}
}

// BenchmarkRemoveRow is what taking the first of n rows made by hand away costs.
func BenchmarkRemoveRow(b *testing.B) {
	l := lengthenings(b)["hand"]
	for _, n := range []int{2, 200} {
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			c := l.listOf(b, n)
			var times []time.Duration
			for b.Loop() {
				again := &conduct{t: b, iv: replay(b, l.q, c.log)}
				times = append(times, again.timed(Act{Kind: KindRemoveRow, Path: "person[d1.1]", Reason: "Vive en otra casa"}))
			}
			median(b, times)
		})
	}
}

// BenchmarkAnswerInList is an answer that the list is ranged over for, in lists
// of different length: age is counted and added up. Where what is taken of the
// row stays the same, nothing is ranged over.
func BenchmarkAnswerInList(b *testing.B) {
	l := lengthenings(b)["hand"]
	for _, n := range []int{2, 200} {
		c := l.listOf(b, n)
		for item, values := range map[string][]Value{"works": {Code{Name: "yes"}, Code{Name: "no"}}, "age": {Number(30), Number(31)}} {
			b.Run(fmt.Sprintf("%s/rows=%d", item, n), func(b *testing.B) {
				var times []time.Duration
				for i := 0; b.Loop(); i++ {
					times = append(times, c.timed(Act{Kind: KindAnswer, Path: ana + item, Value: values[i%2]}))
				}
				median(b, times)
			})
		}
	}
}
