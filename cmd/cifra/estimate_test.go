package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
)

const (
	estimatePlan = `plan: robbery
files: {homes: {read: homes.csv}}
design: {strata: h, clusters: psu, weights: {homes: w}}
indicators: [{name: robbed, total: robbed = 1, label: Homes robbed}]
`
	estimateData = "h,psu,w,robbed\n1,1,100,1\n1,2,100,0\n2,3,50,1\n2,4,50,1\n"
)

// runEstimate runs cifra estimate on a plan in a folder with its data.
func runEstimate(t *testing.T, plan string, args ...string) (dir, out, errs string, err error) {
	t.Helper()
	t.Setenv("LC_ALL", "C")
	t.Setenv("LANG", "")
	dir = t.TempDir()
	for name, content := range map[string]string{"plan.yaml": plan, "homes.csv": estimateData} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var o, e bytes.Buffer
	c := estimateCommand()
	for i, a := range args {
		args[i] = strings.ReplaceAll(a, "DIR", dir)
	}
	c.SetArgs(append([]string{filepath.Join(dir, "plan.yaml")}, args...))
	c.SetOut(&o)
	c.SetErr(&e)
	c.SilenceErrors, c.SilenceUsage = true, true
	err = c.Execute()
	return dir, o.String(), e.String(), err
}

// A place that cannot be written to is named as it was given, not the file
// under whose name the figures are written first.
func TestEstimateNamesItsFile(t *testing.T) {
	for name, code := range map[string]int{"DIR/nowhere/x.json": 3, "DIR": 3} {
		dir, _, _, err := runEstimate(t, estimatePlan, "--format", "json", "--out", name)
		path := strings.Replace(name, "DIR", dir, 1)
		wrong, ok := errors.AsType[*outputError](err)
		if !ok || wrong.Hint() == "" || wrong.path != path || strings.Count(err.Error(), filepath.Base(path)) != 1 || exitCode(err) != code {
			t.Errorf("--out %s: %v with exit code %d, want that path and %d", path, err, exitCode(err), code)
		}
	}
}

// The total of ExampleDesign_Total in package weighting: 200 homes, standard
// error 100.
func TestEstimatePrintsATable(t *testing.T) {
	_, out, errs, err := runEstimate(t, estimatePlan)
	if err != nil || errs != "" {
		t.Fatalf("estimate: %v, %s", err, errs)
	}
	for _, want := range []string{"Homes robbed · 95 % intervals\n", "estimate    SE   CV %", "All        200   100   50.0", "1 figure, "} {
		if !strings.Contains(out, want) {
			t.Errorf("the table lacks %q:\n%s", want, out)
		}
	}
}

func TestEstimateWritesFiles(t *testing.T) {
	dir, out, _, err := runEstimate(t, estimatePlan, "--out", "DIR/e.json", "--influence")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "Wrote "+filepath.Join(dir, "e.json")) {
		t.Errorf("the output does not say what was written:\n%s", out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "e.json"))
	if err != nil {
		t.Fatal(err)
	}
	var e struct {
		Indicators []struct {
			Figures []struct {
				Estimate, SE float64
				Influence    []float64
			}
		}
	}
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	if f := e.Indicators[0].Figures[0]; f.Estimate != 200 || f.SE != 100 || len(f.Influence) != 4 {
		t.Errorf("figure = %+v, want 200, 100 and 4 influence sums", f)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("the folder has %v (%v), want the plan, its data and e.json", entries, err)
	}
}

func TestEstimatePrintsCSV(t *testing.T) {
	_, out, _, err := runEstimate(t, estimatePlan, "--format", "csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "robbed" || rows[1][4] != "200" || rows[1][5] != "100" {
		t.Errorf("CSV = %v, %v", rows, err)
	}
}

func TestEstimateRefuses(t *testing.T) {
	dir, out, _, err := runEstimate(t, strings.Replace(estimatePlan, "robbed = 1", "robed = 1", 1), "--out", "DIR/e.json")
	if ds, ok := errors.AsType[expr.Diagnostics](err); !ok || len(ds) != 1 || ds[0].Line != 4 || ds[0].Hint != "did you mean robbed?" {
		t.Errorf("a mistyped name: %v", err)
	}
	if out != "" || exitCode(err) != 1 {
		t.Errorf("output %q and exit code %d after a mistake in the plan, want nothing and 1", out, exitCode(err))
	}
	if _, err := os.Stat(filepath.Join(dir, "e.json")); err == nil {
		t.Error("a file was written")
	}
	for _, args := range [][]string{{"--format", "xls"}, {"--out", "DIR/e.bin"}} {
		if _, _, _, err := runEstimate(t, estimatePlan, args...); exitCode(err) != 2 {
			t.Errorf("%v: exit code %d (%v), want 2", args, exitCode(err), err)
		}
	}
	if _, _, _, err := runEstimate(t, estimatePlan, "--out", "DIR/no/e.csv"); err == nil {
		t.Error("a file in a folder that does not exist was written")
	}
}
