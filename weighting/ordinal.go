package weighting

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// This file fits ordered answers: never, sometimes, often. The rules:
//
//   - the model is that of proportional odds: log odds of an answer at or below
//     the j-th are ζ_j - x'β, so a positive coefficient moves answers up, by the
//     same odds ratio at every cut;
//   - the information is the observed one, minus the second derivatives of the
//     log-likelihood; the rest is as for other models (see regression.go).
//
// Source: McCullagh, JRSS B 42 (1980). Checked against svyolr of R's survey 4.1-1
// in TestOrdinalMatchesR.

// OrdinalRegression fits the code of an ordered answer, from 0 and -1 where it
// is missing, on terms. The Fit has the terms' coefficients first and then the
// cuts, named by the two levels they lie between, as in "never|often"; levels
// names the codes. Every level needs a row.
//
// The Fit's Deviance is -2 times the log-likelihood, with weights that average 1;
// its methods PredictiveMargins and LikelihoodRatioTest are for other models and refuse.
// Errors are those of Regress. OrdinalRegression panics if a length is not d.Len()
// or a code is beyond levels.
func (d *Design) OrdinalRegression(code []int, levels []string, terms []Term, in Domains) (*Fit, error) {
	if len(code) != d.Len() {
		panic("weighting: slice length mismatch")
	}
	if len(levels) < 2 {
		return nil, errors.New("an ordered answer has two levels at least")
	}
	y := make([]float64, len(code))
	for k, c := range code {
		if c >= len(levels) {
			panic("weighting: code without a level")
		}
		if y[k] = float64(c); c < 0 {
			y[k] = math.NaN()
		}
	}
	// An intercept lets the columns be centred; its place is then the cuts'.
	x, err := d.predictors(Regression{Y: y, Terms: terms}, in)
	if err != nil {
		return nil, err
	}
	o := &ordinal{predictors: x, cuts: len(levels) - 1, p: len(x.names) - 1}
	theta, err := o.start(levels)
	if err != nil {
		return nil, err
	}
	theta, info, steps, err := o.solveOrdinal(theta, x.w, true)
	if err != nil {
		return nil, err
	}
	f := &Fit{N: len(x.rows), Iterations: steps, d: d, in: x.domain(d.Len()), data: x, ordered: true}
	f.model = Regression{Y: y, Terms: terms, NoIntercept: true}
	f.Names = append(f.Names, x.names[1:]...)
	for c := range o.cuts {
		f.Names = append(f.Names, levels[c]+"|"+levels[c+1])
	}
	if _, f.DesignDF, err = d.extent(f.in); err != nil {
		return nil, err
	}
	f.DF = f.DesignDF + 1 - len(theta)
	f.Deviance = -2 * o.likelihood(theta, x.w) * float64(len(x.w)) / floats.Sum(x.w)
	f.Coef = o.statistics(d, theta, info, f.in)
	if d.rep != nil {
		f.Lost = o.refitOrdinal(d, theta, f.Coef)
	}
	return f, nil
}

// An ordinal model's parameters are p coefficients and the cuts of centred
// columns.
type ordinal struct {
	*predictors
	cuts, p int
}

// start returns no coefficients and the cuts of the shares of the levels.
func (o *ordinal) start(levels []string) ([]float64, error) {
	share := make([]float64, o.cuts+1)
	for i, y := range o.y {
		share[int(y)] += o.w[i]
	}
	theta := make([]float64, o.p+o.cuts)
	total, below := floats.Sum(share), 0.0
	for c, s := range share {
		if s == 0 {
			return nil, fmt.Errorf("%w of level %s", ErrEmpty, levels[c])
		}
		if below += s; c < o.cuts {
			theta[o.p+c] = LogitLink.predictor(below / total)
		}
	}
	return theta, nil
}

// edges returns the logistic distribution function, its density and the density's
// derivative at the cut above an answer's level and at the one below.
func (o *ordinal) edges(theta []float64, i int) (upper, lower [3]float64) {
	c := int(o.y[i])
	eta := floats.Dot(theta[:o.p], o.row(i)[1:])
	at := func(cut int) [3]float64 {
		f, slope := LogitLink.mean(theta[o.p+cut] - eta)
		return [3]float64{f, slope, slope * (1 - 2*f)}
	}
	upper = [3]float64{1, 0, 0}
	if c < o.cuts {
		upper = at(c)
	}
	if c > 0 {
		lower = at(c - 1)
	}
	return upper, lower
}

// likelihood is the weighted log-likelihood; -Inf if the cuts are out of order.
func (o *ordinal) likelihood(theta, w []float64) float64 {
	sum := 0.0
	for i := range o.rows {
		if w[i] == 0 {
			continue
		}
		u, l := o.edges(theta, i)
		if !(u[0] > l[0]) {
			return math.Inf(-1)
		}
		sum += w[i] * math.Log(u[0]-l[0])
	}
	return sum
}

// gradient writes the derivative of row i's log-likelihood to g and returns what
// second derivatives need: by the upper cut, by the lower cut, and each's own.
func (o *ordinal) gradient(theta, g []float64, i int) (su, sl float64, u, l [3]float64) {
	clear(g)
	u, l = o.edges(theta, i)
	prob := u[0] - l[0]
	su, sl = u[1]/prob, -l[1]/prob
	c := int(o.y[i])
	if c < o.cuts {
		g[o.p+c] = su
	}
	if c > 0 {
		g[o.p+c-1] = sl
	}
	floats.AddScaled(g[:o.p], -(su + sl), o.row(i)[1:])
	return su, sl, u, l
}

