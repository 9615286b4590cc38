package plan_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"cifra/schemas"
	"cifra/schemas/source"
	"cifra/weighting/plan"
)

// filesOf opens texts by their names.
func filesOf(files map[string]string) plan.Open {
	return func(name string) (io.ReadCloser, error) {
		text, ok := files[name]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(text)), nil
	}
}

// drawOf draws the sample of a plan and returns its rows.
func drawOf(t *testing.T, src string, files map[string]string) (*plan.Drawn, [][]string) {
	t.Helper()
	p, ds := plan.LoadSample("plan.yaml", []byte(src), filesOf(files))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	d, err := p.Draw(nil)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := d.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return d, rows
}

// randomFrame returns a frame of PSUs in random order, and the dwellings of each
// stratum.
func randomFrame(rng *rand.Rand) (frame string, dwellings map[string]float64) {
	dwellings = map[string]float64{}
	var rows []string
	for h := range 1 + rng.IntN(4) {
		for i := range 3 + rng.IntN(8) {
			size := 5 + rng.IntN(200)
			rows = append(rows, fmt.Sprintf("%d%02d,%d,m%d,%d", h, i, h, rng.IntN(3), size))
			dwellings[strconv.Itoa(h)] += float64(size)
		}
	}
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	return "upm,region,municipality,homes\n" + strings.Join(rows, "\n") + "\n", dwellings
}

// The base weights 1/(p_psu p_dwelling) of a draw with probability proportional
// to size add up to the dwellings of each stratum: with every method when no PSU
// is smaller than its take, since each PSU then stands for its size over π.
func TestWeightsOfADrawAddUp(t *testing.T) {
	for seed := range uint64(1000) {
		rng := rand.New(rand.NewPCG(seed, 5))
		frame, dwellings := randomFrame(rng)
		method := []string{"systematic", "brewer", "tille"}[rng.IntN(3)]
		src := fmt.Sprintf(`{sample: s, seed: %d, frame: {read: f.csv, psu: upm, strata: region, size: homes},
cases: %d, psus: {method: %s, order: municipality, dwellings_each: 4}}`, seed, 8+rng.IntN(3), method)
		d, rows := drawOf(t, src, map[string]string{"f.csv": frame})
		sum, pi := map[string]float64{}, map[string]float64{}
		seen := map[string]bool{}
		for _, r := range rows[1:] {
			p, err1 := strconv.ParseFloat(r[3], 64)
			q, err2 := strconv.ParseFloat(r[4], 64)
			u, err3 := strconv.ParseFloat(r[5], 64)
			if err1 != nil || err2 != nil || err3 != nil || !(u >= 0 && u < 1) || seen[r[0]] {
				t.Fatalf("seed %d: row %v", seed, r)
			}
			seen[r[0]] = true
			if sum[r[1]] += 1 / (p * q); p < 1 {
				pi[r[1]]++
			}
		}
		for h, want := range dwellings {
			at := slices.IndexFunc(d.Strata, func(s plan.DrawnStratum) bool { return s.Name == h })
			s := d.Strata[at]
			// Certain PSUs stand for their own size; the others each for the same
			// share of the rest. So the sum is exact.
			if math.Abs(sum[h]-want) > 1e-6*want {
				t.Fatalf("seed %d, %s: the weights of stratum %s add up to %g, it has %g (%+v)", seed, method, h, sum[h], want, s)
			}
			if s.Cases != 4*s.Drawn {
				t.Fatalf("seed %d: %d cases of %d PSUs", seed, s.Cases, s.Drawn)
			}
		}
	}
}

