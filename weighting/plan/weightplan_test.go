package plan_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cifra/schemas"
	"cifra/schemas/source"
	"cifra/weighting/plan"
)

// weigh runs a weighting plan.
func weigh(t *testing.T, src string, files map[string]string) (*plan.Weighted, error) {
	t.Helper()
	p, ds := plan.LoadWeighting("plan.yaml", []byte(src), filesOf(files))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return p.Run(nil)
}

// columnsOf returns the columns of a file of weights as numbers, NaN for texts.
func columnsOf(t *testing.T, f *plan.WeightFile) map[string][]float64 {
	t.Helper()
	var b bytes.Buffer
	if err := f.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]float64{}
	for _, r := range rows[1:] {
		for i, name := range rows[0] {
			v, err := strconv.ParseFloat(r[i], 64)
			if err != nil {
				v = math.NaN()
			}
			out[name] = append(out[name], v)
		}
	}
	return out
}

// sampleFile returns a file of n rows in PSUs of five: region, sex, answered and
// a base weight.
func sampleFile(rng *rand.Rand, n int) string {
	var b strings.Builder
	b.WriteString("id,stratum,psu,region,sex,age,answered,w\n")
	for i := range n {
		psu := i / 5
		answered := 0
		if rng.Float64() < 0.5+0.3*float64(psu%2) || i%5 < 2 {
			answered = 1
		}
		fmt.Fprintf(&b, "%d,%d,%d,%s,%d,%d,%d,%.3f\n", i, psu/4, psu, []string{"north", "south"}[psu%2], i%2, 20+rng.IntN(60), answered, 5+5*rng.Float64())
	}
	return b.String()
}

// Every step is redone on every replicate: the calibrated totals are met on each,
// and those who did not answer have no weight on any.
func TestStepsAreRedoneOnReplicates(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 40))
	files := map[string]string{"s.csv": sampleFile(rng, 120), "t.csv": "region,sex,n\nnorth,0,300\nnorth,1,320\nsouth,0,250\nsouth,1,240\n"}
	for _, replicates := range []string{
		"{method: JKn}", "{method: subbootstrap, count: 30, seed: 1}", "{method: rwyb, count: 30, seed: 1}", "{method: successive-difference}",
	} {
		w, err := weigh(t, `{weighting: w, files: {s: {read: s.csv, key: id}}, design: {strata: stratum, clusters: psu}, steps: [
{base: w}, {replicates: `+replicates+`}, {nonresponse: {respondent: answered = 1, cells: region}},
{calibrate: {method: raking, totals: t.csv, count: n, margins: [region, sex]}}, {write: {file: w.csv, weight: w_cal, keep: [region, sex, answered]}}]}`, files)
		if err != nil {
			t.Fatalf("%s: %v", replicates, err)
		}
		f := w.Files[0]
		c := columnsOf(t, f)
		for r := 0; r <= f.Replicates; r++ {
			name := "w_cal"
			if r > 0 {
				name = fmt.Sprintf("rep_%d", r)
			}
			sum := 0.0
			for i, v := range c[name] {
				if c["sex"][i] == 0 {
					sum += v
				}
				if c["answered"][i] == 0 && v != 0 {
					t.Fatalf("%s: row %d did not answer and has %g in %s", replicates, i, v, name)
				}
			}
			if math.Abs(sum-550) > 1e-6 {
				t.Fatalf("%s: sex 0 has %g in %s, want 550", replicates, sum, name)
			}
		}
	}
}

