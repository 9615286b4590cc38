package plan_test

import (
	"bytes"
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// Numbers that are not there have a note that says why, in the reader's language, and
// a domain without rows is not left out. Red if a plan prints a dash and no word of it.
func TestNumbersThatAreNotThere(t *testing.T) {
	src := `plan: nobody
files: {p: {read: p.csv}}
design: {strata: h, clusters: psu, weights: {p: w}}
indicators:
  - {name: nobody, mean: y, where: y > 9}
  - {name: nothing, total: y, where: y > 9}
  - {name: middle, quantile: {of: y, at: 0.5}, where: y > 9}
  - {name: lonely, mean: y, where: h = "b"}
  - {name: part, ratio: {of: y, to: y - y}}
`
	data := "h,psu,w,y\na,1,1,1\na,2,1,2\nb,3,1,3\nb,4,0,4\n"
	p, ds := plan.Load("plan.yaml", []byte(src), func(path string) (io.ReadCloser, error) {
		if path != "p.csv" {
			return nil, os.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(data)), nil
	})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	got := figuresOf(e)
	if f, ok := got["nobody"]; !ok || !math.IsNaN(f.Value) || f.N != 0 {
		t.Errorf("the mean of nobody is %+v, want a figure without a number", f)
	}
	if f, ok := got["nothing"]; !ok || f.Value != 0 {
		t.Errorf("the total of nobody is %+v, want 0", f)
	}
	for language, want := range map[string][]string{
		"en": {"No row of middle has a value.", "No cases, and so no number: 2 figures, such as nobody (All).", "or nothing is below the line: part (All).", "No interval: as many strata as PSUs, and so no degrees of freedom: lonely (All)."},
		"es": {"Ninguna fila de middle tiene valor.", "Sin casos", "nobody (Total)", "sin grados de libertad"},
		"pt": {"Nenhuma linha de middle tem valor.", "Sem casos", "sem graus de liberdade"},
		"fr": {"Aucune ligne de middle n’a de valeur.", "Aucun cas", "aucun degré de liberté"},
	} {
		var b bytes.Buffer
		if err := e.WriteTable(&b, language); err != nil {
			t.Fatal(err)
		}
		for _, note := range want {
			if !strings.Contains(b.String(), note) {
				t.Errorf("%s: the table does not say %q:\n%s", language, note, b.String())
			}
		}
	}
}

// A proportion of 0 has no standard error to take decimals from: the table shows its
// interval nevertheless, which is what is known of it, and a method that has none
// there says so. By hand: four rows, df 3, 1 - 0.025^(1/4) = 0.602.
func TestIntervalOfNobody(t *testing.T) {
	table := func(method, language string) string {
		src := "plan: none\nfiles: {p: {read: p.csv}}\ndesign: {weights: {p: w}}\nreport: {interval: {method: " + method + "}}\nindicators: [{name: none, proportion: y > 9}]\n"
		p, ds := plan.Load("plan.yaml", []byte(src), func(string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("w,y\n1,1\n1,2\n1,3\n1,4\n")), nil
		})
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		e, err := p.Estimate(false)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := e.WriteTable(&b, language); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if got := table("beta", "en"); !strings.Contains(got, "0.00 – 0.60") {
		t.Errorf("beta's interval is not shown:\n%s", got)
	}
	for language, want := range map[string]string{
		"en": "No interval: at 0 and 1 this method has no standard error", "es": "Sin intervalo: en 0 y en 1",
		"pt": "Sem intervalo: em 0 e em 1", "fr": "Pas d’intervalle : à 0 et à 1",
	} {
		if got := table("logit", language); !strings.Contains(got, want) {
			t.Errorf("%s: the table does not say %q:\n%s", language, want, got)
		}
	}
}
