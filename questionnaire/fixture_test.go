//go:build !js

package questionnaire

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"cifra/questionnaire/expr"
)

// noon is when the interviews of these tests take place.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.FixedZone("", -6*3600))

// compileHouse returns the questionnaire of testdata/house.
func compileHouse(t testing.TB) *Questionnaire {
	t.Helper()
	return compileDir(t, "testdata/house")
}

func compileDir(t testing.TB, dir string) *Questionnaire {
	t.Helper()
	in, diags := LoadInstrument(os.DirFS(dir), ".")
	if diags.Err() != nil {
		t.Fatalf("load %s:\n%v", dir, diags)
	}
	q, diags := Compile(in)
	if diags.Err() != nil {
		t.Fatalf("compile %s:\n%v", dir, diags)
	}
	return q
}

// houseWith returns the questionnaire of testdata/house with some passages
// replaced: file, what stands there, what stands there instead. A file that is
// not there is made.
func houseWith(t testing.TB, changes ...string) *Questionnaire {
	t.Helper()
	in, diags := LoadInstrument(changedHouse(t, changes...), ".")
	if diags.Err() != nil {
		t.Fatalf("load:\n%v", diags)
	}
	q, diags := Compile(in)
	if diags.Err() != nil {
		t.Fatalf("compile:\n%v", diags)
	}
	return q
}

func changedHouse(t testing.TB, changes ...string) fstest.MapFS {
	t.Helper()
	return changedFiles(t, "testdata/house", changes...)
}

// changedDir is houseWith of another directory.
func changedDir(t testing.TB, dir string, changes ...string) *Questionnaire {
	t.Helper()
	in, diags := LoadInstrument(changedFiles(t, dir, changes...), ".")
	if diags.Err() != nil {
		t.Fatalf("load:\n%v", diags)
	}
	q, diags := Compile(in)
	if diags.Err() != nil {
		t.Fatalf("compile:\n%v", diags)
	}
	return q
}

