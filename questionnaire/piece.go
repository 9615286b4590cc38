//go:build !js

package questionnaire

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
)

// This file takes an instrument apart into things with names, so that two can
// be laid side by side. The rules:
//
//   - a piece is what has a name of its own: an item, an element, an option of a
//     list, a module, a parameter; what it says is its clauses;
//   - words are not among its clauses: they are compared by the keys of texts,
//     in every language;
//   - a clause is whatever key an author wrote under it, found by reflection, so
//     what the language learns is compared without a line here.

// A piece is a named piece of an instrument.
type piece struct {
	kind    string // item, element, module, option, list, parameter, period, level, special, table, instrument
	name    string
	at      expr.Position
	clauses []clause
	within  string // module, for what stands in one
	label   string
	text    string // the words that it is known by, to notice that it was renamed
}

// A clause is what an author wrote under a key of a piece.
type clause struct {
	name, value string
	at          expr.Position
}

// value returns a field's value, "" if it was not written.
func (p *piece) value(name string) string {
	for _, f := range p.clauses {
		if f.name == name {
			return f.value
		}
	}
	return ""
}

// spoken are the clauses that hold words, of every type of piece.
var spoken = []string{"text", "instruction", "card", "title", "public_title", "heading", "zero", "unit", "say", "add", "done", "given", "refused"}

// pieces takes in apart, in the order of its files.
func (in *Instrument) pieces() []*piece {
	root := &piece{kind: "instrument", name: "instrument", at: in.Name.At}
	list := []*piece{root}
	v := reflect.ValueOf(in).Elem()
	for i := range v.NumField() {
		name := keyOf(v.Type().Field(i).Name)
		switch name {
		case "name", "version", "modules", "lists", "translations", "overlays":
			continue
		}
		f := v.Field(i)
		if f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Pointer && f.Type().Elem().Elem().Kind() == reflect.Struct {
			kind := strings.TrimSuffix(name, "s")
			for k := range f.Len() {
				list = append(list, named(kind, f.Index(k).Elem(), k))
			}
			continue
		}
		root.take(name, f)
	}
	for _, l := range in.Lists {
		list = append(list, named("list", reflect.ValueOf(l).Elem(), 0))
		for _, c := range l.Choices {
			p := named("option", reflect.ValueOf(c).Elem(), 0)
			p.name, p.text = l.Name.Text+"."+c.Name.Text, c.Text.Text
			list = append(list, p)
		}
	}
	for _, m := range in.Modules {
		list = append(list, named("module", reflect.ValueOf(m).Elem(), 0))
		inside := elementPieces(m.Elements)
		for _, p := range inside {
			p.within = m.Name.Text
		}
		list = append(list, inside...)
	}
	return list
}

// elementPieces takes elements apart: an item that stands in another element is a
// piece of its own.
func elementPieces(elements []*Element) (list []*piece) {
	for _, e := range elements {
		p := named("element", reflect.ValueOf(e).Elem(), 0)
		p.text = e.Text.Text
		if e.Kind == ElementItem {
			p = itemPiece(e.Item)
		}
		list = append(list, p)
		if e.Kind != ElementItem {
			items := itemsIn(reflect.ValueOf(e).Elem())
			for i, it := range items {
				if slices.Contains(items[:i], it) {
					continue // a grid's question stands under two keys
				}
				list = append(list, itemPiece(it))
			}
		}
		list = append(list, elementPieces(e.Elements)...)
	}
	return list
}

// itemsIn returns the items that stand in v under a key of their own, such as
// the questions of a screener, however deep: an element asks more than one where
// it has several such keys.
func itemsIn(v reflect.Value) (items []*Item) {
	for i := range v.NumField() {
		f := v.Field(i)
		switch {
		case !v.Type().Field(i).IsExported() || f.Kind() != reflect.Pointer || f.IsNil() || f.Elem().Kind() != reflect.Struct:
		case f.Type() == reflect.TypeFor[*Item]():
			items = append(items, f.Interface().(*Item))
		default:
			items = append(items, itemsIn(f.Elem())...)
		}
	}
	return items
}

