//go:build !js

package questionnaire

import (
	"os"
	"slices"
	"testing"
)

// Interviews with the built-in instrument, against what its source questionnaire
// says of each question: when it is asked, what is forced, hidden and checked.

// The built-in instrument is clean: no mistake, no warning, every text in both
// languages.
func TestLacsiCompiles(t *testing.T) {
	in, ds := LoadInstrument(os.DirFS("../schemas"), "lacsi")
	if len(ds) > 0 {
		t.Fatalf("load:\n%v", ds)
	}
	if _, ds = Compile(in); len(ds) > 0 {
		t.Errorf("compile:\n%v", ds)
	}
}

// lacsiMember adds a person to the built-in roster.
func (c *conduct) lacsiMember(name string, age any, sex string) *conduct {
	c.t.Helper()
	c.do(Act{Kind: KindAddRow, Roster: "person"})
	h, err := c.log[len(c.log)-1].Parse()
	if err != nil {
		c.t.Fatal(err)
	}
	return c.say(h.Path+".P3_2", Text(name)).say(h.Path+".P3_4", sex).say(h.Path+".P3_5", age)
}

// lacsiHousehold lists Ana of 34 alone in her dwelling.
func lacsiHousehold(t *testing.T) *conduct {
	t.Helper()
	return start(t, compileDir(t, "../schemas/lacsi"), 0).say("P2_1", 1).lacsiMember("Ana", 34, "woman").say("person_complete", "yes")
}

// lacsiSelected goes on to where Ana answers.
func lacsiSelected(t *testing.T) *conduct {
	t.Helper()
	return lacsiHousehold(t).do(Act{Kind: KindSelect}).do(Act{Kind: KindConsent, Outcome: "given"})
}

// lacsiIncident opens one form of a crime and returns the beginning of its
// items' paths.
func lacsiIncident(t *testing.T, crime string) (*conduct, string) {
	t.Helper()
	c := lacsiSelected(t)
	switch crime {
	case "vehicle_theft", "vehicle_parts":
		c.say("P6_4["+crime+"]", "yes").say("P6_5["+crime+"]", "yes").say("P6_6["+crime+"]", 1)
	case "vandalism", "home_burglary":
		c.say("P6_4["+crime+"]", "yes").say("P6_6["+crime+"]", 1)
	default:
		if crime == "harassment" || crime == "rape" {
			c.gate(ana+"privacy", "open")
		}
		c.say(ana+"P7_3["+crime+"]", "yes").say(ana+"P7_4["+crime+"]", 1)
		if crime == "harassment" || crime == "rape" {
			c.gate(ana+"incident["+crime+".1].privacy_again", "open")
		}
	}
	return c, ana + "incident[" + crime + ".1]."
}

// checks returns the names of the checks that fire on the screen at path.
func (c *conduct) checks(path string) []string {
	var ids []string
	for _, k := range c.iv.View(path, "").Screen.Checks {
		ids = append(ids, k.Message)
	}
	return ids
}

// offers returns the options offered at path.
func (c *conduct) offers(path string) []string {
	var codes []string
	for _, o := range c.iv.View(path, "").Screen.Questions[0].Options {
		codes = append(codes, o.Code)
	}
	return codes
}

func TestLacsiDwelling(t *testing.T) {
	c := start(t, compileDir(t, "../schemas/lacsi"), 0)
	c.say("P2_1", 1).is("P2_2", "yes").asked("P2_3", false) // one person is one household
	c.say("P2_1", 5).is("P2_2", NotReached).say("P2_2", "no").asked("P2_3", true)
	if c.say("P2_3", 6); len(c.checks("P2_3")) == 0 {
		t.Error("6 households of 5 persons pass")
	}
	if c.say("P2_3", 2); len(c.checks("P2_3")) != 0 {
		t.Errorf("2 households of 5 persons: %v", c.checks("P2_3"))
	}
	c.asked("P2_1a", false).say("P2_1", 31).asked("P2_1a", true).say("P2_1a", "yes").asked("person", false)
	if got := c.iv.View("collective_dwelling", "").Screen.Disposition; got != 453 {
		t.Errorf("disposition of a collective dwelling %d, want 453", got)
	}
	c.say("P2_1a", "no").asked("person", true)
}

