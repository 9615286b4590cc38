package weighting_test

import (
	"bytes"
	"math"
	"os"
	"testing"

	"cifra/weighting"
)

// This file compares models with R. The data, testdata/models.csv, are made up:
// six strata of four PSUs, no respondent is in them. All numbers are from R 4.2.2
// with survey 4.1-1, whose design is
//
//	x <- read.csv("models.csv", stringsAsFactors = TRUE)
//	d <- svydesign(~psu, strata = ~stratum, weights = ~w, data = x)
//
// and whose models were fitted with control = list(epsilon = 1e-15, maxit = 60),
// unless said otherwise. Tolerances are 1e-9 where R converges as far.

// A study is that file as a design.
type study struct {
	*weighting.Table
	d *weighting.Design
}

func readStudy(t testing.TB) study {
	t.Helper()
	b, err := os.ReadFile("testdata/models.csv")
	if err != nil {
		t.Fatal(err)
	}
	table, err := weighting.ReadCSV(bytes.NewReader(b), "models.csv", weighting.CSVOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := study{Table: table}
	d, err := weighting.NewDesign(s.factor(t, "stratum").Code, s.factor(t, "psu").Code, s.numbers("w"), weighting.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.d = d
	return s
}

func (s study) numbers(name string) []float64 { return s.Column(name).Numbers }

func (s study) factor(t testing.TB, name string) weighting.Factor {
	t.Helper()
	f, err := s.Factor(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// term is a factor's or a number's, with the first level as the reference.
func (s study) term(t testing.TB, name string) weighting.Term {
	if c := s.Column(name); c.Numbers != nil {
		return weighting.Slope(name, c.Numbers)
	}
	return weighting.Contrasts(name, s.factor(t, name), 0)
}

func (s study) fit(t testing.TB, m weighting.Regression, terms ...string) *weighting.Fit {
	t.Helper()
	for _, name := range terms {
		m.Terms = append(m.Terms, s.term(t, name))
	}
	f, err := s.d.Regress(m, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func standardErrors(t testing.TB, f *weighting.Fit) (value, se []float64) {
	t.Helper()
	all, err := f.Coefficients(0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		value, se = append(value, c.Value), append(se, c.SE)
	}
	return value, se
}

func compare(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-14 && !near(got[i], want[i], tol) { // below is rounding of a 0
			t.Errorf("%s[%d] = %.15g, want %.15g", what, i, got[i], want[i])
		}
	}
}

// svyglm(incidents ~ sex + group + offset(log(exposure)), d, family = quasipoisson())
func TestPoissonWithExposureMatchesR(t *testing.T) {
	s := readStudy(t)
	offset := make([]float64, s.Len())
	for i, e := range s.numbers("exposure") {
		offset[i] = math.Log(e)
	}
	f := s.fit(t, weighting.Regression{Y: s.numbers("incidents"), Family: weighting.Poisson, Offset: offset}, "sex", "group")
	value, se := standardErrors(t, f)
	compare(t, "coefficient", value, []float64{-0.6646938357842826, 0.0110041648924681, -0.1123877954997952, 0.5855826067483862}, 1e-9)
	compare(t, "SE", se, []float64{0.223519762402542, 0.196539921143248, 0.274831640636516, 0.165799240496214}, 1e-8) // of the step before the last
}

// svyglm(victim ~ sex, d, family = quasibinomial(link = "log"), start = c(-1, 0)):
// ratios of prevalences.
func TestLogBinomialMatchesR(t *testing.T) {
	s := readStudy(t)
	f := s.fit(t, weighting.Regression{Y: s.numbers("victim"), Family: weighting.Binomial, Link: weighting.LogLink}, "sex")
	value, se := standardErrors(t, f)
	compare(t, "coefficient", value, []float64{-0.77839134991659509, 0.00997345941679719}, 1e-8)
	compare(t, "SE", se, []float64{0.162593414376015, 0.209127072994152}, 1e-8)
}

// svyglm(income ~ 0 + age, d): a line through the origin.
func TestRegressionWithoutInterceptMatchesR(t *testing.T) {
	s := readStudy(t)
	f := s.fit(t, weighting.Regression{Y: s.numbers("income"), NoIntercept: true}, "age")
	value, se := standardErrors(t, f)
	compare(t, "coefficient", value, []float64{13.0492680537291}, 1e-11)
	compare(t, "SE", se, []float64{0.297228522737532}, 1e-9)
	if f.DF != 18 {
		t.Errorf("DF = %d, want 18", f.DF)
	}
}

// m <- svyglm(victim ~ sex + group + age, d, family = quasibinomial())
// regTermTest(m, ~group, method = "LRT", lrt.approximation = ...); regTermTest(m, ~group + age)
func TestTermTestsMatchR(t *testing.T) {
	s := readStudy(t)
	f := s.fit(t, weighting.Regression{Y: s.numbers("victim"), Family: weighting.Binomial}, "sex", "group", "age")
	lr, err := f.LikelihoodRatioTest("group")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "loss", []float64{lr.Loss}, []float64{11.9859516690433}, 1e-9)
	compare(t, "design effects", lr.DesignEffects, []float64{1.038384412476655, 0.636216313361122}, 1e-9)
	compare(t, "P of Rao and Scott", []float64{lr.RaoScott.P}, []float64{0.00785986852189693}, 1e-9)
	compare(t, "P of the saddlepoint", []float64{lr.Saddlepoint.P}, []float64{0.00795602734249357}, 1e-4) // R's root finder stops there
	if lr.RaoScott.Denominator != 14 {
		t.Errorf("denominator %g, want 14", lr.RaoScott.Denominator)
	}
	w, err := f.WaldTest("group", "age")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "Wald", []float64{w.Statistic, w.DF, w.Denominator, w.P}, []float64{5.34950505396574, 3, 14, 0.0115145184544725}, 1e-9)
}

// svypredmeans(svyglm(victim ~ age + sex, d, family = quasibinomial()), ~group):
// R adds the two sources of error and leaves their covariance out.
func TestMarginsMatchR(t *testing.T) {
	s := readStudy(t)
	f := s.fit(t, weighting.Regression{Y: s.numbers("victim"), Family: weighting.Binomial}, "age", "sex", "group")
	m, err := f.PredictiveMargins(weighting.Settings("group", s.factor(t, "group"), 0)...)
	if err != nil {
		t.Fatal(err)
	}
	var value, coefficients, composition []float64
	for _, k := range m { // centre, north, south
		value = append(value, k.Value)
		coefficients = append(coefficients, square(estimate(t, s.d, k.Coefficients).SE))
		composition = append(composition, square(estimate(t, s.d, k.Composition).SE))
	}
	compare(t, "margin", value, []float64{0.311856167067050, 0.440862764761020, 0.611512914738143}, 1e-9)
	compare(t, "variance of coefficients", coefficients, []float64{0.004255569669518807, 0.00961929201542851, 0.002315875661078674}, 1e-9)
	compare(t, "variance of composition", composition, []float64{8.33153608566668e-06, 1.09136769373398e-05, 1.00528605117489e-05}, 1e-8)
}

// All of a margin's error is that of the fit made again with a little more weight on
// one PSU, and the margin with it. Red if the composition of the sample, or the
// covariance of the two sources, is left out.
func TestMarginHasAllOfItsError(t *testing.T) {
	s := readStudy(t)
	model := weighting.Regression{Y: s.numbers("victim"), Family: weighting.Binomial}
	settings := weighting.Settings("group", s.factor(t, "group"), 0)
	f := s.fit(t, model, "age", "group")
	m, err := f.PredictiveMargins(settings...)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.d.Define(func(w []float64) float64 {
		d := mustDesign(t, s.factor(t, "stratum").Code, s.factor(t, "psu").Code, append([]float64(nil), w...), weighting.Options{})
		margins, err := study{s.Table, d}.fit(t, model, "age", "group").PredictiveMargins(settings...)
		if err != nil {
			t.Fatal(err)
		}
		return margins[1].Value
	}, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "SE", []float64{estimate(t, s.d, m[1].Statistic).SE}, []float64{estimate(t, s.d, again).SE}, 1e-6)
}

func square(x float64) float64 { return x * x }

// svyolr(factor(fear) ~ sex + group + age, d, control = list(reltol = 1e-15)),
// whose variance takes second derivatives by differences.
func TestOrdinalMatchesR(t *testing.T) {
	s := readStudy(t)
	fear := s.factor(t, "fear")
	terms := []weighting.Term{s.term(t, "sex"), s.term(t, "group"), s.term(t, "age")}
	f, err := s.d.OrdinalRegression(fear.Code, fear.Levels, terms, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	value, se := standardErrors(t, f)
	compare(t, "coefficient", value, []float64{
		-0.4218340712121575, -0.4369201440478998, 0.4585573337044523, -0.0157702275845468,
		-1.9295688269938880, -1.1129949956137544, 0.2508809715818585,
	}, 1e-5)
	compare(t, "SE", se, []float64{
		0.35477144067867866, 0.44085810694212141, 0.34288155278089344, 0.00806245776121965,
		0.60274478845348078, 0.55229093006675278, 0.54326885864946284,
	}, 5e-4)
	if f.Names[4] != "1|2" || f.Names[0] != "sexM" {
		t.Errorf("names %q", f.Names)
	}
}

// r <- as.svrepdesign(d, type = "JKn")
// svyglm(victim ~ sex + age, r, family = quasibinomial())
func TestRegressionOnReplicatesMatchesR(t *testing.T) {
	s := readStudy(t)
	rep, err := s.d.Replicate(weighting.Replication{Scheme: weighting.JKn})
	if err != nil {
		t.Fatal(err)
	}
	s.d = rep
	f := s.fit(t, weighting.Regression{Y: s.numbers("victim"), Family: weighting.Binomial}, "sex", "age")
	value, se := standardErrors(t, f)
	compare(t, "coefficient", value, []float64{0.19911926471311761, 0.02833798296166443, -0.00781314924886706}, 1e-8)
	compare(t, "SE", se, []float64{0.35472685038867524, 0.40191194456759771, 0.00785588633795489}, 1e-8)
	if f.Lost != 0 {
		t.Errorf("%d replicates lost", f.Lost)
	}
	// svyquantile(~income, r, c(.25, .5), interval.type = "quantile")
	q, err := s.d.Quantiles(s.numbers("income"), []float64{0.25, 0.5}, weighting.Domains{}, weighting.QuantileOptions{Replicated: true})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "quantile", []float64{q[0].Value, q[0].SE, q[0].Low, q[1].SE}, []float64{576, 10.2332179689480, 554.500806826447, 21.6910119634838}, 1e-9)
}

// withReplicates(r, function(w, x) sum(w * x$income * x$age) / sum(w * x$exposure))
func TestDefineMatchesR(t *testing.T) {
	s := readStudy(t)
	income, age, exposure := s.numbers("income"), s.numbers("age"), s.numbers("exposure")
	f := func(w []float64) float64 {
		a, b := 0.0, 0.0
		for i, v := range w {
			a += v * income[i] * age[i]
			b += v * exposure[i]
		}
		return a / b
	}
	rep, err := s.d.Replicate(weighting.Replication{Scheme: weighting.JKn})
	if err != nil {
		t.Fatal(err)
	}
	st, err := rep.Define(f, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	e := estimate(t, rep, st)
	compare(t, "replicated", []float64{e.Value, e.SE}, []float64{30610.79305451, 2431.80643}, 1e-8)
	// Without replicates it is the delta method's ratio.
	if st, err = s.d.Define(f, weighting.Domains{}); err != nil {
		t.Fatal(err)
	}
	product := make([]float64, len(income))
	for i := range product {
		product[i] = income[i] * age[i]
	}
	want, err := s.d.Ratio(product, exposure)
	if err != nil {
		t.Fatal(err)
	}
	got := estimate(t, s.d, st)
	compare(t, "linearised", []float64{got.Value, got.SE, float64(got.DF)}, []float64{want.Value, want.SE, float64(want.DF)}, 1e-10)
}

// svykappa(~coder1 + coder2, d)
func TestKappaMatchesR(t *testing.T) {
	s := readStudy(t)
	table, err := s.d.Frequencies(s.factor(t, "coder1").Code, s.factor(t, "coder2").Code, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	k, err := table.Kappa()
	if err != nil {
		t.Fatal(err)
	}
	e := estimate(t, s.d, k)
	compare(t, "kappa", []float64{e.Value, e.SE}, []float64{0.663399649686572, 0.0596764109179797}, 1e-10)
	odd, err := s.d.Frequencies(s.factor(t, "coder1").Code, s.factor(t, "sex").Code, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := odd.Kappa(); err == nil {
		t.Error("kappa of two factors with other codes has no error")
	}
}

// predict(svyratio(~incidents, ~exposure, d, separate = TRUE),
//
//	total = list("1" = 70, "2" = 90, "3" = 80, "4" = 100, "5" = 110, "6" = 120))
func TestSeparateRatioMatchesR(t *testing.T) {
	s := readStudy(t)
	st, err := s.d.SeparateRatio(s.numbers("incidents"), s.numbers("exposure"), s.factor(t, "stratum").Code, []float64{70, 90, 80, 100, 110, 120})
	if err != nil {
		t.Fatal(err)
	}
	e := estimate(t, s.d, st)
	compare(t, "total", []float64{e.Value, e.SE}, []float64{373.008603327824, 40.7383934380724}, 1e-10)
}

// svycdf(~income, d)[[1]](c(500, 600, 800)) and svymean(~I(income <= 600), d)
func TestDistributionMatchesR(t *testing.T) {
	s := readStudy(t)
	income := s.numbers("income")
	steps := s.d.Distribution(income, weighting.Domains{})
	limits := []float64{500, 600, 800}
	var below, direct []float64
	for _, st := range s.d.SharesBelow(income, limits, weighting.Domains{}) {
		direct = append(direct, st.Value)
	}
	for _, limit := range limits {
		share := 0.0
		for _, step := range steps {
			if step.At <= limit {
				share = step.Below
			}
		}
		below = append(below, share)
	}
	want := []float64{0.116600207710948, 0.340806226199787, 0.783256189658046}
	compare(t, "steps", below, want, 1e-12)
	compare(t, "shares", direct, want, 1e-12)
	if last := steps[len(steps)-1].Below; last != 1 {
		t.Errorf("the last step is at %g, want 1", last)
	}
}

// svyranktest(income ~ sex, d, test = ...), svyranktest(income ~ group, d, test = ...)
func TestRankTestsMatchR(t *testing.T) {
	s := readStudy(t)
	income := s.numbers("income")
	for _, c := range []struct {
		score weighting.RankScore
		two   []float64 // t, df, P, difference
		many  []float64 // F times its numerator's degrees of freedom, and P
	}{
		{weighting.Wilcoxon, []float64{1.1452179426735147, 17, 0.2679861517493944, 0.0559203949644068}, []float64{0.436301730950601, 0.806356366324657}},
		{weighting.VanDerWaerden, []float64{1.186590931344780, 17, 0.251707564713308, 0.195754070123063}, []float64{0.892122521697370, 0.647867327989278}},
		{weighting.MedianAbove, []float64{0.6436147304954113, 17, 0.5284131773781453, 0.0609286336519664}, []float64{0.223791838659699, 0.894830828477409}},
	} {
		two, err := s.d.RankTest(income, s.factor(t, "sex").Code, weighting.Domains{}, weighting.RankOptions{Score: c.score, TiesLikeR: true}, 0)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "two groups", []float64{two.Statistic, two.DF, two.P, two.Estimate.Value}, c.two, 1e-9)
		many, err := s.d.RankTest(income, s.factor(t, "group").Code, weighting.Domains{}, weighting.RankOptions{Score: c.score, TiesLikeR: true}, 0)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, "three groups", []float64{many.Statistic * many.DF, many.P}, c.many, 1e-9)
	}
}

// svygofchisq(~group, p = c(.3, .3, .4), d): X², scale, df and P.
func TestGoodnessOfFitMatchesR(t *testing.T) {
	s := readStudy(t)
	table, err := s.d.Frequencies(s.factor(t, "group").Code, nil, weighting.Domains{})
	if err != nil {
		t.Fatal(err)
	}
	test, scale, err := table.GoodnessOfFitLikeR([]float64{0.3, 0.3, 0.4})
	if err != nil {
		t.Fatal(err)
	}
	compare(t, "test", []float64{test.Statistic, scale, test.DF, test.P},
		[]float64{82.69997937849132, 139.35419536937411, 1.53449507073914, 0.62359517237629}, 1e-9)
}

// v <- svyvar(~income + age, d); cov2cor(as.matrix(v))
func TestCorrelationMatchesR(t *testing.T) {
	s := readStudy(t)
	m := s.d.Moments([][]float64{s.numbers("income"), s.numbers("age")}, weighting.Domains{})
	v := estimate(t, s.d, m.Covariance(0, 0))
	compare(t, "moments", []float64{v.Value, m.Covariance(1, 1).Value, m.Correlation(0, 1).Value},
		[]float64{29018.4203255445, 344.3658417763, 0.332972784076538}, 1e-11)
	compare(t, "SE", []float64{v.SE, estimate(t, s.d, m.Covariance(0, 1)).SE}, []float64{math.Sqrt(12006002.8532119859), math.Sqrt(39704.73585573075)}, 1e-9)
}
