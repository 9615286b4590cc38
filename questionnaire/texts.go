//go:build !js

package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file numbers the texts and splits them into words and fills. A text has
// one number in all languages. The source language stands in the instrument;
// the others in files of their own, by key, each with the hash of the source
// that was translated, so a source that changed since is noticed.

// textSource is a text as authors wrote it, in every language.
type textSource struct {
	key    string
	source Source
	scope  scope
	made   func(language string) Source // worded by the engine instead
}

// text gives a text its number, -1 if it was not written. Its fills mean what
// names mean at level.
func (c *compiler) text(key string, src Source, level int) int {
	if w, ok := c.in.worded(key); ok {
		c.replaced[key] = src
		src = w
	}
	if src.Text == "" {
		return -1
	}
	if key != "" {
		if _, twice := c.keys[key]; !twice {
			c.keys[key] = len(c.texts)
		}
	}
	c.texts = append(c.texts, textSource{key: key, source: src, scope: c.at(level)})
	return len(c.texts) - 1
}

// generated gives a number to a text that the engine words in each language.
func (c *compiler) generated(s scope, made func(language string) Source) int {
	c.texts = append(c.texts, textSource{scope: s, made: made})
	return len(c.texts) - 1
}

// sourceOf returns what stands under key in a language, the source language's
// text if it was not translated.
func (c *compiler) sourceOf(key, language string) Source {
	for _, t := range c.in.Translations {
		if t.Language.Text != language {
			continue
		}
		for _, x := range t.Texts {
			if x.Key.Text == key {
				return x.Text
			}
		}
	}
	if i, ok := c.keys[key]; ok {
		return c.texts[i].source
	}
	return Source{Text: key}
}

// TextHash is what a translation names its source by: the first eight hex
// digits of the SHA-256 of the source text.
func TextHash(source string) string {
	sum := sha256.Sum256([]byte(source))
	return hex.EncodeToString(sum[:4])
}

// translate splits every text of every language into its parts, and reports
// what is missing or stale.
func (c *compiler) translate() {
	for _, l := range c.q.Languages {
		c.q.Texts[l] = make([]text, len(c.texts))
	}
	for i, t := range c.texts {
		for _, l := range c.q.Languages {
			switch {
			case t.made != nil:
				c.q.Texts[l][i] = c.split(t.made(l), t.scope)
			case l == c.q.Language:
				c.q.Texts[l][i] = c.split(t.source, t.scope)
			case t.key == "":
				c.q.Texts[l][i] = c.q.Texts[c.q.Language][i]
			}
		}
	}
	for _, l := range c.in.Languages {
		if l.Text != c.q.Language && !slices.ContainsFunc(c.in.Translations, func(t *Translation) bool { return t.Language.Text == l.Text }) {
			c.report(l, expr.Warning, "write texts/"+l.Text+".yaml and name it under translations", "there is no translation to %s: its questions would be read in %s", l.Text, c.q.Language)
		}
	}
	for _, t := range c.in.Translations {
		c.translation(t)
	}
}

// translation takes one language's texts.
func (c *compiler) translation(t *Translation) {
	if !slices.Contains(c.q.Languages, t.Language.Text) || t.Language.Text == c.q.Language {
		c.errorf(t.Language, "name it under languages in the instrument", "%q is not a language that this instrument is translated to", t.Language.Text)
		return
	}
	texts, given := c.q.Texts[t.Language.Text], map[string]bool{}
	for _, x := range t.Texts {
		i, ok := c.keys[x.Key.Text]
		switch {
		case !ok && c.in.layer(x.Key.At.File) < len(c.in.Overlays):
			continue // of what an overlay dropped
		case !ok:
			c.errorf(x.Key, suggestion(x.Key.Text, mapNames(c.keys)), "there is no text %s to translate", x.Key.Text)
			continue
		case given[x.Key.Text]:
			c.errorf(x.Key, "", "%s is translated twice", x.Key.Text)
		}
		given[x.Key.Text] = true
		want, src := TextHash(c.texts[i].source.Text), c.texts[i].source
		switch {
		case x.Of.Text == want:
		case c.in.layer(src.At.File) > c.in.layer(x.Key.At.File):
			c.report(src, expr.Warning, "write it in a translation of the overlay, of: "+want, "%s has new words here, and the %s of the old", x.Key.Text, t.Language.Text)
		default:
			c.report(x.Of, expr.Warning, "after reading both, write of: "+want, "translation of %s is stale: the source text has changed", x.Key.Text)
		}
		texts[i] = c.split(x.Text, c.texts[i].scope)
	}
	var absent []string
	for _, key := range mapNames(c.keys) {
		if !given[key] && needsWords(c.texts[c.keys[key]].source.Text) {
			absent = append(absent, key)
		}
	}
	if len(absent) > 0 {
		some := strings.Join(absent[:min(len(absent), 8)], ", ")
		if len(absent) > 8 {
			some += ", …"
		}
		c.report(Source{At: expr.Position{File: t.File, Line: 1, Col: 1}}, expr.Warning, "",
			"%d texts are not translated to %s: %s", len(absent), t.Language.Text, some)
	}
}

