package bolt

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bbolt "go.etcd.io/bbolt"

	"cifra/collector"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
)

// Environment of a child process that serves until it is killed.
const (
	childDir      = "CIFRA_TEST_SERVE"
	childAckFirst = "CIFRA_TEST_ACK_FIRST"
	childSyncs    = "CIFRA_TEST_SYNCS"
	childToken    = "a-token-of-a-test"
)

// TestMain lets the test binary be the server that is killed, or the store
// whose syncs are counted.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childSyncs); dir != "" {
		if err := appendAndTell(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if dir := os.Getenv(childDir); dir != "" {
		fmt.Fprintln(os.Stderr, serveUntilKilled(dir, os.Getenv(childAckFirst) != ""))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const stormTablets = 50

// serveUntilKilled serves a store and says where on standard output.
func serveUntilKilled(dir string, ackFirst bool) error {
	db, err := open(dir, func(db *DB) {
		if !ackFirst {
			return
		}
		db.ackFirst = true
		db.commit = func(f func(*bbolt.Tx) error) error {
			time.Sleep(2 * time.Millisecond) // a disk of the field: the lie shows within a few rounds
			return db.journal.Update(f)
		}
	})
	if err != nil {
		return err
	}
	s := &collector.Server{Log: db, Survey: storetest.Survey, Token: childToken, Rate: -1}
	ctx := context.Background()
	if err := s.Start(ctx); err != nil {
		return err
	}
	if _, err := s.Import(ctx, stormSample(stormTablets)); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println("http://" + ln.Addr().String())
	return s.Serve(ctx, ln)
}

// stormSample has a case for each tablet.
func stormSample(tablets int) *collector.Sample {
	var csv strings.Builder
	csv.WriteString("case,stratum,psu,p_psu,p_dwelling,selection_number\n")
	for i := range tablets {
		fmt.Fprintf(&csv, "c%d,1,1,0.5,0.5,0.5\n", i)
	}
	sample, err := collector.ReadSample("storm.csv", strings.NewReader(csv.String()))
	if err != nil {
		panic(err)
	}
	return sample
}

// A child is a server in a process of its own.
type child struct {
	cmd  *exec.Cmd
	addr string
}

func startChild(t *testing.T, dir string, ackFirst bool) *child {
	t.Helper()
	c := &child{cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(os.Environ(), childDir+"="+dir)
	if ackFirst {
		c.cmd.Env = append(c.cmd.Env, childAckFirst+"=1")
	}
	var errs bytes.Buffer
	c.cmd.Stderr = &errs
	out, err := c.cmd.StdoutPipe()
	must(t, err)
	must(t, c.cmd.Start())
	t.Cleanup(func() { c.kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		c.kill()
		t.Fatalf("the server said %q %v\n%s", line, err, &errs)
	}
	c.addr = strings.TrimSpace(line)
	return c
}

func (c *child) kill() {
	c.cmd.Process.Kill() // SIGKILL; an error means that it is gone
	c.cmd.Wait()
}

// A diary is what one tablet of the storm did and was told.
type diary struct {
	line   storetest.Line
	events []collector.Entry // all it made
	acked  uint64            // up to here it was told that the office has them
}

// interview sends what the office lacks and then event after event, some of
// them twice, until the connection breaks.
func (d *diary) interview(addr string, rng *rand.Rand, acks *atomic.Int64) error {
	tab, err := storetest.Dial(addr, childToken, d.line.Device)
	if err != nil {
		return nil // killed before it came to that
	}
	defer tab.Close()
	id := q.InterviewID(d.line.Stream)
	r, err := tab.Hello(childToken, collector.Holding{Interview: id, Device: d.line.Device, Seq: d.line.Seq, Acked: d.acked})
	if err != nil {
		return nil
	}
	var sent uint64
	if len(r.Have) == 1 {
		sent = r.Have[0].Seq
	}
	if sent < d.acked {
		return fmt.Errorf("the office has %d events of %s and acked %d", sent, id, d.acked)
	}
	for {
		for range 1 + rng.IntN(4) {
			if len(d.events) == 0 {
				d.events = append(d.events, d.line.Start(q.CaseID("c"+strings.TrimPrefix(string(d.line.Device), "d-"))))
			} else {
				d.events = append(d.events, d.line.Next(fmt.Sprint("answer ", rng.Uint64())))
			}
		}
		from := sent
		if sent > 0 && rng.IntN(4) == 0 {
			from -= min(from, 3) // the last events again
		}
		batch := d.events[from:]
		r, err := tab.Push(batch[:min(len(batch), 100)]...)
		if err != nil {
			return nil
		}
		if r.Type != "ack" || len(r.Upto) != 1 || len(r.Parked) > 0 {
			return fmt.Errorf("answer to a push: %+v", r)
		}
		sent = r.Upto[0].Seq
		d.acked = max(d.acked, sent)
		acks.Add(1)
	}
}

// storm runs rounds of a server that is killed in the middle of its work, and
// checks after each that every acked event is there. It returns what was lost.
func storm(t *testing.T, rounds int, ackFirst bool) (acks int64, lost error) {
	dir := filepath.Join(t.TempDir(), "data")
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	diaries := make([]*diary, stormTablets)
	for i := range diaries {
		diaries[i] = &diary{line: storetest.Line{Stream: collector.StreamID(fmt.Sprint("0197-storm-", i)), Device: q.DeviceID(fmt.Sprint("d-", i))}}
	}
	var total atomic.Int64
	for round := range rounds {
		server := startChild(t, dir, ackFirst)
		before := total.Load()
		var tablets sync.WaitGroup
		wrong := make([]error, len(diaries))
		for i, d := range diaries {
			own := rand.New(rand.NewPCG(rng.Uint64(), uint64(i)))
			tablets.Go(func() { wrong[i] = d.interview(server.addr, own, &total) })
		}
		for end := time.Now().Add(5 * time.Second); total.Load() < before+stormTablets && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(time.Duration(rng.IntN(150)) * time.Millisecond)
		server.kill()
		tablets.Wait()
		for _, err := range wrong {
			if err != nil {
				return total.Load(), fmt.Errorf("round %d: %w", round, err)
			}
		}
		if total.Load() == before {
			t.Fatalf("round %d: not one ack before the kill", round)
		}
		if err := missing(t, dir, diaries, round%10 == 9 || round == rounds-1); err != nil {
			return total.Load(), fmt.Errorf("round %d: %w", round, err)
		}
	}
	return total.Load(), nil
}

// missing compares a store with what the tablets were told: how far each line
// goes and, if asked, every byte.
func missing(t *testing.T, dir string, diaries []*diary, bytewise bool) error {
	t.Helper()
	db, err := Open(dir)
	must(t, err)
	defer db.Close()
	for _, d := range diaries {
		heads, err := db.Heads(t.Context(), d.line.Stream)
		must(t, err)
		head := heads[d.line.Device]
		if head.Seq < d.acked {
			return fmt.Errorf("%s: %d events were acked, %d are there", d.line.Stream, d.acked, head.Seq)
		}
		if head.Seq > 0 && head.Hash != q.HeaderHash(d.events[head.Seq-1].Event.Header) {
			return fmt.Errorf("%s: event %d is another one", d.line.Stream, head.Seq)
		}
		if !bytewise {
			continue
		}
		n := uint64(0)
		for e, err := range db.Read(t.Context(), d.line.Stream) {
			must(t, err)
			if want := d.events[n]; e.Seq != n+1 || e.Digest() != want.Digest() {
				return fmt.Errorf("%s: event %d is not the one that was sent", d.line.Stream, n+1)
			}
			n++
		}
		if n != head.Seq {
			return fmt.Errorf("%s: %d events can be read, the head is %d", d.line.Stream, n, head.Seq)
		}
	}
	for e, err := range db.Aside(t.Context()) {
		must(t, err)
		return fmt.Errorf("event %d of %s was kept aside", e.Seq, e.Stream)
	}
	return nil
}

// TestKilledServerKeepsWhatItAcked kills a serving process in mid-storm, again
// and again on the same store: no acked event is missing.
func TestKilledServerKeepsWhatItAcked(t *testing.T) {
	rounds := 50
	if testing.Short() {
		rounds = 10
	}
	acks, lost := storm(t, rounds, false)
	if lost != nil {
		t.Error(lost)
	}
	t.Logf("%d rounds, %d acks, nothing lost", rounds, acks)
}

// TestStormNoticesALie has the server ack before it commits: the storm must
// find out, or it proves nothing.
func TestStormNoticesALie(t *testing.T) {
	acks, lost := storm(t, 30, true)
	if lost == nil {
		t.Errorf("a server that acks before it commits passed 30 rounds with %d acks", acks)
	}
	t.Log(lost)
}

// TestTwoServersOnOneDirectory starts a second one: it is refused within
// seconds, with the first one's process and what to do, and the first goes on.
func TestTwoServersOnOneDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	server := startChild(t, dir, false)
	begun := time.Now()
	_, err := Open(dir)
	locked, ok := err.(*LockedError)
	if !ok || time.Since(begun) > 5*time.Second {
		t.Fatalf("Open = %v after %v, want a LockedError within 5 s", err, time.Since(begun))
	}
	if who := fmt.Sprint("process ", server.cmd.Process.Pid, " "); !strings.Contains(locked.Error(), who) || locked.Hint() == "" {
		t.Errorf("%v (hint %q) does not name %s", locked, locked.Hint(), who)
	}
	d := &diary{line: storetest.Line{Stream: "0197-first", Device: "d-1"}}
	tab, err := storetest.Connect(server.addr, childToken, "d-1")
	must(t, err)
	defer tab.Close()
	r, err := tab.Push(d.line.Start("c1"))
	if err != nil || r.Type != "ack" {
		t.Errorf("the first server: %+v, %v", r, err)
	}
	server.kill()
	db, err := Open(dir) // a lock dies with its process
	must(t, err)
	must(t, db.Close())
}
