//go:build !js

package prove

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// operators are the mistakes that mutants have. An order of the list decides
// nothing but which seed makes which mutant.
var operators = []operator{
	// conditions and calculated values
	{"condition inverted", changed([]string{"when"}, func(e string) []string { return []string{"not (" + e + ")"} })},
	{"condition dropped", dropped("when", nil)},
	{"part of an expression dropped", expressions(halves)},
	{"and for or", expressions(swaps(` and `, ` or `))},
	{"comparison changed", expressions(swaps(` = `, ` != `, ` is not in `, ` is in `, ` is not `, ` is `, ` < `, ` <= `, ` > `, ` >= `))},
	{"constant changed", expressions(constants)},
	{"option swapped in an expression", swappedOptions},
	{"item swapped in an expression", swappedItems},
	{"forward reference", forward},
	{"cycle", cycles},

	// options
	{"wrong code", wrongCodes},
	{"codes of two options swapped", neighbours("code")},
	{"words of two options swapped", neighbours("text")},
	{"option dropped", droppedOptions},
	{"dead option", deadOptions},
	{"hidden option shown", droppedEntries("hide")},
	{"offer dropped", dropped("offer", nil)},
	{"mark of an option dropped", droppedMarks},
	{"attribute of an entry changed", changedAttributes},

	// items
	{"item dropped", droppedElements},
	{"item moved behind the next", moved},
	{"missing text", dropped("text", nil)},
	{"missing translation", droppedTranslations},
	{"text changed, translation not", changedTexts},
	{"special answer dropped", droppedSpecial},
	{"force dropped", droppedEntries("force")},
	{"forced to another option", forcedElsewhere},
	{"type changed", changedTypes},

	// bounds
	{"bound changed", changedNumbers("min", "max")},
	{"cap changed", changedNumbers("up_to", "at_least", "at_most")},
	{"bound dropped", droppedBounds},

	// checks
	{"check dropped", droppedEntries("checks")},
	{"check weakened", weakened},
	{"check inverted", changed([]string{"hard", "soft", "info"}, func(e string) []string { return []string{"not surely(" + e + ")"} })},

	// the interview as a whole
	{"universe of a screen or draw changed", universes},
	{"choice of incidents changed", words("which", "latest", "all", "most_serious", "random")},
	{"other disposition", changedNumbers("disposition")},
	{"module not needed to be complete", droppedComplete},
	{"gate dropped", droppedGates},
	{"data class dropped", dropped("class", nil)},
}

// nameOf names an element, option or list for people.
func nameOf(m *yaml.Node) string {
	for _, key := range []string{"id", "roster", "screen", "grid", "say", "end", "consent", "select", "gate", "block", "module", "name", "option"} {
		if s := text(m, key); s != "" {
			return s
		}
	}
	return "line " + strconv.Itoa(m.Line)
}

// expressionKeys are the keys whose values are expressions.
var expressionKeys = []string{"when", "value", "hard", "soft", "info", "max", "min", "offer"}

// changed makes sites of what f makes of the expressions at some keys.
func changed(keys []string, f func(e string) []string) func(*tree) []site {
	return func(tr *tree) (sites []site) {
		tr.mappings(func(file string, m *yaml.Node) {
			for _, key := range keys {
				e := text(m, key)
				if _, err := strconv.Atoi(e); e == "" || err == nil {
					continue
				}
				for _, to := range f(e) {
					sites = append(sites, site{file + " " + nameOf(m), func() { put(m, key, to) }})
				}
			}
		})
		return sites
	}
}

// expressions is changed for every expression.
func expressions(f func(e string) []string) func(*tree) []site { return changed(expressionKeys, f) }

// halves returns what is left when one side of an and, an or is taken away,
// where it is at the top.
func halves(e string) (out []string) {
	if strings.HasPrefix(e, "if ") {
		return nil
	}
	depth := 0
	for i, c := range e {
		switch c {
		case '(', '{':
			depth++
		case ')', '}':
			depth--
		}
		for _, op := range []string{" and ", " or "} {
			if depth == 0 && strings.HasPrefix(e[i:], op) {
				out = append(out, e[:i], e[i+len(op):])
			}
		}
	}
	return out
}

