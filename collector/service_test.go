package collector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"

	"cifra/collector"
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
