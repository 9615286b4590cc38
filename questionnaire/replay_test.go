//go:build !js

package questionnaire

import (
	"encoding/json"
	"errors"
	"testing"
)

// An event that is parked is as if it had never been: what the device did after
// it stands.
func TestReplayPassesOverParkedEvents(t *testing.T) {
	c := start(t, compileHouse(t), 0).member("Ana", 34)
	events := c.log
	// The tablet answers an item that its instrument does not have, and goes on.
	var prev Header
	if err := json.Unmarshal(events[len(events)-1].Header, &prev); err != nil {
		t.Fatal(err)
	}
	payload := []byte(`{"value":{"number":1}}`)
	foreign := Header{
		Version: FormatVersion, Survey: "s", Interview: "0197", Device: "d1", Seq: prev.Seq + 1, Prev: HeaderHash(events[len(events)-1].Header),
		Lease: 1, Wall: noon, Kind: KindAnswer, Path: "no_such_item", Hash: PayloadHash([]byte("salt"), payload),
	}
	header, err := json.Marshal(foreign)
	if err != nil {
		t.Fatal(err)
	}
	parked := Event{Header: header, Salt: []byte("salt"), Payload: payload}
	c.iv.Pass(parked)
	c.say("person_complete", "yes").say("cost", 100)

	iv := c.iv.q.Open(Self{"s", "0197", "office", 1})
	for _, e := range events {
		if err := iv.Replay(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := iv.Replay(parked); !errors.Is(err, ErrPath) {
		t.Errorf("an item that is none: %v, want ErrPath", err)
	}
	if err := iv.Replay(events[0]); !errors.Is(err, ErrChain) {
		t.Errorf("an event that was there: %v, want ErrChain", err)
	}
	for _, e := range c.log[len(events):] {
		if err := iv.Replay(e); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := iv.Digest(), c.iv.Digest(); got != want {
		t.Error("the rest of the log gives another interview")
	}
	if got := iv.Events(); got != len(c.log) {
		t.Errorf("%d events applied, want %d", got, len(c.log))
	}
}
