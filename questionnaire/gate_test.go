//go:build !js

package questionnaire

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// reachedCrimes are the rows of the personal screener that are screens now.
func reachedCrimes(c *conduct) []string {
	var rows []string
	for _, s := range c.screens() {
		if _, row, ok := strings.Cut(s, "personal_crimes["); ok {
			rows = append(rows, strings.TrimSuffix(row, "]"))
		}
	}
	return rows
}

// TestGateKeepsWhatIsSensitive: until the gate is open the two situations are
// not on the path; the others are, and so are they once it opens. Closing it
// takes them and their forms away and keeps what was said.
func TestGateKeepsWhatIsSensitive(t *testing.T) {
	c := lacsiSelected(t)
	sensitive := []string{"harassment", "rape"}
	want := func(shown bool) {
		t.Helper()
		rows := reachedCrimes(c)
		for _, crime := range sensitive {
			if slices.Contains(rows, crime) != shown {
				t.Errorf("%s is asked: %v, want %v", crime, !shown, shown)
			}
		}
		if !slices.Contains(rows, "street_robbery") || !slices.Contains(rows, "other_crime") {
			t.Errorf("the gate took %v away too", rows)
		}
	}
	want(false)
	if err := c.try(Act{Kind: KindAnswer, Path: ana + "P7_3[rape]", Value: Code{Name: "yes"}}); !errors.Is(err, ErrNotAsked) {
		t.Errorf("an answer behind a closed gate: %v, want ErrNotAsked", err)
	}
	for _, closed := range []string{"postponed", "skipped"} {
		c.gate(ana+"privacy", closed).is(ana+"P7_3[rape]", NotReached)
		want(false)
	}
	c.gate(ana+"privacy", "open").say(ana+"P7_3[rape]", "yes").say(ana+"P7_4[rape]", 1)
	want(true)
	form := ana + "incident[rape.1]."
	c.asked(form+"I1_4", false).gate(form+"privacy_again", "open").say(form+"I1_4", "night")
	c.gate(ana+"privacy", "skipped").is(ana+"P7_3[rape]", NotReached).is(form+"I1_4", NotAsked)
	want(false)
	c.gate(ana+"privacy", "open").is(form+"I1_4", "night")
}

// TestGateStandsBeforeTheFirstSensitiveRow: the gate of a screener is asked
// inside it, right before the first row that needs it, and once.
func TestGateStandsBeforeTheFirstSensitiveRow(t *testing.T) {
	c := lacsiSelected(t).gate(ana+"privacy", "open")
	screens := c.screens()
	at := slices.Index(screens, ana+"privacy")
	if at < 1 || screens[at-1] != ana+"personal_crimes[kidnapping]" || screens[at+1] != ana+"personal_crimes[harassment]" {
		t.Errorf("the gate stands in %v", screens)
	}
	if slices.Contains(screens[at+1:], ana+"privacy") {
		t.Error("the gate is asked twice")
	}
}

// TestPostponedIsNotComplete: a gate that was put off lets the interview go on
// and keeps it from being complete; one that was skipped does not.
func TestPostponedIsNotComplete(t *testing.T) {
	c := tell(t, compileDir(t, "testdata/gate"), 7, 1)
	if got := c.iv.View(endPath, "").Screen.Disposition; got != Complete {
		t.Fatalf("disposition %d before", got)
	}
	for _, tt := range []struct {
		outcome     string
		disposition int
	}{{"postponed", breakOff}, {"skipped", Complete}} {
		c.gate("gate", tt.outcome)
		v := c.iv.View("gate", "")
		if !v.Screen.CanNext || v.Screen.Gate.Outcome != tt.outcome {
			t.Errorf("%s: the screen is %+v", tt.outcome, v.Screen)
		}
		end := c.iv.View(endPath, "")
		if end.Screen.Disposition != tt.disposition || end.Complete != (tt.disposition == Complete) {
			t.Errorf("%s: disposition %d, complete %v", tt.outcome, end.Screen.Disposition, end.Complete)
		}
	}
}

// TestGateOfAnotherHand: what is no gate, or no outcome, is not let in, nor is
// one that the office opens.
func TestGateOfAnotherHand(t *testing.T) {
	c := lacsiSelected(t)
	if err := c.try(Act{Kind: KindGate, Path: ana + "privacy", Outcome: "perhaps"}); !errors.Is(err, ErrAct) {
		t.Errorf("an outcome that is none: %v", err)
	}
	if err := c.try(Act{Kind: KindGate, Path: "P1_1", Outcome: "open"}); !errors.Is(err, ErrNotAsked) {
		t.Errorf("a question opened as a gate: %v", err)
	}
	if err := admitGate([]byte(`{"outcome":"perhaps","language":"es","text_hash":""}`)); !errors.Is(err, ErrPayload) {
		t.Errorf("a payload without an outcome: %v", err)
	}
	if err := c.iv.admitGatePath("P1_1"); !errors.Is(err, ErrNotAsked) {
		t.Errorf("a question admitted as a gate: %v", err)
	}
	if err := c.iv.admitDevice(Header{Device: Office, Kind: KindGate}); !errors.Is(err, ErrAct) {
		t.Errorf("a gate opened at the office: %v", err)
	}
}

// TestSensitiveIsOneEntryOfTheOverview: the list of screens shows that there is
// a private part as long as its gate is open, not how much of it there is.
func TestSensitiveIsOneEntryOfTheOverview(t *testing.T) {
	private := func(c *conduct) (n int) {
		for _, e := range c.iv.Overview("es") {
			if e.Sensitive {
				n++
			}
		}
		return n
	}
	c := lacsiSelected(t)
	if n := private(c); n != 0 {
		t.Errorf("%d private entries before the gate", n)
	}
	c.gate(ana+"privacy", "open").say(ana+"P7_3[harassment]", "no").say(ana+"P7_3[rape]", "no")
	if n := private(c); n != 1 {
		t.Errorf("%d private entries, want 1", n)
	}
	before := c.iv.View("P1_1", "").Progress
	c.say(ana+"P7_3[rape]", "yes").say(ana+"P7_4[rape]", 5)
	if n := private(c); n != 1 {
		t.Errorf("%d private entries with five forms, want 1", n)
	}
	if after := c.iv.View("P1_1", "").Progress; after != before {
		t.Errorf("progress tells of the forms: %+v, then %+v", before, after)
	}
}
