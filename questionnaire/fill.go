package questionnaire

import (
	"strconv"
	"strings"

	"cifra/questionnaire/expr"
	"cifra/questionnaire/wire"
)

// This file turns texts with fills into what is read aloud. Numbers and dates
// are written by one table of our own, so that the tablet, the office and the
// paper agree.

// locale says how a language writes numbers and dates.
type locale struct {
	decimal, group string
	months         [12]string
	date           string // of day, month name and year
	month          string // of month name and year
	dayMonth       string // of day and month name
	unknown        string // stands where a fill has no value
}

var locales = map[string]locale{
	"es": {",", ".", [12]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"}, "%[1]d de %[2]s de %[3]d", "%[1]s de %[2]d", "%d de %s", "…"},
	"pt": {",", ".", [12]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"}, "%[1]d de %[2]s de %[3]d", "%[1]s de %[2]d", "%d de %s", "…"},
	"fr": {",", "\u202f", [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}, "%[1]d %[2]s %[3]d", "%[1]s %[2]d", "%d %s", "…"},
	"en": {".", ",", [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}, "%[1]d %[2]s %[3]d", "%[1]s %[2]d", "%d %s", "…"},
}

// localeOf returns the locale of a language, English for one it does not know.
func localeOf(language string) locale {
	if l, ok := locales[language]; ok {
		return l
	}
	return locales["en"]
}

// number writes n, which counts units of 10^-scale. Four digits stay together:
// a year is not a quantity.
func (l locale) number(n int64, scale int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	digits := strconv.FormatInt(n, 10)
	for len(digits) <= scale {
		digits = "0" + digits
	}
	whole, rest := digits[:len(digits)-scale], digits[len(digits)-scale:]
	if len(whole) > 4 {
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + l.group + whole[i:]
		}
	}
	if rest != "" {
		whole += l.decimal + rest
	}
	return sign + whole
}

// day writes a full date, a month or a year, as far as it is known.
func (l locale) day(n int64) string {
	s := expr.FormatDate(n)
	year, rest, _ := strings.Cut(s, "-")
	y, m, d := whole(year), whole(rest[:min(len(rest), 2)]), whole(rest[min(len(rest), 3):])
	switch {
	case m >= 1 && m <= 12 && d > 0:
		return wire.Sprintf(l.date, d, l.months[m-1], y)
	case m >= 1 && m <= 12:
		return wire.Sprintf(l.month, l.months[m-1], y)
	}
	return s
}

// whole reads a number of a date, 0 if there is none. fmt could read the whole
// date, for the price of its scanner in every browser.
func whole(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// birthday writes a mark of a draw, "06-14" or "06", without its year.
func (l locale) birthday(mark string) string {
	month, day, _ := strings.Cut(mark, "-")
	m, d := whole(month), whole(day)
	switch {
	case m < 1 || m > 12:
		return l.unknown
	case d == 0:
		return l.months[m-1]
	}
	return wire.Sprintf(l.dayMonth, d, l.months[m-1])
}

// text returns text t of the questionnaire as it reads in r, in language.
func (iv *Interview) text(t int, r *row, language string) string {
	if t < 0 {
		return ""
	}
	segments := iv.q.sentence(t, language)
	if len(segments) == 1 && segments[0].Fill == nil {
		return segments[0].Literal
	}
	var b strings.Builder
	for _, s := range segments {
		if s.Fill == nil {
			b.WriteString(s.Literal)
			continue
		}
		b.WriteString(iv.q.print(s, s.Fill.Eval(&r.frame), language))
	}
	return b.String()
}

// sentence returns text t in language, or in the source language if it has not
// been translated.
func (q *Questionnaire) sentence(t int, language string) text {
	if texts := q.Texts[language]; t < len(texts) && texts[t] != nil {
		return texts[t]
	}
	return q.Texts[q.Language][t]
}

// plain returns a text without fills.
func (q *Questionnaire) plain(t int, language string) string {
	if t < 0 {
		return ""
	}
	var b strings.Builder
	for _, s := range q.sentence(t, language) {
		if s.Fill != nil {
			b.WriteString("{" + s.Fill.String() + "}")
		}
		b.WriteString(s.Literal)
	}
	return b.String()
}

// print writes the value of a fill.
func (q *Questionnaire) print(s segment, c expr.Cell, language string) string {
	l := localeOf(language)
	if c.Missing != expr.Answered {
		return l.unknown
	}
	t := s.Fill.Type()
	switch t.Kind {
	case expr.Text:
		return c.Text
	case expr.Date:
		return l.day(c.N)
	case expr.Time:
		return expr.FormatTime(c.N)
	case expr.Number:
		n := l.number(c.N, t.Scale)
		if s.Money {
			return q.Currency.Symbol + n
		}
		return n
	case expr.Code:
		return q.plain(q.Lists[s.List-1].Choices[c.N].Text, language)
	case expr.Set:
		var words []string
		for i, ch := range q.Lists[s.List-1].Choices {
			if uint64(c.N)&(1<<i) != 0 {
				words = append(words, q.plain(ch.Text, language))
			}
		}
		return strings.Join(words, ", ")
	}
	return l.unknown
}
