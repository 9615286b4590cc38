//go:build !js

package questionnaire

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// rosters is an instrument with a roster of each kind but those of persons, two
// periods, and a check of the interview as a whole.
var rosters = fstest.MapFS{
	"instrument.yaml": {Data: []byte(`instrument: rosters
version: 2026.1
language: es
languages: [es, en, pt, fr]
title: Listas
public_title: Listas
parameters: {year: {type: year}, zone: {type: text}}
periods: {reference: {calendar_year: year}, memory: {years: 3, until: reference.end}}
levels: {household: {}, job: {parent: household}, task: {parent: household}, wound: {parent: household}, tool: {parent: household}}
codes:
  yes_no: [{code: 1, name: yes, text: Sí}, {code: 2, name: no, text: "No"}]
  tasks: [{code: 1, name: cook, text: cocinar}, {code: 2, name: wash, text: lavar}]
checks: [{id: all, hard: H1 < 90, say: Son demasiados.}]
include: [a.yaml]
`)},
	"a.yaml": {Data: []byte(`module: a
level: household
title: A
items:
  - {id: H1, text: ¿Cuántos empleos?, type: integer, min: 0, max: 4}
  - {id: H2, text: ¿Qué le duele?, type: several of tasks}
  - {grid: things, over: tasks, ask: {id: H3, text: "¿{row.text}?", type: one of yes_no}}
  - {id: H4, text: "¿Cuánto pesa, desde {memory.start} y {reference.start}?", type: decimal(1)}
  - {id: H5, text: "{length(zone)}", type: integer}
  - {roster: job, rows: count H1, text: Los empleos, items: [{id: J1, text: ¿Horas?, type: integer}]}
  - {roster: task, rows: each of tasks, text: Las tareas, items: [{id: K1, text: "¿{row.text}?", type: integer}]}
  - {roster: wound, rows: chosen in H2, text: Los dolores, items: [{id: W1, text: ¿Días?, type: integer}]}
  - {roster: tool, rows: yes in H3, text: Las cosas, items: [{id: T1, text: ¿Años?, type: integer}]}
`)},
}

// The paper says how many rows a roster has, or which, in every language: an
// empty sheet of ten lines leads elsewhere than the program.
func TestPaperSaysWhichRows(t *testing.T) {
	in, ds := LoadInstrument(rosters, ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	q, ds := Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	for language, want := range map[string][]string{
		"es": {"Lista", "Anote tantas filas como indique este número: H1.", "1 cocinar; 2 lavar", "opción marcada en H2", "renglón de H3 cuya respuesta sea «Sí»", "número con 1 decimal", "Revisión final", "el número de letras del dato «zone»"},
		"en": {"List", "as many rows as this number says: H1.", "1 cocinar; 2 lavar", "option marked at H2", "line of H3 whose answer is “Sí”", "number with 1 decimal", "Final checks", "the number of letters of the entry “zone”"},
		"pt": {"Lista", "tantas linhas quantas indicar este número: H1.", "1 cocinar; 2 lavar", "opção marcada em H2", "linha de H3 cuja resposta seja “Sí”", "número com 1 decimal", "Verificação final", "o número de letras do dado “zone”"},
		"fr": {"Liste", "autant de lignes que l’indique ce nombre : H1.", "1 cocinar; 2 lavar", "réponse cochée en H2", "ligne de H3 dont la réponse est « Sí »", "nombre avec 1 décimale", "Derniers contrôles", "le nombre de lettres de la donnée « zone »"},
	} {
		p := q.Paper(language)
		stops := p.Sections[0].Stops
		at := func(id string) PaperStop {
			return stops[slices.IndexFunc(stops, func(s PaperStop) bool { return s.ID == id })]
		}
		got := []string{
			at("job").Label, strings.Join(at("job").Notes, " "), strings.Join(at("task").Notes, " "), strings.Join(at("wound").Notes, " "),
			strings.Join(at("tool").Notes, " "), at("H4").Blank, p.Sections[len(p.Sections)-1].Title, at("H5").Text,
		}
		for i := range want {
			g := strings.ReplaceAll(got[i], "\u00a0", " ")
			if !strings.Contains(g, want[i]) || i == 0 && g != want[i] || i == 5 && g != want[i] {
				t.Errorf("%s: %q, want %q", language, g, want[i])
			}
		}
		if at("task").Lines != 2 {
			t.Errorf("%s: a sheet of %d lines for two rows", language, at("task").Lines)
		}
		// Two blanks that are filled in differently are called differently.
		names := strings.Split(at("H4").Text, "[")
		if len(names) != 3 || names[1][:strings.Index(names[1], "]")] == names[2][:strings.Index(names[2], "]")] {
			t.Errorf("%s: two periods have one name: %s", language, at("H4").Text)
		}
		if row := at("task").Items[0].Text; !strings.Contains(row, "task") {
			t.Errorf("%s: %s does not say whose row it is", language, row)
		}
	}
}
