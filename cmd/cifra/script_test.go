package main

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cifra": main})
}

// TestScripts runs the stories in testdata/script, each a shell session with
// its files, in English unless it says otherwise. Beside the commands that
// testscript has, there are
//
//	code N cifra ARG...   runs cifra, which must exit with the code N
//	await FILE [TEXT]     waits until FILE is there, and has TEXT in it
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("LC_ALL", "")
			env.Setenv("LC_MESSAGES", "")
			env.Setenv("LANG", "C.UTF-8")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":  exitsWith,
			"await": await,
		},
	})
}

// exitsWith is the script command code.
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N COMMAND ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// await is the script command of that name.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: await FILE [TEXT]")
	}
	text := strings.Join(args[1:], "")
	var b []byte
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if b, err = os.ReadFile(ts.MkAbs(args[0])); err == nil && strings.Contains(string(b), text) {
			return
		}
	}
	ts.Fatalf("%s: %v, and never had %q in it:\n%s", args[0], err, text, b)
}

// Whoever asks a command for help finds out what it is for, how it is called,
// and what each flag does.
func TestHelpHasAnExampleForEveryCommand(t *testing.T) {
	for _, c := range append(rootCommand().Commands(), rootCommand()) {
		if c.Short == "" || c.Long == "" {
			t.Errorf("%s does not say what it is for", c.CommandPath())
		}
		if !strings.Contains(c.Example, "  "+c.CommandPath()+" ") {
			t.Errorf("help for %s has no example of it", c.CommandPath())
		}
		for example := range strings.Lines(c.Example) {
			checkExample(t, strings.TrimSpace(example))
		}
	}
}

// checkExample fails if an example names a command or a flag that is not there.
func checkExample(t *testing.T, example string) {
	t.Helper()
	words := strings.Fields(example)
	c, rest, err := rootCommand().Find(words[1:])
	if err != nil || words[0] != "cifra" {
		t.Errorf("%s: %v", example, err)
		return
	}
	if err := c.ParseFlags(upToShell(rest)); err != nil {
		t.Errorf("%s: %v", example, err)
		return
	}
	if err := ready(c); err != nil {
		t.Errorf("%s: %v", example, err)
	}
}

// upToShell returns the words before what is for the shell.
func upToShell(words []string) []string {
	for i, w := range words {
		if strings.ContainsAny(w, "><|&") {
			return words[:i]
		}
	}
	return words
}

// ready says whether c could run with the arguments it was given.
func ready(c *cobra.Command) error {
	if err := c.ValidateRequiredFlags(); err != nil {
		return err
	}
	if err := c.ValidateFlagGroups(); err != nil {
		return err
	}
	return c.ValidateArgs(c.Flags().Args())
}
