package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
	"cifra/questionnaire/prove"
	"cifra/schemas"
	"cifra/schemas/source"
	"cifra/weighting/plan"
)

// checkCommand is cifra check.
func checkCommand() *cobra.Command {
	format := oneOf{"text", []string{"text", "json"}}
	withoutData := false
	p := proving{}
	cmd := &cobra.Command{
		Use:   "check FILE|DIR...",
		Short: "say all that is wrong with instruments, overlays and plans",
		Long: `check reads instruments, overlays and plans and reports every mistake in one run, each with
its file, line and column and what to write instead. It changes nothing.

An instrument is a directory with an instrument.yaml, any file of it, or the
name of a built-in one. An overlay is the file of what a country or a city
changes of an instrument, which lies beside it, above it, or is built in: what
is checked is the instrument as changed. The scenarios in an instrument's folder
scenarios, and those beside an overlay that name it, are checked with it; cifra
test conducts them. A plan is a file; the data files that it names are read
too, so that a column which does not exist is found.

With --prove instruments are asked what they can do: for every item and option
an interview in which it comes about, or a proof that there is none; conditions
that always or never hold, checks that cannot fire or contradict each other,
screens that nobody can leave, questions read before they are asked; and how
long interviews are. What is neither met nor refuted is listed as not proved.

The exit code is 1 if there is an error; warnings are listed and forbid nothing.`,
		Example: `  cifra check lacsi
  cifra check my-survey/ plan.yaml
  cifra check my-survey/overlays/peru.yaml
  cifra check --without-data plan.yaml
  cifra check --prove my-survey/
  cifra check --prove --witness found/ my-survey/
  cifra check --format json my-survey/`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			subjects := checkAll(args, withoutData)
			if p.wanted {
				if err := p.prove(subjects, cmd.ErrOrStderr()); err != nil {
					return err
				}
			}
			if format.value == "json" {
				return printSubjectsJSON(cmd.OutOrStdout(), subjects)
			}
			return printSubjects(cmd.OutOrStdout(), cmd.ErrOrStderr(), subjects)
		},
	}
	cmd.Flags().Var(&format, "format", "text for people, json for programs")
	cmd.Flags().BoolVar(&withoutData, "without-data", false, "check plans without opening their data files")
	cmd.Flags().BoolVar(&p.wanted, "prove", false, "find out what can be asked and what cannot")
	cmd.Flags().Uint64Var(&p.seed, "seed", 1, "of the interviews that --prove conducts: the same seed, the same report")
	cmd.Flags().StringVar(&p.witness, "witness", "", "`directory` for the interviews found by --prove, a scenario for each item and option")
	return cmd
}

// A subject is one instrument or plan, and what is wrong with it.
type subject struct {
	Path      string   `json:"path"`
	Kind      string   `json:"kind,omitempty"` // instrument, overlay, plan, sample, or "" for a file that is none of them
	Name      string   `json:"name,omitempty"`
	Version   string   `json:"version,omitempty"`
	Languages []string `json:"languages,omitempty"`
	Hash      string   `json:"hash,omitempty"` // of the compiled instrument

	// Releases are what may be known of sensitive answers, each with its reason.
	Releases []questionnaire.Released `json:"releases,omitempty"`

	// Scenarios counts those that lie beside an instrument and were checked too.
	Scenarios int `json:"scenarios,omitempty"`

	Proof *prove.Report `json:"proof,omitempty"` // with --prove

	questionnaire *questionnaire.Questionnaire
	modules       int
	overlay       *questionnaire.Overlay
	ds            expr.Diagnostics
	source        func(file string) []byte
}

