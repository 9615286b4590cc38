package collector_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"cifra/collector"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
)

// badEvents are events that may not stand in their line, or only with a mark.
var badEvents = []struct {
	name   string
	event  func(l *storetest.Line) string // as it stands in the message
	reason collector.Reason
	inLine bool // its number is taken, so later events can follow
}{
	{"no event", func(*storetest.Line) string { return `17` }, collector.ReasonMalformed, false},
	{"unknown key", func(*storetest.Line) string { return `{"header":{},"extra":1}` }, collector.ReasonMalformed, false},
	{"header of another format", func(*storetest.Line) string { return `{"header":{"v":99},"salt":"","payload":{}}` }, collector.ReasonMalformed, false},
	{"short salt", func(l *storetest.Line) string {
		e := l.At(2, l.Head, "x").Event
		e.Salt = e.Salt[:3]
		return string(e.AppendJSON(nil))
	}, collector.ReasonMalformed, false},
	{"payload that is not the header's", func(l *storetest.Line) string {
		e := l.Next("true").Event
		e.Payload = []byte(`{"value":{"text":"false"}}`)
		return string(e.AppendJSON(nil))
	}, collector.ReasonMalformed, true},
	{"key twice in the payload", func(l *storetest.Line) string { return string(keyTwice(l.Next("x")).Event.AppendJSON(nil)) }, collector.ReasonMalformed, true},
	{"payload too deep", func(l *storetest.Line) string {
		e := l.Next("x").Event
		e.Payload = []byte(strings.Repeat("[", 40) + strings.Repeat("]", 40))
		return string(e.AppendJSON(nil))
	}, collector.ReasonMalformed, true},
	{"payload too large", func(l *storetest.Line) string {
		return string(l.Next(strings.Repeat("x", 80_000)).Event.AppendJSON(nil))
	}, collector.ReasonTooLarge, true},
	{"another survey", func(l *storetest.Line) string {
		e := l.At(2, l.Head, "x").Event
		e.Header = bytes.Replace(e.Header, []byte(storetest.Survey), []byte("another"), 1)
		return string(e.AppendJSON(nil))
	}, collector.ReasonUnknownSurvey, false},
	{"another device", func(l *storetest.Line) string {
		other := *l
		other.Device = "d-2"
		return string(other.At(1, q.Hash{}, "x").Event.AppendJSON(nil))
	}, collector.ReasonNotYours, false},
	{"the office", func(l *storetest.Line) string {
		other := *l
		other.Device = q.Office
		return string(other.At(1, q.Hash{}, "x").Event.AppendJSON(nil))
	}, collector.ReasonNotYours, false},
	{"the organisation's stream", func(*storetest.Line) string {
		org := storetest.Line{Stream: collector.Org, Device: "d-1"}
		return string(org.Start("0001").Event.AppendJSON(nil))
	}, collector.ReasonMalformed, false},
	{"a case of another", func(*storetest.Line) string {
		l := storetest.Line{Stream: "0197-other", Device: "d-1"}
		return string(l.Start("0002").Event.AppendJSON(nil))
	}, collector.ReasonNotYours, false},
	{"a case that was not sampled", func(*storetest.Line) string {
		l := storetest.Line{Stream: "0197-none", Device: "d-1"}
		return string(l.Start("9999").Event.AppendJSON(nil))
	}, collector.ReasonNotYours, false},
	{"an interview that does not begin with its start", func(*storetest.Line) string {
		l := storetest.Line{Stream: "0197-headless", Device: "d-1"}
		return string(l.Status(collector.Complete).Event.AppendJSON(nil))
	}, collector.ReasonMalformed, false},
	{"other content under the same number", func(l *storetest.Line) string {
		return string(l.At(1, q.Hash{}, "clone").Event.AppendJSON(nil))
	}, collector.ReasonDivergent, false},
}

// keyTwice gives an event a payload that decoders read differently.
func keyTwice(e collector.Entry) collector.Entry {
	e.Event.Payload = []byte(`{"value":{"code":"a","code":"b"}}`)
	return e
}

