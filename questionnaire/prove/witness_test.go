//go:build !js

package prove

import (
	"strings"
	"testing"

	"cifra/questionnaire"
)

// TestWitnessesAreScenarios: every witness of an instrument with photos,
// recordings, points, places and places given by the sample, and of one with
// screeners, passes as a scenario of its own. It turns red if a kind of answer
// or of act is written as nothing, or if what a walk attaches is not what its
// scenario has.
func TestWitnessesAreScenarios(t *testing.T) {
	for name, q := range map[string]*questionnaire.Questionnaire{
		"types": instrument(t, "../testdata/types"), "screens": instrument(t, "../testdata/screens"), "house": instrument(t, "../testdata/house"),
		"attached": compiled(t, []byte(`module: demo
level: household
title: Demo
items:
  - {id: pic, text: Foto, type: photo, class: ordinary, optional: true}
  - {id: told, text: Voz, type: audio, class: ordinary, optional: true}
  - {id: seen, text: ¿Hay foto?, type: one of places, when: answered(pic) and answered(told)}
  - {id: small, text: ¿Es chica?, type: one of places, when: pic.size < 100, force: [{when: told.size < 100, to: home}]}
`)),
	} {
		t.Run(name, func(t *testing.T) {
			r := Questionnaire(q, Options{Seed: 1, Burden: 1})
			if len(r.Witnesses) < 3 || r.Failure != "" {
				t.Fatalf("%d witnesses, failure %q", len(r.Witnesses), r.Failure)
			}
			for _, w := range r.Witnesses {
				src := w.Scenario(q)
				s, ds := questionnaire.ReadScenario(w.Name, src)
				if ds.Err() == nil {
					ds = s.Run(q, nil)
				}
				if len(ds) > 0 {
					t.Fatalf("witness of %s: %v\n%s", w.Name, ds, src)
				}
			}
		})
	}
}

// TestAWitnessExpectsItsOption: the scenario of an option expects the answer
// that has it. It turns red if it expects only that the question is asked, which
// holds whatever is answered.
func TestAWitnessExpectsItsOption(t *testing.T) {
	q := compiled(t, []byte("module: demo\nlevel: household\ntitle: Demo\nitems:\n  - {id: m, text: ¿Dónde?, type: one of places}\n"))
	for _, w := range Questionnaire(q, Options{Seed: 1, Burden: 1}).Witnesses {
		src := string(w.Scenario(q))
		option, of := strings.CutPrefix(w.Name, "m: ")
		if of && !strings.Contains(src, `value: {"m": `+option+"}") || !of && !strings.Contains(src, `asked: "m"`) {
			t.Errorf("witness of %s:\n%s", w.Name, src)
		}
	}
}

// TestAnAnswerMayOpenAScreenBefore: where an answer opens a question that stands
// before it, both are met: the walk goes back, answers, and sees the answer
// passed. It turns red if a screen is looked at only when a walk comes from it.
func TestAnAnswerMayOpenAScreenBefore(t *testing.T) {
	q := compiled(t, []byte(`module: demo
level: household
title: Demo
items:
  - {id: b, text: ¿Por qué?, type: one of places, when: l is work}
  - {id: l, text: ¿Dónde?, type: one of places}
`))
	for _, o := range Questionnaire(q, Options{Seed: 1, Burden: 1}).Open {
		t.Errorf("not proved: %+v", o)
	}
}
