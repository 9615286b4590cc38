package plan_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

const areaPlan = `plan: areas
files: {p: {read: p.csv}}
design: {strata: place, single_psu: remove, weights: {p: w}}
indicators:
  - {name: fear, mean: y, small_areas: {area: place, read: areas.csv, covariates: []}}
`

// pair is two rows of an area: their mean is y, and its variance in a stratum of its
// own is the square of half their distance.
func pair(place string, y, variance float64) string {
	s := math.Sqrt(variance)
	return fmt.Sprintf("%s,%.17g,2\n%s,%.17g,2\n", place, y-s, place, y+s)
}

// areasOf estimates the small areas of a plan.
func areasOf(t *testing.T, src, rows, areas string) (*plan.Estimates, error) {
	t.Helper()
	p, err := load(t, src, map[string]string{"p.csv": rows, "areas.csv": areas})
	if err != nil {
		return nil, err
	}
	return p.Estimate(false)
}

// By hand: four areas of direct estimates 0, 3, 6, 9 and variance 5 have A = 45/3 - 5 =
// 10, so an area keeps 2/3 of its distance from 4.5. Its squared error is g1 + g2 + 2 g3
// with g1 = 10/3, g2 = (1/3)² 15/4 and g3 = (1/3)²/15 · 2/(4/15²). "empty" was not drawn,
// "flat" has a variance of 0 and "one" a single row: all three are the mean, with an error
// of A + 15/4. The row without a place is in none. Red if a flat area enters the model
// (no fit exists), or if areas come in the order of the sample.
func TestSmallAreasByHand(t *testing.T) {
	rows := "place,y,w\n" + pair("d", 9, 5) + pair("c", 6, 5) + "flat,0.1,2\nflat,0.1,2.1\none,1,2\n" + pair("a", 0, 5) + pair("b", 3, 5)
	e, err := areasOf(t, areaPlan, rows, "place\na\nb\nempty\nc\nd\nflat\none\n")
	if err != nil {
		t.Fatal(err)
	}
	s := e.Indicators[0].SmallAreas
	if !near(s.Between, 10, 1e-9) || s.Method != "REML" || len(s.Coefficients) != 1 || !near(s.Coefficients[0].Value, 4.5, 1e-12) {
		t.Errorf("model %+v", s)
	}
	const mse = 10./3 + 15./36 + 2./9/15*112.5
	for i, want := range []struct {
		place                string
		eblup, mse, gamma, n float64
	}{
		{"a", 1.5, mse, 2. / 3, 2}, {"b", 3.5, mse, 2. / 3, 2}, {"empty", 4.5, 13.75, 0, 0}, {"c", 5.5, mse, 2. / 3, 2},
		{"d", 7.5, mse, 2. / 3, 2}, {"flat", 4.5, 13.75, 0, 2}, {"one", 4.5, 13.75, 0, 1},
	} {
		a := s.Areas[i]
		if a.Direct.Domain[0].Level != want.place || !near(a.EBLUP, want.eblup, 1e-9) || !near(a.MSE, want.mse, 1e-9) ||
			!near(a.Gamma, want.gamma, 1e-9) || !near(a.Synthetic, 4.5, 1e-12) || a.Alone != (want.gamma == 0) || a.Direct.N != int(want.n) {
			t.Errorf("area %d: %+v, want %+v", i, a, want)
		}
	}
	if notes := strings.Join(e.Notes, "\n"); !strings.Contains(notes, "fear: areas without a direct estimate that has a variance are predicted by their covariates alone, 3 of 7: empty, flat, one.") {
		t.Errorf("notes %s", notes)
	}
}

