package plan

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"

	"cifra/weighting"
)

// This file writes estimates for programs, as JSON and CSV. A number that does
// not exist, such as an interval without degrees of freedom, is null in JSON and
// blank in CSV.

// A real is a number as JSON has it: null if it is none.
type real float64

func (r real) MarshalJSON() ([]byte, error) {
	if v := float64(r); math.IsNaN(v) || math.IsInf(v, 0) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(r))
}

// given returns nil for a number that does not exist.
func given(v float64) *real {
	if math.IsNaN(v) {
		return nil
	}
	r := real(v)
	return &r
}

// MarshalJSON writes a test.
func (t TestResult) MarshalJSON() ([]byte, error) {
	type plain TestResult
	return json.Marshal(struct {
		plain
		Statistic real `json:"statistic"`
		DF        real `json:"df"`
		P         real `json:"p"`
	}{plain(t), real(t.Statistic), real(t.DF), real(t.P)})
}

// MarshalJSON writes a figure.
func (f Figure) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Domain    []Part                `json:"domain"`
		Value     real                  `json:"estimate"`
		SE        real                  `json:"se"`
		CV        real                  `json:"cv"`
		Low       real                  `json:"low"`
		High      real                  `json:"high"`
		DF        int                   `json:"df"`
		N         int                   `json:"n"`
		PSUs      int                   `json:"psus"`
		Strata    int                   `json:"strata"`
		Missing   int                   `json:"missing"`
		Deff      real                  `json:"deff"`
		Replace   real                  `json:"deff_replace"`
		Class     weighting.Quality     `json:"class,omitempty"`
		Reason    string                `json:"reason,omitempty"`
		Short     []weighting.Shortfall `json:"class_short_of,omitempty"`
		P         *real                 `json:"p,omitempty"`
		Change    *Change               `json:"change,omitempty"`
		Influence []float64             `json:"influence,omitempty"`
	}{
		f.Domain, real(f.Value), real(f.SE), real(f.CV), real(f.Low), real(f.High),
		f.DF, f.N, f.PSUs, f.Strata, f.Missing, real(f.Deff), real(f.DeffReplace), f.Class, f.Reason(), f.Short, given(f.P), f.Change, f.Influence,
	})
}

// WriteJSON writes e as one JSON object.
func (e *Estimates) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if len(e.Units) == 0 { // with influence sums, indenting would double the file
		enc.SetIndent("", " ")
	}
	return enc.Encode(e)
}

// WriteCSV writes one line a figure and one a test, with a header. A test has no
// estimate, for the difference of a t test is a figure, and the columns from test to test_denominator: its name, kind, statistic
// and degrees of freedom; p is that of either. A figure that is compared with an
// earlier edition has the columns from earlier to change_p. An area of small_areas has
// a line of its own: its direct estimate and the columns from synthetic to gamma.
func (e *Estimates) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"indicator", "kind", "per", "domain", "estimate", "se", "cv", "low", "high", "level",
		"df", "n", "psus", "strata", "missing", "deff", "deff_replace", "class", "p",
		"test", "test_kind", "statistic", "test_df", "test_denominator", "earlier", "change", "change_se", "change_low", "change_high", "change_p",
		"synthetic", "eblup", "mse", "gamma"})
	for _, in := range e.Indicators {
		for _, f := range in.Figures {
			out.Write(append(e.line(in, f), "", "", "", ""))
		}
		for _, t := range in.Tests {
			line := make([]string, 34)
			line[0], line[1], line[2], line[3] = in.Name, in.Kind, field(in.Per), Figure{Domain: t.Domain}.name()
			denominator := ""
			if t.Denominator != 0 {
				denominator = field(t.Denominator)
			}
			copy(line[18:], []string{field(t.P), t.Name, t.Method + " " + t.Kind, field(t.Statistic), field(t.DF), denominator})
			out.Write(line)
		}
		if in.SmallAreas == nil {
			continue
		}
		for _, a := range in.SmallAreas.Areas {
			out.Write(append(e.line(in, a.Direct), field(a.Synthetic), field(a.EBLUP), field(a.MSE), field(a.Gamma)))
		}
	}
	out.Flush()
	return out.Error()
}

// line is a figure as CSV, up to its change.
func (e *Estimates) line(in Indicator, f Figure) []string {
	line := []string{
		in.Name, in.Kind, field(in.Per), f.name(), field(f.Value), field(f.SE), field(f.CV), field(f.Low), field(f.High),
		field(e.Level), strconv.Itoa(f.DF), strconv.Itoa(f.N), strconv.Itoa(f.PSUs), strconv.Itoa(f.Strata),
		strconv.Itoa(f.Missing), field(f.Deff), field(f.DeffReplace), string(f.Class), field(f.P), "", "", "", "", "",
	}
	if c := f.Change; c != nil {
		d := c.Difference
		return append(line, field(c.Earlier), field(d.Value), field(d.SE), field(d.Low), field(d.High), field(c.P))
	}
	return append(line, "", "", "", "", "", "")
}

// field writes a number so that it is read back as the same.
func field(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}

// name is the domain as programs read it: "sex=woman,age=18_29", or "all".
func (f Figure) name() string {
	if len(f.Domain) == 0 {
		return "all"
	}
	parts := make([]string, len(f.Domain))
	for k, p := range f.Domain {
		parts[k] = p.Variable
		if p.Level != "" {
			parts[k] += "=" + p.Level
		}
	}
	return strings.Join(parts, ",")
}
