//go:build !js

package questionnaire

import (
	"slices"

	"cifra/questionnaire/expr"
)

// This file follows what an answer can give away, and refuses an instrument in
// which something sensitive, or something that identifies a person, shows where
// it should not. The meaning:
//
//   - a fact is a variable with whether it is asked, or which rows of a level
//     there are. Its label is a set of two: sensitive, identifier. Ordinary and
//     paradata are the empty set. Neither label covers the other: the key that
//     opens names must not open what was suffered, nor the other way round;
//   - an edge leads from a fact to what depends on it, in its value or only in
//     whether it is there: conditions, forced answers, options, rows, aggregates,
//     draws, words on a screen, checks. Labels move along edges;
//   - a level whose rows are opened from a catalogue with sensitive entries is
//     looked at twice. In the row of a sensitive entry all is sensitive. In the
//     row of another one a name means what it means there, so a form of a robbery
//     may read its own answers; whatever ranges over the rows, or reads the row
//     of a sensitive entry by its code, sees the sensitive ones;
//   - a calculated value without a class takes the labels that reach it.
//     Everything else has the class it was given, and a label that reaches it and
//     is not in its class is refused, with the path it came;
//   - words on a screen may name a person, since the interviewer knows whom she
//     is talking to, and may not contain anything sensitive;
//   - a draw may look at what identifies: birthdays do, and all it shows is who was
//     drawn;
//   - a cap of each crime says nothing of the others; a total that crimes share is a
//     choice between them, so the rows of all depend on the sensitive ones;
//   - a release cuts the edges out of one item or value, by name, for a reason.
//
// What follows (noninterference): without a release, of two interviews that
// differ only in answers of sensitive questions, those opened from sensitive
// entries included, the ordinary screens are the same in the same order with
// the same words and checks, the progress is the same, and so are the ordinary
// columns of the rows that are not opened from sensitive entries. One thing is
// public by design, because the office has to know it: whether the part behind
// a gate was finished, and with it the disposition. TestLawNoninterference
// tries this on random instruments and shows that every kind of edge is needed.

// label is what a fact gives away.
type label uint8

const (
	labelSensitive label = 1 << iota
	labelIdentifier
)

// labelOf is the label of a data class.
func labelOf(d DataClass) label {
	switch d {
	case Sensitive:
		return labelSensitive
	case Identifier:
		return labelIdentifier
	}
	return 0
}

// An edgeKind says in which way one fact depends on another.
type edgeKind uint8

const (
	edgeRead  edgeKind = iota + 1 // its value is calculated from it
	edgeWhen                      // it is asked or shown only if
	edgeForce                     // its answer follows from it
	edgeOffer                     // its options depend on it
	edgeRows                      // which rows there are depends on it
	edgeRange                     // an aggregate ranges over rows of sensitive entries too
	edgeIndex                     // the row of a sensitive entry is read by its code
	edgeDraw                      // who is drawn depends on it
	edgeEnd                       // it can end the interview from inside a sensitive row
	edgeWords                     // its words contain it
	edgeList                      // a list of rows shows it
	edgeCheck                     // a check at it reads it
	edgeTotal                     // its rows share a total with rows of sensitive entries
	edgeKinds                     // how many there are, and one
)

// A fact is something that can be known of an interview.
type fact struct {
	variable int // -1 if it is not one
	rows     int // level whose rows it is, -1 otherwise
	secret   int // level of whose sensitive entries it stands for, -1 otherwise

	own      label // what it may give away: its class
	takes    bool  // it was given no class, and takes what reaches it
	released int   // release that lets it out, -1 without one

	label label
	came  map[label]*flowEdge // the edge along which a label came
	out   []*flowEdge
}

// A flowEdge leads to what depends on a fact: another fact, or a place where
// people see it.
type flowEdge struct {
	kind edgeKind
	from *fact
	to   *fact
	sink string // what is seen, if it is no fact
	may  label  // what may reach the sink
	at   Source // the expression
}

// A flow is the graph of an instrument's facts.
type flow struct {
	c       *compiler
	q       *Questionnaire
	without edgeKind // left out: for tests, 0 in earnest

	variables []*fact
	rows      []*fact // by level
	secrets   []*fact // by level, nil where no entry is sensitive
	refused   map[expr.Position]bool
	used      []bool // releases that something sensitive reached
}

