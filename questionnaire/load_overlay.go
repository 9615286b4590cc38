//go:build !js

package questionnaire

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file reads an overlay: what a country or a city changes of an
// instrument, in a file of its own. The rules:
//
//   - everything is changed by its name, and each change has a reason: its own,
//     or the overlay's;
//   - what it changes is put into the files of the instrument before they are
//     read (overlay_patch.go), so whatever may be written in an instrument may
//     be changed, in the same words, and a mistake is told in the overlay's file;
//   - an added option has a code of the overlay's range and names the option of
//     the instrument that it stands for in the instrument's own conditions;
//   - a name that nothing has, and a change that changes nothing, are told.

// Files are a directory and what messages call it.
type Files struct {
	FS    fs.FS
	Shown string // before the names of files; "" for none
}

// maxOverlays bounds overlays of overlays.
const maxOverlays = 8

// LoadOverlay reads the overlay in a file, and the instrument that it is of as
// it then is. base says where the instrument named NAME@VERSION lies: its
// directory, or the file of another overlay; its error says why there is none.
// A built Instrument records the overlays in it, see [Overlay].
//
// The Instrument is nil as for [LoadInstrument], and if the overlay or what it
// is of cannot be found.
func LoadOverlay(files Files, file string, base func(of string) (Files, string, error)) (*Instrument, expr.Diagnostics) {
	l := &loader{in: &Instrument{}}
	chain, at, dir := l.chain(files, file, base)
	if chain == nil {
		l.ds.Sort()
		return nil, l.ds
	}
	l.layers(at, dir, chain)
	l.ds.Sort()
	return l.in, l.ds
}

// LoadCore reads what the overlay in a file is of at last, as if nothing was
// changed of it: what it has to be compared with.
func LoadCore(files Files, file string, base func(of string) (Files, string, error)) (*Instrument, expr.Diagnostics) {
	l := &loader{in: &Instrument{}}
	chain, at, dir := l.chain(files, file, base)
	if chain == nil {
		return nil, l.ds
	}
	l.ds = nil // what is wrong with the overlays is told by LoadOverlay
	l.layers(at, dir, nil)
	l.ds.Sort()
	return l.in, l.ds
}

// chain reads an overlay and the overlays that it is of, the innermost first,
// and finds the directory of the instrument below them; it is nil if that
// cannot be done.
func (l *loader) chain(files Files, file string, base func(of string) (Files, string, error)) (chain []*patch, at Files, dir string) {
	for {
		p := l.overlay(files, file)
		if p == nil || p.over.Of.Text == "" {
			return nil, files, ""
		}
		chain = append(chain, p)
		of, name, err := base(p.over.Of.Text)
		switch {
		case err != nil:
			p.of.Fail(&l.ds, "", "%v", err)
			return nil, files, ""
		case len(chain) == maxOverlays:
			p.of.Fail(&l.ds, "", "this is the %dth overlay of an overlay", maxOverlays)
			return nil, files, ""
		case strings.HasSuffix(name, ".yaml"):
			files, file = of, name
			continue
		}
		slices.Reverse(chain)
		return chain, of, name
	}
}

// layers reads the instrument in dir as chain changes it.
func (l *loader) layers(files Files, dir string, chain []*patch) {
	l.fsys, l.shown, l.dir, l.patches = files.FS, files.Shown, dir, chain
	l.read = map[string]bool{mainFile: true}
	root := l.file(mainFile, nil)
	if root == nil {
		l.in = nil
		return
	}
	l.instrument(root)
	for i, p := range chain {
		l.checkOf(p)
		l.fsys, l.shown, l.dir, l.patches = p.files.FS, p.files.Shown, path.Dir(p.file), chain[i+1:]
		l.read = map[string]bool{}
		l.lists(p.ownLists())
		base := l.in.Translations
		l.in.Translations = nil
		l.unread = append(l.unread, l.include(p.include, l.moduleFile)...)
		l.include(p.translations, l.translation)
		l.in.Translations = retranslated(base, l.in.Translations)
		for name := range l.read {
			p.over.Files = append(p.over.Files, l.called(name))
		}
		slices.Sort(p.over.Files)
		l.in.Overlays = append(l.in.Overlays, p.over)
		l.in.Name, l.in.Version = p.over.Name, p.over.Version
		p.finish(&l.ds, l.in)
		l.stranded(p)
	}
	if len(l.unread) > 0 {
		l.in = nil
	}
}

