package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"cifra/weighting"
)

// This file does the tasks with cifra, in the order and with the data of the other
// programs. A task is done three times and the quickest is told; reading, which
// others do once, is done once.

// A timing does tasks.
type timing struct{ results []result }

// task times work, which returns the numbers to compare.
func (t *timing) task(name string, times int, work func() (string, error)) error {
	r := result{engine: "cifra", task: name}
	for range times {
		began := time.Now()
		check, err := work()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if took := time.Since(began).Seconds(); r.seconds == 0 || took < r.seconds {
			r.seconds = took
		}
		r.check = check
	}
	r.peak = peak()
	t.results = append(t.results, r)
	return nil
}

// peak returns the most memory the program has held, in MiB.
func peak() int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kib, _ := strconv.Atoi(f[1])
			return kib / 1024
		}
	}
	return 0
}

// cifra does all tasks on a file.
func cifra(file string) ([]result, error) {
	var t timing
	var table *weighting.Table
	if err := t.task("read", 1, func() (string, error) {
		var err error
		table, err = readTable(file)
		return "", err
	}); err != nil {
		return nil, err
	}
	var d *weighting.Design
	if err := t.task("design", 3, func() (string, error) {
		stratum, err := table.Factor("stratum")
		if err != nil {
			return "", err
		}
		psu, err := table.Factor("psu")
		if err != nil {
			return "", err
		}
		d, err = weighting.NewDesign(stratum.Code, psu.Code, table.Column("w").Numbers, weighting.Options{})
		return "", err
	}); err != nil {
		return nil, err
	}
	var items [][]float64
	for j := range 10 {
		items = append(items, table.Column(fmt.Sprintf("b%d", j+1)).Numbers)
	}
	if err := t.task("mean", 3, func() (string, error) { return means(d, items) }); err != nil {
		return nil, err
	}
	if err := t.task("by", 3, func() (string, error) { return domains(d, table, items[0]) }); err != nil {
		return nil, err
	}
	var raked *weighting.Design
	margins, err := margins(strings.TrimSuffix(file, ".csv")+"_margins.csv", table)
	if err != nil {
		return nil, err
	}
	if err := t.task("rake", 3, func() (string, error) {
		raked, err = d.Rake(margins, weighting.RakeOptions{})
		return "", err
	}); err != nil {
		return nil, err
	}
	if err := t.task("raked mean", 3, func() (string, error) { return means(raked, items) }); err != nil {
		return nil, err
	}
	err = t.task("boot", 3, func() (string, error) {
		rep, err := d.Replicate(weighting.Replication{Scheme: weighting.RaoWu, Count: 500, Seed: 5})
		if err != nil {
			return "", err
		}
		_, err = means(rep, items) // of draws of its own: errors do not compare
		return "", err
	})
	return t.results, err
}

// readTable reads the file to typed columns.
func readTable(file string) (*weighting.Table, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return weighting.ReadCSV(f, file, weighting.CSVOptions{})
}

// means estimates the mean of every item with its error.
func means(d *weighting.Design, items [][]float64) (string, error) {
	sums := d.Sums(items, weighting.Domains{})
	check := ""
	for j := range items {
		e, err := d.Estimate(sums.Mean(0, j), weighting.Interval{})
		if err != nil {
			return "", err
		}
		if j == 0 {
			check = fmt.Sprintf("b1=%.12g se=%.12g", e.Value, e.SE)
		}
	}
	return check, nil
}

// domains estimates the mean of y in each region and sex.
func domains(d *weighting.Design, table *weighting.Table, y []float64) (string, error) {
	cells, err := table.Factor("region", "sex")
	if err != nil {
		return "", err
	}
	by := weighting.Domains{Of: make([]int32, len(cells.Code)), N: len(cells.Levels)}
	for i, c := range cells.Code {
		by.Of[i] = int32(c)
	}
	sums := d.Sums([][]float64{y}, by)
	check := ""
	for g := range sums.Domains() {
		e, err := d.Estimate(sums.Mean(g, 0), weighting.Interval{})
		if err != nil {
			return "", err
		}
		if g == 0 {
			check = fmt.Sprintf("first=%.12g se=%.12g", e.Value, e.SE)
		}
	}
	return check, nil
}

// margins reads the totals to rake to.
func margins(file string, table *weighting.Table) ([]weighting.Control, error) {
	totals, err := readTable(file)
	if err != nil {
		return nil, err
	}
	var out []weighting.Control
	for _, name := range []string{"region", "sex", "age", "educ"} {
		f, err := table.Factor(name)
		if err != nil {
			return nil, err
		}
		c := weighting.Control{Name: name, Code: f.Code, Totals: make([]float64, len(f.Levels))}
		for i := range totals.Len() {
			if totals.Column("margin").Text(i) == name {
				c.Totals[int(totals.Column("level").Numbers[i])-1] = totals.Column("N").Numbers[i]
			}
		}
		out = append(out, c)
	}
	return out, nil
}
