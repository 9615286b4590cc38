//go:build !js

package questionnaire

import (
	"encoding/json"
	"errors"
	"testing"
)

// elsewhere is what a device might send: the next event of device, with a
// header and a payload of its own making. A payload of "" is one destroyed.
func (c *conduct) elsewhere(device DeviceID, lease int, kind Kind, path, payload string) Event {
	c.t.Helper()
	own := c.iv.heads[device]
	h := Header{
		Version: FormatVersion, Survey: "s", Interview: "0197", Device: device, Seq: own.seq + 1, Prev: own.hash, Lease: lease, Wall: c.now,
		Kind: kind, Path: path,
	}
	e := Event{Salt: make([]byte, SaltLen)}
	h.Hash = PayloadHash(e.Salt, []byte(payload))
	if payload != "" {
		e.Payload = []byte(payload)
	}
	var err error
	if e.Header, err = json.Marshal(h); err != nil {
		c.t.Fatal(err)
	}
	return e
}

// TestAdmitRefuses: what could not have been decided, and would be passed over
// or believed by the fold, is parked.
func TestAdmitRefuses(t *testing.T) {
	family := func(t *testing.T) *conduct {
		c := start(t, compileHouse(t), 700_000) // draws the second of two
		return c.member("Ana", 34).member("Luis", 36).say("person_complete", "yes")
	}
	for _, x := range []struct {
		name          string
		device        DeviceID
		kind          Kind
		path, payload string
		want          error
	}{
		{"a consent neither given nor refused", "d1", KindConsent, "consent", `{"outcome":"perhaps"}`, ErrPayload},
		{"a consent to a question", "d1", KindConsent, "cost", `{"outcome":"given"}`, ErrNotAsked},
		{"an answer to a consent", "d1", KindAnswer, "consent", ``, ErrNotAsked},
		{"a consent cleared", "d1", KindClear, "consent", `{}`, ErrNotAsked},
		{"a draw of nowhere", "d1", KindSelect, "nobody", `{"frame":["d1.1","d1.2"],"number":"0.700000","probability":"1/2","chosen":"d1.2","method":"number"}`, ErrPath},
		{"a draw of somebody else", "d1", KindSelect, "selected", `{"frame":["d1.1","d1.2"],"number":"0.700000","probability":"1/2","chosen":"d1.1","method":"number"}`, ErrPayload},
		{"a draw by another number", "d1", KindSelect, "selected", `{"frame":["d1.1","d1.2"],"number":"0.100000","probability":"1/2","chosen":"d1.1","method":"number"}`, ErrPayload},
		{"a draw from nobody", "d1", KindSelect, "selected", `{"frame":[],"number":"0.700000","probability":"1/2","chosen":"","method":"number"}`, ErrPayload},
		{"the right draw", "d1", KindSelect, "selected", `{"frame":["d1.1","d1.2"],"number":"0.700000","probability":"1/2","chosen":"d1.2","method":"number"}`, nil},
		{"a language it is not in", "d1", KindLanguage, "", `{"language":"fr"}`, ErrPayload},
		{"a disposition that is none", "d1", KindStatus, "", `{"disposition":7}`, ErrAct},
		{"a second start", "d1", KindStart, "", ``, ErrNotStarted},
		{"a row under another device's number", "d1", KindAddRow, "person[d2.1]", `{}`, ErrPath},
		{"a row with no number", "d1", KindAddRow, "person[d1.x]", `{}`, ErrPath},
		{"an item by a way round", "d1", KindAnswer, "person[d1.1].cost", `{"value":{"number":1}}`, ErrPath},
		{"a row by a way round", "d1", KindRemoveRow, "person[d1.1].person[d1.2]", `{"reason":"Vive en otra casa"}`, ErrPath},
		{"a lease that a tablet gives itself", "d1", KindLease, "", `{"lease":2,"device":"d1","held":{}}`, ErrAct},
		{"a lease of the past", Office, KindLease, "", `{"lease":1,"device":"d2","held":{}}`, ErrPayload},
		{"an answer by the office", Office, KindAnswer, "cost", `{"value":{"number":1}}`, ErrAct},
		{"another tablet under the same lease", "d2", KindAnswer, "cost", `{"value":{"number":1}}`, ErrLease},
	} {
		t.Run(x.name, func(t *testing.T) {
			c := family(t)
			err := c.iv.Admit(c.elsewhere(x.device, 1, x.kind, x.path, x.payload))
			if !errors.Is(err, x.want) || x.want == nil && err != nil {
				t.Errorf("%v, want %v", err, x.want)
			}
		})
	}
}

