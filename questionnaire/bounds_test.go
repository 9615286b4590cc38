//go:build !js

package questionnaire

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// An instrument that was made to exhaust whoever compiles it is refused at the
// place, within a second and 64 MB.
func TestInstrumentsThatAreBombs(t *testing.T) {
	module := func(when string) string {
		return "module: a\nlevel: household\ntitle: A\nitems:\n  - id: A1\n    type: integer\n    text: ¿Cuántos?\n    when: '" + when + "'\n"
	}
	tests := []struct{ name, src, want string }{
		{"100,000 terms", module("1" + strings.Repeat("+1", 15_000) + " > 0"), "demo/a.yaml:8:12: error: expression of 30005 bytes: 4096 are the most"},
		{"brackets 10,000 deep", module(strings.Repeat("(", 10_000)), "4096 are the most"},
		{"brackets 2,000 deep", module(strings.Repeat("(", 2000)), "more than 100 levels of nesting"},
		{"a megabyte of terms", module("1" + strings.Repeat("+1", 500_000) + " > 0"), "demo/a.yaml:8:12: error: a text of 1000005 bytes"},
		{"repetitions of repetitions", module(`matches("a", "(a{1000}){1000}")`), "demo/a.yaml:8:25: error: pattern is too big"},
		{"repetitions that multiply", module(`matches("a", "((a{90}){90}){90}")`), "demo/a.yaml:8:25: error: pattern is too big"},
		{"a file of 50 MB", strings.Repeat("# nothing\n", 5<<20), "demo/a.yaml: error: the file has more than the 2097152 bytes"},
		{"fills 1,000 deep", strings.Replace(module("true"), "¿Cuántos?", "'"+strings.Repeat("{", 1001)+"'", 1), "this brace has no other half"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{
				"demo/instrument.yaml": {Data: []byte(demoMain + "include: [a.yaml]\n")},
				"demo/a.yaml":          {Data: []byte(tt.src)},
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			in, ds := LoadInstrument(fsys, "demo")
			if in != nil {
				_, more := Compile(in)
				ds = append(ds, more...)
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if ds.Err() == nil || !strings.Contains(ds.Error(), tt.want) {
				t.Errorf("%.400s\nwant %s", ds.Error(), tt.want)
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 || took > 20*time.Second {
				t.Errorf("%d MB and %s", used, took)
			}
		})
	}
}

// What a newer engine wrote is refused by its name or number, so that a person
// can tell it from what is broken.
func TestNewerThanThisEngine(t *testing.T) {
	tests := []struct{ old, new, want string }{
		{`"v":1`, `"v":7`, "format version 7, this engine reads 1"},
		{`"kind":"answer"`, `"kind":"teleport"`, `unknown kind "teleport"`},
	}
	for _, tt := range tests {
		_, err := ParseHeader([]byte(strings.Replace(goodHeader, tt.old, tt.new, 1)))
		if !errors.Is(err, ErrHeader) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.new, err, tt.want)
		}
	}
	_, err := Load([]byte(`{"format": 7, "of": "the future"}`))
	if !errors.Is(err, ErrFormat) || !strings.Contains(err.Error(), "7, this engine reads") {
		t.Errorf("a questionnaire of format 7: %v", err)
	}
}
