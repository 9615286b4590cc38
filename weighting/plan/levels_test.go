package plan_test

import (
	"io"
	"math"
	"os"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// Households, persons and incidents of the linked files, with two sets of weights for
// persons, and incidents that tell how often they happened.
const levelsPlan = `plan: levels
files:
  households: {read: household.csv, key: hh}
  persons: {read: person.csv, key: person, within: households}
  incidents: {read: incident.csv, within: persons}
design:
  strata: stratum
  clusters: psu
  weights:
    households: w_hh
    persons: {person: w_per, equal: 50}
    incidents: {rule: if burgled then w_hh else w_per, forms: w_per}
derive:
  burgled: crime = "burglary"
  persons:
    personal: count(incidents, not burgled)
    often: sum(incidents, times)
    capped: sum(incidents, min(times, 5))
    dwelling: count(incidents, burgled)
  households:
    burglaries: sum(persons, dwelling)
indicators:
  - {name: a, ratio: {of: "sum(incidents, not burgled)", to: 1}, among: persons, weights: WEIGHTS}
  - {name: b, mean: personal, among: persons, weights: person}
  - {name: e, mean: personal, among: persons, weights: equal}
  - {name: often, mean: often, among: persons, weights: person}
  - {name: capped, mean: capped, among: persons, weights: person}
  - {name: dwellings, mean: burglaries, among: households}
`

// levels computes the plan. An indicator names one set for all its files, so the two
// routes take files with the same names of sets.
func levels(t *testing.T, src string) map[string]plan.Figure {
	t.Helper()
	files := map[string]string{
		"household.csv": "hh,stratum,psu,w_hh\n1,1,11,10\n2,1,12,10\n3,2,21,20\n4,2,22,20\n",
		"person.csv":    "hh,person,w_per\n1,a,30\n2,b,30\n3,c,50\n4,d,50\n",
		"incident.csv":  "person,crime,times\na,robbery,1\na,fraud,12\nc,robbery,2\nc,burglary,3\n",
	}
	p, ds := plan.Load("plan.yaml", []byte(src), func(path string) (io.ReadCloser, error) {
		if text, ok := files[path]; ok {
			return io.NopCloser(strings.NewReader(text)), nil
		}
		return nil, os.ErrNotExist
	})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	e, err := p.Estimate(false)
	if err != nil {
		t.Fatal(err)
	}
	return figuresOf(e)
}

// By hand: a (30) had 2 personal crimes and c (50) one, of persons of 160: 110/160,
// whichever way it is counted. Weights all 50: 150/200. a's 13 times and c's 5 weigh
// 640, capped at five an incident 30·6 + 50·5 = 430. One burglary in a dwelling of 20,
// of 60. Residuals by PSU of the first: 60 - 30R, -30R | 50 - 50R, -50R, over 160: so
// its variance is (60² + 50²)/160². Red if a route takes the other's weights, or a cap
// is of the person and not of the incident.
func TestTwoRoutesToIncidence(t *testing.T) {
	src := strings.Replace(levelsPlan, ", weights: WEIGHTS", "", 1)
	src = strings.Replace(src, "persons: {person: w_per, equal: 50}", "persons: w_per", 1)
	src = strings.Replace(src, "incidents: {rule: if burgled then w_hh else w_per, forms: w_per}", "incidents: if burgled then w_hh else w_per", 1)
	src = strings.ReplaceAll(src, ", weights: person", "")
	src = strings.Replace(src, "  - {name: e, mean: personal, among: persons, weights: equal}\n", "", 1)
	got := levels(t, src)
	se := math.Sqrt(60*60+50*50) / 160
	for key, want := range map[string]float64{"a": 110. / 160, "b": 110. / 160, "often": 640. / 160, "capped": 430. / 160, "dwellings": 20. / 60} {
		if f := got[key]; !near(f.Value, want, 1e-12) || f.DF != 2 {
			t.Errorf("%s = %.12g with %d df, want %.12g with 2", key, f.Value, f.DF, want)
		}
	}
	for _, key := range []string{"a", "b"} {
		if f := got[key]; !near(f.SE, se, 1e-12) {
			t.Errorf("%s: standard error %.12g, want %.12g", key, f.SE, se)
		}
	}
}

// Several sets a file: an indicator takes the one it names, in every file that it
// sums.
func TestWeightSetsByName(t *testing.T) {
	src := strings.Replace(levelsPlan, ", weights: WEIGHTS", ", weights: person", 1)
	src = strings.Replace(src, "{rule: if burgled then w_hh else w_per, forms: w_per}", "{person: if burgled then w_hh else w_per, equal: 7}", 1)
	got := levels(t, src)
	for key, want := range map[string]float64{"a": 110. / 160, "b": 110. / 160, "e": 150. / 200} {
		if f := got[key]; !near(f.Value, want, 1e-12) {
			t.Errorf("%s = %.12g, want %.12g", key, f.Value, want)
		}
	}
}
