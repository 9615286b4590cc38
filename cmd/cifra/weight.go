package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"cifra/weighting/plan"
)

// weightCommand returns the command that makes weights.
func weightCommand() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "weight PLAN",
		Short: "make the weights of a survey, as a plan says",
		Long: `weight reads a weighting plan and the files it names, and makes its steps in
order: base, eligibility, nonresponse, select, calibrate, trim. What stands after
replicates is redone on each replicate. It prints what each step did to the
weights, and how R, Stata and Python are told of the files.

With --out the files of weights are written into a directory; without it they are
not. Nothing is written if something is wrong with the plan or a file, or a step
cannot be made: no sample in a category, totals that disagree, bounds that leave
no room.`,
		Example: `  cifra weight weighting.yaml
  cifra weight weighting.yaml --out weights/
  cifra check --without-data weighting.yaml`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return makeWeights(args[0], dir, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
	c.Flags().StringVar(&dir, "out", "", "write the files of weights into this `directory`")
	return c
}

// makeWeights runs a weighting plan and writes its files into dir, if one is
// named.
func makeWeights(name, dir string, out, errs io.Writer) error {
	src, err := readPlan(name, "weighting")
	if err != nil {
		return err
	}
	p, ds := plan.LoadWeighting(name, src, func(path string) (io.ReadCloser, error) { return os.Open(path) })
	if err := ds.Err(); err != nil {
		return err
	}
	ds.Format(errs, readSource)
	w, err := p.Run(passing(errs))
	if err != nil {
		return err
	}
	if dir != "" {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return unwritten(dir, err)
		}
		for _, f := range w.Files {
			if err := replaceFile(filepath.Join(dir, f.Name), f.WriteCSV); err != nil {
				return err
			}
		}
	}
	if err := w.WriteReport(out, userLanguage()); err != nil {
		return err
	}
	for _, f := range w.Files {
		wrote := f.Name
		if dir != "" {
			wrote = fmt.Sprintf(estimateWords[userLanguage()].wrote, filepath.Join(dir, f.Name))
		}
		if _, err := fmt.Fprintf(out, "\n%s\n\n%s", wrote, f.Code()); err != nil {
			return err
		}
	}
	return nil
}
