//go:build !js

package questionnaire

import (
	"cmp"
	"fmt"
	"strings"
)

// codebookWords are the engine's own sentences in codebooks: the labels of the
// tables and of the columns that no item has.
var codebookWords = map[string]map[string]string{
	"es": {
		"case_checks": "Controles entre los hogares de la vivienda que no se cumplen", "part.text": "texto", "part.parent": "lugar que lo contiene", "part.depth": "niveles conocidos", "part.lat": "latitud", "part.lon": "longitud", "part.accuracy": "precisión en metros", "part.media": "tipo de archivo", "part.size": "bytes",
		"table.case": "Viviendas de la muestra", "table.dwelling": "Viviendas", "table.household": "Hogares", "table.person": "Personas", "table.incident": "Incidentes",
		"case": "Vivienda de la muestra", "dwelling": "Vivienda", "household": "Hogar", "person": "Persona", "incident": "Incidente", "interview": "Entrevista",
		"stratum": "Estrato", "psu": "Unidad primaria de muestreo", "p_psu": "Probabilidad de selección de la unidad primaria",
		"p_dwelling": "Probabilidad de selección de la vivienda dentro de su unidad primaria", "selection_number": "Número sorteado para elegir a la persona",
		"disposition": "Resultado final (AAPOR)", "aapor": "Grupo del resultado (AAPOR)", "interviewed": "Hubo entrevista, completa o parcial",
		"visits": "Visitas sin entrevista", "interviews": "Entrevistas iniciadas", "households_reached": "Hogares con datos", "persons_reached": "Personas seleccionadas que aceptaron responder",
		"instrument_version": "Versión del cuestionario", "interview_date": "Fecha de la entrevista", "person_reached": "La persona seleccionada aceptó responder",
		"number": "Número de orden (%s)", "selected": "Persona seleccionada", "p_selected": "Probabilidad de selección dentro del hogar",
		"eligible": "Personas entre las que se seleccionó", "drawn": "Número de la persona seleccionada", "method": "Método de selección", "lot": "Tabla, fecha, semilla o número con que se seleccionó", "p_form": "Probabilidad con que el hecho obtuvo cuestionario", "series": "Serie de hechos parecidos contada en un solo cuestionario", "order_seed": "Semilla de lo que se decide al azar", "consent": "Aceptó responder",
		"row": "Delito", "k": "Número del incidente entre los de su delito", "times": "Veces declaradas de este delito", "forms": "Incidentes de este delito con cuestionario",
		"attribute": "Del catálogo: %s", "period": "Periodo: %s", "screened": "Se sabe si ocurrió y cuántas veces",
		"source": "origen", "specify": "texto",
		"source.answered": "Respuesta de la persona", "source.forced": "Se deduce de otra respuesta",
		"I": "Entrevista", "P": "Entrevista parcial", "R": "Rechazo o abandono", "NC": "Sin contacto", "O": "Otra razón", "UH": "Se ignora si hay vivienda",
		"UO": "Se ignora si es elegible", "NE": "No elegible",
		"110": "Entrevista completa", "120": "Entrevista parcial", "210": "Rechazo o abandono", "211": "Rechazo", "212": "Abandono", "220": "Sin contacto",
		"224": "Nadie en casa", "225": "Persona seleccionada ausente", "230": "Otra razón", "231": "Fallecimiento", "232": "Incapacidad física o mental", "233": "Idioma",
		"310": "Se ignora si hay vivienda", "311": "Sin visita", "317": "Zona peligrosa", "318": "Dirección no localizada", "320": "Se ignora si es elegible",
		"321": "Sin datos para saber si es elegible", "400": "No elegible", "410": "Fuera de la muestra", "450": "No es vivienda", "453": "Vivienda colectiva",
		"460": "Vivienda desocupada", "470": "Sin residente elegible", "480": "Cuota completa",
	},
	"en": {
		"case_checks": "Checks between households that are not met", "part.text": "text", "part.parent": "place around it", "part.depth": "levels known", "part.lat": "latitude", "part.lon": "longitude", "part.accuracy": "accuracy in metres", "part.media": "kind of file", "part.size": "bytes",
		"table.case": "Sampled dwellings", "table.dwelling": "Dwellings", "table.household": "Households", "table.person": "Persons", "table.incident": "Incidents",
		"case": "Sampled dwelling", "dwelling": "Dwelling", "household": "Household", "person": "Person", "incident": "Incident", "interview": "Interview",
		"stratum": "Stratum", "psu": "Primary sampling unit", "p_psu": "Selection probability of the primary sampling unit",
		"p_dwelling": "Selection probability of the dwelling within its primary sampling unit", "selection_number": "Number drawn to select the person",
		"disposition": "Final disposition (AAPOR)", "aapor": "Group of the disposition (AAPOR)", "interviewed": "Interviewed, in whole or in part",
		"visits": "Visits without an interview", "interviews": "Interviews begun", "households_reached": "Households with data", "persons_reached": "Selected persons who agreed to answer",
		"instrument_version": "Version of the questionnaire", "interview_date": "Date of the interview", "person_reached": "The selected person agreed to answer",
		"number": "Number in the list (%s)", "selected": "Selected person", "p_selected": "Selection probability within the household",
		"eligible": "Persons drawn from", "drawn": "Number of the selected person", "method": "Method of selection", "lot": "Table, date, seed or number that decided the selection", "p_form": "Probability with which the event got a form", "series": "A series of similar events told in one form", "order_seed": "Seed of what chance decides", "consent": "Agreed to answer",
		"row": "Crime", "k": "Number of the incident among those of its crime", "times": "Times reported of this crime", "forms": "Incidents of this crime with a form",
		"attribute": "From the catalogue: %s", "period": "Period: %s", "screened": "It is known whether and how often it happened",
		"source": "source", "specify": "text",
		"source.answered": "Answered by the person", "source.forced": "Follows from another answer",
		"I": "Interview", "P": "Partial interview", "R": "Refusal or break-off", "NC": "Non-contact", "O": "Other", "UH": "Unknown if housing unit",
		"UO": "Unknown if eligible", "NE": "Not eligible",
		"110": "Complete interview", "120": "Partial interview", "210": "Refusal or break-off", "211": "Refusal", "212": "Break-off", "220": "Non-contact",
		"224": "No one home", "225": "Selected person away", "230": "Other non-interview", "231": "Dead", "232": "Physically or mentally unable", "233": "Language",
		"310": "Unknown if housing unit", "311": "Not attempted", "317": "Unsafe area", "318": "Address not located", "320": "Unknown if eligible",
		"321": "No screener completed", "400": "Not eligible", "410": "Out of sample", "450": "Not a housing unit", "453": "Collective dwelling",
		"460": "Vacant dwelling", "470": "No eligible resident", "480": "Quota filled",
	},
	"pt": {
		"case_checks": "Verificações entre domicílios não cumpridas", "part.text": "texto", "part.parent": "lugar que o contém", "part.depth": "níveis conhecidos", "part.lat": "latitude", "part.lon": "longitude", "part.accuracy": "precisão em metros", "part.media": "tipo de arquivo", "part.size": "bytes",
		"table.case": "Domicílios da amostra", "table.dwelling": "Domicílios", "table.household": "Famílias", "table.person": "Pessoas", "table.incident": "Incidentes",
		"case": "Domicílio da amostra", "dwelling": "Domicílio", "household": "Família", "person": "Pessoa", "incident": "Incidente", "interview": "Entrevista",
		"stratum": "Estrato", "psu": "Unidade primária de amostragem", "p_psu": "Probabilidade de seleção da unidade primária",
		"p_dwelling": "Probabilidade de seleção do domicílio na sua unidade primária", "selection_number": "Número sorteado para escolher a pessoa",
		"disposition": "Resultado final (AAPOR)", "aapor": "Grupo do resultado (AAPOR)", "interviewed": "Houve entrevista, completa ou parcial",
		"visits": "Visitas sem entrevista", "interviews": "Entrevistas iniciadas", "households_reached": "Famílias com dados", "persons_reached": "Pessoas selecionadas que aceitaram responder",
		"instrument_version": "Versão do questionário", "interview_date": "Data da entrevista", "person_reached": "A pessoa selecionada aceitou responder",
		"number": "Número de ordem (%s)", "selected": "Pessoa selecionada", "p_selected": "Probabilidade de seleção na família",
		"eligible": "Pessoas entre as quais se sorteou", "drawn": "Número da pessoa selecionada", "method": "Método de seleção", "lot": "Tabela, data, semente ou número que decidiu a seleção", "p_form": "Probabilidade com que o fato obteve questionário", "series": "Série de fatos parecidos contada em um só questionário", "order_seed": "Semente do que se decide ao acaso", "consent": "Aceitou responder",
		"row": "Crime", "k": "Número do incidente entre os do seu crime", "times": "Vezes declaradas deste crime", "forms": "Incidentes deste crime com questionário",
		"attribute": "Do catálogo: %s", "period": "Período: %s", "screened": "Sabe-se se ocorreu e quantas vezes",
		"source": "origem", "specify": "texto",
		"source.answered": "Resposta da pessoa", "source.forced": "Deduz-se de outra resposta",
		"I": "Entrevista", "P": "Entrevista parcial", "R": "Recusa ou abandono", "NC": "Sem contato", "O": "Outra razão", "UH": "Não se sabe se há domicílio",
		"UO": "Não se sabe se é elegível", "NE": "Não elegível",
		"110": "Entrevista completa", "120": "Entrevista parcial", "210": "Recusa ou abandono", "211": "Recusa", "212": "Abandono", "220": "Sem contato",
		"224": "Ninguém em casa", "225": "Pessoa selecionada ausente", "230": "Outra razão", "231": "Falecimento", "232": "Incapacidade física ou mental", "233": "Idioma",
		"310": "Não se sabe se há domicílio", "311": "Sem visita", "317": "Área perigosa", "318": "Endereço não localizado", "320": "Não se sabe se é elegível",
		"321": "Sem dados para saber se é elegível", "400": "Não elegível", "410": "Fora da amostra", "450": "Não é domicílio", "453": "Domicílio coletivo",
		"460": "Domicílio vago", "470": "Sem morador elegível", "480": "Cota completa",
	},
	"fr": {
		"case_checks": "Contrôles entre ménages non satisfaits", "part.text": "texte", "part.parent": "lieu qui le contient", "part.depth": "niveaux connus", "part.lat": "latitude", "part.lon": "longitude", "part.accuracy": "précision en mètres", "part.media": "type de fichier", "part.size": "octets",
		"table.case": "Logements de l’échantillon", "table.dwelling": "Logements", "table.household": "Ménages", "table.person": "Personnes", "table.incident": "Incidents",
		"case": "Logement de l’échantillon", "dwelling": "Logement", "household": "Ménage", "person": "Personne", "incident": "Incident", "interview": "Entretien",
		"stratum": "Strate", "psu": "Unité primaire", "p_psu": "Probabilité de tirage de l’unité primaire",
		"p_dwelling": "Probabilité de tirage du logement dans son unité primaire", "selection_number": "Nombre tiré pour choisir la personne",
		"disposition": "Résultat final (AAPOR)", "aapor": "Groupe du résultat (AAPOR)", "interviewed": "Entretien réalisé, complet ou partiel",
		"visits": "Visites sans entretien", "interviews": "Entretiens commencés", "households_reached": "Ménages avec données", "persons_reached": "Personnes tirées qui ont accepté de répondre",
		"instrument_version": "Version du questionnaire", "interview_date": "Date de l’entretien", "person_reached": "La personne tirée a accepté de répondre",
		"number": "Numéro d’ordre (%s)", "selected": "Personne tirée", "p_selected": "Probabilité de tirage dans le ménage",
		"eligible": "Personnes parmi lesquelles on a tiré", "drawn": "Numéro de la personne tirée", "method": "Méthode de sélection", "lot": "Table, date, graine ou nombre qui a décidé de la sélection", "p_form": "Probabilité avec laquelle le fait a eu un formulaire", "series": "Série de faits semblables relatée en un seul formulaire", "order_seed": "Graine de ce que le hasard décide", "consent": "A accepté de répondre",
		"row": "Délit", "k": "Numéro de l’incident parmi ceux de son délit", "times": "Nombre de fois déclaré", "forms": "Incidents de ce délit avec questionnaire",
		"attribute": "Du catalogue : %s", "period": "Période : %s", "screened": "On sait si cela a eu lieu et combien de fois",
		"source": "origine", "specify": "texte",
		"source.answered": "Réponse de la personne", "source.forced": "Se déduit d’une autre réponse",
		"I": "Entretien", "P": "Entretien partiel", "R": "Refus ou abandon", "NC": "Pas de contact", "O": "Autre raison", "UH": "On ignore s’il y a un logement",
		"UO": "On ignore s’il est éligible", "NE": "Non éligible",
		"110": "Entretien complet", "120": "Entretien partiel", "210": "Refus ou abandon", "211": "Refus", "212": "Abandon", "220": "Pas de contact",
		"224": "Personne à la maison", "225": "Personne tirée absente", "230": "Autre raison", "231": "Décès", "232": "Incapacité physique ou mentale", "233": "Langue",
		"310": "On ignore s’il y a un logement", "311": "Sans visite", "317": "Zone dangereuse", "318": "Adresse introuvable", "320": "On ignore s’il est éligible",
		"321": "Pas de données pour savoir s’il est éligible", "400": "Non éligible", "410": "Hors échantillon", "450": "N’est pas un logement", "453": "Logement collectif",
		"460": "Logement vacant", "470": "Aucun résident éligible", "480": "Quota atteint",
	},
}

