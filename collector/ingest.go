package collector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	q "cifra/questionnaire"
)

// This file takes events in. The rules:
//
//   - before the ack only the envelope counts: what an answer means never keeps
//     it out;
//   - a bad event stops nothing but itself. One whose header is sound keeps its
//     place in its line and is marked; any other is kept aside;
//   - only a gap is not kept, since the tablet sends it again after what is
//     missing.

// An intake is one push on its way.
type intake struct {
	s       *Server
	device  q.DeviceID // whose connection it is
	entries []Entry
	parked  []Parked // by entry; a zero Reason is none

	// What this push begins, so that its later events have a right there.
	begun map[q.InterviewID]q.Header
}

// ingest stores the events of a push and returns an *Ack or a *Refused. Its
// error means that the outcome is unknown.
func (s *Server) ingest(ctx context.Context, device q.DeviceID, push *Push) (any, error) {
	in := &intake{s: s, device: device}
	for _, raw := range push.Events {
		if err := in.envelope(ctx, raw); err != nil {
			return nil, err
		}
	}
	outcomes, err := s.Log.Append(ctx, in.entries)
	if err != nil {
		return nil, fmt.Errorf("ingest %d events of %s: %w", len(in.entries), device, err)
	}
	stored := make([]Entry, 0, len(outcomes))
	for i, o := range outcomes {
		if o.Result == Stored {
			in.entries[i].Cursor = o.Cursor
			stored = append(stored, in.entries[i])
		}
	}
	// What was stored is on disk whether or not it can be folded, so the ack
	// follows in any case.
	if err := s.fold.add(stored, s.blob(ctx)); err != nil {
		s.logger().ErrorContext(ctx, "fold", "device", device, "err", err)
	}
	return in.reply(ctx, push.ID, outcomes)
}

// envelope checks one event and adds its entry.
func (in *intake) envelope(ctx context.Context, raw json.RawMessage) error {
	e := Entry{Device: in.device, Received: in.s.now()}
	event, err := decodeEvent(raw)
	if err != nil {
		e.Event.Header = raw // whatever it is, it is kept
		in.aside(e, ReasonMalformed, err.Error())
		return nil
	}
	e.Event = event
	h, newer := q.ParseHeader(event.Header)
	if newer != nil && !errors.Is(newer, q.ErrNewer) {
		in.aside(e, ReasonMalformed, newer.Error())
		return nil
	}
	e.Stream, e.Device, e.Seq, e.Kind, e.Prev = StreamID(h.Interview), h.Device, h.Seq, h.Kind, h.Prev
	why, reason, err := in.right(ctx, &h)
	switch {
	case err != nil:
		return err
	case why != "":
		in.aside(e, reason, why)
		return nil
	}
	switch why, err := "", unambiguousPayload(event); {
	case len(event.Header) > maxHeader || len(event.Payload) > maxPayload:
		why = fmt.Sprintf("a header of %d bytes, a payload of %d", len(event.Header), len(event.Payload))
		in.add(e, ReasonTooLarge, why)
	case newer != nil: // the device counts it, and what it sends next builds on it
		in.add(e, ReasonMalformed, newer.Error())
	case err != nil:
		in.add(e, ReasonMalformed, err.Error())
	case event.Payload != nil && q.PayloadHash(event.Salt, event.Payload) != h.Hash:
		in.add(e, ReasonMalformed, "salt and payload do not give the header's hash")
	default:
		in.add(e, "", "")
	}
	return nil
}

func unambiguousPayload(e q.Event) error {
	if e.Payload == nil {
		return nil
	}
	return unambiguous(e.Payload)
}

// right says why the event may not stand in its line, or "".
func (in *intake) right(ctx context.Context, h *q.Header) (why string, reason Reason, err error) {
	switch {
	case h.Survey != in.s.Survey:
		return fmt.Sprintf("an event of survey %.64q; this is %q", h.Survey, in.s.Survey), ReasonUnknownSurvey, nil
	case !plainName(string(h.Device)) || !plainName(string(h.Interview)) || h.Interview == q.InterviewID(Org):
		return "an interview or a device with a name that none can have", ReasonMalformed, nil
	case h.Device == q.Office, h.Device != in.device:
		return fmt.Sprintf("an event of device %s", h.Device), ReasonNotYours, nil
	}
	if first, ok := in.begun[h.Interview]; ok {
		if first.Device != h.Device || first.Lease != h.Lease {
			return fmt.Sprintf("device %s has no lease %d of interview %s", h.Device, h.Lease, h.Interview), ReasonNotYours, nil
		}
		return "", "", nil
	}
	f := in.s.fold
	f.mu.RLock()
	why, begun := f.mayWrite(h.Interview, h.Device, h.Lease)
	f.mu.RUnlock()
	if !begun || why != "" {
		// Another server may have taken what gives the right.
		if err := f.catchUp(ctx, in.s.Log); err != nil {
			return "", "", err
		}
		defer f.mu.Unlock()
		why, begun = f.mayWrite(h.Interview, h.Device, h.Lease)
	}
	switch {
	case begun && why != "":
		return why, ReasonNotYours, nil
	case begun || h.Seq > 1:
		return "", "", nil // with a number above 1 the start is missing: a gap
	case h.Kind != q.KindStart || h.Case == "":
		return "an interview begins with a start that names its case", ReasonMalformed, nil
	}
	if why := f.mayStart(h.Case, h.Device); why != "" {
		return why, ReasonNotYours, nil
	}
	if in.begun == nil {
		in.begun = make(map[q.InterviewID]q.Header)
	}
	in.begun[h.Interview] = *h
	return "", "", nil
}

