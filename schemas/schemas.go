// Package schemas holds the files that outlive the program, compiled into it:
// the JSON Schemas of what cifra reads and writes, and the built-in
// instruments.
//
// [Instrument] returns the directory of a built-in instrument, to be read like
// one on disk. [Validate] checks a document against the schema of its kind; an
// editor that is given the same schema completes the file while it is written.
// A schema knows the shape of a document only. That its names are defined and
// its expressions make sense is for the packages that own the meaning.
package schemas

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// FS holds the schemas, NAME.schema.json, and a directory for each built-in
// instrument.
//
//go:embed *.schema.json lacsi
var FS embed.FS

// suffix ends the name of every schema.
const suffix = ".schema.json"

// Errors of names. Compare with errors.Is.
var (
	// ErrNoInstrument means that no built-in instrument has the name.
	ErrNoInstrument = errors.New("no such built-in instrument")
	// ErrNoSchema means that there is no schema for the kind of document.
	ErrNoSchema = errors.New("no schema for this kind of document")
)

// Names lists the built-in instruments in alphabetical order.
func Names() []string {
	var names []string
	entries, _ := fs.ReadDir(FS, ".") // an embedded directory is always there
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// Instrument returns the files of a built-in instrument: instrument.yaml and
// what it includes.
func Instrument(name string) (fs.FS, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("%w: %q; there is %s", ErrNoInstrument, name, strings.Join(Names(), ", "))
	}
	return fs.Sub(FS, name)
}

// Kinds lists the kinds of document that have a schema, in alphabetical order.
func Kinds() []string {
	var kinds []string
	files, _ := fs.Glob(FS, "*"+suffix)
	for _, f := range files {
		kinds = append(kinds, strings.TrimSuffix(f, suffix))
	}
	return kinds
}

// Schema returns the JSON Schema of a kind of document, as bytes to hand to an
// editor.
func Schema(kind string) ([]byte, error) {
	b, err := FS.ReadFile(kind + suffix)
	if err != nil {
		return nil, fmt.Errorf("%w: %q; there is %s", ErrNoSchema, kind, strings.Join(Kinds(), ", "))
	}
	return b, nil
}

// A Violation is one place where a document breaks its schema.
type Violation struct {
	Path    []string // keys and indexes from the root of the document
	Message string
}

// String returns the path with slashes, and the message.
func (v Violation) String() string { return "/" + strings.Join(v.Path, "/") + ": " + v.Message }

// Violations is the error of Validate: all of them, in the order of their
// paths.
type Violations []Violation

// Error returns one line for each violation.
func (vs Violations) Error() string {
	var b strings.Builder
	for i, v := range vs {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(v.String())
	}
	return b.String()
}

// Validate checks a document against the schema of its kind: "instrument",
// "translation", "overlay", "indicators", "migration", "scenario", "plan", "event", "codebook". doc is JSON data as
// [jsonschema.UnmarshalJSON] or source.Node.Value gives it: maps, slices,
// strings, bool, json.Number, nil. The error is a [Violations], or ErrNoSchema.
func Validate(kind string, doc any) error {
	s, err := compiled(kind)
	if err != nil {
		return err
	}
	var invalid *jsonschema.ValidationError
	switch err := s.Validate(doc); {
	case err == nil:
		return nil
	case !errors.As(err, &invalid):
		return err
	}
	var vs Violations
	collect(invalid, &vs)
	slices.SortFunc(vs, func(a, b Violation) int {
		return cmp.Or(slices.Compare(a.Path, b.Path), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(vs, func(a, b Violation) bool { return a.String() == b.String() })
}

// collect gathers the leaves of an error: the inner ones say only that
// something below them is wrong.
func collect(e *jsonschema.ValidationError, vs *Violations) {
	if len(e.Causes) == 0 {
		*vs = append(*vs, Violation{Path: e.InstanceLocation, Message: e.BasicOutput().Error.String()})
	}
	for _, c := range e.Causes {
		collect(c, vs)
	}
}

// cache keeps compiled schemas by kind.
var cache sync.Map

// compiled returns the compiled schema of a kind.
func compiled(kind string) (*jsonschema.Schema, error) {
	if s, ok := cache.Load(kind); ok {
		return s.(*jsonschema.Schema), nil
	}
	b, err := Schema(kind)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", kind, err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	url := "cifra:" + kind + suffix
	if err := c.AddResource(url, doc); err != nil {
		return nil, fmt.Errorf("schema of %s: %w", kind, err)
	}
	s, err := c.Compile(url)
	if err != nil {
		return nil, fmt.Errorf("schema of %s: %w", kind, err)
	}
	cache.Store(kind, s)
	return s, nil
}
