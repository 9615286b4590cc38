//go:build !js

package paper

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"cifra/questionnaire"
)

// flat lists stops with those inside them, as far as they are drawn.
func flat(stops []questionnaire.PaperStop) (all []questionnaire.PaperStop) {
	for _, s := range stops {
		if s.Kind != "review" && s.Number != "" {
			all = append(all, s)
		}
		all = append(all, flat(s.Items)...)
	}
	return all
}

// TestRouteHasEverything: a box for each place, an arc for each answer that leads
// elsewhere and for each condition, a bracket for each loop; and the drawing is
// well-formed.
func TestRouteHasEverything(t *testing.T) {
	for _, dir := range instruments {
		q := questionnaireOf(t, dir)
		for _, language := range q.Languages {
			p := q.Paper(language)
			var b bytes.Buffer
			if err := Route(&b, p); err != nil {
				t.Fatal(err)
			}
			svg := b.String()
			for d := xml.NewDecoder(&b); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s in %s: %v", dir, language, err)
				}
			}
			answers, away, loops := 1, 1, 1 // those of the legend
			for _, s := range p.Sections {
				if s.Per != "" {
					loops++
				}
				for _, x := range flat(s.Stops) {
					if !strings.Contains(svg, ">"+x.Number+"</text>") {
						t.Errorf("%s in %s: %s has no box", dir, language, x.Number)
					}
					ended := false
					for _, l := range x.Leads {
						answers++
						ended = ended || l.End
					}
					if x.Kind == "end" && !ended {
						answers++
					}
					if x.Away != "" {
						away++
					}
					if len(x.Items) > 0 {
						loops++
					}
				}
			}
			for class, want := range map[string]int{"answer": answers, "away": away, "loop": loops} {
				if got := strings.Count(svg, `<path class="`+class+`"`); got != want {
					t.Errorf("%s in %s: %d lines of class %s, want %d", dir, language, got, class, want)
				}
			}
		}
	}
}

// TestRouteCanBeRead: no box lies on another, no arc on another of its side, and
// arcs lead downwards.
func TestRouteCanBeRead(t *testing.T) {
	for _, dir := range instruments {
		d := &drawing{}
		for _, s := range questionnaireOf(t, dir).Paper("es").Sections {
			d.section(s)
		}
		d.lanes()
		for i, b := range d.boxes {
			if i > 0 && b.y < d.boxes[i-1].y+d.boxes[i-1].height {
				t.Errorf("%s: %s lies on %s", dir, b.number, d.boxes[i-1].number)
			}
			if strings.TrimSpace(strings.Join(b.lines, " ")) != strings.TrimSpace(b.stop.Universe) {
				t.Errorf("%s: the condition of %s is %q", dir, b.number, b.lines)
			}
		}
		for i, a := range d.arcs {
			if a.to <= a.from {
				t.Errorf("%s: an arc leads from %d to %d", dir, a.from, a.to)
			}
			for _, o := range d.arcs[:i] {
				if o.left == a.left && o.lane == a.lane && a.from <= o.to && o.from <= a.to {
					t.Errorf("%s: arcs from %d and %d lie on each other", dir, a.from, o.from)
				}
			}
		}
	}
}
