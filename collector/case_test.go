package collector_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"cifra/collector"
	"cifra/collector/storetest"
	q "cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// TestCases follows cases through assignment, visits and outcomes, and checks
// that a server started again on the same log and a reader without a server
// tell the same.
func TestCases(t *testing.T) {
	s := serve(t, nil)
	if err := s.Assign(t.Context(), "d-1", "0002"); err != nil {
		t.Fatal(err)
	}
	if err := s.Assign(t.Context(), "d-1", "9999"); err == nil {
		t.Error("a case that was not sampled was assigned")
	}
	one, two := connect(t, s, "d-1"), connect(t, s, "d-2")
	visits := &storetest.Line{Stream: "0197-visits", Device: "d-1"}
	full := &storetest.Line{Stream: "0197-full", Device: "d-2"}
	r, err := one.Push(visits.Start("0002"), visits.Attempt(collector.NoOneHome), visits.Attempt(collector.RespondentAway))
	reply(t, r, err, "ack")
	r, err = two.Push(full.Start("0003"), full.Next("answer"), full.Status(collector.Partial), full.Status(collector.Complete))
	reply(t, r, err, "ack")

	r, err = two.Push((&storetest.Line{Stream: "0197-x", Device: "d-2"}).Start("0002"))
	reply(t, r, err, "refused not_yours")
	r, err = one.Push((&storetest.Line{Stream: "0197-y", Device: "d-1"}).Start("0003"))
	reply(t, r, err, "refused not_yours")

	r, err = one.Pull(0)
	reply(t, r, err, "cases")
	var seen []q.CaseID
	for _, raw := range r.Cases {
		c := decodeCase(t, raw)
		seen = append(seen, c.Case)
		if c.Case == "0002" && (c.Disposition != collector.RespondentAway || c.Assigned != "d-1" || c.Address == "") {
			t.Errorf("case 0002: %s", raw)
		}
	}
	if want := []q.CaseID{"0001", "0002", "0004"}; !slices.Equal(seen, want) {
		t.Errorf("device 1 sees %v, want %v", seen, want)
	}
	cursor := r.Cursor
	if err := s.Assign(t.Context(), "d-2", "0001"); err != nil {
		t.Fatal(err)
	}
	r, err = one.Pull(cursor)
	reply(t, r, err, "cases")
	if len(r.Cases) != 1 || decodeCase(t, r.Cases[0]).Address != "" || decodeCase(t, r.Cases[0]).Assigned != "d-2" {
		t.Errorf("a case that went to another: %s, want it without address", r.Cases)
	}

	want := map[collector.Disposition]int{collector.NotAttempted: 2, collector.RespondentAway: 1, collector.Complete: 1}
	if got := s.Dispositions(); !cmp.Equal(got, want) {
		t.Errorf("dispositions %v, want %v", got, want)
	}
	live, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cold, err := collector.ReadSnapshot(t.Context(), s.Log)
	if err != nil {
		t.Fatal(err)
	}
	if a, b := describe(t, live), describe(t, cold); a != b {
		t.Errorf("the server's snapshot\n%s, read from the log\n%s", a, b)
	}
	again := &collector.Server{Log: s.Log, Token: token}
	if err := again.Start(t.Context()); err != nil || again.Survey != storetest.Survey {
		t.Errorf("started again: survey %q, %v", again.Survey, err)
	}
	other := &collector.Server{Log: s.Log, Token: token, Survey: "another"}
	if err := other.Start(t.Context()); err == nil {
		t.Error("another survey was served from the same store")
	}
}

// describe prints all that a snapshot tells.
func describe(t *testing.T, s *collector.Snapshot) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, s.Survey, s.At)
	for _, c := range s.Cases {
		fmt.Fprintln(&b, c.ID, c.Design, c.Address, c.Assigned, c.Holder(), c.Disposition())
		for _, iv := range c.Interviews {
			fmt.Fprintln(&b, " ", iv.ID, iv.Case, iv.Device, iv.Household, iv.Disposition, len(iv.Visits))
			for e, err := range s.Events(t.Context(), iv.ID) {
				fmt.Fprintln(&b, "    ", e.Device, e.Seq, e.Kind, e.Cursor, err)
			}
		}
	}
	return b.String()
}

