package source

import (
	"runtime"
	"strings"
	"testing"
)

// What was made to exhaust whoever reads it is refused for what it is, and costs
// neither a second nor 64 MB, the file itself not counted.
//
// A second is not measured here, where others use the machine too: what is
// counted is the pieces of memory that are asked for, which no load changes and
// which every step of a reader that goes through such a file takes. A million are
// a quarter of a second. BenchmarkReadBombs says how long it takes. It turns red
// without the bounds of read.go: try a depth of 10,000, ten million keys.
func TestReadRefusesBombsCheaply(t *testing.T) {
	for _, tt := range bombs() {
		t.Run(tt.name, func(t *testing.T) {
			b := []byte(tt.src)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, ds := Read("f.yaml", b)
			runtime.ReadMemStats(&after)
			if ds.Err() == nil || !strings.Contains(ds.Error(), tt.want) {
				t.Errorf("%.300s\nwant %s", ds.Error(), tt.want)
			}
			mb, pieces := (after.TotalAlloc-before.TotalAlloc)>>20, after.Mallocs-before.Mallocs
			if mb > 64 || pieces > 1_000_000 {
				t.Errorf("%d MB in %d pieces were used", mb, pieces)
			}
			t.Logf("%d MB in %d pieces", mb, pieces)
		})
	}
}

// BenchmarkReadBombs is the time that each bomb takes: a second is too much.
func BenchmarkReadBombs(b *testing.B) {
	for _, tt := range bombs() {
		b.Run(strings.ReplaceAll(tt.name, " ", "_"), func(b *testing.B) {
			src := []byte(tt.src)
			for b.Loop() {
				Read("f.yaml", src)
			}
		})
	}
}

// A bomb is a file that was made to exhaust its reader, and what it is told.
type bomb struct{ name, src, want string }

func bombs() []bomb {
	var laughs strings.Builder
	laughs.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := range 30 {
		n, was := string(rune('a'+i%26))+"n"+strings.Repeat("_", i), "*a0"
		laughs.WriteString(n + ": &" + n + " [" + strings.Repeat(was+", ", 9) + was + "]\n")
	}
	deeper := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(strings.Repeat(" ", i) + "a:\n")
		}
		return b.String()
	}
	return []bomb{
		{"aliases of aliases", laughs.String(), "aliases (*a0) are not allowed here"},
		{"an alias of itself", "a: &a [*a, *a]\n", "anchors (&a) are not allowed here"},
		{"a file of 50 MB", strings.Repeat("a: b # and so on\n", 50<<20/17), "the file has more than the 2097152 bytes that are read"},
		{"brackets 10,000 deep", strings.Repeat("[", 10_000), "nested more than 64 deep"},
		{"closed brackets 10,000 deep", strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), "nested more than 64 deep"},
		{"mappings 10,000 deep", strings.Repeat("{a: ", 10_000), "nested more than 64 deep"},
		{"lists 10,000 deep in a line", strings.Repeat("- ", 10_000) + "a", "nested more than 64 deep"},
		{"keys 10,000 deep in a line", strings.Repeat("? ", 10_000) + "a", "nested more than 64 deep"},
		{"keys 1,500 deep by their indentation", deeper(1500), "nested more than 64 deep"},
		{"brackets 1,000 deep", strings.Repeat("[", 1000) + strings.Repeat("]", 1000), "nested more than 64 deep"},
		{"a million entries", "[" + strings.Repeat("a,", 1_000_000) + "a]", "the file has more than 100000 keys and entries"},
		{"a million lines", strings.Repeat("- \n", 600_000), "the file has more than 100000 keys and entries"},
		{"a text of a megabyte", "a: " + strings.Repeat("ab ", 350_000), "a text of 1049999 bytes: 65536 are the most"},
		{"a key of a megabyte", `"` + strings.Repeat("ab ", 350_000) + `": 1`, "a text of 1050000 bytes: 65536 are the most"},
		{"50,000 keys twice", strings.Repeat("a: 1\n", 50_000), "more than 1000 mistakes"},
	}
}
