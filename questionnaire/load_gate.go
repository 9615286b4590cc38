//go:build !js

package questionnaire

import "cifra/schemas/source"

// This file reads what guards sensitive answers: gates and releases.

// gateKeys are the words of a gate's outcomes, in the order of gateOutcomes.
var gateKeys = []string{"open", "postpone", "skip"}

// gate reads the rest of a privacy gate.
func (l *loader) gate(e *Element, m *source.Map) {
	m.Need(&l.ds, "text")
	for i, into := range []*Source{&e.Open, &e.Postpone, &e.Skip} {
		*into = l.text(m.Need(&l.ds, gateKeys[i]), "the words of this outcome")
	}
}

// releases reads what may be known of sensitive answers, by name.
func (l *loader) releases(n *source.Node) {
	for k, v := range n.Map(&l.ds, "releases by name").All() {
		m := l.open(v, "release", "a release, such as {what: any_crime, because: …}")
		l.in.Releases = append(l.in.Releases, &Release{
			Name:    l.name(k, "a release's name"),
			What:    l.name(m.Need(&l.ds, "what"), "the id of an item or a calculated value"),
			Because: l.text(m.Need(&l.ds, "because"), "the reason"),
		})
	}
}
