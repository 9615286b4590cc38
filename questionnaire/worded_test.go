//go:build !js

package questionnaire

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// TestConditionsInWords: what conditions are in the words of an interviewer.
func TestConditionsInWords(t *testing.T) {
	tests := []struct{ condition, es, en string }{
		{"place is street", "I1_5 es «La calle»", "I1_5 is “La calle”"},
		{"place is not street", "I1_5 no es «La calle»", "I1_5 is not “La calle”"},
		{"place in {street, home}", "I1_5 es «La calle» o «Su casa»", "I1_5 is “La calle” or “Su casa”"},
		{"place is not in {street, home}", "I1_5 no es «La calle» ni «Su casa»", "I1_5 is not “La calle” or “Su casa”"},
		{"not place = street", "I1_5 no es «La calle»", "I1_5 is not “La calle”"},
		{"I1_21 is not yes", "I1_21 no es «Sí» (o no se preguntó)", "I1_21 is not “Sí” (or was not asked)"},
		{"dont_know(place)", "I1_5 es «No sabe»", "I1_5 is “No sabe”"},
		{"not answered(place)", "I1_5 no tiene respuesta", "I1_5 has no answer"},
		{"firearm in I1_16", "en I1_16 se marcó «Arma de fuego»", "I1_16 has “Arma de fuego” marked"},
		{"not firearm in I1_16", "en I1_16 no se marcó «Arma de fuego»", "I1_16 does not have “Arma de fuego” marked"},
		{"age >= 18", "age es mayor o igual que 18", "age is 18 or more"},
		{"not age >= 18", "age es menor que 18", "age is less than 18"},
		{"18 <= age and age < 30", "age es mayor o igual que 18 y age es menor que 30", "age is 18 or more and age is less than 30"},
		{"not (place = street or age > 17)", "I1_5 no es «La calle» y age es menor o igual que 17", "I1_5 is not “La calle” and age is 17 or less"},
		{"crime.level = household", "la situación es «Robo de vehículo» o «Robo en casa»", "the situation is “Robo de vehículo” or “Robo en casa”"},
		{"crime = burglary", "la situación es «Robo en casa»", "the situation is “Robo en casa”"},
		{"any(person, adult)", "en alguna fila de «Personas» se da que se cumple adult", "some row of “Persons” has it that adult holds"},
		{"not any(person, adult)", "en ninguna fila de «Personas» se da que se cumple adult", "no row of “Persons” has it that adult holds"},
		{"count(person, adult) > 1", "el número de filas de «Personas» en que se cumple adult es mayor que 1", "the number of rows of “Persons” in which adult holds is more than 1"},
		{"count(I1_16) <= 2", "el número de opciones marcadas en I1_16 es menor o igual que 2", "the number of options marked in I1_16 is 2 or less"},
		{"if place is home then age > 5 else true", "si I1_5 es «Su casa», entonces age es mayor que 5", "if I1_5 is “Su casa”, then age is more than 5"},
		{"cost > 1500.5", "cost es mayor que 1500,50", "cost is more than 1500.50"},
		{"adult", "se cumple adult", "adult holds"},
		{"selected", "es la persona seleccionada", "this is the selected person"},
		{"(place = street or place = home) and adult", "(I1_5 es «La calle» o I1_5 es «Su casa») y se cumple adult", "(I1_5 is “La calle” or I1_5 is “Su casa”) and adult holds"},
	}
	for _, tt := range tests {
		q := houseWith(t, "incident.yaml", "  - {id: loss,", "  - {id: asked_if, text: \"¿Y?\", type: one of yes_no, when: '"+tt.condition+"'}\n  - {id: loss,")
		for language, want := range map[string]string{"es": tt.es, "en": tt.en} {
			teller := teller{q, language, nil}
			got := teller.condition(q.byName["asked_if"].When[0].Root(), true)
			if language == "en" { // the house has few translations
				got = regexp.MustCompile(`Street`).ReplaceAllString(got, "La calle")
			}
			if got != want {
				t.Errorf("%s in %s: %q, want %q", tt.condition, language, got, want)
			}
		}
	}
}

// TestEveryOperatorHasWords: whatever the compiler makes of a condition, there is
// a sentence for it in each language, which fills as many places.
func TestEveryOperatorHasWords(t *testing.T) {
	for _, op := range []string{
		"min", "max", "date", "coalesce", "abs", "round", "floor", "cut", "year", "month", "day", "days_between", "years_between", "length", "size",
		"sum", "sum_known", "count_unknown", "min_rows", "max_rows", "contains", "starts_with", "any", "all",
	} {
		if conditionWords["en"][op] == "" {
			t.Errorf("%s has no words", op)
		}
	}
	for name, table := range map[string]map[string]map[string]string{"conditions": conditionWords, "paper": paperWords} {
		for language, words := range table {
			for key, en := range table["en"] {
				got, ok := words[key]
				if !ok || got == "" {
					t.Errorf("%s, %s: %q is missing", name, language, key)
				}
				plain := strings.NewReplacer("[1]", "", "[2]", "").Replace(got)
				if strings.Count(plain, "%s") != strings.Count(en, "%s") {
					t.Errorf("%s, %s: %q fills other places than %q", name, language, got, en)
				}
			}
			if len(words) != len(table["en"]) {
				t.Errorf("%s, %s: sentences that English has not", name, language)
			}
		}
		if len(table) != 4 {
			t.Errorf("%s: %d languages", name, len(table))
		}
	}
}

