package weighting_test

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"cifra/weighting"
)

// This file runs the oracle's cases of models.

func init() {
	modelOps["glm"] = (*modelCase).glm
	modelOps["wald_test"] = (*modelCase).waldTest
}

// terms makes the terms of a model as R's formula has them: a factor's first
// level is the reference.
func (m *modelCase) modelTerms(names, factors []string) ([]weighting.Term, error) {
	var terms []weighting.Term
	for _, name := range names {
		col := m.s.table.Column(name)
		if col == nil {
			return nil, fmt.Errorf("no column %s", name)
		}
		if col.Numbers != nil && !slices.Contains(factors, name) {
			terms = append(terms, weighting.Slope(name, col.Numbers))
			continue
		}
		f, err := m.s.table.Factor(name)
		if err != nil {
			return nil, err
		}
		terms = append(terms, weighting.Contrasts(name, f, 0))
	}
	return terms, nil
}

// response is the column y, or whether it is the value in one.
func (m *modelCase) response() ([]float64, error) {
	if m.op.One == "" {
		return numbersOf(m.s.table, m.op.Y)
	}
	f, err := m.s.table.Factor(m.op.Y)
	return indicator(f.Code, slices.Index(f.Levels, m.op.One)), err
}

func (m *modelCase) glm() error {
	var want struct {
		Names      []string
		Coef, SE   list
		VCov       [][]num
		DFResidual num `json:"df_residual"`
		DesignDF   num `json:"design_df"`
		T, P       list
		CI         limits `json:"ci95_t"`
	}
	if err := m.into(&want); err != nil {
		return err
	}
	y, err := m.response()
	if err != nil {
		return err
	}
	terms, err := m.modelTerms(m.op.X, m.op.Factors)
	if err != nil {
		return err
	}
	if m.op.Interaction {
		terms = append(terms, weighting.Interaction(terms[0], terms[1]))
	}
	family, ok := weighting.ParseFamily(m.op.Family)
	link, ok2 := weighting.ParseLinkFunction(m.op.Link)
	if !ok || !ok2 {
		return pending("family %s with link %s", m.op.Family, m.op.Link)
	}
	fit, err := m.s.d.Regress(weighting.Regression{Y: y, Terms: terms, Family: family, Link: link, Epsilon: 1e-13}, m.s.by)
	if err != nil {
		return err
	}
	if len(want.Names) != len(fit.Names) {
		return nil // R refuses: see check
	}
	// R names a factor that the formula makes "factor(x)2", others "x2".
	plain := strings.NewReplacer("factor(", "", ")", "")
	for j, name := range want.Names {
		if name != "(Intercept)" && plain.Replace(name) != fit.Names[j] {
			return fmt.Errorf("names %q, want %q", fit.Names, want.Names)
		}
	}
	got, err := fit.Coefficients(0)
	if err != nil {
		return err
	}
	m.number("residual df", float64(fit.DF), want.DFResidual, 0)
	m.number("design df", float64(fit.DesignDF), want.DesignDF, 0)
	for j, c := range got {
		// A coefficient near 0 is known to a part of its standard error.
		m.scaled(c.Name, c.Value, want.Coef[j], m.tol, math.Abs(c.Value)+c.SE)
		m.number("SE "+c.Name, c.SE, want.SE[j], m.seTol)
		m.scaled("t "+c.Name, c.T, want.T[j], m.seTol, math.Abs(c.T)+1)
		if want.P[j] > 1e-12 {
			// The p-value's relative error is that of t times its hazard.
			m.scaled("p "+c.Name, c.P, want.P[j], m.seTol*(1+c.T*c.T), c.P)
		}
		m.scaled("low "+c.Name, c.Low, want.CI.Lo[j], m.seTol, math.Abs(c.Value)+c.SE)
		m.scaled("high "+c.Name, c.High, want.CI.Hi[j], m.seTol, math.Abs(c.Value)+c.SE)
	}
	m.Expect.VCov = want.VCov
	return m.compareMatrix(m.s, fit.Coef)
}

func (m *modelCase) waldTest() error {
	var want struct{ F, DF, DDF, P num }
	if err := m.into(&want); err != nil {
		return err
	}
	response, right, _ := strings.Cut(m.op.Model, "~")
	m.op.Y = response
	y, err := m.response()
	if err != nil {
		return err
	}
	terms, err := m.modelTerms(strings.Split(right, "+"), nil)
	if err != nil {
		return err
	}
	fit, err := m.s.d.Regress(weighting.Regression{Y: y, Terms: terms}, m.s.by)
	if err != nil {
		return err
	}
	got, err := fit.WaldTest(m.op.Terms...)
	if err != nil {
		return err
	}
	m.number("F", got.Statistic, want.F, m.tol)
	m.number("df", got.DF, want.DF, 0)
	m.number("denominator", got.Denominator, want.DDF, 0)
	m.number("p", got.P, want.P, m.tol)
	return nil
}
