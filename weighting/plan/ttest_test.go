package plan_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// compared computes one test on the data of the tests of package weighting.
func compared(t *testing.T, test string) (*plan.Estimates, error) {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("..", "testdata", "models.csv"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := load(t, "plan: t\nfiles: {p: {read: p.csv}}\ndesign: {strata: stratum, clusters: psu, weights: {p: w}}\n"+
		"indicators:\n  - {name: i, test: "+test+"}\n", map[string]string{"p.csv": string(src)})
	if err != nil {
		return nil, err
	}
	return p.Estimate(false)
}

// R 4.2.2, survey 4.1-1: svyttest(income ~ sex, d), whose estimate is the mean of M less
// that of F, and svyttest(I(income - 600) ~ 0, d); the errors are those of svyglm and
// svymean. Red if the difference is turned about or its interval has other degrees.
func TestDifferencesMatchR(t *testing.T) {
	for test, want := range map[string]struct {
		level                       string
		value, se, low, high, prob  float64
		statistic, degreesOfFreedom float64
	}{
		"{of: income, groups: sex}": {"difference=M - F", 29.97411994070574, 26.35276300653981, -25.6253499694415, 85.57358985085298, 0.2711414847709278, 1.137418491308378, 17},
		"{of: income, value: 600}":  {"difference=income - 600", 88.35293551985434, 15.23853102315327, 56.2024453839093, 120.5034256557994, 2.140794304962867e-05, 5.797995580125916, 17},
	} {
		e, err := compared(t, test)
		if err != nil {
			t.Fatal(err)
		}
		in := e.Indicators[0]
		if len(in.Figures) != 1 || len(in.Tests) != 1 {
			t.Fatalf("%s: %d figures and %d tests", test, len(in.Figures), len(in.Tests))
		}
		f, r := in.Figures[0], in.Tests[0]
		if f.N != 183 || f.Missing != 0 {
			t.Errorf("%s: %d rows and %d without a value, want all 183", test, f.N, f.Missing)
		}
		if got := f.Domain[0].Variable + "=" + f.Domain[0].Level; got != want.level {
			t.Errorf("%s: the figure is of %s, want %s", test, got, want.level)
		}
		for _, pair := range [][2]float64{{f.Value, want.value}, {f.SE, want.se}, {f.Low, want.low}, {f.High, want.high}, {f.P, want.prob},
			{r.Statistic, want.statistic}, {r.DF, want.degreesOfFreedom}, {r.P, want.prob}} {
			if !near(pair[0], pair[1], 1e-8) {
				t.Errorf("%s: %.12g, R has %.12g", test, pair[0], pair[1])
			}
		}
	}
}

// The table names the difference in the language of the reader.
func TestDifferencesAreRead(t *testing.T) {
	e, err := compared(t, "{of: income, groups: sex}")
	if err != nil {
		t.Fatal(err)
	}
	for language, want := range map[string]string{"es": "diferencia: M − F", "en": "difference: M − F", "pt": "diferença: M − F", "fr": "différence: M − F"} {
		var b bytes.Buffer
		if err := e.WriteTable(&b, language); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) || !strings.Contains(b.String(), "-26 – 86") {
			t.Errorf("%s:\n%s\nwant %q and the interval", language, b.String(), want)
		}
	}
}

// What a test cannot compare is told at its place.
func TestComparisonsRefuse(t *testing.T) {
	for test, want := range map[string]string{
		"{of: income}":                                    "plan.yaml:5:21: error: the test does not say what is compared (groups: sex compares groups, value: 3 a mean with a value)",
		"{of: income, groups: sex, value: 3}":             "a test compares groups or a mean with a value, not both (write two indicators)",
		"{of: income, value: 3, method: wilcoxon}":        "the method wilcoxon compares groups (method: t)",
		"{of: income, value: much}":                       "expected a number, such as 3",
		"{of: income, groups: sexo}":                      "no file of this indicator has a variable sexo (did you mean sex?)",
		"{of: income, groups: group}":                     "the test needs two groups",
		"{of: income, groups: sex, method: student}":      "expected one of t, chisq",
		"{of: income, groups: sex, values: 3}":            "unknown key values (did you mean value?)",
		"{of: income, value: 3, groups: sex, method: t }": "not both",
	} {
		if _, err := compared(t, test); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error\n%v\nwant %q", test, err, want)
		}
	}
}