// bookWord returns one of those sentences, in English where the language has
// none; "" if there is no such sentence.
func bookWord(language, key string) string {
	return cmp.Or(codebookWords[language][key], codebookWords["en"][key])
}

// say returns a sentence in every language of the codebook, nil if there is
// none.
func (m *Microdata) say(key string) map[string]string {
	if bookWord("en", key) == "" {
		return nil
	}
	return each(m.book.Languages, func(l string) string { return bookWord(l, key) })
}

// labelOf is say, or name where there is no such sentence.
func (m *Microdata) labelOf(key, name string) map[string]string {
	if words := m.say(key); words != nil {
		return words
	}
	return each(m.book.Languages, func(string) string { return name })
}

// sayOf is say with a name in the sentence.
func (m *Microdata) sayOf(key, name string) map[string]string {
	return each(m.book.Languages, func(l string) string {
		return fmt.Sprintf(bookWord(l, key), cmp.Or(bookWord(l, name), name))
	})
}

// AAPOR's groups of dispositions as codebooks list them, each with the name that
// plans call it by.
var outcomeGroups = []struct{ code, name string }{
	{"I", "interview"}, {"P", "partial"}, {"R", "refusal"}, {"NC", "non_contact"}, {"O", "other"},
	{"UH", "unknown_household"}, {"UO", "unknown_other"}, {"NE", "not_eligible"},
}

// dispositions are the codes that codebooks have words for. Source: AAPOR,
// Standard Definitions (10th ed., 2023).
var dispositions = strings.Fields("110 120 210 211 212 220 224 225 230 231 232 233 310 311 317 318 320 321 400 410 450 453 460 470 480")

// ownCodes returns the codes of one of the engine's own columns, nil if it has
// none.
func (m *Microdata) ownCodes(name string) []CodebookCode {
	var codes []CodebookCode
	switch name {
	case "aapor":
		for _, g := range outcomeGroups {
			codes = append(codes, CodebookCode{Code: g.code, Name: g.name, Label: m.say(g.code)})
		}
	case "disposition":
		for _, d := range dispositions {
			codes = append(codes, CodebookCode{Code: d, Label: m.say(d)})
		}
	case "source":
		codes = []CodebookCode{
			{Code: sourceAnswered, Name: "answered", Label: m.say("source.answered")},
			{Code: sourceForced, Name: "forced", Label: m.say("source.forced")},
		}
	}
	return codes
}

// Codes of the columns that say where an answer comes from.
const (
	sourceAnswered = "1"
	sourceForced   = "2"
)
