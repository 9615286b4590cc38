package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"cifra/collector"
	"cifra/collector/bolt"
	"cifra/collector/web"
	"cifra/questionnaire"
	"cifra/questionnaire/expr"
	"cifra/schemas"
)

// A serving is what cifra serve was called with.
type serving struct {
	data, listen, survey string
	sample, instrument   string
	given                map[string]string
}

// serveCommand is cifra serve.
func serveCommand() *cobra.Command {
	var s serving
	cmd := &cobra.Command{
		Use:   "serve --data DIR",
		Short: "collect interviews: the enumerators' page and where it sends them",
		Long: `serve keeps one survey in a directory, gives its cases to enumerators in their
browsers and takes their interviews in. An answer is acknowledged when it is on
disk, never before.

The first time it needs an instrument, a directory or the name of a built-in
one, and a sample: CSV with the columns case, stratum, psu, p_psu, p_dwelling
and selection_number, further design variables, and identifying columns
(address, contact, phone, latitude, longitude, gps, or beginning with one of
these and an underscore). Afterwards the directory has both. A sample imported
again adds its new cases and corrects addresses; design variables stay as they
were drawn, and the difference is printed. A new instrument is for new
interviews; those that were begun keep theirs.

What an instrument must be told, such as the reference year, comes from columns
of the sample with the parameter's name, or for all cases from --given.

It listens on this machine only. Whoever has the address that it prints, with
its token, can conduct interviews; the token is in the file token of the
directory.`,
		Example: `  cifra serve --data ./survey --instrument lacsi --given reference_year=2025 --sample sample.csv
  cifra serve --data ./survey`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return s.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&s.data, "data", "", "directory of the survey; made if it is missing")
	f.StringVar(&s.listen, "listen", "127.0.0.1:8080", "address of this machine to listen on")
	f.StringVar(&s.survey, "survey", "", "name of the survey (default: what the directory holds, else the instrument's)")
	f.StringVar(&s.sample, "sample", "", "sample file to import")
	f.StringVar(&s.instrument, "instrument", "", "instrument to publish: a directory, an overlay, or "+strings.Join(schemas.Names(), ", "))
	f.StringToStringVar(&s.given, "given", nil, "values of the instrument's parameters, the same for all cases")
	if err := cmd.MarkFlagRequired("data"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

// run serves until ctx ends or the store fails. What it was given is read and
// its address is taken first, so that a mistake leaves no trace.
func (s *serving) run(ctx context.Context, out, errs io.Writer) error {
	var in *publication
	var sample *collector.Sample
	var err error
	if s.instrument != "" {
		if in, err = readInstrument(s.instrument, s.given, errs); err != nil {
			return err
		}
	} else if len(s.given) > 0 {
		return &usageError{hints().givenAlone, hints().nameAgain}
	}
	if s.sample != "" {
		if sample, err = readSample(s.sample); err != nil {
			return err
		}
	}
	if err := checkDirectory(s.data); err != nil {
		return err
	}
	if in != nil && sample != nil {
		// Else the store would hold an instrument that no interview can start with.
		if err := in.CheckSample(sample); err != nil {
			return fmt.Errorf("import %s: %w", sample.File, err)
		}
	}
	if err := s.checkSurvey(in); err != nil {
		return err
	}
	ln, err := listen(ctx, s.listen)
	if err != nil {
		return err
	}
	defer ln.Close() // Serve has closed it unless it was not reached
	db, err := bolt.Open(s.data)
	if err != nil {
		return err
	}
	defer db.Close() // after a failed commit it has nothing more to say
	server, err := s.prepare(ctx, db, in, sample, out)
	if err != nil {
		return err
	}
	server.Logger, server.Export = slog.New(slog.NewTextHandler(errs, nil)), server.Microdata
	if err := s.announce(out, server, ln.Addr()); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		select {
		case <-db.Failed():
			stop(db.Err())
		case <-ctx.Done():
		}
	}()
	if err := server.Serve(ctx, ln); err != nil {
		return err
	}
	if failed := db.Err(); failed != nil {
		return failed
	}
	return db.Close()
}

// checkSurvey says whether there is a survey to serve, or enough to begin one
// under a name that it can have.
func (s *serving) checkSurvey(in *publication) error {
	name := s.survey
	if !bolt.Holds(s.data) {
		if in == nil {
			return s.noSurvey()
		}
		name = cmp.Or(name, in.survey)
	}
	if name == "" {
		return nil // what the directory holds
	}
	if err := collector.CheckSurveyName(questionnaire.SurveyID(name)); err != nil {
		return &usageError{err.Error(), hints().otherName}
	}
	return nil
}

// noSurvey says that the directory has nothing to serve.
func (s *serving) noSurvey() error {
	return &noSurveyError{s.data, hints().publish}
}

// listen takes an address of this machine that no other machine reaches.
func listen(ctx context.Context, addr string) (net.Listener, error) {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, &usageError{
			fmt.Sprintf("listen on %s: %v", addr, err),
			hints().writeListen,
		}
	}
	if !at.IP.IsLoopback() {
		return nil, &collector.LoopbackError{Addr: addr}
	}
	var config net.ListenConfig
	ln, err := config.Listen(ctx, "tcp", at.String())
	if err != nil {
		return nil, &listenError{addr, err}
	}
	return ln, nil
}

