//go:build !js

package questionnaire

import (
	"errors"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"cifra/questionnaire/expr"
)

// An instrument that was made to exhaust whoever compiles it is refused at the
// place, within a second and 64 MB. What a second takes is counted in pieces of
// memory, as in package source; BenchmarkBombs measures it. It turns red without
// the bounds of package expr: try a million bytes of expression, and patterns
// that are counted out.
func TestInstrumentsThatAreBombs(t *testing.T) {
	for _, tt := range bombs() {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			ds := tt.compile()
			runtime.ReadMemStats(&after)
			if ds.Err() == nil || !strings.Contains(ds.Error(), tt.want) {
				t.Errorf("%.400s\nwant %s", ds.Error(), tt.want)
			}
			mb, pieces := (after.TotalAlloc-before.TotalAlloc)>>20, after.Mallocs-before.Mallocs
			if mb > 64 || pieces > 1_000_000 {
				t.Errorf("%d MB in %d pieces were used", mb, pieces)
			}
			t.Logf("%d MB in %d pieces", mb, pieces)
		})
	}
}

// BenchmarkBombs is the time that each takes: a second is too much.
func BenchmarkBombs(b *testing.B) {
	for _, tt := range bombs() {
		b.Run(strings.ReplaceAll(tt.name, " ", "_"), func(b *testing.B) {
			for b.Loop() {
				tt.compile()
			}
		})
	}
}

// A bomb is a module that was made to exhaust the compiler, and what it is told.
type bomb struct{ name, src, want string }

// compile loads and compiles an instrument with the module.
func (tt bomb) compile() expr.Diagnostics {
	in, ds := LoadInstrument(fstest.MapFS{
		"demo/instrument.yaml": {Data: []byte(demoMain + "include: [a.yaml]\n")},
		"demo/a.yaml":          {Data: []byte(tt.src)},
	}, "demo")
	if in != nil {
		_, more := Compile(in)
		ds = append(ds, more...)
	}
	return ds
}

func bombs() []bomb {
	module := func(when string) string {
		return "module: a\nlevel: household\ntitle: A\nitems:\n  - id: A1\n    type: integer\n    text: ¿Cuántos?\n    when: '" + when + "'\n"
	}
	return []bomb{
		{"100,000 terms", module("1" + strings.Repeat("+1", 15_000) + " > 0"), "demo/a.yaml:8:12: error: expression of 30005 bytes: 4096 are the most"},
		{"brackets 10,000 deep", module(strings.Repeat("(", 10_000)), "4096 are the most"},
		{"brackets 2,000 deep", module(strings.Repeat("(", 2000)), "more than 100 levels of nesting"},
		{"a megabyte of terms", module("1" + strings.Repeat("+1", 500_000) + " > 0"), "demo/a.yaml:8:12: error: a text of 1000005 bytes"},
		{"repetitions of repetitions", module(`matches("a", "(a{1000}){1000}")`), "demo/a.yaml:8:25: error: pattern is too big"},
		{"repetitions that multiply", module(`matches("a", "((a{90}){90}){90}")`), "demo/a.yaml:8:25: error: pattern is too big"},
		{"a file of 50 MB", strings.Repeat("# nothing\n", 5<<20), "demo/a.yaml: error: the file has more than the 2097152 bytes"},
		{"fills 1,000 deep", strings.Replace(module("true"), "¿Cuántos?", "'"+strings.Repeat("{", 1001)+"'", 1), "this brace has no other half"},
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
