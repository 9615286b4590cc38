package main

// A showTable holds what cifra show says in one language.
type showTable struct {
	noLanguage string // %q, instrument
	languages  string // list
}

// showLanguages are the tables, by the same languages as those of words.
var showLanguages = map[string]showTable{
	"en": {noLanguage: "%q is not a language of instrument %s", languages: "it has: %s"},
	"es": {noLanguage: "%q no es un idioma del instrumento %s", languages: "tiene: %s"},
	"pt": {noLanguage: "%q não é um idioma do instrumento %s", languages: "tem: %s"},
	"fr": {noLanguage: "%q n’est pas une langue de l’instrument %s", languages: "il a : %s"},
}

// showWords returns the table of the user's language.
func showWords() showTable { return showLanguages[languageOf()] }
