package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"cifra/collector"
	"cifra/collector/bolt"
	q "cifra/questionnaire"
)

// openSurvey makes a survey in which simulated interviews of the built-in
// instrument are under way: what closed them is left out. It returns its
// directory and how many there are.
func openSurvey(t *testing.T, psus, dwellings string) (data string, interviews int) {
	t.Helper()
	t.Setenv("LC_ALL", "C")
	t.Setenv("LANG", "C")
	dir := t.TempDir()
	country, closed := filepath.Join(dir, "country"), filepath.Join(dir, "closed")
	data = filepath.Join(dir, "survey")
	drawn := []string{"--psus", psus, "--dwellings", dwellings}
	cifra(t, append([]string{"simulate", "--out", country}, drawn...)...)
	for _, to := range []string{closed, data} {
		addr, token, _, end := startServe(t, "--data", to, "--instrument", "lacsi", "--given", "reference_year=2025", "--sample", filepath.Join(country, "sample.csv"))
		if to == closed {
			cifra(t, append([]string{"simulate", "--server", addr + "/#token=" + token}, drawn...)...)
		}
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	from, err := bolt.Open(closed)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	into, err := bolt.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer into.Close()
	ended, begun := map[collector.StreamID]bool{}, map[collector.StreamID]bool{}
	for e, err := range from.Since(t.Context(), collector.Cursor(0)) {
		if err != nil {
			t.Fatal(err)
		}
		if ended[e.Stream] = ended[e.Stream] || e.Kind == q.KindStatus; e.Stream == collector.Org || ended[e.Stream] {
			continue
		}
		begun[e.Stream] = true
		h, err := q.ParseHeader(e.Event.Header)
		if err != nil {
			t.Fatal(err)
		}
		e.Prev = h.Prev // a store reads it from its index only
		if o, err := into.Append(t.Context(), []collector.Entry{e}); err != nil || o[0].Result != collector.Stored {
			t.Fatalf("number %d of %s: %v, %v", e.Seq, e.Stream, o, err)
		}
	}
	return data, len(begun)
}

// cifra runs a command that must succeed, and returns what it printed.
func cifra(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(args, nil, &out, &errs); code != 0 {
		t.Fatalf("cifra %v: exit code %d\n%s%s", args, code, &out, &errs)
	}
	return out.String()
}

// nextLacsi writes the built-in instrument as it might be next year (one item
// is renamed, one recoded, one split), and the file of the move.
func nextLacsi(t *testing.T) (instrument, plan string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "next")
	changes := []struct{ old, now string }{
		{`version: 2026\.1`, "version: 2026.2"},
		{`\bP4_3\b`, "P4_3n"},
		{`\bvery_safe\b`, "quite_safe"},
		{`(?m)^  - id: I1_14\n    label: offender_influence\n((?:    .*\n)+)`, "  - id: I1_14a\n$1\n  - id: I1_14b\n$1"},
		{`(?m)^  I1_14:(.*)$`, "  I1_14a:$1\n  I1_14b:$1"},
	}
	source := os.DirFS("../../schemas/lacsi")
	err := fs.WalkDir(source, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || strings.HasPrefix(name, "scenarios") || strings.HasPrefix(name, "overlays") {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(dir, name), 0o700)
		}
		b, err := fs.ReadFile(source, name)
		for _, c := range changes {
			b = regexp.MustCompile(c.old).ReplaceAll(b, []byte(c.now))
		}
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, name), b, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir, textFile(t, "next.yaml", `migrate: next
from: lacsi@2026.1
to: lacsi@2026.2
because: corrected after the first weeks in the field
items:
  P4_3: {to: P4_3n}
  P4_4a: {codes: {very_safe: quite_safe}}
  I1_14: {split: {I1_14a: {drug: drug, alcohol: alcohol}, I1_14b: {other: other, none: none}}}
  I1_1: aside
`)
}

