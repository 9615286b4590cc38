package weighting_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cifra/weighting"
)

// This file makes the designs of the oracle that went through weighting steps or
// have replicate weights.

// A stepDesign is what a case says of its design beyond strata and PSUs.
type stepDesign struct {
	RepWeights string   `json:"repweights"`
	RepKey     []string `json:"rep_key"`
	Combined   bool     `json:"combined"`
	Scale      float64  `json:"scale"`
	RScales    any      `json:"rscales"`
	MSE        bool     `json:"mse"`
	Rho        float64  `json:"rho"`
	Type       string   `json:"type"`
	Steps      []step   `json:"steps"`
	Method     string   `json:"method"`
	Variance   string   `json:"variance"`
	Probs      string   `json:"probs"`
	Joint      string   `json:"joint"`
	MeanSquare float64  `json:"p2bar"`
}

type step struct {
	Step        string             `json:"step"`
	Where       []condition        `json:"where"`
	By          []string           `json:"by"`
	Totals      map[string]float64 `json:"totals"`
	TotalsFrom  string             `json:"totals_from"`
	Margins     json.RawMessage    `json:"margins"`
	MarginsFrom string             `json:"margins_from"`
	Epsilon     float64            `json:"epsilon"`
	Maxit       int                `json:"maxit"`
	Calfun      string             `json:"calfun"`
	Formula     string             `json:"formula"`
	Bounds      []float64          `json:"bounds"`
	BoundsConst bool               `json:"bounds_const"`
	Variance    []float64          `json:"variance"`
	Stage       int                `json:"aggregate_stage"`
	Trim        []float64          `json:"trim"`
	Lower       float64            `json:"lower"`
	Upper       float64            `json:"upper"`
	Strict      bool               `json:"strict"`
}

func (c *oracleCase) stepDesign() (stepDesign, error) {
	var all struct{ Design stepDesign }
	err := json.Unmarshal(c.line, &all)
	return all.Design, err
}

// steps applies the steps of the design of c to s.
func (c *oracleCase) steps(s *sample, dir string) error {
	design, err := c.stepDesign()
	if err != nil {
		return err
	}
	for _, st := range design.Steps {
		var d *weighting.Design
		var err error
		switch st.Step {
		case "subset":
			err = s.where(st.Where)
			d = s.d
		case "poststratify":
			var cell weighting.Control
			if cell, err = st.cell(s, dir); err == nil {
				d, err = s.d.PostStratify(cell)
			}
		case "rake":
			var margins []weighting.Control
			if margins, err = st.margins(s, dir); err == nil {
				d, err = s.d.Rake(margins, weighting.RakeOptions{Tolerance: st.Epsilon, Iterations: st.Maxit, Sweeps: 10})
			}
		case "calibrate":
			var cal weighting.Calibration
			if cal, err = st.calibration(s); err == nil {
				d, err = s.d.Calibrate(cal)
			}
		case "trim":
			d, err = s.d.Trim(st.Lower, st.Upper, st.Strict)
		default:
			err = pending("step %s", st.Step)
		}
		if err != nil {
			return err
		}
		s.d = d
		s.keeps = s.keeps || st.Step != "subset" && st.Step != "trim"
	}
	return nil
}

// control makes the counts of a classification by one or more columns.
func control(s *sample, names []string, total func(row []string) float64) (weighting.Control, error) {
	f, err := s.table.Factor(names...)
	if err != nil {
		return weighting.Control{}, err
	}
	ctl := weighting.Control{Name: strings.Join(names, " "), Levels: f.Levels, Code: f.Code, Totals: make([]float64, len(f.Levels))}
	met := make([]bool, len(f.Levels))
	for k, code := range f.Code {
		if code < 0 || met[code] {
			continue
		}
		met[code] = true
		row := make([]string, len(names))
		for i, n := range names {
			row[i] = s.table.Column(n).Text(k)
		}
		ctl.Totals[code] = total(row)
	}
	return ctl, nil
}

// counts returns the sum of N in a population file, by the columns named.
func counts(dir, file string, names []string) (func(row []string) float64, error) {
	t, err := readTable(dir, file)
	if err != nil {
		return nil, err
	}
	n, err := numbersOf(t, "N")
	if err != nil {
		return nil, err
	}
	sum := map[string]float64{}
	for k, v := range n {
		row := make([]string, len(names))
		for i, name := range names {
			row[i] = t.Column(name).Text(k)
		}
		sum[strings.Join(row, "|")] += v
	}
	return func(row []string) float64 { return sum[strings.Join(row, "|")] }, nil
}

