package weighting

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// This file borrows strength for areas whose own estimate is too imprecise. The
// rules:
//
//   - an area's direct estimate y is x'β plus an effect of the area, whose variance
//     A is the same everywhere, plus its sampling error, whose variance D is
//     known: the design's;
//   - the prediction takes of the direct estimate a share A/(A+D) and the rest
//     from x'β, so it is near the direct estimate where that is precise;
//   - its mean squared error counts that A and β were estimated too.
//
// Sources: Fay and Herriot, JASA 74 (1979); Prasad and Rao, JASA 85 (1990); Datta
// and Lahiri, Statistica Sinica 10 (2000), for ML; Datta, Rao and Smith,
// Biometrika 92 (2005), for the moment estimator. Checked in TestOracle.

// An AreaMethod is how the variance between areas is estimated.
type AreaMethod uint8

const (
	REML         AreaMethod = iota // restricted maximum likelihood
	ML                             // maximum likelihood
	MomentMethod                   // Fay and Herriot's: Σ (y-x'β)²/(A+D) = m - p
)

var areaNames = [...]string{"REML", "ML", "FH"}

// String returns the name of m in plans and in R's package sae.
func (m AreaMethod) String() string {
	if int(m) < len(areaNames) {
		return areaNames[m]
	}
	return fmt.Sprintf("AreaMethod(%d)", uint8(m))
}

// ParseAreaMethod is the inverse of String; false if no method has that name.
func ParseAreaMethod(s string) (AreaMethod, bool) {
	i := slices.Index(areaNames[:], s)
	return AreaMethod(max(i, 0)), i >= 0
}

// A SmallAreas is a fitted Fay-Herriot model.
type SmallAreas struct {
	// Value predicts each area, in the unit of the direct estimates, and MSE is
	// its mean squared error, in that unit squared.
	Value, MSE []float64

	// Beta are the coefficients of the columns of x, the intercept first.
	Beta []float64

	// Between is A, the variance between areas; 0 if sampling errors alone explain
	// how the areas differ, and then every prediction is x'β.
	Between float64

	// Iterations is how many steps the fit took.
	Iterations int

	inverse *mat.Dense // (Σ x x'/(A+D))⁻¹
	bias    float64    // of Between
}

// Synthetic predicts an area that has no direct estimate from its covariates alone:
// x'β, and its mean squared error. It is what [FayHerriot] gives an area whose
// sampling variance has no end. x is a row without the intercept, as there.
//
// It panics if x has not as many covariates as the model.
func (s *SmallAreas) Synthetic(x []float64) (value, mse float64) {
	if len(x) != len(s.Beta)-1 {
		panic("weighting: slice length mismatch")
	}
	row := append([]float64{1}, x...)
	v := mat.NewVecDense(len(row), row)
	// With D without end the share A/(A+D) is 0, g1 is A, and g3, which divides by
	// (A+D)³, is gone.
	return floats.Dot(row, s.Beta), s.Between + mat.Inner(v, s.inverse, v) - s.bias
}

// Share returns what a prediction takes of a direct estimate of the given sampling
// variance, A/(A+D): 0 if areas do not differ.
func (s *SmallAreas) Share(variance float64) float64 {
	if s.Between == 0 {
		return 0
	}
	return s.Between / (s.Between + variance)
}

// FayHerriot predicts areas from their direct estimates y, the variances of
// those, and covariates x known for every area, one row an area without an
// intercept, which is added.
//
// It panics if lengths differ. The error is ErrSingular, ErrNoConvergence, or
// says that a variance is not positive or that there are too few areas.
func FayHerriot(y, variance []float64, x [][]float64, method AreaMethod) (*SmallAreas, error) {
	m := len(y)
	if len(variance) != m || len(x) != m {
		panic("weighting: slice length mismatch")
	}
	f := &areaFit{y: y, d: variance}
	for i, row := range x {
		f.x = append(f.x, append([]float64{1}, row...))
		if !(variance[i] > 0) || math.IsInf(variance[i], 1) {
			return nil, fmt.Errorf("area %d has a sampling variance of %g", i+1, variance[i])
		}
	}
	if m == 0 || m <= len(f.x[0])+1 {
		return nil, errors.New("there are too few areas for so many covariates")
	}
	// A scale for what is a small change: half of the variance of y is a start too.
	a := slices.Sorted(slices.Values(variance))[m/2]
	out := &SmallAreas{}
	for out.Iterations = 1; ; out.Iterations++ {
		if err := f.at(a); err != nil {
			return nil, err
		}
		step := f.step(method)
		next := max(a+step, 0)
		done := math.Abs(next-a) <= 1e-14*(a+variance[0]) || a == 0 && next == 0
		a = next
		if done {
			break
		}
		if out.Iterations == 1000 {
			return nil, fmt.Errorf("%w in %d steps", ErrNoConvergence, out.Iterations)
		}
	}
	if err := f.at(a); err != nil {
		return nil, err
	}
	out.Between, out.Beta = a, f.beta
	f.predict(out, method)
	return out, nil
}

