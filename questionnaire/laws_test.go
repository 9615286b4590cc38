//go:build !js

package questionnaire

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// wander conducts an interview by answering at random what the screens offer,
// going back now and then, until n acts are done or the end is reached.
func wander(t testing.TB, q *Questionnaire, seed uint64, n int) *conduct {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 1))
	given := map[string]Value{}
	for _, v := range q.Levels[0].variables {
		if v.Kind == varParameter && v.Default == nil {
			given[v.ID] = Number(rng.Int64N(1_000_000))
			if v.ID == "reference_year" {
				given[v.ID] = Number(2025)
			} else if v.Type.List >= 0 {
				given[v.ID] = Code{Name: v.list.Choices[0].Name}
			} else if questionKinds[v.Type.Kind] == "text" {
				given[v.ID] = Text("la colonia")
			}
		}
	}
	c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
	c.do(Act{Kind: KindStart, Case: "0001", Household: 1, Given: given})
	at := c.iv.FirstOpen()
	for range n {
		v := c.iv.View(at, "")
		if v.Screen.Kind == "end" {
			if rng.IntN(4) == 0 {
				return c
			}
			at = c.iv.Back(at)
			continue
		}
		c.wanderOn(v, rng)
		if next, err := c.iv.Next(v.Screen.Path); err == nil && rng.IntN(8) > 0 {
			at = next
		} else if rng.IntN(8) == 0 {
			at = c.iv.Back(v.Screen.Path)
		} else {
			at = v.Screen.Path
		}
	}
	return c
}

// wanderOn does something on a screen.
func (c *conduct) wanderOn(v View, rng *rand.Rand) {
	c.t.Helper()
	switch v.Screen.Kind {
	case "consent":
		c.do(Act{Kind: KindConsent, Path: v.Screen.Path, Outcome: v.Screen.Consent.Outcomes[min(rng.IntN(12), 1)^1].Outcome})
	case "gate":
		c.do(Act{Kind: KindGate, Path: v.Screen.Path, Outcome: gateOutcomes[max(rng.IntN(6)-3, 0)]})
	case "selection":
		_ = c.try(Act{Kind: KindSelect, Path: v.Screen.Path}) // may be stale or empty
	case "roster":
		if len(v.Screen.Rows) < 4 && rng.IntN(2) == 0 {
			c.do(Act{Kind: KindAddRow, Roster: v.Screen.Roster})
		}
		if len(v.Screen.Rows) > 2 && rng.IntN(6) == 0 {
			c.do(Act{Kind: KindRemoveRow, Path: v.Screen.Rows[rng.IntN(len(v.Screen.Rows))].Path, Reason: "Ya no vive en la casa"})
		}
		v = c.iv.View(v.Screen.Path, "")
	}
	for _, k := range v.Screen.Checks {
		if k.Severity == "soft" && !k.Confirmed {
			_ = c.try(Act{Kind: KindConfirm, Check: k.ID, Reason: "Lo confirmó la persona"})
		}
	}
	for _, q := range v.Screen.Questions {
		if rng.IntN(10) == 0 {
			continue
		}
		if err := c.try(Act{Kind: KindAnswer, Path: q.Path, Value: c.anyAnswer(q, rng)}); err != nil {
			// An answer before it on this screen may have taken the question away.
			if c.iv.screenOf(q.Path) != "" && !q.Forced {
				c.t.Fatalf("%s offered %+v: %v", q.Path, q, err)
			}
		}
	}
}

