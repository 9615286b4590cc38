// Command wasm is the interview engine as a browser sees it: the same code
// that the server links. Arguments and results cross as JSON text; engine.d.ts
// beside this file is the contract. One call serves one act, since every
// crossing costs more than evaluating what the act changes.
//
// It keeps no log and reads no clock: the page stores events and passes the
// time and the salt in.
package main

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"syscall/js"
	"time"

	"cifra/questionnaire"
)

func main() {
	var s session
	js.Global().Set("cifra", js.ValueOf(map[string]any{
		"open":     export(s.open),
		"decide":   export(s.decide),
		"apply":    export(s.apply),
		"go":       export(s.goTo),
		"view":     export(s.view),
		"overview": export(s.overview),
	}))
	select {} // the page owns the program from here on
}

// export makes f callable from JavaScript. A panic becomes an error like any
// other: the enumerator sees a message, not a page that stopped.
func export(f func(arg []byte) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) (out any) {
		var reply struct {
			Value any    `json:"value,omitempty"`
			Error string `json:"error,omitempty"`
			Code  string `json:"code,omitempty"`
		}
		defer func() {
			if p := recover(); p != nil {
				reply.Value, reply.Error, reply.Code = nil, fmt.Sprint(p), "defect"
			}
			b, err := json.Marshal(reply)
			if err != nil {
				b = []byte(`{"error":"the answer of the engine cannot be written","code":"defect"}`)
			}
			out = string(b)
		}()
		v, err := f([]byte(args[0].String()))
		if err != nil {
			reply.Error, reply.Code = err.Error(), code(err)
		}
		reply.Value = v
		return nil
	})
}

