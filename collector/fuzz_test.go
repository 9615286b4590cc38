package collector_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"cifra/collector"
	"cifra/collector/storetest"
)

// FuzzDecode reads messages: none makes the decoder panic, a refusal is typed,
// and what is accepted has one meaning: it is JSON, and no object of it (events
// apart, which are checked each by itself) has a key twice.
func FuzzDecode(f *testing.F) {
	line := &storetest.Line{Stream: "0197-fuzz", Device: "d-1"}
	f.Add(storetest.PushMessage(1, line.Start("0001"), line.Next(`a "quoted" \ text`)))
	for _, seed := range []string{
		`{"type":"hello","protocol":1,"token":"t","device":"d-1","engine":"e","holds":[{"interview":"i","device":"d","seq":3,"acked":2}]}`,
		`{"type":"pull","id":1,"cursor":17}`, `{"type":"pull","id":1,"cursor":""}`, `{"type":"ping"}`, `{}`, `[]`, ` {"type" : "ping" , "id" : 3 } `,
		`{"type":"push","id":2,"events":[{"header":{"a":[{}]},"salt":"00","payload":null}]}`, `{"type":"pull","type":"push"}`, "{\"type\":\"\xff\"}", `{"":{"":""}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		message, err := collector.Decode(data)
		if err != nil {
			if refused := (*collector.Refused)(nil); !errors.As(err, &refused) || refused.Reason == "" || refused.Hint == "" {
				t.Fatalf("%q: %v is not a refusal with reason and hint", data, err)
			}
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted %q, which is not JSON", data)
		}
		push, ok := message.(*collector.Push)
		if !ok {
			if key := twice(data); key != "" {
				t.Fatalf("accepted %q with key %q twice", data, key)
			}
			return
		}
		for _, raw := range push.Events {
			e, err := collector.DecodeEvent(raw)
			if err != nil {
				continue
			}
			if !bytes.Contains(raw, e.Header) || !bytes.Contains(raw, e.Payload) {
				t.Fatalf("header %q and payload %q are not bytes of %q", e.Header, e.Payload, raw)
			}
			again, err := collector.DecodeEvent(e.AppendJSON(nil))
			if err != nil || !bytes.Equal(again.Header, e.Header) || !bytes.Equal(again.Salt, e.Salt) || !bytes.Equal(again.Payload, e.Payload) {
				t.Fatalf("%q writes as %q, which reads as %q, %v", raw, e.AppendJSON(nil), again, err)
			}
		}
	})
}

// twice returns a key that stands twice in an object of data, found with the
// standard decoder's tokens.
func twice(data []byte) string {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var walk func() string
	walk = func() string {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		switch token {
		case json.Delim('{'):
			seen := make(map[string]bool)
			for d.More() {
				key, err := d.Token()
				if err != nil {
					return ""
				}
				name := strings.ToLower(key.(string))
				if seen[name] {
					return name
				}
				seen[name] = true
				if found := walk(); found != "" {
					return found
				}
			}
			d.Token()
		case json.Delim('['):
			for d.More() {
				if found := walk(); found != "" {
					return found
				}
			}
			d.Token()
		}
		return ""
	}
	return walk()
}

// FuzzReadSample reads sample files: none makes the reader panic, and one that
// is accepted is imported and then known.
func FuzzReadSample(f *testing.F) {
	f.Add(fourCases)
	f.Add("case,stratum,psu,p_psu,p_dwelling,selection_number\n\"a\",\"x,\"\"y\",b,1,1,0\r\n")
	f.Add("case\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, csv string) {
		s, err := collector.ReadSample("f.csv", strings.NewReader(csv))
		if err != nil {
			return
		}
		server := &collector.Server{Log: new(collector.MemLog), Survey: "fuzz", Token: token}
		if err := server.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		first, err := server.Import(t.Context(), s)
		if err != nil || first.Added != s.Len() {
			t.Fatalf("import: %+v, %v, want %d added", first, err, s.Len())
		}
		second, err := server.Import(t.Context(), s)
		if err != nil || second.Added != 0 || second.Known != s.Len() || len(second.Kept) > 0 || second.Readdressed > 0 {
			t.Fatalf("import again: %+v, %v", second, err)
		}
		first.WriteTo(io.Discard)
	})
}
