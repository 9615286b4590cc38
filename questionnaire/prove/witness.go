//go:build !js

package prove

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// A Witness is an interview in which something came about: what was done, from
// its start event on. The engine has conducted it twice.
type Witness struct {
	Name string // of what it is a witness
	Path string // of the screen where a dead end is
	Acts []questionnaire.Act

	at     string // the question that it is about, "" for none
	option string // and its option that must have been chosen, "" if it must be asked
}

// replay conducts every witness again from the beginning and drops those with
// which what they are for does not come about. There should be none.
func (s *search) replay() {
	for _, g := range s.goals.list {
		if g.witness != nil && g.uses[0].v >= 0 && (g.kind == goalItem || g.kind == goalOption) && !s.again(g) {
			g.witness = nil
		}
	}
}

// again says whether a goal comes about when its witness is conducted again.
func (s *search) again(g *goal) bool {
	w := &walker{s: s, hint: &hint{incidents: -1}, iv: s.q.Open(self), now: walkDay, visited: map[string]bool{}}
	found := false
	w.seen = func(x *goal) { found = found || x == g }
	for _, act := range g.witness.Acts {
		if !w.do(act) {
			return false
		}
	}
	for stop := range w.iv.Stops() {
		settled := stop.Settled()
		if w.look(stop, settled); !settled || found {
			return found
		}
	}
	w.close()
	return found
}

// rowKey is the key of a row that a walk added.
var rowKey = regexp.MustCompile(`\[scenario\.(\d+)\]`)

// numbering turns the keys of rows into their numbers among those that are
// there, as scenarios say them. Lists are by what stands before the key.
type numbering map[string][]string

// address is a path as a scenario says it.
func (n numbering) address(path string) string {
	var b strings.Builder
	from := 0
	for _, at := range rowKey.FindAllStringSubmatchIndex(path, -1) {
		b.WriteString(path[from:at[0]])
		place := slices.Index(n[path[:at[0]]], path[at[2]:at[3]])
		fmt.Fprintf(&b, "[%d]", place+1)
		from = at[1]
	}
	return b.String() + path[from:]
}

// add and remove keep the lists.
func (n numbering) add(path, roster string, seen map[string]int) {
	list := roster
	if path != "" {
		list = path + "." + roster
	}
	seen[list]++
	n[list] = append(n[list], strconv.Itoa(seen[list]))
}

func (n numbering) remove(path string) {
	at := rowKey.FindAllStringSubmatchIndex(path, -1)
	if len(at) == 0 {
		return
	}
	last := at[len(at)-1]
	list, key := path[:last[0]], path[last[2]:last[3]]
	n[list] = slices.DeleteFunc(slices.Clone(n[list]), func(k string) bool { return k == key })
}

// Scenario writes a witness as a scenario of q, which expects what it is a
// witness of.
func (w *Witness) Scenario(q *questionnaire.Questionnaire) []byte {
	a := q.Anatomy()
	byID := map[string]questionnaire.VariablePart{}
	for _, v := range a.Variables {
		byID[v.ID] = v
	}
	var b strings.Builder
	fmt.Fprintf(&b, "scenario: %s\ninstrument: %s\non: %s\n", quoted("a way to "+w.Name), q.Name, walkDay.Format("2006-01-02"))
	rows, seen := numbering{}, map[string]int{}
	address := rows.address
	for i, act := range w.Acts {
		if i == 0 {
			writeGiven(&b, a, act)
			b.WriteString("interview:\n")
			continue
		}
		switch act.Kind {
		case questionnaire.KindAnswer:
			fmt.Fprintf(&b, "  - %s: %s\n", quoted(address(act.Path)), written(byID[idOf(act.Path)], act.Value))
		case questionnaire.KindClear:
			fmt.Fprintf(&b, "  - clear: %s\n", quoted(address(act.Path)))
		case questionnaire.KindAddRow:
			at := act.Roster
			if act.Path != "" {
				at = address(act.Path) + "." + at
			}
			fmt.Fprintf(&b, "  - add: {%s: [{}]}\n", quoted(at))
			rows.add(act.Path, act.Roster, seen)
		case questionnaire.KindRemoveRow:
			fmt.Fprintf(&b, "  - remove: {%s: %s}\n", quoted(address(act.Path)), quoted(act.Reason))
			rows.remove(act.Path)
		case questionnaire.KindConsent:
			fmt.Fprintf(&b, "  - consent: {%s: %s}\n", idOf(act.Path), act.Outcome)
		case questionnaire.KindGate:
			fmt.Fprintf(&b, "  - gate: {%s: %s}\n", idOf(act.Path), act.Outcome)
		case questionnaire.KindSelect:
			fmt.Fprintf(&b, "  - select: %s\n", idOf(act.Path))
		case questionnaire.KindConfirm:
			fmt.Fprintf(&b, "  - confirm: {%s: %s}\n", quoted(address(act.Check)), quoted(act.Reason))
		}
	}
	w.expect(&b, byID, address)
	return []byte(b.String())
}

