package plan

// A wordTable holds what a table of estimates says in one language.
type wordTable struct {
	language                                string
	all, per, intervals                     string // intervals: %s is the level
	estimate, se, interval, psus, df, class string
	quantile, intercept, by                 string
	lonelyOne, lonelyMany                   string            // many: %d
	rules                                   map[string]string // what is done with such strata
	partial, simple, missing                string            // missing: %s is how many at most

	change, earlier, difference string            // heads of the table of changes
	compared                    map[string]string // by test: %s is the earlier plan
	simplified                  string            // what the error of a change leaves out
	reasons                     map[string]string // why numbers are not there, by what Reason begins with
	suchAs, nobody              string            // %d figures, %s one of them; %s an indicator
	without, lost               string            // %d figures; %s the indicator, %d replicates

	// Small areas. areaModel: %s the method, A and the coefficients; alone: %s the
	// indicator, %d of %d areas, %s such areas; outside: %s the indicator, %d rows.
	direct, synthetic, mse, areaModel, alone, outside string

	// Parts of a figure that are no levels of a variable; top: %s is in per cent.
	top, gini, victims, incidents, margin, likelihood string
}

var languages = map[string]*wordTable{
	"en": {
		language: "en", quantile: "quantile", intercept: "intercept", by: "by",
		all: "All", per: "per", intervals: "%s %% intervals",
		estimate: "estimate", se: "SE", interval: "interval", psus: "PSUs", df: "df", class: "class",
		lonelyOne: "1 stratum has a single PSU", lonelyMany: "%d strata have a single PSU",
		rules: map[string]string{
			"remove": "left out of the variance", "certainty": "taken as certain to be in the sample",
			"adjust": "centred on the grand mean", "average": "given the average variance of the others", "collapse": "joined with the next stratum",
		},
		partial: "Standard errors are not those of the survey: the file does not have all sampled units, so PSUs without rows in it are missing.",
		simple:  "The design names no strata and no clusters: each row is taken as a PSU.",
		missing: "Rows whose value is missing are left out of the base, %s at most in a figure.",
		change:  "change", earlier: "before", difference: "difference",
		compared: map[string]string{
			"overlap":     "Changes are against %s; PSUs in both editions are counted once in their error.",
			"independent": "Changes are against %s, whose sample was drawn apart.",
		},
		simplified: "In that error the PSUs count as drawn at random in their strata, with replacement where only one edition says what share of them was sampled: later stages, an order of the draw, a second phase and unequal probabilities do not enter it.",
		reasons: map[string]string{
			"no cases": "No cases, and so no number", "a value is missing": "A value is missing, or nothing is below the line",
			"no variance": "No variance: no stratum or replicate tells it, or the interval of a quantile's share reaches beyond 0 or 1", "no degrees": "No interval: as many strata as PSUs, and so no degrees of freedom",
			"no interval": "No interval: at 0 and 1 this method has no standard error to work with; interval: {method: beta} has one there",
		},
		suchAs: "%d figures, such as %s", nobody: "No row of %s has a value.",
		without: "%d figures have no counterpart there.",
		lost:    "%s: the model could not be fitted on %d replicates, whose spread is left out.",
		direct:  "direct", synthetic: "synthetic", mse: "MSE",
		areaModel: "Fay-Herriot model (%s): variance between areas %s; coefficients: %s.",
		alone:     "%s: areas without a direct estimate that has a variance are predicted by their covariates alone, %d of %d: %s.",
		outside:   "%s: rows that are in no area: %d.",
		top:       "top %s %%", gini: "Gini", victims: "victims, times", incidents: "their incidents, times", margin: "margin", likelihood: "likelihood ratio",
	},
	"es": {
		language: "es", quantile: "cuantil", intercept: "intercepto", by: "por",
		all: "Total", per: "por", intervals: "intervalos de %s %%",
		estimate: "estimación", se: "EE", interval: "intervalo", psus: "UPM", df: "gl", class: "clase",
		lonelyOne: "1 estrato tiene una sola UPM", lonelyMany: "%d estratos tienen una sola UPM",
		rules: map[string]string{
			"remove": "no entra en la varianza", "certainty": "se toma como incluida con certeza",
			"adjust": "centrada en la media general", "average": "recibe la varianza media de los demás", "collapse": "unido al estrato siguiente",
		},
		partial: "Los errores estándar no son los de la encuesta: el archivo no tiene todas las unidades de la muestra, y faltan las UPM sin filas en él.",
		simple:  "El diseño no nombra estratos ni conglomerados: cada fila se toma como una UPM.",
		missing: "Las filas sin valor quedan fuera de la base, a lo sumo %s en una cifra.",
		change:  "cambio", earlier: "antes", difference: "diferencia",
		compared: map[string]string{
			"overlap":     "Los cambios son respecto de %s; las UPM que están en ambas ediciones se cuentan una sola vez en su error.",
			"independent": "Los cambios son respecto de %s, cuya muestra se extrajo aparte.",
		},
		simplified: "En ese error las UPM cuentan como extraídas al azar en su estrato, y con reposición si solo una edición dice qué parte de ellas se muestreó: no entran en él las etapas posteriores, el orden de la extracción, la segunda fase ni las probabilidades desiguales.",
		reasons: map[string]string{
			"no cases": "Sin casos, y por tanto sin cifra", "a value is missing": "Falta un valor, o el denominador es nulo",
			"no variance": "Sin varianza: ningún estrato ni réplica la muestra, o el intervalo de la proporción de un cuantil rebasa 0 o 1", "no degrees": "Sin intervalo: tantos estratos como UPM, y por tanto sin grados de libertad",
			"no interval": "Sin intervalo: en 0 y en 1 este método no tiene error estándar con que trabajar; interval: {method: beta} sí tiene uno",
		},
		suchAs: "%d cifras, como %s", nobody: "Ninguna fila de %s tiene valor.",
		without: "%d cifras no tienen equivalente allí.",
		lost:    "%s: el modelo no se pudo ajustar en %d réplicas, que no entran en la varianza.",
		direct:  "directa", synthetic: "sintética", mse: "ECM",
		areaModel: "Modelo de Fay-Herriot (%s): varianza entre áreas %s; coeficientes: %s.",
		alone:     "%s: las áreas sin estimación directa con varianza se predicen solo con sus covariables, %d de %d: %s.",
		outside:   "%s: filas que no están en ningún área: %d.",
		top:       "el %s %% más afectado", gini: "Gini", victims: "víctimas, veces", incidents: "sus hechos, veces", margin: "margen", likelihood: "razón de verosimilitudes",
	},
	"pt": {
		language: "pt", quantile: "quantil", intercept: "intercepto", by: "por",
		all: "Total", per: "por", intervals: "intervalos de %s %%",
		estimate: "estimativa", se: "EP", interval: "intervalo", psus: "UPA", df: "gl", class: "classe",
		lonelyOne: "1 estrato tem uma só UPA", lonelyMany: "%d estratos têm uma só UPA",
		rules: map[string]string{
			"remove": "fora da variância", "certainty": "tomada como incluída com certeza",
			"adjust": "centrada na média geral", "average": "recebe a variância média dos demais", "collapse": "unido ao estrato seguinte",
		},
		partial: "Os erros padrão não são os da pesquisa: o arquivo não tem todas as unidades da amostra, e faltam as UPA sem linhas nele.",
		simple:  "O desenho não nomeia estratos nem conglomerados: cada linha é tomada como uma UPA.",
		missing: "As linhas sem valor ficam fora da base, no máximo %s em um número.",
		change:  "mudança", earlier: "antes", difference: "diferença",
		compared: map[string]string{
			"overlap":     "As mudanças são em relação a %s; as UPA presentes nas duas edições contam uma só vez no erro.",
			"independent": "As mudanças são em relação a %s, cuja amostra foi sorteada à parte.",
		},
		simplified: "Nesse erro as UPA contam como sorteadas ao acaso no seu estrato, e com reposição se só uma edição diz que parte delas foi amostrada: não entram nele as etapas posteriores, a ordem do sorteio, a segunda fase nem as probabilidades desiguais.",
		reasons: map[string]string{
			"no cases": "Sem casos, e portanto sem número", "a value is missing": "Falta um valor, ou o denominador é nulo",
			"no variance": "Sem variância: nenhum estrato nem réplica a mostra, ou o intervalo da proporção de um quantil ultrapassa 0 ou 1", "no degrees": "Sem intervalo: tantos estratos quanto UPA, e portanto sem graus de liberdade",
			"no interval": "Sem intervalo: em 0 e em 1 este método não tem erro-padrão com que trabalhar; interval: {method: beta} tem um",
		},
		suchAs: "%d números, como %s", nobody: "Nenhuma linha de %s tem valor.",
		without: "%d números não têm correspondente lá.",
		lost:    "%s: o modelo não pôde ser ajustado em %d réplicas, que ficam fora da variância.",
		direct:  "direta", synthetic: "sintética", mse: "EQM",
		areaModel: "Modelo de Fay-Herriot (%s): variância entre áreas %s; coeficientes: %s.",
		alone:     "%s: as áreas sem estimativa direta com variância são preditas só por suas covariáveis, %d de %d: %s.",
		outside:   "%s: linhas que não estão em nenhuma área: %d.",
		top:       "os %s %% mais afetados", gini: "Gini", victims: "vítimas, vezes", incidents: "seus fatos, vezes", margin: "margem", likelihood: "razão de verossimilhanças",
	},
	"fr": {
		language: "fr", quantile: "quantile", intercept: "constante", by: "par",
		all: "Ensemble", per: "pour", intervals: "intervalles à %s %%",
		estimate: "estimation", se: "ET", interval: "intervalle", psus: "UPE", df: "ddl", class: "classe",
		lonelyOne: "1 strate n’a qu’une UPE", lonelyMany: "%d strates n’ont qu’une UPE",
		rules: map[string]string{
			"remove": "hors de la variance", "certainty": "prise comme certaine d’être tirée",
			"adjust": "centrée sur la moyenne générale", "average": "reçoit la variance moyenne des autres", "collapse": "réunie à la strate suivante",
		},
		partial: "Les erreurs types ne sont pas celles de l’enquête : le fichier n’a pas toutes les unités tirées, et les UPE sans lignes y manquent.",
		simple:  "Le plan ne nomme ni strates ni grappes : chaque ligne est prise comme une UPE.",
		missing: "Les lignes sans valeur restent hors de la base, %s au plus dans un chiffre.",
		change:  "évolution", earlier: "avant", difference: "différence",
		compared: map[string]string{
			"overlap":     "Les évolutions sont mesurées par rapport à %s ; les UPE présentes dans les deux éditions ne comptent qu’une fois dans leur erreur.",
			"independent": "Les évolutions sont mesurées par rapport à %s, dont l’échantillon a été tiré à part.",
		},
		simplified: "Dans cette erreur, les UPE comptent comme tirées au hasard dans leur strate, et avec remise si une seule édition dit quelle part en a été tirée : les degrés suivants, l’ordre du tirage, la seconde phase et les probabilités inégales n’y entrent pas.",
		reasons: map[string]string{
			"no cases": "Aucun cas, donc aucun chiffre", "a value is missing": "Une valeur manque, ou le dénominateur est nul",
			"no variance": "Pas de variance : aucune strate ni aucun réplicat ne la montre, ou l’intervalle de la part d’un quantile dépasse 0 ou 1", "no degrees": "Pas d’intervalle : autant de strates que d’UPE, donc aucun degré de liberté",
			"no interval": "Pas d’intervalle : à 0 et à 1 cette méthode n’a pas d’erreur type sur quoi s’appuyer ; interval: {method: beta} en donne un",
		},
		suchAs: "%d chiffres, par exemple %s", nobody: "Aucune ligne de %s n’a de valeur.",
		without: "%d chiffres n’y ont pas d’équivalent.",
		lost:    "%s : le modèle n’a pas pu être ajusté sur %d réplicats, laissés hors de la variance.",
		direct:  "directe", synthetic: "synthétique", mse: "EQM",
		areaModel: "Modèle de Fay-Herriot (%s) : variance entre domaines %s ; coefficients : %s.",
		alone:     "%s : les domaines sans estimation directe dotée d’une variance sont prédits par leurs seules covariables, %d sur %d : %s.",
		outside:   "%s : lignes qui ne sont dans aucun domaine : %d.",
		top:       "les %s %% les plus touchés", gini: "Gini", victims: "victimes, fois", incidents: "leurs faits, fois", margin: "marge", likelihood: "rapport de vraisemblances",
	},
}

// wordsIn returns the table of a language, English if there is none.
func wordsIn(language string) *wordTable {
	if w, ok := languages[language]; ok {
		return w
	}
	return languages["en"]
}
