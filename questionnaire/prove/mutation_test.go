//go:build !js

package prove

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"cifra/questionnaire"
	"cifra/questionnaire/expr"
)

// This file asks whether mistakes in the built-in instrument are found. Each
// mutant goes through what an author has, the cheapest first: cifra check, the
// shipped scenarios, cifra check --prove. One that nothing finds is compared
// with the original over random interviews: if no screen, no check, no row of
// the export differs it is the same instrument, and does not count.

// lacsiDir is the built-in instrument.
const lacsiDir = "../../schemas/lacsi"

// observedWalks is how many interviews of the original, and of a mutant, are
// conducted with both before they are said to be the same.
const observedWalks = 200

// mutationSize returns how many mutants are made, and of which seed. The full
// count is CIFRA_MUTANTS=200, with CIFRA_MUTATION_SEED for other ones.
func mutationSize(t *testing.T) (n int, seed uint64) {
	n, seed = 30, 1
	if testing.Short() {
		n = 10
	}
	var err error
	if s := os.Getenv("CIFRA_MUTANTS"); s != "" {
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	if s := os.Getenv("CIFRA_MUTATION_SEED"); s != "" {
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	return n, seed
}

// TestMutantsAreFound: of the mutants of the built-in instrument that behave
// otherwise at least 95 of 100 are found by check, prove or the scenarios. It
// turns red if scenarios are taken away, if check no longer tells a stale
// translation or a cycle, or if prove no longer tells what can never happen.
func TestMutantsAreFound(t *testing.T) {
	n, seed := mutationSize(t)
	fsys := os.DirFS(lacsiDir)
	o := observe(t, fsys)
	found := map[string]int{}
	var survivors []*mutant
	changed := 0
	for _, m := range mutants(t, fsys, seed, n) {
		by := o.finder(m)
		found[by]++
		switch by {
		case "":
			survivors = append(survivors, m)
			changed++
		case "same":
			t.Logf("the same instrument: %s\n%s", m, m.diff)
		default:
			changed++
			t.Logf("found by %s: %s", by, m)
		}
	}
	for _, m := range survivors {
		t.Logf("not found: %s\n%s", m, m.diff)
	}
	t.Logf("seed %d: of %d mutants %d behave otherwise; found by check %d, by scenarios %d, by prove %d; not found %d (%.1f %% found)",
		seed, n, changed, found["check"], found["scenarios"], found["prove"], len(survivors), 100*float64(changed-len(survivors))/float64(max(changed, 1)))
	allowed := changed / 20
	if n < 100 { // of few one is many
		allowed = max(allowed, 2)
	}
	if len(survivors) > allowed {
		t.Errorf("%d of %d are not found", len(survivors), changed)
	}
}

// An original is the instrument that is not mutated, and what is known of it.
type original struct {
	t         *testing.T
	q         *questionnaire.Questionnaire
	scenarios []*questionnaire.Scenario
	told      map[string]bool // what check and prove say of it
	walks     [][]questionnaire.Act
	seen      [][]string // of each walk what was observed
}

// observe reads an instrument with its scenarios, and conducts interviews of it.
func observe(t *testing.T, fsys fs.FS) *original {
	t.Helper()
	o := &original{t: t, told: map[string]bool{}}
	q, ds := build(readTree(t, fsys).written(t))
	if q == nil || len(ds) > 0 {
		t.Fatalf("the original: %v", ds)
	}
	o.q = q
	files, err := fs.Glob(fsys, "scenarios/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scenarios: %v", len(files), err)
	}
	for _, file := range files {
		b, err := fs.ReadFile(fsys, file)
		if err != nil {
			t.Fatal(err)
		}
		s, ds := questionnaire.ReadScenario(path.Base(file), b)
		if ds.Err() == nil {
			ds = s.Run(q, nil)
		}
		if len(ds) > 0 {
			t.Fatalf("of the original: %v", ds)
		}
		o.scenarios = append(o.scenarios, s)
	}
	for _, d := range Questionnaire(q, Options{Seed: 1, Burden: 1}).Diagnostics {
		o.told[d.Message] = true
	}
	o.walks = walksOf(q, observedWalks)
	for _, acts := range o.walks {
		o.seen = append(o.seen, nil)
		at := len(o.seen) - 1
		observed(q, acts, func(s string) bool {
			o.seen[at] = append(o.seen[at], s)
			return true
		})
	}
	return o
}

// build reads and compiles an instrument, with all that check says of it.
func build(fsys fs.FS) (*questionnaire.Questionnaire, expr.Diagnostics) {
	in, ds := questionnaire.LoadInstrument(fsys, ".")
	if in == nil {
		return nil, ds
	}
	q, more := questionnaire.Compile(in)
	return q, append(ds, more...)
}

// walksOf conducts n interviews of q and returns what was done in them.
func walksOf(q *questionnaire.Questionnaire, n int) (walks [][]questionnaire.Act) {
	s := newSearch(q, Options{Seed: 2, Progress: func(string, int, int) {}})
	for i := range n {
		w := s.walker(uint64(i), &hint{incidents: -1})
		w.walk()
		walks = append(walks, w.acts)
	}
	return walks
}

// finder says what finds a mutant: check, scenarios or prove, "" for nothing,
// and "same" if there is nothing to find.
func (o *original) finder(m *mutant) string {
	q, ds := build(m.files)
	if q == nil || ds.Err() != nil {
		return "check"
	}
	if len(ds) == 0 {
		for _, s := range o.scenarios {
			if len(s.Run(q, nil)) > 0 {
				return "scenarios"
			}
		}
	}
	if !o.differs(q) {
		return "same"
	}
	if len(ds) > 0 {
		return "check" // a warning, such as a translation of other words
	}
	for _, d := range Questionnaire(q, Options{Seed: 1, Burden: 1}).Diagnostics {
		if !o.told[d.Message] {
			return "prove"
		}
	}
	return ""
}

// differs says whether a mutant behaves otherwise in any interview of the
// original, or the original in any of its.
func (o *original) differs(q *questionnaire.Questionnaire) bool {
	for i, acts := range o.walks {
		at, same := 0, true
		observed(q, acts, func(s string) bool {
			same = at < len(o.seen[i]) && o.seen[i][at] == s
			at++
			return same
		})
		if !same || at != len(o.seen[i]) {
			return true
		}
	}
	for _, acts := range walksOf(q, observedWalks/4) {
		var theirs []string
		observed(q, acts, func(s string) bool { theirs = append(theirs, s); return true })
		at, same := 0, true
		observed(o.q, acts, func(s string) bool {
			same = at < len(theirs) && theirs[at] == s
			at++
			return same
		})
		if !same || at != len(theirs) {
			return true
		}
	}
	return false
}

// observed does acts with q and shows all that a person or an analyst sees: of
// each act whether it can be done and the screen that it leads to, at the end
// every screen in every language and the rows of the export.
func observed(q *questionnaire.Questionnaire, acts []questionnaire.Act, show func(string) bool) {
	iv, now := q.Open(self), walkDay
	say := func(x any) bool {
		b, err := json.Marshal(x)
		if err != nil {
			return show(err.Error())
		}
		sum := sha256.Sum256(b)
		return show(string(sum[:8]))
	}
	for _, act := range acts {
		now = now.Add(5 * time.Second)
		e, err := iv.Decide(act, questionnaire.Stamp{Wall: now, Mono: now.UnixMilli()})
		if err != nil {
			if !show("cannot be done") {
				return
			}
			continue
		}
		iv.Apply(e)
		if !say(iv.View(iv.FirstOpen(), "")) {
			return
		}
	}
	var paths []string
	for s := range iv.Stops() {
		paths = append(paths, s.Path())
	}
	for _, p := range append(paths, "end") {
		for _, language := range q.Languages {
			if !say(iv.View(p, language)) {
				return
			}
		}
	}
	out := rows{}
	code := iv.Final()
	c := questionnaire.SampledCase{ID: "1", Outcome: questionnaire.Outcome{Disposition: code, Group: "I"}, Interviews: 1}
	c.Households = []questionnaire.SampledHousehold{{Interview: iv, Outcome: c.Outcome}}
	micro := questionnaire.NewMicrodata("mutants", nil, q)
	if err := micro.Write(&c, &out); err != nil {
		show(err.Error())
		return
	}
	say(out)
}

// rows are those of an export.
type rows []string

// Row keeps one.
func (r *rows) Row(table string, cells []string) error {
	*r = append(*r, table+": "+strings.Join(cells, "|"))
	return nil
}

// TestMutantsAreTheSame: the same seed makes the same mutants, another makes
// others, and no operator is without a site. It turns red if a mistake is drawn
// in the order of a map.
func TestMutantsAreTheSame(t *testing.T) {
	fsys := os.DirFS(lacsiDir)
	for _, op := range operators {
		if len(op.sites(readTree(t, fsys))) == 0 {
			t.Errorf("%s has no site", op.name)
		}
	}
	named := func(seed uint64) string {
		var b strings.Builder
		for _, m := range mutants(t, fsys, seed, 15) {
			fmt.Fprintln(&b, m, m.diff)
		}
		return b.String()
	}
	first := named(1)
	if again := named(1); again != first {
		t.Error("one seed makes two sets of mutants")
	}
	if named(2) == first {
		t.Error("two seeds make one set of mutants")
	}
}
