package main

// A migrateTable holds what cifra migrate prints in one language.
type migrateTable struct {
	step         string
	answers      string
	ways         [ways]string
	unmoved      string // interview, why
	moved        string // interviews, closed, answers aside
	wouldMove    string // the same
	returned     string // the same, closed ones among them
	wouldReturn  string // the same
	tablets      string // how many
	notPublished string // %s
	published    string // list
}

// migrateLanguages are the tables, by the same languages as those of words.
var migrateLanguages = map[string]migrateTable{
	"en": {
		step: "interviews", answers: "answers", ways: [ways]string{"same", "renamed", "recoded", "split", "kept aside"}, unmoved: "interview %s stays in its version: %s",
		moved:        "%d interviews moved, %d closed ones left as they are; %d answers kept aside, none lost.",
		wouldMove:    "%d interviews would move, %d closed ones would be left as they are; %d answers would be kept aside, none lost. Nothing was written.",
		returned:     "%d interviews are back in their version, %d could not be; %d answers kept aside, none lost.",
		wouldReturn:  "%d interviews would come back to their version, %d could not; %d answers would be kept aside, none lost. Nothing was written.",
		tablets:      "%d tablets hold these interviews: each finishes on the version it began with, and what it sends is carried over as it comes.",
		notPublished: "%s was never published here", published: "published: %s",
	},
	"es": {
		step: "entrevistas", answers: "respuestas", ways: [ways]string{"iguales", "renombradas", "recodificadas", "repartidas", "guardadas aparte"}, unmoved: "la entrevista %s sigue en su versión: %s",
		moved:        "%d entrevistas trasladadas, %d cerradas quedan como están; %d respuestas guardadas aparte, ninguna perdida.",
		wouldMove:    "se trasladarían %d entrevistas, %d cerradas quedarían como están; se guardarían aparte %d respuestas, no se perdería ninguna. No se escribió nada.",
		returned:     "%d entrevistas volvieron a su versión, %d no pudieron; %d respuestas guardadas aparte, ninguna perdida.",
		wouldReturn:  "%d entrevistas volverían a su versión, %d no podrían; se guardarían aparte %d respuestas, no se perdería ninguna. No se escribió nada.",
		tablets:      "Tabletas que tienen estas entrevistas: %d. Cada una termina con la versión en que empezó, y lo que envíe se traslada conforme llegue.",
		notPublished: "%s nunca se publicó aquí", published: "publicados: %s",
	},
	"pt": {
		step: "entrevistas", answers: "respostas", ways: [ways]string{"iguais", "renomeadas", "recodificadas", "repartidas", "guardadas à parte"}, unmoved: "a entrevista %s continua na sua versão: %s",
		moved:        "%d entrevistas transferidas, %d encerradas ficam como estão; %d respostas guardadas à parte, nenhuma perdida.",
		wouldMove:    "%d entrevistas seriam transferidas, %d encerradas ficariam como estão; %d respostas seriam guardadas à parte, nenhuma perdida. Nada foi gravado.",
		returned:     "%d entrevistas voltaram à sua versão, %d não puderam; %d respostas guardadas à parte, nenhuma perdida.",
		wouldReturn:  "%d entrevistas voltariam à sua versão, %d não poderiam; %d respostas seriam guardadas à parte, nenhuma perdida. Nada foi gravado.",
		tablets:      "Tablets que têm estas entrevistas: %d. Cada um termina na versão em que começou, e o que enviar é transferido à medida que chega.",
		notPublished: "%s nunca foi publicado aqui", published: "publicados: %s",
	},
	"fr": {
		step: "entretiens", answers: "réponses", ways: [ways]string{"identiques", "renommées", "recodées", "réparties", "mises de côté"}, unmoved: "l’entretien %s reste dans sa version : %s",
		moved:        "%d entretiens transférés, %d terminés restent tels quels ; %d réponses mises de côté, aucune perdue.",
		wouldMove:    "%d entretiens seraient transférés, %d terminés resteraient tels quels ; %d réponses seraient mises de côté, aucune perdue. Rien n’a été écrit.",
		returned:     "%d entretiens sont revenus à leur version, %d ne l’ont pas pu ; %d réponses mises de côté, aucune perdue.",
		wouldReturn:  "%d entretiens reviendraient à leur version, %d ne le pourraient pas ; %d réponses seraient mises de côté, aucune perdue. Rien n’a été écrit.",
		tablets:      "Tablettes qui ont ces entretiens : %d. Chacune termine dans la version où elle a commencé, et ce qu’elle envoie est transféré à son arrivée.",
		notPublished: "%s n’a jamais été publié ici", published: "publiés : %s",
	},
}

// migrateWords returns the table of the user's language.
func migrateWords() migrateTable { return migrateLanguages[languageOf()] }
