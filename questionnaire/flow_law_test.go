//go:build !js

package questionnaire

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire/expr"
)

// This file tries the theorem at the head of flow.go. Random instruments are
// written; those that the compiler accepts are answered twice, with the same
// ordinary answers and other sensitive ones, and what anybody may see of the two
// interviews has to be the same. Then the compiler is made blind to one kind of
// edge after the other, and has to let something through.

// leaky writes an instrument with some things drawn at random, among them many
// that give something away.
func leaky(rng *rand.Rand) fstest.MapFS {
	pick := func(from ...string) string { return from[rng.IntN(len(from))] }
	// Half of them are written by somebody careful, who slips now and then: else
	// hardly any would be accepted.
	careful := rng.IntN(2) == 0
	slip := func() bool { return !careful || rng.IntN(20) == 0 }
	// fact is a condition at a person; inside is one in an incident.
	fact := func() string {
		if !slip() {
			return pick("O1 is yes", "O2 is yes", "robbed", "T1[robbery] is yes", "T2[robbery] > 1", "robbed and O2 is not yes", "shown")
		}
		return pick("O1 is yes", "O2 is yes", "O1 is yes and O2 is yes", "robbed", "hurt", "events > 0", "events > 1", "secret",
			"S1 is yes", "S2 is yes", "T1[robbery] is yes", "T1[rape] is yes", "any(crimes_of, T1 is yes)", "count(incident) > 1",
			"any(incident, I1 is yes)", "shown", `name = "Ana"`, "P1 is yes")
	}
	inside := func() string {
		if !slip() {
			return pick("O1 is yes", "crime = robbery", "crime = rape", "T1[crime] is yes", "T2[crime] > 1", "incident.count > 1", "robbed")
		}
		return pick("O1 is yes", "crime = robbery", "crime = rape", "I1 is yes", "T1[crime] is yes", "T2[crime] > 1",
			"incident.count > 1", "S1 is yes", "count(incident) > 1", "robbed", "events > 1")
	}
	maybe := func(key string, cond func() string) string {
		if rng.IntN(3) > 0 {
			return ""
		}
		return fmt.Sprintf(", %s: %q", key, cond())
	}
	one := func(format string, a ...any) string {
		if rng.IntN(4) > 0 {
			return ""
		}
		return "  - " + fmt.Sprintf(format, a...) + "\n"
	}
	rare := func(s, otherwise string) string {
		if slip() && rng.IntN(3) == 0 {
			return s
		}
		return otherwise
	}
	draw, cap := pick("number, number: number", "next_birthday, birthday: born", "last_birthday, birthday: born"), "up_to: 2, which: latest"
	if slip() && rng.IntN(6) == 0 {
		draw = "next_birthday, birthday: healed"
	}
	if slip() && rng.IntN(6) == 0 {
		cap = pick("up_to: 3, total: 2, which: most_serious, rank: rank", "up_to: 3, total: 2, which: random")
	}
	roster, screen := rare("wound", "name"), rare("    class: sensitive\n", "")
	people := `module: people
level: household
title: Personas
items:
  - {gate: alone, text: ¿A solas?, open: Sí, postpone: Después, skip: "No"}
  - roster: person
    rows: by hand
    text: ¿Quiénes?
    add: Agregar
    done: ¿Todos?
    first: ` + roster + `
    items:
      - {id: name, text: Nombre, type: text, class: identifier}
      - {id: wound, text: ¿Herida?, type: text, class: sensitive}
      - {id: born, text: ¿Cuándo nació?, type: date, class: identifier}
      - {id: healed, text: ¿Cuándo sanó?, type: date, class: sensitive}
      - {id: afraid, text: ¿Miedo?, type: one of yes_no, class: sensitive}
      - {id: P1, text: "¿Sí?", type: one of yes_no` + maybe("when", func() string {
		return rare(pick("afraid is yes", `name = "Ana"`, "answered(name)"), "count(person) > 1")
	}) + `}
` + "  - {select: drawn, from: person" + rare(" where afraid is yes", pick("", " where P1 is not yes")) + ", method: " + draw + ", text: Selección}\n"
	screening := `module: screening
level: person
title: Delitos
when: drawn
items:
  - {id: O1, text: "¿Uno?", type: one of yes_no}
  - {id: O2, text: "¿Dos?", type: one of yes_no` + maybe("when", fact) + `}
  - {gate: gate, text: ¿A solas?, open: Sí, postpone: Después, skip: "No"` + maybe("when", func() string { return rare("S1 is yes", pick("O1 is yes", "O2 is yes")) }) + `}
  - {id: S1, text: "¿Ese?", type: one of yes_no, class: sensitive` + maybe("when", fact) + `}
  - {id: S2, text: "¿Ese otro?", type: one of yes_no, class: sensitive}
  - screen: crimes_of
` + screen + `    over: crimes
    ask: {id: T1, text: "{crime.text}", type: one of yes_no}
    times: {id: T2, text: "¿Cuántas?", type: integer, min: 1, max: 3}
    forms: {level: incident, ` + cap + `}
  - {id: robbed, value: "T1[robbery] is yes"}
  - {id: hurt, value: "T1[rape] is yes"}
  - {id: events, value: count(incident)}
  - {id: secret, value: S1 is yes}
  - {id: shown, value: ` + rare(pick("S1 is yes", "hurt"), pick("O1 is yes", "robbed")) + `, class: ordinary}
`
	incident := `module: incident
level: incident
title: Incidente
heading: "{crime.text} {incident.number}` + rare(" {events}", "") + `"
items:
  - {gate: again, text: ¿A solas?, open: Sí, postpone: Después, skip: "No", when: crime = rape}
  - {id: I1, text: "¿Lesión?", type: one of yes_no` + maybe("when", inside) + `}
  - {id: I2, text: "¿Arma?", type: one of yes_no` + maybe("when", inside) + `}
` + rare("  - {consent: more, text: ¿Sigo?, given: Sí, refused: Ya no, disposition: 212}\n", "")
	after := `module: after
level: person
title: Después
when: drawn
items:
  - {id: A1, text: "¿Algo` + rare(" {events}", pick("", " {name}")) + `?", type: one of yes_no` + maybe("when", fact) + `}
` +
		one("{id: A2, text: \"¿Sí?\", type: one of yes_no, force: [{when: %q, to: yes}]}", fact()) +
		one("{id: A3, text: \"¿Sí?\", type: one of yes_no, hide: [{option: no, when: %q}]}", fact()) +
		one("{id: A4, text: \"¿Sí?\", type: one of yes_no, offer: %q}", "option = yes or "+fact()) +
		one("{id: A5, text: \"¿Sí?\", type: one of yes_no, checks: [{soft: %q, say: Confirme., id: c}]}", fact()) +
		one("{say: A6, text: Gracias, when: %q}", fact()) +
		one("{id: A8, text: ¿Oficio?, type: entry of jobs, within: {kind: 'if %s then office else field'}}", fact()) +
		one("{block: B1, order: random, when: %q, items: [{id: B2, text: \"¿Luz?\", type: one of yes_no}, {id: B3, text: \"¿Agua?\", type: entry of jobs}]}", fact()) +
		"  - {id: A7, text: \"¿Último?\", type: one of yes_no}\n"
	main := `instrument: leaky
version: 2026.1
language: es
title: Prueba
public_title: Prueba
parameters: {number: {type: decimal(6)}}
levels: {household: {}, person: {parent: household}, incident: {parent: person}}
codes:
  yes_no: [{code: 1, name: yes, text: Sí}, {code: 2, name: no, text: "No"}]
  kinds: [{code: 1, name: office, text: Oficina}, {code: 2, name: field, text: Campo}]
catalogues:
  crimes:
    attributes: {rank: integer}
    rows: [{code: 1, name: robbery, text: Robo, rank: 1}, {code: 2, name: rape, text: Violación, class: sensitive, rank: 2}]
tables:
  jobs:
    attributes: {kind: one of kinds}
    rows: [{code: 11, text: Contadora, kind: 1}, {code: 12, text: Jueza, kind: 1}, {code: 21, text: Pastora, kind: 2}]
include: [people.yaml, screening.yaml, incident.yaml, after.yaml]
`
	files := fstest.MapFS{}
	for name, text := range map[string]string{"instrument": main, "people": people, "screening": screening, "incident": incident, "after": after} {
		files[name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// tell conducts an interview in which every answer follows from its path: an
// ordinary one from the household, a sensitive one from the secret as well. It
// goes on until nothing is open.
func tell(t testing.TB, q *Questionnaire, household, secret uint64) *conduct {
	t.Helper()
	c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
	c.do(Act{Kind: KindStart, Case: "0001", Household: 1, Given: map[string]Value{"number": Number(household % 1_000_000)}})
	number := func(path string, sensitive bool) int {
		h := fnv.New64a()
		fmt.Fprint(h, household, path)
		if sensitive {
			fmt.Fprint(h, secret)
		}
		return int(h.Sum64() >> 33)
	}
	for events := -1; events < len(c.log); {
		events = len(c.log)
		for _, p := range slices.Collect(c.iv.walk()) {
			sensitive := c.iv.sensitive(p)
			switch p.element.Kind {
			case ElementRoster:
				if len(p.row.children[p.element.Rows]) < 2 {
					_ = c.try(Act{Kind: KindAddRow, Roster: "person"})
				}
			case ElementGate:
				if s := c.iv.screen(p, ""); s.Gate.Outcome == "" {
					_ = c.try(Act{Kind: KindGate, Path: s.Path, Outcome: "open"})
				}
			case ElementSelect:
				if !c.iv.drawStands(p.element, p.row) {
					_ = c.try(Act{Kind: KindSelect, Path: p.path()})
				}
			case ElementConsent:
				if s := c.iv.screen(p, ""); s.Consent.Outcome == "" {
					_ = c.try(Act{Kind: KindConsent, Path: s.Path, Outcome: []string{"given", "refused"}[number(s.Path, sensitive)%2]})
				}
			}
			for _, x := range c.iv.questions(p) {
				if !x.open() {
					continue
				}
				v := c.iv.question(x, "")
				n := number(v.Path, c.iv.class(x.variable, x.row) == Sensitive)
				var a Value
				switch v.Kind {
				case "one":
					a = Code{Name: v.Options[n%len(v.Options)].Code}
					if x.variable.Kind == varDone {
						a = Code{Name: "yes"}
					}
				case "entry":
					a = lookedUp(t, q, v, n)
				case "date":
					a = Date(fmt.Sprintf("%d-%02d-%02d", 1950+n%50, 1+n%12, 1+n%28))
				case "text":
					a = Text([]string{"Ana", "Luz", "Eva"}[n%3])
				default:
					a = Number(1 + n%3)
				}
				_ = c.try(Act{Kind: KindAnswer, Path: v.Path, Value: a})
			}
			for k, r := range c.iv.checksAt(p) {
				if r.fires[k.index] && !c.iv.isConfirmed(k, r) {
					_ = c.try(Act{Kind: KindConfirm, Check: c.iv.checkKey(k, r), Reason: "Lo confirmó la persona"})
				}
			}
		}
	}
	return c
}

// lookedUp is the entry that number n is among those offered.
func lookedUp(t testing.TB, q *Questionnaire, v QuestionView, n int) Value {
	t.Helper()
	var offered []Value
	for _, code := range []string{"11", "12", "21"} {
		e, ok := q.TableFiles()[0].Find(code)
		for _, w := range v.Within {
			ok = ok && e.With.Map()[w.Part] == w.Is
		}
		if ok {
			offered = append(offered, e)
		}
	}
	if len(offered) == 0 {
		t.Fatalf("%s offers no entry", v.Path)
	}
	return offered[n%len(offered)]
}

// public is what may be seen of an interview by whoever may see nothing
// sensitive and no name: ordinary screens in their order, progress, outcome,
// ordinary cells, ordinary columns of the exported rows.
func public(c *conduct) []string {
	iv, q := c.iv, c.iv.q
	var out []string
	for p := range iv.walk() {
		if iv.sensitive(p) {
			continue
		}
		v := iv.View(p.path(), "es")
		names := false
		for _, x := range iv.questions(p) {
			names = names || iv.class(x.variable, x.row) == Identifier
		}
		if !names {
			b, _ := json.Marshal(v)
			out = append(out, string(b))
		}
	}
	v := iv.View(endPath, "es")
	out = append(out, fmt.Sprint("end ", v.Progress, v.Complete, v.Screen.Disposition))
	for _, e := range iv.Overview("es") {
		if !e.Sensitive {
			out = append(out, fmt.Sprint("overview ", e.Path, e.State))
		}
	}
	iv.digestRow(iv.root, func(r *row) {
		if !r.on || iv.opened(r) == Sensitive {
			return
		}
		out = append(out, "row "+r.path)
		for _, v := range r.level.variables {
			if d := iv.class(v, r); d != Sensitive && d != Identifier {
				out = append(out, fmt.Sprint(itemPath(v.ID, r), r.Cells[v.index], r.states[v.index]))
			}
		}
	})
	m := NewMicrodata("s", nil, q)
	sink := rowsOf{book: *m.Codebook(), out: &out}
	outcome := Outcome{Disposition: v.Screen.Disposition, Group: "I"}
	if err := m.Write(&SampledCase{ID: "0001", Outcome: outcome, Households: []SampledHousehold{{iv, outcome}}}, sink); err != nil {
		c.t.Fatal(err)
	}
	return out
}

// rowsOf keeps the ordinary columns of rows that are not of a sensitive crime.
type rowsOf struct {
	book Codebook
	out  *[]string
}

// Row implements Sink.
func (s rowsOf) Row(table string, cells []string) error {
	line := table
	for _, t := range s.book.Tables {
		if t.Name != table {
			continue
		}
		for i, c := range t.Columns {
			if c.Name == "crime" && cells[i] == "2" {
				return nil
			}
			if c.Class != Sensitive && c.Class != Identifier {
				line += " " + c.Name + "=" + cells[i]
			}
		}
	}
	*s.out = append(*s.out, line)
	return nil
}

// differs says what is first seen to differ between interviews that differ only
// in sensitive answers, "" if nothing.
func differs(t testing.TB, q *Questionnaire, rng *rand.Rand) string {
	t.Helper()
	for range 4 {
		household := rng.Uint64()
		a, b := public(tell(t, q, household, 1)), public(tell(t, q, household, rng.Uint64()))
		for i := range max(len(a), len(b)) {
			if i >= len(a) || i >= len(b) || a[i] != b[i] {
				return strings.Join([]string{nth(a, i), nth(b, i)}, "\n")
			}
		}
	}
	return ""
}

func nth(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(nothing)"
}

// accepted compiles an instrument, blind to a kind of edge.
func accepted(t testing.TB, files fstest.MapFS, without edgeKind) *Questionnaire {
	t.Helper()
	in, ds := LoadInstrument(files, ".")
	if ds.Err() != nil {
		t.Fatalf("load:\n%v", ds)
	}
	q, ds := compile(in, without)
	for _, d := range ds {
		if d.Severity == expr.Error && !strings.Contains(d.Message, "would give away") && !strings.Contains(d.Message, "circle") && !strings.Contains(d.Message, "depends on itself") {
			t.Fatalf("the generator writes what is no instrument: %v\n%s", d, files[d.File].Data)
		}
	}
	return q
}

// TestLawNoninterference: what the compiler accepts gives nothing away.
func TestLawNoninterference(t *testing.T) {
	tried, refused, seeds := 0, 0, uint64(1500)
	if testing.Short() {
		seeds = 300
	}
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 1))
		files := leaky(rng)
		q := accepted(t, files, 0)
		if q == nil {
			refused++
			continue
		}
		tried++
		if d := differs(t, q, rng); d != "" {
			t.Fatalf("seed %d: accepted, and differs:\n%s\n%s", seed, d, written(files))
		}
	}
	if tried < 50 || refused < 50 {
		t.Errorf("%d instruments accepted, %d refused: too few to mean anything", tried, refused)
	}
	t.Logf("%d instruments accepted, %d refused", tried, refused)
}

// TestLawEveryEdgeIsNeeded: a compiler that does not see one kind of edge
// accepts an instrument that gives something away. Kinds 1 to edgeKinds-1.
func TestLawEveryEdgeIsNeeded(t *testing.T) {
	for kind := edgeRead; kind < edgeKinds; kind++ {
		found := false
		for seed := range uint64(6000) {
			rng := rand.New(rand.NewPCG(seed, 1))
			files := leaky(rng)
			q := accepted(t, files, kind)
			if q != nil && accepted(t, files, 0) == nil && differs(t, q, rng) != "" {
				found = true
				break
			}
		}
		if !found {
			t.Errorf("nothing shows that edges of kind %d are needed", kind)
		}
	}
}

func written(files fstest.MapFS) string {
	var b strings.Builder
	for _, name := range []string{"people.yaml", "screening.yaml", "incident.yaml", "after.yaml"} {
		b.Write(files[name].Data)
	}
	return b.String()
}
