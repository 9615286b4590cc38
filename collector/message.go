package collector

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	q "cifra/questionnaire"
)

// Protocol is the version of the dialogue.
const Protocol = 1

// Bounds of one message.
const (
	maxMessage = 256 << 10 // bytes
	maxEvents  = 200
	maxHolds   = 4_000
	maxHeader  = 4 << 10  // bytes of one event's header
	maxPayload = 64 << 10 // bytes of one event's payload
	maxName    = 64       // characters of a device, an interview, a case
)

// window is how many events a tablet may have on the way, not acked.
const window = 2 * maxEvents

// A Reason is why something was refused or put before a person.
type Reason string

// Reasons, stored and sent by name: add at the end, never rename.
const (
	ReasonDivergent     Reason = "divergent"      // other content stands under that number, or before it
	ReasonGap           Reason = "gap"            // events before it are missing
	ReasonTooLarge      Reason = "too_large"      // more than one message or one event may hold
	ReasonMalformed     Reason = "malformed"      // not a message or event of this protocol
	ReasonForeign       Reason = "foreign"        // from another page, or without the token
	ReasonNotYours      Reason = "not_yours"      // another device's case or interview
	ReasonUnknownSurvey Reason = "unknown_survey" // an event of another survey
	ReasonBusy          Reason = "busy"           // not now; send it again later
	ReasonProtocol      Reason = "protocol"       // a version of the dialogue that is not spoken here
)

// hint tells the person at the tablet or the office what to do.
func (r Reason) hint() string {
	switch r {
	case ReasonDivergent:
		return "the office keeps both; a supervisor compares them. If this tablet was copied or restored, stop using the copy"
	case ReasonGap:
		return "connect again: the office says what it has, and the tablet sends the rest"
	case ReasonTooLarge:
		return fmt.Sprintf("send at most %d events and %d KiB a message, %d KiB an answer", maxEvents, maxMessage>>10, maxPayload>>10)
	case ReasonMalformed:
		return "update the tablet's page; if it happens again, export the interview and give it to the office"
	case ReasonForeign:
		return "open the address that cifra serve printed, with its token"
	case ReasonNotYours:
		return "pull the list of cases; a supervisor can assign this one"
	case ReasonUnknownSurvey:
		return "this tablet holds another survey's interviews: connect it to that survey's server"
	case ReasonBusy:
		return "nothing is lost: the tablet keeps its events and sends them again"
	case ReasonProtocol:
		return "load the page again while online: it comes from the same program as the server"
	}
	return ""
}

// Messages of a tablet.
type (
	// Hello is the first message of a connection.
	Hello struct {
		Protocol int
		Token    string
		Device   q.DeviceID
		Engine   string // the build of the tablet's engine
		Holds    []Holding
	}

	// A Holding says how far one interview goes on the tablet.
	Holding struct {
		Interview q.InterviewID
		Device    q.DeviceID
		Seq       uint64 // of the last event it holds
		Acked     uint64 // of the last one that it knows to be at the office
	}

	// A Push brings events, each as the bytes the tablet wrote.
	Push struct {
		ID     uint64
		Events []json.RawMessage
	}

	// A Pull asks for the cases that changed.
	Pull struct {
		ID     uint64
		Cursor Cursor
	}

	// A Ping asks whether anybody is there.
	Ping struct{}
)

