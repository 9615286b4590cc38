package collector_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	"cifra/collector"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
)

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