// stranded reads what p adds beside an element that is not there: for the
// mistakes of what is added, which do not hang on where it goes.
func (l *loader) stranded(p *patch) {
	for _, a := range p.adds {
		if a.found {
			continue
		}
		mod := &Module{Name: at(a.anchor, a.anchor.Raw()), Level: at(a.anchor, a.anchor.Raw()), astray: true}
		mod.Name.Text += " in " + p.file // no module can be called so
		for _, n := range a.items {
			if e := l.element(n, false); e != nil {
				mod.Elements = append(mod.Elements, e)
			}
		}
		l.in.Modules = append(l.in.Modules, mod)
	}
}

// checkOf refuses another version of the instrument than the overlay was
// written for: what it changes may have changed.
func (l *loader) checkOf(p *patch) {
	name, version, ok := strings.Cut(p.over.Of.Text, "@")
	switch {
	case !ok:
		p.of.Fail(&l.ds, "write of: "+l.in.Name.Text+"@"+l.in.Version.Text, "it is not said of which version")
	case name != l.in.Name.Text:
		p.of.Fail(&l.ds, "", "this is %s, not %s", l.in.Name.Text, name)
	case version != l.in.Version.Text:
		p.of.Fail(&l.ds, "compare them with cifra diff, then write of: "+name+"@"+l.in.Version.Text, "%s is version %s here", name, l.in.Version.Text)
	}
}

// retranslated returns base with the texts that an overlay translates anew.
func retranslated(base, own []*Translation) []*Translation {
	for _, t := range own {
		i := slices.IndexFunc(base, func(b *Translation) bool { return b.Language.Text == t.Language.Text })
		if i < 0 {
			base = append(base, t)
			continue
		}
		merged := *base[i]
		merged.File = t.File // what is absent is the overlay's to translate
		merged.Texts = slices.DeleteFunc(slices.Clone(merged.Texts), func(x *TranslatedText) bool {
			return slices.ContainsFunc(t.Texts, func(n *TranslatedText) bool { return n.Key.Text == x.Key.Text })
		})
		merged.Texts = append(merged.Texts, t.Texts...)
		base[i] = &merged
	}
	return base
}

// overlay reads the file of an overlay, nil if it cannot be read.
func (l *loader) overlay(files Files, file string) *patch {
	l.fsys, l.shown, l.dir, l.patches = files.FS, files.Shown, ".", nil
	root := l.file(file, nil)
	if root == nil {
		return nil
	}
	m := l.open(root, "overlay", "an overlay")
	p := &patch{files: files, file: file, of: m.Need(&l.ds, "of"), include: m.Get("include"), translations: m.Get("translations"), lists: m}
	p.over = &Overlay{
		Name:    l.name(m.Need(&l.ds, "overlay"), "the overlay's name"),
		Version: l.text(m.Need(&l.ds, "version"), "a version, such as 2026.1"),
		Of:      l.text(p.of, "NAME@VERSION of an instrument"),
		Because: l.text(m.Need(&l.ds, "because"), "the reason"),
		Files:   []string{l.called(file)},
	}
	p.codeRange(l, m.Get("range"))
	for k, v := range m.Get("change").Map(&l.ds, "changes by name, such as I1_5.when: …").All() {
		value, why := l.reasoned(v, p.over)
		if value.Empty() {
			k.Fail(&l.ds, "to take it away, name it under drop", "%s has no new value", k.Raw())
			continue
		}
		p.edit(l, k, Changed, value, why)
	}
	p.drops(l, m.Get("drop"))
	for _, c := range m.Get("add").List(&l.ds, "a list, such as - {after: I1_20, items: […]}") {
		p.additions(l, c)
	}
	for _, section := range []string{"codes", "catalogues"} {
		for k, v := range m.Get(section).Map(&l.ds, "lists by name").All() {
			p.list(l, section, k, v)
		}
	}
	for k, v := range m.Get("texts").Map(&l.ds, "texts by key, such as I1_20: …").All() {
		value, why := l.reasoned(v, p.over)
		if t := l.text(value, "a text"); t.Text != "" {
			p.over.Words = append(p.over.Words, &Words{at(k, k.Raw()), t, why})
		}
	}
	return p
}