// states folds every interview of a survey and returns its state, by name.
func states(t *testing.T, data string, versions ...*q.Questionnaire) map[q.InterviewID]string {
	t.Helper()
	db, err := bolt.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := collector.ReadSnapshot(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	found := map[q.InterviewID]string{}
	for i := range s.Cases {
		for _, iv := range s.Cases[i].Interviews {
			live := versions[0].Open(q.Self{Survey: s.Survey, Interview: iv.ID, Device: q.Office})
			live.Know(versions...)
			for e, err := range s.Events(t.Context(), iv.ID) {
				if err == nil {
					err = live.Replay(e.Event)
				}
				if err != nil {
					t.Fatalf("%s: %v", iv.ID, err)
				}
			}
			found[iv.ID] = fmt.Sprintf("%s %s", live.Questionnaire().Version, live.Digest())
		}
	}
	return found
}

// loaded compiles an instrument as commands do.
func loaded(t *testing.T, name string) *q.Questionnaire {
	t.Helper()
	p, err := readInstrument(name, nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := q.Load(p.Questionnaire)
	if err != nil {
		t.Fatal(err)
	}
	return asked
}

// column returns a column of a table by the first column's values, in order.
func column(t *testing.T, table, name string) (values []string) {
	t.Helper()
	head, _, _ := strings.Cut(table, "\r\n")
	at := slices.Index(strings.Split(head, ","), name)
	if at < 0 {
		t.Fatalf("no column %s in %s", name, head)
	}
	for _, l := range lines(table) {
		values = append(values, strings.Split(l, ",")[at])
	}
	return values
}

// Interviews that run are moved through the command: rehearsed with counts and
// not a byte written, moved with every answer where the file says, killed in the
// middle and gone on with, and brought back as they were. Sabotage: to store in a
// rehearsal, to drop a rule.
func TestMigrateASurveyInTheField(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a survey")
	}
	data, n := openSurvey(t, "40", "3")
	next, plan := nextLacsi(t)
	versions := []*q.Questionnaire{lacsi(t), loaded(t, next)}
	before, exported := states(t, data, versions...), exportTo(t, filepath.Join(t.TempDir(), "before"), "--data", data)
	migrate := func(args ...string) string {
		return cifra(t, append([]string{"migrate", plan, "--data", data, "--to", next}, args...)...)
	}

	told := migrate("--dry-run")
	for _, want := range []string{
		`(?m)^  P4_3 +→ P4_3n +renamed +\d`, `(?m)^  P4_4a +→ P4_4a +recoded +\d`, `(?m)^  I1_14 +→ I1_14a +split +\d`, `(?m)^  I1_1 +kept aside +\d`,
		`(?m)^answers: same [\d,]+ · renamed \d+ · recoded \d+ · split \d+ · kept aside \d+$`,
		fmt.Sprintf(`(?m)^%d interviews would move, 0 closed ones would be left as they are; \d+ answers would be kept aside, none lost\. Nothing was written\.$`, n),
		`(?m)^\d+ tablets hold these interviews: each finishes on the version it began with`,
	} {
		if !regexp.MustCompile(want).MatchString(told) {
			t.Errorf("the rehearsal does not say %s:\n%s", want, told)
		}
	}
	if got := states(t, data, versions...); !maps.Equal(got, before) {
		t.Error("the rehearsal changed an interview")
	}

	data = killed(t, data, plan, next, versions, before)
	if told := migrate(); !strings.Contains(told, " interviews moved, 0 closed ones") {
		t.Errorf("going on after the kill says\n%s", told)
	}
	moved := states(t, data, versions...)
	for id, state := range moved {
		if !strings.HasPrefix(state, "2026.2 ") {
			t.Errorf("%s is %s", id, state)
		}
	}
	after := exportTo(t, filepath.Join(t.TempDir(), "after"), "--data", data)
	same := func(table, was, is string, read func(string) string) {
		t.Helper()
		old, now := column(t, exported[table], was), column(t, after[table], is)
		for i := range old {
			old[i] = read(old[i])
		}
		if !slices.Equal(old, now) || strings.Join(now, "") == "" {
			t.Errorf("%s %s was\n%v, and %s is\n%v", table, was, old, is, now)
		}
	}
	as := func(s string) string { return s }
	same("household.csv", "P6_2", "P6_2", as)
	same("person.csv", "P4_3_1", "P4_3n_1", as)
	same("incident.csv", "I1_20", "I1_20", as)

	if told := migrate("--back"); !strings.HasPrefix(told, fmt.Sprint(n)+" interviews are back in their version, 0 could not be") {
		t.Errorf("the way back says\n%s", told)
	}
	// The day of an interview is that of its newest event, so its rows are
	// compared; that nothing else differs in its state is a law of the engine.
	back := exportTo(t, filepath.Join(t.TempDir(), "back"), "--data", data)
	for _, table := range []string{"case.csv", "dwelling.csv", "household.csv", "person.csv", "incident.csv"} {
		head, _, _ := strings.Cut(exported[table], "\r\n")
		for _, name := range strings.Split(head, ",") {
			if old, now := column(t, exported[table], name), column(t, back[table], name); !slices.Equal(old, now) {
				t.Errorf("%s %s was\n%v, and came back as\n%v", table, name, old, now)
			}
		}
	}
}

// killed kills cifra migrate in the middle, and returns the survey as it was
// left: every interview in one version or the other, to the bit.
func killed(t *testing.T, data, plan, next string, versions []*q.Questionnaire, before map[q.InterviewID]string) string {
	t.Helper()
	for wait := 100 * time.Millisecond; wait < 20*time.Second; wait = wait * 5 / 4 {
		copied := filepath.Join(t.TempDir(), "killed")
		if err := os.CopyFS(copied, os.DirFS(data)); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(context.Background(), "cifra", "migrate", plan, "--data", copied, "--to", next)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait)
		cmd.Process.Kill()
		cmd.Wait()
		left := 0
		got := states(t, copied, versions...)
		for id, state := range got {
			if strings.HasPrefix(state, "2026.1 ") {
				left++
				if state != before[id] {
					t.Errorf("after the kill, %s is in its version and another state", id)
				}
			}
		}
		switch {
		case left == 0:
			t.Fatalf("killed after %v it had moved all", wait)
		case left < len(got):
			return copied
		}
	}
	t.Fatal("it moved nothing in 20 s")
	return ""
}