// swaps returns what comes of replacing one of two words by the other, once.
// Longer words stand before those they hold.
func swaps(pairs ...string) func(string) []string {
	return func(e string) (out []string) {
		taken := make([]bool, len(e))
		for i := 0; i < len(pairs); i++ {
			to := pairs[i^1]
			for at := 0; ; {
				j := strings.Index(e[at:], pairs[i])
				if j < 0 {
					break
				}
				at += j
				if !taken[at+1] {
					out = append(out, e[:at]+to+e[at+len(pairs[i]):])
					for k := at + 1; k < at+len(pairs[i])-1; k++ {
						taken[k] = true
					}
				}
				at += len(pairs[i]) - 1
			}
		}
		return out
	}
}

var number = regexp.MustCompile(`\b[0-9]+\b`)

// constants returns e with each number one more or less.
func constants(e string) (out []string) {
	for _, at := range number.FindAllStringIndex(e, -1) {
		n, err := strconv.Atoi(e[at[0]:at[1]])
		if err != nil || at[0] > 0 && (e[at[0]-1] == '_' || e[at[0]-1] == '.') {
			continue
		}
		for _, to := range []int{n - 1, n + 1} {
			if to >= 0 {
				out = append(out, e[:at[0]]+strconv.Itoa(to)+e[at[1]:])
			}
		}
	}
	return out
}

// A list of options by name.
type options map[string][]*yaml.Node

// lists returns the lists and catalogues of the files by name, and the names in
// order.
func (tr *tree) lists() (options, []string) {
	lists, names := options{}, []string{}
	for _, file := range tr.names {
		root := tr.files[file].Content[0]
		for _, section := range []string{"codes", "catalogues"} {
			s := entry(root, section)
			if s == nil {
				continue
			}
			for i := 0; i+1 < len(s.Content); i += 2 {
				rows := s.Content[i+1]
				if r := entry(rows, "rows"); r != nil {
					rows = r
				}
				lists[s.Content[i].Value], names = rows.Content, append(names, s.Content[i].Value)
			}
		}
	}
	return lists, names
}

// listOf returns what stands behind "one of" or "several of".
func listOf(typ string) string {
	for _, before := range []string{"one of ", "several of "} {
		if l, ok := strings.CutPrefix(typ, before); ok {
			return l
		}
	}
	return ""
}

// items returns the items in the order of the files: those included first are
// asked first.
func (tr *tree) items() (items []*yaml.Node) {
	tr.mappings(func(_ string, m *yaml.Node) {
		if text(m, "id") != "" && text(m, "type") != "" {
			items = append(items, m)
		}
	})
	return items
}

var word = regexp.MustCompile(`\b[A-Za-z_][A-Za-z0-9_]*\b`)

// swappedOptions puts another option of its list for one in an expression.
func swappedOptions(tr *tree) []site {
	lists, _ := tr.lists()
	byItem := map[string]string{"crime": "crimes"}
	tr.mappings(func(_ string, m *yaml.Node) {
		if l := listOf(text(m, "type")); l != "" {
			byItem[text(m, "id")] = l
		}
	})
	return expressions(func(e string) (out []string) {
		at := word.FindAllStringIndex(e, -1)
		for i, w := range at {
			for j := i - 1; ; j-- { // its list is that of the nearest item before it, or else behind it
				k := j
				if j < 0 {
					k = i - j
				}
				if k >= len(at) {
					break
				}
				l := lists[byItem[e[at[k][0]:at[k][1]]]]
				if l == nil {
					continue
				}
				n := slices.IndexFunc(l, func(o *yaml.Node) bool { return text(o, "name") == e[w[0]:w[1]] })
				if n >= 0 {
					out = append(out, e[:w[0]]+text(l[(n+1)%len(l)], "name")+e[w[1]:])
				}
				break
			}
		}
		return out
	})(tr)
}

// swappedItems puts another item of the same type and file for one in an
// expression.
func swappedItems(tr *tree) (sites []site) {
	type named struct{ file, id, typ string }
	var all []named
	tr.mappings(func(file string, m *yaml.Node) {
		if text(m, "id") != "" && text(m, "type") != "" {
			all = append(all, named{file, text(m, "id"), text(m, "type")})
		}
	})
	return expressions(func(e string) (out []string) {
		for _, w := range word.FindAllStringIndex(e, -1) {
			for i, x := range all {
				if x.id != e[w[0]:w[1]] {
					continue
				}
				for j, y := range all {
					if y.id != x.id && y.file == x.file && y.typ == x.typ && (j == i-1 || j == i+1 || j == i-2 || j == i+2) {
						out = append(out, e[:w[0]]+y.id+e[w[1]:])
					}
				}
			}
		}
		return out
	})(tr)
}

