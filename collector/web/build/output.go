package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"

	"cifra/collector/web"
)

// A file of the build, with its compressed forms once they are made.
type file struct {
	name    string // path from the root, with slashes
	content []byte
	brotli  []byte
	gzip    []byte
}

// An output is what the build will write to dir.
type output struct {
	dir   string
	build string
	files []*file
}

func (o *output) add(name string, content []byte) {
	o.files = append(o.files, &file{name: name, content: content})
}

// url returns the address of the first file whose name has the prefix and
// suffixes, "" if there is none.
func (o *output) url(prefix string, suffix ...string) string {
	for _, f := range o.files {
		if strings.HasPrefix(f.name, prefix) && strings.HasSuffix(f.name, strings.Join(suffix, "")) {
			return f.url()
		}
	}
	return ""
}

// url is the address a page uses. A name without a hash carries it as a query;
// the page itself is the root, never a redirect to it.
func (f *file) url() string {
	switch {
	case f.name == "index.html":
		return "./"
	case f.name == enginePath:
		return "/" + f.name + "?v=" + hash(f.content)
	}
	return "/" + f.name
}

// hash is over every name and content so far: two builds of the same sources
// by the same Go agree on it.
func (o *output) hash() string {
	h := sha256.New()
	sorted := slices.SortedFunc(slices.Values(o.files), func(a, b *file) int { return strings.Compare(a.name, b.name) })
	for _, f := range sorted {
		fmt.Fprintf(h, "%s %d %s\n", f.name, len(f.content), f.integrity())
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func (f *file) integrity() string {
	sum := sha256.Sum256(f.content)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// hash is short enough for a name and long enough for one survey's builds.
func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])[:12]
}

// write replaces what stood in dir, README apart. Compressing the engine takes
// seconds, so an unchanged one keeps its compressed forms.
func (o *output) write() error {
	old, err := web.ReadManifest(os.DirFS(o.dir))
	if err != nil {
		old = new(web.Manifest) // the first build
	}
	for _, f := range o.files {
		if old.Files[f.name].Integrity == f.integrity() && old.Files[f.name].Brotli > 0 {
			if err := f.reuse(o.dir); err == nil {
				continue
			}
		}
		if err := f.compress(); err != nil {
			return err
		}
	}
	if err := o.clear(); err != nil {
		return err
	}
	m := web.Manifest{Build: o.build, Files: map[string]web.File{}}
	for _, f := range o.files {
		for suffix, b := range map[string][]byte{"": f.content, ".br": f.brotli, ".gz": f.gzip} {
			if b == nil {
				continue
			}
			if err := writeFile(filepath.Join(o.dir, filepath.FromSlash(f.name+suffix)), b); err != nil {
				return err
			}
		}
		m.Files[f.name] = web.File{Bytes: len(f.content), Brotli: len(f.brotli), Gzip: len(f.gzip), Integrity: f.integrity()}
	}
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(o.dir, "manifest.json"), append(b, '\n'))
}

// clear removes the last build.
func (o *output) clear() error {
	entries, err := os.ReadDir(o.dir)
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	for _, e := range entries {
		if e.Name() == "README" {
			continue
		}
		if err := os.RemoveAll(filepath.Join(o.dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

func (f *file) reuse(dir string) error {
	from := os.DirFS(dir)
	var err error
	if f.brotli, err = fs.ReadFile(from, f.name+".br"); err != nil {
		return err
	}
	f.gzip, err = fs.ReadFile(from, f.name+".gz")
	return err
}

// compress makes the compressed forms of what shrinks by it.
func (f *file) compress() error {
	if len(f.content) < 1000 || strings.HasSuffix(f.name, ".woff2") {
		return nil
	}
	var br, gz bytes.Buffer
	w := brotli.NewWriterLevel(&br, brotli.BestCompression)
	if err := writeAll(w, f.content); err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := writeAll(z, f.content); err != nil {
		return err
	}
	f.brotli, f.gzip = br.Bytes(), gz.Bytes()
	return nil
}

func writeAll(w io.WriteCloser, b []byte) error {
	if _, err := w.Write(b); err != nil {
		return err
	}
	return w.Close()
}

func writeFile(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, b, 0o644)
}

// print shows what was built, in bytes.
func (o *output) print(w io.Writer) {
	fmt.Fprintf(w, "pages %s\n%10s %10s %10s\n", o.build, "raw", "gzip", "brotli")
	for _, f := range o.files {
		fmt.Fprintf(w, "%10d %10d %10d  %s\n", len(f.content), len(f.gzip), len(f.brotli), f.name)
	}
}
