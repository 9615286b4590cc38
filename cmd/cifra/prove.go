package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"cifra/questionnaire/prove"
)

// A proving is what cifra check --prove is asked for.
type proving struct {
	wanted  bool
	seed    uint64
	witness string // directory for scenarios, "" for none
}

// prove looks for witnesses and proofs in every instrument that has no error,
// and adds what it finds to what is wrong with it. How far it is goes to errs.
func (p proving) prove(subjects []*subject, errs io.Writer) error {
	for _, s := range subjects {
		if s.questionnaire == nil || s.ds.Err() != nil {
			continue
		}
		w := proveWords()
		at, told := "", -1
		s.Proof = prove.Questionnaire(s.questionnaire, prove.Options{Seed: p.seed, Progress: func(stage string, done, of int) {
			percent := 100 * done / max(of, 1)
			if stage != at || percent >= told+25 {
				fmt.Fprintf(errs, w.stages[stage]+"\n", percent)
				at, told = stage, percent
			}
		}})
		if why := s.Proof.Failure; why != "" {
			s.fail(fmt.Sprintf(w.failure, why), w.failureHint)
			continue
		}
		for _, d := range s.Proof.Diagnostics {
			if d.File != "" && s.overlay == nil { // an overlay's names say where its files are
				d.File = filepath.Join(s.Path, d.File)
			}
			s.ds.Add(d)
		}
		s.ds.Sort()
		if err := p.write(s); err != nil {
			return err
		}
	}
	return nil
}

// write writes the witnesses of a subject as scenarios.
func (p proving) write(s *subject) error {
	if p.witness == "" {
		return nil
	}
	dir := filepath.Join(p.witness, s.Name)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, w := range s.Proof.Witnesses {
		if err := os.WriteFile(filepath.Join(dir, fileName(w.Name)), w.Scenario(s.questionnaire), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// fileName is the name of the scenario of a witness: P1_1.yaml, or
// P1_1-flat.yaml for an option.
func fileName(name string) string { return strings.ReplaceAll(name, ": ", "-") + ".yaml" }

// printProof writes what was found out about an instrument.
func printProof(out io.Writer, r *prove.Report) {
	w := proveWords()
	if r.Failure != "" {
		return
	}
	fmt.Fprintf(out, "%-12s %14s %14s %14s %14s\n", "", w.witnessed, w.refuted, w.ifSettled, w.notProved)
	for _, v := range r.Verdicts {
		if v.What == "fills" {
			continue
		}
		fmt.Fprintf(out, "%-12s %14d %14d %14d %14d\n", w.what[v.What], v.Witnessed, v.Refuted, v.IfSettled, v.NotProved)
	}
	for _, v := range r.Verdicts {
		if v.What == "fills" {
			fmt.Fprintf(out, w.fills+"\n", v.Refuted, v.IfSettled, v.Witnessed, v.NotProved)
		}
	}
	for _, o := range r.Open {
		fmt.Fprintf(out, "  %s: %s %s (%s)\n", w.notProved, w.open[o.What], o.Name, o.At)
	}
	fmt.Fprintf(out, w.bounds+"\n", r.Walks)
	if r.Stuck > 0 {
		fmt.Fprintf(out, w.stuck+"\n", r.Stuck)
	}
	if r.Lengths.Walks > 0 {
		l := r.Lengths
		fmt.Fprintf(out, w.lengths+"\n", l.Shortest.Questions, l.Shortest.Minutes, l.Typical.Questions, l.Typical.Minutes, l.Longest.Questions, l.Longest.Minutes,
			l.Walks, prove.WordsPerMinute, prove.SecondsPerAnswer)
	}
	if len(r.Burden) > 1 {
		fmt.Fprintln(out, w.burden)
		for _, b := range r.Burden {
			fmt.Fprintf(out, "  %2d  %4d  %6.1f\n", b.Incidents, b.Typical.Questions, b.Typical.Minutes)
		}
	}
	for _, language := range slices.Sorted(maps.Keys(r.Untranslated)) {
		if n := r.Untranslated[language]; n > 0 {
			fmt.Fprintf(out, w.untranslated+"\n", language, n)
		}
	}
}
