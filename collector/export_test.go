package collector_test

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"cifra/collector"
	q "cifra/questionnaire"
	"cifra/schemas/tabular"
)

// A field is a survey of the house instrument with five cases, whose events a
// test puts into the log as tablets would have sent them.
type field struct {
	t       testing.TB
	server  *collector.Server
	asked   *q.Questionnaire
	started time.Time
}

const fieldToken = "token-of-the-field"

func newField(t testing.TB) *field {
	t.Helper()
	in, ds := q.LoadInstrument(os.DirFS("../questionnaire/testdata/house"), ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	asked, ds := q.Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	f := &field{t: t, asked: asked, started: time.Date(2026, 3, 2, 10, 0, 0, 0, time.FixedZone("", -6*3600))}
	f.server = &collector.Server{Log: new(collector.MemLog), Survey: "field", Token: fieldToken}
	f.server.Export = f.server.Microdata
	if err := f.server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := f.server.Publish(t.Context(), collector.Publication{Name: "house", Languages: []string{"es", "en"}, Questionnaire: asked.IR()}); err != nil {
		t.Fatal(err)
	}
	sample, err := collector.ReadSample("sample.csv", strings.NewReader(`case,stratum,psu,p_psu,p_dwelling,selection_number,address,urban
0005,02,21,0.02,0.25,0.5,Calle Dos 5,=1
0001,01,11,0.05,0.1,0.4173,Calle Uno 1,1
0002,01,11,0.05,0.1,0.93,Calle Uno 2,1
0003,02,21,0.02,0.25,0.001,Calle Dos 3,0
0004,02,22,0.02,0.25,0.5,Calle Tres 4,0
`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.server.Import(t.Context(), sample); err != nil {
		t.Fatal(err)
	}
	return f
}

// A conduct is one interview on its way into the log.
type conduct struct {
	f    *field
	iv   *q.Interview
	self q.Self
	seq  uint64
	prev q.Hash
}

// begin starts an interview of household 1 of a case.
func (f *field) begin(id q.InterviewID, device q.DeviceID, of q.CaseID) *conduct {
	f.t.Helper()
	self := q.Self{Survey: "field", Interview: id, Device: device, Lease: 1}
	c := &conduct{f: f, self: self, iv: f.asked.Open(self)}
	return c.do(q.Act{Kind: q.KindStart, Case: of, Household: 1, Given: map[string]q.Value{
		"reference_year": q.Number(2025), "selection_number": q.Number(0),
	}})
}

// do decides an act, applies it and puts its event into the log.
func (c *conduct) do(act q.Act) *conduct {
	c.f.t.Helper()
	e, err := c.iv.Decide(act, q.Stamp{Wall: c.f.started.Add(time.Duration(c.seq) * time.Minute), Mono: int64(c.seq) * 60_000, Salt: [q.SaltLen]byte{byte(c.seq)}})
	if err != nil {
		c.f.t.Fatalf("%s %s: %v", act.Kind, act.Path, err)
	}
	c.iv.Apply(e)
	return c.put(e, "")
}

// put puts an event into the log.
func (c *conduct) put(e q.Event, reason collector.Reason) *conduct {
	c.f.t.Helper()
	h, err := q.ParseHeader(e.Header)
	if err != nil {
		c.f.t.Fatal(err)
	}
	c.seq++
	outcomes, err := c.f.server.Log.Append(c.f.t.Context(), []collector.Entry{{
		Stream: collector.StreamID(c.self.Interview), Device: c.self.Device, Seq: c.seq, Kind: h.Kind, Prev: c.prev, Received: h.Wall, Event: e, Reason: reason,
	}})
	if err != nil || outcomes[0].Result != collector.Stored {
		c.f.t.Fatalf("append: %v, %v", outcomes, err)
	}
	c.prev = q.HeaderHash(e.Header)
	return c
}

func (c *conduct) say(path string, v q.Value) *conduct {
	c.f.t.Helper()
	return c.do(q.Act{Kind: q.KindAnswer, Path: path, Value: v})
}

func (c *conduct) code(path, name string) *conduct {
	c.f.t.Helper()
	return c.say(path, q.Code{Name: name})
}

// roster lists one adult.
func (c *conduct) roster(age int) *conduct {
	c.f.t.Helper()
	c.do(q.Act{Kind: q.KindAddRow, Roster: "person"})
	person := "person[" + string(c.self.Device) + ".1]."
	return c.say(person+"name", q.Text("Ana")).say(person+"age", q.Number(age)).code("person_complete", "yes")
}

// complete goes on to the end: nothing has happened to Ana.
func (c *conduct) complete() *conduct {
	c.f.t.Helper()
	c.do(q.Act{Kind: q.KindConsent, Outcome: "given"}).do(q.Act{Kind: q.KindSelect})
	c.say("cost", q.Number(123_45)).code("P6_2", "no").code("P6_4[car_theft]", "no").code("P6_4[burglary]", "no")
	person := "person[" + string(c.self.Device) + ".1]."
	c.code(person+"P7_3[street_robbery]", "no").code(person+"P7_3[injuries]", "no")
	return c.do(q.Act{Kind: q.KindStatus, Disposition: q.Complete})
}

// fiveCases is a field in which everything has happened once: 0001 was
// interviewed, at 0002 nobody was home, at 0003 one tablet broke off and another
// completed, 0004 was not visited, 0005 refused.
func fiveCases(t testing.TB) *field {
	t.Helper()
	f := newField(t)
	f.begin("i1", "d1", "0001").roster(34).complete()
	f.begin("i2", "d1", "0002").do(q.Act{Kind: q.KindAttempt, Disposition: 224}).do(q.Act{Kind: q.KindAttempt, Disposition: 220})
	f.begin("i3", "d2", "0003").roster(61)
	f.begin("i4", "d3", "0003").do(q.Act{Kind: q.KindAttempt, Disposition: 224}).roster(62).complete()
	f.begin("i5", "d2", "0005").roster(47).do(q.Act{Kind: q.KindConsent, Outcome: "refused"}).do(q.Act{Kind: q.KindStatus, Disposition: 211})
	return f
}

// snapshot is the survey as it stands in the log.
func (f *field) snapshot() *collector.Snapshot {
	f.t.Helper()
	s, err := collector.ReadSnapshot(f.t.Context(), f.server.Log)
	if err != nil {
		f.t.Fatal(err)
	}
	return s
}

// export returns the set as a stream and what was left out.
func export(t testing.TB, s *collector.Snapshot) ([]byte, collector.Exported) {
	t.Helper()
	var out bytes.Buffer
	done, err := s.Export(t.Context(), &out, nil)
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes(), done
}

// files returns the files of a stream, without carriage returns.
func files(t testing.TB, stream []byte) map[string]string {
	t.Helper()
	got := map[string]string{}
	in := tar.NewReader(bytes.NewReader(stream))
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return got
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		got[h.Name] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func TestExport(t *testing.T) {
	stream, done := export(t, fiveCases(t).snapshot())
	got := files(t, stream)
	want := map[string]string{
		"case.csv": `case,stratum,psu,p_psu,p_dwelling,selection_number,urban,disposition,aapor,interviewed,visits,interviews,households_reached,persons_reached
0001,01,11,0.05,0.1,0.4173,1,110,I,1,0,1,1,1
0002,01,11,0.05,0.1,0.93,1,220,NC,0,2,0,0,0
0003,02,21,0.02,0.25,0.001,0,110,I,1,1,2,1,1
0004,02,22,0.02,0.25,0.5,0,311,UH,0,0,0,0,0
0005,02,21,0.02,0.25,0.5,'=1,211,R,0,0,1,1,0
`,
		"household.csv": `case,household,household_number,instrument_version,interview_date,disposition,aapor,interviewed,person_reached,eligible,selected_person,reference_year,consent,cost,P6_2,P6_4_01,P6_4_04,P6_5_01,P6_5_04,P6_6_01,P6_6_04,screened_01,screened_04,screened
0001,0001.1,1,2026.1,2026-03-02,110,I,1,1,1,1,2025,1,123.45,2,2,2,,,,,1,1,1
0003,0003.1,1,2026.1,2026-03-02,110,I,1,1,1,1,2025,1,123.45,2,2,2,,,,,1,1,1
0005,0005.1,1,2026.1,2026-03-02,211,R,0,0,,,2025,0,99999999999996,6,6,6,,,,,0,0,0
`,
		"person.csv": `case,household,person,person_number,age,adult,selected,p_selected,P7_3_05,P7_3_11,P7_4_05,P7_4_11,victim,robbed,screened_05,screened_11,screened
0001,0001.1,0001.1.1,1,34,1,1,1,2,2,,,0,0,1,1,1
0003,0003.1,0003.1.1,1,62,1,1,1,2,2,,,0,0,1,1,1
0005,0005.1,0005.1.1,1,47,1,0,,,,,,,,0,0,0
`,
		"incident.csv": "case,household,person,incident,crime,k,times,forms,crime_level,crime_iccs,I1_5,I1_5_specify,I1_5_source,I1_16_1,I1_16_2,I1_16_9,I1_20,I1_21,I1_23,I1_34,loss\n",
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s is\n%s\nwant\n%s", name, got[name], text)
		}
	}
	if len(got) != len(want)+1 {
		t.Errorf("%d files, want %d and the codebook", len(got), len(want))
	}
	for name, text := range got {
		for _, secret := range []string{"Calle", "Ana", "i1", "d1"} {
			if name != "codebook.json" && strings.Contains(text, secret) {
				t.Errorf("%s tells %q", name, secret)
			}
		}
	}
	if done.Cases != 5 || done.Interviews != 3 {
		t.Errorf("%d cases and %d interviews, want 5 and 3", done.Cases, done.Interviews)
	}
	if len(done.LeftOut) != 1 || done.LeftOut[0].Case != "0003" || done.LeftOut[0].Household != 1 || done.LeftOut[0].Why == "" {
		t.Errorf("left out: %+v, want the first interview of 0003", done.LeftOut)
	}
}

// What comes in after a snapshot does not show in its export, whenever that is
// made.
func TestExportOfASnapshot(t *testing.T) {
	f := fiveCases(t)
	snap := f.snapshot()
	before, _ := export(t, snap)
	f.begin("i6", "d1", "0004").roster(30).complete()
	again, _ := export(t, snap)
	if !bytes.Equal(before, again) {
		t.Error("the same snapshot gives other bytes after more events came in")
	}
	after, _ := export(t, f.snapshot())
	if bytes.Equal(before, after) {
		t.Error("a new snapshot gives the old bytes")
	}
}

// An interview of an instrument that is not here is named and has no rows; an
// event that was set aside takes nothing with it that came later.
func TestExportCountsWhatCannotBeRead(t *testing.T) {
	f := newField(t)
	other := &conduct{f: f, self: q.Self{Survey: "field", Interview: "i7", Device: "d9", Lease: 1}}
	start := f.begin("i1", "d1", "0001").roster(34)
	// A start of an instrument that this office never published.
	payload := []byte(`{"instrument":"` + strings.Repeat("ab", 32) + `","case":"0002","household":1,"given":{}}`)
	header := `{"v":1,"survey":"field","interview":"i7","device":"d9","seq":1,"prev":"","lease":1,"wall":"2026-03-02T10:00:00Z","mono":0,"kind":"start","hash":"` +
		q.PayloadHash(nil, payload).String() + `","case":"0002"}`
	other.put(q.Event{Header: []byte(header), Payload: payload}, "")
	// An event with a reason, in the middle of a line.
	bad := []byte(`{"value":{"number":1}}`)
	header = `{"v":1,"survey":"field","interview":"i1","device":"d1","seq":6,"prev":"` + start.prev.String() +
		`","lease":1,"wall":"2026-03-02T10:30:00Z","mono":0,"kind":"answer","path":"cost","hash":"` + strings.Repeat("00", 32) + `"}`
	if start.seq != 5 {
		t.Fatalf("the line has %d events", start.seq)
	}
	parked := q.Event{Header: []byte(header), Payload: bad}
	start.put(parked, collector.ReasonMalformed).iv.Pass(parked)
	start.complete()

	stream, done := export(t, f.snapshot())
	got := files(t, stream)
	if lines := strings.Split(got["case.csv"], "\n"); !strings.HasSuffix(lines[1], ",110,I,1,0,1,1,1") || !strings.HasSuffix(lines[2], ",311,UH,0,0,1,0,0") {
		t.Errorf("cases\n%s", got["case.csv"])
	}
	if !strings.Contains(got["household.csv"], ",123.45,") {
		t.Errorf("what came after the parked event is gone:\n%s", got["household.csv"])
	}
	if len(done.LeftOut) != 1 || done.LeftOut[0].Case != "0002" {
		t.Errorf("left out: %+v, want the interview of 0002", done.LeftOut)
	}
}

// A set of a survey in which nothing happened yet has all its tables.
func TestExportBeforeTheFirstVisit(t *testing.T) {
	stream, _ := export(t, newField(t).snapshot())
	got := files(t, stream)
	for name, lines := range map[string]int{"case.csv": 6, "household.csv": 1, "person.csv": 1, "incident.csv": 1} {
		if n := strings.Count(got[name], "\n"); n != lines {
			t.Errorf("%s has %d lines, want %d", name, n, lines)
		}
	}
}

// The codebook says to whoever reads sets what it says to whoever writes them.
func TestExportedCodebook(t *testing.T) {
	stream, _ := export(t, newField(t).snapshot())
	text := files(t, stream)["codebook.json"]
	book, err := tabular.ParseCodebook([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(book.JSON()); got != text {
		t.Errorf("read and written again it is\n%s", got)
	}
	if book.Survey != "field" || book.Table("incident").Parent.Table != "person" {
		t.Errorf("survey %q, incidents under %+v", book.Survey, book.Table("incident").Parent)
	}
}

// A server gives the bytes that its log gives, while tablets go on sending.
func TestExportWhileServing(t *testing.T) {
	f := fiveCases(t)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.server.Serve(ctx, ln) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	get := func(token string) (int, []byte) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+ln.Addr().String()+"/v1/export", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, body
	}
	if status, _ := get("another"); status != http.StatusUnauthorized {
		t.Errorf("status %d without the token", status)
	}
	status, served := get(fieldToken)
	want, done := export(t, f.snapshot())
	var set bytes.Buffer
	leftOut, err := collector.SplitExport(bytes.NewReader(served), &set)
	if err != nil || status != http.StatusOK || !bytes.Equal(set.Bytes(), want) {
		t.Errorf("status %d, a set of %d bytes, %v; the log gives %d", status, set.Len(), err, len(want))
	}
	if len(leftOut) != 1 || !slices.Equal(leftOut, done.LeftOut) {
		t.Errorf("the server left out %+v, the log %+v", leftOut, done.LeftOut)
	}
	const told = "case,household,why\n0003,1,the household has another interview\n"
	if got := files(t, served)[collector.LeftOutFile]; got != told {
		t.Errorf("%s is\n%s\nwant\n%s", collector.LeftOutFile, got, told)
	}
	for _, end := range []int{0, 100, len(served) / 2, len(served) - 1025} {
		if _, err := collector.SplitExport(io.MultiReader(bytes.NewReader(served[:end]), iotest.ErrReader(io.ErrUnexpectedEOF)), io.Discard); err == nil {
			t.Errorf("the first %d of %d bytes were taken for a whole stream", end, len(served))
		}
	}
	if _, err := collector.SplitExport(io.MultiReader(bytes.NewReader(served), iotest.ErrReader(io.ErrUnexpectedEOF)), io.Discard); err == nil {
		t.Error("a connection that broke at the end was taken for a whole stream")
	}
	dir := filepath.Join(t.TempDir(), "set")
	if _, err := tabular.Unpack(&set, dir, false); err != nil {
		t.Fatal(err)
	}
	for name, text := range files(t, want) {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || strings.ReplaceAll(string(got), "\r\n", "\n") != text {
			t.Errorf("%s in the directory is not that of the stream, %v", name, err)
		}
	}
}

// An export that is called off ends, and gives nothing.
func TestExportCalledOff(t *testing.T) {
	s := fiveCases(t).snapshot()
	ctx, cancel := context.WithCancel(t.Context())
	var out bytes.Buffer
	var seen []int
	_, err := s.Export(ctx, &out, func(done, all int) {
		if all != 5 {
			t.Errorf("progress of %d cases", all)
		}
		seen = append(seen, done)
		cancel()
	})
	if !errors.Is(err, context.Canceled) || out.Len() > 0 {
		t.Errorf("error %v and %d bytes, want none", err, out.Len())
	}
	if len(seen) == 0 || seen[0] != 1 {
		t.Errorf("progress %v", seen)
	}
}