// Messages of the office. Each is sent with its type.
type (
	// Welcome answers Hello.
	Welcome struct {
		Protocol    int        `json:"protocol"`
		Survey      q.SurveyID `json:"survey"`
		Store       string     `json:"store"`
		Instruments []q.Hash   `json:"instruments"` // the current first
		Time        string     `json:"time"`
		Have        []Have     `json:"have"`
		Window      int        `json:"window"` // events that may be on the way
	}

	// A Have says how far the office has one device's events of an interview,
	// on disk.
	Have struct {
		Interview q.InterviewID `json:"interview"`
		Device    q.DeviceID    `json:"device"`
		Seq       uint64        `json:"seq"`
		Head      q.Hash        `json:"head"`
	}

	// An Ack says that all events of a push are on disk at the office.
	Ack struct {
		ID     uint64   `json:"id"`
		Upto   []Have   `json:"upto"`
		Parked []Parked `json:"parked,omitempty"`
	}

	// A Parked event is kept, and a person will look at it.
	Parked struct {
		Interview q.InterviewID `json:"interview"`
		Device    q.DeviceID    `json:"device"`
		Seq       uint64        `json:"seq"`
		Reason    Reason        `json:"reason"`
		Detail    string        `json:"detail,omitempty"`
	}

	// A Refused answers what is not accepted. ID is that of the message, or 0 if
	// the connection is meant. Parked events are kept nevertheless.
	Refused struct {
		ID     uint64   `json:"id,omitempty"`
		Reason Reason   `json:"reason"`
		Detail string   `json:"detail,omitempty"`
		Hint   string   `json:"hint,omitempty"`
		Upto   []Have   `json:"upto,omitempty"`
		Parked []Parked `json:"parked,omitempty"`
	}

	// Changes answers Pull; its type is "cases".
	Changes struct {
		ID          uint64            `json:"id"`
		Cursor      Cursor            `json:"cursor"`
		Cases       []json.RawMessage `json:"cases"`
		Instruments []q.Hash          `json:"instruments"`
	}

	// Slow asks the tablet to wait before the next push.
	Slow struct {
		Wait int64 `json:"wait_ms"`
	}

	// Pong answers Ping.
	Pong struct{}
)

// Error makes a refusal an error.
func (r *Refused) Error() string { return fmt.Sprintf("%s: %s", r.Reason, r.Detail) }

// refuse makes a refusal with the hint that belongs to its reason.
func refuse(id uint64, reason Reason, format string, a ...any) *Refused {
	return &Refused{ID: id, Reason: reason, Detail: fmt.Sprintf(format, a...), Hint: reason.hint()}
}

// encode writes a message of the office.
func encode(message any) ([]byte, error) {
	body, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	var name string
	switch message.(type) {
	case *Welcome:
		name = "welcome"
	case *Ack:
		name = "ack"
	case *Refused:
		name = "refused"
	case *Changes:
		name = "cases"
	case *Slow:
		name = "slow"
	case *Pong:
		return []byte(`{"type":"pong"}`), nil
	default:
		return nil, fmt.Errorf("%T is not a message", message)
	}
	return append([]byte(`{"type":"`+name+`",`), body[1:]...), nil
}

// decode reads a message of a tablet: a *Hello, *Push, *Pull or *Ping. Its
// error is a *Refused with the message's id, if that could be read. The
// message's events are parts of data.
func decode(data []byte) (any, error) {
	if len(data) > maxMessage {
		return nil, refuse(peekID(data), ReasonTooLarge, "a message of %d bytes", len(data))
	}
	if err := valid(data); err != nil {
		return nil, refuse(0, ReasonMalformed, "%v", err)
	}
	var kind string
	var id uint64
	err := members(data, func(key string, value []byte) error {
		switch key {
		case "type":
			return plain(key, value, &kind)
		case "id":
			return plain(key, value, &id)
		}
		return nil
	})
	if err == nil {
		var message any
		switch kind {
		case "hello":
			message, err = decodeHello(data)
		case "push":
			message, err = decodePush(data)
		case "pull":
			message, err = decodePull(data)
		case "ping":
			message, err = &Ping{}, members(data, func(key string, _ []byte) error { return known(key, "type", "id") })
		default:
			err = fmt.Errorf("there is no message %.40q", kind)
		}
		if err == nil {
			return message, nil
		}
	}
	if refused := (*Refused)(nil); errors.As(err, &refused) {
		refused.ID = id
		return nil, refused
	}
	return nil, refuse(id, ReasonMalformed, "%v", err)
}

// known refuses a key that is none of those named.
func known(key string, names ...string) error {
	if slices.Contains(names, key) {
		return nil
	}
	return fmt.Errorf("unknown key %.40q", key)
}

