package collector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gorilla/websocket"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
)

const token = "a-token-of-a-test"

// A service is a server that answers, with what it logs.
type service struct {
	*collector.Server
	addr string
	log  *logBuffer
	stop func()
}

// logBuffer is a writer that tests read while servers write.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts a server on a store in memory with a sample of four cases. set
// changes it before it starts.
func serve(t testing.TB, set func(*collector.Server)) *service {
	t.Helper()
	log := new(logBuffer)
	s := &collector.Server{
		Log: new(collector.MemLog), Survey: storetest.Survey, Token: token, Rate: -1,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
	}
	if set != nil {
		set(s)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), sample(t, fourCases)); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, ln) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve = %v", err)
		}
	})
	t.Cleanup(stop)
	return &service{s, "http://" + ln.Addr().String(), log, stop}
}

// demoParameters are given by columns of fourCases.
var demoParameters = []collector.Parameter{
	{Name: "selection_number", Type: "decimal(6)", Required: true},
	{Name: "address_city", Type: "text"},
	{Name: "household_number", Type: "integer"},
}

const fourCases = `case,stratum,psu,p_psu,p_dwelling,selection_number,address,address_city
0001,1,11,0.05,0.1,0.4173,Calle Uno 1,Lima
0002,1,11,0.05,0.1,0.93,Calle Uno 2,Lima
0003,2,21,0.02,0.25,0.001,Calle Dos 3,Cusco
0004,2,22,0.02,0.25,0.5,,
`

func sample(t testing.TB, csv string) *collector.Sample {
	t.Helper()
	s, err := collector.ReadSample("sample.csv", strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func connect(t testing.TB, s *service, device q.DeviceID) *storetest.Tablet {
	t.Helper()
	tab, err := storetest.Connect(s.addr, token, device)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tab.Close() })
	return tab
}

// reply returns a checker that fails unless the answer is of a type, and of a
// reason where it is a refusal.
func reply(t testing.TB, r storetest.Reply, err error, want string) storetest.Reply {
	t.Helper()
	got := r.Type
	if r.Type == "refused" {
		got += " " + string(r.Reason)
	}
	if err != nil || got != want {
		t.Fatalf("answer %q (%s) %v, want %q", got, r.Detail, err, want)
	}
	return r
}

func TestDialogue(t *testing.T) {
	s := serve(t, nil)
	ir := []byte(`{"instrument":"demo"}`)
	hash, err := s.Publish(t.Context(), collector.Publication{Name: "demo 1", Languages: []string{"es"}, Questionnaire: ir, Parameters: demoParameters})
	if err != nil {
		t.Fatal(err)
	}
	tab := connect(t, s, "d-1")
	line := &storetest.Line{Stream: "0197aaaa-0001", Device: "d-1"}
	r, err := tab.Hello(token, collector.Holding{Interview: "0197aaaa-0001", Device: "d-1", Seq: 3})
	reply(t, r, err, "welcome")
	if r.Survey != storetest.Survey || r.Store == "" || !slices.Equal(r.Instruments, []q.Hash{hash}) || len(r.Have) != 0 || r.Window < 1 {
		t.Errorf("welcome %+v", r)
	}

	start, first := line.Start("0001"), line.Next("first")
	r, err = tab.Push(start, first)
	reply(t, r, err, "ack")
	want := []collector.Have{{Interview: "0197aaaa-0001", Device: "d-1", Seq: 2, Head: line.Head}}
	if r.ID != 1 || !slices.Equal(r.Upto, want) || len(r.Parked) != 0 {
		t.Errorf("ack %+v, want up to %+v", r, want)
	}

	r, err = tab.Push(start, first) // the reply was lost
	reply(t, r, err, "ack")
	if !slices.Equal(r.Upto, want) {
		t.Errorf("the same again is acked up to %+v, want %+v", r.Upto, want)
	}

	r, err = tab.Push(line.Status(collector.Complete))
	reply(t, r, err, "ack")
	r, err = tab.Pull(0)
	reply(t, r, err, "cases")
	if len(r.Cases) != 4 {
		t.Fatalf("%d cases, want 4", len(r.Cases))
	}
	wantCase := `{"case":"0001","address":"Calle Uno 1, Lima","held":"d-1","stratum":"1","psu":"11","given":{"address_city":{"text":"Lima"},"selection_number":{"number":417300}},` +
		`"disposition":110,"interviews":[{"interview":"0197aaaa-0001","device":"d-1","household":1,"disposition":110,"complete":true}]}`
	if string(r.Cases[0]) != wantCase {
		t.Errorf("case\n%s, want\n%s", r.Cases[0], wantCase)
	}
	cursor := r.Cursor
	r, err = tab.Pull(cursor)
	if reply(t, r, err, "cases"); len(r.Cases) != 0 || r.Cursor != cursor {
		t.Errorf("nothing changed, but pull gives %d cases and cursor %d after %d", len(r.Cases), r.Cursor, cursor)
	}

	again := connect(t, s, "d-1")
	r, err = again.Hello(token, collector.Holding{Interview: "0197aaaa-0001", Device: "d-1", Seq: 3, Acked: 2})
	reply(t, r, err, "welcome")
	want[0].Seq, want[0].Head = 3, line.Head
	if !slices.Equal(r.Have, want) {
		t.Errorf("welcome has %+v, want %+v", r.Have, want)
	}
}

