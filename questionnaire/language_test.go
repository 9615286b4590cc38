//go:build !js

package questionnaire

import (
	"cmp"
	"encoding/json"
	goflag "flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
	"cifra/schemas"
	"cifra/schemas/source"
)

// This file writes docs/language.md from the schemas, the checker's tables and
// the instruments that ship, so that it says what is so: a key that is added to a
// schema appears there, or this test fails until it is described and used in an
// instrument.

var update = goflag.Bool("update", false, "rewrite docs/language.md")

const languageFile = "../docs/language.md"

// manualKinds are the schemas that the reference is written from, with what
// stands over each.
var manualKinds = []struct{ kind, title, intro string }{
	{"instrument", "Instruments", "An instrument is a directory: `instrument.yaml`, and the files that it includes."},
	{"translation", "Translations", "One file a language. Keys are the ids of items and elements with what of them is meant: `P1_1`, `P1_1.instruction`, `codes.yes_no.yes`."},
	{"overlay", "Overlays", "What a country or a city changes of an instrument."},
	{"migration", "Migrations", "How interviews that run move to another version, which `cifra migrate` tries and does. An item with the same name, type and options goes over by itself; one that is gone, of another type or has lost an option must be named."},
	{"indicators", "Indicators", "`indicators.yaml` beside `instrument.yaml`: what the published figures read, so that `cifra conform` can tell which of them an adaptation leaves comparable."},
	{"scenario", "Scenarios", "An interview as a test file, which `cifra test` conducts."},
}

// A key is one key of a mapping.
type key struct {
	Description string `json:"description"`
	Examples    []any  `json:"examples"`
}

// definition is a mapping of a schema.
type definition struct {
	Description string                     `json:"description"`
	Properties  map[string]json.RawMessage `json:"properties"`
	Required    []string                   `json:"required"`
}

// manual is what the reference is made of.
type manual struct {
	t        *testing.T
	examples map[string]string // by definition and key: a line of an instrument
}

// TestLanguageReference: docs/language.md is what the schemas and tables say.
func TestLanguageReference(t *testing.T) {
	m := &manual{t: t, examples: map[string]string{}}
	m.harvest()
	var b strings.Builder
	b.WriteString("# The instrument language\n\n<!-- Written by go generate ./questionnaire from the schemas, the checker's tables and the instruments\n" +
		"in this repository. Change those. -->\n\nEverything an author can write, with what it means and where it is used. The guide that\nbuilds a survey step by step is `docs/authoring.md`.\n")
	for _, k := range manualKinds {
		m.schema(&b, k.kind, k.title, k.intro)
	}
	m.types(&b)
	m.missing(&b)
	m.names(&b)
	m.expressions(&b)
	got := b.String()
	if *update {
		if err := os.WriteFile(languageFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(languageFile)
	if err != nil || string(want) != got {
		t.Errorf("docs/language.md is stale (%v): run go generate ./questionnaire", err)
	}
}

// schema writes the mappings of one schema.
func (m *manual) schema(b *strings.Builder, kind, title, intro string) {
	raw, err := schemas.Schema(kind)
	if err != nil {
		m.t.Fatal(err)
	}
	var s struct {
		Defs map[string]definition `json:"$defs"`
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		m.t.Fatal(err)
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n", title, intro)
	for _, name := range inOrder(raw, s.Defs) {
		d := s.Defs[name]
		if d.Description == "" {
			m.t.Errorf("%s schema: %s has no description", kind, name)
		}
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n| key | | what it says | as in |\n|---|---|---|---|\n", name, sentence(d.Description))
		for _, k := range propertiesInOrder(raw, name, d) {
			var p key
			if err := json.Unmarshal(d.Properties[k], &p); err != nil {
				continue // false: a key that may not be there
			}
			if p.Description == "" {
				m.t.Errorf("%s schema: key %s of %s has no description of its own", kind, k, name)
			}
			example := m.example(name, k, p, s.Defs)
			must := ""
			if slices.Contains(d.Required, k) {
				must = "must"
			}
			fmt.Fprintf(b, "| `%s` | %s | %s | `%s` |\n", k, must, cell(p.Description), cell(example))
		}
	}
}

// example shows the use of a key: as the schema says, as an instrument of this
// repository has it, or as the same key stands in another mapping.
func (m *manual) example(name, k string, p key, defs map[string]definition) string {
	if len(p.Examples) > 0 {
		return use(k, p.Examples[0])
	}
	if e, ok := m.examples[name+"."+k]; ok {
		return e
	}
	for _, other := range slices.Sorted(maps.Keys(defs)) {
		if e, ok := m.examples[other+"."+k]; ok {
			return e
		}
	}
	m.t.Errorf("key %s of %s has no example: no instrument here uses it, and the schema gives none under examples", k, name)
	return ""
}

// cell is text that can stand in a table.
func cell(s string) string { return strings.ReplaceAll(s, "|", "\\|") }

// sentence begins with a capital and ends with a full stop.
func sentence(s string) string {
	if s == "" {
		return ""
	}
	s = strings.ToUpper(s[:1]) + s[1:]
	if !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

// inOrder returns the definitions with keys, as the schema has them.
func inOrder(raw []byte, defs map[string]definition) []string {
	var names []string
	for name, d := range defs {
		if len(d.Properties) > 0 {
			names = append(names, name)
		}
	}
	at := func(name string) int { return strings.Index(string(raw), "\n    \""+name+"\": {") }
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(at(a), at(b)) })
	return names
}

// propertiesInOrder returns the keys of a definition as the schema has them.
func propertiesInOrder(raw []byte, name string, d definition) []string {
	text := string(raw)
	text = text[strings.Index(text, "\n    \""+name+"\": {"):]
	at := func(k string) int { return strings.Index(text, "\n        \""+k+"\": ") }
	keys := slices.Sorted(maps.Keys(d.Properties))
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(at(a), at(b)) })
	return keys
}

