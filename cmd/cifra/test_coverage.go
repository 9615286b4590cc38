package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// This file says what scenarios reached of their instruments, and whether that is
// enough. The rules:
//
//   - what is counted is what package questionnaire counts: a condition or a check
//     that was seen on one side only is half reached;
//   - a share asked for is met exactly or not at all: nothing is rounded, so 100
//     means everything;
//   - each instrument has to meet it. An overlay has to where it is tried alone:
//     beside its instrument its scenarios only show what it changes.

// coverageKinds are what can be reached.
var coverageKinds = []string{"items", "options", "conditions", "checks"}

// shares are what has to be reached, in per cent by kind. It is the value of a
// flag.
type shares map[string]int

// String returns the shares as they are written.
func (s *shares) String() string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(*s)) {
		parts = append(parts, kind+"="+strconv.Itoa((*s)[kind]))
	}
	return strings.Join(parts, ",")
}

// Set takes 80, or items=100,checks=90.
func (s *shares) Set(text string) error {
	wanted := shares{}
	for part := range strings.SplitSeq(text, ",") {
		kind, share, one := strings.Cut(part, "=")
		kinds := []string{kind}
		if !one {
			kinds, share = coverageKinds, part
		}
		n, err := strconv.Atoi(strings.TrimSuffix(share, "%"))
		if err != nil || n < 0 || n > 100 || one && !slices.Contains(coverageKinds, kind) {
			return errors.New(testWords().share)
		}
		for _, k := range kinds {
			wanted[k] = n
		}
	}
	*s = wanted
	return nil
}

// Type is what help shows for the value.
func (s *shares) Type() string { return "PERCENT" }

// short says of what too little was reached, one sentence each.
func (r *rehearsal) short() []string {
	w := testWords()
	var list []string
	instruments := slices.ContainsFunc(r.order, func(name string) bool { return !isOverlay(name) })
	for _, name := range r.order {
		t := r.trials[name]
		if t.reached == nil || isOverlay(name) && instruments {
			continue
		}
		for _, c := range t.reached.Summary() {
			if least, asked := r.least[c.What]; asked && c.Reached*100 < least*c.Of {
				list = append(list, fmt.Sprintf(w.tooLittle, name, c.Reached, c.Of, w.what[c.What], least))
			}
		}
	}
	return list
}

// printCoverage writes what was reached of each instrument, and what was not.
func (r *rehearsal) printCoverage(out io.Writer) {
	w := testWords()
	for _, name := range r.order {
		t := r.trials[name]
		if t.reached == nil {
			continue
		}
		if !t.reached.Began() {
			fmt.Fprintf(out, "\n"+w.notBegun+"\n", name)
			continue
		}
		fmt.Fprintf(out, "\n"+w.reached+"\n", name)
		for _, c := range t.reached.Summary() {
			fmt.Fprintf(out, "  %4d / %d  %s\n", c.Reached, c.Of, w.what[c.What])
		}
		fmt.Fprintln(out, w.never)
		for _, n := range t.reached.Never() {
			line := "  " + w.what[n.What] + " " + n.Name
			if n.Never != "" {
				line += " (" + w.what[n.Never] + ")"
			}
			fmt.Fprintln(out, line)
		}
	}
}
