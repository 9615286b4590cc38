package plan_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// drawn computes the total of y with a design, of the rows of a file.
func drawn(design, data string, influence bool) (plan.Figure, *plan.Estimates, error) {
	src := "plan: drawn\nfiles: {p: {read: p.csv}}\ndesign: " + design + "\nindicators: [{name: sum, total: y}]\n"
	p, ds := plan.Load("plan.yaml", []byte(src), func(path string) (io.ReadCloser, error) {
		if path != "p.csv" {
			return nil, os.ErrNotExist
		}
		return io.NopCloser(strings.NewReader(data)), nil
	})
	if err := ds.Err(); err != nil {
		return plan.Figure{}, nil, err
	}
	e, err := p.Estimate(influence)
	if err != nil {
		return plan.Figure{}, nil, err
	}
	return e.Indicators[0].Figures[0], e, nil
}

// Every design by hand, on four rows of one stratum or two. y is 10, 20, 16 and 22.
func TestDesignsByHand(t *testing.T) {
	const rows = "h,psu,w,y,order,pi,class,again,a_1,a_2,a_3,a_4,b_1,b_2,b_3,b_4\n" +
		"a,1,1,10,4,0.5,x,1,0,2,1,1,0,2,1,1\n" +
		"a,2,1,20,1,0.5,x,1,2,0,1,1,2,0,1,1\n" +
		"b,3,1,16,2,0.5,x,0,1,1,0,2,1,1,0,2\n" +
		"b,4,1,22,3,0.5,x,1,1,1,2,0,1,1,2,0\n"
	for _, c := range []struct {
		name, design string
		value, v     float64
		df           int
	}{
		// Each replicate moves the total by ±10 or ±6: 0.5 (4·100 - …) = 100 + 36, as
		// the strata have it: 5² + 5² doubled, and 3² + 3² doubled.
		{"strata", "{strata: h, clusters: psu, weights: {p: w}}", 68, 136, 2},
		{"JKn", "{replicates: {prefix: a_, factors: true, method: JKn, scale: 0.5}, weights: {p: w}}", 68, 136, 2},
		{"JKn with a scale a replicate", "{replicates: {prefix: a_, factors: true, method: JKn, scale: [0.5, 0.5, 1, 0]}, weights: {p: w}}", 68, 136, 2},
		{"weights in place of factors", "{replicates: {prefix: b_, method: other, weight: w, scale: 0.5, df: 7}, weights: {p: w}}", 68, 136, 7},
		{"BRR is a quarter of the four", "{replicates: {prefix: a_, factors: true, method: BRR}, weights: {p: w}}", 68, 68, 2},
		// In the order 20, 16, 22, 10: differences -4, 6, -12 and, closed, 10.
		{"sd1", "{clusters: psu, systematic: {rule: sd1, order: order}, weights: {p: w}}", 68, 4. / 6 * (16 + 36 + 144), 3},
		{"sd2", "{clusters: psu, systematic: {rule: sd2, order: order}, weights: {p: w}}", 68, 0.5 * (16 + 36 + 144 + 100), 3},
		// As the file has them: 10, 20, 16, 22.
		{"sd1 without an order", "{clusters: psu, systematic: {rule: sd1}, weights: {p: w}}", 68, 4. / 6 * (100 + 16 + 36), 3},
		// Brewer with equal π: (1 - 0.5) 4/3 Σ (2y - 34)² = 2/3 (14² + 6² + 2² + 10²).
		{"Brewer", "{unequal: {probability: pi}, weights: {p: 1 / pi}}", 136, 2. / 3 * (196 + 36 + 4 + 100), 3},
		// Three of four drawn again, weights 4/3; y of the third is not known to count.
		{"second phase", "{clusters: psu, second_phase: {strata: class, drawn: again = 1}, weights: {p: 'if again = 1 then 4 / 3 else 0'}}", 208. / 3, secondPhase(), 2},
	} {
		f, _, err := drawn(c.design, rows, false)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !near(f.Value, c.value, 1e-12) || !near(f.SE*f.SE, c.v, 1e-9) || f.DF != c.df {
			t.Errorf("%s: %.12g, variance %.12g, %d df, want %.12g, %.12g, %d", c.name, f.Value, f.SE*f.SE, f.DF, c.value, c.v, c.df)
		}
	}
}

// secondPhase is the variance of the last case. With both draws simple, all is one
// draw of 3 from an infinite population: n/(n-1) Σ (z - z̄)² of z = 4y/3, since the
// formula's two parts, of 3 from 4 and of 4 from many, add up to it.
func secondPhase() float64 {
	z := []float64{40. / 3, 80. / 3, 88. / 3}
	mean, v := (z[0]+z[1]+z[2])/3, 0.0
	for _, x := range z {
		v += (x - mean) * (x - mean) * 3 / 2
	}
	return v
}