func TestLacsiRoster(t *testing.T) {
	c := start(t, compileDir(t, "../schemas/lacsi"), 0).say("P2_1", 3).say("P2_2", "yes")
	c.lacsiMember("Ana", 34, "woman").is("person[d1.1].P3_3", "head") // the first is the head
	c.lacsiMember("Luis", DontKnow, "man").say("person[d1.2].P3_3", "spouse")
	c.lacsiMember("Eva", 2, "woman").say("person[d1.3].P3_3", "child")
	const luis, eva = "person[d1.2].", "person[d1.3]."
	c.is("adults", NotReached).say("person_complete", "yes").is("adults", 1).asked("selected", true)

	// An age that is not known: unknown until 18 or over is.
	c.asked(luis+"P3_5a", true).asked(ana+"P3_5a", false).asked(luis+"P3_6d", false)
	c.say(luis+"P3_5a", "of_age").is(luis+"adult", true).is("adults", 2).asked(luis+"P3_6d", true)
	c.say(luis+"P3_5a", "under_age").is(luis+"adult", false).is("adults", 1)
	c.asked(eva+"P3_7", false).asked(luis+"P3_7", true).asked(eva+"P3_8", false)

	// Day and month belong together.
	c.say(ana+"P3_6d", 31).say(ana+"P3_6m", "june")
	if got := c.checks(ana + "P3_6m"); len(got) != 1 {
		t.Errorf("31 June: %v", got)
	}
	if c.say(ana+"P3_6m", "july"); len(c.checks(ana+"P3_6m")) != 0 {
		t.Errorf("31 July: %v", c.checks(ana+"P3_6m"))
	}
	c.say(ana+"P3_6d", DontKnow).say(ana+"P3_6m", "february")
	if got := c.checks(ana + "P3_6m"); len(got) != 0 {
		t.Errorf("an unknown day of February: %v", got)
	}

	// Schooling, work and position.
	c.say(ana+"P3_7", "none").asked(ana+"P3_7g", false).say(ana+"P3_7", DontKnow).asked(ana+"P3_7g", false)
	c.say(ana+"P3_7", "primary").asked(ana+"P3_7g", true)
	c.say(ana+"P3_8", "worked").asked(ana+"P3_9", false).asked(ana+"P3_10", true)
	c.say(ana+"P3_8", "disabled").asked(ana+"P3_9", false).asked(ana+"P3_10", false)
	c.say(ana+"P3_8", "housework").asked(ana+"P3_9", true).asked(ana+"P3_10", false)
	c.say(ana+"P3_9", "none").asked(ana+"P3_10", false).say(ana+"P3_9", "helped").asked(ana+"P3_10", true)

	// Checks of the list as a whole.
	if got := c.checks("person"); len(got) != 0 {
		t.Errorf("three persons, a head and a spouse: %v", got)
	}
	c.say("P2_1", 4)
	if got := c.checks("person"); len(got) != 1 {
		t.Errorf("three persons listed of four: %v", got)
	}
	c.say("P2_1", 3).say(luis+"P3_4", "woman")
	if got := c.checks("person"); len(got) != 1 {
		t.Errorf("head and spouse of one sex: %v", got)
	}
	if c.say(eva+"P3_3", "head"); len(c.checks(eva+"P3_3")) != 1 {
		t.Error("a second head passes")
	}
}

func TestLacsiNoAdult(t *testing.T) {
	c := start(t, compileDir(t, "../schemas/lacsi"), 0).say("P2_1", 1).lacsiMember("Eva", 15, "woman")
	c.asked("selected", true)                                                                  // more may come
	c.say("person[d1.1].P3_5", DontKnow).say("person_complete", "yes").asked("selected", true) // 18 or over, perhaps
	c.say("person[d1.1].P3_5a", "of_age").asked("P6_1", true).say("person[d1.1].P3_5a", "under_age")
	c.asked("selected", false).asked("P6_1", false)
	if got := c.iv.View("no_adult", "").Screen.Disposition; got != 470 {
		t.Errorf("disposition without an adult %d, want 470", got)
	}
}

