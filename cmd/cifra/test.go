package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
	"cifra/schemas"
	"cifra/schemas/source"
)

// testCommand is cifra test.
func testCommand() *cobra.Command {
	format := oneOf{"text", []string{"text", "json", "junit"}}
	r := rehearsal{trials: map[string]*trial{}}
	coverage := false
	cmd := &cobra.Command{
		Use:   "test FILE|DIR...",
		Short: "conduct interviews that are written down with what must follow",
		Long: `test conducts scenarios: YAML files that say what is answered and what must then
be asked, offered, calculated, read aloud or contradicted. A directory stands
for all scenarios below it, the name of a built-in instrument for its own.

A scenario is conducted with the instrument in whose directory it lies, or else
with the built-in one that it names. If it names an overlay of that instrument,
overlays/NAME.yaml in its directory, it is conducted with the overlay. What is
wrong with a file, and what is not as it expects, is told with file, line and
column.

With --coverage the command says what the scenarios reached of each instrument:
items asked, options chosen, conditions (of branches and of options) seen true
and false, checks seen unmet and met. --min-coverage makes too little a failure:
one share in per cent for all of them, or several by kind.

The exit code is 1 if a scenario fails or too little was reached.`,
		Example: `  cifra test lacsi
  cifra test my-survey/
  cifra test --coverage my-survey/scenarios/
  cifra test --min-coverage items=100,checks=100 my-survey/
  cifra test --format junit my-survey/ > scenarios.xml
  cifra test --instrument my-survey/ drafts/two_robberies.yaml`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, arg := range args {
				if err := r.conductAll(arg); err != nil {
					return err
				}
			}
			out := cmd.OutOrStdout()
			switch format.value {
			case "json":
				return r.printJSON(out, coverage)
			case "junit":
				return r.printJUnit(out, coverage)
			}
			return r.print(out, coverage)
		},
	}
	cmd.Flags().Var(&format, "format", "text for people, json or junit for programs")
	cmd.Flags().BoolVar(&coverage, "coverage", false, "tell what was reached of the instrument, and what never was")
	cmd.Flags().Var(&r.least, "min-coverage", "fail if less was reached: a share in per cent, or shares of items, options, conditions, checks")
	cmd.Flags().StringVar(&r.instrument, "instrument", "", "`directory`, overlay or name of the instrument, wherever the scenarios lie")
	return cmd
}

// A rehearsal is all that one call conducts.
type rehearsal struct {
	instrument string
	least      shares
	outcomes   []*outcome
	trials     map[string]*trial // by directory or name of the instrument
	order      []string
}

// A trial is an instrument that scenarios are conducted with.
type trial struct {
	questionnaire *questionnaire.Questionnaire
	reached       *questionnaire.Coverage
	ds            expr.Diagnostics
}

// An outcome is what came of one scenario.
type outcome struct {
	Path        string           `json:"path"`
	Scenario    string           `json:"scenario"`
	Instrument  string           `json:"instrument"`
	Holds       bool             `json:"holds"`
	Diagnostics expr.Diagnostics `json:"diagnostics"`

	source []byte
}

// conductAll conducts the scenarios that arg names.
func (r *rehearsal) conductAll(arg string) error {
	found := false
	err := eachScenario(arg, func(file string, src []byte) {
		found = true
		r.conduct(file, src)
	})
	if errors.Is(err, fs.ErrNotExist) && !found {
		return expr.Diagnostics{{
			Position: expr.Position{File: arg}, Message: words().noSuchFile, Hint: fmt.Sprintf(words().builtIn, strings.Join(schemas.Names(), ", ")),
		}}
	}
	if err == nil && !found {
		w := testWords()
		err = &usageError{fmt.Sprintf(w.noScenario, arg), w.beginWith}
	}
	return err
}

// isScenario says whether a file is one by its keys. One that cannot be read
// as YAML is if it begins like one.
func isScenario(path string, src []byte) bool {
	root, ds := source.Read(path, src)
	if root == nil {
		return strings.HasPrefix(string(src), "scenario:")
	}
	return root.Map(&ds, "").Has("scenario")
}

// conduct conducts one scenario.
func (r *rehearsal) conduct(path string, src []byte) {
	o := &outcome{Path: path, source: src, Diagnostics: expr.Diagnostics{}}
	r.outcomes = append(r.outcomes, o)
	s, ds := questionnaire.ReadScenario(path, src)
	if s != nil {
		o.Scenario, o.Instrument = s.Name.Text, s.Instrument.Text
	}
	if ds.Err() == nil {
		ds = r.run(s, path)
	}
	o.Diagnostics = append(o.Diagnostics, ds...)
	o.Holds = ds.Err() == nil
}