// flows refuses what gives away something it should not, and gives calculated
// values the class that follows from what they are calculated from.
func (c *compiler) flows() {
	f := &flow{c: c, q: c.q, without: c.without, refused: map[expr.Position]bool{}, used: make([]bool, len(c.in.Releases))}
	f.declare()
	f.release()
	for _, v := range f.q.Variables {
		f.connect(v)
	}
	for _, l := range f.q.Levels {
		f.connectRows(l)
	}
	for _, e := range f.q.Elements {
		f.seen(e)
	}
	for _, m := range f.q.Modules {
		f.words(m.Title, "the title of module "+m.Name, f.rowLabel(m.Level))
		f.words(m.Heading, "the heading of module "+m.Name, f.rowLabel(m.Level))
	}
	for _, k := range f.q.Checks {
		f.seenCheck(k)
	}
	for _, k := range f.q.CaseChecks {
		f.reach(edgeCheck, k.Holds, target{sink: "whether check " + k.ID + " of the case fires"})
	}
	f.spread()
	for i, r := range c.in.Releases {
		if n, ok := c.names[r.What.Text]; ok && f.variables[n].released == i && !f.used[i] {
			c.report(r.What, expr.Warning, "remove it", "release %s lets nothing out: %s depends on nothing sensitive", r.Name.Text, r.What.Text)
		}
	}
	for i, v := range f.q.Variables {
		switch l := f.variables[i].label; {
		case v.Kind != varValue:
		case l&labelIdentifier != 0:
			v.Class = Identifier
		case l&labelSensitive != 0 && v.Class == Ordinary:
			v.Class = Sensitive
		}
	}
	c.gates(f)
}

// declare makes the facts.
func (f *flow) declare() {
	f.rows, f.secrets = make([]*fact, len(f.q.Levels)), make([]*fact, len(f.q.Levels))
	for i, l := range f.q.Levels {
		f.rows[i] = &fact{variable: -1, rows: i, secret: -1, own: f.rowLabel(i), released: -1}
		if some, _ := f.q.sensitiveRows(l); some || l.Sensitive {
			f.secrets[i] = &fact{variable: -1, rows: -1, secret: i, own: labelSensitive, released: -1}
		}
	}
	for i, v := range f.q.Variables {
		x := &fact{variable: i, rows: -1, secret: -1, own: labelOf(v.Class) | f.rowLabel(v.Level), released: -1}
		switch v.Kind {
		case varDerived, varPeriod, varPart:
			x.takes = true
		case varValue:
			x.takes = f.c.unclassed[i]
		}
		f.variables = append(f.variables, x)
	}
}

// rowLabel is sensitive where all rows of l are, or of a level above it.
func (f *flow) rowLabel(l int) label {
	for ; l >= 0; l = f.q.Levels[l].Parent {
		if _, all := f.q.sensitiveRows(f.q.Levels[l]); all || f.q.Levels[l].Sensitive {
			return labelSensitive
		}
	}
	return 0
}

// release finds what may be known.
func (f *flow) release() {
	c := f.c
	for i, r := range c.in.Releases {
		n, ok := c.names[r.What.Text]
		if !ok {
			c.errorf(r.What, suggestion(r.What.Text, mapNames(c.names)), "there is no item %s to release", r.What.Text)
			continue
		}
		v := f.q.Variables[n]
		switch {
		case v.Kind != varValue && v.Kind != varQuestion && v.Kind != varSelected:
			c.errorf(r.What, "name an item or a calculated value", "%s cannot be released", r.What.Text)
		case f.variables[n].own != 0:
			c.errorf(r.What, "release a calculated value that says only what may be known", "%s is %s itself", r.What.Text, v.Class)
		case f.variables[n].released >= 0:
			c.errorf(r.What, "", "%s is released twice", r.What.Text)
		default:
			f.variables[n].released = i
			f.q.Releases = append(f.q.Releases, Released{r.Name.Text, v.ID, r.Because.Text})
		}
	}
}

// edge adds one between facts.
func (f *flow) edge(kind edgeKind, from, to *fact, at Source) {
	if from != nil && from != to && kind != f.without {
		from.out = append(from.out, &flowEdge{kind: kind, from: from, to: to, at: at})
	}
}

// A target is what an expression decides about: a fact, or something seen.
type target struct {
	fact *fact
	sink string
	may  label
}