// TestUniverseOfTheCore: conditions of the built-in instrument, where codes have
// long words and conditions read other levels.
func TestUniverseOfTheCore(t *testing.T) {
	q := compileDir(t, "../schemas/lacsi")
	for item, want := range map[string]string{
		"P2_3":  "P2_2 es «No»",
		"P3_5a": "P3_5 es «No sabe»",
		"I1_3":  "I1_2 tiene respuesta y I1_2 no es «En otro país»",
		"I1_23": "I1_20 no es «Sí» y I1_21 no es «Sí» (o no se preguntó)",
		"I6_3":  "I6_2 es «Sí, todo» o «Sí, una parte» y P3_10 es «Trabajador(a) por su cuenta» o «Patrón(a) o empleador(a)»",
		"P1_1":  "",
	} {
		if got := q.UniverseInWords(item, "es"); got != want {
			t.Errorf("%s: %q, want %q", item, got, want)
		}
	}
}

// TestPossibleIsNeverTooLittle: in interviews held at random every variable has a
// value that the world of someone who knows nothing allows, and whatever is
// assumed of a condition that does hold leaves the values there are.
func TestPossibleIsNeverTooLittle(t *testing.T) {
	held := 0
	for _, dir := range append(instruments, "maze") {
		q := questionnaireOf(t, dir)
		for seed := range uint64(15) {
			iv := wander(t, q, seed+500, 100).iv
			for _, v := range q.Variables {
				if v.Module < 0 || v.Kind != varQuestion && v.Kind != varValue {
					continue
				}
				iv.eachUnder(iv.root, v.Level, func(r *row) {
					if !r.on { // a row off path has no answers, whatever its conditions
						return
					}
					nothing := q.nothingKnown(0) // nothing before it is settled
					checkPossible(t, nothing, v, r)
					for _, e := range v.When {
						b, m := e.Bool(&r.frame)
						out := canFail
						switch {
						case m != expr.Answered:
							out = canBeUnknown
						case b:
							out = canHold
						}
						w := nothing.assume(e.Root(), out)
						if w == nil {
							t.Fatalf("%s: %s came to %d, which is taken to be impossible", v.ID, e, out)
						}
						held++
						for _, s := range e.Reads() {
							if x := r.up[s.Level]; x != nil && x.on {
								checkPossible(t, w, q.Levels[s.Level].variables[s.Index], x)
							}
						}
					}
				})
			}
		}
	}
	if held < 3000 {
		t.Errorf("%d conditions were looked at", held)
	}
}

func checkPossible(t *testing.T, w *world, v *variable, r *row) {
	t.Helper()
	c, p := r.Cells[v.index], w.of(v.number)
	ok := p.missing>>c.Missing&1 == 1
	if c.Missing == expr.Answered {
		ok = p.other || c.N < 64 && p.codes>>c.N&1 == 1
	}
	if !ok {
		t.Fatalf("%s is %+v, which is taken to be impossible: %+v", v.ID, c, p)
	}
}

// everything is all that a paper says, place by place.
func everything(stops []PaperStop) (all []string) {
	for _, s := range stops {
		all = append(all, printed(reflect.ValueOf(s))...)
	}
	return all
}

func printed(v reflect.Value) (all []string) {
	switch v.Kind() {
	case reflect.String:
		return []string{v.String()}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, printed(v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			all = append(all, printed(v.Field(i))...)
		}
	}
	return all
}

