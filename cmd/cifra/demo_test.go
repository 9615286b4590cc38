package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// smallDemo are the arguments of a demonstration that takes seconds: two PSUs
// in each of 20 strata, 120 dwellings.
var smallDemo = []string{"demo", "--psus", "40", "--dwellings", "3", "--open", "4", "--enumerators", "4", "--listen", "127.0.0.1:0"}

// A whole survey: figures beside the truth, and files from which they can be
// computed again.
func TestDemo(t *testing.T) {
	t.Setenv("LC_ALL", "C.UTF-8")
	dir := filepath.Join(t.TempDir(), "demo")
	var out, errs bytes.Buffer
	began := time.Now()
	if code := run(append(smallDemo, "--no-wait", "--data", dir), nil, &out, &errs); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	t.Logf("%v\n%s%s", time.Since(began), &errs, &out)
	if !regexp.MustCompile(`(?m)^\d+ of 18 intervals cover the truth`).Match(out.Bytes()) {
		t.Errorf("it does not say how many of 18 intervals cover the truth:\n%s", &out)
	}
	if strings.Contains(out.String(), "NaN") || strings.Contains(out.String(), "Inf") {
		t.Errorf("a figure is none:\n%s", &out)
	}
	if !regexp.MustCompile(`interviews: 116 cases visited`).Match(errs.Bytes()) {
		t.Errorf("120 cases less 4 should be visited:\n%s", &errs)
	}

	var again bytes.Buffer
	if code := run([]string{"estimate", filepath.Join(dir, demoPlanFile), "--format", "json"}, nil, &again, &errs); code != 0 {
		t.Fatalf("estimate: exit code %d:\n%s", code, &errs)
	}
	kept, err := os.ReadFile(filepath.Join(dir, demoEstimates))
	if err != nil {
		t.Fatal(err)
	}
	var a, b any
	if json.Unmarshal(kept, &a) != nil || json.Unmarshal(again.Bytes(), &b) != nil || !bytes.Equal(kept, again.Bytes()) {
		t.Errorf("cifra estimate computes other figures from the same files:\n%s", &again)
	}

	errs.Reset()
	if code := run(append(smallDemo, "--no-wait", "--data", dir), nil, &out, &errs); code != 1 || !strings.Contains(errs.String(), "is not empty") {
		t.Errorf("a second survey in the same directory: exit code %d, %s", code, &errs)
	}
}

// A watched buffer calls seen, once, when it has some text.
type watched struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	text *regexp.Regexp
	seen func(match []string)
	once sync.Once
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.buf.Write(p)
	if m := w.text.FindStringSubmatch(w.buf.String()); m != nil {
		w.once.Do(func() { go w.seen(m) })
	}
	return len(p), nil
}

// Afterwards the server answers until it is told to end, and the directory that
// nobody named is gone.
func TestDemoServesUntilItIsEnded(t *testing.T) {
	t.Setenv("LC_ALL", "C.UTF-8")
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	asked := make(chan string, 1)
	out := &watched{text: regexp.MustCompile(`open (http://\S+)/#token=(\S+)\nEverything is in ([^,]+), which is deleted`)}
	out.seen = func(m []string) {
		defer end()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, m[1]+"/v1/export", nil)
		if err != nil {
			asked <- err.Error()
			return
		}
		r.Header.Set("Authorization", "Bearer "+m[2])
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			asked <- err.Error()
			return
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || !bytes.Contains(body, []byte("household.csv")) {
			asked <- answer.Status
			return
		}
		asked <- m[3]
	}
	d := demo{
		drawing: drawing{seed: 3, psus: 40, take: 2, enumerators: 4}, listen: "127.0.0.1:0", open: 4,
		words: demoLanguages["en"], out: out, show: newProgress(io.Discard),
	}
	if err := d.run(ctx, io.Discard); err != nil {
		t.Fatal(err)
	}
	select {
	case dir := <-asked:
		if !filepath.IsAbs(dir) {
			t.Fatalf("the server answered %s", dir)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("%s is still there: %v", dir, err)
		}
	default:
		t.Errorf("nobody was told where the server is:\n%s", &out.buf)
	}
}

func TestDemoRefuses(t *testing.T) {
	t.Setenv("LC_ALL", "C.UTF-8")
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"one PSU a stratum", []string{"demo", "--psus", "20"}, "40 at least"},
		{"larger than the country", []string{"demo", "--no-wait", "--psus", "2000"}, "too large"},
		{"nothing left to visit", []string{"demo", "--no-wait", "--psus", "40", "--dwellings", "1", "--open", "40"}, "leave some"},
		{"simulate without a purpose", []string{"simulate"}, "one of them"},
		{"an address without its token", []string{"simulate", "--server", "http://127.0.0.1:9"}, "whole address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			if code := run(tt.args, nil, &out, &errs); code != 2 || !strings.Contains(errs.String(), tt.want) {
				t.Errorf("exit code %d, %s; want 2 and %q", code, &errs, tt.want)
			}
		})
	}
}

// The sample file that simulate writes is the one whose cases it visits.
func TestSimulate(t *testing.T) {
	t.Setenv("LC_ALL", "C.UTF-8")
	dir := t.TempDir()
	sizes := []string{"--seed", "8", "--psus", "40", "--dwellings", "1"}
	var out, errs bytes.Buffer
	if code := run(append([]string{"simulate", "--out", dir}, sizes...), nil, &out, &errs); code != 0 {
		t.Fatalf("exit code %d:\n%s", code, &errs)
	}
	ctx, end := context.WithTimeout(t.Context(), time.Minute)
	defer end()
	code := make(chan int, 1)
	served := &watched{text: regexp.MustCompile(`open (http://\S+/#token=\S+)`)}
	served.seen = func(m []string) {
		code <- run(append([]string{"simulate", "--server", m[1]}, sizes...), nil, &out, &errs)
		end()
	}
	s := serving{
		data: filepath.Join(dir, "survey"), listen: "127.0.0.1:0", sample: filepath.Join(dir, demoSample),
		instrument: "lacsi", given: map[string]string{"reference_year": "2025"},
	}
	if err := s.run(ctx, served, io.Discard); err != nil {
		t.Fatal(err)
	}
	if c := <-code; c != 0 || !strings.Contains(errs.String(), "40 cases visited") {
		t.Errorf("exit code %d:\n%s", c, &errs)
	}
}

// Every language has the words for everything that is printed.
func TestDemoWords(t *testing.T) {
	for name := range languages {
		w, ok := demoLanguages[name]
		if !ok {
			t.Errorf("no words in %s", name)
			continue
		}
		en := demoLanguages["en"]
		if len(w.indicator) != len(en.indicator) || len(w.category) != len(en.category) || len(w.per) != len(en.per) {
			t.Errorf("%s lacks an indicator, a category or a unit", name)
		}
		for _, pair := range [][2]string{
			{w.countryDone, en.countryDone}, {w.sampleDone, en.sampleDone}, {w.officeDone, en.officeDone}, {w.interviewsDone, en.interviewsDone},
			{w.sent, en.sent}, {w.exportDone, en.exportDone}, {w.estimateDone, en.estimateDone}, {w.covered, en.covered},
			{w.interval, en.interval}, {w.open, en.open}, {w.kept, en.kept}, {w.deleted, en.deleted},
		} {
			verbs := regexp.MustCompile(`%[.0-9]*[a-z%]`)
			if got, want := verbs.FindAllString(pair[0], -1), verbs.FindAllString(pair[1], -1); strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s: %q has %v, want %v", name, pair[0], got, want)
			}
		}
	}
}
