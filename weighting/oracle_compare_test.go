package weighting_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"slices"
	"strconv"
	"strings"

	"cifra/weighting"
)

// A sample is a case's design with the domain it asks about.
type sample struct {
	table *weighting.Table
	d     *weighting.Design
	all   weighting.Domains // after the steps, before "where"
	by    weighting.Domains
	dir   string // of the oracle
	keeps bool   // rows outside of a domain stay in the file at weight 0
}

// where leaves the rows out that do not meet all conditions.
func (s *sample) where(all []condition) error {
	for _, c := range all {
		col := s.table.Column(c.Var)
		if col == nil {
			return pending("condition on %s", c.Var)
		}
		s.by = s.by.Where(func(i int) bool { return c.holds(col, i) }, s.d.Len())
	}
	return nil
}

func (c condition) holds(col *weighting.Column, i int) bool {
	text := col.Text(i)
	switch {
	case text == "":
		return false
	case c.Eq != nil:
		return text == fmt.Sprint(c.Eq)
	case c.Ne != nil:
		return text != fmt.Sprint(c.Ne)
	}
	return col.Numbers[i] > c.Gt.(float64)
}

// A variable is one column of R's model matrix.
type variable struct {
	name string
	y    []float64
}

// variables returns what R makes of terms: a number is itself, a factor or a
// logical one column for each of its values.
func (s *sample) variables(terms []string) ([]variable, error) {
	var out []variable
	for _, term := range terms {
		name, isFactor := strings.CutPrefix(term, "factor(")
		name = strings.TrimSuffix(name, ")")
		logical, isLogical := strings.CutPrefix(term, "I(")
		if v, limit, ok := strings.Cut(strings.TrimSuffix(logical, ")"), ">"); ok {
			y, err := s.above(v, limit)
			if err != nil {
				return nil, err
			}
			if !isLogical {
				out = append(out, variable{term, y})
				continue
			}
			not := make([]float64, len(y))
			for i := range y {
				not[i] = 1 - y[i]
			}
			r := fmt.Sprintf("I(%s > %s)", v, limit)
			out = append(out, variable{r + "FALSE", not}, variable{r + "TRUE", y})
			continue
		}
		col := s.table.Column(name)
		if col == nil {
			return nil, pending("term %s", term)
		}
		if col.Numbers != nil && !isFactor {
			out = append(out, variable{term, col.Numbers})
			continue
		}
		f, err := s.table.Factor(name)
		if err != nil {
			return nil, err
		}
		for code, level := range f.Levels {
			out = append(out, variable{term + level, indicator(f.Code, code)})
		}
	}
	return out, nil
}

// above returns 1 where a column is above a limit.
func (s *sample) above(name, limit string) ([]float64, error) {
	col := s.table.Column(name)
	least, err := strconv.ParseFloat(limit, 64)
	if col == nil || err != nil {
		return nil, pending("term %s>%s", name, limit)
	}
	y := make([]float64, len(col.Numbers))
	for i, v := range col.Numbers {
		switch {
		case math.IsNaN(v):
			y[i] = v
		case v > least:
			y[i] = 1
		}
	}
	return y, nil
}

// indicator is 1 where code is level, NaN where it is missing.
func indicator(code []int, level int) []float64 {
	y := make([]float64, len(code))
	for i, c := range code {
		switch c {
		case level:
			y[i] = 1
		case -1:
			y[i] = math.NaN()
		}
	}
	return y
}

// statistics computes an operation in each domain: stats[g] are those of domain
// g, in R's order.
func (s *sample) statistics(op *oracleOp, by weighting.Domains) (names []string, stats [][]weighting.Statistic, err error) {
	terms := op.Vars
	if op.Fn == "ratio" {
		terms = slices.Concat(op.Num, op.Den)
	}
	vars, err := s.variables(terms)
	if err != nil {
		return nil, nil, err
	}
	columns := make([][]float64, len(vars))
	for j, v := range vars {
		columns[j] = v.y
	}
	if op.NARm {
		by = by.Complete(columns...)
	}
	var squares [][2]int
	if op.Deff != nil {
		for j := range columns {
			for k := range j + 1 {
				squares = append(squares, [2]int{j, k})
			}
		}
	}
	sums := s.d.Sums(columns, by, squares...)
	for g := range sums.Domains() {
		var of []weighting.Statistic
		switch op.Fn {
		case "mean", "total":
			for j, v := range vars {
				names = append(names, v.name)
				if op.Fn == "mean" {
					of = append(of, sums.Mean(g, j))
				} else {
					of = append(of, sums.Total(g, j))
				}
			}
		case "ratio":
			for j := range op.Num {
				for k := range op.Den {
					names = append(names, op.Num[j]+"/"+op.Den[k])
					of = append(of, sums.Ratio(g, j, len(op.Num)+k))
				}
			}
		default:
			return nil, nil, pending("operation %s", op.Fn)
		}
		stats = append(stats, of)
	}
	return names[:len(stats[0])], stats, nil
}

