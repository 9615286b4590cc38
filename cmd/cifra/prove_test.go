package main

import (
	"maps"
	"slices"
	"testing"
)

// Every language says as much of a proof as English does.
func TestProveWordsAreComplete(t *testing.T) {
	en := proveLanguages["en"]
	for name := range languages {
		w := proveLanguages[name]
		pairs := [][2]string{
			{en.witnessed, w.witnessed}, {en.refuted, w.refuted}, {en.ifSettled, w.ifSettled}, {en.failure, w.failure}, {en.failureHint, w.failureHint}, {en.notProved, w.notProved}, {en.fills, w.fills}, {en.bounds, w.bounds},
			{en.stuck, w.stuck}, {en.lengths, w.lengths}, {en.burden, w.burden}, {en.untranslated, w.untranslated},
		}
		for _, tables := range [][2]map[string]string{{en.stages, w.stages}, {en.what, w.what}, {en.open, w.open}} {
			if !slices.Equal(slices.Sorted(maps.Keys(tables[0])), slices.Sorted(maps.Keys(tables[1]))) {
				t.Errorf("%s has words for %v, English for %v", name, slices.Sorted(maps.Keys(tables[1])), slices.Sorted(maps.Keys(tables[0])))
			}
			for k := range tables[0] {
				pairs = append(pairs, [2]string{tables[0][k], tables[1][k]})
			}
		}
		for _, p := range pairs {
			if p[1] == "" || !slices.Equal(verbs.FindAllString(p[0], -1), verbs.FindAllString(p[1], -1)) {
				t.Errorf("%s: %q is not filled as %q is", name, p[1], p[0])
			}
		}
	}
}
