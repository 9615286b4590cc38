package storetest

import (
	"encoding/json"
	"fmt"
	"time"

	"cifra/collector"
	q "cifra/questionnaire"
)

// Survey is the survey of every event made here.
const Survey q.SurveyID = "storetest"

// A Line makes the events of one device in one stream, as a device does: each
// names the header of the one before.
type Line struct {
	Stream collector.StreamID
	Device q.DeviceID
	Seq    uint64 // of the last event made
	Head   q.Hash // of its header
}

// Next makes the line's next event. text is what is answered.
func (l *Line) Next(text string) collector.Entry {
	e := l.At(l.Seq+1, l.Head, text)
	l.Seq, l.Head = e.Seq, q.HeaderHash(e.Event.Header)
	return e
}

// At makes an event of any number and link; the line stays where it is. The
// same arguments make the same bytes.
func (l *Line) At(seq uint64, prev q.Hash, text string) collector.Entry {
	payload, err := json.Marshal(map[string]any{"value": map[string]string{"text": text}})
	if err != nil {
		panic(err)
	}
	salt := make([]byte, q.SaltLen)
	copy(salt, fmt.Sprint(seq, text))
	kind := q.KindAnswer
	if seq == 1 {
		kind = q.KindStart
	}
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC).Add(time.Duration(seq) * time.Second)
	header, err := json.Marshal(q.Header{
		Version: q.FormatVersion, Survey: Survey, Interview: q.InterviewID(l.Stream), Device: l.Device, Seq: seq, Prev: prev,
		Lease: 1, Wall: at, Mono: at.UnixMilli(), Kind: kind, Path: "q1", Class: q.Ordinary, Hash: q.PayloadHash(salt, payload),
	})
	if err != nil {
		panic(err)
	}
	return collector.Entry{
		Stream: l.Stream, Device: l.Device, Seq: seq, Kind: kind, Prev: prev, Received: at,
		Event: q.Event{Header: header, Salt: salt, Payload: payload},
	}
}
