//go:build !js

package questionnaire

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// This file conducts interviews at random and holds the engine to what must be
// true of every one. How many there are says CIFRA_INTERVIEWS; `make soak` asks
// for ten thousand, and a thousand of them in WebAssembly.

// many is how many interviews are conducted: usual, or what the environment says.
func many(t *testing.T, name string, usual int) int {
	t.Helper()
	if testing.Short() {
		usual /= 10
	}
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return usual
	}
	return n
}

// five are the instruments, one of them generated.
func five(t *testing.T) []*Questionnaire {
	t.Helper()
	qs := []*Questionnaire{maze(t), compileGenerated(t, 40, 7)}
	for _, dir := range instruments {
		qs = append(qs, compileDir(t, dir))
	}
	return qs
}

// TestEverythingFromScratch: after every event, what was computed again is what
// computing everything gives; at the end replay gives the live state.
func TestEverythingFromScratch(t *testing.T) {
	qs := five(t)
	events := 0
	for i := range many(t, "CIFRA_INTERVIEWS", 500) {
		q := qs[i%len(qs)]
		c := wander(t, q, uint64(1000+i), 40)
		iv := q.Open(Self{"s", "0197", "d2", 1})
		for n, e := range c.log {
			iv.Apply(e)
			got := iv.Digest()
			iv.everything(iv.root)
			iv.settle()
			if want := iv.Digest(); got != want {
				t.Fatalf("%s, interview %d, event %d: computing everything gives another state", q.Name, i, n+1)
			}
		}
		if iv.Digest() != c.iv.Digest() {
			t.Fatalf("%s, interview %d: replay gives another state", q.Name, i)
		}
		events += len(c.log)
	}
	t.Logf("%d events", events)
}

// TestAnswersComeBack: an answer changed to any other and back leaves the state
// as it was, whatever went off path in between.
func TestAnswersComeBack(t *testing.T) {
	tried, moved := 0, 0
	qs := five(t)
	for i := range many(t, "CIFRA_INTERVIEWS", 500) / 5 {
		c := wander(t, qs[i%len(qs)], uint64(5000+i), 40)
		iv := c.iv
		for _, r := range iv.rows {
			for _, v := range r.level.variables {
				a := r.answers[v.index]
				if v.Kind != varQuestion || !a.given || !r.states[v.index].relevant || v.list == nil || v.Type.Kind == 0 || r.states[v.index].forced {
					continue
				}
				before := iv.Digest()
				for code := range v.list.Choices {
					other := a
					other.cell = known(int64(code))
					r.answers[v.index] = other
					iv.mark(iv.q.graph.variable[v.number], r)
					iv.settle()
					if iv.Digest() != before {
						moved++
					}
					r.answers[v.index] = a
					iv.mark(iv.q.graph.variable[v.number], r)
					iv.settle()
					if iv.Digest() != before {
						t.Fatalf("%s, interview %d: %s changed to %s and back leaves another state", iv.q.Name, i, itemPath(v.ID, r), v.list.Choices[code].Name)
					}
					tried++
				}
			}
		}
	}
	if moved < tried/10 {
		t.Errorf("of %d changes only %d changed anything", tried, moved)
	}
}

// TestOffPathIsNoValue: what is off path has no value, though its answer is kept:
// no expression reads it and no file gets it, since both read cells.
func TestOffPathIsNoValue(t *testing.T) {
	kept := 0
	qs := five(t)
	for i := range many(t, "CIFRA_INTERVIEWS", 500) {
		iv := wander(t, qs[i%len(qs)], uint64(9000+i), 40).iv
		for _, r := range iv.rows {
			for _, v := range r.level.variables {
				if v.Kind != varQuestion || r.on && r.states[v.index].relevant || !r.answers[v.index].given {
					continue
				}
				kept++
				if c := r.Cells[v.index]; c.Missing != NotAsked && c.Missing != NotReached || c.N != 0 || c.Text != "" {
					t.Fatalf("%s, interview %d: %s is off path and has the value %+v", iv.q.Name, i, itemPath(v.ID, r), c)
				}
			}
		}
	}
	if kept == 0 {
		t.Error("no answer went off path: nothing was tried")
	}
	t.Logf("%d answers off path", kept)
}

// TestBothBuildsAgree: the engine in WebAssembly and this one fold the same
// events to the same states, byte for byte.
func TestBothBuildsAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("building the engine's tests for WebAssembly takes a while")
	}
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("NOT COMPARED: there is no node to run WebAssembly in")
	}
	var s states
	qs := five(t)
	for _, q := range qs {
		s.IR = append(s.IR, q.IR())
	}
	for i := range many(t, "CIFRA_WASM_INTERVIEWS", 200) {
		c := wander(t, qs[i%len(qs)], uint64(20000+i), 40)
		s.Interviews = append(s.Interviews, recorded{i % len(qs), c.log, fold(qs[i%len(qs)], c.log)})
	}
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "states.json")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "test", "-count=1", "-v", "-run", "^TestStatesAsRecorded$",
		"-exec", filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "go_js_wasm_exec"), ".")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "CIFRA_STATES="+file)
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: TestStatesAsRecorded")) {
		t.Fatalf("in WebAssembly: %v\n%s", err, out)
	}
}
