package plan_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// compatible computes a plan on the made-up data of package weighting, in which the
// victims' answers of stratum 2, of those above 70 and of one more PSU are missing.
func compatible(t *testing.T, src string) map[string]plan.Figure {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(modelsFile(t))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	for i, r := range rows {
		answer := r[8]
		if age, _ := strconv.Atoi(r[5]); i > 0 && (r[0] == "2" || r[1] == "1-1" || age > 70) {
			answer = ""
		}
		if i == 0 {
			answer = "answer"
		}
		file.WriteString(strings.Join(r, ",") + "," + answer + "\n")
	}
	p, ds := plan.Load("plan.yaml", []byte(src), filesOf(map[string]string{"models.csv": file.String()}))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	out := figuresOf(e)
	for _, in := range e.Indicators {
		for _, test := range in.Tests {
			out[in.Name+" test "+test.Name] = plan.Figure{P: test.P}
		}
	}
	return out
}

const compatPlan = `plan: compat
COMPAT
files: {persons: {read: models.csv}}
design: {strata: stratum, clusters: psu, weights: {persons: base}}
derive:
  robbed: victim = 1
  answered: answer = 1
indicators:
  - {name: income, mean: income}
  - {name: incidents, total: incidents}
  - {name: rate, ratio: {of: incidents, to: exposure}}
  - {name: robbed, proportion: robbed}
  - {name: answer, proportion: answered, by: [all, sex]}
  - {name: risk, regression: {of: robbed, terms: [age, sex, group], family: binomial, tests: likelihood}}
  - {name: fear, test: {of: fear, groups: sex, method: wilcoxon}}
REPORT
`

// All numbers are from R 4.2.2 with survey 4.1-1, x being models.csv:
//
//	d <- svydesign(~psu, strata = ~stratum, weights = ~w, data = x)
//	confint(svymean(~income, d)); confint(svytotal(~incidents, d))
//	confint(svyratio(~incidents, ~exposure, d)); confint(svymean(~victim, d))
//	x$answer <- x$victim; x$answer[x$stratum == 2 | x$age > 70 | x$psu == "1-1"] <- NA
//	svyciprop(~answer, d, method = "beta", na.rm = TRUE)   # and the other methods
//	svyciprop(~answer, subset(d, sex == "F"), method = "beta", na.rm = TRUE)
//	regTermTest(svyglm(victim ~ age + sex + group, d, family = quasibinomial()), ~group, method = "LRT")$p
//	svyranktest(fear ~ sex, d)
//
// R interpolates the likelihood's interval, to 1e-4 or so. Red without the normal
// quantile, without the degrees of freedom, rows or dispersion from before rows without
// a value left, without the saddlepoint, or without R's ranks of ties.
func TestCompatIsR(t *testing.T) {
	of := func(report string) map[string]plan.Figure {
		src := strings.Replace(compatPlan, "COMPAT", "compat: r", 1)
		return compatible(t, strings.Replace(src, "REPORT", report, 1))
	}
	plain := of("")
	for key, want := range map[string][2]float64{
		"income":    {658.48596353717767, 718.21990750253099},
		"incidents": {7962.5909384975666, 14319.609061502433},
		"rate":      {0.51400749001725576, 0.79000980932992237},
		"robbed":    {0.33864228440638316, 0.58432516139003443},
	} {
		if f := plain[key]; !near(f.Low, want[0], 1e-11) || !near(f.High, want[1], 1e-11) {
			t.Errorf("%s: %.15g to %.15g, want %.15g to %.15g", key, f.Low, f.High, want[0], want[1])
		}
	}
	if p := plain["risk test group"].P; !near(p, 0.0079560390171618187, 1e-4) { // R's root finder stops there
		t.Errorf("likelihood-ratio test of group: p = %.12g, want R's 0.007956039", p)
	}
	if p := plain["fear test fear by sex"].P; !near(p, 0.28003082703491811, 1e-9) {
		t.Errorf("rank test: p = %.12g, want 0.280030827034918", p)
	}
	for _, c := range []struct {
		method    string
		low, high float64
		tol       float64
		women     [2]float64
	}{
		{"mean", 0.34531716272617008, 0.63805158096091852, 1e-11, [2]float64{}},
		{"logit", 0.35003248935592424, 0.63468417076170380, 1e-11, [2]float64{0.31309774356441211, 0.66116800811178933}},
		{"asin", 0.34775310657428576, 0.63632335203389145, 1e-11, [2]float64{}},
		{"beta", 0.34032849863302739, 0.64416400159071208, 1e-9, [2]float64{0.29958726177093420, 0.67413759434440035}},
		{"likelihood", 0.34422028019925838, 0.64013584722600725, 1e-4, [2]float64{0.30486259358449780, 0.66850698646769452}},
	} {
		got := of("report: {interval: {method: " + c.method + "}}")
		if f := got["answer"]; !near(f.Low, c.low, c.tol) || !near(f.High, c.high, c.tol) || f.DF != 18 {
			t.Errorf("%s: %.12g to %.12g with %d df, want %.12g to %.12g with 18", c.method, f.Low, f.High, f.DF, c.low, c.high)
		}
		if f := got["answer,sex=F"]; c.women[0] != 0 && (!near(f.Low, c.women[0], c.tol) || !near(f.High, c.women[1], c.tol) || f.DF != 17) {
			t.Errorf("%s of women: %.12g to %.12g with %d df, want %v with 17", c.method, f.Low, f.High, f.DF, c.women)
		}
	}
}

