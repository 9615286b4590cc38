// Package storetest is the one suite that every store of the collector passes.
//
// A test of a store is one call of [Run]. It appends at random, with
// repetitions, gaps, branches and intruders, and compares each outcome and all
// that can be read with a model: slices in memory that follow the words of
// [collector.Log] and know nothing of disks. It then closes the store, opens it
// again and compares once more.
//
// What only one kind of store can suffer, a killed process or a damaged file,
// is tested beside that store.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cifra/collector"
	q "cifra/questionnaire"
)

// Open opens the store of a directory, which is empty at first, and returns
// how to close it. Called again with the same directory it opens the same
// store.
type Open func(t testing.TB, dir string) (collector.Log, func())

// Run tests a store against the model.
func Run(t *testing.T, open Open) {
	t.Run("RandomAppends", func(t *testing.T) {
		for seed := range uint64(4) {
			t.Run(fmt.Sprint(seed), func(t *testing.T) { randomAppends(t, open, seed) })
		}
	})
	t.Run("Branch", func(t *testing.T) { branch(t, open) })
	t.Run("WithinOneBatch", func(t *testing.T) { withinOneBatch(t, open) })
	t.Run("BytesAsWritten", func(t *testing.T) { bytesAsWritten(t, open) })
	t.Run("Concurrent", func(t *testing.T) { concurrent(t, open) })
	t.Run("Cursors", func(t *testing.T) { cursors(t, open) })
	t.Run("Blobs", func(t *testing.T) { blobs(t, open) })
	t.Run("Canceled", func(t *testing.T) { canceled(t, open) })
}

// A model is the log as collector.Log describes it.
type model struct {
	lines map[string][]collector.Entry // "stream device" -> events in order
	all   []collector.Entry            // lines in the order of commits
	aside []collector.Entry
}

func (m *model) line(e *collector.Entry) string { return string(e.Stream) + " " + string(e.Device) }

// append says what must become of e, and remembers it.
func (m *model) append(e collector.Entry) (collector.Result, collector.Reason) {
	line := m.lines[m.line(&e)]
	var head q.Hash
	if len(line) > 0 {
		head = q.HeaderHash(line[len(line)-1].Event.Header)
	}
	switch {
	case e.Aside:
		return m.keep(e, e.Reason)
	case e.Seq <= uint64(len(line)) && equal(line[e.Seq-1], e):
		return collector.Duplicate, ""
	case e.Seq <= uint64(len(line)):
		return m.keep(e, collector.ReasonDivergent)
	case e.Seq == uint64(len(line))+1 && e.Prev == head:
		m.lines[m.line(&e)] = append(line, e)
		m.all = append(m.all, e)
		return collector.Stored, ""
	case e.Seq == uint64(len(line))+1:
		return m.keep(e, collector.ReasonDivergent)
	}
	for _, a := range m.aside {
		if q.HeaderHash(a.Event.Header) == e.Prev {
			return m.keep(e, collector.ReasonDivergent)
		}
	}
	return collector.Gap, ""
}

func (m *model) keep(e collector.Entry, reason collector.Reason) (collector.Result, collector.Reason) {
	for _, a := range m.aside {
		if equal(a, e) {
			return collector.KeptAside, reason
		}
	}
	e.Aside, e.Reason = true, reason
	m.aside = append(m.aside, e)
	return collector.KeptAside, reason
}

// equal compares what the device wrote.
func equal(a, b collector.Entry) bool {
	return bytes.Equal(a.Event.Header, b.Event.Header) && bytes.Equal(a.Event.Salt, b.Event.Salt) && bytes.Equal(a.Event.Payload, b.Event.Payload) &&
		(a.Event.Payload == nil) == (b.Event.Payload == nil)
}

