package main

import (
	"maps"
	"slices"
)

// A serveTable holds what cifra serve prints in one language.
type serveTable struct {
	oneCase, cases, listening, thisMachine, open string
}

// serveLanguages are the tables, by the same languages as those of words.
var serveLanguages = map[string]serveTable{
	"en": {"case", "cases", "listening on", "this machine only", "open"},
	"es": {"caso", "casos", "a la escucha en", "solo este equipo", "abra"},
	"pt": {"caso", "casos", "à escuta em", "só este computador", "abra"},
	"fr": {"cas", "cas", "à l’écoute sur", "cet ordinateur seulement", "ouvrez"},
}

// serveWords returns the table of the user's language.
func serveWords() serveTable {
	chosen := words()
	for _, name := range slices.Sorted(maps.Keys(languages)) {
		if languages[name] == chosen {
			return serveLanguages[name]
		}
	}
	return serveLanguages["en"]
}