// TestSnapshotStands takes a snapshot, goes on, and reads the snapshot.
func TestSnapshotStands(t *testing.T) {
	s := serve(t, nil)
	tab := connect(t, s, "d-1")
	line := &storetest.Line{Stream: "0197-snap", Device: "d-1"}
	r, err := tab.Push(line.Start("0001"), line.Next("before"))
	reply(t, r, err, "ack")
	snapshot, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before := describe(t, snapshot)
	late := &storetest.Line{Stream: "0197-late", Device: "d-1"}
	r, err = tab.Push(line.Next("after"), line.Status(collector.Complete), late.Start("0002"))
	reply(t, r, err, "ack")
	if after := describe(t, snapshot); after != before {
		t.Errorf("the snapshot moved from\n%sto\n%s", before, after)
	}
}

// TestOrderDoesNotMatter folds the same log in its order and as servers see it
// that take parts of it at other times.
func TestOrderDoesNotMatter(t *testing.T) {
	s := serve(t, nil)
	rng := rand.New(rand.NewPCG(1, 2))
	outcomes := []collector.Disposition{collector.Complete, collector.Partial, collector.Refusal, collector.Vacant}
	for i := range 12 {
		device := q.DeviceID(fmt.Sprint("d-", i%4))
		tab := connect(t, s, device)
		line := &storetest.Line{Stream: collector.StreamID(fmt.Sprint("0197-", i)), Device: device}
		batch := []collector.Entry{line.Start(q.CaseID(fmt.Sprintf("%04d", 1+i%4))), line.Attempt(collector.NoOneHome), line.Status(outcomes[rng.IntN(4)])}
		r, err := tab.Push(batch...)
		reply(t, r, err, "ack")
	}
	if err := s.Assign(t.Context(), "d-3", "0001", "0002"); err != nil {
		t.Fatal(err)
	}
	want, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for round := range 50 {
		got, err := collector.FoldShuffled(t.Context(), s.Log, rng)
		if err != nil {
			t.Fatal(err)
		}
		if a, b := describe(t, got), describe(t, want); a != b {
			t.Fatalf("round %d: folded in another order\n%s, in order\n%s", round, a, b)
		}
	}
}

