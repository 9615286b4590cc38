package plan

import "cifra/weighting"

// This file holds the words of quality classes. A scheme is named by its office,
// and its classes by the office's own words where it publishes in the language.

// schemeWords name the schemes in headings, by language.
var schemeWords = map[string]map[weighting.QualityScheme]string{
	"en": {
		weighting.INEGIQuality: "INEGI classes", weighting.ChileQuality: "INE Chile classes",
		weighting.ECLAC2020: "ECLAC 2020 criteria", weighting.ECLAC2023: "ECLAC 2023 criteria", weighting.NCVSQuality: "NCVS cautions",
	},
	"es": {
		weighting.INEGIQuality: "clases del INEGI", weighting.ChileQuality: "estándar del INE de Chile",
		weighting.ECLAC2020: "criterios de la CEPAL 2020", weighting.ECLAC2023: "criterios de la CEPAL 2023", weighting.NCVSQuality: "advertencias de la NCVS",
	},
	"pt": {
		weighting.INEGIQuality: "classes do INEGI", weighting.ChileQuality: "padrão do INE do Chile",
		weighting.ECLAC2020: "critérios da CEPAL 2020", weighting.ECLAC2023: "critérios da CEPAL 2023", weighting.NCVSQuality: "advertências da NCVS",
	},
	"fr": {
		weighting.INEGIQuality: "classes de l’INEGI", weighting.ChileQuality: "norme de l’INE du Chili",
		weighting.ECLAC2020: "critères de la CEPALC 2020", weighting.ECLAC2023: "critères de la CEPALC 2023", weighting.NCVSQuality: "mises en garde de la NCVS",
	},
}

// classWords are the classes as people read them. The mark before one says how much
// of it there is: full, half, empty.
var classWords = map[string]map[weighting.Quality]string{
	"en": {
		weighting.HighPrecision: "● high", weighting.ModeratePrecision: "◐ moderate", weighting.LowPrecision: "○ low: use with caution",
		weighting.Reliable: "● reliable", weighting.WeaklyReliable: "◐ weakly reliable", weighting.NotReliable: "○ not reliable",
		weighting.Publish: "● publish", weighting.Review: "◐ review", weighting.Suppress: "○ suppress",
		weighting.Plain: "●", weighting.Caution: "○ use with caution",
	},
	"es": {
		weighting.HighPrecision: "● alta", weighting.ModeratePrecision: "◐ moderada", weighting.LowPrecision: "○ baja: usar con reserva",
		weighting.Reliable: "● fiable", weighting.WeaklyReliable: "◐ poco fiable", weighting.NotReliable: "○ no fiable",
		weighting.Publish: "● publicar", weighting.Review: "◐ revisar", weighting.Suppress: "○ suprimir",
		weighting.Plain: "●", weighting.Caution: "○ usar con cautela",
	},
	"pt": {
		weighting.HighPrecision: "● alta", weighting.ModeratePrecision: "◐ moderada", weighting.LowPrecision: "○ baixa: usar com cautela",
		weighting.Reliable: "● confiável", weighting.WeaklyReliable: "◐ pouco confiável", weighting.NotReliable: "○ não confiável",
		weighting.Publish: "● publicar", weighting.Review: "◐ revisar", weighting.Suppress: "○ suprimir",
		weighting.Plain: "●", weighting.Caution: "○ usar com cautela",
	},
	"fr": {
		weighting.HighPrecision: "● haute", weighting.ModeratePrecision: "◐ moyenne", weighting.LowPrecision: "○ faible : à utiliser avec prudence",
		weighting.Reliable: "● fiable", weighting.WeaklyReliable: "◐ peu fiable", weighting.NotReliable: "○ non fiable",
		weighting.Publish: "● à publier", weighting.Review: "◐ à revoir", weighting.Suppress: "○ à supprimer",
		weighting.Plain: "●", weighting.Caution: "○ à utiliser avec prudence",
	},
}

// shortWords say what an estimate is short of.
var shortWords = map[string]map[weighting.Shortfall]string{
	"en": {
		weighting.FewRows: "few rows", weighting.FewEffective: "few effective rows", weighting.FewCases: "few cases",
		weighting.FewDegrees: "few degrees of freedom", weighting.LargeSE: "large SE", weighting.LargeCV: "large CV",
		weighting.LargeLogCV: "large log-CV", weighting.SmallDeff: "design effect below 1", weighting.NoDesignError: "no design effect",
	},
	"es": {
		weighting.FewRows: "pocas filas", weighting.FewEffective: "pocas filas efectivas", weighting.FewCases: "pocos casos",
		weighting.FewDegrees: "pocos grados de libertad", weighting.LargeSE: "EE grande", weighting.LargeCV: "CV grande",
		weighting.LargeLogCV: "CV logarítmico grande", weighting.SmallDeff: "efecto de diseño menor que 1", weighting.NoDesignError: "sin efecto de diseño",
	},
	"pt": {
		weighting.FewRows: "poucas linhas", weighting.FewEffective: "poucas linhas efetivas", weighting.FewCases: "poucos casos",
		weighting.FewDegrees: "poucos graus de liberdade", weighting.LargeSE: "EP grande", weighting.LargeCV: "CV grande",
		weighting.LargeLogCV: "CV logarítmico grande", weighting.SmallDeff: "efeito do desenho menor que 1", weighting.NoDesignError: "sem efeito do desenho",
	},
	"fr": {
		weighting.FewRows: "peu de lignes", weighting.FewEffective: "peu de lignes effectives", weighting.FewCases: "peu de cas",
		weighting.FewDegrees: "peu de degrés de liberté", weighting.LargeSE: "ET élevée", weighting.LargeCV: "CV élevé",
		weighting.LargeLogCV: "CV logarithmique élevé", weighting.SmallDeff: "effet de plan inférieur à 1", weighting.NoDesignError: "sans effet de plan",
	},
}