func changedFiles(t testing.TB, dir string, changes ...string) fstest.MapFS {
	t.Helper()
	house := fstest.MapFS{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(dir + "/" + name)
		house[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for c := range slices.Chunk(changes, 3) {
		if house[c[0]] == nil {
			house[c[0]] = &fstest.MapFile{Data: []byte(c[1])}
		}
		file := string(house[c[0]].Data)
		if !strings.Contains(file, c[1]) {
			t.Fatalf("%s has no %q", c[0], c[1])
		}
		house[c[0]] = &fstest.MapFile{Data: []byte(strings.Replace(file, c[1], c[2], 1))}
	}
	return house
}

// The modules that a maze has beside those of the house.
const (
	yard   = "module: yard\nlevel: yard\ntitle: Patio\nitems:\n  - {id: dogs, text: ¿Cuántos perros hay?, type: integer, min: 0}\n"
	health = "module: health\nlevel: health\ntitle: Salud\nitems:\n  - {id: sick, text: ¿Está enferma?, type: one of yes_no, when: age > 5}\n"
)

// A maze is a house with what makes evaluation hard: a grid inside forms that
// come and go, a roster under a condition, values over rows two levels down, a
// level with one row under a level with many, one beside the household.
func maze(t testing.TB) *Questionnaire {
	t.Helper()
	return houseWith(t,
		"instrument.yaml", "  household: {}\n", "  household: {}\n  yard: {}\n",
		"instrument.yaml", "  person: {parent: household}\n", "  person: {parent: household}\n  health: {parent: person}\n",
		"instrument.yaml", "include: [roster.yaml,", "include: [yard.yaml, roster.yaml, health.yaml,",
		"roster.yaml", "items:\n", "items:\n  - {id: lived_in, text: ¿Vive alguien aquí?, type: one of yes_no}\n",
		"roster.yaml", "rows: by hand\n", "rows: by hand\n    when: lived_in is yes\n",
		"incident.yaml", "items:\n", `items:
  - {grid: taken, over: places, text: "¿De dónde?", ask: {id: taken_from, text: "¿De aquí?", type: one of yes_no}}
  - {id: places_taken, value: "count(taken, taken_from = yes)"}
`,
		"household.yaml", "items:\n", `items:
  - {id: incidents, value: count(incident)}
  - {id: at_home, value: "any(incident, place = home)"}
  - {id: dogs_then, text: ¿Cuántos perros había?, type: integer, when: incidents > 0}
`,
		"yard.yaml", yard, yard, "health.yaml", health, health,
	)
}

// conduct is an interview that a test holds line by line. It replays what it
// did whenever asked.
type conduct struct {
	t   testing.TB
	iv  *Interview
	log []Event
	now time.Time
}

// start opens an interview of q in a household, with the number that draws
// the selected person.
func start(t testing.TB, q *Questionnaire, number int64) *conduct {
	t.Helper()
	c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
	c.do(Act{Kind: KindStart, Case: "0001", Household: 1, Given: map[string]Value{
		"reference_year": Number(2025), "selection_number": Number(number),
	}})
	return c
}

// try does an act if it can be done.
func (c *conduct) try(act Act) error {
	c.t.Helper()
	c.now = c.now.Add(10 * time.Second)
	e, err := c.iv.Decide(act, Stamp{Wall: c.now, Mono: c.now.UnixMilli(), Salt: [16]byte{1, byte(len(c.log))}})
	if err != nil {
		return err
	}
	if err := c.iv.Admit(e); err != nil {
		c.t.Fatalf("%s %s is decided but not admitted: %v", act.Kind, act.Path, err)
	}
	c.iv.Apply(e)
	c.log = append(c.log, e)
	return nil
}

func (c *conduct) do(act Act) *conduct {
	c.t.Helper()
	if err := c.try(act); err != nil {
		c.t.Fatalf("%s %s: %v", act.Kind, act.Path, err)
	}
	return c
}

// say answers the item at path: a code name, or a Value.
func (c *conduct) say(path string, v any) *conduct {
	c.t.Helper()
	return c.do(Act{Kind: KindAnswer, Path: path, Value: asValue(v)})
}

func asValue(v any) Value {
	switch v := v.(type) {
	case string:
		return Code{Name: v}
	case int:
		return Number(v)
	case []string:
		return Codes{Names: v}
	case Missing:
		return Special(v)
	}
	return v.(Value)
}

// gate answers the privacy gate at path.
func (c *conduct) gate(path, outcome string) *conduct {
	c.t.Helper()
	return c.do(Act{Kind: KindGate, Path: path, Outcome: outcome})
}

// member adds a person with a name and an age.
func (c *conduct) member(name string, age any) *conduct {
	c.t.Helper()
	c.do(Act{Kind: KindAddRow, Roster: "person"})
	h, err := c.log[len(c.log)-1].Parse()
	if err != nil {
		c.t.Fatal(err)
	}
	return c.say(h.Path+".name", Text(name)).say(h.Path+".age", age)
}

// family lists a woman of 34 and a man of 36, has consent and draws the first.
func (c *conduct) family() *conduct {
	c.t.Helper()
	c.member("Ana", 34).member("Luis", 36).say("person_complete", "yes")
	return c.do(Act{Kind: KindConsent, Outcome: "given"}).do(Act{Kind: KindSelect})
}

// cell returns the value that the item at path has for expressions.
func (c *conduct) cell(path string) expr.Cell {
	c.t.Helper()
	r, v, err := c.iv.find(path)
	if err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	return r.Cells[v.index]
}

// is fails unless the item at path has that value: a code name, an int, a
// bool or a Missing.
func (c *conduct) is(path string, want any) *conduct {
	c.t.Helper()
	_, v, err := c.iv.find(path)
	if err != nil {
		c.t.Fatalf("%s: %v", path, err)
	}
	var w expr.Cell
	switch want := want.(type) {
	case Missing:
		w = missing(want)
	case bool:
		w = truth(want)
	default:
		if w, err = c.iv.q.cell(v, asValue(want)); err != nil {
			c.t.Fatal(err)
		}
	}
	if got := c.cell(path); got != w {
		c.t.Errorf("%s is %+v, want %+v", path, got, w)
	}
	return c
}

// asked fails unless the item at path is a question on the path, or is not.
func (c *conduct) asked(path string, want bool) *conduct {
	c.t.Helper()
	if got := c.iv.screenOf(path) != ""; got != want {
		c.t.Errorf("%s asked: %v, want %v; screens: %s", path, got, want, strings.Join(c.screens(), " "))
	}
	return c
}

// screens returns the paths of all screens.
func (c *conduct) screens() []string {
	var out []string
	for p := range c.iv.walk() {
		out = append(out, p.path())
	}
	return out
}

// instruments are those that every law is tried on.
var instruments = []string{"testdata/house", "testdata/types", "../schemas/lacsi"}