// reasoned takes apart {to: VALUE, because: REASON}; any other value has the
// overlay's reason.
func (l *loader) reasoned(v *source.Node, o *Overlay) (*source.Node, string) {
	if v.Entry("to") == nil {
		return v, o.Because.Text
	}
	m := l.open(v, "overlay_change", "the new value and its reason")
	why := l.text(m.Get("because"), "a reason").Text
	if why == "" {
		why = o.Because.Text
	}
	return m.Get("to"), why
}

// codeRange reads the codes that the overlay may give.
func (p *patch) codeRange(l *loader, n *source.Node) {
	if n == nil {
		return
	}
	m := l.open(n, "overlay_range", "the codes that are the overlay's, such as {from: 31, to: 49}")
	p.lowest = m.Need(&l.ds, "from").Int(&l.ds, "a code", 0, 1_000_000)
	p.highest = m.Need(&l.ds, "to").Int(&l.ds, "a code", 0, 1_000_000)
	if p.highest < p.lowest {
		m.Get("to").Fail(&l.ds, "", "the range ends before it begins")
	}
}

// drops reads what is taken away: names, or names with reasons.
func (p *patch) drops(l *loader, n *source.Node) {
	if n.Kind() == source.Mapping {
		for k, v := range n.Map(&l.ds, "").All() {
			p.edit(l, k, Dropped, nil, l.text(v, "a reason").Text)
		}
		return
	}
	for _, k := range n.List(&l.ds, "names with reasons, such as {I1_8: not asked here}") {
		if k.Text(&l.ds, "a name") != "" {
			p.edit(l, k, Dropped, nil, p.over.Because.Text)
		}
	}
}

// edit adds a change of what key names.
func (p *patch) edit(l *loader, key *source.Node, kind ChangeKind, value *source.Node, why string) {
	e := &edit{kind: kind, key: key, value: value}
	offset := 0
	for _, part := range strings.Split(key.Raw(), ".") {
		if part == "" {
			key.Fail(&l.ds, "NAME.KEY, such as I1_5.when", "%q is no name of something that can be changed", key.Raw())
			return
		}
		e.parts = append(e.parts, key.Part(part, offset))
		offset += len(part) + 1
	}
	if kind == Changed && len(e.parts) == 1 {
		key.Fail(&l.ds, "name what of it, such as "+key.Raw()+".text or "+key.Raw()+".when", "%s as a whole cannot be changed", key.Raw())
		return
	}
	p.edits = append(p.edits, e)
	e.change = p.record(kind, at(key, key.Raw()), why)
}

// record keeps what was done, for whoever compares.
func (p *patch) record(kind ChangeKind, address Source, why string) *Change {
	c := &Change{Kind: kind, Address: address, Because: why}
	p.over.Changes = append(p.over.Changes, c)
	return c
}

// additions reads elements that are put after or before another.
func (p *patch) additions(l *loader, n *source.Node) {
	m := l.open(n, "overlay_add", "elements and their place, such as {after: I1_20, items: […]}")
	a := &addition{anchor: m.Get("after")}
	if b := m.Get("before"); b != nil {
		if a.anchor != nil {
			b.Fail(&l.ds, "", "it cannot stand both after %s and before %s", a.anchor.Raw(), b.Raw())
		}
		a.anchor, a.before = b, true
	}
	if a.anchor == nil {
		n.Fail(&l.ds, "after: NAME or before: NAME", "it is not said where these stand")
		return
	}
	a.anchor.Text(&l.ds, "an element's name")
	why := l.text(m.Get("because"), "a reason").Text
	if why == "" {
		why = p.over.Because.Text
	}
	for _, c := range m.Need(&l.ds, "items").List(&l.ds, "a list of elements, one after - each") {
		a.items = append(a.items, c)
		if name := elementName(c); name != nil {
			p.record(Added, at(name, name.Raw()), why)
		}
	}
	p.adds = append(p.adds, a)
}

