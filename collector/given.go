package collector

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	q "cifra/questionnaire"
)

// This file says what an interview is given when it starts. The rules:
//
//   - a column of the sample that has a parameter's name gives it, case by case;
//   - what is the same for all cases is given with the publication;
//   - a parameter that neither gives and that has no default is found when the
//     instrument is published or the sample imported, not at the first door.

// A Parameter is what an instrument must be told from outside.
type Parameter struct {
	Name     string `json:"name"`
	Type     string `json:"type"` // year, integer, decimal(4), text, date, one of LIST
	Required bool   `json:"required,omitempty"`
	Draws    bool   `json:"draws,omitempty"` // a number from 0 up to 1 that draws a respondent
}

// A GivenError says that an interview could not start: a parameter has no
// value, or one that is not of its type.
type GivenError struct {
	Parameter Parameter
	Case      q.CaseID // "" if it is the same for all
	Value     string   // "" if there is none
}

// Error names the parameter and whose it is.
func (e *GivenError) Error() string {
	whose := ""
	if e.Case != "" {
		whose = fmt.Sprintf("case %s: ", e.Case)
	}
	if e.Value == "" {
		return fmt.Sprintf("%sthe instrument's parameter %s has no value", whose, e.Parameter.Name)
	}
	if e.Parameter.Draws {
		return fmt.Sprintf("%sthe instrument's parameter %s is a number from 0 up to 1, not %q", whose, e.Parameter.Name, e.Value)
	}
	return fmt.Sprintf("%sthe instrument's parameter %s is %s, not %q", whose, e.Parameter.Name, e.Parameter.Type, e.Value)
}

// Hint tells the person running the survey what to do.
func (e *GivenError) Hint() string {
	return fmt.Sprintf("give it to all cases with --given %s=VALUE, or case by case in a column %s of the sample", e.Parameter.Name, e.Parameter.Name)
}

// Given turns texts, by the parameters' names, into the values that events
// hold. A name that is no parameter's is an error.
func Given(parameters []Parameter, texts map[string]string) (map[string]json.RawMessage, error) {
	given := make(map[string]json.RawMessage, len(texts))
	for name, text := range texts {
		i := slices.IndexFunc(parameters, func(p Parameter) bool { return p.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("the instrument has no parameter %s", name)
		}
		value, ok := parameters[i].value(text)
		if !ok {
			return nil, &GivenError{Parameter: parameters[i], Value: text}
		}
		given[name] = value
	}
	return given, nil
}

// value reads a text as the parameter's type.
func (p Parameter) value(text string) (json.RawMessage, bool) {
	kind, argument, _ := strings.Cut(strings.TrimSuffix(p.Type, ")"), "(")
	var v any
	switch {
	case kind == "year" || kind == "integer":
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, false
		}
		v = map[string]int64{"number": n}
	case kind == "decimal":
		places, err := strconv.Atoi(argument)
		if err != nil {
			return nil, false
		}
		n, ok := scaled(text, places)
		if !ok || p.Draws && (n < 0 || float64(n) >= math.Pow10(places)) {
			return nil, false
		}
		v = map[string]int64{"number": n}
	case kind == "date" || kind == "time":
		v = map[string]string{kind: text}
	case kind == "month":
		v = map[string]string{"date": text}
	case strings.HasPrefix(kind, placePrefix):
		v = map[string]map[string]string{"entry": {"code": text}} // the code says where it lies
	case strings.HasPrefix(kind, "one of "):
		v = map[string]string{"code": text}
	default:
		v = map[string]string{"text": text}
	}
	b, err := json.Marshal(v)
	return b, err == nil
}

// scaled reads a decimal as an integer with so many places. Further digits are
// cut off, never rounded up: a selection number stays below 1.
func scaled(text string, places int) (int64, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if mantissa, exponent, ok := strings.Cut(strings.ToLower(digits), "e"); ok {
		x, err := strconv.ParseFloat(mantissa+"e"+exponent, 64)
		if err != nil {
			return 0, false
		}
		whole, fraction, _ = strings.Cut(strconv.FormatFloat(x, 'f', -1, 64), ".")
	}
	if places < 0 || places > 15 || strings.ContainsAny(whole+fraction, "+-_") || whole+fraction == "" {
		return 0, false
	}
	if more := places - len(fraction); more > 0 {
		fraction += strings.Repeat("0", more)
	} else {
		for _, c := range fraction[places:] {
			if c < '0' || c > '9' {
				return 0, false
			}
		}
		fraction = fraction[:places]
	}
	n, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || n >= 1<<53 {
		return 0, false
	}
	if negative {
		n = -n
	}
	return n, true
}

// given returns what the interviews of a case are given by an instrument's
// publication and the case's own columns. What is wrong is left out and named.
func (p *Published) given(c *Case) (map[string]json.RawMessage, error) {
	given := make(map[string]json.RawMessage, len(p.Parameters))
	var wrong error
	note := func(err *GivenError) {
		if wrong == nil {
			wrong = err
		}
	}
	for _, parameter := range p.Parameters {
		text := c.Value(parameter.Name)
		if text == "" {
			for _, v := range c.Address {
				if v.Name == parameter.Name {
					text = v.Value
				}
			}
		}
		value, ok := p.Given[parameter.Name], true
		if text != "" {
			value, ok = parameter.value(text)
		}
		if ok && value != nil {
			var known bool
			if value, known = p.worded(parameter, value); !known {
				told, _ := q.DecodeValue(value)
				e, _ := told.(q.Entry)
				note(&GivenError{parameter, c.ID, e.Code}) // and is given all the same, without words
			}
		}
		switch {
		case !ok:
			note(&GivenError{parameter, c.ID, text})
		case value != nil:
			given[parameter.Name] = value
		case parameter.Required:
			note(&GivenError{Parameter: parameter, Case: c.ID})
		}
	}
	return given, wrong
}

// errNoTable means that a table is not among those published.
var errNoTable = errors.New("the table is not at hand")

// CheckSample says whether interviews of all cases of a sample can start with p,
// before either is stored: the error is a [GivenError].
func (p *Publication) CheckSample(sample *Sample) error {
	next := &Published{Parameters: p.Parameters, Given: p.Given}
	err := next.findPlaces(p.Questionnaire, func(hash q.Hash) ([]byte, error) {
		for _, content := range p.Tables {
			if sha256.Sum256(content) == hash {
				return content, nil
			}
		}
		return nil, errNoTable
	})
	if err != nil {
		return err
	}
	for row := range sample.design.rows {
		c := sample.newCase(row)
		if err := startable(next, []*Case{c}); err != nil {
			return err
		}
	}
	return nil
}

// startable checks that interviews of all cases can start with an instrument.
func startable(p *Published, cases []*Case) error {
	for _, c := range cases {
		if _, err := p.given(c); err != nil {
			// The same for all: it is not the case that lacks it.
			var missing *GivenError
			if errors.As(err, &missing) && missing.Value == "" {
				missing.Case = ""
			}
			return err
		}
	}
	return nil
}
