package weighting_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"cifra/weighting"
)

// What no survey should contain and some do: each is refused by name, with the
// row, stratum or category, and what has a meaning is no error.
func TestBadInputIsNamed(t *testing.T) {
	nan := math.NaN()
	four := func(w ...float64) func() (*weighting.Design, error) {
		return func() (*weighting.Design, error) {
			return weighting.NewDesign([]int{1, 1, 2, 2}, []int{1, 2, 3, 4}, w, weighting.Options{})
		}
	}
	sound, err := four(1, 2, 3, 4)()
	if err != nil {
		t.Fatal(err)
	}
	cells := func(totals ...float64) weighting.Control {
		return weighting.Control{Name: "cell", Levels: []string{"north", "south", "west"}, Code: []int{0, 0, 1, 1}, Totals: totals}
	}
	calibrate := func(c weighting.Calibration) func() (*weighting.Design, error) {
		return func() (*weighting.Design, error) { return sound.Calibrate(c) }
	}
	for name, tt := range map[string]struct {
		do   func() (*weighting.Design, error)
		is   error
		want string // "" if there is nothing wrong
	}{
		"a weight of 0":      {four(0, 1, 1, 1), nil, ""},
		"all weights 0":      {four(0, 0, 0, 0), nil, ""},
		"a negative weight":  {four(1, -1, 1, 1), nil, "row 2 has no weight, or one that is negative: -1"},
		"a missing weight":   {four(1, 1, nan, 1), nil, "row 3 has no weight"},
		"an infinite weight": {four(1, 1, 1, math.Inf(1)), nil, "row 4 has no weight"},
		"a PSU in two strata": {func() (*weighting.Design, error) {
			return weighting.NewDesign([]int{1, 2}, []int{7, 7}, []float64{1, 1}, weighting.Options{})
		}, nil, "PSU 7 is in stratum 1 and in stratum 2: say nest"},
		"two PSUs of one code": {func() (*weighting.Design, error) {
			return weighting.NewDesign([]int{1, 2}, []int{7, 7}, []float64{1, 1}, weighting.Options{Nest: true})
		}, nil, ""},
		"no stratum": {func() (*weighting.Design, error) {
			return weighting.NewDesign([]int{1, -1}, []int{1, 2}, []float64{1, 1}, weighting.Options{})
		}, nil, "row 2 has no stratum or no PSU"},
		"no rows": {func() (*weighting.Design, error) {
			return weighting.NewDesign(nil, nil, []float64{}, weighting.Options{})
		}, nil, "has no rows"},

		"a margin with no sample":   {calibrate(weighting.Calibration{Controls: []weighting.Control{cells(3, 7, 2)}}), weighting.ErrNoSample, "cell west has 2 in the population"},
		"totals that disagree":      {calibrate(weighting.Calibration{Controls: []weighting.Control{cells(3, 7, 0), {Name: "all", Totals: []float64{11}}}}), weighting.ErrTotals, "cell adds up to 10 and all to 11"},
		"a total that is no number": {calibrate(weighting.Calibration{Controls: []weighting.Control{cells(3, nan, 0)}}), nil, "the total of cell south is NaN"},
		"bounds without room":       {calibrate(weighting.Calibration{Controls: []weighting.Control{cells(9, 1, 0)}, Bounds: weighting.Bounds{Low: 0.9, High: 1.1}}), nil, "no weights meet the totals after 50 iterations: cell "},
		"bounds the wrong way":      {calibrate(weighting.Calibration{Controls: []weighting.Control{cells(9, 1, 0)}, Bounds: weighting.Bounds{Low: 2, High: 1}}), nil, "leave nothing between them"},
		"no convergence": {func() (*weighting.Design, error) {
			return sound.Rake([]weighting.Control{cells(4, 6, 0), {Name: "side", Code: []int{0, 1, 0, 1}, Totals: []float64{9, 1}}}, weighting.RakeOptions{Iterations: 1, Tolerance: 1e-14})
		}, nil, "no weights meet the totals after 1 iterations: "},
		"a replicate weight missing": {func() (*weighting.Design, error) {
			return weighting.NewReplicated([]float64{1, 1}, [][]float64{{1, 1}, {1, nan}}, weighting.ReplicateOptions{})
		}, nil, "row 2 has no weight on replicate 2"},
		"half-samples of three": {func() (*weighting.Design, error) {
			d := mustDesign(t, []int{1, 1, 1}, []int{1, 2, 3}, []float64{1, 1, 1}, weighting.Options{})
			return d.Replicate(weighting.Replication{Scheme: weighting.BRR})
		}, nil, "stratum 1 has 3 PSUs, and half-samples need pairs of them"},
	} {
		d, err := tt.do()
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v, want none", name, err)
		case tt.want == "":
			e, err := d.Mean(make([]float64, d.Len()))
			if err != nil && !errors.Is(err, weighting.ErrLonely) {
				t.Errorf("%s: %v", name, err)
			}
			if err == nil && math.IsNaN(e.Value) && e.Reason() == "" {
				t.Errorf("%s: %+v has no reason", name, e)
			}
		case err == nil || !strings.Contains(err.Error(), tt.want) || tt.is != nil && !errors.Is(err, tt.is):
			t.Errorf("%s: error %v, want %q", name, err, tt.want)
		}
	}
}

// A file that ends in the middle of a row or of a quoted field is refused with the
// place where it ends, not read up to there.
func TestFileEndingInMidRow(t *testing.T) {
	for text, want := range map[string]string{
		"psu,w\n1,10\n2":          "f.csv:3:1: error: the file ends in the middle of this row: it has 1 of 2 fields",
		"psu,w\n1,10\n2,\"2":      "f.csv:3:",
		"psu,name,w\n1,\"a\nb,10": "f.csv:",
		"":                        "f.csv: the file is empty",
	} {
		_, err := weighting.ReadCSV(strings.NewReader(text), "f.csv", weighting.CSVOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
