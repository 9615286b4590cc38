//go:build !js

package questionnaire

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"cifra/questionnaire/expr"
)

// demoMain is the main file of a fixture that has none of its own.
const demoMain = `instrument: demo
version: 2026.1
language: es
title: Demo
public_title: Demo
levels: {household: {}, person: {parent: household}}
`

// fixture returns the files of a txtar archive below demo/, with a main file
// that includes them all if it has none.
func fixture(a *txtar.Archive) fstest.MapFS {
	fsys, include, translations := fstest.MapFS{}, "include:\n", "translations:\n"
	for _, f := range a.Files {
		fsys["demo/"+f.Name] = &fstest.MapFile{Data: f.Data}
		if strings.HasPrefix(f.Name, "texts/") {
			translations += "  - " + f.Name + "\n"
		} else if !strings.HasSuffix(f.Name, ".csv") {
			include += "  - " + f.Name + "\n"
		}
	}
	if fsys["demo/"+mainFile] == nil {
		if strings.HasSuffix(translations, ":\n") {
			translations = ""
		}
		fsys["demo/"+mainFile] = &fstest.MapFile{Data: []byte(demoMain + include + translations)}
	}
	return fsys
}

// annotation is a comment that says what must be reported:
//
//	# ERROR message         on the comment's line
//	# ERROR 12 message      there, in column 12
//	# ERROR ^9 message      on line 9
//	# ERROR ^9:12 message   on line 9, in column 12
//	# ERROR a.csv:3:5 message    in a file that takes no comments
//
// The message is the beginning of "message (hint)", or any part of it.
var annotation = regexp.MustCompile(`# ERROR (?:(?:\^(\d+):?)?(\d+)? |([a-z0-9_]+\.csv):(\d+):(\d+) )?(.*)$`)

type wanted struct {
	file      string
	line, col int
	text      string
}

func annotations(file string, b []byte) []wanted {
	var list []wanted
	for i, line := range strings.Split(string(b), "\n") {
		m := annotation.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		w := wanted{file, i + 1, 0, strings.TrimSpace(m[6])}
		if m[1] != "" {
			w.line, _ = strconv.Atoi(m[1])
		}
		w.col, _ = strconv.Atoi(m[2])
		if m[3] != "" {
			w.file = path.Join(path.Dir(file), m[3])
			w.line, _ = strconv.Atoi(m[4])
			w.col, _ = strconv.Atoi(m[5])
		}
		list = append(list, w)
	}
	return list
}

func TestLoadReportsEveryMistake(t *testing.T) {
	reportsEveryMistake(t, "testdata/load", func(fsys fs.FS) expr.Diagnostics {
		_, ds := LoadInstrument(fsys, "demo")
		return ds
	})
}

// reportsEveryMistake reads the fixtures of a directory. Each says beside each
// mistake what is reported of it. Nothing else may be reported, and nothing
// twice.
func reportsEveryMistake(t *testing.T, dir string, check func(fs.FS) expr.Diagnostics) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatal("no fixtures", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := check(fixture(a))
			var want []wanted
			for _, f := range a.Files {
				want = append(want, annotations("demo/"+f.Name, f.Data)...)
			}
			for _, d := range got {
				i := slices.IndexFunc(want, func(w wanted) bool {
					said := d.Message
					if d.Hint != "" {
						said += " (" + d.Hint + ")"
					}
					return w.file == d.File && w.line == d.Line && (w.col == 0 || w.col == d.Col) && strings.Contains(said, w.text)
				})
				if i < 0 {
					t.Errorf("not expected: %s", expr.Diagnostics{d}.Error())
					continue
				}
				if want[i].col > 0 && d.End <= d.Col && strings.HasSuffix(d.File, ".yaml") {
					t.Errorf("no caret is drawn: %s", expr.Diagnostics{d}.Error())
				}
				want = slices.Delete(want, i, i+1)
			}
			for _, w := range want {
				t.Errorf("%s:%d:%d: not reported: %s", w.file, w.line, w.col, w.text)
			}
		})
	}
}

func TestLoadWithoutAMainFile(t *testing.T) {
	tests := []struct {
		name string
		fsys fs.FS
		want string
	}{
		{"no directory", fstest.MapFS{}, "demo/instrument.yaml: error: there is no file demo/instrument.yaml"},
		{"another name", fstest.MapFS{"demo/instrumnet.yaml": {Data: []byte("a: 1")}}, "(did you mean instrumnet.yaml?)"},
		{"empty", fstest.MapFS{"demo/instrument.yaml": {}}, "demo/instrument.yaml:1:1: error: the file is empty"},
		{"a directory", fstest.MapFS{"demo/instrument.yaml/x": {}}, "cannot read demo/instrument.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in, ds := LoadInstrument(tt.fsys, "demo")
			if in != nil || !strings.Contains(ds.Error(), tt.want) {
				t.Errorf("LoadInstrument = %v, %v, want %s", in, ds, tt.want)
			}
		})
	}
}

