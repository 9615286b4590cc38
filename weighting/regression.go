package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// This file fits generalised linear models to the population. The rules:
//
//   - the coefficients are those that a fit to the whole population would have,
//     estimated by weighting its score equations. No distribution is assumed
//     beyond the mean: standard errors come from the design alone, and the
//     dispersion does not enter;
//   - a row moves the coefficients by A⁻¹ x (y-μ) μ'/V(μ), with A the expected
//     information Σ w x x' μ'²/V(μ). That is an influence like any other, so
//     models end in the one variance, calibration residuals included;
//   - on replicates the model is fitted anew, nothing is linearised;
//   - rows in which the response, a term or the offset is missing leave the
//     domain, and their PSUs stay;
//   - covariates are centred while the fit runs: a year of 2024 is no reason to
//     lose six digits.
//
// Sources: Binder, International Statistical Review 51 (1983), for the
// variance; McCullagh and Nelder, Generalized Linear Models, 2nd ed. (1989), for
// scoring. Checked against svyglm of R's survey 4.5 in TestOracle.

// A Family is how the variance of a response follows from its mean.
type Family uint8

const (
	// Gaussian is for any number: the variance is the same everywhere.
	Gaussian Family = iota

	// Binomial is for a response that is 0 or 1, or a share between them.
	Binomial

	// Poisson is for counts, or any response that is not negative: the variance
	// is the mean.
	Poisson
)

var familyNames = [...]string{"gaussian", "binomial", "poisson"}

// String returns the name of f in plans and in R.
func (f Family) String() string {
	if int(f) < len(familyNames) {
		return familyNames[f]
	}
	return fmt.Sprintf("Family(%d)", uint8(f))
}

// ParseFamily is the inverse of String; false if no family has that name.
func ParseFamily(s string) (Family, bool) {
	i := slices.Index(familyNames[:], s)
	return Family(max(i, 0)), i >= 0
}

// A LinkFunction is the scale on which a mean is a sum of terms.
type LinkFunction uint8

const (
	// CanonicalLink is identity for Gaussian, logit for Binomial, log for Poisson.
	CanonicalLink LinkFunction = iota

	// IdentityLink makes coefficients differences of means; of a Binomial,
	// differences of shares.
	IdentityLink

	// LogLink makes exp of a coefficient a ratio of means; of a Binomial, a
	// ratio of prevalences.
	LogLink

	// LogitLink makes exp of a coefficient an odds ratio.
	LogitLink
)

var linkNames = [...]string{"canonical", "identity", "log", "logit"}

// String returns the name of l in plans and in R.
func (l LinkFunction) String() string {
	if int(l) < len(linkNames) {
		return linkNames[l]
	}
	return fmt.Sprintf("LinkFunction(%d)", uint8(l))
}

// ParseLinkFunction is the inverse of String; false if no link has that name.
func ParseLinkFunction(s string) (LinkFunction, bool) {
	i := slices.Index(linkNames[:], s)
	return LinkFunction(max(i, 0)), i >= 0
}

// A Covariate is one column of a model.
type Covariate struct {
	Name  string
	Value []float64 // one a row, NaN where it is missing
}

// A Term is what a model says together: the one column of a number, the several
// of a factor, their products.
type Term struct {
	Name    string
	Columns []Covariate
}

// Slope returns the term of a number, with one value a row; NaN is missing.
func Slope(name string, value []float64) Term {
	return Term{Name: name, Columns: []Covariate{{name, value}}}
}

// Contrasts returns the term of a factor: one column for each level but the
// reference, whose coefficients are differences from it. Columns are named as R
// does, the name and then the level. It panics if there is no such level.
func Contrasts(name string, f Factor, reference int) Term {
	if reference < 0 || reference >= len(f.Levels) {
		panic("weighting: no such level")
	}
	t := Term{Name: name}
	for level, text := range f.Levels {
		if level == reference {
			continue
		}
		t.Columns = append(t.Columns, Covariate{name + text, indicatorOf(f.Code, level)})
	}
	return t
}

