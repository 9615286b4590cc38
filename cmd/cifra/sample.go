package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"cifra/weighting/plan"
)

// sampleCommand returns the command that draws a sample.
func sampleCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use:   "sample PLAN",
		Short: "draw a sample of dwellings, as a plan says",
		Long: `sample reads a sample plan and the frame it names, and draws PSUs and dwellings:
how many, from a precision or a change that has to be found; how strata share
them (proportional, neyman, optimal_cost, power, kish, or bethel for precisions
in many domains); and by which method (systematic, brewer, tille, simple), with
implicit stratification by the columns of order.

The seed of the plan reproduces the draw. With --out the sample is written as
the file that cifra serve imports; without it only the table of strata is
printed. Nothing is written if something is wrong with the plan or a file.`,
		Example: `  cifra sample sample-plan.yaml
  cifra sample sample-plan.yaml --out sample.csv
  cifra serve --data ./survey --instrument lacsi --given reference_year=2025 --sample sample.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return drawSample(args[0], out, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&out, "out", "", "write the sample to this `file`, for cifra serve --sample")
	return c
}

// drawSample draws the sample of a plan and writes it to a file, if one is
// named.
func drawSample(name, file string, out, errs io.Writer) error {
	src, err := readPlan(name, "sample")
	if err != nil {
		return err
	}
	p, ds := plan.LoadSample(name, src, func(path string) (io.ReadCloser, error) { return os.Open(path) })
	if err := ds.Err(); err != nil {
		return err
	}
	ds.Format(errs, readSource)
	drawn, err := p.Draw(passing(errs))
	if err != nil {
		return err
	}
	if file != "" {
		if err := replaceFile(file, drawn.WriteCSV); err != nil {
			return err
		}
	}
	if err := drawn.WriteTable(out, userLanguage()); err != nil {
		return err
	}
	if file != "" {
		_, err = fmt.Fprintf(out, estimateWords[userLanguage()].wrote+"\n", file)
	}
	return err
}

// passing shows on a terminal how far long work has come, from the second second
// on; it wipes the line when all is done.
func passing(errs io.Writer) func(done, of int) {
	if !terminal(errs) {
		return nil
	}
	started, shown := time.Now(), time.Time{}
	return func(done, of int) {
		switch now := time.Now(); {
		case done == of && !shown.IsZero():
			fmt.Fprint(errs, "\r\x1b[K")
		case now.Sub(started) > time.Second && now.Sub(shown) > time.Second/10:
			fmt.Fprintf(errs, "\r%d / %d", done, of)
			shown = now
		}
	}
}