// A small instrument with one of everything, and what is read of it, with its
// line. The column is where the file has the text.
func TestLoadKeepsWhatWasWritten(t *testing.T) {
	a := txtar.Parse([]byte(`
-- instrument.yaml --
instrument: demo
version: 1.10
language: es
languages: [es, en]
title: Demo
public_title: "La vida: su barrio"
currency: {code: MXN, symbol: $, decimals: 2}
parameters:
  year: {type: year, default: 2025}
periods:
  reference: {calendar_year: year}
special:
  dont_know: {text: No sabe}
levels:
  household: {}
  person: {parent: household}
complete: [people]
include: [people.yaml]
translations: [texts/en.yaml]
-- people.yaml --
module: people
level: person
title: Personas
respondent: selected
heading: "Persona {person.number}"
when: selected
codes:
  yes_no:
    - {code: 01, name: yes, text: Sí}
    - {code: 2, name: no, text: "No", specify: text, exclusive: true}
catalogues:
  crimes:
    attributes: {level: one of levels}
    rows:
      - {code: "05", name: robbery, text: Asalto, level: person, class: sensitive}
items:
  - id: A
    label: lost
    text: ¿Cuánto perdió?
    type: money
    special: [dont_know]
    zero: {text: Nada}
    min: |
      if true
      then 1 else 2
    hide: [{option: no, when: 'A > 0'}]
    force: [{when: A is 1, to: yes}]
    checks: [{soft: A < 9, say: ¿Tanto?, id: much}]
    tags: [sdg.16]
  - id: B
    value: A + 1
  - screen: crimes_seen
    over: crimes where level = person
    ask: {id: S, text: ¿Le ocurrió?, type: one of yes_no}
    times: {id: T, text: ¿Cuántas?, type: integer, max: 98}
    forms: {level: incident, up_to: 5, which: latest}
  - roster: person
    rows: by hand
    text: ¿Quiénes?
    add: Agregar
    done: ¿Todos?
    first: N
    items: [{id: N, text: ¿Nombre?, type: text, class: identifier}]
-- texts/en.yaml --
language: en
texts:
  A: {of: 12345678, text: How much?}
`))
	fsys := fixture(a)
	in, ds := LoadInstrument(fsys, "demo")
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	got := map[string]string{}
	show := func(key string, s Source) {
		got[key] = fmt.Sprintf("%s@%s:%d", s.Text, strings.TrimSuffix(path.Base(s.At.File), ".yaml"), s.At.Line)
		lines := strings.Split(string(fsys[s.At.File].Data), "\n")
		first, _, _ := strings.Cut(s.Text, "\n")
		if !strings.HasPrefix(lines[s.At.Line-1][s.At.Col-1:], first) {
			t.Errorf("%s: %q is not at %v", key, first, s.At)
		}
	}
	m := in.Modules[0]
	a0, screen, roster := m.Elements[0].Item, m.Elements[2], m.Elements[3]
	show("version", in.Version)
	show("public_title", in.PublicTitle)
	show("default", in.Parameters[0].Default)
	show("year", in.Periods[0].CalendarYear)
	show("parent", in.Levels[1].Parent)
	show("heading", m.Heading)
	show("code", in.Lists[0].Choices[0].Code)
	show("level", in.Lists[1].Choices[0].Values["level"])
	show("class", in.Lists[1].Choices[0].Class)
	show("label", a0.Label)
	show("special", a0.Special[0])
	show("zero", a0.Zero)
	show("min", a0.Min)
	show("hide.option", a0.Hide[0].Option)
	show("hide.when", a0.Hide[0].When)
	show("force.to", a0.Force[0].To)
	show("check", a0.Checks[0].Holds)
	show("check.id", a0.Checks[0].ID)
	show("tag", a0.Tags[0])
	show("value", m.Elements[1].Item.Value)
	show("over", screen.Over)
	show("times.max", screen.Times.Max)
	show("up_to", screen.Forms.UpTo)
	show("first", roster.First)
	show("n.class", roster.Elements[0].Item.Class)
	show("of", in.Translations[0].Texts[0].Of)
	show("key", in.Translations[0].Texts[0].Key)
	want := map[string]string{
		"version": "1.10@instrument:2", "public_title": "La vida: su barrio@instrument:6", "default": "2025@instrument:9",
		"year": "year@instrument:11", "parent": "household@instrument:16",
		"heading": "Persona {person.number}@people:5", "code": "01@people:9", "level": "person@people:15",
		"class": "sensitive@people:15", "label": "lost@people:18", "special": "dont_know@people:21",
		"zero": "Nada@people:22", "min": "if true\nthen 1 else 2\n@people:24", "hide.option": "no@people:26",
		"hide.when": "A > 0@people:26", "force.to": "yes@people:27", "check": "A < 9@people:28", "check.id": "much@people:28",
		"tag": "sdg.16@people:29", "value": "A + 1@people:31", "over": "crimes where level = person@people:33",
		"times.max": "98@people:35", "up_to": "5@people:36", "first": "N@people:42", "n.class": "identifier@people:43",
		"of": "12345678@en:3", "key": "A@en:3",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("read (-want +got):\n%s", d)
	}
	no := in.Lists[0].Choices[1]
	if !no.Specify || !no.Exclusive || in.Lists[0].Choices[0].Specify || a0.Checks[0].Severity != Soft || in.Currency.Decimals != 2 {
		t.Error("a flag was lost")
	}
}

// FuzzLoad: whatever stands in a module file, the loader says so or reads it,
// and what it reads without complaint has no empty element.
func FuzzLoad(f *testing.F) {
	files, _ := filepath.Glob("testdata/load/*.txtar")
	for _, file := range files {
		if a, err := txtar.ParseFile(file); err == nil {
			for _, x := range a.Files {
				f.Add(x.Data)
			}
		}
	}
	f.Add([]byte("module: m\nlevel: l\ntitle: t\nitems:\n- {id: A, value: 1}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, ds := LoadInstrument(fstest.MapFS{
			"demo/instrument.yaml": {Data: []byte(demoMain + "include: [m.yaml]\n")},
			"demo/m.yaml":          {Data: b},
		}, "demo")
		if ds.Err() != nil {
			return
		}
		for _, m := range in.Modules {
			for _, e := range m.Elements {
				if e.ID.Text == "" || e.Kind == ElementItem && e.Item.Value.Text == "" && e.Item.Type.Text == "" {
					t.Errorf("%q: an element without a name or type was read", b)
				}
			}
		}
	})
}
