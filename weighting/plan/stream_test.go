package plan_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"cifra/weighting/plan"
)

// A respondent is a row of a file, with types.
type respondent struct {
	Stratum int64    `parquet:"stratum"`
	PSU     int32    `parquet:"psu"`
	W       float64  `parquet:"w"`
	Sex     string   `parquet:"sex,dict"`
	Region  string   `parquet:"region"`
	Robbed  bool     `parquet:"robbed"`
	Fear    *int64   `parquet:"fear,optional"`
	Loss    *float64 `parquet:"loss,optional"`
	Unused  []int32  `parquet:"unused,list"`
}

// respondents are rows in 12 PSUs of 4 strata, in no order.
func respondents(n int) []respondent {
	rng := rand.New(rand.NewPCG(4, 2))
	rows := make([]respondent, n)
	for i := range rows {
		psu := rng.IntN(12)
		r := respondent{Stratum: int64(psu / 3), PSU: int32(psu), W: 1 + math.Round(1000*rng.Float64())/8, Robbed: rng.IntN(4) == 0,
			Sex: []string{"man", "woman"}[rng.IntN(2)], Region: fmt.Sprintf("r%d", psu/6)}
		if rng.IntN(5) > 0 {
			v := int64(rng.IntN(4))
			r.Fear = &v
		}
		if rng.IntN(3) > 0 {
			v := 1e3 + float64(rng.IntN(5000))/100
			r.Loss = &v
		}
		rows[i] = r
	}
	return rows
}

func respondentsCSV(rows []respondent) string {
	var b strings.Builder
	b.WriteString("stratum,psu,w,sex,region,robbed,fear,loss\n")
	for _, r := range rows {
		robbed, fear, loss := 0, "", ""
		if r.Robbed {
			robbed = 1
		}
		if r.Fear != nil {
			fear = fmt.Sprint(*r.Fear)
		}
		if r.Loss != nil {
			loss = fmt.Sprintf("%.2f", *r.Loss)
		}
		fmt.Fprintf(&b, "%d,%d,%v,%s,%s,%d,%s,%s\n", r.Stratum, r.PSU, r.W, r.Sex, r.Region, robbed, fear, loss)
	}
	return b.String()
}

