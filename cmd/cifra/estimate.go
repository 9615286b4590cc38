package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"cifra/weighting/plan"
)

// estimateOptions are the flags of cifra estimate.
type estimateOptions struct {
	format    string
	out       string
	influence bool
}

// estimateCommand returns the command that computes a plan.
func estimateCommand() *cobra.Command {
	var opt estimateOptions
	c := &cobra.Command{
		Use:   "estimate PLAN",
		Short: "estimates with their sampling error, as a plan says",
		Long: `estimate reads a plan and the files it names, and prints each indicator with its
standard error, coefficient of variation and interval.

With --out the figures are written to a file, as JSON if its name ends in .json
and as CSV if it ends in .csv, and the table is printed too. Nothing is written
if something is wrong with the plan or a file.`,
		Example: `  cifra estimate plan.yaml
  cifra estimate plan.yaml --out estimates.json --influence
  cifra estimate plan.yaml --format csv > estimates.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return opt.run(args[0], c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&opt.format, "format", "", "table, json or csv (of --out: by its name)")
	c.Flags().StringVar(&opt.out, "out", "", "write the figures to this `file`")
	c.Flags().BoolVar(&opt.influence, "influence", false, "carry influence sums by PSU in the JSON, so that a later edition can be compared")
	return c
}

// run computes the plan in a file.
func (opt estimateOptions) run(name string, out, errs io.Writer) error {
	started := time.Now()
	format, err := opt.fileFormat()
	if err != nil {
		return err
	}
	src, err := readPlan(name, "plan")
	if err != nil {
		return err
	}
	p, ds := plan.Load(name, src, func(path string) (io.ReadCloser, error) { return os.Open(path) })
	if err := ds.Err(); err != nil {
		return err
	}
	ds.Format(errs, readSource)
	e, err := p.Estimate(opt.influence)
	if err != nil {
		return err
	}
	if opt.out == "" && format != "table" {
		return writeEstimates(out, e, format)
	}
	if opt.out != "" {
		if err := replaceFile(opt.out, func(w io.Writer) error { return writeEstimates(w, e, format) }); err != nil {
			return err
		}
	}
	if err := writeEstimates(out, e, "table"); err != nil {
		return err
	}
	w := estimateWords[userLanguage()]
	figures := w.figures
	if e.Count() == 1 {
		figures = w.one
	}
	line := fmt.Sprintf(figures, e.Count(), time.Since(started).Seconds())
	if opt.out != "" {
		line += "  " + fmt.Sprintf(w.wrote, opt.out)
	}
	_, err = fmt.Fprintln(out, line)
	return err
}

// fileFormat returns the format of what is written.
func (opt estimateOptions) fileFormat() (string, error) {
	switch opt.format {
	case "table", "json", "csv":
		return opt.format, nil
	case "":
	default:
		return "", &usageError{fmt.Sprintf(hints().noFormat, opt.format), hints().formats}
	}
	switch {
	case opt.out == "":
		return "table", nil
	case strings.HasSuffix(opt.out, ".json"):
		return "json", nil
	case strings.HasSuffix(opt.out, ".csv"):
		return "csv", nil
	}
	return "", &usageError{fmt.Sprintf(hints().noEnding, opt.out), hints().addFormat}
}

// writeEstimates writes e in a format.
func writeEstimates(w io.Writer, e *plan.Estimates, format string) error {
	switch format {
	case "json":
		return e.WriteJSON(w)
	case "csv":
		return e.WriteCSV(w)
	}
	return e.WriteTable(w, userLanguage())
}

// replaceFile writes a file as a whole or not at all: under another name first,
// which no error names.
func replaceFile(name string, write func(io.Writer) error) (err error) {
	defer func() { err = unwritten(name, err) }()
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // once renamed there is nothing to remove
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// estimateWords are the last line of the table by language.
var estimateWords = map[string]struct{ figures, one, wrote string }{
	"en": {"%d figures, %.1f s.", "%d figure, %.1f s.", "Wrote %s."},
	"es": {"%d cifras, %.1f s.", "%d cifra, %.1f s.", "Se escribió %s."},
	"pt": {"%d números, %.1f s.", "%d número, %.1f s.", "Gravado %s."},
	"fr": {"%d chiffres, %.1f s.", "%d chiffre, %.1f s.", "%s est écrit."},
}

// userLanguage is the language of the words that commands print.
func userLanguage() string {
	for language, w := range languages {
		if w == words() {
			return language
		}
	}
	return "en"
}
