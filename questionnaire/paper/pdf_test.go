//go:build !js

package paper

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// shown finds the texts in a page of PDF that is not compressed.
var shown = regexp.MustCompile(`(?s)\(((?:[^()\\]|\\.)*)\) ?Tj`)

// drawn returns the words of a PDF in the order they are drawn, without blanks.
func drawn(b []byte) string {
	var out strings.Builder
	for _, m := range shown.FindAllSubmatch(b, -1) {
		raw := regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(m[1], func(x []byte) []byte {
			if x[1] == 'r' {
				return []byte("\r")
			}
			return x[1:]
		})
		var units []uint16
		for i := 0; i+1 < len(raw); i += 2 {
			units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
		}
		out.WriteString(string(utf16.Decode(units)))
	}
	return squeezed(out.String())
}

// TestPDFSaysWhatHTMLSays: both have every word of the form, and as many of them.
func TestPDFSaysWhatHTMLSays(t *testing.T) {
	for _, dir := range instruments {
		q := questionnaireOf(t, dir)
		for _, language := range q.Languages {
			p := q.Paper(language)
			var page, print bytes.Buffer
			if err := HTML(&page, p); err != nil {
				t.Fatal(err)
			}
			if err := pdf(&print, p, false); err != nil {
				t.Fatal(err)
			}
			onPage, inPrint := textOf(page.String()), drawn(print.Bytes())
			missing := 0
			for _, x := range compose(p) {
				if x.style == styleBegin {
					x.number = ""
				}
				for _, words := range x.words() {
					words = squeezed(words)
					if !strings.Contains(onPage, words) || !strings.Contains(inPrint, words) {
						if missing++; missing < 5 {
							t.Errorf("%s in %s: %q is on the page: %v, in print: %v", dir, language, words, strings.Contains(onPage, words), strings.Contains(inPrint, words))
						}
					}
				}
			}
			if a, b := len([]rune(onPage)), len([]rune(inPrint)); a != b {
				t.Errorf("%s in %s: %d letters on the page, %d in print", dir, language, a, b)
			}
		}
	}
}

// TestPDFIsTheSameEachTime: no date, no order of a map.
func TestPDFIsTheSameEachTime(t *testing.T) {
	q := questionnaireOf(t, "../../schemas/lacsi")
	var a, b bytes.Buffer
	if err := PDF(&a, q.Paper("es")); err != nil {
		t.Fatal(err)
	}
	if err := PDF(&b, q.Paper("es")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two prints of one questionnaire differ")
	}
	if !bytes.HasPrefix(a.Bytes(), []byte("%PDF-")) || a.Len() > 400_000 {
		t.Errorf("%d bytes that begin %q", a.Len(), a.Bytes()[:5])
	}
}

func BenchmarkPDF(b *testing.B) {
	p := questionnaireOf(b, "../../schemas/lacsi").Paper("es")
	for b.Loop() {
		if err := PDF(&bytes.Buffer{}, p); err != nil {
			b.Fatal(err)
		}
	}
}
