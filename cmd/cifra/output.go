package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"cifra/questionnaire/expr"
	"cifra/schemas"
	"cifra/schemas/source"
)

// This file has what the commands that read a plan and write files share: where
// output cannot go, and which command a file is for.

// An outputError says that nothing can be written where --out says. It is the
// machine's, even if the directory is merely not there: what was read is sound.
type outputError struct {
	path  string
	cause error
}

func (e *outputError) Error() string { return fmt.Sprintf("write %s: %v", e.path, e.cause) }

func (e *outputError) Unwrap() error { return e.cause }

// Hint tells the person what to do.
func (e *outputError) Hint() string {
	if errors.Is(e.cause, syscall.ENOSPC) {
		return hints().diskFull
	}
	return hints().notWritable
}

// unwritten makes an outputError of what the system says of writing to a path.
// Other errors stay what they are, and so does one that has been made of them.
func unwritten(path string, err error) error {
	if _, done := errors.AsType[*outputError](err); done {
		return err
	}
	if _, hinted := errors.AsType[interface {
		error
		Hint() string
	}](err); hinted {
		return err // of a store, a server
	}
	if failed, ok := errors.AsType[syscall.Errno](err); ok {
		return &outputError{path, failed}
	}
	return err
}

// planCommands are the commands for the kinds of files, by the key that each
// begins with.
var planCommands = map[string]string{
	"plan": "estimate", "sample": "sample", "weighting": "weight", "scenario": "test", "instrument": "check", "overlay": "check",
}

// readPlan reads a plan of a kind. Of a file that is of another kind it says
// which command is for it, instead of all keys that are not the plan's.
func readPlan(name, kind string) ([]byte, error) {
	src, err := os.ReadFile(name)
	is := ""
	switch {
	case err == nil:
		is = kindOf(name, src, kind)
	case hasInstrument(name), slices.Contains(schemas.Names(), name):
		is = "instrument"
	case errors.Is(err, fs.ErrNotExist):
		return nil, expr.Diagnostics{{Position: expr.Position{File: name}, Message: words().noSuchFile}}
	}
	if is == "" || is == kind {
		return src, err
	}
	h := hints()
	said := map[string]string{"plan": h.otherPlan, "sample": h.otherSample, "weighting": h.otherWeighting, "scenario": h.otherScenario}[is]
	if said == "" {
		said = h.otherInstrument
	}
	return nil, &usageError{fmt.Sprintf(said, name), fmt.Sprintf(h.useCommand, planCommands[is], name)}
}

// kindOf is the key by which a file says what it is, "" if it has none of them.
// That of what is wanted comes first: a plan may name a sample.
func kindOf(name string, src []byte, wanted string) string {
	root, _ := source.Read(name, src)
	if root == nil {
		return ""
	}
	for _, key := range []string{wanted, "scenario", "overlay", "plan", "sample", "weighting", "instrument"} {
		if root.Entry(key) != nil {
			return key
		}
	}
	return ""
}