// anyAnswer makes up an answer that a question offers.
func (c *conduct) anyAnswer(q QuestionView, rng *rand.Rand) Value {
	if len(q.Special) > 0 && rng.IntN(8) == 0 {
		var v Value
		v, _ = DecodeValue([]byte(`{"missing":"` + q.Special[rng.IntN(len(q.Special))].Missing + `"}`))
		return v
	}
	switch q.Kind {
	case "one":
		o := q.Options[rng.IntN(len(q.Options))]
		if o.Specify {
			return Code{o.Code, "algo más"}
		}
		return Code{Name: o.Code}
	case "many":
		o := q.Options[rng.IntN(len(q.Options))]
		if o.Specify {
			return Codes{[]string{o.Code}, "algo más"}
		}
		return Codes{Names: []string{o.Code}}
	case "text":
		return Text("palabra " + string(rune('a'+rng.IntN(26))) + string(rune('a'+rng.IntN(26))))
	case "date":
		return Date([]string{"2025-07", "2024", "2025-03-14"}[rng.IntN(3)])
	case "month":
		return Date([]string{"2025-07", "1999"}[rng.IntN(2)])
	case "entry", "place":
		return c.anyEntry(q, rng)
	case "point":
		return Point{rng.Int64N(180_000_000) - 90_000_000, rng.Int64N(360_000_000) - 180_000_000, rng.Int64N(50)}
	case "photo":
		return Attachment{Hash{byte(rng.IntN(3))}, "image/jpeg", 1 + rng.Int64N(3_000_000)}
	case "audio":
		return Attachment{Hash{byte(rng.IntN(3))}, "audio/webm", 1 + rng.Int64N(3_000_000)}
	case "time":
		return Time("21:30")
	case "money":
		return Number(rng.Int64N(900_000))
	}
	return Number(1 + rng.Int64N(60))
}

// anyEntry makes up an entry that a question offers: of a place often one that
// is told in part only.
func (c *conduct) anyEntry(q QuestionView, rng *rand.Rand) Value {
	var file TableFile
	for _, f := range c.iv.q.TableFiles() {
		if f.Hash == q.Table.Hash {
			file = f
		}
	}
	lines := strings.Split(strings.TrimSpace(string(file.Content)), "\n")[1:]
	for {
		code, _, _ := strings.Cut(lines[rng.IntN(len(lines))], "\t")
		e, ok := file.Find(code)
		if !ok {
			c.t.Fatalf("%s is in table %s and not found", code, file.Name)
		}
		with := e.With.Map()
		offered := len(q.Table.Levels) == 0 || with[file.levels[len(q.Table.Levels)-1]] == code || rng.IntN(3) == 0
		for i := len(q.Table.Levels); i < len(file.levels); i++ {
			offered = offered && with[file.levels[i]] == "" // not below what is asked
		}
		for _, w := range q.Within {
			offered = offered && with[w.Part] == w.Is
		}
		if offered {
			return e
		}
	}
}

// replay folds a log from the beginning.
func replay(t testing.TB, q *Questionnaire, log []Event) *Interview {
	t.Helper()
	iv := q.Open(Self{"s", "0197", "d2", 1})
	for i, e := range log {
		if err := iv.Admit(e); err != nil {
			t.Fatalf("event %d: %v", i+1, err)
		}
		iv.Apply(e)
	}
	return iv
}

// TestLawReplay: the state is the fold of the events, and computing again only
// what depends on an answer gives what computing everything gives.
func TestLawReplay(t *testing.T) {
	for _, dir := range append(instruments, "maze") {
		q := questionnaireOf(t, dir)
		for seed := range uint64(40) {
			c := wander(t, q, seed, 150)
			want := c.iv.Digest()
			if got := replay(t, q, c.log).Digest(); got != want {
				t.Fatalf("%s, seed %d: replaying %d events gives another state", dir, seed, len(c.log))
			}
			c.iv.everything(c.iv.root)
			c.iv.settle()
			if got := c.iv.Digest(); got != want {
				t.Fatalf("%s, seed %d: computing everything again gives another state", dir, seed)
			}
		}
	}
}

// questionnaireOf returns the questionnaire of a directory, or the maze.
func questionnaireOf(t *testing.T, dir string) *Questionnaire {
	t.Helper()
	if dir == "maze" {
		return maze(t)
	}
	return compileDir(t, dir)
}

