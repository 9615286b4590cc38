//go:build !js

package questionnaire

import (
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire/expr"
)

const houseEnglish = `# English of the house.
language: en
texts:
  instrument.title: {of: HASH1, text: "House"}   # short

  # places
  codes.places.street: {of: HASH2, text: "The street"}
  I1_20:
    of: HASH3
    text: >-
      Did you
      report it?

  # the end
`

func englishHouse(t testing.TB) (*Instrument, string) {
	t.Helper()
	text := strings.NewReplacer("HASH1", TextHash("Casa"), "HASH2", TextHash("La calle"), "HASH3", TextHash("¿Denunció usted?")).Replace(houseEnglish)
	files := changedHouse(t)
	files["texts/en.yaml"] = &fstest.MapFile{Data: []byte(text)}
	in, ds := LoadInstrument(files, ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	return in, text
}

// What was exported and comes back as it went leaves every byte of the file.
func TestTranslationRoundTripIsByteStable(t *testing.T) {
	in, text := englishHouse(t)
	b, n, ds := in.Retranslate("en", "en.yaml", []byte(text), in.TranslationRows("en"))
	if ds.Err() != nil || n != 0 || string(b) != text {
		t.Errorf("%d entries written, %v:\n%s", n, ds, b)
	}
}

func TestTranslationRowsTellTheirState(t *testing.T) {
	in, _ := englishHouse(t)
	got := map[string]TranslationRow{}
	for _, r := range in.TranslationRows("en") {
		got[r.Key] = r
	}
	for key, want := range map[string]string{"instrument.title": TextDone, "I1_20": TextStale, "codes.places.home": TextMissing} {
		if got[key].Status != want {
			t.Errorf("%s is %s, want %s", key, got[key].Status, want)
		}
	}
	if r := got["I1_20"]; r.Source != "¿Denunció?" || r.Translation != "Did you report it?" || r.Before != "¿Con qué arma?" || r.Where != "incident.yaml:19" {
		t.Errorf("I1_20 is %+v", r)
	}
	if _, ok := got["P7_3"]; !ok {
		t.Error("P7_3 has words beside its fills and is not there")
	}
}

// Entries that changed are written in their place, new ones in the order of the
// instrument; comments and other entries stay; and what is written reads back.
func TestRetranslateWritesOnlyWhatChanged(t *testing.T) {
	in, text := englishHouse(t)
	rows := []TranslationRow{
		{Key: "I1_20", Hash: TextHash("¿Denunció?"), Translation: `Did you "report" it?`, Status: TextStale},
		{Key: "codes.places.home", Hash: TextHash("Su casa"), Translation: "Your home"},
		{Key: "codes.places.other", Hash: TextHash("Otro lugar"), Translation: ""},
		{Key: "instrument.title", Hash: TextHash("Casa"), Translation: "House"},
	}
	b, n, ds := in.Retranslate("en", "en.yaml", []byte(text), rows)
	want := strings.Replace(text, "  I1_20:\n    of: "+TextHash("¿Denunció usted?")+"\n    text: >-\n      Did you\n      report it?\n",
		"  codes.places.home: {of: "+TextHash("Su casa")+", text: \"Your home\"}\n  I1_20: {of: "+TextHash("¿Denunció?")+", text: \"Did you \\\"report\\\" it?\"}\n", 1)
	if ds.Err() != nil || n != 2 || string(b) != want {
		t.Errorf("%d, %v:\n%s\nwant:\n%s", n, ds, b, want)
	}
	files := changedHouse(t)
	files["texts/en.yaml"] = &fstest.MapFile{Data: b}
	again, ds := LoadInstrument(files, ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	for _, r := range again.TranslationRows("en") {
		if r.Key == "I1_20" && (r.Translation != `Did you "report" it?` || r.Status != TextDone) {
			t.Errorf("read back as %+v", r)
		}
	}
}

// A stale text that the translator looked at and left is done; left alone it is
// not touched.
func TestRetranslateMarksStaleTextsDone(t *testing.T) {
	in, text := englishHouse(t)
	row := TranslationRow{Key: "I1_20", Hash: TextHash("¿Denunció?"), Translation: "Did you report it?", Status: TextStale}
	if _, n, _ := in.Retranslate("en", "en.yaml", []byte(text), []TranslationRow{row}); n != 0 {
		t.Errorf("an entry that nobody touched is written")
	}
	row.Status = TextDone
	if b, n, ds := in.Retranslate("en", "en.yaml", []byte(text), []TranslationRow{row}); n != 1 || !strings.Contains(string(b), "I1_20: {of: "+TextHash("¿Denunció?")) {
		t.Errorf("%d, %v:\n%s", n, ds, b)
	}
}

// All that is wrong is told at once, and nothing is written.
func TestRetranslateRefusesAllAtOnce(t *testing.T) {
	in, text := englishHouse(t)
	at := func(line int) expr.Position { return expr.Position{File: "t.csv", Line: line} }
	b, n, ds := in.Retranslate("en", "en.yaml", []byte(text), []TranslationRow{
		{Key: "I1_2", Hash: "x", Translation: "x", At: at(2)},
		{Key: "I1_20", Hash: TextHash("¿Denunció usted?"), Translation: "Did you report?", At: at(3)},
		{Key: "P7_3", Hash: TextHash("En {reference.year}: {crime.text}"), Translation: "In {reference.year}", At: at(4)},
		{Key: "codes.places.home", Hash: TextHash("Su casa"), Translation: "Home", At: at(5)},
		{Key: "codes.places.home", Hash: TextHash("Su casa"), Translation: "Your home", At: at(6)},
	})
	if b != nil || n != 0 || len(ds) != 4 {
		t.Fatalf("%d mistakes, %q written: %v", len(ds), b, ds)
	}
	for i, want := range []string{
		"t.csv:2: error: there is no text I1_2 to translate (did you mean I1_20?)", "t.csv:3: error: I1_20 was translated from words that have changed since",
		"t.csv:4: error: the translation of P7_3 has the fills {reference.year} (it has {crime.text}, {reference.year})", "t.csv:6: error: codes.places.home stands twice, first on line 5",
	} {
		if got := ds[i : i+1].Error(); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestFillsAreFound(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "a": "", "{a} y {b.c}": "a|b.c", "{b} {a}": "a|b", "{{no}} {si}": "si", "{if x then {a} else b}": "if x then {a} else b", "{open": "{open",
	} {
		if got := strings.Join(Fills(text), "|"); got != want {
			t.Errorf("%q has %q, want %q", text, got, want)
		}
	}
}

// A translation of an overlay is of the words that the overlay brings.
func TestTranslationRowsOfAnOverlay(t *testing.T) {
	in, _, _ := overHouse(t, peru)
	var keys []string
	for _, r := range in.TranslationRows("en") {
		keys = append(keys, r.Key)
	}
	want := "codes.places.market codes.weapons.machete codes.crimes.market_robbery I1_20 T1"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
