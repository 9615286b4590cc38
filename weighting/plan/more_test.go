package plan_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// more computes testdata/more.yaml, on the data of the tests of package weighting.
func more(t *testing.T) *plan.Estimates {
	t.Helper()
	name := filepath.Join("testdata", "more.yaml")
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
//	svyolr(factor(fear) ~ sex + group + age, d, control = list(reltol = 1e-15))
//	svypredmeans(svyglm(victim ~ age + sex, d, family = quasibinomial()), ~factor(group))
//	svystandardize(d, ~group, over = ~sex, population = c(20, 50, 30), excluding.missing = ~victim + group)
//	v <- subset(d, incidents > 0); svymean(~I(incidents == 1), v)
//	svyratio(~I(incidents * (incidents == 1)), ~incidents, v)
//
// R's errors of margins leave a covariance out and are not compared here; those of
// svyolr come from a numerical Hessian, good to five digits.
func TestMoreOfAPlanMatchesR(t *testing.T) {
	got := figuresOf(more(t))
	for _, c := range []struct {
		key            string
		value, se      float64
		tol, seTol     float64
		degrees, cases int
	}{
		{"fear,sex=M", -0.4218340712121575, 0.35477144067867866, 1e-6, 1e-4, 12, 183},
		{"fear,age=", -0.0157702275845468, 0.00806245776121965, 1e-6, 1e-3, 12, 183},
		{"fear,3|4=", 0.2508809715818585, 0.54326885864946284, 1e-6, 1e-3, 12, 183},
		{"risk,margin(group)=centre", 0.311856167067050, -1, 1e-9, 0, 14, 183},
		{"risk,margin(group)=north", 0.440862764761020, -1, 1e-9, 0, 14, 183},
		{"risk,margin(group)=south", 0.611512914738143, -1, 1e-9, 0, 14, 183},
		{"standard", 0.4642541531494, 0.0675711287210087, 1e-12, 1e-12, 18, 183},
		{"standard,sex=F", 0.443685259778825, 0.0786839717389409, 1e-12, 1e-12, 17, 90},
		{"standard,sex=M", 0.496498811532218, 0.0760861364425914, 1e-12, 1e-12, 18, 93},
		{"spread,victims=1", 0.652043745728, 0.04894, 1e-11, 1e-4, 17, 84},
		{"spread,victims=2+", 0.347956254272, 0.04894, 1e-11, 1e-4, 17, 84},
		{"spread,incidents=1", 0.428117510838248, 0.057228582115269, 1e-12, 1e-12, 17, 84},
	} {
		f, ok := got[c.key]
		if !ok {
			t.Errorf("no figure %s", c.key)
			continue
		}
		if !near(f.Value, c.value, c.tol) || c.se > 0 && !near(f.SE, c.se, c.seTol) || f.DF != c.degrees || f.N != c.cases {
			t.Errorf("%s = %.12g ± %.12g of %d rows, %d df, want %.12g ± %.12g of %d, %d", c.key, f.Value, f.SE, f.N, f.DF, c.value, c.se, c.cases, c.degrees)
		}
	}
}

// regTermTest(m, ~group, method = "LRT", lrt.approximation = "satterthwaite"). R
// prints the loss over the mean of the λ, an F over their sum is that over the number.
func TestLikelihoodOfAPlanMatchesR(t *testing.T) {
	for _, in := range more(t).Indicators {
		for _, r := range in.Tests {
			if in.Name != "risk" || r.Name != "group" {
				continue
			}
			sum := 1.038384412476655 + 0.636216313361122
			if r.Method != "likelihood" || !near(r.Statistic, 11.98595166904334519/sum, 1e-6) || !near(r.P, 0.00785986852189696, 1e-6) || r.Denominator != 14 {
				t.Errorf("%+v, want F = %g, p = 0.00785986852189696", r, 11.98595166904334519/sum)
			}
			return
		}
	}
	t.Error("there is no such test")
}

func TestWriteMore(t *testing.T) {
	for _, language := range []string{"en", "es", "pt", "fr"} {
		var b bytes.Buffer
		if err := more(t).WriteTable(&b, language); err != nil {
			t.Fatal(err)
		}
		golden(t, "more."+language+".golden", b.Bytes())
	}
}

// A CSV line has as many fields as the header, a figure's and a test's alike; the
// test's numbers are those of the estimates. Red if a column is put in one of the two
// only.
func TestCSVHasTests(t *testing.T) {
	var b bytes.Buffer
	e := more(t)
	if err := e.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll() // refuses lines of other lengths
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for k, name := range lines[0] {
		at[name] = k
	}
	for _, line := range lines {
		if line[at["indicator"]] == "risk" && line[at["test"]] == "group" {
			if line[at["test_kind"]] != "likelihood F" || line[at["estimate"]] != "" || !near(float(t, line[at["p"]]), 0.00785986852189696, 1e-6) ||
				!near(float(t, line[at["test_denominator"]]), 14, 0) {
				t.Errorf("the line of the test is %q", line)
			}
			return
		}
	}
	t.Error("no line has the test of group")
}

// Two years of one row a PSU, worked by hand. Stratum a has the same PSUs in both,
// with 10 and 20, then 16 and 22; in b the first of 5 and 5 was replaced by one of 9.
const (
	firstYear  = "h,psu,w,y\na,a1,1,10\na,a2,1,20\nb,b1,1,5\nb,b2,1,5\n"
	secondYear = "h,psu,w,y\na,a1,1,16\na,a2,1,22\nb,b2,1,5\nb,b3,1,9\n"
	yearPlan   = "plan: %\nfiles: {p: {read: p.csv}}\ndesign: {strata: h, clusters: psu, weights: {p: w}}\n" +
		"indicators:\n - {name: sum, total: y}\n - {name: rate, total: y, per: 10}\n - {name: halves, total: y, by: h}\n"
)

// year computes a year's plan with more lines under it.
func year(t *testing.T, name, data, under, earlier string, influence bool) (*plan.Estimates, error) {
	t.Helper()
	p, ds := plan.Load("plan.yaml", []byte(strings.Replace(yearPlan, "%", name, 1)+under), func(path string) (io.ReadCloser, error) {
		switch path {
		case "p.csv":
			return io.NopCloser(strings.NewReader(data)), nil
		case "old.json":
			return io.NopCloser(strings.NewReader(earlier)), nil
		}
		return nil, os.ErrNotExist
	})
	if err := ds.Err(); err != nil {
		return nil, err
	}
	return p.Estimate(influence)
}

// oldYear is the file of the first year.
func oldYear(t *testing.T) string {
	t.Helper()
	e, err := year(t, "first", firstYear, "", "", true)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := e.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// From 40 to 52. By overlap the changes of a are 6 and 2: 2 ((6-4)² + (2-4)²) = 16;
// those of b are -5, 0 and 9, of three PSUs: 3/2 (25 + 81 - 16/3) = 151. Drawn apart,
// each year has its own: 100 and 36 + 16. Red if a PSU of both years is counted twice,
// or one that was replaced is left out.
func TestChangeByHand(t *testing.T) {
	old := oldYear(t)
	for test, want := range map[string]struct {
		variance   float64
		shared, df int
	}{"overlap": {167, 3, 3}, "independent": {152, 0, 4}} {
		e, err := year(t, "second", secondYear, "report: {compare: {with: old.json, test: "+test+"}}\n", old, false)
		if err != nil {
			t.Fatal(err)
		}
		got := figuresOf(e)
		c := got["sum"].Change
		if c == nil {
			t.Fatalf("%s: the total has no change", test)
		}
		if c.Earlier != 40 || c.Difference.Value != 12 || !near(c.Difference.SE, math.Sqrt(want.variance), 1e-12) || c.Shared != want.shared || c.Difference.DF != want.df {
			t.Errorf("%s: %+v, want 12 ± %g with %d shared and %d df", test, c, math.Sqrt(want.variance), want.shared, want.df)
		}
		if r := got["rate"].Change; r.Difference.Value != 120 || !near(r.Difference.SE, 10*c.Difference.SE, 1e-12) {
			t.Errorf("%s: per 10 the change is %+v", test, r)
		}
		if got["sum"].Influence != nil || e.Units != nil {
			t.Errorf("%s: influence sums that nobody asked for are kept", test)
		}
		if h := got["halves,h=a"].Change; h.Earlier != 30 || h.Difference.Value != 8 {
			t.Errorf("%s: in a %+v, want from 30 to 38", test, h)
		}
		if e.Compared.Without != 0 || e.Compared.Test != test {
			t.Errorf("compared: %+v", e.Compared)
		}
	}
}

// With two of four PSUs sampled in each stratum of either year, a change drawn apart
// has the sum of the variances that were published, 50 and 26; by overlap stratum a has
// half of its 16, and b half of 25 and of 61 and nothing in common, for two samples of
// two in four meet in one. A column of later population sizes, or an edition whose file
// tells no shares, is said in a note. Red if the shares do not reach the change.
func TestChangeOfFinitePopulations(t *testing.T) {
	sized := func(data string) string {
		return strings.NewReplacer(",y\n", ",y,size\n", "\n", ",4\n").Replace(data)
	}
	plain := strings.Replace(yearPlan, "clusters: psu", "clusters: psu, fpc: size", 1)
	compute := func(src, data, under, earlier string) *plan.Estimates {
		t.Helper()
		p, ds := plan.Load("plan.yaml", []byte(strings.Replace(src, "%", "sized", 1)+under), filesOf(map[string]string{"p.csv": data, "old.json": earlier}))
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		e, err := p.Estimate(earlier == "")
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	var file bytes.Buffer
	if err := compute(plain, sized(firstYear), "", "").WriteJSON(&file); err != nil {
		t.Fatal(err)
	}
	for test, variance := range map[string]float64{"overlap": 8 + 12.5 + 30.5, "independent": 50 + 26} {
		under := "report: {compare: {with: old.json, test: " + test + "}}\n"
		e := compute(plain, sized(secondYear), under, file.String())
		if c := figuresOf(e)["sum"].Change; !near(c.Difference.SE, math.Sqrt(variance), 1e-12) {
			t.Errorf("%s: %+v, want an SE of %g", test, c, math.Sqrt(variance))
		}
		if e.Compared.Simplified {
			t.Errorf("%s: the error is said to leave something out", test)
		}
		e = compute(yearPlan, secondYear, under, file.String())
		if e.Compared.Simplified != (test == "overlap") || strings.Contains(strings.Join(e.Notes, " "), "with replacement") != (test == "overlap") {
			t.Errorf("%s with an edition without sizes: notes %q", test, e.Notes)
		}
		ordered := strings.Replace(plain, "fpc: size", "fpc: size, systematic: {rule: sd2}", 1)
		e = compute(ordered, sized(secondYear), under, file.String())
		if e.Compared.Simplified != (test == "overlap") {
			t.Errorf("%s with an order of the draw: notes %q", test, e.Notes)
		}
	}
}

// A figure whose unit changed, or that the earlier file does not have, has no change,
// and the reader is told how many there are.
func TestChangeWithoutCounterpart(t *testing.T) {
	old := strings.Replace(oldYear(t), `"per":10,`, `"per":100,`, 1)
	old = strings.Replace(old, `"halves"`, `"thirds"`, 1)
	e, err := year(t, "second", secondYear, "report: {compare: {with: old.json}}\n", old, false)
	if err != nil {
		t.Fatal(err)
	}
	got := figuresOf(e)
	if got["rate"].Change != nil || got["halves,h=a"].Change != nil || got["sum"].Change == nil {
		t.Error("figures of other units or names are compared, or the same are not")
	}
	if notes := strings.Join(e.Notes, "\n"); !strings.Contains(notes, "3 figures have no counterpart there.") {
		t.Errorf("notes %q do not say that 3 figures have no change", notes)
	}
	var b bytes.Buffer
	if err := e.WriteTable(&b, "en"); err != nil {
		t.Fatal(err)
	}
	golden(t, "change.en.golden", b.Bytes())
}

// What is wrong with the earlier file is told with what to do.
func TestEarlierFilesThatAreWrong(t *testing.T) {
	old := oldYear(t)
	var asMap map[string]any
	if err := json.Unmarshal([]byte(old), &asMap); err != nil {
		t.Fatal(err)
	}
	delete(asMap, "units")
	noUnits, err := json.Marshal(asMap)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ earlier, under, want string }{
		{"", "report: {compare: {with: none.json}}", "there is no file none.json"},
		{"sum 40", "report: {compare: {with: old.json}}", "old.json is no file of estimates"},
		{`{"version": 2}`, "report: {compare: {with: old.json}}", "is no file of estimates of version 1"},
		{string(noUnits), "report: {compare: {with: old.json}}", "carries no influence sums by PSU"},
		{strings.Replace(old, `"influence":[`, `"influence":[7,`, 1), "report: {compare: {with: old.json}}", "is damaged: a figure of sum has 5 influence sums for 4 PSUs"},
		{old[:len(old)/2], "report: {compare: {with: old.json}}", "unexpected end of JSON input"},
	} {
		_, err := year(t, "second", secondYear, c.under+"\n", c.earlier, false)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "plan.yaml:8:") {
			t.Errorf("%s: %v, want %q in line 8", c.under, err, c.want)
		}
	}
	// A PSU that moved to another stratum is not the same PSU.
	moved := strings.Replace(secondYear, "b,b2,1,5", "b,b2,1,5\nb,a1,1,0", 1)
	moved = strings.Replace(moved, "a,a1,1,16\n", "a,a4,1,16\n", 1)
	_, err = year(t, "second", moved, "report: {compare: {with: old.json}}\n", old, false)
	if err == nil || !strings.Contains(err.Error(), "PSU a1 is in stratum a and in stratum b: if it was drawn anew it needs a new name") {
		t.Errorf("a PSU in two strata: %v", err)
	}
}

// PSU codes that repeat between strata are told apart: the second PSU of stratum b is
// not that of a. Both years have the same four PSUs, so the changes are 6, 2, 0 and 4:
// 2 ((6-4)² + (2-4)²) + 2 ((0-2)² + (4-2)²) = 32. Red if the stratum is left out of the
// name.
func TestChangeOfNestedCodes(t *testing.T) {
	plain := strings.Replace(yearPlan, "clusters: psu", "clusters: psu, nest: true", 1)
	compute := func(data, under, earlier string) *plan.Estimates {
		t.Helper()
		p, ds := plan.Load("plan.yaml", []byte(strings.Replace(plain, "%", "nested", 1)+under), func(path string) (io.ReadCloser, error) {
			if path == "p.csv" {
				return io.NopCloser(strings.NewReader(data)), nil
			}
			return io.NopCloser(strings.NewReader(earlier)), nil
		})
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		e, err := p.Estimate(earlier == "")
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	var old bytes.Buffer
	if err := compute("h,psu,w,y\na,1,1,10\na,2,1,20\nb,1,1,5\nb,2,1,5\n", "", "").WriteJSON(&old); err != nil {
		t.Fatal(err)
	}
	e := compute("h,psu,w,y\na,1,1,16\na,2,1,22\nb,1,1,5\nb,2,1,9\n", "report: {compare: {with: old.json}}\n", old.String())
	c := figuresOf(e)["sum"].Change
	if c == nil || c.Shared != 4 || c.Difference.Value != 12 || !near(c.Difference.SE, math.Sqrt(32), 1e-12) {
		t.Errorf("%+v, want 12 ± %g with 4 shared PSUs", c, math.Sqrt(32))
	}
}

// deff(svymean(~I(income <= 649), d, deff = TRUE)), and that of the men at or below
// 672: the design effects of their medians. Red if the squares of another share are
// taken, or none.
func TestDesignEffectOfQuantilesMatchesR(t *testing.T) {
	got := figuresOf(models(t))
	for key, want := range map[string]float64{"income,quantile=0.5": 1.52873096063306, "income,sex=M,quantile=0.5": 1.03741647696518} {
		if f := got[key]; !near(f.Deff, want, 1e-9) {
			t.Errorf("%s: design effect %.12g, want %.12g", key, f.Deff, want)
		}
	}
}
