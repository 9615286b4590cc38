package main

import (
	"bytes"
	"encoding/csv"
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
)

// This file brings texts to translators as a table and back. A table has a
// header and a row for each text; columns are found by their names, so they may
// stand in another order when it comes back, beside others.

// textColumns are the columns of a table of texts.
var textColumns = []string{"key", "where", "before", "source", "hash", "status", "translation"}

// needed are those that must come back.
var needed = []string{"key", "hash", "translation"}

// textsCommand is cifra texts.
func textsCommand() *cobra.Command {
	language, to := "", ""
	cmd := &cobra.Command{
		Use:   "texts export INSTRUMENT | texts import INSTRUMENT FILE",
		Short: "texts for translators, and their translations back",
		Long: `texts export writes a table with a row for each text of an instrument: its key,
where it stands, what is read before it, the words themselves, their hash, the
state of their translation (missing, stale, done) and the translation there is.
It is CSV, or a workbook if the file ends in .xlsx.

texts import takes the table back and writes texts/LANGUAGE.yaml. Only entries
that changed are written; comments and order stay. A key that is not there, words
that have changed since, or fills that are not those of the source are refused,
all of them at once, and then nothing is written. A row without a translation
says nothing; a stale text that may stay as it is gets the status done.

Of an overlay, the texts are those that it brings itself.`,
		Example: `  cifra texts export my-survey/ --language pt --out pt.xlsx
  cifra texts import my-survey/ pt.xlsx --language pt
  cifra texts export lacsi --language en > en.csv`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 && args[0] != "export" && args[0] != "import" {
				return &usageError{fmt.Sprintf(hints().noTexts, args[0]), hints().useTexts}
			}
			return cobra.RangeArgs(2, 3)(nil, args)
		},
		ValidArgs: []string{"export", "import"},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case args[0] == "export" && len(args) == 2:
				return exportTexts(args[1], language, to, cmd.OutOrStdout(), cmd.ErrOrStderr())
			case args[0] == "import" && len(args) == 3 && to == "":
				return importTexts(args[1], args[2], language, cmd.OutOrStdout(), cmd.ErrOrStderr())
			}
			return &usageError{"texts " + strings.Join(args, " "), hints().useTexts}
		},
	}
	cmd.Flags().StringVar(&language, "language", "", "language to translate to, such as pt")
	cmd.Flags().StringVar(&to, "out", "", "export: file to write, .csv or .xlsx (default: CSV to the standard output)")
	if err := cmd.MarkFlagRequired("language"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

// translated reads the instrument whose texts are translated. A translation may
// be missing or stale; anything else that is wrong is told.
func translated(name, language string, errs io.Writer) (*questionnaire.Instrument, error) {
	c, err := sound(name, errs)
	if err != nil {
		return nil, err
	}
	var offered []string
	for _, l := range c.in.Languages {
		if l.Text != c.in.Language.Text {
			offered = append(offered, l.Text)
		}
	}
	if !slices.Contains(offered, language) {
		w := textsWords()
		return nil, expr.Diagnostics{{
			Position: expr.Position{File: name}, Message: fmt.Sprintf(w.noLanguage, language), Hint: fmt.Sprintf(w.nameLanguage, strings.Join(offered, ", ")),
		}}
	}
	return c.in, nil
}

// exportTexts writes the table of an instrument's texts.
func exportTexts(name, language, to string, out, errs io.Writer) error {
	in, err := translated(name, language, errs)
	if err != nil {
		return err
	}
	if to != "" && !strings.HasSuffix(to, ".csv") && !strings.HasSuffix(to, ".xlsx") {
		return &usageError{fmt.Sprintf(textsWords().noFormat, to), textsWords().formats}
	}
	table := [][]string{textColumns}
	states := map[string]int{}
	for _, r := range in.TranslationRows(language) {
		table = append(table, []string{r.Key, r.Where, r.Before, r.Source, r.Hash, r.Status, r.Translation})
		states[r.Status]++
	}
	var b bytes.Buffer
	if strings.HasSuffix(to, ".xlsx") {
		err = writeSheet(&b, table)
	} else {
		err = writeTable(&b, table)
	}
	if err != nil {
		return err
	}
	if to == "" {
		_, err = b.WriteTo(out)
		return err
	}
	if err := replaceFile(to, func(w io.Writer) error { _, err := b.WriteTo(w); return err }); err != nil {
		return err
	}
	fmt.Fprintf(out, textsWords().exported+"\n", to, len(table)-1, states[questionnaire.TextDone], states[questionnaire.TextStale], states[questionnaire.TextMissing])
	return nil
}

func writeTable(w io.Writer, table [][]string) error {
	c := csv.NewWriter(w)
	return errors.Join(c.WriteAll(table), c.Error())
}

// importTexts writes the translations of a table into the instrument's file.
func importTexts(name, from, language string, out, errs io.Writer) error {
	if readSource(filepath.Join(name, "instrument.yaml")) == nil && readSource(name) == nil {
		if isInstrument(name) {
			return &usageError{fmt.Sprintf(textsWords().builtIn, name), textsWords().copyIt}
		}
		return noInstrument(name)
	}
	in, err := translated(name, language, errs)
	if err != nil {
		return err
	}
	rows, err := readTexts(from)
	if err != nil {
		return err
	}
	file, listed := translationFile(in, name, language)
	old, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	b, n, ds := in.Retranslate(language, file, old, rows)
	if err := ds.Err(); err != nil {
		return err
	}
	w := textsWords()
	if n == 0 {
		fmt.Fprintf(out, w.unchanged+"\n", file)
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	if err := replaceFile(file, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
		return err
	}
	fmt.Fprintf(out, w.imported+"\n", file, count(n, w.entries))
	if !listed {
		fmt.Fprintf(out, w.nameFile+"\n", filepath.ToSlash(file))
	}
	return nil
}

// translationFile returns the file of a language's texts, and whether the
// instrument names it already. That of an overlay stands beside the overlay.
func translationFile(in *questionnaire.Instrument, name, language string) (file string, listed bool) {
	var own []string
	if n := len(in.Overlays); n > 0 {
		own = in.Overlays[n-1].Files
	}
	for _, t := range in.Translations {
		switch {
		case t.Language.Text != language:
		case own == nil:
			return filepath.Join(name, filepath.FromSlash(t.File)), true
		case slices.Contains(own, t.File):
			return filepath.FromSlash(t.File), true
		}
	}
	if own == nil {
		return filepath.Join(name, "texts", language+".yaml"), false
	}
	return filepath.Join(filepath.Dir(name), "texts", in.Name.Text+"."+language+".yaml"), false
}

// readTexts reads a table that came back.
func readTexts(name string) ([]questionnaire.TranslationRow, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, expr.Diagnostics{{Position: expr.Position{File: name}, Message: words().noSuchFile}}
	}
	if err != nil {
		return nil, err
	}
	w := textsWords()
	wrong := func(line int, message, hint string) error {
		return expr.Diagnostics{{Position: expr.Position{File: name, Line: line}, Message: message, Hint: hint}}
	}
	var table [][]string
	var places [][]expr.Position
	if strings.HasSuffix(name, ".xlsx") {
		table, err = readSheet(b)
	} else {
		table, places, err = readTable(b)
	}
	if err != nil {
		return nil, wrong(0, err.Error(), "")
	}
	if len(table) == 0 {
		return nil, wrong(0, w.noRows, fmt.Sprintf(w.columns, strings.Join(needed, ", ")))
	}
	at := map[string]int{}
	for i, c := range table[0] {
		at[strings.ToLower(strings.TrimSpace(c))] = i
	}
	for _, c := range needed {
		if _, ok := at[c]; !ok {
			return nil, wrong(1, fmt.Sprintf(w.noColumn, c), fmt.Sprintf(w.columns, strings.Join(needed, ", ")))
		}
	}
	var rows []questionnaire.TranslationRow
	for i, record := range table[1:] {
		cell := func(column string) string {
			if k, ok := at[column]; ok && k < len(record) {
				return record[k]
			}
			return ""
		}
		if strings.TrimSpace(cell("key")) == "" {
			continue
		}
		place := func(column string) expr.Position { // a cell of a sheet by its row and column
			k, ok := at[column]
			switch {
			case places == nil:
				return expr.Position{File: name, Line: i + 2, Col: k + 1}
			case !ok || k >= len(record):
				k = 0
			}
			p := places[i+1][k]
			p.File = name
			return p
		}
		rows = append(rows, questionnaire.TranslationRow{
			Key: strings.TrimSpace(cell("key")), Hash: strings.TrimSpace(cell("hash")), Status: strings.TrimSpace(cell("status")),
			Translation: strings.ReplaceAll(cell("translation"), "\r\n", "\n"), At: place("key"), StatusAt: place("status"), TextAt: place("translation"),
		})
	}
	return rows, nil
}

// readTable reads CSV with commas or, as some spreadsheets write it, semicolons,
// with the place of each cell.
func readTable(b []byte) (table [][]string, places [][]expr.Position, err error) {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	first, _, _ := bytes.Cut(b, []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		r.Comma = ';'
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return table, places, nil
		}
		if err != nil {
			return nil, nil, err
		}
		cells := make([]expr.Position, len(record))
		for i := range record {
			cells[i].Line, cells[i].Col = r.FieldPos(i)
		}
		table, places = append(table, record), append(places, cells)
	}
}
