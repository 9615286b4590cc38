//go:build !js

package questionnaire

import (
	"slices"
	"strings"
	"testing"
)

// A block's checks are told behind its last screen, and only while one is unmet.
func TestBlockChecks(t *testing.T) {
	c := typed(t, nil)
	c.say("Q8", 100_000).say("Q9", 150_000)
	if s := c.screens(); !slices.Contains(s, "home_checks") || slices.Index(s, "home_checks") < slices.Index(s, "services") || slices.Index(s, "home_checks") > slices.Index(s, "member") {
		t.Fatalf("the checks of the block do not stand at its end: %v", s)
	}
	v := c.iv.View("home_checks", "es").Screen
	if v.Kind != "review" || v.CanNext || len(v.Checks) != 1 || v.Checks[0].Severity != "hard" || v.Text != "Revise estas respuestas" {
		t.Errorf("the screen is %+v", v)
	}
	want := []ReadView{{"Q8", "¿Cuánto ganó el hogar?"}, {"Q9", "¿Cuánto gastó?"}}
	if got := v.Checks[0].Reads; !slices.Equal(got, want) {
		t.Errorf("it leads back to %v, want %v", got, want)
	}
	c.say("Q9", Special(DontKnow)).asked("home_checks", false) // unknown does not fire
	c.say("Q12", Date("2020")).say("Q13", Date("1950")).asked("home_checks", true)
	v = c.iv.View("home_checks", "es").Screen
	c.do(Act{Kind: KindConfirm, Check: v.Checks[0].ID, Reason: "heredó la casa de su abuela"})
	if v = c.iv.View("home_checks", "es").Screen; !v.CanNext || !v.Checks[0].Confirmed {
		t.Errorf("a soft check with a reason is %+v", v.Checks)
	}
	c.say("Q12", Date("2021"))
	if v = c.iv.View("home_checks", "es").Screen; v.CanNext {
		t.Error("the reason still holds after the answer changed")
	}
}

// An info check of a block holds nothing up.
func TestInfoPasses(t *testing.T) {
	c := typed(t, nil)
	c.say("Q1", c.entry("places", "140390170")).say("Q6", "patrol")
	if v := c.iv.View("home_checks", "es").Screen; !v.CanNext || v.Checks[0].Severity != "info" {
		t.Errorf("an info check: %+v", v)
	}
}

// The interview's checks come behind everything, and see all of it.
func TestInterviewChecks(t *testing.T) {
	c := typed(t, nil).say("Q10", 1)
	for _, name := range []string{"Ana", "Luis", "Eva"} {
		c.do(Act{Kind: KindAddRow, Roster: "member"})
		h, _ := c.log[len(c.log)-1].Parse()
		c.say(h.Path+".name", Text(name))
	}
	c.asked("interview_checks", false) // the list may grow: nothing is known yet
	c.say("member_complete", "yes").asked("interview_checks", true)
	if s := c.screens(); s[len(s)-1] != "interview_checks" {
		t.Errorf("it is not the last screen: %v", s)
	}
	c.say("Q10", 2).asked("interview_checks", false)
}

// A case's checks see all its households, and hold up none.
func TestCaseChecks(t *testing.T) {
	first, second := typed(t, nil), typed(t, nil)
	second.iv.household = 2
	first.say("Q10", 5).say("Q3", first.entry("countries", "ESP"))
	second.say("Q10", 3)
	both := []*Interview{first.iv, second.iv}
	q := first.iv.q
	ids := func(ivs ...*Interview) string {
		var s []string
		for _, f := range q.CheckCase(ivs, "es") {
			s = append(s, f.Severity.String()+" "+f.ID+": "+f.Message)
		}
		return strings.Join(s, "; ")
	}
	const abroad = "info abroad: En la vivienda, de varios hogares, vive alguien nacido en España."
	if got := ids(both...); got != abroad { // 5 + 3 rooms in a dwelling of 8
		t.Errorf("unmet: %s", got)
	}
	second.say("Q10", 4)
	if got := ids(both...); got != "hard rooms: Los hogares suman más cuartos que la vivienda.; "+abroad {
		t.Errorf("unmet: %s", got)
	}
	if got := ids(second.iv); got != "" {
		t.Errorf("unmet of one household alone: %s", got)
	}
	m := NewMicrodata("s", nil, q)
	second.say("Q10", 4)
	rows := exported(t, m, SampledCase{ID: "0001"}, both...)
	if got := rows["case"]; !strings.HasSuffix(got[0], ",case_checks") || !strings.HasSuffix(got[1], ",hard:rooms info:abroad") {
		t.Errorf("the case table is %v", got)
	}
	if first.iv.contradicted() {
		t.Error("a check of the case holds an interview up")
	}
}

// The parameters are those of the first household, also behind an aggregate
// that has been to the others.
func TestCaseParameters(t *testing.T) {
	first := typed(t, map[string]Value{"dwelling_rooms": Number(4)}).say("Q10", 5)
	second := typed(t, map[string]Value{"dwelling_rooms": Number(20)}).say("Q10", 3)
	if got := first.iv.q.CheckCase([]*Interview{first.iv, second.iv}, "es"); len(got) != 1 || got[0].ID != "rooms" {
		t.Errorf("unmet: %+v", got)
	}
}