// code is what a page tells errors apart by.
func code(err error) string {
	for _, c := range []struct {
		err  error
		code string
	}{
		{questionnaire.ErrBlocked, "blocked"}, {questionnaire.ErrNotAsked, "not_asked"}, {questionnaire.ErrValue, "value"},
		{questionnaire.ErrPath, "path"}, {questionnaire.ErrNotStarted, "not_started"}, {questionnaire.ErrAct, "act"},
		{questionnaire.ErrFormat, "format"}, {questionnaire.ErrVersion, "version"},
	} {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return "error"
}

// session is the one interview a page holds open.
type session struct {
	q      *questionnaire.Questionnaire
	source string // the IR that q was read from
	iv     *questionnaire.Interview
	at     string // the screen shown
}

var errClosed = errors.New("no interview is open")

// open reads the questionnaire, unless it is the one read before, and replays
// the log. Events that are not admitted are left out.
func (s *session) open(arg []byte) (any, error) {
	var in struct {
		IR       string                `json:"ir"`
		Events   []questionnaire.Event `json:"events"`
		Self     self                  `json:"self"`
		Language string                `json:"language"`
		Now      string                `json:"now"`
	}
	if err := json.Unmarshal(arg, &in); err != nil {
		return nil, err
	}
	if s.q == nil || s.source != in.IR {
		q, err := questionnaire.Load([]byte(in.IR))
		if err != nil {
			return nil, err
		}
		s.q, s.source = q, in.IR
	}
	s.iv = s.q.Open(questionnaire.Self{
		Survey: questionnaire.SurveyID(in.Self.Survey), Interview: questionnaire.InterviewID(in.Self.Interview),
		Device: questionnaire.DeviceID(in.Self.Device), Lease: in.Self.Lease,
	})
	for _, e := range in.Events {
		_ = s.iv.Replay(e) // what is not admitted is passed over: the office shows it to a person
	}
	s.at = ""
	if len(in.Events) > 0 {
		s.at = s.iv.Here()
	}
	return s.iv.View(s.at, in.Language), nil
}

type self struct {
	Survey    string `json:"survey"`
	Interview string `json:"interview"`
	Device    string `json:"device"`
	Lease     int    `json:"lease"`
}

// decided is an event with its bytes as text, to be stored and sent as they
// are.
type decided struct {
	Header      json.RawMessage `json:"header"`
	Salt        string          `json:"salt"`
	Payload     json.RawMessage `json:"payload"`
	HeaderText  string          `json:"headerText"`
	PayloadText string          `json:"payloadText"`
}

func (s *session) decide(arg []byte) (any, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in struct {
		Act         questionnaire.Kind         `json:"act"`
		Path        string                     `json:"path"`
		Value       json.RawMessage            `json:"value"`
		Roster      string                     `json:"roster"`
		Row         string                     `json:"row"`
		Reason      string                     `json:"reason"`
		Check       string                     `json:"check"`
		Text        string                     `json:"text"`
		Outcome     string                     `json:"outcome"`
		Language    string                     `json:"language"`
		Disposition int                        `json:"disposition"`
		Case        questionnaire.CaseID       `json:"case"`
		Household   int                        `json:"household"`
		Given       map[string]json.RawMessage `json:"given"`
		Now         string                     `json:"now"`
		Mono        float64                    `json:"mono"`
		Salt        string                     `json:"salt"`
	}
	if err := json.Unmarshal(arg, &in); err != nil {
		return nil, err
	}
	act := questionnaire.Act{
		Kind: in.Act, Path: in.Path, Roster: in.Roster, Reason: in.Reason, Check: in.Check, Text: in.Text, Outcome: in.Outcome,
		Language: in.Language, Disposition: in.Disposition, Case: in.Case, Household: in.Household,
	}
	if in.Row != "" {
		act.Path = in.Row
	}
	var err error
	if in.Value != nil {
		if act.Value, err = questionnaire.DecodeValue(in.Value); err != nil {
			return nil, err
		}
	}
	if in.Given != nil {
		act.Given = map[string]questionnaire.Value{}
		for name, v := range in.Given {
			if act.Given[name], err = questionnaire.DecodeValue(v); err != nil {
				return nil, fmt.Errorf("given %s: %w", name, err)
			}
		}
	}
	stamp := questionnaire.Stamp{Mono: int64(in.Mono)}
	if stamp.Wall, err = time.Parse(time.RFC3339, in.Now); err != nil {
		return nil, err
	}
	salt, err := hex.DecodeString(in.Salt)
	if err != nil || copy(stamp.Salt[:], salt) != questionnaire.SaltLen {
		return nil, fmt.Errorf("a salt has %d bytes in hexadecimal", questionnaire.SaltLen)
	}
	e, err := s.iv.Decide(act, stamp)
	if err != nil {
		return nil, err
	}
	return decided{e.Header, in.Salt, e.Payload, string(e.Header), string(e.Payload)}, nil
}

func (s *session) apply(arg []byte) (any, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in struct {
		Event    questionnaire.Event `json:"event"`
		Language string              `json:"language"`
	}
	if err := json.Unmarshal(arg, &in); err != nil {
		return nil, err
	}
	if err := s.iv.Admit(in.Event); err != nil {
		return nil, err
	}
	s.iv.Apply(in.Event)
	return s.iv.View(s.at, in.Language), nil
}

func (s *session) goTo(arg []byte) (any, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in struct {
		To       string `json:"to"`
		Path     string `json:"path"`
		Language string `json:"language"`
	}
	if err := json.Unmarshal(arg, &in); err != nil {
		return nil, err
	}
	at := s.at
	if at == "" {
		at = s.iv.Here()
	}
	var err error
	switch in.To {
	case "next":
		at, err = s.iv.Next(at)
	case "back":
		at = s.iv.Back(at)
	case "open":
		at = s.iv.FirstOpen()
	default:
		at = in.Path
	}
	s.at = at
	return s.iv.View(at, in.Language), err
}

func (s *session) view(arg []byte) (any, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in struct {
		Language string `json:"language"`
	}
	if err := json.Unmarshal(arg, &in); err != nil {
		return nil, err
	}
	return s.iv.View(s.at, in.Language), nil
}

func (s *session) overview(arg []byte) (any, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in struct {
		Language string `json:"language"`
	}
	if err := json.Unmarshal(arg, &in); err != nil {
		return nil, err
	}
	return map[string]any{"screens": s.iv.Overview(in.Language)}, nil
}
