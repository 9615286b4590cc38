package plan_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// microdata is a set as collection hands it over: tables and a codebook. One
// person's screening was broken off before an incident, one's after.
var microdata = map[string]string{
	"codebook.json": `{"version": 1, "tables": [
	 {"name": "case", "file": "case.csv", "key": ["case"], "columns": [
	  {"name": "case", "type": "key"}, {"name": "stratum", "type": "design"}, {"name": "psu", "type": "design"},
	  {"name": "p1", "type": "design"}, {"name": "p2", "type": "design"}]},
	 {"name": "person", "file": "person.csv", "key": ["case", "line"], "parent": {"table": "case", "by": ["case"]}, "columns": [
	  {"name": "case", "type": "key"}, {"name": "line", "type": "integer"}, {"name": "adults", "type": "integer"},
	  {"name": "P3_4", "label": {"es": "Sexo"}, "type": "code",
	   "codes": [{"code": "1", "name": "man", "label": {"es": "Hombre"}}, {"code": "2", "name": "woman", "label": {"es": "Mujer"}}],
	   "missing": [{"code": "9", "kind": "refused"}]},
	  {"name": "screened", "type": "boolean"},
	  {"name": "afraid", "type": "code", "codes": [{"code": "1", "name": "yes"}, {"code": "2", "name": "no"}],
	   "missing": [{"code": "9", "kind": "dont_know"}]}]},
	 {"name": "incident", "file": "incident.csv", "key": ["case", "line", "incident"], "parent": {"table": "person", "by": ["case", "line"]}, "columns": [
	  {"name": "case", "type": "key"}, {"name": "line", "type": "integer"}, {"name": "incident", "type": "key"},
	  {"name": "crime", "type": "code", "codes": [
	   {"code": "01", "name": "burglary", "attributes": {"level": "household"}},
	   {"code": "05", "name": "robbery", "attributes": {"level": "person"}}]}]}]}`,
	"case.csv":   "case,stratum,psu,p1,p2\nA,1,1,0.1,0.5\nB,1,2,0.1,0.5\nC,2,3,0.1,0.5\nD,2,4,0.1,0.5\nE,2,5,0.1,0.5\n",
	"person.csv": "case,line,adults,P3_4,screened,afraid\nA,1,1,2,1,1\nB,1,2,1,1,2\nC,1,1,2,0,9\nD,1,3,9,0,1\n",
	"incident.csv": "case,line,incident,crime\n" +
		"A,1,05.1,05\nA,1,05.2,05\nB,1,01.1,01\nC,1,05.1,05\n",
}

const microdataPlan = `plan: set
language: es
files:
  cases:     {read: case.csv, codebook: codebook.json}
  persons:   {read: person.csv.gz, codebook: codebook.json, within: cases}
  incidents: {read: incident.csv, codebook: codebook.json, within: persons, screened: screened}
design:
  strata: stratum
  clusters: psu
  weights: {cases: 1 / (p1 * p2), persons: adults / (p1 * p2)}
indicators:
  - {name: robbed, proportion: "any(incidents, crime = robbery)", among: persons, by: [all, P3_4]}
  - {name: afraid, proportion: afraid = yes, among: persons}
  - {name: afraid_of_all, proportion: afraid = yes, among: persons, base: [dont_know]}
  - {name: personal, total: "count(incidents, crime.level = person)", among: persons}
  - {name: cases, total: 1, among: cases}
`

// pack compresses a text with gzip.
func pack(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Weights of the persons: 20, 40, 20, 60. Whether D was robbed is not known,
// since nothing was asked; that C was is, whatever else would have been told.
func TestMicrodataSet(t *testing.T) {
	packed := pack(t, microdata["person.csv"])
	p, ds := plan.Load("set/plan.yaml", []byte(microdataPlan), func(name string) (io.ReadCloser, error) {
		base := filepath.Base(name)
		if s, ok := microdata[base]; ok {
			return io.NopCloser(strings.NewReader(s)), nil
		}
		if base == "person.csv.gz" {
			return io.NopCloser(bytes.NewReader(packed)), nil
		}
		return nil, os.ErrNotExist
	})
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	got := figuresOf(e)
	for _, tt := range []struct {
		key        string
		value      float64
		n, missing int
	}{
		{"robbed", 40. / 80, 3, 1},
		{"robbed,P3_4=woman", 1, 2, 0},
		{"robbed,P3_4=man", 0, 1, 0},
		{"afraid", 80. / 120, 3, 1},
		{"afraid_of_all", 80. / 140, 4, 0},
		{"personal", 60, 4, 0},
		{"cases", 100, 5, 0},
	} {
		f, ok := got[tt.key]
		if !ok || !near(f.Value, tt.value, 1e-12) || f.N != tt.n || f.Missing != tt.missing {
			t.Errorf("%s = %.12g of %d rows, %d missing (%v), want %.12g, %d, %d", tt.key, f.Value, f.N, f.Missing, ok, tt.value, tt.n, tt.missing)
		}
	}
	if f := got["personal"]; f.PSUs != 4 || f.DF != 2 {
		t.Errorf("personal incidents: %d PSUs, %d df, want the 4 with persons and 2", f.PSUs, f.DF)
	}
	var b strings.Builder
	if err := e.WriteTable(&b, "es"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "  Mujer") {
		t.Errorf("the table lacks the label Mujer:\n%s", b.String())
	}
}

// A single PSU is refused, or treated as the plan says and the reader told.
func TestSinglePSU(t *testing.T) {
	files := map[string]string{"f.csv": "h,psu,w,y\n1,1,1,2\n1,2,1,4\n2,3,1,9\n"}
	load := func(rule string) (*plan.Plan, error) {
		src := "plan: x\nfiles: {f: {read: f.csv}}\ndesign: {strata: h, clusters: psu, weights: {f: w}" + rule + "}\nindicators: [{name: t, total: y}]\n"
		p, ds := plan.Load("x.yaml", []byte(src), func(name string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(files[name])), nil
		})
		return p, ds.Err()
	}
	if _, err := load(""); err == nil || !strings.Contains(err.Error(), "1 of 2 strata have a single PSU and show no variance: 2") {
		t.Errorf("no rule: %v", err)
	}
	// Total 15 of 3 PSUs: the grand mean is 5, so stratum 2 adds (9-5)² to the
	// 2·(1+1) of stratum 1.
	p, err := load(", single_psu: {rule: adjust, domains: true}")
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	if f := e.Indicators[0].Figures[0]; !near(f.SE*f.SE, 20, 1e-12) {
		t.Errorf("variance %g, want 20", f.SE*f.SE)
	}
	want := "1 stratum has a single PSU: centred on the grand mean (single_psu: adjust)."
	if len(e.Notes) != 1 || e.Notes[0] != want {
		t.Errorf("notes %q, want %q", e.Notes, want)
	}
}
