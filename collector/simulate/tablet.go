package simulate

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"cifra/collector"
	q "cifra/questionnaire"
)

// This file is a tablet's side of the dialogue with the office. The rules:
//
//   - events go in batches, and the next batch after the ack of the last;
//   - what was not acked may or may not be there: after a lost connection the
//     office says how far it has the interview, and the rest is sent again;
//   - a refusal that names a mistake is the simulation's mistake: it ends.

const (
	batch     = 40 // events a push
	replyWait = 30 * time.Second
	tries     = 4 // of one push
)

// A tablet has one connection, used for one interview.
type tablet struct {
	url, token string
	device     q.DeviceID
	interview  q.InterviewID // "" while it only pulls
	ws         *websocket.Conn
	keep       func() bool // stops closing ws when the context ends
	id         uint64
	unacked    []q.Event
	acked      uint64 // events of the interview that are at the office
}

// A reply is any message of the office, with what a tablet reads of it.
type reply struct {
	Type        string            `json:"type"`
	ID          uint64            `json:"id"`
	Have        []collector.Have  `json:"have"`
	Upto        []collector.Have  `json:"upto"`
	Parked      []json.RawMessage `json:"parked"`
	Cases       []casePulled      `json:"cases"`
	Survey      q.SurveyID        `json:"survey"`
	Instruments []q.Hash          `json:"instruments"` // the current first
	Wait        int64             `json:"wait_ms"`
	Reason      collector.Reason  `json:"reason"`
	Detail      string            `json:"detail"`
}

// A casePulled is what a tablet needs to begin with a case.
type casePulled struct {
	Case  q.CaseID                   `json:"case"`
	Given map[string]json.RawMessage `json:"given"`
}

// hello connects and learns how far the office has the interview.
func (t *tablet) hello(ctx context.Context) (*reply, error) {
	address := "ws" + strings.TrimPrefix(t.url, "http") + "/v1/socket"
	ws, _, err := websocket.DefaultDialer.DialContext(ctx, address, http.Header{"Authorization": {"Bearer " + t.token}})
	if err != nil {
		return nil, err
	}
	t.ws, t.keep = ws, context.AfterFunc(ctx, func() { ws.Close() })
	type holding struct {
		Interview q.InterviewID `json:"interview"`
		Device    q.DeviceID    `json:"device"`
		Seq       uint64        `json:"seq"`
		Acked     uint64        `json:"acked"`
	}
	hello := struct {
		Type     string     `json:"type"`
		Protocol int        `json:"protocol"`
		Token    string     `json:"token"`
		Device   q.DeviceID `json:"device"`
		Engine   string     `json:"engine"`
		Holds    []holding  `json:"holds"`
	}{"hello", collector.Protocol, t.token, t.device, "simulate", []holding{}}
	if t.interview != "" {
		hello.Holds = append(hello.Holds, holding{t.interview, t.device, t.acked + uint64(len(t.unacked)), t.acked})
	}
	message, err := json.Marshal(hello)
	if err != nil {
		return nil, err
	}
	welcome, err := t.ask(message, "welcome")
	if err != nil {
		return nil, err
	}
	for _, h := range welcome.Have {
		t.arrived(h)
	}
	return welcome, nil
}

// arrived forgets the events that the office has.
func (t *tablet) arrived(h collector.Have) {
	if h.Interview != t.interview || h.Device != t.device || h.Seq <= t.acked {
		return
	}
	n := min(h.Seq-t.acked, uint64(len(t.unacked)))
	t.unacked, t.acked = t.unacked[n:], t.acked+n
}

// ask sends a message and waits for the answer of that type. A refusal is a
// *collector.Refused.
func (t *tablet) ask(message []byte, want string) (*reply, error) {
	deadline := time.Now().Add(replyWait)
	t.ws.SetWriteDeadline(deadline)
	if err := t.ws.WriteMessage(websocket.TextMessage, message); err != nil {
		return nil, err
	}
	t.ws.SetReadDeadline(deadline)
	for {
		_, data, err := t.ws.ReadMessage()
		if err != nil {
			return nil, err
		}
		var r reply
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, fmt.Errorf("the office's answer: %w", err)
		}
		switch r.Type {
		case want:
			return &r, nil
		case "refused":
			return nil, &collector.Refused{ID: r.ID, Reason: r.Reason, Detail: r.Detail}
		case "slow":
			time.Sleep(time.Duration(r.Wait) * time.Millisecond)
		}
	}
}

// push sends what is not acked, batch after batch, and connects again if the
// connection is lost.
func (t *tablet) push(ctx context.Context, events []q.Event) error {
	t.unacked = append(t.unacked, events...)
	failed := 0
	for len(t.unacked) > 0 {
		err := t.pushBatch(ctx)
		if err == nil {
			failed = 0
			continue
		}
		if refused := (*collector.Refused)(nil); errors.As(err, &refused) && refused.Reason != collector.ReasonBusy {
			return fmt.Errorf("push interview %s: %w", t.interview, err)
		}
		t.close()
		if failed++; failed == tries || ctx.Err() != nil {
			return fmt.Errorf("push interview %s: %w", t.interview, cmp.Or(ctx.Err(), err))
		}
		time.Sleep(time.Duration(failed) * 200 * time.Millisecond)
	}
	return nil
}

func (t *tablet) pushBatch(ctx context.Context) error {
	if t.ws == nil {
		if _, err := t.hello(ctx); err != nil {
			return err
		}
	}
	n := min(len(t.unacked), batch)
	if n == 0 {
		return nil // the office had it all
	}
	t.id++
	message := fmt.Appendf(nil, `{"type":"push","id":%d,"events":[`, t.id)
	for i, e := range t.unacked[:n] {
		if i > 0 {
			message = append(message, ',')
		}
		message = e.AppendJSON(message)
	}
	ack, err := t.ask(append(message, "]}"...), "ack")
	if err != nil {
		return err
	}
	if len(ack.Parked) > 0 {
		return &collector.Refused{Reason: collector.ReasonMalformed, Detail: fmt.Sprintf("%d events were set aside: %s", len(ack.Parked), ack.Parked[0])}
	}
	before := t.acked
	for _, h := range ack.Upto {
		t.arrived(h)
	}
	if t.acked != before+uint64(n) {
		return fmt.Errorf("%d events were sent and the office acked %d", n, t.acked-before)
	}
	return nil
}

// pull returns the cases that the office has for this tablet.
func (t *tablet) pull() ([]casePulled, error) {
	t.id++
	r, err := t.ask(fmt.Appendf(nil, `{"type":"pull","id":%d,"cursor":0}`, t.id), "cases")
	if err != nil {
		return nil, fmt.Errorf("pull: %w", err)
	}
	return r.Cases, nil
}

func (t *tablet) close() {
	if t.ws != nil {
		t.keep()
		t.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(websocket.CloseNormalClosure, ""), time.Now().Add(time.Second))
		t.ws.Close()
		t.ws = nil
	}
}
