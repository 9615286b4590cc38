package questionnaire

import (
	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file shows an interview one screen at a time, in plain values that a
// page can draw. It is the whole of what a page needs to know.

// A View is a screen with what surrounds it.
type View struct {
	Screen      Screen   `json:"screen"`
	Progress    Progress `json:"progress"`
	Language    string   `json:"language"`
	Languages   []string `json:"languages"`
	PublicTitle string   `json:"public_title"`
	Sensitive   bool     `json:"sensitive"`
	Complete    bool     `json:"complete"`
	Disposition int      `json:"disposition,omitempty"`
}

// Progress counts the screens on path: what is to come grows and shrinks with
// the answers. It leaves out what is sensitive: how many screens that makes
// would tell what was answered.
type Progress struct {
	Answered int `json:"answered"`
	Total    int `json:"total"`
}

// A Screen is what is asked at once.
type Screen struct {
	Path        string          `json:"path"`
	Kind        string          `json:"kind"` // question, grid, roster, consent, gate, selection, statement, review, end
	Title       string          `json:"title,omitempty"`
	Heading     string          `json:"heading,omitempty"`
	Number      string          `json:"number,omitempty"`
	Text        string          `json:"text"`
	Instruction string          `json:"instruction,omitempty"`
	Card        string          `json:"card,omitempty"`
	Questions   []QuestionView  `json:"questions"`
	Rows        []RowView       `json:"rows,omitempty"`
	Roster      string          `json:"roster,omitempty"` // level of the rows, for add_row
	Add         string          `json:"add,omitempty"`    // the words on the button that adds a row
	Selection   *SelectionView  `json:"selection,omitempty"`
	Consent     *ConsentView    `json:"consent,omitempty"`
	Gate        *ConsentView    `json:"gate,omitempty"`
	Checks      []CheckView     `json:"checks"`
	CanBack     bool            `json:"can_back"`
	CanNext     bool            `json:"can_next"`
	Row         string          `json:"row,omitempty"` // path of the form it stands in, for remove_row
	Disposition int             `json:"disposition,omitempty"`
	Open        []OverviewEntry `json:"open,omitempty"` // end: what keeps the interview from being complete
}

// A QuestionView is one question and its answer so far.
type QuestionView struct {
	Path        string        `json:"path"`
	Label       string        `json:"label,omitempty"` // grid: the row
	Number      string        `json:"number"`
	Text        string        `json:"text"`
	Instruction string        `json:"instruction,omitempty"`
	Card        string        `json:"card,omitempty"`
	Kind        string        `json:"kind"` // one, many, integer, decimal, money, text, date, month, time, entry, place, point, photo, audio
	Options     []OptionView  `json:"options,omitempty"`
	Min         *int64        `json:"min,omitempty"`
	Max         *int64        `json:"max,omitempty"`
	Scale       int           `json:"scale,omitempty"`
	Unit        string        `json:"unit,omitempty"`
	AtLeast     int           `json:"at_least,omitempty"`
	AtMost      int           `json:"max_choices,omitempty"`
	Special     []SpecialView `json:"special,omitempty"`
	Zero        string        `json:"zero,omitempty"`
	Value       wire.Raw      `json:"value,omitempty"`
	Forced      bool          `json:"forced,omitempty"`
	Required    bool          `json:"required"`
	Table       *TableView    `json:"table,omitempty"`  // entry, place
	Within      []WithinView  `json:"within,omitempty"` // which of its entries are offered
}

// A TableView is the table that a question looks its answer up in. The rows are
// fetched by the hash; levels are those asked, the outermost first.
type TableView struct {
	Name   string      `json:"name"`
	Hash   Hash        `json:"hash"`
	Rows   int         `json:"rows"`
	Levels []LevelView `json:"levels,omitempty"`
}

// A LevelView is a level of places and its words.
type LevelView struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// A WithinView says what a column, or a level, of an offered entry is, as the
// table writes it.
type WithinView struct {
	Part string `json:"part"`
	Is   string `json:"is"`
}

// An OptionView is an answer option that is offered.
type OptionView struct {
	Code      string `json:"code"`
	Text      string `json:"text"`
	Specify   bool   `json:"specify,omitempty"`
	Exclusive bool   `json:"exclusive,omitempty"`
}

// A SpecialView is a reason for no answer that is offered.
type SpecialView struct {
	Missing string `json:"missing"`
	Text    string `json:"text"`
}

// A RowView is a row of a roster.
type RowView struct {
	ID    string `json:"id"`
	Path  string `json:"path"`
	Label string `json:"label"`
	Mark  string `json:"mark,omitempty"` // what a draw looks at: the day and month of a birthday
}

// A SelectionView is the list a respondent is drawn from.
type SelectionView struct {
	Frame  []RowView `json:"frame"`
	Method string    `json:"method"`
	Number string    `json:"number"`
	Table  string    `json:"table,omitempty"` // kish
	Chosen string    `json:"chosen,omitempty"`
	Stale  bool      `json:"stale,omitempty"` // the list has changed since the draw
}

// A ConsentView is what a consent or a gate may be answered.
type ConsentView struct {
	Outcomes []OutcomeView `json:"outcomes"`
	Outcome  string        `json:"outcome,omitempty"`
}

// An OutcomeView is one answer to a consent or a gate.
type OutcomeView struct {
	Outcome string `json:"outcome"`
	Text    string `json:"text"`
}

// A CheckView is a check that is unmet.
type CheckView struct {
	ID        string `json:"id"`
	Severity  string `json:"severity"`
	Message   string `json:"message"`
	Confirmed bool   `json:"confirmed"`
	Reason    string `json:"reason,omitempty"`
	Path      string `json:"path"`

	// Reads are the screens of what it compares, for a check that stands at the
	// end of a block: from there one goes back to them.
	Reads []ReadView `json:"reads,omitempty"`
}

// A ReadView is a question that a check reads: its screen and its words.
type ReadView struct {
	Screen string `json:"screen"`
	Label  string `json:"label"`
}

// An OverviewEntry is one screen of the interview in a list of all.
type OverviewEntry struct {
	Path  string `json:"path"`
	Label string `json:"label"`
	Title string `json:"title,omitempty"` // of its module
	State string `json:"state"`           // answered, open, flagged

	// Sensitive is the one entry of all that is not to be read over a shoulder:
	// it has no words, and leads to what is open in it.
	Sensitive bool `json:"sensitive,omitempty"`
}

// words are the few sentences that the engine itself says.
var words = map[string]map[string]string{
	"es": {"end": "Fin de la entrevista", "min": "Debe ser %s o más.", "max": "Debe ser %s o menos.", "at_least": "Marque %s o más.", "at_most": "Marque %s como máximo.", "exclusive": "«%s» no puede ir con otra respuesta.", "specify": "Anote cuál.", "review": "Revise estas respuestas", "stale": "La lista de personas cambió después de la selección. Seleccione de nuevo."},
	"en": {"end": "End of the interview", "min": "It must be %s or more.", "max": "It must be %s or less.", "at_least": "Mark %s or more.", "at_most": "Mark %s at most.", "exclusive": "“%s” cannot go with another answer.", "specify": "Write down which.", "review": "Look at these answers again", "stale": "The list of persons has changed since the draw. Draw again."},
	"pt": {"end": "Fim da entrevista", "min": "Deve ser %s ou mais.", "max": "Deve ser %s ou menos.", "at_least": "Marque %s ou mais.", "at_most": "Marque no máximo %s.", "exclusive": "“%s” não pode vir com outra resposta.", "specify": "Anote qual.", "review": "Reveja estas respostas", "stale": "A lista de pessoas mudou depois do sorteio. Sorteie de novo."},
	"fr": {"end": "Fin de l’entretien", "min": "Doit être %s ou plus.", "max": "Doit être %s ou moins.", "at_least": "Cochez %s ou plus.", "at_most": "Cochez %s au plus.", "exclusive": "« %s » ne va pas avec une autre réponse.", "specify": "Notez laquelle.", "review": "Revoyez ces réponses", "stale": "La liste des personnes a changé depuis le tirage. Tirez de nouveau."},
}

// word returns one of the engine's own sentences.
func word(language, key string, a ...any) string {
	w, ok := words[language]
	if !ok {
		w = words["en"]
	}
	if len(a) == 0 {
		return w[key]
	}
	return wire.Sprintf(w[key], a...)
}

// places returns the screens on path and which of them is at path: their
// number if it is the end or not there any more.
func (iv *Interview) places(path string) ([]place, int) {
	var ps []place
	at := -1
	for p := range iv.walk() {
		if path != "" && p.is(path) {
			at = len(ps)
		}
		ps = append(ps, p)
	}
	if at < 0 {
		at = len(ps)
	}
	return ps, at
}

// screenOf returns the screen that asks the item at path: "" if none does.
func (iv *Interview) screenOf(path string) string {
	for p := range iv.walk() {
		if p.path() == path {
			return path
		}
		for _, q := range iv.questions(p) {
			if itemPath(q.variable.ID, q.row) == path {
				return p.path()
			}
		}
	}
	return ""
}

// Here returns the path of the screen where the interview stands: that of the
// last answer or move, or the first open one.
func (iv *Interview) Here() string {
	if s := iv.screenOf(iv.at); s != "" {
		return s
	}
	return iv.FirstOpen()
}

// FirstOpen returns the path of the first screen that is not settled.
func (iv *Interview) FirstOpen() string {
	for p := range iv.walk() {
		if !iv.settled(p) {
			return p.path()
		}
	}
	return endPath
}

// Next returns the path of the screen after the one at path, ErrBlocked if
// that one is not settled.
func (iv *Interview) Next(path string) (string, error) {
	ps, at := iv.places(path)
	if at >= len(ps) {
		return endPath, nil
	}
	if !iv.settled(ps[at]) {
		return path, ErrBlocked
	}
	if at+1 < len(ps) {
		return ps[at+1].path(), nil
	}
	return endPath, nil
}

// Back returns the path of the screen before the one at path, or path if it is
// the first.
func (iv *Interview) Back(path string) string {
	ps, at := iv.places(path)
	if at == 0 {
		return path
	}
	return ps[at-1].path()
}

// View shows the screen at path in a language; "" is where the interview
// stands, in its own language.
func (iv *Interview) View(path, language string) View {
	if path == "" {
		path = iv.Here()
	}
	if language == "" {
		language = iv.language
	}
	v := View{
		Language: language, Languages: iv.q.Languages, PublicTitle: iv.q.plain(iv.q.PublicTitle, language),
		Disposition: iv.disposition,
	}
	var shown place // no element: the end
	first, back := true, false
	for p := range iv.walk() {
		here := path != "" && p.is(path)
		if here {
			shown, back = p, !first
		}
		first = false
		sensitive := iv.sensitive(p)
		if here {
			v.Sensitive = sensitive
		}
		if sensitive {
			continue
		}
		v.Progress.Total++
		if iv.settled(p) && !iv.postponed(p) {
			v.Progress.Answered++
		}
	}
	if shown.element == nil {
		v.Complete = iv.finished()
		v.Screen = Screen{
			Path: endPath, Kind: "end", Text: word(language, "end"), CanBack: !first, Questions: []QuestionView{},
			Checks: []CheckView{}, Disposition: iv.proposed(),
		}
		for _, e := range iv.Overview(language) {
			if e.State != "answered" {
				v.Screen.Open = append(v.Screen.Open, e)
			}
		}
		return v
	}
	v.Screen = iv.screen(shown, language)
	v.Screen.CanBack = back
	return v
}

// sensitive says whether anything on a screen is: a question, or the row it
// stands in, whose very existence tells.
func (iv *Interview) sensitive(p place) bool {
	if p.element.Class == Sensitive || iv.opened(p.row) == Sensitive || p.crime != nil && iv.opened(p.crime) == Sensitive {
		return true
	}
	var room [4]question
	for _, q := range iv.appendQuestions(room[:0], p) {
		if iv.class(q.variable, q.row) == Sensitive {
			return true
		}
	}
	if p.element.Kind == ElementReview {
		for _, c := range p.element.checks {
			for _, q := range iv.compared(c, p.row) {
				if p.row.fires[c.index] && iv.class(q.variable, q.row) == Sensitive {
					return true
				}
			}
		}
	}
	return false
}

var screenKinds = map[ElementKind]string{
	ElementItem: "question", ElementSay: "statement", ElementGrid: "grid", ElementRoster: "roster", ElementScreen: "question",
	ElementConsent: "consent", ElementGate: "gate", ElementSelect: "selection", ElementEnd: "statement", ElementReview: "review",
}

// screen shows one place.
func (iv *Interview) screen(p place, language string) Screen {
	e, m := p.element, iv.q.Modules[p.element.Module]
	at := p.row
	if p.crime != nil {
		at = p.crime
	}
	s := Screen{
		Path: p.path(), Kind: screenKinds[e.Kind], Title: iv.text(m.Title, p.row, language),
		Heading: iv.text(m.Heading, p.row, language), Number: e.ID, Text: iv.text(e.Text, at, language),
		Instruction: iv.text(e.Instruction, at, language), Card: iv.text(e.Card, at, language),
		Questions: []QuestionView{}, Checks: []CheckView{}, CanNext: iv.settled(p),
	}
	if e.Screen != nil && p.crime == nil {
		s.Kind = "statement"
	}
	if p.row.level.Kind == levelForms {
		s.Row = p.row.path
	}
	for _, q := range iv.questions(p) {
		s.Questions = append(s.Questions, iv.question(q, language))
	}
	if len(s.Questions) > 0 && (e.Kind == ElementItem || e.Kind == ElementScreen) {
		first := s.Questions[0]
		s.Text, s.Instruction, s.Number = first.Text, first.Instruction, first.Number
		if first.Card != "" {
			s.Card = first.Card
		}
	}
	for c, r := range iv.checksAt(p) {
		if r.fires[c.index] {
			s.Checks = append(s.Checks, iv.checkView(c, r, language))
		}
	}
	switch e.Kind {
	case ElementRoster:
		if iv.q.Levels[e.Rows].Kind != levelHand {
			s.Kind = "statement" // its rows follow from answers
			break
		}
		s.Roster, s.Add = iv.q.Levels[e.Rows].Name, iv.text(e.Add, at, language)
		for _, c := range p.row.children[e.Rows] {
			if c.on {
				s.Rows = append(s.Rows, iv.rowView(c))
			}
		}
	case ElementConsent:
		s.Consent = &ConsentView{Outcomes: []OutcomeView{{"given", iv.text(e.Given, at, language)}, {"refused", iv.text(e.Refused, at, language)}}}
		if c := p.row.Cells[iv.q.Variables[e.Variables[0]].index]; c.Missing == expr.Answered {
			s.Consent.Outcome = s.Consent.Outcomes[1-c.N].Outcome
		}
	case ElementGate:
		s.Gate = iv.gateView(e, p.row, language)
	case ElementSelect:
		s.Selection = iv.selectionView(e, p.row, language)
		if s.Selection.Stale {
			s.Checks = append(s.Checks, CheckView{ID: e.ID, Severity: Hard.String(), Message: word(language, "stale"), Path: s.Path})
		}
	case ElementEnd:
		s.Disposition = e.Disposition
	}
	return s
}

// selectionView shows a draw: what it looks at, in the order in which it does.
func (iv *Interview) selectionView(e *element, r *row, language string) *SelectionView {
	v := &SelectionView{Method: e.method()}
	_, marks := iv.evidence(e, r)
	for i, x := range iv.frame(e, r) {
		view := iv.rowView(x)
		if marks != nil {
			view.Mark = localeOf(language).birthday(marks[i])
		}
		v.Frame = append(v.Frame, view)
	}
	if p, err := iv.given(e, r); err == nil {
		v.Number, v.Table = p.Number, p.Table
	}
	if s, ok := iv.selections[e.ID]; ok {
		v.Chosen, v.Stale = s.Chosen, !iv.drawStands(e, r)
	}
	return v
}

// rowView shows a row by its first item, by the words of its code, or by its
// number.
func (iv *Interview) rowView(r *row) RowView {
	v := RowView{ID: r.key, Path: r.path}
	switch e := r.level.roster; {
	case e != nil && e.First >= 0:
		v.Label = r.Cells[iv.q.Variables[e.First].index].Text
	case r.level.Kind == levelCodes:
		code := r.Cells[iv.q.Variables[r.level.Row].index].N
		v.Label = iv.q.plain(iv.q.Lists[r.level.List].Choices[code].Text, iv.language)
	case r.level.Kind == levelCount:
		v.Label = r.key
	}
	return v
}

// questionKinds are the words for the kinds of a question.
var questionKinds = map[expr.Kind]string{
	expr.Bool: "one", expr.Code: "one", expr.Set: "many", expr.Number: "integer", expr.Text: "text", expr.Date: "date", expr.Time: "time",
}

// question shows one question with its answer.
func (iv *Interview) question(q question, language string) QuestionView {
	v, r := q.variable, q.row
	out := QuestionView{
		Path: itemPath(v.ID, r), Number: v.ID, Text: iv.text(v.Text, r, language), Instruction: iv.text(v.Instruction, r, language),
		Card: iv.text(v.Card, r, language), Kind: questionKinds[v.Type.Kind], Scale: v.Type.Scale, Unit: iv.text(v.Unit, r, language),
		Zero: iv.text(v.Zero, r, language), AtLeast: v.AtLeast, AtMost: v.AtMost, Forced: r.states[v.index].forced, Required: !v.Optional,
	}
	out.Min, out.Max = limit(v.Min, r), limit(v.Max, r)
	switch {
	case v.Type.Form != "":
		out.Kind = v.Type.Form
	case v.Type.Money:
		out.Kind, out.Unit = "money", iv.q.Currency.Symbol
	case v.Type.Kind == expr.Number && v.Type.Scale > 0:
		out.Kind = "decimal"
	}
	if r.level.Kind == levelGrid {
		row := r.Cells[iv.q.Variables[r.level.Row].index]
		out.Label = iv.q.plain(iv.q.Lists[r.level.List].Choices[row.N].Text, language)
	}
	if v.Type.Kind == expr.Bool {
		out.Options = []OptionView{{Code: "yes", Text: yesNo(language, true)}, {Code: "no", Text: yesNo(language, false)}}
	}
	if v.Type.List >= 0 {
		for _, i := range iv.optionOrder(v) {
			if c := v.list.Choices[i]; iv.offered(v, r, i) {
				out.Options = append(out.Options, OptionView{c.Name, iv.q.plain(c.Text, language), c.Specify, c.Exclusive})
			}
		}
	}
	for _, s := range v.Special {
		out.Special = append(out.Special, SpecialView{s.Missing.String(), iv.q.plain(s.Text, language)})
	}
	a := &r.answers[v.index]
	switch val := iv.q.valueOf(v, r.Cells[v.index], a.specify); {
	case val == nil:
	case a.whole != nil && a.cell == r.Cells[v.index]:
		out.Value = EncodeValue(a.whole)
	default:
		out.Value = EncodeValue(val)
	}
	if v.Type.Table > 0 {
		out.Table = iv.tableView(v, language)
		for _, w := range v.Within {
			if c := w.Is.Eval(&r.frame); c.Missing == expr.Answered {
				p := iv.q.Variables[v.Parts[w.Part]]
				out.Within = append(out.Within, WithinView{p.Part, iv.q.fileText(p.Type, c)})
			}
		}
	}
	return out
}

// tableView shows what v is looked up in.
func (iv *Interview) tableView(v *variable, language string) *TableView {
	t := iv.q.Tables[v.Type.Table-1]
	out := &TableView{Name: t.Name, Hash: t.Hash, Rows: t.Rows}
	for _, l := range t.Levels[:min(v.Type.Depth, len(t.Levels))] {
		out.Levels = append(out.Levels, LevelView{l.Name, iv.q.plain(l.Text, language)})
	}
	return out
}

// limit returns what a range ends at, nil if it is not known or no number.
func limit(e *expr.Expr, r *row) *int64 {
	if e == nil || e.Type().Kind != expr.Number {
		return nil
	}
	c := e.Eval(&r.frame)
	if c.Missing != expr.Answered {
		return nil
	}
	return &c.N
}

// yesNo is the word for a boolean.
func yesNo(language string, b bool) string {
	w := map[string][2]string{"es": {"No", "Sí"}, "pt": {"Não", "Sim"}, "fr": {"Non", "Oui"}}[language]
	if w == [2]string{} {
		w = [2]string{"No", "Yes"}
	}
	if b {
		return w[1]
	}
	return w[0]
}

func (iv *Interview) checkView(c *check, r *row, language string) CheckView {
	v := CheckView{ID: iv.checkKey(c, r), Severity: c.Severity.String(), Message: iv.text(c.Say, r, language), Path: itemPath(iv.q.Elements[c.Element].ID, r)}
	if c.Variable >= 0 {
		v.Path = itemPath(iv.q.Variables[c.Variable].ID, r)
	}
	if iv.q.Elements[c.Element].Kind == ElementReview {
		for _, q := range iv.compared(c, r) {
			if screen := iv.screenOf(itemPath(q.variable.ID, q.row)); screen != "" && len(v.Reads) < maxReads {
				v.Reads = append(v.Reads, ReadView{screen, iv.text(q.variable.Text, q.row, language)})
			}
		}
	}
	if iv.isConfirmed(c, r) {
		v.Confirmed, v.Reason = true, iv.confirmed[v.ID].reason
	}
	return v
}

// maxReads is how many questions a check is shown with.
const maxReads = 8

// compared returns the questions that c reads in r.
func (iv *Interview) compared(c *check, r *row) []question {
	var qs []question
	for _, s := range c.Holds.Reads() {
		v := iv.q.Levels[s.Level].variables[s.Index]
		if v.Kind == varPart {
			v = iv.q.Variables[v.Of]
		}
		if v.Kind != varQuestion {
			continue
		}
		iv.eachUnder(r.up[iv.q.common(r.level.index, v.Level)], v.Level, func(x *row) {
			if x.states[v.index].relevant {
				qs = append(qs, question{v, x})
			}
		})
	}
	return qs
}

// Overview lists the screens on path. What is sensitive makes one entry at the
// end, there as long as a gate is open: neither how many screens lie behind it nor
// where can be read off the list.
func (iv *Interview) Overview(language string) []OverviewEntry {
	if language == "" {
		language = iv.language
	}
	var out []OverviewEntry
	private, open := OverviewEntry{Sensitive: true, State: "answered"}, false
	for p := range iv.walk() {
		s := iv.screen(p, language)
		e := OverviewEntry{Path: s.Path, Label: s.Text, Title: s.Title, State: "answered", Sensitive: iv.sensitive(p)}
		if s.Heading != "" {
			e.Title = s.Heading
		}
		switch {
		case len(s.Checks) > 0 && !s.CanNext:
			e.State = "flagged"
		case !s.CanNext || iv.postponed(p):
			e.State = "open"
		}
		if e.Sensitive {
			if private.Path == "" || private.State == "answered" && e.State != "answered" {
				private.Path, private.State = e.Path, e.State
			}
			continue
		}
		if s.Gate != nil && s.Gate.Outcome == gateOutcomes[gateOpen] {
			open = true
			if private.Path == "" {
				private.Path = e.Path
			}
		}
		out = append(out, e)
	}
	if open {
		out = append(out, private)
	}
	return out
}
