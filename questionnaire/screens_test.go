//go:build !js

package questionnaire

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// screening is an interview of testdata/screens whose drawn person is asked.
// The salt decides what chance decides.
func screening(t testing.TB, salt int) *conduct {
	t.Helper()
	q := compileDir(t, "testdata/screens")
	return screeningOf(t, q, salt)
}

func screeningOf(t testing.TB, q *Questionnaire, salt int) *conduct {
	t.Helper()
	c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
	e, err := c.iv.Decide(Act{Kind: KindStart, Case: "1"}, Stamp{Wall: c.now, Salt: [SaltLen]byte{byte(salt), byte(salt >> 8)}})
	if err != nil {
		t.Fatal(err)
	}
	c.iv.Apply(e)
	c.log = append(c.log, e)
	c.member("Ana", 34).say(ana+"sex", "woman").say("person_complete", "yes")
	return c.do(Act{Kind: KindConsent, Outcome: "given"}).do(Act{Kind: KindSelect})
}

// forms returns the keys of the forms on path, in their order.
func (c *conduct) forms() []string {
	var keys []string
	c.iv.eachUnder(c.iv.root, c.iv.q.byLevel["incident"].index, func(r *row) {
		if r.on {
			keys = append(keys, r.key)
		}
	})
	return keys
}

// times answers the three steps of a crime.
func (c *conduct) times(crime string, n any) *conduct {
	c.t.Helper()
	at := "[" + crime + "]"
	c.say(ana+"P_ever"+at, "yes").say(ana+"P_ask"+at, "yes")
	return c.say(ana+"P_times"+at, n)
}

// Of n events each gets a form equally often, its k says which event it is,
// and the exported probability is the share of seeds that chose it.
func TestRandomEventsHaveTheProbabilityTheyExport(t *testing.T) {
	q := compileDir(t, "testdata/screens")
	const seeds = 1500
	got := map[string]float64{}
	for i := range seeds {
		c := screeningOf(t, q, i).times("threat", 5)
		forms := c.forms()
		if len(forms) != 2 || !slices.IsSorted(forms) {
			t.Fatalf("forms %v of five events, want two in order", forms)
		}
		for _, f := range forms {
			got[f]++
		}
		if i > 0 {
			continue
		}
		if p := cellsOf(t, q, c.iv, "incident", "p_incident"); !slices.Equal(p, []string{"0.4", "0.4"}) {
			t.Errorf("p_incident %v, want 2 of 5", p)
		}
		if k := cellsOf(t, q, c.iv, "incident", "k"); k[0] != forms[0][len("threat."):] {
			t.Errorf("k %v of %v", k, forms)
		}
		if got := c.derived(ana+"incident["+forms[1]+"].when_it_was", "incident.event"); got.N != int64(mustInt(t, forms[1][len("threat."):])) {
			t.Errorf("event %d of %s", got.N, forms[1])
		}
		if replay(t, q, c.log).Digest() != c.iv.Digest() {
			t.Error("another engine draws other events")
		}
	}
	for k := 1; k <= 5; k++ {
		if share := got["threat."+strconv.Itoa(k)] / seeds; math.Abs(share-0.4) > 0.05 { // four standard errors
			t.Errorf("event %d is drawn by %.3f of the seeds, want 0.4", k, share)
		}
	}
}

// derived returns one of the engine's own values in the row of the item at path.
func (c *conduct) derived(path, name string) expr.Cell {
	c.t.Helper()
	r, _, err := c.iv.find(path)
	if err != nil {
		c.t.Fatal(err)
	}
	return r.Cells[c.iv.q.byName[name].index]
}

