package simulate

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	q "cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file answers what a screen asks. The rules:
//
//   - what an indicator reads is answered with the truth about the simulated
//     person: told names those items and what is true of each;
//   - everything else is answered with an option that is offered, drawn with
//     the household's own generator: the same household says the same again;
//   - a respondent sees no more of the questionnaire than the screen shows.

// A respondent answers for one household: an informant first, then the person
// who was drawn.
type respondent struct {
	stratum  *Stratum
	dwelling *Dwelling
	hh       *Household
	rng      *rand.Rand
	selected int // place in hh.Persons, -1 before the draw
	name     int // of the head, in the lists of names

	tables map[q.Hash]*table // that questions look their answers up in
}

func newRespondent(s *Stratum, d *Dwelling, household int) *respondent {
	hh := &d.Households[household]
	rng := rand.New(rand.NewPCG(hh.seed, 1))
	return &respondent{stratum: s, dwelling: d, hh: hh, rng: rng, selected: -1, name: rng.IntN(len(womensNames))}
}

// A spot is where a question stands: whom and what it is about.
type spot struct {
	person int    // place in the household, -1 if the question is about no person
	crime  Code   // of a row of a screen, or of an incident
	event  int    // the incident's number, from 1; 0 if there is none
	key    string // of a row of a grid
}

// locate reads a question's path. Rows of persons are counted from 1 in the
// order in which they were added, which is the order of the household.
func locate(path string) spot {
	at := spot{person: -1}
	for _, part := range strings.SplitAfter(path, "]") {
		name, key, ok := strings.Cut(strings.TrimSuffix(part, "]"), "[")
		if !ok {
			continue
		}
		row, number, _ := strings.Cut(key, ".")
		n, _ := strconv.Atoi(number)
		switch strings.TrimPrefix(name, ".") {
		case "person":
			at.person = n - 1
		case "incident":
			at.crime, at.event = codeOf(row), n
		default:
			at.key, at.crime = key, codeOf(key)
		}
	}
	return at
}

// incident returns the event that a question is about.
func (r *respondent) incident(at spot) *Incident {
	return &r.suffered(at).Incidents[at.event-1]
}

// suffered returns what the household or the selected person suffered of the
// crime at a spot, nil if nothing.
func (r *respondent) suffered(at spot) *Crime {
	if at.crime <= burglary {
		return r.hh.crime(at.crime, OfHousehold)
	}
	return r.hh.crime(at.crime, r.selected)
}

// answer returns what the household says to a question.
func (r *respondent) answer(question *q.QuestionView) q.Value {
	if tell := told[question.Number]; tell != nil {
		return tell(r, locate(question.Path), question)
	}
	if strings.HasSuffix(question.Number, "_complete") {
		return yes
	}
	return r.plausible(question)
}

var yes, no = q.Code{Name: "yes"}, q.Code{Name: "no"}

func yesIf(b bool) q.Value {
	if b {
		return yes
	}
	return no
}

func code(name string) q.Value { return q.Code{Name: name} }

var dontKnow = q.Special(expr.DontKnow)