// elementLists calls visit with the entries of every items.
func (tr *tree) elementLists(visit func(file string, list *yaml.Node)) {
	tr.mappings(func(file string, m *yaml.Node) {
		if l := entry(m, "items"); l != nil && l.Kind == yaml.SequenceNode {
			visit(file, l)
		}
	})
}

// forward lets a condition read what is asked after it.
func forward(tr *tree) (sites []site) {
	tr.elementLists(func(file string, list *yaml.Node) {
		for i, e := range list.Content {
			for _, later := range list.Content[i+1:] {
				if id := text(later, "id"); id != "" && text(later, "type") != "" && text(e, "id") != "" && text(e, "type") != "" {
					when := "not answered(" + id + ")"
					if w := text(e, "when"); w != "" {
						when = "(" + w + ") and " + when
					}
					sites = append(sites, site{file + " " + nameOf(e), func() { put(e, "when", when) }})
					break
				}
			}
		}
	})
	return sites
}

// cycles let an item depend on one that depends on it.
func cycles(tr *tree) (sites []site) {
	tr.elementLists(func(file string, list *yaml.Node) {
		for _, a := range list.Content {
			for _, b := range list.Content {
				id := text(a, "id")
				if id == "" || text(b, "id") == "" || a == b || !slices.Contains(word.FindAllString(text(b, "when"), -1), id) {
					continue
				}
				when := "answered(" + text(b, "id") + ")"
				if w := text(a, "when"); w != "" {
					when = "(" + w + ") or " + when
				}
				sites = append(sites, site{file + " " + id, func() { put(a, "when", when) }})
			}
		}
	})
	return sites
}

// eachOption calls visit with each option and its list.
func (tr *tree) eachOption(visit func(list string, all []*yaml.Node, i int)) {
	lists, names := tr.lists()
	for _, name := range names {
		for i := range lists[name] {
			visit(name, lists[name], i)
		}
	}
}

// wrongCodes give an option a number that no other has.
func wrongCodes(tr *tree) (sites []site) {
	tr.eachOption(func(list string, all []*yaml.Node, i int) {
		code := entry(all[i], "code")
		n, err := strconv.Atoi(code.Value)
		if err != nil {
			return
		}
		for n++; slices.ContainsFunc(all, func(o *yaml.Node) bool { return text(o, "code") == fmt.Sprintf("%0*d", len(code.Value), n) }); {
			n++
		}
		sites = append(sites, site{list + " " + nameOf(all[i]), func() { code.Value = fmt.Sprintf("%0*d", len(code.Value), n) }})
	})
	return sites
}

// neighbours exchange what two options that stand together have at a key.
func neighbours(key string) func(*tree) []site {
	return func(tr *tree) (sites []site) {
		tr.eachOption(func(list string, all []*yaml.Node, i int) {
			if i > 0 {
				a, b := entry(all[i-1], key), entry(all[i], key)
				sites = append(sites, site{list + " " + nameOf(all[i]), func() { a.Value, b.Value = b.Value, a.Value }})
			}
		})
		return sites
	}
}

func droppedOptions(tr *tree) (sites []site) {
	tr.mappings(func(file string, m *yaml.Node) {
		for _, section := range []string{"codes", "catalogues"} {
			s := entry(m, section)
			if s == nil || s.Kind != yaml.MappingNode {
				continue
			}
			for i := 1; i < len(s.Content); i += 2 {
				rows := s.Content[i]
				if r := entry(rows, "rows"); r != nil {
					rows = r
				}
				for k, o := range rows.Content {
					sites = append(sites, site{file + " " + nameOf(o), func() { rows.Content = slices.Delete(slices.Clone(rows.Content), k, k+1) }})
				}
			}
		}
	})
	return sites
}

// deadOptions hide an option always.
func deadOptions(tr *tree) (sites []site) {
	lists, _ := tr.lists()
	for _, m := range tr.items() {
		for _, o := range lists[listOf(text(m, "type"))] {
			name := text(o, "name")
			sites = append(sites, site{nameOf(m) + " " + name, func() {
				h := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
				put(h, "option", name)
				put(h, "when", "1 = 1")
				if l := entry(m, "hide"); l != nil {
					l.Content = append(l.Content, h)
					return
				}
				m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: "hide"},
					&yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: []*yaml.Node{h}})
			}})
		}
	}
	return sites
}

