package schemas

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"cifra/schemas/source"
)

func TestEverySchemaCompiles(t *testing.T) {
	if len(Kinds()) < 4 {
		t.Errorf("Kinds() = %v", Kinds())
	}
	for _, kind := range Kinds() {
		if _, err := compiled(kind); err != nil {
			t.Error(err)
		}
	}
}

// Every file of every built-in instrument is what its schema says.
func TestBuiltInFilesAreValid(t *testing.T) {
	for _, name := range Names() {
		fsys, err := Instrument(name)
		if err != nil {
			t.Fatal(err)
		}
		files := 0
		err = fs.WalkDir(fsys, ".", func(path string, e fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".yaml") {
				return err
			}
			files++
			kind := "instrument"
			switch {
			case strings.Contains(path, "texts/"):
				kind = "translation"
			case strings.Contains(path, "scenarios/"):
				kind = "scenario"
			case path == "indicators.yaml":
				kind = "indicators"
			case strings.HasPrefix(path, "overlays/"):
				kind = "overlay"
			}
			b, err := fs.ReadFile(fsys, path)
			if err != nil {
				return err
			}
			n, ds := source.Read(path, b)
			if len(ds) > 0 {
				t.Error(ds)
			}
			if err := Validate(kind, n.Value()); err != nil {
				t.Errorf("%s/%s:\n%v", name, path, err)
			}
			return nil
		})
		if err != nil || files < 3 {
			t.Errorf("%s: %d files, %v", name, files, err)
		}
	}
}

// document reads a YAML document, which JSON is too.
func document(t *testing.T, src string) any {
	t.Helper()
	n, ds := source.Read("doc", []byte(src))
	if ds.Err() != nil {
		t.Fatalf("%s: %v", src, ds)
	}
	return n.Value()
}

const zeros = "0000000000000000000000000000000000000000000000000000000000000000"

// header is a good header of an event, with its closing brace left off.
const header = `{"v":1,"survey":"s","interview":"i","device":"d","seq":1,"prev":"","lease":1,"wall":"2026-03-02T10:11:12.345Z","mono":5,"hash":"` + zeros + `"`