// shipped are where examples are taken from, the first that has one counts.
var shipped = []string{"testdata/house", "testdata/gate", "testdata/types", "testdata/screens", "../schemas/lacsi"}

// harvest finds an example of every key in the instruments that ship, and in a
// move between two versions of one.
func (m *manual) harvest() {
	for _, dir := range append(slices.Clip(shipped), "testdata/migration") {
		var files []string
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".yaml") {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			m.t.Fatal(err)
		}
		for _, name := range files {
			if name == "bad.yaml" {
				continue // what the tests of moves refuse
			}
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				m.t.Fatal(err)
			}
			root, ds := source.Read(name, b)
			if ds.Err() != nil {
				m.t.Fatalf("%s/%s: %v", dir, name, ds)
			}
			m.harvestFile(root.Value())
		}
	}
}

// harvestFile walks a file along its schema, which its keys tell.
func (m *manual) harvestFile(v any) {
	top, ok := v.(map[string]any)
	if !ok {
		return
	}
	kind, def := "instrument", "module"
	switch {
	case top["instrument"] != nil && top["interview"] != nil:
		kind, def = "scenario", "scenario"
	case top["instrument"] != nil:
		def = "instrument"
	case top["overlay"] != nil:
		kind, def = "overlay", "overlay"
	case top["migrate"] != nil:
		kind, def = "migration", "migration"
	case top["indicators"] != nil:
		kind, def = "indicators", "indicators"
	case top["texts"] != nil:
		kind, def = "translation", "translation"
	}
	raw, err := schemas.Schema(kind)
	if err != nil {
		m.t.Fatal(err)
	}
	var s map[string]any
	if err := json.Unmarshal(raw, &s); err != nil {
		m.t.Fatal(err)
	}
	m.walk(s, map[string]any{"$ref": "#/$defs/" + def}, v, def)
}

// walk follows value v along schema node n and keeps the first use of each key.
func (m *manual) walk(schema, n map[string]any, v any, def string) {
	if ref, ok := n["$ref"].(string); ok {
		name := ref[strings.LastIndexByte(ref, '/')+1:]
		if next, ok := dig(schema, ref); ok {
			m.walk(schema, next, v, name)
		}
	}
	for _, way := range []string{"anyOf", "allOf", "oneOf"} {
		for _, alternative := range alternatives(n[way]) {
			m.walk(schema, alternative, v, def)
		}
	}
	switch v := v.(type) {
	case []any:
		if items, ok := n["items"].(map[string]any); ok {
			for _, x := range v {
				m.walk(schema, items, x, def)
			}
		}
	case map[string]any:
		if cond, ok := n["if"].(map[string]any); ok {
			then := n["else"]
			if has(v, cond["required"]) {
				then = n["then"]
			}
			if next, ok := then.(map[string]any); ok {
				m.walk(schema, next, v, def)
			}
		}
		properties, _ := n["properties"].(map[string]any)
		for _, k := range slices.Sorted(maps.Keys(v)) {
			next, known := properties[k].(map[string]any)
			if known {
				if _, have := m.examples[def+"."+k]; !have {
					m.examples[def+"."+k] = use(k, v[k])
				}
			} else {
				for _, p := range patterns(n) {
					next = p
				}
			}
			if next != nil {
				m.walk(schema, next, v[k], def)
			}
		}
	}
}

