package plan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cifra/questionnaire/expr"
	"cifra/weighting/plan"
)

var update = flag.Bool("update", false, "rewrite golden files")

func open(name string) (io.ReadCloser, error) { return os.Open(name) }

// linked computes the plan of testdata/linked.
func linked(t *testing.T, influence bool) *plan.Estimates {
	t.Helper()
	name := filepath.Join("testdata", "linked", "plan.yaml")
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	p, ds := plan.Load(name, src, open)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := p.Estimate(influence)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Worked by hand from the files. The weights of the incidents are 30, 30, 50
// and, for the burglary, the household's 20; those of the persons 30, 30, 50,
// 50, 50; their PSUs 11, 12 in stratum 1 and 21, 22, 22 in stratum 2.
func TestLinkedFiles(t *testing.T) {
	got := figuresOf(linked(t, false))
	tests := []struct {
		key   string
		value float64
		se    float64 // -1: not worked out
		n, df int
	}{
		// a and c of weight 80 in 210. Residuals times w by PSU:
		// 30·130/210, -30·80/210 | 50·130/210, -100·80/210.
		{"prevalence", 100 * 80. / 210, 100 * math.Sqrt(sq(3900+2400)+sq(6500+8000)) / 210 / 210, 5, 2},
		{"prevalence,sex=woman", 100 * 80. / 130, -1, 3, 1},
		{"prevalence,sex=man", 0, 0, 2, 0},
		{"prevalence,age_group=below_30", 100, 0, 1, 0},
		{"prevalence,age_group=30_59", 0, 0, 2, 0},
		// Dark are the fraud (30) and one robbery (50), in 130 of all. With R =
		// 8/13: 30 - 60R, 0 | 50 - 70R, 0.
		{"dark_figure", 80. / 130, math.Sqrt(sq(30-60*8./13)+sq(50-70*8./13)) / 130, 4, 2},
		{"dark_figure,crime=burglary", 0, 0, 1, 2},
		{"dark_figure,crime=fraud", 1, 0, 1, 2},
		{"dark_figure,crime=robbery", 50. / 80, math.Sqrt(sq(30*5./8)+sq(50-50*5./8)) / 80, 2, 2},
		// Incidents over persons. R = 130/210: 60-30R, -30R | 70-50R, -100R.
		{"incidence", 100 * 130. / 210, 100 * math.Sqrt(sq(60)+sq(70+50*130./210)) / 210, 5, 2},
		{"incidence,crime=robbery", 100 * 80. / 210, -1, 5, 2},
		{"incidence,crime=burglary", 100 * 20. / 210, -1, 5, 2},
		{"incidence,sex=woman", 100, -1, 3, 1},
		{"incidence,sex=man", 0, 0, 2, 0},
		{"incidence,sex=woman,crime=fraud", 100 * 30. / 130, -1, 3, 1},
		// 100·30 + 50·50 + 10·20; one loss is not known. 3000, 0 | 2700, 0.
		{"loss", 5700, math.Sqrt(sq(3000) + sq(2700)), 3, 2},
		{"mean_incidents", 130. / 210, -1, 5, 2},
		{"mean_age,region=north", 30, -1, 2, 1},
		{"mean_age,region=south", 51.5, -1, 2, 1},
		{"mean_age_base", (30*20 + 30*40 + 50*70 + 50*33) / 210., -1, 5, 2},
		{"women_burgled", 20, 20, 4, 1},
		{"dwellings,region=north", 20, 0, 2, 1},
		{"dwellings,region=south", 60, 20, 3, 1},
	}
	for _, tt := range tests {
		f, ok := got[tt.key]
		if !ok {
			t.Errorf("no figure %s", tt.key)
			continue
		}
		if !near(f.Value, tt.value, 1e-12) || f.N != tt.n || f.DF != tt.df {
			t.Errorf("%s = %.12g of %d rows, %d df, want %.12g, %d, %d", tt.key, f.Value, f.N, f.DF, tt.value, tt.n, tt.df)
		}
		if tt.se >= 0 && math.Abs(f.SE-tt.se) > 1e-12*max(tt.se, 1) {
			t.Errorf("%s: SE = %.12g, want %.12g", tt.key, f.SE, tt.se)
		}
	}
	if f := got["loss"]; f.Missing != 1 {
		t.Errorf("loss: %d rows left the base, want 1", f.Missing)
	}
	if f := got["mean_age,region=south"]; f.Missing != 1 {
		t.Errorf("mean age in the south: %d rows left the base, want 1", f.Missing)
	}
	if len(got) != 27 {
		t.Errorf("%d figures, want 27", len(got))
	}
}

func sq(x float64) float64 { return x * x }

// The table is what a person reads.
func TestWriteTable(t *testing.T) {
	for _, language := range []string{"en", "es"} {
		var b bytes.Buffer
		if err := linked(t, false).WriteTable(&b, language); err != nil {
			t.Fatal(err)
		}
		golden(t, "linked."+language+".golden", b.Bytes())
	}
}

func TestWriteCSV(t *testing.T) {
	var b bytes.Buffer
	if err := linked(t, false).WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "linked.csv.golden", b.Bytes())
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs (rerun with -update and read the diff)\ngot:\n%s\nwant:\n%s", path, got, want)
	}
}