// add takes an entry in its place, marked if there is a reason.
func (in *intake) add(e Entry, reason Reason, detail string) {
	e.Reason = reason
	in.entries = append(in.entries, e)
	in.parked = append(in.parked, Parked{q.InterviewID(e.Stream), e.Device, e.Seq, reason, detail})
}

// aside takes an entry that may not stand in a line.
func (in *intake) aside(e Entry, reason Reason, detail string) {
	e.Aside = true
	in.add(e, reason, detail)
}

// reply says what became of the push: refused if events before it are missing
// or if nothing of it stands in its place, else acked.
func (in *intake) reply(ctx context.Context, id uint64, outcomes []Outcome) (any, error) {
	var parked []Parked
	var standing, gaps int
	for i, o := range outcomes {
		p := in.parked[i]
		switch o.Result {
		case Gap:
			gaps++
			continue
		case KeptAside:
			if p.Reason == "" {
				p.Reason, p.Detail = o.Reason, "other content stands there, or before it"
			}
		default:
			standing++
		}
		if p.Reason != "" {
			parked = append(parked, p)
		}
	}
	upto, err := in.upto(ctx, outcomes)
	if err != nil {
		return nil, err
	}
	switch {
	case gaps > 0:
		r := refuse(id, ReasonGap, "%d events came without those before them", gaps)
		r.Upto, r.Parked = upto, parked
		return r, nil
	case standing == 0:
		r := refuse(id, parked[0].Reason, "%s", parked[0].Detail)
		r.Upto, r.Parked = upto, parked
		return r, nil
	}
	return &Ack{ID: id, Upto: upto, Parked: parked}, nil
}

// upto says how far the office has each line of the push.
func (in *intake) upto(ctx context.Context, outcomes []Outcome) ([]Have, error) {
	list := make([]Have, 0, 1)
	var asked []bool // whether the store must be asked, by line
	for i := range in.entries {
		e := &in.entries[i]
		if e.Stream == "" || e.Aside {
			continue
		}
		at := slices.IndexFunc(list, func(h Have) bool { return h.Interview == q.InterviewID(e.Stream) && h.Device == e.Device })
		if at < 0 {
			at, list, asked = len(list), append(list, Have{Interview: q.InterviewID(e.Stream), Device: e.Device}), append(asked, false)
		}
		if outcomes[i].Result == Stored {
			list[at].Seq, list[at].Head, asked[at] = e.Seq, q.HeaderHash(e.Event.Header), false
		} else if list[at].Seq == 0 {
			asked[at] = true
		}
	}
	for at, ask := range asked {
		if !ask {
			continue
		}
		heads, err := in.s.Log.Heads(ctx, StreamID(list[at].Interview))
		if err != nil {
			return nil, err
		}
		h := heads[list[at].Device]
		list[at].Seq, list[at].Head = h.Seq, h.Hash
	}
	return list, nil
}

// have says how far the office has what a tablet holds.
func (s *Server) have(ctx context.Context, holds []Holding) ([]Have, error) {
	list := make([]Have, 0, len(holds))
	for _, h := range holds {
		heads, err := s.Log.Heads(ctx, StreamID(h.Interview))
		if err != nil {
			return nil, err
		}
		if head, ok := heads[h.Device]; ok {
			list = append(list, Have{h.Interview, h.Device, head.Seq, head.Hash})
		}
	}
	return list, nil
}

// errUnknown tells a tablet that its events may or may not be stored.
func errUnknown(id uint64, err error) *Refused {
	if errors.Is(err, ErrStopped) {
		return refuse(id, ReasonBusy, "the office's disk takes nothing at the moment")
	}
	return refuse(id, ReasonBusy, "the office could not store it")
}