// The order of the frame's rows changes nothing, and a change in one stratum
// leaves the others' draws as they were.
func TestDrawsDoNotDependOnEachOther(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	const src = `{sample: s, seed: 11, frame: {read: f.csv, psu: upm, strata: region, size: homes}, cases: 6000,
allocate: {method: kish, importance: 1e9}, psus: {dwellings_each: 2}, dwellings: {method: simple}}`
	var lines []string
	for h := range 3 {
		for i := range 1500 {
			lines = append(lines, fmt.Sprintf("%d%04d,%d,%d", h, i, h, 2+rng.IntN(50)))
		}
	}
	text := func(lines []string) map[string]string {
		return map[string]string{"f.csv": "upm,region,homes\n" + strings.Join(lines, "\n") + "\n"}
	}
	_, first := drawOf(t, src, text(lines))
	rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	_, second := drawOf(t, src, text(lines))
	if fmt.Sprint(first) != fmt.Sprint(second) {
		t.Error("another order of the frame gives another sample")
	}
	_, third := drawOf(t, src, text(append(lines, "29999,2,40")))
	of := func(rows [][]string, stratum string) (out []string) {
		for _, r := range rows[1:] {
			if r[1] == stratum {
				out = append(out, strings.Join(r, ","))
			}
		}
		return out
	}
	for _, h := range []string{"0", "1"} {
		if !slices.Equal(of(first, h), of(third, h)) {
			t.Errorf("a PSU more in stratum 2 changes the draw of stratum %s", h)
		}
	}
}

// Bethel's allocation from a file of strata: each precision holds in each of its
// domains, and whole PSUs make it hold with a little to spare. What answers is the
// share of dwellings that respond, and clusters multiply the variance by deff.
func TestBethelPlan(t *testing.T) {
	var lines []string
	for h := range 4 {
		for i := range 100 {
			lines = append(lines, fmt.Sprintf("%d%02d,%d,50", h, i, h))
		}
	}
	files := map[string]string{
		"f.csv": "upm,region,homes\n" + strings.Join(lines, "\n") + "\n",
		"s.csv": "region,zone,m,s\n0,a,0.2,0.4\n1,a,0.3,0.46\n2,b,0.1,0.3\n3,b,0.05,0.22\n",
	}
	m, sd := []float64{0.2, 0.3, 0.1, 0.05}, []float64{0.4, 0.46, 0.3, 0.22}
	for _, loss := range []struct {
		cases          string
		deff, response float64
	}{{"", 1, 1}, {"cases: {deff: 1.8, response: 0.75},", 1.8, 0.75}, {"cases: {deff: 2},", 2, 1}} {
		d, _ := drawOf(t, `{sample: s, seed: 1, frame: {read: f.csv, psu: upm, strata: region, size: homes}, `+loss.cases+`
allocate: {method: bethel, read: s.csv, precisions: [{mean: m, sd: s, cv: 0.08, by: zone}]}, psus: {dwellings_each: 20}}`, files)
		for zone := range 2 {
			v, total := 0.0, 0.0
			for h := 2 * zone; h < 2*zone+2; h++ {
				n := loss.response * float64(d.Strata[h].Cases)
				v += loss.deff * 5000 * 5000 * sd[h] * sd[h] * (1/n - 1.0/5000)
				total += 5000 * m[h]
			}
			if cv := math.Sqrt(v) / total; cv > 0.08 || cv < 0.076 {
				t.Errorf("%s zone %d has a CV of %g, want 0.08 or a little less", loss.cases, zone, cv)
			}
		}
	}
}

// What does not fit is said, and a size by hand: p = 0.5 and a CV of 10 % need
// 100, with a design effect of 2 and a response of 50 % 400.
func TestSampleSizeOfAPlan(t *testing.T) {
	files := map[string]string{"f.csv": "upm,homes\na,1000\nb,1000\nc,1000\n"}
	d, _ := drawOf(t, `{sample: s, seed: 1, frame: {read: f.csv, psu: upm, size: homes},
cases: {proportion: 0.5, cv: 0.1, deff: 2, response: 0.5}, psus: {dwellings_each: 200}}`, files)
	if d.Wanted != 400 || d.Cases() != 400 {
		t.Errorf("%g dwellings asked for and %d drawn, want 400", d.Wanted, d.Cases())
	}
	p, ds := plan.LoadSample("plan.yaml", []byte(`{sample: s, seed: 1, frame: {read: f.csv, psu: upm, size: homes}, cases: 4000, psus: {dwellings_each: 2}}`), filesOf(files))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	few, ds := plan.LoadSample("plan.yaml", []byte(`{sample: s, seed: 1, frame: {read: f.csv, psu: upm, size: homes}, cases: 300, psus: {dwellings_each: 50}}`), filesOf(files))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := few.Draw(nil); err == nil || !strings.Contains(err.Error(), "stratum 1 would need 6 PSUs of 50 dwellings and has 3") {
		t.Errorf("error %v", err)
	}
	if _, err := p.Draw(nil); err == nil || !strings.Contains(err.Error(), "4000 units cannot be drawn from a population of 3000") {
		t.Errorf("error %v", err)
	}
}

