package storetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"cifra/collector"
	q "cifra/questionnaire"
)

// A Tablet is the other side of the dialogue, for tests of a server: it says
// what it is told to, right or wrong. One goroutine uses it.
type Tablet struct {
	Device q.DeviceID
	ws     *websocket.Conn
	next   uint64
}

// A Reply is any message of the office.
type Reply struct {
	Type        string             `json:"type"`
	ID          uint64             `json:"id"`
	Reason      collector.Reason   `json:"reason"`
	Detail      string             `json:"detail"`
	Hint        string             `json:"hint"`
	Upto        []collector.Have   `json:"upto"`
	Have        []collector.Have   `json:"have"`
	Parked      []collector.Parked `json:"parked"`
	Cursor      collector.Cursor   `json:"cursor"`
	Cases       []json.RawMessage  `json:"cases"`
	Instruments []q.Hash           `json:"instruments"`
	Survey      q.SurveyID         `json:"survey"`
	Store       string             `json:"store"`
	Window      int                `json:"window"`
	Wait        int64              `json:"wait_ms"`
}

// Dial opens a socket at a server's address (http://host:port), as a program
// does that has the token, and says nothing yet.
func Dial(addr, token string, device q.DeviceID) (*Tablet, error) {
	header := http.Header{"Authorization": {"Bearer " + token}}
	ws, response, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(addr, "http")+"/v1/socket", header)
	if err != nil {
		if response != nil {
			return nil, fmt.Errorf("dial: %s: %w", response.Status, err)
		}
		return nil, err
	}
	return &Tablet{Device: device, ws: ws}, nil
}

// Connect is Dial and Hello, without holdings.
func Connect(addr, token string, device q.DeviceID) (*Tablet, error) {
	t, err := Dial(addr, token, device)
	if err != nil {
		return nil, err
	}
	if r, err := t.Hello(token); err != nil || r.Type != "welcome" {
		t.Close()
		return nil, fmt.Errorf("hello: %+v %w", r, err)
	}
	return t, nil
}

// Hello says hello with what the tablet holds and returns the answer.
func (t *Tablet) Hello(token string, holds ...collector.Holding) (Reply, error) {
	list := make([]map[string]any, 0)
	for _, h := range holds {
		list = append(list, map[string]any{"interview": h.Interview, "device": h.Device, "seq": h.Seq, "acked": h.Acked})
	}
	m, err := json.Marshal(map[string]any{
		"type": "hello", "protocol": collector.Protocol, "token": token, "device": t.Device, "engine": "test", "holds": list,
	})
	if err != nil {
		return Reply{}, err
	}
	return t.Say(string(m))
}

// Push sends events and returns the answer to them.
func (t *Tablet) Push(entries ...collector.Entry) (Reply, error) {
	t.next++
	return t.Say(string(PushMessage(t.next, entries...)))
}

// PushMessage is the text of a push.
func PushMessage(id uint64, entries ...collector.Entry) []byte {
	b := strconv.AppendUint([]byte(`{"type":"push","id":`), id, 10)
	b = append(b, `,"events":[`...)
	for i, e := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = e.Event.AppendJSON(b)
	}
	return append(b, "]}"...)
}

// Pull asks for the cases that changed since a cursor.
func (t *Tablet) Pull(since collector.Cursor) (Reply, error) {
	t.next++
	return t.Say(fmt.Sprintf(`{"type":"pull","id":%d,"cursor":%d}`, t.next, since))
}

// Say sends a text and returns the next message.
func (t *Tablet) Say(text string) (Reply, error) {
	if err := t.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		return Reply{}, err
	}
	return t.Hear()
}

// Hear returns the next message that is not a request to slow down.
func (t *Tablet) Hear() (Reply, error) {
	for {
		t.ws.SetReadDeadline(time.Now().Add(20 * time.Second))
		_, data, err := t.ws.ReadMessage()
		if err != nil {
			return Reply{}, err
		}
		var r Reply
		if err := json.Unmarshal(data, &r); err != nil {
			return Reply{}, fmt.Errorf("%w in %s", err, data)
		}
		if r.Type != "slow" {
			return r, nil
		}
	}
}

// Socket returns the connection, for what the other methods cannot do.
func (t *Tablet) Socket() *websocket.Conn { return t.ws }

// Close drops the connection without a word, as a lost network does.
func (t *Tablet) Close() error { return t.ws.Close() }
