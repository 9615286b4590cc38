//go:build !js

package questionnaire

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/schemas/source"
)

// This file and its neighbours load_*.go read an instrument's YAML. The rules:
//
//   - what the files may say is in keysOf, one list of keys for each mapping;
//     an unknown key is an error, and so is a key that a mapping must have and
//     has not;
//   - expressions, types and names stay text here: Compile looks at them;
//   - every mistake is reported, with the place where the author reads it.

// mainFile is the file of an instrument's directory that includes the others.
const mainFile = "instrument.yaml"

// keysOf lists the keys of each kind of mapping in an instrument's files. The
// JSON Schema has a definition for each, with the same keys.
var keysOf = map[string][]string{
	"instrument": {"instrument", "version", "language", "languages", "title", "public_title", "currency", "parameters",
		"periods", "special", "levels", "codes", "catalogues", "tables", "complete", "partial", "releases", "include", "translations", "checks", "case_checks"},
	"module":         {"module", "level", "title", "respondent", "heading", "when", "items", "codes", "catalogues", "tables", "checks"},
	"currency":       {"code", "symbol", "decimals"},
	"parameter":      {"type", "default"},
	"period":         {"calendar_year", "months", "years", "from", "until", "before"},
	"special_answer": {"text"},
	"level":          {"parent"},
	"choice":         {"code", "name", "text", "specify", "exclusive", "class"},
	"catalogue":      {"attributes", "rows"},
	"table":          {"file", "columns", "attributes", "levels", "rows"},
	"table_columns":  {"code", "text", "parent"},
	"place_level":    {"name", "text", "prefix", "list"},
	"item": {"id", "label", "text", "instruction", "card", "type", "special", "min", "max", "at_least", "at_most", "zero",
		"unit", "when", "offer", "order", "keep", "hide", "within", "force", "checks", "class", "tags", "optional"},
	"value":   {"id", "label", "value", "when", "class", "tags"},
	"say":     {"say", "text", "instruction", "card", "when", "class"},
	"grid":    {"grid", "over", "text", "instruction", "card", "ask", "checks", "when", "class"},
	"roster":  {"roster", "rows", "text", "instruction", "card", "add", "done", "max", "first", "items", "checks", "when", "class"},
	"consent": {"consent", "text", "instruction", "given", "refused", "disposition", "when", "class"},
	"select": {"select", "from", "method", "number", "table", "birthday", "month", "day", "seed", "sort", "text", "instruction",
		"when", "class"},
	"block":            {"block", "order", "items", "when"},
	"gate":             {"gate", "text", "instruction", "card", "open", "postpone", "skip", "when"},
	"end":              {"end", "when", "text", "instruction", "disposition", "class"},
	"screen":           {"screen", "over", "text", "instruction", "card", "before", "after", "ever", "ask", "own", "times", "forms", "checks", "when", "class"},
	"forms":            {"level", "up_to", "which", "total", "rank", "series"},
	"series":           {"from", "ask"},
	"zero":             {"text"},
	"hide":             {"option", "when"},
	"force":            {"when", "to"},
	"check":            {"hard", "soft", "info", "say", "id"},
	"release":          {"what", "because"},
	"translation":      {"language", "texts"},
	"translation_text": {"of", "text"},
	"overlay": {"overlay", "version", "of", "because", "range", "change", "drop", "add", "codes", "catalogues", "texts", "include",
		"translations"},
	"migration":      {"migrate", "from", "to", "because", "items"},
	"migration_item": {"to", "codes", "split", "aside"},
	"indicators":     {"indicators", "of", "list"},
	"indicator":      {"name", "title", "population", "domain", "reads", "codes"},
	"overlay_range":  {"from", "to"},
	"overlay_change": {"to", "because"},
	"overlay_add":    {"after", "before", "because", "items"},
	"overlay_codes":  {"drop", "add", "because"},
	"overlay_option": {"code", "name", "text", "specify", "exclusive", "class", "maps", "after"},
}