// patterns are what keys are that have no name in the schema.
func patterns(n map[string]any) []map[string]any {
	var all []map[string]any
	if p, ok := n["patternProperties"].(map[string]any); ok {
		for _, x := range p {
			if x, ok := x.(map[string]any); ok {
				all = append(all, x)
			}
		}
	}
	if x, ok := n["additionalProperties"].(map[string]any); ok {
		all = append(all, x)
	}
	return all
}

func alternatives(v any) (all []map[string]any) {
	xs, _ := v.([]any)
	for _, x := range xs {
		if x, ok := x.(map[string]any); ok {
			all = append(all, x)
		}
	}
	return all
}

// has says whether a mapping has the keys that a schema requires.
func has(v map[string]any, required any) bool {
	keys, _ := required.([]any)
	for _, k := range keys {
		if _, ok := v[k.(string)]; !ok {
			return false
		}
	}
	return len(keys) > 0
}

// dig returns the node of a schema that a reference names.
func dig(schema map[string]any, ref string) (map[string]any, bool) {
	var at any = schema
	for _, step := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		m, ok := at.(map[string]any)
		if !ok {
			return nil, false
		}
		at = m[step]
	}
	m, ok := at.(map[string]any)
	return m, ok
}

// use writes a key with its value on one line, long things cut.
func use(k string, v any) string { return short(k + ": " + flowed(v)) }

// flowed is a value in YAML's flow style.
func flowed(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, k+": "+flowed(v[k]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, flowed(x))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case string:
		if v == "" || digits.MatchString(v) || strings.ContainsAny(v, "{}[]:#,") && !strings.HasPrefix(v, "¿") {
			return fmt.Sprintf("%q", v)
		}
		return v
	}
	return fmt.Sprint(v)
}

// digits would be read as a number.
var digits = regexp.MustCompile(`^[0-9.]+$`)

// short cuts what is too long for a table.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 72 {
		return string(r[:70]) + " …"
	}
	return s
}

// manualTypes says what the types are. Every type of the schema has a line.
var manualTypes = [][3]string{
	{"one of LIST", "one option of a choice list or catalogue", "one of yes_no"},
	{"several of LIST", "any of them, up to 64; `at_least`, `at_most` and exclusive options bound it", "several of weapons"},
	{"entry of TABLE", "an entry of a big code list, found by typing", "entry of occupations"},
	{"place of TABLE", "a place of a hierarchy, level after level", "place of territory"},
	{"place of TABLE to LEVEL", "the same, down to a level", "place of territory to municipality"},
	{"integer", "a whole number below 2^53", "integer"},
	{"decimal(n)", "a number with n decimals, 1 to 9", "decimal(1)"},
	{"money", "an amount in minor units of the instrument’s currency; `zero` makes nothing an answer of its own", "money"},
	{"text", "words; it must say its class", "text"},
	{"date", "a day, or a month or year where no more is known", "date"},
	{"month", "a month of a year", "month"},
	{"time", "a time of day", "time"},
	{"point", "where the tablet is, with its accuracy", "point"},
	{"photo", "a photo, kept beside the answers", "photo"},
	{"audio", "a recording, kept beside the answers", "audio"},
}

