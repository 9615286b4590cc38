package plan_test

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// The microdata and figures of statistical offices lie in a folder beside the
// project, or where CIFRA_DATA says, and are never part of it.

// dataFile returns the place of a data file, and skips the test if the folder
// is not there.
func dataFile(t *testing.T, name string) string {
	t.Helper()
	root := filepath.Join("..", "..") // of the module
	if dir := os.Getenv("CIFRA_DATA"); dir != "" {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(root, dir)
		}
		return filepath.Join(dir, name) // a folder that somebody named has to be there
	}
	dir := filepath.Join(root, "..", "shared", "data")
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the offices' data are not here: %s does not exist, nor is CIFRA_DATA set", dir)
	}
	return filepath.Join(dir, name)
}

// estimate computes the plan of a file of testdata; the data are found by
// dataFile wherever the plan says.
func estimate(t *testing.T, name string, influence bool) *plan.Estimates {
	t.Helper()
	dataFile(t, "")
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	p, ds := plan.Load(filepath.Join("testdata", name), src, func(path string) (io.ReadCloser, error) {
		return os.Open(dataFile(t, filepath.Base(path)))
	})
	if ds != nil {
		t.Fatal(ds)
	}
	e, err := p.Estimate(influence)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// figuresOf returns the figures of e by "indicator,domain".
func figuresOf(e *plan.Estimates) map[string]plan.Figure {
	m := map[string]plan.Figure{}
	for _, in := range e.Indicators {
		for _, f := range in.Figures {
			key := in.Name
			for _, part := range f.Domain {
				key += "," + part.Variable + "=" + part.Level
			}
			m[key] = f
		}
	}
	return m
}

// readCSV returns the rows of a data file as maps.
func readCSV(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var text io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if text, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	records, err := csv.NewReader(text).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func float(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func near(got, want, tol float64) bool {
	return got == want || math.Abs(got-want) <= tol*math.Abs(want)
}

// TestENUSC compares with R 4.2.2, survey 4.1.1:
//
//	d <- svydesign(~Conglomerado, strata = ~VarStrat, weights = ~Fact_Pers_Reg, data = f)
//	svymean(~VP_DC, subset(d, enc_region == 1)), confint with df = degf
//
// and the weight Fact_Hog_Reg for the indicators of households.
func TestENUSC(t *testing.T) {
	got := figuresOf(estimate(t, "enusc.yaml", false))
	n := 0
	for _, row := range readCSV(t, "golden_estimates_R_survey.csv") {
		if row["dataset"] != "enusc_2023" {
			continue
		}
		n++
		key := row["indicator"]
		if row["domain"] != "all" {
			key += "," + row["domain"]
		}
		f, ok := got[key]
		if !ok {
			t.Errorf("the plan has no figure %s", key)
			continue
		}
		for what, v := range map[string]float64{
			"estimate": f.Value, "se": f.SE, "cv": f.CV, "ci95_lo": f.Low, "ci95_hi": f.High, "df": float64(f.DF),
		} {
			if want := float(t, row[what]); !near(v, want, 1e-9) {
				t.Errorf("%s: %s = %.15g, want %.15g", key, what, v, want)
			}
		}
		if row["n"] != "NA" && float64(f.N) != float(t, row["n"]) {
			t.Errorf("%s: n = %d, want %s", key, f.N, row["n"])
		}
	}
	if n != 117 {
		t.Errorf("compared %d figures, want the 117 of the file", n)
	}
	t.Logf("%d figures agree with R to 1e-9", n)
}

// TestENVIPE compares with what INEGI published of ENVIPE 2021: its national
// total, ten groups of crimes, and the total of each state and sex.
func TestENVIPE(t *testing.T) {
	e := estimate(t, "envipe.yaml", false)
	got := figuresOf(e)
	exactly := func(key, want string) {
		t.Helper()
		if f, ok := got[key]; !ok || f.Value != float(t, want) {
			t.Errorf("%s = %.10g, want %s", key, f.Value, want)
		}
	}
	exactly("crimes", "27639203")
	n := 0
	for _, row := range readCSV(t, "envipe_2021_published_crimes_by_state.csv") {
		exactly("crimes,BP1_2C="+row["state_code"]+",SEXO=1", row["sum_men"])
		exactly("crimes,BP1_2C="+row["state_code"]+",SEXO=2", row["sum_women"])
		exactly("crimes,BP1_2C="+row["state_code"], row["published_crimes"])
		if row["published_crimes_men"] != row["sum_men"] || row["published_crimes_women"] != row["sum_women"] {
			t.Errorf("state %s: the published totals by sex are not the sums of the file", row["state_code"])
		}
		n += 3
	}
	groups := []string{"below_2", "2_3", "4", "5", "6", "7_8", "9", "10", "11", "12_or_more"}
	k := 0
	for _, row := range readCSV(t, "envipe_dark_figure_by_type_2011_2024.csv") {
		if row["reference_year"] != "2020" || row["crime_type_es"] == "Estados Unidos Mexicanos" {
			continue
		}
		exactly("crimes_by_group,group="+groups[k], row["crimes_total"])
		k++
	}
	if n != 96 || k != len(groups) {
		t.Errorf("compared %d totals of states and %d groups, want 96 and %d", n, k, len(groups))
	}
	if !strings.Contains(strings.Join(e.Notes, " "), "PSUs without rows in it are missing") {
		t.Errorf("notes %q do not warn that the file has no PSUs without crimes", e.Notes)
	}
}

// The totals of crimes and their errors, as R 4.2.2 with survey 4.1.1 has them
// without strata: its variable is 1 for the crime and 0 for others, so its df
// are those of the whole file.
func TestENVIPEErrors(t *testing.T) {
	got := figuresOf(estimate(t, "envipe.yaml", false))
	for _, row := range readCSV(t, "golden_estimates_R_survey.csv") {
		if row["dataset"] != "envipe_2021_tmod_vic" || row["indicator"] != "total_DO" {
			continue
		}
		f := got["crimes"]
		for what, v := range map[string]float64{
			"estimate": f.Value, "se": f.SE, "cv": f.CV, "ci95_lo": f.Low, "ci95_hi": f.High, "df": float64(f.DF),
		} {
			if want := float(t, row[what]); !near(v, want, 1e-9) {
				t.Errorf("%s = %.15g, want %.15g", what, v, want)
			}
		}
	}
}
