package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"cifra/questionnaire/wire"
)

// This file is the format of what people did. The rules:
//
//   - an event is three byte strings: a header, a salt and a payload; they are
//     hashed, stored and sent as the device wrote them, never encoded again;
//   - the chain runs over headers, so a payload can be sealed or destroyed
//     without breaking it; an absent payload folds as withheld;
//   - kinds are stored by name: add at the end, never rename.

// Identifiers, one type each, so that no two can be swapped.
type (
	// A SurveyID names one survey: one data directory of a collector.
	SurveyID string
	// An InterviewID names one household's interview, a UUID made by the device.
	InterviewID string
	// A DeviceID names a tablet, or "office".
	DeviceID string
	// A CaseID names a sampled dwelling. It carries no address.
	CaseID string
	// A Kind says what was done.
	Kind string
	// A DataClass says who may see an answer.
	DataClass string
)

// Office is the device of acts done at the office.
const Office DeviceID = "office"

// Data classes, from the most to the least guarded.
const (
	Identifier DataClass = "identifier" // names, addresses, exact places
	Sensitive  DataClass = "sensitive"  // sexual and domestic violence, free text about it
	Ordinary   DataClass = "ordinary"
	Paradata   DataClass = "paradata" // how the interview went
)

// Kinds of event. Every one has its place in the format; the fold gives work
// to those that the questionnaire's elements use.
const (
	KindStart     Kind = "start"
	KindLanguage  Kind = "language"
	KindConsent   Kind = "consent"
	KindGate      Kind = "gate"
	KindAnswer    Kind = "answer"
	KindClear     Kind = "clear"
	KindAddRow    Kind = "add_row"
	KindRemoveRow Kind = "remove_row"
	KindSelect    Kind = "select"
	KindComment   Kind = "comment"
	KindMove      Kind = "move"
	KindConfirm   Kind = "confirm"
	KindAttempt   Kind = "attempt"
	KindStatus    Kind = "status"
	KindAttach    Kind = "attach"
	KindCorrect   Kind = "correct"
	KindCode      Kind = "code"
	KindLease     Kind = "lease"
	KindMerge     Kind = "merge"
	KindSeal      Kind = "seal"
	KindWithdraw  Kind = "withdraw"
	KindMigrate   Kind = "migrate"
	KindUnmigrate Kind = "unmigrate"
)

// Kinds lists every kind, in the order they entered the format.
var Kinds = []Kind{
	KindStart, KindLanguage, KindConsent, KindGate, KindAnswer, KindClear, KindAddRow, KindRemoveRow, KindSelect,
	KindComment, KindMove, KindConfirm, KindAttempt, KindStatus, KindAttach, KindCorrect, KindCode, KindLease,
	KindMerge, KindSeal, KindWithdraw, KindMigrate, KindUnmigrate,
}

// FormatVersion is the version of the event format that this engine writes.
const FormatVersion = 1

// A Hash is a SHA-256 sum. The zero Hash means none and prints as "".
type Hash [sha256.Size]byte

// String returns h in hexadecimal, or "" for the zero Hash.
func (h Hash) String() string {
	if h == (Hash{}) {
		return ""
	}
	return wire.Hex(h[:])
}

// MarshalText is String.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText accepts what MarshalText writes.
func (h *Hash) UnmarshalText(b []byte) error {
	*h = Hash{}
	if len(b) == 0 {
		return nil
	}
	if len(b) != 2*len(h) {
		return wire.Errorf("hash of %d characters, want %d", len(b), 2*len(h))
	}
	raw, err := wire.Unhex(string(b))
	copy(h[:], raw)
	return err
}

// A Header says who did what, when and in which order. Its bytes are the
// links of the chain: Prev is the hash of this device's previous header in the
// interview, After that of another device's event which this one builds on.
type Header struct {
	Version   int         `json:"v"`
	Survey    SurveyID    `json:"survey"`
	Interview InterviewID `json:"interview"`
	Device    DeviceID    `json:"device"`
	Seq       uint64      `json:"seq"` // from 1, gap-free per interview and device
	Prev      Hash        `json:"prev"`
	After     *Hash       `json:"after,omitempty"`
	Lease     int         `json:"lease"`
	Wall      time.Time   `json:"wall"` // the device's clock: never an order
	Mono      int64       `json:"mono"` // milliseconds of the device's steady clock
	Kind      Kind        `json:"kind"`
	Path      string      `json:"path,omitempty"`
	Class     DataClass   `json:"class,omitempty"`
	Hash      Hash        `json:"hash"` // of salt and payload
	Case      CaseID      `json:"case,omitempty"`
}

// SaltLen is the length of an event's salt in bytes.
const SaltLen = 16

// An Event is what one act left: the bytes of its header, the salt and the
// bytes of its payload. A nil Payload was sealed or destroyed.
type Event struct {
	Header  []byte
	Salt    []byte
	Payload []byte
}

// Errors of events that are not well formed.
var (
	// ErrHeader means that a header is not one of this format.
	ErrHeader = errors.New("malformed event header")
	// ErrNewer means that a header is of a version or kind that a newer engine
	// made: what it did cannot be known here, but it has its place in the chain.
	ErrNewer = errors.New("event of a newer engine")
	// ErrPayload means that salt and payload do not give the header's hash, or
	// that the payload is not one of its kind.
	ErrPayload = errors.New("payload does not belong to its header")
)

// HeaderHash returns the link that a later event of the device names in Prev.
func HeaderHash(header []byte) Hash { return sha256.Sum256(header) }

// PayloadHash returns the hash that a header names: SHA-256(salt ‖ payload).
func PayloadHash(salt, payload []byte) Hash {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return Hash(h.Sum(nil))
}

