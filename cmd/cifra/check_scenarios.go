package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cifra/questionnaire"
	"cifra/schemas"
)

// This file checks the scenarios that lie beside an instrument, in its folder
// scenarios: a question that was renamed there breaks them, and whoever renames
// it should hear of that from the same command. With an overlay those are checked
// that name it, beside it and beside its instrument. Nothing is conducted; cifra
// test does that.

// eachScenario calls visit with the scenarios that arg names: a file, or those
// below a directory, on disk or built in. The file that arg itself names is one
// whatever stands in it.
func eachScenario(arg string, visit func(file string, src []byte)) error {
	read := os.ReadFile
	walk := func(f fs.WalkDirFunc) error { return filepath.WalkDir(arg, f) }
	if _, err := os.Stat(arg); errors.Is(err, fs.ErrNotExist) {
		if _, err := fs.Stat(schemas.FS, arg); err == nil {
			read = schemas.FS.ReadFile
			walk = func(f fs.WalkDirFunc) error { return fs.WalkDir(schemas.FS, arg, f) }
		}
	}
	return walk(func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || file != arg && !strings.HasSuffix(file, ".yaml") {
			return err
		}
		src, err := read(file)
		if err != nil {
			return err
		}
		if file == arg || isScenario(file, src) {
			visit(file, src)
		}
		return nil
	})
}

// checkScenarios adds what is wrong with the scenarios of the instrument s.Path,
// which compiled to q, or to nothing: then only their form is checked. One that
// names an overlay is checked with the instrument as that changes it.
func (s *subject) checkScenarios(q *questionnaire.Questionnaire) {
	compiled := map[string]*questionnaire.Questionnaire{s.Path: q}
	s.eachBeside(filepath.Join(s.Path, "scenarios"), func(file string, src []byte) {
		s.Scenarios++
		sc, ds := questionnaire.ReadScenario(file, src)
		if ds.Err() == nil {
			name := (&rehearsal{}).overlayFor(s.Path, sc.Instrument.Text)
			if _, known := compiled[name]; !known {
				_, over, mistakes := compileInstrument(name)
				if mistakes.Err() != nil {
					over = nil // told by the check of the overlay
				}
				compiled[name] = over
			}
			if with := compiled[name]; with != nil {
				ds = append(ds, sc.Check(with)...)
			}
		}
		for _, d := range ds {
			s.ds.Add(d)
		}
	})
}

// checkOverlayScenarios adds what is wrong with the scenarios that name the
// overlay s.Path, which makes q of its instrument, or nothing.
func (s *subject) checkOverlayScenarios(name string, q *questionnaire.Questionnaire) {
	dir := filepath.Dir(s.Path)
	for _, folder := range []string{filepath.Join(dir, "scenarios"), filepath.Join(filepath.Dir(dir), "scenarios")} {
		s.eachBeside(folder, func(file string, src []byte) {
			sc, ds := questionnaire.ReadScenario(file, src)
			if sc == nil || sc.Instrument.Text != name {
				return // of the instrument, or of another overlay
			}
			s.Scenarios++
			if ds.Err() == nil && q != nil {
				ds = append(ds, sc.Check(q)...)
			}
			for _, d := range ds {
				s.ds.Add(d)
			}
		})
	}
}

// eachBeside calls visit with the scenarios in a folder that need not be there.
func (s *subject) eachBeside(folder string, visit func(file string, src []byte)) {
	if err := eachScenario(folder, visit); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.fail(err.Error(), "")
	}
}
