package main

// A compareTable holds what cifra diff and cifra conform print in one language.
type compareTable struct {
	section       map[string]string // of differences
	status        map[string]string // of items
	beside        string            // what is neither an item nor an option
	same          string
	differences   [2]string // one, and several: %d
	onlyTexts     string
	movedAfter    string // name, what it stands after now
	theBeginning  string
	comparable    string // how many of how many
	notComparable string
	comparableFor string // a domain
	noIndicators  string
	notAnOverlay  string // %s is what was named
	nameTheCore   string
}

// compareLanguages are the tables, by the same languages as those of words.
var compareLanguages = map[string]compareTable{
	"en": {
		section: map[string]string{"parts": "added, removed, renamed", "options": "options", "logic": "logic", "order": "order", "texts": "texts"},
		status:  map[string]string{"kept": "kept", "changed": "changed", "dropped": "dropped", "added": "added"},
		beside:  "periods, parameters, modules, the whole",
		same:    "They are the same.", differences: [2]string{"1 difference.", "%d differences."},
		onlyTexts: "Only words differ: interviews that run need not be moved.", movedAfter: "%s now stands after %s", theBeginning: "the beginning",
		comparable: "%d of %d core indicators stay comparable.", notComparable: "Not comparable:", comparableFor: "comparable for the domain %s",
		noIndicators: "The core declares no indicators (indicators.yaml).", notAnOverlay: "%s is not an overlay", nameTheCore: "name the core before it: cifra conform lacsi my-survey/",
	},
	"es": {
		section: map[string]string{"parts": "agregado, quitado, renombrado", "options": "opciones", "logic": "lógica", "order": "orden", "texts": "textos"},
		status:  map[string]string{"kept": "conservado", "changed": "cambiado", "dropped": "quitado", "added": "agregado"},
		beside:  "periodos, parámetros, módulos, el conjunto",
		same:    "Son iguales.", differences: [2]string{"1 diferencia.", "%d diferencias."},
		onlyTexts: "Solo cambian palabras: no hace falta trasladar las entrevistas en curso.", movedAfter: "%s está ahora después de %s", theBeginning: "el comienzo",
		comparable: "%d de %d indicadores del núcleo siguen siendo comparables.", notComparable: "No comparables:", comparableFor: "comparable en el dominio %s",
		noIndicators: "El núcleo no declara indicadores (indicators.yaml).", notAnOverlay: "%s no es una adaptación", nameTheCore: "indique antes el núcleo: cifra conform lacsi my-survey/",
	},
	"pt": {
		section: map[string]string{"parts": "acrescentado, retirado, renomeado", "options": "opções", "logic": "lógica", "order": "ordem", "texts": "textos"},
		status:  map[string]string{"kept": "mantido", "changed": "alterado", "dropped": "retirado", "added": "acrescentado"},
		beside:  "períodos, parâmetros, módulos, o conjunto",
		same:    "São iguais.", differences: [2]string{"1 diferença.", "%d diferenças."},
		onlyTexts: "Só mudam palavras: não é preciso transferir as entrevistas em andamento.", movedAfter: "%s está agora depois de %s", theBeginning: "o começo",
		comparable: "%d de %d indicadores do núcleo continuam comparáveis.", notComparable: "Não comparáveis:", comparableFor: "comparável no domínio %s",
		noIndicators: "O núcleo não declara indicadores (indicators.yaml).", notAnOverlay: "%s não é uma adaptação", nameTheCore: "indique antes o núcleo: cifra conform lacsi my-survey/",
	},
	"fr": {
		section: map[string]string{"parts": "ajouté, retiré, renommé", "options": "options", "logic": "logique", "order": "ordre", "texts": "textes"},
		status:  map[string]string{"kept": "conservé", "changed": "modifié", "dropped": "retiré", "added": "ajouté"},
		beside:  "périodes, paramètres, modules, l’ensemble",
		same:    "Ils sont identiques.", differences: [2]string{"1 différence.", "%d différences."},
		onlyTexts: "Seuls les mots changent : inutile de transférer les entretiens en cours.", movedAfter: "%s se trouve maintenant après %s", theBeginning: "le début",
		comparable: "%d des %d indicateurs du noyau restent comparables.", notComparable: "Non comparables :", comparableFor: "comparable pour le domaine %s",
		noIndicators: "Le noyau ne déclare aucun indicateur (indicators.yaml).", notAnOverlay: "%s n’est pas une adaptation", nameTheCore: "indiquez d’abord le noyau : cifra conform lacsi my-survey/",
	},
}

// compareWords returns the table of the user's language.
func compareWords() compareTable { return compareLanguages[languageOf()] }