// TestBadEventGoesAlone pushes every kind of bad event with a good one beside
// it: the bad one is named with its reason, the good one is acked, and what was
// bad is kept.
func TestBadEventGoesAlone(t *testing.T) {
	for _, tt := range badEvents {
		t.Run(tt.name, func(t *testing.T) {
			s := serve(t, nil)
			if err := s.Assign(t.Context(), "d-9", "0002"); err != nil {
				t.Fatal(err)
			}
			tab := connect(t, s, "d-1")
			mine, good := &storetest.Line{Stream: "0197-mine", Device: "d-1"}, &storetest.Line{Stream: "0197-good", Device: "d-1"}
			r, err := tab.Push(mine.Start("0001"), good.Start("0003"))
			reply(t, r, err, "ack")

			bad := tt.event(mine)
			fine := good.Next("fine")
			message := fmt.Sprintf(`{"type":"push","id":77,"events":[%s,%s]}`, bad, fine.Event.AppendJSON(nil))
			for range 2 { // sent again, it is answered the same
				r, err = tab.Say(message)
				reply(t, r, err, "ack")
				if len(r.Parked) != 1 || r.Parked[0].Reason != tt.reason || r.ID != 77 {
					t.Fatalf("ack %+v, want one event parked as %s", r, tt.reason)
				}
				if !slices.ContainsFunc(r.Upto, func(h collector.Have) bool { return h.Interview == "0197-good" && h.Seq == 2 }) {
					t.Errorf("the good event is not acked: %+v", r.Upto)
				}
			}
			if got := strings.Count(s.log.String(), "reason="+string(tt.reason)); got != 2 {
				t.Errorf("two refusals, %d in the log:\n%s", got, s.log)
			}
			kept := 0
			for e, err := range s.Log.Aside(t.Context()) {
				if err != nil || e.Reason != tt.reason {
					t.Errorf("aside: %q, %v", e.Reason, err)
				}
				kept++
			}
			if want := map[bool]int{true: 0, false: 1}[tt.inLine]; kept != want {
				t.Errorf("%d entries aside, want %d", kept, want)
			}

			// Alone, it is refused or, where it has its place, acked as parked.
			r, err = tab.Say(fmt.Sprintf(`{"type":"push","id":78,"events":[%s]}`, bad))
			if tt.inLine {
				reply(t, r, err, "ack")
			} else {
				reply(t, r, err, "refused "+string(tt.reason))
				if r.ID != 78 || r.Hint == "" || r.Detail == "" {
					t.Errorf("refused without id, hint or detail: %+v", r)
				}
			}

			// The interview goes on where the bad event stood in its line.
			r, err = tab.Push(mine.Next("later"), good.Next("later"))
			reply(t, r, err, "ack")
			if len(r.Parked) != 0 {
				t.Errorf("later events are parked: %+v", r.Parked)
			}
		})
	}
}

// TestBadMessage sends what is no message; the connection's other work goes on.
func TestBadMessage(t *testing.T) {
	many := &storetest.Line{Stream: "0197-many", Device: "d-1"}
	var events []collector.Entry
	for range 201 {
		events = append(events, many.Next("x"))
	}
	tests := []struct {
		name, text string
		reason     collector.Reason
		id         uint64
	}{
		{"not JSON", `{"type":"push","id":5,`, collector.ReasonMalformed, 0},
		{"not UTF-8", "{\"type\":\"ping\xff\"}", collector.ReasonMalformed, 0},
		{"a list", `[1]`, collector.ReasonMalformed, 0},
		{"a number", `1`, collector.ReasonMalformed, 0},
		{"two values", `{"type":"ping"} {"type":"ping"}`, collector.ReasonMalformed, 0},
		{"unknown type", `{"type":"shout","id":6}`, collector.ReasonMalformed, 6},
		{"key twice", `{"type":"pull","id":7,"cursor":0,"cursor":1}`, collector.ReasonMalformed, 7},
		{"key twice, hidden", `{"type":"pull","id":7,"cursor":0,"curs\u006fr":1}`, collector.ReasonMalformed, 7},
		{"key in another case", `{"type":"pull","id":7,"Cursor":0}`, collector.ReasonMalformed, 7},
		{"unknown key", `{"type":"pull","id":8,"extra":1}`, collector.ReasonMalformed, 8},
		{"id of another type", `{"type":"pull","id":"x"}`, collector.ReasonMalformed, 0},
		{"cursor of another server", `{"type":"pull","id":9,"cursor":"abc"}`, collector.ReasonMalformed, 9},
		{"no events", `{"type":"push","id":10,"events":[]}`, collector.ReasonMalformed, 10},
		{"too many events", string(storetest.PushMessage(11, events...)), collector.ReasonTooLarge, 11},
		{"too large", `{"type":"push","id":12,"events":["` + strings.Repeat("x", 300<<10) + `"]}`, collector.ReasonTooLarge, 12},
		{"too large, id last", `{"type":"push","events":["` + strings.Repeat("x", 300<<10) + `"],"id":12}`, collector.ReasonTooLarge, 0},
		{"hello of another device", `{"type":"hello","protocol":1,"token":"` + token + `","device":"d-7"}`, collector.ReasonMalformed, 0},
	}
	s := serve(t, nil)
	tab := connect(t, s, "d-1")
	line := &storetest.Line{Stream: "0197-work", Device: "d-1"}
	r, err := tab.Push(line.Start("0001"))
	reply(t, r, err, "ack")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := strings.Count(s.log.String(), "msg=refused")
			r, err := tab.Say(tt.text)
			if want := "refused " + string(tt.reason); err != nil || r.Type+" "+string(r.Reason) != want || r.ID != tt.id || r.Hint == "" {
				t.Fatalf("answer %+v %v, want %q with id %d and a hint", r, err, want, tt.id)
			}
			if got := strings.Count(s.log.String(), "msg=refused") - before; got != 1 {
				t.Errorf("logged %d times", got)
			}
			r, err = tab.Push(line.Next("other work"))
			reply(t, r, err, "ack")
		})
	}
	t.Run("binary", func(t *testing.T) {
		if err := tab.Socket().WriteMessage(websocket.BinaryMessage, []byte(`{"type":"ping"}`)); err != nil {
			t.Fatal(err)
		}
		r, err := tab.Hear()
		reply(t, r, err, "refused malformed")
	})
	t.Run("beyond all measure", func(t *testing.T) {
		if _, err := tab.Say(strings.Repeat("x", 9<<20)); err == nil {
			t.Error("a message of 9 MiB was read to its end")
		}
	})
}

