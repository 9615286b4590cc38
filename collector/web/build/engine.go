package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

const enginePath = "engine/cifra.wasm"

// engineBudget is how many bytes the engine may have as it is sent, compressed
// with brotli. A tablet loads it over a telephone before its first interview
// and compiles all of it at every start. What made it grow is seen by
//
//	GOOS=js GOARCH=wasm go build -ldflags=-dumpdep ./questionnaire/wasm
//
// mostly a package that prints or reads whatever there is: fmt, reflect, regexp.
const engineBudget = 950_000

// withinBudget is an error if the engine was compressed to more than it may be.
func (o *output) withinBudget() error {
	for _, f := range o.files {
		if f.name == enginePath && len(f.brotli) > engineBudget {
			return fmt.Errorf("the engine has %d bytes as it is sent, at most %d are allowed: see engineBudget", len(f.brotli), engineBudget)
		}
	}
	return nil
}

// addEngine compiles the interview engine. The address carries the hash of the
// content as a query, so that a browser may keep it for ever.
func addEngine(out *output, root string) error {
	dir, err := os.MkdirTemp("", "cifra-engine-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "cifra.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", file, "./questionnaire/wasm")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("compile ./questionnaire/wasm: %w\n%s", err, bytes.TrimSpace(text))
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(b, []byte("\x00asm")) {
		return errors.New("compile ./questionnaire/wasm: it is not a command")
	}
	out.add(enginePath, b)
	return nil
}

// goEnv asks the Go that runs this build, which is the Go that compiles the
// engine: the glue in its distribution must be of the same version.
func goEnv(name string) (string, error) {
	text, err := exec.Command("go", "env", name).Output()
	if err != nil {
		return "", fmt.Errorf("go env %s: %w", name, err)
	}
	return strings.TrimSpace(string(text)), nil
}
