package main

import (
	"fmt"
	"os"
	"strings"

	"cifra/questionnaire/expr"
)

// A wordTable holds the sentences that commands print in one language. What
// packages say in their errors is in English; these are what frames it.
type wordTable struct {
	hint       string // before what to do next
	seeHelp    string // %s is a command
	didYouMean string // %s is a command
	noCommand  string // %q is what was called

	errors, warnings [2]string // one, and several: %d
	nothing          string    // no mistake was found
	nothingWritten   string

	instrument string // name, version, languages, number of modules
	release    string // its name, what it lets out, why
	plan       string // its path
	builtIn    string // list of names

	notToCheck     string // what a file begins with that is not to be checked
	beginWith      string
	noSuchFile     string
	noInstrumentIn string
	nameTheFiles   string
	overlay        string // name, version, what it is of, number of changes
	noBase         string // what an overlay is of, list of built-in ones
}

// languages are the tables by the first two letters of LANG.
var languages = map[string]*wordTable{
	"en": {
		hint:           "hint",
		seeHelp:        "see %s --help",
		didYouMean:     "did you mean %s?",
		noCommand:      "there is no command %q",
		errors:         [2]string{"1 error", "%d errors"},
		warnings:       [2]string{"1 warning", "%d warnings"},
		nothing:        "No mistakes.",
		nothingWritten: "Nothing was written.",
		instrument:     "instrument %s %s (%s), modules: %d",
		release:        "  release %s: %s may be known (%s)",
		plan:           "plan %s",
		builtIn:        "built in: %s",
		notToCheck:     "this is neither an instrument, an overlay nor a plan",
		beginWith:      "the file of an instrument begins with instrument: NAME, an overlay with overlay: NAME, a plan with plan: NAME, sample: NAME or weighting: NAME",
		noSuchFile:     "there is no such file or directory",
		noInstrumentIn: "there is no instrument.yaml in this directory",
		nameTheFiles:   "name the directory of an instrument, or each plan",
		overlay:        "overlay %s %s of %s, changes: %d",
		noBase:         "there is no instrument %s beside or above this file; built in: %s",
	},
	"es": {
		hint:           "sugerencia",
		seeHelp:        "vea %s --help",
		didYouMean:     "¿quiso decir %s?",
		noCommand:      "no existe el comando %q",
		errors:         [2]string{"1 error", "%d errores"},
		warnings:       [2]string{"1 advertencia", "%d advertencias"},
		nothing:        "Sin errores.",
		nothingWritten: "No se escribió nada.",
		instrument:     "instrumento %s %s (%s), módulos: %d",
		release:        "  liberación %s: puede conocerse %s (%s)",
		plan:           "plan %s",
		builtIn:        "incluidos: %s",
		notToCheck:     "no es un instrumento, ni una adaptación, ni un plan",
		beginWith:      "el archivo de un instrumento empieza con instrument: NOMBRE; una adaptación, con overlay: NOMBRE; un plan, con plan: NOMBRE, sample: NOMBRE o weighting: NOMBRE",
		noSuchFile:     "no existe ese archivo o directorio",
		noInstrumentIn: "en este directorio no hay instrument.yaml",
		nameTheFiles:   "indique el directorio de un instrumento, o cada plan",
		overlay:        "adaptación %s %s de %s, cambios: %d",
		noBase:         "no hay ningún instrumento %s junto a este archivo ni por encima; incluidos: %s",
	},
	"pt": {
		hint:           "sugestão",
		seeHelp:        "veja %s --help",
		didYouMean:     "quis dizer %s?",
		noCommand:      "não existe o comando %q",
		errors:         [2]string{"1 erro", "%d erros"},
		warnings:       [2]string{"1 aviso", "%d avisos"},
		nothing:        "Sem erros.",
		nothingWritten: "Nada foi gravado.",
		instrument:     "instrumento %s %s (%s), módulos: %d",
		release:        "  liberação %s: pode-se conhecer %s (%s)",
		plan:           "plano %s",
		builtIn:        "incluídos: %s",
		notToCheck:     "não é um instrumento, nem uma adaptação, nem um plano",
		beginWith:      "o arquivo de um instrumento começa com instrument: NOME; uma adaptação, com overlay: NOME; um plano, com plan: NOME, sample: NOME ou weighting: NOME",
		noSuchFile:     "não existe esse arquivo ou diretório",
		noInstrumentIn: "não há instrument.yaml neste diretório",
		nameTheFiles:   "indique o diretório de um instrumento, ou cada plano",
		overlay:        "adaptação %s %s de %s, mudanças: %d",
		noBase:         "não há nenhum instrumento %s ao lado deste arquivo nem acima; incluídos: %s",
	},
	"fr": {
		hint:           "conseil",
		seeHelp:        "voir %s --help",
		didYouMean:     "vouliez-vous dire %s ?",
		noCommand:      "la commande %q n’existe pas",
		errors:         [2]string{"1 erreur", "%d erreurs"},
		warnings:       [2]string{"1 avertissement", "%d avertissements"},
		nothing:        "Aucune erreur.",
		nothingWritten: "Rien n’a été écrit.",
		instrument:     "instrument %s %s (%s), modules : %d",
		release:        "  levée %s : %s peut être connu (%s)",
		plan:           "plan %s",
		builtIn:        "intégrés : %s",
		notToCheck:     "ce n’est ni un instrument, ni une adaptation, ni un plan",
		beginWith:      "le fichier d’un instrument commence par instrument: NOM, une adaptation par overlay: NOM, un plan par plan: NOM, sample: NOM ou weighting: NOM",
		noSuchFile:     "ce fichier ou ce répertoire n’existe pas",
		noInstrumentIn: "ce répertoire ne contient pas instrument.yaml",
		nameTheFiles:   "indiquez le répertoire d’un instrument, ou chaque plan",
		overlay:        "adaptation %s %s de %s, changements : %d",
		noBase:         "il n’y a pas d’instrument %s à côté de ce fichier ni au-dessus ; intégrés : %s",
	},
}

// words returns the table of the user's language, English if there is none. As
// everywhere, LC_ALL comes before LC_MESSAGES, and that before LANG.
func words() *wordTable { return languages[languageOf()] }

// languageOf returns the user's language, of those that there are tables for.
func languageOf() string {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			language := strings.ToLower(value[:min(2, len(value))])
			if _, ok := languages[language]; ok {
				return language
			}
			break
		}
	}
	return "en"
}

// count says how many, with the word for one or for several.
func count(n int, word [2]string) string {
	if n == 1 {
		return word[0]
	}
	return fmt.Sprintf(word[1], n)
}

// total closes a list of diagnostics: how many there are, and that they kept
// everything from being written.
func (w *wordTable) total(ds expr.Diagnostics) string {
	errors, warnings := tally(ds)
	switch {
	case errors == 0 && warnings == 0:
		return w.nothing
	case errors == 0:
		return count(warnings, w.warnings) + "."
	case warnings == 0:
		return count(errors, w.errors) + ". " + w.nothingWritten
	}
	return count(errors, w.errors) + ", " + count(warnings, w.warnings) + ". " + w.nothingWritten
}

// tally counts ds by severity; notes are not counted.
func tally(ds expr.Diagnostics) (errors, warnings int) {
	for _, d := range ds {
		switch d.Severity {
		case expr.Error:
			errors++
		case expr.Warning:
			warnings++
		}
	}
	return errors, warnings
}
