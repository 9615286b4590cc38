package main

import (
	"maps"
	"slices"
)

// A testTable holds what cifra test prints in one language.
type testTable struct {
	passed, failed [2]string // one, and several: %d
	noScenario     string    // %s is where none was found
	beginWith      string
	noInstrument   string // %s is its name
	nameIt         string // list of built-in ones
	reached        string // before the summary of an instrument: %s
	notBegun       string // in place of it, where no scenario could be conducted: %s
	never          string // before what was never reached
	tooLittle      string // %s is an instrument, %d / %d  %s what was reached of it, %d the share asked for
	share          string // how a share is asked for
	what           map[string]string
}

// testLanguages are the tables, by the same languages as those of words.
var testLanguages = map[string]testTable{
	"en": {
		passed: [2]string{"1 scenario holds", "%d scenarios hold"}, failed: [2]string{"1 fails", "%d fail"},
		noScenario: "there is no scenario in %s", beginWith: "a scenario begins with scenario: WHAT IT SHOWS",
		noInstrument: "there is no instrument %s", nameIt: "put the file below the instrument's directory, or name it with --instrument; built in: %s",
		notBegun: "%s: nothing is said of what was reached, since no scenario began",
		reached:  "reached of %s:", never: "never reached:",
		tooLittle: "%s: %d / %d  %s is less than %d %%",
		share:     "write --min-coverage 80 for everything, or items=100,options=50,conditions=80,checks=100",
		what: map[string]string{
			"items": "items asked", "options": "options chosen", "conditions": "conditions seen true and false", "checks": "checks seen unmet and met",
			"item": "item", "option": "options", "condition": "condition", "check": "check", "held": "never true", "failed": "never false", "fired": "never unmet", "met": "never met",
		},
	},
	"es": {
		passed: [2]string{"1 escenario se cumple", "%d escenarios se cumplen"}, failed: [2]string{"1 falla", "%d fallan"},
		noScenario: "no hay ningún escenario en %s", beginWith: "un escenario empieza con scenario: LO QUE MUESTRA",
		noInstrument: "no existe el instrumento %s", nameIt: "ponga el archivo dentro del directorio del instrumento, o indíquelo con --instrument; incluidos: %s",
		notBegun: "%s: no se dice qué se alcanzó, porque ningún escenario llegó a empezar",
		reached:  "alcanzado de %s:", never: "nunca alcanzado:",
		tooLittle: "%s: %d / %d  %s es menos de %d %%",
		share:     "escriba --min-coverage 80 para todo, o items=100,options=50,conditions=80,checks=100",
		what: map[string]string{
			"items": "preguntas hechas", "options": "opciones elegidas", "conditions": "condiciones vistas ciertas y falsas", "checks": "validaciones vistas incumplidas y cumplidas",
			"item": "pregunta", "option": "opciones", "condition": "condición", "check": "validación", "held": "nunca cierta", "failed": "nunca falsa", "fired": "nunca incumplida", "met": "nunca cumplida",
		},
	},
	"pt": {
		passed: [2]string{"1 cenário se cumpre", "%d cenários se cumprem"}, failed: [2]string{"1 falha", "%d falham"},
		noScenario: "não há nenhum cenário em %s", beginWith: "um cenário começa com scenario: O QUE MOSTRA",
		noInstrument: "não existe o instrumento %s", nameIt: "ponha o arquivo dentro do diretório do instrumento, ou indique-o com --instrument; incluídos: %s",
		notBegun: "%s: não se diz o que foi alcançado, porque nenhum cenário chegou a começar",
		reached:  "alcançado de %s:", never: "nunca alcançado:",
		tooLittle: "%s: %d / %d  %s é menos de %d %%",
		share:     "escreva --min-coverage 80 para tudo, ou items=100,options=50,conditions=80,checks=100",
		what: map[string]string{
			"items": "perguntas feitas", "options": "opções escolhidas", "conditions": "condições vistas verdadeiras e falsas", "checks": "verificações vistas descumpridas e cumpridas",
			"item": "pergunta", "option": "opções", "condition": "condição", "check": "verificação", "held": "nunca verdadeira", "failed": "nunca falsa", "fired": "nunca descumprida", "met": "nunca cumprida",
		},
	},
	"fr": {
		passed: [2]string{"1 scénario tient", "%d scénarios tiennent"}, failed: [2]string{"1 échoue", "%d échouent"},
		noScenario: "il n’y a aucun scénario dans %s", beginWith: "un scénario commence par scenario: CE QU’IL MONTRE",
		noInstrument: "l’instrument %s n’existe pas", nameIt: "placez le fichier dans le répertoire de l’instrument, ou indiquez-le avec --instrument ; intégrés : %s",
		notBegun: "%s : rien n’est dit de ce qui a été atteint, car aucun scénario n’a commencé",
		reached:  "atteint de %s :", never: "jamais atteint :",
		tooLittle: "%s : %d / %d  %s, c’est moins de %d %%",
		share:     "écrivez --min-coverage 80 pour tout, ou items=100,options=50,conditions=80,checks=100",
		what: map[string]string{
			"items": "questions posées", "options": "options choisies", "conditions": "conditions vues vraies et fausses", "checks": "contrôles vus non respectés et respectés",
			"item": "question", "option": "options", "condition": "condition", "check": "contrôle", "held": "jamais vraie", "failed": "jamais fausse", "fired": "jamais non respecté", "met": "jamais respecté",
		},
	},
}

// testWords returns the table of the user's language.
func testWords() testTable {
	chosen := words()
	for _, name := range slices.Sorted(maps.Keys(languages)) {
		if languages[name] == chosen {
			return testLanguages[name]
		}
	}
	return testLanguages["en"]
}