// compare runs the operation of c on s.
func (c *oracleCase) compare(s *sample) error {
	if modelOps[c.Op.Fn] != nil {
		return c.checkModel(s)
	}
	switch c.Op.Fn {
	case "by":
		return c.compareBy(s)
	case "prop_ci":
		return c.compareInterval(s)
	case "weights_summary":
		return c.compareWeights(s, s.dir)
	case "contrast", "contrast_nl":
		st, err := s.contrast(&c.Op)
		if err != nil {
			return err
		}
		return c.compareAll(s, []string{"contrast"}, []weighting.Statistic{st})
	}
	names, stats, err := s.statistics(&c.Op, s.by)
	if err != nil {
		return err
	}
	if c.Op.Fn == "ratio" {
		return c.compareRatios(s, stats[0])
	}
	return c.compareAll(s, names, stats[0])
}

// A differ collects what is not as expected.
type differ struct {
	tol, seTol float64
	errs       []error
}

func (c *oracleCase) differ() *differ {
	if c.Compare.Tol == 0 {
		c.Compare.Tol = 1e-9
	}
	return &differ{tol: c.Compare.Tol, seTol: max(c.Compare.Tol, c.Compare.SETol)}
}

// number compares relative to the expected number.
func (d *differ) number(what string, got float64, want num, tol float64) {
	d.scaled(what, got, want, tol, math.Abs(float64(want)))
}

// scaled compares on a scale of its own.
func (d *differ) scaled(what string, got float64, want num, tol, scale float64) {
	w := float64(want)
	if got == w || math.IsNaN(got) && math.IsNaN(w) || math.Abs(got-w) <= tol*scale {
		return
	}
	d.errs = append(d.errs, fmt.Errorf("%s = %.15g, want %.15g", what, got, w))
}

// se compares standard errors: one below 1e-8 of its estimate is zero.
func (d *differ) se(what string, got float64, want num, est float64) {
	if math.Abs(got) < 1e-8*math.Abs(est) && math.Abs(float64(want)) < 1e-8*math.Abs(est) {
		return
	}
	d.number(what, got, want, d.seTol)
}

// df returns the degrees of freedom and the rows of a domain with nothing
// missing. R takes those of the whole design for its t intervals of means, and
// those of the domain before rows with missing values leave it for svyciprop.
func (s *sample) df(by weighting.Domains) (df, rows int, err error) {
	sums := s.d.Sums(nil, by)
	e, err := s.d.Estimate(sums.Population(0), weighting.Interval{})
	return e.DF, sums.Rows(0), err
}

// compareAll compares estimates with all that R gives of them.
func (c *oracleCase) compareAll(s *sample, names []string, stats []weighting.Statistic) error {
	df, _, err := s.df(s.all)
	if err != nil {
		return err
	}
	var se, deff list
	if err := errors.Join(optional(c.Expect.SE, &se), optional(c.Expect.Deff, &deff)); err != nil {
		return err
	}
	if !slices.Equal(names, c.Expect.Names) {
		return fmt.Errorf("names %q, want %q", names, c.Expect.Names)
	}
	d := c.differ()
	d.number("df", float64(df), c.Expect.DF, 0)
	for i, name := range names {
		e, err := s.d.Estimate(stats[i], weighting.Interval{DF: df})
		if err != nil {
			return err
		}
		d.number(name, e.Value, c.Expect.Est[i], d.tol)
		d.se("SE "+name, e.SE, se[i], e.Value)
		d.se("CV "+name, e.CV, c.Expect.CV[i], 1)
		if c.Expect.T != nil {
			d.scaled("low "+name, e.Low, c.Expect.T.Lo[i], d.seTol, math.Abs(e.Value)+e.SE)
			d.scaled("high "+name, e.High, c.Expect.T.Hi[i], d.seTol, math.Abs(e.Value)+e.SE)
		}
		if c.Expect.Z != nil {
			const z = 1.959963984540054
			d.scaled("normal low "+name, e.Value-z*e.SE, c.Expect.Z.Lo[i], d.seTol, math.Abs(e.Value)+e.SE)
			d.scaled("normal high "+name, e.Value+z*e.SE, c.Expect.Z.Hi[i], d.seTol, math.Abs(e.Value)+e.SE)
		}
		if deff != nil {
			d.number("deff "+name, c.deff(e), deff[i], d.seTol)
		}
	}
	return errors.Join(append(d.errs, c.compareMatrix(s, stats))...)
}