// reach adds the edges from what e looks at to its target.
func (f *flow) reach(kind edgeKind, e *expr.Expr, to target) {
	if e == nil {
		return
	}
	at := f.c.written[e]
	add := func(kind edgeKind, from *fact) {
		if from == nil || from == to.fact || kind == f.without {
			return
		}
		from.out = append(from.out, &flowEdge{kind: kind, from: from, to: to.fact, sink: to.sink, may: to.may, at: at})
	}
	for _, u := range e.Uses() {
		if u.Rows {
			// An incident comes with its person too.
			for _, a := range f.q.Levels[u.Slot.Level].ancestors {
				if a == u.Slot.Level || f.dynamic(a) {
					add(edgeRange, f.secrets[a])
				}
			}
			continue
		}
		add(kind, f.variables[f.q.Levels[u.Slot.Level].variables[u.Slot.Index].number])
		if u.Grid && f.readsSecret(u) {
			add(edgeIndex, f.secrets[u.Slot.Level])
		}
	}
}

// dynamic says whether rows of l come from answers.
func (f *flow) dynamic(l int) bool {
	k := f.q.Levels[l].Kind
	return k != levelSingle && k != levelGrid
}

// readsSecret says whether a row of a grid that is read by its code can be that
// of a sensitive entry. The code of a reader's own row cannot: a form of a
// robbery reads the row of the robbery.
func (f *flow) readsSecret(u expr.Use) bool {
	l := f.q.Levels[u.Slot.Level]
	if u.Code >= 0 {
		return f.q.Lists[l.List].Choices[u.Code].Class == Sensitive
	}
	if u.By != nil {
		by := f.q.Levels[u.By.Level]
		if by.Row >= 0 && f.q.Variables[by.Row].index == u.By.Index {
			return false
		}
	}
	return true
}

// connect adds the edges to a variable.
func (f *flow) connect(v *variable) {
	to := f.variables[v.number]
	for _, e := range v.When {
		f.reach(edgeWhen, e, target{fact: to})
	}
	for _, x := range v.Force {
		f.reach(edgeForce, x.When, target{fact: to})
	}
	for _, h := range v.Hide {
		f.reach(edgeOffer, h.When, target{fact: to})
	}
	for _, w := range v.Within {
		f.reach(edgeOffer, w.Is, target{fact: to})
	}
	f.reach(edgeOffer, v.Offer, target{fact: to})
	if v.Kind == varPart {
		f.edge(edgeRead, f.variables[v.Of], to, Source{})
	}
	f.reach(edgeRead, v.Value, target{fact: to})
	for _, l := range f.q.Levels[v.Level].ancestors {
		if (v.Kind == varEnd || v.Kind == varConsent) && f.secrets[l] != nil {
			f.edge(edgeEnd, f.secrets[l], to, Source{})
			to.own = 0 // to end the interview is seen by everybody, wherever it happens
		}
	}
	// Names of the words that are read for it, and of those around its answer.
	may := to.own | labelIdentifier
	for _, t := range []int{v.Text, v.Instruction, v.Card, v.Zero, v.Unit} {
		f.words(t, "the words of "+v.ID, may)
	}
	if v.Kind == varSelected {
		for _, e := range f.q.Elements {
			if e.Kind == ElementSelect && f.q.Levels[e.Rows].Selected == v.number {
				f.reach(edgeDraw, e.From, target{fact: to})
				f.reach(edgeDraw, e.Number, target{fact: to})
				f.drawn(e.Draw, to)
			}
		}
	}
}

// drawn adds the edges of what else a draw looks at.
func (f *flow) drawn(d *draw, to *fact) {
	if d == nil {
		return
	}
	for _, e := range append([]*expr.Expr{d.Birthday, d.Month, d.Day, d.Seed, d.Table}, d.Sort...) {
		f.reach(edgeDraw, e, target{fact: to})
	}
}