// TestBadEventGoesAlone pushes every kind of bad event with a good one beside
// it: the bad one is named with its reason, the good one is acked, and what was
// bad is kept.
func TestBadEventGoesAlone(t *testing.T) {
	twice := func(e collector.Entry) collector.Entry {
		e.Event.Payload = []byte(`{"value":{"code":"a","code":"b"}}`)
		return e
	}
	tests := []struct {
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
		{"key twice in the payload", func(l *storetest.Line) string { return string(twice(l.Next("x")).Event.AppendJSON(nil)) }, collector.ReasonMalformed, true},
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
	for _, tt := range tests {
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

// TestCutBatch cuts a push at every place: the connection is lost, and the next
// one brings the same events. Each is stored once.
func TestCutBatch(t *testing.T) {
	s := serve(t, nil)
	line := &storetest.Line{Stream: "0197-cut", Device: "d-1"}
	batch := []collector.Entry{line.Start("0001")}
	for i := range 50 {
		batch = append(batch, line.Next(fmt.Sprint("answer ", i)))
	}
	text := storetest.PushMessage(1, batch...)
	step := 1 + len(text)/40
	for cut := 0; cut < len(text); cut += step {
		tab, err := storetest.Connect(s.addr, token, "d-1")
		if err != nil {
			t.Fatal(err)
		}
		w, err := tab.Socket().NextWriter(websocket.TextMessage)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(text[:cut])
		if raw := tab.Socket().NetConn(); cut%2 == 0 {
			raw.(*net.TCPConn).SetLinger(0) // the network is gone at once
		}
		tab.Close()
	}
	tab := connect(t, s, "d-1")
	r, err := tab.Hello(token, collector.Holding{Interview: "0197-cut", Device: "d-1", Seq: 51})
	reply(t, r, err, "welcome")
	if len(r.Have) != 0 {
		t.Fatalf("a cut push left %+v", r.Have)
	}
	r, err = tab.Say(string(text))
	reply(t, r, err, "ack")
	if len(r.Upto) != 1 || r.Upto[0].Seq != 51 {
		t.Errorf("acked up to %+v, want 51", r.Upto)
	}
	n := 0
	for _, err := range s.Log.Read(t.Context(), "0197-cut") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != len(batch) {
		t.Errorf("%d events stored, want %d", n, len(batch))
	}
}

// TestGap sends the end of an interview before its middle.
func TestGap(t *testing.T) {
	s := serve(t, nil)
	tab := connect(t, s, "d-1")
	line := &storetest.Line{Stream: "0197-gap", Device: "d-1"}
	start, lost, late := line.Start("0001"), line.Next("lost"), line.Next("late")
	r, err := tab.Push(start)
	reply(t, r, err, "ack")
	r, err = tab.Push(late)
	reply(t, r, err, "refused gap")
	want := []collector.Have{{Interview: "0197-gap", Device: "d-1", Seq: 1, Head: q.HeaderHash(start.Event.Header)}}
	if !slices.Equal(r.Upto, want) {
		t.Errorf("upto %+v, want %+v", r.Upto, want)
	}
	r, err = tab.Push(lost, late)
	reply(t, r, err, "ack")
	if r.Upto[0].Seq != 3 {
		t.Errorf("acked up to %d, want 3", r.Upto[0].Seq)
	}
	orphan := &storetest.Line{Stream: "0197-orphan", Device: "d-1", Seq: 4, Head: line.Head}
	r, err = tab.Push(orphan.Next("no start here"))
	reply(t, r, err, "refused gap")
	if len(r.Upto) != 1 || r.Upto[0].Seq != 0 {
		t.Errorf("upto %+v, want 0", r.Upto)
	}
}

// TestPost speaks the same dialogue by POST.
func TestPost(t *testing.T) {
	s := serve(t, nil)
	line := &storetest.Line{Stream: "0197-post", Device: "d-1"}
	post := func(body, bearer string) (int, string) {
		t.Helper()
		request, err := http.NewRequest("POST", s.addr+"/v1/messages", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+bearer)
		request.Header.Set("Cifra-Device", "d-1")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		b, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(b)
	}
	hello := `{"type":"hello","protocol":1,"token":"` + token + `","device":"d-1","engine":"x","holds":[]}`
	push := string(storetest.PushMessage(4, line.Start("0001"), line.Next("a")))
	for _, tt := range []struct {
		name, body, bearer string
		status             int
		want               string
	}{
		{"hello", hello, token, 200, `{"type":"welcome",`},
		{"push", push, token, 200, `{"type":"ack","id":4,"upto":[{"interview":"0197-post","device":"d-1","seq":2,`},
		{"the same again", push, token, 200, `{"type":"ack","id":4,"upto":[{"interview":"0197-post","device":"d-1","seq":2,`},
		{"a list", "[" + hello + "," + push + `,{"type":"pull","id":9}]`, token, 200, `[{"type":"welcome",`},
		{"no token", push, "", 401, `{"type":"refused","reason":"foreign"`},
		{"no message", "{", token, 400, `{"type":"refused","reason":"malformed"`},
		{"empty", "", token, 400, `{"type":"refused","reason":"malformed"`},
		{"too large", strings.Repeat("x", 600<<10), token, 413, `{"type":"refused","reason":"too_large"`},
		{"another's", string(storetest.PushMessage(5, (&storetest.Line{Stream: "0197-x", Device: "d-2"}).Start("0001"))), token, 403, `{"type":"refused","id":5,"reason":"not_yours"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body := post(tt.body, tt.bearer)
			if status != tt.status || !strings.HasPrefix(body, tt.want) {
				t.Errorf("%d %s, want %d %s…", status, body, tt.status, tt.want)
			}
		})
	}
	request, _ := http.NewRequest("POST", s.addr+"/v1/messages", strings.NewReader(push))
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Origin", "http://evil.example")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("a POST from another site: %s", response.Status)
	}
}

func TestHTTP(t *testing.T) {
	s := serve(t, func(s *collector.Server) {
		s.Pages = fstest.MapFS{
			"index.html":           {Data: []byte("<!doctype html>page")},
			"assets/app-1234.js":   {Data: []byte("script")},
			"engine/cifra.wasm":    {Data: []byte("\x00asm")},
			"engine/cifra.wasm.br": {Data: []byte("brotli")},
			"engine/cifra.wasm.gz": {Data: []byte("gzip")},
		}
		s.Export = func(ctx context.Context, w io.Writer) error {
			_, err := io.WriteString(w, "microdata")
			return err
		}
	})
	hash, err := s.Publish(t.Context(), collector.Publication{Name: "demo", Questionnaire: []byte(`{"ir":1}`)})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := s.Log.PutBlob(t.Context(), []byte("addresses"))
	if err != nil {
		t.Fatal(err)
	}
	bearer := http.Header{"Authorization": {"Bearer " + token}}
	tests := []struct {
		name, path string
		header     http.Header
		status     int
		body       string
		want       http.Header
	}{
		{"page", "/", nil, 200, "<!doctype html>page", http.Header{"Content-Type": {"text/html; charset=utf-8"}, "Cache-Control": {"no-cache"}}},
		{"asset", "/assets/app-1234.js", nil, 200, "script", http.Header{"Content-Type": {"text/javascript; charset=utf-8"}, "Cache-Control": {"public, max-age=31536000, immutable"}}},
		{"engine", "/engine/cifra.wasm?v=1", http.Header{"Accept-Encoding": {"identity"}}, 200, "\x00asm", http.Header{"Content-Type": {"application/wasm"}}},
		{"engine in brotli", "/engine/cifra.wasm", http.Header{"Accept-Encoding": {"gzip, br;q=0.9"}}, 200, "brotli", http.Header{"Content-Encoding": {"br"}, "Content-Type": {"application/wasm"}}},
		{"engine in gzip", "/engine/cifra.wasm", http.Header{"Accept-Encoding": {"gzip, br;q=0"}}, 200, "gzip", http.Header{"Content-Encoding": {"gzip"}}},
		{"no page", "/nothing.html", nil, 404, "", nil},
		{"out of the pages", "/../../etc/passwd", nil, 307, "", http.Header{"Location": {"/etc/passwd"}}},
		{"out of the pages, encoded", "/assets/..%2f..%2fgo.mod", nil, 404, "", nil},
		{"instrument", "/v1/instrument/" + hash.String(), bearer, 200, `{"ir":1}`, http.Header{"Content-Type": {"application/json"}}},
		{"instrument without token", "/v1/instrument/" + hash.String(), nil, 401, "", nil},
		{"a blob that is no instrument", "/v1/instrument/" + secret.String(), bearer, 404, "", nil},
		{"a hash that is none", "/v1/instrument/xyz", bearer, 404, "", nil},
		{"export", "/v1/export", bearer, 200, "microdata", http.Header{"Content-Type": {"application/zip"}}},
		{"export without token", "/v1/export", nil, 401, "", nil},
		{"health", "/health", nil, 200, "", nil},
		{"another method", "/v1/messages", bearer, 404, "", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			request, err := http.NewRequest("GET", s.addr+tt.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if tt.header != nil {
				request.Header = tt.header
			}
			response, err := http.DefaultTransport.RoundTrip(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, _ := io.ReadAll(response.Body)
			if response.StatusCode != tt.status || tt.body != "" && string(body) != tt.body {
				t.Errorf("%d %q, want %d %q", response.StatusCode, body, tt.status, tt.body)
			}
			for name := range tt.want {
				if got := response.Header.Get(name); got != tt.want.Get(name) {
					t.Errorf("%s: %q, want %q", name, got, tt.want.Get(name))
				}
			}
			for name, part := range map[string]string{
				"Content-Security-Policy": "script-src 'self' 'wasm-unsafe-eval';", "X-Content-Type-Options": "nosniff",
				"Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			} {
				if !strings.Contains(response.Header.Get(name), part) {
					t.Errorf("%s: %q lacks %q", name, response.Header.Get(name), part)
				}
			}
		})
	}
	t.Run("not changed", func(t *testing.T) {
		first, err := http.Get(s.addr + "/")
		if err != nil {
			t.Fatal(err)
		}
		first.Body.Close()
		request, _ := http.NewRequest("GET", s.addr+"/", nil)
		request.Header.Set("If-None-Match", first.Header.Get("ETag"))
		again, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		again.Body.Close()
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("status %d, want 304", again.StatusCode)
		}
	})
}

// TestSlowReader fills the queue of a tablet that does not read: it is closed,
// and another one is served meanwhile.
func TestSlowReader(t *testing.T) {
	s := serve(t, func(s *collector.Server) {
		s.SetTiming(time.Second, time.Minute, 200*time.Millisecond, time.Minute)
	})
	many := strings.Builder{} // so that an answer is large
	many.WriteString("case,stratum,psu,p_psu,p_dwelling,selection_number\n")
	for i := range 2000 {
		fmt.Fprintf(&many, "c%d,1,11,0.05,0.1,0.5\n", i)
	}
	if _, err := s.Import(t.Context(), sample(t, many.String())); err != nil {
		t.Fatal(err)
	}
	lazy, other := connect(t, s, "d-1"), connect(t, s, "d-2")
	lazy.Socket().NetConn().(*net.TCPConn).SetReadBuffer(4 << 10)
	line := &storetest.Line{Stream: "0197-other", Device: "d-2"}
	r, err := other.Push(line.Start("0002"))
	reply(t, r, err, "ack")
	closed := make(chan error, 1)
	go func() {
		for {
			if err := lazy.Socket().WriteMessage(websocket.TextMessage, []byte(`{"type":"pull","id":1,"cursor":0}`)); err != nil {
				closed <- err
				return
			}
		}
	}()
	for deadline := time.Now().Add(30 * time.Second); ; {
		r, err := other.Push(line.Next("goes on"))
		reply(t, r, err, "ack")
		select {
		case <-closed:
			return
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal("a tablet that reads nothing is still connected")
		}
	}
}

// TestDeadPeer connects a tablet that answers no ping, as one does whose network
// is gone without a word, and one that never says hello.
func TestDeadPeer(t *testing.T) {
	s := serve(t, func(s *collector.Server) {
		s.SetTiming(50*time.Millisecond, 2*time.Second, 5*time.Second, 500*time.Millisecond)
	})
	live := connect(t, s, "d-1")
	answered := make(chan error, 1)
	go func() {
		_, err := live.Hear() // reading is what answers pings
		answered <- err
	}()
	dead := connect(t, s, "d-2")
	dead.Socket().SetPingHandler(func(string) error { return nil })
	begun := time.Now()
	if _, err := dead.Hear(); err == nil || time.Since(begun) > 15*time.Second {
		t.Errorf("a peer that answers no ping: %v after %v, want it closed", err, time.Since(begun))
	}
	mute, err := storetest.Dial(s.addr, token, "d-3")
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	begun = time.Now()
	if _, err := mute.Hear(); err == nil || time.Since(begun) > 15*time.Second {
		t.Errorf("a peer that never says hello: %v after %v, want it closed", err, time.Since(begun))
	}
	select {
	case err := <-answered:
		t.Errorf("the peer that answers was closed: %v", err)
	default:
	}
}

// TestFlood lets one connection talk faster than the limit: it is slowed down
// and told so.
func TestFlood(t *testing.T) {
	s := serve(t, func(s *collector.Server) { s.Rate = 20 })
	tab := connect(t, s, "d-1")
	begun := time.Now()
	const messages = 100 // 79 from the burst, 21 at 20 a second
	go func() {
		for range messages {
			tab.Socket().WriteMessage(websocket.TextMessage, []byte(`{"type":"ping"}`))
		}
	}()
	slow := 0
	for pongs := 0; pongs < messages; {
		_, data, err := tab.Socket().ReadMessage()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case bytes.Contains(data, []byte(`"pong"`)):
			pongs++
		case bytes.Contains(data, []byte(`"slow","wait_ms":`)):
			slow++
		}
	}
	if took := time.Since(begun); took < 900*time.Millisecond || slow == 0 {
		t.Errorf("%d messages in %v with %d requests to slow down, want about a second and some", messages, took, slow)
	}
}

// TestOldestGoes connects a device three times: its network was lost twice, and
// the server did not notice.
func TestOldestGoes(t *testing.T) {
	s := serve(t, nil)
	first, second, third := connect(t, s, "d-1"), connect(t, s, "d-1"), connect(t, s, "d-1")
	if _, err := first.Hear(); !websocket.IsCloseError(err, websocket.ClosePolicyViolation) {
		t.Errorf("the oldest connection: %v, want it closed", err)
	}
	for _, tab := range []*storetest.Tablet{second, third} {
		r, err := tab.Say(`{"type":"ping"}`)
		reply(t, r, err, "pong")
	}
}

// TestTooManySockets fills the server and frees a place.
func TestTooManySockets(t *testing.T) {
	s := serve(t, func(s *collector.Server) { s.Sockets = 2 })
	first := connect(t, s, "d-1")
	connect(t, s, "d-2")
	if _, err := storetest.Connect(s.addr, token, "d-3"); err == nil || !strings.Contains(err.Error(), "503") {
		t.Fatalf("a third connection of two: %v", err)
	}
	first.Close()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		tab, err := storetest.Connect(s.addr, token, "d-3")
		if err == nil {
			tab.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatalf("a place was freed, but: %v", err)
		}
	}
}

// TestNothingLeaks connects and leaves in every way, then counts goroutines and
// open files.
func TestNothingLeaks(t *testing.T) {
	files := func() int {
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("this system does not list open files")
		}
		return len(list)
	}
	s := serve(t, func(s *collector.Server) {
		db, err := bolt.Open(filepath.Join(t.TempDir(), "data"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		s.Log = db
	})
	churn := func(n int) {
		for i := range n {
			tab, err := storetest.Connect(s.addr, token, q.DeviceID(fmt.Sprint("d-", i)))
			if err != nil {
				t.Fatal(err)
			}
			switch i % 4 {
			case 0:
				tab.Pull(0)
			case 1:
				tab.Socket().WriteMessage(websocket.TextMessage, []byte(`{"type":"pull","id":1}`))
			case 2:
				tab.Say(`{"type":"hello","protocol":1,"token":"x","device":"d-1"}`)
			}
			tab.Close()
		}
	}
	churn(20)
	settle := func(goroutines, open int) (int, int) {
		for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			if runtime.NumGoroutine() <= goroutines && files() <= open {
				break
			}
		}
		return runtime.NumGoroutine(), files()
	}
	time.Sleep(200 * time.Millisecond)
	goroutines, open := runtime.NumGoroutine(), files()
	n := 1000
	if testing.Short() {
		n = 200
	}
	churn(n)
	if g, f := settle(goroutines, open); g > goroutines || f > open {
		buf := make([]byte, 1<<20)
		t.Errorf("after %d connections %d goroutines and %d files, before %d and %d\n%s", n, g, f, goroutines, open, buf[:runtime.Stack(buf, true)])
	}
}

// TestStoppedStore has a store that fails: nothing is acked, health says so.
func TestStoppedStore(t *testing.T) {
	s := serve(t, func(s *collector.Server) { s.Log = &failing{Log: s.Log} })
	tab := connect(t, s, "d-1")
	line := &storetest.Line{Stream: "0197-stop", Device: "d-1"}
	r, err := tab.Push(line.Start("0001"))
	reply(t, r, err, "ack")
	s.Log.(*failing).stop()
	r, err = tab.Push(line.Next("never acked"))
	reply(t, r, err, "refused busy")
	if _, err := tab.Hear(); err == nil {
		t.Error("the connection goes on")
	}
	response, err := http.Get(s.addr + "/health")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("health %s, want 503", response.Status)
	}
}

// failing is a log that stops taking entries.
type failing struct {
	collector.Log
	mu      sync.Mutex
	stopped error
}

func (f *failing) stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopped = fmt.Errorf("commit: input/output error: %w", collector.ErrStopped)
}

func (f *failing) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.stopped
}

func (f *failing) Append(ctx context.Context, entries []collector.Entry) ([]collector.Outcome, error) {
	if err := f.Err(); err != nil {
		return nil, err
	}
	return f.Log.Append(ctx, entries)
}

func TestServeOnLoopbackOnly(t *testing.T) {
	s := &collector.Server{Log: new(collector.MemLog), Survey: "x", Token: token}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	ln := listener{addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 80}}
	err := s.Serve(t.Context(), ln)
	hinted, ok := err.(interface{ Hint() string })
	if !ok || hinted.Hint() == "" {
		t.Errorf("Serve on %s = %v, want a refusal with a hint", ln.addr, err)
	}
}

type listener struct {
	net.Listener
	addr net.Addr
}

func (l listener) Addr() net.Addr { return l.addr }
func (listener) Close() error     { return nil }

// decodeCase reads one case of a reply.
func decodeCase(t testing.TB, raw json.RawMessage) (c struct {
	Case        q.CaseID
	Address     string
	Assigned    q.DeviceID
	Held        q.DeviceID
	Disposition collector.Disposition
}) {
	t.Helper()
	if err := json.Unmarshal(raw, &c); err != nil {
		t.Fatal(err)
	}
	return c
}
