//go:build !js

package questionnaire_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire"
	"cifra/schemas/tabular"
)

// This file holds the files that statisticians get to what was on the path. It
// stands outside the package, since it writes files as cifra export does.

// files are the tables of a set by name, as they are written.
func files(t testing.TB, m *questionnaire.Microdata, ivs ...*questionnaire.Interview) map[string]string {
	t.Helper()
	w, err := tabular.NewWriter(m.Codebook().JSON())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for _, iv := range ivs {
		c := questionnaire.SampledCase{ID: iv.Case(), Outcome: questionnaire.Outcome{Disposition: iv.Final(), Group: "P"}}
		c.Households = []questionnaire.SampledHousehold{{Interview: iv, Outcome: c.Outcome}}
		if err := m.Write(&c, w); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := w.WriteTar(&b); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for r := tar.NewReader(&b); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[h.Name] = string(text)
	}
}

// TestNoFileHasAnOffPathAnswer: an interview gives the same files, byte for byte,
// as one in which what is off its path was never answered. It turns red if
// evaluate keeps the value of what is off path (route.go), and, with the number of
// interviews that is not short, if a text beside an option is taken from the
// answer without looking at the value (partSpecify in microdata.go).
func TestNoFileHasAnOffPathAnswer(t *testing.T) {
	forgot := 0
	qs := questionnaire.Five(t)
	for i := range questionnaire.Many(t, "CIFRA_INTERVIEWS", 500) {
		iv, pruned, dropped := questionnaire.WithoutOffPath(t, qs[i%len(qs)], uint64(60000+i))
		forgot += dropped
		m := questionnaire.NewMicrodata("s", nil, qs[i%len(qs)])
		got, want := files(t, m, iv), files(t, m, pruned)
		for name, text := range got {
			if want[name] != text {
				t.Fatalf("%s, interview %d: %s tells what is off path:\n%s\nwithout it:\n%s", qs[i%len(qs)].Name, i, name, text, want[name])
			}
		}
	}
	if forgot == 0 {
		t.Error("no answer went off path: nothing was tried")
	}
	t.Logf("%d answers off path", forgot)
}

// TestLevelsSideBySide: levels that have one row an interview each give one row,
// in the table of the one with most under it, and rosters under the others hang
// there too. A question that was not reached has the code 6. It turns red (a panic, or answers in no column) without beside in
// codebook.go.
func TestLevelsSideBySide(t *testing.T) {
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
	in, ds := questionnaire.LoadInstrument(fstest.MapFS{
		"instrument.yaml": file(`instrument: demo
version: 2026.1
language: es
title: Demo
public_title: Demo
levels: {dwelling: {}, household: {}, room: {parent: dwelling}, person: {parent: household}}
codes:
  yes_no:
    - {code: 1, name: yes, text: Sí}
    - {code: 2, name: no, text: "No"}
include: [a.yaml, b.yaml]
`),
		"a.yaml": file(`module: a
level: dwelling
title: A
items:
  - {id: q1, text: ¿Uno?, type: one of yes_no}
  - grid: has
    over: yes_no
    text: ¿Qué?
    ask: {id: q3, text: ¿Esto?, type: one of yes_no}
  - roster: room
    rows: by hand
    text: ¿Qué cuartos?
    add: Otro
    done: ¿Todos?
    first: q4
    items: [{id: q4, text: ¿Camas?, type: integer}]
`),
		"b.yaml": file(`module: b
level: household
title: B
items:
  - {id: q2, text: ¿Dos?, type: one of yes_no}
  - roster: person
    rows: by hand
    text: ¿Quiénes?
    add: Otra
    done: ¿Todas?
    first: q5
    items: [{id: q5, text: ¿Edad?, type: integer}, {id: q6, text: ¿Más?, type: integer}]
  - grid: wants
    over: yes_no
    text: ¿Qué?
    ask: {id: q7, text: ¿Esto?, type: one of yes_no}
`),
	}, ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	q, ds := questionnaire.Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	iv := questionnaire.Conducted(t, q,
		"q1", questionnaire.Code{Name: "yes"}, "q3[no]", questionnaire.Code{Name: "no"}, "+", "room", "room[d1.1].q4", questionnaire.Number(3), "q2", questionnaire.Code{Name: "no"})
	m := questionnaire.NewMicrodata("s", nil, q)
	got := files(t, m, iv)
	if _, extra := got["dwelling.csv"]; extra {
		t.Error("the dwelling has a table of its own")
	}
	for name, want := range map[string][2]string{
		"household.csv": {"case,household,household_number,q1,q3_1,q3_2,q2,q7_1", "0001,0001.1,1,1,6,2,2,6"},
		"room.csv":      {"case,household,room,room_number,q4", "0001,0001.1,0001.1.1,1,3"},
	} {
		lines := strings.Split(strings.TrimSpace(got[name]), "\n")
		if len(lines) != 2 || cut(lines[0], lines[0], want[0]) != want[0] || cut(lines[0], lines[1], want[0]) != want[1] {
			t.Errorf("%s is\n%s\nwant of it\n%s\n%s", name, got[name], want[0], want[1])
		}
	}
}

// cut keeps the cells of a line that stand under the columns wanted.
func cut(head, line, wanted string) string {
	cells := strings.Split(line, ",")
	var kept []string
	for _, name := range strings.Split(wanted, ",") {
		for i, h := range strings.Split(head, ",") {
			if strings.TrimSuffix(h, "\r") == name && i < len(cells) {
				kept = append(kept, strings.TrimSuffix(cells[i], "\r"))
			}
		}
	}
	return strings.Join(kept, ",")
}
