package plan_test

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"cifra/weighting"
	"cifra/weighting/plan"
)

// models computes testdata/models.yaml, whose data are those of the tests of
// package weighting.
func models(t *testing.T) *plan.Estimates {
	t.Helper()
	name := filepath.Join("testdata", "models.yaml")
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	p, ds := plan.Load(name, src, func(string) (io.ReadCloser, error) {
		return os.Open(filepath.Join("..", "testdata", "models.csv"))
	})
	if ds != nil {
		t.Fatal(ds)
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// All numbers are from R 4.2.2 with survey 4.1-1:
//
//	d <- svydesign(~psu, strata = ~stratum, weights = ~w, data = x)
//	svyquantile(~income, d, c(.25, .5)); the same of subset(d, sex == "M")
//	m <- svyglm(victim ~ relevel(sex, "M") + group, d, family = quasibinomial()); exp(coef(m)); exp(confint(m))
//	svyglm(incidents ~ sex + group + offset(log(exposure)), d, family = quasipoisson())
//	svyglm(income ~ sex * group, d)
//	svymean(~victim, d)
//
// fitted with control = list(epsilon = 1e-15, maxit = 60).
func TestModelsOfAPlanMatchR(t *testing.T) {
	got := figuresOf(models(t))
	for _, c := range []struct {
		key             string
		value, se       float64
		low, high, prob float64 // NaN if it is not compared
	}{
		{"income,quantile=0.25", 576, 13.0894909345827, 548, 603, math.NaN()},
		{"income,quantile=0.5", 649, 14.9934168887038, 627, 690, math.NaN()},
		{"income,sex=M,quantile=0.5", 672, 21.8951484723928, 628, 720, math.NaN()},
		{"risk,sex=F", 0.952481750061372, 0.952481750061372 * 0.385694502738426, 0.418627948417929, 2.16713071267346, 0.90123011029190114},
		{"risk,group=south", 3.422919694447688, 3.422919694447688 * 0.315623978716174, 1.746750688645618, 6.70752804667414, 0.00142527234502768},
		{"counts,(Intercept)=", -0.6646938357842826, 0.223519762402542, math.NaN(), math.NaN(), math.NaN()},
		{"counts,group=south", 0.5855826067483862, 0.165799240496214, math.NaN(), math.NaN(), math.NaN()},
		{"crossed,sex:group=M:north", 33.83267879395022, 75.4166278846774, math.NaN(), math.NaN(), math.NaN()},
		{"crossed,group=south", -0.43795985359573, 59.7502634207179, math.NaN(), math.NaN(), math.NaN()},
	} {
		f, ok := got[c.key]
		if !ok {
			t.Errorf("no figure %s", c.key)
			continue
		}
		for _, pair := range [][2]float64{{f.Value, c.value}, {f.SE, c.se}, {f.Low, c.low}, {f.High, c.high}, {f.P, c.prob}} {
			if !math.IsNaN(pair[1]) && math.Abs(pair[0]-pair[1]) > 1e-7*(math.Abs(pair[1])+c.se) {
				t.Errorf("%s: %.12g, want %.12g", c.key, pair[0], pair[1])
			}
		}
	}
	if _, ok := got["risk,(Intercept)="]; ok {
		t.Error("the intercept stands among ratios")
	}
}

// svychisq(~victim + group, d); svyttest(income ~ sex, d); regTermTest(m, ~group)
func TestTestsOfAPlanMatchR(t *testing.T) {
	tests := map[string]plan.TestResult{}
	for _, in := range models(t).Indicators {
		for _, r := range in.Tests {
			tests[in.Name+","+r.Name] = r
		}
	}
	for name, want := range map[string]plan.TestResult{
		"by_group,robbed by group": {Kind: "F", Statistic: 6.7524437644755473, DF: 1.9419334041140790, Denominator: 34.9548012740534233, P: 0.0035713992649237},
		"by_sex,income by sex":     {Kind: "t", Statistic: 1.137418491308378, DF: 17, P: 0.271141484770928},
		"risk,group":               {Kind: "F", Statistic: 7.60265904575780826, DF: 2, Denominator: 15, P: 0.00524878568929828},
	} {
		got, ok := tests[name]
		if !ok || got.Kind != want.Kind {
			t.Errorf("%s: %+v, want %+v", name, got, want)
			continue
		}
		for _, pair := range [][2]float64{{got.Statistic, want.Statistic}, {got.DF, want.DF}, {got.Denominator, want.Denominator}, {got.P, want.P}} {
			if math.Abs(pair[0]-pair[1]) > 1e-8*math.Abs(pair[1]) {
				t.Errorf("%s: %.12g, want %.12g", name, pair[0], pair[1])
			}
		}
	}
	if len(tests) != 10 {
		t.Errorf("%d tests, want those of 7 terms and 3 comparisons", len(tests))
	}
}

// The table has a column of p, lines of tests, and classes with what is missing.
func TestWriteModels(t *testing.T) {
	for _, language := range []string{"en", "es"} {
		var b bytes.Buffer
		if err := models(t).WriteTable(&b, language); err != nil {
			t.Fatal(err)
		}
		golden(t, "models."+language+".golden", b.Bytes())
	}
}

// Every scheme, class and shortfall has its words in every language, and they
// differ from one another. Red if a class is added without.
func TestClassesHaveWords(t *testing.T) {
	for _, scheme := range []string{"inegi", "ine", "eclac2020", "eclac2023", "ncvs"} {
		q, ok := weighting.ParseQualityScheme(scheme)
		if !ok {
			t.Fatalf("there is no scheme %s", scheme)
		}
		heads := map[string]bool{}
		for _, language := range []string{"en", "es", "pt", "fr"} {
			var b bytes.Buffer
			e := models(t)
			e.Quality = scheme
			for i := range e.Indicators {
				for k := range e.Indicators[i].Figures {
					f := &e.Indicators[i].Figures[k]
					f.Class, f.Short = q.Class(f.Estimate, weighting.Evidence{Proportion: true, Cases: 20})
				}
			}
			if err := e.WriteTable(&b, language); err != nil {
				t.Fatal(err)
			}
			heads[b.String()] = true
			if bytes.Contains(b.Bytes(), []byte("()")) || bytes.Contains(b.Bytes(), []byte("(, ")) {
				t.Errorf("%s, %s: a shortfall without words:\n%s", scheme, language, b.String())
			}
		}
		if len(heads) != 4 {
			t.Errorf("%s: %d different tables in four languages", scheme, len(heads))
		}
	}
}
