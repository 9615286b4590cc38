//go:build !js

package questionnaire

import (
	"fmt"
	"slices"

	"cifra/questionnaire/expr"
)

// This file finds what a move would keep aside though nobody said so. It looks
// at every item that people answer, named in the file or not, as its rules, or
// its name, carry it over; what is told names the item, what of it has no place,
// and what to write.

// complete tells of everything that the file does not say and should.
func (b *migrationBinder) complete() {
	into := map[*variable]*variable{} // who fills a place
	for _, old := range b.from.Variables {
		if !said(old) {
			continue
		}
		it := b.said[old]
		if it == nil {
			it = b.implied(old)
		}
		if it == nil || it.wrong {
			continue
		}
		b.parts(old, it)
		for _, r := range it.rules {
			now := b.to.byName[r.To]
			if now == nil {
				continue
			}
			if other := into[now]; other != nil && other != old {
				told := it
				if it.at == nil && b.said[other] != nil {
					told = b.said[other]
				}
				b.lacks(told, "keep one of them aside", "%s would get the answers of %s and of %s", now.ID, other.ID, old.ID)
				continue
			}
			into[now] = old
			b.place(old, now, it)
		}
	}
	b.rows()
}

// implied is what becomes of an item that the file does not name, nil if that
// was told.
func (b *migrationBinder) implied(old *variable) *movingItem {
	it := &movingItem{}
	now := b.to.byName[old.ID]
	switch {
	case now == nil || !said(now):
		b.unsaid(old, "is not in "+b.f.To.Text)
		return nil
	case b.from.Levels[old.Level].Name != b.to.Levels[now.Level].Name || !sameType(old, now):
		b.unsaid(old, "is of another type in "+b.f.To.Text)
		return nil
	case old.list != nil:
		for _, c := range old.list.names.Codes {
			if now.list.names.Index(c) < 0 {
				b.unsaid(old, "has no option "+c+" in "+b.f.To.Text)
				it.wrong = true
			}
		}
	}
	it.rules = []Rule{{Item: old.ID, To: now.ID}}
	return it
}

// unsaid tells of an item that the file has to say something of.
func (b *migrationBinder) unsaid(v *variable, why string) {
	b.lacks(&movingItem{}, "under items, write "+v.ID+": aside, or where they go", "%s %s, and nothing is said of its answers", v.ID, why)
}

// lacks tells of something at the place of an item in the file, or where all
// items are.
func (b *migrationBinder) lacks(it *movingItem, hint, format string, a ...any) {
	d := expr.Diagnostic{Position: b.f.To.At, Message: fmt.Sprintf(format, a...), Hint: hint}
	switch {
	case it.at != nil:
		d.Position, d.End = it.at.At(), it.at.End()
	case b.f.items != nil:
		d.Position = b.f.items.At()
	}
	b.l.ds.Add(d)
}

// parts tells of options that no part of a split takes.
func (b *migrationBinder) parts(old *variable, it *movingItem) {
	if old.list == nil || len(it.rules) == 0 || it.rules[0].To == "" {
		return
	}
	for _, c := range old.list.names.Codes {
		taken := slices.ContainsFunc(it.rules, func(r Rule) bool {
			_, named := r.Codes[c]
			return named || r.Codes == nil
		})
		if !taken && !it.aside[c] {
			b.lacks(it, "name it under one of them, or write aside: ["+c+"]", "option %s of %s goes into none of its parts", c, old.ID)
		}
	}
}

// place tells of what an item's answers may be that now cannot hold.
func (b *migrationBinder) place(old, now *variable, it *movingItem) {
	for _, s := range old.Special {
		if kind := s.Missing.String(); now.special(s.Missing) == nil && !it.aside[kind] {
			b.lacks(it, fmt.Sprintf("under items, write %s: {to: %s, aside: [%s]}, or let %s have it", old.ID, now.ID, kind, now.ID),
				"%s cannot be answered %s in %s", now.ID, kind, b.f.To.Text)
		}
	}
	if old.Type.Scale > now.Type.Scale {
		b.lacks(it, "let it have as many, or keep the item aside", "%s has %d decimals in %s, and %s %d in %s",
			now.ID, now.Type.Scale, b.f.To.Text, old.ID, old.Type.Scale, b.f.From.Text)
	}
	if old.Class != now.Class && (old.Class == Sensitive || old.Class == Identifier) {
		b.lacks(it, fmt.Sprintf("give %s class: %s, or keep the item aside", now.ID, old.Class),
			"%s is %s, and %s in %s is %s: what was said under that promise would no longer be kept", old.ID, old.Class, now.ID, b.f.To.Text, now.Class)
	}
}

// rows warns of rows that the new version does not have: no rule can say where
// they would go.
func (b *migrationBinder) rows() {
	told := map[string]bool{}
	for _, l := range b.from.Levels {
		now := b.to.byLevel[l.Name]
		if l.List < 0 || now == nil || now.List < 0 {
			continue
		}
		for _, c := range b.from.Lists[l.List].names.Codes {
			if b.to.Lists[now.List].names.Index(c) < 0 && !told[c] {
				told[c] = true
				b.l.ds.Add(expr.Diagnostic{
					Position: b.f.To.At, End: b.f.To.At.Col + len(b.f.To.Text), Severity: expr.Warning,
					Message: fmt.Sprintf("%s, a row of %s, is not in %s: what is answered in its rows is kept aside", c, l.Name, b.f.To.Text),
				})
			}
		}
	}
}

// sameType reports whether an answer to one item can be one to the other.
func sameType(old, now *variable) bool {
	return old.Kind == now.Kind && old.Type.Kind == now.Type.Kind && old.Type.Form == now.Type.Form && old.Type.Money == now.Type.Money &&
		(old.list == nil) == (now.list == nil)
}

// typeWords says what an item is answered with.
func typeWords(v *variable) string {
	switch {
	case v.Kind == varConsent:
		return "a consent"
	case v.Kind == varGate:
		return "a privacy gate"
	case v.Type.Form != "":
		return "of type " + v.Type.Form
	case v.Type.Money:
		return "an amount of money"
	case v.list != nil && v.Type.Kind == expr.Set:
		return "several options"
	case v.list != nil:
		return "one option"
	}
	return "of type " + v.Type.Kind.String()
}
