package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/schemas/tabular"
)

// An exporting is what cifra export was called with.
type exporting struct {
	data, server, tokenFile string
	out                     string
	force                   bool
}

// exportCommand is cifra export.
func exportCommand() *cobra.Command {
	var e exporting
	cmd := &cobra.Command{
		Use:   "export FORMAT",
		Short: "microdata of a survey: a table a level, the cases, a codebook",
		Long: `export writes the microdata of a survey: one CSV file for each level of the
questionnaire, case.csv with every sampled dwelling, its design and how it
ended, and codebook.json, which says what each column holds. FORMAT is csv.

It reads a survey's directory, or asks the server that has it open: the bytes
are the same, and so are the interviews that it says were left out. Names and
addresses stay behind, and the keys tell no device and no time. What respondents
wrote and a spreadsheet would run is marked with an apostrophe.

Nothing is written before everything was read. A directory that holds something
is left alone unless --force is given; then the set that is there is written
over, and other files stay.`,
		Example: `  cifra export csv --data ./survey --out microdata
  cifra export csv --server http://127.0.0.1:8080 --token-file ./survey/token --out microdata`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] != "csv" {
				return &usageError{fmt.Sprintf(hints().noFormat, args[0]), hints().exportsCSV}
			}
			return cobra.ExactArgs(1)(nil, args)
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&e.data, "data", "", "directory of the survey, as cifra serve keeps it")
	f.StringVar(&e.server, "server", "", "address of the server that has the survey open, such as http://127.0.0.1:8080")
	f.StringVar(&e.tokenFile, "token-file", "", "file with the server's token: the file token of its directory")
	f.StringVar(&e.out, "out", "", "directory to write the set to; made if it is missing")
	f.BoolVar(&e.force, "force", false, "write over a set that is there")
	cmd.MarkFlagsOneRequired("data", "server")
	cmd.MarkFlagsMutuallyExclusive("data", "server")
	cmd.MarkFlagsRequiredTogether("server", "token-file")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

// run writes the set.
func (e *exporting) run(ctx context.Context, out, errs io.Writer) error {
	if err := e.checkOut(); err != nil {
		return err
	}
	w := exportWords()
	show := newProgress(errs)
	show.begin(w.step)
	var book *tabular.Codebook
	var leftOut []collector.LeftOut
	var err error
	if e.server != "" {
		book, leftOut, err = e.fromServer(ctx)
	} else {
		book, leftOut, err = e.fromData(ctx, show)
	}
	if err != nil {
		if show.moving {
			fmt.Fprint(errs, "\r\x1b[K")
		}
		return unwritten(e.out, err)
	}
	for _, l := range leftOut {
		fmt.Fprintf(errs, w.leftOut+"\n", l.Case, l.Household, l.Why)
	}
	show.done(w.done, len(book.Tables))
	names := make([]string, 0, len(book.Tables)+1)
	for _, t := range book.Tables {
		names = append(names, t.File)
	}
	_, err = fmt.Fprintf(out, "%s: %s\n", e.out, strings.Join(append(names, tabular.CodebookFile), ", "))
	return err
}

// checkOut refuses a directory that holds something, and what is none.
func (e *exporting) checkOut() error {
	err := tabular.CheckDir(e.out, e.force)
	if _, ok := errors.AsType[*tabular.NotEmptyError](err); ok {
		return &usedError{e.out, hints().orForce}
	}
	return unwritten(e.out, err)
}

// fromData writes the set of a survey that no server has open, and changes
// nothing in its directory.
func (e *exporting) fromData(ctx context.Context, show *progress) (*tabular.Codebook, []collector.LeftOut, error) {
	db, err := openToRead(e.data)
	if err != nil {
		return nil, nil, err
	}
	defer db.Close() // it was only read
	snapshot, err := collector.ReadSnapshot(ctx, db)
	if err != nil {
		return nil, nil, err
	}
	set, book, err := unpackSnapshot(ctx, snapshot, e.out, e.force, show.at)
	return book, set.LeftOut, err
}

// unpackSnapshot writes the microdata of a snapshot into a directory.
func unpackSnapshot(ctx context.Context, s *collector.Snapshot, dir string, force bool, at func(n, of int)) (collector.Exported, *tabular.Codebook, error) {
	var set collector.Exported
	from, to := io.Pipe()
	exported := make(chan error, 1)
	go func() {
		var err error
		set, err = s.Export(ctx, to, at)
		to.CloseWithError(err)
		exported <- err
	}()
	book, err := tabular.Unpack(from, dir, force)
	from.CloseWithError(err) // if it took the whole stream there is nobody to tell
	err = cmp.Or(<-exported, err)
	return set, book, err
}

