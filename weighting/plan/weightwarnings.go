package plan

import "fmt"

// This file says what a reader of a weighting report has to know beside its numbers.
// A step that did what it was told may still leave weights that the next program
// refuses, or replicates that tell more variance than there is: the report says so
// under its table, in the reader's language, and what would be otherwise.

// stepWarnings are what is said of negative weights, with their number, and of
// replicates without the finite population correction, by language.
var stepWarnings = map[string]struct{ negative, uncorrected string }{
	"en": {
		"%d rows have a negative weight, which no estimate takes: write bounds, such as bounds: [0.3, 3], or another method",
		"these replicates leave the fpc of the design out, so their standard errors are too large; JKn, bootstrap, rwyb and mrb have it",
	},
	"es": {
		"%d filas tienen un peso negativo, que ninguna estimación acepta: escriba límites, por ejemplo bounds: [0.3, 3], u otro método",
		"estas réplicas no llevan la corrección por población finita (fpc) del diseño y sus errores estándar son demasiado grandes; JKn, bootstrap, rwyb y mrb la llevan",
	},
	"pt": {
		"%d linhas têm um peso negativo, que nenhuma estimativa aceita: escreva limites, por exemplo bounds: [0.3, 3], ou outro método",
		"estas réplicas não levam a correção de população finita (fpc) do desenho e seus erros padrão são grandes demais; JKn, bootstrap, rwyb e mrb a levam",
	},
	"fr": {
		"%d lignes ont un poids négatif, qu’aucune estimation n’accepte : écrivez des bornes, par exemple bounds: [0.3, 3], ou une autre méthode",
		"ces réplicats ignorent la correction de population finie (fpc) du plan, et leurs erreurs types sont trop grandes ; JKn, bootstrap, rwyb et mrb en tiennent compte",
	},
}

// warnings are those of a step, in a language of es, en, pt, fr; any other is en.
func (s StepReport) warnings(language string) (list []string) {
	words, ok := stepWarnings[language]
	if !ok {
		words = stepWarnings["en"]
	}
	if s.Negative > 0 {
		list = append(list, fmt.Sprintf(words.negative, s.Negative))
	}
	if s.Uncorrected {
		list = append(list, words.uncorrected)
	}
	return list
}
