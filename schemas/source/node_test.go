package source

import (
	"encoding/json"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// open reads src, which must be clean, and opens it as a mapping.
func open(t *testing.T, src string, known ...string) (*Map, *expr.Diagnostics) {
	t.Helper()
	n, ds := Read("f.yaml", []byte(src))
	if len(ds) > 0 {
		t.Fatalf("Read(%q): %v", src, ds)
	}
	m := n.Map(&ds, "a test", known...)
	return m, &ds
}

// Each wrong value is reported once, at its place, with what was expected.
func TestAccessorsSayWhatTheyExpected(t *testing.T) {
	read := func(m *Map, ds *expr.Diagnostics) {
		v := m.Get("v")
		switch m.Get("as").Raw() {
		case "int":
			v.Int(ds, "a year", 1990, 2100)
		case "float":
			v.Float(ds, "a level")
		case "bool":
			v.Bool(ds)
		case "word":
			v.Word(ds, "random", "latest", "all")
		case "text":
			v.Text(ds, "a name")
		case "list":
			v.List(ds, "a list of files")
		case "map":
			v.Map(ds, "a period", "calendar_year")
		case "need":
			v.Map(ds, "a period").Need(ds, "calendar_year")
		}
	}
	tests := []struct{ as, v, want string }{
		{"int", "2025", ""},
		{"int", "01990", ""},
		{"int", "1989", `f.yaml:2:4: error: expected a year, not "1989" (a whole number from 1990 to 2100)`},
		{"int", "2_025", `expected a year, not "2_025"`},
		{"int", "0x7e9", `expected a year, not "0x7e9"`},
		{"int", "2025.0", `expected a year, not "2025.0"`},
		{"int", "99999999999999999999", `expected a year`},
		{"int", "", `f.yaml:2:3: error: nothing is written here; expected a year`},
		{"int", "[1]", `f.yaml:2:4: error: expected a year, not a list`},
		{"float", "0.95", ""},
		{"float", "-1e-3", ""},
		{"float", "0,95", `expected a level, not "0,95" (a number with a point for decimals`},
		{"float", ".inf", `expected a level, not ".inf"`},
		{"float", "1e999", `expected a level, not "1e999"`},
		{"float", "NaN", `expected a level, not "NaN"`},
		{"bool", "true", ""},
		{"bool", "yes", `expected one of true, false, not "yes"`},
		{"word", "latest", ""},
		{"word", "lastest", `expected one of random, latest, all, not "lastest" (did you mean latest?)`},
		{"word", "first", `expected one of random, latest, all, not "first"`},
		{"text", "''", `expected a name`},
		{"text", "{a: b}", `expected a name, not a mapping`},
		{"list", "a.yaml", `expected a list of files, not "a.yaml"`},
		{"map", "{calendar_yaer: 1}", `f.yaml:2:5: error: unknown key calendar_yaer (did you mean calendar_year?)`},
		{"map", "{zone: 1}", `unknown key zone (known here: calendar_year)`},
		{"map", "2025", `expected a period, not "2025"`},
		{"need", "{x: 1}", `f.yaml:2:4: error: calendar_year is missing`},
		{"need", "{}", `f.yaml:2:4: error: calendar_year is missing`},
	}
	for _, tt := range tests {
		t.Run(tt.as+" "+tt.v, func(t *testing.T) {
			m, ds := open(t, "as: "+tt.as+"\nv: "+tt.v+"\n")
			read(m, ds)
			if got := ds.Error(); tt.want == "" && got != "" || !strings.Contains(got, tt.want) || len(*ds) > 1 {
				t.Errorf("%s of %q: %s\nwant %s", tt.as, tt.v, got, tt.want)
			}
		})
	}
}

func TestAbsentIsSilent(t *testing.T) {
	m, ds := open(t, "a: 1\n", "a", "b")
	b := m.Get("b")
	if !b.Empty() || b.Text(ds, "x") != "" || b.Int(ds, "x", 1, 2) != 0 || b.List(ds, "x") != nil || b.Map(ds, "x", "y").Get("y") != nil {
		t.Error("an absent node is not empty")
	}
	if len(*ds) > 0 {
		t.Errorf("an absent node was reported: %v", *ds)
	}
}

func TestMapKeepsTheOrder(t *testing.T) {
	m, ds := open(t, "c: 1\nwrong: 2\na: 3\nb: 4\n", "a", "b", "c")
	got := ""
	for k, v := range m.All() {
		got += k.Raw() + v.Raw()
	}
	if got != "c1a3b4" || len(*ds) != 1 {
		t.Errorf("All yields %s with %v, want c1a3b4 and one error", got, *ds)
	}
	if m.Has("wrong") || !m.Has("a") || m.Key("a").At().Line != 3 {
		t.Error("Has or Key disagrees with the file")
	}
}

func TestDidYouMean(t *testing.T) {
	words := []string{"street", "home", "public_transport", "id", "when"}
	tests := []struct{ word, want string }{
		{"stret", "did you mean street?"},
		{"Street", "did you mean street?"},
		{"hoem", "did you mean home?"},
		{"public_trasnport", "did you mean public_transport?"},
		{"wen", "did you mean when?"},
		{"ib", "did you mean id?"},
		{"market", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if got := DidYouMean(tt.word, words); got != tt.want {
			t.Errorf("DidYouMean(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

// A schema sees what an editor's YAML sees, but for the words that YAML 1.1
// took for booleans.
func TestValue(t *testing.T) {
	m, _ := open(t, `a: {n: 12, z: 01, f: 0.5, b: true, y: yes, q: "12", d: 2025-03, e: }`+"\nl: [1, x]\n")
	got, err := json.Marshal(m.Node().Value())
	want := `{"a":{"b":true,"d":"2025-03","e":null,"f":0.5,"n":12,"q":"12","y":"yes","z":"01"},"l":[1,"x"]}`
	if string(got) != want || err != nil {
		t.Errorf("Value is %s, %v\nwant %s", got, err, want)
	}
}
