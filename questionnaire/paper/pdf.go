//go:build !js

package paper

import (
	"io"
	"strings"
	"time"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansitalic"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"

	"cifra/questionnaire"
)

// This file draws a form in print: A4, black on white, in Liberation Sans, which
// is inside the program and whose used letters are inside the file. The rules:
//
//   - what belongs to one place of the form stays on one page if it fits on one;
//     heads of tables come again on the next;
//   - lengths are millimetres, sizes of type points;
//   - the same form gives the same bytes: no date is written that is not its own.

// The page.
const (
	pageWidth, pageHeight = 210.0, 297.0
	marginX, marginTop    = 16.0, 15.0
	lowest                = pageHeight - 17 // where writing ends
	hang                  = 15.0            // how far texts stand behind their numbers
)

// PDF writes a questionnaire as a document to be printed.
func PDF(w io.Writer, p *questionnaire.Paper) error { return pdf(w, p, true) }

// pdf is PDF; without finish it is neither compressed nor has it running heads,
// so that a test reads in it what was drawn.
func pdf(w io.Writer, p *questionnaire.Paper, finish bool) error {
	f := fpdf.New("P", "mm", "A4", "")
	f.SetCompression(finish)
	f.SetCatalogSort(true)
	epoch := time.Unix(0, 0).UTC()
	f.SetCreationDate(epoch)
	f.SetModificationDate(epoch)
	f.SetTitle(p.Title, true)
	f.SetLang(p.Language)
	f.SetProducer("cifra", true)
	f.AddUTF8FontFromBytes("sans", "", liberationsansregular.TTF)
	f.AddUTF8FontFromBytes("sans", "B", liberationsansbold.TTF)
	f.AddUTF8FontFromBytes("sans", "I", liberationsansitalic.TTF)
	f.SetAutoPageBreak(false, 0)
	f.SetCellMargin(0)
	s := &sheet{f: f, finish: finish, foot: p.Title + " · " + p.Name + " " + p.Version}
	s.turn()
	parts := compose(p)
	for i := 0; i < len(parts); i++ {
		if parts[i].style != styleBegin {
			if parts[i].style == styleSection { // its head stays with its first place
				j := i
				for j+1 < len(parts) && parts[j].style != styleEnd {
					j++
				}
				if head := parts[i : j+1]; !s.fits(head, s.y) && (s.fits(head, marginTop) || s.y > lowest-45) {
					s.turn()
				}
			}
			s.part(parts[i])
			continue
		}
		j := i
		for parts[j].style != styleEnd {
			j++
		}
		s.together(parts[i : j+1])
		i = j
	}
	s.footer()
	return f.Output(w)
}

// A sheet is the page that is being drawn on. In a dry run only y moves.
type sheet struct {
	f      *fpdf.Fpdf
	y      float64
	dry    bool
	turns  int // of pages in a dry run
	finish bool
	foot   string
	inset  float64 // of what is asked of each row
}

// turn begins a new page.
func (s *sheet) turn() {
	if s.dry {
		s.turns++
		s.y = marginTop
		return
	}
	s.footer()
	s.f.AddPage()
	s.y = marginTop
}

// footer writes what stands at the foot of every page.
func (s *sheet) footer() {
	if !s.finish || s.f.PageNo() == 0 {
		return
	}
	s.f.SetFont("sans", "", 7.5)
	s.f.SetTextColor(110, 110, 110)
	s.f.Text(marginX, pageHeight-9, s.foot)
	n := itoa(s.f.PageNo())
	s.f.Text(pageWidth-marginX-s.f.GetStringWidth(n), pageHeight-9, n)
	s.f.SetTextColor(0, 0, 0)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}

// together draws the parts of a place on one page if they fit on one.
func (s *sheet) together(parts []part) {
	y := s.y
	if !s.fits(parts, y) && (s.fits(parts, marginTop) || y > lowest-30) {
		s.turn()
	}
	for _, p := range parts {
		s.part(p)
	}
}

// fits says whether parts that begin at y end on the same page.
func (s *sheet) fits(parts []part, y float64) bool {
	before := s.y
	s.dry, s.turns, s.y = true, 0, y
	for _, p := range parts {
		s.part(p)
	}
	s.dry, s.y = false, before
	return s.turns == 0
}

// A look is how words of a style are set.
type look struct {
	font           string
	size           float64
	before, indent float64
	grey           bool
}

