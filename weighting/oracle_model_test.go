package weighting_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cifra/weighting"
)

// This file runs the oracle's cases of quantiles, moments, tests, models and
// quality classes; oracle_sampling_test.go those without a design.

// A modelOp is the operation of such a case.
type modelOp struct {
	Fn          string          `json:"fn"`
	Vars        []string        `json:"vars"`
	Var         string          `json:"var"`
	P           []float64       `json:"p"`
	Rule        string          `json:"qrule"`
	Interval    string          `json:"interval"`
	Level       float64         `json:"level"`
	NARm        bool            `json:"na_rm"`
	Rows        string          `json:"rows"`
	Cols        string          `json:"cols"`
	Stat        string          `json:"stat"`
	Y           string          `json:"y"`
	One         string          `json:"y_one"`
	X           []string        `json:"x"`
	Factors     []string        `json:"factors"`
	Interaction bool            `json:"interaction"`
	Family      string          `json:"family"`
	Link        string          `json:"link"`
	Group       string          `json:"group"`
	Mu          float64         `json:"mu"`
	Terms       []string        `json:"terms"`
	Model       string          `json:"model"`
	By          []string        `json:"by"`
	Schemes     []string        `json:"schemes"`
	Where       []condition     `json:"where"`
	Test        json.RawMessage `json:"test"`
	Probs       []float64       `json:"probs"`
}

// A modelCase is a case while it runs.
type modelCase struct {
	*oracleCase
	op     modelOp
	expect json.RawMessage
	s      *sample
	*differ
}

// modelOps are the operations with a design.
var modelOps = map[string]func(*modelCase) error{
	"quantile": (*modelCase).quantile,
	"var":      (*modelCase).moments,
	"table":    (*modelCase).table,
	"chisq":    (*modelCase).chisq,
	"ttest":    (*modelCase).ttest,
	"ranktest": (*modelCase).ranktest,
	"gof":      (*modelCase).gof,
}

// into reads the expected result.
func (m *modelCase) into(v any) error { return json.Unmarshal(m.expect, v) }

// readModel reads what says on which rows the case works: a result in a form of
// its own leaves the rest of the line unread.
func (c *oracleCase) readModel() error {
	line := struct {
		Data   *string
		Design *oracleDesign
		Op     struct {
			Where []condition `json:"where"`
		}
		Compare  any
		Expected struct{ Error string }
	}{Data: &c.Data, Design: &c.Design, Compare: &c.Compare}
	if err := json.Unmarshal(c.line, &line); err != nil {
		return err
	}
	c.Op.Where, c.Expect.Error = line.Op.Where, line.Expected.Error
	return nil
}

// checkModel runs a case of an operation of this file on its sample.
func (c *oracleCase) checkModel(s *sample) error {
	m := &modelCase{oracleCase: c, s: s, differ: c.differ()}
	line := struct {
		Op       *modelOp
		Expected *json.RawMessage
	}{&m.op, &m.expect}
	if err := json.Unmarshal(c.line, &line); err != nil {
		return err
	}
	if err := modelOps[c.Op.Fn](m); err != nil {
		return err
	}
	return errors.Join(m.errs...)
}

// numeric returns a column of numbers or the difference of two.
func (s *sample) numeric(term string) ([]float64, error) {
	if a, b, ok := strings.Cut(term, " - "); ok {
		x, err := numbersOf(s.table, a)
		if err != nil {
			return nil, err
		}
		y, err := numbersOf(s.table, b)
		if err != nil {
			return nil, err
		}
		out := make([]float64, len(x))
		for i := range x {
			out[i] = x[i] - y[i]
		}
		return out, nil
	}
	return numbersOf(s.table, term)
}