// respondentsParquet writes row groups of a few rows.
func respondentsParquet(t testing.TB, rows []respondent, group int) string {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewGenericWriter[respondent](&b, parquet.Compression(&parquet.Zstd))
	for len(rows) > 0 {
		n := min(group, len(rows))
		if _, err := w.Write(rows[:n]); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		rows = rows[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const respondentsPlan = `plan: streams
files: {p: {read: FILE, stream: STREAM}}
design: {strata: stratum, clusters: psu, single_psu: adjust, weights: {p: w}}
derive: {afraid: fear >= 2}
indicators:
  - {name: robbed, proportion: robbed = 1, by: [all, sex, sex by region]}
  - {name: loss, mean: loss, by: [all, region]}
  - {name: fear, mean: fear, where: sex = "woman"}
  - {name: losses, total: loss, by: [all, sex]}
  - {name: each, ratio: {of: loss, to: fear}, by: [all, afraid]}
  - {name: dark, ratio: {of: if afraid then 1 else 0, to: "1"}}
report: {quality: eclac2023, interval: {method: logit}}
`

// load reads a plan whose files are texts.
func load(t testing.TB, src string, files map[string]string) (*plan.Plan, error) {
	t.Helper()
	p, ds := plan.Load("plan.yaml", []byte(src), func(name string) (io.ReadCloser, error) {
		text, ok := files[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(text)), nil
	})
	return p, ds.Err()
}

// A plan gives the same figures from CSV and Parquet, whole and in blocks.
func TestStreamEqualsWhole(t *testing.T) {
	rows := respondents(120_000) // more than a block of CSV
	csv := respondentsCSV(rows)
	if len(csv) < 3<<20 {
		t.Fatalf("%d bytes of CSV", len(csv))
	}
	csv += csv[strings.Index(csv, "\n")+1:]
	files := map[string]string{"p.csv": csv, "p.parquet": respondentsParquet(t, append(rows, rows...), 7001)}
	var want *plan.Estimates
	for _, from := range [][2]string{{"p.csv", "false"}, {"p.csv", "true"}, {"p.parquet", "false"}, {"p.parquet", "true"}} {
		p, err := load(t, strings.NewReplacer("FILE", from[0], "STREAM", from[1]).Replace(respondentsPlan), files)
		if err != nil {
			t.Fatalf("%v: %v", from, err)
		}
		got, err := p.Estimate(true)
		if err != nil {
			t.Fatalf("%v: %v", from, err)
		}
		if want == nil {
			want = got
			if want.Count() != 18 {
				t.Fatalf("%d figures", want.Count())
			}
			continue
		}
		sameEstimates(t, fmt.Sprint(from), got, want)
	}
}

// sameEstimates compares figures to 1e-9, and all that is counted exactly.
func sameEstimates(t *testing.T, from string, got, want *plan.Estimates) {
	t.Helper()
	if fmt.Sprint(got.Design, got.Notes, got.Units) != fmt.Sprint(want.Design, want.Notes, want.Units) {
		t.Errorf("%s: design %+v, want %+v", from, got.Design, want.Design)
	}
	for i, in := range want.Indicators {
		if len(got.Indicators[i].Figures) != len(in.Figures) {
			t.Fatalf("%s: %s has %d figures, want %d", from, in.Name, len(got.Indicators[i].Figures), len(in.Figures))
		}
		for k, w := range in.Figures {
			g := got.Indicators[i].Figures[k]
			near := func(what string, a, b float64) {
				if a != b && !(math.Abs(a-b) <= 1e-9*math.Abs(b)) && !(math.IsNaN(a) && math.IsNaN(b)) {
					t.Errorf("%s: %s %v: %s is %v, want %v", from, in.Name, w.Domain, what, a, b)
				}
			}
			near("value", g.Value, w.Value)
			near("error", g.SE, w.SE)
			near("low", g.Low, w.Low)
			near("high", g.High, w.High)
			near("design effect", g.Deff, w.Deff)
			near("degrees of freedom", float64(g.DF), float64(w.DF))
			if g.N != w.N || g.Missing != w.Missing || g.Class != w.Class || fmt.Sprint(g.Domain) != fmt.Sprint(w.Domain) {
				t.Errorf("%s: %s is %+v, want %+v", from, in.Name, g, w)
			}
			for u := range w.Influence {
				if math.Abs(g.Influence[u]-w.Influence[u]) > 1e-9*(1+math.Abs(w.Influence[u])) {
					t.Errorf("%s: %s: influence of PSU %d is %v, want %v", from, in.Name, u, g.Influence[u], w.Influence[u])
				}
			}
		}
	}
}

// What a plan in blocks cannot have is told with its place, all at once.
func TestStreamRefuses(t *testing.T) {
	parquet := respondentsParquet(t, respondents(50), 20)
	one := "plan: s\nfiles: {p: {read: FILE, stream: true}}\ndesign: {strata: stratum, clusters: psu, single_psu: adjust, weights: {p: w}}\nindicators: [{name: a, mean: loss}]\n"
	head := "stratum,psu,w,loss\n"
	// A text far down the file, in a block of its own.
	late := head + strings.Repeat("1,1,1,2\n1,2,1,3\n", 400_000) + "1,1,1,none\n"
	tests := []struct {
		name, src, csv string
		want           []string
	}{
		{"what needs all rows", `plan: s
files: {p: {read: p.csv, stream: true}, q: {read: p.csv, within: p}}
design: {strata: stratum, clusters: [psu, hh], weights: {p: w}}
indicators:
  - {name: a, among: p, quantile: {of: loss, at: [0.5]}}
`, head, []string{
			"plan.yaml:2:9: error: a file that is read in blocks stands alone in its plan",
			"plan.yaml:3:43: error: a file that is read in blocks has one stage of clusters",
			"plan.yaml:5:5: error: a quantile needs all rows at once",
		}},
		{"a sample drawn another way", strings.Replace(one, "single_psu: adjust", "replicates: {prefix: r_, factors: true, method: BRR}", 1), head, []string{"plan.yaml:3:9: error: systematic, second_phase, unequal and replicates need all rows"}},
		{"no clusters", strings.Replace(one, "clusters: psu, ", "", 1), head, []string{"without clusters each row is a PSU"}},
		{"no column", strings.Replace(one, "mean: loss", "mean: lost", 1), head + "1,1,1,2\n", []string{`there is no "lost" here (did you mean loss?)`}},
		{"a blank weight", one, head + "1,1,,2\n1,2,1,3\n", []string{"p.csv:2: error: no weight"}},
		{"a text after numbers", one, late, []string{`p.csv:800002:7: error: "none" is not a number, as the column loss holds in the rows before`}},
		{"a PSU in two strata", one, head + "1,1,1,2\n2,1,1,3\n", []string{"PSU 1 is in stratum 1 and in stratum 2"}},
		{"no rows", one, head, []string{"no rows"}},
		{"a wrong row", one, head + "1,1,1\n", []string{"p.csv:2:1: error: wrong number of fields"}},
		{"a single PSU", strings.Replace(one, "single_psu: adjust, ", "", 1), head + "1,1,1,2\n", []string{"1 of 1 strata have a single PSU"}},
		{"a column of lists", strings.NewReplacer("FILE", "p.parquet", "mean: loss", "mean: unused").Replace(one), "", []string{"column unused holds nested values, which are not read"}},
		{"a column that is not there", strings.NewReplacer("FILE", "p.parquet", "mean: loss", "mean: lost").Replace(one), "", []string{`there is no "lost" here (did you mean loss?)`}},
		{"a file cut off", strings.NewReplacer("FILE", "cut.parquet").Replace(one), "", []string{"cut.parquet is no Parquet file, or is cut off"}},
		{"a text for a number", strings.NewReplacer("FILE", "p.parquet", "mean: loss", "mean: sex").Replace(one), "", []string{"a number or a condition is wanted, this is a text"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := load(t, strings.Replace(tt.src, "FILE", "p.csv", 1), map[string]string{"p.csv": tt.csv, "p.parquet": parquet, "cut.parquet": parquet[:len(parquet)-100]})
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error\n%v\nlacks %q", err, want)
				}
			}
		})
	}
}

// A PSU that lies in two blocks and says two population sizes is told of, as it is of a
// whole file; one that says the same is not. Red if only the first row of a PSU is read.
func TestStreamComparesPopulationSizes(t *testing.T) {
	type sized struct {
		PSU int64   `parquet:"psu"`
		W   float64 `parquet:"w"`
		N   float64 `parquet:"n"`
		Y   float64 `parquet:"y"`
	}
	src := "plan: s\nfiles: {p: {read: p.parquet, stream: true}}\ndesign: {clusters: psu, fpc: n, weights: {p: w}}\nindicators: [{name: a, mean: y}]\n"
	for later, want := range map[float64]string{10: "", 12: "p.parquet:3: error: PSU 1 has a population size of 12 here and of 10 on line 1"} {
		var b bytes.Buffer
		w := parquet.NewGenericWriter[sized](&b)
		for _, block := range [][]sized{{{1, 2, 10, 3}, {2, 2, 10, 5}}, {{1, 2, later, 4}, {2, 2, later, 1}}} {
			if _, err := w.Write(block); err != nil {
				t.Fatal(err)
			}
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		for _, stream := range []string{"true", "false"} {
			_, err := load(t, strings.Replace(src, "true", stream, 1), map[string]string{"p.parquet": b.String()})
			switch {
			case (err == nil) != (want == ""):
				t.Errorf("size %g, stream %s: error %v", later, stream, err)
			case stream == "true" && want != "" && (!strings.Contains(err.Error(), want) || strings.Count(err.Error(), "\n") != 1):
				t.Errorf("error\n%v\nwant %q, and one of PSU 2", err, want)
			}
		}
	}
}

// Replicate weights are named by their prefix alone, and are read for all that.
func TestParquetReplicatesAreRead(t *testing.T) {
	type replicated struct {
		W  float64 `parquet:"w"`
		Y  float64 `parquet:"y"`
		R1 float64 `parquet:"r_1"`
		R2 float64 `parquet:"r_2"`
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, []replicated{{1, 2, 0, 2}, {1, 5, 2, 0}}); err != nil {
		t.Fatal(err)
	}
	src := "plan: r\nfiles: {p: {read: FILE}}\ndesign: {replicates: {prefix: r_, weight: w, method: JK1}, weights: {p: w}}\nindicators: [{name: y, mean: y}]\n"
	files := map[string]string{"p.parquet": b.String(), "p.csv": "w,y,r_1,r_2\n1,2,0,2\n1,5,2,0\n"}
	var got [2]*plan.Estimates
	for i, name := range []string{"p.csv", "p.parquet"} {
		p, err := load(t, strings.Replace(src, "FILE", name, 1), files)
		if err != nil {
			t.Fatal(err)
		}
		if got[i], err = p.Estimate(false); err != nil {
			t.Fatal(err)
		}
	}
	sameEstimates(t, "p.parquet", got[1], got[0])
}
