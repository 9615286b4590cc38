package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Limits that keep a file readable at one sitting and a function on two
// screens. Beyond them something has a name of its own.
const (
	maxFileLines     = 800
	maxFunctionLines = 120
)

// noNames are words that say nothing of what a file or package is about.
var noNames = regexp.MustCompile(`(?i)^(utils?|common|helpers?|misc|types|models?|base)(_.*)?\.?`)

// walkGo calls visit with each Go file of the module, and its folder from root.
func walkGo(t *testing.T, visit func(path, folder string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || len(d.Name()) > 2 && d.Name()[0] == '.') {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".go") {
			folder, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			visit(path, folder)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestHouse holds every Go file to the rules that a machine can check: size,
// names, and a comment for each package and each export.
func TestHouse(t *testing.T) {
	documented := map[string]bool{}
	walkGo(t, func(path, folder string) {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(b, []byte("\n")); n > maxFileLines {
			t.Errorf("%s has %d lines, more than %d", path, n, maxFileLines)
		}
		for part := range strings.SplitSeq(filepath.ToSlash(folder)+"/"+filepath.Base(path), "/") {
			if noNames.MatchString(part) && noNames.FindString(part) == strings.TrimSuffix(part, "go") {
				t.Errorf("%s: %s says nothing of what is in it", path, part)
			}
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, b, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(path, "_test.go") {
			return // a test may be one long table
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				if n := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line + 1; n > maxFunctionLines {
					t.Errorf("%s: %s has %d lines, more than %d", fset.Position(f.Pos()), f.Name.Name, n, maxFunctionLines)
				}
			}
		}
		documented[folder] = documented[folder] || file.Doc != nil
		if file.Name.Name != "main" {
			for _, at := range undocumented(file) {
				t.Errorf("%s is exported and has no comment", fset.Position(at))
			}
		}
	})
	for folder, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", folder)
		}
	}
}

// undocumented returns the places of a file's exports without a comment.
// Methods that fulfil an interface of the standard library need none.
func undocumented(file *ast.File) []token.Pos {
	wellKnown := []string{"Error", "Unwrap", "String", "Len", "Close", "Write", "Read",
		"MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText"}
	var list []token.Pos
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Doc == nil && d.Name.IsExported() && (d.Recv == nil || receiverExported(d) && !slices.Contains(wellKnown, d.Name.Name)) {
				list = append(list, d.Pos())
			}
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					if d.Doc == nil && s.Doc == nil && s.Name.IsExported() {
						list = append(list, s.Pos())
					}
				case *ast.ValueSpec:
					if d.Doc == nil && s.Doc == nil && s.Comment == nil && slices.ContainsFunc(s.Names, (*ast.Ident).IsExported) {
						list = append(list, s.Pos())
					}
				}
			}
		}
	}
	return list
}

// receiverExported says whether a method's type is exported.
func receiverExported(f *ast.FuncDecl) bool {
	x := f.Recv.List[0].Type
	if p, ok := x.(*ast.StarExpr); ok {
		x = p.X
	}
	if g, ok := x.(*ast.IndexExpr); ok {
		x = g.X
	}
	name, ok := x.(*ast.Ident)
	return ok && name.IsExported()
}

// quotedPath finds what stands between backquotes and looks like a file or
// folder of this module.
var quotedPath = regexp.MustCompile("`((?:cmd|collector|questionnaire|schemas|weighting|tools|\\.ci)(?:/[A-Za-z0-9_.*-]+)*/?|[A-Za-z0-9_./-]+\\.(?:go|md|ts|tsx|css|txtar))`")

// A page that names a file which is not there sends its reader looking.
func TestPagesNameFilesThatExist(t *testing.T) {
	for _, page := range []string{"ARCHITECTURE.md", "README.md", "CHANGELOG.md"} {
		b, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		names := quotedPath.FindAllStringSubmatch(string(b), -1)
		if page != "CHANGELOG.md" && len(names) < 5 {
			t.Errorf("%s names %d files: the search finds too few", page, len(names))
		}
		for _, m := range names {
			if found, err := filepath.Glob(filepath.Join(root, m[1])); err != nil || len(found) == 0 {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
}