func (m *modelCase) quantile() error {
	want := map[string]struct {
		Q, Lo, Hi, SE list
	}{}
	if err := m.into(&want); err != nil {
		return err
	}
	rule, ok := weighting.ParseQuantileRule(firstOf(m.op.Rule, "math"))
	if !ok {
		return pending("quantile rule %s", m.op.Rule)
	}
	opt := weighting.QuantileOptions{Rule: rule, Interval: weighting.Interval{Level: m.op.Level}}
	name := strings.Replace(m.op.Interval, "xlogit", "logit", 1)
	opt.Score, opt.Replicated = name == "score", name == "quantile"
	if !opt.Score && !opt.Replicated {
		if opt.Interval.Method, ok = weighting.ParseMethod(name); !ok {
			return pending("quantile interval %s", name)
		}
	}
	var vars [][]float64
	for _, name := range m.op.Vars {
		y, err := m.s.numeric(name)
		if err != nil {
			return err
		}
		vars = append(vars, y)
	}
	in := m.s.by
	if m.op.NARm {
		in = in.Complete(vars...)
	}
	if opt.Score {
		return m.scores(m.op.Vars[0], vars[0], in, opt, want[m.op.Vars[0]].Q, want[m.op.Vars[0]].Lo, want[m.op.Vars[0]].Hi)
	}
	for j, name := range m.op.Vars {
		got, err := m.s.d.Quantiles(vars[j], m.op.P, in, opt)
		if err != nil {
			return err
		}
		for k, e := range got {
			what := fmt.Sprintf("%s %g", name, m.op.P[k])
			m.number(what, e.Value, want[name].Q[k], m.tol)
			m.number("low "+what, e.Low, want[name].Lo[k], m.seTol)
			m.number("high "+what, e.High, want[name].Hi[k], m.seTol)
			m.number("SE "+what, e.SE, want[name].SE[k], m.seTol)
		}
	}
	return nil
}

// scores compares score intervals. R looks for the ends, where the test jumps,
// with a root finder that may stop on either side of the jump: its end is ours
// or the value next to it.
func (m *modelCase) scores(name string, y []float64, in weighting.Domains, opt weighting.QuantileOptions, q, lo, hi list) error {
	got, err := m.s.d.Quantiles(y, m.op.P, in, opt)
	if err != nil {
		return err
	}
	values := slices.Compact(slices.Sorted(slices.Values(y)))
	for k, e := range got {
		what := fmt.Sprintf("%s %g", name, m.op.P[k])
		m.number(what, e.Value, q[k], m.tol)
		for _, end := range [][2]float64{{e.Low, float64(lo[k])}, {e.High, float64(hi[k])}} {
			i, j := slices.Index(values, end[0]), slices.Index(values, end[1])
			if i < 0 || j < 0 || max(i-j, j-i) > 1 {
				return fmt.Errorf("end of %s = %g, want %g or the value next to it", what, end[0], end[1])
			}
		}
	}
	return nil
}

// moments compares a variance, or the covariance matrix of several variables.
func (m *modelCase) moments() error {
	var want expected
	if err := m.into(&want); err != nil {
		return err
	}
	if len(m.op.Vars) != 1 {
		return m.covariances(want)
	}
	y, err := m.s.numeric(m.op.Vars[0])
	if err != nil {
		return err
	}
	in := m.s.by
	if m.op.NARm {
		in = in.Complete(y)
	}
	m.Expect = want
	return m.compareAll(m.s, m.op.Vars, []weighting.Statistic{m.s.d.Moments([][]float64{y}, in).Covariance(0, 0)})
}

