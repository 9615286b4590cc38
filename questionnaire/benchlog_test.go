//go:build !js

package questionnaire

import (
	"encoding/json"
	"os"
	"testing"
)

func init() {
	makeBenchLog = func(t testing.TB) benchLog {
		q := compileDir(t, "../schemas/lacsi")
		return benchLog{q.IR(), wander(t, q, 1, 400).log}
	}
}

// TestWriteBenchLog writes what the benchmarks in WebAssembly read, to the
// file that CIFRA_BENCH_LOG names.
func TestWriteBenchLog(t *testing.T) {
	l := makeBenchLog(t)
	if len(l.Events) < 100 {
		t.Fatalf("an interview of %d events says little", len(l.Events))
	}
	path := os.Getenv("CIFRA_BENCH_LOG")
	if path == "" {
		return
	}
	b, err := json.Marshal(l)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
