package questionnaire

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const goodHeader = `{"v":1,"survey":"s","interview":"0197","device":"d1","seq":2,"prev":"` + prevHash +
	`","lease":1,"wall":"2026-03-02T10:11:12.345-06:00","mono":5,"kind":"answer","path":"cost","hash":"` + prevHash + `"}`

const prevHash = "00000000000000000000000000000000000000000000000000000000000000ab"

func TestParseHeader(t *testing.T) {
	if _, err := ParseHeader([]byte(goodHeader)); err != nil {
		t.Fatalf("a good header: %v", err)
	}
	edit := func(old, new string) string { return strings.Replace(goodHeader, old, new, 1) }
	tests := []struct{ name, header string }{
		{"unknown key", edit(`"v":1`, `"v":1,"extra":1`)},
		{"key twice", edit(`"v":1`, `"v":1,"seq":2`)},
		{"key twice in other case", edit(`"v":1`, `"v":1,"SEQ":2`)},
		{"key with an escape", edit(`"v":1`, `"v":1,"s\u0065q":2`)},
		{"newer format", edit(`"v":1`, `"v":2`)},
		{"no device", edit(`"d1"`, `""`)},
		{"sequence zero", edit(`"seq":2`, `"seq":0`)},
		{"first event with a predecessor", edit(`"seq":2`, `"seq":1`)},
		{"later event without one", edit(`"prev":"`+prevHash, `"prev":"`)},
		{"short hash", edit(prevHash, "ab")},
		{"kind of no engine", edit(`"answer"`, `"guess"`)},
		{"two values", goodHeader + goodHeader},
		{"an array", "[" + goodHeader + "]"},
		{"nothing", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if h, err := ParseHeader([]byte(tt.header)); !errors.Is(err, ErrHeader) {
				t.Errorf("ParseHeader(%s) = %+v, %v, want ErrHeader", tt.header, h, err)
			}
		})
	}
}

func TestUniqueKeysDepth(t *testing.T) {
	deep := strings.Repeat("[", maxDepth+1) + strings.Repeat("]", maxDepth+1)
	if err := strictJSON([]byte(`{"value":`+deep+`}`), &answerPayload{}); err == nil {
		t.Error("JSON nested too deep is read")
	}
}

// TestEventBytes: header and payload survive the wire byte for byte, whatever
// their spacing.
func TestEventBytes(t *testing.T) {
	salt := strings.Repeat("0f", SaltLen)
	wire := `{"header": {"a" : 1},"salt":"` + salt + `","payload":{"text":"<b>á & b</b>"} }`
	var e Event
	if err := json.Unmarshal([]byte(wire), &e); err != nil {
		t.Fatal(err)
	}
	if string(e.Header) != `{"a" : 1}` || string(e.Payload) != `{"text":"<b>á & b</b>"}` {
		t.Errorf("header %s, payload %s", e.Header, e.Payload)
	}
	var again Event
	if err := json.Unmarshal(e.AppendJSON(nil), &again); err != nil || string(again.Payload) != string(e.Payload) || string(again.Header) != string(e.Header) {
		t.Errorf("AppendJSON gave %s, %v", e.AppendJSON(nil), err)
	}
	for _, bad := range []string{
		`{"header":{},"salt":"0f","payload":{}}`, `{"header":{},"salt":"zz","payload":{}}`, `{"header":{},"header":{}}`, `{"what":1}`, `[]`,
	} {
		if err := json.Unmarshal([]byte(bad), &e); err == nil {
			t.Errorf("%s is read as an event", bad)
		}
	}
}

func TestValueJSON(t *testing.T) {
	for _, v := range []Value{
		Code{"street", ""}, Code{"other", "un <baldío>"}, Codes{[]string{"a", "b"}, ""}, Codes{[]string{}, ""}, Number(0), Number(-12), Text(""),
		Date("2025-03"), Time("14:30"), Special(DontKnow), Special(Refused), Special(DoesNotApply),
	} {
		got, err := DecodeValue(EncodeValue(v))
		if err != nil || string(EncodeValue(got)) != string(EncodeValue(v)) {
			t.Errorf("%#v is read back as %#v, %v", v, got, err)
		}
	}
	for _, bad := range []string{``, `null`, `{}`, `{"number":1.5}`, `{"number":1,"text":"a"}`, `{"code":1}`, `{"missing":"not_reached"}`, `{"missing":"x"}`} {
		if v, err := DecodeValue([]byte(bad)); !errors.Is(err, ErrValue) {
			t.Errorf("%s is read as %#v, %v", bad, v, err)
		}
	}
}
