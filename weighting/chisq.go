package weighting

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"
)

// This file tests tables. The rules:
//
//   - a table's chi-square statistic is that of the estimated shares with the
//     file's rows as the sample size, and its distribution is corrected by the
//     generalised design effects, the eigenvalues of what the design makes of
//     the covariance over what a simple random sample would;
//   - the second correction, an F test, is the default: it keeps its level;
//   - rows of the domain in which a factor is missing count in the sample size
//     and the degrees of freedom and nowhere else.
//
// Sources: Rao and Scott, Annals of Statistics 12 (1984); Thomas and Rao, JASA
// 82 (1987); Koch, Freeman and Freeman, International Statistical Review 43
// (1975), for Wald's. Checked in TestOracle.

// A Test is the outcome of a test.
type Test struct {
	Statistic float64

	// DF are the degrees of freedom of a chi-square or t, or those of an F's
	// numerator; Denominator those of its denominator, 0 for another statistic.
	DF, Denominator float64

	// P is the probability of a statistic as large if the hypothesis holds.
	P float64

	// Estimate is what a t test tests, in the unit of the question; NaN if
	// there is no such number.
	Estimate Estimate
}

// ErrSingular means that a test or a model has more parameters than the sample
// can tell apart.
var ErrSingular = errors.New("the sample does not tell all parameters apart")

// Independence says how well a table fits independence of its two factors.
type Independence struct {
	// RaoScott is the second correction: an F statistic, with degrees of
	// freedom that need not be whole.
	RaoScott Test

	// Pearson is the first: the uncorrected statistic, whose P is that of the
	// statistic over the mean design effect.
	Pearson Test

	// Wald tests the differences from independence with their covariance, and
	// AdjustedWald takes from it the bias of having few PSUs.
	Wald, AdjustedWald Test
}

// Independence tests that the two factors of t are independent in the
// population. The error is ErrLonely, or ErrSingular if Wald's statistic cannot
// be computed; the others are set then.
func (t *Frequencies) Independence() (Independence, error) {
	var out Independence
	rows, cols := len(t.Rows), len(t.Columns)
	q := (rows - 1) * (cols - 1)
	if q == 0 {
		return out, errors.New("a table with one row or column has nothing to test")
	}
	shares := t.Shares()
	v, err := t.d.Covariances(shares)
	if err != nil {
		return out, err
	}
	p := make([]float64, len(shares))
	byRow, byCol := make([]float64, rows), make([]float64, cols)
	for k, s := range shares {
		p[k] = s.Value
		byRow[k/cols] += s.Value
		byCol[k%cols] += s.Value
	}
	x2 := 0.0
	for k, share := range p {
		e := byRow[k/cols] * byCol[k%cols]
		x2 += square(share-e) / e
	}
	n, nu := float64(t.N), float64(t.DF)
	x2 *= n
	delta, err := designEffects(interactions(rows, cols), p, v, n)
	if err != nil {
		return out, err
	}
	trace, trace2 := traces(delta)
	d0 := trace * trace / trace2
	out.RaoScott = fisher(x2/trace, d0, d0*nu)
	out.Pearson = Test{Statistic: x2, DF: float64(q), P: chiSquareP(x2*float64(q)/trace, float64(q))}

	counts, err := t.d.Covariances(t.Cells)
	if err != nil {
		return out, err
	}
	total := 0.0
	for _, c := range t.Cells {
		total += c.Value
	}
	w, err := waldIndependence(p, byRow, byCol, total, counts)
	if err != nil {
		return out, err
	}
	d := float64(q)
	out.Wald = fisher(w/d, d, nu)
	out.AdjustedWald = fisher(w*(nu-d+1)/(nu*d), d, nu-d+1)
	return out, nil
}

// fisher returns the outcome of an F test.
func fisher(f, d1, d2 float64) Test {
	return Test{Statistic: f, DF: d1, Denominator: d2, P: fisherP(f, d1, d2), Estimate: noEstimate}
}

var noEstimate = Estimate{Value: math.NaN(), SE: math.NaN(), Low: math.NaN(), High: math.NaN()}

// interactions returns the contrasts of a table's cells that are orthogonal to
// those of its rows and columns, one a column. A product of a row contrast and
// a column contrast is.
func interactions(rows, cols int) *mat.Dense {
	c := mat.NewDense(rows*cols, (rows-1)*(cols-1), nil)
	for i := range rows - 1 {
		for j := range cols - 1 {
			at := i*(cols-1) + j
			c.Set(i*cols+j, at, 1)
			c.Set(i*cols+cols-1, at, -1)
			c.Set((rows-1)*cols+j, at, -1)
			c.Set(rows*cols-1, at, 1)
		}
	}
	return c
}

// designEffects returns (C'D⁻¹C/n)⁻¹ C'D⁻¹ V D⁻¹ C, with D the diagonal of p; a
// cell without rows has no part in it.
func designEffects(c *mat.Dense, p []float64, v [][]float64, n float64) (*mat.Dense, error) {
	cells, q := c.Dims()
	scaled := mat.NewDense(cells, q, nil) // D⁻¹ C
	for k, share := range p {
		if share == 0 {
			continue
		}
		for j := range q {
			scaled.Set(k, j, c.At(k, j)/share)
		}
	}
	var simple, design, delta mat.Dense
	simple.Mul(c.T(), scaled)
	simple.Scale(1/n, &simple)
	design.Product(scaled.T(), dense(v), scaled)
	if err := delta.Solve(&simple, &design); err != nil {
		return nil, ErrSingular
	}
	return &delta, nil
}

func dense(v [][]float64) *mat.Dense {
	m := mat.NewDense(len(v), len(v[0]), nil)
	for i, row := range v {
		m.SetRow(i, row)
	}
	return m
}

// traces returns the traces of m and m².
func traces(m *mat.Dense) (one, two float64) {
	n, _ := m.Dims()
	for i := range n {
		one += m.At(i, i)
		for j := range n {
			two += m.At(i, j) * m.At(j, i)
		}
	}
	return one, two
}

// waldIndependence returns y' cov(y)⁻¹ y of the differences in counts, y = T -
// T.row T.col / T.all, of the cells outside of the last row and column; v is the
// covariance of the counts, whose total is estimated too.
func waldIndependence(p, byRow, byCol []float64, total float64, v [][]float64) (float64, error) {
	rows, cols := len(byRow), len(byCol)
	q := (rows - 1) * (cols - 1)
	y := mat.NewVecDense(q, nil)
	grad := mat.NewDense(q, len(p), nil)
	for i := range rows - 1 {
		for j := range cols - 1 {
			at := i*(cols-1) + j
			y.SetVec(at, total*(p[i*cols+j]-byRow[i]*byCol[j]))
			for k := range p {
				g := byRow[i] * byCol[j]
				if k/cols == i {
					g -= byCol[j]
				}
				if k%cols == j {
					g -= byRow[i]
				}
				if k == i*cols+j {
					g++
				}
				grad.Set(at, k, g)
			}
		}
	}
	var cov mat.Dense
	cov.Product(grad, dense(v), grad.T())
	return quadratic(y, &cov)
}

// quadratic returns y' v⁻¹ y.
func quadratic(y *mat.VecDense, v *mat.Dense) (float64, error) {
	var x mat.VecDense
	if err := x.SolveVec(v, y); err != nil {
		return math.NaN(), ErrSingular
	}
	return mat.Dot(y, &x), nil
}