// needsWords says whether a text has anything outside its fills to translate.
func needsWords(s string) bool {
	depth := 0
	for _, r := range s {
		switch {
		case r == '{':
			depth++
		case r == '}':
			depth--
		case depth == 0 && strings.ContainsRune("0123456789 .,:;-–—()$%", r):
		case depth == 0:
			return true
		}
	}
	return false
}

// split cuts a text at its fills and compiles them. A brace that is meant to be
// read stands twice.
func (c *compiler) split(src Source, s scope) text {
	out := text{}
	literal := func(t string) {
		if t == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Fill == nil {
			out[n-1].Literal += t
			return
		}
		out = append(out, segment{Literal: t})
	}
	rest := src
	for {
		i := strings.IndexAny(rest.Text, "{}")
		if i < 0 {
			literal(rest.Text)
			return out
		}
		literal(rest.Text[:i])
		rest = rest.part(i, len(rest.Text))
		if len(rest.Text) > 1 && rest.Text[1] == rest.Text[0] {
			literal(rest.Text[:1])
			rest = rest.part(2, len(rest.Text))
			continue
		}
		end := closing(rest.Text)
		if rest.Text[0] == '}' || end < 0 {
			c.errorf(rest.part(0, 1), "write {expression}, or the brace twice if it is to be read", "this brace has no other half")
			literal(rest.Text)
			return out
		}
		if seg, ok := c.fill(rest.part(1, end), s); ok {
			out = append(out, seg)
		}
		rest = rest.part(end+1, len(rest.Text))
	}
}

// closing returns where the brace that opens s closes, -1 if nowhere.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// fill compiles what stands between braces. NAME.text is the words of a code,
// which is also what NAME prints as.
func (c *compiler) fill(src Source, s scope) (segment, bool) {
	if base, ok := strings.CutSuffix(strings.TrimSpace(src.Text), ".text"); ok {
		if v, known := s.variable(base); known && c.q.Variables[v].Type.List >= 0 {
			src.Text = base
		}
	}
	if name, ok := strings.CutSuffix(strings.TrimSpace(src.Text), ".text"); ok {
		if hint := c.wordsOfRow(name, s); hint != "" {
			c.errorf(src, hint, "%s", expr.NotHere(name+".text"))
			return segment{}, false
		}
	}
	s.words = true
	e := c.check(src, s, expr.Want{})
	if e == nil {
		return segment{}, false
	}
	if k := e.Type().Kind; k == expr.Bool || k == expr.Real {
		c.errorf(src, "numbers, texts, dates and codes can be read aloud", "a value of kind %s has no words", k)
		return segment{}, false
	}
	seg := segment{Fill: e, Money: c.isMoney(src.Text)}
	if l := e.Type().List; l != nil {
		i := c.listNumber(l)
		if i < 0 {
			c.errorf(src, "write it as a value with an id, and read that aloud", "the classes of cut have no words here")
			return segment{}, false
		}
		seg.List = 1 + i
	}
	return seg, true
}

// wordsOfRow says by which name the words of a row are read aloud, where an
// author has asked for them by the name of its level; "" where nobody has. The
// level is a kind of row, its row of a list is called row, or by the singular of
// a catalogue: crime.
func (c *compiler) wordsOfRow(name string, s scope) string {
	l, is := c.levels[name]
	if _, taken := s.variable(name); !is || taken {
		return ""
	}
	for _, k := range slices.SortedFunc(maps.Keys(c.local), func(a, b [2]any) int { return strings.Compare(a[1].(string), b[1].(string)) }) {
		if k[0] == l && s.bound(l) {
			return fmt.Sprintf("a level has no words; those of its row are {%s.text}", k[1])
		}
	}
	return "a level has no words; name an item of its rows"
}