// LoadInstrument reads the instrument in directory dir of fsys: its
// instrument.yaml and the files which that includes. The places of the
// diagnostics name files as dir joined with their names.
//
// The Instrument is nil if one of its files cannot be read at all: what the
// others say of its lists and items would only be consequences, and a note says
// that they were not checked. Beside other errors it is what could be read, so
// that Compile can add what it finds; it is fit for use only without them.
func LoadInstrument(fsys fs.FS, dir string) (*Instrument, expr.Diagnostics) {
	l := &loader{fsys: fsys, dir: dir, in: &Instrument{}, read: map[string]bool{mainFile: true}}
	root := l.file(mainFile, nil)
	if root == nil {
		return nil, l.ds
	}
	l.instrument(root)
	if len(l.unread) > 0 {
		l.ds.Add(expr.Diagnostic{
			Position: expr.Position{File: path.Join(dir, mainFile)}, Severity: expr.Note,
			Message: "names and conditions are checked once " + strings.Join(l.unread, ", ") + " can be read",
		})
		l.in = nil
	}
	l.ds.Sort()
	return l.in, l.ds
}

// A loader holds what has been read so far.
type loader struct {
	fsys fs.FS
	dir  string
	in   *Instrument
	ds   expr.Diagnostics

	shown   string   // before the names of files in messages; "" for none
	patches []*patch // what overlays change of the files read now, the innermost first

	unread []string        // included files that could not be read
	read   map[string]bool // names of files, so that none is read twice
}

