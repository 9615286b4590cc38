//go:build !js

package paper

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"cifra/questionnaire"
)

// This file draws the route of an interview. The rules:
//
//   - it is read from top to bottom: sections one under the other, the places of
//     each as boxes in the order of the form, what is asked of each row set in;
//   - an arc on the right is where an answer leads that does not lead to the next
//     box; one on the left, broken, is where those go who do not meet the condition
//     in the box;
//   - what is done once for each row stands in a bracket;
//   - arcs that would lie on each other take lanes of their own, the short ones
//     nearest to the boxes.
//
// Lengths are the units of the drawing, which a browser takes for pixels.

// The measures of the drawing.
const (
	boxWidth   = 520
	boxHeight  = 30
	gap        = 12
	step       = 34 // how far what is asked of each row is set in
	lane       = 13
	lineHeight = 15
	room       = 52 // for the words of answers, between the boxes and the first lane
)

// routeWords are what a diagram says around the form's own words.
var routeWords = map[string]struct{ title, answer, filter, loop, shuffle, end, legend string }{
	"es": {"Recorrido", "adónde lleva una respuesta", "adónde van quienes no cumplen la condición", "una vez por cada fila", "en orden al azar", "fin", "Se lee de arriba abajo."},
	"en": {"Route", "where an answer leads", "where those go who do not meet the condition", "once for each row", "in random order", "end", "Read from top to bottom."},
	"pt": {"Percurso", "aonde leva uma resposta", "aonde vão os que não cumprem a condição", "uma vez por linha", "em ordem aleatória", "fim", "Lê-se de cima para baixo."},
	"fr": {"Parcours", "où mène une réponse", "où vont ceux qui ne remplissent pas la condition", "une fois par ligne", "dans un ordre aléatoire", "fin", "Se lit de haut en bas."},
}

// A box is a place of the route where it is drawn.
type box struct {
	number string
	x, y   int
	width  int
	height int
	lines  []string // the condition
	stop   questionnaire.PaperStop
}

func (b box) middle() int { return b.y + b.height/2 }

// An arc leads from one box to another.
type arc struct {
	from, to int // y
	x0, x1   int // where it leaves and arrives
	lane     int
	left     bool
	words    string
}

// A bracket holds what is done once for each row, or a block that is asked in an
// order that chance gives.
type bracket struct {
	x, y0, y1 int
	words     string
	random    bool
}

// A drawing is a route while it is laid out.
type drawing struct {
	y        int
	boxes    []box
	arcs     []arc
	brackets []bracket
	heads    []head
	exits    []arc  // to the end of the interview
	marks    []head // where a run of places ends, and what comes then
}

// A head is the title of a section.
type head struct {
	y     int
	text  string
	small string
}