// TestForeign tries every way in that is not the page's own or the token's.
func TestForeign(t *testing.T) {
	s := serve(t, func(s *collector.Server) { s.Origins = []string{"https://survey.example"} })
	host := strings.TrimPrefix(s.addr, "http://")
	_, port, _ := net.SplitHostPort(host)
	tests := []struct {
		name   string
		header http.Header
		ok     bool
	}{
		{"its own page", http.Header{"Origin": {s.addr}}, true},
		{"an origin that was named", http.Header{"Origin": {"https://survey.example"}}, true},
		{"a program with the token", http.Header{"Authorization": {"Bearer " + token}}, true},
		{"no origin, no token", nil, false},
		{"no origin, a wrong token", http.Header{"Authorization": {"Bearer x"}}, false},
		{"no origin, an empty token", http.Header{"Authorization": {"Bearer "}}, false},
		{"another site", http.Header{"Origin": {"http://evil.example"}}, false},
		{"another site with the token", http.Header{"Origin": {"http://evil.example"}, "Authorization": {"Bearer " + token}}, false},
		{"null", http.Header{"Origin": {"null"}}, false},
		{"another port", http.Header{"Origin": {"http://127.0.0.1:1"}}, false},
		{"another name of this machine", http.Header{"Origin": {"http://localhost:" + port}}, false},
		{"https", http.Header{"Origin": {"https://" + host}}, false},
		{"beneath", http.Header{"Origin": {"http://" + host + ".evil.example"}}, false},
		{"empty", http.Header{"Origin": {""}}, false},
		{"two", http.Header{"Origin": {s.addr, "http://evil.example"}}, false},
		{"another host", http.Header{"Host": {"evil.example"}, "Origin": {"http://evil.example"}}, false},
		{"a bent name", http.Header{"Host": {"evil.example:" + port}, "Authorization": {"Bearer " + token}}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := strings.Count(s.log.String(), "reason=foreign")
			ws, response, err := websocket.DefaultDialer.Dial("ws://"+host+"/v1/socket", tt.header)
			if tt.ok {
				if err != nil {
					t.Fatal(err)
				}
				ws.Close()
				return
			}
			if err == nil {
				ws.Close()
				t.Fatal("the socket was opened")
			}
			body, _ := io.ReadAll(response.Body)
			if response.StatusCode/100 != 4 || !bytes.Contains(body, []byte(`"reason":"foreign"`)) {
				t.Errorf("status %d, body %s", response.StatusCode, body)
			}
			if got := strings.Count(s.log.String(), "reason=foreign") - before; got != 1 {
				t.Errorf("logged %d times", got)
			}
		})
	}
	for name, text := range map[string]string{
		"wrong token":      `{"type":"hello","protocol":1,"token":"x","device":"d-1","engine":"","holds":[]}`,
		"no token":         `{"type":"hello","protocol":1,"device":"d-1"}`,
		"push first":       `{"type":"push","id":3,"events":[{}]}`,
		"another protocol": `{"type":"hello","protocol":2,"token":"` + token + `","device":"d-1"}`,
		"the office":       `{"type":"hello","protocol":1,"token":"` + token + `","device":"office"}`,
	} {
		t.Run(name, func(t *testing.T) {
			tab, err := storetest.Dial(s.addr, token, "d-1")
			if err != nil {
				t.Fatal(err)
			}
			defer tab.Close()
			r, err := tab.Say(text)
			if err != nil || r.Type != "refused" || r.ID != 0 {
				t.Fatalf("answer %+v %v, want a refusal of the connection", r, err)
			}
			if _, err := tab.Hear(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
				t.Errorf("then %v, want the connection closed", err)
			}
		})
	}
}