// TestLawCompiledForm: the questionnaire that a browser reads from JSON is the
// one that was compiled.
func TestLawCompiledForm(t *testing.T) {
	for _, dir := range append(instruments, "maze") {
		q := questionnaireOf(t, dir)
		again, err := Load(q.IR())
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		if string(b) != string(q.IR()) {
			t.Errorf("%s: the compiled form changes when it is read and written", dir)
		}
		c := wander(t, q, 7, 200)
		if replay(t, again, c.log).Digest() != c.iv.Digest() {
			t.Errorf("%s: the form that was read folds to another state", dir)
		}
	}
}

// TestLawOnlyDependents: an answer that nothing depends on computes itself and
// its checks; the size of the interview does not matter.
func TestLawOnlyDependents(t *testing.T) {
	c := victim(t, 5)
	before := c.iv.evals
	c.say(robbery+"I1_5", "street") // I1_5: its own node and I1_16 with its checks
	if n := c.iv.evals - before; n > 8 {
		t.Errorf("one answer computed %d nodes of %d rows", n, len(c.iv.rows))
	}
	before = c.iv.evals
	c.say("P6_2", "no") // a buffer: nothing reads it
	if n := c.iv.evals - before; n != 1 {
		t.Errorf("an answer that nothing reads computed %d nodes", n)
	}
}

// TestLawTamper: an event that was changed anywhere is not admitted.
func TestLawTamper(t *testing.T) {
	q := compileHouse(t)
	c := wander(t, q, 3, 60)
	rng := rand.New(rand.NewPCG(9, 9))
	for i, e := range c.log {
		iv := replay(t, q, c.log[:i])
		for range 20 {
			bad := Event{append([]byte{}, e.Header...), append([]byte{}, e.Salt...), append([]byte{}, e.Payload...)}
			part := [][]byte{bad.Header, bad.Salt, bad.Payload}[rng.IntN(3)]
			at := rng.IntN(len(part))
			part[at] ^= byte(1 + rng.IntN(255))
			h, err := bad.Parse()
			if err != nil {
				continue
			}
			// What the header says of clocks and class is not checked by itself: the
			// chain shows the change at the next event.
			if iv.Admit(bad) == nil && i+1 < len(c.log) {
				iv.Apply(bad)
				if err := iv.Admit(c.log[i+1]); err == nil {
					t.Fatalf("event %d: a changed header %+v breaks no chain", i+1, h)
				}
				iv = replay(t, q, c.log[:i])
			}
		}
	}
}

// TestDecideChangesNothing: deciding leaves the interview as it was.
func TestDecideChangesNothing(t *testing.T) {
	c := victim(t, 2)
	before := c.iv.Digest()
	for _, act := range []Act{
		{Kind: KindAnswer, Path: "cost", Value: Number(1)}, {Kind: KindAddRow, Roster: "person"},
		{Kind: KindRemoveRow, Path: "person[d1.2]", Reason: "No vive en esta casa"}, {Kind: KindSelect},
		{Kind: KindConsent, Outcome: "refused"}, {Kind: KindLanguage, Language: "en"}, {Kind: KindStatus, Disposition: Partial},
	} {
		if _, err := c.iv.Decide(act, Stamp{Wall: noon.Add(time.Hour)}); err != nil {
			t.Errorf("%s: %v", act.Kind, err)
		}
	}
	if c.iv.Digest() != before || c.iv.Language() != "es" || c.iv.Disposition() != 0 {
		t.Error("deciding changed the interview")
	}
}

// FuzzEvent: no bytes make Admit or Apply panic, and what was admitted folds.
func FuzzEvent(f *testing.F) {
	q := compileHouse(f)
	c := wander(f, q, 1, 80)
	for _, e := range c.log {
		b, err := json.Marshal(e)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, 0)
	}
	f.Fuzz(func(t *testing.T, b []byte, upTo int) {
		var e Event
		if json.Unmarshal(b, &e) != nil {
			return
		}
		iv := q.Open(Self{"s", "0197", "d1", 1})
		for _, before := range c.log[:min(max(upTo, 0), len(c.log))] {
			iv.Apply(before)
		}
		if iv.Admit(e) == nil {
			iv.Apply(e)
			iv.View("", "")
		}
	})
}