// Without compat a plan has cifra's own numbers: t intervals, degrees of freedom of the
// rows with a value, and Rao and Scott's F. Red if compat were the default.
func TestPlansAreNotRByDefault(t *testing.T) {
	src := strings.Replace(strings.Replace(compatPlan, "COMPAT", "", 1), "REPORT", "report: {interval: {method: beta}}", 1)
	own, same := compatible(t, src), compatible(t, strings.Replace(src, "plan: compat\n", "plan: compat\ncompat: cifra\n", 1))
	like := compatible(t, strings.Replace(src, "plan: compat\n", "plan: compat\ncompat: r\n", 1))
	for _, key := range []string{"income", "incidents", "rate", "answer", "answer,sex=F"} {
		a, b, r := own[key], same[key], like[key]
		if a.Low != b.Low || a.DF != b.DF {
			t.Errorf("%s: %g by default, %g with compat: cifra", key, a.Low, b.Low)
		}
		if math.Abs(a.Low-r.Low) < 1e-6*math.Abs(a.Low) || !near(a.SE, r.SE, 1e-14) {
			t.Errorf("%s: %g ± %g, and %g ± %g of R: only the interval differs", key, a.Low, a.SE, r.Low, r.SE)
		}
	}
	if own["answer"].DF != 14 {
		t.Errorf("%d degrees of freedom, want the 14 of the rows with an answer", own["answer"].DF)
	}
}

// modelsFile is the made-up file with a number for each row, its weight called base.
func modelsFile(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "testdata", "models.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(strings.Replace(string(b), ",w,", ",base,", 1)), "\n")
	for i := range lines {
		lines[i] += fmt.Sprintf(",%d", i)
	}
	lines[0] = strings.TrimSuffix(lines[0], ",0") + ",row"
	return strings.Join(lines, "\n") + "\n"
}

// svyratio(~incidents, ~exposure, as.svrepdesign(d, type = "JKn")) of the same R. What
// the plan writes wins over compat.
func TestCompatReplicatesSpreadAboutTheirMean(t *testing.T) {
	made, err := weigh(t, `weighting: w
files: {persons: {read: models.csv, key: row}}
design: {strata: stratum, clusters: psu}
steps:
  - base: base
  - replicates: {method: JKn}
  - write: {file: out.csv, weight: w, keep: [incidents, exposure]}
`, map[string]string{"models.csv": modelsFile(t)})
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	if err := made.Files[0].WriteCSV(&file); err != nil {
		t.Fatal(err)
	}
	const ofR = 0.070641356335660044
	for _, c := range []struct {
		compat, about string
		same          bool
	}{
		{"compat: r", "", true}, {"compat: cifra", "about_estimate: false, ", true},
		{"compat: cifra", "", false}, {"compat: r", "about_estimate: true, ", false},
	} {
		src := "plan: p\n" + c.compat + "\nfiles: {persons: {read: out.csv}}\ndesign: {replicates: {prefix: rep_, weight: w, method: JKn, " + c.about +
			"scale: 0.75}, weights: {persons: w}}\nindicators: [{name: rate, ratio: {of: incidents, to: exposure}}]\n"
		p, ds := plan.Load("p.yaml", []byte(src), filesOf(map[string]string{"out.csv": file.String()}))
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		e, err := p.Estimate(false)
		if err != nil {
			t.Fatal(err)
		}
		if f := figuresOf(e)["rate"]; near(f.SE, ofR, 1e-9) != c.same {
			t.Errorf("%s, %s: standard error %.12g, R's is %.12g: the same is %t", c.compat, c.about, f.SE, ofR, c.same)
		}
	}
}

// rake(d, list(~sex, ~group), list(ps, pg)) and calibrate(d, ~sex + group, …, calfun =
// "raking") of the same R at their defaults. Exact raking and R's calibrate, which stops
// 2.5e-6 away of 9,800, have the same weights to 1e-9; R's rake is 1e-6 off.
func TestCompatWeightsAreR(t *testing.T) {
	files := map[string]string{
		"models.csv": modelsFile(t),
		"sex.csv":    "sex,n\nF,5000\nM,4800\n", "group.csv": "group,n\ncentre,3000\nnorth,3400\nsouth,3400\n",
	}
	raked := []float64{47.209380239081497, 46.296310942939648, 28.850229657753584, 30.283759532050112, 23.991287706192637}
	exact := []float64{47.209315614745250, 46.296257844314475, 28.850196568561394, 30.283796496031087, 23.991325426602760}
	for _, c := range []struct {
		compat, method string
		want           []float64
	}{
		{"r", "rake", raked}, {"cifra", "rake", exact}, {"r", "raking", exact}, {"cifra", "raking", exact},
	} {
		made, err := weigh(t, "weighting: w\ncompat: "+c.compat+`
files: {persons: {read: models.csv, key: row}}
design: {strata: stratum, clusters: psu}
steps:
  - base: base
  - calibrate: {method: `+c.method+`, count: n, margins: [{by: sex, totals: sex.csv}, {by: group, totals: group.csv}]}
  - write: {file: out.csv, weight: w}
`, files)
		if err != nil {
			t.Fatal(err)
		}
		got := columnsOf(t, made.Files[0])["w"]
		for k, w := range c.want {
			if !near(got[k], w, 1e-9) {
				t.Errorf("compat: %s, %s: weight %d is %.15g, want %.15g", c.compat, c.method, k, got[k], w)
			}
		}
		sum := -9800.0
		for _, w := range got {
			sum += w
		}
		if stopped := math.Abs(sum) > 1e-7; c.method == "raking" && stopped != (c.compat == "r") {
			t.Errorf("compat: %s, raking: 9,800 is missed by %g, R's calibrate by 2.5e-6", c.compat, sum)
		}
	}
}
