package main

// A demoTable holds what cifra demo prints in one language.
type demoTable struct {
	// Steps, and what each has made.
	country, countryDone       string // PSUs, dwellings, persons
	sample, sampleDone         string // strata, PSUs, dwellings
	office, officeDone         string // instrument, address
	interviews, interviewsDone string // cases, interviews, refusals, absences, vacant, events, response rate
	sent                       string // cases, events
	export, exportDone         string // tables, cases, households
	estimate, estimateDone     string // figures

	truth, value, se, interval, all, covered string
	indicator, category                      map[string]string
	per                                      map[float64]string

	open, kept, deleted string // cases left; directory
}

// demoLanguages are the tables, by the same languages as those of words.
var demoLanguages = map[string]demoTable{
	"en": {
		country: "country", countryDone: "%s PSUs, %s dwellings, %s persons",
		sample: "sample", sampleDone: "%d strata, %d PSUs, %s dwellings",
		office: "collector", officeDone: "%s on http://%s",
		interviews: "interviews", interviewsDone: "%s cases visited: %s interviews, %d refusals, %d with nobody home, %d vacant; %s events acknowledged; response rate (RR1) %.1f %%",
		sent:   "%s cases visited, %s events acknowledged",
		export: "microdata", exportDone: "%d tables of %s cases and %s households",
		estimate: "estimates", estimateDone: "%d figures",
		truth: "truth", value: "estimate", se: "SE", interval: "%g %% interval", all: "All",
		covered: "%d of %d intervals cover the truth; a method that is right covers %g %% of them in the long run.",
		indicator: map[string]string{
			"household_prevalence": "Households that suffered a crime against the household",
			"prevalence":           "Adults who suffered any crime, their household's included",
			"incidence":            "Crimes",
			"reporting_rate":       "Crimes reported to the prosecutor",
			"dark_figure":          "Dark figure: crimes without a known investigation file",
			"safe_at_night":        "Adults who feel safe walking alone at night near home",
		},
		category: map[string]string{
			"man": "men", "woman": "women", "urban": "urban", "rural": "rural", "household": "of households", "person": "of persons",
		},
		per:     map[float64]string{100: "%", 100000: "per 100,000 adults"},
		open:    "%d cases wait for you. End with Ctrl-C.",
		kept:    "Everything is in %s.",
		deleted: "Everything is in %s, which is deleted at the end: --data DIR keeps it.",
	},
	"es": {
		country: "país", countryDone: "%s UPM, %s viviendas, %s personas",
		sample: "muestra", sampleDone: "%d estratos, %d UPM, %s viviendas",
		office: "recolección", officeDone: "%s en http://%s",
		interviews: "entrevistas", interviewsDone: "%s casos visitados: %s entrevistas, %d rechazos, %d sin nadie en casa, %d desocupadas; %s eventos confirmados; tasa de respuesta (RR1) %.1f %%",
		sent:   "%s casos visitados, %s eventos confirmados",
		export: "microdatos", exportDone: "%d tablas de %s casos y %s hogares",
		estimate: "estimaciones", estimateDone: "%d cifras",
		truth: "verdad", value: "estimación", se: "EE", interval: "intervalo %g %%", all: "Total",
		covered: "%d de %d intervalos cubren la verdad; un método correcto cubre a la larga el %g %% de ellos.",
		indicator: map[string]string{
			"household_prevalence": "Hogares que sufrieron un delito contra el hogar",
			"prevalence":           "Personas adultas que sufrieron algún delito, también contra su hogar",
			"incidence":            "Delitos",
			"reporting_rate":       "Delitos denunciados ante la fiscalía",
			"dark_figure":          "Cifra negra: delitos sin carpeta de investigación conocida",
			"safe_at_night":        "Personas adultas que se sienten seguras al caminar solas de noche cerca de casa",
		},
		category: map[string]string{
			"man": "hombres", "woman": "mujeres", "urban": "urbano", "rural": "rural", "household": "contra hogares", "person": "contra personas",
		},
		per:     map[float64]string{100: "%", 100000: "por 100,000 personas adultas"},
		open:    "Quedan %d casos por visitar. Termine con Ctrl-C.",
		kept:    "Todo está en %s.",
		deleted: "Todo está en %s, que se borra al terminar: --data DIR lo conserva.",
	},
	"pt": {
		country: "país", countryDone: "%s UPA, %s domicílios, %s pessoas",
		sample: "amostra", sampleDone: "%d estratos, %d UPA, %s domicílios",
		office: "coleta", officeDone: "%s em http://%s",
		interviews: "entrevistas", interviewsDone: "%s casos visitados: %s entrevistas, %d recusas, %d sem ninguém em casa, %d vagos; %s eventos confirmados; taxa de resposta (RR1) %.1f %%",
		sent:   "%s casos visitados, %s eventos confirmados",
		export: "microdados", exportDone: "%d tabelas de %s casos e %s domicílios",
		estimate: "estimativas", estimateDone: "%d números",
		truth: "verdade", value: "estimativa", se: "EP", interval: "intervalo %g %%", all: "Total",
		covered: "%d de %d intervalos cobrem a verdade; um método correto cobre %g %% deles a longo prazo.",
		indicator: map[string]string{
			"household_prevalence": "Domicílios que sofreram um crime contra o domicílio",
			"prevalence":           "Pessoas adultas que sofreram algum crime, também contra o domicílio",
			"incidence":            "Crimes",
			"reporting_rate":       "Crimes denunciados ao Ministério Público",
			"dark_figure":          "Cifra oculta: crimes sem inquérito conhecido",
			"safe_at_night":        "Pessoas adultas que se sentem seguras ao andar sozinhas à noite perto de casa",
		},
		category: map[string]string{
			"man": "homens", "woman": "mulheres", "urban": "urbano", "rural": "rural", "household": "contra domicílios", "person": "contra pessoas",
		},
		per:     map[float64]string{100: "%", 100000: "por 100,000 pessoas adultas"},
		open:    "%d casos esperam por você. Termine com Ctrl-C.",
		kept:    "Tudo está em %s.",
		deleted: "Tudo está em %s, que é apagado no fim: --data DIR o conserva.",
	},
	"fr": {
		country: "pays", countryDone: "%s UPE, %s logements, %s personnes",
		sample: "échantillon", sampleDone: "%d strates, %d UPE, %s logements",
		office: "collecte", officeDone: "%s sur http://%s",
		interviews: "entretiens", interviewsDone: "%s cas visités : %s entretiens, %d refus, %d sans personne, %d vacants ; %s événements confirmés ; taux de réponse (RR1) %.1f %%",
		sent:   "%s cas visités, %s événements confirmés",
		export: "microdonnées", exportDone: "%d tables de %s cas et %s ménages",
		estimate: "estimations", estimateDone: "%d chiffres",
		truth: "vérité", value: "estimation", se: "ET", interval: "intervalle %g %%", all: "Ensemble",
		covered: "%d intervalles sur %d couvrent la vérité ; une méthode juste en couvre %g %% à la longue.",
		indicator: map[string]string{
			"household_prevalence": "Ménages victimes d’une infraction contre le ménage",
			"prevalence":           "Adultes victimes d’une infraction, contre leur ménage aussi",
			"incidence":            "Infractions",
			"reporting_rate":       "Infractions déclarées au parquet",
			"dark_figure":          "Chiffre noir : infractions sans enquête connue",
			"safe_at_night":        "Adultes qui se sentent en sécurité en marchant seuls la nuit près de chez eux",
		},
		category: map[string]string{
			"man": "hommes", "woman": "femmes", "urban": "urbain", "rural": "rural", "household": "contre les ménages", "person": "contre les personnes",
		},
		per:     map[float64]string{100: "%", 100000: "pour 100,000 adultes"},
		open:    "%d cas vous attendent. Terminez avec Ctrl-C.",
		kept:    "Tout est dans %s.",
		deleted: "Tout est dans %s, effacé à la fin : --data DIR le conserve.",
	},
}

// demoWords returns the table of the user's language.
func demoWords() demoTable { return demoLanguages[userLanguage()] }