func (st *step) cell(s *sample, dir string) (weighting.Control, error) {
	total := func(row []string) float64 { return st.Totals[strings.Join(row, ".")] }
	if st.TotalsFrom != "" {
		var err error
		if total, err = counts(dir, st.TotalsFrom, st.By); err != nil {
			return weighting.Control{}, err
		}
	}
	return control(s, st.By, total)
}

func (st *step) margins(s *sample, dir string) ([]weighting.Control, error) {
	var out []weighting.Control
	var names []string
	if json.Unmarshal(st.Margins, &names) == nil {
		for _, name := range names {
			total, err := counts(dir, st.MarginsFrom, []string{name})
			if err != nil {
				return nil, err
			}
			ctl, err := control(s, []string{name}, total)
			if err != nil {
				return nil, err
			}
			out = append(out, ctl)
		}
		return out, nil
	}
	var given []struct {
		Var    string
		Totals map[string]float64
	}
	if err := json.Unmarshal(st.Margins, &given); err != nil {
		return nil, err
	}
	for _, m := range given {
		ctl, err := control(s, []string{m.Var}, func(row []string) float64 { return m.Totals[row[0]] })
		if err != nil {
			return nil, err
		}
		out = append(out, ctl)
	}
	return out, nil
}

// calibration makes the columns of R's model matrix: an intercept, numbers, and
// factors without their first level.
func (st *step) calibration(s *sample) (weighting.Calibration, error) {
	distance, ok := weighting.ParseDistance(st.Calfun)
	if !ok {
		return weighting.Calibration{}, pending("distance %s", st.Calfun)
	}
	cal := weighting.Calibration{
		Distance: distance, Lambda: st.Variance, ByPSU: st.Stage == 1, Tolerance: st.Epsilon,
		Controls: []weighting.Control{{Name: "population", Totals: []float64{st.Totals["(Intercept)"]}}},
	}
	pair := func(b []float64) weighting.Bounds {
		if b == nil {
			return weighting.Bounds{}
		}
		return weighting.Bounds{Low: b[0], High: b[1]}
	}
	cal.Bounds, cal.Trim = pair(st.Bounds), pair(st.Trim)
	if st.BoundsConst {
		cal.Bounds, cal.WeightBounds = weighting.Bounds{}, cal.Bounds
	}
	for term := range strings.SplitSeq(strings.TrimPrefix(st.Formula, "~"), "+") {
		col := s.table.Column(term)
		if col == nil {
			return cal, pending("term %s", term)
		}
		if col.Numbers != nil {
			cal.Controls = append(cal.Controls, weighting.Control{Name: term, Value: col.Numbers, Totals: []float64{st.Totals[term]}})
			continue
		}
		ctl, err := control(s, []string{term}, func(row []string) float64 { return st.Totals[term+row[0]] })
		if err != nil {
			return cal, err
		}
		ctl.Code, ctl.Totals, ctl.Levels = slices.Clone(ctl.Code), ctl.Totals[1:], ctl.Levels[1:]
		for k := range ctl.Code {
			ctl.Code[k] = max(ctl.Code[k]-1, -1)
		}
		cal.Controls = append(cal.Controls, ctl)
	}
	return cal, nil
}

// replicated makes the sample of a case with replicate weights in a file.
func (c *oracleCase) replicated(table *weighting.Table, dir string) (*sample, error) {
	design, err := c.stepDesign()
	if err != nil {
		return nil, err
	}
	w, err := c.weights(table)
	if err != nil {
		return nil, err
	}
	file, err := readFile(filepath.Join(dir, design.RepWeights))
	if err != nil {
		return nil, err
	}
	row := make([]int, table.Len())
	for k := range row {
		row[k] = k
	}
	if design.RepKey != nil {
		if row, err = weighting.Link(table, design.RepKey, file, design.RepKey); err != nil {
			return nil, err
		}
	}
	var columns [][]float64
	for _, col := range file.Columns {
		if slices.Contains(design.RepKey, col.Name) {
			continue
		}
		y := make([]float64, len(row))
		for k, r := range row {
			y[k] = col.Numbers[r]
		}
		columns = append(columns, y)
	}
	scheme, ok := weighting.ParseScheme(design.Type)
	if !ok {
		return nil, pending("replicates %s", design.Type)
	}
	opt := weighting.ReplicateOptions{Scheme: scheme, Combined: design.Combined, Scale: design.Scale, Rho: design.Rho, AboutEstimate: design.MSE}
	switch v := design.RScales.(type) {
	case float64:
		opt.RScales = []float64{v}
	case []any:
		for _, r := range v {
			opt.RScales = append(opt.RScales, r.(float64))
		}
	}
	d, err := weighting.NewReplicated(w, columns, opt)
	if err != nil {
		return nil, err
	}
	return &sample{table: table, d: d}, nil
}

