//go:build !js

package questionnaire

import (
	"strings"
	"testing"
)

// What is said of a question that is not asked is what keeps it from being
// asked. Each case names a cause that was once told as another: that the
// interview had ended before.
func TestScenarioSaysWhyNotAsked(t *testing.T) {
	q := changedDir(t, "testdata/gate", "home.yaml", `skip: "No"}`, `skip: "No", when: H1 is yes}
  - {end: leave, when: number > 9, text: Adiós., disposition: 212}`)
	head := "scenario: s\ninstrument: gate\ngiven: {number: 1}\ninterview:\n"
	for steps, why := range map[string]string{
		"- H1: no\n- expect: {asked: H2}":                           "it is sensitive, and gate gate before it is not asked: it is asked when H1 is yes",
		"- H1: yes\n- expect: {asked: H2}":                          "it is sensitive, and gate gate before it has no outcome yet; a step gate: open gives it one",
		"- H1: yes\n- gate: postponed\n- expect: {asked: H2}":       "it is sensitive, and gate gate before it is postponed",
		"- H1: yes\n- gate: skipped\n- H2: yes":                     "it is sensitive, and gate gate before it is skipped",
		"- H1: yes\n- gate: open\n- H2: yes\n- expect: {asked: H3}": "",
	} {
		said := ""
		for _, d := range runScenario(t, q, "s.yaml", head+steps+"\n", nil) {
			said += d.Hint
		}
		if said != why {
			t.Errorf("%s\nsays %q, want %q", steps, said, why)
		}
	}
	ended := strings.Replace(head, "number: 1", "number: 10", 1) + "- H1: yes\n- expect: {asked: H3}\n"
	if ds := runScenario(t, q, "s.yaml", ended, nil); len(ds) != 1 || ds[0].Hint != "the interview has ended before, at leave" {
		t.Errorf("after an end: %v", ds)
	}
}

// What is no question is done by a step of its own kind, which is named.
func TestScenarioSaysTheStep(t *testing.T) {
	head := "scenario: s\ninstrument: gate\ngiven: {number: 1}\ninterview:\n"
	for step, want := range map[string]string{
		"- gate: given":              "expected one of open, postponed, skipped",
		"- number: 3":                "write given: {number: …} above the interview",
		"- {H1: yes, agreed: given}": "write consent: given, or consent: refused",
		"- {H1: yes, leave: yes}":    "it follows from its condition; expect: {final: …} says how the interview must end",
		"- {H1: yes, private: open}": "write gate: open, gate: postponed or gate: skipped",
	} {
		q := changedDir(t, "testdata/gate", "home.yaml", `skip: "No"}`, `skip: "No"}
  - {gate: private, text: ¿A solas?, open: Sí, postpone: Después, skip: "No"}
  - {consent: agreed, text: ¿Acepta?, given: Sí, refused: "No", disposition: 211}
  - {end: leave, when: number > 9, text: Adiós., disposition: 212}`)
		if ds := runScenario(t, q, "s.yaml", head+step+"\n", nil); len(ds) != 1 || !strings.Contains(ds[0].Message+" "+ds[0].Hint, want) {
			t.Errorf("%s: %v\nwant %s", step, ds, want)
		}
	}
}
