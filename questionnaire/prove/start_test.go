//go:build !js

package prove

import (
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire"
)

// withPlace compiles an instrument whose sample gives a place of a table, and the
// year that it asks about.
func withPlace(t *testing.T, items string) *questionnaire.Questionnaire {
	t.Helper()
	fsys := fstest.MapFS{
		"instrument.yaml": {Data: []byte(`instrument: zones
version: 2026.1
language: es
title: Zonas
public_title: Zonas
parameters:
  z: {type: place of geo}
  y: {type: year}
periods:
  reference: {calendar_year: y}
  memory: {years: 3, until: reference.end}
levels: {household: {}}
codes:
  yes_no: [{code: 1, name: yes, text: Sí}, {code: 2, name: no, text: "No"}]
  states: [{code: "09", name: cdmx, text: CDMX}, {code: "14", name: jal, text: Jalisco}]
tables:
  geo:
    file: geo.csv
    levels: [{name: state, text: Estado, prefix: 2, list: states}, {name: muni, text: Municipio, prefix: 5}]
include: [module.yaml]
`)},
		"geo.csv":     {Data: []byte("code,text\n09,CDMX\n09001,Álvaro\n14,Jalisco\n14001,Guadalajara\n")},
		"module.yaml": {Data: []byte("module: main\nlevel: household\ntitle: Todo\nitems:\n" + items)},
	}
	in, ds := questionnaire.LoadInstrument(fsys, ".")
	if in == nil || ds.Err() != nil {
		t.Fatal(ds)
	}
	q, ds := questionnaire.Compile(in)
	if q == nil {
		t.Fatal(ds)
	}
	return q
}

// TestAPlaceIsGiven: a parameter that is a place of a table is one of its
// entries, so that interviews begin, and what depends on which one it is is met.
// It turns red if a number or a text is made up for a place.
func TestAPlaceIsGiven(t *testing.T) {
	q := withPlace(t, `  - {id: b, text: b, type: one of yes_no}
  - {id: c, text: c, type: one of yes_no, when: b is yes}
  - {id: d, text: d, type: one of yes_no, when: z.state is jal}
  - {id: e, text: e, type: one of yes_no, when: z.state is cdmx}
`)
	r := Questionnaire(q, Options{Seed: 1, Burden: 1})
	for _, d := range r.Diagnostics {
		t.Errorf("%s: %s", d.Position, d.Message)
	}
	for _, o := range r.Open {
		t.Errorf("not proved: %+v", o)
	}
	if r.Failure != "" || r.Stuck > 0 || r.Verdicts[0].Witnessed != 4 {
		t.Errorf("failure %q, stuck %d, items %+v", r.Failure, r.Stuck, r.Verdicts[0])
	}
}

// TestARefusedStartIsNoDeadEnd: where interviews cannot be started the search
// says that it failed, and nothing of the instrument. It turns red if a walk
// goes on that never began.
func TestARefusedStartIsNoDeadEnd(t *testing.T) {
	q := withPlace(t, "  - {id: b, text: b, type: one of yes_no}\n")
	s := newSearch(q, Options{Seed: 1, Rounds: 2, Burden: 1, Progress: func(string, int, int) {}})
	s.entries = make([][]questionnaire.Value, len(s.entries)) // nothing to be given
	r := s.report()
	if !strings.Contains(r.Failure, "z") || len(r.Diagnostics) > 0 || len(r.Witnesses) > 0 {
		t.Errorf("failure %q, said %v, %d witnesses", r.Failure, r.Diagnostics, len(r.Witnesses))
	}
}

// TestAYearIsAYear: the year of a period is one that a survey may be about, also
// where the solver says another, so that no fill of a period is told to be empty;
// and a date may lie behind the day of the interview. It turns red if the
// solver's year 2 is tried, or if all dates lie before the walk.
func TestAYearIsAYear(t *testing.T) {
	q := withPlace(t, `  - {id: b, text: "¿Desde {memory.start}?", type: one of yes_no}
  - {id: d, text: ¿Cuándo?, type: date}
  - {id: e, text: ¿De veras?, type: one of yes_no, when: d > interview_date}
`)
	r := Questionnaire(q, Options{Seed: 1, Burden: 1})
	for _, d := range r.Diagnostics {
		t.Errorf("%s: %s", d.Position, d.Message)
	}
	for _, o := range r.Open {
		t.Errorf("not proved: %+v", o)
	}
}