var looks = map[style]look{
	styleTitle:       {"B", 17, 0, 0, false},
	styleMeta:        {"", 8.5, 1, 0, true},
	styleGuide:       {"", 9, .6, 4, false},
	styleUniverse:    {"B", 9.5, 1.2, 0, false},
	styleFilter:      {"", 9, .4, 2.5, false},
	styleAsk:         {"", 10.5, .8, hang, false},
	styleInstruction: {"I", 9.5, .6, hang, false},
	styleCard:        {"B", 9, .6, hang, false},
	styleBlank:       {"", 9, 1.2, hang, true},
	styleColumns:     {"I", 9.5, 1.2, 0, false},
	styleCheck:       {"I", 8.5, 1.2, hang + 2, false},
	styleGo:          {"B", 9, 1, hang + 4, false},
	styleValue:       {"I", 8.5, 1.5, 8, false},
	styleCards:       {"B", 15, 2, 0, false},
}

// leading is the height of a line of a size.
func leading(size float64) float64 { return size * .3528 * 1.28 }

// clean replaces blanks that the font has no letter for.
func clean(t string) string { return strings.ReplaceAll(t, "\u202f", "\u00a0") }

// lines breaks a text to a width.
func (s *sheet) lines(text, font string, size, width float64) []string {
	s.f.SetFont("sans", font, size)
	return s.f.SplitText(clean(text), width)
}

// write sets a text from x on and returns with y below it. A page that is full is
// turned.
func (s *sheet) write(text, font string, size, x, width float64) {
	h := leading(size)
	for _, l := range s.lines(text, font, size, width) {
		if s.y+h > lowest {
			s.turn()
		}
		if !s.dry {
			s.f.SetFont("sans", font, size)
			s.f.Text(x, s.y+h*.76, l)
		}
		s.y += h
	}
}

// part draws one part.
func (s *sheet) part(p part) {
	x, width := marginX+s.inset, pageWidth-2*marginX-s.inset
	l := looks[p.style]
	s.y += l.before
	if l.grey {
		s.f.SetTextColor(90, 90, 90)
		defer s.f.SetTextColor(0, 0, 0)
	}
	switch p.style {
	case styleSection:
		s.section(p)
	case styleBegin:
		s.begin(p, x, width)
	case styleEnd:
		s.y += 1.8
	case styleItems:
		s.inset += 5
	case styleItemsEnd:
		s.inset -= 5
	case styleAsk:
		s.ask(p, x, width)
	case styleValue:
		s.numbered(p, l, x, width)
	case styleOptions:
		s.options(p.options, x+hang, width-hang)
	case styleTable:
		s.table(p, x, width)
	case styleSheet:
		s.sheetOf(p, x, width)
	case styleFilter:
		s.filter(p, l, x, width)
	case styleBlank:
		s.line(x+hang, s.y+4, 28)
		s.write(p.text, l.font, l.size, x+hang+31, width-hang-31)
	case styleCards:
		s.turn()
		s.write(p.text, l.font, l.size, x, width)
	case styleCardTitle:
		s.card(p, x, width)
	default:
		s.marked(p, l, x, width)
	}
}

// marked draws words with the mark of their style before them.
func (s *sheet) marked(p part, l look, x, width float64) {
	y, page := s.y, s.f.PageNo()
	s.write(p.text, l.font, l.size, x+l.indent, width-l.indent)
	if s.dry {
		return
	}
	switch p.style {
	case styleGuide:
		s.f.SetFillColor(0, 0, 0)
		s.f.Circle(x+1.5, y+2.1, .6, "F")
	case styleGo:
		s.arrow(x+hang, y+leading(l.size)/2)
	case styleCheck:
		if page == s.f.PageNo() {
			s.f.SetDrawColor(140, 140, 140)
			s.f.SetDashPattern([]float64{.8, .8}, 0)
			s.f.Rect(x+hang, y-.4, width-hang, s.y-y+.9, "D")
			s.f.SetDashPattern(nil, 0)
		}
	}
}

// arrow draws a small arrow to the right.
func (s *sheet) arrow(x, y float64) {
	s.f.SetDrawColor(0, 0, 0)
	s.f.SetFillColor(0, 0, 0)
	s.f.SetLineWidth(.3)
	s.f.Line(x, y, x+2, y)
	s.f.Polygon([]fpdf.PointType{{X: x + 1.8, Y: y - .8}, {X: x + 3, Y: y}, {X: x + 1.8, Y: y + .8}}, "F")
	s.f.SetLineWidth(.2)
}

// line draws a line to write on.
func (s *sheet) line(x, y, width float64) {
	if s.dry {
		return
	}
	s.f.SetDrawColor(60, 60, 60)
	s.f.SetLineWidth(.2)
	s.f.Line(x, y, x+width, y)
}

