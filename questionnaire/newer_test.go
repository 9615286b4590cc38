//go:build !js

package questionnaire

import (
	"bytes"
	"errors"
	"testing"
)

// An event of a newer engine is passed over by its name, and what the device did
// after it is folded.
func TestReplayGoesOnBehindANewerEvent(t *testing.T) {
	for _, c := range []struct{ old, new string }{
		{`"kind":"language"`, `"kind":"teleport"`}, {`"v":1`, `"v":2`}, {`"v":1`, `"v":2,"where":"home"`},
	} {
		h := start(t, compileHouse(t), 500_000)
		q, before := compileHouse(t), len(h.log)
		h.do(Act{Kind: KindLanguage, Language: "en"})
		strange := h.log[before]
		strange.Header = bytes.Replace(strange.Header, []byte(c.old), []byte(c.new), 1)
		iv := q.Open(Self{"s", "0197", "d1", 1})
		for _, e := range h.log[:before] {
			if err := iv.Replay(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := iv.Replay(strange); !errors.Is(err, ErrNewer) {
			t.Fatalf("%s: %v, want ErrNewer", c.new, err)
		}
		next, err := iv.Decide(Act{Kind: KindLanguage, Language: "en"}, Stamp{Wall: h.now, Mono: h.now.UnixMilli(), Salt: [16]byte{9}})
		if err != nil {
			t.Fatal(err)
		}
		if parsed, err := next.Parse(); err != nil || parsed.Seq != uint64(before)+2 || parsed.Prev != HeaderHash(strange.Header) {
			t.Errorf("%s: the next event is %+v, %v", c.new, parsed, err)
		}
		if err := iv.Replay(next); err != nil {
			t.Errorf("%s: the event behind it is not read: %v", c.new, err)
		}
	}
}