// Each document is good but for one thing, and the message names its place.
func TestValidate(t *testing.T) {
	module := func(items string) string { return "module: m\nlevel: l\ntitle: t\nitems:\n" + items }
	tests := []struct {
		name, kind, doc string
		want            string // "" means valid
	}{
		{"a module", "instrument", module("- {id: A, text: ¿?, type: integer}\n"), ""},
		{"a key of no item", "instrument", module("- {id: A, text: ¿?, typo: integer, type: integer}\n"), "/items/0: "},
		{"a question without a type", "instrument", module("- {id: A, text: ¿?}\n"), "/items/0: missing property 'type'"},
		{"a calculated value", "instrument", module("- {id: A, value: B + 1}\n"), ""},
		{"a calculated value that asks", "instrument", module("- {id: A, value: B + 1, text: ¿?}\n"), "/items/0: "},
		{"a type that is none", "instrument", module("- {id: A, text: ¿?, type: number}\n"), "/items/0/type: "},
		{"no element", "instrument", module("- {text: ¿?, type: integer}\n"), "/items/0: missing property 'id'"},
		{"two elements in one", "instrument", module("- {say: a, end: b, text: ¿?}\n"), "/items/0: "},
		{"an accent in a name", "instrument", module("- {id: Año, text: ¿?, type: integer}\n"), "/items/0/id: "},
		{"a special answer of no kind", "instrument", module("- {id: A, text: ¿?, type: integer, special: [maybe]}\n"), "/items/0/special/0: "},
		{"a check of two severities", "instrument", module("- {id: A, text: ¿?, type: integer, checks: [{hard: A > 0, soft: A > 1, say: x}]}\n"), "/items/0/checks/0: "},
		{"an end inside a roster", "instrument", module("- {roster: p, rows: by hand, text: t, add: a, done: d, first: A, items: [{end: e, when: true, text: t, disposition: 240}]}\n"), "/items/0/items/0: "},
		{"a disposition with its dot", "instrument", module("- {end: e, when: true, text: t, disposition: 2.40}\n"), "/items/0/disposition: "},
		{"lists alone", "instrument", "codes: {yes_no: [{code: 1, name: yes, text: Sí}]}\n", ""},
		{"lists with a heading", "instrument", "heading: h\ncodes: {yes_no: [{code: 1, name: yes, text: Sí}]}\n", "/: "},
		{"an attribute called text", "instrument", "catalogues: {c: {attributes: {text: text}, rows: [{code: 1, name: a, text: t}]}}\n", "/catalogues/c/attributes/text: "},
		{"a main file without levels", "instrument", "instrument: i\nversion: 1\nlanguage: es\ntitle: t\npublic_title: t\ninclude: []\n", "/: missing property 'levels'"},
		{"a file above", "instrument", "instrument: i\nversion: 1\nlanguage: es\ntitle: t\npublic_title: t\nlevels: {}\ninclude: [/etc/passwd]\n", "/include/0: "},
		{"nothing", "instrument", "[]", "/: "},

		{"a translation", "translation", "language: en\ntexts: {A: {of: 0a1b2c3d, text: Who?}}\n", ""},
		{"a hash of digits", "translation", "language: en\ntexts: {A: {of: 12345678, text: Who?}}\n", ""},
		{"a translation without its source", "translation", "language: en\ntexts: {A: {text: Who?}}\n", "/texts/A: missing property 'of'"},
		{"a short hash", "translation", "language: en\ntexts: {A: {of: 0a1b, text: Who?}}\n", "/texts/A/of: "},

		{"a scenario", "scenario", "scenario: s\ninstrument: i\ninterview: [{A: yes}, {'b[1]': {C: [x, {other: y}]}}, {select: }, {expect: {asked: A, value: {A: 1}}}]\n", ""},
		{"a scenario without steps", "scenario", "scenario: s\ninstrument: i\n", "/: missing property 'interview'"},
		{"an expectation that is none", "scenario", "scenario: s\ninstrument: i\ninterview: [{expect: {aksed: A}}]\n", "/interview/0/expect: "},
		{"a reason that explains nothing", "scenario", "scenario: s\ninstrument: i\ninterview: [{confirm: {A#1: ok}}]\n", "/interview/0/confirm/A#1: "},

		{"an event", "event", `{"header":` + header + `,"kind":"answer"},"salt":"` + zeros[:32] + `","payload":{"value":{"code":"yes"}}}`, ""},
		{"an event whose payload is gone", "event", `{"header":` + header + `,"kind":"answer"}}`, ""},
		{"a payload without salt", "event", `{"header":` + header + `,"kind":"answer"},"payload":{"value":{"code":"yes"}}}`, "/: "},
		{"a payload of another kind", "event", `{"header":` + header + `,"kind":"status"},"salt":"` + zeros[:32] + `","payload":{"value":{"code":"yes"}}}`, "/payload: missing property 'disposition'"},
		{"an unknown kind", "event", `{"header":` + header + `,"kind":"guess"}}`, "/header/kind: "},
		{"two values in one", "event", `{"header":` + header + `,"kind":"answer"},"salt":"` + zeros[:32] + `","payload":{"value":{"code":"yes","number":1}}}`, "/payload/value: "},
		{"a number that a browser cannot hold", "event", `{"header":` + header + `,"kind":"answer"},"salt":"` + zeros[:32] + `","payload":{"value":{"number":9007199254740993}}}`, "/payload/value/number: "},
		{"a first event with a link", "event", strings.Replace(`{"header":`+header+`,"kind":"move"}}`, `"prev":""`, `"prev":"`+zeros+`"`, 1), "/header/prev: "},
		{"a second event without one", "event", strings.Replace(`{"header":`+header+`,"kind":"move"}}`, `"seq":1`, `"seq":2`, 1), "/header/prev: "},

		{"a codebook", "codebook", `{"version":1,"tables":[{"name":"person","file":"person.csv","key":["person"],"columns":[{"name":"P3_4","type":"code","codes":[{"code":"1","name":"man"}],"missing":[{"code":"9","kind":"dont_know"}]}]}]}`, ""},
		{"a code without its codes", "codebook", `{"version":1,"tables":[{"name":"p","file":"p.csv","key":["p"],"columns":[{"name":"a","type":"code"}]}]}`, "/tables/0/columns/0: missing property 'codes'"},
		{"an amount of many decimals", "codebook", `{"version":1,"tables":[{"name":"p","file":"p.csv","key":["p"],"columns":[{"name":"a","type":"money","scale":12}]}]}`, "/tables/0/columns/0/scale: "},
		{"a name that Stata refuses", "codebook", `{"version":1,"tables":[{"name":"p","file":"p.csv","key":["p"],"columns":[{"name":"a b","type":"text"}]}]}`, "/tables/0/columns/0/name: "},
		{"an answer among the missing", "codebook", `{"version":1,"tables":[{"name":"p","file":"p.csv","key":["p"],"columns":[{"name":"a","type":"text","missing":[{"code":"9","kind":"answered"}]}]}]}`, "/tables/0/columns/0/missing/0/kind: "},
		{"a later format", "codebook", `{"version":2,"tables":[{"name":"p","file":"p.csv","key":["p"],"columns":[{"name":"a","type":"text"}]}]}`, "/version: "},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.name, func(t *testing.T) {
			err := Validate(tt.kind, document(t, tt.doc))
			if tt.want == "" {
				if err != nil {
					t.Errorf("%s: %v", tt.doc, err)
				}
				return
			}
			var vs Violations
			if !errors.As(err, &vs) || !strings.Contains(vs.Error(), tt.want) {
				t.Errorf("%s:\n%v\nwant %s", tt.doc, err, tt.want)
			}
		})
	}
}

func TestUnknownNames(t *testing.T) {
	if _, err := Instrument("lasci"); !errors.Is(err, ErrNoInstrument) || !strings.Contains(err.Error(), "there is lacsi") {
		t.Errorf("Instrument(lasci) = %v", err)
	}
	if err := Validate("questionnaire", nil); !errors.Is(err, ErrNoSchema) {
		t.Errorf("Validate(questionnaire) = %v", err)
	}
}

// Validate takes what a JSON reader gives as well.
func TestValidateJSON(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"language":"en","texts":{"A":{"of":"0a1b2c3d","text":7}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if err := Validate("translation", doc); err != nil {
		t.Error(err)
	}
}
