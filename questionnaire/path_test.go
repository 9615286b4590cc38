//go:build !js

package questionnaire

import (
	"errors"
	"testing"
)

// TestPathsOfSingleRows: a level with one row has no part in a path, and is
// found wherever it stands: beside the household, under a person.
func TestPathsOfSingleRows(t *testing.T) {
	c := start(t, maze(t), 0).say("dogs", 2).is("dogs", 2).say("lived_in", "yes").member("Ana", 34).member("Luis", 3)
	c.say(ana+"sick", "no").is(ana+"sick", "no").is("person[d1.2].sick", NotAsked)
	if err := c.try(Act{Kind: KindAnswer, Path: "sick", Value: Code{Name: "no"}}); !errors.Is(err, ErrPath) {
		t.Errorf("whose? %v, want ErrPath", err)
	}
	if err := c.try(Act{Kind: KindAnswer, Path: ana + "dogs", Value: Number(1)}); !errors.Is(err, ErrPath) {
		t.Errorf("Ana's dogs are the household's: %v, want ErrPath", err)
	}
	c.asked(ana+"sick", true).asked("dogs", true)
}

// An item may be named by its label; where the interview stands is its id.
func TestPathByLabel(t *testing.T) {
	c := victim(t, 1).say(robbery+"place", "street")
	if at := c.iv.Here(); at != robbery+"I1_5" {
		t.Errorf("the interview stands at %q after an answer by label", at)
	}
}
