package main

// A textsTable holds what cifra texts prints in one language.
type textsTable struct {
	exported     string // file, texts, done, stale, missing
	imported     string // file, entries
	entries      [2]string
	unchanged    string // file
	nameFile     string // file
	noLanguage   string // %q
	nameLanguage string // languages
	builtIn      string // %s
	copyIt       string
	noRows       string
	noColumn     string // %s
	columns      string // list
	noFormat     string // %s
	formats      string
}

// textsLanguages are the tables, by the same languages as those of words.
var textsLanguages = map[string]textsTable{
	"en": {
		exported: "%s: texts: %d, done: %d, stale: %d, missing: %d", imported: "%s: %s", entries: [2]string{"1 text written", "%d texts written"},
		unchanged: "%s: nothing to write, it says all of it already", nameFile: "name %s under translations, so that it is read",
		noLanguage: "%q is not a language that this instrument is translated to", nameLanguage: "it is translated to: %s; others are named under languages",
		builtIn: "%s is built in and cannot be written", copyIt: "translate a copy of its directory",
		noRows: "there are no rows", noColumn: "there is no column %s", columns: "needed: %s",
		noFormat: "%s: what is to be written is told by the end of its name", formats: "name it .csv or .xlsx",
	},
	"es": {
		exported: "%s: textos: %d, al día: %d, desactualizados: %d, sin traducir: %d", imported: "%s: %s", entries: [2]string{"1 texto escrito", "%d textos escritos"},
		unchanged: "%s: no hay nada que escribir, ya lo dice todo", nameFile: "nombre %s en translations para que se lea",
		noLanguage: "%q no es un idioma al que se traduce este instrumento", nameLanguage: "se traduce a: %s; otros se agregan en languages",
		builtIn: "%s está incluido en el programa y no se puede escribir", copyIt: "traduzca una copia de su directorio",
		noRows: "no hay filas", noColumn: "falta la columna %s", columns: "se necesitan: %s",
		noFormat: "%s: el final del nombre dice qué se escribe", formats: "póngale .csv o .xlsx",
	},
	"pt": {
		exported: "%s: textos: %d, em dia: %d, desatualizados: %d, sem tradução: %d", imported: "%s: %s", entries: [2]string{"1 texto gravado", "%d textos gravados"},
		unchanged: "%s: nada a gravar, já diz tudo", nameFile: "indique %s em translations para que seja lido",
		noLanguage: "%q não é um idioma para o qual este instrumento é traduzido", nameLanguage: "é traduzido para: %s; outros são indicados em languages",
		builtIn: "%s está incluído no programa e não pode ser gravado", copyIt: "traduza uma cópia do seu diretório",
		noRows: "não há linhas", noColumn: "falta a coluna %s", columns: "são necessárias: %s",
		noFormat: "%s: o final do nome diz o que se grava", formats: "use .csv ou .xlsx",
	},
	"fr": {
		exported: "%s : textes : %d, à jour : %d, périmés : %d, sans traduction : %d", imported: "%s : %s", entries: [2]string{"1 texte écrit", "%d textes écrits"},
		unchanged: "%s : rien à écrire, tout y est déjà", nameFile: "nommez %s dans translations pour qu’il soit lu",
		noLanguage: "%q n’est pas une langue dans laquelle cet instrument est traduit", nameLanguage: "il est traduit en : %s ; d’autres s’ajoutent dans languages",
		builtIn: "%s est intégré et ne peut pas être écrit", copyIt: "traduisez une copie de son répertoire",
		noRows: "il n’y a pas de lignes", noColumn: "il manque la colonne %s", columns: "il faut : %s",
		noFormat: "%s : la fin du nom dit ce qui est écrit", formats: "terminez-le par .csv ou .xlsx",
	},
}

// textsWords returns the table of the user's language.
func textsWords() textsTable { return textsLanguages[languageOf()] }
