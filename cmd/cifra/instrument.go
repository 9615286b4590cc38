package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
	"cifra/schemas"
	"cifra/schemas/source"
)

// This file finds the instrument that an argument names. It may be
//
//   - a directory with an instrument.yaml;
//   - the file of an overlay: the instrument that it is of, as it changes it;
//   - the name of a built-in instrument, or the path of a built-in overlay.
//
// What an overlay is of lies beside it, in a directory above it or below one of
// these, or is built in.

// isInstrument says whether name stands for an instrument.
func isInstrument(name string) bool {
	return hasInstrument(name) || isOverlay(name) || slices.Contains(schemas.Names(), name)
}

// loadInstrument reads the instrument that name stands for; the files of its
// diagnostics are named from where the command was called. The instrument is
// nil if it cannot be read, and no mistakes tell why if name stands for none.
func loadInstrument(name string) (*questionnaire.Instrument, expr.Diagnostics) {
	if isOverlay(name) {
		return loadOverlay(name)
	}
	var fsys fs.FS = os.DirFS(name)
	if !hasInstrument(name) {
		builtIn, err := schemas.Instrument(name)
		if err != nil {
			return nil, nil
		}
		fsys = builtIn
	}
	in, ds := questionnaire.LoadInstrument(fsys, ".")
	for i := range ds {
		ds[i].File = filepath.Join(name, ds[i].File)
	}
	return in, ds
}

// compileInstrument reads and compiles the instrument that name stands for and
// returns all that is wrong with it.
func compileInstrument(name string) (*questionnaire.Instrument, *questionnaire.Questionnaire, expr.Diagnostics) {
	in, ds := loadInstrument(name)
	if in == nil {
		return nil, nil, ds
	}
	q, more := questionnaire.Compile(in)
	for _, d := range more {
		if len(in.Overlays) == 0 { // an overlay's names say where its files are
			d.File = filepath.Join(name, d.File)
		}
		ds.Add(d)
	}
	ds.Sort()
	return in, q, ds
}

// isOverlay says whether name is the file of an overlay, on disk or built in.
func isOverlay(name string) bool {
	if !strings.HasSuffix(name, ".yaml") {
		return false
	}
	return begins(name, readAuthored(name), "overlay")
}

// begins says whether a file that an author wrote is one that key begins. One
// that cannot be read as YAML is if its text begins so.
func begins(name string, b []byte, key string) bool {
	if b == nil {
		return false
	}
	root, _ := source.Read(name, b)
	if root == nil {
		return strings.HasPrefix(string(b), key+":")
	}
	return root.Entry(key) != nil
}

// readAuthored returns the text of a file, on disk or built in, nil if there is
// none to read.
func readAuthored(name string) []byte {
	if b := readSource(name); b != nil {
		return b
	}
	b, err := fs.ReadFile(schemas.FS, filepath.ToSlash(name))
	if err != nil {
		return nil
	}
	return b
}

// loadOverlay reads an overlay and what it is of.
func loadOverlay(name string) (*questionnaire.Instrument, expr.Diagnostics) {
	files, file, err := overlayFiles(name)
	if err != nil {
		return nil, expr.Diagnostics{{Position: expr.Position{File: name}, Message: err.Error()}}
	}
	return questionnaire.LoadOverlay(files, file, func(of string) (questionnaire.Files, string, error) {
		return baseOf(filepath.Dir(name), of)
	})
}

// baseOf finds what an overlay in dir is of.
func baseOf(dir, of string) (questionnaire.Files, string, error) {
	name, _, _ := strings.Cut(of, "@")
	if beside := filepath.Join(dir, name+".yaml"); isOverlay(beside) {
		return overlayFiles(beside)
	}
	abs, err := filepath.Abs(dir)
	for depth := 0; err == nil && depth < 8; depth++ {
		for _, at := range []string{dir, filepath.Join(dir, name)} {
			if calledInstrument(at) == name {
				return questionnaire.Files{FS: os.DirFS(at), Shown: filepath.ToSlash(at)}, ".", nil
			}
		}
		if abs == filepath.Dir(abs) {
			break
		}
		dir, abs = filepath.Join(dir, ".."), filepath.Dir(abs)
	}
	fsys, err := schemas.Instrument(name)
	if errors.Is(err, schemas.ErrNoInstrument) {
		return questionnaire.Files{}, "", fmt.Errorf(words().noBase, name, strings.Join(schemas.Names(), ", "))
	}
	return questionnaire.Files{FS: fsys, Shown: path.Clean(name)}, ".", err
}

// calledInstrument returns the name of the instrument in a directory, "" if
// there is none.
func calledInstrument(dir string) string {
	file := filepath.Join(dir, "instrument.yaml")
	b := readSource(file)
	if b == nil {
		return ""
	}
	root, _ := source.Read(file, b)
	return root.Entry("instrument").Raw()
}

// overlayFiles returns where the file of an overlay is read from.
func overlayFiles(name string) (questionnaire.Files, string, error) {
	dir := filepath.Dir(name)
	files := questionnaire.Files{FS: os.DirFS(dir), Shown: filepath.ToSlash(dir)}
	if readSource(name) == nil {
		sub, err := fs.Sub(schemas.FS, filepath.ToSlash(dir))
		if err != nil {
			return files, "", err
		}
		files.FS = sub
	}
	return files, filepath.Base(name), nil
}