// Cells of a propensity, parts, households, Kish's tables, ridge and trimming
// that keeps totals, each through a plan, with what they promise.
func TestStepsOfAPlan(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 41))
	files := map[string]string{
		"s.csv":  sampleFile(rng, 200),
		"t.csv":  "region,sex,n\nnorth,0,300\nnorth,1,320\nsouth,0,250\nsouth,1,240\n",
		"hh.csv": "h,p,eligible,number,sex,w\na,1,5,3,0,10\na,2,5,1,1,10\nb,1,1,1,1,10\n",
		"n.csv":  "sex,n\n0,12\n1,20\n",
	}
	const head = "{weighting: w, files: {s: {read: s.csv}}, design: {strata: stratum, clusters: psu}, steps: [{base: w}, "
	const tail = ", {write: {file: w.csv, weight: v, keep: [region, sex]}}]}"
	sums := func(c map[string][]float64, by string) map[float64]float64 {
		out := map[float64]float64{}
		for i, v := range c["v"] {
			out[c[by][i]] += v
		}
		return out
	}
	total := func(step string) map[string][]float64 {
		t.Helper()
		w, err := weigh(t, head+step+tail, files)
		if err != nil {
			t.Fatalf("%s: %v", step, err)
		}
		return columnsOf(t, w.Files[0])
	}
	base := 0.0
	for _, v := range total("{trim: {high: 100}}")["v"] {
		base += v
	}
	propensity := 0.0
	for _, v := range total("{nonresponse: {respondent: answered = 1, propensity: {by: [region, age], cells: 4}}}")["v"] {
		propensity += v
	}
	if math.Abs(propensity-base) > 1e-6 {
		t.Errorf("the propensity's cells leave %g of %g", propensity, base)
	}
	for _, method := range []string{"linear", "raking"} {
		c := total("{calibrate: {method: " + method + ", totals: t.csv, count: n, within: region, margins: [sex]}}")
		if s := sums(c, "sex"); math.Abs(s[0]-550) > 1e-6 || math.Abs(s[1]-560) > 1e-6 {
			t.Errorf("%s within regions: %v", method, s)
		}
	}
	c := total("{calibrate: {method: raking, totals: t.csv, count: n, margins: [region by sex]}}, {trim: {low: 1, high: 8, keep: [sex]}}")
	if s := sums(c, "sex"); math.Abs(s[0]-550) > 1e-6 {
		t.Errorf("trimmed: %v", s)
	}
	for _, v := range c["v"] {
		if v > 8+1e-9 {
			t.Errorf("a weight of %g", v)
		}
	}
	c = total("{calibrate: {method: ridge, totals: t.csv, count: n, margins: [region, {by: sex, cost: 0}]}}")
	if s := sums(c, "sex"); math.Abs(s[0]+s[1]-1110) > 1e-6 {
		t.Errorf("ridge: %v", s)
	}
	c = total("{calibrate: {method: linear, margins: [{sum: age, to: 70000}]}}")
	if s := sums(c, "sex"); !(s[0]+s[1] > 0) {
		t.Errorf("a sum: %v", s)
	}
	// Households keep one weight; Kish takes the third of five with 1/4.
	w, err := weigh(t, `{weighting: w, files: {s: {read: hh.csv}}, design: {clusters: h}, steps: [{base: w},
{calibrate: {method: linear, household: h, totals: n.csv, count: n, margins: [sex]}}, {write: {file: w.csv, weight: v}},
{select: {where: number = 3 or number = 1 and eligible = 1, kish: {eligible: eligible, number: number}}}, {write: {file: k.csv, weight: v}}]}`, files)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{12, 12, 8} {
		if v := columnsOf(t, w.Files[0])["v"][i]; math.Abs(v-want) > 1e-9 {
			t.Errorf("row %d has %g, want %g", i, v, want)
		}
	}
	for i, want := range []float64{48, 0, 8} {
		if v := columnsOf(t, w.Files[1])["v"][i]; math.Abs(v-want) > 1e-9 {
			t.Errorf("selected row %d has %g, want %g", i, v, want)
		}
	}
}