// A start whose parameters are not what the questionnaire wants is parked, not
// begun without them.
func TestAdmitStart(t *testing.T) {
	q := compileHouse(t)
	c := &conduct{t: t, iv: q.Open(Self{"s", "0197", "d1", 1}), now: noon}
	payload := `{"instrument":"` + q.Hash().String() + `","case":"0001","household":1,"given":{"reference_year":{"text":"2025"}}}`
	if err := c.iv.Admit(c.elsewhere("d1", 1, KindStart, "", payload)); !errors.Is(err, ErrValue) {
		t.Errorf("a year in words: %v, want ErrValue", err)
	}
}

// TestLeasePassedOn: a lease belongs to one tablet. The one before it may send
// what the server held, and makes no event under the new lease.
func TestLeasePassedOn(t *testing.T) {
	c := start(t, compileHouse(t), 0).member("Ana", 34)
	late, err := c.iv.Decide(Act{Kind: KindAddRow, Roster: "person"}, Stamp{Wall: c.now})
	if err != nil {
		t.Fatal(err)
	}
	lease := c.elsewhere(Office, 0, KindLease, "", `{"lease":2,"device":"d2","held":{"d1":4}}`)
	if err := c.iv.Replay(lease); err != nil {
		t.Fatal(err)
	}
	if err := c.iv.Admit(late); !errors.Is(err, ErrSideBranch) {
		t.Errorf("a late event: %v, want ErrSideBranch", err)
	}
	e, err := c.iv.Decide(Act{Kind: KindAddRow, Roster: "person"}, Stamp{Wall: c.now})
	if err != nil {
		t.Fatal(err)
	}
	if h, _ := e.Parse(); h.Lease != 1 {
		t.Errorf("the first tablet writes under lease %d", h.Lease)
	}
	second := c.iv.q.Open(Self{"s", "0197", "d2", 2})
	for _, e := range append(c.log, lease) {
		if err := second.Replay(e); err != nil {
			t.Fatal(err)
		}
	}
	if e, err = second.Decide(Act{Kind: KindAddRow, Roster: "person"}, Stamp{Wall: c.now}); err != nil {
		t.Fatal(err)
	}
	if err := c.iv.Admit(e); err != nil {
		t.Errorf("the holder's event: %v", err)
	}
	// It builds on the lease: whoever has not seen that waits for it.
	if err := replay(t, c.iv.q, c.log).Admit(e); !errors.Is(err, ErrChain) {
		t.Errorf("an event whose ground is missing: %v, want ErrChain", err)
	}
}

// TestRowAfterParkedRow: a row that was parked leaves a gap in the numbers of
// its device, and the next row stands above it.
func TestRowAfterParkedRow(t *testing.T) {
	c := start(t, compileHouse(t), 0).member("Ana", 34)
	c.iv.Pass(c.elsewhere("d1", 1, KindAddRow, "person[d1.2]", `{}`))
	if err := c.iv.Replay(c.elsewhere("d1", 1, KindAddRow, "person[d1.3]", `{}`)); err != nil {
		t.Fatal(err)
	}
	c.do(Act{Kind: KindAddRow, Roster: "person"})
	if h, _ := c.log[len(c.log)-1].Parse(); h.Path != "person[d1.4]" {
		t.Errorf("the next row is %s", h.Path)
	}
}

// TestDestroyedConsentAndDraw: payloads that are gone fold as withheld, not as
// a refusal and not as if nobody had been asked.
func TestDestroyedConsentAndDraw(t *testing.T) {
	c := start(t, compileHouse(t), 0).member("Ana", 34).say("person_complete", "yes")
	for _, x := range []struct {
		kind Kind
		path string
	}{{KindConsent, "consent"}, {KindSelect, "selected"}} {
		if err := c.iv.Replay(c.elsewhere("d1", 1, x.kind, x.path, "")); err != nil {
			t.Fatal(err)
		}
	}
	c.is("consent", Withheld).asked("cost", true)
	if got := c.cell(ana + "selected"); got.Missing != Withheld {
		t.Errorf("selected is %+v, want withheld", got)
	}
}