// The JSON Schema and the reader agree on the form of a sample plan.
func TestSampleSchema(t *testing.T) {
	const head = "{sample: s, seed: 1, frame: {read: f.csv, psu: upm, size: homes}, psus: {dwellings_each: 2}, "
	for src, sound := range map[string]bool{
		head + "cases: 100}": true,
		head + "cases: {proportion: 0.2, margin: 0.02, level: 0.9}, allocate: {method: power, sd: s, power: 0.3}}":       true,
		head + "cases: {proportion: 0.2, change_to: 0.25, power: 0.9}, list: {read: l.csv, psu: upm, dwelling: d}}":      true,
		head + "allocate: {method: bethel, precisions: [{mean: m, sd: s, cv: 0.1, by: zone}]}}":                          true,
		head + "cases: {response: 0.7}, allocate: {method: bethel, precisions: [{mean: m, sd: s, cv: 0.1}]}}":            true,
		head + "cases: 100, allocate: {method: bethel, precisions: [{mean: m, sd: s, cv: 0.1, by: zone}]}}":              false,
		head + "cases: {proportion: 0.2, cv: 0.1}, allocate: {method: bethel, precisions: [{mean: m, sd: s, cv: 0.1}]}}": false,
		head + "allocate: {method: neyman, sd: s}}":                                                                      false,
		head + "cases: {proportion: 0.2}}":                                                              false,
		head + "cases: {proportion: 0.2, cv: 0.1, level: 0.9}}":                                         false,
		head + "cases: {proportion: 1.2, cv: 0.1}}":                                                     false,
		head + "cases: 100, allocate: {method: best}}":                                                  false,
		head + "cases: 100, allocate: {method: neyman, at_least: 0}}":                                   false,
		head + "cases: 100, dwellings: {method: tille}}":                                                false,
		head + "cases: 100, casses: 1}":                                                                 false,
		"{sample: s, seed: -1, frame: {read: f, psu: u, size: h}, cases: 9, psus: {dwellings_each: 2}}": false,
		"{sample: s, frame: {read: f, psu: u, size: h}, cases: 9, psus: {dwellings_each: 2}}":           false,
		"{sample: s, seed: 1, frame: {read: f, psu: u}, cases: 9, psus: {dwellings_each: 2}}":           false,
	} {
		root, _ := source.Read("plan.yaml", []byte(src))
		valid := schemas.Validate("sample", root.Value())
		read := plan.CheckSample("plan.yaml", []byte(src)).Err()
		if (valid == nil) != sound || (read == nil) != sound {
			t.Errorf("%s\nschema: %v\nreader: %v\nwant sound %t", src, valid, read, sound)
		}
	}
}

// FuzzSamplePlan: no plan and no frame breaks the reader, and what it takes can
// be drawn or is refused.
func FuzzSamplePlan(f *testing.F) {
	f.Add("{sample: s, seed: 1, frame: {read: f.csv, psu: upm, strata: r, size: homes}, cases: 9, psus: {dwellings_each: 2}}",
		"upm,r,homes\na,1,10\nb,1,20\nc,2,5\n")
	f.Add("{sample: s, seed: 1, frame: {read: f.csv, psu: upm, size: homes}, cases: {proportion: 0.5, cv: 0.5}, psus: {method: tille, dwellings_each: 1}}",
		"upm,homes\na,1\nb,2\n")
	f.Fuzz(func(t *testing.T, src, frame string) {
		p, ds := plan.LoadSample("plan.yaml", []byte(src), filesOf(map[string]string{"f.csv": frame}))
		if ds.Err() != nil || p == nil {
			return
		}
		if d, err := p.Draw(nil); err == nil {
			if err := d.WriteCSV(io.Discard); err != nil {
				t.Error(err)
			}
		}
	})
}