// The JSON carries what a later edition needs to compute the error of a change:
// the variance of a total is that of its influence sums.
func TestWriteJSONWithInfluence(t *testing.T) {
	var b bytes.Buffer
	if err := linked(t, true).WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	var e struct {
		Units      []struct{ Stratum, PSU string }
		Indicators []struct {
			Name    string
			Figures []struct {
				Estimate, SE, Low *float64
				DF                int
				Influence         []float64
			}
		}
	}
	if err := json.Unmarshal(b.Bytes(), &e); err != nil {
		t.Fatal(err)
	}
	if len(e.Units) != 4 || e.Units[3].PSU != "22" || e.Units[3].Stratum != "2" {
		t.Errorf("units = %v, want 11, 12 in 1 and 21, 22 in 2", e.Units)
	}
	for _, in := range e.Indicators {
		f := in.Figures[0]
		switch in.Name {
		case "loss":
			if want := []float64{3000, 0, 2700, 0}; !slices.Equal(f.Influence, want) {
				t.Errorf("influence of loss = %v, want %v", f.Influence, want)
			}
		case "dark_figure":
			v := sq(f.Influence[0]-f.Influence[1]) + sq(f.Influence[2]-f.Influence[3])
			if !near(math.Sqrt(v), *f.SE, 1e-12) {
				t.Errorf("SE of dark_figure = %g, from its influence sums %g", *f.SE, math.Sqrt(v))
			}
		case "prevalence":
			if men := in.Figures[1]; men.DF == 0 && men.Low != nil {
				t.Errorf("an interval without degrees of freedom begins at %g, want null", *men.Low)
			}
		}
	}
}

