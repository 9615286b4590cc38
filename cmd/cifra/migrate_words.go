package main

// A migrateTable holds what cifra migrate prints in one language.
type migrateTable struct {
	step         string
	aside        string
	unmoved      string // interview, why
	moved        string // interviews, closed, answers aside
	wouldMove    string // the same
	notPublished string // %s
	published    string // list
}

// migrateLanguages are the tables, by the same languages as those of words.
var migrateLanguages = map[string]migrateTable{
	"en": {
		step: "interviews", aside: "kept aside", unmoved: "interview %s stays in its version: %s",
		moved:        "%d interviews moved, %d closed ones left as they are; %d answers kept aside, none lost.",
		wouldMove:    "%d interviews would move, %d closed ones would be left as they are; %d answers would be kept aside, none lost. Nothing was written.",
		notPublished: "%s was never published here", published: "published: %s",
	},
	"es": {
		step: "entrevistas", aside: "se guarda aparte", unmoved: "la entrevista %s sigue en su versión: %s",
		moved:        "%d entrevistas trasladadas, %d cerradas quedan como están; %d respuestas guardadas aparte, ninguna perdida.",
		wouldMove:    "se trasladarían %d entrevistas, %d cerradas quedarían como están; se guardarían aparte %d respuestas, no se perdería ninguna. No se escribió nada.",
		notPublished: "%s nunca se publicó aquí", published: "publicados: %s",
	},
	"pt": {
		step: "entrevistas", aside: "guardado à parte", unmoved: "a entrevista %s continua na sua versão: %s",
		moved:        "%d entrevistas transferidas, %d encerradas ficam como estão; %d respostas guardadas à parte, nenhuma perdida.",
		wouldMove:    "%d entrevistas seriam transferidas, %d encerradas ficariam como estão; %d respostas seriam guardadas à parte, nenhuma perdida. Nada foi gravado.",
		notPublished: "%s nunca foi publicado aqui", published: "publicados: %s",
	},
	"fr": {
		step: "entretiens", aside: "mis de côté", unmoved: "l’entretien %s reste dans sa version : %s",
		moved:        "%d entretiens transférés, %d terminés restent tels quels ; %d réponses mises de côté, aucune perdue.",
		wouldMove:    "%d entretiens seraient transférés, %d terminés resteraient tels quels ; %d réponses seraient mises de côté, aucune perdue. Rien n’a été écrit.",
		notPublished: "%s n’a jamais été publié ici", published: "publiés : %s",
	},
}

// migrateWords returns the table of the user's language.
func migrateWords() migrateTable { return migrateLanguages[languageOf()] }
