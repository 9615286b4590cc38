//go:build !js

package expr_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

var update = flag.Bool("update", false, "rewrite the annotations of testdata/check; read the diff")

// TestCheckReports reads testdata/check: each line is an expression, followed by
// all that Check says of it, each as
//
//	# ERROR what is marked: message (hint)
//
// A line "## level incident" or "## want number 2" sets where the expressions
// below it stand.
func TestCheckReports(t *testing.T) {
	files, err := filepath.Glob("testdata/check/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { checkFixture(t, file) })
	}
}

func checkFixture(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	level, want := incident, expr.Want{}
	lines := strings.Split(string(data), "\n")
	for i, line := range lines {
		if directive, ok := strings.CutPrefix(line, "## "); ok {
			level, want = direct(t, directive, level, want)
			continue
		}
		if line == "" || strings.HasPrefix(line, "# ") {
			continue
		}
		parts := strings.Split(line, " # ")
		src := strings.TrimRight(parts[0], " ")
		var wanted []string
		for _, p := range parts[1:] {
			wanted = append(wanted, strings.TrimSpace(p))
		}
		e, ds := expr.Check(src, expr.Position{File: file, Line: i + 1, Col: 1}, at(level), want)
		got := said(line, ds)
		lines[i] = strings.Join(append([]string{src}, got...), " # ")
		if *update {
			continue
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("%s:%d: %s\ngot:\n\t# %s\nwant:\n\t# %s", file, i+1, src, strings.Join(got, "\n\t# "), strings.Join(wanted, "\n\t# "))
		}
		if (e == nil) != (ds.Err() != nil) {
			t.Errorf("%s:%d: %s: expression %v with error %v", file, i+1, src, e, ds.Err())
		}
		for _, d := range ds {
			if d.File != file || d.Line != i+1 {
				t.Errorf("%s:%d: %s: reported at %s", file, i+1, src, d.Position)
			}
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// said writes diagnostics as the fixtures have them.
func said(line string, ds expr.Diagnostics) []string {
	var lines []string
	for _, d := range ds {
		s := fmt.Sprintf("%s %s: %s", strings.ToUpper(d.Severity.String()), line[d.Col-1:min(d.End-1, len(line))], d.Message)
		if d.Hint != "" {
			s += " (" + d.Hint + ")"
		}
		lines = append(lines, s)
	}
	return lines
}

// direct follows a directive of a fixture.
func direct(t *testing.T, directive string, level int, want expr.Want) (int, expr.Want) {
	t.Helper()
	words := strings.Fields(directive)
	switch words[0] {
	case "level":
		level = slices.Index([]string{"household", "person", "incident", "crimes"}, words[1])
	case "want":
		want = expr.Want{}
		for _, w := range words[1:] {
			var k expr.Kind
			if n, err := strconv.Atoi(w); err == nil {
				want.Scale = n
			} else if w == "places" {
				want.List = places
			} else if w == "cities" {
				want.List = cities
			} else if err := k.UnmarshalText([]byte(w)); err == nil {
				want.Kinds = append(want.Kinds, k)
			} else if w != "anything" {
				t.Fatalf("directive %q", directive)
			}
		}
	default:
		t.Fatalf("directive %q", directive)
	}
	return level, want
}
