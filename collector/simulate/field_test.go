package simulate

import (
	"bytes"
	"context"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"

	"cifra/collector"
	"cifra/collector/bolt"
	q "cifra/questionnaire"
	"cifra/schemas"
)

// lacsi compiles the built-in instrument, once.
var lacsi = sync.OnceValues(func() (*q.Questionnaire, error) {
	files, err := schemas.Instrument("lacsi")
	if err != nil {
		return nil, err
	}
	in, ds := q.LoadInstrument(files, ".")
	if err := ds.Err(); err != nil {
		return nil, err
	}
	compiled, ds := q.Compile(in)
	return compiled, ds.Err()
})

// An office is a collector with a real store, serving on a socket.
type office struct {
	*collector.Server
	db     *bolt.DB
	url    string
	sample *Sample
}

// open starts an office with a sample to conduct.
func open(t testing.TB, s *Sample) *office {
	t.Helper()
	parameters := []collector.Parameter{{Name: "reference_year", Type: "year"}, {Name: "selection_number", Type: "decimal(6)"}}
	return openWith(t, s, must(lacsi()), parameters, map[string]string{"reference_year": "2025"})
}

// openWith starts an office with another instrument.
func openWith(t testing.TB, s *Sample, instrument *q.Questionnaire, parameters []collector.Parameter, texts map[string]string) *office {
	t.Helper()
	db := must(bolt.Open(t.TempDir()))
	o := &office{Server: &collector.Server{Log: db, Survey: "simulated", Token: "a-token-of-the-tests", Rate: -1}, db: db, sample: s}
	if err := o.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	p := collector.Publication{
		Name: instrument.Name, Languages: instrument.Languages, Questionnaire: instrument.IR(), Parameters: parameters,
		Given: must(collector.Given(parameters, texts)),
	}
	for _, f := range instrument.TableFiles() {
		p.Tables = append(p.Tables, f.Content)
	}
	must(o.Publish(t.Context(), p))
	var file bytes.Buffer
	if err := s.WriteCases(&file); err != nil {
		t.Fatal(err)
	}
	must(o.Import(t.Context(), must(collector.ReadSample("sample.csv", &file))))
	ln := must(net.Listen("tcp", "127.0.0.1:0"))
	o.url = "http://" + ln.Addr().String()
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- o.Serve(ctx, ln) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

// conduct sends enumerators out and returns what they brought.
func (o *office) conduct(t testing.TB, skip func(*Case) bool) []Outcome {
	t.Helper()
	var brought []Outcome
	field := &Field{
		URL: o.url, Token: o.Token, Sample: o.sample, Seed: 5, Enumerators: 4, Skip: skip,
		Done: func(out Outcome) { brought = append(brought, out) },
	}
	if err := field.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	return brought
}

// thirty draws 30 cases with every fate among them.
func thirty(t testing.TB) *Sample {
	t.Helper()
	s := mustDraw(t, NewPopulation(9, Size{Strata: 2, PSUs: 8, Dwellings: 20}), rand.New(rand.NewPCG(4, 4)), 6, 5)
	fates := []Fate{Opens, OpensLater, NobodyHome, RefusesDoor, RefusesConsent}
	vacant := 0
	for i := range s.Cases {
		switch c := &s.Cases[i]; {
		case len(c.Dwelling.Households) == 0:
			vacant++
		case len(fates) > 0:
			c.Fate, fates = fates[0], fates[1:]
		}
	}
	if len(fates) > 0 || vacant == 0 {
		t.Fatalf("of 30 dwellings %d are vacant, and %v has no door", vacant, fates)
	}
	return s
}

// Every event that was acked is in the store, as its bytes were, and folds to an
// interview that ends as the enumerator said.
func TestWhatWasAckedIsInTheStore(t *testing.T) {
	o := open(t, thirty(t))
	brought := o.conduct(t, nil)
	visited := map[q.CaseID]bool{}
	for _, out := range brought {
		visited[out.Case.ID] = true
		o.holds(t, out)
	}
	if len(visited) != len(o.sample.Cases) {
		t.Errorf("%d cases of %d were visited", len(visited), len(o.sample.Cases))
	}
	for e, err := range o.db.Aside(t.Context()) {
		t.Errorf("event %d of %s was set aside: %s, %v", e.Seq, e.Stream, e.Reason, err)
	}
	snapshot := must(o.Snapshot(t.Context()))
	for _, c := range snapshot.Cases {
		want := map[collector.Disposition]bool{}
		for _, out := range brought {
			want[out.Disposition] = want[out.Disposition] || out.Case.ID == c.ID
		}
		if d := c.Disposition(); !want[d] {
			t.Errorf("case %s ends as %d at the office", c.ID, d)
		}
	}
}

// holds fails unless the store has the events of an interview, and no others.
func (o *office) holds(t *testing.T, out Outcome) {
	t.Helper()
	iv := must(lacsi()).Open(q.Self{Survey: o.Survey, Interview: out.Interview, Device: "office", Lease: 1})
	n := 0
	for e, err := range o.db.Read(t.Context(), collector.StreamID(out.Interview)) {
		if err != nil {
			t.Fatal(err)
		}
		if n == len(out.Events) {
			t.Errorf("interview %s has more than its %d events", out.Interview, n)
			break
		}
		w := out.Events[n]
		n++
		if !bytes.Equal(e.Event.Header, w.Header) || !bytes.Equal(e.Event.Payload, w.Payload) || !bytes.Equal(e.Event.Salt, w.Salt) {
			t.Errorf("event %d of %s is not what was sent", e.Seq, out.Interview)
		}
		if err := iv.Admit(e.Event); err != nil {
			t.Fatalf("event %d of %s: %v", e.Seq, out.Interview, err)
		}
		iv.Apply(e.Event)
	}
	if n != len(out.Events) {
		t.Errorf("interview %s: %d of %d acked events are in the store", out.Interview, n, len(out.Events))
	}
	switch d := collector.Disposition(iv.Disposition()); {
	case out.Household >= 0 && d != out.Disposition:
		t.Errorf("interview %s folds to %d, the enumerator said %d", out.Interview, d, out.Disposition)
	case out.Household < 0 && (d != 0 || len(iv.Attempts()) == 0):
		t.Errorf("interview %s has disposition %d and %d visits, nobody opened", out.Interview, d, len(iv.Attempts()))
	}
	if want := map[Fate]collector.Disposition{
		Opens: collector.Complete, OpensLater: collector.Complete, RefusesConsent: collector.Refusal,
		RefusesDoor: collector.Refusal, NobodyHome: collector.NoOneHome, Vacant: collector.Vacant,
	}[out.Case.Fate]; out.Disposition != want {
		t.Errorf("case %s ends as %d, want %d", out.Case.ID, out.Disposition, want)
	}
}

// An enumerator whose line drops in mid-interview connects again and sends what
// the office has not got.
func TestLostConnection(t *testing.T) {
	o := open(t, thirty(t))
	instrument := must(lacsi())
	c := &o.sample.Cases[0]
	e := &enumerator{field: &Field{URL: o.url, Token: o.Token, Sample: o.sample}, asked: instrument, device: "e01"}
	if err := e.load(t.Context()); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	v := &visit{iv: instrument.Open(q.Self{Survey: e.survey, Interview: "one", Device: "e01", Lease: 1}), rng: rng}
	if err := v.begin(c, 1, e.given[c.ID]); err != nil {
		t.Fatal(err)
	}
	for range 9 {
		if err := v.attempt(collector.NoOneHome); err != nil {
			t.Fatal(err)
		}
	}
	tab := &tablet{url: o.url, token: o.Token, device: "e01", interview: "one"}
	defer tab.close()
	if err := tab.push(t.Context(), v.events[:4]); err != nil {
		t.Fatal(err)
	}
	tab.ws.UnderlyingConn().Close()
	// The tablet has forgotten that three were acked: it is told.
	tab.acked, tab.unacked = 1, v.events[1:4]
	if err := tab.push(t.Context(), v.events[4:]); err != nil {
		t.Fatal(err)
	}
	o.holds(t, Outcome{Case: &Case{Fate: NobodyHome}, Interview: "one", Household: -1, Disposition: collector.NoOneHome, Events: v.events})
}

func TestRefusedTabletSaysWhy(t *testing.T) {
	o := open(t, thirty(t))
	field := &Field{URL: o.url, Token: "another", Sample: o.sample}
	if err := field.Work(t.Context()); err == nil || !strings.Contains(err.Error(), "hello") {
		t.Errorf("Work with a wrong token says %v", err)
	}
}

func TestLocate(t *testing.T) {
	tests := []struct {
		path string
		want spot
	}{
		{"P2_1", spot{person: -1}},
		{"P6_4[vehicle_theft]", spot{person: -1, crime: vehicleTheft, key: "vehicle_theft"}},
		{"person[e07.3].P3_4", spot{person: 2}},
		{"person[e07.1].P7_3[rape]", spot{person: 0, crime: rape, key: "rape"}},
		{"person[e07.12].incident[street_robbery.4].I1_20", spot{person: 11, crime: streetRobbery, event: 4}},
	}
	for _, tt := range tests {
		if got := locate(tt.path); got != tt.want {
			t.Errorf("locate(%q) = %+v, want %+v", tt.path, got, tt.want)
		}
	}
}
