package plan_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"cifra/weighting/plan"
)

// An expression of a plan may be folded and quoted like any text, and its
// mistakes still have a caret under the very letter. Each marks its place with
// what is drawn.
func TestMistakesOfFoldedExpressions(t *testing.T) {
	src := `plan: folded
files:
  households: {read: testdata/linked/household.csv, key: hh}
  persons: {read: testdata/linked/person.csv, key: person, within: households}
design:
  strata: stratum
  clusters: [psu]
  weights:
    persons: "w_per *\
      \x77_pre"
derive:
  old: >-
    age > 60
    and agee < 99
  odd: |
    age > 1 and
      (age < 3
  both: 'sex = "woman"
    and sexx = ''man'''
indicators:
  - name: women
    among: persons
    mean: age
    where: >
      age > 3

      and sec = "woman"
`
	want := []string{
		`plan.yaml:10:7: there is no "w_pre" here | ^^^^^^^^`,
		`plan.yaml:14:9: there is no "agee" here | ^^^^`,
		`plan.yaml:17:7: "(" without its ")" | ^`,
		`plan.yaml:19:9: there is no "sexx" here | ^^^^`,
		`plan.yaml:19:16: a text stands in double quotes | ^^^^^^^`,
		`plan.yaml:27:11: there is no "sec" here | ^^^`,
	}
	_, ds := plan.Load("plan.yaml", []byte(src), open)
	lines := strings.Split(src, "\n")
	var got []string
	for _, d := range ds {
		var drawn strings.Builder
		one := append(ds[:0:0], d)
		one.Format(&drawn, func(string) []byte { return []byte(src) })
		rows := strings.Split(drawn.String(), "\n")
		if len(rows) < 3 || !strings.HasSuffix(rows[1], "| "+lines[d.Line-1]) {
			t.Errorf("no line is shown:\n%s", drawn.String())
			continue
		}
		if at := strings.IndexByte(rows[2], '^') - len("      | ") + 1; at != d.Col {
			t.Errorf("the caret stands under column %d:\n%s", at, drawn.String())
		}
		carets := strings.Count(strings.Fields(rows[2])[1], "^")
		got = append(got, fmt.Sprintf("%s: %s | %s", d.Position, d.Message, strings.Repeat("^", carets)))
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What is wrong with the fields of a file is told in one run, each at its column
// and with what changes it.
func TestMistakesOfWeights(t *testing.T) {
	src := "plan: p\nfiles: {d: {read: d.csv}}\ndesign: {strata: h, single_psu: remove, weights: {d: w}}\nindicators: [{name: n, total: 1}]\n"
	_, ds := plan.Load("p.yaml", []byte(src), func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader("h,w\n1,1\n,2\n1,1x\n1,-1\n1,\n2,2x\n2,5\n2,6\n")), nil
	})
	var got []string
	for _, d := range ds {
		got = append(got, fmt.Sprintf("%s: %s (%s)", d.Position, d.Message, d.Hint))
	}
	want := []string{
		`d.csv:3:1: no stratum: column h is blank (every sampled unit has one: write which, or take the row out)`,
		`d.csv:4:3: "1x" is not a number (column w) (p.yaml:3:54 wants a number)`,
		`d.csv:5:3: the weight w is -1 (a weight is how many a row stands for, 0 or more: correct the file, or the expression)`,
		`d.csv:6:3: no weight: w is not asked (write coalesce(w, 0) if such rows stand for nobody)`,
		`d.csv:7:3: "2x" is not a number (column w) (p.yaml:3:54 wants a number)`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
