package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"cifra/questionnaire"
	"cifra/questionnaire/paper"
)

// This file writes questionnaires for people: the form on paper, the codebook,
// the route. It draws nothing itself.

// A document is one of the things that cifra show can write.
type document struct {
	format string
	suffix string
	write  func(io.Writer, *questionnaire.Questionnaire, string) error
}

// documents are what cifra show writes, the first if nothing is said.
var documents = []document{
	{"html", ".html", func(w io.Writer, q *questionnaire.Questionnaire, language string) error {
		return paper.HTML(w, q.Paper(language))
	}},
	{"pdf", ".pdf", func(w io.Writer, q *questionnaire.Questionnaire, language string) error {
		return paper.PDF(w, q.Paper(language))
	}},
	{"svg", ".svg", func(w io.Writer, q *questionnaire.Questionnaire, language string) error {
		return paper.Route(w, q.Paper(language))
	}},
	{"codebook", ".codebook.html", func(w io.Writer, q *questionnaire.Questionnaire, language string) error {
		book := questionnaire.NewMicrodata("", nil, q).Codebook()
		return paper.Codebook(w, book, language, func(item string) string { return q.UniverseInWords(item, language) })
	}},
}

// showCommand is cifra show.
func showCommand() *cobra.Command {
	formats := []string{}
	for _, d := range documents {
		formats = append(formats, d.format)
	}
	format := oneOf{"html", formats}
	language, to := "", ""
	cmd := &cobra.Command{
		Use:   "show INSTRUMENT|OVERLAY",
		Short: "write the paper questionnaire, the codebook or the route",
		Long: `show writes an instrument, or an instrument as an overlay changes it, for people.

The questionnaire on paper (html, pdf) has every question with its options and codes,
instructions, show cards, tables and sheets. What is skipped, who is asked and what
has to be checked is said from the conditions of the instrument: following it on
paper leads to what the program asks. The route (svg) draws sections, what is
asked under which condition, where each answer leads and what is done once for each
row. The codebook tells what the columns of the data are.

With --out NAME.html one file is written, with --out DIR one for each language, named
after the instrument. Without it the page goes to the standard output.`,
		Example: `  cifra show lacsi > lacsi.html
  cifra show lacsi --lang en --out lacsi.en.html
  cifra show my-survey/overlays/peru.yaml --out forms/
  cifra show lacsi --format pdf --lang en --out lacsi.pdf
  cifra show lacsi --format svg --out route.svg
  cifra show my-survey/ --format codebook --out codebook.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d := documents[slices.IndexFunc(documents, func(d document) bool { return d.format == format.value })]
			return show(args[0], d, language, to, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().Var(&format, "format", "what to write")
	cmd.Flags().StringVar(&language, "lang", "", "language, of those of the instrument (default: all of them into a directory, else its first)")
	cmd.Flags().StringVar(&to, "out", "", "file, or directory for a file in each language (default: the standard output)")
	return cmd
}

// show writes d of the instrument that name stands for.
func show(name string, d document, language, to string, out, errs io.Writer) error {
	if !isInstrument(name) {
		return noInstrument(name)
	}
	_, q, ds := compileInstrument(name)
	if ds.Err() != nil || q == nil {
		ds.Format(errs, readAuthored)
		fmt.Fprintln(errs, words().total(ds))
		return errFound
	}
	w := showWords()
	if language != "" && !slices.Contains(q.Languages, language) {
		return &usageError{fmt.Sprintf(w.noLanguage, language, q.Name), fmt.Sprintf(w.languages, strings.Join(q.Languages, ", "))}
	}
	info, err := os.Stat(to)
	into := err == nil && info.IsDir() || strings.HasSuffix(to, string(filepath.Separator)) || to != "" && filepath.Ext(to) == ""
	languages := []string{language}
	switch {
	case language == "" && into:
		languages = q.Languages
	case language == "":
		languages = []string{q.Language}
	}
	var pages []bytes.Buffer
	for _, l := range languages { // all are drawn before the first is written
		var b bytes.Buffer
		if err := d.write(&b, q, l); err != nil {
			return err
		}
		pages = append(pages, b)
	}
	if to == "" {
		_, err := pages[0].WriteTo(out)
		return err
	}
	if into {
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
	}
	for i, l := range languages {
		file := to
		if into {
			file = filepath.Join(to, q.Name+"."+l+d.suffix)
		}
		if err := replaceFile(file, func(w io.Writer) error { _, err := pages[i].WriteTo(w); return err }); err != nil {
			return err
		}
		fmt.Fprintln(out, filepath.ToSlash(file))
	}
	return nil
}