// A plan that is wrong in its files says where they are wrong.
func TestFilesThatAreWrong(t *testing.T) {
	files := map[string]string{
		"p.csv": "id,w,sex,psu\n1,1.5,f,1\n2,,m,2\n3,-1,m,\n",
		"i.csv": "id,crime\n1,a\n9,b\n",
		"q.csv": "a,b\n1\n",
		"z.gz":  "not packed",
		"n.csv": "id,w,p_psu,s\n1,1,0.5,f\n2,2O,abc,m\n3,3,0.25,f\n4,1,def,m\n",
		"r.csv": "w,s\n1,f\n1,f,2\n1,m\n",
		"s.csv": "id;w\n1;1,5\n",
		"k.csv": "id,p_psu\n1,0.5\n2,abc\n",
		"b.json": `{"version": 1, "tables": [{"name": "k", "file": "k.csv", "key": ["id"], "columns": [
			{"name": "id", "type": "key"}, {"name": "p_psu", "type": "decimal"}]}]}`,
	}
	read := func(name string) (io.ReadCloser, error) {
		s, ok := files[filepath.Base(name)]
		if !ok {
			return nil, os.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(s)), nil
	}
	tests := []struct {
		name, src string
		want      []string
	}{
		{"no such file, a packed one that is not, a broken one",
			"plan: x\nfiles:\n  a: {read: no.csv}\n  b: {read: z.gz}\n  c: {read: q.csv}\ndesign: {file: a, weights: {a: w}}\nindicators: [{name: n, total: 1 +, among: a}]\n",
			[]string{
				"plan.yaml:3:13: error: there is no file dir/no.csv (names are relative to the plan's folder)",
				"plan.yaml:4:13: error: dir/z.gz is not packed with gzip",
				"q.csv:2:1: error: wrong number of fields: 1, the header has 2",
				"note: expressions that may need a are", "note: expressions that may need b are",
				"plan.yaml:7:34: error: the expression ends too early",
			}},
		{"rows without weight, PSU or parent",
			"plan: x\nfiles:\n  p: {read: p.csv, key: id}\n  i: {read: i.csv, within: p}\ndesign: {clusters: psu, weights: {p: w}}\nindicators: [{name: n, total: 1, among: p}]\n",
			[]string{"i.csv:3: error: key 9 is not in p.csv"}},
		{"rows without weight and PSU",
			"plan: x\nfiles:\n  p: {read: p.csv}\ndesign: {clusters: psu, weights: {p: w}}\nindicators: [{name: n, total: 1}]\n",
			[]string{
				"p.csv:3:3: error: no weight: w is not asked (write coalesce(w, 0) if such rows stand for nobody)",
				"error: no cluster: column psu is blank",
				"error: the weight w is -1",
			}},
		{"texts are wanted as numbers in a file that has other mistakes",
			"plan: x\nfiles: {r: {read: r.csv}}\ndesign: {weights: {r: w}}\nindicators: [{name: n, total: s + 1}]\n",
			[]string{
				"r.csv:3:1: error: wrong number of fields: 3, the header has 2",
				`plan.yaml:4:31: error: "+" works on numbers, this is a text (r.csv:2:3: "f" is not a number (column s))`,
			}},
		{"rows without weight",
			"plan: x\nfiles:\n  p: {read: p.csv}\ndesign: {weights: {p: w}}\nindicators: [{name: n, total: 1}]\n",
			[]string{
				"p.csv:3:3: error: no weight: w is not asked (write coalesce(w, 0) if such rows stand for nobody)",
				"p.csv:4:3: error: the weight w is -1",
			}},
		{"a weight that is no number, without a codebook",
			"plan: x\nfiles: {n: {read: n.csv}}\ndesign: {weights: {n: w}}\nindicators: [{name: n, total: 1}]\n",
			[]string{`n.csv:3:3: error: "2O" is not a number (column w) (plan.yaml:3:23 wants a number)`}},
		{"two factors that are no numbers, in one product",
			"plan: x\nfiles: {n: {read: n.csv}}\ndesign: {weights: {n: 1 / (w * p_psu)}}\nindicators: [{name: n, total: s + 1}]\n",
			[]string{
				`n.csv:3:3: error: "2O" is not a number (column w) (plan.yaml:3:28 wants a number)`,
				`n.csv:3:6: error: "abc" is not a number (column p_psu) (plan.yaml:3:32 wants a number)`,
				`n.csv:5:5: error: "def" is not a number (column p_psu) (plan.yaml:3:32 wants a number)`,
				`plan.yaml:4:31: error: "+" works on numbers, this is a text (n.csv:2:9: "f" is not a number (column s))`,
			}},
		{"a probability that is no number, with a codebook, and a mistake of the plan",
			"plan: x\nfiles: {k: {read: k.csv, codebook: b.json}}\ndesign: {weights: {k: 1 / p_ps}}\nindicators: [{name: n, total: id + 1}]\n",
			[]string{
				`k.csv:3:3: error: column p_psu: "abc" is not a number`,
				`plan.yaml:3:27: error: there is no "p_ps" here (did you mean p_psu?)`,
				`plan.yaml:4:31: error: "+" works on numbers, this is a text`,
			}},
		{"semicolons", "plan: x\nfiles: {s: {read: s.csv}}\ndesign: {weights: {s: w}}\nindicators: [{name: n, total: 1 +}]\n",
			[]string{"s.csv:1:3: error: the fields have semicolons between them, not commas", "note: expressions that may need s are checked once s.csv can be read", "plan.yaml:4:34: error: the expression ends too early"}},
		{"neither the file nor its codebook",
			"plan: x\nfiles: {s: {read: no.csv, codebook: no.json}}\ndesign: {weights: {s: w}}\nindicators: [{name: n, total: 1 +}]\n",
			[]string{"plan.yaml:2:19: error: there is no file dir/no.csv", "plan.yaml:2:37: error: there is no file dir/no.json", "note: expressions that may need s are checked once no.csv can be read", "plan.yaml:4:34: error: the expression ends too early"}},
		{"a file that is not there, under one that is",
			"plan: x\nfiles:\n  p: {read: p.csv, key: id}\n  i: {read: no.csv, within: p}\ndesign: {clusters: psuu, weights: {p: w}}\nindicators: [{name: n, total: 'count(i, crime = a)', among: p}]\n",
			[]string{"plan.yaml:4:13: error: there is no file dir/no.csv", "note: expressions that may need i are", "plan.yaml:5:20: error: p has no column psuu (did you mean psu?)"}},
		{"not a plan", "- a\n", []string{"plan.yaml:1:1: error: expected a plan, not a list"}},
		{"nothing", "", []string{"plan.yaml:1:1: error: the file is empty"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, ds := plan.Load("dir/plan.yaml", []byte(tt.src), read)
			if p != nil || ds.Err() == nil {
				t.Fatal("the plan is taken")
			}
			got := strings.ReplaceAll(ds.Error(), "dir/plan.yaml", "plan.yaml")
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("diagnostics\n%s\nlack %q", got, want)
				}
			}
			if n := len(strings.Split(got, "\n")); n != len(tt.want) {
				t.Errorf("%d diagnostics, want %d:\n%s", n, len(tt.want), got)
			}
		})
	}
}

