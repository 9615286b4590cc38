package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cifra/collector"
	"cifra/collector/storetest"
	"cifra/questionnaire"
	"cifra/schemas"
)

// exportTo runs cifra export and returns the files it wrote.
func exportTo(t *testing.T, dir string, args ...string) map[string]string {
	t.Helper()
	files, _ := exportTelling(t, dir, args...)
	return files
}

// exportTelling is exportTo with what the command told besides.
func exportTelling(t *testing.T, dir string, args ...string) (map[string]string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	if code := run(append([]string{"export", "csv", "--out", dir}, args...), nil, &out, &errs); code != 0 {
		t.Fatalf("export %v: exit code %d\n%s", args, code, &errs)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files, errs.String()
}

// lacsi compiles the built-in instrument.
func lacsi(t *testing.T) *questionnaire.Questionnaire {
	t.Helper()
	p, err := readInstrument("lacsi", nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	q, err := questionnaire.Load(p.Questionnaire)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// residents pushes the beginning of an interview: how many live there.
func residents(tab *storetest.Tablet, asked *questionnaire.Questionnaire, of questionnaire.CaseID, n int) error {
	return residentsIn(tab, asked, questionnaire.InterviewID("0197aaaa-"+of), of, n)
}

// residentsIn is residents with the interview's name.
func residentsIn(tab *storetest.Tablet, asked *questionnaire.Questionnaire, id questionnaire.InterviewID, of questionnaire.CaseID, n int) error {
	iv := asked.Open(questionnaire.Self{Survey: "lacsi", Interview: id, Device: "d-1", Lease: 1})
	for i, act := range []questionnaire.Act{
		{Kind: questionnaire.KindStart, Case: of, Household: 1, Given: map[string]questionnaire.Value{
			"reference_year": questionnaire.Number(2025), "selection_number": questionnaire.Number(420_000),
		}},
		{Kind: questionnaire.KindAnswer, Path: "P2_1", Value: questionnaire.Number(n)},
	} {
		e, err := iv.Decide(act, questionnaire.Stamp{Wall: time.Date(2026, 3, 2, 12, i, 0, 0, time.UTC), Mono: int64(i) * 60_000})
		if err != nil {
			return err
		}
		iv.Apply(e)
		if r, err := tab.Push(collector.Entry{Event: e}); err != nil || r.Type != "ack" || len(r.Parked) > 0 {
			return fmt.Errorf("push: %+v, %v", r, err)
		}
	}
	return nil
}

// lines are the rows of a file, its header left out.
func lines(file string) []string {
	all := strings.Split(strings.TrimSuffix(file, "\r\n"), "\r\n")
	return all[1:]
}

// A running server and its directory give the same bytes, and what it gives
// while tablets send is the survey of one moment.
func TestExportFromAServerAndFromItsDirectory(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Setenv("LANG", "C")
	const cases = 40
	sample := "case,stratum,psu,p_psu,p_dwelling,selection_number\n"
	for i := range cases {
		sample += fmt.Sprintf("%04d,1,11,0.05,0.1,0.42\n", i)
	}
	data := filepath.Join(t.TempDir(), "survey")
	addr, token, _, end := startServe(t, "--data", data, "--instrument", "lacsi", "--given", "reference_year=2025", "--sample", textFile(t, "sample.csv", sample))
	tab, err := storetest.Connect(addr, token, "d-1")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	server := []string{"--server", addr, "--token-file", filepath.Join(data, "token")}

	asked := lacsi(t)
	sent := make(chan error, 1)
	go func() {
		var err error
		for i := 0; i < cases && err == nil; i++ {
			err = residents(tab, asked, questionnaire.CaseID(fmt.Sprintf("%04d", i)), 7)
		}
		sent <- err
	}()
	reached := func(set map[string]string) (n int) {
		for _, line := range lines(set["case.csv"]) {
			if strings.HasSuffix(line, ",1,1,0") { // begun, reached, nobody drawn
				n++
			}
		}
		return n
	}
	for sending := true; sending; {
		select {
		case err := <-sent:
			if err != nil {
				t.Fatal(err)
			}
			sending = false
		default:
		}
		set := exportTo(t, filepath.Join(t.TempDir(), "set"), server...)
		want := 0
		if dwellings := lines(set["dwelling.csv"]); len(dwellings) > 0 && dwellings[0] != "" {
			want = len(dwellings)
		}
		if got := reached(set); got != want || len(lines(set["case.csv"])) != cases {
			t.Fatalf("%d cases say that they were reached, %d dwellings have a row", got, want)
		}
	}

	served := exportTo(t, filepath.Join(t.TempDir(), "served"), server...)
	if n := reached(served); n != cases {
		t.Errorf("%d dwellings in the last set, want %d", n, cases)
	}
	if err := end(); err != nil {
		t.Fatal(err)
	}
	held := exportTo(t, filepath.Join(t.TempDir(), "held"), "--data", data)
	for name, text := range held {
		if served[name] != text {
			t.Errorf("%s of the server is not that of the directory:\n%s\n%s", name, served[name], text)
		}
	}
	var book any
	if err := json.Unmarshal([]byte(held["codebook.json"]), &book); err != nil {
		t.Fatal(err)
	}
	if err := schemas.Validate("codebook", book); err != nil {
		t.Errorf("the codebook is not one: %v", err)
	}
	if len(held) != 6 || len(served) != 6 {
		t.Errorf("%d and %d files, want 6", len(served), len(held))
	}
}

// A server tells which interviews it left out, as its directory does, and its
// set is no other for that.
func TestExportTellsWhatWasLeftOut(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Setenv("LANG", "C")
	data, sample := filepath.Join(t.TempDir(), "survey"), textFile(t, "sample.csv", servedSample)
	addr, token, _, end := startServe(t, "--data", data, "--instrument", "lacsi", "--given", "reference_year=2025", "--sample", sample)
	tab, err := storetest.Connect(addr, token, "d-1")
	if err != nil {
		t.Fatal(err)
	}
	defer tab.Close()
	asked := lacsi(t)
	for _, id := range []questionnaire.InterviewID{"0197aaaa-1", "0197bbbb-1"} {
		if err := residentsIn(tab, asked, id, "0001", 3); err != nil {
			t.Fatal(err)
		}
	}
	served, told := exportTelling(t, filepath.Join(t.TempDir(), "served"), "--server", addr, "--token-file", filepath.Join(data, "token"))
	if err := end(); err != nil {
		t.Fatal(err)
	}
	held, toldOfData := exportTelling(t, filepath.Join(t.TempDir(), "held"), "--data", data)
	const want = "not exported: case 0001, household 1: the household has another interview\n"
	if !strings.Contains(told, want) || !strings.Contains(toldOfData, want) {
		t.Errorf("the server's export told\n%s\nthe directory's\n%s\nwant of both\n%s", told, toldOfData, want)
	}
	if !maps.Equal(served, held) {
		t.Errorf("the sets differ: %d files of the server, %d of the directory", len(served), len(held))
	}
}

// A token that is not the server's gets nothing, and nothing is left behind.
func TestExportWithAnotherToken(t *testing.T) {
	t.Setenv("LC_ALL", "C")
	t.Setenv("LANG", "C")
	data, sample := filepath.Join(t.TempDir(), "survey"), textFile(t, "sample.csv", servedSample)
	addr, _, _, _ := startServe(t, "--data", data, "--instrument", "lacsi", "--given", "reference_year=2025", "--sample", sample)
	dir := filepath.Join(t.TempDir(), "out")
	var out, errs bytes.Buffer
	code := run([]string{"export", "csv", "--server", addr, "--token-file", textFile(t, "token", "of-another-server"), "--out", dir}, nil, &out, &errs)
	if code != 1 || !strings.Contains(errs.String(), "does not accept the token") || !strings.Contains(errs.String(), "hint: use the file token") {
		t.Errorf("exit code %d\n%s", code, &errs)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s was made: %v", dir, err)
	}
}
