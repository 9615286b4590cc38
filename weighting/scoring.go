package weighting

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// This file solves score equations Σ w x (y-μ) μ'/V(μ) = 0 by Fisher's scoring.
// The rules:
//
//   - steps are halved while they raise the deviance or leave the range of the
//     mean;
//   - the fit has settled when a step moves no row's linear predictor by more
//     than a part of 1e-11. R stops at a change of 1e-8 in the deviance, which is
//     good to six digits;
//   - a column that is determined by those before it is found at the first step,
//     where every row still counts. Information that is lost later is that of
//     rows whose mean has reached a bound: separation.

// predictors are the rows of a model, as a matrix with a row for each of rows.
type predictors struct {
	names     []string
	rows      []int // of the file
	y, w      []float64
	offset    []float64 // nil if there is none
	x         []float64 // row by row, each len(names) long
	centre    []float64 // what was subtracted from each column
	raw       []float64 // mean square of each column before that
	intercept bool
	family    Family
	link      LinkFunction
	work      []float64 // weights of the last step made like R; nil takes the current ones
}

// predictors collects the complete rows of a model.
func (d *Design) predictors(m Regression, in Domains) (*predictors, error) {
	x := &predictors{family: m.Family, link: m.Link, intercept: !m.NoIntercept}
	if x.link == CanonicalLink {
		x.link = [...]LinkFunction{IdentityLink, LogitLink, LogLink}[m.Family]
	}
	vars := [][]float64{m.Y}
	if m.Offset != nil {
		vars = append(vars, m.Offset)
	}
	var columns [][]float64
	if x.intercept {
		x.names = append(x.names, "(Intercept)")
		columns = append(columns, constant(1, d.Len()))
	}
	for _, t := range m.Terms {
		for _, c := range t.Columns {
			x.names = append(x.names, c.Name)
			columns = append(columns, c.Value)
		}
	}
	vars = append(vars, columns...)
	for _, v := range vars {
		if len(v) != d.Len() {
			panic("weighting: slice length mismatch")
		}
	}
	in = in.merged(d.Len()).Complete(vars...)
	for k, w := range d.weight {
		if w == 0 || !in.has(k) {
			continue
		}
		if w < 0 {
			return nil, fmt.Errorf("row %d has a weight of %g: %w", k+1, w, ErrNegativeWeight)
		}
		if y := m.Y[k]; m.Family == Binomial && !(y >= 0 && y <= 1) || m.Family == Poisson && y < 0 {
			return nil, fmt.Errorf("row %d: a %s response is not %g", k+1, m.Family, y)
		}
		x.rows = append(x.rows, k)
	}
	if len(x.rows) == 0 || len(columns) == 0 {
		return nil, ErrEmpty
	}
	x.y, x.w = pickRows(m.Y, x.rows), pickRows(d.weight, x.rows)
	if m.Offset != nil {
		x.offset = pickRows(m.Offset, x.rows)
	}
	x.fill(columns)
	return x, nil
}

// fill copies the columns, centred if there is an intercept to take it up.
func (x *predictors) fill(columns [][]float64) {
	p := len(columns)
	total := floats.Sum(x.w)
	x.x = make([]float64, p*len(x.rows))
	x.centre, x.raw = make([]float64, p), make([]float64, p)
	for j, c := range columns {
		for i, k := range x.rows {
			x.x[i*p+j] = c[k]
			x.raw[j] += x.w[i] * c[k] * c[k] / total
			if x.intercept && j > 0 {
				x.centre[j] += x.w[i] * c[k] / total
			}
		}
		for i := range x.rows {
			x.x[i*p+j] -= x.centre[j]
		}
	}
}

// domain returns the complete rows, with those of no weight that would be.
func (x *predictors) domain(rows int) Domains {
	of := make([]int32, rows)
	for i := range of {
		of[i] = -1
	}
	for _, k := range x.rows {
		of[k] = 0
	}
	return Domains{Of: of}
}

// row returns row i.
func (x *predictors) row(i int) []float64 {
	p := len(x.names)
	return x.x[i*p : (i+1)*p]
}

// predictor returns the linear predictor of row i.
func (x *predictors) predictor(beta []float64, i int) float64 {
	eta := floats.Dot(beta, x.row(i))
	if x.offset != nil {
		eta += x.offset[i]
	}
	return eta
}

// mean returns the mean at a linear predictor and its derivative there.
func (l LinkFunction) mean(eta float64) (mu, slope float64) {
	switch l {
	case LogLink:
		mu = math.Exp(eta)
		return mu, mu
	case LogitLink:
		mu = expit(eta)
		return mu, mu * expit(-eta)
	}
	return eta, 1
}

