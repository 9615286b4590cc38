package main

import (
	"maps"
	"reflect"
	"slices"
	"testing"
)

// Every language has every sentence of cifra test.
func TestScenarioWordsAreComplete(t *testing.T) {
	en := testLanguages["en"]
	for name := range languages {
		w, ok := testLanguages[name]
		if !ok {
			t.Errorf("no words in %s", name)
			continue
		}
		table, want := reflect.ValueOf(w), reflect.ValueOf(en)
		for i := range table.NumField() - 1 {
			for k, s := range sentences(table.Field(i)) {
				if s == "" || !slices.Equal(verbs.FindAllString(s, -1), verbs.FindAllString(sentences(want.Field(i))[k], -1)) {
					t.Errorf("%s: %s is %q", name, table.Type().Field(i).Name, s)
				}
			}
		}
		if got, want := slices.Sorted(maps.Keys(w.what)), slices.Sorted(maps.Keys(en.what)); !slices.Equal(got, want) {
			t.Errorf("%s: words for %v, want %v", name, got, want)
		}
	}
}
