//go:build !js

package questionnaire

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzCompile: no instrument, however it was mangled, makes the loader or the
// compiler panic; every mistake has a place and words; and what compiles opens
// as an interview that can be looked at from end to end.
//
// The mangled instrument is testdata/house with one passage of one of its
// files replaced.
func FuzzCompile(f *testing.F) {
	house := changedHouse(f)
	names := slices.Sorted(maps.Keys(house))
	for i, change := range []struct{ from, to string }{
		{"one of yes_no", "one of nothing"}, {"several of weapons", "several of crimes"}, {"integer", "text"}, {"when: selected", "when: age"},
		{"person", "household"}, {"parent: person", "parent: household"}, {"over: crimes", "over: places"}, {"to: home", "to: nowhere"},
		{"level: incident", "level: person"}, {"first: name", "first: adult"}, {"from: person", "from: incident"}, {"decimal(6)", "integer"},
		{"{age}", "{cut(age, 18)}"}, {"value: age >= 18", "value: cut(age, 18)"}, {"id: name", "id: today"}, {"include: [", "include: [none.yaml, "},
		{"levels:", "Levels:"}, {"ask:", "before:"}, {"\n", "\n "}, {": ", ": {"}, {"yes", "sure"}, {"P6_4", "P6_5"},
	} {
		f.Add(uint8(i), uint16(0), change.from, change.to)
		f.Add(uint8(i+3), uint16(1), change.from, change.to)
	}
	f.Fuzz(func(t *testing.T, file uint8, place uint16, from, to string) {
		if from == "" || len(to) > 2_000 {
			return
		}
		fsys := fstest.MapFS{}
		for name, f := range house {
			fsys[name] = f
		}
		name := names[int(file)%len(names)]
		fsys[name] = &fstest.MapFile{Data: []byte(replaceNth(string(house[name].Data), from, to, int(place)))}
		compileAny(t, fsys)
	})
}

// replaceNth replaces occurrence n of from, counted round if there are fewer.
func replaceNth(s, from, to string, n int) string {
	parts := strings.Split(s, from)
	if len(parts) == 1 {
		return s
	}
	n %= len(parts) - 1
	return strings.Join(parts[:n+1], from) + to + strings.Join(parts[n+1:], from)
}

// compileAny loads and compiles what may be no instrument at all.
func compileAny(t *testing.T, fsys fs.FS) {
	in, diags := LoadInstrument(fsys, ".")
	if in == nil {
		if diags.Err() == nil {
			t.Error("nothing was read and nothing reported")
		}
		return
	}
	loads := diags.Err() == nil
	q, more := Compile(in)
	for _, d := range append(diags, more...) {
		if d.Message == "" || d.File == "" {
			t.Errorf("a mistake without a place or words: %+v", d)
		}
	}
	if (q == nil) != (more.Err() != nil) && (q != nil || loads) {
		t.Fatalf("a questionnaire: %v, with diagnostics %v", q != nil, more)
	}
	if q == nil || !loads {
		return
	}
	iv := q.Open(Self{"s", "0197", "d1", 1})
	for p := range iv.walk() {
		iv.View(p.path(), "")
	}
}
