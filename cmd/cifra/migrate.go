package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// A migrating is what cifra migrate was called with.
type migrating struct {
	data, to     string
	dryRun, back bool
	json         bool
}

// migrateCommand is cifra migrate.
func migrateCommand() *cobra.Command {
	var m migrating
	format := oneOf{"text", []string{"text", "json"}}
	cmd := &cobra.Command{
		Use:   "migrate FILE --data DIR --to INSTRUMENT",
		Short: "move interviews that run to another version of their instrument, or back",
		Long: `migrate moves the interviews of a survey that are not closed from one version of
its instrument to another. FILE says how: items that have the same name and type
go over as they are; for every other it names where their answers go, which
options they are now, into which items they are split, or that they are kept
aside. Nothing is lost: the events stay, and --back brings every interview back
to the version before, with what was answered since. A FILE such as this says that
one item has another name and options, and that another is left out:

  migrate: second
  from: my-survey@2026.1
  to: my-survey@2026.2
  because: it is asked who reported the event
  items:
    F3: {to: F4, codes: {yes: oneself, no: nobody}}
    F9: aside

With --dry-run it folds the real interviews and tells what would become of their
answers, and stores nothing. Interviews that are not moved go on in the version
they were begun with. No server may have the directory open.`,
		Example: `  cifra migrate second.yaml --data ./survey --to my-survey/ --dry-run
  cifra migrate second.yaml --data ./survey --to my-survey/
  cifra migrate second.yaml --data ./survey --to my-survey/ --back`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m.json = format.value == "json"
			return m.run(cmd.Context(), args[0], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&m.data, "data", "", "directory of the survey, as cifra serve keeps it")
	f.StringVar(&m.to, "to", "", "instrument to move to: a directory, an overlay, or the name of a built-in one")
	f.BoolVar(&m.dryRun, "dry-run", false, "tell what would happen and store nothing")
	f.BoolVar(&m.back, "back", false, "bring the interviews back to the version before")
	f.Var(&format, "format", "text for people, json for programs")
	for _, flag := range []string{"data", "to"} {
		if err := cmd.MarkFlagRequired(flag); err != nil {
			panic(err) // the flags are defined above
		}
	}
	return cmd
}

// run reads everything, then moves.
func (m *migrating) run(ctx context.Context, file string, out, errs io.Writer) error {
	b := readSource(file)
	if b == nil {
		return expr.Diagnostics{{Position: expr.Position{File: file}, Message: words().noSuchFile}}
	}
	plan, ds := questionnaire.ReadMigration(file, b)
	if err := ds.Err(); err != nil {
		return err
	}
	p, err := readInstrument(m.to, nil, io.Discard)
	if err != nil {
		return err
	}
	to, err := questionnaire.Load(p.Questionnaire)
	if err != nil {
		return err
	}
	db, err := m.open()
	if err != nil {
		return err
	}
	defer db.Close() // what was stored is synced
	held, err := collector.ReadSnapshot(ctx, db)
	if err != nil {
		return err
	}
	server := &collector.Server{Log: db, Survey: held.Survey}
	if err := server.Start(ctx); err != nil {
		return err
	}
	from, given, err := publishedAs(ctx, held, plan)
	if err != nil {
		return err
	}
	ds = plan.Bind(from, to)
	if err := ds.Err(); err != nil {
		return err
	}
	ds.Format(errs, readSource) // warnings
	if !m.dryRun && !m.back {
		p.Given = given.Given
		if _, err := server.Publish(ctx, p.Publication); err != nil {
			return err
		}
	}
	w := migrateWords()
	show := newProgress(errs)
	show.begin(w.step)
	moved, err := server.Migrate(ctx, collector.Move{
		From: from.Hash(), To: to, Rules: plan.Rules, Because: plan.Because.Text, Back: m.back, DryRun: m.dryRun,
	}, show.at)
	if err != nil {
		return err
	}
	show.done("%d", moved.Interviews)
	if m.json {
		return printJSON(out, struct {
			DryRun bool `json:"dry_run"`
			*collector.Moved
		}{m.dryRun, moved})
	}
	m.print(out, w, plan.Rules, moved)
	return nil
}

// open opens the survey, only for reading if nothing is to be stored.
func (m *migrating) open() (*bolt.DB, error) {
	if m.dryRun {
		return openToRead(m.data)
	}
	if err := checkHeld(m.data); err != nil {
		return nil, err
	}
	return bolt.Open(m.data)
}

// publishedAs finds the version that a plan moves from among those of a survey.
func publishedAs(ctx context.Context, held *collector.Snapshot, plan *questionnaire.MigrationFile) (*questionnaire.Questionnaire, *collector.Published, error) {
	want := strings.Replace(plan.From.Text, "@", " ", 1)
	var names []string
	for i := range held.Instruments {
		p := &held.Instruments[i]
		names = append(names, strings.Replace(p.Name, " ", "@", 1))
		if p.Name != want {
			continue
		}
		ir, err := held.Instrument(ctx, p.Hash)
		if err != nil {
			return nil, nil, err
		}
		from, err := questionnaire.Load(ir)
		return from, p, err
	}
	w := migrateWords()
	return nil, nil, expr.Diagnostics{{
		Position: plan.From.At, End: plan.From.At.Col + len(plan.From.Text),
		Message: fmt.Sprintf(w.notPublished, plan.From.Text), Hint: fmt.Sprintf(w.published, strings.Join(names, ", ")),
	}}
}

// The ways in which answers are carried over, in the order they are told.
const (
	waySame = iota
	wayRenamed
	wayRecoded
	waySplit
	wayAside
	ways
)

// way says how a plan carries what was counted.
func way(rules []questionnaire.Rule, c questionnaire.Carried) int {
	named, codes := 0, false
	for _, r := range rules {
		if r.Item == c.Item {
			named++
			codes = codes || r.Codes != nil
		}
	}
	switch {
	case c.To == "":
		return wayAside
	case named > 1:
		return waySplit
	case codes:
		return wayRecoded
	case c.To != c.Item:
		return wayRenamed
	}
	return waySame
}

// print says what was or would be done: each item that is not as it was, and the
// sums of all.
func (m *migrating) print(out io.Writer, w migrateTable, rules []questionnaire.Rule, moved *collector.Moved) {
	var sums [ways]int
	for _, c := range moved.Carried {
		how := way(rules, c)
		sums[how] += c.Answers
		to := "→ " + c.To
		switch how {
		case waySame:
			continue
		case wayAside:
			to = ""
		}
		fmt.Fprintf(out, "  %-20s %-22s %-18s %8s\n", c.Item, to, w.ways[how], thousands(c.Answers))
	}
	if len(moved.Carried) > 0 {
		told := make([]string, ways)
		for how, n := range sums {
			told[how] = w.ways[how] + " " + thousands(n)
		}
		fmt.Fprintf(out, "%s: %s\n", w.answers, strings.Join(told, " · "))
	}
	for _, u := range moved.Unmoved {
		fmt.Fprintf(out, w.unmoved+"\n", u.Interview, u.Why)
	}
	done, left := w.moved, moved.Closed
	switch {
	case m.back && m.dryRun:
		done, left = w.wouldReturn, len(moved.Unmoved)
	case m.back:
		done, left = w.returned, len(moved.Unmoved)
	case m.dryRun:
		done = w.wouldMove
	}
	fmt.Fprintf(out, done+"\n", moved.Interviews, left, sums[wayAside])
	if moved.Tablets > 0 {
		fmt.Fprintf(out, w.tablets+"\n", moved.Tablets)
	}
}
