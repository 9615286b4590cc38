//go:build !js

package prove

import (
	"crypto/sha256"
	"slices"
	"strings"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file makes up answers: those nobody has given yet, those at the edges of
// what conditions compare with, and what the solver found.

// edges collects, for each variable, the constants that it is compared with
// anywhere, directly or inside a comparison, and their neighbours.
func edges(a *questionnaire.Anatomy, exprs []*expr.Expr) (numbers map[int][]int64, texts map[int][]string) {
	numbers, texts = map[int][]int64{}, map[int][]string{}
	for _, e := range exprs {
		e.Root().Visit(func(n expr.Node) {
			switch n.Op() {
			case "=", "lt", "le", "in", "cut", "contains", "starts_with":
			default:
				return
			}
			var vars []int
			var constants []int64
			var words []string
			measured := false
			n.Visit(func(x expr.Node) {
				measured = measured || x.Op() == "length"
				switch {
				case x.Op() == "var" && (x.Kind() == expr.Number || x.Kind() == expr.Text || x.Kind() == expr.Date || x.Kind() == expr.Time):
					vars = append(vars, a.Levels[x.Slot().Level].Variables[x.Slot().Index])
				case x.Op() == "const" && x.Kind() == expr.Text:
					words = append(words, x.Text())
				case x.Op() == "const" && x.Kind() != expr.Code && x.Kind() != expr.Set && x.Kind() != expr.Bool:
					constants = append(constants, x.N())
				}
			})
			for _, v := range vars {
				if a.Variables[v].Kind == expr.Text {
					texts[v] = append(texts[v], words...)
					for _, c := range constants {
						for n := max(c-1, 1); measured && n <= min(c+1, 400); n++ {
							texts[v] = append(texts[v], strings.Repeat("a", int(n)))
						}
					}
					continue
				}
				for _, c := range constants {
					numbers[v] = append(numbers[v], c)
					if a.Variables[v].Kind != expr.Date {
						numbers[v] = append(numbers[v], c-1, c+1)
					}
				}
			}
		})
	}
	for v := range numbers {
		slices.Sort(numbers[v])
		numbers[v] = slices.Compact(numbers[v])
	}
	return numbers, texts
}

// choose makes up an answer to a question.
func (w *walker) choose(q questionnaire.Asked, number int, v questionnaire.VariablePart, tries int) expr.Cell {
	if v.Source == questionnaire.FromDone {
		return expr.Cell{N: 1, Missing: expr.Answered}
	}
	code := w.codeOf(q.Row())
	if c, ok := w.told(q, number, code); ok && tries < 6 && w.rng.IntN(12) > 0 {
		return c
	}
	if e, ok := w.s.screener[number]; ok {
		return w.crime(e, number, v, q)
	}
	if len(v.Special) > 0 && w.rng.IntN(10) == 0 {
		return expr.Cell{Missing: v.Special[w.rng.IntN(len(v.Special))]}
	}
	if limit := w.limit(q, v); limit != nil && w.rng.IntN(2) == 0 {
		return expr.Cell{N: *limit, Missing: expr.Answered}
	}
	return w.anyCell(number, v, q.Offered)
}

// codeOf is the code of a row of a grid, -1 elsewhere.
func (w *walker) codeOf(r questionnaire.RowState) int {
	l := w.s.a.Levels[r.Level()]
	if l.Rows != questionnaire.RowsGrid || l.Row < 0 {
		return -1
	}
	return int(r.Cell(l.Row).N)
}

// told is what the hint says of a question.
func (w *walker) told(q questionnaire.Asked, number, code int) (expr.Cell, bool) {
	c, ok := w.hint.cells[[2]int{number, code}]
	if !ok {
		c, ok = w.hint.cells[[2]int{number, -1}]
		if ok && code >= 0 {
			l := w.s.a.Levels[q.Row().Level()]
			if at, said := w.hint.cells[[2]int{l.Row, -1}]; said && at.N != int64(code) {
				return c, false
			}
		}
	}
	if !ok {
		return c, false
	}
	l := w.s.a.Levels[q.Row().Level()]
	if want, said := w.hint.number[q.Row().Level()]; said && l.Number >= 0 && want <= maxRows && q.Row().Cell(l.Number).N != want && w.rng.IntN(2) == 0 {
		return c, false
	}
	return c, true
}

// crime answers a screener's question so that as many forms open as the walk
// wants.
func (w *walker) crime(e int, number int, v questionnaire.VariablePart, q questionnaire.Asked) expr.Cell {
	el := w.s.a.Elements[e]
	crime := int64(w.codeOf(q.Row()))
	wanted, told := w.hint.crime[el.Opens]
	if number == el.Times {
		n := int64(1)
		switch {
		case told && crime == wanted:
			n = max(1, min(w.hint.count[el.Opens], int64(el.UpTo)))
		case w.forms > 1:
			n = min(1+w.rng.Int64N(int64(w.forms)), int64(el.UpTo))
		case w.forms < 0 && w.rng.IntN(3) == 0:
			return w.anyCell(number, v, q.Offered)
		}
		if w.forms > 0 {
			w.forms -= int(n)
		}
		return expr.Cell{N: n, Missing: expr.Answered}
	}
	yes := expr.Cell{N: int64(el.Yes), Missing: expr.Answered}
	switch {
	case told && crime == wanted:
		return yes
	case w.forms > 0 && w.rng.IntN(3) == 0, w.forms < 0 && w.rng.Float64() < w.yes:
		return yes
	case w.forms < 0 && w.rng.IntN(8) == 0:
		return w.anyCell(number, v, q.Offered)
	}
	for i := range v.Options {
		if i != el.Yes && q.Offered(i) {
			return expr.Cell{N: int64(i), Missing: expr.Answered}
		}
	}
	return yes
}

// limit is the least or the greatest that a range lets pass, nil without one.
func (w *walker) limit(q questionnaire.Asked, v questionnaire.VariablePart) *int64 {
	e := v.Min
	if e == nil || v.Max != nil && w.rng.IntN(2) == 0 {
		e = v.Max
	}
	if e == nil || v.Kind != expr.Number {
		return nil
	}
	c := e.Eval(q.Row().Frame())
	if c.Missing != expr.Answered {
		return nil
	}
	return &c.N
}

// anyCell is any answer to v, sooner one that nobody has given.
func (w *walker) anyCell(number int, v questionnaire.VariablePart, offered func(int) bool) expr.Cell {
	known := func(n int64) expr.Cell { return expr.Cell{N: n, Missing: expr.Answered} }
	switch v.Kind {
	case expr.Bool:
		return known(w.rng.Int64N(2))
	case expr.Code, expr.Set:
		return w.anyOption(number, v, offered)
	case expr.Text:
		if words := w.s.texts[number]; len(words) > 0 && w.rng.IntN(2) == 0 {
			return expr.Cell{Text: words[w.rng.IntN(len(words))], Missing: expr.Answered}
		}
		b := make([]byte, 3+w.rng.IntN(6))
		for i := range b {
			b[i] = byte('a' + w.rng.IntN(26))
		}
		return expr.Cell{Text: string(b), Missing: expr.Answered}
	case expr.Date:
		if near := w.s.numbers[number]; len(near) > 0 && w.rng.IntN(2) == 0 {
			return known(near[w.rng.IntN(len(near))])
		}
		if v.Form == "month" {
			n, _ := expr.ParseDate([]string{"2025-07", "2025-01", "2025-12", "2024-02", "1980-06"}[w.rng.IntN(5)])
			return known(n)
		}
		days := []string{"2025-07-14", "2025-01-01", "2025-12-31", "2026-03-02", "2024-02-29", "2025-03", "2025", "1980-06-15", "2027-01-31"} // the last after the walk
		n, _ := expr.ParseDate(days[w.rng.IntN(len(days))])
		return known(n)
	case expr.Time:
		return known(w.rng.Int64N(24 * 60))
	}
	if near := w.s.numbers[number]; len(near) > 0 && w.rng.IntN(3) > 0 {
		return known(near[w.rng.IntN(len(near))])
	}
	return known(w.rng.Int64N([]int64{3, 6, 20, 100, 10_000}[w.rng.IntN(5)]))
}

// anyOption chooses among the options that are offered.
func (w *walker) anyOption(number int, v questionnaire.VariablePart, offered func(int) bool) expr.Cell {
	var fresh, others []int
	for i := range v.Options {
		if !offered(i) {
			continue
		}
		if g := w.s.goals.option[[2]int{number, i}]; g != nil && w.s.fresh(g) {
			fresh = append(fresh, i)
		} else {
			others = append(others, i)
		}
	}
	from := others
	if len(fresh) > 0 && (len(others) == 0 || w.rng.IntN(3) > 0) {
		from = fresh
	}
	if len(from) == 0 {
		if v.Kind == expr.Code && len(v.Special) > 0 {
			return expr.Cell{Missing: v.Special[0]}
		}
		return expr.Cell{Missing: expr.NotAsked}
	}
	i := from[w.rng.IntN(len(from))]
	if v.Kind == expr.Code {
		return expr.Cell{N: int64(i), Missing: expr.Answered}
	}
	set := int64(1) << i
	for w.rng.IntN(3) == 0 {
		if j := w.rng.IntN(len(v.Options)); offered(j) {
			set |= 1 << j
		}
	}
	return expr.Cell{N: set, Missing: expr.Answered}
}

// answerWhole answers with an entry of a table, a point, a photo or a
// recording.
func (w *walker) answerWhole(q questionnaire.Asked, v questionnaire.VariablePart) bool {
	answer := func(val questionnaire.Value) bool {
		return w.do(questionnaire.Act{Kind: questionnaire.KindAnswer, Path: q.Path(), Value: val})
	}
	if len(v.Special) > 0 && w.rng.IntN(6) == 0 {
		return answer(questionnaire.Special(v.Special[w.rng.IntN(len(v.Special))]))
	}
	switch v.Form {
	case "point":
		return answer(questionnaire.Point{Lat: 19_432_608, Lon: -99_133_209, Accuracy: 5})
	case "photo":
		return answer(attached(photoWords, "image/jpeg"))
	case "audio":
		return answer(attached(audioWords, "audio/webm"))
	}
	if v.Table < 0 || len(w.s.entries[v.Table]) == 0 {
		return false
	}
	for range 40 { // most entries may be narrowed away here
		entries := w.s.entries[v.Table]
		if answer(entries[w.rng.IntN(len(entries))]) {
			return true
		}
	}
	return false
}

// photoWords and audioWords stand for the bytes of a photo and a recording, as
// in a scenario, so that a walk has there what its witness has.
const (
	photoWords = "una foto"
	audioWords = "una grabación"
)

// attached is the photo or recording that words stand for.
func attached(words, media string) questionnaire.Attachment {
	return questionnaire.Attachment{Hash: sha256.Sum256([]byte(words)), Media: media, Size: int64(len(words))}
}

// maxEntries bounds how many entries of a table walks answer with.
const maxEntries = 300

// entriesOf returns entries of a table, spread over it.
func entriesOf(f questionnaire.TableFile) []questionnaire.Value {
	var entries []questionnaire.Value
	lines := strings.Split(string(f.Content), "\n")
	step := max(1, len(lines)/maxEntries)
	for i := 1; i < len(lines); i += step {
		code, _, _ := strings.Cut(lines[i], "\t")
		if e, ok := f.Find(code); ok {
			entries = append(entries, e)
		}
	}
	return entries
}

// specified is what is written beside an option that asks for it.
const specified = "algo más"

// valueOf is a cell of v as an answer; nil if it is none.
func valueOf(v questionnaire.VariablePart, c expr.Cell) questionnaire.Value {
	switch c.Missing {
	case expr.Answered:
	case expr.DontKnow, expr.Refused, expr.DoesNotApply:
		if !slices.Contains(v.Special, c.Missing) {
			return nil
		}
		return questionnaire.Special(c.Missing)
	default:
		return nil
	}
	switch v.Kind {
	case expr.Bool:
		return questionnaire.Code{Name: []string{"no", "yes"}[c.N&1]}
	case expr.Code:
		if c.N < 0 || c.N >= int64(len(v.Options)) {
			return nil
		}
		code := questionnaire.Code{Name: v.Options[c.N].Name}
		if v.Options[c.N].Specify {
			code.Specify = specified
		}
		return code
	case expr.Set:
		codes := questionnaire.Codes{Names: []string{}}
		for i, o := range v.Options {
			if uint64(c.N)>>i&1 == 0 {
				continue
			}
			codes.Names = append(codes.Names, o.Name)
			if o.Specify {
				codes.Specify = specified
			}
		}
		return codes
	case expr.Text:
		return questionnaire.Text(c.Text)
	case expr.Date:
		return questionnaire.Date(expr.FormatDate(c.N))
	case expr.Time:
		return questionnaire.Time(expr.FormatTime(c.N))
	}
	return questionnaire.Number(c.N)
}
