//go:build !js

package prove

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v4"
)

// This file makes mutants: copies of an instrument with one mistake, such as an
// author makes. The rules:
//
//   - a mistake is made in the YAML, as an author makes it, and the mutant is
//     read from the beginning: nothing that finds mistakes is passed by;
//   - the operators are listed in mutant_operators_test.go; each lists its
//     sites, the places at which its mistake can be made, in the order of files;
//   - operators take turns in an order drawn from the seed, and the site of each
//     is drawn uniformly from its sites: drawn from all sites at once nine
//     mutants of ten would be wrong codes, of which there are the most;
//   - the same seed makes the same mutants.

// A tree is the files of an instrument as YAML reads them.
type tree struct {
	names []string // in alphabetical order
	files map[string]*yaml.Node
}

// readTree reads the YAML files of an instrument; scenarios and overlays, which
// are no part of it, are left out.
func readTree(t testing.TB, fsys fs.FS) *tree {
	t.Helper()
	tr := &tree{files: map[string]*yaml.Node{}}
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == "scenarios" || name == "overlays" {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".yaml") || name == "indicators.yaml" {
			return nil
		}
		b, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(b, &doc); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		tr.names, tr.files[name] = append(tr.names, name), &doc
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// written returns the files as YAML.
func (tr *tree) written(t testing.TB) fstest.MapFS {
	t.Helper()
	out := fstest.MapFS{}
	for name, doc := range tr.files {
		b, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: b}
	}
	return out
}

// mappings calls visit with every mapping of the files that make the logic:
// all but translations.
func (tr *tree) mappings(visit func(file string, m *yaml.Node)) {
	for _, name := range tr.names {
		if entry(tr.files[name].Content[0], "texts") == nil {
			eachMapping(tr.files[name], func(m *yaml.Node) { visit(name, m) })
		}
	}
}

// eachMapping calls visit with every mapping in n, from the outside in.
func eachMapping(n *yaml.Node, visit func(*yaml.Node)) {
	if n.Kind == yaml.MappingNode {
		visit(n)
	}
	for _, c := range n.Content {
		eachMapping(c, visit)
	}
}

// entry returns the value of a key of a mapping, nil if it has none.
func entry(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

// text returns the scalar at a key, "" if there is none.
func text(m *yaml.Node, key string) string {
	if v := entry(m, key); v != nil && v.Kind == yaml.ScalarNode {
		return v.Value
	}
	return ""
}

// drop takes a key out of a mapping.
func drop(m *yaml.Node, key string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			m.Content = slices.Delete(slices.Clone(m.Content), i, i+2)
			return
		}
	}
}

// put gives a key of a mapping a text.
func put(m *yaml.Node, key, value string) {
	v := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value}
	if old := entry(m, key); old != nil {
		old.Value, old.Style = value, yaml.DoubleQuotedStyle
		return
	}
	m.Content = append(m.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, v)
}

// rename gives a key of a mapping another name.
func rename(m *yaml.Node, from, to string) {
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == from {
			m.Content[i].Value = to
		}
	}
}

// A site is a place at which a mistake can be made.
type site struct {
	where string // file and name, for people
	make  func() // the mistake, in the tree that the site was listed of
}

// An operator makes one kind of mistake.
type operator struct {
	name  string
	sites func(tr *tree) []site
}

// A mutant is an instrument with one mistake.
type mutant struct {
	number   int
	operator string
	where    string
	files    fstest.MapFS
	diff     string
}

// String names a mutant as a report does.
func (m *mutant) String() string { return fmt.Sprintf("%d %s: %s", m.number, m.operator, m.where) }

// mutants makes n mutants of the instrument in fsys from a seed.
func mutants(t testing.TB, fsys fs.FS, seed uint64, n int) []*mutant {
	t.Helper()
	original := readTree(t, fsys).written(t)
	rng := rand.New(rand.NewPCG(seed, 0))
	var list []*mutant
	had := map[string]bool{}
	for attempt := 0; len(list) < n && attempt < 20*n; {
		for _, i := range rng.Perm(len(operators)) {
			attempt++
			tr := readTree(t, fsys)
			sites := operators[i].sites(tr)
			if len(sites) == 0 {
				continue
			}
			s := sites[rng.IntN(len(sites))]
			s.make()
			m := &mutant{operator: operators[i].name, where: s.where, files: tr.written(t)}
			m.diff = difference(original, m.files)
			if m.diff == "" || had[m.diff] || len(list) == n {
				continue
			}
			had[m.diff] = true
			m.number = len(list) + 1
			list = append(list, m)
		}
	}
	if len(list) < n {
		t.Fatalf("%d mutants of %d: too few sites", len(list), n)
	}
	return list
}

// difference returns the lines that differ between two sets of files of the
// same names, with - before those of the first and + before those of the second.
func difference(a, b fstest.MapFS) string {
	var names []string
	for name := range a {
		names = append(names, name)
	}
	slices.Sort(names)
	var out strings.Builder
	for _, name := range names {
		x, y := strings.Split(string(a[name].Data), "\n"), strings.Split(string(b[name].Data), "\n")
		head := 0
		for head < len(x) && head < len(y) && x[head] == y[head] {
			head++
		}
		tail := 0
		for tail < len(x)-head && tail < len(y)-head && x[len(x)-1-tail] == y[len(y)-1-tail] {
			tail++
		}
		if len(x) == len(y) && head == len(x) {
			continue
		}
		fmt.Fprintf(&out, "--- %s:%d\n", name, head+1)
		for _, line := range x[head : len(x)-tail] {
			fmt.Fprintf(&out, "- %s\n", line)
		}
		for _, line := range y[head : len(y)-tail] {
			fmt.Fprintf(&out, "+ %s\n", line)
		}
	}
	return out.String()
}