// file reads and parses one file; from is where its name stands, nil for the
// main file.
func (l *loader) file(name string, from *source.Node) *source.Node {
	fail := func(hint, format string, a ...any) {
		if from != nil {
			from.Fail(&l.ds, hint, format, a...)
			return
		}
		l.ds.Add(expr.Diagnostic{Position: expr.Position{File: l.called(name)}, Message: fmt.Sprintf(format, a...), Hint: hint})
	}
	if !fs.ValidPath(name) || strings.Contains(name, `\`) {
		fail("a path below the instrument's directory, with /", "%q is no file of the instrument", name)
		return nil
	}
	full := path.Join(l.dir, name)
	b, err := readSome(l.fsys, full)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		fail(source.DidYouMean(name, l.siblings(name)), "there is no file %s", l.called(name))
		return nil
	case err != nil:
		fail("", "cannot read %s: %v", l.called(name), err)
		return nil
	}
	n, ds := source.Read(l.called(name), b)
	l.ds = append(l.ds, ds...)
	for _, p := range l.patches {
		n = p.apply(n)
	}
	return n
}

// called is how messages name a file.
func (l *loader) called(name string) string { return path.Join(l.shown, l.dir, name) }

// readSome reads a file, or so much of it that source.Read knows it for too
// large.
func readSome(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, source.MaxBytes+1))
}

// siblings lists the YAML files beside name, for a suggestion.
func (l *loader) siblings(name string) []string { return l.beside(name, ".yaml") }

// beside lists the files of a kind beside name.
func (l *loader) beside(name, suffix string) []string {
	entries, err := fs.ReadDir(l.fsys, path.Join(l.dir, path.Dir(name)))
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), suffix) {
			names = append(names, path.Join(path.Dir(name), e.Name()))
		}
	}
	return names
}

// open opens a mapping of a kind that keysOf knows.
func (l *loader) open(n *source.Node, kind, what string) *source.Map {
	return n.Map(&l.ds, what, keysOf[kind]...)
}

// text returns what is written at n, which must be something if n is there.
func (l *loader) text(n *source.Node, what string) Source {
	return at(n, n.Text(&l.ds, what))
}

// name returns a word that expressions and files can say.
func (l *loader) name(n *source.Node, what string) Source {
	s := n.Text(&l.ds, what)
	if s != "" && !isName(s) {
		n.Fail(&l.ds, "letters without accents, digits and _, a letter first", "%s cannot be %q", what, s)
		s = ""
	}
	return at(n, s)
}

// word returns one of words.
func (l *loader) word(n *source.Node, words ...string) Source {
	return at(n, n.Word(&l.ds, words...))
}

// number returns a whole number as text.
func (l *loader) number(n *source.Node, what string, lo, hi int) Source {
	before := len(l.ds)
	n.Int(&l.ds, what, lo, hi)
	if len(l.ds) > before {
		return Source{}
	}
	return at(n, n.Raw())
}

// isName says whether s is a name of the expression language without dots.
func isName(s string) bool {
	for i, c := range s {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// class returns a data class.
func (l *loader) class(n *source.Node) Source {
	return l.word(n, string(Identifier), string(Sensitive), string(Ordinary), string(Paradata))
}

// names returns a list of names.
func (l *loader) names(n *source.Node, what string) []Source {
	var list []Source
	for _, c := range n.List(&l.ds, "a list, such as [a, b]") {
		if s := l.name(c, what); s.Text != "" {
			list = append(list, s)
		}
	}
	return list
}

// instrument reads the main file and then what it includes.
func (l *loader) instrument(root *source.Node) {
	m := l.open(root, "instrument", "an instrument")
	if !m.Has("instrument") && m.Has("module") {
		m.Key("module").Fail(&l.ds, "", "%s begins with instrument: NAME; modules stand in files that it includes", mainFile)
	}
	in := l.in
	in.Name = l.text(m.Need(&l.ds, "instrument"), "the instrument's name")
	in.Version = l.text(m.Need(&l.ds, "version"), "a version, such as 2026.1")
	in.Language = l.language(m.Need(&l.ds, "language"))
	for _, c := range m.Get("languages").List(&l.ds, "a list of languages, such as [es, en]") {
		in.Languages = append(in.Languages, l.language(c))
	}
	in.Title = l.text(m.Need(&l.ds, "title"), "a title")
	in.PublicTitle = l.text(m.Need(&l.ds, "public_title"), "the title that respondents see")
	l.currency(m.Get("currency"))
	l.parameters(m.Get("parameters"))
	l.periods(m.Get("periods"))
	l.special(m.Get("special"))
	l.levels(m.Need(&l.ds, "levels"))
	l.lists(m)
	in.Complete = l.names(m.Get("complete"), "a module's name")
	in.Partial = l.names(m.Get("partial"), "a module's name")
	in.Checks, in.CaseChecks = l.checks(m.Get("checks")), l.checks(m.Get("case_checks"))
	l.releases(m.Get("releases"))
	l.unread = l.include(m.Need(&l.ds, "include"), l.moduleFile)
	l.include(m.Get("translations"), l.translation)
}

// languageTag is what a language is called: es, pt-BR.
var languageTag = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$`)

// language returns a language tag.
func (l *loader) language(n *source.Node) Source {
	s := n.Text(&l.ds, "a language, such as es")
	if s != "" && !languageTag.MatchString(s) {
		n.Fail(&l.ds, "two letters of ISO 639, such as es, or es-MX", "expected a language, not %q", s)
		s = ""
	}
	return at(n, s)
}

// include reads the files that a list names, in its order, and returns those
// that could not be read.
func (l *loader) include(n *source.Node, read func(*source.Node)) (unread []string) {
	for _, c := range n.List(&l.ds, "a list of files, such as [household.yaml]") {
		name := c.Text(&l.ds, "the name of a file")
		switch {
		case name == "":
		case l.read[name]:
			c.Fail(&l.ds, "", "%s is included twice", name)
		default:
			l.read[name] = true
			root := l.file(name, c)
			if root == nil {
				unread = append(unread, name)
				continue
			}
			read(root)
		}
	}
	return unread
}

// moduleFile reads an included file: a module, or only lists, or both.
func (l *loader) moduleFile(root *source.Node) {
	m := l.open(root, "module", "a module")
	l.lists(m)
	if !m.Has("module") && (m.Has("codes") || m.Has("catalogues") || m.Has("tables")) {
		for _, k := range []string{"level", "title", "respondent", "heading", "when", "items", "checks"} {
			m.Key(k).Fail(&l.ds, "", "%s belongs to a module, and this file has none", k)
		}
		return
	}
	mod := &Module{
		Name:    l.name(m.Need(&l.ds, "module"), "a module's name"),
		Level:   l.name(m.Need(&l.ds, "level"), "a level's name"),
		Title:   l.text(m.Need(&l.ds, "title"), "a title"),
		Heading: l.text(m.Get("heading"), "the words above every screen"),
		When:    l.text(m.Get("when"), "a condition"),
	}
	mod.Checks = l.checks(m.Get("checks"))
	mod.Respondent = l.word(m.Get("respondent"), "observer", "informant", "selected")
	for _, c := range m.Need(&l.ds, "items").List(&l.ds, "a list of elements, one after - each") {
		if e := l.element(c, false); e != nil {
			mod.Elements = append(mod.Elements, e)
		}
	}
	l.in.Modules = append(l.in.Modules, mod)
}

// currency reads the unit of money.
func (l *loader) currency(n *source.Node) {
	m := l.open(n, "currency", "a currency, such as {code: MXN, symbol: $, decimals: 2}")
	l.in.Currency = Currency{
		Code:   l.text(m.Need(&l.ds, "code"), "a currency code of ISO 4217"),
		Symbol: l.text(m.Get("symbol"), "a currency's symbol"),
	}
	l.in.Currency.Decimals = m.Get("decimals").Int(&l.ds, "the number of decimals", 0, 4)
	if l.in.Currency.Symbol.Text == "" {
		l.in.Currency.Symbol = l.in.Currency.Code
	}
}

// parameters reads what is given from outside.
func (l *loader) parameters(n *source.Node) {
	for k, v := range n.Map(&l.ds, "parameters by name").All() {
		m := l.open(v, "parameter", "a parameter, such as {type: year}")
		p := &Parameter{Name: l.name(k, "a parameter's name"), Type: l.text(m.Need(&l.ds, "type"), "a type")}
		if d := m.Get("default"); d != nil && d.Kind() == source.Scalar && d.Raw() == "" && !d.Empty() {
			p.Default = Source{At: d.At()} // "", which is a text
		} else {
			p.Default = l.text(d, "a value")
		}
		l.in.Parameters = append(l.in.Parameters, p)
	}
}

// periods reads the named stretches of time.
func (l *loader) periods(n *source.Node) {
	for k, v := range n.Map(&l.ds, "periods by name").All() {
		m := l.open(v, "period", "a period, such as {calendar_year: reference_year}")
		l.in.Periods = append(l.in.Periods, &Period{
			Name:         l.name(k, "a period's name"),
			CalendarYear: l.text(m.Get("calendar_year"), "an expression that gives a year"),
			Months:       l.number(m.Get("months"), "a number of months", 1, 1200),
			Years:        l.number(m.Get("years"), "a number of years", 1, 100),
			From:         l.text(m.Get("from"), "the first day, such as date(\"2025-01-01\")"),
			Until:        l.text(m.Get("until"), "the last day, such as interview_date"),
			Before:       l.text(m.Get("before"), "a day, such as interview_date"),
		})
	}
}

// missingNames are the reasons for no answer that a person can give.
var missingNames = []string{expr.DontKnow.String(), expr.Refused.String(), expr.DoesNotApply.String()}

// special reads the words of the special answers.
func (l *loader) special(n *source.Node) {
	for k, v := range n.Map(&l.ds, "special answers by name", missingNames...).All() {
		m := l.open(v, "special_answer", "the words of it, such as {text: No sabe}")
		l.in.Special = append(l.in.Special, &SpecialAnswer{
			Name: at(k, k.Raw()),
			Text: l.text(m.Need(&l.ds, "text"), "the words of it"),
		})
	}
}

// levels reads the kinds of rows.
func (l *loader) levels(n *source.Node) {
	var known []string
	levels := n.Map(&l.ds, "levels by name, such as {dwelling: {}, household: {parent: dwelling}}")
	for k := range levels.All() {
		known = append(known, k.Raw())
	}
	for k, v := range levels.All() {
		parent := l.open(v, "level", "a level, such as {parent: household}, or {} for the outermost").Get("parent")
		lv := &Level{Name: l.name(k, "a level's name"), Parent: l.text(parent, "a level's name")}
		if p := lv.Parent.Text; p != "" && !slices.Contains(known, p) {
			parent.Fail(&l.ds, source.DidYouMean(p, known), "%q is not a level", p)
			lv.Parent, lv.within = Source{}, p
		}
		l.in.Levels = append(l.in.Levels, lv)
	}
}
