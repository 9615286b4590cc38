package collector

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	q "cifra/questionnaire"
)

// This file gives a place that the sample names by its code the words that the
// instrument's table has for it. The rules:
//
//   - tablets start interviews and hold no table when they do, so the entry is
//     complete before it leaves the office: what is read of a place travels with it;
//   - a code that the table has not is told when the instrument is published or
//     the sample imported; where the table is not at hand the code goes alone,
//     which says where the place lies and has no words.

// placePrefix begins the type of a parameter that is a place: "place of states".
const placePrefix = "place of "

// hasPlaces says whether a parameter is a place.
func (p *Published) hasPlaces() bool {
	return slices.ContainsFunc(p.Parameters, func(x Parameter) bool { return strings.HasPrefix(x.Type, placePrefix) })
}

// findPlaces makes p look its places up. ir is the compiled form, table fetches
// the content of a table; both are left alone if no parameter is a place.
func (p *Published) findPlaces(ir []byte, table func(q.Hash) ([]byte, error)) error {
	for _, parameter := range p.Parameters {
		of, place := strings.CutPrefix(parameter.Type, placePrefix)
		if !place {
			continue
		}
		name, _, _ := strings.Cut(of, " ") // "places to municipality"
		loaded, err := q.Load(ir)
		if err != nil {
			return fmt.Errorf("places of parameter %s: %w", parameter.Name, err)
		}
		for _, f := range loaded.TableFiles() {
			if f.Name != name || p.places[name] != nil {
				continue
			}
			if f.Content, err = table(f.Hash); err != nil {
				continue // without words
			}
			if p.places == nil {
				p.places = map[string]func(string) (q.Entry, bool){}
			}
			p.places[name] = f.Index()
		}
	}
	return nil
}

// worded returns a value of the parameter with the words of the place that it
// is, false if its table has no such place.
func (p *Published) worded(parameter Parameter, value json.RawMessage) (json.RawMessage, bool) {
	of, place := strings.CutPrefix(parameter.Type, placePrefix)
	name, _, _ := strings.Cut(of, " ")
	find := p.places[name]
	if !place || find == nil {
		return value, true
	}
	v, err := q.DecodeValue(value)
	told, ok := v.(q.Entry)
	if err != nil || !ok {
		return value, false
	}
	e, ok := find(told.Code)
	if !ok {
		return value, false
	}
	return q.EncodeValue(e), true
}
