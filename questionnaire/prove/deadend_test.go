//go:build !js

package prove

import (
	"strings"
	"testing"
)

// stuckAt is the verdict on whether a question can keep somebody.
func stuckAt(t *testing.T, module, question string) string {
	t.Helper()
	q := compiled(t, []byte("module: demo\nlevel: household\ntitle: Demo\nitems:\n"+module))
	s := newSearch(q, Options{Seed: 1, Rounds: 10, Burden: 1, Progress: func(string, int, int) {}})
	s.run()
	for number, g := range s.goals.stuck {
		switch {
		case s.a.Variables[number].ID != question:
		case g.witness != nil:
			return "dead end"
		case g.refuted:
			return "proved"
		default:
			return "not proved"
		}
	}
	t.Fatalf("nothing is said of %s", question)
	return ""
}

// TestWhetherAQuestionKeeps: every kind of question is decided where its answers
// are finitely many, and elsewhere it is said that nothing is proved. Each line
// turns red by a sabotage of its own: sharing what depends on the answer between
// the shadows (cell), not sharing what does not (eval), leaving out the limits of
// a range or the numbers of the state (meant), the sets that grow with what is
// offered (sets), or taking a soft check for a hard one (checksOf).
func TestWhetherAQuestionKeeps(t *testing.T) {
	const n = "  - {id: n, text: ¿Cuántos?, type: integer, min: 0, max: 20}\n"
	for name, c := range map[string]struct{ module, question, want string }{
		"nothing in the way": {n, "n", "proved"},
		"the other number":   {n + "  - {id: m, text: ¿Y?, type: integer, checks: [{hard: m = n, say: No.}]}\n", "m", "proved"},
		"a limit that moves": {n + "  - {id: m, text: ¿Y?, type: integer, min: n, max: n + 1}\n", "m", "proved"},
		"limits that cross":  {n + "  - {id: m, text: ¿Y?, type: integer, min: 10, max: n}\n", "m", "dead end"},
		"one of finitely many": {n + "  - {id: m, text: ¿Y?, type: integer, min: 0, max: 40, checks: [{hard: m * 2 = n * 3 or m * 2 = n * 3 + 1, say: No.}]}\n",
			"m", "proved"},
		"infinitely many": {n + "  - {id: m, text: ¿Y?, type: integer, checks: [{hard: m * m = n, say: No.}]}\n", "m", "not proved"},
		"a soft check":    {n + "  - {id: m, text: ¿Y?, type: integer, min: 0, max: 3, checks: [{soft: m > n, say: ¿Seguro?}]}\n", "m", "proved"},
		"through a value": {n + "  - {id: m, text: ¿Y?, type: integer, min: 0, max: 3, checks: [{hard: all < 25, say: No.}]}\n  - {id: all, value: m + n + 2}\n",
			"m", "proved"},
		"through a value, kept": {n + "  - {id: m, text: ¿Y?, type: integer, min: 0, max: 3, checks: [{hard: all < 20, say: No.}]}\n  - {id: all, value: m + n}\n",
			"m", "dead end"},
		"a text of some length":   {n + "  - {id: m, text: ¿Y?, type: text, class: ordinary, checks: [{hard: length(m) >= 5, say: No.}]}\n", "m", "proved"},
		"a text of another's":     {n + "  - {id: m, text: ¿Y?, type: text, class: ordinary, checks: [{hard: length(m) = n, say: No.}]}\n", "m", "not proved"},
		"an option beside a code": {n + "  - {id: m, text: ¿Y?, type: one of places, hide: [{option: home, when: n > 3}], checks: [{hard: n < 3 or m != street, say: No.}]}\n", "m", "proved"},
		"the last option": {n + "  - {id: m, text: ¿Y?, type: one of places, hide: [{option: home, when: n > 3}], checks: [{hard: n < 5 or m = home, say: No.}]}\n",
			"m", "dead end"},
		"it need not be answered": {n + "  - {id: m, text: ¿Y?, type: one of places, optional: true, hide: [{option: home, when: n > 3}], checks: [{hard: n < 5 or m = home, say: No.}]}\n",
			"m", "proved"},
		"a list of rows": {`  - roster: person
    rows: by hand
    text: ¿Quiénes?
    add: Otra
    done: ¿Todas?
    first: r1
    items:
      - {id: r1, text: ¿Cuántos?, type: integer, min: 0, max: 1, checks: [{hard: 'r1 = 0 or count(person, r1 = 1) <= 1', say: No.}]}
`, "r1", "proved"},
		"so many of those left": {n + "  - {id: m, text: ¿Y?, type: several of days, at_least: 3, at_most: 3, hide: [{option: monday, when: n > 3}, {option: friday, when: n > 5}]}\n",
			"m", "proved"},
		"what other rows say": {`  - roster: person
    rows: by hand
    text: ¿Quiénes?
    add: Otra
    done: ¿Todas?
    first: r1
    items:
      - {id: r1, text: ¿Cuántos?, type: integer, min: 0, max: 1}
  - id: m
    text: ¿Y?
    type: one of places
    checks:
      - {hard: 'm = street or any(person, r1 = 1)', say: No.}
      - {hard: 'm = home or not surely(any(person, r1 = 1))', say: No.}
`, "m", "proved"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := stuckAt(t, c.module, c.question); got != c.want {
				t.Errorf("%s: %s, want %s\n%s", c.question, got, c.want, strings.TrimSpace(c.module))
			}
		})
	}
}