// factors returns two columns as factors; an empty name is no factor.
func (m *modelCase) factors(names ...string) ([]weighting.Factor, error) {
	var out []weighting.Factor
	for _, name := range names {
		f, err := m.s.table.Factor(name)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// table compares population counts; R prints the first factor changing fastest.
func (m *modelCase) table() error {
	var want struct{ Freq list }
	if err := m.into(&want); err != nil {
		return err
	}
	f, err := m.factors(m.op.Vars...)
	if err != nil {
		return err
	}
	if len(f) != 2 {
		return pending("a table of %d factors", len(f))
	}
	got, err := m.s.d.Frequencies(f[1].Code, f[0].Code, m.s.by)
	if err != nil {
		return err
	}
	for k, cell := range got.Cells {
		m.number(fmt.Sprint("cell ", k), cell.Value, want.Freq[k], m.tol)
	}
	return nil
}

// A testResult is what R gives of a test.
type testResult struct {
	Statistic num
	Parameter struct{ NDF, DDF, DF num }
	P         num
	Estimate  *num
	CI        list `json:"ci95"`
}

// outcome compares a test. R prints small probabilities as they come out of its
// approximations, so below 1e-12 only the statistic counts.
func (m *modelCase) outcome(got weighting.Test) error {
	var want testResult
	if err := m.into(&want); err != nil {
		return err
	}
	m.number("statistic", got.Statistic, want.Statistic, m.tol)
	df := want.Parameter.DF
	if got.Denominator != 0 {
		df = want.Parameter.NDF
		m.number("denominator", got.Denominator, want.Parameter.DDF, m.tol)
	}
	m.number("df", got.DF, df, m.tol)
	if want.P > 1e-12 {
		m.number("p", got.P, want.P, m.tol)
	}
	if want.Estimate != nil {
		m.number("estimate", got.Estimate.Value, *want.Estimate, m.tol)
		m.number("low", got.Estimate.Low, want.CI[0], m.tol)
		m.number("high", got.Estimate.High, want.CI[1], m.tol)
	}
	return nil
}

func (m *modelCase) chisq() error {
	f, err := m.factors(m.op.Rows, m.op.Cols)
	if err != nil {
		return err
	}
	t, err := m.s.d.Frequencies(f[0].Code, f[1].Code, m.s.by)
	if err != nil {
		return err
	}
	got, err := t.Independence()
	if err != nil {
		return err
	}
	test, ok := map[string]weighting.Test{
		"F": got.RaoScott, "Chisq": got.Pearson, "Wald": got.Wald, "adjWald": got.AdjustedWald,
	}[firstOf(m.op.Stat, "F")]
	if !ok {
		return pending("statistic %s", m.op.Stat)
	}
	return m.outcome(test)
}

// gof compares a test of given shares; R prints its scale beside the degrees of
// freedom.
func (m *modelCase) gof() error {
	var want struct {
		Statistic num
		Parameter struct{ Scale, DF num }
		P         num
	}
	if err := m.into(&want); err != nil {
		return err
	}
	f, err := m.factors(firstOf(m.op.Var, strings.Join(m.op.Vars, "")))
	if err != nil {
		return err
	}
	t, err := m.s.d.Frequencies(f[0].Code, nil, m.s.by)
	if err != nil {
		return err
	}
	got, scale, err := t.GoodnessOfFitLikeR(m.op.Probs)
	if err != nil {
		return err
	}
	m.number("statistic", got.Statistic, want.Statistic, m.tol)
	m.number("scale", scale, want.Parameter.Scale, m.tol)
	m.number("df", got.DF, want.Parameter.DF, m.tol)
	m.number("p", got.P, want.P, m.tol)
	return nil
}

func (m *modelCase) ttest() error {
	y, err := m.s.numeric(m.op.Y)
	if err != nil {
		return err
	}
	var got weighting.Test
	if m.op.Group == "" {
		got, err = m.s.d.MeanTest(y, m.op.Mu, m.s.by, 0)
	} else {
		var f []weighting.Factor
		if f, err = m.factors(m.op.Group); err == nil {
			got, err = m.s.d.GroupTest(y, f[0].Code, m.s.by, 0)
		}
	}
	if err != nil {
		return err
	}
	return m.outcome(got)
}

func (m *modelCase) ranktest() error {
	score := weighting.Wilcoxon
	var name string
	if m.op.Test != nil && json.Unmarshal(m.op.Test, &name) == nil {
		switch name {
		case "wilcoxon", "KruskalWallis":
		case "vanderWaerden":
			score = weighting.VanDerWaerden
		case "median":
			score = weighting.MedianAbove
		default:
			return pending("rank test %s", name)
		}
	}
	y, err := m.s.numeric(m.op.Y)
	if err != nil {
		return err
	}
	f, err := m.factors(m.op.Group)
	if err != nil {
		return err
	}
	got, err := m.s.d.RankTest(y, f[0].Code, m.s.by, weighting.RankOptions{Score: score, TiesLikeR: true}, 0)
	if err != nil {
		return err
	}
	return m.outcome(got)
}