// TestBadPlans reads plans with a mistake a line. Each line that must raise an
// error says so: # ERROR message, several joined by &&. The files they read are
// those of testdata/linked.
func TestBadPlans(t *testing.T) {
	names, err := filepath.Glob(filepath.Join("testdata", "bad", "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no bad plans: %v", err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, ds := plan.Load(name, src, open)
			want := map[int][]string{}
			for i, line := range strings.Split(string(src), "\n") {
				if _, said, ok := strings.Cut(line, "# ERROR "); ok {
					want[i+1] = strings.Split(said, " && ")
				}
			}
			for _, d := range ds {
				if d.Severity != expr.Error {
					continue
				}
				i := slices.IndexFunc(want[d.Line], func(s string) bool { return s == d.Message || s == d.Message+" ("+d.Hint+")" })
				if i < 0 {
					t.Errorf("%s: %s (%s) is not expected", d.Position, d.Message, d.Hint)
					continue
				}
				want[d.Line] = slices.Delete(want[d.Line], i, i+1)
			}
			for line, rest := range want {
				for _, s := range rest {
					t.Errorf("%s:%d: no error %q", name, line, s)
				}
			}
		})
	}
}

// Any text is refused or read, and never panics.
func FuzzLoad(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "*", "*.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Fuzz(func(t *testing.T, src string) {
		only := func(name string) (io.ReadCloser, error) {
			if filepath.Dir(name) != filepath.Join("testdata", "linked") {
				return nil, os.ErrNotExist
			}
			return os.Open(name)
		}
		p, ds := plan.Load(filepath.Join("testdata", "linked", "plan.yaml"), []byte(src), only)
		if (p == nil) != (ds.Err() != nil) {
			t.Fatalf("plan %v with diagnostics %v", p, ds)
		}
		if p == nil {
			return
		}
		e, err := p.Estimate(false)
		if err != nil {
			return
		}
		if err := e.WriteTable(io.Discard, "en"); err != nil {
			t.Fatal(err)
		}
	})
}