// deff is the design effect of the kind that was asked for.
func (c *oracleCase) deff(e weighting.Estimate) float64 {
	if c.Op.Deff == "replace" {
		return e.DeffReplace
	}
	return e.Deff
}

func optional(b json.RawMessage, into any) error {
	if b == nil {
		return nil
	}
	return json.Unmarshal(b, into)
}

// compareMatrix compares covariances, each on the scale of its variances.
func (c *oracleCase) compareMatrix(s *sample, stats []weighting.Statistic) error {
	if c.Expect.VCov == nil {
		return nil
	}
	got, err := s.d.Covariances(stats)
	if err != nil {
		return err
	}
	d := c.differ()
	se := func(i int) float64 { return math.Sqrt(max(got[i][i], 0)) }
	zero := func(i int) float64 { // the estimate if it has no error
		if v := math.Abs(stats[i].Value); se(i) < 1e-8*v {
			return v
		}
		return 0
	}
	for i := range got {
		for j := range got[i] {
			want := float64(c.Expect.VCov[i][j])
			if max(math.Abs(want), math.Abs(got[i][j])) <= 1e-8*max(zero(i)*se(j), se(i)*zero(j), 1e-8*zero(i)*zero(j)) {
				continue // zero on both sides, as standard errors below 1e-8 of the estimate
			}
			scale := math.Sqrt(math.Abs(float64(c.Expect.VCov[i][i] * c.Expect.VCov[j][j])))
			d.scaled(fmt.Sprintf("vcov[%d,%d]", i, j), got[i][j], c.Expect.VCov[i][j], 2*d.seTol, scale)
		}
	}
	return errors.Join(d.errs...)
}

func (c *oracleCase) compareRatios(s *sample, stats []weighting.Statistic) error {
	df, _, err := s.df(s.all)
	if err != nil {
		return err
	}
	var se, deff [][]num
	if err := errors.Join(optional(c.Expect.SE, &se), optional(c.Expect.Deff, &deff)); err != nil {
		return err
	}
	d := c.differ()
	d.number("df", float64(df), c.Expect.DF, 0)
	for i := range c.Op.Num {
		for j := range c.Op.Den {
			e, err := s.d.Estimate(stats[i*len(c.Op.Den)+j], weighting.Interval{DF: df})
			if err != nil {
				return err
			}
			what := c.Op.Num[i] + "/" + c.Op.Den[j]
			d.number(what, e.Value, c.Expect.Ratio[i][j], d.tol)
			d.se("SE "+what, e.SE, se[i][j], e.Value)
			d.number("var "+what, e.SE*e.SE, c.Expect.Var[i][j], 2*d.seTol)
			if deff != nil {
				d.number("deff "+what, c.deff(e), deff[i][j], d.seTol)
			}
		}
	}
	return errors.Join(d.errs...)
}

// compareInterval compares the interval of a proportion.
func (c *oracleCase) compareInterval(s *sample) error {
	name := c.Op.Method
	if name == "xlogit" { // R's "logit" fits a model of the mean to the same end
		name = "logit"
	}
	method, ok := weighting.ParseMethod(name)
	if !ok {
		return pending("method %s", name)
	}
	col := s.table.Column(c.Op.Var)
	if col == nil {
		return pending("term %s", c.Op.Var)
	}
	y := col.Numbers
	if c.Op.Eq != nil {
		y = make([]float64, s.d.Len())
		for i := range y {
			switch text := col.Text(i); text {
			case "":
				y[i] = math.NaN()
			case fmt.Sprint(c.Op.Eq):
				y[i] = 1
			}
		}
	}
	by := s.by
	if c.Op.NARm {
		by = by.Complete(y)
	}
	whole, _, err := s.df(s.all)
	if err != nil {
		return err
	}
	df, rows, err := s.df(s.by)
	if err != nil {
		return err
	}
	if s.keeps {
		rows = s.d.Len()
	}
	m := s.d.Sums([][]float64{y}, by).Mean(0, 0)
	iv := weighting.Interval{Level: c.Op.Level, Method: method, DF: df, Rows: rows}
	if method == weighting.Likelihood && c.Op.NARm {
		all, left := s.d.Sums(nil, s.by), s.d.Sums(nil, by)
		share := left.Population(0).Value / all.Population(0).Value
		iv.Dispersion = share * float64(all.Rows(0)) / float64(left.Rows(0)-1)
	}
	e, err := s.d.Estimate(m, iv)
	if err != nil {
		return err
	}
	if c.Op.Method == "logit" && s.d.Replicates() > 0 {
		// On replicates R fits the model to each, so the logit is not linearised.
		if e.Low, e.High, err = s.logitOnReplicates(m, c.Op.Level, df); err != nil {
			return err
		}
	}
	var se num
	if err := json.Unmarshal(c.Expect.SE, &se); err != nil {
		return err
	}
	d := c.differ()
	d.number("df", float64(whole), c.Expect.DF, 0)
	d.number("p", e.Value, c.Expect.Est[0], d.tol)
	d.se("SE", e.SE, se, e.Value)
	d.number("low", e.Low, c.Expect.Lo, d.seTol)
	d.number("high", e.High, c.Expect.Hi, d.seTol)
	return errors.Join(d.errs...)
}

