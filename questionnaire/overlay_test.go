//go:build !js

package questionnaire

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire/expr"
	"cifra/schemas"
	"cifra/schemas/source"
)

func TestOverlaysReportEveryMistake(t *testing.T) {
	reportsEveryMistake(t, "testdata/overlay", func(fsys fs.FS) expr.Diagnostics {
		in, ds := LoadOverlay(Files{FS: fsys}, "demo/over.yaml", func(string) (Files, string, error) { return Files{FS: fsys}, "demo", nil })
		if in == nil {
			return ds
		}
		_, more := Compile(in)
		for _, d := range more {
			ds.Add(d)
		}
		return ds
	})
}

// overHouse returns the house with the overlay in text, and what was said of it.
func overHouse(t testing.TB, text string, more ...string) (*Instrument, *Questionnaire, expr.Diagnostics) {
	t.Helper()
	files := changedHouse(t)
	files["over.yaml"] = &fstest.MapFile{Data: []byte(text)}
	for i := 0; i < len(more); i += 2 {
		files[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	in, ds := LoadOverlay(Files{FS: files, Shown: "over"}, "over.yaml", func(of string) (Files, string, error) {
		if name, _, _ := strings.Cut(of, "@"); name != "house" {
			if files[name+".yaml"] == nil {
				return Files{}, "", errors.New("there is none")
			}
			return Files{FS: files, Shown: "over"}, name + ".yaml", nil
		}
		return Files{FS: files, Shown: "base"}, ".", nil
	})
	if in == nil {
		return nil, nil, ds
	}
	q, more2 := Compile(in)
	return in, q, append(ds, more2...)
}

// mustOverHouse fails if anything is wrong beyond the translations that the
// house lacks.
func mustOverHouse(t testing.TB, text string, more ...string) *Questionnaire {
	t.Helper()
	_, q, ds := overHouse(t, text, more...)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	return q
}

const peru = `overlay: town
version: 1
of: house@2026.1
because: a town with a market
range: {from: 31, to: 39}
change:
  personal_crimes.forms.up_to: {to: 2, because: shorter interviews}
  I1_5.special: [dont_know, refused]
codes:
  places:
    add: [{code: 31, name: market, text: El mercado, maps: street, after: street}]
  weapons:
    drop: {none: never said here}
    add: [{code: 31, name: machete, text: Machete, maps: blade}]
catalogues:
  crimes:
    add: [{code: "31", name: market_robbery, text: Asalto en el mercado, maps: street_robbery, level: person, iccs: "0401"}]
drop: {loss: not published}
add:
  - after: I1_20
    items: [{id: T1, text: "¿Denunció en el mercado?", type: one of yes_no, when: place is market and I1_20 is no}]
texts: {I1_20: "¿Fue a denunciar a la comisaría?"}
`

// A condition of the core sees an added code as the one it maps to, a condition
// of the overlay sees it as itself, and it is read aloud and exported as itself.
func TestCoreConditionsSeeMappedCodes(t *testing.T) {
	q := mustOverHouse(t, peru)
	c := start(t, q, 400_000)
	c.family()
	at := "person[d1.1]."
	c.say(at+"P7_3[market_robbery]", "yes").say(at+"P7_4[market_robbery]", 3)
	form := at + "incident[market_robbery.1]."
	// home is hidden for a street robbery, which this maps to.
	if err := c.try(Act{Kind: KindAnswer, Path: form + "I1_5", Value: Code{Name: "home"}}); !errors.Is(err, ErrValue) {
		t.Errorf("home offered for a crime that maps to street_robbery: %v", err)
	}
	c.say(form+"I1_5", "market")
	// I1_16 is asked when place is street: market stands for it.
	c.say(form+"I1_16", []string{"machete"}).say(form+"I1_20", "no").say(form+"T1", "yes")
	if got := c.iv.View(form+"I1_5", "es").Screen.Heading; !strings.Contains(got, "Asalto en el mercado") {
		t.Errorf("the heading %q does not say the crime's own words", got)
	}
	c.say(form+"I1_5", "other")
	if err := c.try(Act{Kind: KindAnswer, Path: form + "T1", Value: Code{Name: "no"}}); !errors.Is(err, ErrNotAsked) {
		t.Errorf("the overlay's own question is asked of another place: %v", err)
	}
	// The cap of the overlay: two forms of three.
	if err := c.try(Act{Kind: KindAnswer, Path: at + "incident[market_robbery.3].I1_20", Value: Code{Name: "no"}}); err == nil {
		t.Error("a third form is open, and the overlay's cap is 2")
	}
}

// A set that holds an added code holds, for the core, the one it maps to.
func TestCoreConditionsSeeMappedCodesInSets(t *testing.T) {
	q := mustOverHouse(t, `overlay: town
version: 1
of: house@2026.1
because: machetes
range: {from: 31, to: 39}
codes: {weapons: {add: [{code: 31, name: machete, text: Machete, maps: blade}]}}
include: [cut.yaml]
`, "cut.yaml", "module: cut\nlevel: incident\ntitle: Cortes\nitems:\n  - {id: K1, value: machete in I1_16}\n  - {id: K2, value: blade in I1_16}\n")
	in, _, _ := overHouse(t, "overlay: town\nversion: 1\nof: house@2026.1\nbecause: x\n")
	if in == nil {
		t.Fatal("an overlay that changes nothing does not load")
	}
	k := map[string]*expr.Expr{}
	for _, v := range q.Variables {
		if v.ID == "K1" || v.ID == "K2" {
			k[v.ID] = v.Value
		}
	}
	v := q.byName["I1_16"]
	frame := &expr.Frame{Rows: make([]*expr.Row, len(q.Levels))}
	for i := range frame.Rows {
		frame.Rows[i] = &expr.Row{Cells: make([]expr.Cell, len(q.Variables))}
	}
	frame.Rows[v.Level].Cells[v.index] = known(1 << v.list.names.Index("machete"))
	if own, _ := k["K1"].Bool(frame); !own {
		t.Error("the overlay's condition does not see its own code")
	}
	if core, _ := k["K2"].Bool(frame); core {
		t.Error("the overlay's condition sees a code that was not chosen")
	}
	// The same words in the core.
	core := Files{FS: changedHouse(t, "incident.yaml", "  - {id: loss,", "  - {id: K3, value: blade in I1_16}\n  - {id: loss,")}
	core.FS.(fstest.MapFS)["over.yaml"] = &fstest.MapFile{Data: []byte("overlay: town\nversion: 1\nof: house@2026.1\nbecause: machetes\nrange: {from: 31, to: 39}\ncodes: {weapons: {add: [{code: 31, name: machete, text: Machete, maps: blade}]}}\n")}
	in, ds := LoadOverlay(Files{FS: core.FS, Shown: "over"}, "over.yaml", func(string) (Files, string, error) { return core, ".", nil })
	q, more := Compile(in)
	if q == nil {
		t.Fatal(ds, more)
	}
	v = q.byName["I1_16"]
	frame = &expr.Frame{Rows: make([]*expr.Row, len(q.Levels))}
	for i := range frame.Rows {
		frame.Rows[i] = &expr.Row{Cells: make([]expr.Cell, len(q.Variables))}
	}
	frame.Rows[v.Level].Cells[v.index] = known(1 << v.list.names.Index("machete"))
	if core, _ := q.byName["K3"].Value.Bool(frame); !core {
		t.Error("the core's condition does not see the code that machete maps to")
	}
}

// An overlay of an overlay changes what both below it say.
func TestOverlaysOfOverlays(t *testing.T) {
	q := mustOverHouse(t, "overlay: quarter\nversion: 1\nof: town@1\nbecause: one quarter\nchange: {T1.text: ¿Fue al mercado?}\ntexts: {I1_20: ¿Denunció aquí?}\n", "town.yaml", peru)
	if q.Name != "quarter" || q.byName["T1"] == nil {
		t.Fatalf("%s has no T1", q.Name)
	}
	if got := q.Texts["es"][q.byName["I1_20"].Text][0].Literal; got != "¿Denunció aquí?" {
		t.Errorf("I1_20 says %q", got)
	}
	if got := q.Texts["es"][q.byName["T1"].Text][0].Literal; got != "¿Fue al mercado?" {
		t.Errorf("T1 says %q", got)
	}
}

// Dropping what the core names is told at the overlay, with every place.
func TestDroppingWhatTheCoreNamesTellsThePlaces(t *testing.T) {
	_, _, ds := overHouse(t, "overlay: town\nversion: 1\nof: house@2026.1\nbecause: no streets\ncodes: {places: {drop: [street, home]}}\n")
	var places string
	for _, d := range ds {
		if d.Severity == expr.Error {
			if d.File != "over/over.yaml" {
				t.Errorf("told at %s: %s", d.Position, d.Message)
			}
			places += d.Message + "\n"
		}
	}
	for _, want := range []string{"street cannot be dropped", "home cannot be dropped", "base/incident.yaml:11:42", "base/incident.yaml:12:21", "base/incident.yaml:16:20"} {
		if !strings.Contains(places, want) {
			t.Errorf("no %q in\n%s", want, places)
		}
	}
}

// A translation of the overlay takes the place of the base's; words that the
// overlay replaced and nobody translated are told.
func TestOverlaysTranslate(t *testing.T) {
	text := "overlay: town\nversion: 1\nof: house@2026.1\nbecause: x\ntexts: {I1_20: ¿Fue a la comisaría?}\n"
	files := changedHouse(t, "texts/en.yaml", "texts: {}", "texts: {I1_20: {of: "+TextHash("¿Denunció?")+", text: Reported?}}")
	load := func(over string) (*Questionnaire, expr.Diagnostics) {
		files["over.yaml"] = &fstest.MapFile{Data: []byte(over)}
		files["town.en.yaml"] = &fstest.MapFile{Data: []byte("language: en\ntexts: {I1_20: {of: " + TextHash("¿Fue a la comisaría?") + ", text: To the police?}}\n")}
		in, ds := LoadOverlay(Files{FS: files, Shown: "over"}, "over.yaml", func(string) (Files, string, error) { return Files{FS: files, Shown: "base"}, ".", nil })
		if in == nil {
			t.Fatal(ds)
		}
		q, more := Compile(in)
		return q, append(ds, more...)
	}
	_, ds := load(text)
	if !strings.Contains(ds.Error(), "over/over.yaml:5:16: warning: I1_20 has new words here, and the en of the old") {
		t.Errorf("an old translation is not told:\n%v", ds)
	}
	q, ds := load(text + "translations: [town.en.yaml]\n")
	if strings.Contains(ds.Error(), "of the old") {
		t.Error(ds)
	}
	if got := q.Texts["en"][q.byName["I1_20"].Text][0].Literal; got != "To the police?" {
		t.Errorf("in English I1_20 says %q", got)
	}
}

// Overlays that load are what the schema says, and the fixtures of mistakes of
// form are not.
func TestOverlaySchema(t *testing.T) {
	n, _ := source.Read("over.yaml", []byte(peru))
	if err := schemas.Validate("overlay", n.Value()); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"overlay: a b", "overlay: a\nof: x", "overlay: a\nof: x@1\nversion: 1\nbecause: y\nrange: {from: 1}", "overlay: a\nof: x@1\nversion: 1\nbecause: y\nadd: [{items: 3}]"} {
		n, _ := source.Read("over.yaml", []byte(bad))
		if schemas.Validate("overlay", n.Value()) == nil {
			t.Errorf("the schema takes %q", bad)
		}
	}
}
