package main

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"cifra/collector/web"
)

// built makes the pages in a directory of the test, with a stand-in for the
// engine: compiling it is another test's time.
func built(t *testing.T) (*output, string) {
	t.Helper()
	goroot, err := goEnv("GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	out := &output{dir: t.TempDir()}
	out.add(enginePath, []byte("\x00asm"+strings.Repeat("engine ", 1000)))
	sources, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if err := addPages(out, sources, goroot); err != nil {
		t.Fatal(err)
	}
	if err := out.write(); err != nil {
		t.Fatal(err)
	}
	return out, out.dir
}

// The page names its files and the worker keeps them: none may be missing, and
// none may be other than what was built.
func TestEverythingNamedIsThere(t *testing.T) {
	_, dir := built(t)
	page := read(t, dir, "index.html")
	for _, m := range regexp.MustCompile(`(?:href|src|content)="(/[^"]+)"`).FindAllStringSubmatch(page, -1) {
		if name, _, _ := strings.Cut(m[1], "?"); read(t, dir, name) == "" {
			t.Errorf("the page names %s, which is empty", m[1])
		}
	}
	for _, want := range []string{`<script type="module" src="/assets/`, `rel="stylesheet"`, `/engine/cifra.wasm?v=`, `name="cifra-build"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "<script>") || strings.Contains(page, "<style") || strings.Contains(page, " style=") {
		t.Error("the page has inline code or style, which its policy refuses")
	}

	worker := read(t, dir, "worker.js")
	kept := regexp.MustCompile(`\{\s*url:\s*"([^"]+)",\s*integrity:\s*"sha256-([^"]+)"`).FindAllStringSubmatch(worker, -1)
	if len(kept) < 8 {
		t.Fatalf("the worker keeps %d files: %s", len(kept), worker)
	}
	for _, m := range kept {
		name, _, _ := strings.Cut(m[1], "?")
		if name == "./" {
			name = "index.html"
		}
		sum := sha256.Sum256([]byte(read(t, dir, name)))
		if got := base64.StdEncoding.EncodeToString(sum[:]); got != m[2] {
			t.Errorf("%s has hash %s, the worker expects %s", m[1], got, m[2])
		}
	}
}

func TestManifestTellsWhatWasWritten(t *testing.T) {
	out, dir := built(t)
	m, err := web.ReadManifest(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if m.Build != out.build || !strings.Contains(read(t, dir, "index.html"), m.Build) {
		t.Errorf("manifest says build %q, the page another", m.Build)
	}
	for name, f := range m.Files {
		if got := len(read(t, dir, name)); got != f.Bytes {
			t.Errorf("%s has %d bytes, the manifest says %d", name, got, f.Bytes)
		}
		if f.Brotli > 0 && len(read(t, dir, name+".br")) != f.Brotli {
			t.Errorf("%s.br is not as long as the manifest says", name)
		}
	}
	if f := m.Files[enginePath]; f.Brotli == 0 || f.Gzip == 0 || f.Brotli >= f.Bytes {
		t.Errorf("the engine is not compressed: %+v", f)
	}
}

// A device tells builds apart by their hash: the same sources must give the
// same one, another engine another.
func TestBuildHash(t *testing.T) {
	first, _ := built(t)
	second, _ := built(t)
	if first.build != second.build {
		t.Errorf("the same sources give builds %s and %s", first.build, second.build)
	}
	second.files[0].content = []byte("\x00asm another")
	if second.hash() == first.hash() {
		t.Error("another engine gives the same hash")
	}
}

// What stood in the directory goes, README stays; an unchanged file keeps its
// compressed form.
func TestWriteReplacesTheLastBuild(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"README", "old.js"} {
		if err := writeFile(filepath.Join(dir, name), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	content := []byte(strings.Repeat("all the same ", 500))
	for range 2 {
		out := &output{dir: dir}
		out.add("a.js", content)
		if err := out.write(); err != nil {
			t.Fatal(err)
		}
		if len(out.files[0].brotli) == 0 || len(out.files[0].gzip) == 0 {
			t.Fatal("no compressed form")
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "old.js")); !os.IsNotExist(err) {
		t.Errorf("a file of the last build is still there: %v", err)
	}
	if read(t, dir, "README") != "x" {
		t.Error("README is gone")
	}
}

func TestABrokenSourceIsNamedWithItsLine(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"enumerator/main.tsx": "const a = ;\n", "enumerator/enumerator.css": ""} {
		if err := writeFile(filepath.Join(dir, name), []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	err := addBundles(&output{dir: filepath.Join(dir, "dist")}, dir, "")
	if err == nil || !strings.Contains(err.Error(), "main.tsx:1:10") {
		t.Errorf("addBundles = %v, want the place main.tsx:1:10", err)
	}
}

func read(t *testing.T, dir, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// An engine above its budget fails the build, and so make and every test run.
func TestAnEngineAboveItsBudgetFailsTheBuild(t *testing.T) {
	out := &output{files: []*file{{name: enginePath, brotli: make([]byte, engineBudget)}}}
	if err := out.withinBudget(); err != nil {
		t.Error(err)
	}
	out.files[0].brotli = append(out.files[0].brotli, 0)
	if err := out.withinBudget(); err == nil {
		t.Error("an engine of one byte too many passes")
	}
}
