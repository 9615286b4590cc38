package collector_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/collector"
	q "cifra/questionnaire"
)

// nextHouse is the house in which the name of a person is called otherwise.
func nextHouse(t testing.TB) *q.Questionnaire {
	t.Helper()
	house := fstest.MapFS{}
	dir := os.DirFS("../questionnaire/testdata/house")
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(dir, name)
		text := strings.NewReplacer("{id: name,", "{id: called,", "{name}", "{called}", "first: name", "first: called", "version: 2026.1", "version: 2026.2").Replace(string(b))
		house[name] = &fstest.MapFile{Data: []byte(text)}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in, ds := q.LoadInstrument(house, ".")
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	to, ds := q.Compile(in)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	return to
}

// Interviews that run are moved by an event each, closed ones are not; the
// export has both; a rehearsal writes nothing; and the way back gives the bytes
// of before.
func TestMigrateInterviewsThatRun(t *testing.T) {
	f := fiveCases(t)
	f.begin("i6", "d4", "0004").roster(50)
	to := nextHouse(t)
	if _, err := f.server.Publish(t.Context(), collector.Publication{Name: "house 2026.2", Languages: []string{"es", "en"}, Questionnaire: to.IR()}); err != nil {
		t.Fatal(err)
	}
	before, _ := export(t, f.snapshot())
	move := collector.Move{From: f.asked.Hash(), To: to, Rules: []q.Rule{{Item: "name", To: "called"}}, Because: "names are asked otherwise", DryRun: true}
	migrate := func(want int) *collector.Moved {
		t.Helper()
		at := f.snapshot().At
		m, err := f.server.Migrate(t.Context(), move, nil)
		if err != nil || m.Interviews != want || len(m.Unmoved) > 0 {
			t.Fatalf("%+v, %v; want %d moved", m, err, want)
		}
		if now := f.snapshot().At; move.DryRun && now != at || !move.DryRun && want > 0 && now == at {
			t.Errorf("dry run %v: the log went from %d to %d", move.DryRun, at, now)
		}
		return m
	}
	// 0002 was only attempted, 0003 broke off, 0004 is under way; the others are closed.
	if m := migrate(3); m.Closed != 3 {
		t.Errorf("%d closed, want 3", m.Closed)
	}
	move.DryRun = false
	m := migrate(3)
	found := false
	for _, c := range m.Carried {
		found = found || c == q.Carried{Item: "name", To: "called", Answers: 2}
		if c.To == "" {
			t.Errorf("%d answers of %s are aside", c.Answers, c.Item)
		}
	}
	if !found {
		t.Errorf("the name was not carried: %+v", m.Carried)
	}
	migrate(0) // they have moved

	stream, done := export(t, f.snapshot())
	if len(done.LeftOut) > 1 || !strings.Contains(files(t, stream)["person.csv"], "0004,0004.1,0004.1.1,1,50,1,") {
		t.Errorf("left out: %+v\n%s", done.LeftOut, files(t, stream)["person.csv"])
	}

	// The tablet has not heard of it, and names one more person.
	tablet := f.asked.Open(q.Self{Survey: "field", Interview: "i3", Device: "d2", Lease: 1})
	c := &conduct{f: f, iv: tablet, self: q.Self{Survey: "field", Interview: "i3", Device: "d2", Lease: 1}}
	for e, err := range f.snapshot().Events(t.Context(), "i3") {
		if err != nil {
			t.Fatal(err)
		}
		if e.Device == "d2" {
			c.iv.Apply(e.Event)
			c.seq, c.prev = e.Seq, q.HeaderHash(e.Event.Header)
		}
	}
	c.say("person[d2.1].name", q.Text("Rosa"))

	move.Back = true
	migrate(3)
	after, _ := export(t, f.snapshot())
	if a, b := files(t, before), files(t, after); a["person.csv"] != b["person.csv"] || a["household.csv"] != b["household.csv"] {
		t.Errorf("the way back gives other rows:\n%s\n%s", a["person.csv"], b["person.csv"])
	}
}