// The table of a design of replicates has no number of PSUs, and neither the notes nor
// the JSON say that each row was one.
func TestReplicatesAreNoRows(t *testing.T) {
	data := "w,y,r1,r2\n1,10,2,0\n1,20,0,2\n"
	_, e, err := drawn("{replicates: {prefix: r, factors: true, method: BRR}, weights: {p: w}}", data, false)
	if err != nil {
		t.Fatal(err)
	}
	if e.Design.Replicates != 2 || e.Design.Simple || len(e.Notes) != 0 {
		t.Errorf("design %+v, notes %q, want 2 replicates and nothing to note", e.Design, e.Notes)
	}
	var b bytes.Buffer
	if err := e.WriteTable(&b, "en"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "2      –    1\n") {
		t.Errorf("the table has PSUs:\n%s", b.String())
	}
	if _, _, err := drawn("{replicates: {prefix: r, factors: true, method: BRR}, weights: {p: w}}", data, true); err == nil || !strings.Contains(err.Error(), "leave --influence out") {
		t.Errorf("influence sums of replicates: %v", err)
	}
}

// What a design cannot be is told at its place, with what would be right.
func TestDesignsThatAreWrong(t *testing.T) {
	const data = "h,psu,w,y,pi,again,r1,r2,s1\na,1,1,10,0.5,1,0,2,x\na,2,1,20,1.5,0,2,-1,y\n"
	for _, c := range []struct {
		design string
		want   []string
	}{
		{"{replicates: {prefix: q, factors: true, method: BRR}, weights: {p: w}}", []string{"3:31: error: p has 0 columns that begin with q and end in a number (columns such as q1, q2)"}},
		{"{replicates: {prefix: r, factors: true, method: JKn}, strata: h, weights: {p: w}}",
			[]string{"the scale of JKn is not known from its replicates (scale: the factor", "the replicates carry the design, so strata means nothing (leave strata out, or replicates)"}},
		{"{replicates: {prefix: r, factors: true, method: BRR, rho: 2}, weights: {p: w}}", []string{"rho is 2 (from 0 up to, but without, 1)", "rho is of Fay's half-samples only (method: Fay)"}},
		{"{replicates: {prefix: r, factors: true, method: BRR}, weights: {p: w}}", []string{"row 2 has no weight on replicate 2, or one that is negative: -1"}},
		{"{replicates: {prefix: r, method: BRR}, weights: {p: w}}", []string{"either weights or factors on the weight (weight: and the column"}},
		{"{replicates: {prefix: r, weight: w, factors: true, method: BRR}, weights: {p: w}}", []string{"either weights or factors on the weight (weight: and the column"}},
		{"{replicates: {prefix: r, factors: true, method: other, scale: [1, 2, 3]}, weights: {p: w}}", []string{"3 scales for 2 replicates (one number, or one for each replicate)"}},
		{"{replicates: {prefix: s, factors: true, method: bootstraps, scale: 1}, weights: {p: w}}", []string{"did you mean bootstrap?", "column s1 holds no numbers"}},
		{"{systematic: {rule: sd3}, weights: {p: w}}", []string{"expected one of sd1, sd2", "a systematic sample names the PSUs that were drawn in order (clusters: the column of the PSUs)"}},
		{"{clusters: psu, systematic: {rule: sd1, order: h}, weights: {p: w}}", []string{"column h holds no numbers"}},
		{"{unequal: {probability: pi}, weights: {p: w}}", []string{"1.5"}},
		{"{unequal: {probability: pj, yates_grundy: true}, clusters: psu, weights: {p: w}}",
			[]string{"Brewer's variance is one", "p has no column pj (did you mean", "so clusters means nothing"}},
		{"{clusters: psu, second_phase: {drawn: again = 1}, weights: {p: w}}", []string{"second"}},
		{"{clusters: psu, second_phase: {drawn: agan = 1, strata: hh}, weights: {p: w}}", []string{`there is no "agan" here (did you mean again?)`, "p has no column hh"}},
	} {
		_, _, err := drawn(c.design, data, false)
		if err == nil {
			t.Errorf("%s: no error", c.design)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\nwant %q", c.design, err, want)
			}
		}
	}
	// A unit that was not drawn again cannot have a weight.
	rows := "psu,w,y,again\n1,1,1,1\n2,1,2,1\n3,2,3,0\n"
	_, _, err := drawn("{clusters: psu, second_phase: {drawn: again = 1}, weights: {p: w}}", rows, false)
	if err == nil || !strings.Contains(err.Error(), "p.csv:4:3: error: the weight is 2, but the unit was not drawn in the second phase") {
		t.Errorf("a weight without a draw: %v", err)
	}
}
