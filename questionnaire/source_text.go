//go:build !js

package questionnaire

import (
	"slices"
	"strings"
)

// This file lists what there is to translate. The keys are those of the
// compiler, which gives them as it declares; here it only declares.

// A SourceText is what one key says in the language of the instrument.
type SourceText struct {
	Key    string
	Source Source
	Before string // what is read before it, for whoever has to understand it alone
}

// Hash is what a translation of t names it by, see [TextHash].
func (t SourceText) Hash() string { return TextHash(t.Source.Text) }

// Translatable says whether t has words, and not only fills and numbers.
func (t SourceText) Translatable() bool { return needsWords(t.Source.Text) }

// Fills returns what stands between braces in a text, sorted: a translation has
// the same, in any order.
func Fills(text string) []string {
	var fills []string
	for rest := text; ; {
		i := strings.IndexAny(rest, "{}")
		switch {
		case i < 0:
			slices.Sort(fills)
			return fills
		case i+1 < len(rest) && rest[i+1] == rest[i]:
			rest = rest[i+2:]
			continue
		}
		end := closing(rest[i:])
		if rest[i] == '}' || end < 0 {
			fills = append(fills, rest[i:]) // a brace without its other half is like no other
			slices.Sort(fills)
			return fills
		}
		fills = append(fills, strings.TrimSpace(rest[i+1:i+end]))
		rest = rest[i+end+1:]
	}
}

// Texts returns the texts of in, in the order of its files.
func (in *Instrument) Texts() []SourceText {
	c := newCompiler(in)
	c.declare()
	list := make([]SourceText, 0, len(c.keys))
	before := ""
	for i, t := range c.texts {
		if t.key == "" || c.keys[t.key] != i {
			continue
		}
		list = append(list, SourceText{t.key, t.source, before})
		if !strings.HasPrefix(t.key, "codes.") {
			before = t.source.Text
		}
	}
	return list
}

// translated returns a language's texts by key.
func (in *Instrument) translated(language string) map[string]*TranslatedText {
	m := map[string]*TranslatedText{}
	for _, t := range in.Translations {
		if t.Language.Text != language {
			continue
		}
		for _, x := range t.Texts {
			m[x.Key.Text] = x
		}
	}
	return m
}
