//go:build !js

package questionnaire

import (
	"errors"
	"os"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// typed starts an interview of testdata/types.
func typed(t testing.TB, given map[string]Value) *conduct {
	t.Helper()
	c := &conduct{t: t, iv: compileDir(t, "testdata/types").Open(Self{"s", "0197", "d1", 1}), now: noon}
	return c.do(Act{Kind: KindStart, Case: "0001", Household: 1, Given: given})
}

// entry returns the entry of a table with a code.
func (c *conduct) entry(table, code string) Entry {
	c.t.Helper()
	for _, f := range c.iv.q.TableFiles() {
		if f.Name == table {
			if e, ok := f.Find(code); ok {
				return e
			}
		}
	}
	c.t.Fatalf("table %s has no %s", table, code)
	return Entry{}
}

func TestTypesScenario(t *testing.T) {
	const file = "testdata/types/scenarios/types.yaml"
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range runScenario(t, compileDir(t, "testdata/types"), file, string(src), nil) {
		t.Errorf("%d:%d: %s", d.Line, d.Col, d.Message)
	}
}

// What is read of an entry are its parts; they come and go with the answer.
func TestPartsOfAnEntry(t *testing.T) {
	text := func(s string) expr.Cell { return expr.Cell{Text: s, Missing: expr.Answered} }
	c := typed(t, nil)
	part := func(name string, want expr.Cell) {
		t.Helper()
		v := c.iv.q.byName[name]
		if got := c.iv.reach(c.iv.root, v.Level).Cells[v.index]; got != want {
			t.Errorf("%s is %+v, want %+v", name, got, want)
		}
	}
	part("Q1.state", missing(NotReached))
	c.say("Q1", c.entry("places", "140390170"))
	part("Q1.state", known(1)) // jalisco, by its place in the list
	part("Q1.municipality", text("14039"))
	part("Q1.locality", text("140390170"))
	part("Q1.parent", text("14039"))
	part("Q1.depth", known(3))
	part("Q1.text", text("La Soledad"))
	part("Q1.people", known(212))
	c.say("Q1", c.entry("places", "14"))
	part("Q1.municipality", missing(DontKnow)) // known down to the state, as a year is a date
	part("Q1.parent", missing(DoesNotApply))
	part("Q1.people", missing(NotAsked)) // the table says nothing
	c.say("Q1", DontKnow)
	part("Q1.state", missing(DontKnow))
	part("territory.state", known(1))
	part("territory.text", text("Jalisco"))
	c.say("Q3", c.entry("countries", "PER"))
	part("Q3.continent", text("AM"))
	part("Q3.parent", text("AM"))
	c.say("Q15", Point{Lat: 20_673_889, Lon: -103_343_611})
	part("Q15.lat", known(20_673_889))
	part("Q15.accuracy", missing(DontKnow))

	// The same code may come with other parts, from another edition of the table.
	c.say("Q4", c.entry("occupations", "6111"))
	part("Q4.group", known(1))
	c.say("Q4", Entry{Code: "6111", Text: "Agricultores", With: ColumnsOf(map[string]string{"group": "3"})})
	part("Q4.group", known(2))
	part("Q4.text", text("Agricultores"))
	if again := replay(t, c.iv.q, c.log); again.Digest() != c.iv.Digest() {
		t.Error("replaying gives another state")
	}
}

// A parameter is given by its code alone: the code says where it lies.
func TestPlaceAsParameter(t *testing.T) {
	c := typed(t, map[string]Value{"territory": Entry{Code: "31050"}})
	if err := c.try(Act{Kind: KindAnswer, Path: "Q1", Value: c.entry("places", "140390170")}); !errors.Is(err, ErrValue) {
		t.Errorf("a place outside the territory: %v", err)
	}
	c.say("Q1", c.entry("places", "310500112"))
	v := c.iv.View("Q1", "es").Screen.Questions[0]
	if len(v.Within) != 1 || v.Within[0] != (WithinView{"state", "31"}) || v.Table.Rows != 15 || len(v.Table.Levels) != 3 {
		t.Errorf("the page is told %+v within %+v", v.Table, v.Within)
	}
	for _, o := range c.iv.View("Q6", "es").Screen.Questions[0].Options {
		if o.Code == "patrol" {
			t.Error("the patrol of Jalisco is offered in Yucatán")
		}
	}
}

// What is not known narrows nothing: the place of somebody who does not know in
// which state she lives may be any.
func TestUnknownNarrowsNothing(t *testing.T) {
	c := typed(t, nil).say("Q1", DontKnow)
	merida := c.entry("places", "31050")
	if v := c.iv.View("Q2", "es").Screen.Questions[0]; len(v.Within) != 0 {
		t.Errorf("the page is told to narrow: %v", v.Within)
	}
	c.say("Q2", merida).holdsCode("Q2", "31050")
	c.say("Q1", c.entry("places", "14039"))
	if got := c.cell("Q2").Missing; got != NotReached {
		t.Errorf("a municipality of another state is %s", got)
	}
	if err := c.try(Act{Kind: KindAnswer, Path: "Q2", Value: merida}); !errors.Is(err, ErrValue) {
		t.Errorf("it is taken again: %v", err)
	}
}

// An answer outside what is offered is put aside, and comes back.
func TestEntryLeavesWithItsOffer(t *testing.T) {
	c := typed(t, nil).say("Q4", typed(t, nil).entry("occupations", "4211"))
	c.say("Q5", c.entry("occupations", "4212")).holdsCode("Q5", "4212")
	c.say("Q4", c.entry("occupations", "2111"))
	if got := c.cell("Q5").Missing; got != NotReached {
		t.Errorf("an entry that is no longer offered is %s", got)
	}
	c.say("Q4", c.entry("occupations", "4211")).holdsCode("Q5", "4212")
}

func (c *conduct) holdsCode(path, code string) *conduct {
	c.t.Helper()
	if got := c.cell(path).Text; got != code {
		c.t.Errorf("%s is %q, want %q", path, got, code)
	}
	return c
}

// What no type can have is refused, with what is wrong.
func TestAnswersWithPartsAreRefused(t *testing.T) {
	c := typed(t, nil)
	with := func(pairs ...string) Columns {
		m := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return ColumnsOf(m)
	}
	tests := []struct {
		path string
		v    Value
		want string
	}{
		{"Q1", Text("14"), "takes no text"},
		{"Q1", Entry{}, "no code"},
		{"Q1", Entry{Code: "1"}, "as long as no code"},
		{"Q1", Entry{Code: "14", With: with("state", "09")}, "state of 14 cannot be"},
		{"Q1", Entry{Code: "14", With: with("locality", "140390001")}, "locality of 14 cannot be"},
		{"Q1", Entry{Code: "15"}, "not one of the codes of list states"},
		{"Q1", Entry{Code: "14", With: with("rural", "7")}, "rural of 14"},
		{"Q1", Entry{Code: "14", With: with("people", "many")}, "people of 14"},
		{"Q1", Entry{Code: "14", With: with("colour", "red")}, "no column colour"},
		{"Q2", Entry{Code: "140390001"}, "below municipality"},
		{"Q3", Entry{Code: "PER"}, "do not end with it"},
		{"Q3", Entry{Code: "PER", With: with("country", "PER")}, "without continent"},
		{"Q4", Entry{Code: strings.Repeat("1", 1001)}, "no code"},
		{"Q4", Point{}, "takes no point"},
		{"Q4", Attachment{Media: "image/png", Size: 1}, "takes no photo"},
		{"Q13", Date("2025-03-14"), "only month and year"},
		{"Q13", Date("2025-13"), "not a date"},
		{"Q15", Entry{Code: "14"}, "takes no entry"},
		{"Q15", Point{Lat: 90_000_001}, "no point on earth"},
		{"Q15", Point{Lon: -180_000_001}, "no point on earth"},
		{"Q15", Point{Accuracy: -1}, "no point on earth"},
		{"Q16", Attachment{Media: "audio/webm", Size: 1}, "is not image/"},
		{"Q16", Attachment{Media: "image/jpeg"}, "0 bytes"},
		{"Q17", Attachment{Media: "audio/webm", Size: 1 << 40}, "bytes"},
	}
	for _, tt := range tests {
		err := c.try(Act{Kind: KindAnswer, Path: tt.path, Value: tt.v})
		if !errors.Is(err, ErrValue) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s = %+v: %v, want %s", tt.path, tt.v, err, tt.want)
		}
	}
}

