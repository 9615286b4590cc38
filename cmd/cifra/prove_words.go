package main

import (
	"maps"
	"slices"
)

// A proveTable holds what cifra check --prove prints in one language. What is
// wrong with an instrument is told in English, as by all of cifra check.
type proveTable struct {
	witnessed, refuted, notProved string
	ifSettled                     string // impossible if all before is settled
	failure, failureHint          string // why no interview could be started
	fills                         string // never empty, never if all before is settled, can be empty, not proved
	bounds                        string // number of walks
	stuck                         string // number of walks
	lengths                       string // questions and minutes three times, walks, words a minute, seconds an answer
	burden                        string
	untranslated                  string // language, number
	stages                        map[string]string
	what, open                    map[string]string
}

// proveLanguages are the tables, by the same languages as those of words.
var proveLanguages = map[string]proveTable{
	"en": {
		witnessed: "witnessed", refuted: "refuted", ifSettled: "if settled", notProved: "not proved",
		failure: "the proof could not begin: no interview can be started: %s", failureHint: "this is no mistake of the instrument; nothing was found out about it",
		fills:        "fills: %d are never empty (proved), %d are not once all before is settled, %d can be, %d not proved",
		bounds:       "Refuted means proved impossible, for any number of rows; if settled, impossible once everything before is answered and its hard checks met: a check stops no answer, so an interview that leaves them can still come there. Witnessed means met in one of %d interviews conducted on this computer, with at most 4 rows in each roster, 8 where the proof suggested it.",
		stuck:        "%d of them could not go on at some screen; that there is no way on is not proved.",
		lengths:      "length: shortest %d questions, %.1f min; typical %d, %.1f; longest met %d, %.1f (of %d complete interviews with answers at random; %d words a minute read aloud, %d s an answer)",
		burden:       "burden by incidents: typical questions and minutes",
		untranslated: "%s: texts not translated: %d",
		stages:       map[string]string{"walk": "conducting interviews: %d %% met", "decide": "proving: %d %%", "burden": "measuring length: %d %% met"},
		what:         map[string]string{"items": "items", "options": "options", "conditions": "conditions", "checks": "checks", "screens": "screens", "dead ends": "dead ends"},
		open:         map[string]string{"item": "item", "option": "option", "holds": "holds:", "fails": "fails:", "fires": "fires:", "leaves": "can be left:", "answer": "can be answered:", "stuck": "dead end at", "withheld": "not offered when forced:"},
	},
	"es": {
		witnessed: "con testigo", refuted: "imposible", ifSettled: "si en orden", notProved: "sin prueba",
		failure: "la prueba no pudo empezar: ninguna entrevista se puede iniciar: %s", failureHint: "no es un error del instrumento; no se averiguó nada de él",
		fills:        "textos con relleno: %d nunca quedan vacíos (probado), %d no si lo anterior está en orden, %d pueden quedar vacíos, %d sin prueba",
		bounds:       "Imposible significa probado para cualquier número de filas; si en orden, imposible cuando todo lo anterior está contestado y cumple sus validaciones estrictas: una validación no impide contestar, así que una entrevista que las deja sin cumplir puede llegar ahí. Con testigo significa que ocurrió en una de %d entrevistas hechas en esta computadora, con 4 filas como máximo en cada lista, 8 donde la prueba lo sugería.",
		stuck:        "%d de ellas no pudieron seguir en alguna pantalla; que no haya salida no está probado.",
		lengths:      "duración: la más corta, %d preguntas y %.1f min; la típica, %d y %.1f; la más larga encontrada, %d y %.1f (de %d entrevistas completas con respuestas al azar; %d palabras leídas por minuto, %d s por respuesta)",
		burden:       "carga por número de incidentes: preguntas y minutos típicos",
		untranslated: "%s: textos por traducir: %d",
		stages:       map[string]string{"walk": "haciendo entrevistas: %d %% encontrado", "decide": "probando: %d %%", "burden": "midiendo la duración: %d %% encontrado"},
		what:         map[string]string{"items": "preguntas", "options": "opciones", "conditions": "condiciones", "checks": "validaciones", "screens": "pantallas", "dead ends": "sin salida"},
		open:         map[string]string{"item": "pregunta", "option": "opción", "holds": "se cumple:", "fails": "no se cumple:", "fires": "se activa:", "leaves": "se puede salir de:", "answer": "se puede contestar:", "stuck": "sin salida en", "withheld": "no se ofrece al fijarla:"},
	},
	"pt": {
		witnessed: "testemunha", refuted: "impossível", ifSettled: "se em ordem", notProved: "sem prova",
		failure: "a prova não pôde começar: nenhuma entrevista pode ser iniciada: %s", failureHint: "não é um erro do instrumento; nada se descobriu sobre ele",
		fills:        "textos com preenchimento: %d nunca ficam vazios (provado), %d não se o anterior estiver em ordem, %d podem ficar vazios, %d sem prova",
		bounds:       "Impossível significa provado para qualquer número de linhas; se em ordem, impossível quando tudo o que vem antes está respondido e cumpre suas verificações rígidas: uma verificação não impede responder, então uma entrevista que não as cumpre ainda pode chegar ali. Com testemunha significa que ocorreu em uma de %d entrevistas feitas neste computador, com no máximo 4 linhas em cada lista, 8 onde a prova o sugeria.",
		stuck:        "%d delas não puderam continuar em alguma tela; que não haja saída não está provado.",
		lengths:      "duração: a mais curta, %d perguntas e %.1f min; a típica, %d e %.1f; a mais longa encontrada, %d e %.1f (de %d entrevistas completas com respostas ao acaso; %d palavras lidas por minuto, %d s por resposta)",
		burden:       "carga por número de incidentes: perguntas e minutos típicos",
		untranslated: "%s: textos por traduzir: %d",
		stages:       map[string]string{"walk": "fazendo entrevistas: %d %% encontrado", "decide": "provando: %d %%", "burden": "medindo a duração: %d %% encontrado"},
		what:         map[string]string{"items": "perguntas", "options": "opções", "conditions": "condições", "checks": "verificações", "screens": "telas", "dead ends": "sem saída"},
		open:         map[string]string{"item": "pergunta", "option": "opção", "holds": "é verdadeira:", "fails": "é falsa:", "fires": "é ativada:", "leaves": "pode-se sair de:", "answer": "pode-se responder:", "stuck": "sem saída em", "withheld": "não é oferecida quando fixada:"},
	},
	"fr": {
		witnessed: "témoin", refuted: "impossible", ifSettled: "si en ordre", notProved: "non prouvé",
		failure: "la preuve n’a pas pu commencer : aucun entretien ne peut être ouvert : %s", failureHint: "ce n’est pas une erreur de l’instrument ; rien n’a été établi à son sujet",
		fills:        "textes à compléter : %d ne sont jamais vides (prouvé), %d ne le sont pas si ce qui précède est en ordre, %d peuvent l’être, %d non prouvés",
		bounds:       "Impossible signifie prouvé pour tout nombre de lignes ; si en ordre, impossible lorsque tout ce qui précède est répondu et satisfait ses contrôles bloquants : un contrôle n’empêche aucune réponse, un entretien qui ne les satisfait pas peut donc encore y arriver. Témoin signifie que cela s’est produit dans l’un des %d entretiens menés sur cet ordinateur, avec 4 lignes au plus dans chaque liste, 8 là où la preuve le suggérait.",
		stuck:        "%d d’entre eux n’ont pas pu continuer à un écran ; qu’il n’y ait pas d’issue n’est pas prouvé.",
		lengths:      "durée : le plus court, %d questions et %.1f min ; le typique, %d et %.1f ; le plus long rencontré, %d et %.1f (de %d entretiens complets aux réponses tirées au sort ; %d mots lus par minute, %d s par réponse)",
		burden:       "charge par nombre d’incidents : questions et minutes typiques",
		untranslated: "%s : textes à traduire : %d",
		stages:       map[string]string{"walk": "entretiens menés : %d %% rencontré", "decide": "preuve : %d %%", "burden": "mesure de la durée : %d %% rencontré"},
		what:         map[string]string{"items": "questions", "options": "options", "conditions": "conditions", "checks": "contrôles", "screens": "écrans", "dead ends": "impasses"},
		open:         map[string]string{"item": "question", "option": "option", "holds": "est vraie :", "fails": "est fausse :", "fires": "se déclenche :", "leaves": "on peut quitter :", "answer": "on peut répondre à :", "stuck": "impasse à", "withheld": "non proposée quand elle est imposée :"},
	},
}

// proveWords returns the table of the user's language.
func proveWords() proveTable {
	chosen := words()
	for _, name := range slices.Sorted(maps.Keys(languages)) {
		if languages[name] == chosen {
			return proveLanguages[name]
		}
	}
	return proveLanguages["en"]
}