// The JSON Schema and the reader agree on the form of a weighting plan.
func TestWeightingSchema(t *testing.T) {
	const head = "{weighting: w, files: {s: {read: s.csv}}, design: {clusters: psu}, steps: [{base: w}, "
	const tail = ", {write: {file: w.csv, weight: w_cal}}]}"
	for step, sound := range map[string]bool{
		"{replicates: {method: JKn}}": true,
		"{replicates: {method: mrb, count: 100, seed: 1, about_estimate: false}}": true,
		"{replicates: {method: mrb}}":                                                                    false,
		"{replicates: {method: jkn}}":                                                                    false,
		"{eligibility: {unknown: d = 3, ineligible: d = 4, cells: [a, b]}}":                              true,
		"{eligibility: {cells: [a, b]}}":                                                                 false,
		"{nonresponse: {respondent: d = 1, min_cases: 30, max_factor: 2.5, cells: a}}":                   true,
		"{nonresponse: {respondent: d = 1, propensity: {by: [a, b], cells: 5}}}":                         true,
		"{nonresponse: {respondent: d = 1, propensity: {by: [a, b]}, cells: a}}":                         false,
		"{nonresponse: {respondent: d = 1, max_factor: 0.5}}":                                            false,
		"{select: {where: s = 1, probability: p}}":                                                       true,
		"{select: {where: s = 1, kish: {eligible: n, number: k}}}":                                       true,
		"{select: {where: s = 1}}":                                                                       false,
		"{calibrate: {method: raking, totals: t.csv, count: n, margins: [a, b by c], bounds: [0.3, 3]}}": true,
		"{calibrate: {method: ridge, totals: t.csv, count: n, margins: [all, {by: a, cost: 0.1}]}}":      true,
		"{calibrate: {method: linear, margins: [{sum: income, to: 1e9}]}}":                               true,
		"{calibrate: {method: raking, totals: t.csv, count: n, margins: [a], bounds: [0.3]}}":            false,
		"{calibrate: {method: best, totals: t.csv, count: n, margins: [a]}}":                             false,
		"{calibrate: {method: linear, margins: [{sum: income}]}}":                                        false,
		"{trim: {low: 1, high: 9, keep: [a]}}":                                                           true,
		"{trim: {high: 9, keep: [a], strict: true}}":                                                     false,
		"{trim: {high: 0}}":                                  false,
		"{write: {file: a/b.csv, weight: w}}":                false,
		"{write: {file: b.csv, weight: 2w}}":                 false,
		"{rake: {}}":                                         false,
		"{to: persons}":                                      true,
		"{trim: {high: 9}, write: {file: c.csv, weight: w}}": false,
	} {
		src := head + step + tail
		root, _ := source.Read("plan.yaml", []byte(src))
		valid := schemas.Validate("weighting", root.Value())
		read := plan.CheckWeighting("plan.yaml", []byte(src)).Err()
		if (valid == nil) != sound || (read == nil) != sound {
			t.Errorf("%s\nschema: %v\nreader: %v\nwant sound %t", step, valid, read, sound)
		}
	}
}

// What is printed for R is run by R: with the file of replicate weights its
// survey package gives the total and standard error that this one gives.
func TestPrintedCodeRunsInR(t *testing.T) {
	if testing.Short() {
		t.Skip("starts R eight times")
	}
	if exec.Command("Rscript", "-e", "library(survey)").Run() != nil {
		t.Skip("Rscript with the package survey is not here")
	}
	rng := rand.New(rand.NewPCG(3, 42))
	files := map[string]string{"s.csv": sampleFile(rng, 120), "t.csv": "region,sex,n\nnorth,0,300\nnorth,1,320\nsouth,0,250\nsouth,1,240\n"}
	for _, replicates := range []string{"{replicates: {method: JKn}},", "{replicates: {method: subbootstrap, count: 40, seed: 2, about_estimate: false}},", ""} {
		w, err := weigh(t, `{weighting: w, files: {s: {read: s.csv, key: id}}, design: {strata: stratum, clusters: psu}, steps: [{base: w}, `+replicates+`
{nonresponse: {respondent: answered = 1, cells: region}}, {write: {file: w.csv, weight: w_nr, keep: [age]}}]}`, files)
		if err != nil {
			t.Fatal(err)
		}
		f := w.Files[0]
		dir := t.TempDir()
		var b bytes.Buffer
		if err := f.WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "w.csv"), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, _ := strings.Cut(f.Code(), "\n* Stata")
		value, se := totalOfAge(t, dir, code)
		own := estimateOf(t, f, b.String(), replicates == "")
		if math.Abs(value-own[0]) > 1e-9*own[0] || math.Abs(se-own[1]) > 1e-9*own[1] {
			t.Errorf("%s: R gives %.12g ± %.12g, the weights %.12g ± %.12g", replicates, value, se, own[0], own[1])
		}
	}
}

