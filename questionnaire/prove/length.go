//go:build !js

package prove

import (
	"slices"
	"strings"

	"cifra/questionnaire"
)

// This file measures interviews: in questions, and in minutes by two figures
// that are assumptions, not measurements. What is read aloud (a question, its
// options, a statement; no instruction) takes WordsPerMinute; each answer takes
// SecondsPerAnswer to be thought of, said and entered. A pilot's paradata will
// tell better.

// The figures that minutes are computed with.
const (
	WordsPerMinute   = 150
	SecondsPerAnswer = 4
)

// length is one finished interview.
type length struct {
	questions int
	minutes   float64
	incidents int
	complete  bool // no end or refusal cut it short
}

// measure counts what a finished interview asked. It is false for one that was
// not finished.
func (s *search) measure(iv *questionnaire.Interview) (length, bool) {
	l := length{complete: true}
	words := 0
	for stop := range iv.Stops() {
		e := s.a.Elements[stop.Element()]
		if stop.Ends() {
			l.complete = false
		}
		if e.Kind != questionnaire.ElementItem {
			words += s.words(e.Texts[:min(1, len(e.Texts))]...)
		}
		if e.Kind == questionnaire.ElementConsent || e.Kind == questionnaire.ElementSelect {
			l.questions++
		}
		for _, q := range stop.Questions() {
			if q.Forced() {
				continue
			}
			v := s.a.Variables[q.Variable()]
			l.questions++
			words += s.words(v.Texts[:min(1, len(v.Texts))]...)
			for _, o := range v.Options {
				if len(v.Options) <= readAloud {
					words += s.words(o.Text)
				}
			}
		}
	}
	for level, part := range s.a.Levels {
		if part.Rows == questionnaire.RowsForms {
			iv.EachRow(level, func(questionnaire.RowState) { l.incidents++ })
		}
	}
	l.minutes = float64(words)/WordsPerMinute + float64(l.questions)*SecondsPerAnswer/60
	return l, iv.Finished()
}

// readAloud is how many options are read out; longer lists are searched.
const readAloud = 12

// words counts the words of texts.
func (s *search) words(texts ...int) int {
	n := 0
	for _, t := range texts {
		n += len(strings.Fields(s.q.Words(t)))
	}
	return n
}

// A Length is how long an interview is.
type Length struct {
	Questions int     `json:"questions"`
	Minutes   float64 `json:"minutes"`
}

// Lengths are those of the walks that completed the interview: the shortest
// and the longest that were met, which need not be the shortest and longest
// there are, and the median.
type Lengths struct {
	Walks    int    `json:"walks"`
	Shortest Length `json:"shortest"`
	Typical  Length `json:"typical"`
	Longest  Length `json:"longest"`
}

// A Burden is how long interviews with so many incident forms are.
type Burden struct {
	Incidents int `json:"incidents"`
	Lengths
}

// lengthsOf sums up interviews. A walk's answers are drawn, not a
// population's: the median says what a path through the middle asks.
func lengthsOf(ls []length) Lengths {
	if len(ls) == 0 {
		return Lengths{}
	}
	ls = slices.Clone(ls)
	slices.SortStableFunc(ls, func(a, b length) int {
		if a.minutes < b.minutes {
			return -1
		} else if a.minutes > b.minutes {
			return 1
		}
		return a.questions - b.questions
	})
	of := func(l length) Length { return Length{l.questions, float64(int(l.minutes*10+0.5)) / 10} }
	return Lengths{len(ls), of(ls[0]), of(ls[len(ls)/2]), of(ls[len(ls)-1])}
}

// lengths sums up the walks that completed the interview, and those with each
// number of incidents.
func (s *search) sum(r *Report) {
	var whole []length
	by := map[int][]length{}
	for _, l := range s.lengths {
		if l.complete {
			whole = append(whole, l)
			by[l.incidents] = append(by[l.incidents], l)
		}
	}
	r.Lengths = lengthsOf(whole)
	for n := range s.options.Incidents + 1 {
		if len(by[n]) > 0 {
			r.Burden = append(r.Burden, Burden{n, lengthsOf(by[n])})
		}
	}
}