// R's package sae 1.3 on R 4.2.2, mseFH(y ~ x1 + x2, vardir, method): predictions and
// errors of 24 areas by three methods. The rows here have those direct estimates and
// variances, and the plan multiplies by 100.
func TestSmallAreasMatchR(t *testing.T) {
	src, err := os.ReadFile(filepath.Join("testdata", "areas.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	rows, areas := "place,y,w\n", "place,x1,x2\n"
	table := rowsOf(t, filepath.Join("testdata", "areas_R_sae.csv"))
	for _, r := range table {
		rows += pair(r["area"], float(t, r["y"]), float(t, r["vardir"]))
		areas += r["area"] + "," + r["x1"] + "," + r["x2"] + "\n"
	}
	for _, method := range []string{"REML", "ML", "FH"} {
		e, err := areasOf(t, strings.Replace(string(src), "REML", method, 1), rows, areas)
		if err != nil {
			t.Fatal(err)
		}
		for i, a := range e.Indicators[0].SmallAreas.Areas {
			if eblup, mse := 100*float(t, table[i]["eblup_"+method]), 1e4*float(t, table[i]["mse_"+method]); !near(a.EBLUP, eblup, 1e-7) || !near(a.MSE, mse, 1e-6) {
				t.Errorf("%s, %s: %g with an error of %g, R has %g and %g", method, table[i]["area"], a.EBLUP, a.MSE, eblup, mse)
			}
		}
	}
	e, err := areasOf(t, string(src), rows, areas+"D25,1,0\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, language := range []string{"es", "en", "pt", "fr"} {
		var b bytes.Buffer
		if err := e.WriteTable(&b, language); err != nil {
			t.Fatal(err)
		}
		golden(t, "areas."+language+".golden", b.Bytes())
	}
}

// rowsOf reads a CSV file of the tests.
func rowsOf(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for k, v := range line {
			row[lines[0][k]] = v
		}
		out = append(out, row)
	}
	return out
}

// Programs get the predictions beside the direct estimates, blank or null where there
// is none.
func TestSmallAreasForPrograms(t *testing.T) {
	rows := "place,y,w\n" + pair("7", 0, 5) + pair("8", 3, 5) + pair("9", 6, 5) + pair("10", 9, 5) + ",1,1\n,2,1\n"
	src := strings.Replace(areaPlan, "strata: place, ", "", 1)
	e, err := areasOf(t, src, rows, "place\n07\n8.0\n9\n10\n11\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Indicators[0].SmallAreas.Outside; got != 2 {
		t.Errorf("%d rows in no area, want 2", got)
	}
	var b bytes.Buffer
	if err := e.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head, last := lines[0], lines[len(lines)-1]
	if n := len(head); head[n-4] != "synthetic" || head[n-3] != "eblup" || head[n-2] != "mse" || head[n-1] != "gamma" {
		t.Errorf("columns %v", head)
	}
	if len(lines) != 7 || last[3] != "place=11" || last[4] != "" || last[len(last)-1] != "0" || !near(float(t, last[len(last)-3]), 4.5, 1e-9) {
		t.Errorf("%d lines, the last %v", len(lines), last)
	}
	b.Reset()
	if err := e.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Indicators []struct {
			Areas struct {
				Areas []struct {
					Direct struct{ Estimate *float64 }
					EBLUP  float64
					Alone  bool `json:"covariates_alone"`
				}
			} `json:"small_areas"`
		}
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	areas := got.Indicators[0].Areas.Areas
	if len(areas) != 5 || areas[4].Direct.Estimate != nil || !areas[4].Alone || *areas[1].Direct.Estimate != 3 || areas[1].EBLUP == 0 {
		t.Errorf("areas %+v", areas)
	}
}

// What cannot be is told at its place, with what would do.
func TestSmallAreasRefuse(t *testing.T) {
	rows := "place,y,w\n" + pair("a", 0, 5) + pair("b", 3, 5) + pair("c", 6, 5) + pair("d", 9, 5)
	const areas = "place,x,z\na,1,u\nb,2,v\nc,2,v\nd,4,v\n"
	for _, c := range []struct{ name, was, is, areas, want string }{
		{"not there", "areas.csv", "area.csv", areas, "plan.yaml:5:60: error: there is no file area.csv"},
		{"an area left out", "", "", "place\na\nb\nd\n", "plan.yaml:5:60: error: areas.csv has no row for c (a row for each area, with its covariates)"},
		{"an area twice", "", "", areas + "a,1,u\n", "areas.csv:6:1: error: area a is on line 2 already (each area has one row)"},
		{"an area without a name", "", "", areas + ",1,u\n", "areas.csv:6:1: error: a row without an area"},
		{"no such variable", "area: place", "area: plac", areas, "no file of this indicator has a variable plac (did you mean place?)"},
		{"no such column", "covariates: []", "covariates: [xx]", areas, "areas.csv has no column xx"},
		{"a blank covariate", "covariates: []", "covariates: [x]", areas + "e,,u\n", "areas.csv:6:3: error: area e has no x (the model needs every covariate of every area"},
		{"a text", "covariates: []", "covariates: [z]", areas, "a covariate is a number: write 0 and 1 for a condition"},
		{"twice", "covariates: []", "covariates: [x, x]", areas, "x is named twice (name each once)"},
		{"too few areas", "covariates: []", "covariates: [x, z]", strings.NewReplacer("u", "0", "v", "1").Replace(areas), "plan.yaml:5:40: error: the sample is in 4 areas, and a model of 2 covariates needs 5 (leave covariates out, or take larger samples by area)"},
		{"no covariates", ", covariates: []", "", areas, "covariates is missing"},
		{"a quantile", "mean: y", "quantile: {of: y, at: 0.5}", areas, "a quantile has no small areas (proportion, mean, total, ratio)"},
		{"another method", "covariates: []", "covariates: [], method: reml", areas, "did you mean REML?"},
		{"in blocks", "read: p.csv", "read: p.csv, stream: true", areas, "small areas need all rows at once, and the file is read in blocks (leave stream out)"},
		{"flat", "mean: y", "mean: 1", areas, "0 areas have a direct estimate with a variance, and the model needs 3"},
	} {
		_, err := areasOf(t, strings.Replace(areaPlan, c.was, c.is, 1), rows, c.areas)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error\n%v\nwant %q", c.name, err, c.want)
		}
	}
}