// totalOfAge runs R in a folder, and returns the total of age and its SE by the design
// that code declares as d.
func totalOfAge(t *testing.T, dir, code string) (value, se float64) {
	t.Helper()
	code += "\ne <- svytotal(~age, d)\ncat(sprintf('%.15g %.15g', coef(e), SE(e)))\n"
	cmd := exec.Command("Rscript", "-e", code)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s\n%s", code, out)
	}
	fields := strings.Fields(string(out))
	if len(fields) < 2 {
		t.Fatalf("R said %s", out)
	}
	value, err1 := strconv.ParseFloat(fields[len(fields)-2], 64)
	se, err2 := strconv.ParseFloat(fields[len(fields)-1], 64)
	if err1 != nil || err2 != nil {
		t.Fatalf("R said %s", out)
	}
	return value, se
}

// The code that is printed for two stages with their population sizes, for sizes of
// the first alone, and for a stratum of a single PSU and what is done with it, runs in
// R as it stands and gives the SE of cifra's own design. Red if a stage, its sizes or
// the rule is left out, or if a number is declared a text.
func TestPrintedCodeOfStagesRunsInR(t *testing.T) {
	data := strings.Builder{}
	data.WriteString("id,stratum,psu,dwelling,npsu,ndw,age,zone,w\n")
	rng := rand.New(rand.NewPCG(5, 42))
	for psu := range 9 {
		for dwelling := range 4 {
			for range 2 {
				fmt.Fprintf(&data, "%d,%d,0%d,%d,%d,%d,%d,0%d,%.3f\n", data.Len(), psu/4, psu, dwelling, 8, 12, 20+rng.IntN(60)+5*psu, psu, 5+5*rng.Float64())
			}
		}
	}
	hasR := !testing.Short() && exec.Command("Rscript", "-e", "library(survey)").Run() == nil
	for design, want := range map[string][]string{
		"clusters: [psu, dwelling], fpc: [npsu, ndw], single_psu: remove": {"ids = ~psu + dwelling, ", "fpc = ~npsu + ndw, ", `lonely.psu = "remove"`,
			"svyset psu [pweight=v], strata(stratum) fpc(npsu) singleunit(certainty) || dwelling, fpc(ndw)\n"},
		"clusters: [psu, dwelling], fpc: [npsu], single_psu: adjust": {"fpc = ~npsu + I(npsu * Inf), ", `lonely.psu = "adjust"`, "singleunit(centered) || dwelling\n"},
		"clusters: [psu, dwelling], single_psu: average":             {"ids = ~psu, ", `lonely.psu = "average"`, "singleunit(scaled)\n"},
		"clusters: psu, fpc: npsu, single_psu: certainty":            {"ids = ~psu, ", "fpc = ~npsu, ", `lonely.psu = "certainty"`},
	} {
		w, err := weigh(t, "{weighting: w, files: {s: {read: s.csv, key: id}}, design: {strata: stratum, "+design+
			"}, steps: [{base: w}, {write: {file: w.csv, weight: v, keep: [age, zone]}}]}", map[string]string{"s.csv": data.String()})
		if err != nil {
			t.Fatal(err)
		}
		code := w.Files[0].Code()
		for _, words := range append(want, `colClasses = c(id = "character", stratum = "character", psu = "character"`) {
			if !strings.Contains(code, words) {
				t.Errorf("%s: no %q in\n%s", design, words, code)
			}
		}
		if strings.Contains(code, "calibration is not known") || strings.Contains(code, `npsu = "character"`) || strings.Contains(code, `age = "character"`) || !strings.Contains(code, `zone = "character"`) {
			t.Errorf("%s: the code is\n%s", design, code)
		}
		if !hasR || strings.Contains(design, "adjust") { // survey 4.1 centres single PSUs of several stages otherwise
			continue
		}
		dir := t.TempDir()
		var b bytes.Buffer
		if err := w.Files[0].WriteCSV(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "w.csv"), b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, _ = strings.Cut(code, "\n* Stata")
		value, se := totalOfAge(t, dir, code)
		p, ds := plan.Load("p.yaml", []byte("{plan: p, files: {w: {read: w.csv}}, design: {strata: stratum, "+design+", weights: {w: v}}, indicators: [{name: a, total: age}]}"),
			filesOf(map[string]string{"w.csv": b.String()}))
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		e, err := p.Estimate(false)
		if err != nil {
			t.Fatal(err)
		}
		if f := e.Indicators[0].Figures[0]; math.Abs(value/f.Value-1) > 1e-9 || math.Abs(se/f.SE-1) > 1e-9 {
			t.Errorf("%s: R gives %.12g ± %.12g, cifra %.12g ± %.12g", design, value, se, f.Value, f.SE)
		}
	}
}