// domains divides s by variables, the first changing fastest as R prints them.
func (s *sample) domains(names []string) (weighting.Domains, []string, error) {
	back := slices.Clone(names)
	slices.Reverse(back)
	f, err := s.table.Factor(back...)
	if err != nil {
		return weighting.Domains{}, nil, err
	}
	rows := make([]string, len(f.Levels))
	for i, code := range f.Code {
		if code < 0 || rows[code] != "" {
			continue
		}
		parts := make([]string, len(names))
		for k, n := range names {
			parts[k] = s.table.Column(n).Text(i)
		}
		rows[code] = strings.Join(parts, ".")
	}
	of := make([]int32, s.d.Len())
	for i, code := range f.Code {
		of[i] = int32(code)
		if s.by.Of != nil && s.by.Of[i] < 0 {
			of[i] = -1
		}
	}
	return weighting.Domains{Of: of, N: len(rows)}, rows, nil
}

func (c *oracleCase) compareBy(s *sample) error {
	by, rows, err := s.domains(c.Op.By)
	if err != nil {
		return err
	}
	if c.Op.Inner.Fn == "quantile" {
		return c.compareQuantilesBy(s, by, rows)
	}
	_, stats, err := s.statistics(c.Op.Inner, by)
	if err != nil {
		return err
	}
	if c.Expect.Error != "" {
		for _, of := range stats {
			if _, err := s.d.Covariances(of); err != nil {
				return err
			}
		}
		return nil
	}
	if !slices.Equal(rows, c.Expect.Rows) {
		return fmt.Errorf("rows %q, want %q", rows, c.Expect.Rows)
	}
	values, ses, err := c.printed()
	if err != nil {
		return err
	}
	if len(values) != len(stats[0]) {
		return fmt.Errorf("%d statistics, want %d", len(stats[0]), len(values))
	}
	d := c.differ()
	var flat []weighting.Statistic
	for g, row := range rows {
		for j, st := range stats[g] {
			e, err := s.d.Estimate(st, weighting.Interval{})
			if err != nil {
				return err
			}
			d.number(row, e.Value, values[j][g], d.tol)
			d.se("SE "+row, e.SE, ses[j][g], e.Value)
		}
	}
	for j := range stats[0] { // R's matrix has all domains of the first variable first
		for g := range rows {
			flat = append(flat, stats[g][j])
		}
	}
	return errors.Join(append(d.errs, c.compareMatrix(s, flat))...)
}

// compareQuantilesBy compares quantiles of one variable with their errors.
func (c *oracleCase) compareQuantilesBy(s *sample, by weighting.Domains, rows []string) error {
	var line struct{ Op struct{ Inner modelOp } }
	if err := json.Unmarshal(c.line, &line); err != nil {
		return err
	}
	op := line.Op.Inner
	y, err := numbersOf(s.table, op.Vars[0])
	if err != nil {
		return err
	}
	if op.NARm {
		by = by.Complete(y)
	}
	values, ses, err := c.printed()
	if err != nil {
		return err
	}
	d := c.differ()
	for g, row := range rows {
		if row != c.Expect.Rows[g] {
			return fmt.Errorf("row %q, want %q", row, c.Expect.Rows[g])
		}
		in := by.Where(func(i int) bool { return by.Of[i] == int32(g) }, s.d.Len())
		got, err := s.d.Quantiles(y, op.P, in, weighting.QuantileOptions{})
		if err != nil {
			return err
		}
		d.number(row, got[0].Value, values[0][g], d.tol)
		d.se("SE "+row, got[0].SE, ses[0][g], got[0].Value)
	}
	return errors.Join(d.errs...)
}