// predictor is the inverse of mean.
func (l LinkFunction) predictor(mu float64) float64 {
	switch l {
	case LogLink:
		return math.Log(mu)
	case LogitLink:
		return math.Log(mu / (1 - mu))
	}
	return mu
}

// variance returns V(μ), not positive if there is no such mean.
func (f Family) variance(mu float64) float64 {
	switch f {
	case Binomial:
		return mu * (1 - mu)
	case Poisson:
		return mu
	}
	return 1
}

// deviance returns that of a row from its mean.
func (f Family) deviance(y, mu float64) float64 {
	switch f {
	case Binomial:
		return 2 * (entropy(y, mu) + entropy(1-y, 1-mu))
	case Poisson:
		return 2 * (entropy(y, mu) - (y - mu))
	}
	return (y - mu) * (y - mu)
}

// entropy is y log(y/μ), 0 at 0.
func entropy(y, mu float64) float64 {
	if y == 0 {
		return 0
	}
	return y * math.Log(y/mu)
}

// deviance returns that of the model with weights w; infinite if a mean is out
// of range.
func (x *predictors) deviance(beta, w []float64) float64 {
	sum := 0.0
	for i := range x.rows {
		if w[i] == 0 {
			continue
		}
		mu, _ := x.link.mean(x.predictor(beta, i))
		if x.family != Gaussian && !(mu >= 0) || x.family == Binomial && mu > 1 {
			return math.Inf(1)
		}
		sum += w[i] * x.family.deviance(x.y[i], mu)
	}
	if math.IsNaN(sum) {
		return math.Inf(1)
	}
	return sum
}

// score returns (y-μ) μ'/V(μ) of row i and its information μ'²/V(μ).
func (x *predictors) score(beta []float64, i int) (score, info float64) {
	eta := x.predictor(beta, i)
	mu, slope := x.link.mean(eta)
	if x.family == Binomial && x.link == LogitLink || x.family == Poisson && x.link == LogLink {
		return x.y[i] - mu, slope // μ' = V(μ), also where both round to 0
	}
	v := x.family.variance(mu)
	return (x.y[i] - mu) * slope / v, slope * slope / v
}

