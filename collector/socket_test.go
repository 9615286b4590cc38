package collector_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
)

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
