package weighting_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cifra/weighting"
)

// This file runs the oracle's cases that have data and no design: adjustments for
// non-response and small areas.

// A plainCase is such a case while it runs.
type plainCase struct {
	*differ
	line  []byte
	table *weighting.Table
	want  struct {
		Names []string
		Value list
	}
}

// plainOps are their operations.
var plainOps = map[string]func(*plainCase) error{
	"nr_class":    (*plainCase).classes,
	"nr_logit":    (*plainCase).propensity,
	"fay_herriot": (*plainCase).areas,
}

// checkPlain runs a case of this file.
func (c *oracleCase) checkPlain(dir string) error {
	p := &plainCase{differ: c.differ(), line: c.line}
	line := struct {
		Data     string
		Expected any
		Compare  any
	}{Expected: &p.want, Compare: &c.Compare}
	if err := json.Unmarshal(c.line, &line); err != nil {
		return err
	}
	p.differ = c.differ()
	var err error
	if p.table, err = readTable(dir, line.Data); err != nil {
		return err
	}
	if err := plainOps[c.Op.Fn](p); err != nil {
		return err
	}
	return errors.Join(p.errs...)
}

// where evaluates "disp == 1" or "disp != 4".
func (p *plainCase) where(text string) ([]bool, error) {
	f := strings.Fields(text)
	y, err := numbersOf(p.table, f[0])
	if err != nil {
		return nil, err
	}
	var limit float64
	if _, err := fmt.Sscan(f[2], &limit); err != nil {
		return nil, err
	}
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = (v == limit) == (f[1] == "==")
	}
	return out, nil
}

func (p *plainCase) classes() error {
	var line struct {
		Op struct {
			Cells                        []string
			Eligible, Respondent, Weight string
		}
	}
	if err := json.Unmarshal(p.line, &line); err != nil {
		return err
	}
	eligible, err := p.where(line.Op.Eligible)
	respondent, err2 := p.where(line.Op.Respondent)
	w, err3 := numbersOf(p.table, line.Op.Weight)
	f, err4 := p.table.Factor(line.Op.Cells...)
	if err := errors.Join(err, err2, err3, err4); err != nil {
		return err
	}
	got, err := weighting.ResponseFactors(w, f.Code, len(f.Levels), eligible, respondent, weighting.ClassLimits{})
	if err != nil {
		return err
	}
	for c, level := range f.Levels {
		if name := strings.Replace(level, ".", " ", 1); name != p.want.Names[c] {
			return fmt.Errorf("class %q, want %q", name, p.want.Names[c])
		}
		p.number(level, got[c].Factor, p.want.Value[c], p.tol)
	}
	return nil
}

func (p *plainCase) propensity() error {
	eligible, err := p.where("disp != 4")
	respondent, err2 := p.where("disp == 1")
	w, err3 := numbersOf(p.table, "w_base")
	if err := errors.Join(err, err2, err3); err != nil {
		return err
	}
	var terms []weighting.Term
	for _, name := range []string{"region", "urban", "ses"} {
		f, err := p.table.Factor(name)
		if err != nil {
			return err
		}
		terms = append(terms, weighting.Contrasts(name, f, 0))
	}
	d, err := weighting.NewDesign(nil, nil, w, weighting.Options{})
	if err != nil {
		return err
	}
	_, fit, err := d.Propensities(terms, eligible, respondent)
	if err != nil {
		return err
	}
	for j, c := range fit.Coef {
		name := strings.NewReplacer("factor(", "", ")", "").Replace(p.want.Names[j])
		if j > 0 && fit.Names[j] != name {
			return fmt.Errorf("column %q, want %q", fit.Names[j], name)
		}
		p.number(fit.Names[j], c.Value, p.want.Value[j], p.tol)
	}
	return nil
}

func (p *plainCase) areas() error {
	var line struct {
		Op struct {
			Y, Vardir, Method string
			X                 []string
		}
	}
	if err := json.Unmarshal(p.line, &line); err != nil {
		return err
	}
	y, err := numbersOf(p.table, line.Op.Y)
	v, err2 := numbersOf(p.table, line.Op.Vardir)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	x := make([][]float64, len(y))
	for _, name := range line.Op.X {
		col, err := numbersOf(p.table, name)
		if err != nil {
			return err
		}
		for i := range x {
			x[i] = append(x[i], col[i])
		}
	}
	method, ok := weighting.ParseAreaMethod(line.Op.Method)
	if !ok {
		return pending("method %s", line.Op.Method)
	}
	got, err := weighting.FayHerriot(y, v, x, method)
	if err != nil {
		return err
	}
	all := slices.Concat(got.Value, got.MSE, []float64{got.Between}, got.Beta)
	for k, name := range p.want.Names[:len(all)] { // the count of iterations is R's own
		p.number(name, all[k], p.want.Value[k], p.tol)
	}
	return nil
}
