package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"cifra/collector/simulate"
	"cifra/questionnaire"
)

// A drawing says which country and which sample, so that the same can be made
// again: for the file and for the interviews, for cifra simulate and for demo.
type drawing struct {
	seed        uint64
	psus, take  int
	enumerators int
}

// flags adds the flags of a drawing.
func (d *drawing) flags(f *pflag.FlagSet) {
	f.Uint64Var(&d.seed, "seed", 1, "of the country, the sample and the answers")
	f.IntVar(&d.psus, "psus", 120, fmt.Sprintf("primary sampling units to draw, two at least in each of %d strata", simulate.StandardStrata))
	f.IntVar(&d.take, "dwellings", 10, "dwellings to draw in each of them")
	f.IntVar(&d.enumerators, "enumerators", 16, "enumerators at work at the same time")
}

// An atLeast is a flag's value with the least it may have.
type atLeast struct {
	flag         string
	value, least int
}

// check refuses what cannot be drawn or done.
func (d *drawing) check(more ...atLeast) error {
	for _, n := range append(more, atLeast{"psus", d.psus, 2 * simulate.StandardStrata}, atLeast{"dwellings", d.take, 1}, atLeast{"enumerators", d.enumerators, 1}) {
		if n.value < n.least {
			return &usageError{fmt.Sprintf("--%s %d", n.flag, n.value), fmt.Sprintf(hints().atLeast, n.least)}
		}
	}
	return nil
}

// drawSample makes the country and draws the sample.
func (d *drawing) drawSample(show *progress) (*simulate.Sample, error) {
	w := demoWords()
	show.begin(w.country)
	population := simulate.NewPopulation(d.seed, simulate.Size{})
	psus, dwellings, persons := population.Count()
	show.done(w.countryDone, thousands(psus), thousands(dwellings), thousands(persons))
	show.begin(w.sample)
	sample, err := population.Draw(rand.New(rand.NewPCG(d.seed, 1<<63)), d.psus, d.take)
	if err != nil {
		return nil, &usageError{err.Error(), hints().askForFewer}
	}
	show.done(w.sampleDone, len(population.Strata), d.psus, thousands(len(sample.Cases)))
	return sample, nil
}

// conduct sends enumerators to the cases of a field that are to be visited, and
// returns how many were and how many events they brought.
func (d *drawing) conduct(ctx context.Context, show *progress, f *simulate.Field, cases int) (visited, events int, err error) {
	show.begin(demoWords().interviews)
	seen := make(map[questionnaire.CaseID]bool)
	f.Seed, f.Enumerators = d.seed, d.enumerators
	f.Done = func(o simulate.Outcome) {
		seen[o.Case.ID] = true
		events += len(o.Events)
		show.at(len(seen), cases)
	}
	err = f.Work(ctx)
	return len(seen), events, err
}

// simulateCommand is cifra simulate.
func simulateCommand() *cobra.Command {
	var d drawing
	var out, server string
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "a made-up country: its sample, and enumerators who interview it",
		Long: `simulate makes up a country and draws a sample of it, always the same for the
same seed and sizes. With --out it writes the sample file that cifra serve
imports, what the frame has of the strata, and the true values of the
indicators. With --server it sends enumerators to a server that has imported
that sample: each interview over a websocket of its own, with the instrument
that is published there, which must be the built-in lacsi or one with its items.`,
		Example: `  cifra simulate --out ./country
  cifra serve --data ./survey --instrument lacsi --given reference_year=2025 --sample ./country/sample.csv
  cifra simulate --server 'http://127.0.0.1:8080/#token=THE-ONE-THAT-SERVE-PRINTED'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (out == "") == (server == "") {
				return &usageError{hints().outOrServer, hints().whichOfThem}
			}
			if err := d.check(); err != nil {
				return err
			}
			if out != "" {
				if err := unused(out, hints().newDirectory); err != nil {
					return err
				}
			}
			show := newProgress(cmd.ErrOrStderr())
			sample, err := d.drawSample(show)
			if err != nil {
				return err
			}
			if out != "" {
				return writeCountry(out, sample)
			}
			return d.send(cmd.Context(), show, server, sample)
		},
	}
	d.flags(cmd.Flags())
	cmd.Flags().StringVar(&out, "out", "", "`directory` to write sample.csv, strata.csv and truth.csv to")
	cmd.Flags().StringVar(&server, "server", "", "`URL` of the server, with its token, as cifra serve printed it")
	return cmd
}

// send conducts a sample at a server.
func (d *drawing) send(ctx context.Context, show *progress, server string, sample *simulate.Sample) error {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.HasPrefix(u.Fragment, "token=") {
		return &usageError{"--server " + server, hints().wholeAddress}
	}
	field := &simulate.Field{URL: u.Scheme + "://" + u.Host, Token: strings.TrimPrefix(u.Fragment, "token="), Sample: sample}
	visited, events, err := d.conduct(ctx, show, field, len(sample.Cases))
	if err != nil && ctx.Err() != nil {
		return interrupted{}
	}
	if err == nil {
		show.done(demoWords().sent, thousands(visited), thousands(events))
	}
	return err
}

// writeCountry writes what there is to know of a country and its sample.
func writeCountry(dir string, sample *simulate.Sample) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return unwritten(dir, err)
	}
	return writeFiles(dir, map[string]func(io.Writer) error{
		demoSample: sample.WriteCases, demoStrata: sample.Population.WriteStrata,
		"truth.csv": func(w io.Writer) error {
			rows := [][]string{{"indicator", "by", "category", "value"}}
			for _, f := range sample.Population.Truth() {
				rows = append(rows, []string{f.Indicator, f.By, f.Category, strconv.FormatFloat(f.Value, 'g', -1, 64)})
			}
			return csv.NewWriter(w).WriteAll(rows)
		},
	})
}

// writeFiles writes files of a directory.
func writeFiles(dir string, files map[string]func(io.Writer) error) error {
	for name, write := range files {
		if err := replaceFile(filepath.Join(dir, name), write); err != nil {
			return err
		}
	}
	return nil
}