func (m *manual) types(b *strings.Builder) {
	b.WriteString("\n## Types\n\nWhat an answer is, under `type`; and of which of them a parameter can be. A parameter can also be a `year`.\nOf a place it is given the code, so the levels of its table need a `prefix`.\n\n| type | what it is | as in | parameter |\n|---|---|---|---|\n")
	said := ""
	for _, x := range manualTypes {
		parameter := ""
		if parameterCanBe(x[2]) {
			parameter = "can be"
		}
		fmt.Fprintf(b, "| `%s` | %s | `type: %s` | %s |\n", x[0], x[1], x[2], parameter)
		said += " " + x[0]
	}
	var s struct {
		Defs map[string]struct {
			AnyOf []struct {
				Enum    []string `json:"enum"`
				Pattern string   `json:"pattern"`
			} `json:"anyOf"`
		} `json:"$defs"`
	}
	raw, _ := schemas.Schema("instrument")
	if err := json.Unmarshal(raw, &s); err != nil {
		m.t.Fatal(err)
	}
	matched := map[string]bool{}
	for _, way := range s.Defs["type"].AnyOf {
		for _, name := range way.Enum {
			if !strings.Contains(said+" ", " "+name+" ") {
				m.t.Errorf("type %s of the schema is not described", name)
			}
			matched[name] = true
		}
		for _, x := range manualTypes {
			if way.Pattern != "" && regexp.MustCompile(way.Pattern).MatchString(x[2]) {
				matched[x[2]] = true
			}
		}
	}
	for _, x := range manualTypes {
		if !matched[x[2]] {
			m.t.Errorf("type %s is described and not in the schema", x[2])
		}
	}
}

// parameterCanBe asks the compiler whether a parameter can be of a type.
func parameterCanBe(typ string) bool {
	c := newCompiler(&Instrument{})
	c.q.Currency = currency{Code: "MXN"}
	for _, name := range []string{"yes_no", "weapons"} {
		c.lists[name] = len(c.q.Lists)
		c.q.Lists = append(c.q.Lists, &list{Name: name, names: &expr.List{Name: name}})
	}
	for _, name := range []string{"occupations", "territory"} {
		t := &tableRef{Name: name}
		if name == "territory" {
			t.Levels = []placeLevel{{Name: "state", Prefix: 2, List: -1}, {Name: "municipality", Prefix: 5, List: -1}}
		}
		c.tables[name] = len(c.q.Tables)
		c.q.Tables = append(c.q.Tables, t)
	}
	at := expr.Position{File: "p", Line: 1, Col: 1}
	c.declareParameter(&Parameter{Name: Source{Text: "p", At: at}, Type: Source{Text: typ, At: at}})
	return c.diags.Err() == nil
}

// manualMissing says what the reasons for no answer mean, who gives them, and
// that is all there are.
var manualMissing = map[expr.Missing][2]string{
	expr.NotAsked:     {"the path", "the question was not for this person: its condition does not hold"},
	expr.NotReached:   {"the path", "the interview ended before, or stands before it; or a privacy gate is not open"},
	expr.DontKnow:     {"the person", "does not know"},
	expr.Refused:      {"the person", "does not want to say"},
	expr.DoesNotApply: {"the person", "it does not apply; also what a calculation gives that has no result"},
	expr.Withheld:     {"the office", "the answer was sealed or destroyed"},
}

func (m *manual) missing(b *strings.Builder) {
	b.WriteString("\n## No answer, and why\n\nMissing is a value with a reason, from the screen to the file. A question offers the special answers\nnamed under its `special`; numeric codes for the reasons are given by the export.\n\n| reason | who says so | what it means |\n|---|---|---|\n")
	for why := expr.Missing(0); why < expr.Answered; why++ {
		x, ok := manualMissing[why]
		if !ok {
			m.t.Errorf("missing kind %s is not described", why)
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", why, x[0], x[1])
	}
}

func (m *manual) expressions(b *strings.Builder) {
	b.WriteString("\n## Expressions\n\nConditions, calculations and what stands between braces in a text. The grammar and the tables of\n*unknown* are in the documentation of package `questionnaire/expr`.\n\n### Operators\n\nFrom the loosest to the tightest.\n\n| operator | what it is | as in |\n|---|---|---|\n")
	row := func(f expr.Function) {
		example := "`" + f.Example + "`"
		if f.Gives != "" {
			example += " is " + f.Gives
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", cell(f.Usage), cell(f.Means), cell(example))
	}
	for _, f := range expr.Operators() {
		row(f)
	}
	b.WriteString("\n### Functions\n\n| function | what it gives | as in |\n|---|---|---|\n")
	for _, f := range expr.Functions() {
		row(f)
	}
}
