package main

// A hintTable holds, in one language, what the commands say to whoever runs
// them: what was called wrongly or cannot be done here, and what to do about it.
// Hints of packages, such as those of a store, are in English.
type hintTable struct {
	publish     string // a directory without a survey, for serve
	whereServed string // the same, for whoever reads
}

// hintLanguages are the tables, by the same languages as those of words.
var hintLanguages = map[string]hintTable{
	"en": {
		publish:     "publish an instrument: --instrument lacsi",
		whereServed: "name the directory that cifra serve was started with",
	},
	"es": {
		publish:     "publique un instrumento: --instrument lacsi",
		whereServed: "indique el directorio con el que se inició cifra serve",
	},
	"pt": {
		publish:     "publique um instrumento: --instrument lacsi",
		whereServed: "indique o diretório com que cifra serve foi iniciado",
	},
	"fr": {
		publish:     "publiez un instrument : --instrument lacsi",
		whereServed: "indiquez le répertoire avec lequel cifra serve a été lancé",
	},
}

// hints returns the table of the user's language.
func hints() hintTable { return hintLanguages[languageOf()] }