// An areaFit is the model at one value of the variance between areas.
type areaFit struct {
	y, d    []float64
	x       [][]float64
	a       float64
	beta    []float64
	inverse *mat.Dense // (Σ x x'/(A+D))⁻¹
}

// at sets β for a variance between areas.
func (f *areaFit) at(a float64) error {
	f.a = a
	p := len(f.x[0])
	xx, xy := mat.NewSymDense(p, nil), make([]float64, p)
	for i, row := range f.x {
		v := 1 / (a + f.d[i])
		floats.AddScaled(xy, v*f.y[i], row)
		xx.SymRankOne(xx, v, mat.NewVecDense(p, row))
	}
	var chol mat.Cholesky
	if !chol.Factorize(xx) || chol.Cond() > 1e14 {
		return ErrSingular
	}
	var inverse mat.SymDense
	if err := chol.InverseTo(&inverse); err != nil {
		return ErrSingular
	}
	f.inverse = mat.DenseCopyOf(&inverse)
	var beta mat.VecDense
	if err := chol.SolveVecTo(&beta, mat.NewVecDense(p, xy)); err != nil {
		return ErrSingular
	}
	f.beta = beta.RawVector().Data
	return nil
}

// residual returns y - x'β of an area.
func (f *areaFit) residual(i int) float64 { return f.y[i] - floats.Dot(f.x[i], f.beta) }

// leverage returns x'(Σ x x'/(A+D))⁻¹x of an area.
func (f *areaFit) leverage(i int) float64 {
	v := mat.NewVecDense(len(f.x[i]), f.x[i])
	return mat.Inner(v, f.inverse, v)
}

// step returns the step of A that scoring, or Newton's method for the moment
// equation, takes.
func (f *areaFit) step(method AreaMethod) float64 {
	m, p := float64(len(f.y)), float64(len(f.beta))
	var one, two, fit, squares, levers float64 // Σ v, Σ v², Σ r²v, Σ r²v², Σ h v²
	for i, d := range f.d {
		v, r2 := 1/(f.a+d), square(f.residual(i))
		one += v
		two += v * v
		fit += r2 * v
		squares += r2 * v * v
		levers += f.leverage(i) * v * v
	}
	switch method {
	case MomentMethod:
		return (fit - (m - p)) / squares
	case ML:
		return (squares - one) / two
	}
	// tr(P) and tr(P²) of P = V⁻¹ - V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹.
	return (squares - (one - levers)) / f.projected()
}

// projected returns tr(P²).
func (f *areaFit) projected() float64 {
	sum := 0.0
	for i, di := range f.d {
		vi := 1 / (f.a + di)
		left := mat.NewVecDense(len(f.beta), f.x[i])
		for j, dj := range f.d {
			vj := 1 / (f.a + dj)
			e := -vi * vj * mat.Inner(left, f.inverse, mat.NewVecDense(len(f.beta), f.x[j]))
			if i == j {
				e += vi
			}
			sum += e * e
		}
	}
	return sum
}

// predict sets the predictions and their mean squared errors, g1 + g2 + 2 g3 less
// what the bias of A does to g1.
func (f *areaFit) predict(out *SmallAreas, method AreaMethod) {
	m := float64(len(f.y))
	var one, two float64
	squared := mat.NewDense(len(f.beta), len(f.beta), nil) // Σ x x' v²
	for i, d := range f.d {
		v := 1 / (f.a + d)
		one += v
		two += v * v
		x := mat.NewVecDense(len(f.x[i]), f.x[i])
		var outer mat.Dense
		outer.Outer(v*v, x, x)
		squared.Add(squared, &outer)
	}
	varA, bias := 2/two, 0.0
	switch method {
	case ML:
		var prod mat.Dense
		prod.Mul(f.inverse, squared)
		bias = -mat.Trace(&prod) / two
	case MomentMethod:
		varA = 2 * m / (one * one)
		bias = 2 * (m*two - one*one) / (one * one * one)
	}
	out.inverse, out.bias = f.inverse, bias
	for i, d := range f.d {
		shrink := d / (f.a + d)
		out.Value = append(out.Value, f.y[i]-shrink*f.residual(i))
		g1 := f.a * shrink
		g2 := shrink * shrink * f.leverage(i)
		g3 := shrink * shrink / (f.a + d) * varA
		out.MSE = append(out.MSE, g1+g2+2*g3-bias*shrink*shrink)
	}
}
