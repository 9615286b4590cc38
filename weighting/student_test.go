package weighting_test

import (
	"math"
	"testing"

	"cifra/weighting"
)

// TestStudentQuantile compares with mpmath 1.3 at 40 digits: the root of
// betainc(df/2, 1/2, 0, df/(df+t²), regularized=True)/2 = q.
func TestStudentQuantile(t *testing.T) {
	for _, tt := range []struct{ df, q, want float64 }{
		{1.0, 0.4, 0.324919696232906326},
		{2.5, 0.4, 0.281459512748547657},
		{7.0, 0.4, 0.263166861352022812},
		{14.0, 0.4, 0.25821265388905872},
		{244.0, 0.4, 0.253623519754262129},
		{1140.0, 0.4, 0.253406235937575756},
		{7653.0, 0.4, 0.253355910587359585},
		{99999.0, 0.4, 0.253347777163920235},
		{250000.0, 0.4, 0.2533473727440955},
		{1.0, 0.05, 6.3137515146750431},
		{2.5, 0.05, 2.55821861413593662},
		{7.0, 0.05, 1.89457860509000739},
		{14.0, 0.05, 1.76131013577489209},
		{244.0, 0.05, 1.65112250478986251},
		{1140.0, 0.05, 1.6461913600184416},
		{7653.0, 0.05, 1.64505275863042645},
		{99999.0, 0.05, 1.64486886493735101},
		{250000.0, 0.05, 1.64485972205078632},
		{1.0, 0.025, 12.7062047361747046},
		{2.5, 0.025, 3.57465484200368322},
		{7.0, 0.025, 2.36462425159278534},
		{14.0, 0.025, 2.14478668791780383},
		{244.0, 0.025, 1.96973399227237905},
		{1140.0, 0.025, 1.96204709776285594},
		{7653.0, 0.025, 1.96027401199116845},
		{99999.0, 0.025, 1.95998770777184478},
		{250000.0, 0.025, 1.95997347367013557},
		{1.0, 0.005, 63.656741162871581},
		{2.5, 0.005, 7.16372813894878552},
		{7.0, 0.005, 3.49948329735049392},
		{14.0, 0.005, 2.97684273437083473},
		{244.0, 0.005, 2.59612832180512613},
		{1140.0, 0.005, 2.58014887086705286},
		{7653.0, 0.005, 2.57647188844686815},
		{99999.0, 0.005, 2.57587847040005265},
		{250000.0, 0.005, 2.57584896988065221},
		{1.0, 1e-10, 3183098861.83790672},
		{2.5, 1e-10, 8765.43777136457175},
		{7.0, 1e-10, 53.835579484673733},
		{14.0, 1e-10, 16.0930039532163441},
		{244.0, 1e-10, 6.64171613268080976},
		{1140.0, 1e-10, 6.41964140375733811},
		{7653.0, 1e-10, 6.36996790861654043},
		{99999.0, 1e-10, 6.3620004264395173},
		{250000.0, 1e-10, 6.36160469532289628},
	} {
		got := -weighting.StudentQuantile(tt.q, tt.df)
		if !near(got, tt.want, 1e-12) {
			t.Errorf("upper %g-quantile with %g df = %.17g, want %.17g", tt.q, tt.df, got, tt.want)
		}
		if up := weighting.StudentQuantile(1-tt.q, tt.df); tt.q > 1e-9 && !near(up, tt.want, 1e-12) {
			t.Errorf("StudentQuantile(%g, %g) = %.17g, want %.17g", 1-tt.q, tt.df, up, tt.want)
		}
	}
}

func TestStudentQuantileEdges(t *testing.T) {
	const normal = 1.959963984540054 // qnorm(0.975) in R 4.2.2
	if got := weighting.StudentQuantile(0.975, math.Inf(1)); !near(got, normal, 1e-13) {
		t.Errorf("with infinite df: %.16g, want %.16g", got, normal)
	}
	if got := weighting.StudentQuantile(0.5, 3); got != 0 {
		t.Errorf("median = %g, want 0", got)
	}
	for _, bad := range [][2]float64{{0, 5}, {1, 5}, {0.9, 0}, {0.9, -1}, {math.NaN(), 5}, {0.9, math.NaN()}} {
		if got := weighting.StudentQuantile(bad[0], bad[1]); !math.IsNaN(got) {
			t.Errorf("StudentQuantile(%g, %g) = %g, want NaN", bad[0], bad[1], got)
		}
	}
}

// The quantile grows with p and, above the median, falls with df.
func TestStudentQuantileIsMonotone(t *testing.T) {
	last := math.Inf(-1)
	for p := 0.001; p < 1; p += 0.001 {
		q := weighting.StudentQuantile(p, 9)
		if !(q > last) {
			t.Fatalf("quantile %g at p = %g is not above %g", q, p, last)
		}
		last = q
	}
	last = math.Inf(1)
	for df := 0.5; df < 1e9; df *= 1.3 {
		q := weighting.StudentQuantile(0.975, df)
		if !(q < last) {
			t.Fatalf("quantile %.17g with %g df is not below %.17g", q, df, last)
		}
		last = q
	}
}

// near reports whether got is want to a relative tolerance.
func near(got, want, tol float64) bool {
	return got == want || math.Abs(got-want) <= tol*math.Abs(want)
}