// randomAppends makes all that devices do to a server, right and wrong.
func randomAppends(t *testing.T, open Open, seed uint64) {
	dir, rng := t.TempDir(), rand.New(rand.NewPCG(seed, 1))
	log, shut := open(t, dir)
	m := &model{lines: make(map[string][]collector.Entry)}
	lines := make([]*Line, 6)
	made := make([][]collector.Entry, len(lines))
	for i := range lines {
		lines[i] = &Line{Stream: collector.StreamID(fmt.Sprint("interview-", i/2)), Device: q.DeviceID(fmt.Sprint("d-", i))}
	}
	for round := range 300 {
		var batch []collector.Entry
		for range 1 + rng.IntN(8) {
			i := rng.IntN(len(lines))
			e := act(rng, lines[i], made[i], fmt.Sprint(seed, round))
			if !e.Aside && e.Seq == lines[i].Seq {
				made[i] = append(made[i], e)
			}
			batch = append(batch, e)
		}
		outcomes, err := log.Append(t.Context(), batch)
		if err != nil {
			t.Fatalf("round %d: Append = %v", round, err)
		}
		if len(outcomes) != len(batch) {
			t.Fatalf("round %d: %d outcomes of %d entries", round, len(outcomes), len(batch))
		}
		for i, e := range batch {
			result, reason := m.append(e)
			if outcomes[i].Result != result || outcomes[i].Reason != reason {
				t.Fatalf("round %d: event %d of %s in %s = %+v, want %d %q", round, e.Seq, e.Device, e.Stream, outcomes[i], result, reason)
			}
			if (outcomes[i].Cursor != 0) != (result == collector.Stored) {
				t.Fatalf("round %d: result %d has cursor %d", round, result, outcomes[i].Cursor)
			}
		}
		if round == 150 {
			shut()
			log, shut = open(t, dir)
		}
	}
	compare(t, log, m)
	shut()
	log, shut = open(t, dir)
	defer shut()
	compare(t, log, m)
}

// act makes one event: mostly the next one, and all the others there are.
func act(rng *rand.Rand, l *Line, made []collector.Entry, text string) collector.Entry {
	switch n := rng.IntN(20); {
	case n < 4 && len(made) > 0: // sent again
		return made[rng.IntN(len(made))]
	case n == 4: // events before it did not arrive
		return l.At(l.Seq+2+rng.Uint64N(3), q.HeaderHash([]byte(text)), text)
	case n == 5 && len(made) > 0: // a cloned device: other content under a number that is taken
		old := made[rng.IntN(len(made))]
		return l.At(old.Seq, old.Prev, text+" cloned")
	case n == 6 && l.Seq > 0: // the next number on another past
		return l.At(l.Seq+1, q.HeaderHash([]byte(text)), text+" forked")
	case n == 7: // no right there
		e := l.At(1+rng.Uint64N(5), q.Hash{}, text+" intruder")
		e.Aside, e.Reason = true, "not_yours"
		return e
	case n == 8: // in its place, but a person must look at it
		e := l.Next(text)
		e.Reason = "malformed"
		return e
	}
	return l.Next(text)
}

// compare reads everything in every way there is.
func compare(t *testing.T, log collector.Log, m *model) {
	t.Helper()
	entries(t, "Since(0)", log.Since(t.Context(), 0), m.all)
	entries(t, "Aside", log.Aside(t.Context()), m.aside)
	byStream := make(map[collector.StreamID][]collector.Entry)
	heads := make(map[collector.StreamID]map[q.DeviceID]collector.Head)
	for _, e := range m.all {
		byStream[e.Stream] = append(byStream[e.Stream], e)
		if heads[e.Stream] == nil {
			heads[e.Stream] = make(map[q.DeviceID]collector.Head)
		}
		heads[e.Stream][e.Device] = collector.Head{Seq: e.Seq, Hash: q.HeaderHash(e.Event.Header)}
	}
	for _, stream := range append(slices.Collect(maps.Keys(byStream)), "nobody") {
		entries(t, "Read("+string(stream)+")", log.Read(t.Context(), stream), byStream[stream])
		got, err := log.Heads(t.Context(), stream)
		if err != nil {
			t.Fatalf("Heads(%s) = %v", stream, err)
		}
		if want := heads[stream]; !maps.Equal(got, want) {
			t.Errorf("Heads(%s) = %v, want %v", stream, got, want)
		}
	}
}

// entries compares what a reader yields with what was appended, and requires
// ascending cursors.
func entries(t *testing.T, what string, got iter.Seq2[collector.Entry, error], want []collector.Entry) {
	t.Helper()
	var last collector.Cursor
	i := 0
	for e, err := range got {
		if err != nil {
			t.Fatalf("%s: entry %d: %v", what, i, err)
		}
		if i == len(want) {
			t.Fatalf("%s yields more than %d entries", what, len(want))
		}
		if e.Cursor <= last {
			t.Fatalf("%s: entry %d has cursor %d after %d", what, i, e.Cursor, last)
		}
		last = e.Cursor
		w := want[i]
		e.Cursor, w.Cursor, w.Prev = 0, 0, q.Hash{}
		if !reflect.DeepEqual(w, e) {
			t.Fatalf("%s: entry %d (-want +got):\n%s", what, i, cmp.Diff(w, e))
		}
		i++
	}
	if i != len(want) {
		t.Errorf("%s yields %d entries, want %d", what, i, len(want))
	}
}

