package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/collector/simulate"
	"cifra/weighting/plan"
)

// demoPlan is the plan that the demonstration's figures come from.
//
//go:embed demo.yaml
var demoPlan []byte

// Files of a demonstration's directory.
const (
	demoStore     = "survey"
	demoSample    = "sample.csv"
	demoStrata    = "strata.csv"
	demoMicrodata = "microdata"
	demoPlanFile  = "plan.yaml"
	demoEstimates = "estimates.json"
)

// demoListen is where the server listens if nobody says otherwise and the
// address is free.
const demoListen = "127.0.0.1:8080"

// A demo is what cifra demo was called with.
type demo struct {
	drawing
	data, listen string
	open         int
	noWait       bool

	words demoTable
	out   io.Writer
	show  *progress
}

// demoCommand is cifra demo.
func demoCommand() *cobra.Command {
	var d demo
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "a whole survey in a minute, then a running server to look at",
		Long: `demo makes up a country in which it is known who suffered what, draws a
stratified sample of dwellings in two stages, and interviews it: simulated
enumerators, each interview over a websocket of its own, with the built-in
questionnaire, into a real store. It exports the microdata, computes weights and
estimates as a statistician's plan says, and prints each figure beside the
truth.

On a terminal the server then stays up, with some cases that nobody has visited,
so that the enumerators' page can be tried. Without --data everything lies in a
directory that is deleted at the end.`,
		Example: `  cifra demo
  cifra demo --data ./demo --no-wait
  cifra estimate ./demo/plan.yaml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.words, d.out, d.show = demoWords(), cmd.OutOrStdout(), newProgress(cmd.ErrOrStderr())
			d.noWait = d.noWait || !terminal(cmd.InOrStdin()) || !terminal(cmd.OutOrStdout())
			return d.run(cmd.Context(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&d.data, "data", "", "new directory to keep everything in (default: one that is deleted at the end)")
	f.StringVar(&d.listen, "listen", "", "address of this machine to listen on (default "+demoListen+", or any free port)")
	d.flags(f)
	f.IntVar(&d.open, "open", 12, "cases to leave for you")
	f.BoolVar(&d.noWait, "no-wait", false, "end after the estimates")
	return cmd
}

// run conducts the survey, prints its figures and, if it is to wait, serves
// until ctx ends.
func (d *demo) run(ctx context.Context, errs io.Writer) error {
	if err := d.check(atLeast{"open", d.open, 0}); err != nil {
		return err
	}
	dir, done, err := d.directory()
	if err != nil {
		return err
	}
	defer done()
	sample, err := d.draw(dir)
	if err != nil {
		return err
	}
	ln, err := d.listenAt()
	if err != nil {
		return err
	}
	office, err := d.openOffice(ctx, dir, ln, errs)
	if err != nil {
		ln.Close()
		return err
	}
	err = d.survey(office.ctx, dir, sample, office)
	if err == nil && !d.noWait {
		err = d.wait(office, dir)
	}
	if err != nil && ctx.Err() != nil {
		err = interrupted{}
	}
	return errors.Join(err, office.stop())
}

// An interrupted error means that a person ended the work before it was done.
type interrupted struct{}

func (interrupted) Error() string { return "interrupted" }

// Unwrap makes it the error of a context that was cancelled.
func (interrupted) Unwrap() error { return context.Canceled }

// A usedError says that a directory holds something already.
type usedError struct{ dir, hint string }

func (e *usedError) Error() string { return fmt.Sprintf(hints().used, e.dir) }

// Hint tells the person what to do.
func (e *usedError) Hint() string { return e.hint }

// unused says whether nothing lies in a directory, or it is not there.
func unused(dir, hint string) error {
	entries, err := os.ReadDir(dir)
	if len(entries) > 0 {
		return &usedError{dir, hint}
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return unwritten(dir, err)
}

// directory returns where everything goes, and what to do with it at the end.
func (d *demo) directory() (dir string, done func(), err error) {
	if d.data == "" {
		dir, err = os.MkdirTemp("", "cifra-demo-")
		return dir, func() { os.RemoveAll(dir) }, err
	}
	if err := unused(d.data, fmt.Sprintf(hints().servedBy, filepath.Join(d.data, demoStore))); err != nil {
		return "", nil, err
	}
	return d.data, func() {}, unwritten(d.data, os.MkdirAll(d.data, 0o700))
}

// draw draws the sample and writes what a survey would have of it and of the
// country.
func (d *demo) draw(dir string) (*simulate.Sample, error) {
	sample, err := d.drawSample(d.show)
	if err != nil {
		return nil, err
	}
	if d.open >= len(sample.Cases) {
		return nil, &usageError{fmt.Sprintf("--open %d", d.open), fmt.Sprintf(hints().leaveSome, len(sample.Cases))}
	}
	err = writeFiles(dir, map[string]func(io.Writer) error{
		demoSample: sample.WriteCases, demoStrata: sample.Population.WriteStrata,
		demoPlanFile: func(w io.Writer) error { _, err := w.Write(demoPlan); return err },
	})
	return sample, err
}

// listenAt listens where it was told, or else where it can.
func (d *demo) listenAt() (net.Listener, error) {
	addr := cmp.Or(d.listen, demoListen)
	ln, err := net.Listen("tcp", addr)
	if err != nil && d.listen == "" {
		ln, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if err != nil {
		return nil, &listenError{addr, err}
	}
	return ln, nil
}

// A demoOffice is a collector at work.
type demoOffice struct {
	*collector.Server
	addr net.Addr
	ctx  context.Context // ends when the store fails
	stop func() error    // ends the service and closes the store
}

// openOffice opens a store, puts the instrument and the sample into it, and
// serves them.
func (d *demo) openOffice(ctx context.Context, dir string, ln net.Listener, errs io.Writer) (*demoOffice, error) {
	d.show.begin(d.words.office)
	in, err := readInstrument("lacsi", map[string]string{"reference_year": "2025"}, errs)
	if err != nil {
		return nil, err
	}
	cases, err := readSample(filepath.Join(dir, demoSample))
	if err != nil {
		return nil, err
	}
	s := serving{data: filepath.Join(dir, demoStore), survey: "demo"}
	db, err := bolt.Open(s.data)
	if err != nil {
		return nil, err
	}
	server, err := s.prepare(ctx, db, in, cases, io.Discard)
	if err != nil {
		db.Close()
		return nil, err
	}
	server.Logger = slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelWarn}))
	server.Export = server.Microdata
	ctx, end := context.WithCancelCause(ctx)
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx, ln) }()
	go func() {
		select {
		case <-db.Failed():
			end(db.Err())
		case <-ctx.Done():
		}
	}()
	d.show.done(d.words.officeDone, in.Name, ln.Addr())
	return &demoOffice{server, ln.Addr(), ctx, func() error {
		end(nil)
		return errors.Join(<-served, db.Close())
	}}, nil
}

// survey conducts the interviews and brings them to print.
func (d *demo) survey(ctx context.Context, dir string, sample *simulate.Sample, office *demoOffice) error {
	if err := d.interview(ctx, sample, office); err != nil {
		return err
	}
	if err := d.export(ctx, dir, office); err != nil {
		return err
	}
	d.show.begin(d.words.estimate)
	estimates, err := d.estimate(dir)
	if err != nil {
		return err
	}
	d.show.done(d.words.estimateDone, estimates.Count())
	fmt.Fprintln(d.out)
	return d.printFigures(estimates, sample.Population.Truth())
}

// interview sends the enumerators out.
func (d *demo) interview(ctx context.Context, sample *simulate.Sample, office *demoOffice) error {
	visited, events, err := d.conduct(ctx, d.show, &simulate.Field{
		URL: "http://" + office.addr.String(), Token: office.Token, Sample: sample, Skip: sample.Spread(d.open),
	}, len(sample.Cases)-d.open)
	if err != nil {
		return err
	}
	n := office.Dispositions()
	d.show.done(d.words.interviewsDone, thousands(visited), thousands(n[collector.Complete]),
		n[collector.Refusal], n[collector.NoOneHome], n[collector.Vacant], thousands(events), 100*collector.RR1(n))
	return nil
}

// export makes a microdata set of what is in the store.
func (d *demo) export(ctx context.Context, dir string, office *demoOffice) error {
	d.show.begin(d.words.export)
	snapshot, err := office.Snapshot(ctx)
	if err != nil {
		return err
	}
	set, book, err := unpackSnapshot(ctx, snapshot, filepath.Join(dir, demoMicrodata), false, d.show.at)
	if err != nil {
		return err
	}
	d.show.done(d.words.exportDone, len(book.Tables), thousands(set.Cases), thousands(set.Interviews))
	return nil
}

// estimate computes the plan in the directory, and writes what it found.
func (d *demo) estimate(dir string) (*plan.Estimates, error) {
	name := filepath.Join(dir, demoPlanFile)
	p, ds := plan.Load(name, demoPlan, func(path string) (io.ReadCloser, error) { return os.Open(path) })
	if err := ds.Err(); err != nil {
		return nil, err
	}
	estimates, err := p.Estimate(false)
	if err != nil {
		return nil, err
	}
	return estimates, replaceFile(filepath.Join(dir, demoEstimates), estimates.WriteJSON)
}

// wait says what can be looked at, until the person ends it or the store fails.
func (d *demo) wait(office *demoOffice, dir string) error {
	s := serving{}
	fmt.Fprintf(d.out, "\n%s\n", fmt.Sprintf(d.words.open, d.open))
	if err := s.announce(d.out, office.Server, office.addr); err != nil {
		return err
	}
	kept := d.words.deleted
	if d.data != "" {
		kept = d.words.kept
	}
	fmt.Fprintf(d.out, kept+"\n", dir)
	<-office.ctx.Done()
	if err := context.Cause(office.ctx); !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// since is how long something took, as people read it.
func since(t time.Time) string { return fmt.Sprintf("%.1f s", time.Since(t).Seconds()) }