func TestLacsiConsent(t *testing.T) {
	c := lacsiHousehold(t).do(Act{Kind: KindSelect}).do(Act{Kind: KindConsent, Outcome: "refused"})
	c.asked("P6_1", false).asked(ana+"P4_4a", false).is("P6_1", NotReached)
	if got := lacsiSelected(t); !slices.Contains(got.offers(ana+"setting_safety"), "safe") {
		t.Error("perception is not asked after consent")
	}
}

func TestLacsiPerception(t *testing.T) {
	c := lacsiSelected(t)
	for i, q := range c.iv.View(ana+"setting_safety", "").Screen.Questions {
		hidden := !slices.ContainsFunc(q.Options, func(o OptionView) bool { return o.Code == "not_applicable" })
		if home := i == 0; hidden != home {
			t.Errorf("%s: does not apply hidden: %v", q.Path, hidden)
		}
	}
	qs := c.iv.View(ana+"place_safety", "").Screen.Questions
	if len(qs) != 3 {
		t.Fatalf("%d places, want 3", len(qs))
	}
	c.say(ana+"P4_4a", DoesNotApply).is(ana+"P4_4a", DoesNotApply)
}

func TestLacsiScreening(t *testing.T) {
	c := lacsiSelected(t)
	c.say("P6_1", "no").is("vehicles", 0).asked("P6_1a", false)
	c.say("P6_1", DontKnow).is("vehicles", DontKnow)
	c.say("P6_1", "yes").say("P6_1a", 2).is("vehicles", 2).say("P6_1", "no")

	asked := func(crime string, want int) {
		t.Helper()
		if got := len(c.iv.View("household_crimes["+crime+"]", "").Screen.Questions); got != want {
			t.Errorf("%s: %d questions, want %d", crime, got, want)
		}
	}
	c.say("P6_4[vehicle_theft]", "yes")
	asked("vehicle_theft", 2) // whose it was comes before how often
	c.say("P6_5[vehicle_theft]", "no")
	asked("vehicle_theft", 2)
	c.say("P6_5[vehicle_theft]", "yes")
	asked("vehicle_theft", 3)
	if got := c.checks("household_crimes[vehicle_theft]"); len(got) != 1 {
		t.Errorf("a vehicle stolen from a household without one: %v", got)
	}
	c.say("P6_4[home_burglary]", "yes")
	asked("home_burglary", 2)

	c.say(ana+"P7_3[injuries]", "yes").say(ana+"P7_4[injuries]", 7)
	c.asked(ana+"incident[injuries.5].I1_1", true)
	if _, _, err := c.iv.find(ana + "incident[injuries.6].I1_1"); err == nil {
		t.Error("a sixth form was opened")
	}
	c.say(ana+"P7_4[injuries]", DontKnow).asked(ana+"incident[injuries.1].I1_1", true).asked(ana+"incident[injuries.2].I1_1", false)
}

func TestLacsiPlaceOfIncident(t *testing.T) {
	c, at := lacsiIncident(t, "street_robbery")
	c.asked(at+"I1_3", false).say(at+"I1_2", "yucatan").asked(at+"I1_3", true)
	if got := c.offers(at + "I1_3"); !slices.Equal(got, []string{"merida", "other_municipality"}) {
		t.Errorf("municipalities of Yucatán: %v", got)
	}
	c.say(at+"I1_3", "merida").say(at+"I1_2", "jalisco").is(at+"I1_3", NotReached) // cleared with the state
	c.say(at+"I1_2", "abroad").asked(at+"I1_3", false).say(at+"I1_2", DontKnow).asked(at+"I1_3", false)
	if slices.Contains(c.offers(at+"I1_5"), "home") {
		t.Error("a street robbery can be at home")
	}
	c, at = lacsiIncident(t, "home_burglary")
	c.is(at+"I1_5", "home")
}

