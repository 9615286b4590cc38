package bolt

import (
	"context"
	"fmt"
	"net"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"cifra/collector"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
)

// BenchmarkAckedEvents measures durable events a second, acked over sockets on
// loopback, and how long an ack takes. Client and server share the process and
// its processors, so a server alone does better. Each tablet waits for its ack
// before it goes on.
func BenchmarkAckedEvents(b *testing.B) {
	for _, bb := range []struct{ tablets, batch int }{{100, 1}, {1000, 1}, {1000, 10}, {100, 100}} {
		b.Run(fmt.Sprintf("tablets=%d/batch=%d", bb.tablets, bb.batch), func(b *testing.B) { ackedEvents(b, bb.tablets, bb.batch) })
	}
}

func ackedEvents(b *testing.B, tablets, batch int) {
	addr := serveFor(b, tablets, -1)

	// Every tablet's messages are made before the clock starts.
	each := max(1, b.N/(tablets*batch))
	conns, messages := make([]*storetest.Tablet, tablets), make([][][]byte, tablets)
	for i := range conns {
		device := q.DeviceID(fmt.Sprint("d-", i))
		conn, err := storetest.Connect(addr, childToken, device)
		must(b, err)
		defer conn.Close()
		conns[i] = conn
		line := &storetest.Line{Stream: collector.StreamID(fmt.Sprint("0197-bench-", i)), Device: device}
		r, err := conns[i].Push(line.Start(q.CaseID(fmt.Sprint("c", i))))
		if err != nil || r.Type != "ack" {
			b.Fatalf("start: %+v, %v", r, err)
		}
		for m := range each {
			events := make([]collector.Entry, batch)
			for k := range events {
				events[k] = line.Next("Calle sin número")
			}
			messages[i] = append(messages[i], storetest.PushMessage(uint64(m), events...))
		}
	}
	took := make([][]time.Duration, tablets)
	var wg sync.WaitGroup
	b.ResetTimer()
	begun := time.Now()
	for i, conn := range conns {
		ws := conn.Socket()
		wg.Go(func() {
			for _, m := range messages[i] {
				sent := time.Now()
				if err := ws.WriteMessage(websocket.TextMessage, m); err != nil {
					b.Error(err)
					return
				}
				if _, reply, err := ws.ReadMessage(); err != nil || string(reply[:13]) != `{"type":"ack"` {
					b.Errorf("%s, %v", reply, err)
					return
				}
				took[i] = append(took[i], time.Since(sent))
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(begun)
	b.StopTimer()
	all := slices.Concat(took...)
	slices.Sort(all)
	if len(all) == 0 {
		return
	}
	b.ReportMetric(float64(len(all)*batch)/elapsed.Seconds(), "events/s")
	b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPacedAck measures the ack of 1,000 tablets that answer as people do:
// one event every two seconds each, 500 a second together.
func BenchmarkPacedAck(b *testing.B) {
	const tablets, pause = 1000, 2 * time.Second
	addr := serveFor(b, tablets, 0)
	var mu sync.Mutex
	var all []time.Duration
	var wg sync.WaitGroup
	for i := range tablets {
		device := q.DeviceID(fmt.Sprint("d-", i))
		conn, err := storetest.Connect(addr, childToken, device)
		must(b, err)
		line := &storetest.Line{Stream: collector.StreamID(fmt.Sprint("0197-paced-", i)), Device: device}
		wg.Go(func() {
			defer conn.Close()
			next := time.Now().Add(pause * time.Duration(i) / tablets)
			for n := range 3 {
				time.Sleep(time.Until(next))
				next = next.Add(pause)
				var e collector.Entry
				if n == 0 {
					e = line.Start(q.CaseID(fmt.Sprint("c", i)))
				} else {
					e = line.Next("answer")
				}
				sent := time.Now()
				if r, err := conn.Push(e); err != nil || r.Type != "ack" {
					b.Errorf("%+v, %v", r, err)
					return
				}
				mu.Lock()
				all = append(all, time.Since(sent))
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(all)
	if len(all) > 0 {
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "ms-p50")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "ms-p99")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkAppend measures the store alone, a hundred requests at a time.
func BenchmarkAppend(b *testing.B) {
	db := mustOpen(b, b.TempDir(), nil)
	const writers = 100
	lines := make([][]collector.Entry, writers)
	for i := range lines {
		line := &storetest.Line{Stream: collector.StreamID(fmt.Sprint("0197-append-", i)), Device: "d-1"}
		for range max(1, b.N/writers) {
			lines[i] = append(lines[i], line.Next("Calle sin número"))
		}
	}
	b.ResetTimer()
	var wg sync.WaitGroup
	for _, entries := range lines {
		wg.Go(func() {
			for i := range entries {
				if _, err := db.Append(context.Background(), entries[i:i+1]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(writers*len(lines[0]))/b.Elapsed().Seconds(), "events/s")
}

// serveFor starts a server for so many tablets and returns its address.
func serveFor(b *testing.B, tablets, rate int) string {
	b.Helper()
	need(b, 2*tablets+100)
	db := mustOpen(b, b.TempDir(), nil)
	s := &collector.Server{Log: db, Survey: storetest.Survey, Token: childToken, Rate: rate}
	ctx, cancel := context.WithCancel(context.Background())
	must(b, s.Start(ctx))
	_, err := s.Import(ctx, stormSample(tablets))
	must(b, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(b, err)
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, ln) }()
	b.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			b.Error(err)
		}
	})
	return "http://" + ln.Addr().String()
}

// need raises the limit of open files, or skips where it is too low.
func need(b *testing.B, files int) {
	b.Helper()
	var limit syscall.Rlimit
	must(b, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	if limit.Cur < uint64(files) {
		limit.Cur = min(limit.Max, uint64(files))
		if syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit) != nil || limit.Cur < uint64(files) {
			b.Skipf("%d open files are allowed, %d are needed", limit.Cur, files)
		}
	}
}