// droppedMarks take what is special of an option.
func droppedMarks(tr *tree) (sites []site) {
	tr.eachOption(func(list string, all []*yaml.Node, i int) {
		for _, key := range []string{"specify", "exclusive", "class"} {
			if text(all[i], key) != "" {
				sites = append(sites, site{list + " " + nameOf(all[i]) + " " + key, func() { drop(all[i], key) }})
			}
		}
	})
	return sites
}

// changedAttributes give an entry of a catalogue the attribute of another.
func changedAttributes(tr *tree) (sites []site) {
	tr.eachOption(func(list string, all []*yaml.Node, i int) {
		for _, key := range []string{"level", "iccs", "state"} {
			was := text(all[i], key)
			for j := range all {
				if to := text(all[(i+j)%len(all)], key); was != "" && to != was {
					sites = append(sites, site{list + " " + nameOf(all[i]) + " " + key, func() { put(all[i], key, to) }})
					break
				}
			}
		}
	})
	return sites
}

// dropped takes a key away where it is not the only thing that f minds.
func dropped(key string, f func(m *yaml.Node) bool) func(*tree) []site {
	return func(tr *tree) (sites []site) {
		tr.mappings(func(file string, m *yaml.Node) {
			if text(m, key) != "" && (f == nil || f(m)) {
				if key == "when" && (entry(m, "option") != nil || entry(m, "to") != nil) {
					return // of a hide or a force it is all there is
				}
				sites = append(sites, site{file + " " + nameOf(m), func() { drop(m, key) }})
			}
		})
		return sites
	}
}

// droppedEntries takes entries out of the lists at a key.
func droppedEntries(key string) func(*tree) []site {
	return func(tr *tree) (sites []site) {
		tr.mappings(func(file string, m *yaml.Node) {
			l := entry(m, key)
			if l == nil || l.Kind != yaml.SequenceNode {
				return
			}
			for i := range l.Content {
				sites = append(sites, site{file + " " + nameOf(m), func() {
					if len(l.Content) == 1 {
						drop(m, key)
					} else {
						l.Content = slices.Delete(slices.Clone(l.Content), i, i+1)
					}
				}})
			}
		})
		return sites
	}
}

func droppedElements(tr *tree) (sites []site) {
	tr.elementLists(func(file string, list *yaml.Node) {
		for i, e := range list.Content {
			sites = append(sites, site{file + " " + nameOf(e), func() { list.Content = slices.Delete(slices.Clone(list.Content), i, i+1) }})
		}
	})
	return sites
}

func moved(tr *tree) (sites []site) {
	tr.elementLists(func(file string, list *yaml.Node) {
		for i := range list.Content[1:] {
			sites = append(sites, site{file + " " + nameOf(list.Content[i]), func() {
				list.Content[i], list.Content[i+1] = list.Content[i+1], list.Content[i]
			}})
		}
	})
	return sites
}

func droppedGates(tr *tree) (sites []site) {
	tr.elementLists(func(file string, list *yaml.Node) {
		for i, e := range list.Content {
			if text(e, "gate") != "" || text(e, "consent") != "" || text(e, "end") != "" {
				sites = append(sites, site{file + " " + nameOf(e), func() { list.Content = slices.Delete(slices.Clone(list.Content), i, i+1) }})
			}
		}
	})
	return sites
}

func droppedTranslations(tr *tree) (sites []site) {
	for _, file := range tr.names {
		texts := entry(tr.files[file].Content[0], "texts")
		if texts == nil {
			continue
		}
		for i := 0; i+1 < len(texts.Content); i += 2 {
			key := texts.Content[i].Value
			sites = append(sites, site{file + " " + key, func() { drop(texts, key) }})
		}
	}
	return sites
}

// changedTexts take the last word or the first fill out of a text.
func changedTexts(tr *tree) (sites []site) {
	fill := regexp.MustCompile(`\{[^{}]*\}`)
	tr.mappings(func(file string, m *yaml.Node) {
		for _, key := range []string{"text", "say", "heading"} {
			was := text(m, key)
			to := fill.ReplaceAllString(was, "")
			if to == was {
				to = was[:max(strings.LastIndexByte(was, ' '), 0)]
			}
			if strings.TrimSpace(to) != "" && to != was && strings.Contains(was, " ") {
				sites = append(sites, site{file + " " + nameOf(m) + " " + key, func() { put(m, key, to) }})
			}
		}
	})
	return sites
}