// run conducts a scenario with the instrument it belongs to.
func (r *rehearsal) run(s *questionnaire.Scenario, path string) expr.Diagnostics {
	name := r.instrument
	for dir := filepath.Dir(path); name == ""; dir = filepath.Dir(dir) {
		if hasInstrument(dir) {
			name = dir
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	name = r.overlayFor(name, s.Instrument.Text)
	t := r.trials[name]
	if t == nil {
		t = newTrial(name)
		r.trials[name] = t
		r.order = append(r.order, name)
	}
	if t.ds.Err() != nil {
		return t.ds
	}
	if t.questionnaire == nil {
		w := testWords()
		hint := fmt.Sprintf(w.nameIt, strings.Join(schemas.Names(), ", "))
		return expr.Diagnostics{s.Instrument.Mistake(hint, w.noInstrument, cmp.Or(name, s.Instrument.Text))}
	}
	return s.Run(t.questionnaire, t.reached)
}

// overlayFor returns the instrument that a scenario is conducted with: what it
// names may be an overlay of the instrument in dir, as dir/overlays/NAME.yaml.
func (r *rehearsal) overlayFor(dir, named string) string {
	if r.instrument != "" {
		return dir
	}
	if over := filepath.Join(dir, "overlays", named+".yaml"); dir != "" && isOverlay(over) {
		return over
	}
	for _, builtIn := range schemas.Names() {
		if over := path.Join(builtIn, "overlays", named+".yaml"); dir == "" && isOverlay(over) {
			return over
		}
	}
	if dir == "" && slices.Contains(schemas.Names(), named) {
		return named
	}
	return dir
}

// newTrial compiles the instrument that name stands for: if there is none, the
// trial has neither a questionnaire nor mistakes.
func newTrial(name string) *trial {
	t := &trial{}
	if !isInstrument(name) {
		return t
	}
	_, t.questionnaire, t.ds = compileInstrument(name)
	if t.ds.Err() == nil {
		t.reached = questionnaire.NewCoverage(t.questionnaire)
	}
	return t
}

// failed counts the scenarios that do not hold.
func (r *rehearsal) failed() int {
	n := 0
	for _, o := range r.outcomes {
		if !o.Holds {
			n++
		}
	}
	return n
}

// verdict is the error of a rehearsal in which something failed.
func (r *rehearsal) verdict() error {
	if r.failed() > 0 || len(r.short()) > 0 {
		return errFound
	}
	return nil
}

// print writes the outcomes for people.
func (r *rehearsal) print(out io.Writer, coverage bool) error {
	w := testWords()
	for _, o := range r.outcomes {
		if o.Holds {
			fmt.Fprintf(out, "ok    %s  %s\n", o.Path, o.Scenario)
			continue
		}
		fmt.Fprintf(out, "FAIL  %s  %s\n", o.Path, o.Scenario)
		o.Diagnostics.Format(out, func(file string) []byte {
			if file == o.Path {
				return o.source
			}
			return readSource(file)
		})
	}
	failed := r.failed()
	total := count(len(r.outcomes)-failed, w.passed)
	if failed > 0 {
		total += ", " + count(failed, w.failed)
	}
	fmt.Fprintln(out, total+".")
	if coverage {
		r.printCoverage(out)
	}
	for _, s := range r.short() {
		fmt.Fprintln(out, s)
	}
	return r.verdict()
}

// printJSON writes the outcomes as one JSON object.
func (r *rehearsal) printJSON(out io.Writer, coverage bool) error {
	type reached struct {
		Instrument string                    `json:"instrument"`
		Summary    []questionnaire.Reach     `json:"summary"`
		Never      []questionnaire.Unreached `json:"never"`
	}
	report := struct {
		Scenarios []*outcome `json:"scenarios"`
		Failed    int        `json:"failed"`
		Coverage  []reached  `json:"coverage,omitempty"`
		Short     []string   `json:"short,omitempty"` // of the coverage asked for
	}{Scenarios: r.outcomes, Failed: r.failed(), Short: r.short()}
	for _, name := range r.order {
		if t := r.trials[name]; coverage && t.reached.Began() {
			report.Coverage = append(report.Coverage, reached{name, t.reached.Summary(), t.reached.Never()})
		}
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(report); err != nil {
		return err
	}
	return r.verdict()
}