// fromServer writes the set that a server gives.
func (e *exporting) fromServer(ctx context.Context) (*tabular.Codebook, []collector.LeftOut, error) {
	address, err := exportAddress(e.server)
	if err != nil {
		return nil, nil, err
	}
	token, err := os.ReadFile(e.tokenFile)
	if err != nil {
		return nil, nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return nil, nil, &serverError{e.server, err, hints().serverRunning}
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, nil, refusedExport(e.server, e.tokenFile, resp)
	}
	return unpackServed(resp.Body, e.out, e.force)
}

// unpackServed writes the set in what a server gives into a directory.
func unpackServed(body io.Reader, dir string, force bool) (*tabular.Codebook, []collector.LeftOut, error) {
	var leftOut []collector.LeftOut
	from, to := io.Pipe()
	split := make(chan error, 1)
	go func() {
		var err error
		leftOut, err = collector.SplitExport(body, to)
		to.CloseWithError(err)
		split <- err
	}()
	book, err := tabular.Unpack(from, dir, force)
	from.CloseWithError(err) // if it took the whole stream there is nobody to tell
	err = cmp.Or(err, <-split)
	return book, leftOut, err
}

// exportAddress is where a server gives its microdata. The token goes there, so
// it is encrypted or does not leave this machine.
func exportAddress(server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", &usageError{fmt.Sprintf(hints().noServerAddress, server), hints().writeServer}
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "http" && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return "", &usageError{
			fmt.Sprintf(hints().unencrypted, server),
			hints().useTunnel,
		}
	}
	return u.JoinPath("v1", "export").String(), nil
}

// refusedExport says why a server gave nothing.
func refusedExport(server, tokenFile string, resp *http.Response) error {
	e := &serverError{server: server, cause: fmt.Errorf("it answers %s", resp.Status), hint: hints().serverLog}
	switch resp.StatusCode {
	case http.StatusUnauthorized:
		e.cause = errors.New("it does not accept the token in " + tokenFile)
		e.hint = hints().useToken
	case http.StatusNotFound:
		e.hint = hints().isItCifra
	case http.StatusTooManyRequests:
		e.cause = errors.New("another export is running")
		e.hint = hints().waitForIt
	}
	return e
}

// A serverError says that a server gave nothing, or not all.
type serverError struct {
	server string
	cause  error
	hint   string
}

func (e *serverError) Error() string { return fmt.Sprintf("export from %s: %v", e.server, e.cause) }

func (e *serverError) Unwrap() error { return e.cause }

// Hint tells the person what to do.
func (e *serverError) Hint() string { return e.hint }

// openToRead opens the survey in a directory, which must have one, for reading.
func openToRead(dir string) (*bolt.DB, error) {
	if err := checkHeld(dir); err != nil {
		return nil, err
	}
	return bolt.OpenReadOnly(dir)
}

// checkHeld says whether a directory holds a survey, or did.
func checkHeld(dir string) error {
	if err := checkDirectory(dir); err != nil || bolt.Holds(dir) {
		return err
	}
	return &noSurveyError{dir, hints().whereServed}
}

// checkDirectory says whether what --data names may be a survey's directory:
// one that is not there may, a file or what is left of a survey may not.
func checkDirectory(dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return &usageError{fmt.Sprintf(hints().noDirectory, dir), hints().nameDirectory}
	}
	return bolt.Lost(dir, tokenFile)
}

// A noSurveyError says that a directory holds no survey.
type noSurveyError struct{ dir, hint string }

func (e *noSurveyError) Error() string { return e.dir + " holds no survey" }

// Hint tells the person what to do.
func (e *noSurveyError) Hint() string { return e.hint }

// Is makes it a mistake of what was given, as a file that is not there.
func (e *noSurveyError) Is(target error) bool { return target == fs.ErrNotExist }

// An exportTable holds what cifra export prints in one language.
type exportTable struct {
	step, done string // %d tables
	leftOut    string // case, household, why
}

// exportLanguages are the tables, by the same languages as those of words.
var exportLanguages = map[string]exportTable{
	"en": {"microdata", "%d tables", "not exported: case %s, household %d: %s"},
	"es": {"microdatos", "%d tablas", "no se exportó: vivienda %s, hogar %d: %s"},
	"pt": {"microdados", "%d tabelas", "não exportado: domicílio %s, família %d: %s"},
	"fr": {"microdonnées", "%d tables", "non exporté : logement %s, ménage %d : %s"},
}

// exportWords returns the table of the user's language.
func exportWords() exportTable { return exportLanguages[userLanguage()] }
