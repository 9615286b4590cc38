//go:build !js

package paper

import (
	"strings"
	"testing"

	"cifra/questionnaire"
)

// A block in random order is no loop: it has a line and a sign of its own, which
// the legend explains only where there is one.
func TestRouteOfARandomBlock(t *testing.T) {
	item := questionnaire.PaperStop{Kind: "question", Number: "P1", Text: "¿Sí?", Through: true}
	block := questionnaire.PaperStop{Kind: "block", Number: "§1", Text: "Temas", Through: true, Items: []questionnaire.PaperStop{item}}
	roster := block
	roster.Kind = "roster"
	for _, tt := range []struct {
		stop            questionnaire.PaperStop
		shuffles, loops int // the legend's among them
	}{{block, 2, 1}, {roster, 0, 2}} {
		for language, words := range routeWords {
			var b strings.Builder
			p := &questionnaire.Paper{Language: language, Sections: []questionnaire.PaperSection{{Letter: "A", Stops: []questionnaire.PaperStop{tt.stop}}}}
			if err := Route(&b, p); err != nil {
				t.Fatal(err)
			}
			svg := b.String()
			if n := strings.Count(svg, `class="shuffle"`); n != tt.shuffles {
				t.Errorf("%s in %s: %d lines of random order, want %d", tt.stop.Kind, language, n, tt.shuffles)
			}
			if n := strings.Count(svg, `class="loop"`); n != tt.loops {
				t.Errorf("%s in %s: %d lines of loops, want %d", tt.stop.Kind, language, n, tt.loops)
			}
			if strings.Contains(svg, words.shuffle) != (tt.shuffles > 0) || strings.Contains(svg, ">↕<") != (tt.shuffles > 0) {
				t.Errorf("%s in %s: the legend and the sign are not those of random order", tt.stop.Kind, language)
			}
		}
	}
}
