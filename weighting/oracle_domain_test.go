package weighting_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"cifra/weighting"
)

// This file runs the oracle's cases of standardisation and of quality classes.

func init() {
	modelOps["standardised_by"] = (*modelCase).standardised
	modelOps["quality_table"] = (*modelCase).qualities
}

func (m *modelCase) standardised() error {
	var op struct {
		Op struct {
			Standardise string
			Population  []float64
		}
	}
	if err := json.Unmarshal(m.line, &op); err != nil {
		return err
	}
	y, err := numbersOf(m.s.table, m.op.Var)
	if err != nil {
		return err
	}
	class, err := m.s.table.Factor(op.Op.Standardise)
	if err != nil {
		return err
	}
	by, rows := m.s.by, []string{m.op.Var}
	if m.op.By != nil {
		if by, rows, err = m.s.domains(m.op.By); err != nil {
			return err
		}
	}
	got, err := m.s.d.Standardised(y, class.Code, op.Op.Population, by)
	if err != nil {
		return err
	}
	m.Expect = expected{}
	if err := m.into(&m.Expect); err != nil {
		return err
	}
	if m.op.By == nil {
		return m.compareAll(m.s, rows, got)
	}
	m.Op.By = m.op.By
	values, ses, err := m.printed()
	if err != nil {
		return err
	}
	for g, row := range rows {
		if row != m.Expect.Rows[g] {
			return fmt.Errorf("row %q, want %q", row, m.Expect.Rows[g])
		}
		e, err := m.s.d.Estimate(got[g], weighting.Interval{})
		if err != nil {
			return err
		}
		m.number(row, e.Value, values[0][g], m.tol)
		m.se("SE "+row, e.SE, ses[0][g], e.Value)
	}
	return nil
}

// qualities compares the classes of each scheme and what they are made from.
func (m *modelCase) qualities() error {
	var want struct {
		K                                              []string
		N, Unweighted, DF, P, SE, CV, LogCV, Deff, ESS list
		Chile, ECLAC2020, ECLAC2023, INEGI, NCVS       []string
	}
	plain := strings.NewReplacer(`"log_cv"`, `"LogCV"`)
	if err := json.Unmarshal([]byte(plain.Replace(string(m.expect))), &want); err != nil {
		return err
	}
	y, err := numbersOf(m.s.table, m.op.Var)
	if err != nil {
		return err
	}
	by, rows, err := m.s.domains(m.op.By)
	if err != nil {
		return err
	}
	sums := m.s.d.Sums([][]float64{y}, by, [2]int{0, 0})
	cases := make([]int, len(rows))
	for i, g := range by.Of {
		if g >= 0 && y[i] == 1 {
			cases[g]++
		}
	}
	classes := map[weighting.QualityScheme][]string{
		weighting.ChileQuality: want.Chile, weighting.ECLAC2020: want.ECLAC2020, weighting.ECLAC2023: want.ECLAC2023,
		weighting.INEGIQuality: want.INEGI, weighting.NCVSQuality: want.NCVS,
	}
	// The table writes Chile's and ECLAC's words in its own way.
	words := strings.NewReplacer("non-reliable", "not reliable", "weakly-reliable", "weakly reliable")
	for g, row := range rows {
		if row != want.K[g] {
			return fmt.Errorf("row %q, want %q", row, want.K[g])
		}
		e, err := m.s.d.Estimate(sums.Mean(g, 0), weighting.Interval{})
		if err != nil {
			return err
		}
		m.number(row+" n", float64(e.N), want.N[g], 0)
		m.number(row+" cases", float64(cases[g]), want.Unweighted[g], 0)
		m.number(row+" df", float64(e.DF), want.DF[g], 0)
		m.number(row+" p", e.Value, want.P[g], m.tol)
		m.number(row+" se", e.SE, want.SE[g], m.tol)
		m.number(row+" cv", e.CV, want.CV[g], m.tol)
		m.number(row+" log cv", weighting.LogCVOfCalidad(e), want.LogCV[g], m.tol)
		m.number(row+" deff", e.Deff, want.Deff[g], m.tol)
		m.number(row+" effective n", e.EffectiveN(), want.ESS[g], m.tol)
		ev := weighting.Evidence{Proportion: true, Cases: cases[g], Calidad: true}
		for scheme, expected := range classes {
			got, why := scheme.Class(e, ev)
			if string(got) != words.Replace(expected[g]) {
				m.errs = append(m.errs, fmt.Errorf("%s: %s gives %q (%v), want %q", row, scheme, got, why, expected[g]))
			}
		}
	}
	return errors.Join(m.errs...)
}
