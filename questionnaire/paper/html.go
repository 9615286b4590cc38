//go:build !js

package paper

import (
	"fmt"
	"html"
	"io"
	"strings"

	"cifra/questionnaire"
)

// HTML writes a questionnaire as one page without scripts, which prints on A4 or
// letter. Nothing in it is fetched from anywhere.
func HTML(w io.Writer, p *questionnaire.Paper) error {
	h := &page{}
	h.begin(p.Language, p.Title, formStyle)
	for _, x := range compose(p) {
		h.part(x)
	}
	return h.end(w)
}

// A page is HTML as it is written.
type page struct{ b strings.Builder }

func (h *page) begin(language, title, style string) {
	fmt.Fprintf(&h.b, "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n<style>\n%s</style>\n</head>\n<body>\n",
		html.EscapeString(language), html.EscapeString(title), style)
}

func (h *page) end(w io.Writer) error {
	h.b.WriteString("</body>\n</html>\n")
	_, err := io.WriteString(w, h.b.String())
	return err
}

// tag writes words in an element of a class, nothing if there are none.
func (h *page) tag(name, class, words string) {
	if words == "" {
		return
	}
	fmt.Fprintf(&h.b, "<%s class=\"%s\">%s</%s>\n", name, class, html.EscapeString(words), name)
}

// part writes one part of a form.
func (h *page) part(x part) {
	switch x.style {
	case styleTitle:
		h.tag("h1", "title", x.text)
	case styleSection:
		fmt.Fprintf(&h.b, "<h2 id=\"%s\"><span class=\"letter\">%s</span> %s", html.EscapeString(x.number), html.EscapeString(x.number), html.EscapeString(x.text))
		if x.label != "" {
			fmt.Fprintf(&h.b, "<small>%s</small>", html.EscapeString(x.label))
		}
		h.b.WriteString("</h2>\n")
	case styleCards:
		h.tag("h2", "cards", x.text)
	case styleCardTitle:
		h.b.WriteString("<section class=\"showcard\">\n")
		fmt.Fprintf(&h.b, "<h3>%s <small>%s</small></h3>\n", html.EscapeString(x.text), html.EscapeString(x.label))
		h.options(x.options)
		h.b.WriteString("</section>\n")
	case styleBegin:
		class := "stop " + x.kind
		if x.private {
			class += " private"
		}
		fmt.Fprintf(&h.b, "<section class=\"%s\" id=\"%s\">\n", class, html.EscapeString(x.number))
		h.tag("span", "badge", x.label)
	case styleEnd:
		h.b.WriteString("</section>\n")
	case styleItems:
		h.b.WriteString("<div class=\"items\">\n")
	case styleItemsEnd:
		h.b.WriteString("</div>\n")
	case styleAsk:
		h.b.WriteString("<p class=\"ask\">")
		if x.number != "" {
			fmt.Fprintf(&h.b, "<b>%s</b> ", html.EscapeString(x.number))
		}
		if x.label != "" {
			fmt.Fprintf(&h.b, "<span class=\"label\">%s</span> ", html.EscapeString(x.label))
		}
		h.b.WriteString(blanks(x.text) + "</p>\n")
	case styleValue:
		fmt.Fprintf(&h.b, "<p class=\"value\" id=\"%s\"><b>%s</b> %s</p>\n", html.EscapeString(x.number), html.EscapeString(x.number), html.EscapeString(x.text))
	case styleOptions:
		h.options(x.options)
	case styleBlank:
		fmt.Fprintf(&h.b, "<p class=\"blank\"><span class=\"line\"></span> %s</p>\n", html.EscapeString(x.text))
	case styleTable, styleSheet:
		h.table(x)
	default:
		fmt.Fprintf(&h.b, "<p class=\"%s\">%s</p>\n", x.style, blanks(x.text))
	}
}

// blanks escapes a text and draws the lines for what is filled in.
func blanks(s string) string {
	s = html.EscapeString(s)
	s = strings.ReplaceAll(s, "____ [", "<span class=\"fill\"><span class=\"line\"></span> [")
	if strings.Contains(s, "class=\"fill\"") {
		var b strings.Builder
		for i, piece := range strings.Split(s, "<span class=\"fill\">") {
			if i > 0 {
				b.WriteString("<span class=\"fill\">")
				piece = strings.Replace(piece, "]", "]</span>", 1)
			}
			b.WriteString(piece)
		}
		return b.String()
	}
	return s
}

// options writes answers as lines with a box.
func (h *page) options(options []questionnaire.PaperOption) {
	class := "options"
	if len(options) > 12 {
		class += " many"
	}
	fmt.Fprintf(&h.b, "<ul class=\"%s\">\n", class)
	for _, o := range options {
		class := ""
		if o.Special {
			class = " class=\"special\""
		}
		fmt.Fprintf(&h.b, "<li%s><span class=\"code\">%s</span><span class=\"box\"></span><span class=\"option\">%s", class, html.EscapeString(o.Code), html.EscapeString(o.Text))
		if o.Specify {
			h.b.WriteString(" <span class=\"line\"></span>")
		}
		if o.Only != "" {
			fmt.Fprintf(&h.b, " <em>%s</em>", html.EscapeString(o.Only))
		}
		h.b.WriteString("</span>")
		if o.Go != "" {
			fmt.Fprintf(&h.b, "<span class=\"goto\">%s</span>", html.EscapeString(o.Go))
		}
		h.b.WriteString("</li>\n")
	}
	h.b.WriteString("</ul>\n")
}