// indicatorOf is 1 where code is level, NaN where it is missing.
func indicatorOf(code []int, level int) []float64 {
	y := make([]float64, len(code))
	for i, c := range code {
		switch {
		case c < 0:
			y[i] = math.NaN()
		case c == level:
			y[i] = 1
		}
	}
	return y
}

// Interaction returns the products of the columns of two terms, a's first level
// changing fastest.
func Interaction(a, b Term) Term {
	t := Term{Name: a.Name + ":" + b.Name}
	for _, y := range b.Columns {
		for _, x := range a.Columns {
			v := make([]float64, len(x.Value))
			for i := range v {
				v[i] = x.Value[i] * y.Value[i]
			}
			t.Columns = append(t.Columns, Covariate{x.Name + ":" + y.Name, v})
		}
	}
	return t
}

// A Regression is a model to fit. The zero Family and Link make it linear.
type Regression struct {
	// Y is the response, one value a row in the unit of the question; NaN is
	// missing.
	Y []float64

	// Terms are added up on the scale of the link, after an intercept unless
	// NoIntercept. No terms are a model of the mean.
	Terms       []Term
	NoIntercept bool

	Family Family
	Link   LinkFunction

	// Offset, if not nil, is added with a coefficient of 1: the log of exposure, of a
	// Poisson regression of counts over different times.
	Offset []float64

	// Epsilon, if not 0, makes the fit begin and stop as R's glm does: when a step
	// changes the deviance by less than this part of it, with the information that
	// the step was made with. R's own is 1e-8, its standard errors good to four
	// digits or so. 0 goes on until nothing moves.
	Epsilon float64
}

// A Fit is a fitted model.
type Fit struct {
	// Names and Coef are the coefficients; the intercept, if there is one, is
	// first and called (Intercept). They are Statistics: any function of them is
	// made by Linear, Compose or Apply.
	Names []string
	Coef  []Statistic

	// DesignDF are the degrees of freedom of the design in the domain, and DF what
	// the coefficients leave of them: DesignDF + 1 - len(Coef). Intervals and
	// tests of coefficients use DF; without any they are NaN.
	DesignDF, DF int

	// N is the number of rows with weight, Iterations the steps the fit took.
	N, Iterations int

	// Deviance is twice the log-likelihood ratio to a model without error, with
	// weights that average 1; of a Gaussian, the weighted sum of squares.
	Deviance float64

	// Lost counts the replicates on which the model could not be fitted. Their
	// spread leaves them out.
	Lost int

	d       *Design
	model   Regression
	in      Domains     // complete rows
	data    *predictors // what was fitted
	info    [][]float64 // information in the coefficients, with weights that average 1
	ordered bool        // made by OrdinalRegression
}

// Errors of models. Compare with errors.Is and errors.As.
var (
	// ErrEmpty means that no row of the domain has a weight and all variables.
	ErrEmpty = errors.New("no row of the domain has a weight and all variables")

	// ErrNegativeWeight means that a row stands for less than nobody, as linear
	// calibration without bounds may make it: a likelihood has no place for it.
	ErrNegativeWeight = errors.New("a model needs weights that are not negative")

	// ErrNoConvergence means that the fit did not settle.
	ErrNoConvergence = errors.New("the fit does not converge")
)

// An AliasedError says which column of a model the columns before it determine.
// It is ErrSingular to errors.Is.
type AliasedError struct {
	Column string
}

func (e *AliasedError) Error() string {
	return fmt.Sprintf("%s is determined by the terms before it in these rows", e.Column)
}

// Is makes it ErrSingular.
func (e *AliasedError) Is(target error) bool { return target == ErrSingular }

// Hint says what to do.
func (e *AliasedError) Hint() string { return "leave " + e.Column + " out, or one that explains it" }

// A SeparationError says which column tells the response without error in some
// rows, so that its coefficient is infinite.
type SeparationError struct {
	Column string
}

