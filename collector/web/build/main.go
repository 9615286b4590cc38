// Command build makes the pages that package web embeds: it bundles the
// TypeScript and the styles, compiles the interview engine to WebAssembly,
// compresses both, and writes them to collector/web/dist with a manifest and a
// service worker that knows every file. It runs on Go alone: the bundler is a
// Go library.
//
// The order follows what knows what: the engine first, then scripts and styles,
// whose names carry the hash of their content; the build's hash is taken over
// all of these; the page and the worker come last, for they name everything.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "directory of the module")
	flag.Usage = func() {
		fmt.Fprintf(flag.CommandLine.Output(), "Makes the pages that the program embeds.\n\nExample:\n  go run ./collector/web/build\n\nFlags:\n")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(*root); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

// run builds the pages of the module at root. Without an engine the pages are
// still written, so that everything but interviews can be looked at; the error
// says so.
func run(root string) error {
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	web := filepath.Join(root, "collector", "web")
	if _, err := os.Stat(filepath.Join(web, "enumerator", "index.html")); err != nil {
		return fmt.Errorf("%s is not the module's directory: %w", root, err)
	}
	goroot, err := goEnv("GOROOT")
	if err != nil {
		return err
	}

	out := &output{dir: filepath.Join(web, "dist")}
	engineErr := addEngine(out, root)
	if err := addPages(out, web, goroot); err != nil {
		return err
	}
	if err := out.write(); err != nil {
		return err
	}
	out.print(os.Stdout)
	if engineErr != nil {
		return fmt.Errorf("the pages were written without an engine: %w", engineErr)
	}
	return out.withinBudget()
}

// addPages adds all but the engine, which is there by now if there is one.
func addPages(out *output, web, goroot string) error {
	if err := addBundles(out, web, goroot); err != nil {
		return err
	}
	if err := addIcon(out, web); err != nil {
		return err
	}
	if err := addPage(out, web); err != nil {
		return err
	}
	return addLicences(out, web, goroot)
}