// table writes rows to circle or write on.
func (h *page) table(x part) {
	h.tag("p", "caption", x.text)
	fmt.Fprintf(&h.b, "<table class=\"%s\"><thead><tr>", x.style)
	for _, c := range x.head {
		fmt.Fprintf(&h.b, "<th>%s</th>", html.EscapeString(c))
	}
	h.b.WriteString("</tr></thead><tbody>\n")
	for _, r := range x.rows {
		h.b.WriteString("<tr>")
		for _, c := range r {
			fmt.Fprintf(&h.b, "<td>%s</td>", html.EscapeString(c))
		}
		h.b.WriteString("</tr>\n")
	}
	h.b.WriteString("</tbody></table>\n")
}

// formStyle is how a form looks: black on white, since it is copied; nothing
// that belongs together is torn apart at the end of a page.
const formStyle = `:root { --ink: #111; --soft: #555; --line: #999; --tint: #f2f2f2; }
@page { size: A4; margin: 14mm 15mm 16mm; }
* { box-sizing: border-box; }
body { font: 10.5pt/1.38 "Liberation Sans", Arial, Helvetica, sans-serif; color: var(--ink); max-width: 46rem; margin: 1.5rem auto; padding: 0 1rem; }
h1 { font-size: 17pt; margin: 0 0 .2em; }
h2 { font-size: 13pt; margin: 2em 0 .6em; padding: .35em .6em; background: var(--ink); color: #fff; break-after: avoid; }
h2 small { float: right; font-weight: normal; font-size: 9.5pt; padding-top: .2em; }
h2 .letter { display: inline-block; min-width: 1.4em; }
h3 { margin: 0 0 .5em; }
h3 small { font-weight: normal; color: var(--soft); }
.meta { color: var(--soft); margin: 0 0 1em; font-size: 9pt; }
.guide { margin: .15em 0; padding-left: 1em; text-indent: -1em; font-size: 9.5pt; }
.guide::before { content: "•"; display: inline-block; width: 1em; text-indent: 0; }
.universe { font-weight: bold; margin: .3em 0; break-after: avoid; }
.stop { border-top: .5pt solid var(--line); padding: .45em 0 .7em; break-inside: avoid; position: relative; }
.stop.screen, .stop.grid, .stop.roster { break-inside: auto; }
.stop.private { border-left: 3pt solid var(--ink); padding-left: .6em; }
.badge { position: absolute; right: 0; top: .4em; font-size: 8pt; border: .5pt solid var(--ink); padding: 0 .4em; }
.ask { margin: .15em 0 .3em; padding-left: 3.6em; text-indent: -3.6em; break-after: avoid; }
.ask b { display: inline-block; min-width: 3.2em; margin-right: .4em; text-indent: 0; }
.label { text-indent: 0; font-size: 8.5pt; text-transform: uppercase; letter-spacing: .04em; border: .5pt solid var(--line); padding: 0 .35em; margin-right: .3em; }
.instruction { font-style: italic; margin: .15em 0 .15em 3.6em; color: #222; break-after: avoid; }
.filter { margin: 0 0 .3em; padding: .2em .5em; background: var(--tint); border-left: 3pt solid var(--line); font-size: 9.5pt; break-after: avoid; }
.card { margin: .15em 0 .15em 3.6em; font-weight: bold; font-size: 9.5pt; }
.card::before { content: "▣ "; }
.options { list-style: none; margin: .25em 0 .25em 3.6em; padding: 0; }
.options li { display: flex; align-items: baseline; gap: .5em; margin: .06em 0; break-inside: avoid; }
.options.many { columns: 2; column-gap: 1.5em; }
.options .code { min-width: 2.6em; text-align: right; font-variant-numeric: tabular-nums; }
.options .box { width: .75em; height: .75em; border: .8pt solid var(--ink); flex: none; }
.options .option { flex: 1; }
.options em { color: var(--soft); font-size: 9pt; }
.options .special { color: #333; }
.goto { font-weight: bold; font-size: 9.5pt; white-space: nowrap; }
.goto::before { content: "→ "; }
.line { display: inline-block; min-width: 6em; border-bottom: .8pt solid var(--ink); height: 1em; vertical-align: baseline; }
.fill .line { min-width: 3em; }
.fill { color: var(--soft); }
.blank { margin: .25em 0 .25em 3.6em; color: var(--soft); font-size: 9.5pt; }
.blank .line { min-width: 9em; }
.check { margin: .25em 0 .1em 3.6em; padding: .2em .5em; border: .6pt dashed var(--line); font-size: 9pt; font-style: italic; }
.go { margin: .3em 0 0 3.6em; font-weight: bold; font-size: 9.5pt; }
.go::before { content: "→ "; }
.value { margin: .4em 0; padding: .2em .5em; border: .6pt dotted var(--line); font-size: 9pt; font-style: italic; break-inside: avoid; }
.columns { margin: .4em 0 .2em; font-style: italic; }
.items { border-left: 1.5pt solid var(--line); padding-left: .8em; margin-left: .2em; }
table { border-collapse: collapse; width: 100%; margin: .4em 0; font-size: 9.5pt; }
th, td { border: .5pt solid var(--line); padding: .25em .4em; text-align: left; vertical-align: top; }
th { background: var(--tint); }
thead { display: table-header-group; }
tr { break-inside: avoid; }
table.table td:nth-child(n+3) { white-space: pre; text-align: center; }
table.sheet td { height: 2em; }
table.sheet td:first-child { width: 2.4em; text-align: right; }
table.sheet td:nth-child(2) { min-width: 7em; }
.caption { font-weight: bold; margin: .6em 0 0; break-after: avoid; }
h2.cards { break-before: page; }
.showcard { border: 1pt solid var(--ink); padding: 1em 1.2em; margin: 1em 0; font-size: 12.5pt; break-inside: avoid; }
.showcard .box { display: none; }
@media print { body { max-width: none; margin: 0; padding: 0; } }
`