// ParseHeader reads a header strictly: an unknown key, a key twice or a missing
// identity is ErrHeader. A version or kind that this engine does not know is
// ErrHeader and ErrNewer, and the Header says whose event it is all the same, so
// that the events after it can be read.
func ParseHeader(b []byte) (Header, error) {
	var h Header
	if err := strictJSON(b, &h); err != nil {
		if wire.Read(b, &h) != nil || h.Version <= FormatVersion {
			return Header{}, wire.Errorf("%w: %v", ErrHeader, err)
		}
	}
	switch {
	case h.Version < 1:
		return Header{}, wire.Errorf("%w: format version %d, this engine reads %d", ErrHeader, h.Version, FormatVersion)
	case h.Survey == "" || h.Interview == "" || h.Device == "":
		return Header{}, wire.Errorf("%w: survey, interview and device must be named", ErrHeader)
	case h.Seq == 0 || h.Seq >= 1<<53:
		return Header{}, wire.Errorf("%w: sequence %d", ErrHeader, h.Seq)
	case (h.Seq == 1) != (h.Prev == Hash{}):
		return Header{}, wire.Errorf("%w: prev is empty for the first event of a device and only for it", ErrHeader)
	case h.Version > FormatVersion:
		return h, wire.Errorf("%w: %w: format version %d, this engine reads %d", ErrHeader, ErrNewer, h.Version, FormatVersion)
	case !slices.Contains(Kinds, h.Kind):
		return h, wire.Errorf("%w: %w: unknown kind %q", ErrHeader, ErrNewer, h.Kind)
	}
	return h, nil
}

// Parse reads the header of e and checks that salt and payload, if present,
// are the ones it names.
func (e Event) Parse() (Header, error) {
	h, err := ParseHeader(e.Header)
	if err != nil {
		return Header{}, err
	}
	if e.Payload != nil && PayloadHash(e.Salt, e.Payload) != h.Hash {
		return Header{}, wire.Errorf("%w: event %d of device %s", ErrPayload, h.Seq, h.Device)
	}
	return h, nil
}

// wireEvent is an Event on the wire: the header and payload bytes stand in it
// as they are.
type wireEvent struct {
	Header  wire.Raw `json:"header"`
	Salt    string   `json:"salt,omitempty"`
	Payload wire.Raw `json:"payload,omitempty"`
}

// AppendJSON appends the wire form of e to dst. Header and payload are copied
// byte for byte; encoding/json would compact them and break their hashes.
func (e Event) AppendJSON(dst []byte) []byte {
	dst = append(dst, `{"header":`...)
	dst = append(dst, e.Header...)
	dst = append(dst, `,"salt":"`...)
	dst = wire.AppendHex(dst, e.Salt)
	dst = append(dst, '"')
	if e.Payload != nil {
		dst = append(dst, `,"payload":`...)
		dst = append(dst, e.Payload...)
	}
	return append(dst, '}')
}

// MarshalJSON is AppendJSON. An encoder may compact white space inside it, so
// whoever sends events on uses AppendJSON; headers written by this engine have
// none to compact.
func (e Event) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// UnmarshalJSON keeps the header and payload bytes as they stand.
func (e *Event) UnmarshalJSON(b []byte) error {
	var w wireEvent
	if err := strictJSON(b, &w); err != nil {
		return err
	}
	salt, err := wire.Unhex(w.Salt)
	if err != nil || len(salt) != SaltLen && w.Payload != nil {
		return wire.Errorf("salt must be %d bytes in hexadecimal", SaltLen)
	}
	if bytes.Equal(w.Payload, []byte("null")) {
		w.Payload = nil
	}
	*e = Event{Header: w.Header, Salt: salt, Payload: w.Payload}
	return nil
}

// strictJSON decodes exactly one JSON value into o and refuses unknown keys,
// keys that stand twice, and anything after the value. The decoder alone would
// take the last of two equal keys, and a browser the same or the first.
func strictJSON(b []byte, o wire.Object) error {
	if err := wire.ReadStrict(b, o); err != nil {
		return err
	}
	return uniqueKeys(b)
}

// maxDepth bounds nested JSON: the deepest legal event has four levels.
const maxDepth = 32

// uniqueKeys walks valid JSON and fails on a key that stands twice in an
// object, compared without case as the decoder does, and on one with an
// escape, which could be the same key written differently.
func uniqueKeys(b []byte) error {
	var open []byte   // the brackets that are open
	var keys [][]byte // of the objects that are open, the outermost first
	var marks []int   // where the keys of each open bracket begin
	wantsKey := false
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			if len(open) == maxDepth {
				return errors.New("nested too deep")
			}
			open, marks = append(open, b[i]), append(marks, len(keys))
			wantsKey = b[i] == '{'
		case '}', ']':
			last := len(open) - 1
			keys, open, marks = keys[:marks[last]], open[:last], marks[:last]
			wantsKey = false
		case ',':
			wantsKey = open[len(open)-1] == '{'
		case '"':
			end := i + 1
			for ; b[end] != '"'; end++ {
				if b[end] == '\\' {
					end++
				}
			}
			if key := b[i+1 : end]; wantsKey {
				if bytes.IndexByte(key, '\\') >= 0 {
					return wire.Errorf("key %q is written with an escape", key)
				}
				for _, k := range keys[marks[len(marks)-1]:] {
					if bytes.EqualFold(k, key) {
						return wire.Errorf("key %q stands twice", key)
					}
				}
				keys, wantsKey = append(keys, key), false
			}
			i = end
		}
	}
	return nil
}
