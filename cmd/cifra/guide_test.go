package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var updateGuide = flag.Bool("update", false, "rewrite what the program says in docs/authoring.md")

// block is one listing of the guide: its fence's words, then its lines.
var block = regexp.MustCompile("(?s)```(yaml|csv|sh|console) ?([^\n]*)\n(.*?)```")

// keyed is a key of a file's first column with all that stands under it.
func keyed(key string) *regexp.Regexp {
	return regexp.MustCompile(`(?m)^` + key + `:.*\n(?:[ #].*\n)*`)
}

// The guide for authors is run from its first line to its last: its files are
// written as it says, its commands are given, and what the program says is what
// stands there. "yaml FILE" is a file, "yaml FILE +" is added to one, and
// "yaml FILE KEY" replaces what stands under a key of it, with the keys right
// before it that the listing brings along. "csv FILE" is a file too, and "sh" is a
// server that is run until it listens.
func TestGuide(t *testing.T) {
	const guide = "../../docs/authoring.md"
	b, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	path, err := filepath.Abs(guide)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("LC_ALL", "")
	t.Setenv("LC_MESSAGES", "")
	t.Setenv("LANG", "C.UTF-8")
	t.Chdir(t.TempDir())
	commands := 0
	ran := block.ReplaceAllStringFunc(string(b), func(listing string) string {
		m := block.FindStringSubmatch(listing)
		switch m[1] {
		case "sh":
			_, _, _, end := startServe(t, strings.Fields(m[3])[2:]...)
			if err := end(); err != nil {
				t.Fatalf("%s: %v", m[3], err)
			}
			return listing
		case "yaml", "csv":
			file, how, _ := strings.Cut(m[2], " ")
			if err := write(file, how, m[3]); err != nil {
				t.Fatalf("%s: %v", m[2], err)
			}
			return listing
		}
		commands++
		line, _, _ := strings.Cut(m[3], "\n")
		said := obey(line)
		if m[3] != said && !*updateGuide {
			t.Errorf("the guide says\n%s\nand the program\n%s", m[3], said)
		}
		return "```console\n" + said + "```"
	})
	if commands < 10 {
		t.Errorf("%d commands were found in the guide", commands)
	}
	for _, said := range []string{"1 warning.", "2 of 3 core indicators stay comparable", "is not in small@2026.2", "0 interviews would move"} {
		if !strings.Contains(ran, said) {
			t.Errorf("what the guide shows after its ten steps does not come to %q", said)
		}
	}
	if !strings.Contains(ran, "1 scenario holds.") || strings.Count(ran, "No mistakes.") < 7 {
		t.Error("the guide does not end well: what it builds must compile, step after step")
	}
	if *updateGuide {
		if err := os.WriteFile(path, []byte(ran), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// write does what a listing says of a file.
func write(file, how, text string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	old, err := os.ReadFile(file)
	switch {
	case how == "":
		return os.WriteFile(file, []byte(text), 0o644)
	case err != nil:
		return err
	case how == "+":
		return os.WriteFile(file, append(old, text...), 0o644)
	}
	// What the listing brings takes the place of what stands there under its keys.
	out := string(old)
	for _, m := range regexp.MustCompile(`(?m)^(\w+):`).FindAllStringSubmatch(text, -1) {
		if m[1] != how {
			out = keyed(m[1]).ReplaceAllString(out, "")
		}
	}
	if !keyed(how).MatchString(out) {
		return fmt.Errorf("there is no %s in it", how)
	}
	return os.WriteFile(file, []byte(keyed(how).ReplaceAllLiteralString(out, text)), 0o644)
}

// tookLine is a line about how long something took.
var tookLine = regexp.MustCompile(`(?m)^.*\(\d+\.\d s\)\n`)

// obey gives a command and returns it with all that was said, but for how long
// it took.
func obey(line string) string {
	var out bytes.Buffer
	args := strings.Fields(strings.TrimPrefix(line, "$ cifra "))
	run(args, strings.NewReader(""), &out, &out)
	return line + "\n" + tookLine.ReplaceAllString(out.String(), "")
}