// derivatives returns the score and minus the second derivatives.
func (o *ordinal) derivatives(theta, w []float64) (g []float64, info [][]float64) {
	n := len(theta)
	g, info = make([]float64, n), square2(n)
	own, top, low := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range o.rows {
		if w[i] == 0 {
			continue
		}
		_, _, u, l := o.gradient(theta, own, i)
		floats.AddScaled(g, w[i], own)
		// log(F(a)-F(b)) with a, b the linear predictors at the two cuts: its second
		// derivative is f'(a)/P aa' - f'(b)/P bb' less the square of the first.
		prob, c := u[0]-l[0], int(o.y[i])
		o.predictorAt(top, i, c)
		o.predictorAt(low, i, c-1)
		for j := range n {
			for k := range j + 1 {
				info[j][k] += w[i] * (own[j]*own[k] - (u[2]*top[j]*top[k]-l[2]*low[j]*low[k])/prob)
			}
		}
	}
	for j := range info {
		for k := range j {
			info[k][j] = info[j][k]
		}
	}
	return g, info
}

// predictorAt writes the derivative of ζ_cut - x'β of row i; it is 0 if there is
// no such cut, and then nothing is multiplied by it.
func (o *ordinal) predictorAt(v []float64, i, cut int) {
	clear(v)
	if cut < 0 || cut >= o.cuts {
		return
	}
	copy(v, o.row(i)[1:])
	floats.Scale(-1, v[:o.p])
	v[o.p+cut] = 1
}

// solveOrdinal climbs the likelihood by Newton's method from theta.
func (o *ordinal) solveOrdinal(theta, w []float64, first bool) ([]float64, [][]float64, int, error) {
	names := append(append([]string(nil), o.names[1:]...), make([]string, o.cuts)...)
	raw := append(append([]float64(nil), o.raw[1:]...), constant(1, o.cuts)...)
	triangular := &predictors{raw: raw}
	value := o.likelihood(theta, w)
	total, last := floats.Sum(w), 0
	for steps := 1; steps <= maxSteps; steps++ {
		g, info := o.derivatives(theta, w)
		l, bad := triangular.cholesky(info)
		switch {
		case bad >= 0 && steps == 1 && first && bad < o.p:
			return nil, nil, 0, &AliasedError{names[bad]}
		case bad >= 0:
			return nil, nil, 0, &SeparationError{names[last]}
		}
		step := l.solve(g)
		move, most := 0.0, 0.0
		for j, s := range step {
			if by := math.Abs(s) * math.Sqrt(raw[j]); by > most && j < o.p {
				most, last = by, j
			}
			move = max(move, math.Abs(s)*math.Sqrt(info[j][j]/total))
		}
		next := make([]float64, len(theta))
		for half := 0; ; half++ {
			copy(next, theta)
			floats.Add(next, step)
			v := o.likelihood(next, w)
			if v >= value-1e-9*math.Abs(value) || half == 30 {
				value = v
				break
			}
			floats.Scale(0.5, step)
		}
		theta = next
		if move < settled {
			_, info = o.derivatives(theta, w)
			return theta, info, steps, nil
		}
	}
	for j := range o.p {
		if math.Abs(theta[j])*math.Sqrt(raw[j]) > farOut {
			return nil, nil, 0, &SeparationError{names[last]}
		}
	}
	return nil, nil, 0, fmt.Errorf("%w in %d steps", ErrNoConvergence, maxSteps)
}

// plainCuts turns the cuts of centred columns into those of the model.
func (o *ordinal) plainCuts(theta []float64) []float64 {
	out := append([]float64(nil), theta...)
	shift := floats.Dot(o.centre[1:], theta[:o.p])
	for c := range o.cuts {
		out[o.p+c] += shift
	}
	return out
}

// statistics returns the parameters with their influences.
func (o *ordinal) statistics(d *Design, theta []float64, info [][]float64, in Domains) []Statistic {
	raw := append(append([]float64(nil), o.raw[1:]...), constant(1, o.cuts)...)
	l, _ := (&predictors{raw: raw}).cholesky(info)
	inverse := l.inverse()
	for c := range o.cuts {
		for j := range o.p {
			floats.AddScaled(inverse[o.p+c], o.centre[j+1], inverse[j])
		}
	}
	columns := make([][]float64, len(theta))
	for j := range columns {
		columns[j] = make([]float64, d.Len())
	}
	g := make([]float64, len(theta))
	for i, k := range o.rows {
		o.gradient(theta, g, i)
		for j, v := range g {
			columns[j][k] = v
		}
	}
	return composeAll(o.plainCuts(theta), inverse, d.Sums(columns, in))
}

// refitOrdinal fits the model on every replicate.
func (o *ordinal) refitOrdinal(d *Design, theta []float64, coef []Statistic) (lost int) {
	w := make([]float64, len(o.w))
	for r := range d.rep.rscale {
		for i, k := range o.rows {
			w[i] = o.w[i] * d.rep.factor(d.unit[k], r)
		}
		own, _, _, err := o.solveOrdinal(theta, w, false)
		if err != nil {
			lost++
			own = constant(math.NaN(), len(theta))
		}
		for j, v := range o.plainCuts(own) {
			coef[j].rep[r] = v
		}
	}
	return lost
}
