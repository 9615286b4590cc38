//go:build !js

package paper

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"strings"

	"cifra/questionnaire"
)

// This file draws a codebook for people: what codebook.json tells programs, with
// the universe of each column in words.

// bookWords are what a codebook says around its facts, by language: types by
// their names, then the heads of the columns.
var bookWords = map[string]map[string]string{
	"es": {"title": "Libro de códigos", "variable": "Variable", "label": "Etiqueta", "type": "Tipo", "codes": "Códigos", "missing": "Sin dato", "universe": "Se pregunta si", "all": "todas las filas", "key": "clave", "rows": "Una fila por", "table": "de la tabla",
		"code": "código", "integer": "entero", "decimal": "decimal", "money": "cantidad", "text": "texto", "date": "fecha", "time": "hora", "boolean": "sí o no (1, 0)", "design": "diseño de la muestra",
		"dont_know": "No sabe", "refused": "No responde", "does_not_apply": "No aplica", "not_reached": "No se llegó a preguntar", "withheld": "Reservado", "blank": "En blanco: no se preguntó.", "version": "Versión", "sensitive": "reservada"},
	"en": {"title": "Codebook", "variable": "Variable", "label": "Label", "type": "Type", "codes": "Codes", "missing": "No answer", "universe": "Asked if", "all": "all rows", "key": "key", "rows": "One row for each", "table": "of table",
		"code": "code", "integer": "integer", "decimal": "decimal", "money": "amount", "text": "text", "date": "date", "time": "time", "boolean": "yes or no (1, 0)", "design": "sample design",
		"dont_know": "Don’t know", "refused": "Refused", "does_not_apply": "Does not apply", "not_reached": "Not reached", "withheld": "Withheld", "blank": "Blank: not asked.", "version": "Version", "sensitive": "private"},
	"pt": {"title": "Livro de códigos", "variable": "Variável", "label": "Rótulo", "type": "Tipo", "codes": "Códigos", "missing": "Sem dado", "universe": "Pergunta-se se", "all": "todas as linhas", "key": "chave", "rows": "Uma linha por", "table": "da tabela",
		"code": "código", "integer": "inteiro", "decimal": "decimal", "money": "valor", "text": "texto", "date": "data", "time": "hora", "boolean": "sim ou não (1, 0)", "design": "desenho da amostra",
		"dont_know": "Não sabe", "refused": "Não responde", "does_not_apply": "Não se aplica", "not_reached": "Não se chegou a perguntar", "withheld": "Reservado", "blank": "Em branco: não se perguntou.", "version": "Versão", "sensitive": "reservada"},
	"fr": {"title": "Dictionnaire des codes", "variable": "Variable", "label": "Libellé", "type": "Type", "codes": "Codes", "missing": "Sans réponse", "universe": "Demandé si", "all": "toutes les lignes", "key": "clé", "rows": "Une ligne par", "table": "de la table",
		"code": "code", "integer": "entier", "decimal": "décimal", "money": "montant", "text": "texte", "date": "date", "time": "heure", "boolean": "oui ou non (1, 0)", "design": "plan de sondage",
		"dont_know": "Ne sait pas", "refused": "Refuse", "does_not_apply": "Sans objet", "not_reached": "Pas atteint", "withheld": "Réservé", "blank": "Vide : non demandé.", "version": "Version", "sensitive": "réservée"},
}

// Codebook writes b as a page in a language. universe says in words which rows
// an item is asked of, "" if of all.
func Codebook(w io.Writer, b *questionnaire.Codebook, language string, universe func(item string) string) error {
	words, ok := bookWords[language]
	if !ok {
		words = bookWords["en"]
	}
	h := &page{}
	title := words["title"]
	if t := b.Title[language]; t != "" {
		title += ": " + t
	}
	h.begin(language, title, bookStyle)
	h.tag("h1", "title", title)
	for _, in := range b.Instruments {
		h.tag("p", "meta", fmt.Sprintf("%s · %s %s · %.12s", in.Name, words["version"], in.Version, in.Hash.String()))
	}
	h.tag("p", "meta", words["blank"])
	for _, t := range b.Tables {
		h.tag("h2", "table", cmp.Or(t.Label[language], t.Name)+" ("+t.File+")")
		h.tag("p", "meta", words["key"]+": "+strings.Join(t.Key, ", "))
		h.b.WriteString("<table><thead><tr>")
		for _, k := range []string{"variable", "label", "type", "codes", "missing", "universe"} {
			h.tag("th", k, words[k])
		}
		h.b.WriteString("</tr></thead><tbody>\n")
		for _, c := range t.Columns {
			h.column(c, language, words, universe)
		}
		h.b.WriteString("</tbody></table>\n")
	}
	return h.end(w)
}

// column writes one column as a row.
func (h *page) column(c questionnaire.CodebookColumn, language string, words map[string]string, universe func(string) string) {
	fmt.Fprintf(&h.b, "<tr id=\"%s\">", html.EscapeString(c.Name))
	h.tag("td", "name", c.Name)
	label := c.Label[language]
	if c.Class == questionnaire.Sensitive {
		label += " [" + words["sensitive"] + "]"
	}
	h.tag("td", "label", cmp.Or(label, " "))
	kind := cmp.Or(words[c.Type], c.Type)
	if c.Unit != "" {
		kind += " (" + c.Unit + ")"
	}
	if c.Scale > 0 {
		kind += fmt.Sprintf(", %d", c.Scale)
	}
	if c.Table != nil {
		kind += " " + words["table"] + " " + c.Table.Name
	}
	h.tag("td", "type", kind)
	h.b.WriteString("<td>")
	for _, code := range c.Codes {
		h.tag("div", "code", strings.TrimSpace(code.Code+" "+cmp.Or(code.Label[language], code.Name)))
	}
	h.b.WriteString("</td><td>")
	for _, m := range c.Missing {
		h.tag("div", "code", m.Code+" "+cmp.Or(words[m.Kind.String()], m.Kind.String()))
	}
	h.b.WriteString("</td>")
	asked := ""
	if c.Item != "" {
		asked = cmp.Or(universe(c.Item), words["all"])
	}
	h.tag("td", "universe", cmp.Or(asked, " "))
	h.b.WriteString("</tr>\n")
}

// bookStyle is how a codebook looks.
const bookStyle = `@page { size: A4 landscape; margin: 12mm; }
body { font: 9.5pt/1.35 "Liberation Sans", Arial, Helvetica, sans-serif; color: #111; max-width: 74rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 16pt; margin: 0 0 .3em; }
h2 { font-size: 12pt; margin: 1.8em 0 .2em; padding: .3em .5em; background: #111; color: #fff; break-after: avoid; }
.meta { color: #555; margin: .2em 0; }
table { border-collapse: collapse; width: 100%; margin-top: .4em; }
thead { display: table-header-group; }
th, td { border: .5pt solid #aaa; padding: .25em .45em; text-align: left; vertical-align: top; }
th { background: #f2f2f2; }
tr { break-inside: avoid; }
td.name { font-weight: bold; white-space: nowrap; }
td.label { min-width: 16em; }
td.type { white-space: nowrap; }
td.universe { min-width: 12em; }
.code { padding-left: 2.6em; text-indent: -2.6em; }
@media print { body { max-width: none; margin: 0; padding: 0; } }
`