func mustInt(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// With a cap over all crimes the probabilities multiply: two crimes with three
// events each leave two forms each, of which a third cap leaves three. Exact by
// enumeration: each event has 2/3 · 3/4 = 1/2, and the sum over events is three.
func TestTotalOfRandomEvents(t *testing.T) {
	q := compileDir(t, "testdata/screens")
	const seeds = 1500
	got := map[string]float64{}
	for i := range seeds {
		c := screeningOf(t, q, i).times("threat", 3).times("robbery", 3)
		forms := c.forms()
		if len(forms) != 3 {
			t.Fatalf("forms %v, want three in all", forms)
		}
		for _, f := range forms {
			got[f]++
		}
		if i == 0 {
			if p := cellsOf(t, q, c.iv, "incident", "p_incident"); !slices.Equal(p, []string{"0.5", "0.5", "0.5"}) {
				t.Errorf("p_incident %v", p)
			}
		}
	}
	for key, n := range got {
		if share := n / seeds; math.Abs(share-0.5) > 0.052 {
			t.Errorf("%s is drawn by %.3f of the seeds, want 0.5", key, share)
		}
	}
	if len(got) != 6 {
		t.Errorf("events drawn: %v, want all six at some time", got)
	}
}

// One event more or less changes one form at most; a form that went comes back
// with its answers when the count does.
func TestRandomEventsStayWhenTheCountChanges(t *testing.T) {
	q := compileDir(t, "testdata/screens")
	for salt := range 40 {
		c := screeningOf(t, q, salt).times("threat", 4)
		before := c.forms()
		c.say(ana+"incident["+before[0]+"].alone", "yes")
		c.times("threat", 5)
		shared := 0
		for _, f := range c.forms() {
			if slices.Contains(before, f) {
				shared++
			}
		}
		if shared < 1 {
			t.Fatalf("salt %d: %v with four events, %v with five", salt, before, c.forms())
		}
		c.times("threat", 4)
		if after := c.forms(); !slices.Equal(before, after) {
			t.Fatalf("salt %d: %v, then %v for the same count", salt, before, after)
		}
		c.is(ana+"incident["+before[0]+"].alone", "yes")
	}
}

// One, two and three steps: a no at any settles the crime, a reason for no
// answer leaves it open, and each step is asked under the yes of the last.
func TestScreeningSteps(t *testing.T) {
	c := screening(t, 1)
	at := func(item string) string { return ana + item + "[threat]" }
	c.asked(at("P_ever"), true).asked(at("P_ask"), false).asked(at("P_times"), false)
	c.say(at("P_ever"), "no").asked(at("P_ask"), false)
	screened := func() string { return cellsOf(t, c.iv.q, c.iv, "person", "screened_10")[0] }
	if screened() != "1" {
		t.Error("never is not taken for screened")
	}
	c.say(at("P_ever"), DontKnow).asked(at("P_ask"), false)
	if screened() != "0" {
		t.Error("an ever that is not known is taken for screened")
	}
	c.say(at("P_ever"), "yes").say(at("P_ask"), "yes").asked(at("P_times"), true)
	if len(c.forms()) != 0 {
		t.Error("a form before the count")
	}
	c.say(at("P_times"), DontKnow)
	if f := c.forms(); !slices.Equal(f, []string{"threat.1"}) {
		t.Errorf("forms %v of an unknown count, want one", f)
	}
	// Without times a yes counts one.
	c.say(ana+"H_ask[burglary]", "yes")
	if f := c.forms(); !slices.Contains(f, "burglary.1") {
		t.Errorf("forms %v, want one of the burglary", f)
	}
	if times := cellsOf(t, c.iv.q, c.iv, "incident", "times"); times[0] != "1" {
		t.Errorf("times %v", times)
	}
	// The buffers stand around it and count nothing.
	screens := strings.Join(c.screens(), " ")
	if b, s := strings.Index(screens, "P_before"), strings.Index(screens, "own_crimes"); b < 0 || b > s {
		t.Errorf("the buffer does not come first: %s", screens)
	}
}

// Six or more events that cannot be told apart are one form that stands for
// all; told apart they have forms as others do, and while nobody has said
// which, none.
func TestSeries(t *testing.T) {
	c := screening(t, 3).times("robbery", 5).asked(ana+"P_series[robbery]", false)
	if len(c.forms()) != 2 {
		t.Errorf("forms %v of five events", c.forms())
	}
	c.times("robbery", 20).asked(ana+"P_series[robbery]", true)
	if len(c.forms()) != 0 {
		t.Errorf("forms %v before it is known whether they are a series", c.forms())
	}
	c.say(ana+"P_series[robbery]", "yes")
	if f := c.forms(); !slices.Equal(f, []string{"robbery.1"}) {
		t.Fatalf("forms %v of a series", f)
	}
	if !isTrue(c.derived(robbery1+"alone", "incident.series")) {
		t.Error("the form does not know that it stands for a series")
	}
	c.asked(robbery1+"alone", false)
	for column, want := range map[string]string{"series": "1", "times": "20", "p_incident": "1", "forms": "1"} {
		if got := cellsOf(t, c.iv.q, c.iv, "incident", column); !slices.Equal(got, []string{want}) {
			t.Errorf("%s %v, want %s", column, got, want)
		}
	}
	c.say(ana+"P_series[robbery]", "no")
	if f := c.forms(); len(f) != 2 {
		t.Errorf("forms %v of events told apart", f)
	}
	if replay(t, c.iv.q, c.log).Digest() != c.iv.Digest() {
		t.Error("replay gives another state")
	}
}

const robbery1 = ana + "incident[robbery.1]."

// An event that did not happen is none: the next takes its place, and the
// probability is that of the events that are left.
func TestRemovedEventIsNotDrawn(t *testing.T) {
	c := screening(t, 5).times("threat", 3)
	gone := c.forms()[0]
	c.do(Act{Kind: KindRemoveRow, Path: ana + "incident[" + gone + "]", Reason: "Fue el mismo hecho"})
	if f := c.forms(); len(f) != 2 || slices.Contains(f, gone) {
		t.Errorf("forms %v after %s was taken away", f, gone)
	}
}

// The most serious crimes keep their forms under a total.
func TestMostSerious(t *testing.T) {
	q := changedDir(t, "testdata/screens", "screening.yaml", "which: random, total: 3}", "which: most_serious, total: 3, rank: severity}",
		"screening.yaml", "      which: random\n      total: 3\n", "      which: most_serious\n      total: 3\n      rank: severity\n",
		"incident.yaml", ", hecho {incident.event}", "")
	c := screeningOf(t, q, 0).times("threat", 4).times("robbery", 2)
	c.say(ana+"H_ask[burglary]", "yes").say(ana+"H_ask[vandalism]", "yes")
	if f := c.forms(); !slices.Equal(f, []string{"burglary.1", "robbery.1", "robbery.2"}) && !slices.Equal(f, []string{"robbery.1", "robbery.2", "burglary.1"}) {
		t.Errorf("forms %v, want the robberies (4) and the burglary (3)", f)
	}
	c.say(ana+"P_ask[robbery]", "no")
	if f := c.forms(); len(f) != 3 || slices.Contains(f, "vandalism.1") {
		t.Errorf("forms %v, want the burglary and two threats", f)
	}
}

// fourDeep is the drawn person with things, their broken parts and the faults.
func fourDeep(t testing.TB) *conduct {
	t.Helper()
	c := screening(t, 0)
	return c.say(ana+"owns[car]", "yes").say(ana+"owns[bicycle]", "no").say(ana+"owns[phone]", "yes")
}

// Rows of yes, of choices and of counts, one in another, four deep under a
// household; values range over them from any level, and off path answers
// return at each.
func TestRostersFourDeep(t *testing.T) {
	c := fourDeep(t)
	car, phone := ana+"thing[car].", ana+"thing[phone]."
	c.asked(car+"broken", true).asked(phone+"broken", true).asked(ana+"thing[bicycle].broken", false)
	c.is(ana+"all_faults", NotReached)
	c.say(car+"broken", []string{"wheels", "screen_glass"}).say(phone+"broken", []string{"none"})
	c.say(car+"part[wheels].faults", 2).is(ana+"all_faults", NotReached)
	c.say(car+"part[screen_glass].faults", 0).is(ana+"all_faults", 2).is(ana+"worst_part", 2).is(ana+"all_fixed", NotReached)
	second := car + "part[wheels].fault[2].fixed"
	c.say(car+"part[wheels].fault[1].fixed", "yes").is(ana+"all_fixed", NotReached)
	c.say(second, "no").is(ana+"all_fixed", false)
	c.say(second, "yes").is(ana+"all_fixed", true).is(car+"part[wheels].fault[2].fixed_of_drawn", true)
	if text := c.iv.View(second, "").Screen.Text; text != "Ruedas, daño 2 de 2: ¿se reparó?" {
		t.Errorf("text %q", text)
	}
	// An age three levels up changes what is computed four levels down.
	c.member("Luis", 50).say(ana+"age", 17).is(car+"part[wheels].fault[2].fixed_of_drawn", false).say(ana+"age", 34)
	// Each level goes off path and comes back with everything under it.
	for _, way := range []struct {
		path   string
		off    any
		on     any
		faults any
	}{
		{car + "part[wheels].faults", 1, 2, 1},
		{car + "broken", []string{"screen_glass"}, []string{"wheels", "screen_glass"}, 0},
		{ana + "owns[car]", "no", "yes", 0},
	} {
		c.say(way.path, way.off).is(second, NotAsked).is(ana+"all_faults", way.faults)
		c.say(way.path, way.on).is(second, "yes").is(ana+"all_faults", 2)
	}
	// A count that is not known has no rows, and the set is not complete.
	c.say(car+"part[wheels].faults", DontKnow).is(second, NotAsked).is(ana+"all_faults", DontKnow)
	c.say(car+"part[wheels].faults", 9).is(ana+"all_faults", 4) // max: 4
	for table, want := range map[string]int{"thing": 2, "part": 2, "fault": 4} {
		if got := cellsOf(t, c.iv.q, c.iv, table, table); len(got) != want {
			t.Errorf("table %s has keys %v, want %d", table, got, want)
		}
	}
	if keys := cellsOf(t, c.iv.q, c.iv, "fault", "fault"); keys[1] != "1.1.1.1.1.2" {
		t.Errorf("keys of faults %v", keys)
	}
	if replay(t, c.iv.q, c.log).Digest() != c.iv.Digest() {
		t.Error("replay gives another state")
	}
}

// A count row that a person takes away is not numbered again.
func TestRowsByCountRemoved(t *testing.T) {
	c := fourDeep(t)
	wheels := ana + "thing[car].part[wheels]."
	c.say(ana+"thing[car].broken", []string{"wheels"}).say(wheels+"faults", 2)
	c.do(Act{Kind: KindRemoveRow, Path: wheels + "fault[1]", Reason: "No fue un daño"})
	c.asked(wheels+"fault[1].fixed", false).asked(wheels+"fault[3].fixed", true)
}

// Equal names in a list are said to be so, whatever their case.
func TestEqualNamesAreDoubted(t *testing.T) {
	c := screening(t, 0).member(" ANA ", 12)
	v := c.iv.View("person", "")
	if len(v.Screen.Checks) != 1 || v.Screen.Checks[0].Severity != "soft" {
		t.Errorf("checks %+v", v.Screen.Checks)
	}
	c.say("person[d1.2].name", Text("Eva"))
	if v := c.iv.View("person", ""); len(v.Screen.Checks) != 0 {
		t.Errorf("checks %+v of different names", v.Screen.Checks)
	}
}

// Which modules make an interview complete or partial; before that it is a
// break-off.
func TestCompleteness(t *testing.T) {
	c := start(t, compileDir(t, "testdata/screens"), 0)
	if d := c.iv.proposed(); d != 212 {
		t.Errorf("nothing answered: %d", d)
	}
	c = screening(t, 0)
	if d := c.iv.proposed(); d != 120 {
		t.Errorf("the roster alone: %d, want a partial interview", d)
	}
	for _, item := range []string{"worst", "light", "water", "paved", "holes", "H_before", "H_ask[burglary]", "H_ask[vandalism]", "P_before", "P_after", "P_ever[robbery]", "P_ever[threat]"} {
		answer := "no"
		if item == "worst" {
			answer = "dark"
		}
		if c.iv.screenOf(ana+item) != "" {
			c.say(ana+item, answer)
		}
	}
	if d := c.iv.proposed(); d != 110 {
		t.Errorf("roster and screening: %d, want complete", d)
	}
	c.say("person_complete", "no")
	if d := c.iv.proposed(); d == 110 {
		t.Error("complete with a list that is not")
	}
}

// An answer costs the same with 200 persons in the list as with two, if no
// expression ranges over them.
func TestCostDoesNotGrowWithRowsThatDoNotDepend(t *testing.T) {
	q := compileDir(t, "testdata/screens")
	cost := func(persons int) int {
		c := screeningOf(t, q, 0)
		for i := 1; i < persons; i++ {
			c.member(fmt.Sprintf("Persona %d", i), 40)
		}
		before := c.iv.evals
		c.say(ana+"water", "yes").say(ana+"owns[car]", "yes")
		return c.iv.evals - before
	}
	if two, many := cost(2), cost(200); many != two {
		t.Errorf("two answers compute %d nodes with 2 persons, %d with 200", two, many)
	}
}

// The scenarios of the instrument go as they say.
func TestScreensScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/screens/scenarios/*.yaml")
	if err != nil || len(files) < 2 {
		t.Fatal("too few scenarios", err)
	}
	q := compileDir(t, "testdata/screens")
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if ds := runScenario(t, q, file, string(src), nil); len(ds) > 0 {
			t.Error(ds)
		}
	}
}
