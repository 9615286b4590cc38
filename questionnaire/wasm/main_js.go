// Command wasm is the interview engine as a browser sees it: the same code
// that the server links. Arguments and results cross as JSON text; engine.d.ts
// beside this file is the contract. One call serves one act, since every
// crossing costs more than evaluating what the act changes.
//
// It keeps no log and reads no clock: the page stores events and passes the
// time and the salt in.
package main

import (
	"errors"
	"syscall/js"
	"time"

	"cifra/questionnaire"
	"cifra/questionnaire/wire"
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
func export(f func(arg []byte) (wire.Object, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) (out any) {
		defer func() {
			if p := recover(); p != nil {
				out = string(wire.Write(&reply{err: wire.Sprintf("%v", p), code: "defect"}))
			}
		}()
		v, err := f([]byte(args[0].String()))
		r := reply{value: v}
		if err != nil {
			r.err, r.code = err.Error(), code(err)
		}
		return string(wire.Write(&r))
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
func (s *session) open(arg []byte) (wire.Object, error) {
	var in opening
	if err := wire.Read(arg, &in); err != nil {
		return nil, err
	}
	if s.q == nil || s.source != in.ir {
		q, err := questionnaire.Load([]byte(in.ir))
		if err != nil {
			return nil, err
		}
		s.q, s.source = q, in.ir
	}
	s.iv = s.q.Open(questionnaire.Self(in.self))
	for _, e := range in.events {
		_ = s.iv.Replay(e) // what is not admitted is passed over: the office shows it to a person
	}
	s.at = ""
	if len(in.events) > 0 {
		s.at = s.iv.Here()
	}
	return s.show(in.language), nil
}

func (s *session) decide(arg []byte) (wire.Object, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in deciding
	if err := wire.Read(arg, &in); err != nil {
		return nil, err
	}
	act := in.act
	if in.row != "" {
		act.Path = in.row
	}
	var err error
	if in.value != nil {
		if act.Value, err = questionnaire.DecodeValue(in.value); err != nil {
			return nil, err
		}
	}
	if in.given != nil {
		act.Given = map[string]questionnaire.Value{}
		for name, v := range in.given {
			if act.Given[name], err = questionnaire.DecodeValue(v); err != nil {
				return nil, wire.Errorf("given %s: %w", name, err)
			}
		}
	}
	stamp := questionnaire.Stamp{Mono: int64(in.mono)}
	if stamp.Wall, err = time.Parse(time.RFC3339, in.now); err != nil {
		return nil, err
	}
	salt, err := wire.Unhex(in.salt)
	if err != nil || copy(stamp.Salt[:], salt) != questionnaire.SaltLen {
		return nil, wire.Errorf("a salt has %d bytes in hexadecimal", questionnaire.SaltLen)
	}
	e, err := s.iv.Decide(act, stamp)
	if err != nil {
		return nil, err
	}
	return &decided{e, in.salt}, nil
}

func (s *session) apply(arg []byte) (wire.Object, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in applying
	if err := wire.Read(arg, &in); err != nil {
		return nil, err
	}
	if err := s.iv.Admit(in.event); err != nil {
		return nil, err
	}
	s.iv.Apply(in.event)
	return s.show(in.language), nil
}

func (s *session) goTo(arg []byte) (wire.Object, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in going
	if err := wire.Read(arg, &in); err != nil {
		return nil, err
	}
	at := s.at
	if at == "" {
		at = s.iv.Here()
	}
	var err error
	switch in.to {
	case "next":
		at, err = s.iv.Next(at)
	case "back":
		at = s.iv.Back(at)
	case "open":
		at = s.iv.FirstOpen()
	default:
		at = in.path
	}
	s.at = at
	return s.show(in.language), err
}

// show is the screen shown, in a language.
func (s *session) show(language string) wire.Object {
	v := s.iv.View(s.at, language)
	return &v
}

func (s *session) view(arg []byte) (wire.Object, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in looking
	if err := wire.Read(arg, &in); err != nil {
		return nil, err
	}
	return s.show(in.language), nil
}

func (s *session) overview(arg []byte) (wire.Object, error) {
	if s.iv == nil {
		return nil, errClosed
	}
	var in looking
	if err := wire.Read(arg, &in); err != nil {
		return nil, err
	}
	return &overview{s.iv.Overview(in.language)}, nil
}
