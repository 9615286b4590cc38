//go:build !js

package prove

import (
	"fmt"
	"strings"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// Options say how hard to look. The zero Options are the usual ones.
type Options struct {
	Seed      uint64 // of the walks; the same seed, the same report
	Rounds    int    // at most so many rounds of 16 walks before the solver; 0 is 40
	Incidents int    // burden is told for 0 to so many incidents; 0 is 5
	Burden    int    // walks for each number of incidents; 0 is 12

	// Progress is told what is being done and how far it is; nil for nobody.
	Progress func(stage string, done, of int)
}

// A Verdict is what became of one kind of goal. Of fills and dead ends what is
// counted is the bad: Witnessed are fills that can be empty and questions that
// can keep somebody, Refuted those that never are or do.
type Verdict struct {
	What      string `json:"what"` // items, options, conditions, checks, screens, dead ends, fills
	Witnessed int    `json:"witnessed"`
	Refuted   int    `json:"refuted"`    // impossible in every state
	IfSettled int    `json:"if_settled"` // impossible once all before is answered and its hard checks met
	NotProved int    `json:"not_proved"`
}

// count adds a goal.
func (v *Verdict) count(g *goal) {
	switch {
	case g.witness != nil:
		v.Witnessed++
	case g.refuted && g.unless != "":
		v.IfSettled++
	case g.refuted:
		v.Refuted++
	default:
		v.NotProved++
	}
}

// An Open is something that was neither met nor refuted.
type Open struct {
	What string        `json:"what"` // item, option, holds, fails, fires, leaves, answer
	Name string        `json:"name"`
	At   expr.Position `json:"at"`
}

// A Report is what was found out about a questionnaire.
type Report struct {
	// Failure says why interviews could not be started, "" if they could. Then
	// the search failed, not the instrument, and nothing else is said of it.
	Failure string `json:"failure,omitempty"`

	Diagnostics  expr.Diagnostics `json:"diagnostics"` // in the order of the files
	Verdicts     []Verdict        `json:"verdicts"`
	Open         []Open           `json:"open"`
	Witnesses    []*Witness       `json:"-"` // of every item and option
	Walks        int              `json:"walks"`
	Stuck        int              `json:"stuck"` // walks that could go no further, nothing proved of them
	Lengths      Lengths          `json:"lengths"`
	Burden       []Burden         `json:"burden"`
	Untranslated map[string]int   `json:"untranslated"`
}

// Questionnaire looks for a witness of everything that q can ask, and for a
// proof that there is none where none is found. q is to come from Compile,
// which knows where things stand; of one that was read as JSON the diagnostics
// have no place.
func Questionnaire(q *questionnaire.Questionnaire, o Options) *Report {
	if o.Rounds == 0 {
		o.Rounds = 40
	}
	if o.Incidents == 0 {
		o.Incidents = 5
	}
	if o.Burden == 0 {
		o.Burden = 12
	}
	if o.Progress == nil {
		o.Progress = func(string, int, int) {}
	}
	return newSearch(q, o).report()
}

// report searches, and says what was found.
func (s *search) report() *Report {
	s.run()
	if s.refused != nil {
		return &Report{Failure: s.refused.Error(), Open: []Open{}, Untranslated: s.a.Untranslated}
	}
	s.replay()
	r := &Report{Walks: s.walks, Open: []Open{}, Untranslated: s.a.Untranslated}
	for _, n := range s.stuck {
		r.Stuck += n
	}
	s.tell(r)
	s.tally(r)
	s.sum(r)
	r.Diagnostics.Sort()
	return r
}

// kinds are the lines of the table, and the goals of each.
var kinds = []struct {
	what  string
	goals []goalKind
}{
	{"items", []goalKind{goalItem}}, {"options", []goalKind{goalOption}}, {"conditions", []goalKind{goalHolds, goalFails}},
	{"checks", []goalKind{goalFires}}, {"screens", []goalKind{goalLeaves, goalAnswer}},
	{"dead ends", []goalKind{goalStuck, goalWithheld}}, // well if they are refuted
}

// words of each kind of goal.
var goalWords = map[goalKind]string{
	goalItem: "item", goalOption: "option", goalHolds: "holds", goalFails: "fails", goalFires: "fires", goalLeaves: "leaves", goalAnswer: "answer",
	goalEmpty: "empty", goalStuck: "stuck", goalWithheld: "withheld",
}

// tally counts the goals.
func (s *search) tally(r *Report) {
	for _, k := range kinds {
		v := Verdict{What: k.what}
		for _, g := range s.goals.list {
			for _, kind := range k.goals {
				if g.kind != kind {
					continue
				}
				v.count(g)
				switch {
				case g.witness != nil && (kind == goalItem || kind == goalOption):
					g.witness.Name = g.name
					if kind == goalOption {
						g.witness.option = s.a.Variables[g.uses[0].v].Options[g.uses[0].option].Name
					}
					r.Witnesses = append(r.Witnesses, g.witness)
				case g.witness == nil && !g.refuted:
					r.Open = append(r.Open, Open{goalWords[g.kind], g.name, g.at.At})
				}
			}
		}
		r.Verdicts = append(r.Verdicts, v)
	}
	// A fill is well if it cannot be empty: witnessed means that it can.
	v := Verdict{What: "fills"}
	for _, g := range s.goals.list {
		if g.kind == goalEmpty {
			v.count(g)
		}
	}
	r.Verdicts = append(r.Verdicts, v)
}

// tell says what is wrong. What only follows from something that was told is
// not told again.
func (s *search) tell(r *Report) {
	say := func(at questionnaire.Source, severity expr.Severity, hint, format string, a ...any) {
		r.Diagnostics.Add(expr.Diagnostic{
			Position: at.At, End: end(at), Severity: severity, Message: fmt.Sprintf(format, a...), Hint: hint,
		})
	}
	behind := s.blocked(say)
	dead := map[*goal]bool{} // conditions told never to hold
	for _, g := range s.goals.list {
		if g.at.At.Line == 0 || g.uses[0].screen > behind {
			continue
		}
		switch g.kind {
		case goalHolds:
			if g.refuted && !g.pair.refuted {
				dead[g] = true
				say(g.at, expr.Error, "", "this can never hold%s: %s%s", g.unless, g.name, because(g.reason))
			}
		case goalFails:
			if g.refuted && !g.pair.refuted {
				say(g.at, expr.Error, "leave it out, if that is meant", "this always holds%s: %s%s", g.unless, g.name, because(g.reason))
			}
		case goalFires:
			if g.refuted && !s.unreachable(g) {
				say(g.at, expr.Error, "", "this check can never fire%s: %s%s", g.unless, g.name, because(g.reason))
			}
		case goalItem:
			if g.refuted && !s.follows(g, dead) {
				say(g.at, expr.Error, "", "%s can never be asked%s%s", g.name, g.unless, because(g.reason))
			}
		case goalOption:
			if g.refuted && !s.goals.item[g.uses[0].v].refuted {
				say(g.at, expr.Error, "", "option %s can never be chosen%s%s", g.name, g.unless, because(g.reason))
			}
		case goalWithheld:
			if g.witness != nil {
				say(g.at, expr.Error, "let offer: or hide: agree with the force", "%s can be forced while it is not offered", g.name)
			}
		case goalEmpty:
			if g.witness != nil {
				say(g.at, expr.Warning, "", "this may be read while it has no value: {%s}", g.name)
			}
		}
	}
	for _, e := range s.early() {
		say(e.at, expr.Warning, "ask "+e.reads+" before it", "%s reads %s, which is asked after it", e.by, e.reads)
	}
}

// end is the column after a source, if it stands on one line.
func end(at questionnaire.Source) int {
	if strings.Contains(at.Text, "\n") || at.At.Col == 0 {
		return 0
	}
	return at.At.Col + len(at.Text)
}

// because is what a refutation rests on, in a detail line each.
func because(reason []string) string {
	if len(reason) == 0 {
		return "\nwhatever is answered"
	}
	if len(reason) > 4 {
		reason = append(reason[:4:4], fmt.Sprintf("%d more", len(reason)-4))
	}
	return "\nbecause " + strings.Join(reason, "\nand ")
}

// blocked tells the dead ends, and returns the element of the first that
// nobody passes: what lies behind it follows.
func (s *search) blocked(say func(questionnaire.Source, expr.Severity, string, string, ...any)) int {
	behind := len(s.a.Elements)
	told := map[int]bool{}
	for _, g := range s.goals.list {
		u := g.uses[0]
		reached := u.v < 0 || s.goals.item[u.v] == nil || s.goals.item[u.v].witness != nil
		if g.kind != goalLeaves || !g.refuted || !reached || u.screen > behind {
			continue
		}
		if e := s.goals.leaves[u.element]; e == g {
			behind = min(behind, u.element)
		}
		told[u.element] = true
		say(s.contradiction(u, g.at), expr.Error, "", "nobody can go on from %s: its checks contradict each other%s", g.name, because(g.reason))
	}
	for _, g := range s.goals.list {
		u := g.uses[0]
		if g.kind != goalAnswer || !g.refuted || told[s.a.Variables[u.v].Screen] || s.goals.item[u.v].refuted || u.screen > behind {
			continue
		}
		told[u.screen] = true
		say(s.contradiction(usage{element: u.screen, v: u.v}, g.at), expr.Error, "", "no answer to %s lets one go on: its checks contradict each other%s", g.name, because(g.reason))
	}
	for element, e := range s.a.Elements {
		if s.deadEnds[element] != nil && !told[element] && element <= behind {
			say(s.contradiction(usage{element: element, v: -1}, e.At), expr.Error, "", "a dead end: no answer at %s lets one go on\nas here: %s", e.ID, s.deadEnds[element].Path)
		}
	}
	return behind
}

// contradiction is the last check at a screen that an author wrote as one, else
// the last bound, else at: a bound that takes part is not what is to be put
// right.
func (s *search) contradiction(u usage, at questionnaire.Source) questionnaire.Source {
	bound := at
	written := false
	for _, c := range s.a.Checks {
		src := s.q.Place(c.Holds)
		if c.Severity != questionnaire.Hard || c.Element != u.element || src.At.Line == 0 {
			continue
		}
		if c.Made {
			bound = src
		} else {
			at, written = src, true
		}
	}
	if written {
		return at
	}
	return bound
}

// unreachable says whether a check stands where nobody comes.
func (s *search) unreachable(g *goal) bool {
	v := g.uses[0].v
	if v < 0 {
		return false
	}
	item := s.goals.item[v]
	return item != nil && item.refuted
}

// follows says whether an item is never asked because of a condition of which
// that was told, or because it is always forced.
func (s *search) follows(g *goal, dead map[*goal]bool) bool {
	v := s.a.Variables[g.uses[0].v]
	for _, w := range v.When {
		x := s.goals.holds[w]
		if dead[x] || x.refuted {
			return true
		}
	}
	for _, f := range v.Force {
		if x := s.goals.holds[f.When]; x.pair.refuted && !x.refuted {
			return true
		}
	}
	for _, guard := range v.Guards() {
		if e := s.a.Variables[guard]; e.Source == questionnaire.FromEnd {
			if x := s.goals.holds[e.Value]; x.pair.refuted && !x.refuted {
				return true
			}
		}
	}
	return false
}