// TestPaperHasEverything: every question, option, special answer, instruction,
// statement, check and card of an instrument is on paper, in each language.
func TestPaperHasEverything(t *testing.T) {
	for _, dir := range append(instruments, "maze", "testdata/gate") {
		q := questionnaireOf(t, dir)
		for _, language := range q.Languages {
			paper := q.Paper(language)
			var all []string
			for _, s := range paper.Sections {
				all = append(all, everything(s.Stops)...)
			}
			p := &printer{teller: teller{q, language, map[int]string{}}, labels: map[*element]string{}, letters: map[*module]string{}}
			p.number()
			has := func(what, words string) {
				t.Helper()
				if words != "" && !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, words) }) {
					t.Errorf("%s in %s: %s %q is not on paper", dir, language, what, words)
				}
			}
			for _, v := range q.Variables {
				if v.Kind == varValue {
					has(v.ID, p.numbers[v.number])
				}
				if v.Kind != varQuestion {
					continue
				}
				has(v.ID, v.ID)
				for _, n := range []int{v.Text, v.Instruction, v.Card, v.Zero, v.Unit} {
					has(v.ID, p.text(n))
				}
				if v.list != nil {
					for _, c := range v.list.Choices {
						has(v.ID, p.text(c.Text))
					}
				}
				for _, s := range v.Special {
					has(v.ID, p.text(s.Text))
				}
			}
			for _, e := range q.Elements {
				if e.Kind == ElementReview {
					continue
				}
				for _, n := range append([]int{e.Text, e.Instruction, e.Card, e.Given, e.Refused}, e.Outcomes...) {
					has(e.ID, p.text(n))
				}
				if e.Rows >= 0 && q.Levels[e.Rows].Kind == levelGrid {
					for _, code := range q.Levels[e.Rows].Codes {
						has(e.ID, p.text(q.Lists[q.Levels[e.Rows].List].Choices[code].Text))
					}
				}
			}
			for _, c := range q.Checks {
				if !strings.Contains("min max at_least at_most", c.ID) && !p.exclusive(c) {
					has("check "+c.ID, p.text(c.Say))
				}
			}
		}
	}
}

// TestCardsAreAnAppendix: the show card of the core has the fifteen situations.
func TestCardsAreAnAppendix(t *testing.T) {
	cards := compileDir(t, "../schemas/lacsi").Paper("es").Cards
	if len(cards) != 1 || cards[0].Title != "Tarjeta 3" || len(cards[0].Lines) != 15 || cards[0].Lines[14].Code != "15" {
		t.Errorf("cards %+v", cards)
	}
}

// TestSkipsAsPrinted: instructions as a native interviewer reads them.
func TestSkipsAsPrinted(t *testing.T) {
	paper := compileDir(t, "../schemas/lacsi").Paper("es")
	stops := map[string]PaperStop{}
	for _, s := range paper.Sections {
		for _, st := range s.Stops {
			stops[st.Number] = st
		}
	}
	for number, want := range map[string]string{
		"P2_1a": "Si P2_1a es «No», pase a P2_2; si no, siga con §2.",
		"P2_2":  "Si P2_2 es «Sí», pase a la sección B; si no, siga con P2_3.",
		"I1_7":  "Si I1_7 es «No», pase a I1_20; si no, siga con I1_8.",
		"I1_20": "Si I1_20 es «Sí», pase a I1_24; si no, siga con I1_21.",
		"I1_23": "Pase a I2_1.",
		"P1_1":  "",
	} {
		if got := stops[number].Go; got != want {
			t.Errorf("%s: %q, want %q", number, got, want)
		}
	}
	if got, want := stops["P2_1a"].Universe, "Solo si P2_1 es mayor que 30."; got != want {
		t.Errorf("P2_1a: %q, want %q", got, want)
	}
	if got := stops["I1_8"].Universe; got != "" {
		t.Errorf("I1_8 has the filter %q, and whoever comes to it is asked", got)
	}
}

// TestNoAnswerHasTheCodeOfTheData: a special answer is written on paper as the data
// have it, and never like an answer.
func TestNoAnswerHasTheCodeOfTheData(t *testing.T) {
	for _, dir := range instruments {
		q := questionnaireOf(t, dir)
		p := &printer{teller: teller{q, q.Language, map[int]string{}}, cards: map[string]*PaperCard{}, rows: map[string]bool{}}
		looked := 0
		for _, table := range NewMicrodata("", nil, q).Codebook().Tables {
			for _, c := range table.Columns {
				v := q.byName[c.Item]
				if v == nil || v.Kind != varQuestion || v.Type.Kind == expr.Set || len(v.Special) == 0 || len(c.Missing) < len(v.Special) || v.ID != c.Item || len(v.Parts) > 0 && c.Name != v.ID {
					continue
				}
				for _, o := range p.question(v).Answer {
					if !o.Special || o.Code == "" {
						continue // an amount without bounds: its code is too long to be written
					}
					looked++
					if !slices.ContainsFunc(c.Missing, func(m CodebookMissing) bool { return m.Code == o.Code }) {
						t.Errorf("%s: %s: %s %q is not a code of column %s: %v", dir, v.ID, o.Code, o.Text, c.Name, c.Missing)
					}
				}
			}
		}
		for _, v := range q.Variables {
			seen := map[string]bool{}
			if v.Kind != varQuestion {
				continue
			}
			for _, o := range p.question(v).Answer {
				if o.Code != "" && seen[o.Code] {
					t.Errorf("%s: %s has two answers with code %s", dir, v.ID, o.Code)
				}
				seen[o.Code] = true
			}
		}
		if looked == 0 {
			t.Errorf("%s: nothing was looked at", dir)
		}
	}
}