func (e *SeparationError) Error() string {
	return fmt.Sprintf("%s tells the response without error in some rows: its coefficient is infinite", e.Column)
}

// Hint says what to do.
func (e *SeparationError) Hint() string {
	return "join its level with another one, or leave " + e.Column + " out"
}

// Regress fits m to the rows of a domain; of the domains in, all rows in any
// count.
//
// The error is ErrEmpty, an *AliasedError, a *SeparationError, ErrNoConvergence,
// ErrNegativeWeight, ErrLonely, or names a row whose response the family does not have. Regress
// panics if a length is not d.Len().
func (d *Design) Regress(m Regression, in Domains) (*Fit, error) {
	x, err := d.predictors(m, in)
	if err != nil {
		return nil, err
	}
	var beta []float64
	var info [][]float64
	var steps int
	if m.Epsilon > 0 {
		beta, info, steps, err = x.solveLikeR(m.Epsilon)
	} else {
		beta, info, steps, err = x.solve(nil, x.w)
	}
	if err != nil {
		return nil, err
	}
	f := &Fit{Names: x.names, N: len(x.rows), Iterations: steps, d: d, model: m, in: x.domain(d.Len()), data: x}
	if _, f.DesignDF, err = d.extent(f.in); err != nil {
		return nil, err
	}
	f.DF = f.DesignDF + 1 - len(beta)
	mean := 0.0
	for _, w := range x.w {
		mean += w / float64(len(x.w))
	}
	f.Deviance = x.deviance(beta, x.w) / mean
	f.Coef = x.statistics(d, beta, info, f.in)
	if d.rep != nil {
		f.Lost = x.refit(d, beta, f.Coef)
	}
	f.info = x.uncentred(info, 1/mean)
	return f, nil
}

// A Coefficient is one of a Fit with its t test that it is 0.
type Coefficient struct {
	Name string
	Estimate
	T, P float64
}

// Coefficients returns all coefficients of f with intervals of the level; 0 is
// 0.95. The error is ErrLonely.
func (f *Fit) Coefficients(level float64) ([]Coefficient, error) {
	out := make([]Coefficient, len(f.Coef))
	for j, s := range f.Coef {
		t, err := f.d.student(s, f.DF, level)
		if err != nil {
			return nil, err
		}
		out[j] = Coefficient{f.Names[j], t.Estimate, t.Statistic, t.P}
	}
	return out, nil
}

// Exp returns the coefficient as a ratio: of odds, with a logit link; of means,
// with a log link. Its interval is that of the coefficient on the new scale, and
// its SE that of the delta method.
func (c Coefficient) Exp() Estimate {
	e := c.Estimate
	e.Value, e.Low, e.High = math.Exp(c.Value), math.Exp(c.Low), math.Exp(c.High)
	e.SE *= e.Value
	e.CV = e.SE / e.Value
	return e
}

// columnsOf returns the places in Names of the columns of a term; nil if the
// model has no such term.
func (f *Fit) columnsOf(term string) []int {
	at := 0
	if !f.model.NoIntercept {
		at = 1
	}
	for _, t := range f.model.Terms {
		if t.Name == term {
			places := make([]int, len(t.Columns))
			for k := range places {
				places[k] = at + k
			}
			return places
		}
		at += len(t.Columns)
	}
	return nil
}

// Means returns the model's mean of each row: a probability, of a Binomial. NaN
// for rows that were not fitted, for want of a weight or a variable, and for all
// of an ordered answer.
func (f *Fit) Means() []float64 {
	x := f.data
	if f.ordered {
		return constant(math.NaN(), f.d.Len())
	}
	beta := make([]float64, len(f.Coef))
	for j, s := range f.Coef {
		beta[j] = s.Value
	}
	beta = x.centred(beta)
	mu := constant(math.NaN(), f.d.Len())
	for i, k := range x.rows {
		mu[k], _ = x.link.mean(x.predictor(beta, i))
	}
	return mu
}
