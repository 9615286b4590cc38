package weighting_test

import (
	"fmt"

	"cifra/weighting"
)

// A village survey: four PSUs in two strata, and who was robbed.
var (
	villageStratum = []int{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}
	villagePSU     = []int{1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4}
	villageWeight  = []float64{100, 100, 100, 100, 100, 100, 50, 50, 50, 50, 50, 50}
	villageRobbed  = []float64{1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1}
	villageSex     = weighting.Factor{Code: []int{0, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1}, Levels: []string{"woman", "man"}}
)

func ExampleDesign_Regress() {
	d, err := weighting.NewDesign(villageStratum, villagePSU, villageWeight, weighting.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := d.Regress(weighting.Regression{
		Y: villageRobbed, Family: weighting.Binomial,
		Terms: []weighting.Term{weighting.Contrasts("sex=", villageSex, 0)},
	}, weighting.Domains{})
	if err != nil {
		fmt.Println(err)
		return
	}
	coefficients, err := fit.Coefficients(0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range coefficients {
		fmt.Printf("%-12s %6.3f, standard error %.3f\n", c.Name, c.Value, c.SE)
	}
	fmt.Printf("odds ratio   %6.3f\n", coefficients[1].Exp().Value)
	// Output:
	// (Intercept)   0.223, standard error 0.539
	// sex=man      -0.916, standard error 0.559
	// odds ratio    0.400
}

func ExampleFit_PredictiveMargins() {
	d, err := weighting.NewDesign(villageStratum, villagePSU, villageWeight, weighting.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := d.Regress(weighting.Regression{
		Y: villageRobbed, Family: weighting.Binomial,
		Terms: []weighting.Term{weighting.Contrasts("sex", villageSex, 0)},
	}, weighting.Domains{})
	if err != nil {
		fmt.Println(err)
		return
	}
	margins, err := fit.PredictiveMargins(weighting.Settings("sex", villageSex, 0)...)
	if err != nil {
		fmt.Println(err)
		return
	}
	for level, m := range margins {
		fmt.Printf("if all were like a %s: %.1f %%\n", villageSex.Levels[level], 100*m.Value)
	}
	// Output:
	// if all were like a woman: 55.6 %
	// if all were like a man: 33.3 %
}

func ExampleQualityScheme_Class() {
	robbed := weighting.Estimate{Value: 0.031, SE: 0.0075, CV: 0.0075 / 0.031, N: 630, DF: 128, Deff: 1.19}
	class, why := weighting.ECLAC2020.Class(robbed, weighting.Evidence{Proportion: true, Cases: 19})
	fmt.Println(class, why)
	// Output:
	// suppress [cases]
}

func ExampleChange() {
	y2024 := weighting.Edition{Value: 0.24, PSUs: []weighting.PSUSum{
		{Stratum: "urban", PSU: "u1", Sum: 0.010}, {Stratum: "urban", PSU: "u2", Sum: -0.010},
		{Stratum: "rural", PSU: "r1", Sum: 0.006}, {Stratum: "rural", PSU: "r2", Sum: -0.006},
	}}
	y2025 := weighting.Edition{Value: 0.21, PSUs: []weighting.PSUSum{ // r2 was drawn anew
		{Stratum: "urban", PSU: "u1", Sum: 0.009}, {Stratum: "urban", PSU: "u2", Sum: -0.009},
		{Stratum: "rural", PSU: "r1", Sum: 0.007}, {Stratum: "rural", PSU: "r3", Sum: -0.007},
	}}
	c, err := weighting.Change(y2024, y2025, weighting.LonelyFail, 0.95)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+.2f, standard error %.4f, %d PSUs in both, correlation %.2f\n", c.Difference.Value, c.Difference.SE, c.Shared, c.Correlation)
	// Output:
	// -0.03, standard error 0.0115, 3 PSUs in both, correlation 0.86
}

func ExampleFayHerriot() {
	direct := []float64{12, 9, 15, 10, 14} // per cent, by district
	variance := []float64{4, 1, 9, 1, 4}
	poverty := [][]float64{{30}, {20}, {35}, {22}, {33}}
	areas, err := weighting.FayHerriot(direct, variance, poverty, weighting.REML)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("the least precise district: %.1f for %.1f\n", areas.Value[2], direct[2])
	// Output:
	// the least precise district: 14.5 for 15.0
}