// branch follows a device that was restored from an old copy: both histories
// are kept, whole, and the first goes on undisturbed.
func branch(t *testing.T, open Open) {
	log, shut := open(t, t.TempDir())
	defer shut()
	device := &Line{Stream: "interview", Device: "d-1"}
	var main []collector.Entry
	for i := range 3 {
		main = append(main, device.Next(fmt.Sprint("main ", i)))
	}
	old := &Line{Stream: "interview", Device: "d-1", Seq: 1, Head: q.HeaderHash(main[0].Event.Header)}
	var other []collector.Entry
	for i := range 6 {
		other = append(other, old.Next(fmt.Sprint("restored ", i)))
	}
	must(t, log, main, collector.Stored)
	must(t, log, other, collector.KeptAside)
	must(t, log, other, collector.KeptAside) // sent again: the same answer, not kept twice
	more := []collector.Entry{device.Next("main goes on")}
	must(t, log, more, collector.Stored)
	entries(t, "Read", log.Read(t.Context(), "interview"), append(main, more...))
	for i := range other {
		other[i].Aside, other[i].Reason = true, collector.ReasonDivergent
	}
	entries(t, "Aside", log.Aside(t.Context()), other)
}

// withinOneBatch repeats and branches inside one Append.
func withinOneBatch(t *testing.T, open Open) {
	log, shut := open(t, t.TempDir())
	defer shut()
	device := &Line{Stream: "interview", Device: "d-1"}
	a, b := device.Next("a"), device.Next("b")
	clone := device.At(2, b.Prev, "another b")
	outcomes, err := log.Append(t.Context(), []collector.Entry{a, a, b, clone, clone, b})
	if err != nil {
		t.Fatal(err)
	}
	want := []collector.Result{collector.Stored, collector.Duplicate, collector.Stored, collector.KeptAside, collector.KeptAside, collector.Duplicate}
	for i, o := range outcomes {
		if o.Result != want[i] {
			t.Errorf("entry %d: result %d, want %d", i, o.Result, want[i])
		}
	}
	entries(t, "Read", log.Read(t.Context(), "interview"), []collector.Entry{a, b})
}

// bytesAsWritten stores what no encoder would write.
func bytesAsWritten(t *testing.T, open Open) {
	log, shut := open(t, t.TempDir())
	defer shut()
	e := collector.Entry{
		Stream: "interview", Device: "d-1", Seq: 1,
		Event: q.Event{Header: []byte("{ \"a\" :\t1 }\x00\xff"), Salt: []byte{0, 1, 255}, Payload: []byte{}},
	}
	sealed := collector.Entry{Stream: "interview", Device: "d-2", Seq: 1, Event: q.Event{Header: []byte("{}"), Salt: []byte{}}}
	must(t, log, []collector.Entry{e, sealed}, collector.Stored)
	for got, err := range log.Read(t.Context(), "interview") {
		want := map[q.DeviceID]collector.Entry{"d-1": e, "d-2": sealed}[got.Device]
		if err != nil || !equal(got, want) {
			t.Errorf("read %q %v, want %q", got.Event, err, want.Event)
		}
	}
}

// concurrent has many devices write at once, each batch sent twice at the same
// time, as a tablet does that lost its connection and came back.
func concurrent(t *testing.T, open Open) {
	dir := t.TempDir()
	log, shut := open(t, dir)
	const devices, batches = 8, 25
	var wg sync.WaitGroup
	for d := range devices {
		line := &Line{Stream: collector.StreamID(fmt.Sprint("interview-", d/2)), Device: q.DeviceID(fmt.Sprint("d-", d))}
		wg.Go(func() {
			for b := range batches {
				batch := []collector.Entry{line.Next(fmt.Sprint(b, "a")), line.Next(fmt.Sprint(b, "b"))}
				var twice sync.WaitGroup
				for range 2 {
					twice.Go(func() {
						outcomes, err := log.Append(context.Background(), batch)
						for i := range outcomes {
							if r := outcomes[i].Result; r != collector.Stored && r != collector.Duplicate {
								err = errors.Join(err, fmt.Errorf("result %d", r))
							}
						}
						if err != nil {
							t.Errorf("device %d, batch %d: %v", d, b, err)
						}
					})
				}
				twice.Wait()
			}
		})
	}
	wg.Wait()
	check := func(when string) {
		t.Helper()
		next := make(map[q.DeviceID]uint64)
		var last collector.Cursor
		for e, err := range log.Since(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if next[e.Device]++; e.Seq != next[e.Device] || e.Cursor <= last {
				t.Fatalf("%s: device %s: event %d at cursor %d after %d, want event %d", when, e.Device, e.Seq, e.Cursor, last, next[e.Device])
			}
			last = e.Cursor
		}
		for d := range devices {
			if got := next[q.DeviceID(fmt.Sprint("d-", d))]; got != 2*batches {
				t.Errorf("%s: device %d has %d events, want %d", when, d, got, 2*batches)
			}
		}
	}
	check("before closing")
	shut()
	log, shut = open(t, dir)
	defer shut()
	check("opened again")
}