// Who was present and saw: forced, asked or passed by crime.
func TestLacsiPresence(t *testing.T) {
	tests := []struct {
		crimes  []string
		present any // of I1_6 before it is answered
	}{
		{[]string{"vandalism", "bank_fraud", "consumer_fraud"}, NotAsked},
		{[]string{"street_robbery", "injuries", "kidnapping", "harassment", "rape"}, "yes"},
		{[]string{"vehicle_theft", "vehicle_parts", "home_burglary", "other_theft", "extortion", "threats", "other_crime"}, NotReached},
	}
	for _, tt := range tests {
		for _, crime := range tt.crimes {
			t.Run(crime, func(t *testing.T) {
				c, at := lacsiIncident(t, crime)
				c.is(at+"I1_6", tt.present)
				seen := tt.present == "yes"
				if tt.present == NotReached {
					c.say(at+"I1_6", "no").asked(at+"I1_7", false).say(at+"I1_6", "yes").asked(at+"I1_7", true)
					c.say(at+"I1_7", "no").asked(at+"I1_9", false).asked(at+"I1_18", false).say(at+"I1_7", "yes")
					seen = true
				}
				for _, item := range []string{"I1_8", "I1_9", "I1_10", "I1_11", "I1_12", "I1_14", "I1_15"} {
					c.asked(at+item, seen)
				}
				c.asked(at+"I1_20", true)
			})
		}
	}
}

func TestLacsiOffenders(t *testing.T) {
	c, at := lacsiIncident(t, "street_robbery")
	c.say(at+"I1_9", "one").say(at+"I1_10", []string{"men", "women"})
	if got := c.checks(at + "I1_10"); len(got) != 1 {
		t.Errorf("one offender of two sexes: %v", got)
	}
	c.say(at+"I1_10", []string{"men"}).asked(at+"I1_13", false)
	c.say(at+"I1_12", []string{"relative"}).asked(at+"I1_13", false)
	c.say(at+"I1_12", []string{"stranger", "relative"}).asked(at+"I1_13", true)
	if got := c.checks(at + "I1_12"); len(got) != 1 {
		t.Errorf("one offender, two relations: %v", got)
	}
	if c.say(at+"I1_9", "three"); len(c.checks(at+"I1_10"))+len(c.checks(at+"I1_12")) != 0 {
		t.Error("three offenders are checked as one")
	}
}

// A gunshot wound is offered only where somebody was injured with a firearm,
// and missed there if it is not marked.
func TestLacsiInjuries(t *testing.T) {
	c, at := lacsiIncident(t, "street_robbery")
	c.asked(at+"I1_17", false).asked(at+"I1_18", true).asked(at+"I1_19", false)
	c.say(at+"I1_15", "yes").say(at+"I1_16", []string{"firearm", "blade"}).say(at+"I1_17", "no").say(at+"I1_18", "yes")
	c.asked(at+"I1_19", true)
	if slices.Contains(c.offers(at+"I1_19"), "gunshot") {
		t.Error("a gunshot wound without an injury by the firearm")
	}
	c.say(at+"I1_17", "yes").asked(at+"I1_18", false)
	if !slices.Contains(c.offers(at+"I1_19"), "gunshot") {
		t.Error("no gunshot wound to choose")
	}
	if c.say(at+"I1_19", []string{"cuts"}); len(c.checks(at+"I1_19")) != 1 {
		t.Error("injured with a firearm, no gunshot wound: not asked to confirm")
	}
	if c.say(at+"I1_19", []string{"cuts", "gunshot"}); len(c.checks(at+"I1_19")) != 0 {
		t.Errorf("a gunshot wound: %v", c.checks(at+"I1_19"))
	}
	c.say(at+"I1_16", []string{"blade"}).is(at+"I1_19", NotReached) // no longer offered

	c, at = lacsiIncident(t, "injuries")
	c.is(at+"I1_18", "yes").asked(at+"I1_19", true)
	c.say(at+"I1_15", "yes").say(at+"I1_17", "yes").is(at+"I1_18", NotAsked).asked(at+"I1_19", true)
}

func TestLacsiReporting(t *testing.T) {
	c, at := lacsiIncident(t, "street_robbery")
	c.say(at+"I1_20", "no").asked(at+"I1_21", false).asked(at+"I1_23", true).asked(at+"I1_24", false)
	c.say(at+"I1_20", "yes").asked(at+"I1_23", false).asked(at+"I1_24", true)
	c.say(at+"I1_24", "yes").asked(at+"I1_25", true).asked(at+"I1_26", false)
	c.say(at+"I1_24", "no").asked(at+"I1_25", false).asked(at+"I1_26", true)
	c.say(at+"I1_24", DontKnow).asked(at+"I1_25", false).asked(at+"I1_26", false)

	for _, crime := range []string{"vehicle_theft", "vehicle_parts", "vandalism", "home_burglary"} {
		c, at := lacsiIncident(t, crime)
		c.say(at+"I1_20", "no").asked(at+"I1_21", true).asked(at+"I1_22", false)
		c.say(at+"I1_21", "yes").asked(at+"I1_22", true).asked(at+"I1_23", false).asked(at+"I1_24", false)
		c.say(at+"I1_22", "yes").asked(at+"I1_24", true)
		c.say(at+"I1_21", DontKnow).asked(at+"I1_22", false).asked(at+"I1_23", true).asked(at+"I1_24", false)
	}
}

