package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The name a browser shows before an instrument is there. It says nothing of
// the subject.
const neutralTitle = "Encuesta"

// addPage adds the page, the application manifest and the worker, which name
// the files that are there by now.
func addPage(out *output, web string) error {
	build := out.hash()
	icon := out.url("assets/icon-")
	app, err := json.Marshal(map[string]any{
		"name": neutralTitle, "short_name": neutralTitle, "start_url": "/", "scope": "/", "display": "standalone",
		"icons": []map[string]string{{"src": icon, "sizes": "any", "type": "image/svg+xml"}},
	})
	if err != nil {
		return err
	}

	source, err := os.ReadFile(filepath.Join(web, "enumerator", "index.html"))
	if err != nil {
		return err
	}
	page, err := template.New("index.html").Parse(string(source))
	if err != nil {
		return err
	}
	var html bytes.Buffer
	err = page.Execute(&html, map[string]any{
		"Build":  build,
		"Engine": out.url(enginePath),
		"Title":  neutralTitle,
		"Icon":   icon,
		"Style":  out.url("assets/enumerator-", ".css"),
		"Script": out.url("assets/enumerator-", ".js"),
	})
	if err != nil {
		return err
	}
	out.add("manifest.webmanifest", app)
	out.add("index.html", html.Bytes())

	// A browser keeps everything so far; the worker it keeps by itself.
	type kept struct {
		URL       string `json:"url"`
		Integrity string `json:"integrity"`
	}
	var files []kept
	for _, f := range out.files {
		files = append(files, kept{f.url(), f.integrity()})
	}
	list, err := json.Marshal(files)
	if err != nil {
		return err
	}
	worker, err := bundleWorker(web, build, string(list))
	if err != nil {
		return err
	}
	out.build = build
	out.add("worker.js", worker)
	return nil
}

// addLicences adds the licences of everything that is in the bundles.
func addLicences(out *output, web, goroot string) error {
	files, err := filepath.Glob(filepath.Join(web, "vendor", "*", "LICENSE"))
	if err != nil {
		return err
	}
	scoped, err := filepath.Glob(filepath.Join(web, "vendor", "@*", "*", "LICENSE"))
	if err != nil {
		return err
	}
	files = append(files, scoped...)
	files = append(files, filepath.Join(web, "shared", "fonts", "LICENSE"), filepath.Join(goroot, "LICENSE"))
	slices.Sort(files)
	var text bytes.Buffer
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		name := path.Base(filepath.ToSlash(filepath.Dir(file)))
		fmt.Fprintf(&text, "%s\n%s\n\n%s\n\n", name, strings.Repeat("=", len(name)), bytes.TrimSpace(b))
	}
	out.add("licences.txt", text.Bytes())
	return nil
}
