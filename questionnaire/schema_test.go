//go:build !js

package questionnaire

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"cifra/schemas"
	"cifra/schemas/source"
)

// badInstruments returns the files of every fixture of the loader by its name.
func badInstruments(t *testing.T) map[string]fstest.MapFS {
	t.Helper()
	archives, err := filepath.Glob("testdata/load/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no fixtures", err)
	}
	all := map[string]fstest.MapFS{}
	for _, file := range archives {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".txtar")] = fixture(a)
	}
	return all
}

// definitions returns the mappings that a schema defines, with their keys.
func definitions(t *testing.T, kind string) map[string][]string {
	t.Helper()
	b, err := schemas.Schema(kind)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Defs map[string]struct {
			Properties map[string]json.RawMessage `json:"properties"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	defs := map[string][]string{}
	for name, d := range s.Defs {
		if len(d.Properties) > 0 {
			defs[name] = slices.Sorted(maps.Keys(d.Properties))
		}
	}
	return defs
}

// What the loader knows is what the schemas say, so that an editor completes
// every key and offers none that is refused.
func TestLoaderAndSchemaKnowTheSameKeys(t *testing.T) {
	want := definitions(t, "instrument")
	maps.Copy(want, definitions(t, "translation"))
	maps.Copy(want, definitions(t, "overlay"))
	maps.Copy(want, definitions(t, "indicators"))
	maps.Copy(want, definitions(t, "migration"))
	got := map[string][]string{}
	for name, keys := range keysOf {
		got[name] = slices.Sorted(slices.Values(keys))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("keys (-schema +loader):\n%s", d)
	}
}

// The loader's fixtures of mistakes are no good to the schema either, where a
// schema can see the mistake.
func TestSchemaRefusesWhatTheLoaderRefuses(t *testing.T) {
	// What no schema can know: files, names defined elsewhere, keys of YAML.
	beyond := []string{"there is no file", "included twice", "is not a level", "is not an item of this roster", "stands twice in table", "has no column", "is no file of the instrument", "which are those of a file", "written twice", "not YAML", "anchors"}
	for name, files := range badInstruments(t) {
		t.Run(name, func(t *testing.T) {
			_, ds := LoadInstrument(files, "demo")
			for file := range files {
				wrong := false
				for _, d := range ds {
					in := func(s string) bool { return strings.Contains(d.Message, s) }
					wrong = wrong || d.File == file && !slices.ContainsFunc(beyond, in)
				}
				n, _ := source.Read(file, files[file].Data)
				if n == nil || strings.HasSuffix(file, ".csv") {
					continue
				}
				kind := "instrument"
				if strings.Contains(file, "/texts/") {
					kind = "translation"
				}
				if err := schemas.Validate(kind, n.Value()); (err != nil) != wrong {
					t.Errorf("%s: the loader refuses it: %v; the schema says: %v", file, wrong, err)
				}
			}
		})
	}
}

// Every event that an interview makes is one of the event schema.
func TestEventsAreWhatTheSchemaSays(t *testing.T) {
	c := start(t, compileDir(t, "../schemas/lacsi"), 400_000)
	c.do(Act{Kind: KindLanguage, Language: "en"}).do(Act{Kind: KindMove, Path: "P1_1"})
	c.say("P1_1", "house").say("P2_1", 2).say("P2_2", "yes")
	c.lacsiMember("Ana", 34, "woman").lacsiMember("Luis", DontKnow, "man").say("person[d1.2].P3_5a", "of_age")
	c.do(Act{Kind: KindAddRow, Roster: "person"}).do(Act{Kind: KindRemoveRow, Path: "person[d1.3]", Reason: "lives elsewhere"})
	c.say("person_complete", "yes").do(Act{Kind: KindSelect}).do(Act{Kind: KindConsent, Outcome: "given"})
	c.say(ana+"P7_3[street_robbery]", "yes").say(ana+"P7_4[street_robbery]", 25)
	for _, k := range c.iv.View(ana+"personal_crimes[street_robbery]", "").Screen.Checks {
		c.do(Act{Kind: KindConfirm, Check: k.ID, Reason: "counted with her, one by one"})
	}
	c.say(robbery+"I1_5", Code{Name: "other", Specify: "un puente"}).do(Act{Kind: KindClear, Path: robbery + "I1_5"})
	c.do(Act{Kind: KindComment, Path: robbery + "I1_5", Text: "it was dark"})
	c.do(Act{Kind: KindAttempt, Disposition: 220, Case: "0001"}).do(Act{Kind: KindStatus, Disposition: Partial})
	kinds := map[Kind]bool{}
	for _, e := range c.log {
		n, ds := source.Read("event", e.AppendJSON(nil))
		if len(ds) > 0 {
			t.Fatal(ds)
		}
		if err := schemas.Validate("event", n.Value()); err != nil {
			t.Errorf("%s:\n%v", e.AppendJSON(nil), err)
		}
		h, err := e.Parse()
		if err != nil {
			t.Fatal(err)
		}
		kinds[h.Kind] = true
	}
	for _, k := range []Kind{KindStart, KindLanguage, KindConsent, KindAnswer, KindClear, KindAddRow, KindRemoveRow, KindSelect, KindComment, KindMove, KindConfirm, KindAttempt, KindStatus} {
		if !kinds[k] {
			t.Errorf("no %s event was tried", k)
		}
	}
}