// told has what is true, by item of the built-in instrument.
var told = map[string]func(r *respondent, at spot, question *q.QuestionView) q.Value{
	"P2_1": func(r *respondent, _ spot, _ *q.QuestionView) q.Value {
		n := 0
		for i := range r.dwelling.Households {
			n += len(r.dwelling.Households[i].Persons)
		}
		return q.Number(n)
	},
	"P2_1a": func(*respondent, spot, *q.QuestionView) q.Value { return no },
	"P2_2": func(r *respondent, _ spot, _ *q.QuestionView) q.Value {
		return yesIf(len(r.dwelling.Households) == 1)
	},
	"P2_3": func(r *respondent, _ spot, _ *q.QuestionView) q.Value {
		return q.Number(len(r.dwelling.Households))
	},

	"P3_2": func(r *respondent, at spot, _ *q.QuestionView) q.Value { return q.Text(r.nameOf(at.person)) },
	"P3_3": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		return code(relationNames[r.hh.Persons[at.person].Relation])
	},
	"P3_4": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		return code(sexOf(r.hh.Persons[at.person]))
	},
	"P3_5": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		if !r.hh.knowsAge(at.person) {
			return dontKnow
		}
		return q.Number(r.hh.Persons[at.person].Age)
	},
	"P3_5a": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		if r.hh.Persons[at.person].Adult() {
			return code("of_age")
		}
		return code("under_age")
	},
	"P3_6d": func(r *respondent, _ spot, _ *q.QuestionView) q.Value { return q.Number(1 + r.rng.IntN(28)) },
	"P3_7":  func(r *respondent, at spot, _ *q.QuestionView) q.Value { return r.schooling(at.person) },
	"P3_7g": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		age := int(r.hh.Persons[at.person].Age)
		return q.Number(1 + r.rng.IntN(min(3, max(1, age-5)))) // a child of eight is in the third grade at most
	},
	"P3_8": func(r *respondent, at spot, question *q.QuestionView) q.Value {
		if r.rng.Float64() < 0.6 {
			return code("worked")
		}
		return r.plausible(question)
	},

	"P4_4a": func(r *respondent, _ spot, _ *q.QuestionView) q.Value {
		n := r.hh.Persons[r.selected].Night
		if n == NeverOut {
			return q.Special(expr.DoesNotApply)
		}
		return code(nightNames[n])
	},

	"P6_1":  func(r *respondent, _ spot, _ *q.QuestionView) q.Value { return yesIf(r.hh.Vehicles > 0) },
	"P6_1a": func(r *respondent, _ spot, _ *q.QuestionView) q.Value { return q.Number(r.hh.Vehicles) },
	"P6_4":  (*respondent).tellCrime,
	"P6_5":  func(*respondent, spot, *q.QuestionView) q.Value { return yes },
	"P6_6":  (*respondent).tellTimes,
	"P7_3":  (*respondent).tellCrime,
	"P7_4":  (*respondent).tellTimes,

	"I1_1": func(r *respondent, at spot, question *q.QuestionView) q.Value {
		return code(question.Options[r.incident(at).Month-1].Code)
	},
	"I1_2": func(r *respondent, _ spot, _ *q.QuestionView) q.Value { return code(r.stratum.State) },
	"I1_3": func(r *respondent, _ spot, _ *q.QuestionView) q.Value {
		if r.rng.Float64() < 0.8 {
			return code(r.stratum.Capital)
		}
		return q.Code{Name: "other_municipality", Specify: "San Miguel"}
	},
	"I1_9": func(r *respondent, at spot, question *q.QuestionView) q.Value {
		if r.incident(at).alone() {
			return code("one")
		}
		return code(question.Options[1+r.rng.IntN(len(question.Options)-1)].Code)
	},
	"I1_10": (*respondent).ofOffenders,
	"I1_11": func(r *respondent, at spot, question *q.QuestionView) q.Value {
		if !r.incident(at).alone() && r.rng.IntN(2) == 0 {
			return code("several")
		}
		return code(question.Options[1+r.rng.IntN(len(question.Options)-2)].Code)
	},
	"I1_12": (*respondent).ofOffenders,
	"I1_20": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		in := r.incident(at)
		return yesIf(in.Reported && !r.byAnother(at, in))
	},
	"I1_21": func(r *respondent, at spot, _ *q.QuestionView) q.Value { return yesIf(r.incident(at).Reported) },
	"I1_22": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		in := r.incident(at)
		return yesIf(in.File != NotOpened || in.seed&8 != 0)
	},
	"I1_24": func(r *respondent, at spot, _ *q.QuestionView) q.Value {
		switch r.incident(at).File {
		case Opened:
			return yes
		case NotKnown:
			return dontKnow
		}
		return no
	},
}

// knowsAge reports whether the household can tell the age of a member.
func (hh *Household) knowsAge(person int) bool {
	return hh.Persons[person].Relation != NotRelated || hh.seed%4 != 0
}

// alone reports whether one offender did it.
func (in *Incident) alone() bool { return in.seed%5 < 2 }

// byAnother reports whether somebody else than the selected person went to
// report what happened to the household.
func (r *respondent) byAnother(at spot, in *Incident) bool {
	return at.crime <= burglary && len(r.hh.Adults()) > 1 && in.seed&4 != 0
}

func (r *respondent) tellCrime(at spot, _ *q.QuestionView) q.Value {
	return yesIf(r.suffered(at) != nil)
}

func (r *respondent) tellTimes(at spot, _ *q.QuestionView) q.Value {
	return q.Number(r.suffered(at).Times)
}

