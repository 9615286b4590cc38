package weighting_test

import (
	"fmt"
	"math"

	"cifra/weighting"
)

// Four dwellings of two strata, two PSUs each, stand for 300.
func dwellings() (*weighting.Design, error) {
	return weighting.NewDesign([]int{1, 1, 2, 2}, []int{1, 2, 3, 4}, []float64{100, 100, 50, 50}, weighting.Options{})
}

func ExampleDesign_Linked() {
	households, err := dwellings()
	if err != nil {
		fmt.Println(err)
		return
	}
	// Three persons were asked, in the dwellings 0, 0 and 2, with weights of their own;
	// nobody in the others, whose PSUs count all the same.
	persons, err := households.Linked([]int{0, 0, 2}, []float64{150, 250, 80})
	if err != nil {
		fmt.Println(err)
		return
	}
	robberies, err := persons.Total([]float64{1, 0, 2})
	fmt.Printf("%.0f robberies, standard error %.0f, %d PSUs of persons: %v\n", robberies.Value, robberies.SE, robberies.PSUs, err)

	// Per household: totals of two files, with the weights of each.
	n := households.Sums(nil, weighting.Domains{}).Population(0)
	k := persons.Sums([][]float64{{1, 0, 2}}, weighting.Domains{}).Total(0, 0)
	rate, err := households.Estimate(weighting.Quotient(k, n), weighting.Interval{})
	fmt.Printf("%.2f a household, standard error %.2f: %v\n", rate.Value, rate.SE, err)
	// Output:
	// 310 robberies, standard error 219, 2 PSUs of persons: <nil>
	// 1.03 a household, standard error 0.73: <nil>
}

func ExampleDesign_Calibrate() {
	d, err := dwellings()
	if err != nil {
		fmt.Println(err)
		return
	}
	// The census has 240 and 120 dwellings where the weights have 200 and 100.
	region := weighting.Control{Name: "region", Levels: []string{"north", "south"}, Code: []int{0, 0, 1, 1}, Totals: []float64{240, 120}}
	c, err := d.Calibrate(weighting.Calibration{Controls: []weighting.Control{region}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Weights())
	// Output:
	// [120 120 60 60]
}

func ExampleDesign_Replicate() {
	d, err := dwellings()
	if err != nil {
		fmt.Println(err)
		return
	}
	j, err := d.Replicate(weighting.Replication{Scheme: weighting.JKn})
	if err != nil {
		fmt.Println(err)
		return
	}
	burgled := []float64{1, 0, 1, 1}
	linear, _ := d.Total(burgled)
	jackknife, _ := j.Total(burgled)
	fmt.Printf("%d replicates, the first %v\n", j.Replicates(), j.ReplicateWeights(0))
	fmt.Printf("standard error %.0f, linearised %.0f\n", jackknife.SE, linear.SE)
	// Output:
	// 4 replicates, the first [0 200 50 50]
	// standard error 100, linearised 100
}

func ExampleDesign_Define() {
	d, err := dwellings()
	if err != nil {
		fmt.Println(err)
		return
	}
	loss := []float64{10, 100, 1000, 10}
	// The geometric mean is no total, mean or quantile: it is a function of weights.
	geometric, err := d.Define(func(w []float64) float64 {
		logs, all := 0.0, 0.0
		for i, v := range w {
			logs += v * math.Log(loss[i])
			all += v
		}
		return math.Exp(logs / all)
	}, weighting.Domains{})
	if err != nil {
		fmt.Println(err)
		return
	}
	e, err := d.Estimate(geometric, weighting.Interval{})
	fmt.Printf("%.1f, standard error %.1f: %v\n", e.Value, e.SE, err)
	// Output:
	// 46.4, standard error 50.4: <nil>
}

func ExampleDesign_Standardised() {
	d, err := dwellings()
	if err != nil {
		fmt.Println(err)
		return
	}
	fear := []float64{1, 0, 1, 0}
	age := []int{0, 1, 0, 1} // the young are afraid
	// A standard population with three old ones to one young.
	s, err := d.Standardised(fear, age, []float64{25, 75}, weighting.Domains{})
	if err != nil {
		fmt.Println(err)
		return
	}
	plain, _ := d.Mean(fear)
	fmt.Printf("%.2f as they are, %.2f as in the standard\n", plain.Value, s[0].Value)
	// Output:
	// 0.50 as they are, 0.25 as in the standard
}

func ExampleFrequencies_Kappa() {
	d, err := dwellings()
	if err != nil {
		fmt.Println(err)
		return
	}
	first, second := []int{0, 0, 1, 1}, []int{0, 1, 1, 1} // two coders of four crimes
	table, err := d.Frequencies(first, second, weighting.Domains{})
	if err != nil {
		fmt.Println(err)
		return
	}
	k, err := table.Kappa()
	// They agree on 200 of 300; by chance they would on 2/3·1/3 + 1/3·2/3 = 4/9.
	fmt.Printf("kappa %.2f: %v\n", k.Value, err)
	// Output:
	// kappa 0.40: <nil>
}

func ExampleDesign_Propensities() {
	// Of eight dwellings those in town answered half of the time, the others always
	// but one in four.
	town := []float64{1, 1, 1, 1, 0, 0, 0, 0}
	answered := []bool{true, true, false, false, true, true, true, false}
	eligible := []bool{true, true, true, true, true, true, true, true}
	d, err := weighting.NewDesign(make([]int, 8), []int{1, 2, 3, 4, 5, 6, 7, 8}, []float64{1, 1, 1, 1, 1, 1, 1, 1}, weighting.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	p, _, err := d.Propensities([]weighting.Term{weighting.Slope("town", town)}, eligible, answered)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.2f in town, %.2f elsewhere\n", p[0], p[7])
	// Output:
	// 0.50 in town, 0.75 elsewhere
}

func ExampleDesign_OrdinalRegression() {
	// Of those at home at night a third each feel safe, so and unsafe; of those who
	// go out all are one step more afraid, as far as that goes.
	fear := []int{0, 1, 2, 1, 2, 2, 0, 1, 2, 1, 2, 2}
	out := []float64{0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1}
	psu, w := make([]int, len(fear)), make([]float64, len(fear))
	for i := range psu {
		psu[i], w[i] = i, 10
	}
	d, err := weighting.NewDesign(make([]int, len(fear)), psu, w, weighting.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f, err := d.OrdinalRegression(fear, []string{"safe", "so", "unsafe"}, []weighting.Term{weighting.Slope("out", out)}, weighting.Domains{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, name := range f.Names {
		fmt.Println(name, f.Coef[k].Value > 0)
	}
	// Output:
	// out true
	// safe|so false
	// so|unsafe true
}