// list reads what happens to the options of a list, or a list of the overlay's
// own, which is left for the loader of lists.
func (p *patch) list(l *loader, section string, key, n *source.Node) {
	if n.Kind() == source.Sequence || n.Entry("rows") != nil {
		p.owned = append(p.owned, key.Raw())
		return
	}
	m := l.open(n, "overlay_codes", "options to drop and add, or a list of its own")
	why := l.text(m.Get("because"), "a reason").Text
	if why == "" {
		why = p.over.Because.Text
	}
	o := &optionEdit{section: section, list: key}
	if d := m.Get("drop"); d.Kind() == source.Mapping {
		for k, v := range d.Map(&l.ds, "").All() {
			o.drop = append(o.drop, k)
			p.record(OptionDropped, at(k, k.Raw()).worded(key.Raw()+"."+k.Raw()), l.text(v, "a reason").Text)
		}
	} else {
		for _, c := range d.List(&l.ds, "names of options") {
			o.drop = append(o.drop, c)
			p.record(OptionDropped, at(c, c.Raw()).worded(key.Raw()+"."+c.Raw()), why)
		}
	}
	for _, c := range m.Get("add").List(&l.ds, "a list of options, such as - {code: 31, name: serenazgo, text: Serenazgo, maps: police}") {
		if c.Kind() != source.Mapping {
			c.Map(&l.ds, "an option, such as {code: 31, name: serenazgo, text: Serenazgo, maps: police}")
			continue
		}
		p.option(l, o, c)
		name := c.Entry("name")
		p.record(OptionAdded, at(name, name.Raw()).worded(key.Raw()+"."+name.Raw()), why)
	}
	p.options = append(p.options, o)
}

// option reads an added option: what the loader of lists does not look at.
func (p *patch) option(l *loader, o *optionEdit, n *source.Node) {
	added := &addedOption{node: n.Without("maps").Without("after"), maps: n.Entry("maps"), after: n.Entry("after"), name: n.Entry("name")}
	if added.maps == nil {
		n.Fail(&l.ds, "maps: the option of the core that this is one of", "maps is missing: conditions of the core must see one of its own codes")
	} else {
		l.name(added.maps, "an option's name")
	}
	code := n.Entry("code")
	v, err := strconv.Atoi(code.Raw())
	switch {
	case code == nil: // said by the loader of lists
	case p.highest == 0:
		code.Fail(&l.ds, "write range: {from: …, to: …} in the overlay, above the codes of the core", "this overlay has no range of codes to add from")
	case err != nil || v < p.lowest || v > p.highest:
		code.Fail(&l.ds, "", "code %s is not of this overlay's range, %d to %d", code.Raw(), p.lowest, p.highest)
	}
	o.add = append(o.add, added)
}

// elementName returns where an element's name is written, nil if n is none.
func elementName(n *source.Node) *source.Node {
	for _, e := range elementKeys {
		if v := n.Entry(e.key); v != nil && v.Kind() == source.Scalar {
			return v
		}
	}
	return nil
}

// ownLists returns the lists that the overlay has for itself.
func (p *patch) ownLists() *source.Map {
	var ds expr.Diagnostics // said when the overlay was read
	n := p.lists.Node().Rewrite(func(n *source.Node) *source.Node {
		for _, section := range []string{"codes", "catalogues"} {
			s := p.lists.Get(section)
			if n != s || s == nil {
				continue
			}
			for k := range s.Map(&ds, "").All() {
				if !slices.Contains(p.owned, k.Raw()) {
					n = n.Without(k.Raw())
				}
			}
		}
		return n
	})
	return n.Map(&ds, "")
}

// String is how lists of overlays name one.
func (o *Overlay) String() string {
	return fmt.Sprintf("%s %s of %s", o.Name.Text, o.Version.Text, o.Of.Text)
}
