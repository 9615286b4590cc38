//go:build !js

package questionnaire

import (
	"errors"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

// This file is about what a confirmation is bound to. With the lengths left out
// of the hash the first test fails, with the way left out of the confirmation the
// second.

// confirmedTexts is an interview in which a check over two texts was passed.
func confirmedTexts(t *testing.T) *conduct {
	t.Helper()
	q := houseWith(t, "household.yaml", "items:\n", `items:
  - {id: N1, text: "¿Nombre?", type: text, class: ordinary}
  - {id: N2, text: "¿Apellido?", type: text, class: ordinary, checks: [{id: same, soft: N1 = N2, say: No son iguales.}]}
`)
	return start(t, q, 0).say("N1", Text("ab")).say("N2", Text("c")).
		do(Act{Kind: KindConfirm, Check: "N2#same", Reason: "así está en su credencial"})
}

// Two texts that read the same when they are put together are other values,
// whatever stands in them.
func TestAConfirmationTellsTextsApart(t *testing.T) {
	c := confirmedTexts(t)
	k, r := c.iv.findCheck("N2#same")
	if !c.iv.isConfirmed(k, r) {
		t.Fatal("not confirmed")
	}
	c.say("N1", Text("a")).say("N2", Text("bc"))
	if c.iv.isConfirmed(k, r) {
		t.Error("a reason given for ab and c holds for a and bc")
	}
	if c.say("N1", Text("ab")).say("N2", Text("c")); !c.iv.isConfirmed(k, r) {
		t.Error("the values are back, and the reason is not")
	}
	// What no answer holds today: a text with the bytes that stand before a cell.
	between := string([]byte{byte(expr.Answered)}) + strings.Repeat("\x00", 8)
	hash := func(one, two string, way int) Hash {
		for i, s := range k.Holds.Reads() {
			r.Cells[s.Index].Text = []string{one, two}[i]
		}
		return c.iv.reads(k, r, way)
	}
	for way, apart := range map[int]bool{readsBare: false, readsLengths: true} {
		if (hash("a"+between+"b", "", way) != hash("a", "b"+between, way)) != apart {
			t.Errorf("way %d: want apart: %v", way, apart)
		}
	}
}

// A confirmation of an older engine, which says no way, keeps its meaning; of a
// way that is not known it is refused.
func TestAnOlderConfirmationHolds(t *testing.T) {
	c := confirmedTexts(t)
	k, r := c.iv.findCheck("N2#same")
	old := func(way int) Event {
		return c.iv.event(Header{Kind: KindConfirm, Class: Paradata}, &confirmPayload{"N2#same", c.iv.reads(k, r, readsBare), way, "así está en su credencial"}, Stamp{Wall: c.now})
	}
	if err := c.iv.Admit(old(2)); !errors.Is(err, ErrPayload) {
		t.Errorf("way 2: %v", err)
	}
	e := old(readsBare)
	if err := c.iv.Admit(e); err != nil {
		t.Fatal(err)
	}
	c.iv.Apply(e)
	if !c.iv.isConfirmed(k, r) {
		t.Error("what an older engine confirmed is lost")
	}
	if c.say("N1", Text("otra")); c.iv.isConfirmed(k, r) {
		t.Error("it holds for other values")
	}
}