// connectRows adds the edges to the rows of a level, seen from where they are
// not opened from sensitive entries.
func (f *flow) connectRows(l *level) {
	to := f.rows[l.index]
	if l.Done >= 0 {
		f.edge(edgeRows, f.variables[l.Done], to, f.placeOf(f.variables[l.Done]))
	}
	for _, w := range f.q.rosterWhen(l) {
		f.reach(edgeRows, w, target{fact: to})
	}
	if l.roster != nil {
		f.reach(edgeRows, l.roster.From, target{fact: to})
		if of := l.roster.Of - 1; of >= 0 {
			f.edge(edgeRows, f.variables[of], to, f.placeOf(f.variables[of]))
		}
	}
	for _, s := range l.Screens {
		for _, v := range f.q.Elements[s].Screen.asks() {
			f.edge(edgeRows, f.variables[v], to, f.placeOf(f.variables[v]))
		}
		// A total is a choice between crimes: one more event of a sensitive one and an
		// ordinary form is not asked, or asked with another probability.
		if e := f.q.Elements[s]; e.Screen.Total > 0 {
			f.edge(edgeTotal, f.secrets[l.index], to, f.c.placed[e.ID])
		}
	}
	if p := l.Parent; p >= 0 && len(l.Screens) > 0 && f.q.Levels[p].Selected >= 0 {
		drawn := f.variables[f.q.Levels[p].Selected]
		f.edge(edgeRows, drawn, to, f.placeOf(drawn))
	}
}

// seen adds the edges to what an element shows, and to whether it does.
func (f *flow) seen(e *element) {
	own := labelOf(e.Class) | f.rowLabel(e.Level)
	for _, t := range append([]int{e.Text, e.Instruction, e.Card, e.Add, e.Given, e.Refused}, e.Outcomes...) {
		f.words(t, "the words of "+e.ID, own|labelIdentifier)
	}
	switch e.Kind {
	case ElementItem:
		return // what it asks is a variable, with the same conditions
	case ElementBlock, ElementReview:
		return // nothing to see: what stands in it has its conditions
	}
	shown := target{sink: "whether " + e.ID + " is shown", may: own}
	for _, w := range append(slices.Clip(f.q.Modules[e.Module].When), e.When...) {
		f.reach(edgeWhen, w, shown)
	}
	if e.First >= 0 && own&labelSensitive == 0 && f.without != edgeList {
		from := f.variables[e.First]
		from.out = append(from.out, &flowEdge{
			kind: edgeList, from: from, sink: "the list of rows of " + e.ID, may: own | labelIdentifier, at: f.c.placed[f.q.Variables[e.First].ID],
		})
	}
}

// seenCheck adds the edges to a check: whether it fires, and its words.
func (f *flow) seenCheck(k *check) {
	e := f.q.Elements[k.Element]
	own, where := labelOf(e.Class)|f.rowLabel(k.Level), e.ID
	if k.Variable >= 0 {
		own, where = f.variables[k.Variable].own, f.q.Variables[k.Variable].ID
	}
	to := target{sink: "whether check " + k.ID + " at " + where + " fires", may: own}
	f.reach(edgeCheck, k.Holds, to)
	for _, w := range k.When {
		f.reach(edgeCheck, w, to)
	}
	f.words(k.Say, "the words of check "+k.ID+" at "+where, own|labelIdentifier)
}

// words adds the edges to a text, in every language.
func (f *flow) words(t int, what string, may label) {
	if t < 0 {
		return
	}
	for _, language := range f.q.Languages {
		for _, s := range f.q.Texts[language][t] {
			f.reach(edgeWords, s.Fill, target{sink: what, may: may})
		}
	}
}

// spread moves the labels along the edges, breadth first, so that the path that
// is told is a shortest one.
func (f *flow) spread() {
	for _, bit := range []label{labelSensitive, labelIdentifier} {
		var queue []*fact
		reached := map[*fact]bool{}
		for _, x := range slices.Concat(f.secrets, f.variables) {
			if x != nil && x.own&bit != 0 {
				reached[x] = true
				queue = append(queue, x)
			}
		}
		for len(queue) > 0 {
			x := queue[0]
			queue = queue[1:]
			x.label |= bit
			for _, e := range x.out {
				if e.to == nil {
					if e.may&bit == 0 {
						f.refuse(e, bit)
					}
					continue
				}
				if reached[e.to] || e.kind == edgeDraw && bit == labelIdentifier {
					continue
				}
				reached[e.to] = true
				if e.to.came == nil {
					e.to.came = map[label]*flowEdge{}
				}
				e.to.came[bit] = e
				switch {
				case e.to.released >= 0:
					f.used[e.to.released] = true
				case e.to.takes:
					queue = append(queue, e.to)
				case e.to.own&bit == 0:
					reached[e.to] = false // another edge to it is another mistake
					f.refuse(e, bit)
				}
			}
		}
	}
}
