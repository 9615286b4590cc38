//go:build !js

package questionnaire

import (
	"regexp"

	"cifra/schemas/source"
)

// textHash is the hash of a source text that its translation names.
var textHash = regexp.MustCompile(`^[0-9a-f]{8}$`)

// translation reads a file of translated texts.
func (l *loader) translation(root *source.Node) {
	m := l.open(root, "translation", "a translation: its language and texts")
	t := &Translation{
		Language: l.language(m.Need(&l.ds, "language")),
		File:     root.At().File,
	}
	for k, v := range m.Need(&l.ds, "texts").Map(&l.ds, "texts by key").All() {
		e := l.open(v, "translation_text", "a text, such as {of: 1a2b3c4d, text: …}")
		entry := &TranslatedText{
			Key:  at(k, k.Raw()),
			Of:   l.text(e.Need(&l.ds, "of"), "the first eight hex digits of the source text's SHA-256"),
			Text: l.text(e.Need(&l.ds, "text"), "the translated text"),
		}
		if entry.Of.Text != "" && !textHash.MatchString(entry.Of.Text) {
			e.Get("of").Fail(&l.ds, "the first eight hex digits of the source text's SHA-256, small letters", "expected a hash, not %q", entry.Of.Text)
			entry.Of = Source{}
		}
		t.Texts = append(t.Texts, entry)
	}
	l.in.Translations = append(l.in.Translations, t)
}