// checkAll checks what args name, each thing once even if several of its files
// are named.
func checkAll(args []string, withoutData bool) []*subject {
	var subjects []*subject
	for _, arg := range args {
		s := find(arg)
		if slices.ContainsFunc(subjects, func(o *subject) bool { return o.Kind == s.Kind && o.Path == s.Path }) {
			continue
		}
		subjects = append(subjects, s)
		switch s.Kind {
		case "instrument", "overlay":
			s.checkInstrument()
		case "plan", "sample", "weighting":
			s.checkPlan(withoutData)
		}
	}
	return subjects
}

// find tells what arg names. A file that is part of an instrument stands for
// all of it, since names of one file are used in another.
func find(arg string) *subject {
	s := &subject{Path: arg, source: readSource}
	info, err := os.Stat(arg)
	switch {
	case errors.Is(err, fs.ErrNotExist) && slices.Contains(schemas.Names(), arg):
		s.Kind = "instrument"
		s.source = func(file string) []byte {
			b, _ := fs.ReadFile(schemas.FS, file) // without the line, if it has none
			return b
		}
	case errors.Is(err, fs.ErrNotExist) && isOverlay(arg):
		s.Kind, s.source = "overlay", readAuthored
	case errors.Is(err, fs.ErrNotExist):
		s.fail(words().noSuchFile, fmt.Sprintf(words().builtIn, strings.Join(schemas.Names(), ", ")))
	case err != nil:
		s.fail(err.Error(), "")
	case info.IsDir() && !hasInstrument(arg):
		s.fail(words().noInstrumentIn, words().nameTheFiles)
	case info.IsDir():
		s.Kind, s.Path = "instrument", filepath.Clean(arg)
	default:
		s.findByContent()
	}
	return s
}

// findByContent tells what the file s.Path is by its keys.
func (s *subject) findByContent() {
	b, err := os.ReadFile(s.Path)
	if err != nil {
		s.fail(err.Error(), "")
		return
	}
	root, ds := source.Read(s.Path, b)
	var unread expr.Diagnostics // what it says is for the reader of its kind
	keys := root.Map(&unread, "")
	switch {
	case keys.Has("plan"):
		s.Kind = "plan"
		return
	case keys.Has("sample"):
		s.Kind = "sample"
		return
	case keys.Has("weighting"):
		s.Kind = "weighting"
		return
	case keys.Has("overlay"), root == nil && isOverlay(s.Path):
		s.Kind, s.source = "overlay", readAuthored
		return
	case keys.Has("instrument") && !keys.Has("scenario"): // a scenario names its instrument so
		s.Kind, s.Path = "instrument", filepath.Dir(s.Path)
		return
	}
	for dir := filepath.Dir(s.Path); ; dir = filepath.Dir(dir) {
		if hasInstrument(dir) {
			s.Kind, s.Path = "instrument", dir
			return
		}
		if dir == filepath.Dir(dir) || dir == "." {
			break
		}
	}
	if s.ds = ds; ds.Err() == nil {
		s.fail(words().notToCheck, words().beginWith)
	}
}

// fail adds an error of s as a whole.
func (s *subject) fail(message, hint string) {
	s.ds.Add(expr.Diagnostic{Position: expr.Position{File: s.Path}, Message: message, Hint: hint})
}

// hasInstrument says whether dir is the directory of an instrument.
func hasInstrument(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "instrument.yaml"))
	return err == nil
}

// checkInstrument loads and compiles the instrument that s.Path stands for.
func (s *subject) checkInstrument() {
	in, q, ds := compileInstrument(s.Path)
	s.ds = ds
	if s.Kind == "instrument" {
		defer func() { s.checkScenarios(q) }()
	}
	if in == nil {
		return
	}
	if s.Kind == "overlay" {
		s.checkOverlayScenarios(in.Name.Text, q)
	}
	s.Name, s.Version, s.modules = in.Name.Text, in.Version.Text, len(in.Modules)
	if len(in.Overlays) > 0 {
		s.overlay = in.Overlays[len(in.Overlays)-1]
	}
	for _, language := range in.Languages {
		s.Languages = append(s.Languages, language.Text)
	}
	if q != nil && s.ds.Err() == nil {
		s.Languages, s.Hash, s.Releases, s.questionnaire = q.Languages, q.Hash().String(), q.Releases, q
	}
}

