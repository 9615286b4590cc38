package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// diffCommand is cifra diff.
func diffCommand() *cobra.Command {
	format := oneOf{"text", []string{"text", "json"}}
	differs := false
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "say what is not the same in two instruments",
		Long: `diff compares two instruments, part by part and text by text: what was added,
removed or renamed, options, logic (conditions, types, checks), order, and the
words of each language. Each is a directory, an overlay, or the name of a
built-in instrument.

The exit code is 0 whether or not they differ, and 1 if one of them has
mistakes. With --exit-code it is 1 too if they differ.`,
		Example: `  cifra diff my-survey-2025/ my-survey/
  cifra diff lacsi my-survey/overlays/peru.yaml
  cifra diff --exit-code --format json my-survey-2025/ my-survey/`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			old, err := sound(args[0], cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			now, err := sound(args[1], cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			list := questionnaire.Diff(old.in, now.in)
			same := !slices.ContainsFunc(list, func(d questionnaire.Difference) bool { return d.In != "texts" })
			if format.value == "json" {
				err = printDiffJSON(cmd.OutOrStdout(), old, now, list, same)
			} else {
				printDiff(cmd.OutOrStdout(), old, now, list, same)
			}
			if err == nil && differs && len(list) > 0 {
				err = errFound
			}
			return err
		},
	}
	cmd.Flags().Var(&format, "format", "text for people, json for programs")
	cmd.Flags().BoolVar(&differs, "exit-code", false, "exit with 1 if they differ")
	return cmd
}

// A compared instrument is one without mistakes.
type compared struct {
	in *questionnaire.Instrument
}

func (c *compared) String() string { return c.in.Name.Text + " " + c.in.Version.Text }

// sound reads the instrument that name stands for. Its mistakes are the error,
// each with its line; warnings are for cifra check to tell.
func sound(name string, errs io.Writer) (*compared, error) {
	if !isInstrument(name) {
		return nil, noInstrument(name)
	}
	in, q, ds := compileInstrument(name)
	if ds.Err() != nil || q == nil {
		ds.Format(errs, readAuthored)
		fmt.Fprintln(errs, words().total(ds))
		return nil, errFound
	}
	return &compared{in}, nil
}

// printDiff writes differences for people, section by section.
func printDiff(out io.Writer, old, now *compared, list []questionnaire.Difference, sameLogic bool) {
	w := compareWords()
	fmt.Fprintf(out, "%s → %s\n", old, now)
	section, language := "", ""
	for _, d := range list {
		if d.In != section || d.Language != language {
			section, language = d.In, d.Language
			title := w.section[section]
			if language != "" {
				title += " (" + language + ")"
			}
			fmt.Fprintf(out, "\n%s\n", title)
		}
		printDifference(out, w, d)
	}
	switch {
	case len(list) == 0:
		fmt.Fprintln(out, w.same)
	case sameLogic:
		fmt.Fprintf(out, "\n%s %s\n", count(len(list), w.differences), w.onlyTexts)
	default:
		fmt.Fprintf(out, "\n%s\n", count(len(list), w.differences))
	}
}

func printDifference(out io.Writer, w compareTable, d questionnaire.Difference) {
	switch d.What {
	case "added":
		fmt.Fprintf(out, "  + %s%s\n", d.Name, aside(d.New))
	case "removed":
		fmt.Fprintf(out, "  - %s%s\n", d.Name, aside(d.Old))
	case "renamed":
		fmt.Fprintf(out, "  = %s → %s\n", d.Old, d.New)
	case "moved":
		after := d.New
		if after == "" {
			after = w.theBeginning
		}
		fmt.Fprintf(out, "  ~ "+w.movedAfter+"\n", d.Name, after)
	default:
		name := d.Name
		if d.Field != "" {
			name += "." + d.Field
		}
		fmt.Fprintf(out, "    %s\n", name)
		for _, line := range [][2]string{{"-", d.Old}, {"+", d.New}} {
			if line[1] != "" {
				fmt.Fprintf(out, "      %s %s\n", line[0], line[1])
			}
		}
	}
}

// aside puts words beside a name, if there are any.
func aside(s string) string {
	if s == "" {
		return ""
	}
	return "  " + s
}

// printDiffJSON writes differences as one JSON object.
func printDiffJSON(out io.Writer, old, now *compared, list []questionnaire.Difference, sameLogic bool) error {
	if list == nil {
		list = []questionnaire.Difference{}
	}
	return printJSON(out, struct {
		Old         string                     `json:"old"`
		New         string                     `json:"new"`
		SameLogic   bool                       `json:"same_logic"`
		Differences []questionnaire.Difference `json:"differences"`
	}{old.String(), now.String(), sameLogic, list})
}

// printJSON writes v for programs.
func printJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// conformCommand is cifra conform.
func conformCommand() *cobra.Command {
	format := oneOf{"text", []string{"text", "json"}}
	indicators := ""
	cmd := &cobra.Command{
		Use:   "conform OVERLAY | conform CORE INSTRUMENT",
		Short: "say what of the core is kept and which indicators stay comparable",
		Long: `conform compares an overlay with the instrument that it is of, or an instrument
with a core, item by item: kept, changed, dropped, added, with the reasons that
the overlay gives. Of the core's indicators it says which stay comparable and
why others do not. What they read stands in the core's indicators.yaml, or in
the file of --indicators.

The exit code is 0 even if nothing stays comparable, 1 if something has mistakes.`,
		Example: `  cifra conform my-survey/overlays/peru.yaml
  cifra conform lacsi my-survey/
  cifra conform --format json lacsi/overlays/peru.yaml`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			core, other, err := conformed(args, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			list, err := readIndicators(indicators, args, core)
			if err != nil {
				return err
			}
			c := questionnaire.Conform(core, other.in, list)
			if format.value == "json" {
				return printJSON(cmd.OutOrStdout(), c)
			}
			printConformance(cmd.OutOrStdout(), c)
			return nil
		},
	}
	cmd.Flags().Var(&format, "format", "text for people, json for programs")
	cmd.Flags().StringVar(&indicators, "indicators", "", "`file` of the core's indicators (default: indicators.yaml in its directory)")
	return cmd
}

