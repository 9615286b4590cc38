//go:build !js

package questionnaire

import (
	"slices"

	"cifra/schemas/source"
)

// lists reads the choice lists, catalogues and tables of a file.
func (l *loader) lists(m *source.Map) {
	for k, v := range m.Get("codes").Map(&l.ds, "lists by name").All() {
		list := &ChoiceList{Name: l.name(k, "a list's name")}
		for _, c := range v.List(&l.ds, "a list of options, such as - {code: 1, name: yes, text: Sí}") {
			list.Choices = append(list.Choices, l.choice(c, nil))
		}
		l.addList(k, list)
	}
	for k, v := range m.Get("catalogues").Map(&l.ds, "catalogues by name").All() {
		l.addList(k, l.catalogue(k, v))
	}
	l.tables(m.Get("tables"))
}

func (l *loader) addList(key *source.Node, list *ChoiceList) {
	if len(list.Choices) == 0 {
		key.Fail(&l.ds, "", "list %s has no options", key.Raw())
	}
	l.in.Lists = append(l.in.Lists, list)
}

// catalogue reads a list whose rows have attributes.
func (l *loader) catalogue(key, n *source.Node) *ChoiceList {
	list := &ChoiceList{Name: l.name(key, "a catalogue's name")}
	m := l.open(n, "catalogue", "a catalogue: its attributes and rows")
	for k, v := range m.Get("attributes").Map(&l.ds, "attributes by name").All() {
		if slices.Contains(keysOf["choice"], k.Raw()) {
			k.Fail(&l.ds, "", "an attribute cannot be called %s: every row has that", k.Raw())
			continue
		}
		list.Attributes = append(list.Attributes, &Attribute{
			Name: l.name(k, "an attribute's name"),
			Type: l.text(v, "a type: text, integer or one of LIST"),
		})
	}
	for _, c := range m.Need(&l.ds, "rows").List(&l.ds, "a list of rows, one after - each") {
		list.Choices = append(list.Choices, l.choice(c, list.Attributes))
	}
	return list
}

// choice reads one option, with its attributes if it is a catalogue's row. An
// attribute may be left out.
func (l *loader) choice(n *source.Node, attributes []*Attribute) *Choice {
	keys := slices.Clone(keysOf["choice"])
	for _, a := range attributes {
		keys = append(keys, a.Name.Text)
	}
	m := n.Map(&l.ds, "an option, such as {code: 1, name: yes, text: Sí}", keys...)
	c := &Choice{
		Code:      l.text(m.Need(&l.ds, "code"), "a code"),
		Name:      l.name(m.Need(&l.ds, "name"), "an option's name"),
		Text:      l.text(m.Need(&l.ds, "text"), "the words of the option"),
		Specify:   m.Get("specify").Word(&l.ds, "text") == "text",
		Exclusive: m.Get("exclusive").Bool(&l.ds),
		Class:     l.class(m.Get("class")),
	}
	for _, a := range attributes {
		if v := m.Get(a.Name.Text); v != nil {
			if c.Values == nil {
				c.Values = map[string]Source{}
			}
			c.Values[a.Name.Text] = l.text(v, a.Type.Text)
		}
	}
	return c
}
