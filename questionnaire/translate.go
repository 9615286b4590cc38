//go:build !js

package questionnaire

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file carries texts to translators and back. The rules:
//
//   - a row is a text of the instrument with what is read before it, so that it
//     can be understood without the instrument;
//   - what comes back must name a text that is there, translate the words that
//     are there now, and have the same fills; if one row does not, nothing is
//     written, and all that is wrong is told;
//   - only entries that changed are written anew: comments, order and every
//     other byte of the file stay.

// The states of a text in a language.
const (
	TextMissing = "missing" // not translated
	TextStale   = "stale"   // translated from words that have changed since
	TextDone    = "done"
)

// A TranslationRow is a text on its way to a translator or back.
type TranslationRow struct {
	Key         string
	Where       string // file and line of the source
	Before      string // what is read before it
	Source      string
	Hash        string // of the source, see [TextHash]
	Status      string // missing, stale, done
	Translation string

	At       expr.Position // of the key of a row that came back,
	StatusAt expr.Position // of its status
	TextAt   expr.Position // and of its translation
}

// TranslationRows returns every text of in that has words, in the order of its
// files, with what stands for it in a language. Of an overlay it is the texts
// that the overlay brings; the others are its base's to translate.
func (in *Instrument) TranslationRows(language string) []TranslationRow {
	have := in.translated(language)
	var rows []TranslationRow
	for _, t := range in.Texts() {
		if !t.Translatable() || in.layer(t.Source.At.File) < len(in.Overlays) {
			continue
		}
		r := TranslationRow{Key: t.Key, Before: t.Before, Source: t.Source.Text, Hash: t.Hash(), Status: TextMissing}
		r.Where = fmt.Sprintf("%s:%d", t.Source.At.File, t.Source.At.Line)
		if x := have[t.Key]; x != nil {
			r.Translation, r.Status = x.Text.Text, TextDone
			if x.Of.Text != r.Hash {
				r.Status = TextStale
			}
		}
		rows = append(rows, r)
	}
	return rows
}

// Retranslate returns the translation file old of a language with what rows
// say, and how many entries that changes. A row without a translation says
// nothing; one whose translation is the old one says something only if it is
// marked as done. old may be nil: then a file is begun. On any mistake the
// result is nil.
func (in *Instrument) Retranslate(language, file string, old []byte, rows []TranslationRow) ([]byte, int, expr.Diagnostics) {
	now := map[string]TranslationRow{}
	var keys []string
	for _, r := range in.TranslationRows(language) {
		now[r.Key] = r
		keys = append(keys, r.Key)
	}
	var ds expr.Diagnostics
	first := map[string]int{}
	updates := map[string]TranslationRow{}
	for _, r := range rows {
		failAt := func(at expr.Position, hint, format string, a ...any) {
			if at.Line == 0 { // whoever made the rows knows their lines alone
				at = r.At
			}
			ds.Add(expr.Diagnostic{Position: at, Message: fmt.Sprintf(format, a...), Hint: hint})
		}
		fail := func(hint, format string, a ...any) { failAt(r.At, hint, format, a...) }
		t, known := now[r.Key]
		line, twice := first[r.Key]
		first[r.Key] = r.At.Line
		switch {
		case !known:
			fail(source.DidYouMean(r.Key, keys), "there is no text %s to translate", r.Key)
			continue
		case twice:
			fail("", "%s stands twice, first on line %d", r.Key, line)
			continue
		case !slices.Contains([]string{"", TextMissing, TextStale, TextDone}, r.Status):
			failAt(r.StatusAt, "use "+TextMissing+", "+TextStale+" or "+TextDone+", or leave it empty", "%q is no state of a translation", r.Status)
			continue
		case strings.TrimSpace(r.Translation) == "":
			continue
		case r.Hash != t.Hash:
			fail("export the texts again: its words are now "+strconv.Quote(t.Source), "%s was translated from words that have changed since", r.Key)
			continue
		}
		if why := source.Unwritable(r.Translation); why != "" {
			failAt(r.TextAt, "take it out of the cell", "the translation of %s cannot stand in a file: %s", r.Key, why)
			continue
		}
		if loose := looseBrace(r.Translation); loose != "" {
			failAt(r.TextAt, "write {name} for a fill, "+loose+loose+" for the sign itself", "the translation of %s has a %s without its other half", r.Key, loose)
			continue
		}
		if want, got := Fills(t.Source), Fills(r.Translation); !slices.Equal(want, got) {
			failAt(r.TextAt, "it has "+braced(want), "the translation of %s has the fills %s", r.Key, braced(got))
			continue
		}
		if r.Translation != t.Translation || t.Status == TextStale && r.Status == TextDone {
			updates[r.Key] = r
		}
	}
	if ds.Err() != nil {
		ds.Sort()
		return nil, 0, ds
	}
	if len(updates) == 0 {
		return old, 0, nil
	}
	if old == nil {
		old = []byte("language: " + language + "\ntexts:\n")
	}
	b, ds := replaceEntries(file, old, keys, updates)
	return b, len(updates), ds
}