// printed returns the columns that R's svyby prints: values and standard
// errors, one list a statistic.
func (c *oracleCase) printed() (values, ses []list, err error) {
	names, err := keysInOrder(c.Expect.Columns)
	if err != nil {
		return nil, nil, err
	}
	var columns map[string]json.RawMessage
	if err := json.Unmarshal(c.Expect.Columns, &columns); err != nil {
		return nil, nil, err
	}
	for _, name := range names[len(c.Op.By):] {
		var l list
		if err := json.Unmarshal(columns[name], &l); err != nil {
			return nil, nil, err
		}
		if name == "se" || strings.HasPrefix(name, "se.") {
			ses = append(ses, l)
		} else {
			values = append(values, l)
		}
	}
	return values, ses, nil
}

// keysInOrder returns the keys of a JSON object as they stand.
func keysInOrder(b json.RawMessage) ([]string, error) {
	dec := json.NewDecoder(strings.NewReader(string(b)))
	if _, err := dec.Token(); err != nil {
		return nil, err
	}
	var keys []string
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, err
		}
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return nil, err
		}
		keys = append(keys, key.(string))
	}
	return keys, nil
}

// contrast computes a function of several statistics.
func (s *sample) contrast(op *oracleOp) (weighting.Statistic, error) {
	var names []string
	var stats []weighting.Statistic
	inner := op.Inner
	if inner.Fn == "by" {
		by, rows, err := s.domains(inner.By)
		if err != nil {
			return weighting.Statistic{}, err
		}
		_, of, err := s.statistics(inner.Inner, by)
		if err != nil {
			return weighting.Statistic{}, err
		}
		for g, row := range rows {
			names = append(names, row)
			stats = append(stats, of[g][0])
		}
	} else {
		n, of, err := s.statistics(inner, s.by)
		if err != nil {
			return weighting.Statistic{}, err
		}
		names, stats = n, of[0]
	}
	if op.Fn == "contrast" {
		coef := make([]float64, len(names))
		for i, name := range names {
			coef[i] = op.Coef[name]
		}
		return weighting.Linear(coef, stats...), nil
	}
	tree, err := parser.ParseExpr(op.Expr)
	if err != nil {
		return weighting.Statistic{}, pending("expression %s", op.Expr)
	}
	value, gradient, err := derive(tree, names, stats)
	if err != nil {
		return weighting.Statistic{}, err
	}
	return weighting.Compose(value, gradient, stats...), nil
}

// derive evaluates an expression of statistics with its gradient. R's quote
// writes the row 2024 as y2024.
func derive(e ast.Expr, names []string, stats []weighting.Statistic) (v float64, grad []float64, err error) {
	grad = make([]float64, len(stats))
	switch e := e.(type) {
	case *ast.ParenExpr:
		return derive(e.X, names, stats)
	case *ast.BasicLit:
		v, err = strconv.ParseFloat(e.Value, 64)
		return v, grad, err
	case *ast.Ident:
		i := slices.IndexFunc(names, func(n string) bool { return n == e.Name || "y"+n == e.Name })
		if i < 0 {
			return 0, nil, pending("name %s", e.Name)
		}
		grad[i] = 1
		return stats[i].Value, grad, nil
	case *ast.CallExpr:
		if f, ok := e.Fun.(*ast.Ident); !ok || f.Name != "log" {
			return 0, nil, pending("function in %v", e.Fun)
		}
		x, dx, err := derive(e.Args[0], names, stats)
		for i := range dx {
			grad[i] = dx[i] / x
		}
		return math.Log(x), grad, err
	case *ast.BinaryExpr:
		x, dx, err := derive(e.X, names, stats)
		if err != nil {
			return 0, nil, err
		}
		y, dy, err := derive(e.Y, names, stats)
		if err != nil {
			return 0, nil, err
		}
		px, py := 1.0, 1.0
		switch e.Op {
		case token.ADD:
			v = x + y
		case token.SUB:
			v, py = x-y, -1
		case token.MUL:
			v, px, py = x*y, y, x
		case token.QUO:
			v, px, py = x/y, 1/y, -x/(y*y)
		default:
			return 0, nil, pending("operator %s", e.Op)
		}
		for i := range grad {
			grad[i] = px*dx[i] + py*dy[i]
		}
		return v, grad, nil
	}
	return 0, nil, pending("expression")
}