// prepare makes the server and brings its survey up to date.
func (s *serving) prepare(ctx context.Context, db *bolt.DB, in *publication, sample *collector.Sample, out io.Writer) (*collector.Server, error) {
	server := &collector.Server{Log: db, Survey: questionnaire.SurveyID(s.survey), Pages: web.Pages()}
	if server.Survey == "" {
		held, err := collector.ReadSnapshot(ctx, db)
		if err != nil {
			return nil, err
		}
		if server.Survey = held.Survey; server.Survey == "" && in != nil {
			server.Survey = questionnaire.SurveyID(in.survey)
		}
		if server.Survey == "" {
			return nil, s.noSurvey()
		}
	}
	token, err := readToken(filepath.Join(s.data, tokenFile))
	if err != nil {
		return nil, err
	}
	server.Token = token
	if err := server.Start(ctx); err != nil {
		return nil, err
	}
	if in != nil {
		if _, err := server.Publish(ctx, in.Publication); err != nil {
			return nil, err
		}
	}
	if sample != nil {
		report, err := server.Import(ctx, sample)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(out, "%s: ", s.sample)
		if _, err := report.WriteTo(out); err != nil {
			return nil, err
		}
	}
	return server, nil
}

// announce says what is served and where.
func (s *serving) announce(out io.Writer, server *collector.Server, addr net.Addr) error {
	w := serveWords()
	name := string(server.Survey)
	if list := server.Instruments(); len(list) > 0 {
		name = fmt.Sprintf("%s (%s)", list[0].Name, strings.Join(list[0].Languages, ", "))
	}
	cases := 0
	for _, n := range server.Dispositions() {
		cases += n
	}
	if _, err := web.Built(); err != nil {
		hint := ""
		if hinted, ok := errors.AsType[*web.NotBuiltError](err); ok {
			hint = hinted.Hint()
		}
		fmt.Fprintf(out, "%v; %s\n", err, hint)
	}
	held := w.cases
	if cases == 1 {
		held = w.oneCase
	}
	_, err := fmt.Fprintf(out, "cifra %s · %s · %s %s\n%s http://%s  (%s)\n%s http://%s/#token=%s\n",
		version, name, thousands(cases), held, w.listening, addr, w.thisMachine, w.open, addr, server.Token)
	return err
}

// A publication is an instrument that was read and compiled.
type publication struct {
	collector.Publication
	survey string // the instrument's name
}

// readInstrument compiles an instrument and says all that is wrong with it;
// warnings go to errs.
func readInstrument(name string, texts map[string]string, errs io.Writer) (*publication, error) {
	if !isInstrument(name) {
		return nil, noInstrument(name)
	}
	in, compiled, ds := compileInstrument(name)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	ds.Format(errs, readAuthored)
	p := &publication{
		survey: in.Name.Text,
		Publication: collector.Publication{
			Name: in.Name.Text + " " + in.Version.Text, Languages: compiled.Languages, Questionnaire: compiled.IR(),
		},
	}
	for _, t := range compiled.TableFiles() {
		p.Tables = append(p.Tables, t.Content)
	}
	for _, parameter := range in.Parameters {
		p.Parameters = append(p.Parameters, collector.Parameter{
			Name: parameter.Name.Text, Type: parameter.Type.Text, Required: parameter.Default == questionnaire.Source{},
			Draws: compiled.DrawsWith(parameter.Name.Text),
		})
	}
	var err error
	p.Given, err = collector.Given(p.Parameters, texts)
	return p, err
}

// noInstrument says that a name stands for no instrument, in the words of cifra
// check.
func noInstrument(name string) error {
	message := words().noInstrumentIn
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
		message = words().noSuchFile
	}
	return expr.Diagnostics{{
		Position: expr.Position{File: name}, Message: message, Hint: fmt.Sprintf(words().builtIn, strings.Join(schemas.Names(), ", ")),
	}}
}

// readSample reads a sample file.
func readSample(name string) (*collector.Sample, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, expr.Diagnostics{{Position: expr.Position{File: name}, Message: words().noSuchFile}}
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return collector.ReadSample(name, f)
}

// tokenFile is the file of a survey's directory that has its token.
const tokenFile = "token"

// tokenBytes is the length of a token before it is written as text.
const tokenBytes = 24

// readToken returns the token in a file, which it makes if it is missing. Only
// the user who serves may read it.
func readToken(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		if token := strings.TrimSpace(string(b)); len(token) >= tokenBytes {
			return token, nil
		}
		return "", &tokenError{path}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	secret := make([]byte, tokenBytes)
	rand.Read(secret)
	token := base64.RawURLEncoding.EncodeToString(secret)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintln(f, token)
	return token, errors.Join(err, f.Sync(), f.Close())
}

// A tokenError says that a token file holds no token.
type tokenError struct{ path string }

func (e *tokenError) Error() string { return e.path + " holds no token" }

// Hint tells the person running the server what to do.
func (e *tokenError) Hint() string {
	return hints().newToken
}

// A listenError says that an address cannot be listened on.
type listenError struct {
	addr  string
	cause error
}

func (e *listenError) Error() string { return fmt.Sprintf("listen on %s: %v", e.addr, e.cause) }

func (e *listenError) Unwrap() error { return e.cause }

// Hint tells the person running the server what to do.
func (e *listenError) Hint() string {
	switch {
	case errors.Is(e.cause, syscall.EADDRINUSE):
		return hints().portTaken
	case errors.Is(e.cause, fs.ErrPermission):
		return hints().portForbidden
	}
	return hints().noSuchAddress
}

// thousands writes a count with its thousands apart.
func thousands(n int) string {
	digits := []byte(strconv.Itoa(n))
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = slices.Insert(digits, i, ',')
	}
	return string(digits)
}