// cursors resumes from every place, and from the end while events come in.
func cursors(t *testing.T, open Open) {
	log, shut := open(t, t.TempDir())
	defer shut()
	line := &Line{Stream: "interview", Device: "d-1"}
	var all []collector.Entry
	for i := range 10 {
		batch := []collector.Entry{line.Next(fmt.Sprint(i)), line.Next(fmt.Sprint(i))}
		must(t, log, batch, collector.Stored)
		all = append(all, batch...)
	}
	var places []collector.Cursor
	for e, err := range log.Since(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		places = append(places, e.Cursor)
	}
	if len(places) != len(all) {
		t.Fatalf("Since(0) yields %d entries, want %d", len(places), len(all))
	}
	for i, c := range places {
		entries(t, fmt.Sprintf("Since(%d)", c), log.Since(t.Context(), c), all[i+1:])
	}
	end, err := log.End(t.Context())
	if err != nil || end != places[len(places)-1] {
		t.Errorf("End = %d, %v, want the last entry's cursor %d", end, err, places[len(places)-1])
	}
	late := line.Next("late")
	must(t, log, []collector.Entry{late}, collector.Stored)
	entries(t, "Since(end)", log.Since(t.Context(), end), []collector.Entry{late})
	for range log.Since(t.Context(), 0) {
		break // a reader may leave
	}
}

func blobs(t *testing.T, open Open) {
	dir := t.TempDir()
	log, shut := open(t, dir)
	big := bytes.Repeat([]byte("photo"), 1<<18)
	var hashes []q.Hash
	for _, content := range [][]byte{big, {}, []byte("x"), big} {
		hash, err := log.PutBlob(t.Context(), content)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, hash)
	}
	if hashes[0] != hashes[3] || hashes[0] != q.HeaderHash(big) {
		t.Errorf("a blob's name is %s and %s, want its SHA-256 %s", hashes[0], hashes[3], q.HeaderHash(big))
	}
	shut()
	log, shut = open(t, dir)
	defer shut()
	for i, want := range [][]byte{big, {}, []byte("x")} {
		got, err := log.Blob(t.Context(), hashes[i])
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("Blob(%s) = %d bytes, %v, want %d", hashes[i], len(got), err, len(want))
		}
	}
	if _, err := log.Blob(t.Context(), q.HeaderHash([]byte("never put"))); !errors.Is(err, collector.ErrNoBlob) {
		t.Errorf("Blob of unknown content = %v, want ErrNoBlob", err)
	}
	if log.Epoch() == "" {
		t.Error("the store has no epoch")
	}
}

// canceled appends and reads with a context that has ended.
func canceled(t *testing.T, open Open) {
	log, shut := open(t, t.TempDir())
	defer shut()
	line := &Line{Stream: "interview", Device: "d-1"}
	first := []collector.Entry{line.Next("a")}
	must(t, log, first, collector.Stored)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range log.Read(ctx, "interview") {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Read after the context ended: %v", err)
		}
	}
	// The outcome of an Append that was given up is unknown; doing it again is
	// safe either way.
	second := []collector.Entry{line.Next("b")}
	if _, err := log.Append(ctx, second); err != nil && !errors.Is(err, context.Canceled) {
		t.Errorf("Append after the context ended: %v", err)
	}
	if _, err := log.Append(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	entries(t, "Read", log.Read(t.Context(), "interview"), append(first, second...))
}

// must appends a batch and requires the same result for all of it.
func must(t *testing.T, log collector.Log, batch []collector.Entry, want collector.Result) {
	t.Helper()
	outcomes, err := log.Append(t.Context(), batch)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Result != want {
			t.Fatalf("event %d of %s: result %d, want %d", batch[i].Seq, batch[i].Device, o.Result, want)
		}
	}
}