func readFile(path string) (*weighting.Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	t, err := weighting.ReadCSV(f, filepath.Base(path), weighting.CSVOptions{})
	return t, errors.Join(err, f.Close())
}

// compareWeights compares weights with what R says of them, and one by one with
// its own.
func (c *oracleCase) compareWeights(s *sample, dir string) error {
	var want struct {
		Expected map[string]num `json:"expected"`
	}
	if err := json.Unmarshal(c.line, &want); err != nil {
		return err
	}
	got := map[string]float64{"min": s.d.Weights()[0]}
	for _, w := range s.d.Weights() {
		got["n"]++
		if w != 0 {
			got["n_nonzero"]++
		}
		got["sum"] += w
		got["sumsq"] += w * w
		got["min"], got["max"] = min(got["min"], w), max(got["max"], w)
	}
	got["kish_deff"] = got["n_nonzero"] * got["sumsq"] / (got["sum"] * got["sum"])
	d := c.differ()
	for name, v := range want.Expected {
		g, ok := got[name]
		if !ok {
			return pending("summary %s", name)
		}
		d.number(name, g, v, d.tol)
	}
	suite, rest, _ := strings.Cut(c.Case, "/")
	file := map[string]string{"calibration": "cal_", "lacsi_a": "lacsi_a_cal_"}[suite] + strings.Split(rest, "/")[0] + ".csv"
	their, err := readFile(filepath.Join(dir, "weights", file))
	if errors.Is(err, os.ErrNotExist) {
		return errors.Join(d.errs...)
	}
	if err != nil {
		return err
	}
	row := make([]int, s.table.Len())
	if their.Column("row") == nil {
		if row, err = weighting.Link(s.table, []string{"hhid"}, their, []string{"hhid"}); err != nil {
			return err
		}
	} else {
		for k := range row {
			row[k] = k
		}
	}
	for k, w := range s.d.Weights() {
		d.number(fmt.Sprintf("weight of row %d", k+1), w, num(their.Column("w").Numbers[row[k]]), d.tol)
	}
	return errors.Join(d.errs[:min(len(d.errs), 5)]...)
}

// logitOnReplicates returns the interval that is symmetric about the logit, with
// the spread of the replicates' logits.
func (s *sample) logitOnReplicates(m weighting.Statistic, level float64, df int) (lo, hi float64, err error) {
	logit := weighting.Apply(func(p []float64) (float64, []float64) {
		return math.Log(p[0] / (1 - p[0])), []float64{1 / (p[0] * (1 - p[0]))}
	}, m)
	e, err := s.d.Estimate(logit, weighting.Interval{Level: level, DF: df})
	return 1 / (1 + math.Exp(-e.Low)), 1 / (1 + math.Exp(-e.High)), err
}

// unequal makes the sample of a case drawn with unequal probabilities.
func (c *oracleCase) unequal(table *weighting.Table, dir string) (*sample, error) {
	design, err := c.stepDesign()
	if err != nil {
		return nil, err
	}
	p := weighting.PPS{MeanSquare: design.MeanSquare, YatesGrundy: design.Variance == "YG"}
	if p.Probability, err = numbersOf(table, design.Probs); err != nil {
		return nil, err
	}
	switch design.Method {
	case "brewer":
		p.Method = weighting.BrewerPPS
	case "overton":
		p.Method = weighting.OvertonPPS
	case "hartley_rao", "hartley_rao_estimated":
		p.Method = weighting.HartleyRaoPPS
	case "joint":
		p.Method = weighting.JointPPS
		file, err := readTable(dir, design.Joint)
		if err != nil {
			return nil, err
		}
		for k := range file.Len() {
			row := make([]float64, len(file.Columns))
			for j, col := range file.Columns {
				row[j] = col.Numbers[k]
			}
			p.Joint = append(p.Joint, row)
		}
	default:
		return nil, pending("PPS method %s", design.Method)
	}
	d, err := weighting.NewPPSDesign(p)
	return &sample{table: table, d: d}, err
}

// jackknifed makes the replicates that a case leaves to the program.
func (c *oracleCase) jackknifed(d *weighting.Design) (*weighting.Design, error) {
	design, err := c.stepDesign()
	if err != nil {
		return nil, err
	}
	scheme, ok := weighting.ParseScheme(design.Type)
	if !ok {
		return nil, pending("replicates %s", design.Type)
	}
	return d.Replicate(weighting.Replication{Scheme: scheme, AboutEstimate: design.MSE})
}