// scores adds up the score and the information.
func (x *predictors) scores(beta, w []float64) (g []float64, info [][]float64) {
	p := len(beta)
	g = make([]float64, p)
	info = square2(p)
	for i := range x.rows {
		if w[i] == 0 {
			continue
		}
		s, a := x.score(beta, i)
		row := x.row(i)
		floats.AddScaled(g, w[i]*s, row)
		for j, v := range row {
			if v != 0 {
				floats.AddScaled(info[j][:j+1], w[i]*a*v, row[:j+1])
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

// square2 returns a p by p matrix of zeros.
func square2(p int) [][]float64 {
	m := make([][]float64, p)
	for j := range m {
		m[j] = make([]float64, p)
	}
	return m
}

const (
	maxSteps = 50

	// aliased is the share of a column's sum of squares below which what the
	// columns before it leave of it is rounding.
	aliased = 1e-11

	// flat is the same for what centring leaves of a constant.
	flat = 1e-20

	// settled is the share of the largest linear predictor below which a step is
	// the last.
	settled = 1e-11

	// farOut is a linear predictor at which a mean is as good as at its bound.
	farOut = 15
)

// solve fits the centred model with weights w, from the coefficients given; nil
// begins at the mean. It returns the coefficients and their information.
func (x *predictors) solve(from, w []float64) (beta []float64, info [][]float64, steps int, err error) {
	p := len(x.names)
	beta = make([]float64, p)
	if from != nil {
		copy(beta, from)
	} else if x.intercept {
		beta[0] = x.link.predictor(floats.Dot(w, x.y) / floats.Sum(w))
		if x.offset != nil {
			beta[0] -= floats.Dot(w, x.offset) / floats.Sum(w)
		}
		if math.IsInf(beta[0], 0) || math.IsNaN(beta[0]) {
			return nil, nil, 0, &SeparationError{x.names[0]} // all responses are at the same bound
		}
	}
	dev := x.deviance(beta, w)
	if math.IsInf(dev, 1) && from == nil && x.intercept {
		return nil, nil, 0, fmt.Errorf("%w: the mean is no mean of the family with an offset like this", ErrNoConvergence)
	}
	last := 0
	for steps = 1; steps <= maxSteps; steps++ {
		var g []float64
		g, info = x.scores(beta, w)
		l, bad := x.cholesky(info)
		switch {
		case bad >= 0 && steps == 1 && from == nil:
			return nil, nil, 0, &AliasedError{x.names[bad]}
		case bad >= 0:
			return nil, nil, 0, &SeparationError{x.names[last]}
		}
		step := l.solve(g)
		total, reach := 0.0, 0.0
		for i := range x.rows {
			if w[i] != 0 {
				_, a := x.score(beta, i)
				total += w[i] * a
				reach = max(reach, math.Abs(x.predictor(beta, i)))
			}
		}
		move, most := 0.0, 0.0
		for j, s := range step {
			by := math.Abs(s) * math.Sqrt(x.raw[j])
			if by > most {
				most, last = by, j
			}
			move = max(move, math.Abs(s)*math.Sqrt(info[j][j]/total))
		}
		beta, dev = x.downhill(beta, step, w, dev)
		if move <= settled*reach || move < 1e-13 && x.family != Gaussian {
			_, info = x.scores(beta, w)
			if _, bad := x.cholesky(info); bad >= 0 {
				return nil, nil, 0, &SeparationError{x.names[last]}
			}
			return beta, info, steps, nil
		}
		if math.IsNaN(move) || steps == maxSteps {
			if reach > farOut && x.family != Gaussian {
				return nil, nil, 0, &SeparationError{x.names[last]}
			}
			break
		}
	}
	return nil, nil, 0, fmt.Errorf("%w in %d steps", ErrNoConvergence, maxSteps)
}

// solveLikeR fits as R's glm does: from means next to the responses, by weighted
// least squares of working responses, until the deviance changes by less than a
// part of epsilon. The information is that of the last step.
func (x *predictors) solveLikeR(epsilon float64) (beta []float64, info [][]float64, steps int, err error) {
	p, average := len(x.names), floats.Sum(x.w)/float64(len(x.w))
	eta, mu := make([]float64, len(x.rows)), make([]float64, len(x.rows))
	x.work = make([]float64, len(x.rows))
	last := 0.0
	for i, y := range x.y {
		w := x.w[i] / average
		switch x.family {
		case Binomial:
			y = (w*y + 0.5) / (w + 1)
		case Poisson:
			y += 0.1
		}
		eta[i] = x.link.predictor(y)
		last += w * x.family.deviance(x.y[i], y)
	}
	for steps = 1; steps <= maxSteps; steps++ {
		g := make([]float64, p)
		info = square2(p)
		for i := range x.rows {
			var slope float64
			mu[i], slope = x.link.mean(eta[i])
			x.work[i] = slope * slope / x.family.variance(mu[i])
			z := eta[i] + (x.y[i]-mu[i])/slope
			if x.offset != nil {
				z -= x.offset[i]
			}
			w, row := x.w[i]*x.work[i], x.row(i)
			floats.AddScaled(g, w*z, row)
			for j, v := range row {
				floats.AddScaled(info[j], w*v, row)
			}
		}
		l, bad := x.cholesky(info)
		if bad >= 0 {
			return nil, nil, 0, &AliasedError{x.names[bad]}
		}
		beta = l.solve(g)
		for i := range eta {
			eta[i] = x.predictor(beta, i)
		}
		dev := x.deviance(beta, x.w) / average
		if math.Abs(dev-last)/(math.Abs(dev)+0.1) < epsilon {
			return beta, info, steps, nil
		}
		last = dev
	}
	return nil, nil, 0, fmt.Errorf("%w in %d steps", ErrNoConvergence, maxSteps)
}

// downhill takes a step, or a part of it if the whole raises the deviance.
func (x *predictors) downhill(beta, step, w []float64, dev float64) ([]float64, float64) {
	try := make([]float64, len(beta))
	for range 30 {
		copy(try, beta)
		floats.Add(try, step)
		next := x.deviance(try, w)
		if next <= dev*(1+1e-9) || math.IsInf(dev, 1) && !math.IsInf(next, 1) {
			return try, next
		}
		floats.Scale(0.5, step)
	}
	return try, dev
}

// A triangle is the Cholesky factor of a matrix.
type triangle [][]float64

// cholesky factors the information; bad is the first column that those before it
// determine, -1 if there is none.
func (x *predictors) cholesky(a [][]float64) (l triangle, bad int) {
	p := len(a)
	total := a[0][0]
	if !x.intercept {
		total = 0
		for j := range p {
			total = max(total, a[j][j]/max(x.raw[j], 1e-300))
		}
	}
	l = square2(p)
	for j := range p {
		left := a[j][j] - floats.Dot(l[j][:j], l[j][:j])
		if !(left > aliased*a[j][j]) || a[j][j] <= flat*x.raw[j]*total {
			return nil, j
		}
		l[j][j] = math.Sqrt(left)
		for k := j + 1; k < p; k++ {
			l[k][j] = (a[k][j] - floats.Dot(l[k][:j], l[j][:j])) / l[j][j]
		}
	}
	return l, -1
}

// solve returns (LL')⁻¹ b.
func (l triangle) solve(b []float64) []float64 {
	x := append([]float64(nil), b...)
	for j := range l {
		x[j] = (x[j] - floats.Dot(l[j][:j], x[:j])) / l[j][j]
	}
	for j := len(l) - 1; j >= 0; j-- {
		for k := j + 1; k < len(l); k++ {
			x[j] -= l[k][j] * x[k]
		}
		x[j] /= l[j][j]
	}
	return x
}

// inverse returns (LL')⁻¹.
func (l triangle) inverse() [][]float64 {
	m := square2(len(l))
	for j := range m {
		unit := make([]float64, len(l))
		unit[j] = 1
		m[j] = l.solve(unit)
	}
	return m
}

// plain turns coefficients of the centred model into those of the model.
func (x *predictors) plain(beta []float64) []float64 {
	out := append([]float64(nil), beta...)
	if x.intercept {
		out[0] -= floats.Dot(x.centre[1:], beta[1:])
	}
	return out
}

// centred is the inverse of plain.
func (x *predictors) centred(beta []float64) []float64 {
	out := append([]float64(nil), beta...)
	if x.intercept {
		out[0] += floats.Dot(x.centre[1:], beta[1:])
	}
	return out
}

// uncentred turns the information in the centred coefficients into that in the
// model's, scaled.
func (x *predictors) uncentred(info [][]float64, scale float64) [][]float64 {
	out := square2(len(info))
	for j := range info {
		for k := range info {
			v := info[j][k]
			if x.intercept {
				v += x.centre[j]*info[0][k] + x.centre[k]*info[j][0] + x.centre[j]*x.centre[k]*info[0][0]
			}
			out[j][k] = v * scale
		}
	}
	return out
}

// statistics returns the coefficients with their influence A⁻¹ Σ w x score.
func (x *predictors) statistics(d *Design, beta []float64, info [][]float64, in Domains) []Statistic {
	l, _ := x.cholesky(info)
	columns := make([][]float64, len(beta))
	for j := range columns {
		columns[j] = make([]float64, d.Len())
	}
	for i, k := range x.rows {
		s, _ := x.score(beta, i)
		if x.work != nil {
			mu, slope := x.link.mean(x.predictor(beta, i))
			s = x.work[i] * (x.y[i] - mu) / slope
		}
		for j, v := range x.row(i) {
			columns[j][k] = s * v
		}
	}
	return composeAll(x.plain(beta), x.plainRows(l.inverse()), d.Sums(columns, in))
}

// plainRows turns the inverse information into the gradient of the model's
// coefficients by the scores.
func (x *predictors) plainRows(inverse [][]float64) [][]float64 {
	if x.intercept {
		for j := 1; j < len(inverse); j++ {
			floats.AddScaled(inverse[0], -x.centre[j], inverse[j])
		}
	}
	return inverse
}

// composeAll returns parameters whose influences are combinations of the sums of
// the only domain, one row of gradient for each.
func composeAll(value []float64, gradient [][]float64, sums *Sums) []Statistic {
	scores := make([]Statistic, len(value))
	for j := range scores {
		scores[j] = sums.Total(0, j)
	}
	out := make([]Statistic, len(value))
	for j := range out {
		out[j] = Compose(value[j], gradient[j], scores...)
	}
	return out
}

// refit fits the model on every replicate and counts those on which it cannot.
func (x *predictors) refit(d *Design, beta []float64, coef []Statistic) (lost int) {
	w := make([]float64, len(x.w))
	for r := range d.rep.rscale {
		for i, k := range x.rows {
			w[i] = x.w[i] * d.rep.factor(d.unit[k], r)
		}
		own, _, _, err := x.solve(beta, w)
		if err != nil {
			lost++
			own = constant(math.NaN(), len(beta))
		}
		for j, v := range x.plain(own) {
			coef[j].rep[r] = v
		}
	}
	return lost
}