// The parts of single crimes, and nothing else, by crime.
func TestLacsiPartsOfSingleCrimes(t *testing.T) {
	parts := map[string][]string{
		"vehicle_theft": {"I2_1"}, "vehicle_parts": nil, "vandalism": nil, "home_burglary": {"I3_1", "I3_2"},
		"street_robbery": {"I3_1"}, "other_theft": {"I3_1"}, "bank_fraud": {"I4_1"}, "consumer_fraud": nil,
		"extortion": {"I5_1", "I5_2"}, "threats": nil, "injuries": nil, "kidnapping": {"I6_1", "I6_2"},
		"harassment": {"I7_1"}, "rape": nil, "other_crime": nil,
	}
	for crime, want := range parts {
		t.Run(crime, func(t *testing.T) {
			c, at := lacsiIncident(t, crime)
			for _, item := range []string{"I2_1", "I3_1", "I3_2", "I4_1", "I5_1", "I5_2", "I5_3", "I6_1", "I6_2", "I6_3", "I7_1"} {
				if crime == "consumer_fraud" && item == "I4_1" {
					c.is(at+item, "undelivered") // forced: shown, not asked
					continue
				}
				c.asked(at+item, slices.Contains(want, item))
			}
		})
	}

	c, at := lacsiIncident(t, "extortion")
	c.say(at+"I5_2", []string{"money", "prepaid_cards"}).asked(at+"I5_3", true).say(at+"I5_2", []string{"nothing"}).asked(at+"I5_3", false)

	// I6_3 reads the roster.
	c, at = lacsiIncident(t, "kidnapping")
	c.say(ana+"P3_8", "worked").say(ana+"P3_10", "employee").say(at+"I6_2", "all").asked(at+"I6_3", false)
	c.say(ana+"P3_10", "own_account").asked(at+"I6_3", true).say(at+"I6_2", "nothing_asked").asked(at+"I6_3", false)
	c.say(at+"I6_2", "part").asked(at+"I6_3", true)

	// What is sensitive is so by the crime, down to every item of its form.
	c, at = lacsiIncident(t, "rape")
	c.say(at+"I1_4", "night")
	if h, err := c.log[len(c.log)-1].Parse(); err != nil || h.Class != Sensitive {
		t.Errorf("class of an answer about a rape: %s, %v", h.Class, err)
	}
}

// TestScreenersAreIntroduced: what stands over a screener is read before its
// first crime, the words about privacy over the personal one among them.
func TestScreenersAreIntroduced(t *testing.T) {
	q := compileDir(t, "../schemas/lacsi")
	seen := map[string]View{}
	for seed := range uint64(30) {
		c := wander(t, q, seed, 120)
		for p := range c.iv.walk() {
			if p.element.Screen != nil && p.crime == nil {
				seen[p.element.ID] = c.iv.View(p.path(), "es")
			}
		}
	}
	for _, id := range []string{"household_crimes", "personal_crimes"} {
		v, ok := seen[id]
		if !ok {
			t.Errorf("%s is never introduced", id)
			continue
		}
		if v.Screen.Kind != "statement" || v.Screen.Text == "" || v.Screen.Instruction == "" || len(v.Screen.Questions) > 0 || !v.Screen.CanNext {
			t.Errorf("the introduction of %s is %+v", id, v.Screen)
		}
	}
}

// TestNoMoreThanFiveForms: six events of a crime open five forms, of every
// crime.
func TestNoMoreThanFiveForms(t *testing.T) {
	for _, e := range compileDir(t, "../schemas/lacsi").Elements {
		if e.Screen != nil && e.Screen.UpTo != 5 {
			t.Errorf("%s opens up to %d forms a crime, want 5", e.ID, e.Screen.UpTo)
		}
	}
}
