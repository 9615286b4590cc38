//go:build !js

package questionnaire

import "testing"

const ana = "person[d1.1]."

func TestHouseWalk(t *testing.T) {
	c := start(t, compileHouse(t), 0).family()
	for _, s := range c.screens() {
		t.Log(s)
	}
	c.say("cost", 0)
	c.say("P6_2", "no").say("P6_4[car_theft]", "no").say("P6_4[burglary]", "yes").say("P6_6[burglary]", 2)
	c.say(ana+"P7_3[street_robbery]", "yes").say(ana+"P7_4[street_robbery]", 6).say(ana+"P7_3[injuries]", "no")
	c.is(ana+"victim", true).is(ana+"robbed", true)
	for _, s := range c.screens() {
		t.Log(s)
	}
	v := c.iv.View(ana+"incident[street_robbery.1].I1_5", "")
	t.Logf("%+v", v)
}