func itemPiece(it *Item) *piece {
	p := named("item", reflect.ValueOf(it).Elem(), 0)
	p.text, p.label = it.Text.Text, it.Label.Text
	return p
}

// named makes a piece of a struct that has a Name or an ID; one that has neither
// is known by its place.
func named(kind string, v reflect.Value, place int) *piece {
	p := &piece{kind: kind, name: number(place + 1)}
	for _, key := range []string{"Name", "ID"} {
		if f := v.FieldByName(key); f.IsValid() && f.Type() == reflect.TypeFor[Source]() && f.FieldByName("Text").String() != "" {
			p.name = f.FieldByName("Text").String()
			p.at = f.FieldByName("At").Interface().(expr.Position)
		}
	}
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			p.take(keyOf(v.Type().Field(i).Name), v.Field(i))
		}
	}
	return p
}

// take adds what stands in v as clauses under name.
func (p *piece) take(name string, v reflect.Value) {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if slices.Contains(spoken, last) || last == "id" && p.kind != "item" || last == "name" {
		return
	}
	switch {
	case v.Type() == reflect.TypeFor[expr.Position]():
	case v.Type() == reflect.TypeFor[Source]():
		s := v.Interface().(Source)
		if s.Text != "" {
			p.clauses = append(p.clauses, clause{name, s.Text, s.At})
		}
	case v.Type() == reflect.TypeFor[[]*Element](), v.Type() == reflect.TypeFor[[]*Choice]():
	case v.Type() == reflect.TypeFor[[]TableRow]():
		if v.Len() > 0 {
			sum := sha256.Sum256(fmt.Append(nil, plain(v)))
			p.clauses = append(p.clauses, clause{name, fmt.Sprintf("%d, %s", v.Len(), hex.EncodeToString(sum[:4])), p.at})
		}
	case v.Type() == reflect.TypeFor[*Item]():
		if it := v.Interface().(*Item); it != nil {
			p.clauses = append(p.clauses, clause{name, it.ID.Text, it.ID.At})
		}
	case v.Type() == reflect.TypeFor[[]*Check]():
		for i, c := range v.Interface().([]*Check) {
			id := c.ID.Text
			if id == "" {
				id = number(i + 1)
			}
			p.clauses = append(p.clauses, clause{name + "." + id, c.Severity.String() + " " + c.Holds.Text, c.Holds.At})
		}
	case v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() == reflect.Struct:
		p.inner(name, v.Elem())
	case v.Kind() == reflect.Struct:
		p.inner(name, v)
	default:
		if s := plain(v); s != "" && !v.IsZero() {
			p.clauses = append(p.clauses, clause{name, s, p.at})
		}
	}
}

func (p *piece) inner(name string, v reflect.Value) {
	for i := range v.NumField() {
		if v.Type().Field(i).IsExported() {
			p.take(name+"."+keyOf(v.Type().Field(i).Name), v.Field(i))
		}
	}
}

// plain writes what an author wrote in v on one line, places and words left out.
func plain(v reflect.Value) string {
	switch {
	case v.Type() == reflect.TypeFor[expr.Position]():
		return ""
	case v.Type() == reflect.TypeFor[Source]():
		return v.Interface().(Source).Text
	}
	var list []string
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return ""
		}
		return plain(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, plain(v.Index(i)))
		}
		return strings.Join(list, ", ")
	case reflect.Map:
		for _, k := range v.MapKeys() {
			list = append(list, fmt.Sprint(k)+": "+plain(v.MapIndex(k)))
		}
		slices.Sort(list)
		return strings.Join(list, ", ")
	case reflect.Struct:
		for i := range v.NumField() {
			name := keyOf(v.Type().Field(i).Name)
			if s := ""; v.Type().Field(i).IsExported() && !slices.Contains(spoken, name) {
				if s = plain(v.Field(i)); s != "" && !v.Field(i).IsZero() {
					list = append(list, name+" "+s)
				}
			}
		}
		return strings.Join(list, ", ")
	case reflect.Bool:
		return fmt.Sprint(v.Bool())
	}
	return fmt.Sprint(v.Interface())
}

// keyOf is how authors write what is called name here: UpTo is up_to.
func keyOf(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' && name[i-1] >= 'a' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
