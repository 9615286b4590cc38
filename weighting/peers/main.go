// Command peers times cifra beside the programs that do the same work: R's survey
// package, a hand-written program over R's data.table, and svy, on the same seeded
// file, one after the other. It prints one table and checks that all of them got
// the same numbers.
//
//	make bench-peers
//	go run ./weighting/peers -dir DIR -rows 1000000 -slow
//
// It runs in the module's root and needs Rscript to make the file; a program that is
// not there has no column.
package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// A result is what a program took for a task, and the numbers it got.
type result struct {
	engine, task string
	seconds      float64
	peak         int // MiB, of the program since it began
	check        string
}

func main() {
	dir := flag.String("dir", filepath.Join(os.TempDir(), "cifra-peers"), "where the data lie; made if they do not")
	rows := flag.Int("rows", 1_000_000, "rows of the file")
	slow := flag.Bool("slow", false, "R's survey package rakes (13 s for a million rows) and replicates (4 min and 12 GiB) too")
	flag.Parse()
	if err := run(*dir, *rows, *slow); err != nil {
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(1)
	}
}

// run times all programs.
func run(dir string, rows int, slow bool) error {
	const scripts = "weighting/peers"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := command(filepath.Join(scripts, "install"), dir); err != nil {
		return err
	}
	file := filepath.Join(dir, fmt.Sprintf("p%d.csv", rows))
	if _, err := os.Stat(file); err != nil {
		if err := command("Rscript", filepath.Join(scripts, "generate.R"), strconv.Itoa(rows), dir); err != nil {
			return err
		}
	}
	results, err := cifra(file)
	if err != nil {
		return err
	}
	tasks := "mean,by"
	if slow {
		tasks = "mean,by,rake,boot"
	}
	for _, peer := range [][]string{
		{"Rscript", filepath.Join(scripts, "datatable.R"), file, "OUT", "1"},
		{"Rscript", filepath.Join(scripts, "survey.R"), file, "OUT", tasks},
		{filepath.Join(dir, "svy/bin/python"), filepath.Join(scripts, "bench_svy.py"), file, "OUT"},
	} {
		out := filepath.Join(dir, "results.csv")
		os.Remove(out)
		peer[slices.Index(peer, "OUT")] = out
		if err := command(peer[0], peer[1:]...); err != nil {
			fmt.Fprintf(os.Stderr, "peers: %s is left out: %v\n", filepath.Base(peer[1]), err)
			continue
		}
		more, err := read(out)
		if err != nil {
			return err
		}
		results = append(results, more...)
	}
	print(rows, results)
	return agree(results)
}

// command runs a program and shows what it says of mistakes.
func command(name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Stderr = os.Stderr
	return c.Run()
}

// read reads the results that a script wrote.
func read(name string) ([]result, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.FieldsPerRecord = 6
	lines, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var results []result
	for _, l := range lines {
		seconds, err := strconv.ParseFloat(l[3], 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		peak, err := strconv.Atoi(l[4])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		results = append(results, result{l[0], l[1], seconds, peak, l[5]})
	}
	return results, nil
}

// print prints the table: a line a task, a column a program.
func print(rows int, results []result) {
	var engines, tasks []string
	for _, r := range results {
		if !slices.Contains(engines, r.engine) {
			engines = append(engines, r.engine)
		}
		if !slices.Contains(tasks, r.task) {
			tasks = append(tasks, r.task)
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%d rows: seconds (peak MiB)", rows)
	for _, e := range engines {
		fmt.Fprintf(w, "\t%s", e)
	}
	fmt.Fprintln(w)
	for _, task := range tasks {
		fmt.Fprint(w, task)
		for _, e := range engines {
			cell := "-"
			for _, r := range results {
				if r.engine == e && r.task == task {
					cell = fmt.Sprintf("%.3f (%d)", r.seconds, r.peak)
				}
			}
			fmt.Fprintf(w, "\t%s", cell)
		}
		fmt.Fprintln(w)
	}
	w.Flush()
}

// agree compares the numbers of each task between programs. They are printed with
// twelve digits.
func agree(results []result) error {
	var wrong []error
	compared := 0
	for i, r := range results {
		for _, o := range results[:i] {
			if o.task != r.task {
				continue
			}
			a, b := numbers(o.check), numbers(r.check)
			for name, x := range a {
				y, both := b[name]
				if !both || name == "iterations" {
					continue
				}
				compared++
				if !(math.Abs(x-y) <= 1e-9*math.Abs(x)) {
					wrong = append(wrong, fmt.Errorf("%s: %s of %s is %v, of %s %v", r.task, name, o.engine, x, r.engine, y))
				}
			}
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return err
	}
	fmt.Printf("%d pairs of numbers agree to 1e-9.\n", compared)
	return nil
}

// numbers reads "b1=0.23 se=0.001".
func numbers(check string) map[string]float64 {
	out := map[string]float64{}
	for _, f := range strings.Fields(check) {
		name, text, _ := strings.Cut(f, "=")
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			out[name] = v
		}
	}
	return out
}
