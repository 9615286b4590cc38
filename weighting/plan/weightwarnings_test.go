package plan_test

import (
	"fmt"
	"strings"
	"testing"
)

// warned returns the report, in all languages, of a step on two strata of four PSUs of
// eight: a row a PSU, with a weight of 1 and x from 1 to 8.
func warned(t *testing.T, step string) string {
	t.Helper()
	var data strings.Builder
	data.WriteString("id,h,psu,n,w,x\n")
	for k := range 8 {
		fmt.Fprintf(&data, "%d,%d,%d,8,1,%d\n", k, k/4, k, k+1)
	}
	w, err := weigh(t, `{weighting: w, files: {s: {read: s.csv, key: id}}, design: {strata: h, clusters: psu, fpc: n}, steps: [{base: w}, `+step+`, {write: {file: w.csv, weight: v}}]}`,
		map[string]string{"s.csv": data.String()})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, language := range []string{"en", "es", "pt", "fr"} {
		if err := w.WriteReport(&b, language); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// An fpc that replicates leave out is said in every language, and only then.
func TestReportSaysWhichReplicatesLeaveTheFPCOut(t *testing.T) {
	said := []string{"leave the fpc of the design out", "no llevan la corrección", "não levam a correção", "ignorent la correction"}
	for step, want := range map[string]bool{
		"{replicates: {method: JKn}}": false, "{replicates: {method: BRR}}": true, "{replicates: {method: Fay, rho: 0.5}}": true,
		"{replicates: {method: subbootstrap, count: 20, seed: 1}}": true, "{replicates: {method: bootstrap, count: 20, seed: 1}}": false,
		"{replicates: {method: rwyb, count: 20, seed: 1}}": false, "{replicates: {method: mrb, count: 20, seed: 1}}": false,
		"{replicates: {method: successive-difference}}": true,
	} {
		report := warned(t, step)
		for _, words := range said {
			if strings.Contains(report, words) != want {
				t.Errorf("%s: the report says %q: %t\n%s", step, words, !want, report)
			}
		}
	}
}

// Linear weights of 1 + λx with Σx = 36, Σx² = 204 that add x up to 3 have λ = -33/204,
// below 0 where x is 7 and 8. Bounds keep them out, of a total that they can reach.
// Red if the weights are looked at before the step, or the count is of all rows.
func TestReportSaysWhichWeightsAreNegative(t *testing.T) {
	report := warned(t, "{calibrate: {method: linear, margins: [{sum: x, to: 3}]}}")
	for _, words := range []string{"\ncalibrate linear: 2 rows have a negative weight", "bounds: [0.3, 3]", "2 filas tienen un peso negativo", "2 linhas têm um peso negativo", "2 lignes ont un poids négatif"} {
		if !strings.Contains(report, words) {
			t.Errorf("the report does not say %q:\n%s", words, report)
		}
	}
	if report := warned(t, "{calibrate: {method: linear, bounds: [0.3, 3], margins: [{sum: x, to: 30}]}}"); strings.Contains(report, "negative") {
		t.Errorf("without negative weights the report says there are some:\n%s", report)
	}
}
