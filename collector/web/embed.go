// Package web holds what browsers get from the collector: the enumerator's
// page, the interview engine as WebAssembly, and the worker that makes both
// open without a network.
//
// The pages are TypeScript with Preact, one component a file. The command
// collector/web/build bundles them, compiles the engine, compresses both and
// writes everything to dist, under names that carry a hash of the content; dist
// is embedded here. [Pages] is that directory, with index.html at its root, and
// [Built] tells whether the build has run.
//
//	enumerator/   the page: cases, interview, one component a file
//	shared/       engine, store and sync dialogue; words, type and colours
//	worker/       the service worker
//	vendor/       the three packages the pages are made of, with their licences
//
// A program compiled without the build serves everything but pages. Serving
// them, with headers that let nothing else run, is the collector's business.
package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
)

//go:embed dist
var dist embed.FS

// Pages returns the built files: index.html, worker.js, manifest.webmanifest,
// assets/ (names carry a hash, so they may be kept for ever) and engine/. Beside
// a file lie its compressed forms, .br and .gz, where they are worth it.
func Pages() fs.FS {
	pages, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // "dist" is a valid path
	}
	return pages
}

// A Manifest lists what the build wrote.
type Manifest struct {
	// Build is the hash over all files. A page says it in its hello.
	Build string `json:"build"`
	// Files are the files a browser keeps to work without a network, by path
	// from the root.
	Files map[string]File `json:"files"`
}

// A File is one built file and its sizes in bytes; a form that was not worth
// writing has none.
type File struct {
	Bytes     int    `json:"bytes"`
	Brotli    int    `json:"brotli,omitempty"`
	Gzip      int    `json:"gzip,omitempty"`
	Integrity string `json:"integrity"` // as the integrity attribute has it
}

// Built returns the manifest of the pages, or a [NotBuiltError].
func Built() (*Manifest, error) { return ReadManifest(Pages()) }

// ReadManifest reads manifest.json in pages. Its error is a [NotBuiltError].
func ReadManifest(pages fs.FS) (*Manifest, error) {
	b, err := fs.ReadFile(pages, "manifest.json")
	if err != nil {
		return nil, &NotBuiltError{Err: err}
	}
	m := new(Manifest)
	if err := json.Unmarshal(b, m); err != nil {
		return nil, &NotBuiltError{Err: fmt.Errorf("manifest.json: %w", err)}
	}
	return m, nil
}

// A NotBuiltError says that the program was compiled without its pages.
type NotBuiltError struct{ Err error }

func (e *NotBuiltError) Error() string { return "the pages are not in this program: " + e.Err.Error() }

// Unwrap returns what was missing.
func (e *NotBuiltError) Unwrap() error { return e.Err }

// Hint tells the person running the server what to do.
func (e *NotBuiltError) Hint() string { return "run: make build" }
