package plan_test

import (
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cifra/weighting"
	"cifra/weighting/plan"
)

// unlikeTheirShares are the tables of ENVIPE 2025 whose cells do not give the
// shares of classes that INEGI prints below them, whoever counts.
var unlikeTheirShares = []string{"3.6", "3.9", "3.12", "3.13", "3.14", "3.18", "4.19"}

// The cells that INEGI published with their standard errors get INEGI's classes,
// and so each of 81 tables the shares of classes that INEGI prints. Red if a limit
// moves.
func TestINEGIClassesOfPublishedCells(t *testing.T) {
	type shares map[weighting.Quality]int
	got, want := map[string]shares{}, map[string]shares{}
	n := 0
	for _, row := range readCSV(t, "envipe_2025_published_estimates_se.csv.gz") {
		value, se := float(t, row["estimate"]), float(t, row["se"])
		e := weighting.Estimate{Value: value, SE: se, CV: se / math.Abs(value)}
		class, _ := weighting.INEGIQuality.Class(e, weighting.Evidence{})
		table := row["table"]
		if got[table] == nil {
			got[table], want[table] = shares{}, shares{}
		}
		got[table][class]++
		want[table][weighting.Quality(row["precision"])]++
		n++
	}
	if n != 29793 {
		t.Errorf("%d cells, want 29,793", n)
	}
	same := 0
	for table, w := range want {
		left := false
		for _, name := range unlikeTheirShares {
			left = left || name == table
		}
		if left {
			continue
		}
		same++
		for _, class := range []weighting.Quality{weighting.HighPrecision, weighting.ModeratePrecision, weighting.LowPrecision} {
			if got[table][class] != w[class] {
				t.Errorf("table %s: %d cells %s, want %d", table, got[table][class], class, w[class])
			}
		}
	}
	if same != 81 {
		t.Errorf("%d tables compared, want 81", same)
	}
	t.Logf("%d cells, %d tables", n, same)
}

// INE Chile's classes of its own survey, from the estimates and errors that R gives:
// the limit is worked out here from R's numbers, not taken from our estimate.
func TestChileClassesOfENUSC(t *testing.T) {
	dataFile(t, "")
	name := filepath.Join("testdata", "enusc.yaml")
	src, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(string(src), "quality: inegi", "quality: ine", 1)
	p, ds := plan.Load(name, []byte(text), func(path string) (io.ReadCloser, error) {
		return os.Open(dataFile(t, filepath.Base(path)))
	})
	if ds != nil {
		t.Fatal(ds)
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	got := figuresOf(e)
	n, counted := 0, map[weighting.Quality]int{}
	for _, row := range readCSV(t, "golden_estimates_R_survey.csv") {
		if row["dataset"] != "enusc_2023" {
			continue
		}
		key := row["indicator"]
		if row["domain"] != "all" {
			key += "," + row["domain"]
		}
		value, se, df := float(t, row["estimate"]), float(t, row["se"]), float(t, row["df"])
		limit, cv := 0.0, se/value
		want := weighting.Reliable
		switch {
		case df < 9:
			want = weighting.NotReliable
		case strings.HasPrefix(key, "mean_"):
			limit = math.Pow(math.Min(value, 1-value), 2./3) / 9
			if se > limit {
				want = weighting.WeaklyReliable
			}
		case cv > 0.30:
			want = weighting.NotReliable
		case cv > 0.15:
			want = weighting.WeaklyReliable
		}
		if f := got[key]; f.Class != want {
			t.Errorf("%s is %q, want %q (SE %g, limit %g, n %d)", key, f.Class, want, se, limit, f.N)
		}
		counted[want]++
		n++
	}
	if n != 117 {
		t.Errorf("%d figures, want 117", n)
	}
	t.Logf("%d figures: %v", n, counted)
}