// expect writes what the witness is of, where the scenario has come to.
// Of an option that is the answer that has it: whether the question is asked is
// not the point.
func (w *Witness) expect(b *strings.Builder, byID map[string]questionnaire.VariablePart, address func(string) string) {
	if w.at == "" {
		return
	}
	b.WriteString("  - expect:\n")
	if w.option == "" {
		fmt.Fprintf(b, "      asked: %s\n", quoted(address(w.at)))
		return
	}
	answer := w.option // forced, if nobody gave it
	for _, act := range w.Acts {
		if act.Kind == questionnaire.KindAnswer && act.Path == w.at {
			answer = written(byID[idOf(w.at)], act.Value)
		}
	}
	fmt.Fprintf(b, "      value: {%s: %s}\n", quoted(address(w.at)), answer)
}

// writeGiven writes the parameters.
func writeGiven(b *strings.Builder, a *questionnaire.Anatomy, start questionnaire.Act) {
	if len(start.Given) == 0 {
		return
	}
	b.WriteString("given:\n")
	for _, v := range a.Variables {
		if val, ok := start.Given[v.ID]; ok {
			fmt.Fprintf(b, "  %s: %s\n", v.ID, written(v, val))
		}
	}
}

// idOf is the item at the end of a path.
func idOf(path string) string {
	if i := strings.LastIndexByte(path, '['); i >= 0 && strings.HasSuffix(path, "]") {
		path = path[:i]
	}
	if i := strings.LastIndex(path, "]."); i >= 0 {
		path = path[i+2:]
	}
	return path
}

// quoted is a text as YAML takes it anywhere.
func quoted(s string) string { return strconv.Quote(s) }

// written is an answer as scenarios write it.
func written(v questionnaire.VariablePart, val questionnaire.Value) string {
	option := func(name, specify string) string {
		for _, o := range v.Options {
			if o.Name == name && o.Specify {
				return "{" + name + ": " + quoted(specify) + "}"
			}
		}
		return name
	}
	switch val := val.(type) {
	case questionnaire.Special:
		return expr.Missing(val).String()
	case questionnaire.Code:
		return option(val.Name, val.Specify)
	case questionnaire.Codes:
		var names []string
		for _, n := range val.Names {
			names = append(names, option(n, val.Specify))
		}
		return "[" + strings.Join(names, ", ") + "]"
	case questionnaire.Number:
		n := strconv.FormatInt(int64(val), 10)
		if v.Scale == 0 {
			return n
		}
		sign := strings.HasPrefix(n, "-")
		n = strings.TrimPrefix(n, "-")
		for len(n) <= v.Scale {
			n = "0" + n
		}
		n = n[:len(n)-v.Scale] + "." + n[len(n)-v.Scale:]
		if sign {
			n = "-" + n
		}
		return n
	case questionnaire.Text:
		return quoted(string(val))
	case questionnaire.Entry:
		return quoted(val.Code)
	case questionnaire.Attachment:
		if v.Form == "audio" {
			return quoted(audioWords)
		}
		return quoted(photoWords)
	case questionnaire.Point:
		return fmt.Sprintf("%q", fmt.Sprintf("%.6f, %.6f", float64(val.Lat)/1e6, float64(val.Lon)/1e6))
	case questionnaire.Date:
		return quoted(string(val))
	case questionnaire.Time:
		return quoted(string(val))
	}
	return `""`
}