// ofOffenders marks one option if there was one offender.
func (r *respondent) ofOffenders(at spot, question *q.QuestionView) q.Value {
	if !r.incident(at).alone() {
		return r.plausible(question)
	}
	return q.Codes{Names: []string{question.Options[r.rng.IntN(len(question.Options))].Code}}
}

// schooling returns a level that somebody of that age can have.
func (r *respondent) schooling(person int) q.Value {
	age := int(r.hh.Persons[person].Age)
	switch x := r.rng.Float64(); {
	case age < 6:
		return code("preschool")
	case age < 12 || x < 0.15:
		return code("primary")
	case age < 15 || x < 0.45:
		return code("lower_secondary")
	case age < 22 || x < 0.75:
		return code("upper_secondary")
	case x < 0.97:
		return code("bachelor")
	}
	return code("postgraduate")
}

// plausible returns an answer that may be given, whatever it means, nil if there
// is none.
func (r *respondent) plausible(question *q.QuestionView) q.Value {
	for _, s := range question.Special {
		if m, ok := expr.ParseMissing(s.Missing); ok && r.rng.Float64() < 0.01 {
			return q.Special(m)
		}
	}
	switch question.Kind {
	case "one":
		return r.oneOf(question.Options)
	case "many":
		return r.someOf(question)
	case "text":
		return q.Text("Sin comentarios")
	case "date":
		return q.Date("2025-06-15")
	case "month":
		return q.Date("2025-06")
	case "time":
		return q.Time("18:30")
	case "entry", "place":
		if t := r.tables[question.Table.Hash]; t != nil {
			return t.entry(r.rng, question)
		}
		return nil
	case "point":
		return somewhere(r.rng)
	case "photo":
		return attachment(r.rng, "image/jpeg")
	case "audio":
		return attachment(r.rng, "audio/webm")
	}
	lo, hi := int64(0), int64(10)
	if question.Min != nil {
		lo, hi = *question.Min, *question.Min+10
	}
	if question.Max != nil {
		hi = min(hi, *question.Max)
	}
	return q.Number(lo + r.rng.Int64N(max(hi-lo, 0)+1))
}

// oneOf chooses an option; of yes and no, no three times out of four.
func (r *respondent) oneOf(options []q.OptionView) q.Value {
	if len(options) == 2 && options[1].Code == "no" {
		return yesIf(r.rng.IntN(4) == 0)
	}
	o := options[r.rng.IntN(len(options))]
	return q.Code{Name: o.Code, Specify: specify(o)}
}

// someOf marks one option, or two that may stand together.
func (r *respondent) someOf(question *q.QuestionView) q.Value {
	want := max(1, question.AtLeast)
	if r.rng.IntN(3) == 0 && (question.AtMost == 0 || want < question.AtMost) {
		want++
	}
	marked := make(map[int]bool)
	text := ""
	for _, i := range r.rng.Perm(len(question.Options)) {
		o := question.Options[i]
		if o.Exclusive && len(marked) > 0 || len(marked) == want {
			continue
		}
		marked[i] = true
		text += specify(o)
		if o.Exclusive {
			break
		}
	}
	names := make([]string, 0, len(marked))
	for i, o := range question.Options {
		if marked[i] {
			names = append(names, o.Code)
		}
	}
	return q.Codes{Names: names, Specify: text}
}

// specify is what is written beside an option that asks for it.
func specify(o q.OptionView) string {
	if o.Specify {
		return "Otra situación"
	}
	return ""
}

// nameOf returns a first name that nobody else in the household has.
func (r *respondent) nameOf(person int) string {
	names := &mensNames
	if r.hh.Persons[person].Woman {
		names = &womensNames
	}
	at := r.name + person
	if at/len(names) > 0 {
		return fmt.Sprintf("%s %d", names[at%len(names)], at/len(names)+1)
	}
	return names[at%len(names)]
}

var womensNames = [...]string{
	"María", "Guadalupe", "Juana", "Margarita", "Verónica", "Elizabeth", "Alejandra", "Leticia", "Rosa", "Gabriela",
	"Patricia", "Adriana", "Teresa", "Silvia", "Martha", "Carmen", "Yolanda", "Ana", "Lucía", "Sofía",
}

var mensNames = [...]string{
	"José", "Juan", "Luis", "Carlos", "Jesús", "Francisco", "Pedro", "Alejandro", "Manuel", "Ricardo",
	"Daniel", "Fernando", "Jorge", "Roberto", "Eduardo", "Antonio", "Miguel", "Rafael", "Mario", "Hugo",
}
