package wire_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"cifra/questionnaire/wire"
)

// thing has a field of every sort. Its tags are for encoding/json, which is what
// the package is compared with.
type thing struct {
	Text   string            `json:"text"`
	Int    int64             `json:"int,omitempty"`
	Small  uint8             `json:"small"`
	Big    uint64            `json:"big,omitempty"`
	Yes    bool              `json:"yes,omitempty"`
	List   []string          `json:"list"`
	Maps   map[string]int    `json:"maps,omitempty"`
	In     inner             `json:"in"`
	Ins    []inner           `json:"ins,omitempty"`
	May    *inner            `json:"may"`
	Num    *int              `json:"num,omitempty"`
	Raw    wire.Raw          `json:"raw,omitempty"`
	Things []*thing          `json:"things,omitempty"`
	Words  map[string]string `json:"words"`
}

type inner struct {
	A string `json:"a"`
	B int    `json:"b,omitempty"`
}

func (t *thing) Fields(w *wire.Coder) {
	wire.Text(w, "text", &t.Text)
	wire.Int(w.Omit(), "int", &t.Int)
	wire.Int(w, "small", &t.Small)
	wire.Int(w.Omit(), "big", &t.Big)
	wire.Bool(w.Omit(), "yes", &t.Yes)
	wire.List(w, "list", &t.List, wire.TextValue)
	wire.Map(w.Omit(), "maps", &t.Maps, wire.IntValue)
	wire.Own(w, "in", &t.In)
	wire.List(w.Omit(), "ins", &t.Ins, wire.OwnValue)
	wire.Maybe(w, "may", &t.May)
	wire.Option(w.Omit(), "num", &t.Num, wire.IntValue)
	wire.Verbatim(w.Omit(), "raw", &t.Raw)
	wire.List(w.Omit(), "things", &t.Things, wire.MaybeValue)
	wire.Map(w, "words", &t.Words, wire.TextValue)
}

func (i *inner) Fields(w *wire.Coder) {
	wire.Text(w, "a", &i.A)
	wire.Int(w.Omit(), "b", &i.B)
}

const whole = `{"text":"a<b>","int":-5,"small":7,"big":18446744073709551615,"yes":true,"list":["x","\u00e9"],"maps":{"b":1,"a":2},` +
	`"in":{"a":"","b":1},"ins":[{"a":"z"}],"may":{"a":"q"},"num":0,"raw":[1,{"x":null}],"things":[null,{"text":"t"}],"words":{"k":"v"}}`

// TestSameAsEncodingJSON: what is read and what is written are what encoding/json
// reads and writes.
func TestSameAsEncodingJSON(t *testing.T) {
	for _, in := range []string{
		whole, `{}`, `null`, `{"words":{},"list":[],"may":null,"text":"x"}`, ` { "text" : "a" , "unknown" : {"x":[1,2e5,"\""]} , "small":1 } `,
		`{"small":1,"small":2}`, `{"list":null,"maps":null,"num":null,"int":null}`, `{"in":null}`, `{"int":-9223372036854775808}`, `{"int":-0}`,
		`{"text":"\ud83d\ude00 \ud83d \u2028"}`, "{\"text\":\"\xff\"}", `{"raw": "a" }`, `{"things":[{"things":[]}]}`,
	} {
		compare(t, in)
	}
	for _, bad := range []string{
		``, `{`, `{"text":1}`, `{"small":256}`, `{"small":-1}`, `{"int":1.0}`, `{"int":1e3}`, `{"int":9223372036854775808}`, `{"big":-1}`, `{"yes":1}`,
		`{"yes":tru}`, `{"list":{}}`, `{"list":["a",]}`, `{"list":["a"}`, `{"maps":[]}`, `{"in":[]}`, `{"text":"a"}{}`, `{"text":"a",}`, `{"text" "a"}`,
		`{"int":01}`, `{"raw":}`, `{"raw":nul}`, `{"x":[1,]}`, `{"x":"\x"}`, `{"x":"\u12g4"}`, "{\"x\":\"\n\"}", `{"text":"a`, `[]`, `{1:2}`, `{"x":-}`, `{"x":1.}`, `{"x":1e}`,
	} {
		if err := wire.Read([]byte(bad), new(thing)); err == nil {
			t.Errorf("%s is read", bad)
		}
		compare(t, bad)
	}
}