// checkPlan reads the plan s.Path, and unless withoutData the files it names.
func (s *subject) checkPlan(withoutData bool) {
	src, err := os.ReadFile(s.Path)
	if err != nil {
		s.fail(err.Error(), "")
		return
	}
	open := func(name string) (io.ReadCloser, error) { return os.Open(name) }
	switch {
	case s.Kind == "sample" && withoutData:
		s.ds = plan.CheckSample(s.Path, src)
	case s.Kind == "sample":
		_, s.ds = plan.LoadSample(s.Path, src, open)
	case s.Kind == "weighting" && withoutData:
		s.ds = plan.CheckWeighting(s.Path, src)
	case s.Kind == "weighting":
		_, s.ds = plan.LoadWeighting(s.Path, src, open)
	case withoutData:
		s.ds = plan.Check(s.Path, src)
	default:
		_, s.ds = plan.Load(s.Path, src, open)
	}
}

// all returns the diagnostics of all subjects.
func all(subjects []*subject) expr.Diagnostics {
	var ds expr.Diagnostics
	for _, s := range subjects {
		ds = append(ds, s.ds...)
	}
	return ds
}

// errFound ends a check that has printed what it found.
var errFound = errors.New("mistakes were found")

// printSubjects writes mistakes to errs, what is usable to out, and the total
// where the mistakes are.
func printSubjects(out, errs io.Writer, subjects []*subject) error {
	w := words()
	for _, s := range subjects {
		s.ds.Format(errs, s.source)
		if s.Proof != nil {
			printProof(out, s.Proof)
		}
		if s.ds.Err() != nil {
			continue
		}
		switch o := s.overlay; {
		case slices.Contains([]string{"plan", "sample", "weighting"}, s.Kind):
			fmt.Fprintf(out, w.plan+"\n", s.Path)
		case o != nil:
			fmt.Fprintf(out, w.overlay+"\n", s.Name, s.Version, o.Of.Text, len(o.Changes)+len(o.Words))
		default:
			fmt.Fprintf(out, w.instrument+"\n", s.Name, s.Version, strings.Join(s.Languages, ", "), s.modules)
			for _, r := range s.Releases {
				fmt.Fprintf(out, w.release+"\n", r.Name, r.What, r.Because)
			}
		}
	}
	ds := all(subjects)
	if ds.Err() != nil {
		fmt.Fprintln(errs, w.total(ds))
		return errFound
	}
	fmt.Fprintln(out, w.total(ds))
	return nil
}

// printSubjectsJSON writes all of it as one JSON object.
func printSubjectsJSON(out io.Writer, subjects []*subject) error {
	ds := all(subjects)
	report := struct {
		Checked     []*subject       `json:"checked"`
		Diagnostics expr.Diagnostics `json:"diagnostics"`
		Errors      int              `json:"errors"`
		Warnings    int              `json:"warnings"`
	}{Checked: subjects, Diagnostics: ds}
	if ds == nil {
		report.Diagnostics = expr.Diagnostics{} // [], not null
	}
	report.Errors, report.Warnings = tally(ds)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(report); err != nil {
		return err
	}
	if ds.Err() != nil {
		return errFound
	}
	return nil
}

// A oneOf is the value of a flag that is one of some words.
type oneOf struct {
	value string
	words []string
}

// String returns the word.
func (o *oneOf) String() string { return o.value }

// Set takes one of the words.
func (o *oneOf) Set(s string) error {
	if !slices.Contains(o.words, s) {
		return fmt.Errorf("%s", strings.Join(o.words, " | "))
	}
	o.value = s
	return nil
}

// Type is what help shows for the value.
func (o *oneOf) Type() string { return strings.Join(o.words, "|") }
