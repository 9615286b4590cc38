package collector

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"time"

	q "cifra/questionnaire"
)

// A session is one side of the dialogue with one tablet: the same over a socket
// and by POST. One goroutine uses it.
type session struct {
	s       *Server
	device  q.DeviceID // "" until hello
	trusted bool       // the request brought the token
	remote  string     // for the log
}

// slowAfter is how long a push may take before the tablet is asked to wait.
const slowAfter = time.Second

// hear answers one message. end reports that the connection is of no use any
// more.
func (ss *session) hear(ctx context.Context, data []byte) (replies []any, end bool) {
	message, err := decode(data)
	if refused := (*Refused)(nil); errors.As(err, &refused) {
		return ss.refused(ctx, refused), false
	}
	if hello, ok := message.(*Hello); ok {
		return ss.hello(ctx, hello)
	}
	if !ss.trusted && ss.device == "" {
		return ss.refused(ctx, refuse(0, ReasonForeign, "the first message is hello")), true
	}
	switch m := message.(type) {
	case *Push:
		if ss.device == "" { // whoever has the token speaks for one device, and says for which
			return ss.refused(ctx, refuse(m.ID, ReasonNotYours, "a push that does not say of which device: send hello before it or the header Cifra-Device")), false
		}
		return ss.push(ctx, m)
	case *Pull:
		changes, err := ss.s.changes(ctx, ss.device, m)
		if err != nil {
			return ss.failed(ctx, m.ID, err)
		}
		return []any{changes}, false
	}
	return []any{&Pong{}}, false
}

func (ss *session) hello(ctx context.Context, m *Hello) ([]any, bool) {
	switch {
	case !ss.s.knows(m.Token):
		return ss.refused(ctx, refuse(0, ReasonForeign, "the token is not this server's")), true
	case m.Protocol != Protocol:
		return ss.refused(ctx, refuse(0, ReasonProtocol, "protocol %d; this server speaks %d", m.Protocol, Protocol)), true
	case !plainName(string(m.Device)) || m.Device == q.Office:
		return ss.refused(ctx, refuse(0, ReasonMalformed, "a device named %.40q", m.Device)), true
	case ss.device != "" && ss.device != m.Device:
		return ss.refused(ctx, refuse(0, ReasonMalformed, "this connection is of device %s", ss.device)), false
	}
	have, err := ss.s.have(ctx, m.Holds)
	if err != nil {
		return ss.failed(ctx, 0, err)
	}
	ss.device = m.Device
	ss.s.fold.mu.RLock()
	instruments := ss.s.fold.hashes()
	ss.s.fold.mu.RUnlock()
	return []any{&Welcome{
		Protocol: Protocol, Survey: ss.s.Survey, Store: ss.s.Log.Epoch(), Instruments: instruments,
		Time: ss.s.now().UTC().Format(time.RFC3339Nano), Have: have, Window: window,
	}}, false
}

func (ss *session) push(ctx context.Context, m *Push) ([]any, bool) {
	begun := time.Now()
	reply, err := ss.s.ingest(ctx, ss.device, m)
	if err != nil {
		return ss.failed(ctx, m.ID, err)
	}
	switch r := reply.(type) {
	case *Refused:
		return ss.refused(ctx, r), false
	case *Ack:
		for _, p := range r.Parked {
			ss.s.logger().WarnContext(ctx, "parked", "device", p.Device, "interview", p.Interview, "seq", p.Seq, "reason", p.Reason, "detail", p.Detail)
		}
	}
	if took := time.Since(begun); took > slowAfter {
		return []any{reply, &Slow{Wait: took.Milliseconds()}}, false
	}
	return []any{reply}, false
}

// refused logs a refusal, once, and sends it.
func (ss *session) refused(ctx context.Context, r *Refused) []any {
	ss.s.logger().WarnContext(ctx, "refused", "device", ss.device, "remote", ss.remote, "id", r.ID, "reason", r.Reason, "detail", r.Detail, "parked", len(r.Parked))
	return []any{r}
}

// failed logs that this side is at fault. After a store has stopped there is
// nothing to say on this connection any more.
func (ss *session) failed(ctx context.Context, id uint64, err error) ([]any, bool) {
	if ctx.Err() == nil {
		ss.s.logger().ErrorContext(ctx, "dialogue", "device", ss.device, "remote", ss.remote, "err", err)
	}
	return []any{errUnknown(id, err)}, errors.Is(err, ErrStopped)
}

// changes lists what a tablet does not know of the cases: those that are free
// or its own, and, without address, those that it knew and that another has now.
func (s *Server) changes(ctx context.Context, device q.DeviceID, m *Pull) (*Changes, error) {
	if err := s.fold.catchUp(ctx, s.Log); err != nil {
		return nil, err
	}
	defer s.fold.mu.Unlock()
	f := s.fold
	reply := &Changes{ID: m.ID, Cursor: f.through, Cases: make([]json.RawMessage, 0), Instruments: f.hashes()}
	for _, c := range f.sampled {
		if c.changed <= m.Cursor {
			continue
		}
		view, err := s.view(c, device, m.Cursor)
		if err != nil {
			return nil, err
		}
		if view != nil {
			reply.Cases = append(reply.Cases, view)
		}
	}
	return reply, nil
}

// view encodes a case for a device, nil if it is not its business. The fold is
// locked.
func (s *Server) view(c *Case, device q.DeviceID, since Cursor) (json.RawMessage, error) {
	if holder := c.Holder(); holder != "" && holder != device {
		if since == 0 {
			return nil, nil
		}
		return json.Marshal(caseView{Case: c.ID, Assigned: c.Assigned, Held: holder})
	}
	if view, ok := s.fold.views[c.ID]; ok {
		return view, nil
	}
	var given map[string]json.RawMessage
	if list := s.fold.published(); len(list) > 0 {
		given, _ = list[0].given(c) // what is wrong was said when it was published or imported
	}
	view, err := json.Marshal(c.view(given))
	if err == nil {
		s.fold.views[c.ID] = view
	}
	return view, err
}

// knows compares a token without telling by its time how much of it is right.
func (s *Server) knows(token string) bool {
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.Token))
	return s.Token != "" && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}
