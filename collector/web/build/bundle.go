package main

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// Browsers of the last four years: what a cheap tablet that still gets
// updates runs.
var engines = []api.Engine{
	{Name: api.EngineChrome, Version: "105"},
	{Name: api.EngineFirefox, Version: "110"},
	{Name: api.EngineSafari, Version: "16"},
}

// addBundles bundles the enumerator's script and styles; fonts and their like
// come along under hashed names.
func addBundles(out *output, web, goroot string) error {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir: web,
		EntryPointsAdvanced: []api.EntryPoint{
			{InputPath: "enumerator/main.tsx", OutputPath: "enumerator"},
			{InputPath: "enumerator/enumerator.css", OutputPath: "enumerator"},
		},
		Outdir:            out.dir,
		EntryNames:        "assets/[name]-[hash]",
		AssetNames:        "assets/[name]-[hash]",
		PublicPath:        "/",
		Bundle:            true,
		Format:            api.FormatESModule,
		Engines:           engines,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		Charset:           api.CharsetUTF8,
		Loader:            map[string]api.Loader{".woff2": api.LoaderFile},
		Plugins:           []api.Plugin{glue(goroot)},
	})
	return collect(out, result)
}

// bundleWorker returns the service worker with build and files put in. Its name
// stays: a browser looks for a new worker where it found the old one.
func bundleWorker(web, build, files string) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		AbsWorkingDir:    web,
		EntryPoints:      []string{"worker/worker.ts"},
		Outfile:          "worker.js",
		Bundle:           true,
		Format:           api.FormatIIFE,
		Engines:          engines,
		MinifyWhitespace: true,
		MinifySyntax:     true,
		Define:           map[string]string{"BUILD": fmt.Sprintf("%q", build), "FILES": files},
	})
	if err := bundleError(result); err != nil {
		return nil, err
	}
	return result.OutputFiles[0].Contents, nil
}

// glue resolves "go/wasm_exec" to the script that the Go distribution carries
// for its WebAssembly.
func glue(goroot string) api.Plugin {
	return api.Plugin{Name: "go", Setup: func(b api.PluginBuild) {
		b.OnResolve(api.OnResolveOptions{Filter: `^go/wasm_exec$`}, func(api.OnResolveArgs) (api.OnResolveResult, error) {
			return api.OnResolveResult{Path: filepath.Join(goroot, "lib", "wasm", "wasm_exec.js")}, nil
		})
	}}
}

func collect(out *output, result api.BuildResult) error {
	if err := bundleError(result); err != nil {
		return err
	}
	for _, f := range result.OutputFiles {
		name, err := filepath.Rel(out.dir, f.Path)
		if err != nil {
			return err
		}
		out.add(filepath.ToSlash(name), f.Contents)
	}
	return nil
}

// bundleError returns all that the bundler complains of, with places.
func bundleError(result api.BuildResult) error {
	if len(result.Errors) == 0 {
		return nil
	}
	text := api.FormatMessages(result.Errors, api.FormatMessagesOptions{Kind: api.ErrorMessage})
	return errors.New("bundle:\n" + strings.Join(text, ""))
}

// addIcon adds the icon under a hashed name.
func addIcon(out *output, web string) error {
	b, err := os.ReadFile(filepath.Join(web, "enumerator", "icon.svg"))
	if err != nil {
		return err
	}
	out.add(path.Join("assets", "icon-"+hash(b)+".svg"), b)
	return nil
}