func droppedSpecial(tr *tree) (sites []site) {
	for _, m := range tr.items() {
		if l := entry(m, "special"); l != nil {
			for i := range l.Content {
				sites = append(sites, site{nameOf(m), func() {
					if len(l.Content) == 1 {
						drop(m, "special")
					} else {
						l.Content = slices.Delete(slices.Clone(l.Content), i, i+1)
					}
				}})
			}
		}
	}
	return sites
}

func forcedElsewhere(tr *tree) (sites []site) {
	lists, _ := tr.lists()
	for _, m := range tr.items() {
		if l := entry(m, "force"); l != nil {
			for _, f := range l.Content {
				for _, o := range lists[listOf(text(m, "type"))] {
					if name := text(o, "name"); name != text(f, "to") {
						sites = append(sites, site{nameOf(m), func() { put(f, "to", name) }})
					}
				}
			}
		}
	}
	return sites
}

func changedTypes(tr *tree) (sites []site) {
	for _, m := range tr.items() {
		typ := entry(m, "type")
		for _, p := range [][2]string{{"one of ", "several of "}, {"several of ", "one of "}, {"integer", "decimal(2)"}} {
			if rest, ok := strings.CutPrefix(typ.Value, p[0]); ok {
				sites = append(sites, site{nameOf(m), func() { typ.Value = p[1] + rest }})
			}
		}
	}
	return sites
}

// changedNumbers makes numbers at keys one more or less.
func changedNumbers(keys ...string) func(*tree) []site {
	return func(tr *tree) (sites []site) {
		tr.mappings(func(file string, m *yaml.Node) {
			for _, key := range keys {
				v := entry(m, key)
				if v == nil {
					continue
				}
				n, err := strconv.Atoi(v.Value)
				if err != nil {
					continue
				}
				for _, to := range []int{n - 1, n + 1} {
					sites = append(sites, site{file + " " + nameOf(m) + " " + key, func() { v.Value = strconv.Itoa(to) }})
				}
			}
		})
		return sites
	}
}

func droppedBounds(tr *tree) (sites []site) {
	tr.mappings(func(file string, m *yaml.Node) {
		for _, key := range []string{"min", "max", "at_least", "at_most", "up_to"} {
			if text(m, key) != "" {
				sites = append(sites, site{file + " " + nameOf(m) + " " + key, func() { drop(m, key) }})
			}
		}
	})
	return sites
}

// weakened makes a hard check soft and a soft one a mere remark.
func weakened(tr *tree) (sites []site) {
	tr.mappings(func(file string, m *yaml.Node) {
		for from, to := range map[string]string{"hard": "soft", "soft": "info"} {
			if text(m, from) != "" && text(m, "say") != "" {
				sites = append(sites, site{file + " " + text(m, from), func() { rename(m, from, to) }})
			}
		}
	})
	return sites
}

// universes change over which entries a screen goes, or from whom a draw is.
func universes(tr *tree) (sites []site) {
	tr.mappings(func(file string, m *yaml.Node) {
		for _, key := range []string{"over", "from"} {
			v := entry(m, key)
			if v == nil || !strings.Contains(v.Value, " where ") {
				continue
			}
			head, where, _ := strings.Cut(v.Value, " where ")
			for _, to := range []string{head, head + " where not (" + where + ")"} {
				sites = append(sites, site{file + " " + nameOf(m), func() { v.Value = to }})
			}
		}
	})
	return sites
}

// words put another of some words at a key.
func words(key string, all ...string) func(*tree) []site {
	return func(tr *tree) (sites []site) {
		tr.mappings(func(file string, m *yaml.Node) {
			for _, to := range all {
				if was := text(m, key); was != "" && was != to {
					sites = append(sites, site{file + " " + nameOf(m), func() { put(m, key, to) }})
				}
			}
		})
		return sites
	}
}

func droppedComplete(tr *tree) (sites []site) {
	root := tr.files["instrument.yaml"].Content[0]
	for _, key := range []string{"complete", "partial"} {
		l := entry(root, key)
		for i, m := range l.Content {
			sites = append(sites, site{key + " " + m.Value, func() { l.Content = slices.Delete(slices.Clone(l.Content), i, i+1) }})
		}
	}
	return sites
}
