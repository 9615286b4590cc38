package collector

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

// pages serves files that do not change while the program runs, each in the
// smallest form that the browser reads.
type pages struct {
	files fs.FS // nil: none

	mu   sync.Mutex
	read map[string]*page // nil: there is no such file
}

// A page is one file in one form.
type page struct {
	content []byte
	tag     string
}

func newPages(files fs.FS) *pages { return &pages{files: files, read: make(map[string]*page)} }

// get reads a file once.
func (p *pages) get(name string) *page {
	if p.files == nil || !fs.ValidPath(name) {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if file, ok := p.read[name]; ok {
		return file
	}
	content, err := fs.ReadFile(p.files, name)
	if err != nil {
		return nil // not remembered: anybody can ask for any name
	}
	sum := sha256.Sum256(content)
	p.read[name] = &page{content, `"` + hex.EncodeToString(sum[:12]) + `"`}
	return p.read[name]
}

// types are those of files whose type a system may know otherwise.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
	".wasm": "application/wasm", ".webmanifest": "application/manifest+json", ".json": "application/json",
	".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2",
}

// handlePage is GET /: the pages and what they are made of.
func (s *Server) handlePage(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if name == "" {
		name = "index.html"
	}
	file, encoding := s.pages.get(name), ""
	if file == nil {
		message := "there is no such page"
		if name == "index.html" {
			message = "this program was built without pages: run make build"
		}
		http.Error(w, message, http.StatusNotFound)
		return
	}
	for _, form := range []struct{ coding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if accepts(r, form.coding) {
			if smaller := s.pages.get(name + form.suffix); smaller != nil {
				file, encoding = smaller, form.coding
				break
			}
		}
	}
	h := w.Header()
	kind := types[path.Ext(name)]
	if kind == "" {
		kind = mime.TypeByExtension(path.Ext(name))
	}
	if kind == "" {
		kind = "application/octet-stream"
	}
	h.Set("Content-Type", kind)
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", file.tag)
	h.Set("Cache-Control", "no-cache")
	if strings.HasPrefix(name, "assets/") { // these names carry a hash
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if slices.Contains(strings.Split(strings.ReplaceAll(r.Header.Get("If-None-Match"), " ", ""), ","), file.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(file.content)
}

// accepts reports whether a browser reads a coding.
func accepts(r *http.Request, coding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == coding && strings.ReplaceAll(quality, " ", "") != "q=0" {
			return true
		}
	}
	return false
}
