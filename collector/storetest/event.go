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
	return l.advance(l.At(l.Seq+1, l.Head, text))
}

// At makes an event of any number and link; the line stays where it is. The
// same arguments make the same bytes.
func (l *Line) At(seq uint64, prev q.Hash, text string) collector.Entry {
	kind := q.KindAnswer
	if seq == 1 {
		kind = q.KindStart
	}
	return l.event(seq, prev, kind, "", map[string]any{"value": map[string]string{"text": text}})
}

// Start makes the line's next event the start of an interview of a case.
func (l *Line) Start(id q.CaseID) collector.Entry {
	return l.advance(l.event(l.Seq+1, l.Head, q.KindStart, id, map[string]any{"instrument": "", "case": id, "household": 1, "given": map[string]any{}}))
}

// Status makes the line's next event a status: the outcome of the interview.
func (l *Line) Status(d collector.Disposition) collector.Entry {
	return l.advance(l.event(l.Seq+1, l.Head, q.KindStatus, "", map[string]any{"disposition": d}))
}

// Attempt makes the line's next event a visit without an interview.
func (l *Line) Attempt(d collector.Disposition) collector.Entry {
	return l.advance(l.event(l.Seq+1, l.Head, q.KindAttempt, "", map[string]any{"disposition": d}))
}

func (l *Line) advance(e collector.Entry) collector.Entry {
	l.Seq, l.Head = e.Seq, q.HeaderHash(e.Event.Header)
	return e
}

func (l *Line) event(seq uint64, prev q.Hash, kind q.Kind, id q.CaseID, payload any) collector.Entry {
	body, err := json.Marshal(payload)
	if err != nil {
		panic(err)
	}
	salt := make([]byte, q.SaltLen)
	copy(salt, fmt.Sprint(seq, l.Device))
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC).Add(time.Duration(seq) * time.Second)
	header, err := json.Marshal(q.Header{
		Version: q.FormatVersion, Survey: Survey, Interview: q.InterviewID(l.Stream), Device: l.Device, Seq: seq, Prev: prev,
		Lease: 1, Wall: at, Mono: at.UnixMilli(), Kind: kind, Path: "q1", Class: q.Ordinary, Hash: q.PayloadHash(salt, body), Case: id,
	})
	if err != nil {
		panic(err)
	}
	return collector.Entry{
		Stream: l.Stream, Device: l.Device, Seq: seq, Kind: kind, Prev: prev, Received: at,
		Event: q.Event{Header: header, Salt: salt, Payload: body},
	}
}