// conformed reads a core and what is compared with it.
func conformed(args []string, errs io.Writer) (core *questionnaire.Instrument, other *compared, err error) {
	last := args[len(args)-1]
	if other, err = sound(last, errs); err != nil {
		return nil, nil, err
	}
	if len(args) == 2 {
		c, err := sound(args[0], errs)
		if err != nil {
			return nil, nil, err
		}
		return c.in, other, nil
	}
	if !isOverlay(last) {
		return nil, nil, &usageError{fmt.Sprintf(compareWords().notAnOverlay, last), compareWords().nameTheCore}
	}
	files, name, err := overlayFiles(last)
	if err != nil {
		return nil, nil, err
	}
	core, ds := questionnaire.LoadCore(files, name, func(of string) (questionnaire.Files, string, error) {
		return baseOf(filepath.Dir(last), of)
	})
	return core, other, ds.Err()
}

// readIndicators reads the indicators of a core, nil if it has none.
func readIndicators(file string, args []string, core *questionnaire.Instrument) (*questionnaire.Indicators, error) {
	var b []byte
	if file != "" {
		if b = readAuthored(file); b == nil {
			return nil, expr.Diagnostics{{Position: expr.Position{File: file}, Message: words().noSuchFile}}
		}
	} else {
		dir := filepath.Dir(filepath.FromSlash(core.Name.At.File))
		if len(args) == 2 {
			dir = args[0]
			if !hasInstrument(dir) && isOverlay(dir) {
				dir = filepath.Dir(filepath.Dir(dir))
			}
		}
		file = filepath.Join(dir, "indicators.yaml")
		if b = readAuthored(file); b == nil {
			return nil, nil
		}
	}
	list, ds := questionnaire.ReadIndicators(file, b, core)
	return list, ds.Err()
}

// printConformance writes a conformance for people.
func printConformance(out io.Writer, c *questionnaire.Conformance) {
	w := compareWords()
	fmt.Fprintf(out, "%s → %s\n", c.Core, c.Instrument)
	for _, status := range []string{"changed", "dropped", "added"} {
		if c.Counts[status] == 0 {
			continue
		}
		fmt.Fprintf(out, "\n%s (%d)\n", w.status[status], c.Counts[status])
		for _, it := range c.Items {
			if it.Status != status {
				continue
			}
			fmt.Fprintf(out, "  %s%s\n", it.Name, aside(it.Because))
			for _, d := range it.Changes {
				if it.Status == "changed" {
					printChange(out, w, d)
				}
			}
		}
	}
	if len(c.Options) > 0 {
		fmt.Fprintf(out, "\n%s (%d)\n", w.section["options"], len(c.Options))
	}
	for _, o := range c.Options {
		printDifference(out, w, o.Changes[0])
		if o.Because != "" {
			fmt.Fprintf(out, "      %s\n", o.Because)
		}
	}
	if len(c.Parts) > 0 {
		fmt.Fprintf(out, "\n%s (%d)\n", w.beside, len(c.Parts))
	}
	for _, p := range c.Parts {
		fmt.Fprintf(out, "  %s: %s%s\n", p.Name, w.status[p.Status], aside(p.Because))
		for _, d := range p.Changes {
			if p.Status == "changed" {
				printChange(out, w, d)
			}
		}
	}
	fmt.Fprintf(out, "\n%s (%d)\n", w.status["kept"], c.Counts["kept"])
	var names []string
	for _, it := range c.Items {
		if it.Status == "kept" {
			names = append(names, it.Name)
		}
	}
	for line := range slices.Chunk(names, 12) {
		fmt.Fprintf(out, "  %s\n", strings.Join(line, " "))
	}
	fmt.Fprintln(out)
	if len(c.Indicators) == 0 {
		fmt.Fprintln(out, w.noIndicators)
		return
	}
	var lost []string
	for _, f := range c.Indicators {
		if f.Comparable {
			continue
		}
		why := strings.Join(f.Why, "; ")
		if f.Domain != "" {
			why += ": " + fmt.Sprintf(w.comparableFor, f.Domain)
		}
		lost = append(lost, f.Name+" ("+why+")")
	}
	fmt.Fprintf(out, w.comparable, c.Comparable(), len(c.Indicators))
	if len(lost) > 0 {
		fmt.Fprintf(out, " %s %s.", w.notComparable, strings.Join(lost, ",\n  "))
	}
	fmt.Fprintln(out)
}

// printChange writes what changed of an item in one line.
func printChange(out io.Writer, w compareTable, d questionnaire.Difference) {
	what := w.section[d.In]
	if d.Field != "" {
		what = d.Field
	}
	if d.Language != "" {
		what = d.Name + " (" + d.Language + ")"
	}
	switch d.What {
	case "moved":
		fmt.Fprintf(out, "    %s\n", fmt.Sprintf(w.movedAfter, d.Name, d.New))
	default:
		fmt.Fprintf(out, "    %s: %s → %s\n", what, orNothing(d.Old), orNothing(d.New))
	}
}

func orNothing(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
