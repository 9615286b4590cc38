//go:build !js

package questionnaire

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
)

// generated writes an instrument of about n items, half of them asked of each
// member of the household: conditions reach back to earlier items at random, of
// the same row and of the household, values add up over rows, and every tenth
// item has a check. The same seed writes the same instrument.
func generated(n int, seed uint64) fstest.MapFS {
	rng := rand.New(rand.NewPCG(seed, 31))
	one := func(b *strings.Builder, indent, prefix string, i int, above []string) {
		id := fmt.Sprintf("%s%d", prefix, i)
		when := ""
		if i > 0 && rng.IntN(3) > 0 {
			names := above
			if len(above) == 0 || rng.IntN(2) == 0 {
				names = nil
				for k := max(0, i-8); k < i; k++ {
					names = append(names, fmt.Sprintf("%s%d", prefix, k))
				}
			}
			name := names[rng.IntN(len(names))]
			switch kind(name) {
			case 0:
				when = fmt.Sprintf(", when: %s is yes", name)
			case 1:
				when = fmt.Sprintf(", when: %s < %d", name, 10+rng.IntN(50))
			default:
				when = fmt.Sprintf(", when: %s is not red", name)
			}
		}
		switch kind(id) {
		case 0:
			fmt.Fprintf(b, "%s- {id: %s, text: ¿Sí o no?, type: one of yes_no%s}\n", indent, id, when)
		case 1:
			fmt.Fprintf(b, "%s- {id: %s, text: ¿Cuántas veces?, type: integer, min: 0, max: 50%s}\n", indent, id, when)
		default:
			fmt.Fprintf(b, "%s- {id: %s, text: ¿Cuál?, type: one of colours, special: [dont_know]%s}\n", indent, id, when)
		}
	}
	var household, person strings.Builder
	var above []string
	for i := range n / 2 {
		one(&household, "  ", "h", i, nil)
		above = append(above, fmt.Sprintf("h%d", i))
	}
	person.WriteString("  - roster: person\n    rows: by hand\n    text: ¿Quiénes viven aquí?\n    add: Agregar\n    done: ¿Están todas?\n    first: name\n    items:\n")
	person.WriteString("      - {id: name, text: Nombre, type: text, class: identifier}\n")
	for i := range n / 2 {
		one(&person, "      ", "p", i, above)
	}
	fmt.Fprintf(&person, "  - {id: total, value: \"sum(person, p1)\"}\n  - {id: many, text: ¿Por qué tantas?, type: text, class: ordinary, when: total > 60}\n")
	instrument := `instrument: generated
version: 2026.1
language: es
title: Muchas preguntas
public_title: Muchas preguntas
currency: {code: MXN, symbol: $, decimals: 2}
special:
  dont_know: {text: No sabe}
levels:
  household: {}
  person: {parent: household}
codes:
  yes_no:
    - {code: 1, name: yes, text: Sí}
    - {code: 2, name: no, text: "No"}
  colours:
    - {code: 1, name: red, text: Rojo}
    - {code: 2, name: green, text: Verde}
    - {code: 3, name: blue, text: Azul}
include: [all.yaml]
`
	module := "module: all\nlevel: household\ntitle: Todo\nitems:\n"
	return fstest.MapFS{
		"instrument.yaml": {Data: []byte(instrument)}, "all.yaml": {Data: []byte(module + household.String() + person.String())},
	}
}

// kind is the type of an item by its number: yes or no, a number, a colour.
func kind(id string) int { return int(id[len(id)-1]-'0') % 3 }

func compileGenerated(t testing.TB, n int, seed uint64) *Questionnaire {
	t.Helper()
	in, diags := LoadInstrument(generated(n, seed), ".")
	if diags.Err() != nil {
		t.Fatalf("load:\n%v", diags)
	}
	q, diags := Compile(in)
	if diags.Err() != nil {
		t.Fatalf("compile:\n%v", diags)
	}
	return q
}
