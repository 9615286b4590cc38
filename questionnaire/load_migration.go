//go:build !js

package questionnaire

import (
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file reads how interviews move from one version of an instrument to
// another. The rules:
//
//   - an item that has the same name and type goes over as it is, and need not
//     be named;
//   - one that is gone, or of another type, or has lost an option, a special
//     answer or decimals, must be named: nothing is kept aside that nobody
//     thought of;
//   - codes that a rule does not name go over under their names;
//   - a place takes the answers of one item, and nothing sensitive goes where it
//     would no longer be.

// A MigrationFile is what an author wrote of a move.
type MigrationFile struct {
	Name    Source
	From    Source // NAME@VERSION
	To      Source
	Because Source
	Rules   []Rule

	items *source.Node
}

// ReadMigration reads a file of a move, which file names in messages; nil if it
// cannot be read. What it says of items is read by Bind, which knows the versions.
func ReadMigration(file string, b []byte) (*MigrationFile, expr.Diagnostics) {
	l := &loader{}
	root, ds := source.Read(file, b)
	if l.ds = ds; root == nil {
		return nil, l.ds
	}
	m := l.open(root, "migration", "a migration")
	f := &MigrationFile{
		Name:    l.name(m.Need(&l.ds, "migrate"), "a name"),
		From:    l.text(m.Need(&l.ds, "from"), "NAME@VERSION of an instrument"),
		To:      l.text(m.Need(&l.ds, "to"), "NAME@VERSION of an instrument"),
		Because: l.text(m.Need(&l.ds, "because"), "the reason"),
		items:   m.Get("items"),
	}
	if f.Because.Text != "" && reason(f.Because.Text) != nil {
		m.Get("because").Fail(&l.ds, "", "a reason of %d characters at least", minReason)
	}
	return f, l.ds
}

// Bind reads what f says of items against the two versions and fills f.Rules.
// Among what it returns may be warnings alone: of rows that the new version does
// not have.
func (f *MigrationFile) Bind(from, to *Questionnaire) expr.Diagnostics {
	b := &migrationBinder{f: f, from: from, to: to, said: map[*variable]*movingItem{}}
	b.version(f.From, from)
	b.version(f.To, to)
	for k, v := range f.items.Map(&b.l.ds, "items by name").All() {
		old, ok := from.byName[k.Raw()]
		if !ok || !said(old) {
			k.Fail(&b.l.ds, source.DidYouMean(k.Raw(), answerable(from)), "there is no item %s in %s", k.Raw(), f.From.Text)
			continue
		}
		if b.said[old] != nil {
			k.Fail(&b.l.ds, "say it once", "%s is named twice, by its number and its label", old.ID)
			continue
		}
		b.said[old] = &movingItem{at: k, aside: map[string]bool{}}
		b.item(old, k, v)
	}
	b.complete()
	b.l.ds.Sort()
	return b.l.ds
}

// migrationBinder holds what Bind knows so far.
type migrationBinder struct {
	f        *MigrationFile
	from, to *Questionnaire
	said     map[*variable]*movingItem
	l        loader
}

// A movingItem is what the file says of one item.
type movingItem struct {
	at    *source.Node
	rules []Rule
	aside map[string]bool // options and special answers that are kept aside
	wrong bool            // told of already
}

func (b *migrationBinder) version(s Source, q *Questionnaire) {
	if want := q.Name + "@" + q.Version; s.Text != "" && s.Text != want {
		b.l.ds.Add(expr.Diagnostic{Position: s.At, End: s.At.Col + len(s.Text), Message: "this is " + want + ", not " + s.Text})
	}
}

// item reads the rule of one item: aside, {to, codes, aside} or {split, aside}.
func (b *migrationBinder) item(old *variable, key, n *source.Node) {
	it, before := b.said[old], len(b.l.ds)
	defer func() {
		it.wrong = len(b.l.ds) > before
		b.f.Rules = append(b.f.Rules, it.rules...)
	}()
	if n.Kind() == source.Scalar {
		if n.Word(&b.l.ds, "aside") != "" {
			it.rules = append(it.rules, Rule{Item: old.ID})
		}
		return
	}
	m := b.l.open(n, "migration_item", "where its answers go, such as {to: I1_20b}, or aside")
	for _, name := range b.l.names(m.Get("aside"), "an option or a special answer") {
		if kind, ok := expr.ParseMissing(name.Text); !(ok && old.special(kind) != nil) && (old.list == nil || old.list.names.Index(name.Text) < 0) {
			b.l.ds.Add(expr.Diagnostic{Position: name.At, End: name.At.Col + len(name.Text), Message: old.ID + " has no option " + name.Text})
		}
		it.aside[name.Text] = true
	}
	if s := m.Get("split"); s != nil {
		for _, key := range []string{"to", "codes"} {
			if m.Has(key) {
				m.Key(key).Fail(&b.l.ds, "write either split, or to and codes", "%s does not go with split", key)
			}
		}
		for k, v := range s.Map(&b.l.ds, "items with their codes, such as {I1_17: {firearm: firearm}}").All() {
			b.rule(old, k, k.Raw(), v, false)
		}
		return
	}
	to := old.ID
	at := key
	if t := m.Get("to"); t != nil {
		to, at = t.Text(&b.l.ds, "an item's name"), t
	}
	b.rule(old, at, to, m.Get("codes"), true)
}

// rule reads what goes from old to an item; with rest, codes that are not named
// go over under their names.
func (b *migrationBinder) rule(old *variable, at *source.Node, to string, codes *source.Node, rest bool) {
	now, ok := b.to.byName[to]
	switch {
	case !ok || !said(now):
		at.Fail(&b.l.ds, source.DidYouMean(to, answerable(b.to)), "there is no item %s in %s", to, b.f.To.Text)
		return
	case b.from.Levels[old.Level].Name != b.to.Levels[now.Level].Name:
		at.Fail(&b.l.ds, "keep it aside, or send it to an item of those rows", "%s is asked in rows of %s, %s in rows of %s",
			old.ID, b.from.Levels[old.Level].Name, to, b.to.Levels[now.Level].Name)
		return
	case !sameType(old, now):
		at.Fail(&b.l.ds, "send it to an item of its type, or keep it aside", "%s is %s, %s is %s", old.ID, typeWords(old), to, typeWords(now))
		return
	}
	r := Rule{Item: old.ID, To: now.ID}
	if codes != nil && old.list == nil {
		codes.Fail(&b.l.ds, "", "%s has no options to name", old.ID)
		return
	}
	if codes != nil {
		r.Codes = map[string]string{}
		for k, v := range codes.Map(&b.l.ds, "codes by the old name, such as {home: dwelling}").All() {
			name := v.Text(&b.l.ds, "the new name")
			if old.list.names.Index(k.Raw()) < 0 {
				k.Fail(&b.l.ds, source.DidYouMean(k.Raw(), old.list.names.Codes), "%s has no option %s", old.ID, k.Raw())
			}
			if name != "" && now.list.names.Index(name) < 0 {
				v.Fail(&b.l.ds, source.DidYouMean(name, now.list.names.Codes), "%s has no option %s", to, name)
			}
			if b.said[old].aside[k.Raw()] {
				k.Fail(&b.l.ds, "write it in one place", "%s is both kept aside and %s", k.Raw(), name)
			}
			r.Codes[k.Raw()] = name
		}
	}
	if rest && old.list != nil {
		aside := b.said[old].aside
		if r.Codes == nil && slices.ContainsFunc(old.list.names.Codes, func(c string) bool { return aside[c] }) {
			r.Codes = map[string]string{}
		}
		for _, c := range old.list.names.Codes {
			if _, said := r.Codes[c]; said || aside[c] {
				continue
			}
			if now.list.names.Index(c) < 0 {
				at.Fail(&b.l.ds, "under codes, say which one it is now; or write aside: ["+c+"]", "%s has no option %s in %s", to, c, b.f.To.Text)
			}
			if r.Codes != nil {
				r.Codes[c] = c
			}
		}
	}
	b.said[old].rules = append(b.said[old].rules, r)
}

// answerable lists the items that people answer, for suggestions.
func answerable(q *Questionnaire) (names []string) {
	for _, v := range q.Variables {
		if said(v) && !strings.Contains(v.ID, ".") {
			names = append(names, v.ID)
		}
	}
	slices.Sort(names)
	return names
}
