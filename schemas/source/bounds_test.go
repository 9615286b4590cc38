package source

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// What was made to exhaust whoever reads it is refused for what it is, and costs
// neither a second nor 64 MB, the file itself not counted.
func TestReadRefusesBombsCheaply(t *testing.T) {
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
	tests := []struct{ name, src, want string }{
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
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := []byte(tt.src)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, ds := Read("f.yaml", b)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if ds.Err() == nil || !strings.Contains(ds.Error(), tt.want) {
				t.Errorf("%.300s\nwant %s", ds.Error(), tt.want)
			}
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
				t.Errorf("%d MB were used", used)
			}
			if took > 20*time.Second { // what is measured below a second, on a machine that does much else
				t.Errorf("it took %s", took)
			}
			t.Logf("%s, %d MB", took, (after.TotalAlloc-before.TotalAlloc)>>20)
		})
	}
}
