package plan

import (
	"fmt"
	"strings"
)

// This file says why numbers are not there. The rules:
//
//   - a number that does not exist is a dash in the table, and a note under it says
//     why, with one of the figures as an example: nobody has to ask;
//   - an indicator none of whose rows has a value says so, also where it has no figure
//     to put the dash in;
//   - that a value of 0 has no coefficient of variation is no news and not told.

// reasonsTold are the beginnings of what Estimate.Reason says, in the order of notes.
var reasonsTold = []string{"no cases", "a value is missing", "no variance", "no degrees", "no interval"}

// without are the notes on numbers that are not there.
func (e *Estimates) without(words *wordTable) []string {
	var notes []string
	count, example := map[string]int{}, map[string]string{}
	for _, in := range e.Indicators {
		if len(in.Figures) == 0 && len(in.Tests) == 0 {
			notes = append(notes, fmt.Sprintf(words.nobody, in.Name))
		}
		for _, f := range in.Figures {
			for _, reason := range reasonsTold {
				if !strings.HasPrefix(f.Reason(), reason) {
					continue
				}
				if count[reason]++; count[reason] == 1 {
					example[reason] = in.Name + " (" + strings.TrimSpace(f.label(words)) + ")"
				}
			}
		}
	}
	for _, reason := range reasonsTold {
		switch n := count[reason]; {
		case n == 1:
			notes = append(notes, words.reasons[reason]+": "+example[reason]+".")
		case n > 1:
			notes = append(notes, words.reasons[reason]+": "+fmt.Sprintf(words.suchAs, n, example[reason])+".")
		}
	}
	return notes
}