// Answers with parts cross the wire as they are.
func TestAnswersWithPartsAreEncoded(t *testing.T) {
	for _, v := range []Value{
		Entry{"14", "Jalisco", ColumnsOf(map[string]string{"state": "14", "a": ""})}, Entry{Code: "x"},
		Point{1, -2, 3}, Point{}, Attachment{Hash{1}, "image/png", 7},
	} {
		got, err := DecodeValue(EncodeValue(v))
		if err != nil || got != v {
			t.Errorf("%s reads as %+v, %v", EncodeValue(v), got, err)
		}
	}
	for _, s := range []string{`{"entry":{"code":"1"},"text":"a"}`, `{"entry":{"code":"1","with":{"a":"b\tc"}}}`, `{"point":{"lat":1.5,"lon":2}}`, `{"attachment":{"hash":"12","media":"a","size":1}}`} {
		if v, err := DecodeValue([]byte(s)); !errors.Is(err, ErrValue) {
			t.Errorf("%s is %+v, %v", s, v, err)
		}
	}
}

// Points, photos and whatever identifies have no column; a place has one a
// level, and codes for no answer that no code of its table can be.
func TestCodebookOfTypes(t *testing.T) {
	c := typed(t, nil)
	c.say("Q1", c.entry("places", "140390170")).say("Q4", Refused).say("Q13", Date("1990-02")).say("Q15", Point{Lat: 1})
	m := NewMicrodata("s", nil, c.iv.q)
	out := exported(t, m, SampledCase{ID: "0001"}, c.iv)
	names, cells := strings.Split(out["household"][0], ","), strings.Split(out["household"][1], ",")
	got := map[string]string{}
	for i, n := range names {
		got[n] = cells[i]
	}
	for name, want := range map[string]string{
		"Q1": "140390170", "Q1_text": "La Soledad", "Q1_state": "14", "Q1_municipality": "14039", "Q1_locality": "140390170", "Q1_depth": "3",
		"Q1_rural": "1", "Q1_people": "212", "Q4": "99998", "Q4_group": "8", "Q13": "1990-02", "territory": "", "Q17": "6",
	} {
		if v, there := got[name]; there && v != want || !there && want != "" {
			t.Errorf("%s is %q, want %q", name, v, want)
		}
	}
	for _, n := range names {
		if strings.HasPrefix(n, "Q15") || strings.HasPrefix(n, "Q16") || n == "name" {
			t.Errorf("%s identifies and is exported", n)
		}
	}
	for _, tb := range m.Codebook().Tables {
		for _, col := range tb.Columns {
			switch col.Name {
			case "Q1":
				if col.Table == nil || col.Table.Name != "places" || col.Table.Rows != 15 || col.Table.Hash != c.iv.q.TableFiles()[0].Hash {
					t.Errorf("Q1 is of table %+v", col.Table)
				}
			case "Q1_municipality":
				if col.Label["es"] != "¿En qué localidad vive? (Municipio)" || col.Item != "Q1" {
					t.Errorf("label of Q1_municipality: %v", col.Label)
				}
			case "Q13":
				if col.Type != "month" {
					t.Errorf("Q13 is a %s", col.Type)
				}
			}
		}
	}
}
