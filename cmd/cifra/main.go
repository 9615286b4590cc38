// Command cifra makes a victimization survey, from the questionnaire to the
// published figure.
//
// Each command joins packages that do not know each other: it reads flags and
// opens files, calls them, and prints. No rule of a questionnaire and no
// arithmetic is here. Every command tells people what is wrong in the same
// manner, which main.go has: mistakes of an author with file, line and column,
// all of them at once; other errors in one line, and a hint what to do next.
//
// The exit code is 0, or 1 if what the command was given to read is wrong, 2
// if it was called wrongly, 3 if the machine failed: a disk, a socket, a store
// that another process holds.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/questionnaire/expr"
)

// version is the program's own; CHANGELOG.md says what each brought.
const version = "0.1"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is main without the process, so that a test can call it.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := rootCommand()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	err := execute(ctx, root, args)
	if err == nil {
		return 0
	}
	explain(errs, err)
	return exitCode(err)
}

// rootCommand returns the command table.
func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "cifra",
		Short: "victimization surveys, from the questionnaire to the figure",
		Long: `cifra conducts victimization surveys: questionnaires written as text, interviews
in the browser with or without a network, estimates with their sampling error.`,
		Example: `  cifra check lacsi
  cifra check my-survey/ plan.yaml`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.AddCommand(weightCommand())
	root.SetVersionTemplate("cifra {{.Version}}\n")
	root.AddCommand(checkCommand(), testCommand(), diffCommand(), conformCommand(), textsCommand(), showCommand(), migrateCommand(), serveCommand(), exportCommand(), sampleCommand(), estimateCommand(), demoCommand(), simulateCommand())
	return root
}

// execute runs root. An error of the flags or arguments, which cobra finds
// before it calls the command, is a usageError.
func execute(ctx context.Context, root *cobra.Command, args []string) error {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd(args...)
	topic := args
	if len(args) > 0 && args[0] == "help" {
		topic = args[1:]
	}
	if c, _, err := root.Find(topic); err != nil {
		return unknownCommand(c, topic)
	}
	called := false
	for _, c := range root.Commands() {
		if work := c.RunE; work != nil {
			c.RunE = func(c *cobra.Command, args []string) error {
				called = true
				return work(c, args)
			}
		}
	}
	c, err := root.ExecuteContextC(ctx)
	if _, said := errors.AsType[*usageError](err); err != nil && !called && !said {
		if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok && strings.Contains(wrong.GetFlag().Value.Type(), "int") {
			flag := wrong.GetFlag()
			return &usageError{fmt.Sprintf(hints().noNumber, flag.Name, wrong.GetValue()), fmt.Sprintf(hints().writeNumber, flag.Name, flag.DefValue)}
		}
		return &usageError{err.Error(), fmt.Sprintf("%s; "+words().seeHelp, c.UseLine(), c.CommandPath())}
	}
	return err
}

// unknownCommand is the error of a command that root has not.
func unknownCommand(root *cobra.Command, args []string) error {
	name := args[0]
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			name = a
			break
		}
	}
	hint := fmt.Sprintf(words().seeHelp, root.CommandPath())
	if near := root.SuggestionsFor(name); len(near) > 0 {
		hint = fmt.Sprintf(words().didYouMean, "cifra "+near[0])
	}
	return &usageError{fmt.Sprintf(words().noCommand, name), hint}
}

// A usageError says that a command was called in a way that it does not know.
type usageError struct{ message, hint string }

func (e *usageError) Error() string { return e.message }

// Hint tells where the right way is written.
func (e *usageError) Hint() string { return e.hint }

// explain writes err as a person reads it.
func explain(w io.Writer, err error) {
	if errors.Is(err, errFound) {
		return // the command has said it all
	}
	if ds, ok := errors.AsType[expr.Diagnostics](err); ok {
		ds.Format(w, readSource)
		fmt.Fprintln(w, words().total(ds))
		return
	}
	fmt.Fprintf(w, "cifra: %v\n", err)
	if _, ok := errors.AsType[*collector.LoopbackError](err); ok {
		fmt.Fprintf(w, "cifra: %s: %s\n", words().hint, hints().onlyHere)
		return
	}
	if hinted, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok && hinted.Hint() != "" {
		fmt.Fprintf(w, "cifra: %s: %s\n", hintWord(hinted), hinted.Hint())
	}
}

// hintWord is what stands before a hint: a word of the hint's own language, which
// for the errors of other packages is English.
func hintWord(err error) string {
	if reflect.TypeOf(err).Elem().PkgPath() == reflect.TypeFor[usageError]().PkgPath() {
		return words().hint
	}
	return languages["en"].hint
}

// readSource returns a file's text for the lines that diagnostics show, nil if
// it cannot be read.
func readSource(file string) []byte {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	return b
}

// exitCode tells a script whose turn it is: the author's, the caller's or the
// machine's keeper's.
func exitCode(err error) int {
	if _, ok := errors.AsType[*usageError](err); ok {
		return 2
	}
	if _, ok := errors.AsType[*collector.LoopbackError](err); ok {
		return 2
	}
	if _, ok := errors.AsType[*outputError](err); ok || machineFailed(err) {
		return 3
	}
	return 1
}

// machineFailed says whether err comes from the machine. A file that is not
// there, or is of another kind than it should be, is the input's mistake.
func machineFailed(err error) bool {
	for _, machine := range []error{collector.ErrLocked, collector.ErrCorrupt, collector.ErrStopped, context.Canceled} {
		if errors.Is(err, machine) {
			return true
		}
	}
	for _, input := range []error{fs.ErrNotExist, fs.ErrExist, syscall.ENOTDIR, syscall.EISDIR} {
		if errors.Is(err, input) {
			return false
		}
	}
	if _, ok := errors.AsType[*bolt.OpenError](err); ok {
		return true
	}
	_, ok := errors.AsType[net.Error](err) // a syscall.Errno is one too
	return ok
}