// Route writes the route of a questionnaire as a drawing (SVG) with text that can
// be searched, a title and a description for those who do not see it.
func Route(w io.Writer, p *questionnaire.Paper) error {
	words, ok := routeWords[p.Language]
	if !ok {
		words = routeWords["en"]
	}
	d := &drawing{y: 118}
	for _, s := range p.Sections {
		d.section(s)
	}
	left, right := d.lanes()
	x := left + 28
	lines := []sample{{"answer", words.answer}, {"away", words.filter}, {"loop", words.loop}}
	if slices.ContainsFunc(d.brackets, func(k bracket) bool { return k.random }) {
		lines = append(lines, sample{"shuffle", words.shuffle})
	}
	var key strings.Builder
	width, height := max(x+boxWidth+2*step+right+20, legend(&key, lines), 900), d.y+30
	var b strings.Builder
	title := words.title + ": " + p.Title
	fmt.Fprintf(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-labelledby=\"title legend\" lang=\"%s\">\n", width, height, width, height, html.EscapeString(p.Language))
	fmt.Fprintf(&b, "<title id=\"title\">%s</title>\n<desc id=\"legend\">%s</desc>\n<style>%s</style>\n", html.EscapeString(title), html.EscapeString(words.legend), routeStyle)
	b.WriteString("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n")
	fmt.Fprintf(&b, "<rect class=\"paper\" width=\"%d\" height=\"%d\"/>\n", width, height)
	fmt.Fprintf(&b, "<text class=\"title\" x=\"20\" y=\"32\">%s</text>\n<text class=\"small\" x=\"20\" y=\"50\">%s %s · %s</text>\n", html.EscapeString(title), html.EscapeString(p.Name), html.EscapeString(p.Version), html.EscapeString(words.legend))
	b.WriteString(key.String())
	fmt.Fprintf(&b, "<g transform=\"translate(%d 0)\">\n", x)
	d.draw(&b, words.end)
	b.WriteString("</g>\n</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// A sample is a kind of line with what it means.
type sample struct{ class, words string }

// legend says what the lines mean, and returns how wide that is.
func legend(b *strings.Builder, lines []sample) int {
	x := 20
	for _, l := range lines {
		fmt.Fprintf(b, "<path class=\"%s\" d=\"M%d 72h34\"/><text class=\"small\" x=\"%d\" y=\"76\">%s</text>\n", l.class, x, x+42, html.EscapeString(l.words))
		x += 74 + 6*len([]rune(l.words))
	}
	return x
}

// section lays out a section under what is there.
func (d *drawing) section(s questionnaire.PaperSection) {
	small := strings.TrimSpace(s.Universe)
	d.y += 14
	d.heads = append(d.heads, head{d.y, strings.TrimSpace(s.Letter + "  " + s.Title), small})
	top := d.y
	d.y += 34
	if small != "" {
		d.y += 14
	}
	d.y += gap
	d.stops(s.Stops, 0)
	if s.Per != "" {
		d.brackets = append(d.brackets, bracket{0, top, d.y - gap/2, s.Per, false})
	}
}

// stops lays out places, set in by x, and the arcs between them.
func (d *drawing) stops(stops []questionnaire.PaperStop, x int) {
	first := len(d.boxes)
	own := map[string]int{} // number of a place to its box
	for _, s := range stops {
		if s.Kind == "review" || s.Kind == "block" && s.Number == "" {
			continue
		}
		b := box{number: s.Number, x: x, y: d.y, width: boxWidth, height: boxHeight, stop: s}
		if s.Universe != "" {
			b.lines = broken(s.Universe, 78)
			b.height += len(b.lines) * lineHeight
		}
		own[s.Number] = len(d.boxes)
		d.boxes = append(d.boxes, b)
		d.y += b.height + gap
		if len(s.Items) > 0 {
			top := d.y - 4
			d.stops(s.Items, x+step)
			d.brackets = append(d.brackets, bracket{x + step - 14, top, d.y - 6, s.Text, s.Kind == "block"})
		}
	}
	bottom := d.y - gap/2
	if then := beyond(stops, own); then != "" {
		d.y += 18
		bottom = d.y - gap - 4
		d.marks = append(d.marks, head{bottom, then, ""})
	}
	for i := first; i < len(d.boxes); i++ {
		b := d.boxes[i]
		if k, ok := own[b.number]; !ok || k != i {
			continue // of the rows inside, which have their own
		}
		goal := func(number string) (y int, x1 int) {
			if k, ok := own[number]; ok {
				return d.boxes[k].middle(), d.boxes[k].x
			}
			return bottom, x // what comes behind them
		}
		ended := false
		for k, l := range b.stop.Leads {
			a := arc{from: b.y + b.height - 20 + 10*k, x0: b.x + b.width, words: l.Answers}
			ended = ended || l.End
			if l.End {
				a.x1 = a.x0
				d.exits = append(d.exits, a)
				continue
			}
			y, x1 := goal(l.To)
			a.to, a.x1 = y-5, x1+b.width
			d.arcs = append(d.arcs, a)
		}
		if b.stop.Kind == "end" && !ended {
			d.exits = append(d.exits, arc{from: b.middle(), x0: b.x + b.width})
		}
		if b.stop.Away != "" {
			y, x1 := goal(b.stop.Away)
			d.arcs = append(d.arcs, arc{from: b.middle() + 5, to: y - 5, x0: b.x, x1: x1, left: true, words: b.stop.Otherwise})
		}
	}
}

// beyond returns what comes behind stops, if an answer or a filter leads there.
func beyond(stops []questionnaire.PaperStop, own map[string]int) string {
	for _, s := range stops {
		for _, l := range s.Leads {
			if _, ok := own[l.To]; !ok && !l.End {
				return l.To
			}
		}
		if _, ok := own[s.Away]; !ok && s.Away != "" {
			return s.Away
		}
	}
	return ""
}

// broken breaks a text into lines of at most n letters.
func broken(s string, n int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(s) {
		if line != "" && len([]rune(line))+1+len([]rune(word)) > n {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

// lanes gives every arc a lane and returns how much room they take on either
// side.
func (d *drawing) lanes() (left, right int) {
	slices.SortStableFunc(d.arcs, func(a, b arc) int { return (a.to - a.from) - (b.to - b.from) })
	taken := map[bool][][]arc{}
	for i := range d.arcs {
		a := &d.arcs[i]
		lanes := taken[a.left]
		for a.lane < len(lanes) && slices.ContainsFunc(lanes[a.lane], func(o arc) bool { return a.from <= o.to+4 && o.from-4 <= a.to }) {
			a.lane++
		}
		if a.lane == len(lanes) {
			lanes = append(lanes, nil)
		}
		lanes[a.lane] = append(lanes[a.lane], *a)
		taken[a.left] = lanes
	}
	return 20 + lane*len(taken[true]), room + 16 + lane*len(taken[false])
}

// draw writes everything that was laid out.
func (d *drawing) draw(b *strings.Builder, end string) {
	for _, h := range d.heads {
		fmt.Fprintf(b, "<rect class=\"head\" x=\"0\" y=\"%d\" width=\"%d\" height=\"28\" rx=\"3\"/><text class=\"headline\" x=\"12\" y=\"%d\">%s</text>\n", h.y, boxWidth+2*step, h.y+19, html.EscapeString(h.text))
		if h.small != "" {
			fmt.Fprintf(b, "<text class=\"condition\" x=\"12\" y=\"%d\">%s</text>\n", h.y+43, html.EscapeString(short(h.small, 90)))
		}
	}
	for _, k := range d.brackets {
		class, sign := "loop", "↻"
		if k.random {
			class, sign = "shuffle", "↕"
		}
		fmt.Fprintf(b, "<path class=\"%s\" d=\"M%d %dh-8v%dh8\"><title>%s</title></path><text class=\"again\" x=\"%d\" y=\"%d\">%s</text>\n", class, k.x, k.y0, k.y1-k.y0, html.EscapeString(k.words), k.x-12, k.y0+12, sign)
	}
	for _, m := range d.marks {
		fmt.Fprintf(b, "<path class=\"mark\" d=\"M0 %dH%d\"/><text class=\"small\" x=\"%d\" y=\"%d\">↓ %s</text>\n", m.y-5, boxWidth+step, boxWidth/2, m.y+8, html.EscapeString(m.text))
	}
	for _, a := range d.arcs {
		d.arc(b, a)
	}
	for i, x := range d.boxes {
		d.box(b, x)
		if i+1 < len(d.boxes) && x.stop.Through && d.boxes[i+1].y == x.y+x.height+gap {
			fmt.Fprintf(b, "<path class=\"next\" d=\"M%d %dv%d\"/>\n", x.x+60, x.y+x.height, gap-1)
		}
	}
	for _, a := range d.exits {
		fmt.Fprintf(b, "<path class=\"answer\" d=\"M%d %dh22\"><title>%s</title></path><rect class=\"terminal\" x=\"%d\" y=\"%d\" width=\"38\" height=\"18\" rx=\"9\"/><text class=\"terminalword\" x=\"%d\" y=\"%d\">%s</text>\n",
			a.x0, a.from, html.EscapeString(a.words), a.x0+24, a.from-9, a.x0+43, a.from+4, html.EscapeString(end))
	}
}

// arc writes an arc at the side of the boxes.
func (d *drawing) arc(b *strings.Builder, a arc) {
	class, out := "answer", boxWidth+2*step+room+lane*a.lane
	if a.left {
		class, out = "away", -18-lane*a.lane
	}
	turn := 6
	if a.left {
		turn = -6
	}
	fmt.Fprintf(b, "<path class=\"%s\" d=\"M%d %dH%dq%d 0 %d %dV%dq0 %d %d %dH%d\"><title>%s</title></path>\n",
		class, a.x0, a.from, out-turn, turn, turn, 6, a.to-6, 6, -turn, 6, a.x1, html.EscapeString(a.words))
	if !a.left && a.words != "" {
		fmt.Fprintf(b, "<text class=\"lead\" x=\"%d\" y=\"%d\">%s</text>\n", a.x0+4, a.from-3, html.EscapeString(short(a.words, (boxWidth+2*step+room-a.x0-4)/5)))
	}
}

// box writes a place.
func (d *drawing) box(b *strings.Builder, x box) {
	fmt.Fprintf(b, "<g class=\"%s\"><title>%s</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>", html.EscapeString(x.stop.Kind), html.EscapeString(x.number+" "+x.stop.Text), x.x, x.y, x.width, x.height)
	y := x.y
	for _, l := range x.lines {
		y += lineHeight
		fmt.Fprintf(b, "<text class=\"condition\" x=\"%d\" y=\"%d\">%s</text>", x.x+10, y, html.EscapeString(l))
	}
	fmt.Fprintf(b, "<text class=\"number\" x=\"%d\" y=\"%d\">%s</text>", x.x+10, y+19, html.EscapeString(x.number))
	words := x.stop.Text
	if x.stop.Label != "" {
		words = x.stop.Label + ": " + words
	}
	fmt.Fprintf(b, "<text x=\"%d\" y=\"%d\">%s</text></g>\n", x.x+66, y+19, html.EscapeString(short(words, 58)))
}

// short is s, cut to n letters.
func short(s string, n int) string {
	r := []rune(s)
	if n = max(n, 4); len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n-1]), " ,;.:") + "…"
}

// routeStyle is how the drawing looks: lines and greys, so that it can be copied.
const routeStyle = `
svg { font: 12.5px "Liberation Sans", Arial, Helvetica, sans-serif; }
text { fill: #111; }
.paper { fill: #fff; }
.title { font-size: 19px; font-weight: bold; }
.small { font-size: 11.5px; fill: #444; }
.head { fill: #1d2733; }
.headline { fill: #fff; font-size: 15px; font-weight: bold; }
g rect { fill: #fff; stroke: #555; }
g.statement rect, g.end rect { fill: #eee; }
g.grid rect, g.screen rect, g.roster rect { fill: #e4eef5; }
g.consent rect, g.gate rect, g.selection rect { fill: #f6ecd5; }
g.value rect { stroke-dasharray: 2 3; }
g rect.head { fill: #1d2733; stroke: none; }
g rect.terminal { fill: #1d2733; stroke: none; }
.terminalword { fill: #fff; font-size: 11px; text-anchor: middle; }
.number { font-weight: bold; }
.condition { font-size: 11.5px; font-style: italic; fill: #444; }
.answer { fill: none; stroke: #0b6e99; stroke-width: 1.4; marker-end: url(#tip); }
.away { fill: none; stroke: #777; stroke-width: 1.2; stroke-dasharray: 5 3; marker-end: url(#tip); }
.mark { stroke: #bbb; }
.next { fill: none; stroke: #999; marker-end: url(#tip); }
.loop { fill: none; stroke: #a33; stroke-width: 2; }
.shuffle { fill: none; stroke: #575; stroke-width: 2; stroke-dasharray: 2 3; }
.again { fill: #a33; font-size: 15px; text-anchor: end; }
.lead { font-size: 10px; fill: #0b6e99; }
marker path { fill: #555; }
`