// section draws the head of a section.
func (s *sheet) section(p part) {
	s.y += 5
	if s.y > lowest-20 {
		s.turn()
	}
	if s.dry {
		s.y += 9
		return
	}
	s.f.SetFillColor(20, 20, 20)
	s.f.Rect(marginX, s.y, pageWidth-2*marginX, 8, "F")
	s.f.SetTextColor(255, 255, 255)
	s.f.SetFont("sans", "B", 12.5)
	s.f.Text(marginX+2, s.y+5.6, p.number)
	s.f.SetFont("sans", "", 9)
	w := s.f.GetStringWidth(p.label)
	s.f.Text(pageWidth-marginX-2-w, s.y+5.4, p.label)
	s.f.SetFont("sans", "B", 12.5)
	s.f.Text(marginX+10, s.y+5.6, clean(p.text))
	s.f.SetTextColor(0, 0, 0)
	s.y += 9.5
}

// begin draws the line above a place, and that it is private.
func (s *sheet) begin(p part, x, width float64) {
	if s.y+8 > lowest {
		s.turn()
	}
	if !s.dry {
		s.f.SetDrawColor(140, 140, 140)
		s.f.SetLineWidth(.2)
		s.f.Line(x, s.y, x+width, s.y)
	}
	s.y += 1.2
	if p.label != "" {
		s.f.SetFont("sans", "B", 8)
		w := s.f.GetStringWidth(p.label)
		s.write(p.label, "B", 8, x+width-w, w+5)
	}
}

// filter draws who is asked, on grey.
func (s *sheet) filter(p part, l look, x, width float64) {
	n := float64(len(s.lines(p.text, l.font, l.size, width-l.indent-1)))
	h := n*leading(l.size) + 1.4
	if s.y+h > lowest {
		s.turn()
	}
	if !s.dry {
		s.f.SetFillColor(238, 238, 238)
		s.f.Rect(x, s.y, width, h, "F")
		s.f.SetFillColor(120, 120, 120)
		s.f.Rect(x, s.y, .9, h, "F")
	}
	s.y += .6
	s.write(p.text, l.font, l.size, x+l.indent, width-l.indent-1)
	s.y += 1
}

// numbered draws words behind their number.
func (s *sheet) numbered(p part, l look, x, width float64) {
	if s.y+leading(l.size) > lowest {
		s.turn()
	}
	if !s.dry {
		s.f.SetFont("sans", "B", l.size)
		s.f.Text(x, s.y+leading(l.size)*.76, p.number)
	}
	s.write(p.text, l.font, l.size, x+l.indent, width-l.indent)
}

// ask draws what is read aloud: its number, what kind of place it is, the words.
func (s *sheet) ask(p part, x, width float64) {
	l := looks[styleAsk]
	h := leading(l.size)
	if s.y+h > lowest {
		s.turn()
	}
	if p.number != "" && !s.dry {
		s.f.SetFont("sans", "B", l.size)
		s.f.Text(x, s.y+h*.76, p.number)
	}
	if p.label != "" {
		s.write(p.label, "B", 8, x+hang, width-hang)
	}
	s.write(p.text, l.font, l.size, x+hang, width-hang)
}

// manyOptions is from how many on answers stand in two columns.
const manyOptions = 12

// options draws answers, each with a box.
func (s *sheet) options(options []questionnaire.PaperOption, x, width float64) {
	s.y += .8
	if len(options) <= manyOptions {
		for _, o := range options {
			s.option(o, x, width)
		}
		return
	}
	half := (len(options) + 1) / 2
	y, low := s.y, s.y
	if y+float64(half)*leading(10)*1.15 > lowest {
		s.turn()
		y, low = s.y, s.y
	}
	for i, o := range options {
		if i == half {
			low, s.y = s.y, y
		}
		s.option(o, x+float64(i/half)*width/2, width/2-3)
	}
	s.y = max(low, s.y)
}