// compare reads in both ways and writes what was read in both.
func compare(t *testing.T, in string) {
	t.Helper()
	var got, want thing
	err, wantErr := wire.Read([]byte(in), &got), json.Unmarshal([]byte(in), &want)
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%s: %v, encoding/json says %v", in, err, wantErr)
	}
	if err != nil {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s is read as %+v, want %+v", in, got, want)
	}
	written, err := json.Marshal(&want)
	if err != nil {
		t.Fatal(err)
	}
	var plain []byte // encoding/json takes blanks out of what stands verbatim
	if plain = wire.Write(&got); string(plain) != string(written) && got.Raw == nil {
		t.Fatalf("written as %s, want %s", plain, written)
	}
	if string(wire.Append([]byte("x"), &got)) != "x"+string(plain) {
		t.Error("Append does not append")
	}
}

// TestAppendText: strings are escaped as encoding/json escapes them, and read
// back as they were.
func TestAppendText(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", `"`, `\`, "<", ">", "&", "\n", "\t", "\r", "\b", "\f", "\x00", "\x1f", "\x7f", "é", "\u2028", "\u2029", "😀", "\xff", "\xc3", "\ufffd"}
	for range 5000 {
		var b strings.Builder
		for range rng.IntN(8) {
			b.WriteString(pieces[rng.IntN(len(pieces))])
		}
		sameText(t, b.String())
	}
}

func sameText(t *testing.T, s string) {
	t.Helper()
	want, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	got := wire.AppendText(nil, s)
	if string(got) != string(want) {
		t.Fatalf("%q is written as %s, want %s", s, got, want)
	}
	back, n, err := wire.ReadText(got)
	if err != nil || n != len(got) || back != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) {
		t.Fatalf("%s is read as %q of %d bytes, %v", got, back, n, err)
	}
}

// TestOrderOfKeys: keys may come in any order.
func TestOrderOfKeys(t *testing.T) {
	var keys map[string]json.RawMessage
	if err := json.Unmarshal([]byte(whole), &keys); err != nil {
		t.Fatal(err)
	}
	for range 50 { // the order of a map is another each time
		var parts []string
		for k, v := range keys {
			parts = append(parts, `"`+k+`":`+string(v))
		}
		var got, want thing
		if err := wire.ReadStrict([]byte("{"+strings.Join(parts, ",")+"}"), &got); err != nil {
			t.Fatal(err)
		}
		if err := wire.Read([]byte(whole), &want); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v gives %+v, want %+v, %v", parts, got, want, err)
		}
	}
}

// TestReadStrict: unknown keys are refused wherever they stand.
func TestReadStrict(t *testing.T) {
	for _, bad := range []string{`{"x":1}`, `{"in":{"x":1}}`, `{"things":[{"ins":[{"x":1}]}]}`, `{"Text":"a"}`} {
		if err := wire.ReadStrict([]byte(bad), new(thing)); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

// TestDeep: nesting is bounded, whether it is read or passed over.
func TestDeep(t *testing.T) {
	for _, in := range []string{`{"x":` + strings.Repeat("[", 1e6), strings.Repeat(`{"things":[`, 1e5), `{"raw":` + strings.Repeat(`{"a":`, 1e6)} {
		if err := wire.Read([]byte(in), new(thing)); err == nil || !strings.Contains(err.Error(), "deep") {
			t.Errorf("%.30s… gives %v", in, err)
		}
	}
}

// FuzzRead: whatever the bytes, encoding/json reads the same or refuses too.
// Keys that differ only in their case are the one thing that it takes.
func FuzzRead(f *testing.F) {
	f.Add(whole)
	f.Add(`{"text":"\ud83d\u0041","int":-0,"raw":{"a":[1.5e-3]}}`)
	f.Fuzz(func(t *testing.T, in string) {
		var loose map[string]json.RawMessage
		if json.Unmarshal([]byte(in), &loose) == nil && strings.ToLower(in) != in {
			t.Skip("keys may differ in their case")
		}
		if strings.Count(in, "[")+strings.Count(in, "{") > 900 || strings.ContainsAny(in, "\u017f\u212a") {
			t.Skip("nested deeper than is read, or with letters that fold")
		}
		compare(t, in)
	})
}