// looseBrace returns a brace of a text that has no other half, "" if all have.
func looseBrace(text string) string {
	for _, f := range Fills(text) {
		if strings.HasPrefix(f, "{") || strings.HasPrefix(f, "}") {
			return f[:1]
		}
	}
	return ""
}

// braced lists fills as they are written.
func braced(fills []string) string {
	if len(fills) == 0 {
		return "none"
	}
	return "{" + strings.Join(fills, "}, {") + "}"
}

// emptyTexts is a mapping without entries, written in one line.
var emptyTexts = regexp.MustCompile(`(?m)^texts:[ \t]*\{[ \t]*\}[ \t]*$`)

// replaceEntries writes updates into a translation file: an entry that is there
// in its place, a new one after the entry that comes before it in keys.
func replaceEntries(file string, old []byte, keys []string, updates map[string]TranslationRow) ([]byte, expr.Diagnostics) {
	old = emptyTexts.ReplaceAll(old, []byte("texts:"))
	root, ds := source.Read(file, old)
	if root == nil || ds.Err() != nil {
		return nil, ds
	}
	crlf := bytes.Contains(old, []byte("\r\n"))
	lines := strings.SplitAfter(string(old), "\n")
	if n := len(lines); lines[n-1] == "" {
		lines = lines[:n-1]
	} else {
		lines[n-1] += "\n"
	}
	type span struct{ from, to int } // lines, from 0, to excluded
	spans := map[string]span{}
	texts := root.Entry("texts")
	end, indent := len(lines), "  "
	var order []string
	for k := range texts.Map(&ds, "texts by key").All() {
		at := k.At()
		if before := lines[at.Line-1][:at.Col-1]; strings.TrimSpace(before) != "" {
			return nil, expr.Diagnostics{{Position: at, Message: "this translation is written in one line and cannot be added to", Hint: "write each text on a line of its own"}}
		} else if len(order) == 0 {
			indent = before
		}
		order = append(order, k.Raw())
		spans[k.Raw()] = span{at.Line - 1, end}
		if len(order) > 1 {
			p := spans[order[len(order)-2]]
			spans[order[len(order)-2]] = span{p.from, at.Line - 1}
		}
	}
	for name, s := range spans { // comments and blank lines after an entry belong to the next
		for s.to > s.from+1 {
			line := strings.TrimSpace(lines[s.to-1])
			if line != "" && !strings.HasPrefix(line, "#") && strings.HasPrefix(lines[s.to-1], indent) {
				break
			}
			s.to--
		}
		spans[name] = s
	}
	write := func(key string) string {
		r := updates[key]
		return fmt.Sprintf("%s%s: {of: %s, text: %s}\n", indent, key, quoteHash(r.Hash), quoteText(r.Translation))
	}
	after := map[int][]string{} // new lines by the line that they follow
	at := textsLine(lines)
	for _, key := range keys {
		s, there := spans[key]
		_, update := updates[key]
		switch {
		case there && update:
			for i := s.from; i < s.to; i++ {
				lines[i] = ""
			}
			lines[s.from], at = write(key), s.to
		case there:
			at = s.to
		case update:
			after[at] = append(after[at], write(key))
		}
	}
	var out strings.Builder
	for i := range len(lines) + 1 {
		for _, l := range after[i] {
			out.WriteString(l)
		}
		if i < len(lines) {
			out.WriteString(lines[i])
		}
	}
	text := out.String()
	if crlf {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	}
	return []byte(text), nil
}

// textsLine is the line after the key under which texts stand.
func textsLine(lines []string) int {
	for i, l := range lines {
		if strings.HasPrefix(l, "texts:") {
			return i + 1
		}
	}
	return len(lines)
}

// quoteHash writes a hash so that YAML takes it for a text.
func quoteHash(h string) string {
	if regexp.MustCompile(`^[0-9]+(e[0-9]+)?$`).MatchString(h) {
		return `"` + h + `"`
	}
	return h
}

// quoteText writes a text as YAML's double-quoted scalar, in one line.
func quoteText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", "").Replace(s) + `"`
}
