//go:build !js

package paper

import (
	"bytes"
	"flag"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cifra/questionnaire"
)

var update = flag.Bool("update", false, "rewrite golden files; read the diff")

// questionnaireOf compiles the instrument in a directory.
func questionnaireOf(t testing.TB, dir string) *questionnaire.Questionnaire {
	t.Helper()
	in, ds := questionnaire.LoadInstrument(os.DirFS(dir), ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	q, ds := questionnaire.Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	return q
}

// instruments are those that the tests draw.
var instruments = []string{"../../schemas/lacsi", "../testdata/house", "../testdata/types", "../testdata/gate"}

// golden compares b with a file of testdata.
func golden(t *testing.T, name string, b []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b, want) {
		t.Errorf("%s is not what is written now; see what changed with -update and git diff", file)
	}
}

// script is a form as text: one line a part, without its hash.
func script(parts []part) []byte {
	var b bytes.Buffer
	for _, p := range parts {
		if p.style == styleMeta || p.style == styleEnd || p.style == styleBegin && len(p.words()) < 2 {
			continue
		}
		b.WriteString(string(p.style) + ": " + strings.Join(p.words(), " | ") + "\n")
	}
	return b.Bytes()
}

// TestFormsReadAsBefore: what the forms say, line by line, is what was read in
// review.
func TestFormsReadAsBefore(t *testing.T) {
	lacsi := questionnaireOf(t, "../../schemas/lacsi")
	golden(t, "lacsi.es.txt", script(compose(lacsi.Paper("es"))))
	golden(t, "lacsi.en.txt", script(compose(lacsi.Paper("en"))))
}

var tags = regexp.MustCompile(`<[^>]*>`)

// textOf is what a page of HTML says, without blanks.
func textOf(page string) string {
	_, body, _ := strings.Cut(page, "<body>")
	return squeezed(html.UnescapeString(tags.ReplaceAllString(body, "")))
}

// squeezed is s without blanks and drawn lines.
func squeezed(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "____", "")), "")
}

// TestHTMLSaysAllParts: every word of the form is on the page, in its order, and
// none beside them.
func TestHTMLSaysAllParts(t *testing.T) {
	for _, dir := range instruments {
		q := questionnaireOf(t, dir)
		for _, language := range q.Languages {
			var b bytes.Buffer
			if err := HTML(&b, q.Paper(language)); err != nil {
				t.Fatal(err)
			}
			var want strings.Builder
			for _, p := range compose(q.Paper(language)) {
				if p.style == styleBegin {
					p.number = "" // its name as an address; the words have it too
				}
				want.WriteString(strings.Join(p.words(), " "))
			}
			got, all := textOf(b.String()), squeezed(want.String())
			if len(got) != len(all) {
				t.Errorf("%s in %s: the page says %d letters, the form %d", dir, language, len(got), len(all))
			}
			if strings.Contains(b.String(), "<script") || strings.Contains(b.String(), "http") {
				t.Errorf("%s: the page fetches or runs something", dir)
			}
		}
	}
}

// TestTextIsText: what an author writes is never markup.
func TestTextIsText(t *testing.T) {
	p := &questionnaire.Paper{Title: `<b>&"`, Language: "es", Sections: []questionnaire.PaperSection{{
		Letter: "A", Title: "<i>", Stops: []questionnaire.PaperStop{{Kind: "question", Number: "P<1>", Text: "<script>x</script>", Answer: []questionnaire.PaperOption{{Code: "<", Text: "<u>", Go: "<a>"}}}},
	}}}
	var b bytes.Buffer
	if err := HTML(&b, p); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"<script", "<u>", "<b>&", "<i>", "<a>", "P<1>"} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("%s is markup on the page", bad)
		}
	}
}

// TestCodebookHasEveryColumn: each column of each table with its label, codes and
// the codes of no answer.
func TestCodebookHasEveryColumn(t *testing.T) {
	for _, dir := range instruments {
		q := questionnaireOf(t, dir)
		book := questionnaire.NewMicrodata("", nil, q).Codebook()
		for _, language := range q.Languages {
			var b bytes.Buffer
			universe := func(item string) string { return q.UniverseInWords(item, language) }
			if err := Codebook(&b, book, language, universe); err != nil {
				t.Fatal(err)
			}
			page := b.String()
			for _, table := range book.Tables {
				for _, c := range table.Columns {
					words := []string{">" + c.Name + "<", html.EscapeString(c.Label[language]), html.EscapeString(universe(c.Item))}
					for _, code := range c.Codes {
						words = append(words, html.EscapeString(strings.TrimSpace(code.Code+" "+code.Label[language])))
					}
					for _, m := range c.Missing {
						words = append(words, ">"+m.Code+" ")
					}
					for _, w := range words {
						if !strings.Contains(page, w) {
							t.Errorf("%s in %s: %s: %q is not in the codebook", dir, language, c.Name, w)
						}
					}
				}
			}
		}
	}
	for language, words := range bookWords {
		if len(words) != len(bookWords["en"]) {
			t.Errorf("%s has %d words, English %d", language, len(words), len(bookWords["en"]))
		}
	}
}

// TestSameBytes: a questionnaire is drawn the same each time.
func TestSameBytes(t *testing.T) {
	q := questionnaireOf(t, "../../schemas/lacsi")
	var a, b bytes.Buffer
	if err := HTML(&a, q.Paper("es")); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&b, q.Paper("es")); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two pages of one questionnaire differ")
	}
}