func decodeHello(data []byte) (*Hello, error) {
	var m Hello
	err := members(data, func(key string, value []byte) error {
		switch key {
		case "type":
			return nil
		case "protocol":
			return plain(key, value, &m.Protocol)
		case "token":
			return plain(key, value, &m.Token)
		case "device":
			return plain(key, value, &m.Device)
		case "engine":
			return plain(key, value, &m.Engine)
		case "holds":
			return elements(value, func(value []byte) error {
				h, err := decodeHolding(value)
				if m.Holds = append(m.Holds, h); len(m.Holds) > maxHolds {
					return refuse(0, ReasonTooLarge, "more than %d interviews held", maxHolds)
				}
				return err
			})
		}
		return known(key)
	})
	return &m, err
}

func decodeHolding(data []byte) (h Holding, err error) {
	err = members(data, func(key string, value []byte) error {
		switch key {
		case "interview":
			return plain(key, value, &h.Interview)
		case "device":
			return plain(key, value, &h.Device)
		case "seq":
			return plain(key, value, &h.Seq)
		case "acked":
			return plain(key, value, &h.Acked)
		}
		return known(key)
	})
	return h, err
}

func decodePush(data []byte) (*Push, error) {
	var m Push
	err := members(data, func(key string, value []byte) error {
		switch key {
		case "type":
			return nil
		case "id":
			return plain(key, value, &m.ID)
		case "events":
			return elements(value, func(value []byte) error {
				if m.Events = append(m.Events, value); len(m.Events) > maxEvents {
					return refuse(0, ReasonTooLarge, "more than %d events", maxEvents)
				}
				return nil
			})
		}
		return known(key)
	})
	if err == nil && len(m.Events) == 0 {
		err = errors.New("a push without events")
	}
	return &m, err
}

func decodePull(data []byte) (*Pull, error) {
	var m Pull
	err := members(data, func(key string, value []byte) error {
		switch key {
		case "type":
			return nil
		case "id":
			return plain(key, value, &m.ID)
		case "cursor":
			return m.Cursor.UnmarshalJSON(value)
		}
		return known(key)
	})
	return &m, err
}

// decodeEvent reads one event of a push. Header and payload are the bytes the
// tablet wrote, parts of data, which must be valid JSON.
func decodeEvent(data []byte) (q.Event, error) {
	var e q.Event
	err := members(data, func(key string, value []byte) error {
		switch key {
		case "header":
			e.Header = value
		case "salt":
			var text string
			if err := plain(key, value, &text); err != nil {
				return err
			}
			var err error
			if e.Salt, err = hex.DecodeString(text); err != nil {
				return errors.New("salt is not hexadecimal")
			}
		case "payload":
			if string(value) != "null" {
				e.Payload = value
			}
		default:
			return known(key)
		}
		return nil
	})
	switch {
	case err != nil:
		return q.Event{}, err
	case e.Header == nil:
		return q.Event{}, errors.New("an event without header")
	case e.Payload != nil && len(e.Salt) != q.SaltLen:
		return q.Event{}, fmt.Errorf("a salt of %d bytes, want %d", len(e.Salt), q.SaltLen)
	}
	return e, nil
}

// peekID looks for the id of a message that is too large to be read whole, in
// its first bytes. It is 0 if it is not there before the events.
func peekID(data []byte) uint64 {
	var key, id []byte
	for i := space(data, 0); i < len(data) && i < 256; {
		switch data[i] {
		case '{', ',', ':', ' ', '\n', '\t', '\r':
			i++
			continue
		case '[', ']', '}':
			return 0
		}
		end := i + 1
		if data[i] == '"' {
			for end < len(data) && data[end] != '"' {
				end++
			}
			end++
		} else {
			for end < len(data) && data[end] >= '0' && data[end] <= '9' {
				end++
			}
		}
		if end > len(data) {
			return 0
		}
		if string(key) == `"id"` {
			id = data[i:end]
			break
		}
		key, i = data[i:end], end
	}
	var n uint64
	if json.Unmarshal(id, &n) != nil {
		return 0
	}
	return n
}

// plainName reports whether a name that came from outside is short and made of
// letters, digits, dots, dashes and underscores, so that it can stand in a log,
// a file name or an address.
func plainName(name string) bool {
	if name == "" || len(name) > maxName {
		return false
	}
	for _, c := range []byte(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