func TestReadSample(t *testing.T) {
	const header = "case,stratum,psu,p_psu,p_dwelling,selection_number\n"
	tests := []struct {
		name, csv string
		want      []string // as file:line:col: error: message (hint)
	}{
		{"good", header + "1,a,b,1,0.5,0\n", nil},
		{"with a byte order mark", "\ufeff" + header + "1,a,b,1,0.5,0\n", nil},
		{"empty", "", []string{"s.csv:1:1: error: no header: the first line names the columns"}},
		{"no rows", header, []string{"s.csv:2:1: error: the file has no cases"}},
		{"columns missing", "case,stratum,psu\n1,a,b\n", []string{
			"s.csv:1:1: error: column p_psu is missing", "s.csv:1:1: error: column p_dwelling is missing", "s.csv:1:1: error: column selection_number is missing",
		}},
		{"a column twice", "case,stratum,psu,psu,p_psu,p_dwelling,selection_number\n", []string{"s.csv:1:18: error: column psu stands twice (the first is number 3)"}},
		{"a column that is no name", "case,stratum,psu,p_psu,p_dwelling,selection_number,1st area\n", []string{`s.csv:1:52: error: "1st area" cannot name a column`}},
		{"bad numbers, all of them", header + "1,a,b,x,0.5,0\n2,a,b,0,1.5,1\n3,a,b,NaN,Inf,0x1p-2\n", []string{
			`s.csv:2:7: error: p_psu "x" is not a number`, `s.csv:3:7: error: p_psu 0 is out of range`, `s.csv:3:9: error: p_dwelling 1.5 is out of range`,
			`s.csv:3:13: error: selection_number 1 is out of range`, `s.csv:4:7: error: p_psu "NaN" is not a number`,
			`s.csv:4:11: error: p_dwelling "Inf" is not a number`, `s.csv:4:15: error: selection_number "0x1p-2" is not a number`,
		}},
		{"a decimal comma", header + "1,a,b,\"0,5\",0.5,0\n", []string{`s.csv:2:7: error: p_psu "0,5" is not a number (decimals are written with a point)`}},
		{"a case twice", header + "1,a,b,1,1,0\n2,a,b,1,1,0\n1,a,b,1,1,0\n", []string{`s.csv:4:1: error: case 1 stands twice (the first is in line 2)`}},
		{"a case that is an address", header + "Calle 1,a,b,1,1,0\n", []string{`s.csv:2:1: error: "Calle 1" cannot name a case`}},
		{"no stratum", header + "1,,b,1,1,0\n", []string{"s.csv:2:3: error: stratum is empty"}},
		{"a short row, and the next is read", header + "1,a,b\n2,a,b,9,1,0\n", []string{"s.csv:2:1: error: wrong number of fields", "s.csv:3:7: error: p_psu 9 is out of range"}},
		{"a stray quote", header + "1,a\"b,b,1,1,0\n", []string{`s.csv:2:4: error: bare " in non-quoted-field`}},
		{"Latin-1", header + "1,\xf1,b,1,1,0\n", []string{"s.csv: error: the file is not UTF-8"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := collector.ReadSample("s.csv", strings.NewReader(tt.csv))
			if len(tt.want) == 0 {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			diagnostics, ok := err.(expr.Diagnostics)
			if !ok || len(diagnostics) != len(tt.want) {
				t.Fatalf("error\n%v\nwant %d diagnostics", err, len(tt.want))
			}
			for i, d := range diagnostics {
				if got := (expr.Diagnostics{d}).Error(); !strings.HasPrefix(got, tt.want[i]) {
					t.Errorf("diagnostic %d is\n%s, want\n%s", i, got, tt.want[i])
				}
			}
		})
	}
}

// TestImportAgain imports a file, a larger one that differs, and the first again.
func TestImportAgain(t *testing.T) {
	s := serve(t, nil)
	events := func() (n int) {
		for _, err := range s.Log.Read(t.Context(), collector.Org) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	before := events()
	im, err := s.Import(t.Context(), sample(t, fourCases))
	if err != nil || im.Added != 0 || im.Known != 4 || len(im.Kept) != 0 || im.Readdressed != 0 {
		t.Errorf("the same file again: %+v, %v", im, err)
	}
	if events() != before {
		t.Error("importing the same file again left an event")
	}

	const second = `case,stratum,psu,p_psu,p_dwelling,selection_number,address,address_city
0001,9,11,0.05,0.1,0.4173,Calle Uno 1,Lima
0002,1,11,0.05,0.1,0.93,Calle Uno 2 bis,Lima
0005,2,22,0.02,0.25,0.5,Calle Cinco,Cusco
`
	im, err = s.Import(t.Context(), sample(t, second))
	if err != nil {
		t.Fatal(err)
	}
	want := &collector.Import{Added: 1, Known: 2, Readdressed: 1, Absent: 2, Kept: []collector.Change{{Case: "0001", Column: "stratum", Kept: "1", New: "9"}}}
	if diff := cmp.Diff(want, im); diff != "" {
		t.Errorf("import (-want +got):\n%s", diff)
	}
	var b strings.Builder
	im.WriteTo(&b)
	const told = `1 case added, 2 known, 1 of them with another address now; 2 cases that are not in the file stay
1 design variable differs and stays as it was drawn:
  case 0001: stratum is "1", the file says "9"
`
	if b.String() != told {
		t.Errorf("told\n%s, want\n%s", b.String(), told)
	}
	snapshot, err := s.Snapshot(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range snapshot.Cases {
		got = append(got, fmt.Sprint(c.ID, " ", c.Value("stratum"), " ", c.Value("p_dwelling"), " ", c.Address))
	}
	wantCases := []string{
		"0001 1 0.1 [{address Calle Uno 1} {address_city Lima}]", "0002 1 0.1 [{address Calle Uno 2 bis} {address_city Lima}]",
		"0003 2 0.25 [{address Calle Dos 3} {address_city Cusco}]", "0004 2 0.25 [{address } {address_city }]",
		"0005 2 0.25 [{address Calle Cinco} {address_city Cusco}]",
	}
	if diff := cmp.Diff(wantCases, got); diff != "" {
		t.Errorf("cases (-want +got):\n%s", diff)
	}
}
