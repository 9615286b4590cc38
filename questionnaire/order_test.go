//go:build !js

package questionnaire

import (
	"slices"
	"strings"
	"testing"
)

// shuffledHouse has a question whose options change places and a block whose
// elements do, one of them a block that keeps its order.
func shuffledHouse(t testing.TB) *Questionnaire {
	t.Helper()
	return houseWith(t, "household.yaml", "items:\n", `items:
  - {id: worst, text: "¿Qué es lo peor?", type: one of worries, order: random, keep: [other]}
  - block: topics
    order: random
    when: worst is not noise
    items:
      - {id: T1, text: "¿Luz?", type: one of yes_no}
      - {id: T2, text: "¿Agua?", type: one of yes_no}
      - block: streets
        items:
          - {id: T3, text: "¿Calles?", type: one of yes_no}
          - {id: T4, text: "¿Y de noche?", type: one of yes_no, when: T3 is yes}
`, "instrument.yaml", "codes:\n", `codes:
  worries:
    - {code: 1, name: noise, text: Ruido}
    - {code: 2, name: litter, text: Basura}
    - {code: 9, name: other, text: Otra}
    - {code: 3, name: dark, text: Oscuridad}
`)
}

// Over many interviews every order of what changes places is met, what is kept
// keeps its place, and the same events give the same order in another engine.
func TestOptionsAndBlocksChangePlaces(t *testing.T) {
	q := shuffledHouse(t)
	options, blocks := map[string]int{}, map[string]int{}
	for i := range 120 {
		c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon.AddDate(0, 0, i)}
		e, err := c.iv.Decide(Act{Kind: KindStart, Case: "1", Given: map[string]Value{"reference_year": Number(2025), "selection_number": Number(0)}},
			Stamp{Wall: c.now, Salt: [SaltLen]byte{byte(i)}})
		if err != nil {
			t.Fatal(err)
		}
		c.iv.Apply(e)
		c.log = append(c.log, e)
		c.say("worst", "dark").say("T3", "yes")
		seen := func(iv *Interview) (names, screens []string) {
			for _, o := range iv.View("worst", "").Screen.Questions[0].Options {
				names = append(names, o.Code)
			}
			for p := range iv.walk() {
				if strings.HasPrefix(p.element.ID, "T") {
					screens = append(screens, p.element.ID)
				}
			}
			return names, screens
		}
		names, screens := seen(c.iv)
		if names[2] != "other" || slices.Index(screens, "T4") != slices.Index(screens, "T3")+1 {
			t.Fatalf("what is kept has moved: %v, %v", names, screens)
		}
		againNames, againScreens := seen(replay(t, q, c.log))
		if !slices.Equal(names, againNames) || !slices.Equal(screens, againScreens) {
			t.Fatalf("%v %v at first, %v %v at replay", names, screens, againNames, againScreens)
		}
		options[strings.Join(names, " ")]++
		blocks[strings.Join(screens, " ")]++
		c.say("worst", "noise").asked("T1", false)
	}
	if len(options) != 6 || len(blocks) != 6 {
		t.Errorf("%d orders of three options, %d of three elements, want 6 each: %v %v", len(options), len(blocks), options, blocks)
	}
}

// The seed stands in the file of interviews, so that the order can be computed
// again from the export alone.
func TestOrderSeedIsExported(t *testing.T) {
	q := shuffledHouse(t)
	c := start(t, q, 0).say("worst", "dark")
	if seed := cellsOf(t, q, c.iv, "household", "order_seed"); !slices.Equal(seed, []string{c.iv.seed}) || !isSeed(c.iv.seed) {
		t.Errorf("order_seed %q, want %q", seed, c.iv.seed)
	}
}

// cellsOf returns a column of a table of the microdata of one interview.
func cellsOf(t testing.TB, q *Questionnaire, iv *Interview, table, column string) []string {
	t.Helper()
	m := NewMicrodata("s", nil, q)
	var cells []string
	for _, tb := range m.Codebook().Tables {
		if tb.Name != table {
			continue
		}
		at := slices.IndexFunc(tb.Columns, func(c CodebookColumn) bool { return c.Name == column })
		if at < 0 {
			t.Fatalf("table %s has no column %s", table, column)
		}
		for _, line := range exported(t, m, SampledCase{ID: "1"}, iv)[table][1:] {
			cells = append(cells, strings.Split(line, ",")[at])
		}
	}
	return cells
}