// FuzzWeightingPlan: no plan and no file breaks the reader, and what it takes is
// run or refused.
func FuzzWeightingPlan(f *testing.F) {
	f.Add("{weighting: w, files: {s: {read: s.csv, key: id}}, design: {strata: h, clusters: p}, steps: [{base: w}, {replicates: {method: JKn}}, {calibrate: {method: raking, totals: s.csv, count: w, margins: [h]}}, {trim: {high: 3}}, {write: {file: w.csv, weight: v}}]}",
		"id,h,p,w\n1,1,1,1\n2,1,2,1\n3,2,3,2\n4,2,4,2\n")
	f.Add("{weighting: w, files: {s: {read: s.csv}}, design: {}, steps: [{base: w}, {nonresponse: {respondent: a = 1, propensity: {by: h, cells: 2}}}, {write: {file: w.csv, weight: v}}]}",
		"h,a,w\n1,1,1\n2,0,1\n3,1,2\n4,0,2\n")
	f.Fuzz(func(t *testing.T, src, data string) {
		p, ds := plan.LoadWeighting("plan.yaml", []byte(src), filesOf(map[string]string{"s.csv": data}))
		if ds.Err() != nil || p == nil {
			return
		}
		w, err := p.Run(nil)
		if err != nil {
			return
		}
		for _, file := range w.Files {
			if err := file.WriteCSV(io.Discard); err != nil || file.Code() == "" {
				t.Error(err)
			}
		}
	})
}

// estimateOf estimates the total of age from a file of weights, by its replicate
// weights or its strata and PSUs.
func estimateOf(t *testing.T, f *plan.WeightFile, text string, linear bool) [2]float64 {
	t.Helper()
	if linear {
		p, ds := plan.Load("p.yaml", []byte("{plan: p, files: {w: {read: w.csv}}, design: {strata: stratum, clusters: psu, weights: {w: w_nr}}, indicators: [{name: a, total: age}]}"),
			filesOf(map[string]string{"w.csv": text}))
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		e, err := p.Estimate(false)
		if err != nil {
			t.Fatal(err)
		}
		fig := e.Indicators[0].Figures[0]
		return [2]float64{fig.Value, fig.SE}
	}
	c := columnsOf(t, f)
	total := func(w []float64) (sum float64) {
		for i, v := range w {
			sum += v * c["age"][i]
		}
		return sum
	}
	full := total(c["w_nr"])
	var rep []float64
	mean := 0.0
	for r := range f.Replicates {
		rep = append(rep, total(c[fmt.Sprintf("rep_%d", r+1)]))
		mean += rep[r] / float64(f.Replicates)
	}
	v := 0.0
	for _, x := range rep {
		if strings.Contains(f.Code(), "mse = TRUE") {
			v += 3. / 4 * (x - full) * (x - full) // JKn: four PSUs a stratum
		} else {
			v += (x - mean) * (x - mean) / float64(f.Replicates-1)
		}
	}
	return [2]float64{full, math.Sqrt(v)}
}
