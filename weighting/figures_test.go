package weighting_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"cifra/weighting"
)

// This file prints the figures of docs/figures.md as rows of its table. The rules:
//
//   - one thread; the least of several runs, so that what else a machine does counts
//     as little as it can;
//   - each task on files of 0.1, 1 and 10 million rows of the same 10,000 PSUs: one
//     that grows with the rows takes ten times as long from column to column, one
//     that grows with replicates times PSUs the same plus what its pass takes.

// A timedTask is a line of the table.
type timedTask struct {
	name, bar string
	runs      int
	do        func() error
}

// tasks are those of a file.
func (s *survey) tasks(d *weighting.Design) []timedTask {
	margins := s.margins()
	by := weighting.Domains{Of: make([]int32, len(s.w)), N: 64}
	for i := range by.Of {
		by.Of[i] = int32(2*s.region[i] + s.sex[i])
	}
	estimates := func(d *weighting.Design, items [][]float64, by weighting.Domains) error {
		sums := d.Sums(items, by)
		for g := range sums.Domains() {
			for j := range items {
				if _, err := d.Estimate(sums.Mean(g, j), weighting.Interval{}); err != nil {
					return err
				}
			}
		}
		return nil
	}
	replicated := func() (*weighting.Design, error) {
		return d.Replicate(weighting.Replication{Scheme: weighting.RaoWu, Count: 500, Seed: 1})
	}
	return []timedTask{
		{"design from columns", "0.10 s", 10, func() error {
			_, err := weighting.NewDesign(s.stratum, s.psu, s.w, weighting.Options{})
			return err
		}},
		{"means of 10 items", "0.010 s", 30, func() error { return estimates(d, s.items, weighting.Domains{}) }},
		{"1 item × 64 domains", "0.015 s", 20, func() error { return estimates(d, s.items[:1], by) }},
		{"rake 4 margins", "0.015 s", 20, func() error {
			_, err := d.Rake(margins, weighting.RakeOptions{})
			return err
		}},
		{"500 replicates + 10 means", "0.060 s", 15, func() error {
			rep, err := replicated()
			if err != nil {
				return err
			}
			return estimates(rep, s.items, weighting.Domains{})
		}},
		{"the same, raked in every replicate", "10 s", 1, func() error {
			rep, err := replicated()
			if err != nil {
				return err
			}
			if rep, err = rep.Rake(margins, weighting.RakeOptions{}); err != nil {
				return err
			}
			return estimates(rep, s.items, weighting.Domains{})
		}},
	}
}

// TestFigures prints the table if CIFRA_FIGURES is set: see make figures. The pairs
// of PSU and cell that raking replicates pass over are fewer in a small file.
func TestFigures(t *testing.T) {
	if os.Getenv("CIFRA_FIGURES") == "" {
		t.Skip("set CIFRA_FIGURES to measure")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var lines [][]string
	var peaks []string
	for column, rows := range []int{100_000, 1_000_000, 10_000_000} {
		s := bigSurvey(rows, 10)
		for k, task := range s.tasks(mustDesign(t, s.stratum, s.psu, s.w, weighting.Options{})) {
			best := time.Hour
			for range task.runs {
				began := time.Now()
				if err := task.do(); err != nil {
					t.Fatal(err)
				}
				best = min(best, time.Since(began))
			}
			if column == 0 {
				lines = append(lines, []string{task.name, task.bar})
			}
			lines[k] = append(lines[k], fmt.Sprintf("%.4f", best.Seconds()))
			if task.bar == "0.060 s" { // raking them has another bar
				peaks = append(peaks, peakMemory())
			}
		}
	}
	fmt.Println("| task, seconds | bar at 1 M | 0.1 M rows | 1 M | 10 M |\n| --- | --- | --- | --- | --- |")
	for _, l := range append(lines, append([]string{"peak memory up to the 500 replicates, the file included", "250 MB"}, peaks...)) {
		fmt.Println("| " + strings.Join(l, " | ") + " |")
	}
}

// peakMemory returns the most memory that the program has held; "-" where it does
// not say.
func peakMemory() string {
	b, _ := os.ReadFile("/proc/self/status")
	_, after, _ := strings.Cut(string(b), "VmHWM:")
	var kib int
	if _, err := fmt.Sscan(after, &kib); err != nil {
		return "-"
	}
	return fmt.Sprintf("%d MiB", kib/1024)
}