// option draws one answer: code, box, words, and where it leads.
func (s *sheet) option(o questionnaire.PaperOption, x, width float64) {
	const size = 10
	h := leading(size)
	lead := 0.0
	if o.Go != "" {
		s.f.SetFont("sans", "B", 9)
		lead = min(s.f.GetStringWidth(o.Go)+6, width/2)
	}
	words := width - 15 - lead
	n := float64(len(s.lines(o.Text, "", size, words)))
	if s.y+n*h > lowest {
		s.turn()
	}
	y := s.y
	if !s.dry {
		s.f.SetFont("sans", "", size)
		s.f.Text(x+8-s.f.GetStringWidth(o.Code), y+h*.76, o.Code)
		s.f.SetDrawColor(0, 0, 0)
		s.f.SetLineWidth(.25)
		s.f.Rect(x+9.8, y+h*.2, 2.7, 2.7, "D")
	}
	s.write(o.Text, "", size, x+14.5, words)
	if o.Specify {
		s.f.SetFont("sans", "", size)
		w := s.f.GetStringWidth(clean(o.Text))
		if w < words-20 {
			s.line(x+16+w, y+h*.9, min(45, words-w-4))
		}
	}
	if o.Only != "" {
		s.write(o.Only, "I", 8.5, x+14.5, words)
	}
	if o.Go != "" {
		below := s.y
		s.y = y + .2
		if !s.dry {
			s.arrow(x+width-lead, y+h*.5)
		}
		s.write(o.Go, "B", 9, x+width-lead+4.5, lead-4)
		s.y = max(below, s.y)
	}
	s.y += .35
}

// table draws rows to circle on, with the head on each page.
func (s *sheet) table(p part, x, width float64) {
	s.y += 1.5
	widths := []float64{13, 0}
	rest := width - 13
	for range p.head[2:] {
		w := min(28, rest*.55/float64(len(p.head)-2))
		widths = append(widths, w)
	}
	for _, w := range widths[2:] {
		rest -= w
	}
	widths[1] = rest
	s.tableRow(p.head, "B", x, widths, 0)
	for _, r := range p.rows {
		if s.tableHeight(r, widths, 0)+s.y > lowest {
			s.turn()
			if s.finish {
				s.tableRow(p.head, "B", x, widths, 0)
			}
		}
		s.tableRow(r, "", x, widths, 0)
	}
	s.y += 1
}

// sheetOf draws the lines of a roster.
func (s *sheet) sheetOf(p part, x, width float64) {
	const height = 8
	s.y += 2
	if s.y+float64(len(p.rows)+2)*height > lowest {
		s.turn()
	}
	s.write(p.text, "B", 9.5, x, width)
	widths := []float64{9}
	for range p.head[1:] {
		widths = append(widths, (width-9)/float64(len(p.head)-1))
	}
	s.tableRow(p.head, "B", x, widths, 0)
	for _, r := range p.rows {
		s.tableRow(r, "", x, widths, height)
	}
	s.y += 2
}

func (s *sheet) tableHeight(r []string, widths []float64, least float64) float64 {
	h := least
	for i, c := range r {
		h = max(h, float64(len(s.lines(c, "", 9, widths[i]-2)))*leading(9)+1.6)
	}
	return h
}

// tableRow draws one row with its lines.
func (s *sheet) tableRow(r []string, font string, x float64, widths []float64, least float64) {
	h := s.tableHeight(r, widths, least)
	if s.y+h > lowest {
		s.turn()
	}
	top := s.y
	for i, c := range r {
		if !s.dry {
			s.f.SetDrawColor(140, 140, 140)
			s.f.SetLineWidth(.2)
			kind := "D"
			if font == "B" {
				s.f.SetFillColor(238, 238, 238)
				kind = "FD"
			}
			s.f.Rect(x, top, widths[i], h, kind)
		}
		s.y = top + .8
		s.write(c, font, 9, x+1, widths[i]-2)
		x += widths[i]
	}
	s.y = top + h
}

// card draws a show card in large letters.
func (s *sheet) card(p part, x, width float64) {
	s.y += 6
	if h := float64(len(p.options))*leading(12)*1.6 + 14; s.y+h > lowest && h < lowest-marginTop {
		s.turn()
	}
	top := s.y
	s.y += 4
	if !s.dry {
		s.f.SetFont("sans", "", 9)
		s.f.Text(x+width-4-s.f.GetStringWidth(p.label), s.y+4, p.label)
	}
	s.write(p.text, "B", 13, x+4, width-8)
	s.y += 2
	for _, o := range p.options {
		y := s.y
		if !s.dry {
			s.f.SetFont("sans", "", 12)
			s.f.Text(x+4, y+leading(12)*.76, o.Code)
		}
		s.write(o.Text, "", 12, x+16, width-20)
		s.y += 1.4
	}
	s.y += 2
	if !s.dry && s.y > top {
		s.f.SetDrawColor(0, 0, 0)
		s.f.SetLineWidth(.4)
		s.f.Rect(x, top, width, s.y-top, "D")
	}
}