// TestNotYours has devices write into an interview that another began: what
// they send is refused as not theirs and the interview stays as it was. Only
// the lease gives the right, not the name that an event bears.
func TestNotYours(t *testing.T) {
	s := serve(t, nil)
	owner := connect(t, s, "d-1")
	mine := &storetest.Line{Stream: "0197-mine", Device: "d-1"}
	r, err := owner.Push(mine.Start("0001"))
	reply(t, r, err, "ack")

	intruder := connect(t, s, "d-2")
	theirs := &storetest.Line{Stream: "0197-mine", Device: "d-2"}
	lease := func(e collector.Entry) collector.Entry {
		e.Event.Header = bytes.Replace(e.Event.Header, []byte(`"lease":1`), []byte(`"lease":2`), 1)
		return e
	}
	for _, tt := range []struct {
		name  string
		tab   *storetest.Tablet
		event collector.Entry
	}{
		{"its first event, a start", intruder, theirs.At(1, q.Hash{}, "x")},
		{"a start that names the case", intruder, (&storetest.Line{Stream: "0197-mine", Device: "d-2"}).Start("0001")},
		{"a start that names another case", intruder, (&storetest.Line{Stream: "0197-mine", Device: "d-2"}).Start("0003")},
		{"a later event", intruder, theirs.At(2, mine.Head, "x")},
		{"under a lease that nobody gave", intruder, lease(theirs.At(1, q.Hash{}, "x"))},
		{"its own interview, under another lease", owner, lease(mine.At(2, mine.Head, "x"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := tt.tab.Push(tt.event)
			reply(t, r, err, "refused not_yours")
		})
	}

	// In one push with the start that gives the right to its own device only.
	other := &storetest.Line{Stream: "0197-other", Device: "d-2"}
	r, err = intruder.Push(other.Start("0003"), lease(other.At(2, other.Head, "x")))
	reply(t, r, err, "ack")
	if len(r.Parked) != 1 || r.Parked[0].Reason != collector.ReasonNotYours {
		t.Errorf("another lease beside the start: %+v, want it parked as not_yours", r.Parked)
	}

	heads, err := s.Log.Heads(t.Context(), "0197-mine")
	if err != nil {
		t.Fatal(err)
	}
	if len(heads) != 1 || heads["d-1"].Seq != 1 || heads["d-1"].Hash != mine.Head {
		t.Errorf("the interview has %+v, want the one event of d-1", heads)
	}
	r, err = owner.Push(mine.Next("goes on"))
	reply(t, r, err, "ack")
}

// TestPostOfNoDevice posts events with the token and without a device that they
// are of: none is taken, whatever device they name.
func TestPostOfNoDevice(t *testing.T) {
	s := serve(t, nil)
	first, second := &storetest.Line{Stream: "0197-first", Device: "d-1"}, &storetest.Line{Stream: "0197-second", Device: "d-2"}
	push := string(storetest.PushMessage(4, first.Start("0001"), second.Start("0003")))
	hello := `{"type":"hello","protocol":1,"token":"` + token + `","device":"d-2","engine":"x","holds":[]}`
	const refused = `{"type":"refused","id":4,"reason":"not_yours","detail":"a push that does not say of which device`
	for _, tt := range []struct {
		name, body string
		header     []string
		status     int
		want       string
		firsts     int // events of d-1 that are stored then
		seconds    int
	}{
		{"no header", push, nil, 403, refused, 0, 0},
		{"an empty one", push, []string{""}, 403, refused, 0, 0},
		{"a name that none can have", push, []string{"d/1"}, 403, refused, 0, 0},
		{"the office", push, []string{"office"}, 403, refused, 0, 0},
		{"in a list", "[" + push + "," + push + "]", nil, 200, "[" + refused, 0, 0},
		{"after a hello", "[" + hello + "," + push + "]", nil, 200, `[{"type":"welcome"`, 0, 1},
		{"with the header", push, []string{"d-1"}, 200, `{"type":"ack","id":4,`, 1, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			request, err := http.NewRequest("POST", s.addr+"/v1/messages", strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", "Bearer "+token)
			if tt.header != nil {
				request.Header["Cifra-Device"] = tt.header
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != tt.status || !strings.HasPrefix(string(body), tt.want) {
				t.Errorf("%s %s %v, want %d %s…", response.Status, body, err, tt.status, tt.want)
			}
			for line, want := range map[*storetest.Line]int{first: tt.firsts, second: tt.seconds} {
				heads, err := s.Log.Heads(t.Context(), line.Stream)
				if err != nil || len(heads) != want {
					t.Errorf("%d lines of %s are stored (%v), want %d", len(heads), line.Stream, err, want)
				}
			}
		})
	}
}
